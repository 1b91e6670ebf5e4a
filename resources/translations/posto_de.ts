<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>All parts of this package</source>
        <translation>Alle Bestandteile dieses Pakets</translation>
    </message>
    <message>
        <source>Brand marks belong to their owners and are used only to name their networks.</source>
        <translation>Markenzeichen gehören ihren Inhabern und dienen nur dazu, deren Netzwerke zu benennen.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the versions</source>
        <translation>Versionen kopieren</translation>
    </message>
    <message>
        <source>For support. You can review it before saving.</source>
        <translation>Für den Support. Sie können den Bericht vor dem Speichern prüfen.</translation>
    </message>
    <message>
        <source>Licence of</source>
        <translation>Lizenz von</translation>
    </message>
    <message>
        <source>Licence text</source>
        <translation>Lizenztext</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Protokolldateien</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open the folder of logs</source>
        <translation>Ordner der Protokolle öffnen</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Problembericht</translation>
    </message>
    <message>
        <source>SDK and workspace</source>
        <translation>SDK und Arbeitsbereich</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>The licences could not be read.</source>
        <translation>Die Lizenzen konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Version {number}</source>
        <translation>Version {number}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Write a report…</source>
        <translation>Bericht schreiben …</translation>
    </message>
</context>
<context>
    <name>AccountGuideDialog</name>
    <message>
        <source>How to get this</source>
        <translation>So bekommen Sie es</translation>
    </message>
    <message>
        <source>Links open in your browser. The sign-in stays open.</source>
        <translation>Links öffnen sich im Browser. Die Anmeldung bleibt offen.</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>Schritt für Schritt</translation>
    </message>
</context>
<context>
    <name>AccountOutlook</name>
    <message>
        <source>About ${amount} at X</source>
        <translation>Etwa ${amount} bei X</translation>
    </message>
    <message numerus="yes">
        <source>About ${amount} at X for %Ln post(s)</source>
        <translation>
            <numerusform>Etwa ${amount} bei X für %Ln Beitrag</numerusform>
            <numerusform>Etwa ${amount} bei X für %Ln Beiträge</numerusform>
        </translation>
    </message>
    <message>
        <source>The last post is sent about {time} {day}.</source>
        <translation>Der letzte Beitrag wird etwa {time} {day} gesendet.</translation>
    </message>
    <message>
        <source>The last post is sent about {time}.</source>
        <translation>Der letzte Beitrag wird etwa um {time} gesendet.</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>am {day}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>morgen</translation>
    </message>
    <message>
        <source>{network} allows {posts} for each channel.</source>
        <translation>{network} erlaubt {posts} je Kanal.</translation>
    </message>
    <message>
        <source>{network} allows {posts}.</source>
        <translation>{network} erlaubt {posts}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}.</source>
        <translation>Die Anmeldung von {network} endete {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}. Sign in again, or nothing goes out.</source>
        <translation>Die Anmeldung von {network} endete {day}. Melden Sie sich erneut an, sonst wird nichts gesendet.</translation>
    </message>
    <message numerus="yes">
        <source>{network}&apos;s sign-in ends {day}, before %Ln of these posts.</source>
        <translation>
            <numerusform>Die Anmeldung von {network} endet {day}, vor %Ln dieser Beiträge.</numerusform>
            <numerusform>Die Anmeldung von {network} endet {day}, vor %Ln dieser Beiträge.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before these posts.</source>
        <translation>Die Anmeldung von {network} endet {day}, vor diesen Beiträgen.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before this post.</source>
        <translation>Die Anmeldung von {network} endet {day}, vor diesem Beitrag.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}.</source>
        <translation>Die Anmeldung von {network} endet {day}.</translation>
    </message>
</context>
<context>
    <name>AccountStep</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln Bild</numerusform>
            <numerusform>%Ln Bilder</numerusform>
        </translation>
    </message>
    <message>
        <source>Can publish and upload pictures.</source>
        <translation>Kann veröffentlichen und Bilder hochladen.</translation>
    </message>
    <message>
        <source>Can publish.</source>
        <translation>Kann veröffentlichen.</translation>
    </message>
    <message>
        <source>Can upload pictures.</source>
        <translation>Kann Bilder hochladen.</translation>
    </message>
    <message>
        <source>Cannot publish.</source>
        <translation>Kann nicht veröffentlichen.</translation>
    </message>
    <message>
        <source>Cannot upload pictures.</source>
        <translation>Kann keine Bilder hochladen.</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>This is not {before}. It becomes a separate channel. Posts of {before} keep waiting.</source>
        <translation>Das ist nicht {before}. Es wird ein eigener Kanal. Beiträge von {before} warten weiter.</translation>
    </message>
    <message numerus="yes">
        <source>Up to %Ln character(s)</source>
        <translation>
            <numerusform>Bis zu %Ln Zeichen</numerusform>
            <numerusform>Bis zu %Ln Zeichen</numerusform>
        </translation>
    </message>
    <message>
        <source>Where to publish</source>
        <translation>Wohin veröffentlichen</translation>
    </message>
    <message>
        <source>{size} MB a picture</source>
        <translation>{size} MB pro Bild</translation>
    </message>
</context>
<context>
    <name>AccountTestCard</name>
    <message>
        <source>Delete it now</source>
        <translation>Jetzt löschen</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Send a test post</source>
        <translation>Testbeitrag senden</translation>
    </message>
    <message>
        <source>The account responded to the test.</source>
        <translation>Das Konto hat auf den Test geantwortet.</translation>
    </message>
    <message>
        <source>The test post is deleted.</source>
        <translation>Der Testbeitrag ist gelöscht.</translation>
    </message>
    <message>
        <source>The test post was sent. Posto deletes it when you finish or cancel.</source>
        <translation>Der Testbeitrag wurde gesendet. Posto löscht ihn, wenn Sie fertigstellen oder abbrechen.</translation>
    </message>
</context>
<context>
    <name>ActionDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ActivityController</name>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
</context>
<context>
    <name>ActivityHeader</name>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Agenten</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Other workspaces</source>
        <translation>Andere Arbeitsbereiche</translation>
    </message>
    <message>
        <source>Other workspaces, too: {workspaces}</source>
        <translation>Auch andere Arbeitsbereiche: {workspaces}</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Postausgang</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Alles anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Search history</source>
        <translation>Verlauf durchsuchen</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Beiträge suchen</translation>
    </message>
    <message>
        <source>Send nothing from this computer for now</source>
        <translation>Vorerst nichts von diesem Computer senden</translation>
    </message>
    <message>
        <source>Send waiting posts</source>
        <translation>Wartende Beiträge senden</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>Das Senden ist angehalten</translation>
    </message>
    <message>
        <source>View</source>
        <extracomment>Noun.</extracomment>
        <translation>Ansehen</translation>
    </message>
    <message numerus="yes">
        <source>{workspace} (%Ln post(s) to look at)</source>
        <translation>
            <numerusform>{workspace} (%Ln Beitrag zu prüfen)</numerusform>
            <numerusform>{workspace} (%Ln Beiträge zu prüfen)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>Alles erledigt</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Discard this post?</source>
        <translation>Diesen Beitrag verwerfen?</translation>
    </message>
    <message>
        <source>Do not send to {channels}?</source>
        <translation>Nicht an {channels} senden?</translation>
    </message>
    <message>
        <source>Export insights as PDF…</source>
        <translation>Statistik als PDF exportieren…</translation>
    </message>
    <message>
        <source>Export insights as a table…</source>
        <translation>Statistik als Tabelle exportieren…</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Ausgeblendete Kanäle enthalten %Ln Beitrag.</numerusform>
            <numerusform>Ausgeblendete Kanäle enthalten %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>No post is waiting and none has failed.</source>
        <translation>Kein Beitrag wartet und keiner ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Kein Beitrag passt</translation>
    </message>
    <message>
        <source>Nothing older</source>
        <translation>Nichts Älteres</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>Noch nichts gesendet</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Postausgang</translation>
    </message>
    <message>
        <source>Posto stops checking for it. If the post was published, it stays published.</source>
        <translation>Posto sucht nicht mehr danach. Wurde der Beitrag veröffentlicht, bleibt er veröffentlicht.</translation>
    </message>
    <message>
        <source>Posts sent before today are listed here for 30 days.</source>
        <translation>Beiträge, die vor heute gesendet wurden, stehen hier 30 Tage lang.</translation>
    </message>
    <message>
        <source>Removes “{title}” from the outbox. Its text stays under Done today.</source>
        <translation>Entfernt „{title}“ aus dem Postausgang. Der Text bleibt unter „Heute erledigt“.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Ausgeblendete Kanäle zeigen</translation>
    </message>
    <message>
        <source>Show insights as plots</source>
        <translation>Statistik als Diagramme zeigen</translation>
    </message>
    <message>
        <source>Show insights as tables</source>
        <translation>Statistik als Tabellen zeigen</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Erneut anmelden</translation>
    </message>
    <message>
        <source>The post on the other channels does not change.</source>
        <translation>Der Beitrag auf den anderen Kanälen ändert sich nicht.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln post(s).</source>
        <translation>
            <numerusform>Die Suche blendet %Ln Beitrag aus.</numerusform>
            <numerusform>Die Suche blendet %Ln Beiträge aus.</numerusform>
        </translation>
    </message>
    <message>
        <source>What you send is listed here, with what becomes of it.</source>
        <translation>Hier steht, was Sie senden und was daraus wird.</translation>
    </message>
</context>
<context>
    <name>AddTile</name>
    <message>
        <source>Add media</source>
        <translation>Medien hinzufügen</translation>
    </message>
    <message>
        <source>Add or drop</source>
        <translation>Hinzufügen oder ablegen</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Bilder oder Videos hinzufügen</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Zuletzt verwendete Medien</translation>
    </message>
</context>
<context>
    <name>AgentCallsList</name>
    <message>
        <source>Calls of agents</source>
        <translation>Aufrufe der Agenten</translation>
    </message>
</context>
<context>
    <name>AltEditor</name>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>noch %n Zeichen</numerusform>
            <numerusform>noch %n Zeichen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n Zeichen zu lang</numerusform>
            <numerusform>%n Zeichen zu lang</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long for {network}</source>
        <translation>
            <numerusform>%n Zeichen zu lang für {network}</numerusform>
            <numerusform>%n Zeichen zu lang für {network}</numerusform>
        </translation>
    </message>
    <message>
        <source>Describe {name}</source>
        <translation>{name} beschreiben</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Keep description</source>
        <translation>Beschreibung behalten</translation>
    </message>
    <message>
        <source>Next file</source>
        <translation>Nächste Datei</translation>
    </message>
    <message>
        <source>Not taken by {names}.</source>
        <translation>Nicht unterstützt von {names}.</translation>
    </message>
    <message>
        <source>Previous file</source>
        <translation>Vorherige Datei</translation>
    </message>
    <message>
        <source>Read aloud by screen readers.</source>
        <translation>Wird von Bildschirmlesern vorgelesen.</translation>
    </message>
    <message>
        <source>Sent to {names}.</source>
        <translation>Wird an {names} gesendet.</translation>
    </message>
    <message>
        <source>The service does not pass it on to {names}.</source>
        <translation>Der Dienst gibt sie nicht an {names} weiter.</translation>
    </message>
    <message>
        <source>What is in the picture, for people who cannot see it</source>
        <translation>Was auf dem Bild ist, für Menschen, die es nicht sehen können</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>{pane} closed</source>
        <translation>{pane} geschlossen</translation>
    </message>
    <message>
        <source>{pane} open</source>
        <extracomment>{pane}: its name, such as Details or Preview.</extracomment>
        <translation>{pane} offen</translation>
    </message>
    <message>
        <source>{part}, collapsed</source>
        <translation>{part}, eingeklappt</translation>
    </message>
    <message>
        <source>{part}, expanded</source>
        <translation>{part}, ausgeklappt</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
</context>
<context>
    <name>ApproveLateDialog</name>
    <message>
        <source>Approve</source>
        <translation>Freigeben</translation>
    </message>
    <message numerus="yes">
        <source>Approve %Ln message(s)</source>
        <translation>
            <numerusform>%Ln Nachricht freigeben</numerusform>
            <numerusform>%Ln Nachrichten freigeben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Approved with a new time, the message(s) (goes/go) out then.</source>
        <translation>
            <numerusform>Mit einer neuen Zeit freigegeben, geht die Nachricht dann hinaus.</numerusform>
            <numerusform>Mit neuen Zeiten freigegeben, gehen die Nachrichten dann hinaus.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not approved: %Ln post(s).</source>
        <translation>
            <numerusform>In der Vergangenheit, daher nicht freigegeben: %Ln Beitrag.</numerusform>
            <numerusform>In der Vergangenheit, daher nicht freigegeben: %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The time of %Ln proposal(s) has passed</source>
        <translation>
            <numerusform>Die Zeit von %Ln Vorschlag ist vorbei</numerusform>
            <numerusform>Die Zeit von %Ln Vorschlägen ist vorbei</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskForChangesDialog</name>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Kommentieren</translation>
    </message>
    <message>
        <source>Request changes</source>
        <translation>Änderungen erbitten</translation>
    </message>
    <message>
        <source>Send request</source>
        <translation>Anfrage senden</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>Die ganze Nachricht</translation>
    </message>
    <message>
        <source>What is to be changed?</source>
        <translation>Was soll geändert werden?</translation>
    </message>
    <message>
        <source>Write a comment first</source>
        <translation>Schreiben Sie zuerst einen Kommentar</translation>
    </message>
    <message>
        <source>{name} sees your comment and can edit the message.</source>
        <translation>{name} sieht Ihren Kommentar und kann die Nachricht bearbeiten.</translation>
    </message>
</context>
<context>
    <name>AuditEntryDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Entry of the audit log</source>
        <translation>Eintrag des Protokolls</translation>
    </message>
</context>
<context>
    <name>AuditPart</name>
    <message>
        <source>Audit log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Nothing has been done yet.</source>
        <translation>Noch ist nichts geschehen.</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Read the audit log again</source>
        <translation>Protokoll neu lesen</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>Show older entries</source>
        <translation>Ältere Einträge zeigen</translation>
    </message>
    <message>
        <source>The server is not reached</source>
        <translation>Der Server ist nicht erreichbar</translation>
    </message>
</context>
<context>
    <name>BrowserSignInPart</name>
    <message>
        <source>Open again</source>
        <translation>Erneut öffnen</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Melden Sie sich auf der Seite in Ihrem Browser an, und erlauben Sie Posto Desktop den Zugriff. Dieses Fenster geht dann von selbst weiter. Hat sich keine Seite geöffnet, kopieren Sie die Adresse.</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Mit dem Browser anmelden</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Anmeldeadresse</translation>
    </message>
    <message>
        <source>Use an application password</source>
        <translation>Ein Anwendungspasswort verwenden</translation>
    </message>
    <message>
        <source>{host} signs you in on its page. Posto then gets a password of its own for this computer, which you can revoke at any time.</source>
        <translation>{host} meldet Sie auf einer eigenen Seite an. Posto erhält dann ein eigenes Passwort für diesen Computer, das Sie jederzeit widerrufen können.</translation>
    </message>
</context>
<context>
    <name>Budgets</name>
    <message numerus="yes">
        <source>%Ln file(s) {span}</source>
        <translation>
            <numerusform>%Ln Datei {span}</numerusform>
            <numerusform>%Ln Dateien {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) {span}</source>
        <translation>
            <numerusform>%Ln Beitrag {span}</numerusform>
            <numerusform>%Ln Beiträge {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a day/in %Ln days)</source>
        <translation>
            <numerusform>am Tag</numerusform>
            <numerusform>in %Ln Tagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a minute/in %Ln minutes)</source>
        <translation>
            <numerusform>in der Minute</numerusform>
            <numerusform>in %Ln Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a second/in %Ln seconds)</source>
        <translation>
            <numerusform>in der Sekunde</numerusform>
            <numerusform>in %Ln Sekunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(an hour/in %Ln hours)</source>
        <translation>
            <numerusform>in der Stunde</numerusform>
            <numerusform>in %Ln Stunden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BulkBar</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln ausgewählt</numerusform>
            <numerusform>%Ln ausgewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Freigeben</translation>
    </message>
    <message>
        <source>Clear selection</source>
        <translation>Auswahl aufheben</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Beitrag öffnen</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
</context>
<context>
    <name>Calendar</name>
    <message numerus="yes">
        <source>%n earlier</source>
        <translation>
            <numerusform>%n früher</numerusform>
            <numerusform>%n früher</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later</source>
        <extracomment>Posts below the visible hours of the calendar.</extracomment>
        <translation>
            <numerusform>%n später</numerusform>
            <numerusform>%n später</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more</source>
        <translation>
            <numerusform>+%n weiterer</numerusform>
            <numerusform>+%n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>No posts today</source>
        <translation>Heute keine Beiträge</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>free slot</source>
        <translation>freier Termin</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
</context>
<context>
    <name>CalendarAddress</name>
    <message>
        <source>Calendar address</source>
        <translation>Kalenderadresse</translation>
    </message>
    <message>
        <source>Calendar apps on this computer can subscribe to the schedule {when}. Anyone with the address can read the schedule but not change it.</source>
        <translation>Kalender-Apps auf diesem Computer können den Zeitplan abonnieren, {when}. Wer die Adresse kennt, kann den Zeitplan lesen, aber nicht ändern.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy calendar address</source>
        <translation>Kalenderadresse kopieren</translation>
    </message>
    <message>
        <source>Create a new address (the old one stops working)</source>
        <translation>Neue Adresse erstellen (die alte gilt dann nicht mehr)</translation>
    </message>
    <message>
        <source>Create an address</source>
        <translation>Adresse erstellen</translation>
    </message>
    <message>
        <source>Make calendar address</source>
        <translation>Kalenderadresse erstellen</translation>
    </message>
    <message>
        <source>Or subscribe in a calendar app</source>
        <translation>Oder in einer Kalender-App abonnieren</translation>
    </message>
    <message>
        <source>while Posto is running</source>
        <translation>solange Posto läuft</translation>
    </message>
    <message>
        <source>while Posto is running and this workspace has been opened</source>
        <translation>solange Posto läuft und dieser Arbeitsbereich geöffnet wurde</translation>
    </message>
</context>
<context>
    <name>CalendarController</name>
    <message numerus="yes">
        <source>%Ln post(s) moved</source>
        <translation>
            <numerusform>%Ln Beitrag verschoben</numerusform>
            <numerusform>%Ln Beiträge verschoben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back</source>
        <translation>
            <numerusform>%Ln Beitrag zurückverschoben</numerusform>
            <numerusform>%Ln Beiträge zurückverschoben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back to {when}</source>
        <translation>
            <numerusform>%Ln Beitrag zurückverschoben auf {when}</numerusform>
            <numerusform>%Ln Beiträge zurückverschoben auf {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved to {when}</source>
        <translation>
            <numerusform>%Ln Beitrag verschoben auf {when}</numerusform>
            <numerusform>%Ln Beiträge verschoben auf {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) not moved. {why}</source>
        <translation>
            <numerusform>%Ln Beitrag nicht verschoben. {why}</numerusform>
            <numerusform>%Ln Beiträge nicht verschoben. {why}</numerusform>
        </translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Kalender</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Still scheduled for {when}.</source>
        <translation>Weiterhin geplant für {when}.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>“{draft}” moved back</source>
        <translation>„{draft}“ zurückverschoben</translation>
    </message>
    <message>
        <source>“{draft}” moved to {when}</source>
        <translation>„{draft}“ verschoben auf {when}</translation>
    </message>
</context>
<context>
    <name>CalendarGrid</name>
    <message>
        <source>Calendar</source>
        <translation>Kalender</translation>
    </message>
</context>
<context>
    <name>CalendarHeader</name>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Alle</translation>
    </message>
    <message>
        <source>All statuses</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Alle Status</translation>
    </message>
    <message>
        <source>All times here are in this zone</source>
        <translation>Alle Zeiten hier gelten in dieser Zeitzone</translation>
    </message>
    <message>
        <source>Calendar view</source>
        <translation>Kalenderansicht</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Earlier (PageUp)</source>
        <translation>Früher (Bild auf)</translation>
    </message>
    <message>
        <source>Go to today (T)</source>
        <translation>Zu heute (T)</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Later (PageDown)</source>
        <translation>Später (Bild ab)</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Monat</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Statusfilter</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Woche</translation>
    </message>
</context>
<context>
    <name>CalendarModel</name>
    <message numerus="yes">
        <source>%n free slot(s)</source>
        <translation>
            <numerusform>%n freier Termin</numerusform>
            <numerusform>%n freie Termine</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n Nachricht</numerusform>
            <numerusform>%n Nachrichten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n Netzwerk</numerusform>
            <numerusform>%n Netzwerke</numerusform>
        </translation>
    </message>
    <message>
        <source>A draft is not sent until you post it.</source>
        <translation>Ein Entwurf wird erst gesendet, wenn Sie ihn veröffentlichen.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
    <message numerus="yes">
        <source>Filters hide %Ln post(s) on these days.</source>
        <translation>
            <numerusform>Filter blenden an diesen Tagen %Ln Beitrag aus.</numerusform>
            <numerusform>Filter blenden an diesen Tagen %Ln Beiträge aus.</numerusform>
        </translation>
    </message>
    <message>
        <source>If you delete it here, it stays published.</source>
        <translation>Wenn Sie ihn hier löschen, bleibt er veröffentlicht.</translation>
    </message>
    <message>
        <source>If you delete it here, what is published stays published.</source>
        <translation>Wenn Sie ihn hier löschen, bleibt veröffentlicht, was veröffentlicht ist.</translation>
    </message>
    <message>
        <source>It waits on this computer. Activity says for what.</source>
        <translation>Er wartet auf diesem Computer. Aktivität sagt, worauf.</translation>
    </message>
    <message>
        <source>Last message: {when}</source>
        <translation>Letzte Nachricht: {when}</translation>
    </message>
    <message>
        <source>Moving</source>
        <translation>Wird verschoben</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>Next message: {when}</source>
        <translation>Nächste Nachricht: {when}</translation>
    </message>
    <message>
        <source>No channel chosen</source>
        <translation>Kein Kanal ausgewählt</translation>
    </message>
    <message>
        <source>No message matches</source>
        <translation>Keine Nachricht passt</translation>
    </message>
    <message>
        <source>No message matches the filters.</source>
        <translation>Keine Nachricht passt zu den Filtern.</translation>
    </message>
    <message>
        <source>No messages on these days</source>
        <translation>Keine Nachrichten an diesen Tagen</translation>
    </message>
    <message>
        <source>No messages on this day</source>
        <translation>Keine Nachrichten an diesem Tag</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Kein Text</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Noch nichts geplant</translation>
    </message>
    <message>
        <source>Own text: {networks}</source>
        <translation>Eigener Text: {networks}</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Lauf einer Evergreen-Nachricht</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Geplante Nachrichten erscheinen hier.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Die Website veröffentlicht das von selbst. Geändert wird es auf der Website.</translation>
    </message>
    <message>
        <source>This channel also posts at {time}: {title}</source>
        <translation>Dieser Kanal veröffentlicht auch um {time}: {title}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Waiting on this computer</source>
        <translation>Wartet auf diesem Computer</translation>
    </message>
    <message>
        <source>and {posts} more</source>
        <translation>und {posts} mehr</translation>
    </message>
    <message>
        <source>close to another post</source>
        <translation>nahe an einem anderen Beitrag</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
</context>
<context>
    <name>CalendarPage</name>
    <message>
        <source>&amp;Calendar</source>
        <translation>&amp;Kalender</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Stand: {time}</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Monat</translation>
    </message>
    <message>
        <source>This is the last known schedule.</source>
        <translation>Das ist der letzte bekannte Zeitplan.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Woche</translation>
    </message>
</context>
<context>
    <name>CalendarSurface</name>
    <message>
        <source>Show this day</source>
        <translation>Diesen Tag zeigen</translation>
    </message>
</context>
<context>
    <name>CampaignActionBar</name>
    <message>
        <source>Changes are saved automatically. Back to the list</source>
        <translation>Änderungen werden automatisch gespeichert. Zurück zur Liste</translation>
    </message>
    <message>
        <source>More for this campaign</source>
        <translation>Mehr zu dieser Kampagne</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Als Entwurf speichern</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Planen</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>Verb: stop a campaign.</extracomment>
        <translation>Stoppen</translation>
    </message>
</context>
<context>
    <name>CampaignActions</name>
    <message numerus="yes">
        <source>%Ln message(s) cannot be sent</source>
        <translation>
            <numerusform>%Ln Nachricht kann nicht gesendet werden</numerusform>
            <numerusform>%Ln Nachrichten können nicht gesendet werden</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Campaign</source>
        <translation>&amp;Kampagne</translation>
    </message>
    <message>
        <source>1 message cannot be sent</source>
        <translation>1 Nachricht kann nicht gesendet werden</translation>
    </message>
    <message>
        <source>Add pictures as messages…</source>
        <translation>Bilder als Nachrichten hinzufügen …</translation>
    </message>
    <message>
        <source>All campaigns</source>
        <translation>Alle Kampagnen</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Delete campaign</source>
        <translation>Kampagne löschen</translation>
    </message>
    <message>
        <source>Duplicate campaign</source>
        <translation>Kampagne duplizieren</translation>
    </message>
    <message>
        <source>Fill free slots now</source>
        <translation>Freie Termine jetzt füllen</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Zuerst beheben</translation>
    </message>
    <message>
        <source>Import CSV, Excel or JSON…</source>
        <translation>CSV, Excel oder JSON importieren …</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Neue Kampagne</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Neue Evergreen-Nachricht</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>Fehlgeschlagene wiederholen</translation>
    </message>
    <message>
        <source>Schedule the next runs at free slots</source>
        <translation>Die nächsten Läufe zu freien Terminen planen</translation>
    </message>
    <message>
        <source>Show or hide the timeline</source>
        <translation>Zeitleiste ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Show the campaigns</source>
        <translation>Kampagnen zeigen</translation>
    </message>
    <message>
        <source>Show the evergreen messages</source>
        <translation>Evergreen-Nachrichten zeigen</translation>
    </message>
    <message>
        <source>Some networks are left out</source>
        <translation>Einige Netzwerke sind ausgelassen</translation>
    </message>
    <message>
        <source>Stop campaign</source>
        <translation>Kampagne stoppen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Nachricht schreiben</translation>
    </message>
    <message>
        <source>Write another message</source>
        <translation>Weitere Nachricht schreiben</translation>
    </message>
</context>
<context>
    <name>CampaignChart</name>
    <message>
        <source>Days of the campaign</source>
        <translation>Tage der Kampagne</translation>
    </message>
    <message>
        <source>{own} posts of this campaign, {other} other posts</source>
        <translation>{own} Beiträge dieser Kampagne, {other} andere Beiträge</translation>
    </message>
</context>
<context>
    <name>CampaignDelivery</name>
    <message>
        <source>A channel of this campaign is missing. Remove it above the channels.</source>
        <translation>Ein Kanal dieser Kampagne fehlt. Entfernen Sie ihn über den Kanälen.</translation>
    </message>
    <message>
        <source>Add a message first</source>
        <translation>Zuerst eine Nachricht hinzufügen</translation>
    </message>
    <message>
        <source>All messages are already scheduled</source>
        <translation>Alle Nachrichten sind schon geplant</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Und %Ln weitere.</numerusform>
            <numerusform>Und %Ln weitere.</numerusform>
        </translation>
    </message>
    <message>
        <source>Change the start first</source>
        <translation>Zuerst den Beginn ändern</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Zuerst einen Kanal auswählen</translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers} without {networks}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Nachricht {numbers} ohne {networks}: {why}</numerusform>
            <numerusform>Nachrichten {numbers} ohne {networks}: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Nachricht {numbers}: {why}</numerusform>
            <numerusform>Nachrichten {numbers}: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resume %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag fortsetzen</numerusform>
            <numerusform>%Ln Beiträge fortsetzen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %Ln failed</source>
        <translation>
            <numerusform>%Ln fehlgeschlagene wiederholen</numerusform>
            <numerusform>%Ln fehlgeschlagene wiederholen</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Planen</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag planen</numerusform>
            <numerusform>%Ln Beiträge planen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule the other (post/%Ln posts)</source>
        <translation>
            <numerusform>Den anderen Beitrag planen</numerusform>
            <numerusform>Die anderen %Ln Beiträge planen</numerusform>
        </translation>
    </message>
    <message>
        <source>Still checking the messages</source>
        <translation>Die Nachrichten werden noch geprüft</translation>
    </message>
    <message numerus="yes">
        <source>{numbers} and %Ln more</source>
        <translation>
            <numerusform>{numbers} und %Ln weitere</numerusform>
            <numerusform>{numbers} und %Ln weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignFiles</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Und %n weitere.</numerusform>
            <numerusform> Und %n weitere.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>The file could not be read.</source>
        <translation>Die Datei konnte nicht gelesen werden.</translation>
    </message>
</context>
<context>
    <name>CampaignHeader</name>
    <message>
        <source>Add messages</source>
        <translation>Nachrichten hinzufügen</translation>
    </message>
    <message>
        <source>Back to the list of campaigns</source>
        <translation>Zurück zur Liste der Kampagnen</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Kampagnen</translation>
    </message>
    <message>
        <source>Import CSV…</source>
        <translation>CSV importieren …</translation>
    </message>
    <message>
        <source>Import messages from a CSV, Excel or JSON file</source>
        <translation>Nachrichten aus einer CSV-, Excel- oder JSON-Datei importieren</translation>
    </message>
    <message>
        <source>One message for each picture…</source>
        <translation>Eine Nachricht für jedes Bild …</translation>
    </message>
    <message>
        <source>Paste lines as messages</source>
        <translation>Zeilen als Nachrichten einfügen</translation>
    </message>
    <message>
        <source>Show timeline</source>
        <translation>Zeitleiste zeigen</translation>
    </message>
</context>
<context>
    <name>CampaignImportController</name>
    <message numerus="yes">
        <source>%Ln message(s) imported</source>
        <translation>
            <numerusform>%Ln Nachricht importiert</numerusform>
            <numerusform>%Ln Nachrichten importiert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more exceed the limit of one campaign</source>
        <translation>
            <numerusform>%Ln weitere überschreitet die Grenze einer Kampagne</numerusform>
            <numerusform>%Ln weitere überschreiten die Grenze einer Kampagne</numerusform>
        </translation>
    </message>
    <message>
        <source>Sample saved as {file}</source>
        <translation>Beispiel gespeichert als {file}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>CampaignList</name>
    <message numerus="yes">
        <source>%Ln campaign(s)</source>
        <translation>
            <numerusform>%Ln Kampagne</numerusform>
            <numerusform>%Ln Kampagnen</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign sends messages at regular times. You can also drop pictures on the window to create one.</source>
        <translation>Eine Kampagne sendet Nachrichten in regelmäßigen Abständen. Sie können auch Bilder auf das Fenster ziehen, um eine anzulegen.</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Kampagnen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Create a campaign</source>
        <translation>Kampagne anlegen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Datei importieren …</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Einige Beispielnachrichten importieren, um zu sehen, wie es geht</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Neue Kampagne</translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches the search. It hides %Ln.</source>
        <translation>
            <numerusform>Keine Kampagne passt zur Suche. Sie blendet %Ln aus.</numerusform>
            <numerusform>Keine Kampagne passt zur Suche. Sie blendet %Ln aus.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches. The search and hidden channels hide %Ln.</source>
        <translation>
            <numerusform>Keine Kampagne passt. Suche und ausgeblendete Kanäle verbergen %Ln.</numerusform>
            <numerusform>Keine Kampagne passt. Suche und ausgeblendete Kanäle verbergen %Ln.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign uses the visible channels. %Ln use hidden channels.</source>
        <translation>
            <numerusform>Keine Kampagne verwendet die sichtbaren Kanäle. %Ln verwendet ausgeblendete Kanäle.</numerusform>
            <numerusform>Keine Kampagne verwendet die sichtbaren Kanäle. %Ln verwenden ausgeblendete Kanäle.</numerusform>
        </translation>
    </message>
    <message>
        <source>No campaigns yet</source>
        <translation>Noch keine Kampagnen</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Search campaigns</source>
        <translation>Kampagnen suchen</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Alle Kanäle zeigen</translation>
    </message>
    <message>
        <source>The campaign uses hidden channels.</source>
        <translation>Die Kampagne verwendet ausgeblendete Kanäle.</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Beispiel verwenden</translation>
    </message>
</context>
<context>
    <name>CampaignMessageEditor</name>
    <message>
        <source>A message of a campaign needs a time</source>
        <translation>Eine Nachricht einer Kampagne braucht eine Zeit</translation>
    </message>
    <message>
        <source>Add part</source>
        <translation>Teil hinzufügen</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Zurück zur Liste</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Erster Kommentar</translation>
    </message>
    <message>
        <source>Go on in a thread, from the caret on</source>
        <translation>Als Thread fortsetzen, ab der Schreibmarke</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Teile nummerieren</translation>
    </message>
    <message>
        <source>Own time</source>
        <translation>Eigene Zeit</translation>
    </message>
    <message>
        <source>Posted right after the message</source>
        <translation>Wird direkt nach der Nachricht veröffentlicht</translation>
    </message>
    <message>
        <source>Set by the rhythm</source>
        <translation>Vom Rhythmus festgelegt</translation>
    </message>
</context>
<context>
    <name>CampaignMessages</name>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n Teil</numerusform>
            <numerusform>%n Teile</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Angenommen</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Sofort</translation>
    </message>
    <message>
        <source>At the same time as another post</source>
        <translation>Zur gleichen Zeit wie ein anderer Beitrag</translation>
    </message>
    <message>
        <source>Empty message</source>
        <translation>Leere Nachricht</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Message {number}</source>
        <translation>Nachricht {number}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Braucht Sie</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Kein freier Termin</translation>
    </message>
    <message>
        <source>No slots for these channels</source>
        <translation>Keine Termine für diese Kanäle</translation>
    </message>
    <message>
        <source>No time</source>
        <translation>Keine Zeit</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Nicht gesendet</translation>
    </message>
    <message>
        <source>Own text for {names}</source>
        <translation>Eigener Text für {names}</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Geplant</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Set a time for this message</source>
        <translation>Legen Sie eine Zeit für diese Nachricht fest</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Diese Zeit ist vorbei</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>{n} min after another post</source>
        <translation>{n} min nach einem anderen Beitrag</translation>
    </message>
    <message>
        <source>{n} min before another post</source>
        <translation>{n} min vor einem anderen Beitrag</translation>
    </message>
</context>
<context>
    <name>CampaignNameField</name>
    <message>
        <source>Campaign name</source>
        <translation>Name der Kampagne</translation>
    </message>
    <message>
        <source>Name of the campaign</source>
        <translation>Name der Kampagne</translation>
    </message>
</context>
<context>
    <name>CampaignTimeline</name>
    <message>
        <source>Move to {time}</source>
        <translation>Auf {time} verschieben</translation>
    </message>
    <message>
        <source>The channel</source>
        <translation>Der Kanal</translation>
    </message>
    <message>
        <source>The clocks change that day. The post is sent at {time}</source>
        <translation>An diesem Tag werden die Uhren umgestellt. Der Beitrag wird um {time} gesendet</translation>
    </message>
    <message>
        <source>The clocks have gone back: {zone}</source>
        <translation>Die Uhren wurden zurückgestellt: {zone}</translation>
    </message>
    <message>
        <source>The clocks have gone forward: {zone}</source>
        <translation>Die Uhren wurden vorgestellt: {zone}</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Diese Zeit ist vorbei</translation>
    </message>
    <message>
        <source>Week of {day}</source>
        <translation>Woche vom {day}</translation>
    </message>
    <message>
        <source>Without a time</source>
        <translation>Ohne Zeit</translation>
    </message>
    <message>
        <source>{network} also posts at {time} that day</source>
        <translation>{network} veröffentlicht an diesem Tag auch um {time}</translation>
    </message>
</context>
<context>
    <name>Campaigns</name>
    <message>
        <source>The posts of a campaign are not being sent. See the log for details.</source>
        <translation>Die Beiträge einer Kampagne werden nicht gesendet. Einzelheiten stehen im Protokoll.</translation>
    </message>
</context>
<context>
    <name>CampaignsController</name>
    <message numerus="yes">
        <source>%Ln message(s) scheduled</source>
        <translation>
            <numerusform>%Ln Nachricht geplant</numerusform>
            <numerusform>%Ln Nachrichten geplant</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Kampagnen</translation>
    </message>
    <message>
        <source>Sending is paused. The posts wait in Activity.</source>
        <translation>Das Senden ist angehalten. Die Beiträge warten in „Aktivität“.</translation>
    </message>
    <message>
        <source>Some posts are still being removed from the schedule. Resume again in a moment.</source>
        <translation>Einige Beiträge werden noch aus dem Zeitplan entfernt. Setzen Sie gleich noch einmal fort.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped. %Ln message(s) will not be sent</source>
        <translation>
            <numerusform>Gestoppt. %Ln Nachricht wird nicht gesendet</numerusform>
            <numerusform>Gestoppt. %Ln Nachrichten werden nicht gesendet</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>CampaignsLayout</name>
    <message>
        <source>Add message</source>
        <translation>Nachricht hinzufügen</translation>
    </message>
    <message>
        <source>Drag to reorder: the times stay, the messages move</source>
        <translation>Zum Umordnen ziehen: Die Zeiten bleiben, die Nachrichten wandern</translation>
    </message>
</context>
<context>
    <name>CampaignsModel</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln fehlgeschlagen</numerusform>
            <numerusform>%Ln fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln Nachricht</numerusform>
            <numerusform>%Ln Nachrichten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln gesendet</numerusform>
            <numerusform>%Ln gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stopped</source>
        <translation>
            <numerusform>%Ln gestoppt</numerusform>
            <numerusform>%Ln gestoppt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to come</source>
        <translation>
            <numerusform>%Ln ausstehend</numerusform>
            <numerusform>%Ln ausstehend</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a campaign.</extracomment>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Braucht Sie</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Untitled campaign</source>
        <translation>Unbenannte Kampagne</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>nächste: {when}</translation>
    </message>
</context>
<context>
    <name>CampaignsPage</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln Nachricht</numerusform>
            <numerusform>%Ln Nachrichten</numerusform>
        </translation>
    </message>
    <message>
        <source>No messages</source>
        <translation>Keine Nachrichten</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Noch nicht gespeichert</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Auf diesem Computer gespeichert</translation>
    </message>
    <message>
        <source>Saved on this computer {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Auf diesem Computer gespeichert, {ago}</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
    <message>
        <source>Stop the campaign to change its schedule.</source>
        <translation>Stoppen Sie die Kampagne, um ihren Zeitplan zu ändern.</translation>
    </message>
    <message>
        <source>no channels yet</source>
        <translation>noch keine Kanäle</translation>
    </message>
    <message numerus="yes">
        <source>to %Ln channel(s)</source>
        <translation>
            <numerusform>an %Ln Kanal</numerusform>
            <numerusform>an %Ln Kanäle</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignsState</name>
    <message>
        <source>Campaign “{name}” deleted</source>
        <translation>Kampagne „{name}“ gelöscht</translation>
    </message>
    <message>
        <source>Scheduled posts will still be sent.</source>
        <translation>Geplante Beiträge werden trotzdem gesendet.</translation>
    </message>
    <message>
        <source>Stop the campaign to change its channels.</source>
        <translation>Stoppen Sie die Kampagne, um ihre Kanäle zu ändern.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>{name} copy</source>
        <translation>{name} (Kopie)</translation>
    </message>
</context>
<context>
    <name>CardActions</name>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag löschen</numerusform>
            <numerusform>%Ln Beiträge löschen</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Entwurf löschen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten …</translation>
    </message>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>Verschieben</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>
            <numerusform>%n Beitrag verschieben</numerusform>
            <numerusform>%n Beiträge verschieben</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Activity</source>
        <translation>In „Aktivität“ öffnen</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>In „Verfassen“ öffnen</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Im Zeitplan öffnen</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Auf der Website öffnen</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planer anhalten</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Planer der Website…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Verschieben …</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>Set time</source>
        <translation>Zeit festlegen</translation>
    </message>
</context>
<context>
    <name>CardPopup</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Move…</source>
        <translation>Verschieben …</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Kein Text</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Im Zeitplan öffnen</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Auf der Website öffnen</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Beitrag öffnen</translation>
    </message>
    <message>
        <source>Open {posts}</source>
        <translation>{posts} öffnen</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planer anhalten</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
</context>
<context>
    <name>ChangesList</name>
    <message>
        <source>New times</source>
        <translation>Neue Zeiten</translation>
    </message>
</context>
<context>
    <name>ChannelGroups</name>
    <message numerus="yes">
        <source>%Ln channel(s) moved to “{name}”</source>
        <translation>
            <numerusform>%Ln Kanal nach „{name}“ verschoben</numerusform>
            <numerusform>%Ln Kanäle nach „{name}“ verschoben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s) removed from (its/their) group</source>
        <translation>
            <numerusform>%Ln Kanal aus der Gruppe entfernt</numerusform>
            <numerusform>%Ln Kanäle aus der Gruppe entfernt</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed to “{name}”</source>
        <translation>Gruppe in „{name}“ umbenannt</translation>
    </message>
    <message>
        <source>Group “{name}” created</source>
        <translation>Gruppe „{name}“ angelegt</translation>
    </message>
    <message>
        <source>Group “{name}” moved</source>
        <translation>Gruppe „{name}“ verschoben</translation>
    </message>
    <message>
        <source>Group “{name}” removed. Its channels stay.</source>
        <translation>Gruppe „{name}“ entfernt. Ihre Kanäle bleiben.</translation>
    </message>
    <message>
        <source>Redone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Wiederhergestellt: {what}</translation>
    </message>
    <message>
        <source>Undone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Rückgängig gemacht: {what}</translation>
    </message>
    <message>
        <source>“{name}” is now part of “{other}”</source>
        <translation>„{name}“ gehört jetzt zu „{other}“</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsDialog</name>
    <message>
        <source>Changes need the server</source>
        <translation>Änderungen brauchen den Server</translation>
    </message>
    <message>
        <source>Groups of {channel}</source>
        <translation>Gruppen von {channel}</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Gruppen, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>In Gebrauch: {groups}</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Noch ist nichts geändert</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Änderungen speichern</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsPart</name>
    <message>
        <source>A person sees the channels of their groups. A channel without a group is seen by those who see all channels.</source>
        <translation>Eine Person sieht die Kanäle ihrer Gruppen. Einen Kanal ohne Gruppe sieht, wer alle Kanäle sieht.</translation>
    </message>
    <message>
        <source>Channels and their groups</source>
        <translation>Kanäle und ihre Gruppen</translation>
    </message>
    <message>
        <source>No channels yet. Connect an account first.</source>
        <translation>Noch keine Kanäle. Verbinden Sie zuerst ein Konto.</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Keine Gruppe</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
</context>
<context>
    <name>ChannelHints</name>
    <message>
        <source>Channels of this workspace are added on its site. To connect an account to this computer, open “This computer” first.</source>
        <translation>Kanäle dieses Arbeitsbereichs werden auf seiner Website hinzugefügt. Um ein Konto mit diesem Computer zu verbinden, öffnen Sie zuerst „Dieser Computer“.</translation>
    </message>
    <message>
        <source>Only editors and owners change the settings of channels.</source>
        <translation>Nur Redakteure und Inhaber ändern die Einstellungen von Kanälen.</translation>
    </message>
    <message>
        <source>Only owners connect accounts to this workspace. Ask one.</source>
        <translation>Nur Inhaber verbinden Konten mit diesem Arbeitsbereich. Fragen Sie einen von ihnen.</translation>
    </message>
</context>
<context>
    <name>ChannelKinds</name>
    <message>
        <source>Account</source>
        <extracomment>Kind of a channel: the account itself of somebody on a network.</extracomment>
        <translation>Konto</translation>
    </message>
    <message>
        <source>Account story</source>
        <extracomment>Kind of a channel: posts become stories.</extracomment>
        <translation>Konto-Story</translation>
    </message>
    <message>
        <source>Blog</source>
        <translation>Blog</translation>
    </message>
    <message>
        <source>Board</source>
        <extracomment>Kind of a channel: a board on Pinterest.</extracomment>
        <translation>Pinnwand</translation>
    </message>
    <message>
        <source>Channel</source>
        <extracomment>Kind of a channel: a channel on Telegram.</extracomment>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Community</source>
        <extracomment>Kind of a channel: a subreddit.</extracomment>
        <translation>Community</translation>
    </message>
    <message>
        <source>Company</source>
        <extracomment>Kind of a channel: a company&apos;s page on LinkedIn.</extracomment>
        <translation>Unternehmen</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Kind of a channel: a group of people on a network.</extracomment>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Location</source>
        <extracomment>Kind of a channel: a place of business on Google.</extracomment>
        <translation>Standort</translation>
    </message>
    <message>
        <source>Page</source>
        <extracomment>Kind of a channel: a page on Facebook or LinkedIn.</extracomment>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Page story</source>
        <translation>Seiten-Story</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
</context>
<context>
    <name>ChannelLines</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelPane</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln Kanal</numerusform>
            <numerusform>%Ln Kanäle</numerusform>
        </translation>
    </message>
    <message>
        <source>0 channels</source>
        <translation>0 Kanäle</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Kanal hinzufügen …</translation>
    </message>
    <message>
        <source>Add channel</source>
        <translation>Kanal hinzufügen</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>All channels.</extracomment>
        <translation>Alle</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>Alle %Ln</numerusform>
            <numerusform>Alle %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Compact rows</source>
        <translation>Kompakte Zeilen</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Kanal suchen</translation>
    </message>
    <message>
        <source>Group channels by</source>
        <translation>Kanäle gruppieren nach</translation>
    </message>
    <message>
        <source>Hide sandbox channels</source>
        <translation>Sandbox-Kanäle ausblenden</translation>
    </message>
    <message>
        <source>Label</source>
        <extracomment>Noun: a word that the user gives to messages and channels.</extracomment>
        <translation>Etikett</translation>
    </message>
    <message>
        <source>Loading channels</source>
        <translation>Kanäle werden geladen</translation>
    </message>
    <message>
        <source>My groups</source>
        <translation>Meine Gruppen</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message numerus="yes">
        <source>New group of the (found channel/%Ln found channels)…</source>
        <translation>
            <numerusform>Neue Gruppe aus dem gefundenen Kanal …</numerusform>
            <numerusform>Neue Gruppe aus den %Ln gefundenen Kanälen …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>New group of the (ticked channel/%Ln ticked channels)…</source>
        <translation>
            <numerusform>Neue Gruppe aus dem ausgewählten Kanal …</numerusform>
            <numerusform>Neue Gruppe aus den %Ln ausgewählten Kanälen …</numerusform>
        </translation>
    </message>
    <message>
        <source>New group of the ticked channels…</source>
        <translation>Neue Gruppe aus den ausgewählten Kanälen …</translation>
    </message>
    <message>
        <source>No channel matches</source>
        <translation>Kein Kanal passt</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Keine Kanäle</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Noch keine Kanäle</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No channel.</extracomment>
        <translation>Ohne</translation>
    </message>
    <message numerus="yes">
        <source>Only %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>Nur %Ln</numerusform>
            <numerusform>Nur %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove unlisted channels</source>
        <translation>Nicht gelistete Kanäle entfernen</translation>
    </message>
    <message>
        <source>Search channels</source>
        <translation>Kanäle suchen</translation>
    </message>
    <message numerus="yes">
        <source>Select the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Den gefundenen Kanal auswählen</numerusform>
            <numerusform>Die %Ln gefundenen Kanäle auswählen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show only the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Nur den gefundenen Kanal zeigen</numerusform>
            <numerusform>Nur die %Ln gefundenen Kanäle zeigen</numerusform>
        </translation>
    </message>
    <message>
        <source>The channels could not be loaded</source>
        <translation>Die Kanäle konnten nicht geladen werden</translation>
    </message>
    <message>
        <source>The owners of this team decide which channels you see. Ask one of them to add you to a group of channels.</source>
        <translation>Die Inhaber dieses Teams entscheiden, welche Kanäle Sie sehen. Bitten Sie einen von ihnen, Sie in eine Gruppe von Kanälen aufzunehmen.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln channel(s).</source>
        <translation>
            <numerusform>Die Suche blendet %Ln Kanal aus.</numerusform>
            <numerusform>Die Suche blendet %Ln Kanäle aus.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Workspace order</source>
        <translation>Reihenfolge des Arbeitsbereichs</translation>
    </message>
    <message>
        <source>Your accounts, pages and groups appear here. Tick the channels for your message.</source>
        <translation>Ihre Konten, Seiten und Gruppen erscheinen hier. Wählen Sie die Kanäle für Ihre Nachricht aus.</translation>
    </message>
</context>
<context>
    <name>ChannelPurpose</name>
    <message numerus="yes">
        <source>%Ln chosen channel(s) (is/are) no longer listed.</source>
        <translation>
            <numerusform>%Ln ausgewählter Kanal ist nicht mehr gelistet.</numerusform>
            <numerusform>%Ln ausgewählte Kanäle sind nicht mehr gelistet.</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaign goes to</source>
        <translation>Kampagne geht an</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Hide every channel</source>
        <translation>Alle Kanäle ausblenden</translation>
    </message>
    <message>
        <source>Messages of this campaign go to the ticked channels, unless they have channels of their own.</source>
        <translation>Nachrichten dieser Kampagne gehen an die ausgewählten Kanäle, wenn sie keine eigenen haben.</translation>
    </message>
    <message>
        <source>No groups yet. Search or tick channels, then “New group” in the menu below.</source>
        <translation>Noch keine Gruppen. Suchen oder wählen Sie Kanäle, dann „Neue Gruppe“ im Menü unten.</translation>
    </message>
    <message>
        <source>Post to</source>
        <translation>Veröffentlichen auf</translation>
    </message>
    <message>
        <source>Select active channels</source>
        <translation>Aktive Kanäle auswählen</translation>
    </message>
    <message>
        <source>Select all channels</source>
        <translation>Alle Kanäle auswählen</translation>
    </message>
    <message>
        <source>Select no channel</source>
        <translation>Keinen Kanal auswählen</translation>
    </message>
    <message>
        <source>Show active channels</source>
        <translation>Aktive Kanäle zeigen</translation>
    </message>
    <message>
        <source>Show channels</source>
        <translation>Kanäle zeigen</translation>
    </message>
    <message>
        <source>Show every channel</source>
        <translation>Alle Kanäle zeigen</translation>
    </message>
    <message>
        <source>The open message goes to the ticked channels.</source>
        <translation>Die offene Nachricht geht an die ausgewählten Kanäle.</translation>
    </message>
    <message>
        <source>This page applies to all channels.</source>
        <translation>Diese Seite gilt für alle Kanäle.</translation>
    </message>
    <message>
        <source>This page shows only the ticked channels. Your messages do not change.</source>
        <translation>Diese Seite zeigt nur die ausgewählten Kanäle. Ihre Nachrichten ändern sich nicht.</translation>
    </message>
    <message>
        <source>{ticked} of {total} selected</source>
        <translation>{ticked} von {total} ausgewählt</translation>
    </message>
    <message>
        <source>{ticked} of {total} shown</source>
        <translation>{ticked} von {total} gezeigt</translation>
    </message>
</context>
<context>
    <name>ChannelStates</name>
    <message numerus="yes">
        <source>%n deleted by you</source>
        <translation>
            <numerusform>%n von Ihnen gelöscht</numerusform>
            <numerusform>%n von Ihnen gelöscht</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Angenommen</translation>
    </message>
    <message numerus="yes">
        <source>Accepted for {n} of %n channel(s)</source>
        <translation>
            <numerusform>Angenommen für {n} von %n Kanal</numerusform>
            <numerusform>Angenommen für {n} von %n Kanälen</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Von Ihnen gelöscht</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Von Ihnen bearbeitet</translation>
    </message>
    <message>
        <source>Given up by you</source>
        <translation>Von Ihnen aufgegeben</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Nicht angenommen</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Nicht im Zeitplan</translation>
    </message>
    <message>
        <source>Partly scheduled</source>
        <translation>Teilweise geplant</translation>
    </message>
    <message>
        <source>Partly sent</source>
        <translation>Teilweise gesendet</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message numerus="yes">
        <source>Retry %n channel(s)</source>
        <translation>
            <numerusform>%n Kanal wiederholen</numerusform>
            <numerusform>%n Kanäle wiederholen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %n post(s)</source>
        <translation>
            <numerusform>%n Beitrag wiederholen</numerusform>
            <numerusform>%n Beiträge wiederholen</numerusform>
        </translation>
    </message>
    <message>
        <source>Retry {channel}</source>
        <translation>{channel} wiederholen</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled for {n} of %n channel(s)</source>
        <translation>
            <numerusform>Geplant für {n} von %n Kanal</numerusform>
            <numerusform>Geplant für {n} von %n Kanälen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sent to {n} of %n channel(s)</source>
        <translation>
            <numerusform>Gesendet an {n} von %n Kanal</numerusform>
            <numerusform>Gesendet an {n} von %n Kanälen</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
</context>
<context>
    <name>ChannelTree</name>
    <message>
        <source>All of {network}</source>
        <translation>Alle von {network}</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Vorgaben …</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>Verbindung trennen …</translation>
    </message>
    <message>
        <source>Only this channel</source>
        <translation>Nur dieser Kanal</translation>
    </message>
    <message>
        <source>Only “{name}”</source>
        <translation>Nur „{name}“</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Im Browser öffnen</translation>
    </message>
    <message>
        <source>Reconnect…</source>
        <translation>Neu verbinden …</translation>
    </message>
    <message>
        <source>Settings of {network}…</source>
        <translation>Einstellungen von {network} …</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Erneut anmelden …</translation>
    </message>
    <message>
        <source>Unlock the keychain</source>
        <translation>Schlüsselbund entsperren</translation>
    </message>
</context>
<context>
    <name>ChannelsModel</name>
    <message>
        <source>All channels</source>
        <translation>Alle Kanäle</translation>
    </message>
    <message>
        <source>Keychain is locked</source>
        <translation>Der Schlüsselbund ist gesperrt</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Keine Gruppe</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>Kein Etikett</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Sandbox</translation>
    </message>
    <message>
        <source>Server not reached</source>
        <translation>Server nicht erreicht</translation>
    </message>
    <message>
        <source>Session expired</source>
        <translation>Sitzung abgelaufen</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Erneut anmelden</translation>
    </message>
    <message>
        <source>Sign in again before then to keep posting.</source>
        <translation>Melden Sie sich vorher erneut an, um weiter zu veröffentlichen.</translation>
    </message>
    <message>
        <source>Sign-in ends {day}</source>
        <translation>Anmeldung endet {day}</translation>
    </message>
    <message>
        <source>Sign-in has ended</source>
        <translation>Anmeldung abgelaufen</translation>
    </message>
    <message>
        <source>{name}: the session with {network} has expired. Posts to this channel will fail until it is connected again.</source>
        <translation>{name}: Die Sitzung bei {network} ist abgelaufen. Beiträge an diesen Kanal schlagen fehl, bis er neu verbunden ist.</translation>
    </message>
    <message>
        <source>{ticked} of {total}</source>
        <translation>{ticked} von {total}</translation>
    </message>
</context>
<context>
    <name>ChannelsPopup</name>
    <message>
        <source>Channels with these slots</source>
        <translation>Kanäle mit diesen Terminen</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Kanal suchen</translation>
    </message>
    <message>
        <source>Search channels of these slots</source>
        <translation>Kanäle dieser Termine suchen</translation>
    </message>
    <message>
        <source>Use these channels</source>
        <translation>Diese Kanäle verwenden</translation>
    </message>
    <message>
        <source>With none ticked, these times apply to all other channels</source>
        <translation>Ist keiner ausgewählt, gelten diese Zeiten für alle übrigen Kanäle</translation>
    </message>
    <message>
        <source>{name} ({network})</source>
        <translation>{name} ({network})</translation>
    </message>
</context>
<context>
    <name>ChartLegend</name>
    <message>
        <source>Other posts</source>
        <translation>Andere Beiträge</translation>
    </message>
    <message>
        <source>This campaign</source>
        <translation>Diese Kampagne</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>Change how it is read</source>
        <translation>Ändern, wie sie gelesen wird</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern …</translation>
    </message>
    <message>
        <source>Dates as</source>
        <translation>Datumsangaben als</translation>
    </message>
    <message>
        <source>First row holds the names</source>
        <translation>Die erste Zeile enthält die Namen</translation>
    </message>
    <message>
        <source>JSON files always name their columns</source>
        <translation>JSON-Dateien benennen ihre Spalten immer</translation>
    </message>
    <message>
        <source>No column is imported as a date</source>
        <translation>Keine Spalte wird als Datum importiert</translation>
    </message>
    <message>
        <source>No column is imported as text. Choose Text in the menu above a column.</source>
        <translation>Keine Spalte wird als Text importiert. Wählen Sie „Text“ im Menü über einer Spalte.</translation>
    </message>
    <message>
        <source>What does “{date}” mean? Your choice applies to the whole column.</source>
        <translation>Was bedeutet „{date}“? Ihre Wahl gilt für die ganze Spalte.</translation>
    </message>
</context>
<context>
    <name>Checks</name>
    <message>
        <source>Comments on {networks} have no files: move them to the first part.</source>
        <translation>Kommentare auf {networks} haben keine Dateien: Verschieben Sie sie in den ersten Teil.</translation>
    </message>
    <message>
        <source>No channel is selected. Select where the post should go.</source>
        <translation>Kein Kanal ist ausgewählt. Wählen Sie, wohin der Beitrag gehen soll.</translation>
    </message>
    <message>
        <source>One paragraph has {count} characters, so typing in it is slow. Line breaks speed it up.</source>
        <translation>Ein Absatz hat {count} Zeichen, daher ist das Schreiben darin langsam. Zeilenumbrüche machen es schneller.</translation>
    </message>
    <message>
        <source>Part {number}: {sentence}</source>
        <comment>a part of a thread</comment>
        <translation>Teil {number}: {sentence}</translation>
    </message>
    <message numerus="yes">
        <source>Part(s) {numbers} (is/are) empty.</source>
        <translation>
            <numerusform>Teil {numbers} ist leer.</numerusform>
            <numerusform>Die Teile {numbers} sind leer.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto cannot send GIFs to {network}.</source>
        <translation>Posto kann keine GIFs an {network} senden.</translation>
    </message>
    <message>
        <source>Posto cannot send files to {network}.</source>
        <translation>Posto kann keine Dateien an {network} senden.</translation>
    </message>
    <message>
        <source>Posto cannot send pictures to {network}.</source>
        <translation>Posto kann keine Bilder an {network} senden.</translation>
    </message>
    <message>
        <source>Posto cannot send videos to {network}.</source>
        <translation>Posto kann keine Videos an {network} senden.</translation>
    </message>
    <message>
        <source>The defaults have a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>Den Vorgaben fehlt eine Hashtag-Gruppe, „{name}“. Nichts wird hinzugefügt.</translation>
    </message>
    <message>
        <source>The defaults have a missing signature, “{name}”. Nothing is added.</source>
        <translation>Den Vorgaben fehlt eine Signatur, „{name}“. Nichts wird hinzugefügt.</translation>
    </message>
    <message numerus="yes">
        <source>The description of {file} has {count} characters; {networks} (cuts/cut) it at {limit}.</source>
        <translation>
            <numerusform>Die Beschreibung von {file} hat {count} Zeichen; {networks} kürzt sie auf {limit}.</numerusform>
            <numerusform>Die Beschreibung von {file} hat {count} Zeichen; {networks} kürzen sie auf {limit}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link “{link}” is not a web address.</source>
        <translation>Der Link „{link}“ ist keine Webadresse.</translation>
    </message>
    <message>
        <source>The same text goes to {count} X accounts; X forbids that.</source>
        <translation>Derselbe Text geht an {count} X-Konten; X verbietet das.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} on {day} at {time}.</source>
        <translation>Derselbe Text ist für {channels} schon am {day} um {time} geplant.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} today at {time}.</source>
        <translation>Derselbe Text ist für {channels} schon heute um {time} geplant.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} has {count}.</source>
        <translation>Der Dienst kürzt Texte für {network} auf {limit} Zeichen, der eigene Text von {channel} hat {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>Der Dienst kürzt Texte für {network} auf {limit} Zeichen, der eigene Text von {channel} mit seinem Link hat {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text has {count}.</source>
        <translation>Der Dienst kürzt Texte für {network} auf {limit} Zeichen, dieser Text hat {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text with its link has {count}.</source>
        <translation>Der Dienst kürzt Texte für {network} auf {limit} Zeichen, dieser Text mit seinem Link hat {count}.</translation>
    </message>
    <message>
        <source>The service picks one part of “{found}” at random.</source>
        <translation>Der Dienst wählt einen Teil von „{found}“ zufällig aus.</translation>
    </message>
    <message>
        <source>The service removes “{found}”: it looks like an HTML tag.</source>
        <translation>Der Dienst entfernt „{found}“: Es sieht wie ein HTML-Tag aus.</translation>
    </message>
    <message>
        <source>The service replaces its variable “{found}”.</source>
        <translation>Der Dienst ersetzt seine Variable „{found}“.</translation>
    </message>
    <message>
        <source>The service replaces “{found}” by its character.</source>
        <translation>Der Dienst ersetzt „{found}“ durch das Zeichen.</translation>
    </message>
    <message>
        <source>The site makes one blank line of several.</source>
        <translation>Die Website macht aus mehreren Leerzeilen eine.</translation>
    </message>
    <message>
        <source>The site shortens links with {service} only for its own posts. This link stays as it is.</source>
        <translation>Die Website kürzt Links mit {service} nur für eigene Beiträge. Dieser Link bleibt, wie er ist.</translation>
    </message>
    <message numerus="yes">
        <source>The sound of {file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>Der Ton von {file} ist {type}; {networks} erlaubt {types}.</numerusform>
            <numerusform>Der Ton von {file} ist {type}; {networks} erlauben {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The style “{name}” does not exist.</source>
        <translation>Den Stil „{name}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>The style “{name}” has the unknown variable {variable}.</source>
        <translation>Der Stil „{name}“ hat die unbekannte Variable {variable}.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>Dem Stil „{style}“ fehlt eine Hashtag-Gruppe, „{name}“. Nichts wird hinzugefügt.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing signature, “{name}”. Nothing is added.</source>
        <translation>Dem Stil „{style}“ fehlt eine Signatur, „{name}“. Nichts wird hinzugefügt.</translation>
    </message>
    <message>
        <source>The time has passed. Choose a later one.</source>
        <translation>Die Zeit ist vorbei. Wählen Sie eine spätere.</translation>
    </message>
    <message>
        <source>The time is more than a year away. Is the year right?</source>
        <translation>Die Zeit liegt mehr als ein Jahr in der Zukunft. Stimmt das Jahr?</translation>
    </message>
    <message>
        <source>The time is very near. The post may go out some seconds later.</source>
        <translation>Die Zeit ist sehr nah. Der Beitrag geht vielleicht einige Sekunden später hinaus.</translation>
    </message>
    <message>
        <source>The time is very near. Uploading the files may take longer.</source>
        <translation>Die Zeit ist sehr nah. Das Hochladen der Dateien dauert vielleicht länger.</translation>
    </message>
    <message>
        <source>The time “{time}” cannot be used.</source>
        <translation>Die Zeit „{time}“ kann nicht verwendet werden.</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the defaults applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>Das Wasserzeichen der Vorgaben gilt nur für Standbilder: {files} bleibt ohne.</numerusform>
            <numerusform>Das Wasserzeichen der Vorgaben gilt nur für Standbilder: {files} bleiben ohne.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the defaults cannot be used. {reason}</source>
        <translation>Das Wasserzeichen der Vorgaben kann nicht verwendet werden. {reason}</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the style “{style}” applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>Das Wasserzeichen des Stils „{style}“ gilt nur für Standbilder: {files} bleibt ohne.</numerusform>
            <numerusform>Das Wasserzeichen des Stils „{style}“ gilt nur für Standbilder: {files} bleiben ohne.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>Das Wasserzeichen des Stils „{style}“ kann nicht verwendet werden. {reason}</translation>
    </message>
    <message>
        <source>The {network} session of {channel} has expired. The post will fail there until it is connected again.</source>
        <translation>Die Sitzung von {channel} bei {network} ist abgelaufen. Der Beitrag schlägt dort fehl, bis der Kanal neu verbunden ist.</translation>
    </message>
    <message>
        <source>The {network} sessions of {channels} have expired. The posts will fail there until they are connected again.</source>
        <translation>Die Sitzungen von {channels} bei {network} sind abgelaufen. Die Beiträge schlagen dort fehl, bis die Kanäle neu verbunden sind.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Es gibt noch nichts zu veröffentlichen. Schreiben Sie einen Text, oder fügen Sie ein Bild hinzu.</translation>
    </message>
    <message>
        <source>{file} has its index at the end; {networks} may refuse it.</source>
        <translation>{file} hat seinen Index am Ende; {networks} könnte es ablehnen.</translation>
    </message>
    <message>
        <source>{file} has no description for people who cannot see it.</source>
        <translation>{file} hat keine Beschreibung für Menschen, die es nicht sehen können.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} hat {rate} Bilder pro Sekunde; {networks} erlaubt bis zu {most}.</numerusform>
            <numerusform>{file} hat {rate} Bilder pro Sekunde; {networks} erlauben bis zu {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) {most} or more.</source>
        <translation>
            <numerusform>{file} hat {rate} Bilder pro Sekunde; {networks} erlaubt {most} oder mehr.</numerusform>
            <numerusform>{file} hat {rate} Bilder pro Sekunde; {networks} erlauben {most} oder mehr.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate}; {networks} (takes/take) up to {most} and may compress it again.</source>
        <translation>
            <numerusform>{file} hat {rate}; {networks} nimmt bis zu {most} und komprimiert es womöglich neu.</numerusform>
            <numerusform>{file} hat {rate}; {networks} nehmen bis zu {most} und komprimieren es womöglich neu.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is HDR: for {networks} it gets the colours of ordinary screens.</source>
        <translation>{file} ist HDR: Für {networks} bekommt es die Farben gewöhnlicher Bildschirme.</translation>
    </message>
    <message>
        <source>{file} is HDR: {networks} may show its colours pale or too dark.</source>
        <translation>{file} ist HDR: Auf {networks} können die Farben blass oder zu dunkel wirken.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is a GIF; {networks} (allows/allow) none.</source>
        <translation>
            <numerusform>{file} ist ein GIF; {networks} erlaubt keine.</numerusform>
            <numerusform>{file} ist ein GIF; {networks} erlauben keine.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is encoded anew for {networks}: {pixels}, about {size}.</source>
        <translation>{file} wird für {networks} neu codiert: {pixels}, etwa {size}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is encoded as {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} ist als {type} codiert; {networks} erlaubt {types}.</numerusform>
            <numerusform>{file} ist als {type} codiert; {networks} erlauben {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is of an unknown type: it becomes {other} for {networks}.</source>
        <translation>{file} ist von unbekanntem Typ: Für {networks} wird daraus {other}.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop it.</source>
        <translation>{file} ist zu hoch für {networks}. Schneiden Sie es zu.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop to {ratio} or wider.</source>
        <translation>{file} ist zu hoch für {networks}. Schneiden Sie es auf {ratio} oder breiter zu.</translation>
    </message>
    <message>
        <source>{file} is too wide for {networks}. Crop to {ratio} or narrower.</source>
        <translation>{file} ist zu breit für {networks}. Schneiden Sie es auf {ratio} oder schmaler zu.</translation>
    </message>
    <message>
        <source>{file} is written anew as MP4 for {networks}, without a loss of quality.</source>
        <translation>{file} wird für {networks} ohne Qualitätsverlust neu als MP4 geschrieben.</translation>
    </message>
    <message>
        <source>{file} is {size}: Posto shrinks it to {most} for {networks}.</source>
        <translation>{file} ist {size} groß: Posto verkleinert es für {networks} auf {most}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.</source>
        <translation>
            <numerusform>{file} ist {size} groß; {networks} erlaubt bis zu {most} Pixel Höhe.</numerusform>
            <numerusform>{file} ist {size} groß; {networks} erlauben bis zu {most} Pixel Höhe.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.</source>
        <translation>
            <numerusform>{file} ist {size} groß; {networks} erlaubt bis zu {most} Pixel Breite.</numerusform>
            <numerusform>{file} ist {size} groß; {networks} erlauben bis zu {most} Pixel Breite.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} ist {size} groß; {networks} erlaubt bis zu {most}.</numerusform>
            <numerusform>{file} ist {size} groß; {networks} erlauben bis zu {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.</source>
        <translation>
            <numerusform>{file} ist {size} groß; {networks} erlaubt ab {least} Pixel Breite.</numerusform>
            <numerusform>{file} ist {size} groß; {networks} erlauben ab {least} Pixel Breite.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more.</source>
        <translation>
            <numerusform>{file} ist {size} groß; {networks} erlaubt ab {least} Pixel.</numerusform>
            <numerusform>{file} ist {size} groß; {networks} erlauben ab {least} Pixel.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is {type}: it becomes {other} for {networks}.</source>
        <translation>{file} ist {type}: Für {networks} wird daraus {other}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} ist {type}; {networks} erlaubt {types}.</numerusform>
            <numerusform>{file} ist {type}; {networks} erlauben {types}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} dauert {length}; {networks} erlaubt bis zu {most}.</numerusform>
            <numerusform>{file} dauert {length}; {networks} erlauben bis zu {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) {least} or more.</source>
        <translation>
            <numerusform>{file} dauert {length}; {networks} erlaubt ab {least}.</numerusform>
            <numerusform>{file} dauert {length}; {networks} erlauben ab {least}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} was not found. Put it back or remove it here.</source>
        <translation>{file} wurde nicht gefunden. Legen Sie es zurück, oder entfernen Sie es hier.</translation>
    </message>
    <message numerus="yes">
        <source>{networks} (does/do) not support first comments.</source>
        <translation>
            <numerusform>{networks} unterstützt keine ersten Kommentare.</numerusform>
            <numerusform>{networks} unterstützen keine ersten Kommentare.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) all parts as one post.</source>
        <translation>
            <numerusform>{networks} bekommt alle Teile als einen Beitrag.</numerusform>
            <numerusform>{networks} bekommen alle Teile als einen Beitrag.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) only the first part.</source>
        <translation>
            <numerusform>{networks} bekommt nur den ersten Teil.</numerusform>
            <numerusform>{networks} bekommen nur den ersten Teil.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links on stories only. In the text the link can be read, but not clicked.</source>
        <translation>
            <numerusform>{networks} zeigt Links nur in Storys. Im Text ist der Link lesbar, aber nicht anklickbar.</numerusform>
            <numerusform>{networks} zeigen Links nur in Storys. Im Text ist der Link lesbar, aber nicht anklickbar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links only in the text.</source>
        <translation>
            <numerusform>{networks} zeigt Links nur im Text.</numerusform>
            <numerusform>{networks} zeigen Links nur im Text.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) the parts after the first as comments.</source>
        <translation>
            <numerusform>{networks} zeigt die Teile nach dem ersten als Kommentare.</numerusform>
            <numerusform>{networks} zeigen die Teile nach dem ersten als Kommentare.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from here. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} nimmt von hier keine Threads an. Wählen Sie, was stattdessen gesendet wird.</numerusform>
            <numerusform>{networks} nehmen von hier keine Threads an. Wählen Sie, was stattdessen gesendet wird.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from the sandbox. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} nimmt aus der Sandbox keine Threads an. Wählen Sie, was stattdessen gesendet wird.</numerusform>
            <numerusform>{networks} nehmen aus der Sandbox keine Threads an. Wählen Sie, was stattdessen gesendet wird.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads through this service. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} nimmt über diesen Dienst keine Threads an. Wählen Sie, was stattdessen gesendet wird.</numerusform>
            <numerusform>{networks} nehmen über diesen Dienst keine Threads an. Wählen Sie, was stattdessen gesendet wird.</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} cannot mix pictures and video in one post.</source>
        <translation>{networks}: Bilder und Video in einem Beitrag sind nicht möglich.</translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln GIF(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} erlaubt %Ln GIF je Beitrag, diese Nachricht hat {count}.</numerusform>
            <numerusform>{network} erlaubt %Ln GIFs je Beitrag, diese Nachricht hat {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln file(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} erlaubt %Ln Datei je Beitrag, diese Nachricht hat {count}.</numerusform>
            <numerusform>{network} erlaubt %Ln Dateien je Beitrag, diese Nachricht hat {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln hashtag(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} erlaubt %Ln Hashtag, dieser Text hat {count}.</numerusform>
            <numerusform>{network} erlaubt %Ln Hashtags, dieser Text hat {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln mention(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} erlaubt %Ln Erwähnung, dieser Text hat {count}.</numerusform>
            <numerusform>{network} erlaubt %Ln Erwähnungen, dieser Text hat {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln picture(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} erlaubt %Ln Bild je Beitrag, diese Nachricht hat {count}.</numerusform>
            <numerusform>{network} erlaubt %Ln Bilder je Beitrag, diese Nachricht hat {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln video(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} erlaubt %Ln Video je Beitrag, diese Nachricht hat {count}.</numerusform>
            <numerusform>{network} erlaubt %Ln Videos je Beitrag, diese Nachricht hat {count}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} erlaubt {limit} Byte Text, der eigene Text von {channel} hat {count}: Akzente und Emoji zählen je mehrere Byte.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} erlaubt {limit} Byte Text, der eigene Text von {channel} mit seinem Link hat {count}: Akzente und Emoji zählen je mehrere Byte.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} erlaubt {limit} Byte Text, dieser Text hat {count}: Akzente und Emoji zählen je mehrere Byte.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} erlaubt {limit} Byte Text, dieser Text mit seinem Link hat {count}: Akzente und Emoji zählen je mehrere Byte.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters in a title, this one has {count}.</source>
        <translation>{network} erlaubt {limit} Zeichen im Titel, dieser hat {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} has {count}.</source>
        <translation>{network} erlaubt {limit} Zeichen unter einem Bild oder Video, der eigene Text von {channel} hat {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} with its link has {count}.</source>
        <translation>{network} erlaubt {limit} Zeichen unter einem Bild oder Video, der eigene Text von {channel} mit seinem Link hat {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text has {count}.</source>
        <translation>{network} erlaubt {limit} Zeichen unter einem Bild oder Video, dieser Text hat {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text with its link has {count}.</source>
        <translation>{network} erlaubt {limit} Zeichen unter einem Bild oder Video, dieser Text mit seinem Link hat {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} has {count}.</source>
        <translation>{network} erlaubt {limit} Zeichen, der eigene Text von {channel} hat {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>{network} erlaubt {limit} Zeichen, der eigene Text von {channel} mit seinem Link hat {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text has {count}.</source>
        <translation>{network} erlaubt {limit} Zeichen, dieser Text hat {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text with its link has {count}.</source>
        <translation>{network} erlaubt {limit} Zeichen, dieser Text mit seinem Link hat {count}.</translation>
    </message>
    <message>
        <source>{network} needs a picture or a video.</source>
        <translation>{network} braucht ein Bild oder ein Video.</translation>
    </message>
    <message>
        <source>{network} needs a picture.</source>
        <translation>{network} braucht ein Bild.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file.</source>
        <translation>{network} braucht einen Text oder eine Datei.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file; its own text is empty.</source>
        <translation>{network} braucht einen Text oder eine Datei; der eigene Text ist leer.</translation>
    </message>
    <message>
        <source>{network} needs a text.</source>
        <translation>{network} braucht einen Text.</translation>
    </message>
    <message>
        <source>{network} needs a title.</source>
        <translation>{network} braucht einen Titel.</translation>
    </message>
    <message>
        <source>{network} needs a video.</source>
        <translation>{network} braucht ein Video.</translation>
    </message>
    <message numerus="yes">
        <source>{network} shows the link and leaves out the (file/%Ln files).</source>
        <translation>
            <numerusform>{network} zeigt den Link und lässt die Datei weg.</numerusform>
            <numerusform>{network} zeigt den Link und lässt die %Ln Dateien weg.</numerusform>
        </translation>
    </message>
    <message>
        <source>{sentence} Characters such as # and @ count twice there.</source>
        <translation>{sentence} Zeichen wie # und @ zählen dort doppelt.</translation>
    </message>
    <message>
        <source>{sentence} The service cuts at {limit}.</source>
        <translation>{sentence} Der Dienst kürzt auf {limit}.</translation>
    </message>
</context>
<context>
    <name>ChecksPanel</name>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n Prüfung</numerusform>
            <numerusform>%n Prüfungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) (has/have) no description for people who cannot see (it/them).</source>
        <translation>
            <numerusform>%n Datei hat keine Beschreibung für Menschen, die sie nicht sehen können.</numerusform>
            <numerusform>%n Dateien haben keine Beschreibung für Menschen, die sie nicht sehen können.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hint(s)</source>
        <translation>
            <numerusform>%n Hinweis</numerusform>
            <numerusform>%n Hinweise</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n Problem</numerusform>
            <numerusform>%n Probleme</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n Warnung</numerusform>
            <numerusform>%n Warnungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>Done: {sentence}</source>
        <extracomment>{sentence}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Erledigt: {sentence}</translation>
    </message>
    <message>
        <source>Hide checks</source>
        <translation>Prüfungen ausblenden</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>No problems left</source>
        <translation>Keine Probleme mehr</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Show checks</source>
        <translation>Prüfungen zeigen</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message numerus="yes">
        <source>{sentence} Same for %n more file(s).</source>
        <translation>
            <numerusform>{sentence} Ebenso %n weitere Datei.</numerusform>
            <numerusform>{sentence} Ebenso %n weitere Dateien.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChecksPresenter</name>
    <message numerus="yes">
        <source>%Ln channel(s) (is/are) left out</source>
        <translation>
            <numerusform>%Ln Kanal ist ausgelassen</numerusform>
            <numerusform>%Ln Kanäle sind ausgelassen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) removed from the message</source>
        <translation>
            <numerusform>%n Datei aus der Nachricht entfernt</numerusform>
            <numerusform>%n Dateien aus der Nachricht entfernt</numerusform>
        </translation>
    </message>
    <message>
        <source>Done: {what}</source>
        <extracomment>{what}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Erledigt: {what}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>{name} and {other} removed from the message</source>
        <translation>{name} und {other} aus der Nachricht entfernt</translation>
    </message>
    <message>
        <source>{name} is left out</source>
        <translation>{name} ist ausgelassen</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} aus der Nachricht entfernt</translation>
    </message>
</context>
<context>
    <name>ColumnMappingBar</name>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
</context>
<context>
    <name>ColumnMenus</name>
    <message>
        <source>Columns and rows…</source>
        <translation>Spalten und Zeilen …</translation>
    </message>
    <message>
        <source>Earliest first</source>
        <translation>Früheste zuerst</translation>
    </message>
    <message>
        <source>Group posts of a message</source>
        <translation>Beiträge einer Nachricht gruppieren</translation>
    </message>
    <message>
        <source>Hide {column}</source>
        <translation>{column} ausblenden</translation>
    </message>
    <message>
        <source>Latest first</source>
        <translation>Späteste zuerst</translation>
    </message>
    <message>
        <source>Move {column} left</source>
        <translation>{column} nach links</translation>
    </message>
    <message>
        <source>Move {column} right</source>
        <translation>{column} nach rechts</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Spalten zurücksetzen</translation>
    </message>
    <message>
        <source>Sort ascending</source>
        <translation>Aufsteigend sortieren</translation>
    </message>
    <message>
        <source>Sort descending</source>
        <translation>Absteigend sortieren</translation>
    </message>
</context>
<context>
    <name>ColumnsPopup</name>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Komfortabel</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Kompakt</translation>
    </message>
    <message>
        <source>Move {column} down</source>
        <translation>{column} nach unten</translation>
    </message>
    <message>
        <source>Move {column} up</source>
        <translation>{column} nach oben</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Spalten zurücksetzen</translation>
    </message>
    <message>
        <source>Reverse order</source>
        <translation>Reihenfolge umkehren</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Zeilenhöhe</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Sortieren nach</translation>
    </message>
    <message>
        <source>Time cannot be hidden: it contains the checkboxes</source>
        <translation>„Zeit“ lässt sich nicht ausblenden: Dort stehen die Auswahlkästchen</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find commands, channels, messages, posts…</source>
        <translation>Befehle, Kanäle, Nachrichten, Beiträge suchen …</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Nothing matches “{words}”</source>
        <translation>Nichts passt zu „{words}“</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
</context>
<context>
    <name>CommonWarnings</name>
    <message>
        <source>Keep them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Leave these rows out</source>
        <translation>Diese Zeilen auslassen</translation>
    </message>
    <message>
        <source>Locate them…</source>
        <translation>Suchen …</translation>
    </message>
</context>
<context>
    <name>ComposeActionBar</name>
    <message>
        <source>More ways to post</source>
        <translation>Weitere Wege zu veröffentlichen</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Als Entwurf speichern</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>Show checks below</source>
        <translation>Prüfungen unten zeigen</translation>
    </message>
    <message>
        <source>X charges each post to the credits of your app, and more for one with a link.</source>
        <translation>X berechnet jeden Beitrag vom Guthaben Ihrer App, mit Link mehr.</translation>
    </message>
</context>
<context>
    <name>ComposeActions</name>
    <message>
        <source>&amp;Message</source>
        <translation>&amp;Nachricht</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Dateien hinzufügen …</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Bilder oder Videos hinzufügen</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Zu Evergreen hinzufügen</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Zeit ändern</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Nachricht schließen</translation>
    </message>
    <message>
        <source>Discard this message</source>
        <translation>Diese Nachricht verwerfen</translation>
    </message>
    <message>
        <source>Drafts ({n})…</source>
        <translation>Entwürfe ({n}) …</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Entwürfe und Vorlagen</translation>
    </message>
    <message>
        <source>Drafts…</source>
        <translation>Entwürfe …</translation>
    </message>
    <message>
        <source>Fill the message from a post of the site</source>
        <translation>Nachricht aus einem Beitrag der Website füllen</translation>
    </message>
    <message>
        <source>From the site…</source>
        <translation>Von der Website…</translation>
    </message>
    <message>
        <source>Insert an emoji</source>
        <translation>Emoji einfügen</translation>
    </message>
    <message>
        <source>Insert emoji…</source>
        <translation>Emoji einfügen …</translation>
    </message>
    <message>
        <source>Insert hashtags, a signature or a snippet</source>
        <translation>Hashtags, Signatur oder Textbaustein einfügen</translation>
    </message>
    <message>
        <source>Insert snippet…</source>
        <translation>Textbaustein einfügen …</translation>
    </message>
    <message>
        <source>Keep a copy to send again and again</source>
        <translation>Eine Kopie behalten, die immer wieder gesendet wird</translation>
    </message>
    <message>
        <source>Manage snippets…</source>
        <translation>Textbausteine verwalten …</translation>
    </message>
    <message>
        <source>Needs a WordPress site: this computer has none.</source>
        <translation>Braucht eine WordPress-Website: Dieser Computer hat keine.</translation>
    </message>
    <message>
        <source>New from template…</source>
        <translation>Neu aus Vorlage …</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>New message beside these</source>
        <translation>Neue Nachricht neben diesen</translation>
    </message>
    <message>
        <source>New message beside this one</source>
        <translation>Neue Nachricht neben dieser</translation>
    </message>
    <message>
        <source>Next free slot</source>
        <translation>Nächster freier Termin</translation>
    </message>
    <message>
        <source>Next network tab</source>
        <translation>Nächster Netzwerk-Reiter</translation>
    </message>
    <message>
        <source>Next open message</source>
        <translation>Nächste offene Nachricht</translation>
    </message>
    <message>
        <source>Previous network tab</source>
        <translation>Vorheriger Netzwerk-Reiter</translation>
    </message>
    <message>
        <source>Previous open message</source>
        <translation>Vorherige offene Nachricht</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Wiederholen …</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Als Entwurf speichern</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Als Vorlage speichern …</translation>
    </message>
    <message>
        <source>Save to Drafts and start a new message</source>
        <translation>In Entwürfe speichern und neue Nachricht beginnen</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Vorschau ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Show the preview</source>
        <translation>Vorschau zeigen</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Beispielbild verwenden</translation>
    </message>
</context>
<context>
    <name>ComposeController</name>
    <message numerus="yes">
        <source>%Ln post(s) scheduled</source>
        <translation>
            <numerusform>%Ln Beitrag geplant</numerusform>
            <numerusform>%Ln Beiträge geplant</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln Beitrag geplant von {first} bis {last}</numerusform>
            <numerusform>%Ln Beiträge geplant von {first} bis {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln Beitrag geplant: {when}</numerusform>
            <numerusform>%Ln Beiträge geplant: {when}</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Not sent yet.</source>
        <translation>Noch nicht gesendet.</translation>
    </message>
    <message>
        <source>Proposed. An editor has to approve it.</source>
        <translation>Vorgeschlagen. Ein Redakteur muss es freigeben.</translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag wird gesendet</numerusform>
            <numerusform>%Ln Beiträge werden gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>%Ln Beitrag wird in {seconds} s gesendet</numerusform>
            <numerusform>%Ln Beiträge werden in {seconds} s gesendet</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>“{title}” was already sent. You can no longer undo it.</source>
        <translation>„{title}“ wurde schon gesendet. Das lässt sich nicht mehr rückgängig machen.</translation>
    </message>
    <message>
        <source>“{title}” will not be sent</source>
        <translation>„{title}“ wird nicht gesendet</translation>
    </message>
</context>
<context>
    <name>ComposeLayout</name>
    <message>
        <source>Drafts</source>
        <translation>Entwürfe</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>Was möchten Sie sagen?</translation>
    </message>
</context>
<context>
    <name>ComposePage</name>
    <message>
        <source>Draft saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Entwurf gespeichert</translation>
    </message>
    <message>
        <source>Draft saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Entwurf gespeichert, {ago}</translation>
    </message>
    <message>
        <source>No changes yet</source>
        <translation>Noch keine Änderungen</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Nicht gespeichert</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Noch nicht gespeichert</translation>
    </message>
    <message>
        <source>Not saved: {why}</source>
        <translation>Nicht gespeichert: {why}</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Noch nichts geschrieben</translation>
    </message>
    <message>
        <source>Saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Auf diesem Computer gespeichert</translation>
    </message>
    <message>
        <source>Saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Gespeichert, {ago}</translation>
    </message>
    <message>
        <source>The scheduled message stays as it is until you save the changes</source>
        <translation>Die geplante Nachricht bleibt, wie sie ist, bis Sie die Änderungen speichern</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>Check {network} first. If the post is already there, it is published twice.</source>
        <translation>Prüfen Sie zuerst {network}. Ist der Beitrag schon dort, wird er zweimal veröffentlicht.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Erneut senden</translation>
    </message>
    <message>
        <source>Send it again?</source>
        <translation>Erneut senden?</translation>
    </message>
    <message>
        <source>there</source>
        <translation>dort</translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message>
        <source>Add a channel</source>
        <translation>Kanal hinzufügen</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose a network first.</source>
        <translation>Wählen Sie zuerst ein Netzwerk.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Fertigstellen</translation>
    </message>
    <message>
        <source>Is this the account?</source>
        <translation>Ist es dieses Konto?</translation>
    </message>
    <message>
        <source>Open browser</source>
        <translation>Browser öffnen</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Erneut anmelden</translation>
    </message>
    <message>
        <source>Sign in to {network}.</source>
        <translation>Bei {network} anmelden.</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Anmeldung läuft</translation>
    </message>
    <message>
        <source>Step {number} of 3. {words}</source>
        <translation>Schritt {number} von 3. {words}</translation>
    </message>
    <message>
        <source>Waiting for the browser.</source>
        <translation>Warten auf den Browser.</translation>
    </message>
    <message>
        <source>Where do you want to publish?</source>
        <translation>Wohin möchten Sie veröffentlichen?</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>Bitte warten …</translation>
    </message>
    <message>
        <source>{network} no longer accepts Posto&apos;s sign-in. The channel and its schedule stay.</source>
        <translation>{network} akzeptiert die Anmeldung von Posto nicht mehr. Der Kanal und sein Zeitplan bleiben.</translation>
    </message>
</context>
<context>
    <name>ConnectState</name>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Wählen Sie mindestens einen Ort zum Veröffentlichen.</translation>
    </message>
    <message>
        <source>Choose where it is kept.</source>
        <translation>Wählen Sie, wo es aufbewahrt wird.</translation>
    </message>
    <message>
        <source>Fill this in.</source>
        <translation>Füllen Sie das aus.</translation>
    </message>
    <message>
        <source>Paste the address first.</source>
        <translation>Fügen Sie zuerst die Adresse ein.</translation>
    </message>
</context>
<context>
    <name>CounterRing</name>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: noch %Ln Zeichen</numerusform>
            <numerusform>{network}: noch %Ln Zeichen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln Zeichen zu viel</numerusform>
            <numerusform>{network}: %Ln Zeichen zu viel</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterRow</name>
    <message>
        <source>each link counts {n}</source>
        <translation>jeder Link zählt {n}</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: noch %Ln Zeichen</numerusform>
            <numerusform>{network}: noch %Ln Zeichen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln Zeichen zu viel</numerusform>
            <numerusform>{network}: %Ln Zeichen zu viel</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CountsPopup</name>
    <message>
        <source>Characters left</source>
        <translation>Verbleibende Zeichen</translation>
    </message>
</context>
<context>
    <name>CoverSlider</name>
    <message>
        <source>Cover frame</source>
        <translation>Titelbild</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>Bottom left corner of the crop</source>
        <translation>Linke untere Ecke des Ausschnitts</translation>
    </message>
    <message>
        <source>Bottom right corner of the crop</source>
        <translation>Rechte untere Ecke des Ausschnitts</translation>
    </message>
    <message>
        <source>Bottom side of the crop</source>
        <translation>Unterkante des Ausschnitts</translation>
    </message>
    <message>
        <source>Crop of {name}</source>
        <translation>Ausschnitt von {name}</translation>
    </message>
    <message>
        <source>Left side of the crop</source>
        <translation>Linke Kante des Ausschnitts</translation>
    </message>
    <message>
        <source>Right side of the crop</source>
        <translation>Rechte Kante des Ausschnitts</translation>
    </message>
    <message>
        <source>Top left corner of the crop</source>
        <translation>Linke obere Ecke des Ausschnitts</translation>
    </message>
    <message>
        <source>Top right corner of the crop</source>
        <translation>Rechte obere Ecke des Ausschnitts</translation>
    </message>
    <message>
        <source>Top side of the crop</source>
        <translation>Oberkante des Ausschnitts</translation>
    </message>
    <message>
        <source>{width} % wide and {height} % high, {left} % from the left, {top} % from the top</source>
        <translation>{width} % breit und {height} % hoch, {left} % von links, {top} % von oben</translation>
    </message>
</context>
<context>
    <name>DamagedStylePanel</name>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open the folder of styles</source>
        <translation>Ordner der Stile öffnen</translation>
    </message>
    <message>
        <source>Posto cannot use this file and will not change it. Fix it in a text editor or remove it from its folder.</source>
        <translation>Posto kann diese Datei nicht verwenden und ändert sie nicht. Berichtigen Sie sie in einem Texteditor, oder entfernen Sie sie aus ihrem Ordner.</translation>
    </message>
</context>
<context>
    <name>DateSpan</name>
    <message>
        <source>From today</source>
        <translation>Ab heute</translation>
    </message>
    <message>
        <source>From {day}</source>
        <translation>Ab {day}</translation>
    </message>
    <message>
        <source>Next 7 days</source>
        <translation>Nächste 7 Tage</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Dieser Monat</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>Diese Woche</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>Bis {day}</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} bis {last}</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Morgen</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>morgen</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}, {time}</translation>
    </message>
</context>
<context>
    <name>DatesPopup</name>
    <message>
        <source>Any date</source>
        <translation>Beliebiges Datum</translation>
    </message>
    <message>
        <source>Dates</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Früherer Monat</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>Von … bis …</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Späterer Monat</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
</context>
<context>
    <name>DayWords</name>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
    <message>
        <source>“{text}” is not a day. Try “{date}”, “{weekday}” or “{weeks}”.</source>
        <translation>„{text}“ ist kein Tag. Versuchen Sie „{date}“, „{weekday}“ oder „{weeks}“.</translation>
    </message>
</context>
<context>
    <name>DaysPopup</name>
    <message>
        <source>Use these days</source>
        <translation>Diese Tage verwenden</translation>
    </message>
</context>
<context>
    <name>DeepLinks</name>
    <message>
        <source>The link cannot be read.</source>
        <translation>Der Link kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The link does not begin with “{start}”.</source>
        <translation>Der Link beginnt nicht mit „{start}“.</translation>
    </message>
    <message numerus="yes">
        <source>The link has %n part(s), and a thread {most} at most.</source>
        <translation>
            <numerusform>Der Link hat %n Teil, ein Thread höchstens {most}.</numerusform>
            <numerusform>Der Link hat %n Teile, ein Thread höchstens {most}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link is too long.</source>
        <translation>Der Link ist zu lang.</translation>
    </message>
    <message>
        <source>The link leads to “{page}”. This version has no such page.</source>
        <translation>Der Link führt zu „{page}“. Diese Version hat keine solche Seite.</translation>
    </message>
    <message>
        <source>The link would attach an address that is not a web address.</source>
        <translation>Der Link würde eine Adresse anhängen, die keine Webadresse ist.</translation>
    </message>
</context>
<context>
    <name>DefaultEditor</name>
    <message>
        <source>All channels of {network} share their pictures. Set this for {network}.</source>
        <translation>Alle Kanäle von {network} haben gemeinsame Bilder. Legen Sie dies für {network} fest.</translation>
    </message>
    <message>
        <source>Choose an option above</source>
        <translation>Wählen Sie oben eine Option</translation>
    </message>
    <message>
        <source>Default for</source>
        <translation>Vorgabe für</translation>
    </message>
    <message>
        <source>Default: {option}</source>
        <translation>Vorgabe: {option}</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Hier gibt es nichts zurückzusetzen</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset the default</source>
        <translation>Vorgabe zurücksetzen</translation>
    </message>
    <message>
        <source>Used for every post to {name}, unless a style or the post sets its own</source>
        <translation>Gilt für jeden Beitrag an {name}, sofern nicht ein Stil oder der Beitrag etwas anderes festlegt</translation>
    </message>
    <message>
        <source>Used for posts to {name} instead of the default of {network}</source>
        <translation>Gilt für Beiträge an {name} anstelle der Vorgabe von {network}</translation>
    </message>
</context>
<context>
    <name>Defaults</name>
    <message>
        <source>As typed</source>
        <translation>Wie eingegeben</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leer</translation>
    </message>
    <message>
        <source>In effect</source>
        <translation>Wirksam</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Kein Stil</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Ohne</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>Nicht festgelegt</translation>
    </message>
    <message>
        <source>On the service</source>
        <translation>Beim Dienst</translation>
    </message>
    <message>
        <source>Option</source>
        <translation>Option</translation>
    </message>
    <message>
        <source>This message</source>
        <translation>Diese Nachricht</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>{layer}: not set</source>
        <extracomment>{layer}: where a value could be set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: nicht festgelegt</translation>
    </message>
    <message>
        <source>{layer}: {value}. In effect.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. Wirksam.</translation>
    </message>
    <message>
        <source>{layer}: {value}. Not used here.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. Gilt hier nicht.</translation>
    </message>
</context>
<context>
    <name>DefaultsDialog</name>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>Layers of the defaults</source>
        <translation>Ebenen der Vorgaben</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Noch keine Kanäle</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Kein Stil</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Auf diesem Computer gespeichert</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Used when a message does not set an option. Layers further right take precedence.</source>
        <translation>Gelten, wenn eine Nachricht eine Option nicht festlegt. Ebenen weiter rechts haben Vorrang.</translation>
    </message>
</context>
<context>
    <name>Delivery</name>
    <message numerus="yes">
        <source>%n of its channels no longer exist. Nothing was sent.</source>
        <translation>
            <numerusform>%n seiner Kanäle gibt es nicht mehr. Nichts wurde gesendet.</numerusform>
            <numerusform>%n seiner Kanäle gibt es nicht mehr. Nichts wurde gesendet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts were changed or sent meanwhile, so they stay.</source>
        <translation>
            <numerusform>%n von {total} Beiträgen wurde inzwischen geändert oder gesendet und bleibt daher.</numerusform>
            <numerusform>%n von {total} Beiträgen wurden inzwischen geändert oder gesendet und bleiben daher.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s), {digest}</source>
        <translation>
            <numerusform>%n Beitrag, {digest}</numerusform>
            <numerusform>%n Beiträge, {digest}</numerusform>
        </translation>
    </message>
    <message>
        <source>A repeat makes at most {n} posts. Nothing was sent.</source>
        <translation>Eine Wiederholung ergibt höchstens {n} Beiträge. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>An earlier change of it has an unclear outcome. Resolve that first.</source>
        <translation>Eine frühere Änderung hat einen unklaren Ausgang. Klären Sie ihn zuerst.</translation>
    </message>
    <message>
        <source>An earlier change of it is not finished yet.</source>
        <translation>Eine frühere Änderung ist noch nicht fertig.</translation>
    </message>
    <message>
        <source>Another post has its slot. Nothing was sent.</source>
        <translation>Ein anderer Beitrag belegt den Termin. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Confirmed by you in the app</source>
        <translation>Von Ihnen in der App bestätigt</translation>
    </message>
    <message>
        <source>Confirmed by you on a terminal</source>
        <translation>Von Ihnen im Terminal bestätigt</translation>
    </message>
    <message>
        <source>Declined by you in the app</source>
        <translation>Von Ihnen in der App abgelehnt</translation>
    </message>
    <message>
        <source>Declined by you on a terminal</source>
        <translation>Von Ihnen im Terminal abgelehnt</translation>
    </message>
    <message>
        <source>It belongs to a post of the site and can be moved only there.</source>
        <translation>Er gehört zu einem Beitrag der Website und kann nur dort verschoben werden.</translation>
    </message>
    <message>
        <source>It could not be done in time. Propose it again.</source>
        <translation>Es war nicht rechtzeitig möglich. Schlagen Sie es noch einmal vor.</translation>
    </message>
    <message>
        <source>It could not be moved.</source>
        <translation>Er konnte nicht verschoben werden.</translation>
    </message>
    <message>
        <source>It goes out in a few minutes anyway.</source>
        <translation>Er wird ohnehin in wenigen Minuten gesendet.</translation>
    </message>
    <message>
        <source>It is being moved.</source>
        <translation>Er wird gerade verschoben.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Er wird gerade gesendet.</translation>
    </message>
    <message>
        <source>It is being sent right now. Posto waits for the result.</source>
        <translation>Er wird gerade gesendet. Posto wartet auf das Ergebnis.</translation>
    </message>
    <message>
        <source>It is due right now, so the service may be sending it.</source>
        <translation>Er ist gerade fällig, daher sendet der Dienst ihn vielleicht gerade.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule, or it is being sent right now.</source>
        <translation>Er steht nicht mehr im Zeitplan oder wird gerade gesendet.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule. Your changes are kept here.</source>
        <translation>Er steht nicht mehr im Zeitplan. Ihre Änderungen bleiben hier erhalten.</translation>
    </message>
    <message>
        <source>It is no longer waiting.</source>
        <translation>Er wartet nicht mehr.</translation>
    </message>
    <message>
        <source>It is not what was proposed any more. Nothing was done.</source>
        <translation>Es ist nicht mehr das, was vorgeschlagen wurde. Nichts ist geschehen.</translation>
    </message>
    <message>
        <source>It is not what was proposed. Nothing was deleted.</source>
        <translation>Es ist nicht das, was vorgeschlagen wurde. Nichts wurde gelöscht.</translation>
    </message>
    <message>
        <source>It is overdue. Choose a time at least 5 minutes from now.</source>
        <translation>Er ist überfällig. Wählen Sie eine Zeit in frühestens 5 Minuten.</translation>
    </message>
    <message>
        <source>It is too late to undo this.</source>
        <translation>Es ist zu spät, um das rückgängig zu machen.</translation>
    </message>
    <message>
        <source>It may be being sent right now.</source>
        <translation>Er wird vielleicht gerade gesendet.</translation>
    </message>
    <message>
        <source>It may have been sent; that cannot be checked yet.</source>
        <translation>Er wurde vielleicht gesendet; das lässt sich noch nicht prüfen.</translation>
    </message>
    <message>
        <source>It was accepted; for which channels cannot be checked yet.</source>
        <translation>Er wurde angenommen; für welche Kanäle, lässt sich noch nicht prüfen.</translation>
    </message>
    <message>
        <source>It was answered already.</source>
        <translation>Es wurde schon beantwortet.</translation>
    </message>
    <message>
        <source>It was changed after the move was proposed.</source>
        <translation>Er wurde geändert, nachdem das Verschieben vorgeschlagen wurde.</translation>
    </message>
    <message>
        <source>It was changed or sent meanwhile, so it stays.</source>
        <translation>Er wurde inzwischen geändert oder gesendet und bleibt daher.</translation>
    </message>
    <message>
        <source>It was not confirmed within ten minutes. Have it proposed again.</source>
        <translation>Es wurde nicht innerhalb von zehn Minuten bestätigt. Lassen Sie es noch einmal vorschlagen.</translation>
    </message>
    <message>
        <source>It was sent already.</source>
        <translation>Er wurde schon gesendet.</translation>
    </message>
    <message>
        <source>It was sent at both times.</source>
        <translation>Er wurde zu beiden Zeiten gesendet.</translation>
    </message>
    <message>
        <source>It was sent before your changes were saved. They are kept here.</source>
        <translation>Er wurde gesendet, bevor Ihre Änderungen gespeichert waren. Sie bleiben hier erhalten.</translation>
    </message>
    <message>
        <source>It was sent while it was being moved.</source>
        <translation>Er wurde gesendet, während er verschoben wurde.</translation>
    </message>
    <message>
        <source>Its channel no longer exists. Nothing was sent.</source>
        <translation>Den Kanal gibt es nicht mehr. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Its earlier time has passed, so you cannot undo this.</source>
        <translation>Seine frühere Zeit ist vorbei, daher lässt sich das nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Its time has passed. Nothing was scheduled.</source>
        <translation>Seine Zeit ist vorbei. Nichts wurde geplant.</translation>
    </message>
    <message>
        <source>Its time passed before it could be sent. Nothing was sent.</source>
        <translation>Die Zeit verstrich, bevor gesendet werden konnte. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Its time, {time}, passed before it could be sent. It was not sent; try again to send it now.</source>
        <translation>Seine Zeit, {time}, war vorbei, bevor er gesendet werden konnte. Er wurde nicht gesendet; versuchen Sie es erneut, um ihn jetzt zu senden.</translation>
    </message>
    <message>
        <source>May already be published, but that cannot be checked. {reason}</source>
        <translation>Vielleicht schon veröffentlicht, aber das lässt sich nicht prüfen. {reason}</translation>
    </message>
    <message>
        <source>May already be published: the service did not answer in time.</source>
        <translation>Vielleicht schon veröffentlicht: Der Dienst hat nicht rechtzeitig geantwortet.</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Vielleicht schon veröffentlicht: {reason}</translation>
    </message>
    <message>
        <source>May already be published: {why}</source>
        <translation>Vielleicht schon veröffentlicht: {why}</translation>
    </message>
    <message>
        <source>No channel is selected, so nothing was sent.</source>
        <translation>Kein Kanal ist ausgewählt, daher wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>Not checked yet. {why}</source>
        <translation>Noch nicht geprüft. {why}</translation>
    </message>
    <message>
        <source>Nothing more was posted.</source>
        <translation>Mehr wurde nicht veröffentlicht.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Nothing was posted.</source>
        <translation>Nichts wurde veröffentlicht.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Part of it was sent meanwhile.</source>
        <translation>Ein Teil davon wurde inzwischen gesendet.</translation>
    </message>
    <message>
        <source>Posto will check again.</source>
        <translation>Posto prüft es noch einmal.</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>Zurückgenommen.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>Die App wird beendet.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was changed.</source>
        <translation>Die gewählte Zeit ist vorbei. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was sent.</source>
        <translation>Die gewählte Zeit ist vorbei. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The earlier post is still scheduled.</source>
        <translation>Der frühere Beitrag ist weiterhin geplant.</translation>
    </message>
    <message>
        <source>The earlier version is no longer known.</source>
        <translation>Die frühere Fassung ist nicht mehr bekannt.</translation>
    </message>
    <message>
        <source>The evergreen message was deleted. Nothing was sent.</source>
        <translation>Die Evergreen-Nachricht wurde gelöscht. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The list of {host} could not be read.</source>
        <translation>Die Liste von {host} konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The message is no longer in the campaign. Nothing was sent.</source>
        <translation>Die Nachricht gehört nicht mehr zur Kampagne. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The new time has passed.</source>
        <translation>Die neue Zeit ist vorbei.</translation>
    </message>
    <message>
        <source>The new time has passed. Nothing was moved.</source>
        <translation>Die neue Zeit ist vorbei. Nichts wurde verschoben.</translation>
    </message>
    <message>
        <source>The post is not in the schedule of {host}.</source>
        <translation>Der Beitrag steht nicht im Zeitplan von {host}.</translation>
    </message>
    <message>
        <source>The prepared copy of “{name}” was removed from the cache. Try again.</source>
        <translation>Die vorbereitete Kopie von „{name}“ wurde aus dem Zwischenspeicher entfernt. Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The proxy in Settings &gt; Network has no address or no port. Nothing was sent.</source>
        <translation>Dem Proxy unter Einstellungen &gt; Netzwerk fehlt die Adresse oder der Port. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The repeat has no time left. Nothing was sent.</source>
        <translation>Die Wiederholung hat keine Zeit mehr. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The saved data of this post is damaged.</source>
        <translation>Die gespeicherten Daten dieses Beitrags sind beschädigt.</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>Der Arbeitsbereich ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>There is no style “{name}” to export.</source>
        <translation>Es gibt keinen Stil „{name}“ zu exportieren.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Es gibt noch nichts zu veröffentlichen. Schreiben Sie einen Text, oder fügen Sie ein Bild hinzu.</translation>
    </message>
    <message>
        <source>This message edits nothing. Nothing was changed.</source>
        <translation>Diese Nachricht ändert nichts. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>This workspace is signed out. Sign in again to send the post.</source>
        <translation>Dieser Arbeitsbereich ist abgemeldet. Melden Sie sich erneut an, um den Beitrag zu senden.</translation>
    </message>
    <message>
        <source>Two attempts had no clear answer.</source>
        <translation>Zwei Versuche hatten keine klare Antwort.</translation>
    </message>
    <message>
        <source>defaults.json is damaged, so no defaults count. The next change keeps it aside.</source>
        <translation>defaults.json ist beschädigt, daher gelten keine Vorgaben. Die nächste Änderung legt die Datei beiseite.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>der Name kann nicht verwendet werden</translation>
    </message>
    <message>
        <source>this computer</source>
        <extracomment>In place of the name of a service: &quot;… accepted the post but does not list it.&quot;</extracomment>
        <translation>dieser Computer</translation>
    </message>
    <message>
        <source>{host} accepted only a part of it.</source>
        <translation>{host} hat nur einen Teil davon angenommen.</translation>
    </message>
    <message>
        <source>{host} accepted the post but does not list it.</source>
        <translation>{host} hat den Beitrag angenommen, führt ihn aber nicht auf.</translation>
    </message>
    <message>
        <source>{host} asks to wait.</source>
        <translation>{host} bittet zu warten.</translation>
    </message>
    <message>
        <source>{host} did not accept it.</source>
        <translation>{host} hat ihn nicht angenommen.</translation>
    </message>
    <message>
        <source>{host} did not answer in time. Posto is checking whether the post arrived.</source>
        <translation>{host} hat nicht rechtzeitig geantwortet. Posto prüft, ob der Beitrag angekommen ist.</translation>
    </message>
    <message>
        <source>{host} did not move it.</source>
        <translation>{host} hat ihn nicht verschoben.</translation>
    </message>
    <message>
        <source>{host} does not list it for {names} yet.</source>
        <translation>{host} führt ihn für {names} noch nicht auf.</translation>
    </message>
    <message>
        <source>{host} does not list the post yet.</source>
        <translation>{host} führt den Beitrag noch nicht auf.</translation>
    </message>
    <message>
        <source>{host} does not report its whole content.</source>
        <translation>{host} nennt nicht den ganzen Inhalt.</translation>
    </message>
    <message>
        <source>{host} has this post but does not list it for {names}.</source>
        <translation>{host} hat diesen Beitrag, führt ihn aber für {names} nicht auf.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} wird gerade gewartet.</translation>
    </message>
    <message>
        <source>{host} still has the earlier post.</source>
        <translation>{host} hat noch den früheren Beitrag.</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is/are) not in the schedule of {host}.</source>
        <extracomment>{names}: names of channels.</extracomment>
        <translation>
            <numerusform>{names} steht nicht im Zeitplan von {host}.</numerusform>
            <numerusform>{names} stehen nicht im Zeitplan von {host}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} cannot be imported: it is not a regular file.</source>
        <translation>{name} kann nicht importiert werden: Es ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} kann nicht gelesen werden: Zugriff verweigert.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} kann nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be prepared ({why}).</source>
        <translation>{name} konnte nicht vorbereitet werden ({why}).</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes)</source>
        <translation>{name} ist leer (0 Byte)</translation>
    </message>
    <message>
        <source>{name} is no style. {why}</source>
        <translation>{name} ist kein Stil. {why}</translation>
    </message>
    <message>
        <source>{name} is not a file</source>
        <translation>{name} ist keine Datei</translation>
    </message>
    <message>
        <source>{name} is not a style: it has no settings for any network.</source>
        <translation>{name} ist kein Stil: Es hat keine Einstellungen für ein Netzwerk.</translation>
    </message>
    <message>
        <source>{name} is on another computer; copy it to this one</source>
        <translation>{name} liegt auf einem anderen Computer; kopieren Sie es auf diesen</translation>
    </message>
    <message>
        <source>{name} is too large for a style.</source>
        <translation>{name} ist zu groß für einen Stil.</translation>
    </message>
    <message>
        <source>{name} was not found</source>
        <translation>{name} wurde nicht gefunden</translation>
    </message>
    <message>
        <source>{name} was not found beside the CSV file</source>
        <translation>{name} wurde neben der CSV-Datei nicht gefunden</translation>
    </message>
    <message>
        <source>{name} was not found beside the JSON file</source>
        <translation>{name} wurde neben der JSON-Datei nicht gefunden</translation>
    </message>
    <message>
        <source>{name} was not found beside the file</source>
        <translation>{name} wurde neben der Datei nicht gefunden</translation>
    </message>
    <message>
        <source>{name} was not found beside the workbook</source>
        <translation>{name} wurde neben der Arbeitsmappe nicht gefunden</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>{name} was not found: a pasted row needs the whole path of its picture</source>
        <translation>{name} wurde nicht gefunden: Eine eingefügte Zeile braucht den ganzen Pfad ihres Bildes</translation>
    </message>
    <message>
        <source>“{name}” changed after you added it. Use Edit as new to see the current version.</source>
        <translation>„{name}“ hat sich geändert, nachdem Sie es hinzugefügt haben. „Als neue bearbeiten“ zeigt die aktuelle Fassung.</translation>
    </message>
    <message>
        <source>“{name}” could not be read.</source>
        <translation>„{name}“ konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture or video</source>
        <translation>„{name}“ ist kein Bild oder Video</translation>
    </message>
    <message>
        <source>“{name}” is not the file that was added to the draft.</source>
        <translation>„{name}“ ist nicht die Datei, die dem Entwurf hinzugefügt wurde.</translation>
    </message>
    <message>
        <source>“{name}” was changed after it was proposed. Nothing was scheduled.</source>
        <translation>„{name}“ wurde nach dem Vorschlag geändert. Nichts wurde geplant.</translation>
    </message>
    <message>
        <source>“{name}” was changed after the post was made.</source>
        <translation>„{name}“ wurde geändert, nachdem der Beitrag entstand.</translation>
    </message>
    <message>
        <source>“{name}” was changed while it was uploaded.</source>
        <translation>„{name}“ wurde beim Hochladen geändert.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>„{name}“ wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>“{name}…” is not a file name</source>
        <translation>„{name}…“ ist kein Dateiname</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Posto cannot write to {folder}: {why}. Nothing will be saved.</source>
        <translation>Posto kann nicht in {folder} schreiben: {why}. Nichts wird gespeichert.</translation>
    </message>
    <message>
        <source>The backup was not restored, because the server on this computer did not stop. Posto tries again at the next start.</source>
        <translation>Die Sicherung wurde nicht wiederhergestellt, weil der Server auf diesem Computer nicht beendet wurde. Posto versucht es beim nächsten Start erneut.</translation>
    </message>
</context>
<context>
    <name>DesktopApp</name>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Verfassen</translation>
    </message>
    <message>
        <source>{reason} The change lasts until Posto quits.</source>
        <translation>{reason} Die Änderung gilt, bis Posto beendet wird.</translation>
    </message>
</context>
<context>
    <name>DestinationChoice</name>
    <message>
        <source>A folder of pictures can become a campaign</source>
        <translation>Ein Ordner mit Bildern kann eine Kampagne werden</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Kanal hinzufügen …</translation>
    </message>
    <message>
        <source>Connect your accounts</source>
        <translation>Ihre Konten verbinden</translation>
    </message>
    <message>
        <source>Mastodon, Bluesky, WordPress and more, published from this computer.</source>
        <translation>Mastodon, Bluesky, WordPress und mehr, veröffentlicht von diesem Computer aus.</translation>
    </message>
    <message>
        <source>Runs on your own WordPress site. Its channels appear here.</source>
        <translation>Läuft auf Ihrer eigenen WordPress-Website. Deren Kanäle erscheinen hier.</translation>
    </message>
    <message>
        <source>Sandbox channels show posts in Feed and publish nothing.</source>
        <translation>Sandbox-Kanäle zeigen Beiträge im Feed und veröffentlichen nichts.</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Bei einem Posto-Dienst anmelden</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Anmelden …</translation>
    </message>
    <message>
        <source>Try it on this computer</source>
        <translation>Auf diesem Computer ausprobieren</translation>
    </message>
    <message>
        <source>Type a time like &lt;b&gt;“{time}”&lt;/b&gt; or &lt;b&gt;“{other}”&lt;/b&gt;</source>
        <translation>Geben Sie eine Zeit ein wie &lt;b&gt;„{time}“&lt;/b&gt; oder &lt;b&gt;„{other}“&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Use the sandbox</source>
        <translation>Sandbox verwenden</translation>
    </message>
    <message>
        <source>Use the sandbox channels</source>
        <translation>Sandbox-Kanäle verwenden</translation>
    </message>
    <message>
        <source>Where should it go?</source>
        <translation>Wohin soll es gehen?</translation>
    </message>
</context>
<context>
    <name>DeviceRows</name>
    <message>
        <source>No device yet</source>
        <translation>Noch kein Gerät</translation>
    </message>
</context>
<context>
    <name>DownloadTile</name>
    <message>
        <source>Cancel {name}</source>
        <translation>{name} abbrechen</translation>
    </message>
    <message>
        <source>Download {name} again</source>
        <translation>{name} erneut herunterladen</translation>
    </message>
    <message>
        <source>Downloading {name}</source>
        <translation>{name} wird heruntergeladen</translation>
    </message>
    <message>
        <source>Not downloaded</source>
        <translation>Nicht heruntergeladen</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
</context>
<context>
    <name>DraftRows</name>
    <message>
        <source>Open now</source>
        <translation>Jetzt öffnen</translation>
    </message>
</context>
<context>
    <name>DraftTabs</name>
    <message>
        <source>Close “{title}”; it stays in Drafts</source>
        <translation>„{title}“ schließen; bleibt in den Entwürfen</translation>
    </message>
    <message>
        <source>Open messages</source>
        <translation>Offene Nachrichten</translation>
    </message>
</context>
<context>
    <name>DraftTabsRow</name>
    <message>
        <source>New message beside these</source>
        <translation>Neue Nachricht neben diesen</translation>
    </message>
</context>
<context>
    <name>DraftTray</name>
    <message>
        <source>Drag one onto the calendar, or select it and press S</source>
        <translation>Ziehen Sie einen auf den Kalender, oder wählen Sie ihn aus und drücken Sie S</translation>
    </message>
    <message>
        <source>Hide drafts</source>
        <translation>Entwürfe ausblenden</translation>
    </message>
    <message>
        <source>Show drafts</source>
        <translation>Entwürfe zeigen</translation>
    </message>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Nicht geplante Entwürfe</translation>
    </message>
</context>
<context>
    <name>DraftTrayList</name>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Nicht geplante Entwürfe</translation>
    </message>
</context>
<context>
    <name>DraftsFoot</name>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Name of the template</source>
        <translation>Name der Vorlage</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Vorlage speichern</translation>
    </message>
</context>
<context>
    <name>DraftsList</name>
    <message>
        <source>Add draft to evergreen</source>
        <translation>Entwurf zu Evergreen hinzufügen</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Zu Evergreen hinzufügen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Entwurf löschen</translation>
    </message>
    <message>
        <source>Delete template</source>
        <translation>Vorlage löschen</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Entwürfe</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Entwürfe und Vorlagen</translation>
    </message>
    <message>
        <source>Drafts or templates</source>
        <translation>Entwürfe oder Vorlagen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Duplicate draft</source>
        <translation>Entwurf duplizieren</translation>
    </message>
    <message>
        <source>Labels of draft</source>
        <translation>Etiketten des Entwurfs</translation>
    </message>
    <message>
        <source>Labels…</source>
        <translation>Etiketten …</translation>
    </message>
    <message>
        <source>New message from template</source>
        <extracomment>Verb.</extracomment>
        <translation>Neue Nachricht aus Vorlage</translation>
    </message>
    <message>
        <source>No draft matches.</source>
        <translation>Kein Entwurf passt.</translation>
    </message>
    <message>
        <source>No drafts yet. Your messages are saved here automatically.</source>
        <translation>Noch keine Entwürfe. Ihre Nachrichten werden hier automatisch gespeichert.</translation>
    </message>
    <message>
        <source>No template matches.</source>
        <translation>Keine Vorlage passt.</translation>
    </message>
    <message>
        <source>No templates yet. Use “Save as template…” in the menu beside Post.</source>
        <translation>Noch keine Vorlagen. Verwenden Sie „Als Vorlage speichern …“ im Menü neben „Veröffentlichen“.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Rename template</source>
        <translation>Vorlage umbenennen</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen …</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Als Vorlage speichern …</translation>
    </message>
    <message>
        <source>Save draft as template</source>
        <translation>Entwurf als Vorlage speichern</translation>
    </message>
    <message>
        <source>Search drafts</source>
        <translation>Entwürfe suchen</translation>
    </message>
    <message>
        <source>Search templates</source>
        <translation>Vorlagen suchen</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Vorlagen</translation>
    </message>
</context>
<context>
    <name>DraftsModel</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n Teil</numerusform>
            <numerusform>%n Teile</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes of a scheduled message</source>
        <translation>Änderungen einer geplanten Nachricht</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Ohne Titel</translation>
    </message>
    <message>
        <source>open now</source>
        <translation>gerade offen</translation>
    </message>
</context>
<context>
    <name>DraftsPopupController</name>
    <message>
        <source>Name of the template</source>
        <translation>Name der Vorlage</translation>
    </message>
    <message>
        <source>Save as template</source>
        <translation>Als Vorlage speichern</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Vorlage speichern</translation>
    </message>
    <message>
        <source>Saves text, files, channels, options, labels and the time as typed.</source>
        <translation>Speichert Text, Dateien, Kanäle, Optionen, Etiketten und die Zeit wie eingegeben.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Es gibt noch nichts zu speichern</translation>
    </message>
</context>
<context>
    <name>DropCard</name>
    <message>
        <source>Attach a sample picture to see how it looks on each network</source>
        <translation>Beispielbild anhängen, um zu sehen, wie es in jedem Netzwerk aussieht</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen …</translation>
    </message>
    <message>
        <source>Drop pictures, videos or a text file</source>
        <translation>Bilder, Videos oder eine Textdatei ablegen</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Beispiel verwenden</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Beispielbild verwenden</translation>
    </message>
    <message>
        <source>or paste with {keys}</source>
        <extracomment>{keys}: keys, such as Ctrl+V.</extracomment>
        <translation>oder mit {keys} einfügen</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted</source>
        <translation>
            <numerusform>%n Datei kann nicht veröffentlicht werden</numerusform>
            <numerusform>%n Dateien können nicht veröffentlicht werden</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to this message</source>
        <translation>Zu dieser Nachricht hinzufügen</translation>
    </message>
    <message>
        <source>Add to your styles</source>
        <translation>Zu Ihren Stilen hinzufügen</translation>
    </message>
    <message numerus="yes">
        <source>Added to the (file/%n files) already attached</source>
        <translation>
            <numerusform>Zur schon angehängten Datei hinzugefügt</numerusform>
            <numerusform>Zu den %n schon angehängten Dateien hinzugefügt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln file(s)</source>
        <translation>
            <numerusform>%Ln Datei ablegen</numerusform>
            <numerusform>%Ln Dateien ablegen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln picture(s)</source>
        <translation>
            <numerusform>%Ln Bild ablegen</numerusform>
            <numerusform>%Ln Bilder ablegen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln style(s)</source>
        <translation>
            <numerusform>%Ln Stil ablegen</numerusform>
            <numerusform>%Ln Stile ablegen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln video(s)</source>
        <translation>
            <numerusform>%Ln Video ablegen</numerusform>
            <numerusform>%Ln Videos ablegen</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop anywhere here. Esc cancels.</source>
        <translation>Hier beliebig ablegen. Esc bricht ab.</translation>
    </message>
    <message>
        <source>Drop elsewhere to add them to this message. Esc cancels.</source>
        <translation>Anderswo ablegen, um sie dieser Nachricht hinzuzufügen. Esc bricht ab.</translation>
    </message>
    <message>
        <source>Drop files</source>
        <translation>Dateien ablegen</translation>
    </message>
    <message>
        <source>Each file becomes one of your styles</source>
        <translation>Jede Datei wird einer Ihrer Stile</translation>
    </message>
    <message>
        <source>Make a campaign</source>
        <translation>Kampagne daraus machen</translation>
    </message>
    <message numerus="yes">
        <source>One message for each of the %Ln file(s), spread over time</source>
        <translation>
            <numerusform>Eine Nachricht für die %Ln Datei, über die Zeit verteilt</numerusform>
            <numerusform>Eine Nachricht für jede der %Ln Dateien, über die Zeit verteilt</numerusform>
        </translation>
    </message>
    <message>
        <source>The message has no files yet</source>
        <translation>Die Nachricht hat noch keine Dateien</translation>
    </message>
    <message>
        <source>You can add pictures, videos and text files.</source>
        <translation>Sie können Bilder, Videos und Textdateien hinzufügen.</translation>
    </message>
    <message>
        <source>{name} cannot be posted</source>
        <translation>{name} kann nicht veröffentlicht werden</translation>
    </message>
</context>
<context>
    <name>DueCauses</name>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the keychain is locked.</source>
        <translation>
            <numerusform>%n Beitrag um {time} kann nicht gesendet werden: der Schlüsselbund ist gesperrt.</numerusform>
            <numerusform>%n Beiträge um {time} können nicht gesendet werden: der Schlüsselbund ist gesperrt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the workspace “{name}” is signed out.</source>
        <translation>
            <numerusform>%n Beitrag um {time} kann nicht gesendet werden: der Arbeitsbereich „{name}“ ist abgemeldet.</numerusform>
            <numerusform>%n Beiträge um {time} können nicht gesendet werden: der Arbeitsbereich „{name}“ ist abgemeldet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: {name} is signed out.</source>
        <translation>
            <numerusform>%n Beitrag um {time} kann nicht gesendet werden: {name} ist abgemeldet.</numerusform>
            <numerusform>%n Beiträge um {time} können nicht gesendet werden: {name} ist abgemeldet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” has changed since.</source>
        <translation>
            <numerusform>%n Beitrag um {time} kann nicht gesendet werden: „{name}“ wurde seitdem geändert.</numerusform>
            <numerusform>%n Beiträge um {time} können nicht gesendet werden: „{name}“ wurde seitdem geändert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” is missing.</source>
        <translation>
            <numerusform>%n Beitrag um {time} kann nicht gesendet werden: „{name}“ fehlt.</numerusform>
            <numerusform>%n Beiträge um {time} können nicht gesendet werden: „{name}“ fehlt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: the disk of this computer is almost full.</source>
        <translation>
            <numerusform>%n Beitrag um {time} geht vielleicht nicht hinaus: der Datenträger dieses Computers ist fast voll.</numerusform>
            <numerusform>%n Beiträge um {time} gehen vielleicht nicht hinaus: der Datenträger dieses Computers ist fast voll.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: {name} cannot be reached.</source>
        <translation>
            <numerusform>%n Beitrag um {time} geht vielleicht nicht hinaus: {name} ist nicht erreichbar.</numerusform>
            <numerusform>%n Beiträge um {time} gehen vielleicht nicht hinaus: {name} ist nicht erreichbar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} would be refused by {name}.</source>
        <translation>
            <numerusform>%n Beitrag um {time} würde von {name} abgelehnt.</numerusform>
            <numerusform>%n Beiträge um {time} würden von {name} abgelehnt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto&apos;s own server</source>
        <translation>Postos eigener Server</translation>
    </message>
    <message>
        <source>{account} on {network}</source>
        <translation>{account} auf {network}</translation>
    </message>
</context>
<context>
    <name>DueChecksController</name>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Checking again</source>
        <translation>Wird erneut geprüft</translation>
    </message>
    <message>
        <source>Find the file…</source>
        <translation>Datei suchen…</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>In „Verfassen“ öffnen</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Website öffnen</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Erneut anmelden …</translation>
    </message>
    <message>
        <source>This is over</source>
        <translation>Das ist erledigt</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
</context>
<context>
    <name>DuplicationController</name>
    <message numerus="yes">
        <source>%Ln message(s) duplicated as drafts</source>
        <translation>
            <numerusform>%Ln Nachricht als Entwurf dupliziert</numerusform>
            <numerusform>%Ln Nachrichten als Entwürfe dupliziert</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied to a new message</source>
        <translation>In eine neue Nachricht kopiert</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>EditMergeController</name>
    <message>
        <source>Somebody else</source>
        <translation>Jemand anderes</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Ihre Fassung ist in den Entwürfen</translation>
    </message>
    <message>
        <source>{name} changed this message, too. Kept: {fields}.</source>
        <translation>{name} hat diese Nachricht auch geändert. Behalten: {fields}.</translation>
    </message>
</context>
<context>
    <name>EditMergeDialog</name>
    <message>
        <source>Both of you changed: {fields}.</source>
        <translation>Sie haben beide geändert: {fields}.</translation>
    </message>
    <message>
        <source>Continue editing</source>
        <translation>Weiter bearbeiten</translation>
    </message>
    <message>
        <source>Keep my version</source>
        <translation>Meine Fassung behalten</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save my version</source>
        <translation>Meine Fassung speichern</translation>
    </message>
    <message>
        <source>Save the version of {name}; mine goes to Drafts</source>
        <translation>Fassung von {name} speichern; meine kommt in die Entwürfe</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Jemand anderes</translation>
    </message>
    <message>
        <source>Use the version of {name}; mine goes to Drafts</source>
        <translation>Fassung von {name} verwenden; meine kommt in die Entwürfe</translation>
    </message>
    <message>
        <source>{name} changed this message, too</source>
        <translation>{name} hat diese Nachricht auch geändert</translation>
    </message>
</context>
<context>
    <name>EditingStrip</name>
    <message>
        <source>Discard changes</source>
        <translation>Änderungen verwerfen</translation>
    </message>
    <message>
        <source>Keep as a new message</source>
        <translation>Als neue Nachricht behalten</translation>
    </message>
</context>
<context>
    <name>EmojiGrid</name>
    <message>
        <source>Emoji</source>
        <translation>Emoji</translation>
    </message>
</context>
<context>
    <name>EmojiPicker</name>
    <message>
        <source>Emoji picker</source>
        <translation>Emoji-Auswahl</translation>
    </message>
    <message>
        <source>Install an emoji font to see emoji.</source>
        <translation>Installieren Sie eine Emoji-Schrift, um Emoji zu sehen.</translation>
    </message>
    <message>
        <source>Loading emoji</source>
        <translation>Emoji werden geladen</translation>
    </message>
    <message>
        <source>No emoji for “{query}”</source>
        <translation>Kein Emoji für „{query}“</translation>
    </message>
    <message>
        <source>No skin tone</source>
        <translation>Ohne Hautton</translation>
    </message>
    <message>
        <source>Recently used</source>
        <translation>Zuletzt verwendet</translation>
    </message>
    <message>
        <source>Search emoji</source>
        <translation>Emoji suchen</translation>
    </message>
    <message>
        <source>Skin tone</source>
        <translation>Hautton</translation>
    </message>
    <message>
        <source>Skin tone: {name}</source>
        <translation>Hautton: {name}</translation>
    </message>
    <message>
        <source>The emoji could not be loaded. See the log for details.</source>
        <translation>Die Emoji konnten nicht geladen werden. Einzelheiten stehen im Protokoll.</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>keiner ausgewählt</translation>
    </message>
</context>
<context>
    <name>EmptyMessages</name>
    <message>
        <source>Import a file…</source>
        <translation>Datei importieren …</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Einige Beispielnachrichten importieren, um zu sehen, wie es geht</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Noch keine Nachrichten</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Beispiel verwenden</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Nachricht schreiben</translation>
    </message>
    <message>
        <source>Write a message, paste lines from a spreadsheet, or drop pictures. Each line or picture becomes a message.</source>
        <translation>Schreiben Sie eine Nachricht, fügen Sie Zeilen aus einer Tabelle ein, oder legen Sie Bilder ab. Jede Zeile und jedes Bild wird eine Nachricht.</translation>
    </message>
</context>
<context>
    <name>EmptySchedule</name>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
    <message numerus="yes">
        <source>Filters and hidden channels hide %Ln post(s).</source>
        <translation>
            <numerusform>Filter und ausgeblendete Kanäle verbergen %Ln Beitrag.</numerusform>
            <numerusform>Filter und ausgeblendete Kanäle verbergen %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Ausgeblendete Kanäle enthalten %Ln Beitrag.</numerusform>
            <numerusform>Ausgeblendete Kanäle enthalten %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Kein Beitrag passt</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Noch nichts geplant</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Geplante Nachrichten erscheinen hier.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Ausgeblendete Kanäle zeigen</translation>
    </message>
    <message numerus="yes">
        <source>The filters hide %Ln post(s).</source>
        <translation>
            <numerusform>Die Filter verbergen %Ln Beitrag.</numerusform>
            <numerusform>Die Filter verbergen %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message>
        <source>The schedule could not be loaded</source>
        <translation>Der Zeitplan konnte nicht geladen werden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message numerus="yes">
        <source>Without the status filter: %Ln post(s).</source>
        <translation>
            <numerusform>Ohne den Statusfilter: %Ln Beitrag.</numerusform>
            <numerusform>Ohne den Statusfilter: %Ln Beiträge.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Encodings</name>
    <message>
        <source>Chinese (GB 18030)</source>
        <translation>Chinesisch (GB 18030)</translation>
    </message>
    <message>
        <source>Japanese (Shift JIS)</source>
        <translation>Japanisch (Shift JIS)</translation>
    </message>
    <message>
        <source>Windows, Central European (1250)</source>
        <translation>Windows, Mitteleuropäisch (1250)</translation>
    </message>
    <message>
        <source>Windows, Cyrillic (1251)</source>
        <translation>Windows, Kyrillisch (1251)</translation>
    </message>
    <message>
        <source>Windows, Western (1252)</source>
        <translation>Windows, Westeuropäisch (1252)</translation>
    </message>
</context>
<context>
    <name>Entries</name>
    <message>
        <source>Post without text</source>
        <translation>Beitrag ohne Text</translation>
    </message>
</context>
<context>
    <name>EntryCard</name>
    <message>
        <source>Address of the post</source>
        <translation>Adresse des Beitrags</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Adresse, wenn Sie sie kennen</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Edit as new</source>
        <translation>Als neue bearbeiten</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Ist er schon auf {network}?</translation>
    </message>
    <message>
        <source>Is it published already?</source>
        <translation>Ist er schon veröffentlicht?</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Er wird gleich noch einmal gesendet.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Er ist da</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Kanal öffnen</translation>
    </message>
    <message>
        <source>Open the channels</source>
        <translation>Kanäle öffnen</translation>
    </message>
    <message>
        <source>Posto sent the post, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>Posto hat den Beitrag gesendet, aber keine klare Antwort erhalten. Jetzt noch einmal zu senden könnte ihn zweimal veröffentlichen.</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Erneut senden</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Kommentar noch einmal senden</translation>
    </message>
    <message numerus="yes">
        <source>The other channels have the post. (This one is/These are) not in the schedule, but (it/they) may still be published. Sending again now could publish (it/them) twice.</source>
        <translation>
            <numerusform>Die anderen Kanäle haben den Beitrag. Dieser steht nicht im Zeitplan, kann aber trotzdem noch veröffentlicht werden. Jetzt noch einmal zu senden könnte ihn zweimal veröffentlichen.</numerusform>
            <numerusform>Die anderen Kanäle haben den Beitrag. Diese stehen nicht im Zeitplan, können aber trotzdem noch veröffentlicht werden. Jetzt noch einmal zu senden könnte sie zweimal veröffentlichen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
</context>
<context>
    <name>EntryDetails</name>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>Einzelheiten schließen</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Beitrag öffnen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Send first</source>
        <translation>Zuerst senden</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschehen ist</translation>
    </message>
</context>
<context>
    <name>EntryStories</name>
    <message>
        <source>Story</source>
        <translation>Ablauf</translation>
    </message>
    <message>
        <source>Story on {channel}</source>
        <translation>Ablauf auf {channel}</translation>
    </message>
</context>
<context>
    <name>ErrorReporter</name>
    <message>
        <source>Something went wrong. See the log for details.</source>
        <translation>Etwas ist schiefgegangen. Einzelheiten stehen im Protokoll.</translation>
    </message>
</context>
<context>
    <name>Evergreen</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln Kanal</numerusform>
            <numerusform>%Ln Kanäle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln Beitrag geplant von {first} bis {last}</numerusform>
            <numerusform>%Ln Beiträge geplant von {first} bis {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln Beitrag geplant: {when}</numerusform>
            <numerusform>%Ln Beiträge geplant: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>%Ln Lauf</numerusform>
            <numerusform>%Ln Läufe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln text(s)</source>
        <translation>
            <numerusform>%Ln Text</numerusform>
            <numerusform>%Ln Texte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n (is/are) being deleted from the service.</source>
        <translation>
            <numerusform>%n wird beim Dienst gelöscht.</numerusform>
            <numerusform>%n werden beim Dienst gelöscht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no runs left.</source>
        <translation>
            <numerusform>%n Nachricht hat keine Läufe mehr.</numerusform>
            <numerusform>%n Nachrichten haben keine Läufe mehr.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no text that the network would take again by then.</source>
        <translation>
            <numerusform>%n Nachricht hat keinen Text, den das Netzwerk bis dahin wieder annimmt.</numerusform>
            <numerusform>%n Nachrichten haben keinen Text, den das Netzwerk bis dahin wieder annimmt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) passed the last day.</source>
        <translation>
            <numerusform>Bei %n Nachricht ist der letzte Tag vorbei.</numerusform>
            <numerusform>Bei %n Nachrichten ist der letzte Tag vorbei.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (is/are) paused.</source>
        <translation>
            <numerusform>%n Nachricht ist angehalten.</numerusform>
            <numerusform>%n Nachrichten sind angehalten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (starts/start) later.</source>
        <translation>
            <numerusform>%n Nachricht beginnt später.</numerusform>
            <numerusform>%n Nachrichten beginnen später.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) cannot be posted here.</source>
        <translation>
            <numerusform>%n Nachricht kann hier nicht veröffentlicht werden.</numerusform>
            <numerusform>%n Nachrichten können hier nicht veröffentlicht werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) still (rests/rest).</source>
        <translation>
            <numerusform>%n Nachricht ruht noch.</numerusform>
            <numerusform>%n Nachrichten ruhen noch.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (was/were) sent already and (stays/stay).</source>
        <translation>
            <numerusform>%n Beitrag ist schon gesendet und bleibt.</numerusform>
            <numerusform>%n Beiträge sind schon gesendet und bleiben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) taken back.</source>
        <translation>
            <numerusform>%n Beitrag zurückgenommen.</numerusform>
            <numerusform>%n Beiträge zurückgenommen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s) changed, too.</source>
        <translation>
            <numerusform>%n geplanter Beitrag wurde mit geändert.</numerusform>
            <numerusform>%n geplante Beiträge wurden mit geändert.</numerusform>
        </translation>
    </message>
    <message>
        <source>All evergreen messages are paused.</source>
        <translation>Alle Evergreen-Nachrichten sind angehalten.</translation>
    </message>
    <message>
        <source>All evergreen messages have passed their last day.</source>
        <translation>Bei allen Evergreen-Nachrichten ist der letzte Tag vorbei.</translation>
    </message>
    <message>
        <source>All evergreen messages rest until {day}.</source>
        <translation>Alle Evergreen-Nachrichten ruhen bis {day}.</translation>
    </message>
    <message>
        <source>All evergreen messages rest.</source>
        <translation>Alle Evergreen-Nachrichten ruhen.</translation>
    </message>
    <message>
        <source>Ended</source>
        <extracomment>Status of an evergreen message: its last day is over.</extracomment>
        <translation>Beendet</translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago, weight {weight}.</source>
        <translation>
            <numerusform>An der Reihe: zuletzt vor %n Tag gesendet, Gewicht {weight}.</numerusform>
            <numerusform>An der Reihe: zuletzt vor %n Tagen gesendet, Gewicht {weight}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>An der Reihe: zuletzt vor %n Tag gesendet.</numerusform>
            <numerusform>An der Reihe: zuletzt vor %n Tagen gesendet.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its turn: never sent here, weight {weight}.</source>
        <translation>An der Reihe: hier noch nie gesendet, Gewicht {weight}.</translation>
    </message>
    <message>
        <source>Its turn: never sent here.</source>
        <translation>An der Reihe: hier noch nie gesendet.</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Keine Kanäle</translation>
    </message>
    <message>
        <source>No evergreen message goes to this channel.</source>
        <translation>Keine Evergreen-Nachricht geht an diesen Kanal.</translation>
    </message>
    <message>
        <source>No evergreen message has runs left.</source>
        <translation>Keine Evergreen-Nachricht hat noch Läufe.</translation>
    </message>
    <message>
        <source>No evergreen message may go out at the free slots.</source>
        <translation>Zu den freien Terminen darf keine Evergreen-Nachricht gesendet werden.</translation>
    </message>
    <message>
        <source>No slot is free.</source>
        <translation>Kein Termin ist frei.</translation>
    </message>
    <message>
        <source>No slot was filled.</source>
        <translation>Kein Termin wurde gefüllt.</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Noch nichts geschrieben</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of an evergreen message.</extracomment>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>The message pinned here cannot be posted as it is.</source>
        <translation>Die hier angeheftete Nachricht kann so nicht veröffentlicht werden.</translation>
    </message>
    <message>
        <source>The message pinned here has no runs left.</source>
        <translation>Die hier angeheftete Nachricht hat keine Läufe mehr.</translation>
    </message>
    <message>
        <source>The message pinned here has passed its last day.</source>
        <translation>Bei der hier angehefteten Nachricht ist der letzte Tag vorbei.</translation>
    </message>
    <message>
        <source>The message pinned here is paused.</source>
        <translation>Die hier angeheftete Nachricht ist angehalten.</translation>
    </message>
    <message>
        <source>The message pinned here starts later.</source>
        <translation>Die hier angeheftete Nachricht beginnt später.</translation>
    </message>
    <message>
        <source>The message pinned here would still rest.</source>
        <translation>Die hier angeheftete Nachricht würde noch ruhen.</translation>
    </message>
    <message>
        <source>The network would not take the text of the message pinned here again by then.</source>
        <translation>Das Netzwerk nähme den Text der hier angehefteten Nachricht bis dahin nicht wieder an.</translation>
    </message>
    <message>
        <source>The next one may go out on {day}.</source>
        <translation>Die nächste darf am {day} gesendet werden.</translation>
    </message>
    <message numerus="yes">
        <source>The only one that may go out: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>Die einzige, die gesendet werden darf: zuletzt vor %n Tag gesendet.</numerusform>
            <numerusform>Die einzige, die gesendet werden darf: zuletzt vor %n Tagen gesendet.</numerusform>
        </translation>
    </message>
    <message>
        <source>The slots could not be filled. See the log for details.</source>
        <translation>Die Termine konnten nicht gefüllt werden. Näheres steht im Protokoll.</translation>
    </message>
    <message>
        <source>Their channels have no weekly slots. Add some in Settings, Publishing.</source>
        <translation>Die Kanäle haben keine Wochentermine. Sie lassen sich unter Einstellungen, Veröffentlichen anlegen.</translation>
    </message>
    <message>
        <source>There are no evergreen messages.</source>
        <translation>Es gibt keine Evergreen-Nachrichten.</translation>
    </message>
    <message>
        <source>You pinned it here.</source>
        <translation>Hier angeheftet.</translation>
    </message>
    <message numerus="yes">
        <source>You skipped %n message(s) here.</source>
        <translation>
            <numerusform>Hier wurde %n Nachricht übersprungen.</numerusform>
            <numerusform>Hier wurden %n Nachrichten übersprungen.</numerusform>
        </translation>
    </message>
    <message>
        <source>You skipped the message pinned here.</source>
        <translation>Die hier angeheftete Nachricht wurde übersprungen.</translation>
    </message>
    <message>
        <source>You skipped this slot.</source>
        <translation>Dieser Termin wurde übersprungen.</translation>
    </message>
    <message>
        <source>You took this slot back. Fill slots to use it again.</source>
        <translation>Dieser Termin wurde zurückgenommen. Beim Füllen wird er wieder benutzt.</translation>
    </message>
    <message>
        <source>as often as slots are free</source>
        <translation>so oft ein Termin frei ist</translation>
    </message>
    <message numerus="yes">
        <source>at most %Ln on each channel</source>
        <translation>
            <numerusform>höchstens %Ln je Kanal</numerusform>
            <numerusform>höchstens %Ln je Kanal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %Ln day(s) at least</source>
        <translation>
            <numerusform>frühestens jeden %Ln. Tag</numerusform>
            <numerusform>frühestens alle %Ln Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>from {day}</source>
        <translation>ab {day}</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>nächste: {when}</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>bis {day}</translation>
    </message>
    <message>
        <source>{runs}, {most}</source>
        <extracomment>{runs}: &quot;3 runs&quot;; {most}: &quot;at most 12 on each channel&quot;.</extracomment>
        <translation>{runs}, {most}</translation>
    </message>
</context>
<context>
    <name>EvergreenActions</name>
    <message>
        <source>Add pictures</source>
        <translation>Bilder hinzufügen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Change the text of this run only</source>
        <translation>Nur den Text dieses Laufs ändern</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten …</translation>
    </message>
    <message>
        <source>Keep this message at this time</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Diese Nachricht zu dieser Zeit behalten</translation>
    </message>
    <message>
        <source>Leave this slot free</source>
        <translation>Diesen Termin frei lassen</translation>
    </message>
    <message>
        <source>Let another message take this turn</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Eine andere Nachricht an die Reihe lassen</translation>
    </message>
    <message>
        <source>Let the turn decide again</source>
        <translation>Wieder die Reihenfolge entscheiden lassen</translation>
    </message>
    <message>
        <source>Move back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the message</source>
        <translation>Nachricht öffnen</translation>
    </message>
    <message>
        <source>Pause</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Pin</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Im Zeitplan zeigen</translation>
    </message>
    <message>
        <source>Skip</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>The next runs are being computed.</source>
        <translation>Die nächsten Läufe werden berechnet.</translation>
    </message>
    <message>
        <source>The slots are being filled.</source>
        <translation>Die Termine werden gefüllt.</translation>
    </message>
    <message>
        <source>There is nothing to fill: see the list of the next runs.</source>
        <translation>Es gibt nichts zu füllen: siehe die Liste der nächsten Läufe.</translation>
    </message>
</context>
<context>
    <name>EvergreenController</name>
    <message numerus="yes">
        <source>%Ln message(s) added to Evergreen</source>
        <translation>
            <numerusform>%Ln Nachricht zu Evergreen hinzugefügt</numerusform>
            <numerusform>%Ln Nachrichten zu Evergreen hinzugefügt</numerusform>
        </translation>
    </message>
    <message>
        <source>This post is not in the schedule yet: it waits in Activity.</source>
        <translation>Dieser Beitrag ist noch nicht im Zeitplan: Er wartet unter Aktivität.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>EvergreenEditor</name>
    <message>
        <source>Add another text</source>
        <translation>Weiteren Text hinzufügen</translation>
    </message>
    <message>
        <source>Back to the evergreen messages</source>
        <translation>Zurück zu den Evergreen-Nachrichten</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message numerus="yes">
        <source>Goes to %Ln channel(s), ticked in the list beside.</source>
        <translation>
            <numerusform>Geht an %Ln Kanal, in der Liste daneben angehakt.</numerusform>
            <numerusform>Geht an %Ln Kanäle, in der Liste daneben angehakt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketten</translation>
    </message>
    <message>
        <source>More for this message</source>
        <translation>Mehr zu dieser Nachricht</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Neue Evergreen-Nachricht</translation>
    </message>
    <message>
        <source>No channels yet. Tick them in the list beside.</source>
        <translation>Noch keine Kanäle. In der Liste daneben anhaken.</translation>
    </message>
    <message>
        <source>Some channels have another first text.</source>
        <translation>Manche Kanäle haben einen anderen ersten Text.</translation>
    </message>
    <message>
        <source>Texts are used in turn, so that no network gets one twice in a row.</source>
        <translation>Texte wechseln sich ab, damit kein Netzwerk denselben zweimal hintereinander bekommt.</translation>
    </message>
    <message>
        <source>The first text goes on in a thread.</source>
        <translation>Der erste Text geht in einem Thread weiter.</translation>
    </message>
    <message>
        <source>When it may go out</source>
        <translation>Wann sie gesendet werden darf</translation>
    </message>
    <message>
        <source>{networks}: the first text is another one there.</source>
        <translation>{networks}: Dort ist der erste Text ein anderer.</translation>
    </message>
</context>
<context>
    <name>EvergreenFiles</name>
    <message>
        <source>The file could not be read.</source>
        <translation>Die Datei konnte nicht gelesen werden.</translation>
    </message>
</context>
<context>
    <name>EvergreenMessagesView</name>
    <message>
        <source>Evergreen messages</source>
        <translation>Evergreen-Nachrichten</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Noch nichts geschrieben</translation>
    </message>
</context>
<context>
    <name>EvergreenRuns</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln weiterer</numerusform>
            <numerusform>%Ln weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln slot(s) stay free until {day}</source>
        <translation>
            <numerusform>%Ln Termin bleibt bis {day} frei</numerusform>
            <numerusform>%Ln Termine bleiben bis {day} frei</numerusform>
        </translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Eigener Text</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Geplant</translation>
    </message>
    <message>
        <source>Stays free</source>
        <translation>Bleibt frei</translation>
    </message>
    <message>
        <source>Text {number} of {count}</source>
        <translation>Text {number} von {count}</translation>
    </message>
    <message>
        <source>Without text</source>
        <translation>Ohne Text</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsPane</name>
    <message>
        <source>Add a message, and its next runs appear here, with the reason for each.</source>
        <translation>Eine Nachricht hinzufügen: Ihre nächsten Läufe erscheinen hier, jeder mit seinem Grund.</translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Termine hinzufügen …</translation>
    </message>
    <message>
        <source>Evergreen messages go out at free slots: weekly times at which your channels post.</source>
        <translation>Evergreen-Nachrichten werden zu freien Terminen gesendet: wöchentlichen Zeiten der Kanäle.</translation>
    </message>
    <message>
        <source>Next 20</source>
        <translation>Die nächsten 20</translation>
    </message>
    <message>
        <source>No weekly slots yet</source>
        <translation>Noch keine Wochentermine</translation>
    </message>
    <message>
        <source>Nothing is due</source>
        <translation>Nichts steht an</translation>
    </message>
    <message>
        <source>Nothing to send yet</source>
        <translation>Noch nichts zu senden</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Zeiten in {zone}</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsView</name>
    <message>
        <source>Next 20</source>
        <translation>Die nächsten 20</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Geplant</translation>
    </message>
</context>
<context>
    <name>EvergreenView</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln Nachricht</numerusform>
            <numerusform>%Ln Nachrichten</numerusform>
        </translation>
    </message>
    <message>
        <source>Add message</source>
        <translation>Nachricht hinzufügen</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>Alle Etiketten</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Etikettfilter</translation>
    </message>
    <message>
        <source>Messages for reuse: opening hours, your classics, reviews. They go out again and again at free slots, each after a pause. Add one here, or from Compose, Drafts and Schedule by “Add to evergreen”.</source>
        <translation>Nachrichten zum Wiederverwenden: Öffnungszeiten, Klassiker, Bewertungen. Sie werden zu freien Terminen immer wieder gesendet, jede nach einer Pause. Hier hinzufügen, oder unter Verfassen, Entwürfe und Zeitplan mit „Zu Evergreen hinzufügen“.</translation>
    </message>
    <message>
        <source>No evergreen message for the visible channels matches.</source>
        <translation>Keine Evergreen-Nachricht für die sichtbaren Kanäle passt.</translation>
    </message>
    <message>
        <source>No evergreen message matches.</source>
        <translation>Keine Evergreen-Nachricht passt.</translation>
    </message>
    <message>
        <source>No evergreen messages yet</source>
        <translation>Noch keine Evergreen-Nachrichten</translation>
    </message>
    <message>
        <source>Search evergreen messages</source>
        <translation>Evergreen-Nachrichten suchen</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Alle Kanäle zeigen</translation>
    </message>
</context>
<context>
    <name>EvergreenViewState</name>
    <message numerus="yes">
        <source>%Ln evergreen message(s) deleted</source>
        <translation>
            <numerusform>%Ln Evergreen-Nachricht gelöscht</numerusform>
            <numerusform>%Ln Evergreen-Nachrichten gelöscht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) duplicated</source>
        <translation>
            <numerusform>%Ln Evergreen-Nachricht dupliziert</numerusform>
            <numerusform>%Ln Evergreen-Nachrichten dupliziert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) paused</source>
        <translation>
            <numerusform>%Ln Evergreen-Nachricht angehalten</numerusform>
            <numerusform>%Ln Evergreen-Nachrichten angehalten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) resumed</source>
        <translation>
            <numerusform>%Ln Evergreen-Nachricht fortgesetzt</numerusform>
            <numerusform>%Ln Evergreen-Nachrichten fortgesetzt</numerusform>
        </translation>
    </message>
    <message>
        <source>Pinned. This message keeps its time.</source>
        <translation>Angeheftet. Diese Nachricht behält ihre Zeit.</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Skipped. Another message takes its turn.</source>
        <translation>Übersprungen. Eine andere Nachricht ist an der Reihe.</translation>
    </message>
    <message>
        <source>Taken off the schedule, and skipped.</source>
        <translation>Aus dem Zeitplan genommen und übersprungen.</translation>
    </message>
    <message>
        <source>The turn decides again.</source>
        <translation>Wieder entscheidet die Reihenfolge.</translation>
    </message>
    <message>
        <source>This run has a text of its own.</source>
        <translation>Dieser Lauf hat einen eigenen Text.</translation>
    </message>
    <message>
        <source>This slot stays free.</source>
        <translation>Dieser Termin bleibt frei.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>What it had scheduled is taken back.</source>
        <translation>Was davon geplant war, wird zurückgenommen.</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>„{name}“ gelöscht</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>+{count}</source>
        <translation>+{count}</translation>
    </message>
    <message>
        <source>A4</source>
        <translation>A4</translation>
    </message>
    <message>
        <source>Calendars (*.ics)</source>
        <translation>Kalender (*.ics)</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>No posts this week.</source>
        <translation>Keine Beiträge in dieser Woche.</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>PDF-Dokumente (*.pdf)</translation>
    </message>
    <message>
        <source>Page {number} of {total}</source>
        <translation>Seite {number} von {total}</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>schedule {day}</source>
        <translation>Zeitplan {day}</translation>
    </message>
    <message>
        <source>week of {day}</source>
        <translation>Woche vom {day}</translation>
    </message>
    <message>
        <source>{day}, continued</source>
        <translation>{day}, Fortsetzung</translation>
    </message>
    <message>
        <source>{posts}, as of {when}</source>
        <translation>{posts}, Stand {when}</translation>
    </message>
    <message>
        <source>{workspace}: {week}</source>
        <translation>{workspace}: {week}</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>A week to print, with a column per day and thumbnails. {paper} landscape.</source>
        <translation>Eine Woche zum Drucken, mit einer Spalte pro Tag und Vorschaubildern. {paper} quer.</translation>
    </message>
    <message numerus="yes">
        <source>All: %Ln post(s)</source>
        <translation>
            <numerusform>Alle: %Ln Beitrag</numerusform>
            <numerusform>Alle: %Ln Beiträge</numerusform>
        </translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>CSV-Tabelle</translation>
    </message>
    <message>
        <source>Calendar file</source>
        <translation>Kalenderdatei</translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln post(s)…</source>
        <translation>
            <numerusform>%Ln Beitrag exportieren …</numerusform>
            <numerusform>%Ln Beiträge exportieren …</numerusform>
        </translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Zeitplan exportieren</translation>
    </message>
    <message>
        <source>Export week…</source>
        <translation>Woche exportieren …</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>Dateityp</translation>
    </message>
    <message numerus="yes">
        <source>Filtered: %Ln post(s)</source>
        <translation>
            <numerusform>Gefiltert: %Ln Beitrag</numerusform>
            <numerusform>Gefiltert: %Ln Beiträge</numerusform>
        </translation>
    </message>
    <message>
        <source>For Excel</source>
        <translation>Für Excel</translation>
    </message>
    <message>
        <source>One event per post, for calendar apps. Posts without a time are left out.</source>
        <translation>Ein Termin pro Beitrag, für Kalender-Apps. Beiträge ohne Zeit fehlen.</translation>
    </message>
    <message>
        <source>One row per post, for spreadsheets and scripts. Times are in your time zone, with its offset. Formulas become plain text.</source>
        <translation>Eine Zeile pro Beitrag, für Tabellen und Skripte. Zeiten stehen in Ihrer Zeitzone mit deren Abweichung. Formeln werden zu reinem Text.</translation>
    </message>
    <message>
        <source>Opens as a table in Excel. Texts are cut at 32,767 characters, Excel&apos;s limit for a cell.</source>
        <translation>Öffnet sich in Excel als Tabelle. Texte werden nach 32.767 Zeichen abgeschnitten, der Grenze von Excel für eine Zelle.</translation>
    </message>
    <message>
        <source>PDF of a week</source>
        <translation>PDF einer Woche</translation>
    </message>
    <message>
        <source>Posts to export</source>
        <translation>Zu exportierende Beiträge</translation>
    </message>
    <message numerus="yes">
        <source>Selected: %Ln post(s)</source>
        <translation>
            <numerusform>Ausgewählt: %Ln Beitrag</numerusform>
            <numerusform>Ausgewählt: %Ln Beiträge</numerusform>
        </translation>
    </message>
    <message>
        <source>Week after</source>
        <translation>Woche danach</translation>
    </message>
    <message>
        <source>Week before</source>
        <translation>Woche davor</translation>
    </message>
</context>
<context>
    <name>FeedController</name>
    <message>
        <source>Feed</source>
        <translation>Feed</translation>
    </message>
</context>
<context>
    <name>FeedList</name>
    <message>
        <source>Feed</source>
        <translation>Feed</translation>
    </message>
</context>
<context>
    <name>FeedModel</name>
    <message>
        <source>Post without text</source>
        <translation>Beitrag ohne Text</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} Std.</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} min</translation>
    </message>
</context>
<context>
    <name>FeedPage</name>
    <message>
        <source>Feed</source>
        <translation>Feed</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Ausgeblendete Kanäle enthalten %Ln Beitrag.</numerusform>
            <numerusform>Ausgeblendete Kanäle enthalten %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>No post of these channels</source>
        <translation>Kein Beitrag dieser Kanäle</translation>
    </message>
    <message>
        <source>Nothing published yet</source>
        <translation>Noch nichts veröffentlicht</translation>
    </message>
    <message>
        <source>Posts appear here when the sandbox has sent them.</source>
        <translation>Beiträge erscheinen hier, wenn die Sandbox sie gesendet hat.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Ausgeblendete Kanäle zeigen</translation>
    </message>
    <message>
        <source>This is the sandbox. These posts stayed on this computer; nothing was published on any network.</source>
        <translation>Das ist die Sandbox. Diese Beiträge sind auf diesem Computer geblieben; in keinem Netzwerk wurde etwas veröffentlicht.</translation>
    </message>
</context>
<context>
    <name>FeedRows</name>
    <message>
        <source>Sandbox</source>
        <translation>Sandbox</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>First comment</source>
        <translation>Erster Kommentar</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Link</translation>
    </message>
</context>
<context>
    <name>FileChoice</name>
    <message>
        <source>Pictures and videos of the message</source>
        <translation>Bilder und Videos der Nachricht</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Pictures and videos ({endings})</source>
        <extracomment>{endings}: &quot;*.jpg *.png&quot;. Keep the brackets.</extracomment>
        <translation>Bilder und Videos ({endings})</translation>
    </message>
</context>
<context>
    <name>FilePage</name>
    <message>
        <source>A table with all columns, to fill in a spreadsheet</source>
        <translation>Eine Tabelle mit allen Spalten, zum Ausfüllen</translation>
    </message>
    <message>
        <source>CSV, Excel (.xlsx) or JSON with one message per row. Pictures can be files in the same folder or web addresses. Importing adds the messages to {campaign} and sends nothing.</source>
        <translation>CSV, Excel (.xlsx) oder JSON mit einer Nachricht pro Zeile. Bilder können Dateien im selben Ordner oder Webadressen sein. Der Import fügt die Nachrichten {campaign} hinzu und sendet nichts.</translation>
    </message>
    <message>
        <source>Cells copied in a spreadsheet</source>
        <translation>Aus einer Tabelle kopierte Zellen</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei auswählen …</translation>
    </message>
    <message>
        <source>Drop a file here, or choose one</source>
        <translation>Datei hier ablegen oder auswählen</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Einige Beispielnachrichten importieren, um zu sehen, wie es geht</translation>
    </message>
    <message>
        <source>Paste cells</source>
        <translation>Zellen einfügen</translation>
    </message>
    <message>
        <source>Reading the file</source>
        <translation>Die Datei wird gelesen</translation>
    </message>
    <message>
        <source>Reading {name}</source>
        <translation>{name} wird gelesen</translation>
    </message>
    <message numerus="yes">
        <source>Reading {name}: %Ln row(s)</source>
        <translation>
            <numerusform>{name} wird gelesen: %Ln Zeile</numerusform>
            <numerusform>{name} wird gelesen: %Ln Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>Save a sample file…</source>
        <translation>Beispieldatei speichern …</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Lesen stoppen</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Beispiel verwenden</translation>
    </message>
    <message>
        <source>this campaign</source>
        <translation>dieser Kampagne</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>„{name}“</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>The picture</source>
        <translation>Das Bild</translation>
    </message>
    <message>
        <source>The watermark cannot be used. {reason}</source>
        <translation>Das Wasserzeichen kann nicht verwendet werden. {reason}</translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>Das Wasserzeichen des Stils „{style}“ kann nicht verwendet werden. {reason}</translation>
    </message>
    <message>
        <source>{file} cannot be converted: ffmpeg was not found. Install it, or choose where it is in Settings, Writing.</source>
        <translation>{file} kann nicht umgewandelt werden: ffmpeg wurde nicht gefunden. Installieren Sie es oder wählen Sie in Einstellungen, Schreiben, wo es liegt.</translation>
    </message>
    <message>
        <source>{file} cannot be converted: this ffmpeg cannot write H.264 with AAC. Choose another one in Settings, Writing.</source>
        <translation>{file} kann nicht umgewandelt werden: Dieses ffmpeg kann kein H.264 mit AAC schreiben. Wählen Sie ein anderes in Einstellungen, Schreiben.</translation>
    </message>
    <message>
        <source>{file} cannot be made as small as {number} MB.</source>
        <translation>{file} lässt sich nicht auf {number} MB verkleinern.</translation>
    </message>
    <message>
        <source>{file} cannot be opened right now: {reason}.</source>
        <translation>{file} kann gerade nicht geöffnet werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be opened: this installation of Posto cannot read such pictures. Install what is missing: {command}</source>
        <translation>{file} kann nicht geöffnet werden: Diese Installation von Posto kann solche Bilder nicht lesen. Installieren Sie, was fehlt: {command}</translation>
    </message>
    <message>
        <source>{file} cannot be read: access denied.</source>
        <translation>{file} kann nicht gelesen werden: Zugriff verweigert.</translation>
    </message>
    <message>
        <source>{file} cannot be read: its name cannot be used.</source>
        <translation>{file} kann nicht gelesen werden: Der Name kann nicht verwendet werden.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot stay animated within {number} MB. Choose a still picture.</source>
        <translation>{file} kann mit {number} MB nicht animiert bleiben. Wählen Sie ein Standbild.</translation>
    </message>
    <message>
        <source>{file} changed while Posto prepared it. Try again.</source>
        <translation>{file} wurde geändert, während Posto es vorbereitete. Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>{file} could not be converted: ffmpeg stopped working on it. Try again.</source>
        <translation>{file} konnte nicht umgewandelt werden: ffmpeg kam nicht mehr voran. Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the disk is full. Make room, then try again.</source>
        <translation>{file} konnte nicht umgewandelt werden: Der Datenträger ist voll. Schaffen Sie Platz und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the result is not what was asked for. It may be damaged.</source>
        <translation>{file} konnte nicht umgewandelt werden: Das Ergebnis ist nicht, was verlangt war. Die Datei ist womöglich beschädigt.</translation>
    </message>
    <message>
        <source>{file} could not be converted: {reason}.</source>
        <translation>{file} konnte nicht umgewandelt werden: {reason}.</translation>
    </message>
    <message>
        <source>{file} could not be opened: the computer stopped the program that opens pictures. Its memory may be full. Close other programs, then try again.</source>
        <translation>{file} konnte nicht geöffnet werden: Der Computer hat das Programm beendet, das Bilder öffnet. Vielleicht ist der Speicher voll. Schließen Sie andere Programme, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>{file} could not be prepared: {reason}.</source>
        <translation>{file} konnte nicht vorbereitet werden: {reason}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has %Ln frame(s) of {size} pixels, too many to edit here.</source>
        <translation>
            <numerusform>{file} hat %Ln Bild mit {size} Pixeln, zu viel, um es hier zu bearbeiten.</numerusform>
            <numerusform>{file} hat %Ln Bilder mit {size} Pixeln, zu viele, um sie hier zu bearbeiten.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} has frames of {size} pixels, too large to edit here.</source>
        <translation>{file} hat Bilder mit {size} Pixeln, zu groß, um sie hier zu bearbeiten.</translation>
    </message>
    <message>
        <source>{file} has more than {most} passes; Posto cannot open such JPEGs. Save it as an ordinary JPEG or remove it.</source>
        <translation>{file} hat mehr als {most} Durchgänge; solche JPEGs kann Posto nicht öffnen. Speichern Sie es als gewöhnliches JPEG, oder entfernen Sie es.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto edits pictures of up to {most}. Make it smaller first.</source>
        <translation>{file} hat {count} Megapixel; Posto bearbeitet Bilder bis {most}. Verkleinern Sie es zuerst.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto opens {kind} of up to {most}. Make it smaller or remove it.</source>
        <translation>{file} hat {count} Megapixel; Posto öffnet {kind} bis {most}. Verkleinern oder entfernen Sie es.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; a watermark may have {most}.</source>
        <translation>{file} hat {count} Megapixel; ein Wasserzeichen darf {most} haben.</translation>
    </message>
    <message>
        <source>{file} is a folder.</source>
        <translation>{file} ist ein Ordner.</translation>
    </message>
    <message>
        <source>{file} is damaged.</source>
        <translation>{file} ist beschädigt.</translation>
    </message>
    <message>
        <source>{file} is damaged: it cannot be opened as a picture.</source>
        <translation>{file} ist beschädigt: Es kann nicht als Bild geöffnet werden.</translation>
    </message>
    <message>
        <source>{file} is empty (0 bytes).</source>
        <translation>{file} ist leer (0 Byte).</translation>
    </message>
    <message>
        <source>{file} is incomplete: its end is missing. Copy it again.</source>
        <translation>{file} ist unvollständig: Das Ende fehlt. Kopieren Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{file} is no picture.</source>
        <translation>{file} ist kein Bild.</translation>
    </message>
    <message>
        <source>{file} is not a file that can be posted.</source>
        <translation>{file} ist keine Datei, die veröffentlicht werden kann.</translation>
    </message>
    <message>
        <source>{file} is not a picture or video that Posto can post.</source>
        <translation>{file} ist kein Bild oder Video, das Posto veröffentlichen kann.</translation>
    </message>
    <message>
        <source>{file} is too large to play here.</source>
        <translation>{file} ist zu groß, um es hier abzuspielen.</translation>
    </message>
    <message>
        <source>{file} is {number} MB; a watermark may have {most}.</source>
        <translation>{file} hat {number} MB; ein Wasserzeichen darf {most} haben.</translation>
    </message>
    <message>
        <source>{file} needs too much memory. Make it smaller or remove it.</source>
        <translation>{file} braucht zu viel Speicher. Verkleinern oder entfernen Sie es.</translation>
    </message>
    <message>
        <source>{file} takes about {number} MB when it is converted; {free} MB are free. Make room, then try again.</source>
        <translation>{file} braucht umgewandelt etwa {number} MB; frei sind {free} MB. Schaffen Sie Platz und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>{file} takes too long to open. Save it again with a picture program or remove it.</source>
        <translation>{file} zu öffnen dauert zu lange. Speichern Sie es mit einem Bildprogramm neu, oder entfernen Sie es.</translation>
    </message>
    <message>
        <source>{file} was not found.</source>
        <translation>{file} wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>{reason} Choose another watermark.</source>
        <translation>{reason} Wählen Sie ein anderes Wasserzeichen.</translation>
    </message>
</context>
<context>
    <name>FilterChips</name>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
</context>
<context>
    <name>FilterController</name>
    <message>
        <source>All labels</source>
        <translation>Alle Etiketten</translation>
    </message>
    <message>
        <source>Label: {label}</source>
        <translation>Etikett: {label}</translation>
    </message>
</context>
<context>
    <name>FindingRow</name>
    <message>
        <source>More fixes</source>
        <translation>Weitere Lösungen</translation>
    </message>
</context>
<context>
    <name>Fixes</name>
    <message>
        <source>Add a space</source>
        <translation>Leerzeichen hinzufügen</translation>
    </message>
    <message>
        <source>Add a title</source>
        <translation>Titel hinzufügen</translation>
    </message>
    <message>
        <source>Add it to the text</source>
        <translation>Zum Text hinzufügen</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Medien hinzufügen</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Zeit ändern</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Zuschneiden</translation>
    </message>
    <message>
        <source>Crop the middle</source>
        <translation>Mitte ausschneiden</translation>
    </message>
    <message>
        <source>Describe</source>
        <translation>Beschreiben</translation>
    </message>
    <message>
        <source>Edit for {name}</source>
        <translation>Für {name} bearbeiten</translation>
    </message>
    <message>
        <source>Edit it</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Edit the first comment</source>
        <translation>Ersten Kommentar bearbeiten</translation>
    </message>
    <message>
        <source>Edit the link</source>
        <translation>Link bearbeiten</translation>
    </message>
    <message>
        <source>Edit the text</source>
        <translation>Text bearbeiten</translation>
    </message>
    <message>
        <source>Edit the title</source>
        <translation>Titel bearbeiten</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten …</translation>
    </message>
    <message>
        <source>Keep the braces</source>
        <translation>Klammern behalten</translation>
    </message>
    <message>
        <source>Leave it out for {name}</source>
        <translation>Für {name} auslassen</translation>
    </message>
    <message numerus="yes">
        <source>Leave out %Ln channel(s)</source>
        <translation>
            <numerusform>%Ln Kanal auslassen</numerusform>
            <numerusform>%Ln Kanäle auslassen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave out %n file(s) for {networks}</source>
        <translation>
            <numerusform>%n Datei für {networks} auslassen</numerusform>
            <numerusform>%n Dateien für {networks} auslassen</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave out the link</source>
        <translation>Link auslassen</translation>
    </message>
    <message>
        <source>Leave out {file} for {networks}</source>
        <translation>{file} für {networks} auslassen</translation>
    </message>
    <message>
        <source>Leave out {name}</source>
        <translation>{name} auslassen</translation>
    </message>
    <message>
        <source>Make it fit {name}</source>
        <translation>Für {name} passend machen</translation>
    </message>
    <message>
        <source>Move all files to the first part</source>
        <translation>Alle Dateien in den ersten Teil verschieben</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Auf {time} verschieben</translation>
    </message>
    <message>
        <source>Only {name}</source>
        <translation>Nur {name}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message numerus="yes">
        <source>Remove %Ln hashtag(s)</source>
        <translation>
            <numerusform>%Ln Hashtag entfernen</numerusform>
            <numerusform>%Ln Hashtags entfernen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n file(s) from the message</source>
        <translation>
            <numerusform>%n Datei aus der Nachricht entfernen</numerusform>
            <numerusform>%n Dateien aus der Nachricht entfernen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove the empty part(s)</source>
        <translation>
            <numerusform>Leeren Teil entfernen</numerusform>
            <numerusform>Leere Teile entfernen</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the link</source>
        <translation>Link entfernen</translation>
    </message>
    <message>
        <source>Remove {names} from the message</source>
        <translation>{names} aus der Nachricht entfernen</translation>
    </message>
    <message>
        <source>Select channels</source>
        <translation>Kanäle auswählen</translation>
    </message>
    <message>
        <source>Send a still picture</source>
        <translation>Standbild senden</translation>
    </message>
    <message>
        <source>Send all parts as one text</source>
        <translation>Alle Teile als einen Text senden</translation>
    </message>
    <message>
        <source>Send only the first part</source>
        <translation>Nur den ersten Teil senden</translation>
    </message>
    <message>
        <source>Send the whole thread</source>
        <translation>Den ganzen Thread senden</translation>
    </message>
    <message>
        <source>Send without a style</source>
        <translation>Ohne Stil senden</translation>
    </message>
    <message>
        <source>Shorten for {name}</source>
        <translation>Für {name} kürzen</translation>
    </message>
    <message>
        <source>Shorten it</source>
        <translation>Kürzen</translation>
    </message>
    <message>
        <source>Shorten the title</source>
        <translation>Titel kürzen</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>Datei zeigen</translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation>Dateien zeigen</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Erneut anmelden</translation>
    </message>
    <message>
        <source>Split for all networks</source>
        <translation>Für alle Netzwerke aufteilen</translation>
    </message>
    <message>
        <source>Split for {name}</source>
        <translation>Für {name} aufteilen</translation>
    </message>
    <message>
        <source>Trim…</source>
        <translation>Kürzen …</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Gemeinsamen Text verwenden</translation>
    </message>
    <message>
        <source>Use the nearest year</source>
        <translation>Nächstliegendes Jahr verwenden</translation>
    </message>
    <message>
        <source>Use “/” instead</source>
        <translation>Stattdessen „/“ verwenden</translation>
    </message>
    <message>
        <source>Write the character</source>
        <translation>Das Zeichen schreiben</translation>
    </message>
</context>
<context>
    <name>GroupActions</name>
    <message>
        <source>Create group</source>
        <translation>Gruppe anlegen</translation>
    </message>
    <message numerus="yes">
        <source>Creates a group with %Ln channel(s).</source>
        <translation>
            <numerusform>Legt eine Gruppe mit %Ln Kanal an.</numerusform>
            <numerusform>Legt eine Gruppe mit %Ln Kanälen an.</numerusform>
        </translation>
    </message>
    <message>
        <source>Group name</source>
        <translation>Gruppenname</translation>
    </message>
    <message>
        <source>Its channels stay in it.</source>
        <translation>Ihre Kanäle bleiben darin.</translation>
    </message>
    <message>
        <source>Joins both groups.</source>
        <translation>Vereint beide Gruppen.</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message numerus="yes">
        <source>Move the (found channel/%Ln found channels) here</source>
        <translation>
            <numerusform>Den gefundenen Kanal hierher verschieben</numerusform>
            <numerusform>Die %Ln gefundenen Kanäle hierher verschieben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move the (ticked channel/%Ln ticked channels) here</source>
        <translation>
            <numerusform>Den ausgewählten Kanal hierher verschieben</numerusform>
            <numerusform>Die %Ln ausgewählten Kanäle hierher verschieben</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to group</source>
        <translation>In Gruppe verschieben</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message numerus="yes">
        <source>Moves %Ln channel(s) into this group.</source>
        <translation>
            <numerusform>Verschiebt %Ln Kanal in diese Gruppe.</numerusform>
            <numerusform>Verschiebt %Ln Kanäle in diese Gruppe.</numerusform>
        </translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>Name der Gruppe</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Neue Gruppe</translation>
    </message>
    <message>
        <source>New group…</source>
        <translation>Neue Gruppe …</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>Aus „{name}“ entfernen</translation>
    </message>
    <message>
        <source>Remove group</source>
        <translation>Gruppe entfernen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Rename group…</source>
        <translation>Gruppe umbenennen …</translation>
    </message>
</context>
<context>
    <name>GroupDrag</name>
    <message>
        <source>Move above “{name}”</source>
        <translation>Über „{name}“ verschieben</translation>
    </message>
    <message>
        <source>Move below “{name}”</source>
        <translation>Unter „{name}“ verschieben</translation>
    </message>
    <message>
        <source>Move to “{name}”</source>
        <translation>Nach „{name}“ verschieben</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>Aus „{name}“ entfernen</translation>
    </message>
</context>
<context>
    <name>HashtagFields</name>
    <message>
        <source>#coffee #roastery</source>
        <translation>#kaffee #rösterei</translation>
    </message>
    <message>
        <source>At the end of the text</source>
        <translation>Am Ende des Textes</translation>
    </message>
    <message>
        <source>Create groups in Compose with the Snippets button</source>
        <translation>Gruppen legen Sie unter „Verfassen“ mit der Schaltfläche „Textbausteine“ an</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>In the first comment, if the network has one</source>
        <translation>Im ersten Kommentar, wenn das Netzwerk einen hat</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (gelöscht)</translation>
    </message>
</context>
<context>
    <name>HiddenChannelsBar</name>
    <message numerus="yes">
        <source>%Ln of {total} channels (is/are) hidden</source>
        <translation>
            <numerusform>%Ln von {total} Kanälen ist ausgeblendet</numerusform>
            <numerusform>%Ln von {total} Kanälen sind ausgeblendet</numerusform>
        </translation>
    </message>
    <message>
        <source>All channels are hidden</source>
        <translation>Alle Kanäle sind ausgeblendet</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Alle Kanäle zeigen</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Nothing is known of this message.</source>
        <translation>Über diese Nachricht ist nichts bekannt.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>The history could not be read. See the log for details.</source>
        <translation>Der Verlauf konnte nicht gelesen werden. Einzelheiten stehen im Protokoll.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>ImportCountsLabel</name>
    <message>
        <source>cannot be imported</source>
        <translation>nicht importierbar</translation>
    </message>
    <message>
        <source>incomplete</source>
        <translation>unvollständig</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>ausgelassen</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>without its picture</source>
        <translation>ohne Bild</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%n change(s) to the rows will be lost. The file does not change.</source>
        <translation>
            <numerusform>%n Änderung an den Zeilen geht verloren. Die Datei ändert sich nicht.</numerusform>
            <numerusform>%n Änderungen an den Zeilen gehen verloren. Die Datei ändert sich nicht.</numerusform>
        </translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>CSV-Datei</translation>
    </message>
    <message>
        <source>Columns and check</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Spalten und Prüfung</translation>
    </message>
    <message>
        <source>File</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Import file</source>
        <translation>Datei importieren</translation>
    </message>
    <message>
        <source>Import messages from a file</source>
        <translation>Nachrichten aus einer Datei importieren</translation>
    </message>
    <message>
        <source>Pasted cells</source>
        <translation>Eingefügte Zellen</translation>
    </message>
    <message>
        <source>Posto sample.csv</source>
        <translation>Posto-Beispiel.csv</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Save a sample file</source>
        <translation>Beispieldatei speichern</translation>
    </message>
    <message>
        <source>Stop importing</source>
        <translation>Import stoppen</translation>
    </message>
    <message>
        <source>Stop importing?</source>
        <translation>Import stoppen?</translation>
    </message>
    <message>
        <source>Tables ({endings})</source>
        <extracomment>{endings}: &quot;*.csv *.xlsx&quot;. Keep the brackets.</extracomment>
        <translation>Tabellen ({endings})</translation>
    </message>
    <message>
        <source>There are no rows below the column names.</source>
        <translation>Unter den Spaltennamen stehen keine Zeilen.</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Zeiten</translation>
    </message>
</context>
<context>
    <name>ImportFooter</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message numerus="yes">
        <source>Continue with %Ln row(s)</source>
        <translation>
            <numerusform>Mit %Ln Zeile fortfahren</numerusform>
            <numerusform>Mit %Ln Zeilen fortfahren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln message(s)</source>
        <translation>
            <numerusform>%Ln Nachricht importieren</numerusform>
            <numerusform>%Ln Nachrichten importieren</numerusform>
        </translation>
    </message>
    <message>
        <source>No row can be imported yet</source>
        <translation>Noch keine Zeile kann importiert werden</translation>
    </message>
    <message>
        <source>Only problems</source>
        <translation>Nur Probleme</translation>
    </message>
</context>
<context>
    <name>ImportRowActions</name>
    <message>
        <source>Where is {name}?</source>
        <translation>Wo ist {name}?</translation>
    </message>
</context>
<context>
    <name>ImportRows</name>
    <message>
        <source>Change…</source>
        <translation>Ändern …</translation>
    </message>
    <message>
        <source>Import after all</source>
        <translation>Doch importieren</translation>
    </message>
    <message>
        <source>Import anyway</source>
        <translation>Trotzdem importieren</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ohne</translation>
    </message>
</context>
<context>
    <name>ImportRowsModel</name>
    <message>
        <source>Column {number}</source>
        <translation>Spalte {number}</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Row {number}</source>
        <translation>Zeile {number}</translation>
    </message>
    <message>
        <source>cannot be imported</source>
        <translation>nicht importierbar</translation>
    </message>
    <message>
        <source>has warnings</source>
        <translation>hat Warnungen</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>ausgelassen</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
</context>
<context>
    <name>ImportRowsTable</name>
    <message>
        <source>Edit this cell</source>
        <translation>Diese Zelle bearbeiten</translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation>Importzeilen</translation>
    </message>
</context>
<context>
    <name>ImportSample</name>
    <message>
        <source>A cell may have several lines.</source>
        <translation>Eine Zelle kann mehrere Zeilen haben.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Coffee</source>
        <translation>Kaffee</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Erster Kommentar</translation>
    </message>
    <message>
        <source>Good morning! The first coffee of the day is ready. ☕</source>
        <translation>Guten Morgen! Der erste Kaffee des Tages ist fertig. ☕</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketten</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>New in the shop: hand-poured candles, in three sizes.</source>
        <translation>Neu im Laden: handgegossene Kerzen, in drei Größen.</translation>
    </message>
    <message>
        <source>No time in this row: the campaign chooses one.</source>
        <translation>Keine Zeit in dieser Zeile: Die Kampagne wählt eine.</translation>
    </message>
    <message>
        <source>Part 2</source>
        <translation>Teil 2</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Shop, Candles</source>
        <translation>Laden, Kerzen</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>This text goes on in a thread, where a network has threads.</source>
        <translation>Dieser Text geht als Thread weiter, wo ein Netzwerk Threads hat.</translation>
    </message>
    <message>
        <source>We open at seven.</source>
        <translation>Wir öffnen um sieben.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
</context>
<context>
    <name>ImportSession</name>
    <message>
        <source>It cannot be checked.</source>
        <translation>Es kann nicht geprüft werden.</translation>
    </message>
    <message>
        <source>It cannot be read.</source>
        <translation>Es kann nicht gelesen werden.</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message numerus="yes">
        <source>%Ln (entry is no object and was/entries are no objects and were) left out.</source>
        <translation>
            <numerusform>%Ln Eintrag ist kein Objekt und wurde ausgelassen.</numerusform>
            <numerusform>%Ln Einträge sind keine Objekte und wurden ausgelassen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln Zeile</numerusform>
            <numerusform>%Ln Zeilen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (lacks its picture/lack their pictures): {names}</source>
        <translation>
            <numerusform>%Ln Zeile fehlt ihr Bild: {names}</numerusform>
            <numerusform>%Ln Zeilen fehlen ihre Bilder: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) above the names (was/were) left out.</source>
        <translation>
            <numerusform>%Ln Zeile über den Namen wurde ausgelassen.</numerusform>
            <numerusform>%Ln Zeilen über den Namen wurden ausgelassen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s): {sentence}. The others likewise.</source>
        <translation>
            <numerusform>%Ln Zeile: {sentence}. Die anderen ebenso.</numerusform>
            <numerusform>%Ln Zeilen: {sentence}. Die anderen ebenso.</numerusform>
        </translation>
    </message>
    <message>
        <source>A quotation mark in line {line} is never closed. It was read as text.</source>
        <translation>Ein Anführungszeichen in Zeile {line} wird nie geschlossen. Es wurde als Text gelesen.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Day</source>
        <extracomment>Meaning of a column: the date of a message.</extracomment>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Do not import</source>
        <translation>Nicht importieren</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Erster Kommentar</translation>
    </message>
    <message>
        <source>Further part</source>
        <translation>Weiterer Teil</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Etiketten</translation>
    </message>
    <message>
        <source>Left out.</source>
        <translation>Ausgelassen.</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Meaning of a column: a web address.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>More than {most} pictures: the others are left out</source>
        <translation>Mehr als {most} Bilder: Die übrigen werden ausgelassen</translation>
    </message>
    <message>
        <source>Not imported.</source>
        <translation>Nicht importiert.</translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln column(s) are read.</source>
        <translation>
            <numerusform>Nur die ersten {most} von %Ln Spalte werden gelesen.</numerusform>
            <numerusform>Nur die ersten {most} von %Ln Spalten werden gelesen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln row(s) are read.</source>
        <translation>
            <numerusform>Nur die ersten {most} von %Ln Zeile werden gelesen.</numerusform>
            <numerusform>Nur die ersten {most} von %Ln Zeilen werden gelesen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Pictures of the further parts of a thread are not imported.</source>
        <translation>Bilder der weiteren Teile eines Threads werden nicht importiert.</translation>
    </message>
    <message>
        <source>Row {number} (line {line}): {sentences}</source>
        <translation>Zeile {number} (Textzeile {line}): {sentences}</translation>
    </message>
    <message>
        <source>Row {number}: {sentences}</source>
        <translation>Zeile {number}: {sentences}</translation>
    </message>
    <message>
        <source>Rows {numbers}: {sentence}. The others likewise.</source>
        <translation>Zeilen {numbers}: {sentence}. Die anderen ebenso.</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Text</translation>
    </message>
    <message>
        <source>Text for {network}</source>
        <translation>Text für {network}</translation>
    </message>
    <message>
        <source>That day does not exist</source>
        <translation>Diesen Tag gibt es nicht</translation>
    </message>
    <message>
        <source>The file has column names, but no rows below them.</source>
        <translation>Die Datei hat Spaltennamen, aber keine Zeilen darunter.</translation>
    </message>
    <message>
        <source>The file has no rows.</source>
        <translation>Die Datei hat keine Zeilen.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
    <message>
        <source>The file is {size} MB; up to {most} MB can be imported. Split it into several files.</source>
        <translation>Die Datei hat {size} MB; bis zu {most} MB können importiert werden. Teilen Sie sie auf mehrere Dateien auf.</translation>
    </message>
    <message>
        <source>The formula gives no value, but {error}</source>
        <translation>Die Formel ergibt keinen Wert, sondern {error}</translation>
    </message>
    <message>
        <source>The formula has no stored result; open the file in a spreadsheet program and save it</source>
        <translation>Die Formel hat kein gespeichertes Ergebnis; öffnen Sie die Datei in einer Tabellenkalkulation und speichern Sie sie</translation>
    </message>
    <message>
        <source>The same as row {number}</source>
        <translation>Wie Zeile {number}</translation>
    </message>
    <message>
        <source>The same text is already scheduled</source>
        <translation>Derselbe Text ist schon geplant</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {time}</source>
        <translation>Derselbe Text ist schon für {time} geplant</translation>
    </message>
    <message>
        <source>The text has {count} characters; up to {most} can be imported</source>
        <translation>Der Text hat {count} Zeichen; bis zu {most} können importiert werden</translation>
    </message>
    <message numerus="yes">
        <source>The thread has %n part(s); up to {most} can be imported</source>
        <translation>
            <numerusform>Der Thread hat %n Teil; bis zu {most} können importiert werden</numerusform>
            <numerusform>Der Thread hat %n Teile; bis zu {most} können importiert werden</numerusform>
        </translation>
    </message>
    <message>
        <source>The year {year} is too far ahead</source>
        <translation>Das Jahr {year} liegt zu weit in der Zukunft</translation>
    </message>
    <message>
        <source>There is no day {number} in {month}</source>
        <translation>Einen Tag {number} gibt es im {month} nicht</translation>
    </message>
    <message>
        <source>There is no month {number}</source>
        <translation>Einen Monat {number} gibt es nicht</translation>
    </message>
    <message>
        <source>There is no table on the clipboard. Copy cells in a spreadsheet first.</source>
        <translation>In der Zwischenablage ist keine Tabelle. Kopieren Sie zuerst Zellen in einer Tabellenkalkulation.</translation>
    </message>
    <message>
        <source>There is no text</source>
        <translation>Es gibt keinen Text</translation>
    </message>
    <message>
        <source>There is no text: only the picture will be posted</source>
        <translation>Es gibt keinen Text: Nur das Bild wird veröffentlicht</translation>
    </message>
    <message>
        <source>This JSON file cannot be imported: it holds {excess}. Split it into several files.</source>
        <translation>Diese JSON-Datei kann nicht importiert werden: Sie enthält {excess}. Teilen Sie sie auf mehrere Dateien auf.</translation>
    </message>
    <message>
        <source>This JSON file cannot be read: line {line}, column {column} is not what JSON allows there.</source>
        <translation>Diese JSON-Datei kann nicht gelesen werden: Zeile {line}, Spalte {column} ist nicht, was JSON dort erlaubt.</translation>
    </message>
    <message>
        <source>This JSON file contains no messages. It needs a list of objects, for example {example}.</source>
        <translation>Diese JSON-Datei enthält keine Nachrichten. Sie braucht eine Liste von Objekten, zum Beispiel {example}.</translation>
    </message>
    <message>
        <source>This file contains no text. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Diese Datei enthält keinen Text. Sie können CSV-, Excel- (.xlsx) und JSON-Dateien importieren.</translation>
    </message>
    <message>
        <source>This file is not an Excel workbook. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Diese Datei ist keine Excel-Arbeitsmappe. Sie können CSV-, Excel- (.xlsx) und JSON-Dateien importieren.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read Excel files. Save the sheet as CSV, or install what is missing: pip install &apos;posto[excel]&apos;</source>
        <translation>Diese Installation von Posto kann keine Excel-Dateien lesen. Speichern Sie das Blatt als CSV, oder installieren Sie, was fehlt: pip install &apos;posto[excel]&apos;</translation>
    </message>
    <message>
        <source>This workbook contains XML entities, which no spreadsheet program writes. Posto did not read it.</source>
        <translation>Diese Arbeitsmappe enthält XML-Entitäten, die keine Tabellenkalkulation schreibt. Posto hat sie nicht gelesen.</translation>
    </message>
    <message>
        <source>This workbook contains more than {most} texts, too many to import. Save the sheet as CSV.</source>
        <translation>Diese Arbeitsmappe enthält mehr als {most} Texte, zu viele zum Importieren. Speichern Sie das Blatt als CSV.</translation>
    </message>
    <message>
        <source>This workbook has no sheet with cells.</source>
        <translation>Diese Arbeitsmappe hat kein Blatt mit Zellen.</translation>
    </message>
    <message>
        <source>This workbook is damaged and cannot be read. Open it in a spreadsheet program, save it as .xlsx or CSV, and import that.</source>
        <translation>Diese Arbeitsmappe ist beschädigt und kann nicht gelesen werden. Öffnen Sie sie in einer Tabellenkalkulation, speichern Sie sie als .xlsx oder CSV, und importieren Sie das.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password or in the old format .xls. Save it as .xlsx without a password, or as CSV.</source>
        <translation>Diese Arbeitsmappe ist mit einem Passwort gesperrt oder im alten Format .xls. Speichern Sie sie als .xlsx ohne Passwort oder als CSV.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password. Save it without one.</source>
        <translation>Diese Arbeitsmappe ist mit einem Passwort gesperrt. Speichern Sie sie ohne.</translation>
    </message>
    <message>
        <source>This workbook is too large. Save the sheet as CSV.</source>
        <translation>Diese Arbeitsmappe ist zu groß. Speichern Sie das Blatt als CSV.</translation>
    </message>
    <message>
        <source>This workbook unpacks to {size} MB, more than Posto can import. Save the sheet as CSV.</source>
        <translation>Diese Arbeitsmappe hat entpackt {size} MB, mehr als Posto importieren kann. Speichern Sie das Blatt als CSV.</translation>
    </message>
    <message>
        <source>Time of day</source>
        <translation>Uhrzeit</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>commas</source>
        <translation>Kommas</translation>
    </message>
    <message>
        <source>day.month.year</source>
        <translation>Tag.Monat.Jahr</translation>
    </message>
    <message>
        <source>month/day/year</source>
        <translation>Monat/Tag/Jahr</translation>
    </message>
    <message>
        <source>semicolons</source>
        <translation>Semikolons</translation>
    </message>
    <message>
        <source>separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>getrennt durch {sign}</translation>
    </message>
    <message>
        <source>sheet “{name}”</source>
        <translation>Blatt „{name}“</translation>
    </message>
    <message>
        <source>tabs</source>
        <translation>Tabulatoren</translation>
    </message>
    <message>
        <source>vertical bars</source>
        <translation>senkrechte Striche</translation>
    </message>
    <message>
        <source>year-month-day</source>
        <translation>Jahr-Monat-Tag</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}, {time}</translation>
    </message>
    <message>
        <source>{day}, {time} has passed</source>
        <translation>{day}, {time} ist vorbei</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} bis {last}</translation>
    </message>
    <message>
        <source>{host} is in a private network. Posto does not download pictures from there</source>
        <translation>{host} ist in einem privaten Netz. Von dort lädt Posto keine Bilder</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is no channel/are no channels) of yours</source>
        <translation>
            <numerusform>{names} ist keiner Ihrer Kanäle</numerusform>
            <numerusform>{names} sind keine Ihrer Kanäle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} und %n weitere</numerusform>
            <numerusform>{names} und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} is not a date</source>
        <translation>{number} ist kein Datum</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} has %n day(s)</source>
        <translation>
            <numerusform>{number}. {month} ist kein Datum: {month} hat %n Tag</numerusform>
            <numerusform>{number}. {month} ist kein Datum: {month} hat %n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} {month} is not a date: {month} has 28 or 29 days</source>
        <translation>{number}. {month} ist kein Datum: {month} hat 28 oder 29 Tage</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} {year} has %n day(s)</source>
        <translation>
            <numerusform>{number}. {month} ist kein Datum: {month} {year} hat %n Tag</numerusform>
            <numerusform>{number}. {month} ist kein Datum: {month} {year} hat %n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>“{address}” is not a web address</source>
        <translation>„{address}“ ist keine Webadresse</translation>
    </message>
    <message>
        <source>“{address}” is not the address of a picture</source>
        <translation>„{address}“ ist nicht die Adresse eines Bildes</translation>
    </message>
    <message>
        <source>“{name}” is not the name of a picture</source>
        <translation>„{name}“ ist nicht der Name eines Bildes</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a date.</source>
        <translation>„{text}“ kann nicht als Datum gelesen werden.</translation>
    </message>
    <message>
        <source>“{text}” contains no day</source>
        <translation>„{text}“ enthält keinen Tag</translation>
    </message>
    <message>
        <source>“{text}” is not a time of day</source>
        <translation>„{text}“ ist keine Uhrzeit</translation>
    </message>
    <message numerus="yes">
        <source>“{text}” may be {names} or %Ln more</source>
        <translation>
            <numerusform>„{text}“ kann {names} oder %Ln weiterer sein</numerusform>
            <numerusform>„{text}“ kann {names} oder %Ln weitere sein</numerusform>
        </translation>
    </message>
    <message>
        <source>“{text}” may be {names} or {last}</source>
        <translation>„{text}“ kann {names} oder {last} sein</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day</source>
        <translation>„{time}“ ist eine Uhrzeit ohne Tag</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day.</source>
        <translation>„{time}“ ist eine Uhrzeit ohne Tag.</translation>
    </message>
</context>
<context>
    <name>Insights</name>
    <message numerus="yes">
        <source>%Ln post(s) without this number (is/are) left out.</source>
        <translation>
            <numerusform>%Ln Beitrag ohne diese Zahl ist ausgelassen.</numerusform>
            <numerusform>%Ln Beiträge ohne diese Zahl sind ausgelassen.</numerusform>
        </translation>
    </message>
    <message>
        <source>(no text)</source>
        <translation>(ohne Text)</translation>
    </message>
    <message>
        <source>After 1 hour</source>
        <translation>Nach 1 Stunde</translation>
    </message>
    <message>
        <source>After 24 hours</source>
        <translation>Nach 24 Stunden</translation>
    </message>
    <message>
        <source>After 7 days</source>
        <translation>Nach 7 Tagen</translation>
    </message>
    <message>
        <source>Boosts</source>
        <translation>Boosts</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Clicks</source>
        <translation>Klicks</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>Kommentare</translation>
    </message>
    <message>
        <source>Engagement</source>
        <translation>Interaktionen</translation>
    </message>
    <message>
        <source>Engagement is what people did: likes, replies, shares and quotes together.</source>
        <translation>Interaktionen sind, was Menschen getan haben: „Gefällt mir“, Antworten, geteilte Beiträge und Zitate zusammen.</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>Favoriten</translation>
    </message>
    <message>
        <source>Impressions</source>
        <translation>Impressionen</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketten</translation>
    </message>
    <message numerus="yes">
        <source>Last %n day(s)</source>
        <translation>
            <numerusform>Letzter %n Tag</numerusform>
            <numerusform>Letzte %n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>Letzte 12 Monate</translation>
    </message>
    <message>
        <source>Likes</source>
        <translation>Gefällt mir</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>Middle half</source>
        <translation>Mittlere Hälfte</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Netzwerke</translation>
    </message>
    <message>
        <source>Newest numbers</source>
        <translation>Neueste Zahlen</translation>
    </message>
    <message>
        <source>Not enough posts yet: {count} of {enough}</source>
        <translation>Noch nicht genug Beiträge: {count} von {enough}</translation>
    </message>
    <message>
        <source>Other times</source>
        <translation>Andere Zeiten</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Zeitverlauf</translation>
    </message>
    <message>
        <source>Post</source>
        <translation>Veröffentlichen</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Beiträge</translation>
    </message>
    <message>
        <source>Posts of the last 24 hours are not counted yet.</source>
        <translation>Beiträge der letzten 24 Stunden zählen noch nicht.</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Veröffentlicht</translation>
    </message>
    <message>
        <source>Quotes</source>
        <translation>Zitate</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>Reichweite</translation>
    </message>
    <message>
        <source>Reactions</source>
        <translation>Reaktionen</translation>
    </message>
    <message>
        <source>Renotes</source>
        <translation>Renotes</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Reposts</source>
        <translation>Reposts</translation>
    </message>
    <message>
        <source>Saves</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Punkte</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>Geteilt</translation>
    </message>
    <message>
        <source>Slots</source>
        <translation>Termine</translation>
    </message>
    <message>
        <source>Styles</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stile</translation>
    </message>
    <message>
        <source>To compare channels of different size, a post counts by its rank in its channel: 70 means better than 70% of that channel&apos;s posts, 50 is usual.</source>
        <translation>Um Kanäle verschiedener Größe zu vergleichen, zählt ein Beitrag mit seinem Rang im Kanal: 70 heißt besser als 70 % der Beiträge dieses Kanals, 50 ist üblich.</translation>
    </message>
    <message>
        <source>Values are medians. Thin lines show the middle half of the posts. Pale marks have fewer than 5 posts.</source>
        <translation>Werte sind Mediane. Dünne Linien zeigen die mittlere Hälfte der Beiträge. Blasse Zeichen haben weniger als 5 Beiträge.</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>Weekdays and hours</source>
        <translation>Wochentage und Stunden</translation>
    </message>
    <message>
        <source>{channel} ({network})</source>
        <translation>{channel} ({network})</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}, {time}</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} bis {high}</translation>
    </message>
    <message>
        <source>{name}: rank {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: Rang {value}, die Hälfte von {posts} {low} bis {high}</translation>
    </message>
    <message>
        <source>{name}: {measure} {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: {measure} {value}, die Hälfte von {posts} {low} bis {high}</translation>
    </message>
    <message>
        <source>{network}: {parts}</source>
        <translation>{network}: {parts}</translation>
    </message>
</context>
<context>
    <name>InsightsController</name>
    <message>
        <source>Best posts</source>
        <translation>Beste Beiträge</translation>
    </message>
    <message>
        <source>Export insights</source>
        <translation>Statistik exportieren</translation>
    </message>
    <message>
        <source>Insights written to {file}</source>
        <translation>Statistik in {file} geschrieben</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>PDF-Dokumente (*.pdf)</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Die Datei konnte nicht geschrieben werden: {why}</translation>
    </message>
    <message>
        <source>insights {day}</source>
        <translation>Statistik {day}</translation>
    </message>
    <message>
        <source>{workspace}: {measure}, {period}</source>
        <translation>{workspace}: {measure}, {period}</translation>
    </message>
</context>
<context>
    <name>InsightsPanel</name>
    <message>
        <source>Age of the posts</source>
        <translation>Alter der Beiträge</translation>
    </message>
    <message>
        <source>CSV table for Excel…</source>
        <translation>CSV-Tabelle für Excel…</translation>
    </message>
    <message>
        <source>CSV table…</source>
        <translation>CSV-Tabelle…</translation>
    </message>
    <message>
        <source>Choose in the settings, under Storage, how long Posto keeps them.</source>
        <translation>In den Einstellungen unter „Speicher“ lässt sich wählen, wie lange Posto sie aufbewahrt.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Insights are not kept</source>
        <translation>Statistik wird nicht aufbewahrt</translation>
    </message>
    <message>
        <source>Likes, views and other numbers of your posts appear here an hour after they are published.</source>
        <translation>Likes, Aufrufe und andere Zahlen der Beiträge erscheinen hier eine Stunde nach der Veröffentlichung.</translation>
    </message>
    <message>
        <source>No insights yet</source>
        <translation>Noch keine Statistik</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>PDF report…</source>
        <translation>PDF-Bericht…</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Beiträge</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>Als Tabelle zeigen</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Export abbrechen</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln fehlgeschlagen</numerusform>
            <numerusform>%Ln fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln gesendet</numerusform>
            <numerusform>%Ln gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n Teil</numerusform>
            <numerusform>%n Teile</numerusform>
        </translation>
    </message>
    <message>
        <source>Also for</source>
        <translation>Auch für</translation>
    </message>
    <message>
        <source>Close inspector</source>
        <translation>Detailbereich schließen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Etiketten</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Weitere Aktionen</translation>
    </message>
    <message>
        <source>Next post</source>
        <translation>Nächster Beitrag</translation>
    </message>
    <message>
        <source>Not in the list</source>
        <translation>Nicht in der Liste</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Beitrag öffnen</translation>
    </message>
    <message>
        <source>Post</source>
        <extracomment>Noun: one post on one channel.</extracomment>
        <translation>Veröffentlichen</translation>
    </message>
    <message>
        <source>Previous post</source>
        <translation>Vorheriger Beitrag</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Geplant</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Story</source>
        <translation>Ablauf</translation>
    </message>
    <message>
        <source>The filters hide this post.</source>
        <translation>Die Filter verbergen diesen Beitrag.</translation>
    </message>
    <message>
        <source>The post has no link yet</source>
        <translation>Der Beitrag hat noch keinen Link</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>Thread</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschehen ist</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Zeitzone</translation>
    </message>
</context>
<context>
    <name>KeyRecorder</name>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Press it, then the keys. Backspace turns it off.</source>
        <translation>Drücken, dann die Tasten. Rücktaste schaltet aus.</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>Tasten drücken …</translation>
    </message>
</context>
<context>
    <name>LabelChip</name>
    <message>
        <source>Remove label {label}</source>
        <translation>Etikett {label} entfernen</translation>
    </message>
</context>
<context>
    <name>LabelledField</name>
    <message>
        <source>Checked</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>Passwort zeigen</translation>
    </message>
</context>
<context>
    <name>LabelsField</name>
    <message>
        <source>A message has at most 20 labels</source>
        <translation>Eine Nachricht hat höchstens 20 Etiketten</translation>
    </message>
    <message>
        <source>Add label</source>
        <translation>Etikett hinzufügen</translation>
    </message>
</context>
<context>
    <name>LabelsRow</name>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Etiketten</translation>
    </message>
</context>
<context>
    <name>LanguagePage</name>
    <message>
        <source>Drafts and scheduled posts are kept.</source>
        <translation>Entwürfe und geplante Beiträge bleiben erhalten.</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Posto restarts to show {language}</source>
        <translation>Posto startet neu, um {language} zu zeigen</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>Jetzt neu starten</translation>
    </message>
</context>
<context>
    <name>LargeDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo the change</source>
        <translation>Änderung rückgängig machen</translation>
    </message>
</context>
<context>
    <name>LineControl</name>
    <message>
        <source>Separated by commas</source>
        <translation>Durch Kommas getrennt</translation>
    </message>
    <message>
        <source>The first line of the text</source>
        <translation>Die erste Zeile des Textes</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Webadresse</translation>
    </message>
</context>
<context>
    <name>LinkCardView</name>
    <message>
        <source>Link preview</source>
        <translation>Linkvorschau</translation>
    </message>
    <message>
        <source>Reading {host}</source>
        <translation>{host} wird gelesen</translation>
    </message>
    <message>
        <source>Reload link preview</source>
        <translation>Linkvorschau neu laden</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Link entfernen</translation>
    </message>
    <message>
        <source>{reason}. The link will still be posted.</source>
        <translation>{reason}. Der Link wird trotzdem veröffentlicht.</translation>
    </message>
</context>
<context>
    <name>LinkCards</name>
    <message>
        <source>The address does not answer. No preview available.</source>
        <translation>Die Adresse antwortet nicht. Keine Vorschau verfügbar.</translation>
    </message>
    <message>
        <source>The address is in a private network. No preview available.</source>
        <translation>Die Adresse ist in einem privaten Netz. Keine Vorschau verfügbar.</translation>
    </message>
    <message>
        <source>{host} does not answer. No preview available.</source>
        <translation>{host} antwortet nicht. Keine Vorschau verfügbar.</translation>
    </message>
    <message>
        <source>{host} is in a private network. No preview available.</source>
        <translation>{host} ist in einem privaten Netz. Keine Vorschau verfügbar.</translation>
    </message>
</context>
<context>
    <name>Lists</name>
    <message>
        <source>{first}, {second}</source>
        <extracomment>Two names of a list that may go on: only the comma between them is used.</extracomment>
        <translation>{first}, {second}</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %Ln more</source>
        <translation>
            <numerusform>{names} und %Ln weiterer</numerusform>
            <numerusform>{names} und %Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} and {last}</source>
        <translation>{names} und {last}</translation>
    </message>
</context>
<context>
    <name>LocaleSettings</name>
    <message>
        <source>Time zone “{name}” was not found on this computer. Posto uses the system time zone.</source>
        <translation>Die Zeitzone „{name}“ gibt es auf diesem Computer nicht. Posto verwendet die des Systems.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Posto Desktop</source>
        <translation>Über Posto Desktop</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Kanal hinzufügen …</translation>
    </message>
    <message>
        <source>Add a workspace…</source>
        <translation>Arbeitsbereich hinzufügen …</translation>
    </message>
    <message>
        <source>Calendar: earlier, later</source>
        <translation>Kalender: früher, später</translation>
    </message>
    <message>
        <source>Calendar: month, week, day</source>
        <translation>Kalender: Monat, Woche, Tag</translation>
    </message>
    <message>
        <source>Calendar: today</source>
        <translation>Kalender: heute</translation>
    </message>
    <message>
        <source>Close a dialog or popup</source>
        <translation>Dialog oder Popup schließen</translation>
    </message>
    <message>
        <source>Context menu</source>
        <translation>Kontextmenü</translation>
    </message>
    <message>
        <source>Delete, with Undo</source>
        <translation>Löschen, mit Rückgängig</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Kanal suchen</translation>
    </message>
    <message>
        <source>In lists and the calendar</source>
        <translation>In Listen und im Kalender</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>Arbeitsbereiche verwalten …</translation>
    </message>
    <message>
        <source>Move the file</source>
        <translation>Datei verschieben</translation>
    </message>
    <message>
        <source>Move the group or channel</source>
        <translation>Gruppe oder Kanal verschieben</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>Newest notification</source>
        <translation>Neueste Benachrichtigung</translation>
    </message>
    <message>
        <source>Next control, previous control</source>
        <translation>Nächstes, vorheriges Bedienelement</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Nächster Bereich</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>Vorheriger Bereich</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Schnellbeitrag</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Schedule: day before, day after</source>
        <translation>Zeitplan: Tag davor, Tag danach</translation>
    </message>
    <message>
        <source>Search everything…</source>
        <translation>Alles durchsuchen …</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>Auf dieser Seite suchen</translation>
    </message>
    <message>
        <source>Select all posts shown</source>
        <translation>Alle gezeigten Beiträge auswählen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Suggest a hashtag or mention no more</source>
        <translation>Hashtag oder Erwähnung nicht mehr vorschlagen</translation>
    </message>
    <message>
        <source>The menu bar with all commands</source>
        <translation>Die Menüleiste mit allen Befehlen</translation>
    </message>
    <message>
        <source>Tick all channels found, in the search</source>
        <translation>Alle gefundenen Kanäle auswählen, in der Suche</translation>
    </message>
    <message>
        <source>Tick the channel or post</source>
        <translation>Kanal oder Beitrag auswählen</translation>
    </message>
    <message>
        <source>Undo, redo</source>
        <translation>Rückgängig, wiederherstellen</translation>
    </message>
</context>
<context>
    <name>MarkFields</name>
    <message>
        <source>Picture of the watermark</source>
        <translation>Bild des Wasserzeichens</translation>
    </message>
    <message>
        <source>Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</source>
        <translation>Bilder (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</translation>
    </message>
</context>
<context>
    <name>MediaDownloads</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>{name} could not be downloaded.</source>
        <translation>{name} konnte nicht heruntergeladen werden.</translation>
    </message>
</context>
<context>
    <name>MediaEditor</name>
    <message>
        <source>Discard changes</source>
        <translation>Änderungen verwerfen</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>{name} bearbeiten</translation>
    </message>
    <message>
        <source>Keep changes</source>
        <translation>Änderungen behalten</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Hier gibt es nichts zurückzusetzen</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Shown here and in the previews, but not sent. Each network chooses its own cover frame.</source>
        <translation>Wird hier und in den Vorschauen gezeigt, aber nicht gesendet. Jedes Netzwerk wählt sein eigenes Titelbild.</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Nach links drehen</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Nach rechts drehen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>MediaImporter</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted: {names}</source>
        <translation>
            <numerusform>%n Datei kann nicht veröffentlicht werden: {names}</numerusform>
            <numerusform>%n Dateien können nicht veröffentlicht werden: {names}</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>The files could not be read.</source>
        <translation>Die Dateien konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The pasted picture could not be saved.</source>
        <translation>Das eingefügte Bild konnte nicht gespeichert werden.</translation>
    </message>
    <message numerus="yes">
        <source>Too many files. Only the first {most} of %n were added.</source>
        <translation>
            <numerusform>Zu viele Dateien. Nur die ersten {most} von %n wurden hinzugefügt.</numerusform>
            <numerusform>Zu viele Dateien. Nur die ersten {most} von %n wurden hinzugefügt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} und %n weitere</numerusform>
            <numerusform>{names} und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} changed on disk. The message uses the new version.</source>
        <translation>{names} wurde auf der Festplatte geändert. Die Nachricht verwendet die neue Fassung.</translation>
    </message>
    <message>
        <source>{name} could not be read.</source>
        <translation>{name} konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>{name} is not a readable text file.</source>
        <translation>{name} ist keine lesbare Textdatei.</translation>
    </message>
    <message>
        <source>{name} is too long for a message.</source>
        <translation>{name} ist zu lang für eine Nachricht.</translation>
    </message>
</context>
<context>
    <name>MediaModel</name>
    <message>
        <source>Animation</source>
        <translation>Animation</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>bearbeitet</translation>
    </message>
    <message>
        <source>left out for {networks}</source>
        <translation>ausgelassen für {networks}</translation>
    </message>
    <message>
        <source>no description yet</source>
        <translation>noch keine Beschreibung</translation>
    </message>
    <message>
        <source>{kind} {number} of {total}</source>
        <extracomment>{kind}: Picture, Video or Animation.</extracomment>
        <translation>{kind} {number} von {total}</translation>
    </message>
</context>
<context>
    <name>MediaPresenter</name>
    <message>
        <source>This file cannot be shown here.</source>
        <translation>Diese Datei kann hier nicht gezeigt werden.</translation>
    </message>
</context>
<context>
    <name>MediaStrip</name>
    <message>
        <source>Drag to reorder</source>
        <translation>Zum Umordnen ziehen</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Medien</translation>
    </message>
</context>
<context>
    <name>MenuBar</name>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Ausschneiden</translation>
    </message>
    <message>
        <source>Menu bar</source>
        <translation>Menüleiste</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>MessageActions</name>
    <message numerus="yes">
        <source>%Ln message(s) (follows/follow) the rhythm now</source>
        <translation>
            <numerusform>%Ln Nachricht folgt jetzt dem Rhythmus</numerusform>
            <numerusform>%Ln Nachrichten folgen jetzt dem Rhythmus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) added</source>
        <translation>
            <numerusform>%Ln Nachricht hinzugefügt</numerusform>
            <numerusform>%Ln Nachrichten hinzugefügt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) deleted</source>
        <translation>
            <numerusform>%Ln Nachricht gelöscht</numerusform>
            <numerusform>%Ln Nachrichten gelöscht</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>Bilder hinzufügen</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>Bilder hinzufügen …</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Edit the scheduled post…</source>
        <translation>Geplanten Beitrag bearbeiten …</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Auf {time} verschieben</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Moved to {when}</source>
        <translation>Verschoben auf {when}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Set own time…</source>
        <translation>Eigene Zeit festlegen …</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>In „Aktivität“ zeigen</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Im Zeitplan zeigen</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message</source>
        <translation>Stoppen Sie die Kampagne, um diese Nachricht zu ändern</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message, or edit its scheduled post.</source>
        <translation>Stoppen Sie die Kampagne, um diese Nachricht zu ändern, oder bearbeiten Sie ihren geplanten Beitrag.</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message.</source>
        <translation>Stoppen Sie die Kampagne, um diese Nachricht zu ändern.</translation>
    </message>
    <message>
        <source>This message failed. Retry it, or change a duplicate ({keys}).</source>
        <translation>Diese Nachricht ist fehlgeschlagen. Wiederholen Sie sie, oder ändern Sie ein Duplikat ({keys}).</translation>
    </message>
    <message>
        <source>This message was sent. Duplicate it to change it ({keys}).</source>
        <translation>Diese Nachricht wurde gesendet. Duplizieren Sie sie, um sie zu ändern ({keys}).</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Use the rhythm&apos;s time</source>
        <translation>Zeit des Rhythmus verwenden</translation>
    </message>
</context>
<context>
    <name>MessageDelegate</name>
    <message>
        <source>Nothing written yet</source>
        <translation>Noch nichts geschrieben</translation>
    </message>
</context>
<context>
    <name>MessageEditController</name>
    <message>
        <source>Changes saved. The message is being sent.</source>
        <translation>Änderungen gespeichert. Die Nachricht wird gesendet.</translation>
    </message>
    <message>
        <source>Changes saved: {when}</source>
        <translation>Änderungen gespeichert: {when}</translation>
    </message>
    <message>
        <source>It belongs to another workspace. Open that one to edit it.</source>
        <translation>Sie gehört zu einem anderen Arbeitsbereich. Öffnen Sie ihn, um sie zu bearbeiten.</translation>
    </message>
    <message>
        <source>Labels saved</source>
        <translation>Etiketten gespeichert</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Nichts wurde geändert</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>MessageFields</name>
    <message>
        <source>After the last part</source>
        <translation>Nach dem letzten Teil</translation>
    </message>
    <message>
        <source>Below each post</source>
        <translation>Unter jedem Beitrag</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Erster Kommentar</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>Not on {names}</source>
        <translation>Nicht auf {names}</translation>
    </message>
    <message>
        <source>On {names}</source>
        <translation>Auf {names}</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Link entfernen</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Webadresse</translation>
    </message>
    <message>
        <source>{able} of {count}</source>
        <extracomment>Numbers of networks.</extracomment>
        <translation>{able} von {count}</translation>
    </message>
</context>
<context>
    <name>MessageFiles</name>
    <message>
        <source>Add pictures or videos</source>
        <translation>Bilder oder Videos hinzufügen</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>Downloading this address as a picture or video</source>
        <translation>Diese Adresse wird als Bild oder Video heruntergeladen</translation>
    </message>
    <message>
        <source>Harbour</source>
        <translation>Hafen</translation>
    </message>
    <message>
        <source>Insert as text</source>
        <translation>Als Text einfügen</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Pictures, videos and texts</source>
        <translation>Bilder, Videos und Texte</translation>
    </message>
    <message>
        <source>The changes to {name} were discarded</source>
        <translation>Die Änderungen an {name} wurden verworfen</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>Das Bild konnte nicht gespeichert werden.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>{name} is now number {n}</source>
        <translation>{name} ist jetzt Nummer {n}</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} aus der Nachricht entfernt</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} wurde nicht gefunden.</translation>
    </message>
</context>
<context>
    <name>MessageMedia</name>
    <message>
        <source>Add pictures</source>
        <translation>Bilder hinzufügen</translation>
    </message>
    <message>
        <source>Add pictures or videos to this message</source>
        <translation>Dieser Nachricht Bilder oder Videos hinzufügen</translation>
    </message>
</context>
<context>
    <name>MessageParts</name>
    <message>
        <source>What comes next?</source>
        <translation>Was kommt als Nächstes?</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>Was möchten Sie sagen?</translation>
    </message>
</context>
<context>
    <name>MessagePosts</name>
    <message>
        <source>Posts</source>
        <translation>Beiträge</translation>
    </message>
</context>
<context>
    <name>MessagesView</name>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
</context>
<context>
    <name>MonthPicker</name>
    <message>
        <source>Day: {day}</source>
        <translation>Tag: {day}</translation>
    </message>
</context>
<context>
    <name>MorePopup</name>
    <message>
        <source>Messages of this day</source>
        <translation>Nachrichten dieses Tages</translation>
    </message>
</context>
<context>
    <name>MovePopup</name>
    <message>
        <source>Possible: {time}</source>
        <translation>Möglich: {time}</translation>
    </message>
    <message>
        <source>That time has passed.</source>
        <translation>Diese Zeit ist vorbei.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Geben Sie Tag und Uhrzeit ein.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>„{time}“, „{other}“</translation>
    </message>
</context>
<context>
    <name>MovePostsDialog</name>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>Verschieben</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <translation>
            <numerusform>%n Beitrag verschieben</numerusform>
            <numerusform>%n Beiträge verschieben</numerusform>
        </translation>
    </message>
    <message>
        <source>They move to {when}. The others keep their time.</source>
        <translation>Sie werden auf {when} verschoben. Die anderen behalten ihre Zeit.</translation>
    </message>
    <message>
        <source>Which posts should move?</source>
        <translation>Welche Beiträge sollen verschoben werden?</translation>
    </message>
</context>
<context>
    <name>NetworkGrid</name>
    <message>
        <source>Needs your own app</source>
        <translation>Braucht eine eigene App</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Only through a Posto service</source>
        <translation>Nur über einen Posto-Dienst</translation>
    </message>
    <message>
        <source>The network does not allow apps on your computer to publish.</source>
        <translation>Das Netzwerk erlaubt Apps auf Ihrem Computer nicht zu veröffentlichen.</translation>
    </message>
    <message>
        <source>Works at once</source>
        <translation>Funktioniert sofort</translation>
    </message>
    <message>
        <source>You register your own app with the network. Some networks charge for this.</source>
        <translation>Sie registrieren eine eigene App beim Netzwerk. Manche Netzwerke verlangen dafür Geld.</translation>
    </message>
</context>
<context>
    <name>NetworkMediaSelection</name>
    <message>
        <source>{name} is not sent to {network}</source>
        <translation>{name} wird nicht an {network} gesendet</translation>
    </message>
    <message>
        <source>{name} is sent to {network}</source>
        <translation>{name} wird an {network} gesendet</translation>
    </message>
    <message>
        <source>{n}. {name}</source>
        <translation>{n}. {name}</translation>
    </message>
</context>
<context>
    <name>NetworkPage</name>
    <message>
        <source>A PEM file, trusted in addition to the system&apos;s certificates</source>
        <translation>Eine PEM-Datei, der zusätzlich zu den Zertifikaten des Systems vertraut wird</translation>
    </message>
    <message>
        <source>Address to try</source>
        <translation>Zu prüfende Adresse</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Zertifikate (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Eigene Zertifikate</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Choose a file of certificates</source>
        <translation>Datei mit Zertifikaten auswählen</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei auswählen …</translation>
    </message>
    <message>
        <source>Connection test</source>
        <translation>Verbindungstest</translation>
    </message>
    <message>
        <source>Needs a user name for the proxy</source>
        <translation>Braucht einen Benutzernamen für den Proxy</translation>
    </message>
    <message>
        <source>No keychain found. Saved until you quit Posto</source>
        <translation>Kein Schlüsselbund gefunden. Gespeichert, bis Sie Posto beenden</translation>
    </message>
    <message>
        <source>No password saved</source>
        <translation>Kein Passwort gespeichert</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Passwort für den Proxy</translation>
    </message>
    <message>
        <source>Remove your certificates</source>
        <translation>Eigene Zertifikate entfernen</translation>
    </message>
    <message>
        <source>Saved in a file only you can read</source>
        <translation>In einer Datei gespeichert, die nur Sie lesen können</translation>
    </message>
    <message>
        <source>Saved in the keychain of this computer</source>
        <translation>Im Schlüsselbund dieses Computers gespeichert</translation>
    </message>
    <message>
        <source>Test</source>
        <extracomment>Verb: try the connection.</extracomment>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>Verbindung testen</translation>
    </message>
    <message>
        <source>The address of a service</source>
        <translation>Die Adresse eines Dienstes</translation>
    </message>
    <message>
        <source>The connection could not be tested.</source>
        <translation>Die Verbindung konnte nicht getestet werden.</translation>
    </message>
    <message>
        <source>The password was not saved.</source>
        <translation>Das Passwort wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Verbindung prüfen</translation>
    </message>
    <message>
        <source>{name} answered after {seconds} seconds</source>
        <translation>{name} hat nach {seconds} Sekunden geantwortet</translation>
    </message>
    <message>
        <source>{name}, in addition to the system&apos;s certificates</source>
        <translation>{name}, zusätzlich zu den Zertifikaten des Systems</translation>
    </message>
</context>
<context>
    <name>NetworkSettings</name>
    <message numerus="yes">
        <source>%n change(s) will be saved</source>
        <translation>
            <numerusform>%n Änderung wird gespeichert</numerusform>
            <numerusform>%n Änderungen werden gespeichert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)</source>
        <translation>
            <numerusform>%n Änderung verwerfen</numerusform>
            <numerusform>%n Änderungen verwerfen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)?</source>
        <translation>
            <numerusform>%n Änderung verwerfen?</numerusform>
            <numerusform>%n Änderungen verwerfen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leer</translation>
    </message>
    <message>
        <source>First choose which changes to keep</source>
        <translation>Wählen Sie zuerst, welche Änderungen bleiben</translation>
    </message>
    <message>
        <source>Hidden and not changed</source>
        <translation>Ausgeblendet und nicht geändert</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Meine behalten</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>Fremde behalten</translation>
    </message>
    <message>
        <source>Loading the settings…</source>
        <translation>Einstellungen werden geladen …</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Nichts wurde geändert</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message numerus="yes">
        <source>Save %n change(s)</source>
        <translation>
            <numerusform>%n Änderung speichern</numerusform>
            <numerusform>%n Änderungen speichern</numerusform>
        </translation>
    </message>
    <message>
        <source>Save network settings</source>
        <translation>Netzwerkeinstellungen speichern</translation>
    </message>
    <message>
        <source>Saved on the service</source>
        <translation>Beim Dienst gespeichert</translation>
    </message>
    <message>
        <source>Saved on the service for all its users</source>
        <translation>Beim Dienst für alle seine Benutzer gespeichert</translation>
    </message>
    <message>
        <source>Saved on {host} for all its users</source>
        <translation>Auf {host} für alle Benutzer gespeichert</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
    <message>
        <source>Settings of {network}</source>
        <translation>Einstellungen von {network}</translation>
    </message>
    <message>
        <source>Someone else changed this on the service: {what}. Choose which changes to keep. Yours are not saved yet.</source>
        <translation>Jemand anderes hat dies beim Dienst geändert: {what}. Wählen Sie, welche Änderungen bleiben. Ihre sind noch nicht gespeichert.</translation>
    </message>
    <message>
        <source>The service did not save {names} and uses its own value</source>
        <translation>Der Dienst hat {names} nicht gespeichert und verwendet einen eigenen Wert</translation>
    </message>
    <message>
        <source>The service has no settings for this network</source>
        <translation>Der Dienst hat keine Einstellungen für dieses Netzwerk</translation>
    </message>
    <message>
        <source>These changes are not saved on the service.</source>
        <translation>Diese Änderungen sind nicht beim Dienst gespeichert.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>You can change this only on the service</source>
        <translation>Das können Sie nur beim Dienst ändern</translation>
    </message>
    <message>
        <source>{name} is now “{value}”</source>
        <translation>{name} ist jetzt „{value}“</translation>
    </message>
    <message>
        <source>{why} Nothing was saved.</source>
        <translation>{why} Nichts wurde gespeichert.</translation>
    </message>
</context>
<context>
    <name>NetworkStep</name>
    <message>
        <source>A network, a site, a server, or @you@example.social</source>
        <translation>Netzwerk, Website, Server oder @sie@social.example</translation>
    </message>
    <message>
        <source>Checking {address}…</source>
        <translation>{address} wird geprüft …</translation>
    </message>
    <message>
        <source>Find a network</source>
        <translation>Netzwerk suchen</translation>
    </message>
    <message>
        <source>Loading networks…</source>
        <translation>Netzwerke werden geladen …</translation>
    </message>
    <message>
        <source>No network has this name. Type the address of your server instead.</source>
        <translation>Kein Netzwerk hat diesen Namen. Geben Sie stattdessen die Adresse Ihres Servers ein.</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Bei einem Dienst anmelden …</translation>
    </message>
    <message>
        <source>This is {what}.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Mastodon (example.social)&quot;.</extracomment>
        <translation>Das ist {what}.</translation>
    </message>
    <message>
        <source>This is {what}. Posto cannot connect it.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Friendica (example.social)&quot;.</extracomment>
        <translation>Das ist {what}. Posto kann es nicht verbinden.</translation>
    </message>
    <message>
        <source>This version cannot connect this network yet. A Posto service can.</source>
        <translation>Diese Version kann dieses Netzwerk noch nicht verbinden. Ein Posto-Dienst kann es.</translation>
    </message>
    <message>
        <source>{address} was not recognized. Choose its network below or check the spelling.</source>
        <translation>{address} wurde nicht erkannt. Wählen Sie unten das Netzwerk, oder prüfen Sie die Schreibweise.</translation>
    </message>
</context>
<context>
    <name>NetworkTabs</name>
    <message>
        <source>All networks</source>
        <translation>Alle Netzwerke</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Netzwerke</translation>
    </message>
    <message>
        <source>Text for {name}</source>
        <translation>Text für {name}</translation>
    </message>
    <message>
        <source>own text</source>
        <translation>eigener Text</translation>
    </message>
    <message>
        <source>{name}, has a problem</source>
        <translation>{name}, hat ein Problem</translation>
    </message>
    <message>
        <source>{name}, own text</source>
        <translation>{name}, eigener Text</translation>
    </message>
</context>
<context>
    <name>NoMatches</name>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
</context>
<context>
    <name>NotificationPresenter</name>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>NotificationsController</name>
    <message>
        <source>The workspace of this notification was removed</source>
        <translation>Der Arbeitsbereich dieser Benachrichtigung wurde entfernt</translation>
    </message>
</context>
<context>
    <name>NotificationsModel</name>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
</context>
<context>
    <name>NotificationsPanel</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Clear notifications</source>
        <translation>Benachrichtigungen leeren</translation>
    </message>
    <message>
        <source>No notifications</source>
        <translation>Keine Benachrichtigungen</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Notifications panel</source>
        <translation>Benachrichtigungsbereich</translation>
    </message>
    <message>
        <source>Your notifications appear here.</source>
        <translation>Ihre Benachrichtigungen erscheinen hier.</translation>
    </message>
</context>
<context>
    <name>OpenDrafts</name>
    <message>
        <source>Changes discarded. The message is still scheduled as it was.</source>
        <translation>Änderungen verworfen. Die Nachricht bleibt geplant, wie sie war.</translation>
    </message>
    <message>
        <source>Draft deleted</source>
        <translation>Entwurf gelöscht</translation>
    </message>
    <message>
        <source>Message discarded</source>
        <translation>Nachricht verworfen</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Saved in Drafts</source>
        <translation>In Entwürfen gespeichert</translation>
    </message>
    <message>
        <source>The draft could not be saved. It is lost when Posto quits.</source>
        <translation>Der Entwurf konnte nicht gespeichert werden. Er geht verloren, wenn Posto beendet wird.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Es gibt noch nichts zu speichern</translation>
    </message>
    <message>
        <source>“{title}” was closed and saved in Drafts. At most 20 messages can be open.</source>
        <translation>„{title}“ wurde geschlossen und in den Entwürfen gespeichert. Höchstens 20 Nachrichten können offen sein.</translation>
    </message>
</context>
<context>
    <name>OpenWorkspaceController</name>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
</context>
<context>
    <name>OptimisticSchedule</name>
    <message numerus="yes">
        <source>%n post(s) deleted</source>
        <translation>
            <numerusform>%n Beitrag gelöscht</numerusform>
            <numerusform>%n Beiträge gelöscht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) deleted here. (It stays/They stay) published.</source>
        <translation>
            <numerusform>%n Beitrag hier gelöscht. Er bleibt veröffentlicht.</numerusform>
            <numerusform>%n Beiträge hier gelöscht. Sie bleiben veröffentlicht.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its last change is not saved yet. Edit the message to change its time.</source>
        <translation>Die letzte Änderung ist noch nicht gespeichert. Bearbeiten Sie die Nachricht, um ihre Zeit zu ändern.</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Zu spät zum Rückgängigmachen: Die Beiträge wurden gelöscht.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>What is published stays published.</source>
        <translation>Was veröffentlicht ist, bleibt veröffentlicht.</translation>
    </message>
</context>
<context>
    <name>OptionBox</name>
    <message>
        <source>required</source>
        <translation>erforderlich</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{option} für {network}</translation>
    </message>
    <message>
        <source>{option}, required</source>
        <translation>{option}, erforderlich</translation>
    </message>
</context>
<context>
    <name>OptionChip</name>
    <message>
        <source>Delete resets it</source>
        <translation>Entf setzt sie zurück</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{option} für {network}</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Add music to photos</source>
        <translation>Fotos mit Musik unterlegen</translation>
    </message>
    <message>
        <source>All images of the post</source>
        <translation>Alle Bilder des Beitrags</translation>
    </message>
    <message>
        <source>Allow comments</source>
        <translation>Kommentare erlauben</translation>
    </message>
    <message>
        <source>Allow duets</source>
        <translation>Duette erlauben</translation>
    </message>
    <message>
        <source>Allow stitches</source>
        <translation>Stitches erlauben</translation>
    </message>
    <message>
        <source>Alt text of the post</source>
        <translation>Alternativtext des Beitrags</translation>
    </message>
    <message>
        <source>Attach the link</source>
        <translation>Link anhängen</translation>
    </message>
    <message>
        <source>Book</source>
        <translation>Buchen</translation>
    </message>
    <message>
        <source>Button</source>
        <translation>Schaltfläche</translation>
    </message>
    <message>
        <source>Button below the message</source>
        <translation>Schaltfläche unter der Nachricht</translation>
    </message>
    <message>
        <source>Button link</source>
        <translation>Link der Schaltfläche</translation>
    </message>
    <message>
        <source>Button text</source>
        <translation>Text der Schaltfläche</translation>
    </message>
    <message>
        <source>Buy</source>
        <translation>Kaufen</translation>
    </message>
    <message>
        <source>Call now</source>
        <translation>Jetzt anrufen</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>Kategorien</translation>
    </message>
    <message>
        <source>Channel default</source>
        <translation>Vorgabe des Kanals</translation>
    </message>
    <message>
        <source>Channel default: the channel&apos;s setting on the service</source>
        <translation>Vorgabe des Kanals: seine Einstellung beim Dienst</translation>
    </message>
    <message>
        <source>Cut a text that is too long</source>
        <translation>Zu langen Text kürzen</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Auszug</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Erster Kommentar</translation>
    </message>
    <message>
        <source>Followers</source>
        <translation>Follower</translation>
    </message>
    <message>
        <source>Friends</source>
        <translation>Freunde</translation>
    </message>
    <message>
        <source>Get offer</source>
        <translation>Angebot nutzen</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Keep as a draft on the blog</source>
        <translation>Im Blog als Entwurf lassen</translation>
    </message>
    <message>
        <source>Keep the post type</source>
        <translation>Beitragstyp behalten</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketten</translation>
    </message>
    <message>
        <source>Learn more</source>
        <translation>Mehr erfahren</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Link-Parameter (UTM)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Ohne</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>Nur ich</translation>
    </message>
    <message>
        <source>Order online</source>
        <translation>Online bestellen</translation>
    </message>
    <message>
        <source>Photo title</source>
        <translation>Fototitel</translation>
    </message>
    <message>
        <source>Pin the post</source>
        <translation>Beitrag anheften</translation>
    </message>
    <message>
        <source>Post type</source>
        <translation>Beitragstyp</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>Privat</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Veröffentlicht</translation>
    </message>
    <message>
        <source>Qualifier</source>
        <translation>Qualifizierer</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>Reservieren</translation>
    </message>
    <message>
        <source>Send categories</source>
        <translation>Kategorien senden</translation>
    </message>
    <message>
        <source>Send pages as pages</source>
        <translation>Seiten als Seiten senden</translation>
    </message>
    <message>
        <source>Send silently</source>
        <translation>Lautlos senden</translation>
    </message>
    <message>
        <source>Send tags</source>
        <translation>Schlagwörter senden</translation>
    </message>
    <message>
        <source>Sign up</source>
        <translation>Registrieren</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signatur</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Story hashtag</source>
        <translation>Story-Hashtag</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The featured image</source>
        <translation>Das Beitragsbild</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Medien hochladen</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Sichtbarkeit</translation>
    </message>
    <message>
        <source>Waiting for review</source>
        <translation>Wartet auf Prüfung</translation>
    </message>
    <message>
        <source>Watch video</source>
        <translation>Video ansehen</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Wasserzeichen</translation>
    </message>
    <message>
        <source>Which media</source>
        <translation>Welche Medien</translation>
    </message>
    <message>
        <source>Who can see it</source>
        <translation>Wer ihn sehen kann</translation>
    </message>
    <message>
        <source>Write a first comment</source>
        <translation>Ersten Kommentar schreiben</translation>
    </message>
</context>
<context>
    <name>OptionsBody</name>
    <message>
        <source>Find an option</source>
        <translation>Option suchen</translation>
    </message>
    <message>
        <source>No option has this name</source>
        <translation>Keine Option hat diesen Namen</translation>
    </message>
    <message>
        <source>Show all options</source>
        <translation>Alle Optionen zeigen</translation>
    </message>
</context>
<context>
    <name>OptionsCard</name>
    <message>
        <source>Also a link in the text</source>
        <translation>Auch ein Link im Text</translation>
    </message>
    <message>
        <source>Applies where a network has a limit</source>
        <translation>Gilt, wo ein Netzwerk eine Grenze hat</translation>
    </message>
    <message>
        <source>Attach link</source>
        <translation>Link anhängen</translation>
    </message>
    <message>
        <source>Cut it</source>
        <translation>Kürzen</translation>
    </message>
    <message>
        <source>Facebook and LinkedIn then drop the media</source>
        <translation>Facebook und LinkedIn lassen dann die Medien weg</translation>
    </message>
    <message>
        <source>If the message has a link</source>
        <translation>Wenn die Nachricht einen Link hat</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>On {network}</source>
        <translation>Auf {network}</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Wie für alle Netzwerke</translation>
    </message>
    <message>
        <source>Send pictures and videos with the post</source>
        <translation>Bilder und Videos mit dem Beitrag senden</translation>
    </message>
    <message>
        <source>The link of the message, or the first link in its text</source>
        <translation>Der Link der Nachricht oder der erste Link im Text</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Medien hochladen</translation>
    </message>
    <message>
        <source>Used if the message has no link</source>
        <translation>Gilt, wenn die Nachricht keinen Link hat</translation>
    </message>
    <message>
        <source>Warn me</source>
        <translation>Mich warnen</translation>
    </message>
    <message>
        <source>When the text is too long</source>
        <translation>Wenn der Text zu lang ist</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>{network} then drops the media</source>
        <translation>{network} lässt dann die Medien weg</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n ausgewählt</numerusform>
            <numerusform>%n ausgewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
</context>
<context>
    <name>OtherTimeChip</name>
    <message>
        <source>This can also mean {time}.</source>
        <translation>Das kann auch {time} bedeuten.</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>oder {time}?</translation>
    </message>
</context>
<context>
    <name>OthersStrip</name>
    <message>
        <source>Others in this message</source>
        <translation>Andere in dieser Nachricht</translation>
    </message>
    <message>
        <source>Take over the changes</source>
        <translation>Änderungen übernehmen</translation>
    </message>
    <message>
        <source>What you have changed stays. Where both of you changed the same you choose.</source>
        <translation>Was Sie geändert haben, bleibt. Wo Sie beide dasselbe geändert haben, wählen Sie.</translation>
    </message>
</context>
<context>
    <name>OutboxList</name>
    <message>
        <source>Outbox</source>
        <translation>Postausgang</translation>
    </message>
</context>
<context>
    <name>OutboxModel</name>
    <message numerus="yes">
        <source>%n of {total} sent</source>
        <translation>
            <numerusform>%n von {total} gesendet</numerusform>
            <numerusform>%n von {total} gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n anderer</numerusform>
            <numerusform>%n andere</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Angenommen</translation>
    </message>
    <message>
        <source>Accepted, but its status is unknown</source>
        <translation>Angenommen, aber der Status ist unbekannt</translation>
    </message>
    <message>
        <source>Another workspace</source>
        <translation>Ein anderer Arbeitsbereich</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Checking for the post</source>
        <translation>Der Beitrag wird gesucht</translation>
    </message>
    <message>
        <source>Converting</source>
        <translation>Wird umgewandelt</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Von Ihnen gelöscht</translation>
    </message>
    <message>
        <source>Done today</source>
        <translation>Heute erledigt</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Von Ihnen bearbeitet</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>It may already be on {channels}</source>
        <translation>Er ist vielleicht schon auf {channels}</translation>
    </message>
    <message>
        <source>May already be published</source>
        <translation>Vielleicht schon veröffentlicht</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Vielleicht schon veröffentlicht: {reason}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Braucht Sie</translation>
    </message>
    <message>
        <source>Next in line</source>
        <translation>Als Nächstes</translation>
    </message>
    <message>
        <source>No clear answer came back</source>
        <translation>Es kam keine klare Antwort</translation>
    </message>
    <message>
        <source>No reason was given</source>
        <translation>Es wurde kein Grund genannt</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Nicht im Zeitplan</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Nicht gesendet</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Auf diesem Computer gespeichert</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Geplant</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>Sending to {host}</source>
        <translation>Wird an {host} gesendet</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Upcoming</source>
        <translation>Bevorstehend</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Wird hochgeladen</translation>
    </message>
    <message>
        <source>Uploading {n} of {total}</source>
        <translation>{n} von {total} wird hochgeladen</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Waiting for network</source>
        <translation>Wartet auf das Netz</translation>
    </message>
    <message>
        <source>Waiting for sign-in</source>
        <translation>Wartet auf Anmeldung</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>noch etwa {n} min</translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation>noch etwa {n} s</translation>
    </message>
    <message>
        <source>can be undone for {n} s</source>
        <translation>noch {n} s rückgängig zu machen</translation>
    </message>
    <message>
        <source>continues when you resume</source>
        <translation>geht weiter, wenn Sie fortsetzen</translation>
    </message>
    <message>
        <source>next try at {time}</source>
        <translation>nächster Versuch um {time}</translation>
    </message>
    <message>
        <source>next try in {n} min</source>
        <translation>nächster Versuch in {n} min</translation>
    </message>
    <message>
        <source>next try in {n} s</source>
        <translation>nächster Versuch in {n} s</translation>
    </message>
    <message>
        <source>next try now</source>
        <translation>nächster Versuch jetzt</translation>
    </message>
    <message>
        <source>sending continues at {time}</source>
        <translation>Senden geht um {time} weiter</translation>
    </message>
    <message>
        <source>sending continues in {n} s</source>
        <translation>Senden geht in {n} s weiter</translation>
    </message>
    <message>
        <source>sending continues now</source>
        <translation>Senden geht jetzt weiter</translation>
    </message>
    <message>
        <source>starts automatically</source>
        <translation>beginnt automatisch</translation>
    </message>
    <message>
        <source>{file}, {percent} %</source>
        <translation>{file}, {percent} %</translation>
    </message>
    <message>
        <source>{sent} of {total} MB</source>
        <translation>{sent} von {total} MB</translation>
    </message>
    <message>
        <source>{sent} of {total} kB</source>
        <translation>{sent} von {total} kB</translation>
    </message>
</context>
<context>
    <name>OutboxRows</name>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Look into it</source>
        <translation>Nachsehen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
</context>
<context>
    <name>OutcomeActions</name>
    <message>
        <source>Edit and send again</source>
        <translation>Bearbeiten und erneut senden</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Er ist da</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Kanal öffnen</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Erneut senden</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Kommentar noch einmal senden</translation>
    </message>
</context>
<context>
    <name>OutputOptionsPanel</name>
    <message>
        <source>All networks</source>
        <translation>Alle Netzwerke</translation>
    </message>
    <message>
        <source>Animated GIF</source>
        <translation>Animiertes GIF</translation>
    </message>
    <message>
        <source>Best for each network</source>
        <translation>Das Beste für jedes Netzwerk</translation>
    </message>
    <message>
        <source>Convert to what each network takes</source>
        <translation>In das umwandeln, was jedes Netzwerk nimmt</translation>
    </message>
    <message>
        <source>Edits for {network} override those for all networks</source>
        <translation>Bearbeitungen für {network} gelten vor denen für alle Netzwerke</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Für</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>H.264 and AAC in an MP4, within the network’s pixels, rates and size</source>
        <translation>H.264 und AAC in einer MP4, innerhalb der Pixel, Raten und Größe des Netzwerks</translation>
    </message>
    <message>
        <source>If off, location and camera data are removed before sending</source>
        <translation>Wenn aus, werden Ort und Kameradaten vor dem Senden entfernt</translation>
    </message>
    <message>
        <source>Keep location and camera data</source>
        <translation>Ort und Kameradaten behalten</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>Größte Datei</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>Längste Seite</translation>
    </message>
    <message>
        <source>Network limit</source>
        <translation>Grenze des Netzwerks</translation>
    </message>
    <message>
        <source>No quality is lost; the start moves to the key frame before</source>
        <translation>Es geht keine Qualität verloren; der Anfang rückt auf das Keyframe davor</translation>
    </message>
    <message>
        <source>Only {network}</source>
        <translation>Nur {network}</translation>
    </message>
    <message>
        <source>Only {network}, edited</source>
        <translation>Nur {network}, bearbeitet</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>Originalgröße</translation>
    </message>
    <message>
        <source>Own edits: {names}</source>
        <translation>Eigene Bearbeitungen: {names}</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Start at a key frame, without encoding</source>
        <translation>An einem Keyframe beginnen, ohne Codieren</translation>
    </message>
    <message>
        <source>Still picture, JPEG</source>
        <translation>Standbild, JPEG</translation>
    </message>
    <message>
        <source>Still picture, PNG</source>
        <translation>Standbild, PNG</translation>
    </message>
</context>
<context>
    <name>OverrideControl</name>
    <message>
        <source>Different for this network</source>
        <translation>Anders für dieses Netzwerk</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Ohne</translation>
    </message>
    <message>
        <source>Own {name}</source>
        <translation>Eigene Angabe: {name}</translation>
    </message>
    <message>
        <source>Same for all networks</source>
        <translation>Gleich für alle Netzwerke</translation>
    </message>
</context>
<context>
    <name>OwnAccountsController</name>
    <message numerus="yes">
        <source>%n waiting post(s) will not be sent.</source>
        <translation>
            <numerusform>%n wartender Beitrag wird nicht gesendet.</numerusform>
            <numerusform>%n wartende Beiträge werden nicht gesendet.</numerusform>
        </translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Verbindung trennen</translation>
    </message>
    <message>
        <source>Disconnect {name}?</source>
        <translation>Verbindung zu {name} trennen?</translation>
    </message>
    <message numerus="yes">
        <source>Its %n channel(s) will be removed, too.</source>
        <translation>
            <numerusform>Auch sein %n Kanal wird entfernt.</numerusform>
            <numerusform>Auch seine %n Kanäle werden entfernt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto signs out of the network and removes the account here.</source>
        <translation>Posto meldet sich beim Netzwerk ab und entfernt das Konto hier.</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Erneut anmelden</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>{name} cannot publish now.</source>
        <translation>{name} kann gerade nicht veröffentlichen.</translation>
    </message>
    <message>
        <source>{name} is connected</source>
        <translation>{name} ist verbunden</translation>
    </message>
    <message>
        <source>{name} is disconnected</source>
        <translation>{name} ist getrennt</translation>
    </message>
    <message>
        <source>{name} stays connected</source>
        <translation>{name} bleibt verbunden</translation>
    </message>
    <message>
        <source>{name} was removed here, but its sign-in may still be valid. {why}</source>
        <translation>{name} wurde hier entfernt, aber die Anmeldung kann noch gültig sein. {why}</translation>
    </message>
    <message>
        <source>{name} works</source>
        <translation>{name} funktioniert</translation>
    </message>
</context>
<context>
    <name>PageNotifier</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>PaletteController</name>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Noun: a group of channels.</extracomment>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Message without text</source>
        <translation>Nachricht ohne Text</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Beiträge</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
    <message>
        <source>Show only</source>
        <translation>Nur zeigen</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Stile</translation>
    </message>
    <message>
        <source>Tick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>Auswählen</translation>
    </message>
    <message>
        <source>Untick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>Abwählen</translation>
    </message>
    <message>
        <source>account connect log in login network</source>
        <translation>konto verbinden anmelden login netzwerk</translation>
    </message>
    <message>
        <source>account sign in log in login connect</source>
        <translation>konto anmelden login einloggen verbinden</translation>
    </message>
    <message>
        <source>account sign out log out logout</source>
        <translation>konto abmelden logout ausloggen</translation>
    </message>
    <message>
        <source>exit close</source>
        <translation>beenden schließen</translation>
    </message>
    <message>
        <source>help hotkeys</source>
        <translation>hilfe tastenkürzel tastatur</translation>
    </message>
    <message>
        <source>help version licence</source>
        <translation>hilfe version lizenz</translation>
    </message>
    <message>
        <source>preferences options</source>
        <translation>einstellungen optionen</translation>
    </message>
    <message>
        <source>refresh update</source>
        <translation>aktualisieren neu laden</translation>
    </message>
</context>
<context>
    <name>ParseOptionsMenu</name>
    <message>
        <source>Another file…</source>
        <translation>Andere Datei …</translation>
    </message>
    <message>
        <source>Separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>Getrennt durch {sign}</translation>
    </message>
    <message>
        <source>Sheet “{name}”</source>
        <translation>Blatt „{name}“</translation>
    </message>
</context>
<context>
    <name>PartBar</name>
    <message>
        <source>Move part down</source>
        <translation>Teil nach unten</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Teil nach oben</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Teile nummerieren</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Teil {n} von {count}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Teil entfernen</translation>
    </message>
</context>
<context>
    <name>PartCard</name>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n Zeichen zu lang</numerusform>
            <numerusform>%n Zeichen zu lang</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Kein Text</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Noch nichts geschrieben</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Teil {n}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Teil {n} von {count}</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>hat ein Problem</translation>
    </message>
</context>
<context>
    <name>PartRow</name>
    <message>
        <source>Its own</source>
        <translation>Eigene</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No hashtags, signature or watermark.</extracomment>
        <translation>Ohne</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Wie für alle Netzwerke</translation>
    </message>
    <message>
        <source>Set here</source>
        <translation>Hier festgelegt</translation>
    </message>
</context>
<context>
    <name>PartsCard</name>
    <message>
        <source>Added at the end of each text</source>
        <translation>Wird an das Ende jedes Textes gesetzt</translation>
    </message>
    <message>
        <source>Added to each message, up to the network&apos;s limit</source>
        <translation>Wird jeder Nachricht hinzugefügt, bis zur Grenze des Netzwerks</translation>
    </message>
    <message>
        <source>Drawn on your pictures when they are sent</source>
        <translation>Wird beim Senden auf Ihre Bilder gezeichnet</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Link-Parameter (UTM)</translation>
    </message>
    <message>
        <source>Show your web statistics where visitors come from</source>
        <translation>Zeigt Ihrer Webstatistik, woher Besucher kommen</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signatur</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Wasserzeichen</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the password</source>
        <translation>Kopieren: Passwort</translation>
    </message>
    <message>
        <source>In Posto on that device, add a workspace with the address {address}, the name {name} and this password. It is shown only now.</source>
        <translation>Fügen Sie in Posto auf diesem Gerät einen Arbeitsbereich mit der Adresse {address}, dem Namen {name} und diesem Passwort hinzu. Es wird nur jetzt gezeigt.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Password for {device}</source>
        <translation>Passwort für {device}</translation>
    </message>
</context>
<context>
    <name>PasswordStorageChoice</name>
    <message>
        <source>In a file only you can read</source>
        <translation>In einer Datei, die nur Sie lesen können</translation>
    </message>
    <message>
        <source>In the system keychain</source>
        <translation>Im Schlüsselbund des Systems</translation>
    </message>
    <message>
        <source>Kept in memory. Posts wait here until you sign in again.</source>
        <translation>Nur im Speicher. Beiträge warten hier, bis Sie sich erneut anmelden.</translation>
    </message>
    <message>
        <source>No keychain found on this computer.</source>
        <translation>Auf diesem Computer wurde kein Schlüsselbund gefunden.</translation>
    </message>
    <message>
        <source>Not encrypted. Anyone who can use your account can read it.</source>
        <translation>Nicht verschlüsselt. Wer Ihr Benutzerkonto verwenden kann, kann es lesen.</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Nur bis zum Beenden</translation>
    </message>
    <message>
        <source>The keychain of this computer</source>
        <translation>Der Schlüsselbund dieses Computers</translation>
    </message>
    <message>
        <source>The keychain of this computer is not responding.</source>
        <translation>Der Schlüsselbund dieses Computers antwortet nicht.</translation>
    </message>
    <message>
        <source>Where the password is kept</source>
        <translation>Wo das Passwort aufbewahrt wird</translation>
    </message>
    <message>
        <source>{keychain} is locked. It will ask for its own password.</source>
        <translation>{keychain} ist gesperrt. Es wird nach dem eigenen Passwort gefragt.</translation>
    </message>
    <message>
        <source>{keychain}, locked with your login to this computer.</source>
        <translation>{keychain}, gesperrt mit Ihrer Anmeldung an diesem Computer.</translation>
    </message>
</context>
<context>
    <name>PastedPageReader</name>
    <message>
        <source>Nothing was pasted, because another text is open now. Paste again.</source>
        <translation>Nichts wurde eingefügt, weil jetzt ein anderer Text offen ist. Fügen Sie noch einmal ein.</translation>
    </message>
    <message>
        <source>The pasted page could not be read.</source>
        <translation>Die eingefügte Seite konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The pasted page is too long. Only its beginning was inserted.</source>
        <translation>Die eingefügte Seite ist zu lang. Nur ihr Anfang wurde eingefügt.</translation>
    </message>
</context>
<context>
    <name>PendingAnswers</name>
    <message numerus="yes">
        <source>%n post(s) (is/are) sent again in a moment</source>
        <translation>
            <numerusform>%n Beitrag wird gleich erneut gesendet</numerusform>
            <numerusform>%n Beiträge werden gleich erneut gesendet</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are sent again.</source>
        <translation>Zu spät zum Rückgängigmachen: Die Beiträge werden erneut gesendet.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>PendingSends</name>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>%Ln Beitrag wird in {seconds} s gesendet</numerusform>
            <numerusform>%Ln Beiträge werden in {seconds} s gesendet</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are being sent.</source>
        <translation>Zu spät zum Rückgängigmachen: Die Beiträge werden gesendet.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>PeopleController</name>
    <message>
        <source>{name} removed from the team</source>
        <translation>{name} aus dem Team entfernt</translation>
    </message>
    <message>
        <source>{name} was not removed from the team.</source>
        <translation>{name} wurde nicht aus dem Team entfernt.</translation>
    </message>
    <message>
        <source>{name} was not removed from the team. They cannot sign in.</source>
        <translation>{name} wurde nicht aus dem Team entfernt. Eine Anmeldung ist nicht möglich.</translation>
    </message>
</context>
<context>
    <name>PeoplePart</name>
    <message>
        <source>Add a person, then make a password for each of their devices.</source>
        <translation>Fügen Sie eine Person hinzu, dann ein Passwort für jedes ihrer Geräte.</translation>
    </message>
    <message>
        <source>Add a person…</source>
        <translation>Person hinzufügen …</translation>
    </message>
    <message>
        <source>Another owner can do this</source>
        <translation>Ein anderer Eigentümer kann das tun</translation>
    </message>
    <message>
        <source>Cannot sign in. Removed when you close the settings</source>
        <translation>Kann sich nicht anmelden. Wird entfernt, wenn Sie die Einstellungen schließen</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Änderungen brauchen den Server</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten …</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Freischalten</translation>
    </message>
    <message>
        <source>Find a person</source>
        <translation>Person suchen</translation>
    </message>
    <message>
        <source>Nobody is called “{text}”</source>
        <translation>Niemand heißt „{text}“</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>{name} (you)</source>
        <translation>{name} (Sie)</translation>
    </message>
</context>
<context>
    <name>PersonDialog</name>
    <message>
        <source>Add a person</source>
        <translation>Person hinzufügen</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>Person hinzufügen</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Alle Kanäle</translation>
    </message>
    <message>
        <source>An owner sees all channels</source>
        <translation>Ein Eigentümer sieht alle Kanäle</translation>
    </message>
    <message>
        <source>Another owner can change your role</source>
        <translation>Ein anderer Eigentümer kann Ihre Rolle ändern</translation>
    </message>
    <message>
        <source>Another owner can remove you</source>
        <translation>Ein anderer Eigentümer kann Sie entfernen</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Änderungen brauchen den Server</translation>
    </message>
    <message>
        <source>Channels of some groups</source>
        <translation>Kanäle einiger Gruppen</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Gruppen, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>In Gebrauch: {groups}</translation>
    </message>
    <message>
        <source>Letters from a to z, digits and . _ @ + -</source>
        <translation>Buchstaben von a bis z, Ziffern und . _ @ + -</translation>
    </message>
    <message>
        <source>Make a password</source>
        <translation>Passwort erzeugen</translation>
    </message>
    <message>
        <source>May sign in</source>
        <translation>Darf sich anmelden</translation>
    </message>
    <message>
        <source>Name of a new device</source>
        <translation>Name eines neuen Geräts</translation>
    </message>
    <message>
        <source>Name to sign in with</source>
        <translation>Name zum Anmelden</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Noch ist nichts geändert</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Änderungen speichern</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
    <message>
        <source>Sees</source>
        <translation>Sieht</translation>
    </message>
    <message>
        <source>Shown name</source>
        <translation>Angezeigter Name</translation>
    </message>
    <message>
        <source>Write a name to sign in with first</source>
        <translation>Schreiben Sie zuerst einen Namen zum Anmelden</translation>
    </message>
    <message>
        <source>Write the name of the device first</source>
        <translation>Schreiben Sie zuerst den Namen des Geräts</translation>
    </message>
</context>
<context>
    <name>PictureKinds</name>
    <message>
        <source>AVIF pictures</source>
        <translation>AVIF-Bilder</translation>
    </message>
    <message>
        <source>HEIC pictures</source>
        <translation>HEIC-Bilder</translation>
    </message>
    <message>
        <source>JPEGs</source>
        <translation>JPEGs</translation>
    </message>
    <message>
        <source>WebP pictures</source>
        <translation>WebP-Bilder</translation>
    </message>
    <message>
        <source>progressive JPEGs</source>
        <translation>progressive JPEGs</translation>
    </message>
    <message>
        <source>such files</source>
        <translation>solche Dateien</translation>
    </message>
</context>
<context>
    <name>PlacePopup</name>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>New message here</source>
        <translation>Neue Nachricht hier</translation>
    </message>
    <message>
        <source>Or a draft</source>
        <translation>Oder ein Entwurf</translation>
    </message>
</context>
<context>
    <name>PostEvent</name>
    <message>
        <source>Status: {status}</source>
        <translation>Status: {status}</translation>
    </message>
    <message>
        <source>changes requested</source>
        <translation>Änderungen erbeten</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>late</source>
        <translation>verspätet</translation>
    </message>
    <message>
        <source>needs you</source>
        <translation>braucht Sie</translation>
    </message>
    <message>
        <source>other</source>
        <translation>anderer</translation>
    </message>
    <message>
        <source>scheduled</source>
        <translation>geplant</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>wird gesendet</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>gesendet</translation>
    </message>
    <message>
        <source>waiting for approval</source>
        <translation>wartet auf Freigabe</translation>
    </message>
</context>
<context>
    <name>PostList</name>
    <message>
        <source>Posts of this message</source>
        <translation>Beiträge dieser Nachricht</translation>
    </message>
</context>
<context>
    <name>PostOutcomes</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) published</source>
        <translation>
            <numerusform>%Ln Beitrag ist veröffentlicht</numerusform>
            <numerusform>%Ln Beiträge sind veröffentlicht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not published on {network}</source>
        <translation>
            <numerusform>%Ln Beitrag wurde auf {network} nicht veröffentlicht</numerusform>
            <numerusform>%Ln Beiträge wurden auf {network} nicht veröffentlicht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not sent</source>
        <translation>
            <numerusform>%Ln Beitrag wurde nicht gesendet</numerusform>
            <numerusform>%Ln Beiträge wurden nicht gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) may already be on {network}. Open (it/them) and choose what to do.</source>
        <translation>
            <numerusform>%Ln Beitrag ist vielleicht schon auf {network}. Öffnen Sie ihn, und wählen Sie, was geschehen soll.</numerusform>
            <numerusform>%Ln Beiträge sind vielleicht schon auf {network}. Öffnen Sie sie, und wählen Sie, was geschehen soll.</numerusform>
        </translation>
    </message>
    <message>
        <source>A post for {channel}</source>
        <translation>Ein Beitrag für {channel}</translation>
    </message>
    <message>
        <source>It is published on {networks}.</source>
        <translation>Er ist veröffentlicht auf {networks}.</translation>
    </message>
    <message>
        <source>On {networks}</source>
        <translation>Auf {networks}</translation>
    </message>
    <message numerus="yes">
        <source>The site has not sent %Ln post(s). Its timer seems to be stopped.</source>
        <translation>
            <numerusform>Die Website hat %Ln Beitrag nicht gesendet. Ihr Zeitgeber scheint angehalten zu sein.</numerusform>
            <numerusform>Die Website hat %Ln Beiträge nicht gesendet. Ihr Zeitgeber scheint angehalten zu sein.</numerusform>
        </translation>
    </message>
    <message>
        <source>The timer runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>Der Zeitgeber läuft, wenn die Website Besucher hat. Öffnen Sie die Website in einem Browser, um ihn zu starten.</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>das Netzwerk</translation>
    </message>
    <message numerus="yes">
        <source>{titles} and %n more</source>
        <extracomment>{titles}: beginnings of posts.</extracomment>
        <translation>
            <numerusform>{titles} und %n weiterer</numerusform>
            <numerusform>{titles} und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} is published</source>
        <extracomment>{what}: the beginning of a post in quotation marks, or &quot;A post for Galerie Nord&quot;.</extracomment>
        <translation>{what} ist veröffentlicht</translation>
    </message>
    <message>
        <source>{what} may already be on {network}. Open it and choose what to do.</source>
        <translation>{what} ist vielleicht schon auf {network}. Öffnen Sie es, und wählen Sie, was geschehen soll.</translation>
    </message>
    <message>
        <source>{what} was not published on {network}</source>
        <translation>{what} wurde auf {network} nicht veröffentlicht</translation>
    </message>
    <message>
        <source>{what} was not sent</source>
        <translation>{what} wurde nicht gesendet</translation>
    </message>
</context>
<context>
    <name>PostStory</name>
    <message numerus="yes">
        <source>%Ln file(s) handed over</source>
        <translation>
            <numerusform>%Ln Datei übergeben</numerusform>
            <numerusform>%Ln Dateien übergeben</numerusform>
        </translation>
    </message>
    <message>
        <source>About to be sent</source>
        <translation>Wird gleich gesendet</translation>
    </message>
    <message>
        <source>May be published</source>
        <translation>Vielleicht veröffentlicht</translation>
    </message>
    <message>
        <source>Not published</source>
        <translation>Nicht veröffentlicht</translation>
    </message>
    <message>
        <source>Open comment</source>
        <translation>Kommentar öffnen</translation>
    </message>
    <message>
        <source>Open part {n}</source>
        <translation>Teil {n} öffnen</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Beitrag öffnen</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Teil {n}</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Veröffentlicht</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>The first comment</source>
        <translation>Der erste Kommentar</translation>
    </message>
    <message>
        <source>The post</source>
        <translation>Der Beitrag</translation>
    </message>
    <message>
        <source>Tried again at {time}</source>
        <translation>Neuer Versuch um {time}</translation>
    </message>
    <message>
        <source>Uploading files: {percent} %</source>
        <translation>Dateien werden hochgeladen: {percent} %</translation>
    </message>
    <message>
        <source>Waits until {time}</source>
        <translation>Wartet bis {time}</translation>
    </message>
    <message>
        <source>You found it on the network.</source>
        <translation>Sie haben ihn im Netzwerk gefunden.</translation>
    </message>
    <message>
        <source>{what} is being sent</source>
        <translation>{what} wird gesendet</translation>
    </message>
    <message>
        <source>{what} is not published</source>
        <translation>{what} ist nicht veröffentlicht</translation>
    </message>
    <message>
        <source>{what} is published</source>
        <translation>{what} ist veröffentlicht</translation>
    </message>
    <message>
        <source>{what} may be published</source>
        <translation>{what} ist vielleicht veröffentlicht</translation>
    </message>
    <message>
        <source>{what} waits for the previous one</source>
        <translation>{what} wartet auf den vorigen</translation>
    </message>
</context>
<context>
    <name>PostText</name>
    <message numerus="yes">
        <source>%Ln more character(s) (is/are) not shown.</source>
        <translation>
            <numerusform>%Ln weiteres Zeichen ist nicht gezeigt.</numerusform>
            <numerusform>%Ln weitere Zeichen sind nicht gezeigt.</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Kein Text</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln character(s)</source>
        <translation>
            <numerusform>%Ln Zeichen zeigen</numerusform>
            <numerusform>%Ln Zeichen zeigen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %Ln character(s)</source>
        <translation>
            <numerusform>Alle %Ln Zeichen zeigen</numerusform>
            <numerusform>Alle %Ln Zeichen zeigen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PostingFlow</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Zeit ändern</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Zuerst einen Kanal auswählen</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Zuerst beheben</translation>
    </message>
    <message>
        <source>Keep the time</source>
        <extracomment>To the page before.</extracomment>
        <translation>Zeit behalten</translation>
    </message>
    <message>
        <source>No channel would take this as it is. The checks above say why.</source>
        <translation>Kein Kanal würde das so annehmen. Die Prüfungen oben sagen, warum.</translation>
    </message>
    <message>
        <source>Post to {name} only</source>
        <translation>Nur auf {name} veröffentlichen</translation>
    </message>
    <message numerus="yes">
        <source>Post to {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>Auf {n} von %Ln Kanal veröffentlichen</numerusform>
            <numerusform>Auf {n} von %Ln Kanälen veröffentlichen</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose</source>
        <extracomment>Verb: the button of a writer, whose message an editor has to approve.</extracomment>
        <translation>Vorschlagen</translation>
    </message>
    <message numerus="yes">
        <source>Propose %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag vorschlagen</numerusform>
            <numerusform>%Ln Beiträge vorschlagen</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose again</source>
        <translation>Erneut vorschlagen</translation>
    </message>
    <message>
        <source>Propose again · {when}</source>
        <extracomment>Verb: the button of a writer who has made the changes that an editor asked for.</extracomment>
        <translation>Erneut vorschlagen · {when}</translation>
    </message>
    <message numerus="yes">
        <source>Save and schedule %Ln more</source>
        <translation>
            <numerusform>Speichern und %Ln weiteren planen</numerusform>
            <numerusform>Speichern und %Ln weitere planen</numerusform>
        </translation>
    </message>
    <message>
        <source>Save and send now</source>
        <translation>Speichern und jetzt senden</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Änderungen speichern</translation>
    </message>
    <message>
        <source>Save changes · {when}</source>
        <translation>Änderungen speichern · {when}</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Planen</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag planen</numerusform>
            <numerusform>%Ln Beiträge planen</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule {name} only</source>
        <translation>Nur {name} planen</translation>
    </message>
    <message numerus="yes">
        <source>Schedule {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>{n} von %Ln Kanal planen</numerusform>
            <numerusform>{n} von %Ln Kanälen planen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>%Ln Beitrag jetzt senden</numerusform>
            <numerusform>%Ln Beiträge jetzt senden</numerusform>
        </translation>
    </message>
    <message>
        <source>Send now</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>The message for {names} stays in Drafts</source>
        <translation>Die Nachricht für {names} bleibt in den Entwürfen</translation>
    </message>
    <message>
        <source>The time was not understood.</source>
        <translation>Die Zeit wurde nicht verstanden.</translation>
    </message>
    <message>
        <source>Write something or add a file first</source>
        <translation>Schreiben Sie zuerst etwas, oder fügen Sie eine Datei hinzu</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Sie können diesen Arbeitsbereich nur ansehen</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>{deed} ({times} × {channels})</source>
        <extracomment>{deed}: text of the button, such as &quot;Schedule 6 posts&quot;; then numbers.</extracomment>
        <translation>{deed} ({times} × {channels})</translation>
    </message>
    <message>
        <source>{names}: not possible as it is. The checks above say why.</source>
        <translation>{names}: so nicht möglich. Die Prüfungen oben sagen, warum.</translation>
    </message>
</context>
<context>
    <name>Presence</name>
    <message>
        <source>Somebody else</source>
        <translation>Jemand anderes</translation>
    </message>
    <message>
        <source>You have this post open on {device}, too</source>
        <translation>Sie haben diesen Beitrag auch auf {device} geöffnet</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} und %n weitere Person</numerusform>
            <numerusform>{names} und %n weitere Personen</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} are editing this post</source>
        <translation>{name} bearbeiten diesen Beitrag</translation>
    </message>
    <message>
        <source>{name} are editing this post too</source>
        <translation>{name} bearbeiten diesen Beitrag auch</translation>
    </message>
    <message>
        <source>{name} has saved changes: {fields}. Your version is unchanged.</source>
        <translation>{name} hat Änderungen gespeichert: {fields}. Ihre Fassung ist unverändert.</translation>
    </message>
    <message>
        <source>{name} has this post open</source>
        <translation>{name} hat diesen Beitrag geöffnet</translation>
    </message>
    <message>
        <source>{name} have this post open</source>
        <translation>{name} haben diesen Beitrag geöffnet</translation>
    </message>
    <message>
        <source>{name} is editing this post</source>
        <translation>{name} bearbeitet diesen Beitrag</translation>
    </message>
    <message>
        <source>{name} is editing this post too</source>
        <translation>{name} bearbeitet diesen Beitrag auch</translation>
    </message>
    <message>
        <source>{name}: since {time}, {device}</source>
        <translation>{name}: seit {time}, {device}</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message numerus="yes">
        <source>%Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>%Ln zu lang</numerusform>
            <numerusform>%Ln zu lang</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) (is/are) left out</source>
        <translation>
            <numerusform>%n weitere Datei ist ausgelassen</numerusform>
            <numerusform>%n weitere Dateien sind ausgelassen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more part(s) (is/are) not shown</source>
        <translation>
            <numerusform>%n weiterer Teil ist nicht gezeigt</numerusform>
            <numerusform>%n weitere Teile sind nicht gezeigt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pin(s)</source>
        <translation>
            <numerusform>%n Pin</numerusform>
            <numerusform>%n Pins</numerusform>
        </translation>
    </message>
    <message>
        <source>Comment</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Kommentieren</translation>
    </message>
    <message>
        <source>From {host}</source>
        <translation>Von {host}</translation>
    </message>
    <message>
        <source>Keep reading</source>
        <translation>Weiterlesen</translation>
    </message>
    <message>
        <source>Like</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Gefällt mir</translation>
    </message>
    <message>
        <source>Read more</source>
        <translation>Mehr lesen</translation>
    </message>
    <message>
        <source>Repost</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Reposten</translation>
    </message>
    <message>
        <source>See more</source>
        <translation>Mehr ansehen</translation>
    </message>
    <message>
        <source>Send</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Share</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Teilen</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Mehr anzeigen</translation>
    </message>
    <message>
        <source>Vote</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Abstimmen</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>hat ein Problem</translation>
    </message>
    <message>
        <source>more</source>
        <extracomment>Shows the rest of a text, as networks name it.</extracomment>
        <translation>mehr</translation>
    </message>
    <message>
        <source>needs a file</source>
        <translation>braucht eine Datei</translation>
    </message>
    <message>
        <source>needs a text</source>
        <translation>braucht einen Text</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>jetzt</translation>
    </message>
    <message numerus="yes">
        <source>part {part}: %Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>Teil {part}: %Ln zu lang</numerusform>
            <numerusform>Teil {part}: %Ln zu lang</numerusform>
        </translation>
    </message>
    <message>
        <source>{time} · Public</source>
        <translation>{time} · Öffentlich</translation>
    </message>
</context>
<context>
    <name>PreviewCard</name>
    <message>
        <source>Link: {title}</source>
        <translation>Link: {title}</translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Eigener Text</translation>
    </message>
    <message>
        <source>Part {n}: {text}</source>
        <translation>Teil {n}: {text}</translation>
    </message>
    <message>
        <source>Picture: {alt}</source>
        <translation>Bild: {alt}</translation>
    </message>
    <message>
        <source>Preview for {network}, {channel}</source>
        <translation>Vorschau für {network}, {channel}</translation>
    </message>
    <message numerus="yes">
        <source>{channel} and %n more</source>
        <translation>
            <numerusform>{channel} und %n weiterer</numerusform>
            <numerusform>{channel} und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewMenu</name>
    <message numerus="yes">
        <source>%n preview(s)</source>
        <translation>
            <numerusform>%n Vorschau</numerusform>
            <numerusform>%n Vorschauen</numerusform>
        </translation>
    </message>
    <message>
        <source>Go to preview</source>
        <translation>Zur Vorschau gehen</translation>
    </message>
    <message>
        <source>{words}, go to one</source>
        <extracomment>{words}: &quot;3 previews&quot;.</extracomment>
        <translation>{words}, zu einer gehen</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Close preview</source>
        <translation>Vorschau schließen</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
</context>
<context>
    <name>ProposalArea</name>
    <message>
        <source>Proposals of agents</source>
        <translation>Vorschläge der Agenten</translation>
    </message>
</context>
<context>
    <name>ProposalCard</name>
    <message>
        <source>Decline</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>First comment: {comment}</source>
        <translation>Erster Kommentar: {comment}</translation>
    </message>
    <message>
        <source>Link: {link}</source>
        <translation>Link: {link}</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Kein Text</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Nichts geschieht, bevor Sie es bestätigen.</translation>
    </message>
    <message>
        <source>The digest of exactly this. The agent and the terminal show the same one.</source>
        <translation>Die Prüfsumme genau dieses Vorschlags. Agent und Terminal zeigen dieselbe.</translation>
    </message>
    <message>
        <source>Title: {title}</source>
        <translation>Titel: {title}</translation>
    </message>
    <message>
        <source>no description</source>
        <translation>keine Beschreibung</translation>
    </message>
    <message>
        <source>{file}: {description}</source>
        <translation>{file}: {description}</translation>
    </message>
</context>
<context>
    <name>Proposals</name>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag löschen</numerusform>
            <numerusform>%Ln Beiträge löschen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag verschieben</numerusform>
            <numerusform>%Ln Beiträge verschieben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag planen</numerusform>
            <numerusform>%Ln Beiträge planen</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} bis {last}</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>noch {n} min</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>noch {n} s</translation>
    </message>
    <message>
        <source>{old} → {new}</source>
        <translation>{old} → {new}</translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to delete %Ln post(s)</source>
        <translation>
            <numerusform>„{client}“ möchte %Ln Beitrag löschen</numerusform>
            <numerusform>„{client}“ möchte %Ln Beiträge löschen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to move %Ln post(s) to {when}</source>
        <translation>
            <numerusform>„{client}“ möchte %Ln Beitrag auf {when} verschieben</numerusform>
            <numerusform>„{client}“ möchte %Ln Beiträge auf {when} verschieben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to schedule %Ln post(s) for {when}</source>
        <translation>
            <numerusform>„{client}“ möchte %Ln Beitrag für {when} planen</numerusform>
            <numerusform>„{client}“ möchte %Ln Beiträge für {when} planen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProposalsController</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) deleted in {seconds} s</source>
        <translation>
            <numerusform>%Ln Beitrag wird in {seconds} s gelöscht</numerusform>
            <numerusform>%Ln Beiträge werden in {seconds} s gelöscht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln proposed post(s) (was/were) deleted</source>
        <translation>
            <numerusform>%Ln vorgeschlagener Beitrag wurde gelöscht</numerusform>
            <numerusform>%Ln vorgeschlagene Beiträge wurden gelöscht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n proposal(s) (waits/wait) for you.</source>
        <translation>
            <numerusform>%n Vorschlag wartet auf Sie.</numerusform>
            <numerusform>%n Vorschläge warten auf Sie.</numerusform>
        </translation>
    </message>
    <message>
        <source>Declined. Nothing was done.</source>
        <translation>Abgelehnt. Nichts ist geschehen.</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Nichts geschieht, bevor Sie es bestätigen.</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>PublishingPage</name>
    <message>
        <source>Add a group of channels</source>
        <translation>Gruppe von Kanälen hinzufügen</translation>
    </message>
    <message>
        <source>Add slots</source>
        <translation>Termine hinzufügen</translation>
    </message>
    <message>
        <source>No slots yet. Add the weekly times when you like to post.</source>
        <translation>Noch keine Termine. Fügen Sie die Zeiten der Woche hinzu, zu denen Sie gern veröffentlichen.</translation>
    </message>
    <message>
        <source>On Windows Posto uses the computer&apos;s time zone</source>
        <translation>Unter Windows verwendet Posto die Zeitzone des Computers</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Veröffentlichungstermine</translation>
    </message>
    <message>
        <source>Slots added</source>
        <translation>Termine hinzugefügt</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo change of slots</source>
        <translation>Änderung der Termine rückgängig machen</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>„{times}“ verwenden</translation>
    </message>
    <message>
        <source>“Next free slot” uses these times</source>
        <translation>„Nächster freier Termin“ verwendet diese Zeiten</translation>
    </message>
</context>
<context>
    <name>QuickCaptureController</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>QuickChipButton</name>
    <message>
        <source>Choose which channel is meant. Delete leaves it in the text.</source>
        <translation>Wählen, welcher Kanal gemeint ist. Entf lässt es im Text.</translation>
    </message>
    <message>
        <source>Do not post there</source>
        <translation>Dort nicht posten</translation>
    </message>
    <message>
        <source>Do not wait for this slot</source>
        <translation>Nicht auf diesen Termin warten</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Leave it in the text</source>
        <translation>Im Text lassen</translation>
    </message>
    <message>
        <source>Post at this time?</source>
        <translation>Zu dieser Zeit posten?</translation>
    </message>
    <message>
        <source>Remove the file from the message</source>
        <translation>Datei aus der Nachricht entfernen</translation>
    </message>
    <message>
        <source>Take these words for the time of the post</source>
        <translation>Diese Wörter als Zeit des Beitrags nehmen</translation>
    </message>
    <message>
        <source>attached file</source>
        <translation>angehängte Datei</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>vorbei</translation>
    </message>
    <message>
        <source>several channels</source>
        <translation>mehrere Kanäle</translation>
    </message>
    <message>
        <source>time of the post</source>
        <translation>Zeit des Beitrags</translation>
    </message>
    <message>
        <source>{network}, as last time</source>
        <translation>{network}, wie zuletzt</translation>
    </message>
</context>
<context>
    <name>QuickFiles</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>Das Bild konnte nicht gespeichert werden.</translation>
    </message>
</context>
<context>
    <name>QuickLineEdit</name>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
</context>
<context>
    <name>QuickMessage</name>
    <message>
        <source>Name a channel with @</source>
        <translation>Einen Kanal mit @ nennen</translation>
    </message>
    <message>
        <source>Next slot: {time}</source>
        <translation>Nächster Termin: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Press Enter again to send %Ln post(s) now.</source>
        <translation>
            <numerusform>Noch einmal Enter drücken, um %Ln Beitrag jetzt zu senden.</numerusform>
            <numerusform>Noch einmal Enter drücken, um %Ln Beiträge jetzt zu senden.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files are still being read. Press Enter again.</source>
        <translation>Die Dateien werden noch gelesen. Noch einmal Enter drücken.</translation>
    </message>
    <message>
        <source>{name} ({count})</source>
        <extracomment>{name}: of a group or network, {count}: its channels.</extracomment>
        <translation>{name} ({count})</translation>
    </message>
    <message>
        <source>{name} is no channel and stays in the text</source>
        <extracomment>{name}: such as @anna</extracomment>
        <translation>{name} ist kein Kanal und bleibt im Text</translation>
    </message>
    <message>
        <source>{time}?</source>
        <translation>{time}?</translation>
    </message>
    <message>
        <source>“{name}” can be several channels. Choose one.</source>
        <translation>„{name}“ kann mehrere Kanäle meinen. Einen wählen.</translation>
    </message>
</context>
<context>
    <name>QuickWindow</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln Kanal</numerusform>
            <numerusform>%Ln Kanäle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n Vorschlag</numerusform>
            <numerusform>%n Vorschläge</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>In „Verfassen“ öffnen</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Schnellbeitrag</translation>
    </message>
    <message>
        <source>What’s new? @channel tomorrow 9:00</source>
        <translation>Was gibt’s Neues? @Kanal morgen 9:00</translation>
    </message>
</context>
<context>
    <name>QuitDialog</name>
    <message>
        <source>Change it under Settings &gt; General</source>
        <translation>Änderbar unter Einstellungen &gt; Allgemein</translation>
    </message>
    <message>
        <source>Do this each time</source>
        <translation>Jedes Mal so</translation>
    </message>
    <message>
        <source>Only this computer can send them. The first is due {first}. Posto can keep sending in the background. Otherwise they wait until you start Posto again, and late posts show as missed.</source>
        <translation>Nur dieser Computer kann sie senden. Der erste ist fällig {first}. Posto kann im Hintergrund weiter senden. Sonst warten sie, bis Sie Posto wieder starten, und verspätete Beiträge gelten als verpasst.</translation>
    </message>
    <message>
        <source>Quit and keep sending</source>
        <translation>Beenden und weiter senden</translation>
    </message>
    <message>
        <source>Quit and stop sending</source>
        <translation>Beenden und nicht mehr senden</translation>
    </message>
    <message>
        <source>Quit with {posts} waiting?</source>
        <translation>Beenden, obwohl {posts} warten?</translation>
    </message>
</context>
<context>
    <name>ReasonBox</name>
    <message>
        <source>Address of the post</source>
        <translation>Adresse des Beitrags</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Adresse, wenn Sie sie kennen</translation>
    </message>
    <message>
        <source>Answer from {network}</source>
        <translation>Antwort von {network}</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Er wird gleich noch einmal gesendet.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Er ist da</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Auf der Website öffnen</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Kanal öffnen</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Website öffnen</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planer anhalten</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Erneut senden</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Kommentar noch einmal senden</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>das Netzwerk</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>A file of the post is missing</source>
        <translation>Eine Datei des Beitrags fehlt</translation>
    </message>
    <message>
        <source>Check whether the post is published before you retry.</source>
        <translation>Prüfen Sie, ob der Beitrag veröffentlicht ist, bevor Sie es wiederholen.</translation>
    </message>
    <message>
        <source>Edit the post, add a file and send it again. Nothing was published there.</source>
        <translation>Bearbeiten Sie den Beitrag, fügen Sie eine Datei hinzu und senden Sie ihn erneut. Dort wurde nichts veröffentlicht.</translation>
    </message>
    <message>
        <source>Edit the post, shorten the text and send it again. Nothing was published there.</source>
        <translation>Bearbeiten Sie den Beitrag, kürzen Sie den Text und senden Sie ihn erneut. Dort wurde nichts veröffentlicht.</translation>
    </message>
    <message>
        <source>If it is there, delete it here. The published post stays.</source>
        <translation>Ist er da, löschen Sie ihn hier. Der veröffentlichte Beitrag bleibt.</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Ist er schon auf {network}?</translation>
    </message>
    <message>
        <source>Is the first comment there already?</source>
        <translation>Ist der erste Kommentar schon da?</translation>
    </message>
    <message>
        <source>It does not accept the same text twice. Edit the post, change the text and send it again.</source>
        <translation>Es nimmt denselben Text nicht zweimal an. Bearbeiten Sie den Beitrag, ändern Sie den Text und senden Sie ihn erneut.</translation>
    </message>
    <message>
        <source>It is no longer in the media library. Edit the post, add the file again and send it. Nothing was published there.</source>
        <translation>Sie ist nicht mehr in der Mediathek. Bearbeiten Sie den Beitrag, fügen Sie die Datei wieder hinzu und senden Sie ihn. Dort wurde nichts veröffentlicht.</translation>
    </message>
    <message>
        <source>It may have been renamed, closed or deleted. Check it on {network}.</source>
        <translation>Er wurde vielleicht umbenannt, geschlossen oder gelöscht. Prüfen Sie es auf {network}.</translation>
    </message>
    <message>
        <source>It may have been sent before</source>
        <translation>Er wurde vielleicht schon gesendet</translation>
    </message>
    <message>
        <source>It was not sent after its time. Send it now or reschedule it.</source>
        <translation>Er wurde nach seiner Zeit nicht gesendet. Senden Sie ihn jetzt, oder verschieben Sie ihn.</translation>
    </message>
    <message>
        <source>Its data comes from a backup or a damaged file and may be out of date. Check whether it is published before you send it.</source>
        <translation>Seine Daten stammen aus einer Sicherung oder einer beschädigten Datei und sind vielleicht veraltet. Prüfen Sie, ob er veröffentlicht ist, bevor Sie ihn senden.</translation>
    </message>
    <message>
        <source>Its session has expired. Connect {channel} again on the site, then retry. Nothing was published there.</source>
        <translation>Seine Sitzung ist abgelaufen. Verbinden Sie {channel} auf der Website neu, und wiederholen Sie dann. Dort wurde nichts veröffentlicht.</translation>
    </message>
    <message>
        <source>Its time has passed, but the site&apos;s timer seems to be stopped. It runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>Seine Zeit ist vorbei, aber der Zeitgeber der Website scheint angehalten zu sein. Er läuft, wenn die Website Besucher hat. Öffnen Sie die Website in einem Browser, um ihn zu starten.</translation>
    </message>
    <message>
        <source>Its time passed while nothing was running</source>
        <translation>Seine Zeit verging, während nichts lief</translation>
    </message>
    <message>
        <source>No reason was given. Retrying may help.</source>
        <translation>Es wurde kein Grund genannt. Ein neuer Versuch kann helfen.</translation>
    </message>
    <message>
        <source>Retry later. Nothing was published there.</source>
        <translation>Wiederholen Sie später. Dort wurde nichts veröffentlicht.</translation>
    </message>
    <message>
        <source>Sending again now could publish it twice.</source>
        <translation>Jetzt noch einmal zu senden könnte ihn zweimal veröffentlichen.</translation>
    </message>
    <message>
        <source>The file is too large for {network}, or its format or shape is not supported. Edit the post, change the file and send it again. Nothing was published there.</source>
        <translation>Die Datei ist zu groß für {network}, oder ihr Format oder ihre Form wird nicht unterstützt. Bearbeiten Sie den Beitrag, ändern Sie die Datei und senden Sie ihn erneut. Dort wurde nichts veröffentlicht.</translation>
    </message>
    <message>
        <source>The first comment is missing</source>
        <translation>Der erste Kommentar fehlt</translation>
    </message>
    <message>
        <source>The network</source>
        <translation>Das Netzwerk</translation>
    </message>
    <message>
        <source>The post is published. Its comment was sent, but no clear answer came back. Sending it again now could publish it twice.</source>
        <translation>Der Beitrag ist veröffentlicht. Sein Kommentar wurde gesendet, aber es kam keine klare Antwort. Ihn jetzt noch einmal zu senden könnte ihn zweimal veröffentlichen.</translation>
    </message>
    <message>
        <source>The post seems to be published, but its first comment was refused. Sending again would publish the post twice.</source>
        <translation>Der Beitrag scheint veröffentlicht zu sein, aber sein erster Kommentar wurde abgelehnt. Noch einmal zu senden würde den Beitrag zweimal veröffentlichen.</translation>
    </message>
    <message>
        <source>The post was sent, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>Der Beitrag wurde gesendet, aber es kam keine klare Antwort. Jetzt noch einmal zu senden könnte ihn zweimal veröffentlichen.</translation>
    </message>
    <message>
        <source>The rest of the thread replies to it. Paste its address to send the rest.</source>
        <translation>Der Rest des Threads antwortet darauf. Fügen Sie seine Adresse ein, um den Rest zu senden.</translation>
    </message>
    <message>
        <source>The service could not reach {network}</source>
        <translation>Der Dienst konnte {network} nicht erreichen</translation>
    </message>
    <message>
        <source>The site has not sent it</source>
        <translation>Die Website hat ihn nicht gesendet</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Die Website veröffentlicht das von selbst. Geändert wird es auf der Website.</translation>
    </message>
    <message>
        <source>The text is too long for {network}</source>
        <translation>Der Text ist zu lang für {network}</translation>
    </message>
    <message>
        <source>This channel</source>
        <translation>Dieser Kanal</translation>
    </message>
    <message>
        <source>Which post is the first part?</source>
        <translation>Welcher Beitrag ist der erste Teil?</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>das Netzwerk</translation>
    </message>
    <message>
        <source>{channel} has no permission to post. Connect it again on the site and allow posting.</source>
        <translation>{channel} hat keine Berechtigung zu veröffentlichen. Verbinden Sie ihn auf der Website neu, und erlauben Sie das Veröffentlichen.</translation>
    </message>
    <message>
        <source>{channel} has reached the limit of {network}. Retry later. Nothing was published there.</source>
        <translation>{channel} hat die Grenze von {network} erreicht. Wiederholen Sie später. Dort wurde nichts veröffentlicht.</translation>
    </message>
    <message>
        <source>{channel} was not found</source>
        <translation>{channel} wurde nicht gefunden</translation>
    </message>
    <message>
        <source>{network} accepts no more posts for now</source>
        <translation>{network} nimmt zurzeit keine weiteren Beiträge an</translation>
    </message>
    <message>
        <source>{network} already has this text</source>
        <translation>{network} hat diesen Text schon</translation>
    </message>
    <message>
        <source>{network} did not accept a file</source>
        <translation>{network} hat eine Datei nicht angenommen</translation>
    </message>
    <message>
        <source>{network} did not accept part {n}</source>
        <translation>{network} hat Teil {n} nicht angenommen</translation>
    </message>
    <message>
        <source>{network} did not accept the file</source>
        <translation>{network} hat die Datei nicht angenommen</translation>
    </message>
    <message>
        <source>{network} did not accept the files</source>
        <translation>{network} hat die Dateien nicht angenommen</translation>
    </message>
    <message>
        <source>{network} did not accept the first comment</source>
        <translation>{network} hat den ersten Kommentar nicht angenommen</translation>
    </message>
    <message>
        <source>{network} did not accept the link</source>
        <translation>{network} hat den Link nicht angenommen</translation>
    </message>
    <message>
        <source>{network} did not accept the post</source>
        <translation>{network} hat den Beitrag nicht angenommen</translation>
    </message>
    <message>
        <source>{network} did not accept the text</source>
        <translation>{network} hat den Text nicht angenommen</translation>
    </message>
    <message>
        <source>{network} did not accept the title</source>
        <translation>{network} hat den Titel nicht angenommen</translation>
    </message>
    <message>
        <source>{network} did not answer in time</source>
        <translation>{network} hat nicht rechtzeitig geantwortet</translation>
    </message>
    <message>
        <source>{network} does not allow this app to post here</source>
        <translation>{network} erlaubt dieser App hier keine Beiträge</translation>
    </message>
    <message>
        <source>{network} no longer knows this channel</source>
        <translation>{network} kennt diesen Kanal nicht mehr</translation>
    </message>
    <message>
        <source>{network} requires a picture or a video</source>
        <translation>{network} verlangt ein Bild oder ein Video</translation>
    </message>
</context>
<context>
    <name>RecentMediaModel</name>
    <message>
        <source>{name} has changed since it was used</source>
        <translation>{name} hat sich seit der Verwendung geändert</translation>
    </message>
    <message>
        <source>{name} is no longer where it was</source>
        <translation>{name} ist nicht mehr, wo es war</translation>
    </message>
</context>
<context>
    <name>RecentMediaPopup</name>
    <message numerus="yes">
        <source>%n file(s) not found</source>
        <translation>
            <numerusform>%n Datei nicht gefunden</numerusform>
            <numerusform>%n Dateien nicht gefunden</numerusform>
        </translation>
    </message>
    <message>
        <source>Attached files appear here.</source>
        <translation>Angehängte Dateien erscheinen hier.</translation>
    </message>
    <message>
        <source>Name or description</source>
        <translation>Name oder Beschreibung</translation>
    </message>
    <message>
        <source>No file matches.</source>
        <translation>Keine Datei passt.</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Zuletzt verwendete Medien</translation>
    </message>
    <message>
        <source>Search recently used media</source>
        <translation>Zuletzt verwendete Medien durchsuchen</translation>
    </message>
    <message>
        <source>{name} was not found. Press Delete to remove it from this list.</source>
        <translation>{name} wurde nicht gefunden. Entf entfernt es aus dieser Liste.</translation>
    </message>
</context>
<context>
    <name>RefillBar</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>Fill now</source>
        <translation>Jetzt füllen</translation>
    </message>
    <message>
        <source>For the next</source>
        <extracomment>Before a number of days: &quot;For the next 14 days&quot;.</extracomment>
        <translation>Für die nächsten</translation>
    </message>
    <message>
        <source>Refill free slots by itself</source>
        <translation>Freie Termine von selbst füllen</translation>
    </message>
</context>
<context>
    <name>RenameField</name>
    <message>
        <source>New name</source>
        <translation>Neuer Name</translation>
    </message>
</context>
<context>
    <name>RepeatEditor</name>
    <message numerus="yes">
        <source>At most %n time(s) (is/are) possible.</source>
        <translation>
            <numerusform>Höchstens %n Mal ist möglich.</numerusform>
            <numerusform>Höchstens %n Mal sind möglich.</numerusform>
        </translation>
    </message>
    <message>
        <source>Day of the month</source>
        <translation>Tag des Monats</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Nicht wiederholen</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>Endet</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>Number of times</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Post once</source>
        <translation>Einmal veröffentlichen</translation>
    </message>
    <message>
        <source>Repeat</source>
        <extracomment>Noun: a repeated post.</extracomment>
        <translation>Wiederholen</translation>
    </message>
    <message numerus="yes">
        <source>Repeat %n time(s)</source>
        <translation>
            <numerusform>%n Mal wiederholen</numerusform>
            <numerusform>%n Mal wiederholen</numerusform>
        </translation>
    </message>
    <message>
        <source>Starts {time}, {zone}</source>
        <translation>Beginnt {time}, {zone}</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title: when a repeated post goes out.</extracomment>
        <translation>Zeiten</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>after a number of times</source>
        <translation>nach einer Anzahl</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>Tag</numerusform>
            <numerusform>Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>month(s)</source>
        <translation>
            <numerusform>Monat</numerusform>
            <numerusform>Monate</numerusform>
        </translation>
    </message>
    <message>
        <source>on a day</source>
        <translation>an einem Tag</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>Woche</numerusform>
            <numerusform>Wochen</numerusform>
        </translation>
    </message>
    <message>
        <source>{number}.  {time}</source>
        <translation>{number}.  {time}</translation>
    </message>
</context>
<context>
    <name>RepeatLine</name>
    <message>
        <source>Change repeat</source>
        <translation>Wiederholung ändern</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern …</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Nicht wiederholen</translation>
    </message>
</context>
<context>
    <name>RepeatWords</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n Mal</numerusform>
            <numerusform>%n Mal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n day(s)</source>
        <translation>
            <numerusform>Jeden Tag</numerusform>
            <numerusform>Alle %n Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n month(s) {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>
            <numerusform>Jeden Monat {on}</numerusform>
            <numerusform>Alle %n Monate {on}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n week(s) on {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>
            <numerusform>Jede Woche am {days}</numerusform>
            <numerusform>Alle %n Wochen am {days}</numerusform>
        </translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>Jeden Tag</translation>
    </message>
    <message>
        <source>Every month {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>Jeden Monat {on}</translation>
    </message>
    <message>
        <source>Every {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>Jeden {days}</translation>
    </message>
    <message>
        <source>comes twice that night; this is the first</source>
        <translation>kommt in dieser Nacht zweimal; dies ist das erste</translation>
    </message>
    <message>
        <source>comes twice that night; this is the second</source>
        <translation>kommt in dieser Nacht zweimal; dies ist das zweite</translation>
    </message>
    <message>
        <source>on day {number}</source>
        <translation>am {number}.</translation>
    </message>
    <message>
        <source>on day {number}, or the last one</source>
        <translation>am {number}. oder am letzten Tag</translation>
    </message>
    <message>
        <source>on the fifth {day}</source>
        <translation>am fünften {day}</translation>
    </message>
    <message>
        <source>on the first {day}</source>
        <translation>am ersten {day}</translation>
    </message>
    <message>
        <source>on the fourth {day}</source>
        <translation>am vierten {day}</translation>
    </message>
    <message>
        <source>on the last day</source>
        <translation>am letzten Tag</translation>
    </message>
    <message>
        <source>on the last {day}</source>
        <translation>am letzten {day}</translation>
    </message>
    <message>
        <source>on the second {day}</source>
        <translation>am zweiten {day}</translation>
    </message>
    <message>
        <source>on the third {day}</source>
        <translation>am dritten {day}</translation>
    </message>
    <message>
        <source>once</source>
        <translation>einmal</translation>
    </message>
    <message>
        <source>the clocks have changed, same time of day</source>
        <translation>die Uhren wurden umgestellt, gleiche Tageszeit</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <extracomment>Days of the week: &quot;Monday to Friday&quot;.</extracomment>
        <translation>{first} bis {last}</translation>
    </message>
    <message>
        <source>{rule}, {often}, until {day}</source>
        <extracomment>&quot;Every Monday, 10 times, until Mon 1 Feb 2027&quot;.</extracomment>
        <translation>{rule}, {often}, bis {day}</translation>
    </message>
    <message>
        <source>{rule}: no times left</source>
        <translation>{rule}: keine Zeiten mehr</translation>
    </message>
    <message>
        <source>{time} is skipped, the clocks go forward</source>
        <translation>{time} entfällt, die Uhren werden vorgestellt</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Problembericht</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter …</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Gespeichert als {name}</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Text (*.txt)</translation>
    </message>
    <message>
        <source>The report is still being written</source>
        <translation>Der Bericht wird noch geschrieben</translation>
    </message>
    <message>
        <source>This is the whole report. It contains no passwords, texts, names or addresses of yours. You can delete any part.</source>
        <translation>Das ist der ganze Bericht. Er enthält keine Passwörter, Texte, Namen oder Adressen von Ihnen. Sie können jeden Teil löschen.</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Wird geschrieben …</translation>
    </message>
    <message>
        <source>Zip (*.zip)</source>
        <translation>Zip (*.zip)</translation>
    </message>
</context>
<context>
    <name>RequestStrip</name>
    <message>
        <source>Requested changes</source>
        <translation>Erbetene Änderungen</translation>
    </message>
</context>
<context>
    <name>RescheduleDialog</name>
    <message>
        <source>Days keep the time of day. Hours change it. {zone}</source>
        <translation>Tage behalten die Uhrzeit. Stunden ändern sie. {zone}</translation>
    </message>
    <message>
        <source>Enter a new time first</source>
        <translation>Geben Sie zuerst eine neue Zeit ein</translation>
    </message>
    <message>
        <source>For example +1 day or -30 min</source>
        <translation>Zum Beispiel +1 Tag oder -30 min</translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>In der Vergangenheit, daher nicht verschoben: %Ln Beitrag.</numerusform>
            <numerusform>In der Vergangenheit, daher nicht verschoben: %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag verschieben</numerusform>
            <numerusform>%Ln Beiträge verschieben</numerusform>
        </translation>
    </message>
    <message>
        <source>Move posts</source>
        <translation>Beiträge verschieben</translation>
    </message>
    <message numerus="yes">
        <source>No free time for %Ln post(s).</source>
        <translation>
            <numerusform>Keine freie Zeit für %Ln Beitrag.</numerusform>
            <numerusform>Keine freie Zeit für %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not scheduled, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>Nicht geplant, daher nicht verschoben: %Ln Beitrag.</numerusform>
            <numerusform>Nicht geplant, daher nicht verschoben: %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message>
        <source>Possible: {time}</source>
        <translation>Möglich: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Reschedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag verschieben</numerusform>
            <numerusform>%Ln Beiträge verschieben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Same minute as another post on the channel: %Ln post(s).</source>
        <translation>
            <numerusform>Gleiche Minute wie ein anderer Beitrag des Kanals: %Ln Beitrag.</numerusform>
            <numerusform>Gleiche Minute wie ein anderer Beitrag des Kanals: %Ln Beiträge.</numerusform>
        </translation>
    </message>
    <message>
        <source>The next free slots after {when} · {zone}</source>
        <translation>Die nächsten freien Termine nach {when} · {zone}</translation>
    </message>
    <message>
        <source>These channels have no weekly slots. Add some under Settings &gt; Publishing.</source>
        <translation>Diese Kanäle haben keine wöchentlichen Termine. Fügen Sie welche unter Einstellungen &gt; Veröffentlichen hinzu.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Geben Sie Tag und Uhrzeit ein.</translation>
    </message>
    <message>
        <source>Type the first and the last time.</source>
        <translation>Geben Sie die erste und die letzte Zeit ein.</translation>
    </message>
    <message>
        <source>Type the first time and the interval between two messages.</source>
        <translation>Geben Sie die erste Zeit und den Abstand zwischen zwei Nachrichten ein.</translation>
    </message>
</context>
<context>
    <name>RescheduleFields</name>
    <message>
        <source>After</source>
        <extracomment>From this moment.</extracomment>
        <translation>Nach</translation>
    </message>
    <message>
        <source>At a fixed interval</source>
        <translation>In festem Abstand</translation>
    </message>
    <message>
        <source>Evenly between two times</source>
        <translation>Gleichmäßig zwischen zwei Zeiten</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Verteilt auf</translation>
    </message>
    <message>
        <source>Reschedule how</source>
        <translation>Wie verschieben</translation>
    </message>
    <message>
        <source>Set to</source>
        <translation>Setzen auf</translation>
    </message>
    <message>
        <source>Shift by</source>
        <translation>Verschieben um</translation>
    </message>
    <message>
        <source>Spread over</source>
        <translation>Verteilen über</translation>
    </message>
    <message>
        <source>The weekly slots</source>
        <translation>Die wöchentlichen Termine</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>From this moment.</extracomment>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>“{time}”</source>
        <translation>„{time}“</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>„{time}“, „{other}“</translation>
    </message>
</context>
<context>
    <name>RescheduleList</name>
    <message>
        <source>No free time left. The post keeps its time.</source>
        <translation>Keine freie Zeit mehr. Der Beitrag behält seine Zeit.</translation>
    </message>
    <message>
        <source>Same minute on this channel: {post}</source>
        <translation>Gleiche Minute auf diesem Kanal: {post}</translation>
    </message>
    <message>
        <source>That time has passed. The post keeps its time.</source>
        <translation>Diese Zeit ist vorbei. Der Beitrag behält seine Zeit.</translation>
    </message>
    <message>
        <source>The post has this time already.</source>
        <translation>Der Beitrag hat diese Zeit schon.</translation>
    </message>
    <message>
        <source>another post</source>
        <translation>ein anderer Beitrag</translation>
    </message>
    <message>
        <source>no free time</source>
        <translation>keine freie Zeit</translation>
    </message>
</context>
<context>
    <name>Rescheduling</name>
    <message>
        <source>Leave at least one minute between two messages.</source>
        <translation>Lassen Sie mindestens eine Minute zwischen zwei Nachrichten.</translation>
    </message>
    <message>
        <source>The last time is not after the first one.</source>
        <translation>Die letzte Zeit liegt nicht nach der ersten.</translation>
    </message>
    <message>
        <source>“{text}” is not a duration such as “{earlier}” or “{later}”.</source>
        <translation>„{text}“ ist keine Dauer wie „{earlier}“ oder „{later}“.</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>Alle %n Netzwerke</numerusform>
            <numerusform>Alle %n Netzwerke</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing pictures</source>
        <translation>Bilder werden vorbereitet</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>Zu groß für {network}. Wählen Sie eine kleinere Größe.</translation>
    </message>
    <message>
        <source>Too small for {network}. Use a larger picture.</source>
        <translation>Zu klein für {network}. Verwenden Sie ein größeres Bild.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Was gesendet wird</translation>
    </message>
    <message>
        <source>original file</source>
        <translation>Originaldatei</translation>
    </message>
    <message>
        <source>{format} at quality {n}</source>
        <translation>{format}, Qualität {n}</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>{name} konnte nicht vorbereitet werden.</translation>
    </message>
    <message>
        <source>{network} does not support animations. Choose a still format.</source>
        <translation>{network} unterstützt keine Animationen. Wählen Sie ein Format für Standbilder.</translation>
    </message>
    <message>
        <source>{network} does not support this file type. Choose another format.</source>
        <translation>{network} unterstützt diesen Dateityp nicht. Wählen Sie ein anderes Format.</translation>
    </message>
    <message>
        <source>{network} does not support this shape. Crop the picture.</source>
        <translation>{network} unterstützt diese Form nicht. Schneiden Sie das Bild zu.</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) added</source>
        <translation>
            <numerusform>%Ln Bild oder Video hinzugefügt</numerusform>
            <numerusform>%Ln Bilder oder Videos hinzugefügt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) removed</source>
        <translation>
            <numerusform>%Ln Bild oder Video entfernt</numerusform>
            <numerusform>%Ln Bilder oder Videos entfernt</numerusform>
        </translation>
    </message>
    <message>
        <source>A picture or video</source>
        <translation>Ein Bild oder Video</translation>
    </message>
    <message>
        <source>A picture or video that is not in the message any more</source>
        <translation>Ein Bild oder Video, das nicht mehr in der Nachricht ist</translation>
    </message>
    <message>
        <source>Added: “{text}”.</source>
        <translation>Hinzugefügt: „{text}“.</translation>
    </message>
    <message>
        <source>Changed by {name} · {time}</source>
        <translation>Geändert von {name} · {time}</translation>
    </message>
    <message>
        <source>Changed by {name} · {time} · {fields}</source>
        <translation>Geändert von {name} · {time} · {fields}</translation>
    </message>
    <message>
        <source>Changed: {fields}</source>
        <translation>Geändert: {fields}</translation>
    </message>
    <message>
        <source>Changes requested: {time}</source>
        <translation>Änderungen erbeten: {time}</translation>
    </message>
    <message>
        <source>Channels added: {names}</source>
        <translation>Kanäle hinzugefügt: {names}</translation>
    </message>
    <message>
        <source>Channels removed: {names}</source>
        <translation>Kanäle entfernt: {names}</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Erster Kommentar</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>New time: at once</source>
        <translation>Neue Zeit: sofort</translation>
    </message>
    <message>
        <source>New time: {time}</source>
        <translation>Neue Zeit: {time}</translation>
    </message>
    <message>
        <source>Picture {number}</source>
        <translation>Bild {number}</translation>
    </message>
    <message>
        <source>Proposed by {name}</source>
        <translation>Vorgeschlagen von {name}</translation>
    </message>
    <message>
        <source>Proposed: {time}</source>
        <translation>Vorgeschlagen: {time}</translation>
    </message>
    <message>
        <source>Removed: “{text}”.</source>
        <translation>Entfernt: „{text}“.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The text</source>
        <translation>Der Text</translation>
    </message>
    <message>
        <source>The time</source>
        <translation>Der Zeitpunkt</translation>
    </message>
    <message>
        <source>Video {number}</source>
        <translation>Video {number}</translation>
    </message>
    <message>
        <source>You proposed this post</source>
        <translation>Sie haben diesen Beitrag vorgeschlagen</translation>
    </message>
    <message>
        <source>a channel that is not listed any more</source>
        <translation>ein Kanal, der nicht mehr aufgeführt ist</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>first comment</source>
        <translation>erster Kommentar</translation>
    </message>
    <message>
        <source>link</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>pictures and videos</source>
        <translation>Bilder und Videos</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeitpunkt</translation>
    </message>
    <message>
        <source>{field} for {channels}</source>
        <translation>{field} für {channels}</translation>
    </message>
    <message>
        <source>{name} approved it</source>
        <translation>{name} hat es freigegeben</translation>
    </message>
    <message>
        <source>{name} edited it</source>
        <translation>{name} hat es bearbeitet</translation>
    </message>
    <message>
        <source>{name} moved it</source>
        <translation>{name} hat es verschoben</translation>
    </message>
    <message>
        <source>{name} proposed it</source>
        <translation>{name} hat es vorgeschlagen</translation>
    </message>
    <message>
        <source>{name} requests changes</source>
        <translation>{name} erbittet Änderungen</translation>
    </message>
    <message>
        <source>{name} restored it</source>
        <translation>{name} hat es wiederhergestellt</translation>
    </message>
    <message>
        <source>{name} scheduled it</source>
        <translation>{name} hat es geplant</translation>
    </message>
    <message>
        <source>{name} took the approval back</source>
        <translation>{name} hat die Freigabe zurückgenommen</translation>
    </message>
    <message>
        <source>{name} took the request for changes back</source>
        <translation>{name} hat die Bitte um Änderungen zurückgenommen</translation>
    </message>
    <message>
        <source>{name} withdrew it</source>
        <translation>{name} hat es zurückgezogen</translation>
    </message>
    <message>
        <source>“{before}” became “{after}”.</source>
        <translation>Aus „{before}“ wurde „{after}“.</translation>
    </message>
</context>
<context>
    <name>ReviewActions</name>
    <message>
        <source>Approve</source>
        <translation>Freigeben</translation>
    </message>
    <message>
        <source>History of the message</source>
        <translation>Verlauf der Nachricht</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Änderungen erbitten …</translation>
    </message>
    <message>
        <source>Withdraw the proposal</source>
        <translation>Vorschlag zurückziehen</translation>
    </message>
</context>
<context>
    <name>ReviewAnswersController</name>
    <message numerus="yes">
        <source>%Ln approval(s) not undone.</source>
        <translation>
            <numerusform>%Ln Freigabe nicht rückgängig gemacht.</numerusform>
            <numerusform>%Ln Freigaben nicht rückgängig gemacht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln approval(s) undone</source>
        <translation>
            <numerusform>%Ln Freigabe rückgängig gemacht</numerusform>
            <numerusform>%Ln Freigaben rückgängig gemacht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) approved</source>
        <translation>
            <numerusform>%Ln Nachricht freigegeben</numerusform>
            <numerusform>%Ln Nachrichten freigegeben</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <translation>Änderungen erbeten</translation>
    </message>
    <message>
        <source>It is not known whether the review was saved: the answer of the service was lost. The schedule is read again.</source>
        <translation>Es ist nicht bekannt, ob die Prüfung gespeichert wurde: Die Antwort des Dienstes ging verloren. Der Plan wird neu gelesen.</translation>
    </message>
    <message>
        <source>Proposal restored</source>
        <translation>Vorschlag wiederhergestellt</translation>
    </message>
    <message>
        <source>Proposal withdrawn</source>
        <translation>Vorschlag zurückgezogen</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Request for changes undone</source>
        <translation>Bitte um Änderungen rückgängig gemacht</translation>
    </message>
    <message>
        <source>The proposal was not restored.</source>
        <translation>Der Vorschlag wurde nicht wiederhergestellt.</translation>
    </message>
    <message>
        <source>The request for changes was not undone.</source>
        <translation>Die Bitte um Änderungen wurde nicht rückgängig gemacht.</translation>
    </message>
    <message>
        <source>The review was not saved.</source>
        <translation>Die Prüfung wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>ReviewBox</name>
    <message>
        <source>Approve</source>
        <translation>Freigeben</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>It goes out at its time once an editor approves it.</source>
        <translation>Er geht zu seiner Zeit hinaus, sobald ein Redakteur ihn freigibt.</translation>
    </message>
    <message>
        <source>It goes out at its time once you approve it.</source>
        <translation>Er geht zu seiner Zeit hinaus, sobald Sie ihn freigeben.</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Änderungen erbitten …</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>The service does not answer at the moment</source>
        <translation>Der Dienst antwortet zurzeit nicht</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Zurückziehen</translation>
    </message>
</context>
<context>
    <name>RhythmBar</name>
    <message numerus="yes">
        <source>%Ln message(s) (has/have) (a time/times) of (its/their) own</source>
        <translation>
            <numerusform>%Ln Nachricht hat eine eigene Zeit</numerusform>
            <numerusform>%Ln Nachrichten haben eigene Zeiten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Termine hinzufügen …</translation>
    </message>
    <message>
        <source>Each message is sent at its own time.</source>
        <translation>Jede Nachricht wird zu ihrer eigenen Zeit gesendet.</translation>
    </message>
    <message>
        <source>From {first} to {last}.</source>
        <translation>Von {first} bis {last}.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Kein Stil</translation>
    </message>
    <message>
        <source>Now, or “monday 9”</source>
        <translation>Jetzt, oder „montag 9“</translation>
    </message>
    <message>
        <source>Posts at</source>
        <translation>Veröffentlicht um</translation>
    </message>
    <message>
        <source>Repeats every</source>
        <translation>Wiederholt sich alle</translation>
    </message>
    <message>
        <source>Rhythm</source>
        <extracomment>Noun: how the messages of a campaign are spread over time.</extracomment>
        <translation>Rhythmus</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>The first message is sent when you start the campaign.</source>
        <translation>Die erste Nachricht wird gesendet, wenn Sie die Kampagne starten.</translation>
    </message>
    <message>
        <source>The first message uses the next free slot.</source>
        <translation>Die erste Nachricht verwendet den nächsten freien Termin.</translation>
    </message>
    <message>
        <source>These channels have no weekly slots yet.</source>
        <translation>Diese Kanäle haben noch keine wöchentlichen Termine.</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>{time} verwenden</translation>
    </message>
    <message>
        <source>Vary times by</source>
        <translation>Zeiten variieren um</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>Tag</numerusform>
            <numerusform>Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>free slots</source>
        <translation>freie Termine</translation>
    </message>
    <message numerus="yes">
        <source>hour(s)</source>
        <translation>
            <numerusform>Stunde</numerusform>
            <numerusform>Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>minute(s)</source>
        <translation>
            <numerusform>Minute</numerusform>
            <numerusform>Minuten</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>oder {time}?</translation>
    </message>
    <message>
        <source>own times</source>
        <translation>eigene Zeiten</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>Woche</numerusform>
            <numerusform>Wochen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>working day(s)</source>
        <translation>
            <numerusform>Werktag</numerusform>
            <numerusform>Werktage</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (fehlt)</translation>
    </message>
    <message>
        <source>{zone}, {offset}</source>
        <extracomment>&quot;Europe/Berlin, UTC+1 then&quot;.</extracomment>
        <translation>{zone}, {offset}</translation>
    </message>
</context>
<context>
    <name>RowActions</name>
    <message>
        <source>Add to evergreen</source>
        <translation>Zu Evergreen hinzufügen</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Text kopieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag löschen</numerusform>
            <numerusform>%Ln Beiträge löschen</numerusform>
        </translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten …</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Zeitplan exportieren …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Open inspector</source>
        <translation>Detailbereich öffnen</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Auf der Website öffnen</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Beitrag öffnen</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planer anhalten</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Planer der Website…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Verschieben …</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Jetzt senden</translation>
    </message>
    <message>
        <source>Send now…</source>
        <translation>Jetzt senden …</translation>
    </message>
    <message numerus="yes">
        <source>You can duplicate up to %n message(s) at once.</source>
        <translation>
            <numerusform>Sie können bis zu %n Nachricht auf einmal duplizieren.</numerusform>
            <numerusform>Sie können bis zu %n Nachrichten auf einmal duplizieren.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowState</name>
    <message>
        <source>{name}, not ticked</source>
        <translation>{name}, nicht ausgewählt</translation>
    </message>
    <message>
        <source>{name}, partly ticked</source>
        <translation>{name}, teilweise ausgewählt</translation>
    </message>
    <message>
        <source>{name}, ticked</source>
        <translation>{name}, ausgewählt</translation>
    </message>
</context>
<context>
    <name>RowsView</name>
    <message>
        <source>Schedules</source>
        <translation>Zeitplan</translation>
    </message>
</context>
<context>
    <name>RuleFields</name>
    <message numerus="yes">
        <source>%n time(s) as often</source>
        <translation>
            <numerusform>%n-mal so oft</numerusform>
            <numerusform>%n-mal so oft</numerusform>
        </translation>
    </message>
    <message>
        <source>At least between two runs</source>
        <translation>Mindestens zwischen zwei Läufen</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>Wie oft</translation>
    </message>
    <message>
        <source>Most runs on each channel</source>
        <translation>Höchstens Läufe je Kanal</translation>
    </message>
    <message>
        <source>The last day is before the first. Choose a later one.</source>
        <translation>Der letzte Tag liegt vor dem ersten. Einen späteren wählen.</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>any day</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <source>as the others</source>
        <translation>wie die anderen</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <extracomment>After a number, in its field.</extracomment>
        <translation>
            <numerusform>Tag</numerusform>
            <numerusform>Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>ohne Grenze</translation>
    </message>
</context>
<context>
    <name>RunTextDialog</name>
    <message>
        <source>Change the text first</source>
        <translation>Erst den Text ändern</translation>
    </message>
    <message>
        <source>Only {when}, on {channels}. The message itself stays as it is.</source>
        <translation>Nur {when}, auf {channels}. Die Nachricht selbst bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>Text of this run</source>
        <translation>Text dieses Laufs</translation>
    </message>
    <message>
        <source>Use this text</source>
        <translation>Diesen Text verwenden</translation>
    </message>
</context>
<context>
    <name>SamplePicture</name>
    <message>
        <source>Winter Roast</source>
        <translation>Winterröstung</translation>
    </message>
</context>
<context>
    <name>SavedViewsMenu</name>
    <message>
        <source>All posts</source>
        <translation>Alle Beiträge</translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>„{name}“ löschen</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>Name der Ansicht</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Rename “{name}”…</source>
        <translation>„{name}“ umbenennen …</translation>
    </message>
    <message>
        <source>Replaces the view with this name.</source>
        <translation>Ersetzt die Ansicht mit diesem Namen.</translation>
    </message>
    <message>
        <source>Save as view…</source>
        <translation>Als Ansicht speichern …</translation>
    </message>
    <message>
        <source>Save changes to “{name}”</source>
        <translation>Änderungen in „{name}“ speichern</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>Ansicht speichern</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Gespeicherte Ansichten</translation>
    </message>
    <message>
        <source>Saves the current filters, order, columns and grouping.</source>
        <translation>Speichert Filter, Reihenfolge, Spalten und Gruppierung.</translation>
    </message>
    <message>
        <source>View name</source>
        <translation>Name der Ansicht</translation>
    </message>
    <message>
        <source>View: {name}</source>
        <translation>Ansicht: {name}</translation>
    </message>
</context>
<context>
    <name>ScheduleController</name>
    <message>
        <source>Schedule</source>
        <translation>Zeitplan</translation>
    </message>
</context>
<context>
    <name>ScheduleDelegate</name>
    <message>
        <source>No text</source>
        <translation>Kein Text</translation>
    </message>
</context>
<context>
    <name>ScheduleExportController</name>
    <message numerus="yes">
        <source>%Ln post(s) written to {file}</source>
        <translation>
            <numerusform>%Ln Beitrag in {file} geschrieben</numerusform>
            <numerusform>%Ln Beiträge in {file} geschrieben</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty week written to {file}</source>
        <translation>Leere Woche in {file} geschrieben</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Zeitplan exportieren</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Die Datei konnte nicht geschrieben werden: {why}</translation>
    </message>
</context>
<context>
    <name>ScheduleHeader</name>
    <message>
        <source>Columns of the schedule</source>
        <translation>Spalten des Zeitplans</translation>
    </message>
</context>
<context>
    <name>ScheduleHints</name>
    <message>
        <source>Editors and owners change this. You can change your own proposals.</source>
        <translation>Das ändern Redakteure und Inhaber. Sie können Ihre eigenen Vorschläge ändern.</translation>
    </message>
    <message numerus="yes">
        <source>Not retried, because (it/they) may already be published: %Ln post(s). Open (it/each) and choose what to do.</source>
        <translation>
            <numerusform>Nicht wiederholt, weil er vielleicht schon veröffentlicht ist: %Ln Beitrag. Öffnen Sie ihn, und wählen Sie, was geschehen soll.</numerusform>
            <numerusform>Nicht wiederholt, weil sie vielleicht schon veröffentlicht sind: %Ln Beiträge. Öffnen Sie jeden, und wählen Sie, was geschehen soll.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posts that are being sent cannot be deleted.</source>
        <translation>Beiträge, die gerade gesendet werden, können nicht gelöscht werden.</translation>
    </message>
    <message>
        <source>The site has not sent this post yet. Reschedule it instead.</source>
        <translation>Die Website hat diesen Beitrag noch nicht gesendet. Verschieben Sie ihn stattdessen.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Die Website veröffentlicht das von selbst. Geändert wird es auf der Website.</translation>
    </message>
    <message>
        <source>The site reports no time for this post, so you cannot reschedule it here.</source>
        <translation>Die Website nennt keine Zeit für diesen Beitrag, daher können Sie ihn hier nicht verschieben.</translation>
    </message>
    <message>
        <source>This post has failed. Retry it instead.</source>
        <translation>Dieser Beitrag ist fehlgeschlagen. Wiederholen Sie ihn stattdessen.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to change and send it again.</source>
        <translation>Dieser Beitrag ist schon gesendet. Duplizieren Sie ihn, um ihn zu ändern und erneut zu senden.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to schedule it again.</source>
        <translation>Dieser Beitrag ist schon gesendet. Duplizieren Sie ihn, um ihn erneut zu planen.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to send it again.</source>
        <translation>Dieser Beitrag ist schon gesendet. Duplizieren Sie ihn, um ihn erneut zu senden.</translation>
    </message>
    <message>
        <source>This post is being sent. Wait until it is sent.</source>
        <translation>Dieser Beitrag wird gerade gesendet. Warten Sie, bis er gesendet ist.</translation>
    </message>
    <message>
        <source>This post is scheduled. You can retry only failed posts.</source>
        <translation>Dieser Beitrag ist geplant. Nur fehlgeschlagene Beiträge können wiederholt werden.</translation>
    </message>
    <message>
        <source>This post may already be published. Choose what to do with it first.</source>
        <translation>Dieser Beitrag ist vielleicht schon veröffentlicht. Wählen Sie zuerst, was mit ihm geschehen soll.</translation>
    </message>
    <message>
        <source>This post shares a post of the site. Change it on the site.</source>
        <translation>Dieser Beitrag teilt einen Beitrag der Website. Ändern Sie ihn auf der Website.</translation>
    </message>
    <message>
        <source>This post was not sent. Send it now or reschedule it.</source>
        <translation>Dieser Beitrag wurde nicht gesendet. Senden Sie ihn jetzt, oder verschieben Sie ihn.</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Sie können diesen Arbeitsbereich nur ansehen</translation>
    </message>
    <message>
        <source>You can reschedule only scheduled posts.</source>
        <translation>Nur geplante Beiträge können verschoben werden.</translation>
    </message>
    <message>
        <source>You can retry only failed posts.</source>
        <translation>Nur fehlgeschlagene Beiträge können wiederholt werden.</translation>
    </message>
</context>
<context>
    <name>ScheduleTablePage</name>
    <message>
        <source>&amp;Post</source>
        <translation>&amp;Beitrag</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
    <message>
        <source>Columns and rows…</source>
        <translation>Spalten und Zeilen …</translation>
    </message>
    <message>
        <source>Dates…</source>
        <translation>Zeitraum …</translation>
    </message>
    <message>
        <source>Find in the schedule</source>
        <translation>Im Zeitplan suchen</translation>
    </message>
    <message>
        <source>Fold all messages</source>
        <translation>Alle Nachrichten einklappen</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Gespeicherte Ansichten</translation>
    </message>
    <message>
        <source>Show or hide the inspector</source>
        <translation>Detailbereich ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Unfold all messages</source>
        <translation>Alle Nachrichten ausklappen</translation>
    </message>
</context>
<context>
    <name>ScheduleToolbar</name>
    <message>
        <source>All labels</source>
        <translation>Alle Etiketten</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Alle Netzwerke</translation>
    </message>
    <message>
        <source>All statuses</source>
        <translation>Alle Status</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>Beliebiges Datum</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Stand: {time}</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Columns, order, groups and row height</source>
        <translation>Spalten, Reihenfolge, Gruppen und Zeilenhöhe</translation>
    </message>
    <message>
        <source>Date filter</source>
        <translation>Datumsfilter</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Details of the current post ({open}; {pane} shows and hides them)</source>
        <extracomment>{open} and {pane}: keys.</extracomment>
        <translation>Einzelheiten des aktuellen Beitrags ({open}; {pane} blendet sie ein und aus)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Zeitplan exportieren …</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Etikettfilter</translation>
    </message>
    <message>
        <source>Network filter</source>
        <translation>Netzwerkfilter</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>No connection. Schedule as of {when}.</source>
        <translation>Keine Verbindung. Zeitplan von {when}.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Gespeicherte Ansichten</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Beiträge suchen</translation>
    </message>
    <message>
        <source>Search schedules</source>
        <translation>Zeitplan durchsuchen</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Statusfilter</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Aufrufe</translation>
    </message>
</context>
<context>
    <name>ScheduleUndo</name>
    <message numerus="yes">
        <source>%n post(s) restored</source>
        <translation>
            <numerusform>%n Beitrag wiederhergestellt</numerusform>
            <numerusform>%n Beiträge wiederhergestellt</numerusform>
        </translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Some posts could not be moved again: their new time has passed.</source>
        <translation>Einige Beiträge konnten nicht erneut verschoben werden: Ihre neue Zeit ist vorbei.</translation>
    </message>
    <message>
        <source>Some posts could not be moved back: their old time has passed.</source>
        <translation>Einige Beiträge konnten nicht zurückverschoben werden: Ihre alte Zeit ist vorbei.</translation>
    </message>
</context>
<context>
    <name>ScheduleViewState</name>
    <message>
        <source>View “{name}” deleted</source>
        <translation>Ansicht „{name}“ gelöscht</translation>
    </message>
</context>
<context>
    <name>ScheduledEdit</name>
    <message>
        <source>Editing a proposal</source>
        <translation>Ein Vorschlag wird bearbeitet</translation>
    </message>
    <message>
        <source>Editing a scheduled message</source>
        <translation>Eine geplante Nachricht wird bearbeitet</translation>
    </message>
    <message>
        <source>Keep it as a new message to send it</source>
        <translation>Behalten Sie sie als neue Nachricht, um sie zu senden</translation>
    </message>
    <message>
        <source>Switch to its workspace to save the changes</source>
        <translation>Wechseln Sie in ihren Arbeitsbereich, um die Änderungen zu speichern</translation>
    </message>
    <message>
        <source>The message was sent before you saved your changes</source>
        <translation>Die Nachricht wurde gesendet, bevor Sie Ihre Änderungen gespeichert haben</translation>
    </message>
    <message>
        <source>This message belongs to another workspace</source>
        <translation>Diese Nachricht gehört zu einem anderen Arbeitsbereich</translation>
    </message>
    <message>
        <source>This message is being sent</source>
        <translation>Diese Nachricht wird gerade gesendet</translation>
    </message>
    <message>
        <source>This message is no longer in the schedule</source>
        <translation>Diese Nachricht steht nicht mehr im Zeitplan</translation>
    </message>
</context>
<context>
    <name>SchedulesModel</name>
    <message numerus="yes">
        <source>%Ln (needs/need) you</source>
        <translation>
            <numerusform>%Ln braucht Sie</numerusform>
            <numerusform>%Ln brauchen Sie</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln by the site</source>
        <translation>
            <numerusform>%Ln von der Website</numerusform>
            <numerusform>%Ln von der Website</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln Kanal</numerusform>
            <numerusform>%Ln Kanäle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln draft(s)</source>
        <translation>
            <numerusform>%Ln Entwurf</numerusform>
            <numerusform>%Ln Entwürfe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln fehlgeschlagen</numerusform>
            <numerusform>%Ln fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln network(s)</source>
        <translation>
            <numerusform>%Ln Netzwerk</numerusform>
            <numerusform>%Ln Netzwerke</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not sent</source>
        <translation>
            <numerusform>%Ln nicht gesendet</numerusform>
            <numerusform>%Ln nicht gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln other(s)</source>
        <translation>
            <numerusform>%Ln anderer</numerusform>
            <numerusform>%Ln andere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln scheduled</source>
        <translation>
            <numerusform>%Ln geplant</numerusform>
            <numerusform>%Ln geplant</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sending</source>
        <translation>
            <numerusform>%Ln wird gesendet</numerusform>
            <numerusform>%Ln werden gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln gesendet</numerusform>
            <numerusform>%Ln gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to approve</source>
        <translation>
            <numerusform>%Ln freizugeben</numerusform>
            <numerusform>%Ln freizugeben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to change</source>
        <translation>
            <numerusform>%Ln zu ändern</numerusform>
            <numerusform>%Ln zu ändern</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n Teil</numerusform>
            <numerusform>%n Teile</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Und %Ln weitere.</numerusform>
            <numerusform>Und %Ln weitere.</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Änderungen erbeten</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a post.</extracomment>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Entwürfe</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Medien</translation>
    </message>
    <message>
        <source>Message on {channels}</source>
        <translation>Nachricht auf {channels}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Braucht Sie</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>Kein Datum</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Nicht gesendet</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Lauf einer Evergreen-Nachricht</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Geplant</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Website</translation>
    </message>
    <message>
        <source>Status</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Status</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Text</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Wartet auf Freigabe</translation>
    </message>
    <message>
        <source>collapsed</source>
        <translation>eingeklappt</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>ausgeklappt</translation>
    </message>
    <message>
        <source>link</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>kein Datum</translation>
    </message>
    <message>
        <source>no text</source>
        <translation>kein Text</translation>
    </message>
</context>
<context>
    <name>ScriptsPage</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the example</source>
        <translation>Beispiel kopieren</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Example of a script</source>
        <translation>Beispiel eines Skripts</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Python scripts post through the same services. Without a user name they use POSTO_BASE_URL, POSTO_USERNAME and POSTO_PASSWORD from the environment, or else the account Posto is signed in to.</source>
        <translation>Python-Skripte veröffentlichen über dieselben Dienste. Ohne Benutzernamen verwenden sie POSTO_BASE_URL, POSTO_USERNAME und POSTO_PASSWORD aus der Umgebung, sonst das Konto, mit dem Posto angemeldet ist.</translation>
    </message>
    <message>
        <source>Run it with the Python below</source>
        <translation>Führen Sie es mit dem Python unten aus</translation>
    </message>
    <message>
        <source>Styles shared between scripts and Posto</source>
        <translation>Stile, die Skripte und Posto gemeinsam verwenden</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Posto in Skripten verwenden</translation>
    </message>
    <message>
        <source>Your own Python with the package posto-desktop; the app does not include one</source>
        <translation>Ihr eigenes Python mit dem Paket posto-desktop; die App enthält keines</translation>
    </message>
</context>
<context>
    <name>Sdk</name>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n Stunde</numerusform>
            <numerusform>%n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n Sekunde</numerusform>
            <numerusform>%n Sekunden</numerusform>
        </translation>
    </message>
    <message>
        <source>A bot check, a page cache or a “coming soon” plugin blocks Posto. Allow Posto there.</source>
        <translation>Eine Bot-Prüfung, ein Seiten-Cache oder ein „Coming soon“-Plugin blockiert Posto. Lassen Sie Posto dort zu.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocked the request (403). Allow Posto there.</source>
        <translation>Eine Firewall oder ein Sicherheits-Plugin von {host} hat die Anfrage blockiert (403). Lassen Sie Posto dort zu.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocks requests from apps ({status}). Allow Posto there.</source>
        <translation>Eine Firewall oder ein Sicherheits-Plugin von {host} blockiert Anfragen von Apps ({status}). Lassen Sie Posto dort zu.</translation>
    </message>
    <message>
        <source>A newer version of Posto wrote it. It was left as it is.</source>
        <translation>Es wurde von einer neueren Version von Posto geschrieben. Es blieb, wie es ist.</translation>
    </message>
    <message>
        <source>A plugin of {host} redirects apps to the login page, even with a sign-in. Keep /wp-json/ open there; WordPress checks the sign-in itself.</source>
        <translation>Ein Plugin von {host} leitet Apps auch mit Anmeldung zur Login-Seite um. Lassen Sie /wp-json/ dort offen; WordPress prüft die Anmeldung selbst.</translation>
    </message>
    <message>
        <source>A proxy looks like http://user:password@host:8080.</source>
        <translation>Ein Proxy sieht aus wie http://user:password@host:8080.</translation>
    </message>
    <message>
        <source>A setting holds something that cannot be sent. Nothing was sent.</source>
        <translation>Eine Einstellung enthält etwas, das nicht gesendet werden kann. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Ein Thread kann höchstens {limit} Teile haben.</translation>
    </message>
    <message>
        <source>A {kind} needs a name of 1 to {limit} characters.</source>
        <translation>{kind}: Der Name muss 1 bis {limit} Zeichen haben.</translation>
    </message>
    <message>
        <source>Another program answers in place of the workspace on this computer. Nothing was sent.</source>
        <translation>Ein anderes Programm antwortet anstelle des Arbeitsbereichs auf diesem Computer. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Another program holds the settings. Close it and try again.</source>
        <translation>Ein anderes Programm hält die Einstellungen fest. Schließen Sie es, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Apache: in .htaccess, in place of Require valid-user</source>
        <translation>Apache: in .htaccess, anstelle von Require valid-user</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}, usually by a security plugin. Enable them in its settings.</source>
        <translation>Anwendungspasswörter sind auf {host} ausgeschaltet, meist durch ein Sicherheits-Plugin. Schalten Sie sie in dessen Einstellungen ein.</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}: WordPress offers them on https only. Use the site&apos;s https address, or enable them there.</source>
        <translation>Anwendungspasswörter sind auf {host} ausgeschaltet: WordPress bietet sie nur mit https an. Verwenden Sie die https-Adresse der Website, oder schalten Sie sie dort ein.</translation>
    </message>
    <message>
        <source>Channel {number} is there twice. Nothing was sent.</source>
        <translation>Kanal {number} kommt zweimal vor. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Do not send the whole post again.</source>
        <translation>Senden Sie nicht den ganzen Beitrag noch einmal.</translation>
    </message>
    <message>
        <source>Enter the address of the service.</source>
        <translation>Geben Sie die Adresse des Dienstes ein.</translation>
    </message>
    <message>
        <source>Enter the user name and its application password.</source>
        <translation>Geben Sie den Benutzernamen und sein Anwendungspasswort ein.</translation>
    </message>
    <message>
        <source>For {shown}: {problem} It is not used.</source>
        <translation>Für {shown}: {problem} Es wird nicht verwendet.</translation>
    </message>
    <message>
        <source>If the Authorization header is dropped: Apache, at the top of .htaccess</source>
        <translation>Wenn der Authorization-Header verworfen wird: Apache, am Anfang von .htaccess</translation>
    </message>
    <message>
        <source>In Posto Desktop</source>
        <translation>In Posto Desktop</translation>
    </message>
    <message>
        <source>In a script</source>
        <translation>In einem Skript</translation>
    </message>
    <message>
        <source>It could not be read; now it can. Rename it to use it.</source>
        <translation>Es war nicht lesbar; jetzt ist es das. Benennen Sie es um, um es zu verwenden.</translation>
    </message>
    <message>
        <source>It holds something else than a style.</source>
        <translation>Es enthält etwas anderes als einen Stil.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Er wird gerade gesendet.</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>Es ist leer.</translation>
    </message>
    <message>
        <source>It is larger than {value} MB.</source>
        <translation>Es ist größer als {value} MB.</translation>
    </message>
    <message>
        <source>It is not text in UTF-8.</source>
        <translation>Es ist kein Text in UTF-8.</translation>
    </message>
    <message>
        <source>It is still listed.</source>
        <translation>Es ist weiterhin aufgeführt.</translation>
    </message>
    <message>
        <source>It is unknown whether the file was stored: the media library cannot be read. Look there before you upload it again.</source>
        <translation>Ob die Datei gespeichert wurde, ist nicht bekannt: Die Mediathek kann nicht gelesen werden. Sehen Sie dort nach, bevor Sie sie noch einmal hochladen.</translation>
    </message>
    <message>
        <source>It is unknown whether the post was accepted: the list of schedules cannot be read. Look there before you send it again.</source>
        <translation>Ob der Beitrag angenommen wurde, ist nicht bekannt: Die Liste der Zeitpläne kann nicht gelesen werden. Sehen Sie dort nach, bevor Sie ihn noch einmal senden.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were deleted: the list of schedules cannot be read.</source>
        <translation>Ob die Beiträge gelöscht wurden, ist nicht bekannt: Die Liste der Zeitpläne kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were retried: the list of schedules cannot be read. Look there before you retry them.</source>
        <translation>Ob die Beiträge wiederholt wurden, ist nicht bekannt: Die Liste der Zeitpläne kann nicht gelesen werden. Sehen Sie dort nach, bevor Sie sie wiederholen.</translation>
    </message>
    <message>
        <source>It is unknown whether the settings were saved: they cannot be read. Look at them before you save them again.</source>
        <translation>Ob die Einstellungen gespeichert wurden, ist nicht bekannt: Sie können nicht gelesen werden. Sehen Sie sie an, bevor Sie sie noch einmal speichern.</translation>
    </message>
    <message>
        <source>It now points to {location}.</source>
        <translation>Es zeigt jetzt auf {location}.</translation>
    </message>
    <message>
        <source>It said: {message}</source>
        <translation>Die Meldung: {message}</translation>
    </message>
    <message>
        <source>It was to be kept.</source>
        <translation>Es sollte behalten werden.</translation>
    </message>
    <message>
        <source>Its content is damaged at line {line}, column {column}.</source>
        <translation>Der Inhalt ist in Zeile {line}, Spalte {column} beschädigt.</translation>
    </message>
    <message>
        <source>Its content is damaged.</source>
        <translation>Der Inhalt ist beschädigt.</translation>
    </message>
    <message>
        <source>Its settings are no table of networks.</source>
        <translation>Die Einstellungen sind keine Tabelle von Netzwerken.</translation>
    </message>
    <message>
        <source>Kept as {name}.</source>
        <translation>Aufbewahrt als {name}.</translation>
    </message>
    <message>
        <source>Look at the planners of the site, and try again.</source>
        <translation>Sehen Sie bei den Planern der Website nach und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Look there again.</source>
        <translation>Sehen Sie dort noch einmal nach.</translation>
    </message>
    <message>
        <source>No thread can be sent to {names}. Nothing was sent.</source>
        <translation>An {names} kann kein Thread gesendet werden. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>Nichts wurde gespeichert.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Part {number} is empty. Nothing was sent.</source>
        <translation>Teil {number} ist leer. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Posto can send only the WordPress sign-in. Exclude /wp-json/ from that protection; WordPress checks the sign-in there itself.</source>
        <translation>Posto kann nur die Anmeldung von WordPress senden. Nehmen Sie /wp-json/ von diesem Schutz aus; WordPress prüft die Anmeldung dort selbst.</translation>
    </message>
    <message>
        <source>Say which channel to post to.</source>
        <translation>Geben Sie an, auf welchem Kanal veröffentlicht werden soll.</translation>
    </message>
    <message>
        <source>Schedule {number} has not failed; it is “{status}”.</source>
        <translation>Zeitplan {number} ist nicht fehlgeschlagen; er ist „{status}“.</translation>
    </message>
    <message>
        <source>Schedule {number} may be live on {channel}: {reason}</source>
        <translation>Zeitplan {number} ist vielleicht auf {channel} veröffentlicht: {reason}</translation>
    </message>
    <message>
        <source>Settings &gt; Network &gt; Certificates of your own</source>
        <translation>Einstellungen &gt; Netzwerk &gt; Eigene Zertifikate</translation>
    </message>
    <message>
        <source>Sign in again with the new address. Nothing was carried out.</source>
        <translation>Melden Sie sich mit der neuen Adresse erneut an. Nichts wurde ausgeführt.</translation>
    </message>
    <message>
        <source>Somebody changed the same settings on the service meanwhile. Nothing was saved.</source>
        <translation>Jemand hat dieselben Einstellungen beim Dienst inzwischen geändert. Nichts wurde gespeichert.</translation>
    </message>
    <message>
        <source>The account has no channels.</source>
        <translation>Das Konto hat keine Kanäle.</translation>
    </message>
    <message>
        <source>The address holds a user name or a password. Enter them in their own fields; an address is shown and stored openly.</source>
        <translation>Die Adresse enthält einen Benutzernamen oder ein Passwort. Geben Sie sie in ihren eigenen Feldern ein; eine Adresse wird offen gezeigt und gespeichert.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used. Nothing was sent.</source>
        <translation>Die Adresse von {host} kann nicht verwendet werden. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The address of {host} starts with http, so the password would travel readable for anyone on the way. Use https. Nothing was sent.</source>
        <translation>Die Adresse von {host} beginnt mit http, das Passwort wäre also unterwegs für alle lesbar. Verwenden Sie https. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: its headers do not end.</source>
        <translation>Die Antwort von {host} konnte nicht gelesen werden: Ihre Header enden nicht.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: {why}.</source>
        <translation>Die Antwort von {host} konnte nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>The answer of {host} is larger than {size}.</source>
        <translation>Die Antwort von {host} ist größer als {size}.</translation>
    </message>
    <message>
        <source>The certificate of {host} belongs to another name, so this may be another computer. Check the address, and try it with or without www.</source>
        <translation>Das Zertifikat von {host} gehört zu einem anderen Namen, es kann also ein anderer Computer sein. Prüfen Sie die Adresse, und versuchen Sie es mit oder ohne www.</translation>
    </message>
    <message>
        <source>The certificate of {host} comes from an unknown authority, so this may be another computer. If it is your company&apos;s, let Posto trust it. Otherwise the site must send its whole certificate chain.</source>
        <translation>Das Zertifikat von {host} stammt von einer unbekannten Stelle, es kann also ein anderer Computer sein. Ist es die Ihres Unternehmens, lassen Sie Posto ihr vertrauen. Sonst muss die Website ihre ganze Zertifikatskette senden.</translation>
    </message>
    <message>
        <source>The certificate of {host} has expired. Ask the site&apos;s owner to renew it, and check the clock of this computer.</source>
        <translation>Das Zertifikat von {host} ist abgelaufen. Bitten Sie den Inhaber der Website, es zu erneuern, und prüfen Sie die Uhr dieses Computers.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted, so this may be another computer.</source>
        <translation>Dem Zertifikat von {host} wird nicht vertraut, es kann also ein anderer Computer sein.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid yet. Check the clock of this computer.</source>
        <translation>Das Zertifikat von {host} ist noch nicht gültig. Prüfen Sie die Uhr dieses Computers.</translation>
    </message>
    <message>
        <source>The certificate of {host} is self-signed, so this may be another computer. If the site is yours, let Posto trust it.</source>
        <translation>Das Zertifikat von {host} ist selbst signiert, es kann also ein anderer Computer sein. Gehört die Website Ihnen, lassen Sie Posto ihm vertrauen.</translation>
    </message>
    <message>
        <source>The certificates in {name} cannot be used: it has to be a readable file in PEM form. Nothing was sent.</source>
        <translation>Die Zertifikate in {name} können nicht verwendet werden: Es muss eine lesbare Datei im PEM-Format sein. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The connection is closed. Nothing was sent.</source>
        <translation>Die Verbindung ist geschlossen. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The connection to {host} broke before the answer arrived.</source>
        <translation>Die Verbindung zu {host} brach ab, bevor die Antwort ankam.</translation>
    </message>
    <message>
        <source>The connection was closed before the answer arrived.</source>
        <translation>Die Verbindung wurde geschlossen, bevor die Antwort ankam.</translation>
    </message>
    <message>
        <source>The file became shorter while it was sent.</source>
        <translation>Die Datei wurde kürzer, während sie gesendet wurde.</translation>
    </message>
    <message>
        <source>The file cannot be read: {why}.</source>
        <translation>Die Datei kann nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>The list of channels is empty. Nothing was posted.</source>
        <translation>Die Liste der Kanäle ist leer. Nichts wurde veröffentlicht.</translation>
    </message>
    <message>
        <source>The list of schedules of {host} cannot be read completely.</source>
        <translation>Die Liste der Zeitpläne von {host} kann nicht vollständig gelesen werden.</translation>
    </message>
    <message>
        <source>The list of {name} is empty. Nothing was deleted.</source>
        <translation>Die Liste von {name} ist leer. Nichts wurde gelöscht.</translation>
    </message>
    <message>
        <source>The part for {shown} is no table; it is not used.</source>
        <translation>Der Teil für {shown} ist keine Tabelle; er wird nicht verwendet.</translation>
    </message>
    <message>
        <source>The post has neither text nor media. Nothing was sent.</source>
        <translation>Der Beitrag hat weder Text noch Medien. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may be on its way right now. Look at the channel before you send it again.</source>
        <translation>Der Beitrag steht nicht in der Liste der Zeitpläne, ist aber vielleicht gerade unterwegs. Sehen Sie auf dem Kanal nach, bevor Sie ihn noch einmal senden.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may have been accepted: the list can omit posts that are being sent. Look at the channels before you send it again.</source>
        <translation>Der Beitrag steht nicht in der Liste der Zeitpläne, wurde aber vielleicht angenommen: Die Liste kann Beiträge weglassen, die gerade gesendet werden. Sehen Sie auf den Kanälen nach, bevor Sie ihn noch einmal senden.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, so it was not taken. It can be sent again.</source>
        <translation>Der Beitrag steht nicht in der Liste der Zeitpläne, er wurde also nicht angenommen. Er kann noch einmal gesendet werden.</translation>
    </message>
    <message>
        <source>The post was taken for {good} of {count} channels.</source>
        <translation>Der Beitrag wurde für {good} von {count} Kanälen angenommen.</translation>
    </message>
    <message>
        <source>The proxy to {host} blocked the connection.</source>
        <translation>Der Proxy zu {host} hat die Verbindung blockiert.</translation>
    </message>
    <message>
        <source>The proxy to {host} cannot be reached.</source>
        <translation>Der Proxy zu {host} ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>The proxy to {host} rejected its user name or password.</source>
        <translation>Der Proxy zu {host} hat seinen Benutzernamen oder sein Passwort abgelehnt.</translation>
    </message>
    <message>
        <source>The same, Apache 2.4.13 or newer with PHP as CGI</source>
        <translation>Dasselbe, Apache 2.4.13 oder neuer mit PHP als CGI</translation>
    </message>
    <message>
        <source>The same, nginx, beside fastcgi_pass</source>
        <translation>Dasselbe, nginx, neben fastcgi_pass</translation>
    </message>
    <message>
        <source>The saved settings are neither the old nor the new ones. Read the settings again before you change them.</source>
        <translation>Die gespeicherten Einstellungen sind weder die alten noch die neuen. Lesen Sie sie noch einmal, bevor Sie sie ändern.</translation>
    </message>
    <message>
        <source>The schedule is as it was before.</source>
        <translation>Der Zeitplan ist, wie er vorher war.</translation>
    </message>
    <message>
        <source>The service did not say under which number it keeps the file.</source>
        <translation>Der Dienst hat nicht gesagt, unter welcher Nummer er die Datei aufbewahrt.</translation>
    </message>
    <message>
        <source>The service has the post, but said: {answer} What became of each channel is not known: the list of schedules {why}. Do not send the whole post again.</source>
        <translation>Der Dienst hat den Beitrag, sagte aber: {answer} Was aus jedem Kanal wurde, ist nicht bekannt: Die Liste der Zeitpläne {why}. Senden Sie nicht den ganzen Beitrag noch einmal.</translation>
    </message>
    <message>
        <source>The service has the post.</source>
        <translation>Der Dienst hat den Beitrag.</translation>
    </message>
    <message>
        <source>The service refused this without a reason.</source>
        <translation>Der Dienst hat dies ohne Grund abgelehnt.</translation>
    </message>
    <message>
        <source>The service said: {answer}</source>
        <translation>Der Dienst sagte: {answer}</translation>
    </message>
    <message>
        <source>The service still lists it, as it does while a post is being sent.</source>
        <translation>Der Dienst führt ihn weiterhin auf, wie er es tut, während ein Beitrag gesendet wird.</translation>
    </message>
    <message>
        <source>The service was asked to delete the posts.</source>
        <translation>Der Dienst wurde gebeten, die Beiträge zu löschen.</translation>
    </message>
    <message>
        <source>The settings are as they were before.</source>
        <translation>Die Einstellungen sind, wie sie vorher waren.</translation>
    </message>
    <message>
        <source>The template has unknown variables: {shown}. Known are {known}.</source>
        <translation>Die Vorlage hat unbekannte Variablen: {shown}. Bekannt sind {known}.</translation>
    </message>
    <message>
        <source>The template has {count} characters; at most {limit} are taken.</source>
        <translation>Die Vorlage hat {count} Zeichen; höchstens {limit} sind erlaubt.</translation>
    </message>
    <message>
        <source>The time lies in the past. Nothing was sent.</source>
        <translation>Die Zeit liegt in der Vergangenheit. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password (“{realm}”).</source>
        <translation>Der Webserver von {host} verlangt einen eigenen Benutzernamen und ein eigenes Passwort („{realm}“).</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password.</source>
        <translation>Der Webserver von {host} verlangt einen eigenen Benutzernamen und ein eigenes Passwort.</translation>
    </message>
    <message>
        <source>The workspace on this computer cannot be reached. Nothing was sent.</source>
        <translation>Der Arbeitsbereich auf diesem Computer ist nicht erreichbar. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not answer in time. Nothing was sent.</source>
        <translation>Der Arbeitsbereich auf diesem Computer hat nicht rechtzeitig geantwortet. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The {kind} “{name}” cannot be used.</source>
        <translation>{kind} „{name}“ kann nicht verwendet werden.</translation>
    </message>
    <message>
        <source>The {subject} cannot be stored: {error}.</source>
        <translation>{subject}: kann nicht gespeichert werden: {error}.</translation>
    </message>
    <message>
        <source>The {subject} name unknown networks: {names}. Known are {known}.</source>
        <translation>{subject}: nennt unbekannte Netzwerke: {names}. Bekannt sind {known}.</translation>
    </message>
    <message>
        <source>There are: {listed}.</source>
        <translation>Es gibt: {listed}.</translation>
    </message>
    <message>
        <source>There is already a {kind} “{clean}”.</source>
        <translation>{kind} „{clean}“ gibt es schon.</translation>
    </message>
    <message>
        <source>There is no channel to post to. Nothing was sent.</source>
        <translation>Es gibt keinen Kanal, auf dem veröffentlicht werden kann. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>There is no channel {description}. {sentence} Nothing was posted.</source>
        <translation>Es gibt keinen Kanal {description}. {sentence} Nichts wurde veröffentlicht.</translation>
    </message>
    <message>
        <source>There is no network “{key}”, so its settings would be lost.</source>
        <translation>Es gibt kein Netzwerk „{key}“, seine Einstellungen würden also verloren gehen.</translation>
    </message>
    <message>
        <source>There is no network “{key}”; its part is not used.</source>
        <translation>Es gibt kein Netzwerk „{key}“; sein Teil wird nicht verwendet.</translation>
    </message>
    <message>
        <source>There is no network “{name}”. Known are: {names}.</source>
        <translation>Es gibt kein Netzwerk „{name}“. Bekannt sind: {names}.</translation>
    </message>
    <message>
        <source>There is no schedule {number}.</source>
        <translation>Es gibt keinen Zeitplan {number}.</translation>
    </message>
    <message>
        <source>There is no {kind} “{name}”. There are: {names}.</source>
        <translation>{kind} „{name}“ gibt es nicht. Es gibt: {names}.</translation>
    </message>
    <message>
        <source>This address of {host} leads to a file, not to a page.</source>
        <translation>Diese Adresse von {host} führt zu einer Datei, nicht zu einer Seite.</translation>
    </message>
    <message>
        <source>This is not a web address.</source>
        <translation>Das ist keine Webadresse.</translation>
    </message>
    <message>
        <source>This is not a web address. An address looks like https://example.com.</source>
        <translation>Das ist keine Webadresse. Eine Adresse sieht aus wie https://example.com.</translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n hour(s).</source>
        <translation>
            <numerusform>Versuchen Sie es in %n Stunde erneut.</numerusform>
            <numerusform>Versuchen Sie es in %n Stunden erneut.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n minute(s).</source>
        <translation>
            <numerusform>Versuchen Sie es in %n Minute erneut.</numerusform>
            <numerusform>Versuchen Sie es in %n Minuten erneut.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n second(s).</source>
        <translation>
            <numerusform>Versuchen Sie es in %n Sekunde erneut.</numerusform>
            <numerusform>Versuchen Sie es in %n Sekunden erneut.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Versuchen Sie es später erneut.</translation>
    </message>
    <message>
        <source>What has to get through</source>
        <translation>Was durchkommen muss</translation>
    </message>
    <message>
        <source>WordPress, in wp-config.php</source>
        <translation>WordPress, in wp-config.php</translation>
    </message>
    <message>
        <source>WordPress: a file in wp-content/mu-plugins</source>
        <translation>WordPress: eine Datei in wp-content/mu-plugins</translation>
    </message>
    <message>
        <source>a text of more than {most} characters</source>
        <translation>ein Text mit mehr als {most} Zeichen</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>alle Netzwerke</translation>
    </message>
    <message>
        <source>an object with more than {most} names</source>
        <translation>ein Objekt mit mehr als {most} Namen</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>does not show it</source>
        <translation>zeigt ihn nicht</translation>
    </message>
    <message>
        <source>it cannot be opened</source>
        <translation>es kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>it cannot be read</source>
        <translation>es kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>it cannot be written</source>
        <translation>es kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>it failed without a reason</source>
        <translation>es schlug ohne Grund fehl</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>es ist leer</translation>
    </message>
    <message>
        <source>it is not in the list of schedules</source>
        <translation>er steht nicht in der Liste der Zeitpläne</translation>
    </message>
    <message>
        <source>it may be live: {value}</source>
        <translation>er ist vielleicht veröffentlicht: {value}</translation>
    </message>
    <message>
        <source>it may be on its way</source>
        <translation>er ist vielleicht unterwegs</translation>
    </message>
    <message>
        <source>lists and objects nested more than {most} deep</source>
        <translation>mehr als {most} Ebenen tief verschachtelte Listen und Objekte</translation>
    </message>
    <message>
        <source>more than fits into {size} MB of memory</source>
        <translation>mehr, als in {size} MB Speicher passt</translation>
    </message>
    <message>
        <source>more than {most} rows</source>
        <translation>mehr als {most} Zeilen</translation>
    </message>
    <message>
        <source>more than {most} values</source>
        <translation>mehr als {most} Werte</translation>
    </message>
    <message>
        <source>nginx, in server { }</source>
        <translation>nginx, in server { }</translation>
    </message>
    <message>
        <source>nginx: outside of server { }, and inside in place of its auth_basic</source>
        <translation>nginx: außerhalb von server { }, und darin anstelle von auth_basic</translation>
    </message>
    <message>
        <source>nobody knows how it ended</source>
        <translation>niemand weiß, wie es ausging</translation>
    </message>
    <message>
        <source>number {number}</source>
        <translation>Nummer {number}</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>das Netzwerk</translation>
    </message>
    <message>
        <source>too many long lists and objects nested in each other</source>
        <translation>zu viele lange, ineinander verschachtelte Listen und Objekte</translation>
    </message>
    <message>
        <source>{address} redirects in a loop.</source>
        <translation>{address} leitet im Kreis um.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data (“{page}”). The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} hat mit einer Webseite statt mit Daten geantwortet („{page}“). Vielleicht ist die Adresse falsch, oder eine Firewall blockiert Posto.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data. The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} hat mit einer Webseite statt mit Daten geantwortet. Vielleicht ist die Adresse falsch, oder eine Firewall blockiert Posto.</translation>
    </message>
    <message>
        <source>{host} answered with an address that cannot be used.</source>
        <translation>{host} hat mit einer unbrauchbaren Adresse geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered with old data from a cache. Exclude /wp-json/ from its cache.</source>
        <translation>{host} hat mit alten Daten aus einem Cache geantwortet. Nehmen Sie /wp-json/ vom Cache aus.</translation>
    </message>
    <message>
        <source>{host} answered without a calendar.</source>
        <translation>{host} hat ohne Kalender geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered without a feed.</source>
        <translation>{host} hat ohne Feed geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered without a list of channels.</source>
        <translation>{host} hat ohne Liste der Kanäle geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered without a list of its posts.</source>
        <translation>{host} hat ohne eine Liste seiner Beiträge geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered without a list of schedules.</source>
        <translation>{host} hat ohne Liste der Zeitpläne geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered without its media library.</source>
        <translation>{host} hat ohne seine Mediathek geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered without its planners.</source>
        <translation>{host} hat ohne seine Planer geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered without its proposals.</source>
        <translation>{host} hat ohne seine Vorschläge geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered without saying who has the post open.</source>
        <translation>{host} hat nicht gesagt, wer den Beitrag geöffnet hat.</translation>
    </message>
    <message>
        <source>{host} answered without settings.</source>
        <translation>{host} hat ohne Einstellungen geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered without the team&apos;s data.</source>
        <translation>{host} hat ohne die Daten des Teams geantwortet.</translation>
    </message>
    <message>
        <source>{host} answered {status}.</source>
        <translation>{host} hat {status} geantwortet.</translation>
    </message>
    <message>
        <source>{host} blocks this account: {reason}</source>
        <translation>{host} blockiert dieses Konto: {reason}</translation>
    </message>
    <message>
        <source>{host} cannot answer right now ({status}).</source>
        <translation>{host} kann gerade nicht antworten ({status}).</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>{host} could not be found. The address is wrong or this computer is offline.</source>
        <translation>{host} wurde nicht gefunden. Die Adresse ist falsch, oder dieser Computer ist offline.</translation>
    </message>
    <message>
        <source>{host} could not be reached in time.</source>
        <translation>{host} konnte nicht rechtzeitig erreicht werden.</translation>
    </message>
    <message>
        <source>{host} did not accept the sign-in. The user name or the application password is wrong, or the web server drops the Authorization header.</source>
        <translation>{host} hat die Anmeldung nicht angenommen. Der Benutzername oder das Anwendungspasswort ist falsch, oder der Webserver verwirft den Authorization-Header.</translation>
    </message>
    <message>
        <source>{host} did not answer in time ({status}).</source>
        <translation>{host} hat nicht rechtzeitig geantwortet ({status}).</translation>
    </message>
    <message>
        <source>{host} did not answer within {seconds} seconds.</source>
        <translation>{host} hat nicht innerhalb von {seconds} Sekunden geantwortet.</translation>
    </message>
    <message>
        <source>{host} did not finish its answer within {duration}.</source>
        <translation>{host} hat seine Antwort nicht innerhalb von {duration} beendet.</translation>
    </message>
    <message>
        <source>{host} did not say whether it took the post.</source>
        <translation>{host} hat nicht gesagt, ob es den Beitrag angenommen hat.</translation>
    </message>
    <message>
        <source>{host} did not say who is signed in.</source>
        <translation>{host} hat nicht gesagt, wer angemeldet ist.</translation>
    </message>
    <message>
        <source>{host} did not set up a secure connection. Check its certificate.</source>
        <translation>{host} hat keine sichere Verbindung aufgebaut. Prüfen Sie das Zertifikat.</translation>
    </message>
    <message>
        <source>{host} does not accept requests this large (413). Nothing was sent.</source>
        <translation>{host} nimmt so große Anfragen nicht an (413). Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>{host} does not allow this account to do that: {message}</source>
        <translation>{host} erlaubt diesem Konto das nicht: {message}</translation>
    </message>
    <message>
        <source>{host} does not answer apps over http. Begin the address with https://.</source>
        <translation>{host} antwortet Apps nicht über http. Beginnen Sie die Adresse mit https://.</translation>
    </message>
    <message>
        <source>{host} does not know this user name. Check the spelling.</source>
        <translation>{host} kennt diesen Benutzernamen nicht. Prüfen Sie die Schreibweise.</translation>
    </message>
    <message>
        <source>{host} does not offer this.</source>
        <translation>{host} bietet das nicht an.</translation>
    </message>
    <message>
        <source>{host} has an internal error ({status}).</source>
        <translation>{host} hat einen internen Fehler ({status}).</translation>
    </message>
    <message>
        <source>{host} has moved.</source>
        <translation>{host} ist umgezogen.</translation>
    </message>
    <message>
        <source>{host} has no FS Poster plugin, or one too old for this.</source>
        <translation>{host} hat kein FS-Poster-Plugin, oder eines, das hierfür zu alt ist.</translation>
    </message>
    <message>
        <source>{host} has no WordPress at this address. Check the address; a site in a folder needs the folder too, as in example.com/blog.</source>
        <translation>{host} hat unter dieser Adresse kein WordPress. Prüfen Sie die Adresse; liegt die Website in einem Ordner, gehört er dazu, wie in example.com/blog.</translation>
    </message>
    <message>
        <source>{host} has no storage space left.</source>
        <translation>{host} hat keinen Speicherplatz mehr.</translation>
    </message>
    <message>
        <source>{host} has nothing at this address (404).</source>
        <translation>{host} hat nichts unter dieser Adresse (404).</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the FS Poster plugin, version 7. Install or activate it there. The sign-in itself works.</source>
        <translation>{host} ist eine WordPress-Website ohne das FS-Poster-Plugin, Version 7. Installieren oder aktivieren Sie es dort. Die Anmeldung selbst funktioniert.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page (“{page}”) instead of data.</source>
        <translation>{host} ist eine WordPress-Website, antwortet aber mit einer Webseite („{page}“) statt mit Daten.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page instead of data.</source>
        <translation>{host} ist eine WordPress-Website, antwortet aber mit einer Webseite statt mit Daten.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} wird gerade gewartet.</translation>
    </message>
    <message>
        <source>{host} is not a WordPress site, or blocks Posto. Check the address.</source>
        <translation>{host} ist keine WordPress-Website oder blockiert Posto. Prüfen Sie die Adresse.</translation>
    </message>
    <message>
        <source>{host} is not responding on port {usual}, the default for {scheme}. If the site uses another port, add it to the address, for example {host}:8080. Nothing was sent.</source>
        <translation>{host} antwortet nicht auf Port {usual}, dem Standard für {scheme}. Verwendet die Website einen anderen Port, fügen Sie ihn der Adresse hinzu, zum Beispiel {host}:8080. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>{host} is not responding.</source>
        <translation>{host} antwortet nicht.</translation>
    </message>
    <message>
        <source>{host} knows the user name, but the application password is wrong. The login password of the site does not work here: create an application password in your profile there.</source>
        <translation>{host} kennt den Benutzernamen, aber das Anwendungspasswort ist falsch. Das Anmeldepasswort der Website gilt hier nicht: Legen Sie dort in Ihrem Profil ein Anwendungspasswort an.</translation>
    </message>
    <message>
        <source>{host} lies in a private network, so nothing is fetched from there. Download the file yourself and attach it.</source>
        <translation>{host} liegt in einem privaten Netz, daher wird von dort nichts geholt. Laden Sie die Datei selbst herunter, und hängen Sie sie an.</translation>
    </message>
    <message>
        <source>{host} ran out of memory. Its PHP limit is {memory}.</source>
        <translation>{host} hatte nicht genug Speicher. Die PHP-Grenze ist {memory}.</translation>
    </message>
    <message>
        <source>{host} received the data too slowly: the upload took more than {duration}.</source>
        <translation>{host} hat die Daten zu langsam angenommen: Das Hochladen dauerte mehr als {duration}.</translation>
    </message>
    <message>
        <source>{host} received too many requests (429).</source>
        <translation>{host} hat zu viele Anfragen erhalten (429).</translation>
    </message>
    <message>
        <source>{host} redirected to a page, {location}, instead of sending data.</source>
        <translation>{host} hat auf eine Seite umgeleitet, {location}, statt Daten zu senden.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop. Check both site addresses in WordPress under Settings &gt; General, and the redirect rules of the web server.</source>
        <translation>{host} leitet im Kreis um. Prüfen Sie beide Website-Adressen in WordPress unter Einstellungen &gt; Allgemein und die Umleitungen des Webservers.</translation>
    </message>
    <message>
        <source>{host} redirects to an address without https. The password was not sent.</source>
        <translation>{host} leitet auf eine Adresse ohne https um. Das Passwort wurde nicht gesendet.</translation>
    </message>
    <message>
        <source>{host} redirects to another site, {named}. If it is yours, enter {named} as the address. The password was not sent.</source>
        <translation>{host} leitet auf eine andere Website um, {named}. Gehört sie Ihnen, geben Sie {named} als Adresse ein. Das Passwort wurde nicht gesendet.</translation>
    </message>
    <message>
        <source>{host} refused the request ({status}).</source>
        <translation>{host} hat die Anfrage abgelehnt ({status}).</translation>
    </message>
    <message>
        <source>{host} refused the request.</source>
        <translation>{host} hat die Anfrage abgelehnt.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; an owner of the workspace can make a new password in Settings &gt; Team.</source>
        <translation>{host} hat den Benutzernamen oder das Anwendungspasswort abgelehnt. Prüfen Sie beide; ein Eigentümer des Arbeitsbereichs kann unter Einstellungen &gt; Team ein neues Passwort erstellen.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header, or the site has disabled application passwords.</source>
        <translation>{host} hat den Benutzernamen oder das Anwendungspasswort abgelehnt. Prüfen Sie beide; das Anmeldepasswort der Website gilt hier nicht. Stimmen sie, verwirft der Webserver den Authorization-Header, oder die Website hat Anwendungspasswörter ausgeschaltet.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header.</source>
        <translation>{host} hat den Benutzernamen oder das Anwendungspasswort abgelehnt. Prüfen Sie beide; das Anmeldepasswort der Website gilt hier nicht. Stimmen sie, verwirft der Webserver den Authorization-Header.</translation>
    </message>
    <message>
        <source>{host} sends to an address without https.</source>
        <translation>{host} sendet an eine Adresse ohne https.</translation>
    </message>
    <message>
        <source>{limit} bytes</source>
        <translation>{limit} Byte</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} und {count} weitere</translation>
    </message>
    <message>
        <source>{names} are each the same as the next; the text for all networks counts.</source>
        <translation>{names} sind je wie der nächste; es gilt der Text für alle Netzwerke.</translation>
    </message>
    <message>
        <source>{names} are not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} sind nicht aktiv: Die Sitzung beim Netzwerk ist abgelaufen. Melden Sie sich beim Dienst erneut am Netzwerk an. Nichts wurde veröffentlicht.</translation>
    </message>
    <message>
        <source>{names} is not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} ist nicht aktiv: Die Sitzung beim Netzwerk ist abgelaufen. Melden Sie sich beim Dienst erneut am Netzwerk an. Nichts wurde veröffentlicht.</translation>
    </message>
    <message>
        <source>{names} is set to be the same as itself; the text for all networks counts.</source>
        <translation>{names} ist als gleich mit sich selbst eingestellt; es gilt der Text für alle Netzwerke.</translation>
    </message>
    <message>
        <source>{name} (other version)</source>
        <translation>{name} (andere Fassung)</translation>
    </message>
    <message>
        <source>{name} is not a web address.</source>
        <translation>{name} ist keine Webadresse.</translation>
    </message>
    <message>
        <source>{shown} could not be downloaded.</source>
        <translation>{shown} konnte nicht heruntergeladen werden.</translation>
    </message>
    <message>
        <source>{shown} could not be saved on this computer: {why}.</source>
        <translation>{shown} konnte auf diesem Computer nicht gespeichert werden: {why}.</translation>
    </message>
    <message>
        <source>{shown} has passed. Nothing was sent.</source>
        <translation>{shown} ist vorbei. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>{shown} is not a picture or video.</source>
        <translation>{shown} ist kein Bild oder Video.</translation>
    </message>
    <message>
        <source>{site} does not use https. Check the port, and whether the site has a certificate.</source>
        <translation>{site} verwendet kein https. Prüfen Sie den Port, und ob die Website ein Zertifikat hat.</translation>
    </message>
    <message>
        <source>{size} bytes</source>
        <translation>{size} Byte</translation>
    </message>
    <message>
        <source>{when} is not a time.</source>
        <translation>{when} ist keine Zeit.</translation>
    </message>
    <message>
        <source>“{clean}” was not saved.</source>
        <translation>„{clean}“ wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>“{hashtags}.place” takes {either}, not {place}.</source>
        <translation>„{hashtags}.place“ erlaubt {either}, nicht {place}.</translation>
    </message>
    <message>
        <source>“{key}” must be {words}, not {value}.</source>
        <translation>„{key}“ muss {words} sein, nicht {value}.</translation>
    </message>
    <message>
        <source>“{name}” ({size}) was not uploaded. {reason} Make it smaller, or have more memory allowed.</source>
        <translation>„{name}“ ({size}) wurde nicht hochgeladen. {reason} Verkleinern Sie es, oder lassen Sie mehr Speicher zu.</translation>
    </message>
    <message>
        <source>“{name}” cannot be read: {why}.</source>
        <translation>„{name}“ kann nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>“{name}” for {shown} is not text; it is not used.</source>
        <translation>„{name}“ für {shown} ist kein Text; es wird nicht verwendet.</translation>
    </message>
    <message>
        <source>“{name}” has {count} characters; at most {most} are taken.</source>
        <translation>„{name}“ hat {count} Zeichen; höchstens {most} sind erlaubt.</translation>
    </message>
    <message>
        <source>“{name}” is a list of texts, not {value}.</source>
        <translation>„{name}“ ist eine Liste von Texten, nicht {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a number from {least} to {most}, not {value}.</source>
        <translation>„{name}“ ist eine Zahl von {least} bis {most}, nicht {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a table, not {value}.</source>
        <translation>„{name}“ ist eine Tabelle, nicht {value}.</translation>
    </message>
    <message>
        <source>“{name}” is larger than {value} MB and was not saved.</source>
        <translation>„{name}“ ist größer als {value} MB und wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>“{name}” is not in the media library.</source>
        <translation>„{name}“ ist nicht in der Mediathek.</translation>
    </message>
    <message>
        <source>“{name}” may have been uploaded.</source>
        <translation>„{name}“ wurde vielleicht hochgeladen.</translation>
    </message>
    <message>
        <source>“{name}” may not upload files on {host}. The account needs the Author role or higher.</source>
        <translation>„{name}“ darf auf {host} keine Dateien hochladen. Das Konto braucht die Rolle Autor oder höher.</translation>
    </message>
    <message>
        <source>“{name}” must be text, not {value}.</source>
        <translation>„{name}“ muss Text sein, nicht {value}.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>„{name}“ wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded.</source>
        <translation>„{name}“ wurde nicht hochgeladen.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: the web server of {host} refuses files of {size} (413). Make it smaller, or have the limit raised there.</source>
        <translation>„{name}“ wurde nicht hochgeladen: Der Webserver von {host} lehnt Dateien mit {size} ab (413). Verkleinern Sie es, oder lassen Sie die Grenze dort anheben.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: this account may not upload files. It needs the Author role or higher.</source>
        <translation>„{name}“ wurde nicht hochgeladen: Dieses Konto darf keine Dateien hochladen. Es braucht die Rolle Autor oder höher.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: {error}</source>
        <translation>„{name}“ wurde nicht hochgeladen: {error}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but its alt text may be missing: {reason}</source>
        <translation>„{name}“ wurde hochgeladen, aber vielleicht fehlt der Alternativtext: {reason}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but without its alt text: {reason}</source>
        <translation>„{name}“ wurde hochgeladen, aber ohne Alternativtext: {reason}</translation>
    </message>
    <message>
        <source>“{same_as}” of “{key}” names no network: {source_slug}.</source>
        <translation>„{same_as}“ von „{key}“ nennt kein Netzwerk: {source_slug}.</translation>
    </message>
    <message>
        <source>“{shown}” cannot be read: {why}.</source>
        <translation>„{shown}“ kann nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>“{shown}” is a folder. Choose the files inside it.</source>
        <translation>„{shown}“ ist ein Ordner. Wählen Sie die Dateien darin.</translation>
    </message>
    <message>
        <source>“{shown}” is empty (0 bytes).</source>
        <translation>„{shown}“ ist leer (0 Byte).</translation>
    </message>
    <message>
        <source>“{shown}” is not a file that can be read.</source>
        <translation>„{shown}“ ist keine lesbare Datei.</translation>
    </message>
    <message>
        <source>“{shown}” is not a picture or a video.</source>
        <translation>„{shown}“ ist kein Bild oder Video.</translation>
    </message>
    <message>
        <source>“{shown}” was not found.</source>
        <translation>„{shown}“ wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>“{target}” fits several channels: {listed}. Use the whole name or the number. Nothing was posted.</source>
        <translation>„{target}“ passt auf mehrere Kanäle: {listed}. Verwenden Sie den ganzen Namen oder die Nummer. Nichts wurde veröffentlicht.</translation>
    </message>
    <message>
        <source>“{utm}.links” takes {either}, not “{link_kind}”.</source>
        <translation>„{utm}.links“ erlaubt {either}, nicht „{link_kind}“.</translation>
    </message>
    <message>
        <source>“{utm}.{key}” has unknown variables: {shown}. Known are {known}.</source>
        <translation>„{utm}.{key}“ hat unbekannte Variablen: {shown}. Bekannt sind {known}.</translation>
    </message>
    <message>
        <source>“{watermark}.corner” takes {either}, not {corner}.</source>
        <translation>„{watermark}.corner“ erlaubt {either}, nicht {corner}.</translation>
    </message>
    <message>
        <source>“{watermark}.file” is the plain name of a file in {folder}, not “{file}”.</source>
        <translation>„{watermark}.file“ ist der einfache Name einer Datei in {folder}, nicht „{file}“.</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Leeren</translation>
    </message>
</context>
<context>
    <name>SearchResults</name>
    <message>
        <source>Found settings</source>
        <translation>Gefundene Einstellungen</translation>
    </message>
</context>
<context>
    <name>SendNow</name>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>%Ln Beitrag jetzt senden</numerusform>
            <numerusform>%Ln Beiträge jetzt senden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now instead of at the time in When?</source>
        <extracomment>&quot;When&quot; is the field of the time of a message.</extracomment>
        <translation>
            <numerusform>%Ln Beitrag jetzt statt zur Zeit in „Wann“ senden?</numerusform>
            <numerusform>%Ln Beiträge jetzt statt zur Zeit in „Wann“ senden?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now?</source>
        <translation>
            <numerusform>%Ln Beitrag jetzt senden?</numerusform>
            <numerusform>%Ln Beiträge jetzt senden?</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message numerus="yes">
        <source>You can undo it for %n second(s).</source>
        <translation>
            <numerusform>Sie können es %n Sekunde lang rückgängig machen.</numerusform>
            <numerusform>Sie können es %n Sekunden lang rückgängig machen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendingOutlook</name>
    <message numerus="yes">
        <source>%n account(s) cannot post yet</source>
        <translation>
            <numerusform>%n Konto kann noch nicht veröffentlichen</numerusform>
            <numerusform>%n Konten können noch nicht veröffentlichen</numerusform>
        </translation>
    </message>
    <message>
        <source>No network</source>
        <translation>Kein Netz</translation>
    </message>
    <message>
        <source>No network: waits on this computer</source>
        <translation>Kein Netz: wartet auf diesem Computer</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>Offline: waits on this computer</source>
        <translation>Offline: wartet auf diesem Computer</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Paused: waits on this computer</source>
        <translation>Angehalten: wartet auf diesem Computer</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Sending is paused: the message waits on this computer.</source>
        <translation>Das Senden ist angehalten: Die Nachricht wartet auf diesem Computer.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>Abgemeldet</translation>
    </message>
    <message>
        <source>Signed out: waits on this computer</source>
        <translation>Abgemeldet: wartet auf diesem Computer</translation>
    </message>
    <message>
        <source>The message waits on this computer until you sign in again.</source>
        <translation>Die Nachricht wartet auf diesem Computer, bis Sie sich erneut anmelden.</translation>
    </message>
    <message>
        <source>The message waits on this computer. {why}</source>
        <translation>Die Nachricht wartet auf diesem Computer. {why}</translation>
    </message>
    <message>
        <source>There is no network: what goes to {names} waits on this computer.</source>
        <translation>Es gibt kein Netz: Was an {names} geht, wartet auf diesem Computer.</translation>
    </message>
    <message>
        <source>What goes to {names} waits on this computer. {why}</source>
        <translation>Was an {names} geht, wartet auf diesem Computer. {why}</translation>
    </message>
    <message>
        <source>{name}: sign in again</source>
        <translation>{name}: erneut anmelden</translation>
    </message>
    <message>
        <source>{name}: the keychain is locked</source>
        <translation>{name}: der Schlüsselbund ist gesperrt</translation>
    </message>
    <message>
        <source>{name}: the server is not reached</source>
        <translation>{name}: der Server ist nicht erreichbar</translation>
    </message>
</context>
<context>
    <name>Server</name>
    <message numerus="yes">
        <source>%Ln post(s) could be rescued. Those that waited show as “Not sent” until you decide.</source>
        <translation>
            <numerusform>%Ln Beitrag konnte gerettet werden. Was wartete, steht als „Nicht gesendet“ da, bis Sie entscheiden.</numerusform>
            <numerusform>%Ln Beiträge konnten gerettet werden. Was wartete, steht als „Nicht gesendet“ da, bis Sie entscheiden.</numerusform>
        </translation>
    </message>
    <message>
        <source>16 letters or more, the same as at the receiver. It signs every request.</source>
        <translation>16 Zeichen oder mehr, dasselbe wie beim Empfänger. Damit wird jede Anfrage signiert.</translation>
    </message>
    <message>
        <source>@name or number. Or write something there, and leave this empty.</source>
        <translation>@Name oder Nummer. Oder schreiben Sie dort etwas, und lassen Sie dies leer.</translation>
    </message>
    <message>
        <source>@{name} is in no channel. Add it to the one that you want to use.</source>
        <translation>@{name} ist in keinem Kanal. Fügen Sie ihn dem Kanal hinzu, den Sie verwenden möchten.</translation>
    </message>
    <message>
        <source>@{name} knows no channel yet. Make it an administrator of yours, write something there, and connect again; or enter the channel&apos;s @name.</source>
        <translation>@{name} kennt noch keinen Kanal. Machen Sie ihn in Ihrem zum Administrator, schreiben Sie dort etwas, und verbinden Sie erneut; oder geben Sie den @Namen des Kanals ein.</translation>
    </message>
    <message>
        <source>A bot&apos;s or your own: Profile, Security, Personal Access Tokens.</source>
        <translation>Das eines Bots oder Ihr eigenes: Profil, Sicherheit, Persönliche Zugangs-Token.</translation>
    </message>
    <message>
        <source>A channel can be chosen only once in a post.</source>
        <translation>Ein Kanal kann in einem Beitrag nur einmal gewählt werden.</translation>
    </message>
    <message>
        <source>A file in the media store is damaged ({sha256}). Upload it again.</source>
        <translation>Eine Datei im Medienspeicher ist beschädigt ({sha256}). Laden Sie sie erneut hoch.</translation>
    </message>
    <message>
        <source>A name to sign in with has letters from a to z, digits and . _ @ + -, 60 at most.</source>
        <translation>Ein Name zum Anmelden hat Buchstaben von a bis z, Ziffern und . _ @ + -, höchstens 60.</translation>
    </message>
    <message>
        <source>A paragraph has {count} characters; Tumblr allows {limit}. Split it with a blank line.</source>
        <translation>Ein Absatz hat {count} Zeichen; Tumblr erlaubt {limit}. Teilen Sie ihn mit einer Leerzeile.</translation>
    </message>
    <message>
        <source>A part of this message was sent meanwhile.</source>
        <translation>Ein Teil dieser Nachricht wurde inzwischen gesendet.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so it cannot be edited.</source>
        <translation>Ein Teil dieses Beitrags ist schon veröffentlicht, er kann daher nicht bearbeitet werden.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so its time cannot change.</source>
        <translation>Ein Teil dieses Beitrags ist schon veröffentlicht, seine Zeit kann sich daher nicht ändern.</translation>
    </message>
    <message>
        <source>A secret is kept in: keyring, session or file.</source>
        <translation>Ein Geheimnis wird aufbewahrt in: keyring, session oder file.</translation>
    </message>
    <message>
        <source>A test note is visible only to chosen people, and nobody is chosen.</source>
        <translation>Eine Testnotiz ist nur für ausgewählte Personen sichtbar, und niemand ist ausgewählt.</translation>
    </message>
    <message>
        <source>A test post is a draft. Editors of the site can see it, readers cannot.</source>
        <translation>Ein Testbeitrag ist ein Entwurf. Redakteure der Website sehen ihn, Leser nicht.</translation>
    </message>
    <message>
        <source>A test post is visible only to the people it mentions, and it mentions nobody.</source>
        <translation>Ein Testbeitrag ist nur für die erwähnten Personen sichtbar, und er erwähnt niemanden.</translation>
    </message>
    <message>
        <source>A test sends another signed ping and publishes nothing.</source>
        <translation>Ein Test sendet eine weitere signierte Probe und veröffentlicht nichts.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Ein Thread kann höchstens {limit} Teile haben.</translation>
    </message>
    <message>
        <source>A token needs write:statuses and write:media.</source>
        <translation>Ein Token braucht write:statuses und write:media.</translation>
    </message>
    <message>
        <source>A workspace of Posto for a team</source>
        <translation>Ein Arbeitsbereich von Posto für ein Team</translation>
    </message>
    <message>
        <source>A writer can change only proposals of their own.</source>
        <translation>Wer nur Beiträge vorschlagen darf, kann nur eigene Vorschläge ändern.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API-Schlüssel</translation>
    </message>
    <message>
        <source>API key secret</source>
        <translation>API-Geheimnis</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Zugangs-Token</translation>
    </message>
    <message>
        <source>Access token secret</source>
        <translation>Geheimnis des Zugangs-Tokens</translation>
    </message>
    <message>
        <source>Account not found.</source>
        <translation>Konto nicht gefunden.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Address of your site</source>
        <translation>Adresse Ihrer Website</translation>
    </message>
    <message>
        <source>Admin API key</source>
        <translation>Admin-API-Schlüssel</translation>
    </message>
    <message>
        <source>Also enter the user name and application password of your site.</source>
        <translation>Geben Sie auch Benutzernamen und Anwendungspasswort Ihrer Website ein.</translation>
    </message>
    <message>
        <source>Also enter your two-factor code.</source>
        <translation>Geben Sie auch Ihren Zwei-Faktor-Code ein.</translation>
    </message>
    <message>
        <source>An owner sees all groups.</source>
        <translation>Ein Eigentümer sieht alle Gruppen.</translation>
    </message>
    <message>
        <source>Another group uses this file, too.</source>
        <translation>Eine andere Gruppe verwendet diese Datei ebenfalls.</translation>
    </message>
    <message>
        <source>Another server is signing in with this account.</source>
        <translation>Ein anderer Server meldet sich gerade mit diesem Konto an.</translation>
    </message>
    <message>
        <source>Another workspace is already running in {folder}.</source>
        <translation>In {folder} läuft schon ein anderer Arbeitsbereich.</translation>
    </message>
    <message>
        <source>Another workspace is already running.</source>
        <translation>Ein anderer Arbeitsbereich läuft schon.</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>App-Passwort</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Anwendungspasswort</translation>
    </message>
    <message>
        <source>Application password there</source>
        <translation>Anwendungspasswort dort</translation>
    </message>
    <message>
        <source>Ask for the role of an author.</source>
        <translation>Bitten Sie um die Rolle eines Autors.</translation>
    </message>
    <message>
        <source>Bluesky allows pictures or one video, not both in one post.</source>
        <translation>Bluesky erlaubt Bilder oder ein Video, nicht beides in einem Beitrag.</translation>
    </message>
    <message>
        <source>Bluesky has no account {handle}. Enter the full handle with its domain.</source>
        <translation>Bluesky hat kein Konto {handle}. Geben Sie das ganze Handle mit seiner Domain ein.</translation>
    </message>
    <message>
        <source>Bot token</source>
        <translation>Bot-Token</translation>
    </message>
    <message>
        <source>Channel not found.</source>
        <translation>Kanal nicht gefunden.</translation>
    </message>
    <message>
        <source>Channel or group</source>
        <translation>Kanal oder Gruppe</translation>
    </message>
    <message>
        <source>Check the Matrix ID and the password.</source>
        <translation>Prüfen Sie die Matrix-ID und das Passwort.</translation>
    </message>
    <message>
        <source>Choose a post.</source>
        <translation>Wählen Sie einen Beitrag.</translation>
    </message>
    <message>
        <source>Choose at least one channel.</source>
        <translation>Wählen Sie mindestens einen Kanal.</translation>
    </message>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Wählen Sie mindestens einen Ort zum Veröffentlichen.</translation>
    </message>
    <message>
        <source>Choose at least one schedule.</source>
        <translation>Wählen Sie mindestens einen Zeitplan.</translation>
    </message>
    <message>
        <source>Client ID</source>
        <translation>Client-ID</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>Client-Geheimnis</translation>
    </message>
    <message>
        <source>Consumer key</source>
        <translation>Consumer-Schlüssel</translation>
    </message>
    <message>
        <source>Consumer secret</source>
        <translation>Consumer-Geheimnis</translation>
    </message>
    <message>
        <source>Create one in Bluesky: Settings, Privacy and security, App passwords.</source>
        <translation>Legen Sie eines in Bluesky an: Einstellungen, Privatsphäre und Sicherheit, App-Passwörter.</translation>
    </message>
    <message>
        <source>Create one in WordPress: Users, Profile, Application Passwords.</source>
        <translation>Legen Sie eines in WordPress an: Benutzer, Profil, Anwendungspasswörter.</translation>
    </message>
    <message>
        <source>Discord (bot)</source>
        <translation>Discord (Bot)</translation>
    </message>
    <message>
        <source>Discord (webhook)</source>
        <translation>Discord (Webhook)</translation>
    </message>
    <message>
        <source>Discord allows 25 MB of files per message. Remove some or use smaller ones.</source>
        <translation>Discord erlaubt 25 MB Dateien pro Nachricht. Entfernen Sie einige, oder verwenden Sie kleinere.</translation>
    </message>
    <message>
        <source>Enter a topic: letters, digits, hyphens and underscores, 64 at most.</source>
        <translation>Geben Sie ein Thema ein: Buchstaben, Ziffern, Binde- und Unterstriche, höchstens 64.</translation>
    </message>
    <message>
        <source>Enter all four keys.</source>
        <translation>Geben Sie alle vier Schlüssel ein.</translation>
    </message>
    <message>
        <source>Enter an access token.</source>
        <translation>Geben Sie ein Zugangs-Token ein.</translation>
    </message>
    <message>
        <source>Enter the API key.</source>
        <translation>Geben Sie den API-Schlüssel ein.</translation>
    </message>
    <message>
        <source>Enter the access token.</source>
        <translation>Geben Sie das Zugangs-Token ein.</translation>
    </message>
    <message>
        <source>Enter the bot token of your app. It begins with xoxb-</source>
        <translation>Geben Sie das Bot-Token Ihrer App ein. Es beginnt mit xoxb-</translation>
    </message>
    <message>
        <source>Enter the client ID and the client secret.</source>
        <translation>Geben Sie Client-ID und Client-Geheimnis ein.</translation>
    </message>
    <message>
        <source>Enter the full Matrix ID, for example @you:matrix.org.</source>
        <translation>Geben Sie die ganze Matrix-ID ein, zum Beispiel @sie:matrix.org.</translation>
    </message>
    <message>
        <source>Enter the page access token.</source>
        <translation>Geben Sie das Zugangs-Token der Seite ein.</translation>
    </message>
    <message>
        <source>Enter the password or an access token.</source>
        <translation>Geben Sie das Passwort oder ein Zugangs-Token ein.</translation>
    </message>
    <message>
        <source>Facebook continues threads as comments, and Posto cannot add pictures to them.</source>
        <translation>Facebook setzt Threads als Kommentare fort, und Posto kann ihnen keine Bilder hinzufügen.</translation>
    </message>
    <message>
        <source>Facebook page (your own app)</source>
        <translation>Facebook-Seite (eigene App)</translation>
    </message>
    <message>
        <source>Files of this kind have no preview.</source>
        <translation>Dateien dieser Art haben keine Vorschau.</translation>
    </message>
    <message>
        <source>Fill in: {names}.</source>
        <translation>Füllen Sie aus: {names}.</translation>
    </message>
    <message>
        <source>For pictures: a Blossom server, for example https://blossom.primal.net</source>
        <translation>Für Bilder: ein Blossom-Server, zum Beispiel https://blossom.primal.net</translation>
    </message>
    <message>
        <source>From @BotFather: 123456:ABC…</source>
        <translation>Von @BotFather: 123456:ABC…</translation>
    </message>
    <message>
        <source>From api.tumblr.com/console: Show keys</source>
        <translation>Von api.tumblr.com/console: Show keys</translation>
    </message>
    <message>
        <source>From console.x.com: your app, Keys and tokens.</source>
        <translation>Von console.x.com: Ihre App, Keys and tokens.</translation>
    </message>
    <message>
        <source>From dev.to: Settings, Extensions.</source>
        <translation>Von dev.to: Settings, Extensions.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, Instagram, Generate token. Valid for 60 days.</source>
        <translation>Von developers.facebook.com: Ihre App, Instagram, Generate token. 60 Tage gültig.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, User Token Generator. Valid for 60 days.</source>
        <translation>Von developers.facebook.com: Ihre App, User Token Generator. 60 Tage gültig.</translation>
    </message>
    <message>
        <source>From discord.com/developers: your application, Bot, Reset Token.</source>
        <translation>Von discord.com/developers: Ihre Anwendung, Bot, Reset Token.</translation>
    </message>
    <message>
        <source>From linkedin.com/developers: Token generator, with openid, profile and w_member_social. Valid for 60 days.</source>
        <translation>Von linkedin.com/developers: Token generator, mit openid, profile und w_member_social. 60 Tage gültig.</translation>
    </message>
    <message>
        <source>From tumblr.com/oauth/apps</source>
        <translation>Von tumblr.com/oauth/apps</translation>
    </message>
    <message>
        <source>Ghost does not allow apps to write comments.</source>
        <translation>Ghost erlaubt Apps nicht, Kommentare zu schreiben.</translation>
    </message>
    <message>
        <source>Google did not grant lasting access. Try again and allow everything it asks for.</source>
        <translation>Google hat keinen dauerhaften Zugriff gewährt. Versuchen Sie es erneut, und erlauben Sie alles Gefragte.</translation>
    </message>
    <message>
        <source>Google has ended the sign-in. If this happens every seven days, your consent screen is still in &quot;Testing&quot;. Publish it to &quot;In production&quot;.</source>
        <translation>Google hat die Anmeldung beendet. Geschieht das alle sieben Tage, steht Ihr Zustimmungsbildschirm noch auf „Testing“. Stellen Sie ihn auf „In production“.</translation>
    </message>
    <message>
        <source>Google no longer knows this client. Connect the account again.</source>
        <translation>Google kennt diesen Client nicht mehr. Verbinden Sie das Konto neu.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>Handle</translation>
    </message>
    <message>
        <source>In Discord: Edit Channel, Integrations, Webhooks, Copy Webhook URL.</source>
        <translation>In Discord: Kanal bearbeiten, Integrationen, Webhooks, Webhook-URL kopieren.</translation>
    </message>
    <message>
        <source>In Ghost: Settings, Integrations, Add custom integration.</source>
        <translation>In Ghost: Settings, Integrations, Add custom integration.</translation>
    </message>
    <message>
        <source>Instagram (your own app)</source>
        <translation>Instagram (eigene App)</translation>
    </message>
    <message>
        <source>Instagram allows apps to post only to business and creator accounts.</source>
        <translation>Instagram erlaubt Apps nur bei Business- und Creator-Konten zu veröffentlichen.</translation>
    </message>
    <message>
        <source>Instagram continues threads as comments, which cannot have pictures.</source>
        <translation>Instagram setzt Threads als Kommentare fort, die keine Bilder haben können.</translation>
    </message>
    <message>
        <source>Instagram downloads pictures from a public address. Enter a WordPress site of your own.</source>
        <translation>Instagram lädt Bilder von einer öffentlichen Adresse. Geben Sie eine eigene WordPress-Website ein.</translation>
    </message>
    <message>
        <source>Instead of the password, if the server signs in only in the browser.</source>
        <translation>Anstelle des Passworts, wenn der Server nur im Browser anmeldet.</translation>
    </message>
    <message>
        <source>It cannot be reached.</source>
        <translation>Es ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>It could not be prepared yet.</source>
        <translation>Er konnte noch nicht vorbereitet werden.</translation>
    </message>
    <message>
        <source>It did not accept the post.</source>
        <translation>Es hat den Beitrag nicht angenommen.</translation>
    </message>
    <message>
        <source>It did not answer the question.</source>
        <translation>Es hat die Frage nicht beantwortet.</translation>
    </message>
    <message>
        <source>It did not report whether it accepted the post.</source>
        <translation>Es hat nicht gemeldet, ob es den Beitrag angenommen hat.</translation>
    </message>
    <message>
        <source>It is already disconnected.</source>
        <translation>Die Verbindung ist schon getrennt.</translation>
    </message>
    <message>
        <source>It is too late to undo this. The device needs a new password.</source>
        <translation>Zum Rückgängigmachen ist es zu spät. Das Gerät braucht ein neues Passwort.</translation>
    </message>
    <message>
        <source>It was due before the backup was restored, and may have been sent then.</source>
        <translation>Er war fällig, bevor die Sicherung wiederhergestellt wurde, und wurde vielleicht damals gesendet.</translation>
    </message>
    <message>
        <source>Its answer is not one of a relay.</source>
        <translation>Die Antwort ist nicht die eines Relays.</translation>
    </message>
    <message>
        <source>Its channel was disconnected.</source>
        <translation>Die Verbindung seines Kanals wurde getrennt.</translation>
    </message>
    <message>
        <source>Leave this empty for api.linkedin.com.</source>
        <translation>Leer lassen für api.linkedin.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.telegram.org.</source>
        <translation>Leer lassen für api.telegram.org.</translation>
    </message>
    <message>
        <source>Leave this empty for api.tumblr.com.</source>
        <translation>Leer lassen für api.tumblr.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.x.com.</source>
        <translation>Leer lassen für api.x.com.</translation>
    </message>
    <message>
        <source>Leave this empty for dev.to.</source>
        <translation>Leer lassen für dev.to.</translation>
    </message>
    <message>
        <source>Leave this empty for discord.com.</source>
        <translation>Leer lassen für discord.com.</translation>
    </message>
    <message>
        <source>Leave this empty for slack.com.</source>
        <translation>Leer lassen für slack.com.</translation>
    </message>
    <message>
        <source>Leave this empty to sign in with the browser.</source>
        <translation>Leer lassen, um sich im Browser anzumelden.</translation>
    </message>
    <message>
        <source>Leave this empty to use the relays of your profile.</source>
        <translation>Leer lassen, um die Relays Ihres Profils zu verwenden.</translation>
    </message>
    <message>
        <source>Leave this empty.</source>
        <translation>Leer lassen.</translation>
    </message>
    <message>
        <source>Lemmy needs a title, or a text with a first line to use as one.</source>
        <translation>Lemmy braucht einen Titel oder einen Text, dessen erste Zeile als Titel dient.</translation>
    </message>
    <message>
        <source>LinkedIn (your own app)</source>
        <translation>LinkedIn (eigene App)</translation>
    </message>
    <message>
        <source>LinkedIn already has this post: {sentence}</source>
        <translation>LinkedIn hat diesen Beitrag schon: {sentence}</translation>
    </message>
    <message>
        <source>LinkedIn continues threads as comments, which cannot have pictures.</source>
        <translation>LinkedIn setzt Threads als Kommentare fort, die keine Bilder haben können.</translation>
    </message>
    <message>
        <source>LinkedIn no longer supports this version of its API. Update Posto.</source>
        <translation>LinkedIn unterstützt diese Version seiner API nicht mehr. Aktualisieren Sie Posto.</translation>
    </message>
    <message>
        <source>Mastodon and compatible servers</source>
        <translation>Mastodon und kompatible Server</translation>
    </message>
    <message>
        <source>Matrix ID</source>
        <translation>Matrix-ID</translation>
    </message>
    <message>
        <source>Media not found: {names}.</source>
        <translation>Medien nicht gefunden: {names}.</translation>
    </message>
    <message>
        <source>Media server</source>
        <translation>Medienserver</translation>
    </message>
    <message>
        <source>Meta accepts no more posts for now.</source>
        <translation>Meta nimmt zurzeit keine weiteren Beiträge an.</translation>
    </message>
    <message>
        <source>Meta could not use a file.</source>
        <translation>Meta konnte eine Datei nicht verwenden.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Meta lädt Bilder von einer öffentlichen Adresse. Verbinden Sie das Konto neu, und geben Sie dafür eine eigene WordPress-Website ein.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. https://example.com</source>
        <translation>Meta lädt Bilder von einer öffentlichen Adresse. https://example.com</translation>
    </message>
    <message>
        <source>Meta has a problem right now.</source>
        <translation>Meta hat gerade ein Problem.</translation>
    </message>
    <message>
        <source>Meta is still processing this post.</source>
        <translation>Meta verarbeitet diesen Beitrag noch.</translation>
    </message>
    <message>
        <source>Meta no longer accepts the token.</source>
        <translation>Meta akzeptiert das Token nicht mehr.</translation>
    </message>
    <message>
        <source>Misskey and Sharkey</source>
        <translation>Misskey und Sharkey</translation>
    </message>
    <message>
        <source>Name the device that the password is for.</source>
        <translation>Nennen Sie das Gerät, für das das Passwort ist.</translation>
    </message>
    <message>
        <source>No clear answer came in time.</source>
        <translation>Es kam keine rechtzeitige klare Antwort.</translation>
    </message>
    <message>
        <source>No clear answer came.</source>
        <translation>Es kam keine klare Antwort.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer. Choose where to keep the password: until the workspace ends (session), or in a file that only you can read (file).</source>
        <translation>Auf diesem Computer wurde kein Schlüsselbund gefunden. Wählen Sie, wo das Passwort aufbewahrt wird: bis der Arbeitsbereich endet (session) oder in einer Datei, die nur Sie lesen können (file).</translation>
    </message>
    <message>
        <source>No relay can be reached: {hosts}.</source>
        <translation>Kein Relay ist erreichbar: {hosts}.</translation>
    </message>
    <message>
        <source>No relay is known for this account. Connect it again.</source>
        <translation>Für dieses Konto ist kein Relay bekannt. Verbinden Sie es neu.</translation>
    </message>
    <message>
        <source>No server was found for {handle}. Enter its address.</source>
        <translation>Für {handle} wurde kein Server gefunden. Geben Sie seine Adresse ein.</translation>
    </message>
    <message>
        <source>Nobody signed in within ten minutes. Try again.</source>
        <translation>Niemand hat sich innerhalb von zehn Minuten angemeldet. Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Nostr relays do not store files. Connect the account again and enter a media server.</source>
        <translation>Nostr-Relays speichern keine Dateien. Verbinden Sie das Konto neu, und geben Sie einen Medienserver ein.</translation>
    </message>
    <message>
        <source>Nothing was found here.</source>
        <translation>Hier wurde nichts gefunden.</translation>
    </message>
    <message>
        <source>One post can go to {limit} channels at most.</source>
        <translation>Ein Beitrag kann an höchstens {limit} Kanäle gehen.</translation>
    </message>
    <message>
        <source>One post can have {limit} files at most.</source>
        <translation>Ein Beitrag kann höchstens {limit} Dateien haben.</translation>
    </message>
    <message>
        <source>Only failed schedules can be retried.</source>
        <translation>Nur fehlgeschlagene Zeitpläne können wiederholt werden.</translation>
    </message>
    <message>
        <source>Only for protected topics.</source>
        <translation>Nur für geschützte Themen.</translation>
    </message>
    <message>
        <source>Only needed if your Matrix ID does not lead to your server.</source>
        <translation>Nur nötig, wenn Ihre Matrix-ID nicht zu Ihrem Server führt.</translation>
    </message>
    <message>
        <source>Only needed if your handle does not lead to your server.</source>
        <translation>Nur nötig, wenn Ihr Handle nicht zu Ihrem Server führt.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be edited.</source>
        <translation>Nur nicht gesendete Zeitpläne können bearbeitet werden.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be rescheduled.</source>
        <translation>Nur nicht gesendete Zeitpläne können verschoben werden.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be sent now.</source>
        <translation>Nur nicht gesendete Zeitpläne können jetzt gesendet werden.</translation>
    </message>
    <message>
        <source>Other programs use the ports for the browser&apos;s answer. Close them and try again.</source>
        <translation>Andere Programme belegen die Ports für die Antwort des Browsers. Schließen Sie sie, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Other sites may not access this computer&apos;s workspace.</source>
        <translation>Andere Websites dürfen nicht auf den Arbeitsbereich dieses Computers zugreifen.</translation>
    </message>
    <message>
        <source>Page access token</source>
        <translation>Zugangs-Token der Seite</translation>
    </message>
    <message>
        <source>Part {number} of {total} is not published: {reason} The parts before it are.</source>
        <translation>Teil {number} von {total} ist nicht veröffentlicht: {reason} Die Teile davor schon.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Port {port} on {host} cannot be used: {error}.</source>
        <translation>Port {port} auf {host} kann nicht verwendet werden: {error}.</translation>
    </message>
    <message>
        <source>PostgreSQL needs more: install posto[postgres] and start again.</source>
        <translation>PostgreSQL braucht mehr: Installieren Sie posto[postgres] und starten Sie erneut.</translation>
    </message>
    <message>
        <source>Posto Desktop was interrupted while sending this post, so it may be published.</source>
        <translation>Posto Desktop wurde beim Senden dieses Beitrags unterbrochen, er ist also vielleicht veröffentlicht.</translation>
    </message>
    <message>
        <source>Posto cannot make pictures smaller right now.</source>
        <translation>Posto kann Bilder gerade nicht verkleinern.</translation>
    </message>
    <message>
        <source>Posto cannot write comments on YouTube.</source>
        <translation>Posto kann auf YouTube keine Kommentare schreiben.</translation>
    </message>
    <message>
        <source>Posto cannot write to the workspace&apos;s folder: {folder}.</source>
        <translation>Posto kann nicht in den Ordner des Arbeitsbereichs schreiben: {folder}.</translation>
    </message>
    <message>
        <source>Posto cannot yet tell whether the message was sent.</source>
        <translation>Posto kann noch nicht sagen, ob die Nachricht gesendet wurde.</translation>
    </message>
    <message>
        <source>Posto may not read and write {part}. Allow it, then try again.</source>
        <translation>Posto darf {part} nicht lesen und schreiben. Erlauben Sie es, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Posts wait on the site until someone publishes them.</source>
        <translation>Beiträge warten auf der Website, bis jemand sie veröffentlicht.</translation>
    </message>
    <message>
        <source>Previews are being made. Try again in a moment.</source>
        <translation>Vorschauen werden erstellt. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>Privater Schlüssel</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>Relays</translation>
    </message>
    <message>
        <source>Remove the user name and password from the address of {host}.</source>
        <translation>Entfernen Sie Benutzernamen und Passwort aus der Adresse von {host}.</translation>
    </message>
    <message>
        <source>Schedule group not found.</source>
        <translation>Zeitplangruppe nicht gefunden.</translation>
    </message>
    <message>
        <source>Schedule not found.</source>
        <translation>Zeitplan nicht gefunden.</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>Geheimnis</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Server or handle</source>
        <translation>Server oder Handle</translation>
    </message>
    <message>
        <source>Signing in was cancelled.</source>
        <translation>Die Anmeldung wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Slack accepts no more messages for now.</source>
        <translation>Slack nimmt zurzeit keine weiteren Nachrichten an.</translation>
    </message>
    <message>
        <source>Slack did not accept this: {name}.</source>
        <translation>Slack hat dies nicht angenommen: {name}.</translation>
    </message>
    <message>
        <source>Slack has a problem right now ({name}).</source>
        <translation>Slack hat gerade ein Problem ({name}).</translation>
    </message>
    <message>
        <source>Slack is still processing a picture of this post.</source>
        <translation>Slack verarbeitet noch ein Bild dieses Beitrags.</translation>
    </message>
    <message>
        <source>Slack no longer accepts the token ({name}). Connect the channel again.</source>
        <translation>Slack akzeptiert das Token nicht mehr ({name}). Verbinden Sie den Kanal neu.</translation>
    </message>
    <message>
        <source>Social network not found.</source>
        <translation>Soziales Netzwerk nicht gefunden.</translation>
    </message>
    <message>
        <source>Somebody else has changed these groups meanwhile.</source>
        <translation>Inzwischen hat jemand anders diese Gruppen geändert.</translation>
    </message>
    <message>
        <source>Somebody else has changed {name} meanwhile.</source>
        <translation>Inzwischen hat jemand anders {name} geändert.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to create posts as this user.</source>
        <translation>Sie dürfen als dieser Benutzer leider keine Beiträge erstellen.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to do that.</source>
        <translation>Sie dürfen das leider nicht.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to upload this file type.</source>
        <translation>Sie dürfen diesen Dateityp leider nicht hochladen.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Abonnieren Sie in Ihrer Kalender-App noch einmal mit einer neuen Adresse.</translation>
    </message>
    <message>
        <source>Telegram allows an animation only without other files. Put it in its own post.</source>
        <translation>Telegram erlaubt eine Animation nur ohne andere Dateien. Senden Sie sie in einem eigenen Beitrag.</translation>
    </message>
    <message>
        <source>Telegram did not report which bot this is.</source>
        <translation>Telegram hat nicht gemeldet, welcher Bot das ist.</translation>
    </message>
    <message>
        <source>Telegram no longer knows this bot. Ask @BotFather for its token.</source>
        <translation>Telegram kennt diesen Bot nicht mehr. Fragen Sie @BotFather nach seinem Token.</translation>
    </message>
    <message>
        <source>That needs too much memory or time.</source>
        <translation>Das braucht zu viel Speicher oder Zeit.</translation>
    </message>
    <message>
        <source>The access to YouTube has expired. Posto is renewing it.</source>
        <translation>Der Zugriff auf YouTube ist abgelaufen. Posto erneuert ihn.</translation>
    </message>
    <message>
        <source>The access token belongs to {handle}.</source>
        <translation>Das Zugangs-Token gehört zu {handle}.</translation>
    </message>
    <message>
        <source>The access token of {handle} stays valid. Delete it in the settings of {host}.</source>
        <translation>Das Zugangs-Token von {handle} bleibt gültig. Löschen Sie es in den Einstellungen von {host}.</translation>
    </message>
    <message>
        <source>The address of the relay {host} must begin with wss://</source>
        <translation>Die Adresse des Relays {host} muss mit wss:// beginnen</translation>
    </message>
    <message>
        <source>The address of the server cannot be read.</source>
        <translation>Die Adresse des Servers kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The address of the server must begin with https://.</source>
        <translation>Die Adresse des Servers muss mit https:// beginnen.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used.</source>
        <translation>Die Adresse von {host} kann nicht verwendet werden.</translation>
    </message>
    <message>
        <source>The answer is either there or send_again.</source>
        <translation>Die Antwort ist entweder there oder send_again.</translation>
    </message>
    <message>
        <source>The answer of {host} is too large.</source>
        <translation>Die Antwort von {host} ist zu groß.</translation>
    </message>
    <message>
        <source>The app is in no channel. Write /invite @{name} in the channel you want to use.</source>
        <translation>Die App ist in keinem Kanal. Schreiben Sie /invite @{name} in den Kanal, den Sie verwenden möchten.</translation>
    </message>
    <message>
        <source>The app is not in the channel. Write /invite and its name there.</source>
        <translation>Die App ist nicht im Kanal. Schreiben Sie dort /invite und ihren Namen.</translation>
    </message>
    <message>
        <source>The app lacks a permission. Add it under OAuth &amp; Permissions and reinstall the app.</source>
        <translation>Der App fehlt eine Berechtigung. Fügen Sie sie unter OAuth &amp; Permissions hinzu, und installieren Sie die App neu.</translation>
    </message>
    <message>
        <source>The app must be Live and have the permission pages_manage_posts.</source>
        <translation>Die App muss Live sein und die Berechtigung pages_manage_posts haben.</translation>
    </message>
    <message>
        <source>The app password of {handle} no longer works. Create a new one in Bluesky&apos;s settings and connect the account again.</source>
        <translation>Das App-Passwort von {handle} gilt nicht mehr. Legen Sie in den Einstellungen von Bluesky ein neues an, und verbinden Sie das Konto neu.</translation>
    </message>
    <message>
        <source>The bot may not publish in {channel}. Make it an administrator there and allow it to post messages.</source>
        <translation>Der Bot darf in {channel} nicht veröffentlichen. Machen Sie ihn dort zum Administrator, und erlauben Sie ihm, Nachrichten zu schreiben.</translation>
    </message>
    <message>
        <source>The bot may not write there.</source>
        <translation>Der Bot darf dort nicht schreiben.</translation>
    </message>
    <message>
        <source>The certificate file {name} cannot be used. Choose a readable file in PEM format. Nothing was sent.</source>
        <translation>Die Zertifikatsdatei {name} kann nicht verwendet werden. Wählen Sie eine lesbare Datei im PEM-Format. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be verified. If this is your own server, add its certificate under Settings &gt; Network.</source>
        <translation>Das Zertifikat von {host} kann nicht geprüft werden. Ist es Ihr eigener Server, fügen Sie sein Zertifikat unter Einstellungen &gt; Netzwerk hinzu.</translation>
    </message>
    <message>
        <source>The channel does not exist, or the app is not in it.</source>
        <translation>Den Kanal gibt es nicht, oder die App ist nicht darin.</translation>
    </message>
    <message>
        <source>The channel is archived.</source>
        <translation>Der Kanal ist archiviert.</translation>
    </message>
    <message>
        <source>The channel no longer exists.</source>
        <translation>Den Kanal gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>The clocks of this server and of the media store {address} differ. Set them.</source>
        <translation>Die Uhren dieses Servers und des Medienspeichers {address} gehen verschieden. Stellen Sie sie.</translation>
    </message>
    <message>
        <source>The comment has {count} characters; LinkedIn allows {limit}. Shorten it.</source>
        <translation>Der Kommentar hat {count} Zeichen; LinkedIn erlaubt {limit}. Kürzen Sie ihn.</translation>
    </message>
    <message>
        <source>The connection broke.</source>
        <translation>Die Verbindung brach ab.</translation>
    </message>
    <message>
        <source>The connection to {host} was interrupted.</source>
        <translation>Die Verbindung zu {host} wurde unterbrochen.</translation>
    </message>
    <message>
        <source>The database {address} cannot be used: {reason} Check that it runs and that its name, user and password are right, then try again.</source>
        <translation>Die Datenbank {address} kann nicht benutzt werden: {reason} Prüfen Sie, ob sie läuft und ob Name, Benutzer und Passwort stimmen, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>The database {address} was last used by a newer version of Posto. Install that version here, too.</source>
        <translation>Die Datenbank {address} wurde zuletzt von einer neueren Version von Posto benutzt. Installieren Sie diese Version auch hier.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min ahead of this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>Die Uhr der Datenbank geht {minutes} min vor der dieses Servers. Beiträge gehen nach der Uhr der Datenbank hinaus: Prüfen Sie beide.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min behind this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>Die Uhr der Datenbank geht {minutes} min hinter der dieses Servers. Beiträge gehen nach der Uhr der Datenbank hinaus: Prüfen Sie beide.</translation>
    </message>
    <message>
        <source>The date to delete before cannot be read.</source>
        <translation>Das Datum, vor dem gelöscht werden soll, kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The description of {name} has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>Die Beschreibung von {name} hat {count} Zeichen; {server} erlaubt {limit}. Kürzen Sie sie.</translation>
    </message>
    <message>
        <source>The disk is full: the workspace on this computer cannot be opened.</source>
        <translation>Die Festplatte ist voll: Der Arbeitsbereich auf diesem Computer kann nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>The disk of this computer is too full: the file needs {size}, {limit} is free. Free some space.</source>
        <translation>Die Festplatte dieses Computers ist zu voll: Die Datei braucht {size}, {limit} sind frei. Schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>The draft of this post was deleted on the site. Send the post again.</source>
        <translation>Der Entwurf dieses Beitrags wurde auf der Website gelöscht. Senden Sie den Beitrag noch einmal.</translation>
    </message>
    <message>
        <source>The entry of the file number {number} in the media library is damaged.</source>
        <translation>Der Eintrag der Datei Nummer {number} in der Mediathek ist beschädigt.</translation>
    </message>
    <message>
        <source>The entry of this channel in the workspace&apos;s database is damaged ({names}).</source>
        <translation>Der Eintrag dieses Kanals in der Datenbank des Arbeitsbereichs ist beschädigt ({names}).</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It may have been sent. Check whether it is published before you send it again.</source>
        <translation>Der Eintrag dieses Beitrags in der Datenbank des Arbeitsbereichs ist beschädigt ({columns}). Er wurde vielleicht gesendet. Prüfen Sie, ob er veröffentlicht ist, bevor Sie ihn noch einmal senden.</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It was not sent. Check it, then send it again or write it anew.</source>
        <translation>Der Eintrag dieses Beitrags in der Datenbank des Arbeitsbereichs ist beschädigt ({columns}). Er wurde nicht gesendet. Prüfen Sie ihn, und senden Sie ihn dann noch einmal, oder schreiben Sie ihn neu.</translation>
    </message>
    <message>
        <source>The file could not be stored: {reason}.</source>
        <translation>Die Datei konnte nicht gespeichert werden: {reason}.</translation>
    </message>
    <message>
        <source>The file number {number} is no longer in the media library.</source>
        <translation>Die Datei Nummer {number} ist nicht mehr in der Mediathek.</translation>
    </message>
    <message>
        <source>The file was not found.</source>
        <translation>Die Datei wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>The file with certificates is a path.</source>
        <translation>Die Datei mit Zertifikaten ist ein Pfad.</translation>
    </message>
    <message>
        <source>The file with the schedule was damaged. Look whether this post is published already before it is sent.</source>
        <translation>Die Datei mit dem Zeitplan war beschädigt. Sehen Sie nach, ob dieser Beitrag schon veröffentlicht ist, bevor er gesendet wird.</translation>
    </message>
    <message>
        <source>The file {name} is no longer in the media library.</source>
        <translation>Die Datei {name} ist nicht mehr in der Mediathek.</translation>
    </message>
    <message>
        <source>The file {name} was not found.</source>
        <translation>Die Datei {name} wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>The first comment is not published: {reason}</source>
        <translation>Der erste Kommentar ist nicht veröffentlicht: {reason}</translation>
    </message>
    <message>
        <source>The first comment may be published.</source>
        <translation>Der erste Kommentar ist vielleicht veröffentlicht.</translation>
    </message>
    <message>
        <source>The first line, which is the title, has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>Die erste Zeile, die der Titel ist, hat {count} Zeichen; Lemmy erlaubt {limit}. Geben Sie einen kürzeren Titel ein.</translation>
    </message>
    <message>
        <source>The group has become a supergroup with a new number. Connect it again.</source>
        <translation>Die Gruppe ist eine Supergruppe mit neuer Nummer geworden. Verbinden Sie sie neu.</translation>
    </message>
    <message>
        <source>The keychain</source>
        <translation>Der Schlüsselbund</translation>
    </message>
    <message>
        <source>The keychain of this computer is gone, so the password cannot be read. Sign in again.</source>
        <translation>Der Schlüsselbund dieses Computers ist weg, daher kann das Passwort nicht gelesen werden. Melden Sie sich erneut an.</translation>
    </message>
    <message>
        <source>The limit for late posts is a number of minutes, 0 to {limit}.</source>
        <translation>Die Grenze für verspätete Beiträge ist eine Zahl von Minuten, 0 bis {limit}.</translation>
    </message>
    <message>
        <source>The media store {address} does not answer right now.</source>
        <translation>Der Medienspeicher {address} antwortet gerade nicht.</translation>
    </message>
    <message>
        <source>The media store {address} has no such bucket.</source>
        <translation>Im Medienspeicher {address} gibt es diesen Bucket nicht.</translation>
    </message>
    <message>
        <source>The media store {address} refuses this server ({code}). Check its keys and their rights.</source>
        <translation>Der Medienspeicher {address} weist diesen Server ab ({code}). Prüfen Sie seine Schlüssel und deren Rechte.</translation>
    </message>
    <message>
        <source>The message may be in the room already.</source>
        <translation>Die Nachricht ist vielleicht schon im Raum.</translation>
    </message>
    <message>
        <source>The move of this workspace from {place} has not ended, so nothing is sent from here. Run “posto-server move” again.</source>
        <translation>Das Verschieben dieses Arbeitsbereichs von {place} ist nicht abgeschlossen, deshalb wird von hier nichts gesendet. Führen Sie „posto-server move“ noch einmal aus.</translation>
    </message>
    <message>
        <source>The name, the password or the code is wrong.</source>
        <translation>Name, Passwort oder Code ist falsch.</translation>
    </message>
    <message>
        <source>The network did not report which post it replies to.</source>
        <translation>Das Netzwerk hat nicht gemeldet, auf welchen Beitrag er antwortet.</translation>
    </message>
    <message>
        <source>The network gave no clear answer, so the post may be published.</source>
        <translation>Das Netzwerk gab keine klare Antwort, der Beitrag ist also vielleicht veröffentlicht.</translation>
    </message>
    <message>
        <source>The password of {handle} was not found on this computer. Connect the account again.</source>
        <translation>Das Passwort von {handle} wurde auf diesem Computer nicht gefunden. Verbinden Sie das Konto neu.</translation>
    </message>
    <message>
        <source>The picture cannot be made this small.</source>
        <translation>So klein kann das Bild nicht werden.</translation>
    </message>
    <message>
        <source>The picture has {width} by {height} pixels, too many for a preview.</source>
        <translation>Das Bild hat {width} mal {height} Pixel, zu viele für eine Vorschau.</translation>
    </message>
    <message>
        <source>The picture is saved in more than {most} passes, too many for a preview.</source>
        <translation>Das Bild ist in mehr als {most} Durchgängen gespeichert, zu viele für eine Vorschau.</translation>
    </message>
    <message>
        <source>The post could not be prepared: {reason}</source>
        <translation>Der Beitrag konnte nicht vorbereitet werden: {reason}</translation>
    </message>
    <message>
        <source>The post has {count} files; {server} allows {limit}. Remove some.</source>
        <translation>Der Beitrag hat {count} Dateien; {server} erlaubt {limit}. Entfernen Sie einige.</translation>
    </message>
    <message>
        <source>The post has {count} tags; dev.to allows {limit}. Remove some.</source>
        <translation>Der Beitrag hat {count} Schlagwörter; dev.to erlaubt {limit}. Entfernen Sie einige.</translation>
    </message>
    <message>
        <source>The post is being sent or was sent, so it cannot be undone.</source>
        <translation>Der Beitrag wird gerade gesendet oder ist gesendet, daher lässt es sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>The post is empty. Add a text or a file.</source>
        <translation>Der Beitrag ist leer. Fügen Sie einen Text oder eine Datei hinzu.</translation>
    </message>
    <message>
        <source>The previous part is published, but its address is unknown.</source>
        <translation>Der vorige Teil ist veröffentlicht, aber seine Adresse ist nicht bekannt.</translation>
    </message>
    <message>
        <source>The proxy cannot be reached.</source>
        <translation>Der Proxy ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>The proxy is an address such as http://host:8080.</source>
        <translation>Der Proxy ist eine Adresse wie http://host:8080.</translation>
    </message>
    <message>
        <source>The proxy of a channel of this computer cannot have a user name and a password. Set it for all channels in Settings, Network, which keeps its password in the keyring.</source>
        <translation>Der Proxy eines Kanals dieses Computers kann keinen Benutzernamen und kein Passwort haben. Legen Sie ihn unter Einstellungen, Netzwerk für alle Kanäle fest; dort kommt sein Passwort in den Schlüsselbund.</translation>
    </message>
    <message>
        <source>The proxy password is missing. Open Posto Desktop.</source>
        <translation>Das Passwort des Proxys fehlt. Öffnen Sie Posto Desktop.</translation>
    </message>
    <message>
        <source>The proxy settings are missing. Open Posto Desktop.</source>
        <translation>Die Einstellungen des Proxys fehlen. Öffnen Sie Posto Desktop.</translation>
    </message>
    <message>
        <source>The request ended too early.</source>
        <translation>Die Anfrage endete zu früh.</translation>
    </message>
    <message>
        <source>The request is larger than {size}.</source>
        <translation>Die Anfrage ist größer als {size}.</translation>
    </message>
    <message>
        <source>The rest of the thread is not published. Its parts reply to the first one, and the network did not report which post that is.</source>
        <translation>Der Rest des Threads ist nicht veröffentlicht. Seine Teile antworten auf den ersten, und das Netzwerk hat nicht gemeldet, welcher Beitrag das ist.</translation>
    </message>
    <message>
        <source>The rest of the thread needs the address of this post. Answer again later.</source>
        <translation>Der Rest des Threads braucht die Adresse dieses Beitrags. Antworten Sie später noch einmal.</translation>
    </message>
    <message>
        <source>The room is now encrypted, and Posto cannot send encrypted messages. Choose another room.</source>
        <translation>Der Raum ist jetzt verschlüsselt, und Posto kann keine verschlüsselten Nachrichten senden. Wählen Sie einen anderen Raum.</translation>
    </message>
    <message>
        <source>The secret needs at least {limit} letters.</source>
        <translation>Das Geheimnis braucht mindestens {limit} Zeichen.</translation>
    </message>
    <message>
        <source>The server accepts no more requests for now.</source>
        <translation>Der Server nimmt zurzeit keine weiteren Anfragen an.</translation>
    </message>
    <message>
        <source>The server has no key for the password of this account. Ask whoever runs the server.</source>
        <translation>Der Server hat keinen Schlüssel für das Passwort dieses Kontos. Fragen Sie, wer den Server betreibt.</translation>
    </message>
    <message>
        <source>The session could not be ended. End it in the settings of the network.</source>
        <translation>Die Sitzung konnte nicht beendet werden. Beenden Sie sie in den Einstellungen des Netzwerks.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. Sign in again.</source>
        <translation>Die Sitzung von {handle} ist zu Ende. Melden Sie sich erneut an.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. You have {count} app passwords, so Posto does not know which one to delete. Delete it in Bluesky&apos;s settings.</source>
        <translation>Die Sitzung von {handle} ist zu Ende. Sie haben {count} App-Passwörter, daher weiß Posto nicht, welches zu löschen ist. Löschen Sie es in den Einstellungen von Bluesky.</translation>
    </message>
    <message>
        <source>The sign-in failed unexpectedly. See the workspace&apos;s log for details.</source>
        <translation>Die Anmeldung ist unerwartet fehlgeschlagen. Einzelheiten stehen im Protokoll des Arbeitsbereichs.</translation>
    </message>
    <message>
        <source>The test post could not be deleted. Delete it yourself: {place}</source>
        <translation>Der Testbeitrag konnte nicht gelöscht werden. Löschen Sie ihn selbst: {place}</translation>
    </message>
    <message>
        <source>The text has {count} characters as X counts; X allows {limit}. Shorten it.</source>
        <translation>Der Text hat {count} Zeichen, wie X zählt; X erlaubt {limit}. Kürzen Sie ihn.</translation>
    </message>
    <message>
        <source>The text has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>Der Text hat {count} Zeichen; {server} erlaubt {limit}. Kürzen Sie ihn.</translation>
    </message>
    <message>
        <source>The text has {size} bytes; {server} allows {limit}. Shorten it.</source>
        <translation>Der Text hat {size} Byte; {server} erlaubt {limit}. Kürzen Sie ihn.</translation>
    </message>
    <message>
        <source>The text is too long for Slack.</source>
        <translation>Der Text ist zu lang für Slack.</translation>
    </message>
    <message>
        <source>The time of the post is missing.</source>
        <translation>Die Zeit des Beitrags fehlt.</translation>
    </message>
    <message>
        <source>The time of the post is not a Unix time.</source>
        <translation>Die Zeit des Beitrags ist keine Unix-Zeit.</translation>
    </message>
    <message>
        <source>The time of this post has passed. Choose a new time.</source>
        <translation>Der Zeitpunkt dieses Beitrags ist vorbei. Wählen Sie einen neuen.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Ghost allows {limit}. Shorten it.</source>
        <translation>Der Titel hat {count} Zeichen; Ghost erlaubt {limit}. Kürzen Sie ihn.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>Der Titel hat {count} Zeichen; Lemmy erlaubt {limit}. Geben Sie einen kürzeren Titel ein.</translation>
    </message>
    <message>
        <source>The title has {count} characters; YouTube allows {limit}. Shorten it.</source>
        <translation>Der Titel hat {count} Zeichen; YouTube erlaubt {limit}. Kürzen Sie ihn.</translation>
    </message>
    <message>
        <source>The title has {count} characters; dev.to allows {limit}. Shorten it.</source>
        <translation>Der Titel hat {count} Zeichen; dev.to erlaubt {limit}. Kürzen Sie ihn.</translation>
    </message>
    <message>
        <source>The upload stalled: no data came for a while.</source>
        <translation>Das Hochladen stockte: Eine Zeit lang kamen keine Daten.</translation>
    </message>
    <message>
        <source>The way to servers is an object with proxy and ca_file.</source>
        <translation>Der Weg zu Servern ist ein Objekt mit proxy und ca_file.</translation>
    </message>
    <message>
        <source>The workspace cannot start, because this program may not write to {unwritable}.</source>
        <translation>Der Arbeitsbereich kann nicht starten, weil dieses Programm nicht in {unwritable} schreiben darf.</translation>
    </message>
    <message>
        <source>The workspace could not be started: {reason}.</source>
        <translation>Der Arbeitsbereich konnte nicht gestartet werden: {reason}.</translation>
    </message>
    <message>
        <source>The workspace does not allow this app to write there.</source>
        <translation>Der Arbeitsbereich erlaubt dieser App dort nicht zu schreiben.</translation>
    </message>
    <message>
        <source>The workspace had an unexpected error.</source>
        <translation>Der Arbeitsbereich hatte einen unerwarteten Fehler.</translation>
    </message>
    <message>
        <source>The workspace of Posto Desktop on this computer</source>
        <translation>Der Arbeitsbereich von Posto Desktop auf diesem Computer</translation>
    </message>
    <message>
        <source>The workspace of an older Posto Desktop is still running and could not be stopped. Log out of this computer and in again, then start Posto Desktop.</source>
        <translation>Der Arbeitsbereich eines älteren Posto Desktop läuft noch und konnte nicht beendet werden. Melden Sie sich am Computer ab und wieder an, und starten Sie dann Posto Desktop.</translation>
    </message>
    <message>
        <source>The workspace on this computer could not start. See {file} in its folder.</source>
        <translation>Der Arbeitsbereich auf diesem Computer konnte nicht starten. Siehe {file} in seinem Ordner.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not start in time.</source>
        <translation>Der Arbeitsbereich auf diesem Computer startete nicht rechtzeitig.</translation>
    </message>
    <message>
        <source>The workspace on this computer was last used by a newer version of Posto Desktop. Install that version, or move the workspace&apos;s folder away to start with a new one.</source>
        <translation>Der Arbeitsbereich auf diesem Computer wurde zuletzt von einer neueren Version von Posto Desktop verwendet. Installieren Sie diese Version, oder legen Sie den Ordner des Arbeitsbereichs weg, um mit einem neuen zu beginnen.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database cannot be opened: {error}.</source>
        <translation>Die Datenbank des Arbeitsbereichs kann nicht geöffnet werden: {error}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database could not be used.</source>
        <translation>Die Datenbank des Arbeitsbereichs konnte nicht verwendet werden.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database does not answer right now.</source>
        <translation>Die Datenbank des Arbeitsbereichs antwortet gerade nicht.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database is in use by another program.</source>
        <translation>Die Datenbank des Arbeitsbereichs wird von einem anderen Programm verwendet.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database was damaged. Posto kept it as {name} and started a new one.</source>
        <translation>Die Datenbank des Arbeitsbereichs war beschädigt. Posto hat sie als {name} aufbewahrt und eine neue begonnen.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database {name} has damaged entries ({damaged}). Posto shows what it can read and does not send their posts. Other entries are not affected.</source>
        <translation>Die Datenbank des Arbeitsbereichs {name} hat beschädigte Einträge ({damaged}). Posto zeigt, was lesbar ist, und sendet ihre Beiträge nicht. Andere Einträge sind nicht betroffen.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder cannot be created: {folder}.</source>
        <translation>Der Ordner des Arbeitsbereichs kann nicht angelegt werden: {folder}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder on this computer is read-only.</source>
        <translation>Der Ordner des Arbeitsbereichs auf diesem Computer ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>The workspace&apos;s key cannot be read: {path}. {reason}. Move it away, then try again.</source>
        <translation>Der Schlüssel des Arbeitsbereichs kann nicht gelesen werden: {path}. {reason}. Legen Sie ihn weg, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>There are {count} already, and no room for more.</source>
        <translation>Es gibt schon {count}, und mehr haben keinen Platz.</translation>
    </message>
    <message>
        <source>There is no WordPress at {server}, or its REST API is switched off. Copy the address of the site&apos;s front page.</source>
        <translation>Auf {server} gibt es kein WordPress, oder seine REST-API ist ausgeschaltet. Kopieren Sie die Adresse der Startseite.</translation>
    </message>
    <message>
        <source>There is no post to comment on.</source>
        <translation>Es gibt keinen Beitrag zum Kommentieren.</translation>
    </message>
    <message>
        <source>There is nothing to connect here.</source>
        <translation>Hier gibt es nichts zu verbinden.</translation>
    </message>
    <message>
        <source>There is somebody called {name} already.</source>
        <translation>Es gibt schon jemanden namens {name}.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel. Create one first.</source>
        <translation>Dieses Google-Konto hat keinen YouTube-Kanal. Legen Sie zuerst einen an.</translation>
    </message>
    <message>
        <source>This address belongs to another sign-in. Open the sign-in page again, allow Posto Desktop and copy the address of the last page.</source>
        <translation>Diese Adresse gehört zu einer anderen Anmeldung. Öffnen Sie die Anmeldeseite erneut, erlauben Sie Posto Desktop, und kopieren Sie die Adresse der letzten Seite.</translation>
    </message>
    <message>
        <source>This address is not served here. Use {address}.</source>
        <translation>Diese Adresse gibt es hier nicht. Verwenden Sie {address}.</translation>
    </message>
    <message>
        <source>This calendar does not exist.</source>
        <translation>Diesen Kalender gibt es nicht.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>This computer was off or asleep at the time of the post.</source>
        <translation>Dieser Computer war zur Zeit des Beitrags aus oder im Ruhezustand.</translation>
    </message>
    <message>
        <source>This computer&apos;s disk is full.</source>
        <translation>Die Festplatte dieses Computers ist voll.</translation>
    </message>
    <message>
        <source>This file does not exist.</source>
        <translation>Diese Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot send to Nostr. Install what is missing: pip install &apos;posto[nostr]&apos;</source>
        <translation>Diese Installation von Posto kann nicht an Nostr senden. Installieren Sie, was fehlt: pip install &apos;posto[nostr]&apos;</translation>
    </message>
    <message>
        <source>This is not a private key. It begins with nsec1, or has 64 hexadecimal digits.</source>
        <translation>Das ist kein privater Schlüssel. Er beginnt mit nsec1 oder hat 64 hexadezimale Ziffern.</translation>
    </message>
    <message>
        <source>This is not an Admin API key. It has 24 letters, a colon and 64 letters. The Content API key beside it can only read.</source>
        <translation>Das ist kein Admin-API-Schlüssel. Er hat 24 Zeichen, einen Doppelpunkt und 64 Zeichen. Der Content-API-Schlüssel daneben kann nur lesen.</translation>
    </message>
    <message>
        <source>This is not the address of a post on this channel. Open the post and copy its address.</source>
        <translation>Das ist nicht die Adresse eines Beitrags auf diesem Kanal. Öffnen Sie den Beitrag, und kopieren Sie seine Adresse.</translation>
    </message>
    <message>
        <source>This is not the address of a post. It begins with https://.</source>
        <translation>Das ist nicht die Adresse eines Beitrags. Sie beginnt mit https://.</translation>
    </message>
    <message>
        <source>This is not the address of a webhook. It begins with https://discord.com/api/webhooks/</source>
        <translation>Das ist nicht die Adresse eines Webhooks. Sie beginnt mit https://discord.com/api/webhooks/</translation>
    </message>
    <message>
        <source>This is not the address of the last page. It begins with {listen} and is long. Copy all of it.</source>
        <translation>Das ist nicht die Adresse der letzten Seite. Sie beginnt mit {listen} und ist lang. Kopieren Sie sie ganz.</translation>
    </message>
    <message>
        <source>This is not the token of a bot. @BotFather shows it: 123456:ABC…</source>
        <translation>Das ist nicht das Token eines Bots. @BotFather zeigt es: 123456:ABC…</translation>
    </message>
    <message>
        <source>This is the address of another post on this channel.</source>
        <translation>Das ist die Adresse eines anderen Beitrags auf diesem Kanal.</translation>
    </message>
    <message>
        <source>This is the last password with which an owner can sign in. Make another one first.</source>
        <translation>Das ist das letzte Passwort, mit dem sich ein Eigentümer anmelden kann. Erzeugen Sie zuerst ein anderes.</translation>
    </message>
    <message>
        <source>This is the public key. Enter the private key; it begins with nsec1.</source>
        <translation>Das ist der öffentliche Schlüssel. Geben Sie den privaten ein; er beginnt mit nsec1.</translation>
    </message>
    <message>
        <source>This is your account password, and the account uses two-factor sign-in. Create an app password in Bluesky&apos;s settings and enter it here.</source>
        <translation>Das ist Ihr Kontopasswort, und das Konto verwendet die Zwei-Faktor-Anmeldung. Legen Sie in den Einstellungen von Bluesky ein App-Passwort an, und geben Sie es hier ein.</translation>
    </message>
    <message>
        <source>This is your account password. Create an app password in Bluesky&apos;s settings and enter it here. You can revoke it at any time.</source>
        <translation>Das ist Ihr Kontopasswort. Legen Sie in den Einstellungen von Bluesky ein App-Passwort an, und geben Sie es hier ein. Sie können es jederzeit widerrufen.</translation>
    </message>
    <message>
        <source>This item does not exist.</source>
        <translation>Diesen Eintrag gibt es nicht.</translation>
    </message>
    <message>
        <source>This network cannot be connected here.</source>
        <translation>Dieses Netzwerk kann hier nicht verbunden werden.</translation>
    </message>
    <message>
        <source>This network has no private test posts.</source>
        <translation>Dieses Netzwerk hat keine privaten Testbeiträge.</translation>
    </message>
    <message>
        <source>This password does not exist.</source>
        <translation>Dieses Passwort gibt es nicht.</translation>
    </message>
    <message>
        <source>This person is not in the team any more.</source>
        <translation>Diese Person ist nicht mehr im Team.</translation>
    </message>
    <message>
        <source>This post does not exist.</source>
        <translation>Diesen Beitrag gibt es nicht.</translation>
    </message>
    <message>
        <source>This post does not have what the comment is about.</source>
        <translation>Dieser Beitrag hat nicht, worum es im Kommentar geht.</translation>
    </message>
    <message>
        <source>This post does not wait for an approval any more.</source>
        <translation>Dieser Beitrag wartet nicht mehr auf eine Freigabe.</translation>
    </message>
    <message>
        <source>This post has no comment to publish.</source>
        <translation>Dieser Beitrag hat keinen Kommentar zu veröffentlichen.</translation>
    </message>
    <message>
        <source>This post was changed meanwhile. Look at it again.</source>
        <translation>Dieser Beitrag wurde inzwischen geändert. Sehen Sie ihn noch einmal an.</translation>
    </message>
    <message>
        <source>This schedule has no unclear outcome.</source>
        <translation>Dieser Zeitplan hat keinen unklaren Ausgang.</translation>
    </message>
    <message>
        <source>This sign-in does not wait for an address.</source>
        <translation>Diese Anmeldung wartet nicht auf eine Adresse.</translation>
    </message>
    <message>
        <source>This sign-in has expired. Start again.</source>
        <translation>Diese Anmeldung ist abgelaufen. Beginnen Sie von vorn.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to choose.</source>
        <translation>Diese Anmeldung hat nichts auszuwählen.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to test.</source>
        <translation>Diese Anmeldung hat nichts zu testen.</translation>
    </message>
    <message>
        <source>This sign-in is over. Begin again in the app.</source>
        <translation>Diese Anmeldung ist vorbei. Beginnen Sie in der App von vorn.</translation>
    </message>
    <message>
        <source>This token belongs to {name}, a person. Enter a token of your page.</source>
        <translation>Dieses Token gehört zu {name}, einer Person. Geben Sie ein Token Ihrer Seite ein.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this account.</source>
        <translation>Diese Version von Posto Desktop kann auf diesem Konto nicht veröffentlichen.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this channel.</source>
        <translation>Diese Version von Posto Desktop kann auf diesem Kanal nicht veröffentlichen.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place} ({day}), and the database in this folder is a copy from before that: it would send again what is sent there. To use it all the same, end the workspace there and delete {file}.</source>
        <translation>Dieser Arbeitsbereich wurde nach {place} verschoben ({day}), und die Datenbank in diesem Ordner ist eine Kopie von davor: Sie würde noch einmal senden, was dort gesendet wird. Um sie trotzdem zu benutzen, beenden Sie den Arbeitsbereich dort und löschen Sie {file}.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place}, so nothing is sent from here. Use it there, or bring it back with “posto-server move”.</source>
        <translation>Dieser Arbeitsbereich wurde nach {place} verschoben, deshalb wird von hier nichts gesendet. Benutzen Sie ihn dort, oder holen Sie ihn mit „posto-server move“ zurück.</translation>
    </message>
    <message>
        <source>Threads (your own app)</source>
        <translation>Threads (eigene App)</translation>
    </message>
    <message>
        <source>Threads downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Threads lädt Bilder von einer öffentlichen Adresse. Verbinden Sie das Konto neu, und geben Sie dafür eine eigene WordPress-Website ein.</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Token secret</source>
        <translation>Token-Geheimnis</translation>
    </message>
    <message>
        <source>Too many requests. Try again in {count} seconds.</source>
        <translation>Zu viele Anfragen. Versuchen Sie es in {count} Sekunden wieder.</translation>
    </message>
    <message>
        <source>Too many sign-ins are under way. Try again in a few minutes.</source>
        <translation>Zu viele Anmeldungen laufen gerade. Versuchen Sie es in einigen Minuten erneut.</translation>
    </message>
    <message>
        <source>Too many sign-ins have failed. Try again in {count} seconds.</source>
        <translation>Zu viele Anmeldungen sind fehlgeschlagen. Versuchen Sie es in {count} Sekunden wieder.</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Thema</translation>
    </message>
    <message>
        <source>Tumblr does not allow apps to write comments.</source>
        <translation>Tumblr erlaubt Apps nicht, Kommentare zu schreiben.</translation>
    </message>
    <message>
        <source>Two-factor code</source>
        <translation>Zwei-Faktor-Code</translation>
    </message>
    <message>
        <source>Type the address of your site, for example https://example.com.</source>
        <translation>Geben Sie die Adresse Ihrer Website ein, zum Beispiel https://example.com.</translation>
    </message>
    <message>
        <source>Type the name of your server, for example mastodon.social, or your handle.</source>
        <translation>Geben Sie den Namen Ihres Servers ein, zum Beispiel mastodon.social, oder Ihr Handle.</translation>
    </message>
    <message>
        <source>Use a client of the type Desktop app.</source>
        <translation>Verwenden Sie einen Client vom Typ Desktop app.</translation>
    </message>
    <message>
        <source>Used once to sign in, never saved.</source>
        <translation>Wird einmal zum Anmelden verwendet, nie gespeichert.</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>User name or mail address</source>
        <translation>Benutzername oder E-Mail-Adresse</translation>
    </message>
    <message>
        <source>User name there</source>
        <translation>Benutzername dort</translation>
    </message>
    <message>
        <source>Webhook address</source>
        <translation>Webhook-Adresse</translation>
    </message>
    <message>
        <source>What was scheduled in it is not sent.</source>
        <translation>Was darin geplant war, wird nicht gesendet.</translation>
    </message>
    <message>
        <source>With permission to read and write.</source>
        <translation>Mit Berechtigung zum Lesen und Schreiben.</translation>
    </message>
    <message>
        <source>WordPress site for pictures</source>
        <translation>WordPress-Website für Bilder</translation>
    </message>
    <message>
        <source>Write what is to be changed.</source>
        <translation>Schreiben Sie, was geändert werden soll.</translation>
    </message>
    <message>
        <source>X (your own app)</source>
        <translation>X (eigene App)</translation>
    </message>
    <message>
        <source>You are not currently logged in.</source>
        <translation>Sie sind gerade nicht angemeldet.</translation>
    </message>
    <message>
        <source>You can close this window and go back to Posto Desktop.</source>
        <translation>Sie können dieses Fenster schließen und zu Posto Desktop zurückkehren.</translation>
    </message>
    <message>
        <source>You cannot do this to yourself. Another owner can.</source>
        <translation>Das können Sie nicht mit sich selbst tun. Ein anderer Eigentümer kann es.</translation>
    </message>
    <message>
        <source>You did not allow the sign-in in the browser. Try again.</source>
        <translation>Sie haben die Anmeldung im Browser nicht erlaubt. Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>You have not joined any community. Join the one you want to post to.</source>
        <translation>Sie sind keiner Community beigetreten. Treten Sie der bei, in der Sie veröffentlichen möchten.</translation>
    </message>
    <message>
        <source>You may not sign in to this workspace for now.</source>
        <translation>Sie dürfen sich in diesem Arbeitsbereich zurzeit nicht anmelden.</translation>
    </message>
    <message>
        <source>You were removed from this workspace.</source>
        <translation>Sie wurden aus diesem Arbeitsbereich entfernt.</translation>
    </message>
    <message>
        <source>YouTube (your own project)</source>
        <translation>YouTube (eigenes Projekt)</translation>
    </message>
    <message>
        <source>YouTube allows one video and no pictures.</source>
        <translation>YouTube erlaubt ein Video und keine Bilder.</translation>
    </message>
    <message>
        <source>YouTube does not allow &lt; and &gt; in titles and descriptions.</source>
        <translation>YouTube erlaubt &lt; und &gt; in Titeln und Beschreibungen nicht.</translation>
    </message>
    <message>
        <source>YouTube needs a title.</source>
        <translation>YouTube braucht einen Titel.</translation>
    </message>
    <message>
        <source>Your Google project has reached today&apos;s limit.</source>
        <translation>Ihr Google-Projekt hat die Grenze für heute erreicht.</translation>
    </message>
    <message>
        <source>Your app has no credits left. Buy some at console.x.com.</source>
        <translation>Ihre App hat kein Guthaben mehr. Kaufen Sie welches auf console.x.com.</translation>
    </message>
    <message>
        <source>Your files that no post uses take {used} of {limit}, and this one does not fit. Propose posts with them, or ask an editor to delete some, then try again.</source>
        <translation>Ihre Dateien, die kein Beitrag verwendet, belegen {used} von {limit}, und diese passt nicht mehr dazu. Schlagen Sie Beiträge damit vor oder bitten Sie einen Redakteur, einige zu löschen, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>dev.to does not accept files from apps. Put the address of a picture into the text: ![description](https://…)</source>
        <translation>dev.to nimmt keine Dateien von Apps an. Setzen Sie die Adresse eines Bildes in den Text: ![Beschreibung](https://…)</translation>
    </message>
    <message>
        <source>dev.to does not allow apps to write comments.</source>
        <translation>dev.to erlaubt Apps nicht, Kommentare zu schreiben.</translation>
    </message>
    <message>
        <source>dev.to needs a title.</source>
        <translation>dev.to braucht einen Titel.</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>der Inhalt ist beschädigt</translation>
    </message>
    <message>
        <source>news-of-our-club. Whoever knows it can read it.</source>
        <translation>neues-aus-unserem-verein. Wer es kennt, kann es lesen.</translation>
    </message>
    <message>
        <source>not active</source>
        <translation>nicht aktiv</translation>
    </message>
    <message>
        <source>nsec1… It stays in the keychain of this computer and cannot be changed.</source>
        <translation>nsec1… Bleibt im Schlüsselbund dieses Computers und kann nicht geändert werden.</translation>
    </message>
    <message>
        <source>ntfy.sh, or the address of your own</source>
        <translation>ntfy.sh oder die Adresse Ihres eigenen</translation>
    </message>
    <message>
        <source>xoxb-… from api.slack.com/apps: OAuth &amp; Permissions, after Install to Workspace.</source>
        <translation>xoxb-… von api.slack.com/apps: OAuth &amp; Permissions, nach Install to Workspace.</translation>
    </message>
    <message>
        <source>you.bsky.social, or a domain of your own</source>
        <translation>sie.bsky.social oder eine eigene Domain</translation>
    </message>
    <message>
        <source>{account} is in no room where Posto can publish. Create or join an unencrypted room where you may write.</source>
        <translation>{account} ist in keinem Raum, in dem Posto veröffentlichen kann. Erstellen Sie einen unverschlüsselten Raum, in dem Sie schreiben dürfen, oder treten Sie einem bei.</translation>
    </message>
    <message>
        <source>{account} was removed here, but its sign-in may still be valid.</source>
        <translation>{account} wurde hier entfernt, aber die Anmeldung kann noch gültig sein.</translation>
    </message>
    <message>
        <source>{address} is no address of a PostgreSQL database.</source>
        <translation>{address} ist keine Adresse einer PostgreSQL-Datenbank.</translation>
    </message>
    <message>
        <source>{address} is not the address of a relay. Example: wss://relay.damus.io</source>
        <translation>{address} ist nicht die Adresse eines Relays. Beispiel: wss://relay.damus.io</translation>
    </message>
    <message>
        <source>{channel} is no longer connected. Connect it again.</source>
        <translation>{channel} ist nicht mehr verbunden. Verbinden Sie ihn neu.</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} Byte</translation>
    </message>
    <message>
        <source>{count} relays are too many; enter at most {limit}.</source>
        <translation>{count} Relays sind zu viele; geben Sie höchstens {limit} ein.</translation>
    </message>
    <message>
        <source>{handle} has no note at this address.</source>
        <translation>{handle} hat unter dieser Adresse keine Notiz.</translation>
    </message>
    <message>
        <source>{handle} has no post at this address.</source>
        <translation>{handle} hat unter dieser Adresse keinen Beitrag.</translation>
    </message>
    <message>
        <source>{handle} is {status} at Bluesky.</source>
        <translation>{handle} ist bei Bluesky {status}.</translation>
    </message>
    <message>
        <source>{handle} may publish {limit}. This post waits until then.</source>
        <translation>{handle} darf {limit} veröffentlichen. Dieser Beitrag wartet bis dahin.</translation>
    </message>
    <message>
        <source>{host} accepts no more messages today.</source>
        <translation>{host} nimmt heute keine weiteren Nachrichten an.</translation>
    </message>
    <message>
        <source>{host} accepts no more requests for now.</source>
        <translation>{host} nimmt zurzeit keine weiteren Anfragen an.</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>{host} did not accept the user name and application password. Create a new password on the site and connect the account again. If they are right, the web server removes them before WordPress sees them.</source>
        <translation>{host} hat Benutzernamen und Anwendungspasswort nicht angenommen. Legen Sie auf der Website ein neues Passwort an, und verbinden Sie das Konto neu. Stimmen sie, entfernt der Webserver sie, bevor WordPress sie sieht.</translation>
    </message>
    <message>
        <source>{host} did not accept this (status {status}).</source>
        <translation>{host} hat dies nicht angenommen (Status {status}).</translation>
    </message>
    <message>
        <source>{host} did not accept this handle and password. Enter an app password, not your account password.</source>
        <translation>{host} hat dieses Handle und Passwort nicht angenommen. Geben Sie ein App-Passwort ein, nicht Ihr Kontopasswort.</translation>
    </message>
    <message>
        <source>{host} did not answer in time.</source>
        <translation>{host} hat nicht rechtzeitig geantwortet.</translation>
    </message>
    <message>
        <source>{host} did not grant access. Try again.</source>
        <translation>{host} hat keinen Zugriff gewährt. Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>{host} did not keep the test post as a draft, so Posto deleted it.</source>
        <translation>{host} hat den Testbeitrag nicht als Entwurf behalten, daher hat Posto ihn gelöscht.</translation>
    </message>
    <message>
        <source>{host} did not report whether it has the post.</source>
        <translation>{host} hat nicht gemeldet, ob es den Beitrag hat.</translation>
    </message>
    <message>
        <source>{host} does not accept the session.</source>
        <translation>{host} akzeptiert die Sitzung nicht.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in ({answer}). Sign in again.</source>
        <translation>{host} akzeptiert die Anmeldung nicht ({answer}). Melden Sie sich erneut an.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in. Sign in again.</source>
        <translation>{host} akzeptiert die Anmeldung nicht. Melden Sie sich erneut an.</translation>
    </message>
    <message>
        <source>{host} does not accept the signature.</source>
        <translation>{host} akzeptiert die Signatur nicht.</translation>
    </message>
    <message>
        <source>{host} does not accept this much.</source>
        <translation>{host} nimmt so viel nicht an.</translation>
    </message>
    <message>
        <source>{host} does not accept uploads with this user name and password.</source>
        <translation>{host} nimmt mit diesem Benutzernamen und Passwort keine Dateien an.</translation>
    </message>
    <message>
        <source>{host} does not accept your files.</source>
        <translation>{host} nimmt Ihre Dateien nicht an.</translation>
    </message>
    <message>
        <source>{host} does not allow this sign-in. Paste an access token.</source>
        <translation>{host} erlaubt diese Anmeldung nicht. Fügen Sie ein Zugangs-Token ein.</translation>
    </message>
    <message>
        <source>{host} does not let this account use the topic. Allow it there, or connect the account again.</source>
        <translation>{host} lässt dieses Konto das Thema nicht verwenden. Erlauben Sie es dort, oder verbinden Sie das Konto neu.</translation>
    </message>
    <message>
        <source>{host} does not report which password this is. Delete it there.</source>
        <translation>{host} meldet nicht, welches Passwort das ist. Löschen Sie es dort.</translation>
    </message>
    <message>
        <source>{host} has a problem right now (status {status}).</source>
        <translation>{host} hat gerade ein Problem (Status {status}).</translation>
    </message>
    <message>
        <source>{host} has moved. Connect the account again.</source>
        <translation>{host} ist umgezogen. Verbinden Sie das Konto neu.</translation>
    </message>
    <message>
        <source>{host} is not compatible with Mastodon.</source>
        <translation>{host} ist nicht mit Mastodon kompatibel.</translation>
    </message>
    <message>
        <source>{host} is still processing a file of this post.</source>
        <translation>{host} verarbeitet noch eine Datei dieses Beitrags.</translation>
    </message>
    <message>
        <source>{host} must use https, because Posto sends it a password.</source>
        <translation>{host} muss https verwenden, weil Posto ein Passwort dorthin sendet.</translation>
    </message>
    <message>
        <source>{host} no longer accepts posts at this address. Connect the channel again.</source>
        <translation>{host} nimmt unter dieser Adresse keine Beiträge mehr an. Verbinden Sie den Kanal neu.</translation>
    </message>
    <message>
        <source>{host} no longer accepts the key. Connect the site again.</source>
        <translation>{host} akzeptiert den Schlüssel nicht mehr. Verbinden Sie die Website neu.</translation>
    </message>
    <message>
        <source>{host} no longer has a file of this post. Posto sends it again.</source>
        <translation>{host} hat eine Datei dieses Beitrags nicht mehr. Posto sendet sie noch einmal.</translation>
    </message>
    <message>
        <source>{host} no longer knows this webhook or bot. Connect the channel again.</source>
        <translation>{host} kennt diesen Webhook oder Bot nicht mehr. Verbinden Sie den Kanal neu.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop.</source>
        <translation>{host} leitet im Kreis um.</translation>
    </message>
    <message>
        <source>{host} redirects to an invalid address.</source>
        <translation>{host} leitet auf eine ungültige Adresse um.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>{host} leitet auf eine andere Adresse um.</translation>
    </message>
    <message>
        <source>{host} sent an answer that Posto does not understand.</source>
        <translation>{host} hat eine Antwort gesendet, die Posto nicht versteht.</translation>
    </message>
    <message>
        <source>{host} showed the test note to others, so Posto deleted it.</source>
        <translation>{host} hat die Testnotiz anderen gezeigt, daher hat Posto sie gelöscht.</translation>
    </message>
    <message>
        <source>{host} showed the test post to others, so Posto deleted it.</source>
        <translation>{host} hat den Testbeitrag anderen gezeigt, daher hat Posto ihn gelöscht.</translation>
    </message>
    <message>
        <source>{host} signs in only in the browser. Enter an access token instead. In Element it is under All settings, Help and about.</source>
        <translation>{host} meldet nur im Browser an. Geben Sie stattdessen ein Zugangs-Token ein. In Element steht es unter Alle Einstellungen, Hilfe und Über.</translation>
    </message>
    <message>
        <source>{host}: someone else is editing this post. Try again in a moment.</source>
        <translation>{host}: Jemand anderes bearbeitet diesen Beitrag gerade. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it to send the waiting posts.</source>
        <translation>{keychain} ist gesperrt. Entsperren Sie ihn, um die wartenden Beiträge zu senden.</translation>
    </message>
    <message>
        <source>{name} allows pictures or a video, not both in one post.</source>
        <translation>{name} erlaubt Bilder oder ein Video, nicht beides in einem Beitrag.</translation>
    </message>
    <message>
        <source>{name} allows {most} videos at most.</source>
        <translation>{name} erlaubt höchstens {most} Videos.</translation>
    </message>
    <message>
        <source>{name} has no blog.</source>
        <translation>{name} hat kein Blog.</translation>
    </message>
    <message>
        <source>{name} has {size}; {server} allows {limit}. Make it smaller or remove it.</source>
        <translation>{name} hat {size}; {server} erlaubt {limit}. Verkleinern oder entfernen Sie es.</translation>
    </message>
    <message>
        <source>{name} has {width} × {height} pixels; {server} allows {limit} in all. Make it smaller.</source>
        <translation>{name} hat {width} × {height} Pixel; {server} erlaubt insgesamt {limit}. Verkleinern Sie es.</translation>
    </message>
    <message>
        <source>{name} is in no Discord server with a text channel. Invite it: at discord.com/developers, OAuth2, URL Generator, scope bot, permission Send Messages.</source>
        <translation>{name} ist in keinem Discord-Server mit Textkanal. Laden Sie ihn ein: auf discord.com/developers, OAuth2, URL Generator, Scope bot, Berechtigung Send Messages.</translation>
    </message>
    <message>
        <source>{name} is larger than {size} and could not be made smaller.</source>
        <translation>{name} ist größer als {size} und konnte nicht verkleinert werden.</translation>
    </message>
    <message>
        <source>{name} is no name of a group: letters, digits, spaces, &amp; + . -</source>
        <translation>{name} ist kein Name einer Gruppe: Buchstaben, Ziffern, Leerzeichen, &amp; + . -</translation>
    </message>
    <message>
        <source>{name} is the last owner. Make somebody else an owner first.</source>
        <translation>{name} ist der letzte Eigentümer. Machen Sie zuerst jemand anders zum Eigentümer.</translation>
    </message>
    <message>
        <source>{name} needs a text.</source>
        <translation>{name} braucht einen Text.</translation>
    </message>
    <message>
        <source>{name} needs a title.</source>
        <translation>{name} braucht einen Titel.</translation>
    </message>
    <message>
        <source>{name} needs at least one picture or video.</source>
        <translation>{name} braucht mindestens ein Bild oder Video.</translation>
    </message>
    <message>
        <source>{name} was made smaller, to {width} × {height} pixels and {size}.</source>
        <translation>{name} wurde verkleinert, auf {width} × {height} Pixel und {size}.</translation>
    </message>
    <message>
        <source>{server} does not support files like {name} ({mime}). Remove it.</source>
        <translation>{server} unterstützt Dateien wie {name} ({mime}) nicht. Entfernen Sie sie.</translation>
    </message>
    <message>
        <source>{server} needs at least one picture or video.</source>
        <translation>{server} braucht mindestens ein Bild oder Video.</translation>
    </message>
    <message>
        <source>{slug} may not write posts on {host}. Ask for the role of an author.</source>
        <translation>{slug} darf auf {host} keine Beiträge schreiben. Bitten Sie um die Rolle eines Autors.</translation>
    </message>
</context>
<context>
    <name>Service</name>
    <message numerus="yes">
        <source>%n message(s) (needs/need) you.</source>
        <translation>
            <numerusform>%n Nachricht braucht Sie.</numerusform>
            <numerusform>%n Nachrichten brauchen Sie.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) accepted for some of their channels only.</source>
        <translation>
            <numerusform>%n Nachricht wurde nur für einige ihrer Kanäle angenommen.</numerusform>
            <numerusform>%n Nachrichten wurden nur für einige ihrer Kanäle angenommen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) not sent.</source>
        <translation>
            <numerusform>%n Nachricht wurde nicht gesendet.</numerusform>
            <numerusform>%n Nachrichten wurden nicht gesendet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) refused.</source>
        <translation>
            <numerusform>%n Nachricht wurde abgelehnt.</numerusform>
            <numerusform>%n Nachrichten wurden abgelehnt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} posts could not be tried again.</source>
        <translation>
            <numerusform>%n von {all} Beiträgen konnte nicht erneut versucht werden.</numerusform>
            <numerusform>%n von {all} Beiträgen konnten nicht erneut versucht werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} files could not be downloaded.</source>
        <translation>
            <numerusform>%n von {total} Dateien konnte nicht heruntergeladen werden.</numerusform>
            <numerusform>%n von {total} Dateien konnten nicht heruntergeladen werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts could not be deleted.</source>
        <translation>
            <numerusform>%n von {total} Beiträgen konnte nicht gelöscht werden.</numerusform>
            <numerusform>%n von {total} Beiträgen konnten nicht gelöscht werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (is/are) tried again</source>
        <translation>
            <numerusform>%n Beitrag wird erneut versucht</numerusform>
            <numerusform>%n Beiträge werden erneut versucht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(The post/%n posts) could not be tried again.</source>
        <translation>
            <numerusform>Der Beitrag konnte nicht erneut versucht werden.</numerusform>
            <numerusform>%n Beiträge konnten nicht erneut versucht werden.</numerusform>
        </translation>
    </message>
    <message>
        <source>If this continues, check the site in a browser.</source>
        <translation>Wenn das andauert, prüfen Sie die Website in einem Browser.</translation>
    </message>
    <message>
        <source>It was not sent again, because it may already be published.</source>
        <translation>Er wurde nicht erneut gesendet, weil er vielleicht schon veröffentlicht ist.</translation>
    </message>
    <message>
        <source>Its password is not on this computer. Sign in again.</source>
        <translation>Das Passwort ist nicht auf diesem Computer. Melden Sie sich erneut an.</translation>
    </message>
    <message>
        <source>Move Posto Desktop to the Applications folder and open it from there. Where it is now, macOS would not find it at the next login.</source>
        <translation>Legen Sie Posto Desktop in den Ordner „Programme“, und öffnen Sie es von dort. Wo es jetzt ist, fände macOS es bei der nächsten Anmeldung nicht.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>Posto is restarting it. See the log for details.</source>
        <translation>Posto startet ihn neu. Einzelheiten stehen im Protokoll.</translation>
    </message>
    <message>
        <source>Posto may not write there</source>
        <translation>Posto darf dort nicht schreiben</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>Trotzdem senden</translation>
    </message>
    <message>
        <source>Sending stopped because of an unexpected error ({why}).</source>
        <translation>Das Senden wurde wegen eines unerwarteten Fehlers beendet ({why}).</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Something could not be saved. See the log for details.</source>
        <translation>Etwas konnte nicht gespeichert werden. Einzelheiten stehen im Protokoll.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({why}).</source>
        <translation>Etwas Unerwartetes ist schiefgegangen ({why}).</translation>
    </message>
    <message>
        <source>Something unexpected went wrong. See the log for details.</source>
        <translation>Etwas Unerwartetes ist schiefgegangen. Einzelheiten stehen im Protokoll.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Abonnieren Sie in Ihrer Kalender-App noch einmal mit einer neuen Adresse.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>Die App wird beendet.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was changed.</source>
        <translation>Die App wird beendet. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was done.</source>
        <translation>Die App wird beendet. Nichts ist geschehen.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was sent.</source>
        <translation>Die App wird beendet. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The changes could not be saved. Nothing was changed.</source>
        <translation>Die Änderungen konnten nicht gespeichert werden. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The content of this post could not be read, because it was not created in Posto.</source>
        <translation>Der Inhalt dieses Beitrags konnte nicht gelesen werden, weil er nicht in Posto entstanden ist.</translation>
    </message>
    <message>
        <source>The list of recent files was damaged and is now empty. The files themselves are not affected.</source>
        <translation>Die Liste der zuletzt verwendeten Dateien war beschädigt und ist jetzt leer. Die Dateien selbst sind nicht betroffen.</translation>
    </message>
    <message>
        <source>The password is not available. Sign in again to save it.</source>
        <translation>Das Passwort ist nicht verfügbar. Melden Sie sich erneut an, um es zu speichern.</translation>
    </message>
    <message>
        <source>The post could not be deleted.</source>
        <translation>Der Beitrag konnte nicht gelöscht werden.</translation>
    </message>
    <message>
        <source>The post could not be saved. Nothing was sent.</source>
        <translation>Der Beitrag konnte nicht gespeichert werden. Nichts wurde gesendet.</translation>
    </message>
    <message>
        <source>The posts may have been deleted.</source>
        <translation>Die Beiträge wurden vielleicht gelöscht.</translation>
    </message>
    <message>
        <source>The posts were not deleted. {why}</source>
        <translation>Die Beiträge wurden nicht gelöscht. {why}</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>Der Arbeitsbereich ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>The workspace is slow to answer.</source>
        <translation>Der Arbeitsbereich antwortet langsam.</translation>
    </message>
    <message>
        <source>The workspace on this computer is not running. Open it, then try again.</source>
        <translation>Der Arbeitsbereich auf diesem Computer läuft nicht. Öffnen Sie ihn, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Zu spät zum Rückgängigmachen: Die Beiträge wurden gelöscht.</translation>
    </message>
    <message>
        <source>Until you fix this, Posto cannot save drafts or send posts.</source>
        <translation>Bis Sie das beheben, kann Posto weder Entwürfe speichern noch Beiträge senden.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: the workspace is slow to answer.</source>
        <translation>Wartet auf frühere Beiträge: Der Arbeitsbereich antwortet langsam.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: {host} is slow to answer.</source>
        <translation>Wartet auf frühere Beiträge: {host} antwortet langsam.</translation>
    </message>
    <message>
        <source>Windows does not let Posto do that: {why}.</source>
        <translation>Windows lässt Posto das nicht tun: {why}.</translation>
    </message>
    <message>
        <source>You can have {n} at most. Delete one first.</source>
        <translation>Sie können höchstens {n} haben. Löschen Sie zuerst eine.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>der Name kann nicht verwendet werden</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>die Festplatte ist voll</translation>
    </message>
    <message>
        <source>{address} could not be downloaded. {why}</source>
        <translation>{address} konnte nicht heruntergeladen werden. {why}</translation>
    </message>
    <message>
        <source>{address} could not be kept: {why}.</source>
        <translation>{address} konnte nicht behalten werden: {why}.</translation>
    </message>
    <message>
        <source>{address} is a web page, not a picture.</source>
        <translation>{address} ist eine Webseite, kein Bild.</translation>
    </message>
    <message>
        <source>{address} is not a picture or video.</source>
        <translation>{address} ist kein Bild oder Video.</translation>
    </message>
    <message>
        <source>{host} is slow to answer.</source>
        <translation>{host} antwortet langsam.</translation>
    </message>
    <message>
        <source>{name} cannot be played here.</source>
        <translation>{name} kann hier nicht abgespielt werden.</translation>
    </message>
    <message>
        <source>{name} cannot be posted.</source>
        <translation>{name} kann nicht veröffentlicht werden.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} kann nicht gelesen werden: Zugriff verweigert.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} kann nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be saved as a picture.</source>
        <translation>{name} kann nicht als Bild gespeichert werden.</translation>
    </message>
    <message>
        <source>{name} cannot be shown here.</source>
        <translation>{name} kann hier nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>{name} could not be kept: {why}.</source>
        <translation>{name} konnte nicht behalten werden: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened as a video in time.</source>
        <translation>{name} konnte nicht rechtzeitig als Video geöffnet werden.</translation>
    </message>
    <message>
        <source>{name} has sound but no picture.</source>
        <translation>{name} hat Ton, aber kein Bild.</translation>
    </message>
    <message>
        <source>{name} is a folder. Add the files inside it.</source>
        <translation>{name} ist ein Ordner. Fügen Sie die Dateien darin hinzu.</translation>
    </message>
    <message>
        <source>{name} is damaged: it cannot be opened as a video.</source>
        <translation>{name} ist beschädigt: Es kann nicht als Video geöffnet werden.</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <translation>{name} ist leer (0 Byte).</translation>
    </message>
    <message>
        <source>{name} is no video.</source>
        <translation>{name} ist kein Video.</translation>
    </message>
    <message>
        <source>{name} is not a file that can be posted.</source>
        <translation>{name} ist keine Datei, die veröffentlicht werden kann.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post.</source>
        <translation>{name} ist kein Bild oder Video, das Posto veröffentlichen kann.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a PDF.</source>
        <translation>{name} ist kein Bild oder Video, das Posto veröffentlichen kann: Es ist ein PDF.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a drawing (SVG).</source>
        <translation>{name} ist kein Bild oder Video, das Posto veröffentlichen kann: Es ist eine Zeichnung (SVG).</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a program.</source>
        <translation>{name} ist kein Bild oder Video, das Posto veröffentlichen kann: Es ist ein Programm.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a script.</source>
        <translation>{name} ist kein Bild oder Video, das Posto veröffentlichen kann: Es ist ein Skript.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a web page.</source>
        <translation>{name} ist kein Bild oder Video, das Posto veröffentlichen kann: Es ist eine Webseite.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is an archive.</source>
        <translation>{name} ist kein Bild oder Video, das Posto veröffentlichen kann: Es ist ein Archiv.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is sound only.</source>
        <translation>{name} ist kein Bild oder Video, das Posto veröffentlichen kann: Es ist nur Ton.</translation>
    </message>
    <message>
        <source>{name} is not a picture that Posto can post.</source>
        <translation>{name} ist kein Bild, das Posto veröffentlichen kann.</translation>
    </message>
    <message>
        <source>{name} shows no picture.</source>
        <translation>{name} zeigt kein Bild.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto. It was left as it is; use that version to change it.</source>
        <translation>{name} wurde von einer neueren Version von Posto geschrieben. Es blieb, wie es ist; ändern Sie es mit jener Version.</translation>
    </message>
    <message>
        <source>{path} cannot be changed: {why}.</source>
        <translation>{path} kann nicht geändert werden: {why}.</translation>
    </message>
    <message>
        <source>“{title}” needs you.</source>
        <translation>„{title}“ braucht Sie.</translation>
    </message>
    <message>
        <source>“{title}” was accepted</source>
        <translation>„{title}“ wurde angenommen</translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s), not for {channels}.</source>
        <translation>
            <numerusform>„{title}“ wurde für {n} von %n Kanal angenommen, nicht für {channels}.</numerusform>
            <numerusform>„{title}“ wurde für {n} von %n Kanälen angenommen, nicht für {channels}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s).</source>
        <translation>
            <numerusform>„{title}“ wurde für {n} von %n Kanal angenommen.</numerusform>
            <numerusform>„{title}“ wurde für {n} von %n Kanälen angenommen.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was not sent.</source>
        <translation>„{title}“ wurde nicht gesendet.</translation>
    </message>
    <message>
        <source>“{title}” was refused.</source>
        <translation>„{title}“ wurde abgelehnt.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Und %n weitere.</numerusform>
            <numerusform> Und %n weitere.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pixel(s)</source>
        <translation>
            <numerusform>%n Pixel</numerusform>
            <numerusform>%n Pixel</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n Sekunde</numerusform>
            <numerusform>%n Sekunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) (is/are) suggested again</source>
        <translation>
            <numerusform>%n Wort wird wieder vorgeschlagen</numerusform>
            <numerusform>%n Wörter werden wieder vorgeschlagen</numerusform>
        </translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 Jahr</translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation>12 Stunden</translation>
    </message>
    <message>
        <source>150 %</source>
        <translation>150 %</translation>
    </message>
    <message>
        <source>2 years</source>
        <translation>2 Jahre</translation>
    </message>
    <message>
        <source>200 %</source>
        <translation>200 %</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 Stunden</translation>
    </message>
    <message>
        <source>3 months</source>
        <translation>3 Monate</translation>
    </message>
    <message>
        <source>A day without a time means</source>
        <translation>Ein Tag ohne Uhrzeit bedeutet</translation>
    </message>
    <message>
        <source>A file in PEM format, trusted in addition to the system&apos;s certificates</source>
        <translation>Eine Datei im PEM-Format, der zusätzlich zu den Zertifikaten des Systems vertraut wird</translation>
    </message>
    <message>
        <source>A post failed</source>
        <translation>Ein Beitrag ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>A post needs you</source>
        <translation>Ein Beitrag braucht Sie</translation>
    </message>
    <message>
        <source>A post was sent</source>
        <translation>Ein Beitrag wurde gesendet</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>Accounts and workspaces</source>
        <translation>Konten und Arbeitsbereiche</translation>
    </message>
    <message>
        <source>Accounts, files, limits and the service; quiet if all is well</source>
        <translation>Konten, Dateien, Grenzen und der Dienst; still, wenn alles in Ordnung ist</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Adresse des Proxys</translation>
    </message>
    <message>
        <source>After # and @: hashtags and mentions of this workspace, and its channels</source>
        <translation>Nach # und @: Hashtags und Erwähnungen dieses Arbeitsbereichs und seine Kanäle</translation>
    </message>
    <message>
        <source>After 20 seconds</source>
        <translation>Nach 20 Sekunden</translation>
    </message>
    <message>
        <source>After 6 seconds</source>
        <translation>Nach 6 Sekunden</translation>
    </message>
    <message>
        <source>After this time the service counts as offline</source>
        <translation>Nach dieser Zeit gilt der Dienst als offline</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Another program has {keys}. Choose other keys.</source>
        <translation>{keys} gehört einem anderen Programm. Andere Tasten wählen.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>Applies to files you add from now on. Posto sends copies and never changes your own files.</source>
        <translation>Gilt für Dateien, die Sie ab jetzt hinzufügen. Posto sendet Kopien und ändert Ihre eigenen Dateien nie.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Ask before sending now</source>
        <translation>Vor „Jetzt senden“ fragen</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Alles sichern</translation>
    </message>
    <message>
        <source>Best, large files ({number})</source>
        <translation>Am besten, große Dateien ({number})</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Zwischenspeicher</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Kalender</translation>
    </message>
    <message>
        <source>Calendar and times</source>
        <translation>Kalender und Zeiten</translation>
    </message>
    <message>
        <source>Certificates and timeouts</source>
        <translation>Zertifikate und Wartezeiten</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Eigene Zertifikate</translation>
    </message>
    <message>
        <source>Check posts before they are due</source>
        <translation>Beiträge vor ihrer Zeit prüfen</translation>
    </message>
    <message>
        <source>Choose ffmpeg</source>
        <translation>ffmpeg wählen</translation>
    </message>
    <message>
        <source>Choose “This one” above to use your own proxy</source>
        <translation>Wählen Sie oben „Dieser“, um einen eigenen Proxy zu verwenden</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Uhr</translation>
    </message>
    <message>
        <source>Close notifications in the window</source>
        <translation>Benachrichtigungen im Fenster schließen</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Komfortabel</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Kompakt</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Verfassen</translation>
    </message>
    <message>
        <source>Converting videos</source>
        <translation>Videos umwandeln</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Dates and numbers</source>
        <translation>Datum und Zahlen</translation>
    </message>
    <message>
        <source>Dates, times and numbers</source>
        <translation>Datum, Zeit und Zahlen</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Days ahead to fill</source>
        <translation>Tage im Voraus füllen</translation>
    </message>
    <message>
        <source>Desktop notifications are off</source>
        <translation>Desktop-Benachrichtigungen sind aus</translation>
    </message>
    <message>
        <source>Do not keep</source>
        <translation>Nicht aufbewahren</translation>
    </message>
    <message>
        <source>Emoji used lately</source>
        <translation>Zuletzt verwendete Emoji</translation>
    </message>
    <message>
        <source>Empty for a proxy without sign-in</source>
        <translation>Leer für einen Proxy ohne Anmeldung</translation>
    </message>
    <message>
        <source>Even when Posto Desktop is closed</source>
        <translation>Auch wenn Posto Desktop geschlossen ist</translation>
    </message>
    <message>
        <source>Every way to send at once shows once more what will happen</source>
        <translation>Jeder Weg, sofort zu senden, zeigt noch einmal, was geschehen wird</translation>
    </message>
    <message>
        <source>Fill free slots with evergreen messages</source>
        <translation>Freie Termine mit Evergreen-Nachrichten füllen</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>For posts due while this computer was off; older ones show as missed</source>
        <translation>Für Beiträge, die fällig waren, während dieser Computer aus war; ältere gelten als verpasst</translation>
    </message>
    <message>
        <source>For services and the web, never for this computer</source>
        <translation>Für Dienste und das Web, nie für diesen Computer</translation>
    </message>
    <message>
        <source>For typing and showing times, from the next start of Posto</source>
        <translation>Zum Eingeben und Anzeigen von Zeiten, ab dem nächsten Start von Posto</translation>
    </message>
    <message>
        <source>From each added file; the file editor can keep them</source>
        <translation>Aus jeder hinzugefügten Datei; im Dateieditor lassen sie sich behalten</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Good (90)</source>
        <translation>Gut (90)</translation>
    </message>
    <message>
        <source>HTTP</source>
        <translation>HTTP</translation>
    </message>
    <message>
        <source>Hold {modifiers} with another key</source>
        <translation>{modifiers} mit einer anderen Taste halten</translation>
    </message>
    <message>
        <source>How channels are grouped</source>
        <translation>Wie Kanäle gruppiert sind</translation>
    </message>
    <message>
        <source>In the calendar and wherever a day is chosen</source>
        <translation>Im Kalender und überall, wo ein Tag gewählt wird</translation>
    </message>
    <message>
        <source>In the schedule</source>
        <translation>Im Zeitplan</translation>
    </message>
    <message>
        <source>In the window</source>
        <translation>Im Fenster</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Keep insights for</source>
        <translation>Statistik aufbewahren für</translation>
    </message>
    <message>
        <source>Keep sending</source>
        <translation>Weiter senden</translation>
    </message>
    <message>
        <source>Keep sending after the window is closed</source>
        <translation>Weiter senden, wenn das Fenster geschlossen ist</translation>
    </message>
    <message>
        <source>Keep the original size</source>
        <translation>Originalgröße behalten</translation>
    </message>
    <message>
        <source>Kind of proxy</source>
        <translation>Art des Proxys</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Language of Posto. You can write and post in any language.</source>
        <translation>Sprache von Posto. Schreiben und veröffentlichen können Sie in jeder Sprache.</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Groß</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Größer</translation>
    </message>
    <message>
        <source>Last export folder</source>
        <translation>Letzter Exportordner</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>Weniger Bewegung</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Protokolldateien</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Look for ffmpeg again</source>
        <translation>Erneut nach ffmpeg suchen</translation>
    </message>
    <message>
        <source>Looking for ffmpeg…</source>
        <translation>ffmpeg wird gesucht …</translation>
    </message>
    <message>
        <source>Make large pictures smaller</source>
        <translation>Große Bilder verkleinern</translation>
    </message>
    <message>
        <source>Medium ({number})</source>
        <translation>Mittel ({number})</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>Montag</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Monat</translation>
    </message>
    <message>
        <source>More contrast</source>
        <translation>Mehr Kontrast</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>New pictures and videos there become drafts</source>
        <translation>Neue Bilder und Videos darin werden Entwürfe</translation>
    </message>
    <message>
        <source>New posts wait in Activity. Scheduled posts of this computer wait, too</source>
        <translation>Neue Beiträge warten in „Aktivität“. Geplante Beiträge dieses Computers warten auch</translation>
    </message>
    <message>
        <source>No sliding or fading; also on when the system asks for it</source>
        <translation>Kein Gleiten oder Verblassen; auch an, wenn das System es wünscht</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No proxy.</extracomment>
        <translation>Ohne</translation>
    </message>
    <message>
        <source>None</source>
        <comment>public holidays</comment>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not suggested</source>
        <translation>Nicht vorgeschlagen</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Numbers of your posts, such as likes; read once a day for 30 days</source>
        <translation>Zahlen der Beiträge wie „Gefällt mir“; 30 Tage lang einmal täglich gelesen</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>On the desktop</source>
        <translation>Auf dem Desktop</translation>
    </message>
    <message>
        <source>One notification for posts that go out together</source>
        <translation>Eine Benachrichtigung für Beiträge, die zusammen gesendet werden</translation>
    </message>
    <message>
        <source>Opens the small window from every program</source>
        <translation>Öffnet das kleine Fenster aus jedem Programm</translation>
    </message>
    <message>
        <source>Opens with</source>
        <translation>Öffnet mit</translation>
    </message>
    <message>
        <source>Order of dates, clock, week and numbers</source>
        <translation>Reihenfolge von Datum, Uhr, Woche und Zahlen</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Passwort für den Proxy</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Senden anhalten</translation>
    </message>
    <message>
        <source>People and devices</source>
        <translation>Personen und Geräte</translation>
    </message>
    <message>
        <source>Pictures and videos</source>
        <translation>Bilder und Videos</translation>
    </message>
    <message>
        <source>Place and size of the window</source>
        <translation>Ort und Größe des Fensters</translation>
    </message>
    <message>
        <source>Port of the proxy</source>
        <translation>Port des Proxys</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Veröffentlichungstermine</translation>
    </message>
    <message>
        <source>Posto stays in the tray; quit there to stop sending</source>
        <translation>Posto bleibt im Infobereich; beenden Sie es dort, um das Senden zu stoppen</translation>
    </message>
    <message>
        <source>Posts of your own accounts, which only this computer sends</source>
        <translation>Beiträge Ihrer eigenen Konten, die nur dieser Computer sendet</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Problembericht</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Public holidays</source>
        <translation>Feiertage</translation>
    </message>
    <message>
        <source>Publishing</source>
        <translation>Veröffentlichen</translation>
    </message>
    <message>
        <source>Quality of pictures</source>
        <translation>Qualität der Bilder</translation>
    </message>
    <message>
        <source>Quit with posts waiting</source>
        <translation>Beenden, wenn Beiträge warten</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Remove place, camera and date from files</source>
        <translation>Ort, Kamera und Datum aus Dateien entfernen</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Sicherung wiederherstellen</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Zeilenhöhe</translation>
    </message>
    <message>
        <source>SOCKS 5</source>
        <translation>SOCKS 5</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>Samstag</translation>
    </message>
    <message>
        <source>Scales text and controls</source>
        <translation>Skaliert Text und Bedienelemente</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Zeitplan</translation>
    </message>
    <message>
        <source>Scripts</source>
        <translation>Skripte</translation>
    </message>
    <message>
        <source>Send after I sign in to this computer</source>
        <translation>Senden, nachdem ich mich an diesem Computer anmelde</translation>
    </message>
    <message>
        <source>Send late posts</source>
        <translation>Verspätete Beiträge senden</translation>
    </message>
    <message>
        <source>Sending a post waits at least 90 seconds</source>
        <translation>Das Senden eines Beitrags wartet mindestens 90 Sekunden</translation>
    </message>
    <message>
        <source>Services you are signed in to</source>
        <translation>Dienste, bei denen Sie angemeldet sind</translation>
    </message>
    <message>
        <source>Shortcut for quick post</source>
        <translation>Tastenkürzel für den Schnellbeitrag</translation>
    </message>
    <message>
        <source>Show desktop notifications</source>
        <translation>Desktop-Benachrichtigungen zeigen</translation>
    </message>
    <message>
        <source>Show the options of networks</source>
        <translation>Optionen der Netzwerke zeigen</translation>
    </message>
    <message>
        <source>Shown in the calendar</source>
        <translation>Im Kalender gezeigt</translation>
    </message>
    <message>
        <source>Skin tone of emoji</source>
        <translation>Hautton der Emoji</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Klein</translation>
    </message>
    <message>
        <source>Small files ({number})</source>
        <translation>Kleine Dateien ({number})</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>Startseite</translation>
    </message>
    <message>
        <source>Stop sending</source>
        <translation>Senden stoppen</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Stronger borders and text; also on when the system asks for it</source>
        <translation>Kräftigere Ränder und Schrift; auch an, wenn das System es wünscht</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Stile</translation>
    </message>
    <message>
        <source>Suggest again</source>
        <translation>Wieder vorschlagen</translation>
    </message>
    <message>
        <source>Suggest hashtags and names</source>
        <translation>Hashtags und Namen vorschlagen</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>Sonntag</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Systemvorgabe</translation>
    </message>
    <message>
        <source>System default ({name})</source>
        <translation>Systemvorgabe ({name})</translation>
    </message>
    <message>
        <source>System default ({zone})</source>
        <translation>Systemvorgabe ({zone})</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>The columns of the schedule</source>
        <translation>Die Spalten des Zeitplans</translation>
    </message>
    <message>
        <source>The desktop did not allow the shortcut</source>
        <translation>Der Desktop hat das Tastenkürzel nicht erlaubt</translation>
    </message>
    <message>
        <source>The desktop uses {keys}</source>
        <translation>Der Desktop verwendet {keys}</translation>
    </message>
    <message>
        <source>The details beside the schedule</source>
        <translation>Die Einzelheiten neben dem Zeitplan</translation>
    </message>
    <message>
        <source>The folded groups of channels</source>
        <translation>Die eingeklappten Gruppen von Kanälen</translation>
    </message>
    <message>
        <source>The folder in which files were looked for last</source>
        <translation>Der Ordner, in dem zuletzt nach Dateien gesucht wurde</translation>
    </message>
    <message>
        <source>The list under the bell always shows all notifications.</source>
        <translation>Die Liste unter der Glocke zeigt immer alle Benachrichtigungen.</translation>
    </message>
    <message>
        <source>The longer side of added pictures; your files do not change</source>
        <translation>Die längere Seite hinzugefügter Bilder; Ihre Dateien ändern sich nicht</translation>
    </message>
    <message>
        <source>The rows of the schedule: posts, messages</source>
        <translation>Die Zeilen des Zeitplans: Beiträge, Nachrichten</translation>
    </message>
    <message>
        <source>The saved views of the schedule</source>
        <translation>Die gespeicherten Ansichten des Zeitplans</translation>
    </message>
    <message>
        <source>The signature that goes into new messages</source>
        <translation>Die Signatur, die in neue Nachrichten kommt</translation>
    </message>
    <message>
        <source>The ticked channels of each workspace</source>
        <translation>Die ausgewählten Kanäle jedes Arbeitsbereichs</translation>
    </message>
    <message>
        <source>The user&apos;s groups of channels</source>
        <translation>Die Kanalgruppen des Benutzers</translation>
    </message>
    <message>
        <source>The view of the calendar when Posto starts</source>
        <translation>Die Ansicht des Kalenders beim Start von Posto</translation>
    </message>
    <message>
        <source>The workspace to open at start</source>
        <translation>Der Arbeitsbereich, der beim Start geöffnet wird</translation>
    </message>
    <message>
        <source>The workspaces that are those of a team</source>
        <translation>Die Arbeitsbereiche, die einem Team gehören</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>This desktop has no shortcuts for programs. Let it run “{command}” instead.</source>
        <translation>Dieser Desktop hat keine Tastenkürzel für Programme. Er kann stattdessen „{command}“ ausführen.</translation>
    </message>
    <message>
        <source>This file is no ffmpeg, or ffprobe is not beside it. Choose another.</source>
        <translation>Diese Datei ist kein ffmpeg, oder ffprobe liegt nicht daneben. Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>This one</source>
        <extracomment>The proxy that is typed below.</extracomment>
        <translation>Dieser</translation>
    </message>
    <message>
        <source>Time to undo before a post leaves this computer</source>
        <translation>Zeit zum Rückgängigmachen, bevor ein Beitrag diesen Computer verlässt</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Zeitzone</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Zeiten</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Verbindung prüfen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo send</source>
        <translation>Senden rückgängig machen</translation>
    </message>
    <message>
        <source>Unless the pointer or the keyboard is on them; a countdown ends as it says</source>
        <translation>Außer wenn Zeiger oder Tastatur darauf sind; ein Countdown endet, wie er sagt</translation>
    </message>
    <message numerus="yes">
        <source>Up to %n hour(s) late</source>
        <translation>
            <numerusform>Bis zu %n Stunde verspätet</numerusform>
            <numerusform>Bis zu %n Stunden verspätet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Up to %n minute(s) late</source>
        <translation>
            <numerusform>Bis zu %n Minute verspätet</numerusform>
            <numerusform>Bis zu %n Minuten verspätet</numerusform>
        </translation>
    </message>
    <message>
        <source>Up to 1 day late</source>
        <translation>Bis zu 1 Tag verspätet</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Posto in Skripten verwenden</translation>
    </message>
    <message>
        <source>Use the ffmpeg of the system</source>
        <translation>ffmpeg des Systems verwenden</translation>
    </message>
    <message>
        <source>Used when Posto resizes or converts a picture</source>
        <translation>Gilt, wenn Posto ein Bild verkleinert oder umwandelt</translation>
    </message>
    <message>
        <source>User name for the proxy</source>
        <translation>Benutzername für den Proxy</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Videos</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation>Auf eine Verbindung warten</translation>
    </message>
    <message>
        <source>Wait for an answer</source>
        <translation>Auf eine Antwort warten</translation>
    </message>
    <message>
        <source>Watch folders</source>
        <translation>Überwachte Ordner</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>Überwachte Ordner</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Woche</translation>
    </message>
    <message>
        <source>Week start and clock are under Appearance.</source>
        <translation>Wochenbeginn und Uhr stehen unter „Darstellung“.</translation>
    </message>
    <message>
        <source>Week starts on</source>
        <translation>Woche beginnt am</translation>
    </message>
    <message>
        <source>What of a site&apos;s post becomes the text</source>
        <translation>Was vom Beitrag der Website zum Text wird</translation>
    </message>
    <message>
        <source>What the schedule is sorted by</source>
        <translation>Wonach der Zeitplan sortiert ist</translation>
    </message>
    <message>
        <source>What the window shows first</source>
        <translation>Was das Fenster zuerst zeigt</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>When a network or the service refuses a post</source>
        <translation>Wenn ein Netzwerk oder der Dienst einen Beitrag ablehnt</translation>
    </message>
    <message>
        <source>When a post may be published already, or is late</source>
        <translation>Wenn ein Beitrag vielleicht schon veröffentlicht oder verspätet ist</translation>
    </message>
    <message>
        <source>Whether Activity lists all workspaces</source>
        <translation>Ob „Aktivität“ alle Arbeitsbereiche zeigt</translation>
    </message>
    <message>
        <source>Whether channels have one line each</source>
        <translation>Ob Kanäle je eine Zeile haben</translation>
    </message>
    <message>
        <source>Whether sandbox channels are listed</source>
        <translation>Ob Sandbox-Kanäle gezeigt werden</translation>
    </message>
    <message>
        <source>Which ends of sign-ins were warned of</source>
        <translation>Vor welchem Ablauf von Anmeldungen gewarnt wurde</translation>
    </message>
    <message>
        <source>While you look at another window; a click on one leads to the post</source>
        <translation>Während Sie in ein anderes Fenster sehen; ein Klick darauf führt zum Beitrag</translation>
    </message>
    <message>
        <source>Who may sign in to this workspace, and with what</source>
        <translation>Wer sich in diesem Arbeitsbereich anmelden darf, und womit</translation>
    </message>
    <message>
        <source>Widths of the panes</source>
        <translation>Breiten der Bereiche</translation>
    </message>
    <message>
        <source>Words that are not suggested any more</source>
        <translation>Wörter, die nicht mehr vorgeschlagen werden</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Arbeitsbereiche</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>You can type both</source>
        <translation>Sie können beides eingeben</translation>
    </message>
    <message>
        <source>ffmpeg trims, crops and converts videos</source>
        <translation>ffmpeg kürzt, beschneidet und wandelt Videos um</translation>
    </message>
    <message>
        <source>ffmpeg was not found. To install it: {command}</source>
        <translation>ffmpeg wurde nicht gefunden. So wird es installiert: {command}</translation>
    </message>
    <message>
        <source>ffmpeg {version} cannot write H.264 with AAC</source>
        <translation>ffmpeg {version} kann kein H.264 mit AAC schreiben</translation>
    </message>
    <message>
        <source>ffmpeg {version} trims, crops and converts videos</source>
        <translation>ffmpeg {version} kürzt, beschneidet und wandelt Videos um</translation>
    </message>
    <message>
        <source>“Next free slot” picks from these</source>
        <translation>„Nächster freier Termin“ wählt aus diesen</translation>
    </message>
    <message>
        <source>“Tomorrow” becomes tomorrow at this time</source>
        <translation>Aus „morgen“ wird morgen um diese Zeit</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>All settings are at their defaults</source>
        <translation>Alle Einstellungen haben ihre Standardwerte</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Einstellung suchen</translation>
    </message>
    <message>
        <source>No setting matches “{text}”</source>
        <translation>Keine Einstellung passt zu „{text}“</translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation>Diese Seite zurücksetzen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo the reset</source>
        <translation>Zurücksetzen rückgängig machen</translation>
    </message>
    <message>
        <source>{page} settings</source>
        <translation>Einstellungen: {page}</translation>
    </message>
    <message>
        <source>{page}: defaults restored</source>
        <translation>{page}: Standardwerte wiederhergestellt</translation>
    </message>
    <message>
        <source>{reason} The change lasts until you quit Posto.</source>
        <translation>{reason} Die Änderung gilt, bis Sie Posto beenden.</translation>
    </message>
</context>
<context>
    <name>Shapes</name>
    <message>
        <source>Free</source>
        <extracomment>Shape of a crop: any.</extracomment>
        <translation>Frei</translation>
    </message>
    <message>
        <source>Original</source>
        <extracomment>Shape of a crop: that of the picture.</extracomment>
        <translation>Original</translation>
    </message>
    <message>
        <source>landscape</source>
        <translation>Querformat</translation>
    </message>
    <message>
        <source>portrait</source>
        <translation>Hochformat</translation>
    </message>
    <message>
        <source>square</source>
        <translation>quadratisch</translation>
    </message>
    <message>
        <source>story</source>
        <translation>Story</translation>
    </message>
    <message>
        <source>{network} {use} {numbers}</source>
        <extracomment>&quot;Instagram portrait 4:5&quot;: {use} is square, portrait or landscape.</extracomment>
        <translation>{network} {use} {numbers}</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message numerus="yes">
        <source>%n shortcut(s)</source>
        <translation>
            <numerusform>%n Tastenkürzel</numerusform>
            <numerusform>%n Tastenkürzel</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything works with the keyboard. {keys} finds all commands.</source>
        <translation>Alles geht mit der Tastatur. {keys} findet alle Befehle.</translation>
    </message>
    <message>
        <source>Find a shortcut</source>
        <translation>Tastenkürzel suchen</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>No shortcut matches “{words}”</source>
        <translation>Kein Tastenkürzel passt zu „{words}“</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>A separate password for this app, in groups of four. Do not use your login password. You can revoke it on your site at any time.</source>
        <translation>Ein eigenes Passwort für diese App, in Vierergruppen. Verwenden Sie nicht Ihr Anmeldepasswort. Sie können es jederzeit auf Ihrer Website widerrufen.</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Anwendungspasswort</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Brechen Sie die Anmeldung ab, um das zu ändern.</translation>
    </message>
    <message>
        <source>Choose where to keep the password.</source>
        <translation>Wählen Sie, wo das Passwort aufbewahrt wird.</translation>
    </message>
    <message>
        <source>Create one on your site</source>
        <translation>Auf Ihrer Website anlegen</translation>
    </message>
    <message>
        <source>Enter an application password of this user.</source>
        <translation>Geben Sie ein Anwendungspasswort dieses Benutzers ein.</translation>
    </message>
    <message>
        <source>Enter the address of your site first.</source>
        <translation>Geben Sie zuerst die Adresse Ihrer Website ein.</translation>
    </message>
    <message>
        <source>Enter the address of your site.</source>
        <translation>Geben Sie die Adresse Ihrer Website ein.</translation>
    </message>
    <message>
        <source>Enter your user name on the site.</source>
        <translation>Geben Sie Ihren Benutzernamen auf der Website ein.</translation>
    </message>
    <message>
        <source>Looking for the service…</source>
        <translation>Der Dienst wird gesucht …</translation>
    </message>
    <message>
        <source>Posto service found</source>
        <translation>Posto-Dienst gefunden</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Bei einem Posto-Dienst anmelden</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Mit dem Browser anmelden</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Anmeldung läuft</translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>Anmeldung läuft …</translation>
    </message>
    <message>
        <source>Site address</source>
        <translation>Adresse der Website</translation>
    </message>
    <message>
        <source>Use this computer instead</source>
        <translation>Stattdessen diesen Computer verwenden</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>Your WordPress site or your team&apos;s server</source>
        <translation>Ihre WordPress-Website oder der Server Ihres Teams</translation>
    </message>
    <message>
        <source>encrypted connection</source>
        <translation>verschlüsselte Verbindung</translation>
    </message>
    <message>
        <source>social.example.com</source>
        <translation>social.example.com</translation>
    </message>
    <message>
        <source>{host} answers only after sign-in.</source>
        <translation>{host} antwortet nur nach einer Anmeldung.</translation>
    </message>
    <message>
        <source>{host} does not allow application passwords. Ask the administrator of the site to turn them on.</source>
        <translation>{host} erlaubt keine Anwendungspasswörter. Bitten Sie den Administrator der Website, sie einzuschalten.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the Posto service. Install the service there, then try again.</source>
        <translation>{host} ist eine WordPress-Website ohne den Posto-Dienst. Installieren Sie dort den Dienst, und versuchen Sie es dann erneut.</translation>
    </message>
</context>
<context>
    <name>SignInStep</name>
    <message>
        <source>Address of the last page</source>
        <translation>Adresse der letzten Seite</translation>
    </message>
    <message>
        <source>Allow it in your browser</source>
        <translation>Erlauben Sie es in Ihrem Browser</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Brechen Sie die Anmeldung ab, um das zu ändern.</translation>
    </message>
    <message>
        <source>How to get this</source>
        <translation>So bekommen Sie es</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>Weitere Optionen</translation>
    </message>
    <message>
        <source>On another computer or in a restricted browser, the last page stays empty or shows an error. Copy its full address, which begins with http://127.0.0.1, and paste it here.</source>
        <translation>Auf einem anderen Computer oder in einem eingeschränkten Browser bleibt die letzte Seite leer oder zeigt einen Fehler. Kopieren Sie ihre ganze Adresse, die mit http://127.0.0.1 beginnt, und fügen Sie sie hier ein.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Erneut öffnen</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>Serveradresse</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Melden Sie sich auf der Seite in Ihrem Browser an, und erlauben Sie Posto Desktop den Zugriff. Dieses Fenster geht dann von selbst weiter. Hat sich keine Seite geöffnet, kopieren Sie die Adresse.</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Anmeldeadresse</translation>
    </message>
    <message>
        <source>The browser does not return here?</source>
        <translation>Der Browser kommt nicht hierher zurück?</translation>
    </message>
    <message>
        <source>Use this address</source>
        <translation>Diese Adresse verwenden</translation>
    </message>
</context>
<context>
    <name>SignatureFields</name>
    <message>
        <source>Own text for this style</source>
        <translation>Eigener Text für diesen Stil</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signatur</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (gelöscht)</translation>
    </message>
</context>
<context>
    <name>SitePlanners</name>
    <message>
        <source>Active</source>
        <extracomment>Status of a planner: it posts.</extracomment>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Stand: {time}</translation>
    </message>
    <message>
        <source>Finished</source>
        <extracomment>Status of a planner: it has posted everything.</extracomment>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of a planner.</extracomment>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Site planner</source>
        <translation>Planer der Website</translation>
    </message>
    <message>
        <source>Site planner: {name}</source>
        <translation>Planer der Website: {name}</translation>
    </message>
    <message>
        <source>next {when}</source>
        <translation>nächster {when}</translation>
    </message>
</context>
<context>
    <name>SitePlannersDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Auf der Website öffnen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Planners</source>
        <translation>Planer</translation>
    </message>
    <message>
        <source>Planners of the site</source>
        <translation>Planer der Website</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>The site has no planners.</source>
        <translation>Die Website hat keine Planer.</translation>
    </message>
    <message>
        <source>They post by themselves, whether Posto runs or not.</source>
        <translation>Sie veröffentlichen von selbst, ob Posto läuft oder nicht.</translation>
    </message>
</context>
<context>
    <name>SitePosts</name>
    <message>
        <source>No title</source>
        <translation>Ohne Titel</translation>
    </message>
</context>
<context>
    <name>SitePostsController</name>
    <message>
        <source>Filled from “{title}”</source>
        <translation>Aus „{title}“ gefüllt</translation>
    </message>
    <message>
        <source>The picture could not be read.</source>
        <translation>Das Bild konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Without its picture: {why}</source>
        <translation>Ohne das Bild: {why}</translation>
    </message>
</context>
<context>
    <name>SitePostsDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Auszug</translation>
    </message>
    <message>
        <source>From the site</source>
        <translation>Von der Website</translation>
    </message>
    <message>
        <source>Getting the picture…</source>
        <translation>Bild wird geholt…</translation>
    </message>
    <message>
        <source>No post of the site matches.</source>
        <translation>Kein Beitrag der Website passt.</translation>
    </message>
    <message>
        <source>Posts of the site</source>
        <translation>Beiträge der Website</translation>
    </message>
    <message>
        <source>Reading the posts…</source>
        <translation>Beiträge werden gelesen…</translation>
    </message>
    <message>
        <source>Search the posts of the site</source>
        <translation>Beiträge der Website durchsuchen</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>What of a site&apos;s post becomes the text of the message.</extracomment>
        <translation>Text</translation>
    </message>
    <message>
        <source>The posts could not be read.</source>
        <translation>Die Beiträge konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The site has no posts yet.</source>
        <translation>Die Website hat noch keine Beiträge.</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Title and excerpt</source>
        <translation>Titel und Auszug</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Use this post</source>
        <translation>Diesen Beitrag verwenden</translation>
    </message>
</context>
<context>
    <name>SiteScheduleController</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>“{name}” goes on</source>
        <translation>„{name}“ läuft weiter</translation>
    </message>
    <message>
        <source>“{name}” paused</source>
        <translation>„{name}“ angehalten</translation>
    </message>
    <message>
        <source>“{name}” was not changed on the site.</source>
        <translation>„{name}“ wurde auf der Website nicht geändert.</translation>
    </message>
</context>
<context>
    <name>Sizes</name>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation>
            <numerusform>%Ln Byte</numerusform>
            <numerusform>%Ln Byte</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} MB</translation>
    </message>
    <message>
        <source>{number} Mbit/s</source>
        <translation>{number} Mbit/s</translation>
    </message>
    <message>
        <source>{number} kB</source>
        <translation>{number} kB</translation>
    </message>
    <message>
        <source>{number} s</source>
        <comment>seconds</comment>
        <translation>{number} s</translation>
    </message>
    <message>
        <source>{time} h</source>
        <comment>hours, minutes and seconds</comment>
        <translation>{time} h</translation>
    </message>
    <message>
        <source>{time} min</source>
        <comment>minutes and seconds</comment>
        <translation>{time} min</translation>
    </message>
</context>
<context>
    <name>SlotChipPresenter</name>
    <message>
        <source>Add slots</source>
        <translation>Termine hinzufügen</translation>
    </message>
    <message>
        <source>All slots are taken</source>
        <translation>Alle Termine sind belegt</translation>
    </message>
    <message>
        <source>All slots of the next year are taken</source>
        <translation>Alle Termine des nächsten Jahres sind belegt</translation>
    </message>
    <message>
        <source>Choose other times…</source>
        <translation>Andere Zeiten wählen …</translation>
    </message>
    <message>
        <source>Next free slot: {time}</source>
        <translation>Nächster freier Termin: {time}</translation>
    </message>
    <message>
        <source>Next free slot…</source>
        <translation>Nächster freier Termin …</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Kein freier Termin</translation>
    </message>
    <message>
        <source>Set up weekly slots</source>
        <translation>Wöchentliche Termine einrichten</translation>
    </message>
    <message>
        <source>The next free time of your weekly slots</source>
        <translation>Die nächste freie Zeit Ihrer wöchentlichen Termine</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>„{times}“ verwenden</translation>
    </message>
    <message>
        <source>Weekly slots: {times}</source>
        <translation>Wöchentliche Termine: {times}</translation>
    </message>
</context>
<context>
    <name>SlotGroupCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n Kanal</numerusform>
            <numerusform>%n Kanäle</numerusform>
        </translation>
    </message>
    <message>
        <source>Add days…</source>
        <translation>Tage hinzufügen …</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Alle Kanäle</translation>
    </message>
    <message>
        <source>All other channels</source>
        <translation>Alle übrigen Kanäle</translation>
    </message>
    <message numerus="yes">
        <source>Best times of %Ln post(s)</source>
        <translation>
            <numerusform>Beste Zeiten aus %Ln Beitrag</numerusform>
            <numerusform>Beste Zeiten aus %Ln Beiträgen</numerusform>
        </translation>
    </message>
    <message>
        <source>Channels changed</source>
        <translation>Kanäle geändert</translation>
    </message>
    <message>
        <source>Channels of group {n}</source>
        <translation>Kanäle der Gruppe {n}</translation>
    </message>
    <message>
        <source>Choose the time zone of these slots</source>
        <translation>Zeitzone dieser Zeiten wählen</translation>
    </message>
    <message>
        <source>Fill with your best times</source>
        <translation>Mit den besten Zeiten füllen</translation>
    </message>
    <message numerus="yes">
        <source>From the insights of %Ln post(s): {times}</source>
        <translation>
            <numerusform>Aus der Statistik von %Ln Beitrag: {times}</numerusform>
            <numerusform>Aus der Statistik von %Ln Beiträgen: {times}</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed</source>
        <translation>Gruppe umbenannt</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of group {n}</source>
        <translation>Name der Gruppe {n}</translation>
    </message>
    <message>
        <source>Remove group {n}</source>
        <translation>Gruppe {n} entfernen</translation>
    </message>
    <message>
        <source>Slots added, {days}</source>
        <translation>Termine hinzugefügt, {days}</translation>
    </message>
    <message>
        <source>This computer does not know the time zone “{zone}”. Until you choose another one, its own counts.</source>
        <translation>Dieser Computer kennt die Zeitzone „{zone}“ nicht. Bis eine andere gewählt ist, gilt seine eigene.</translation>
    </message>
    <message>
        <source>Time zone changed</source>
        <translation>Zeitzone geändert</translation>
    </message>
    <message>
        <source>Time zone of group {n}</source>
        <translation>Zeitzone der Gruppe {n}</translation>
    </message>
    <message>
        <source>“{name}” removed</source>
        <translation>„{name}“ entfernt</translation>
    </message>
</context>
<context>
    <name>SlotLineRow</name>
    <message>
        <source>Change the days…</source>
        <translation>Tage ändern …</translation>
    </message>
    <message>
        <source>Days changed to {days}</source>
        <translation>Tage geändert auf {days}</translation>
    </message>
    <message>
        <source>More for {days}</source>
        <translation>Mehr für {days}</translation>
    </message>
    <message>
        <source>Remove these slots</source>
        <translation>Diese Termine entfernen</translation>
    </message>
    <message>
        <source>Slots removed, {days}</source>
        <translation>Termine entfernt, {days}</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>{time} added, {days}</source>
        <translation>{time} hinzugefügt, {days}</translation>
    </message>
    <message>
        <source>{time} removed, {days}</source>
        <translation>{time} entfernt, {days}</translation>
    </message>
</context>
<context>
    <name>SlotLines</name>
    <message>
        <source>Every day</source>
        <translation>Jeden Tag</translation>
    </message>
    <message>
        <source>No day</source>
        <translation>Kein Tag</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} bis {last}</translation>
    </message>
</context>
<context>
    <name>SnippetForm</name>
    <message>
        <source>Add to every new message</source>
        <translation>Jeder neuen Nachricht hinzufügen</translation>
    </message>
    <message>
        <source>Added once, at the end of the text</source>
        <translation>Einmal hinzugefügt, am Ende des Textes</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Alle Netzwerke</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Für</translation>
    </message>
    <message>
        <source>Inserted at the cursor</source>
        <translation>An der Schreibmarke eingefügt</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Networks of the snippet</source>
        <translation>Netzwerke des Textbausteins</translation>
    </message>
    <message>
        <source>Skips hashtags already in the text</source>
        <translation>Überspringt Hashtags, die schon im Text stehen</translation>
    </message>
    <message>
        <source>Snippet name</source>
        <translation>Name des Textbausteins</translation>
    </message>
    <message>
        <source>Snippet text</source>
        <translation>Text des Textbausteins</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>Snippets</name>
    <message>
        <source>Give it a name of 1 to {most} characters.</source>
        <translation>Geben Sie ihm einen Namen mit 1 bis {most} Zeichen.</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signatur</translation>
    </message>
    <message>
        <source>Snippet</source>
        <translation>Textbaustein</translation>
    </message>
    <message>
        <source>The name “{name}” is already in use. Choose another.</source>
        <translation>Der Name „{name}“ ist schon vergeben. Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>The text may have at most {most} characters.</source>
        <translation>Der Text darf höchstens {most} Zeichen haben.</translation>
    </message>
    <message>
        <source>Write a text.</source>
        <translation>Schreiben Sie einen Text.</translation>
    </message>
    <message>
        <source>Write at least one hashtag.</source>
        <translation>Schreiben Sie mindestens einen Hashtag.</translation>
    </message>
</context>
<context>
    <name>SnippetsDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Delete snippet</source>
        <translation>Textbaustein löschen</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Textbausteine werden geladen</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Neuer Textbaustein</translation>
    </message>
    <message>
        <source>No changes to save</source>
        <translation>Keine Änderungen zu speichern</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Noch keine Textbausteine. Speichern Sie Texte, Hashtags und Signaturen, die Sie oft verwenden.</translation>
    </message>
    <message>
        <source>Save snippet</source>
        <translation>Textbaustein speichern</translation>
    </message>
    <message>
        <source>Saved snippets</source>
        <translation>Gespeicherte Textbausteine</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Textbausteine</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>Löschen rückgängig machen</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>„{name}“ gelöscht</translation>
    </message>
    <message>
        <source>“{name}” saved</source>
        <translation>„{name}“ gespeichert</translation>
    </message>
</context>
<context>
    <name>SnippetsPopup</name>
    <message>
        <source>All</source>
        <extracomment>All snippets.</extracomment>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Textbausteine werden geladen</translation>
    </message>
    <message>
        <source>Manage snippets</source>
        <translation>Textbausteine verwalten</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Verwalten …</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Neuer Textbaustein</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Neu …</translation>
    </message>
    <message>
        <source>No snippet matches</source>
        <translation>Kein Textbaustein passt</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Noch keine Textbausteine. Speichern Sie Texte, Hashtags und Signaturen, die Sie oft verwenden.</translation>
    </message>
    <message>
        <source>Search snippets</source>
        <translation>Textbausteine suchen</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>Signaturen</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Textbausteine</translation>
    </message>
    <message>
        <source>Snippets list</source>
        <translation>Liste der Textbausteine</translation>
    </message>
</context>
<context>
    <name>SnippetsView</name>
    <message>
        <source>New snippet</source>
        <translation>Neuer Textbaustein</translation>
    </message>
</context>
<context>
    <name>SplitButton</name>
    <message>
        <source>More ways to post</source>
        <translation>Weitere Wege zu veröffentlichen</translation>
    </message>
</context>
<context>
    <name>StartProblem</name>
    <message>
        <source>Another copy of Posto Desktop uses {folder} and is not responding. Wait a moment, then try again.</source>
        <translation>Ein anderes Posto Desktop verwendet {folder} und antwortet nicht. Warten Sie einen Augenblick, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>If that does not help, end the process {number}.</source>
        <translation>Hilft das nicht, beenden Sie den Prozess {number}.</translation>
    </message>
    <message>
        <source>Posto Desktop is already running</source>
        <translation>Posto Desktop läuft bereits</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Änderungen erbeten</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Needs you</source>
        <extracomment>The user has to decide something about the post.</extracomment>
        <translation>Braucht Sie</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Nicht gesendet</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Geplant</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Website</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Wartet auf Freigabe</translation>
    </message>
</context>
<context>
    <name>StatusChips</name>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Entwürfe</translation>
    </message>
    <message>
        <source>More statuses</source>
        <translation>Weitere Status</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Statusfilter</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Step {number} of {count}: {name}</source>
        <translation>Schritt {number} von {count}: {name}</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Accepted</source>
        <translation>Angenommen</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>Schon da</translation>
    </message>
    <message>
        <source>Answered with an error</source>
        <translation>Mit einem Fehler beantwortet</translation>
    </message>
    <message>
        <source>Cancelled by you</source>
        <translation>Von Ihnen abgebrochen</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Von Ihnen gelöscht</translation>
    </message>
    <message>
        <source>Found on the service</source>
        <translation>Beim Dienst gefunden</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Looked for the post</source>
        <translation>Beitrag gesucht</translation>
    </message>
    <message>
        <source>No clear answer</source>
        <translation>Keine klare Antwort</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Nicht angenommen</translation>
    </message>
    <message>
        <source>Not on the service</source>
        <translation>Nicht beim Dienst</translation>
    </message>
    <message>
        <source>Only a part is there</source>
        <translation>Nur ein Teil ist da</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Veröffentlicht</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Replaced</source>
        <translation>Ersetzt</translation>
    </message>
    <message>
        <source>Replacing</source>
        <translation>Wird ersetzt</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Auf diesem Computer gespeichert</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Wird gespeichert</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>Sending late</source>
        <translation>Wird verspätet gesendet</translation>
    </message>
    <message>
        <source>Sent meanwhile</source>
        <translation>Inzwischen gesendet</translation>
    </message>
    <message>
        <source>Time passed</source>
        <translation>Zeit vorbei</translation>
    </message>
    <message>
        <source>Tried again by you</source>
        <translation>Von Ihnen erneut versucht</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>Hochgeladen</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Wird hochgeladen</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>Wartet auf Sie</translation>
    </message>
    <message>
        <source>Written down</source>
        <translation>Notiert</translation>
    </message>
    <message>
        <source>You said it is not there</source>
        <translation>Sie sagten, er ist nicht da</translation>
    </message>
    <message>
        <source>You said it is there</source>
        <translation>Sie sagten, er ist da</translation>
    </message>
</context>
<context>
    <name>Storage</name>
    <message numerus="yes">
        <source>%n of your drafts could be rescued.</source>
        <translation>
            <numerusform>%n Ihrer Entwürfe konnte gerettet werden.</numerusform>
            <numerusform>%n Ihrer Entwürfe konnten gerettet werden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Allow it, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Erlauben Sie es, oder starten Sie Posto mit einem anderen Ordner: posto-desktop --home ORDNER.</translation>
    </message>
    <message>
        <source>Allow writing there, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Erlauben Sie dort das Schreiben, oder starten Sie Posto mit einem anderen Ordner: posto-desktop --home ORDNER.</translation>
    </message>
    <message>
        <source>Close it there, or try again in a moment.</source>
        <translation>Schließen Sie es dort, oder versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Default settings are used.</source>
        <translation>Die Standardeinstellungen werden verwendet.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>It has another address for {names}. The one here was kept.</source>
        <translation>Für {names} hat sie eine andere Adresse. Die hiesige wurde behalten.</translation>
    </message>
    <message>
        <source>It was kept as {name}.</source>
        <translation>Es wurde als {name} aufbewahrt.</translation>
    </message>
    <message>
        <source>It was left where it is.</source>
        <translation>Es wurde gelassen, wo es ist.</translation>
    </message>
    <message>
        <source>Its proxy and certificates were not restored. Check them under Settings &gt; Network.</source>
        <extracomment>&quot;Its&quot;: of a backup.</extracomment>
        <translation>Ihr Proxy und ihre Zertifikate wurden nicht wiederhergestellt. Prüfen Sie sie unter Einstellungen &gt; Netzwerk.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer.</source>
        <translation>Auf diesem Computer wurde kein Schlüsselbund gefunden.</translation>
    </message>
    <message>
        <source>Posts that were still waiting to be sent are in that file only.</source>
        <translation>Beiträge, die noch auf das Senden warteten, stehen nur in dieser Datei.</translation>
    </message>
    <message>
        <source>Sending is paused, because posts that waited then may have been sent since: look at them in Activity before you go on.</source>
        <translation>Das Senden ist angehalten, weil damals wartende Beiträge seither gesendet worden sein können: Sehen Sie sie in „Aktivität“ an, bevor Sie fortfahren.</translation>
    </message>
    <message>
        <source>Sign in again where an account is missing.</source>
        <translation>Melden Sie sich erneut an, wo ein Konto fehlt.</translation>
    </message>
    <message>
        <source>Sign in again where it is asked.</source>
        <translation>Melden Sie sich erneut an, wo danach gefragt wird.</translation>
    </message>
    <message>
        <source>Start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Starten Sie Posto mit einem anderen Ordner: posto-desktop --home ORDNER.</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}. Nothing was changed.</source>
        <translation>Die Sicherung konnte nicht wiederhergestellt werden: {why}. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The backup is restored. What was there before is kept in {folder} in the folders of settings and of data. Passwords are not part of a backup: sign in where it is asked.</source>
        <translation>Die Sicherung ist wiederhergestellt. Was vorher da war, liegt in {folder} in den Ordnern der Einstellungen und der Daten. Passwörter gehören nicht zu einer Sicherung: Melden Sie sich an, wo danach gefragt wird.</translation>
    </message>
    <message>
        <source>The backup needs {needed} MB, but the disk has {free} MB left. Make room on it; nothing was changed.</source>
        <translation>Die Sicherung braucht {needed} MB, aber auf der Festplatte sind noch {free} MB frei. Schaffen Sie Platz; nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The last copy of it is used instead.</source>
        <translation>Stattdessen wird die letzte Kopie verwendet.</translation>
    </message>
    <message>
        <source>The last copy of the settings is used.</source>
        <translation>Die letzte Kopie der Einstellungen wird verwendet.</translation>
    </message>
    <message>
        <source>The setting “{name}” had an invalid value. The default is used instead.</source>
        <extracomment>{name}: title of a setting.</extracomment>
        <translation>Die Einstellung „{name}“ hatte einen ungültigen Wert. Stattdessen gilt der Standard.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of Posto. Install that version to use it.</source>
        <translation>Diese Sicherung stammt von einer neueren Version von Posto. Installieren Sie diese Version, um sie zu verwenden.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read the keychain. Install what is missing: pip install &apos;posto[keyring]&apos;</source>
        <translation>Diese Installation von Posto kann den Schlüsselbund nicht lesen. Installieren Sie, was fehlt: pip install &apos;posto[keyring]&apos;</translation>
    </message>
    <message>
        <source>This version uses the settings that it knows.</source>
        <translation>Diese Version verwendet die Einstellungen, die sie kennt.</translation>
    </message>
    <message>
        <source>What is here stays as it is.</source>
        <translation>Was hier ist, bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>another program is using it</source>
        <translation>ein anderes Programm verwendet es</translation>
    </message>
    <message>
        <source>another program may be using it</source>
        <translation>ein anderes Programm verwendet es vielleicht</translation>
    </message>
    <message>
        <source>contents</source>
        <translation>Inhalten</translation>
    </message>
    <message>
        <source>it belongs to another user</source>
        <translation>es gehört einem anderen Benutzer</translation>
    </message>
    <message>
        <source>it is a device, not a file</source>
        <translation>es ist ein Gerät, keine Datei</translation>
    </message>
    <message>
        <source>it is a folder, not a file</source>
        <translation>es ist ein Ordner, keine Datei</translation>
    </message>
    <message>
        <source>it is a link that leads to itself, not a file</source>
        <translation>es ist ein Verweis auf sich selbst, keine Datei</translation>
    </message>
    <message>
        <source>it is a named pipe, not a file</source>
        <translation>es ist eine benannte Pipe, keine Datei</translation>
    </message>
    <message>
        <source>it is a socket, not a file</source>
        <translation>es ist ein Socket, keine Datei</translation>
    </message>
    <message>
        <source>it is closed</source>
        <translation>es ist geschlossen</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>es ist leer</translation>
    </message>
    <message>
        <source>it is far too large</source>
        <translation>es ist viel zu groß</translation>
    </message>
    <message>
        <source>it is from a newer version of Posto</source>
        <translation>es stammt von einer neueren Version von Posto</translation>
    </message>
    <message>
        <source>it is something else, not a file</source>
        <translation>es ist etwas anderes, keine Datei</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>der Inhalt ist beschädigt</translation>
    </message>
    <message>
        <source>its content is not what Posto writes</source>
        <translation>der Inhalt ist nicht das, was Posto schreibt</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>Texten</translation>
    </message>
    <message>
        <source>the disk reported “{error}”</source>
        <translation>die Festplatte meldete „{error}“</translation>
    </message>
    <message>
        <source>the disk that holds {folder} is full</source>
        <translation>die Festplatte mit {folder} ist voll</translation>
    </message>
    <message>
        <source>the keychain</source>
        <translation>der Schlüsselbund</translation>
    </message>
    <message>
        <source>this program may not read and write {name} in {folder}</source>
        <translation>dieses Programm darf {name} in {folder} nicht lesen und schreiben</translation>
    </message>
    <message>
        <source>this program may not read it in {folder}</source>
        <translation>dieses Programm darf es in {folder} nicht lesen</translation>
    </message>
    <message>
        <source>this program may not write to {folder}</source>
        <translation>dieses Programm darf nicht in {folder} schreiben</translation>
    </message>
    <message>
        <source>times</source>
        <translation>Zeiten</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it has a name that no file of a backup has.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin hat einen Namen, den keine Datei einer Sicherung hat.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds a value that is far too large.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin enthält einen viel zu großen Wert.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds something else than the tables of Posto.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin enthält etwas anderes als die Tabellen von Posto.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is a link or a device, not a file.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin ist ein Verweis oder ein Gerät, keine Datei.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is damaged.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin ist beschädigt.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is far too large for settings.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin ist viel zu groß für Einstellungen.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is not what the list of files says.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin ist nicht das, was die Dateiliste sagt.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it lies over another file.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin liegt über einer anderen Datei.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it takes too long to be checked.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin zu prüfen dauert zu lange.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it would replace passwords, which no backup holds.</source>
        <translation>{backup} kann nicht wiederhergestellt werden: {file} darin würde Passwörter ersetzen, die keine Sicherung enthält.</translation>
    </message>
    <message>
        <source>{folder} cannot be used</source>
        <translation>{folder} kann nicht verwendet werden</translation>
    </message>
    <message>
        <source>{folder} is not a folder it can use</source>
        <translation>{folder} ist kein brauchbarer Ordner</translation>
    </message>
    <message>
        <source>{keychain} could not be used.</source>
        <translation>{keychain} konnte nicht verwendet werden.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it, then try again.</source>
        <translation>{keychain} ist gesperrt. Entsperren Sie ihn, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>{keychain} is not responding. It may be waiting for its password.</source>
        <extracomment>{keychain}: its name, such as KWallet, or &quot;The keychain&quot;.</extracomment>
        <translation>{keychain} antwortet nicht. Vielleicht wird auf sein Passwort gewartet.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} kann nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be restored: {why}.</source>
        <translation>{name} kann nicht wiederhergestellt werden: {why}.</translation>
    </message>
    <message>
        <source>{name} contains two files whose names differ only in capital letters. The disk here can keep only one of them.</source>
        <translation>{name} enthält zwei Dateien, deren Namen sich nur in der Großschreibung unterscheiden. Die Festplatte hier kann nur eine davon aufbewahren.</translation>
    </message>
    <message>
        <source>{name} could not be copied: {why}.</source>
        <translation>{name} konnte nicht kopiert werden: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be deleted: {why}.</source>
        <translation>{name} konnte nicht gelöscht werden: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be moved away: {why}.</source>
        <translation>{name} konnte nicht weggelegt werden: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened: {why}.</source>
        <translation>{name} konnte nicht geöffnet werden: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be read: {why}.</source>
        <translation>{name} konnte nicht gelesen werden: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be saved: {why}.</source>
        <extracomment>The reason follows a colon and is no sentence of its own: &quot;the disk that holds … is full&quot;.</extracomment>
        <translation>{name} konnte nicht gespeichert werden: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be written: {why}.</source>
        <translation>{name} konnte nicht geschrieben werden: {why}.</translation>
    </message>
    <message>
        <source>{name} holds entries with damaged {what}. They are shown as far as they can be read; the others are not affected.</source>
        <extracomment>{what}: one or more of &quot;times&quot;, &quot;numbers&quot;, &quot;contents&quot;, &quot;texts&quot;, separated by commas.</extracomment>
        <translation>{name} enthält Einträge mit beschädigten {what}. Sie werden gezeigt, soweit sie lesbar sind; die anderen sind nicht betroffen.</translation>
    </message>
    <message>
        <source>{name} in this backup is from a newer version of Posto. Install that version to use it.</source>
        <translation>{name} in dieser Sicherung stammt von einer neueren Version von Posto. Installieren Sie diese Version, um sie zu verwenden.</translation>
    </message>
    <message>
        <source>{name} is closed.</source>
        <translation>{name} ist geschlossen.</translation>
    </message>
    <message>
        <source>{name} is damaged or not a backup of Posto.</source>
        <translation>{name} ist beschädigt oder keine Sicherung von Posto.</translation>
    </message>
    <message>
        <source>{name} is damaged, so nothing can be saved.</source>
        <translation>{name} ist beschädigt, daher kann nichts gespeichert werden.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>{name} was not moved, because {why}</source>
        <translation>{name} wurde nicht verschoben, weil {why}</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto and was not changed. Start that version to use it.</source>
        <translation>{name} wurde von einer neueren Version von Posto geschrieben und nicht geändert. Starten Sie diese Version, um es zu verwenden.</translation>
    </message>
    <message numerus="yes">
        <source>{programs} (is/are) using it</source>
        <extracomment>A reason after a colon. {programs}: names of programs, separated by commas.</extracomment>
        <translation>
            <numerusform>{programs} verwendet es</numerusform>
            <numerusform>{programs} verwenden es</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source> Left out because of their names: {names}.</source>
        <translation> Wegen ihrer Namen ausgelassen: {names}.</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Alles sichern</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Sichern …</translation>
    </message>
    <message>
        <source>Backups of Posto (*{suffix})</source>
        <extracomment>Keep the brackets and what is in them.</extracomment>
        <translation>Sicherungen von Posto (*{suffix})</translation>
    </message>
    <message>
        <source>Cache of pictures</source>
        <translation>Zwischenspeicher der Bilder</translation>
    </message>
    <message>
        <source>Clear the cache</source>
        <translation>Zwischenspeicher leeren</translation>
    </message>
    <message>
        <source>Drafts, outbox and the workspace on this computer</source>
        <translation>Entwürfe, Postausgang und der Arbeitsbereich auf diesem Computer</translation>
    </message>
    <message>
        <source>Everything in one file</source>
        <translation>Alles in einer Datei</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Fehlgeschlagen: {why}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Keep current data</source>
        <translation>Aktuelle Daten behalten</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Protokolldateien</translation>
    </message>
    <message>
        <source>Made {when}. Drafts: {drafts}, files: {files}. Your current data, including posts waiting to be sent, moves to a folder named “before-restore”. Posto restarts.</source>
        <translation>Erstellt {when}. Entwürfe: {drafts}, Dateien: {files}. Ihre aktuellen Daten, auch Beiträge, die auf das Senden warten, kommen in einen Ordner namens „before-restore“. Posto startet neu.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Wird gemessen</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the folder of data</source>
        <translation>Ordner der Daten öffnen</translation>
    </message>
    <message>
        <source>Open the folder of log files</source>
        <translation>Ordner der Protokolldateien öffnen</translation>
    </message>
    <message>
        <source>Open the folder of settings</source>
        <translation>Ordner der Einstellungen öffnen</translation>
    </message>
    <message>
        <source>Posto checks the file, moves your current data to a separate folder and restarts.</source>
        <translation>Posto prüft die Datei, legt Ihre aktuellen Daten in einen eigenen Ordner und startet neu.</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Sicherung wiederherstellen</translation>
    </message>
    <message>
        <source>Restore and restart</source>
        <translation>Wiederherstellen und neu starten</translation>
    </message>
    <message>
        <source>Restore this backup?</source>
        <translation>Diese Sicherung wiederherstellen?</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen …</translation>
    </message>
    <message numerus="yes">
        <source>Saved as {name}: %Ln file(s), {size}. Passwords are not included.</source>
        <translation>
            <numerusform>Gespeichert als {name}: %Ln Datei, {size}. Passwörter sind nicht enthalten.</numerusform>
            <numerusform>Gespeichert als {name}: %Ln Dateien, {size}. Passwörter sind nicht enthalten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Settings and styles</source>
        <translation>Einstellungen und Stile</translation>
    </message>
    <message>
        <source>Settings, styles, snippets, accounts, drafts, the outbox, and the workspace of this computer with its files. Passwords are not included.</source>
        <translation>Einstellungen, Stile, Textbausteine, Konten, Entwürfe, der Postausgang und der Arbeitsbereich dieses Computers mit seinen Dateien. Passwörter sind nicht enthalten.</translation>
    </message>
    <message>
        <source>Size unknown</source>
        <translation>Größe unbekannt</translation>
    </message>
    <message>
        <source>Stop backing up</source>
        <translation>Sicherung stoppen</translation>
    </message>
    <message>
        <source>Stop clearing</source>
        <translation>Leeren stoppen</translation>
    </message>
    <message>
        <source>Stop restoring</source>
        <translation>Wiederherstellung stoppen</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Gestoppt. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The cache is empty</source>
        <translation>Der Zwischenspeicher ist leer</translation>
    </message>
    <message>
        <source>Wait for the running task to finish</source>
        <translation>Warten Sie, bis die laufende Aufgabe fertig ist</translation>
    </message>
    <message>
        <source>{size} in {folder}</source>
        <translation>{size} in {folder}</translation>
    </message>
</context>
<context>
    <name>StoredInsights</name>
    <message numerus="yes">
        <source>%Ln post(s) since {day}; deleted when older</source>
        <translation>
            <numerusform>%Ln Beitrag seit {day}; ältere werden gelöscht</numerusform>
            <numerusform>%Ln Beiträge seit {day}; ältere werden gelöscht</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete all insights</source>
        <translation>Gesamte Statistik löschen</translation>
    </message>
    <message>
        <source>Delete all insights?</source>
        <translation>Gesamte Statistik löschen?</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Export all insights</source>
        <translation>Gesamte Statistik exportieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Fehlgeschlagen: {why}</translation>
    </message>
    <message>
        <source>Insights on this computer</source>
        <translation>Statistik auf diesem Computer</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Wird gemessen</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Noch keine</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Export abbrechen</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>The numbers of all workspaces are deleted from this computer. Networks still have theirs; posts of the last 30 days are read again.</source>
        <translation>Die Zahlen aller Arbeitsbereiche werden von diesem Computer gelöscht. Die Netzwerke behalten ihre; Beiträge der letzten 30 Tage werden neu gelesen.</translation>
    </message>
    <message>
        <source>There are no insights yet</source>
        <translation>Es gibt noch keine Statistik</translation>
    </message>
    <message>
        <source>Written to {name}</source>
        <translation>In {name} geschrieben</translation>
    </message>
</context>
<context>
    <name>StyleEditor</name>
    <message>
        <source>{name} copy</source>
        <translation>{name} (Kopie)</translation>
    </message>
</context>
<context>
    <name>StyleForm</name>
    <message>
        <source>First comment</source>
        <translation>Erster Kommentar</translation>
    </message>
    <message>
        <source>First comment on Facebook, Instagram, X, Bluesky and Reddit</source>
        <translation>Erster Kommentar auf Facebook, Instagram, X, Bluesky und Reddit</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Networks of the style</source>
        <translation>Netzwerke des Stils</translation>
    </message>
    <message>
        <source>None (own text)</source>
        <translation>Keiner (eigener Text)</translation>
    </message>
    <message>
        <source>Own text for a network</source>
        <translation>Eigener Text für ein Netzwerk</translation>
    </message>
    <message>
        <source>Own text for…</source>
        <translation>Eigener Text für …</translation>
    </message>
    <message>
        <source>Same as</source>
        <translation>Wie</translation>
    </message>
    <message>
        <source>Template for {network}</source>
        <translation>Vorlage für {network}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Unknown variable: {names}</source>
        <translation>Unbekannte Variable: {names}</translation>
    </message>
    <message>
        <source>Use all networks&apos; text</source>
        <translation>Text aller Netzwerke verwenden</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>alle Netzwerke</translation>
    </message>
</context>
<context>
    <name>StyleHeader</name>
    <message>
        <source>Delete style</source>
        <translation>Stil löschen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Duplicate style</source>
        <translation>Stil duplizieren</translation>
    </message>
    <message>
        <source>More for this style</source>
        <translation>Mehr zu diesem Stil</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show preview</source>
        <translation>Vorschau zeigen</translation>
    </message>
    <message>
        <source>Show where the style is used</source>
        <translation>Zeigen, wo der Stil verwendet wird</translation>
    </message>
</context>
<context>
    <name>StyleListPane</name>
    <message>
        <source>Defaults of channels</source>
        <translation>Vorgaben der Kanäle</translation>
    </message>
    <message>
        <source>Defaults of networks and channels</source>
        <translation>Vorgaben der Netzwerke und Kanäle</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Stil suchen</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Stile importieren</translation>
    </message>
    <message>
        <source>Import styles from files</source>
        <translation>Stile aus Dateien importieren</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Neuer Stil</translation>
    </message>
    <message>
        <source>Search styles</source>
        <translation>Stile suchen</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Stile</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %n style(s)</source>
        <translation>
            <numerusform>Die Suche blendet %n Stil aus</numerusform>
            <numerusform>Die Suche blendet %n Stile aus</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StyleListView</name>
    <message>
        <source>Styles list</source>
        <translation>Liste der Stile</translation>
    </message>
</context>
<context>
    <name>StyleNameField</name>
    <message>
        <source>Style name</source>
        <translation>Name des Stils</translation>
    </message>
</context>
<context>
    <name>StylePreview</name>
    <message>
        <source>Close preview of the style</source>
        <translation>Vorschau des Stils schließen</translation>
    </message>
    <message>
        <source>Current message</source>
        <translation>Aktuelle Nachricht</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Preview of the style</source>
        <translation>Vorschau des Stils</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Tinted words come from the message</source>
        <translation>Getönte Wörter stammen aus der Nachricht</translation>
    </message>
</context>
<context>
    <name>StyleRow</name>
    <message>
        <source>No style</source>
        <translation>Kein Stil</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (fehlt)</translation>
    </message>
</context>
<context>
    <name>StyleSample</name>
    <message>
        <source>#winterroast</source>
        <comment>a hashtag, so without spaces</comment>
        <translation>#winterröstung</translation>
    </message>
    <message>
        <source>Fig, cocoa and a little orange peel, roasted every Tuesday in Kreuzberg.</source>
        <translation>Feige, Kakao und ein wenig Orangenschale, jeden Dienstag in Kreuzberg geröstet.</translation>
    </message>
    <message>
        <source>Winter Roast</source>
        <translation>Winterröstung</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>All networks the same</source>
        <translation>Alle Netzwerke gleich</translation>
    </message>
    <message>
        <source>Announcement</source>
        <translation>Ankündigung</translation>
    </message>
    <message>
        <source>Blog post</source>
        <translation>Blogbeitrag</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Eingebaut</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leer</translation>
    </message>
    <message>
        <source>Own text for {networks}</source>
        <translation>Eigener Text für {networks}</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Produkt</translation>
    </message>
    <message>
        <source>The style “{name}” cannot be used. {reason}</source>
        <translation>Der Stil „{name}“ kann nicht verwendet werden. {reason}</translation>
    </message>
    <message>
        <source>The style “{name}” no longer exists.</source>
        <translation>Den Stil „{name}“ gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>Unlesbar</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>Ihre</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <extracomment>{names}: names of networks.</extracomment>
        <translation>
            <numerusform>{names} und %n weitere</numerusform>
            <numerusform>{names} und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} only</source>
        <translation>nur {networks}</translation>
    </message>
    <message>
        <source>{one} and {other}</source>
        <extracomment>Two names of networks.</extracomment>
        <translation>{one} und {other}</translation>
    </message>
</context>
<context>
    <name>StylesActionBar</name>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save style</source>
        <translation>Stil speichern</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Für neue Nachricht verwenden</translation>
    </message>
</context>
<context>
    <name>StylesActions</name>
    <message>
        <source>&amp;Style</source>
        <translation>&amp;Stil</translation>
    </message>
    <message>
        <source>Built-in styles cannot be deleted</source>
        <translation>Eingebaute Stile können nicht gelöscht werden</translation>
    </message>
    <message>
        <source>Changes are saved automatically</source>
        <translation>Änderungen werden automatisch gespeichert</translation>
    </message>
    <message>
        <source>Create a copy of this style</source>
        <translation>Kopie dieses Stils anlegen</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Vorgaben …</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Export style</source>
        <translation>Stil exportieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Stil suchen</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Stile importieren</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren …</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Neuer Stil</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Vorschau ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Start a message with this style</source>
        <translation>Nachricht mit diesem Stil beginnen</translation>
    </message>
    <message>
        <source>Styles (*.json)</source>
        <translation>Stile (*.json)</translation>
    </message>
    <message>
        <source>The file of this style cannot be read</source>
        <translation>Die Datei dieses Stils kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Für neue Nachricht verwenden</translation>
    </message>
</context>
<context>
    <name>StylesController</name>
    <message>
        <source>Styles</source>
        <translation>Stile</translation>
    </message>
</context>
<context>
    <name>StylesLayout</name>
    <message>
        <source>A style adapts your messages to each network.</source>
        <translation>Ein Stil passt Ihre Nachrichten an jedes Netzwerk an.</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Neuer Stil</translation>
    </message>
    <message>
        <source>No style chosen</source>
        <translation>Kein Stil ausgewählt</translation>
    </message>
</context>
<context>
    <name>StylesMenus</name>
    <message>
        <source>Icon: {name}</source>
        <translation>Symbol: {name}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Ohne Titel</translation>
    </message>
</context>
<context>
    <name>StylesPage</name>
    <message numerus="yes">
        <source>%n campaign(s)</source>
        <translation>
            <numerusform>%n Kampagne</numerusform>
            <numerusform>%n Kampagnen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s)</source>
        <translation>
            <numerusform>%n Entwurf</numerusform>
            <numerusform>%n Entwürfe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n geplanter Beitrag</numerusform>
            <numerusform>%n geplante Beiträge</numerusform>
        </translation>
    </message>
    <message>
        <source>Built in · {words}</source>
        <extracomment>{words}: where the style is used.</extracomment>
        <translation>Eingebaut · {words}</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Noch nicht gespeichert</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>Noch nicht verwendet</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Auf diesem Computer gespeichert</translation>
    </message>
    <message>
        <source>Used by {what}</source>
        <translation>Verwendet von {what}</translation>
    </message>
    <message>
        <source>Your changes go into a copy</source>
        <translation>Ihre Änderungen kommen in eine Kopie</translation>
    </message>
</context>
<context>
    <name>StylesState</name>
    <message>
        <source>Another program changed this style. Its version was saved as “{name}”.</source>
        <translation>Ein anderes Programm hat diesen Stil geändert. Dessen Fassung wurde als „{name}“ gespeichert.</translation>
    </message>
    <message>
        <source>Another program changed “{name}”.</source>
        <translation>Ein anderes Programm hat „{name}“ geändert.</translation>
    </message>
    <message>
        <source>Exported without the watermark: {name}</source>
        <translation>Ohne das Wasserzeichen exportiert: {name}</translation>
    </message>
    <message>
        <source>Restore my version</source>
        <translation>Meine Fassung wiederherstellen</translation>
    </message>
    <message>
        <source>Style “{name}” deleted</source>
        <translation>Stil „{name}“ gelöscht</translation>
    </message>
    <message>
        <source>Style “{name}” exported</source>
        <translation>Stil „{name}“ exportiert</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>{part} removed from “{name}”</source>
        <extracomment>{part}: hashtags, signature, watermark or link tags of a style; {name}: the style.</extracomment>
        <translation>{part} aus „{name}“ entfernt</translation>
    </message>
    <message>
        <source>{title} is built in and stays as it is. You are editing your copy, “{name}”.</source>
        <translation>{title} ist eingebaut und bleibt, wie er ist. Sie bearbeiten Ihre Kopie „{name}“.</translation>
    </message>
</context>
<context>
    <name>SuggestionCompleter</name>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n Vorschlag</numerusform>
            <numerusform>%n Vorschläge</numerusform>
        </translation>
    </message>
    <message>
        <source>name only</source>
        <translation>nur der Name</translation>
    </message>
    <message numerus="yes">
        <source>used %n time(s)</source>
        <translation>
            <numerusform>%n Mal verwendet</numerusform>
            <numerusform>%n Mal verwendet</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {n} of {count}</source>
        <translation>{name}, {n} von {count}</translation>
    </message>
    <message>
        <source>{word} is not suggested any more</source>
        <translation>{word} wird nicht mehr vorgeschlagen</translation>
    </message>
</context>
<context>
    <name>TakeOver</name>
    <message>
        <source>Taken over: {fields}</source>
        <translation>Übernommen: {fields}</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Ihre Fassung ist in den Entwürfen</translation>
    </message>
</context>
<context>
    <name>Team</name>
    <message>
        <source>Added a device</source>
        <translation>Gerät hinzugefügt</translation>
    </message>
    <message>
        <source>Added a person</source>
        <translation>Person hinzugefügt</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Alle Kanäle</translation>
    </message>
    <message>
        <source>Approved a post</source>
        <translation>Beitrag freigegeben</translation>
    </message>
    <message>
        <source>Began to disconnect an account</source>
        <translation>Trennen eines Kontos begonnen</translation>
    </message>
    <message>
        <source>Changed a person</source>
        <translation>Person geändert</translation>
    </message>
    <message>
        <source>Changed how posts are sent</source>
        <translation>Senden von Beiträgen geändert</translation>
    </message>
    <message>
        <source>Changed settings of a channel</source>
        <translation>Einstellungen eines Kanals geändert</translation>
    </message>
    <message>
        <source>Changed settings of a network</source>
        <translation>Einstellungen eines Netzwerks geändert</translation>
    </message>
    <message>
        <source>Changed settings of the workspace</source>
        <translation>Einstellungen des Arbeitsbereichs geändert</translation>
    </message>
    <message>
        <source>Changed the e-mail address of a person</source>
        <translation>E-Mail-Adresse einer Person geändert</translation>
    </message>
    <message>
        <source>Changed the groups of a channel</source>
        <translation>Gruppen eines Kanals geändert</translation>
    </message>
    <message>
        <source>Changed the groups of a person</source>
        <translation>Gruppen einer Person geändert</translation>
    </message>
    <message>
        <source>Changed the role of a person</source>
        <translation>Rolle einer Person geändert</translation>
    </message>
    <message>
        <source>Checked a channel</source>
        <translation>Kanal geprüft</translation>
    </message>
    <message>
        <source>Checked an account</source>
        <translation>Konto geprüft</translation>
    </message>
    <message>
        <source>Chose what of an account is used</source>
        <translation>Auswahl eines Kontos getroffen</translation>
    </message>
    <message>
        <source>Connected an account</source>
        <translation>Konto verbunden</translation>
    </message>
    <message>
        <source>Deleted a file</source>
        <translation>Datei gelöscht</translation>
    </message>
    <message>
        <source>Deleted posts</source>
        <translation>Beiträge gelöscht</translation>
    </message>
    <message>
        <source>Described a file</source>
        <translation>Datei beschrieben</translation>
    </message>
    <message>
        <source>Disabled: cannot sign in</source>
        <translation>Gesperrt: kann sich nicht anmelden</translation>
    </message>
    <message>
        <source>Disconnected an account</source>
        <translation>Konto getrennt</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Redakteur</translation>
    </message>
    <message>
        <source>It is not known whether {name} was added to the team. {reason}</source>
        <translation>Es ist nicht bekannt, ob {name} zum Team hinzugefügt wurde. {reason}</translation>
    </message>
    <message>
        <source>It is not known whether {name} was changed. {reason}</source>
        <translation>Es ist nicht bekannt, ob {name} geändert wurde. {reason}</translation>
    </message>
    <message>
        <source>Last used {when}</source>
        <translation>Zuletzt benutzt: {when}</translation>
    </message>
    <message>
        <source>Last used {when}, from {address}</source>
        <translation>Zuletzt benutzt: {when}, von {address}</translation>
    </message>
    <message>
        <source>Linked a provider&apos;s account to a person</source>
        <translation>Konto eines Anbieters mit einer Person verknüpft</translation>
    </message>
    <message>
        <source>May do everything, also here. Sees all channels.</source>
        <translation>Darf alles, auch hier. Sieht alle Kanäle.</translation>
    </message>
    <message>
        <source>Moved a post</source>
        <translation>Beitrag verschoben</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>Nie benutzt</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Keine Kanäle</translation>
    </message>
    <message>
        <source>No device yet</source>
        <translation>Noch kein Gerät</translation>
    </message>
    <message>
        <source>Not done: {reason}</source>
        <translation>Nicht ausgeführt: {reason}</translation>
    </message>
    <message>
        <source>Not known whether it was done</source>
        <translation>Unbekannt, ob es ausgeführt wurde</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Eigentümer</translation>
    </message>
    <message>
        <source>Proposes posts, which an editor approves.</source>
        <translation>Schlägt Beiträge vor, die ein Redakteur freigibt.</translation>
    </message>
    <message>
        <source>Removed a person</source>
        <translation>Person entfernt</translation>
    </message>
    <message>
        <source>Renewed the calendar&apos;s address</source>
        <translation>Adresse des Kalenders erneuert</translation>
    </message>
    <message>
        <source>Requested changes of a post</source>
        <translation>Änderungen an einem Beitrag erbeten</translation>
    </message>
    <message>
        <source>Retried a first comment</source>
        <translation>Ersten Kommentar wiederholt</translation>
    </message>
    <message>
        <source>Retried posts</source>
        <translation>Beiträge wiederholt</translation>
    </message>
    <message>
        <source>Revoked a device</source>
        <translation>Gerät widerrufen</translation>
    </message>
    <message>
        <source>Said what became of a post</source>
        <translation>Gesagt, was aus einem Beitrag wurde</translation>
    </message>
    <message>
        <source>Scheduled or edited a post</source>
        <translation>Beitrag geplant oder bearbeitet</translation>
    </message>
    <message>
        <source>Schedules and changes posts, and approves proposals.</source>
        <translation>Plant und ändert Beiträge und gibt Vorschläge frei.</translation>
    </message>
    <message>
        <source>Sees what belongs to their groups.</source>
        <translation>Sieht, was zu den eigenen Gruppen gehört.</translation>
    </message>
    <message>
        <source>Sent posts at once</source>
        <translation>Beiträge sofort gesendet</translation>
    </message>
    <message>
        <source>Tested an account</source>
        <translation>Konto getestet</translation>
    </message>
    <message>
        <source>Took back an answer to a proposal</source>
        <translation>Antwort auf einen Vorschlag zurückgenommen</translation>
    </message>
    <message>
        <source>Took back that a device was revoked</source>
        <translation>Widerruf eines Geräts zurückgenommen</translation>
    </message>
    <message>
        <source>Unlinked a provider&apos;s account from a person</source>
        <translation>Konto eines Anbieters von einer Person gelöst</translation>
    </message>
    <message>
        <source>Uploaded a file</source>
        <translation>Datei hochgeladen</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>Withdrew a proposal</source>
        <translation>Vorschlag zurückgezogen</translation>
    </message>
    <message>
        <source>Writer</source>
        <translation>Autor</translation>
    </message>
    <message>
        <source>account {key}</source>
        <translation>Konto {key}</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>sofort</translation>
    </message>
    <message>
        <source>channel {key}</source>
        <translation>Kanal {key}</translation>
    </message>
    <message>
        <source>device {key}</source>
        <translation>Gerät {key}</translation>
    </message>
    <message>
        <source>device: {value}</source>
        <translation>Gerät: {value}</translation>
    </message>
    <message>
        <source>fields: {value}</source>
        <translation>Felder: {value}</translation>
    </message>
    <message>
        <source>file {key}</source>
        <translation>Datei {key}</translation>
    </message>
    <message>
        <source>groups: {value}</source>
        <translation>Gruppen: {value}</translation>
    </message>
    <message>
        <source>is being disconnected</source>
        <translation>wird getrennt</translation>
    </message>
    <message>
        <source>name: {value}</source>
        <translation>Name: {value}</translation>
    </message>
    <message>
        <source>post {key}</source>
        <translation>Beitrag {key}</translation>
    </message>
    <message>
        <source>role: {value}</source>
        <translation>Rolle: {value}</translation>
    </message>
    <message>
        <source>works</source>
        <translation>funktioniert</translation>
    </message>
    <message>
        <source>{name} is as before. {reason}</source>
        <translation>{name} ist wie zuvor. {reason}</translation>
    </message>
    <message>
        <source>{name} is still in the team, but cannot sign in. {reason} To let them in, open {name} in Settings &gt; Team and turn on “May sign in”.</source>
        <translation>{name} ist noch im Team, kann sich aber nicht anmelden. {reason} Um das wieder zu erlauben, öffnen Sie {name} unter Einstellungen &gt; Team und schalten Sie „Darf sich anmelden“ ein.</translation>
    </message>
    <message>
        <source>{name} is still revoked and cannot sign in. {reason}</source>
        <translation>{name} ist weiter widerrufen und kann sich nicht anmelden. {reason}</translation>
    </message>
    <message>
        <source>{name} was not added to the team. {reason}</source>
        <translation>{name} wurde nicht zum Team hinzugefügt. {reason}</translation>
    </message>
    <message>
        <source>{name}, labels: {labels}, groups: {groups}</source>
        <translation>{name}, Etiketten: {labels}, Gruppen: {groups}</translation>
    </message>
    <message>
        <source>{name}, revoked</source>
        <translation>{name}, widerrufen</translation>
    </message>
    <message>
        <source>{name}: {reason}</source>
        <translation>{name}: {reason}</translation>
    </message>
    <message>
        <source>{status}, {when}, “{text}”</source>
        <translation>{status}, {when}, „{text}“</translation>
    </message>
</context>
<context>
    <name>TeamController</name>
    <message numerus="yes">
        <source>%Ln message(s) (waits/wait) for your approval</source>
        <translation>
            <numerusform>%Ln Nachricht wartet auf Ihre Freigabe</numerusform>
            <numerusform>%Ln Nachrichten warten auf Ihre Freigabe</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of your proposals (was/were) approved</source>
        <translation>
            <numerusform>%Ln Ihrer Vorschläge wurde freigegeben</numerusform>
            <numerusform>%Ln Ihrer Vorschläge wurden freigegeben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changes requested of %Ln message(s)</source>
        <translation>
            <numerusform>Änderungen an %Ln Nachricht erbeten</numerusform>
            <numerusform>Änderungen an %Ln Nachrichten erbeten</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>TeamPage</name>
    <message>
        <source>As of {when}.</source>
        <translation>Stand: {when}.</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Lost a device? Revoke it here, and it cannot sign in any more.</source>
        <translation>Ein Gerät verloren? Widerrufen Sie es hier, dann kann es sich nicht mehr anmelden.</translation>
    </message>
    <message>
        <source>Part of the team</source>
        <translation>Teil des Teams</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>People and devices are on the server of your team. They are shown here when it answers.</source>
        <translation>Personen und Geräte sind auf dem Server Ihres Teams. Sie erscheinen hier, sobald er antwortet.</translation>
    </message>
    <message>
        <source>The server is not reached, and changes need it.</source>
        <translation>Der Server ist nicht erreichbar, und Änderungen brauchen ihn.</translation>
    </message>
    <message>
        <source>Your devices</source>
        <translation>Ihre Geräte</translation>
    </message>
    <message>
        <source>Your role in this team is now: {role}.</source>
        <translation>Ihre Rolle in diesem Team ist jetzt: {role}.</translation>
    </message>
    <message>
        <source>{name} cannot sign in any more. Enter takes it back.</source>
        <translation>{name} kann sich nicht mehr anmelden. Die Eingabetaste nimmt es zurück.</translation>
    </message>
</context>
<context>
    <name>TemplateEdit</name>
    <message>
        <source>Variables</source>
        <translation>Variablen</translation>
    </message>
</context>
<context>
    <name>Templates</name>
    <message>
        <source>All hashtags of the message</source>
        <translation>Alle Hashtags der Nachricht</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Auszug</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Template “{name}” deleted</source>
        <translation>Vorlage „{name}“ gelöscht</translation>
    </message>
    <message>
        <source>Template “{name}” replaced</source>
        <translation>Vorlage „{name}“ ersetzt</translation>
    </message>
    <message>
        <source>Template “{name}” saved</source>
        <translation>Vorlage „{name}“ gespeichert</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The day on which it is sent</source>
        <translation>Der Tag, an dem gesendet wird</translation>
    </message>
    <message>
        <source>The first line of the message</source>
        <translation>Die erste Zeile der Nachricht</translation>
    </message>
    <message>
        <source>The first paragraph below the first line</source>
        <translation>Der erste Absatz unter der ersten Zeile</translation>
    </message>
    <message>
        <source>The link of the message</source>
        <translation>Der Link der Nachricht</translation>
    </message>
    <message>
        <source>The message below its first line</source>
        <translation>Die Nachricht unter ihrer ersten Zeile</translation>
    </message>
    <message>
        <source>The name of the channel</source>
        <translation>Der Name des Kanals</translation>
    </message>
    <message>
        <source>The name of the network</source>
        <translation>Der Name des Netzwerks</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>Die ganze Nachricht</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
</context>
<context>
    <name>TextCard</name>
    <message>
        <source>A thread comes first. Its parts are edited in Compose.</source>
        <translation>Ein Thread kommt zuerst. Seine Teile werden unter Verfassen bearbeitet.</translation>
    </message>
    <message>
        <source>Move text {number} down</source>
        <translation>Text {number} nach unten</translation>
    </message>
    <message>
        <source>Move text {number} up</source>
        <translation>Text {number} nach oben</translation>
    </message>
    <message>
        <source>Remove text {number}</source>
        <translation>Text {number} entfernen</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Text {number}</source>
        <translation>Text {number}</translation>
    </message>
    <message>
        <source>The same, said another way</source>
        <translation>Dasselbe, anders gesagt</translation>
    </message>
    <message>
        <source>This is the same as text {number}.</source>
        <translation>Das ist derselbe wie Text {number}.</translation>
    </message>
    <message>
        <source>What would you like to say again and again?</source>
        <translation>Was soll immer wieder gesagt werden?</translation>
    </message>
</context>
<context>
    <name>TextInserter</name>
    <message>
        <source>All hashtags of “{name}” are already in the text</source>
        <translation>Alle Hashtags von „{name}“ stehen schon im Text</translation>
    </message>
</context>
<context>
    <name>TextPresenter</name>
    <message>
        <source>All {network} channels</source>
        <translation>Alle Kanäle von {network}</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Message for {network}</source>
        <translation>Nachricht für {network}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Teil {n} von {count}</translation>
    </message>
    <message>
        <source>{name} uses the common text</source>
        <translation>{name} verwendet den gemeinsamen Text</translation>
    </message>
    <message>
        <source>{name} uses the text for {network}</source>
        <translation>{name} verwendet den Text für {network}</translation>
    </message>
</context>
<context>
    <name>ThreadPresenter</name>
    <message>
        <source>Add a part to the thread</source>
        <translation>Dem Thread einen Teil hinzufügen</translation>
    </message>
    <message>
        <source>All parts are one text now</source>
        <translation>Alle Teile sind jetzt ein Text</translation>
    </message>
    <message>
        <source>Join all parts</source>
        <translation>Alle Teile verbinden</translation>
    </message>
    <message>
        <source>Move part down</source>
        <translation>Teil nach unten</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Teil nach oben</translation>
    </message>
    <message>
        <source>Move to the part after</source>
        <translation>In den Teil danach verschieben</translation>
    </message>
    <message>
        <source>Move to the part before</source>
        <translation>In den Teil davor verschieben</translation>
    </message>
    <message>
        <source>Next part</source>
        <translation>Nächster Teil</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Teile nummerieren</translation>
    </message>
    <message>
        <source>Part {n} removed</source>
        <translation>Teil {n} entfernt</translation>
    </message>
    <message>
        <source>Previous part</source>
        <translation>Voriger Teil</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Teil entfernen</translation>
    </message>
    <message numerus="yes">
        <source>Split into %n part(s)</source>
        <translation>
            <numerusform>In %n Teil aufteilen</numerusform>
            <numerusform>In %n Teile aufteilen</numerusform>
        </translation>
    </message>
    <message>
        <source>Split the text at blank lines</source>
        <translation>Text an Leerzeilen teilen</translation>
    </message>
    <message>
        <source>Split the text to fit</source>
        <translation>Text passend teilen</translation>
    </message>
    <message>
        <source>There is nothing to split: every part fits already</source>
        <translation>Nichts zu teilen: Jeder Teil passt schon</translation>
    </message>
    <message>
        <source>{name} moved to part {n}</source>
        <translation>{name} in Teil {n} verschoben</translation>
    </message>
</context>
<context>
    <name>Threads</name>
    <message>
        <source>This text needs more than {most} parts. Shorten it or choose channels that allow longer texts.</source>
        <translation>Dieser Text braucht mehr als {most} Teile. Kürzen Sie ihn, oder wählen Sie Kanäle, die längere Texte erlauben.</translation>
    </message>
</context>
<context>
    <name>TileMenu</name>
    <message>
        <source>Describe for people who cannot see it…</source>
        <translation>Für Menschen beschreiben, die es nicht sehen können …</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Bearbeiten …</translation>
    </message>
    <message>
        <source>Move left</source>
        <translation>Nach links</translation>
    </message>
    <message>
        <source>Move right</source>
        <translation>Nach rechts</translation>
    </message>
    <message>
        <source>Remove from this message</source>
        <translation>Aus dieser Nachricht entfernen</translation>
    </message>
    <message>
        <source>Send to</source>
        <translation>Senden an</translation>
    </message>
</context>
<context>
    <name>TimeField</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Wählen Sie Tag und Uhrzeit</translation>
    </message>
</context>
<context>
    <name>TimePopup</name>
    <message>
        <source>Add time</source>
        <translation>Zeit hinzufügen</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Zeit</translation>
    </message>
</context>
<context>
    <name>TimeTag</name>
    <message>
        <source>Remove {time}, {days}</source>
        <translation>{time} entfernen, {days}</translation>
    </message>
</context>
<context>
    <name>TimelinePane</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message>
        <source>Close timeline</source>
        <translation>Zeitleiste schließen</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Zeiten in {zone}</translation>
    </message>
    <message>
        <source>Your timeline appears here.</source>
        <translation>Ihre Zeitleiste erscheint hier.</translation>
    </message>
</context>
<context>
    <name>TimesPage</name>
    <message numerus="yes">
        <source>%Ln message(s) will be added to {campaign}</source>
        <translation>
            <numerusform>%Ln Nachricht wird {campaign} hinzugefügt</numerusform>
            <numerusform>%Ln Nachrichten werden {campaign} hinzugefügt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) could not be downloaded.</source>
        <translation>
            <numerusform>%Ln Bild konnte nicht heruntergeladen werden.</numerusform>
            <numerusform>%Ln Bilder konnten nicht heruntergeladen werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) will be downloaded first.</source>
        <translation>
            <numerusform>%Ln Bild wird zuerst heruntergeladen.</numerusform>
            <numerusform>%Ln Bilder werden zuerst heruntergeladen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (has a warning/have warnings).</source>
        <translation>
            <numerusform>%Ln Zeile hat eine Warnung.</numerusform>
            <numerusform>%Ln Zeilen haben Warnungen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) will not be imported.</source>
        <translation>
            <numerusform>%Ln Zeile wird nicht importiert.</numerusform>
            <numerusform>%Ln Zeilen werden nicht importiert.</numerusform>
        </translation>
    </message>
    <message>
        <source>At the times in the file</source>
        <translation>Zu den Zeiten in der Datei</translation>
    </message>
    <message>
        <source>At the times in the file ({own}). Without a time, in the rhythm ({rest})</source>
        <extracomment>{own} and {rest}: numbers of messages.</extracomment>
        <translation>Zu den Zeiten in der Datei ({own}). Ohne Zeit im Rhythmus ({rest})</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Downloading picture {n} of {total}</source>
        <translation>Bild {n} von {total} wird heruntergeladen</translation>
    </message>
    <message>
        <source>Fetching pictures</source>
        <translation>Bilder werden geholt</translation>
    </message>
    <message>
        <source>From {first} to {last}</source>
        <translation>Von {first} bis {last}</translation>
    </message>
    <message>
        <source>Import report</source>
        <translation>Importbericht</translation>
    </message>
    <message>
        <source>Importing sends nothing.</source>
        <translation>Der Import sendet nichts.</translation>
    </message>
    <message>
        <source>In the rhythm of the campaign, in this order</source>
        <translation>Im Rhythmus der Kampagne, in dieser Reihenfolge</translation>
    </message>
    <message>
        <source>The file contains no times</source>
        <translation>Die Datei enthält keine Zeiten</translation>
    </message>
    <message>
        <source>the campaign</source>
        <translation>der Kampagne</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>„{name}“</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Enter: {action}. Esc closes this.</source>
        <extracomment>{action}: text of a button, such as Undo.</extracomment>
        <translation>Eingabe: {action}. Esc schließt dies.</translation>
    </message>
    <message>
        <source>{sentence} {action}: {key}, then Enter.</source>
        <extracomment>{action}: text of a button, such as Undo. {key}: the key that leads to it.</extracomment>
        <translation>{sentence} {action}: {key}, dann Eingabe.</translation>
    </message>
</context>
<context>
    <name>ToolsRow</name>
    <message>
        <source>Add a part</source>
        <translation>Teil hinzufügen</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Medien hinzufügen</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
    <message>
        <source>Insert emoji</source>
        <translation>Emoji einfügen</translation>
    </message>
    <message>
        <source>Insert hashtag sign</source>
        <translation>Hashtag-Zeichen einfügen</translation>
    </message>
    <message>
        <source>Insert mention sign</source>
        <translation>Erwähnungszeichen einfügen</translation>
    </message>
    <message>
        <source>Insert snippet</source>
        <translation>Textbaustein einfügen</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Zuletzt verwendete Medien</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message numerus="yes">
        <source>%n item(s) (needs/need) attention</source>
        <translation>
            <numerusform>%n Eintrag braucht Beachtung</numerusform>
            <numerusform>%n Einträge brauchen Beachtung</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread notification(s)</source>
        <translation>
            <numerusform>%n ungelesene Benachrichtigung</numerusform>
            <numerusform>%n ungelesene Benachrichtigungen</numerusform>
        </translation>
    </message>
    <message>
        <source>More pages</source>
        <translation>Weitere Seiten</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Show notifications</source>
        <translation>Benachrichtigungen zeigen</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n being sent</source>
        <translation>
            <numerusform>%n wird gesendet</numerusform>
            <numerusform>%n werden gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) being sent</source>
        <translation>
            <numerusform>%n Beitrag wird gesendet</numerusform>
            <numerusform>%n Beiträge werden gesendet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n geplanter Beitrag</numerusform>
            <numerusform>%n geplante Beiträge</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>Next: {title}, {when}</source>
        <translation>Nächster: {title}, {when}</translation>
    </message>
    <message>
        <source>No scheduled posts</source>
        <translation>Keine geplanten Beiträge</translation>
    </message>
    <message>
        <source>Open Posto Desktop</source>
        <translation>Posto Desktop öffnen</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Senden anhalten</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Schnellbeitrag</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>Senden fortsetzen</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>Das Senden ist angehalten</translation>
    </message>
</context>
<context>
    <name>TrimBar</name>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>{length} of the video is sent</source>
        <translation>{length} des Videos werden gesendet</translation>
    </message>
</context>
<context>
    <name>TrimStrip</name>
    <message>
        <source>End of the video</source>
        <translation>Ende des Videos</translation>
    </message>
    <message>
        <source>Start of the video</source>
        <translation>Anfang des Videos</translation>
    </message>
</context>
<context>
    <name>UtmFields</name>
    <message>
        <source>Campaign</source>
        <translation>Kampagne</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>Links in the text</source>
        <translation>Links im Text</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Medium</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>Begriff</translation>
    </message>
    <message>
        <source>The attached link</source>
        <translation>Der angehängte Link</translation>
    </message>
    <message>
        <source>Variables: {names}. Tags that a link already has are kept.</source>
        <translation>Variablen: {names}. Parameter, die ein Link schon hat, bleiben.</translation>
    </message>
</context>
<context>
    <name>VariantBar</name>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>Channel of this text</source>
        <translation>Kanal dieses Textes</translation>
    </message>
    <message>
        <source>Files for this network</source>
        <translation>Dateien für dieses Netzwerk</translation>
    </message>
    <message>
        <source>No files</source>
        <translation>Keine Dateien</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Gemeinsamen Text verwenden</translation>
    </message>
    <message>
        <source>Uses its own text. Changes to All networks do not apply.</source>
        <translation>Verwendet einen eigenen Text. Änderungen an „Alle Netzwerke“ gelten nicht.</translation>
    </message>
    <message>
        <source>Uses the common text. Type here to give it its own.</source>
        <translation>Verwendet den gemeinsamen Text. Schreiben Sie hier, um einen eigenen anzulegen.</translation>
    </message>
    <message>
        <source>Uses the text for {network}. Type here to give it its own.</source>
        <translation>Verwendet den Text für {network}. Schreiben Sie hier, um einen eigenen anzulegen.</translation>
    </message>
    <message>
        <source>{name} uses its own text and ignores changes to All networks.</source>
        <translation>{name} verwendet einen eigenen Text und beachtet Änderungen an „Alle Netzwerke“ nicht.</translation>
    </message>
    <message>
        <source>{name} uses the common text. Type here to give it its own.</source>
        <translation>{name} verwendet den gemeinsamen Text. Schreiben Sie hier, um einen eigenen anzulegen.</translation>
    </message>
    <message>
        <source>{name} · own text</source>
        <translation>{name} · eigener Text</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n file(s)</source>
        <translation>
            <numerusform>{n} von %n Datei</numerusform>
            <numerusform>{n} von %n Dateien</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VideoBar</name>
    <message>
        <source>Cover</source>
        <translation>Titelbild</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Abspielen oder anhalten</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
</context>
<context>
    <name>VideoResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>Alle %n Netzwerke</numerusform>
            <numerusform>Alle %n Netzwerke</numerusform>
        </translation>
    </message>
    <message>
        <source>Convert now</source>
        <translation>Jetzt umwandeln</translation>
    </message>
    <message>
        <source>Converting the video</source>
        <translation>Video wird umgewandelt</translation>
    </message>
    <message>
        <source>Encoded anew as H.264</source>
        <translation>Neu codiert als H.264</translation>
    </message>
    <message>
        <source>HDR becomes ordinary colours</source>
        <translation>HDR wird zu gewöhnlichen Farben</translation>
    </message>
    <message>
        <source>Otherwise it is converted when the post is sent</source>
        <translation>Sonst wird es umgewandelt, wenn der Beitrag gesendet wird</translation>
    </message>
    <message>
        <source>Sent as it is</source>
        <translation>Wird unverändert gesendet</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>Zu groß für {network}. Wählen Sie eine kleinere Größe.</translation>
    </message>
    <message>
        <source>Too long for {network}: up to {most}.</source>
        <translation>Zu lang für {network}: bis zu {most}.</translation>
    </message>
    <message>
        <source>Too short for {network}: {least} or more.</source>
        <translation>Zu kurz für {network}: {least} oder mehr.</translation>
    </message>
    <message>
        <source>Too small for {network}.</source>
        <translation>Zu klein für {network}.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Was gesendet wird</translation>
    </message>
    <message>
        <source>Written anew as MP4, no quality lost</source>
        <translation>Neu als MP4 geschrieben, ohne Qualitätsverlust</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>etwa {size}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>takes about {time}</source>
        <translation>dauert etwa {time}</translation>
    </message>
    <message>
        <source>takes some seconds</source>
        <translation>dauert einige Sekunden</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>{name} konnte nicht vorbereitet werden.</translation>
    </message>
    <message>
        <source>{network} may refuse it or compress it again.</source>
        <translation>{network} könnte es ablehnen oder neu komprimieren.</translation>
    </message>
</context>
<context>
    <name>ViewSwitch</name>
    <message>
        <source>Campaigns</source>
        <translation>Kampagnen</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message>
        <source>View of campaigns</source>
        <translation>Ansicht der Kampagnen</translation>
    </message>
</context>
<context>
    <name>WatchFolderCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n Kanal</numerusform>
            <numerusform>%n Kanäle</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign that was deleted</source>
        <translation>Eine gelöschte Kampagne</translation>
    </message>
    <message>
        <source>A text file beside can name others</source>
        <translation>Eine Textdatei daneben kann andere nennen</translation>
    </message>
    <message>
        <source>By itself, with Undo. Off: you decide about each draft</source>
        <translation>Von selbst, mit Rückgängig. Aus: Sie entscheiden über jeden Entwurf</translation>
    </message>
    <message>
        <source>Campaign without a name</source>
        <translation>Kampagne ohne Namen</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Channels for files of {name}</source>
        <translation>Kanäle für Dateien aus {name}</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Entwürfe</translation>
    </message>
    <message>
        <source>Drafts from this folder go to these channels</source>
        <translation>Entwürfe aus diesem Ordner gehen an diese Kanäle</translation>
    </message>
    <message>
        <source>Evergreen messages</source>
        <translation>Evergreen-Nachrichten</translation>
    </message>
    <message>
        <source>Folders inside, too</source>
        <translation>Auch Unterordner</translation>
    </message>
    <message>
        <source>Messages of “{campaign}”</source>
        <translation>Nachrichten von „{campaign}“</translation>
    </message>
    <message>
        <source>New files become</source>
        <translation>Neue Dateien werden</translation>
    </message>
    <message>
        <source>No longer watched. Its files and drafts stay.</source>
        <translation>Wird nicht mehr überwacht. Dateien und Entwürfe bleiben.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Kein Stil</translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation>Keine gewählt</translation>
    </message>
    <message>
        <source>Open the workspace of this folder to choose its channels</source>
        <translation>Öffnen Sie den Arbeitsbereich dieses Ordners, um seine Kanäle zu wählen</translation>
    </message>
    <message>
        <source>Options of {name}</source>
        <translation>Optionen von {name}</translation>
    </message>
    <message>
        <source>Pause {name}</source>
        <translation>{name} anhalten</translation>
    </message>
    <message>
        <source>Resume {name}</source>
        <translation>{name} fortsetzen</translation>
    </message>
    <message>
        <source>Schedule into the next free slot</source>
        <translation>Im nächsten freien Termin planen</translation>
    </message>
    <message>
        <source>Stop watching {name}</source>
        <translation>{name} nicht mehr überwachen</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo: watch {name} again</source>
        <translation>Rückgängig: {name} wieder überwachen</translation>
    </message>
</context>
<context>
    <name>WatchFolders</name>
    <message>
        <source>Folder missing: connect its disk, or remove it from this list</source>
        <translation>Ordner fehlt: Datenträger verbinden oder aus der Liste entfernen</translation>
    </message>
    <message>
        <source>Looks for new files every minute</source>
        <translation>Sucht jede Minute nach neuen Dateien</translation>
    </message>
    <message>
        <source>No permission: allow Posto to read this folder in your system</source>
        <translation>Keine Berechtigung: Posto im System das Lesen dieses Ordners erlauben</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files…</source>
        <translation>{done} von {total} Dateien gelesen …</translation>
    </message>
    <message>
        <source>The campaign of {folder} was deleted. What comes there becomes drafts until you choose another in Settings.</source>
        <translation>Die Kampagne von {folder} wurde gelöscht. Was dort ankommt, wird Entwurf, bis Sie in den Einstellungen eine andere wählen.</translation>
    </message>
    <message>
        <source>This is not a folder</source>
        <translation>Das ist kein Ordner</translation>
    </message>
    <message numerus="yes">
        <source>Waiting for %n file(s) that (is/are) not complete</source>
        <translation>
            <numerusform>Wartet auf %n unvollständige Datei</numerusform>
            <numerusform>Wartet auf %n unvollständige Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>Wird überwacht</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>{name} kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>{name} is not text in UTF-8. Save it as UTF-8.</source>
        <translation>{name} ist kein Text in UTF-8. Als UTF-8 speichern.</translation>
    </message>
    <message>
        <source>{name} is not valid JSON.</source>
        <translation>{name} ist kein gültiges JSON.</translation>
    </message>
    <message>
        <source>{name} is too large: a text has at most {size} KB.</source>
        <translation>{name} ist zu groß: Ein Text hat höchstens {size} KB.</translation>
    </message>
</context>
<context>
    <name>WatchFoldersController</name>
    <message numerus="yes">
        <source>%n draft(s) from “{folder}”</source>
        <translation>
            <numerusform>%n Entwurf aus „{folder}“</numerusform>
            <numerusform>%n Entwürfe aus „{folder}“</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) stayed: you edited or opened (it/them)</source>
        <translation>
            <numerusform>%n Entwurf blieb: Sie haben ihn bearbeitet oder geöffnet</numerusform>
            <numerusform>%n Entwürfe blieben: Sie haben sie bearbeitet oder geöffnet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n evergreen message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n Evergreen-Nachricht aus „{folder}“</numerusform>
            <numerusform>%n Evergreen-Nachrichten aus „{folder}“</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” (stays/stay) in Drafts.</source>
        <translation>
            <numerusform>%n Nachricht aus „{folder}“ bleibt in den Entwürfen.</numerusform>
            <numerusform>%n Nachrichten aus „{folder}“ bleiben in den Entwürfen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” scheduled</source>
        <translation>
            <numerusform>%n Nachricht aus „{folder}“ geplant</numerusform>
            <numerusform>%n Nachrichten aus „{folder}“ geplant</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) in “{folder}” (has/have) the same problem.</source>
        <translation>
            <numerusform>%n weitere Datei in „{folder}“ hat dasselbe Problem.</numerusform>
            <numerusform>%n weitere Dateien in „{folder}“ haben dasselbe Problem.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n neue Nachricht aus „{folder}“</numerusform>
            <numerusform>%n neue Nachrichten aus „{folder}“</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>WatchFoldersPage</name>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Also what is there already</source>
        <translation>Auch was schon da ist</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose a folder, also one that a cloud keeps in step. Each picture or video that comes there becomes a draft, once. A text file with the same name gives its text. Your files are never moved or changed, and nothing is sent by itself.</source>
        <translation>Wählen Sie einen Ordner, auch einen, den eine Cloud abgleicht. Jedes Bild oder Video, das dort ankommt, wird einmal zum Entwurf. Eine Textdatei mit demselben Namen liefert den Text. Ihre Dateien werden nie verschoben oder geändert, und nichts wird von selbst gesendet.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>Zu überwachender Ordner</translation>
    </message>
    <message>
        <source>Only new files</source>
        <translation>Nur neue Dateien</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>Überwachte Ordner</translation>
    </message>
    <message>
        <source>Works while Posto runs, also in the tray, and catches up at the next start.</source>
        <translation>Arbeitet, solange Posto läuft, auch im Infobereich, und holt beim nächsten Start nach.</translation>
    </message>
    <message numerus="yes">
        <source>“{folder}” has %Ln picture(s) or video(s) already.</source>
        <translation>
            <numerusform>„{folder}“ enthält bereits %Ln Bild oder Video.</numerusform>
            <numerusform>„{folder}“ enthält bereits %Ln Bilder oder Videos.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{folder}” is watched already.</source>
        <translation>„{folder}“ wird bereits überwacht.</translation>
    </message>
</context>
<context>
    <name>WatchScheduler</name>
    <message>
        <source>A network would refuse it as it is. Open it to see why.</source>
        <translation>Ein Netzwerk würde sie so ablehnen. Öffnen zeigt, warum.</translation>
    </message>
    <message>
        <source>No channels are chosen for it.</source>
        <translation>Dafür sind keine Kanäle gewählt.</translation>
    </message>
    <message>
        <source>There is no free slot for its channels.</source>
        <translation>Für ihre Kanäle gibt es keinen freien Termin.</translation>
    </message>
</context>
<context>
    <name>WatermarkFields</name>
    <message>
        <source>Bottom left</source>
        <translation>Unten links</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>Unten rechts</translation>
    </message>
    <message>
        <source>Choose picture…</source>
        <translation>Bild wählen …</translation>
    </message>
    <message>
        <source>Corner</source>
        <translation>Ecke</translation>
    </message>
    <message>
        <source>In the middle</source>
        <translation>In der Mitte</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Rand</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Noch kein Bild</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Size and margin are percentages of the picture&apos;s shorter side. Videos and animations get no watermark. Your files are not changed.</source>
        <translation>Größe und Rand sind Prozente der kürzeren Seite des Bildes. Videos und Animationen bekommen kein Wasserzeichen. Ihre Dateien werden nicht geändert.</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>Oben links</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>Oben rechts</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Start with the message. Nothing leaves this computer until you press the button.</source>
        <translation>Beginnen Sie mit der Nachricht. Nichts verlässt diesen Computer, bevor Sie auf die Schaltfläche drücken.</translation>
    </message>
    <message>
        <source>Write once, place it everywhere</source>
        <translation>Einmal schreiben, überall platzieren</translation>
    </message>
</context>
<context>
    <name>When</name>
    <message>
        <source>A length of time has to be above zero.</source>
        <translation>Eine Dauer muss größer als null sein.</translation>
    </message>
    <message>
        <source>A week has seven days.</source>
        <translation>Eine Woche hat sieben Tage.</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first} or {second}?</source>
        <translation>Bedeutet „{text}“ {first} oder {second}?</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first}?</source>
        <translation>Bedeutet „{text}“ {first}?</translation>
    </message>
    <message>
        <source>Midnight</source>
        <translation>Mitternacht</translation>
    </message>
    <message>
        <source>No month has a day {day}.</source>
        <translation>Kein Monat hat einen Tag {day}.</translation>
    </message>
    <message>
        <source>No month has more than five of a weekday.</source>
        <translation>Kein Monat hat mehr als fünf von einem Wochentag.</translation>
    </message>
    <message>
        <source>No time is given.</source>
        <translation>Es ist keine Zeit angegeben.</translation>
    </message>
    <message>
        <source>Read as {day}.</source>
        <translation>Gelesen als {day}.</translation>
    </message>
    <message>
        <source>Read with the day first, as {day}.</source>
        <translation>Mit dem Tag zuerst gelesen, als {day}.</translation>
    </message>
    <message>
        <source>Read with the month first, as {day}.</source>
        <translation>Mit dem Monat zuerst gelesen, als {day}.</translation>
    </message>
    <message>
        <source>That is too far ahead.</source>
        <translation>Das liegt zu weit in der Zukunft.</translation>
    </message>
    <message>
        <source>That month has no {weekday} number {number}.</source>
        <translation>Dieser Monat hat keinen {weekday} Nummer {number}.</translation>
    </message>
    <message>
        <source>That timestamp is too far ahead.</source>
        <translation>Dieser Zeitstempel liegt zu weit in der Zukunft.</translation>
    </message>
    <message numerus="yes">
        <source>The clocks change in between: {clock} is the same time of day, {later} is %n hour(s) from now.</source>
        <translation>
            <numerusform>Dazwischen werden die Uhren umgestellt: {clock} ist dieselbe Tageszeit, {later} ist in %n Stunde.</numerusform>
            <numerusform>Dazwischen werden die Uhren umgestellt: {clock} ist dieselbe Tageszeit, {later} ist in %n Stunden.</numerusform>
        </translation>
    </message>
    <message>
        <source>The day after tomorrow is {day}, and another date is named.</source>
        <translation>Übermorgen ist {day}, und es ist ein anderes Datum genannt.</translation>
    </message>
    <message>
        <source>The year {year} is too far ahead.</source>
        <translation>Das Jahr {year} liegt zu weit in der Zukunft.</translation>
    </message>
    <message>
        <source>There is no day {first}/{second}.</source>
        <translation>Einen Tag {first}/{second} gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no month {month}.</source>
        <translation>Einen Monat {month} gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no time zone “{name}”.</source>
        <translation>Eine Zeitzone „{name}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no year {year}.</source>
        <translation>Ein Jahr {year} gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no {day} {month} this year or the next.</source>
        <translation>Einen {day}. {month} gibt es in diesem und im nächsten Jahr nicht.</translation>
    </message>
    <message>
        <source>There is no {day} {month} {year}.</source>
        <translation>Einen {day}. {month} {year} gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no {day} {month}.</source>
        <translation>Einen {day}. {month} gibt es nicht.</translation>
    </message>
    <message>
        <source>Today is {day}, and another date is named.</source>
        <translation>Heute ist {day}, und es ist ein anderes Datum genannt.</translation>
    </message>
    <message>
        <source>Tomorrow is {day}, and another date is named.</source>
        <translation>Morgen ist {day}, und es ist ein anderes Datum genannt.</translation>
    </message>
    <message>
        <source>{day} has passed this year.</source>
        <translation>{day} ist in diesem Jahr vorbei.</translation>
    </message>
    <message>
        <source>{day} is a {weekday}, not a {other}.</source>
        <translation>{day} ist ein {weekday}, kein {other}.</translation>
    </message>
    <message>
        <source>{text} is not a length of time.</source>
        <translation>{text} ist keine Dauer.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The first one ({zone}) is used.</source>
        <translation>{time} kommt am {day} zweimal, wenn die Uhren zurückgestellt werden. Das erste Mal ({zone}) wird verwendet.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The second one ({zone}) is used.</source>
        <translation>{time} kommt am {day} zweimal, wenn die Uhren zurückgestellt werden. Das zweite Mal ({zone}) wird verwendet.</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the first one ({zone}).</source>
        <translation>{time} kommt in dieser Nacht zweimal; dies ist das erste Mal ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the second one ({zone}).</source>
        <translation>{time} kommt in dieser Nacht zweimal; dies ist das zweite Mal ({zone}).</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} ist vorbei.</translation>
    </message>
    <message>
        <source>{time} has passed. The next possible time is {next}.</source>
        <translation>{time} ist vorbei. Die nächste mögliche Zeit ist {next}.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: am and pm go with hours from 1 to 12.</source>
        <translation>{time} ist keine Uhrzeit: am und pm gehören zu Stunden von 1 bis 12.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: hours go from 0 to 23.</source>
        <translation>{time} ist keine Uhrzeit: Stunden gehen von 0 bis 23.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: minutes and seconds go up to 59.</source>
        <translation>{time} ist keine Uhrzeit: Minuten und Sekunden gehen bis 59.</translation>
    </message>
    <message>
        <source>{time} is not at lunch.</source>
        <translation>{time} ist nicht mittags.</translation>
    </message>
    <message>
        <source>{time} is not at the end of the day.</source>
        <translation>{time} ist nicht am Ende des Tages.</translation>
    </message>
    <message>
        <source>{time} is not in the afternoon.</source>
        <translation>{time} ist nicht am Nachmittag.</translation>
    </message>
    <message>
        <source>{time} is not in the evening.</source>
        <translation>{time} ist nicht am Abend.</translation>
    </message>
    <message>
        <source>{time} is not in the morning.</source>
        <translation>{time} ist nicht am Morgen.</translation>
    </message>
    <message>
        <source>{time} is not in the night.</source>
        <translation>{time} ist nicht in der Nacht.</translation>
    </message>
    <message>
        <source>{time} is not tonight.</source>
        <translation>{time} ist nicht heute Abend.</translation>
    </message>
    <message>
        <source>{time} is skipped on {day}, when the clocks go forward. {used} is used.</source>
        <translation>{time} entfällt am {day}, wenn die Uhren vorgestellt werden. {used} wird verwendet.</translation>
    </message>
    <message>
        <source>{zone} is not in force in {city} then: its clocks show {time}.</source>
        <translation>{zone} gilt dann in {city} nicht: Die Uhren dort zeigen {time}.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a length of time. “{minutes}” and “{hours}” can.</source>
        <translation>„{text}“ kann nicht als Dauer gelesen werden. „{minutes}“ und „{hours}“ schon.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a time. “{example}”, “{date}” and “{length}” can.</source>
        <translation>„{text}“ kann nicht als Zeit gelesen werden. „{example}“, „{date}“ und „{length}“ schon.</translation>
    </message>
    <message>
        <source>“{text}” is in the past. Only times ahead can be scheduled.</source>
        <translation>„{text}“ liegt in der Vergangenheit. Nur künftige Zeiten können geplant werden.</translation>
    </message>
    <message>
        <source>“{typed}” was read as “{meant}”.</source>
        <translation>„{typed}“ wurde als „{meant}“ gelesen.</translation>
    </message>
</context>
<context>
    <name>WhenChips</name>
    <message>
        <source>Next free slot…</source>
        <translation>Nächster freier Termin …</translation>
    </message>
    <message>
        <source>Quick times</source>
        <translation>Schnelle Zeiten</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Wiederholen …</translation>
    </message>
</context>
<context>
    <name>WhenPicker</name>
    <message>
        <source>Day and time</source>
        <translation>Tag und Uhrzeit</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Früherer Monat</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Späterer Monat</translation>
    </message>
    <message>
        <source>Nothing scheduled that day</source>
        <translation>An diesem Tag ist nichts geplant</translation>
    </message>
    <message>
        <source>Scheduled: {times}</source>
        <translation>Geplant: {times}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled: {times} and %n more</source>
        <translation>
            <numerusform>Geplant: {times} und %n weitere</numerusform>
            <numerusform>Geplant: {times} und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Use this time</source>
        <translation>Diese Zeit verwenden</translation>
    </message>
</context>
<context>
    <name>WhenReading</name>
    <message>
        <source>Set a time for the first post of the repeat.</source>
        <translation>Legen Sie eine Zeit für den ersten Beitrag der Wiederholung fest.</translation>
    </message>
    <message>
        <source>The repeat ends before this time.</source>
        <translation>Die Wiederholung endet vor dieser Zeit.</translation>
    </message>
</context>
<context>
    <name>WhenRow</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Wählen Sie Tag und Uhrzeit</translation>
    </message>
    <message>
        <source>Now, or “{time}”</source>
        <translation>Jetzt, oder „{time}“</translation>
    </message>
    <message>
        <source>Posto cannot read this.</source>
        <translation>Posto kann das nicht lesen.</translation>
    </message>
    <message>
        <source>This time has passed.</source>
        <translation>Diese Zeit ist vorbei.</translation>
    </message>
    <message>
        <source>Try “{time}”</source>
        <translation>Versuchen Sie „{time}“</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>{time} verwenden</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weiterer</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>as soon as an editor approves it</source>
        <translation>sobald ein Redakteur zustimmt</translation>
    </message>
    <message>
        <source>as soon as you press the button</source>
        <translation>sobald Sie auf die Schaltfläche drücken</translation>
    </message>
    <message>
        <source>first on {day}</source>
        <translation>zuerst am {day}</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} ist vorbei.</translation>
    </message>
    <message>
        <source>{zone}, {offset}</source>
        <extracomment>&quot;Europe/Berlin, UTC+1 then&quot;.</extracomment>
        <translation>{zone}, {offset}</translation>
    </message>
</context>
<context>
    <name>WhenText</name>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>vor %n Tag</numerusform>
            <numerusform>vor %n Tagen</numerusform>
        </translation>
    </message>
    <message>
        <source>In 1 hour</source>
        <translation>In 1 Stunde</translation>
    </message>
    <message>
        <source>Next {day} {time}</source>
        <translation>Nächsten {day} {time}</translation>
    </message>
    <message>
        <source>Now</source>
        <extracomment>Time of a post.</extracomment>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Today {time}</source>
        <translation>Heute {time}</translation>
    </message>
    <message>
        <source>Tomorrow {time}</source>
        <translation>Morgen {time}</translation>
    </message>
    <message>
        <source>Tonight {time}</source>
        <translation>Heute Abend {time}</translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>in %n Tag</numerusform>
            <numerusform>in %n Tagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n hour(s)</source>
        <translation>
            <numerusform>in %n Stunde</numerusform>
            <numerusform>in %n Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n minute(s)</source>
        <translation>
            <numerusform>in %n Minute</numerusform>
            <numerusform>in %n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n month(s)</source>
        <translation>
            <numerusform>in %n Monat</numerusform>
            <numerusform>in %n Monaten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n year(s)</source>
        <translation>
            <numerusform>in %n Jahr</numerusform>
            <numerusform>in %n Jahren</numerusform>
        </translation>
    </message>
    <message>
        <source>in a minute</source>
        <translation>in einer Minute</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>heute {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>morgen</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>morgen {time}</translation>
    </message>
    <message>
        <source>{day} {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>{n} h ago</source>
        <translation>vor {n} Std.</translation>
    </message>
    <message>
        <source>{n} min ago</source>
        <translation>vor {n} min</translation>
    </message>
    <message>
        <source>{n} s ago</source>
        <translation>vor {n} s</translation>
    </message>
    <message>
        <source>{offset} then</source>
        <extracomment>{offset}: &quot;UTC+1&quot; at the time of the post.</extracomment>
        <translation>dann {offset}</translation>
    </message>
</context>
<context>
    <name>WindowDropHandler</name>
    <message>
        <source>The dropped content could not be read. Drop it again.</source>
        <translation>Der abgelegte Inhalt konnte nicht gelesen werden. Legen Sie ihn noch einmal ab.</translation>
    </message>
    <message>
        <source>The pasted picture cannot be read</source>
        <translation>Das eingefügte Bild kann nicht gelesen werden</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} und %n weitere</numerusform>
            <numerusform>{names} und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} cannot be posted</source>
        <translation>{names} kann nicht veröffentlicht werden</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln Datei</numerusform>
            <numerusform>%Ln Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s)</source>
        <translation>
            <numerusform>%Ln Beitrag</numerusform>
            <numerusform>%Ln Beiträge</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WorkspaceButton</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Arbeitsbereich hinzufügen …</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Verbindung wird aufgebaut</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>Arbeitsbereiche verwalten …</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Sandbox, nichts wird veröffentlicht</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Erneut anmelden</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Erneut anmelden …</translation>
    </message>
    <message>
        <source>Sign out of {name}</source>
        <translation>Bei {name} abmelden</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Arbeitsbereich</translation>
    </message>
</context>
<context>
    <name>WorkspaceConnection</name>
    <message>
        <source>Connected to {host}</source>
        <translation>Verbunden mit {host}</translation>
    </message>
    <message>
        <source>Connecting to {name}</source>
        <translation>Verbindung mit {name} wird aufgebaut</translation>
    </message>
    <message>
        <source>Posto tries again automatically.</source>
        <translation>Posto versucht es automatisch erneut.</translation>
    </message>
    <message>
        <source>Ready on this computer</source>
        <translation>Bereit auf diesem Computer</translation>
    </message>
    <message>
        <source>{host} is slow to answer</source>
        <translation>{host} antwortet langsam</translation>
    </message>
</context>
<context>
    <name>WorkspaceListDialog</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Arbeitsbereich hinzufügen …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>This computer and the services you are signed in to</source>
        <translation>Dieser Computer und die Dienste, bei denen Sie angemeldet sind</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Arbeitsbereiche</translation>
    </message>
</context>
<context>
    <name>WorkspaceSwitcherController</name>
    <message>
        <source>Publishes to your accounts</source>
        <translation>Veröffentlicht auf Ihren Konten</translation>
    </message>
    <message>
        <source>The password of {name} was not saved. Sign in again.</source>
        <translation>Das Passwort von {name} wurde nicht gespeichert. Melden Sie sich erneut an.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>{name} removed from this computer</source>
        <translation>{name} von diesem Computer entfernt</translation>
    </message>
</context>
<context>
    <name>WorkspacesPage</name>
    <message>
        <source>Not signed in. This computer works without a service.</source>
        <translation>Nicht angemeldet. Dieser Computer arbeitet ohne Dienst.</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Dienste</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Bei einem Dienst anmelden …</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Without a service</source>
        <translation>Ohne Dienst</translation>
    </message>
    <message>
        <source>Your own accounts and a sandbox for trying out. Cannot be removed.</source>
        <translation>Ihre eigenen Konten und eine Sandbox zum Ausprobieren. Kann nicht entfernt werden.</translation>
    </message>
</context>
<context>
    <name>ZonePopup</name>
    <message>
        <source>City or time zone</source>
        <translation>Stadt oder Zeitzone</translation>
    </message>
    <message>
        <source>No such city. Try the largest one nearby.</source>
        <translation>Keine solche Stadt. Versuchen Sie die größte in der Nähe.</translation>
    </message>
    <message>
        <source>Search time zones</source>
        <translation>Zeitzonen suchen</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Zeitzone</translation>
    </message>
    <message>
        <source>Time zones</source>
        <translation>Zeitzonen</translation>
    </message>
</context>
<context>
    <name>ZoneWords</name>
    <message>
        <source>{city} · now {time} · {offset}</source>
        <translation>{city} · jetzt {time} · {offset}</translation>
    </message>
    <message>
        <source>{time} in {city}</source>
        <extracomment>&quot;9:00 in New York&quot;; {time} can have a weekday.</extracomment>
        <translation>{time} in {city}</translation>
    </message>
</context>
<context>
    <name>Zones</name>
    <message>
        <source>This computer&apos;s time ({zone})</source>
        <translation>Zeit dieses Computers ({zone})</translation>
    </message>
</context>
<context>
    <name>_AccountCard</name>
    <message>
        <source>Check</source>
        <extracomment>Verb: check the sign-in of an account.</extracomment>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Check the connection to {name}</source>
        <translation>Verbindung zu {name} prüfen</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Connected: signed in as {name}</source>
        <translation>Verbunden: angemeldet als {name}</translation>
    </message>
    <message>
        <source>In a file only you can read</source>
        <translation>In einer Datei, die nur Sie lesen können</translation>
    </message>
    <message>
        <source>In the keychain</source>
        <translation>Im Schlüsselbund</translation>
    </message>
    <message>
        <source>Keep its password</source>
        <translation>Passwort aufbewahren</translation>
    </message>
    <message>
        <source>Locked with your login to this computer</source>
        <translation>Gesperrt mit Ihrer Anmeldung an diesem Computer</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>Name von {name}</translation>
    </message>
    <message>
        <source>No password saved: sign in again</source>
        <translation>Kein Passwort gespeichert: erneut anmelden</translation>
    </message>
    <message>
        <source>Not encrypted: anyone who can use your account can read it</source>
        <translation>Nicht verschlüsselt: Wer Ihr Benutzerkonto verwenden kann, kann es lesen</translation>
    </message>
    <message>
        <source>Not saved: sign in again</source>
        <translation>Nicht gespeichert: erneut anmelden</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Nur bis zum Beenden</translation>
    </message>
    <message>
        <source>Posts wait here until you sign in again</source>
        <translation>Beiträge warten hier, bis Sie sich erneut anmelden</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>{name} umbenennen</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Erneut anmelden …</translation>
    </message>
    <message>
        <source>Sign in to {name} again</source>
        <translation>Bei {name} erneut anmelden</translation>
    </message>
    <message>
        <source>The connection could not be checked.</source>
        <translation>Die Verbindung konnte nicht geprüft werden.</translation>
    </message>
    <message>
        <source>The password could not be moved.</source>
        <translation>Das Passwort konnte nicht verschoben werden.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Entfernen von {name} rückgängig machen</translation>
    </message>
    <message>
        <source>Will be removed from this computer, with its password, when you close the settings. Posts already on the service will still be sent.</source>
        <translation>Wird mit seinem Passwort von diesem Computer entfernt, wenn Sie die Einstellungen schließen. Beiträge, die schon beim Dienst sind, werden trotzdem gesendet.</translation>
    </message>
    <message>
        <source>“{name}” is in use already, so this one is “{other}”.</source>
        <translation>„{name}“ ist schon vergeben, daher heißt dieser „{other}“.</translation>
    </message>
</context>
<context>
    <name>_CountsModel</name>
    <message>
        <source>own text</source>
        <translation>eigener Text</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: noch %Ln Zeichen</numerusform>
            <numerusform>{network}: noch %Ln Zeichen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln Zeichen zu viel</numerusform>
            <numerusform>{network}: %Ln Zeichen zu viel</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_CountsView</name>
    <message>
        <source>Characters left</source>
        <translation>Verbleibende Zeichen</translation>
    </message>
</context>
<context>
    <name>_DeviceRow</name>
    <message>
        <source>Changes need the server</source>
        <translation>Änderungen brauchen den Server</translation>
    </message>
    <message>
        <source>Revoke</source>
        <extracomment>Verb: end the sign-in of a device.</extracomment>
        <translation>Widerrufen</translation>
    </message>
    <message>
        <source>Revoke {device}</source>
        <translation>Widerrufen: {device}</translation>
    </message>
    <message>
        <source>Revoked: it cannot sign in any more</source>
        <translation>Widerrufen: kann sich nicht mehr anmelden</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert …</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>This computer signs in with it. Revoke it from another device.</source>
        <translation>Dieser Computer meldet sich damit an. Widerrufen Sie es von einem anderen Gerät.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo revoking {device}</source>
        <translation>Rückgängig: {device} widerrufen</translation>
    </message>
</context>
<context>
    <name>_FilterChip</name>
    <message>
        <source>Remove filter {filter}</source>
        <translation>Filter {filter} entfernen</translation>
    </message>
</context>
<context>
    <name>_Grid</name>
    <message>
        <source>Recently used media</source>
        <translation>Zuletzt verwendete Medien</translation>
    </message>
</context>
<context>
    <name>_Lines</name>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Lines {number}</source>
        <translation>Zeilen {number}</translation>
    </message>
</context>
<context>
    <name>_List</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
</context>
<context>
    <name>_MoreButton</name>
    <message>
        <source>+{count}, characters left on all networks</source>
        <translation>+{count}, verbleibende Zeichen in allen Netzwerken</translation>
    </message>
</context>
<context>
    <name>_MoreTabsButton</name>
    <message numerus="yes">
        <source>+%n more network(s)</source>
        <translation>
            <numerusform>+%n weiteres Netzwerk</numerusform>
            <numerusform>+%n weitere Netzwerke</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more network(s), with a problem</source>
        <translation>
            <numerusform>+%n weiteres Netzwerk, mit einem Problem</numerusform>
            <numerusform>+%n weitere Netzwerke, mit einem Problem</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Part</name>
    <message>
        <source>Message text</source>
        <translation>Text der Nachricht</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Teil {number}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Teil entfernen</translation>
    </message>
    <message>
        <source>Remove part {number}</source>
        <translation>Teil {number} entfernen</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Name of {name}</source>
        <translation>Name von {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>{name} umbenennen</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Sandbox, nichts wird veröffentlicht</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Entfernen von {name} rückgängig machen</translation>
    </message>
    <message>
        <source>{name} removed</source>
        <translation>{name} entfernt</translation>
    </message>
</context>
<context>
    <name>_Skeleton</name>
    <message>
        <source>Each network&apos;s view of your post appears here while you type.</source>
        <translation>Wie jedes Netzwerk Ihren Beitrag zeigt, erscheint hier, während Sie schreiben.</translation>
    </message>
</context>
<context>
    <name>_SuggestionsView</name>
    <message>
        <source>Do not suggest any more</source>
        <translation>Nicht mehr vorschlagen</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
</context>
<context>
    <name>_Thumb</name>
    <message>
        <source>Delete removes the file, {back} and {forth} move it</source>
        <extracomment>&quot;Delete&quot; is a key; {back} and {forth}: keys.</extracomment>
        <translation>Entf entfernt die Datei, {back} und {forth} verschieben sie</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Teil {number}</translation>
    </message>
    <message>
        <source>{up} and {down} move it to another part</source>
        <extracomment>{up} and {down}: keys.</extracomment>
        <translation>{up} und {down} verschieben sie in einen anderen Teil</translation>
    </message>
</context>
<context>
    <name>_View</name>
    <message>
        <source>Campaigns list</source>
        <translation>Liste der Kampagnen</translation>
    </message>
</context>
</TS>
