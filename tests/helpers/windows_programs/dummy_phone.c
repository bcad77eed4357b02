/* A phone as the setup wizard sees it, in a few lines: what it was started with, and whether it leaves when asked.
 *
 *   softphone.exe [words]         writes its words to C:\phone\started.txt and stays; a second one writes and ends
 *   softphone.exe ctl quit [now]  asks the first one to leave: 0; 4 where none runs; 5 while C:\phone\in-call is
 *                                 there, unless "now"; 0 and nothing happens while C:\phone\stubborn is there
 *   softphone.exe store NAME      puts a password into Credential Manager under NAME
 */
#include <wchar.h>
#include <windows.h>

#include <wincred.h>

#define LEAVE L"Local\\softphone-dummy-leave"
#define FOLDER L"C:\\phone"
#define NOT_REACHED 4
#define BUSY 5

static int is_there(const wchar_t *file) { return GetFileAttributesW(file) != INVALID_FILE_ATTRIBUTES; }

/* Add a line; two phones may do so at once. */
static void note(const wchar_t *file, const wchar_t *words)
{
    char line[4096];
    int length = WideCharToMultiByte(CP_UTF8, 0, words, -1, line, sizeof line - 1, NULL, NULL);
    HANDLE stream = INVALID_HANDLE_VALUE;
    DWORD written;
    int tries;

    if (!length)
        return;
    line[length - 1] = '\n';
    CreateDirectoryW(FOLDER, NULL);
    for (tries = 0; stream == INVALID_HANDLE_VALUE && tries < 100; tries++) {
        stream = CreateFileW(file, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
        if (stream == INVALID_HANDLE_VALUE)
            Sleep(20);
    }
    WriteFile(stream, line, length, &written, NULL);
    CloseHandle(stream);
}

static int quit(int now)
{
    HANDLE leave = OpenEventW(EVENT_MODIFY_STATE, FALSE, LEAVE);

    note(FOLDER L"\\asked.txt", now ? L"quit now" : L"quit");
    if (!leave)
        return NOT_REACHED;
    if (!now && is_there(FOLDER L"\\in-call"))
        return BUSY;
    if (!is_there(FOLDER L"\\stubborn"))
        SetEvent(leave);
    return 0;
}

static int store(wchar_t *name)
{
    CREDENTIALW credential = {0};

    credential.Type = CRED_TYPE_GENERIC;
    credential.TargetName = name;
    credential.UserName = (wchar_t *)L"201";
    credential.CredentialBlob = (BYTE *)"himitsu";
    credential.CredentialBlobSize = 7;
    credential.Persist = CRED_PERSIST_LOCAL_MACHINE;
    return CredWriteW(&credential, 0) ? 0 : 1;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, LPWSTR line, int show)
{
    HANDLE leave;

    if (__argc > 2 && !wcscmp(__wargv[1], L"ctl") && !wcscmp(__wargv[2], L"quit"))
        return quit(__argc > 3 && !wcscmp(__wargv[3], L"now"));
    if (__argc > 2 && !wcscmp(__wargv[1], L"store"))
        return store(__wargv[2]);
    note(FOLDER L"\\started.txt", line);
    leave = CreateEventW(NULL, TRUE, FALSE, LEAVE);
    if (GetLastError() == ERROR_ALREADY_EXISTS)
        return 0;
    WaitForSingleObject(leave, INFINITE);
    return 0;
}
