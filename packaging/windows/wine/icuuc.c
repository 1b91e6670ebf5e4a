/* icuuc.dll for tests under Wine 10, which has none. Qt 6 loads it for text encodings other than
   UTF-8, UTF-16, UTF-32, Latin-1 and the system's. Here no converter can be opened, so nothing but
   ucnv_open and the lists of names is ever called; the rest exists to be linked to. */

enum { U_FILE_ACCESS_ERROR = 4 };

#define EXPORT __declspec(dllexport)
#define UNUSED(name) EXPORT long long name(void) { return 0; }

EXPORT void *ucnv_open(const char *encoding, int *error)
{
    if (error)
        *error = U_FILE_ACCESS_ERROR;
    return 0;
}

EXPORT int ucnv_countAvailable(void) { return 0; }
EXPORT const char *ucnv_getAvailableName(int index) { return 0; }

EXPORT const char *ucnv_getStandardName(const char *encoding, const char *standard, int *error)
{
    if (error)
        *error = U_FILE_ACCESS_ERROR;
    return 0;
}

UNUSED(ucnv_close)
UNUSED(ucnv_reset)
UNUSED(ucnv_getName)
UNUSED(ucnv_getMaxCharSize)
UNUSED(ucnv_toUnicode)
UNUSED(ucnv_fromUnicode)
UNUSED(ucnv_toUCountPending)
UNUSED(ucnv_fromUCountPending)
UNUSED(ucnv_getToUCallBack)
UNUSED(ucnv_setToUCallBack)
UNUSED(ucnv_getFromUCallBack)
UNUSED(ucnv_setFromUCallBack)
UNUSED(ucnv_cbToUWriteUChars)
UNUSED(ucnv_cbFromUWriteUChars)
UNUSED(UCNV_TO_U_CALLBACK_SUBSTITUTE)
UNUSED(UCNV_FROM_U_CALLBACK_SUBSTITUTE)
