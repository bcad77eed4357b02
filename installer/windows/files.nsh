; The program's files. FILE_LIST beside them names every one, so that the next version and the uninstaller take away
; exactly what this one brought and nothing a user has put there.

Function CopyFiles
  !include "${PAYLOAD_LIST}" ; SetOutPath and File, one by one
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"
FunctionEnd

!macro FileFunctions un FIND
  ; $R9: the folder. Deletes what its list names, then the folder where it is empty.
  Function ${un}RemoveFiles
    ClearErrors
    FileOpen $R0 "$R9\${FILE_LIST}" r
    ${If} ${Errors}
      ${Log} "no ${FILE_LIST} in $R9"
      RMDir /r "$R9\_internal"
      Delete "$R9\${EXE}"
      Delete "$R9\${COMMAND}"
    ${Else}
      ${Do}
        ClearErrors
        FileReadUTF16LE $R0 $R1
        ${If} ${Errors}
          ${Break}
        ${EndIf}
        Call ${un}RemoveLine
      ${Loop}
      FileClose $R0
    ${EndIf}
    Delete "$R9\${FILE_LIST}"
    Delete "$R9\${UNINSTALLER}"
    SetOutPath "$TEMP" ; a folder one is in stays
    RMDir "$R9"
  FunctionEnd

  ; $R1: a line: a file, or a folder with a backslash behind it. Never above the folder.
  Function ${un}RemoveLine
    ${Do}
      StrCpy $R2 $R1 1 -1
      ${If} $R2 != "$\r"
      ${AndIf} $R2 != "$\n"
        ${Break}
      ${EndIf}
      StrCpy $R1 $R1 -1
    ${Loop}
    ${${FIND}} $R3 $R1 ".."
    ${If} $R1 == ""
    ${OrIf} $R3 != ""
      Return
    ${EndIf}
    ${If} $R2 == "\"
      RMDir "$R9\$R1"
    ${Else}
      Delete "$R9\$R1"
    ${EndIf}
  FunctionEnd
!macroend
!insertmacro FileFunctions "" StrStr
!insertmacro FileFunctions "un." UnStrStr
