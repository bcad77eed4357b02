; What was done, line by line, into the file of /LOG= (UTF-16, English); and the ways in which setup gives up.

!macro Log TEXT
  Push "${TEXT}"
  !ifdef __UNINSTALL__
    Call un.WriteLog
  !else
    Call WriteLog
  !endif
!macroend
!define Log "!insertmacro Log"

; Log TEXT, show WORDS unless silent, end with CODE.
!macro GiveUp CODE TEXT WORDS
  ${Log} "giving up with ${CODE}: ${TEXT}"
  ${IfNot} ${Silent}
    MessageBox MB_OK|MB_ICONSTOP "${WORDS}"
  ${EndIf}
  SetErrorLevel ${CODE}
  Quit
!macroend
!define GiveUp "!insertmacro GiveUp"

; From within the installing page: it says that nothing was done, and ends with CODE when it is closed.
!macro StopHere CODE TEXT
  ${Log} "stopped with ${CODE}: ${TEXT}"
  SetErrorLevel ${CODE}
  Abort "$(StoppedDetail)"
!macroend
!define StopHere "!insertmacro StopHere"

!macro JournalFunctions un
  Function ${un}WriteLog
    Exch $0
    ${If} $LogFile != ""
      Push $1
      Push $2
      Push $3
      Push $4
      Push $5
      Push $6
      Push $7
      ${GetTime} "" "L" $1 $2 $3 $4 $5 $6 $7 ; day, month, year, weekday, hour, minute, second
      FileWriteUTF16LE $LogFile "$3-$2-$1 $5:$6:$7 $0$\r$\n"
      Pop $7
      Pop $6
      Pop $5
      Pop $4
      Pop $3
      Pop $2
      Pop $1
    ${EndIf}
    Pop $0
  FunctionEnd

  ; Begin the log in the file $R5, behind what is there.
  Function ${un}OpenLog
    ClearErrors
    FileOpen $LogFile $R5 a
    ${If} ${Errors}
      StrCpy $LogFile ""
      StrCpy $BadProperty "/LOG=$R5"
      Return
    ${EndIf}
    FileSeek $LogFile 0 END $0
    ${If} $0 == 0
      FileWriteUTF16LE /BOM $LogFile ""
    ${EndIf}
  FunctionEnd
!macroend
!insertmacro JournalFunctions ""
!insertmacro JournalFunctions "un."
