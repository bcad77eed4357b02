; The wizard's words in English. words_ja.nsh has the same names; a test compares them.

; the product
LangString AppName ${LANG_ENGLISH} "${NAME}"
LangString AppSummary ${LANG_ENGLISH} "${SUMMARY}"
LangString ChooseLanguage ${LANG_ENGLISH} "Please choose a language."

; welcome
LangString WelcomeTitle ${LANG_ENGLISH} "Welcome to ${NAME} setup"
LangString WelcomeTitleUpgrade ${LANG_ENGLISH} "Update ${NAME}"
LangString WelcomeText ${LANG_ENGLISH} "This installs ${NAME} ${VERSION}.$\r$\n$\r$\nSettings and call records belong to the user: they can stay when the program is updated or removed.$\r$\n$\r$\nPress Next to go on."
LangString WelcomeTextUpgrade ${LANG_ENGLISH} "This updates ${NAME} $OldVersion to ${VERSION}.$\r$\n$\r$\nSettings, history, contacts and passwords stay as they are.$\r$\n$\r$\nIf the phone is running, you are asked before it is closed, and it is started again at the end.$\r$\n$\r$\nPress Next to go on."
LangString AbortQuestion ${LANG_ENGLISH} "Do you want to stop the setup?"

; licence
LangString LicenceTitle ${LANG_ENGLISH} "Licence agreement"
LangString LicenceSubtitle ${LANG_ENGLISH} "Please read it, and go on if you accept it."
LangString LicenceAbove ${LANG_ENGLISH} "Scroll down to read all of it."
LangString LicenceBelow ${LANG_ENGLISH} "If you accept the agreement, tick the box below."
LangString LicenceAgree ${LANG_ENGLISH} "I &accept the licence agreement"

; destination and options
LangString OptionsTitle ${LANG_ENGLISH} "Destination and options"
LangString OptionsSubtitle ${LANG_ENGLISH} "Press Install to go on with these."
LangString InstallButton ${LANG_ENGLISH} "&Install"
LangString FolderLabel ${LANG_ENGLISH} "Destination &folder"
LangString BrowseButton ${LANG_ENGLISH} "B&rowse..."
LangString SpaceNeeded ${LANG_ENGLISH} "Space needed: $1"
LangString SpaceNeededAndFree ${LANG_ENGLISH} "Space needed: $1      Space free: $2"
LangString SpaceMissing ${LANG_ENGLISH} "There is not enough space ($1 needed, $2 free).$\r$\nChoose another folder, or make room."
LangString FolderUnusable ${LANG_ENGLISH} "This folder cannot be written to.$\r$\n$INSTDIR$\r$\n$\r$\nChoose another one."
LangString OptionsLabel ${LANG_ENGLISH} "Options"
LangString OptionDesktop ${LANG_ENGLISH} "Create a shortcut on the &desktop"
LangString OptionStartMenu ${LANG_ENGLISH} "Add to the &Start menu"
LangString OptionLinks ${LANG_ENGLISH} "Open telephone &links (tel:, sip:, callto:)"
LangString OptionAutostart ${LANG_ENGLISH} "Start when you sign in to &Windows"
LangString ForThisUser ${LANG_ENGLISH} "Installed for the signed-in user; no administrator is needed."
LangString ForEveryUser ${LANG_ENGLISH} "Installed for every user of this computer."

; installing
LangString InstallingTitle ${LANG_ENGLISH} "Installing"
LangString InstallingSubtitle ${LANG_ENGLISH} "Please wait a moment."
LangString WaitingForPhone ${LANG_ENGLISH} "Waiting for the phone to leave..."
LangString Restarting ${LANG_ENGLISH} "Starting the phone again..."
LangString StoppedTitle ${LANG_ENGLISH} "The installation was stopped"
LangString StoppedSubtitle ${LANG_ENGLISH} "Nothing on your computer was changed."
LangString StoppedDetail ${LANG_ENGLISH} "Run it again when ${NAME} is not in use."

; the phone that runs
LangString PhoneRuns ${LANG_ENGLISH} "${NAME} is running.$\r$\n$\r$\nPress OK to close it and go on.$\r$\nUntil it is done you cannot make or take calls."
LangString CallIsOn ${LANG_ENGLISH} "A call is going on, or a contact is not saved.$\r$\n$\r$\nHang up, leave it unsaved, and go on?"
LangString PhoneStays ${LANG_ENGLISH} "${NAME} could not be closed.$\r$\n$\r$\nRight-click its icon in the notification area and quit it, then press Retry. If somebody else is signed in to this computer, their phone has to be closed too."

; finish
LangString FinishTitle ${LANG_ENGLISH} "The installation is complete"
LangString FinishText ${LANG_ENGLISH} "${NAME} is ready to be used.$\r$\n$\r$\nPress Finish."
LangString FinishRun ${LANG_ENGLISH} "&Run ${NAME} now"

; what stands in the way
LangString UnknownProperty ${LANG_ENGLISH} "This is not a property of the command line: $BadProperty"
LangString AnotherSetup ${LANG_ENGLISH} "A setup is running already."
LangString WrongWindows ${LANG_ENGLISH} "Windows 10 or later (64 bit) is needed."
LangString NeedsAdministrator ${LANG_ENGLISH} "Installing or removing it for every user needs an administrator."
LangString OtherScopeMachine ${LANG_ENGLISH} "${NAME} $OtherVersion is installed for every user of this computer.$\r$\n$\r$\nYou can use that one. Do you want to install a second one for yourself?"
LangString OtherScopeUser ${LANG_ENGLISH} "${NAME} $OtherVersion is installed for the signed-in user.$\r$\n$\r$\nThere will be two of them; it is better to remove that one first, in the Apps settings. Do you want to go on?"
LangString DowngradeQuestion ${LANG_ENGLISH} "A newer version ($OldVersion) is installed.$\r$\n$\r$\nGo back to version ${VERSION}? It may not be able to read what the newer one has saved."

; removal
LangString RemovalTitle ${LANG_ENGLISH} "Remove ${NAME}"
LangString RemovalSubtitle ${LANG_ENGLISH} "${NAME} is removed from this computer."
LangString RemovalText ${LANG_ENGLISH} "The program, its shortcuts, its links and its start at sign-in are removed.$\r$\n$INSTDIR"
LangString PurgeOption ${LANG_ENGLISH} "Remove my &personal data too"
LangString PurgeText ${LANG_ENGLISH} "Settings, history, contacts, recordings and passwords are gone for good.$\r$\nUnless ticked they stay, and are there when you install it again."
LangString RemoveButton ${LANG_ENGLISH} "&Remove"
LangString RemovingTitle ${LANG_ENGLISH} "Removing"
LangString RemovingSubtitle ${LANG_ENGLISH} "Please wait a moment."
LangString RemovedTitle ${LANG_ENGLISH} "${NAME} was removed"
LangString RemovedText ${LANG_ENGLISH} "${NAME} was removed. Your personal data is still there."
LangString RemovedAllText ${LANG_ENGLISH} "${NAME} and your personal data were removed."
LangString NotRemovedTitle ${LANG_ENGLISH} "The removal was stopped"
