/* Test only. What Wine 8 to 10 has as stubs that end the program, replaced in memory when this is loaded:
 * the C99 complex functions of ucrtbase (numpy calls them when imported) and one of mscms (Qt asks the screen's
 * colour profile).
 */
#include <complex.h>
#include <string.h>
#include <windows.h>

#define THREE(name) {#name "f", (void *)name##f}, {#name, (void *)name}, {#name "l", (void *)name##l}

static const struct {
    const char *name;
    void *ours;
} complex_functions[] = {
    THREE(creal), THREE(cimag), THREE(cabs),  THREE(carg),   THREE(conj),   THREE(cproj),  THREE(cexp),   THREE(clog),
    THREE(cpow),  THREE(csqrt), THREE(csin),  THREE(ccos),   THREE(ctan),   THREE(csinh),  THREE(ccosh),  THREE(ctanh),
    THREE(casin), THREE(cacos), THREE(catan), THREE(casinh), THREE(cacosh), THREE(catanh),
};

static void *WINAPI no_colour_profile(void *profile, DWORD options) { return NULL; }

/* Jump from a stub of Wine's to ``ours``; anything that does not begin like one is left as it is. */
static void replace_stub(const char *library, const char *name, void *ours)
{
    static const unsigned char stub[] = {0x48, 0x83, 0xec, 0x28, 0x48, 0x8d, 0x0d}; /* sub rsp,40; lea rcx,[rip+… */
    HMODULE module = LoadLibraryA(library);
    unsigned char *code = module ? (unsigned char *)GetProcAddress(module, name) : NULL;
    DWORD before;

    if (!code || memcmp(code, stub, sizeof stub) || !VirtualProtect(code, 12, PAGE_EXECUTE_READWRITE, &before))
        return;
    code[0] = 0x48; /* mov rax, ours */
    code[1] = 0xb8;
    memcpy(code + 2, &ours, sizeof ours);
    code[10] = 0xff; /* jmp rax */
    code[11] = 0xe0;
    VirtualProtect(code, 12, before, &before);
    FlushInstructionCache(GetCurrentProcess(), code, 12);
}

static void mend_wine_stubs(void)
{
    size_t index;

    if (!GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version"))
        return;
    for (index = 0; index < sizeof complex_functions / sizeof *complex_functions; index++)
        replace_stub("ucrtbase.dll", complex_functions[index].name, complex_functions[index].ours);
    replace_stub("mscms.dll", "WcsCreateIccProfile", (void *)no_colour_profile);
}
