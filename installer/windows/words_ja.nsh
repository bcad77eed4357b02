; The wizard's words in Japanese. words_en.nsh has the same names; a test compares them.

; the product
LangString AppName ${LANG_JAPANESE} "${NAME_JA}"
LangString AppSummary ${LANG_JAPANESE} "${SUMMARY_JA}"
LangString ChooseLanguage ${LANG_JAPANESE} "言語を選んでください。"

; welcome
LangString WelcomeTitle ${LANG_JAPANESE} "${NAME_JA} セットアップへようこそ"
LangString WelcomeTitleUpgrade ${LANG_JAPANESE} "${NAME_JA}の更新"
LangString WelcomeText ${LANG_JAPANESE} "${NAME_JA} ${VERSION} をインストールします。$\r$\n$\r$\n設定や通話の記録は利用者ごとに保存され、更新や削除のあとも残しておけます。$\r$\n$\r$\n［次へ］を押してください。"
LangString WelcomeTextUpgrade ${LANG_JAPANESE} "${NAME_JA} $OldVersion を ${VERSION} に更新します。$\r$\n$\r$\n設定、履歴、電話帳、パスワードはそのまま引き継がれます。$\r$\n$\r$\n電話が起動している場合は、終了してよいかを確認し、更新が終わると起動し直します。$\r$\n$\r$\n［次へ］を押してください。"
LangString AbortQuestion ${LANG_JAPANESE} "セットアップを中止しますか？"

; licence
LangString LicenceTitle ${LANG_JAPANESE} "使用許諾契約"
LangString LicenceSubtitle ${LANG_JAPANESE} "お読みになり、同意いただける場合は次へ進んでください。"
LangString LicenceAbove ${LANG_JAPANESE} "スクロールすると全文を読めます。"
LangString LicenceBelow ${LANG_JAPANESE} "同意いただける場合は、下の項目にチェックを入れてください。"
LangString LicenceAgree ${LANG_JAPANESE} "使用許諾契約に同意します(&A)"

; destination and options
LangString OptionsTitle ${LANG_JAPANESE} "インストール先と設定"
LangString OptionsSubtitle ${LANG_JAPANESE} "このままでよければ［インストール］を押してください。"
LangString InstallButton ${LANG_JAPANESE} "インストール"
LangString FolderLabel ${LANG_JAPANESE} "インストール先のフォルダー(&F)"
LangString BrowseButton ${LANG_JAPANESE} "参照(&R)..."
LangString SpaceNeeded ${LANG_JAPANESE} "必要な容量： $1"
LangString SpaceNeededAndFree ${LANG_JAPANESE} "必要な容量： $1　　空き容量： $2"
LangString SpaceMissing ${LANG_JAPANESE} "空き容量が足りません（必要な容量 $1、空き容量 $2）。$\r$\n別のフォルダーを選ぶか、空きを増やしてください。"
LangString FolderUnusable ${LANG_JAPANESE} "このフォルダーには書き込めません。$\r$\n$INSTDIR$\r$\n$\r$\n別のフォルダーを選んでください。"
LangString OptionsLabel ${LANG_JAPANESE} "オプション"
LangString OptionDesktop ${LANG_JAPANESE} "デスクトップにショートカットを作成する(&D)"
LangString OptionStartMenu ${LANG_JAPANESE} "スタート メニューに登録する(&S)"
LangString OptionLinks ${LANG_JAPANESE} "電話番号のリンク（tel:、sip:、callto:）を開けるようにする(&L)"
LangString OptionAutostart ${LANG_JAPANESE} "Windows へのサインイン時に自動的に起動する(&W)"
LangString ForThisUser ${LANG_JAPANESE} "サインイン中のユーザー用にインストールします。管理者の権限は不要です。"
LangString ForEveryUser ${LANG_JAPANESE} "このコンピューターのすべてのユーザー用にインストールします。"

