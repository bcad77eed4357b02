/* In the place of a program of Windows: writes what it was started with to C:\phone\noted.txt. */
#include <stdio.h>
#include <windows.h>

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, LPWSTR line, int show)
{
    FILE *stream;

    CreateDirectoryW(L"C:\\phone", NULL);
    stream = _wfopen(L"C:\\phone\\noted.txt", L"a, ccs=UTF-8");
    if (!stream)
        return 1;
    fwprintf(stream, L"%ls\n", line);
    fclose(stream);
    return 0;
}
