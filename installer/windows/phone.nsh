; The phone that runs: asked to leave before its files go, started again after them.
;
;   softphone ctl quit ─ 0: it unregisters and ends ─ 5: a call is on, or something typed is not saved ─ else: wait
;
; It runs where its program cannot be opened for writing; so a phone of another user is seen as well.

!define QUIT_TIMEOUT_MS 20000
!define LEAVE_LOOKS 60        ; of 250 ms: it has 4 s to unregister, and Windows is slow to let go
!define CANNOT_NOW 5

!macro LookAtProgram NAME
  ${If} ${FileExists} "$R9\${NAME}"
    ClearErrors
    FileOpen $1 "$R9\${NAME}" a
    ${If} ${Errors}
      StrCpy $0 1
    ${Else}
      FileClose $1
    ${EndIf}
  ${EndIf}
!macroend

!macro PhoneFunctions un
  ; $R9: its folder. $0 1 where it runs, with a window or (the command line's) without.
  Function ${un}LookForPhone
    StrCpy $0 0
    !insertmacro LookAtProgram ${EXE}
    !insertmacro LookAtProgram ${COMMAND}
  FunctionEnd

  ; Ask it; $R8 is "" or " now". $0: the exit code, or a word where it could not be started.
  Function ${un}AskPhone
    nsExec::Exec /TIMEOUT=${QUIT_TIMEOUT_MS} '"$R9\${EXE}" ctl quit$R8'
    Pop $0
    ${Log} "ctl quit$R8: $0"
  FunctionEnd

  ; $0 0 once its file is free, 1 where it is not in time.
  Function ${un}WaitForPhone
    DetailPrint "$(WaitingForPhone)"
    ${For} $R7 1 ${LEAVE_LOOKS}
      Call ${un}LookForPhone
      ${If} $0 == 0
        ${Break}
      ${EndIf}
      Sleep 250
    ${Next}
  FunctionEnd

  ; $R9: its folder. Comes back once nobody uses it, or ends setup.
  Function ${un}LetPhoneLeave
    Call ${un}LookForPhone
    ${If} $0 == 0
      Return
    ${EndIf}
    ${Log} "the phone is running"
    ${IfNot} ${Silent}
      ${IfNot} ${Cmd} `MessageBox MB_OKCANCEL|MB_ICONINFORMATION "$(PhoneRuns)" IDOK`
        ${StopHere} ${CANCELLED} "the user does not want the phone to be closed"
      ${EndIf}
    ${EndIf}
    StrCpy $WasRunning 1
    StrCpy $R8 ""
    ${If} $Force == 1
      StrCpy $R8 " now"
    ${EndIf}
    Call ${un}AskPhone
    ${If} $0 == ${CANNOT_NOW}
      Call ${un}AskAgain
    ${EndIf}
    Call ${un}WaitForPhone
    ${DoWhile} $0 == 1
      Call ${un}CannotEnd
      Call ${un}WaitForPhone
    ${Loop}
  FunctionEnd

  ; A call is on: nobody is cut off unasked.
  Function ${un}AskAgain
    ${If} ${Silent}
      ${GiveUp} ${IN_USE} "a call is on, or something is not saved; /FORCE does not wait" ""
    ${EndIf}
    ${IfNot} ${Cmd} `MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(CallIsOn)" IDYES`
      ${StopHere} ${IN_USE} "the user does not want to cut it off"
    ${EndIf}
    StrCpy $R8 " now"
    Call ${un}AskPhone
  FunctionEnd

  ; It did not leave: somebody else's, or hung up on itself.
  Function ${un}CannotEnd
    ${If} $Force == 1
      ${Log} "ending it by force"
      nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM ${EXE} /IM ${COMMAND}'
      Pop $0
      Return
    ${EndIf}
    ${If} ${Silent}
      ${GiveUp} ${IN_USE} "the phone does not leave; /FORCE ends it" ""
    ${EndIf}
    ${IfNot} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(PhoneStays)" IDRETRY`
      ${StopHere} ${IN_USE} "the phone does not leave"
    ${EndIf}
  FunctionEnd
!macroend
!insertmacro PhoneFunctions ""
!insertmacro PhoneFunctions "un."

; Of the finish page.
Function StartPhone
  StrCpy $R8 ""
  Call StartPhoneAs
FunctionEnd

Function StartPhoneInBackground
  StrCpy $R8 " --background"
  Call StartPhoneAs
FunctionEnd

; Under UAC an administrator's program must not start the phone with its own rights: the desktop starts it then.
Function StartPhoneAs
  System::Call 'advapi32::OpenProcessToken(p -1, i 8, *p .r1) i .r0'
  System::Call 'advapi32::GetTokenInformation(p r1, i 18, *i .r2, i 4, *i .r3) i .r0' ; TokenElevationType
  System::Call 'kernel32::CloseHandle(p r1)'
  ${Log} "starting the phone (elevation type $2)"
  SetOutPath "$INSTDIR"
  ${If} $2 == 2 ; raised by UAC
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\${EXE}"'
  ${Else}
    Exec '"$INSTDIR\${EXE}"$R8'
  ${EndIf}
FunctionEnd
