; The setup wizard, compiled by wizard.py, which hands over the product's facts and the list of its files.
;
;   welcome ▸ licence ▸ destination and options ▸ installing ▸ finish           unattended: /S and properties.nsh
;
; For this user, without an administrator, unless /ALLUSERS says otherwise. What the program's own settings page
; switches too (links, autostart) stands where softphone/desktop writes it.

!include "${FACTS}"

Unicode true
!ifdef TARGET
  Target ${TARGET}
!endif
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user

!define EXE "softphone.exe"
!define COMMAND "softphone-cli.exe"                         ; the same on the command line
!define UNINSTALLER "uninstall.exe"
!define FILE_LIST "installed-files.txt"
!define SETTINGS "softphone"                                ; below %APPDATA% and %LOCALAPPDATA% (storage/paths.py)
!define SECRET_SERVICE "softphone"                          ; in Credential Manager (storage/secrets.py)
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define RUN_VALUE "softphone"                               ; desktop/autostart.py
!define PROGRAM "softphone.link"                            ; desktop/url_schemes.py, and the next four
!define CLASSES "Software\Classes"
!define CAPABILITIES "Software\softphone\Capabilities"
!define REGISTERED "Software\RegisteredApplications"
!define SETUP_KEY "Software\softphone\Setup"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${IDENTIFIER}"

; Windows Installer's own codes: deployment tools know them, and try again after IN_USE
!define CANCELLED 1602
!define FAILED 1603
!define IN_USE 1618
!define UNSUPPORTED 1633
!define OTHER_VERSION 1638
!define BAD_PROPERTY 1639
!define NO_PRIVILEGE 1925

Var Scope            ; user, machine
Var OldDir           ; where it is installed in this scope, "" where it is not
Var OldVersion
Var Elevated         ; 1: with the rights of an administrator
Var WasRunning       ; 1: the phone was asked to leave, and is started again
Var WantDesktop      ; the options, 1 or 0
Var WantStartMenu
Var WantLinks
Var WantAutostart
Var Force            ; properties, 1 where given
Var Downgrade
Var Both
Var Purge
Var LanguageGiven    ; 1: by /LANG= or by what is installed
Var BadProperty      ; one that is not known, as it was written
Var LogFile
Var WelcomeTitle     ; of the first and the last page
Var WelcomeText
Var RemovedText

!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include WinMessages.nsh
!include WinVer.nsh
!include x64.nsh
!include StrFunc.nsh
!include MUI2.nsh
${Using:StrFunc} StrStr
${Using:StrFunc} UnStrStr

Name "$(AppName)"
OutFile "${OUTFILE}"
InstallDir ""
BrandingText "${NAME} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow
InstallButtonText "$(InstallButton)"
AllowSkipFiles off
SetDateSave off
!ifdef FAST
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
!ifdef SIGN
  !finalize '${SIGN} "%1"' = 0
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_HEADERIMAGE
!define MUI_HEADERIMAGE_RIGHT
!define MUI_HEADERIMAGE_BITMAP "${ARTWORK}/header-100.bmp"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${ARTWORK}/side-100.bmp"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${ARTWORK}/side-100.bmp"
!define MUI_CUSTOMFUNCTION_GUIINIT Shown
!define MUI_CUSTOMFUNCTION_UNGUIINIT un.Shown
!define MUI_CUSTOMFUNCTION_ABORT Aborted
!define MUI_ABORTWARNING
!define MUI_ABORTWARNING_TEXT "$(AbortQuestion)"

!define MUI_WELCOMEPAGE_TITLE "$WelcomeTitle"
!define MUI_WELCOMEPAGE_TEXT "$WelcomeText"
!insertmacro MUI_PAGE_WELCOME

!define MUI_PAGE_HEADER_TEXT "$(LicenceTitle)"
!define MUI_PAGE_HEADER_SUBTEXT "$(LicenceSubtitle)"
!define MUI_LICENSEPAGE_TEXT_TOP "$(LicenceAbove)"
!define MUI_LICENSEPAGE_TEXT_BOTTOM "$(LicenceBelow)"
!define MUI_LICENSEPAGE_CHECKBOX
!define MUI_LICENSEPAGE_CHECKBOX_TEXT "$(LicenceAgree)"
!insertmacro MUI_PAGE_LICENSE "$(LicenceFile)"

Page custom ShowOptions LeaveOptions

!define MUI_PAGE_HEADER_TEXT "$(InstallingTitle)"
!define MUI_PAGE_HEADER_SUBTEXT "$(InstallingSubtitle)"
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(FinishTitle)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT " "
!define MUI_INSTFILESPAGE_ABORTHEADER_TEXT "$(StoppedTitle)"
!define MUI_INSTFILESPAGE_ABORTHEADER_SUBTEXT "$(StoppedSubtitle)"
!insertmacro MUI_PAGE_INSTFILES

!define MUI_FINISHPAGE_TITLE "$(FinishTitle)"
!define MUI_FINISHPAGE_TEXT "$(FinishText)"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "$(FinishRun)"
!define MUI_FINISHPAGE_RUN_FUNCTION StartPhone
!insertmacro MUI_PAGE_FINISH

