<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>All parts of this package</source>
        <translation>Tous les composants de ce paquet</translation>
    </message>
    <message>
        <source>Brand marks belong to their owners and are used only to name their networks.</source>
        <translation>Les marques appartiennent à leurs propriétaires et ne servent qu’à nommer leurs réseaux.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy the versions</source>
        <translation>Copier les versions</translation>
    </message>
    <message>
        <source>For support. You can review it before saving.</source>
        <translation>Pour l’assistance. Vous pouvez le relire avant de l’enregistrer.</translation>
    </message>
    <message>
        <source>Licence of</source>
        <translation>Licence de</translation>
    </message>
    <message>
        <source>Licence text</source>
        <translation>Texte de la licence</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Fichiers journaux</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ouvrir le dossier</translation>
    </message>
    <message>
        <source>Open the folder of logs</source>
        <translation>Ouvrir le dossier des journaux</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Rapport de problème</translation>
    </message>
    <message>
        <source>SDK and workspace</source>
        <translation>SDK et espace de travail</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Système</translation>
    </message>
    <message>
        <source>The licences could not be read.</source>
        <translation>Les licences n’ont pas pu être lues.</translation>
    </message>
    <message>
        <source>Version {number}</source>
        <translation>Version {number}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versions</translation>
    </message>
    <message>
        <source>Write a report…</source>
        <translation>Écrire un rapport…</translation>
    </message>
</context>
<context>
    <name>AccountGuideDialog</name>
    <message>
        <source>How to get this</source>
        <translation>Comment l’obtenir</translation>
    </message>
    <message>
        <source>Links open in your browser. The sign-in stays open.</source>
        <translation>Les liens s’ouvrent dans votre navigateur. La connexion reste ouverte.</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>Étape par étape</translation>
    </message>
</context>
<context>
    <name>AccountOutlook</name>
    <message>
        <source>About ${amount} at X</source>
        <translation>Environ {amount} $ chez X</translation>
    </message>
    <message numerus="yes">
        <source>About ${amount} at X for %Ln post(s)</source>
        <translation>
            <numerusform>Environ {amount} $ chez X pour %Ln publication</numerusform>
            <numerusform>Environ {amount} $ chez X pour %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>The last post is sent about {time} {day}.</source>
        <translation>La dernière publication part vers {time} {day}.</translation>
    </message>
    <message>
        <source>The last post is sent about {time}.</source>
        <translation>La dernière publication part vers {time}.</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>le {day}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>aujourd’hui</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>demain</translation>
    </message>
    <message>
        <source>{network} allows {posts} for each channel.</source>
        <translation>{network} autorise {posts} par canal.</translation>
    </message>
    <message>
        <source>{network} allows {posts}.</source>
        <translation>{network} autorise {posts}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}.</source>
        <translation>La connexion de {network} a pris fin {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}. Sign in again, or nothing goes out.</source>
        <translation>La connexion de {network} a pris fin {day}. Reconnectez-vous, sinon rien ne partira.</translation>
    </message>
    <message numerus="yes">
        <source>{network}&apos;s sign-in ends {day}, before %Ln of these posts.</source>
        <translation>
            <numerusform>La connexion de {network} prend fin {day}, avant %Ln de ces publications.</numerusform>
            <numerusform>La connexion de {network} prend fin {day}, avant %Ln de ces publications.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before these posts.</source>
        <translation>La connexion de {network} prend fin {day}, avant ces publications.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before this post.</source>
        <translation>La connexion de {network} prend fin {day}, avant cette publication.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}.</source>
        <translation>La connexion de {network} prend fin {day}.</translation>
    </message>
</context>
<context>
    <name>AccountStep</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln image</numerusform>
            <numerusform>%Ln images</numerusform>
        </translation>
    </message>
    <message>
        <source>Can publish and upload pictures.</source>
        <translation>Peut publier et téléverser des images.</translation>
    </message>
    <message>
        <source>Can publish.</source>
        <translation>Peut publier.</translation>
    </message>
    <message>
        <source>Can upload pictures.</source>
        <translation>Peut téléverser des images.</translation>
    </message>
    <message>
        <source>Cannot publish.</source>
        <translation>Ne peut pas publier.</translation>
    </message>
    <message>
        <source>Cannot upload pictures.</source>
        <translation>Ne peut pas téléverser d’images.</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Cible</translation>
    </message>
    <message>
        <source>This is not {before}. It becomes a separate channel. Posts of {before} keep waiting.</source>
        <translation>Ce n’est pas {before}. Ce sera un canal distinct. Les publications de {before} continuent d’attendre.</translation>
    </message>
    <message numerus="yes">
        <source>Up to %Ln character(s)</source>
        <translation>
            <numerusform>Jusqu’à %Ln caractère</numerusform>
            <numerusform>Jusqu’à %Ln caractères</numerusform>
        </translation>
    </message>
    <message>
        <source>Where to publish</source>
        <translation>Où publier</translation>
    </message>
    <message>
        <source>{size} MB a picture</source>
        <translation>{size} Mo par image</translation>
    </message>
</context>
<context>
    <name>AccountTestCard</name>
    <message>
        <source>Delete it now</source>
        <translation>Supprimer maintenant</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Send a test post</source>
        <translation>Envoyer une publication de test</translation>
    </message>
    <message>
        <source>The account responded to the test.</source>
        <translation>Le compte a répondu au test.</translation>
    </message>
    <message>
        <source>The test post is deleted.</source>
        <translation>La publication de test est supprimée.</translation>
    </message>
    <message>
        <source>The test post was sent. Posto deletes it when you finish or cancel.</source>
        <translation>La publication de test a été envoyée. Posto la supprime quand vous terminez ou annulez.</translation>
    </message>
</context>
<context>
    <name>ActionDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>ActivityController</name>
    <message>
        <source>Activity</source>
        <translation>Activité</translation>
    </message>
</context>
<context>
    <name>ActivityHeader</name>
    <message>
        <source>Activity</source>
        <translation>Activité</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Agents</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistiques</translation>
    </message>
    <message>
        <source>Other workspaces</source>
        <translation>Autres espaces de travail</translation>
    </message>
    <message>
        <source>Other workspaces, too: {workspaces}</source>
        <translation>Aussi d’autres espaces de travail&#xa0;: {workspaces}</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Boîte d’envoi</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Tout suspendre</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Search history</source>
        <translation>Rechercher dans l’historique</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Rechercher des publications</translation>
    </message>
    <message>
        <source>Send nothing from this computer for now</source>
        <translation>Ne rien envoyer de cet ordinateur pour l’instant</translation>
    </message>
    <message>
        <source>Send waiting posts</source>
        <translation>Envoyer les publications en attente</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>L’envoi est suspendu</translation>
    </message>
    <message>
        <source>View</source>
        <extracomment>Noun.</extracomment>
        <translation>Affichage</translation>
    </message>
    <message numerus="yes">
        <source>{workspace} (%Ln post(s) to look at)</source>
        <translation>
            <numerusform>{workspace} (%Ln publication à voir)</numerusform>
            <numerusform>{workspace} (%Ln publications à voir)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>Activité</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>Tout est fait</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>Effacer la recherche</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Abandonner</translation>
    </message>
    <message>
        <source>Discard this post?</source>
        <translation>Abandonner cette publication&#x202f;?</translation>
    </message>
    <message>
        <source>Do not send to {channels}?</source>
        <translation>Ne pas envoyer à {channels}&#x202f;?</translation>
    </message>
    <message>
        <source>Export insights as PDF…</source>
        <translation>Exporter les statistiques en PDF…</translation>
    </message>
    <message>
        <source>Export insights as a table…</source>
        <translation>Exporter les statistiques en tableau…</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Les canaux masqués contiennent %Ln publication.</numerusform>
            <numerusform>Les canaux masqués contiennent %Ln publications.</numerusform>
        </translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistiques</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>No post is waiting and none has failed.</source>
        <translation>Aucune publication n’attend et aucune n’a échoué.</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Aucune publication ne correspond</translation>
    </message>
    <message>
        <source>Nothing older</source>
        <translation>Rien de plus ancien</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>Rien n’a encore été envoyé</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Boîte d’envoi</translation>
    </message>
    <message>
        <source>Posto stops checking for it. If the post was published, it stays published.</source>
        <translation>Posto cesse de la chercher. Si la publication a été publiée, elle reste publiée.</translation>
    </message>
    <message>
        <source>Posts sent before today are listed here for 30 days.</source>
        <translation>Les publications envoyées avant aujourd’hui figurent ici pendant 30 jours.</translation>
    </message>
    <message>
        <source>Removes “{title}” from the outbox. Its text stays under Done today.</source>
        <translation>Retire «&#xa0;{title}&#xa0;» de la boîte d’envoi. Son texte reste sous «&#xa0;Fait aujourd’hui&#xa0;».</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Afficher les canaux masqués</translation>
    </message>
    <message>
        <source>Show insights as plots</source>
        <translation>Afficher les statistiques en graphiques</translation>
    </message>
    <message>
        <source>Show insights as tables</source>
        <translation>Afficher les statistiques en tableaux</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Se reconnecter</translation>
    </message>
    <message>
        <source>The post on the other channels does not change.</source>
        <translation>La publication sur les autres canaux ne change pas.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln post(s).</source>
        <translation>
            <numerusform>La recherche masque %Ln publication.</numerusform>
            <numerusform>La recherche masque %Ln publications.</numerusform>
        </translation>
    </message>
    <message>
        <source>What you send is listed here, with what becomes of it.</source>
        <translation>Ici figurent vos envois et ce qu’ils deviennent.</translation>
    </message>
</context>
<context>
    <name>AddTile</name>
    <message>
        <source>Add media</source>
        <translation>Ajouter un média</translation>
    </message>
    <message>
        <source>Add or drop</source>
        <translation>Ajouter ou déposer</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Ajouter des images ou des vidéos</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Médias utilisés récemment</translation>
    </message>
</context>
<context>
    <name>AgentCallsList</name>
    <message>
        <source>Calls of agents</source>
        <translation>Appels des agents</translation>
    </message>
</context>
<context>
    <name>AltEditor</name>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>%n caractère restant</numerusform>
            <numerusform>%n caractères restants</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n caractère de trop</numerusform>
            <numerusform>%n caractères de trop</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long for {network}</source>
        <translation>
            <numerusform>%n caractère de trop pour {network}</numerusform>
            <numerusform>%n caractères de trop pour {network}</numerusform>
        </translation>
    </message>
    <message>
        <source>Describe {name}</source>
        <translation>Décrire {name}</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Description</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Abandonner</translation>
    </message>
    <message>
        <source>Keep description</source>
        <translation>Garder la description</translation>
    </message>
    <message>
        <source>Next file</source>
        <translation>Fichier suivant</translation>
    </message>
    <message>
        <source>Not taken by {names}.</source>
        <translation>Non prise en charge par {names}.</translation>
    </message>
    <message>
        <source>Previous file</source>
        <translation>Fichier précédent</translation>
    </message>
    <message>
        <source>Read aloud by screen readers.</source>
        <translation>Lue à voix haute par les lecteurs d’écran.</translation>
    </message>
    <message>
        <source>Sent to {names}.</source>
        <translation>Envoyée à {names}.</translation>
    </message>
    <message>
        <source>The service does not pass it on to {names}.</source>
        <translation>Le service ne la transmet pas à {names}.</translation>
    </message>
    <message>
        <source>What is in the picture, for people who cannot see it</source>
        <translation>Ce que montre l’image, pour les personnes qui ne peuvent pas la voir</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>{pane} closed</source>
        <translation>{pane}&#xa0;: fermé</translation>
    </message>
    <message>
        <source>{pane} open</source>
        <extracomment>{pane}: its name, such as Details or Preview.</extracomment>
        <translation>{pane}&#xa0;: ouvert</translation>
    </message>
    <message>
        <source>{part}, collapsed</source>
        <translation>{part}, replié</translation>
    </message>
    <message>
        <source>{part}, expanded</source>
        <translation>{part}, déplié</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Theme</source>
        <translation>Thème</translation>
    </message>
</context>
<context>
    <name>ApproveLateDialog</name>
    <message>
        <source>Approve</source>
        <translation>Approuver</translation>
    </message>
    <message numerus="yes">
        <source>Approve %Ln message(s)</source>
        <translation>
            <numerusform>Approuver %Ln message</numerusform>
            <numerusform>Approuver %Ln messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Approved with a new time, the message(s) (goes/go) out then.</source>
        <translation>
            <numerusform>Approuvé avec une nouvelle heure, le message part à ce moment-là.</numerusform>
            <numerusform>Approuvés avec une nouvelle heure, les messages partent à ce moment-là.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not approved: %Ln post(s).</source>
        <translation>
            <numerusform>Dans le passé, donc non approuvée : %Ln publication.</numerusform>
            <numerusform>Dans le passé, donc non approuvées : %Ln publications.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The time of %Ln proposal(s) has passed</source>
        <translation>
            <numerusform>L’heure de %Ln proposition est passée</numerusform>
            <numerusform>L’heure de %Ln propositions est passée</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskForChangesDialog</name>
    <message>
        <source>About</source>
        <translation>À propos</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Commenter</translation>
    </message>
    <message>
        <source>Request changes</source>
        <translation>Demander des modifications</translation>
    </message>
    <message>
        <source>Send request</source>
        <translation>Envoyer la demande</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>Le message entier</translation>
    </message>
    <message>
        <source>What is to be changed?</source>
        <translation>Que faut-il modifier&#x202f;?</translation>
    </message>
    <message>
        <source>Write a comment first</source>
        <translation>Écrivez d’abord un commentaire</translation>
    </message>
    <message>
        <source>{name} sees your comment and can edit the message.</source>
        <translation>{name} voit votre commentaire et peut modifier le message.</translation>
    </message>
</context>
<context>
    <name>AuditEntryDialog</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Entry of the audit log</source>
        <translation>Entrée du journal d’audit</translation>
    </message>
</context>
<context>
    <name>AuditPart</name>
    <message>
        <source>Audit log</source>
        <translation>Journal d’audit</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Tout le monde</translation>
    </message>
    <message>
        <source>Nothing has been done yet.</source>
        <translation>Rien n’a encore été fait.</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Personne</translation>
    </message>
    <message>
        <source>Read the audit log again</source>
        <translation>Relire le journal d’audit</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Lecture…</translation>
    </message>
    <message>
        <source>Show older entries</source>
        <translation>Afficher les entrées plus anciennes</translation>
    </message>
    <message>
        <source>The server is not reached</source>
        <translation>Le serveur est injoignable</translation>
    </message>
</context>
<context>
    <name>BrowserSignInPart</name>
    <message>
        <source>Open again</source>
        <translation>Rouvrir</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Connectez-vous sur la page de votre navigateur et autorisez Posto Desktop. Cette fenêtre continue alors automatiquement. Si aucune page ne s’est ouverte, copiez l’adresse.</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Se connecter avec le navigateur</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Adresse de connexion</translation>
    </message>
    <message>
        <source>Use an application password</source>
        <translation>Utiliser un mot de passe d’application</translation>
    </message>
    <message>
        <source>{host} signs you in on its page. Posto then gets a password of its own for this computer, which you can revoke at any time.</source>
        <translation>{host} vous connecte sur sa propre page. Posto reçoit ensuite un mot de passe propre à cet ordinateur, que vous pouvez révoquer à tout moment.</translation>
    </message>
</context>
<context>
    <name>Budgets</name>
    <message numerus="yes">
        <source>%Ln file(s) {span}</source>
        <translation>
            <numerusform>%Ln fichier {span}</numerusform>
            <numerusform>%Ln fichiers {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) {span}</source>
        <translation>
            <numerusform>%Ln publication {span}</numerusform>
            <numerusform>%Ln publications {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a day/in %Ln days)</source>
        <translation>
            <numerusform>par jour</numerusform>
            <numerusform>en %Ln jours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a minute/in %Ln minutes)</source>
        <translation>
            <numerusform>par minute</numerusform>
            <numerusform>en %Ln minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a second/in %Ln seconds)</source>
        <translation>
            <numerusform>par seconde</numerusform>
            <numerusform>en %Ln secondes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(an hour/in %Ln hours)</source>
        <translation>
            <numerusform>par heure</numerusform>
            <numerusform>en %Ln heures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BulkBar</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln sélectionnée</numerusform>
            <numerusform>%Ln sélectionnées</numerusform>
        </translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Approuver</translation>
    </message>
    <message>
        <source>Clear selection</source>
        <translation>Effacer la sélection</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Ouvrir la publication</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Replanifier</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
</context>
<context>
    <name>Calendar</name>
    <message numerus="yes">
        <source>%n earlier</source>
        <translation>
            <numerusform>%n avant</numerusform>
            <numerusform>%n avant</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later</source>
        <extracomment>Posts below the visible hours of the calendar.</extracomment>
        <translation>
            <numerusform>%n après</numerusform>
            <numerusform>%n après</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more</source>
        <translation>
            <numerusform>+%n autre</numerusform>
            <numerusform>+%n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nouveau</translation>
    </message>
    <message>
        <source>No posts today</source>
        <translation>Aucune publication aujourd’hui</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>et %n autre</numerusform>
            <numerusform>et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>free slot</source>
        <translation>créneau libre</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>conservé</translation>
    </message>
</context>
<context>
    <name>CalendarAddress</name>
    <message>
        <source>Calendar address</source>
        <translation>Adresse du calendrier</translation>
    </message>
    <message>
        <source>Calendar apps on this computer can subscribe to the schedule {when}. Anyone with the address can read the schedule but not change it.</source>
        <translation>Les applis de calendrier de cet ordinateur peuvent s’abonner au planning {when}. Toute personne ayant l’adresse peut lire le planning, mais pas le modifier.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy calendar address</source>
        <translation>Copier l’adresse du calendrier</translation>
    </message>
    <message>
        <source>Create a new address (the old one stops working)</source>
        <translation>Créer une nouvelle adresse (l’ancienne cesse de fonctionner)</translation>
    </message>
    <message>
        <source>Create an address</source>
        <translation>Créer une adresse</translation>
    </message>
    <message>
        <source>Make calendar address</source>
        <translation>Créer l’adresse du calendrier</translation>
    </message>
    <message>
        <source>Or subscribe in a calendar app</source>
        <translation>Ou abonnez-vous dans une appli de calendrier</translation>
    </message>
    <message>
        <source>while Posto is running</source>
        <translation>tant que Posto est ouvert</translation>
    </message>
    <message>
        <source>while Posto is running and this workspace has been opened</source>
        <translation>tant que Posto est ouvert et que cet espace de travail a été ouvert</translation>
    </message>
</context>
<context>
    <name>CalendarController</name>
    <message numerus="yes">
        <source>%Ln post(s) moved</source>
        <translation>
            <numerusform>%Ln publication déplacée</numerusform>
            <numerusform>%Ln publications déplacées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back</source>
        <translation>
            <numerusform>%Ln publication remise à sa place</numerusform>
            <numerusform>%Ln publications remises à leur place</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back to {when}</source>
        <translation>
            <numerusform>%Ln publication remise au {when}</numerusform>
            <numerusform>%Ln publications remises au {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved to {when}</source>
        <translation>
            <numerusform>%Ln publication déplacée au {when}</numerusform>
            <numerusform>%Ln publications déplacées au {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) not moved. {why}</source>
        <translation>
            <numerusform>%Ln publication non déplacée. {why}</numerusform>
            <numerusform>%Ln publications non déplacées. {why}</numerusform>
        </translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Calendrier</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Still scheduled for {when}.</source>
        <translation>Toujours planifié pour {when}.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>“{draft}” moved back</source>
        <translation>«&#xa0;{draft}&#xa0;» remis à sa place</translation>
    </message>
    <message>
        <source>“{draft}” moved to {when}</source>
        <translation>«&#xa0;{draft}&#xa0;» déplacé au {when}</translation>
    </message>
</context>
<context>
    <name>CalendarGrid</name>
    <message>
        <source>Calendar</source>
        <translation>Calendrier</translation>
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
        <translation>Tous</translation>
    </message>
    <message>
        <source>All statuses</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Tous les statuts</translation>
    </message>
    <message>
        <source>All times here are in this zone</source>
        <translation>Toutes les heures ici sont dans ce fuseau</translation>
    </message>
    <message>
        <source>Calendar view</source>
        <translation>Vue du calendrier</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Jour</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Plus tôt</translation>
    </message>
    <message>
        <source>Earlier (PageUp)</source>
        <translation>Plus tôt (Page préc.)</translation>
    </message>
    <message>
        <source>Go to today (T)</source>
        <translation>Aller à aujourd’hui (T)</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message>
        <source>Later (PageDown)</source>
        <translation>Plus tard (Page suiv.)</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mois</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Filtre de statut</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semaine</translation>
    </message>
</context>
<context>
    <name>CalendarModel</name>
    <message numerus="yes">
        <source>%n free slot(s)</source>
        <translation>
            <numerusform>%n créneau libre</numerusform>
            <numerusform>%n créneaux libres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n réseau</numerusform>
            <numerusform>%n réseaux</numerusform>
        </translation>
    </message>
    <message>
        <source>A draft is not sent until you post it.</source>
        <translation>Un brouillon n’est pas envoyé tant que vous ne le publiez pas.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Effacer les filtres</translation>
    </message>
    <message numerus="yes">
        <source>Filters hide %Ln post(s) on these days.</source>
        <translation>
            <numerusform>Les filtres masquent %Ln publication ces jours-là.</numerusform>
            <numerusform>Les filtres masquent %Ln publications ces jours-là.</numerusform>
        </translation>
    </message>
    <message>
        <source>If you delete it here, it stays published.</source>
        <translation>Si vous le supprimez ici, il reste publié.</translation>
    </message>
    <message>
        <source>If you delete it here, what is published stays published.</source>
        <translation>Si vous le supprimez ici, ce qui est publié reste publié.</translation>
    </message>
    <message>
        <source>It waits on this computer. Activity says for what.</source>
        <translation>Il attend sur cet ordinateur. Activité dit quoi.</translation>
    </message>
    <message>
        <source>Last message: {when}</source>
        <translation>Dernier message&#xa0;: {when}</translation>
    </message>
    <message>
        <source>Moving</source>
        <translation>Déplacement</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>Next message: {when}</source>
        <translation>Prochain message&#xa0;: {when}</translation>
    </message>
    <message>
        <source>No channel chosen</source>
        <translation>Aucun canal choisi</translation>
    </message>
    <message>
        <source>No message matches</source>
        <translation>Aucun message ne correspond</translation>
    </message>
    <message>
        <source>No message matches the filters.</source>
        <translation>Aucun message ne correspond aux filtres.</translation>
    </message>
    <message>
        <source>No messages on these days</source>
        <translation>Aucun message ces jours-là</translation>
    </message>
    <message>
        <source>No messages on this day</source>
        <translation>Aucun message ce jour-là</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Aucun texte</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Rien de planifié pour l’instant</translation>
    </message>
    <message>
        <source>Own text: {networks}</source>
        <translation>Texte propre&#xa0;: {networks}</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Envoi d’un message evergreen</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Les messages planifiés apparaissent ici.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Le site publie ceci de lui-même. Modifiez-le sur le site.</translation>
    </message>
    <message>
        <source>This channel also posts at {time}: {title}</source>
        <translation>Ce canal publie aussi à {time}&#xa0;: {title}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>Waiting on this computer</source>
        <translation>En attente sur cet ordinateur</translation>
    </message>
    <message>
        <source>and {posts} more</source>
        <translation>et {posts} de plus</translation>
    </message>
    <message>
        <source>close to another post</source>
        <translation>proche d’une autre publication</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>evergreen</translation>
    </message>
    <message>
        <source>today</source>
        <translation>aujourd’hui</translation>
    </message>
</context>
<context>
    <name>CalendarPage</name>
    <message>
        <source>&amp;Calendar</source>
        <translation>&amp;Calendrier</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>À {time}</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Jour</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Plus tôt</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mois</translation>
    </message>
    <message>
        <source>This is the last known schedule.</source>
        <translation>C’est le dernier planning connu.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semaine</translation>
    </message>
</context>
<context>
    <name>CalendarSurface</name>
    <message>
        <source>Show this day</source>
        <translation>Afficher ce jour</translation>
    </message>
</context>
<context>
    <name>CampaignActionBar</name>
    <message>
        <source>Changes are saved automatically. Back to the list</source>
        <translation>Les modifications sont enregistrées automatiquement. Retour à la liste</translation>
    </message>
    <message>
        <source>More for this campaign</source>
        <translation>Plus d’options pour cette campagne</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Enregistrer comme brouillon</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Planifier</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>Verb: stop a campaign.</extracomment>
        <translation>Arrêter</translation>
    </message>
</context>
<context>
    <name>CampaignActions</name>
    <message numerus="yes">
        <source>%Ln message(s) cannot be sent</source>
        <translation>
            <numerusform>%Ln message ne peut pas être envoyé</numerusform>
            <numerusform>%Ln messages ne peuvent pas être envoyés</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Campaign</source>
        <translation>&amp;Campagne</translation>
    </message>
    <message>
        <source>1 message cannot be sent</source>
        <translation>1 message ne peut pas être envoyé</translation>
    </message>
    <message>
        <source>Add pictures as messages…</source>
        <translation>Ajouter des images comme messages…</translation>
    </message>
    <message>
        <source>All campaigns</source>
        <translation>Toutes les campagnes</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Retour</translation>
    </message>
    <message>
        <source>Delete campaign</source>
        <translation>Supprimer la campagne</translation>
    </message>
    <message>
        <source>Duplicate campaign</source>
        <translation>Dupliquer la campagne</translation>
    </message>
    <message>
        <source>Fill free slots now</source>
        <translation>Remplir maintenant les créneaux libres</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Corriger d’abord</translation>
    </message>
    <message>
        <source>Import CSV, Excel or JSON…</source>
        <translation>Importer CSV, Excel ou JSON…</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Nouvelle campagne</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Nouveau message evergreen</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>Réessayer les échecs</translation>
    </message>
    <message>
        <source>Schedule the next runs at free slots</source>
        <translation>Planifier les prochains envois aux créneaux libres</translation>
    </message>
    <message>
        <source>Show or hide the timeline</source>
        <translation>Afficher ou masquer la frise</translation>
    </message>
    <message>
        <source>Show the campaigns</source>
        <translation>Afficher les campagnes</translation>
    </message>
    <message>
        <source>Show the evergreen messages</source>
        <translation>Afficher les messages evergreen</translation>
    </message>
    <message>
        <source>Some networks are left out</source>
        <translation>Certains réseaux sont laissés de côté</translation>
    </message>
    <message>
        <source>Stop campaign</source>
        <translation>Arrêter la campagne</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Écrire un message</translation>
    </message>
    <message>
        <source>Write another message</source>
        <translation>Écrire un autre message</translation>
    </message>
</context>
<context>
    <name>CampaignChart</name>
    <message>
        <source>Days of the campaign</source>
        <translation>Jours de la campagne</translation>
    </message>
    <message>
        <source>{own} posts of this campaign, {other} other posts</source>
        <translation>{own} publications de cette campagne, {other} autres</translation>
    </message>
</context>
<context>
    <name>CampaignDelivery</name>
    <message>
        <source>A channel of this campaign is missing. Remove it above the channels.</source>
        <translation>Un canal de cette campagne manque. Retirez-le au-dessus des canaux.</translation>
    </message>
    <message>
        <source>Add a message first</source>
        <translation>Ajoutez d’abord un message</translation>
    </message>
    <message>
        <source>All messages are already scheduled</source>
        <translation>Tous les messages sont déjà planifiés</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Et %Ln autre.</numerusform>
            <numerusform>Et %Ln autres.</numerusform>
        </translation>
    </message>
    <message>
        <source>Change the start first</source>
        <translation>Changez d’abord le début</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Choisissez d’abord un canal</translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers} without {networks}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Message {numbers} sans {networks}&#xa0;: {why}</numerusform>
            <numerusform>Messages {numbers} sans {networks}&#xa0;: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Message {numbers}&#xa0;: {why}</numerusform>
            <numerusform>Messages {numbers}&#xa0;: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resume %Ln post(s)</source>
        <translation>
            <numerusform>Reprendre %Ln publication</numerusform>
            <numerusform>Reprendre %Ln publications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %Ln failed</source>
        <translation>
            <numerusform>Réessayer %Ln échec</numerusform>
            <numerusform>Réessayer %Ln échecs</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Planifier</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>Planifier %Ln publication</numerusform>
            <numerusform>Planifier %Ln publications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule the other (post/%Ln posts)</source>
        <translation>
            <numerusform>Planifier l’autre publication</numerusform>
            <numerusform>Planifier les %Ln autres publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Still checking the messages</source>
        <translation>Les messages sont encore en cours de vérification</translation>
    </message>
    <message numerus="yes">
        <source>{numbers} and %Ln more</source>
        <translation>
            <numerusform>{numbers} et %Ln autre</numerusform>
            <numerusform>{numbers} et %Ln autres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignFiles</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Et %n autre.</numerusform>
            <numerusform> Et %n autres.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Image collée</translation>
    </message>
    <message>
        <source>The file could not be read.</source>
        <translation>Le fichier n’a pas pu être lu.</translation>
    </message>
</context>
<context>
    <name>CampaignHeader</name>
    <message>
        <source>Add messages</source>
        <translation>Ajouter des messages</translation>
    </message>
    <message>
        <source>Back to the list of campaigns</source>
        <translation>Retour à la liste des campagnes</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Campagnes</translation>
    </message>
    <message>
        <source>Import CSV…</source>
        <translation>Importer un CSV…</translation>
    </message>
    <message>
        <source>Import messages from a CSV, Excel or JSON file</source>
        <translation>Importer des messages d’un fichier CSV, Excel ou JSON</translation>
    </message>
    <message>
        <source>One message for each picture…</source>
        <translation>Un message par image…</translation>
    </message>
    <message>
        <source>Paste lines as messages</source>
        <translation>Coller des lignes comme messages</translation>
    </message>
    <message>
        <source>Show timeline</source>
        <translation>Afficher la frise</translation>
    </message>
</context>
<context>
    <name>CampaignImportController</name>
    <message numerus="yes">
        <source>%Ln message(s) imported</source>
        <translation>
            <numerusform>%Ln message importé</numerusform>
            <numerusform>%Ln messages importés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more exceed the limit of one campaign</source>
        <translation>
            <numerusform>%Ln de plus dépasse la limite d’une campagne</numerusform>
            <numerusform>%Ln de plus dépassent la limite d’une campagne</numerusform>
        </translation>
    </message>
    <message>
        <source>Sample saved as {file}</source>
        <translation>Exemple enregistré sous {file}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Afficher dans le dossier</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>CampaignList</name>
    <message numerus="yes">
        <source>%Ln campaign(s)</source>
        <translation>
            <numerusform>%Ln campagne</numerusform>
            <numerusform>%Ln campagnes</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign sends messages at regular times. You can also drop pictures on the window to create one.</source>
        <translation>Une campagne envoie des messages à intervalles réguliers. Vous pouvez aussi déposer des images sur la fenêtre pour en créer une.</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Campagnes</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Effacer la recherche</translation>
    </message>
    <message>
        <source>Create a campaign</source>
        <translation>Créer une campagne</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Importer un fichier…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Importer quelques messages d’exemple, pour voir comment cela fonctionne</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Nouvelle campagne</translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches the search. It hides %Ln.</source>
        <translation>
            <numerusform>Aucune campagne ne correspond à la recherche. Elle en masque %Ln.</numerusform>
            <numerusform>Aucune campagne ne correspond à la recherche. Elle en masque %Ln.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches. The search and hidden channels hide %Ln.</source>
        <translation>
            <numerusform>Aucune campagne ne correspond. La recherche et les canaux masqués en cachent %Ln.</numerusform>
            <numerusform>Aucune campagne ne correspond. La recherche et les canaux masqués en cachent %Ln.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign uses the visible channels. %Ln use hidden channels.</source>
        <translation>
            <numerusform>Aucune campagne n’utilise les canaux visibles. %Ln utilise des canaux masqués.</numerusform>
            <numerusform>Aucune campagne n’utilise les canaux visibles. %Ln utilisent des canaux masqués.</numerusform>
        </translation>
    </message>
    <message>
        <source>No campaigns yet</source>
        <translation>Aucune campagne pour l’instant</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Search campaigns</source>
        <translation>Rechercher des campagnes</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Afficher tous les canaux</translation>
    </message>
    <message>
        <source>The campaign uses hidden channels.</source>
        <translation>La campagne utilise des canaux masqués.</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Utiliser un exemple</translation>
    </message>
</context>
<context>
    <name>CampaignMessageEditor</name>
    <message>
        <source>A message of a campaign needs a time</source>
        <translation>Un message d’une campagne a besoin d’une heure</translation>
    </message>
    <message>
        <source>Add part</source>
        <translation>Ajouter une partie</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Retour à la liste</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Premier commentaire</translation>
    </message>
    <message>
        <source>Go on in a thread, from the caret on</source>
        <translation>Continuer en fil, à partir du curseur</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Lien</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Numéroter les parties</translation>
    </message>
    <message>
        <source>Own time</source>
        <translation>Heure propre</translation>
    </message>
    <message>
        <source>Posted right after the message</source>
        <translation>Publié juste après le message</translation>
    </message>
    <message>
        <source>Set by the rhythm</source>
        <translation>Fixée par le rythme</translation>
    </message>
</context>
<context>
    <name>CampaignMessages</name>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n partie</numerusform>
            <numerusform>%n parties</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Accepté</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Tout de suite</translation>
    </message>
    <message>
        <source>At the same time as another post</source>
        <translation>À la même heure qu’une autre publication</translation>
    </message>
    <message>
        <source>Empty message</source>
        <translation>Message vide</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>En échec</translation>
    </message>
    <message>
        <source>Message {number}</source>
        <translation>Message {number}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Demande votre attention</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Aucun créneau libre</translation>
    </message>
    <message>
        <source>No slots for these channels</source>
        <translation>Aucun créneau pour ces canaux</translation>
    </message>
    <message>
        <source>No time</source>
        <translation>Aucune heure</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Non envoyé</translation>
    </message>
    <message>
        <source>Own text for {names}</source>
        <translation>Texte propre pour {names}</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planifié</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Envoi</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>Set a time for this message</source>
        <translation>Fixez une heure pour ce message</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Arrêté</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Cette heure est passée</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>{n} min after another post</source>
        <translation>{n} min après une autre publication</translation>
    </message>
    <message>
        <source>{n} min before another post</source>
        <translation>{n} min avant une autre publication</translation>
    </message>
</context>
<context>
    <name>CampaignNameField</name>
    <message>
        <source>Campaign name</source>
        <translation>Nom de la campagne</translation>
    </message>
    <message>
        <source>Name of the campaign</source>
        <translation>Nom de la campagne</translation>
    </message>
</context>
<context>
    <name>CampaignTimeline</name>
    <message>
        <source>Move to {time}</source>
        <translation>Déplacer à {time}</translation>
    </message>
    <message>
        <source>The channel</source>
        <translation>Le canal</translation>
    </message>
    <message>
        <source>The clocks change that day. The post is sent at {time}</source>
        <translation>Les horloges changent ce jour-là. La publication part à {time}</translation>
    </message>
    <message>
        <source>The clocks have gone back: {zone}</source>
        <translation>Les horloges ont reculé&#xa0;: {zone}</translation>
    </message>
    <message>
        <source>The clocks have gone forward: {zone}</source>
        <translation>Les horloges ont avancé&#xa0;: {zone}</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Cette heure est passée</translation>
    </message>
    <message>
        <source>Week of {day}</source>
        <translation>Semaine du {day}</translation>
    </message>
    <message>
        <source>Without a time</source>
        <translation>Sans heure</translation>
    </message>
    <message>
        <source>{network} also posts at {time} that day</source>
        <translation>{network} publie aussi à {time} ce jour-là</translation>
    </message>
</context>
<context>
    <name>Campaigns</name>
    <message>
        <source>The posts of a campaign are not being sent. See the log for details.</source>
        <translation>Les publications d’une campagne ne sont pas envoyées. Voir le journal pour les détails.</translation>
    </message>
</context>
<context>
    <name>CampaignsController</name>
    <message numerus="yes">
        <source>%Ln message(s) scheduled</source>
        <translation>
            <numerusform>%Ln message planifié</numerusform>
            <numerusform>%Ln messages planifiés</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Campagnes</translation>
    </message>
    <message>
        <source>Sending is paused. The posts wait in Activity.</source>
        <translation>L’envoi est suspendu. Les publications attendent dans Activité.</translation>
    </message>
    <message>
        <source>Some posts are still being removed from the schedule. Resume again in a moment.</source>
        <translation>Certaines publications sont encore en train d’être retirées du planning. Reprenez dans un instant.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped. %Ln message(s) will not be sent</source>
        <translation>
            <numerusform>Arrêtée. %Ln message ne sera pas envoyé</numerusform>
            <numerusform>Arrêtée. %Ln messages ne seront pas envoyés</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>CampaignsLayout</name>
    <message>
        <source>Add message</source>
        <translation>Ajouter un message</translation>
    </message>
    <message>
        <source>Drag to reorder: the times stay, the messages move</source>
        <translation>Faites glisser pour réordonner&#xa0;: les heures restent, les messages bougent</translation>
    </message>
</context>
<context>
    <name>CampaignsModel</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln en échec</numerusform>
            <numerusform>%Ln en échec</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln envoyée</numerusform>
            <numerusform>%Ln envoyées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stopped</source>
        <translation>
            <numerusform>%Ln arrêté</numerusform>
            <numerusform>%Ln arrêtés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to come</source>
        <translation>
            <numerusform>%Ln à venir</numerusform>
            <numerusform>%Ln à venir</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a campaign.</extracomment>
        <translation>Brouillon</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>En échec</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Demande votre attention</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>En cours</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Arrêté</translation>
    </message>
    <message>
        <source>Untitled campaign</source>
        <translation>Campagne sans titre</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>prochain&#xa0;: {when}</translation>
    </message>
</context>
<context>
    <name>CampaignsPage</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
    <message>
        <source>No messages</source>
        <translation>Aucun message</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Pas encore enregistré</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Enregistré sur cet ordinateur</translation>
    </message>
    <message>
        <source>Saved on this computer {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Enregistré sur cet ordinateur {ago}</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Enregistrement…</translation>
    </message>
    <message>
        <source>Stop the campaign to change its schedule.</source>
        <translation>Arrêtez la campagne pour changer son planning.</translation>
    </message>
    <message>
        <source>no channels yet</source>
        <translation>aucun canal pour l’instant</translation>
    </message>
    <message numerus="yes">
        <source>to %Ln channel(s)</source>
        <translation>
            <numerusform>à %Ln canal</numerusform>
            <numerusform>à %Ln canaux</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignsState</name>
    <message>
        <source>Campaign “{name}” deleted</source>
        <translation>Campagne «&#xa0;{name}&#xa0;» supprimée</translation>
    </message>
    <message>
        <source>Scheduled posts will still be sent.</source>
        <translation>Les publications planifiées seront tout de même envoyées.</translation>
    </message>
    <message>
        <source>Stop the campaign to change its channels.</source>
        <translation>Arrêtez la campagne pour changer ses canaux.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>{name} copy</source>
        <translation>{name} (copie)</translation>
    </message>
</context>
<context>
    <name>CardActions</name>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>Supprimer %Ln publication</numerusform>
            <numerusform>Supprimer %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Supprimer le brouillon</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Modifier…</translation>
    </message>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>Déplacer</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>
            <numerusform>Déplacer %n publication</numerusform>
            <numerusform>Déplacer %n publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Activity</source>
        <translation>Ouvrir dans Activité</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Ouvrir dans Rédiger</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Ouvrir dans le planning</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Ouvrir sur le site</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Suspendre le planificateur</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Planificateurs du site…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Replanifier…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
    <message>
        <source>Set time</source>
        <translation>Fixer l’heure</translation>
    </message>
</context>
<context>
    <name>CardPopup</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Move…</source>
        <translation>Déplacer…</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Aucun texte</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Ouvrir dans le planning</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Ouvrir sur le site</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Ouvrir la publication</translation>
    </message>
    <message>
        <source>Open {posts}</source>
        <translation>Ouvrir {posts}</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Suspendre le planificateur</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
</context>
<context>
    <name>ChangesList</name>
    <message>
        <source>New times</source>
        <translation>Nouvelles heures</translation>
    </message>
</context>
<context>
    <name>ChannelGroups</name>
    <message numerus="yes">
        <source>%Ln channel(s) moved to “{name}”</source>
        <translation>
            <numerusform>%Ln canal déplacé vers «&#xa0;{name}&#xa0;»</numerusform>
            <numerusform>%Ln canaux déplacés vers «&#xa0;{name}&#xa0;»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s) removed from (its/their) group</source>
        <translation>
            <numerusform>%Ln canal retiré de son groupe</numerusform>
            <numerusform>%Ln canaux retirés de leur groupe</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed to “{name}”</source>
        <translation>Groupe renommé «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Group “{name}” created</source>
        <translation>Groupe «&#xa0;{name}&#xa0;» créé</translation>
    </message>
    <message>
        <source>Group “{name}” moved</source>
        <translation>Groupe «&#xa0;{name}&#xa0;» déplacé</translation>
    </message>
    <message>
        <source>Group “{name}” removed. Its channels stay.</source>
        <translation>Groupe «&#xa0;{name}&#xa0;» retiré. Ses canaux restent.</translation>
    </message>
    <message>
        <source>Redone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Rétabli&#xa0;: {what}</translation>
    </message>
    <message>
        <source>Undone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Annulé&#xa0;: {what}</translation>
    </message>
    <message>
        <source>“{name}” is now part of “{other}”</source>
        <translation>«&#xa0;{name}&#xa0;» fait maintenant partie de «&#xa0;{other}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsDialog</name>
    <message>
        <source>Changes need the server</source>
        <translation>Les modifications nécessitent le serveur</translation>
    </message>
    <message>
        <source>Groups of {channel}</source>
        <translation>Groupes de {channel}</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Groupes, séparés par des virgules</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>Déjà utilisés : {groups}</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Rien n’est encore modifié</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Enregistrer les modifications</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Enregistrement…</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsPart</name>
    <message>
        <source>A person sees the channels of their groups. A channel without a group is seen by those who see all channels.</source>
        <translation>Une personne voit les canaux de ses groupes. Un canal sans groupe est vu par ceux qui voient tous les canaux.</translation>
    </message>
    <message>
        <source>Channels and their groups</source>
        <translation>Canaux et leurs groupes</translation>
    </message>
    <message>
        <source>No channels yet. Connect an account first.</source>
        <translation>Aucun canal pour l’instant. Connectez d’abord un compte.</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Aucun groupe</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Enregistrement…</translation>
    </message>
</context>
<context>
    <name>ChannelHints</name>
    <message>
        <source>Channels of this workspace are added on its site. To connect an account to this computer, open “This computer” first.</source>
        <translation>Les canaux de cet espace de travail s’ajoutent sur son site. Pour connecter un compte à cet ordinateur, ouvrez d’abord « Cet ordinateur ».</translation>
    </message>
    <message>
        <source>Only editors and owners change the settings of channels.</source>
        <translation>Seuls les éditeurs et les propriétaires modifient les paramètres des canaux.</translation>
    </message>
    <message>
        <source>Only owners connect accounts to this workspace. Ask one.</source>
        <translation>Seuls les propriétaires connectent des comptes à cet espace de travail. Adressez-vous à l’un d’eux.</translation>
    </message>
</context>
<context>
    <name>ChannelKinds</name>
    <message>
        <source>Account</source>
        <extracomment>Kind of a channel: the account itself of somebody on a network.</extracomment>
        <translation>Compte</translation>
    </message>
    <message>
        <source>Account story</source>
        <extracomment>Kind of a channel: posts become stories.</extracomment>
        <translation>Story du compte</translation>
    </message>
    <message>
        <source>Blog</source>
        <translation>Blog</translation>
    </message>
    <message>
        <source>Board</source>
        <extracomment>Kind of a channel: a board on Pinterest.</extracomment>
        <translation>Tableau</translation>
    </message>
    <message>
        <source>Channel</source>
        <extracomment>Kind of a channel: a channel on Telegram.</extracomment>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Discussion</translation>
    </message>
    <message>
        <source>Community</source>
        <extracomment>Kind of a channel: a subreddit.</extracomment>
        <translation>Communauté</translation>
    </message>
    <message>
        <source>Company</source>
        <extracomment>Kind of a channel: a company&apos;s page on LinkedIn.</extracomment>
        <translation>Entreprise</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Kind of a channel: a group of people on a network.</extracomment>
        <translation>Groupe</translation>
    </message>
    <message>
        <source>Location</source>
        <extracomment>Kind of a channel: a place of business on Google.</extracomment>
        <translation>Établissement</translation>
    </message>
    <message>
        <source>Page</source>
        <extracomment>Kind of a channel: a page on Facebook or LinkedIn.</extracomment>
        <translation>Page</translation>
    </message>
    <message>
        <source>Page story</source>
        <translation>Story de la page</translation>
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
            <numerusform>et %n autre</numerusform>
            <numerusform>et %n autres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelPane</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canaux</numerusform>
        </translation>
    </message>
    <message>
        <source>0 channels</source>
        <translation>0 canal</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Actifs</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Ajouter un canal…</translation>
    </message>
    <message>
        <source>Add channel</source>
        <translation>Ajouter un canal</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>All channels.</extracomment>
        <translation>Tous</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>Le %Ln</numerusform>
            <numerusform>Les %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Effacer la recherche</translation>
    </message>
    <message>
        <source>Compact rows</source>
        <translation>Lignes compactes</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Chercher un canal</translation>
    </message>
    <message>
        <source>Group channels by</source>
        <translation>Grouper les canaux par</translation>
    </message>
    <message>
        <source>Hide sandbox channels</source>
        <translation>Masquer les canaux d’essai</translation>
    </message>
    <message>
        <source>Label</source>
        <extracomment>Noun: a word that the user gives to messages and channels.</extracomment>
        <translation>Étiquette</translation>
    </message>
    <message>
        <source>Loading channels</source>
        <translation>Chargement des canaux</translation>
    </message>
    <message>
        <source>My groups</source>
        <translation>Mes groupes</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Réseau</translation>
    </message>
    <message numerus="yes">
        <source>New group of the (found channel/%Ln found channels)…</source>
        <translation>
            <numerusform>Nouveau groupe du canal trouvé…</numerusform>
            <numerusform>Nouveau groupe des %Ln canaux trouvés…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>New group of the (ticked channel/%Ln ticked channels)…</source>
        <translation>
            <numerusform>Nouveau groupe du canal coché…</numerusform>
            <numerusform>Nouveau groupe des %Ln canaux cochés…</numerusform>
        </translation>
    </message>
    <message>
        <source>New group of the ticked channels…</source>
        <translation>Nouveau groupe des canaux cochés…</translation>
    </message>
    <message>
        <source>No channel matches</source>
        <translation>Aucun canal ne correspond</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Aucun canal</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Aucun canal pour l’instant</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No channel.</extracomment>
        <translation>Aucun</translation>
    </message>
    <message numerus="yes">
        <source>Only %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>Seulement %Ln</numerusform>
            <numerusform>Seulement %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Remove unlisted channels</source>
        <translation>Retirer les canaux absents de la liste</translation>
    </message>
    <message>
        <source>Search channels</source>
        <translation>Rechercher des canaux</translation>
    </message>
    <message numerus="yes">
        <source>Select the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Sélectionner le canal trouvé</numerusform>
            <numerusform>Sélectionner les %Ln canaux trouvés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show only the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>N’afficher que le canal trouvé</numerusform>
            <numerusform>N’afficher que les %Ln canaux trouvés</numerusform>
        </translation>
    </message>
    <message>
        <source>The channels could not be loaded</source>
        <translation>Les canaux n’ont pas pu être chargés</translation>
    </message>
    <message>
        <source>The owners of this team decide which channels you see. Ask one of them to add you to a group of channels.</source>
        <translation>Les propriétaires de cette équipe décident des canaux que vous voyez. Demandez à l’un d’eux de vous ajouter à un groupe de canaux.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln channel(s).</source>
        <translation>
            <numerusform>La recherche masque %Ln canal.</numerusform>
            <numerusform>La recherche masque %Ln canaux.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Workspace order</source>
        <translation>Ordre de l’espace de travail</translation>
    </message>
    <message>
        <source>Your accounts, pages and groups appear here. Tick the channels for your message.</source>
        <translation>Vos comptes, pages et groupes apparaissent ici. Cochez les canaux de votre message.</translation>
    </message>
</context>
<context>
    <name>ChannelPurpose</name>
    <message numerus="yes">
        <source>%Ln chosen channel(s) (is/are) no longer listed.</source>
        <translation>
            <numerusform>%Ln canal choisi n’est plus dans la liste.</numerusform>
            <numerusform>%Ln canaux choisis ne sont plus dans la liste.</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaign goes to</source>
        <translation>La campagne va à</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canaux</translation>
    </message>
    <message>
        <source>Hide every channel</source>
        <translation>Masquer tous les canaux</translation>
    </message>
    <message>
        <source>Messages of this campaign go to the ticked channels, unless they have channels of their own.</source>
        <translation>Les messages de cette campagne vont aux canaux cochés, sauf s’ils ont leurs propres canaux.</translation>
    </message>
    <message>
        <source>No groups yet. Search or tick channels, then “New group” in the menu below.</source>
        <translation>Aucun groupe pour l’instant. Cherchez ou cochez des canaux, puis «&#xa0;Nouveau groupe&#xa0;» dans le menu ci-dessous.</translation>
    </message>
    <message>
        <source>Post to</source>
        <translation>Publier sur</translation>
    </message>
    <message>
        <source>Select active channels</source>
        <translation>Sélectionner les canaux actifs</translation>
    </message>
    <message>
        <source>Select all channels</source>
        <translation>Sélectionner tous les canaux</translation>
    </message>
    <message>
        <source>Select no channel</source>
        <translation>Ne sélectionner aucun canal</translation>
    </message>
    <message>
        <source>Show active channels</source>
        <translation>Afficher les canaux actifs</translation>
    </message>
    <message>
        <source>Show channels</source>
        <translation>Afficher les canaux</translation>
    </message>
    <message>
        <source>Show every channel</source>
        <translation>Afficher tous les canaux</translation>
    </message>
    <message>
        <source>The open message goes to the ticked channels.</source>
        <translation>Le message ouvert va aux canaux cochés.</translation>
    </message>
    <message>
        <source>This page applies to all channels.</source>
        <translation>Cette page vaut pour tous les canaux.</translation>
    </message>
    <message>
        <source>This page shows only the ticked channels. Your messages do not change.</source>
        <translation>Cette page n’affiche que les canaux cochés. Vos messages ne changent pas.</translation>
    </message>
    <message>
        <source>{ticked} of {total} selected</source>
        <translation>{ticked} sur {total} sélectionnés</translation>
    </message>
    <message>
        <source>{ticked} of {total} shown</source>
        <translation>{ticked} sur {total} affichés</translation>
    </message>
</context>
<context>
    <name>ChannelStates</name>
    <message numerus="yes">
        <source>%n deleted by you</source>
        <translation>
            <numerusform>%n supprimée par vous</numerusform>
            <numerusform>%n supprimées par vous</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Accepté</translation>
    </message>
    <message numerus="yes">
        <source>Accepted for {n} of %n channel(s)</source>
        <translation>
            <numerusform>Acceptée pour {n} canal sur %n</numerusform>
            <numerusform>Acceptée pour {n} canaux sur %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Supprimée par vous</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Modifiée par vous</translation>
    </message>
    <message>
        <source>Given up by you</source>
        <translation>Abandonnée par vous</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Non acceptée</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Absente du planning</translation>
    </message>
    <message>
        <source>Partly scheduled</source>
        <translation>Planifiée en partie</translation>
    </message>
    <message>
        <source>Partly sent</source>
        <translation>Envoyée en partie</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message numerus="yes">
        <source>Retry %n channel(s)</source>
        <translation>
            <numerusform>Réessayer %n canal</numerusform>
            <numerusform>Réessayer %n canaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %n post(s)</source>
        <translation>
            <numerusform>Réessayer %n publication</numerusform>
            <numerusform>Réessayer %n publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Retry {channel}</source>
        <translation>Réessayer {channel}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled for {n} of %n channel(s)</source>
        <translation>
            <numerusform>Planifiée pour {n} canal sur %n</numerusform>
            <numerusform>Planifiée pour {n} canaux sur %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sent to {n} of %n channel(s)</source>
        <translation>
            <numerusform>Envoyée à {n} canal sur %n</numerusform>
            <numerusform>Envoyée à {n} canaux sur %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
</context>
<context>
    <name>ChannelTree</name>
    <message>
        <source>All of {network}</source>
        <translation>Tous ceux de {network}</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canaux</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Vérifier à nouveau</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Valeurs par défaut…</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>Déconnecter…</translation>
    </message>
    <message>
        <source>Only this channel</source>
        <translation>Seulement ce canal</translation>
    </message>
    <message>
        <source>Only “{name}”</source>
        <translation>Seulement «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Ouvrir dans le navigateur</translation>
    </message>
    <message>
        <source>Reconnect…</source>
        <translation>Reconnecter…</translation>
    </message>
    <message>
        <source>Settings of {network}…</source>
        <translation>Réglages de {network}…</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Se reconnecter…</translation>
    </message>
    <message>
        <source>Unlock the keychain</source>
        <translation>Déverrouiller le trousseau</translation>
    </message>
</context>
<context>
    <name>ChannelsModel</name>
    <message>
        <source>All channels</source>
        <translation>Tous les canaux</translation>
    </message>
    <message>
        <source>Keychain is locked</source>
        <translation>Le trousseau est verrouillé</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Aucun groupe</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>Aucune étiquette</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Essai</translation>
    </message>
    <message>
        <source>Server not reached</source>
        <translation>Serveur injoignable</translation>
    </message>
    <message>
        <source>Session expired</source>
        <translation>Session expirée</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Se reconnecter</translation>
    </message>
    <message>
        <source>Sign in again before then to keep posting.</source>
        <translation>Reconnectez-vous avant cette date pour continuer à publier.</translation>
    </message>
    <message>
        <source>Sign-in ends {day}</source>
        <translation>La connexion prend fin {day}</translation>
    </message>
    <message>
        <source>Sign-in has ended</source>
        <translation>La connexion a pris fin</translation>
    </message>
    <message>
        <source>{name}: the session with {network} has expired. Posts to this channel will fail until it is connected again.</source>
        <translation>{name}&#xa0;: la session avec {network} a expiré. Les publications sur ce canal échoueront jusqu’à ce qu’il soit reconnecté.</translation>
    </message>
    <message>
        <source>{ticked} of {total}</source>
        <translation>{ticked} sur {total}</translation>
    </message>
</context>
<context>
    <name>ChannelsPopup</name>
    <message>
        <source>Channels with these slots</source>
        <translation>Canaux avec ces créneaux</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Chercher un canal</translation>
    </message>
    <message>
        <source>Search channels of these slots</source>
        <translation>Rechercher les canaux de ces créneaux</translation>
    </message>
    <message>
        <source>Use these channels</source>
        <translation>Utiliser ces canaux</translation>
    </message>
    <message>
        <source>With none ticked, these times apply to all other channels</source>
        <translation>Si aucun n’est coché, ces heures valent pour tous les autres canaux</translation>
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
        <translation>Autres publications</translation>
    </message>
    <message>
        <source>This campaign</source>
        <translation>Cette campagne</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>Change how it is read</source>
        <translation>Changer la façon de lire</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Changer…</translation>
    </message>
    <message>
        <source>Dates as</source>
        <translation>Dates au format</translation>
    </message>
    <message>
        <source>First row holds the names</source>
        <translation>La première ligne contient les noms</translation>
    </message>
    <message>
        <source>JSON files always name their columns</source>
        <translation>Les fichiers JSON nomment toujours leurs colonnes</translation>
    </message>
    <message>
        <source>No column is imported as a date</source>
        <translation>Aucune colonne n’est importée comme date</translation>
    </message>
    <message>
        <source>No column is imported as text. Choose Text in the menu above a column.</source>
        <translation>Aucune colonne n’est importée comme texte. Choisissez Texte dans le menu au-dessus d’une colonne.</translation>
    </message>
    <message>
        <source>What does “{date}” mean? Your choice applies to the whole column.</source>
        <translation>Que signifie «&#xa0;{date}&#xa0;»&#x202f;? Votre choix vaut pour toute la colonne.</translation>
    </message>
</context>
<context>
    <name>Checks</name>
    <message>
        <source>Comments on {networks} have no files: move them to the first part.</source>
        <translation>Les commentaires sur {networks} n’ont pas de fichiers&#xa0;: déplacez-les dans la première partie.</translation>
    </message>
    <message>
        <source>No channel is selected. Select where the post should go.</source>
        <translation>Aucun canal n’est sélectionné. Choisissez où la publication doit aller.</translation>
    </message>
    <message>
        <source>One paragraph has {count} characters, so typing in it is slow. Line breaks speed it up.</source>
        <translation>Un paragraphe compte {count} caractères, la saisie y est donc lente. Des sauts de ligne l’accélèrent.</translation>
    </message>
    <message>
        <source>Part {number}: {sentence}</source>
        <comment>a part of a thread</comment>
        <translation>Partie {number}&#xa0;: {sentence}</translation>
    </message>
    <message numerus="yes">
        <source>Part(s) {numbers} (is/are) empty.</source>
        <translation>
            <numerusform>La partie {numbers} est vide.</numerusform>
            <numerusform>Les parties {numbers} sont vides.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto cannot send GIFs to {network}.</source>
        <translation>Posto ne peut pas envoyer de GIF à {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send files to {network}.</source>
        <translation>Posto ne peut pas envoyer de fichiers à {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send pictures to {network}.</source>
        <translation>Posto ne peut pas envoyer d’images à {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send videos to {network}.</source>
        <translation>Posto ne peut pas envoyer de vidéos à {network}.</translation>
    </message>
    <message>
        <source>The defaults have a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>Il manque aux valeurs par défaut un groupe de hashtags, «&#xa0;{name}&#xa0;». Rien n’est ajouté.</translation>
    </message>
    <message>
        <source>The defaults have a missing signature, “{name}”. Nothing is added.</source>
        <translation>Il manque aux valeurs par défaut une signature, «&#xa0;{name}&#xa0;». Rien n’est ajouté.</translation>
    </message>
    <message numerus="yes">
        <source>The description of {file} has {count} characters; {networks} (cuts/cut) it at {limit}.</source>
        <translation>
            <numerusform>La description de {file} compte {count} caractères&#x202f;; {networks} la coupe à {limit}.</numerusform>
            <numerusform>La description de {file} compte {count} caractères&#x202f;; {networks} la coupent à {limit}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link “{link}” is not a web address.</source>
        <translation>Le lien «&#xa0;{link}&#xa0;» n’est pas une adresse web.</translation>
    </message>
    <message>
        <source>The same text goes to {count} X accounts; X forbids that.</source>
        <translation>Le même texte va à {count} comptes X&#x202f;; X l’interdit.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} on {day} at {time}.</source>
        <translation>Le même texte est déjà planifié pour {channels} le {day} à {time}.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} today at {time}.</source>
        <translation>Le même texte est déjà planifié pour {channels} aujourd’hui à {time}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} has {count}.</source>
        <translation>Le service coupe les textes pour {network} à {limit} caractères, le texte propre de {channel} en compte {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>Le service coupe les textes pour {network} à {limit} caractères, le texte propre de {channel} avec son lien en compte {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text has {count}.</source>
        <translation>Le service coupe les textes pour {network} à {limit} caractères, ce texte en compte {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text with its link has {count}.</source>
        <translation>Le service coupe les textes pour {network} à {limit} caractères, ce texte avec son lien en compte {count}.</translation>
    </message>
    <message>
        <source>The service picks one part of “{found}” at random.</source>
        <translation>Le service choisit au hasard une partie de «&#xa0;{found}&#xa0;».</translation>
    </message>
    <message>
        <source>The service removes “{found}”: it looks like an HTML tag.</source>
        <translation>Le service retire «&#xa0;{found}&#xa0;»&#xa0;: cela ressemble à une balise HTML.</translation>
    </message>
    <message>
        <source>The service replaces its variable “{found}”.</source>
        <translation>Le service remplace sa variable «&#xa0;{found}&#xa0;».</translation>
    </message>
    <message>
        <source>The service replaces “{found}” by its character.</source>
        <translation>Le service remplace «&#xa0;{found}&#xa0;» par son caractère.</translation>
    </message>
    <message>
        <source>The site makes one blank line of several.</source>
        <translation>Le site réduit plusieurs lignes vides à une seule.</translation>
    </message>
    <message>
        <source>The site shortens links with {service} only for its own posts. This link stays as it is.</source>
        <translation>Le site ne raccourcit les liens avec {service} que pour ses propres articles. Ce lien reste tel quel.</translation>
    </message>
    <message numerus="yes">
        <source>The sound of {file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>Le son de {file} est en {type}&#x202f;; {networks} accepte {types}.</numerusform>
            <numerusform>Le son de {file} est en {type}&#x202f;; {networks} acceptent {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The style “{name}” does not exist.</source>
        <translation>Le style «&#xa0;{name}&#xa0;» n’existe pas.</translation>
    </message>
    <message>
        <source>The style “{name}” has the unknown variable {variable}.</source>
        <translation>Le style «&#xa0;{name}&#xa0;» a la variable inconnue {variable}.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>Il manque au style «&#xa0;{style}&#xa0;» un groupe de hashtags, «&#xa0;{name}&#xa0;». Rien n’est ajouté.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing signature, “{name}”. Nothing is added.</source>
        <translation>Il manque au style «&#xa0;{style}&#xa0;» une signature, «&#xa0;{name}&#xa0;». Rien n’est ajouté.</translation>
    </message>
    <message>
        <source>The time has passed. Choose a later one.</source>
        <translation>L’heure est passée. Choisissez-en une plus tardive.</translation>
    </message>
    <message>
        <source>The time is more than a year away. Is the year right?</source>
        <translation>L’heure est à plus d’un an. L’année est-elle juste&#x202f;?</translation>
    </message>
    <message>
        <source>The time is very near. The post may go out some seconds later.</source>
        <translation>L’heure est très proche. La publication peut partir quelques secondes plus tard.</translation>
    </message>
    <message>
        <source>The time is very near. Uploading the files may take longer.</source>
        <translation>L’heure est très proche. Le téléversement des fichiers peut prendre plus longtemps.</translation>
    </message>
    <message>
        <source>The time “{time}” cannot be used.</source>
        <translation>L’heure «&#xa0;{time}&#xa0;» ne peut pas être utilisée.</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the defaults applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>Le filigrane par défaut ne vaut que pour les images fixes&#xa0;: {files} va sans lui.</numerusform>
            <numerusform>Le filigrane par défaut ne vaut que pour les images fixes&#xa0;: {files} vont sans lui.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the defaults cannot be used. {reason}</source>
        <translation>Le filigrane par défaut ne peut pas être utilisé. {reason}</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the style “{style}” applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>Le filigrane du style «&#xa0;{style}&#xa0;» ne vaut que pour les images fixes&#xa0;: {files} va sans lui.</numerusform>
            <numerusform>Le filigrane du style «&#xa0;{style}&#xa0;» ne vaut que pour les images fixes&#xa0;: {files} vont sans lui.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>Le filigrane du style «&#xa0;{style}&#xa0;» ne peut pas être utilisé. {reason}</translation>
    </message>
    <message>
        <source>The {network} session of {channel} has expired. The post will fail there until it is connected again.</source>
        <translation>La session {network} de {channel} a expiré. La publication y échouera jusqu’à ce qu’il soit reconnecté.</translation>
    </message>
    <message>
        <source>The {network} sessions of {channels} have expired. The posts will fail there until they are connected again.</source>
        <translation>Les sessions {network} de {channels} ont expiré. Les publications y échoueront jusqu’à ce qu’ils soient reconnectés.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Il n’y a encore rien à publier. Écrivez un texte ou ajoutez une image.</translation>
    </message>
    <message>
        <source>{file} has its index at the end; {networks} may refuse it.</source>
        <translation>L’index de {file} est à la fin&#x202f;; il peut être refusé par {networks}.</translation>
    </message>
    <message>
        <source>{file} has no description for people who cannot see it.</source>
        <translation>{file} n’a pas de description pour les personnes qui ne peuvent pas le voir.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} a {rate} images par seconde&#x202f;; {networks} accepte jusqu’à {most}.</numerusform>
            <numerusform>{file} a {rate} images par seconde&#x202f;; {networks} acceptent jusqu’à {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) {most} or more.</source>
        <translation>
            <numerusform>{file} a {rate} images par seconde&#x202f;; {networks} accepte {most} ou plus.</numerusform>
            <numerusform>{file} a {rate} images par seconde&#x202f;; {networks} acceptent {most} ou plus.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate}; {networks} (takes/take) up to {most} and may compress it again.</source>
        <translation>
            <numerusform>{file} a {rate}&#x202f;; {networks} accepte jusqu’à {most} et peut le recompresser.</numerusform>
            <numerusform>{file} a {rate}&#x202f;; {networks} acceptent jusqu’à {most} et peuvent le recompresser.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is HDR: for {networks} it gets the colours of ordinary screens.</source>
        <translation>{file} est en HDR&#xa0;: pour {networks}, il reçoit les couleurs d’écrans ordinaires.</translation>
    </message>
    <message>
        <source>{file} is HDR: {networks} may show its colours pale or too dark.</source>
        <translation>{file} est en HDR&#xa0;: sur {networks}, ses couleurs peuvent être pâles ou trop sombres.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is a GIF; {networks} (allows/allow) none.</source>
        <translation>
            <numerusform>{file} est un GIF&#x202f;; {networks} n’en accepte aucun.</numerusform>
            <numerusform>{file} est un GIF&#x202f;; {networks} n’en acceptent aucun.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is encoded anew for {networks}: {pixels}, about {size}.</source>
        <translation>{file} est réencodé pour {networks}&#xa0;: {pixels}, environ {size}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is encoded as {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} est encodé en {type}&#x202f;; {networks} accepte {types}.</numerusform>
            <numerusform>{file} est encodé en {type}&#x202f;; {networks} acceptent {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is of an unknown type: it becomes {other} for {networks}.</source>
        <translation>{file} est d’un type inconnu&#xa0;: il devient {other} pour {networks}.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop it.</source>
        <translation>{file} est trop haute pour {networks}. Recadrez-la.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop to {ratio} or wider.</source>
        <translation>{file} est trop haute pour {networks}. Recadrez-la en {ratio} ou plus large.</translation>
    </message>
    <message>
        <source>{file} is too wide for {networks}. Crop to {ratio} or narrower.</source>
        <translation>{file} est trop large pour {networks}. Recadrez-la en {ratio} ou plus étroit.</translation>
    </message>
    <message>
        <source>{file} is written anew as MP4 for {networks}, without a loss of quality.</source>
        <translation>{file} est réécrit en MP4 pour {networks}, sans perte de qualité.</translation>
    </message>
    <message>
        <source>{file} is {size}: Posto shrinks it to {most} for {networks}.</source>
        <translation>{file} fait {size}&#xa0;: Posto la réduit à {most} pour {networks}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.</source>
        <translation>
            <numerusform>{file} fait {size}&#x202f;; {networks} accepte jusqu’à {most} pixels de haut.</numerusform>
            <numerusform>{file} fait {size}&#x202f;; {networks} acceptent jusqu’à {most} pixels de haut.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.</source>
        <translation>
            <numerusform>{file} fait {size}&#x202f;; {networks} accepte jusqu’à {most} pixels de large.</numerusform>
            <numerusform>{file} fait {size}&#x202f;; {networks} acceptent jusqu’à {most} pixels de large.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} fait {size}&#x202f;; {networks} accepte jusqu’à {most}.</numerusform>
            <numerusform>{file} fait {size}&#x202f;; {networks} acceptent jusqu’à {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.</source>
        <translation>
            <numerusform>{file} fait {size}&#x202f;; {networks} accepte à partir de {least} pixels de large.</numerusform>
            <numerusform>{file} fait {size}&#x202f;; {networks} acceptent à partir de {least} pixels de large.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more.</source>
        <translation>
            <numerusform>{file} fait {size}&#x202f;; {networks} accepte à partir de {least} pixels.</numerusform>
            <numerusform>{file} fait {size}&#x202f;; {networks} acceptent à partir de {least} pixels.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is {type}: it becomes {other} for {networks}.</source>
        <translation>{file} est {type}&#xa0;: il devient {other} pour {networks}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} est {type}&#x202f;; {networks} accepte {types}.</numerusform>
            <numerusform>{file} est {type}&#x202f;; {networks} acceptent {types}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} dure {length}&#x202f;; {networks} accepte jusqu’à {most}.</numerusform>
            <numerusform>{file} dure {length}&#x202f;; {networks} acceptent jusqu’à {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) {least} or more.</source>
        <translation>
            <numerusform>{file} dure {length}&#x202f;; {networks} accepte à partir de {least}.</numerusform>
            <numerusform>{file} dure {length}&#x202f;; {networks} acceptent à partir de {least}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} was not found. Put it back or remove it here.</source>
        <translation>{file} est introuvable. Remettez-le à sa place ou retirez-le ici.</translation>
    </message>
    <message numerus="yes">
        <source>{networks} (does/do) not support first comments.</source>
        <translation>
            <numerusform>{networks} ne prend pas en charge les premiers commentaires.</numerusform>
            <numerusform>{networks} ne prennent pas en charge les premiers commentaires.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) all parts as one post.</source>
        <translation>
            <numerusform>{networks} reçoit toutes les parties en une publication.</numerusform>
            <numerusform>{networks} reçoivent toutes les parties en une publication.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) only the first part.</source>
        <translation>
            <numerusform>{networks} ne reçoit que la première partie.</numerusform>
            <numerusform>{networks} ne reçoivent que la première partie.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links on stories only. In the text the link can be read, but not clicked.</source>
        <translation>
            <numerusform>{networks} ne montre les liens que dans les stories. Dans le texte, le lien se lit mais ne s’ouvre pas.</numerusform>
            <numerusform>{networks} ne montrent les liens que dans les stories. Dans le texte, le lien se lit mais ne s’ouvre pas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links only in the text.</source>
        <translation>
            <numerusform>{networks} ne montre les liens que dans le texte.</numerusform>
            <numerusform>{networks} ne montrent les liens que dans le texte.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) the parts after the first as comments.</source>
        <translation>
            <numerusform>{networks} montre les parties après la première comme commentaires.</numerusform>
            <numerusform>{networks} montrent les parties après la première comme commentaires.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from here. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} n’accepte pas de fils depuis ici. Choisissez ce qui est envoyé à la place.</numerusform>
            <numerusform>{networks} n’acceptent pas de fils depuis ici. Choisissez ce qui est envoyé à la place.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from the sandbox. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} n’accepte pas de fils depuis l’espace d’essai. Choisissez ce qui est envoyé à la place.</numerusform>
            <numerusform>{networks} n’acceptent pas de fils depuis l’espace d’essai. Choisissez ce qui est envoyé à la place.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads through this service. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} n’accepte pas de fils par ce service. Choisissez ce qui est envoyé à la place.</numerusform>
            <numerusform>{networks} n’acceptent pas de fils par ce service. Choisissez ce qui est envoyé à la place.</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} cannot mix pictures and video in one post.</source>
        <translation>{networks}&#xa0;: images et vidéo ne peuvent pas être mêlées dans une publication.</translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln GIF(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} autorise %Ln GIF par publication, ce message en a {count}.</numerusform>
            <numerusform>{network} autorise %Ln GIF par publication, ce message en a {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln file(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} autorise %Ln fichier par publication, ce message en a {count}.</numerusform>
            <numerusform>{network} autorise %Ln fichiers par publication, ce message en a {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln hashtag(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} autorise %Ln hashtag, ce texte en a {count}.</numerusform>
            <numerusform>{network} autorise %Ln hashtags, ce texte en a {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln mention(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} autorise %Ln mention, ce texte en a {count}.</numerusform>
            <numerusform>{network} autorise %Ln mentions, ce texte en a {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln picture(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} autorise %Ln image par publication, ce message en a {count}.</numerusform>
            <numerusform>{network} autorise %Ln images par publication, ce message en a {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln video(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} autorise %Ln vidéo par publication, ce message en a {count}.</numerusform>
            <numerusform>{network} autorise %Ln vidéos par publication, ce message en a {count}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} autorise {limit} octets de texte, le texte propre de {channel} en compte {count}&#xa0;: accents et emojis comptent plusieurs octets chacun.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} autorise {limit} octets de texte, le texte propre de {channel} avec son lien en compte {count}&#xa0;: accents et emojis comptent plusieurs octets chacun.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} autorise {limit} octets de texte, ce texte en compte {count}&#xa0;: accents et emojis comptent plusieurs octets chacun.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} autorise {limit} octets de texte, ce texte avec son lien en compte {count}&#xa0;: accents et emojis comptent plusieurs octets chacun.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters in a title, this one has {count}.</source>
        <translation>{network} autorise {limit} caractères dans un titre, celui-ci en compte {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} has {count}.</source>
        <translation>{network} autorise {limit} caractères sous une image ou une vidéo, le texte propre de {channel} en compte {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} with its link has {count}.</source>
        <translation>{network} autorise {limit} caractères sous une image ou une vidéo, le texte propre de {channel} avec son lien en compte {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text has {count}.</source>
        <translation>{network} autorise {limit} caractères sous une image ou une vidéo, ce texte en compte {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text with its link has {count}.</source>
        <translation>{network} autorise {limit} caractères sous une image ou une vidéo, ce texte avec son lien en compte {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} has {count}.</source>
        <translation>{network} autorise {limit} caractères, le texte propre de {channel} en compte {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>{network} autorise {limit} caractères, le texte propre de {channel} avec son lien en compte {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text has {count}.</source>
        <translation>{network} autorise {limit} caractères, ce texte en compte {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text with its link has {count}.</source>
        <translation>{network} autorise {limit} caractères, ce texte avec son lien en compte {count}.</translation>
    </message>
    <message>
        <source>{network} needs a picture or a video.</source>
        <translation>{network} exige une image ou une vidéo.</translation>
    </message>
    <message>
        <source>{network} needs a picture.</source>
        <translation>{network} exige une image.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file.</source>
        <translation>{network} exige un texte ou un fichier.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file; its own text is empty.</source>
        <translation>{network} exige un texte ou un fichier&#x202f;; son texte propre est vide.</translation>
    </message>
    <message>
        <source>{network} needs a text.</source>
        <translation>{network} exige un texte.</translation>
    </message>
    <message>
        <source>{network} needs a title.</source>
        <translation>{network} exige un titre.</translation>
    </message>
    <message>
        <source>{network} needs a video.</source>
        <translation>{network} exige une vidéo.</translation>
    </message>
    <message numerus="yes">
        <source>{network} shows the link and leaves out the (file/%Ln files).</source>
        <translation>
            <numerusform>{network} montre le lien et omet le fichier.</numerusform>
            <numerusform>{network} montre le lien et omet les %Ln fichiers.</numerusform>
        </translation>
    </message>
    <message>
        <source>{sentence} Characters such as # and @ count twice there.</source>
        <translation>{sentence} Des caractères comme # et @ y comptent double.</translation>
    </message>
    <message>
        <source>{sentence} The service cuts at {limit}.</source>
        <translation>{sentence} Le service coupe à {limit}.</translation>
    </message>
</context>
<context>
    <name>ChecksPanel</name>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n vérification</numerusform>
            <numerusform>%n vérifications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) (has/have) no description for people who cannot see (it/them).</source>
        <translation>
            <numerusform>%n fichier n’a pas de description pour les personnes qui ne peuvent pas le voir.</numerusform>
            <numerusform>%n fichiers n’ont pas de description pour les personnes qui ne peuvent pas les voir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hint(s)</source>
        <translation>
            <numerusform>%n conseil</numerusform>
            <numerusform>%n conseils</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problème</numerusform>
            <numerusform>%n problèmes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n avertissement</numerusform>
            <numerusform>%n avertissements</numerusform>
        </translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Vérifications</translation>
    </message>
    <message>
        <source>Done: {sentence}</source>
        <extracomment>{sentence}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Fait&#xa0;: {sentence}</translation>
    </message>
    <message>
        <source>Hide checks</source>
        <translation>Masquer les vérifications</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>Conseil</translation>
    </message>
    <message>
        <source>No problems left</source>
        <translation>Plus aucun problème</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problème</translation>
    </message>
    <message>
        <source>Show checks</source>
        <translation>Afficher les vérifications</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Avertissement</translation>
    </message>
    <message numerus="yes">
        <source>{sentence} Same for %n more file(s).</source>
        <translation>
            <numerusform>{sentence} De même pour %n autre fichier.</numerusform>
            <numerusform>{sentence} De même pour %n autres fichiers.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChecksPresenter</name>
    <message numerus="yes">
        <source>%Ln channel(s) (is/are) left out</source>
        <translation>
            <numerusform>%Ln canal est laissé de côté</numerusform>
            <numerusform>%Ln canaux sont laissés de côté</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) removed from the message</source>
        <translation>
            <numerusform>%n fichier retiré du message</numerusform>
            <numerusform>%n fichiers retirés du message</numerusform>
        </translation>
    </message>
    <message>
        <source>Done: {what}</source>
        <extracomment>{what}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Fait&#xa0;: {what}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>{name} and {other} removed from the message</source>
        <translation>{name} et {other} retirés du message</translation>
    </message>
    <message>
        <source>{name} is left out</source>
        <translation>{name} est laissé de côté</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} retiré du message</translation>
    </message>
</context>
<context>
    <name>ColumnMappingBar</name>
    <message>
        <source>Columns</source>
        <translation>Colonnes</translation>
    </message>
</context>
<context>
    <name>ColumnMenus</name>
    <message>
        <source>Columns and rows…</source>
        <translation>Colonnes et lignes…</translation>
    </message>
    <message>
        <source>Earliest first</source>
        <translation>Les plus tôt d’abord</translation>
    </message>
    <message>
        <source>Group posts of a message</source>
        <translation>Grouper les publications d’un message</translation>
    </message>
    <message>
        <source>Hide {column}</source>
        <translation>Masquer {column}</translation>
    </message>
    <message>
        <source>Latest first</source>
        <translation>Les plus tard d’abord</translation>
    </message>
    <message>
        <source>Move {column} left</source>
        <translation>Déplacer {column} à gauche</translation>
    </message>
    <message>
        <source>Move {column} right</source>
        <translation>Déplacer {column} à droite</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Réinitialiser les colonnes</translation>
    </message>
    <message>
        <source>Sort ascending</source>
        <translation>Tri croissant</translation>
    </message>
    <message>
        <source>Sort descending</source>
        <translation>Tri décroissant</translation>
    </message>
</context>
<context>
    <name>ColumnsPopup</name>
    <message>
        <source>Columns</source>
        <translation>Colonnes</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Confortable</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compact</translation>
    </message>
    <message>
        <source>Move {column} down</source>
        <translation>Descendre {column}</translation>
    </message>
    <message>
        <source>Move {column} up</source>
        <translation>Monter {column}</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Réinitialiser les colonnes</translation>
    </message>
    <message>
        <source>Reverse order</source>
        <translation>Inverser l’ordre</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Hauteur des lignes</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Lignes</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Trier par</translation>
    </message>
    <message>
        <source>Time cannot be hidden: it contains the checkboxes</source>
        <translation>L’heure ne peut pas être masquée&#xa0;: elle contient les cases à cocher</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find commands, channels, messages, posts…</source>
        <translation>Chercher commandes, canaux, messages, publications…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Trouvé</translation>
    </message>
    <message>
        <source>Nothing matches “{words}”</source>
        <translation>Rien ne correspond à «&#xa0;{words}&#xa0;»</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Tout rechercher</translation>
    </message>
</context>
<context>
    <name>CommonWarnings</name>
    <message>
        <source>Keep them</source>
        <translation>Les garder</translation>
    </message>
    <message>
        <source>Leave these rows out</source>
        <translation>Laisser ces lignes de côté</translation>
    </message>
    <message>
        <source>Locate them…</source>
        <translation>Localiser…</translation>
    </message>
</context>
<context>
    <name>ComposeActionBar</name>
    <message>
        <source>More ways to post</source>
        <translation>Autres façons de publier</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Enregistrer comme brouillon</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
    <message>
        <source>Show checks below</source>
        <translation>Afficher les vérifications ci-dessous</translation>
    </message>
    <message>
        <source>X charges each post to the credits of your app, and more for one with a link.</source>
        <translation>X prélève chaque publication sur le crédit de votre appli, et davantage avec un lien.</translation>
    </message>
</context>
<context>
    <name>ComposeActions</name>
    <message>
        <source>&amp;Message</source>
        <translation>&amp;Message</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Ajouter des fichiers…</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Ajouter des images ou des vidéos</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Ajouter à Evergreen</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Changer l’heure</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Fermer ce message</translation>
    </message>
    <message>
        <source>Discard this message</source>
        <translation>Abandonner ce message</translation>
    </message>
    <message>
        <source>Drafts ({n})…</source>
        <translation>Brouillons ({n})…</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Brouillons et modèles</translation>
    </message>
    <message>
        <source>Drafts…</source>
        <translation>Brouillons…</translation>
    </message>
    <message>
        <source>Fill the message from a post of the site</source>
        <translation>Remplir le message avec un article du site</translation>
    </message>
    <message>
        <source>From the site…</source>
        <translation>Depuis le site…</translation>
    </message>
    <message>
        <source>Insert an emoji</source>
        <translation>Insérer un emoji</translation>
    </message>
    <message>
        <source>Insert emoji…</source>
        <translation>Insérer un emoji…</translation>
    </message>
    <message>
        <source>Insert hashtags, a signature or a snippet</source>
        <translation>Insérer des hashtags, une signature ou un extrait</translation>
    </message>
    <message>
        <source>Insert snippet…</source>
        <translation>Insérer un extrait…</translation>
    </message>
    <message>
        <source>Keep a copy to send again and again</source>
        <translation>Garder une copie à envoyer encore et encore</translation>
    </message>
    <message>
        <source>Manage snippets…</source>
        <translation>Gérer les extraits…</translation>
    </message>
    <message>
        <source>Needs a WordPress site: this computer has none.</source>
        <translation>Nécessite un site WordPress&#xa0;: cet ordinateur n&apos;en a pas.</translation>
    </message>
    <message>
        <source>New from template…</source>
        <translation>Nouveau à partir d’un modèle…</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>New message beside these</source>
        <translation>Nouveau message à côté de ceux-ci</translation>
    </message>
    <message>
        <source>New message beside this one</source>
        <translation>Nouveau message à côté de celui-ci</translation>
    </message>
    <message>
        <source>Next free slot</source>
        <translation>Prochain créneau libre</translation>
    </message>
    <message>
        <source>Next network tab</source>
        <translation>Onglet de réseau suivant</translation>
    </message>
    <message>
        <source>Next open message</source>
        <translation>Message ouvert suivant</translation>
    </message>
    <message>
        <source>Previous network tab</source>
        <translation>Onglet de réseau précédent</translation>
    </message>
    <message>
        <source>Previous open message</source>
        <translation>Message ouvert précédent</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Répéter…</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Enregistrer comme brouillon</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Enregistrer comme modèle…</translation>
    </message>
    <message>
        <source>Save to Drafts and start a new message</source>
        <translation>Enregistrer dans Brouillons et commencer un nouveau message</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Afficher ou masquer l’aperçu</translation>
    </message>
    <message>
        <source>Show the preview</source>
        <translation>Afficher l’aperçu</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Utiliser une image d’exemple</translation>
    </message>
</context>
<context>
    <name>ComposeController</name>
    <message numerus="yes">
        <source>%Ln post(s) scheduled</source>
        <translation>
            <numerusform>%Ln publication planifiée</numerusform>
            <numerusform>%Ln publications planifiées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln publication planifiée du {first} au {last}</numerusform>
            <numerusform>%Ln publications planifiées du {first} au {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln publication planifiée&#xa0;: {when}</numerusform>
            <numerusform>%Ln publications planifiées&#xa0;: {when}</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Not sent yet.</source>
        <translation>Pas encore envoyée.</translation>
    </message>
    <message>
        <source>Proposed. An editor has to approve it.</source>
        <translation>Proposé. Un éditeur doit l’approuver.</translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s)</source>
        <translation>
            <numerusform>Envoi de %Ln publication</numerusform>
            <numerusform>Envoi de %Ln publications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>Envoi de %Ln publication dans {seconds} s</numerusform>
            <numerusform>Envoi de %Ln publications dans {seconds} s</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>“{title}” was already sent. You can no longer undo it.</source>
        <translation>«&#xa0;{title}&#xa0;» a déjà été envoyé. Vous ne pouvez plus annuler.</translation>
    </message>
    <message>
        <source>“{title}” will not be sent</source>
        <translation>«&#xa0;{title}&#xa0;» ne sera pas envoyé</translation>
    </message>
</context>
<context>
    <name>ComposeLayout</name>
    <message>
        <source>Drafts</source>
        <translation>Brouillons</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Plus</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>Que voulez-vous dire&#x202f;?</translation>
    </message>
</context>
<context>
    <name>ComposePage</name>
    <message>
        <source>Draft saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Brouillon enregistré</translation>
    </message>
    <message>
        <source>Draft saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Brouillon enregistré {ago}</translation>
    </message>
    <message>
        <source>No changes yet</source>
        <translation>Aucune modification pour l’instant</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Non enregistré</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Pas encore enregistré</translation>
    </message>
    <message>
        <source>Not saved: {why}</source>
        <translation>Non enregistré&#xa0;: {why}</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Rien d’écrit pour l’instant</translation>
    </message>
    <message>
        <source>Saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Enregistré</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Enregistré sur cet ordinateur</translation>
    </message>
    <message>
        <source>Saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Enregistré {ago}</translation>
    </message>
    <message>
        <source>The scheduled message stays as it is until you save the changes</source>
        <translation>Le message planifié reste tel quel jusqu’à ce que vous enregistriez les modifications</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>Check {network} first. If the post is already there, it is published twice.</source>
        <translation>Vérifiez d’abord {network}. Si la publication y est déjà, elle est publiée deux fois.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Renvoyer</translation>
    </message>
    <message>
        <source>Send it again?</source>
        <translation>La renvoyer&#x202f;?</translation>
    </message>
    <message>
        <source>there</source>
        <translation>là-bas</translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message>
        <source>Add a channel</source>
        <translation>Ajouter un canal</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Retour</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Choose a network first.</source>
        <translation>Choisissez d’abord un réseau.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Terminer</translation>
    </message>
    <message>
        <source>Is this the account?</source>
        <translation>Est-ce le bon compte&#x202f;?</translation>
    </message>
    <message>
        <source>Open browser</source>
        <translation>Ouvrir le navigateur</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Se connecter</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Se reconnecter</translation>
    </message>
    <message>
        <source>Sign in to {network}.</source>
        <translation>Connectez-vous à {network}.</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>Step {number} of 3. {words}</source>
        <translation>Étape {number} sur 3. {words}</translation>
    </message>
    <message>
        <source>Waiting for the browser.</source>
        <translation>En attente du navigateur.</translation>
    </message>
    <message>
        <source>Where do you want to publish?</source>
        <translation>Où voulez-vous publier&#x202f;?</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>En cours…</translation>
    </message>
    <message>
        <source>{network} no longer accepts Posto&apos;s sign-in. The channel and its schedule stay.</source>
        <translation>{network} n’accepte plus la connexion de Posto. Le canal et son planning restent.</translation>
    </message>
</context>
<context>
    <name>ConnectState</name>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Choisissez au moins un endroit où publier.</translation>
    </message>
    <message>
        <source>Choose where it is kept.</source>
        <translation>Choisissez où le conserver.</translation>
    </message>
    <message>
        <source>Fill this in.</source>
        <translation>Remplissez ce champ.</translation>
    </message>
    <message>
        <source>Paste the address first.</source>
        <translation>Collez d’abord l’adresse.</translation>
    </message>
</context>
<context>
    <name>CounterRing</name>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}&#xa0;: %Ln caractère restant</numerusform>
            <numerusform>{network}&#xa0;: %Ln caractères restants</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}&#xa0;: %Ln caractère de trop</numerusform>
            <numerusform>{network}&#xa0;: %Ln caractères de trop</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterRow</name>
    <message>
        <source>each link counts {n}</source>
        <translation>chaque lien compte {n}</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}&#xa0;: %Ln caractère restant</numerusform>
            <numerusform>{network}&#xa0;: %Ln caractères restants</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}&#xa0;: %Ln caractère de trop</numerusform>
            <numerusform>{network}&#xa0;: %Ln caractères de trop</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CountsPopup</name>
    <message>
        <source>Characters left</source>
        <translation>Caractères restants</translation>
    </message>
</context>
<context>
    <name>CoverSlider</name>
    <message>
        <source>Cover frame</source>
        <translation>Image de couverture</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>Bottom left corner of the crop</source>
        <translation>Coin inférieur gauche du recadrage</translation>
    </message>
    <message>
        <source>Bottom right corner of the crop</source>
        <translation>Coin inférieur droit du recadrage</translation>
    </message>
    <message>
        <source>Bottom side of the crop</source>
        <translation>Bord inférieur du recadrage</translation>
    </message>
    <message>
        <source>Crop of {name}</source>
        <translation>Recadrage de {name}</translation>
    </message>
    <message>
        <source>Left side of the crop</source>
        <translation>Bord gauche du recadrage</translation>
    </message>
    <message>
        <source>Right side of the crop</source>
        <translation>Bord droit du recadrage</translation>
    </message>
    <message>
        <source>Top left corner of the crop</source>
        <translation>Coin supérieur gauche du recadrage</translation>
    </message>
    <message>
        <source>Top right corner of the crop</source>
        <translation>Coin supérieur droit du recadrage</translation>
    </message>
    <message>
        <source>Top side of the crop</source>
        <translation>Bord supérieur du recadrage</translation>
    </message>
    <message>
        <source>{width} % wide and {height} % high, {left} % from the left, {top} % from the top</source>
        <translation>{width} % de large et {height} % de haut, à {left} % de la gauche, à {top} % du haut</translation>
    </message>
</context>
<context>
    <name>DamagedStylePanel</name>
    <message>
        <source>Open the folder</source>
        <translation>Ouvrir le dossier</translation>
    </message>
    <message>
        <source>Open the folder of styles</source>
        <translation>Ouvrir le dossier des styles</translation>
    </message>
    <message>
        <source>Posto cannot use this file and will not change it. Fix it in a text editor or remove it from its folder.</source>
        <translation>Posto ne peut pas utiliser ce fichier et ne le modifiera pas. Corrigez-le dans un éditeur de texte ou retirez-le de son dossier.</translation>
    </message>
</context>
<context>
    <name>DateSpan</name>
    <message>
        <source>From today</source>
        <translation>À partir d’aujourd’hui</translation>
    </message>
    <message>
        <source>From {day}</source>
        <translation>À partir du {day}</translation>
    </message>
    <message>
        <source>Next 7 days</source>
        <translation>7 prochains jours</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Ce mois-ci</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>Cette semaine</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>Jusqu’au {day}</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} au {last}</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Demain</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Hier</translation>
    </message>
    <message>
        <source>today</source>
        <translation>aujourd’hui</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>demain</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>hier</translation>
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
        <translation>N’importe quelle date</translation>
    </message>
    <message>
        <source>Dates</source>
        <translation>Dates</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Mois précédent</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>Du … au …</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Mois suivant</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Au</translation>
    </message>
</context>
<context>
    <name>DayWords</name>
    <message>
        <source>today</source>
        <translation>aujourd’hui</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>hier</translation>
    </message>
    <message>
        <source>“{text}” is not a day. Try “{date}”, “{weekday}” or “{weeks}”.</source>
        <translation>«&#xa0;{text}&#xa0;» n’est pas un jour. Essayez «&#xa0;{date}&#xa0;», «&#xa0;{weekday}&#xa0;» ou «&#xa0;{weeks}&#xa0;».</translation>
    </message>
</context>
<context>
    <name>DaysPopup</name>
    <message>
        <source>Use these days</source>
        <translation>Utiliser ces jours</translation>
    </message>
</context>
<context>
    <name>DeepLinks</name>
    <message>
        <source>The link cannot be read.</source>
        <translation>Le lien ne peut pas être lu.</translation>
    </message>
    <message>
        <source>The link does not begin with “{start}”.</source>
        <translation>Le lien ne commence pas par «&#xa0;{start}&#xa0;».</translation>
    </message>
    <message numerus="yes">
        <source>The link has %n part(s), and a thread {most} at most.</source>
        <translation>
            <numerusform>Le lien a %n partie, et un fil {most} au plus.</numerusform>
            <numerusform>Le lien a %n parties, et un fil {most} au plus.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link is too long.</source>
        <translation>Le lien est trop long.</translation>
    </message>
    <message>
        <source>The link leads to “{page}”. This version has no such page.</source>
        <translation>Le lien mène à «&#xa0;{page}&#xa0;». Cette version n’a pas cette page.</translation>
    </message>
    <message>
        <source>The link would attach an address that is not a web address.</source>
        <translation>Le lien joindrait une adresse qui n’est pas une adresse web.</translation>
    </message>
</context>
<context>
    <name>DefaultEditor</name>
    <message>
        <source>All channels of {network} share their pictures. Set this for {network}.</source>
        <translation>Tous les canaux de {network} partagent leurs images. Réglez ceci pour {network}.</translation>
    </message>
    <message>
        <source>Choose an option above</source>
        <translation>Choisissez une option ci-dessus</translation>
    </message>
    <message>
        <source>Default for</source>
        <translation>Par défaut pour</translation>
    </message>
    <message>
        <source>Default: {option}</source>
        <translation>Par défaut&#xa0;: {option}</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Rien à réinitialiser ici</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Réinitialiser</translation>
    </message>
    <message>
        <source>Reset the default</source>
        <translation>Réinitialiser la valeur par défaut</translation>
    </message>
    <message>
        <source>Used for every post to {name}, unless a style or the post sets its own</source>
        <translation>Utilisé pour chaque publication sur {name}, sauf si un style ou la publication fixe le sien</translation>
    </message>
    <message>
        <source>Used for posts to {name} instead of the default of {network}</source>
        <translation>Utilisé pour les publications sur {name} à la place de la valeur par défaut de {network}</translation>
    </message>
</context>
<context>
    <name>Defaults</name>
    <message>
        <source>As typed</source>
        <translation>Tel que saisi</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Vide</translation>
    </message>
    <message>
        <source>In effect</source>
        <translation>En vigueur</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Non</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Aucun style</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>Non défini</translation>
    </message>
    <message>
        <source>On the service</source>
        <translation>Sur le service</translation>
    </message>
    <message>
        <source>Option</source>
        <translation>Option</translation>
    </message>
    <message>
        <source>This message</source>
        <translation>Ce message</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Oui</translation>
    </message>
    <message>
        <source>{layer}: not set</source>
        <extracomment>{layer}: where a value could be set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}&#xa0;: non défini</translation>
    </message>
    <message>
        <source>{layer}: {value}. In effect.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}&#xa0;: {value}. En vigueur.</translation>
    </message>
    <message>
        <source>{layer}: {value}. Not used here.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}&#xa0;: {value}. Non utilisé ici.</translation>
    </message>
</context>
<context>
    <name>DefaultsDialog</name>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>Valeurs par défaut</translation>
    </message>
    <message>
        <source>Layers of the defaults</source>
        <translation>Niveaux des valeurs par défaut</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Aucun canal pour l’instant</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Aucun style</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Enregistré sur cet ordinateur</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Style</translation>
    </message>
    <message>
        <source>Used when a message does not set an option. Layers further right take precedence.</source>
        <translation>Utilisées quand un message ne fixe pas une option. Les niveaux plus à droite l’emportent.</translation>
    </message>
</context>
<context>
    <name>Delivery</name>
    <message numerus="yes">
        <source>%n of its channels no longer exist. Nothing was sent.</source>
        <translation>
            <numerusform>%n de ses canaux n’existe plus. Rien n’a été envoyé.</numerusform>
            <numerusform>%n de ses canaux n’existent plus. Rien n’a été envoyé.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts were changed or sent meanwhile, so they stay.</source>
        <translation>
            <numerusform>%n publication sur {total} a été modifiée ou envoyée entre-temps et reste donc.</numerusform>
            <numerusform>%n publications sur {total} ont été modifiées ou envoyées entre-temps et restent donc.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s), {digest}</source>
        <translation>
            <numerusform>%n publication, {digest}</numerusform>
            <numerusform>%n publications, {digest}</numerusform>
        </translation>
    </message>
    <message>
        <source>A repeat makes at most {n} posts. Nothing was sent.</source>
        <translation>Une répétition fait au plus {n} publications. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>An earlier change of it has an unclear outcome. Resolve that first.</source>
        <translation>Une modification antérieure a une issue incertaine. Résolvez-la d’abord.</translation>
    </message>
    <message>
        <source>An earlier change of it is not finished yet.</source>
        <translation>Une modification antérieure n’est pas encore terminée.</translation>
    </message>
    <message>
        <source>Another post has its slot. Nothing was sent.</source>
        <translation>Une autre publication occupe son créneau. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Confirmed by you in the app</source>
        <translation>Confirmé par vous dans l’appli</translation>
    </message>
    <message>
        <source>Confirmed by you on a terminal</source>
        <translation>Confirmé par vous dans un terminal</translation>
    </message>
    <message>
        <source>Declined by you in the app</source>
        <translation>Refusé par vous dans l’appli</translation>
    </message>
    <message>
        <source>Declined by you on a terminal</source>
        <translation>Refusé par vous dans un terminal</translation>
    </message>
    <message>
        <source>It belongs to a post of the site and can be moved only there.</source>
        <translation>Elle appartient à un article du site et ne peut être déplacée que là.</translation>
    </message>
    <message>
        <source>It could not be done in time. Propose it again.</source>
        <translation>Cela n’a pas pu être fait à temps. Proposez-le à nouveau.</translation>
    </message>
    <message>
        <source>It could not be moved.</source>
        <translation>Elle n’a pas pu être déplacée.</translation>
    </message>
    <message>
        <source>It goes out in a few minutes anyway.</source>
        <translation>Elle part de toute façon dans quelques minutes.</translation>
    </message>
    <message>
        <source>It is being moved.</source>
        <translation>Elle est en cours de déplacement.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Elle est en cours d’envoi.</translation>
    </message>
    <message>
        <source>It is being sent right now. Posto waits for the result.</source>
        <translation>Elle est en cours d’envoi. Posto attend le résultat.</translation>
    </message>
    <message>
        <source>It is due right now, so the service may be sending it.</source>
        <translation>C’est son heure, le service est donc peut-être en train de l’envoyer.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule, or it is being sent right now.</source>
        <translation>Elle n’est plus dans le planning, ou elle est en cours d’envoi.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule. Your changes are kept here.</source>
        <translation>Elle n’est plus dans le planning. Vos modifications sont gardées ici.</translation>
    </message>
    <message>
        <source>It is no longer waiting.</source>
        <translation>Elle n’attend plus.</translation>
    </message>
    <message>
        <source>It is not what was proposed any more. Nothing was done.</source>
        <translation>Ce n’est plus ce qui a été proposé. Rien n’a été fait.</translation>
    </message>
    <message>
        <source>It is not what was proposed. Nothing was deleted.</source>
        <translation>Ce n’est pas ce qui a été proposé. Rien n’a été supprimé.</translation>
    </message>
    <message>
        <source>It is overdue. Choose a time at least 5 minutes from now.</source>
        <translation>Elle est en retard. Choisissez une heure dans au moins 5 minutes.</translation>
    </message>
    <message>
        <source>It is too late to undo this.</source>
        <translation>Il est trop tard pour annuler cela.</translation>
    </message>
    <message>
        <source>It may be being sent right now.</source>
        <translation>Elle est peut-être en cours d’envoi.</translation>
    </message>
    <message>
        <source>It may have been sent; that cannot be checked yet.</source>
        <translation>Elle a peut-être été envoyée&#x202f;; cela ne peut pas encore être vérifié.</translation>
    </message>
    <message>
        <source>It was accepted; for which channels cannot be checked yet.</source>
        <translation>Elle a été acceptée&#x202f;; pour quels canaux ne peut pas encore être vérifié.</translation>
    </message>
    <message>
        <source>It was answered already.</source>
        <translation>La réponse a déjà été donnée.</translation>
    </message>
    <message>
        <source>It was changed after the move was proposed.</source>
        <translation>Elle a été modifiée après la proposition de déplacement.</translation>
    </message>
    <message>
        <source>It was changed or sent meanwhile, so it stays.</source>
        <translation>Elle a été modifiée ou envoyée entre-temps et reste donc.</translation>
    </message>
    <message>
        <source>It was not confirmed within ten minutes. Have it proposed again.</source>
        <translation>Cela n’a pas été confirmé en dix minutes. Faites-le proposer à nouveau.</translation>
    </message>
    <message>
        <source>It was sent already.</source>
        <translation>Elle a déjà été envoyée.</translation>
    </message>
    <message>
        <source>It was sent at both times.</source>
        <translation>Elle a été envoyée aux deux heures.</translation>
    </message>
    <message>
        <source>It was sent before your changes were saved. They are kept here.</source>
        <translation>Elle a été envoyée avant l’enregistrement de vos modifications. Elles sont gardées ici.</translation>
    </message>
    <message>
        <source>It was sent while it was being moved.</source>
        <translation>Elle a été envoyée pendant son déplacement.</translation>
    </message>
    <message>
        <source>Its channel no longer exists. Nothing was sent.</source>
        <translation>Son canal n’existe plus. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Its earlier time has passed, so you cannot undo this.</source>
        <translation>Son heure antérieure est passée, vous ne pouvez donc pas annuler cela.</translation>
    </message>
    <message>
        <source>Its time has passed. Nothing was scheduled.</source>
        <translation>Son heure est passée. Rien n’a été planifié.</translation>
    </message>
    <message>
        <source>Its time passed before it could be sent. Nothing was sent.</source>
        <translation>Son heure est passée avant l’envoi. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Its time, {time}, passed before it could be sent. It was not sent; try again to send it now.</source>
        <translation>Son heure, {time}, est passée avant qu’elle puisse être envoyée. Elle n’a pas été envoyée&#x202f;; réessayez pour l’envoyer maintenant.</translation>
    </message>
    <message>
        <source>May already be published, but that cannot be checked. {reason}</source>
        <translation>Peut-être déjà publiée, mais cela ne peut pas être vérifié. {reason}</translation>
    </message>
    <message>
        <source>May already be published: the service did not answer in time.</source>
        <translation>Peut-être déjà publiée&#xa0;: le service n’a pas répondu à temps.</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Peut-être déjà publiée&#xa0;: {reason}</translation>
    </message>
    <message>
        <source>May already be published: {why}</source>
        <translation>Peut-être déjà publiée&#xa0;: {why}</translation>
    </message>
    <message>
        <source>No channel is selected, so nothing was sent.</source>
        <translation>Aucun canal n’est sélectionné, rien n’a donc été envoyé.</translation>
    </message>
    <message>
        <source>Not checked yet. {why}</source>
        <translation>Pas encore vérifié. {why}</translation>
    </message>
    <message>
        <source>Nothing more was posted.</source>
        <translation>Rien d’autre n’a été publié.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>Nothing was posted.</source>
        <translation>Rien n’a été publié.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Part of it was sent meanwhile.</source>
        <translation>Une partie en a été envoyée entre-temps.</translation>
    </message>
    <message>
        <source>Posto will check again.</source>
        <translation>Posto vérifiera à nouveau.</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>Retirée.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>L’appli se ferme.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was changed.</source>
        <translation>L’heure choisie est passée. Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was sent.</source>
        <translation>L’heure choisie est passée. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The earlier post is still scheduled.</source>
        <translation>La publication antérieure est toujours planifiée.</translation>
    </message>
    <message>
        <source>The earlier version is no longer known.</source>
        <translation>La version antérieure n’est plus connue.</translation>
    </message>
    <message>
        <source>The evergreen message was deleted. Nothing was sent.</source>
        <translation>Le message evergreen a été supprimé. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The list of {host} could not be read.</source>
        <translation>La liste de {host} n’a pas pu être lue.</translation>
    </message>
    <message>
        <source>The message is no longer in the campaign. Nothing was sent.</source>
        <translation>Le message n’est plus dans la campagne. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The new time has passed.</source>
        <translation>La nouvelle heure est passée.</translation>
    </message>
    <message>
        <source>The new time has passed. Nothing was moved.</source>
        <translation>La nouvelle heure est passée. Rien n’a été déplacé.</translation>
    </message>
    <message>
        <source>The post is not in the schedule of {host}.</source>
        <translation>La publication n’est pas dans le planning de {host}.</translation>
    </message>
    <message>
        <source>The prepared copy of “{name}” was removed from the cache. Try again.</source>
        <translation>La copie préparée de «&#xa0;{name}&#xa0;» a été retirée du cache. Réessayez.</translation>
    </message>
    <message>
        <source>The proxy in Settings &gt; Network has no address or no port. Nothing was sent.</source>
        <translation>Il manque au proxy de Réglages &gt; Réseau une adresse ou un port. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The repeat has no time left. Nothing was sent.</source>
        <translation>Il ne reste aucune heure à la répétition. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The saved data of this post is damaged.</source>
        <translation>Les données enregistrées de cette publication sont endommagées.</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>L’espace de travail est injoignable.</translation>
    </message>
    <message>
        <source>There is no style “{name}” to export.</source>
        <translation>Il n’y a pas de style «&#xa0;{name}&#xa0;» à exporter.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Il n’y a encore rien à publier. Écrivez un texte ou ajoutez une image.</translation>
    </message>
    <message>
        <source>This message edits nothing. Nothing was changed.</source>
        <translation>Ce message ne modifie rien. Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>This workspace is signed out. Sign in again to send the post.</source>
        <translation>Cet espace de travail est déconnecté. Reconnectez-vous pour envoyer la publication.</translation>
    </message>
    <message>
        <source>Two attempts had no clear answer.</source>
        <translation>Deux essais n’ont pas eu de réponse claire.</translation>
    </message>
    <message>
        <source>defaults.json is damaged, so no defaults count. The next change keeps it aside.</source>
        <translation>defaults.json est endommagé, aucune valeur par défaut ne compte donc. La prochaine modification le met de côté.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>son nom ne peut pas être utilisé</translation>
    </message>
    <message>
        <source>this computer</source>
        <extracomment>In place of the name of a service: &quot;… accepted the post but does not list it.&quot;</extracomment>
        <translation>cet ordinateur</translation>
    </message>
    <message>
        <source>{host} accepted only a part of it.</source>
        <translation>{host} n’en a accepté qu’une partie.</translation>
    </message>
    <message>
        <source>{host} accepted the post but does not list it.</source>
        <translation>{host} a accepté la publication, mais ne la liste pas.</translation>
    </message>
    <message>
        <source>{host} asks to wait.</source>
        <translation>{host} demande d’attendre.</translation>
    </message>
    <message>
        <source>{host} did not accept it.</source>
        <translation>{host} ne l’a pas acceptée.</translation>
    </message>
    <message>
        <source>{host} did not answer in time. Posto is checking whether the post arrived.</source>
        <translation>{host} n’a pas répondu à temps. Posto vérifie si la publication est arrivée.</translation>
    </message>
    <message>
        <source>{host} did not move it.</source>
        <translation>{host} ne l’a pas déplacée.</translation>
    </message>
    <message>
        <source>{host} does not list it for {names} yet.</source>
        <translation>{host} ne la liste pas encore pour {names}.</translation>
    </message>
    <message>
        <source>{host} does not list the post yet.</source>
        <translation>{host} ne liste pas encore la publication.</translation>
    </message>
    <message>
        <source>{host} does not report its whole content.</source>
        <translation>{host} n’indique pas tout son contenu.</translation>
    </message>
    <message>
        <source>{host} has this post but does not list it for {names}.</source>
        <translation>{host} a cette publication, mais ne la liste pas pour {names}.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} est en maintenance.</translation>
    </message>
    <message>
        <source>{host} still has the earlier post.</source>
        <translation>{host} a encore la publication antérieure.</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is/are) not in the schedule of {host}.</source>
        <extracomment>{names}: names of channels.</extracomment>
        <translation>
            <numerusform>{names} n’est pas dans le planning de {host}.</numerusform>
            <numerusform>{names} ne sont pas dans le planning de {host}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} cannot be imported: it is not a regular file.</source>
        <translation>{name} ne peut pas être importé&#xa0;: ce n’est pas un fichier ordinaire.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} ne peut pas être lu&#xa0;: accès refusé.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} ne peut pas être lu&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be prepared ({why}).</source>
        <translation>{name} n’a pas pu être préparé ({why}).</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes)</source>
        <translation>{name} est vide (0 octet)</translation>
    </message>
    <message>
        <source>{name} is no style. {why}</source>
        <translation>{name} n’est pas un style. {why}</translation>
    </message>
    <message>
        <source>{name} is not a file</source>
        <translation>{name} n’est pas un fichier</translation>
    </message>
    <message>
        <source>{name} is not a style: it has no settings for any network.</source>
        <translation>{name} n’est pas un style&#xa0;: il n’a de réglages pour aucun réseau.</translation>
    </message>
    <message>
        <source>{name} is on another computer; copy it to this one</source>
        <translation>{name} est sur un autre ordinateur&#x202f;; copiez-le sur celui-ci</translation>
    </message>
    <message>
        <source>{name} is too large for a style.</source>
        <translation>{name} est trop gros pour un style.</translation>
    </message>
    <message>
        <source>{name} was not found</source>
        <translation>{name} est introuvable</translation>
    </message>
    <message>
        <source>{name} was not found beside the CSV file</source>
        <translation>{name} est introuvable à côté du fichier CSV</translation>
    </message>
    <message>
        <source>{name} was not found beside the JSON file</source>
        <translation>{name} est introuvable à côté du fichier JSON</translation>
    </message>
    <message>
        <source>{name} was not found beside the file</source>
        <translation>{name} est introuvable à côté du fichier</translation>
    </message>
    <message>
        <source>{name} was not found beside the workbook</source>
        <translation>{name} est introuvable à côté du classeur</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} est introuvable.</translation>
    </message>
    <message>
        <source>{name} was not found: a pasted row needs the whole path of its picture</source>
        <translation>{name} est introuvable&#xa0;: une ligne collée nécessite le chemin complet de son image</translation>
    </message>
    <message>
        <source>“{name}” changed after you added it. Use Edit as new to see the current version.</source>
        <translation>«&#xa0;{name}&#xa0;» a changé après son ajout. «&#xa0;Modifier comme nouvelle&#xa0;» montre la version actuelle.</translation>
    </message>
    <message>
        <source>“{name}” could not be read.</source>
        <translation>«&#xa0;{name}&#xa0;» n’a pas pu être lu.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture or video</source>
        <translation>«&#xa0;{name}&#xa0;» n’est ni une image ni une vidéo</translation>
    </message>
    <message>
        <source>“{name}” is not the file that was added to the draft.</source>
        <translation>«&#xa0;{name}&#xa0;» n’est pas le fichier ajouté au brouillon.</translation>
    </message>
    <message>
        <source>“{name}” was changed after it was proposed. Nothing was scheduled.</source>
        <translation>«&#xa0;{name}&#xa0;» a été modifié après la proposition. Rien n’a été planifié.</translation>
    </message>
    <message>
        <source>“{name}” was changed after the post was made.</source>
        <translation>«&#xa0;{name}&#xa0;» a été modifié après la création de la publication.</translation>
    </message>
    <message>
        <source>“{name}” was changed while it was uploaded.</source>
        <translation>«&#xa0;{name}&#xa0;» a été modifié pendant son téléversement.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>«&#xa0;{name}&#xa0;» est introuvable.</translation>
    </message>
    <message>
        <source>“{name}…” is not a file name</source>
        <translation>«&#xa0;{name}…&#xa0;» n’est pas un nom de fichier</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Posto cannot write to {folder}: {why}. Nothing will be saved.</source>
        <translation>Posto ne peut pas écrire dans {folder}&#xa0;: {why}. Rien ne sera enregistré.</translation>
    </message>
    <message>
        <source>The backup was not restored, because the server on this computer did not stop. Posto tries again at the next start.</source>
        <translation>La sauvegarde n’a pas été restaurée, car le serveur de cet ordinateur ne s’est pas arrêté. Posto réessaiera au prochain démarrage.</translation>
    </message>
</context>
<context>
    <name>DesktopApp</name>
    <message>
        <source>Check again</source>
        <translation>Vérifier à nouveau</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Rédiger</translation>
    </message>
    <message>
        <source>{reason} The change lasts until Posto quits.</source>
        <translation>{reason} La modification dure jusqu’à la fermeture de Posto.</translation>
    </message>
</context>
<context>
    <name>DestinationChoice</name>
    <message>
        <source>A folder of pictures can become a campaign</source>
        <translation>Un dossier d’images peut devenir une campagne</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Ajouter un canal…</translation>
    </message>
    <message>
        <source>Connect your accounts</source>
        <translation>Connectez vos comptes</translation>
    </message>
    <message>
        <source>Mastodon, Bluesky, WordPress and more, published from this computer.</source>
        <translation>Mastodon, Bluesky, WordPress et d’autres, publiés depuis cet ordinateur.</translation>
    </message>
    <message>
        <source>Runs on your own WordPress site. Its channels appear here.</source>
        <translation>Fonctionne sur votre propre site WordPress. Ses canaux apparaissent ici.</translation>
    </message>
    <message>
        <source>Sandbox channels show posts in Feed and publish nothing.</source>
        <translation>Les canaux d’essai montrent les publications dans le Fil et ne publient rien.</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Se connecter à un service Posto</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Se connecter…</translation>
    </message>
    <message>
        <source>Try it on this computer</source>
        <translation>Essayer sur cet ordinateur</translation>
    </message>
    <message>
        <source>Type a time like &lt;b&gt;“{time}”&lt;/b&gt; or &lt;b&gt;“{other}”&lt;/b&gt;</source>
        <translation>Saisissez une heure comme &lt;b&gt;«&#xa0;{time}&#xa0;»&lt;/b&gt; ou &lt;b&gt;«&#xa0;{other}&#xa0;»&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Use the sandbox</source>
        <translation>Utiliser les essais</translation>
    </message>
    <message>
        <source>Use the sandbox channels</source>
        <translation>Utiliser les canaux d’essai</translation>
    </message>
    <message>
        <source>Where should it go?</source>
        <translation>Où cela doit-il aller&#x202f;?</translation>
    </message>
</context>
<context>
    <name>DeviceRows</name>
    <message>
        <source>No device yet</source>
        <translation>Aucun appareil pour l’instant</translation>
    </message>
</context>
<context>
    <name>DownloadTile</name>
    <message>
        <source>Cancel {name}</source>
        <translation>Annuler {name}</translation>
    </message>
    <message>
        <source>Download {name} again</source>
        <translation>Télécharger à nouveau {name}</translation>
    </message>
    <message>
        <source>Downloading {name}</source>
        <translation>Téléchargement de {name}</translation>
    </message>
    <message>
        <source>Not downloaded</source>
        <translation>Non téléchargé</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Retirer {name}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
</context>
<context>
    <name>DraftRows</name>
    <message>
        <source>Open now</source>
        <translation>Ouvrir maintenant</translation>
    </message>
</context>
<context>
    <name>DraftTabs</name>
    <message>
        <source>Close “{title}”; it stays in Drafts</source>
        <translation>Fermer «&#xa0;{title}&#xa0;»&#x202f;; il reste dans Brouillons</translation>
    </message>
    <message>
        <source>Open messages</source>
        <translation>Messages ouverts</translation>
    </message>
</context>
<context>
    <name>DraftTabsRow</name>
    <message>
        <source>New message beside these</source>
        <translation>Nouveau message à côté de ceux-ci</translation>
    </message>
</context>
<context>
    <name>DraftTray</name>
    <message>
        <source>Drag one onto the calendar, or select it and press S</source>
        <translation>Faites-en glisser un sur le calendrier, ou sélectionnez-le et appuyez sur S</translation>
    </message>
    <message>
        <source>Hide drafts</source>
        <translation>Masquer les brouillons</translation>
    </message>
    <message>
        <source>Show drafts</source>
        <translation>Afficher les brouillons</translation>
    </message>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Brouillons non planifiés</translation>
    </message>
</context>
<context>
    <name>DraftTrayList</name>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Brouillons non planifiés</translation>
    </message>
</context>
<context>
    <name>DraftsFoot</name>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>Name of the template</source>
        <translation>Nom du modèle</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Enregistrer le modèle</translation>
    </message>
</context>
<context>
    <name>DraftsList</name>
    <message>
        <source>Add draft to evergreen</source>
        <translation>Ajouter le brouillon à Evergreen</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Ajouter à Evergreen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Supprimer le brouillon</translation>
    </message>
    <message>
        <source>Delete template</source>
        <translation>Supprimer le modèle</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Brouillons</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Brouillons et modèles</translation>
    </message>
    <message>
        <source>Drafts or templates</source>
        <translation>Brouillons ou modèles</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Duplicate draft</source>
        <translation>Dupliquer le brouillon</translation>
    </message>
    <message>
        <source>Labels of draft</source>
        <translation>Étiquettes du brouillon</translation>
    </message>
    <message>
        <source>Labels…</source>
        <translation>Étiquettes…</translation>
    </message>
    <message>
        <source>New message from template</source>
        <extracomment>Verb.</extracomment>
        <translation>Nouveau message à partir d’un modèle</translation>
    </message>
    <message>
        <source>No draft matches.</source>
        <translation>Aucun brouillon ne correspond.</translation>
    </message>
    <message>
        <source>No drafts yet. Your messages are saved here automatically.</source>
        <translation>Aucun brouillon pour l’instant. Vos messages sont enregistrés ici automatiquement.</translation>
    </message>
    <message>
        <source>No template matches.</source>
        <translation>Aucun modèle ne correspond.</translation>
    </message>
    <message>
        <source>No templates yet. Use “Save as template…” in the menu beside Post.</source>
        <translation>Aucun modèle pour l’instant. Utilisez «&#xa0;Enregistrer comme modèle…&#xa0;» dans le menu à côté de Publier.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Rename template</source>
        <translation>Renommer le modèle</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Renommer…</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Enregistrer comme modèle…</translation>
    </message>
    <message>
        <source>Save draft as template</source>
        <translation>Enregistrer le brouillon comme modèle</translation>
    </message>
    <message>
        <source>Search drafts</source>
        <translation>Rechercher des brouillons</translation>
    </message>
    <message>
        <source>Search templates</source>
        <translation>Rechercher des modèles</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Modèles</translation>
    </message>
</context>
<context>
    <name>DraftsModel</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n fichier</numerusform>
            <numerusform>%n fichiers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n partie</numerusform>
            <numerusform>%n parties</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes of a scheduled message</source>
        <translation>Modifications d’un message planifié</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sans titre</translation>
    </message>
    <message>
        <source>open now</source>
        <translation>ouvert actuellement</translation>
    </message>
</context>
<context>
    <name>DraftsPopupController</name>
    <message>
        <source>Name of the template</source>
        <translation>Nom du modèle</translation>
    </message>
    <message>
        <source>Save as template</source>
        <translation>Enregistrer comme modèle</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Enregistrer le modèle</translation>
    </message>
    <message>
        <source>Saves text, files, channels, options, labels and the time as typed.</source>
        <translation>Enregistre le texte, les fichiers, les canaux, les options, les étiquettes et l’heure telle que saisie.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Il n’y a encore rien à enregistrer</translation>
    </message>
</context>
<context>
    <name>DropCard</name>
    <message>
        <source>Attach a sample picture to see how it looks on each network</source>
        <translation>Joignez une image d’exemple pour voir le rendu sur chaque réseau</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Parcourir…</translation>
    </message>
    <message>
        <source>Drop pictures, videos or a text file</source>
        <translation>Déposez des images, des vidéos ou un fichier texte</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Utiliser un exemple</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Utiliser une image d’exemple</translation>
    </message>
    <message>
        <source>or paste with {keys}</source>
        <extracomment>{keys}: keys, such as Ctrl+V.</extracomment>
        <translation>ou collez avec {keys}</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted</source>
        <translation>
            <numerusform>%n fichier ne peut pas être publié</numerusform>
            <numerusform>%n fichiers ne peuvent pas être publiés</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to this message</source>
        <translation>Ajouter à ce message</translation>
    </message>
    <message>
        <source>Add to your styles</source>
        <translation>Ajouter à vos styles</translation>
    </message>
    <message numerus="yes">
        <source>Added to the (file/%n files) already attached</source>
        <translation>
            <numerusform>Ajouté au fichier déjà joint</numerusform>
            <numerusform>Ajouté aux %n fichiers déjà joints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln file(s)</source>
        <translation>
            <numerusform>Déposer %Ln fichier</numerusform>
            <numerusform>Déposer %Ln fichiers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln picture(s)</source>
        <translation>
            <numerusform>Déposer %Ln image</numerusform>
            <numerusform>Déposer %Ln images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln style(s)</source>
        <translation>
            <numerusform>Déposer %Ln style</numerusform>
            <numerusform>Déposer %Ln styles</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln video(s)</source>
        <translation>
            <numerusform>Déposer %Ln vidéo</numerusform>
            <numerusform>Déposer %Ln vidéos</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop anywhere here. Esc cancels.</source>
        <translation>Déposez n’importe où ici. Échap annule.</translation>
    </message>
    <message>
        <source>Drop elsewhere to add them to this message. Esc cancels.</source>
        <translation>Déposez ailleurs pour les ajouter à ce message. Échap annule.</translation>
    </message>
    <message>
        <source>Drop files</source>
        <translation>Déposer des fichiers</translation>
    </message>
    <message>
        <source>Each file becomes one of your styles</source>
        <translation>Chaque fichier devient l’un de vos styles</translation>
    </message>
    <message>
        <source>Make a campaign</source>
        <translation>En faire une campagne</translation>
    </message>
    <message numerus="yes">
        <source>One message for each of the %Ln file(s), spread over time</source>
        <translation>
            <numerusform>Un message pour le fichier, réparti dans le temps</numerusform>
            <numerusform>Un message pour chacun des %Ln fichiers, répartis dans le temps</numerusform>
        </translation>
    </message>
    <message>
        <source>The message has no files yet</source>
        <translation>Le message n’a pas encore de fichiers</translation>
    </message>
    <message>
        <source>You can add pictures, videos and text files.</source>
        <translation>Vous pouvez ajouter des images, des vidéos et des fichiers texte.</translation>
    </message>
    <message>
        <source>{name} cannot be posted</source>
        <translation>{name} ne peut pas être publié</translation>
    </message>
</context>
<context>
    <name>DueCauses</name>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the keychain is locked.</source>
        <translation>
            <numerusform>%n publication de {time} ne peut pas partir&#xa0;: le trousseau est verrouillé.</numerusform>
            <numerusform>%n publications de {time} ne peuvent pas partir&#xa0;: le trousseau est verrouillé.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the workspace “{name}” is signed out.</source>
        <translation>
            <numerusform>%n publication de {time} ne peut pas partir&#xa0;: l’espace de travail «&#xa0;{name}&#xa0;» est déconnecté.</numerusform>
            <numerusform>%n publications de {time} ne peuvent pas partir&#xa0;: l’espace de travail «&#xa0;{name}&#xa0;» est déconnecté.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: {name} is signed out.</source>
        <translation>
            <numerusform>%n publication de {time} ne peut pas partir&#xa0;: {name} est déconnecté.</numerusform>
            <numerusform>%n publications de {time} ne peuvent pas partir&#xa0;: {name} est déconnecté.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” has changed since.</source>
        <translation>
            <numerusform>%n publication de {time} ne peut pas partir&#xa0;: «&#xa0;{name}&#xa0;» a changé depuis.</numerusform>
            <numerusform>%n publications de {time} ne peuvent pas partir&#xa0;: «&#xa0;{name}&#xa0;» a changé depuis.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” is missing.</source>
        <translation>
            <numerusform>%n publication de {time} ne peut pas partir&#xa0;: «&#xa0;{name}&#xa0;» est introuvable.</numerusform>
            <numerusform>%n publications de {time} ne peuvent pas partir&#xa0;: «&#xa0;{name}&#xa0;» est introuvable.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: the disk of this computer is almost full.</source>
        <translation>
            <numerusform>%n publication de {time} risque de ne pas partir&#xa0;: le disque de cet ordinateur est presque plein.</numerusform>
            <numerusform>%n publications de {time} risquent de ne pas partir&#xa0;: le disque de cet ordinateur est presque plein.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: {name} cannot be reached.</source>
        <translation>
            <numerusform>%n publication de {time} risque de ne pas partir&#xa0;: {name} est injoignable.</numerusform>
            <numerusform>%n publications de {time} risquent de ne pas partir&#xa0;: {name} est injoignable.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} would be refused by {name}.</source>
        <translation>
            <numerusform>{name} refuserait %n publication de {time}.</numerusform>
            <numerusform>{name} refuserait %n publications de {time}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto&apos;s own server</source>
        <translation>le serveur de Posto</translation>
    </message>
    <message>
        <source>{account} on {network}</source>
        <translation>{account} sur {network}</translation>
    </message>
</context>
<context>
    <name>DueChecksController</name>
    <message>
        <source>Check again</source>
        <translation>Vérifier à nouveau</translation>
    </message>
    <message>
        <source>Checking again</source>
        <translation>Nouvelle vérification</translation>
    </message>
    <message>
        <source>Find the file…</source>
        <translation>Rechercher le fichier…</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Ouvrir dans Rédiger</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Ouvrir le site</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Se reconnecter…</translation>
    </message>
    <message>
        <source>This is over</source>
        <translation>C’est réglé</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Déverrouiller</translation>
    </message>
</context>
<context>
    <name>DuplicationController</name>
    <message numerus="yes">
        <source>%Ln message(s) duplicated as drafts</source>
        <translation>
            <numerusform>%Ln message dupliqué comme brouillon</numerusform>
            <numerusform>%Ln messages dupliqués comme brouillons</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied to a new message</source>
        <translation>Copié dans un nouveau message</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>EditMergeController</name>
    <message>
        <source>Somebody else</source>
        <translation>Quelqu’un d’autre</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Votre version est dans les brouillons</translation>
    </message>
    <message>
        <source>{name} changed this message, too. Kept: {fields}.</source>
        <translation>{name} a aussi modifié ce message. Conservé&#xa0;: {fields}.</translation>
    </message>
</context>
<context>
    <name>EditMergeDialog</name>
    <message>
        <source>Both of you changed: {fields}.</source>
        <translation>Vous avez tous deux modifié&#xa0;: {fields}.</translation>
    </message>
    <message>
        <source>Continue editing</source>
        <translation>Continuer la modification</translation>
    </message>
    <message>
        <source>Keep my version</source>
        <translation>Garder ma version</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
    <message>
        <source>Save my version</source>
        <translation>Enregistrer ma version</translation>
    </message>
    <message>
        <source>Save the version of {name}; mine goes to Drafts</source>
        <translation>Enregistrer la version de {name}&#x202f;; la mienne va aux brouillons</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Quelqu’un d’autre</translation>
    </message>
    <message>
        <source>Use the version of {name}; mine goes to Drafts</source>
        <translation>Utiliser la version de {name} ; la mienne va aux brouillons</translation>
    </message>
    <message>
        <source>{name} changed this message, too</source>
        <translation>{name} a aussi modifié ce message</translation>
    </message>
</context>
<context>
    <name>EditingStrip</name>
    <message>
        <source>Discard changes</source>
        <translation>Abandonner les modifications</translation>
    </message>
    <message>
        <source>Keep as a new message</source>
        <translation>Garder comme nouveau message</translation>
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
        <translation>Sélecteur d’emojis</translation>
    </message>
    <message>
        <source>Install an emoji font to see emoji.</source>
        <translation>Installez une police d’emojis pour les voir.</translation>
    </message>
    <message>
        <source>Loading emoji</source>
        <translation>Chargement des emojis</translation>
    </message>
    <message>
        <source>No emoji for “{query}”</source>
        <translation>Aucun emoji pour «&#xa0;{query}&#xa0;»</translation>
    </message>
    <message>
        <source>No skin tone</source>
        <translation>Aucune couleur de peau</translation>
    </message>
    <message>
        <source>Recently used</source>
        <translation>Utilisés récemment</translation>
    </message>
    <message>
        <source>Search emoji</source>
        <translation>Rechercher des emojis</translation>
    </message>
    <message>
        <source>Skin tone</source>
        <translation>Couleur de peau</translation>
    </message>
    <message>
        <source>Skin tone: {name}</source>
        <translation>Couleur de peau&#xa0;: {name}</translation>
    </message>
    <message>
        <source>The emoji could not be loaded. See the log for details.</source>
        <translation>Les emojis n’ont pas pu être chargés. Voir le journal pour les détails.</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>aucun choisi</translation>
    </message>
</context>
<context>
    <name>EmptyMessages</name>
    <message>
        <source>Import a file…</source>
        <translation>Importer un fichier…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Importer quelques messages d’exemple, pour voir comment cela fonctionne</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Aucun message pour l’instant</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Utiliser un exemple</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Écrire un message</translation>
    </message>
    <message>
        <source>Write a message, paste lines from a spreadsheet, or drop pictures. Each line or picture becomes a message.</source>
        <translation>Écrivez un message, collez des lignes d’un tableur ou déposez des images. Chaque ligne ou image devient un message.</translation>
    </message>
</context>
<context>
    <name>EmptySchedule</name>
    <message>
        <source>Clear filters</source>
        <translation>Effacer les filtres</translation>
    </message>
    <message numerus="yes">
        <source>Filters and hidden channels hide %Ln post(s).</source>
        <translation>
            <numerusform>Les filtres et les canaux masqués cachent %Ln publication.</numerusform>
            <numerusform>Les filtres et les canaux masqués cachent %Ln publications.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Les canaux masqués contiennent %Ln publication.</numerusform>
            <numerusform>Les canaux masqués contiennent %Ln publications.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Aucune publication ne correspond</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Rien de planifié pour l’instant</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Les messages planifiés apparaissent ici.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Afficher les canaux masqués</translation>
    </message>
    <message numerus="yes">
        <source>The filters hide %Ln post(s).</source>
        <translation>
            <numerusform>Les filtres masquent %Ln publication.</numerusform>
            <numerusform>Les filtres masquent %Ln publications.</numerusform>
        </translation>
    </message>
    <message>
        <source>The schedule could not be loaded</source>
        <translation>Le planning n’a pas pu être chargé</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message numerus="yes">
        <source>Without the status filter: %Ln post(s).</source>
        <translation>
            <numerusform>Sans le filtre de statut&#xa0;: %Ln publication.</numerusform>
            <numerusform>Sans le filtre de statut&#xa0;: %Ln publications.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Encodings</name>
    <message>
        <source>Chinese (GB 18030)</source>
        <translation>Chinois (GB 18030)</translation>
    </message>
    <message>
        <source>Japanese (Shift JIS)</source>
        <translation>Japonais (Shift JIS)</translation>
    </message>
    <message>
        <source>Windows, Central European (1250)</source>
        <translation>Windows, Europe centrale (1250)</translation>
    </message>
    <message>
        <source>Windows, Cyrillic (1251)</source>
        <translation>Windows, cyrillique (1251)</translation>
    </message>
    <message>
        <source>Windows, Western (1252)</source>
        <translation>Windows, Europe occidentale (1252)</translation>
    </message>
</context>
<context>
    <name>Entries</name>
    <message>
        <source>Post without text</source>
        <translation>Publication sans texte</translation>
    </message>
</context>
<context>
    <name>EntryCard</name>
    <message>
        <source>Address of the post</source>
        <translation>Adresse de la publication</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Adresse, si vous la connaissez</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Edit as new</source>
        <translation>Modifier comme nouvelle</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Est-elle déjà sur {network}&#x202f;?</translation>
    </message>
    <message>
        <source>Is it published already?</source>
        <translation>Est-elle déjà publiée&#x202f;?</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Elle est renvoyée dans un instant.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Elle y est</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Ouvrir le canal</translation>
    </message>
    <message>
        <source>Open the channels</source>
        <translation>Ouvrir les canaux</translation>
    </message>
    <message>
        <source>Posto sent the post, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>Posto a envoyé la publication, mais aucune réponse claire n’est revenue. La renvoyer maintenant pourrait la publier deux fois.</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Renvoyer</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Renvoyer le commentaire</translation>
    </message>
    <message numerus="yes">
        <source>The other channels have the post. (This one is/These are) not in the schedule, but (it/they) may still be published. Sending again now could publish (it/them) twice.</source>
        <translation>
            <numerusform>Les autres canaux ont la publication. Celle-ci n’est pas dans le planning, mais elle peut encore être publiée. La renvoyer maintenant pourrait la publier deux fois.</numerusform>
            <numerusform>Les autres canaux ont la publication. Celles-ci ne sont pas dans le planning, mais elles peuvent encore être publiées. Les renvoyer maintenant pourrait les publier deux fois.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Essayer maintenant</translation>
    </message>
</context>
<context>
    <name>EntryDetails</name>
    <message>
        <source>Check again</source>
        <translation>Vérifier à nouveau</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>Fermer les détails</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Copier les détails</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Abandonner</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Ouvrir la publication</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Suspendre</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Send first</source>
        <translation>Envoyer d’abord</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Ce qui s’est passé</translation>
    </message>
</context>
<context>
    <name>EntryStories</name>
    <message>
        <source>Story</source>
        <translation>Déroulement</translation>
    </message>
    <message>
        <source>Story on {channel}</source>
        <translation>Déroulement sur {channel}</translation>
    </message>
</context>
<context>
    <name>ErrorReporter</name>
    <message>
        <source>Something went wrong. See the log for details.</source>
        <translation>Un problème est survenu. Voir le journal pour les détails.</translation>
    </message>
</context>
<context>
    <name>Evergreen</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln publication planifiée du {first} au {last}</numerusform>
            <numerusform>%Ln publications planifiées du {first} au {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln publication planifiée&#xa0;: {when}</numerusform>
            <numerusform>%Ln publications planifiées&#xa0;: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>%Ln envoi</numerusform>
            <numerusform>%Ln envois</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln text(s)</source>
        <translation>
            <numerusform>%Ln texte</numerusform>
            <numerusform>%Ln textes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n (is/are) being deleted from the service.</source>
        <translation>
            <numerusform>%n est en cours de suppression sur le service.</numerusform>
            <numerusform>%n sont en cours de suppression sur le service.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no runs left.</source>
        <translation>
            <numerusform>%n message n’a plus d’envois.</numerusform>
            <numerusform>%n messages n’ont plus d’envois.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no text that the network would take again by then.</source>
        <translation>
            <numerusform>%n message n’a aucun texte que le réseau accepterait de nouveau d’ici là.</numerusform>
            <numerusform>%n messages n’ont aucun texte que le réseau accepterait de nouveau d’ici là.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) passed the last day.</source>
        <translation>
            <numerusform>%n message a dépassé son dernier jour.</numerusform>
            <numerusform>%n messages ont dépassé leur dernier jour.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (is/are) paused.</source>
        <translation>
            <numerusform>%n message est suspendu.</numerusform>
            <numerusform>%n messages sont suspendus.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (starts/start) later.</source>
        <translation>
            <numerusform>%n message commence plus tard.</numerusform>
            <numerusform>%n messages commencent plus tard.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) cannot be posted here.</source>
        <translation>
            <numerusform>%n message ne peut pas être publié ici.</numerusform>
            <numerusform>%n messages ne peuvent pas être publiés ici.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) still (rests/rest).</source>
        <translation>
            <numerusform>%n message est encore au repos.</numerusform>
            <numerusform>%n messages sont encore au repos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (was/were) sent already and (stays/stay).</source>
        <translation>
            <numerusform>%n publication a déjà été envoyée et reste.</numerusform>
            <numerusform>%n publications ont déjà été envoyées et restent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) taken back.</source>
        <translation>
            <numerusform>%n publication retirée.</numerusform>
            <numerusform>%n publications retirées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s) changed, too.</source>
        <translation>
            <numerusform>%n publication planifiée a aussi changé.</numerusform>
            <numerusform>%n publications planifiées ont aussi changé.</numerusform>
        </translation>
    </message>
    <message>
        <source>All evergreen messages are paused.</source>
        <translation>Tous les messages evergreen sont suspendus.</translation>
    </message>
    <message>
        <source>All evergreen messages have passed their last day.</source>
        <translation>Tous les messages evergreen ont dépassé leur dernier jour.</translation>
    </message>
    <message>
        <source>All evergreen messages rest until {day}.</source>
        <translation>Tous les messages evergreen sont au repos jusqu’au {day}.</translation>
    </message>
    <message>
        <source>All evergreen messages rest.</source>
        <translation>Tous les messages evergreen sont au repos.</translation>
    </message>
    <message>
        <source>Ended</source>
        <extracomment>Status of an evergreen message: its last day is over.</extracomment>
        <translation>Terminé</translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago, weight {weight}.</source>
        <translation>
            <numerusform>C’est son tour&#xa0;: dernier envoi il y a %n jour, poids {weight}.</numerusform>
            <numerusform>C’est son tour&#xa0;: dernier envoi il y a %n jours, poids {weight}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>C’est son tour&#xa0;: dernier envoi il y a %n jour.</numerusform>
            <numerusform>C’est son tour&#xa0;: dernier envoi il y a %n jours.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its turn: never sent here, weight {weight}.</source>
        <translation>C’est son tour&#xa0;: jamais envoyé ici, poids {weight}.</translation>
    </message>
    <message>
        <source>Its turn: never sent here.</source>
        <translation>C’est son tour&#xa0;: jamais envoyé ici.</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Aucun canal</translation>
    </message>
    <message>
        <source>No evergreen message goes to this channel.</source>
        <translation>Aucun message evergreen ne va à ce canal.</translation>
    </message>
    <message>
        <source>No evergreen message has runs left.</source>
        <translation>Aucun message evergreen n’a plus d’envois.</translation>
    </message>
    <message>
        <source>No evergreen message may go out at the free slots.</source>
        <translation>Aucun message evergreen ne peut partir aux créneaux libres.</translation>
    </message>
    <message>
        <source>No slot is free.</source>
        <translation>Aucun créneau n’est libre.</translation>
    </message>
    <message>
        <source>No slot was filled.</source>
        <translation>Aucun créneau n’a été rempli.</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Rien d’écrit pour l’instant</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of an evergreen message.</extracomment>
        <translation>Suspendue</translation>
    </message>
    <message>
        <source>The message pinned here cannot be posted as it is.</source>
        <translation>Le message épinglé ici ne peut pas être publié tel quel.</translation>
    </message>
    <message>
        <source>The message pinned here has no runs left.</source>
        <translation>Le message épinglé ici n’a plus d’envois.</translation>
    </message>
    <message>
        <source>The message pinned here has passed its last day.</source>
        <translation>Le message épinglé ici a dépassé son dernier jour.</translation>
    </message>
    <message>
        <source>The message pinned here is paused.</source>
        <translation>Le message épinglé ici est suspendu.</translation>
    </message>
    <message>
        <source>The message pinned here starts later.</source>
        <translation>Le message épinglé ici commence plus tard.</translation>
    </message>
    <message>
        <source>The message pinned here would still rest.</source>
        <translation>Le message épinglé ici serait encore au repos.</translation>
    </message>
    <message>
        <source>The network would not take the text of the message pinned here again by then.</source>
        <translation>Le réseau n’accepterait pas de nouveau d’ici là le texte du message épinglé ici.</translation>
    </message>
    <message>
        <source>The next one may go out on {day}.</source>
        <translation>Le prochain peut partir le {day}.</translation>
    </message>
    <message numerus="yes">
        <source>The only one that may go out: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>Le seul qui peut partir&#xa0;: dernier envoi il y a %n jour.</numerusform>
            <numerusform>Le seul qui peut partir&#xa0;: dernier envoi il y a %n jours.</numerusform>
        </translation>
    </message>
    <message>
        <source>The slots could not be filled. See the log for details.</source>
        <translation>Les créneaux n’ont pas pu être remplis. Le journal donne les détails.</translation>
    </message>
    <message>
        <source>Their channels have no weekly slots. Add some in Settings, Publishing.</source>
        <translation>Leurs canaux n’ont pas de créneaux hebdomadaires. Ajoutez-en dans Réglages, Publication.</translation>
    </message>
    <message>
        <source>There are no evergreen messages.</source>
        <translation>Il n’y a aucun message evergreen.</translation>
    </message>
    <message>
        <source>You pinned it here.</source>
        <translation>Vous l’avez épinglé ici.</translation>
    </message>
    <message numerus="yes">
        <source>You skipped %n message(s) here.</source>
        <translation>
            <numerusform>Vous avez ignoré %n message ici.</numerusform>
            <numerusform>Vous avez ignoré %n messages ici.</numerusform>
        </translation>
    </message>
    <message>
        <source>You skipped the message pinned here.</source>
        <translation>Vous avez ignoré le message épinglé ici.</translation>
    </message>
    <message>
        <source>You skipped this slot.</source>
        <translation>Vous avez ignoré ce créneau.</translation>
    </message>
    <message>
        <source>You took this slot back. Fill slots to use it again.</source>
        <translation>Vous avez retiré ce créneau. Remplissez les créneaux pour le réutiliser.</translation>
    </message>
    <message>
        <source>as often as slots are free</source>
        <translation>dès qu’un créneau est libre</translation>
    </message>
    <message numerus="yes">
        <source>at most %Ln on each channel</source>
        <translation>
            <numerusform>%Ln au plus par canal</numerusform>
            <numerusform>%Ln au plus par canal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %Ln day(s) at least</source>
        <translation>
            <numerusform>tous les %Ln jour au plus tôt</numerusform>
            <numerusform>tous les %Ln jours au plus tôt</numerusform>
        </translation>
    </message>
    <message>
        <source>from {day}</source>
        <translation>à partir du {day}</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>prochain&#xa0;: {when}</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>jusqu’au {day}</translation>
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
        <translation>Ajouter des images</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Change the text of this run only</source>
        <translation>Modifier le texte de cet envoi seulement</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Modifier…</translation>
    </message>
    <message>
        <source>Keep this message at this time</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Garder ce message à cette heure</translation>
    </message>
    <message>
        <source>Leave this slot free</source>
        <translation>Laisser ce créneau libre</translation>
    </message>
    <message>
        <source>Let another message take this turn</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Laisser son tour à un autre message</translation>
    </message>
    <message>
        <source>Let the turn decide again</source>
        <translation>Laisser de nouveau le tour décider</translation>
    </message>
    <message>
        <source>Move back</source>
        <translation>Remettre</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Open the message</source>
        <translation>Ouvrir le message</translation>
    </message>
    <message>
        <source>Pause</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Suspendre</translation>
    </message>
    <message>
        <source>Pin</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Épingler</translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Afficher dans le planning</translation>
    </message>
    <message>
        <source>Skip</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Ignorer</translation>
    </message>
    <message>
        <source>The next runs are being computed.</source>
        <translation>Les prochains envois sont en cours de calcul.</translation>
    </message>
    <message>
        <source>The slots are being filled.</source>
        <translation>Les créneaux sont en cours de remplissage.</translation>
    </message>
    <message>
        <source>There is nothing to fill: see the list of the next runs.</source>
        <translation>Il n’y a rien à remplir&#xa0;: voyez la liste des prochains envois.</translation>
    </message>
</context>
<context>
    <name>EvergreenController</name>
    <message numerus="yes">
        <source>%Ln message(s) added to Evergreen</source>
        <translation>
            <numerusform>%Ln message ajouté à Evergreen</numerusform>
            <numerusform>%Ln messages ajoutés à Evergreen</numerusform>
        </translation>
    </message>
    <message>
        <source>This post is not in the schedule yet: it waits in Activity.</source>
        <translation>Cette publication n’est pas encore dans le planning&#xa0;: elle attend dans Activité.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>EvergreenEditor</name>
    <message>
        <source>Add another text</source>
        <translation>Ajouter un autre texte</translation>
    </message>
    <message>
        <source>Back to the evergreen messages</source>
        <translation>Retour aux messages evergreen</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message numerus="yes">
        <source>Goes to %Ln channel(s), ticked in the list beside.</source>
        <translation>
            <numerusform>Va à %Ln canal, coché dans la liste à côté.</numerusform>
            <numerusform>Va à %Ln canaux, cochés dans la liste à côté.</numerusform>
        </translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>More for this message</source>
        <translation>Plus pour ce message</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Nouveau message evergreen</translation>
    </message>
    <message>
        <source>No channels yet. Tick them in the list beside.</source>
        <translation>Aucun canal pour l’instant. Cochez-les dans la liste à côté.</translation>
    </message>
    <message>
        <source>Some channels have another first text.</source>
        <translation>Certains canaux ont un autre premier texte.</translation>
    </message>
    <message>
        <source>Texts are used in turn, so that no network gets one twice in a row.</source>
        <translation>Les textes alternent, pour qu’aucun réseau ne reçoive deux fois de suite le même.</translation>
    </message>
    <message>
        <source>The first text goes on in a thread.</source>
        <translation>Le premier texte continue dans un fil.</translation>
    </message>
    <message>
        <source>When it may go out</source>
        <translation>Quand il peut partir</translation>
    </message>
    <message>
        <source>{networks}: the first text is another one there.</source>
        <translation>{networks}&#xa0;: le premier texte y est différent.</translation>
    </message>
</context>
<context>
    <name>EvergreenFiles</name>
    <message>
        <source>The file could not be read.</source>
        <translation>Le fichier n’a pas pu être lu.</translation>
    </message>
</context>
<context>
    <name>EvergreenMessagesView</name>
    <message>
        <source>Evergreen messages</source>
        <translation>Messages evergreen</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Rien d’écrit pour l’instant</translation>
    </message>
</context>
<context>
    <name>EvergreenRuns</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln de plus</numerusform>
            <numerusform>%Ln de plus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln slot(s) stay free until {day}</source>
        <translation>
            <numerusform>%Ln créneau reste libre jusqu’au {day}</numerusform>
            <numerusform>%Ln créneaux restent libres jusqu’au {day}</numerusform>
        </translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Texte propre</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Épinglé</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Planifié</translation>
    </message>
    <message>
        <source>Stays free</source>
        <translation>Reste libre</translation>
    </message>
    <message>
        <source>Text {number} of {count}</source>
        <translation>Texte {number} sur {count}</translation>
    </message>
    <message>
        <source>Without text</source>
        <translation>Sans texte</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsPane</name>
    <message>
        <source>Add a message, and its next runs appear here, with the reason for each.</source>
        <translation>Ajoutez un message&#xa0;: ses prochains envois apparaissent ici, chacun avec sa raison.</translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Ajouter des créneaux…</translation>
    </message>
    <message>
        <source>Evergreen messages go out at free slots: weekly times at which your channels post.</source>
        <translation>Les messages evergreen partent aux créneaux libres&#xa0;: les heures hebdomadaires de vos canaux.</translation>
    </message>
    <message>
        <source>Next 20</source>
        <translation>20 prochains</translation>
    </message>
    <message>
        <source>No weekly slots yet</source>
        <translation>Aucun créneau hebdomadaire</translation>
    </message>
    <message>
        <source>Nothing is due</source>
        <translation>Rien à venir</translation>
    </message>
    <message>
        <source>Nothing to send yet</source>
        <translation>Rien à envoyer pour l’instant</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Heures en {zone}</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsView</name>
    <message>
        <source>Next 20</source>
        <translation>20 prochains</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Planifié</translation>
    </message>
</context>
<context>
    <name>EvergreenView</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
    <message>
        <source>Add message</source>
        <translation>Ajouter un message</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>Toutes les étiquettes</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Filtre d’étiquettes</translation>
    </message>
    <message>
        <source>Messages for reuse: opening hours, your classics, reviews. They go out again and again at free slots, each after a pause. Add one here, or from Compose, Drafts and Schedule by “Add to evergreen”.</source>
        <translation>Des messages à réutiliser&#xa0;: horaires, classiques, avis. Ils repartent sans cesse aux créneaux libres, chacun après une pause. Ajoutez-en un ici, ou depuis Rédiger, Brouillons et Planning par «&#xa0;Ajouter à Evergreen&#xa0;».</translation>
    </message>
    <message>
        <source>No evergreen message for the visible channels matches.</source>
        <translation>Aucun message evergreen des canaux visibles ne correspond.</translation>
    </message>
    <message>
        <source>No evergreen message matches.</source>
        <translation>Aucun message evergreen ne correspond.</translation>
    </message>
    <message>
        <source>No evergreen messages yet</source>
        <translation>Aucun message evergreen pour l’instant</translation>
    </message>
    <message>
        <source>Search evergreen messages</source>
        <translation>Chercher des messages evergreen</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Afficher tous les canaux</translation>
    </message>
</context>
<context>
    <name>EvergreenViewState</name>
    <message numerus="yes">
        <source>%Ln evergreen message(s) deleted</source>
        <translation>
            <numerusform>%Ln message evergreen supprimé</numerusform>
            <numerusform>%Ln messages evergreen supprimés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) duplicated</source>
        <translation>
            <numerusform>%Ln message evergreen dupliqué</numerusform>
            <numerusform>%Ln messages evergreen dupliqués</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) paused</source>
        <translation>
            <numerusform>%Ln message evergreen suspendu</numerusform>
            <numerusform>%Ln messages evergreen suspendus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) resumed</source>
        <translation>
            <numerusform>%Ln message evergreen repris</numerusform>
            <numerusform>%Ln messages evergreen repris</numerusform>
        </translation>
    </message>
    <message>
        <source>Pinned. This message keeps its time.</source>
        <translation>Épinglé. Ce message garde son heure.</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Skipped. Another message takes its turn.</source>
        <translation>Ignoré. C’est au tour d’un autre message.</translation>
    </message>
    <message>
        <source>Taken off the schedule, and skipped.</source>
        <translation>Retiré du planning et ignoré.</translation>
    </message>
    <message>
        <source>The turn decides again.</source>
        <translation>Le tour décide de nouveau.</translation>
    </message>
    <message>
        <source>This run has a text of its own.</source>
        <translation>Cet envoi a un texte à lui.</translation>
    </message>
    <message>
        <source>This slot stays free.</source>
        <translation>Ce créneau reste libre.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>What it had scheduled is taken back.</source>
        <translation>Ce qu’il avait planifié est retiré.</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>«&#xa0;{name}&#xa0;» supprimé</translation>
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
        <translation>Calendriers (*.ics)</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>No posts this week.</source>
        <translation>Aucune publication cette semaine.</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>Documents PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Page {number} of {total}</source>
        <translation>Page {number} sur {total}</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tableaux (*.csv)</translation>
    </message>
    <message>
        <source>schedule {day}</source>
        <translation>planning {day}</translation>
    </message>
    <message>
        <source>week of {day}</source>
        <translation>semaine du {day}</translation>
    </message>
    <message>
        <source>{day}, continued</source>
        <translation>{day}, suite</translation>
    </message>
    <message>
        <source>{posts}, as of {when}</source>
        <translation>{posts}, au {when}</translation>
    </message>
    <message>
        <source>{workspace}: {week}</source>
        <translation>{workspace}&#xa0;: {week}</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>A week to print, with a column per day and thumbnails. {paper} landscape.</source>
        <translation>Une semaine à imprimer, avec une colonne par jour et des vignettes. {paper} paysage.</translation>
    </message>
    <message numerus="yes">
        <source>All: %Ln post(s)</source>
        <translation>
            <numerusform>Toutes&#xa0;: %Ln publication</numerusform>
            <numerusform>Toutes&#xa0;: %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>Tableau CSV</translation>
    </message>
    <message>
        <source>Calendar file</source>
        <translation>Fichier de calendrier</translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln post(s)…</source>
        <translation>
            <numerusform>Exporter %Ln publication…</numerusform>
            <numerusform>Exporter %Ln publications…</numerusform>
        </translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Progression de l’exportation</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Exporter le planning</translation>
    </message>
    <message>
        <source>Export week…</source>
        <translation>Exporter la semaine…</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>Type de fichier</translation>
    </message>
    <message numerus="yes">
        <source>Filtered: %Ln post(s)</source>
        <translation>
            <numerusform>Filtrées&#xa0;: %Ln publication</numerusform>
            <numerusform>Filtrées&#xa0;: %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>For Excel</source>
        <translation>Pour Excel</translation>
    </message>
    <message>
        <source>One event per post, for calendar apps. Posts without a time are left out.</source>
        <translation>Un événement par publication, pour les applis de calendrier. Les publications sans heure sont omises.</translation>
    </message>
    <message>
        <source>One row per post, for spreadsheets and scripts. Times are in your time zone, with its offset. Formulas become plain text.</source>
        <translation>Une ligne par publication, pour tableurs et scripts. Les heures sont dans votre fuseau, avec son décalage. Les formules deviennent du texte.</translation>
    </message>
    <message>
        <source>Opens as a table in Excel. Texts are cut at 32,767 characters, Excel&apos;s limit for a cell.</source>
        <translation>S’ouvre comme tableau dans Excel. Les textes sont coupés à 32 767 caractères, la limite d’Excel par cellule.</translation>
    </message>
    <message>
        <source>PDF of a week</source>
        <translation>PDF d’une semaine</translation>
    </message>
    <message>
        <source>Posts to export</source>
        <translation>Publications à exporter</translation>
    </message>
    <message numerus="yes">
        <source>Selected: %Ln post(s)</source>
        <translation>
            <numerusform>Sélectionnées&#xa0;: %Ln publication</numerusform>
            <numerusform>Sélectionnées&#xa0;: %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Week after</source>
        <translation>Semaine suivante</translation>
    </message>
    <message>
        <source>Week before</source>
        <translation>Semaine précédente</translation>
    </message>
</context>
<context>
    <name>FeedController</name>
    <message>
        <source>Feed</source>
        <translation>Fil</translation>
    </message>
</context>
<context>
    <name>FeedList</name>
    <message>
        <source>Feed</source>
        <translation>Fil</translation>
    </message>
</context>
<context>
    <name>FeedModel</name>
    <message>
        <source>Post without text</source>
        <translation>Publication sans texte</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>maintenant</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} h</translation>
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
        <translation>Fil</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Les canaux masqués contiennent %Ln publication.</numerusform>
            <numerusform>Les canaux masqués contiennent %Ln publications.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>No post of these channels</source>
        <translation>Aucune publication de ces canaux</translation>
    </message>
    <message>
        <source>Nothing published yet</source>
        <translation>Rien de publié pour l’instant</translation>
    </message>
    <message>
        <source>Posts appear here when the sandbox has sent them.</source>
        <translation>Les publications apparaissent ici quand l’espace d’essai les a envoyées.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Actualiser</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Afficher les canaux masqués</translation>
    </message>
    <message>
        <source>This is the sandbox. These posts stayed on this computer; nothing was published on any network.</source>
        <translation>Voici l’espace d’essai. Ces publications sont restées sur cet ordinateur&#x202f;; rien n’a été publié sur aucun réseau.</translation>
    </message>
</context>
<context>
    <name>FeedRows</name>
    <message>
        <source>Sandbox</source>
        <translation>Essai</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>First comment</source>
        <translation>Premier commentaire</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Lien</translation>
    </message>
</context>
<context>
    <name>FileChoice</name>
    <message>
        <source>Pictures and videos of the message</source>
        <translation>Images et vidéos du message</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Pictures and videos ({endings})</source>
        <extracomment>{endings}: &quot;*.jpg *.png&quot;. Keep the brackets.</extracomment>
        <translation>Images et vidéos ({endings})</translation>
    </message>
</context>
<context>
    <name>FilePage</name>
    <message>
        <source>A table with all columns, to fill in a spreadsheet</source>
        <translation>Un tableau avec toutes les colonnes, à remplir dans un tableur</translation>
    </message>
    <message>
        <source>CSV, Excel (.xlsx) or JSON with one message per row. Pictures can be files in the same folder or web addresses. Importing adds the messages to {campaign} and sends nothing.</source>
        <translation>CSV, Excel (.xlsx) ou JSON avec un message par ligne. Les images peuvent être des fichiers du même dossier ou des adresses web. L’importation ajoute les messages à {campaign} et n’envoie rien.</translation>
    </message>
    <message>
        <source>Cells copied in a spreadsheet</source>
        <translation>Cellules copiées dans un tableur</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Choisir un fichier…</translation>
    </message>
    <message>
        <source>Drop a file here, or choose one</source>
        <translation>Déposez un fichier ici, ou choisissez-en un</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Importer quelques messages d’exemple, pour voir comment cela fonctionne</translation>
    </message>
    <message>
        <source>Paste cells</source>
        <translation>Coller des cellules</translation>
    </message>
    <message>
        <source>Reading the file</source>
        <translation>Lecture du fichier</translation>
    </message>
    <message>
        <source>Reading {name}</source>
        <translation>Lecture de {name}</translation>
    </message>
    <message numerus="yes">
        <source>Reading {name}: %Ln row(s)</source>
        <translation>
            <numerusform>Lecture de {name}&#xa0;: %Ln ligne</numerusform>
            <numerusform>Lecture de {name}&#xa0;: %Ln lignes</numerusform>
        </translation>
    </message>
    <message>
        <source>Save a sample file…</source>
        <translation>Enregistrer un fichier d’exemple…</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Arrêter la lecture</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Utiliser un exemple</translation>
    </message>
    <message>
        <source>this campaign</source>
        <translation>cette campagne</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>«&#xa0;{name}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>The picture</source>
        <translation>L’image</translation>
    </message>
    <message>
        <source>The watermark cannot be used. {reason}</source>
        <translation>Le filigrane ne peut pas être utilisé. {reason}</translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>Le filigrane du style «&#xa0;{style}&#xa0;» ne peut pas être utilisé. {reason}</translation>
    </message>
    <message>
        <source>{file} cannot be converted: ffmpeg was not found. Install it, or choose where it is in Settings, Writing.</source>
        <translation>{file} ne peut pas être converti&#xa0;: ffmpeg est introuvable. Installez-le ou indiquez où il se trouve dans Réglages, Écriture.</translation>
    </message>
    <message>
        <source>{file} cannot be converted: this ffmpeg cannot write H.264 with AAC. Choose another one in Settings, Writing.</source>
        <translation>{file} ne peut pas être converti&#xa0;: ce ffmpeg ne peut pas écrire de H.264 avec AAC. Choisissez-en un autre dans Réglages, Écriture.</translation>
    </message>
    <message>
        <source>{file} cannot be made as small as {number} MB.</source>
        <translation>{file} ne peut pas être réduit à {number} Mo.</translation>
    </message>
    <message>
        <source>{file} cannot be opened right now: {reason}.</source>
        <translation>{file} ne peut pas être ouvert pour l’instant&#xa0;: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be opened: this installation of Posto cannot read such pictures. Install what is missing: {command}</source>
        <translation>{file} ne peut pas être ouvert&#xa0;: cette installation de Posto ne peut pas lire de telles images. Installez ce qui manque&#xa0;: {command}</translation>
    </message>
    <message>
        <source>{file} cannot be read: access denied.</source>
        <translation>{file} ne peut pas être lu&#xa0;: accès refusé.</translation>
    </message>
    <message>
        <source>{file} cannot be read: its name cannot be used.</source>
        <translation>{file} ne peut pas être lu&#xa0;: son nom ne peut pas être utilisé.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} ne peut pas être lu&#xa0;: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot stay animated within {number} MB. Choose a still picture.</source>
        <translation>{file} ne peut pas rester animé dans {number} Mo. Choisissez une image fixe.</translation>
    </message>
    <message>
        <source>{file} changed while Posto prepared it. Try again.</source>
        <translation>{file} a changé pendant que Posto le préparait. Réessayez.</translation>
    </message>
    <message>
        <source>{file} could not be converted: ffmpeg stopped working on it. Try again.</source>
        <translation>{file} n’a pas pu être converti&#xa0;: ffmpeg n’avançait plus. Réessayez.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the disk is full. Make room, then try again.</source>
        <translation>{file} n’a pas pu être converti&#xa0;: le disque est plein. Libérez de la place, puis réessayez.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the result is not what was asked for. It may be damaged.</source>
        <translation>{file} n’a pas pu être converti&#xa0;: le résultat n’est pas celui qui était demandé. Il est peut-être endommagé.</translation>
    </message>
    <message>
        <source>{file} could not be converted: {reason}.</source>
        <translation>{file} n’a pas pu être converti&#xa0;: {reason}.</translation>
    </message>
    <message>
        <source>{file} could not be opened: the computer stopped the program that opens pictures. Its memory may be full. Close other programs, then try again.</source>
        <translation>{file} n’a pas pu être ouvert&#xa0;: l’ordinateur a arrêté le programme qui ouvre les images. Sa mémoire est peut-être pleine. Fermez d’autres programmes, puis réessayez.</translation>
    </message>
    <message>
        <source>{file} could not be prepared: {reason}.</source>
        <translation>{file} n’a pas pu être préparé&#xa0;: {reason}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has %Ln frame(s) of {size} pixels, too many to edit here.</source>
        <translation>
            <numerusform>{file} a %Ln image de {size} pixels, trop pour être modifiée ici.</numerusform>
            <numerusform>{file} a %Ln images de {size} pixels, trop pour être modifiées ici.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} has frames of {size} pixels, too large to edit here.</source>
        <translation>{file} a des images de {size} pixels, trop grandes pour être modifiées ici.</translation>
    </message>
    <message>
        <source>{file} has more than {most} passes; Posto cannot open such JPEGs. Save it as an ordinary JPEG or remove it.</source>
        <translation>{file} a plus de {most} passes&#x202f;; Posto ne peut pas ouvrir de tels JPEG. Enregistrez-le comme JPEG ordinaire ou retirez-le.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto edits pictures of up to {most}. Make it smaller first.</source>
        <translation>{file} a {count} mégapixels&#x202f;; Posto modifie des images jusqu’à {most}. Réduisez-le d’abord.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto opens {kind} of up to {most}. Make it smaller or remove it.</source>
        <translation>{file} a {count} mégapixels&#x202f;; Posto ouvre {kind} jusqu’à {most}. Réduisez-le ou retirez-le.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; a watermark may have {most}.</source>
        <translation>{file} a {count} mégapixels&#x202f;; un filigrane peut en avoir {most}.</translation>
    </message>
    <message>
        <source>{file} is a folder.</source>
        <translation>{file} est un dossier.</translation>
    </message>
    <message>
        <source>{file} is damaged.</source>
        <translation>{file} est endommagé.</translation>
    </message>
    <message>
        <source>{file} is damaged: it cannot be opened as a picture.</source>
        <translation>{file} est endommagé&#xa0;: il ne peut pas être ouvert comme image.</translation>
    </message>
    <message>
        <source>{file} is empty (0 bytes).</source>
        <translation>{file} est vide (0 octet).</translation>
    </message>
    <message>
        <source>{file} is incomplete: its end is missing. Copy it again.</source>
        <translation>{file} est incomplet&#xa0;: sa fin manque. Copiez-le à nouveau.</translation>
    </message>
    <message>
        <source>{file} is no picture.</source>
        <translation>{file} n’est pas une image.</translation>
    </message>
    <message>
        <source>{file} is not a file that can be posted.</source>
        <translation>{file} n’est pas un fichier publiable.</translation>
    </message>
    <message>
        <source>{file} is not a picture or video that Posto can post.</source>
        <translation>{file} n’est ni une image ni une vidéo que Posto peut publier.</translation>
    </message>
    <message>
        <source>{file} is too large to play here.</source>
        <translation>{file} est trop gros pour être lu ici.</translation>
    </message>
    <message>
        <source>{file} is {number} MB; a watermark may have {most}.</source>
        <translation>{file} fait {number} Mo&#x202f;; un filigrane peut en faire {most}.</translation>
    </message>
    <message>
        <source>{file} needs too much memory. Make it smaller or remove it.</source>
        <translation>{file} nécessite trop de mémoire. Réduisez-le ou retirez-le.</translation>
    </message>
    <message>
        <source>{file} takes about {number} MB when it is converted; {free} MB are free. Make room, then try again.</source>
        <translation>{file} prend environ {number} Mo une fois converti&#x202f;; {free} Mo sont libres. Libérez de la place, puis réessayez.</translation>
    </message>
    <message>
        <source>{file} takes too long to open. Save it again with a picture program or remove it.</source>
        <translation>{file} met trop de temps à s’ouvrir. Enregistrez-le à nouveau avec un programme d’images ou retirez-le.</translation>
    </message>
    <message>
        <source>{file} was not found.</source>
        <translation>{file} est introuvable.</translation>
    </message>
    <message>
        <source>{reason} Choose another watermark.</source>
        <translation>{reason} Choisissez un autre filigrane.</translation>
    </message>
</context>
<context>
    <name>FilterChips</name>
    <message>
        <source>Clear filters</source>
        <translation>Effacer les filtres</translation>
    </message>
</context>
<context>
    <name>FilterController</name>
    <message>
        <source>All labels</source>
        <translation>Toutes les étiquettes</translation>
    </message>
    <message>
        <source>Label: {label}</source>
        <translation>Étiquette&#xa0;: {label}</translation>
    </message>
</context>
<context>
    <name>FindingRow</name>
    <message>
        <source>More fixes</source>
        <translation>Autres corrections</translation>
    </message>
</context>
<context>
    <name>Fixes</name>
    <message>
        <source>Add a space</source>
        <translation>Ajouter une espace</translation>
    </message>
    <message>
        <source>Add a title</source>
        <translation>Ajouter un titre</translation>
    </message>
    <message>
        <source>Add it to the text</source>
        <translation>L’ajouter au texte</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Ajouter un média</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Changer l’heure</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Recadrer</translation>
    </message>
    <message>
        <source>Crop the middle</source>
        <translation>Recadrer au centre</translation>
    </message>
    <message>
        <source>Describe</source>
        <translation>Décrire</translation>
    </message>
    <message>
        <source>Edit for {name}</source>
        <translation>Modifier pour {name}</translation>
    </message>
    <message>
        <source>Edit it</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Edit the first comment</source>
        <translation>Modifier le premier commentaire</translation>
    </message>
    <message>
        <source>Edit the link</source>
        <translation>Modifier le lien</translation>
    </message>
    <message>
        <source>Edit the text</source>
        <translation>Modifier le texte</translation>
    </message>
    <message>
        <source>Edit the title</source>
        <translation>Modifier le titre</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Modifier…</translation>
    </message>
    <message>
        <source>Keep the braces</source>
        <translation>Garder les accolades</translation>
    </message>
    <message>
        <source>Leave it out for {name}</source>
        <translation>L’omettre pour {name}</translation>
    </message>
    <message numerus="yes">
        <source>Leave out %Ln channel(s)</source>
        <translation>
            <numerusform>Omettre %Ln canal</numerusform>
            <numerusform>Omettre %Ln canaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave out %n file(s) for {networks}</source>
        <translation>
            <numerusform>Omettre %n fichier pour {networks}</numerusform>
            <numerusform>Omettre %n fichiers pour {networks}</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave out the link</source>
        <translation>Omettre le lien</translation>
    </message>
    <message>
        <source>Leave out {file} for {networks}</source>
        <translation>Omettre {file} pour {networks}</translation>
    </message>
    <message>
        <source>Leave out {name}</source>
        <translation>Omettre {name}</translation>
    </message>
    <message>
        <source>Make it fit {name}</source>
        <translation>Adapter à {name}</translation>
    </message>
    <message>
        <source>Move all files to the first part</source>
        <translation>Déplacer tous les fichiers dans la première partie</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Déplacer à {time}</translation>
    </message>
    <message>
        <source>Only {name}</source>
        <translation>Seulement {name}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message numerus="yes">
        <source>Remove %Ln hashtag(s)</source>
        <translation>
            <numerusform>Retirer %Ln hashtag</numerusform>
            <numerusform>Retirer %Ln hashtags</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n file(s) from the message</source>
        <translation>
            <numerusform>Retirer %n fichier du message</numerusform>
            <numerusform>Retirer %n fichiers du message</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove the empty part(s)</source>
        <translation>
            <numerusform>Retirer la partie vide</numerusform>
            <numerusform>Retirer les parties vides</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the link</source>
        <translation>Retirer le lien</translation>
    </message>
    <message>
        <source>Remove {names} from the message</source>
        <translation>Retirer {names} du message</translation>
    </message>
    <message>
        <source>Select channels</source>
        <translation>Sélectionner des canaux</translation>
    </message>
    <message>
        <source>Send a still picture</source>
        <translation>Envoyer une image fixe</translation>
    </message>
    <message>
        <source>Send all parts as one text</source>
        <translation>Envoyer toutes les parties en un texte</translation>
    </message>
    <message>
        <source>Send only the first part</source>
        <translation>N’envoyer que la première partie</translation>
    </message>
    <message>
        <source>Send the whole thread</source>
        <translation>Envoyer tout le fil</translation>
    </message>
    <message>
        <source>Send without a style</source>
        <translation>Envoyer sans style</translation>
    </message>
    <message>
        <source>Shorten for {name}</source>
        <translation>Raccourcir pour {name}</translation>
    </message>
    <message>
        <source>Shorten it</source>
        <translation>Raccourcir</translation>
    </message>
    <message>
        <source>Shorten the title</source>
        <translation>Raccourcir le titre</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>Afficher le fichier</translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation>Afficher les fichiers</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Se reconnecter</translation>
    </message>
    <message>
        <source>Split for all networks</source>
        <translation>Diviser pour tous les réseaux</translation>
    </message>
    <message>
        <source>Split for {name}</source>
        <translation>Diviser pour {name}</translation>
    </message>
    <message>
        <source>Trim…</source>
        <translation>Couper…</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Utiliser le texte commun</translation>
    </message>
    <message>
        <source>Use the nearest year</source>
        <translation>Utiliser l’année la plus proche</translation>
    </message>
    <message>
        <source>Use “/” instead</source>
        <translation>Utiliser «&#xa0;/&#xa0;» à la place</translation>
    </message>
    <message>
        <source>Write the character</source>
        <translation>Écrire le caractère</translation>
    </message>
</context>
<context>
    <name>GroupActions</name>
    <message>
        <source>Create group</source>
        <translation>Créer le groupe</translation>
    </message>
    <message numerus="yes">
        <source>Creates a group with %Ln channel(s).</source>
        <translation>
            <numerusform>Crée un groupe avec %Ln canal.</numerusform>
            <numerusform>Crée un groupe avec %Ln canaux.</numerusform>
        </translation>
    </message>
    <message>
        <source>Group name</source>
        <translation>Nom du groupe</translation>
    </message>
    <message>
        <source>Its channels stay in it.</source>
        <translation>Ses canaux y restent.</translation>
    </message>
    <message>
        <source>Joins both groups.</source>
        <translation>Réunit les deux groupes.</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Descendre</translation>
    </message>
    <message numerus="yes">
        <source>Move the (found channel/%Ln found channels) here</source>
        <translation>
            <numerusform>Déplacer ici le canal trouvé</numerusform>
            <numerusform>Déplacer ici les %Ln canaux trouvés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move the (ticked channel/%Ln ticked channels) here</source>
        <translation>
            <numerusform>Déplacer ici le canal coché</numerusform>
            <numerusform>Déplacer ici les %Ln canaux cochés</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to group</source>
        <translation>Déplacer dans un groupe</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Monter</translation>
    </message>
    <message numerus="yes">
        <source>Moves %Ln channel(s) into this group.</source>
        <translation>
            <numerusform>Déplace %Ln canal dans ce groupe.</numerusform>
            <numerusform>Déplace %Ln canaux dans ce groupe.</numerusform>
        </translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>Nom du groupe</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Nouveau groupe</translation>
    </message>
    <message>
        <source>New group…</source>
        <translation>Nouveau groupe…</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>Retirer de «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Remove group</source>
        <translation>Retirer le groupe</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Rename group…</source>
        <translation>Renommer le groupe…</translation>
    </message>
</context>
<context>
    <name>GroupDrag</name>
    <message>
        <source>Move above “{name}”</source>
        <translation>Déplacer au-dessus de «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Move below “{name}”</source>
        <translation>Déplacer au-dessous de «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Move to “{name}”</source>
        <translation>Déplacer vers «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>Retirer de «&#xa0;{name}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>HashtagFields</name>
    <message>
        <source>#coffee #roastery</source>
        <translation>#café #torréfaction</translation>
    </message>
    <message>
        <source>At the end of the text</source>
        <translation>À la fin du texte</translation>
    </message>
    <message>
        <source>Create groups in Compose with the Snippets button</source>
        <translation>Créez les groupes dans Rédiger avec le bouton Extraits</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Groupes</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>In the first comment, if the network has one</source>
        <translation>Dans le premier commentaire, si le réseau en a un</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Où</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (supprimé)</translation>
    </message>
</context>
<context>
    <name>HiddenChannelsBar</name>
    <message numerus="yes">
        <source>%Ln of {total} channels (is/are) hidden</source>
        <translation>
            <numerusform>%Ln canal sur {total} est masqué</numerusform>
            <numerusform>%Ln canaux sur {total} sont masqués</numerusform>
        </translation>
    </message>
    <message>
        <source>All channels are hidden</source>
        <translation>Tous les canaux sont masqués</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Tout afficher</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Afficher tous les canaux</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Nothing is known of this message.</source>
        <translation>On ne sait rien de ce message.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Lecture…</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Étapes</translation>
    </message>
    <message>
        <source>The history could not be read. See the log for details.</source>
        <translation>L’historique n’a pas pu être lu. Voir le journal pour les détails.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
</context>
<context>
    <name>ImportCountsLabel</name>
    <message>
        <source>cannot be imported</source>
        <translation>non importables</translation>
    </message>
    <message>
        <source>incomplete</source>
        <translation>incomplètes</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>laissées de côté</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>prêtes</translation>
    </message>
    <message>
        <source>without its picture</source>
        <translation>sans leur image</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%n change(s) to the rows will be lost. The file does not change.</source>
        <translation>
            <numerusform>%n modification des lignes sera perdue. Le fichier ne change pas.</numerusform>
            <numerusform>%n modifications des lignes seront perdues. Le fichier ne change pas.</numerusform>
        </translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>Fichier CSV</translation>
    </message>
    <message>
        <source>Columns and check</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Colonnes et vérification</translation>
    </message>
    <message>
        <source>File</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Poursuivre</translation>
    </message>
    <message>
        <source>Import file</source>
        <translation>Importer un fichier</translation>
    </message>
    <message>
        <source>Import messages from a file</source>
        <translation>Importer des messages d’un fichier</translation>
    </message>
    <message>
        <source>Pasted cells</source>
        <translation>Cellules collées</translation>
    </message>
    <message>
        <source>Posto sample.csv</source>
        <translation>Exemple Posto.csv</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Exemple</translation>
    </message>
    <message>
        <source>Save a sample file</source>
        <translation>Enregistrer un fichier d’exemple</translation>
    </message>
    <message>
        <source>Stop importing</source>
        <translation>Arrêter l’importation</translation>
    </message>
    <message>
        <source>Stop importing?</source>
        <translation>Arrêter l’importation&#x202f;?</translation>
    </message>
    <message>
        <source>Tables ({endings})</source>
        <extracomment>{endings}: &quot;*.csv *.xlsx&quot;. Keep the brackets.</extracomment>
        <translation>Tableaux ({endings})</translation>
    </message>
    <message>
        <source>There are no rows below the column names.</source>
        <translation>Il n’y a aucune ligne sous les noms des colonnes.</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Heures</translation>
    </message>
</context>
<context>
    <name>ImportFooter</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Retour</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuer</translation>
    </message>
    <message numerus="yes">
        <source>Continue with %Ln row(s)</source>
        <translation>
            <numerusform>Continuer avec %Ln ligne</numerusform>
            <numerusform>Continuer avec %Ln lignes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln message(s)</source>
        <translation>
            <numerusform>Importer %Ln message</numerusform>
            <numerusform>Importer %Ln messages</numerusform>
        </translation>
    </message>
    <message>
        <source>No row can be imported yet</source>
        <translation>Aucune ligne ne peut encore être importée</translation>
    </message>
    <message>
        <source>Only problems</source>
        <translation>Problèmes seulement</translation>
    </message>
</context>
<context>
    <name>ImportRowActions</name>
    <message>
        <source>Where is {name}?</source>
        <translation>Où est {name}&#x202f;?</translation>
    </message>
</context>
<context>
    <name>ImportRows</name>
    <message>
        <source>Change…</source>
        <translation>Changer…</translation>
    </message>
    <message>
        <source>Import after all</source>
        <translation>Importer finalement</translation>
    </message>
    <message>
        <source>Import anyway</source>
        <translation>Importer quand même</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Laisser de côté</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Localiser…</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
</context>
<context>
    <name>ImportRowsModel</name>
    <message>
        <source>Column {number}</source>
        <translation>Colonne {number}</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Laissée de côté</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Ligne</translation>
    </message>
    <message>
        <source>Row {number}</source>
        <translation>Ligne {number}</translation>
    </message>
    <message>
        <source>cannot be imported</source>
        <translation>non importables</translation>
    </message>
    <message>
        <source>has warnings</source>
        <translation>a des avertissements</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>laissées de côté</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>prêtes</translation>
    </message>
</context>
<context>
    <name>ImportRowsTable</name>
    <message>
        <source>Edit this cell</source>
        <translation>Modifier cette cellule</translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation>Lignes à importer</translation>
    </message>
</context>
<context>
    <name>ImportSample</name>
    <message>
        <source>A cell may have several lines.</source>
        <translation>Une cellule peut avoir plusieurs lignes.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canaux</translation>
    </message>
    <message>
        <source>Coffee</source>
        <translation>Café</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Description</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Premier commentaire</translation>
    </message>
    <message>
        <source>Good morning! The first coffee of the day is ready. ☕</source>
        <translation>Bonjour&#x202f;! Le premier café du jour est prêt. ☕</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Lien</translation>
    </message>
    <message>
        <source>New in the shop: hand-poured candles, in three sizes.</source>
        <translation>Nouveau en boutique&#xa0;: des bougies coulées à la main, en trois tailles.</translation>
    </message>
    <message>
        <source>No time in this row: the campaign chooses one.</source>
        <translation>Aucune heure dans cette ligne&#xa0;: la campagne en choisit une.</translation>
    </message>
    <message>
        <source>Part 2</source>
        <translation>Partie 2</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Shop, Candles</source>
        <translation>Boutique, Bougies</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>This text goes on in a thread, where a network has threads.</source>
        <translation>Ce texte continue en fil, là où un réseau a des fils.</translation>
    </message>
    <message>
        <source>We open at seven.</source>
        <translation>Nous ouvrons à sept heures.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quand</translation>
    </message>
</context>
<context>
    <name>ImportSession</name>
    <message>
        <source>It cannot be checked.</source>
        <translation>Vérification impossible.</translation>
    </message>
    <message>
        <source>It cannot be read.</source>
        <translation>Lecture impossible.</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message numerus="yes">
        <source>%Ln (entry is no object and was/entries are no objects and were) left out.</source>
        <translation>
            <numerusform>%Ln entrée n’est pas un objet et a été laissée de côté.</numerusform>
            <numerusform>%Ln entrées ne sont pas des objets et ont été laissées de côté.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln ligne</numerusform>
            <numerusform>%Ln lignes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (lacks its picture/lack their pictures): {names}</source>
        <translation>
            <numerusform>Il manque l’image de %Ln ligne&#xa0;: {names}</numerusform>
            <numerusform>Il manque l’image de %Ln lignes&#xa0;: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) above the names (was/were) left out.</source>
        <translation>
            <numerusform>%Ln ligne au-dessus des noms a été laissée de côté.</numerusform>
            <numerusform>%Ln lignes au-dessus des noms ont été laissées de côté.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s): {sentence}. The others likewise.</source>
        <translation>
            <numerusform>%Ln ligne&#xa0;: {sentence}. De même pour les autres.</numerusform>
            <numerusform>%Ln lignes&#xa0;: {sentence}. De même pour les autres.</numerusform>
        </translation>
    </message>
    <message>
        <source>A quotation mark in line {line} is never closed. It was read as text.</source>
        <translation>Un guillemet de la ligne {line} n’est jamais fermé. Il a été lu comme du texte.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canaux</translation>
    </message>
    <message>
        <source>Day</source>
        <extracomment>Meaning of a column: the date of a message.</extracomment>
        <translation>Jour</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Description</translation>
    </message>
    <message>
        <source>Do not import</source>
        <translation>Ne pas importer</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Premier commentaire</translation>
    </message>
    <message>
        <source>Further part</source>
        <translation>Autre partie</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>Left out.</source>
        <translation>Laissé de côté.</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Meaning of a column: a web address.</extracomment>
        <translation>Lien</translation>
    </message>
    <message>
        <source>More than {most} pictures: the others are left out</source>
        <translation>Plus de {most} images&#xa0;: les autres sont laissées de côté</translation>
    </message>
    <message>
        <source>Not imported.</source>
        <translation>Non importé.</translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln column(s) are read.</source>
        <translation>
            <numerusform>Seules les {most} premières colonnes sur %Ln sont lues.</numerusform>
            <numerusform>Seules les {most} premières colonnes sur %Ln sont lues.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln row(s) are read.</source>
        <translation>
            <numerusform>Seules les {most} premières lignes sur %Ln sont lues.</numerusform>
            <numerusform>Seules les {most} premières lignes sur %Ln sont lues.</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Pictures of the further parts of a thread are not imported.</source>
        <translation>Les images des autres parties d’un fil ne sont pas importées.</translation>
    </message>
    <message>
        <source>Row {number} (line {line}): {sentences}</source>
        <translation>Ligne {number} (ligne de texte {line})&#xa0;: {sentences}</translation>
    </message>
    <message>
        <source>Row {number}: {sentences}</source>
        <translation>Ligne {number}&#xa0;: {sentences}</translation>
    </message>
    <message>
        <source>Rows {numbers}: {sentence}. The others likewise.</source>
        <translation>Lignes {numbers}&#xa0;: {sentence}. De même pour les autres.</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Text for {network}</source>
        <translation>Texte pour {network}</translation>
    </message>
    <message>
        <source>That day does not exist</source>
        <translation>Ce jour n’existe pas</translation>
    </message>
    <message>
        <source>The file has column names, but no rows below them.</source>
        <translation>Le fichier a des noms de colonnes, mais aucune ligne dessous.</translation>
    </message>
    <message>
        <source>The file has no rows.</source>
        <translation>Le fichier n’a aucune ligne.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Le fichier est vide.</translation>
    </message>
    <message>
        <source>The file is {size} MB; up to {most} MB can be imported. Split it into several files.</source>
        <translation>Le fichier fait {size} Mo&#x202f;; jusqu’à {most} Mo peuvent être importés. Divisez-le en plusieurs fichiers.</translation>
    </message>
    <message>
        <source>The formula gives no value, but {error}</source>
        <translation>La formule ne donne pas de valeur, mais {error}</translation>
    </message>
    <message>
        <source>The formula has no stored result; open the file in a spreadsheet program and save it</source>
        <translation>La formule n’a pas de résultat enregistré&#x202f;; ouvrez le fichier dans un tableur et enregistrez-le</translation>
    </message>
    <message>
        <source>The same as row {number}</source>
        <translation>Comme la ligne {number}</translation>
    </message>
    <message>
        <source>The same text is already scheduled</source>
        <translation>Le même texte est déjà planifié</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {time}</source>
        <translation>Le même texte est déjà planifié pour {time}</translation>
    </message>
    <message>
        <source>The text has {count} characters; up to {most} can be imported</source>
        <translation>Le texte compte {count} caractères&#x202f;; jusqu’à {most} peuvent être importés</translation>
    </message>
    <message numerus="yes">
        <source>The thread has %n part(s); up to {most} can be imported</source>
        <translation>
            <numerusform>Le fil a %n partie&#x202f;; jusqu’à {most} peuvent être importées</numerusform>
            <numerusform>Le fil a %n parties&#x202f;; jusqu’à {most} peuvent être importées</numerusform>
        </translation>
    </message>
    <message>
        <source>The year {year} is too far ahead</source>
        <translation>L’année {year} est trop lointaine</translation>
    </message>
    <message>
        <source>There is no day {number} in {month}</source>
        <translation>Il n’y a pas de jour {number} en {month}</translation>
    </message>
    <message>
        <source>There is no month {number}</source>
        <translation>Il n’y a pas de mois {number}</translation>
    </message>
    <message>
        <source>There is no table on the clipboard. Copy cells in a spreadsheet first.</source>
        <translation>Il n’y a pas de tableau dans le presse-papiers. Copiez d’abord des cellules dans un tableur.</translation>
    </message>
    <message>
        <source>There is no text</source>
        <translation>Il n’y a pas de texte</translation>
    </message>
    <message>
        <source>There is no text: only the picture will be posted</source>
        <translation>Il n’y a pas de texte&#xa0;: seule l’image sera publiée</translation>
    </message>
    <message>
        <source>This JSON file cannot be imported: it holds {excess}. Split it into several files.</source>
        <translation>Ce fichier JSON ne peut pas être importé&#xa0;: il contient {excess}. Divisez-le en plusieurs fichiers.</translation>
    </message>
    <message>
        <source>This JSON file cannot be read: line {line}, column {column} is not what JSON allows there.</source>
        <translation>Ce fichier JSON ne peut pas être lu&#xa0;: ligne {line}, colonne {column}, ce n’est pas ce que JSON y autorise.</translation>
    </message>
    <message>
        <source>This JSON file contains no messages. It needs a list of objects, for example {example}.</source>
        <translation>Ce fichier JSON ne contient aucun message. Il lui faut une liste d’objets, par exemple {example}.</translation>
    </message>
    <message>
        <source>This file contains no text. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Ce fichier ne contient pas de texte. Vous pouvez importer des fichiers CSV, Excel (.xlsx) et JSON.</translation>
    </message>
    <message>
        <source>This file is not an Excel workbook. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Ce fichier n’est pas un classeur Excel. Vous pouvez importer des fichiers CSV, Excel (.xlsx) et JSON.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read Excel files. Save the sheet as CSV, or install what is missing: pip install &apos;posto[excel]&apos;</source>
        <translation>Cette installation de Posto ne peut pas lire les fichiers Excel. Enregistrez la feuille en CSV, ou installez ce qui manque&#xa0;: pip install &apos;posto[excel]&apos;</translation>
    </message>
    <message>
        <source>This workbook contains XML entities, which no spreadsheet program writes. Posto did not read it.</source>
        <translation>Ce classeur contient des entités XML, qu’aucun tableur n’écrit. Posto ne l’a pas lu.</translation>
    </message>
    <message>
        <source>This workbook contains more than {most} texts, too many to import. Save the sheet as CSV.</source>
        <translation>Ce classeur contient plus de {most} textes, trop pour être importés. Enregistrez la feuille en CSV.</translation>
    </message>
    <message>
        <source>This workbook has no sheet with cells.</source>
        <translation>Ce classeur n’a aucune feuille avec des cellules.</translation>
    </message>
    <message>
        <source>This workbook is damaged and cannot be read. Open it in a spreadsheet program, save it as .xlsx or CSV, and import that.</source>
        <translation>Ce classeur est endommagé et ne peut pas être lu. Ouvrez-le dans un tableur, enregistrez-le en .xlsx ou CSV, et importez ce fichier.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password or in the old format .xls. Save it as .xlsx without a password, or as CSV.</source>
        <translation>Ce classeur est verrouillé par un mot de passe ou à l’ancien format .xls. Enregistrez-le en .xlsx sans mot de passe, ou en CSV.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password. Save it without one.</source>
        <translation>Ce classeur est verrouillé par un mot de passe. Enregistrez-le sans.</translation>
    </message>
    <message>
        <source>This workbook is too large. Save the sheet as CSV.</source>
        <translation>Ce classeur est trop gros. Enregistrez la feuille en CSV.</translation>
    </message>
    <message>
        <source>This workbook unpacks to {size} MB, more than Posto can import. Save the sheet as CSV.</source>
        <translation>Ce classeur fait {size} Mo une fois décompressé, plus que Posto ne peut importer. Enregistrez la feuille en CSV.</translation>
    </message>
    <message>
        <source>Time of day</source>
        <translation>Heure</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <source>commas</source>
        <translation>virgules</translation>
    </message>
    <message>
        <source>day.month.year</source>
        <translation>jour.mois.année</translation>
    </message>
    <message>
        <source>month/day/year</source>
        <translation>mois/jour/année</translation>
    </message>
    <message>
        <source>semicolons</source>
        <translation>points-virgules</translation>
    </message>
    <message>
        <source>separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>séparé par {sign}</translation>
    </message>
    <message>
        <source>sheet “{name}”</source>
        <translation>feuille «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>tabs</source>
        <translation>tabulations</translation>
    </message>
    <message>
        <source>vertical bars</source>
        <translation>barres verticales</translation>
    </message>
    <message>
        <source>year-month-day</source>
        <translation>année-mois-jour</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}, {time}</translation>
    </message>
    <message>
        <source>{day}, {time} has passed</source>
        <translation>{day}, {time} est passé</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} au {last}</translation>
    </message>
    <message>
        <source>{host} is in a private network. Posto does not download pictures from there</source>
        <translation>{host} est dans un réseau privé. Posto n’y télécharge pas d’images</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is no channel/are no channels) of yours</source>
        <translation>
            <numerusform>{names} n’est pas l’un de vos canaux</numerusform>
            <numerusform>{names} ne sont pas de vos canaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} et %n autre</numerusform>
            <numerusform>{names} et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} is not a date</source>
        <translation>{number} n’est pas une date</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} has %n day(s)</source>
        <translation>
            <numerusform>{number} {month} n’est pas une date&#xa0;: {month} a %n jour</numerusform>
            <numerusform>{number} {month} n’est pas une date&#xa0;: {month} a %n jours</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} {month} is not a date: {month} has 28 or 29 days</source>
        <translation>{number} {month} n’est pas une date&#xa0;: {month} a 28 ou 29 jours</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} {year} has %n day(s)</source>
        <translation>
            <numerusform>{number} {month} n’est pas une date&#xa0;: {month} {year} a %n jour</numerusform>
            <numerusform>{number} {month} n’est pas une date&#xa0;: {month} {year} a %n jours</numerusform>
        </translation>
    </message>
    <message>
        <source>“{address}” is not a web address</source>
        <translation>«&#xa0;{address}&#xa0;» n’est pas une adresse web</translation>
    </message>
    <message>
        <source>“{address}” is not the address of a picture</source>
        <translation>«&#xa0;{address}&#xa0;» n’est pas l’adresse d’une image</translation>
    </message>
    <message>
        <source>“{name}” is not the name of a picture</source>
        <translation>«&#xa0;{name}&#xa0;» n’est pas le nom d’une image</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a date.</source>
        <translation>«&#xa0;{text}&#xa0;» ne peut pas être lu comme une date.</translation>
    </message>
    <message>
        <source>“{text}” contains no day</source>
        <translation>«&#xa0;{text}&#xa0;» ne contient aucun jour</translation>
    </message>
    <message>
        <source>“{text}” is not a time of day</source>
        <translation>«&#xa0;{text}&#xa0;» n’est pas une heure</translation>
    </message>
    <message numerus="yes">
        <source>“{text}” may be {names} or %Ln more</source>
        <translation>
            <numerusform>«&#xa0;{text}&#xa0;» peut être {names} ou %Ln autre</numerusform>
            <numerusform>«&#xa0;{text}&#xa0;» peut être {names} ou %Ln autres</numerusform>
        </translation>
    </message>
    <message>
        <source>“{text}” may be {names} or {last}</source>
        <translation>«&#xa0;{text}&#xa0;» peut être {names} ou {last}</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day</source>
        <translation>«&#xa0;{time}&#xa0;» est une heure sans jour</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day.</source>
        <translation>«&#xa0;{time}&#xa0;» est une heure sans jour.</translation>
    </message>
</context>
<context>
    <name>Insights</name>
    <message numerus="yes">
        <source>%Ln post(s) without this number (is/are) left out.</source>
        <translation>
            <numerusform>%Ln publication sans ce chiffre est laissée de côté.</numerusform>
            <numerusform>%Ln publications sans ce chiffre sont laissées de côté.</numerusform>
        </translation>
    </message>
    <message>
        <source>(no text)</source>
        <translation>(sans texte)</translation>
    </message>
    <message>
        <source>After 1 hour</source>
        <translation>Après 1 heure</translation>
    </message>
    <message>
        <source>After 24 hours</source>
        <translation>Après 24 heures</translation>
    </message>
    <message>
        <source>After 7 days</source>
        <translation>Après 7 jours</translation>
    </message>
    <message>
        <source>Boosts</source>
        <translation>Partages</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Clicks</source>
        <translation>Clics</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>Commentaires</translation>
    </message>
    <message>
        <source>Engagement</source>
        <translation>Engagement</translation>
    </message>
    <message>
        <source>Engagement is what people did: likes, replies, shares and quotes together.</source>
        <translation>L’engagement est ce que les gens ont fait&#xa0;: mentions J’aime, réponses, partages et citations ensemble.</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>Favoris</translation>
    </message>
    <message>
        <source>Impressions</source>
        <translation>Impressions</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Étiquettes</translation>
    </message>
    <message numerus="yes">
        <source>Last %n day(s)</source>
        <translation>
            <numerusform>Dernier %n jour</numerusform>
            <numerusform>%n derniers jours</numerusform>
        </translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>12 derniers mois</translation>
    </message>
    <message>
        <source>Likes</source>
        <translation>J’aime</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>Médiane</translation>
    </message>
    <message>
        <source>Middle half</source>
        <translation>Moitié centrale</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Réseaux</translation>
    </message>
    <message>
        <source>Newest numbers</source>
        <translation>Chiffres les plus récents</translation>
    </message>
    <message>
        <source>Not enough posts yet: {count} of {enough}</source>
        <translation>Pas encore assez de publications&#xa0;: {count} sur {enough}</translation>
    </message>
    <message>
        <source>Other times</source>
        <translation>Autres heures</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Dans le temps</translation>
    </message>
    <message>
        <source>Post</source>
        <translation>Publier</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Publications</translation>
    </message>
    <message>
        <source>Posts of the last 24 hours are not counted yet.</source>
        <translation>Les publications des dernières 24 heures ne comptent pas encore.</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publiée</translation>
    </message>
    <message>
        <source>Quotes</source>
        <translation>Citations</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>Portée</translation>
    </message>
    <message>
        <source>Reactions</source>
        <translation>Réactions</translation>
    </message>
    <message>
        <source>Renotes</source>
        <translation>Renotes</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>Réponses</translation>
    </message>
    <message>
        <source>Reposts</source>
        <translation>Republications</translation>
    </message>
    <message>
        <source>Saves</source>
        <translation>Enregistrements</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>Partages</translation>
    </message>
    <message>
        <source>Slots</source>
        <translation>Créneaux</translation>
    </message>
    <message>
        <source>Styles</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Styles</translation>
    </message>
    <message>
        <source>To compare channels of different size, a post counts by its rank in its channel: 70 means better than 70% of that channel&apos;s posts, 50 is usual.</source>
        <translation>Pour comparer des canaux de taille différente, une publication compte par son rang dans son canal&#xa0;: 70 signifie mieux que 70 % des publications de ce canal, 50 est habituel.</translation>
    </message>
    <message>
        <source>Values are medians. Thin lines show the middle half of the posts. Pale marks have fewer than 5 posts.</source>
        <translation>Les valeurs sont des médianes. Les traits fins montrent la moitié centrale des publications. Les marques pâles ont moins de 5 publications.</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Vues</translation>
    </message>
    <message>
        <source>Weekdays and hours</source>
        <translation>Jours de la semaine et heures</translation>
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
        <translation>{low} à {high}</translation>
    </message>
    <message>
        <source>{name}: rank {value}, half of {posts} {low} to {high}</source>
        <translation>{name}&#xa0;: rang {value}, la moitié de {posts} de {low} à {high}</translation>
    </message>
    <message>
        <source>{name}: {measure} {value}, half of {posts} {low} to {high}</source>
        <translation>{name}&#xa0;: {measure} {value}, la moitié de {posts} de {low} à {high}</translation>
    </message>
    <message>
        <source>{network}: {parts}</source>
        <translation>{network}&#xa0;: {parts}</translation>
    </message>
</context>
<context>
    <name>InsightsController</name>
    <message>
        <source>Best posts</source>
        <translation>Meilleures publications</translation>
    </message>
    <message>
        <source>Export insights</source>
        <translation>Exporter les statistiques</translation>
    </message>
    <message>
        <source>Insights written to {file}</source>
        <translation>Statistiques écrites dans {file}</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>Documents PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Afficher dans le dossier</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tableaux (*.csv)</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Le fichier n’a pas pu être écrit&#xa0;: {why}</translation>
    </message>
    <message>
        <source>insights {day}</source>
        <translation>statistiques {day}</translation>
    </message>
    <message>
        <source>{workspace}: {measure}, {period}</source>
        <translation>{workspace}&#xa0;: {measure}, {period}</translation>
    </message>
</context>
<context>
    <name>InsightsPanel</name>
    <message>
        <source>Age of the posts</source>
        <translation>Âge des publications</translation>
    </message>
    <message>
        <source>CSV table for Excel…</source>
        <translation>Tableau CSV pour Excel…</translation>
    </message>
    <message>
        <source>CSV table…</source>
        <translation>Tableau CSV…</translation>
    </message>
    <message>
        <source>Choose in the settings, under Storage, how long Posto keeps them.</source>
        <translation>Choisissez dans les réglages, sous Stockage, combien de temps Posto les conserve.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Progression de l’exportation</translation>
    </message>
    <message>
        <source>Insights are not kept</source>
        <translation>Les statistiques ne sont pas conservées</translation>
    </message>
    <message>
        <source>Likes, views and other numbers of your posts appear here an hour after they are published.</source>
        <translation>Les mentions J’aime, les vues et autres chiffres de vos publications apparaissent ici une heure après leur parution.</translation>
    </message>
    <message>
        <source>No insights yet</source>
        <translation>Pas encore de statistiques</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Chiffre</translation>
    </message>
    <message>
        <source>PDF report…</source>
        <translation>Rapport PDF…</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Période</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Publications</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>Afficher en tableau</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Arrêter l’exportation</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln en échec</numerusform>
            <numerusform>%Ln en échec</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln envoyée</numerusform>
            <numerusform>%Ln envoyées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n partie</numerusform>
            <numerusform>%n parties</numerusform>
        </translation>
    </message>
    <message>
        <source>Also for</source>
        <translation>Aussi pour</translation>
    </message>
    <message>
        <source>Close inspector</source>
        <translation>Fermer l’inspecteur</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Fichiers</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistiques</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Autres actions</translation>
    </message>
    <message>
        <source>Next post</source>
        <translation>Publication suivante</translation>
    </message>
    <message>
        <source>Not in the list</source>
        <translation>Absente de la liste</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Ouvrir la publication</translation>
    </message>
    <message>
        <source>Post</source>
        <extracomment>Noun: one post on one channel.</extracomment>
        <translation>Publier</translation>
    </message>
    <message>
        <source>Previous post</source>
        <translation>Publication précédente</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Replanifier</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planifié</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>L’afficher</translation>
    </message>
    <message>
        <source>Story</source>
        <translation>Déroulement</translation>
    </message>
    <message>
        <source>The filters hide this post.</source>
        <translation>Les filtres masquent cette publication.</translation>
    </message>
    <message>
        <source>The post has no link yet</source>
        <translation>La publication n’a pas encore de lien</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>Fil</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Ce qui s’est passé</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Fuseau</translation>
    </message>
</context>
<context>
    <name>KeyRecorder</name>
    <message>
        <source>Off</source>
        <translation>Désactivé</translation>
    </message>
    <message>
        <source>Press it, then the keys. Backspace turns it off.</source>
        <translation>Appuyez dessus, puis sur les touches. Retour arrière désactive.</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>Appuyez sur les touches…</translation>
    </message>
</context>
<context>
    <name>LabelChip</name>
    <message>
        <source>Remove label {label}</source>
        <translation>Retirer l’étiquette {label}</translation>
    </message>
</context>
<context>
    <name>LabelledField</name>
    <message>
        <source>Checked</source>
        <translation>Vérifié</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Afficher</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>Afficher le mot de passe</translation>
    </message>
</context>
<context>
    <name>LabelsField</name>
    <message>
        <source>A message has at most 20 labels</source>
        <translation>Un message a au plus 20 étiquettes</translation>
    </message>
    <message>
        <source>Add label</source>
        <translation>Ajouter une étiquette</translation>
    </message>
</context>
<context>
    <name>LabelsRow</name>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Étiquettes</translation>
    </message>
</context>
<context>
    <name>LanguagePage</name>
    <message>
        <source>Drafts and scheduled posts are kept.</source>
        <translation>Les brouillons et les publications planifiées sont conservés.</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Exemple</translation>
    </message>
    <message>
        <source>Posto restarts to show {language}</source>
        <translation>Posto redémarre pour s’afficher en {language}</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>Redémarrer maintenant</translation>
    </message>
</context>
<context>
    <name>LargeDialog</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo the change</source>
        <translation>Annuler la modification</translation>
    </message>
</context>
<context>
    <name>LineControl</name>
    <message>
        <source>Separated by commas</source>
        <translation>Séparés par des virgules</translation>
    </message>
    <message>
        <source>The first line of the text</source>
        <translation>La première ligne du texte</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Adresse web</translation>
    </message>
</context>
<context>
    <name>LinkCardView</name>
    <message>
        <source>Link preview</source>
        <translation>Aperçu du lien</translation>
    </message>
    <message>
        <source>Reading {host}</source>
        <translation>Lecture de {host}</translation>
    </message>
    <message>
        <source>Reload link preview</source>
        <translation>Recharger l’aperçu du lien</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Retirer le lien</translation>
    </message>
    <message>
        <source>{reason}. The link will still be posted.</source>
        <translation>{reason}. Le lien sera quand même publié.</translation>
    </message>
</context>
<context>
    <name>LinkCards</name>
    <message>
        <source>The address does not answer. No preview available.</source>
        <translation>L’adresse ne répond pas. Aucun aperçu disponible.</translation>
    </message>
    <message>
        <source>The address is in a private network. No preview available.</source>
        <translation>L’adresse est dans un réseau privé. Aucun aperçu disponible.</translation>
    </message>
    <message>
        <source>{host} does not answer. No preview available.</source>
        <translation>{host} ne répond pas. Aucun aperçu disponible.</translation>
    </message>
    <message>
        <source>{host} is in a private network. No preview available.</source>
        <translation>{host} est dans un réseau privé. Aucun aperçu disponible.</translation>
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
            <numerusform>{names} et %Ln autre</numerusform>
            <numerusform>{names} et %Ln autres</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} and {last}</source>
        <translation>{names} et {last}</translation>
    </message>
</context>
<context>
    <name>LocaleSettings</name>
    <message>
        <source>Time zone “{name}” was not found on this computer. Posto uses the system time zone.</source>
        <translation>Le fuseau horaire «&#xa0;{name}&#xa0;» est introuvable sur cet ordinateur. Posto utilise celui du système.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Posto Desktop</source>
        <translation>À propos de Posto Desktop</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Ajouter un canal…</translation>
    </message>
    <message>
        <source>Add a workspace…</source>
        <translation>Ajouter un espace de travail…</translation>
    </message>
    <message>
        <source>Calendar: earlier, later</source>
        <translation>Calendrier&#xa0;: plus tôt, plus tard</translation>
    </message>
    <message>
        <source>Calendar: month, week, day</source>
        <translation>Calendrier&#xa0;: mois, semaine, jour</translation>
    </message>
    <message>
        <source>Calendar: today</source>
        <translation>Calendrier&#xa0;: aujourd’hui</translation>
    </message>
    <message>
        <source>Close a dialog or popup</source>
        <translation>Fermer un dialogue ou une fenêtre surgissante</translation>
    </message>
    <message>
        <source>Context menu</source>
        <translation>Menu contextuel</translation>
    </message>
    <message>
        <source>Delete, with Undo</source>
        <translation>Supprimer, avec Annuler</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Partout</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Chercher un canal</translation>
    </message>
    <message>
        <source>In lists and the calendar</source>
        <translation>Dans les listes et le calendrier</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Raccourcis clavier</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>Gérer les espaces de travail…</translation>
    </message>
    <message>
        <source>Move the file</source>
        <translation>Déplacer le fichier</translation>
    </message>
    <message>
        <source>Move the group or channel</source>
        <translation>Déplacer le groupe ou le canal</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>Newest notification</source>
        <translation>Notification la plus récente</translation>
    </message>
    <message>
        <source>Next control, previous control</source>
        <translation>Élément suivant, élément précédent</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Volet suivant</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notifications</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Coller</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>Volet précédent</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Publication rapide</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Recharger</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Replanifier</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Schedule: day before, day after</source>
        <translation>Planning&#xa0;: jour précédent, jour suivant</translation>
    </message>
    <message>
        <source>Search everything…</source>
        <translation>Tout rechercher…</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>Rechercher sur cette page</translation>
    </message>
    <message>
        <source>Select all posts shown</source>
        <translation>Sélectionner toutes les publications affichées</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Suggest a hashtag or mention no more</source>
        <translation>Ne plus suggérer un hashtag ou une mention</translation>
    </message>
    <message>
        <source>The menu bar with all commands</source>
        <translation>La barre de menus avec toutes les commandes</translation>
    </message>
    <message>
        <source>Tick all channels found, in the search</source>
        <translation>Cocher tous les canaux trouvés, dans la recherche</translation>
    </message>
    <message>
        <source>Tick the channel or post</source>
        <translation>Cocher le canal ou la publication</translation>
    </message>
    <message>
        <source>Undo, redo</source>
        <translation>Annuler, rétablir</translation>
    </message>
</context>
<context>
    <name>MarkFields</name>
    <message>
        <source>Picture of the watermark</source>
        <translation>Image du filigrane</translation>
    </message>
    <message>
        <source>Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</source>
        <translation>Images (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</translation>
    </message>
</context>
<context>
    <name>MediaDownloads</name>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>{name} could not be downloaded.</source>
        <translation>{name} n’a pas pu être téléchargé.</translation>
    </message>
</context>
<context>
    <name>MediaEditor</name>
    <message>
        <source>Discard changes</source>
        <translation>Abandonner les modifications</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>Modifier {name}</translation>
    </message>
    <message>
        <source>Keep changes</source>
        <translation>Garder les modifications</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Rien à réinitialiser ici</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Réinitialiser</translation>
    </message>
    <message>
        <source>Shown here and in the previews, but not sent. Each network chooses its own cover frame.</source>
        <translation>Affichée ici et dans les aperçus, mais non envoyée. Chaque réseau choisit sa propre image de couverture.</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Pivoter à gauche</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Pivoter à droite</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>MediaImporter</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted: {names}</source>
        <translation>
            <numerusform>%n fichier ne peut pas être publié&#xa0;: {names}</numerusform>
            <numerusform>%n fichiers ne peuvent pas être publiés&#xa0;: {names}</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Image collée</translation>
    </message>
    <message>
        <source>The files could not be read.</source>
        <translation>Les fichiers n’ont pas pu être lus.</translation>
    </message>
    <message>
        <source>The pasted picture could not be saved.</source>
        <translation>L’image collée n’a pas pu être enregistrée.</translation>
    </message>
    <message numerus="yes">
        <source>Too many files. Only the first {most} of %n were added.</source>
        <translation>
            <numerusform>Trop de fichiers. Seuls les {most} premiers sur %n ont été ajoutés.</numerusform>
            <numerusform>Trop de fichiers. Seuls les {most} premiers sur %n ont été ajoutés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} et %n autre</numerusform>
            <numerusform>{names} et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} changed on disk. The message uses the new version.</source>
        <translation>{names} a changé sur le disque. Le message utilise la nouvelle version.</translation>
    </message>
    <message>
        <source>{name} could not be read.</source>
        <translation>{name} n’a pas pu être lu.</translation>
    </message>
    <message>
        <source>{name} is not a readable text file.</source>
        <translation>{name} n’est pas un fichier texte lisible.</translation>
    </message>
    <message>
        <source>{name} is too long for a message.</source>
        <translation>{name} est trop long pour un message.</translation>
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
        <translation>Image</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Vidéo</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>modifié</translation>
    </message>
    <message>
        <source>left out for {networks}</source>
        <translation>omis pour {networks}</translation>
    </message>
    <message>
        <source>no description yet</source>
        <translation>pas encore de description</translation>
    </message>
    <message>
        <source>{kind} {number} of {total}</source>
        <extracomment>{kind}: Picture, Video or Animation.</extracomment>
        <translation>{kind} {number} sur {total}</translation>
    </message>
</context>
<context>
    <name>MediaPresenter</name>
    <message>
        <source>This file cannot be shown here.</source>
        <translation>Ce fichier ne peut pas être affiché ici.</translation>
    </message>
</context>
<context>
    <name>MediaStrip</name>
    <message>
        <source>Drag to reorder</source>
        <translation>Faites glisser pour réordonner</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Médias</translation>
    </message>
</context>
<context>
    <name>MenuBar</name>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Édition</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Fichier</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Aide</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Affichage</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Couper</translation>
    </message>
    <message>
        <source>Menu bar</source>
        <translation>Barre de menus</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Coller</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Tout sélectionner</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>MessageActions</name>
    <message numerus="yes">
        <source>%Ln message(s) (follows/follow) the rhythm now</source>
        <translation>
            <numerusform>%Ln message suit maintenant le rythme</numerusform>
            <numerusform>%Ln messages suivent maintenant le rythme</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) added</source>
        <translation>
            <numerusform>%Ln message ajouté</numerusform>
            <numerusform>%Ln messages ajoutés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) deleted</source>
        <translation>
            <numerusform>%Ln message supprimé</numerusform>
            <numerusform>%Ln messages supprimés</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>Ajouter des images</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>Ajouter des images…</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Edit the scheduled post…</source>
        <translation>Modifier la publication planifiée…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Descendre</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Déplacer à {time}</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Monter</translation>
    </message>
    <message>
        <source>Moved to {when}</source>
        <translation>Déplacé au {when}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Set own time…</source>
        <translation>Fixer une heure propre…</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>Afficher dans Activité</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Afficher dans le planning</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message</source>
        <translation>Arrêtez la campagne pour modifier ce message</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message, or edit its scheduled post.</source>
        <translation>Arrêtez la campagne pour modifier ce message, ou modifiez sa publication planifiée.</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message.</source>
        <translation>Arrêtez la campagne pour modifier ce message.</translation>
    </message>
    <message>
        <source>This message failed. Retry it, or change a duplicate ({keys}).</source>
        <translation>Ce message a échoué. Réessayez-le, ou modifiez une copie ({keys}).</translation>
    </message>
    <message>
        <source>This message was sent. Duplicate it to change it ({keys}).</source>
        <translation>Ce message a été envoyé. Dupliquez-le pour le modifier ({keys}).</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Use the rhythm&apos;s time</source>
        <translation>Utiliser l’heure du rythme</translation>
    </message>
</context>
<context>
    <name>MessageDelegate</name>
    <message>
        <source>Nothing written yet</source>
        <translation>Rien d’écrit pour l’instant</translation>
    </message>
</context>
<context>
    <name>MessageEditController</name>
    <message>
        <source>Changes saved. The message is being sent.</source>
        <translation>Modifications enregistrées. Le message est en cours d’envoi.</translation>
    </message>
    <message>
        <source>Changes saved: {when}</source>
        <translation>Modifications enregistrées&#xa0;: {when}</translation>
    </message>
    <message>
        <source>It belongs to another workspace. Open that one to edit it.</source>
        <translation>Il appartient à un autre espace de travail. Ouvrez-le pour le modifier.</translation>
    </message>
    <message>
        <source>Labels saved</source>
        <translation>Étiquettes enregistrées</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Rien n’a été modifié</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>MessageFields</name>
    <message>
        <source>After the last part</source>
        <translation>Après la dernière partie</translation>
    </message>
    <message>
        <source>Below each post</source>
        <translation>Sous chaque publication</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Premier commentaire</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Lien</translation>
    </message>
    <message>
        <source>Not on {names}</source>
        <translation>Pas sur {names}</translation>
    </message>
    <message>
        <source>On {names}</source>
        <translation>Sur {names}</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Retirer le lien</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Adresse web</translation>
    </message>
    <message>
        <source>{able} of {count}</source>
        <extracomment>Numbers of networks.</extracomment>
        <translation>{able} sur {count}</translation>
    </message>
</context>
<context>
    <name>MessageFiles</name>
    <message>
        <source>Add pictures or videos</source>
        <translation>Ajouter des images ou des vidéos</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Tous les fichiers</translation>
    </message>
    <message>
        <source>Downloading this address as a picture or video</source>
        <translation>Téléchargement de cette adresse comme image ou vidéo</translation>
    </message>
    <message>
        <source>Harbour</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Insert as text</source>
        <translation>Insérer comme texte</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Pictures, videos and texts</source>
        <translation>Images, vidéos et textes</translation>
    </message>
    <message>
        <source>The changes to {name} were discarded</source>
        <translation>Les modifications de {name} ont été abandonnées</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>L’image n’a pas pu être enregistrée.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>{name} is now number {n}</source>
        <translation>{name} est maintenant le numéro {n}</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} retiré du message</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} est introuvable.</translation>
    </message>
</context>
<context>
    <name>MessageMedia</name>
    <message>
        <source>Add pictures</source>
        <translation>Ajouter des images</translation>
    </message>
    <message>
        <source>Add pictures or videos to this message</source>
        <translation>Ajouter des images ou des vidéos à ce message</translation>
    </message>
</context>
<context>
    <name>MessageParts</name>
    <message>
        <source>What comes next?</source>
        <translation>Que vient-il ensuite&#x202f;?</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>Que voulez-vous dire&#x202f;?</translation>
    </message>
</context>
<context>
    <name>MessagePosts</name>
    <message>
        <source>Posts</source>
        <translation>Publications</translation>
    </message>
</context>
<context>
    <name>MessagesView</name>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
</context>
<context>
    <name>MonthPicker</name>
    <message>
        <source>Day: {day}</source>
        <translation>Jour&#xa0;: {day}</translation>
    </message>
</context>
<context>
    <name>MorePopup</name>
    <message>
        <source>Messages of this day</source>
        <translation>Messages de ce jour</translation>
    </message>
</context>
<context>
    <name>MovePopup</name>
    <message>
        <source>Possible: {time}</source>
        <translation>Possible&#xa0;: {time}</translation>
    </message>
    <message>
        <source>That time has passed.</source>
        <translation>Cette heure est passée.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Saisissez un jour et une heure.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>«&#xa0;{time}&#xa0;», «&#xa0;{other}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>MovePostsDialog</name>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>Déplacer</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <translation>
            <numerusform>Déplacer %n publication</numerusform>
            <numerusform>Déplacer %n publications</numerusform>
        </translation>
    </message>
    <message>
        <source>They move to {when}. The others keep their time.</source>
        <translation>Elles passent au {when}. Les autres gardent leur heure.</translation>
    </message>
    <message>
        <source>Which posts should move?</source>
        <translation>Quelles publications déplacer&#x202f;?</translation>
    </message>
</context>
<context>
    <name>NetworkGrid</name>
    <message>
        <source>Needs your own app</source>
        <translation>Nécessite votre propre appli</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Réseau</translation>
    </message>
    <message>
        <source>Only through a Posto service</source>
        <translation>Seulement par un service Posto</translation>
    </message>
    <message>
        <source>The network does not allow apps on your computer to publish.</source>
        <translation>Le réseau ne permet pas aux applis de votre ordinateur de publier.</translation>
    </message>
    <message>
        <source>Works at once</source>
        <translation>Fonctionne aussitôt</translation>
    </message>
    <message>
        <source>You register your own app with the network. Some networks charge for this.</source>
        <translation>Vous enregistrez votre propre appli auprès du réseau. Certains réseaux font payer.</translation>
    </message>
</context>
<context>
    <name>NetworkMediaSelection</name>
    <message>
        <source>{name} is not sent to {network}</source>
        <translation>{name} n’est pas envoyé à {network}</translation>
    </message>
    <message>
        <source>{name} is sent to {network}</source>
        <translation>{name} est envoyé à {network}</translation>
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
        <translation>Un fichier PEM, approuvé en plus des certificats du système</translation>
    </message>
    <message>
        <source>Address to try</source>
        <translation>Adresse à essayer</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Certificats (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Vos propres certificats</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Vérification…</translation>
    </message>
    <message>
        <source>Choose a file of certificates</source>
        <translation>Choisir un fichier de certificats</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Choisir un fichier…</translation>
    </message>
    <message>
        <source>Connection test</source>
        <translation>Test de connexion</translation>
    </message>
    <message>
        <source>Needs a user name for the proxy</source>
        <translation>Nécessite un nom d’utilisateur pour le proxy</translation>
    </message>
    <message>
        <source>No keychain found. Saved until you quit Posto</source>
        <translation>Aucun trousseau trouvé. Conservé jusqu’à la fermeture de Posto</translation>
    </message>
    <message>
        <source>No password saved</source>
        <translation>Aucun mot de passe enregistré</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Mot de passe du proxy</translation>
    </message>
    <message>
        <source>Remove your certificates</source>
        <translation>Retirer vos certificats</translation>
    </message>
    <message>
        <source>Saved in a file only you can read</source>
        <translation>Enregistré dans un fichier que vous seul pouvez lire</translation>
    </message>
    <message>
        <source>Saved in the keychain of this computer</source>
        <translation>Enregistré dans le trousseau de cet ordinateur</translation>
    </message>
    <message>
        <source>Test</source>
        <extracomment>Verb: try the connection.</extracomment>
        <translation>Tester</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>Tester la connexion</translation>
    </message>
    <message>
        <source>The address of a service</source>
        <translation>L’adresse d’un service</translation>
    </message>
    <message>
        <source>The connection could not be tested.</source>
        <translation>La connexion n’a pas pu être testée.</translation>
    </message>
    <message>
        <source>The password was not saved.</source>
        <translation>Le mot de passe n’a pas été enregistré.</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Essayer la connexion</translation>
    </message>
    <message>
        <source>{name} answered after {seconds} seconds</source>
        <translation>{name} a répondu après {seconds} secondes</translation>
    </message>
    <message>
        <source>{name}, in addition to the system&apos;s certificates</source>
        <translation>{name}, en plus des certificats du système</translation>
    </message>
</context>
<context>
    <name>NetworkSettings</name>
    <message numerus="yes">
        <source>%n change(s) will be saved</source>
        <translation>
            <numerusform>%n modification sera enregistrée</numerusform>
            <numerusform>%n modifications seront enregistrées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)</source>
        <translation>
            <numerusform>Abandonner %n modification</numerusform>
            <numerusform>Abandonner %n modifications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)?</source>
        <translation>
            <numerusform>Abandonner %n modification&#x202f;?</numerusform>
            <numerusform>Abandonner %n modifications&#x202f;?</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Vide</translation>
    </message>
    <message>
        <source>First choose which changes to keep</source>
        <translation>Choisissez d’abord les modifications à garder</translation>
    </message>
    <message>
        <source>Hidden and not changed</source>
        <translation>Masqué et inchangé</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Garder les miennes</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>Garder les leurs</translation>
    </message>
    <message>
        <source>Loading the settings…</source>
        <translation>Chargement des réglages…</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Non</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Rien n’a été modifié</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Recharger</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
    <message numerus="yes">
        <source>Save %n change(s)</source>
        <translation>
            <numerusform>Enregistrer %n modification</numerusform>
            <numerusform>Enregistrer %n modifications</numerusform>
        </translation>
    </message>
    <message>
        <source>Save network settings</source>
        <translation>Enregistrer les réglages du réseau</translation>
    </message>
    <message>
        <source>Saved on the service</source>
        <translation>Enregistré sur le service</translation>
    </message>
    <message>
        <source>Saved on the service for all its users</source>
        <translation>Enregistré sur le service pour tous ses utilisateurs</translation>
    </message>
    <message>
        <source>Saved on {host} for all its users</source>
        <translation>Enregistré sur {host} pour tous ses utilisateurs</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Enregistrement…</translation>
    </message>
    <message>
        <source>Settings of {network}</source>
        <translation>Réglages de {network}</translation>
    </message>
    <message>
        <source>Someone else changed this on the service: {what}. Choose which changes to keep. Yours are not saved yet.</source>
        <translation>Quelqu’un d’autre a modifié ceci sur le service&#xa0;: {what}. Choisissez les modifications à garder. Les vôtres ne sont pas encore enregistrées.</translation>
    </message>
    <message>
        <source>The service did not save {names} and uses its own value</source>
        <translation>Le service n’a pas enregistré {names} et utilise sa propre valeur</translation>
    </message>
    <message>
        <source>The service has no settings for this network</source>
        <translation>Le service n’a pas de réglages pour ce réseau</translation>
    </message>
    <message>
        <source>These changes are not saved on the service.</source>
        <translation>Ces modifications ne sont pas enregistrées sur le service.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Oui</translation>
    </message>
    <message>
        <source>You can change this only on the service</source>
        <translation>Vous ne pouvez changer cela que sur le service</translation>
    </message>
    <message>
        <source>{name} is now “{value}”</source>
        <translation>{name} vaut maintenant «&#xa0;{value}&#xa0;»</translation>
    </message>
    <message>
        <source>{why} Nothing was saved.</source>
        <translation>{why} Rien n’a été enregistré.</translation>
    </message>
</context>
<context>
    <name>NetworkStep</name>
    <message>
        <source>A network, a site, a server, or @you@example.social</source>
        <translation>Un réseau, un site, un serveur, ou @vous@social.example</translation>
    </message>
    <message>
        <source>Checking {address}…</source>
        <translation>Vérification de {address}…</translation>
    </message>
    <message>
        <source>Find a network</source>
        <translation>Chercher un réseau</translation>
    </message>
    <message>
        <source>Loading networks…</source>
        <translation>Chargement des réseaux…</translation>
    </message>
    <message>
        <source>No network has this name. Type the address of your server instead.</source>
        <translation>Aucun réseau ne porte ce nom. Saisissez plutôt l’adresse de votre serveur.</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Se connecter à un service…</translation>
    </message>
    <message>
        <source>This is {what}.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Mastodon (example.social)&quot;.</extracomment>
        <translation>C’est {what}.</translation>
    </message>
    <message>
        <source>This is {what}. Posto cannot connect it.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Friendica (example.social)&quot;.</extracomment>
        <translation>C’est {what}. Posto ne peut pas le connecter.</translation>
    </message>
    <message>
        <source>This version cannot connect this network yet. A Posto service can.</source>
        <translation>Cette version ne peut pas encore connecter ce réseau. Un service Posto le peut.</translation>
    </message>
    <message>
        <source>{address} was not recognized. Choose its network below or check the spelling.</source>
        <translation>{address} n’a pas été reconnu. Choisissez son réseau ci-dessous ou vérifiez l’orthographe.</translation>
    </message>
</context>
<context>
    <name>NetworkTabs</name>
    <message>
        <source>All networks</source>
        <translation>Tous les réseaux</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Réseaux</translation>
    </message>
    <message>
        <source>Text for {name}</source>
        <translation>Texte pour {name}</translation>
    </message>
    <message>
        <source>own text</source>
        <translation>texte propre</translation>
    </message>
    <message>
        <source>{name}, has a problem</source>
        <translation>{name}, a un problème</translation>
    </message>
    <message>
        <source>{name}, own text</source>
        <translation>{name}, texte propre</translation>
    </message>
</context>
<context>
    <name>NoMatches</name>
    <message>
        <source>Clear the search</source>
        <translation>Effacer la recherche</translation>
    </message>
</context>
<context>
    <name>NotificationPresenter</name>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Afficher</translation>
    </message>
</context>
<context>
    <name>NotificationsController</name>
    <message>
        <source>The workspace of this notification was removed</source>
        <translation>L’espace de travail de cette notification a été retiré</translation>
    </message>
</context>
<context>
    <name>NotificationsModel</name>
    <message>
        <source>Error</source>
        <translation>Erreur</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Avertissement</translation>
    </message>
</context>
<context>
    <name>NotificationsPanel</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Effacer</translation>
    </message>
    <message>
        <source>Clear notifications</source>
        <translation>Effacer les notifications</translation>
    </message>
    <message>
        <source>No notifications</source>
        <translation>Aucune notification</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notifications</translation>
    </message>
    <message>
        <source>Notifications panel</source>
        <translation>Volet des notifications</translation>
    </message>
    <message>
        <source>Your notifications appear here.</source>
        <translation>Vos notifications apparaissent ici.</translation>
    </message>
</context>
<context>
    <name>OpenDrafts</name>
    <message>
        <source>Changes discarded. The message is still scheduled as it was.</source>
        <translation>Modifications abandonnées. Le message reste planifié comme avant.</translation>
    </message>
    <message>
        <source>Draft deleted</source>
        <translation>Brouillon supprimé</translation>
    </message>
    <message>
        <source>Message discarded</source>
        <translation>Message abandonné</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Saved in Drafts</source>
        <translation>Enregistré dans Brouillons</translation>
    </message>
    <message>
        <source>The draft could not be saved. It is lost when Posto quits.</source>
        <translation>Le brouillon n’a pas pu être enregistré. Il sera perdu à la fermeture de Posto.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Il n’y a encore rien à enregistrer</translation>
    </message>
    <message>
        <source>“{title}” was closed and saved in Drafts. At most 20 messages can be open.</source>
        <translation>«&#xa0;{title}&#xa0;» a été fermé et enregistré dans Brouillons. Au plus 20 messages peuvent être ouverts.</translation>
    </message>
</context>
<context>
    <name>OpenWorkspaceController</name>
    <message>
        <source>Sign in</source>
        <translation>Se connecter</translation>
    </message>
</context>
<context>
    <name>OptimisticSchedule</name>
    <message numerus="yes">
        <source>%n post(s) deleted</source>
        <translation>
            <numerusform>%n publication supprimée</numerusform>
            <numerusform>%n publications supprimées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) deleted here. (It stays/They stay) published.</source>
        <translation>
            <numerusform>%n publication supprimée ici. Elle reste publiée.</numerusform>
            <numerusform>%n publications supprimées ici. Elles restent publiées.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its last change is not saved yet. Edit the message to change its time.</source>
        <translation>Sa dernière modification n’est pas encore enregistrée. Modifiez le message pour changer son heure.</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Trop tard pour annuler&#xa0;: les publications ont été supprimées.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>What is published stays published.</source>
        <translation>Ce qui est publié reste publié.</translation>
    </message>
</context>
<context>
    <name>OptionBox</name>
    <message>
        <source>required</source>
        <translation>obligatoire</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{option} pour {network}</translation>
    </message>
    <message>
        <source>{option}, required</source>
        <translation>{option}, obligatoire</translation>
    </message>
</context>
<context>
    <name>OptionChip</name>
    <message>
        <source>Delete resets it</source>
        <translation>Suppr la réinitialise</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Réinitialiser</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{option} pour {network}</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Add music to photos</source>
        <translation>Ajouter de la musique aux photos</translation>
    </message>
    <message>
        <source>All images of the post</source>
        <translation>Toutes les images de la publication</translation>
    </message>
    <message>
        <source>Allow comments</source>
        <translation>Autoriser les commentaires</translation>
    </message>
    <message>
        <source>Allow duets</source>
        <translation>Autoriser les duos</translation>
    </message>
    <message>
        <source>Allow stitches</source>
        <translation>Autoriser les collages</translation>
    </message>
    <message>
        <source>Alt text of the post</source>
        <translation>Texte alternatif de la publication</translation>
    </message>
    <message>
        <source>Attach the link</source>
        <translation>Joindre le lien</translation>
    </message>
    <message>
        <source>Book</source>
        <translation>Réserver</translation>
    </message>
    <message>
        <source>Button</source>
        <translation>Bouton</translation>
    </message>
    <message>
        <source>Button below the message</source>
        <translation>Bouton sous le message</translation>
    </message>
    <message>
        <source>Button link</source>
        <translation>Lien du bouton</translation>
    </message>
    <message>
        <source>Button text</source>
        <translation>Texte du bouton</translation>
    </message>
    <message>
        <source>Buy</source>
        <translation>Acheter</translation>
    </message>
    <message>
        <source>Call now</source>
        <translation>Appeler</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>Catégories</translation>
    </message>
    <message>
        <source>Channel default</source>
        <translation>Valeur du canal</translation>
    </message>
    <message>
        <source>Channel default: the channel&apos;s setting on the service</source>
        <translation>Valeur du canal&#xa0;: le réglage du canal sur le service</translation>
    </message>
    <message>
        <source>Cut a text that is too long</source>
        <translation>Couper un texte trop long</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Par défaut</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Brouillon</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>Tout le monde</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Extrait</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Premier commentaire</translation>
    </message>
    <message>
        <source>Followers</source>
        <translation>Abonnés</translation>
    </message>
    <message>
        <source>Friends</source>
        <translation>Amis</translation>
    </message>
    <message>
        <source>Get offer</source>
        <translation>Obtenir l’offre</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Keep as a draft on the blog</source>
        <translation>Laisser en brouillon sur le blog</translation>
    </message>
    <message>
        <source>Keep the post type</source>
        <translation>Garder le type de publication</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>Learn more</source>
        <translation>En savoir plus</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Lien</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Balises de lien (UTM)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Désactivé</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Activé</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>Moi uniquement</translation>
    </message>
    <message>
        <source>Order online</source>
        <translation>Commander en ligne</translation>
    </message>
    <message>
        <source>Photo title</source>
        <translation>Titre de la photo</translation>
    </message>
    <message>
        <source>Pin the post</source>
        <translation>Épingler la publication</translation>
    </message>
    <message>
        <source>Post type</source>
        <translation>Type de publication</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>Privée</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publiée</translation>
    </message>
    <message>
        <source>Qualifier</source>
        <translation>Qualificatif</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>Faire une réservation</translation>
    </message>
    <message>
        <source>Send categories</source>
        <translation>Envoyer les catégories</translation>
    </message>
    <message>
        <source>Send pages as pages</source>
        <translation>Envoyer les pages comme pages</translation>
    </message>
    <message>
        <source>Send silently</source>
        <translation>Envoyer en silence</translation>
    </message>
    <message>
        <source>Send tags</source>
        <translation>Envoyer les mots-clés</translation>
    </message>
    <message>
        <source>Sign up</source>
        <translation>S’inscrire</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signature</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Statut</translation>
    </message>
    <message>
        <source>Story hashtag</source>
        <translation>Hashtag de la story</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Mots-clés</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>The featured image</source>
        <translation>L’image mise en avant</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Téléverser les médias</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Visibilité</translation>
    </message>
    <message>
        <source>Waiting for review</source>
        <translation>En attente de relecture</translation>
    </message>
    <message>
        <source>Watch video</source>
        <translation>Voir la vidéo</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Filigrane</translation>
    </message>
    <message>
        <source>Which media</source>
        <translation>Quels médias</translation>
    </message>
    <message>
        <source>Who can see it</source>
        <translation>Qui peut la voir</translation>
    </message>
    <message>
        <source>Write a first comment</source>
        <translation>Écrire un premier commentaire</translation>
    </message>
</context>
<context>
    <name>OptionsBody</name>
    <message>
        <source>Find an option</source>
        <translation>Chercher une option</translation>
    </message>
    <message>
        <source>No option has this name</source>
        <translation>Aucune option ne porte ce nom</translation>
    </message>
    <message>
        <source>Show all options</source>
        <translation>Afficher toutes les options</translation>
    </message>
</context>
<context>
    <name>OptionsCard</name>
    <message>
        <source>Also a link in the text</source>
        <translation>Aussi un lien dans le texte</translation>
    </message>
    <message>
        <source>Applies where a network has a limit</source>
        <translation>S’applique là où un réseau a une limite</translation>
    </message>
    <message>
        <source>Attach link</source>
        <translation>Joindre le lien</translation>
    </message>
    <message>
        <source>Cut it</source>
        <translation>Le couper</translation>
    </message>
    <message>
        <source>Facebook and LinkedIn then drop the media</source>
        <translation>Facebook et LinkedIn omettent alors les médias</translation>
    </message>
    <message>
        <source>If the message has a link</source>
        <translation>Si le message a un lien</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Lien</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Jamais</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Non</translation>
    </message>
    <message>
        <source>On {network}</source>
        <translation>Sur {network}</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Comme tous les réseaux</translation>
    </message>
    <message>
        <source>Send pictures and videos with the post</source>
        <translation>Envoyer images et vidéos avec la publication</translation>
    </message>
    <message>
        <source>The link of the message, or the first link in its text</source>
        <translation>Le lien du message, ou le premier lien du texte</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Téléverser les médias</translation>
    </message>
    <message>
        <source>Used if the message has no link</source>
        <translation>Utilisé si le message n’a pas de lien</translation>
    </message>
    <message>
        <source>Warn me</source>
        <translation>M’avertir</translation>
    </message>
    <message>
        <source>When the text is too long</source>
        <translation>Quand le texte est trop long</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Oui</translation>
    </message>
    <message>
        <source>{network} then drops the media</source>
        <translation>{network} omet alors les médias</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n choisie</numerusform>
            <numerusform>%n choisies</numerusform>
        </translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Options</translation>
    </message>
</context>
<context>
    <name>OtherTimeChip</name>
    <message>
        <source>This can also mean {time}.</source>
        <translation>Cela peut aussi signifier {time}.</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>ou {time}&#x202f;?</translation>
    </message>
</context>
<context>
    <name>OthersStrip</name>
    <message>
        <source>Others in this message</source>
        <translation>Autres personnes dans ce message</translation>
    </message>
    <message>
        <source>Take over the changes</source>
        <translation>Reprendre les modifications</translation>
    </message>
    <message>
        <source>What you have changed stays. Where both of you changed the same you choose.</source>
        <translation>Ce que vous avez modifié reste. Là où vous avez tous deux modifié la même chose, vous choisissez.</translation>
    </message>
</context>
<context>
    <name>OutboxList</name>
    <message>
        <source>Outbox</source>
        <translation>Boîte d’envoi</translation>
    </message>
</context>
<context>
    <name>OutboxModel</name>
    <message numerus="yes">
        <source>%n of {total} sent</source>
        <translation>
            <numerusform>%n envoyée sur {total}</numerusform>
            <numerusform>%n envoyées sur {total}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n autre</numerusform>
            <numerusform>%n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Accepté</translation>
    </message>
    <message>
        <source>Accepted, but its status is unknown</source>
        <translation>Acceptée, mais son statut est inconnu</translation>
    </message>
    <message>
        <source>Another workspace</source>
        <translation>Un autre espace de travail</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Annulée</translation>
    </message>
    <message>
        <source>Checking for the post</source>
        <translation>Recherche de la publication</translation>
    </message>
    <message>
        <source>Converting</source>
        <translation>Conversion</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Supprimée par vous</translation>
    </message>
    <message>
        <source>Done today</source>
        <translation>Fait aujourd’hui</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Modifiée par vous</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>En échec</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Retenue</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>En cours</translation>
    </message>
    <message>
        <source>It may already be on {channels}</source>
        <translation>Elle est peut-être déjà sur {channels}</translation>
    </message>
    <message>
        <source>May already be published</source>
        <translation>Peut-être déjà publiée</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Peut-être déjà publiée&#xa0;: {reason}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Demande votre attention</translation>
    </message>
    <message>
        <source>Next in line</source>
        <translation>La suivante</translation>
    </message>
    <message>
        <source>No clear answer came back</source>
        <translation>Aucune réponse claire n’est revenue</translation>
    </message>
    <message>
        <source>No reason was given</source>
        <translation>Aucune raison n’a été donnée</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Absente du planning</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Non envoyé</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Suspendue</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Enregistré sur cet ordinateur</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Enregistrement…</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planifié</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Envoi</translation>
    </message>
    <message>
        <source>Sending to {host}</source>
        <translation>Envoi à {host}</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>Upcoming</source>
        <translation>À venir</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Téléversement</translation>
    </message>
    <message>
        <source>Uploading {n} of {total}</source>
        <translation>Téléversement {n} sur {total}</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>Waiting for network</source>
        <translation>En attente du réseau</translation>
    </message>
    <message>
        <source>Waiting for sign-in</source>
        <translation>En attente de connexion</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>encore {n} min environ</translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation>encore {n} s environ</translation>
    </message>
    <message>
        <source>can be undone for {n} s</source>
        <translation>annulable pendant {n} s</translation>
    </message>
    <message>
        <source>continues when you resume</source>
        <translation>continue quand vous reprenez</translation>
    </message>
    <message>
        <source>next try at {time}</source>
        <translation>prochain essai à {time}</translation>
    </message>
    <message>
        <source>next try in {n} min</source>
        <translation>prochain essai dans {n} min</translation>
    </message>
    <message>
        <source>next try in {n} s</source>
        <translation>prochain essai dans {n} s</translation>
    </message>
    <message>
        <source>next try now</source>
        <translation>prochain essai maintenant</translation>
    </message>
    <message>
        <source>sending continues at {time}</source>
        <translation>l’envoi reprend à {time}</translation>
    </message>
    <message>
        <source>sending continues in {n} s</source>
        <translation>l’envoi reprend dans {n} s</translation>
    </message>
    <message>
        <source>sending continues now</source>
        <translation>l’envoi reprend maintenant</translation>
    </message>
    <message>
        <source>starts automatically</source>
        <translation>démarre automatiquement</translation>
    </message>
    <message>
        <source>{file}, {percent} %</source>
        <translation>{file}, {percent} %</translation>
    </message>
    <message>
        <source>{sent} of {total} MB</source>
        <translation>{sent} sur {total} Mo</translation>
    </message>
    <message>
        <source>{sent} of {total} kB</source>
        <translation>{sent} sur {total} ko</translation>
    </message>
</context>
<context>
    <name>OutboxRows</name>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Masquer</translation>
    </message>
    <message>
        <source>Look into it</source>
        <translation>Voir</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Afficher</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Essayer maintenant</translation>
    </message>
</context>
<context>
    <name>OutcomeActions</name>
    <message>
        <source>Edit and send again</source>
        <translation>Modifier et renvoyer</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Elle y est</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Ouvrir le canal</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Renvoyer</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Renvoyer le commentaire</translation>
    </message>
</context>
<context>
    <name>OutputOptionsPanel</name>
    <message>
        <source>All networks</source>
        <translation>Tous les réseaux</translation>
    </message>
    <message>
        <source>Animated GIF</source>
        <translation>GIF animé</translation>
    </message>
    <message>
        <source>Best for each network</source>
        <translation>Le mieux pour chaque réseau</translation>
    </message>
    <message>
        <source>Convert to what each network takes</source>
        <translation>Convertir à ce que chaque réseau accepte</translation>
    </message>
    <message>
        <source>Edits for {network} override those for all networks</source>
        <translation>Les retouches pour {network} l’emportent sur celles de tous les réseaux</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Pour</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>H.264 and AAC in an MP4, within the network’s pixels, rates and size</source>
        <translation>H.264 et AAC dans un MP4, dans les limites de pixels, de débits et de taille du réseau</translation>
    </message>
    <message>
        <source>If off, location and camera data are removed before sending</source>
        <translation>Si désactivé, le lieu et les données de l’appareil photo sont retirés avant l’envoi</translation>
    </message>
    <message>
        <source>Keep location and camera data</source>
        <translation>Garder le lieu et les données de l’appareil</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>Plus gros fichier</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>Plus grand côté</translation>
    </message>
    <message>
        <source>Network limit</source>
        <translation>Limite du réseau</translation>
    </message>
    <message>
        <source>No quality is lost; the start moves to the key frame before</source>
        <translation>Aucune perte de qualité&#x202f;; le début passe à l’image clé précédente</translation>
    </message>
    <message>
        <source>Only {network}</source>
        <translation>Seulement {network}</translation>
    </message>
    <message>
        <source>Only {network}, edited</source>
        <translation>Seulement {network}, retouché</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>Taille d’origine</translation>
    </message>
    <message>
        <source>Own edits: {names}</source>
        <translation>Retouches propres&#xa0;: {names}</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forme</translation>
    </message>
    <message>
        <source>Start at a key frame, without encoding</source>
        <translation>Commencer à une image clé, sans encoder</translation>
    </message>
    <message>
        <source>Still picture, JPEG</source>
        <translation>Image fixe, JPEG</translation>
    </message>
    <message>
        <source>Still picture, PNG</source>
        <translation>Image fixe, PNG</translation>
    </message>
</context>
<context>
    <name>OverrideControl</name>
    <message>
        <source>Different for this network</source>
        <translation>Différent pour ce réseau</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>Own {name}</source>
        <translation>Valeur propre&#xa0;: {name}</translation>
    </message>
    <message>
        <source>Same for all networks</source>
        <translation>Identique pour tous les réseaux</translation>
    </message>
</context>
<context>
    <name>OwnAccountsController</name>
    <message numerus="yes">
        <source>%n waiting post(s) will not be sent.</source>
        <translation>
            <numerusform>%n publication en attente ne sera pas envoyée.</numerusform>
            <numerusform>%n publications en attente ne seront pas envoyées.</numerusform>
        </translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Vérifier à nouveau</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Déconnecter</translation>
    </message>
    <message>
        <source>Disconnect {name}?</source>
        <translation>Déconnecter {name}&#x202f;?</translation>
    </message>
    <message numerus="yes">
        <source>Its %n channel(s) will be removed, too.</source>
        <translation>
            <numerusform>Son %n canal sera aussi retiré.</numerusform>
            <numerusform>Ses %n canaux seront aussi retirés.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto signs out of the network and removes the account here.</source>
        <translation>Posto se déconnecte du réseau et retire le compte ici.</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Se reconnecter</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Déverrouiller</translation>
    </message>
    <message>
        <source>{name} cannot publish now.</source>
        <translation>{name} ne peut pas publier pour l’instant.</translation>
    </message>
    <message>
        <source>{name} is connected</source>
        <translation>{name} est connecté</translation>
    </message>
    <message>
        <source>{name} is disconnected</source>
        <translation>{name} est déconnecté</translation>
    </message>
    <message>
        <source>{name} stays connected</source>
        <translation>{name} reste connecté</translation>
    </message>
    <message>
        <source>{name} was removed here, but its sign-in may still be valid. {why}</source>
        <translation>{name} a été retiré ici, mais sa connexion peut encore être valable. {why}</translation>
    </message>
    <message>
        <source>{name} works</source>
        <translation>{name} fonctionne</translation>
    </message>
</context>
<context>
    <name>PageNotifier</name>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>PaletteController</name>
    <message>
        <source>Channels</source>
        <translation>Canaux</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Commandes</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Noun: a group of channels.</extracomment>
        <translation>Groupe</translation>
    </message>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Masquer</translation>
    </message>
    <message>
        <source>Message without text</source>
        <translation>Message sans texte</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Publications</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Afficher</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Tout afficher</translation>
    </message>
    <message>
        <source>Show only</source>
        <translation>N’afficher que</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Styles</translation>
    </message>
    <message>
        <source>Tick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>Cocher</translation>
    </message>
    <message>
        <source>Untick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>Décocher</translation>
    </message>
    <message>
        <source>account connect log in login network</source>
        <translation>compte connecter connexion identifiant réseau</translation>
    </message>
    <message>
        <source>account sign in log in login connect</source>
        <translation>compte se connecter connexion identifiant</translation>
    </message>
    <message>
        <source>account sign out log out logout</source>
        <translation>compte se déconnecter déconnexion</translation>
    </message>
    <message>
        <source>exit close</source>
        <translation>quitter fermer</translation>
    </message>
    <message>
        <source>help hotkeys</source>
        <translation>aide raccourcis clavier</translation>
    </message>
    <message>
        <source>help version licence</source>
        <translation>aide version licence</translation>
    </message>
    <message>
        <source>preferences options</source>
        <translation>préférences options réglages</translation>
    </message>
    <message>
        <source>refresh update</source>
        <translation>actualiser recharger mettre à jour</translation>
    </message>
</context>
<context>
    <name>ParseOptionsMenu</name>
    <message>
        <source>Another file…</source>
        <translation>Un autre fichier…</translation>
    </message>
    <message>
        <source>Separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>Séparé par {sign}</translation>
    </message>
    <message>
        <source>Sheet “{name}”</source>
        <translation>Feuille «&#xa0;{name}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>PartBar</name>
    <message>
        <source>Move part down</source>
        <translation>Descendre la partie</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Monter la partie</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Numéroter les parties</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Partie {n} sur {count}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Retirer la partie</translation>
    </message>
</context>
<context>
    <name>PartCard</name>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n caractère de trop</numerusform>
            <numerusform>%n caractères de trop</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n fichier</numerusform>
            <numerusform>%n fichiers</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Aucun texte</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Rien d’écrit pour l’instant</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Partie {n}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Partie {n} sur {count}</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>a un problème</translation>
    </message>
</context>
<context>
    <name>PartRow</name>
    <message>
        <source>Its own</source>
        <translation>Le sien</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No hashtags, signature or watermark.</extracomment>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Comme tous les réseaux</translation>
    </message>
    <message>
        <source>Set here</source>
        <translation>Défini ici</translation>
    </message>
</context>
<context>
    <name>PartsCard</name>
    <message>
        <source>Added at the end of each text</source>
        <translation>Ajoutée à la fin de chaque texte</translation>
    </message>
    <message>
        <source>Added to each message, up to the network&apos;s limit</source>
        <translation>Ajoutés à chaque message, jusqu’à la limite du réseau</translation>
    </message>
    <message>
        <source>Drawn on your pictures when they are sent</source>
        <translation>Dessiné sur vos images à l’envoi</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Balises de lien (UTM)</translation>
    </message>
    <message>
        <source>Show your web statistics where visitors come from</source>
        <translation>Montrent à vos statistiques web d’où viennent les visiteurs</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signature</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Filigrane</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy the password</source>
        <translation>Copier le mot de passe</translation>
    </message>
    <message>
        <source>In Posto on that device, add a workspace with the address {address}, the name {name} and this password. It is shown only now.</source>
        <translation>Dans Posto sur cet appareil, ajoutez un espace de travail avec l’adresse {address}, le nom {name} et ce mot de passe. Il n’est affiché que maintenant.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Password for {device}</source>
        <translation>Mot de passe pour {device}</translation>
    </message>
</context>
<context>
    <name>PasswordStorageChoice</name>
    <message>
        <source>In a file only you can read</source>
        <translation>Dans un fichier que vous seul pouvez lire</translation>
    </message>
    <message>
        <source>In the system keychain</source>
        <translation>Dans le trousseau du système</translation>
    </message>
    <message>
        <source>Kept in memory. Posts wait here until you sign in again.</source>
        <translation>Gardé en mémoire. Les publications attendent ici jusqu’à votre reconnexion.</translation>
    </message>
    <message>
        <source>No keychain found on this computer.</source>
        <translation>Aucun trousseau trouvé sur cet ordinateur.</translation>
    </message>
    <message>
        <source>Not encrypted. Anyone who can use your account can read it.</source>
        <translation>Non chiffré. Toute personne pouvant utiliser votre compte peut le lire.</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Seulement jusqu’à ce que je quitte</translation>
    </message>
    <message>
        <source>The keychain of this computer</source>
        <translation>Le trousseau de cet ordinateur</translation>
    </message>
    <message>
        <source>The keychain of this computer is not responding.</source>
        <translation>Le trousseau de cet ordinateur ne répond pas.</translation>
    </message>
    <message>
        <source>Where the password is kept</source>
        <translation>Où le mot de passe est conservé</translation>
    </message>
    <message>
        <source>{keychain} is locked. It will ask for its own password.</source>
        <translation>{keychain} est verrouillé. Il demandera son propre mot de passe.</translation>
    </message>
    <message>
        <source>{keychain}, locked with your login to this computer.</source>
        <translation>{keychain}, verrouillé par votre ouverture de session sur cet ordinateur.</translation>
    </message>
</context>
<context>
    <name>PastedPageReader</name>
    <message>
        <source>Nothing was pasted, because another text is open now. Paste again.</source>
        <translation>Rien n’a été collé, car un autre texte est maintenant ouvert. Collez à nouveau.</translation>
    </message>
    <message>
        <source>The pasted page could not be read.</source>
        <translation>La page collée n’a pas pu être lue.</translation>
    </message>
    <message>
        <source>The pasted page is too long. Only its beginning was inserted.</source>
        <translation>La page collée est trop longue. Seul son début a été inséré.</translation>
    </message>
</context>
<context>
    <name>PendingAnswers</name>
    <message numerus="yes">
        <source>%n post(s) (is/are) sent again in a moment</source>
        <translation>
            <numerusform>%n publication est renvoyée dans un instant</numerusform>
            <numerusform>%n publications sont renvoyées dans un instant</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are sent again.</source>
        <translation>Trop tard pour annuler&#xa0;: les publications sont renvoyées.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>PendingSends</name>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>Envoi de %Ln publication dans {seconds} s</numerusform>
            <numerusform>Envoi de %Ln publications dans {seconds} s</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are being sent.</source>
        <translation>Trop tard pour annuler&#xa0;: les publications sont en cours d’envoi.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>PeopleController</name>
    <message>
        <source>{name} removed from the team</source>
        <translation>{name} ne fait plus partie de l’équipe</translation>
    </message>
    <message>
        <source>{name} was not removed from the team.</source>
        <translation>{name} n’a pas été retiré(e) de l’équipe.</translation>
    </message>
    <message>
        <source>{name} was not removed from the team. They cannot sign in.</source>
        <translation>{name} n’a pas été retiré de l’équipe, mais ne peut pas se connecter.</translation>
    </message>
</context>
<context>
    <name>PeoplePart</name>
    <message>
        <source>Add a person, then make a password for each of their devices.</source>
        <translation>Ajoutez une personne, puis créez un mot de passe pour chacun de ses appareils.</translation>
    </message>
    <message>
        <source>Add a person…</source>
        <translation>Ajouter une personne…</translation>
    </message>
    <message>
        <source>Another owner can do this</source>
        <translation>Un autre propriétaire peut le faire</translation>
    </message>
    <message>
        <source>Cannot sign in. Removed when you close the settings</source>
        <translation>Ne peut pas se connecter. Sera retiré à la fermeture des réglages</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Les modifications nécessitent le serveur</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Désactiver</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Modifier…</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Activer</translation>
    </message>
    <message>
        <source>Find a person</source>
        <translation>Rechercher une personne</translation>
    </message>
    <message>
        <source>Nobody is called “{text}”</source>
        <translation>Personne ne s’appelle « {text} »</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personnes</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Enregistrement…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>{name} (you)</source>
        <translation>{name} (vous)</translation>
    </message>
</context>
<context>
    <name>PersonDialog</name>
    <message>
        <source>Add a person</source>
        <translation>Ajouter une personne</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>Ajouter la personne</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Tous les canaux</translation>
    </message>
    <message>
        <source>An owner sees all channels</source>
        <translation>Un propriétaire voit tous les canaux</translation>
    </message>
    <message>
        <source>Another owner can change your role</source>
        <translation>Un autre propriétaire peut changer votre rôle</translation>
    </message>
    <message>
        <source>Another owner can remove you</source>
        <translation>Un autre propriétaire peut vous retirer</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Les modifications nécessitent le serveur</translation>
    </message>
    <message>
        <source>Channels of some groups</source>
        <translation>Canaux de certains groupes</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Appareils</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Groupes, séparés par des virgules</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>Déjà utilisés : {groups}</translation>
    </message>
    <message>
        <source>Letters from a to z, digits and . _ @ + -</source>
        <translation>Lettres de a à z, chiffres et . _ @ + -</translation>
    </message>
    <message>
        <source>Make a password</source>
        <translation>Créer un mot de passe</translation>
    </message>
    <message>
        <source>May sign in</source>
        <translation>Peut se connecter</translation>
    </message>
    <message>
        <source>Name of a new device</source>
        <translation>Nom d’un nouvel appareil</translation>
    </message>
    <message>
        <source>Name to sign in with</source>
        <translation>Nom de connexion</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Rien n’est encore modifié</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Retirer {name}</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rôle</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Enregistrer les modifications</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Enregistrement…</translation>
    </message>
    <message>
        <source>Sees</source>
        <translation>Voit</translation>
    </message>
    <message>
        <source>Shown name</source>
        <translation>Nom affiché</translation>
    </message>
    <message>
        <source>Write a name to sign in with first</source>
        <translation>Écrivez d’abord un nom de connexion</translation>
    </message>
    <message>
        <source>Write the name of the device first</source>
        <translation>Écrivez d’abord le nom de l’appareil</translation>
    </message>
</context>
<context>
    <name>PictureKinds</name>
    <message>
        <source>AVIF pictures</source>
        <translation>les images AVIF</translation>
    </message>
    <message>
        <source>HEIC pictures</source>
        <translation>les images HEIC</translation>
    </message>
    <message>
        <source>JPEGs</source>
        <translation>les JPEG</translation>
    </message>
    <message>
        <source>WebP pictures</source>
        <translation>les images WebP</translation>
    </message>
    <message>
        <source>progressive JPEGs</source>
        <translation>les JPEG progressifs</translation>
    </message>
    <message>
        <source>such files</source>
        <translation>de tels fichiers</translation>
    </message>
</context>
<context>
    <name>PlacePopup</name>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>New message here</source>
        <translation>Nouveau message ici</translation>
    </message>
    <message>
        <source>Or a draft</source>
        <translation>Ou un brouillon</translation>
    </message>
</context>
<context>
    <name>PostEvent</name>
    <message>
        <source>Status: {status}</source>
        <translation>Statut&#xa0;: {status}</translation>
    </message>
    <message>
        <source>changes requested</source>
        <translation>modifications demandées</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>brouillon</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>en échec</translation>
    </message>
    <message>
        <source>late</source>
        <translation>en retard</translation>
    </message>
    <message>
        <source>needs you</source>
        <translation>demande votre attention</translation>
    </message>
    <message>
        <source>other</source>
        <translation>autre</translation>
    </message>
    <message>
        <source>scheduled</source>
        <translation>planifiée</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>en cours d’envoi</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>envoyée</translation>
    </message>
    <message>
        <source>waiting for approval</source>
        <translation>en attente d’approbation</translation>
    </message>
</context>
<context>
    <name>PostList</name>
    <message>
        <source>Posts of this message</source>
        <translation>Publications de ce message</translation>
    </message>
</context>
<context>
    <name>PostOutcomes</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) published</source>
        <translation>
            <numerusform>%Ln publication est publiée</numerusform>
            <numerusform>%Ln publications sont publiées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not published on {network}</source>
        <translation>
            <numerusform>%Ln publication n’a pas été publiée sur {network}</numerusform>
            <numerusform>%Ln publications n’ont pas été publiées sur {network}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not sent</source>
        <translation>
            <numerusform>%Ln publication n’a pas été envoyée</numerusform>
            <numerusform>%Ln publications n’ont pas été envoyées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) may already be on {network}. Open (it/them) and choose what to do.</source>
        <translation>
            <numerusform>%Ln publication est peut-être déjà sur {network}. Ouvrez-la et choisissez que faire.</numerusform>
            <numerusform>%Ln publications sont peut-être déjà sur {network}. Ouvrez-les et choisissez que faire.</numerusform>
        </translation>
    </message>
    <message>
        <source>A post for {channel}</source>
        <translation>Une publication pour {channel}</translation>
    </message>
    <message>
        <source>It is published on {networks}.</source>
        <translation>Elle est publiée sur {networks}.</translation>
    </message>
    <message>
        <source>On {networks}</source>
        <translation>Sur {networks}</translation>
    </message>
    <message numerus="yes">
        <source>The site has not sent %Ln post(s). Its timer seems to be stopped.</source>
        <translation>
            <numerusform>Le site n’a pas envoyé %Ln publication. Son minuteur semble arrêté.</numerusform>
            <numerusform>Le site n’a pas envoyé %Ln publications. Son minuteur semble arrêté.</numerusform>
        </translation>
    </message>
    <message>
        <source>The timer runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>Le minuteur tourne quand le site a des visiteurs. Ouvrez le site dans un navigateur pour le démarrer.</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>le réseau</translation>
    </message>
    <message numerus="yes">
        <source>{titles} and %n more</source>
        <extracomment>{titles}: beginnings of posts.</extracomment>
        <translation>
            <numerusform>{titles} et %n autre</numerusform>
            <numerusform>{titles} et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} is published</source>
        <extracomment>{what}: the beginning of a post in quotation marks, or &quot;A post for Galerie Nord&quot;.</extracomment>
        <translation>{what} est publié</translation>
    </message>
    <message>
        <source>{what} may already be on {network}. Open it and choose what to do.</source>
        <translation>{what} est peut-être déjà sur {network}. Ouvrez et choisissez que faire.</translation>
    </message>
    <message>
        <source>{what} was not published on {network}</source>
        <translation>{what} n’a pas été publié sur {network}</translation>
    </message>
    <message>
        <source>{what} was not sent</source>
        <translation>{what} n’a pas été envoyé</translation>
    </message>
</context>
<context>
    <name>PostStory</name>
    <message numerus="yes">
        <source>%Ln file(s) handed over</source>
        <translation>
            <numerusform>%Ln fichier transmis</numerusform>
            <numerusform>%Ln fichiers transmis</numerusform>
        </translation>
    </message>
    <message>
        <source>About to be sent</source>
        <translation>Sur le point d’être envoyée</translation>
    </message>
    <message>
        <source>May be published</source>
        <translation>Peut-être publiée</translation>
    </message>
    <message>
        <source>Not published</source>
        <translation>Non publiée</translation>
    </message>
    <message>
        <source>Open comment</source>
        <translation>Ouvrir le commentaire</translation>
    </message>
    <message>
        <source>Open part {n}</source>
        <translation>Ouvrir la partie {n}</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Ouvrir la publication</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Partie {n}</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publiée</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Envoi</translation>
    </message>
    <message>
        <source>The first comment</source>
        <translation>Le premier commentaire</translation>
    </message>
    <message>
        <source>The post</source>
        <translation>La publication</translation>
    </message>
    <message>
        <source>Tried again at {time}</source>
        <translation>Nouvel essai à {time}</translation>
    </message>
    <message>
        <source>Uploading files: {percent} %</source>
        <translation>Téléversement des fichiers&#xa0;: {percent} %</translation>
    </message>
    <message>
        <source>Waits until {time}</source>
        <translation>Attend jusqu’à {time}</translation>
    </message>
    <message>
        <source>You found it on the network.</source>
        <translation>Vous l’avez trouvée sur le réseau.</translation>
    </message>
    <message>
        <source>{what} is being sent</source>
        <translation>{what}&#xa0;: envoi en cours</translation>
    </message>
    <message>
        <source>{what} is not published</source>
        <translation>{what}&#xa0;: non publié</translation>
    </message>
    <message>
        <source>{what} is published</source>
        <translation>{what} est publié</translation>
    </message>
    <message>
        <source>{what} may be published</source>
        <translation>{what}&#xa0;: peut-être publié</translation>
    </message>
    <message>
        <source>{what} waits for the previous one</source>
        <translation>{what} attend le précédent</translation>
    </message>
</context>
<context>
    <name>PostText</name>
    <message numerus="yes">
        <source>%Ln more character(s) (is/are) not shown.</source>
        <translation>
            <numerusform>%Ln caractère de plus n’est pas affiché.</numerusform>
            <numerusform>%Ln caractères de plus ne sont pas affichés.</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Aucun texte</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln character(s)</source>
        <translation>
            <numerusform>Afficher %Ln caractère</numerusform>
            <numerusform>Afficher %Ln caractères</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %Ln character(s)</source>
        <translation>
            <numerusform>Afficher le %Ln caractère</numerusform>
            <numerusform>Afficher les %Ln caractères</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PostingFlow</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Retour</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Changer l’heure</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Choisissez d’abord un canal</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Corriger d’abord</translation>
    </message>
    <message>
        <source>Keep the time</source>
        <extracomment>To the page before.</extracomment>
        <translation>Garder l’heure</translation>
    </message>
    <message>
        <source>No channel would take this as it is. The checks above say why.</source>
        <translation>Aucun canal ne prendrait ceci tel quel. Les vérifications ci-dessus disent pourquoi.</translation>
    </message>
    <message>
        <source>Post to {name} only</source>
        <translation>Publier sur {name} seulement</translation>
    </message>
    <message numerus="yes">
        <source>Post to {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>Publier sur {n} canal sur %Ln</numerusform>
            <numerusform>Publier sur {n} canaux sur %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose</source>
        <extracomment>Verb: the button of a writer, whose message an editor has to approve.</extracomment>
        <translation>Proposer</translation>
    </message>
    <message numerus="yes">
        <source>Propose %Ln post(s)</source>
        <translation>
            <numerusform>Proposer %Ln publication</numerusform>
            <numerusform>Proposer %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose again</source>
        <translation>Proposer à nouveau</translation>
    </message>
    <message>
        <source>Propose again · {when}</source>
        <extracomment>Verb: the button of a writer who has made the changes that an editor asked for.</extracomment>
        <translation>Proposer à nouveau · {when}</translation>
    </message>
    <message numerus="yes">
        <source>Save and schedule %Ln more</source>
        <translation>
            <numerusform>Enregistrer et en planifier %Ln de plus</numerusform>
            <numerusform>Enregistrer et en planifier %Ln de plus</numerusform>
        </translation>
    </message>
    <message>
        <source>Save and send now</source>
        <translation>Enregistrer et envoyer maintenant</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Enregistrer les modifications</translation>
    </message>
    <message>
        <source>Save changes · {when}</source>
        <translation>Enregistrer les modifications · {when}</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Planifier</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>Planifier %Ln publication</numerusform>
            <numerusform>Planifier %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule {name} only</source>
        <translation>Planifier {name} seulement</translation>
    </message>
    <message numerus="yes">
        <source>Schedule {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>Planifier {n} canal sur %Ln</numerusform>
            <numerusform>Planifier {n} canaux sur %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>Envoyer %Ln publication maintenant</numerusform>
            <numerusform>Envoyer %Ln publications maintenant</numerusform>
        </translation>
    </message>
    <message>
        <source>Send now</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Envoyer maintenant</translation>
    </message>
    <message>
        <source>The message for {names} stays in Drafts</source>
        <translation>Le message pour {names} reste dans Brouillons</translation>
    </message>
    <message>
        <source>The time was not understood.</source>
        <translation>L’heure n’a pas été comprise.</translation>
    </message>
    <message>
        <source>Write something or add a file first</source>
        <translation>Écrivez quelque chose ou ajoutez d’abord un fichier</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Vous pouvez seulement consulter cet espace de travail</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>et %n autre</numerusform>
            <numerusform>et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>{deed} ({times} × {channels})</source>
        <extracomment>{deed}: text of the button, such as &quot;Schedule 6 posts&quot;; then numbers.</extracomment>
        <translation>{deed} ({times} × {channels})</translation>
    </message>
    <message>
        <source>{names}: not possible as it is. The checks above say why.</source>
        <translation>{names}&#xa0;: impossible tel quel. Les vérifications ci-dessus disent pourquoi.</translation>
    </message>
</context>
<context>
    <name>Presence</name>
    <message>
        <source>Somebody else</source>
        <translation>Quelqu’un d’autre</translation>
    </message>
    <message>
        <source>You have this post open on {device}, too</source>
        <translation>Vous avez aussi ouvert cette publication sur {device}</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} et %n autre personne</numerusform>
            <numerusform>{names} et %n autres personnes</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} are editing this post</source>
        <translation>{name} modifient cette publication</translation>
    </message>
    <message>
        <source>{name} are editing this post too</source>
        <translation>{name} modifient aussi cette publication</translation>
    </message>
    <message>
        <source>{name} has saved changes: {fields}. Your version is unchanged.</source>
        <translation>{name} a enregistré des modifications : {fields}. Votre version est inchangée.</translation>
    </message>
    <message>
        <source>{name} has this post open</source>
        <translation>{name} a ouvert cette publication</translation>
    </message>
    <message>
        <source>{name} have this post open</source>
        <translation>{name} ont ouvert cette publication</translation>
    </message>
    <message>
        <source>{name} is editing this post</source>
        <translation>{name} modifie cette publication</translation>
    </message>
    <message>
        <source>{name} is editing this post too</source>
        <translation>{name} modifie aussi cette publication</translation>
    </message>
    <message>
        <source>{name}: since {time}, {device}</source>
        <translation>{name} : depuis {time}, {device}</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message numerus="yes">
        <source>%Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>%Ln de trop</numerusform>
            <numerusform>%Ln de trop</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) (is/are) left out</source>
        <translation>
            <numerusform>%n autre fichier est laissé de côté</numerusform>
            <numerusform>%n autres fichiers sont laissés de côté</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more part(s) (is/are) not shown</source>
        <translation>
            <numerusform>%n autre partie n’est pas affichée</numerusform>
            <numerusform>%n autres parties ne sont pas affichées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pin(s)</source>
        <translation>
            <numerusform>%n épingle</numerusform>
            <numerusform>%n épingles</numerusform>
        </translation>
    </message>
    <message>
        <source>Comment</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Commenter</translation>
    </message>
    <message>
        <source>From {host}</source>
        <translation>De {host}</translation>
    </message>
    <message>
        <source>Keep reading</source>
        <translation>Continuer à lire</translation>
    </message>
    <message>
        <source>Like</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>J’aime</translation>
    </message>
    <message>
        <source>Read more</source>
        <translation>Lire la suite</translation>
    </message>
    <message>
        <source>Repost</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Republier</translation>
    </message>
    <message>
        <source>See more</source>
        <translation>Voir plus</translation>
    </message>
    <message>
        <source>Send</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Envoyer</translation>
    </message>
    <message>
        <source>Share</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Partager</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Afficher plus</translation>
    </message>
    <message>
        <source>Vote</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Voter</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>a un problème</translation>
    </message>
    <message>
        <source>more</source>
        <extracomment>Shows the rest of a text, as networks name it.</extracomment>
        <translation>plus</translation>
    </message>
    <message>
        <source>needs a file</source>
        <translation>nécessite un fichier</translation>
    </message>
    <message>
        <source>needs a text</source>
        <translation>nécessite un texte</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>maintenant</translation>
    </message>
    <message numerus="yes">
        <source>part {part}: %Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>partie {part}&#xa0;: %Ln de trop</numerusform>
            <numerusform>partie {part}&#xa0;: %Ln de trop</numerusform>
        </translation>
    </message>
    <message>
        <source>{time} · Public</source>
        <translation>{time} · Public</translation>
    </message>
</context>
<context>
    <name>PreviewCard</name>
    <message>
        <source>Link: {title}</source>
        <translation>Lien&#xa0;: {title}</translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Texte propre</translation>
    </message>
    <message>
        <source>Part {n}: {text}</source>
        <translation>Partie {n}&#xa0;: {text}</translation>
    </message>
    <message>
        <source>Picture: {alt}</source>
        <translation>Image&#xa0;: {alt}</translation>
    </message>
    <message>
        <source>Preview for {network}, {channel}</source>
        <translation>Aperçu pour {network}, {channel}</translation>
    </message>
    <message numerus="yes">
        <source>{channel} and %n more</source>
        <translation>
            <numerusform>{channel} et %n autre</numerusform>
            <numerusform>{channel} et %n autres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewMenu</name>
    <message numerus="yes">
        <source>%n preview(s)</source>
        <translation>
            <numerusform>%n aperçu</numerusform>
            <numerusform>%n aperçus</numerusform>
        </translation>
    </message>
    <message>
        <source>Go to preview</source>
        <translation>Aller à l’aperçu</translation>
    </message>
    <message>
        <source>{words}, go to one</source>
        <extracomment>{words}: &quot;3 previews&quot;.</extracomment>
        <translation>{words}, aller à l’un d’eux</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Close preview</source>
        <translation>Fermer l’aperçu</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Aperçu</translation>
    </message>
</context>
<context>
    <name>ProposalArea</name>
    <message>
        <source>Proposals of agents</source>
        <translation>Propositions des agents</translation>
    </message>
</context>
<context>
    <name>ProposalCard</name>
    <message>
        <source>Decline</source>
        <translation>Refuser</translation>
    </message>
    <message>
        <source>First comment: {comment}</source>
        <translation>Premier commentaire&#xa0;: {comment}</translation>
    </message>
    <message>
        <source>Link: {link}</source>
        <translation>Lien&#xa0;: {link}</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Aucun texte</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Rien ne se passe tant que vous ne le confirmez pas.</translation>
    </message>
    <message>
        <source>The digest of exactly this. The agent and the terminal show the same one.</source>
        <translation>L’empreinte d’exactement ceci. L’agent et le terminal affichent la même.</translation>
    </message>
    <message>
        <source>Title: {title}</source>
        <translation>Titre&#xa0;: {title}</translation>
    </message>
    <message>
        <source>no description</source>
        <translation>aucune description</translation>
    </message>
    <message>
        <source>{file}: {description}</source>
        <translation>{file}&#xa0;: {description}</translation>
    </message>
</context>
<context>
    <name>Proposals</name>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>Supprimer %Ln publication</numerusform>
            <numerusform>Supprimer %Ln publications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>Déplacer %Ln publication</numerusform>
            <numerusform>Déplacer %Ln publications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>Planifier %Ln publication</numerusform>
            <numerusform>Planifier %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} au {last}</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>encore {n} min</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>encore {n} s</translation>
    </message>
    <message>
        <source>{old} → {new}</source>
        <translation>{old} → {new}</translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to delete %Ln post(s)</source>
        <translation>
            <numerusform>«&#xa0;{client}&#xa0;» demande de supprimer %Ln publication</numerusform>
            <numerusform>«&#xa0;{client}&#xa0;» demande de supprimer %Ln publications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to move %Ln post(s) to {when}</source>
        <translation>
            <numerusform>«&#xa0;{client}&#xa0;» demande de déplacer %Ln publication au {when}</numerusform>
            <numerusform>«&#xa0;{client}&#xa0;» demande de déplacer %Ln publications au {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to schedule %Ln post(s) for {when}</source>
        <translation>
            <numerusform>«&#xa0;{client}&#xa0;» demande de planifier %Ln publication pour {when}</numerusform>
            <numerusform>«&#xa0;{client}&#xa0;» demande de planifier %Ln publications pour {when}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProposalsController</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) deleted in {seconds} s</source>
        <translation>
            <numerusform>%Ln publication est supprimée dans {seconds} s</numerusform>
            <numerusform>%Ln publications sont supprimées dans {seconds} s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln proposed post(s) (was/were) deleted</source>
        <translation>
            <numerusform>%Ln publication proposée a été supprimée</numerusform>
            <numerusform>%Ln publications proposées ont été supprimées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n proposal(s) (waits/wait) for you.</source>
        <translation>
            <numerusform>%n proposition vous attend.</numerusform>
            <numerusform>%n propositions vous attendent.</numerusform>
        </translation>
    </message>
    <message>
        <source>Declined. Nothing was done.</source>
        <translation>Refusé. Rien n’a été fait.</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Rien ne se passe tant que vous ne le confirmez pas.</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Afficher</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>PublishingPage</name>
    <message>
        <source>Add a group of channels</source>
        <translation>Ajouter un groupe de canaux</translation>
    </message>
    <message>
        <source>Add slots</source>
        <translation>Ajouter des créneaux</translation>
    </message>
    <message>
        <source>No slots yet. Add the weekly times when you like to post.</source>
        <translation>Aucun créneau pour l’instant. Ajoutez les heures de la semaine où vous aimez publier.</translation>
    </message>
    <message>
        <source>On Windows Posto uses the computer&apos;s time zone</source>
        <translation>Sous Windows, Posto utilise le fuseau horaire de l’ordinateur</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Créneaux de publication</translation>
    </message>
    <message>
        <source>Slots added</source>
        <translation>Créneaux ajoutés</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo change of slots</source>
        <translation>Annuler le changement des créneaux</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>Utiliser «&#xa0;{times}&#xa0;»</translation>
    </message>
    <message>
        <source>“Next free slot” uses these times</source>
        <translation>«&#xa0;Prochain créneau libre&#xa0;» utilise ces heures</translation>
    </message>
</context>
<context>
    <name>QuickCaptureController</name>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>QuickChipButton</name>
    <message>
        <source>Choose which channel is meant. Delete leaves it in the text.</source>
        <translation>Choisissez le canal voulu. Suppr le laisse dans le texte.</translation>
    </message>
    <message>
        <source>Do not post there</source>
        <translation>Ne pas y publier</translation>
    </message>
    <message>
        <source>Do not wait for this slot</source>
        <translation>Ne pas attendre ce créneau</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Groupe</translation>
    </message>
    <message>
        <source>Leave it in the text</source>
        <translation>Le laisser dans le texte</translation>
    </message>
    <message>
        <source>Post at this time?</source>
        <translation>Publier à cette heure&#x202f;?</translation>
    </message>
    <message>
        <source>Remove the file from the message</source>
        <translation>Retirer le fichier du message</translation>
    </message>
    <message>
        <source>Take these words for the time of the post</source>
        <translation>Prendre ces mots comme heure de la publication</translation>
    </message>
    <message>
        <source>attached file</source>
        <translation>fichier joint</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>passé</translation>
    </message>
    <message>
        <source>several channels</source>
        <translation>plusieurs canaux</translation>
    </message>
    <message>
        <source>time of the post</source>
        <translation>heure de la publication</translation>
    </message>
    <message>
        <source>{network}, as last time</source>
        <translation>{network}, comme la dernière fois</translation>
    </message>
</context>
<context>
    <name>QuickFiles</name>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>L’image n’a pas pu être enregistrée.</translation>
    </message>
</context>
<context>
    <name>QuickLineEdit</name>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
</context>
<context>
    <name>QuickMessage</name>
    <message>
        <source>Name a channel with @</source>
        <translation>Nommez un canal avec @</translation>
    </message>
    <message>
        <source>Next slot: {time}</source>
        <translation>Prochain créneau&#xa0;: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Press Enter again to send %Ln post(s) now.</source>
        <translation>
            <numerusform>Appuyez encore sur Entrée pour envoyer %Ln publication maintenant.</numerusform>
            <numerusform>Appuyez encore sur Entrée pour envoyer %Ln publications maintenant.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files are still being read. Press Enter again.</source>
        <translation>Les fichiers sont encore en cours de lecture. Appuyez encore sur Entrée.</translation>
    </message>
    <message>
        <source>{name} ({count})</source>
        <extracomment>{name}: of a group or network, {count}: its channels.</extracomment>
        <translation>{name} ({count})</translation>
    </message>
    <message>
        <source>{name} is no channel and stays in the text</source>
        <extracomment>{name}: such as @anna</extracomment>
        <translation>{name} n’est pas un canal et reste dans le texte</translation>
    </message>
    <message>
        <source>{time}?</source>
        <translation>{time}&#x202f;?</translation>
    </message>
    <message>
        <source>“{name}” can be several channels. Choose one.</source>
        <translation>«&#xa0;{name}&#xa0;» peut désigner plusieurs canaux. Choisissez-en un.</translation>
    </message>
</context>
<context>
    <name>QuickWindow</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n suggestion</numerusform>
            <numerusform>%n suggestions</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Ouvrir dans Rédiger</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Publication rapide</translation>
    </message>
    <message>
        <source>What’s new? @channel tomorrow 9:00</source>
        <translation>Quoi de neuf&#x202f;? @canal demain 9:00</translation>
    </message>
</context>
<context>
    <name>QuitDialog</name>
    <message>
        <source>Change it under Settings &gt; General</source>
        <translation>À changer dans Réglages &gt; Général</translation>
    </message>
    <message>
        <source>Do this each time</source>
        <translation>Toujours faire ainsi</translation>
    </message>
    <message>
        <source>Only this computer can send them. The first is due {first}. Posto can keep sending in the background. Otherwise they wait until you start Posto again, and late posts show as missed.</source>
        <translation>Seul cet ordinateur peut les envoyer. La première est prévue {first}. Posto peut continuer l’envoi en arrière-plan. Sinon elles attendent que vous relanciez Posto, et celles en retard apparaissent comme manquées.</translation>
    </message>
    <message>
        <source>Quit and keep sending</source>
        <translation>Quitter et continuer l’envoi</translation>
    </message>
    <message>
        <source>Quit and stop sending</source>
        <translation>Quitter et arrêter l’envoi</translation>
    </message>
    <message>
        <source>Quit with {posts} waiting?</source>
        <translation>Quitter avec {posts} en attente&#x202f;?</translation>
    </message>
</context>
<context>
    <name>ReasonBox</name>
    <message>
        <source>Address of the post</source>
        <translation>Adresse de la publication</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Adresse, si vous la connaissez</translation>
    </message>
    <message>
        <source>Answer from {network}</source>
        <translation>Réponse de {network}</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Elle est renvoyée dans un instant.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Elle y est</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Ouvrir sur le site</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Ouvrir le canal</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Ouvrir le site</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Suspendre le planificateur</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Renvoyer</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Renvoyer le commentaire</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>le réseau</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>A file of the post is missing</source>
        <translation>Un fichier de la publication manque</translation>
    </message>
    <message>
        <source>Check whether the post is published before you retry.</source>
        <translation>Vérifiez si la publication est publiée avant de réessayer.</translation>
    </message>
    <message>
        <source>Edit the post, add a file and send it again. Nothing was published there.</source>
        <translation>Modifiez la publication, ajoutez un fichier et renvoyez-la. Rien n’y a été publié.</translation>
    </message>
    <message>
        <source>Edit the post, shorten the text and send it again. Nothing was published there.</source>
        <translation>Modifiez la publication, raccourcissez le texte et renvoyez-la. Rien n’y a été publié.</translation>
    </message>
    <message>
        <source>If it is there, delete it here. The published post stays.</source>
        <translation>Si elle y est, supprimez-la ici. La publication publiée reste.</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Est-elle déjà sur {network}&#x202f;?</translation>
    </message>
    <message>
        <source>Is the first comment there already?</source>
        <translation>Le premier commentaire y est-il déjà&#x202f;?</translation>
    </message>
    <message>
        <source>It does not accept the same text twice. Edit the post, change the text and send it again.</source>
        <translation>Il n’accepte pas deux fois le même texte. Modifiez la publication, changez le texte et renvoyez-la.</translation>
    </message>
    <message>
        <source>It is no longer in the media library. Edit the post, add the file again and send it. Nothing was published there.</source>
        <translation>Il n’est plus dans la médiathèque. Modifiez la publication, ajoutez à nouveau le fichier et envoyez-la. Rien n’y a été publié.</translation>
    </message>
    <message>
        <source>It may have been renamed, closed or deleted. Check it on {network}.</source>
        <translation>Il a peut-être été renommé, fermé ou supprimé. Vérifiez sur {network}.</translation>
    </message>
    <message>
        <source>It may have been sent before</source>
        <translation>Elle a peut-être été envoyée auparavant</translation>
    </message>
    <message>
        <source>It was not sent after its time. Send it now or reschedule it.</source>
        <translation>Elle n’a pas été envoyée après son heure. Envoyez-la maintenant ou replanifiez-la.</translation>
    </message>
    <message>
        <source>Its data comes from a backup or a damaged file and may be out of date. Check whether it is published before you send it.</source>
        <translation>Ses données viennent d’une sauvegarde ou d’un fichier endommagé et peuvent être dépassées. Vérifiez si elle est publiée avant de l’envoyer.</translation>
    </message>
    <message>
        <source>Its session has expired. Connect {channel} again on the site, then retry. Nothing was published there.</source>
        <translation>Sa session a expiré. Reconnectez {channel} sur le site, puis réessayez. Rien n’y a été publié.</translation>
    </message>
    <message>
        <source>Its time has passed, but the site&apos;s timer seems to be stopped. It runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>Son heure est passée, mais le minuteur du site semble arrêté. Il tourne quand le site a des visiteurs. Ouvrez le site dans un navigateur pour le démarrer.</translation>
    </message>
    <message>
        <source>Its time passed while nothing was running</source>
        <translation>Son heure est passée pendant que rien ne tournait</translation>
    </message>
    <message>
        <source>No reason was given. Retrying may help.</source>
        <translation>Aucune raison n’a été donnée. Réessayer peut aider.</translation>
    </message>
    <message>
        <source>Retry later. Nothing was published there.</source>
        <translation>Réessayez plus tard. Rien n’y a été publié.</translation>
    </message>
    <message>
        <source>Sending again now could publish it twice.</source>
        <translation>La renvoyer maintenant pourrait la publier deux fois.</translation>
    </message>
    <message>
        <source>The file is too large for {network}, or its format or shape is not supported. Edit the post, change the file and send it again. Nothing was published there.</source>
        <translation>Le fichier est trop gros pour {network}, ou son format ou sa forme ne sont pas pris en charge. Modifiez la publication, changez le fichier et renvoyez-la. Rien n’y a été publié.</translation>
    </message>
    <message>
        <source>The first comment is missing</source>
        <translation>Le premier commentaire manque</translation>
    </message>
    <message>
        <source>The network</source>
        <translation>Le réseau</translation>
    </message>
    <message>
        <source>The post is published. Its comment was sent, but no clear answer came back. Sending it again now could publish it twice.</source>
        <translation>La publication est publiée. Son commentaire a été envoyé, mais aucune réponse claire n’est revenue. Le renvoyer maintenant pourrait le publier deux fois.</translation>
    </message>
    <message>
        <source>The post seems to be published, but its first comment was refused. Sending again would publish the post twice.</source>
        <translation>La publication semble publiée, mais son premier commentaire a été refusé. La renvoyer la publierait deux fois.</translation>
    </message>
    <message>
        <source>The post was sent, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>La publication a été envoyée, mais aucune réponse claire n’est revenue. La renvoyer maintenant pourrait la publier deux fois.</translation>
    </message>
    <message>
        <source>The rest of the thread replies to it. Paste its address to send the rest.</source>
        <translation>Le reste du fil y répond. Collez son adresse pour envoyer le reste.</translation>
    </message>
    <message>
        <source>The service could not reach {network}</source>
        <translation>Le service n’a pas pu joindre {network}</translation>
    </message>
    <message>
        <source>The site has not sent it</source>
        <translation>Le site ne l’a pas envoyée</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Le site publie ceci de lui-même. Modifiez-le sur le site.</translation>
    </message>
    <message>
        <source>The text is too long for {network}</source>
        <translation>Le texte est trop long pour {network}</translation>
    </message>
    <message>
        <source>This channel</source>
        <translation>Ce canal</translation>
    </message>
    <message>
        <source>Which post is the first part?</source>
        <translation>Quelle publication est la première partie&#x202f;?</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>le réseau</translation>
    </message>
    <message>
        <source>{channel} has no permission to post. Connect it again on the site and allow posting.</source>
        <translation>{channel} n’a pas le droit de publier. Reconnectez-le sur le site et autorisez la publication.</translation>
    </message>
    <message>
        <source>{channel} has reached the limit of {network}. Retry later. Nothing was published there.</source>
        <translation>{channel} a atteint la limite de {network}. Réessayez plus tard. Rien n’y a été publié.</translation>
    </message>
    <message>
        <source>{channel} was not found</source>
        <translation>{channel} est introuvable</translation>
    </message>
    <message>
        <source>{network} accepts no more posts for now</source>
        <translation>{network} n’accepte plus de publications pour l’instant</translation>
    </message>
    <message>
        <source>{network} already has this text</source>
        <translation>{network} a déjà ce texte</translation>
    </message>
    <message>
        <source>{network} did not accept a file</source>
        <translation>{network} n’a pas accepté un fichier</translation>
    </message>
    <message>
        <source>{network} did not accept part {n}</source>
        <translation>{network} n’a pas accepté la partie {n}</translation>
    </message>
    <message>
        <source>{network} did not accept the file</source>
        <translation>{network} n’a pas accepté le fichier</translation>
    </message>
    <message>
        <source>{network} did not accept the files</source>
        <translation>{network} n’a pas accepté les fichiers</translation>
    </message>
    <message>
        <source>{network} did not accept the first comment</source>
        <translation>{network} n’a pas accepté le premier commentaire</translation>
    </message>
    <message>
        <source>{network} did not accept the link</source>
        <translation>{network} n’a pas accepté le lien</translation>
    </message>
    <message>
        <source>{network} did not accept the post</source>
        <translation>{network} n’a pas accepté la publication</translation>
    </message>
    <message>
        <source>{network} did not accept the text</source>
        <translation>{network} n’a pas accepté le texte</translation>
    </message>
    <message>
        <source>{network} did not accept the title</source>
        <translation>{network} n’a pas accepté le titre</translation>
    </message>
    <message>
        <source>{network} did not answer in time</source>
        <translation>{network} n’a pas répondu à temps</translation>
    </message>
    <message>
        <source>{network} does not allow this app to post here</source>
        <translation>{network} n’autorise pas cette appli à publier ici</translation>
    </message>
    <message>
        <source>{network} no longer knows this channel</source>
        <translation>{network} ne connaît plus ce canal</translation>
    </message>
    <message>
        <source>{network} requires a picture or a video</source>
        <translation>{network} exige une image ou une vidéo</translation>
    </message>
</context>
<context>
    <name>RecentMediaModel</name>
    <message>
        <source>{name} has changed since it was used</source>
        <translation>{name} a changé depuis son utilisation</translation>
    </message>
    <message>
        <source>{name} is no longer where it was</source>
        <translation>{name} n’est plus à sa place</translation>
    </message>
</context>
<context>
    <name>RecentMediaPopup</name>
    <message numerus="yes">
        <source>%n file(s) not found</source>
        <translation>
            <numerusform>%n fichier introuvable</numerusform>
            <numerusform>%n fichiers introuvables</numerusform>
        </translation>
    </message>
    <message>
        <source>Attached files appear here.</source>
        <translation>Les fichiers joints apparaissent ici.</translation>
    </message>
    <message>
        <source>Name or description</source>
        <translation>Nom ou description</translation>
    </message>
    <message>
        <source>No file matches.</source>
        <translation>Aucun fichier ne correspond.</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Médias utilisés récemment</translation>
    </message>
    <message>
        <source>Search recently used media</source>
        <translation>Rechercher les médias utilisés récemment</translation>
    </message>
    <message>
        <source>{name} was not found. Press Delete to remove it from this list.</source>
        <translation>{name} est introuvable. Suppr le retire de cette liste.</translation>
    </message>
</context>
<context>
    <name>RefillBar</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n jour</numerusform>
            <numerusform>%n jours</numerusform>
        </translation>
    </message>
    <message>
        <source>Fill now</source>
        <translation>Remplir maintenant</translation>
    </message>
    <message>
        <source>For the next</source>
        <extracomment>Before a number of days: &quot;For the next 14 days&quot;.</extracomment>
        <translation>Pour les prochains</translation>
    </message>
    <message>
        <source>Refill free slots by itself</source>
        <translation>Remplir seul les créneaux libres</translation>
    </message>
</context>
<context>
    <name>RenameField</name>
    <message>
        <source>New name</source>
        <translation>Nouveau nom</translation>
    </message>
</context>
<context>
    <name>RepeatEditor</name>
    <message numerus="yes">
        <source>At most %n time(s) (is/are) possible.</source>
        <translation>
            <numerusform>Au plus %n fois est possible.</numerusform>
            <numerusform>Au plus %n fois sont possibles.</numerusform>
        </translation>
    </message>
    <message>
        <source>Day of the month</source>
        <translation>Jour du mois</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Ne pas répéter</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>Se termine</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Tous les</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Dernier jour</translation>
    </message>
    <message>
        <source>Number of times</source>
        <translation>Nombre de fois</translation>
    </message>
    <message>
        <source>Post once</source>
        <translation>Publier une fois</translation>
    </message>
    <message>
        <source>Repeat</source>
        <extracomment>Noun: a repeated post.</extracomment>
        <translation>Répéter</translation>
    </message>
    <message numerus="yes">
        <source>Repeat %n time(s)</source>
        <translation>
            <numerusform>Répéter %n fois</numerusform>
            <numerusform>Répéter %n fois</numerusform>
        </translation>
    </message>
    <message>
        <source>Starts {time}, {zone}</source>
        <translation>Commence {time}, {zone}</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title: when a repeated post goes out.</extracomment>
        <translation>Heures</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Unité</translation>
    </message>
    <message>
        <source>after a number of times</source>
        <translation>après un nombre de fois</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>jour</numerusform>
            <numerusform>jours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>month(s)</source>
        <translation>
            <numerusform>mois</numerusform>
            <numerusform>mois</numerusform>
        </translation>
    </message>
    <message>
        <source>on a day</source>
        <translation>un jour donné</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>semaine</numerusform>
            <numerusform>semaines</numerusform>
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
        <translation>Changer la répétition</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Changer…</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Ne pas répéter</translation>
    </message>
</context>
<context>
    <name>RepeatWords</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n fois</numerusform>
            <numerusform>%n fois</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n day(s)</source>
        <translation>
            <numerusform>Tous les %n jour</numerusform>
            <numerusform>Tous les %n jours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n month(s) {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>
            <numerusform>Tous les %n mois {on}</numerusform>
            <numerusform>Tous les %n mois {on}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n week(s) on {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>
            <numerusform>Toutes les %n semaine&#xa0;: {days}</numerusform>
            <numerusform>Toutes les %n semaines&#xa0;: {days}</numerusform>
        </translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>Tous les jours</translation>
    </message>
    <message>
        <source>Every month {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>Tous les mois {on}</translation>
    </message>
    <message>
        <source>Every {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>Tous les {days}</translation>
    </message>
    <message>
        <source>comes twice that night; this is the first</source>
        <translation>arrive deux fois cette nuit-là&#x202f;; c’est la première</translation>
    </message>
    <message>
        <source>comes twice that night; this is the second</source>
        <translation>arrive deux fois cette nuit-là&#x202f;; c’est la seconde</translation>
    </message>
    <message>
        <source>on day {number}</source>
        <translation>le {number}</translation>
    </message>
    <message>
        <source>on day {number}, or the last one</source>
        <translation>le {number}, ou le dernier jour</translation>
    </message>
    <message>
        <source>on the fifth {day}</source>
        <translation>le cinquième {day}</translation>
    </message>
    <message>
        <source>on the first {day}</source>
        <translation>le premier {day}</translation>
    </message>
    <message>
        <source>on the fourth {day}</source>
        <translation>le quatrième {day}</translation>
    </message>
    <message>
        <source>on the last day</source>
        <translation>le dernier jour</translation>
    </message>
    <message>
        <source>on the last {day}</source>
        <translation>le dernier {day}</translation>
    </message>
    <message>
        <source>on the second {day}</source>
        <translation>le deuxième {day}</translation>
    </message>
    <message>
        <source>on the third {day}</source>
        <translation>le troisième {day}</translation>
    </message>
    <message>
        <source>once</source>
        <translation>une fois</translation>
    </message>
    <message>
        <source>the clocks have changed, same time of day</source>
        <translation>l’heure a changé, même heure de la journée</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <extracomment>Days of the week: &quot;Monday to Friday&quot;.</extracomment>
        <translation>{first} au {last}</translation>
    </message>
    <message>
        <source>{rule}, {often}, until {day}</source>
        <extracomment>&quot;Every Monday, 10 times, until Mon 1 Feb 2027&quot;.</extracomment>
        <translation>{rule}, {often}, jusqu’au {day}</translation>
    </message>
    <message>
        <source>{rule}: no times left</source>
        <translation>{rule}&#xa0;: plus aucune heure</translation>
    </message>
    <message>
        <source>{time} is skipped, the clocks go forward</source>
        <translation>{time} est sautée, les horloges avancent</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Copier le rapport</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Rapport de problème</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Rapport</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Enregistrer sous…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Enregistrer le rapport</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Enregistré sous {name}</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Texte (*.txt)</translation>
    </message>
    <message>
        <source>The report is still being written</source>
        <translation>Le rapport est encore en cours d’écriture</translation>
    </message>
    <message>
        <source>This is the whole report. It contains no passwords, texts, names or addresses of yours. You can delete any part.</source>
        <translation>Voici le rapport complet. Il ne contient aucun de vos mots de passe, textes, noms ou adresses. Vous pouvez en supprimer toute partie.</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Écriture…</translation>
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
        <translation>Modifications demandées</translation>
    </message>
</context>
<context>
    <name>RescheduleDialog</name>
    <message>
        <source>Days keep the time of day. Hours change it. {zone}</source>
        <translation>Les jours gardent l’heure. Les heures la changent. {zone}</translation>
    </message>
    <message>
        <source>Enter a new time first</source>
        <translation>Saisissez d’abord une nouvelle heure</translation>
    </message>
    <message>
        <source>For example +1 day or -30 min</source>
        <translation>Par exemple +1 jour ou -30 min</translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>Dans le passé, donc non déplacée&#xa0;: %Ln publication.</numerusform>
            <numerusform>Dans le passé, donc non déplacées&#xa0;: %Ln publications.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>Déplacer %Ln publication</numerusform>
            <numerusform>Déplacer %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Move posts</source>
        <translation>Déplacer les publications</translation>
    </message>
    <message numerus="yes">
        <source>No free time for %Ln post(s).</source>
        <translation>
            <numerusform>Aucune heure libre pour %Ln publication.</numerusform>
            <numerusform>Aucune heure libre pour %Ln publications.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not scheduled, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>Non planifiée, donc non déplacée&#xa0;: %Ln publication.</numerusform>
            <numerusform>Non planifiées, donc non déplacées&#xa0;: %Ln publications.</numerusform>
        </translation>
    </message>
    <message>
        <source>Possible: {time}</source>
        <translation>Possible&#xa0;: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Reschedule %Ln post(s)</source>
        <translation>
            <numerusform>Replanifier %Ln publication</numerusform>
            <numerusform>Replanifier %Ln publications</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Same minute as another post on the channel: %Ln post(s).</source>
        <translation>
            <numerusform>Même minute qu’une autre publication du canal&#xa0;: %Ln publication.</numerusform>
            <numerusform>Même minute qu’une autre publication du canal&#xa0;: %Ln publications.</numerusform>
        </translation>
    </message>
    <message>
        <source>The next free slots after {when} · {zone}</source>
        <translation>Les prochains créneaux libres après {when} · {zone}</translation>
    </message>
    <message>
        <source>These channels have no weekly slots. Add some under Settings &gt; Publishing.</source>
        <translation>Ces canaux n’ont pas de créneaux hebdomadaires. Ajoutez-en dans Réglages &gt; Publication.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Saisissez un jour et une heure.</translation>
    </message>
    <message>
        <source>Type the first and the last time.</source>
        <translation>Saisissez la première et la dernière heure.</translation>
    </message>
    <message>
        <source>Type the first time and the interval between two messages.</source>
        <translation>Saisissez la première heure et l’intervalle entre deux messages.</translation>
    </message>
</context>
<context>
    <name>RescheduleFields</name>
    <message>
        <source>After</source>
        <extracomment>From this moment.</extracomment>
        <translation>Après</translation>
    </message>
    <message>
        <source>At a fixed interval</source>
        <translation>À intervalle fixe</translation>
    </message>
    <message>
        <source>Evenly between two times</source>
        <translation>Réparties entre deux heures</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Tous les</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Sur</translation>
    </message>
    <message>
        <source>Reschedule how</source>
        <translation>Comment replanifier</translation>
    </message>
    <message>
        <source>Set to</source>
        <translation>Fixer à</translation>
    </message>
    <message>
        <source>Shift by</source>
        <translation>Décaler de</translation>
    </message>
    <message>
        <source>Spread over</source>
        <translation>Répartir sur</translation>
    </message>
    <message>
        <source>The weekly slots</source>
        <translation>Les créneaux hebdomadaires</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Au</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>From this moment.</extracomment>
        <translation>maintenant</translation>
    </message>
    <message>
        <source>“{time}”</source>
        <translation>«&#xa0;{time}&#xa0;»</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>«&#xa0;{time}&#xa0;», «&#xa0;{other}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>RescheduleList</name>
    <message>
        <source>No free time left. The post keeps its time.</source>
        <translation>Plus aucune heure libre. La publication garde son heure.</translation>
    </message>
    <message>
        <source>Same minute on this channel: {post}</source>
        <translation>Même minute sur ce canal&#xa0;: {post}</translation>
    </message>
    <message>
        <source>That time has passed. The post keeps its time.</source>
        <translation>Cette heure est passée. La publication garde son heure.</translation>
    </message>
    <message>
        <source>The post has this time already.</source>
        <translation>La publication a déjà cette heure.</translation>
    </message>
    <message>
        <source>another post</source>
        <translation>une autre publication</translation>
    </message>
    <message>
        <source>no free time</source>
        <translation>aucune heure libre</translation>
    </message>
</context>
<context>
    <name>Rescheduling</name>
    <message>
        <source>Leave at least one minute between two messages.</source>
        <translation>Laissez au moins une minute entre deux messages.</translation>
    </message>
    <message>
        <source>The last time is not after the first one.</source>
        <translation>La dernière heure n’est pas après la première.</translation>
    </message>
    <message>
        <source>“{text}” is not a duration such as “{earlier}” or “{later}”.</source>
        <translation>«&#xa0;{text}&#xa0;» n’est pas une durée comme «&#xa0;{earlier}&#xa0;» ou «&#xa0;{later}&#xa0;».</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>Tout le réseau (%n)</numerusform>
            <numerusform>Les %n réseaux</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing pictures</source>
        <translation>Préparation des images</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>Trop gros pour {network}. Choisissez une taille plus petite.</translation>
    </message>
    <message>
        <source>Too small for {network}. Use a larger picture.</source>
        <translation>Trop petit pour {network}. Utilisez une image plus grande.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Ce qui est envoyé</translation>
    </message>
    <message>
        <source>original file</source>
        <translation>fichier d’origine</translation>
    </message>
    <message>
        <source>{format} at quality {n}</source>
        <translation>{format}, qualité {n}</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>{name} n’a pas pu être préparé.</translation>
    </message>
    <message>
        <source>{network} does not support animations. Choose a still format.</source>
        <translation>{network} ne prend pas en charge les animations. Choisissez un format fixe.</translation>
    </message>
    <message>
        <source>{network} does not support this file type. Choose another format.</source>
        <translation>{network} ne prend pas en charge ce type de fichier. Choisissez un autre format.</translation>
    </message>
    <message>
        <source>{network} does not support this shape. Crop the picture.</source>
        <translation>{network} ne prend pas en charge cette forme. Recadrez l’image.</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) added</source>
        <translation>
            <numerusform>%Ln image ou vidéo ajoutée</numerusform>
            <numerusform>%Ln images ou vidéos ajoutées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) removed</source>
        <translation>
            <numerusform>%Ln image ou vidéo retirée</numerusform>
            <numerusform>%Ln images ou vidéos retirées</numerusform>
        </translation>
    </message>
    <message>
        <source>A picture or video</source>
        <translation>Une image ou une vidéo</translation>
    </message>
    <message>
        <source>A picture or video that is not in the message any more</source>
        <translation>Une image ou une vidéo qui n’est plus dans le message</translation>
    </message>
    <message>
        <source>Added: “{text}”.</source>
        <translation>Ajouté : « {text} ».</translation>
    </message>
    <message>
        <source>Changed by {name} · {time}</source>
        <translation>Modifié par {name} · {time}</translation>
    </message>
    <message>
        <source>Changed by {name} · {time} · {fields}</source>
        <translation>Modifié par {name} · {time} · {fields}</translation>
    </message>
    <message>
        <source>Changed: {fields}</source>
        <translation>Modifié&#xa0;: {fields}</translation>
    </message>
    <message>
        <source>Changes requested: {time}</source>
        <translation>Modifications demandées : {time}</translation>
    </message>
    <message>
        <source>Channels added: {names}</source>
        <translation>Canaux ajoutés : {names}</translation>
    </message>
    <message>
        <source>Channels removed: {names}</source>
        <translation>Canaux retirés : {names}</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Premier commentaire</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Lien</translation>
    </message>
    <message>
        <source>New time: at once</source>
        <translation>Nouvelle heure : tout de suite</translation>
    </message>
    <message>
        <source>New time: {time}</source>
        <translation>Nouvelle heure : {time}</translation>
    </message>
    <message>
        <source>Picture {number}</source>
        <translation>Image {number}</translation>
    </message>
    <message>
        <source>Proposed by {name}</source>
        <translation>Proposé par {name}</translation>
    </message>
    <message>
        <source>Proposed: {time}</source>
        <translation>Proposé : {time}</translation>
    </message>
    <message>
        <source>Removed: “{text}”.</source>
        <translation>Retiré : « {text} ».</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>The text</source>
        <translation>Le texte</translation>
    </message>
    <message>
        <source>The time</source>
        <translation>L’heure</translation>
    </message>
    <message>
        <source>Video {number}</source>
        <translation>Vidéo {number}</translation>
    </message>
    <message>
        <source>You proposed this post</source>
        <translation>Vous avez proposé cette publication</translation>
    </message>
    <message>
        <source>a channel that is not listed any more</source>
        <translation>un canal qui n’est plus listé</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>canaux</translation>
    </message>
    <message>
        <source>first comment</source>
        <translation>premier commentaire</translation>
    </message>
    <message>
        <source>link</source>
        <translation>lien</translation>
    </message>
    <message>
        <source>options</source>
        <translation>options</translation>
    </message>
    <message>
        <source>pictures and videos</source>
        <translation>images et vidéos</translation>
    </message>
    <message>
        <source>text</source>
        <translation>texte</translation>
    </message>
    <message>
        <source>time</source>
        <translation>heure</translation>
    </message>
    <message>
        <source>{field} for {channels}</source>
        <translation>{field} pour {channels}</translation>
    </message>
    <message>
        <source>{name} approved it</source>
        <translation>{name} l’a approuvé</translation>
    </message>
    <message>
        <source>{name} edited it</source>
        <translation>{name} l’a modifié</translation>
    </message>
    <message>
        <source>{name} moved it</source>
        <translation>{name} l’a déplacé</translation>
    </message>
    <message>
        <source>{name} proposed it</source>
        <translation>{name} l’a proposé</translation>
    </message>
    <message>
        <source>{name} requests changes</source>
        <translation>{name} demande des modifications</translation>
    </message>
    <message>
        <source>{name} restored it</source>
        <translation>{name} l’a rétabli</translation>
    </message>
    <message>
        <source>{name} scheduled it</source>
        <translation>{name} l’a programmé</translation>
    </message>
    <message>
        <source>{name} took the approval back</source>
        <translation>{name} a retiré l’approbation</translation>
    </message>
    <message>
        <source>{name} took the request for changes back</source>
        <translation>{name} a retiré la demande de modifications</translation>
    </message>
    <message>
        <source>{name} withdrew it</source>
        <translation>{name} l’a retiré</translation>
    </message>
    <message>
        <source>“{before}” became “{after}”.</source>
        <translation>« {before} » est devenu « {after} ».</translation>
    </message>
</context>
<context>
    <name>ReviewActions</name>
    <message>
        <source>Approve</source>
        <translation>Approuver</translation>
    </message>
    <message>
        <source>History of the message</source>
        <translation>Historique du message</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Demander des modifications…</translation>
    </message>
    <message>
        <source>Withdraw the proposal</source>
        <translation>Retirer la proposition</translation>
    </message>
</context>
<context>
    <name>ReviewAnswersController</name>
    <message numerus="yes">
        <source>%Ln approval(s) not undone.</source>
        <translation>
            <numerusform>%Ln approbation non annulée.</numerusform>
            <numerusform>%Ln approbations non annulées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln approval(s) undone</source>
        <translation>
            <numerusform>%Ln approbation annulée</numerusform>
            <numerusform>%Ln approbations annulées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) approved</source>
        <translation>
            <numerusform>%Ln message approuvé</numerusform>
            <numerusform>%Ln messages approuvés</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <translation>Modifications demandées</translation>
    </message>
    <message>
        <source>It is not known whether the review was saved: the answer of the service was lost. The schedule is read again.</source>
        <translation>On ne sait pas si la relecture a été enregistrée : la réponse du service s’est perdue. Le planning est relu.</translation>
    </message>
    <message>
        <source>Proposal restored</source>
        <translation>Proposition rétablie</translation>
    </message>
    <message>
        <source>Proposal withdrawn</source>
        <translation>Proposition retirée</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Request for changes undone</source>
        <translation>Demande de modifications annulée</translation>
    </message>
    <message>
        <source>The proposal was not restored.</source>
        <translation>La proposition n’a pas été rétablie.</translation>
    </message>
    <message>
        <source>The request for changes was not undone.</source>
        <translation>La demande de modifications n’a pas été annulée.</translation>
    </message>
    <message>
        <source>The review was not saved.</source>
        <translation>La relecture n’a pas été enregistrée.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>ReviewBox</name>
    <message>
        <source>Approve</source>
        <translation>Approuver</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>It goes out at its time once an editor approves it.</source>
        <translation>Elle partira à l’heure prévue dès qu’un éditeur l’aura approuvée.</translation>
    </message>
    <message>
        <source>It goes out at its time once you approve it.</source>
        <translation>Elle partira à l’heure prévue dès que vous l’aurez approuvée.</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Demander des modifications…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Relecture</translation>
    </message>
    <message>
        <source>The service does not answer at the moment</source>
        <translation>Le service ne répond pas pour le moment</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Retirer</translation>
    </message>
</context>
<context>
    <name>RhythmBar</name>
    <message numerus="yes">
        <source>%Ln message(s) (has/have) (a time/times) of (its/their) own</source>
        <translation>
            <numerusform>%Ln message a sa propre heure</numerusform>
            <numerusform>%Ln messages ont leur propre heure</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Ajouter des créneaux…</translation>
    </message>
    <message>
        <source>Each message is sent at its own time.</source>
        <translation>Chaque message est envoyé à sa propre heure.</translation>
    </message>
    <message>
        <source>From {first} to {last}.</source>
        <translation>Du {first} au {last}.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Aucun style</translation>
    </message>
    <message>
        <source>Now, or “monday 9”</source>
        <translation>Maintenant, ou «&#xa0;lundi 9h&#xa0;»</translation>
    </message>
    <message>
        <source>Posts at</source>
        <translation>Publie à</translation>
    </message>
    <message>
        <source>Repeats every</source>
        <translation>Se répète tous les</translation>
    </message>
    <message>
        <source>Rhythm</source>
        <extracomment>Noun: how the messages of a campaign are spread over time.</extracomment>
        <translation>Rythme</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>Commence</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Style</translation>
    </message>
    <message>
        <source>The first message is sent when you start the campaign.</source>
        <translation>Le premier message est envoyé quand vous démarrez la campagne.</translation>
    </message>
    <message>
        <source>The first message uses the next free slot.</source>
        <translation>Le premier message utilise le prochain créneau libre.</translation>
    </message>
    <message>
        <source>These channels have no weekly slots yet.</source>
        <translation>Ces canaux n’ont pas encore de créneaux hebdomadaires.</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>Utiliser {time}</translation>
    </message>
    <message>
        <source>Vary times by</source>
        <translation>Varier les heures de</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>jour</numerusform>
            <numerusform>jours</numerusform>
        </translation>
    </message>
    <message>
        <source>free slots</source>
        <translation>créneaux libres</translation>
    </message>
    <message numerus="yes">
        <source>hour(s)</source>
        <translation>
            <numerusform>heure</numerusform>
            <numerusform>heures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>minute(s)</source>
        <translation>
            <numerusform>minute</numerusform>
            <numerusform>minutes</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>rien</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>ou {time}&#x202f;?</translation>
    </message>
    <message>
        <source>own times</source>
        <translation>heures propres</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>semaine</numerusform>
            <numerusform>semaines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>working day(s)</source>
        <translation>
            <numerusform>jour ouvré</numerusform>
            <numerusform>jours ouvrés</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (manquant)</translation>
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
        <translation>Ajouter à Evergreen</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Copier le texte</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>Supprimer %Ln publication</numerusform>
            <numerusform>Supprimer %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Modifier…</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Exporter le planning…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <source>Open inspector</source>
        <translation>Ouvrir l’inspecteur</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Ouvrir sur le site</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Ouvrir la publication</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Suspendre le planificateur</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Planificateurs du site…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Replanifier…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
    <message>
        <source>Send now…</source>
        <translation>Envoyer maintenant…</translation>
    </message>
    <message numerus="yes">
        <source>You can duplicate up to %n message(s) at once.</source>
        <translation>
            <numerusform>Vous pouvez dupliquer jusqu’à %n message à la fois.</numerusform>
            <numerusform>Vous pouvez dupliquer jusqu’à %n messages à la fois.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowState</name>
    <message>
        <source>{name}, not ticked</source>
        <translation>{name}, non coché</translation>
    </message>
    <message>
        <source>{name}, partly ticked</source>
        <translation>{name}, coché en partie</translation>
    </message>
    <message>
        <source>{name}, ticked</source>
        <translation>{name}, coché</translation>
    </message>
</context>
<context>
    <name>RowsView</name>
    <message>
        <source>Schedules</source>
        <translation>Planning</translation>
    </message>
</context>
<context>
    <name>RuleFields</name>
    <message numerus="yes">
        <source>%n time(s) as often</source>
        <translation>
            <numerusform>%n fois plus souvent</numerusform>
            <numerusform>%n fois plus souvent</numerusform>
        </translation>
    </message>
    <message>
        <source>At least between two runs</source>
        <translation>Au moins entre deux envois</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>À quelle fréquence</translation>
    </message>
    <message>
        <source>Most runs on each channel</source>
        <translation>Envois au plus par canal</translation>
    </message>
    <message>
        <source>The last day is before the first. Choose a later one.</source>
        <translation>Le dernier jour précède le premier. Choisissez-en un plus tard.</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Jusqu’au</translation>
    </message>
    <message>
        <source>any day</source>
        <translation>n’importe quel jour</translation>
    </message>
    <message>
        <source>as the others</source>
        <translation>comme les autres</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <extracomment>After a number, in its field.</extracomment>
        <translation>
            <numerusform>jour</numerusform>
            <numerusform>jours</numerusform>
        </translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>sans limite</translation>
    </message>
</context>
<context>
    <name>RunTextDialog</name>
    <message>
        <source>Change the text first</source>
        <translation>Modifiez d’abord le texte</translation>
    </message>
    <message>
        <source>Only {when}, on {channels}. The message itself stays as it is.</source>
        <translation>Seulement {when}, sur {channels}. Le message reste tel quel.</translation>
    </message>
    <message>
        <source>Text of this run</source>
        <translation>Texte de cet envoi</translation>
    </message>
    <message>
        <source>Use this text</source>
        <translation>Utiliser ce texte</translation>
    </message>
</context>
<context>
    <name>SamplePicture</name>
    <message>
        <source>Winter Roast</source>
        <translation>Torréfaction d’hiver</translation>
    </message>
</context>
<context>
    <name>SavedViewsMenu</name>
    <message>
        <source>All posts</source>
        <translation>Toutes les publications</translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>Supprimer «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>Nom de la vue</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Rename “{name}”…</source>
        <translation>Renommer «&#xa0;{name}&#xa0;»…</translation>
    </message>
    <message>
        <source>Replaces the view with this name.</source>
        <translation>Remplace la vue de ce nom.</translation>
    </message>
    <message>
        <source>Save as view…</source>
        <translation>Enregistrer comme vue…</translation>
    </message>
    <message>
        <source>Save changes to “{name}”</source>
        <translation>Enregistrer les modifications dans «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>Enregistrer la vue</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Vues enregistrées</translation>
    </message>
    <message>
        <source>Saves the current filters, order, columns and grouping.</source>
        <translation>Enregistre les filtres, l’ordre, les colonnes et les groupes actuels.</translation>
    </message>
    <message>
        <source>View name</source>
        <translation>Nom de la vue</translation>
    </message>
    <message>
        <source>View: {name}</source>
        <translation>Vue&#xa0;: {name}</translation>
    </message>
</context>
<context>
    <name>ScheduleController</name>
    <message>
        <source>Schedule</source>
        <translation>Planning</translation>
    </message>
</context>
<context>
    <name>ScheduleDelegate</name>
    <message>
        <source>No text</source>
        <translation>Aucun texte</translation>
    </message>
</context>
<context>
    <name>ScheduleExportController</name>
    <message numerus="yes">
        <source>%Ln post(s) written to {file}</source>
        <translation>
            <numerusform>%Ln publication écrite dans {file}</numerusform>
            <numerusform>%Ln publications écrites dans {file}</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty week written to {file}</source>
        <translation>Semaine vide écrite dans {file}</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Exporter le planning</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Afficher dans le dossier</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Le fichier n’a pas pu être écrit&#xa0;: {why}</translation>
    </message>
</context>
<context>
    <name>ScheduleHeader</name>
    <message>
        <source>Columns of the schedule</source>
        <translation>Colonnes du planning</translation>
    </message>
</context>
<context>
    <name>ScheduleHints</name>
    <message>
        <source>Editors and owners change this. You can change your own proposals.</source>
        <translation>Les éditeurs et les propriétaires modifient cela. Vous pouvez modifier vos propres propositions.</translation>
    </message>
    <message numerus="yes">
        <source>Not retried, because (it/they) may already be published: %Ln post(s). Open (it/each) and choose what to do.</source>
        <translation>
            <numerusform>Non réessayée, car elle est peut-être déjà publiée&#xa0;: %Ln publication. Ouvrez-la et choisissez que faire.</numerusform>
            <numerusform>Non réessayées, car elles sont peut-être déjà publiées&#xa0;: %Ln publications. Ouvrez chacune et choisissez que faire.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posts that are being sent cannot be deleted.</source>
        <translation>Les publications en cours d’envoi ne peuvent pas être supprimées.</translation>
    </message>
    <message>
        <source>The site has not sent this post yet. Reschedule it instead.</source>
        <translation>Le site n’a pas encore envoyé cette publication. Replanifiez-la plutôt.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Le site publie ceci de lui-même. Modifiez-le sur le site.</translation>
    </message>
    <message>
        <source>The site reports no time for this post, so you cannot reschedule it here.</source>
        <translation>Le site n’indique aucune heure pour cette publication, vous ne pouvez donc pas la replanifier ici.</translation>
    </message>
    <message>
        <source>This post has failed. Retry it instead.</source>
        <translation>Cette publication a échoué. Réessayez-la plutôt.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to change and send it again.</source>
        <translation>Cette publication est déjà envoyée. Dupliquez-la pour la modifier et la renvoyer.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to schedule it again.</source>
        <translation>Cette publication est déjà envoyée. Dupliquez-la pour la replanifier.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to send it again.</source>
        <translation>Cette publication est déjà envoyée. Dupliquez-la pour la renvoyer.</translation>
    </message>
    <message>
        <source>This post is being sent. Wait until it is sent.</source>
        <translation>Cette publication est en cours d’envoi. Attendez qu’elle soit envoyée.</translation>
    </message>
    <message>
        <source>This post is scheduled. You can retry only failed posts.</source>
        <translation>Cette publication est planifiée. Vous ne pouvez réessayer que celles en échec.</translation>
    </message>
    <message>
        <source>This post may already be published. Choose what to do with it first.</source>
        <translation>Cette publication est peut-être déjà publiée. Choisissez d’abord qu’en faire.</translation>
    </message>
    <message>
        <source>This post shares a post of the site. Change it on the site.</source>
        <translation>Cette publication partage un article du site. Modifiez-le sur le site.</translation>
    </message>
    <message>
        <source>This post was not sent. Send it now or reschedule it.</source>
        <translation>Cette publication n’a pas été envoyée. Envoyez-la maintenant ou replanifiez-la.</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Vous pouvez seulement consulter cet espace de travail</translation>
    </message>
    <message>
        <source>You can reschedule only scheduled posts.</source>
        <translation>Vous ne pouvez replanifier que des publications planifiées.</translation>
    </message>
    <message>
        <source>You can retry only failed posts.</source>
        <translation>Vous ne pouvez réessayer que des publications en échec.</translation>
    </message>
</context>
<context>
    <name>ScheduleTablePage</name>
    <message>
        <source>&amp;Post</source>
        <translation>&amp;Publication</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Effacer les filtres</translation>
    </message>
    <message>
        <source>Columns and rows…</source>
        <translation>Colonnes et lignes…</translation>
    </message>
    <message>
        <source>Dates…</source>
        <translation>Dates…</translation>
    </message>
    <message>
        <source>Find in the schedule</source>
        <translation>Chercher dans le planning</translation>
    </message>
    <message>
        <source>Fold all messages</source>
        <translation>Replier tous les messages</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Vues enregistrées</translation>
    </message>
    <message>
        <source>Show or hide the inspector</source>
        <translation>Afficher ou masquer l’inspecteur</translation>
    </message>
    <message>
        <source>Unfold all messages</source>
        <translation>Déplier tous les messages</translation>
    </message>
</context>
<context>
    <name>ScheduleToolbar</name>
    <message>
        <source>All labels</source>
        <translation>Toutes les étiquettes</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Tous les réseaux</translation>
    </message>
    <message>
        <source>All statuses</source>
        <translation>Tous les statuts</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>N’importe quelle date</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>À {time}</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Colonnes</translation>
    </message>
    <message>
        <source>Columns, order, groups and row height</source>
        <translation>Colonnes, ordre, groupes et hauteur des lignes</translation>
    </message>
    <message>
        <source>Date filter</source>
        <translation>Filtre de dates</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <source>Details of the current post ({open}; {pane} shows and hides them)</source>
        <extracomment>{open} and {pane}: keys.</extracomment>
        <translation>Détails de la publication actuelle ({open}&#x202f;; {pane} les affiche et les masque)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Exporter le planning…</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Filtre d’étiquettes</translation>
    </message>
    <message>
        <source>Network filter</source>
        <translation>Filtre de réseaux</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>No connection. Schedule as of {when}.</source>
        <translation>Aucune connexion. Planning du {when}.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Actualiser</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Vues enregistrées</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Rechercher des publications</translation>
    </message>
    <message>
        <source>Search schedules</source>
        <translation>Rechercher dans le planning</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Filtre de statut</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Vues</translation>
    </message>
</context>
<context>
    <name>ScheduleUndo</name>
    <message numerus="yes">
        <source>%n post(s) restored</source>
        <translation>
            <numerusform>%n publication restaurée</numerusform>
            <numerusform>%n publications restaurées</numerusform>
        </translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Some posts could not be moved again: their new time has passed.</source>
        <translation>Certaines publications n’ont pas pu être redéplacées&#xa0;: leur nouvelle heure est passée.</translation>
    </message>
    <message>
        <source>Some posts could not be moved back: their old time has passed.</source>
        <translation>Certaines publications n’ont pas pu être remises&#xa0;: leur ancienne heure est passée.</translation>
    </message>
</context>
<context>
    <name>ScheduleViewState</name>
    <message>
        <source>View “{name}” deleted</source>
        <translation>Vue «&#xa0;{name}&#xa0;» supprimée</translation>
    </message>
</context>
<context>
    <name>ScheduledEdit</name>
    <message>
        <source>Editing a proposal</source>
        <translation>Modification d’une proposition</translation>
    </message>
    <message>
        <source>Editing a scheduled message</source>
        <translation>Modification d’un message planifié</translation>
    </message>
    <message>
        <source>Keep it as a new message to send it</source>
        <translation>Gardez-le comme nouveau message pour l’envoyer</translation>
    </message>
    <message>
        <source>Switch to its workspace to save the changes</source>
        <translation>Passez à son espace de travail pour enregistrer les modifications</translation>
    </message>
    <message>
        <source>The message was sent before you saved your changes</source>
        <translation>Le message a été envoyé avant que vous enregistriez vos modifications</translation>
    </message>
    <message>
        <source>This message belongs to another workspace</source>
        <translation>Ce message appartient à un autre espace de travail</translation>
    </message>
    <message>
        <source>This message is being sent</source>
        <translation>Ce message est en cours d’envoi</translation>
    </message>
    <message>
        <source>This message is no longer in the schedule</source>
        <translation>Ce message n’est plus dans le planning</translation>
    </message>
</context>
<context>
    <name>SchedulesModel</name>
    <message numerus="yes">
        <source>%Ln (needs/need) you</source>
        <translation>
            <numerusform>%Ln demande votre attention</numerusform>
            <numerusform>%Ln demandent votre attention</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln by the site</source>
        <translation>
            <numerusform>%Ln par le site</numerusform>
            <numerusform>%Ln par le site</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln draft(s)</source>
        <translation>
            <numerusform>%Ln brouillon</numerusform>
            <numerusform>%Ln brouillons</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln en échec</numerusform>
            <numerusform>%Ln en échec</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln network(s)</source>
        <translation>
            <numerusform>%Ln réseau</numerusform>
            <numerusform>%Ln réseaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not sent</source>
        <translation>
            <numerusform>%Ln non envoyée</numerusform>
            <numerusform>%Ln non envoyées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln other(s)</source>
        <translation>
            <numerusform>%Ln autre</numerusform>
            <numerusform>%Ln autres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln scheduled</source>
        <translation>
            <numerusform>%Ln planifiée</numerusform>
            <numerusform>%Ln planifiées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sending</source>
        <translation>
            <numerusform>%Ln en cours d’envoi</numerusform>
            <numerusform>%Ln en cours d’envoi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln envoyée</numerusform>
            <numerusform>%Ln envoyées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to approve</source>
        <translation>
            <numerusform>%Ln à approuver</numerusform>
            <numerusform>%Ln à approuver</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to change</source>
        <translation>
            <numerusform>%Ln à modifier</numerusform>
            <numerusform>%Ln à modifier</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n partie</numerusform>
            <numerusform>%n parties</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Et %Ln autre.</numerusform>
            <numerusform>Et %Ln autres.</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Modifications demandées</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a post.</extracomment>
        <translation>Brouillon</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Brouillons</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>En échec</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Lien</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Médias</translation>
    </message>
    <message>
        <source>Message on {channels}</source>
        <translation>Message sur {channels}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Demande votre attention</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>Aucune date</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Non envoyé</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Envoi d’un message evergreen</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planifié</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Envoi</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Site</translation>
    </message>
    <message>
        <source>Status</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Statut</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Heure</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Inconnu</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>En attente d’approbation</translation>
    </message>
    <message>
        <source>collapsed</source>
        <translation>replié</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>evergreen</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>déplié</translation>
    </message>
    <message>
        <source>link</source>
        <translation>lien</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>aucune date</translation>
    </message>
    <message>
        <source>no text</source>
        <translation>aucun texte</translation>
    </message>
</context>
<context>
    <name>ScriptsPage</name>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Copy the example</source>
        <translation>Copier l’exemple</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Exemple</translation>
    </message>
    <message>
        <source>Example of a script</source>
        <translation>Exemple de script</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Python scripts post through the same services. Without a user name they use POSTO_BASE_URL, POSTO_USERNAME and POSTO_PASSWORD from the environment, or else the account Posto is signed in to.</source>
        <translation>Les scripts Python publient par les mêmes services. Sans nom d’utilisateur, ils utilisent POSTO_BASE_URL, POSTO_USERNAME et POSTO_PASSWORD de l’environnement, sinon le compte auquel Posto est connecté.</translation>
    </message>
    <message>
        <source>Run it with the Python below</source>
        <translation>Exécutez-le avec le Python ci-dessous</translation>
    </message>
    <message>
        <source>Styles shared between scripts and Posto</source>
        <translation>Styles partagés entre les scripts et Posto</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Utiliser Posto depuis des scripts</translation>
    </message>
    <message>
        <source>Your own Python with the package posto-desktop; the app does not include one</source>
        <translation>Votre propre Python avec le paquet posto-desktop&#x202f;; l’appli n’en contient pas</translation>
    </message>
</context>
<context>
    <name>Sdk</name>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n heure</numerusform>
            <numerusform>%n heures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n seconde</numerusform>
            <numerusform>%n secondes</numerusform>
        </translation>
    </message>
    <message>
        <source>A bot check, a page cache or a “coming soon” plugin blocks Posto. Allow Posto there.</source>
        <translation>Un contrôle anti-robots, un cache de pages ou une extension «&#xa0;bientôt disponible&#xa0;» bloque Posto. Autorisez-y Posto.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocked the request (403). Allow Posto there.</source>
        <translation>Un pare-feu ou une extension de sécurité de {host} a bloqué la requête (403). Autorisez-y Posto.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocks requests from apps ({status}). Allow Posto there.</source>
        <translation>Un pare-feu ou une extension de sécurité de {host} bloque les requêtes des applis ({status}). Autorisez-y Posto.</translation>
    </message>
    <message>
        <source>A newer version of Posto wrote it. It was left as it is.</source>
        <translation>Une version plus récente de Posto l’a écrit. Il a été laissé tel quel.</translation>
    </message>
    <message>
        <source>A plugin of {host} redirects apps to the login page, even with a sign-in. Keep /wp-json/ open there; WordPress checks the sign-in itself.</source>
        <translation>Une extension de {host} redirige les applis vers la page de connexion, même identifiées. Gardez-y /wp-json/ ouvert&#x202f;; WordPress vérifie lui-même la connexion.</translation>
    </message>
    <message>
        <source>A proxy looks like http://user:password@host:8080.</source>
        <translation>Un proxy s’écrit http://user:password@host:8080.</translation>
    </message>
    <message>
        <source>A setting holds something that cannot be sent. Nothing was sent.</source>
        <translation>Un réglage contient quelque chose qui ne peut pas être envoyé. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Un fil peut avoir {limit} parties au plus.</translation>
    </message>
    <message>
        <source>A {kind} needs a name of 1 to {limit} characters.</source>
        <translation>{kind}&#xa0;: le nom doit avoir de 1 à {limit} caractères.</translation>
    </message>
    <message>
        <source>Another program answers in place of the workspace on this computer. Nothing was sent.</source>
        <translation>Un autre programme répond à la place de l’espace de travail de cet ordinateur. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Another program holds the settings. Close it and try again.</source>
        <translation>Un autre programme retient les réglages. Fermez-le et réessayez.</translation>
    </message>
    <message>
        <source>Apache: in .htaccess, in place of Require valid-user</source>
        <translation>Apache&#xa0;: dans .htaccess, à la place de Require valid-user</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}, usually by a security plugin. Enable them in its settings.</source>
        <translation>Les mots de passe d’application sont désactivés sur {host}, en général par une extension de sécurité. Activez-les dans ses réglages.</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}: WordPress offers them on https only. Use the site&apos;s https address, or enable them there.</source>
        <translation>Les mots de passe d’application sont désactivés sur {host}&#xa0;: WordPress ne les propose qu’en https. Utilisez l’adresse https du site, ou activez-les là.</translation>
    </message>
    <message>
        <source>Channel {number} is there twice. Nothing was sent.</source>
        <translation>Le canal {number} figure deux fois. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Do not send the whole post again.</source>
        <translation>Ne renvoyez pas toute la publication.</translation>
    </message>
    <message>
        <source>Enter the address of the service.</source>
        <translation>Saisissez l’adresse du service.</translation>
    </message>
    <message>
        <source>Enter the user name and its application password.</source>
        <translation>Saisissez le nom d’utilisateur et son mot de passe d’application.</translation>
    </message>
    <message>
        <source>For {shown}: {problem} It is not used.</source>
        <translation>Pour {shown}&#xa0;: {problem} Ce n’est pas utilisé.</translation>
    </message>
    <message>
        <source>If the Authorization header is dropped: Apache, at the top of .htaccess</source>
        <translation>Si l’en-tête Authorization est retiré&#xa0;: Apache, au début de .htaccess</translation>
    </message>
    <message>
        <source>In Posto Desktop</source>
        <translation>Dans Posto Desktop</translation>
    </message>
    <message>
        <source>In a script</source>
        <translation>Dans un script</translation>
    </message>
    <message>
        <source>It could not be read; now it can. Rename it to use it.</source>
        <translation>Il ne pouvait pas être lu&#x202f;; maintenant si. Renommez-le pour l’utiliser.</translation>
    </message>
    <message>
        <source>It holds something else than a style.</source>
        <translation>Il contient autre chose qu’un style.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Elle est en cours d’envoi.</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>Il est vide.</translation>
    </message>
    <message>
        <source>It is larger than {value} MB.</source>
        <translation>Il dépasse {value} Mo.</translation>
    </message>
    <message>
        <source>It is not text in UTF-8.</source>
        <translation>Ce n’est pas du texte en UTF-8.</translation>
    </message>
    <message>
        <source>It is still listed.</source>
        <translation>Elle est encore listée.</translation>
    </message>
    <message>
        <source>It is unknown whether the file was stored: the media library cannot be read. Look there before you upload it again.</source>
        <translation>On ne sait pas si le fichier a été enregistré&#xa0;: la médiathèque ne peut pas être lue. Regardez-y avant de le téléverser à nouveau.</translation>
    </message>
    <message>
        <source>It is unknown whether the post was accepted: the list of schedules cannot be read. Look there before you send it again.</source>
        <translation>On ne sait pas si la publication a été acceptée&#xa0;: la liste des planifications ne peut pas être lue. Regardez-y avant de la renvoyer.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were deleted: the list of schedules cannot be read.</source>
        <translation>On ne sait pas si les publications ont été supprimées&#xa0;: la liste des planifications ne peut pas être lue.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were retried: the list of schedules cannot be read. Look there before you retry them.</source>
        <translation>On ne sait pas si les publications ont été réessayées&#xa0;: la liste des planifications ne peut pas être lue. Regardez-y avant de les réessayer.</translation>
    </message>
    <message>
        <source>It is unknown whether the settings were saved: they cannot be read. Look at them before you save them again.</source>
        <translation>On ne sait pas si les réglages ont été enregistrés&#xa0;: ils ne peuvent pas être lus. Regardez-les avant de les enregistrer à nouveau.</translation>
    </message>
    <message>
        <source>It now points to {location}.</source>
        <translation>Il pointe maintenant vers {location}.</translation>
    </message>
    <message>
        <source>It said: {message}</source>
        <translation>La réponse&#xa0;: {message}</translation>
    </message>
    <message>
        <source>It was to be kept.</source>
        <translation>Il devait être gardé.</translation>
    </message>
    <message>
        <source>Its content is damaged at line {line}, column {column}.</source>
        <translation>Son contenu est endommagé à la ligne {line}, colonne {column}.</translation>
    </message>
    <message>
        <source>Its content is damaged.</source>
        <translation>Son contenu est endommagé.</translation>
    </message>
    <message>
        <source>Its settings are no table of networks.</source>
        <translation>Ses réglages ne sont pas une table de réseaux.</translation>
    </message>
    <message>
        <source>Kept as {name}.</source>
        <translation>Conservé sous {name}.</translation>
    </message>
    <message>
        <source>Look at the planners of the site, and try again.</source>
        <translation>Vérifiez les planificateurs du site, puis réessayez.</translation>
    </message>
    <message>
        <source>Look there again.</source>
        <translation>Regardez-y à nouveau.</translation>
    </message>
    <message>
        <source>No thread can be sent to {names}. Nothing was sent.</source>
        <translation>Aucun fil ne peut être envoyé à {names}. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>Rien n’a été enregistré.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Part {number} is empty. Nothing was sent.</source>
        <translation>La partie {number} est vide. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Posto can send only the WordPress sign-in. Exclude /wp-json/ from that protection; WordPress checks the sign-in there itself.</source>
        <translation>Posto ne peut envoyer que l’identification WordPress. Excluez /wp-json/ de cette protection&#x202f;; WordPress y vérifie lui-même la connexion.</translation>
    </message>
    <message>
        <source>Say which channel to post to.</source>
        <translation>Indiquez sur quel canal publier.</translation>
    </message>
    <message>
        <source>Schedule {number} has not failed; it is “{status}”.</source>
        <translation>La planification {number} n’a pas échoué&#x202f;; elle est «&#xa0;{status}&#xa0;».</translation>
    </message>
    <message>
        <source>Schedule {number} may be live on {channel}: {reason}</source>
        <translation>La planification {number} est peut-être publiée sur {channel}&#xa0;: {reason}</translation>
    </message>
    <message>
        <source>Settings &gt; Network &gt; Certificates of your own</source>
        <translation>Réglages &gt; Réseau &gt; Vos propres certificats</translation>
    </message>
    <message>
        <source>Sign in again with the new address. Nothing was carried out.</source>
        <translation>Reconnectez-vous avec la nouvelle adresse. Rien n’a été exécuté.</translation>
    </message>
    <message>
        <source>Somebody changed the same settings on the service meanwhile. Nothing was saved.</source>
        <translation>Quelqu’un a entre-temps modifié les mêmes réglages sur le service. Rien n’a été enregistré.</translation>
    </message>
    <message>
        <source>The account has no channels.</source>
        <translation>Le compte n’a pas de canaux.</translation>
    </message>
    <message>
        <source>The address holds a user name or a password. Enter them in their own fields; an address is shown and stored openly.</source>
        <translation>L’adresse contient un nom d’utilisateur ou un mot de passe. Saisissez-les dans leurs propres champs&#x202f;; une adresse est affichée et enregistrée ouvertement.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used. Nothing was sent.</source>
        <translation>L’adresse de {host} ne peut pas être utilisée. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The address of {host} starts with http, so the password would travel readable for anyone on the way. Use https. Nothing was sent.</source>
        <translation>L’adresse de {host} commence par http, le mot de passe voyagerait donc lisible par tous. Utilisez https. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: its headers do not end.</source>
        <translation>La réponse de {host} n’a pas pu être lue&#xa0;: ses en-têtes ne finissent pas.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: {why}.</source>
        <translation>La réponse de {host} n’a pas pu être lue&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>The answer of {host} is larger than {size}.</source>
        <translation>La réponse de {host} dépasse {size}.</translation>
    </message>
    <message>
        <source>The certificate of {host} belongs to another name, so this may be another computer. Check the address, and try it with or without www.</source>
        <translation>Le certificat de {host} est à un autre nom, c’est donc peut-être un autre ordinateur. Vérifiez l’adresse, et essayez avec ou sans www.</translation>
    </message>
    <message>
        <source>The certificate of {host} comes from an unknown authority, so this may be another computer. If it is your company&apos;s, let Posto trust it. Otherwise the site must send its whole certificate chain.</source>
        <translation>Le certificat de {host} vient d’une autorité inconnue, c’est donc peut-être un autre ordinateur. Si c’est celle de votre entreprise, faites que Posto l’approuve. Sinon le site doit envoyer toute sa chaîne de certificats.</translation>
    </message>
    <message>
        <source>The certificate of {host} has expired. Ask the site&apos;s owner to renew it, and check the clock of this computer.</source>
        <translation>Le certificat de {host} a expiré. Demandez au propriétaire du site de le renouveler, et vérifiez l’horloge de cet ordinateur.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted, so this may be another computer.</source>
        <translation>Le certificat de {host} n’est pas approuvé, c’est donc peut-être un autre ordinateur.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid yet. Check the clock of this computer.</source>
        <translation>Le certificat de {host} n’est pas encore valable. Vérifiez l’horloge de cet ordinateur.</translation>
    </message>
    <message>
        <source>The certificate of {host} is self-signed, so this may be another computer. If the site is yours, let Posto trust it.</source>
        <translation>Le certificat de {host} est autosigné, c’est donc peut-être un autre ordinateur. Si le site est à vous, faites que Posto l’approuve.</translation>
    </message>
    <message>
        <source>The certificates in {name} cannot be used: it has to be a readable file in PEM form. Nothing was sent.</source>
        <translation>Les certificats de {name} ne peuvent pas être utilisés&#xa0;: il faut un fichier lisible au format PEM. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The connection is closed. Nothing was sent.</source>
        <translation>La connexion est fermée. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The connection to {host} broke before the answer arrived.</source>
        <translation>La connexion à {host} s’est rompue avant l’arrivée de la réponse.</translation>
    </message>
    <message>
        <source>The connection was closed before the answer arrived.</source>
        <translation>La connexion a été fermée avant l’arrivée de la réponse.</translation>
    </message>
    <message>
        <source>The file became shorter while it was sent.</source>
        <translation>Le fichier a raccourci pendant l’envoi.</translation>
    </message>
    <message>
        <source>The file cannot be read: {why}.</source>
        <translation>Le fichier ne peut pas être lu&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>The list of channels is empty. Nothing was posted.</source>
        <translation>La liste des canaux est vide. Rien n’a été publié.</translation>
    </message>
    <message>
        <source>The list of schedules of {host} cannot be read completely.</source>
        <translation>La liste des planifications de {host} ne peut pas être lue en entier.</translation>
    </message>
    <message>
        <source>The list of {name} is empty. Nothing was deleted.</source>
        <translation>La liste de {name} est vide. Rien n’a été supprimé.</translation>
    </message>
    <message>
        <source>The part for {shown} is no table; it is not used.</source>
        <translation>La partie pour {shown} n’est pas une table&#x202f;; elle n’est pas utilisée.</translation>
    </message>
    <message>
        <source>The post has neither text nor media. Nothing was sent.</source>
        <translation>La publication n’a ni texte ni média. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may be on its way right now. Look at the channel before you send it again.</source>
        <translation>La publication n’est pas dans la liste des planifications, mais elle est peut-être en route. Regardez le canal avant de la renvoyer.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may have been accepted: the list can omit posts that are being sent. Look at the channels before you send it again.</source>
        <translation>La publication n’est pas dans la liste des planifications, mais elle a peut-être été acceptée&#xa0;: la liste peut omettre celles en cours d’envoi. Regardez les canaux avant de la renvoyer.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, so it was not taken. It can be sent again.</source>
        <translation>La publication n’est pas dans la liste des planifications, elle n’a donc pas été prise. Elle peut être renvoyée.</translation>
    </message>
    <message>
        <source>The post was taken for {good} of {count} channels.</source>
        <translation>La publication a été prise pour {good} canaux sur {count}.</translation>
    </message>
    <message>
        <source>The proxy to {host} blocked the connection.</source>
        <translation>Le proxy vers {host} a bloqué la connexion.</translation>
    </message>
    <message>
        <source>The proxy to {host} cannot be reached.</source>
        <translation>Le proxy vers {host} est injoignable.</translation>
    </message>
    <message>
        <source>The proxy to {host} rejected its user name or password.</source>
        <translation>Le proxy vers {host} a rejeté son nom d’utilisateur ou son mot de passe.</translation>
    </message>
    <message>
        <source>The same, Apache 2.4.13 or newer with PHP as CGI</source>
        <translation>De même, Apache 2.4.13 ou plus récent avec PHP en CGI</translation>
    </message>
    <message>
        <source>The same, nginx, beside fastcgi_pass</source>
        <translation>De même, nginx, à côté de fastcgi_pass</translation>
    </message>
    <message>
        <source>The saved settings are neither the old nor the new ones. Read the settings again before you change them.</source>
        <translation>Les réglages enregistrés ne sont ni les anciens ni les nouveaux. Relisez-les avant de les modifier.</translation>
    </message>
    <message>
        <source>The schedule is as it was before.</source>
        <translation>Le planning est comme avant.</translation>
    </message>
    <message>
        <source>The service did not say under which number it keeps the file.</source>
        <translation>Le service n’a pas dit sous quel numéro il conserve le fichier.</translation>
    </message>
    <message>
        <source>The service has the post, but said: {answer} What became of each channel is not known: the list of schedules {why}. Do not send the whole post again.</source>
        <translation>Le service a la publication, mais a dit&#xa0;: {answer} On ne sait pas ce qu’est devenu chaque canal&#xa0;: la liste des planifications {why}. Ne renvoyez pas toute la publication.</translation>
    </message>
    <message>
        <source>The service has the post.</source>
        <translation>Le service a la publication.</translation>
    </message>
    <message>
        <source>The service refused this without a reason.</source>
        <translation>Le service a refusé ceci sans raison.</translation>
    </message>
    <message>
        <source>The service said: {answer}</source>
        <translation>Le service a dit&#xa0;: {answer}</translation>
    </message>
    <message>
        <source>The service still lists it, as it does while a post is being sent.</source>
        <translation>Le service la liste encore, comme pendant l’envoi d’une publication.</translation>
    </message>
    <message>
        <source>The service was asked to delete the posts.</source>
        <translation>Il a été demandé au service de supprimer les publications.</translation>
    </message>
    <message>
        <source>The settings are as they were before.</source>
        <translation>Les réglages sont comme avant.</translation>
    </message>
    <message>
        <source>The template has unknown variables: {shown}. Known are {known}.</source>
        <translation>Le modèle a des variables inconnues&#xa0;: {shown}. Connues&#xa0;: {known}.</translation>
    </message>
    <message>
        <source>The template has {count} characters; at most {limit} are taken.</source>
        <translation>Le modèle compte {count} caractères&#x202f;; {limit} au plus sont acceptés.</translation>
    </message>
    <message>
        <source>The time lies in the past. Nothing was sent.</source>
        <translation>L’heure est dans le passé. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password (“{realm}”).</source>
        <translation>Le serveur web de {host} demande son propre nom d’utilisateur et mot de passe («&#xa0;{realm}&#xa0;»).</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password.</source>
        <translation>Le serveur web de {host} demande son propre nom d’utilisateur et mot de passe.</translation>
    </message>
    <message>
        <source>The workspace on this computer cannot be reached. Nothing was sent.</source>
        <translation>L’espace de travail de cet ordinateur est injoignable. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not answer in time. Nothing was sent.</source>
        <translation>L’espace de travail de cet ordinateur n’a pas répondu à temps. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The {kind} “{name}” cannot be used.</source>
        <translation>{kind} «&#xa0;{name}&#xa0;» ne peut pas être utilisé.</translation>
    </message>
    <message>
        <source>The {subject} cannot be stored: {error}.</source>
        <translation>{subject}&#xa0;: enregistrement impossible&#xa0;: {error}.</translation>
    </message>
    <message>
        <source>The {subject} name unknown networks: {names}. Known are {known}.</source>
        <translation>{subject}&#xa0;: nomme des réseaux inconnus&#xa0;: {names}. Connus&#xa0;: {known}.</translation>
    </message>
    <message>
        <source>There are: {listed}.</source>
        <translation>Il y a&#xa0;: {listed}.</translation>
    </message>
    <message>
        <source>There is already a {kind} “{clean}”.</source>
        <translation>{kind} «&#xa0;{clean}&#xa0;» existe déjà.</translation>
    </message>
    <message>
        <source>There is no channel to post to. Nothing was sent.</source>
        <translation>Il n’y a aucun canal où publier. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>There is no channel {description}. {sentence} Nothing was posted.</source>
        <translation>Il n’y a pas de canal {description}. {sentence} Rien n’a été publié.</translation>
    </message>
    <message>
        <source>There is no network “{key}”, so its settings would be lost.</source>
        <translation>Il n’y a pas de réseau «&#xa0;{key}&#xa0;», ses réglages seraient donc perdus.</translation>
    </message>
    <message>
        <source>There is no network “{key}”; its part is not used.</source>
        <translation>Il n’y a pas de réseau «&#xa0;{key}&#xa0;»&#x202f;; sa partie n’est pas utilisée.</translation>
    </message>
    <message>
        <source>There is no network “{name}”. Known are: {names}.</source>
        <translation>Il n’y a pas de réseau «&#xa0;{name}&#xa0;». Connus&#xa0;: {names}.</translation>
    </message>
    <message>
        <source>There is no schedule {number}.</source>
        <translation>Il n’y a pas de planification {number}.</translation>
    </message>
    <message>
        <source>There is no {kind} “{name}”. There are: {names}.</source>
        <translation>{kind} «&#xa0;{name}&#xa0;» n’existe pas. Il y a&#xa0;: {names}.</translation>
    </message>
    <message>
        <source>This address of {host} leads to a file, not to a page.</source>
        <translation>Cette adresse de {host} mène à un fichier, pas à une page.</translation>
    </message>
    <message>
        <source>This is not a web address.</source>
        <translation>Ce n’est pas une adresse web.</translation>
    </message>
    <message>
        <source>This is not a web address. An address looks like https://example.com.</source>
        <translation>Ce n’est pas une adresse web. Une adresse s’écrit https://example.com.</translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n hour(s).</source>
        <translation>
            <numerusform>Réessayez dans %n heure.</numerusform>
            <numerusform>Réessayez dans %n heures.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n minute(s).</source>
        <translation>
            <numerusform>Réessayez dans %n minute.</numerusform>
            <numerusform>Réessayez dans %n minutes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n second(s).</source>
        <translation>
            <numerusform>Réessayez dans %n seconde.</numerusform>
            <numerusform>Réessayez dans %n secondes.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Réessayez plus tard.</translation>
    </message>
    <message>
        <source>What has to get through</source>
        <translation>Ce qui doit passer</translation>
    </message>
    <message>
        <source>WordPress, in wp-config.php</source>
        <translation>WordPress, dans wp-config.php</translation>
    </message>
    <message>
        <source>WordPress: a file in wp-content/mu-plugins</source>
        <translation>WordPress&#xa0;: un fichier dans wp-content/mu-plugins</translation>
    </message>
    <message>
        <source>a text of more than {most} characters</source>
        <translation>un texte de plus de {most} caractères</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>tous les réseaux</translation>
    </message>
    <message>
        <source>an object with more than {most} names</source>
        <translation>un objet de plus de {most} noms</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>ne peut pas être lue</translation>
    </message>
    <message>
        <source>does not show it</source>
        <translation>ne la montre pas</translation>
    </message>
    <message>
        <source>it cannot be opened</source>
        <translation>il ne peut pas être ouvert</translation>
    </message>
    <message>
        <source>it cannot be read</source>
        <translation>il ne peut pas être lu</translation>
    </message>
    <message>
        <source>it cannot be written</source>
        <translation>il ne peut pas être écrit</translation>
    </message>
    <message>
        <source>it failed without a reason</source>
        <translation>échec sans raison</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>il est vide</translation>
    </message>
    <message>
        <source>it is not in the list of schedules</source>
        <translation>elle n’est pas dans la liste des planifications</translation>
    </message>
    <message>
        <source>it may be live: {value}</source>
        <translation>elle est peut-être publiée&#xa0;: {value}</translation>
    </message>
    <message>
        <source>it may be on its way</source>
        <translation>elle est peut-être en route</translation>
    </message>
    <message>
        <source>lists and objects nested more than {most} deep</source>
        <translation>des listes et objets imbriqués sur plus de {most} niveaux</translation>
    </message>
    <message>
        <source>more than fits into {size} MB of memory</source>
        <translation>plus que {size} Mo de mémoire n’en contiennent</translation>
    </message>
    <message>
        <source>more than {most} rows</source>
        <translation>plus de {most} lignes</translation>
    </message>
    <message>
        <source>more than {most} values</source>
        <translation>plus de {most} valeurs</translation>
    </message>
    <message>
        <source>nginx, in server { }</source>
        <translation>nginx, dans server { }</translation>
    </message>
    <message>
        <source>nginx: outside of server { }, and inside in place of its auth_basic</source>
        <translation>nginx&#xa0;: hors de server { }, et dedans à la place de son auth_basic</translation>
    </message>
    <message>
        <source>nobody knows how it ended</source>
        <translation>personne ne sait comment cela s’est terminé</translation>
    </message>
    <message>
        <source>number {number}</source>
        <translation>numéro {number}</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>le réseau</translation>
    </message>
    <message>
        <source>too many long lists and objects nested in each other</source>
        <translation>trop de longues listes et de longs objets imbriqués</translation>
    </message>
    <message>
        <source>{address} redirects in a loop.</source>
        <translation>{address} redirige en boucle.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data (“{page}”). The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} a répondu par une page web au lieu de données («&#xa0;{page}&#xa0;»). L’adresse est peut-être fausse, ou un pare-feu bloque Posto.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data. The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} a répondu par une page web au lieu de données. L’adresse est peut-être fausse, ou un pare-feu bloque Posto.</translation>
    </message>
    <message>
        <source>{host} answered with an address that cannot be used.</source>
        <translation>{host} a répondu par une adresse inutilisable.</translation>
    </message>
    <message>
        <source>{host} answered with old data from a cache. Exclude /wp-json/ from its cache.</source>
        <translation>{host} a répondu par d’anciennes données d’un cache. Excluez /wp-json/ de son cache.</translation>
    </message>
    <message>
        <source>{host} answered without a calendar.</source>
        <translation>{host} a répondu sans calendrier.</translation>
    </message>
    <message>
        <source>{host} answered without a feed.</source>
        <translation>{host} a répondu sans flux.</translation>
    </message>
    <message>
        <source>{host} answered without a list of channels.</source>
        <translation>{host} a répondu sans liste de canaux.</translation>
    </message>
    <message>
        <source>{host} answered without a list of its posts.</source>
        <translation>{host} a répondu sans la liste de ses articles.</translation>
    </message>
    <message>
        <source>{host} answered without a list of schedules.</source>
        <translation>{host} a répondu sans liste de planifications.</translation>
    </message>
    <message>
        <source>{host} answered without its media library.</source>
        <translation>{host} a répondu sans sa médiathèque.</translation>
    </message>
    <message>
        <source>{host} answered without its planners.</source>
        <translation>{host} a répondu sans ses planificateurs.</translation>
    </message>
    <message>
        <source>{host} answered without its proposals.</source>
        <translation>{host} a répondu sans ses propositions.</translation>
    </message>
    <message>
        <source>{host} answered without saying who has the post open.</source>
        <translation>{host} n’a pas dit qui a ouvert la publication.</translation>
    </message>
    <message>
        <source>{host} answered without settings.</source>
        <translation>{host} a répondu sans réglages.</translation>
    </message>
    <message>
        <source>{host} answered without the team&apos;s data.</source>
        <translation>{host} a répondu sans les données de l’équipe.</translation>
    </message>
    <message>
        <source>{host} answered {status}.</source>
        <translation>{host} a répondu {status}.</translation>
    </message>
    <message>
        <source>{host} blocks this account: {reason}</source>
        <translation>{host} bloque ce compte&#xa0;: {reason}</translation>
    </message>
    <message>
        <source>{host} cannot answer right now ({status}).</source>
        <translation>{host} ne peut pas répondre pour l’instant ({status}).</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} est injoignable.</translation>
    </message>
    <message>
        <source>{host} could not be found. The address is wrong or this computer is offline.</source>
        <translation>{host} est introuvable. L’adresse est fausse ou cet ordinateur est hors ligne.</translation>
    </message>
    <message>
        <source>{host} could not be reached in time.</source>
        <translation>{host} n’a pas pu être joint à temps.</translation>
    </message>
    <message>
        <source>{host} did not accept the sign-in. The user name or the application password is wrong, or the web server drops the Authorization header.</source>
        <translation>{host} n’a pas accepté la connexion. Le nom d’utilisateur ou le mot de passe d’application est faux, ou le serveur web retire l’en-tête Authorization.</translation>
    </message>
    <message>
        <source>{host} did not answer in time ({status}).</source>
        <translation>{host} n’a pas répondu à temps ({status}).</translation>
    </message>
    <message>
        <source>{host} did not answer within {seconds} seconds.</source>
        <translation>{host} n’a pas répondu en {seconds} secondes.</translation>
    </message>
    <message>
        <source>{host} did not finish its answer within {duration}.</source>
        <translation>{host} n’a pas terminé sa réponse en {duration}.</translation>
    </message>
    <message>
        <source>{host} did not say whether it took the post.</source>
        <translation>{host} n’a pas dit s’il a pris la publication.</translation>
    </message>
    <message>
        <source>{host} did not say who is signed in.</source>
        <translation>{host} n’a pas dit qui est connecté.</translation>
    </message>
    <message>
        <source>{host} did not set up a secure connection. Check its certificate.</source>
        <translation>{host} n’a pas établi de connexion sécurisée. Vérifiez son certificat.</translation>
    </message>
    <message>
        <source>{host} does not accept requests this large (413). Nothing was sent.</source>
        <translation>{host} n’accepte pas de requêtes aussi grosses (413). Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>{host} does not allow this account to do that: {message}</source>
        <translation>{host} ne permet pas cela à ce compte&#xa0;: {message}</translation>
    </message>
    <message>
        <source>{host} does not answer apps over http. Begin the address with https://.</source>
        <translation>{host} ne répond pas aux applications en http. Commencez l’adresse par https://.</translation>
    </message>
    <message>
        <source>{host} does not know this user name. Check the spelling.</source>
        <translation>{host} ne connaît pas ce nom d’utilisateur. Vérifiez l’orthographe.</translation>
    </message>
    <message>
        <source>{host} does not offer this.</source>
        <translation>{host} ne propose pas cela.</translation>
    </message>
    <message>
        <source>{host} has an internal error ({status}).</source>
        <translation>{host} a une erreur interne ({status}).</translation>
    </message>
    <message>
        <source>{host} has moved.</source>
        <translation>{host} a déménagé.</translation>
    </message>
    <message>
        <source>{host} has no FS Poster plugin, or one too old for this.</source>
        <translation>{host} n’a pas l’extension FS Poster, ou une trop ancienne pour cela.</translation>
    </message>
    <message>
        <source>{host} has no WordPress at this address. Check the address; a site in a folder needs the folder too, as in example.com/blog.</source>
        <translation>{host} n’a pas de WordPress à cette adresse. Vérifiez l’adresse&#x202f;; un site dans un dossier nécessite aussi le dossier, comme dans example.com/blog.</translation>
    </message>
    <message>
        <source>{host} has no storage space left.</source>
        <translation>{host} n’a plus d’espace de stockage.</translation>
    </message>
    <message>
        <source>{host} has nothing at this address (404).</source>
        <translation>{host} n’a rien à cette adresse (404).</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the FS Poster plugin, version 7. Install or activate it there. The sign-in itself works.</source>
        <translation>{host} est un site WordPress sans l’extension FS Poster, version 7. Installez-la ou activez-la là-bas. La connexion elle-même fonctionne.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page (“{page}”) instead of data.</source>
        <translation>{host} est un site WordPress, mais répond par une page web («&#xa0;{page}&#xa0;») au lieu de données.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page instead of data.</source>
        <translation>{host} est un site WordPress, mais répond par une page web au lieu de données.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} est en maintenance.</translation>
    </message>
    <message>
        <source>{host} is not a WordPress site, or blocks Posto. Check the address.</source>
        <translation>{host} n’est pas un site WordPress, ou bloque Posto. Vérifiez l’adresse.</translation>
    </message>
    <message>
        <source>{host} is not responding on port {usual}, the default for {scheme}. If the site uses another port, add it to the address, for example {host}:8080. Nothing was sent.</source>
        <translation>{host} ne répond pas sur le port {usual}, celui par défaut de {scheme}. Si le site utilise un autre port, ajoutez-le à l’adresse, par exemple {host}:8080. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>{host} is not responding.</source>
        <translation>{host} ne répond pas.</translation>
    </message>
    <message>
        <source>{host} knows the user name, but the application password is wrong. The login password of the site does not work here: create an application password in your profile there.</source>
        <translation>{host} connaît le nom d’utilisateur, mais le mot de passe d’application est faux. Le mot de passe de connexion du site ne vaut pas ici&#xa0;: créez un mot de passe d’application dans votre profil là-bas.</translation>
    </message>
    <message>
        <source>{host} lies in a private network, so nothing is fetched from there. Download the file yourself and attach it.</source>
        <translation>{host} est dans un réseau privé, rien n’y est donc récupéré. Téléchargez le fichier vous-même et joignez-le.</translation>
    </message>
    <message>
        <source>{host} ran out of memory. Its PHP limit is {memory}.</source>
        <translation>{host} a manqué de mémoire. Sa limite PHP est {memory}.</translation>
    </message>
    <message>
        <source>{host} received the data too slowly: the upload took more than {duration}.</source>
        <translation>{host} a reçu les données trop lentement&#xa0;: le téléversement a pris plus de {duration}.</translation>
    </message>
    <message>
        <source>{host} received too many requests (429).</source>
        <translation>{host} a reçu trop de requêtes (429).</translation>
    </message>
    <message>
        <source>{host} redirected to a page, {location}, instead of sending data.</source>
        <translation>{host} a redirigé vers une page, {location}, au lieu d’envoyer des données.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop. Check both site addresses in WordPress under Settings &gt; General, and the redirect rules of the web server.</source>
        <translation>{host} redirige en boucle. Vérifiez les deux adresses du site dans WordPress sous Réglages &gt; Général, et les règles de redirection du serveur web.</translation>
    </message>
    <message>
        <source>{host} redirects to an address without https. The password was not sent.</source>
        <translation>{host} redirige vers une adresse sans https. Le mot de passe n’a pas été envoyé.</translation>
    </message>
    <message>
        <source>{host} redirects to another site, {named}. If it is yours, enter {named} as the address. The password was not sent.</source>
        <translation>{host} redirige vers un autre site, {named}. S’il est à vous, saisissez {named} comme adresse. Le mot de passe n’a pas été envoyé.</translation>
    </message>
    <message>
        <source>{host} refused the request ({status}).</source>
        <translation>{host} a refusé la requête ({status}).</translation>
    </message>
    <message>
        <source>{host} refused the request.</source>
        <translation>{host} a refusé la requête.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; an owner of the workspace can make a new password in Settings &gt; Team.</source>
        <translation>{host} a rejeté le nom d’utilisateur ou le mot de passe d’application. Vérifiez les deux ; un propriétaire de l’espace de travail peut créer un nouveau mot de passe dans Réglages &gt; Équipe.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header, or the site has disabled application passwords.</source>
        <translation>{host} a rejeté le nom d’utilisateur ou le mot de passe d’application. Vérifiez les deux&#x202f;; le mot de passe de connexion du site ne vaut pas ici. S’ils sont justes, le serveur web retire l’en-tête Authorization, ou le site a désactivé les mots de passe d’application.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header.</source>
        <translation>{host} a rejeté le nom d’utilisateur ou le mot de passe d’application. Vérifiez les deux&#x202f;; le mot de passe de connexion du site ne vaut pas ici. S’ils sont justes, le serveur web retire l’en-tête Authorization.</translation>
    </message>
    <message>
        <source>{host} sends to an address without https.</source>
        <translation>{host} envoie à une adresse sans https.</translation>
    </message>
    <message>
        <source>{limit} bytes</source>
        <translation>{limit} octets</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} et {count} autres</translation>
    </message>
    <message>
        <source>{names} are each the same as the next; the text for all networks counts.</source>
        <translation>{names} sont chacun comme le suivant&#x202f;; le texte pour tous les réseaux compte.</translation>
    </message>
    <message>
        <source>{names} are not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} ne sont pas actifs&#xa0;: la session avec le réseau a expiré. Reconnectez-vous au réseau sur le service. Rien n’a été publié.</translation>
    </message>
    <message>
        <source>{names} is not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} n’est pas actif&#xa0;: la session avec le réseau a expiré. Reconnectez-vous au réseau sur le service. Rien n’a été publié.</translation>
    </message>
    <message>
        <source>{names} is set to be the same as itself; the text for all networks counts.</source>
        <translation>{names} est réglé comme identique à lui-même&#x202f;; le texte pour tous les réseaux compte.</translation>
    </message>
    <message>
        <source>{name} (other version)</source>
        <translation>{name} (autre version)</translation>
    </message>
    <message>
        <source>{name} is not a web address.</source>
        <translation>{name} n’est pas une adresse web.</translation>
    </message>
    <message>
        <source>{shown} could not be downloaded.</source>
        <translation>{shown} n’a pas pu être téléchargé.</translation>
    </message>
    <message>
        <source>{shown} could not be saved on this computer: {why}.</source>
        <translation>{shown} n’a pas pu être enregistré sur cet ordinateur&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{shown} has passed. Nothing was sent.</source>
        <translation>{shown} est passé. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>{shown} is not a picture or video.</source>
        <translation>{shown} n’est ni une image ni une vidéo.</translation>
    </message>
    <message>
        <source>{site} does not use https. Check the port, and whether the site has a certificate.</source>
        <translation>{site} n’utilise pas https. Vérifiez le port, et si le site a un certificat.</translation>
    </message>
    <message>
        <source>{size} bytes</source>
        <translation>{size} octets</translation>
    </message>
    <message>
        <source>{when} is not a time.</source>
        <translation>{when} n’est pas une heure.</translation>
    </message>
    <message>
        <source>“{clean}” was not saved.</source>
        <translation>«&#xa0;{clean}&#xa0;» n’a pas été enregistré.</translation>
    </message>
    <message>
        <source>“{hashtags}.place” takes {either}, not {place}.</source>
        <translation>«&#xa0;{hashtags}.place&#xa0;» accepte {either}, pas {place}.</translation>
    </message>
    <message>
        <source>“{key}” must be {words}, not {value}.</source>
        <translation>«&#xa0;{key}&#xa0;» doit être {words}, pas {value}.</translation>
    </message>
    <message>
        <source>“{name}” ({size}) was not uploaded. {reason} Make it smaller, or have more memory allowed.</source>
        <translation>«&#xa0;{name}&#xa0;» ({size}) n’a pas été téléversé. {reason} Réduisez-le, ou faites autoriser plus de mémoire.</translation>
    </message>
    <message>
        <source>“{name}” cannot be read: {why}.</source>
        <translation>«&#xa0;{name}&#xa0;» ne peut pas être lu&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>“{name}” for {shown} is not text; it is not used.</source>
        <translation>«&#xa0;{name}&#xa0;» pour {shown} n’est pas du texte&#x202f;; ce n’est pas utilisé.</translation>
    </message>
    <message>
        <source>“{name}” has {count} characters; at most {most} are taken.</source>
        <translation>«&#xa0;{name}&#xa0;» compte {count} caractères&#x202f;; {most} au plus sont acceptés.</translation>
    </message>
    <message>
        <source>“{name}” is a list of texts, not {value}.</source>
        <translation>«&#xa0;{name}&#xa0;» est une liste de textes, pas {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a number from {least} to {most}, not {value}.</source>
        <translation>«&#xa0;{name}&#xa0;» est un nombre de {least} à {most}, pas {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a table, not {value}.</source>
        <translation>«&#xa0;{name}&#xa0;» est une table, pas {value}.</translation>
    </message>
    <message>
        <source>“{name}” is larger than {value} MB and was not saved.</source>
        <translation>«&#xa0;{name}&#xa0;» dépasse {value} Mo et n’a pas été enregistré.</translation>
    </message>
    <message>
        <source>“{name}” is not in the media library.</source>
        <translation>«&#xa0;{name}&#xa0;» n’est pas dans la médiathèque.</translation>
    </message>
    <message>
        <source>“{name}” may have been uploaded.</source>
        <translation>«&#xa0;{name}&#xa0;» a peut-être été téléversé.</translation>
    </message>
    <message>
        <source>“{name}” may not upload files on {host}. The account needs the Author role or higher.</source>
        <translation>«&#xa0;{name}&#xa0;» n’a pas le droit de téléverser des fichiers sur {host}. Le compte a besoin du rôle Auteur ou supérieur.</translation>
    </message>
    <message>
        <source>“{name}” must be text, not {value}.</source>
        <translation>«&#xa0;{name}&#xa0;» doit être du texte, pas {value}.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>«&#xa0;{name}&#xa0;» est introuvable.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded.</source>
        <translation>«&#xa0;{name}&#xa0;» n’a pas été téléversé.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: the web server of {host} refuses files of {size} (413). Make it smaller, or have the limit raised there.</source>
        <translation>«&#xa0;{name}&#xa0;» n’a pas été téléversé&#xa0;: le serveur web de {host} refuse les fichiers de {size} (413). Réduisez-le, ou faites relever la limite là-bas.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: this account may not upload files. It needs the Author role or higher.</source>
        <translation>«&#xa0;{name}&#xa0;» n’a pas été téléversé&#xa0;: ce compte n’a pas le droit de téléverser des fichiers. Il a besoin du rôle Auteur ou supérieur.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: {error}</source>
        <translation>«&#xa0;{name}&#xa0;» n’a pas été téléversé&#xa0;: {error}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but its alt text may be missing: {reason}</source>
        <translation>«&#xa0;{name}&#xa0;» a été téléversé, mais son texte alternatif manque peut-être&#xa0;: {reason}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but without its alt text: {reason}</source>
        <translation>«&#xa0;{name}&#xa0;» a été téléversé, mais sans son texte alternatif&#xa0;: {reason}</translation>
    </message>
    <message>
        <source>“{same_as}” of “{key}” names no network: {source_slug}.</source>
        <translation>«&#xa0;{same_as}&#xa0;» de «&#xa0;{key}&#xa0;» ne nomme aucun réseau&#xa0;: {source_slug}.</translation>
    </message>
    <message>
        <source>“{shown}” cannot be read: {why}.</source>
        <translation>«&#xa0;{shown}&#xa0;» ne peut pas être lu&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>“{shown}” is a folder. Choose the files inside it.</source>
        <translation>«&#xa0;{shown}&#xa0;» est un dossier. Choisissez les fichiers qu’il contient.</translation>
    </message>
    <message>
        <source>“{shown}” is empty (0 bytes).</source>
        <translation>«&#xa0;{shown}&#xa0;» est vide (0 octet).</translation>
    </message>
    <message>
        <source>“{shown}” is not a file that can be read.</source>
        <translation>«&#xa0;{shown}&#xa0;» n’est pas un fichier lisible.</translation>
    </message>
    <message>
        <source>“{shown}” is not a picture or a video.</source>
        <translation>«&#xa0;{shown}&#xa0;» n’est ni une image ni une vidéo.</translation>
    </message>
    <message>
        <source>“{shown}” was not found.</source>
        <translation>«&#xa0;{shown}&#xa0;» est introuvable.</translation>
    </message>
    <message>
        <source>“{target}” fits several channels: {listed}. Use the whole name or the number. Nothing was posted.</source>
        <translation>«&#xa0;{target}&#xa0;» correspond à plusieurs canaux&#xa0;: {listed}. Utilisez le nom entier ou le numéro. Rien n’a été publié.</translation>
    </message>
    <message>
        <source>“{utm}.links” takes {either}, not “{link_kind}”.</source>
        <translation>«&#xa0;{utm}.links&#xa0;» accepte {either}, pas «&#xa0;{link_kind}&#xa0;».</translation>
    </message>
    <message>
        <source>“{utm}.{key}” has unknown variables: {shown}. Known are {known}.</source>
        <translation>«&#xa0;{utm}.{key}&#xa0;» a des variables inconnues&#xa0;: {shown}. Connues&#xa0;: {known}.</translation>
    </message>
    <message>
        <source>“{watermark}.corner” takes {either}, not {corner}.</source>
        <translation>«&#xa0;{watermark}.corner&#xa0;» accepte {either}, pas {corner}.</translation>
    </message>
    <message>
        <source>“{watermark}.file” is the plain name of a file in {folder}, not “{file}”.</source>
        <translation>«&#xa0;{watermark}.file&#xa0;» est le simple nom d’un fichier dans {folder}, pas «&#xa0;{file}&#xa0;».</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Search</source>
        <translation>Rechercher</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Tout rechercher</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Effacer</translation>
    </message>
</context>
<context>
    <name>SearchResults</name>
    <message>
        <source>Found settings</source>
        <translation>Réglages trouvés</translation>
    </message>
</context>
<context>
    <name>SendNow</name>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>Envoyer %Ln publication maintenant</numerusform>
            <numerusform>Envoyer %Ln publications maintenant</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now instead of at the time in When?</source>
        <extracomment>&quot;When&quot; is the field of the time of a message.</extracomment>
        <translation>
            <numerusform>Envoyer %Ln publication maintenant au lieu de l’heure indiquée dans Quand&#x202f;?</numerusform>
            <numerusform>Envoyer %Ln publications maintenant au lieu de l’heure indiquée dans Quand&#x202f;?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now?</source>
        <translation>
            <numerusform>Envoyer %Ln publication maintenant&#x202f;?</numerusform>
            <numerusform>Envoyer %Ln publications maintenant&#x202f;?</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>Cela ne peut pas être annulé.</translation>
    </message>
    <message numerus="yes">
        <source>You can undo it for %n second(s).</source>
        <translation>
            <numerusform>Vous pouvez l’annuler pendant %n seconde.</numerusform>
            <numerusform>Vous pouvez l’annuler pendant %n secondes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendingOutlook</name>
    <message numerus="yes">
        <source>%n account(s) cannot post yet</source>
        <translation>
            <numerusform>%n compte ne peut pas encore publier</numerusform>
            <numerusform>%n comptes ne peuvent pas encore publier</numerusform>
        </translation>
    </message>
    <message>
        <source>No network</source>
        <translation>Pas de réseau</translation>
    </message>
    <message>
        <source>No network: waits on this computer</source>
        <translation>Pas de réseau&#xa0;: attend sur cet ordinateur</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Hors ligne</translation>
    </message>
    <message>
        <source>Offline: waits on this computer</source>
        <translation>Hors ligne&#xa0;: attend sur cet ordinateur</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Suspendue</translation>
    </message>
    <message>
        <source>Paused: waits on this computer</source>
        <translation>Suspendu&#xa0;: attend sur cet ordinateur</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Sending is paused: the message waits on this computer.</source>
        <translation>L’envoi est suspendu&#xa0;: le message attend sur cet ordinateur.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Se connecter</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>Déconnecté</translation>
    </message>
    <message>
        <source>Signed out: waits on this computer</source>
        <translation>Déconnecté&#xa0;: attend sur cet ordinateur</translation>
    </message>
    <message>
        <source>The message waits on this computer until you sign in again.</source>
        <translation>Le message attend sur cet ordinateur jusqu’à votre reconnexion.</translation>
    </message>
    <message>
        <source>The message waits on this computer. {why}</source>
        <translation>Le message attend sur cet ordinateur. {why}</translation>
    </message>
    <message>
        <source>There is no network: what goes to {names} waits on this computer.</source>
        <translation>Il n’y a pas de réseau&#xa0;: ce qui va à {names} attend sur cet ordinateur.</translation>
    </message>
    <message>
        <source>What goes to {names} waits on this computer. {why}</source>
        <translation>Ce qui va à {names} attend sur cet ordinateur. {why}</translation>
    </message>
    <message>
        <source>{name}: sign in again</source>
        <translation>{name}&#xa0;: reconnectez-vous</translation>
    </message>
    <message>
        <source>{name}: the keychain is locked</source>
        <translation>{name}&#xa0;: le trousseau est verrouillé</translation>
    </message>
    <message>
        <source>{name}: the server is not reached</source>
        <translation>{name}&#xa0;: le serveur est injoignable</translation>
    </message>
</context>
<context>
    <name>Server</name>
    <message numerus="yes">
        <source>%Ln post(s) could be rescued. Those that waited show as “Not sent” until you decide.</source>
        <translation>
            <numerusform>%Ln publication a pu être récupérée. Celles en attente s’affichent comme «&#xa0;Non envoyée&#xa0;» jusqu’à votre décision.</numerusform>
            <numerusform>%Ln publications ont pu être récupérées. Celles en attente s’affichent comme «&#xa0;Non envoyée&#xa0;» jusqu’à votre décision.</numerusform>
        </translation>
    </message>
    <message>
        <source>16 letters or more, the same as at the receiver. It signs every request.</source>
        <translation>16 lettres ou plus, les mêmes que chez le destinataire. Signe chaque requête.</translation>
    </message>
    <message>
        <source>@name or number. Or write something there, and leave this empty.</source>
        <translation>@nom ou numéro. Ou écrivez-y quelque chose, et laissez ceci vide.</translation>
    </message>
    <message>
        <source>@{name} is in no channel. Add it to the one that you want to use.</source>
        <translation>@{name} n’est dans aucun canal. Ajoutez-le à celui que vous voulez utiliser.</translation>
    </message>
    <message>
        <source>@{name} knows no channel yet. Make it an administrator of yours, write something there, and connect again; or enter the channel&apos;s @name.</source>
        <translation>@{name} ne connaît encore aucun canal. Faites-en un administrateur du vôtre, écrivez-y quelque chose, et reconnectez&#x202f;; ou saisissez le @nom du canal.</translation>
    </message>
    <message>
        <source>A bot&apos;s or your own: Profile, Security, Personal Access Tokens.</source>
        <translation>Celui d’un bot ou le vôtre&#xa0;: Profil, Sécurité, Jetons d’accès personnels.</translation>
    </message>
    <message>
        <source>A channel can be chosen only once in a post.</source>
        <translation>Un canal ne peut être choisi qu’une fois dans une publication.</translation>
    </message>
    <message>
        <source>A file in the media store is damaged ({sha256}). Upload it again.</source>
        <translation>Un fichier du stockage des médias est endommagé ({sha256}). Importez-le à nouveau.</translation>
    </message>
    <message>
        <source>A name to sign in with has letters from a to z, digits and . _ @ + -, 60 at most.</source>
        <translation>Un nom de connexion a des lettres de a à z, des chiffres et . _ @ + -, 60 au plus.</translation>
    </message>
    <message>
        <source>A paragraph has {count} characters; Tumblr allows {limit}. Split it with a blank line.</source>
        <translation>Un paragraphe compte {count} caractères&#x202f;; Tumblr en autorise {limit}. Divisez-le par une ligne vide.</translation>
    </message>
    <message>
        <source>A part of this message was sent meanwhile.</source>
        <translation>Une partie de ce message a été envoyée entre-temps.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so it cannot be edited.</source>
        <translation>Une partie de cette publication est déjà publiée, elle ne peut donc pas être modifiée.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so its time cannot change.</source>
        <translation>Une partie de cette publication est déjà publiée, son heure ne peut donc pas changer.</translation>
    </message>
    <message>
        <source>A secret is kept in: keyring, session or file.</source>
        <translation>Un secret est conservé dans&#xa0;: keyring, session ou file.</translation>
    </message>
    <message>
        <source>A test note is visible only to chosen people, and nobody is chosen.</source>
        <translation>Une note de test n’est visible que des personnes choisies, et personne n’est choisi.</translation>
    </message>
    <message>
        <source>A test post is a draft. Editors of the site can see it, readers cannot.</source>
        <translation>Une publication de test est un brouillon. Les éditeurs du site la voient, les lecteurs non.</translation>
    </message>
    <message>
        <source>A test post is visible only to the people it mentions, and it mentions nobody.</source>
        <translation>Une publication de test n’est visible que des personnes qu’elle mentionne, et elle ne mentionne personne.</translation>
    </message>
    <message>
        <source>A test sends another signed ping and publishes nothing.</source>
        <translation>Un test envoie un autre ping signé et ne publie rien.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Un fil peut avoir {limit} parties au plus.</translation>
    </message>
    <message>
        <source>A token needs write:statuses and write:media.</source>
        <translation>Un jeton a besoin de write:statuses et write:media.</translation>
    </message>
    <message>
        <source>A workspace of Posto for a team</source>
        <translation>Un espace de travail Posto pour une équipe</translation>
    </message>
    <message>
        <source>A writer can change only proposals of their own.</source>
        <translation>Un rédacteur ne peut modifier que ses propres propositions.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>Clé API</translation>
    </message>
    <message>
        <source>API key secret</source>
        <translation>Secret de la clé API</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Jeton d’accès</translation>
    </message>
    <message>
        <source>Access token secret</source>
        <translation>Secret du jeton d’accès</translation>
    </message>
    <message>
        <source>Account not found.</source>
        <translation>Compte introuvable.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Address of your site</source>
        <translation>Adresse de votre site</translation>
    </message>
    <message>
        <source>Admin API key</source>
        <translation>Clé API d’administration</translation>
    </message>
    <message>
        <source>Also enter the user name and application password of your site.</source>
        <translation>Saisissez aussi le nom d’utilisateur et le mot de passe d’application de votre site.</translation>
    </message>
    <message>
        <source>Also enter your two-factor code.</source>
        <translation>Saisissez aussi votre code à deux facteurs.</translation>
    </message>
    <message>
        <source>An owner sees all groups.</source>
        <translation>Un propriétaire voit tous les groupes.</translation>
    </message>
    <message>
        <source>Another group uses this file, too.</source>
        <translation>Un autre groupe utilise aussi ce fichier.</translation>
    </message>
    <message>
        <source>Another server is signing in with this account.</source>
        <translation>Un autre serveur se connecte avec ce compte.</translation>
    </message>
    <message>
        <source>Another workspace is already running in {folder}.</source>
        <translation>Un autre espace de travail tourne déjà dans {folder}.</translation>
    </message>
    <message>
        <source>Another workspace is already running.</source>
        <translation>Un autre espace de travail tourne déjà.</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>Mot de passe d’appli</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Mot de passe d’application</translation>
    </message>
    <message>
        <source>Application password there</source>
        <translation>Mot de passe d’application là-bas</translation>
    </message>
    <message>
        <source>Ask for the role of an author.</source>
        <translation>Demandez le rôle d’auteur.</translation>
    </message>
    <message>
        <source>Bluesky allows pictures or one video, not both in one post.</source>
        <translation>Bluesky autorise des images ou une vidéo, pas les deux dans une publication.</translation>
    </message>
    <message>
        <source>Bluesky has no account {handle}. Enter the full handle with its domain.</source>
        <translation>Bluesky n’a pas de compte {handle}. Saisissez l’identifiant complet avec son domaine.</translation>
    </message>
    <message>
        <source>Bot token</source>
        <translation>Jeton du bot</translation>
    </message>
    <message>
        <source>Channel not found.</source>
        <translation>Canal introuvable.</translation>
    </message>
    <message>
        <source>Channel or group</source>
        <translation>Canal ou groupe</translation>
    </message>
    <message>
        <source>Check the Matrix ID and the password.</source>
        <translation>Vérifiez l’identifiant Matrix et le mot de passe.</translation>
    </message>
    <message>
        <source>Choose a post.</source>
        <translation>Choisissez une publication.</translation>
    </message>
    <message>
        <source>Choose at least one channel.</source>
        <translation>Choisissez au moins un canal.</translation>
    </message>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Choisissez au moins un endroit où publier.</translation>
    </message>
    <message>
        <source>Choose at least one schedule.</source>
        <translation>Choisissez au moins une planification.</translation>
    </message>
    <message>
        <source>Client ID</source>
        <translation>ID client</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>Secret client</translation>
    </message>
    <message>
        <source>Consumer key</source>
        <translation>Clé consommateur</translation>
    </message>
    <message>
        <source>Consumer secret</source>
        <translation>Secret consommateur</translation>
    </message>
    <message>
        <source>Create one in Bluesky: Settings, Privacy and security, App passwords.</source>
        <translation>Créez-en un dans Bluesky&#xa0;: Paramètres, Confidentialité et sécurité, Mots de passe d’application.</translation>
    </message>
    <message>
        <source>Create one in WordPress: Users, Profile, Application Passwords.</source>
        <translation>Créez-en un dans WordPress&#xa0;: Comptes, Profil, Mots de passe d’application.</translation>
    </message>
    <message>
        <source>Discord (bot)</source>
        <translation>Discord (bot)</translation>
    </message>
    <message>
        <source>Discord (webhook)</source>
        <translation>Discord (webhook)</translation>
    </message>
    <message>
        <source>Discord allows 25 MB of files per message. Remove some or use smaller ones.</source>
        <translation>Discord autorise 25 Mo de fichiers par message. Retirez-en ou utilisez-en de plus petits.</translation>
    </message>
    <message>
        <source>Enter a topic: letters, digits, hyphens and underscores, 64 at most.</source>
        <translation>Saisissez un sujet&#xa0;: lettres, chiffres, tirets et tirets bas, 64 au plus.</translation>
    </message>
    <message>
        <source>Enter all four keys.</source>
        <translation>Saisissez les quatre clés.</translation>
    </message>
    <message>
        <source>Enter an access token.</source>
        <translation>Saisissez un jeton d’accès.</translation>
    </message>
    <message>
        <source>Enter the API key.</source>
        <translation>Saisissez la clé API.</translation>
    </message>
    <message>
        <source>Enter the access token.</source>
        <translation>Saisissez le jeton d’accès.</translation>
    </message>
    <message>
        <source>Enter the bot token of your app. It begins with xoxb-</source>
        <translation>Saisissez le jeton de bot de votre appli. Il commence par xoxb-</translation>
    </message>
    <message>
        <source>Enter the client ID and the client secret.</source>
        <translation>Saisissez l’ID client et le secret client.</translation>
    </message>
    <message>
        <source>Enter the full Matrix ID, for example @you:matrix.org.</source>
        <translation>Saisissez l’identifiant Matrix complet, par exemple @vous:matrix.org.</translation>
    </message>
    <message>
        <source>Enter the page access token.</source>
        <translation>Saisissez le jeton d’accès de la page.</translation>
    </message>
    <message>
        <source>Enter the password or an access token.</source>
        <translation>Saisissez le mot de passe ou un jeton d’accès.</translation>
    </message>
    <message>
        <source>Facebook continues threads as comments, and Posto cannot add pictures to them.</source>
        <translation>Facebook continue les fils en commentaires, et Posto ne peut pas y ajouter d’images.</translation>
    </message>
    <message>
        <source>Facebook page (your own app)</source>
        <translation>Page Facebook (votre propre appli)</translation>
    </message>
    <message>
        <source>Files of this kind have no preview.</source>
        <translation>Les fichiers de ce type n’ont pas d’aperçu.</translation>
    </message>
    <message>
        <source>Fill in: {names}.</source>
        <translation>Remplissez&#xa0;: {names}.</translation>
    </message>
    <message>
        <source>For pictures: a Blossom server, for example https://blossom.primal.net</source>
        <translation>Pour les images&#xa0;: un serveur Blossom, par exemple https://blossom.primal.net</translation>
    </message>
    <message>
        <source>From @BotFather: 123456:ABC…</source>
        <translation>De @BotFather&#xa0;: 123456:ABC…</translation>
    </message>
    <message>
        <source>From api.tumblr.com/console: Show keys</source>
        <translation>De api.tumblr.com/console&#xa0;: Show keys</translation>
    </message>
    <message>
        <source>From console.x.com: your app, Keys and tokens.</source>
        <translation>De console.x.com&#xa0;: votre appli, Keys and tokens.</translation>
    </message>
    <message>
        <source>From dev.to: Settings, Extensions.</source>
        <translation>De dev.to&#xa0;: Settings, Extensions.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, Instagram, Generate token. Valid for 60 days.</source>
        <translation>De developers.facebook.com&#xa0;: votre appli, Instagram, Generate token. Valable 60 jours.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, User Token Generator. Valid for 60 days.</source>
        <translation>De developers.facebook.com&#xa0;: votre appli, User Token Generator. Valable 60 jours.</translation>
    </message>
    <message>
        <source>From discord.com/developers: your application, Bot, Reset Token.</source>
        <translation>De discord.com/developers&#xa0;: votre application, Bot, Reset Token.</translation>
    </message>
    <message>
        <source>From linkedin.com/developers: Token generator, with openid, profile and w_member_social. Valid for 60 days.</source>
        <translation>De linkedin.com/developers&#xa0;: Token generator, avec openid, profile et w_member_social. Valable 60 jours.</translation>
    </message>
    <message>
        <source>From tumblr.com/oauth/apps</source>
        <translation>De tumblr.com/oauth/apps</translation>
    </message>
    <message>
        <source>Ghost does not allow apps to write comments.</source>
        <translation>Ghost ne permet pas aux applis d’écrire des commentaires.</translation>
    </message>
    <message>
        <source>Google did not grant lasting access. Try again and allow everything it asks for.</source>
        <translation>Google n’a pas accordé d’accès durable. Réessayez et autorisez tout ce qu’il demande.</translation>
    </message>
    <message>
        <source>Google has ended the sign-in. If this happens every seven days, your consent screen is still in &quot;Testing&quot;. Publish it to &quot;In production&quot;.</source>
        <translation>Google a mis fin à la connexion. Si cela arrive tous les sept jours, votre écran de consentement est encore en &quot;Testing&quot;. Publiez-le en &quot;In production&quot;.</translation>
    </message>
    <message>
        <source>Google no longer knows this client. Connect the account again.</source>
        <translation>Google ne connaît plus ce client. Reconnectez le compte.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <source>In Discord: Edit Channel, Integrations, Webhooks, Copy Webhook URL.</source>
        <translation>Dans Discord&#xa0;: Modifier le salon, Intégrations, Webhooks, Copier l’URL du webhook.</translation>
    </message>
    <message>
        <source>In Ghost: Settings, Integrations, Add custom integration.</source>
        <translation>Dans Ghost&#xa0;: Settings, Integrations, Add custom integration.</translation>
    </message>
    <message>
        <source>Instagram (your own app)</source>
        <translation>Instagram (votre propre appli)</translation>
    </message>
    <message>
        <source>Instagram allows apps to post only to business and creator accounts.</source>
        <translation>Instagram ne permet aux applis de publier que sur des comptes professionnels et de créateur.</translation>
    </message>
    <message>
        <source>Instagram continues threads as comments, which cannot have pictures.</source>
        <translation>Instagram continue les fils en commentaires, qui ne peuvent pas avoir d’images.</translation>
    </message>
    <message>
        <source>Instagram downloads pictures from a public address. Enter a WordPress site of your own.</source>
        <translation>Instagram télécharge les images d’une adresse publique. Saisissez un site WordPress à vous.</translation>
    </message>
    <message>
        <source>Instead of the password, if the server signs in only in the browser.</source>
        <translation>À la place du mot de passe, si le serveur ne connecte que dans le navigateur.</translation>
    </message>
    <message>
        <source>It cannot be reached.</source>
        <translation>Il est injoignable.</translation>
    </message>
    <message>
        <source>It could not be prepared yet.</source>
        <translation>Elle n’a pas encore pu être préparée.</translation>
    </message>
    <message>
        <source>It did not accept the post.</source>
        <translation>Il n’a pas accepté la publication.</translation>
    </message>
    <message>
        <source>It did not answer the question.</source>
        <translation>Il n’a pas répondu à la question.</translation>
    </message>
    <message>
        <source>It did not report whether it accepted the post.</source>
        <translation>Il n’a pas indiqué s’il a accepté la publication.</translation>
    </message>
    <message>
        <source>It is already disconnected.</source>
        <translation>Il est déjà déconnecté.</translation>
    </message>
    <message>
        <source>It is too late to undo this. The device needs a new password.</source>
        <translation>Il est trop tard pour annuler. L’appareil a besoin d’un nouveau mot de passe.</translation>
    </message>
    <message>
        <source>It was due before the backup was restored, and may have been sent then.</source>
        <translation>Elle était due avant la restauration de la sauvegarde, et a peut-être été envoyée alors.</translation>
    </message>
    <message>
        <source>Its answer is not one of a relay.</source>
        <translation>Sa réponse n’est pas celle d’un relais.</translation>
    </message>
    <message>
        <source>Its channel was disconnected.</source>
        <translation>Son canal a été déconnecté.</translation>
    </message>
    <message>
        <source>Leave this empty for api.linkedin.com.</source>
        <translation>Laissez vide pour api.linkedin.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.telegram.org.</source>
        <translation>Laissez vide pour api.telegram.org.</translation>
    </message>
    <message>
        <source>Leave this empty for api.tumblr.com.</source>
        <translation>Laissez vide pour api.tumblr.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.x.com.</source>
        <translation>Laissez vide pour api.x.com.</translation>
    </message>
    <message>
        <source>Leave this empty for dev.to.</source>
        <translation>Laissez vide pour dev.to.</translation>
    </message>
    <message>
        <source>Leave this empty for discord.com.</source>
        <translation>Laissez vide pour discord.com.</translation>
    </message>
    <message>
        <source>Leave this empty for slack.com.</source>
        <translation>Laissez vide pour slack.com.</translation>
    </message>
    <message>
        <source>Leave this empty to sign in with the browser.</source>
        <translation>Laissez vide pour vous connecter avec le navigateur.</translation>
    </message>
    <message>
        <source>Leave this empty to use the relays of your profile.</source>
        <translation>Laissez vide pour utiliser les relais de votre profil.</translation>
    </message>
    <message>
        <source>Leave this empty.</source>
        <translation>Laissez vide.</translation>
    </message>
    <message>
        <source>Lemmy needs a title, or a text with a first line to use as one.</source>
        <translation>Lemmy exige un titre, ou un texte dont la première ligne sert de titre.</translation>
    </message>
    <message>
        <source>LinkedIn (your own app)</source>
        <translation>LinkedIn (votre propre appli)</translation>
    </message>
    <message>
        <source>LinkedIn already has this post: {sentence}</source>
        <translation>LinkedIn a déjà cette publication&#xa0;: {sentence}</translation>
    </message>
    <message>
        <source>LinkedIn continues threads as comments, which cannot have pictures.</source>
        <translation>LinkedIn continue les fils en commentaires, qui ne peuvent pas avoir d’images.</translation>
    </message>
    <message>
        <source>LinkedIn no longer supports this version of its API. Update Posto.</source>
        <translation>LinkedIn ne prend plus en charge cette version de son API. Mettez Posto à jour.</translation>
    </message>
    <message>
        <source>Mastodon and compatible servers</source>
        <translation>Mastodon et serveurs compatibles</translation>
    </message>
    <message>
        <source>Matrix ID</source>
        <translation>Identifiant Matrix</translation>
    </message>
    <message>
        <source>Media not found: {names}.</source>
        <translation>Médias introuvables&#xa0;: {names}.</translation>
    </message>
    <message>
        <source>Media server</source>
        <translation>Serveur de médias</translation>
    </message>
    <message>
        <source>Meta accepts no more posts for now.</source>
        <translation>Meta n’accepte plus de publications pour l’instant.</translation>
    </message>
    <message>
        <source>Meta could not use a file.</source>
        <translation>Meta n’a pas pu utiliser un fichier.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Meta télécharge les images d’une adresse publique. Reconnectez le compte et saisissez pour elles un site WordPress à vous.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. https://example.com</source>
        <translation>Meta télécharge les images d’une adresse publique. https://example.com</translation>
    </message>
    <message>
        <source>Meta has a problem right now.</source>
        <translation>Meta a un problème en ce moment.</translation>
    </message>
    <message>
        <source>Meta is still processing this post.</source>
        <translation>Meta traite encore cette publication.</translation>
    </message>
    <message>
        <source>Meta no longer accepts the token.</source>
        <translation>Meta n’accepte plus le jeton.</translation>
    </message>
    <message>
        <source>Misskey and Sharkey</source>
        <translation>Misskey et Sharkey</translation>
    </message>
    <message>
        <source>Name the device that the password is for.</source>
        <translation>Nommez l’appareil auquel le mot de passe est destiné.</translation>
    </message>
    <message>
        <source>No clear answer came in time.</source>
        <translation>Aucune réponse claire n’est arrivée à temps.</translation>
    </message>
    <message>
        <source>No clear answer came.</source>
        <translation>Aucune réponse claire n’est arrivée.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer. Choose where to keep the password: until the workspace ends (session), or in a file that only you can read (file).</source>
        <translation>Aucun trousseau n’a été trouvé sur cet ordinateur. Choisissez où conserver le mot de passe&#xa0;: jusqu’à la fin de l’espace de travail (session), ou dans un fichier que vous seul pouvez lire (file).</translation>
    </message>
    <message>
        <source>No relay can be reached: {hosts}.</source>
        <translation>Aucun relais n’est joignable&#xa0;: {hosts}.</translation>
    </message>
    <message>
        <source>No relay is known for this account. Connect it again.</source>
        <translation>Aucun relais n’est connu pour ce compte. Reconnectez-le.</translation>
    </message>
    <message>
        <source>No server was found for {handle}. Enter its address.</source>
        <translation>Aucun serveur n’a été trouvé pour {handle}. Saisissez son adresse.</translation>
    </message>
    <message>
        <source>Nobody signed in within ten minutes. Try again.</source>
        <translation>Personne ne s’est connecté en dix minutes. Réessayez.</translation>
    </message>
    <message>
        <source>Nostr relays do not store files. Connect the account again and enter a media server.</source>
        <translation>Les relais Nostr ne conservent pas de fichiers. Reconnectez le compte et saisissez un serveur de médias.</translation>
    </message>
    <message>
        <source>Nothing was found here.</source>
        <translation>Rien n’a été trouvé ici.</translation>
    </message>
    <message>
        <source>One post can go to {limit} channels at most.</source>
        <translation>Une publication peut aller à {limit} canaux au plus.</translation>
    </message>
    <message>
        <source>One post can have {limit} files at most.</source>
        <translation>Une publication peut avoir {limit} fichiers au plus.</translation>
    </message>
    <message>
        <source>Only failed schedules can be retried.</source>
        <translation>Seules les planifications en échec peuvent être réessayées.</translation>
    </message>
    <message>
        <source>Only for protected topics.</source>
        <translation>Seulement pour les sujets protégés.</translation>
    </message>
    <message>
        <source>Only needed if your Matrix ID does not lead to your server.</source>
        <translation>Nécessaire seulement si votre identifiant Matrix ne mène pas à votre serveur.</translation>
    </message>
    <message>
        <source>Only needed if your handle does not lead to your server.</source>
        <translation>Nécessaire seulement si votre identifiant ne mène pas à votre serveur.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be edited.</source>
        <translation>Seules les planifications non envoyées peuvent être modifiées.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be rescheduled.</source>
        <translation>Seules les planifications non envoyées peuvent être replanifiées.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be sent now.</source>
        <translation>Seules les planifications non envoyées peuvent être envoyées maintenant.</translation>
    </message>
    <message>
        <source>Other programs use the ports for the browser&apos;s answer. Close them and try again.</source>
        <translation>D’autres programmes utilisent les ports pour la réponse du navigateur. Fermez-les et réessayez.</translation>
    </message>
    <message>
        <source>Other sites may not access this computer&apos;s workspace.</source>
        <translation>Les autres sites n’ont pas accès à l’espace de travail de cet ordinateur.</translation>
    </message>
    <message>
        <source>Page access token</source>
        <translation>Jeton d’accès de la page</translation>
    </message>
    <message>
        <source>Part {number} of {total} is not published: {reason} The parts before it are.</source>
        <translation>La partie {number} sur {total} n’est pas publiée&#xa0;: {reason} Les parties précédentes le sont.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Port {port} on {host} cannot be used: {error}.</source>
        <translation>Le port {port} sur {host} ne peut pas être utilisé&#xa0;: {error}.</translation>
    </message>
    <message>
        <source>PostgreSQL needs more: install posto[postgres] and start again.</source>
        <translation>PostgreSQL demande plus&#xa0;: installez posto[postgres] et redémarrez.</translation>
    </message>
    <message>
        <source>Posto Desktop was interrupted while sending this post, so it may be published.</source>
        <translation>Posto Desktop a été interrompu pendant l’envoi de cette publication, elle est donc peut-être publiée.</translation>
    </message>
    <message>
        <source>Posto cannot make pictures smaller right now.</source>
        <translation>Posto ne peut pas réduire d’images pour l’instant.</translation>
    </message>
    <message>
        <source>Posto cannot write comments on YouTube.</source>
        <translation>Posto ne peut pas écrire de commentaires sur YouTube.</translation>
    </message>
    <message>
        <source>Posto cannot write to the workspace&apos;s folder: {folder}.</source>
        <translation>Posto ne peut pas écrire dans le dossier de l’espace de travail&#xa0;: {folder}.</translation>
    </message>
    <message>
        <source>Posto cannot yet tell whether the message was sent.</source>
        <translation>Posto ne peut pas encore dire si le message a été envoyé.</translation>
    </message>
    <message>
        <source>Posto may not read and write {part}. Allow it, then try again.</source>
        <translation>Posto n’a pas le droit de lire et d’écrire {part}. Autorisez-le, puis réessayez.</translation>
    </message>
    <message>
        <source>Posts wait on the site until someone publishes them.</source>
        <translation>Les publications attendent sur le site que quelqu’un les publie.</translation>
    </message>
    <message>
        <source>Previews are being made. Try again in a moment.</source>
        <translation>Les aperçus sont en cours de création. Réessayez dans un instant.</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>Clé privée</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>Relais</translation>
    </message>
    <message>
        <source>Remove the user name and password from the address of {host}.</source>
        <translation>Retirez le nom d’utilisateur et le mot de passe de l’adresse de {host}.</translation>
    </message>
    <message>
        <source>Schedule group not found.</source>
        <translation>Groupe de planification introuvable.</translation>
    </message>
    <message>
        <source>Schedule not found.</source>
        <translation>Planification introuvable.</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>Secret</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Serveur</translation>
    </message>
    <message>
        <source>Server or handle</source>
        <translation>Serveur ou identifiant</translation>
    </message>
    <message>
        <source>Signing in was cancelled.</source>
        <translation>La connexion a été annulée.</translation>
    </message>
    <message>
        <source>Slack accepts no more messages for now.</source>
        <translation>Slack n’accepte plus de messages pour l’instant.</translation>
    </message>
    <message>
        <source>Slack did not accept this: {name}.</source>
        <translation>Slack n’a pas accepté ceci&#xa0;: {name}.</translation>
    </message>
    <message>
        <source>Slack has a problem right now ({name}).</source>
        <translation>Slack a un problème en ce moment ({name}).</translation>
    </message>
    <message>
        <source>Slack is still processing a picture of this post.</source>
        <translation>Slack traite encore une image de cette publication.</translation>
    </message>
    <message>
        <source>Slack no longer accepts the token ({name}). Connect the channel again.</source>
        <translation>Slack n’accepte plus le jeton ({name}). Reconnectez le canal.</translation>
    </message>
    <message>
        <source>Social network not found.</source>
        <translation>Réseau social introuvable.</translation>
    </message>
    <message>
        <source>Somebody else has changed these groups meanwhile.</source>
        <translation>Entre-temps, quelqu’un d’autre a modifié ces groupes.</translation>
    </message>
    <message>
        <source>Somebody else has changed {name} meanwhile.</source>
        <translation>Entre-temps, quelqu’un d’autre a modifié {name}.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to create posts as this user.</source>
        <translation>Vous n’êtes pas autorisé à créer des articles avec ce compte.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to do that.</source>
        <translation>Vous n’êtes pas autorisé à faire cela.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to upload this file type.</source>
        <translation>Vous n’êtes pas autorisé à téléverser ce type de fichier.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Abonnez-vous à nouveau dans votre appli de calendrier avec une nouvelle adresse.</translation>
    </message>
    <message>
        <source>Telegram allows an animation only without other files. Put it in its own post.</source>
        <translation>Telegram n’autorise une animation que sans autres fichiers. Mettez-la dans sa propre publication.</translation>
    </message>
    <message>
        <source>Telegram did not report which bot this is.</source>
        <translation>Telegram n’a pas indiqué quel bot c’est.</translation>
    </message>
    <message>
        <source>Telegram no longer knows this bot. Ask @BotFather for its token.</source>
        <translation>Telegram ne connaît plus ce bot. Demandez son jeton à @BotFather.</translation>
    </message>
    <message>
        <source>That needs too much memory or time.</source>
        <translation>Cela nécessite trop de mémoire ou de temps.</translation>
    </message>
    <message>
        <source>The access to YouTube has expired. Posto is renewing it.</source>
        <translation>L’accès à YouTube a expiré. Posto le renouvelle.</translation>
    </message>
    <message>
        <source>The access token belongs to {handle}.</source>
        <translation>Le jeton d’accès appartient à {handle}.</translation>
    </message>
    <message>
        <source>The access token of {handle} stays valid. Delete it in the settings of {host}.</source>
        <translation>Le jeton d’accès de {handle} reste valable. Supprimez-le dans les réglages de {host}.</translation>
    </message>
    <message>
        <source>The address of the relay {host} must begin with wss://</source>
        <translation>L’adresse du relais {host} doit commencer par wss://</translation>
    </message>
    <message>
        <source>The address of the server cannot be read.</source>
        <translation>L’adresse du serveur ne peut pas être lue.</translation>
    </message>
    <message>
        <source>The address of the server must begin with https://.</source>
        <translation>L’adresse du serveur doit commencer par https://.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used.</source>
        <translation>L’adresse de {host} ne peut pas être utilisée.</translation>
    </message>
    <message>
        <source>The answer is either there or send_again.</source>
        <translation>La réponse est there ou send_again.</translation>
    </message>
    <message>
        <source>The answer of {host} is too large.</source>
        <translation>La réponse de {host} est trop grosse.</translation>
    </message>
    <message>
        <source>The app is in no channel. Write /invite @{name} in the channel you want to use.</source>
        <translation>L’appli n’est dans aucun canal. Écrivez /invite @{name} dans le canal que vous voulez utiliser.</translation>
    </message>
    <message>
        <source>The app is not in the channel. Write /invite and its name there.</source>
        <translation>L’appli n’est pas dans le canal. Écrivez-y /invite et son nom.</translation>
    </message>
    <message>
        <source>The app lacks a permission. Add it under OAuth &amp; Permissions and reinstall the app.</source>
        <translation>Il manque une autorisation à l’appli. Ajoutez-la sous OAuth &amp; Permissions et réinstallez l’appli.</translation>
    </message>
    <message>
        <source>The app must be Live and have the permission pages_manage_posts.</source>
        <translation>L’appli doit être Live et avoir l’autorisation pages_manage_posts.</translation>
    </message>
    <message>
        <source>The app password of {handle} no longer works. Create a new one in Bluesky&apos;s settings and connect the account again.</source>
        <translation>Le mot de passe d’appli de {handle} ne fonctionne plus. Créez-en un nouveau dans les réglages de Bluesky et reconnectez le compte.</translation>
    </message>
    <message>
        <source>The bot may not publish in {channel}. Make it an administrator there and allow it to post messages.</source>
        <translation>Le bot n’a pas le droit de publier dans {channel}. Faites-en là un administrateur et autorisez-le à poster des messages.</translation>
    </message>
    <message>
        <source>The bot may not write there.</source>
        <translation>Le bot n’a pas le droit d’y écrire.</translation>
    </message>
    <message>
        <source>The certificate file {name} cannot be used. Choose a readable file in PEM format. Nothing was sent.</source>
        <translation>Le fichier de certificats {name} ne peut pas être utilisé. Choisissez un fichier lisible au format PEM. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be verified. If this is your own server, add its certificate under Settings &gt; Network.</source>
        <translation>Le certificat de {host} ne peut pas être vérifié. Si c’est votre propre serveur, ajoutez son certificat sous Réglages &gt; Réseau.</translation>
    </message>
    <message>
        <source>The channel does not exist, or the app is not in it.</source>
        <translation>Le canal n’existe pas, ou l’appli n’y est pas.</translation>
    </message>
    <message>
        <source>The channel is archived.</source>
        <translation>Le canal est archivé.</translation>
    </message>
    <message>
        <source>The channel no longer exists.</source>
        <translation>Le canal n’existe plus.</translation>
    </message>
    <message>
        <source>The clocks of this server and of the media store {address} differ. Set them.</source>
        <translation>Les horloges de ce serveur et du stockage des médias {address} diffèrent. Réglez-les.</translation>
    </message>
    <message>
        <source>The comment has {count} characters; LinkedIn allows {limit}. Shorten it.</source>
        <translation>Le commentaire compte {count} caractères&#x202f;; LinkedIn en autorise {limit}. Raccourcissez-le.</translation>
    </message>
    <message>
        <source>The connection broke.</source>
        <translation>La connexion s’est rompue.</translation>
    </message>
    <message>
        <source>The connection to {host} was interrupted.</source>
        <translation>La connexion à {host} a été interrompue.</translation>
    </message>
    <message>
        <source>The database {address} cannot be used: {reason} Check that it runs and that its name, user and password are right, then try again.</source>
        <translation>La base de données {address} ne peut pas être utilisée : {reason} Vérifiez qu’elle fonctionne et que son nom, l’utilisateur et le mot de passe sont corrects, puis réessayez.</translation>
    </message>
    <message>
        <source>The database {address} was last used by a newer version of Posto. Install that version here, too.</source>
        <translation>La base de données {address} a été utilisée en dernier par une version plus récente de Posto. Installez cette version ici aussi.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min ahead of this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>L’horloge de la base de données avance de {minutes} min sur celle de ce serveur. Les publications partent selon l’horloge de la base de données : vérifiez les deux.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min behind this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>L’horloge de la base de données retarde de {minutes} min sur celle de ce serveur. Les publications partent selon l’horloge de la base de données : vérifiez les deux.</translation>
    </message>
    <message>
        <source>The date to delete before cannot be read.</source>
        <translation>La date avant laquelle supprimer ne peut pas être lue.</translation>
    </message>
    <message>
        <source>The description of {name} has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>La description de {name} compte {count} caractères&#x202f;; {server} en autorise {limit}. Raccourcissez-la.</translation>
    </message>
    <message>
        <source>The disk is full: the workspace on this computer cannot be opened.</source>
        <translation>Le disque est plein&#xa0;: l’espace de travail de cet ordinateur ne peut pas être ouvert.</translation>
    </message>
    <message>
        <source>The disk of this computer is too full: the file needs {size}, {limit} is free. Free some space.</source>
        <translation>Le disque de cet ordinateur est trop plein&#xa0;: le fichier nécessite {size}, {limit} sont libres. Libérez de l’espace.</translation>
    </message>
    <message>
        <source>The draft of this post was deleted on the site. Send the post again.</source>
        <translation>Le brouillon de cette publication a été supprimé sur le site. Renvoyez la publication.</translation>
    </message>
    <message>
        <source>The entry of the file number {number} in the media library is damaged.</source>
        <translation>L’entrée du fichier numéro {number} dans la médiathèque est endommagée.</translation>
    </message>
    <message>
        <source>The entry of this channel in the workspace&apos;s database is damaged ({names}).</source>
        <translation>L’entrée de ce canal dans la base de données de l’espace de travail est endommagée ({names}).</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It may have been sent. Check whether it is published before you send it again.</source>
        <translation>L’entrée de cette publication dans la base de données de l’espace de travail est endommagée ({columns}). Elle a peut-être été envoyée. Vérifiez si elle est publiée avant de la renvoyer.</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It was not sent. Check it, then send it again or write it anew.</source>
        <translation>L’entrée de cette publication dans la base de données de l’espace de travail est endommagée ({columns}). Elle n’a pas été envoyée. Vérifiez-la, puis renvoyez-la ou réécrivez-la.</translation>
    </message>
    <message>
        <source>The file could not be stored: {reason}.</source>
        <translation>Le fichier n’a pas pu être enregistré&#xa0;: {reason}.</translation>
    </message>
    <message>
        <source>The file number {number} is no longer in the media library.</source>
        <translation>Le fichier numéro {number} n’est plus dans la médiathèque.</translation>
    </message>
    <message>
        <source>The file was not found.</source>
        <translation>Le fichier est introuvable.</translation>
    </message>
    <message>
        <source>The file with certificates is a path.</source>
        <translation>Le fichier de certificats est un chemin.</translation>
    </message>
    <message>
        <source>The file with the schedule was damaged. Look whether this post is published already before it is sent.</source>
        <translation>Le fichier du planning était endommagé. Regardez si cette publication est déjà publiée avant de l’envoyer.</translation>
    </message>
    <message>
        <source>The file {name} is no longer in the media library.</source>
        <translation>Le fichier {name} n’est plus dans la médiathèque.</translation>
    </message>
    <message>
        <source>The file {name} was not found.</source>
        <translation>Le fichier {name} est introuvable.</translation>
    </message>
    <message>
        <source>The first comment is not published: {reason}</source>
        <translation>Le premier commentaire n’est pas publié&#xa0;: {reason}</translation>
    </message>
    <message>
        <source>The first comment may be published.</source>
        <translation>Le premier commentaire est peut-être publié.</translation>
    </message>
    <message>
        <source>The first line, which is the title, has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>La première ligne, qui est le titre, compte {count} caractères&#x202f;; Lemmy en autorise {limit}. Saisissez un titre plus court.</translation>
    </message>
    <message>
        <source>The group has become a supergroup with a new number. Connect it again.</source>
        <translation>Le groupe est devenu un supergroupe avec un nouveau numéro. Reconnectez-le.</translation>
    </message>
    <message>
        <source>The keychain</source>
        <translation>Le trousseau</translation>
    </message>
    <message>
        <source>The keychain of this computer is gone, so the password cannot be read. Sign in again.</source>
        <translation>Le trousseau de cet ordinateur a disparu, le mot de passe ne peut donc pas être lu. Reconnectez-vous.</translation>
    </message>
    <message>
        <source>The limit for late posts is a number of minutes, 0 to {limit}.</source>
        <translation>La limite des publications en retard est un nombre de minutes, de 0 à {limit}.</translation>
    </message>
    <message>
        <source>The media store {address} does not answer right now.</source>
        <translation>Le stockage des médias {address} ne répond pas pour le moment.</translation>
    </message>
    <message>
        <source>The media store {address} has no such bucket.</source>
        <translation>Le stockage des médias {address} n’a pas ce bucket.</translation>
    </message>
    <message>
        <source>The media store {address} refuses this server ({code}). Check its keys and their rights.</source>
        <translation>Le stockage des médias {address} refuse ce serveur ({code}). Vérifiez ses clés et leurs droits.</translation>
    </message>
    <message>
        <source>The message may be in the room already.</source>
        <translation>Le message est peut-être déjà dans le salon.</translation>
    </message>
    <message>
        <source>The move of this workspace from {place} has not ended, so nothing is sent from here. Run “posto-server move” again.</source>
        <translation>Le déplacement de cet espace de travail depuis {place} n’est pas terminé, donc rien n’est envoyé d’ici. Relancez «&#xa0;posto-server move&#xa0;».</translation>
    </message>
    <message>
        <source>The name, the password or the code is wrong.</source>
        <translation>Le nom, le mot de passe ou le code est faux.</translation>
    </message>
    <message>
        <source>The network did not report which post it replies to.</source>
        <translation>Le réseau n’a pas indiqué à quelle publication il répond.</translation>
    </message>
    <message>
        <source>The network gave no clear answer, so the post may be published.</source>
        <translation>Le réseau n’a pas donné de réponse claire, la publication est donc peut-être publiée.</translation>
    </message>
    <message>
        <source>The password of {handle} was not found on this computer. Connect the account again.</source>
        <translation>Le mot de passe de {handle} est introuvable sur cet ordinateur. Reconnectez le compte.</translation>
    </message>
    <message>
        <source>The picture cannot be made this small.</source>
        <translation>L’image ne peut pas être réduite autant.</translation>
    </message>
    <message>
        <source>The picture has {width} by {height} pixels, too many for a preview.</source>
        <translation>L’image fait {width} sur {height} pixels, trop pour un aperçu.</translation>
    </message>
    <message>
        <source>The picture is saved in more than {most} passes, too many for a preview.</source>
        <translation>L’image est enregistrée en plus de {most} passes, trop pour un aperçu.</translation>
    </message>
    <message>
        <source>The post could not be prepared: {reason}</source>
        <translation>La publication n’a pas pu être préparée&#xa0;: {reason}</translation>
    </message>
    <message>
        <source>The post has {count} files; {server} allows {limit}. Remove some.</source>
        <translation>La publication a {count} fichiers&#x202f;; {server} en autorise {limit}. Retirez-en.</translation>
    </message>
    <message>
        <source>The post has {count} tags; dev.to allows {limit}. Remove some.</source>
        <translation>La publication a {count} mots-clés&#x202f;; dev.to en autorise {limit}. Retirez-en.</translation>
    </message>
    <message>
        <source>The post is being sent or was sent, so it cannot be undone.</source>
        <translation>La publication est en cours d’envoi ou a été envoyée, l’annulation est donc impossible.</translation>
    </message>
    <message>
        <source>The post is empty. Add a text or a file.</source>
        <translation>La publication est vide. Ajoutez un texte ou un fichier.</translation>
    </message>
    <message>
        <source>The previous part is published, but its address is unknown.</source>
        <translation>La partie précédente est publiée, mais son adresse est inconnue.</translation>
    </message>
    <message>
        <source>The proxy cannot be reached.</source>
        <translation>Le proxy est injoignable.</translation>
    </message>
    <message>
        <source>The proxy is an address such as http://host:8080.</source>
        <translation>Le proxy est une adresse comme http://host:8080.</translation>
    </message>
    <message>
        <source>The proxy of a channel of this computer cannot have a user name and a password. Set it for all channels in Settings, Network, which keeps its password in the keyring.</source>
        <translation>Le proxy d’un canal de cet ordinateur ne peut pas avoir de nom d’utilisateur ni de mot de passe. Réglez-le pour tous les canaux dans Réglages, Réseau, qui garde son mot de passe dans le trousseau.</translation>
    </message>
    <message>
        <source>The proxy password is missing. Open Posto Desktop.</source>
        <translation>Le mot de passe du proxy manque. Ouvrez Posto Desktop.</translation>
    </message>
    <message>
        <source>The proxy settings are missing. Open Posto Desktop.</source>
        <translation>Les réglages du proxy manquent. Ouvrez Posto Desktop.</translation>
    </message>
    <message>
        <source>The request ended too early.</source>
        <translation>La requête s’est terminée trop tôt.</translation>
    </message>
    <message>
        <source>The request is larger than {size}.</source>
        <translation>La requête dépasse {size}.</translation>
    </message>
    <message>
        <source>The rest of the thread is not published. Its parts reply to the first one, and the network did not report which post that is.</source>
        <translation>Le reste du fil n’est pas publié. Ses parties répondent à la première, et le réseau n’a pas indiqué quelle publication c’est.</translation>
    </message>
    <message>
        <source>The rest of the thread needs the address of this post. Answer again later.</source>
        <translation>Le reste du fil a besoin de l’adresse de cette publication. Répondez plus tard.</translation>
    </message>
    <message>
        <source>The room is now encrypted, and Posto cannot send encrypted messages. Choose another room.</source>
        <translation>Le salon est maintenant chiffré, et Posto ne peut pas envoyer de messages chiffrés. Choisissez un autre salon.</translation>
    </message>
    <message>
        <source>The secret needs at least {limit} letters.</source>
        <translation>Le secret doit avoir au moins {limit} lettres.</translation>
    </message>
    <message>
        <source>The server accepts no more requests for now.</source>
        <translation>Le serveur n’accepte plus de requêtes pour l’instant.</translation>
    </message>
    <message>
        <source>The server has no key for the password of this account. Ask whoever runs the server.</source>
        <translation>Le serveur n’a pas de clé pour le mot de passe de ce compte. Demandez à la personne qui gère le serveur.</translation>
    </message>
    <message>
        <source>The session could not be ended. End it in the settings of the network.</source>
        <translation>La session n’a pas pu être fermée. Fermez-la dans les réglages du réseau.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. Sign in again.</source>
        <translation>La session de {handle} est terminée. Reconnectez-vous.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. You have {count} app passwords, so Posto does not know which one to delete. Delete it in Bluesky&apos;s settings.</source>
        <translation>La session de {handle} est terminée. Vous avez {count} mots de passe d’appli, Posto ne sait donc pas lequel supprimer. Supprimez-le dans les réglages de Bluesky.</translation>
    </message>
    <message>
        <source>The sign-in failed unexpectedly. See the workspace&apos;s log for details.</source>
        <translation>La connexion a échoué de façon inattendue. Voir le journal de l’espace de travail.</translation>
    </message>
    <message>
        <source>The test post could not be deleted. Delete it yourself: {place}</source>
        <translation>La publication de test n’a pas pu être supprimée. Supprimez-la vous-même&#xa0;: {place}</translation>
    </message>
    <message>
        <source>The text has {count} characters as X counts; X allows {limit}. Shorten it.</source>
        <translation>Le texte compte {count} caractères selon X&#x202f;; X en autorise {limit}. Raccourcissez-le.</translation>
    </message>
    <message>
        <source>The text has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>Le texte compte {count} caractères&#x202f;; {server} en autorise {limit}. Raccourcissez-le.</translation>
    </message>
    <message>
        <source>The text has {size} bytes; {server} allows {limit}. Shorten it.</source>
        <translation>Le texte fait {size} octets&#x202f;; {server} en autorise {limit}. Raccourcissez-le.</translation>
    </message>
    <message>
        <source>The text is too long for Slack.</source>
        <translation>Le texte est trop long pour Slack.</translation>
    </message>
    <message>
        <source>The time of the post is missing.</source>
        <translation>L’heure de la publication manque.</translation>
    </message>
    <message>
        <source>The time of the post is not a Unix time.</source>
        <translation>L’heure de la publication n’est pas une heure Unix.</translation>
    </message>
    <message>
        <source>The time of this post has passed. Choose a new time.</source>
        <translation>L’heure de cette publication est passée. Choisissez-en une nouvelle.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Ghost allows {limit}. Shorten it.</source>
        <translation>Le titre compte {count} caractères&#x202f;; Ghost en autorise {limit}. Raccourcissez-le.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>Le titre compte {count} caractères&#x202f;; Lemmy en autorise {limit}. Saisissez un titre plus court.</translation>
    </message>
    <message>
        <source>The title has {count} characters; YouTube allows {limit}. Shorten it.</source>
        <translation>Le titre compte {count} caractères&#x202f;; YouTube en autorise {limit}. Raccourcissez-le.</translation>
    </message>
    <message>
        <source>The title has {count} characters; dev.to allows {limit}. Shorten it.</source>
        <translation>Le titre compte {count} caractères&#x202f;; dev.to en autorise {limit}. Raccourcissez-le.</translation>
    </message>
    <message>
        <source>The upload stalled: no data came for a while.</source>
        <translation>Le téléversement s’est bloqué&#xa0;: pendant un moment, aucune donnée n’est venue.</translation>
    </message>
    <message>
        <source>The way to servers is an object with proxy and ca_file.</source>
        <translation>Le chemin vers les serveurs est un objet avec proxy et ca_file.</translation>
    </message>
    <message>
        <source>The workspace cannot start, because this program may not write to {unwritable}.</source>
        <translation>L’espace de travail ne peut pas démarrer, car ce programme n’a pas le droit d’écrire dans {unwritable}.</translation>
    </message>
    <message>
        <source>The workspace could not be started: {reason}.</source>
        <translation>L’espace de travail n’a pas pu démarrer&#xa0;: {reason}.</translation>
    </message>
    <message>
        <source>The workspace does not allow this app to write there.</source>
        <translation>L’espace de travail ne permet pas à cette appli d’y écrire.</translation>
    </message>
    <message>
        <source>The workspace had an unexpected error.</source>
        <translation>L’espace de travail a eu une erreur inattendue.</translation>
    </message>
    <message>
        <source>The workspace of Posto Desktop on this computer</source>
        <translation>L’espace de travail de Posto Desktop sur cet ordinateur</translation>
    </message>
    <message>
        <source>The workspace of an older Posto Desktop is still running and could not be stopped. Log out of this computer and in again, then start Posto Desktop.</source>
        <translation>L’espace de travail d’un Posto Desktop plus ancien tourne encore et n’a pas pu être arrêté. Fermez la session de cet ordinateur, rouvrez-la, puis lancez Posto Desktop.</translation>
    </message>
    <message>
        <source>The workspace on this computer could not start. See {file} in its folder.</source>
        <translation>L’espace de travail de cet ordinateur n’a pas pu démarrer. Voir {file} dans son dossier.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not start in time.</source>
        <translation>L’espace de travail de cet ordinateur n’a pas démarré à temps.</translation>
    </message>
    <message>
        <source>The workspace on this computer was last used by a newer version of Posto Desktop. Install that version, or move the workspace&apos;s folder away to start with a new one.</source>
        <translation>L’espace de travail de cet ordinateur a été utilisé en dernier par une version plus récente de Posto Desktop. Installez cette version, ou mettez de côté le dossier de l’espace de travail pour en commencer un nouveau.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database cannot be opened: {error}.</source>
        <translation>La base de données de l’espace de travail ne peut pas être ouverte&#xa0;: {error}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database could not be used.</source>
        <translation>La base de données de l’espace de travail n’a pas pu être utilisée.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database does not answer right now.</source>
        <translation>La base de données de l’espace de travail ne répond pas pour le moment.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database is in use by another program.</source>
        <translation>La base de données de l’espace de travail est utilisée par un autre programme.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database was damaged. Posto kept it as {name} and started a new one.</source>
        <translation>La base de données de l’espace de travail était endommagée. Posto l’a conservée sous {name} et en a commencé une nouvelle.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database {name} has damaged entries ({damaged}). Posto shows what it can read and does not send their posts. Other entries are not affected.</source>
        <translation>La base de données de l’espace de travail {name} a des entrées endommagées ({damaged}). Posto affiche ce qu’il peut lire et n’envoie pas leurs publications. Les autres entrées ne sont pas touchées.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder cannot be created: {folder}.</source>
        <translation>Le dossier de l’espace de travail ne peut pas être créé&#xa0;: {folder}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder on this computer is read-only.</source>
        <translation>Le dossier de l’espace de travail de cet ordinateur est en lecture seule.</translation>
    </message>
    <message>
        <source>The workspace&apos;s key cannot be read: {path}. {reason}. Move it away, then try again.</source>
        <translation>La clé de l’espace de travail ne peut pas être lue&#xa0;: {path}. {reason}. Mettez-la de côté, puis réessayez.</translation>
    </message>
    <message>
        <source>There are {count} already, and no room for more.</source>
        <translation>Il y en a déjà {count}, et il n’y a pas de place pour plus.</translation>
    </message>
    <message>
        <source>There is no WordPress at {server}, or its REST API is switched off. Copy the address of the site&apos;s front page.</source>
        <translation>Il n’y a pas de WordPress à {server}, ou son API REST est désactivée. Copiez l’adresse de la page d’accueil du site.</translation>
    </message>
    <message>
        <source>There is no post to comment on.</source>
        <translation>Il n’y a aucune publication à commenter.</translation>
    </message>
    <message>
        <source>There is nothing to connect here.</source>
        <translation>Il n’y a rien à connecter ici.</translation>
    </message>
    <message>
        <source>There is somebody called {name} already.</source>
        <translation>Quelqu’un s’appelle déjà {name}.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel. Create one first.</source>
        <translation>Ce compte Google n’a pas de chaîne YouTube. Créez-en d’abord une.</translation>
    </message>
    <message>
        <source>This address belongs to another sign-in. Open the sign-in page again, allow Posto Desktop and copy the address of the last page.</source>
        <translation>Cette adresse appartient à une autre connexion. Rouvrez la page de connexion, autorisez Posto Desktop et copiez l’adresse de la dernière page.</translation>
    </message>
    <message>
        <source>This address is not served here. Use {address}.</source>
        <translation>Cette adresse n’est pas servie ici. Utilisez {address}.</translation>
    </message>
    <message>
        <source>This calendar does not exist.</source>
        <translation>Ce calendrier n’existe pas.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>This computer was off or asleep at the time of the post.</source>
        <translation>Cet ordinateur était éteint ou en veille à l’heure de la publication.</translation>
    </message>
    <message>
        <source>This computer&apos;s disk is full.</source>
        <translation>Le disque de cet ordinateur est plein.</translation>
    </message>
    <message>
        <source>This file does not exist.</source>
        <translation>Ce fichier n’existe pas.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot send to Nostr. Install what is missing: pip install &apos;posto[nostr]&apos;</source>
        <translation>Cette installation de Posto ne peut pas envoyer à Nostr. Installez ce qui manque&#xa0;: pip install &apos;posto[nostr]&apos;</translation>
    </message>
    <message>
        <source>This is not a private key. It begins with nsec1, or has 64 hexadecimal digits.</source>
        <translation>Ce n’est pas une clé privée. Elle commence par nsec1, ou a 64 chiffres hexadécimaux.</translation>
    </message>
    <message>
        <source>This is not an Admin API key. It has 24 letters, a colon and 64 letters. The Content API key beside it can only read.</source>
        <translation>Ce n’est pas une clé API d’administration. Elle a 24 lettres, deux-points et 64 lettres. La clé API de contenu à côté ne peut que lire.</translation>
    </message>
    <message>
        <source>This is not the address of a post on this channel. Open the post and copy its address.</source>
        <translation>Ce n’est pas l’adresse d’une publication de ce canal. Ouvrez la publication et copiez son adresse.</translation>
    </message>
    <message>
        <source>This is not the address of a post. It begins with https://.</source>
        <translation>Ce n’est pas l’adresse d’une publication. Elle commence par https://.</translation>
    </message>
    <message>
        <source>This is not the address of a webhook. It begins with https://discord.com/api/webhooks/</source>
        <translation>Ce n’est pas l’adresse d’un webhook. Elle commence par https://discord.com/api/webhooks/</translation>
    </message>
    <message>
        <source>This is not the address of the last page. It begins with {listen} and is long. Copy all of it.</source>
        <translation>Ce n’est pas l’adresse de la dernière page. Elle commence par {listen} et elle est longue. Copiez-la en entier.</translation>
    </message>
    <message>
        <source>This is not the token of a bot. @BotFather shows it: 123456:ABC…</source>
        <translation>Ce n’est pas le jeton d’un bot. @BotFather l’affiche&#xa0;: 123456:ABC…</translation>
    </message>
    <message>
        <source>This is the address of another post on this channel.</source>
        <translation>C’est l’adresse d’une autre publication de ce canal.</translation>
    </message>
    <message>
        <source>This is the last password with which an owner can sign in. Make another one first.</source>
        <translation>C’est le dernier mot de passe avec lequel un propriétaire peut se connecter. Créez-en d’abord un autre.</translation>
    </message>
    <message>
        <source>This is the public key. Enter the private key; it begins with nsec1.</source>
        <translation>C’est la clé publique. Saisissez la clé privée&#x202f;; elle commence par nsec1.</translation>
    </message>
    <message>
        <source>This is your account password, and the account uses two-factor sign-in. Create an app password in Bluesky&apos;s settings and enter it here.</source>
        <translation>C’est le mot de passe de votre compte, et le compte utilise la connexion à deux facteurs. Créez un mot de passe d’appli dans les réglages de Bluesky et saisissez-le ici.</translation>
    </message>
    <message>
        <source>This is your account password. Create an app password in Bluesky&apos;s settings and enter it here. You can revoke it at any time.</source>
        <translation>C’est le mot de passe de votre compte. Créez un mot de passe d’appli dans les réglages de Bluesky et saisissez-le ici. Vous pouvez le révoquer à tout moment.</translation>
    </message>
    <message>
        <source>This item does not exist.</source>
        <translation>Cet élément n’existe pas.</translation>
    </message>
    <message>
        <source>This network cannot be connected here.</source>
        <translation>Ce réseau ne peut pas être connecté ici.</translation>
    </message>
    <message>
        <source>This network has no private test posts.</source>
        <translation>Ce réseau n’a pas de publications de test privées.</translation>
    </message>
    <message>
        <source>This password does not exist.</source>
        <translation>Ce mot de passe n’existe pas.</translation>
    </message>
    <message>
        <source>This person is not in the team any more.</source>
        <translation>Cette personne ne fait plus partie de l’équipe.</translation>
    </message>
    <message>
        <source>This post does not exist.</source>
        <translation>Cette publication n’existe pas.</translation>
    </message>
    <message>
        <source>This post does not have what the comment is about.</source>
        <translation>Cette publication n’a pas ce dont parle le commentaire.</translation>
    </message>
    <message>
        <source>This post does not wait for an approval any more.</source>
        <translation>Cette publication n’attend plus d’approbation.</translation>
    </message>
    <message>
        <source>This post has no comment to publish.</source>
        <translation>Cette publication n’a pas de commentaire à publier.</translation>
    </message>
    <message>
        <source>This post was changed meanwhile. Look at it again.</source>
        <translation>Cette publication a été modifiée entre-temps. Regardez-la à nouveau.</translation>
    </message>
    <message>
        <source>This schedule has no unclear outcome.</source>
        <translation>Cette planification n’a pas d’issue incertaine.</translation>
    </message>
    <message>
        <source>This sign-in does not wait for an address.</source>
        <translation>Cette connexion n’attend pas d’adresse.</translation>
    </message>
    <message>
        <source>This sign-in has expired. Start again.</source>
        <translation>Cette connexion a expiré. Recommencez.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to choose.</source>
        <translation>Cette connexion n’a rien à choisir.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to test.</source>
        <translation>Cette connexion n’a rien à tester.</translation>
    </message>
    <message>
        <source>This sign-in is over. Begin again in the app.</source>
        <translation>Cette connexion est terminée. Recommencez dans l’application.</translation>
    </message>
    <message>
        <source>This token belongs to {name}, a person. Enter a token of your page.</source>
        <translation>Ce jeton appartient à {name}, une personne. Saisissez un jeton de votre page.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this account.</source>
        <translation>Cette version de Posto Desktop ne peut pas publier sur ce compte.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this channel.</source>
        <translation>Cette version de Posto Desktop ne peut pas publier sur ce canal.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place} ({day}), and the database in this folder is a copy from before that: it would send again what is sent there. To use it all the same, end the workspace there and delete {file}.</source>
        <translation>Cet espace de travail a été déplacé vers {place} ({day}), et la base de données de ce dossier est une copie antérieure : elle enverrait à nouveau ce qui est envoyé là-bas. Pour l’utiliser quand même, arrêtez l’espace de travail là-bas et supprimez {file}.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place}, so nothing is sent from here. Use it there, or bring it back with “posto-server move”.</source>
        <translation>Cet espace de travail a été déplacé vers {place}, donc rien n’est envoyé d’ici. Utilisez-le là-bas, ou ramenez-le avec «&#xa0;posto-server move&#xa0;».</translation>
    </message>
    <message>
        <source>Threads (your own app)</source>
        <translation>Threads (votre propre appli)</translation>
    </message>
    <message>
        <source>Threads downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Threads télécharge les images d’une adresse publique. Reconnectez le compte et saisissez pour elles un site WordPress à vous.</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Jeton</translation>
    </message>
    <message>
        <source>Token secret</source>
        <translation>Secret du jeton</translation>
    </message>
    <message>
        <source>Too many requests. Try again in {count} seconds.</source>
        <translation>Trop de requêtes. Réessayez dans {count} secondes.</translation>
    </message>
    <message>
        <source>Too many sign-ins are under way. Try again in a few minutes.</source>
        <translation>Trop de connexions sont en cours. Réessayez dans quelques minutes.</translation>
    </message>
    <message>
        <source>Too many sign-ins have failed. Try again in {count} seconds.</source>
        <translation>Trop de connexions ont échoué. Réessayez dans {count} secondes.</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Sujet</translation>
    </message>
    <message>
        <source>Tumblr does not allow apps to write comments.</source>
        <translation>Tumblr ne permet pas aux applis d’écrire des commentaires.</translation>
    </message>
    <message>
        <source>Two-factor code</source>
        <translation>Code à deux facteurs</translation>
    </message>
    <message>
        <source>Type the address of your site, for example https://example.com.</source>
        <translation>Saisissez l’adresse de votre site, par exemple https://example.com.</translation>
    </message>
    <message>
        <source>Type the name of your server, for example mastodon.social, or your handle.</source>
        <translation>Saisissez le nom de votre serveur, par exemple mastodon.social, ou votre identifiant.</translation>
    </message>
    <message>
        <source>Use a client of the type Desktop app.</source>
        <translation>Utilisez un client de type Desktop app.</translation>
    </message>
    <message>
        <source>Used once to sign in, never saved.</source>
        <translation>Utilisé une fois pour la connexion, jamais enregistré.</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nom d’utilisateur</translation>
    </message>
    <message>
        <source>User name or mail address</source>
        <translation>Nom d’utilisateur ou adresse e-mail</translation>
    </message>
    <message>
        <source>User name there</source>
        <translation>Nom d’utilisateur là-bas</translation>
    </message>
    <message>
        <source>Webhook address</source>
        <translation>Adresse du webhook</translation>
    </message>
    <message>
        <source>What was scheduled in it is not sent.</source>
        <translation>Ce qui y était planifié n’est pas envoyé.</translation>
    </message>
    <message>
        <source>With permission to read and write.</source>
        <translation>Avec l’autorisation de lire et d’écrire.</translation>
    </message>
    <message>
        <source>WordPress site for pictures</source>
        <translation>Site WordPress pour les images</translation>
    </message>
    <message>
        <source>Write what is to be changed.</source>
        <translation>Écrivez ce qui doit être modifié.</translation>
    </message>
    <message>
        <source>X (your own app)</source>
        <translation>X (votre propre appli)</translation>
    </message>
    <message>
        <source>You are not currently logged in.</source>
        <translation>Vous n’êtes pas connecté.</translation>
    </message>
    <message>
        <source>You can close this window and go back to Posto Desktop.</source>
        <translation>Vous pouvez fermer cette fenêtre et revenir à Posto Desktop.</translation>
    </message>
    <message>
        <source>You cannot do this to yourself. Another owner can.</source>
        <translation>Vous ne pouvez pas le faire pour vous-même. Un autre propriétaire le peut.</translation>
    </message>
    <message>
        <source>You did not allow the sign-in in the browser. Try again.</source>
        <translation>Vous n’avez pas autorisé la connexion dans le navigateur. Réessayez.</translation>
    </message>
    <message>
        <source>You have not joined any community. Join the one you want to post to.</source>
        <translation>Vous n’avez rejoint aucune communauté. Rejoignez celle où vous voulez publier.</translation>
    </message>
    <message>
        <source>You may not sign in to this workspace for now.</source>
        <translation>Vous ne pouvez pas vous connecter à cet espace de travail pour le moment.</translation>
    </message>
    <message>
        <source>You were removed from this workspace.</source>
        <translation>Vous avez été retiré de cet espace de travail.</translation>
    </message>
    <message>
        <source>YouTube (your own project)</source>
        <translation>YouTube (votre propre projet)</translation>
    </message>
    <message>
        <source>YouTube allows one video and no pictures.</source>
        <translation>YouTube autorise une vidéo et aucune image.</translation>
    </message>
    <message>
        <source>YouTube does not allow &lt; and &gt; in titles and descriptions.</source>
        <translation>YouTube n’autorise ni &lt; ni &gt; dans les titres et descriptions.</translation>
    </message>
    <message>
        <source>YouTube needs a title.</source>
        <translation>YouTube exige un titre.</translation>
    </message>
    <message>
        <source>Your Google project has reached today&apos;s limit.</source>
        <translation>Votre projet Google a atteint la limite du jour.</translation>
    </message>
    <message>
        <source>Your app has no credits left. Buy some at console.x.com.</source>
        <translation>Votre appli n’a plus de crédit. Achetez-en sur console.x.com.</translation>
    </message>
    <message>
        <source>Your files that no post uses take {used} of {limit}, and this one does not fit. Propose posts with them, or ask an editor to delete some, then try again.</source>
        <translation>Vos fichiers qu’aucune publication n’utilise occupent {used} sur {limit}, et celui-ci n’y tient pas. Proposez des publications avec eux ou demandez à un éditeur d’en supprimer, puis réessayez.</translation>
    </message>
    <message>
        <source>dev.to does not accept files from apps. Put the address of a picture into the text: ![description](https://…)</source>
        <translation>dev.to n’accepte pas de fichiers des applis. Mettez l’adresse d’une image dans le texte&#xa0;:&#x202f;![description](https://…)</translation>
    </message>
    <message>
        <source>dev.to does not allow apps to write comments.</source>
        <translation>dev.to ne permet pas aux applis d’écrire des commentaires.</translation>
    </message>
    <message>
        <source>dev.to needs a title.</source>
        <translation>dev.to exige un titre.</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>son contenu est endommagé</translation>
    </message>
    <message>
        <source>news-of-our-club. Whoever knows it can read it.</source>
        <translation>nouvelles-de-notre-club. Qui le connaît peut le lire.</translation>
    </message>
    <message>
        <source>not active</source>
        <translation>non actif</translation>
    </message>
    <message>
        <source>nsec1… It stays in the keychain of this computer and cannot be changed.</source>
        <translation>nsec1… Reste dans le trousseau de cet ordinateur et ne peut pas être changée.</translation>
    </message>
    <message>
        <source>ntfy.sh, or the address of your own</source>
        <translation>ntfy.sh, ou l’adresse du vôtre</translation>
    </message>
    <message>
        <source>xoxb-… from api.slack.com/apps: OAuth &amp; Permissions, after Install to Workspace.</source>
        <translation>xoxb-… de api.slack.com/apps&#xa0;: OAuth &amp; Permissions, après Install to Workspace.</translation>
    </message>
    <message>
        <source>you.bsky.social, or a domain of your own</source>
        <translation>vous.bsky.social, ou un domaine à vous</translation>
    </message>
    <message>
        <source>{account} is in no room where Posto can publish. Create or join an unencrypted room where you may write.</source>
        <translation>{account} n’est dans aucun salon où Posto peut publier. Créez ou rejoignez un salon non chiffré où vous pouvez écrire.</translation>
    </message>
    <message>
        <source>{account} was removed here, but its sign-in may still be valid.</source>
        <translation>{account} a été retiré ici, mais sa connexion peut encore être valable.</translation>
    </message>
    <message>
        <source>{address} is no address of a PostgreSQL database.</source>
        <translation>{address} n’est pas l’adresse d’une base de données PostgreSQL.</translation>
    </message>
    <message>
        <source>{address} is not the address of a relay. Example: wss://relay.damus.io</source>
        <translation>{address} n’est pas l’adresse d’un relais. Exemple&#xa0;: wss://relay.damus.io</translation>
    </message>
    <message>
        <source>{channel} is no longer connected. Connect it again.</source>
        <translation>{channel} n’est plus connecté. Reconnectez-le.</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} octets</translation>
    </message>
    <message>
        <source>{count} relays are too many; enter at most {limit}.</source>
        <translation>{count} relais, c’est trop&#x202f;; saisissez-en {limit} au plus.</translation>
    </message>
    <message>
        <source>{handle} has no note at this address.</source>
        <translation>{handle} n’a pas de note à cette adresse.</translation>
    </message>
    <message>
        <source>{handle} has no post at this address.</source>
        <translation>{handle} n’a pas de publication à cette adresse.</translation>
    </message>
    <message>
        <source>{handle} is {status} at Bluesky.</source>
        <translation>{handle} est {status} chez Bluesky.</translation>
    </message>
    <message>
        <source>{handle} may publish {limit}. This post waits until then.</source>
        <translation>{handle} peut publier {limit}. Cette publication attend jusque-là.</translation>
    </message>
    <message>
        <source>{host} accepts no more messages today.</source>
        <translation>{host} n’accepte plus de messages aujourd’hui.</translation>
    </message>
    <message>
        <source>{host} accepts no more requests for now.</source>
        <translation>{host} n’accepte plus de requêtes pour l’instant.</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} est injoignable.</translation>
    </message>
    <message>
        <source>{host} did not accept the user name and application password. Create a new password on the site and connect the account again. If they are right, the web server removes them before WordPress sees them.</source>
        <translation>{host} n’a pas accepté le nom d’utilisateur et le mot de passe d’application. Créez un nouveau mot de passe sur le site et reconnectez le compte. S’ils sont justes, le serveur web les retire avant que WordPress les voie.</translation>
    </message>
    <message>
        <source>{host} did not accept this (status {status}).</source>
        <translation>{host} n’a pas accepté ceci (statut {status}).</translation>
    </message>
    <message>
        <source>{host} did not accept this handle and password. Enter an app password, not your account password.</source>
        <translation>{host} n’a pas accepté cet identifiant et ce mot de passe. Saisissez un mot de passe d’appli, pas celui de votre compte.</translation>
    </message>
    <message>
        <source>{host} did not answer in time.</source>
        <translation>{host} n’a pas répondu à temps.</translation>
    </message>
    <message>
        <source>{host} did not grant access. Try again.</source>
        <translation>{host} n’a pas accordé l’accès. Réessayez.</translation>
    </message>
    <message>
        <source>{host} did not keep the test post as a draft, so Posto deleted it.</source>
        <translation>{host} n’a pas gardé la publication de test comme brouillon, Posto l’a donc supprimée.</translation>
    </message>
    <message>
        <source>{host} did not report whether it has the post.</source>
        <translation>{host} n’a pas indiqué s’il a la publication.</translation>
    </message>
    <message>
        <source>{host} does not accept the session.</source>
        <translation>{host} n’accepte pas la session.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in ({answer}). Sign in again.</source>
        <translation>{host} n’accepte pas la connexion ({answer}). Reconnectez-vous.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in. Sign in again.</source>
        <translation>{host} n’accepte pas la connexion. Reconnectez-vous.</translation>
    </message>
    <message>
        <source>{host} does not accept the signature.</source>
        <translation>{host} n’accepte pas la signature.</translation>
    </message>
    <message>
        <source>{host} does not accept this much.</source>
        <translation>{host} n’en accepte pas autant.</translation>
    </message>
    <message>
        <source>{host} does not accept uploads with this user name and password.</source>
        <translation>{host} n’accepte pas de téléversements avec ce nom d’utilisateur et ce mot de passe.</translation>
    </message>
    <message>
        <source>{host} does not accept your files.</source>
        <translation>{host} n’accepte pas vos fichiers.</translation>
    </message>
    <message>
        <source>{host} does not allow this sign-in. Paste an access token.</source>
        <translation>{host} n’autorise pas cette connexion. Collez un jeton d’accès.</translation>
    </message>
    <message>
        <source>{host} does not let this account use the topic. Allow it there, or connect the account again.</source>
        <translation>{host} ne laisse pas ce compte utiliser le sujet. Autorisez-le là-bas, ou reconnectez le compte.</translation>
    </message>
    <message>
        <source>{host} does not report which password this is. Delete it there.</source>
        <translation>{host} n’indique pas quel mot de passe c’est. Supprimez-le là-bas.</translation>
    </message>
    <message>
        <source>{host} has a problem right now (status {status}).</source>
        <translation>{host} a un problème en ce moment (statut {status}).</translation>
    </message>
    <message>
        <source>{host} has moved. Connect the account again.</source>
        <translation>{host} a déménagé. Reconnectez le compte.</translation>
    </message>
    <message>
        <source>{host} is not compatible with Mastodon.</source>
        <translation>{host} n’est pas compatible avec Mastodon.</translation>
    </message>
    <message>
        <source>{host} is still processing a file of this post.</source>
        <translation>{host} traite encore un fichier de cette publication.</translation>
    </message>
    <message>
        <source>{host} must use https, because Posto sends it a password.</source>
        <translation>{host} doit utiliser https, car Posto lui envoie un mot de passe.</translation>
    </message>
    <message>
        <source>{host} no longer accepts posts at this address. Connect the channel again.</source>
        <translation>{host} n’accepte plus de publications à cette adresse. Reconnectez le canal.</translation>
    </message>
    <message>
        <source>{host} no longer accepts the key. Connect the site again.</source>
        <translation>{host} n’accepte plus la clé. Reconnectez le site.</translation>
    </message>
    <message>
        <source>{host} no longer has a file of this post. Posto sends it again.</source>
        <translation>{host} n’a plus un fichier de cette publication. Posto le renvoie.</translation>
    </message>
    <message>
        <source>{host} no longer knows this webhook or bot. Connect the channel again.</source>
        <translation>{host} ne connaît plus ce webhook ou bot. Reconnectez le canal.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop.</source>
        <translation>{host} redirige en boucle.</translation>
    </message>
    <message>
        <source>{host} redirects to an invalid address.</source>
        <translation>{host} redirige vers une adresse non valable.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>{host} redirige vers une autre adresse.</translation>
    </message>
    <message>
        <source>{host} sent an answer that Posto does not understand.</source>
        <translation>{host} a envoyé une réponse que Posto ne comprend pas.</translation>
    </message>
    <message>
        <source>{host} showed the test note to others, so Posto deleted it.</source>
        <translation>{host} a montré la note de test à d’autres, Posto l’a donc supprimée.</translation>
    </message>
    <message>
        <source>{host} showed the test post to others, so Posto deleted it.</source>
        <translation>{host} a montré la publication de test à d’autres, Posto l’a donc supprimée.</translation>
    </message>
    <message>
        <source>{host} signs in only in the browser. Enter an access token instead. In Element it is under All settings, Help and about.</source>
        <translation>{host} ne connecte que dans le navigateur. Saisissez plutôt un jeton d’accès. Dans Element, il est sous Tous les paramètres, Aide et à propos.</translation>
    </message>
    <message>
        <source>{host}: someone else is editing this post. Try again in a moment.</source>
        <translation>{host}&#xa0;: quelqu’un d’autre modifie cette publication. Réessayez dans un instant.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it to send the waiting posts.</source>
        <translation>{keychain} est verrouillé. Déverrouillez-le pour envoyer les publications en attente.</translation>
    </message>
    <message>
        <source>{name} allows pictures or a video, not both in one post.</source>
        <translation>{name} autorise des images ou une vidéo, pas les deux dans une publication.</translation>
    </message>
    <message>
        <source>{name} allows {most} videos at most.</source>
        <translation>{name} autorise {most} vidéos au plus.</translation>
    </message>
    <message>
        <source>{name} has no blog.</source>
        <translation>{name} n’a pas de blog.</translation>
    </message>
    <message>
        <source>{name} has {size}; {server} allows {limit}. Make it smaller or remove it.</source>
        <translation>{name} fait {size}&#x202f;; {server} autorise {limit}. Réduisez-le ou retirez-le.</translation>
    </message>
    <message>
        <source>{name} has {width} × {height} pixels; {server} allows {limit} in all. Make it smaller.</source>
        <translation>{name} fait {width} × {height} pixels&#x202f;; {server} en autorise {limit} en tout. Réduisez-le.</translation>
    </message>
    <message>
        <source>{name} is in no Discord server with a text channel. Invite it: at discord.com/developers, OAuth2, URL Generator, scope bot, permission Send Messages.</source>
        <translation>{name} n’est dans aucun serveur Discord avec un salon textuel. Invitez-le&#xa0;: sur discord.com/developers, OAuth2, URL Generator, scope bot, autorisation Send Messages.</translation>
    </message>
    <message>
        <source>{name} is larger than {size} and could not be made smaller.</source>
        <translation>{name} dépasse {size} et n’a pas pu être réduit.</translation>
    </message>
    <message>
        <source>{name} is no name of a group: letters, digits, spaces, &amp; + . -</source>
        <translation>{name} n’est pas un nom de groupe : lettres, chiffres, espaces, &amp; + . -</translation>
    </message>
    <message>
        <source>{name} is the last owner. Make somebody else an owner first.</source>
        <translation>{name} est le dernier propriétaire. Donnez d’abord ce rôle à quelqu’un d’autre.</translation>
    </message>
    <message>
        <source>{name} needs a text.</source>
        <translation>{name} exige un texte.</translation>
    </message>
    <message>
        <source>{name} needs a title.</source>
        <translation>{name} exige un titre.</translation>
    </message>
    <message>
        <source>{name} needs at least one picture or video.</source>
        <translation>{name} exige au moins une image ou une vidéo.</translation>
    </message>
    <message>
        <source>{name} was made smaller, to {width} × {height} pixels and {size}.</source>
        <translation>{name} a été réduit à {width} × {height} pixels et {size}.</translation>
    </message>
    <message>
        <source>{server} does not support files like {name} ({mime}). Remove it.</source>
        <translation>{server} ne prend pas en charge les fichiers comme {name} ({mime}). Retirez-le.</translation>
    </message>
    <message>
        <source>{server} needs at least one picture or video.</source>
        <translation>{server} exige au moins une image ou une vidéo.</translation>
    </message>
    <message>
        <source>{slug} may not write posts on {host}. Ask for the role of an author.</source>
        <translation>{slug} n’a pas le droit d’écrire des articles sur {host}. Demandez le rôle d’auteur.</translation>
    </message>
</context>
<context>
    <name>Service</name>
    <message numerus="yes">
        <source>%n message(s) (needs/need) you.</source>
        <translation>
            <numerusform>%n message demande votre attention.</numerusform>
            <numerusform>%n messages demandent votre attention.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) accepted for some of their channels only.</source>
        <translation>
            <numerusform>%n message n’a été accepté que pour certains de ses canaux.</numerusform>
            <numerusform>%n messages n’ont été acceptés que pour certains de leurs canaux.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) not sent.</source>
        <translation>
            <numerusform>%n message n’a pas été envoyé.</numerusform>
            <numerusform>%n messages n’ont pas été envoyés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) refused.</source>
        <translation>
            <numerusform>%n message a été refusé.</numerusform>
            <numerusform>%n messages ont été refusés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} posts could not be tried again.</source>
        <translation>
            <numerusform>%n publication sur {all} n’a pas pu être réessayée.</numerusform>
            <numerusform>%n publications sur {all} n’ont pas pu être réessayées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} files could not be downloaded.</source>
        <translation>
            <numerusform>%n fichier sur {total} n’a pas pu être téléchargé.</numerusform>
            <numerusform>%n fichiers sur {total} n’ont pas pu être téléchargés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts could not be deleted.</source>
        <translation>
            <numerusform>%n publication sur {total} n’a pas pu être supprimée.</numerusform>
            <numerusform>%n publications sur {total} n’ont pas pu être supprimées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (is/are) tried again</source>
        <translation>
            <numerusform>%n publication est réessayée</numerusform>
            <numerusform>%n publications sont réessayées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(The post/%n posts) could not be tried again.</source>
        <translation>
            <numerusform>La publication n’a pas pu être réessayée.</numerusform>
            <numerusform>%n publications n’ont pas pu être réessayées.</numerusform>
        </translation>
    </message>
    <message>
        <source>If this continues, check the site in a browser.</source>
        <translation>Si cela continue, vérifiez le site dans un navigateur.</translation>
    </message>
    <message>
        <source>It was not sent again, because it may already be published.</source>
        <translation>Elle n’a pas été renvoyée, car elle est peut-être déjà publiée.</translation>
    </message>
    <message>
        <source>Its password is not on this computer. Sign in again.</source>
        <translation>Son mot de passe n’est pas sur cet ordinateur. Reconnectez-vous.</translation>
    </message>
    <message>
        <source>Move Posto Desktop to the Applications folder and open it from there. Where it is now, macOS would not find it at the next login.</source>
        <translation>Placez Posto Desktop dans le dossier Applications et ouvrez-le de là. Où il est, macOS ne le trouverait pas à la prochaine ouverture de session.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Posto is restarting it. See the log for details.</source>
        <translation>Posto le redémarre. Voir le journal pour les détails.</translation>
    </message>
    <message>
        <source>Posto may not write there</source>
        <translation>Posto n’a pas le droit d’y écrire</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>Envoyer quand même</translation>
    </message>
    <message>
        <source>Sending stopped because of an unexpected error ({why}).</source>
        <translation>L’envoi s’est arrêté à cause d’une erreur inattendue ({why}).</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Afficher</translation>
    </message>
    <message>
        <source>Something could not be saved. See the log for details.</source>
        <translation>Quelque chose n’a pas pu être enregistré. Voir le journal pour les détails.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({why}).</source>
        <translation>Un problème inattendu est survenu ({why}).</translation>
    </message>
    <message>
        <source>Something unexpected went wrong. See the log for details.</source>
        <translation>Un problème inattendu est survenu. Voir le journal pour les détails.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Abonnez-vous à nouveau dans votre appli de calendrier avec une nouvelle adresse.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>L’appli se ferme.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was changed.</source>
        <translation>L’appli se ferme. Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was done.</source>
        <translation>L’appli se ferme. Rien n’a été fait.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was sent.</source>
        <translation>L’appli se ferme. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The changes could not be saved. Nothing was changed.</source>
        <translation>Les modifications n’ont pas pu être enregistrées. Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>The content of this post could not be read, because it was not created in Posto.</source>
        <translation>Le contenu de cette publication n’a pas pu être lu, car elle n’a pas été créée dans Posto.</translation>
    </message>
    <message>
        <source>The list of recent files was damaged and is now empty. The files themselves are not affected.</source>
        <translation>La liste des fichiers récents était endommagée et est maintenant vide. Les fichiers eux-mêmes ne sont pas touchés.</translation>
    </message>
    <message>
        <source>The password is not available. Sign in again to save it.</source>
        <translation>Le mot de passe n’est pas disponible. Reconnectez-vous pour l’enregistrer.</translation>
    </message>
    <message>
        <source>The post could not be deleted.</source>
        <translation>La publication n’a pas pu être supprimée.</translation>
    </message>
    <message>
        <source>The post could not be saved. Nothing was sent.</source>
        <translation>La publication n’a pas pu être enregistrée. Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>The posts may have been deleted.</source>
        <translation>Les publications ont peut-être été supprimées.</translation>
    </message>
    <message>
        <source>The posts were not deleted. {why}</source>
        <translation>Les publications n’ont pas été supprimées. {why}</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>L’espace de travail est injoignable.</translation>
    </message>
    <message>
        <source>The workspace is slow to answer.</source>
        <translation>L’espace de travail tarde à répondre.</translation>
    </message>
    <message>
        <source>The workspace on this computer is not running. Open it, then try again.</source>
        <translation>L’espace de travail de cet ordinateur n’est pas en marche. Ouvrez-le, puis réessayez.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Trop tard pour annuler&#xa0;: les publications ont été supprimées.</translation>
    </message>
    <message>
        <source>Until you fix this, Posto cannot save drafts or send posts.</source>
        <translation>Tant que ce n’est pas corrigé, Posto ne peut ni enregistrer de brouillons ni envoyer de publications.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: the workspace is slow to answer.</source>
        <translation>En attente de publications précédentes&#xa0;: l’espace de travail tarde à répondre.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: {host} is slow to answer.</source>
        <translation>En attente de publications précédentes&#xa0;: {host} tarde à répondre.</translation>
    </message>
    <message>
        <source>Windows does not let Posto do that: {why}.</source>
        <translation>Windows ne laisse pas Posto faire cela&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>You can have {n} at most. Delete one first.</source>
        <translation>Vous pouvez en avoir {n} au plus. Supprimez-en d’abord une.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>son nom ne peut pas être utilisé</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>le disque est plein</translation>
    </message>
    <message>
        <source>{address} could not be downloaded. {why}</source>
        <translation>{address} n’a pas pu être téléchargé. {why}</translation>
    </message>
    <message>
        <source>{address} could not be kept: {why}.</source>
        <translation>{address} n’a pas pu être conservé&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{address} is a web page, not a picture.</source>
        <translation>{address} est une page web, pas une image.</translation>
    </message>
    <message>
        <source>{address} is not a picture or video.</source>
        <translation>{address} n’est ni une image ni une vidéo.</translation>
    </message>
    <message>
        <source>{host} is slow to answer.</source>
        <translation>{host} tarde à répondre.</translation>
    </message>
    <message>
        <source>{name} cannot be played here.</source>
        <translation>{name} ne peut pas être lu ici.</translation>
    </message>
    <message>
        <source>{name} cannot be posted.</source>
        <translation>{name} ne peut pas être publié.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} ne peut pas être lu&#xa0;: accès refusé.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} ne peut pas être lu&#xa0;: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} ne peut pas être lu&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be saved as a picture.</source>
        <translation>{name} ne peut pas être enregistré comme image.</translation>
    </message>
    <message>
        <source>{name} cannot be shown here.</source>
        <translation>{name} ne peut pas être affiché ici.</translation>
    </message>
    <message>
        <source>{name} could not be kept: {why}.</source>
        <translation>{name} n’a pas pu être conservé&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened as a video in time.</source>
        <translation>{name} n’a pas pu être ouvert à temps comme vidéo.</translation>
    </message>
    <message>
        <source>{name} has sound but no picture.</source>
        <translation>{name} a du son, mais pas d’image.</translation>
    </message>
    <message>
        <source>{name} is a folder. Add the files inside it.</source>
        <translation>{name} est un dossier. Ajoutez les fichiers qu’il contient.</translation>
    </message>
    <message>
        <source>{name} is damaged: it cannot be opened as a video.</source>
        <translation>{name} est endommagé&#xa0;: il ne peut pas être ouvert comme vidéo.</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <translation>{name} est vide (0 octet).</translation>
    </message>
    <message>
        <source>{name} is no video.</source>
        <translation>{name} n’est pas une vidéo.</translation>
    </message>
    <message>
        <source>{name} is not a file that can be posted.</source>
        <translation>{name} n’est pas un fichier publiable.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post.</source>
        <translation>{name} n’est ni une image ni une vidéo que Posto peut publier.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a PDF.</source>
        <translation>{name} n’est ni une image ni une vidéo que Posto peut publier&#xa0;: c’est un PDF.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a drawing (SVG).</source>
        <translation>{name} n’est ni une image ni une vidéo que Posto peut publier&#xa0;: c’est un dessin (SVG).</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a program.</source>
        <translation>{name} n’est ni une image ni une vidéo que Posto peut publier&#xa0;: c’est un programme.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a script.</source>
        <translation>{name} n’est ni une image ni une vidéo que Posto peut publier&#xa0;: c’est un script.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a web page.</source>
        <translation>{name} n’est ni une image ni une vidéo que Posto peut publier&#xa0;: c’est une page web.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is an archive.</source>
        <translation>{name} n’est ni une image ni une vidéo que Posto peut publier&#xa0;: c’est une archive.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is sound only.</source>
        <translation>{name} n’est ni une image ni une vidéo que Posto peut publier&#xa0;: c’est du son seul.</translation>
    </message>
    <message>
        <source>{name} is not a picture that Posto can post.</source>
        <translation>{name} n’est pas une image que Posto peut publier.</translation>
    </message>
    <message>
        <source>{name} shows no picture.</source>
        <translation>{name} ne montre aucune image.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} est introuvable.</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto. It was left as it is; use that version to change it.</source>
        <translation>{name} a été écrit par une version plus récente de Posto. Il a été laissé tel quel&#x202f;; utilisez cette version pour le modifier.</translation>
    </message>
    <message>
        <source>{path} cannot be changed: {why}.</source>
        <translation>{path} ne peut pas être modifié&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>“{title}” needs you.</source>
        <translation>«&#xa0;{title}&#xa0;» demande votre attention.</translation>
    </message>
    <message>
        <source>“{title}” was accepted</source>
        <translation>«&#xa0;{title}&#xa0;» a été accepté</translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s), not for {channels}.</source>
        <translation>
            <numerusform>«&#xa0;{title}&#xa0;» a été accepté pour {n} canal sur %n, pas pour {channels}.</numerusform>
            <numerusform>«&#xa0;{title}&#xa0;» a été accepté pour {n} canaux sur %n, pas pour {channels}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s).</source>
        <translation>
            <numerusform>«&#xa0;{title}&#xa0;» a été accepté pour {n} canal sur %n.</numerusform>
            <numerusform>«&#xa0;{title}&#xa0;» a été accepté pour {n} canaux sur %n.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was not sent.</source>
        <translation>«&#xa0;{title}&#xa0;» n’a pas été envoyé.</translation>
    </message>
    <message>
        <source>“{title}” was refused.</source>
        <translation>«&#xa0;{title}&#xa0;» a été refusé.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Et %n autre.</numerusform>
            <numerusform> Et %n autres.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pixel(s)</source>
        <translation>
            <numerusform>%n pixel</numerusform>
            <numerusform>%n pixels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n seconde</numerusform>
            <numerusform>%n secondes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) (is/are) suggested again</source>
        <translation>
            <numerusform>%n mot est à nouveau suggéré</numerusform>
            <numerusform>%n mots sont à nouveau suggérés</numerusform>
        </translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 an</translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation>12 heures</translation>
    </message>
    <message>
        <source>150 %</source>
        <translation>150 %</translation>
    </message>
    <message>
        <source>2 years</source>
        <translation>2 ans</translation>
    </message>
    <message>
        <source>200 %</source>
        <translation>200 %</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 heures</translation>
    </message>
    <message>
        <source>3 months</source>
        <translation>3 mois</translation>
    </message>
    <message>
        <source>A day without a time means</source>
        <translation>Un jour sans heure signifie</translation>
    </message>
    <message>
        <source>A file in PEM format, trusted in addition to the system&apos;s certificates</source>
        <translation>Un fichier au format PEM, approuvé en plus des certificats du système</translation>
    </message>
    <message>
        <source>A post failed</source>
        <translation>Une publication a échoué</translation>
    </message>
    <message>
        <source>A post needs you</source>
        <translation>Une publication demande votre attention</translation>
    </message>
    <message>
        <source>A post was sent</source>
        <translation>Une publication a été envoyée</translation>
    </message>
    <message>
        <source>About</source>
        <translation>À propos</translation>
    </message>
    <message>
        <source>Accounts and workspaces</source>
        <translation>Comptes et espaces de travail</translation>
    </message>
    <message>
        <source>Accounts, files, limits and the service; quiet if all is well</source>
        <translation>Comptes, fichiers, limites et service&#x202f;; silencieux si tout va bien</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Activité</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Adresse du proxy</translation>
    </message>
    <message>
        <source>After # and @: hashtags and mentions of this workspace, and its channels</source>
        <translation>Après # et @&#xa0;: hashtags et mentions de cet espace de travail, et ses canaux</translation>
    </message>
    <message>
        <source>After 20 seconds</source>
        <translation>Après 20 secondes</translation>
    </message>
    <message>
        <source>After 6 seconds</source>
        <translation>Après 6 secondes</translation>
    </message>
    <message>
        <source>After this time the service counts as offline</source>
        <translation>Passé ce délai, le service est considéré hors ligne</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Another program has {keys}. Choose other keys.</source>
        <translation>Un autre programme utilise {keys}. Choisissez d’autres touches.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apparence</translation>
    </message>
    <message>
        <source>Applies to files you add from now on. Posto sends copies and never changes your own files.</source>
        <translation>S’applique aux fichiers que vous ajoutez désormais. Posto envoie des copies et ne modifie jamais vos propres fichiers.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Demander</translation>
    </message>
    <message>
        <source>Ask before sending now</source>
        <translation>Demander avant d’envoyer maintenant</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Tout sauvegarder</translation>
    </message>
    <message>
        <source>Best, large files ({number})</source>
        <translation>La meilleure, gros fichiers ({number})</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Calendrier</translation>
    </message>
    <message>
        <source>Calendar and times</source>
        <translation>Calendrier et heures</translation>
    </message>
    <message>
        <source>Certificates and timeouts</source>
        <translation>Certificats et délais</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Vos propres certificats</translation>
    </message>
    <message>
        <source>Check posts before they are due</source>
        <translation>Vérifier les publications avant leur heure</translation>
    </message>
    <message>
        <source>Choose ffmpeg</source>
        <translation>Choisir ffmpeg</translation>
    </message>
    <message>
        <source>Choose “This one” above to use your own proxy</source>
        <translation>Choisissez «&#xa0;Celui-ci&#xa0;» ci-dessus pour utiliser votre propre proxy</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Choisir…</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Horloge</translation>
    </message>
    <message>
        <source>Close notifications in the window</source>
        <translation>Fermer les notifications dans la fenêtre</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Confortable</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compact</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Rédiger</translation>
    </message>
    <message>
        <source>Converting videos</source>
        <translation>Conversion des vidéos</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>Dates and numbers</source>
        <translation>Dates et nombres</translation>
    </message>
    <message>
        <source>Dates, times and numbers</source>
        <translation>Dates, heures et nombres</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Jour</translation>
    </message>
    <message>
        <source>Days ahead to fill</source>
        <translation>Jours à l’avance</translation>
    </message>
    <message>
        <source>Desktop notifications are off</source>
        <translation>Les notifications de bureau sont désactivées</translation>
    </message>
    <message>
        <source>Do not keep</source>
        <translation>Ne pas conserver</translation>
    </message>
    <message>
        <source>Emoji used lately</source>
        <translation>Emojis utilisés récemment</translation>
    </message>
    <message>
        <source>Empty for a proxy without sign-in</source>
        <translation>Vide pour un proxy sans identification</translation>
    </message>
    <message>
        <source>Even when Posto Desktop is closed</source>
        <translation>Même quand Posto Desktop est fermé</translation>
    </message>
    <message>
        <source>Every way to send at once shows once more what will happen</source>
        <translation>Toute façon d’envoyer aussitôt montre encore une fois ce qui va se passer</translation>
    </message>
    <message>
        <source>Fill free slots with evergreen messages</source>
        <translation>Remplir les créneaux libres avec des messages evergreen</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <source>For posts due while this computer was off; older ones show as missed</source>
        <translation>Pour les publications échues pendant que cet ordinateur était éteint&#x202f;; les plus anciennes apparaissent comme manquées</translation>
    </message>
    <message>
        <source>For services and the web, never for this computer</source>
        <translation>Pour les services et le web, jamais pour cet ordinateur</translation>
    </message>
    <message>
        <source>For typing and showing times, from the next start of Posto</source>
        <translation>Pour saisir et afficher les heures, à partir du prochain démarrage de Posto</translation>
    </message>
    <message>
        <source>From each added file; the file editor can keep them</source>
        <translation>De chaque fichier ajouté&#x202f;; l’éditeur de fichiers peut les garder</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Général</translation>
    </message>
    <message>
        <source>Good (90)</source>
        <translation>Bonne (90)</translation>
    </message>
    <message>
        <source>HTTP</source>
        <translation>HTTP</translation>
    </message>
    <message>
        <source>Hold {modifiers} with another key</source>
        <translation>Maintenez {modifiers} avec une autre touche</translation>
    </message>
    <message>
        <source>How channels are grouped</source>
        <translation>Groupement des canaux</translation>
    </message>
    <message>
        <source>In the calendar and wherever a day is chosen</source>
        <translation>Dans le calendrier et partout où un jour est choisi</translation>
    </message>
    <message>
        <source>In the schedule</source>
        <translation>Dans le planning</translation>
    </message>
    <message>
        <source>In the window</source>
        <translation>Dans la fenêtre</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistiques</translation>
    </message>
    <message>
        <source>Keep insights for</source>
        <translation>Conserver les statistiques pendant</translation>
    </message>
    <message>
        <source>Keep sending</source>
        <translation>Continuer l’envoi</translation>
    </message>
    <message>
        <source>Keep sending after the window is closed</source>
        <translation>Continuer l’envoi après la fermeture de la fenêtre</translation>
    </message>
    <message>
        <source>Keep the original size</source>
        <translation>Garder la taille d’origine</translation>
    </message>
    <message>
        <source>Kind of proxy</source>
        <translation>Type de proxy</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Langue</translation>
    </message>
    <message>
        <source>Language of Posto. You can write and post in any language.</source>
        <translation>Langue de Posto. Vous pouvez écrire et publier dans toutes les langues.</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Grand</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Plus grand</translation>
    </message>
    <message>
        <source>Last export folder</source>
        <translation>Dernier dossier d’exportation</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>Moins d’animations</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licences</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Clair ou sombre</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Fichiers journaux</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Rechercher à nouveau</translation>
    </message>
    <message>
        <source>Look for ffmpeg again</source>
        <translation>Rechercher ffmpeg à nouveau</translation>
    </message>
    <message>
        <source>Looking for ffmpeg…</source>
        <translation>Recherche de ffmpeg…</translation>
    </message>
    <message>
        <source>Make large pictures smaller</source>
        <translation>Réduire les grandes images</translation>
    </message>
    <message>
        <source>Medium ({number})</source>
        <translation>Moyenne ({number})</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>Lundi</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mois</translation>
    </message>
    <message>
        <source>More contrast</source>
        <translation>Plus de contraste</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Réseau</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Jamais</translation>
    </message>
    <message>
        <source>New pictures and videos there become drafts</source>
        <translation>Les nouvelles images et vidéos y deviennent des brouillons</translation>
    </message>
    <message>
        <source>New posts wait in Activity. Scheduled posts of this computer wait, too</source>
        <translation>Les nouvelles publications attendent dans Activité. Celles planifiées de cet ordinateur attendent aussi</translation>
    </message>
    <message>
        <source>No sliding or fading; also on when the system asks for it</source>
        <translation>Aucun glissement ni fondu&#x202f;; aussi quand le système le demande</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No proxy.</extracomment>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>None</source>
        <comment>public holidays</comment>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not suggested</source>
        <translation>Non suggérés</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notifications</translation>
    </message>
    <message>
        <source>Numbers of your posts, such as likes; read once a day for 30 days</source>
        <translation>Chiffres de vos publications, comme les J’aime&#x202f;; lus une fois par jour pendant 30 jours</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Désactivé</translation>
    </message>
    <message>
        <source>On the desktop</source>
        <translation>Sur le bureau</translation>
    </message>
    <message>
        <source>One notification for posts that go out together</source>
        <translation>Une notification pour les publications qui partent ensemble</translation>
    </message>
    <message>
        <source>Opens the small window from every program</source>
        <translation>Ouvre la petite fenêtre depuis n’importe quel programme</translation>
    </message>
    <message>
        <source>Opens with</source>
        <translation>S’ouvre sur</translation>
    </message>
    <message>
        <source>Order of dates, clock, week and numbers</source>
        <translation>Ordre des dates, horloge, semaine et nombres</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Mot de passe du proxy</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Suspendre l’envoi</translation>
    </message>
    <message>
        <source>People and devices</source>
        <translation>Personnes et appareils</translation>
    </message>
    <message>
        <source>Pictures and videos</source>
        <translation>Images et vidéos</translation>
    </message>
    <message>
        <source>Place and size of the window</source>
        <translation>Position et taille de la fenêtre</translation>
    </message>
    <message>
        <source>Port of the proxy</source>
        <translation>Port du proxy</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Créneaux de publication</translation>
    </message>
    <message>
        <source>Posto stays in the tray; quit there to stop sending</source>
        <translation>Posto reste dans la zone de notification&#x202f;; quittez-le là pour arrêter l’envoi</translation>
    </message>
    <message>
        <source>Posts of your own accounts, which only this computer sends</source>
        <translation>Publications de vos propres comptes, que seul cet ordinateur envoie</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Rapport de problème</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Public holidays</source>
        <translation>Jours fériés</translation>
    </message>
    <message>
        <source>Publishing</source>
        <translation>Publication</translation>
    </message>
    <message>
        <source>Quality of pictures</source>
        <translation>Qualité des images</translation>
    </message>
    <message>
        <source>Quit with posts waiting</source>
        <translation>Quitter avec des publications en attente</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Lecture</translation>
    </message>
    <message>
        <source>Remove place, camera and date from files</source>
        <translation>Retirer le lieu, l’appareil et la date des fichiers</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Restaurer une sauvegarde</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Hauteur des lignes</translation>
    </message>
    <message>
        <source>SOCKS 5</source>
        <translation>SOCKS 5</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Sécurité</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>Samedi</translation>
    </message>
    <message>
        <source>Scales text and controls</source>
        <translation>Agrandit le texte et les éléments</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Planning</translation>
    </message>
    <message>
        <source>Scripts</source>
        <translation>Scripts</translation>
    </message>
    <message>
        <source>Send after I sign in to this computer</source>
        <translation>Envoyer après mon ouverture de session sur cet ordinateur</translation>
    </message>
    <message>
        <source>Send late posts</source>
        <translation>Envoyer les publications en retard</translation>
    </message>
    <message>
        <source>Sending a post waits at least 90 seconds</source>
        <translation>L’envoi d’une publication attend au moins 90 secondes</translation>
    </message>
    <message>
        <source>Services you are signed in to</source>
        <translation>Services auxquels vous êtes connecté</translation>
    </message>
    <message>
        <source>Shortcut for quick post</source>
        <translation>Raccourci de la publication rapide</translation>
    </message>
    <message>
        <source>Show desktop notifications</source>
        <translation>Afficher les notifications de bureau</translation>
    </message>
    <message>
        <source>Show the options of networks</source>
        <translation>Afficher les options des réseaux</translation>
    </message>
    <message>
        <source>Shown in the calendar</source>
        <translation>Affichés dans le calendrier</translation>
    </message>
    <message>
        <source>Skin tone of emoji</source>
        <translation>Couleur de peau des emojis</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Petit</translation>
    </message>
    <message>
        <source>Small files ({number})</source>
        <translation>Petits fichiers ({number})</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Début</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>Page de démarrage</translation>
    </message>
    <message>
        <source>Stop sending</source>
        <translation>Arrêter l’envoi</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Stockage</translation>
    </message>
    <message>
        <source>Stronger borders and text; also on when the system asks for it</source>
        <translation>Bordures et texte plus marqués&#x202f;; aussi quand le système le demande</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Styles</translation>
    </message>
    <message>
        <source>Suggest again</source>
        <translation>Suggérer à nouveau</translation>
    </message>
    <message>
        <source>Suggest hashtags and names</source>
        <translation>Suggérer des hashtags et des noms</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>Dimanche</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Par défaut du système</translation>
    </message>
    <message>
        <source>System default ({name})</source>
        <translation>Par défaut du système ({name})</translation>
    </message>
    <message>
        <source>System default ({zone})</source>
        <translation>Par défaut du système ({zone})</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Taille du texte</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Textes</translation>
    </message>
    <message>
        <source>The columns of the schedule</source>
        <translation>Les colonnes du planning</translation>
    </message>
    <message>
        <source>The desktop did not allow the shortcut</source>
        <translation>Le bureau n’a pas autorisé le raccourci</translation>
    </message>
    <message>
        <source>The desktop uses {keys}</source>
        <translation>Le bureau utilise {keys}</translation>
    </message>
    <message>
        <source>The details beside the schedule</source>
        <translation>Les détails à côté du planning</translation>
    </message>
    <message>
        <source>The folded groups of channels</source>
        <translation>Les groupes de canaux repliés</translation>
    </message>
    <message>
        <source>The folder in which files were looked for last</source>
        <translation>Le dossier où des fichiers ont été cherchés en dernier</translation>
    </message>
    <message>
        <source>The list under the bell always shows all notifications.</source>
        <translation>La liste sous la cloche montre toujours toutes les notifications.</translation>
    </message>
    <message>
        <source>The longer side of added pictures; your files do not change</source>
        <translation>Le plus grand côté des images ajoutées&#x202f;; vos fichiers ne changent pas</translation>
    </message>
    <message>
        <source>The rows of the schedule: posts, messages</source>
        <translation>Les lignes du planning&#xa0;: publications, messages</translation>
    </message>
    <message>
        <source>The saved views of the schedule</source>
        <translation>Les vues enregistrées du planning</translation>
    </message>
    <message>
        <source>The signature that goes into new messages</source>
        <translation>La signature mise dans les nouveaux messages</translation>
    </message>
    <message>
        <source>The ticked channels of each workspace</source>
        <translation>Les canaux cochés de chaque espace de travail</translation>
    </message>
    <message>
        <source>The user&apos;s groups of channels</source>
        <translation>Les groupes de canaux de l’utilisateur</translation>
    </message>
    <message>
        <source>The view of the calendar when Posto starts</source>
        <translation>La vue du calendrier au démarrage de Posto</translation>
    </message>
    <message>
        <source>The workspace to open at start</source>
        <translation>L’espace de travail à ouvrir au démarrage</translation>
    </message>
    <message>
        <source>The workspaces that are those of a team</source>
        <translation>Les espaces de travail d’une équipe</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Thème</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>This desktop has no shortcuts for programs. Let it run “{command}” instead.</source>
        <translation>Ce bureau n’a pas de raccourcis pour les programmes. Faites-lui exécuter «&#xa0;{command}&#xa0;».</translation>
    </message>
    <message>
        <source>This file is no ffmpeg, or ffprobe is not beside it. Choose another.</source>
        <translation>Ce fichier n’est pas ffmpeg, ou ffprobe n’est pas à côté. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>This one</source>
        <extracomment>The proxy that is typed below.</extracomment>
        <translation>Celui-ci</translation>
    </message>
    <message>
        <source>Time to undo before a post leaves this computer</source>
        <translation>Temps pour annuler avant qu’une publication quitte cet ordinateur</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Fuseau horaire</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Heures</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Essayer la connexion</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo send</source>
        <translation>Annuler l’envoi</translation>
    </message>
    <message>
        <source>Unless the pointer or the keyboard is on them; a countdown ends as it says</source>
        <translation>Sauf si le pointeur ou le clavier est dessus&#x202f;; un compte à rebours finit comme il le dit</translation>
    </message>
    <message numerus="yes">
        <source>Up to %n hour(s) late</source>
        <translation>
            <numerusform>Jusqu’à %n heure de retard</numerusform>
            <numerusform>Jusqu’à %n heures de retard</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Up to %n minute(s) late</source>
        <translation>
            <numerusform>Jusqu’à %n minute de retard</numerusform>
            <numerusform>Jusqu’à %n minutes de retard</numerusform>
        </translation>
    </message>
    <message>
        <source>Up to 1 day late</source>
        <translation>Jusqu’à 1 jour de retard</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Utiliser Posto depuis des scripts</translation>
    </message>
    <message>
        <source>Use the ffmpeg of the system</source>
        <translation>Utiliser le ffmpeg du système</translation>
    </message>
    <message>
        <source>Used when Posto resizes or converts a picture</source>
        <translation>Utilisée quand Posto redimensionne ou convertit une image</translation>
    </message>
    <message>
        <source>User name for the proxy</source>
        <translation>Nom d’utilisateur du proxy</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versions</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Vidéos</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Affichage</translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation>Attendre une connexion</translation>
    </message>
    <message>
        <source>Wait for an answer</source>
        <translation>Attendre une réponse</translation>
    </message>
    <message>
        <source>Watch folders</source>
        <translation>Dossiers surveillés</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>Dossiers surveillés</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semaine</translation>
    </message>
    <message>
        <source>Week start and clock are under Appearance.</source>
        <translation>Le début de semaine et l’horloge sont dans Apparence.</translation>
    </message>
    <message>
        <source>Week starts on</source>
        <translation>La semaine commence le</translation>
    </message>
    <message>
        <source>What of a site&apos;s post becomes the text</source>
        <translation>Ce qui, d&apos;un article du site, devient le texte</translation>
    </message>
    <message>
        <source>What the schedule is sorted by</source>
        <translation>Le critère de tri du planning</translation>
    </message>
    <message>
        <source>What the window shows first</source>
        <translation>Ce que la fenêtre montre d’abord</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <source>When a network or the service refuses a post</source>
        <translation>Quand un réseau ou le service refuse une publication</translation>
    </message>
    <message>
        <source>When a post may be published already, or is late</source>
        <translation>Quand une publication est peut-être déjà publiée, ou en retard</translation>
    </message>
    <message>
        <source>Whether Activity lists all workspaces</source>
        <translation>Si Activité liste tous les espaces de travail</translation>
    </message>
    <message>
        <source>Whether channels have one line each</source>
        <translation>Si les canaux tiennent chacun sur une ligne</translation>
    </message>
    <message>
        <source>Whether sandbox channels are listed</source>
        <translation>Si les canaux d’essai sont listés</translation>
    </message>
    <message>
        <source>Which ends of sign-ins were warned of</source>
        <translation>De quelles fins de connexion il a été averti</translation>
    </message>
    <message>
        <source>While you look at another window; a click on one leads to the post</source>
        <translation>Pendant que vous regardez une autre fenêtre&#x202f;; un clic mène à la publication</translation>
    </message>
    <message>
        <source>Who may sign in to this workspace, and with what</source>
        <translation>Qui peut se connecter à cet espace de travail, et avec quoi</translation>
    </message>
    <message>
        <source>Widths of the panes</source>
        <translation>Largeurs des volets</translation>
    </message>
    <message>
        <source>Words that are not suggested any more</source>
        <translation>Mots qui ne sont plus suggérés</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Espaces de travail</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Écriture</translation>
    </message>
    <message>
        <source>You can type both</source>
        <translation>Vous pouvez saisir les deux</translation>
    </message>
    <message>
        <source>ffmpeg trims, crops and converts videos</source>
        <translation>ffmpeg coupe, recadre et convertit les vidéos</translation>
    </message>
    <message>
        <source>ffmpeg was not found. To install it: {command}</source>
        <translation>ffmpeg est introuvable. Pour l’installer&#xa0;: {command}</translation>
    </message>
    <message>
        <source>ffmpeg {version} cannot write H.264 with AAC</source>
        <translation>ffmpeg {version} ne peut pas écrire de H.264 avec AAC</translation>
    </message>
    <message>
        <source>ffmpeg {version} trims, crops and converts videos</source>
        <translation>ffmpeg {version} coupe, recadre et convertit les vidéos</translation>
    </message>
    <message>
        <source>“Next free slot” picks from these</source>
        <translation>«&#xa0;Prochain créneau libre&#xa0;» choisit parmi ceux-ci</translation>
    </message>
    <message>
        <source>“Tomorrow” becomes tomorrow at this time</source>
        <translation>«&#xa0;Demain&#xa0;» devient demain à cette heure</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>All settings are at their defaults</source>
        <translation>Tous les réglages ont leur valeur par défaut</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Chercher un réglage</translation>
    </message>
    <message>
        <source>No setting matches “{text}”</source>
        <translation>Aucun réglage ne correspond à «&#xa0;{text}&#xa0;»</translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation>Réinitialiser cette page</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo the reset</source>
        <translation>Annuler la réinitialisation</translation>
    </message>
    <message>
        <source>{page} settings</source>
        <translation>Réglages&#xa0;: {page}</translation>
    </message>
    <message>
        <source>{page}: defaults restored</source>
        <translation>{page}&#xa0;: valeurs par défaut rétablies</translation>
    </message>
    <message>
        <source>{reason} The change lasts until you quit Posto.</source>
        <translation>{reason} La modification dure jusqu’à ce que vous quittiez Posto.</translation>
    </message>
</context>
<context>
    <name>Shapes</name>
    <message>
        <source>Free</source>
        <extracomment>Shape of a crop: any.</extracomment>
        <translation>Libre</translation>
    </message>
    <message>
        <source>Original</source>
        <extracomment>Shape of a crop: that of the picture.</extracomment>
        <translation>Original</translation>
    </message>
    <message>
        <source>landscape</source>
        <translation>paysage</translation>
    </message>
    <message>
        <source>portrait</source>
        <translation>portrait</translation>
    </message>
    <message>
        <source>square</source>
        <translation>carré</translation>
    </message>
    <message>
        <source>story</source>
        <translation>story</translation>
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
            <numerusform>%n raccourci</numerusform>
            <numerusform>%n raccourcis</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything works with the keyboard. {keys} finds all commands.</source>
        <translation>Tout fonctionne au clavier. {keys} trouve toutes les commandes.</translation>
    </message>
    <message>
        <source>Find a shortcut</source>
        <translation>Chercher un raccourci</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Raccourcis clavier</translation>
    </message>
    <message>
        <source>No shortcut matches “{words}”</source>
        <translation>Aucun raccourci ne correspond à «&#xa0;{words}&#xa0;»</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Raccourcis</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>A separate password for this app, in groups of four. Do not use your login password. You can revoke it on your site at any time.</source>
        <translation>Un mot de passe distinct pour cette appli, par groupes de quatre. N’utilisez pas votre mot de passe de connexion. Vous pouvez le révoquer à tout moment sur votre site.</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Mot de passe d’application</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Annulez la connexion pour changer ceci.</translation>
    </message>
    <message>
        <source>Choose where to keep the password.</source>
        <translation>Choisissez où conserver le mot de passe.</translation>
    </message>
    <message>
        <source>Create one on your site</source>
        <translation>En créer un sur votre site</translation>
    </message>
    <message>
        <source>Enter an application password of this user.</source>
        <translation>Saisissez un mot de passe d’application de cet utilisateur.</translation>
    </message>
    <message>
        <source>Enter the address of your site first.</source>
        <translation>Saisissez d’abord l’adresse de votre site.</translation>
    </message>
    <message>
        <source>Enter the address of your site.</source>
        <translation>Saisissez l’adresse de votre site.</translation>
    </message>
    <message>
        <source>Enter your user name on the site.</source>
        <translation>Saisissez votre nom d’utilisateur sur le site.</translation>
    </message>
    <message>
        <source>Looking for the service…</source>
        <translation>Recherche du service…</translation>
    </message>
    <message>
        <source>Posto service found</source>
        <translation>Service Posto trouvé</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Se connecter</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Se connecter à un service Posto</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Se connecter avec le navigateur</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>Connexion…</translation>
    </message>
    <message>
        <source>Site address</source>
        <translation>Adresse du site</translation>
    </message>
    <message>
        <source>Use this computer instead</source>
        <translation>Utiliser plutôt cet ordinateur</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nom d’utilisateur</translation>
    </message>
    <message>
        <source>Your WordPress site or your team&apos;s server</source>
        <translation>Votre site WordPress ou le serveur de votre équipe</translation>
    </message>
    <message>
        <source>encrypted connection</source>
        <translation>connexion chiffrée</translation>
    </message>
    <message>
        <source>social.example.com</source>
        <translation>social.example.com</translation>
    </message>
    <message>
        <source>{host} answers only after sign-in.</source>
        <translation>{host} ne répond qu’après connexion.</translation>
    </message>
    <message>
        <source>{host} does not allow application passwords. Ask the administrator of the site to turn them on.</source>
        <translation>{host} n’autorise pas les mots de passe d’application. Demandez à l’administrateur du site de les activer.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the Posto service. Install the service there, then try again.</source>
        <translation>{host} est un site WordPress sans le service Posto. Installez-y le service, puis réessayez.</translation>
    </message>
</context>
<context>
    <name>SignInStep</name>
    <message>
        <source>Address of the last page</source>
        <translation>Adresse de la dernière page</translation>
    </message>
    <message>
        <source>Allow it in your browser</source>
        <translation>Autorisez-le dans votre navigateur</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Annulez la connexion pour changer ceci.</translation>
    </message>
    <message>
        <source>How to get this</source>
        <translation>Comment l’obtenir</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>Plus d’options</translation>
    </message>
    <message>
        <source>On another computer or in a restricted browser, the last page stays empty or shows an error. Copy its full address, which begins with http://127.0.0.1, and paste it here.</source>
        <translation>Sur un autre ordinateur ou dans un navigateur restreint, la dernière page reste vide ou affiche une erreur. Copiez son adresse complète, qui commence par http://127.0.0.1, et collez-la ici.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Rouvrir</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>Adresse du serveur</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Connectez-vous sur la page de votre navigateur et autorisez Posto Desktop. Cette fenêtre continue alors automatiquement. Si aucune page ne s’est ouverte, copiez l’adresse.</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Adresse de connexion</translation>
    </message>
    <message>
        <source>The browser does not return here?</source>
        <translation>Le navigateur ne revient pas ici&#x202f;?</translation>
    </message>
    <message>
        <source>Use this address</source>
        <translation>Utiliser cette adresse</translation>
    </message>
</context>
<context>
    <name>SignatureFields</name>
    <message>
        <source>Own text for this style</source>
        <translation>Texte propre pour ce style</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signature</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (supprimé)</translation>
    </message>
</context>
<context>
    <name>SitePlanners</name>
    <message>
        <source>Active</source>
        <extracomment>Status of a planner: it posts.</extracomment>
        <translation>Actifs</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>À {time}</translation>
    </message>
    <message>
        <source>Finished</source>
        <extracomment>Status of a planner: it has posted everything.</extracomment>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of a planner.</extracomment>
        <translation>Suspendue</translation>
    </message>
    <message>
        <source>Site planner</source>
        <translation>Planificateur du site</translation>
    </message>
    <message>
        <source>Site planner: {name}</source>
        <translation>Planificateur du site&#xa0;: {name}</translation>
    </message>
    <message>
        <source>next {when}</source>
        <translation>prochain {when}</translation>
    </message>
</context>
<context>
    <name>SitePlannersDialog</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Ouvrir sur le site</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Suspendre</translation>
    </message>
    <message>
        <source>Planners</source>
        <translation>Planificateurs</translation>
    </message>
    <message>
        <source>Planners of the site</source>
        <translation>Planificateurs du site</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>The site has no planners.</source>
        <translation>Le site n&apos;a pas de planificateurs.</translation>
    </message>
    <message>
        <source>They post by themselves, whether Posto runs or not.</source>
        <translation>Ils publient d&apos;eux-mêmes, que Posto soit ouvert ou non.</translation>
    </message>
</context>
<context>
    <name>SitePosts</name>
    <message>
        <source>No title</source>
        <translation>Sans titre</translation>
    </message>
</context>
<context>
    <name>SitePostsController</name>
    <message>
        <source>Filled from “{title}”</source>
        <translation>Rempli avec «&#xa0;{title}&#xa0;»</translation>
    </message>
    <message>
        <source>The picture could not be read.</source>
        <translation>L&apos;image n&apos;a pas pu être lue.</translation>
    </message>
    <message>
        <source>Without its picture: {why}</source>
        <translation>Sans son image&#xa0;: {why}</translation>
    </message>
</context>
<context>
    <name>SitePostsDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Extrait</translation>
    </message>
    <message>
        <source>From the site</source>
        <translation>Depuis le site</translation>
    </message>
    <message>
        <source>Getting the picture…</source>
        <translation>Récupération de l&apos;image…</translation>
    </message>
    <message>
        <source>No post of the site matches.</source>
        <translation>Aucun article du site ne correspond.</translation>
    </message>
    <message>
        <source>Posts of the site</source>
        <translation>Articles du site</translation>
    </message>
    <message>
        <source>Reading the posts…</source>
        <translation>Lecture des articles…</translation>
    </message>
    <message>
        <source>Search the posts of the site</source>
        <translation>Rechercher dans les articles du site</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>What of a site&apos;s post becomes the text of the message.</extracomment>
        <translation>Texte</translation>
    </message>
    <message>
        <source>The posts could not be read.</source>
        <translation>Les articles n&apos;ont pas pu être lus.</translation>
    </message>
    <message>
        <source>The site has no posts yet.</source>
        <translation>Le site n&apos;a pas encore d&apos;articles.</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
    <message>
        <source>Title and excerpt</source>
        <translation>Titre et extrait</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Use this post</source>
        <translation>Utiliser cet article</translation>
    </message>
</context>
<context>
    <name>SiteScheduleController</name>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>“{name}” goes on</source>
        <translation>«&#xa0;{name}&#xa0;» reprend</translation>
    </message>
    <message>
        <source>“{name}” paused</source>
        <translation>«&#xa0;{name}&#xa0;» suspendu</translation>
    </message>
    <message>
        <source>“{name}” was not changed on the site.</source>
        <translation>«&#xa0;{name}&#xa0;» n&apos;a pas été modifié sur le site.</translation>
    </message>
</context>
<context>
    <name>Sizes</name>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation>
            <numerusform>%Ln octet</numerusform>
            <numerusform>%Ln octets</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} Mo</translation>
    </message>
    <message>
        <source>{number} Mbit/s</source>
        <translation>{number} Mbit/s</translation>
    </message>
    <message>
        <source>{number} kB</source>
        <translation>{number} ko</translation>
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
        <translation>Ajouter des créneaux</translation>
    </message>
    <message>
        <source>All slots are taken</source>
        <translation>Tous les créneaux sont pris</translation>
    </message>
    <message>
        <source>All slots of the next year are taken</source>
        <translation>Tous les créneaux de l’année à venir sont pris</translation>
    </message>
    <message>
        <source>Choose other times…</source>
        <translation>Choisir d’autres heures…</translation>
    </message>
    <message>
        <source>Next free slot: {time}</source>
        <translation>Prochain créneau libre&#xa0;: {time}</translation>
    </message>
    <message>
        <source>Next free slot…</source>
        <translation>Prochain créneau libre…</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Aucun créneau libre</translation>
    </message>
    <message>
        <source>Set up weekly slots</source>
        <translation>Définir des créneaux hebdomadaires</translation>
    </message>
    <message>
        <source>The next free time of your weekly slots</source>
        <translation>La prochaine heure libre de vos créneaux hebdomadaires</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>Utiliser «&#xa0;{times}&#xa0;»</translation>
    </message>
    <message>
        <source>Weekly slots: {times}</source>
        <translation>Créneaux hebdomadaires&#xa0;: {times}</translation>
    </message>
</context>
<context>
    <name>SlotGroupCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n canal</numerusform>
            <numerusform>%n canaux</numerusform>
        </translation>
    </message>
    <message>
        <source>Add days…</source>
        <translation>Ajouter des jours…</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Tous les canaux</translation>
    </message>
    <message>
        <source>All other channels</source>
        <translation>Tous les autres canaux</translation>
    </message>
    <message numerus="yes">
        <source>Best times of %Ln post(s)</source>
        <translation>
            <numerusform>Meilleures heures d’après %Ln publication</numerusform>
            <numerusform>Meilleures heures d’après %Ln publications</numerusform>
        </translation>
    </message>
    <message>
        <source>Channels changed</source>
        <translation>Canaux modifiés</translation>
    </message>
    <message>
        <source>Channels of group {n}</source>
        <translation>Canaux du groupe {n}</translation>
    </message>
    <message>
        <source>Choose the time zone of these slots</source>
        <translation>Choisir le fuseau horaire de ces créneaux</translation>
    </message>
    <message>
        <source>Fill with your best times</source>
        <translation>Remplir avec vos meilleures heures</translation>
    </message>
    <message numerus="yes">
        <source>From the insights of %Ln post(s): {times}</source>
        <translation>
            <numerusform>D’après les statistiques de %Ln publication&#xa0;: {times}</numerusform>
            <numerusform>D’après les statistiques de %Ln publications&#xa0;: {times}</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed</source>
        <translation>Groupe renommé</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Name of group {n}</source>
        <translation>Nom du groupe {n}</translation>
    </message>
    <message>
        <source>Remove group {n}</source>
        <translation>Retirer le groupe {n}</translation>
    </message>
    <message>
        <source>Slots added, {days}</source>
        <translation>Créneaux ajoutés, {days}</translation>
    </message>
    <message>
        <source>This computer does not know the time zone “{zone}”. Until you choose another one, its own counts.</source>
        <translation>Cet ordinateur ne connaît pas le fuseau horaire «&#xa0;{zone}&#xa0;». Tant que vous n’en choisissez pas un autre, c’est le sien qui compte.</translation>
    </message>
    <message>
        <source>Time zone changed</source>
        <translation>Fuseau horaire modifié</translation>
    </message>
    <message>
        <source>Time zone of group {n}</source>
        <translation>Fuseau horaire du groupe {n}</translation>
    </message>
    <message>
        <source>“{name}” removed</source>
        <translation>«&#xa0;{name}&#xa0;» retiré</translation>
    </message>
</context>
<context>
    <name>SlotLineRow</name>
    <message>
        <source>Change the days…</source>
        <translation>Changer les jours…</translation>
    </message>
    <message>
        <source>Days changed to {days}</source>
        <translation>Jours changés en {days}</translation>
    </message>
    <message>
        <source>More for {days}</source>
        <translation>Plus pour {days}</translation>
    </message>
    <message>
        <source>Remove these slots</source>
        <translation>Retirer ces créneaux</translation>
    </message>
    <message>
        <source>Slots removed, {days}</source>
        <translation>Créneaux retirés, {days}</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Heure</translation>
    </message>
    <message>
        <source>{time} added, {days}</source>
        <translation>{time} ajoutée, {days}</translation>
    </message>
    <message>
        <source>{time} removed, {days}</source>
        <translation>{time} retirée, {days}</translation>
    </message>
</context>
<context>
    <name>SlotLines</name>
    <message>
        <source>Every day</source>
        <translation>Tous les jours</translation>
    </message>
    <message>
        <source>No day</source>
        <translation>Aucun jour</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} au {last}</translation>
    </message>
</context>
<context>
    <name>SnippetForm</name>
    <message>
        <source>Add to every new message</source>
        <translation>Ajouter à chaque nouveau message</translation>
    </message>
    <message>
        <source>Added once, at the end of the text</source>
        <translation>Ajoutée une fois, à la fin du texte</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Tous les réseaux</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Pour</translation>
    </message>
    <message>
        <source>Inserted at the cursor</source>
        <translation>Inséré au curseur</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Networks of the snippet</source>
        <translation>Réseaux de l’extrait</translation>
    </message>
    <message>
        <source>Skips hashtags already in the text</source>
        <translation>Omet les hashtags déjà dans le texte</translation>
    </message>
    <message>
        <source>Snippet name</source>
        <translation>Nom de l’extrait</translation>
    </message>
    <message>
        <source>Snippet text</source>
        <translation>Texte de l’extrait</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
</context>
<context>
    <name>Snippets</name>
    <message>
        <source>Give it a name of 1 to {most} characters.</source>
        <translation>Donnez-lui un nom de 1 à {most} caractères.</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Signature</translation>
    </message>
    <message>
        <source>Snippet</source>
        <translation>Extrait</translation>
    </message>
    <message>
        <source>The name “{name}” is already in use. Choose another.</source>
        <translation>Le nom «&#xa0;{name}&#xa0;» est déjà pris. Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>The text may have at most {most} characters.</source>
        <translation>Le texte peut avoir au plus {most} caractères.</translation>
    </message>
    <message>
        <source>Write a text.</source>
        <translation>Écrivez un texte.</translation>
    </message>
    <message>
        <source>Write at least one hashtag.</source>
        <translation>Écrivez au moins un hashtag.</translation>
    </message>
</context>
<context>
    <name>SnippetsDialog</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Delete snippet</source>
        <translation>Supprimer l’extrait</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Chargement des extraits</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Descendre</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Monter</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nouveau</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Nouvel extrait</translation>
    </message>
    <message>
        <source>No changes to save</source>
        <translation>Aucune modification à enregistrer</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Aucun extrait pour l’instant. Enregistrez les textes, hashtags et signatures que vous utilisez souvent.</translation>
    </message>
    <message>
        <source>Save snippet</source>
        <translation>Enregistrer l’extrait</translation>
    </message>
    <message>
        <source>Saved snippets</source>
        <translation>Extraits enregistrés</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Extraits</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>Annuler la suppression</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>«&#xa0;{name}&#xa0;» supprimé</translation>
    </message>
    <message>
        <source>“{name}” saved</source>
        <translation>«&#xa0;{name}&#xa0;» enregistré</translation>
    </message>
</context>
<context>
    <name>SnippetsPopup</name>
    <message>
        <source>All</source>
        <extracomment>All snippets.</extracomment>
        <translation>Tous</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Chargement des extraits</translation>
    </message>
    <message>
        <source>Manage snippets</source>
        <translation>Gérer les extraits</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Gérer…</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Nouvel extrait</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Nouveau…</translation>
    </message>
    <message>
        <source>No snippet matches</source>
        <translation>Aucun extrait ne correspond</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Aucun extrait pour l’instant. Enregistrez les textes, hashtags et signatures que vous utilisez souvent.</translation>
    </message>
    <message>
        <source>Search snippets</source>
        <translation>Rechercher des extraits</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>Signatures</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Extraits</translation>
    </message>
    <message>
        <source>Snippets list</source>
        <translation>Liste des extraits</translation>
    </message>
</context>
<context>
    <name>SnippetsView</name>
    <message>
        <source>New snippet</source>
        <translation>Nouvel extrait</translation>
    </message>
</context>
<context>
    <name>SplitButton</name>
    <message>
        <source>More ways to post</source>
        <translation>Autres façons de publier</translation>
    </message>
</context>
<context>
    <name>StartProblem</name>
    <message>
        <source>Another copy of Posto Desktop uses {folder} and is not responding. Wait a moment, then try again.</source>
        <translation>Une autre copie de Posto Desktop utilise {folder} et ne répond pas. Attendez un instant, puis réessayez.</translation>
    </message>
    <message>
        <source>If that does not help, end the process {number}.</source>
        <translation>Si cela n’aide pas, mettez fin au processus {number}.</translation>
    </message>
    <message>
        <source>Posto Desktop is already running</source>
        <translation>Posto Desktop est déjà ouvert</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Modifications demandées</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Brouillon</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>En échec</translation>
    </message>
    <message>
        <source>Needs you</source>
        <extracomment>The user has to decide something about the post.</extracomment>
        <translation>Demande votre attention</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Non envoyé</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planifié</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Envoi</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Site</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>En attente d’approbation</translation>
    </message>
</context>
<context>
    <name>StatusChips</name>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Tous</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Brouillons</translation>
    </message>
    <message>
        <source>More statuses</source>
        <translation>Plus de statuts</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Filtre de statut</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Step {number} of {count}: {name}</source>
        <translation>Étape {number} sur {count}&#xa0;: {name}</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Accepted</source>
        <translation>Accepté</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>Déjà là</translation>
    </message>
    <message>
        <source>Answered with an error</source>
        <translation>Répondu par une erreur</translation>
    </message>
    <message>
        <source>Cancelled by you</source>
        <translation>Annulée par vous</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Supprimée par vous</translation>
    </message>
    <message>
        <source>Found on the service</source>
        <translation>Trouvée sur le service</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Interrompue</translation>
    </message>
    <message>
        <source>Looked for the post</source>
        <translation>Publication cherchée</translation>
    </message>
    <message>
        <source>No clear answer</source>
        <translation>Aucune réponse claire</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Non acceptée</translation>
    </message>
    <message>
        <source>Not on the service</source>
        <translation>Absente du service</translation>
    </message>
    <message>
        <source>Only a part is there</source>
        <translation>Il n’y en a qu’une partie</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publiée</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Refusée</translation>
    </message>
    <message>
        <source>Replaced</source>
        <translation>Remplacée</translation>
    </message>
    <message>
        <source>Replacing</source>
        <translation>Remplacement</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Enregistré sur cet ordinateur</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Enregistrement</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Envoi</translation>
    </message>
    <message>
        <source>Sending late</source>
        <translation>Envoi en retard</translation>
    </message>
    <message>
        <source>Sent meanwhile</source>
        <translation>Envoyée entre-temps</translation>
    </message>
    <message>
        <source>Time passed</source>
        <translation>Heure passée</translation>
    </message>
    <message>
        <source>Tried again by you</source>
        <translation>Réessayée par vous</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>Téléversée</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Téléversement</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>Attend votre décision</translation>
    </message>
    <message>
        <source>Written down</source>
        <translation>Notée</translation>
    </message>
    <message>
        <source>You said it is not there</source>
        <translation>Vous avez dit qu’elle n’y est pas</translation>
    </message>
    <message>
        <source>You said it is there</source>
        <translation>Vous avez dit qu’elle y est</translation>
    </message>
</context>
<context>
    <name>Storage</name>
    <message numerus="yes">
        <source>%n of your drafts could be rescued.</source>
        <translation>
            <numerusform>%n de vos brouillons a pu être récupéré.</numerusform>
            <numerusform>%n de vos brouillons ont pu être récupérés.</numerusform>
        </translation>
    </message>
    <message>
        <source>Allow it, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Autorisez-le, ou lancez Posto avec un autre dossier&#xa0;: posto-desktop --home DOSSIER.</translation>
    </message>
    <message>
        <source>Allow writing there, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Autorisez-y l’écriture, ou lancez Posto avec un autre dossier&#xa0;: posto-desktop --home DOSSIER.</translation>
    </message>
    <message>
        <source>Close it there, or try again in a moment.</source>
        <translation>Fermez-le là-bas, ou réessayez dans un instant.</translation>
    </message>
    <message>
        <source>Default settings are used.</source>
        <translation>Les réglages par défaut sont utilisés.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Libérez de l’espace.</translation>
    </message>
    <message>
        <source>It has another address for {names}. The one here was kept.</source>
        <translation>Elle a une autre adresse pour {names}. Celle d’ici a été gardée.</translation>
    </message>
    <message>
        <source>It was kept as {name}.</source>
        <translation>Il a été conservé sous {name}.</translation>
    </message>
    <message>
        <source>It was left where it is.</source>
        <translation>Il a été laissé à sa place.</translation>
    </message>
    <message>
        <source>Its proxy and certificates were not restored. Check them under Settings &gt; Network.</source>
        <extracomment>&quot;Its&quot;: of a backup.</extracomment>
        <translation>Son proxy et ses certificats n’ont pas été restaurés. Vérifiez-les dans Réglages &gt; Réseau.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer.</source>
        <translation>Aucun trousseau n’a été trouvé sur cet ordinateur.</translation>
    </message>
    <message>
        <source>Posts that were still waiting to be sent are in that file only.</source>
        <translation>Les publications qui attendaient encore l’envoi ne sont que dans ce fichier.</translation>
    </message>
    <message>
        <source>Sending is paused, because posts that waited then may have been sent since: look at them in Activity before you go on.</source>
        <translation>L’envoi est suspendu, car les publications alors en attente ont pu être envoyées depuis&#xa0;: regardez-les dans Activité avant de continuer.</translation>
    </message>
    <message>
        <source>Sign in again where an account is missing.</source>
        <translation>Reconnectez-vous là où un compte manque.</translation>
    </message>
    <message>
        <source>Sign in again where it is asked.</source>
        <translation>Reconnectez-vous là où c’est demandé.</translation>
    </message>
    <message>
        <source>Start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Lancez Posto avec un autre dossier&#xa0;: posto-desktop --home DOSSIER.</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}. Nothing was changed.</source>
        <translation>La sauvegarde n’a pas pu être restaurée&#xa0;: {why}. Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>The backup is restored. What was there before is kept in {folder} in the folders of settings and of data. Passwords are not part of a backup: sign in where it is asked.</source>
        <translation>La sauvegarde est restaurée. Ce qui était là avant est conservé dans {folder}, dans les dossiers des réglages et des données. Les mots de passe ne font pas partie d’une sauvegarde&#xa0;: connectez-vous là où c’est demandé.</translation>
    </message>
    <message>
        <source>The backup needs {needed} MB, but the disk has {free} MB left. Make room on it; nothing was changed.</source>
        <translation>La sauvegarde nécessite {needed} Mo, mais il reste {free} Mo sur le disque. Libérez de l’espace&#x202f;; rien n’a été modifié.</translation>
    </message>
    <message>
        <source>The last copy of it is used instead.</source>
        <translation>Sa dernière copie est utilisée à la place.</translation>
    </message>
    <message>
        <source>The last copy of the settings is used.</source>
        <translation>La dernière copie des réglages est utilisée.</translation>
    </message>
    <message>
        <source>The setting “{name}” had an invalid value. The default is used instead.</source>
        <extracomment>{name}: title of a setting.</extracomment>
        <translation>Le réglage «&#xa0;{name}&#xa0;» avait une valeur non valable. La valeur par défaut est utilisée à la place.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of Posto. Install that version to use it.</source>
        <translation>Cette sauvegarde a été faite par une version plus récente de Posto. Installez cette version pour l’utiliser.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read the keychain. Install what is missing: pip install &apos;posto[keyring]&apos;</source>
        <translation>Cette installation de Posto ne peut pas lire le trousseau. Installez ce qui manque&#xa0;: pip install &apos;posto[keyring]&apos;</translation>
    </message>
    <message>
        <source>This version uses the settings that it knows.</source>
        <translation>Cette version utilise les réglages qu’elle connaît.</translation>
    </message>
    <message>
        <source>What is here stays as it is.</source>
        <translation>Ce qui est ici reste tel quel.</translation>
    </message>
    <message>
        <source>another program is using it</source>
        <translation>un autre programme l’utilise</translation>
    </message>
    <message>
        <source>another program may be using it</source>
        <translation>un autre programme l’utilise peut-être</translation>
    </message>
    <message>
        <source>contents</source>
        <translation>contenus</translation>
    </message>
    <message>
        <source>it belongs to another user</source>
        <translation>il appartient à un autre utilisateur</translation>
    </message>
    <message>
        <source>it is a device, not a file</source>
        <translation>c’est un périphérique, pas un fichier</translation>
    </message>
    <message>
        <source>it is a folder, not a file</source>
        <translation>c’est un dossier, pas un fichier</translation>
    </message>
    <message>
        <source>it is a link that leads to itself, not a file</source>
        <translation>c’est un lien vers lui-même, pas un fichier</translation>
    </message>
    <message>
        <source>it is a named pipe, not a file</source>
        <translation>c’est un tube nommé, pas un fichier</translation>
    </message>
    <message>
        <source>it is a socket, not a file</source>
        <translation>c’est un socket, pas un fichier</translation>
    </message>
    <message>
        <source>it is closed</source>
        <translation>il est fermé</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>il est vide</translation>
    </message>
    <message>
        <source>it is far too large</source>
        <translation>il est bien trop gros</translation>
    </message>
    <message>
        <source>it is from a newer version of Posto</source>
        <translation>il vient d’une version plus récente de Posto</translation>
    </message>
    <message>
        <source>it is something else, not a file</source>
        <translation>c’est autre chose, pas un fichier</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>son contenu est endommagé</translation>
    </message>
    <message>
        <source>its content is not what Posto writes</source>
        <translation>son contenu n’est pas ce que Posto écrit</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>nombres</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>textes</translation>
    </message>
    <message>
        <source>the disk reported “{error}”</source>
        <translation>le disque a signalé «&#xa0;{error}&#xa0;»</translation>
    </message>
    <message>
        <source>the disk that holds {folder} is full</source>
        <translation>le disque contenant {folder} est plein</translation>
    </message>
    <message>
        <source>the keychain</source>
        <translation>le trousseau</translation>
    </message>
    <message>
        <source>this program may not read and write {name} in {folder}</source>
        <translation>ce programme n’a pas le droit de lire et d’écrire {name} dans {folder}</translation>
    </message>
    <message>
        <source>this program may not read it in {folder}</source>
        <translation>ce programme n’a pas le droit de le lire dans {folder}</translation>
    </message>
    <message>
        <source>this program may not write to {folder}</source>
        <translation>ce programme n’a pas le droit d’écrire dans {folder}</translation>
    </message>
    <message>
        <source>times</source>
        <translation>heures</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it has a name that no file of a backup has.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} y porte un nom qu’aucun fichier de sauvegarde ne porte.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds a value that is far too large.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} y contient une valeur bien trop grande.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds something else than the tables of Posto.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} y contient autre chose que les tables de Posto.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is a link or a device, not a file.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} y est un lien ou un périphérique, pas un fichier.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is damaged.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} y est endommagé.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is far too large for settings.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} y est bien trop gros pour des réglages.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is not what the list of files says.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} n’y est pas ce que dit la liste des fichiers.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it lies over another file.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} y recouvre un autre fichier.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it takes too long to be checked.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} y prend trop de temps à vérifier.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it would replace passwords, which no backup holds.</source>
        <translation>{backup} ne peut pas être restauré&#xa0;: {file} y remplacerait des mots de passe, qu’aucune sauvegarde ne contient.</translation>
    </message>
    <message>
        <source>{folder} cannot be used</source>
        <translation>{folder} ne peut pas être utilisé</translation>
    </message>
    <message>
        <source>{folder} is not a folder it can use</source>
        <translation>{folder} n’est pas un dossier utilisable</translation>
    </message>
    <message>
        <source>{keychain} could not be used.</source>
        <translation>{keychain} n’a pas pu être utilisé.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it, then try again.</source>
        <translation>{keychain} est verrouillé. Déverrouillez-le, puis réessayez.</translation>
    </message>
    <message>
        <source>{keychain} is not responding. It may be waiting for its password.</source>
        <extracomment>{keychain}: its name, such as KWallet, or &quot;The keychain&quot;.</extracomment>
        <translation>{keychain} ne répond pas. Il attend peut-être son mot de passe.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} ne peut pas être lu&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be restored: {why}.</source>
        <translation>{name} ne peut pas être restauré&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} contains two files whose names differ only in capital letters. The disk here can keep only one of them.</source>
        <translation>{name} contient deux fichiers dont les noms ne diffèrent que par les majuscules. Ce disque ne peut en garder qu’un.</translation>
    </message>
    <message>
        <source>{name} could not be copied: {why}.</source>
        <translation>{name} n’a pas pu être copié&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be deleted: {why}.</source>
        <translation>{name} n’a pas pu être supprimé&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be moved away: {why}.</source>
        <translation>{name} n’a pas pu être mis de côté&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened: {why}.</source>
        <translation>{name} n’a pas pu être ouvert&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be read: {why}.</source>
        <translation>{name} n’a pas pu être lu&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be saved: {why}.</source>
        <extracomment>The reason follows a colon and is no sentence of its own: &quot;the disk that holds … is full&quot;.</extracomment>
        <translation>{name} n’a pas pu être enregistré&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be written: {why}.</source>
        <translation>{name} n’a pas pu être écrit&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>{name} holds entries with damaged {what}. They are shown as far as they can be read; the others are not affected.</source>
        <extracomment>{what}: one or more of &quot;times&quot;, &quot;numbers&quot;, &quot;contents&quot;, &quot;texts&quot;, separated by commas.</extracomment>
        <translation>{name} contient des entrées aux {what} endommagés. Elles sont affichées autant qu’elles sont lisibles&#x202f;; les autres ne sont pas touchées.</translation>
    </message>
    <message>
        <source>{name} in this backup is from a newer version of Posto. Install that version to use it.</source>
        <translation>{name} dans cette sauvegarde vient d’une version plus récente de Posto. Installez cette version pour l’utiliser.</translation>
    </message>
    <message>
        <source>{name} is closed.</source>
        <translation>{name} est fermé.</translation>
    </message>
    <message>
        <source>{name} is damaged or not a backup of Posto.</source>
        <translation>{name} est endommagé ou n’est pas une sauvegarde de Posto.</translation>
    </message>
    <message>
        <source>{name} is damaged, so nothing can be saved.</source>
        <translation>{name} est endommagé, rien ne peut donc être enregistré.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} est introuvable.</translation>
    </message>
    <message>
        <source>{name} was not moved, because {why}</source>
        <translation>{name} n’a pas été déplacé, car {why}</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto and was not changed. Start that version to use it.</source>
        <translation>{name} a été écrit par une version plus récente de Posto et n’a pas été modifié. Lancez cette version pour l’utiliser.</translation>
    </message>
    <message numerus="yes">
        <source>{programs} (is/are) using it</source>
        <extracomment>A reason after a colon. {programs}: names of programs, separated by commas.</extracomment>
        <translation>
            <numerusform>{programs} l’utilise</numerusform>
            <numerusform>{programs} l’utilisent</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source> Left out because of their names: {names}.</source>
        <translation> Omis à cause de leurs noms&#xa0;: {names}.</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Tout sauvegarder</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Sauvegarder…</translation>
    </message>
    <message>
        <source>Backups of Posto (*{suffix})</source>
        <extracomment>Keep the brackets and what is in them.</extracomment>
        <translation>Sauvegardes de Posto (*{suffix})</translation>
    </message>
    <message>
        <source>Cache of pictures</source>
        <translation>Cache des images</translation>
    </message>
    <message>
        <source>Clear the cache</source>
        <translation>Vider le cache</translation>
    </message>
    <message>
        <source>Drafts, outbox and the workspace on this computer</source>
        <translation>Brouillons, boîte d’envoi et l’espace de travail de cet ordinateur</translation>
    </message>
    <message>
        <source>Everything in one file</source>
        <translation>Tout dans un fichier</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Échec&#xa0;: {why}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <source>Keep current data</source>
        <translation>Garder les données actuelles</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Fichiers journaux</translation>
    </message>
    <message>
        <source>Made {when}. Drafts: {drafts}, files: {files}. Your current data, including posts waiting to be sent, moves to a folder named “before-restore”. Posto restarts.</source>
        <translation>Faite {when}. Brouillons&#xa0;: {drafts}, fichiers&#xa0;: {files}. Vos données actuelles, y compris les publications en attente, vont dans un dossier nommé «&#xa0;before-restore&#xa0;». Posto redémarre.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Mesure</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Open the folder of data</source>
        <translation>Ouvrir le dossier des données</translation>
    </message>
    <message>
        <source>Open the folder of log files</source>
        <translation>Ouvrir le dossier des fichiers journaux</translation>
    </message>
    <message>
        <source>Open the folder of settings</source>
        <translation>Ouvrir le dossier des réglages</translation>
    </message>
    <message>
        <source>Posto checks the file, moves your current data to a separate folder and restarts.</source>
        <translation>Posto vérifie le fichier, met vos données actuelles dans un dossier à part et redémarre.</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Restaurer une sauvegarde</translation>
    </message>
    <message>
        <source>Restore and restart</source>
        <translation>Restaurer et redémarrer</translation>
    </message>
    <message>
        <source>Restore this backup?</source>
        <translation>Restaurer cette sauvegarde&#x202f;?</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Restaurer…</translation>
    </message>
    <message numerus="yes">
        <source>Saved as {name}: %Ln file(s), {size}. Passwords are not included.</source>
        <translation>
            <numerusform>Enregistrée sous {name}&#xa0;: %Ln fichier, {size}. Les mots de passe ne sont pas inclus.</numerusform>
            <numerusform>Enregistrée sous {name}&#xa0;: %Ln fichiers, {size}. Les mots de passe ne sont pas inclus.</numerusform>
        </translation>
    </message>
    <message>
        <source>Settings and styles</source>
        <translation>Réglages et styles</translation>
    </message>
    <message>
        <source>Settings, styles, snippets, accounts, drafts, the outbox, and the workspace of this computer with its files. Passwords are not included.</source>
        <translation>Réglages, styles, extraits, comptes, brouillons, la boîte d’envoi et l’espace de travail de cet ordinateur avec ses fichiers. Les mots de passe ne sont pas inclus.</translation>
    </message>
    <message>
        <source>Size unknown</source>
        <translation>Taille inconnue</translation>
    </message>
    <message>
        <source>Stop backing up</source>
        <translation>Arrêter la sauvegarde</translation>
    </message>
    <message>
        <source>Stop clearing</source>
        <translation>Arrêter le vidage</translation>
    </message>
    <message>
        <source>Stop restoring</source>
        <translation>Arrêter la restauration</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Arrêté. Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>The cache is empty</source>
        <translation>Le cache est vide</translation>
    </message>
    <message>
        <source>Wait for the running task to finish</source>
        <translation>Attendez la fin de la tâche en cours</translation>
    </message>
    <message>
        <source>{size} in {folder}</source>
        <translation>{size} dans {folder}</translation>
    </message>
</context>
<context>
    <name>StoredInsights</name>
    <message numerus="yes">
        <source>%Ln post(s) since {day}; deleted when older</source>
        <translation>
            <numerusform>%Ln publication depuis le {day}&#x202f;; les plus anciennes sont supprimées</numerusform>
            <numerusform>%Ln publications depuis le {day}&#x202f;; les plus anciennes sont supprimées</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Delete all insights</source>
        <translation>Supprimer toutes les statistiques</translation>
    </message>
    <message>
        <source>Delete all insights?</source>
        <translation>Supprimer toutes les statistiques&#x202f;?</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Supprimer…</translation>
    </message>
    <message>
        <source>Export all insights</source>
        <translation>Exporter toutes les statistiques</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Échec&#xa0;: {why}</translation>
    </message>
    <message>
        <source>Insights on this computer</source>
        <translation>Statistiques sur cet ordinateur</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Mesure</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Aucune pour l’instant</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Arrêter l’exportation</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tableaux (*.csv)</translation>
    </message>
    <message>
        <source>The numbers of all workspaces are deleted from this computer. Networks still have theirs; posts of the last 30 days are read again.</source>
        <translation>Les chiffres de tous les espaces de travail sont supprimés de cet ordinateur. Les réseaux gardent les leurs&#x202f;; les publications des 30 derniers jours sont relues.</translation>
    </message>
    <message>
        <source>There are no insights yet</source>
        <translation>Il n’y a pas encore de statistiques</translation>
    </message>
    <message>
        <source>Written to {name}</source>
        <translation>Écrit dans {name}</translation>
    </message>
</context>
<context>
    <name>StyleEditor</name>
    <message>
        <source>{name} copy</source>
        <translation>{name} (copie)</translation>
    </message>
</context>
<context>
    <name>StyleForm</name>
    <message>
        <source>First comment</source>
        <translation>Premier commentaire</translation>
    </message>
    <message>
        <source>First comment on Facebook, Instagram, X, Bluesky and Reddit</source>
        <translation>Premier commentaire sur Facebook, Instagram, X, Bluesky et Reddit</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Insérer</translation>
    </message>
    <message>
        <source>Networks of the style</source>
        <translation>Réseaux du style</translation>
    </message>
    <message>
        <source>None (own text)</source>
        <translation>Aucun (texte propre)</translation>
    </message>
    <message>
        <source>Own text for a network</source>
        <translation>Texte propre pour un réseau</translation>
    </message>
    <message>
        <source>Own text for…</source>
        <translation>Texte propre pour…</translation>
    </message>
    <message>
        <source>Same as</source>
        <translation>Comme</translation>
    </message>
    <message>
        <source>Template for {network}</source>
        <translation>Modèle pour {network}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Unknown variable: {names}</source>
        <translation>Variable inconnue&#xa0;: {names}</translation>
    </message>
    <message>
        <source>Use all networks&apos; text</source>
        <translation>Utiliser le texte de tous les réseaux</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>tous les réseaux</translation>
    </message>
</context>
<context>
    <name>StyleHeader</name>
    <message>
        <source>Delete style</source>
        <translation>Supprimer le style</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Duplicate style</source>
        <translation>Dupliquer le style</translation>
    </message>
    <message>
        <source>More for this style</source>
        <translation>Plus d’options pour ce style</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Afficher</translation>
    </message>
    <message>
        <source>Show preview</source>
        <translation>Afficher l’aperçu</translation>
    </message>
    <message>
        <source>Show where the style is used</source>
        <translation>Montrer où le style est utilisé</translation>
    </message>
</context>
<context>
    <name>StyleListPane</name>
    <message>
        <source>Defaults of channels</source>
        <translation>Valeurs par défaut des canaux</translation>
    </message>
    <message>
        <source>Defaults of networks and channels</source>
        <translation>Valeurs par défaut des réseaux et des canaux</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Chercher un style</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Importer des styles</translation>
    </message>
    <message>
        <source>Import styles from files</source>
        <translation>Importer des styles de fichiers</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Nouveau style</translation>
    </message>
    <message>
        <source>Search styles</source>
        <translation>Rechercher des styles</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Styles</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %n style(s)</source>
        <translation>
            <numerusform>La recherche masque %n style</numerusform>
            <numerusform>La recherche masque %n styles</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StyleListView</name>
    <message>
        <source>Styles list</source>
        <translation>Liste des styles</translation>
    </message>
</context>
<context>
    <name>StyleNameField</name>
    <message>
        <source>Style name</source>
        <translation>Nom du style</translation>
    </message>
</context>
<context>
    <name>StylePreview</name>
    <message>
        <source>Close preview of the style</source>
        <translation>Fermer l’aperçu du style</translation>
    </message>
    <message>
        <source>Current message</source>
        <translation>Message actuel</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>Preview of the style</source>
        <translation>Aperçu du style</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Exemple</translation>
    </message>
    <message>
        <source>Tinted words come from the message</source>
        <translation>Les mots teintés viennent du message</translation>
    </message>
</context>
<context>
    <name>StyleRow</name>
    <message>
        <source>No style</source>
        <translation>Aucun style</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Style</translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (manquant)</translation>
    </message>
</context>
<context>
    <name>StyleSample</name>
    <message>
        <source>#winterroast</source>
        <comment>a hashtag, so without spaces</comment>
        <translation>#torréfactiondhiver</translation>
    </message>
    <message>
        <source>Fig, cocoa and a little orange peel, roasted every Tuesday in Kreuzberg.</source>
        <translation>Figue, cacao et un peu d’écorce d’orange, torréfié chaque mardi à Kreuzberg.</translation>
    </message>
    <message>
        <source>Winter Roast</source>
        <translation>Torréfaction d’hiver</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>All networks the same</source>
        <translation>Tous les réseaux pareils</translation>
    </message>
    <message>
        <source>Announcement</source>
        <translation>Annonce</translation>
    </message>
    <message>
        <source>Blog post</source>
        <translation>Article de blog</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Intégré</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Vide</translation>
    </message>
    <message>
        <source>Own text for {networks}</source>
        <translation>Texte propre pour {networks}</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Produit</translation>
    </message>
    <message>
        <source>The style “{name}” cannot be used. {reason}</source>
        <translation>Le style «&#xa0;{name}&#xa0;» ne peut pas être utilisé. {reason}</translation>
    </message>
    <message>
        <source>The style “{name}” no longer exists.</source>
        <translation>Le style «&#xa0;{name}&#xa0;» n’existe plus.</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>Illisible</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>Les vôtres</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <extracomment>{names}: names of networks.</extracomment>
        <translation>
            <numerusform>{names} et %n autre</numerusform>
            <numerusform>{names} et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} only</source>
        <translation>{networks} seulement</translation>
    </message>
    <message>
        <source>{one} and {other}</source>
        <extracomment>Two names of networks.</extracomment>
        <translation>{one} et {other}</translation>
    </message>
</context>
<context>
    <name>StylesActionBar</name>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
    <message>
        <source>Save style</source>
        <translation>Enregistrer le style</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Utiliser pour un nouveau message</translation>
    </message>
</context>
<context>
    <name>StylesActions</name>
    <message>
        <source>&amp;Style</source>
        <translation>&amp;Style</translation>
    </message>
    <message>
        <source>Built-in styles cannot be deleted</source>
        <translation>Les styles intégrés ne peuvent pas être supprimés</translation>
    </message>
    <message>
        <source>Changes are saved automatically</source>
        <translation>Les modifications sont enregistrées automatiquement</translation>
    </message>
    <message>
        <source>Create a copy of this style</source>
        <translation>Créer une copie de ce style</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Valeurs par défaut…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dupliquer</translation>
    </message>
    <message>
        <source>Export style</source>
        <translation>Exporter le style</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Chercher un style</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Importer des styles</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importer…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Descendre</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Monter</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Nouveau style</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Afficher ou masquer l’aperçu</translation>
    </message>
    <message>
        <source>Start a message with this style</source>
        <translation>Commencer un message avec ce style</translation>
    </message>
    <message>
        <source>Styles (*.json)</source>
        <translation>Styles (*.json)</translation>
    </message>
    <message>
        <source>The file of this style cannot be read</source>
        <translation>Le fichier de ce style ne peut pas être lu</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Utiliser pour un nouveau message</translation>
    </message>
</context>
<context>
    <name>StylesController</name>
    <message>
        <source>Styles</source>
        <translation>Styles</translation>
    </message>
</context>
<context>
    <name>StylesLayout</name>
    <message>
        <source>A style adapts your messages to each network.</source>
        <translation>Un style adapte vos messages à chaque réseau.</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Nouveau style</translation>
    </message>
    <message>
        <source>No style chosen</source>
        <translation>Aucun style choisi</translation>
    </message>
</context>
<context>
    <name>StylesMenus</name>
    <message>
        <source>Icon: {name}</source>
        <translation>Icône&#xa0;: {name}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sans titre</translation>
    </message>
</context>
<context>
    <name>StylesPage</name>
    <message numerus="yes">
        <source>%n campaign(s)</source>
        <translation>
            <numerusform>%n campagne</numerusform>
            <numerusform>%n campagnes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s)</source>
        <translation>
            <numerusform>%n brouillon</numerusform>
            <numerusform>%n brouillons</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n publication planifiée</numerusform>
            <numerusform>%n publications planifiées</numerusform>
        </translation>
    </message>
    <message>
        <source>Built in · {words}</source>
        <extracomment>{words}: where the style is used.</extracomment>
        <translation>Intégré · {words}</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Pas encore enregistré</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>Pas encore utilisé</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Enregistré sur cet ordinateur</translation>
    </message>
    <message>
        <source>Used by {what}</source>
        <translation>Utilisé par {what}</translation>
    </message>
    <message>
        <source>Your changes go into a copy</source>
        <translation>Vos modifications vont dans une copie</translation>
    </message>
</context>
<context>
    <name>StylesState</name>
    <message>
        <source>Another program changed this style. Its version was saved as “{name}”.</source>
        <translation>Un autre programme a modifié ce style. Sa version a été enregistrée sous «&#xa0;{name}&#xa0;».</translation>
    </message>
    <message>
        <source>Another program changed “{name}”.</source>
        <translation>Un autre programme a modifié «&#xa0;{name}&#xa0;».</translation>
    </message>
    <message>
        <source>Exported without the watermark: {name}</source>
        <translation>Exporté sans le filigrane&#xa0;: {name}</translation>
    </message>
    <message>
        <source>Restore my version</source>
        <translation>Rétablir ma version</translation>
    </message>
    <message>
        <source>Style “{name}” deleted</source>
        <translation>Style «&#xa0;{name}&#xa0;» supprimé</translation>
    </message>
    <message>
        <source>Style “{name}” exported</source>
        <translation>Style «&#xa0;{name}&#xa0;» exporté</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>{part} removed from “{name}”</source>
        <extracomment>{part}: hashtags, signature, watermark or link tags of a style; {name}: the style.</extracomment>
        <translation>{part} retiré de «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>{title} is built in and stays as it is. You are editing your copy, “{name}”.</source>
        <translation>{title} est intégré et reste tel quel. Vous modifiez votre copie, «&#xa0;{name}&#xa0;».</translation>
    </message>
</context>
<context>
    <name>SuggestionCompleter</name>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n suggestion</numerusform>
            <numerusform>%n suggestions</numerusform>
        </translation>
    </message>
    <message>
        <source>name only</source>
        <translation>le nom seul</translation>
    </message>
    <message numerus="yes">
        <source>used %n time(s)</source>
        <translation>
            <numerusform>utilisé %n fois</numerusform>
            <numerusform>utilisé %n fois</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {n} of {count}</source>
        <translation>{name}, {n} sur {count}</translation>
    </message>
    <message>
        <source>{word} is not suggested any more</source>
        <translation>{word} n’est plus suggéré</translation>
    </message>
</context>
<context>
    <name>TakeOver</name>
    <message>
        <source>Taken over: {fields}</source>
        <translation>Repris : {fields}</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Votre version est dans les brouillons</translation>
    </message>
</context>
<context>
    <name>Team</name>
    <message>
        <source>Added a device</source>
        <translation>A ajouté un appareil</translation>
    </message>
    <message>
        <source>Added a person</source>
        <translation>A ajouté une personne</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Tous les canaux</translation>
    </message>
    <message>
        <source>Approved a post</source>
        <translation>A approuvé une publication</translation>
    </message>
    <message>
        <source>Began to disconnect an account</source>
        <translation>A commencé à déconnecter un compte</translation>
    </message>
    <message>
        <source>Changed a person</source>
        <translation>A modifié une personne</translation>
    </message>
    <message>
        <source>Changed how posts are sent</source>
        <translation>A modifié l’envoi des publications</translation>
    </message>
    <message>
        <source>Changed settings of a channel</source>
        <translation>A modifié les réglages d’un canal</translation>
    </message>
    <message>
        <source>Changed settings of a network</source>
        <translation>A modifié les réglages d’un réseau</translation>
    </message>
    <message>
        <source>Changed settings of the workspace</source>
        <translation>A modifié les réglages de l’espace de travail</translation>
    </message>
    <message>
        <source>Changed the e-mail address of a person</source>
        <translation>A modifié l’adresse e-mail d’une personne</translation>
    </message>
    <message>
        <source>Changed the groups of a channel</source>
        <translation>A modifié les groupes d’un canal</translation>
    </message>
    <message>
        <source>Changed the groups of a person</source>
        <translation>A modifié les groupes d’une personne</translation>
    </message>
    <message>
        <source>Changed the role of a person</source>
        <translation>A modifié le rôle d’une personne</translation>
    </message>
    <message>
        <source>Checked a channel</source>
        <translation>A vérifié un canal</translation>
    </message>
    <message>
        <source>Checked an account</source>
        <translation>A vérifié un compte</translation>
    </message>
    <message>
        <source>Chose what of an account is used</source>
        <translation>A choisi ce qui est utilisé d’un compte</translation>
    </message>
    <message>
        <source>Connected an account</source>
        <translation>A connecté un compte</translation>
    </message>
    <message>
        <source>Deleted a file</source>
        <translation>A supprimé un fichier</translation>
    </message>
    <message>
        <source>Deleted posts</source>
        <translation>A supprimé des publications</translation>
    </message>
    <message>
        <source>Described a file</source>
        <translation>A décrit un fichier</translation>
    </message>
    <message>
        <source>Disabled: cannot sign in</source>
        <translation>Désactivé : ne peut pas se connecter</translation>
    </message>
    <message>
        <source>Disconnected an account</source>
        <translation>A déconnecté un compte</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Éditeur</translation>
    </message>
    <message>
        <source>It is not known whether {name} was added to the team. {reason}</source>
        <translation>On ne sait pas si {name} a été ajouté à l’équipe. {reason}</translation>
    </message>
    <message>
        <source>It is not known whether {name} was changed. {reason}</source>
        <translation>On ne sait pas si {name} a été modifié. {reason}</translation>
    </message>
    <message>
        <source>Last used {when}</source>
        <translation>Dernière utilisation : {when}</translation>
    </message>
    <message>
        <source>Last used {when}, from {address}</source>
        <translation>Dernière utilisation : {when}, depuis {address}</translation>
    </message>
    <message>
        <source>Linked a provider&apos;s account to a person</source>
        <translation>A lié le compte d’un fournisseur à une personne</translation>
    </message>
    <message>
        <source>May do everything, also here. Sees all channels.</source>
        <translation>Peut tout faire, ici aussi. Voit tous les canaux.</translation>
    </message>
    <message>
        <source>Moved a post</source>
        <translation>A déplacé une publication</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>Jamais utilisé</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Aucun canal</translation>
    </message>
    <message>
        <source>No device yet</source>
        <translation>Aucun appareil pour l’instant</translation>
    </message>
    <message>
        <source>Not done: {reason}</source>
        <translation>Non effectué : {reason}</translation>
    </message>
    <message>
        <source>Not known whether it was done</source>
        <translation>On ne sait pas si c’est fait</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Propriétaire</translation>
    </message>
    <message>
        <source>Proposes posts, which an editor approves.</source>
        <translation>Propose des publications, qu’un éditeur approuve.</translation>
    </message>
    <message>
        <source>Removed a person</source>
        <translation>A retiré une personne</translation>
    </message>
    <message>
        <source>Renewed the calendar&apos;s address</source>
        <translation>A renouvelé l’adresse du calendrier</translation>
    </message>
    <message>
        <source>Requested changes of a post</source>
        <translation>A demandé des modifications d’une publication</translation>
    </message>
    <message>
        <source>Retried a first comment</source>
        <translation>A réessayé un premier commentaire</translation>
    </message>
    <message>
        <source>Retried posts</source>
        <translation>A réessayé des publications</translation>
    </message>
    <message>
        <source>Revoked a device</source>
        <translation>A révoqué un appareil</translation>
    </message>
    <message>
        <source>Said what became of a post</source>
        <translation>A indiqué ce qu’est devenue une publication</translation>
    </message>
    <message>
        <source>Scheduled or edited a post</source>
        <translation>A planifié ou modifié une publication</translation>
    </message>
    <message>
        <source>Schedules and changes posts, and approves proposals.</source>
        <translation>Planifie et modifie des publications, et approuve des propositions.</translation>
    </message>
    <message>
        <source>Sees what belongs to their groups.</source>
        <translation>Voit ce qui appartient à ses groupes.</translation>
    </message>
    <message>
        <source>Sent posts at once</source>
        <translation>A envoyé des publications immédiatement</translation>
    </message>
    <message>
        <source>Tested an account</source>
        <translation>A testé un compte</translation>
    </message>
    <message>
        <source>Took back an answer to a proposal</source>
        <translation>A annulé une réponse à une proposition</translation>
    </message>
    <message>
        <source>Took back that a device was revoked</source>
        <translation>A annulé la révocation d’un appareil</translation>
    </message>
    <message>
        <source>Unlinked a provider&apos;s account from a person</source>
        <translation>A dissocié le compte d’un fournisseur d’une personne</translation>
    </message>
    <message>
        <source>Uploaded a file</source>
        <translation>A téléversé un fichier</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Lecteur</translation>
    </message>
    <message>
        <source>Withdrew a proposal</source>
        <translation>A retiré une proposition</translation>
    </message>
    <message>
        <source>Writer</source>
        <translation>Rédacteur</translation>
    </message>
    <message>
        <source>account {key}</source>
        <translation>compte {key}</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>tout de suite</translation>
    </message>
    <message>
        <source>channel {key}</source>
        <translation>canal {key}</translation>
    </message>
    <message>
        <source>device {key}</source>
        <translation>appareil {key}</translation>
    </message>
    <message>
        <source>device: {value}</source>
        <translation>appareil&#xa0;: {value}</translation>
    </message>
    <message>
        <source>fields: {value}</source>
        <translation>champs&#xa0;: {value}</translation>
    </message>
    <message>
        <source>file {key}</source>
        <translation>fichier {key}</translation>
    </message>
    <message>
        <source>groups: {value}</source>
        <translation>groupes&#xa0;: {value}</translation>
    </message>
    <message>
        <source>is being disconnected</source>
        <translation>est en cours de déconnexion</translation>
    </message>
    <message>
        <source>name: {value}</source>
        <translation>nom&#xa0;: {value}</translation>
    </message>
    <message>
        <source>post {key}</source>
        <translation>publication {key}</translation>
    </message>
    <message>
        <source>role: {value}</source>
        <translation>rôle&#xa0;: {value}</translation>
    </message>
    <message>
        <source>works</source>
        <translation>fonctionne</translation>
    </message>
    <message>
        <source>{name} is as before. {reason}</source>
        <translation>{name} est comme avant. {reason}</translation>
    </message>
    <message>
        <source>{name} is still in the team, but cannot sign in. {reason} To let them in, open {name} in Settings &gt; Team and turn on “May sign in”.</source>
        <translation>{name} est toujours dans l’équipe, mais ne peut pas se connecter. {reason} Pour le permettre, ouvrez {name} dans Réglages &gt; Équipe et activez « Peut se connecter ».</translation>
    </message>
    <message>
        <source>{name} is still revoked and cannot sign in. {reason}</source>
        <translation>{name} reste révoqué et ne peut pas se connecter. {reason}</translation>
    </message>
    <message>
        <source>{name} was not added to the team. {reason}</source>
        <translation>{name} n’a pas été ajouté à l’équipe. {reason}</translation>
    </message>
    <message>
        <source>{name}, labels: {labels}, groups: {groups}</source>
        <translation>{name}, étiquettes&#xa0;: {labels}, groupes&#xa0;: {groups}</translation>
    </message>
    <message>
        <source>{name}, revoked</source>
        <translation>{name}, révoqué</translation>
    </message>
    <message>
        <source>{name}: {reason}</source>
        <translation>{name} : {reason}</translation>
    </message>
    <message>
        <source>{status}, {when}, “{text}”</source>
        <translation>{status}, {when}, «&#xa0;{text}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>TeamController</name>
    <message numerus="yes">
        <source>%Ln message(s) (waits/wait) for your approval</source>
        <translation>
            <numerusform>%Ln message attend votre approbation</numerusform>
            <numerusform>%Ln messages attendent votre approbation</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of your proposals (was/were) approved</source>
        <translation>
            <numerusform>%Ln de vos propositions a été approuvée</numerusform>
            <numerusform>%Ln de vos propositions ont été approuvées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changes requested of %Ln message(s)</source>
        <translation>
            <numerusform>Modifications demandées pour %Ln message</numerusform>
            <numerusform>Modifications demandées pour %Ln messages</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Afficher</translation>
    </message>
</context>
<context>
    <name>TeamPage</name>
    <message>
        <source>As of {when}.</source>
        <translation>Données du : {when}.</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Journal d’audit</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canaux</translation>
    </message>
    <message>
        <source>Lost a device? Revoke it here, and it cannot sign in any more.</source>
        <translation>Un appareil perdu ? Révoquez-le ici : il ne pourra plus se connecter.</translation>
    </message>
    <message>
        <source>Part of the team</source>
        <translation>Partie de l’équipe</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personnes</translation>
    </message>
    <message>
        <source>People and devices are on the server of your team. They are shown here when it answers.</source>
        <translation>Les personnes et les appareils sont sur le serveur de votre équipe. Ils s’affichent ici dès qu’il répond.</translation>
    </message>
    <message>
        <source>The server is not reached, and changes need it.</source>
        <translation>Le serveur est injoignable, et les modifications le nécessitent.</translation>
    </message>
    <message>
        <source>Your devices</source>
        <translation>Vos appareils</translation>
    </message>
    <message>
        <source>Your role in this team is now: {role}.</source>
        <translation>Votre rôle dans cette équipe est maintenant : {role}.</translation>
    </message>
    <message>
        <source>{name} cannot sign in any more. Enter takes it back.</source>
        <translation>{name} ne peut plus se connecter. Entrée annule cela.</translation>
    </message>
</context>
<context>
    <name>TemplateEdit</name>
    <message>
        <source>Variables</source>
        <translation>Variables</translation>
    </message>
</context>
<context>
    <name>Templates</name>
    <message>
        <source>All hashtags of the message</source>
        <translation>Tous les hashtags du message</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Extrait</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Lien</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Réseau</translation>
    </message>
    <message>
        <source>Template “{name}” deleted</source>
        <translation>Modèle «&#xa0;{name}&#xa0;» supprimé</translation>
    </message>
    <message>
        <source>Template “{name}” replaced</source>
        <translation>Modèle «&#xa0;{name}&#xa0;» remplacé</translation>
    </message>
    <message>
        <source>Template “{name}” saved</source>
        <translation>Modèle «&#xa0;{name}&#xa0;» enregistré</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>The day on which it is sent</source>
        <translation>Le jour de l’envoi</translation>
    </message>
    <message>
        <source>The first line of the message</source>
        <translation>La première ligne du message</translation>
    </message>
    <message>
        <source>The first paragraph below the first line</source>
        <translation>Le premier paragraphe sous la première ligne</translation>
    </message>
    <message>
        <source>The link of the message</source>
        <translation>Le lien du message</translation>
    </message>
    <message>
        <source>The message below its first line</source>
        <translation>Le message sous sa première ligne</translation>
    </message>
    <message>
        <source>The name of the channel</source>
        <translation>Le nom du canal</translation>
    </message>
    <message>
        <source>The name of the network</source>
        <translation>Le nom du réseau</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>Le message entier</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
</context>
<context>
    <name>TextCard</name>
    <message>
        <source>A thread comes first. Its parts are edited in Compose.</source>
        <translation>Un fil vient en premier. Ses parties se modifient dans Rédiger.</translation>
    </message>
    <message>
        <source>Move text {number} down</source>
        <translation>Descendre le texte {number}</translation>
    </message>
    <message>
        <source>Move text {number} up</source>
        <translation>Monter le texte {number}</translation>
    </message>
    <message>
        <source>Remove text {number}</source>
        <translation>Retirer le texte {number}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Text {number}</source>
        <translation>Texte {number}</translation>
    </message>
    <message>
        <source>The same, said another way</source>
        <translation>La même chose, dite autrement</translation>
    </message>
    <message>
        <source>This is the same as text {number}.</source>
        <translation>C’est le même que le texte {number}.</translation>
    </message>
    <message>
        <source>What would you like to say again and again?</source>
        <translation>Que voulez-vous dire encore et encore&#x202f;?</translation>
    </message>
</context>
<context>
    <name>TextInserter</name>
    <message>
        <source>All hashtags of “{name}” are already in the text</source>
        <translation>Tous les hashtags de «&#xa0;{name}&#xa0;» sont déjà dans le texte</translation>
    </message>
</context>
<context>
    <name>TextPresenter</name>
    <message>
        <source>All {network} channels</source>
        <translation>Tous les canaux {network}</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Message for {network}</source>
        <translation>Message pour {network}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Partie {n} sur {count}</translation>
    </message>
    <message>
        <source>{name} uses the common text</source>
        <translation>{name} utilise le texte commun</translation>
    </message>
    <message>
        <source>{name} uses the text for {network}</source>
        <translation>{name} utilise le texte pour {network}</translation>
    </message>
</context>
<context>
    <name>ThreadPresenter</name>
    <message>
        <source>Add a part to the thread</source>
        <translation>Ajouter une partie au fil</translation>
    </message>
    <message>
        <source>All parts are one text now</source>
        <translation>Toutes les parties forment maintenant un texte</translation>
    </message>
    <message>
        <source>Join all parts</source>
        <translation>Réunir toutes les parties</translation>
    </message>
    <message>
        <source>Move part down</source>
        <translation>Descendre la partie</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Monter la partie</translation>
    </message>
    <message>
        <source>Move to the part after</source>
        <translation>Déplacer dans la partie suivante</translation>
    </message>
    <message>
        <source>Move to the part before</source>
        <translation>Déplacer dans la partie précédente</translation>
    </message>
    <message>
        <source>Next part</source>
        <translation>Partie suivante</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Numéroter les parties</translation>
    </message>
    <message>
        <source>Part {n} removed</source>
        <translation>Partie {n} retirée</translation>
    </message>
    <message>
        <source>Previous part</source>
        <translation>Partie précédente</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Retirer la partie</translation>
    </message>
    <message numerus="yes">
        <source>Split into %n part(s)</source>
        <translation>
            <numerusform>Diviser en %n partie</numerusform>
            <numerusform>Diviser en %n parties</numerusform>
        </translation>
    </message>
    <message>
        <source>Split the text at blank lines</source>
        <translation>Diviser le texte aux lignes vides</translation>
    </message>
    <message>
        <source>Split the text to fit</source>
        <translation>Diviser le texte pour qu’il tienne</translation>
    </message>
    <message>
        <source>There is nothing to split: every part fits already</source>
        <translation>Rien à diviser&#xa0;: chaque partie tient déjà</translation>
    </message>
    <message>
        <source>{name} moved to part {n}</source>
        <translation>{name} déplacé dans la partie {n}</translation>
    </message>
</context>
<context>
    <name>Threads</name>
    <message>
        <source>This text needs more than {most} parts. Shorten it or choose channels that allow longer texts.</source>
        <translation>Ce texte nécessite plus de {most} parties. Raccourcissez-le ou choisissez des canaux qui autorisent des textes plus longs.</translation>
    </message>
</context>
<context>
    <name>TileMenu</name>
    <message>
        <source>Describe for people who cannot see it…</source>
        <translation>Décrire pour les personnes qui ne peuvent pas le voir…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Modifier…</translation>
    </message>
    <message>
        <source>Move left</source>
        <translation>Déplacer à gauche</translation>
    </message>
    <message>
        <source>Move right</source>
        <translation>Déplacer à droite</translation>
    </message>
    <message>
        <source>Remove from this message</source>
        <translation>Retirer de ce message</translation>
    </message>
    <message>
        <source>Send to</source>
        <translation>Envoyer à</translation>
    </message>
</context>
<context>
    <name>TimeField</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Choisissez un jour et une heure</translation>
    </message>
</context>
<context>
    <name>TimePopup</name>
    <message>
        <source>Add time</source>
        <translation>Ajouter une heure</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Heure</translation>
    </message>
</context>
<context>
    <name>TimeTag</name>
    <message>
        <source>Remove {time}, {days}</source>
        <translation>Retirer {time}, {days}</translation>
    </message>
</context>
<context>
    <name>TimelinePane</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n jour</numerusform>
            <numerusform>%n jours</numerusform>
        </translation>
    </message>
    <message>
        <source>Close timeline</source>
        <translation>Fermer la frise</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Frise</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Heures en {zone}</translation>
    </message>
    <message>
        <source>Your timeline appears here.</source>
        <translation>Votre frise apparaît ici.</translation>
    </message>
</context>
<context>
    <name>TimesPage</name>
    <message numerus="yes">
        <source>%Ln message(s) will be added to {campaign}</source>
        <translation>
            <numerusform>%Ln message sera ajouté à {campaign}</numerusform>
            <numerusform>%Ln messages seront ajoutés à {campaign}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) could not be downloaded.</source>
        <translation>
            <numerusform>%Ln image n’a pas pu être téléchargée.</numerusform>
            <numerusform>%Ln images n’ont pas pu être téléchargées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) will be downloaded first.</source>
        <translation>
            <numerusform>%Ln image sera d’abord téléchargée.</numerusform>
            <numerusform>%Ln images seront d’abord téléchargées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (has a warning/have warnings).</source>
        <translation>
            <numerusform>%Ln ligne a un avertissement.</numerusform>
            <numerusform>%Ln lignes ont des avertissements.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) will not be imported.</source>
        <translation>
            <numerusform>%Ln ligne ne sera pas importée.</numerusform>
            <numerusform>%Ln lignes ne seront pas importées.</numerusform>
        </translation>
    </message>
    <message>
        <source>At the times in the file</source>
        <translation>Aux heures du fichier</translation>
    </message>
    <message>
        <source>At the times in the file ({own}). Without a time, in the rhythm ({rest})</source>
        <extracomment>{own} and {rest}: numbers of messages.</extracomment>
        <translation>Aux heures du fichier ({own}). Sans heure, selon le rythme ({rest})</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Copier le rapport</translation>
    </message>
    <message>
        <source>Downloading picture {n} of {total}</source>
        <translation>Téléchargement de l’image {n} sur {total}</translation>
    </message>
    <message>
        <source>Fetching pictures</source>
        <translation>Récupération des images</translation>
    </message>
    <message>
        <source>From {first} to {last}</source>
        <translation>Du {first} au {last}</translation>
    </message>
    <message>
        <source>Import report</source>
        <translation>Rapport d’importation</translation>
    </message>
    <message>
        <source>Importing sends nothing.</source>
        <translation>L’importation n’envoie rien.</translation>
    </message>
    <message>
        <source>In the rhythm of the campaign, in this order</source>
        <translation>Selon le rythme de la campagne, dans cet ordre</translation>
    </message>
    <message>
        <source>The file contains no times</source>
        <translation>Le fichier ne contient aucune heure</translation>
    </message>
    <message>
        <source>the campaign</source>
        <translation>la campagne</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>«&#xa0;{name}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Dismiss</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Enter: {action}. Esc closes this.</source>
        <extracomment>{action}: text of a button, such as Undo.</extracomment>
        <translation>Entrée&#xa0;: {action}. Échap ferme ceci.</translation>
    </message>
    <message>
        <source>{sentence} {action}: {key}, then Enter.</source>
        <extracomment>{action}: text of a button, such as Undo. {key}: the key that leads to it.</extracomment>
        <translation>{sentence} {action}&#xa0;: {key}, puis Entrée.</translation>
    </message>
</context>
<context>
    <name>ToolsRow</name>
    <message>
        <source>Add a part</source>
        <translation>Ajouter une partie</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Ajouter un média</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Joindre des fichiers</translation>
    </message>
    <message>
        <source>Insert emoji</source>
        <translation>Insérer un emoji</translation>
    </message>
    <message>
        <source>Insert hashtag sign</source>
        <translation>Insérer le signe de hashtag</translation>
    </message>
    <message>
        <source>Insert mention sign</source>
        <translation>Insérer le signe de mention</translation>
    </message>
    <message>
        <source>Insert snippet</source>
        <translation>Insérer un extrait</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Médias utilisés récemment</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message numerus="yes">
        <source>%n item(s) (needs/need) attention</source>
        <translation>
            <numerusform>%n élément demande votre attention</numerusform>
            <numerusform>%n éléments demandent votre attention</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread notification(s)</source>
        <translation>
            <numerusform>%n notification non lue</numerusform>
            <numerusform>%n notifications non lues</numerusform>
        </translation>
    </message>
    <message>
        <source>More pages</source>
        <translation>Autres pages</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Show notifications</source>
        <translation>Afficher les notifications</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n being sent</source>
        <translation>
            <numerusform>%n en cours d’envoi</numerusform>
            <numerusform>%n en cours d’envoi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) being sent</source>
        <translation>
            <numerusform>%n publication en cours d’envoi</numerusform>
            <numerusform>%n publications en cours d’envoi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n publication planifiée</numerusform>
            <numerusform>%n publications planifiées</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>Next: {title}, {when}</source>
        <translation>Prochaine&#xa0;: {title}, {when}</translation>
    </message>
    <message>
        <source>No scheduled posts</source>
        <translation>Aucune publication planifiée</translation>
    </message>
    <message>
        <source>Open Posto Desktop</source>
        <translation>Ouvrir Posto Desktop</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Suspendre l’envoi</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Publication rapide</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>Reprendre l’envoi</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>L’envoi est suspendu</translation>
    </message>
</context>
<context>
    <name>TrimBar</name>
    <message>
        <source>End</source>
        <translation>Fin</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Début</translation>
    </message>
    <message>
        <source>{length} of the video is sent</source>
        <translation>{length} de la vidéo est envoyé</translation>
    </message>
</context>
<context>
    <name>TrimStrip</name>
    <message>
        <source>End of the video</source>
        <translation>Fin de la vidéo</translation>
    </message>
    <message>
        <source>Start of the video</source>
        <translation>Début de la vidéo</translation>
    </message>
</context>
<context>
    <name>UtmFields</name>
    <message>
        <source>Campaign</source>
        <translation>Campagne</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>Contenu</translation>
    </message>
    <message>
        <source>Links in the text</source>
        <translation>Liens dans le texte</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Support</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>Terme</translation>
    </message>
    <message>
        <source>The attached link</source>
        <translation>Le lien joint</translation>
    </message>
    <message>
        <source>Variables: {names}. Tags that a link already has are kept.</source>
        <translation>Variables&#xa0;: {names}. Les balises qu’un lien a déjà sont gardées.</translation>
    </message>
</context>
<context>
    <name>VariantBar</name>
    <message>
        <source>All files</source>
        <translation>Tous les fichiers</translation>
    </message>
    <message>
        <source>Channel of this text</source>
        <translation>Canal de ce texte</translation>
    </message>
    <message>
        <source>Files for this network</source>
        <translation>Fichiers pour ce réseau</translation>
    </message>
    <message>
        <source>No files</source>
        <translation>Aucun fichier</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Utiliser le texte commun</translation>
    </message>
    <message>
        <source>Uses its own text. Changes to All networks do not apply.</source>
        <translation>Utilise son propre texte. Les modifications de Tous les réseaux ne s’appliquent pas.</translation>
    </message>
    <message>
        <source>Uses the common text. Type here to give it its own.</source>
        <translation>Utilise le texte commun. Écrivez ici pour lui donner le sien.</translation>
    </message>
    <message>
        <source>Uses the text for {network}. Type here to give it its own.</source>
        <translation>Utilise le texte pour {network}. Écrivez ici pour lui donner le sien.</translation>
    </message>
    <message>
        <source>{name} uses its own text and ignores changes to All networks.</source>
        <translation>{name} utilise son propre texte et ignore les modifications de Tous les réseaux.</translation>
    </message>
    <message>
        <source>{name} uses the common text. Type here to give it its own.</source>
        <translation>{name} utilise le texte commun. Écrivez ici pour lui donner le sien.</translation>
    </message>
    <message>
        <source>{name} · own text</source>
        <translation>{name} · texte propre</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n file(s)</source>
        <translation>
            <numerusform>{n} fichier sur %n</numerusform>
            <numerusform>{n} fichiers sur %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VideoBar</name>
    <message>
        <source>Cover</source>
        <translation>Couverture</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Suspendre</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Lire</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Lire ou suspendre</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Son</translation>
    </message>
</context>
<context>
    <name>VideoResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>Tout le réseau (%n)</numerusform>
            <numerusform>Les %n réseaux</numerusform>
        </translation>
    </message>
    <message>
        <source>Convert now</source>
        <translation>Convertir maintenant</translation>
    </message>
    <message>
        <source>Converting the video</source>
        <translation>Conversion de la vidéo</translation>
    </message>
    <message>
        <source>Encoded anew as H.264</source>
        <translation>Réencodé en H.264</translation>
    </message>
    <message>
        <source>HDR becomes ordinary colours</source>
        <translation>Le HDR devient des couleurs ordinaires</translation>
    </message>
    <message>
        <source>Otherwise it is converted when the post is sent</source>
        <translation>Sinon, la conversion a lieu à l’envoi de la publication</translation>
    </message>
    <message>
        <source>Sent as it is</source>
        <translation>Envoyé tel quel</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>Trop gros pour {network}. Choisissez une taille plus petite.</translation>
    </message>
    <message>
        <source>Too long for {network}: up to {most}.</source>
        <translation>Trop long pour {network}&#xa0;: {most} au plus.</translation>
    </message>
    <message>
        <source>Too short for {network}: {least} or more.</source>
        <translation>Trop court pour {network}&#xa0;: {least} au moins.</translation>
    </message>
    <message>
        <source>Too small for {network}.</source>
        <translation>Trop petit pour {network}.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Ce qui est envoyé</translation>
    </message>
    <message>
        <source>Written anew as MP4, no quality lost</source>
        <translation>Réécrit en MP4, sans perte de qualité</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>environ {size}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>terminé</translation>
    </message>
    <message>
        <source>takes about {time}</source>
        <translation>prend environ {time}</translation>
    </message>
    <message>
        <source>takes some seconds</source>
        <translation>prend quelques secondes</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>{name} n’a pas pu être préparé.</translation>
    </message>
    <message>
        <source>{network} may refuse it or compress it again.</source>
        <translation>{network} peut le refuser ou le recompresser.</translation>
    </message>
</context>
<context>
    <name>ViewSwitch</name>
    <message>
        <source>Campaigns</source>
        <translation>Campagnes</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message>
        <source>View of campaigns</source>
        <translation>Affichage des campagnes</translation>
    </message>
</context>
<context>
    <name>WatchFolderCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n canal</numerusform>
            <numerusform>%n canaux</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign that was deleted</source>
        <translation>Une campagne supprimée</translation>
    </message>
    <message>
        <source>A text file beside can name others</source>
        <translation>Un fichier texte à côté peut en indiquer d’autres</translation>
    </message>
    <message>
        <source>By itself, with Undo. Off: you decide about each draft</source>
        <translation>Automatique, annulable. Désactivé&#xa0;: vous décidez pour chaque brouillon</translation>
    </message>
    <message>
        <source>Campaign without a name</source>
        <translation>Campagne sans nom</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canaux</translation>
    </message>
    <message>
        <source>Channels for files of {name}</source>
        <translation>Canaux pour les fichiers de {name}</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Brouillons</translation>
    </message>
    <message>
        <source>Drafts from this folder go to these channels</source>
        <translation>Les brouillons de ce dossier vont à ces canaux</translation>
    </message>
    <message>
        <source>Evergreen messages</source>
        <translation>Messages evergreen</translation>
    </message>
    <message>
        <source>Folders inside, too</source>
        <translation>Sous-dossiers aussi</translation>
    </message>
    <message>
        <source>Messages of “{campaign}”</source>
        <translation>Messages de «&#xa0;{campaign}&#xa0;»</translation>
    </message>
    <message>
        <source>New files become</source>
        <translation>Les nouveaux fichiers deviennent</translation>
    </message>
    <message>
        <source>No longer watched. Its files and drafts stay.</source>
        <translation>N’est plus surveillé. Ses fichiers et brouillons restent.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Aucun style</translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation>Aucun choisi</translation>
    </message>
    <message>
        <source>Open the workspace of this folder to choose its channels</source>
        <translation>Ouvrez l’espace de travail de ce dossier pour choisir ses canaux</translation>
    </message>
    <message>
        <source>Options of {name}</source>
        <translation>Options de {name}</translation>
    </message>
    <message>
        <source>Pause {name}</source>
        <translation>Suspendre {name}</translation>
    </message>
    <message>
        <source>Resume {name}</source>
        <translation>Reprendre {name}</translation>
    </message>
    <message>
        <source>Schedule into the next free slot</source>
        <translation>Programmer au prochain créneau libre</translation>
    </message>
    <message>
        <source>Stop watching {name}</source>
        <translation>Ne plus surveiller {name}</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Style</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo: watch {name} again</source>
        <translation>Annuler&#xa0;: surveiller {name} à nouveau</translation>
    </message>
</context>
<context>
    <name>WatchFolders</name>
    <message>
        <source>Folder missing: connect its disk, or remove it from this list</source>
        <translation>Dossier introuvable&#xa0;: connectez son disque ou retirez-le de la liste</translation>
    </message>
    <message>
        <source>Looks for new files every minute</source>
        <translation>Cherche de nouveaux fichiers chaque minute</translation>
    </message>
    <message>
        <source>No permission: allow Posto to read this folder in your system</source>
        <translation>Pas d’autorisation&#xa0;: permettez à Posto de lire ce dossier dans votre système</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Suspendue</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files…</source>
        <translation>Lecture de {done} fichiers sur {total}…</translation>
    </message>
    <message>
        <source>The campaign of {folder} was deleted. What comes there becomes drafts until you choose another in Settings.</source>
        <translation>La campagne de {folder} a été supprimée. Ce qui arrive devient brouillon jusqu’à ce que vous en choisissiez une autre dans Réglages.</translation>
    </message>
    <message>
        <source>This is not a folder</source>
        <translation>Ceci n’est pas un dossier</translation>
    </message>
    <message numerus="yes">
        <source>Waiting for %n file(s) that (is/are) not complete</source>
        <translation>
            <numerusform>En attente de %n fichier incomplet</numerusform>
            <numerusform>En attente de %n fichiers incomplets</numerusform>
        </translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>Surveillé</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>{name} ne peut pas être lu.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} ne peut pas être lu&#xa0;: {reason}.</translation>
    </message>
    <message>
        <source>{name} is not text in UTF-8. Save it as UTF-8.</source>
        <translation>{name} n’est pas du texte en UTF-8. Enregistrez-le en UTF-8.</translation>
    </message>
    <message>
        <source>{name} is not valid JSON.</source>
        <translation>{name} n’est pas du JSON valide.</translation>
    </message>
    <message>
        <source>{name} is too large: a text has at most {size} KB.</source>
        <translation>{name} est trop volumineux&#xa0;: un texte a au plus {size} Ko.</translation>
    </message>
</context>
<context>
    <name>WatchFoldersController</name>
    <message numerus="yes">
        <source>%n draft(s) from “{folder}”</source>
        <translation>
            <numerusform>%n brouillon de «&#xa0;{folder}&#xa0;»</numerusform>
            <numerusform>%n brouillons de «&#xa0;{folder}&#xa0;»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) stayed: you edited or opened (it/them)</source>
        <translation>
            <numerusform>%n brouillon est resté&#xa0;: vous l’avez modifié ou ouvert</numerusform>
            <numerusform>%n brouillons sont restés&#xa0;: vous les avez modifiés ou ouverts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n evergreen message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n message evergreen de «&#xa0;{folder}&#xa0;»</numerusform>
            <numerusform>%n messages evergreen de «&#xa0;{folder}&#xa0;»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” (stays/stay) in Drafts.</source>
        <translation>
            <numerusform>%n message de «&#xa0;{folder}&#xa0;» reste dans Brouillons.</numerusform>
            <numerusform>%n messages de «&#xa0;{folder}&#xa0;» restent dans Brouillons.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” scheduled</source>
        <translation>
            <numerusform>%n message de «&#xa0;{folder}&#xa0;» programmé</numerusform>
            <numerusform>%n messages de «&#xa0;{folder}&#xa0;» programmés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) in “{folder}” (has/have) the same problem.</source>
        <translation>
            <numerusform>%n autre fichier dans «&#xa0;{folder}&#xa0;» a le même problème.</numerusform>
            <numerusform>%n autres fichiers dans «&#xa0;{folder}&#xa0;» ont le même problème.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n nouveau message de «&#xa0;{folder}&#xa0;»</numerusform>
            <numerusform>%n nouveaux messages de «&#xa0;{folder}&#xa0;»</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>WatchFoldersPage</name>
    <message>
        <source>Add a folder…</source>
        <translation>Ajouter un dossier…</translation>
    </message>
    <message>
        <source>Also what is there already</source>
        <translation>Aussi ce qui s’y trouve déjà</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Choose a folder, also one that a cloud keeps in step. Each picture or video that comes there becomes a draft, once. A text file with the same name gives its text. Your files are never moved or changed, and nothing is sent by itself.</source>
        <translation>Choisissez un dossier, même synchronisé par un cloud. Chaque image ou vidéo qui y arrive devient un brouillon, une seule fois. Un fichier texte du même nom donne son texte. Vos fichiers ne sont jamais déplacés ni modifiés, et rien n’est envoyé tout seul.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>Dossier à surveiller</translation>
    </message>
    <message>
        <source>Only new files</source>
        <translation>Seulement les nouveaux fichiers</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>Dossiers surveillés</translation>
    </message>
    <message>
        <source>Works while Posto runs, also in the tray, and catches up at the next start.</source>
        <translation>Fonctionne tant que Posto est ouvert, même en zone de notification, et rattrape au prochain démarrage.</translation>
    </message>
    <message numerus="yes">
        <source>“{folder}” has %Ln picture(s) or video(s) already.</source>
        <translation>
            <numerusform>«&#xa0;{folder}&#xa0;» contient déjà %Ln image ou vidéo.</numerusform>
            <numerusform>«&#xa0;{folder}&#xa0;» contient déjà %Ln images ou vidéos.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{folder}” is watched already.</source>
        <translation>«&#xa0;{folder}&#xa0;» est déjà surveillé.</translation>
    </message>
</context>
<context>
    <name>WatchScheduler</name>
    <message>
        <source>A network would refuse it as it is. Open it to see why.</source>
        <translation>Un réseau le refuserait tel quel. Ouvrez-le pour voir pourquoi.</translation>
    </message>
    <message>
        <source>No channels are chosen for it.</source>
        <translation>Aucun canal n’est choisi pour lui.</translation>
    </message>
    <message>
        <source>There is no free slot for its channels.</source>
        <translation>Aucun créneau libre pour ses canaux.</translation>
    </message>
</context>
<context>
    <name>WatermarkFields</name>
    <message>
        <source>Bottom left</source>
        <translation>En bas à gauche</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>En bas à droite</translation>
    </message>
    <message>
        <source>Choose picture…</source>
        <translation>Choisir une image…</translation>
    </message>
    <message>
        <source>Corner</source>
        <translation>Coin</translation>
    </message>
    <message>
        <source>In the middle</source>
        <translation>Au milieu</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Marge</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Aucune image pour l’instant</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opacité</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Size and margin are percentages of the picture&apos;s shorter side. Videos and animations get no watermark. Your files are not changed.</source>
        <translation>Taille et marge sont en pourcentage du plus petit côté de l’image. Les vidéos et animations n’ont pas de filigrane. Vos fichiers ne sont pas modifiés.</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>En haut à gauche</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>En haut à droite</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Start with the message. Nothing leaves this computer until you press the button.</source>
        <translation>Commencez par le message. Rien ne quitte cet ordinateur avant que vous appuyiez sur le bouton.</translation>
    </message>
    <message>
        <source>Write once, place it everywhere</source>
        <translation>Écrire une fois, publier partout</translation>
    </message>
</context>
<context>
    <name>When</name>
    <message>
        <source>A length of time has to be above zero.</source>
        <translation>Une durée doit être supérieure à zéro.</translation>
    </message>
    <message>
        <source>A week has seven days.</source>
        <translation>Une semaine a sept jours.</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first} or {second}?</source>
        <translation>«&#xa0;{text}&#xa0;» signifie-t-il {first} ou {second}&#x202f;?</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first}?</source>
        <translation>«&#xa0;{text}&#xa0;» signifie-t-il {first}&#x202f;?</translation>
    </message>
    <message>
        <source>Midnight</source>
        <translation>Minuit</translation>
    </message>
    <message>
        <source>No month has a day {day}.</source>
        <translation>Aucun mois n’a de jour {day}.</translation>
    </message>
    <message>
        <source>No month has more than five of a weekday.</source>
        <translation>Aucun mois n’a plus de cinq fois le même jour de semaine.</translation>
    </message>
    <message>
        <source>No time is given.</source>
        <translation>Aucune heure n’est donnée.</translation>
    </message>
    <message>
        <source>Read as {day}.</source>
        <translation>Lu comme {day}.</translation>
    </message>
    <message>
        <source>Read with the day first, as {day}.</source>
        <translation>Lu avec le jour d’abord, comme {day}.</translation>
    </message>
    <message>
        <source>Read with the month first, as {day}.</source>
        <translation>Lu avec le mois d’abord, comme {day}.</translation>
    </message>
    <message>
        <source>That is too far ahead.</source>
        <translation>C’est trop lointain.</translation>
    </message>
    <message>
        <source>That month has no {weekday} number {number}.</source>
        <translation>Ce mois n’a pas de {weekday} numéro {number}.</translation>
    </message>
    <message>
        <source>That timestamp is too far ahead.</source>
        <translation>Cet horodatage est trop lointain.</translation>
    </message>
    <message numerus="yes">
        <source>The clocks change in between: {clock} is the same time of day, {later} is %n hour(s) from now.</source>
        <translation>
            <numerusform>Les horloges changent entre-temps&#xa0;: {clock} est la même heure de la journée, {later} est dans %n heure.</numerusform>
            <numerusform>Les horloges changent entre-temps&#xa0;: {clock} est la même heure de la journée, {later} est dans %n heures.</numerusform>
        </translation>
    </message>
    <message>
        <source>The day after tomorrow is {day}, and another date is named.</source>
        <translation>Après-demain est {day}, et une autre date est nommée.</translation>
    </message>
    <message>
        <source>The year {year} is too far ahead.</source>
        <translation>L’année {year} est trop lointaine.</translation>
    </message>
    <message>
        <source>There is no day {first}/{second}.</source>
        <translation>Il n’y a pas de jour {first}/{second}.</translation>
    </message>
    <message>
        <source>There is no month {month}.</source>
        <translation>Il n’y a pas de mois {month}.</translation>
    </message>
    <message>
        <source>There is no time zone “{name}”.</source>
        <translation>Il n’y a pas de fuseau horaire «&#xa0;{name}&#xa0;».</translation>
    </message>
    <message>
        <source>There is no year {year}.</source>
        <translation>Il n’y a pas d’année {year}.</translation>
    </message>
    <message>
        <source>There is no {day} {month} this year or the next.</source>
        <translation>Il n’y a pas de {day} {month} cette année ni la prochaine.</translation>
    </message>
    <message>
        <source>There is no {day} {month} {year}.</source>
        <translation>Il n’y a pas de {day} {month} {year}.</translation>
    </message>
    <message>
        <source>There is no {day} {month}.</source>
        <translation>Il n’y a pas de {day} {month}.</translation>
    </message>
    <message>
        <source>Today is {day}, and another date is named.</source>
        <translation>Aujourd’hui est {day}, et une autre date est nommée.</translation>
    </message>
    <message>
        <source>Tomorrow is {day}, and another date is named.</source>
        <translation>Demain est {day}, et une autre date est nommée.</translation>
    </message>
    <message>
        <source>{day} has passed this year.</source>
        <translation>{day} est passé cette année.</translation>
    </message>
    <message>
        <source>{day} is a {weekday}, not a {other}.</source>
        <translation>{day} est un {weekday}, pas un {other}.</translation>
    </message>
    <message>
        <source>{text} is not a length of time.</source>
        <translation>{text} n’est pas une durée.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The first one ({zone}) is used.</source>
        <translation>{time} arrive deux fois le {day}, quand les horloges reculent. La première ({zone}) est utilisée.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The second one ({zone}) is used.</source>
        <translation>{time} arrive deux fois le {day}, quand les horloges reculent. La seconde ({zone}) est utilisée.</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the first one ({zone}).</source>
        <translation>{time} arrive deux fois cette nuit-là&#x202f;; c’est la première ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the second one ({zone}).</source>
        <translation>{time} arrive deux fois cette nuit-là&#x202f;; c’est la seconde ({zone}).</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} est passé.</translation>
    </message>
    <message>
        <source>{time} has passed. The next possible time is {next}.</source>
        <translation>{time} est passé. La prochaine heure possible est {next}.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: am and pm go with hours from 1 to 12.</source>
        <translation>{time} n’est pas une heure&#xa0;: am et pm vont avec des heures de 1 à 12.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: hours go from 0 to 23.</source>
        <translation>{time} n’est pas une heure&#xa0;: les heures vont de 0 à 23.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: minutes and seconds go up to 59.</source>
        <translation>{time} n’est pas une heure&#xa0;: minutes et secondes vont jusqu’à 59.</translation>
    </message>
    <message>
        <source>{time} is not at lunch.</source>
        <translation>{time} n’est pas à midi.</translation>
    </message>
    <message>
        <source>{time} is not at the end of the day.</source>
        <translation>{time} n’est pas à la fin de la journée.</translation>
    </message>
    <message>
        <source>{time} is not in the afternoon.</source>
        <translation>{time} n’est pas l’après-midi.</translation>
    </message>
    <message>
        <source>{time} is not in the evening.</source>
        <translation>{time} n’est pas le soir.</translation>
    </message>
    <message>
        <source>{time} is not in the morning.</source>
        <translation>{time} n’est pas le matin.</translation>
    </message>
    <message>
        <source>{time} is not in the night.</source>
        <translation>{time} n’est pas la nuit.</translation>
    </message>
    <message>
        <source>{time} is not tonight.</source>
        <translation>{time} n’est pas ce soir.</translation>
    </message>
    <message>
        <source>{time} is skipped on {day}, when the clocks go forward. {used} is used.</source>
        <translation>{time} est sautée le {day}, quand les horloges avancent. {used} est utilisée.</translation>
    </message>
    <message>
        <source>{zone} is not in force in {city} then: its clocks show {time}.</source>
        <translation>{zone} n’est alors pas en vigueur à {city}&#xa0;: ses horloges indiquent {time}.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a length of time. “{minutes}” and “{hours}” can.</source>
        <translation>«&#xa0;{text}&#xa0;» ne peut pas être lu comme une durée. «&#xa0;{minutes}&#xa0;» et «&#xa0;{hours}&#xa0;» le peuvent.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a time. “{example}”, “{date}” and “{length}” can.</source>
        <translation>«&#xa0;{text}&#xa0;» ne peut pas être lu comme une heure. «&#xa0;{example}&#xa0;», «&#xa0;{date}&#xa0;» et «&#xa0;{length}&#xa0;» le peuvent.</translation>
    </message>
    <message>
        <source>“{text}” is in the past. Only times ahead can be scheduled.</source>
        <translation>«&#xa0;{text}&#xa0;» est dans le passé. Seules des heures à venir peuvent être planifiées.</translation>
    </message>
    <message>
        <source>“{typed}” was read as “{meant}”.</source>
        <translation>«&#xa0;{typed}&#xa0;» a été lu comme «&#xa0;{meant}&#xa0;».</translation>
    </message>
</context>
<context>
    <name>WhenChips</name>
    <message>
        <source>Next free slot…</source>
        <translation>Prochain créneau libre…</translation>
    </message>
    <message>
        <source>Quick times</source>
        <translation>Heures rapides</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Répéter…</translation>
    </message>
</context>
<context>
    <name>WhenPicker</name>
    <message>
        <source>Day and time</source>
        <translation>Jour et heure</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Mois précédent</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Mois suivant</translation>
    </message>
    <message>
        <source>Nothing scheduled that day</source>
        <translation>Rien de planifié ce jour-là</translation>
    </message>
    <message>
        <source>Scheduled: {times}</source>
        <translation>Planifié&#xa0;: {times}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled: {times} and %n more</source>
        <translation>
            <numerusform>Planifié&#xa0;: {times} et %n autre</numerusform>
            <numerusform>Planifié&#xa0;: {times} et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Heure</translation>
    </message>
    <message>
        <source>Use this time</source>
        <translation>Utiliser cette heure</translation>
    </message>
</context>
<context>
    <name>WhenReading</name>
    <message>
        <source>Set a time for the first post of the repeat.</source>
        <translation>Fixez une heure pour la première publication de la répétition.</translation>
    </message>
    <message>
        <source>The repeat ends before this time.</source>
        <translation>La répétition se termine avant cette heure.</translation>
    </message>
</context>
<context>
    <name>WhenRow</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Choisissez un jour et une heure</translation>
    </message>
    <message>
        <source>Now, or “{time}”</source>
        <translation>Maintenant, ou «&#xa0;{time}&#xa0;»</translation>
    </message>
    <message>
        <source>Posto cannot read this.</source>
        <translation>Posto ne comprend pas ceci.</translation>
    </message>
    <message>
        <source>This time has passed.</source>
        <translation>Cette heure est passée.</translation>
    </message>
    <message>
        <source>Try “{time}”</source>
        <translation>Essayez «&#xa0;{time}&#xa0;»</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>Utiliser {time}</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>et %n autre</numerusform>
            <numerusform>et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>as soon as an editor approves it</source>
        <translation>dès qu’un éditeur l’approuve</translation>
    </message>
    <message>
        <source>as soon as you press the button</source>
        <translation>dès que vous appuyez sur le bouton</translation>
    </message>
    <message>
        <source>first on {day}</source>
        <translation>d’abord le {day}</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} est passé.</translation>
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
            <numerusform>il y a %n jour</numerusform>
            <numerusform>il y a %n jours</numerusform>
        </translation>
    </message>
    <message>
        <source>In 1 hour</source>
        <translation>Dans 1 heure</translation>
    </message>
    <message>
        <source>Next {day} {time}</source>
        <translation>{day} prochain {time}</translation>
    </message>
    <message>
        <source>Now</source>
        <extracomment>Time of a post.</extracomment>
        <translation>Maintenant</translation>
    </message>
    <message>
        <source>Today {time}</source>
        <translation>Aujourd’hui {time}</translation>
    </message>
    <message>
        <source>Tomorrow {time}</source>
        <translation>Demain {time}</translation>
    </message>
    <message>
        <source>Tonight {time}</source>
        <translation>Ce soir {time}</translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>dans %n jour</numerusform>
            <numerusform>dans %n jours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n hour(s)</source>
        <translation>
            <numerusform>dans %n heure</numerusform>
            <numerusform>dans %n heures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n minute(s)</source>
        <translation>
            <numerusform>dans %n minute</numerusform>
            <numerusform>dans %n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n month(s)</source>
        <translation>
            <numerusform>dans %n mois</numerusform>
            <numerusform>dans %n mois</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n year(s)</source>
        <translation>
            <numerusform>dans %n an</numerusform>
            <numerusform>dans %n ans</numerusform>
        </translation>
    </message>
    <message>
        <source>in a minute</source>
        <translation>dans une minute</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>à l’instant</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>aujourd’hui {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>demain</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>demain {time}</translation>
    </message>
    <message>
        <source>{day} {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>{n} h ago</source>
        <translation>il y a {n} h</translation>
    </message>
    <message>
        <source>{n} min ago</source>
        <translation>il y a {n} min</translation>
    </message>
    <message>
        <source>{n} s ago</source>
        <translation>il y a {n} s</translation>
    </message>
    <message>
        <source>{offset} then</source>
        <extracomment>{offset}: &quot;UTC+1&quot; at the time of the post.</extracomment>
        <translation>alors {offset}</translation>
    </message>
</context>
<context>
    <name>WindowDropHandler</name>
    <message>
        <source>The dropped content could not be read. Drop it again.</source>
        <translation>Le contenu déposé n’a pas pu être lu. Déposez-le à nouveau.</translation>
    </message>
    <message>
        <source>The pasted picture cannot be read</source>
        <translation>L’image collée ne peut pas être lue</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} et %n autre</numerusform>
            <numerusform>{names} et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} cannot be posted</source>
        <translation>{names} ne peut pas être publié</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln fichier</numerusform>
            <numerusform>%Ln fichiers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s)</source>
        <translation>
            <numerusform>%Ln publication</numerusform>
            <numerusform>%Ln publications</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WorkspaceButton</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Ajouter un espace de travail…</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Connecté</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>Gérer les espaces de travail…</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Non connecté</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Hors ligne</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Essai, rien n’est publié</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Se reconnecter</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Se reconnecter…</translation>
    </message>
    <message>
        <source>Sign out of {name}</source>
        <translation>Se déconnecter de {name}</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
</context>
<context>
    <name>WorkspaceConnection</name>
    <message>
        <source>Connected to {host}</source>
        <translation>Connecté à {host}</translation>
    </message>
    <message>
        <source>Connecting to {name}</source>
        <translation>Connexion à {name}</translation>
    </message>
    <message>
        <source>Posto tries again automatically.</source>
        <translation>Posto réessaie automatiquement.</translation>
    </message>
    <message>
        <source>Ready on this computer</source>
        <translation>Prêt sur cet ordinateur</translation>
    </message>
    <message>
        <source>{host} is slow to answer</source>
        <translation>{host} tarde à répondre</translation>
    </message>
</context>
<context>
    <name>WorkspaceListDialog</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Ajouter un espace de travail…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>This computer and the services you are signed in to</source>
        <translation>Cet ordinateur et les services auxquels vous êtes connecté</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Espaces de travail</translation>
    </message>
</context>
<context>
    <name>WorkspaceSwitcherController</name>
    <message>
        <source>Publishes to your accounts</source>
        <translation>Publie sur vos comptes</translation>
    </message>
    <message>
        <source>The password of {name} was not saved. Sign in again.</source>
        <translation>Le mot de passe de {name} n’a pas été enregistré. Reconnectez-vous.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>{name} removed from this computer</source>
        <translation>{name} retiré de cet ordinateur</translation>
    </message>
</context>
<context>
    <name>WorkspacesPage</name>
    <message>
        <source>Not signed in. This computer works without a service.</source>
        <translation>Non connecté. Cet ordinateur fonctionne sans service.</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Services</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Se connecter à un service…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>Without a service</source>
        <translation>Sans service</translation>
    </message>
    <message>
        <source>Your own accounts and a sandbox for trying out. Cannot be removed.</source>
        <translation>Vos propres comptes et un espace d’essai. Ne peut pas être retiré.</translation>
    </message>
</context>
<context>
    <name>ZonePopup</name>
    <message>
        <source>City or time zone</source>
        <translation>Ville ou fuseau horaire</translation>
    </message>
    <message>
        <source>No such city. Try the largest one nearby.</source>
        <translation>Ville introuvable. Essayez la plus grande des environs.</translation>
    </message>
    <message>
        <source>Search time zones</source>
        <translation>Rechercher un fuseau horaire</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Fuseau horaire</translation>
    </message>
    <message>
        <source>Time zones</source>
        <translation>Fuseaux horaires</translation>
    </message>
</context>
<context>
    <name>ZoneWords</name>
    <message>
        <source>{city} · now {time} · {offset}</source>
        <translation>{city} · maintenant {time} · {offset}</translation>
    </message>
    <message>
        <source>{time} in {city}</source>
        <extracomment>&quot;9:00 in New York&quot;; {time} can have a weekday.</extracomment>
        <translation>{time} à {city}</translation>
    </message>
</context>
<context>
    <name>Zones</name>
    <message>
        <source>This computer&apos;s time ({zone})</source>
        <translation>Heure de cet ordinateur ({zone})</translation>
    </message>
</context>
<context>
    <name>_AccountCard</name>
    <message>
        <source>Check</source>
        <extracomment>Verb: check the sign-in of an account.</extracomment>
        <translation>Vérifier</translation>
    </message>
    <message>
        <source>Check the connection to {name}</source>
        <translation>Vérifier la connexion à {name}</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Vérification…</translation>
    </message>
    <message>
        <source>Connected: signed in as {name}</source>
        <translation>Connecté&#xa0;: identifié comme {name}</translation>
    </message>
    <message>
        <source>In a file only you can read</source>
        <translation>Dans un fichier que vous seul pouvez lire</translation>
    </message>
    <message>
        <source>In the keychain</source>
        <translation>Dans le trousseau</translation>
    </message>
    <message>
        <source>Keep its password</source>
        <translation>Conserver son mot de passe</translation>
    </message>
    <message>
        <source>Locked with your login to this computer</source>
        <translation>Verrouillé par votre ouverture de session sur cet ordinateur</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>Nom de {name}</translation>
    </message>
    <message>
        <source>No password saved: sign in again</source>
        <translation>Aucun mot de passe enregistré&#xa0;: reconnectez-vous</translation>
    </message>
    <message>
        <source>Not encrypted: anyone who can use your account can read it</source>
        <translation>Non chiffré&#xa0;: toute personne pouvant utiliser votre compte peut le lire</translation>
    </message>
    <message>
        <source>Not saved: sign in again</source>
        <translation>Non enregistré&#xa0;: reconnectez-vous</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Seulement jusqu’à ce que je quitte</translation>
    </message>
    <message>
        <source>Posts wait here until you sign in again</source>
        <translation>Les publications attendent ici jusqu’à votre reconnexion</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Retirer {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Renommer {name}</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Se reconnecter…</translation>
    </message>
    <message>
        <source>Sign in to {name} again</source>
        <translation>Se reconnecter à {name}</translation>
    </message>
    <message>
        <source>The connection could not be checked.</source>
        <translation>La connexion n’a pas pu être vérifiée.</translation>
    </message>
    <message>
        <source>The password could not be moved.</source>
        <translation>Le mot de passe n’a pas pu être déplacé.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Annuler le retrait de {name}</translation>
    </message>
    <message>
        <source>Will be removed from this computer, with its password, when you close the settings. Posts already on the service will still be sent.</source>
        <translation>Sera retiré de cet ordinateur, avec son mot de passe, à la fermeture des réglages. Les publications déjà sur le service seront tout de même envoyées.</translation>
    </message>
    <message>
        <source>“{name}” is in use already, so this one is “{other}”.</source>
        <translation>«&#xa0;{name}&#xa0;» est déjà pris, celui-ci s’appelle donc «&#xa0;{other}&#xa0;».</translation>
    </message>
</context>
<context>
    <name>_CountsModel</name>
    <message>
        <source>own text</source>
        <translation>texte propre</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}&#xa0;: %Ln caractère restant</numerusform>
            <numerusform>{network}&#xa0;: %Ln caractères restants</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}&#xa0;: %Ln caractère de trop</numerusform>
            <numerusform>{network}&#xa0;: %Ln caractères de trop</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_CountsView</name>
    <message>
        <source>Characters left</source>
        <translation>Caractères restants</translation>
    </message>
</context>
<context>
    <name>_DeviceRow</name>
    <message>
        <source>Changes need the server</source>
        <translation>Les modifications nécessitent le serveur</translation>
    </message>
    <message>
        <source>Revoke</source>
        <extracomment>Verb: end the sign-in of a device.</extracomment>
        <translation>Révoquer</translation>
    </message>
    <message>
        <source>Revoke {device}</source>
        <translation>Révoquer {device}</translation>
    </message>
    <message>
        <source>Revoked: it cannot sign in any more</source>
        <translation>Révoqué : ne peut plus se connecter</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Enregistrement…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Cet ordinateur</translation>
    </message>
    <message>
        <source>This computer signs in with it. Revoke it from another device.</source>
        <translation>Cet ordinateur se connecte avec. Révoquez-le depuis un autre appareil.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo revoking {device}</source>
        <translation>Annuler la révocation de {device}</translation>
    </message>
</context>
<context>
    <name>_FilterChip</name>
    <message>
        <source>Remove filter {filter}</source>
        <translation>Retirer le filtre {filter}</translation>
    </message>
</context>
<context>
    <name>_Grid</name>
    <message>
        <source>Recently used media</source>
        <translation>Médias utilisés récemment</translation>
    </message>
</context>
<context>
    <name>_Lines</name>
    <message>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Lines {number}</source>
        <translation>Lignes {number}</translation>
    </message>
</context>
<context>
    <name>_List</name>
    <message>
        <source>Timeline</source>
        <translation>Frise</translation>
    </message>
</context>
<context>
    <name>_MoreButton</name>
    <message>
        <source>+{count}, characters left on all networks</source>
        <translation>+{count}, caractères restants sur tous les réseaux</translation>
    </message>
</context>
<context>
    <name>_MoreTabsButton</name>
    <message numerus="yes">
        <source>+%n more network(s)</source>
        <translation>
            <numerusform>+%n autre réseau</numerusform>
            <numerusform>+%n autres réseaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more network(s), with a problem</source>
        <translation>
            <numerusform>+%n autre réseau, avec un problème</numerusform>
            <numerusform>+%n autres réseaux, avec un problème</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Part</name>
    <message>
        <source>Message text</source>
        <translation>Texte du message</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Partie {number}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Retirer la partie</translation>
    </message>
    <message>
        <source>Remove part {number}</source>
        <translation>Retirer la partie {number}</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Name of {name}</source>
        <translation>Nom de {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Retirer {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Renommer {name}</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Essai, rien n’est publié</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Annuler le retrait de {name}</translation>
    </message>
    <message>
        <source>{name} removed</source>
        <translation>{name} retiré</translation>
    </message>
</context>
<context>
    <name>_Skeleton</name>
    <message>
        <source>Each network&apos;s view of your post appears here while you type.</source>
        <translation>La vue de votre publication sur chaque réseau apparaît ici pendant que vous écrivez.</translation>
    </message>
</context>
<context>
    <name>_SuggestionsView</name>
    <message>
        <source>Do not suggest any more</source>
        <translation>Ne plus suggérer</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Suggestions</translation>
    </message>
</context>
<context>
    <name>_Thumb</name>
    <message>
        <source>Delete removes the file, {back} and {forth} move it</source>
        <extracomment>&quot;Delete&quot; is a key; {back} and {forth}: keys.</extracomment>
        <translation>Suppr retire le fichier, {back} et {forth} le déplacent</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Partie {number}</translation>
    </message>
    <message>
        <source>{up} and {down} move it to another part</source>
        <extracomment>{up} and {down}: keys.</extracomment>
        <translation>{up} et {down} le déplacent dans une autre partie</translation>
    </message>
</context>
<context>
    <name>_View</name>
    <message>
        <source>Campaigns list</source>
        <translation>Liste des campagnes</translation>
    </message>
</context>
</TS>
