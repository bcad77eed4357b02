#!/bin/sh
# Installs @name@ for you alone, without administrator's rights:
#   sh install.sh            into ~/.local/opt/softphone, the menu, and links to telephone numbers
#   sh install.sh --remove   takes all of it away; settings, history and phone book stay
set -eu

home=${XDG_DATA_HOME:-$HOME/.local/share}
place=$HOME/.local/opt/softphone
here=$(cd "$(dirname "$0")" && pwd)

refresh() {
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$home/applications"; fi
    if command -v gtk-update-icon-cache >/dev/null; then
        gtk-update-icon-cache -q -t -f "$home/icons/hicolor" || true
    fi
}

remove_links() {
    rm -f "$HOME/.local/bin/softphone" "$home/applications/softphone.desktop"
    rm -f "$home/metainfo/@identifier@.metainfo.xml"
    rm -f "$home"/man/man1/softphone.1.gz "$home"/man/ja/man1/softphone.1.gz
    rm -f "$home"/icons/hicolor/*/apps/softphone.png "$home/icons/hicolor/scalable/apps/softphone.svg"
}

if [ "${1-}" = --remove ]; then
    remove_links
    rm -rf "$place"
    refresh
    echo "@name@ is removed. / @name_ja@を削除しました。"
    exit
fi

# A version of its own: what runs keeps its files.
folder=$place/@version@
while [ -e "$folder" ]; do folder=$folder.new; done
mkdir -p "$place" "$HOME/.local/bin" "$home"
cp -a "$here" "$folder"
ln -sfn "${folder##*/}" "$place/current"
for old in "$place"/*; do
    case $old in "$folder" | "$place/current") continue ;; esac
    used=
    for program in /proc/[0-9]*/exe; do
        # shellcheck disable=SC3013 # dash, bash and busybox know -ef
        if [ "$program" -ef "$old/softphone" ]; then used=yes; fi
    done
    if [ -z "$used" ]; then rm -rf "$old"; fi
done

remove_links
cp -a "$place/current/share/applications" "$place/current/share/icons" "$place/current/share/man" \
    "$place/current/share/metainfo" "$home"
sed -i "s|^TryExec=.*|TryExec=$place/current/softphone|; s|^Exec=softphone|Exec=\"$place/current/softphone\"|" \
    "$home/applications/softphone.desktop"
ln -s "$place/current/softphone" "$HOME/.local/bin/softphone"
refresh
echo "@name@ @version@ is in the menu now. / @name_ja@をメニューに追加しました。"
