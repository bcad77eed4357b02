; The uninstaller's page, and what is the user's own: it stays unless the box is ticked or /PURGE says so.

Var PurgeBox

Function un.ShowRemoval
  !insertmacro MUI_HEADER_TEXT "$(RemovalTitle)" "$(RemovalSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 300u 30u "$(RemovalText)"
  Pop $0
  ${NSD_CreateCheckBox} 0 40u 300u 12u "$(PurgeOption)"
  Pop $PurgeBox
  ${If} $Purge == 1
    ${NSD_Check} $PurgeBox
  ${EndIf}
  ${NSD_CreateLabel} 12u 55u 288u 52u "$(PurgeText)"
  Pop $0
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:$(RemoveButton)"
  nsDialogs::Show
FunctionEnd

Function un.LeaveRemoval
  ${NSD_GetState} $PurgeBox $Purge
  StrCpy $RemovedText "$(RemovedText)"
  ${If} $Purge == 1
    StrCpy $RemovedText "$(RemovedAllText)"
  ${EndIf}
FunctionEnd

; Of the user who removes it, whatever the scope: others' are out of reach.
Function un.RemovePersonalData
  SetShellVarContext current
  RMDir /r "$APPDATA\${SETTINGS}"
  RMDir /r "$LOCALAPPDATA\${SETTINGS}"
  Call un.RemovePasswords
  ${Log} "personal data removed"
FunctionEnd

; keyring names an entry SERVICE, or USER@SERVICE where there are several. $0 … $9 are used.
Function un.RemovePasswords
  System::Call 'advapi32::CredEnumerateW(p 0, i 0, *i .r1, *p .r2) i .r0'
  ${If} $0 == 0
    Return
  ${EndIf}
  StrLen $9 "@${SECRET_SERVICE}"
  IntOp $1 $1 - 1
  ${For} $3 0 $1
    IntOp $4 $3 * ${NSIS_PTR_SIZE}
    IntPtrOp $4 $2 + $4
    System::Call '*$4(p .r5)'
    System::Call '*$5(i, i .r6, w .r7)' ; Flags, Type, TargetName
    StrCpy $8 $7 "" -$9
    ${If} $6 == 1 ; CRED_TYPE_GENERIC
      ${If} $7 == "${SECRET_SERVICE}"
      ${OrIf} $8 == "@${SECRET_SERVICE}"
        System::Call 'advapi32::CredDeleteW(w r7, i 1, i 0) i .r0'
        ${Log} "a stored password removed: $0"
      ${EndIf}
    ${EndIf}
  ${Next}
  System::Call 'advapi32::CredFree(p r2)'
FunctionEnd
