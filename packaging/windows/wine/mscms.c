/* mscms.dll for tests under Wine 10, whose own ends the process in WcsCreateIccProfile. Qt 6 asks
   for the colour profile of each screen; here no screen has one. */

#define EXPORT __declspec(dllexport)

EXPORT void *OpenColorProfileW(void *profile, unsigned access, unsigned sharing, unsigned creation)
{
    return 0;
}

EXPORT int CloseColorProfile(void *profile) { return 1; }

EXPORT int GetColorProfileFromHandle(void *profile, unsigned char *bytes, unsigned *size)
{
    return 0;
}

EXPORT void *WcsCreateIccProfile(void *profile, unsigned options) { return 0; }
