; The Windows installer (Inno Setup 6), for this user alone: no administrator is needed. build.py
; calls it with /DVersion, /DFolder (the built folder) and /DIcon.
; Compiled and tried under Wine 10, never on Windows: see CONTRIBUTING.md.
#ifndef Version
  #error Call it through "py dev.py package setup"
#endif
#define Name "Posto Desktop"
#define Program "posto-desktop.exe"
#define Server "posto-server.exe"
#define CommandLine "posto.exe"

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
SetupMutex=Posto.Desktop.Setup
; The programs are ended below, in order: the server has no window that Windows could close.
CloseApplications=no

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[CustomMessages]
en.Closing=Closing Posto Desktop…
de.Closing=Posto Desktop wird geschlossen …
fr.Closing=Fermeture de Posto Desktop…
es.Closing=Cerrando Posto Desktop…
en.StillRuns=Posto Desktop is still running and could not be closed. Nothing has been changed. Quit it in all sessions of this account, then try again.
de.StillRuns=Posto Desktop läuft noch und konnte nicht geschlossen werden. Nichts wurde geändert. Beenden Sie es in allen Sitzungen dieses Kontos, und versuchen Sie es noch einmal.
fr.StillRuns=Posto Desktop est encore en cours d’exécution et n’a pas pu être fermé. Rien n’a été modifié. Quittez-le dans toutes les sessions de ce compte, puis réessayez.
es.StillRuns=Posto Desktop sigue en ejecución y no se pudo cerrar. No se ha cambiado nada. Ciérrelo en todas las sesiones de esta cuenta e inténtelo de nuevo.
en.FilesInUse=Another program is using the files of Posto Desktop in %1. Nothing has been changed. Close that program, or restart the computer, then try again.
de.FilesInUse=Ein anderes Programm verwendet die Dateien von Posto Desktop in %1. Nichts wurde geändert. Schließen Sie dieses Programm oder starten Sie den Computer neu, und versuchen Sie es noch einmal.
fr.FilesInUse=Un autre programme utilise les fichiers de Posto Desktop dans %1. Rien n’a été modifié. Fermez ce programme ou redémarrez l’ordinateur, puis réessayez.
es.FilesInUse=Otro programa está usando los archivos de Posto Desktop en %1. No se ha cambiado nada. Cierre ese programa o reinicie el equipo, e inténtelo de nuevo.

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\{#Program}"; AppUserModelID: "Posto.Desktop"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\{#Program}"; Tasks: desktopicon; AppUserModelID: "Posto.Desktop"
Name: "{usersendto}\{#Name}"; Filename: "{app}\{#Program}"; Parameters: "--quick"; AppUserModelID: "Posto.Desktop"

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
Type: filesandordirs; Name: "{app}\before-upgrade*"

[Code]
const
  // The programs wait for this event: see posto_desktop/storage/windows.py.
  EndEvent = 'Local\Posto.Desktop.End';
  // The server finishes what it is sending, for at most half of this.
  EndSeconds = 60;
  // What an ended program notes here is started again: see posto_desktop/storage/windows.py.
  NotesKey = 'Software\Posto Desktop';
  RestartKey = 'Software\Posto Desktop\Restart';
  RunKey = 'Software\Microsoft\Windows\CurrentVersion\Run';
  // Where Windows notes that the user has switched an entry of the Run key off.
  RunSwitches = 'Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run';
  // How posto_desktop/workers/autostart.py begins the names of its entries.
  RunName = 'posto-sending';

var
  Event: THandle;
  // The folder with the version before, until the new one is there; '' for none.
  Aside: String;

function CreateEvent(Attributes: LongWord; ManualReset, IsSet: BOOL; Name: String): THandle;
  external 'CreateEventW@kernel32.dll stdcall';
function SetEvent(Event: THandle): BOOL;
  external 'SetEvent@kernel32.dll stdcall';
function CloseHandle(Handle: THandle): BOOL;
  external 'CloseHandle@kernel32.dll stdcall';

// What belongs to a version, right in the folder: six parts. Other files there are not ours.
function Part(Number: Integer): String;
begin
  case Number of
    1: Result := '{#Program}';
    2: Result := '{#Server}';
    3: Result := '_internal';
    4: Result := 'licences';
    5: Result := 'build-info.txt';
    6: Result := '{#CommandLine}';
  end;
end;

// Windows lets nobody write to a program that runs, in whatever session.
function IsRunning(Name: String): Boolean;
var
  Path: String;
begin
  Result := False;
  Path := ExpandConstant('{app}\') + Name;
  if FileExists(Path) then
    try
      TFileStream.Create(Path, fmOpenReadWrite or fmShareDenyNone).Free;
    except
      Result := True;
    end;
end;

procedure LetProgramsStart;
begin
  if Event <> 0 then
    CloseHandle(Event);
  Event := 0;
end;

procedure ForgetNotes;
begin
  RegDeleteKeyIncludingSubkeys(HKCU, RestartKey);
  RegDeleteKeyIfEmpty(HKCU, NotesKey);
end;

// Ask the programs of this installation to end, and wait for that. Until LetProgramsStart those that
// are started end at once. False where one does not end.
function EndPrograms(Page: TOutputMarqueeProgressWizardPage): Boolean;
var
  Waited: Integer;
begin
  ForgetNotes;
  Event := CreateEvent(0, True, False, EndEvent);
  SetEvent(Event);
  Waited := 0;
  Result := False;
  while not Result and (Waited < EndSeconds * 1000) do begin
    Result := not (IsRunning('{#Program}') or IsRunning('{#Server}'));
    if not Result then begin
      Sleep(100);
      Waited := Waited + 100;
      if Page <> nil then
        Page.Animate;
    end;
  end;
  if not Result then
    LetProgramsStart;
end;

// An antivirus program may be looking at one of the files just then.
function Move(Source, Target: String): Boolean;
var
  Count: Integer;
begin
  Count := 0;
  Result := RenameFile(Source, Target);
  while not Result and (Count < 20) do begin
    Sleep(250);
    Count := Count + 1;
    Result := RenameFile(Source, Target);
  end;
end;

procedure PutBack;
var
  App, Name: String;
  I: Integer;
begin
  App := ExpandConstant('{app}\');
  for I := 1 to 6 do begin
    Name := Part(I);
    if FileExists(Aside + '\' + Name) or DirExists(Aside + '\' + Name) then begin
      DelTree(App + Name, True, True, True);
      if not Move(Aside + '\' + Name, App + Name) then
        Log('Could not put back ' + Name);
    end;
  end;
  RemoveDir(Aside);
  Aside := '';
end;

// The version before goes aside by renames, which are all taken back if one does not work, or if the
// installation fails later. So there is always a whole version, the old or the new one.
function MoveAside: Boolean;
var
  App, Name: String;
  I, Number: Integer;
begin
  Result := True;
  App := ExpandConstant('{app}\');
  Number := 0;
  repeat  // what an earlier upgrade could not delete may still be there
    Number := Number + 1;
    Aside := App + 'before-upgrade-' + IntToStr(Number);
    DelTree(Aside, True, True, True);
  until not DirExists(Aside);
  for I := 1 to 6 do begin
    Name := Part(I);
    if Result and (FileExists(App + Name) or DirExists(App + Name)) then
      Result := ForceDirectories(Aside) and Move(App + Name, Aside + '\' + Name);
  end;
  if not Result then
    PutBack;
end;

// The entries of the Run key that start the server of this installation.
function OurRunNames: TArrayOfString;
var
  Names: TArrayOfString;
  Value, Ours: String;
  I: Integer;
begin
  SetArrayLength(Result, 0);
  Ours := Lowercase(ExpandConstant('{app}\{#Server}'));
  if RegGetValueNames(HKCU, RunKey, Names) then
    for I := 0 to GetArrayLength(Names) - 1 do
      if (Pos(RunName, Names[I]) = 1) and RegQueryStringValue(HKCU, RunKey, Names[I], Value)
        and (Pos(Ours, Lowercase(Value)) > 0) then begin
        SetArrayLength(Result, GetArrayLength(Result) + 1);
        Result[GetArrayLength(Result) - 1] := Names[I];
      end;
end;

// What worked by itself goes on with the new version, and where nobody is asked what to start, the
// app comes back, too.
procedure StartAgain;
var
  Names: TArrayOfString;
  Name, Arguments: String;
  Code, I: Integer;
begin
  LetProgramsStart;
  if RegGetValueNames(HKCU, RestartKey, Names) then
    for I := 0 to GetArrayLength(Names) - 1 do begin
      Name := Copy(Names[I], 1, Pos(' ', Names[I]) - 1);
      if (Name = '{#Server}') or ((Name = '{#Program}') and WizardSilent) then
        if RegQueryStringValue(HKCU, RestartKey, Names[I], Arguments) then
          Exec(ExpandConstant('{app}\') + Name, Arguments, '', SW_SHOWNORMAL, ewNoWait, Code);
    end;
  ForgetNotes;
end;

function PrepareToInstall(var NeedsRestart: Boolean): String;
var
  Page: TOutputMarqueeProgressWizardPage;
begin
  Result := '';
  Page := CreateOutputMarqueeProgressPage(CustomMessage('Closing'), '');
  Page.Show;
  try
    if not EndPrograms(Page) then
      Result := CustomMessage('StillRuns')
    else if not MoveAside then
      Result := FmtMessage(CustomMessage('FilesInUse'), [ExpandConstant('{app}')]);
    if Result <> '' then
      StartAgain;
  finally
    Page.Hide;
  end;
end;

procedure CurStepChanged(CurStep: TSetupStep);
begin
  if CurStep = ssPostInstall then begin
    if Aside <> '' then
      DelTree(Aside, True, True, True);
    Aside := '';
    StartAgain;
  end;
end;

procedure DeinitializeSetup;
begin
  if Aside <> '' then begin
    PutBack;
    StartAgain;
  end;
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Names: TArrayOfString;
  I: Integer;
begin
  if CurUninstallStep = usAppMutexCheck then
    while not EndPrograms(nil) do
      if UninstallSilent or (MsgBox(CustomMessage('StillRuns'), mbError, MB_RETRYCANCEL) = IDCANCEL) then
        Abort;
  if CurUninstallStep = usUninstall then begin
    Names := OurRunNames;
    for I := 0 to GetArrayLength(Names) - 1 do begin
      RegDeleteValue(HKCU, RunKey, Names[I]);
      RegDeleteValue(HKCU, RunSwitches, Names[I]);
    end;
    ForgetNotes;
  end;
end;
