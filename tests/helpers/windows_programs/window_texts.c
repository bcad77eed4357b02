/* What stands on the screen: a line of JSON for every visible window and every visible control of it.
 *
 *   window_texts.exe FONT FILE     FONT (9 points) measures whether a text has room in its control
 *
 * {"window": 1, "class": "…", "text": "…", "enabled": 1, "width": …, "height": …, "text_width": …, "text_height": …}
 */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

#define LONGEST 4096

static FILE *stream;
static HDC screen;

static void write_text(const wchar_t *text)
{
    fputwc(L'"', stream);
    for (; *text; text++) {
        if (*text == L'"' || *text == L'\\')
            fwprintf(stream, L"\\%lc", *text);
        else if (*text < 32)
            fwprintf(stream, L"\\u%04x", *text);
        else
            fputwc(*text, stream);
    }
    fputwc(L'"', stream);
}

static void write_window(HWND window, int is_top)
{
    static wchar_t class[LONGEST], text[LONGEST];
    RECT place, room;
    DWORD_PTR length = 0;

    text[0] = 0;
    GetClassNameW(window, class, LONGEST);
    SendMessageTimeoutW(window, WM_GETTEXT, LONGEST, (LPARAM)text, SMTO_ABORTIFHUNG, 1000, &length);
    GetClientRect(window, &place);
    room = place;
    DrawTextW(screen, text, -1, &room, DT_CALCRECT | DT_WORDBREAK);
    fwprintf(stream, L"{\"window\": %d, \"class\": ", is_top);
    write_text(class);
    fwprintf(stream, L", \"text\": ");
    write_text(text);
    fwprintf(stream, L", \"enabled\": %d, \"checked\": %d, \"width\": %ld, \"height\": %ld, \"text_width\": %ld, \"text_height\": %ld}\n",
             IsWindowEnabled(window) ? 1 : 0,
             !wcscmp(class, L"Button") && SendMessageW(window, BM_GETCHECK, 0, 0) == BST_CHECKED, place.right, place.bottom,
             room.right, room.bottom);
}

static BOOL CALLBACK each_control(HWND window, LPARAM top)
{
    if (IsWindowVisible(window))
        write_window(window, 0);
    return TRUE;
}

static BOOL CALLBACK each_window(HWND window, LPARAM unused)
{
    if (IsWindowVisible(window)) {
        write_window(window, 1);
        EnumChildWindows(window, each_control, 0);
    }
    return TRUE;
}

int wmain(int count, wchar_t **words)
{
    int pixels;

    if (count != 3 || !(stream = _wfopen(words[2], L"w, ccs=UTF-8")))
        return 1;
    screen = GetDC(NULL);
    pixels = -MulDiv(9, GetDeviceCaps(screen, LOGPIXELSY), 72);
    SelectObject(screen, CreateFontW(pixels, 0, 0, 0, FW_NORMAL, 0, 0, 0, DEFAULT_CHARSET, 0, 0, 0, 0, words[1]));
    EnumWindows(each_window, 0);
    fclose(stream);
    return 0;
}
