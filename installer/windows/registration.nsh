; Where Windows knows the program from: shortcuts, links, autostart, firewall, the list of installed apps.
; SHCTX is HKEY_CURRENT_USER or, for every user, HKEY_LOCAL_MACHINE.

Function Register
  Call WriteShortcuts
  Call WriteLinks
  Call WriteAutostart
  Call WriteFirewallRule
  Call WriteUninstallEntry
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; SHCNE_ASSOCCHANGED
FunctionEnd

; Shortcuts go by the names they were given: an upgrade may come in another language.
Function WriteShortcuts
  ReadRegStr $0 SHCTX "${SETUP_KEY}" "StartMenuShortcut"
  Delete "$0"
  ReadRegStr $0 SHCTX "${SETUP_KEY}" "DesktopShortcut"
  Delete "$0"
  DeleteRegValue SHCTX "${SETUP_KEY}" "StartMenuShortcut"
  DeleteRegValue SHCTX "${SETUP_KEY}" "DesktopShortcut"
  SetOutPath "$INSTDIR"
  ${If} $WantStartMenu == 1
    CreateShortcut "$SMPROGRAMS\$(AppName).lnk" "$INSTDIR\${EXE}" "" "" 0 "" "" "$(AppSummary)"
    WriteRegStr SHCTX "${SETUP_KEY}" "StartMenuShortcut" "$SMPROGRAMS\$(AppName).lnk"
  ${EndIf}
  ${If} $WantDesktop == 1
    CreateShortcut "$DESKTOP\$(AppName).lnk" "$INSTDIR\${EXE}" "" "" 0 "" "" "$(AppSummary)"
    WriteRegStr SHCTX "${SETUP_KEY}" "DesktopShortcut" "$DESKTOP\$(AppName).lnk"
  ${EndIf}
FunctionEnd

; As desktop/url_schemes.RegisteredProgram: a program with capabilities, which the user chooses in Windows' settings.
; A scheme nobody serves is served at once, and marked as ours.
!macro OfferScheme SCHEME
  WriteRegStr SHCTX "${CAPABILITIES}\URLAssociations" "${SCHEME}" "${PROGRAM}"
  ReadRegStr $0 HKCR "${SCHEME}\shell\open\command" ""
  ${If} $0 == ""
    ReadRegStr $0 SHCTX "${CLASSES}\${SCHEME}\shell\open\command" ""
  ${EndIf}
  ReadRegStr $1 SHCTX "${CLASSES}\${SCHEME}" "${PROGRAM}"
  ${If} $0 == ""
  ${OrIf} $1 != ""
    WriteRegStr SHCTX "${CLASSES}\${SCHEME}" "" "URL:${SCHEME}"
    WriteRegStr SHCTX "${CLASSES}\${SCHEME}" "URL Protocol" ""
    WriteRegStr SHCTX "${CLASSES}\${SCHEME}" "${PROGRAM}" "1"
    WriteRegStr SHCTX "${CLASSES}\${SCHEME}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'
  ${EndIf}
!macroend

!macro WithdrawScheme SCHEME
  ReadRegStr $1 SHCTX "${CLASSES}\${SCHEME}" "${PROGRAM}"
  ${If} $1 != ""
    DeleteRegKey SHCTX "${CLASSES}\${SCHEME}"
  ${EndIf}
!macroend

!macro EachScheme DO
  !insertmacro ${DO} "tel"
  !insertmacro ${DO} "sip"
  !insertmacro ${DO} "sips"
  !insertmacro ${DO} "callto"
!macroend

Function WriteLinks
  ${If} $WantLinks != 1
    Call WithdrawLinks
    Return
  ${EndIf}
  WriteRegStr SHCTX "${CLASSES}\${PROGRAM}" "" "URL:softphone"
  WriteRegStr SHCTX "${CLASSES}\${PROGRAM}" "URL Protocol" ""
  WriteRegStr SHCTX "${CLASSES}\${PROGRAM}\DefaultIcon" "" '"$INSTDIR\${EXE}",0'
  WriteRegStr SHCTX "${CLASSES}\${PROGRAM}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'
  WriteRegStr SHCTX "${CAPABILITIES}" "ApplicationName" "$(AppName)"
  WriteRegStr SHCTX "${CAPABILITIES}" "ApplicationDescription" "$(AppSummary)"
  WriteRegStr SHCTX "${CAPABILITIES}" "ApplicationIcon" '"$INSTDIR\${EXE}",0'
  !insertmacro EachScheme OfferScheme
  WriteRegStr SHCTX "${REGISTERED}" "${PROGRAM}" "${CAPABILITIES}"
