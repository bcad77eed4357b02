/* A phone as the setup wizard sees it, in a few lines: what it was started with, and whether it leaves when asked.
 *
 *   softphone.exe [words]         writes its words to C:\phone\started.txt and stays; a second one writes and ends
 *   softphone.exe ctl quit [now]  asks the first one to leave: 0; 4 where none runs; 5 while C:\phone\in-call is
 *                                 there, unless "now"; 0 and nothing happens while C:\phone\stubborn is there
 *   softphone.exe store NAME      puts a password into Credential Manager under NAME
 */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

#include <wincred.h>

#define LEAVE L"Local\\softphone-dummy-leave"
#define FOLDER L"C:\\phone"
#define NOT_REACHED 4
#define BUSY 5

static int is_there(const wchar_t *file) { return GetFileAttributesW(file) != INVALID_FILE_ATTRIBUTES; }

static void note(const wchar_t *file, const wchar_t *words)
{
    FILE *stream;

    CreateDirectoryW(FOLDER, NULL);
    stream = _wfopen(file, L"a, ccs=UTF-8");
    if (stream) {
        fwprintf(stream, L"%ls\n", words);
        fclose(stream);
    }
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
