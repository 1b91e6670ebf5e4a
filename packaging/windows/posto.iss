; The Windows installer (Inno Setup 6), for this user alone: no administrator is needed. build.py
; calls it with /DVersion, /DFolder (the built folder) and /DIcon.
; Compiled and tried under Wine with stand-ins for the programs; never on Windows: see
; CONTRIBUTING.md.
#ifndef Version
  #error Call it through "py dev.py package setup"
#endif
#define Name "Posto Desktop"
#define Program "posto-desktop.exe"

[Setup]
AppId={{6B0E6C0B-6F0B-4C62-9B5B-6E0A5F3B7C51}
AppName={#Name}
AppVersion={#Version}
AppPublisher=Posto Desktop contributors
VersionInfoVersion={#Version}
DefaultDirName={localappdata}\Programs\{#Name}
DefaultGroupName={#Name}
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\{#Program}
; "ultra" needs more memory than the 32-bit compiler may have.
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
; A running app is asked to close, and started again after an upgrade.
CloseApplications=yes
RestartApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; Libraries of the version before: a file that is gone from the new one must not stay.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\{#Program}"; AppUserModelID: "Posto.Desktop"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\{#Program}"; Tasks: desktopicon; AppUserModelID: "Posto.Desktop"

[Registry]
; "Open with" for pictures and videos; no default of the user is changed.
Root: HKCU; Subkey: "Software\Classes\Applications\{#Program}"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "{#Name}"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\Applications\{#Program}\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" ""%1"""
#define Kind(str Ending) 'Root: HKCU; Subkey: "Software\Classes\Applications\' + Program + '\SupportedTypes"; ValueType: string; ValueName: "' + Ending + '"; ValueData: ""'
#emit Kind(".jpg")
#emit Kind(".jpeg")
#emit Kind(".png")
#emit Kind(".gif")
#emit Kind(".webp")
#emit Kind(".heic")
#emit Kind(".avif")
#emit Kind(".tif")
#emit Kind(".tiff")
#emit Kind(".bmp")
#emit Kind(".mp4")
#emit Kind(".mov")
#emit Kind(".webm")
#emit Kind(".mkv")
; posto: links
Root: HKCU; Subkey: "Software\Classes\posto"; ValueType: string; ValueData: "URL:Posto"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\posto"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKCU; Subkey: "Software\Classes\posto\DefaultIcon"; ValueType: string; ValueData: "{app}\{#Program},0"
Root: HKCU; Subkey: "Software\Classes\posto\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" ""%1"""

[Run]
Filename: "{app}\{#Program}"; Description: "{cm:LaunchProgram,{#Name}}"; Flags: nowait postinstall skipifsilent

[UninstallDelete]
; What the user wrote lies elsewhere and stays.
Type: filesandordirs; Name: "{app}\_internal"
