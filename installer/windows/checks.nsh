; What is there already, and whether this setup may go on: asked with a window, told by the exit code without one.

Var OtherVersion     ; of the other scope's installation, "" where there is none

!macro LookFunctions un
  ; Read what is installed in this scope; everything below it then goes by the scope (SHCTX, folders).
  Function ${un}UseScope
    ${If} $Scope == "machine"
      SetShellVarContext all
    ${Else}
      SetShellVarContext current
    ${EndIf}
    ReadRegStr $OldDir SHCTX "${SETUP_KEY}" "InstallDir"
    ReadRegStr $OldVersion SHCTX "${UNINSTALL_KEY}" "DisplayVersion"
    ${If} $LanguageGiven != 1
      ReadRegStr $R5 SHCTX "${SETUP_KEY}" "Language"
      ${If} $R5 != ""
        Call ${un}UseLanguage
      ${EndIf}
    ${EndIf}
    UserInfo::GetAccountType
    Pop $0
    StrCpy $Elevated 0
    ${If} $0 == "Admin"
      StrCpy $Elevated 1
    ${EndIf}
  FunctionEnd

  ; One setup at a time on a desktop: Windows keeps the mutex until this program ends.
  Function ${un}CheckAlone
    System::Call 'kernel32::CreateMutexW(p 0, i 1, w "Local\${IDENTIFIER}.setup") p .r1 ?e'
    Pop $0
    ${If} $0 == 183 ; ERROR_ALREADY_EXISTS
      ${GiveUp} ${IN_USE} "another setup is running" "$(AnotherSetup)"
    ${EndIf}
  FunctionEnd

  ; Go on as an administrator: the question is Windows' own. Without a window it is told by the exit code.
  Function ${un}NeedAdministrator
    ${If} ${Silent}
      ${GiveUp} ${NO_PRIVILEGE} "an administrator is needed" ""
    ${EndIf}
    ${GetParameters} $0
    ClearErrors
    !ifdef __UNINSTALL__
      ExecShell "runas" "$INSTDIR\${UNINSTALLER}" "$0" ; $EXEPATH is a copy of it
    !else
      ExecShell "runas" "$EXEPATH" '$0 /DIR="$INSTDIR"' ; NSIS takes /D= out of the command line
    !endif
    ${If} ${Errors}
      ${GiveUp} ${NO_PRIVILEGE} "an administrator is needed" "$(NeedsAdministrator)"
    ${EndIf}
    Quit
  FunctionEnd
!macroend
!insertmacro LookFunctions ""
!insertmacro LookFunctions "un."

Function LookAround
  Call UseScope
  ${If} $Scope == "machine"
    ReadRegStr $OtherVersion HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ${Else}
    ReadRegStr $OtherVersion HKLM "${UNINSTALL_KEY}" "DisplayVersion"
  ${EndIf}
  ${If} $INSTDIR == ""
    StrCpy $INSTDIR $OldDir
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $Scope == "machine"
      StrCpy $INSTDIR "$PROGRAMFILES64\${NAME}"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${NAME}"
    ${EndIf}
  ${EndIf}
  Call ProposeOptions
FunctionEnd

!macro Propose OPTION IS_SO
  ${If} ${OPTION} == ""
    StrCpy ${OPTION} 1
    ${If} $OldDir != ""
      ${IfNot} ${IS_SO}
        StrCpy ${OPTION} 0
      ${EndIf}
    ${EndIf}
  ${EndIf}
!macroend

; What the command line does not say: as it is now in an upgrade, on for a new installation.
Function ProposeOptions
  ReadRegStr $0 SHCTX "${SETUP_KEY}" "DesktopShortcut"
  !insertmacro Propose $WantDesktop `${FileExists} "$0"`
  ReadRegStr $0 SHCTX "${SETUP_KEY}" "StartMenuShortcut"
  !insertmacro Propose $WantStartMenu `${FileExists} "$0"`
  ReadRegStr $0 SHCTX "${REGISTERED}" "${PROGRAM}"
  !insertmacro Propose $WantLinks `$0 != ""`
  ReadRegStr $0 SHCTX "${RUN_KEY}" "${RUN_VALUE}"
  !insertmacro Propose $WantAutostart `$0 != ""`
FunctionEnd

Function Check
  ${If} $BadProperty != ""
    ${GiveUp} ${BAD_PROPERTY} "unknown property $BadProperty" "$(UnknownProperty)"
  ${EndIf}
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    ${GiveUp} ${UNSUPPORTED} "not Windows 10 of 64 bits" "$(WrongWindows)"
  ${EndIf}
  ${If} $Scope == "machine"
  ${AndIf} $Elevated != 1
    Call NeedAdministrator
  ${EndIf}
  Call CheckAlone
  Call CheckOtherScope
  Call CheckVersion
FunctionEnd

Function CheckOtherScope
  ${If} $OtherVersion == ""
  ${OrIf} $OldDir != "" ; both are there already, and this one is kept up to date
  ${OrIf} $Both == 1
    Return
  ${EndIf}
  ${If} ${Silent}
    ${GiveUp} ${OTHER_VERSION} "$OtherVersion is installed in the other scope; /BOTH installs a second one" ""
  ${EndIf}
  StrCpy $0 "$(OtherScopeMachine)"
  ${If} $Scope == "machine"
    StrCpy $0 "$(OtherScopeUser)"
  ${EndIf}
  ${IfNot} ${Cmd} `MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$0" IDYES`
    SetErrorLevel ${CANCELLED}
    Quit
  ${EndIf}
FunctionEnd

Function CheckVersion
  ${If} $OldVersion == ""
  ${OrIf} $Downgrade == 1
    Return
  ${EndIf}
  ${VersionCompare} "$OldVersion" "${VERSION}" $0
  ${If} $0 != 1 ; not newer than this
    Return
  ${EndIf}
  ${If} ${Silent}
    ${GiveUp} ${OTHER_VERSION} "$OldVersion is newer; /DOWNGRADE goes back" ""
  ${EndIf}
  ${IfNot} ${Cmd} `MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(DowngradeQuestion)" IDYES`
    SetErrorLevel ${CANCELLED}
    Quit
  ${EndIf}
FunctionEnd

; The uninstaller belongs to the scope in which its folder is registered.
Function un.LookAround
  StrCpy $Scope "user"
  ReadRegStr $0 HKLM "${SETUP_KEY}" "InstallDir"
  ${If} $0 == $INSTDIR
    StrCpy $Scope "machine"
  ${EndIf}
  Call un.UseScope
FunctionEnd

Function un.Check
  ${If} $BadProperty != ""
    ${GiveUp} ${BAD_PROPERTY} "unknown property $BadProperty" "$(UnknownProperty)"
  ${EndIf}
  ${If} $Scope == "machine"
  ${AndIf} $Elevated != 1
    Call un.NeedAdministrator
  ${EndIf}
  Call un.CheckAlone
FunctionEnd
