; The properties of the command line, in any case, each once; README.md tells of them. An unknown one is an error:
; a wrong letter in a fleet's script must not install something else.
;
;   /S  /LANG=ja|en  /D=FOLDER (last, without quotes)  /DIR="FOLDER"  /ALLUSERS  /LOG=FILE
;   /DESKTOP /NODESKTOP  /STARTMENU /NOSTARTMENU  /LINKS /NOLINKS  /AUTOSTART /NOAUTOSTART
;   /FORCE  /DOWNGRADE  /BOTH        uninstaller: /S /LANG= /LOG= /FORCE /PURGE

!macro PropertyFunctions un
  ; $R0: a command line. Its first word comes into $R1 without its quotes ("" at the end), $R0 keeps the rest.
  Function ${un}NextWord
    StrCpy $R1 ""
    StrCpy $R3 0 ; 1 between quotes
    ${Do}
      StrCpy $R2 $R0 1
      StrCpy $R0 $R0 "" 1
      ${If} $R2 == ""
        ${Break}
      ${ElseIf} $R2 == '"'
        IntOp $R3 1 - $R3
      ${ElseIf} "$R2$R3" == " 0"
        ${If} $R1 != ""
          ${Break}
        ${EndIf}
      ${Else}
        StrCpy $R1 "$R1$R2"
      ${EndIf}
    ${Loop}
  FunctionEnd

  ; $R1: a word like /NAME=VALUE. Its parts come into $R4 and $R5.
  Function ${un}SplitWord
    StrCpy $R4 ""
    StrCpy $R5 $R1
    ${Do}
      StrCpy $R2 $R5 1
      StrCpy $R5 $R5 "" 1
      ${If} $R2 == ""
      ${OrIf} $R2 == "="
        ${Break}
      ${EndIf}
      StrCpy $R4 "$R4$R2"
    ${Loop}
  FunctionEnd

  Function ${un}UseLanguage ; $R5: ja, en or their numbers
    ${Select} $R5
      ${Case2} "ja" "${LANG_JAPANESE}"
        StrCpy $LANGUAGE ${LANG_JAPANESE}
      ${Case2} "en" "${LANG_ENGLISH}"
        StrCpy $LANGUAGE ${LANG_ENGLISH}
      ${CaseElse}
        StrCpy $BadProperty "/LANG=$R5"
        Return
    ${EndSelect}
    StrCpy $LanguageGiven 1
  FunctionEnd

  ; Those that both programs have. $R1 "" where it was one of them.
  Function ${un}ReadSharedProperty
    ${Select} $R4
      ${Case} "/S"
        SetSilent silent
      ${Case} "/NCRC" ; NSIS's own
      ${Case} "/LANG"
        Call ${un}UseLanguage
      ${Case} "/LOG"
        Call ${un}OpenLog
      ${Case} "/FORCE"
        StrCpy $Force 1
      ${CaseElse}
        Return
    ${EndSelect}
    StrCpy $R1 ""
  FunctionEnd
!macroend
!insertmacro PropertyFunctions ""
!insertmacro PropertyFunctions "un."

Function ReadProperties
  StrCpy $Scope "user"
  ${GetParameters} $R0
  ${Do}
    Call NextWord
    ${If} $R1 == ""
      ${Break}
    ${EndIf}
    Call SplitWord
    Call ReadSharedProperty
    ${If} $R1 != ""
      Call ReadOwnProperty
    ${EndIf}
  ${Loop}
FunctionEnd

Function ReadOwnProperty
  ${Select} $R4
    ${Case2} "/D" "/DIR"
      StrCpy $INSTDIR $R5
    ${Case} "/ALLUSERS"
      StrCpy $Scope "machine"
    ${Case} "/DESKTOP"
      StrCpy $WantDesktop 1
    ${Case} "/NODESKTOP"
      StrCpy $WantDesktop 0
    ${Case} "/STARTMENU"
      StrCpy $WantStartMenu 1
    ${Case} "/NOSTARTMENU"
      StrCpy $WantStartMenu 0
    ${Case} "/LINKS"
      StrCpy $WantLinks 1
    ${Case} "/NOLINKS"
      StrCpy $WantLinks 0
    ${Case} "/AUTOSTART"
      StrCpy $WantAutostart 1
    ${Case} "/NOAUTOSTART"
      StrCpy $WantAutostart 0
    ${Case} "/DOWNGRADE"
      StrCpy $Downgrade 1
    ${Case} "/BOTH"
      StrCpy $Both 1
    ${CaseElse}
      StrCpy $BadProperty $R1
  ${EndSelect}
FunctionEnd

Function un.ReadProperties
  ${GetParameters} $R0
  ${Do}
    Call un.NextWord
    ${If} $R1 == ""
      ${Break}
    ${EndIf}
    Call un.SplitWord
    Call un.ReadSharedProperty
    ${If} $R4 == "/PURGE"
      StrCpy $Purge 1
    ${ElseIf} $R1 != ""
      StrCpy $BadProperty $R1
    ${EndIf}
  ${Loop}
FunctionEnd

; First of all, where nothing says the language: the system's is proposed.
Function AskLanguage
  Push ""
  Push ${LANG_JAPANESE}
  Push "日本語"
  Push ${LANG_ENGLISH}
  Push "English"
  Push A
  LangDLL::LangDialog "$(AppName)" "$(ChooseLanguage)"
  Pop $LANGUAGE
  ${If} $LANGUAGE == "cancel"
    SetErrorLevel ${CANCELLED}
    Quit
  ${EndIf}
FunctionEnd
