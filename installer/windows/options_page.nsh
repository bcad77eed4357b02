; The page before the files are copied: where to, and what Windows shall know. In an upgrade it begins as things are.

Var FolderField
Var SpaceLabel
Var DesktopBox
Var StartMenuBox
Var LinksBox
Var AutostartBox

!define TOP_OF_BOXES 62

!macro OptionBox BOX OPTION ROW WORDS
  !define /math BOX_TOP ${ROW} * 15
  !define /redef /math BOX_TOP ${BOX_TOP} + ${TOP_OF_BOXES}
  ${NSD_CreateCheckBox} 6u ${BOX_TOP}u 294u 12u "${WORDS}"
  !undef BOX_TOP
  Pop ${BOX}
  ${If} ${OPTION} == 1
    ${NSD_Check} ${BOX}
  ${EndIf}
!macroend

; The pictures of the screen's scale: NSIS would blow small ones up.
!macro UseArtwork
  System::Call 'user32::GetDC(p 0) p .r1'
  System::Call 'gdi32::GetDeviceCaps(p r1, i 88) i .r2' ; LOGPIXELSX
  System::Call 'user32::ReleaseDC(p 0, p r1)'
  ${If} $2 > 144
    !insertmacro UnpackArtwork 200
  ${ElseIf} $2 > 96
    !insertmacro UnpackArtwork 150
  ${EndIf}
!macroend

Function ShowOptions
  !insertmacro MUI_HEADER_TEXT "$(OptionsTitle)" "$(OptionsSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 300u 10u "$(FolderLabel)"
  Pop $0
  ${NSD_CreateDirRequest} 0 12u 234u 13u "$INSTDIR"
  Pop $FolderField
  ${NSD_OnChange} $FolderField FolderChanged
  ${NSD_CreateBrowseButton} 240u 11u 60u 15u "$(BrowseButton)"
  Pop $0
  ${NSD_OnClick} $0 BrowseFolder
  ${NSD_CreateLabel} 0 29u 300u 10u ""
  Pop $SpaceLabel
  ${NSD_CreateLabel} 0 48u 300u 10u "$(OptionsLabel)"
  Pop $0
  !insertmacro OptionBox $DesktopBox $WantDesktop 0 "$(OptionDesktop)"
  !insertmacro OptionBox $StartMenuBox $WantStartMenu 1 "$(OptionStartMenu)"
  !insertmacro OptionBox $LinksBox $WantLinks 2 "$(OptionLinks)"
  !insertmacro OptionBox $AutostartBox $WantAutostart 3 "$(OptionAutostart)"
  StrCpy $1 "$(ForThisUser)"
  ${If} $Scope == "machine"
    StrCpy $1 "$(ForEveryUser)"
  ${EndIf}
  ${NSD_CreateLabel} 0 127u 300u 10u $1
  Pop $0
  SetCtlColors $0 "5B6270" transparent
  Call ShowSpace
  nsDialogs::Show
FunctionEnd

Function BrowseFolder
  Pop $0
  ${NSD_GetText} $FolderField $1
  nsDialogs::SelectFolderDialog "$(FolderLabel)" "$1"
  Pop $1
  ${If} $1 == error
    Return
  ${EndIf}
  ${GetFileName} $1 $2
  ${If} $2 != "${NAME}" ; never straight into a folder that holds other things
    StrCpy $2 $1 1 -1
    ${If} $2 == "\"
      StrCpy $1 $1 -1
    ${EndIf}
    StrCpy $1 "$1\${NAME}"
  ${EndIf}
  ${NSD_SetText} $FolderField $1
FunctionEnd

Function FolderChanged
  Pop $0
  Call ShowSpace
FunctionEnd

; $R1 needed, $R2 free, in MB; $R2 "" where the drive is not known. $1 and $2: the same in words.
Function MeasureSpace
  ${NSD_GetText} $FolderField $0
  IntOp $R1 ${SIZE_KB} / 1024
  IntOp $R1 $R1 + 1
  StrCpy $R2 ""
  ${GetRoot} "$0" $3
  ${If} $3 != ""
    ClearErrors
    ${DriveSpace} "$3\" "/D=F /S=M" $R2
    ${If} ${Errors}
      StrCpy $R2 ""
    ${EndIf}
  ${EndIf}
  StrCpy $1 "$R1 MB"
  StrCpy $2 "$R2 MB"
  ${If} $R2 > 10240
    IntOp $2 $R2 / 1024
    StrCpy $2 "$2 GB"
  ${EndIf}
FunctionEnd

Function ShowSpace
  Call MeasureSpace
  ${If} $R2 == ""
    ${NSD_SetText} $SpaceLabel "$(SpaceNeeded)"
  ${Else}
    ${NSD_SetText} $SpaceLabel "$(SpaceNeededAndFree)"
  ${EndIf}
FunctionEnd

Function LeaveOptions
  ${NSD_GetText} $FolderField $INSTDIR
  Call MeasureSpace
  ${If} $R2 != ""
  ${AndIf} $R2 < $R1
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(SpaceMissing)"
    Abort
  ${EndIf}
  ${GetRoot} "$INSTDIR" $3
  ClearErrors
  ${If} $3 == ""
    SetErrors
  ${Else}
    CreateDirectory "$INSTDIR"
    GetTempFileName $0 "$INSTDIR"
    Delete "$0"
    RMDir "$INSTDIR" ; where it is empty: nothing is left should the user cancel
  ${EndIf}
  ${If} ${Errors}
  ${AndIfNot} ${FileExists} "$INSTDIR\*.*"
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(FolderUnusable)"
    Abort
  ${EndIf}
  ${NSD_GetState} $DesktopBox $WantDesktop
  ${NSD_GetState} $StartMenuBox $WantStartMenu
  ${NSD_GetState} $LinksBox $WantLinks
  ${NSD_GetState} $AutostartBox $WantAutostart
FunctionEnd

!macro UnpackArtwork SCALE
  File "/oname=$PLUGINSDIR\modern-wizard.bmp" "${ARTWORK}/side-${SCALE}.bmp"
  File "/oname=$PLUGINSDIR\modern-header.bmp" "${ARTWORK}/header-${SCALE}.bmp"
  SetBrandingImage /IMGID=1046 /RESIZETOFIT "$PLUGINSDIR\modern-header.bmp"
!macroend
