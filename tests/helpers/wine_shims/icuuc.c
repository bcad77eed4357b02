/* Test only, for Wine's system32; never shipped. Windows 10 has icuuc.dll, Wine 8 has not.
 *
 * Qt6Core asks it for text codecs other than UTF-8, UTF-16, UTF-32 and Latin-1. Every one is refused here, as
 * ICU itself refuses where its data file is missing.
 *
 * Being loaded by Qt it also mends what Wine has only as stubs that end the program (wine_stubs.h).
 */
#include "wine_stubs.h"

#define EXPORT __declspec(dllexport)
#define U_FILE_ACCESS_ERROR 4

typedef struct UConverter UConverter;
typedef int UErrorCode;

static void refuse(UErrorCode *error)
{
    if (error)
        *error = U_FILE_ACCESS_ERROR;
}

EXPORT UConverter *ucnv_open(const char *name, UErrorCode *error) { refuse(error); return NULL; }
EXPORT void ucnv_close(UConverter *converter) { (void)converter; }
EXPORT void ucnv_reset(UConverter *converter) { (void)converter; }
EXPORT signed char ucnv_getMaxCharSize(const UConverter *converter) { return 1; }
EXPORT const char *ucnv_getName(const UConverter *converter, UErrorCode *error) { refuse(error); return NULL; }
EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, UErrorCode *error) { refuse(error); return NULL; }
EXPORT const char *ucnv_getAvailableName(int index) { return NULL; }
EXPORT int ucnv_countAvailable(void) { return 0; }
EXPORT int ucnv_toUCountPending(const UConverter *converter, UErrorCode *error) { refuse(error); return 0; }
EXPORT int ucnv_fromUCountPending(const UConverter *converter, UErrorCode *error) { refuse(error); return 0; }

EXPORT void ucnv_toUnicode(UConverter *converter, void **target, const void *target_end, const char **source,
                           const char *source_end, int *offsets, char flush, UErrorCode *error) { refuse(error); }
EXPORT void ucnv_fromUnicode(UConverter *converter, char **target, const char *target_end, const void **source,
                             const void *source_end, int *offsets, char flush, UErrorCode *error) { refuse(error); }
EXPORT void ucnv_getToUCallBack(const UConverter *converter, void **action, const void **context) {}
EXPORT void ucnv_getFromUCallBack(const UConverter *converter, void **action, const void **context) {}
EXPORT void ucnv_setToUCallBack(UConverter *converter, void *action, const void *context, void **old_action,
                                const void **old_context, UErrorCode *error) { refuse(error); }
EXPORT void ucnv_setFromUCallBack(UConverter *converter, void *action, const void *context, void **old_action,
                                  const void **old_context, UErrorCode *error) { refuse(error); }
EXPORT void ucnv_cbToUWriteUChars(void *arguments, const void *text, int length, int offset, UErrorCode *error) { refuse(error); }
EXPORT void ucnv_cbFromUWriteUChars(void *arguments, const void **text, const void *end, int offset, UErrorCode *error) { refuse(error); }
EXPORT void UCNV_TO_U_CALLBACK_SUBSTITUTE(const void *context, void *arguments, const char *units, int length,
                                          int reason, UErrorCode *error) { refuse(error); }
EXPORT void UCNV_FROM_U_CALLBACK_SUBSTITUTE(const void *context, void *arguments, const void *units, int length,
                                            int point, int reason, UErrorCode *error) { refuse(error); }

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved)
{
    if (reason == DLL_PROCESS_ATTACH)
        mend_wine_stubs();
    return TRUE;
}
