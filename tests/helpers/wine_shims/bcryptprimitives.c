/* Test only, for Wine's system32; never shipped. Wine 8 lacks bcryptprimitives.dll, of which Rust programs
 * (cryptography) want random numbers.
 */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    while (length) {
        ULONG part = length > 0x10000 ? 0x10000 : (ULONG)length;

        SystemFunction036(buffer, part);
        buffer += part;
        length -= part;
    }
    return TRUE;
}