FunctionEnd

Function WriteAutostart
  ${If} $WantAutostart == 1
    WriteRegStr SHCTX "${RUN_KEY}" "${RUN_VALUE}" '"$INSTDIR\${EXE}" --background'
  ${Else}
    Call WithdrawAutostart
  ${EndIf}
FunctionEnd

; Without an administrator Windows itself asks at the first call.
Function WriteFirewallRule
  ${If} $Elevated != 1
    ${Log} "no firewall rule: not an administrator"
    Return
  ${EndIf}
  Call WithdrawFirewallRule
  nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="${NAME}" dir=in action=allow program="$INSTDIR\${EXE}" profile=any enable=yes'
  Pop $0
  ${Log} "firewall rule: $0"
  WriteRegStr SHCTX "${SETUP_KEY}" "FirewallRule" "$INSTDIR\${EXE}"
FunctionEnd

Function WriteUninstallEntry
  WriteRegStr SHCTX "${SETUP_KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr SHCTX "${SETUP_KEY}" "Language" "$LANGUAGE"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "$(AppName)"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Comments" "$(AppSummary)"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "URLInfoAbout" "${HOMEPAGE}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "HelpLink" "${HOMEPAGE}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${EXE},0"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  ${GetTime} "" "L" $1 $2 $3 $4 $5 $6 $7
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallDate" "$3$2$1"
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "Language" $LANGUAGE
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
FunctionEnd

!macro WithdrawFunctions un FIND
  ; Of this scope, where they are ours: the portable program may have taken them over.
  Function ${un}WithdrawLinks
    ReadRegStr $0 SHCTX "${CLASSES}\${PROGRAM}\shell\open\command" ""
    ${${FIND}} $1 $0 "$INSTDIR\${EXE}"
    ${If} $1 == ""
    ${AndIf} $0 != ""
      Return
    ${EndIf}
    DeleteRegValue SHCTX "${REGISTERED}" "${PROGRAM}"
    DeleteRegKey SHCTX "${CAPABILITIES}"
    DeleteRegKey SHCTX "${CLASSES}\${PROGRAM}"
    !insertmacro EachScheme WithdrawScheme
  FunctionEnd

  Function ${un}WithdrawAutostart
    ReadRegStr $0 SHCTX "${RUN_KEY}" "${RUN_VALUE}"
    ${${FIND}} $1 $0 "$INSTDIR\${EXE}"
    ${If} $1 != ""
      DeleteRegValue SHCTX "${RUN_KEY}" "${RUN_VALUE}"
    ${EndIf}
  FunctionEnd

  Function ${un}WithdrawFirewallRule
    ReadRegStr $0 SHCTX "${SETUP_KEY}" "FirewallRule"
    ${If} $0 == ""
      Return
    ${EndIf}
    nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="${NAME}" program="$0"'
    Pop $1
    ${Log} "firewall rule withdrawn: $1"
    DeleteRegValue SHCTX "${SETUP_KEY}" "FirewallRule"
  FunctionEnd
!macroend
!insertmacro WithdrawFunctions "" StrStr
!insertmacro WithdrawFunctions "un." UnStrStr

Function un.Unregister
  ReadRegStr $0 SHCTX "${SETUP_KEY}" "StartMenuShortcut"
  Delete "$0"
  ReadRegStr $0 SHCTX "${SETUP_KEY}" "DesktopShortcut"
  Delete "$0"
  Call un.WithdrawLinks
  Call un.WithdrawAutostart
  Call un.WithdrawFirewallRule
  DeleteRegKey SHCTX "${SETUP_KEY}"
  DeleteRegKey /ifempty SHCTX "Software\softphone"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
  ${If} $Scope == "machine" ; what this user's settings page switched on for the user alone
    SetShellVarContext current
    Call un.WithdrawLinks
    Call un.WithdrawAutostart
    DeleteRegKey /ifempty SHCTX "Software\softphone"
    SetShellVarContext all
  ${EndIf}
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
FunctionEnd