UninstPage custom un.ShowRemoval un.LeaveRemoval

!define MUI_PAGE_HEADER_TEXT "$(RemovingTitle)"
!define MUI_PAGE_HEADER_SUBTEXT "$(RemovingSubtitle)"
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(RemovedTitle)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT " "
!define /redef MUI_INSTFILESPAGE_ABORTHEADER_TEXT "$(NotRemovedTitle)"
!define /redef MUI_INSTFILESPAGE_ABORTHEADER_SUBTEXT "$(StoppedSubtitle)"
!insertmacro MUI_UNPAGE_INSTFILES

!define MUI_FINISHPAGE_TITLE "$(RemovedTitle)"
!define MUI_FINISHPAGE_TEXT "$RemovedText"
!insertmacro MUI_UNPAGE_FINISH

!insertmacro MUI_LANGUAGE "Japanese"
!insertmacro MUI_LANGUAGE "English"
SetFont /LANG=${LANG_JAPANESE} "Yu Gothic UI" 9
SetFont /LANG=${LANG_ENGLISH} "Segoe UI" 9
LicenseLangString LicenceFile ${LANG_JAPANESE} "${LICENCE_JA}"
LicenseLangString LicenceFile ${LANG_ENGLISH} "${LICENCE_EN}"
!include words_ja.nsh
!include words_en.nsh

!macro VersionInfo LANGUAGE PRODUCT DESCRIPTION
  VIAddVersionKey /LANG=${LANGUAGE} "ProductName" "${PRODUCT}"
  VIAddVersionKey /LANG=${LANGUAGE} "ProductVersion" "${VERSION}"
  VIAddVersionKey /LANG=${LANGUAGE} "FileDescription" "${DESCRIPTION}"
  VIAddVersionKey /LANG=${LANGUAGE} "FileVersion" "${VERSION}"
  VIAddVersionKey /LANG=${LANGUAGE} "CompanyName" "${PUBLISHER}"
  VIAddVersionKey /LANG=${LANGUAGE} "LegalCopyright" "${PUBLISHER}, ${LICENCE}"
  VIAddVersionKey /LANG=${LANGUAGE} "OriginalFilename" "${FILE_NAME}"
!macroend
VIProductVersion "${FOUR_NUMBERS}"
VIFileVersion "${FOUR_NUMBERS}"
!insertmacro VersionInfo ${LANG_ENGLISH} "${NAME}" "${NAME} setup"
!insertmacro VersionInfo ${LANG_JAPANESE} "${NAME_JA}" "${NAME_JA} セットアップ"

!include journal.nsh
!include properties.nsh
!include checks.nsh
!include phone.nsh
!include files.nsh
!include registration.nsh
!include options_page.nsh
!include removal.nsh

Function .onInit
  SetRegView 64
  Call ReadProperties
  Call LookAround
  ${If} ${Silent}
    Call Check
  ${ElseIf} $LanguageGiven != 1
  ${AndIf} $OldDir == ""
    Call AskLanguage
  ${EndIf}
FunctionEnd

; The window is made: from here on the words are those of the language chosen.
Function Shown
  !insertmacro UseArtwork
  Call Check
  ${If} $OldDir == ""
    StrCpy $WelcomeTitle "$(WelcomeTitle)"
    StrCpy $WelcomeText "$(WelcomeText)"
  ${Else}
    StrCpy $WelcomeTitle "$(WelcomeTitleUpgrade)"
    StrCpy $WelcomeText "$(WelcomeTextUpgrade)"
  ${EndIf}
FunctionEnd

Function Aborted
  ${Log} "cancelled by the user"
  SetErrorLevel ${CANCELLED}
FunctionEnd

Section
  SetErrorLevel ${FAILED} ; until it is done
  ${Log} "installing ${VERSION} into $INSTDIR for $Scope, over [$OldVersion] in [$OldDir]"
  StrCpy $R9 $INSTDIR
  Call LetPhoneLeave
  ${If} $OldDir != ""
    StrCpy $R9 $OldDir
    Call LetPhoneLeave
    Call RemoveFiles
  ${EndIf}
  Call CopyFiles
  Call Register
  ${Log} "installed"
  ${If} $WasRunning == 1
    DetailPrint "$(Restarting)"
    Call StartPhoneInBackground
  ${EndIf}
  SetErrorLevel 0
SectionEnd

Function un.onInit
  SetRegView 64
  Call un.ReadProperties
  Call un.LookAround
  ${If} ${Silent}
    Call un.Check
  ${EndIf}
FunctionEnd

Function un.Shown
  !insertmacro UseArtwork
  Call un.Check
FunctionEnd

Section Uninstall
  SetErrorLevel ${FAILED}
  ${Log} "removing $OldVersion from $INSTDIR for $Scope"
  StrCpy $R9 $INSTDIR
  Call un.LetPhoneLeave
  Call un.Unregister
  Call un.RemoveFiles
  ${If} $Purge == 1
    Call un.RemovePersonalData
  ${EndIf}
  ${Log} "removed"
  SetErrorLevel 0
SectionEnd