; installing
LangString InstallingTitle ${LANG_JAPANESE} "インストールしています"
LangString InstallingSubtitle ${LANG_JAPANESE} "しばらくお待ちください。"
LangString WaitingForPhone ${LANG_JAPANESE} "電話が終了するのを待っています..."
LangString Restarting ${LANG_JAPANESE} "電話を起動し直しています..."
LangString StoppedTitle ${LANG_JAPANESE} "インストールを中止しました"
LangString StoppedSubtitle ${LANG_JAPANESE} "コンピューターには何も変更を加えていません。"
LangString StoppedDetail ${LANG_JAPANESE} "${NAME_JA}を使っていないときに、もう一度実行してください。"

; the phone that runs
LangString PhoneRuns ${LANG_JAPANESE} "${NAME_JA}が起動しています。$\r$\n$\r$\n［OK］を押すと、電話を終了して続けます。$\r$\n終わるまでのあいだ、電話の発着信はできません。"
LangString CallIsOn ${LANG_JAPANESE} "通話中か、保存していない連絡先があります。$\r$\n$\r$\n通話を切り、保存しないで続けますか？"
LangString PhoneStays ${LANG_JAPANESE} "${NAME_JA}を終了できませんでした。$\r$\n$\r$\n通知領域のアイコンを右クリックして終了してから、［再試行］を押してください。このコンピューターに別のユーザーがサインインしている場合は、その方の電話も終了してください。"

; finish
LangString FinishTitle ${LANG_JAPANESE} "インストールが完了しました"
LangString FinishText ${LANG_JAPANESE} "${NAME_JA}を使う準備ができました。$\r$\n$\r$\n［完了］を押してください。"
LangString FinishRun ${LANG_JAPANESE} "${NAME_JA}を起動する(&R)"

; what stands in the way
LangString UnknownProperty ${LANG_JAPANESE} "コマンドラインの指定が正しくありません： $BadProperty"
LangString AnotherSetup ${LANG_JAPANESE} "セットアップがすでに実行されています。"
LangString WrongWindows ${LANG_JAPANESE} "Windows 10 以降（64 ビット）が必要です。"
LangString NeedsAdministrator ${LANG_JAPANESE} "すべてのユーザー用のインストールと削除には、管理者の権限が必要です。"
LangString OtherScopeMachine ${LANG_JAPANESE} "${NAME_JA} $OtherVersion が、すべてのユーザー用にインストールされています。$\r$\n$\r$\nそれをそのまま使えます。サインイン中のユーザー用に、もう 1 つインストールしますか？"
LangString OtherScopeUser ${LANG_JAPANESE} "サインイン中のユーザー用に ${NAME_JA} $OtherVersion がインストールされています。$\r$\n$\r$\n続けると 2 つになります。先に「アプリ」の設定から削除することをお勧めします。このまま続けますか？"
LangString DowngradeQuestion ${LANG_JAPANESE} "新しいバージョン（$OldVersion）がインストールされています。$\r$\n$\r$\n古いバージョン（${VERSION}）に戻しますか？ 新しいバージョンで保存した内容は、読めないことがあります。"

; removal
LangString RemovalTitle ${LANG_JAPANESE} "${NAME_JA}の削除"
LangString RemovalSubtitle ${LANG_JAPANESE} "このコンピューターから${NAME_JA}を削除します。"
LangString RemovalText ${LANG_JAPANESE} "プログラム、ショートカット、リンクと自動起動の登録を削除します。$\r$\n$INSTDIR"
LangString PurgeOption ${LANG_JAPANESE} "個人データも削除する(&P)"
LangString PurgeText ${LANG_JAPANESE} "設定、通話履歴、電話帳、録音、保存したパスワードが消え、元に戻せません。$\r$\nチェックしなければ残り、もう一度インストールしたときにそのまま使えます。"
LangString RemoveButton ${LANG_JAPANESE} "削除(&R)"
LangString RemovingTitle ${LANG_JAPANESE} "削除しています"
LangString RemovingSubtitle ${LANG_JAPANESE} "しばらくお待ちください。"
LangString RemovedTitle ${LANG_JAPANESE} "削除が完了しました"
LangString RemovedText ${LANG_JAPANESE} "${NAME_JA}を削除しました。個人データは残してあります。"
LangString RemovedAllText ${LANG_JAPANESE} "${NAME_JA}と個人データを削除しました。"
LangString NotRemovedTitle ${LANG_JAPANESE} "削除を中止しました"
