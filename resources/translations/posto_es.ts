<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>All parts of this package</source>
        <translation>Todos los componentes de este paquete</translation>
    </message>
    <message>
        <source>Brand marks belong to their owners and are used only to name their networks.</source>
        <translation>Las marcas pertenecen a sus propietarios y solo se usan para nombrar sus redes.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy the versions</source>
        <translation>Copiar las versiones</translation>
    </message>
    <message>
        <source>For support. You can review it before saving.</source>
        <translation>Para el soporte. Puedes revisarlo antes de guardarlo.</translation>
    </message>
    <message>
        <source>Licence of</source>
        <translation>Licencia de</translation>
    </message>
    <message>
        <source>Licence text</source>
        <translation>Texto de la licencia</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Archivos de registro</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Abrir la carpeta</translation>
    </message>
    <message>
        <source>Open the folder of logs</source>
        <translation>Abrir la carpeta de registros</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Informe de problemas</translation>
    </message>
    <message>
        <source>SDK and workspace</source>
        <translation>SDK y espacio de trabajo</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Sistema</translation>
    </message>
    <message>
        <source>The licences could not be read.</source>
        <translation>No se pudieron leer las licencias.</translation>
    </message>
    <message>
        <source>Version {number}</source>
        <translation>Versión {number}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versiones</translation>
    </message>
    <message>
        <source>Write a report…</source>
        <translation>Escribir un informe…</translation>
    </message>
</context>
<context>
    <name>AccountGuideDialog</name>
    <message>
        <source>How to get this</source>
        <translation>Cómo conseguirlo</translation>
    </message>
    <message>
        <source>Links open in your browser. The sign-in stays open.</source>
        <translation>Los enlaces se abren en el navegador. El inicio de sesión sigue abierto.</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>Paso a paso</translation>
    </message>
</context>
<context>
    <name>AccountOutlook</name>
    <message>
        <source>About ${amount} at X</source>
        <translation>Unos ${amount} en X</translation>
    </message>
    <message numerus="yes">
        <source>About ${amount} at X for %Ln post(s)</source>
        <translation>
            <numerusform>Unos ${amount} en X por %Ln publicación</numerusform>
            <numerusform>Unos ${amount} en X por %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>The last post is sent about {time} {day}.</source>
        <translation>La última publicación se envía hacia las {time} {day}.</translation>
    </message>
    <message>
        <source>The last post is sent about {time}.</source>
        <translation>La última publicación se envía hacia las {time}.</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>el {day}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>hoy</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>mañana</translation>
    </message>
    <message>
        <source>{network} allows {posts} for each channel.</source>
        <translation>{network} permite {posts} por canal.</translation>
    </message>
    <message>
        <source>{network} allows {posts}.</source>
        <translation>{network} permite {posts}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}.</source>
        <translation>La sesión de {network} terminó {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}. Sign in again, or nothing goes out.</source>
        <translation>La sesión de {network} terminó {day}. Inicia sesión de nuevo, o no saldrá nada.</translation>
    </message>
    <message numerus="yes">
        <source>{network}&apos;s sign-in ends {day}, before %Ln of these posts.</source>
        <translation>
            <numerusform>La sesión de {network} termina {day}, antes de %Ln de estas publicaciones.</numerusform>
            <numerusform>La sesión de {network} termina {day}, antes de %Ln de estas publicaciones.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before these posts.</source>
        <translation>La sesión de {network} termina {day}, antes de estas publicaciones.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before this post.</source>
        <translation>La sesión de {network} termina {day}, antes de esta publicación.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}.</source>
        <translation>La sesión de {network} termina {day}.</translation>
    </message>
</context>
<context>
    <name>AccountStep</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln imagen</numerusform>
            <numerusform>%Ln imágenes</numerusform>
        </translation>
    </message>
    <message>
        <source>Can publish and upload pictures.</source>
        <translation>Puede publicar y subir imágenes.</translation>
    </message>
    <message>
        <source>Can publish.</source>
        <translation>Puede publicar.</translation>
    </message>
    <message>
        <source>Can upload pictures.</source>
        <translation>Puede subir imágenes.</translation>
    </message>
    <message>
        <source>Cannot publish.</source>
        <translation>No puede publicar.</translation>
    </message>
    <message>
        <source>Cannot upload pictures.</source>
        <translation>No puede subir imágenes.</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Destino</translation>
    </message>
    <message>
        <source>This is not {before}. It becomes a separate channel. Posts of {before} keep waiting.</source>
        <translation>No es {before}. Será un canal aparte. Las publicaciones de {before} siguen esperando.</translation>
    </message>
    <message numerus="yes">
        <source>Up to %Ln character(s)</source>
        <translation>
            <numerusform>Hasta %Ln carácter</numerusform>
            <numerusform>Hasta %Ln caracteres</numerusform>
        </translation>
    </message>
    <message>
        <source>Where to publish</source>
        <translation>Dónde publicar</translation>
    </message>
    <message>
        <source>{size} MB a picture</source>
        <translation>{size} MB por imagen</translation>
    </message>
</context>
<context>
    <name>AccountTestCard</name>
    <message>
        <source>Delete it now</source>
        <translation>Eliminar ahora</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Send a test post</source>
        <translation>Enviar una publicación de prueba</translation>
    </message>
    <message>
        <source>The account responded to the test.</source>
        <translation>La cuenta respondió a la prueba.</translation>
    </message>
    <message>
        <source>The test post is deleted.</source>
        <translation>La publicación de prueba se eliminó.</translation>
    </message>
    <message>
        <source>The test post was sent. Posto deletes it when you finish or cancel.</source>
        <translation>La publicación de prueba se envió. Posto la elimina cuando termines o canceles.</translation>
    </message>
</context>
<context>
    <name>ActionDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>ActivityController</name>
    <message>
        <source>Activity</source>
        <translation>Actividad</translation>
    </message>
</context>
<context>
    <name>ActivityHeader</name>
    <message>
        <source>Activity</source>
        <translation>Actividad</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Agentes</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Estadísticas</translation>
    </message>
    <message>
        <source>Other workspaces</source>
        <translation>Otros espacios de trabajo</translation>
    </message>
    <message>
        <source>Other workspaces, too: {workspaces}</source>
        <translation>También otros espacios de trabajo: {workspaces}</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Bandeja de salida</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Pausar todo</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Search history</source>
        <translation>Buscar en el historial</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Buscar publicaciones</translation>
    </message>
    <message>
        <source>Send nothing from this computer for now</source>
        <translation>No enviar nada desde este ordenador por ahora</translation>
    </message>
    <message>
        <source>Send waiting posts</source>
        <translation>Enviar las publicaciones en espera</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>El envío está en pausa</translation>
    </message>
    <message>
        <source>View</source>
        <extracomment>Noun.</extracomment>
        <translation>Vista</translation>
    </message>
    <message numerus="yes">
        <source>{workspace} (%Ln post(s) to look at)</source>
        <translation>
            <numerusform>{workspace} (%Ln publicación por revisar)</numerusform>
            <numerusform>{workspace} (%Ln publicaciones por revisar)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>Actividad</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>Todo hecho</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Discard this post?</source>
        <translation>¿Descartar esta publicación?</translation>
    </message>
    <message>
        <source>Do not send to {channels}?</source>
        <translation>¿No enviar a {channels}?</translation>
    </message>
    <message>
        <source>Export insights as PDF…</source>
        <translation>Exportar estadísticas en PDF…</translation>
    </message>
    <message>
        <source>Export insights as a table…</source>
        <translation>Exportar estadísticas en una tabla…</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Los canales ocultos contienen %Ln publicación.</numerusform>
            <numerusform>Los canales ocultos contienen %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Estadísticas</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>No post is waiting and none has failed.</source>
        <translation>Ninguna publicación espera y ninguna ha fallado.</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Ninguna publicación coincide</translation>
    </message>
    <message>
        <source>Nothing older</source>
        <translation>Nada más antiguo</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>Aún no se ha enviado nada</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Bandeja de salida</translation>
    </message>
    <message>
        <source>Posto stops checking for it. If the post was published, it stays published.</source>
        <translation>Posto deja de buscarla. Si la publicación se publicó, sigue publicada.</translation>
    </message>
    <message>
        <source>Posts sent before today are listed here for 30 days.</source>
        <translation>Las publicaciones enviadas antes de hoy aparecen aquí durante 30 días.</translation>
    </message>
    <message>
        <source>Removes “{title}” from the outbox. Its text stays under Done today.</source>
        <translation>Quita «{title}» de la bandeja de salida. Su texto queda en «Hecho hoy».</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Mostrar los canales ocultos</translation>
    </message>
    <message>
        <source>Show insights as plots</source>
        <translation>Mostrar estadísticas en gráficos</translation>
    </message>
    <message>
        <source>Show insights as tables</source>
        <translation>Mostrar estadísticas en tablas</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Iniciar sesión de nuevo</translation>
    </message>
    <message>
        <source>The post on the other channels does not change.</source>
        <translation>La publicación en los demás canales no cambia.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln post(s).</source>
        <translation>
            <numerusform>La búsqueda oculta %Ln publicación.</numerusform>
            <numerusform>La búsqueda oculta %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message>
        <source>What you send is listed here, with what becomes of it.</source>
        <translation>Aquí aparece lo que envías y lo que ocurre con ello.</translation>
    </message>
</context>
<context>
    <name>AddTile</name>
    <message>
        <source>Add media</source>
        <translation>Añadir archivos</translation>
    </message>
    <message>
        <source>Add or drop</source>
        <translation>Añadir o soltar</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Añadir imágenes o vídeos</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Archivos usados recientemente</translation>
    </message>
</context>
<context>
    <name>AgentCallsList</name>
    <message>
        <source>Calls of agents</source>
        <translation>Llamadas de agentes</translation>
    </message>
</context>
<context>
    <name>AltEditor</name>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>queda %n carácter</numerusform>
            <numerusform>quedan %n caracteres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>sobra %n carácter</numerusform>
            <numerusform>sobran %n caracteres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long for {network}</source>
        <translation>
            <numerusform>sobra %n carácter para {network}</numerusform>
            <numerusform>sobran %n caracteres para {network}</numerusform>
        </translation>
    </message>
    <message>
        <source>Describe {name}</source>
        <translation>Describir {name}</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Descripción</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Keep description</source>
        <translation>Conservar la descripción</translation>
    </message>
    <message>
        <source>Next file</source>
        <translation>Archivo siguiente</translation>
    </message>
    <message>
        <source>Not taken by {names}.</source>
        <translation>No admitida por {names}.</translation>
    </message>
    <message>
        <source>Previous file</source>
        <translation>Archivo anterior</translation>
    </message>
    <message>
        <source>Read aloud by screen readers.</source>
        <translation>La leen en voz alta los lectores de pantalla.</translation>
    </message>
    <message>
        <source>Sent to {names}.</source>
        <translation>Se envía a {names}.</translation>
    </message>
    <message>
        <source>The service does not pass it on to {names}.</source>
        <translation>El servicio no la transmite a {names}.</translation>
    </message>
    <message>
        <source>What is in the picture, for people who cannot see it</source>
        <translation>Qué hay en la imagen, para quienes no pueden verla</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>{pane} closed</source>
        <translation>{pane}: cerrado</translation>
    </message>
    <message>
        <source>{pane} open</source>
        <extracomment>{pane}: its name, such as Details or Preview.</extracomment>
        <translation>{pane}: abierto</translation>
    </message>
    <message>
        <source>{part}, collapsed</source>
        <translation>{part}, plegado</translation>
    </message>
    <message>
        <source>{part}, expanded</source>
        <translation>{part}, desplegado</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
</context>
<context>
    <name>ApproveLateDialog</name>
    <message>
        <source>Approve</source>
        <translation>Aprobar</translation>
    </message>
    <message numerus="yes">
        <source>Approve %Ln message(s)</source>
        <translation>
            <numerusform>Aprobar %Ln mensaje</numerusform>
            <numerusform>Aprobar %Ln mensajes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Approved with a new time, the message(s) (goes/go) out then.</source>
        <translation>
            <numerusform>Aprobado con una nueva hora, el mensaje sale entonces.</numerusform>
            <numerusform>Aprobados con una nueva hora, los mensajes salen entonces.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not approved: %Ln post(s).</source>
        <translation>
            <numerusform>En el pasado, por eso no se aprueba: %Ln publicación.</numerusform>
            <numerusform>En el pasado, por eso no se aprueban: %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The time of %Ln proposal(s) has passed</source>
        <translation>
            <numerusform>La hora de %Ln propuesta ha pasado</numerusform>
            <numerusform>La hora de %Ln propuestas ha pasado</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskForChangesDialog</name>
    <message>
        <source>About</source>
        <translation>Acerca de</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Comentar</translation>
    </message>
    <message>
        <source>Request changes</source>
        <translation>Solicitar cambios</translation>
    </message>
    <message>
        <source>Send request</source>
        <translation>Enviar solicitud</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>El mensaje completo</translation>
    </message>
    <message>
        <source>What is to be changed?</source>
        <translation>¿Qué hay que cambiar?</translation>
    </message>
    <message>
        <source>Write a comment first</source>
        <translation>Escribe primero un comentario</translation>
    </message>
    <message>
        <source>{name} sees your comment and can edit the message.</source>
        <translation>{name} ve tu comentario y puede editar el mensaje.</translation>
    </message>
</context>
<context>
    <name>AuditEntryDialog</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Entry of the audit log</source>
        <translation>Entrada del registro de auditoría</translation>
    </message>
</context>
<context>
    <name>AuditPart</name>
    <message>
        <source>Audit log</source>
        <translation>Registro de auditoría</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Nothing has been done yet.</source>
        <translation>Aún no se ha hecho nada.</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Persona</translation>
    </message>
    <message>
        <source>Read the audit log again</source>
        <translation>Volver a leer el registro de auditoría</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Leyendo…</translation>
    </message>
    <message>
        <source>Show older entries</source>
        <translation>Mostrar entradas anteriores</translation>
    </message>
    <message>
        <source>The server is not reached</source>
        <translation>No se puede llegar al servidor</translation>
    </message>
</context>
<context>
    <name>BrowserSignInPart</name>
    <message>
        <source>Open again</source>
        <translation>Abrir de nuevo</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Inicia sesión en la página de tu navegador y permite Posto Desktop. Esta ventana continúa entonces automáticamente. Si no se abrió ninguna página, copia la dirección.</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Iniciar sesión con el navegador</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Dirección de inicio de sesión</translation>
    </message>
    <message>
        <source>Use an application password</source>
        <translation>Usar una contraseña de aplicación</translation>
    </message>
    <message>
        <source>{host} signs you in on its page. Posto then gets a password of its own for this computer, which you can revoke at any time.</source>
        <translation>{host} inicia tu sesión en su propia página. Posto recibe entonces una contraseña propia para este ordenador, que puedes revocar en cualquier momento.</translation>
    </message>
</context>
<context>
    <name>Budgets</name>
    <message numerus="yes">
        <source>%Ln file(s) {span}</source>
        <translation>
            <numerusform>%Ln archivo {span}</numerusform>
            <numerusform>%Ln archivos {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) {span}</source>
        <translation>
            <numerusform>%Ln publicación {span}</numerusform>
            <numerusform>%Ln publicaciones {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a day/in %Ln days)</source>
        <translation>
            <numerusform>al día</numerusform>
            <numerusform>en %Ln días</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a minute/in %Ln minutes)</source>
        <translation>
            <numerusform>por minuto</numerusform>
            <numerusform>en %Ln minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a second/in %Ln seconds)</source>
        <translation>
            <numerusform>por segundo</numerusform>
            <numerusform>en %Ln segundos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(an hour/in %Ln hours)</source>
        <translation>
            <numerusform>por hora</numerusform>
            <numerusform>en %Ln horas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BulkBar</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln seleccionada</numerusform>
            <numerusform>%Ln seleccionadas</numerusform>
        </translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Aprobar</translation>
    </message>
    <message>
        <source>Clear selection</source>
        <translation>Quitar la selección</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir publicación</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Reprogramar</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ahora</translation>
    </message>
</context>
<context>
    <name>Calendar</name>
    <message numerus="yes">
        <source>%n earlier</source>
        <translation>
            <numerusform>%n anterior</numerusform>
            <numerusform>%n anteriores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later</source>
        <extracomment>Posts below the visible hours of the calendar.</extracomment>
        <translation>
            <numerusform>%n posterior</numerusform>
            <numerusform>%n posteriores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more</source>
        <translation>
            <numerusform>+%n más</numerusform>
            <numerusform>+%n más</numerusform>
        </translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nuevo</translation>
    </message>
    <message>
        <source>No posts today</source>
        <translation>No hay publicaciones hoy</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>y %n más</numerusform>
            <numerusform>y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>free slot</source>
        <translation>horario libre</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>conservado</translation>
    </message>
</context>
<context>
    <name>CalendarAddress</name>
    <message>
        <source>Calendar address</source>
        <translation>Dirección del calendario</translation>
    </message>
    <message>
        <source>Calendar apps on this computer can subscribe to the schedule {when}. Anyone with the address can read the schedule but not change it.</source>
        <translation>Las apps de calendario de este ordenador pueden suscribirse al calendario de publicaciones {when}. Quien tenga la dirección puede leerlo, pero no cambiarlo.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy calendar address</source>
        <translation>Copiar la dirección del calendario</translation>
    </message>
    <message>
        <source>Create a new address (the old one stops working)</source>
        <translation>Crear una dirección nueva (la antigua deja de funcionar)</translation>
    </message>
    <message>
        <source>Create an address</source>
        <translation>Crear una dirección</translation>
    </message>
    <message>
        <source>Make calendar address</source>
        <translation>Crear la dirección del calendario</translation>
    </message>
    <message>
        <source>Or subscribe in a calendar app</source>
        <translation>O suscríbete en una app de calendario</translation>
    </message>
    <message>
        <source>while Posto is running</source>
        <translation>mientras Posto esté abierto</translation>
    </message>
    <message>
        <source>while Posto is running and this workspace has been opened</source>
        <translation>mientras Posto esté abierto y se haya abierto este espacio de trabajo</translation>
    </message>
</context>
<context>
    <name>CalendarController</name>
    <message numerus="yes">
        <source>%Ln post(s) moved</source>
        <translation>
            <numerusform>%Ln publicación movida</numerusform>
            <numerusform>%Ln publicaciones movidas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back</source>
        <translation>
            <numerusform>%Ln publicación devuelta a su lugar</numerusform>
            <numerusform>%Ln publicaciones devueltas a su lugar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back to {when}</source>
        <translation>
            <numerusform>%Ln publicación devuelta a {when}</numerusform>
            <numerusform>%Ln publicaciones devueltas a {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved to {when}</source>
        <translation>
            <numerusform>%Ln publicación movida a {when}</numerusform>
            <numerusform>%Ln publicaciones movidas a {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) not moved. {why}</source>
        <translation>
            <numerusform>%Ln publicación no movida. {why}</numerusform>
            <numerusform>%Ln publicaciones no movidas. {why}</numerusform>
        </translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Calendario</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Still scheduled for {when}.</source>
        <translation>Sigue programado para {when}.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>“{draft}” moved back</source>
        <translation>«{draft}» devuelto a su lugar</translation>
    </message>
    <message>
        <source>“{draft}” moved to {when}</source>
        <translation>«{draft}» movido a {when}</translation>
    </message>
</context>
<context>
    <name>CalendarGrid</name>
    <message>
        <source>Calendar</source>
        <translation>Calendario</translation>
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
        <translation>Todos</translation>
    </message>
    <message>
        <source>All statuses</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Todos los estados</translation>
    </message>
    <message>
        <source>All times here are in this zone</source>
        <translation>Todas las horas de aquí están en esta zona</translation>
    </message>
    <message>
        <source>Calendar view</source>
        <translation>Vista del calendario</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Día</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Antes</translation>
    </message>
    <message>
        <source>Earlier (PageUp)</source>
        <translation>Antes (Re Pág)</translation>
    </message>
    <message>
        <source>Go to today (T)</source>
        <translation>Ir a hoy (T)</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Después</translation>
    </message>
    <message>
        <source>Later (PageDown)</source>
        <translation>Después (Av Pág)</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mes</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Filtro de estado</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semana</translation>
    </message>
</context>
<context>
    <name>CalendarModel</name>
    <message numerus="yes">
        <source>%n free slot(s)</source>
        <translation>
            <numerusform>%n horario libre</numerusform>
            <numerusform>%n horarios libres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n mensaje</numerusform>
            <numerusform>%n mensajes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n red</numerusform>
            <numerusform>%n redes</numerusform>
        </translation>
    </message>
    <message>
        <source>A draft is not sent until you post it.</source>
        <translation>Un borrador no se envía hasta que lo publicas.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Borrar filtros</translation>
    </message>
    <message numerus="yes">
        <source>Filters hide %Ln post(s) on these days.</source>
        <translation>
            <numerusform>Los filtros ocultan %Ln publicación en estos días.</numerusform>
            <numerusform>Los filtros ocultan %Ln publicaciones en estos días.</numerusform>
        </translation>
    </message>
    <message>
        <source>If you delete it here, it stays published.</source>
        <translation>Si lo eliminas aquí, sigue publicado.</translation>
    </message>
    <message>
        <source>If you delete it here, what is published stays published.</source>
        <translation>Si lo eliminas aquí, lo publicado sigue publicado.</translation>
    </message>
    <message>
        <source>It waits on this computer. Activity says for what.</source>
        <translation>Espera en este ordenador. Actividad dice a qué.</translation>
    </message>
    <message>
        <source>Last message: {when}</source>
        <translation>Último mensaje: {when}</translation>
    </message>
    <message>
        <source>Moving</source>
        <translation>Moviendo</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>Next message: {when}</source>
        <translation>Próximo mensaje: {when}</translation>
    </message>
    <message>
        <source>No channel chosen</source>
        <translation>Ningún canal elegido</translation>
    </message>
    <message>
        <source>No message matches</source>
        <translation>Ningún mensaje coincide</translation>
    </message>
    <message>
        <source>No message matches the filters.</source>
        <translation>Ningún mensaje coincide con los filtros.</translation>
    </message>
    <message>
        <source>No messages on these days</source>
        <translation>No hay mensajes en estos días</translation>
    </message>
    <message>
        <source>No messages on this day</source>
        <translation>No hay mensajes en este día</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sin texto</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Aún no hay nada programado</translation>
    </message>
    <message>
        <source>Own text: {networks}</source>
        <translation>Texto propio: {networks}</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Envío de un mensaje evergreen</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Los mensajes programados aparecen aquí.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>El sitio lo publica por sí mismo. Cámbialo en el sitio.</translation>
    </message>
    <message>
        <source>This channel also posts at {time}: {title}</source>
        <translation>Este canal también publica a las {time}: {title}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Waiting on this computer</source>
        <translation>Esperando en este ordenador</translation>
    </message>
    <message>
        <source>and {posts} more</source>
        <translation>y {posts} más</translation>
    </message>
    <message>
        <source>close to another post</source>
        <translation>cerca de otra publicación</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>evergreen</translation>
    </message>
    <message>
        <source>today</source>
        <translation>hoy</translation>
    </message>
</context>
<context>
    <name>CalendarPage</name>
    <message>
        <source>&amp;Calendar</source>
        <translation>&amp;Calendario</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>A las {time}</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Día</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Antes</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Después</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mes</translation>
    </message>
    <message>
        <source>This is the last known schedule.</source>
        <translation>Esta es la última programación conocida.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semana</translation>
    </message>
</context>
<context>
    <name>CalendarSurface</name>
    <message>
        <source>Show this day</source>
        <translation>Mostrar este día</translation>
    </message>
</context>
<context>
    <name>CampaignActionBar</name>
    <message>
        <source>Changes are saved automatically. Back to the list</source>
        <translation>Los cambios se guardan automáticamente. Volver a la lista</translation>
    </message>
    <message>
        <source>More for this campaign</source>
        <translation>Más opciones de esta campaña</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Guardar como borrador</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Programar</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>Verb: stop a campaign.</extracomment>
        <translation>Detener</translation>
    </message>
</context>
<context>
    <name>CampaignActions</name>
    <message numerus="yes">
        <source>%Ln message(s) cannot be sent</source>
        <translation>
            <numerusform>%Ln mensaje no se puede enviar</numerusform>
            <numerusform>%Ln mensajes no se pueden enviar</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Campaign</source>
        <translation>&amp;Campaña</translation>
    </message>
    <message>
        <source>1 message cannot be sent</source>
        <translation>1 mensaje no se puede enviar</translation>
    </message>
    <message>
        <source>Add pictures as messages…</source>
        <translation>Añadir imágenes como mensajes…</translation>
    </message>
    <message>
        <source>All campaigns</source>
        <translation>Todas las campañas</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Delete campaign</source>
        <translation>Eliminar campaña</translation>
    </message>
    <message>
        <source>Duplicate campaign</source>
        <translation>Duplicar campaña</translation>
    </message>
    <message>
        <source>Fill free slots now</source>
        <translation>Llenar ahora los horarios libres</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Corregir primero</translation>
    </message>
    <message>
        <source>Import CSV, Excel or JSON…</source>
        <translation>Importar CSV, Excel o JSON…</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Campaña nueva</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Nuevo mensaje evergreen</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>Reintentar fallidas</translation>
    </message>
    <message>
        <source>Schedule the next runs at free slots</source>
        <translation>Programar los próximos envíos en horarios libres</translation>
    </message>
    <message>
        <source>Show or hide the timeline</source>
        <translation>Mostrar u ocultar la línea de tiempo</translation>
    </message>
    <message>
        <source>Show the campaigns</source>
        <translation>Mostrar las campañas</translation>
    </message>
    <message>
        <source>Show the evergreen messages</source>
        <translation>Mostrar los mensajes evergreen</translation>
    </message>
    <message>
        <source>Some networks are left out</source>
        <translation>Algunas redes quedan fuera</translation>
    </message>
    <message>
        <source>Stop campaign</source>
        <translation>Detener campaña</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Escribir un mensaje</translation>
    </message>
    <message>
        <source>Write another message</source>
        <translation>Escribir otro mensaje</translation>
    </message>
</context>
<context>
    <name>CampaignChart</name>
    <message>
        <source>Days of the campaign</source>
        <translation>Días de la campaña</translation>
    </message>
    <message>
        <source>{own} posts of this campaign, {other} other posts</source>
        <translation>{own} publicaciones de esta campaña, {other} de otras</translation>
    </message>
</context>
<context>
    <name>CampaignDelivery</name>
    <message>
        <source>A channel of this campaign is missing. Remove it above the channels.</source>
        <translation>Falta un canal de esta campaña. Quítalo encima de los canales.</translation>
    </message>
    <message>
        <source>Add a message first</source>
        <translation>Añade primero un mensaje</translation>
    </message>
    <message>
        <source>All messages are already scheduled</source>
        <translation>Todos los mensajes ya están programados</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Y %Ln más.</numerusform>
            <numerusform>Y %Ln más.</numerusform>
        </translation>
    </message>
    <message>
        <source>Change the start first</source>
        <translation>Cambia primero el inicio</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Elige primero un canal</translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers} without {networks}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Mensaje {numbers} sin {networks}: {why}</numerusform>
            <numerusform>Mensajes {numbers} sin {networks}: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Mensaje {numbers}: {why}</numerusform>
            <numerusform>Mensajes {numbers}: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resume %Ln post(s)</source>
        <translation>
            <numerusform>Reanudar %Ln publicación</numerusform>
            <numerusform>Reanudar %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %Ln failed</source>
        <translation>
            <numerusform>Reintentar %Ln fallida</numerusform>
            <numerusform>Reintentar %Ln fallidas</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Programar</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>Programar %Ln publicación</numerusform>
            <numerusform>Programar %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule the other (post/%Ln posts)</source>
        <translation>
            <numerusform>Programar la otra publicación</numerusform>
            <numerusform>Programar las otras %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Still checking the messages</source>
        <translation>Los mensajes aún se están comprobando</translation>
    </message>
    <message numerus="yes">
        <source>{numbers} and %Ln more</source>
        <translation>
            <numerusform>{numbers} y %Ln más</numerusform>
            <numerusform>{numbers} y %Ln más</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignFiles</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Y %n más.</numerusform>
            <numerusform> Y %n más.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagen pegada</translation>
    </message>
    <message>
        <source>The file could not be read.</source>
        <translation>No se pudo leer el archivo.</translation>
    </message>
</context>
<context>
    <name>CampaignHeader</name>
    <message>
        <source>Add messages</source>
        <translation>Añadir mensajes</translation>
    </message>
    <message>
        <source>Back to the list of campaigns</source>
        <translation>Volver a la lista de campañas</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Campañas</translation>
    </message>
    <message>
        <source>Import CSV…</source>
        <translation>Importar CSV…</translation>
    </message>
    <message>
        <source>Import messages from a CSV, Excel or JSON file</source>
        <translation>Importar mensajes de un archivo CSV, Excel o JSON</translation>
    </message>
    <message>
        <source>One message for each picture…</source>
        <translation>Un mensaje por cada imagen…</translation>
    </message>
    <message>
        <source>Paste lines as messages</source>
        <translation>Pegar líneas como mensajes</translation>
    </message>
    <message>
        <source>Show timeline</source>
        <translation>Mostrar la línea de tiempo</translation>
    </message>
</context>
<context>
    <name>CampaignImportController</name>
    <message numerus="yes">
        <source>%Ln message(s) imported</source>
        <translation>
            <numerusform>%Ln mensaje importado</numerusform>
            <numerusform>%Ln mensajes importados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more exceed the limit of one campaign</source>
        <translation>
            <numerusform>%Ln más supera el límite de una campaña</numerusform>
            <numerusform>%Ln más superan el límite de una campaña</numerusform>
        </translation>
    </message>
    <message>
        <source>Sample saved as {file}</source>
        <translation>Ejemplo guardado como {file}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Mostrar en la carpeta</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>CampaignList</name>
    <message numerus="yes">
        <source>%Ln campaign(s)</source>
        <translation>
            <numerusform>%Ln campaña</numerusform>
            <numerusform>%Ln campañas</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign sends messages at regular times. You can also drop pictures on the window to create one.</source>
        <translation>Una campaña envía mensajes a intervalos regulares. También puedes soltar imágenes en la ventana para crear una.</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Campañas</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>Create a campaign</source>
        <translation>Crear una campaña</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Importar un archivo…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Importar algunos mensajes de ejemplo, para ver cómo funciona</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Campaña nueva</translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches the search. It hides %Ln.</source>
        <translation>
            <numerusform>Ninguna campaña coincide con la búsqueda. Oculta %Ln.</numerusform>
            <numerusform>Ninguna campaña coincide con la búsqueda. Oculta %Ln.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches. The search and hidden channels hide %Ln.</source>
        <translation>
            <numerusform>Ninguna campaña coincide. La búsqueda y los canales ocultos esconden %Ln.</numerusform>
            <numerusform>Ninguna campaña coincide. La búsqueda y los canales ocultos esconden %Ln.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign uses the visible channels. %Ln use hidden channels.</source>
        <translation>
            <numerusform>Ninguna campaña usa los canales visibles. %Ln usa canales ocultos.</numerusform>
            <numerusform>Ninguna campaña usa los canales visibles. %Ln usan canales ocultos.</numerusform>
        </translation>
    </message>
    <message>
        <source>No campaigns yet</source>
        <translation>Aún no hay campañas</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Cambiar nombre</translation>
    </message>
    <message>
        <source>Search campaigns</source>
        <translation>Buscar campañas</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Mostrar todos los canales</translation>
    </message>
    <message>
        <source>The campaign uses hidden channels.</source>
        <translation>La campaña usa canales ocultos.</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Usar un ejemplo</translation>
    </message>
</context>
<context>
    <name>CampaignMessageEditor</name>
    <message>
        <source>A message of a campaign needs a time</source>
        <translation>Un mensaje de una campaña necesita una hora</translation>
    </message>
    <message>
        <source>Add part</source>
        <translation>Añadir parte</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Volver a la lista</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primer comentario</translation>
    </message>
    <message>
        <source>Go on in a thread, from the caret on</source>
        <translation>Continuar en un hilo, desde el cursor</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Enlace</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Numerar las partes</translation>
    </message>
    <message>
        <source>Own time</source>
        <translation>Hora propia</translation>
    </message>
    <message>
        <source>Posted right after the message</source>
        <translation>Se publica justo después del mensaje</translation>
    </message>
    <message>
        <source>Set by the rhythm</source>
        <translation>Según el ritmo</translation>
    </message>
</context>
<context>
    <name>CampaignMessages</name>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n parte</numerusform>
            <numerusform>%n partes</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Aceptado</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Enseguida</translation>
    </message>
    <message>
        <source>At the same time as another post</source>
        <translation>A la misma hora que otra publicación</translation>
    </message>
    <message>
        <source>Empty message</source>
        <translation>Mensaje vacío</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fallido</translation>
    </message>
    <message>
        <source>Message {number}</source>
        <translation>Mensaje {number}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Requiere tu atención</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>No hay horario libre</translation>
    </message>
    <message>
        <source>No slots for these channels</source>
        <translation>No hay horarios para estos canales</translation>
    </message>
    <message>
        <source>No time</source>
        <translation>Sin hora</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>No enviado</translation>
    </message>
    <message>
        <source>Own text for {names}</source>
        <translation>Texto propio para {names}</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Programado</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Set a time for this message</source>
        <translation>Elige una hora para este mensaje</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Detenido</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Esta hora ya pasó</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>{n} min after another post</source>
        <translation>{n} min después de otra publicación</translation>
    </message>
    <message>
        <source>{n} min before another post</source>
        <translation>{n} min antes de otra publicación</translation>
    </message>
</context>
<context>
    <name>CampaignNameField</name>
    <message>
        <source>Campaign name</source>
        <translation>Nombre de la campaña</translation>
    </message>
    <message>
        <source>Name of the campaign</source>
        <translation>Nombre de la campaña</translation>
    </message>
</context>
<context>
    <name>CampaignTimeline</name>
    <message>
        <source>Move to {time}</source>
        <translation>Mover a las {time}</translation>
    </message>
    <message>
        <source>The channel</source>
        <translation>El canal</translation>
    </message>
    <message>
        <source>The clocks change that day. The post is sent at {time}</source>
        <translation>Ese día cambia la hora. La publicación se envía a las {time}</translation>
    </message>
    <message>
        <source>The clocks have gone back: {zone}</source>
        <translation>Los relojes se han atrasado: {zone}</translation>
    </message>
    <message>
        <source>The clocks have gone forward: {zone}</source>
        <translation>Los relojes se han adelantado: {zone}</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Esta hora ya pasó</translation>
    </message>
    <message>
        <source>Week of {day}</source>
        <translation>Semana del {day}</translation>
    </message>
    <message>
        <source>Without a time</source>
        <translation>Sin hora</translation>
    </message>
    <message>
        <source>{network} also posts at {time} that day</source>
        <translation>{network} también publica a las {time} ese día</translation>
    </message>
</context>
<context>
    <name>Campaigns</name>
    <message>
        <source>The posts of a campaign are not being sent. See the log for details.</source>
        <translation>Las publicaciones de una campaña no se están enviando. Consulta el registro.</translation>
    </message>
</context>
<context>
    <name>CampaignsController</name>
    <message numerus="yes">
        <source>%Ln message(s) scheduled</source>
        <translation>
            <numerusform>%Ln mensaje programado</numerusform>
            <numerusform>%Ln mensajes programados</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Campañas</translation>
    </message>
    <message>
        <source>Sending is paused. The posts wait in Activity.</source>
        <translation>El envío está en pausa. Las publicaciones esperan en Actividad.</translation>
    </message>
    <message>
        <source>Some posts are still being removed from the schedule. Resume again in a moment.</source>
        <translation>Algunas publicaciones aún se están quitando de la programación. Reanuda otra vez en un momento.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped. %Ln message(s) will not be sent</source>
        <translation>
            <numerusform>Detenida. %Ln mensaje no se enviará</numerusform>
            <numerusform>Detenida. %Ln mensajes no se enviarán</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>CampaignsLayout</name>
    <message>
        <source>Add message</source>
        <translation>Añadir mensaje</translation>
    </message>
    <message>
        <source>Drag to reorder: the times stay, the messages move</source>
        <translation>Arrastra para reordenar: las horas se quedan, los mensajes se mueven</translation>
    </message>
</context>
<context>
    <name>CampaignsModel</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln fallida</numerusform>
            <numerusform>%Ln fallidas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mensaje</numerusform>
            <numerusform>%Ln mensajes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln enviada</numerusform>
            <numerusform>%Ln enviadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stopped</source>
        <translation>
            <numerusform>%Ln detenido</numerusform>
            <numerusform>%Ln detenidos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to come</source>
        <translation>
            <numerusform>%Ln por enviar</numerusform>
            <numerusform>%Ln por enviar</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a campaign.</extracomment>
        <translation>Borrador</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fallido</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Requiere tu atención</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>En curso</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Detenido</translation>
    </message>
    <message>
        <source>Untitled campaign</source>
        <translation>Campaña sin título</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>próximo: {when}</translation>
    </message>
</context>
<context>
    <name>CampaignsPage</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mensaje</numerusform>
            <numerusform>%Ln mensajes</numerusform>
        </translation>
    </message>
    <message>
        <source>No messages</source>
        <translation>No hay mensajes</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Aún no guardado</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Guardado en este ordenador</translation>
    </message>
    <message>
        <source>Saved on this computer {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Guardado en este ordenador {ago}</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Guardando…</translation>
    </message>
    <message>
        <source>Stop the campaign to change its schedule.</source>
        <translation>Detén la campaña para cambiar su programación.</translation>
    </message>
    <message>
        <source>no channels yet</source>
        <translation>aún sin canales</translation>
    </message>
    <message numerus="yes">
        <source>to %Ln channel(s)</source>
        <translation>
            <numerusform>a %Ln canal</numerusform>
            <numerusform>a %Ln canales</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignsState</name>
    <message>
        <source>Campaign “{name}” deleted</source>
        <translation>Campaña «{name}» eliminada</translation>
    </message>
    <message>
        <source>Scheduled posts will still be sent.</source>
        <translation>Las publicaciones programadas se enviarán igualmente.</translation>
    </message>
    <message>
        <source>Stop the campaign to change its channels.</source>
        <translation>Detén la campaña para cambiar sus canales.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>{name} copy</source>
        <translation>{name} (copia)</translation>
    </message>
</context>
<context>
    <name>CardActions</name>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>Eliminar %Ln publicación</numerusform>
            <numerusform>Eliminar %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Eliminar borrador</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>Mover</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>
            <numerusform>Mover %n publicación</numerusform>
            <numerusform>Mover %n publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Activity</source>
        <translation>Abrir en Actividad</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Abrir en Redactar</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Abrir en la programación</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir en el sitio</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Pausar planificador</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Planificadores del sitio…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Reprogramar…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ahora</translation>
    </message>
    <message>
        <source>Set time</source>
        <translation>Poner hora</translation>
    </message>
</context>
<context>
    <name>CardPopup</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Move…</source>
        <translation>Mover…</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sin texto</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Abrir en la programación</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir en el sitio</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir publicación</translation>
    </message>
    <message>
        <source>Open {posts}</source>
        <translation>Abrir {posts}</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Pausar planificador</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ahora</translation>
    </message>
</context>
<context>
    <name>ChangesList</name>
    <message>
        <source>New times</source>
        <translation>Horas nuevas</translation>
    </message>
</context>
<context>
    <name>ChannelGroups</name>
    <message numerus="yes">
        <source>%Ln channel(s) moved to “{name}”</source>
        <translation>
            <numerusform>%Ln canal movido a «{name}»</numerusform>
            <numerusform>%Ln canales movidos a «{name}»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s) removed from (its/their) group</source>
        <translation>
            <numerusform>%Ln canal quitado de su grupo</numerusform>
            <numerusform>%Ln canales quitados de su grupo</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed to “{name}”</source>
        <translation>Grupo renombrado como «{name}»</translation>
    </message>
    <message>
        <source>Group “{name}” created</source>
        <translation>Grupo «{name}» creado</translation>
    </message>
    <message>
        <source>Group “{name}” moved</source>
        <translation>Grupo «{name}» movido</translation>
    </message>
    <message>
        <source>Group “{name}” removed. Its channels stay.</source>
        <translation>Grupo «{name}» quitado. Sus canales se conservan.</translation>
    </message>
    <message>
        <source>Redone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Rehecho: {what}</translation>
    </message>
    <message>
        <source>Undone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Deshecho: {what}</translation>
    </message>
    <message>
        <source>“{name}” is now part of “{other}”</source>
        <translation>«{name}» ahora forma parte de «{other}»</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsDialog</name>
    <message>
        <source>Changes need the server</source>
        <translation>Los cambios necesitan el servidor</translation>
    </message>
    <message>
        <source>Groups of {channel}</source>
        <translation>Grupos de {channel}</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Grupos, separados por comas</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>En uso: {groups}</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Aún no hay cambios</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Guardar cambios</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Guardando…</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsPart</name>
    <message>
        <source>A person sees the channels of their groups. A channel without a group is seen by those who see all channels.</source>
        <translation>Cada persona ve los canales de sus grupos. Un canal sin grupo lo ven quienes ven todos los canales.</translation>
    </message>
    <message>
        <source>Channels and their groups</source>
        <translation>Canales y sus grupos</translation>
    </message>
    <message>
        <source>No channels yet. Connect an account first.</source>
        <translation>Aún no hay canales. Conecta primero una cuenta.</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Sin grupo</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Guardando…</translation>
    </message>
</context>
<context>
    <name>ChannelHints</name>
    <message>
        <source>Channels of this workspace are added on its site. To connect an account to this computer, open “This computer” first.</source>
        <translation>Los canales de este espacio de trabajo se añaden en su sitio. Para conectar una cuenta a este ordenador, abre primero «Este ordenador».</translation>
    </message>
    <message>
        <source>Only editors and owners change the settings of channels.</source>
        <translation>Solo los editores y propietarios cambian los ajustes de los canales.</translation>
    </message>
    <message>
        <source>Only owners connect accounts to this workspace. Ask one.</source>
        <translation>Solo los propietarios conectan cuentas a este espacio de trabajo. Pregunta a uno de ellos.</translation>
    </message>
</context>
<context>
    <name>ChannelKinds</name>
    <message>
        <source>Account</source>
        <extracomment>Kind of a channel: the account itself of somebody on a network.</extracomment>
        <translation>Cuenta</translation>
    </message>
    <message>
        <source>Account story</source>
        <extracomment>Kind of a channel: posts become stories.</extracomment>
        <translation>Historia de la cuenta</translation>
    </message>
    <message>
        <source>Blog</source>
        <translation>Blog</translation>
    </message>
    <message>
        <source>Board</source>
        <extracomment>Kind of a channel: a board on Pinterest.</extracomment>
        <translation>Tablero</translation>
    </message>
    <message>
        <source>Channel</source>
        <extracomment>Kind of a channel: a channel on Telegram.</extracomment>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Community</source>
        <extracomment>Kind of a channel: a subreddit.</extracomment>
        <translation>Comunidad</translation>
    </message>
    <message>
        <source>Company</source>
        <extracomment>Kind of a channel: a company&apos;s page on LinkedIn.</extracomment>
        <translation>Empresa</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Kind of a channel: a group of people on a network.</extracomment>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Location</source>
        <extracomment>Kind of a channel: a place of business on Google.</extracomment>
        <translation>Ubicación</translation>
    </message>
    <message>
        <source>Page</source>
        <extracomment>Kind of a channel: a page on Facebook or LinkedIn.</extracomment>
        <translation>Página</translation>
    </message>
    <message>
        <source>Page story</source>
        <translation>Historia de la página</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Perfil</translation>
    </message>
</context>
<context>
    <name>ChannelLines</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>y %n más</numerusform>
            <numerusform>y %n más</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelPane</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canales</numerusform>
        </translation>
    </message>
    <message>
        <source>0 channels</source>
        <translation>0 canales</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Activos</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Añadir un canal…</translation>
    </message>
    <message>
        <source>Add channel</source>
        <translation>Añadir canal</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>All channels.</extracomment>
        <translation>Todos</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>El %Ln</numerusform>
            <numerusform>Todos los %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>Compact rows</source>
        <translation>Filas compactas</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Buscar un canal</translation>
    </message>
    <message>
        <source>Group channels by</source>
        <translation>Agrupar canales por</translation>
    </message>
    <message>
        <source>Hide sandbox channels</source>
        <translation>Ocultar los canales de prueba</translation>
    </message>
    <message>
        <source>Label</source>
        <extracomment>Noun: a word that the user gives to messages and channels.</extracomment>
        <translation>Etiqueta</translation>
    </message>
    <message>
        <source>Loading channels</source>
        <translation>Cargando canales</translation>
    </message>
    <message>
        <source>My groups</source>
        <translation>Mis grupos</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message numerus="yes">
        <source>New group of the (found channel/%Ln found channels)…</source>
        <translation>
            <numerusform>Grupo nuevo con el canal encontrado…</numerusform>
            <numerusform>Grupo nuevo con los %Ln canales encontrados…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>New group of the (ticked channel/%Ln ticked channels)…</source>
        <translation>
            <numerusform>Grupo nuevo con el canal marcado…</numerusform>
            <numerusform>Grupo nuevo con los %Ln canales marcados…</numerusform>
        </translation>
    </message>
    <message>
        <source>New group of the ticked channels…</source>
        <translation>Grupo nuevo con los canales marcados…</translation>
    </message>
    <message>
        <source>No channel matches</source>
        <translation>Ningún canal coincide</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>No hay canales</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Aún no hay canales</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No channel.</extracomment>
        <translation>Ninguno</translation>
    </message>
    <message numerus="yes">
        <source>Only %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>Solo %Ln</numerusform>
            <numerusform>Solo %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Remove unlisted channels</source>
        <translation>Quitar los canales que ya no figuran</translation>
    </message>
    <message>
        <source>Search channels</source>
        <translation>Buscar canales</translation>
    </message>
    <message numerus="yes">
        <source>Select the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Seleccionar el canal encontrado</numerusform>
            <numerusform>Seleccionar los %Ln canales encontrados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show only the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Mostrar solo el canal encontrado</numerusform>
            <numerusform>Mostrar solo los %Ln canales encontrados</numerusform>
        </translation>
    </message>
    <message>
        <source>The channels could not be loaded</source>
        <translation>No se pudieron cargar los canales</translation>
    </message>
    <message>
        <source>The owners of this team decide which channels you see. Ask one of them to add you to a group of channels.</source>
        <translation>Los propietarios de este equipo deciden qué canales ves. Pide a uno de ellos que te añada a un grupo de canales.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln channel(s).</source>
        <translation>
            <numerusform>La búsqueda oculta %Ln canal.</numerusform>
            <numerusform>La búsqueda oculta %Ln canales.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Workspace order</source>
        <translation>Orden del espacio de trabajo</translation>
    </message>
    <message>
        <source>Your accounts, pages and groups appear here. Tick the channels for your message.</source>
        <translation>Tus cuentas, páginas y grupos aparecen aquí. Marca los canales para tu mensaje.</translation>
    </message>
</context>
<context>
    <name>ChannelPurpose</name>
    <message numerus="yes">
        <source>%Ln chosen channel(s) (is/are) no longer listed.</source>
        <translation>
            <numerusform>%Ln canal elegido ya no figura en la lista.</numerusform>
            <numerusform>%Ln canales elegidos ya no figuran en la lista.</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaign goes to</source>
        <translation>La campaña va a</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>Hide every channel</source>
        <translation>Ocultar todos los canales</translation>
    </message>
    <message>
        <source>Messages of this campaign go to the ticked channels, unless they have channels of their own.</source>
        <translation>Los mensajes de esta campaña van a los canales marcados, salvo que tengan canales propios.</translation>
    </message>
    <message>
        <source>No groups yet. Search or tick channels, then “New group” in the menu below.</source>
        <translation>Aún no hay grupos. Busca o marca canales y luego elige «Grupo nuevo» en el menú de abajo.</translation>
    </message>
    <message>
        <source>Post to</source>
        <translation>Publicar en</translation>
    </message>
    <message>
        <source>Select active channels</source>
        <translation>Seleccionar canales activos</translation>
    </message>
    <message>
        <source>Select all channels</source>
        <translation>Seleccionar todos los canales</translation>
    </message>
    <message>
        <source>Select no channel</source>
        <translation>No seleccionar ningún canal</translation>
    </message>
    <message>
        <source>Show active channels</source>
        <translation>Mostrar canales activos</translation>
    </message>
    <message>
        <source>Show channels</source>
        <translation>Mostrar canales</translation>
    </message>
    <message>
        <source>Show every channel</source>
        <translation>Mostrar todos los canales</translation>
    </message>
    <message>
        <source>The open message goes to the ticked channels.</source>
        <translation>El mensaje abierto va a los canales marcados.</translation>
    </message>
    <message>
        <source>This page applies to all channels.</source>
        <translation>Esta página vale para todos los canales.</translation>
    </message>
    <message>
        <source>This page shows only the ticked channels. Your messages do not change.</source>
        <translation>Esta página muestra solo los canales marcados. Tus mensajes no cambian.</translation>
    </message>
    <message>
        <source>{ticked} of {total} selected</source>
        <translation>{ticked} de {total} seleccionados</translation>
    </message>
    <message>
        <source>{ticked} of {total} shown</source>
        <translation>{ticked} de {total} mostrados</translation>
    </message>
</context>
<context>
    <name>ChannelStates</name>
    <message numerus="yes">
        <source>%n deleted by you</source>
        <translation>
            <numerusform>%n eliminada por ti</numerusform>
            <numerusform>%n eliminadas por ti</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Aceptado</translation>
    </message>
    <message numerus="yes">
        <source>Accepted for {n} of %n channel(s)</source>
        <translation>
            <numerusform>Aceptada para {n} de %n canal</numerusform>
            <numerusform>Aceptada para {n} de %n canales</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Eliminada por ti</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Editada por ti</translation>
    </message>
    <message>
        <source>Given up by you</source>
        <translation>Abandonada por ti</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>No aceptada</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>No está en la programación</translation>
    </message>
    <message>
        <source>Partly scheduled</source>
        <translation>Programada en parte</translation>
    </message>
    <message>
        <source>Partly sent</source>
        <translation>Enviada en parte</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message numerus="yes">
        <source>Retry %n channel(s)</source>
        <translation>
            <numerusform>Reintentar %n canal</numerusform>
            <numerusform>Reintentar %n canales</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %n post(s)</source>
        <translation>
            <numerusform>Reintentar %n publicación</numerusform>
            <numerusform>Reintentar %n publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Retry {channel}</source>
        <translation>Reintentar {channel}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled for {n} of %n channel(s)</source>
        <translation>
            <numerusform>Programada para {n} de %n canal</numerusform>
            <numerusform>Programada para {n} de %n canales</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sent to {n} of %n channel(s)</source>
        <translation>
            <numerusform>Enviada a {n} de %n canal</numerusform>
            <numerusform>Enviada a {n} de %n canales</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
</context>
<context>
    <name>ChannelTree</name>
    <message>
        <source>All of {network}</source>
        <translation>Todos los de {network}</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Comprobar de nuevo</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Valores predeterminados…</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>Desconectar…</translation>
    </message>
    <message>
        <source>Only this channel</source>
        <translation>Solo este canal</translation>
    </message>
    <message>
        <source>Only “{name}”</source>
        <translation>Solo «{name}»</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Abrir en el navegador</translation>
    </message>
    <message>
        <source>Reconnect…</source>
        <translation>Volver a conectar…</translation>
    </message>
    <message>
        <source>Settings of {network}…</source>
        <translation>Ajustes de {network}…</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Iniciar sesión de nuevo…</translation>
    </message>
    <message>
        <source>Unlock the keychain</source>
        <translation>Desbloquear el llavero</translation>
    </message>
</context>
<context>
    <name>ChannelsModel</name>
    <message>
        <source>All channels</source>
        <translation>Todos los canales</translation>
    </message>
    <message>
        <source>Keychain is locked</source>
        <translation>El llavero está bloqueado</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Sin grupo</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>Sin etiqueta</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Pruebas</translation>
    </message>
    <message>
        <source>Server not reached</source>
        <translation>Servidor no accesible</translation>
    </message>
    <message>
        <source>Session expired</source>
        <translation>Sesión caducada</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Iniciar sesión de nuevo</translation>
    </message>
    <message>
        <source>Sign in again before then to keep posting.</source>
        <translation>Inicia sesión de nuevo antes para seguir publicando.</translation>
    </message>
    <message>
        <source>Sign-in ends {day}</source>
        <translation>La sesión termina {day}</translation>
    </message>
    <message>
        <source>Sign-in has ended</source>
        <translation>La sesión ha terminado</translation>
    </message>
    <message>
        <source>{name}: the session with {network} has expired. Posts to this channel will fail until it is connected again.</source>
        <translation>{name}: la sesión con {network} ha caducado. Las publicaciones en este canal fallarán hasta que se vuelva a conectar.</translation>
    </message>
    <message>
        <source>{ticked} of {total}</source>
        <translation>{ticked} de {total}</translation>
    </message>
</context>
<context>
    <name>ChannelsPopup</name>
    <message>
        <source>Channels with these slots</source>
        <translation>Canales con estos horarios</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Buscar un canal</translation>
    </message>
    <message>
        <source>Search channels of these slots</source>
        <translation>Buscar canales de estos horarios</translation>
    </message>
    <message>
        <source>Use these channels</source>
        <translation>Usar estos canales</translation>
    </message>
    <message>
        <source>With none ticked, these times apply to all other channels</source>
        <translation>Si no marcas ninguno, estas horas valen para todos los demás canales</translation>
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
        <translation>Otras publicaciones</translation>
    </message>
    <message>
        <source>This campaign</source>
        <translation>Esta campaña</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>Change how it is read</source>
        <translation>Cambiar cómo se lee</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Cambiar…</translation>
    </message>
    <message>
        <source>Dates as</source>
        <translation>Fechas como</translation>
    </message>
    <message>
        <source>First row holds the names</source>
        <translation>La primera fila contiene los nombres</translation>
    </message>
    <message>
        <source>JSON files always name their columns</source>
        <translation>Los archivos JSON siempre nombran sus columnas</translation>
    </message>
    <message>
        <source>No column is imported as a date</source>
        <translation>Ninguna columna se importa como fecha</translation>
    </message>
    <message>
        <source>No column is imported as text. Choose Text in the menu above a column.</source>
        <translation>Ninguna columna se importa como texto. Elige Texto en el menú encima de una columna.</translation>
    </message>
    <message>
        <source>What does “{date}” mean? Your choice applies to the whole column.</source>
        <translation>¿Qué significa «{date}»? Tu elección vale para toda la columna.</translation>
    </message>
</context>
<context>
    <name>Checks</name>
    <message>
        <source>Comments on {networks} have no files: move them to the first part.</source>
        <translation>Los comentarios en {networks} no llevan archivos: muévelos a la primera parte.</translation>
    </message>
    <message>
        <source>No channel is selected. Select where the post should go.</source>
        <translation>Ningún canal está seleccionado. Elige adónde debe ir la publicación.</translation>
    </message>
    <message>
        <source>One paragraph has {count} characters, so typing in it is slow. Line breaks speed it up.</source>
        <translation>Un párrafo tiene {count} caracteres, así que escribir en él es lento. Los saltos de línea lo aceleran.</translation>
    </message>
    <message>
        <source>Part {number}: {sentence}</source>
        <comment>a part of a thread</comment>
        <translation>Parte {number}: {sentence}</translation>
    </message>
    <message numerus="yes">
        <source>Part(s) {numbers} (is/are) empty.</source>
        <translation>
            <numerusform>La parte {numbers} está vacía.</numerusform>
            <numerusform>Las partes {numbers} están vacías.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto cannot send GIFs to {network}.</source>
        <translation>Posto no puede enviar GIF a {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send files to {network}.</source>
        <translation>Posto no puede enviar archivos a {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send pictures to {network}.</source>
        <translation>Posto no puede enviar imágenes a {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send videos to {network}.</source>
        <translation>Posto no puede enviar vídeos a {network}.</translation>
    </message>
    <message>
        <source>The defaults have a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>A los valores predeterminados les falta un grupo de hashtags, «{name}». No se añade nada.</translation>
    </message>
    <message>
        <source>The defaults have a missing signature, “{name}”. Nothing is added.</source>
        <translation>A los valores predeterminados les falta una firma, «{name}». No se añade nada.</translation>
    </message>
    <message numerus="yes">
        <source>The description of {file} has {count} characters; {networks} (cuts/cut) it at {limit}.</source>
        <translation>
            <numerusform>La descripción de {file} tiene {count} caracteres; {networks} la corta a {limit}.</numerusform>
            <numerusform>La descripción de {file} tiene {count} caracteres; {networks} la cortan a {limit}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link “{link}” is not a web address.</source>
        <translation>El enlace «{link}» no es una dirección web.</translation>
    </message>
    <message>
        <source>The same text goes to {count} X accounts; X forbids that.</source>
        <translation>El mismo texto va a {count} cuentas de X; X lo prohíbe.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} on {day} at {time}.</source>
        <translation>El mismo texto ya está programado para {channels} el {day} a las {time}.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} today at {time}.</source>
        <translation>El mismo texto ya está programado para {channels} hoy a las {time}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} has {count}.</source>
        <translation>El servicio corta los textos para {network} a {limit} caracteres, el texto propio de {channel} tiene {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>El servicio corta los textos para {network} a {limit} caracteres, el texto propio de {channel} con su enlace tiene {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text has {count}.</source>
        <translation>El servicio corta los textos para {network} a {limit} caracteres, este texto tiene {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text with its link has {count}.</source>
        <translation>El servicio corta los textos para {network} a {limit} caracteres, este texto con su enlace tiene {count}.</translation>
    </message>
    <message>
        <source>The service picks one part of “{found}” at random.</source>
        <translation>El servicio elige al azar una parte de «{found}».</translation>
    </message>
    <message>
        <source>The service removes “{found}”: it looks like an HTML tag.</source>
        <translation>El servicio quita «{found}»: parece una etiqueta HTML.</translation>
    </message>
    <message>
        <source>The service replaces its variable “{found}”.</source>
        <translation>El servicio sustituye su variable «{found}».</translation>
    </message>
    <message>
        <source>The service replaces “{found}” by its character.</source>
        <translation>El servicio sustituye «{found}» por su carácter.</translation>
    </message>
    <message>
        <source>The site makes one blank line of several.</source>
        <translation>El sitio convierte varias líneas en blanco en una.</translation>
    </message>
    <message>
        <source>The site shortens links with {service} only for its own posts. This link stays as it is.</source>
        <translation>El sitio acorta enlaces con {service} solo en sus propias entradas. Este enlace queda tal cual.</translation>
    </message>
    <message numerus="yes">
        <source>The sound of {file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>El sonido de {file} es {type}; {networks} admite {types}.</numerusform>
            <numerusform>El sonido de {file} es {type}; {networks} admiten {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The style “{name}” does not exist.</source>
        <translation>El estilo «{name}» no existe.</translation>
    </message>
    <message>
        <source>The style “{name}” has the unknown variable {variable}.</source>
        <translation>El estilo «{name}» tiene la variable desconocida {variable}.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>Al estilo «{style}» le falta un grupo de hashtags, «{name}». No se añade nada.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing signature, “{name}”. Nothing is added.</source>
        <translation>Al estilo «{style}» le falta una firma, «{name}». No se añade nada.</translation>
    </message>
    <message>
        <source>The time has passed. Choose a later one.</source>
        <translation>La hora ya pasó. Elige una posterior.</translation>
    </message>
    <message>
        <source>The time is more than a year away. Is the year right?</source>
        <translation>La hora está a más de un año. ¿Es correcto el año?</translation>
    </message>
    <message>
        <source>The time is very near. The post may go out some seconds later.</source>
        <translation>La hora está muy cerca. La publicación puede salir unos segundos más tarde.</translation>
    </message>
    <message>
        <source>The time is very near. Uploading the files may take longer.</source>
        <translation>La hora está muy cerca. Subir los archivos puede tardar más.</translation>
    </message>
    <message>
        <source>The time “{time}” cannot be used.</source>
        <translation>La hora «{time}» no se puede usar.</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the defaults applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>La marca de agua predeterminada vale solo para imágenes fijas: {files} va sin ella.</numerusform>
            <numerusform>La marca de agua predeterminada vale solo para imágenes fijas: {files} van sin ella.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the defaults cannot be used. {reason}</source>
        <translation>No se puede usar la marca de agua predeterminada. {reason}</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the style “{style}” applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>La marca de agua del estilo «{style}» vale solo para imágenes fijas: {files} va sin ella.</numerusform>
            <numerusform>La marca de agua del estilo «{style}» vale solo para imágenes fijas: {files} van sin ella.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>No se puede usar la marca de agua del estilo «{style}». {reason}</translation>
    </message>
    <message>
        <source>The {network} session of {channel} has expired. The post will fail there until it is connected again.</source>
        <translation>La sesión de {channel} en {network} ha caducado. La publicación fallará allí hasta que se vuelva a conectar.</translation>
    </message>
    <message>
        <source>The {network} sessions of {channels} have expired. The posts will fail there until they are connected again.</source>
        <translation>Las sesiones de {channels} en {network} han caducado. Las publicaciones fallarán allí hasta que se vuelvan a conectar.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Aún no hay nada que publicar. Escribe un texto o añade una imagen.</translation>
    </message>
    <message>
        <source>{file} has its index at the end; {networks} may refuse it.</source>
        <translation>{file} tiene su índice al final; es posible que no lo acepten en {networks}.</translation>
    </message>
    <message>
        <source>{file} has no description for people who cannot see it.</source>
        <translation>{file} no tiene descripción para quienes no pueden verlo.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} tiene {rate} fotogramas por segundo; {networks} admite hasta {most}.</numerusform>
            <numerusform>{file} tiene {rate} fotogramas por segundo; {networks} admiten hasta {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) {most} or more.</source>
        <translation>
            <numerusform>{file} tiene {rate} fotogramas por segundo; {networks} admite {most} o más.</numerusform>
            <numerusform>{file} tiene {rate} fotogramas por segundo; {networks} admiten {most} o más.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate}; {networks} (takes/take) up to {most} and may compress it again.</source>
        <translation>
            <numerusform>{file} tiene {rate}; {networks} acepta hasta {most} y puede volver a comprimirlo.</numerusform>
            <numerusform>{file} tiene {rate}; {networks} aceptan hasta {most} y pueden volver a comprimirlo.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is HDR: for {networks} it gets the colours of ordinary screens.</source>
        <translation>{file} es HDR: para {networks} recibe los colores de pantallas normales.</translation>
    </message>
    <message>
        <source>{file} is HDR: {networks} may show its colours pale or too dark.</source>
        <translation>{file} es HDR: en {networks} los colores pueden verse pálidos o demasiado oscuros.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is a GIF; {networks} (allows/allow) none.</source>
        <translation>
            <numerusform>{file} es un GIF; {networks} no admite ninguno.</numerusform>
            <numerusform>{file} es un GIF; {networks} no admiten ninguno.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is encoded anew for {networks}: {pixels}, about {size}.</source>
        <translation>{file} se vuelve a codificar para {networks}: {pixels}, unos {size}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is encoded as {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} está codificado en {type}; {networks} admite {types}.</numerusform>
            <numerusform>{file} está codificado en {type}; {networks} admiten {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is of an unknown type: it becomes {other} for {networks}.</source>
        <translation>{file} es de tipo desconocido: se convierte en {other} para {networks}.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop it.</source>
        <translation>{file} es demasiado alta para {networks}. Recórtala.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop to {ratio} or wider.</source>
        <translation>{file} es demasiado alta para {networks}. Recórtala a {ratio} o más ancha.</translation>
    </message>
    <message>
        <source>{file} is too wide for {networks}. Crop to {ratio} or narrower.</source>
        <translation>{file} es demasiado ancha para {networks}. Recórtala a {ratio} o más estrecha.</translation>
    </message>
    <message>
        <source>{file} is written anew as MP4 for {networks}, without a loss of quality.</source>
        <translation>{file} se vuelve a escribir como MP4 para {networks}, sin pérdida de calidad.</translation>
    </message>
    <message>
        <source>{file} is {size}: Posto shrinks it to {most} for {networks}.</source>
        <translation>{file} mide {size}: Posto la reduce a {most} para {networks}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.</source>
        <translation>
            <numerusform>{file} mide {size}; {networks} admite hasta {most} píxeles de alto.</numerusform>
            <numerusform>{file} mide {size}; {networks} admiten hasta {most} píxeles de alto.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.</source>
        <translation>
            <numerusform>{file} mide {size}; {networks} admite hasta {most} píxeles de ancho.</numerusform>
            <numerusform>{file} mide {size}; {networks} admiten hasta {most} píxeles de ancho.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} mide {size}; {networks} admite hasta {most}.</numerusform>
            <numerusform>{file} mide {size}; {networks} admiten hasta {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.</source>
        <translation>
            <numerusform>{file} mide {size}; {networks} admite {least} píxeles de ancho o más.</numerusform>
            <numerusform>{file} mide {size}; {networks} admiten {least} píxeles de ancho o más.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more.</source>
        <translation>
            <numerusform>{file} mide {size}; {networks} admite {least} píxeles o más.</numerusform>
            <numerusform>{file} mide {size}; {networks} admiten {least} píxeles o más.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is {type}: it becomes {other} for {networks}.</source>
        <translation>{file} es {type}: se convierte en {other} para {networks}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} es {type}; {networks} admite {types}.</numerusform>
            <numerusform>{file} es {type}; {networks} admiten {types}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} dura {length}; {networks} admite hasta {most}.</numerusform>
            <numerusform>{file} dura {length}; {networks} admiten hasta {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) {least} or more.</source>
        <translation>
            <numerusform>{file} dura {length}; {networks} admite {least} o más.</numerusform>
            <numerusform>{file} dura {length}; {networks} admiten {least} o más.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} was not found. Put it back or remove it here.</source>
        <translation>No se encontró {file}. Devuélvelo a su lugar o quítalo aquí.</translation>
    </message>
    <message numerus="yes">
        <source>{networks} (does/do) not support first comments.</source>
        <translation>
            <numerusform>{networks} no admite primeros comentarios.</numerusform>
            <numerusform>{networks} no admiten primeros comentarios.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) all parts as one post.</source>
        <translation>
            <numerusform>{networks} recibe todas las partes como una publicación.</numerusform>
            <numerusform>{networks} reciben todas las partes como una publicación.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) only the first part.</source>
        <translation>
            <numerusform>{networks} recibe solo la primera parte.</numerusform>
            <numerusform>{networks} reciben solo la primera parte.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links on stories only. In the text the link can be read, but not clicked.</source>
        <translation>
            <numerusform>{networks} muestra enlaces solo en historias. En el texto el enlace se puede leer, pero no pulsar.</numerusform>
            <numerusform>{networks} muestran enlaces solo en historias. En el texto el enlace se puede leer, pero no pulsar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links only in the text.</source>
        <translation>
            <numerusform>{networks} muestra los enlaces solo en el texto.</numerusform>
            <numerusform>{networks} muestran los enlaces solo en el texto.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) the parts after the first as comments.</source>
        <translation>
            <numerusform>{networks} muestra las partes tras la primera como comentarios.</numerusform>
            <numerusform>{networks} muestran las partes tras la primera como comentarios.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from here. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} no acepta hilos desde aquí. Elige qué se envía en su lugar.</numerusform>
            <numerusform>{networks} no aceptan hilos desde aquí. Elige qué se envía en su lugar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from the sandbox. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} no acepta hilos del entorno de pruebas. Elige qué se envía en su lugar.</numerusform>
            <numerusform>{networks} no aceptan hilos del entorno de pruebas. Elige qué se envía en su lugar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads through this service. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} no acepta hilos mediante este servicio. Elige qué se envía en su lugar.</numerusform>
            <numerusform>{networks} no aceptan hilos mediante este servicio. Elige qué se envía en su lugar.</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} cannot mix pictures and video in one post.</source>
        <translation>{networks}: no se pueden mezclar imágenes y vídeo en una publicación.</translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln GIF(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln GIF por publicación, este mensaje tiene {count}.</numerusform>
            <numerusform>{network} permite %Ln GIF por publicación, este mensaje tiene {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln file(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln archivo por publicación, este mensaje tiene {count}.</numerusform>
            <numerusform>{network} permite %Ln archivos por publicación, este mensaje tiene {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln hashtag(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln hashtag, este texto tiene {count}.</numerusform>
            <numerusform>{network} permite %Ln hashtags, este texto tiene {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln mention(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln mención, este texto tiene {count}.</numerusform>
            <numerusform>{network} permite %Ln menciones, este texto tiene {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln picture(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln imagen por publicación, este mensaje tiene {count}.</numerusform>
            <numerusform>{network} permite %Ln imágenes por publicación, este mensaje tiene {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln video(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln vídeo por publicación, este mensaje tiene {count}.</numerusform>
            <numerusform>{network} permite %Ln vídeos por publicación, este mensaje tiene {count}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} permite {limit} bytes de texto, el texto propio de {channel} tiene {count}: los acentos y emojis cuentan varios bytes cada uno.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} permite {limit} bytes de texto, el texto propio de {channel} con su enlace tiene {count}: los acentos y emojis cuentan varios bytes cada uno.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} permite {limit} bytes de texto, este texto tiene {count}: los acentos y emojis cuentan varios bytes cada uno.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} permite {limit} bytes de texto, este texto con su enlace tiene {count}: los acentos y emojis cuentan varios bytes cada uno.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters in a title, this one has {count}.</source>
        <translation>{network} permite {limit} caracteres en un título, este tiene {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} has {count}.</source>
        <translation>{network} permite {limit} caracteres bajo una imagen o un vídeo, el texto propio de {channel} tiene {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} with its link has {count}.</source>
        <translation>{network} permite {limit} caracteres bajo una imagen o un vídeo, el texto propio de {channel} con su enlace tiene {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text has {count}.</source>
        <translation>{network} permite {limit} caracteres bajo una imagen o un vídeo, este texto tiene {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text with its link has {count}.</source>
        <translation>{network} permite {limit} caracteres bajo una imagen o un vídeo, este texto con su enlace tiene {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} has {count}.</source>
        <translation>{network} permite {limit} caracteres, el texto propio de {channel} tiene {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>{network} permite {limit} caracteres, el texto propio de {channel} con su enlace tiene {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text has {count}.</source>
        <translation>{network} permite {limit} caracteres, este texto tiene {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text with its link has {count}.</source>
        <translation>{network} permite {limit} caracteres, este texto con su enlace tiene {count}.</translation>
    </message>
    <message>
        <source>{network} needs a picture or a video.</source>
        <translation>{network} necesita una imagen o un vídeo.</translation>
    </message>
    <message>
        <source>{network} needs a picture.</source>
        <translation>{network} necesita una imagen.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file.</source>
        <translation>{network} necesita un texto o un archivo.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file; its own text is empty.</source>
        <translation>{network} necesita un texto o un archivo; su texto propio está vacío.</translation>
    </message>
    <message>
        <source>{network} needs a text.</source>
        <translation>{network} necesita un texto.</translation>
    </message>
    <message>
        <source>{network} needs a title.</source>
        <translation>{network} necesita un título.</translation>
    </message>
    <message>
        <source>{network} needs a video.</source>
        <translation>{network} necesita un vídeo.</translation>
    </message>
    <message numerus="yes">
        <source>{network} shows the link and leaves out the (file/%Ln files).</source>
        <translation>
            <numerusform>{network} muestra el enlace y omite el archivo.</numerusform>
            <numerusform>{network} muestra el enlace y omite los %Ln archivos.</numerusform>
        </translation>
    </message>
    <message>
        <source>{sentence} Characters such as # and @ count twice there.</source>
        <translation>{sentence} Los caracteres como # y @ cuentan allí el doble.</translation>
    </message>
    <message>
        <source>{sentence} The service cuts at {limit}.</source>
        <translation>{sentence} El servicio corta a {limit}.</translation>
    </message>
</context>
<context>
    <name>ChecksPanel</name>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n comprobación</numerusform>
            <numerusform>%n comprobaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) (has/have) no description for people who cannot see (it/them).</source>
        <translation>
            <numerusform>%n archivo no tiene descripción para quienes no pueden verlo.</numerusform>
            <numerusform>%n archivos no tienen descripción para quienes no pueden verlos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hint(s)</source>
        <translation>
            <numerusform>%n consejo</numerusform>
            <numerusform>%n consejos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problema</numerusform>
            <numerusform>%n problemas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n aviso</numerusform>
            <numerusform>%n avisos</numerusform>
        </translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Comprobaciones</translation>
    </message>
    <message>
        <source>Done: {sentence}</source>
        <extracomment>{sentence}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Hecho: {sentence}</translation>
    </message>
    <message>
        <source>Hide checks</source>
        <translation>Ocultar comprobaciones</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>Consejo</translation>
    </message>
    <message>
        <source>No problems left</source>
        <translation>No quedan problemas</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problema</translation>
    </message>
    <message>
        <source>Show checks</source>
        <translation>Mostrar comprobaciones</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Aviso</translation>
    </message>
    <message numerus="yes">
        <source>{sentence} Same for %n more file(s).</source>
        <translation>
            <numerusform>{sentence} Igual para %n archivo más.</numerusform>
            <numerusform>{sentence} Igual para %n archivos más.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChecksPresenter</name>
    <message numerus="yes">
        <source>%Ln channel(s) (is/are) left out</source>
        <translation>
            <numerusform>%Ln canal queda fuera</numerusform>
            <numerusform>%Ln canales quedan fuera</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) removed from the message</source>
        <translation>
            <numerusform>%n archivo quitado del mensaje</numerusform>
            <numerusform>%n archivos quitados del mensaje</numerusform>
        </translation>
    </message>
    <message>
        <source>Done: {what}</source>
        <extracomment>{what}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Hecho: {what}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>{name} and {other} removed from the message</source>
        <translation>{name} y {other} quitados del mensaje</translation>
    </message>
    <message>
        <source>{name} is left out</source>
        <translation>{name} queda fuera</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} quitado del mensaje</translation>
    </message>
</context>
<context>
    <name>ColumnMappingBar</name>
    <message>
        <source>Columns</source>
        <translation>Columnas</translation>
    </message>
</context>
<context>
    <name>ColumnMenus</name>
    <message>
        <source>Columns and rows…</source>
        <translation>Columnas y filas…</translation>
    </message>
    <message>
        <source>Earliest first</source>
        <translation>Más antiguas primero</translation>
    </message>
    <message>
        <source>Group posts of a message</source>
        <translation>Agrupar las publicaciones de un mensaje</translation>
    </message>
    <message>
        <source>Hide {column}</source>
        <translation>Ocultar {column}</translation>
    </message>
    <message>
        <source>Latest first</source>
        <translation>Más recientes primero</translation>
    </message>
    <message>
        <source>Move {column} left</source>
        <translation>Mover {column} a la izquierda</translation>
    </message>
    <message>
        <source>Move {column} right</source>
        <translation>Mover {column} a la derecha</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Restablecer columnas</translation>
    </message>
    <message>
        <source>Sort ascending</source>
        <translation>Orden ascendente</translation>
    </message>
    <message>
        <source>Sort descending</source>
        <translation>Orden descendente</translation>
    </message>
</context>
<context>
    <name>ColumnsPopup</name>
    <message>
        <source>Columns</source>
        <translation>Columnas</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Cómodo</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compacto</translation>
    </message>
    <message>
        <source>Move {column} down</source>
        <translation>Bajar {column}</translation>
    </message>
    <message>
        <source>Move {column} up</source>
        <translation>Subir {column}</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Restablecer columnas</translation>
    </message>
    <message>
        <source>Reverse order</source>
        <translation>Invertir el orden</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Altura de fila</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Filas</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Ordenar por</translation>
    </message>
    <message>
        <source>Time cannot be hidden: it contains the checkboxes</source>
        <translation>La hora no se puede ocultar: contiene las casillas</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find commands, channels, messages, posts…</source>
        <translation>Buscar órdenes, canales, mensajes, publicaciones…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Encontrado</translation>
    </message>
    <message>
        <source>Nothing matches “{words}”</source>
        <translation>Nada coincide con «{words}»</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Buscar en todo</translation>
    </message>
</context>
<context>
    <name>CommonWarnings</name>
    <message>
        <source>Keep them</source>
        <translation>Conservarlas</translation>
    </message>
    <message>
        <source>Leave these rows out</source>
        <translation>Dejar fuera estas filas</translation>
    </message>
    <message>
        <source>Locate them…</source>
        <translation>Localizar…</translation>
    </message>
</context>
<context>
    <name>ComposeActionBar</name>
    <message>
        <source>More ways to post</source>
        <translation>Más formas de publicar</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Guardar como borrador</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ahora</translation>
    </message>
    <message>
        <source>Show checks below</source>
        <translation>Mostrar las comprobaciones abajo</translation>
    </message>
    <message>
        <source>X charges each post to the credits of your app, and more for one with a link.</source>
        <translation>X cobra cada publicación del saldo de tu app, y más si lleva enlace.</translation>
    </message>
</context>
<context>
    <name>ComposeActions</name>
    <message>
        <source>&amp;Message</source>
        <translation>&amp;Mensaje</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Añadir archivos…</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Añadir imágenes o vídeos</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Añadir a Evergreen</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Cambiar la hora</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Cerrar este mensaje</translation>
    </message>
    <message>
        <source>Discard this message</source>
        <translation>Descartar este mensaje</translation>
    </message>
    <message>
        <source>Drafts ({n})…</source>
        <translation>Borradores ({n})…</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Borradores y plantillas</translation>
    </message>
    <message>
        <source>Drafts…</source>
        <translation>Borradores…</translation>
    </message>
    <message>
        <source>Fill the message from a post of the site</source>
        <translation>Rellenar el mensaje con una entrada del sitio</translation>
    </message>
    <message>
        <source>From the site…</source>
        <translation>Del sitio…</translation>
    </message>
    <message>
        <source>Insert an emoji</source>
        <translation>Insertar un emoji</translation>
    </message>
    <message>
        <source>Insert emoji…</source>
        <translation>Insertar emoji…</translation>
    </message>
    <message>
        <source>Insert hashtags, a signature or a snippet</source>
        <translation>Insertar hashtags, una firma o un fragmento</translation>
    </message>
    <message>
        <source>Insert snippet…</source>
        <translation>Insertar fragmento…</translation>
    </message>
    <message>
        <source>Keep a copy to send again and again</source>
        <translation>Guardar una copia para enviarla una y otra vez</translation>
    </message>
    <message>
        <source>Manage snippets…</source>
        <translation>Gestionar fragmentos…</translation>
    </message>
    <message>
        <source>Needs a WordPress site: this computer has none.</source>
        <translation>Necesita un sitio WordPress: este equipo no tiene ninguno.</translation>
    </message>
    <message>
        <source>New from template…</source>
        <translation>Nuevo desde plantilla…</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>New message beside these</source>
        <translation>Mensaje nuevo junto a estos</translation>
    </message>
    <message>
        <source>New message beside this one</source>
        <translation>Mensaje nuevo junto a este</translation>
    </message>
    <message>
        <source>Next free slot</source>
        <translation>Próximo horario libre</translation>
    </message>
    <message>
        <source>Next network tab</source>
        <translation>Pestaña de red siguiente</translation>
    </message>
    <message>
        <source>Next open message</source>
        <translation>Mensaje abierto siguiente</translation>
    </message>
    <message>
        <source>Previous network tab</source>
        <translation>Pestaña de red anterior</translation>
    </message>
    <message>
        <source>Previous open message</source>
        <translation>Mensaje abierto anterior</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Repetir…</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Guardar como borrador</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Guardar como plantilla…</translation>
    </message>
    <message>
        <source>Save to Drafts and start a new message</source>
        <translation>Guardar en Borradores y empezar un mensaje nuevo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ahora</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Mostrar u ocultar la vista previa</translation>
    </message>
    <message>
        <source>Show the preview</source>
        <translation>Mostrar la vista previa</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Usar una imagen de ejemplo</translation>
    </message>
</context>
<context>
    <name>ComposeController</name>
    <message numerus="yes">
        <source>%Ln post(s) scheduled</source>
        <translation>
            <numerusform>%Ln publicación programada</numerusform>
            <numerusform>%Ln publicaciones programadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln publicación programada de {first} a {last}</numerusform>
            <numerusform>%Ln publicaciones programadas de {first} a {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln publicación programada: {when}</numerusform>
            <numerusform>%Ln publicaciones programadas: {when}</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Not sent yet.</source>
        <translation>Aún no enviada.</translation>
    </message>
    <message>
        <source>Proposed. An editor has to approve it.</source>
        <translation>Propuesto. Un editor tiene que aprobarlo.</translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s)</source>
        <translation>
            <numerusform>Enviando %Ln publicación</numerusform>
            <numerusform>Enviando %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>Enviando %Ln publicación en {seconds} s</numerusform>
            <numerusform>Enviando %Ln publicaciones en {seconds} s</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>“{title}” was already sent. You can no longer undo it.</source>
        <translation>«{title}» ya se envió. Ya no puedes deshacerlo.</translation>
    </message>
    <message>
        <source>“{title}” will not be sent</source>
        <translation>«{title}» no se enviará</translation>
    </message>
</context>
<context>
    <name>ComposeLayout</name>
    <message>
        <source>Drafts</source>
        <translation>Borradores</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Más</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vista previa</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>¿Qué te gustaría decir?</translation>
    </message>
</context>
<context>
    <name>ComposePage</name>
    <message>
        <source>Draft saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Borrador guardado</translation>
    </message>
    <message>
        <source>Draft saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Borrador guardado {ago}</translation>
    </message>
    <message>
        <source>No changes yet</source>
        <translation>Aún sin cambios</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>No guardado</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Aún no guardado</translation>
    </message>
    <message>
        <source>Not saved: {why}</source>
        <translation>No guardado: {why}</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Aún no hay nada escrito</translation>
    </message>
    <message>
        <source>Saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Guardado</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Guardado en este ordenador</translation>
    </message>
    <message>
        <source>Saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Guardado {ago}</translation>
    </message>
    <message>
        <source>The scheduled message stays as it is until you save the changes</source>
        <translation>El mensaje programado queda como está hasta que guardes los cambios</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>Check {network} first. If the post is already there, it is published twice.</source>
        <translation>Comprueba primero {network}. Si la publicación ya está allí, se publica dos veces.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de nuevo</translation>
    </message>
    <message>
        <source>Send it again?</source>
        <translation>¿Enviar de nuevo?</translation>
    </message>
    <message>
        <source>there</source>
        <translation>allí</translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message>
        <source>Add a channel</source>
        <translation>Añadir un canal</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Choose a network first.</source>
        <translation>Elige primero una red.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Terminar</translation>
    </message>
    <message>
        <source>Is this the account?</source>
        <translation>¿Es esta la cuenta?</translation>
    </message>
    <message>
        <source>Open browser</source>
        <translation>Abrir el navegador</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Iniciar sesión</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Iniciar sesión de nuevo</translation>
    </message>
    <message>
        <source>Sign in to {network}.</source>
        <translation>Inicia sesión en {network}.</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Iniciando sesión</translation>
    </message>
    <message>
        <source>Step {number} of 3. {words}</source>
        <translation>Paso {number} de 3. {words}</translation>
    </message>
    <message>
        <source>Waiting for the browser.</source>
        <translation>Esperando al navegador.</translation>
    </message>
    <message>
        <source>Where do you want to publish?</source>
        <translation>¿Dónde quieres publicar?</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>Un momento…</translation>
    </message>
    <message>
        <source>{network} no longer accepts Posto&apos;s sign-in. The channel and its schedule stay.</source>
        <translation>{network} ya no acepta el inicio de sesión de Posto. El canal y su programación se conservan.</translation>
    </message>
</context>
<context>
    <name>ConnectState</name>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Elige al menos un lugar donde publicar.</translation>
    </message>
    <message>
        <source>Choose where it is kept.</source>
        <translation>Elige dónde se guarda.</translation>
    </message>
    <message>
        <source>Fill this in.</source>
        <translation>Rellena esto.</translation>
    </message>
    <message>
        <source>Paste the address first.</source>
        <translation>Pega primero la dirección.</translation>
    </message>
</context>
<context>
    <name>CounterRing</name>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: queda %Ln carácter</numerusform>
            <numerusform>{network}: quedan %Ln caracteres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: sobra %Ln carácter</numerusform>
            <numerusform>{network}: sobran %Ln caracteres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterRow</name>
    <message>
        <source>each link counts {n}</source>
        <translation>cada enlace cuenta {n}</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: queda %Ln carácter</numerusform>
            <numerusform>{network}: quedan %Ln caracteres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: sobra %Ln carácter</numerusform>
            <numerusform>{network}: sobran %Ln caracteres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CountsPopup</name>
    <message>
        <source>Characters left</source>
        <translation>Caracteres restantes</translation>
    </message>
</context>
<context>
    <name>CoverSlider</name>
    <message>
        <source>Cover frame</source>
        <translation>Fotograma de portada</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>Bottom left corner of the crop</source>
        <translation>Esquina inferior izquierda del recorte</translation>
    </message>
    <message>
        <source>Bottom right corner of the crop</source>
        <translation>Esquina inferior derecha del recorte</translation>
    </message>
    <message>
        <source>Bottom side of the crop</source>
        <translation>Lado inferior del recorte</translation>
    </message>
    <message>
        <source>Crop of {name}</source>
        <translation>Recorte de {name}</translation>
    </message>
    <message>
        <source>Left side of the crop</source>
        <translation>Lado izquierdo del recorte</translation>
    </message>
    <message>
        <source>Right side of the crop</source>
        <translation>Lado derecho del recorte</translation>
    </message>
    <message>
        <source>Top left corner of the crop</source>
        <translation>Esquina superior izquierda del recorte</translation>
    </message>
    <message>
        <source>Top right corner of the crop</source>
        <translation>Esquina superior derecha del recorte</translation>
    </message>
    <message>
        <source>Top side of the crop</source>
        <translation>Lado superior del recorte</translation>
    </message>
    <message>
        <source>{width} % wide and {height} % high, {left} % from the left, {top} % from the top</source>
        <translation>{width} % de ancho y {height} % de alto, {left} % desde la izquierda, {top} % desde arriba</translation>
    </message>
</context>
<context>
    <name>DamagedStylePanel</name>
    <message>
        <source>Open the folder</source>
        <translation>Abrir la carpeta</translation>
    </message>
    <message>
        <source>Open the folder of styles</source>
        <translation>Abrir la carpeta de estilos</translation>
    </message>
    <message>
        <source>Posto cannot use this file and will not change it. Fix it in a text editor or remove it from its folder.</source>
        <translation>Posto no puede usar este archivo y no lo cambiará. Corrígelo en un editor de texto o quítalo de su carpeta.</translation>
    </message>
</context>
<context>
    <name>DateSpan</name>
    <message>
        <source>From today</source>
        <translation>Desde hoy</translation>
    </message>
    <message>
        <source>From {day}</source>
        <translation>Desde {day}</translation>
    </message>
    <message>
        <source>Next 7 days</source>
        <translation>Próximos 7 días</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Este mes</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>Esta semana</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>Hasta {day}</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} a {last}</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Mañana</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Ayer</translation>
    </message>
    <message>
        <source>today</source>
        <translation>hoy</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>mañana</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>ayer</translation>
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
        <translation>Cualquier fecha</translation>
    </message>
    <message>
        <source>Dates</source>
        <translation>Fechas</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Mes anterior</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>Desde … hasta …</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Mes siguiente</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Hasta</translation>
    </message>
</context>
<context>
    <name>DayWords</name>
    <message>
        <source>today</source>
        <translation>hoy</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>ayer</translation>
    </message>
    <message>
        <source>“{text}” is not a day. Try “{date}”, “{weekday}” or “{weeks}”.</source>
        <translation>«{text}» no es un día. Prueba «{date}», «{weekday}» o «{weeks}».</translation>
    </message>
</context>
<context>
    <name>DaysPopup</name>
    <message>
        <source>Use these days</source>
        <translation>Usar estos días</translation>
    </message>
</context>
<context>
    <name>DeepLinks</name>
    <message>
        <source>The link cannot be read.</source>
        <translation>El enlace no se puede leer.</translation>
    </message>
    <message>
        <source>The link does not begin with “{start}”.</source>
        <translation>El enlace no empieza por «{start}».</translation>
    </message>
    <message numerus="yes">
        <source>The link has %n part(s), and a thread {most} at most.</source>
        <translation>
            <numerusform>El enlace tiene %n parte, y un hilo {most} como máximo.</numerusform>
            <numerusform>El enlace tiene %n partes, y un hilo {most} como máximo.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link is too long.</source>
        <translation>El enlace es demasiado largo.</translation>
    </message>
    <message>
        <source>The link leads to “{page}”. This version has no such page.</source>
        <translation>El enlace lleva a «{page}». Esta versión no tiene esa página.</translation>
    </message>
    <message>
        <source>The link would attach an address that is not a web address.</source>
        <translation>El enlace adjuntaría una dirección que no es una dirección web.</translation>
    </message>
</context>
<context>
    <name>DefaultEditor</name>
    <message>
        <source>All channels of {network} share their pictures. Set this for {network}.</source>
        <translation>Todos los canales de {network} comparten sus imágenes. Defínelo para {network}.</translation>
    </message>
    <message>
        <source>Choose an option above</source>
        <translation>Elige arriba una opción</translation>
    </message>
    <message>
        <source>Default for</source>
        <translation>Predeterminado para</translation>
    </message>
    <message>
        <source>Default: {option}</source>
        <translation>Predeterminado: {option}</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Aquí no hay nada que restablecer</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Restablecer</translation>
    </message>
    <message>
        <source>Reset the default</source>
        <translation>Restablecer el valor predeterminado</translation>
    </message>
    <message>
        <source>Used for every post to {name}, unless a style or the post sets its own</source>
        <translation>Se usa en cada publicación en {name}, salvo que un estilo o la publicación indiquen otra cosa</translation>
    </message>
    <message>
        <source>Used for posts to {name} instead of the default of {network}</source>
        <translation>Se usa en las publicaciones en {name} en lugar del valor de {network}</translation>
    </message>
</context>
<context>
    <name>Defaults</name>
    <message>
        <source>As typed</source>
        <translation>Como se escribió</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Vacío</translation>
    </message>
    <message>
        <source>In effect</source>
        <translation>En vigor</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sin estilo</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Ninguno</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>Sin definir</translation>
    </message>
    <message>
        <source>On the service</source>
        <translation>En el servicio</translation>
    </message>
    <message>
        <source>Option</source>
        <translation>Opción</translation>
    </message>
    <message>
        <source>This message</source>
        <translation>Este mensaje</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Sí</translation>
    </message>
    <message>
        <source>{layer}: not set</source>
        <extracomment>{layer}: where a value could be set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: sin definir</translation>
    </message>
    <message>
        <source>{layer}: {value}. In effect.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. En vigor.</translation>
    </message>
    <message>
        <source>{layer}: {value}. Not used here.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. No se usa aquí.</translation>
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
        <translation>Valores predeterminados</translation>
    </message>
    <message>
        <source>Layers of the defaults</source>
        <translation>Niveles de los valores predeterminados</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Aún no hay canales</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sin estilo</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Guardado en este ordenador</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>Used when a message does not set an option. Layers further right take precedence.</source>
        <translation>Se usan cuando un mensaje no define una opción. Los niveles de más a la derecha tienen prioridad.</translation>
    </message>
</context>
<context>
    <name>Delivery</name>
    <message numerus="yes">
        <source>%n of its channels no longer exist. Nothing was sent.</source>
        <translation>
            <numerusform>%n de sus canales ya no existe. No se envió nada.</numerusform>
            <numerusform>%n de sus canales ya no existen. No se envió nada.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts were changed or sent meanwhile, so they stay.</source>
        <translation>
            <numerusform>%n de {total} publicaciones se cambió o envió mientras tanto, así que se queda.</numerusform>
            <numerusform>%n de {total} publicaciones se cambiaron o enviaron mientras tanto, así que se quedan.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s), {digest}</source>
        <translation>
            <numerusform>%n publicación, {digest}</numerusform>
            <numerusform>%n publicaciones, {digest}</numerusform>
        </translation>
    </message>
    <message>
        <source>A repeat makes at most {n} posts. Nothing was sent.</source>
        <translation>Una repetición hace como máximo {n} publicaciones. No se envió nada.</translation>
    </message>
    <message>
        <source>An earlier change of it has an unclear outcome. Resolve that first.</source>
        <translation>Un cambio anterior tiene un resultado incierto. Resuélvelo primero.</translation>
    </message>
    <message>
        <source>An earlier change of it is not finished yet.</source>
        <translation>Un cambio anterior aún no ha terminado.</translation>
    </message>
    <message>
        <source>Another post has its slot. Nothing was sent.</source>
        <translation>Otra publicación ocupa su horario. No se envió nada.</translation>
    </message>
    <message>
        <source>Confirmed by you in the app</source>
        <translation>Confirmado por ti en la app</translation>
    </message>
    <message>
        <source>Confirmed by you on a terminal</source>
        <translation>Confirmado por ti en un terminal</translation>
    </message>
    <message>
        <source>Declined by you in the app</source>
        <translation>Rechazado por ti en la app</translation>
    </message>
    <message>
        <source>Declined by you on a terminal</source>
        <translation>Rechazado por ti en un terminal</translation>
    </message>
    <message>
        <source>It belongs to a post of the site and can be moved only there.</source>
        <translation>Pertenece a una entrada del sitio y solo se puede mover allí.</translation>
    </message>
    <message>
        <source>It could not be done in time. Propose it again.</source>
        <translation>No se pudo hacer a tiempo. Proponlo de nuevo.</translation>
    </message>
    <message>
        <source>It could not be moved.</source>
        <translation>No se pudo mover.</translation>
    </message>
    <message>
        <source>It goes out in a few minutes anyway.</source>
        <translation>De todos modos sale en unos minutos.</translation>
    </message>
    <message>
        <source>It is being moved.</source>
        <translation>Se está moviendo.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Se está enviando ahora mismo.</translation>
    </message>
    <message>
        <source>It is being sent right now. Posto waits for the result.</source>
        <translation>Se está enviando ahora mismo. Posto espera el resultado.</translation>
    </message>
    <message>
        <source>It is due right now, so the service may be sending it.</source>
        <translation>Toca ahora mismo, así que el servicio puede estar enviándola.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule, or it is being sent right now.</source>
        <translation>Ya no está en la programación, o se está enviando ahora mismo.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule. Your changes are kept here.</source>
        <translation>Ya no está en la programación. Tus cambios se conservan aquí.</translation>
    </message>
    <message>
        <source>It is no longer waiting.</source>
        <translation>Ya no está esperando.</translation>
    </message>
    <message>
        <source>It is not what was proposed any more. Nothing was done.</source>
        <translation>Ya no es lo que se propuso. No se hizo nada.</translation>
    </message>
    <message>
        <source>It is not what was proposed. Nothing was deleted.</source>
        <translation>No es lo que se propuso. No se eliminó nada.</translation>
    </message>
    <message>
        <source>It is overdue. Choose a time at least 5 minutes from now.</source>
        <translation>Está atrasada. Elige una hora dentro de al menos 5 minutos.</translation>
    </message>
    <message>
        <source>It is too late to undo this.</source>
        <translation>Es tarde para deshacerlo.</translation>
    </message>
    <message>
        <source>It may be being sent right now.</source>
        <translation>Puede que se esté enviando ahora mismo.</translation>
    </message>
    <message>
        <source>It may have been sent; that cannot be checked yet.</source>
        <translation>Puede que se haya enviado; aún no se puede comprobar.</translation>
    </message>
    <message>
        <source>It was accepted; for which channels cannot be checked yet.</source>
        <translation>Se aceptó; aún no se puede comprobar para qué canales.</translation>
    </message>
    <message>
        <source>It was answered already.</source>
        <translation>Ya se respondió.</translation>
    </message>
    <message>
        <source>It was changed after the move was proposed.</source>
        <translation>Se cambió después de proponer el movimiento.</translation>
    </message>
    <message>
        <source>It was changed or sent meanwhile, so it stays.</source>
        <translation>Se cambió o envió mientras tanto, así que se queda.</translation>
    </message>
    <message>
        <source>It was not confirmed within ten minutes. Have it proposed again.</source>
        <translation>No se confirmó en diez minutos. Pide que se proponga de nuevo.</translation>
    </message>
    <message>
        <source>It was sent already.</source>
        <translation>Ya se envió.</translation>
    </message>
    <message>
        <source>It was sent at both times.</source>
        <translation>Se envió a ambas horas.</translation>
    </message>
    <message>
        <source>It was sent before your changes were saved. They are kept here.</source>
        <translation>Se envió antes de que se guardaran tus cambios. Se conservan aquí.</translation>
    </message>
    <message>
        <source>It was sent while it was being moved.</source>
        <translation>Se envió mientras se movía.</translation>
    </message>
    <message>
        <source>Its channel no longer exists. Nothing was sent.</source>
        <translation>Su canal ya no existe. No se envió nada.</translation>
    </message>
    <message>
        <source>Its earlier time has passed, so you cannot undo this.</source>
        <translation>Su hora anterior ya pasó, así que no puedes deshacerlo.</translation>
    </message>
    <message>
        <source>Its time has passed. Nothing was scheduled.</source>
        <translation>Su hora ya pasó. No se programó nada.</translation>
    </message>
    <message>
        <source>Its time passed before it could be sent. Nothing was sent.</source>
        <translation>Su hora pasó antes de poder enviarse. No se envió nada.</translation>
    </message>
    <message>
        <source>Its time, {time}, passed before it could be sent. It was not sent; try again to send it now.</source>
        <translation>Su hora, {time}, pasó antes de que se pudiera enviar. No se envió; inténtalo de nuevo para enviarla ahora.</translation>
    </message>
    <message>
        <source>May already be published, but that cannot be checked. {reason}</source>
        <translation>Puede que ya esté publicada, pero no se puede comprobar. {reason}</translation>
    </message>
    <message>
        <source>May already be published: the service did not answer in time.</source>
        <translation>Puede que ya esté publicada: el servicio no respondió a tiempo.</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Puede que ya esté publicada: {reason}</translation>
    </message>
    <message>
        <source>May already be published: {why}</source>
        <translation>Puede que ya esté publicada: {why}</translation>
    </message>
    <message>
        <source>No channel is selected, so nothing was sent.</source>
        <translation>Ningún canal está seleccionado, así que no se envió nada.</translation>
    </message>
    <message>
        <source>Not checked yet. {why}</source>
        <translation>Aún sin comprobar. {why}</translation>
    </message>
    <message>
        <source>Nothing more was posted.</source>
        <translation>No se publicó nada más.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>No se cambió nada.</translation>
    </message>
    <message>
        <source>Nothing was posted.</source>
        <translation>No se publicó nada.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>No se envió nada.</translation>
    </message>
    <message>
        <source>Part of it was sent meanwhile.</source>
        <translation>Una parte se envió mientras tanto.</translation>
    </message>
    <message>
        <source>Posto will check again.</source>
        <translation>Posto lo comprobará de nuevo.</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>Retirada.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>La app se está cerrando.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was changed.</source>
        <translation>La hora elegida ya pasó. No se cambió nada.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was sent.</source>
        <translation>La hora elegida ya pasó. No se envió nada.</translation>
    </message>
    <message>
        <source>The earlier post is still scheduled.</source>
        <translation>La publicación anterior sigue programada.</translation>
    </message>
    <message>
        <source>The earlier version is no longer known.</source>
        <translation>La versión anterior ya no se conoce.</translation>
    </message>
    <message>
        <source>The evergreen message was deleted. Nothing was sent.</source>
        <translation>El mensaje evergreen se eliminó. No se envió nada.</translation>
    </message>
    <message>
        <source>The list of {host} could not be read.</source>
        <translation>No se pudo leer la lista de {host}.</translation>
    </message>
    <message>
        <source>The message is no longer in the campaign. Nothing was sent.</source>
        <translation>El mensaje ya no está en la campaña. No se envió nada.</translation>
    </message>
    <message>
        <source>The new time has passed.</source>
        <translation>La hora nueva ya pasó.</translation>
    </message>
    <message>
        <source>The new time has passed. Nothing was moved.</source>
        <translation>La hora nueva ya pasó. No se movió nada.</translation>
    </message>
    <message>
        <source>The post is not in the schedule of {host}.</source>
        <translation>La publicación no está en la programación de {host}.</translation>
    </message>
    <message>
        <source>The prepared copy of “{name}” was removed from the cache. Try again.</source>
        <translation>La copia preparada de «{name}» se quitó de la caché. Inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>The proxy in Settings &gt; Network has no address or no port. Nothing was sent.</source>
        <translation>Al proxy de Ajustes &gt; Red le falta la dirección o el puerto. No se envió nada.</translation>
    </message>
    <message>
        <source>The repeat has no time left. Nothing was sent.</source>
        <translation>A la repetición no le queda ninguna hora. No se envió nada.</translation>
    </message>
    <message>
        <source>The saved data of this post is damaged.</source>
        <translation>Los datos guardados de esta publicación están dañados.</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>No se puede acceder al espacio de trabajo.</translation>
    </message>
    <message>
        <source>There is no style “{name}” to export.</source>
        <translation>No hay ningún estilo «{name}» que exportar.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Aún no hay nada que publicar. Escribe un texto o añade una imagen.</translation>
    </message>
    <message>
        <source>This message edits nothing. Nothing was changed.</source>
        <translation>Este mensaje no edita nada. No se cambió nada.</translation>
    </message>
    <message>
        <source>This workspace is signed out. Sign in again to send the post.</source>
        <translation>Este espacio de trabajo tiene la sesión cerrada. Inicia sesión de nuevo para enviar la publicación.</translation>
    </message>
    <message>
        <source>Two attempts had no clear answer.</source>
        <translation>Dos intentos no tuvieron respuesta clara.</translation>
    </message>
    <message>
        <source>defaults.json is damaged, so no defaults count. The next change keeps it aside.</source>
        <translation>defaults.json está dañado, así que no valen los predeterminados. El próximo cambio lo aparta.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>su nombre no se puede usar</translation>
    </message>
    <message>
        <source>this computer</source>
        <extracomment>In place of the name of a service: &quot;… accepted the post but does not list it.&quot;</extracomment>
        <translation>este ordenador</translation>
    </message>
    <message>
        <source>{host} accepted only a part of it.</source>
        <translation>{host} aceptó solo una parte.</translation>
    </message>
    <message>
        <source>{host} accepted the post but does not list it.</source>
        <translation>{host} aceptó la publicación, pero no la muestra en su lista.</translation>
    </message>
    <message>
        <source>{host} asks to wait.</source>
        <translation>{host} pide esperar.</translation>
    </message>
    <message>
        <source>{host} did not accept it.</source>
        <translation>{host} no la aceptó.</translation>
    </message>
    <message>
        <source>{host} did not answer in time. Posto is checking whether the post arrived.</source>
        <translation>{host} no respondió a tiempo. Posto está comprobando si la publicación llegó.</translation>
    </message>
    <message>
        <source>{host} did not move it.</source>
        <translation>{host} no la movió.</translation>
    </message>
    <message>
        <source>{host} does not list it for {names} yet.</source>
        <translation>{host} aún no la muestra para {names}.</translation>
    </message>
    <message>
        <source>{host} does not list the post yet.</source>
        <translation>{host} aún no muestra la publicación.</translation>
    </message>
    <message>
        <source>{host} does not report its whole content.</source>
        <translation>{host} no informa de todo su contenido.</translation>
    </message>
    <message>
        <source>{host} has this post but does not list it for {names}.</source>
        <translation>{host} tiene esta publicación, pero no la muestra para {names}.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} está en mantenimiento.</translation>
    </message>
    <message>
        <source>{host} still has the earlier post.</source>
        <translation>{host} aún tiene la publicación anterior.</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is/are) not in the schedule of {host}.</source>
        <extracomment>{names}: names of channels.</extracomment>
        <translation>
            <numerusform>{names} no está en la programación de {host}.</numerusform>
            <numerusform>{names} no están en la programación de {host}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} cannot be imported: it is not a regular file.</source>
        <translation>{name} no se puede importar: no es un archivo normal.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} no se puede leer: acceso denegado.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} no se puede leer: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be prepared ({why}).</source>
        <translation>No se pudo preparar {name} ({why}).</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes)</source>
        <translation>{name} está vacío (0 bytes)</translation>
    </message>
    <message>
        <source>{name} is no style. {why}</source>
        <translation>{name} no es un estilo. {why}</translation>
    </message>
    <message>
        <source>{name} is not a file</source>
        <translation>{name} no es un archivo</translation>
    </message>
    <message>
        <source>{name} is not a style: it has no settings for any network.</source>
        <translation>{name} no es un estilo: no tiene ajustes para ninguna red.</translation>
    </message>
    <message>
        <source>{name} is on another computer; copy it to this one</source>
        <translation>{name} está en otro ordenador; cópialo a este</translation>
    </message>
    <message>
        <source>{name} is too large for a style.</source>
        <translation>{name} es demasiado grande para un estilo.</translation>
    </message>
    <message>
        <source>{name} was not found</source>
        <translation>No se encontró {name}</translation>
    </message>
    <message>
        <source>{name} was not found beside the CSV file</source>
        <translation>No se encontró {name} junto al archivo CSV</translation>
    </message>
    <message>
        <source>{name} was not found beside the JSON file</source>
        <translation>No se encontró {name} junto al archivo JSON</translation>
    </message>
    <message>
        <source>{name} was not found beside the file</source>
        <translation>No se encontró {name} junto al archivo</translation>
    </message>
    <message>
        <source>{name} was not found beside the workbook</source>
        <translation>No se encontró {name} junto al libro</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>No se encontró {name}.</translation>
    </message>
    <message>
        <source>{name} was not found: a pasted row needs the whole path of its picture</source>
        <translation>No se encontró {name}: una fila pegada necesita la ruta completa de su imagen</translation>
    </message>
    <message>
        <source>“{name}” changed after you added it. Use Edit as new to see the current version.</source>
        <translation>«{name}» cambió después de añadirlo. Usa «Editar como nueva» para ver la versión actual.</translation>
    </message>
    <message>
        <source>“{name}” could not be read.</source>
        <translation>No se pudo leer «{name}».</translation>
    </message>
    <message>
        <source>“{name}” is not a picture or video</source>
        <translation>«{name}» no es una imagen ni un vídeo</translation>
    </message>
    <message>
        <source>“{name}” is not the file that was added to the draft.</source>
        <translation>«{name}» no es el archivo que se añadió al borrador.</translation>
    </message>
    <message>
        <source>“{name}” was changed after it was proposed. Nothing was scheduled.</source>
        <translation>«{name}» se cambió después de proponerlo. No se programó nada.</translation>
    </message>
    <message>
        <source>“{name}” was changed after the post was made.</source>
        <translation>«{name}» se cambió después de crear la publicación.</translation>
    </message>
    <message>
        <source>“{name}” was changed while it was uploaded.</source>
        <translation>«{name}» se cambió mientras se subía.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>No se encontró «{name}».</translation>
    </message>
    <message>
        <source>“{name}…” is not a file name</source>
        <translation>«{name}…» no es un nombre de archivo</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Posto cannot write to {folder}: {why}. Nothing will be saved.</source>
        <translation>Posto no puede escribir en {folder}: {why}. No se guardará nada.</translation>
    </message>
    <message>
        <source>The backup was not restored, because the server on this computer did not stop. Posto tries again at the next start.</source>
        <translation>La copia de seguridad no se restauró porque el servidor de este ordenador no se detuvo. Posto lo intentará otra vez al próximo inicio.</translation>
    </message>
</context>
<context>
    <name>DesktopApp</name>
    <message>
        <source>Check again</source>
        <translation>Comprobar de nuevo</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Redactar</translation>
    </message>
    <message>
        <source>{reason} The change lasts until Posto quits.</source>
        <translation>{reason} El cambio dura hasta que cierres Posto.</translation>
    </message>
</context>
<context>
    <name>DestinationChoice</name>
    <message>
        <source>A folder of pictures can become a campaign</source>
        <translation>Una carpeta de imágenes puede convertirse en una campaña</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Añadir un canal…</translation>
    </message>
    <message>
        <source>Connect your accounts</source>
        <translation>Conecta tus cuentas</translation>
    </message>
    <message>
        <source>Mastodon, Bluesky, WordPress and more, published from this computer.</source>
        <translation>Mastodon, Bluesky, WordPress y más, publicados desde este ordenador.</translation>
    </message>
    <message>
        <source>Runs on your own WordPress site. Its channels appear here.</source>
        <translation>Funciona en tu propio sitio WordPress. Sus canales aparecen aquí.</translation>
    </message>
    <message>
        <source>Sandbox channels show posts in Feed and publish nothing.</source>
        <translation>Los canales de prueba muestran las publicaciones en Feed y no publican nada.</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Inicia sesión en un servicio Posto</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Iniciar sesión…</translation>
    </message>
    <message>
        <source>Try it on this computer</source>
        <translation>Pruébalo en este ordenador</translation>
    </message>
    <message>
        <source>Type a time like &lt;b&gt;“{time}”&lt;/b&gt; or &lt;b&gt;“{other}”&lt;/b&gt;</source>
        <translation>Escribe una hora como &lt;b&gt;«{time}»&lt;/b&gt; o &lt;b&gt;«{other}»&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Use the sandbox</source>
        <translation>Usar las pruebas</translation>
    </message>
    <message>
        <source>Use the sandbox channels</source>
        <translation>Usar los canales de prueba</translation>
    </message>
    <message>
        <source>Where should it go?</source>
        <translation>¿Adónde debe ir?</translation>
    </message>
</context>
<context>
    <name>DeviceRows</name>
    <message>
        <source>No device yet</source>
        <translation>Aún sin dispositivo</translation>
    </message>
</context>
<context>
    <name>DownloadTile</name>
    <message>
        <source>Cancel {name}</source>
        <translation>Cancelar {name}</translation>
    </message>
    <message>
        <source>Download {name} again</source>
        <translation>Descargar {name} de nuevo</translation>
    </message>
    <message>
        <source>Downloading {name}</source>
        <translation>Descargando {name}</translation>
    </message>
    <message>
        <source>Not downloaded</source>
        <translation>No descargado</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Quitar {name}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
</context>
<context>
    <name>DraftRows</name>
    <message>
        <source>Open now</source>
        <translation>Abrir ahora</translation>
    </message>
</context>
<context>
    <name>DraftTabs</name>
    <message>
        <source>Close “{title}”; it stays in Drafts</source>
        <translation>Cerrar «{title}»; se queda en Borradores</translation>
    </message>
    <message>
        <source>Open messages</source>
        <translation>Mensajes abiertos</translation>
    </message>
</context>
<context>
    <name>DraftTabsRow</name>
    <message>
        <source>New message beside these</source>
        <translation>Mensaje nuevo junto a estos</translation>
    </message>
</context>
<context>
    <name>DraftTray</name>
    <message>
        <source>Drag one onto the calendar, or select it and press S</source>
        <translation>Arrastra uno al calendario, o selecciónalo y pulsa S</translation>
    </message>
    <message>
        <source>Hide drafts</source>
        <translation>Ocultar borradores</translation>
    </message>
    <message>
        <source>Show drafts</source>
        <translation>Mostrar borradores</translation>
    </message>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Borradores sin programar</translation>
    </message>
</context>
<context>
    <name>DraftTrayList</name>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Borradores sin programar</translation>
    </message>
</context>
<context>
    <name>DraftsFoot</name>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
    <message>
        <source>Name of the template</source>
        <translation>Nombre de la plantilla</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Cambiar nombre</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Guardar plantilla</translation>
    </message>
</context>
<context>
    <name>DraftsList</name>
    <message>
        <source>Add draft to evergreen</source>
        <translation>Añadir el borrador a Evergreen</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Añadir a Evergreen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Eliminar borrador</translation>
    </message>
    <message>
        <source>Delete template</source>
        <translation>Eliminar plantilla</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Borradores</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Borradores y plantillas</translation>
    </message>
    <message>
        <source>Drafts or templates</source>
        <translation>Borradores o plantillas</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Duplicate draft</source>
        <translation>Duplicar borrador</translation>
    </message>
    <message>
        <source>Labels of draft</source>
        <translation>Etiquetas del borrador</translation>
    </message>
    <message>
        <source>Labels…</source>
        <translation>Etiquetas…</translation>
    </message>
    <message>
        <source>New message from template</source>
        <extracomment>Verb.</extracomment>
        <translation>Mensaje nuevo desde plantilla</translation>
    </message>
    <message>
        <source>No draft matches.</source>
        <translation>Ningún borrador coincide.</translation>
    </message>
    <message>
        <source>No drafts yet. Your messages are saved here automatically.</source>
        <translation>Aún no hay borradores. Tus mensajes se guardan aquí automáticamente.</translation>
    </message>
    <message>
        <source>No template matches.</source>
        <translation>Ninguna plantilla coincide.</translation>
    </message>
    <message>
        <source>No templates yet. Use “Save as template…” in the menu beside Post.</source>
        <translation>Aún no hay plantillas. Usa «Guardar como plantilla…» en el menú junto a Publicar.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Rename template</source>
        <translation>Cambiar nombre de la plantilla</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Cambiar nombre…</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Guardar como plantilla…</translation>
    </message>
    <message>
        <source>Save draft as template</source>
        <translation>Guardar borrador como plantilla</translation>
    </message>
    <message>
        <source>Search drafts</source>
        <translation>Buscar borradores</translation>
    </message>
    <message>
        <source>Search templates</source>
        <translation>Buscar plantillas</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Plantillas</translation>
    </message>
</context>
<context>
    <name>DraftsModel</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n archivo</numerusform>
            <numerusform>%n archivos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n parte</numerusform>
            <numerusform>%n partes</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes of a scheduled message</source>
        <translation>Cambios de un mensaje programado</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sin título</translation>
    </message>
    <message>
        <source>open now</source>
        <translation>abierto ahora</translation>
    </message>
</context>
<context>
    <name>DraftsPopupController</name>
    <message>
        <source>Name of the template</source>
        <translation>Nombre de la plantilla</translation>
    </message>
    <message>
        <source>Save as template</source>
        <translation>Guardar como plantilla</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Guardar plantilla</translation>
    </message>
    <message>
        <source>Saves text, files, channels, options, labels and the time as typed.</source>
        <translation>Guarda texto, archivos, canales, opciones, etiquetas y la hora tal como se escribió.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Aún no hay nada que guardar</translation>
    </message>
</context>
<context>
    <name>DropCard</name>
    <message>
        <source>Attach a sample picture to see how it looks on each network</source>
        <translation>Adjunta una imagen de ejemplo para ver cómo queda en cada red</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Examinar…</translation>
    </message>
    <message>
        <source>Drop pictures, videos or a text file</source>
        <translation>Suelta imágenes, vídeos o un archivo de texto</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Usar un ejemplo</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Usar una imagen de ejemplo</translation>
    </message>
    <message>
        <source>or paste with {keys}</source>
        <extracomment>{keys}: keys, such as Ctrl+V.</extracomment>
        <translation>o pega con {keys}</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted</source>
        <translation>
            <numerusform>%n archivo no se puede publicar</numerusform>
            <numerusform>%n archivos no se pueden publicar</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to this message</source>
        <translation>Añadir a este mensaje</translation>
    </message>
    <message>
        <source>Add to your styles</source>
        <translation>Añadir a tus estilos</translation>
    </message>
    <message numerus="yes">
        <source>Added to the (file/%n files) already attached</source>
        <translation>
            <numerusform>Se añade al archivo ya adjunto</numerusform>
            <numerusform>Se añade a los %n archivos ya adjuntos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln file(s)</source>
        <translation>
            <numerusform>Soltar %Ln archivo</numerusform>
            <numerusform>Soltar %Ln archivos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln picture(s)</source>
        <translation>
            <numerusform>Soltar %Ln imagen</numerusform>
            <numerusform>Soltar %Ln imágenes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln style(s)</source>
        <translation>
            <numerusform>Soltar %Ln estilo</numerusform>
            <numerusform>Soltar %Ln estilos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln video(s)</source>
        <translation>
            <numerusform>Soltar %Ln vídeo</numerusform>
            <numerusform>Soltar %Ln vídeos</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop anywhere here. Esc cancels.</source>
        <translation>Suelta en cualquier lugar de aquí. Esc cancela.</translation>
    </message>
    <message>
        <source>Drop elsewhere to add them to this message. Esc cancels.</source>
        <translation>Suelta en otro lugar para añadirlos a este mensaje. Esc cancela.</translation>
    </message>
    <message>
        <source>Drop files</source>
        <translation>Soltar archivos</translation>
    </message>
    <message>
        <source>Each file becomes one of your styles</source>
        <translation>Cada archivo se convierte en uno de tus estilos</translation>
    </message>
    <message>
        <source>Make a campaign</source>
        <translation>Crear una campaña</translation>
    </message>
    <message numerus="yes">
        <source>One message for each of the %Ln file(s), spread over time</source>
        <translation>
            <numerusform>Un mensaje para el archivo, repartido en el tiempo</numerusform>
            <numerusform>Un mensaje por cada uno de los %Ln archivos, repartidos en el tiempo</numerusform>
        </translation>
    </message>
    <message>
        <source>The message has no files yet</source>
        <translation>El mensaje aún no tiene archivos</translation>
    </message>
    <message>
        <source>You can add pictures, videos and text files.</source>
        <translation>Puedes añadir imágenes, vídeos y archivos de texto.</translation>
    </message>
    <message>
        <source>{name} cannot be posted</source>
        <translation>{name} no se puede publicar</translation>
    </message>
</context>
<context>
    <name>DueCauses</name>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the keychain is locked.</source>
        <translation>
            <numerusform>%n publicación de las {time} no puede salir: el llavero está bloqueado.</numerusform>
            <numerusform>%n publicaciones de las {time} no pueden salir: el llavero está bloqueado.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the workspace “{name}” is signed out.</source>
        <translation>
            <numerusform>%n publicación de las {time} no puede salir: el espacio de trabajo «{name}» tiene la sesión cerrada.</numerusform>
            <numerusform>%n publicaciones de las {time} no pueden salir: el espacio de trabajo «{name}» tiene la sesión cerrada.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: {name} is signed out.</source>
        <translation>
            <numerusform>%n publicación de las {time} no puede salir: {name} tiene la sesión cerrada.</numerusform>
            <numerusform>%n publicaciones de las {time} no pueden salir: {name} tiene la sesión cerrada.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” has changed since.</source>
        <translation>
            <numerusform>%n publicación de las {time} no puede salir: «{name}» ha cambiado desde entonces.</numerusform>
            <numerusform>%n publicaciones de las {time} no pueden salir: «{name}» ha cambiado desde entonces.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” is missing.</source>
        <translation>
            <numerusform>%n publicación de las {time} no puede salir: falta «{name}».</numerusform>
            <numerusform>%n publicaciones de las {time} no pueden salir: falta «{name}».</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: the disk of this computer is almost full.</source>
        <translation>
            <numerusform>%n publicación de las {time} quizá no salga: el disco de este ordenador está casi lleno.</numerusform>
            <numerusform>%n publicaciones de las {time} quizá no salgan: el disco de este ordenador está casi lleno.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: {name} cannot be reached.</source>
        <translation>
            <numerusform>%n publicación de las {time} quizá no salga: no se puede acceder a {name}.</numerusform>
            <numerusform>%n publicaciones de las {time} quizá no salgan: no se puede acceder a {name}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} would be refused by {name}.</source>
        <translation>
            <numerusform>{name} rechazaría %n publicación de las {time}.</numerusform>
            <numerusform>{name} rechazaría %n publicaciones de las {time}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto&apos;s own server</source>
        <translation>el servidor propio de Posto</translation>
    </message>
    <message>
        <source>{account} on {network}</source>
        <translation>{account} en {network}</translation>
    </message>
</context>
<context>
    <name>DueChecksController</name>
    <message>
        <source>Check again</source>
        <translation>Comprobar de nuevo</translation>
    </message>
    <message>
        <source>Checking again</source>
        <translation>Comprobando de nuevo</translation>
    </message>
    <message>
        <source>Find the file…</source>
        <translation>Buscar el archivo…</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Abrir en Redactar</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Abrir el sitio</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Iniciar sesión de nuevo…</translation>
    </message>
    <message>
        <source>This is over</source>
        <translation>Esto ya está resuelto</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Desbloquear</translation>
    </message>
</context>
<context>
    <name>DuplicationController</name>
    <message numerus="yes">
        <source>%Ln message(s) duplicated as drafts</source>
        <translation>
            <numerusform>%Ln mensaje duplicado como borrador</numerusform>
            <numerusform>%Ln mensajes duplicados como borradores</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied to a new message</source>
        <translation>Copiado a un mensaje nuevo</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>EditMergeController</name>
    <message>
        <source>Somebody else</source>
        <translation>Otra persona</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Tu versión está en Borradores</translation>
    </message>
    <message>
        <source>{name} changed this message, too. Kept: {fields}.</source>
        <translation>{name} también cambió este mensaje. Se conserva: {fields}.</translation>
    </message>
</context>
<context>
    <name>EditMergeDialog</name>
    <message>
        <source>Both of you changed: {fields}.</source>
        <translation>Ambos cambiaron: {fields}.</translation>
    </message>
    <message>
        <source>Continue editing</source>
        <translation>Seguir editando</translation>
    </message>
    <message>
        <source>Keep my version</source>
        <translation>Conservar mi versión</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Save my version</source>
        <translation>Guardar mi versión</translation>
    </message>
    <message>
        <source>Save the version of {name}; mine goes to Drafts</source>
        <translation>Guardar la versión de {name}; la mía va a Borradores</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Otra persona</translation>
    </message>
    <message>
        <source>Use the version of {name}; mine goes to Drafts</source>
        <translation>Usar la versión de {name}; la mía va a Borradores</translation>
    </message>
    <message>
        <source>{name} changed this message, too</source>
        <translation>{name} también cambió este mensaje</translation>
    </message>
</context>
<context>
    <name>EditingStrip</name>
    <message>
        <source>Discard changes</source>
        <translation>Descartar cambios</translation>
    </message>
    <message>
        <source>Keep as a new message</source>
        <translation>Conservar como mensaje nuevo</translation>
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
        <translation>Selector de emojis</translation>
    </message>
    <message>
        <source>Install an emoji font to see emoji.</source>
        <translation>Instala una fuente de emojis para verlos.</translation>
    </message>
    <message>
        <source>Loading emoji</source>
        <translation>Cargando emojis</translation>
    </message>
    <message>
        <source>No emoji for “{query}”</source>
        <translation>Ningún emoji para «{query}»</translation>
    </message>
    <message>
        <source>No skin tone</source>
        <translation>Sin tono de piel</translation>
    </message>
    <message>
        <source>Recently used</source>
        <translation>Usados recientemente</translation>
    </message>
    <message>
        <source>Search emoji</source>
        <translation>Buscar emojis</translation>
    </message>
    <message>
        <source>Skin tone</source>
        <translation>Tono de piel</translation>
    </message>
    <message>
        <source>Skin tone: {name}</source>
        <translation>Tono de piel: {name}</translation>
    </message>
    <message>
        <source>The emoji could not be loaded. See the log for details.</source>
        <translation>No se pudieron cargar los emojis. Consulta el registro.</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>ninguno elegido</translation>
    </message>
</context>
<context>
    <name>EmptyMessages</name>
    <message>
        <source>Import a file…</source>
        <translation>Importar un archivo…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Importar algunos mensajes de ejemplo, para ver cómo funciona</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Aún no hay mensajes</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Usar un ejemplo</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Escribir un mensaje</translation>
    </message>
    <message>
        <source>Write a message, paste lines from a spreadsheet, or drop pictures. Each line or picture becomes a message.</source>
        <translation>Escribe un mensaje, pega líneas de una hoja de cálculo o suelta imágenes. Cada línea o imagen será un mensaje.</translation>
    </message>
</context>
<context>
    <name>EmptySchedule</name>
    <message>
        <source>Clear filters</source>
        <translation>Borrar filtros</translation>
    </message>
    <message numerus="yes">
        <source>Filters and hidden channels hide %Ln post(s).</source>
        <translation>
            <numerusform>Los filtros y los canales ocultos esconden %Ln publicación.</numerusform>
            <numerusform>Los filtros y los canales ocultos esconden %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Los canales ocultos contienen %Ln publicación.</numerusform>
            <numerusform>Los canales ocultos contienen %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Ninguna publicación coincide</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Aún no hay nada programado</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Los mensajes programados aparecen aquí.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Mostrar los canales ocultos</translation>
    </message>
    <message numerus="yes">
        <source>The filters hide %Ln post(s).</source>
        <translation>
            <numerusform>Los filtros ocultan %Ln publicación.</numerusform>
            <numerusform>Los filtros ocultan %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message>
        <source>The schedule could not be loaded</source>
        <translation>No se pudo cargar la programación</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message numerus="yes">
        <source>Without the status filter: %Ln post(s).</source>
        <translation>
            <numerusform>Sin el filtro de estado: %Ln publicación.</numerusform>
            <numerusform>Sin el filtro de estado: %Ln publicaciones.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Encodings</name>
    <message>
        <source>Chinese (GB 18030)</source>
        <translation>Chino (GB 18030)</translation>
    </message>
    <message>
        <source>Japanese (Shift JIS)</source>
        <translation>Japonés (Shift JIS)</translation>
    </message>
    <message>
        <source>Windows, Central European (1250)</source>
        <translation>Windows, centroeuropeo (1250)</translation>
    </message>
    <message>
        <source>Windows, Cyrillic (1251)</source>
        <translation>Windows, cirílico (1251)</translation>
    </message>
    <message>
        <source>Windows, Western (1252)</source>
        <translation>Windows, occidental (1252)</translation>
    </message>
</context>
<context>
    <name>Entries</name>
    <message>
        <source>Post without text</source>
        <translation>Publicación sin texto</translation>
    </message>
</context>
<context>
    <name>EntryCard</name>
    <message>
        <source>Address of the post</source>
        <translation>Dirección de la publicación</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Dirección, si la conoces</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Edit as new</source>
        <translation>Editar como nueva</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>¿Está ya en {network}?</translation>
    </message>
    <message>
        <source>Is it published already?</source>
        <translation>¿Está ya publicada?</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Se envía de nuevo en un momento.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Está ahí</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Abrir el canal</translation>
    </message>
    <message>
        <source>Open the channels</source>
        <translation>Abrir los canales</translation>
    </message>
    <message>
        <source>Posto sent the post, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>Posto envió la publicación, pero no recibió una respuesta clara. Enviarla otra vez ahora podría publicarla dos veces.</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de nuevo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ahora</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Enviar el comentario de nuevo</translation>
    </message>
    <message numerus="yes">
        <source>The other channels have the post. (This one is/These are) not in the schedule, but (it/they) may still be published. Sending again now could publish (it/them) twice.</source>
        <translation>
            <numerusform>Los otros canales tienen la publicación. Esta no está en la programación, pero aún podría publicarse. Enviarla otra vez ahora podría publicarla dos veces.</numerusform>
            <numerusform>Los otros canales tienen la publicación. Estas no están en la programación, pero aún podrían publicarse. Enviarlas otra vez ahora podría publicarlas dos veces.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Intentar ahora</translation>
    </message>
</context>
<context>
    <name>EntryDetails</name>
    <message>
        <source>Check again</source>
        <translation>Comprobar de nuevo</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>Cerrar detalles</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Copiar detalles</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir publicación</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Send first</source>
        <translation>Enviar primero</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Qué ha pasado</translation>
    </message>
</context>
<context>
    <name>EntryStories</name>
    <message>
        <source>Story</source>
        <translation>Historia</translation>
    </message>
    <message>
        <source>Story on {channel}</source>
        <translation>Historia en {channel}</translation>
    </message>
</context>
<context>
    <name>ErrorReporter</name>
    <message>
        <source>Something went wrong. See the log for details.</source>
        <translation>Algo salió mal. Consulta el registro.</translation>
    </message>
</context>
<context>
    <name>Evergreen</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canales</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln publicación programada de {first} a {last}</numerusform>
            <numerusform>%Ln publicaciones programadas de {first} a {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln publicación programada: {when}</numerusform>
            <numerusform>%Ln publicaciones programadas: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>%Ln envío</numerusform>
            <numerusform>%Ln envíos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln text(s)</source>
        <translation>
            <numerusform>%Ln texto</numerusform>
            <numerusform>%Ln textos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n (is/are) being deleted from the service.</source>
        <translation>
            <numerusform>%n se está eliminando del servicio.</numerusform>
            <numerusform>%n se están eliminando del servicio.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no runs left.</source>
        <translation>
            <numerusform>A %n mensaje no le quedan envíos.</numerusform>
            <numerusform>A %n mensajes no les quedan envíos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no text that the network would take again by then.</source>
        <translation>
            <numerusform>%n mensaje no tiene un texto que la red vuelva a aceptar para entonces.</numerusform>
            <numerusform>%n mensajes no tienen un texto que la red vuelva a aceptar para entonces.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) passed the last day.</source>
        <translation>
            <numerusform>A %n mensaje se le pasó el último día.</numerusform>
            <numerusform>A %n mensajes se les pasó el último día.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (is/are) paused.</source>
        <translation>
            <numerusform>%n mensaje está en pausa.</numerusform>
            <numerusform>%n mensajes están en pausa.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (starts/start) later.</source>
        <translation>
            <numerusform>%n mensaje empieza más tarde.</numerusform>
            <numerusform>%n mensajes empiezan más tarde.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) cannot be posted here.</source>
        <translation>
            <numerusform>%n mensaje no se puede publicar aquí.</numerusform>
            <numerusform>%n mensajes no se pueden publicar aquí.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) still (rests/rest).</source>
        <translation>
            <numerusform>%n mensaje sigue en descanso.</numerusform>
            <numerusform>%n mensajes siguen en descanso.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (was/were) sent already and (stays/stay).</source>
        <translation>
            <numerusform>%n publicación ya se envió y se queda.</numerusform>
            <numerusform>%n publicaciones ya se enviaron y se quedan.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) taken back.</source>
        <translation>
            <numerusform>%n publicación retirada.</numerusform>
            <numerusform>%n publicaciones retiradas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s) changed, too.</source>
        <translation>
            <numerusform>También cambió %n publicación programada.</numerusform>
            <numerusform>También cambiaron %n publicaciones programadas.</numerusform>
        </translation>
    </message>
    <message>
        <source>All evergreen messages are paused.</source>
        <translation>Todos los mensajes evergreen están en pausa.</translation>
    </message>
    <message>
        <source>All evergreen messages have passed their last day.</source>
        <translation>A todos los mensajes evergreen se les pasó el último día.</translation>
    </message>
    <message>
        <source>All evergreen messages rest until {day}.</source>
        <translation>Todos los mensajes evergreen descansan hasta el {day}.</translation>
    </message>
    <message>
        <source>All evergreen messages rest.</source>
        <translation>Todos los mensajes evergreen descansan.</translation>
    </message>
    <message>
        <source>Ended</source>
        <extracomment>Status of an evergreen message: its last day is over.</extracomment>
        <translation>Terminado</translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago, weight {weight}.</source>
        <translation>
            <numerusform>Le toca: último envío hace %n día, peso {weight}.</numerusform>
            <numerusform>Le toca: último envío hace %n días, peso {weight}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>Le toca: último envío hace %n día.</numerusform>
            <numerusform>Le toca: último envío hace %n días.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its turn: never sent here, weight {weight}.</source>
        <translation>Le toca: nunca se envió aquí, peso {weight}.</translation>
    </message>
    <message>
        <source>Its turn: never sent here.</source>
        <translation>Le toca: nunca se envió aquí.</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>No hay canales</translation>
    </message>
    <message>
        <source>No evergreen message goes to this channel.</source>
        <translation>Ningún mensaje evergreen va a este canal.</translation>
    </message>
    <message>
        <source>No evergreen message has runs left.</source>
        <translation>A ningún mensaje evergreen le quedan envíos.</translation>
    </message>
    <message>
        <source>No evergreen message may go out at the free slots.</source>
        <translation>Ningún mensaje evergreen puede salir en los horarios libres.</translation>
    </message>
    <message>
        <source>No slot is free.</source>
        <translation>No hay ningún horario libre.</translation>
    </message>
    <message>
        <source>No slot was filled.</source>
        <translation>No se llenó ningún horario.</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Aún no hay nada escrito</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of an evergreen message.</extracomment>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>The message pinned here cannot be posted as it is.</source>
        <translation>El mensaje fijado aquí no se puede publicar tal como está.</translation>
    </message>
    <message>
        <source>The message pinned here has no runs left.</source>
        <translation>Al mensaje fijado aquí no le quedan envíos.</translation>
    </message>
    <message>
        <source>The message pinned here has passed its last day.</source>
        <translation>Al mensaje fijado aquí se le pasó el último día.</translation>
    </message>
    <message>
        <source>The message pinned here is paused.</source>
        <translation>El mensaje fijado aquí está en pausa.</translation>
    </message>
    <message>
        <source>The message pinned here starts later.</source>
        <translation>El mensaje fijado aquí empieza más tarde.</translation>
    </message>
    <message>
        <source>The message pinned here would still rest.</source>
        <translation>El mensaje fijado aquí aún estaría en descanso.</translation>
    </message>
    <message>
        <source>The network would not take the text of the message pinned here again by then.</source>
        <translation>La red no volvería a aceptar para entonces el texto del mensaje fijado aquí.</translation>
    </message>
    <message>
        <source>The next one may go out on {day}.</source>
        <translation>El siguiente puede salir el {day}.</translation>
    </message>
    <message numerus="yes">
        <source>The only one that may go out: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>El único que puede salir: último envío hace %n día.</numerusform>
            <numerusform>El único que puede salir: último envío hace %n días.</numerusform>
        </translation>
    </message>
    <message>
        <source>The slots could not be filled. See the log for details.</source>
        <translation>No se pudieron llenar los horarios. Los detalles están en el registro.</translation>
    </message>
    <message>
        <source>Their channels have no weekly slots. Add some in Settings, Publishing.</source>
        <translation>Sus canales no tienen horarios semanales. Añádelos en Ajustes, Publicación.</translation>
    </message>
    <message>
        <source>There are no evergreen messages.</source>
        <translation>No hay mensajes evergreen.</translation>
    </message>
    <message>
        <source>You pinned it here.</source>
        <translation>Lo fijaste aquí.</translation>
    </message>
    <message numerus="yes">
        <source>You skipped %n message(s) here.</source>
        <translation>
            <numerusform>Omitiste %n mensaje aquí.</numerusform>
            <numerusform>Omitiste %n mensajes aquí.</numerusform>
        </translation>
    </message>
    <message>
        <source>You skipped the message pinned here.</source>
        <translation>Omitiste el mensaje fijado aquí.</translation>
    </message>
    <message>
        <source>You skipped this slot.</source>
        <translation>Omitiste este horario.</translation>
    </message>
    <message>
        <source>You took this slot back. Fill slots to use it again.</source>
        <translation>Retiraste este horario. Llena los horarios para usarlo de nuevo.</translation>
    </message>
    <message>
        <source>as often as slots are free</source>
        <translation>siempre que haya horarios libres</translation>
    </message>
    <message numerus="yes">
        <source>at most %Ln on each channel</source>
        <translation>
            <numerusform>como máximo %Ln por canal</numerusform>
            <numerusform>como máximo %Ln por canal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %Ln day(s) at least</source>
        <translation>
            <numerusform>cada %Ln día como mínimo</numerusform>
            <numerusform>cada %Ln días como mínimo</numerusform>
        </translation>
    </message>
    <message>
        <source>from {day}</source>
        <translation>desde el {day}</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>próximo: {when}</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>hasta el {day}</translation>
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
        <translation>Añadir imágenes</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Change the text of this run only</source>
        <translation>Cambiar solo el texto de este envío</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Keep this message at this time</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Mantener este mensaje a esta hora</translation>
    </message>
    <message>
        <source>Leave this slot free</source>
        <translation>Dejar libre este horario</translation>
    </message>
    <message>
        <source>Let another message take this turn</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Ceder el turno a otro mensaje</translation>
    </message>
    <message>
        <source>Let the turn decide again</source>
        <translation>Dejar que decida el turno</translation>
    </message>
    <message>
        <source>Move back</source>
        <translation>Devolver</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Open the message</source>
        <translation>Abrir el mensaje</translation>
    </message>
    <message>
        <source>Pause</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Pin</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Fijar</translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Mostrar en la programación</translation>
    </message>
    <message>
        <source>Skip</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Omitir</translation>
    </message>
    <message>
        <source>The next runs are being computed.</source>
        <translation>Se están calculando los próximos envíos.</translation>
    </message>
    <message>
        <source>The slots are being filled.</source>
        <translation>Se están llenando los horarios.</translation>
    </message>
    <message>
        <source>There is nothing to fill: see the list of the next runs.</source>
        <translation>No hay nada que llenar: mira la lista de los próximos envíos.</translation>
    </message>
</context>
<context>
    <name>EvergreenController</name>
    <message numerus="yes">
        <source>%Ln message(s) added to Evergreen</source>
        <translation>
            <numerusform>%Ln mensaje añadido a Evergreen</numerusform>
            <numerusform>%Ln mensajes añadidos a Evergreen</numerusform>
        </translation>
    </message>
    <message>
        <source>This post is not in the schedule yet: it waits in Activity.</source>
        <translation>Esta publicación aún no está en la programación: espera en Actividad.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>EvergreenEditor</name>
    <message>
        <source>Add another text</source>
        <translation>Añadir otro texto</translation>
    </message>
    <message>
        <source>Back to the evergreen messages</source>
        <translation>Volver a los mensajes evergreen</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message numerus="yes">
        <source>Goes to %Ln channel(s), ticked in the list beside.</source>
        <translation>
            <numerusform>Va a %Ln canal, marcado en la lista de al lado.</numerusform>
            <numerusform>Va a %Ln canales, marcados en la lista de al lado.</numerusform>
        </translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>More for this message</source>
        <translation>Más para este mensaje</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Nuevo mensaje evergreen</translation>
    </message>
    <message>
        <source>No channels yet. Tick them in the list beside.</source>
        <translation>Aún sin canales. Márcalos en la lista de al lado.</translation>
    </message>
    <message>
        <source>Some channels have another first text.</source>
        <translation>Algunos canales tienen otro primer texto.</translation>
    </message>
    <message>
        <source>Texts are used in turn, so that no network gets one twice in a row.</source>
        <translation>Los textos se turnan para que ninguna red reciba el mismo dos veces seguidas.</translation>
    </message>
    <message>
        <source>The first text goes on in a thread.</source>
        <translation>El primer texto continúa en un hilo.</translation>
    </message>
    <message>
        <source>When it may go out</source>
        <translation>Cuándo puede salir</translation>
    </message>
    <message>
        <source>{networks}: the first text is another one there.</source>
        <translation>{networks}: allí el primer texto es otro.</translation>
    </message>
</context>
<context>
    <name>EvergreenFiles</name>
    <message>
        <source>The file could not be read.</source>
        <translation>No se pudo leer el archivo.</translation>
    </message>
</context>
<context>
    <name>EvergreenMessagesView</name>
    <message>
        <source>Evergreen messages</source>
        <translation>Mensajes evergreen</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Aún no hay nada escrito</translation>
    </message>
</context>
<context>
    <name>EvergreenRuns</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln más</numerusform>
            <numerusform>%Ln más</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln slot(s) stay free until {day}</source>
        <translation>
            <numerusform>%Ln horario queda libre hasta el {day}</numerusform>
            <numerusform>%Ln horarios quedan libres hasta el {day}</numerusform>
        </translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Texto propio</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Fijado</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Programado</translation>
    </message>
    <message>
        <source>Stays free</source>
        <translation>Queda libre</translation>
    </message>
    <message>
        <source>Text {number} of {count}</source>
        <translation>Texto {number} de {count}</translation>
    </message>
    <message>
        <source>Without text</source>
        <translation>Sin texto</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsPane</name>
    <message>
        <source>Add a message, and its next runs appear here, with the reason for each.</source>
        <translation>Añade un mensaje y aquí aparecerán sus próximos envíos, cada uno con su motivo.</translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Añadir horarios…</translation>
    </message>
    <message>
        <source>Evergreen messages go out at free slots: weekly times at which your channels post.</source>
        <translation>Los mensajes evergreen salen en los horarios libres: las horas semanales a las que publican tus canales.</translation>
    </message>
    <message>
        <source>Next 20</source>
        <translation>Próximos 20</translation>
    </message>
    <message>
        <source>No weekly slots yet</source>
        <translation>Aún sin horarios semanales</translation>
    </message>
    <message>
        <source>Nothing is due</source>
        <translation>Nada pendiente</translation>
    </message>
    <message>
        <source>Nothing to send yet</source>
        <translation>Aún nada que enviar</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Horas en {zone}</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsView</name>
    <message>
        <source>Next 20</source>
        <translation>Próximos 20</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Programado</translation>
    </message>
</context>
<context>
    <name>EvergreenView</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mensaje</numerusform>
            <numerusform>%Ln mensajes</numerusform>
        </translation>
    </message>
    <message>
        <source>Add message</source>
        <translation>Añadir mensaje</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>Todas las etiquetas</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Filtro de etiquetas</translation>
    </message>
    <message>
        <source>Messages for reuse: opening hours, your classics, reviews. They go out again and again at free slots, each after a pause. Add one here, or from Compose, Drafts and Schedule by “Add to evergreen”.</source>
        <translation>Mensajes para reutilizar: horario de apertura, tus clásicos, reseñas. Salen una y otra vez en los horarios libres, cada uno tras una pausa. Añade uno aquí, o desde Redactar, Borradores y Programación con «Añadir a Evergreen».</translation>
    </message>
    <message>
        <source>No evergreen message for the visible channels matches.</source>
        <translation>Ningún mensaje evergreen de los canales visibles coincide.</translation>
    </message>
    <message>
        <source>No evergreen message matches.</source>
        <translation>Ningún mensaje evergreen coincide.</translation>
    </message>
    <message>
        <source>No evergreen messages yet</source>
        <translation>Aún no hay mensajes evergreen</translation>
    </message>
    <message>
        <source>Search evergreen messages</source>
        <translation>Buscar mensajes evergreen</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Mostrar todos los canales</translation>
    </message>
</context>
<context>
    <name>EvergreenViewState</name>
    <message numerus="yes">
        <source>%Ln evergreen message(s) deleted</source>
        <translation>
            <numerusform>%Ln mensaje evergreen eliminado</numerusform>
            <numerusform>%Ln mensajes evergreen eliminados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) duplicated</source>
        <translation>
            <numerusform>%Ln mensaje evergreen duplicado</numerusform>
            <numerusform>%Ln mensajes evergreen duplicados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) paused</source>
        <translation>
            <numerusform>%Ln mensaje evergreen en pausa</numerusform>
            <numerusform>%Ln mensajes evergreen en pausa</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) resumed</source>
        <translation>
            <numerusform>%Ln mensaje evergreen reanudado</numerusform>
            <numerusform>%Ln mensajes evergreen reanudados</numerusform>
        </translation>
    </message>
    <message>
        <source>Pinned. This message keeps its time.</source>
        <translation>Fijado. Este mensaje conserva su hora.</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Skipped. Another message takes its turn.</source>
        <translation>Omitido. Le toca a otro mensaje.</translation>
    </message>
    <message>
        <source>Taken off the schedule, and skipped.</source>
        <translation>Retirado de la programación y omitido.</translation>
    </message>
    <message>
        <source>The turn decides again.</source>
        <translation>El turno decide de nuevo.</translation>
    </message>
    <message>
        <source>This run has a text of its own.</source>
        <translation>Este envío tiene un texto propio.</translation>
    </message>
    <message>
        <source>This slot stays free.</source>
        <translation>Este horario queda libre.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>What it had scheduled is taken back.</source>
        <translation>Lo que tenía programado se retira.</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>«{name}» eliminado</translation>
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
        <translation>Calendarios (*.ics)</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Carta</translation>
    </message>
    <message>
        <source>No posts this week.</source>
        <translation>No hay publicaciones esta semana.</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>Documentos PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Page {number} of {total}</source>
        <translation>Página {number} de {total}</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tablas (*.csv)</translation>
    </message>
    <message>
        <source>schedule {day}</source>
        <translation>programación {day}</translation>
    </message>
    <message>
        <source>week of {day}</source>
        <translation>semana del {day}</translation>
    </message>
    <message>
        <source>{day}, continued</source>
        <translation>{day}, continuación</translation>
    </message>
    <message>
        <source>{posts}, as of {when}</source>
        <translation>{posts}, a {when}</translation>
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
        <translation>Una semana para imprimir, con una columna por día y miniaturas. {paper} horizontal.</translation>
    </message>
    <message numerus="yes">
        <source>All: %Ln post(s)</source>
        <translation>
            <numerusform>Todas: %Ln publicación</numerusform>
            <numerusform>Todas: %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>Tabla CSV</translation>
    </message>
    <message>
        <source>Calendar file</source>
        <translation>Archivo de calendario</translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln post(s)…</source>
        <translation>
            <numerusform>Exportar %Ln publicación…</numerusform>
            <numerusform>Exportar %Ln publicaciones…</numerusform>
        </translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Progreso de la exportación</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Exportar la programación</translation>
    </message>
    <message>
        <source>Export week…</source>
        <translation>Exportar semana…</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>Tipo de archivo</translation>
    </message>
    <message numerus="yes">
        <source>Filtered: %Ln post(s)</source>
        <translation>
            <numerusform>Filtradas: %Ln publicación</numerusform>
            <numerusform>Filtradas: %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>For Excel</source>
        <translation>Para Excel</translation>
    </message>
    <message>
        <source>One event per post, for calendar apps. Posts without a time are left out.</source>
        <translation>Un evento por publicación, para apps de calendario. Las publicaciones sin hora quedan fuera.</translation>
    </message>
    <message>
        <source>One row per post, for spreadsheets and scripts. Times are in your time zone, with its offset. Formulas become plain text.</source>
        <translation>Una fila por publicación, para hojas de cálculo y scripts. Las horas están en tu zona horaria, con su desfase. Las fórmulas pasan a ser texto.</translation>
    </message>
    <message>
        <source>Opens as a table in Excel. Texts are cut at 32,767 characters, Excel&apos;s limit for a cell.</source>
        <translation>Se abre como tabla en Excel. Los textos se cortan a 32 767 caracteres, el límite de Excel por celda.</translation>
    </message>
    <message>
        <source>PDF of a week</source>
        <translation>PDF de una semana</translation>
    </message>
    <message>
        <source>Posts to export</source>
        <translation>Publicaciones que exportar</translation>
    </message>
    <message numerus="yes">
        <source>Selected: %Ln post(s)</source>
        <translation>
            <numerusform>Seleccionadas: %Ln publicación</numerusform>
            <numerusform>Seleccionadas: %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Week after</source>
        <translation>Semana siguiente</translation>
    </message>
    <message>
        <source>Week before</source>
        <translation>Semana anterior</translation>
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
        <translation>Publicación sin texto</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>ahora</translation>
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
        <translation>Feed</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Los canales ocultos contienen %Ln publicación.</numerusform>
            <numerusform>Los canales ocultos contienen %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>No post of these channels</source>
        <translation>Ninguna publicación de estos canales</translation>
    </message>
    <message>
        <source>Nothing published yet</source>
        <translation>Aún no hay nada publicado</translation>
    </message>
    <message>
        <source>Posts appear here when the sandbox has sent them.</source>
        <translation>Las publicaciones aparecen aquí cuando el entorno de pruebas las ha enviado.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Actualizar</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Mostrar los canales ocultos</translation>
    </message>
    <message>
        <source>This is the sandbox. These posts stayed on this computer; nothing was published on any network.</source>
        <translation>Este es el entorno de pruebas. Estas publicaciones se quedaron en este ordenador; no se publicó nada en ninguna red.</translation>
    </message>
</context>
<context>
    <name>FeedRows</name>
    <message>
        <source>Sandbox</source>
        <translation>Pruebas</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>First comment</source>
        <translation>Primer comentario</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Enlace</translation>
    </message>
</context>
<context>
    <name>FileChoice</name>
    <message>
        <source>Pictures and videos of the message</source>
        <translation>Imágenes y vídeos del mensaje</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Pictures and videos ({endings})</source>
        <extracomment>{endings}: &quot;*.jpg *.png&quot;. Keep the brackets.</extracomment>
        <translation>Imágenes y vídeos ({endings})</translation>
    </message>
</context>
<context>
    <name>FilePage</name>
    <message>
        <source>A table with all columns, to fill in a spreadsheet</source>
        <translation>Una tabla con todas las columnas, para rellenar en una hoja de cálculo</translation>
    </message>
    <message>
        <source>CSV, Excel (.xlsx) or JSON with one message per row. Pictures can be files in the same folder or web addresses. Importing adds the messages to {campaign} and sends nothing.</source>
        <translation>CSV, Excel (.xlsx) o JSON con un mensaje por fila. Las imágenes pueden ser archivos de la misma carpeta o direcciones web. La importación añade los mensajes a {campaign} y no envía nada.</translation>
    </message>
    <message>
        <source>Cells copied in a spreadsheet</source>
        <translation>Celdas copiadas en una hoja de cálculo</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Elegir un archivo…</translation>
    </message>
    <message>
        <source>Drop a file here, or choose one</source>
        <translation>Suelta un archivo aquí, o elige uno</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Importar algunos mensajes de ejemplo, para ver cómo funciona</translation>
    </message>
    <message>
        <source>Paste cells</source>
        <translation>Pegar celdas</translation>
    </message>
    <message>
        <source>Reading the file</source>
        <translation>Leyendo el archivo</translation>
    </message>
    <message>
        <source>Reading {name}</source>
        <translation>Leyendo {name}</translation>
    </message>
    <message numerus="yes">
        <source>Reading {name}: %Ln row(s)</source>
        <translation>
            <numerusform>Leyendo {name}: %Ln fila</numerusform>
            <numerusform>Leyendo {name}: %Ln filas</numerusform>
        </translation>
    </message>
    <message>
        <source>Save a sample file…</source>
        <translation>Guardar un archivo de ejemplo…</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Detener la lectura</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Usar un ejemplo</translation>
    </message>
    <message>
        <source>this campaign</source>
        <translation>esta campaña</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>«{name}»</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>The picture</source>
        <translation>La imagen</translation>
    </message>
    <message>
        <source>The watermark cannot be used. {reason}</source>
        <translation>No se puede usar la marca de agua. {reason}</translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>No se puede usar la marca de agua del estilo «{style}». {reason}</translation>
    </message>
    <message>
        <source>{file} cannot be converted: ffmpeg was not found. Install it, or choose where it is in Settings, Writing.</source>
        <translation>{file} no se puede convertir: no se encontró ffmpeg. Instálalo o elige dónde está en Ajustes, Escritura.</translation>
    </message>
    <message>
        <source>{file} cannot be converted: this ffmpeg cannot write H.264 with AAC. Choose another one in Settings, Writing.</source>
        <translation>{file} no se puede convertir: este ffmpeg no puede escribir H.264 con AAC. Elige otro en Ajustes, Escritura.</translation>
    </message>
    <message>
        <source>{file} cannot be made as small as {number} MB.</source>
        <translation>{file} no se puede reducir a {number} MB.</translation>
    </message>
    <message>
        <source>{file} cannot be opened right now: {reason}.</source>
        <translation>{file} no se puede abrir ahora: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be opened: this installation of Posto cannot read such pictures. Install what is missing: {command}</source>
        <translation>{file} no se puede abrir: esta instalación de Posto no puede leer esas imágenes. Instala lo que falta: {command}</translation>
    </message>
    <message>
        <source>{file} cannot be read: access denied.</source>
        <translation>{file} no se puede leer: acceso denegado.</translation>
    </message>
    <message>
        <source>{file} cannot be read: its name cannot be used.</source>
        <translation>{file} no se puede leer: su nombre no se puede usar.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} no se puede leer: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot stay animated within {number} MB. Choose a still picture.</source>
        <translation>{file} no puede seguir animado en {number} MB. Elige una imagen fija.</translation>
    </message>
    <message>
        <source>{file} changed while Posto prepared it. Try again.</source>
        <translation>{file} cambió mientras Posto lo preparaba. Inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>{file} could not be converted: ffmpeg stopped working on it. Try again.</source>
        <translation>{file} no se pudo convertir: ffmpeg dejó de avanzar. Inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the disk is full. Make room, then try again.</source>
        <translation>{file} no se pudo convertir: el disco está lleno. Libera espacio e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the result is not what was asked for. It may be damaged.</source>
        <translation>{file} no se pudo convertir: el resultado no es el pedido. Puede que esté dañado.</translation>
    </message>
    <message>
        <source>{file} could not be converted: {reason}.</source>
        <translation>{file} no se pudo convertir: {reason}.</translation>
    </message>
    <message>
        <source>{file} could not be opened: the computer stopped the program that opens pictures. Its memory may be full. Close other programs, then try again.</source>
        <translation>{file} no se pudo abrir: el ordenador detuvo el programa que abre imágenes. Puede que su memoria esté llena. Cierra otros programas y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>{file} could not be prepared: {reason}.</source>
        <translation>{file} no se pudo preparar: {reason}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has %Ln frame(s) of {size} pixels, too many to edit here.</source>
        <translation>
            <numerusform>{file} tiene %Ln fotograma de {size} píxeles, demasiado para editarlo aquí.</numerusform>
            <numerusform>{file} tiene %Ln fotogramas de {size} píxeles, demasiados para editarlos aquí.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} has frames of {size} pixels, too large to edit here.</source>
        <translation>{file} tiene fotogramas de {size} píxeles, demasiado grandes para editarlos aquí.</translation>
    </message>
    <message>
        <source>{file} has more than {most} passes; Posto cannot open such JPEGs. Save it as an ordinary JPEG or remove it.</source>
        <translation>{file} tiene más de {most} pasadas; Posto no puede abrir esos JPEG. Guárdalo como JPEG normal o quítalo.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto edits pictures of up to {most}. Make it smaller first.</source>
        <translation>{file} tiene {count} megapíxeles; Posto edita imágenes de hasta {most}. Redúcelo primero.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto opens {kind} of up to {most}. Make it smaller or remove it.</source>
        <translation>{file} tiene {count} megapíxeles; Posto abre {kind} de hasta {most}. Redúcelo o quítalo.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; a watermark may have {most}.</source>
        <translation>{file} tiene {count} megapíxeles; una marca de agua puede tener {most}.</translation>
    </message>
    <message>
        <source>{file} is a folder.</source>
        <translation>{file} es una carpeta.</translation>
    </message>
    <message>
        <source>{file} is damaged.</source>
        <translation>{file} está dañado.</translation>
    </message>
    <message>
        <source>{file} is damaged: it cannot be opened as a picture.</source>
        <translation>{file} está dañado: no se puede abrir como imagen.</translation>
    </message>
    <message>
        <source>{file} is empty (0 bytes).</source>
        <translation>{file} está vacío (0 bytes).</translation>
    </message>
    <message>
        <source>{file} is incomplete: its end is missing. Copy it again.</source>
        <translation>{file} está incompleto: falta el final. Cópialo de nuevo.</translation>
    </message>
    <message>
        <source>{file} is no picture.</source>
        <translation>{file} no es una imagen.</translation>
    </message>
    <message>
        <source>{file} is not a file that can be posted.</source>
        <translation>{file} no es un archivo que se pueda publicar.</translation>
    </message>
    <message>
        <source>{file} is not a picture or video that Posto can post.</source>
        <translation>{file} no es una imagen ni un vídeo que Posto pueda publicar.</translation>
    </message>
    <message>
        <source>{file} is too large to play here.</source>
        <translation>{file} es demasiado grande para reproducirlo aquí.</translation>
    </message>
    <message>
        <source>{file} is {number} MB; a watermark may have {most}.</source>
        <translation>{file} tiene {number} MB; una marca de agua puede tener {most}.</translation>
    </message>
    <message>
        <source>{file} needs too much memory. Make it smaller or remove it.</source>
        <translation>{file} necesita demasiada memoria. Redúcelo o quítalo.</translation>
    </message>
    <message>
        <source>{file} takes about {number} MB when it is converted; {free} MB are free. Make room, then try again.</source>
        <translation>{file} ocupa unos {number} MB al convertirlo; hay {free} MB libres. Libera espacio e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>{file} takes too long to open. Save it again with a picture program or remove it.</source>
        <translation>{file} tarda demasiado en abrirse. Guárdalo de nuevo con un programa de imágenes o quítalo.</translation>
    </message>
    <message>
        <source>{file} was not found.</source>
        <translation>No se encontró {file}.</translation>
    </message>
    <message>
        <source>{reason} Choose another watermark.</source>
        <translation>{reason} Elige otra marca de agua.</translation>
    </message>
</context>
<context>
    <name>FilterChips</name>
    <message>
        <source>Clear filters</source>
        <translation>Borrar filtros</translation>
    </message>
</context>
<context>
    <name>FilterController</name>
    <message>
        <source>All labels</source>
        <translation>Todas las etiquetas</translation>
    </message>
    <message>
        <source>Label: {label}</source>
        <translation>Etiqueta: {label}</translation>
    </message>
</context>
<context>
    <name>FindingRow</name>
    <message>
        <source>More fixes</source>
        <translation>Más soluciones</translation>
    </message>
</context>
<context>
    <name>Fixes</name>
    <message>
        <source>Add a space</source>
        <translation>Añadir un espacio</translation>
    </message>
    <message>
        <source>Add a title</source>
        <translation>Añadir un título</translation>
    </message>
    <message>
        <source>Add it to the text</source>
        <translation>Añadirlo al texto</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Añadir archivos</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Cambiar la hora</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Recortar</translation>
    </message>
    <message>
        <source>Crop the middle</source>
        <translation>Recortar el centro</translation>
    </message>
    <message>
        <source>Describe</source>
        <translation>Describir</translation>
    </message>
    <message>
        <source>Edit for {name}</source>
        <translation>Editar para {name}</translation>
    </message>
    <message>
        <source>Edit it</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Edit the first comment</source>
        <translation>Editar el primer comentario</translation>
    </message>
    <message>
        <source>Edit the link</source>
        <translation>Editar el enlace</translation>
    </message>
    <message>
        <source>Edit the text</source>
        <translation>Editar el texto</translation>
    </message>
    <message>
        <source>Edit the title</source>
        <translation>Editar el título</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Keep the braces</source>
        <translation>Conservar las llaves</translation>
    </message>
    <message>
        <source>Leave it out for {name}</source>
        <translation>Dejarlo fuera para {name}</translation>
    </message>
    <message numerus="yes">
        <source>Leave out %Ln channel(s)</source>
        <translation>
            <numerusform>Dejar fuera %Ln canal</numerusform>
            <numerusform>Dejar fuera %Ln canales</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave out %n file(s) for {networks}</source>
        <translation>
            <numerusform>Dejar fuera %n archivo para {networks}</numerusform>
            <numerusform>Dejar fuera %n archivos para {networks}</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave out the link</source>
        <translation>Dejar fuera el enlace</translation>
    </message>
    <message>
        <source>Leave out {file} for {networks}</source>
        <translation>Dejar fuera {file} para {networks}</translation>
    </message>
    <message>
        <source>Leave out {name}</source>
        <translation>Dejar fuera {name}</translation>
    </message>
    <message>
        <source>Make it fit {name}</source>
        <translation>Adaptar a {name}</translation>
    </message>
    <message>
        <source>Move all files to the first part</source>
        <translation>Mover todos los archivos a la primera parte</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Mover a las {time}</translation>
    </message>
    <message>
        <source>Only {name}</source>
        <translation>Solo {name}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message numerus="yes">
        <source>Remove %Ln hashtag(s)</source>
        <translation>
            <numerusform>Quitar %Ln hashtag</numerusform>
            <numerusform>Quitar %Ln hashtags</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n file(s) from the message</source>
        <translation>
            <numerusform>Quitar %n archivo del mensaje</numerusform>
            <numerusform>Quitar %n archivos del mensaje</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove the empty part(s)</source>
        <translation>
            <numerusform>Quitar la parte vacía</numerusform>
            <numerusform>Quitar las partes vacías</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the link</source>
        <translation>Quitar el enlace</translation>
    </message>
    <message>
        <source>Remove {names} from the message</source>
        <translation>Quitar {names} del mensaje</translation>
    </message>
    <message>
        <source>Select channels</source>
        <translation>Seleccionar canales</translation>
    </message>
    <message>
        <source>Send a still picture</source>
        <translation>Enviar una imagen fija</translation>
    </message>
    <message>
        <source>Send all parts as one text</source>
        <translation>Enviar todas las partes como un texto</translation>
    </message>
    <message>
        <source>Send only the first part</source>
        <translation>Enviar solo la primera parte</translation>
    </message>
    <message>
        <source>Send the whole thread</source>
        <translation>Enviar todo el hilo</translation>
    </message>
    <message>
        <source>Send without a style</source>
        <translation>Enviar sin estilo</translation>
    </message>
    <message>
        <source>Shorten for {name}</source>
        <translation>Acortar para {name}</translation>
    </message>
    <message>
        <source>Shorten it</source>
        <translation>Acortarlo</translation>
    </message>
    <message>
        <source>Shorten the title</source>
        <translation>Acortar el título</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>Mostrar el archivo</translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation>Mostrar los archivos</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Iniciar sesión de nuevo</translation>
    </message>
    <message>
        <source>Split for all networks</source>
        <translation>Dividir para todas las redes</translation>
    </message>
    <message>
        <source>Split for {name}</source>
        <translation>Dividir para {name}</translation>
    </message>
    <message>
        <source>Trim…</source>
        <translation>Recortar…</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Usar el texto común</translation>
    </message>
    <message>
        <source>Use the nearest year</source>
        <translation>Usar el año más cercano</translation>
    </message>
    <message>
        <source>Use “/” instead</source>
        <translation>Usar «/» en su lugar</translation>
    </message>
    <message>
        <source>Write the character</source>
        <translation>Escribir el carácter</translation>
    </message>
</context>
<context>
    <name>GroupActions</name>
    <message>
        <source>Create group</source>
        <translation>Crear grupo</translation>
    </message>
    <message numerus="yes">
        <source>Creates a group with %Ln channel(s).</source>
        <translation>
            <numerusform>Crea un grupo con %Ln canal.</numerusform>
            <numerusform>Crea un grupo con %Ln canales.</numerusform>
        </translation>
    </message>
    <message>
        <source>Group name</source>
        <translation>Nombre del grupo</translation>
    </message>
    <message>
        <source>Its channels stay in it.</source>
        <translation>Sus canales siguen en él.</translation>
    </message>
    <message>
        <source>Joins both groups.</source>
        <translation>Une los dos grupos.</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Bajar</translation>
    </message>
    <message numerus="yes">
        <source>Move the (found channel/%Ln found channels) here</source>
        <translation>
            <numerusform>Mover aquí el canal encontrado</numerusform>
            <numerusform>Mover aquí los %Ln canales encontrados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move the (ticked channel/%Ln ticked channels) here</source>
        <translation>
            <numerusform>Mover aquí el canal marcado</numerusform>
            <numerusform>Mover aquí los %Ln canales marcados</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to group</source>
        <translation>Mover al grupo</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Subir</translation>
    </message>
    <message numerus="yes">
        <source>Moves %Ln channel(s) into this group.</source>
        <translation>
            <numerusform>Mueve %Ln canal a este grupo.</numerusform>
            <numerusform>Mueve %Ln canales a este grupo.</numerusform>
        </translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>Nombre del grupo</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Grupo nuevo</translation>
    </message>
    <message>
        <source>New group…</source>
        <translation>Grupo nuevo…</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>Quitar de «{name}»</translation>
    </message>
    <message>
        <source>Remove group</source>
        <translation>Quitar grupo</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Cambiar nombre</translation>
    </message>
    <message>
        <source>Rename group…</source>
        <translation>Cambiar nombre del grupo…</translation>
    </message>
</context>
<context>
    <name>GroupDrag</name>
    <message>
        <source>Move above “{name}”</source>
        <translation>Mover encima de «{name}»</translation>
    </message>
    <message>
        <source>Move below “{name}”</source>
        <translation>Mover debajo de «{name}»</translation>
    </message>
    <message>
        <source>Move to “{name}”</source>
        <translation>Mover a «{name}»</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>Quitar de «{name}»</translation>
    </message>
</context>
<context>
    <name>HashtagFields</name>
    <message>
        <source>#coffee #roastery</source>
        <translation>#café #tostadero</translation>
    </message>
    <message>
        <source>At the end of the text</source>
        <translation>Al final del texto</translation>
    </message>
    <message>
        <source>Create groups in Compose with the Snippets button</source>
        <translation>Crea los grupos en Redactar con el botón Fragmentos</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Grupos</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>In the first comment, if the network has one</source>
        <translation>En el primer comentario, si la red lo tiene</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Dónde</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (eliminado)</translation>
    </message>
</context>
<context>
    <name>HiddenChannelsBar</name>
    <message numerus="yes">
        <source>%Ln of {total} channels (is/are) hidden</source>
        <translation>
            <numerusform>%Ln de {total} canales está oculto</numerusform>
            <numerusform>%Ln de {total} canales están ocultos</numerusform>
        </translation>
    </message>
    <message>
        <source>All channels are hidden</source>
        <translation>Todos los canales están ocultos</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Mostrar todos</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Mostrar todos los canales</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Nothing is known of this message.</source>
        <translation>No se sabe nada de este mensaje.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Leyendo…</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Pasos</translation>
    </message>
    <message>
        <source>The history could not be read. See the log for details.</source>
        <translation>No se pudo leer el historial. Consulta el registro.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
</context>
<context>
    <name>ImportCountsLabel</name>
    <message>
        <source>cannot be imported</source>
        <translation>no se pueden importar</translation>
    </message>
    <message>
        <source>incomplete</source>
        <translation>incompletas</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>dejadas fuera</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>listas</translation>
    </message>
    <message>
        <source>without its picture</source>
        <translation>sin su imagen</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%n change(s) to the rows will be lost. The file does not change.</source>
        <translation>
            <numerusform>%n cambio en las filas se perderá. El archivo no cambia.</numerusform>
            <numerusform>%n cambios en las filas se perderán. El archivo no cambia.</numerusform>
        </translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos los archivos (*)</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>Archivo CSV</translation>
    </message>
    <message>
        <source>Columns and check</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Columnas y comprobación</translation>
    </message>
    <message>
        <source>File</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Seguir</translation>
    </message>
    <message>
        <source>Import file</source>
        <translation>Importar archivo</translation>
    </message>
    <message>
        <source>Import messages from a file</source>
        <translation>Importar mensajes de un archivo</translation>
    </message>
    <message>
        <source>Pasted cells</source>
        <translation>Celdas pegadas</translation>
    </message>
    <message>
        <source>Posto sample.csv</source>
        <translation>Ejemplo de Posto.csv</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Ejemplo</translation>
    </message>
    <message>
        <source>Save a sample file</source>
        <translation>Guardar un archivo de ejemplo</translation>
    </message>
    <message>
        <source>Stop importing</source>
        <translation>Detener la importación</translation>
    </message>
    <message>
        <source>Stop importing?</source>
        <translation>¿Detener la importación?</translation>
    </message>
    <message>
        <source>Tables ({endings})</source>
        <extracomment>{endings}: &quot;*.csv *.xlsx&quot;. Keep the brackets.</extracomment>
        <translation>Tablas ({endings})</translation>
    </message>
    <message>
        <source>There are no rows below the column names.</source>
        <translation>No hay filas bajo los nombres de las columnas.</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Horas</translation>
    </message>
</context>
<context>
    <name>ImportFooter</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
    <message numerus="yes">
        <source>Continue with %Ln row(s)</source>
        <translation>
            <numerusform>Continuar con %Ln fila</numerusform>
            <numerusform>Continuar con %Ln filas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln message(s)</source>
        <translation>
            <numerusform>Importar %Ln mensaje</numerusform>
            <numerusform>Importar %Ln mensajes</numerusform>
        </translation>
    </message>
    <message>
        <source>No row can be imported yet</source>
        <translation>Aún no se puede importar ninguna fila</translation>
    </message>
    <message>
        <source>Only problems</source>
        <translation>Solo problemas</translation>
    </message>
</context>
<context>
    <name>ImportRowActions</name>
    <message>
        <source>Where is {name}?</source>
        <translation>¿Dónde está {name}?</translation>
    </message>
</context>
<context>
    <name>ImportRows</name>
    <message>
        <source>Change…</source>
        <translation>Cambiar…</translation>
    </message>
    <message>
        <source>Import after all</source>
        <translation>Importar de todos modos</translation>
    </message>
    <message>
        <source>Import anyway</source>
        <translation>Importar igualmente</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Dejar fuera</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Localizar…</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
</context>
<context>
    <name>ImportRowsModel</name>
    <message>
        <source>Column {number}</source>
        <translation>Columna {number}</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Dejada fuera</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Fila</translation>
    </message>
    <message>
        <source>Row {number}</source>
        <translation>Fila {number}</translation>
    </message>
    <message>
        <source>cannot be imported</source>
        <translation>no se pueden importar</translation>
    </message>
    <message>
        <source>has warnings</source>
        <translation>tiene avisos</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>dejadas fuera</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>listas</translation>
    </message>
</context>
<context>
    <name>ImportRowsTable</name>
    <message>
        <source>Edit this cell</source>
        <translation>Editar esta celda</translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation>Filas de la importación</translation>
    </message>
</context>
<context>
    <name>ImportSample</name>
    <message>
        <source>A cell may have several lines.</source>
        <translation>Una celda puede tener varias líneas.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>Coffee</source>
        <translation>Café</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Descripción</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primer comentario</translation>
    </message>
    <message>
        <source>Good morning! The first coffee of the day is ready. ☕</source>
        <translation>¡Buenos días! El primer café del día está listo. ☕</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Enlace</translation>
    </message>
    <message>
        <source>New in the shop: hand-poured candles, in three sizes.</source>
        <translation>Nuevo en la tienda: velas hechas a mano, en tres tamaños.</translation>
    </message>
    <message>
        <source>No time in this row: the campaign chooses one.</source>
        <translation>Sin hora en esta fila: la campaña elige una.</translation>
    </message>
    <message>
        <source>Part 2</source>
        <translation>Parte 2</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Shop, Candles</source>
        <translation>Tienda, Velas</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>This text goes on in a thread, where a network has threads.</source>
        <translation>Este texto continúa en un hilo, donde la red tiene hilos.</translation>
    </message>
    <message>
        <source>We open at seven.</source>
        <translation>Abrimos a las siete.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
</context>
<context>
    <name>ImportSession</name>
    <message>
        <source>It cannot be checked.</source>
        <translation>No se puede comprobar.</translation>
    </message>
    <message>
        <source>It cannot be read.</source>
        <translation>No se puede leer.</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message numerus="yes">
        <source>%Ln (entry is no object and was/entries are no objects and were) left out.</source>
        <translation>
            <numerusform>%Ln entrada no es un objeto y quedó fuera.</numerusform>
            <numerusform>%Ln entradas no son objetos y quedaron fuera.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln fila</numerusform>
            <numerusform>%Ln filas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (lacks its picture/lack their pictures): {names}</source>
        <translation>
            <numerusform>A %Ln fila le falta su imagen: {names}</numerusform>
            <numerusform>A %Ln filas les faltan sus imágenes: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) above the names (was/were) left out.</source>
        <translation>
            <numerusform>%Ln fila encima de los nombres quedó fuera.</numerusform>
            <numerusform>%Ln filas encima de los nombres quedaron fuera.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s): {sentence}. The others likewise.</source>
        <translation>
            <numerusform>%Ln fila: {sentence}. Las demás, igual.</numerusform>
            <numerusform>%Ln filas: {sentence}. Las demás, igual.</numerusform>
        </translation>
    </message>
    <message>
        <source>A quotation mark in line {line} is never closed. It was read as text.</source>
        <translation>Una comilla de la línea {line} nunca se cierra. Se leyó como texto.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>Day</source>
        <extracomment>Meaning of a column: the date of a message.</extracomment>
        <translation>Día</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Descripción</translation>
    </message>
    <message>
        <source>Do not import</source>
        <translation>No importar</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primer comentario</translation>
    </message>
    <message>
        <source>Further part</source>
        <translation>Parte adicional</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>Left out.</source>
        <translation>Queda fuera.</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Meaning of a column: a web address.</extracomment>
        <translation>Enlace</translation>
    </message>
    <message>
        <source>More than {most} pictures: the others are left out</source>
        <translation>Más de {most} imágenes: las demás quedan fuera</translation>
    </message>
    <message>
        <source>Not imported.</source>
        <translation>No importado.</translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln column(s) are read.</source>
        <translation>
            <numerusform>Solo se leen las primeras {most} de %Ln columna.</numerusform>
            <numerusform>Solo se leen las primeras {most} de %Ln columnas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln row(s) are read.</source>
        <translation>
            <numerusform>Solo se leen las primeras {most} de %Ln fila.</numerusform>
            <numerusform>Solo se leen las primeras {most} de %Ln filas.</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Pictures of the further parts of a thread are not imported.</source>
        <translation>Las imágenes de las demás partes de un hilo no se importan.</translation>
    </message>
    <message>
        <source>Row {number} (line {line}): {sentences}</source>
        <translation>Fila {number} (línea {line}): {sentences}</translation>
    </message>
    <message>
        <source>Row {number}: {sentences}</source>
        <translation>Fila {number}: {sentences}</translation>
    </message>
    <message>
        <source>Rows {numbers}: {sentence}. The others likewise.</source>
        <translation>Filas {numbers}: {sentence}. Las demás, igual.</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Text for {network}</source>
        <translation>Texto para {network}</translation>
    </message>
    <message>
        <source>That day does not exist</source>
        <translation>Ese día no existe</translation>
    </message>
    <message>
        <source>The file has column names, but no rows below them.</source>
        <translation>El archivo tiene nombres de columnas, pero ninguna fila debajo.</translation>
    </message>
    <message>
        <source>The file has no rows.</source>
        <translation>El archivo no tiene filas.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>El archivo está vacío.</translation>
    </message>
    <message>
        <source>The file is {size} MB; up to {most} MB can be imported. Split it into several files.</source>
        <translation>El archivo tiene {size} MB; se pueden importar hasta {most} MB. Divídelo en varios archivos.</translation>
    </message>
    <message>
        <source>The formula gives no value, but {error}</source>
        <translation>La fórmula no da ningún valor, sino {error}</translation>
    </message>
    <message>
        <source>The formula has no stored result; open the file in a spreadsheet program and save it</source>
        <translation>La fórmula no tiene resultado guardado; abre el archivo en una hoja de cálculo y guárdalo</translation>
    </message>
    <message>
        <source>The same as row {number}</source>
        <translation>Igual que la fila {number}</translation>
    </message>
    <message>
        <source>The same text is already scheduled</source>
        <translation>El mismo texto ya está programado</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {time}</source>
        <translation>El mismo texto ya está programado para {time}</translation>
    </message>
    <message>
        <source>The text has {count} characters; up to {most} can be imported</source>
        <translation>El texto tiene {count} caracteres; se pueden importar hasta {most}</translation>
    </message>
    <message numerus="yes">
        <source>The thread has %n part(s); up to {most} can be imported</source>
        <translation>
            <numerusform>El hilo tiene %n parte; se pueden importar hasta {most}</numerusform>
            <numerusform>El hilo tiene %n partes; se pueden importar hasta {most}</numerusform>
        </translation>
    </message>
    <message>
        <source>The year {year} is too far ahead</source>
        <translation>El año {year} está demasiado lejos</translation>
    </message>
    <message>
        <source>There is no day {number} in {month}</source>
        <translation>No hay día {number} en {month}</translation>
    </message>
    <message>
        <source>There is no month {number}</source>
        <translation>No hay mes {number}</translation>
    </message>
    <message>
        <source>There is no table on the clipboard. Copy cells in a spreadsheet first.</source>
        <translation>No hay ninguna tabla en el portapapeles. Copia primero celdas en una hoja de cálculo.</translation>
    </message>
    <message>
        <source>There is no text</source>
        <translation>No hay texto</translation>
    </message>
    <message>
        <source>There is no text: only the picture will be posted</source>
        <translation>No hay texto: solo se publicará la imagen</translation>
    </message>
    <message>
        <source>This JSON file cannot be imported: it holds {excess}. Split it into several files.</source>
        <translation>Este archivo JSON no se puede importar: contiene {excess}. Divídelo en varios archivos.</translation>
    </message>
    <message>
        <source>This JSON file cannot be read: line {line}, column {column} is not what JSON allows there.</source>
        <translation>Este archivo JSON no se puede leer: la línea {line}, columna {column} no es lo que JSON permite ahí.</translation>
    </message>
    <message>
        <source>This JSON file contains no messages. It needs a list of objects, for example {example}.</source>
        <translation>Este archivo JSON no contiene mensajes. Necesita una lista de objetos, por ejemplo {example}.</translation>
    </message>
    <message>
        <source>This file contains no text. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Este archivo no contiene texto. Puedes importar archivos CSV, Excel (.xlsx) y JSON.</translation>
    </message>
    <message>
        <source>This file is not an Excel workbook. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Este archivo no es un libro de Excel. Puedes importar archivos CSV, Excel (.xlsx) y JSON.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read Excel files. Save the sheet as CSV, or install what is missing: pip install &apos;posto[excel]&apos;</source>
        <translation>Esta instalación de Posto no puede leer archivos de Excel. Guarda la hoja como CSV, o instala lo que falta: pip install &apos;posto[excel]&apos;</translation>
    </message>
    <message>
        <source>This workbook contains XML entities, which no spreadsheet program writes. Posto did not read it.</source>
        <translation>Este libro contiene entidades XML, que ninguna hoja de cálculo escribe. Posto no lo leyó.</translation>
    </message>
    <message>
        <source>This workbook contains more than {most} texts, too many to import. Save the sheet as CSV.</source>
        <translation>Este libro contiene más de {most} textos, demasiados para importar. Guarda la hoja como CSV.</translation>
    </message>
    <message>
        <source>This workbook has no sheet with cells.</source>
        <translation>Este libro no tiene ninguna hoja con celdas.</translation>
    </message>
    <message>
        <source>This workbook is damaged and cannot be read. Open it in a spreadsheet program, save it as .xlsx or CSV, and import that.</source>
        <translation>Este libro está dañado y no se puede leer. Ábrelo en una hoja de cálculo, guárdalo como .xlsx o CSV e impórtalo.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password or in the old format .xls. Save it as .xlsx without a password, or as CSV.</source>
        <translation>Este libro está bloqueado con contraseña o en el formato antiguo .xls. Guárdalo como .xlsx sin contraseña, o como CSV.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password. Save it without one.</source>
        <translation>Este libro está bloqueado con contraseña. Guárdalo sin ella.</translation>
    </message>
    <message>
        <source>This workbook is too large. Save the sheet as CSV.</source>
        <translation>Este libro es demasiado grande. Guarda la hoja como CSV.</translation>
    </message>
    <message>
        <source>This workbook unpacks to {size} MB, more than Posto can import. Save the sheet as CSV.</source>
        <translation>Este libro ocupa descomprimido {size} MB, más de lo que Posto puede importar. Guarda la hoja como CSV.</translation>
    </message>
    <message>
        <source>Time of day</source>
        <translation>Hora</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>commas</source>
        <translation>comas</translation>
    </message>
    <message>
        <source>day.month.year</source>
        <translation>día.mes.año</translation>
    </message>
    <message>
        <source>month/day/year</source>
        <translation>mes/día/año</translation>
    </message>
    <message>
        <source>semicolons</source>
        <translation>puntos y comas</translation>
    </message>
    <message>
        <source>separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>separado por {sign}</translation>
    </message>
    <message>
        <source>sheet “{name}”</source>
        <translation>hoja «{name}»</translation>
    </message>
    <message>
        <source>tabs</source>
        <translation>tabuladores</translation>
    </message>
    <message>
        <source>vertical bars</source>
        <translation>barras verticales</translation>
    </message>
    <message>
        <source>year-month-day</source>
        <translation>año-mes-día</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}, {time}</translation>
    </message>
    <message>
        <source>{day}, {time} has passed</source>
        <translation>{day}, {time} ya pasó</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} a {last}</translation>
    </message>
    <message>
        <source>{host} is in a private network. Posto does not download pictures from there</source>
        <translation>{host} está en una red privada. Posto no descarga imágenes de ahí</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is no channel/are no channels) of yours</source>
        <translation>
            <numerusform>{names} no es un canal tuyo</numerusform>
            <numerusform>{names} no son canales tuyos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} y %n más</numerusform>
            <numerusform>{names} y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} is not a date</source>
        <translation>{number} no es una fecha</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} has %n day(s)</source>
        <translation>
            <numerusform>{number} de {month} no es una fecha: {month} tiene %n día</numerusform>
            <numerusform>{number} de {month} no es una fecha: {month} tiene %n días</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} {month} is not a date: {month} has 28 or 29 days</source>
        <translation>{number} de {month} no es una fecha: {month} tiene 28 o 29 días</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} {year} has %n day(s)</source>
        <translation>
            <numerusform>{number} de {month} no es una fecha: {month} de {year} tiene %n día</numerusform>
            <numerusform>{number} de {month} no es una fecha: {month} de {year} tiene %n días</numerusform>
        </translation>
    </message>
    <message>
        <source>“{address}” is not a web address</source>
        <translation>«{address}» no es una dirección web</translation>
    </message>
    <message>
        <source>“{address}” is not the address of a picture</source>
        <translation>«{address}» no es la dirección de una imagen</translation>
    </message>
    <message>
        <source>“{name}” is not the name of a picture</source>
        <translation>«{name}» no es el nombre de una imagen</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a date.</source>
        <translation>«{text}» no se puede leer como fecha.</translation>
    </message>
    <message>
        <source>“{text}” contains no day</source>
        <translation>«{text}» no contiene ningún día</translation>
    </message>
    <message>
        <source>“{text}” is not a time of day</source>
        <translation>«{text}» no es una hora</translation>
    </message>
    <message numerus="yes">
        <source>“{text}” may be {names} or %Ln more</source>
        <translation>
            <numerusform>«{text}» puede ser {names} o %Ln más</numerusform>
            <numerusform>«{text}» puede ser {names} o %Ln más</numerusform>
        </translation>
    </message>
    <message>
        <source>“{text}” may be {names} or {last}</source>
        <translation>«{text}» puede ser {names} o {last}</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day</source>
        <translation>«{time}» es una hora sin día</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day.</source>
        <translation>«{time}» es una hora sin día.</translation>
    </message>
</context>
<context>
    <name>Insights</name>
    <message numerus="yes">
        <source>%Ln post(s) without this number (is/are) left out.</source>
        <translation>
            <numerusform>Se omite %Ln publicación sin este número.</numerusform>
            <numerusform>Se omiten %Ln publicaciones sin este número.</numerusform>
        </translation>
    </message>
    <message>
        <source>(no text)</source>
        <translation>(sin texto)</translation>
    </message>
    <message>
        <source>After 1 hour</source>
        <translation>Tras 1 hora</translation>
    </message>
    <message>
        <source>After 24 hours</source>
        <translation>Tras 24 horas</translation>
    </message>
    <message>
        <source>After 7 days</source>
        <translation>Tras 7 días</translation>
    </message>
    <message>
        <source>Boosts</source>
        <translation>Impulsos</translation>
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
        <translation>Comentarios</translation>
    </message>
    <message>
        <source>Engagement</source>
        <translation>Interacciones</translation>
    </message>
    <message>
        <source>Engagement is what people did: likes, replies, shares and quotes together.</source>
        <translation>Las interacciones son lo que hizo la gente: me gusta, respuestas, compartidos y citas en conjunto.</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>Favoritos</translation>
    </message>
    <message>
        <source>Impressions</source>
        <translation>Impresiones</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message numerus="yes">
        <source>Last %n day(s)</source>
        <translation>
            <numerusform>Último %n día</numerusform>
            <numerusform>Últimos %n días</numerusform>
        </translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>Últimos 12 meses</translation>
    </message>
    <message>
        <source>Likes</source>
        <translation>Me gusta</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>Mediana</translation>
    </message>
    <message>
        <source>Middle half</source>
        <translation>Mitad central</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Redes</translation>
    </message>
    <message>
        <source>Newest numbers</source>
        <translation>Números más recientes</translation>
    </message>
    <message>
        <source>Not enough posts yet: {count} of {enough}</source>
        <translation>Aún no hay suficientes publicaciones: {count} de {enough}</translation>
    </message>
    <message>
        <source>Other times</source>
        <translation>Otros horarios</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Con el tiempo</translation>
    </message>
    <message>
        <source>Post</source>
        <translation>Publicar</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Publicaciones</translation>
    </message>
    <message>
        <source>Posts of the last 24 hours are not counted yet.</source>
        <translation>Las publicaciones de las últimas 24 horas aún no cuentan.</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publicada</translation>
    </message>
    <message>
        <source>Quotes</source>
        <translation>Citas</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>Alcance</translation>
    </message>
    <message>
        <source>Reactions</source>
        <translation>Reacciones</translation>
    </message>
    <message>
        <source>Renotes</source>
        <translation>Renotas</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>Respuestas</translation>
    </message>
    <message>
        <source>Reposts</source>
        <translation>Reposteos</translation>
    </message>
    <message>
        <source>Saves</source>
        <translation>Guardados</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Puntuación</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>Compartidos</translation>
    </message>
    <message>
        <source>Slots</source>
        <translation>Horarios</translation>
    </message>
    <message>
        <source>Styles</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Estilos</translation>
    </message>
    <message>
        <source>To compare channels of different size, a post counts by its rank in its channel: 70 means better than 70% of that channel&apos;s posts, 50 is usual.</source>
        <translation>Para comparar canales de distinto tamaño, una publicación cuenta por su rango en su canal: 70 significa mejor que el 70 % de las publicaciones de ese canal; 50 es lo habitual.</translation>
    </message>
    <message>
        <source>Values are medians. Thin lines show the middle half of the posts. Pale marks have fewer than 5 posts.</source>
        <translation>Los valores son medianas. Las líneas finas muestran la mitad central de las publicaciones. Las marcas pálidas tienen menos de 5 publicaciones.</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Visualizaciones</translation>
    </message>
    <message>
        <source>Weekdays and hours</source>
        <translation>Días de la semana y horas</translation>
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
        <translation>{low} a {high}</translation>
    </message>
    <message>
        <source>{name}: rank {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: rango {value}, la mitad de {posts} de {low} a {high}</translation>
    </message>
    <message>
        <source>{name}: {measure} {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: {measure} {value}, la mitad de {posts} de {low} a {high}</translation>
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
        <translation>Mejores publicaciones</translation>
    </message>
    <message>
        <source>Export insights</source>
        <translation>Exportar estadísticas</translation>
    </message>
    <message>
        <source>Insights written to {file}</source>
        <translation>Estadísticas guardadas en {file}</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>Documentos PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Mostrar en la carpeta</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tablas (*.csv)</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>No se pudo escribir el archivo: {why}</translation>
    </message>
    <message>
        <source>insights {day}</source>
        <translation>estadísticas {day}</translation>
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
        <translation>Antigüedad de las publicaciones</translation>
    </message>
    <message>
        <source>CSV table for Excel…</source>
        <translation>Tabla CSV para Excel…</translation>
    </message>
    <message>
        <source>CSV table…</source>
        <translation>Tabla CSV…</translation>
    </message>
    <message>
        <source>Choose in the settings, under Storage, how long Posto keeps them.</source>
        <translation>Elige en los ajustes, en Almacenamiento, cuánto tiempo las guarda Posto.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Progreso de la exportación</translation>
    </message>
    <message>
        <source>Insights are not kept</source>
        <translation>No se guardan estadísticas</translation>
    </message>
    <message>
        <source>Likes, views and other numbers of your posts appear here an hour after they are published.</source>
        <translation>Los me gusta, las visualizaciones y otros números de tus publicaciones aparecen aquí una hora después de publicarse.</translation>
    </message>
    <message>
        <source>No insights yet</source>
        <translation>Aún no hay estadísticas</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Número</translation>
    </message>
    <message>
        <source>PDF report…</source>
        <translation>Informe PDF…</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Período</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Publicaciones</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>Mostrar como tabla</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Detener la exportación</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln fallida</numerusform>
            <numerusform>%Ln fallidas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln enviada</numerusform>
            <numerusform>%Ln enviadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n parte</numerusform>
            <numerusform>%n partes</numerusform>
        </translation>
    </message>
    <message>
        <source>Also for</source>
        <translation>También para</translation>
    </message>
    <message>
        <source>Close inspector</source>
        <translation>Cerrar el inspector</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Archivos</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Estadísticas</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Más acciones</translation>
    </message>
    <message>
        <source>Next post</source>
        <translation>Publicación siguiente</translation>
    </message>
    <message>
        <source>Not in the list</source>
        <translation>No está en la lista</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir publicación</translation>
    </message>
    <message>
        <source>Post</source>
        <extracomment>Noun: one post on one channel.</extracomment>
        <translation>Publicar</translation>
    </message>
    <message>
        <source>Previous post</source>
        <translation>Publicación anterior</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Reprogramar</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Programado</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Mostrarla</translation>
    </message>
    <message>
        <source>Story</source>
        <translation>Historia</translation>
    </message>
    <message>
        <source>The filters hide this post.</source>
        <translation>Los filtros ocultan esta publicación.</translation>
    </message>
    <message>
        <source>The post has no link yet</source>
        <translation>La publicación aún no tiene enlace</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>Hilo</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Qué ha pasado</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Zona</translation>
    </message>
</context>
<context>
    <name>KeyRecorder</name>
    <message>
        <source>Off</source>
        <translation>No</translation>
    </message>
    <message>
        <source>Press it, then the keys. Backspace turns it off.</source>
        <translation>Púlsalo y después las teclas. Retroceso lo desactiva.</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>Pulsa las teclas…</translation>
    </message>
</context>
<context>
    <name>LabelChip</name>
    <message>
        <source>Remove label {label}</source>
        <translation>Quitar la etiqueta {label}</translation>
    </message>
</context>
<context>
    <name>LabelledField</name>
    <message>
        <source>Checked</source>
        <translation>Comprobado</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>Mostrar la contraseña</translation>
    </message>
</context>
<context>
    <name>LabelsField</name>
    <message>
        <source>A message has at most 20 labels</source>
        <translation>Un mensaje tiene como máximo 20 etiquetas</translation>
    </message>
    <message>
        <source>Add label</source>
        <translation>Añadir etiqueta</translation>
    </message>
</context>
<context>
    <name>LabelsRow</name>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Etiquetas</translation>
    </message>
</context>
<context>
    <name>LanguagePage</name>
    <message>
        <source>Drafts and scheduled posts are kept.</source>
        <translation>Los borradores y las publicaciones programadas se conservan.</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Ejemplo</translation>
    </message>
    <message>
        <source>Posto restarts to show {language}</source>
        <translation>Posto se reinicia para mostrarse en {language}</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>Reiniciar ahora</translation>
    </message>
</context>
<context>
    <name>LargeDialog</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo the change</source>
        <translation>Deshacer el cambio</translation>
    </message>
</context>
<context>
    <name>LineControl</name>
    <message>
        <source>Separated by commas</source>
        <translation>Separados por comas</translation>
    </message>
    <message>
        <source>The first line of the text</source>
        <translation>La primera línea del texto</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Dirección web</translation>
    </message>
</context>
<context>
    <name>LinkCardView</name>
    <message>
        <source>Link preview</source>
        <translation>Vista previa del enlace</translation>
    </message>
    <message>
        <source>Reading {host}</source>
        <translation>Leyendo {host}</translation>
    </message>
    <message>
        <source>Reload link preview</source>
        <translation>Volver a cargar la vista previa del enlace</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Quitar enlace</translation>
    </message>
    <message>
        <source>{reason}. The link will still be posted.</source>
        <translation>{reason}. El enlace se publicará igualmente.</translation>
    </message>
</context>
<context>
    <name>LinkCards</name>
    <message>
        <source>The address does not answer. No preview available.</source>
        <translation>La dirección no responde. No hay vista previa disponible.</translation>
    </message>
    <message>
        <source>The address is in a private network. No preview available.</source>
        <translation>La dirección está en una red privada. No hay vista previa disponible.</translation>
    </message>
    <message>
        <source>{host} does not answer. No preview available.</source>
        <translation>{host} no responde. No hay vista previa disponible.</translation>
    </message>
    <message>
        <source>{host} is in a private network. No preview available.</source>
        <translation>{host} está en una red privada. No hay vista previa disponible.</translation>
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
            <numerusform>{names} y %Ln más</numerusform>
            <numerusform>{names} y %Ln más</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} and {last}</source>
        <translation>{names} y {last}</translation>
    </message>
</context>
<context>
    <name>LocaleSettings</name>
    <message>
        <source>Time zone “{name}” was not found on this computer. Posto uses the system time zone.</source>
        <translation>No se encontró la zona horaria «{name}» en este ordenador. Posto usa la del sistema.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Posto Desktop</source>
        <translation>Acerca de Posto Desktop</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Añadir un canal…</translation>
    </message>
    <message>
        <source>Add a workspace…</source>
        <translation>Añadir un espacio de trabajo…</translation>
    </message>
    <message>
        <source>Calendar: earlier, later</source>
        <translation>Calendario: antes, después</translation>
    </message>
    <message>
        <source>Calendar: month, week, day</source>
        <translation>Calendario: mes, semana, día</translation>
    </message>
    <message>
        <source>Calendar: today</source>
        <translation>Calendario: hoy</translation>
    </message>
    <message>
        <source>Close a dialog or popup</source>
        <translation>Cerrar un diálogo o ventana emergente</translation>
    </message>
    <message>
        <source>Context menu</source>
        <translation>Menú contextual</translation>
    </message>
    <message>
        <source>Delete, with Undo</source>
        <translation>Eliminar, con Deshacer</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>En todas partes</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Buscar un canal</translation>
    </message>
    <message>
        <source>In lists and the calendar</source>
        <translation>En listas y en el calendario</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>Gestionar espacios de trabajo…</translation>
    </message>
    <message>
        <source>Move the file</source>
        <translation>Mover el archivo</translation>
    </message>
    <message>
        <source>Move the group or channel</source>
        <translation>Mover el grupo o canal</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>Newest notification</source>
        <translation>Notificación más reciente</translation>
    </message>
    <message>
        <source>Next control, previous control</source>
        <translation>Control siguiente, control anterior</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Panel siguiente</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notificaciones</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Pegar</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>Panel anterior</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Publicación rápida</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Recargar</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Reprogramar</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Schedule: day before, day after</source>
        <translation>Programación: día anterior, día siguiente</translation>
    </message>
    <message>
        <source>Search everything…</source>
        <translation>Buscar en todo…</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>Buscar en esta página</translation>
    </message>
    <message>
        <source>Select all posts shown</source>
        <translation>Seleccionar todas las publicaciones mostradas</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Suggest a hashtag or mention no more</source>
        <translation>No sugerir más un hashtag o una mención</translation>
    </message>
    <message>
        <source>The menu bar with all commands</source>
        <translation>La barra de menús con todas las órdenes</translation>
    </message>
    <message>
        <source>Tick all channels found, in the search</source>
        <translation>Marcar todos los canales encontrados, en la búsqueda</translation>
    </message>
    <message>
        <source>Tick the channel or post</source>
        <translation>Marcar el canal o la publicación</translation>
    </message>
    <message>
        <source>Undo, redo</source>
        <translation>Deshacer, rehacer</translation>
    </message>
</context>
<context>
    <name>MarkFields</name>
    <message>
        <source>Picture of the watermark</source>
        <translation>Imagen de la marca de agua</translation>
    </message>
    <message>
        <source>Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</source>
        <translation>Imágenes (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</translation>
    </message>
</context>
<context>
    <name>MediaDownloads</name>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>{name} could not be downloaded.</source>
        <translation>No se pudo descargar {name}.</translation>
    </message>
</context>
<context>
    <name>MediaEditor</name>
    <message>
        <source>Discard changes</source>
        <translation>Descartar cambios</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>Editar {name}</translation>
    </message>
    <message>
        <source>Keep changes</source>
        <translation>Conservar cambios</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Aquí no hay nada que restablecer</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Restablecer</translation>
    </message>
    <message>
        <source>Shown here and in the previews, but not sent. Each network chooses its own cover frame.</source>
        <translation>Se muestra aquí y en las vistas previas, pero no se envía. Cada red elige su propio fotograma de portada.</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Girar a la izquierda</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Girar a la derecha</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>MediaImporter</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted: {names}</source>
        <translation>
            <numerusform>%n archivo no se puede publicar: {names}</numerusform>
            <numerusform>%n archivos no se pueden publicar: {names}</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagen pegada</translation>
    </message>
    <message>
        <source>The files could not be read.</source>
        <translation>No se pudieron leer los archivos.</translation>
    </message>
    <message>
        <source>The pasted picture could not be saved.</source>
        <translation>No se pudo guardar la imagen pegada.</translation>
    </message>
    <message numerus="yes">
        <source>Too many files. Only the first {most} of %n were added.</source>
        <translation>
            <numerusform>Demasiados archivos. Solo se añadieron los primeros {most} de %n.</numerusform>
            <numerusform>Demasiados archivos. Solo se añadieron los primeros {most} de %n.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} y %n más</numerusform>
            <numerusform>{names} y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} changed on disk. The message uses the new version.</source>
        <translation>{names} cambió en el disco. El mensaje usa la versión nueva.</translation>
    </message>
    <message>
        <source>{name} could not be read.</source>
        <translation>No se pudo leer {name}.</translation>
    </message>
    <message>
        <source>{name} is not a readable text file.</source>
        <translation>{name} no es un archivo de texto legible.</translation>
    </message>
    <message>
        <source>{name} is too long for a message.</source>
        <translation>{name} es demasiado largo para un mensaje.</translation>
    </message>
</context>
<context>
    <name>MediaModel</name>
    <message>
        <source>Animation</source>
        <translation>Animación</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Vídeo</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>editado</translation>
    </message>
    <message>
        <source>left out for {networks}</source>
        <translation>queda fuera para {networks}</translation>
    </message>
    <message>
        <source>no description yet</source>
        <translation>aún sin descripción</translation>
    </message>
    <message>
        <source>{kind} {number} of {total}</source>
        <extracomment>{kind}: Picture, Video or Animation.</extracomment>
        <translation>{kind} {number} de {total}</translation>
    </message>
</context>
<context>
    <name>MediaPresenter</name>
    <message>
        <source>This file cannot be shown here.</source>
        <translation>Este archivo no se puede mostrar aquí.</translation>
    </message>
</context>
<context>
    <name>MediaStrip</name>
    <message>
        <source>Drag to reorder</source>
        <translation>Arrastra para reordenar</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Archivos</translation>
    </message>
</context>
<context>
    <name>MenuBar</name>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Edición</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Archivo</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>A&amp;yuda</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Cortar</translation>
    </message>
    <message>
        <source>Menu bar</source>
        <translation>Barra de menús</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Pegar</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Seleccionar todo</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>MessageActions</name>
    <message numerus="yes">
        <source>%Ln message(s) (follows/follow) the rhythm now</source>
        <translation>
            <numerusform>%Ln mensaje sigue ahora el ritmo</numerusform>
            <numerusform>%Ln mensajes siguen ahora el ritmo</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) added</source>
        <translation>
            <numerusform>%Ln mensaje añadido</numerusform>
            <numerusform>%Ln mensajes añadidos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) deleted</source>
        <translation>
            <numerusform>%Ln mensaje eliminado</numerusform>
            <numerusform>%Ln mensajes eliminados</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>Añadir imágenes</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>Añadir imágenes…</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Edit the scheduled post…</source>
        <translation>Editar la publicación programada…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Bajar</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Mover a las {time}</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Subir</translation>
    </message>
    <message>
        <source>Moved to {when}</source>
        <translation>Movido a {when}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Set own time…</source>
        <translation>Poner hora propia…</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>Mostrar en Actividad</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Mostrar en la programación</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message</source>
        <translation>Detén la campaña para cambiar este mensaje</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message, or edit its scheduled post.</source>
        <translation>Detén la campaña para cambiar este mensaje, o edita su publicación programada.</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message.</source>
        <translation>Detén la campaña para cambiar este mensaje.</translation>
    </message>
    <message>
        <source>This message failed. Retry it, or change a duplicate ({keys}).</source>
        <translation>Este mensaje falló. Reinténtalo, o cambia un duplicado ({keys}).</translation>
    </message>
    <message>
        <source>This message was sent. Duplicate it to change it ({keys}).</source>
        <translation>Este mensaje se envió. Duplícalo para cambiarlo ({keys}).</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Use the rhythm&apos;s time</source>
        <translation>Usar la hora del ritmo</translation>
    </message>
</context>
<context>
    <name>MessageDelegate</name>
    <message>
        <source>Nothing written yet</source>
        <translation>Aún no hay nada escrito</translation>
    </message>
</context>
<context>
    <name>MessageEditController</name>
    <message>
        <source>Changes saved. The message is being sent.</source>
        <translation>Cambios guardados. El mensaje se está enviando.</translation>
    </message>
    <message>
        <source>Changes saved: {when}</source>
        <translation>Cambios guardados: {when}</translation>
    </message>
    <message>
        <source>It belongs to another workspace. Open that one to edit it.</source>
        <translation>Pertenece a otro espacio de trabajo. Ábrelo para editarlo.</translation>
    </message>
    <message>
        <source>Labels saved</source>
        <translation>Etiquetas guardadas</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>No se cambió nada</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>MessageFields</name>
    <message>
        <source>After the last part</source>
        <translation>Después de la última parte</translation>
    </message>
    <message>
        <source>Below each post</source>
        <translation>Debajo de cada publicación</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primer comentario</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Enlace</translation>
    </message>
    <message>
        <source>Not on {names}</source>
        <translation>No en {names}</translation>
    </message>
    <message>
        <source>On {names}</source>
        <translation>En {names}</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Quitar enlace</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Dirección web</translation>
    </message>
    <message>
        <source>{able} of {count}</source>
        <extracomment>Numbers of networks.</extracomment>
        <translation>{able} de {count}</translation>
    </message>
</context>
<context>
    <name>MessageFiles</name>
    <message>
        <source>Add pictures or videos</source>
        <translation>Añadir imágenes o vídeos</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Todos los archivos</translation>
    </message>
    <message>
        <source>Downloading this address as a picture or video</source>
        <translation>Descargando esta dirección como imagen o vídeo</translation>
    </message>
    <message>
        <source>Harbour</source>
        <translation>Puerto</translation>
    </message>
    <message>
        <source>Insert as text</source>
        <translation>Insertar como texto</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Pictures, videos and texts</source>
        <translation>Imágenes, vídeos y textos</translation>
    </message>
    <message>
        <source>The changes to {name} were discarded</source>
        <translation>Se descartaron los cambios en {name}</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>No se pudo guardar la imagen.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>{name} is now number {n}</source>
        <translation>{name} es ahora el número {n}</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} quitado del mensaje</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>No se encontró {name}.</translation>
    </message>
</context>
<context>
    <name>MessageMedia</name>
    <message>
        <source>Add pictures</source>
        <translation>Añadir imágenes</translation>
    </message>
    <message>
        <source>Add pictures or videos to this message</source>
        <translation>Añade imágenes o vídeos a este mensaje</translation>
    </message>
</context>
<context>
    <name>MessageParts</name>
    <message>
        <source>What comes next?</source>
        <translation>¿Qué viene ahora?</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>¿Qué te gustaría decir?</translation>
    </message>
</context>
<context>
    <name>MessagePosts</name>
    <message>
        <source>Posts</source>
        <translation>Publicaciones</translation>
    </message>
</context>
<context>
    <name>MessagesView</name>
    <message>
        <source>Messages</source>
        <translation>Mensajes</translation>
    </message>
</context>
<context>
    <name>MonthPicker</name>
    <message>
        <source>Day: {day}</source>
        <translation>Día: {day}</translation>
    </message>
</context>
<context>
    <name>MorePopup</name>
    <message>
        <source>Messages of this day</source>
        <translation>Mensajes de este día</translation>
    </message>
</context>
<context>
    <name>MovePopup</name>
    <message>
        <source>Possible: {time}</source>
        <translation>Posible: {time}</translation>
    </message>
    <message>
        <source>That time has passed.</source>
        <translation>Esa hora ya pasó.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Escribe un día y una hora.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>«{time}», «{other}»</translation>
    </message>
</context>
<context>
    <name>MovePostsDialog</name>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>Mover</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <translation>
            <numerusform>Mover %n publicación</numerusform>
            <numerusform>Mover %n publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>They move to {when}. The others keep their time.</source>
        <translation>Se mueven a {when}. Las demás conservan su hora.</translation>
    </message>
    <message>
        <source>Which posts should move?</source>
        <translation>¿Qué publicaciones deben moverse?</translation>
    </message>
</context>
<context>
    <name>NetworkGrid</name>
    <message>
        <source>Needs your own app</source>
        <translation>Necesita tu propia app</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>Only through a Posto service</source>
        <translation>Solo mediante un servicio Posto</translation>
    </message>
    <message>
        <source>The network does not allow apps on your computer to publish.</source>
        <translation>La red no permite publicar a las apps de tu ordenador.</translation>
    </message>
    <message>
        <source>Works at once</source>
        <translation>Funciona al momento</translation>
    </message>
    <message>
        <source>You register your own app with the network. Some networks charge for this.</source>
        <translation>Registras tu propia app en la red. Algunas redes cobran por ello.</translation>
    </message>
</context>
<context>
    <name>NetworkMediaSelection</name>
    <message>
        <source>{name} is not sent to {network}</source>
        <translation>{name} no se envía a {network}</translation>
    </message>
    <message>
        <source>{name} is sent to {network}</source>
        <translation>{name} se envía a {network}</translation>
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
        <translation>Un archivo PEM, de confianza además de los certificados del sistema</translation>
    </message>
    <message>
        <source>Address to try</source>
        <translation>Dirección que probar</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Certificados (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Certificados propios</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Comprobando…</translation>
    </message>
    <message>
        <source>Choose a file of certificates</source>
        <translation>Elegir un archivo de certificados</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Elegir un archivo…</translation>
    </message>
    <message>
        <source>Connection test</source>
        <translation>Prueba de conexión</translation>
    </message>
    <message>
        <source>Needs a user name for the proxy</source>
        <translation>Necesita un nombre de usuario para el proxy</translation>
    </message>
    <message>
        <source>No keychain found. Saved until you quit Posto</source>
        <translation>No se encontró ningún llavero. Se guarda hasta que cierres Posto</translation>
    </message>
    <message>
        <source>No password saved</source>
        <translation>No hay contraseña guardada</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Contraseña del proxy</translation>
    </message>
    <message>
        <source>Remove your certificates</source>
        <translation>Quitar tus certificados</translation>
    </message>
    <message>
        <source>Saved in a file only you can read</source>
        <translation>Guardada en un archivo que solo tú puedes leer</translation>
    </message>
    <message>
        <source>Saved in the keychain of this computer</source>
        <translation>Guardada en el llavero de este ordenador</translation>
    </message>
    <message>
        <source>Test</source>
        <extracomment>Verb: try the connection.</extracomment>
        <translation>Probar</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>Probar la conexión</translation>
    </message>
    <message>
        <source>The address of a service</source>
        <translation>La dirección de un servicio</translation>
    </message>
    <message>
        <source>The connection could not be tested.</source>
        <translation>No se pudo probar la conexión.</translation>
    </message>
    <message>
        <source>The password was not saved.</source>
        <translation>No se guardó la contraseña.</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Probar la conexión</translation>
    </message>
    <message>
        <source>{name} answered after {seconds} seconds</source>
        <translation>{name} respondió tras {seconds} segundos</translation>
    </message>
    <message>
        <source>{name}, in addition to the system&apos;s certificates</source>
        <translation>{name}, además de los certificados del sistema</translation>
    </message>
</context>
<context>
    <name>NetworkSettings</name>
    <message numerus="yes">
        <source>%n change(s) will be saved</source>
        <translation>
            <numerusform>Se guardará %n cambio</numerusform>
            <numerusform>Se guardarán %n cambios</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)</source>
        <translation>
            <numerusform>Descartar %n cambio</numerusform>
            <numerusform>Descartar %n cambios</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)?</source>
        <translation>
            <numerusform>¿Descartar %n cambio?</numerusform>
            <numerusform>¿Descartar %n cambios?</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Vacío</translation>
    </message>
    <message>
        <source>First choose which changes to keep</source>
        <translation>Elige primero qué cambios conservar</translation>
    </message>
    <message>
        <source>Hidden and not changed</source>
        <translation>Oculto y sin cambios</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Conservar los míos</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>Conservar los suyos</translation>
    </message>
    <message>
        <source>Loading the settings…</source>
        <translation>Cargando los ajustes…</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>No se cambió nada</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Recargar</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message numerus="yes">
        <source>Save %n change(s)</source>
        <translation>
            <numerusform>Guardar %n cambio</numerusform>
            <numerusform>Guardar %n cambios</numerusform>
        </translation>
    </message>
    <message>
        <source>Save network settings</source>
        <translation>Guardar los ajustes de la red</translation>
    </message>
    <message>
        <source>Saved on the service</source>
        <translation>Guardado en el servicio</translation>
    </message>
    <message>
        <source>Saved on the service for all its users</source>
        <translation>Guardado en el servicio para todos sus usuarios</translation>
    </message>
    <message>
        <source>Saved on {host} for all its users</source>
        <translation>Guardado en {host} para todos sus usuarios</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Guardando…</translation>
    </message>
    <message>
        <source>Settings of {network}</source>
        <translation>Ajustes de {network}</translation>
    </message>
    <message>
        <source>Someone else changed this on the service: {what}. Choose which changes to keep. Yours are not saved yet.</source>
        <translation>Otra persona cambió esto en el servicio: {what}. Elige qué cambios conservar. Los tuyos aún no están guardados.</translation>
    </message>
    <message>
        <source>The service did not save {names} and uses its own value</source>
        <translation>El servicio no guardó {names} y usa su propio valor</translation>
    </message>
    <message>
        <source>The service has no settings for this network</source>
        <translation>El servicio no tiene ajustes para esta red</translation>
    </message>
    <message>
        <source>These changes are not saved on the service.</source>
        <translation>Estos cambios no están guardados en el servicio.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Sí</translation>
    </message>
    <message>
        <source>You can change this only on the service</source>
        <translation>Solo puedes cambiarlo en el servicio</translation>
    </message>
    <message>
        <source>{name} is now “{value}”</source>
        <translation>{name} es ahora «{value}»</translation>
    </message>
    <message>
        <source>{why} Nothing was saved.</source>
        <translation>{why} No se guardó nada.</translation>
    </message>
</context>
<context>
    <name>NetworkStep</name>
    <message>
        <source>A network, a site, a server, or @you@example.social</source>
        <translation>Una red, un sitio, un servidor o @tu@social.example</translation>
    </message>
    <message>
        <source>Checking {address}…</source>
        <translation>Comprobando {address}…</translation>
    </message>
    <message>
        <source>Find a network</source>
        <translation>Buscar una red</translation>
    </message>
    <message>
        <source>Loading networks…</source>
        <translation>Cargando redes…</translation>
    </message>
    <message>
        <source>No network has this name. Type the address of your server instead.</source>
        <translation>Ninguna red tiene este nombre. Escribe en su lugar la dirección de tu servidor.</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Iniciar sesión en un servicio…</translation>
    </message>
    <message>
        <source>This is {what}.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Mastodon (example.social)&quot;.</extracomment>
        <translation>Esto es {what}.</translation>
    </message>
    <message>
        <source>This is {what}. Posto cannot connect it.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Friendica (example.social)&quot;.</extracomment>
        <translation>Esto es {what}. Posto no puede conectarlo.</translation>
    </message>
    <message>
        <source>This version cannot connect this network yet. A Posto service can.</source>
        <translation>Esta versión aún no puede conectar esta red. Un servicio Posto sí puede.</translation>
    </message>
    <message>
        <source>{address} was not recognized. Choose its network below or check the spelling.</source>
        <translation>No se reconoció {address}. Elige su red abajo o revisa la escritura.</translation>
    </message>
</context>
<context>
    <name>NetworkTabs</name>
    <message>
        <source>All networks</source>
        <translation>Todas las redes</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Redes</translation>
    </message>
    <message>
        <source>Text for {name}</source>
        <translation>Texto para {name}</translation>
    </message>
    <message>
        <source>own text</source>
        <translation>texto propio</translation>
    </message>
    <message>
        <source>{name}, has a problem</source>
        <translation>{name}, tiene un problema</translation>
    </message>
    <message>
        <source>{name}, own text</source>
        <translation>{name}, texto propio</translation>
    </message>
</context>
<context>
    <name>NoMatches</name>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
</context>
<context>
    <name>NotificationPresenter</name>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
</context>
<context>
    <name>NotificationsController</name>
    <message>
        <source>The workspace of this notification was removed</source>
        <translation>El espacio de trabajo de esta notificación se quitó</translation>
    </message>
</context>
<context>
    <name>NotificationsModel</name>
    <message>
        <source>Error</source>
        <translation>Error</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Aviso</translation>
    </message>
</context>
<context>
    <name>NotificationsPanel</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Vaciar</translation>
    </message>
    <message>
        <source>Clear notifications</source>
        <translation>Vaciar notificaciones</translation>
    </message>
    <message>
        <source>No notifications</source>
        <translation>No hay notificaciones</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notificaciones</translation>
    </message>
    <message>
        <source>Notifications panel</source>
        <translation>Panel de notificaciones</translation>
    </message>
    <message>
        <source>Your notifications appear here.</source>
        <translation>Tus notificaciones aparecen aquí.</translation>
    </message>
</context>
<context>
    <name>OpenDrafts</name>
    <message>
        <source>Changes discarded. The message is still scheduled as it was.</source>
        <translation>Cambios descartados. El mensaje sigue programado como estaba.</translation>
    </message>
    <message>
        <source>Draft deleted</source>
        <translation>Borrador eliminado</translation>
    </message>
    <message>
        <source>Message discarded</source>
        <translation>Mensaje descartado</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Saved in Drafts</source>
        <translation>Guardado en Borradores</translation>
    </message>
    <message>
        <source>The draft could not be saved. It is lost when Posto quits.</source>
        <translation>No se pudo guardar el borrador. Se perderá cuando cierres Posto.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Aún no hay nada que guardar</translation>
    </message>
    <message>
        <source>“{title}” was closed and saved in Drafts. At most 20 messages can be open.</source>
        <translation>«{title}» se cerró y se guardó en Borradores. Puede haber 20 mensajes abiertos como máximo.</translation>
    </message>
</context>
<context>
    <name>OpenWorkspaceController</name>
    <message>
        <source>Sign in</source>
        <translation>Iniciar sesión</translation>
    </message>
</context>
<context>
    <name>OptimisticSchedule</name>
    <message numerus="yes">
        <source>%n post(s) deleted</source>
        <translation>
            <numerusform>%n publicación eliminada</numerusform>
            <numerusform>%n publicaciones eliminadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) deleted here. (It stays/They stay) published.</source>
        <translation>
            <numerusform>%n publicación eliminada aquí. Sigue publicada.</numerusform>
            <numerusform>%n publicaciones eliminadas aquí. Siguen publicadas.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its last change is not saved yet. Edit the message to change its time.</source>
        <translation>Su último cambio aún no está guardado. Edita el mensaje para cambiar su hora.</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Es tarde para deshacer: las publicaciones se eliminaron.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>What is published stays published.</source>
        <translation>Lo publicado sigue publicado.</translation>
    </message>
</context>
<context>
    <name>OptionBox</name>
    <message>
        <source>required</source>
        <translation>obligatorio</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{option} para {network}</translation>
    </message>
    <message>
        <source>{option}, required</source>
        <translation>{option}, obligatorio</translation>
    </message>
</context>
<context>
    <name>OptionChip</name>
    <message>
        <source>Delete resets it</source>
        <translation>Supr la restablece</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Restablecer</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{option} para {network}</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Add music to photos</source>
        <translation>Añadir música a las fotos</translation>
    </message>
    <message>
        <source>All images of the post</source>
        <translation>Todas las imágenes de la publicación</translation>
    </message>
    <message>
        <source>Allow comments</source>
        <translation>Permitir comentarios</translation>
    </message>
    <message>
        <source>Allow duets</source>
        <translation>Permitir duetos</translation>
    </message>
    <message>
        <source>Allow stitches</source>
        <translation>Permitir stitches</translation>
    </message>
    <message>
        <source>Alt text of the post</source>
        <translation>Texto alternativo de la publicación</translation>
    </message>
    <message>
        <source>Attach the link</source>
        <translation>Adjuntar el enlace</translation>
    </message>
    <message>
        <source>Book</source>
        <translation>Reservar</translation>
    </message>
    <message>
        <source>Button</source>
        <translation>Botón</translation>
    </message>
    <message>
        <source>Button below the message</source>
        <translation>Botón debajo del mensaje</translation>
    </message>
    <message>
        <source>Button link</source>
        <translation>Enlace del botón</translation>
    </message>
    <message>
        <source>Button text</source>
        <translation>Texto del botón</translation>
    </message>
    <message>
        <source>Buy</source>
        <translation>Comprar</translation>
    </message>
    <message>
        <source>Call now</source>
        <translation>Llamar ahora</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>Categorías</translation>
    </message>
    <message>
        <source>Channel default</source>
        <translation>Valor del canal</translation>
    </message>
    <message>
        <source>Channel default: the channel&apos;s setting on the service</source>
        <translation>Valor del canal: el ajuste del canal en el servicio</translation>
    </message>
    <message>
        <source>Cut a text that is too long</source>
        <translation>Cortar un texto demasiado largo</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Predeterminado</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Borrador</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Extracto</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primer comentario</translation>
    </message>
    <message>
        <source>Followers</source>
        <translation>Seguidores</translation>
    </message>
    <message>
        <source>Friends</source>
        <translation>Amigos</translation>
    </message>
    <message>
        <source>Get offer</source>
        <translation>Obtener oferta</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Keep as a draft on the blog</source>
        <translation>Dejar como borrador en el blog</translation>
    </message>
    <message>
        <source>Keep the post type</source>
        <translation>Conservar el tipo de publicación</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>Learn more</source>
        <translation>Más información</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Enlace</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Etiquetas del enlace (UTM)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Ninguno</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>No</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Sí</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>Solo yo</translation>
    </message>
    <message>
        <source>Order online</source>
        <translation>Pedir en línea</translation>
    </message>
    <message>
        <source>Photo title</source>
        <translation>Título de la foto</translation>
    </message>
    <message>
        <source>Pin the post</source>
        <translation>Fijar la publicación</translation>
    </message>
    <message>
        <source>Post type</source>
        <translation>Tipo de publicación</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>Privada</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publicada</translation>
    </message>
    <message>
        <source>Qualifier</source>
        <translation>Calificador</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>Hacer reserva</translation>
    </message>
    <message>
        <source>Send categories</source>
        <translation>Enviar categorías</translation>
    </message>
    <message>
        <source>Send pages as pages</source>
        <translation>Enviar páginas como páginas</translation>
    </message>
    <message>
        <source>Send silently</source>
        <translation>Enviar sin sonido</translation>
    </message>
    <message>
        <source>Send tags</source>
        <translation>Enviar etiquetas</translation>
    </message>
    <message>
        <source>Sign up</source>
        <translation>Registrarse</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Firma</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Story hashtag</source>
        <translation>Hashtag de la historia</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>The featured image</source>
        <translation>La imagen destacada</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Título</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Subir archivos</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Visibilidad</translation>
    </message>
    <message>
        <source>Waiting for review</source>
        <translation>Pendiente de revisión</translation>
    </message>
    <message>
        <source>Watch video</source>
        <translation>Ver vídeo</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Marca de agua</translation>
    </message>
    <message>
        <source>Which media</source>
        <translation>Qué archivos</translation>
    </message>
    <message>
        <source>Who can see it</source>
        <translation>Quién puede verla</translation>
    </message>
    <message>
        <source>Write a first comment</source>
        <translation>Escribir un primer comentario</translation>
    </message>
</context>
<context>
    <name>OptionsBody</name>
    <message>
        <source>Find an option</source>
        <translation>Buscar una opción</translation>
    </message>
    <message>
        <source>No option has this name</source>
        <translation>Ninguna opción tiene este nombre</translation>
    </message>
    <message>
        <source>Show all options</source>
        <translation>Mostrar todas las opciones</translation>
    </message>
</context>
<context>
    <name>OptionsCard</name>
    <message>
        <source>Also a link in the text</source>
        <translation>También un enlace en el texto</translation>
    </message>
    <message>
        <source>Applies where a network has a limit</source>
        <translation>Se aplica donde una red tiene un límite</translation>
    </message>
    <message>
        <source>Attach link</source>
        <translation>Adjuntar enlace</translation>
    </message>
    <message>
        <source>Cut it</source>
        <translation>Cortarlo</translation>
    </message>
    <message>
        <source>Facebook and LinkedIn then drop the media</source>
        <translation>Facebook y LinkedIn omiten entonces los archivos</translation>
    </message>
    <message>
        <source>If the message has a link</source>
        <translation>Si el mensaje tiene un enlace</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Enlace</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nunca</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
    <message>
        <source>On {network}</source>
        <translation>En {network}</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Igual que todas las redes</translation>
    </message>
    <message>
        <source>Send pictures and videos with the post</source>
        <translation>Enviar imágenes y vídeos con la publicación</translation>
    </message>
    <message>
        <source>The link of the message, or the first link in its text</source>
        <translation>El enlace del mensaje, o el primero del texto</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Subir archivos</translation>
    </message>
    <message>
        <source>Used if the message has no link</source>
        <translation>Se usa si el mensaje no tiene enlace</translation>
    </message>
    <message>
        <source>Warn me</source>
        <translation>Avisarme</translation>
    </message>
    <message>
        <source>When the text is too long</source>
        <translation>Cuando el texto es demasiado largo</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Sí</translation>
    </message>
    <message>
        <source>{network} then drops the media</source>
        <translation>{network} omite entonces los archivos</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n elegida</numerusform>
            <numerusform>%n elegidas</numerusform>
        </translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Opciones</translation>
    </message>
</context>
<context>
    <name>OtherTimeChip</name>
    <message>
        <source>This can also mean {time}.</source>
        <translation>También puede significar {time}.</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>¿o {time}?</translation>
    </message>
</context>
<context>
    <name>OthersStrip</name>
    <message>
        <source>Others in this message</source>
        <translation>Otras personas en este mensaje</translation>
    </message>
    <message>
        <source>Take over the changes</source>
        <translation>Incorporar los cambios</translation>
    </message>
    <message>
        <source>What you have changed stays. Where both of you changed the same you choose.</source>
        <translation>Lo que cambiaste se conserva. Donde ambos cambiaron lo mismo, eliges tú.</translation>
    </message>
</context>
<context>
    <name>OutboxList</name>
    <message>
        <source>Outbox</source>
        <translation>Bandeja de salida</translation>
    </message>
</context>
<context>
    <name>OutboxModel</name>
    <message numerus="yes">
        <source>%n of {total} sent</source>
        <translation>
            <numerusform>%n de {total} enviada</numerusform>
            <numerusform>%n de {total} enviadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n más</numerusform>
            <numerusform>%n más</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Aceptado</translation>
    </message>
    <message>
        <source>Accepted, but its status is unknown</source>
        <translation>Aceptada, pero se desconoce su estado</translation>
    </message>
    <message>
        <source>Another workspace</source>
        <translation>Otro espacio de trabajo</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Cancelada</translation>
    </message>
    <message>
        <source>Checking for the post</source>
        <translation>Buscando la publicación</translation>
    </message>
    <message>
        <source>Converting</source>
        <translation>Convirtiendo</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Eliminada por ti</translation>
    </message>
    <message>
        <source>Done today</source>
        <translation>Hecho hoy</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Editada por ti</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fallido</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Retenida</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>En curso</translation>
    </message>
    <message>
        <source>It may already be on {channels}</source>
        <translation>Puede que ya esté en {channels}</translation>
    </message>
    <message>
        <source>May already be published</source>
        <translation>Puede que ya esté publicada</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Puede que ya esté publicada: {reason}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Requiere tu atención</translation>
    </message>
    <message>
        <source>Next in line</source>
        <translation>Siguiente</translation>
    </message>
    <message>
        <source>No clear answer came back</source>
        <translation>No llegó una respuesta clara</translation>
    </message>
    <message>
        <source>No reason was given</source>
        <translation>No se dio ningún motivo</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>No está en la programación</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>No enviado</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Guardado en este ordenador</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Guardando…</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Programado</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Sending to {host}</source>
        <translation>Enviando a {host}</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Upcoming</source>
        <translation>Próximas</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Subiendo</translation>
    </message>
    <message>
        <source>Uploading {n} of {total}</source>
        <translation>Subiendo {n} de {total}</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Waiting for network</source>
        <translation>Esperando a la red</translation>
    </message>
    <message>
        <source>Waiting for sign-in</source>
        <translation>Esperando el inicio de sesión</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>quedan unos {n} min</translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation>quedan unos {n} s</translation>
    </message>
    <message>
        <source>can be undone for {n} s</source>
        <translation>se puede deshacer durante {n} s</translation>
    </message>
    <message>
        <source>continues when you resume</source>
        <translation>continúa cuando reanudes</translation>
    </message>
    <message>
        <source>next try at {time}</source>
        <translation>próximo intento a las {time}</translation>
    </message>
    <message>
        <source>next try in {n} min</source>
        <translation>próximo intento en {n} min</translation>
    </message>
    <message>
        <source>next try in {n} s</source>
        <translation>próximo intento en {n} s</translation>
    </message>
    <message>
        <source>next try now</source>
        <translation>próximo intento ahora</translation>
    </message>
    <message>
        <source>sending continues at {time}</source>
        <translation>el envío continúa a las {time}</translation>
    </message>
    <message>
        <source>sending continues in {n} s</source>
        <translation>el envío continúa en {n} s</translation>
    </message>
    <message>
        <source>sending continues now</source>
        <translation>el envío continúa ahora</translation>
    </message>
    <message>
        <source>starts automatically</source>
        <translation>empieza automáticamente</translation>
    </message>
    <message>
        <source>{file}, {percent} %</source>
        <translation>{file}, {percent} %</translation>
    </message>
    <message>
        <source>{sent} of {total} MB</source>
        <translation>{sent} de {total} MB</translation>
    </message>
    <message>
        <source>{sent} of {total} kB</source>
        <translation>{sent} de {total} kB</translation>
    </message>
</context>
<context>
    <name>OutboxRows</name>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Ocultar</translation>
    </message>
    <message>
        <source>Look into it</source>
        <translation>Revisar</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ahora</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Intentar ahora</translation>
    </message>
</context>
<context>
    <name>OutcomeActions</name>
    <message>
        <source>Edit and send again</source>
        <translation>Editar y enviar de nuevo</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Está ahí</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Abrir el canal</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de nuevo</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Enviar el comentario de nuevo</translation>
    </message>
</context>
<context>
    <name>OutputOptionsPanel</name>
    <message>
        <source>All networks</source>
        <translation>Todas las redes</translation>
    </message>
    <message>
        <source>Animated GIF</source>
        <translation>GIF animado</translation>
    </message>
    <message>
        <source>Best for each network</source>
        <translation>Lo mejor para cada red</translation>
    </message>
    <message>
        <source>Convert to what each network takes</source>
        <translation>Convertir a lo que acepta cada red</translation>
    </message>
    <message>
        <source>Edits for {network} override those for all networks</source>
        <translation>Las ediciones para {network} prevalecen sobre las de todas las redes</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Para</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Formato</translation>
    </message>
    <message>
        <source>H.264 and AAC in an MP4, within the network’s pixels, rates and size</source>
        <translation>H.264 y AAC en un MP4, dentro de los píxeles, las tasas y el tamaño de la red</translation>
    </message>
    <message>
        <source>If off, location and camera data are removed before sending</source>
        <translation>Si está desactivado, la ubicación y los datos de la cámara se quitan antes de enviar</translation>
    </message>
    <message>
        <source>Keep location and camera data</source>
        <translation>Conservar ubicación y datos de la cámara</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>Archivo más grande</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>Lado más largo</translation>
    </message>
    <message>
        <source>Network limit</source>
        <translation>Límite de la red</translation>
    </message>
    <message>
        <source>No quality is lost; the start moves to the key frame before</source>
        <translation>No se pierde calidad; el inicio pasa al fotograma clave anterior</translation>
    </message>
    <message>
        <source>Only {network}</source>
        <translation>Solo {network}</translation>
    </message>
    <message>
        <source>Only {network}, edited</source>
        <translation>Solo {network}, editado</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>Tamaño original</translation>
    </message>
    <message>
        <source>Own edits: {names}</source>
        <translation>Ediciones propias: {names}</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forma</translation>
    </message>
    <message>
        <source>Start at a key frame, without encoding</source>
        <translation>Empezar en un fotograma clave, sin codificar</translation>
    </message>
    <message>
        <source>Still picture, JPEG</source>
        <translation>Imagen fija, JPEG</translation>
    </message>
    <message>
        <source>Still picture, PNG</source>
        <translation>Imagen fija, PNG</translation>
    </message>
</context>
<context>
    <name>OverrideControl</name>
    <message>
        <source>Different for this network</source>
        <translation>Distinto para esta red</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Ninguno</translation>
    </message>
    <message>
        <source>Own {name}</source>
        <translation>Valor propio: {name}</translation>
    </message>
    <message>
        <source>Same for all networks</source>
        <translation>Igual para todas las redes</translation>
    </message>
</context>
<context>
    <name>OwnAccountsController</name>
    <message numerus="yes">
        <source>%n waiting post(s) will not be sent.</source>
        <translation>
            <numerusform>%n publicación en espera no se enviará.</numerusform>
            <numerusform>%n publicaciones en espera no se enviarán.</numerusform>
        </translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Comprobar de nuevo</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Desconectar</translation>
    </message>
    <message>
        <source>Disconnect {name}?</source>
        <translation>¿Desconectar {name}?</translation>
    </message>
    <message numerus="yes">
        <source>Its %n channel(s) will be removed, too.</source>
        <translation>
            <numerusform>También se quitará su %n canal.</numerusform>
            <numerusform>También se quitarán sus %n canales.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto signs out of the network and removes the account here.</source>
        <translation>Posto cierra la sesión en la red y quita la cuenta aquí.</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Iniciar sesión de nuevo</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Desbloquear</translation>
    </message>
    <message>
        <source>{name} cannot publish now.</source>
        <translation>{name} no puede publicar ahora.</translation>
    </message>
    <message>
        <source>{name} is connected</source>
        <translation>{name} está conectada</translation>
    </message>
    <message>
        <source>{name} is disconnected</source>
        <translation>{name} está desconectada</translation>
    </message>
    <message>
        <source>{name} stays connected</source>
        <translation>{name} sigue conectada</translation>
    </message>
    <message>
        <source>{name} was removed here, but its sign-in may still be valid. {why}</source>
        <translation>{name} se quitó aquí, pero su inicio de sesión puede seguir siendo válido. {why}</translation>
    </message>
    <message>
        <source>{name} works</source>
        <translation>{name} funciona</translation>
    </message>
</context>
<context>
    <name>PageNotifier</name>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>PaletteController</name>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Órdenes</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Noun: a group of channels.</extracomment>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Ocultar</translation>
    </message>
    <message>
        <source>Message without text</source>
        <translation>Mensaje sin texto</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Mensajes</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Páginas</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Publicaciones</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Mostrar todos</translation>
    </message>
    <message>
        <source>Show only</source>
        <translation>Mostrar solo</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Estilos</translation>
    </message>
    <message>
        <source>Tick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>Marcar</translation>
    </message>
    <message>
        <source>Untick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>Desmarcar</translation>
    </message>
    <message>
        <source>account connect log in login network</source>
        <translation>cuenta conectar iniciar sesión entrar red</translation>
    </message>
    <message>
        <source>account sign in log in login connect</source>
        <translation>cuenta iniciar sesión entrar conectar</translation>
    </message>
    <message>
        <source>account sign out log out logout</source>
        <translation>cuenta cerrar sesión salir desconectar</translation>
    </message>
    <message>
        <source>exit close</source>
        <translation>salir cerrar</translation>
    </message>
    <message>
        <source>help hotkeys</source>
        <translation>ayuda atajos teclado</translation>
    </message>
    <message>
        <source>help version licence</source>
        <translation>ayuda versión licencia</translation>
    </message>
    <message>
        <source>preferences options</source>
        <translation>preferencias opciones configuración</translation>
    </message>
    <message>
        <source>refresh update</source>
        <translation>actualizar recargar</translation>
    </message>
</context>
<context>
    <name>ParseOptionsMenu</name>
    <message>
        <source>Another file…</source>
        <translation>Otro archivo…</translation>
    </message>
    <message>
        <source>Separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>Separado por {sign}</translation>
    </message>
    <message>
        <source>Sheet “{name}”</source>
        <translation>Hoja «{name}»</translation>
    </message>
</context>
<context>
    <name>PartBar</name>
    <message>
        <source>Move part down</source>
        <translation>Bajar la parte</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Subir la parte</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Numerar las partes</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Parte {n} de {count}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Quitar la parte</translation>
    </message>
</context>
<context>
    <name>PartCard</name>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>sobra %n carácter</numerusform>
            <numerusform>sobran %n caracteres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n archivo</numerusform>
            <numerusform>%n archivos</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sin texto</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Aún no hay nada escrito</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Parte {n}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Parte {n} de {count}</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>tiene un problema</translation>
    </message>
</context>
<context>
    <name>PartRow</name>
    <message>
        <source>Its own</source>
        <translation>Propio</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No hashtags, signature or watermark.</extracomment>
        <translation>Ninguno</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Igual que todas las redes</translation>
    </message>
    <message>
        <source>Set here</source>
        <translation>Definido aquí</translation>
    </message>
</context>
<context>
    <name>PartsCard</name>
    <message>
        <source>Added at the end of each text</source>
        <translation>Se añade al final de cada texto</translation>
    </message>
    <message>
        <source>Added to each message, up to the network&apos;s limit</source>
        <translation>Se añaden a cada mensaje, hasta el límite de la red</translation>
    </message>
    <message>
        <source>Drawn on your pictures when they are sent</source>
        <translation>Se dibuja en tus imágenes al enviarlas</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Etiquetas del enlace (UTM)</translation>
    </message>
    <message>
        <source>Show your web statistics where visitors come from</source>
        <translation>Muestra a tus estadísticas web de dónde vienen los visitantes</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Firma</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Marca de agua</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy the password</source>
        <translation>Copiar la contraseña</translation>
    </message>
    <message>
        <source>In Posto on that device, add a workspace with the address {address}, the name {name} and this password. It is shown only now.</source>
        <translation>En Posto, en ese dispositivo, añade un espacio de trabajo con la dirección {address}, el nombre {name} y esta contraseña. Solo se muestra ahora.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Password for {device}</source>
        <translation>Contraseña para {device}</translation>
    </message>
</context>
<context>
    <name>PasswordStorageChoice</name>
    <message>
        <source>In a file only you can read</source>
        <translation>En un archivo que solo tú puedes leer</translation>
    </message>
    <message>
        <source>In the system keychain</source>
        <translation>En el llavero del sistema</translation>
    </message>
    <message>
        <source>Kept in memory. Posts wait here until you sign in again.</source>
        <translation>Se conserva en memoria. Las publicaciones esperan aquí hasta que inicies sesión de nuevo.</translation>
    </message>
    <message>
        <source>No keychain found on this computer.</source>
        <translation>No se encontró ningún llavero en este ordenador.</translation>
    </message>
    <message>
        <source>Not encrypted. Anyone who can use your account can read it.</source>
        <translation>Sin cifrar. Cualquiera que pueda usar tu cuenta puede leerla.</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Solo hasta que salga</translation>
    </message>
    <message>
        <source>The keychain of this computer</source>
        <translation>El llavero de este ordenador</translation>
    </message>
    <message>
        <source>The keychain of this computer is not responding.</source>
        <translation>El llavero de este ordenador no responde.</translation>
    </message>
    <message>
        <source>Where the password is kept</source>
        <translation>Dónde se guarda la contraseña</translation>
    </message>
    <message>
        <source>{keychain} is locked. It will ask for its own password.</source>
        <translation>{keychain} está bloqueado. Pedirá su propia contraseña.</translation>
    </message>
    <message>
        <source>{keychain}, locked with your login to this computer.</source>
        <translation>{keychain}, bloqueado con tu inicio de sesión en este ordenador.</translation>
    </message>
</context>
<context>
    <name>PastedPageReader</name>
    <message>
        <source>Nothing was pasted, because another text is open now. Paste again.</source>
        <translation>No se pegó nada, porque ahora hay otro texto abierto. Pega de nuevo.</translation>
    </message>
    <message>
        <source>The pasted page could not be read.</source>
        <translation>No se pudo leer la página pegada.</translation>
    </message>
    <message>
        <source>The pasted page is too long. Only its beginning was inserted.</source>
        <translation>La página pegada es demasiado larga. Solo se insertó el principio.</translation>
    </message>
</context>
<context>
    <name>PendingAnswers</name>
    <message numerus="yes">
        <source>%n post(s) (is/are) sent again in a moment</source>
        <translation>
            <numerusform>%n publicación se envía de nuevo en un momento</numerusform>
            <numerusform>%n publicaciones se envían de nuevo en un momento</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are sent again.</source>
        <translation>Es tarde para deshacer: las publicaciones se envían de nuevo.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>PendingSends</name>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>Enviando %Ln publicación en {seconds} s</numerusform>
            <numerusform>Enviando %Ln publicaciones en {seconds} s</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are being sent.</source>
        <translation>Es tarde para deshacer: las publicaciones se están enviando.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>PeopleController</name>
    <message>
        <source>{name} removed from the team</source>
        <translation>{name} ya no está en el equipo</translation>
    </message>
    <message>
        <source>{name} was not removed from the team.</source>
        <translation>{name} no se ha quitado del equipo.</translation>
    </message>
    <message>
        <source>{name} was not removed from the team. They cannot sign in.</source>
        <translation>{name} sigue en el equipo, pero no puede iniciar sesión.</translation>
    </message>
</context>
<context>
    <name>PeoplePart</name>
    <message>
        <source>Add a person, then make a password for each of their devices.</source>
        <translation>Añade una persona y después crea una contraseña para cada uno de sus dispositivos.</translation>
    </message>
    <message>
        <source>Add a person…</source>
        <translation>Añadir una persona…</translation>
    </message>
    <message>
        <source>Another owner can do this</source>
        <translation>Otro propietario puede hacerlo</translation>
    </message>
    <message>
        <source>Cannot sign in. Removed when you close the settings</source>
        <translation>No puede iniciar sesión. Se quitará al cerrar los ajustes</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Los cambios necesitan el servidor</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Desactivar</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Activar</translation>
    </message>
    <message>
        <source>Find a person</source>
        <translation>Buscar una persona</translation>
    </message>
    <message>
        <source>Nobody is called “{text}”</source>
        <translation>Nadie se llama «{text}»</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personas</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Guardando…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>{name} (you)</source>
        <translation>{name} (tú)</translation>
    </message>
</context>
<context>
    <name>PersonDialog</name>
    <message>
        <source>Add a person</source>
        <translation>Añadir una persona</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>Añadir persona</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Todos los canales</translation>
    </message>
    <message>
        <source>An owner sees all channels</source>
        <translation>Un propietario ve todos los canales</translation>
    </message>
    <message>
        <source>Another owner can change your role</source>
        <translation>Otro propietario puede cambiar tu rol</translation>
    </message>
    <message>
        <source>Another owner can remove you</source>
        <translation>Otro propietario puede quitarte</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Los cambios necesitan el servidor</translation>
    </message>
    <message>
        <source>Channels of some groups</source>
        <translation>Canales de algunos grupos</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Grupos, separados por comas</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>En uso: {groups}</translation>
    </message>
    <message>
        <source>Letters from a to z, digits and . _ @ + -</source>
        <translation>Letras de la a a la z, cifras y . _ @ + -</translation>
    </message>
    <message>
        <source>Make a password</source>
        <translation>Crear una contraseña</translation>
    </message>
    <message>
        <source>May sign in</source>
        <translation>Puede iniciar sesión</translation>
    </message>
    <message>
        <source>Name of a new device</source>
        <translation>Nombre de un dispositivo nuevo</translation>
    </message>
    <message>
        <source>Name to sign in with</source>
        <translation>Nombre para iniciar sesión</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Aún no hay cambios</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Quitar {name}</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rol</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Guardar cambios</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Guardando…</translation>
    </message>
    <message>
        <source>Sees</source>
        <translation>Ve</translation>
    </message>
    <message>
        <source>Shown name</source>
        <translation>Nombre visible</translation>
    </message>
    <message>
        <source>Write a name to sign in with first</source>
        <translation>Escribe primero un nombre para iniciar sesión</translation>
    </message>
    <message>
        <source>Write the name of the device first</source>
        <translation>Escribe primero el nombre del dispositivo</translation>
    </message>
</context>
<context>
    <name>PictureKinds</name>
    <message>
        <source>AVIF pictures</source>
        <translation>imágenes AVIF</translation>
    </message>
    <message>
        <source>HEIC pictures</source>
        <translation>imágenes HEIC</translation>
    </message>
    <message>
        <source>JPEGs</source>
        <translation>JPEG</translation>
    </message>
    <message>
        <source>WebP pictures</source>
        <translation>imágenes WebP</translation>
    </message>
    <message>
        <source>progressive JPEGs</source>
        <translation>JPEG progresivos</translation>
    </message>
    <message>
        <source>such files</source>
        <translation>esos archivos</translation>
    </message>
</context>
<context>
    <name>PlacePopup</name>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>New message here</source>
        <translation>Mensaje nuevo aquí</translation>
    </message>
    <message>
        <source>Or a draft</source>
        <translation>O un borrador</translation>
    </message>
</context>
<context>
    <name>PostEvent</name>
    <message>
        <source>Status: {status}</source>
        <translation>Estado: {status}</translation>
    </message>
    <message>
        <source>changes requested</source>
        <translation>cambios solicitados</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>borrador</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fallida</translation>
    </message>
    <message>
        <source>late</source>
        <translation>atrasada</translation>
    </message>
    <message>
        <source>needs you</source>
        <translation>requiere tu atención</translation>
    </message>
    <message>
        <source>other</source>
        <translation>otro</translation>
    </message>
    <message>
        <source>scheduled</source>
        <translation>programada</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>enviándose</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>enviada</translation>
    </message>
    <message>
        <source>waiting for approval</source>
        <translation>esperando aprobación</translation>
    </message>
</context>
<context>
    <name>PostList</name>
    <message>
        <source>Posts of this message</source>
        <translation>Publicaciones de este mensaje</translation>
    </message>
</context>
<context>
    <name>PostOutcomes</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) published</source>
        <translation>
            <numerusform>%Ln publicación está publicada</numerusform>
            <numerusform>%Ln publicaciones están publicadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not published on {network}</source>
        <translation>
            <numerusform>%Ln publicación no se publicó en {network}</numerusform>
            <numerusform>%Ln publicaciones no se publicaron en {network}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not sent</source>
        <translation>
            <numerusform>%Ln publicación no se envió</numerusform>
            <numerusform>%Ln publicaciones no se enviaron</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) may already be on {network}. Open (it/them) and choose what to do.</source>
        <translation>
            <numerusform>Puede que %Ln publicación ya esté en {network}. Ábrela y elige qué hacer.</numerusform>
            <numerusform>Puede que %Ln publicaciones ya estén en {network}. Ábrelas y elige qué hacer.</numerusform>
        </translation>
    </message>
    <message>
        <source>A post for {channel}</source>
        <translation>Una publicación para {channel}</translation>
    </message>
    <message>
        <source>It is published on {networks}.</source>
        <translation>Está publicada en {networks}.</translation>
    </message>
    <message>
        <source>On {networks}</source>
        <translation>En {networks}</translation>
    </message>
    <message numerus="yes">
        <source>The site has not sent %Ln post(s). Its timer seems to be stopped.</source>
        <translation>
            <numerusform>El sitio no ha enviado %Ln publicación. Su temporizador parece detenido.</numerusform>
            <numerusform>El sitio no ha enviado %Ln publicaciones. Su temporizador parece detenido.</numerusform>
        </translation>
    </message>
    <message>
        <source>The timer runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>El temporizador funciona cuando el sitio tiene visitas. Abre el sitio en un navegador para ponerlo en marcha.</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>la red</translation>
    </message>
    <message numerus="yes">
        <source>{titles} and %n more</source>
        <extracomment>{titles}: beginnings of posts.</extracomment>
        <translation>
            <numerusform>{titles} y %n más</numerusform>
            <numerusform>{titles} y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} is published</source>
        <extracomment>{what}: the beginning of a post in quotation marks, or &quot;A post for Galerie Nord&quot;.</extracomment>
        <translation>{what} está publicada</translation>
    </message>
    <message>
        <source>{what} may already be on {network}. Open it and choose what to do.</source>
        <translation>Puede que {what} ya esté en {network}. Ábrela y elige qué hacer.</translation>
    </message>
    <message>
        <source>{what} was not published on {network}</source>
        <translation>{what} no se publicó en {network}</translation>
    </message>
    <message>
        <source>{what} was not sent</source>
        <translation>{what} no se envió</translation>
    </message>
</context>
<context>
    <name>PostStory</name>
    <message numerus="yes">
        <source>%Ln file(s) handed over</source>
        <translation>
            <numerusform>%Ln archivo entregado</numerusform>
            <numerusform>%Ln archivos entregados</numerusform>
        </translation>
    </message>
    <message>
        <source>About to be sent</source>
        <translation>A punto de enviarse</translation>
    </message>
    <message>
        <source>May be published</source>
        <translation>Puede que esté publicada</translation>
    </message>
    <message>
        <source>Not published</source>
        <translation>No publicada</translation>
    </message>
    <message>
        <source>Open comment</source>
        <translation>Abrir comentario</translation>
    </message>
    <message>
        <source>Open part {n}</source>
        <translation>Abrir parte {n}</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir publicación</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Parte {n}</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publicada</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>The first comment</source>
        <translation>El primer comentario</translation>
    </message>
    <message>
        <source>The post</source>
        <translation>La publicación</translation>
    </message>
    <message>
        <source>Tried again at {time}</source>
        <translation>Nuevo intento a las {time}</translation>
    </message>
    <message>
        <source>Uploading files: {percent} %</source>
        <translation>Subiendo archivos: {percent} %</translation>
    </message>
    <message>
        <source>Waits until {time}</source>
        <translation>Espera hasta las {time}</translation>
    </message>
    <message>
        <source>You found it on the network.</source>
        <translation>La encontraste en la red.</translation>
    </message>
    <message>
        <source>{what} is being sent</source>
        <translation>{what}: enviando</translation>
    </message>
    <message>
        <source>{what} is not published</source>
        <translation>{what}: no publicado</translation>
    </message>
    <message>
        <source>{what} is published</source>
        <translation>{what} está publicada</translation>
    </message>
    <message>
        <source>{what} may be published</source>
        <translation>{what}: puede que esté publicado</translation>
    </message>
    <message>
        <source>{what} waits for the previous one</source>
        <translation>{what}: espera al anterior</translation>
    </message>
</context>
<context>
    <name>PostText</name>
    <message numerus="yes">
        <source>%Ln more character(s) (is/are) not shown.</source>
        <translation>
            <numerusform>No se muestra %Ln carácter más.</numerusform>
            <numerusform>No se muestran %Ln caracteres más.</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sin texto</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln character(s)</source>
        <translation>
            <numerusform>Mostrar %Ln carácter</numerusform>
            <numerusform>Mostrar %Ln caracteres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %Ln character(s)</source>
        <translation>
            <numerusform>Mostrar el %Ln carácter</numerusform>
            <numerusform>Mostrar los %Ln caracteres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PostingFlow</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Cambiar la hora</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Elige primero un canal</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Corregir primero</translation>
    </message>
    <message>
        <source>Keep the time</source>
        <extracomment>To the page before.</extracomment>
        <translation>Conservar la hora</translation>
    </message>
    <message>
        <source>No channel would take this as it is. The checks above say why.</source>
        <translation>Ningún canal lo aceptaría así. Las comprobaciones de arriba dicen por qué.</translation>
    </message>
    <message>
        <source>Post to {name} only</source>
        <translation>Publicar solo en {name}</translation>
    </message>
    <message numerus="yes">
        <source>Post to {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>Publicar en {n} de %Ln canal</numerusform>
            <numerusform>Publicar en {n} de %Ln canales</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose</source>
        <extracomment>Verb: the button of a writer, whose message an editor has to approve.</extracomment>
        <translation>Proponer</translation>
    </message>
    <message numerus="yes">
        <source>Propose %Ln post(s)</source>
        <translation>
            <numerusform>Proponer %Ln publicación</numerusform>
            <numerusform>Proponer %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose again</source>
        <translation>Proponer de nuevo</translation>
    </message>
    <message>
        <source>Propose again · {when}</source>
        <extracomment>Verb: the button of a writer who has made the changes that an editor asked for.</extracomment>
        <translation>Proponer de nuevo · {when}</translation>
    </message>
    <message numerus="yes">
        <source>Save and schedule %Ln more</source>
        <translation>
            <numerusform>Guardar y programar %Ln más</numerusform>
            <numerusform>Guardar y programar %Ln más</numerusform>
        </translation>
    </message>
    <message>
        <source>Save and send now</source>
        <translation>Guardar y enviar ahora</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Guardar cambios</translation>
    </message>
    <message>
        <source>Save changes · {when}</source>
        <translation>Guardar cambios · {when}</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Programar</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>Programar %Ln publicación</numerusform>
            <numerusform>Programar %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule {name} only</source>
        <translation>Programar solo {name}</translation>
    </message>
    <message numerus="yes">
        <source>Schedule {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>Programar {n} de %Ln canal</numerusform>
            <numerusform>Programar {n} de %Ln canales</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>Enviar %Ln publicación ahora</numerusform>
            <numerusform>Enviar %Ln publicaciones ahora</numerusform>
        </translation>
    </message>
    <message>
        <source>Send now</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Enviar ahora</translation>
    </message>
    <message>
        <source>The message for {names} stays in Drafts</source>
        <translation>El mensaje para {names} se queda en Borradores</translation>
    </message>
    <message>
        <source>The time was not understood.</source>
        <translation>No se entendió la hora.</translation>
    </message>
    <message>
        <source>Write something or add a file first</source>
        <translation>Escribe algo o añade un archivo primero</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Solo puedes ver este espacio de trabajo</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>y %n más</numerusform>
            <numerusform>y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>{deed} ({times} × {channels})</source>
        <extracomment>{deed}: text of the button, such as &quot;Schedule 6 posts&quot;; then numbers.</extracomment>
        <translation>{deed} ({times} × {channels})</translation>
    </message>
    <message>
        <source>{names}: not possible as it is. The checks above say why.</source>
        <translation>{names}: así no es posible. Las comprobaciones de arriba dicen por qué.</translation>
    </message>
</context>
<context>
    <name>Presence</name>
    <message>
        <source>Somebody else</source>
        <translation>Otra persona</translation>
    </message>
    <message>
        <source>You have this post open on {device}, too</source>
        <translation>También tienes abierta esta publicación en {device}</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} y %n persona más</numerusform>
            <numerusform>{names} y %n personas más</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} are editing this post</source>
        <translation>{name} están editando esta publicación</translation>
    </message>
    <message>
        <source>{name} are editing this post too</source>
        <translation>{name} también están editando esta publicación</translation>
    </message>
    <message>
        <source>{name} has saved changes: {fields}. Your version is unchanged.</source>
        <translation>{name} guardó cambios: {fields}. Tu versión sigue igual.</translation>
    </message>
    <message>
        <source>{name} has this post open</source>
        <translation>{name} tiene abierta esta publicación</translation>
    </message>
    <message>
        <source>{name} have this post open</source>
        <translation>{name} tienen abierta esta publicación</translation>
    </message>
    <message>
        <source>{name} is editing this post</source>
        <translation>{name} está editando esta publicación</translation>
    </message>
    <message>
        <source>{name} is editing this post too</source>
        <translation>{name} también está editando esta publicación</translation>
    </message>
    <message>
        <source>{name}: since {time}, {device}</source>
        <translation>{name}: desde {time}, {device}</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message numerus="yes">
        <source>%Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>sobra %Ln</numerusform>
            <numerusform>sobran %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) (is/are) left out</source>
        <translation>
            <numerusform>%n archivo más queda fuera</numerusform>
            <numerusform>%n archivos más quedan fuera</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more part(s) (is/are) not shown</source>
        <translation>
            <numerusform>%n parte más no se muestra</numerusform>
            <numerusform>%n partes más no se muestran</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pin(s)</source>
        <translation>
            <numerusform>%n pin</numerusform>
            <numerusform>%n pines</numerusform>
        </translation>
    </message>
    <message>
        <source>Comment</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Comentar</translation>
    </message>
    <message>
        <source>From {host}</source>
        <translation>De {host}</translation>
    </message>
    <message>
        <source>Keep reading</source>
        <translation>Seguir leyendo</translation>
    </message>
    <message>
        <source>Like</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Me gusta</translation>
    </message>
    <message>
        <source>Read more</source>
        <translation>Leer más</translation>
    </message>
    <message>
        <source>Repost</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Repostear</translation>
    </message>
    <message>
        <source>See more</source>
        <translation>Ver más</translation>
    </message>
    <message>
        <source>Send</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>Share</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Compartir</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Mostrar más</translation>
    </message>
    <message>
        <source>Vote</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Votar</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>tiene un problema</translation>
    </message>
    <message>
        <source>more</source>
        <extracomment>Shows the rest of a text, as networks name it.</extracomment>
        <translation>más</translation>
    </message>
    <message>
        <source>needs a file</source>
        <translation>necesita un archivo</translation>
    </message>
    <message>
        <source>needs a text</source>
        <translation>necesita un texto</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>ahora</translation>
    </message>
    <message numerus="yes">
        <source>part {part}: %Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>parte {part}: sobra %Ln</numerusform>
            <numerusform>parte {part}: sobran %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>{time} · Public</source>
        <translation>{time} · Público</translation>
    </message>
</context>
<context>
    <name>PreviewCard</name>
    <message>
        <source>Link: {title}</source>
        <translation>Enlace: {title}</translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Texto propio</translation>
    </message>
    <message>
        <source>Part {n}: {text}</source>
        <translation>Parte {n}: {text}</translation>
    </message>
    <message>
        <source>Picture: {alt}</source>
        <translation>Imagen: {alt}</translation>
    </message>
    <message>
        <source>Preview for {network}, {channel}</source>
        <translation>Vista previa para {network}, {channel}</translation>
    </message>
    <message numerus="yes">
        <source>{channel} and %n more</source>
        <translation>
            <numerusform>{channel} y %n más</numerusform>
            <numerusform>{channel} y %n más</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewMenu</name>
    <message numerus="yes">
        <source>%n preview(s)</source>
        <translation>
            <numerusform>%n vista previa</numerusform>
            <numerusform>%n vistas previas</numerusform>
        </translation>
    </message>
    <message>
        <source>Go to preview</source>
        <translation>Ir a la vista previa</translation>
    </message>
    <message>
        <source>{words}, go to one</source>
        <extracomment>{words}: &quot;3 previews&quot;.</extracomment>
        <translation>{words}, ir a una</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Close preview</source>
        <translation>Cerrar vista previa</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vista previa</translation>
    </message>
</context>
<context>
    <name>ProposalArea</name>
    <message>
        <source>Proposals of agents</source>
        <translation>Propuestas de agentes</translation>
    </message>
</context>
<context>
    <name>ProposalCard</name>
    <message>
        <source>Decline</source>
        <translation>Rechazar</translation>
    </message>
    <message>
        <source>First comment: {comment}</source>
        <translation>Primer comentario: {comment}</translation>
    </message>
    <message>
        <source>Link: {link}</source>
        <translation>Enlace: {link}</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sin texto</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>No pasa nada hasta que lo confirmes.</translation>
    </message>
    <message>
        <source>The digest of exactly this. The agent and the terminal show the same one.</source>
        <translation>La huella de exactamente esto. El agente y el terminal muestran la misma.</translation>
    </message>
    <message>
        <source>Title: {title}</source>
        <translation>Título: {title}</translation>
    </message>
    <message>
        <source>no description</source>
        <translation>sin descripción</translation>
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
            <numerusform>Eliminar %Ln publicación</numerusform>
            <numerusform>Eliminar %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>Mover %Ln publicación</numerusform>
            <numerusform>Mover %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>Programar %Ln publicación</numerusform>
            <numerusform>Programar %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} a {last}</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>quedan {n} min</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>quedan {n} s</translation>
    </message>
    <message>
        <source>{old} → {new}</source>
        <translation>{old} → {new}</translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to delete %Ln post(s)</source>
        <translation>
            <numerusform>«{client}» pide eliminar %Ln publicación</numerusform>
            <numerusform>«{client}» pide eliminar %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to move %Ln post(s) to {when}</source>
        <translation>
            <numerusform>«{client}» pide mover %Ln publicación a {when}</numerusform>
            <numerusform>«{client}» pide mover %Ln publicaciones a {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to schedule %Ln post(s) for {when}</source>
        <translation>
            <numerusform>«{client}» pide programar %Ln publicación para {when}</numerusform>
            <numerusform>«{client}» pide programar %Ln publicaciones para {when}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProposalsController</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) deleted in {seconds} s</source>
        <translation>
            <numerusform>%Ln publicación se elimina en {seconds} s</numerusform>
            <numerusform>%Ln publicaciones se eliminan en {seconds} s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln proposed post(s) (was/were) deleted</source>
        <translation>
            <numerusform>Se eliminó %Ln publicación propuesta</numerusform>
            <numerusform>Se eliminaron %Ln publicaciones propuestas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n proposal(s) (waits/wait) for you.</source>
        <translation>
            <numerusform>%n propuesta te espera.</numerusform>
            <numerusform>%n propuestas te esperan.</numerusform>
        </translation>
    </message>
    <message>
        <source>Declined. Nothing was done.</source>
        <translation>Rechazado. No se hizo nada.</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>No pasa nada hasta que lo confirmes.</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>PublishingPage</name>
    <message>
        <source>Add a group of channels</source>
        <translation>Añadir un grupo de canales</translation>
    </message>
    <message>
        <source>Add slots</source>
        <translation>Añadir horarios</translation>
    </message>
    <message>
        <source>No slots yet. Add the weekly times when you like to post.</source>
        <translation>Aún no hay horarios. Añade las horas de la semana en las que te gusta publicar.</translation>
    </message>
    <message>
        <source>On Windows Posto uses the computer&apos;s time zone</source>
        <translation>En Windows, Posto usa la zona horaria del ordenador</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Horarios de publicación</translation>
    </message>
    <message>
        <source>Slots added</source>
        <translation>Horarios añadidos</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo change of slots</source>
        <translation>Deshacer el cambio de horarios</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>Usar «{times}»</translation>
    </message>
    <message>
        <source>“Next free slot” uses these times</source>
        <translation>«Próximo horario libre» usa estas horas</translation>
    </message>
</context>
<context>
    <name>QuickCaptureController</name>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>QuickChipButton</name>
    <message>
        <source>Choose which channel is meant. Delete leaves it in the text.</source>
        <translation>Elige a qué canal te refieres. Supr lo deja en el texto.</translation>
    </message>
    <message>
        <source>Do not post there</source>
        <translation>No publicar ahí</translation>
    </message>
    <message>
        <source>Do not wait for this slot</source>
        <translation>No esperar a este horario</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Leave it in the text</source>
        <translation>Dejarlo en el texto</translation>
    </message>
    <message>
        <source>Post at this time?</source>
        <translation>¿Publicar a esta hora?</translation>
    </message>
    <message>
        <source>Remove the file from the message</source>
        <translation>Quitar el archivo del mensaje</translation>
    </message>
    <message>
        <source>Take these words for the time of the post</source>
        <translation>Usar estas palabras como hora de la publicación</translation>
    </message>
    <message>
        <source>attached file</source>
        <translation>archivo adjunto</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>ya pasó</translation>
    </message>
    <message>
        <source>several channels</source>
        <translation>varios canales</translation>
    </message>
    <message>
        <source>time of the post</source>
        <translation>hora de la publicación</translation>
    </message>
    <message>
        <source>{network}, as last time</source>
        <translation>{network}, como la última vez</translation>
    </message>
</context>
<context>
    <name>QuickFiles</name>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>No se pudo guardar la imagen.</translation>
    </message>
</context>
<context>
    <name>QuickLineEdit</name>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
</context>
<context>
    <name>QuickMessage</name>
    <message>
        <source>Name a channel with @</source>
        <translation>Nombra un canal con @</translation>
    </message>
    <message>
        <source>Next slot: {time}</source>
        <translation>Próximo horario: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Press Enter again to send %Ln post(s) now.</source>
        <translation>
            <numerusform>Pulsa Intro otra vez para enviar %Ln publicación ahora.</numerusform>
            <numerusform>Pulsa Intro otra vez para enviar %Ln publicaciones ahora.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files are still being read. Press Enter again.</source>
        <translation>Los archivos aún se están leyendo. Pulsa Intro otra vez.</translation>
    </message>
    <message>
        <source>{name} ({count})</source>
        <extracomment>{name}: of a group or network, {count}: its channels.</extracomment>
        <translation>{name} ({count})</translation>
    </message>
    <message>
        <source>{name} is no channel and stays in the text</source>
        <extracomment>{name}: such as @anna</extracomment>
        <translation>{name} no es un canal y se queda en el texto</translation>
    </message>
    <message>
        <source>{time}?</source>
        <translation>¿{time}?</translation>
    </message>
    <message>
        <source>“{name}” can be several channels. Choose one.</source>
        <translation>«{name}» puede ser varios canales. Elige uno.</translation>
    </message>
</context>
<context>
    <name>QuickWindow</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canales</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n sugerencia</numerusform>
            <numerusform>%n sugerencias</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Abrir en Redactar</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Publicación rápida</translation>
    </message>
    <message>
        <source>What’s new? @channel tomorrow 9:00</source>
        <translation>¿Qué hay de nuevo? @canal mañana 9:00</translation>
    </message>
</context>
<context>
    <name>QuitDialog</name>
    <message>
        <source>Change it under Settings &gt; General</source>
        <translation>Se cambia en Ajustes &gt; General</translation>
    </message>
    <message>
        <source>Do this each time</source>
        <translation>Hacerlo siempre así</translation>
    </message>
    <message>
        <source>Only this computer can send them. The first is due {first}. Posto can keep sending in the background. Otherwise they wait until you start Posto again, and late posts show as missed.</source>
        <translation>Solo este ordenador puede enviarlas. La primera vence {first}. Posto puede seguir enviando en segundo plano. Si no, esperan hasta que inicies Posto otra vez, y las atrasadas aparecen como perdidas.</translation>
    </message>
    <message>
        <source>Quit and keep sending</source>
        <translation>Salir y seguir enviando</translation>
    </message>
    <message>
        <source>Quit and stop sending</source>
        <translation>Salir y dejar de enviar</translation>
    </message>
    <message>
        <source>Quit with {posts} waiting?</source>
        <translation>¿Salir con {posts} en espera?</translation>
    </message>
</context>
<context>
    <name>ReasonBox</name>
    <message>
        <source>Address of the post</source>
        <translation>Dirección de la publicación</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Dirección, si la conoces</translation>
    </message>
    <message>
        <source>Answer from {network}</source>
        <translation>Respuesta de {network}</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Se envía de nuevo en un momento.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Está ahí</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir en el sitio</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Abrir el canal</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Abrir el sitio</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Pausar planificador</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de nuevo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ahora</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Enviar el comentario de nuevo</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>la red</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>A file of the post is missing</source>
        <translation>Falta un archivo de la publicación</translation>
    </message>
    <message>
        <source>Check whether the post is published before you retry.</source>
        <translation>Comprueba si la publicación está publicada antes de reintentar.</translation>
    </message>
    <message>
        <source>Edit the post, add a file and send it again. Nothing was published there.</source>
        <translation>Edita la publicación, añade un archivo y envíala de nuevo. No se publicó nada allí.</translation>
    </message>
    <message>
        <source>Edit the post, shorten the text and send it again. Nothing was published there.</source>
        <translation>Edita la publicación, acorta el texto y envíala de nuevo. No se publicó nada allí.</translation>
    </message>
    <message>
        <source>If it is there, delete it here. The published post stays.</source>
        <translation>Si está ahí, elimínala aquí. Lo publicado se queda.</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>¿Está ya en {network}?</translation>
    </message>
    <message>
        <source>Is the first comment there already?</source>
        <translation>¿Está ya el primer comentario?</translation>
    </message>
    <message>
        <source>It does not accept the same text twice. Edit the post, change the text and send it again.</source>
        <translation>No acepta el mismo texto dos veces. Edita la publicación, cambia el texto y envíala de nuevo.</translation>
    </message>
    <message>
        <source>It is no longer in the media library. Edit the post, add the file again and send it. Nothing was published there.</source>
        <translation>Ya no está en la biblioteca de medios. Edita la publicación, añade el archivo otra vez y envíala. No se publicó nada allí.</translation>
    </message>
    <message>
        <source>It may have been renamed, closed or deleted. Check it on {network}.</source>
        <translation>Puede que se haya renombrado, cerrado o eliminado. Compruébalo en {network}.</translation>
    </message>
    <message>
        <source>It may have been sent before</source>
        <translation>Puede que se enviara antes</translation>
    </message>
    <message>
        <source>It was not sent after its time. Send it now or reschedule it.</source>
        <translation>No se envió después de su hora. Envíala ahora o reprográmala.</translation>
    </message>
    <message>
        <source>Its data comes from a backup or a damaged file and may be out of date. Check whether it is published before you send it.</source>
        <translation>Sus datos vienen de una copia de seguridad o de un archivo dañado y pueden estar anticuados. Comprueba si está publicada antes de enviarla.</translation>
    </message>
    <message>
        <source>Its session has expired. Connect {channel} again on the site, then retry. Nothing was published there.</source>
        <translation>Su sesión ha caducado. Vuelve a conectar {channel} en el sitio y reintenta. No se publicó nada allí.</translation>
    </message>
    <message>
        <source>Its time has passed, but the site&apos;s timer seems to be stopped. It runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>Su hora ha pasado, pero el temporizador del sitio parece detenido. Funciona cuando el sitio tiene visitas. Abre el sitio en un navegador para ponerlo en marcha.</translation>
    </message>
    <message>
        <source>Its time passed while nothing was running</source>
        <translation>Su hora pasó mientras nada funcionaba</translation>
    </message>
    <message>
        <source>No reason was given. Retrying may help.</source>
        <translation>No se dio ningún motivo. Reintentar puede ayudar.</translation>
    </message>
    <message>
        <source>Retry later. Nothing was published there.</source>
        <translation>Reintenta más tarde. No se publicó nada allí.</translation>
    </message>
    <message>
        <source>Sending again now could publish it twice.</source>
        <translation>Enviarla otra vez ahora podría publicarla dos veces.</translation>
    </message>
    <message>
        <source>The file is too large for {network}, or its format or shape is not supported. Edit the post, change the file and send it again. Nothing was published there.</source>
        <translation>El archivo es demasiado grande para {network}, o su formato o forma no son compatibles. Edita la publicación, cambia el archivo y envíala de nuevo. No se publicó nada allí.</translation>
    </message>
    <message>
        <source>The first comment is missing</source>
        <translation>Falta el primer comentario</translation>
    </message>
    <message>
        <source>The network</source>
        <translation>La red</translation>
    </message>
    <message>
        <source>The post is published. Its comment was sent, but no clear answer came back. Sending it again now could publish it twice.</source>
        <translation>La publicación está publicada. Su comentario se envió, pero no llegó una respuesta clara. Enviarlo otra vez ahora podría publicarlo dos veces.</translation>
    </message>
    <message>
        <source>The post seems to be published, but its first comment was refused. Sending again would publish the post twice.</source>
        <translation>La publicación parece estar publicada, pero su primer comentario fue rechazado. Enviarla otra vez la publicaría dos veces.</translation>
    </message>
    <message>
        <source>The post was sent, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>La publicación se envió, pero no llegó una respuesta clara. Enviarla otra vez ahora podría publicarla dos veces.</translation>
    </message>
    <message>
        <source>The rest of the thread replies to it. Paste its address to send the rest.</source>
        <translation>El resto del hilo responde a ella. Pega su dirección para enviar el resto.</translation>
    </message>
    <message>
        <source>The service could not reach {network}</source>
        <translation>El servicio no pudo acceder a {network}</translation>
    </message>
    <message>
        <source>The site has not sent it</source>
        <translation>El sitio no la ha enviado</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>El sitio lo publica por sí mismo. Cámbialo en el sitio.</translation>
    </message>
    <message>
        <source>The text is too long for {network}</source>
        <translation>El texto es demasiado largo para {network}</translation>
    </message>
    <message>
        <source>This channel</source>
        <translation>Este canal</translation>
    </message>
    <message>
        <source>Which post is the first part?</source>
        <translation>¿Qué publicación es la primera parte?</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>la red</translation>
    </message>
    <message>
        <source>{channel} has no permission to post. Connect it again on the site and allow posting.</source>
        <translation>{channel} no tiene permiso para publicar. Vuelve a conectarlo en el sitio y permite publicar.</translation>
    </message>
    <message>
        <source>{channel} has reached the limit of {network}. Retry later. Nothing was published there.</source>
        <translation>{channel} ha alcanzado el límite de {network}. Reintenta más tarde. No se publicó nada allí.</translation>
    </message>
    <message>
        <source>{channel} was not found</source>
        <translation>No se encontró {channel}</translation>
    </message>
    <message>
        <source>{network} accepts no more posts for now</source>
        <translation>{network} no acepta más publicaciones por ahora</translation>
    </message>
    <message>
        <source>{network} already has this text</source>
        <translation>{network} ya tiene este texto</translation>
    </message>
    <message>
        <source>{network} did not accept a file</source>
        <translation>{network} no aceptó un archivo</translation>
    </message>
    <message>
        <source>{network} did not accept part {n}</source>
        <translation>{network} no aceptó la parte {n}</translation>
    </message>
    <message>
        <source>{network} did not accept the file</source>
        <translation>{network} no aceptó el archivo</translation>
    </message>
    <message>
        <source>{network} did not accept the files</source>
        <translation>{network} no aceptó los archivos</translation>
    </message>
    <message>
        <source>{network} did not accept the first comment</source>
        <translation>{network} no aceptó el primer comentario</translation>
    </message>
    <message>
        <source>{network} did not accept the link</source>
        <translation>{network} no aceptó el enlace</translation>
    </message>
    <message>
        <source>{network} did not accept the post</source>
        <translation>{network} no aceptó la publicación</translation>
    </message>
    <message>
        <source>{network} did not accept the text</source>
        <translation>{network} no aceptó el texto</translation>
    </message>
    <message>
        <source>{network} did not accept the title</source>
        <translation>{network} no aceptó el título</translation>
    </message>
    <message>
        <source>{network} did not answer in time</source>
        <translation>{network} no respondió a tiempo</translation>
    </message>
    <message>
        <source>{network} does not allow this app to post here</source>
        <translation>{network} no permite que esta app publique aquí</translation>
    </message>
    <message>
        <source>{network} no longer knows this channel</source>
        <translation>{network} ya no reconoce este canal</translation>
    </message>
    <message>
        <source>{network} requires a picture or a video</source>
        <translation>{network} exige una imagen o un vídeo</translation>
    </message>
</context>
<context>
    <name>RecentMediaModel</name>
    <message>
        <source>{name} has changed since it was used</source>
        <translation>{name} ha cambiado desde que se usó</translation>
    </message>
    <message>
        <source>{name} is no longer where it was</source>
        <translation>{name} ya no está donde estaba</translation>
    </message>
</context>
<context>
    <name>RecentMediaPopup</name>
    <message numerus="yes">
        <source>%n file(s) not found</source>
        <translation>
            <numerusform>%n archivo no encontrado</numerusform>
            <numerusform>%n archivos no encontrados</numerusform>
        </translation>
    </message>
    <message>
        <source>Attached files appear here.</source>
        <translation>Los archivos adjuntos aparecen aquí.</translation>
    </message>
    <message>
        <source>Name or description</source>
        <translation>Nombre o descripción</translation>
    </message>
    <message>
        <source>No file matches.</source>
        <translation>Ningún archivo coincide.</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Archivos usados recientemente</translation>
    </message>
    <message>
        <source>Search recently used media</source>
        <translation>Buscar archivos usados recientemente</translation>
    </message>
    <message>
        <source>{name} was not found. Press Delete to remove it from this list.</source>
        <translation>No se encontró {name}. Pulsa Supr para quitarlo de esta lista.</translation>
    </message>
</context>
<context>
    <name>RefillBar</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n día</numerusform>
            <numerusform>%n días</numerusform>
        </translation>
    </message>
    <message>
        <source>Fill now</source>
        <translation>Llenar ahora</translation>
    </message>
    <message>
        <source>For the next</source>
        <extracomment>Before a number of days: &quot;For the next 14 days&quot;.</extracomment>
        <translation>Para los próximos</translation>
    </message>
    <message>
        <source>Refill free slots by itself</source>
        <translation>Llenar solo los horarios libres</translation>
    </message>
</context>
<context>
    <name>RenameField</name>
    <message>
        <source>New name</source>
        <translation>Nombre nuevo</translation>
    </message>
</context>
<context>
    <name>RepeatEditor</name>
    <message numerus="yes">
        <source>At most %n time(s) (is/are) possible.</source>
        <translation>
            <numerusform>Es posible %n vez como máximo.</numerusform>
            <numerusform>Son posibles %n veces como máximo.</numerusform>
        </translation>
    </message>
    <message>
        <source>Day of the month</source>
        <translation>Día del mes</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>No repetir</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>Termina</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Cada</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Último día</translation>
    </message>
    <message>
        <source>Number of times</source>
        <translation>Número de veces</translation>
    </message>
    <message>
        <source>Post once</source>
        <translation>Publicar una vez</translation>
    </message>
    <message>
        <source>Repeat</source>
        <extracomment>Noun: a repeated post.</extracomment>
        <translation>Repetir</translation>
    </message>
    <message numerus="yes">
        <source>Repeat %n time(s)</source>
        <translation>
            <numerusform>Repetir %n vez</numerusform>
            <numerusform>Repetir %n veces</numerusform>
        </translation>
    </message>
    <message>
        <source>Starts {time}, {zone}</source>
        <translation>Empieza {time}, {zone}</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title: when a repeated post goes out.</extracomment>
        <translation>Horas</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Unidad</translation>
    </message>
    <message>
        <source>after a number of times</source>
        <translation>tras un número de veces</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>día</numerusform>
            <numerusform>días</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>month(s)</source>
        <translation>
            <numerusform>mes</numerusform>
            <numerusform>meses</numerusform>
        </translation>
    </message>
    <message>
        <source>on a day</source>
        <translation>en un día</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>semana</numerusform>
            <numerusform>semanas</numerusform>
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
        <translation>Cambiar repetición</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Cambiar…</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>No repetir</translation>
    </message>
</context>
<context>
    <name>RepeatWords</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n vez</numerusform>
            <numerusform>%n veces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n day(s)</source>
        <translation>
            <numerusform>Cada %n día</numerusform>
            <numerusform>Cada %n días</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n month(s) {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>
            <numerusform>Cada %n mes {on}</numerusform>
            <numerusform>Cada %n meses {on}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n week(s) on {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>
            <numerusform>Cada %n semana: {days}</numerusform>
            <numerusform>Cada %n semanas: {days}</numerusform>
        </translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>Cada día</translation>
    </message>
    <message>
        <source>Every month {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>Cada mes {on}</translation>
    </message>
    <message>
        <source>Every {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>Cada {days}</translation>
    </message>
    <message>
        <source>comes twice that night; this is the first</source>
        <translation>se da dos veces esa noche; esta es la primera</translation>
    </message>
    <message>
        <source>comes twice that night; this is the second</source>
        <translation>se da dos veces esa noche; esta es la segunda</translation>
    </message>
    <message>
        <source>on day {number}</source>
        <translation>el día {number}</translation>
    </message>
    <message>
        <source>on day {number}, or the last one</source>
        <translation>el día {number}, o el último</translation>
    </message>
    <message>
        <source>on the fifth {day}</source>
        <translation>el quinto {day}</translation>
    </message>
    <message>
        <source>on the first {day}</source>
        <translation>el primer {day}</translation>
    </message>
    <message>
        <source>on the fourth {day}</source>
        <translation>el cuarto {day}</translation>
    </message>
    <message>
        <source>on the last day</source>
        <translation>el último día</translation>
    </message>
    <message>
        <source>on the last {day}</source>
        <translation>el último {day}</translation>
    </message>
    <message>
        <source>on the second {day}</source>
        <translation>el segundo {day}</translation>
    </message>
    <message>
        <source>on the third {day}</source>
        <translation>el tercer {day}</translation>
    </message>
    <message>
        <source>once</source>
        <translation>una vez</translation>
    </message>
    <message>
        <source>the clocks have changed, same time of day</source>
        <translation>la hora ha cambiado, misma hora del día</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <extracomment>Days of the week: &quot;Monday to Friday&quot;.</extracomment>
        <translation>{first} a {last}</translation>
    </message>
    <message>
        <source>{rule}, {often}, until {day}</source>
        <extracomment>&quot;Every Monday, 10 times, until Mon 1 Feb 2027&quot;.</extracomment>
        <translation>{rule}, {often}, hasta {day}</translation>
    </message>
    <message>
        <source>{rule}: no times left</source>
        <translation>{rule}: no quedan horas</translation>
    </message>
    <message>
        <source>{time} is skipped, the clocks go forward</source>
        <translation>{time} se salta, los relojes se adelantan</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Copiar el informe</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Informe de problemas</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Informe</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Guardar como…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Guardar el informe</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Guardado como {name}</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Texto (*.txt)</translation>
    </message>
    <message>
        <source>The report is still being written</source>
        <translation>El informe aún se está escribiendo</translation>
    </message>
    <message>
        <source>This is the whole report. It contains no passwords, texts, names or addresses of yours. You can delete any part.</source>
        <translation>Este es el informe completo. No contiene contraseñas, textos, nombres ni direcciones tuyos. Puedes borrar cualquier parte.</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Escribiendo…</translation>
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
        <translation>Cambios solicitados</translation>
    </message>
</context>
<context>
    <name>RescheduleDialog</name>
    <message>
        <source>Days keep the time of day. Hours change it. {zone}</source>
        <translation>Los días conservan la hora. Las horas la cambian. {zone}</translation>
    </message>
    <message>
        <source>Enter a new time first</source>
        <translation>Escribe primero una hora nueva</translation>
    </message>
    <message>
        <source>For example +1 day or -30 min</source>
        <translation>Por ejemplo +1 día o -30 min</translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>En el pasado, así que no movida: %Ln publicación.</numerusform>
            <numerusform>En el pasado, así que no movidas: %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>Mover %Ln publicación</numerusform>
            <numerusform>Mover %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Move posts</source>
        <translation>Mover publicaciones</translation>
    </message>
    <message numerus="yes">
        <source>No free time for %Ln post(s).</source>
        <translation>
            <numerusform>No hay hora libre para %Ln publicación.</numerusform>
            <numerusform>No hay hora libre para %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not scheduled, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>No programada, así que no movida: %Ln publicación.</numerusform>
            <numerusform>No programadas, así que no movidas: %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message>
        <source>Possible: {time}</source>
        <translation>Posible: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Reschedule %Ln post(s)</source>
        <translation>
            <numerusform>Reprogramar %Ln publicación</numerusform>
            <numerusform>Reprogramar %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Same minute as another post on the channel: %Ln post(s).</source>
        <translation>
            <numerusform>Mismo minuto que otra publicación del canal: %Ln publicación.</numerusform>
            <numerusform>Mismo minuto que otra publicación del canal: %Ln publicaciones.</numerusform>
        </translation>
    </message>
    <message>
        <source>The next free slots after {when} · {zone}</source>
        <translation>Los próximos horarios libres después de {when} · {zone}</translation>
    </message>
    <message>
        <source>These channels have no weekly slots. Add some under Settings &gt; Publishing.</source>
        <translation>Estos canales no tienen horarios semanales. Añade algunos en Ajustes &gt; Publicación.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Escribe un día y una hora.</translation>
    </message>
    <message>
        <source>Type the first and the last time.</source>
        <translation>Escribe la primera y la última hora.</translation>
    </message>
    <message>
        <source>Type the first time and the interval between two messages.</source>
        <translation>Escribe la primera hora y el intervalo entre dos mensajes.</translation>
    </message>
</context>
<context>
    <name>RescheduleFields</name>
    <message>
        <source>After</source>
        <extracomment>From this moment.</extracomment>
        <translation>Después de</translation>
    </message>
    <message>
        <source>At a fixed interval</source>
        <translation>A intervalo fijo</translation>
    </message>
    <message>
        <source>Evenly between two times</source>
        <translation>Repartidas entre dos horas</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Cada</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Durante</translation>
    </message>
    <message>
        <source>Reschedule how</source>
        <translation>Cómo reprogramar</translation>
    </message>
    <message>
        <source>Set to</source>
        <translation>Fijar en</translation>
    </message>
    <message>
        <source>Shift by</source>
        <translation>Desplazar</translation>
    </message>
    <message>
        <source>Spread over</source>
        <translation>Repartir en</translation>
    </message>
    <message>
        <source>The weekly slots</source>
        <translation>Los horarios semanales</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Hasta</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>From this moment.</extracomment>
        <translation>ahora</translation>
    </message>
    <message>
        <source>“{time}”</source>
        <translation>«{time}»</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>«{time}», «{other}»</translation>
    </message>
</context>
<context>
    <name>RescheduleList</name>
    <message>
        <source>No free time left. The post keeps its time.</source>
        <translation>No queda hora libre. La publicación conserva su hora.</translation>
    </message>
    <message>
        <source>Same minute on this channel: {post}</source>
        <translation>Mismo minuto en este canal: {post}</translation>
    </message>
    <message>
        <source>That time has passed. The post keeps its time.</source>
        <translation>Esa hora ya pasó. La publicación conserva su hora.</translation>
    </message>
    <message>
        <source>The post has this time already.</source>
        <translation>La publicación ya tiene esta hora.</translation>
    </message>
    <message>
        <source>another post</source>
        <translation>otra publicación</translation>
    </message>
    <message>
        <source>no free time</source>
        <translation>sin hora libre</translation>
    </message>
</context>
<context>
    <name>Rescheduling</name>
    <message>
        <source>Leave at least one minute between two messages.</source>
        <translation>Deja al menos un minuto entre dos mensajes.</translation>
    </message>
    <message>
        <source>The last time is not after the first one.</source>
        <translation>La última hora no es posterior a la primera.</translation>
    </message>
    <message>
        <source>“{text}” is not a duration such as “{earlier}” or “{later}”.</source>
        <translation>«{text}» no es una duración como «{earlier}» o «{later}».</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>Toda la red (%n)</numerusform>
            <numerusform>Las %n redes</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing pictures</source>
        <translation>Preparando imágenes</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>Demasiado grande para {network}. Elige un tamaño menor.</translation>
    </message>
    <message>
        <source>Too small for {network}. Use a larger picture.</source>
        <translation>Demasiado pequeña para {network}. Usa una imagen mayor.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Qué se envía</translation>
    </message>
    <message>
        <source>original file</source>
        <translation>archivo original</translation>
    </message>
    <message>
        <source>{format} at quality {n}</source>
        <translation>{format} con calidad {n}</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>No se pudo preparar {name}.</translation>
    </message>
    <message>
        <source>{network} does not support animations. Choose a still format.</source>
        <translation>{network} no admite animaciones. Elige un formato fijo.</translation>
    </message>
    <message>
        <source>{network} does not support this file type. Choose another format.</source>
        <translation>{network} no admite este tipo de archivo. Elige otro formato.</translation>
    </message>
    <message>
        <source>{network} does not support this shape. Crop the picture.</source>
        <translation>{network} no admite esta forma. Recorta la imagen.</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) added</source>
        <translation>
            <numerusform>%Ln imagen o vídeo añadido</numerusform>
            <numerusform>%Ln imágenes o vídeos añadidos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) removed</source>
        <translation>
            <numerusform>%Ln imagen o vídeo quitado</numerusform>
            <numerusform>%Ln imágenes o vídeos quitados</numerusform>
        </translation>
    </message>
    <message>
        <source>A picture or video</source>
        <translation>Una imagen o un vídeo</translation>
    </message>
    <message>
        <source>A picture or video that is not in the message any more</source>
        <translation>Una imagen o un vídeo que ya no está en el mensaje</translation>
    </message>
    <message>
        <source>Added: “{text}”.</source>
        <translation>Añadido: «{text}».</translation>
    </message>
    <message>
        <source>Changed by {name} · {time}</source>
        <translation>Cambiado por {name} · {time}</translation>
    </message>
    <message>
        <source>Changed by {name} · {time} · {fields}</source>
        <translation>Cambiado por {name} · {time} · {fields}</translation>
    </message>
    <message>
        <source>Changed: {fields}</source>
        <translation>Cambiado: {fields}</translation>
    </message>
    <message>
        <source>Changes requested: {time}</source>
        <translation>Cambios solicitados: {time}</translation>
    </message>
    <message>
        <source>Channels added: {names}</source>
        <translation>Canales añadidos: {names}</translation>
    </message>
    <message>
        <source>Channels removed: {names}</source>
        <translation>Canales quitados: {names}</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primer comentario</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Enlace</translation>
    </message>
    <message>
        <source>New time: at once</source>
        <translation>Nueva hora: de inmediato</translation>
    </message>
    <message>
        <source>New time: {time}</source>
        <translation>Nueva hora: {time}</translation>
    </message>
    <message>
        <source>Picture {number}</source>
        <translation>Imagen {number}</translation>
    </message>
    <message>
        <source>Proposed by {name}</source>
        <translation>Propuesto por {name}</translation>
    </message>
    <message>
        <source>Proposed: {time}</source>
        <translation>Propuesto: {time}</translation>
    </message>
    <message>
        <source>Removed: “{text}”.</source>
        <translation>Quitado: «{text}».</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>The text</source>
        <translation>El texto</translation>
    </message>
    <message>
        <source>The time</source>
        <translation>La hora</translation>
    </message>
    <message>
        <source>Video {number}</source>
        <translation>Vídeo {number}</translation>
    </message>
    <message>
        <source>You proposed this post</source>
        <translation>Tú propusiste esta publicación</translation>
    </message>
    <message>
        <source>a channel that is not listed any more</source>
        <translation>un canal que ya no aparece</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>canales</translation>
    </message>
    <message>
        <source>first comment</source>
        <translation>primer comentario</translation>
    </message>
    <message>
        <source>link</source>
        <translation>enlace</translation>
    </message>
    <message>
        <source>options</source>
        <translation>opciones</translation>
    </message>
    <message>
        <source>pictures and videos</source>
        <translation>imágenes y vídeos</translation>
    </message>
    <message>
        <source>text</source>
        <translation>texto</translation>
    </message>
    <message>
        <source>time</source>
        <translation>hora</translation>
    </message>
    <message>
        <source>{field} for {channels}</source>
        <translation>{field} para {channels}</translation>
    </message>
    <message>
        <source>{name} approved it</source>
        <translation>{name} lo aprobó</translation>
    </message>
    <message>
        <source>{name} edited it</source>
        <translation>{name} lo editó</translation>
    </message>
    <message>
        <source>{name} moved it</source>
        <translation>{name} lo movió</translation>
    </message>
    <message>
        <source>{name} proposed it</source>
        <translation>{name} lo propuso</translation>
    </message>
    <message>
        <source>{name} requests changes</source>
        <translation>{name} solicita cambios</translation>
    </message>
    <message>
        <source>{name} restored it</source>
        <translation>{name} lo restauró</translation>
    </message>
    <message>
        <source>{name} scheduled it</source>
        <translation>{name} lo programó</translation>
    </message>
    <message>
        <source>{name} took the approval back</source>
        <translation>{name} retiró la aprobación</translation>
    </message>
    <message>
        <source>{name} took the request for changes back</source>
        <translation>{name} retiró la solicitud de cambios</translation>
    </message>
    <message>
        <source>{name} withdrew it</source>
        <translation>{name} lo retiró</translation>
    </message>
    <message>
        <source>“{before}” became “{after}”.</source>
        <translation>«{before}» pasó a ser «{after}».</translation>
    </message>
</context>
<context>
    <name>ReviewActions</name>
    <message>
        <source>Approve</source>
        <translation>Aprobar</translation>
    </message>
    <message>
        <source>History of the message</source>
        <translation>Historial del mensaje</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Solicitar cambios…</translation>
    </message>
    <message>
        <source>Withdraw the proposal</source>
        <translation>Retirar la propuesta</translation>
    </message>
</context>
<context>
    <name>ReviewAnswersController</name>
    <message numerus="yes">
        <source>%Ln approval(s) not undone.</source>
        <translation>
            <numerusform>%Ln aprobación no deshecha.</numerusform>
            <numerusform>%Ln aprobaciones no deshechas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln approval(s) undone</source>
        <translation>
            <numerusform>%Ln aprobación deshecha</numerusform>
            <numerusform>%Ln aprobaciones deshechas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) approved</source>
        <translation>
            <numerusform>%Ln mensaje aprobado</numerusform>
            <numerusform>%Ln mensajes aprobados</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <translation>Cambios solicitados</translation>
    </message>
    <message>
        <source>It is not known whether the review was saved: the answer of the service was lost. The schedule is read again.</source>
        <translation>No se sabe si la revisión se guardó: la respuesta del servicio se perdió. El calendario se lee de nuevo.</translation>
    </message>
    <message>
        <source>Proposal restored</source>
        <translation>Propuesta restaurada</translation>
    </message>
    <message>
        <source>Proposal withdrawn</source>
        <translation>Propuesta retirada</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Request for changes undone</source>
        <translation>Solicitud de cambios deshecha</translation>
    </message>
    <message>
        <source>The proposal was not restored.</source>
        <translation>La propuesta no se restauró.</translation>
    </message>
    <message>
        <source>The request for changes was not undone.</source>
        <translation>La solicitud de cambios no se deshizo.</translation>
    </message>
    <message>
        <source>The review was not saved.</source>
        <translation>La revisión no se guardó.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>ReviewBox</name>
    <message>
        <source>Approve</source>
        <translation>Aprobar</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>It goes out at its time once an editor approves it.</source>
        <translation>Sale a su hora en cuanto un editor la apruebe.</translation>
    </message>
    <message>
        <source>It goes out at its time once you approve it.</source>
        <translation>Sale a su hora en cuanto la apruebes.</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Solicitar cambios…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Revisión</translation>
    </message>
    <message>
        <source>The service does not answer at the moment</source>
        <translation>El servicio no responde en este momento</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Retirar</translation>
    </message>
</context>
<context>
    <name>RhythmBar</name>
    <message numerus="yes">
        <source>%Ln message(s) (has/have) (a time/times) of (its/their) own</source>
        <translation>
            <numerusform>%Ln mensaje tiene hora propia</numerusform>
            <numerusform>%Ln mensajes tienen hora propia</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minuto</numerusform>
            <numerusform>%n minutos</numerusform>
        </translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Añadir horarios…</translation>
    </message>
    <message>
        <source>Each message is sent at its own time.</source>
        <translation>Cada mensaje se envía a su propia hora.</translation>
    </message>
    <message>
        <source>From {first} to {last}.</source>
        <translation>De {first} a {last}.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sin estilo</translation>
    </message>
    <message>
        <source>Now, or “monday 9”</source>
        <translation>Ahora, o «lunes 9»</translation>
    </message>
    <message>
        <source>Posts at</source>
        <translation>Publica a las</translation>
    </message>
    <message>
        <source>Repeats every</source>
        <translation>Se repite cada</translation>
    </message>
    <message>
        <source>Rhythm</source>
        <extracomment>Noun: how the messages of a campaign are spread over time.</extracomment>
        <translation>Ritmo</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>Empieza</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>The first message is sent when you start the campaign.</source>
        <translation>El primer mensaje se envía cuando inicias la campaña.</translation>
    </message>
    <message>
        <source>The first message uses the next free slot.</source>
        <translation>El primer mensaje usa el próximo horario libre.</translation>
    </message>
    <message>
        <source>These channels have no weekly slots yet.</source>
        <translation>Estos canales aún no tienen horarios semanales.</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>Usar {time}</translation>
    </message>
    <message>
        <source>Vary times by</source>
        <translation>Variar las horas</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>día</numerusform>
            <numerusform>días</numerusform>
        </translation>
    </message>
    <message>
        <source>free slots</source>
        <translation>horarios libres</translation>
    </message>
    <message numerus="yes">
        <source>hour(s)</source>
        <translation>
            <numerusform>hora</numerusform>
            <numerusform>horas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>minute(s)</source>
        <translation>
            <numerusform>minuto</numerusform>
            <numerusform>minutos</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nada</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>¿o {time}?</translation>
    </message>
    <message>
        <source>own times</source>
        <translation>horas propias</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>semana</numerusform>
            <numerusform>semanas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>working day(s)</source>
        <translation>
            <numerusform>día laborable</numerusform>
            <numerusform>días laborables</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (falta)</translation>
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
        <translation>Añadir a Evergreen</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Copiar texto</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>Eliminar %Ln publicación</numerusform>
            <numerusform>Eliminar %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Exportar la programación…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Open inspector</source>
        <translation>Abrir inspector</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir en el sitio</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir publicación</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Pausar planificador</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Planificadores del sitio…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Reprogramar…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ahora</translation>
    </message>
    <message>
        <source>Send now…</source>
        <translation>Enviar ahora…</translation>
    </message>
    <message numerus="yes">
        <source>You can duplicate up to %n message(s) at once.</source>
        <translation>
            <numerusform>Puedes duplicar hasta %n mensaje a la vez.</numerusform>
            <numerusform>Puedes duplicar hasta %n mensajes a la vez.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowState</name>
    <message>
        <source>{name}, not ticked</source>
        <translation>{name}, sin marcar</translation>
    </message>
    <message>
        <source>{name}, partly ticked</source>
        <translation>{name}, marcado en parte</translation>
    </message>
    <message>
        <source>{name}, ticked</source>
        <translation>{name}, marcado</translation>
    </message>
</context>
<context>
    <name>RowsView</name>
    <message>
        <source>Schedules</source>
        <translation>Publicaciones programadas</translation>
    </message>
</context>
<context>
    <name>RuleFields</name>
    <message numerus="yes">
        <source>%n time(s) as often</source>
        <translation>
            <numerusform>%n vez más a menudo</numerusform>
            <numerusform>%n veces más a menudo</numerusform>
        </translation>
    </message>
    <message>
        <source>At least between two runs</source>
        <translation>Mínimo entre dos envíos</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>Con qué frecuencia</translation>
    </message>
    <message>
        <source>Most runs on each channel</source>
        <translation>Máximo de envíos por canal</translation>
    </message>
    <message>
        <source>The last day is before the first. Choose a later one.</source>
        <translation>El último día es anterior al primero. Elige uno posterior.</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Hasta</translation>
    </message>
    <message>
        <source>any day</source>
        <translation>cualquier día</translation>
    </message>
    <message>
        <source>as the others</source>
        <translation>como los demás</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <extracomment>After a number, in its field.</extracomment>
        <translation>
            <numerusform>día</numerusform>
            <numerusform>días</numerusform>
        </translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>sin límite</translation>
    </message>
</context>
<context>
    <name>RunTextDialog</name>
    <message>
        <source>Change the text first</source>
        <translation>Cambia primero el texto</translation>
    </message>
    <message>
        <source>Only {when}, on {channels}. The message itself stays as it is.</source>
        <translation>Solo {when}, en {channels}. El mensaje se queda como está.</translation>
    </message>
    <message>
        <source>Text of this run</source>
        <translation>Texto de este envío</translation>
    </message>
    <message>
        <source>Use this text</source>
        <translation>Usar este texto</translation>
    </message>
</context>
<context>
    <name>SamplePicture</name>
    <message>
        <source>Winter Roast</source>
        <translation>Tueste de invierno</translation>
    </message>
</context>
<context>
    <name>SavedViewsMenu</name>
    <message>
        <source>All posts</source>
        <translation>Todas las publicaciones</translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>Eliminar «{name}»</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>Nombre de la vista</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Cambiar nombre</translation>
    </message>
    <message>
        <source>Rename “{name}”…</source>
        <translation>Cambiar nombre de «{name}»…</translation>
    </message>
    <message>
        <source>Replaces the view with this name.</source>
        <translation>Sustituye la vista con este nombre.</translation>
    </message>
    <message>
        <source>Save as view…</source>
        <translation>Guardar como vista…</translation>
    </message>
    <message>
        <source>Save changes to “{name}”</source>
        <translation>Guardar cambios en «{name}»</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>Guardar vista</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Vistas guardadas</translation>
    </message>
    <message>
        <source>Saves the current filters, order, columns and grouping.</source>
        <translation>Guarda los filtros, el orden, las columnas y la agrupación actuales.</translation>
    </message>
    <message>
        <source>View name</source>
        <translation>Nombre de la vista</translation>
    </message>
    <message>
        <source>View: {name}</source>
        <translation>Vista: {name}</translation>
    </message>
</context>
<context>
    <name>ScheduleController</name>
    <message>
        <source>Schedule</source>
        <translation>Programación</translation>
    </message>
</context>
<context>
    <name>ScheduleDelegate</name>
    <message>
        <source>No text</source>
        <translation>Sin texto</translation>
    </message>
</context>
<context>
    <name>ScheduleExportController</name>
    <message numerus="yes">
        <source>%Ln post(s) written to {file}</source>
        <translation>
            <numerusform>%Ln publicación escrita en {file}</numerusform>
            <numerusform>%Ln publicaciones escritas en {file}</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty week written to {file}</source>
        <translation>Semana vacía escrita en {file}</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Exportar la programación</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Mostrar en la carpeta</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>No se pudo escribir el archivo: {why}</translation>
    </message>
</context>
<context>
    <name>ScheduleHeader</name>
    <message>
        <source>Columns of the schedule</source>
        <translation>Columnas de la programación</translation>
    </message>
</context>
<context>
    <name>ScheduleHints</name>
    <message>
        <source>Editors and owners change this. You can change your own proposals.</source>
        <translation>Esto lo cambian los editores y propietarios. Usted puede cambiar sus propias propuestas.</translation>
    </message>
    <message numerus="yes">
        <source>Not retried, because (it/they) may already be published: %Ln post(s). Open (it/each) and choose what to do.</source>
        <translation>
            <numerusform>No se reintenta, porque puede que ya esté publicada: %Ln publicación. Ábrela y elige qué hacer.</numerusform>
            <numerusform>No se reintentan, porque puede que ya estén publicadas: %Ln publicaciones. Abre cada una y elige qué hacer.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posts that are being sent cannot be deleted.</source>
        <translation>Las publicaciones que se están enviando no se pueden eliminar.</translation>
    </message>
    <message>
        <source>The site has not sent this post yet. Reschedule it instead.</source>
        <translation>El sitio aún no ha enviado esta publicación. Reprográmala en su lugar.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>El sitio lo publica por sí mismo. Cámbialo en el sitio.</translation>
    </message>
    <message>
        <source>The site reports no time for this post, so you cannot reschedule it here.</source>
        <translation>El sitio no da ninguna hora para esta publicación, así que no puedes reprogramarla aquí.</translation>
    </message>
    <message>
        <source>This post has failed. Retry it instead.</source>
        <translation>Esta publicación ha fallado. Reinténtala en su lugar.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to change and send it again.</source>
        <translation>Esta publicación ya se envió. Duplícala para cambiarla y enviarla de nuevo.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to schedule it again.</source>
        <translation>Esta publicación ya se envió. Duplícala para programarla de nuevo.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to send it again.</source>
        <translation>Esta publicación ya se envió. Duplícala para enviarla de nuevo.</translation>
    </message>
    <message>
        <source>This post is being sent. Wait until it is sent.</source>
        <translation>Esta publicación se está enviando. Espera a que se envíe.</translation>
    </message>
    <message>
        <source>This post is scheduled. You can retry only failed posts.</source>
        <translation>Esta publicación está programada. Solo puedes reintentar las que han fallado.</translation>
    </message>
    <message>
        <source>This post may already be published. Choose what to do with it first.</source>
        <translation>Puede que esta publicación ya esté publicada. Elige primero qué hacer con ella.</translation>
    </message>
    <message>
        <source>This post shares a post of the site. Change it on the site.</source>
        <translation>Esta publicación comparte una entrada del sitio. Cámbiala en el sitio.</translation>
    </message>
    <message>
        <source>This post was not sent. Send it now or reschedule it.</source>
        <translation>Esta publicación no se envió. Envíala ahora o reprográmala.</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Solo puedes ver este espacio de trabajo</translation>
    </message>
    <message>
        <source>You can reschedule only scheduled posts.</source>
        <translation>Solo puedes reprogramar publicaciones programadas.</translation>
    </message>
    <message>
        <source>You can retry only failed posts.</source>
        <translation>Solo puedes reintentar publicaciones que han fallado.</translation>
    </message>
</context>
<context>
    <name>ScheduleTablePage</name>
    <message>
        <source>&amp;Post</source>
        <translation>&amp;Publicación</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Borrar filtros</translation>
    </message>
    <message>
        <source>Columns and rows…</source>
        <translation>Columnas y filas…</translation>
    </message>
    <message>
        <source>Dates…</source>
        <translation>Fechas…</translation>
    </message>
    <message>
        <source>Find in the schedule</source>
        <translation>Buscar en la programación</translation>
    </message>
    <message>
        <source>Fold all messages</source>
        <translation>Plegar todos los mensajes</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Vistas guardadas</translation>
    </message>
    <message>
        <source>Show or hide the inspector</source>
        <translation>Mostrar u ocultar el inspector</translation>
    </message>
    <message>
        <source>Unfold all messages</source>
        <translation>Desplegar todos los mensajes</translation>
    </message>
</context>
<context>
    <name>ScheduleToolbar</name>
    <message>
        <source>All labels</source>
        <translation>Todas las etiquetas</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Todas las redes</translation>
    </message>
    <message>
        <source>All statuses</source>
        <translation>Todos los estados</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>Cualquier fecha</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>A las {time}</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Columnas</translation>
    </message>
    <message>
        <source>Columns, order, groups and row height</source>
        <translation>Columnas, orden, grupos y altura de fila</translation>
    </message>
    <message>
        <source>Date filter</source>
        <translation>Filtro de fechas</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Details of the current post ({open}; {pane} shows and hides them)</source>
        <extracomment>{open} and {pane}: keys.</extracomment>
        <translation>Detalles de la publicación actual ({open}; {pane} los muestra y oculta)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Exportar la programación…</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Filtro de etiquetas</translation>
    </message>
    <message>
        <source>Network filter</source>
        <translation>Filtro de redes</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>No connection. Schedule as of {when}.</source>
        <translation>Sin conexión. Programación de {when}.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Actualizar</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Vistas guardadas</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Buscar publicaciones</translation>
    </message>
    <message>
        <source>Search schedules</source>
        <translation>Buscar en las publicaciones</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Filtro de estado</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Visualizaciones</translation>
    </message>
</context>
<context>
    <name>ScheduleUndo</name>
    <message numerus="yes">
        <source>%n post(s) restored</source>
        <translation>
            <numerusform>%n publicación restaurada</numerusform>
            <numerusform>%n publicaciones restauradas</numerusform>
        </translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Some posts could not be moved again: their new time has passed.</source>
        <translation>Algunas publicaciones no se pudieron mover otra vez: su hora nueva ya pasó.</translation>
    </message>
    <message>
        <source>Some posts could not be moved back: their old time has passed.</source>
        <translation>Algunas publicaciones no se pudieron devolver: su hora anterior ya pasó.</translation>
    </message>
</context>
<context>
    <name>ScheduleViewState</name>
    <message>
        <source>View “{name}” deleted</source>
        <translation>Vista «{name}» eliminada</translation>
    </message>
</context>
<context>
    <name>ScheduledEdit</name>
    <message>
        <source>Editing a proposal</source>
        <translation>Editando una propuesta</translation>
    </message>
    <message>
        <source>Editing a scheduled message</source>
        <translation>Editando un mensaje programado</translation>
    </message>
    <message>
        <source>Keep it as a new message to send it</source>
        <translation>Consérvalo como mensaje nuevo para enviarlo</translation>
    </message>
    <message>
        <source>Switch to its workspace to save the changes</source>
        <translation>Cambia a su espacio de trabajo para guardar los cambios</translation>
    </message>
    <message>
        <source>The message was sent before you saved your changes</source>
        <translation>El mensaje se envió antes de que guardaras los cambios</translation>
    </message>
    <message>
        <source>This message belongs to another workspace</source>
        <translation>Este mensaje pertenece a otro espacio de trabajo</translation>
    </message>
    <message>
        <source>This message is being sent</source>
        <translation>Este mensaje se está enviando</translation>
    </message>
    <message>
        <source>This message is no longer in the schedule</source>
        <translation>Este mensaje ya no está en la programación</translation>
    </message>
</context>
<context>
    <name>SchedulesModel</name>
    <message numerus="yes">
        <source>%Ln (needs/need) you</source>
        <translation>
            <numerusform>%Ln requiere tu atención</numerusform>
            <numerusform>%Ln requieren tu atención</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln by the site</source>
        <translation>
            <numerusform>%Ln del sitio</numerusform>
            <numerusform>%Ln del sitio</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canales</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln draft(s)</source>
        <translation>
            <numerusform>%Ln borrador</numerusform>
            <numerusform>%Ln borradores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln fallida</numerusform>
            <numerusform>%Ln fallidas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln network(s)</source>
        <translation>
            <numerusform>%Ln red</numerusform>
            <numerusform>%Ln redes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not sent</source>
        <translation>
            <numerusform>%Ln no enviada</numerusform>
            <numerusform>%Ln no enviadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln other(s)</source>
        <translation>
            <numerusform>%Ln más</numerusform>
            <numerusform>%Ln más</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln scheduled</source>
        <translation>
            <numerusform>%Ln programada</numerusform>
            <numerusform>%Ln programadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sending</source>
        <translation>
            <numerusform>%Ln enviándose</numerusform>
            <numerusform>%Ln enviándose</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln enviada</numerusform>
            <numerusform>%Ln enviadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to approve</source>
        <translation>
            <numerusform>%Ln por aprobar</numerusform>
            <numerusform>%Ln por aprobar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to change</source>
        <translation>
            <numerusform>%Ln por cambiar</numerusform>
            <numerusform>%Ln por cambiar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n parte</numerusform>
            <numerusform>%n partes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Y %Ln más.</numerusform>
            <numerusform>Y %Ln más.</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Cambios solicitados</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a post.</extracomment>
        <translation>Borrador</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Borradores</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fallido</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Enlace</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Archivos</translation>
    </message>
    <message>
        <source>Message on {channels}</source>
        <translation>Mensaje en {channels}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Requiere tu atención</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>Sin fecha</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>No enviado</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Envío de un mensaje evergreen</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Programado</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Sitio</translation>
    </message>
    <message>
        <source>Status</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Hora</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Desconocido</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Esperando aprobación</translation>
    </message>
    <message>
        <source>collapsed</source>
        <translation>plegado</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>evergreen</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>desplegado</translation>
    </message>
    <message>
        <source>link</source>
        <translation>enlace</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>sin fecha</translation>
    </message>
    <message>
        <source>no text</source>
        <translation>sin texto</translation>
    </message>
</context>
<context>
    <name>ScriptsPage</name>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy the example</source>
        <translation>Copiar el ejemplo</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Ejemplo</translation>
    </message>
    <message>
        <source>Example of a script</source>
        <translation>Ejemplo de un script</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Python scripts post through the same services. Without a user name they use POSTO_BASE_URL, POSTO_USERNAME and POSTO_PASSWORD from the environment, or else the account Posto is signed in to.</source>
        <translation>Los scripts de Python publican mediante los mismos servicios. Sin nombre de usuario usan POSTO_BASE_URL, POSTO_USERNAME y POSTO_PASSWORD del entorno, o bien la cuenta con la que Posto tiene la sesión iniciada.</translation>
    </message>
    <message>
        <source>Run it with the Python below</source>
        <translation>Ejecútalo con el Python de abajo</translation>
    </message>
    <message>
        <source>Styles shared between scripts and Posto</source>
        <translation>Estilos compartidos entre los scripts y Posto</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Usar Posto desde scripts</translation>
    </message>
    <message>
        <source>Your own Python with the package posto-desktop; the app does not include one</source>
        <translation>Tu propio Python con el paquete posto-desktop; la app no incluye ninguno</translation>
    </message>
</context>
<context>
    <name>Sdk</name>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hora</numerusform>
            <numerusform>%n horas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minuto</numerusform>
            <numerusform>%n minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n segundo</numerusform>
            <numerusform>%n segundos</numerusform>
        </translation>
    </message>
    <message>
        <source>A bot check, a page cache or a “coming soon” plugin blocks Posto. Allow Posto there.</source>
        <translation>Una comprobación de bots, una caché de páginas o un plugin «próximamente» bloquea a Posto. Permite Posto allí.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocked the request (403). Allow Posto there.</source>
        <translation>Un cortafuegos o plugin de seguridad de {host} bloqueó la petición (403). Permite Posto allí.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocks requests from apps ({status}). Allow Posto there.</source>
        <translation>Un cortafuegos o plugin de seguridad de {host} bloquea las peticiones de apps ({status}). Permite Posto allí.</translation>
    </message>
    <message>
        <source>A newer version of Posto wrote it. It was left as it is.</source>
        <translation>Lo escribió una versión más nueva de Posto. Se dejó como está.</translation>
    </message>
    <message>
        <source>A plugin of {host} redirects apps to the login page, even with a sign-in. Keep /wp-json/ open there; WordPress checks the sign-in itself.</source>
        <translation>Un plugin de {host} redirige las apps a la página de acceso, incluso con sesión. Mantén abierto /wp-json/ allí; WordPress comprueba el acceso por sí mismo.</translation>
    </message>
    <message>
        <source>A proxy looks like http://user:password@host:8080.</source>
        <translation>Un proxy tiene la forma http://user:password@host:8080.</translation>
    </message>
    <message>
        <source>A setting holds something that cannot be sent. Nothing was sent.</source>
        <translation>Un ajuste contiene algo que no se puede enviar. No se envió nada.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Un hilo puede tener {limit} partes como máximo.</translation>
    </message>
    <message>
        <source>A {kind} needs a name of 1 to {limit} characters.</source>
        <translation>{kind}: el nombre debe tener de 1 a {limit} caracteres.</translation>
    </message>
    <message>
        <source>Another program answers in place of the workspace on this computer. Nothing was sent.</source>
        <translation>Otro programa responde en lugar del espacio de trabajo de este ordenador. No se envió nada.</translation>
    </message>
    <message>
        <source>Another program holds the settings. Close it and try again.</source>
        <translation>Otro programa retiene los ajustes. Ciérralo e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>Apache: in .htaccess, in place of Require valid-user</source>
        <translation>Apache: en .htaccess, en lugar de Require valid-user</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}, usually by a security plugin. Enable them in its settings.</source>
        <translation>Las contraseñas de aplicación están desactivadas en {host}, normalmente por un plugin de seguridad. Actívalas en sus ajustes.</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}: WordPress offers them on https only. Use the site&apos;s https address, or enable them there.</source>
        <translation>Las contraseñas de aplicación están desactivadas en {host}: WordPress solo las ofrece con https. Usa la dirección https del sitio, o actívalas allí.</translation>
    </message>
    <message>
        <source>Channel {number} is there twice. Nothing was sent.</source>
        <translation>El canal {number} está dos veces. No se envió nada.</translation>
    </message>
    <message>
        <source>Do not send the whole post again.</source>
        <translation>No envíes de nuevo toda la publicación.</translation>
    </message>
    <message>
        <source>Enter the address of the service.</source>
        <translation>Escribe la dirección del servicio.</translation>
    </message>
    <message>
        <source>Enter the user name and its application password.</source>
        <translation>Escribe el nombre de usuario y su contraseña de aplicación.</translation>
    </message>
    <message>
        <source>For {shown}: {problem} It is not used.</source>
        <translation>Para {shown}: {problem} No se usa.</translation>
    </message>
    <message>
        <source>If the Authorization header is dropped: Apache, at the top of .htaccess</source>
        <translation>Si se descarta la cabecera Authorization: Apache, al principio de .htaccess</translation>
    </message>
    <message>
        <source>In Posto Desktop</source>
        <translation>En Posto Desktop</translation>
    </message>
    <message>
        <source>In a script</source>
        <translation>En un script</translation>
    </message>
    <message>
        <source>It could not be read; now it can. Rename it to use it.</source>
        <translation>No se podía leer; ahora sí. Cambia su nombre para usarlo.</translation>
    </message>
    <message>
        <source>It holds something else than a style.</source>
        <translation>Contiene algo que no es un estilo.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Se está enviando ahora mismo.</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>Está vacío.</translation>
    </message>
    <message>
        <source>It is larger than {value} MB.</source>
        <translation>Es mayor de {value} MB.</translation>
    </message>
    <message>
        <source>It is not text in UTF-8.</source>
        <translation>No es texto en UTF-8.</translation>
    </message>
    <message>
        <source>It is still listed.</source>
        <translation>Sigue en la lista.</translation>
    </message>
    <message>
        <source>It is unknown whether the file was stored: the media library cannot be read. Look there before you upload it again.</source>
        <translation>No se sabe si el archivo se guardó: la biblioteca de medios no se puede leer. Mira allí antes de subirlo otra vez.</translation>
    </message>
    <message>
        <source>It is unknown whether the post was accepted: the list of schedules cannot be read. Look there before you send it again.</source>
        <translation>No se sabe si la publicación se aceptó: la lista de programaciones no se puede leer. Mira allí antes de enviarla otra vez.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were deleted: the list of schedules cannot be read.</source>
        <translation>No se sabe si las publicaciones se eliminaron: la lista de programaciones no se puede leer.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were retried: the list of schedules cannot be read. Look there before you retry them.</source>
        <translation>No se sabe si las publicaciones se reintentaron: la lista de programaciones no se puede leer. Mira allí antes de reintentarlas.</translation>
    </message>
    <message>
        <source>It is unknown whether the settings were saved: they cannot be read. Look at them before you save them again.</source>
        <translation>No se sabe si los ajustes se guardaron: no se pueden leer. Míralos antes de guardarlos otra vez.</translation>
    </message>
    <message>
        <source>It now points to {location}.</source>
        <translation>Ahora apunta a {location}.</translation>
    </message>
    <message>
        <source>It said: {message}</source>
        <translation>Dijo: {message}</translation>
    </message>
    <message>
        <source>It was to be kept.</source>
        <translation>Debía conservarse.</translation>
    </message>
    <message>
        <source>Its content is damaged at line {line}, column {column}.</source>
        <translation>Su contenido está dañado en la línea {line}, columna {column}.</translation>
    </message>
    <message>
        <source>Its content is damaged.</source>
        <translation>Su contenido está dañado.</translation>
    </message>
    <message>
        <source>Its settings are no table of networks.</source>
        <translation>Sus ajustes no son una tabla de redes.</translation>
    </message>
    <message>
        <source>Kept as {name}.</source>
        <translation>Conservado como {name}.</translation>
    </message>
    <message>
        <source>Look at the planners of the site, and try again.</source>
        <translation>Revisa los planificadores del sitio e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>Look there again.</source>
        <translation>Mira allí otra vez.</translation>
    </message>
    <message>
        <source>No thread can be sent to {names}. Nothing was sent.</source>
        <translation>No se puede enviar ningún hilo a {names}. No se envió nada.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>No se guardó nada.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>No se envió nada.</translation>
    </message>
    <message>
        <source>Part {number} is empty. Nothing was sent.</source>
        <translation>La parte {number} está vacía. No se envió nada.</translation>
    </message>
    <message>
        <source>Posto can send only the WordPress sign-in. Exclude /wp-json/ from that protection; WordPress checks the sign-in there itself.</source>
        <translation>Posto solo puede enviar el acceso de WordPress. Excluye /wp-json/ de esa protección; WordPress comprueba allí el acceso por sí mismo.</translation>
    </message>
    <message>
        <source>Say which channel to post to.</source>
        <translation>Indica en qué canal publicar.</translation>
    </message>
    <message>
        <source>Schedule {number} has not failed; it is “{status}”.</source>
        <translation>La programación {number} no ha fallado; está «{status}».</translation>
    </message>
    <message>
        <source>Schedule {number} may be live on {channel}: {reason}</source>
        <translation>Puede que la programación {number} esté publicada en {channel}: {reason}</translation>
    </message>
    <message>
        <source>Settings &gt; Network &gt; Certificates of your own</source>
        <translation>Ajustes &gt; Red &gt; Certificados propios</translation>
    </message>
    <message>
        <source>Sign in again with the new address. Nothing was carried out.</source>
        <translation>Inicia sesión de nuevo con la dirección nueva. No se hizo nada.</translation>
    </message>
    <message>
        <source>Somebody changed the same settings on the service meanwhile. Nothing was saved.</source>
        <translation>Mientras tanto alguien cambió los mismos ajustes en el servicio. No se guardó nada.</translation>
    </message>
    <message>
        <source>The account has no channels.</source>
        <translation>La cuenta no tiene canales.</translation>
    </message>
    <message>
        <source>The address holds a user name or a password. Enter them in their own fields; an address is shown and stored openly.</source>
        <translation>La dirección contiene un nombre de usuario o una contraseña. Escríbelos en sus propios campos; una dirección se muestra y guarda abiertamente.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used. Nothing was sent.</source>
        <translation>La dirección de {host} no se puede usar. No se envió nada.</translation>
    </message>
    <message>
        <source>The address of {host} starts with http, so the password would travel readable for anyone on the way. Use https. Nothing was sent.</source>
        <translation>La dirección de {host} empieza por http, así que la contraseña viajaría legible para cualquiera. Usa https. No se envió nada.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: its headers do not end.</source>
        <translation>No se pudo leer la respuesta de {host}: sus cabeceras no terminan.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: {why}.</source>
        <translation>No se pudo leer la respuesta de {host}: {why}.</translation>
    </message>
    <message>
        <source>The answer of {host} is larger than {size}.</source>
        <translation>La respuesta de {host} es mayor de {size}.</translation>
    </message>
    <message>
        <source>The certificate of {host} belongs to another name, so this may be another computer. Check the address, and try it with or without www.</source>
        <translation>El certificado de {host} pertenece a otro nombre, así que puede ser otro ordenador. Revisa la dirección y pruébala con o sin www.</translation>
    </message>
    <message>
        <source>The certificate of {host} comes from an unknown authority, so this may be another computer. If it is your company&apos;s, let Posto trust it. Otherwise the site must send its whole certificate chain.</source>
        <translation>El certificado de {host} viene de una autoridad desconocida, así que puede ser otro ordenador. Si es la de tu empresa, haz que Posto confíe en ella. Si no, el sitio debe enviar toda su cadena de certificados.</translation>
    </message>
    <message>
        <source>The certificate of {host} has expired. Ask the site&apos;s owner to renew it, and check the clock of this computer.</source>
        <translation>El certificado de {host} ha caducado. Pide al propietario del sitio que lo renueve y comprueba el reloj de este ordenador.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted, so this may be another computer.</source>
        <translation>El certificado de {host} no es de confianza, así que puede ser otro ordenador.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid yet. Check the clock of this computer.</source>
        <translation>El certificado de {host} aún no es válido. Comprueba el reloj de este ordenador.</translation>
    </message>
    <message>
        <source>The certificate of {host} is self-signed, so this may be another computer. If the site is yours, let Posto trust it.</source>
        <translation>El certificado de {host} está autofirmado, así que puede ser otro ordenador. Si el sitio es tuyo, haz que Posto confíe en él.</translation>
    </message>
    <message>
        <source>The certificates in {name} cannot be used: it has to be a readable file in PEM form. Nothing was sent.</source>
        <translation>No se pueden usar los certificados de {name}: tiene que ser un archivo legible en formato PEM. No se envió nada.</translation>
    </message>
    <message>
        <source>The connection is closed. Nothing was sent.</source>
        <translation>La conexión está cerrada. No se envió nada.</translation>
    </message>
    <message>
        <source>The connection to {host} broke before the answer arrived.</source>
        <translation>La conexión con {host} se cortó antes de que llegara la respuesta.</translation>
    </message>
    <message>
        <source>The connection was closed before the answer arrived.</source>
        <translation>La conexión se cerró antes de que llegara la respuesta.</translation>
    </message>
    <message>
        <source>The file became shorter while it was sent.</source>
        <translation>El archivo se acortó mientras se enviaba.</translation>
    </message>
    <message>
        <source>The file cannot be read: {why}.</source>
        <translation>No se puede leer el archivo: {why}.</translation>
    </message>
    <message>
        <source>The list of channels is empty. Nothing was posted.</source>
        <translation>La lista de canales está vacía. No se publicó nada.</translation>
    </message>
    <message>
        <source>The list of schedules of {host} cannot be read completely.</source>
        <translation>La lista de programaciones de {host} no se puede leer entera.</translation>
    </message>
    <message>
        <source>The list of {name} is empty. Nothing was deleted.</source>
        <translation>La lista de {name} está vacía. No se eliminó nada.</translation>
    </message>
    <message>
        <source>The part for {shown} is no table; it is not used.</source>
        <translation>La parte para {shown} no es una tabla; no se usa.</translation>
    </message>
    <message>
        <source>The post has neither text nor media. Nothing was sent.</source>
        <translation>La publicación no tiene texto ni archivos. No se envió nada.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may be on its way right now. Look at the channel before you send it again.</source>
        <translation>La publicación no está en la lista de programaciones, pero puede estar de camino ahora mismo. Mira en el canal antes de enviarla otra vez.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may have been accepted: the list can omit posts that are being sent. Look at the channels before you send it again.</source>
        <translation>La publicación no está en la lista de programaciones, pero puede haberse aceptado: la lista puede omitir las que se están enviando. Mira en los canales antes de enviarla otra vez.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, so it was not taken. It can be sent again.</source>
        <translation>La publicación no está en la lista de programaciones, así que no se aceptó. Se puede enviar otra vez.</translation>
    </message>
    <message>
        <source>The post was taken for {good} of {count} channels.</source>
        <translation>La publicación se aceptó para {good} de {count} canales.</translation>
    </message>
    <message>
        <source>The proxy to {host} blocked the connection.</source>
        <translation>El proxy hacia {host} bloqueó la conexión.</translation>
    </message>
    <message>
        <source>The proxy to {host} cannot be reached.</source>
        <translation>No se puede acceder al proxy hacia {host}.</translation>
    </message>
    <message>
        <source>The proxy to {host} rejected its user name or password.</source>
        <translation>El proxy hacia {host} rechazó su nombre de usuario o contraseña.</translation>
    </message>
    <message>
        <source>The same, Apache 2.4.13 or newer with PHP as CGI</source>
        <translation>Lo mismo, Apache 2.4.13 o posterior con PHP como CGI</translation>
    </message>
    <message>
        <source>The same, nginx, beside fastcgi_pass</source>
        <translation>Lo mismo, nginx, junto a fastcgi_pass</translation>
    </message>
    <message>
        <source>The saved settings are neither the old nor the new ones. Read the settings again before you change them.</source>
        <translation>Los ajustes guardados no son ni los antiguos ni los nuevos. Léelos otra vez antes de cambiarlos.</translation>
    </message>
    <message>
        <source>The schedule is as it was before.</source>
        <translation>La programación está como antes.</translation>
    </message>
    <message>
        <source>The service did not say under which number it keeps the file.</source>
        <translation>El servicio no dijo con qué número guarda el archivo.</translation>
    </message>
    <message>
        <source>The service has the post, but said: {answer} What became of each channel is not known: the list of schedules {why}. Do not send the whole post again.</source>
        <translation>El servicio tiene la publicación, pero dijo: {answer} No se sabe qué pasó en cada canal: la lista de programaciones {why}. No envíes de nuevo toda la publicación.</translation>
    </message>
    <message>
        <source>The service has the post.</source>
        <translation>El servicio tiene la publicación.</translation>
    </message>
    <message>
        <source>The service refused this without a reason.</source>
        <translation>El servicio rechazó esto sin motivo.</translation>
    </message>
    <message>
        <source>The service said: {answer}</source>
        <translation>El servicio dijo: {answer}</translation>
    </message>
    <message>
        <source>The service still lists it, as it does while a post is being sent.</source>
        <translation>El servicio aún la muestra, como hace mientras se envía una publicación.</translation>
    </message>
    <message>
        <source>The service was asked to delete the posts.</source>
        <translation>Se pidió al servicio eliminar las publicaciones.</translation>
    </message>
    <message>
        <source>The settings are as they were before.</source>
        <translation>Los ajustes están como antes.</translation>
    </message>
    <message>
        <source>The template has unknown variables: {shown}. Known are {known}.</source>
        <translation>La plantilla tiene variables desconocidas: {shown}. Conocidas: {known}.</translation>
    </message>
    <message>
        <source>The template has {count} characters; at most {limit} are taken.</source>
        <translation>La plantilla tiene {count} caracteres; se admiten {limit} como máximo.</translation>
    </message>
    <message>
        <source>The time lies in the past. Nothing was sent.</source>
        <translation>La hora está en el pasado. No se envió nada.</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password (“{realm}”).</source>
        <translation>El servidor web de {host} pide su propio nombre de usuario y contraseña («{realm}»).</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password.</source>
        <translation>El servidor web de {host} pide su propio nombre de usuario y contraseña.</translation>
    </message>
    <message>
        <source>The workspace on this computer cannot be reached. Nothing was sent.</source>
        <translation>No se puede acceder al espacio de trabajo de este ordenador. No se envió nada.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not answer in time. Nothing was sent.</source>
        <translation>El espacio de trabajo de este ordenador no respondió a tiempo. No se envió nada.</translation>
    </message>
    <message>
        <source>The {kind} “{name}” cannot be used.</source>
        <translation>{kind} «{name}»: no se puede usar.</translation>
    </message>
    <message>
        <source>The {subject} cannot be stored: {error}.</source>
        <translation>{subject}: no se puede guardar: {error}.</translation>
    </message>
    <message>
        <source>The {subject} name unknown networks: {names}. Known are {known}.</source>
        <translation>{subject}: nombra redes desconocidas: {names}. Conocidas: {known}.</translation>
    </message>
    <message>
        <source>There are: {listed}.</source>
        <translation>Hay: {listed}.</translation>
    </message>
    <message>
        <source>There is already a {kind} “{clean}”.</source>
        <translation>{kind} «{clean}» ya existe.</translation>
    </message>
    <message>
        <source>There is no channel to post to. Nothing was sent.</source>
        <translation>No hay ningún canal donde publicar. No se envió nada.</translation>
    </message>
    <message>
        <source>There is no channel {description}. {sentence} Nothing was posted.</source>
        <translation>No hay canal {description}. {sentence} No se publicó nada.</translation>
    </message>
    <message>
        <source>There is no network “{key}”, so its settings would be lost.</source>
        <translation>No existe la red «{key}», así que sus ajustes se perderían.</translation>
    </message>
    <message>
        <source>There is no network “{key}”; its part is not used.</source>
        <translation>No existe la red «{key}»; su parte no se usa.</translation>
    </message>
    <message>
        <source>There is no network “{name}”. Known are: {names}.</source>
        <translation>No existe la red «{name}». Conocidas: {names}.</translation>
    </message>
    <message>
        <source>There is no schedule {number}.</source>
        <translation>No existe la programación {number}.</translation>
    </message>
    <message>
        <source>There is no {kind} “{name}”. There are: {names}.</source>
        <translation>{kind} «{name}» no existe. Hay: {names}.</translation>
    </message>
    <message>
        <source>This address of {host} leads to a file, not to a page.</source>
        <translation>Esta dirección de {host} lleva a un archivo, no a una página.</translation>
    </message>
    <message>
        <source>This is not a web address.</source>
        <translation>Esto no es una dirección web.</translation>
    </message>
    <message>
        <source>This is not a web address. An address looks like https://example.com.</source>
        <translation>Esto no es una dirección web. Una dirección tiene la forma https://example.com.</translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n hour(s).</source>
        <translation>
            <numerusform>Inténtalo de nuevo en %n hora.</numerusform>
            <numerusform>Inténtalo de nuevo en %n horas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n minute(s).</source>
        <translation>
            <numerusform>Inténtalo de nuevo en %n minuto.</numerusform>
            <numerusform>Inténtalo de nuevo en %n minutos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n second(s).</source>
        <translation>
            <numerusform>Inténtalo de nuevo en %n segundo.</numerusform>
            <numerusform>Inténtalo de nuevo en %n segundos.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Inténtalo más tarde.</translation>
    </message>
    <message>
        <source>What has to get through</source>
        <translation>Qué tiene que pasar</translation>
    </message>
    <message>
        <source>WordPress, in wp-config.php</source>
        <translation>WordPress, en wp-config.php</translation>
    </message>
    <message>
        <source>WordPress: a file in wp-content/mu-plugins</source>
        <translation>WordPress: un archivo en wp-content/mu-plugins</translation>
    </message>
    <message>
        <source>a text of more than {most} characters</source>
        <translation>un texto de más de {most} caracteres</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>todas las redes</translation>
    </message>
    <message>
        <source>an object with more than {most} names</source>
        <translation>un objeto con más de {most} nombres</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>no se puede leer</translation>
    </message>
    <message>
        <source>does not show it</source>
        <translation>no la muestra</translation>
    </message>
    <message>
        <source>it cannot be opened</source>
        <translation>no se puede abrir</translation>
    </message>
    <message>
        <source>it cannot be read</source>
        <translation>no se puede leer</translation>
    </message>
    <message>
        <source>it cannot be written</source>
        <translation>no se puede escribir</translation>
    </message>
    <message>
        <source>it failed without a reason</source>
        <translation>falló sin motivo</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>está vacío</translation>
    </message>
    <message>
        <source>it is not in the list of schedules</source>
        <translation>no está en la lista de programaciones</translation>
    </message>
    <message>
        <source>it may be live: {value}</source>
        <translation>puede estar publicada: {value}</translation>
    </message>
    <message>
        <source>it may be on its way</source>
        <translation>puede estar de camino</translation>
    </message>
    <message>
        <source>lists and objects nested more than {most} deep</source>
        <translation>listas y objetos anidados a más de {most} niveles</translation>
    </message>
    <message>
        <source>more than fits into {size} MB of memory</source>
        <translation>más de lo que cabe en {size} MB de memoria</translation>
    </message>
    <message>
        <source>more than {most} rows</source>
        <translation>más de {most} filas</translation>
    </message>
    <message>
        <source>more than {most} values</source>
        <translation>más de {most} valores</translation>
    </message>
    <message>
        <source>nginx, in server { }</source>
        <translation>nginx, en server { }</translation>
    </message>
    <message>
        <source>nginx: outside of server { }, and inside in place of its auth_basic</source>
        <translation>nginx: fuera de server { }, y dentro en lugar de su auth_basic</translation>
    </message>
    <message>
        <source>nobody knows how it ended</source>
        <translation>nadie sabe cómo terminó</translation>
    </message>
    <message>
        <source>number {number}</source>
        <translation>número {number}</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>la red</translation>
    </message>
    <message>
        <source>too many long lists and objects nested in each other</source>
        <translation>demasiadas listas y objetos largos anidados unos en otros</translation>
    </message>
    <message>
        <source>{address} redirects in a loop.</source>
        <translation>{address} redirige en círculo.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data (“{page}”). The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} respondió con una página web en lugar de datos («{page}»). La dirección puede ser errónea, o un cortafuegos bloquea a Posto.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data. The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} respondió con una página web en lugar de datos. La dirección puede ser errónea, o un cortafuegos bloquea a Posto.</translation>
    </message>
    <message>
        <source>{host} answered with an address that cannot be used.</source>
        <translation>{host} respondió con una dirección que no se puede usar.</translation>
    </message>
    <message>
        <source>{host} answered with old data from a cache. Exclude /wp-json/ from its cache.</source>
        <translation>{host} respondió con datos antiguos de una caché. Excluye /wp-json/ de su caché.</translation>
    </message>
    <message>
        <source>{host} answered without a calendar.</source>
        <translation>{host} respondió sin un calendario.</translation>
    </message>
    <message>
        <source>{host} answered without a feed.</source>
        <translation>{host} respondió sin un feed.</translation>
    </message>
    <message>
        <source>{host} answered without a list of channels.</source>
        <translation>{host} respondió sin una lista de canales.</translation>
    </message>
    <message>
        <source>{host} answered without a list of its posts.</source>
        <translation>{host} respondió sin una lista de sus entradas.</translation>
    </message>
    <message>
        <source>{host} answered without a list of schedules.</source>
        <translation>{host} respondió sin una lista de programaciones.</translation>
    </message>
    <message>
        <source>{host} answered without its media library.</source>
        <translation>{host} respondió sin su biblioteca de medios.</translation>
    </message>
    <message>
        <source>{host} answered without its planners.</source>
        <translation>{host} respondió sin sus planificadores.</translation>
    </message>
    <message>
        <source>{host} answered without its proposals.</source>
        <translation>{host} respondió sin sus propuestas.</translation>
    </message>
    <message>
        <source>{host} answered without saying who has the post open.</source>
        <translation>{host} no dijo quién tiene abierta la publicación.</translation>
    </message>
    <message>
        <source>{host} answered without settings.</source>
        <translation>{host} respondió sin ajustes.</translation>
    </message>
    <message>
        <source>{host} answered without the team&apos;s data.</source>
        <translation>{host} respondió sin los datos del equipo.</translation>
    </message>
    <message>
        <source>{host} answered {status}.</source>
        <translation>{host} respondió {status}.</translation>
    </message>
    <message>
        <source>{host} blocks this account: {reason}</source>
        <translation>{host} bloquea esta cuenta: {reason}</translation>
    </message>
    <message>
        <source>{host} cannot answer right now ({status}).</source>
        <translation>{host} no puede responder ahora ({status}).</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>No se puede acceder a {host}.</translation>
    </message>
    <message>
        <source>{host} could not be found. The address is wrong or this computer is offline.</source>
        <translation>No se encontró {host}. La dirección es errónea o este ordenador está sin conexión.</translation>
    </message>
    <message>
        <source>{host} could not be reached in time.</source>
        <translation>No se pudo acceder a tiempo a {host}.</translation>
    </message>
    <message>
        <source>{host} did not accept the sign-in. The user name or the application password is wrong, or the web server drops the Authorization header.</source>
        <translation>{host} no aceptó el acceso. El nombre de usuario o la contraseña de aplicación son erróneos, o el servidor web descarta la cabecera Authorization.</translation>
    </message>
    <message>
        <source>{host} did not answer in time ({status}).</source>
        <translation>{host} no respondió a tiempo ({status}).</translation>
    </message>
    <message>
        <source>{host} did not answer within {seconds} seconds.</source>
        <translation>{host} no respondió en {seconds} segundos.</translation>
    </message>
    <message>
        <source>{host} did not finish its answer within {duration}.</source>
        <translation>{host} no terminó su respuesta en {duration}.</translation>
    </message>
    <message>
        <source>{host} did not say whether it took the post.</source>
        <translation>{host} no dijo si aceptó la publicación.</translation>
    </message>
    <message>
        <source>{host} did not say who is signed in.</source>
        <translation>{host} no dijo quién ha iniciado sesión.</translation>
    </message>
    <message>
        <source>{host} did not set up a secure connection. Check its certificate.</source>
        <translation>{host} no estableció una conexión segura. Comprueba su certificado.</translation>
    </message>
    <message>
        <source>{host} does not accept requests this large (413). Nothing was sent.</source>
        <translation>{host} no acepta peticiones tan grandes (413). No se envió nada.</translation>
    </message>
    <message>
        <source>{host} does not allow this account to do that: {message}</source>
        <translation>{host} no permite eso a esta cuenta: {message}</translation>
    </message>
    <message>
        <source>{host} does not answer apps over http. Begin the address with https://.</source>
        <translation>{host} no responde a las aplicaciones por http. Empieza la dirección con https://.</translation>
    </message>
    <message>
        <source>{host} does not know this user name. Check the spelling.</source>
        <translation>{host} no conoce este nombre de usuario. Revisa cómo está escrito.</translation>
    </message>
    <message>
        <source>{host} does not offer this.</source>
        <translation>{host} no ofrece esto.</translation>
    </message>
    <message>
        <source>{host} has an internal error ({status}).</source>
        <translation>{host} tiene un error interno ({status}).</translation>
    </message>
    <message>
        <source>{host} has moved.</source>
        <translation>{host} se ha trasladado.</translation>
    </message>
    <message>
        <source>{host} has no FS Poster plugin, or one too old for this.</source>
        <translation>{host} no tiene el plugin FS Poster, o es demasiado antiguo para esto.</translation>
    </message>
    <message>
        <source>{host} has no WordPress at this address. Check the address; a site in a folder needs the folder too, as in example.com/blog.</source>
        <translation>{host} no tiene WordPress en esta dirección. Revisa la dirección; un sitio en una carpeta necesita también la carpeta, como en example.com/blog.</translation>
    </message>
    <message>
        <source>{host} has no storage space left.</source>
        <translation>A {host} no le queda espacio de almacenamiento.</translation>
    </message>
    <message>
        <source>{host} has nothing at this address (404).</source>
        <translation>{host} no tiene nada en esta dirección (404).</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the FS Poster plugin, version 7. Install or activate it there. The sign-in itself works.</source>
        <translation>{host} es un sitio WordPress sin el plugin FS Poster, versión 7. Instálalo o actívalo allí. El acceso en sí funciona.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page (“{page}”) instead of data.</source>
        <translation>{host} es un sitio WordPress, pero responde con una página web («{page}») en lugar de datos.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page instead of data.</source>
        <translation>{host} es un sitio WordPress, pero responde con una página web en lugar de datos.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} está en mantenimiento.</translation>
    </message>
    <message>
        <source>{host} is not a WordPress site, or blocks Posto. Check the address.</source>
        <translation>{host} no es un sitio WordPress, o bloquea a Posto. Revisa la dirección.</translation>
    </message>
    <message>
        <source>{host} is not responding on port {usual}, the default for {scheme}. If the site uses another port, add it to the address, for example {host}:8080. Nothing was sent.</source>
        <translation>{host} no responde en el puerto {usual}, el habitual de {scheme}. Si el sitio usa otro puerto, añádelo a la dirección, por ejemplo {host}:8080. No se envió nada.</translation>
    </message>
    <message>
        <source>{host} is not responding.</source>
        <translation>{host} no responde.</translation>
    </message>
    <message>
        <source>{host} knows the user name, but the application password is wrong. The login password of the site does not work here: create an application password in your profile there.</source>
        <translation>{host} conoce el nombre de usuario, pero la contraseña de aplicación es errónea. La contraseña de acceso del sitio no sirve aquí: crea una contraseña de aplicación en tu perfil allí.</translation>
    </message>
    <message>
        <source>{host} lies in a private network, so nothing is fetched from there. Download the file yourself and attach it.</source>
        <translation>{host} está en una red privada, así que no se obtiene nada de allí. Descarga el archivo tú mismo y adjúntalo.</translation>
    </message>
    <message>
        <source>{host} ran out of memory. Its PHP limit is {memory}.</source>
        <translation>{host} se quedó sin memoria. Su límite de PHP es {memory}.</translation>
    </message>
    <message>
        <source>{host} received the data too slowly: the upload took more than {duration}.</source>
        <translation>{host} recibió los datos demasiado despacio: la subida tardó más de {duration}.</translation>
    </message>
    <message>
        <source>{host} received too many requests (429).</source>
        <translation>{host} recibió demasiadas peticiones (429).</translation>
    </message>
    <message>
        <source>{host} redirected to a page, {location}, instead of sending data.</source>
        <translation>{host} redirigió a una página, {location}, en lugar de enviar datos.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop. Check both site addresses in WordPress under Settings &gt; General, and the redirect rules of the web server.</source>
        <translation>{host} redirige en círculo. Comprueba las dos direcciones del sitio en WordPress, en Ajustes &gt; Generales, y las reglas de redirección del servidor web.</translation>
    </message>
    <message>
        <source>{host} redirects to an address without https. The password was not sent.</source>
        <translation>{host} redirige a una dirección sin https. La contraseña no se envió.</translation>
    </message>
    <message>
        <source>{host} redirects to another site, {named}. If it is yours, enter {named} as the address. The password was not sent.</source>
        <translation>{host} redirige a otro sitio, {named}. Si es tuyo, escribe {named} como dirección. La contraseña no se envió.</translation>
    </message>
    <message>
        <source>{host} refused the request ({status}).</source>
        <translation>{host} rechazó la petición ({status}).</translation>
    </message>
    <message>
        <source>{host} refused the request.</source>
        <translation>{host} rechazó la petición.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; an owner of the workspace can make a new password in Settings &gt; Team.</source>
        <translation>{host} rechazó el nombre de usuario o la contraseña de aplicación. Comprueba ambos; un propietario del espacio de trabajo puede crear una contraseña nueva en Ajustes &gt; Equipo.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header, or the site has disabled application passwords.</source>
        <translation>{host} rechazó el nombre de usuario o la contraseña de aplicación. Comprueba ambos; la contraseña de acceso del sitio no sirve aquí. Si son correctos, el servidor web descarta la cabecera Authorization, o el sitio ha desactivado las contraseñas de aplicación.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header.</source>
        <translation>{host} rechazó el nombre de usuario o la contraseña de aplicación. Comprueba ambos; la contraseña de acceso del sitio no sirve aquí. Si son correctos, el servidor web descarta la cabecera Authorization.</translation>
    </message>
    <message>
        <source>{host} sends to an address without https.</source>
        <translation>{host} envía a una dirección sin https.</translation>
    </message>
    <message>
        <source>{limit} bytes</source>
        <translation>{limit} bytes</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} y {count} más</translation>
    </message>
    <message>
        <source>{names} are each the same as the next; the text for all networks counts.</source>
        <translation>{names} son cada una igual que la siguiente; vale el texto para todas las redes.</translation>
    </message>
    <message>
        <source>{names} are not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} no están activos: la sesión con la red ha caducado. Inicia sesión de nuevo en la red, en el servicio. No se publicó nada.</translation>
    </message>
    <message>
        <source>{names} is not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} no está activo: la sesión con la red ha caducado. Inicia sesión de nuevo en la red, en el servicio. No se publicó nada.</translation>
    </message>
    <message>
        <source>{names} is set to be the same as itself; the text for all networks counts.</source>
        <translation>{names} está definida como igual a sí misma; vale el texto para todas las redes.</translation>
    </message>
    <message>
        <source>{name} (other version)</source>
        <translation>{name} (otra versión)</translation>
    </message>
    <message>
        <source>{name} is not a web address.</source>
        <translation>{name} no es una dirección web.</translation>
    </message>
    <message>
        <source>{shown} could not be downloaded.</source>
        <translation>No se pudo descargar {shown}.</translation>
    </message>
    <message>
        <source>{shown} could not be saved on this computer: {why}.</source>
        <translation>No se pudo guardar {shown} en este ordenador: {why}.</translation>
    </message>
    <message>
        <source>{shown} has passed. Nothing was sent.</source>
        <translation>{shown} ya pasó. No se envió nada.</translation>
    </message>
    <message>
        <source>{shown} is not a picture or video.</source>
        <translation>{shown} no es una imagen ni un vídeo.</translation>
    </message>
    <message>
        <source>{site} does not use https. Check the port, and whether the site has a certificate.</source>
        <translation>{site} no usa https. Comprueba el puerto y si el sitio tiene un certificado.</translation>
    </message>
    <message>
        <source>{size} bytes</source>
        <translation>{size} bytes</translation>
    </message>
    <message>
        <source>{when} is not a time.</source>
        <translation>{when} no es una hora.</translation>
    </message>
    <message>
        <source>“{clean}” was not saved.</source>
        <translation>No se guardó «{clean}».</translation>
    </message>
    <message>
        <source>“{hashtags}.place” takes {either}, not {place}.</source>
        <translation>«{hashtags}.place» admite {either}, no {place}.</translation>
    </message>
    <message>
        <source>“{key}” must be {words}, not {value}.</source>
        <translation>«{key}» debe ser {words}, no {value}.</translation>
    </message>
    <message>
        <source>“{name}” ({size}) was not uploaded. {reason} Make it smaller, or have more memory allowed.</source>
        <translation>«{name}» ({size}) no se subió. {reason} Redúcelo, o permite más memoria.</translation>
    </message>
    <message>
        <source>“{name}” cannot be read: {why}.</source>
        <translation>No se puede leer «{name}»: {why}.</translation>
    </message>
    <message>
        <source>“{name}” for {shown} is not text; it is not used.</source>
        <translation>«{name}» para {shown} no es texto; no se usa.</translation>
    </message>
    <message>
        <source>“{name}” has {count} characters; at most {most} are taken.</source>
        <translation>«{name}» tiene {count} caracteres; se admiten {most} como máximo.</translation>
    </message>
    <message>
        <source>“{name}” is a list of texts, not {value}.</source>
        <translation>«{name}» es una lista de textos, no {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a number from {least} to {most}, not {value}.</source>
        <translation>«{name}» es un número de {least} a {most}, no {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a table, not {value}.</source>
        <translation>«{name}» es una tabla, no {value}.</translation>
    </message>
    <message>
        <source>“{name}” is larger than {value} MB and was not saved.</source>
        <translation>«{name}» es mayor de {value} MB y no se guardó.</translation>
    </message>
    <message>
        <source>“{name}” is not in the media library.</source>
        <translation>«{name}» no está en la biblioteca de medios.</translation>
    </message>
    <message>
        <source>“{name}” may have been uploaded.</source>
        <translation>Puede que «{name}» se haya subido.</translation>
    </message>
    <message>
        <source>“{name}” may not upload files on {host}. The account needs the Author role or higher.</source>
        <translation>«{name}» no puede subir archivos en {host}. La cuenta necesita el rol de autor o superior.</translation>
    </message>
    <message>
        <source>“{name}” must be text, not {value}.</source>
        <translation>«{name}» debe ser texto, no {value}.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>No se encontró «{name}».</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded.</source>
        <translation>«{name}» no se subió.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: the web server of {host} refuses files of {size} (413). Make it smaller, or have the limit raised there.</source>
        <translation>«{name}» no se subió: el servidor web de {host} rechaza archivos de {size} (413). Redúcelo, o pide que suban el límite allí.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: this account may not upload files. It needs the Author role or higher.</source>
        <translation>«{name}» no se subió: esta cuenta no puede subir archivos. Necesita el rol de autor o superior.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: {error}</source>
        <translation>«{name}» no se subió: {error}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but its alt text may be missing: {reason}</source>
        <translation>«{name}» se subió, pero puede faltar su texto alternativo: {reason}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but without its alt text: {reason}</source>
        <translation>«{name}» se subió, pero sin su texto alternativo: {reason}</translation>
    </message>
    <message>
        <source>“{same_as}” of “{key}” names no network: {source_slug}.</source>
        <translation>«{same_as}» de «{key}» no nombra ninguna red: {source_slug}.</translation>
    </message>
    <message>
        <source>“{shown}” cannot be read: {why}.</source>
        <translation>No se puede leer «{shown}»: {why}.</translation>
    </message>
    <message>
        <source>“{shown}” is a folder. Choose the files inside it.</source>
        <translation>«{shown}» es una carpeta. Elige los archivos que contiene.</translation>
    </message>
    <message>
        <source>“{shown}” is empty (0 bytes).</source>
        <translation>«{shown}» está vacío (0 bytes).</translation>
    </message>
    <message>
        <source>“{shown}” is not a file that can be read.</source>
        <translation>«{shown}» no es un archivo que se pueda leer.</translation>
    </message>
    <message>
        <source>“{shown}” is not a picture or a video.</source>
        <translation>«{shown}» no es una imagen ni un vídeo.</translation>
    </message>
    <message>
        <source>“{shown}” was not found.</source>
        <translation>No se encontró «{shown}».</translation>
    </message>
    <message>
        <source>“{target}” fits several channels: {listed}. Use the whole name or the number. Nothing was posted.</source>
        <translation>«{target}» coincide con varios canales: {listed}. Usa el nombre completo o el número. No se publicó nada.</translation>
    </message>
    <message>
        <source>“{utm}.links” takes {either}, not “{link_kind}”.</source>
        <translation>«{utm}.links» admite {either}, no «{link_kind}».</translation>
    </message>
    <message>
        <source>“{utm}.{key}” has unknown variables: {shown}. Known are {known}.</source>
        <translation>«{utm}.{key}» tiene variables desconocidas: {shown}. Conocidas: {known}.</translation>
    </message>
    <message>
        <source>“{watermark}.corner” takes {either}, not {corner}.</source>
        <translation>«{watermark}.corner» admite {either}, no {corner}.</translation>
    </message>
    <message>
        <source>“{watermark}.file” is the plain name of a file in {folder}, not “{file}”.</source>
        <translation>«{watermark}.file» es el nombre simple de un archivo de {folder}, no «{file}».</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Search</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Buscar en todo</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Vaciar</translation>
    </message>
</context>
<context>
    <name>SearchResults</name>
    <message>
        <source>Found settings</source>
        <translation>Ajustes encontrados</translation>
    </message>
</context>
<context>
    <name>SendNow</name>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>Enviar %Ln publicación ahora</numerusform>
            <numerusform>Enviar %Ln publicaciones ahora</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now instead of at the time in When?</source>
        <extracomment>&quot;When&quot; is the field of the time of a message.</extracomment>
        <translation>
            <numerusform>¿Enviar %Ln publicación ahora en lugar de a la hora de Cuándo?</numerusform>
            <numerusform>¿Enviar %Ln publicaciones ahora en lugar de a la hora de Cuándo?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now?</source>
        <translation>
            <numerusform>¿Enviar %Ln publicación ahora?</numerusform>
            <numerusform>¿Enviar %Ln publicaciones ahora?</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>Esto no se puede deshacer.</translation>
    </message>
    <message numerus="yes">
        <source>You can undo it for %n second(s).</source>
        <translation>
            <numerusform>Puedes deshacerlo durante %n segundo.</numerusform>
            <numerusform>Puedes deshacerlo durante %n segundos.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendingOutlook</name>
    <message numerus="yes">
        <source>%n account(s) cannot post yet</source>
        <translation>
            <numerusform>%n cuenta aún no puede publicar</numerusform>
            <numerusform>%n cuentas aún no pueden publicar</numerusform>
        </translation>
    </message>
    <message>
        <source>No network</source>
        <translation>Sin red</translation>
    </message>
    <message>
        <source>No network: waits on this computer</source>
        <translation>Sin red: espera en este ordenador</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Sin conexión</translation>
    </message>
    <message>
        <source>Offline: waits on this computer</source>
        <translation>Sin conexión: espera en este ordenador</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>Paused: waits on this computer</source>
        <translation>En pausa: espera en este ordenador</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Sending is paused: the message waits on this computer.</source>
        <translation>El envío está en pausa: el mensaje espera en este ordenador.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Iniciar sesión</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>Sesión cerrada</translation>
    </message>
    <message>
        <source>Signed out: waits on this computer</source>
        <translation>Sesión cerrada: espera en este ordenador</translation>
    </message>
    <message>
        <source>The message waits on this computer until you sign in again.</source>
        <translation>El mensaje espera en este ordenador hasta que inicies sesión de nuevo.</translation>
    </message>
    <message>
        <source>The message waits on this computer. {why}</source>
        <translation>El mensaje espera en este ordenador. {why}</translation>
    </message>
    <message>
        <source>There is no network: what goes to {names} waits on this computer.</source>
        <translation>No hay red: lo que va a {names} espera en este ordenador.</translation>
    </message>
    <message>
        <source>What goes to {names} waits on this computer. {why}</source>
        <translation>Lo que va a {names} espera en este ordenador. {why}</translation>
    </message>
    <message>
        <source>{name}: sign in again</source>
        <translation>{name}: inicia sesión de nuevo</translation>
    </message>
    <message>
        <source>{name}: the keychain is locked</source>
        <translation>{name}: el llavero está bloqueado</translation>
    </message>
    <message>
        <source>{name}: the server is not reached</source>
        <translation>{name}: no se puede acceder al servidor</translation>
    </message>
</context>
<context>
    <name>Server</name>
    <message numerus="yes">
        <source>%Ln post(s) could be rescued. Those that waited show as “Not sent” until you decide.</source>
        <translation>
            <numerusform>Se pudo rescatar %Ln publicación. Las que esperaban aparecen como «No enviada» hasta que decidas.</numerusform>
            <numerusform>Se pudieron rescatar %Ln publicaciones. Las que esperaban aparecen como «No enviada» hasta que decidas.</numerusform>
        </translation>
    </message>
    <message>
        <source>16 letters or more, the same as at the receiver. It signs every request.</source>
        <translation>16 letras o más, lo mismo que en el receptor. Firma cada petición.</translation>
    </message>
    <message>
        <source>@name or number. Or write something there, and leave this empty.</source>
        <translation>@nombre o número. O escribe algo allí y deja esto vacío.</translation>
    </message>
    <message>
        <source>@{name} is in no channel. Add it to the one that you want to use.</source>
        <translation>@{name} no está en ningún canal. Añádelo al que quieras usar.</translation>
    </message>
    <message>
        <source>@{name} knows no channel yet. Make it an administrator of yours, write something there, and connect again; or enter the channel&apos;s @name.</source>
        <translation>@{name} aún no conoce ningún canal. Hazlo administrador del tuyo, escribe algo allí y conecta de nuevo; o escribe el @nombre del canal.</translation>
    </message>
    <message>
        <source>A bot&apos;s or your own: Profile, Security, Personal Access Tokens.</source>
        <translation>El de un bot o el tuyo: Perfil, Seguridad, Tokens de acceso personales.</translation>
    </message>
    <message>
        <source>A channel can be chosen only once in a post.</source>
        <translation>Un canal solo se puede elegir una vez en una publicación.</translation>
    </message>
    <message>
        <source>A file in the media store is damaged ({sha256}). Upload it again.</source>
        <translation>Un archivo del almacén de medios está dañado ({sha256}). Súbelo de nuevo.</translation>
    </message>
    <message>
        <source>A name to sign in with has letters from a to z, digits and . _ @ + -, 60 at most.</source>
        <translation>Un nombre para iniciar sesión tiene letras de la a a la z, cifras y . _ @ + -, 60 como máximo.</translation>
    </message>
    <message>
        <source>A paragraph has {count} characters; Tumblr allows {limit}. Split it with a blank line.</source>
        <translation>Un párrafo tiene {count} caracteres; Tumblr permite {limit}. Divídelo con una línea en blanco.</translation>
    </message>
    <message>
        <source>A part of this message was sent meanwhile.</source>
        <translation>Una parte de este mensaje se envió mientras tanto.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so it cannot be edited.</source>
        <translation>Una parte de esta publicación ya está publicada, así que no se puede editar.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so its time cannot change.</source>
        <translation>Una parte de esta publicación ya está publicada, así que su hora no puede cambiar.</translation>
    </message>
    <message>
        <source>A secret is kept in: keyring, session or file.</source>
        <translation>Un secreto se guarda en: keyring, session o file.</translation>
    </message>
    <message>
        <source>A test note is visible only to chosen people, and nobody is chosen.</source>
        <translation>Una nota de prueba solo la ven las personas elegidas, y no hay nadie elegido.</translation>
    </message>
    <message>
        <source>A test post is a draft. Editors of the site can see it, readers cannot.</source>
        <translation>Una publicación de prueba es un borrador. Los editores del sitio la ven, los lectores no.</translation>
    </message>
    <message>
        <source>A test post is visible only to the people it mentions, and it mentions nobody.</source>
        <translation>Una publicación de prueba solo la ven las personas que menciona, y no menciona a nadie.</translation>
    </message>
    <message>
        <source>A test sends another signed ping and publishes nothing.</source>
        <translation>Una prueba envía otro ping firmado y no publica nada.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Un hilo puede tener {limit} partes como máximo.</translation>
    </message>
    <message>
        <source>A token needs write:statuses and write:media.</source>
        <translation>Un token necesita write:statuses y write:media.</translation>
    </message>
    <message>
        <source>A workspace of Posto for a team</source>
        <translation>Un espacio de trabajo de Posto para un equipo</translation>
    </message>
    <message>
        <source>A writer can change only proposals of their own.</source>
        <translation>Quien solo propone publicaciones únicamente puede cambiar sus propias propuestas.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>Clave de API</translation>
    </message>
    <message>
        <source>API key secret</source>
        <translation>Secreto de la clave de API</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Token de acceso</translation>
    </message>
    <message>
        <source>Access token secret</source>
        <translation>Secreto del token de acceso</translation>
    </message>
    <message>
        <source>Account not found.</source>
        <translation>Cuenta no encontrada.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Address of your site</source>
        <translation>Dirección de tu sitio</translation>
    </message>
    <message>
        <source>Admin API key</source>
        <translation>Clave de API de administración</translation>
    </message>
    <message>
        <source>Also enter the user name and application password of your site.</source>
        <translation>Escribe también el nombre de usuario y la contraseña de aplicación de tu sitio.</translation>
    </message>
    <message>
        <source>Also enter your two-factor code.</source>
        <translation>Escribe también tu código de dos factores.</translation>
    </message>
    <message>
        <source>An owner sees all groups.</source>
        <translation>Un propietario ve todos los grupos.</translation>
    </message>
    <message>
        <source>Another group uses this file, too.</source>
        <translation>Otro grupo también usa este archivo.</translation>
    </message>
    <message>
        <source>Another server is signing in with this account.</source>
        <translation>Otro servidor está iniciando sesión con esta cuenta.</translation>
    </message>
    <message>
        <source>Another workspace is already running in {folder}.</source>
        <translation>Ya hay otro espacio de trabajo en marcha en {folder}.</translation>
    </message>
    <message>
        <source>Another workspace is already running.</source>
        <translation>Ya hay otro espacio de trabajo en marcha.</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>Contraseña de app</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Contraseña de aplicación</translation>
    </message>
    <message>
        <source>Application password there</source>
        <translation>Contraseña de aplicación allí</translation>
    </message>
    <message>
        <source>Ask for the role of an author.</source>
        <translation>Pide el rol de autor.</translation>
    </message>
    <message>
        <source>Bluesky allows pictures or one video, not both in one post.</source>
        <translation>Bluesky permite imágenes o un vídeo, no ambos en una publicación.</translation>
    </message>
    <message>
        <source>Bluesky has no account {handle}. Enter the full handle with its domain.</source>
        <translation>Bluesky no tiene ninguna cuenta {handle}. Escribe el identificador completo con su dominio.</translation>
    </message>
    <message>
        <source>Bot token</source>
        <translation>Token del bot</translation>
    </message>
    <message>
        <source>Channel not found.</source>
        <translation>Canal no encontrado.</translation>
    </message>
    <message>
        <source>Channel or group</source>
        <translation>Canal o grupo</translation>
    </message>
    <message>
        <source>Check the Matrix ID and the password.</source>
        <translation>Comprueba el ID de Matrix y la contraseña.</translation>
    </message>
    <message>
        <source>Choose a post.</source>
        <translation>Elige una publicación.</translation>
    </message>
    <message>
        <source>Choose at least one channel.</source>
        <translation>Elige al menos un canal.</translation>
    </message>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Elige al menos un lugar donde publicar.</translation>
    </message>
    <message>
        <source>Choose at least one schedule.</source>
        <translation>Elige al menos una programación.</translation>
    </message>
    <message>
        <source>Client ID</source>
        <translation>ID de cliente</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>Secreto de cliente</translation>
    </message>
    <message>
        <source>Consumer key</source>
        <translation>Clave de consumidor</translation>
    </message>
    <message>
        <source>Consumer secret</source>
        <translation>Secreto de consumidor</translation>
    </message>
    <message>
        <source>Create one in Bluesky: Settings, Privacy and security, App passwords.</source>
        <translation>Crea una en Bluesky: Ajustes, Privacidad y seguridad, Contraseñas de app.</translation>
    </message>
    <message>
        <source>Create one in WordPress: Users, Profile, Application Passwords.</source>
        <translation>Crea una en WordPress: Usuarios, Perfil, Contraseñas de aplicación.</translation>
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
        <translation>Discord permite 25 MB de archivos por mensaje. Quita algunos o usa otros más pequeños.</translation>
    </message>
    <message>
        <source>Enter a topic: letters, digits, hyphens and underscores, 64 at most.</source>
        <translation>Escribe un tema: letras, cifras, guiones y guiones bajos, 64 como máximo.</translation>
    </message>
    <message>
        <source>Enter all four keys.</source>
        <translation>Escribe las cuatro claves.</translation>
    </message>
    <message>
        <source>Enter an access token.</source>
        <translation>Escribe un token de acceso.</translation>
    </message>
    <message>
        <source>Enter the API key.</source>
        <translation>Escribe la clave de API.</translation>
    </message>
    <message>
        <source>Enter the access token.</source>
        <translation>Escribe el token de acceso.</translation>
    </message>
    <message>
        <source>Enter the bot token of your app. It begins with xoxb-</source>
        <translation>Escribe el token de bot de tu app. Empieza por xoxb-</translation>
    </message>
    <message>
        <source>Enter the client ID and the client secret.</source>
        <translation>Escribe el ID y el secreto de cliente.</translation>
    </message>
    <message>
        <source>Enter the full Matrix ID, for example @you:matrix.org.</source>
        <translation>Escribe el ID de Matrix completo, por ejemplo @tu:matrix.org.</translation>
    </message>
    <message>
        <source>Enter the page access token.</source>
        <translation>Escribe el token de acceso de la página.</translation>
    </message>
    <message>
        <source>Enter the password or an access token.</source>
        <translation>Escribe la contraseña o un token de acceso.</translation>
    </message>
    <message>
        <source>Facebook continues threads as comments, and Posto cannot add pictures to them.</source>
        <translation>Facebook continúa los hilos como comentarios, y Posto no puede añadirles imágenes.</translation>
    </message>
    <message>
        <source>Facebook page (your own app)</source>
        <translation>Página de Facebook (tu propia app)</translation>
    </message>
    <message>
        <source>Files of this kind have no preview.</source>
        <translation>Los archivos de este tipo no tienen vista previa.</translation>
    </message>
    <message>
        <source>Fill in: {names}.</source>
        <translation>Rellena: {names}.</translation>
    </message>
    <message>
        <source>For pictures: a Blossom server, for example https://blossom.primal.net</source>
        <translation>Para imágenes: un servidor Blossom, por ejemplo https://blossom.primal.net</translation>
    </message>
    <message>
        <source>From @BotFather: 123456:ABC…</source>
        <translation>De @BotFather: 123456:ABC…</translation>
    </message>
    <message>
        <source>From api.tumblr.com/console: Show keys</source>
        <translation>De api.tumblr.com/console: Show keys</translation>
    </message>
    <message>
        <source>From console.x.com: your app, Keys and tokens.</source>
        <translation>De console.x.com: tu app, Keys and tokens.</translation>
    </message>
    <message>
        <source>From dev.to: Settings, Extensions.</source>
        <translation>De dev.to: Settings, Extensions.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, Instagram, Generate token. Valid for 60 days.</source>
        <translation>De developers.facebook.com: tu app, Instagram, Generate token. Válido 60 días.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, User Token Generator. Valid for 60 days.</source>
        <translation>De developers.facebook.com: tu app, User Token Generator. Válido 60 días.</translation>
    </message>
    <message>
        <source>From discord.com/developers: your application, Bot, Reset Token.</source>
        <translation>De discord.com/developers: tu aplicación, Bot, Reset Token.</translation>
    </message>
    <message>
        <source>From linkedin.com/developers: Token generator, with openid, profile and w_member_social. Valid for 60 days.</source>
        <translation>De linkedin.com/developers: Token generator, con openid, profile y w_member_social. Válido 60 días.</translation>
    </message>
    <message>
        <source>From tumblr.com/oauth/apps</source>
        <translation>De tumblr.com/oauth/apps</translation>
    </message>
    <message>
        <source>Ghost does not allow apps to write comments.</source>
        <translation>Ghost no permite que las apps escriban comentarios.</translation>
    </message>
    <message>
        <source>Google did not grant lasting access. Try again and allow everything it asks for.</source>
        <translation>Google no concedió acceso duradero. Inténtalo de nuevo y permite todo lo que pide.</translation>
    </message>
    <message>
        <source>Google has ended the sign-in. If this happens every seven days, your consent screen is still in &quot;Testing&quot;. Publish it to &quot;In production&quot;.</source>
        <translation>Google ha terminado la sesión. Si pasa cada siete días, tu pantalla de consentimiento sigue en &quot;Testing&quot;. Publícala en &quot;In production&quot;.</translation>
    </message>
    <message>
        <source>Google no longer knows this client. Connect the account again.</source>
        <translation>Google ya no conoce este cliente. Conecta la cuenta de nuevo.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>Identificador</translation>
    </message>
    <message>
        <source>In Discord: Edit Channel, Integrations, Webhooks, Copy Webhook URL.</source>
        <translation>En Discord: Editar canal, Integraciones, Webhooks, Copiar URL del webhook.</translation>
    </message>
    <message>
        <source>In Ghost: Settings, Integrations, Add custom integration.</source>
        <translation>En Ghost: Settings, Integrations, Add custom integration.</translation>
    </message>
    <message>
        <source>Instagram (your own app)</source>
        <translation>Instagram (tu propia app)</translation>
    </message>
    <message>
        <source>Instagram allows apps to post only to business and creator accounts.</source>
        <translation>Instagram permite que las apps publiquen solo en cuentas de empresa y de creador.</translation>
    </message>
    <message>
        <source>Instagram continues threads as comments, which cannot have pictures.</source>
        <translation>Instagram continúa los hilos como comentarios, que no pueden llevar imágenes.</translation>
    </message>
    <message>
        <source>Instagram downloads pictures from a public address. Enter a WordPress site of your own.</source>
        <translation>Instagram descarga las imágenes de una dirección pública. Escribe un sitio WordPress propio.</translation>
    </message>
    <message>
        <source>Instead of the password, if the server signs in only in the browser.</source>
        <translation>En lugar de la contraseña, si el servidor solo inicia sesión en el navegador.</translation>
    </message>
    <message>
        <source>It cannot be reached.</source>
        <translation>No se puede acceder.</translation>
    </message>
    <message>
        <source>It could not be prepared yet.</source>
        <translation>Aún no se pudo preparar.</translation>
    </message>
    <message>
        <source>It did not accept the post.</source>
        <translation>No aceptó la publicación.</translation>
    </message>
    <message>
        <source>It did not answer the question.</source>
        <translation>No respondió a la pregunta.</translation>
    </message>
    <message>
        <source>It did not report whether it accepted the post.</source>
        <translation>No informó de si aceptó la publicación.</translation>
    </message>
    <message>
        <source>It is already disconnected.</source>
        <translation>Ya está desconectado.</translation>
    </message>
    <message>
        <source>It is too late to undo this. The device needs a new password.</source>
        <translation>Es demasiado tarde para deshacerlo. El dispositivo necesita una contraseña nueva.</translation>
    </message>
    <message>
        <source>It was due before the backup was restored, and may have been sent then.</source>
        <translation>Vencía antes de restaurar la copia de seguridad, y puede que se enviara entonces.</translation>
    </message>
    <message>
        <source>Its answer is not one of a relay.</source>
        <translation>Su respuesta no es la de un relé.</translation>
    </message>
    <message>
        <source>Its channel was disconnected.</source>
        <translation>Su canal se desconectó.</translation>
    </message>
    <message>
        <source>Leave this empty for api.linkedin.com.</source>
        <translation>Déjalo vacío para api.linkedin.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.telegram.org.</source>
        <translation>Déjalo vacío para api.telegram.org.</translation>
    </message>
    <message>
        <source>Leave this empty for api.tumblr.com.</source>
        <translation>Déjalo vacío para api.tumblr.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.x.com.</source>
        <translation>Déjalo vacío para api.x.com.</translation>
    </message>
    <message>
        <source>Leave this empty for dev.to.</source>
        <translation>Déjalo vacío para dev.to.</translation>
    </message>
    <message>
        <source>Leave this empty for discord.com.</source>
        <translation>Déjalo vacío para discord.com.</translation>
    </message>
    <message>
        <source>Leave this empty for slack.com.</source>
        <translation>Déjalo vacío para slack.com.</translation>
    </message>
    <message>
        <source>Leave this empty to sign in with the browser.</source>
        <translation>Déjalo vacío para iniciar sesión con el navegador.</translation>
    </message>
    <message>
        <source>Leave this empty to use the relays of your profile.</source>
        <translation>Déjalo vacío para usar los relés de tu perfil.</translation>
    </message>
    <message>
        <source>Leave this empty.</source>
        <translation>Déjalo vacío.</translation>
    </message>
    <message>
        <source>Lemmy needs a title, or a text with a first line to use as one.</source>
        <translation>Lemmy necesita un título, o un texto cuya primera línea sirva de título.</translation>
    </message>
    <message>
        <source>LinkedIn (your own app)</source>
        <translation>LinkedIn (tu propia app)</translation>
    </message>
    <message>
        <source>LinkedIn already has this post: {sentence}</source>
        <translation>LinkedIn ya tiene esta publicación: {sentence}</translation>
    </message>
    <message>
        <source>LinkedIn continues threads as comments, which cannot have pictures.</source>
        <translation>LinkedIn continúa los hilos como comentarios, que no pueden llevar imágenes.</translation>
    </message>
    <message>
        <source>LinkedIn no longer supports this version of its API. Update Posto.</source>
        <translation>LinkedIn ya no admite esta versión de su API. Actualiza Posto.</translation>
    </message>
    <message>
        <source>Mastodon and compatible servers</source>
        <translation>Mastodon y servidores compatibles</translation>
    </message>
    <message>
        <source>Matrix ID</source>
        <translation>ID de Matrix</translation>
    </message>
    <message>
        <source>Media not found: {names}.</source>
        <translation>Archivos no encontrados: {names}.</translation>
    </message>
    <message>
        <source>Media server</source>
        <translation>Servidor de archivos</translation>
    </message>
    <message>
        <source>Meta accepts no more posts for now.</source>
        <translation>Meta no acepta más publicaciones por ahora.</translation>
    </message>
    <message>
        <source>Meta could not use a file.</source>
        <translation>Meta no pudo usar un archivo.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Meta descarga las imágenes de una dirección pública. Conecta la cuenta de nuevo y escribe un sitio WordPress propio para ellas.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. https://example.com</source>
        <translation>Meta descarga las imágenes de una dirección pública. https://example.com</translation>
    </message>
    <message>
        <source>Meta has a problem right now.</source>
        <translation>Meta tiene un problema ahora mismo.</translation>
    </message>
    <message>
        <source>Meta is still processing this post.</source>
        <translation>Meta aún está procesando esta publicación.</translation>
    </message>
    <message>
        <source>Meta no longer accepts the token.</source>
        <translation>Meta ya no acepta el token.</translation>
    </message>
    <message>
        <source>Misskey and Sharkey</source>
        <translation>Misskey y Sharkey</translation>
    </message>
    <message>
        <source>Name the device that the password is for.</source>
        <translation>Indica el dispositivo para el que es la contraseña.</translation>
    </message>
    <message>
        <source>No clear answer came in time.</source>
        <translation>No llegó a tiempo una respuesta clara.</translation>
    </message>
    <message>
        <source>No clear answer came.</source>
        <translation>No llegó una respuesta clara.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer. Choose where to keep the password: until the workspace ends (session), or in a file that only you can read (file).</source>
        <translation>No se encontró ningún llavero en este ordenador. Elige dónde guardar la contraseña: hasta que termine el espacio de trabajo (session), o en un archivo que solo tú puedes leer (file).</translation>
    </message>
    <message>
        <source>No relay can be reached: {hosts}.</source>
        <translation>No se puede acceder a ningún relé: {hosts}.</translation>
    </message>
    <message>
        <source>No relay is known for this account. Connect it again.</source>
        <translation>No se conoce ningún relé para esta cuenta. Conéctala de nuevo.</translation>
    </message>
    <message>
        <source>No server was found for {handle}. Enter its address.</source>
        <translation>No se encontró servidor para {handle}. Escribe su dirección.</translation>
    </message>
    <message>
        <source>Nobody signed in within ten minutes. Try again.</source>
        <translation>Nadie inició sesión en diez minutos. Inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>Nostr relays do not store files. Connect the account again and enter a media server.</source>
        <translation>Los relés de Nostr no guardan archivos. Conecta la cuenta de nuevo y escribe un servidor de archivos.</translation>
    </message>
    <message>
        <source>Nothing was found here.</source>
        <translation>Aquí no se encontró nada.</translation>
    </message>
    <message>
        <source>One post can go to {limit} channels at most.</source>
        <translation>Una publicación puede ir a {limit} canales como máximo.</translation>
    </message>
    <message>
        <source>One post can have {limit} files at most.</source>
        <translation>Una publicación puede tener {limit} archivos como máximo.</translation>
    </message>
    <message>
        <source>Only failed schedules can be retried.</source>
        <translation>Solo se pueden reintentar programaciones fallidas.</translation>
    </message>
    <message>
        <source>Only for protected topics.</source>
        <translation>Solo para temas protegidos.</translation>
    </message>
    <message>
        <source>Only needed if your Matrix ID does not lead to your server.</source>
        <translation>Solo hace falta si tu ID de Matrix no lleva a tu servidor.</translation>
    </message>
    <message>
        <source>Only needed if your handle does not lead to your server.</source>
        <translation>Solo hace falta si tu identificador no lleva a tu servidor.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be edited.</source>
        <translation>Solo se pueden editar programaciones no enviadas.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be rescheduled.</source>
        <translation>Solo se pueden reprogramar programaciones no enviadas.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be sent now.</source>
        <translation>Solo se pueden enviar ahora programaciones no enviadas.</translation>
    </message>
    <message>
        <source>Other programs use the ports for the browser&apos;s answer. Close them and try again.</source>
        <translation>Otros programas usan los puertos para la respuesta del navegador. Ciérralos e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>Other sites may not access this computer&apos;s workspace.</source>
        <translation>Otros sitios no pueden acceder al espacio de trabajo de este ordenador.</translation>
    </message>
    <message>
        <source>Page access token</source>
        <translation>Token de acceso de la página</translation>
    </message>
    <message>
        <source>Part {number} of {total} is not published: {reason} The parts before it are.</source>
        <translation>La parte {number} de {total} no está publicada: {reason} Las anteriores sí.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Port {port} on {host} cannot be used: {error}.</source>
        <translation>No se puede usar el puerto {port} en {host}: {error}.</translation>
    </message>
    <message>
        <source>PostgreSQL needs more: install posto[postgres] and start again.</source>
        <translation>PostgreSQL necesita más: instala posto[postgres] y vuelve a iniciar.</translation>
    </message>
    <message>
        <source>Posto Desktop was interrupted while sending this post, so it may be published.</source>
        <translation>Posto Desktop se interrumpió mientras enviaba esta publicación, así que puede que esté publicada.</translation>
    </message>
    <message>
        <source>Posto cannot make pictures smaller right now.</source>
        <translation>Posto no puede reducir imágenes ahora mismo.</translation>
    </message>
    <message>
        <source>Posto cannot write comments on YouTube.</source>
        <translation>Posto no puede escribir comentarios en YouTube.</translation>
    </message>
    <message>
        <source>Posto cannot write to the workspace&apos;s folder: {folder}.</source>
        <translation>Posto no puede escribir en la carpeta del espacio de trabajo: {folder}.</translation>
    </message>
    <message>
        <source>Posto cannot yet tell whether the message was sent.</source>
        <translation>Posto aún no puede saber si el mensaje se envió.</translation>
    </message>
    <message>
        <source>Posto may not read and write {part}. Allow it, then try again.</source>
        <translation>Posto no puede leer ni escribir {part}. Permítelo e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>Posts wait on the site until someone publishes them.</source>
        <translation>Las publicaciones esperan en el sitio hasta que alguien las publique.</translation>
    </message>
    <message>
        <source>Previews are being made. Try again in a moment.</source>
        <translation>Se están creando las vistas previas. Inténtalo de nuevo en un momento.</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>Clave privada</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>Relés</translation>
    </message>
    <message>
        <source>Remove the user name and password from the address of {host}.</source>
        <translation>Quita el nombre de usuario y la contraseña de la dirección de {host}.</translation>
    </message>
    <message>
        <source>Schedule group not found.</source>
        <translation>Grupo de programación no encontrado.</translation>
    </message>
    <message>
        <source>Schedule not found.</source>
        <translation>Programación no encontrada.</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>Secreto</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Server or handle</source>
        <translation>Servidor o identificador</translation>
    </message>
    <message>
        <source>Signing in was cancelled.</source>
        <translation>El inicio de sesión se canceló.</translation>
    </message>
    <message>
        <source>Slack accepts no more messages for now.</source>
        <translation>Slack no acepta más mensajes por ahora.</translation>
    </message>
    <message>
        <source>Slack did not accept this: {name}.</source>
        <translation>Slack no aceptó esto: {name}.</translation>
    </message>
    <message>
        <source>Slack has a problem right now ({name}).</source>
        <translation>Slack tiene un problema ahora mismo ({name}).</translation>
    </message>
    <message>
        <source>Slack is still processing a picture of this post.</source>
        <translation>Slack aún está procesando una imagen de esta publicación.</translation>
    </message>
    <message>
        <source>Slack no longer accepts the token ({name}). Connect the channel again.</source>
        <translation>Slack ya no acepta el token ({name}). Conecta el canal de nuevo.</translation>
    </message>
    <message>
        <source>Social network not found.</source>
        <translation>Red social no encontrada.</translation>
    </message>
    <message>
        <source>Somebody else has changed these groups meanwhile.</source>
        <translation>Mientras tanto, otra persona ha cambiado estos grupos.</translation>
    </message>
    <message>
        <source>Somebody else has changed {name} meanwhile.</source>
        <translation>Mientras tanto, otra persona ha cambiado {name}.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to create posts as this user.</source>
        <translation>No puedes crear entradas como este usuario.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to do that.</source>
        <translation>No puedes hacer eso.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to upload this file type.</source>
        <translation>No puedes subir este tipo de archivo.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Suscríbete otra vez en tu app de calendario con una dirección nueva.</translation>
    </message>
    <message>
        <source>Telegram allows an animation only without other files. Put it in its own post.</source>
        <translation>Telegram permite una animación solo sin otros archivos. Ponla en su propia publicación.</translation>
    </message>
    <message>
        <source>Telegram did not report which bot this is.</source>
        <translation>Telegram no informó de qué bot es.</translation>
    </message>
    <message>
        <source>Telegram no longer knows this bot. Ask @BotFather for its token.</source>
        <translation>Telegram ya no conoce este bot. Pide su token a @BotFather.</translation>
    </message>
    <message>
        <source>That needs too much memory or time.</source>
        <translation>Eso necesita demasiada memoria o tiempo.</translation>
    </message>
    <message>
        <source>The access to YouTube has expired. Posto is renewing it.</source>
        <translation>El acceso a YouTube ha caducado. Posto lo está renovando.</translation>
    </message>
    <message>
        <source>The access token belongs to {handle}.</source>
        <translation>El token de acceso pertenece a {handle}.</translation>
    </message>
    <message>
        <source>The access token of {handle} stays valid. Delete it in the settings of {host}.</source>
        <translation>El token de acceso de {handle} sigue siendo válido. Elimínalo en los ajustes de {host}.</translation>
    </message>
    <message>
        <source>The address of the relay {host} must begin with wss://</source>
        <translation>La dirección del relé {host} debe empezar por wss://</translation>
    </message>
    <message>
        <source>The address of the server cannot be read.</source>
        <translation>No se puede leer la dirección del servidor.</translation>
    </message>
    <message>
        <source>The address of the server must begin with https://.</source>
        <translation>La dirección del servidor debe empezar por https://.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used.</source>
        <translation>La dirección de {host} no se puede usar.</translation>
    </message>
    <message>
        <source>The answer is either there or send_again.</source>
        <translation>La respuesta es there o send_again.</translation>
    </message>
    <message>
        <source>The answer of {host} is too large.</source>
        <translation>La respuesta de {host} es demasiado grande.</translation>
    </message>
    <message>
        <source>The app is in no channel. Write /invite @{name} in the channel you want to use.</source>
        <translation>La app no está en ningún canal. Escribe /invite @{name} en el canal que quieras usar.</translation>
    </message>
    <message>
        <source>The app is not in the channel. Write /invite and its name there.</source>
        <translation>La app no está en el canal. Escribe allí /invite y su nombre.</translation>
    </message>
    <message>
        <source>The app lacks a permission. Add it under OAuth &amp; Permissions and reinstall the app.</source>
        <translation>A la app le falta un permiso. Añádelo en OAuth &amp; Permissions y reinstala la app.</translation>
    </message>
    <message>
        <source>The app must be Live and have the permission pages_manage_posts.</source>
        <translation>La app debe estar en Live y tener el permiso pages_manage_posts.</translation>
    </message>
    <message>
        <source>The app password of {handle} no longer works. Create a new one in Bluesky&apos;s settings and connect the account again.</source>
        <translation>La contraseña de app de {handle} ya no funciona. Crea una nueva en los ajustes de Bluesky y conecta la cuenta de nuevo.</translation>
    </message>
    <message>
        <source>The bot may not publish in {channel}. Make it an administrator there and allow it to post messages.</source>
        <translation>El bot no puede publicar en {channel}. Hazlo administrador allí y permítele publicar mensajes.</translation>
    </message>
    <message>
        <source>The bot may not write there.</source>
        <translation>El bot no puede escribir allí.</translation>
    </message>
    <message>
        <source>The certificate file {name} cannot be used. Choose a readable file in PEM format. Nothing was sent.</source>
        <translation>No se puede usar el archivo de certificados {name}. Elige un archivo legible en formato PEM. No se envió nada.</translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be verified. If this is your own server, add its certificate under Settings &gt; Network.</source>
        <translation>No se puede verificar el certificado de {host}. Si es tu propio servidor, añade su certificado en Ajustes &gt; Red.</translation>
    </message>
    <message>
        <source>The channel does not exist, or the app is not in it.</source>
        <translation>El canal no existe, o la app no está en él.</translation>
    </message>
    <message>
        <source>The channel is archived.</source>
        <translation>El canal está archivado.</translation>
    </message>
    <message>
        <source>The channel no longer exists.</source>
        <translation>El canal ya no existe.</translation>
    </message>
    <message>
        <source>The clocks of this server and of the media store {address} differ. Set them.</source>
        <translation>Los relojes de este servidor y del almacén de medios {address} no coinciden. Ajústalos.</translation>
    </message>
    <message>
        <source>The comment has {count} characters; LinkedIn allows {limit}. Shorten it.</source>
        <translation>El comentario tiene {count} caracteres; LinkedIn permite {limit}. Acórtalo.</translation>
    </message>
    <message>
        <source>The connection broke.</source>
        <translation>La conexión se cortó.</translation>
    </message>
    <message>
        <source>The connection to {host} was interrupted.</source>
        <translation>La conexión con {host} se interrumpió.</translation>
    </message>
    <message>
        <source>The database {address} cannot be used: {reason} Check that it runs and that its name, user and password are right, then try again.</source>
        <translation>No se puede usar la base de datos {address}: {reason} Comprueba que funcione y que su nombre, usuario y contraseña sean correctos, y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The database {address} was last used by a newer version of Posto. Install that version here, too.</source>
        <translation>Una versión más reciente de Posto usó por última vez la base de datos {address}. Instala esa versión también aquí.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min ahead of this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>El reloj de la base de datos va {minutes} min por delante del de este servidor. Las publicaciones salen según el reloj de la base de datos: compruebe ambos.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min behind this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>El reloj de la base de datos va {minutes} min por detrás del de este servidor. Las publicaciones salen según el reloj de la base de datos: compruebe ambos.</translation>
    </message>
    <message>
        <source>The date to delete before cannot be read.</source>
        <translation>No se puede leer la fecha antes de la cual eliminar.</translation>
    </message>
    <message>
        <source>The description of {name} has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>La descripción de {name} tiene {count} caracteres; {server} permite {limit}. Acórtala.</translation>
    </message>
    <message>
        <source>The disk is full: the workspace on this computer cannot be opened.</source>
        <translation>El disco está lleno: el espacio de trabajo de este ordenador no se puede abrir.</translation>
    </message>
    <message>
        <source>The disk of this computer is too full: the file needs {size}, {limit} is free. Free some space.</source>
        <translation>El disco de este ordenador está demasiado lleno: el archivo necesita {size}, quedan {limit}. Libera espacio.</translation>
    </message>
    <message>
        <source>The draft of this post was deleted on the site. Send the post again.</source>
        <translation>El borrador de esta publicación se eliminó en el sitio. Envía la publicación de nuevo.</translation>
    </message>
    <message>
        <source>The entry of the file number {number} in the media library is damaged.</source>
        <translation>La entrada del archivo número {number} en la biblioteca de medios está dañada.</translation>
    </message>
    <message>
        <source>The entry of this channel in the workspace&apos;s database is damaged ({names}).</source>
        <translation>La entrada de este canal en la base de datos del espacio de trabajo está dañada ({names}).</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It may have been sent. Check whether it is published before you send it again.</source>
        <translation>La entrada de esta publicación en la base de datos del espacio de trabajo está dañada ({columns}). Puede que se haya enviado. Comprueba si está publicada antes de enviarla otra vez.</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It was not sent. Check it, then send it again or write it anew.</source>
        <translation>La entrada de esta publicación en la base de datos del espacio de trabajo está dañada ({columns}). No se envió. Compruébala y envíala otra vez o escríbela de nuevo.</translation>
    </message>
    <message>
        <source>The file could not be stored: {reason}.</source>
        <translation>No se pudo guardar el archivo: {reason}.</translation>
    </message>
    <message>
        <source>The file number {number} is no longer in the media library.</source>
        <translation>El archivo número {number} ya no está en la biblioteca de medios.</translation>
    </message>
    <message>
        <source>The file was not found.</source>
        <translation>No se encontró el archivo.</translation>
    </message>
    <message>
        <source>The file with certificates is a path.</source>
        <translation>El archivo de certificados es una ruta.</translation>
    </message>
    <message>
        <source>The file with the schedule was damaged. Look whether this post is published already before it is sent.</source>
        <translation>El archivo con la programación estaba dañado. Mira si esta publicación ya está publicada antes de enviarla.</translation>
    </message>
    <message>
        <source>The file {name} is no longer in the media library.</source>
        <translation>El archivo {name} ya no está en la biblioteca de medios.</translation>
    </message>
    <message>
        <source>The file {name} was not found.</source>
        <translation>No se encontró el archivo {name}.</translation>
    </message>
    <message>
        <source>The first comment is not published: {reason}</source>
        <translation>El primer comentario no está publicado: {reason}</translation>
    </message>
    <message>
        <source>The first comment may be published.</source>
        <translation>Puede que el primer comentario esté publicado.</translation>
    </message>
    <message>
        <source>The first line, which is the title, has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>La primera línea, que es el título, tiene {count} caracteres; Lemmy permite {limit}. Escribe un título más corto.</translation>
    </message>
    <message>
        <source>The group has become a supergroup with a new number. Connect it again.</source>
        <translation>El grupo se ha convertido en un supergrupo con un número nuevo. Conéctalo de nuevo.</translation>
    </message>
    <message>
        <source>The keychain</source>
        <translation>El llavero</translation>
    </message>
    <message>
        <source>The keychain of this computer is gone, so the password cannot be read. Sign in again.</source>
        <translation>El llavero de este ordenador ya no está, así que no se puede leer la contraseña. Inicia sesión de nuevo.</translation>
    </message>
    <message>
        <source>The limit for late posts is a number of minutes, 0 to {limit}.</source>
        <translation>El límite de las publicaciones atrasadas es un número de minutos, de 0 a {limit}.</translation>
    </message>
    <message>
        <source>The media store {address} does not answer right now.</source>
        <translation>El almacén de medios {address} no responde en este momento.</translation>
    </message>
    <message>
        <source>The media store {address} has no such bucket.</source>
        <translation>El almacén de medios {address} no tiene ese bucket.</translation>
    </message>
    <message>
        <source>The media store {address} refuses this server ({code}). Check its keys and their rights.</source>
        <translation>El almacén de medios {address} rechaza este servidor ({code}). Comprueba sus claves y los permisos de estas.</translation>
    </message>
    <message>
        <source>The message may be in the room already.</source>
        <translation>Puede que el mensaje ya esté en la sala.</translation>
    </message>
    <message>
        <source>The move of this workspace from {place} has not ended, so nothing is sent from here. Run “posto-server move” again.</source>
        <translation>El traslado de este espacio de trabajo desde {place} no ha terminado, así que desde aquí no se envía nada. Ejecuta «posto-server move» otra vez.</translation>
    </message>
    <message>
        <source>The name, the password or the code is wrong.</source>
        <translation>El nombre, la contraseña o el código son erróneos.</translation>
    </message>
    <message>
        <source>The network did not report which post it replies to.</source>
        <translation>La red no informó de a qué publicación responde.</translation>
    </message>
    <message>
        <source>The network gave no clear answer, so the post may be published.</source>
        <translation>La red no dio una respuesta clara, así que puede que la publicación esté publicada.</translation>
    </message>
    <message>
        <source>The password of {handle} was not found on this computer. Connect the account again.</source>
        <translation>No se encontró la contraseña de {handle} en este ordenador. Conecta la cuenta de nuevo.</translation>
    </message>
    <message>
        <source>The picture cannot be made this small.</source>
        <translation>La imagen no se puede reducir tanto.</translation>
    </message>
    <message>
        <source>The picture has {width} by {height} pixels, too many for a preview.</source>
        <translation>La imagen tiene {width} por {height} píxeles, demasiados para una vista previa.</translation>
    </message>
    <message>
        <source>The picture is saved in more than {most} passes, too many for a preview.</source>
        <translation>La imagen está guardada en más de {most} pasadas, demasiadas para una vista previa.</translation>
    </message>
    <message>
        <source>The post could not be prepared: {reason}</source>
        <translation>No se pudo preparar la publicación: {reason}</translation>
    </message>
    <message>
        <source>The post has {count} files; {server} allows {limit}. Remove some.</source>
        <translation>La publicación tiene {count} archivos; {server} permite {limit}. Quita algunos.</translation>
    </message>
    <message>
        <source>The post has {count} tags; dev.to allows {limit}. Remove some.</source>
        <translation>La publicación tiene {count} etiquetas; dev.to permite {limit}. Quita algunas.</translation>
    </message>
    <message>
        <source>The post is being sent or was sent, so it cannot be undone.</source>
        <translation>La publicación se está enviando o ya se envió, así que no se puede deshacer.</translation>
    </message>
    <message>
        <source>The post is empty. Add a text or a file.</source>
        <translation>La publicación está vacía. Añade un texto o un archivo.</translation>
    </message>
    <message>
        <source>The previous part is published, but its address is unknown.</source>
        <translation>La parte anterior está publicada, pero se desconoce su dirección.</translation>
    </message>
    <message>
        <source>The proxy cannot be reached.</source>
        <translation>No se puede acceder al proxy.</translation>
    </message>
    <message>
        <source>The proxy is an address such as http://host:8080.</source>
        <translation>El proxy es una dirección como http://host:8080.</translation>
    </message>
    <message>
        <source>The proxy of a channel of this computer cannot have a user name and a password. Set it for all channels in Settings, Network, which keeps its password in the keyring.</source>
        <translation>El proxy de un canal de este ordenador no puede llevar nombre de usuario y contraseña. Defínelo para todos los canales en Ajustes, Red, que guarda su contraseña en el llavero.</translation>
    </message>
    <message>
        <source>The proxy password is missing. Open Posto Desktop.</source>
        <translation>Falta la contraseña del proxy. Abre Posto Desktop.</translation>
    </message>
    <message>
        <source>The proxy settings are missing. Open Posto Desktop.</source>
        <translation>Faltan los ajustes del proxy. Abre Posto Desktop.</translation>
    </message>
    <message>
        <source>The request ended too early.</source>
        <translation>La petición terminó demasiado pronto.</translation>
    </message>
    <message>
        <source>The request is larger than {size}.</source>
        <translation>La petición es mayor de {size}.</translation>
    </message>
    <message>
        <source>The rest of the thread is not published. Its parts reply to the first one, and the network did not report which post that is.</source>
        <translation>El resto del hilo no está publicado. Sus partes responden a la primera, y la red no informó de cuál es esa publicación.</translation>
    </message>
    <message>
        <source>The rest of the thread needs the address of this post. Answer again later.</source>
        <translation>El resto del hilo necesita la dirección de esta publicación. Responde más tarde.</translation>
    </message>
    <message>
        <source>The room is now encrypted, and Posto cannot send encrypted messages. Choose another room.</source>
        <translation>La sala ahora está cifrada, y Posto no puede enviar mensajes cifrados. Elige otra sala.</translation>
    </message>
    <message>
        <source>The secret needs at least {limit} letters.</source>
        <translation>El secreto necesita al menos {limit} letras.</translation>
    </message>
    <message>
        <source>The server accepts no more requests for now.</source>
        <translation>El servidor no acepta más peticiones por ahora.</translation>
    </message>
    <message>
        <source>The server has no key for the password of this account. Ask whoever runs the server.</source>
        <translation>El servidor no tiene la clave de la contraseña de esta cuenta. Pregunta a quien administra el servidor.</translation>
    </message>
    <message>
        <source>The session could not be ended. End it in the settings of the network.</source>
        <translation>No se pudo cerrar la sesión. Ciérrala en los ajustes de la red.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. Sign in again.</source>
        <translation>La sesión de {handle} ha terminado. Inicia sesión de nuevo.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. You have {count} app passwords, so Posto does not know which one to delete. Delete it in Bluesky&apos;s settings.</source>
        <translation>La sesión de {handle} ha terminado. Tienes {count} contraseñas de app, así que Posto no sabe cuál eliminar. Elimínala en los ajustes de Bluesky.</translation>
    </message>
    <message>
        <source>The sign-in failed unexpectedly. See the workspace&apos;s log for details.</source>
        <translation>El inicio de sesión falló de forma inesperada. Consulta el registro del espacio de trabajo.</translation>
    </message>
    <message>
        <source>The test post could not be deleted. Delete it yourself: {place}</source>
        <translation>No se pudo eliminar la publicación de prueba. Elimínala tú: {place}</translation>
    </message>
    <message>
        <source>The text has {count} characters as X counts; X allows {limit}. Shorten it.</source>
        <translation>El texto tiene {count} caracteres según cuenta X; X permite {limit}. Acórtalo.</translation>
    </message>
    <message>
        <source>The text has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>El texto tiene {count} caracteres; {server} permite {limit}. Acórtalo.</translation>
    </message>
    <message>
        <source>The text has {size} bytes; {server} allows {limit}. Shorten it.</source>
        <translation>El texto tiene {size} bytes; {server} permite {limit}. Acórtalo.</translation>
    </message>
    <message>
        <source>The text is too long for Slack.</source>
        <translation>El texto es demasiado largo para Slack.</translation>
    </message>
    <message>
        <source>The time of the post is missing.</source>
        <translation>Falta la hora de la publicación.</translation>
    </message>
    <message>
        <source>The time of the post is not a Unix time.</source>
        <translation>La hora de la publicación no es una hora Unix.</translation>
    </message>
    <message>
        <source>The time of this post has passed. Choose a new time.</source>
        <translation>La hora de esta publicación ya pasó. Elige otra.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Ghost allows {limit}. Shorten it.</source>
        <translation>El título tiene {count} caracteres; Ghost permite {limit}. Acórtalo.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>El título tiene {count} caracteres; Lemmy permite {limit}. Escribe un título más corto.</translation>
    </message>
    <message>
        <source>The title has {count} characters; YouTube allows {limit}. Shorten it.</source>
        <translation>El título tiene {count} caracteres; YouTube permite {limit}. Acórtalo.</translation>
    </message>
    <message>
        <source>The title has {count} characters; dev.to allows {limit}. Shorten it.</source>
        <translation>El título tiene {count} caracteres; dev.to permite {limit}. Acórtalo.</translation>
    </message>
    <message>
        <source>The upload stalled: no data came for a while.</source>
        <translation>La subida se atascó: durante un rato no llegaron datos.</translation>
    </message>
    <message>
        <source>The way to servers is an object with proxy and ca_file.</source>
        <translation>El camino a los servidores es un objeto con proxy y ca_file.</translation>
    </message>
    <message>
        <source>The workspace cannot start, because this program may not write to {unwritable}.</source>
        <translation>El espacio de trabajo no puede iniciarse, porque este programa no puede escribir en {unwritable}.</translation>
    </message>
    <message>
        <source>The workspace could not be started: {reason}.</source>
        <translation>No se pudo iniciar el espacio de trabajo: {reason}.</translation>
    </message>
    <message>
        <source>The workspace does not allow this app to write there.</source>
        <translation>El espacio de trabajo no permite que esta app escriba allí.</translation>
    </message>
    <message>
        <source>The workspace had an unexpected error.</source>
        <translation>El espacio de trabajo tuvo un error inesperado.</translation>
    </message>
    <message>
        <source>The workspace of Posto Desktop on this computer</source>
        <translation>El espacio de trabajo de Posto Desktop en este ordenador</translation>
    </message>
    <message>
        <source>The workspace of an older Posto Desktop is still running and could not be stopped. Log out of this computer and in again, then start Posto Desktop.</source>
        <translation>El espacio de trabajo de un Posto Desktop anterior sigue en marcha y no se pudo detener. Cierra la sesión de este ordenador, vuelve a entrar e inicia Posto Desktop.</translation>
    </message>
    <message>
        <source>The workspace on this computer could not start. See {file} in its folder.</source>
        <translation>El espacio de trabajo de este ordenador no pudo iniciarse. Consulta {file} en su carpeta.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not start in time.</source>
        <translation>El espacio de trabajo de este ordenador no se inició a tiempo.</translation>
    </message>
    <message>
        <source>The workspace on this computer was last used by a newer version of Posto Desktop. Install that version, or move the workspace&apos;s folder away to start with a new one.</source>
        <translation>El espacio de trabajo de este ordenador lo usó por última vez una versión más nueva de Posto Desktop. Instala esa versión, o aparta la carpeta del espacio de trabajo para empezar con uno nuevo.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database cannot be opened: {error}.</source>
        <translation>No se puede abrir la base de datos del espacio de trabajo: {error}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database could not be used.</source>
        <translation>No se pudo usar la base de datos del espacio de trabajo.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database does not answer right now.</source>
        <translation>La base de datos del espacio de trabajo no responde en este momento.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database is in use by another program.</source>
        <translation>Otro programa está usando la base de datos del espacio de trabajo.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database was damaged. Posto kept it as {name} and started a new one.</source>
        <translation>La base de datos del espacio de trabajo estaba dañada. Posto la conservó como {name} y empezó una nueva.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database {name} has damaged entries ({damaged}). Posto shows what it can read and does not send their posts. Other entries are not affected.</source>
        <translation>La base de datos del espacio de trabajo {name} tiene entradas dañadas ({damaged}). Posto muestra lo que puede leer y no envía sus publicaciones. Las demás entradas no se ven afectadas.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder cannot be created: {folder}.</source>
        <translation>No se puede crear la carpeta del espacio de trabajo: {folder}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder on this computer is read-only.</source>
        <translation>La carpeta del espacio de trabajo de este ordenador es de solo lectura.</translation>
    </message>
    <message>
        <source>The workspace&apos;s key cannot be read: {path}. {reason}. Move it away, then try again.</source>
        <translation>No se puede leer la clave del espacio de trabajo: {path}. {reason}. Apártala e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>There are {count} already, and no room for more.</source>
        <translation>Ya hay {count}, y no caben más.</translation>
    </message>
    <message>
        <source>There is no WordPress at {server}, or its REST API is switched off. Copy the address of the site&apos;s front page.</source>
        <translation>No hay WordPress en {server}, o su API REST está desactivada. Copia la dirección de la portada del sitio.</translation>
    </message>
    <message>
        <source>There is no post to comment on.</source>
        <translation>No hay ninguna publicación que comentar.</translation>
    </message>
    <message>
        <source>There is nothing to connect here.</source>
        <translation>Aquí no hay nada que conectar.</translation>
    </message>
    <message>
        <source>There is somebody called {name} already.</source>
        <translation>Ya hay alguien que se llama {name}.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel. Create one first.</source>
        <translation>Esta cuenta de Google no tiene canal de YouTube. Crea uno primero.</translation>
    </message>
    <message>
        <source>This address belongs to another sign-in. Open the sign-in page again, allow Posto Desktop and copy the address of the last page.</source>
        <translation>Esta dirección pertenece a otro inicio de sesión. Abre la página otra vez, permite Posto Desktop y copia la dirección de la última página.</translation>
    </message>
    <message>
        <source>This address is not served here. Use {address}.</source>
        <translation>Esta dirección no se atiende aquí. Usa {address}.</translation>
    </message>
    <message>
        <source>This calendar does not exist.</source>
        <translation>Este calendario no existe.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este ordenador</translation>
    </message>
    <message>
        <source>This computer was off or asleep at the time of the post.</source>
        <translation>Este ordenador estaba apagado o en reposo a la hora de la publicación.</translation>
    </message>
    <message>
        <source>This computer&apos;s disk is full.</source>
        <translation>El disco de este ordenador está lleno.</translation>
    </message>
    <message>
        <source>This file does not exist.</source>
        <translation>Este archivo no existe.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot send to Nostr. Install what is missing: pip install &apos;posto[nostr]&apos;</source>
        <translation>Esta instalación de Posto no puede enviar a Nostr. Instala lo que falta: pip install &apos;posto[nostr]&apos;</translation>
    </message>
    <message>
        <source>This is not a private key. It begins with nsec1, or has 64 hexadecimal digits.</source>
        <translation>Esto no es una clave privada. Empieza por nsec1, o tiene 64 cifras hexadecimales.</translation>
    </message>
    <message>
        <source>This is not an Admin API key. It has 24 letters, a colon and 64 letters. The Content API key beside it can only read.</source>
        <translation>Esto no es una clave de API de administración. Tiene 24 letras, dos puntos y 64 letras. La clave de API de contenido de al lado solo puede leer.</translation>
    </message>
    <message>
        <source>This is not the address of a post on this channel. Open the post and copy its address.</source>
        <translation>Esta no es la dirección de una publicación de este canal. Abre la publicación y copia su dirección.</translation>
    </message>
    <message>
        <source>This is not the address of a post. It begins with https://.</source>
        <translation>Esta no es la dirección de una publicación. Empieza por https://.</translation>
    </message>
    <message>
        <source>This is not the address of a webhook. It begins with https://discord.com/api/webhooks/</source>
        <translation>Esta no es la dirección de un webhook. Empieza por https://discord.com/api/webhooks/</translation>
    </message>
    <message>
        <source>This is not the address of the last page. It begins with {listen} and is long. Copy all of it.</source>
        <translation>Esta no es la dirección de la última página. Empieza por {listen} y es larga. Cópiala entera.</translation>
    </message>
    <message>
        <source>This is not the token of a bot. @BotFather shows it: 123456:ABC…</source>
        <translation>Este no es el token de un bot. @BotFather lo muestra: 123456:ABC…</translation>
    </message>
    <message>
        <source>This is the address of another post on this channel.</source>
        <translation>Esta es la dirección de otra publicación de este canal.</translation>
    </message>
    <message>
        <source>This is the last password with which an owner can sign in. Make another one first.</source>
        <translation>Es la última contraseña con la que un propietario puede iniciar sesión. Crea antes otra.</translation>
    </message>
    <message>
        <source>This is the public key. Enter the private key; it begins with nsec1.</source>
        <translation>Esta es la clave pública. Escribe la privada; empieza por nsec1.</translation>
    </message>
    <message>
        <source>This is your account password, and the account uses two-factor sign-in. Create an app password in Bluesky&apos;s settings and enter it here.</source>
        <translation>Esta es la contraseña de tu cuenta, y la cuenta usa verificación en dos pasos. Crea una contraseña de app en los ajustes de Bluesky y escríbela aquí.</translation>
    </message>
    <message>
        <source>This is your account password. Create an app password in Bluesky&apos;s settings and enter it here. You can revoke it at any time.</source>
        <translation>Esta es la contraseña de tu cuenta. Crea una contraseña de app en los ajustes de Bluesky y escríbela aquí. Puedes revocarla cuando quieras.</translation>
    </message>
    <message>
        <source>This item does not exist.</source>
        <translation>Este elemento no existe.</translation>
    </message>
    <message>
        <source>This network cannot be connected here.</source>
        <translation>Esta red no se puede conectar aquí.</translation>
    </message>
    <message>
        <source>This network has no private test posts.</source>
        <translation>Esta red no tiene publicaciones de prueba privadas.</translation>
    </message>
    <message>
        <source>This password does not exist.</source>
        <translation>Esta contraseña no existe.</translation>
    </message>
    <message>
        <source>This person is not in the team any more.</source>
        <translation>Esta persona ya no está en el equipo.</translation>
    </message>
    <message>
        <source>This post does not exist.</source>
        <translation>Esta publicación no existe.</translation>
    </message>
    <message>
        <source>This post does not have what the comment is about.</source>
        <translation>Esta publicación no tiene aquello a lo que se refiere el comentario.</translation>
    </message>
    <message>
        <source>This post does not wait for an approval any more.</source>
        <translation>Esta publicación ya no espera una aprobación.</translation>
    </message>
    <message>
        <source>This post has no comment to publish.</source>
        <translation>Esta publicación no tiene comentario que publicar.</translation>
    </message>
    <message>
        <source>This post was changed meanwhile. Look at it again.</source>
        <translation>Esta publicación se cambió entretanto. Revísala de nuevo.</translation>
    </message>
    <message>
        <source>This schedule has no unclear outcome.</source>
        <translation>Esta programación no tiene un resultado incierto.</translation>
    </message>
    <message>
        <source>This sign-in does not wait for an address.</source>
        <translation>Este inicio de sesión no espera una dirección.</translation>
    </message>
    <message>
        <source>This sign-in has expired. Start again.</source>
        <translation>Este inicio de sesión ha caducado. Empieza de nuevo.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to choose.</source>
        <translation>Este inicio de sesión no tiene nada que elegir.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to test.</source>
        <translation>Este inicio de sesión no tiene nada que probar.</translation>
    </message>
    <message>
        <source>This sign-in is over. Begin again in the app.</source>
        <translation>Este inicio de sesión ha terminado. Empieza de nuevo en la aplicación.</translation>
    </message>
    <message>
        <source>This token belongs to {name}, a person. Enter a token of your page.</source>
        <translation>Este token pertenece a {name}, una persona. Escribe un token de tu página.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this account.</source>
        <translation>Esta versión de Posto Desktop no puede publicar en esta cuenta.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this channel.</source>
        <translation>Esta versión de Posto Desktop no puede publicar en este canal.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place} ({day}), and the database in this folder is a copy from before that: it would send again what is sent there. To use it all the same, end the workspace there and delete {file}.</source>
        <translation>Este espacio de trabajo se movió a {place} ({day}), y la base de datos de esta carpeta es una copia anterior: enviaría otra vez lo que se envía allí. Para usarla de todos modos, cierre el espacio de trabajo allí y elimine {file}.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place}, so nothing is sent from here. Use it there, or bring it back with “posto-server move”.</source>
        <translation>Este espacio de trabajo se trasladó a {place}, así que desde aquí no se envía nada. Úsalo allí o tráelo de vuelta con «posto-server move».</translation>
    </message>
    <message>
        <source>Threads (your own app)</source>
        <translation>Threads (tu propia app)</translation>
    </message>
    <message>
        <source>Threads downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Threads descarga las imágenes de una dirección pública. Conecta la cuenta de nuevo y escribe un sitio WordPress propio para ellas.</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Token secret</source>
        <translation>Secreto del token</translation>
    </message>
    <message>
        <source>Too many requests. Try again in {count} seconds.</source>
        <translation>Demasiadas solicitudes. Inténtalo de nuevo en {count} segundos.</translation>
    </message>
    <message>
        <source>Too many sign-ins are under way. Try again in a few minutes.</source>
        <translation>Hay demasiados inicios de sesión en curso. Inténtalo de nuevo en unos minutos.</translation>
    </message>
    <message>
        <source>Too many sign-ins have failed. Try again in {count} seconds.</source>
        <translation>Demasiados inicios de sesión fallidos. Inténtalo de nuevo en {count} segundos.</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>Tumblr does not allow apps to write comments.</source>
        <translation>Tumblr no permite que las apps escriban comentarios.</translation>
    </message>
    <message>
        <source>Two-factor code</source>
        <translation>Código de dos factores</translation>
    </message>
    <message>
        <source>Type the address of your site, for example https://example.com.</source>
        <translation>Escribe la dirección de tu sitio, por ejemplo https://example.com.</translation>
    </message>
    <message>
        <source>Type the name of your server, for example mastodon.social, or your handle.</source>
        <translation>Escribe el nombre de tu servidor, por ejemplo mastodon.social, o tu identificador.</translation>
    </message>
    <message>
        <source>Use a client of the type Desktop app.</source>
        <translation>Usa un cliente del tipo Desktop app.</translation>
    </message>
    <message>
        <source>Used once to sign in, never saved.</source>
        <translation>Se usa una vez para iniciar sesión, nunca se guarda.</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nombre de usuario</translation>
    </message>
    <message>
        <source>User name or mail address</source>
        <translation>Nombre de usuario o correo</translation>
    </message>
    <message>
        <source>User name there</source>
        <translation>Nombre de usuario allí</translation>
    </message>
    <message>
        <source>Webhook address</source>
        <translation>Dirección del webhook</translation>
    </message>
    <message>
        <source>What was scheduled in it is not sent.</source>
        <translation>Lo programado en él no se envía.</translation>
    </message>
    <message>
        <source>With permission to read and write.</source>
        <translation>Con permiso de lectura y escritura.</translation>
    </message>
    <message>
        <source>WordPress site for pictures</source>
        <translation>Sitio WordPress para imágenes</translation>
    </message>
    <message>
        <source>Write what is to be changed.</source>
        <translation>Escribe qué hay que cambiar.</translation>
    </message>
    <message>
        <source>X (your own app)</source>
        <translation>X (tu propia app)</translation>
    </message>
    <message>
        <source>You are not currently logged in.</source>
        <translation>No has iniciado sesión.</translation>
    </message>
    <message>
        <source>You can close this window and go back to Posto Desktop.</source>
        <translation>Puedes cerrar esta ventana y volver a Posto Desktop.</translation>
    </message>
    <message>
        <source>You cannot do this to yourself. Another owner can.</source>
        <translation>No puedes hacerlo contigo. Otro propietario sí.</translation>
    </message>
    <message>
        <source>You did not allow the sign-in in the browser. Try again.</source>
        <translation>No permitiste el inicio de sesión en el navegador. Inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>You have not joined any community. Join the one you want to post to.</source>
        <translation>No te has unido a ninguna comunidad. Únete a aquella en la que quieras publicar.</translation>
    </message>
    <message>
        <source>You may not sign in to this workspace for now.</source>
        <translation>Por ahora no puedes iniciar sesión en este espacio de trabajo.</translation>
    </message>
    <message>
        <source>You were removed from this workspace.</source>
        <translation>Se te ha quitado de este espacio de trabajo.</translation>
    </message>
    <message>
        <source>YouTube (your own project)</source>
        <translation>YouTube (tu propio proyecto)</translation>
    </message>
    <message>
        <source>YouTube allows one video and no pictures.</source>
        <translation>YouTube permite un vídeo y ninguna imagen.</translation>
    </message>
    <message>
        <source>YouTube does not allow &lt; and &gt; in titles and descriptions.</source>
        <translation>YouTube no permite &lt; ni &gt; en títulos y descripciones.</translation>
    </message>
    <message>
        <source>YouTube needs a title.</source>
        <translation>YouTube necesita un título.</translation>
    </message>
    <message>
        <source>Your Google project has reached today&apos;s limit.</source>
        <translation>Tu proyecto de Google ha alcanzado el límite de hoy.</translation>
    </message>
    <message>
        <source>Your app has no credits left. Buy some at console.x.com.</source>
        <translation>A tu app no le queda saldo. Compra en console.x.com.</translation>
    </message>
    <message>
        <source>Your files that no post uses take {used} of {limit}, and this one does not fit. Propose posts with them, or ask an editor to delete some, then try again.</source>
        <translation>Tus archivos que ninguna publicación usa ocupan {used} de {limit}, y este no cabe. Propón publicaciones con ellos o pide a un editor que elimine algunos, y luego inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>dev.to does not accept files from apps. Put the address of a picture into the text: ![description](https://…)</source>
        <translation>dev.to no acepta archivos de apps. Pon la dirección de una imagen en el texto: ![descripción](https://…)</translation>
    </message>
    <message>
        <source>dev.to does not allow apps to write comments.</source>
        <translation>dev.to no permite que las apps escriban comentarios.</translation>
    </message>
    <message>
        <source>dev.to needs a title.</source>
        <translation>dev.to necesita un título.</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>su contenido está dañado</translation>
    </message>
    <message>
        <source>news-of-our-club. Whoever knows it can read it.</source>
        <translation>noticias-de-nuestro-club. Quien lo conozca puede leerlo.</translation>
    </message>
    <message>
        <source>not active</source>
        <translation>no activo</translation>
    </message>
    <message>
        <source>nsec1… It stays in the keychain of this computer and cannot be changed.</source>
        <translation>nsec1… Se queda en el llavero de este ordenador y no se puede cambiar.</translation>
    </message>
    <message>
        <source>ntfy.sh, or the address of your own</source>
        <translation>ntfy.sh, o la dirección del tuyo</translation>
    </message>
    <message>
        <source>xoxb-… from api.slack.com/apps: OAuth &amp; Permissions, after Install to Workspace.</source>
        <translation>xoxb-… de api.slack.com/apps: OAuth &amp; Permissions, tras Install to Workspace.</translation>
    </message>
    <message>
        <source>you.bsky.social, or a domain of your own</source>
        <translation>tu.bsky.social, o un dominio propio</translation>
    </message>
    <message>
        <source>{account} is in no room where Posto can publish. Create or join an unencrypted room where you may write.</source>
        <translation>{account} no está en ninguna sala donde Posto pueda publicar. Crea una sala sin cifrar donde puedas escribir, o únete a una.</translation>
    </message>
    <message>
        <source>{account} was removed here, but its sign-in may still be valid.</source>
        <translation>{account} se quitó aquí, pero su inicio de sesión puede seguir siendo válido.</translation>
    </message>
    <message>
        <source>{address} is no address of a PostgreSQL database.</source>
        <translation>{address} no es la dirección de una base de datos PostgreSQL.</translation>
    </message>
    <message>
        <source>{address} is not the address of a relay. Example: wss://relay.damus.io</source>
        <translation>{address} no es la dirección de un relé. Ejemplo: wss://relay.damus.io</translation>
    </message>
    <message>
        <source>{channel} is no longer connected. Connect it again.</source>
        <translation>{channel} ya no está conectado. Conéctalo de nuevo.</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} bytes</translation>
    </message>
    <message>
        <source>{count} relays are too many; enter at most {limit}.</source>
        <translation>{count} relés son demasiados; escribe {limit} como máximo.</translation>
    </message>
    <message>
        <source>{handle} has no note at this address.</source>
        <translation>{handle} no tiene ninguna nota en esta dirección.</translation>
    </message>
    <message>
        <source>{handle} has no post at this address.</source>
        <translation>{handle} no tiene ninguna publicación en esta dirección.</translation>
    </message>
    <message>
        <source>{handle} is {status} at Bluesky.</source>
        <translation>{handle} está {status} en Bluesky.</translation>
    </message>
    <message>
        <source>{handle} may publish {limit}. This post waits until then.</source>
        <translation>{handle} puede publicar {limit}. Esta publicación espera hasta entonces.</translation>
    </message>
    <message>
        <source>{host} accepts no more messages today.</source>
        <translation>{host} no acepta más mensajes hoy.</translation>
    </message>
    <message>
        <source>{host} accepts no more requests for now.</source>
        <translation>{host} no acepta más peticiones por ahora.</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>No se puede acceder a {host}.</translation>
    </message>
    <message>
        <source>{host} did not accept the user name and application password. Create a new password on the site and connect the account again. If they are right, the web server removes them before WordPress sees them.</source>
        <translation>{host} no aceptó el nombre de usuario y la contraseña de aplicación. Crea una contraseña nueva en el sitio y conecta la cuenta de nuevo. Si son correctos, el servidor web los quita antes de que WordPress los vea.</translation>
    </message>
    <message>
        <source>{host} did not accept this (status {status}).</source>
        <translation>{host} no aceptó esto (estado {status}).</translation>
    </message>
    <message>
        <source>{host} did not accept this handle and password. Enter an app password, not your account password.</source>
        <translation>{host} no aceptó este identificador y contraseña. Escribe una contraseña de app, no la de tu cuenta.</translation>
    </message>
    <message>
        <source>{host} did not answer in time.</source>
        <translation>{host} no respondió a tiempo.</translation>
    </message>
    <message>
        <source>{host} did not grant access. Try again.</source>
        <translation>{host} no concedió acceso. Inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>{host} did not keep the test post as a draft, so Posto deleted it.</source>
        <translation>{host} no conservó la publicación de prueba como borrador, así que Posto la eliminó.</translation>
    </message>
    <message>
        <source>{host} did not report whether it has the post.</source>
        <translation>{host} no informó de si tiene la publicación.</translation>
    </message>
    <message>
        <source>{host} does not accept the session.</source>
        <translation>{host} no acepta la sesión.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in ({answer}). Sign in again.</source>
        <translation>{host} no acepta el acceso ({answer}). Inicia sesión de nuevo.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in. Sign in again.</source>
        <translation>{host} no acepta el acceso. Inicia sesión de nuevo.</translation>
    </message>
    <message>
        <source>{host} does not accept the signature.</source>
        <translation>{host} no acepta la firma.</translation>
    </message>
    <message>
        <source>{host} does not accept this much.</source>
        <translation>{host} no acepta tanto.</translation>
    </message>
    <message>
        <source>{host} does not accept uploads with this user name and password.</source>
        <translation>{host} no acepta subidas con este nombre de usuario y contraseña.</translation>
    </message>
    <message>
        <source>{host} does not accept your files.</source>
        <translation>{host} no acepta tus archivos.</translation>
    </message>
    <message>
        <source>{host} does not allow this sign-in. Paste an access token.</source>
        <translation>{host} no permite este inicio de sesión. Pega un token de acceso.</translation>
    </message>
    <message>
        <source>{host} does not let this account use the topic. Allow it there, or connect the account again.</source>
        <translation>{host} no deja que esta cuenta use el tema. Permítelo allí, o conecta la cuenta de nuevo.</translation>
    </message>
    <message>
        <source>{host} does not report which password this is. Delete it there.</source>
        <translation>{host} no informa de qué contraseña es. Elimínala allí.</translation>
    </message>
    <message>
        <source>{host} has a problem right now (status {status}).</source>
        <translation>{host} tiene un problema ahora mismo (estado {status}).</translation>
    </message>
    <message>
        <source>{host} has moved. Connect the account again.</source>
        <translation>{host} se ha trasladado. Conecta la cuenta de nuevo.</translation>
    </message>
    <message>
        <source>{host} is not compatible with Mastodon.</source>
        <translation>{host} no es compatible con Mastodon.</translation>
    </message>
    <message>
        <source>{host} is still processing a file of this post.</source>
        <translation>{host} aún está procesando un archivo de esta publicación.</translation>
    </message>
    <message>
        <source>{host} must use https, because Posto sends it a password.</source>
        <translation>{host} debe usar https, porque Posto le envía una contraseña.</translation>
    </message>
    <message>
        <source>{host} no longer accepts posts at this address. Connect the channel again.</source>
        <translation>{host} ya no acepta publicaciones en esta dirección. Conecta el canal de nuevo.</translation>
    </message>
    <message>
        <source>{host} no longer accepts the key. Connect the site again.</source>
        <translation>{host} ya no acepta la clave. Conecta el sitio de nuevo.</translation>
    </message>
    <message>
        <source>{host} no longer has a file of this post. Posto sends it again.</source>
        <translation>{host} ya no tiene un archivo de esta publicación. Posto lo envía de nuevo.</translation>
    </message>
    <message>
        <source>{host} no longer knows this webhook or bot. Connect the channel again.</source>
        <translation>{host} ya no conoce este webhook o bot. Conecta el canal de nuevo.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop.</source>
        <translation>{host} redirige en círculo.</translation>
    </message>
    <message>
        <source>{host} redirects to an invalid address.</source>
        <translation>{host} redirige a una dirección no válida.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>{host} redirige a otra dirección.</translation>
    </message>
    <message>
        <source>{host} sent an answer that Posto does not understand.</source>
        <translation>{host} envió una respuesta que Posto no entiende.</translation>
    </message>
    <message>
        <source>{host} showed the test note to others, so Posto deleted it.</source>
        <translation>{host} mostró la nota de prueba a otros, así que Posto la eliminó.</translation>
    </message>
    <message>
        <source>{host} showed the test post to others, so Posto deleted it.</source>
        <translation>{host} mostró la publicación de prueba a otros, así que Posto la eliminó.</translation>
    </message>
    <message>
        <source>{host} signs in only in the browser. Enter an access token instead. In Element it is under All settings, Help and about.</source>
        <translation>{host} solo inicia sesión en el navegador. Escribe en su lugar un token de acceso. En Element está en Todos los ajustes, Ayuda y acerca de.</translation>
    </message>
    <message>
        <source>{host}: someone else is editing this post. Try again in a moment.</source>
        <translation>{host}: otra persona está editando esta publicación. Inténtalo de nuevo en un momento.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it to send the waiting posts.</source>
        <translation>{keychain} está bloqueado. Desbloquéalo para enviar las publicaciones en espera.</translation>
    </message>
    <message>
        <source>{name} allows pictures or a video, not both in one post.</source>
        <translation>{name} permite imágenes o un vídeo, no ambos en una publicación.</translation>
    </message>
    <message>
        <source>{name} allows {most} videos at most.</source>
        <translation>{name} permite {most} vídeos como máximo.</translation>
    </message>
    <message>
        <source>{name} has no blog.</source>
        <translation>{name} no tiene blog.</translation>
    </message>
    <message>
        <source>{name} has {size}; {server} allows {limit}. Make it smaller or remove it.</source>
        <translation>{name} tiene {size}; {server} permite {limit}. Redúcelo o quítalo.</translation>
    </message>
    <message>
        <source>{name} has {width} × {height} pixels; {server} allows {limit} in all. Make it smaller.</source>
        <translation>{name} tiene {width} × {height} píxeles; {server} permite {limit} en total. Redúcelo.</translation>
    </message>
    <message>
        <source>{name} is in no Discord server with a text channel. Invite it: at discord.com/developers, OAuth2, URL Generator, scope bot, permission Send Messages.</source>
        <translation>{name} no está en ningún servidor de Discord con un canal de texto. Invítalo: en discord.com/developers, OAuth2, URL Generator, scope bot, permiso Send Messages.</translation>
    </message>
    <message>
        <source>{name} is larger than {size} and could not be made smaller.</source>
        <translation>{name} es mayor de {size} y no se pudo reducir.</translation>
    </message>
    <message>
        <source>{name} is no name of a group: letters, digits, spaces, &amp; + . -</source>
        <translation>{name} no es un nombre de grupo: letras, cifras, espacios, &amp; + . -</translation>
    </message>
    <message>
        <source>{name} is the last owner. Make somebody else an owner first.</source>
        <translation>{name} es el último propietario. Haz antes propietario a otra persona.</translation>
    </message>
    <message>
        <source>{name} needs a text.</source>
        <translation>{name} necesita un texto.</translation>
    </message>
    <message>
        <source>{name} needs a title.</source>
        <translation>{name} necesita un título.</translation>
    </message>
    <message>
        <source>{name} needs at least one picture or video.</source>
        <translation>{name} necesita al menos una imagen o un vídeo.</translation>
    </message>
    <message>
        <source>{name} was made smaller, to {width} × {height} pixels and {size}.</source>
        <translation>{name} se redujo a {width} × {height} píxeles y {size}.</translation>
    </message>
    <message>
        <source>{server} does not support files like {name} ({mime}). Remove it.</source>
        <translation>{server} no admite archivos como {name} ({mime}). Quítalo.</translation>
    </message>
    <message>
        <source>{server} needs at least one picture or video.</source>
        <translation>{server} necesita al menos una imagen o un vídeo.</translation>
    </message>
    <message>
        <source>{slug} may not write posts on {host}. Ask for the role of an author.</source>
        <translation>{slug} no puede escribir entradas en {host}. Pide el rol de autor.</translation>
    </message>
</context>
<context>
    <name>Service</name>
    <message numerus="yes">
        <source>%n message(s) (needs/need) you.</source>
        <translation>
            <numerusform>%n mensaje requiere tu atención.</numerusform>
            <numerusform>%n mensajes requieren tu atención.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) accepted for some of their channels only.</source>
        <translation>
            <numerusform>%n mensaje se aceptó solo para algunos de sus canales.</numerusform>
            <numerusform>%n mensajes se aceptaron solo para algunos de sus canales.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) not sent.</source>
        <translation>
            <numerusform>%n mensaje no se envió.</numerusform>
            <numerusform>%n mensajes no se enviaron.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) refused.</source>
        <translation>
            <numerusform>%n mensaje fue rechazado.</numerusform>
            <numerusform>%n mensajes fueron rechazados.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} posts could not be tried again.</source>
        <translation>
            <numerusform>%n de {all} publicaciones no se pudo intentar de nuevo.</numerusform>
            <numerusform>%n de {all} publicaciones no se pudieron intentar de nuevo.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} files could not be downloaded.</source>
        <translation>
            <numerusform>%n de {total} archivos no se pudo descargar.</numerusform>
            <numerusform>%n de {total} archivos no se pudieron descargar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts could not be deleted.</source>
        <translation>
            <numerusform>%n de {total} publicaciones no se pudo eliminar.</numerusform>
            <numerusform>%n de {total} publicaciones no se pudieron eliminar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (is/are) tried again</source>
        <translation>
            <numerusform>%n publicación se intenta de nuevo</numerusform>
            <numerusform>%n publicaciones se intentan de nuevo</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(The post/%n posts) could not be tried again.</source>
        <translation>
            <numerusform>La publicación no se pudo intentar de nuevo.</numerusform>
            <numerusform>%n publicaciones no se pudieron intentar de nuevo.</numerusform>
        </translation>
    </message>
    <message>
        <source>If this continues, check the site in a browser.</source>
        <translation>Si esto continúa, comprueba el sitio en un navegador.</translation>
    </message>
    <message>
        <source>It was not sent again, because it may already be published.</source>
        <translation>No se envió de nuevo, porque puede que ya esté publicada.</translation>
    </message>
    <message>
        <source>Its password is not on this computer. Sign in again.</source>
        <translation>Su contraseña no está en este ordenador. Inicia sesión de nuevo.</translation>
    </message>
    <message>
        <source>Move Posto Desktop to the Applications folder and open it from there. Where it is now, macOS would not find it at the next login.</source>
        <translation>Mueve Posto Desktop a la carpeta Aplicaciones y ábrelo desde allí. Donde está ahora, macOS no lo encontraría en el próximo inicio de sesión.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>No se cambió nada.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>No se envió nada.</translation>
    </message>
    <message>
        <source>Posto is restarting it. See the log for details.</source>
        <translation>Posto lo está reiniciando. Consulta el registro.</translation>
    </message>
    <message>
        <source>Posto may not write there</source>
        <translation>Posto no puede escribir ahí</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>Enviar igualmente</translation>
    </message>
    <message>
        <source>Sending stopped because of an unexpected error ({why}).</source>
        <translation>El envío se detuvo por un error inesperado ({why}).</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Something could not be saved. See the log for details.</source>
        <translation>Algo no se pudo guardar. Consulta el registro.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({why}).</source>
        <translation>Algo inesperado salió mal ({why}).</translation>
    </message>
    <message>
        <source>Something unexpected went wrong. See the log for details.</source>
        <translation>Algo inesperado salió mal. Consulta el registro.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Suscríbete otra vez en tu app de calendario con una dirección nueva.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>La app se está cerrando.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was changed.</source>
        <translation>La app se está cerrando. No se cambió nada.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was done.</source>
        <translation>La app se está cerrando. No se hizo nada.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was sent.</source>
        <translation>La app se está cerrando. No se envió nada.</translation>
    </message>
    <message>
        <source>The changes could not be saved. Nothing was changed.</source>
        <translation>No se pudieron guardar los cambios. No se cambió nada.</translation>
    </message>
    <message>
        <source>The content of this post could not be read, because it was not created in Posto.</source>
        <translation>No se pudo leer el contenido de esta publicación, porque no se creó en Posto.</translation>
    </message>
    <message>
        <source>The list of recent files was damaged and is now empty. The files themselves are not affected.</source>
        <translation>La lista de archivos recientes estaba dañada y ahora está vacía. Los archivos en sí no se ven afectados.</translation>
    </message>
    <message>
        <source>The password is not available. Sign in again to save it.</source>
        <translation>La contraseña no está disponible. Inicia sesión de nuevo para guardarla.</translation>
    </message>
    <message>
        <source>The post could not be deleted.</source>
        <translation>No se pudo eliminar la publicación.</translation>
    </message>
    <message>
        <source>The post could not be saved. Nothing was sent.</source>
        <translation>No se pudo guardar la publicación. No se envió nada.</translation>
    </message>
    <message>
        <source>The posts may have been deleted.</source>
        <translation>Puede que las publicaciones se hayan eliminado.</translation>
    </message>
    <message>
        <source>The posts were not deleted. {why}</source>
        <translation>Las publicaciones no se eliminaron. {why}</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>No se puede acceder al espacio de trabajo.</translation>
    </message>
    <message>
        <source>The workspace is slow to answer.</source>
        <translation>El espacio de trabajo tarda en responder.</translation>
    </message>
    <message>
        <source>The workspace on this computer is not running. Open it, then try again.</source>
        <translation>El espacio de trabajo de este ordenador no está en marcha. Ábrelo y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este ordenador</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Es tarde para deshacer: las publicaciones se eliminaron.</translation>
    </message>
    <message>
        <source>Until you fix this, Posto cannot save drafts or send posts.</source>
        <translation>Hasta que lo soluciones, Posto no puede guardar borradores ni enviar publicaciones.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: the workspace is slow to answer.</source>
        <translation>Esperando a publicaciones anteriores: el espacio de trabajo tarda en responder.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: {host} is slow to answer.</source>
        <translation>Esperando a publicaciones anteriores: {host} tarda en responder.</translation>
    </message>
    <message>
        <source>Windows does not let Posto do that: {why}.</source>
        <translation>Windows no deja que Posto haga eso: {why}.</translation>
    </message>
    <message>
        <source>You can have {n} at most. Delete one first.</source>
        <translation>Puedes tener {n} como máximo. Elimina primero una.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>su nombre no se puede usar</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>el disco está lleno</translation>
    </message>
    <message>
        <source>{address} could not be downloaded. {why}</source>
        <translation>No se pudo descargar {address}. {why}</translation>
    </message>
    <message>
        <source>{address} could not be kept: {why}.</source>
        <translation>No se pudo conservar {address}: {why}.</translation>
    </message>
    <message>
        <source>{address} is a web page, not a picture.</source>
        <translation>{address} es una página web, no una imagen.</translation>
    </message>
    <message>
        <source>{address} is not a picture or video.</source>
        <translation>{address} no es una imagen ni un vídeo.</translation>
    </message>
    <message>
        <source>{host} is slow to answer.</source>
        <translation>{host} tarda en responder.</translation>
    </message>
    <message>
        <source>{name} cannot be played here.</source>
        <translation>{name} no se puede reproducir aquí.</translation>
    </message>
    <message>
        <source>{name} cannot be posted.</source>
        <translation>{name} no se puede publicar.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} no se puede leer: acceso denegado.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} no se puede leer: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} no se puede leer: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be saved as a picture.</source>
        <translation>{name} no se puede guardar como imagen.</translation>
    </message>
    <message>
        <source>{name} cannot be shown here.</source>
        <translation>{name} no se puede mostrar aquí.</translation>
    </message>
    <message>
        <source>{name} could not be kept: {why}.</source>
        <translation>No se pudo conservar {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened as a video in time.</source>
        <translation>{name} no se pudo abrir a tiempo como vídeo.</translation>
    </message>
    <message>
        <source>{name} has sound but no picture.</source>
        <translation>{name} tiene sonido, pero no imagen.</translation>
    </message>
    <message>
        <source>{name} is a folder. Add the files inside it.</source>
        <translation>{name} es una carpeta. Añade los archivos que contiene.</translation>
    </message>
    <message>
        <source>{name} is damaged: it cannot be opened as a video.</source>
        <translation>{name} está dañado: no se puede abrir como vídeo.</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <translation>{name} está vacío (0 bytes).</translation>
    </message>
    <message>
        <source>{name} is no video.</source>
        <translation>{name} no es un vídeo.</translation>
    </message>
    <message>
        <source>{name} is not a file that can be posted.</source>
        <translation>{name} no es un archivo que se pueda publicar.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post.</source>
        <translation>{name} no es una imagen ni un vídeo que Posto pueda publicar.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a PDF.</source>
        <translation>{name} no es una imagen ni un vídeo que Posto pueda publicar: es un PDF.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a drawing (SVG).</source>
        <translation>{name} no es una imagen ni un vídeo que Posto pueda publicar: es un dibujo (SVG).</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a program.</source>
        <translation>{name} no es una imagen ni un vídeo que Posto pueda publicar: es un programa.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a script.</source>
        <translation>{name} no es una imagen ni un vídeo que Posto pueda publicar: es un script.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a web page.</source>
        <translation>{name} no es una imagen ni un vídeo que Posto pueda publicar: es una página web.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is an archive.</source>
        <translation>{name} no es una imagen ni un vídeo que Posto pueda publicar: es un archivo comprimido.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is sound only.</source>
        <translation>{name} no es una imagen ni un vídeo que Posto pueda publicar: es solo sonido.</translation>
    </message>
    <message>
        <source>{name} is not a picture that Posto can post.</source>
        <translation>{name} no es una imagen que Posto pueda publicar.</translation>
    </message>
    <message>
        <source>{name} shows no picture.</source>
        <translation>{name} no muestra ninguna imagen.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>No se encontró {name}.</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto. It was left as it is; use that version to change it.</source>
        <translation>{name} lo escribió una versión más nueva de Posto. Se dejó como está; usa esa versión para cambiarlo.</translation>
    </message>
    <message>
        <source>{path} cannot be changed: {why}.</source>
        <translation>{path} no se puede cambiar: {why}.</translation>
    </message>
    <message>
        <source>“{title}” needs you.</source>
        <translation>«{title}» requiere tu atención.</translation>
    </message>
    <message>
        <source>“{title}” was accepted</source>
        <translation>«{title}» se aceptó</translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s), not for {channels}.</source>
        <translation>
            <numerusform>«{title}» se aceptó para {n} de %n canal, no para {channels}.</numerusform>
            <numerusform>«{title}» se aceptó para {n} de %n canales, no para {channels}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s).</source>
        <translation>
            <numerusform>«{title}» se aceptó para {n} de %n canal.</numerusform>
            <numerusform>«{title}» se aceptó para {n} de %n canales.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was not sent.</source>
        <translation>«{title}» no se envió.</translation>
    </message>
    <message>
        <source>“{title}” was refused.</source>
        <translation>«{title}» fue rechazada.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Y %n más.</numerusform>
            <numerusform> Y %n más.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minuto</numerusform>
            <numerusform>%n minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pixel(s)</source>
        <translation>
            <numerusform>%n píxel</numerusform>
            <numerusform>%n píxeles</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n segundo</numerusform>
            <numerusform>%n segundos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) (is/are) suggested again</source>
        <translation>
            <numerusform>%n palabra se sugiere de nuevo</numerusform>
            <numerusform>%n palabras se sugieren de nuevo</numerusform>
        </translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 año</translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation>12 horas</translation>
    </message>
    <message>
        <source>150 %</source>
        <translation>150 %</translation>
    </message>
    <message>
        <source>2 years</source>
        <translation>2 años</translation>
    </message>
    <message>
        <source>200 %</source>
        <translation>200 %</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 horas</translation>
    </message>
    <message>
        <source>3 months</source>
        <translation>3 meses</translation>
    </message>
    <message>
        <source>A day without a time means</source>
        <translation>Un día sin hora significa</translation>
    </message>
    <message>
        <source>A file in PEM format, trusted in addition to the system&apos;s certificates</source>
        <translation>Un archivo en formato PEM, de confianza además de los certificados del sistema</translation>
    </message>
    <message>
        <source>A post failed</source>
        <translation>Una publicación ha fallado</translation>
    </message>
    <message>
        <source>A post needs you</source>
        <translation>Una publicación requiere tu atención</translation>
    </message>
    <message>
        <source>A post was sent</source>
        <translation>Se envió una publicación</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Acerca de</translation>
    </message>
    <message>
        <source>Accounts and workspaces</source>
        <translation>Cuentas y espacios de trabajo</translation>
    </message>
    <message>
        <source>Accounts, files, limits and the service; quiet if all is well</source>
        <translation>Cuentas, archivos, límites y el servicio; en silencio si todo va bien</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Actividad</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Dirección del proxy</translation>
    </message>
    <message>
        <source>After # and @: hashtags and mentions of this workspace, and its channels</source>
        <translation>Después de # y @: hashtags y menciones de este espacio de trabajo, y sus canales</translation>
    </message>
    <message>
        <source>After 20 seconds</source>
        <translation>Tras 20 segundos</translation>
    </message>
    <message>
        <source>After 6 seconds</source>
        <translation>Tras 6 segundos</translation>
    </message>
    <message>
        <source>After this time the service counts as offline</source>
        <translation>Tras este tiempo el servicio se considera sin conexión</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Another program has {keys}. Choose other keys.</source>
        <translation>Otro programa usa {keys}. Elige otras teclas.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apariencia</translation>
    </message>
    <message>
        <source>Applies to files you add from now on. Posto sends copies and never changes your own files.</source>
        <translation>Se aplica a los archivos que añadas desde ahora. Posto envía copias y nunca cambia tus archivos.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Como el sistema</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Preguntar</translation>
    </message>
    <message>
        <source>Ask before sending now</source>
        <translation>Preguntar antes de enviar ahora</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Hacer copia de todo</translation>
    </message>
    <message>
        <source>Best, large files ({number})</source>
        <translation>Óptima, archivos grandes ({number})</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Caché</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Calendario</translation>
    </message>
    <message>
        <source>Calendar and times</source>
        <translation>Calendario y horas</translation>
    </message>
    <message>
        <source>Certificates and timeouts</source>
        <translation>Certificados y tiempos de espera</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Certificados propios</translation>
    </message>
    <message>
        <source>Check posts before they are due</source>
        <translation>Revisar las publicaciones antes de su hora</translation>
    </message>
    <message>
        <source>Choose ffmpeg</source>
        <translation>Elegir ffmpeg</translation>
    </message>
    <message>
        <source>Choose “This one” above to use your own proxy</source>
        <translation>Elige «Este» arriba para usar tu propio proxy</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Elegir…</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Reloj</translation>
    </message>
    <message>
        <source>Close notifications in the window</source>
        <translation>Cerrar las notificaciones de la ventana</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Cómodo</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compacto</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Redactar</translation>
    </message>
    <message>
        <source>Converting videos</source>
        <translation>Convertir vídeos</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>Dates and numbers</source>
        <translation>Fechas y números</translation>
    </message>
    <message>
        <source>Dates, times and numbers</source>
        <translation>Fechas, horas y números</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Día</translation>
    </message>
    <message>
        <source>Days ahead to fill</source>
        <translation>Días por adelantado</translation>
    </message>
    <message>
        <source>Desktop notifications are off</source>
        <translation>Las notificaciones de escritorio están desactivadas</translation>
    </message>
    <message>
        <source>Do not keep</source>
        <translation>No guardar</translation>
    </message>
    <message>
        <source>Emoji used lately</source>
        <translation>Emojis usados últimamente</translation>
    </message>
    <message>
        <source>Empty for a proxy without sign-in</source>
        <translation>Vacío para un proxy sin inicio de sesión</translation>
    </message>
    <message>
        <source>Even when Posto Desktop is closed</source>
        <translation>Aunque Posto Desktop esté cerrado</translation>
    </message>
    <message>
        <source>Every way to send at once shows once more what will happen</source>
        <translation>Toda forma de enviar al momento muestra otra vez lo que pasará</translation>
    </message>
    <message>
        <source>Fill free slots with evergreen messages</source>
        <translation>Llenar los horarios libres con mensajes evergreen</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Carpetas</translation>
    </message>
    <message>
        <source>For posts due while this computer was off; older ones show as missed</source>
        <translation>Para publicaciones que vencieron con este ordenador apagado; las más antiguas aparecen como perdidas</translation>
    </message>
    <message>
        <source>For services and the web, never for this computer</source>
        <translation>Para servicios y la web, nunca para este ordenador</translation>
    </message>
    <message>
        <source>For typing and showing times, from the next start of Posto</source>
        <translation>Para escribir y mostrar horas, desde el próximo inicio de Posto</translation>
    </message>
    <message>
        <source>From each added file; the file editor can keep them</source>
        <translation>De cada archivo añadido; el editor de archivos puede conservarlos</translation>
    </message>
    <message>
        <source>General</source>
        <translation>General</translation>
    </message>
    <message>
        <source>Good (90)</source>
        <translation>Buena (90)</translation>
    </message>
    <message>
        <source>HTTP</source>
        <translation>HTTP</translation>
    </message>
    <message>
        <source>Hold {modifiers} with another key</source>
        <translation>Mantén {modifiers} con otra tecla</translation>
    </message>
    <message>
        <source>How channels are grouped</source>
        <translation>Cómo se agrupan los canales</translation>
    </message>
    <message>
        <source>In the calendar and wherever a day is chosen</source>
        <translation>En el calendario y donde se elija un día</translation>
    </message>
    <message>
        <source>In the schedule</source>
        <translation>En la programación</translation>
    </message>
    <message>
        <source>In the window</source>
        <translation>En la ventana</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Estadísticas</translation>
    </message>
    <message>
        <source>Keep insights for</source>
        <translation>Guardar estadísticas durante</translation>
    </message>
    <message>
        <source>Keep sending</source>
        <translation>Seguir enviando</translation>
    </message>
    <message>
        <source>Keep sending after the window is closed</source>
        <translation>Seguir enviando tras cerrar la ventana</translation>
    </message>
    <message>
        <source>Keep the original size</source>
        <translation>Conservar el tamaño original</translation>
    </message>
    <message>
        <source>Kind of proxy</source>
        <translation>Tipo de proxy</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Language of Posto. You can write and post in any language.</source>
        <translation>Idioma de Posto. Puedes escribir y publicar en cualquier idioma.</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Grande</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Más grande</translation>
    </message>
    <message>
        <source>Last export folder</source>
        <translation>Última carpeta de exportación</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>Menos movimiento</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licencias</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Claro u oscuro</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Archivos de registro</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Buscar de nuevo</translation>
    </message>
    <message>
        <source>Look for ffmpeg again</source>
        <translation>Buscar ffmpeg de nuevo</translation>
    </message>
    <message>
        <source>Looking for ffmpeg…</source>
        <translation>Buscando ffmpeg…</translation>
    </message>
    <message>
        <source>Make large pictures smaller</source>
        <translation>Reducir las imágenes grandes</translation>
    </message>
    <message>
        <source>Medium ({number})</source>
        <translation>Media ({number})</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>Lunes</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mes</translation>
    </message>
    <message>
        <source>More contrast</source>
        <translation>Más contraste</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nunca</translation>
    </message>
    <message>
        <source>New pictures and videos there become drafts</source>
        <translation>Las imágenes y vídeos nuevos se convierten en borradores</translation>
    </message>
    <message>
        <source>New posts wait in Activity. Scheduled posts of this computer wait, too</source>
        <translation>Las publicaciones nuevas esperan en Actividad. Las programadas de este ordenador también esperan</translation>
    </message>
    <message>
        <source>No sliding or fading; also on when the system asks for it</source>
        <translation>Sin deslizamientos ni fundidos; también si el sistema lo pide</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No proxy.</extracomment>
        <translation>Ninguno</translation>
    </message>
    <message>
        <source>None</source>
        <comment>public holidays</comment>
        <translation>Ninguno</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not suggested</source>
        <translation>No sugeridas</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notificaciones</translation>
    </message>
    <message>
        <source>Numbers of your posts, such as likes; read once a day for 30 days</source>
        <translation>Números de tus publicaciones, como los me gusta; se leen una vez al día durante 30 días</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>No</translation>
    </message>
    <message>
        <source>On the desktop</source>
        <translation>En el escritorio</translation>
    </message>
    <message>
        <source>One notification for posts that go out together</source>
        <translation>Una notificación para publicaciones que salen juntas</translation>
    </message>
    <message>
        <source>Opens the small window from every program</source>
        <translation>Abre la ventana pequeña desde cualquier programa</translation>
    </message>
    <message>
        <source>Opens with</source>
        <translation>Se abre con</translation>
    </message>
    <message>
        <source>Order of dates, clock, week and numbers</source>
        <translation>Orden de fechas, reloj, semana y números</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Contraseña del proxy</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Pausar el envío</translation>
    </message>
    <message>
        <source>People and devices</source>
        <translation>Personas y dispositivos</translation>
    </message>
    <message>
        <source>Pictures and videos</source>
        <translation>Imágenes y vídeos</translation>
    </message>
    <message>
        <source>Place and size of the window</source>
        <translation>Posición y tamaño de la ventana</translation>
    </message>
    <message>
        <source>Port of the proxy</source>
        <translation>Puerto del proxy</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Horarios de publicación</translation>
    </message>
    <message>
        <source>Posto stays in the tray; quit there to stop sending</source>
        <translation>Posto sigue en la bandeja del sistema; ciérralo allí para dejar de enviar</translation>
    </message>
    <message>
        <source>Posts of your own accounts, which only this computer sends</source>
        <translation>Publicaciones de tus propias cuentas, que solo envía este ordenador</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Informe de problemas</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Public holidays</source>
        <translation>Días festivos</translation>
    </message>
    <message>
        <source>Publishing</source>
        <translation>Publicación</translation>
    </message>
    <message>
        <source>Quality of pictures</source>
        <translation>Calidad de las imágenes</translation>
    </message>
    <message>
        <source>Quit with posts waiting</source>
        <translation>Salir con publicaciones en espera</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Lectura</translation>
    </message>
    <message>
        <source>Remove place, camera and date from files</source>
        <translation>Quitar lugar, cámara y fecha de los archivos</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Restaurar una copia</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Altura de fila</translation>
    </message>
    <message>
        <source>SOCKS 5</source>
        <translation>SOCKS 5</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Seguridad</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>Igual que el sistema</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>Sábado</translation>
    </message>
    <message>
        <source>Scales text and controls</source>
        <translation>Escala el texto y los controles</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Programación</translation>
    </message>
    <message>
        <source>Scripts</source>
        <translation>Scripts</translation>
    </message>
    <message>
        <source>Send after I sign in to this computer</source>
        <translation>Enviar cuando inicie sesión en este ordenador</translation>
    </message>
    <message>
        <source>Send late posts</source>
        <translation>Enviar publicaciones atrasadas</translation>
    </message>
    <message>
        <source>Sending a post waits at least 90 seconds</source>
        <translation>El envío de una publicación espera al menos 90 segundos</translation>
    </message>
    <message>
        <source>Services you are signed in to</source>
        <translation>Servicios en los que has iniciado sesión</translation>
    </message>
    <message>
        <source>Shortcut for quick post</source>
        <translation>Atajo para la publicación rápida</translation>
    </message>
    <message>
        <source>Show desktop notifications</source>
        <translation>Mostrar notificaciones de escritorio</translation>
    </message>
    <message>
        <source>Show the options of networks</source>
        <translation>Mostrar las opciones de las redes</translation>
    </message>
    <message>
        <source>Shown in the calendar</source>
        <translation>Se muestran en el calendario</translation>
    </message>
    <message>
        <source>Skin tone of emoji</source>
        <translation>Tono de piel de los emojis</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Pequeño</translation>
    </message>
    <message>
        <source>Small files ({number})</source>
        <translation>Archivos pequeños ({number})</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Inicio</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>Página de inicio</translation>
    </message>
    <message>
        <source>Stop sending</source>
        <translation>Dejar de enviar</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Almacenamiento</translation>
    </message>
    <message>
        <source>Stronger borders and text; also on when the system asks for it</source>
        <translation>Bordes y texto más marcados; también si el sistema lo pide</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Estilos</translation>
    </message>
    <message>
        <source>Suggest again</source>
        <translation>Sugerir de nuevo</translation>
    </message>
    <message>
        <source>Suggest hashtags and names</source>
        <translation>Sugerir hashtags y nombres</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>Domingo</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Predeterminado del sistema</translation>
    </message>
    <message>
        <source>System default ({name})</source>
        <translation>Predeterminado del sistema ({name})</translation>
    </message>
    <message>
        <source>System default ({zone})</source>
        <translation>Predeterminado del sistema ({zone})</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Equipo</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Tamaño del texto</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Textos</translation>
    </message>
    <message>
        <source>The columns of the schedule</source>
        <translation>Las columnas de la programación</translation>
    </message>
    <message>
        <source>The desktop did not allow the shortcut</source>
        <translation>El escritorio no permitió el atajo</translation>
    </message>
    <message>
        <source>The desktop uses {keys}</source>
        <translation>El escritorio usa {keys}</translation>
    </message>
    <message>
        <source>The details beside the schedule</source>
        <translation>Los detalles junto a la programación</translation>
    </message>
    <message>
        <source>The folded groups of channels</source>
        <translation>Los grupos de canales plegados</translation>
    </message>
    <message>
        <source>The folder in which files were looked for last</source>
        <translation>La carpeta donde se buscaron archivos por última vez</translation>
    </message>
    <message>
        <source>The list under the bell always shows all notifications.</source>
        <translation>La lista de la campana siempre muestra todas las notificaciones.</translation>
    </message>
    <message>
        <source>The longer side of added pictures; your files do not change</source>
        <translation>El lado más largo de las imágenes añadidas; tus archivos no cambian</translation>
    </message>
    <message>
        <source>The rows of the schedule: posts, messages</source>
        <translation>Las filas de la programación: publicaciones, mensajes</translation>
    </message>
    <message>
        <source>The saved views of the schedule</source>
        <translation>Las vistas guardadas de la programación</translation>
    </message>
    <message>
        <source>The signature that goes into new messages</source>
        <translation>La firma que se pone en los mensajes nuevos</translation>
    </message>
    <message>
        <source>The ticked channels of each workspace</source>
        <translation>Los canales marcados de cada espacio de trabajo</translation>
    </message>
    <message>
        <source>The user&apos;s groups of channels</source>
        <translation>Los grupos de canales del usuario</translation>
    </message>
    <message>
        <source>The view of the calendar when Posto starts</source>
        <translation>La vista del calendario al iniciar Posto</translation>
    </message>
    <message>
        <source>The workspace to open at start</source>
        <translation>El espacio de trabajo que se abre al iniciar</translation>
    </message>
    <message>
        <source>The workspaces that are those of a team</source>
        <translation>Los espacios de trabajo que son de un equipo</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este ordenador</translation>
    </message>
    <message>
        <source>This desktop has no shortcuts for programs. Let it run “{command}” instead.</source>
        <translation>Este escritorio no tiene atajos para programas. Haz que ejecute «{command}».</translation>
    </message>
    <message>
        <source>This file is no ffmpeg, or ffprobe is not beside it. Choose another.</source>
        <translation>Este archivo no es ffmpeg, o ffprobe no está a su lado. Elige otro.</translation>
    </message>
    <message>
        <source>This one</source>
        <extracomment>The proxy that is typed below.</extracomment>
        <translation>Este</translation>
    </message>
    <message>
        <source>Time to undo before a post leaves this computer</source>
        <translation>Tiempo para deshacer antes de que una publicación salga de este ordenador</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Zona horaria</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Horas</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Probar la conexión</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo send</source>
        <translation>Deshacer el envío</translation>
    </message>
    <message>
        <source>Unless the pointer or the keyboard is on them; a countdown ends as it says</source>
        <translation>Salvo que el puntero o el teclado estén en ellas; una cuenta atrás termina cuando lo dice</translation>
    </message>
    <message numerus="yes">
        <source>Up to %n hour(s) late</source>
        <translation>
            <numerusform>Hasta %n hora de retraso</numerusform>
            <numerusform>Hasta %n horas de retraso</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Up to %n minute(s) late</source>
        <translation>
            <numerusform>Hasta %n minuto de retraso</numerusform>
            <numerusform>Hasta %n minutos de retraso</numerusform>
        </translation>
    </message>
    <message>
        <source>Up to 1 day late</source>
        <translation>Hasta 1 día de retraso</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Usar Posto desde scripts</translation>
    </message>
    <message>
        <source>Use the ffmpeg of the system</source>
        <translation>Usar el ffmpeg del sistema</translation>
    </message>
    <message>
        <source>Used when Posto resizes or converts a picture</source>
        <translation>Se usa cuando Posto cambia el tamaño o convierte una imagen</translation>
    </message>
    <message>
        <source>User name for the proxy</source>
        <translation>Nombre de usuario del proxy</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versiones</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Vídeos</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Vista</translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation>Esperar una conexión</translation>
    </message>
    <message>
        <source>Wait for an answer</source>
        <translation>Esperar una respuesta</translation>
    </message>
    <message>
        <source>Watch folders</source>
        <translation>Carpetas vigiladas</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>Carpetas vigiladas</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semana</translation>
    </message>
    <message>
        <source>Week start and clock are under Appearance.</source>
        <translation>El inicio de la semana y el reloj están en Apariencia.</translation>
    </message>
    <message>
        <source>Week starts on</source>
        <translation>La semana empieza el</translation>
    </message>
    <message>
        <source>What of a site&apos;s post becomes the text</source>
        <translation>Qué parte de la entrada del sitio pasa al texto</translation>
    </message>
    <message>
        <source>What the schedule is sorted by</source>
        <translation>Por qué se ordena la programación</translation>
    </message>
    <message>
        <source>What the window shows first</source>
        <translation>Qué muestra primero la ventana</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>When a network or the service refuses a post</source>
        <translation>Cuando una red o el servicio rechaza una publicación</translation>
    </message>
    <message>
        <source>When a post may be published already, or is late</source>
        <translation>Cuando una publicación puede estar ya publicada, o se retrasa</translation>
    </message>
    <message>
        <source>Whether Activity lists all workspaces</source>
        <translation>Si Actividad muestra todos los espacios de trabajo</translation>
    </message>
    <message>
        <source>Whether channels have one line each</source>
        <translation>Si los canales ocupan una línea cada uno</translation>
    </message>
    <message>
        <source>Whether sandbox channels are listed</source>
        <translation>Si se muestran los canales de prueba</translation>
    </message>
    <message>
        <source>Which ends of sign-ins were warned of</source>
        <translation>De qué finales de sesión se avisó</translation>
    </message>
    <message>
        <source>While you look at another window; a click on one leads to the post</source>
        <translation>Mientras miras otra ventana; un clic lleva a la publicación</translation>
    </message>
    <message>
        <source>Who may sign in to this workspace, and with what</source>
        <translation>Quién puede iniciar sesión en este espacio de trabajo, y con qué</translation>
    </message>
    <message>
        <source>Widths of the panes</source>
        <translation>Anchos de los paneles</translation>
    </message>
    <message>
        <source>Words that are not suggested any more</source>
        <translation>Palabras que ya no se sugieren</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Espacios de trabajo</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Escritura</translation>
    </message>
    <message>
        <source>You can type both</source>
        <translation>Puedes escribir ambas</translation>
    </message>
    <message>
        <source>ffmpeg trims, crops and converts videos</source>
        <translation>ffmpeg acorta, recorta y convierte vídeos</translation>
    </message>
    <message>
        <source>ffmpeg was not found. To install it: {command}</source>
        <translation>No se encontró ffmpeg. Para instalarlo: {command}</translation>
    </message>
    <message>
        <source>ffmpeg {version} cannot write H.264 with AAC</source>
        <translation>ffmpeg {version} no puede escribir H.264 con AAC</translation>
    </message>
    <message>
        <source>ffmpeg {version} trims, crops and converts videos</source>
        <translation>ffmpeg {version} acorta, recorta y convierte vídeos</translation>
    </message>
    <message>
        <source>“Next free slot” picks from these</source>
        <translation>«Próximo horario libre» elige entre estos</translation>
    </message>
    <message>
        <source>“Tomorrow” becomes tomorrow at this time</source>
        <translation>«Mañana» pasa a ser mañana a esta hora</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>All settings are at their defaults</source>
        <translation>Todos los ajustes tienen su valor predeterminado</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Buscar un ajuste</translation>
    </message>
    <message>
        <source>No setting matches “{text}”</source>
        <translation>Ningún ajuste coincide con «{text}»</translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation>Restablecer esta página</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo the reset</source>
        <translation>Deshacer el restablecimiento</translation>
    </message>
    <message>
        <source>{page} settings</source>
        <translation>Ajustes: {page}</translation>
    </message>
    <message>
        <source>{page}: defaults restored</source>
        <translation>{page}: valores predeterminados restaurados</translation>
    </message>
    <message>
        <source>{reason} The change lasts until you quit Posto.</source>
        <translation>{reason} El cambio dura hasta que salgas de Posto.</translation>
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
        <translation>horizontal</translation>
    </message>
    <message>
        <source>portrait</source>
        <translation>vertical</translation>
    </message>
    <message>
        <source>square</source>
        <translation>cuadrado</translation>
    </message>
    <message>
        <source>story</source>
        <translation>historia</translation>
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
            <numerusform>%n atajo</numerusform>
            <numerusform>%n atajos</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything works with the keyboard. {keys} finds all commands.</source>
        <translation>Todo funciona con el teclado. {keys} encuentra todas las órdenes.</translation>
    </message>
    <message>
        <source>Find a shortcut</source>
        <translation>Buscar un atajo</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
    <message>
        <source>No shortcut matches “{words}”</source>
        <translation>Ningún atajo coincide con «{words}»</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Atajos</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>A separate password for this app, in groups of four. Do not use your login password. You can revoke it on your site at any time.</source>
        <translation>Una contraseña aparte para esta app, en grupos de cuatro. No uses tu contraseña de inicio de sesión. Puedes revocarla en tu sitio cuando quieras.</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Contraseña de aplicación</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Cancela el inicio de sesión para cambiar esto.</translation>
    </message>
    <message>
        <source>Choose where to keep the password.</source>
        <translation>Elige dónde guardar la contraseña.</translation>
    </message>
    <message>
        <source>Create one on your site</source>
        <translation>Crear una en tu sitio</translation>
    </message>
    <message>
        <source>Enter an application password of this user.</source>
        <translation>Escribe una contraseña de aplicación de este usuario.</translation>
    </message>
    <message>
        <source>Enter the address of your site first.</source>
        <translation>Escribe primero la dirección de tu sitio.</translation>
    </message>
    <message>
        <source>Enter the address of your site.</source>
        <translation>Escribe la dirección de tu sitio.</translation>
    </message>
    <message>
        <source>Enter your user name on the site.</source>
        <translation>Escribe tu nombre de usuario en el sitio.</translation>
    </message>
    <message>
        <source>Looking for the service…</source>
        <translation>Buscando el servicio…</translation>
    </message>
    <message>
        <source>Posto service found</source>
        <translation>Servicio Posto encontrado</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Iniciar sesión</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Inicia sesión en un servicio Posto</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Iniciar sesión con el navegador</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Iniciando sesión</translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>Iniciando sesión…</translation>
    </message>
    <message>
        <source>Site address</source>
        <translation>Dirección del sitio</translation>
    </message>
    <message>
        <source>Use this computer instead</source>
        <translation>Usar este ordenador en su lugar</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nombre de usuario</translation>
    </message>
    <message>
        <source>Your WordPress site or your team&apos;s server</source>
        <translation>Tu sitio WordPress o el servidor de tu equipo</translation>
    </message>
    <message>
        <source>encrypted connection</source>
        <translation>conexión cifrada</translation>
    </message>
    <message>
        <source>social.example.com</source>
        <translation>social.example.com</translation>
    </message>
    <message>
        <source>{host} answers only after sign-in.</source>
        <translation>{host} solo responde tras iniciar sesión.</translation>
    </message>
    <message>
        <source>{host} does not allow application passwords. Ask the administrator of the site to turn them on.</source>
        <translation>{host} no permite contraseñas de aplicación. Pide al administrador del sitio que las active.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the Posto service. Install the service there, then try again.</source>
        <translation>{host} es un sitio WordPress sin el servicio Posto. Instala allí el servicio y vuelve a intentarlo.</translation>
    </message>
</context>
<context>
    <name>SignInStep</name>
    <message>
        <source>Address of the last page</source>
        <translation>Dirección de la última página</translation>
    </message>
    <message>
        <source>Allow it in your browser</source>
        <translation>Permítelo en tu navegador</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Cancela el inicio de sesión para cambiar esto.</translation>
    </message>
    <message>
        <source>How to get this</source>
        <translation>Cómo conseguirlo</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>Más opciones</translation>
    </message>
    <message>
        <source>On another computer or in a restricted browser, the last page stays empty or shows an error. Copy its full address, which begins with http://127.0.0.1, and paste it here.</source>
        <translation>En otro ordenador o en un navegador restringido, la última página queda vacía o muestra un error. Copia su dirección completa, que empieza por http://127.0.0.1, y pégala aquí.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Abrir de nuevo</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>Dirección del servidor</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Inicia sesión en la página de tu navegador y permite Posto Desktop. Esta ventana continúa entonces automáticamente. Si no se abrió ninguna página, copia la dirección.</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Dirección de inicio de sesión</translation>
    </message>
    <message>
        <source>The browser does not return here?</source>
        <translation>¿El navegador no vuelve aquí?</translation>
    </message>
    <message>
        <source>Use this address</source>
        <translation>Usar esta dirección</translation>
    </message>
</context>
<context>
    <name>SignatureFields</name>
    <message>
        <source>Own text for this style</source>
        <translation>Texto propio para este estilo</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Firma</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (eliminado)</translation>
    </message>
</context>
<context>
    <name>SitePlanners</name>
    <message>
        <source>Active</source>
        <extracomment>Status of a planner: it posts.</extracomment>
        <translation>Activos</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>A las {time}</translation>
    </message>
    <message>
        <source>Finished</source>
        <extracomment>Status of a planner: it has posted everything.</extracomment>
        <translation>Terminado</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of a planner.</extracomment>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>Site planner</source>
        <translation>Planificador del sitio</translation>
    </message>
    <message>
        <source>Site planner: {name}</source>
        <translation>Planificador del sitio: {name}</translation>
    </message>
    <message>
        <source>next {when}</source>
        <translation>próxima {when}</translation>
    </message>
</context>
<context>
    <name>SitePlannersDialog</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir en el sitio</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Planners</source>
        <translation>Planificadores</translation>
    </message>
    <message>
        <source>Planners of the site</source>
        <translation>Planificadores del sitio</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>The site has no planners.</source>
        <translation>El sitio no tiene planificadores.</translation>
    </message>
    <message>
        <source>They post by themselves, whether Posto runs or not.</source>
        <translation>Publican por sí mismos, esté o no abierto Posto.</translation>
    </message>
</context>
<context>
    <name>SitePosts</name>
    <message>
        <source>No title</source>
        <translation>Sin título</translation>
    </message>
</context>
<context>
    <name>SitePostsController</name>
    <message>
        <source>Filled from “{title}”</source>
        <translation>Rellenado con “{title}”</translation>
    </message>
    <message>
        <source>The picture could not be read.</source>
        <translation>No se pudo leer la imagen.</translation>
    </message>
    <message>
        <source>Without its picture: {why}</source>
        <translation>Sin su imagen: {why}</translation>
    </message>
</context>
<context>
    <name>SitePostsDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Extracto</translation>
    </message>
    <message>
        <source>From the site</source>
        <translation>Del sitio</translation>
    </message>
    <message>
        <source>Getting the picture…</source>
        <translation>Obteniendo la imagen…</translation>
    </message>
    <message>
        <source>No post of the site matches.</source>
        <translation>Ninguna entrada del sitio coincide.</translation>
    </message>
    <message>
        <source>Posts of the site</source>
        <translation>Entradas del sitio</translation>
    </message>
    <message>
        <source>Reading the posts…</source>
        <translation>Leyendo las entradas…</translation>
    </message>
    <message>
        <source>Search the posts of the site</source>
        <translation>Buscar en las entradas del sitio</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>What of a site&apos;s post becomes the text of the message.</extracomment>
        <translation>Texto</translation>
    </message>
    <message>
        <source>The posts could not be read.</source>
        <translation>No se pudieron leer las entradas.</translation>
    </message>
    <message>
        <source>The site has no posts yet.</source>
        <translation>El sitio aún no tiene entradas.</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Título</translation>
    </message>
    <message>
        <source>Title and excerpt</source>
        <translation>Título y extracto</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Use this post</source>
        <translation>Usar esta entrada</translation>
    </message>
</context>
<context>
    <name>SiteScheduleController</name>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>“{name}” goes on</source>
        <translation>“{name}” continúa</translation>
    </message>
    <message>
        <source>“{name}” paused</source>
        <translation>“{name}” en pausa</translation>
    </message>
    <message>
        <source>“{name}” was not changed on the site.</source>
        <translation>“{name}” no se cambió en el sitio.</translation>
    </message>
</context>
<context>
    <name>Sizes</name>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation>
            <numerusform>%Ln byte</numerusform>
            <numerusform>%Ln bytes</numerusform>
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
        <translation>Añadir horarios</translation>
    </message>
    <message>
        <source>All slots are taken</source>
        <translation>Todos los horarios están ocupados</translation>
    </message>
    <message>
        <source>All slots of the next year are taken</source>
        <translation>Todos los horarios del próximo año están ocupados</translation>
    </message>
    <message>
        <source>Choose other times…</source>
        <translation>Elegir otras horas…</translation>
    </message>
    <message>
        <source>Next free slot: {time}</source>
        <translation>Próximo horario libre: {time}</translation>
    </message>
    <message>
        <source>Next free slot…</source>
        <translation>Próximo horario libre…</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>No hay horario libre</translation>
    </message>
    <message>
        <source>Set up weekly slots</source>
        <translation>Configurar horarios semanales</translation>
    </message>
    <message>
        <source>The next free time of your weekly slots</source>
        <translation>La próxima hora libre de tus horarios semanales</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>Usar «{times}»</translation>
    </message>
    <message>
        <source>Weekly slots: {times}</source>
        <translation>Horarios semanales: {times}</translation>
    </message>
</context>
<context>
    <name>SlotGroupCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n canal</numerusform>
            <numerusform>%n canales</numerusform>
        </translation>
    </message>
    <message>
        <source>Add days…</source>
        <translation>Añadir días…</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Todos los canales</translation>
    </message>
    <message>
        <source>All other channels</source>
        <translation>Todos los demás canales</translation>
    </message>
    <message numerus="yes">
        <source>Best times of %Ln post(s)</source>
        <translation>
            <numerusform>Mejores horarios de %Ln publicación</numerusform>
            <numerusform>Mejores horarios de %Ln publicaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Channels changed</source>
        <translation>Canales cambiados</translation>
    </message>
    <message>
        <source>Channels of group {n}</source>
        <translation>Canales del grupo {n}</translation>
    </message>
    <message>
        <source>Choose the time zone of these slots</source>
        <translation>Elegir la zona horaria de estos horarios</translation>
    </message>
    <message>
        <source>Fill with your best times</source>
        <translation>Rellenar con tus mejores horarios</translation>
    </message>
    <message numerus="yes">
        <source>From the insights of %Ln post(s): {times}</source>
        <translation>
            <numerusform>De las estadísticas de %Ln publicación: {times}</numerusform>
            <numerusform>De las estadísticas de %Ln publicaciones: {times}</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed</source>
        <translation>Grupo renombrado</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Name of group {n}</source>
        <translation>Nombre del grupo {n}</translation>
    </message>
    <message>
        <source>Remove group {n}</source>
        <translation>Quitar grupo {n}</translation>
    </message>
    <message>
        <source>Slots added, {days}</source>
        <translation>Horarios añadidos, {days}</translation>
    </message>
    <message>
        <source>This computer does not know the time zone “{zone}”. Until you choose another one, its own counts.</source>
        <translation>Este ordenador no conoce la zona horaria «{zone}». Hasta que elijas otra, vale la suya.</translation>
    </message>
    <message>
        <source>Time zone changed</source>
        <translation>Zona horaria cambiada</translation>
    </message>
    <message>
        <source>Time zone of group {n}</source>
        <translation>Zona horaria del grupo {n}</translation>
    </message>
    <message>
        <source>“{name}” removed</source>
        <translation>«{name}» quitado</translation>
    </message>
</context>
<context>
    <name>SlotLineRow</name>
    <message>
        <source>Change the days…</source>
        <translation>Cambiar los días…</translation>
    </message>
    <message>
        <source>Days changed to {days}</source>
        <translation>Días cambiados a {days}</translation>
    </message>
    <message>
        <source>More for {days}</source>
        <translation>Más para {days}</translation>
    </message>
    <message>
        <source>Remove these slots</source>
        <translation>Quitar estos horarios</translation>
    </message>
    <message>
        <source>Slots removed, {days}</source>
        <translation>Horarios quitados, {days}</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Hora</translation>
    </message>
    <message>
        <source>{time} added, {days}</source>
        <translation>{time} añadida, {days}</translation>
    </message>
    <message>
        <source>{time} removed, {days}</source>
        <translation>{time} quitada, {days}</translation>
    </message>
</context>
<context>
    <name>SlotLines</name>
    <message>
        <source>Every day</source>
        <translation>Cada día</translation>
    </message>
    <message>
        <source>No day</source>
        <translation>Ningún día</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} a {last}</translation>
    </message>
</context>
<context>
    <name>SnippetForm</name>
    <message>
        <source>Add to every new message</source>
        <translation>Añadir a cada mensaje nuevo</translation>
    </message>
    <message>
        <source>Added once, at the end of the text</source>
        <translation>Se añade una vez, al final del texto</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Todas las redes</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Para</translation>
    </message>
    <message>
        <source>Inserted at the cursor</source>
        <translation>Se inserta en el cursor</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Networks of the snippet</source>
        <translation>Redes del fragmento</translation>
    </message>
    <message>
        <source>Skips hashtags already in the text</source>
        <translation>Omite los hashtags que ya están en el texto</translation>
    </message>
    <message>
        <source>Snippet name</source>
        <translation>Nombre del fragmento</translation>
    </message>
    <message>
        <source>Snippet text</source>
        <translation>Texto del fragmento</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
</context>
<context>
    <name>Snippets</name>
    <message>
        <source>Give it a name of 1 to {most} characters.</source>
        <translation>Dale un nombre de 1 a {most} caracteres.</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Firma</translation>
    </message>
    <message>
        <source>Snippet</source>
        <translation>Fragmento</translation>
    </message>
    <message>
        <source>The name “{name}” is already in use. Choose another.</source>
        <translation>El nombre «{name}» ya está en uso. Elige otro.</translation>
    </message>
    <message>
        <source>The text may have at most {most} characters.</source>
        <translation>El texto puede tener como máximo {most} caracteres.</translation>
    </message>
    <message>
        <source>Write a text.</source>
        <translation>Escribe un texto.</translation>
    </message>
    <message>
        <source>Write at least one hashtag.</source>
        <translation>Escribe al menos un hashtag.</translation>
    </message>
</context>
<context>
    <name>SnippetsDialog</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Delete snippet</source>
        <translation>Eliminar fragmento</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Cargando fragmentos</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Bajar</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Subir</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nuevo</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Fragmento nuevo</translation>
    </message>
    <message>
        <source>No changes to save</source>
        <translation>No hay cambios que guardar</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Aún no hay fragmentos. Guarda textos, hashtags y firmas que uses a menudo.</translation>
    </message>
    <message>
        <source>Save snippet</source>
        <translation>Guardar fragmento</translation>
    </message>
    <message>
        <source>Saved snippets</source>
        <translation>Fragmentos guardados</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Fragmentos</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>Deshacer la eliminación</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>«{name}» eliminado</translation>
    </message>
    <message>
        <source>“{name}” saved</source>
        <translation>«{name}» guardado</translation>
    </message>
</context>
<context>
    <name>SnippetsPopup</name>
    <message>
        <source>All</source>
        <extracomment>All snippets.</extracomment>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Cargando fragmentos</translation>
    </message>
    <message>
        <source>Manage snippets</source>
        <translation>Gestionar fragmentos</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Gestionar…</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Fragmento nuevo</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Nuevo…</translation>
    </message>
    <message>
        <source>No snippet matches</source>
        <translation>Ningún fragmento coincide</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Aún no hay fragmentos. Guarda textos, hashtags y firmas que uses a menudo.</translation>
    </message>
    <message>
        <source>Search snippets</source>
        <translation>Buscar fragmentos</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>Firmas</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Fragmentos</translation>
    </message>
    <message>
        <source>Snippets list</source>
        <translation>Lista de fragmentos</translation>
    </message>
</context>
<context>
    <name>SnippetsView</name>
    <message>
        <source>New snippet</source>
        <translation>Fragmento nuevo</translation>
    </message>
</context>
<context>
    <name>SplitButton</name>
    <message>
        <source>More ways to post</source>
        <translation>Más formas de publicar</translation>
    </message>
</context>
<context>
    <name>StartProblem</name>
    <message>
        <source>Another copy of Posto Desktop uses {folder} and is not responding. Wait a moment, then try again.</source>
        <translation>Otra copia de Posto Desktop usa {folder} y no responde. Espera un momento y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>If that does not help, end the process {number}.</source>
        <translation>Si eso no ayuda, termina el proceso {number}.</translation>
    </message>
    <message>
        <source>Posto Desktop is already running</source>
        <translation>Posto Desktop ya está en ejecución</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Cambios solicitados</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Borrador</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Fallido</translation>
    </message>
    <message>
        <source>Needs you</source>
        <extracomment>The user has to decide something about the post.</extracomment>
        <translation>Requiere tu atención</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>No enviado</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Programado</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Sitio</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Esperando aprobación</translation>
    </message>
</context>
<context>
    <name>StatusChips</name>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Borradores</translation>
    </message>
    <message>
        <source>More statuses</source>
        <translation>Más estados</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Filtro de estado</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Step {number} of {count}: {name}</source>
        <translation>Paso {number} de {count}: {name}</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Accepted</source>
        <translation>Aceptado</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>Ya está ahí</translation>
    </message>
    <message>
        <source>Answered with an error</source>
        <translation>Respondió con un error</translation>
    </message>
    <message>
        <source>Cancelled by you</source>
        <translation>Cancelada por ti</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Eliminada por ti</translation>
    </message>
    <message>
        <source>Found on the service</source>
        <translation>Encontrada en el servicio</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Interrumpida</translation>
    </message>
    <message>
        <source>Looked for the post</source>
        <translation>Se buscó la publicación</translation>
    </message>
    <message>
        <source>No clear answer</source>
        <translation>Sin respuesta clara</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>No aceptada</translation>
    </message>
    <message>
        <source>Not on the service</source>
        <translation>No está en el servicio</translation>
    </message>
    <message>
        <source>Only a part is there</source>
        <translation>Solo hay una parte</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publicada</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Rechazada</translation>
    </message>
    <message>
        <source>Replaced</source>
        <translation>Sustituida</translation>
    </message>
    <message>
        <source>Replacing</source>
        <translation>Sustituyendo</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Guardado en este ordenador</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Guardando</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Sending late</source>
        <translation>Enviando con retraso</translation>
    </message>
    <message>
        <source>Sent meanwhile</source>
        <translation>Enviada mientras tanto</translation>
    </message>
    <message>
        <source>Time passed</source>
        <translation>La hora pasó</translation>
    </message>
    <message>
        <source>Tried again by you</source>
        <translation>Intentada de nuevo por ti</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>Subida</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Subiendo</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>Esperándote</translation>
    </message>
    <message>
        <source>Written down</source>
        <translation>Anotada</translation>
    </message>
    <message>
        <source>You said it is not there</source>
        <translation>Dijiste que no está</translation>
    </message>
    <message>
        <source>You said it is there</source>
        <translation>Dijiste que está</translation>
    </message>
</context>
<context>
    <name>Storage</name>
    <message numerus="yes">
        <source>%n of your drafts could be rescued.</source>
        <translation>
            <numerusform>Se pudo rescatar %n de tus borradores.</numerusform>
            <numerusform>Se pudieron rescatar %n de tus borradores.</numerusform>
        </translation>
    </message>
    <message>
        <source>Allow it, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Permítelo, o inicia Posto con otra carpeta: posto-desktop --home CARPETA.</translation>
    </message>
    <message>
        <source>Allow writing there, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Permite escribir ahí, o inicia Posto con otra carpeta: posto-desktop --home CARPETA.</translation>
    </message>
    <message>
        <source>Close it there, or try again in a moment.</source>
        <translation>Ciérralo allí, o vuelve a intentarlo en un momento.</translation>
    </message>
    <message>
        <source>Default settings are used.</source>
        <translation>Se usan los ajustes predeterminados.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Libera espacio.</translation>
    </message>
    <message>
        <source>It has another address for {names}. The one here was kept.</source>
        <translation>Tiene otra dirección para {names}. Se conservó la de aquí.</translation>
    </message>
    <message>
        <source>It was kept as {name}.</source>
        <translation>Se conservó como {name}.</translation>
    </message>
    <message>
        <source>It was left where it is.</source>
        <translation>Se dejó donde está.</translation>
    </message>
    <message>
        <source>Its proxy and certificates were not restored. Check them under Settings &gt; Network.</source>
        <extracomment>&quot;Its&quot;: of a backup.</extracomment>
        <translation>Su proxy y sus certificados no se restauraron. Compruébalos en Ajustes &gt; Red.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer.</source>
        <translation>No se encontró ningún llavero en este ordenador.</translation>
    </message>
    <message>
        <source>Posts that were still waiting to be sent are in that file only.</source>
        <translation>Las publicaciones que aún esperaban el envío están solo en ese archivo.</translation>
    </message>
    <message>
        <source>Sending is paused, because posts that waited then may have been sent since: look at them in Activity before you go on.</source>
        <translation>El envío está en pausa, porque las publicaciones que esperaban entonces pueden haberse enviado desde entonces: míralas en Actividad antes de continuar.</translation>
    </message>
    <message>
        <source>Sign in again where an account is missing.</source>
        <translation>Inicia sesión de nuevo donde falte una cuenta.</translation>
    </message>
    <message>
        <source>Sign in again where it is asked.</source>
        <translation>Inicia sesión de nuevo donde se pida.</translation>
    </message>
    <message>
        <source>Start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Inicia Posto con otra carpeta: posto-desktop --home CARPETA.</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}. Nothing was changed.</source>
        <translation>No se pudo restaurar la copia de seguridad: {why}. No se cambió nada.</translation>
    </message>
    <message>
        <source>The backup is restored. What was there before is kept in {folder} in the folders of settings and of data. Passwords are not part of a backup: sign in where it is asked.</source>
        <translation>La copia de seguridad está restaurada. Lo que había antes se conserva en {folder}, en las carpetas de ajustes y de datos. Las contraseñas no forman parte de una copia: inicia sesión donde se pida.</translation>
    </message>
    <message>
        <source>The backup needs {needed} MB, but the disk has {free} MB left. Make room on it; nothing was changed.</source>
        <translation>La copia de seguridad necesita {needed} MB, pero al disco le quedan {free} MB. Libera espacio; no se cambió nada.</translation>
    </message>
    <message>
        <source>The last copy of it is used instead.</source>
        <translation>Se usa en su lugar su última copia.</translation>
    </message>
    <message>
        <source>The last copy of the settings is used.</source>
        <translation>Se usa la última copia de los ajustes.</translation>
    </message>
    <message>
        <source>The setting “{name}” had an invalid value. The default is used instead.</source>
        <extracomment>{name}: title of a setting.</extracomment>
        <translation>El ajuste «{name}» tenía un valor no válido. Se usa el predeterminado.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of Posto. Install that version to use it.</source>
        <translation>Esta copia de seguridad se hizo con una versión más nueva de Posto. Instala esa versión para usarla.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read the keychain. Install what is missing: pip install &apos;posto[keyring]&apos;</source>
        <translation>Esta instalación de Posto no puede leer el llavero. Instala lo que falta: pip install &apos;posto[keyring]&apos;</translation>
    </message>
    <message>
        <source>This version uses the settings that it knows.</source>
        <translation>Esta versión usa los ajustes que conoce.</translation>
    </message>
    <message>
        <source>What is here stays as it is.</source>
        <translation>Lo que hay aquí queda como está.</translation>
    </message>
    <message>
        <source>another program is using it</source>
        <translation>otro programa lo está usando</translation>
    </message>
    <message>
        <source>another program may be using it</source>
        <translation>puede que otro programa lo esté usando</translation>
    </message>
    <message>
        <source>contents</source>
        <translation>contenidos</translation>
    </message>
    <message>
        <source>it belongs to another user</source>
        <translation>pertenece a otro usuario</translation>
    </message>
    <message>
        <source>it is a device, not a file</source>
        <translation>es un dispositivo, no un archivo</translation>
    </message>
    <message>
        <source>it is a folder, not a file</source>
        <translation>es una carpeta, no un archivo</translation>
    </message>
    <message>
        <source>it is a link that leads to itself, not a file</source>
        <translation>es un enlace que apunta a sí mismo, no un archivo</translation>
    </message>
    <message>
        <source>it is a named pipe, not a file</source>
        <translation>es una tubería con nombre, no un archivo</translation>
    </message>
    <message>
        <source>it is a socket, not a file</source>
        <translation>es un socket, no un archivo</translation>
    </message>
    <message>
        <source>it is closed</source>
        <translation>está cerrado</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>está vacío</translation>
    </message>
    <message>
        <source>it is far too large</source>
        <translation>es demasiado grande</translation>
    </message>
    <message>
        <source>it is from a newer version of Posto</source>
        <translation>es de una versión más nueva de Posto</translation>
    </message>
    <message>
        <source>it is something else, not a file</source>
        <translation>es otra cosa, no un archivo</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>su contenido está dañado</translation>
    </message>
    <message>
        <source>its content is not what Posto writes</source>
        <translation>su contenido no es lo que escribe Posto</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>números</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>textos</translation>
    </message>
    <message>
        <source>the disk reported “{error}”</source>
        <translation>el disco informó de «{error}»</translation>
    </message>
    <message>
        <source>the disk that holds {folder} is full</source>
        <translation>el disco que contiene {folder} está lleno</translation>
    </message>
    <message>
        <source>the keychain</source>
        <translation>el llavero</translation>
    </message>
    <message>
        <source>this program may not read and write {name} in {folder}</source>
        <translation>este programa no puede leer ni escribir {name} en {folder}</translation>
    </message>
    <message>
        <source>this program may not read it in {folder}</source>
        <translation>este programa no puede leerlo en {folder}</translation>
    </message>
    <message>
        <source>this program may not write to {folder}</source>
        <translation>este programa no puede escribir en {folder}</translation>
    </message>
    <message>
        <source>times</source>
        <translation>horas</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it has a name that no file of a backup has.</source>
        <translation>{backup} no se puede restaurar: {file} tiene dentro un nombre que ningún archivo de una copia tiene.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds a value that is far too large.</source>
        <translation>{backup} no se puede restaurar: {file} contiene un valor demasiado grande.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds something else than the tables of Posto.</source>
        <translation>{backup} no se puede restaurar: {file} contiene algo distinto de las tablas de Posto.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is a link or a device, not a file.</source>
        <translation>{backup} no se puede restaurar: {file} es un enlace o un dispositivo, no un archivo.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is damaged.</source>
        <translation>{backup} no se puede restaurar: {file} está dañado.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is far too large for settings.</source>
        <translation>{backup} no se puede restaurar: {file} es demasiado grande para unos ajustes.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is not what the list of files says.</source>
        <translation>{backup} no se puede restaurar: {file} no es lo que dice la lista de archivos.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it lies over another file.</source>
        <translation>{backup} no se puede restaurar: {file} está encima de otro archivo.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it takes too long to be checked.</source>
        <translation>{backup} no se puede restaurar: {file} tarda demasiado en comprobarse.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it would replace passwords, which no backup holds.</source>
        <translation>{backup} no se puede restaurar: {file} sustituiría contraseñas, que ninguna copia contiene.</translation>
    </message>
    <message>
        <source>{folder} cannot be used</source>
        <translation>{folder} no se puede usar</translation>
    </message>
    <message>
        <source>{folder} is not a folder it can use</source>
        <translation>{folder} no es una carpeta que pueda usar</translation>
    </message>
    <message>
        <source>{keychain} could not be used.</source>
        <translation>No se pudo usar {keychain}.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it, then try again.</source>
        <translation>{keychain} está bloqueado. Desbloquéalo y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>{keychain} is not responding. It may be waiting for its password.</source>
        <extracomment>{keychain}: its name, such as KWallet, or &quot;The keychain&quot;.</extracomment>
        <translation>{keychain} no responde. Puede que espere su contraseña.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} no se puede leer: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be restored: {why}.</source>
        <translation>{name} no se puede restaurar: {why}.</translation>
    </message>
    <message>
        <source>{name} contains two files whose names differ only in capital letters. The disk here can keep only one of them.</source>
        <translation>{name} contiene dos archivos cuyos nombres solo se distinguen por mayúsculas. Este disco solo puede conservar uno.</translation>
    </message>
    <message>
        <source>{name} could not be copied: {why}.</source>
        <translation>No se pudo copiar {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be deleted: {why}.</source>
        <translation>No se pudo eliminar {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be moved away: {why}.</source>
        <translation>No se pudo apartar {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened: {why}.</source>
        <translation>No se pudo abrir {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be read: {why}.</source>
        <translation>No se pudo leer {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be saved: {why}.</source>
        <extracomment>The reason follows a colon and is no sentence of its own: &quot;the disk that holds … is full&quot;.</extracomment>
        <translation>No se pudo guardar {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be written: {why}.</source>
        <translation>No se pudo escribir {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} holds entries with damaged {what}. They are shown as far as they can be read; the others are not affected.</source>
        <extracomment>{what}: one or more of &quot;times&quot;, &quot;numbers&quot;, &quot;contents&quot;, &quot;texts&quot;, separated by commas.</extracomment>
        <translation>{name} contiene entradas con {what} dañados. Se muestran hasta donde se pueden leer; las demás no se ven afectadas.</translation>
    </message>
    <message>
        <source>{name} in this backup is from a newer version of Posto. Install that version to use it.</source>
        <translation>{name} en esta copia es de una versión más nueva de Posto. Instala esa versión para usarla.</translation>
    </message>
    <message>
        <source>{name} is closed.</source>
        <translation>{name} está cerrado.</translation>
    </message>
    <message>
        <source>{name} is damaged or not a backup of Posto.</source>
        <translation>{name} está dañado o no es una copia de seguridad de Posto.</translation>
    </message>
    <message>
        <source>{name} is damaged, so nothing can be saved.</source>
        <translation>{name} está dañado, así que no se puede guardar nada.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>No se encontró {name}.</translation>
    </message>
    <message>
        <source>{name} was not moved, because {why}</source>
        <translation>{name} no se movió, porque {why}</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto and was not changed. Start that version to use it.</source>
        <translation>{name} lo escribió una versión más nueva de Posto y no se cambió. Inicia esa versión para usarlo.</translation>
    </message>
    <message numerus="yes">
        <source>{programs} (is/are) using it</source>
        <extracomment>A reason after a colon. {programs}: names of programs, separated by commas.</extracomment>
        <translation>
            <numerusform>{programs} lo está usando</numerusform>
            <numerusform>{programs} lo están usando</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source> Left out because of their names: {names}.</source>
        <translation> Quedan fuera por sus nombres: {names}.</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Hacer copia de todo</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Hacer copia…</translation>
    </message>
    <message>
        <source>Backups of Posto (*{suffix})</source>
        <extracomment>Keep the brackets and what is in them.</extracomment>
        <translation>Copias de seguridad de Posto (*{suffix})</translation>
    </message>
    <message>
        <source>Cache of pictures</source>
        <translation>Caché de imágenes</translation>
    </message>
    <message>
        <source>Clear the cache</source>
        <translation>Vaciar la caché</translation>
    </message>
    <message>
        <source>Drafts, outbox and the workspace on this computer</source>
        <translation>Borradores, bandeja de salida y el espacio de trabajo de este ordenador</translation>
    </message>
    <message>
        <source>Everything in one file</source>
        <translation>Todo en un archivo</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Falló: {why}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Carpetas</translation>
    </message>
    <message>
        <source>Keep current data</source>
        <translation>Conservar los datos actuales</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Archivos de registro</translation>
    </message>
    <message>
        <source>Made {when}. Drafts: {drafts}, files: {files}. Your current data, including posts waiting to be sent, moves to a folder named “before-restore”. Posto restarts.</source>
        <translation>Hecha {when}. Borradores: {drafts}, archivos: {files}. Tus datos actuales, incluidas las publicaciones en espera, pasan a una carpeta llamada «before-restore». Posto se reinicia.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Midiendo</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>No se cambió nada.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Open the folder of data</source>
        <translation>Abrir la carpeta de datos</translation>
    </message>
    <message>
        <source>Open the folder of log files</source>
        <translation>Abrir la carpeta de archivos de registro</translation>
    </message>
    <message>
        <source>Open the folder of settings</source>
        <translation>Abrir la carpeta de ajustes</translation>
    </message>
    <message>
        <source>Posto checks the file, moves your current data to a separate folder and restarts.</source>
        <translation>Posto comprueba el archivo, pasa tus datos actuales a otra carpeta y se reinicia.</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Restaurar una copia</translation>
    </message>
    <message>
        <source>Restore and restart</source>
        <translation>Restaurar y reiniciar</translation>
    </message>
    <message>
        <source>Restore this backup?</source>
        <translation>¿Restaurar esta copia?</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Restaurar…</translation>
    </message>
    <message numerus="yes">
        <source>Saved as {name}: %Ln file(s), {size}. Passwords are not included.</source>
        <translation>
            <numerusform>Guardada como {name}: %Ln archivo, {size}. Las contraseñas no se incluyen.</numerusform>
            <numerusform>Guardada como {name}: %Ln archivos, {size}. Las contraseñas no se incluyen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Settings and styles</source>
        <translation>Ajustes y estilos</translation>
    </message>
    <message>
        <source>Settings, styles, snippets, accounts, drafts, the outbox, and the workspace of this computer with its files. Passwords are not included.</source>
        <translation>Ajustes, estilos, fragmentos, cuentas, borradores, la bandeja de salida y el espacio de trabajo de este ordenador con sus archivos. Las contraseñas no se incluyen.</translation>
    </message>
    <message>
        <source>Size unknown</source>
        <translation>Tamaño desconocido</translation>
    </message>
    <message>
        <source>Stop backing up</source>
        <translation>Detener la copia</translation>
    </message>
    <message>
        <source>Stop clearing</source>
        <translation>Detener el vaciado</translation>
    </message>
    <message>
        <source>Stop restoring</source>
        <translation>Detener la restauración</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Detenido. No se cambió nada.</translation>
    </message>
    <message>
        <source>The cache is empty</source>
        <translation>La caché está vacía</translation>
    </message>
    <message>
        <source>Wait for the running task to finish</source>
        <translation>Espera a que termine la tarea en curso</translation>
    </message>
    <message>
        <source>{size} in {folder}</source>
        <translation>{size} en {folder}</translation>
    </message>
</context>
<context>
    <name>StoredInsights</name>
    <message numerus="yes">
        <source>%Ln post(s) since {day}; deleted when older</source>
        <translation>
            <numerusform>%Ln publicación desde {day}; las más antiguas se eliminan</numerusform>
            <numerusform>%Ln publicaciones desde {day}; las más antiguas se eliminan</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Delete all insights</source>
        <translation>Eliminar todas las estadísticas</translation>
    </message>
    <message>
        <source>Delete all insights?</source>
        <translation>¿Eliminar todas las estadísticas?</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Eliminar…</translation>
    </message>
    <message>
        <source>Export all insights</source>
        <translation>Exportar todas las estadísticas</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Falló: {why}</translation>
    </message>
    <message>
        <source>Insights on this computer</source>
        <translation>Estadísticas en este ordenador</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Midiendo</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Aún no hay</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Detener la exportación</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tablas (*.csv)</translation>
    </message>
    <message>
        <source>The numbers of all workspaces are deleted from this computer. Networks still have theirs; posts of the last 30 days are read again.</source>
        <translation>Los números de todos los espacios de trabajo se eliminan de este ordenador. Las redes conservan los suyos; las publicaciones de los últimos 30 días se vuelven a leer.</translation>
    </message>
    <message>
        <source>There are no insights yet</source>
        <translation>Aún no hay estadísticas</translation>
    </message>
    <message>
        <source>Written to {name}</source>
        <translation>Guardado en {name}</translation>
    </message>
</context>
<context>
    <name>StyleEditor</name>
    <message>
        <source>{name} copy</source>
        <translation>{name} (copia)</translation>
    </message>
</context>
<context>
    <name>StyleForm</name>
    <message>
        <source>First comment</source>
        <translation>Primer comentario</translation>
    </message>
    <message>
        <source>First comment on Facebook, Instagram, X, Bluesky and Reddit</source>
        <translation>Primer comentario en Facebook, Instagram, X, Bluesky y Reddit</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Insertar</translation>
    </message>
    <message>
        <source>Networks of the style</source>
        <translation>Redes del estilo</translation>
    </message>
    <message>
        <source>None (own text)</source>
        <translation>Ninguno (texto propio)</translation>
    </message>
    <message>
        <source>Own text for a network</source>
        <translation>Texto propio para una red</translation>
    </message>
    <message>
        <source>Own text for…</source>
        <translation>Texto propio para…</translation>
    </message>
    <message>
        <source>Same as</source>
        <translation>Igual que</translation>
    </message>
    <message>
        <source>Template for {network}</source>
        <translation>Plantilla para {network}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Unknown variable: {names}</source>
        <translation>Variable desconocida: {names}</translation>
    </message>
    <message>
        <source>Use all networks&apos; text</source>
        <translation>Usar el texto de todas las redes</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>todas las redes</translation>
    </message>
</context>
<context>
    <name>StyleHeader</name>
    <message>
        <source>Delete style</source>
        <translation>Eliminar estilo</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Duplicate style</source>
        <translation>Duplicar estilo</translation>
    </message>
    <message>
        <source>More for this style</source>
        <translation>Más opciones de este estilo</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Show preview</source>
        <translation>Mostrar vista previa</translation>
    </message>
    <message>
        <source>Show where the style is used</source>
        <translation>Mostrar dónde se usa el estilo</translation>
    </message>
</context>
<context>
    <name>StyleListPane</name>
    <message>
        <source>Defaults of channels</source>
        <translation>Valores predeterminados de los canales</translation>
    </message>
    <message>
        <source>Defaults of networks and channels</source>
        <translation>Valores predeterminados de redes y canales</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Buscar un estilo</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Importar estilos</translation>
    </message>
    <message>
        <source>Import styles from files</source>
        <translation>Importar estilos de archivos</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Estilo nuevo</translation>
    </message>
    <message>
        <source>Search styles</source>
        <translation>Buscar estilos</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Estilos</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %n style(s)</source>
        <translation>
            <numerusform>La búsqueda oculta %n estilo</numerusform>
            <numerusform>La búsqueda oculta %n estilos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StyleListView</name>
    <message>
        <source>Styles list</source>
        <translation>Lista de estilos</translation>
    </message>
</context>
<context>
    <name>StyleNameField</name>
    <message>
        <source>Style name</source>
        <translation>Nombre del estilo</translation>
    </message>
</context>
<context>
    <name>StylePreview</name>
    <message>
        <source>Close preview of the style</source>
        <translation>Cerrar la vista previa del estilo</translation>
    </message>
    <message>
        <source>Current message</source>
        <translation>Mensaje actual</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vista previa</translation>
    </message>
    <message>
        <source>Preview of the style</source>
        <translation>Vista previa del estilo</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Ejemplo</translation>
    </message>
    <message>
        <source>Tinted words come from the message</source>
        <translation>Las palabras coloreadas vienen del mensaje</translation>
    </message>
</context>
<context>
    <name>StyleRow</name>
    <message>
        <source>No style</source>
        <translation>Sin estilo</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (falta)</translation>
    </message>
</context>
<context>
    <name>StyleSample</name>
    <message>
        <source>#winterroast</source>
        <comment>a hashtag, so without spaces</comment>
        <translation>#tuestedeinvierno</translation>
    </message>
    <message>
        <source>Fig, cocoa and a little orange peel, roasted every Tuesday in Kreuzberg.</source>
        <translation>Higo, cacao y un poco de piel de naranja, tostado cada martes en Kreuzberg.</translation>
    </message>
    <message>
        <source>Winter Roast</source>
        <translation>Tueste de invierno</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>All networks the same</source>
        <translation>Todas las redes igual</translation>
    </message>
    <message>
        <source>Announcement</source>
        <translation>Anuncio</translation>
    </message>
    <message>
        <source>Blog post</source>
        <translation>Entrada de blog</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Integrado</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Vacío</translation>
    </message>
    <message>
        <source>Own text for {networks}</source>
        <translation>Texto propio para {networks}</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Producto</translation>
    </message>
    <message>
        <source>The style “{name}” cannot be used. {reason}</source>
        <translation>No se puede usar el estilo «{name}». {reason}</translation>
    </message>
    <message>
        <source>The style “{name}” no longer exists.</source>
        <translation>El estilo «{name}» ya no existe.</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>Ilegible</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>Tuyos</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <extracomment>{names}: names of networks.</extracomment>
        <translation>
            <numerusform>{names} y %n más</numerusform>
            <numerusform>{names} y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} only</source>
        <translation>solo {networks}</translation>
    </message>
    <message>
        <source>{one} and {other}</source>
        <extracomment>Two names of networks.</extracomment>
        <translation>{one} y {other}</translation>
    </message>
</context>
<context>
    <name>StylesActionBar</name>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Save style</source>
        <translation>Guardar estilo</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Usar en un mensaje nuevo</translation>
    </message>
</context>
<context>
    <name>StylesActions</name>
    <message>
        <source>&amp;Style</source>
        <translation>&amp;Estilo</translation>
    </message>
    <message>
        <source>Built-in styles cannot be deleted</source>
        <translation>Los estilos integrados no se pueden eliminar</translation>
    </message>
    <message>
        <source>Changes are saved automatically</source>
        <translation>Los cambios se guardan automáticamente</translation>
    </message>
    <message>
        <source>Create a copy of this style</source>
        <translation>Crear una copia de este estilo</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Valores predeterminados…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Export style</source>
        <translation>Exportar estilo</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Buscar un estilo</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Importar estilos</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importar…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Bajar</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Subir</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Estilo nuevo</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Cambiar nombre</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Mostrar u ocultar la vista previa</translation>
    </message>
    <message>
        <source>Start a message with this style</source>
        <translation>Empezar un mensaje con este estilo</translation>
    </message>
    <message>
        <source>Styles (*.json)</source>
        <translation>Estilos (*.json)</translation>
    </message>
    <message>
        <source>The file of this style cannot be read</source>
        <translation>No se puede leer el archivo de este estilo</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Usar en un mensaje nuevo</translation>
    </message>
</context>
<context>
    <name>StylesController</name>
    <message>
        <source>Styles</source>
        <translation>Estilos</translation>
    </message>
</context>
<context>
    <name>StylesLayout</name>
    <message>
        <source>A style adapts your messages to each network.</source>
        <translation>Un estilo adapta tus mensajes a cada red.</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Estilo nuevo</translation>
    </message>
    <message>
        <source>No style chosen</source>
        <translation>Ningún estilo elegido</translation>
    </message>
</context>
<context>
    <name>StylesMenus</name>
    <message>
        <source>Icon: {name}</source>
        <translation>Icono: {name}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sin título</translation>
    </message>
</context>
<context>
    <name>StylesPage</name>
    <message numerus="yes">
        <source>%n campaign(s)</source>
        <translation>
            <numerusform>%n campaña</numerusform>
            <numerusform>%n campañas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s)</source>
        <translation>
            <numerusform>%n borrador</numerusform>
            <numerusform>%n borradores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n publicación programada</numerusform>
            <numerusform>%n publicaciones programadas</numerusform>
        </translation>
    </message>
    <message>
        <source>Built in · {words}</source>
        <extracomment>{words}: where the style is used.</extracomment>
        <translation>Integrado · {words}</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Aún no guardado</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>Aún sin usar</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Guardado en este ordenador</translation>
    </message>
    <message>
        <source>Used by {what}</source>
        <translation>Usado por {what}</translation>
    </message>
    <message>
        <source>Your changes go into a copy</source>
        <translation>Tus cambios van a una copia</translation>
    </message>
</context>
<context>
    <name>StylesState</name>
    <message>
        <source>Another program changed this style. Its version was saved as “{name}”.</source>
        <translation>Otro programa cambió este estilo. Su versión se guardó como «{name}».</translation>
    </message>
    <message>
        <source>Another program changed “{name}”.</source>
        <translation>Otro programa cambió «{name}».</translation>
    </message>
    <message>
        <source>Exported without the watermark: {name}</source>
        <translation>Exportado sin la marca de agua: {name}</translation>
    </message>
    <message>
        <source>Restore my version</source>
        <translation>Restaurar mi versión</translation>
    </message>
    <message>
        <source>Style “{name}” deleted</source>
        <translation>Estilo «{name}» eliminado</translation>
    </message>
    <message>
        <source>Style “{name}” exported</source>
        <translation>Estilo «{name}» exportado</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>{part} removed from “{name}”</source>
        <extracomment>{part}: hashtags, signature, watermark or link tags of a style; {name}: the style.</extracomment>
        <translation>{part} quitado de «{name}»</translation>
    </message>
    <message>
        <source>{title} is built in and stays as it is. You are editing your copy, “{name}”.</source>
        <translation>{title} está integrado y queda como está. Estás editando tu copia, «{name}».</translation>
    </message>
</context>
<context>
    <name>SuggestionCompleter</name>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n sugerencia</numerusform>
            <numerusform>%n sugerencias</numerusform>
        </translation>
    </message>
    <message>
        <source>name only</source>
        <translation>solo el nombre</translation>
    </message>
    <message numerus="yes">
        <source>used %n time(s)</source>
        <translation>
            <numerusform>usado %n vez</numerusform>
            <numerusform>usado %n veces</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {n} of {count}</source>
        <translation>{name}, {n} de {count}</translation>
    </message>
    <message>
        <source>{word} is not suggested any more</source>
        <translation>{word} ya no se sugiere</translation>
    </message>
</context>
<context>
    <name>TakeOver</name>
    <message>
        <source>Taken over: {fields}</source>
        <translation>Incorporado: {fields}</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Tu versión está en Borradores</translation>
    </message>
</context>
<context>
    <name>Team</name>
    <message>
        <source>Added a device</source>
        <translation>Añadió un dispositivo</translation>
    </message>
    <message>
        <source>Added a person</source>
        <translation>Añadió a una persona</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Todos los canales</translation>
    </message>
    <message>
        <source>Approved a post</source>
        <translation>Aprobó una publicación</translation>
    </message>
    <message>
        <source>Began to disconnect an account</source>
        <translation>Empezó a desconectar una cuenta</translation>
    </message>
    <message>
        <source>Changed a person</source>
        <translation>Cambió a una persona</translation>
    </message>
    <message>
        <source>Changed how posts are sent</source>
        <translation>Cambió cómo se envían las publicaciones</translation>
    </message>
    <message>
        <source>Changed settings of a channel</source>
        <translation>Cambió ajustes de un canal</translation>
    </message>
    <message>
        <source>Changed settings of a network</source>
        <translation>Cambió ajustes de una red</translation>
    </message>
    <message>
        <source>Changed settings of the workspace</source>
        <translation>Cambió ajustes del espacio de trabajo</translation>
    </message>
    <message>
        <source>Changed the e-mail address of a person</source>
        <translation>Cambió la dirección de correo de una persona</translation>
    </message>
    <message>
        <source>Changed the groups of a channel</source>
        <translation>Cambió los grupos de un canal</translation>
    </message>
    <message>
        <source>Changed the groups of a person</source>
        <translation>Cambió los grupos de una persona</translation>
    </message>
    <message>
        <source>Changed the role of a person</source>
        <translation>Cambió el rol de una persona</translation>
    </message>
    <message>
        <source>Checked a channel</source>
        <translation>Comprobó un canal</translation>
    </message>
    <message>
        <source>Checked an account</source>
        <translation>Comprobó una cuenta</translation>
    </message>
    <message>
        <source>Chose what of an account is used</source>
        <translation>Eligió qué se usa de una cuenta</translation>
    </message>
    <message>
        <source>Connected an account</source>
        <translation>Conectó una cuenta</translation>
    </message>
    <message>
        <source>Deleted a file</source>
        <translation>Eliminó un archivo</translation>
    </message>
    <message>
        <source>Deleted posts</source>
        <translation>Eliminó publicaciones</translation>
    </message>
    <message>
        <source>Described a file</source>
        <translation>Describió un archivo</translation>
    </message>
    <message>
        <source>Disabled: cannot sign in</source>
        <translation>Desactivada: no puede iniciar sesión</translation>
    </message>
    <message>
        <source>Disconnected an account</source>
        <translation>Desconectó una cuenta</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Editor</translation>
    </message>
    <message>
        <source>It is not known whether {name} was added to the team. {reason}</source>
        <translation>No se sabe si {name} se añadió al equipo. {reason}</translation>
    </message>
    <message>
        <source>It is not known whether {name} was changed. {reason}</source>
        <translation>No se sabe si {name} se modificó. {reason}</translation>
    </message>
    <message>
        <source>Last used {when}</source>
        <translation>Último uso: {when}</translation>
    </message>
    <message>
        <source>Last used {when}, from {address}</source>
        <translation>Último uso: {when}, desde {address}</translation>
    </message>
    <message>
        <source>Linked a provider&apos;s account to a person</source>
        <translation>Vinculó la cuenta de un proveedor a una persona</translation>
    </message>
    <message>
        <source>May do everything, also here. Sees all channels.</source>
        <translation>Puede hacerlo todo, también aquí. Ve todos los canales.</translation>
    </message>
    <message>
        <source>Moved a post</source>
        <translation>Movió una publicación</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>Nunca usado</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>No hay canales</translation>
    </message>
    <message>
        <source>No device yet</source>
        <translation>Aún sin dispositivo</translation>
    </message>
    <message>
        <source>Not done: {reason}</source>
        <translation>No se hizo: {reason}</translation>
    </message>
    <message>
        <source>Not known whether it was done</source>
        <translation>No se sabe si se hizo</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Propietario</translation>
    </message>
    <message>
        <source>Proposes posts, which an editor approves.</source>
        <translation>Propone publicaciones, que un editor aprueba.</translation>
    </message>
    <message>
        <source>Removed a person</source>
        <translation>Quitó a una persona</translation>
    </message>
    <message>
        <source>Renewed the calendar&apos;s address</source>
        <translation>Renovó la dirección del calendario</translation>
    </message>
    <message>
        <source>Requested changes of a post</source>
        <translation>Solicitó cambios en una publicación</translation>
    </message>
    <message>
        <source>Retried a first comment</source>
        <translation>Reintentó un primer comentario</translation>
    </message>
    <message>
        <source>Retried posts</source>
        <translation>Reintentó publicaciones</translation>
    </message>
    <message>
        <source>Revoked a device</source>
        <translation>Revocó un dispositivo</translation>
    </message>
    <message>
        <source>Said what became of a post</source>
        <translation>Indicó qué pasó con una publicación</translation>
    </message>
    <message>
        <source>Scheduled or edited a post</source>
        <translation>Programó o editó una publicación</translation>
    </message>
    <message>
        <source>Schedules and changes posts, and approves proposals.</source>
        <translation>Programa y cambia publicaciones, y aprueba propuestas.</translation>
    </message>
    <message>
        <source>Sees what belongs to their groups.</source>
        <translation>Ve lo que pertenece a sus grupos.</translation>
    </message>
    <message>
        <source>Sent posts at once</source>
        <translation>Envió publicaciones de inmediato</translation>
    </message>
    <message>
        <source>Tested an account</source>
        <translation>Probó una cuenta</translation>
    </message>
    <message>
        <source>Took back an answer to a proposal</source>
        <translation>Deshizo una respuesta a una propuesta</translation>
    </message>
    <message>
        <source>Took back that a device was revoked</source>
        <translation>Anuló la revocación de un dispositivo</translation>
    </message>
    <message>
        <source>Unlinked a provider&apos;s account from a person</source>
        <translation>Desvinculó la cuenta de un proveedor de una persona</translation>
    </message>
    <message>
        <source>Uploaded a file</source>
        <translation>Subió un archivo</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Lector</translation>
    </message>
    <message>
        <source>Withdrew a proposal</source>
        <translation>Retiró una propuesta</translation>
    </message>
    <message>
        <source>Writer</source>
        <translation>Redactor</translation>
    </message>
    <message>
        <source>account {key}</source>
        <translation>cuenta {key}</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>de inmediato</translation>
    </message>
    <message>
        <source>channel {key}</source>
        <translation>canal {key}</translation>
    </message>
    <message>
        <source>device {key}</source>
        <translation>dispositivo {key}</translation>
    </message>
    <message>
        <source>device: {value}</source>
        <translation>dispositivo: {value}</translation>
    </message>
    <message>
        <source>fields: {value}</source>
        <translation>campos: {value}</translation>
    </message>
    <message>
        <source>file {key}</source>
        <translation>archivo {key}</translation>
    </message>
    <message>
        <source>groups: {value}</source>
        <translation>grupos: {value}</translation>
    </message>
    <message>
        <source>is being disconnected</source>
        <translation>se está desconectando</translation>
    </message>
    <message>
        <source>name: {value}</source>
        <translation>nombre: {value}</translation>
    </message>
    <message>
        <source>post {key}</source>
        <translation>publicación {key}</translation>
    </message>
    <message>
        <source>role: {value}</source>
        <translation>rol: {value}</translation>
    </message>
    <message>
        <source>works</source>
        <translation>funciona</translation>
    </message>
    <message>
        <source>{name} is as before. {reason}</source>
        <translation>{name} sigue como antes. {reason}</translation>
    </message>
    <message>
        <source>{name} is still in the team, but cannot sign in. {reason} To let them in, open {name} in Settings &gt; Team and turn on “May sign in”.</source>
        <translation>{name} sigue en el equipo, pero no puede iniciar sesión. {reason} Para permitirlo, abre {name} en Ajustes &gt; Equipo y activa «Puede iniciar sesión».</translation>
    </message>
    <message>
        <source>{name} is still revoked and cannot sign in. {reason}</source>
        <translation>{name} sigue revocado y no puede iniciar sesión. {reason}</translation>
    </message>
    <message>
        <source>{name} was not added to the team. {reason}</source>
        <translation>{name} no se añadió al equipo. {reason}</translation>
    </message>
    <message>
        <source>{name}, labels: {labels}, groups: {groups}</source>
        <translation>{name}, etiquetas: {labels}, grupos: {groups}</translation>
    </message>
    <message>
        <source>{name}, revoked</source>
        <translation>{name}, revocado</translation>
    </message>
    <message>
        <source>{name}: {reason}</source>
        <translation>{name}: {reason}</translation>
    </message>
    <message>
        <source>{status}, {when}, “{text}”</source>
        <translation>{status}, {when}, «{text}»</translation>
    </message>
</context>
<context>
    <name>TeamController</name>
    <message numerus="yes">
        <source>%Ln message(s) (waits/wait) for your approval</source>
        <translation>
            <numerusform>%Ln mensaje espera tu aprobación</numerusform>
            <numerusform>%Ln mensajes esperan tu aprobación</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of your proposals (was/were) approved</source>
        <translation>
            <numerusform>Se aprobó %Ln de tus propuestas</numerusform>
            <numerusform>Se aprobaron %Ln de tus propuestas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changes requested of %Ln message(s)</source>
        <translation>
            <numerusform>Cambios solicitados en %Ln mensaje</numerusform>
            <numerusform>Cambios solicitados en %Ln mensajes</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
</context>
<context>
    <name>TeamPage</name>
    <message>
        <source>As of {when}.</source>
        <translation>Datos de: {when}.</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Registro de auditoría</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>Lost a device? Revoke it here, and it cannot sign in any more.</source>
        <translation>¿Has perdido un dispositivo? Revócalo aquí y ya no podrá iniciar sesión.</translation>
    </message>
    <message>
        <source>Part of the team</source>
        <translation>Parte del equipo</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personas</translation>
    </message>
    <message>
        <source>People and devices are on the server of your team. They are shown here when it answers.</source>
        <translation>Las personas y los dispositivos están en el servidor de tu equipo. Se muestran aquí cuando responde.</translation>
    </message>
    <message>
        <source>The server is not reached, and changes need it.</source>
        <translation>No se puede llegar al servidor, y los cambios lo necesitan.</translation>
    </message>
    <message>
        <source>Your devices</source>
        <translation>Tus dispositivos</translation>
    </message>
    <message>
        <source>Your role in this team is now: {role}.</source>
        <translation>Tu rol en este equipo es ahora: {role}.</translation>
    </message>
    <message>
        <source>{name} cannot sign in any more. Enter takes it back.</source>
        <translation>{name} ya no puede iniciar sesión. Intro lo deshace.</translation>
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
        <translation>Todos los hashtags del mensaje</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Fecha</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Extracto</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Enlace</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>Template “{name}” deleted</source>
        <translation>Plantilla «{name}» eliminada</translation>
    </message>
    <message>
        <source>Template “{name}” replaced</source>
        <translation>Plantilla «{name}» sustituida</translation>
    </message>
    <message>
        <source>Template “{name}” saved</source>
        <translation>Plantilla «{name}» guardada</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>The day on which it is sent</source>
        <translation>El día en que se envía</translation>
    </message>
    <message>
        <source>The first line of the message</source>
        <translation>La primera línea del mensaje</translation>
    </message>
    <message>
        <source>The first paragraph below the first line</source>
        <translation>El primer párrafo bajo la primera línea</translation>
    </message>
    <message>
        <source>The link of the message</source>
        <translation>El enlace del mensaje</translation>
    </message>
    <message>
        <source>The message below its first line</source>
        <translation>El mensaje bajo su primera línea</translation>
    </message>
    <message>
        <source>The name of the channel</source>
        <translation>El nombre del canal</translation>
    </message>
    <message>
        <source>The name of the network</source>
        <translation>El nombre de la red</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>El mensaje completo</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Título</translation>
    </message>
</context>
<context>
    <name>TextCard</name>
    <message>
        <source>A thread comes first. Its parts are edited in Compose.</source>
        <translation>Un hilo va primero. Sus partes se editan en Redactar.</translation>
    </message>
    <message>
        <source>Move text {number} down</source>
        <translation>Bajar el texto {number}</translation>
    </message>
    <message>
        <source>Move text {number} up</source>
        <translation>Subir el texto {number}</translation>
    </message>
    <message>
        <source>Remove text {number}</source>
        <translation>Quitar el texto {number}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Text {number}</source>
        <translation>Texto {number}</translation>
    </message>
    <message>
        <source>The same, said another way</source>
        <translation>Lo mismo, dicho de otra manera</translation>
    </message>
    <message>
        <source>This is the same as text {number}.</source>
        <translation>Es igual que el texto {number}.</translation>
    </message>
    <message>
        <source>What would you like to say again and again?</source>
        <translation>¿Qué te gustaría decir una y otra vez?</translation>
    </message>
</context>
<context>
    <name>TextInserter</name>
    <message>
        <source>All hashtags of “{name}” are already in the text</source>
        <translation>Todos los hashtags de «{name}» ya están en el texto</translation>
    </message>
</context>
<context>
    <name>TextPresenter</name>
    <message>
        <source>All {network} channels</source>
        <translation>Todos los canales de {network}</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Message for {network}</source>
        <translation>Mensaje para {network}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Parte {n} de {count}</translation>
    </message>
    <message>
        <source>{name} uses the common text</source>
        <translation>{name} usa el texto común</translation>
    </message>
    <message>
        <source>{name} uses the text for {network}</source>
        <translation>{name} usa el texto para {network}</translation>
    </message>
</context>
<context>
    <name>ThreadPresenter</name>
    <message>
        <source>Add a part to the thread</source>
        <translation>Añadir una parte al hilo</translation>
    </message>
    <message>
        <source>All parts are one text now</source>
        <translation>Todas las partes son ahora un texto</translation>
    </message>
    <message>
        <source>Join all parts</source>
        <translation>Unir todas las partes</translation>
    </message>
    <message>
        <source>Move part down</source>
        <translation>Bajar la parte</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Subir la parte</translation>
    </message>
    <message>
        <source>Move to the part after</source>
        <translation>Mover a la parte siguiente</translation>
    </message>
    <message>
        <source>Move to the part before</source>
        <translation>Mover a la parte anterior</translation>
    </message>
    <message>
        <source>Next part</source>
        <translation>Parte siguiente</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Numerar las partes</translation>
    </message>
    <message>
        <source>Part {n} removed</source>
        <translation>Parte {n} quitada</translation>
    </message>
    <message>
        <source>Previous part</source>
        <translation>Parte anterior</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Quitar la parte</translation>
    </message>
    <message numerus="yes">
        <source>Split into %n part(s)</source>
        <translation>
            <numerusform>Dividir en %n parte</numerusform>
            <numerusform>Dividir en %n partes</numerusform>
        </translation>
    </message>
    <message>
        <source>Split the text at blank lines</source>
        <translation>Dividir el texto en las líneas en blanco</translation>
    </message>
    <message>
        <source>Split the text to fit</source>
        <translation>Dividir el texto para que quepa</translation>
    </message>
    <message>
        <source>There is nothing to split: every part fits already</source>
        <translation>No hay nada que dividir: todas las partes ya caben</translation>
    </message>
    <message>
        <source>{name} moved to part {n}</source>
        <translation>{name} movido a la parte {n}</translation>
    </message>
</context>
<context>
    <name>Threads</name>
    <message>
        <source>This text needs more than {most} parts. Shorten it or choose channels that allow longer texts.</source>
        <translation>Este texto necesita más de {most} partes. Acórtalo o elige canales que permitan textos más largos.</translation>
    </message>
</context>
<context>
    <name>TileMenu</name>
    <message>
        <source>Describe for people who cannot see it…</source>
        <translation>Describir para quienes no pueden verlo…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Move left</source>
        <translation>Mover a la izquierda</translation>
    </message>
    <message>
        <source>Move right</source>
        <translation>Mover a la derecha</translation>
    </message>
    <message>
        <source>Remove from this message</source>
        <translation>Quitar de este mensaje</translation>
    </message>
    <message>
        <source>Send to</source>
        <translation>Enviar a</translation>
    </message>
</context>
<context>
    <name>TimeField</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Elige un día y una hora</translation>
    </message>
</context>
<context>
    <name>TimePopup</name>
    <message>
        <source>Add time</source>
        <translation>Añadir hora</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Hora</translation>
    </message>
</context>
<context>
    <name>TimeTag</name>
    <message>
        <source>Remove {time}, {days}</source>
        <translation>Quitar {time}, {days}</translation>
    </message>
</context>
<context>
    <name>TimelinePane</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n día</numerusform>
            <numerusform>%n días</numerusform>
        </translation>
    </message>
    <message>
        <source>Close timeline</source>
        <translation>Cerrar la línea de tiempo</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Línea de tiempo</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Horas en {zone}</translation>
    </message>
    <message>
        <source>Your timeline appears here.</source>
        <translation>Tu línea de tiempo aparece aquí.</translation>
    </message>
</context>
<context>
    <name>TimesPage</name>
    <message numerus="yes">
        <source>%Ln message(s) will be added to {campaign}</source>
        <translation>
            <numerusform>%Ln mensaje se añadirá a {campaign}</numerusform>
            <numerusform>%Ln mensajes se añadirán a {campaign}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) could not be downloaded.</source>
        <translation>
            <numerusform>%Ln imagen no se pudo descargar.</numerusform>
            <numerusform>%Ln imágenes no se pudieron descargar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) will be downloaded first.</source>
        <translation>
            <numerusform>%Ln imagen se descargará primero.</numerusform>
            <numerusform>%Ln imágenes se descargarán primero.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (has a warning/have warnings).</source>
        <translation>
            <numerusform>%Ln fila tiene un aviso.</numerusform>
            <numerusform>%Ln filas tienen avisos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) will not be imported.</source>
        <translation>
            <numerusform>%Ln fila no se importará.</numerusform>
            <numerusform>%Ln filas no se importarán.</numerusform>
        </translation>
    </message>
    <message>
        <source>At the times in the file</source>
        <translation>A las horas del archivo</translation>
    </message>
    <message>
        <source>At the times in the file ({own}). Without a time, in the rhythm ({rest})</source>
        <extracomment>{own} and {rest}: numbers of messages.</extracomment>
        <translation>A las horas del archivo ({own}). Sin hora, al ritmo ({rest})</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Copiar el informe</translation>
    </message>
    <message>
        <source>Downloading picture {n} of {total}</source>
        <translation>Descargando imagen {n} de {total}</translation>
    </message>
    <message>
        <source>Fetching pictures</source>
        <translation>Obteniendo imágenes</translation>
    </message>
    <message>
        <source>From {first} to {last}</source>
        <translation>De {first} a {last}</translation>
    </message>
    <message>
        <source>Import report</source>
        <translation>Informe de la importación</translation>
    </message>
    <message>
        <source>Importing sends nothing.</source>
        <translation>Importar no envía nada.</translation>
    </message>
    <message>
        <source>In the rhythm of the campaign, in this order</source>
        <translation>Al ritmo de la campaña, en este orden</translation>
    </message>
    <message>
        <source>The file contains no times</source>
        <translation>El archivo no contiene horas</translation>
    </message>
    <message>
        <source>the campaign</source>
        <translation>la campaña</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>«{name}»</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Dismiss</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Enter: {action}. Esc closes this.</source>
        <extracomment>{action}: text of a button, such as Undo.</extracomment>
        <translation>Intro: {action}. Esc cierra esto.</translation>
    </message>
    <message>
        <source>{sentence} {action}: {key}, then Enter.</source>
        <extracomment>{action}: text of a button, such as Undo. {key}: the key that leads to it.</extracomment>
        <translation>{sentence} {action}: {key} y luego Intro.</translation>
    </message>
</context>
<context>
    <name>ToolsRow</name>
    <message>
        <source>Add a part</source>
        <translation>Añadir una parte</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Añadir archivos</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Adjuntar archivos</translation>
    </message>
    <message>
        <source>Insert emoji</source>
        <translation>Insertar emoji</translation>
    </message>
    <message>
        <source>Insert hashtag sign</source>
        <translation>Insertar signo de hashtag</translation>
    </message>
    <message>
        <source>Insert mention sign</source>
        <translation>Insertar signo de mención</translation>
    </message>
    <message>
        <source>Insert snippet</source>
        <translation>Insertar fragmento</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Archivos usados recientemente</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message numerus="yes">
        <source>%n item(s) (needs/need) attention</source>
        <translation>
            <numerusform>%n elemento requiere atención</numerusform>
            <numerusform>%n elementos requieren atención</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread notification(s)</source>
        <translation>
            <numerusform>%n notificación sin leer</numerusform>
            <numerusform>%n notificaciones sin leer</numerusform>
        </translation>
    </message>
    <message>
        <source>More pages</source>
        <translation>Más páginas</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Páginas</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Show notifications</source>
        <translation>Mostrar notificaciones</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n being sent</source>
        <translation>
            <numerusform>%n enviándose</numerusform>
            <numerusform>%n enviándose</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) being sent</source>
        <translation>
            <numerusform>%n publicación enviándose</numerusform>
            <numerusform>%n publicaciones enviándose</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n publicación programada</numerusform>
            <numerusform>%n publicaciones programadas</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Mensaje nuevo</translation>
    </message>
    <message>
        <source>Next: {title}, {when}</source>
        <translation>Próxima: {title}, {when}</translation>
    </message>
    <message>
        <source>No scheduled posts</source>
        <translation>No hay publicaciones programadas</translation>
    </message>
    <message>
        <source>Open Posto Desktop</source>
        <translation>Abrir Posto Desktop</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Pausar el envío</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Publicación rápida</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>Reanudar el envío</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>El envío está en pausa</translation>
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
        <translation>Inicio</translation>
    </message>
    <message>
        <source>{length} of the video is sent</source>
        <translation>Se envían {length} del vídeo</translation>
    </message>
</context>
<context>
    <name>TrimStrip</name>
    <message>
        <source>End of the video</source>
        <translation>Fin del vídeo</translation>
    </message>
    <message>
        <source>Start of the video</source>
        <translation>Inicio del vídeo</translation>
    </message>
</context>
<context>
    <name>UtmFields</name>
    <message>
        <source>Campaign</source>
        <translation>Campaña</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>Contenido</translation>
    </message>
    <message>
        <source>Links in the text</source>
        <translation>Enlaces del texto</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Medio</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Fuente</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>Término</translation>
    </message>
    <message>
        <source>The attached link</source>
        <translation>El enlace adjunto</translation>
    </message>
    <message>
        <source>Variables: {names}. Tags that a link already has are kept.</source>
        <translation>Variables: {names}. Las etiquetas que un enlace ya tiene se conservan.</translation>
    </message>
</context>
<context>
    <name>VariantBar</name>
    <message>
        <source>All files</source>
        <translation>Todos los archivos</translation>
    </message>
    <message>
        <source>Channel of this text</source>
        <translation>Canal de este texto</translation>
    </message>
    <message>
        <source>Files for this network</source>
        <translation>Archivos para esta red</translation>
    </message>
    <message>
        <source>No files</source>
        <translation>Sin archivos</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Usar el texto común</translation>
    </message>
    <message>
        <source>Uses its own text. Changes to All networks do not apply.</source>
        <translation>Usa su propio texto. Los cambios en Todas las redes no se aplican.</translation>
    </message>
    <message>
        <source>Uses the common text. Type here to give it its own.</source>
        <translation>Usa el texto común. Escribe aquí para darle uno propio.</translation>
    </message>
    <message>
        <source>Uses the text for {network}. Type here to give it its own.</source>
        <translation>Usa el texto para {network}. Escribe aquí para darle uno propio.</translation>
    </message>
    <message>
        <source>{name} uses its own text and ignores changes to All networks.</source>
        <translation>{name} usa su propio texto e ignora los cambios en Todas las redes.</translation>
    </message>
    <message>
        <source>{name} uses the common text. Type here to give it its own.</source>
        <translation>{name} usa el texto común. Escribe aquí para darle uno propio.</translation>
    </message>
    <message>
        <source>{name} · own text</source>
        <translation>{name} · texto propio</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n file(s)</source>
        <translation>
            <numerusform>{n} de %n archivo</numerusform>
            <numerusform>{n} de %n archivos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VideoBar</name>
    <message>
        <source>Cover</source>
        <translation>Portada</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Reproducir</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Reproducir o pausar</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Sonido</translation>
    </message>
</context>
<context>
    <name>VideoResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>Toda la red (%n)</numerusform>
            <numerusform>Las %n redes</numerusform>
        </translation>
    </message>
    <message>
        <source>Convert now</source>
        <translation>Convertir ahora</translation>
    </message>
    <message>
        <source>Converting the video</source>
        <translation>Conversión del vídeo</translation>
    </message>
    <message>
        <source>Encoded anew as H.264</source>
        <translation>Se vuelve a codificar en H.264</translation>
    </message>
    <message>
        <source>HDR becomes ordinary colours</source>
        <translation>HDR pasa a colores normales</translation>
    </message>
    <message>
        <source>Otherwise it is converted when the post is sent</source>
        <translation>Si no, se convierte al enviar la publicación</translation>
    </message>
    <message>
        <source>Sent as it is</source>
        <translation>Se envía tal cual</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>Demasiado grande para {network}. Elige un tamaño menor.</translation>
    </message>
    <message>
        <source>Too long for {network}: up to {most}.</source>
        <translation>Demasiado largo para {network}: hasta {most}.</translation>
    </message>
    <message>
        <source>Too short for {network}: {least} or more.</source>
        <translation>Demasiado corto para {network}: {least} o más.</translation>
    </message>
    <message>
        <source>Too small for {network}.</source>
        <translation>Demasiado pequeño para {network}.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Qué se envía</translation>
    </message>
    <message>
        <source>Written anew as MP4, no quality lost</source>
        <translation>Se reescribe como MP4, sin perder calidad</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>unos {size}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>listo</translation>
    </message>
    <message>
        <source>takes about {time}</source>
        <translation>tarda unos {time}</translation>
    </message>
    <message>
        <source>takes some seconds</source>
        <translation>tarda unos segundos</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>No se pudo preparar {name}.</translation>
    </message>
    <message>
        <source>{network} may refuse it or compress it again.</source>
        <translation>Es posible que {network} lo rechace o vuelva a comprimirlo.</translation>
    </message>
</context>
<context>
    <name>ViewSwitch</name>
    <message>
        <source>Campaigns</source>
        <translation>Campañas</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message>
        <source>View of campaigns</source>
        <translation>Vista de campañas</translation>
    </message>
</context>
<context>
    <name>WatchFolderCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n canal</numerusform>
            <numerusform>%n canales</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign that was deleted</source>
        <translation>Una campaña eliminada</translation>
    </message>
    <message>
        <source>A text file beside can name others</source>
        <translation>Un archivo de texto al lado puede indicar otros</translation>
    </message>
    <message>
        <source>By itself, with Undo. Off: you decide about each draft</source>
        <translation>Automático y se puede deshacer. Desactivado: tú decides sobre cada borrador</translation>
    </message>
    <message>
        <source>Campaign without a name</source>
        <translation>Campaña sin nombre</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>Channels for files of {name}</source>
        <translation>Canales para los archivos de {name}</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Borradores</translation>
    </message>
    <message>
        <source>Drafts from this folder go to these channels</source>
        <translation>Los borradores de esta carpeta van a estos canales</translation>
    </message>
    <message>
        <source>Evergreen messages</source>
        <translation>Mensajes evergreen</translation>
    </message>
    <message>
        <source>Folders inside, too</source>
        <translation>También las subcarpetas</translation>
    </message>
    <message>
        <source>Messages of “{campaign}”</source>
        <translation>Mensajes de «{campaign}»</translation>
    </message>
    <message>
        <source>New files become</source>
        <translation>Los archivos nuevos se convierten en</translation>
    </message>
    <message>
        <source>No longer watched. Its files and drafts stay.</source>
        <translation>Ya no se vigila. Sus archivos y borradores se quedan.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sin estilo</translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation>Ninguno elegido</translation>
    </message>
    <message>
        <source>Open the workspace of this folder to choose its channels</source>
        <translation>Abre el espacio de trabajo de esta carpeta para elegir sus canales</translation>
    </message>
    <message>
        <source>Options of {name}</source>
        <translation>Opciones de {name}</translation>
    </message>
    <message>
        <source>Pause {name}</source>
        <translation>Pausar {name}</translation>
    </message>
    <message>
        <source>Resume {name}</source>
        <translation>Reanudar {name}</translation>
    </message>
    <message>
        <source>Schedule into the next free slot</source>
        <translation>Programar en el próximo horario libre</translation>
    </message>
    <message>
        <source>Stop watching {name}</source>
        <translation>Dejar de vigilar {name}</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo: watch {name} again</source>
        <translation>Deshacer: volver a vigilar {name}</translation>
    </message>
</context>
<context>
    <name>WatchFolders</name>
    <message>
        <source>Folder missing: connect its disk, or remove it from this list</source>
        <translation>Falta la carpeta: conecta su disco o quítala de la lista</translation>
    </message>
    <message>
        <source>Looks for new files every minute</source>
        <translation>Busca archivos nuevos cada minuto</translation>
    </message>
    <message>
        <source>No permission: allow Posto to read this folder in your system</source>
        <translation>Sin permiso: permite en tu sistema que Posto lea esta carpeta</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files…</source>
        <translation>Leyendo {done} de {total} archivos…</translation>
    </message>
    <message>
        <source>The campaign of {folder} was deleted. What comes there becomes drafts until you choose another in Settings.</source>
        <translation>Se eliminó la campaña de {folder}. Lo que llegue será borrador hasta que elijas otra en Ajustes.</translation>
    </message>
    <message>
        <source>This is not a folder</source>
        <translation>Esto no es una carpeta</translation>
    </message>
    <message numerus="yes">
        <source>Waiting for %n file(s) that (is/are) not complete</source>
        <translation>
            <numerusform>Esperando %n archivo incompleto</numerusform>
            <numerusform>Esperando %n archivos incompletos</numerusform>
        </translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>Vigilando</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>{name} no se puede leer.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} no se puede leer: {reason}.</translation>
    </message>
    <message>
        <source>{name} is not text in UTF-8. Save it as UTF-8.</source>
        <translation>{name} no es texto en UTF-8. Guárdalo como UTF-8.</translation>
    </message>
    <message>
        <source>{name} is not valid JSON.</source>
        <translation>{name} no es JSON válido.</translation>
    </message>
    <message>
        <source>{name} is too large: a text has at most {size} KB.</source>
        <translation>{name} es demasiado grande: un texto tiene como máximo {size} KB.</translation>
    </message>
</context>
<context>
    <name>WatchFoldersController</name>
    <message numerus="yes">
        <source>%n draft(s) from “{folder}”</source>
        <translation>
            <numerusform>%n borrador de «{folder}»</numerusform>
            <numerusform>%n borradores de «{folder}»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) stayed: you edited or opened (it/them)</source>
        <translation>
            <numerusform>%n borrador se quedó: lo editaste o abriste</numerusform>
            <numerusform>%n borradores se quedaron: los editaste o abriste</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n evergreen message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n mensaje evergreen de «{folder}»</numerusform>
            <numerusform>%n mensajes evergreen de «{folder}»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” (stays/stay) in Drafts.</source>
        <translation>
            <numerusform>%n mensaje de «{folder}» se queda en Borradores.</numerusform>
            <numerusform>%n mensajes de «{folder}» se quedan en Borradores.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” scheduled</source>
        <translation>
            <numerusform>%n mensaje de «{folder}» programado</numerusform>
            <numerusform>%n mensajes de «{folder}» programados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) in “{folder}” (has/have) the same problem.</source>
        <translation>
            <numerusform>%n archivo más en «{folder}» tiene el mismo problema.</numerusform>
            <numerusform>%n archivos más en «{folder}» tienen el mismo problema.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n mensaje nuevo de «{folder}»</numerusform>
            <numerusform>%n mensajes nuevos de «{folder}»</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>WatchFoldersPage</name>
    <message>
        <source>Add a folder…</source>
        <translation>Añadir una carpeta…</translation>
    </message>
    <message>
        <source>Also what is there already</source>
        <translation>También lo que ya está</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Choose a folder, also one that a cloud keeps in step. Each picture or video that comes there becomes a draft, once. A text file with the same name gives its text. Your files are never moved or changed, and nothing is sent by itself.</source>
        <translation>Elige una carpeta, también una que se sincroniza con la nube. Cada imagen o vídeo que llega se convierte una vez en borrador. Un archivo de texto con el mismo nombre da su texto. Tus archivos nunca se mueven ni se cambian, y nada se envía solo.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>Carpeta que vigilar</translation>
    </message>
    <message>
        <source>Only new files</source>
        <translation>Solo archivos nuevos</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>Carpetas vigiladas</translation>
    </message>
    <message>
        <source>Works while Posto runs, also in the tray, and catches up at the next start.</source>
        <translation>Funciona mientras Posto está abierto, también en la bandeja, y se pone al día en el próximo inicio.</translation>
    </message>
    <message numerus="yes">
        <source>“{folder}” has %Ln picture(s) or video(s) already.</source>
        <translation>
            <numerusform>«{folder}» ya tiene %Ln imagen o vídeo.</numerusform>
            <numerusform>«{folder}» ya tiene %Ln imágenes o vídeos.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{folder}” is watched already.</source>
        <translation>«{folder}» ya se vigila.</translation>
    </message>
</context>
<context>
    <name>WatchScheduler</name>
    <message>
        <source>A network would refuse it as it is. Open it to see why.</source>
        <translation>Una red lo rechazaría tal como está. Ábrelo para ver por qué.</translation>
    </message>
    <message>
        <source>No channels are chosen for it.</source>
        <translation>No hay canales elegidos para él.</translation>
    </message>
    <message>
        <source>There is no free slot for its channels.</source>
        <translation>No hay horario libre para sus canales.</translation>
    </message>
</context>
<context>
    <name>WatermarkFields</name>
    <message>
        <source>Bottom left</source>
        <translation>Abajo a la izquierda</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>Abajo a la derecha</translation>
    </message>
    <message>
        <source>Choose picture…</source>
        <translation>Elegir imagen…</translation>
    </message>
    <message>
        <source>Corner</source>
        <translation>Esquina</translation>
    </message>
    <message>
        <source>In the middle</source>
        <translation>En el centro</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Margen</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Aún no hay imagen</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opacidad</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Size and margin are percentages of the picture&apos;s shorter side. Videos and animations get no watermark. Your files are not changed.</source>
        <translation>Tamaño y margen son porcentajes del lado más corto de la imagen. Los vídeos y animaciones no llevan marca de agua. Tus archivos no cambian.</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>Arriba a la izquierda</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>Arriba a la derecha</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Start with the message. Nothing leaves this computer until you press the button.</source>
        <translation>Empieza por el mensaje. Nada sale de este ordenador hasta que pulses el botón.</translation>
    </message>
    <message>
        <source>Write once, place it everywhere</source>
        <translation>Escribe una vez, colócalo en todas partes</translation>
    </message>
</context>
<context>
    <name>When</name>
    <message>
        <source>A length of time has to be above zero.</source>
        <translation>Una duración debe ser mayor que cero.</translation>
    </message>
    <message>
        <source>A week has seven days.</source>
        <translation>Una semana tiene siete días.</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first} or {second}?</source>
        <translation>¿«{text}» significa {first} o {second}?</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first}?</source>
        <translation>¿«{text}» significa {first}?</translation>
    </message>
    <message>
        <source>Midnight</source>
        <translation>Medianoche</translation>
    </message>
    <message>
        <source>No month has a day {day}.</source>
        <translation>Ningún mes tiene un día {day}.</translation>
    </message>
    <message>
        <source>No month has more than five of a weekday.</source>
        <translation>Ningún mes tiene más de cinco de un mismo día de la semana.</translation>
    </message>
    <message>
        <source>No time is given.</source>
        <translation>No se da ninguna hora.</translation>
    </message>
    <message>
        <source>Read as {day}.</source>
        <translation>Leído como {day}.</translation>
    </message>
    <message>
        <source>Read with the day first, as {day}.</source>
        <translation>Leído con el día primero, como {day}.</translation>
    </message>
    <message>
        <source>Read with the month first, as {day}.</source>
        <translation>Leído con el mes primero, como {day}.</translation>
    </message>
    <message>
        <source>That is too far ahead.</source>
        <translation>Eso está demasiado lejos.</translation>
    </message>
    <message>
        <source>That month has no {weekday} number {number}.</source>
        <translation>Ese mes no tiene {weekday} número {number}.</translation>
    </message>
    <message>
        <source>That timestamp is too far ahead.</source>
        <translation>Esa marca de tiempo está demasiado lejos.</translation>
    </message>
    <message numerus="yes">
        <source>The clocks change in between: {clock} is the same time of day, {later} is %n hour(s) from now.</source>
        <translation>
            <numerusform>Los relojes cambian entremedias: {clock} es la misma hora del día, {later} es dentro de %n hora.</numerusform>
            <numerusform>Los relojes cambian entremedias: {clock} es la misma hora del día, {later} es dentro de %n horas.</numerusform>
        </translation>
    </message>
    <message>
        <source>The day after tomorrow is {day}, and another date is named.</source>
        <translation>Pasado mañana es {day}, y se nombra otra fecha.</translation>
    </message>
    <message>
        <source>The year {year} is too far ahead.</source>
        <translation>El año {year} está demasiado lejos.</translation>
    </message>
    <message>
        <source>There is no day {first}/{second}.</source>
        <translation>No existe el día {first}/{second}.</translation>
    </message>
    <message>
        <source>There is no month {month}.</source>
        <translation>No existe el mes {month}.</translation>
    </message>
    <message>
        <source>There is no time zone “{name}”.</source>
        <translation>No existe la zona horaria «{name}».</translation>
    </message>
    <message>
        <source>There is no year {year}.</source>
        <translation>No existe el año {year}.</translation>
    </message>
    <message>
        <source>There is no {day} {month} this year or the next.</source>
        <translation>No existe el {day} de {month} este año ni el próximo.</translation>
    </message>
    <message>
        <source>There is no {day} {month} {year}.</source>
        <translation>No existe el {day} de {month} de {year}.</translation>
    </message>
    <message>
        <source>There is no {day} {month}.</source>
        <translation>No existe el {day} de {month}.</translation>
    </message>
    <message>
        <source>Today is {day}, and another date is named.</source>
        <translation>Hoy es {day}, y se nombra otra fecha.</translation>
    </message>
    <message>
        <source>Tomorrow is {day}, and another date is named.</source>
        <translation>Mañana es {day}, y se nombra otra fecha.</translation>
    </message>
    <message>
        <source>{day} has passed this year.</source>
        <translation>{day} ya pasó este año.</translation>
    </message>
    <message>
        <source>{day} is a {weekday}, not a {other}.</source>
        <translation>{day} es {weekday}, no {other}.</translation>
    </message>
    <message>
        <source>{text} is not a length of time.</source>
        <translation>{text} no es una duración.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The first one ({zone}) is used.</source>
        <translation>{time} se da dos veces el {day}, cuando se atrasan los relojes. Se usa la primera ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The second one ({zone}) is used.</source>
        <translation>{time} se da dos veces el {day}, cuando se atrasan los relojes. Se usa la segunda ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the first one ({zone}).</source>
        <translation>{time} se da dos veces esa noche; esta es la primera ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the second one ({zone}).</source>
        <translation>{time} se da dos veces esa noche; esta es la segunda ({zone}).</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} ya pasó.</translation>
    </message>
    <message>
        <source>{time} has passed. The next possible time is {next}.</source>
        <translation>{time} ya pasó. La próxima hora posible es {next}.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: am and pm go with hours from 1 to 12.</source>
        <translation>{time} no es una hora: am y pm van con horas de 1 a 12.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: hours go from 0 to 23.</source>
        <translation>{time} no es una hora: las horas van de 0 a 23.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: minutes and seconds go up to 59.</source>
        <translation>{time} no es una hora: minutos y segundos llegan a 59.</translation>
    </message>
    <message>
        <source>{time} is not at lunch.</source>
        <translation>{time} no es a mediodía.</translation>
    </message>
    <message>
        <source>{time} is not at the end of the day.</source>
        <translation>{time} no es al final del día.</translation>
    </message>
    <message>
        <source>{time} is not in the afternoon.</source>
        <translation>{time} no es por la tarde.</translation>
    </message>
    <message>
        <source>{time} is not in the evening.</source>
        <translation>{time} no es por la noche.</translation>
    </message>
    <message>
        <source>{time} is not in the morning.</source>
        <translation>{time} no es por la mañana.</translation>
    </message>
    <message>
        <source>{time} is not in the night.</source>
        <translation>{time} no es de madrugada.</translation>
    </message>
    <message>
        <source>{time} is not tonight.</source>
        <translation>{time} no es esta noche.</translation>
    </message>
    <message>
        <source>{time} is skipped on {day}, when the clocks go forward. {used} is used.</source>
        <translation>{time} se salta el {day}, cuando se adelantan los relojes. Se usa {used}.</translation>
    </message>
    <message>
        <source>{zone} is not in force in {city} then: its clocks show {time}.</source>
        <translation>{zone} no rige entonces en {city}: sus relojes marcan {time}.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a length of time. “{minutes}” and “{hours}” can.</source>
        <translation>«{text}» no se puede leer como duración. «{minutes}» y «{hours}» sí.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a time. “{example}”, “{date}” and “{length}” can.</source>
        <translation>«{text}» no se puede leer como hora. «{example}», «{date}» y «{length}» sí.</translation>
    </message>
    <message>
        <source>“{text}” is in the past. Only times ahead can be scheduled.</source>
        <translation>«{text}» está en el pasado. Solo se pueden programar horas futuras.</translation>
    </message>
    <message>
        <source>“{typed}” was read as “{meant}”.</source>
        <translation>«{typed}» se leyó como «{meant}».</translation>
    </message>
</context>
<context>
    <name>WhenChips</name>
    <message>
        <source>Next free slot…</source>
        <translation>Próximo horario libre…</translation>
    </message>
    <message>
        <source>Quick times</source>
        <translation>Horas rápidas</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Repetir…</translation>
    </message>
</context>
<context>
    <name>WhenPicker</name>
    <message>
        <source>Day and time</source>
        <translation>Día y hora</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Mes anterior</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Mes siguiente</translation>
    </message>
    <message>
        <source>Nothing scheduled that day</source>
        <translation>Nada programado ese día</translation>
    </message>
    <message>
        <source>Scheduled: {times}</source>
        <translation>Programado: {times}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled: {times} and %n more</source>
        <translation>
            <numerusform>Programado: {times} y %n más</numerusform>
            <numerusform>Programado: {times} y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Hora</translation>
    </message>
    <message>
        <source>Use this time</source>
        <translation>Usar esta hora</translation>
    </message>
</context>
<context>
    <name>WhenReading</name>
    <message>
        <source>Set a time for the first post of the repeat.</source>
        <translation>Pon una hora para la primera publicación de la repetición.</translation>
    </message>
    <message>
        <source>The repeat ends before this time.</source>
        <translation>La repetición termina antes de esta hora.</translation>
    </message>
</context>
<context>
    <name>WhenRow</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Elige un día y una hora</translation>
    </message>
    <message>
        <source>Now, or “{time}”</source>
        <translation>Ahora, o «{time}»</translation>
    </message>
    <message>
        <source>Posto cannot read this.</source>
        <translation>Posto no puede leer esto.</translation>
    </message>
    <message>
        <source>This time has passed.</source>
        <translation>Esta hora ya pasó.</translation>
    </message>
    <message>
        <source>Try “{time}”</source>
        <translation>Prueba «{time}»</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>Usar {time}</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>y %n más</numerusform>
            <numerusform>y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>as soon as an editor approves it</source>
        <translation>en cuanto un editor lo apruebe</translation>
    </message>
    <message>
        <source>as soon as you press the button</source>
        <translation>en cuanto pulses el botón</translation>
    </message>
    <message>
        <source>first on {day}</source>
        <translation>primero el {day}</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} ya pasó.</translation>
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
            <numerusform>hace %n día</numerusform>
            <numerusform>hace %n días</numerusform>
        </translation>
    </message>
    <message>
        <source>In 1 hour</source>
        <translation>En 1 hora</translation>
    </message>
    <message>
        <source>Next {day} {time}</source>
        <translation>Próximo {day} {time}</translation>
    </message>
    <message>
        <source>Now</source>
        <extracomment>Time of a post.</extracomment>
        <translation>Ahora</translation>
    </message>
    <message>
        <source>Today {time}</source>
        <translation>Hoy {time}</translation>
    </message>
    <message>
        <source>Tomorrow {time}</source>
        <translation>Mañana {time}</translation>
    </message>
    <message>
        <source>Tonight {time}</source>
        <translation>Esta noche {time}</translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>en %n día</numerusform>
            <numerusform>en %n días</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n hour(s)</source>
        <translation>
            <numerusform>en %n hora</numerusform>
            <numerusform>en %n horas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n minute(s)</source>
        <translation>
            <numerusform>en %n minuto</numerusform>
            <numerusform>en %n minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n month(s)</source>
        <translation>
            <numerusform>en %n mes</numerusform>
            <numerusform>en %n meses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n year(s)</source>
        <translation>
            <numerusform>en %n año</numerusform>
            <numerusform>en %n años</numerusform>
        </translation>
    </message>
    <message>
        <source>in a minute</source>
        <translation>en un minuto</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>ahora mismo</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>hoy {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>mañana</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>mañana {time}</translation>
    </message>
    <message>
        <source>{day} {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>{n} h ago</source>
        <translation>hace {n} h</translation>
    </message>
    <message>
        <source>{n} min ago</source>
        <translation>hace {n} min</translation>
    </message>
    <message>
        <source>{n} s ago</source>
        <translation>hace {n} s</translation>
    </message>
    <message>
        <source>{offset} then</source>
        <extracomment>{offset}: &quot;UTC+1&quot; at the time of the post.</extracomment>
        <translation>{offset} entonces</translation>
    </message>
</context>
<context>
    <name>WindowDropHandler</name>
    <message>
        <source>The dropped content could not be read. Drop it again.</source>
        <translation>No se pudo leer lo que soltaste. Suéltalo de nuevo.</translation>
    </message>
    <message>
        <source>The pasted picture cannot be read</source>
        <translation>No se puede leer la imagen pegada</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} y %n más</numerusform>
            <numerusform>{names} y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} cannot be posted</source>
        <translation>{names} no se puede publicar</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln archivo</numerusform>
            <numerusform>%Ln archivos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s)</source>
        <translation>
            <numerusform>%Ln publicación</numerusform>
            <numerusform>%Ln publicaciones</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WorkspaceButton</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Añadir un espacio de trabajo…</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Conectado</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Conectando</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>Gestionar espacios de trabajo…</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>No conectado</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Sin conexión</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Pruebas, no se publica nada</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Iniciar sesión de nuevo</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Iniciar sesión de nuevo…</translation>
    </message>
    <message>
        <source>Sign out of {name}</source>
        <translation>Cerrar sesión en {name}</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este ordenador</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Espacio de trabajo</translation>
    </message>
</context>
<context>
    <name>WorkspaceConnection</name>
    <message>
        <source>Connected to {host}</source>
        <translation>Conectado a {host}</translation>
    </message>
    <message>
        <source>Connecting to {name}</source>
        <translation>Conectando con {name}</translation>
    </message>
    <message>
        <source>Posto tries again automatically.</source>
        <translation>Posto lo intenta de nuevo automáticamente.</translation>
    </message>
    <message>
        <source>Ready on this computer</source>
        <translation>Listo en este ordenador</translation>
    </message>
    <message>
        <source>{host} is slow to answer</source>
        <translation>{host} tarda en responder</translation>
    </message>
</context>
<context>
    <name>WorkspaceListDialog</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Añadir un espacio de trabajo…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>This computer and the services you are signed in to</source>
        <translation>Este ordenador y los servicios en los que has iniciado sesión</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Espacios de trabajo</translation>
    </message>
</context>
<context>
    <name>WorkspaceSwitcherController</name>
    <message>
        <source>Publishes to your accounts</source>
        <translation>Publica en tus cuentas</translation>
    </message>
    <message>
        <source>The password of {name} was not saved. Sign in again.</source>
        <translation>La contraseña de {name} no se guardó. Inicia sesión de nuevo.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este ordenador</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>{name} removed from this computer</source>
        <translation>{name} quitado de este ordenador</translation>
    </message>
</context>
<context>
    <name>WorkspacesPage</name>
    <message>
        <source>Not signed in. This computer works without a service.</source>
        <translation>Sin iniciar sesión. Este ordenador funciona sin servicio.</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Servicios</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Iniciar sesión en un servicio…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este ordenador</translation>
    </message>
    <message>
        <source>Without a service</source>
        <translation>Sin servicio</translation>
    </message>
    <message>
        <source>Your own accounts and a sandbox for trying out. Cannot be removed.</source>
        <translation>Tus propias cuentas y un entorno de pruebas. No se puede quitar.</translation>
    </message>
</context>
<context>
    <name>ZonePopup</name>
    <message>
        <source>City or time zone</source>
        <translation>Ciudad o zona horaria</translation>
    </message>
    <message>
        <source>No such city. Try the largest one nearby.</source>
        <translation>No hay tal ciudad. Prueba con la mayor de los alrededores.</translation>
    </message>
    <message>
        <source>Search time zones</source>
        <translation>Buscar zonas horarias</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Zona horaria</translation>
    </message>
    <message>
        <source>Time zones</source>
        <translation>Zonas horarias</translation>
    </message>
</context>
<context>
    <name>ZoneWords</name>
    <message>
        <source>{city} · now {time} · {offset}</source>
        <translation>{city} · ahora {time} · {offset}</translation>
    </message>
    <message>
        <source>{time} in {city}</source>
        <extracomment>&quot;9:00 in New York&quot;; {time} can have a weekday.</extracomment>
        <translation>{time} en {city}</translation>
    </message>
</context>
<context>
    <name>Zones</name>
    <message>
        <source>This computer&apos;s time ({zone})</source>
        <translation>Hora de este ordenador ({zone})</translation>
    </message>
</context>
<context>
    <name>_AccountCard</name>
    <message>
        <source>Check</source>
        <extracomment>Verb: check the sign-in of an account.</extracomment>
        <translation>Comprobar</translation>
    </message>
    <message>
        <source>Check the connection to {name}</source>
        <translation>Comprobar la conexión con {name}</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Comprobando…</translation>
    </message>
    <message>
        <source>Connected: signed in as {name}</source>
        <translation>Conectado: sesión iniciada como {name}</translation>
    </message>
    <message>
        <source>In a file only you can read</source>
        <translation>En un archivo que solo tú puedes leer</translation>
    </message>
    <message>
        <source>In the keychain</source>
        <translation>En el llavero</translation>
    </message>
    <message>
        <source>Keep its password</source>
        <translation>Guardar su contraseña</translation>
    </message>
    <message>
        <source>Locked with your login to this computer</source>
        <translation>Bloqueado con tu inicio de sesión en este ordenador</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>Nombre de {name}</translation>
    </message>
    <message>
        <source>No password saved: sign in again</source>
        <translation>Sin contraseña guardada: inicia sesión de nuevo</translation>
    </message>
    <message>
        <source>Not encrypted: anyone who can use your account can read it</source>
        <translation>Sin cifrar: cualquiera que pueda usar tu cuenta puede leerla</translation>
    </message>
    <message>
        <source>Not saved: sign in again</source>
        <translation>No guardada: inicia sesión de nuevo</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Solo hasta que salga</translation>
    </message>
    <message>
        <source>Posts wait here until you sign in again</source>
        <translation>Las publicaciones esperan aquí hasta que inicies sesión de nuevo</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Quitar {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Cambiar nombre de {name}</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Iniciar sesión de nuevo…</translation>
    </message>
    <message>
        <source>Sign in to {name} again</source>
        <translation>Iniciar sesión en {name} de nuevo</translation>
    </message>
    <message>
        <source>The connection could not be checked.</source>
        <translation>No se pudo comprobar la conexión.</translation>
    </message>
    <message>
        <source>The password could not be moved.</source>
        <translation>No se pudo mover la contraseña.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Deshacer quitar {name}</translation>
    </message>
    <message>
        <source>Will be removed from this computer, with its password, when you close the settings. Posts already on the service will still be sent.</source>
        <translation>Se quitará de este ordenador, con su contraseña, cuando cierres los ajustes. Las publicaciones que ya están en el servicio se enviarán igualmente.</translation>
    </message>
    <message>
        <source>“{name}” is in use already, so this one is “{other}”.</source>
        <translation>«{name}» ya está en uso, así que este se llama «{other}».</translation>
    </message>
</context>
<context>
    <name>_CountsModel</name>
    <message>
        <source>own text</source>
        <translation>texto propio</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: queda %Ln carácter</numerusform>
            <numerusform>{network}: quedan %Ln caracteres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: sobra %Ln carácter</numerusform>
            <numerusform>{network}: sobran %Ln caracteres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_CountsView</name>
    <message>
        <source>Characters left</source>
        <translation>Caracteres restantes</translation>
    </message>
</context>
<context>
    <name>_DeviceRow</name>
    <message>
        <source>Changes need the server</source>
        <translation>Los cambios necesitan el servidor</translation>
    </message>
    <message>
        <source>Revoke</source>
        <extracomment>Verb: end the sign-in of a device.</extracomment>
        <translation>Revocar</translation>
    </message>
    <message>
        <source>Revoke {device}</source>
        <translation>Revocar {device}</translation>
    </message>
    <message>
        <source>Revoked: it cannot sign in any more</source>
        <translation>Revocado: ya no puede iniciar sesión</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Guardando…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este ordenador</translation>
    </message>
    <message>
        <source>This computer signs in with it. Revoke it from another device.</source>
        <translation>Este ordenador inicia sesión con él. Revócalo desde otro dispositivo.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo revoking {device}</source>
        <translation>Deshacer la revocación de {device}</translation>
    </message>
</context>
<context>
    <name>_FilterChip</name>
    <message>
        <source>Remove filter {filter}</source>
        <translation>Quitar filtro {filter}</translation>
    </message>
</context>
<context>
    <name>_Grid</name>
    <message>
        <source>Recently used media</source>
        <translation>Archivos usados recientemente</translation>
    </message>
</context>
<context>
    <name>_Lines</name>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Lines {number}</source>
        <translation>Líneas {number}</translation>
    </message>
</context>
<context>
    <name>_List</name>
    <message>
        <source>Timeline</source>
        <translation>Línea de tiempo</translation>
    </message>
</context>
<context>
    <name>_MoreButton</name>
    <message>
        <source>+{count}, characters left on all networks</source>
        <translation>+{count}, caracteres restantes en todas las redes</translation>
    </message>
</context>
<context>
    <name>_MoreTabsButton</name>
    <message numerus="yes">
        <source>+%n more network(s)</source>
        <translation>
            <numerusform>+%n red más</numerusform>
            <numerusform>+%n redes más</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more network(s), with a problem</source>
        <translation>
            <numerusform>+%n red más, con un problema</numerusform>
            <numerusform>+%n redes más, con un problema</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Part</name>
    <message>
        <source>Message text</source>
        <translation>Texto del mensaje</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Parte {number}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Quitar la parte</translation>
    </message>
    <message>
        <source>Remove part {number}</source>
        <translation>Quitar parte {number}</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Name of {name}</source>
        <translation>Nombre de {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Quitar {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Cambiar nombre de {name}</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Pruebas, no se publica nada</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Deshacer quitar {name}</translation>
    </message>
    <message>
        <source>{name} removed</source>
        <translation>{name} quitado</translation>
    </message>
</context>
<context>
    <name>_Skeleton</name>
    <message>
        <source>Each network&apos;s view of your post appears here while you type.</source>
        <translation>Aquí aparece cómo muestra cada red tu publicación mientras escribes.</translation>
    </message>
</context>
<context>
    <name>_SuggestionsView</name>
    <message>
        <source>Do not suggest any more</source>
        <translation>No sugerir más</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Sugerencias</translation>
    </message>
</context>
<context>
    <name>_Thumb</name>
    <message>
        <source>Delete removes the file, {back} and {forth} move it</source>
        <extracomment>&quot;Delete&quot; is a key; {back} and {forth}: keys.</extracomment>
        <translation>Supr quita el archivo, {back} y {forth} lo mueven</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Parte {number}</translation>
    </message>
    <message>
        <source>{up} and {down} move it to another part</source>
        <extracomment>{up} and {down}: keys.</extracomment>
        <translation>{up} y {down} lo mueven a otra parte</translation>
    </message>
</context>
<context>
    <name>_View</name>
    <message>
        <source>Campaigns list</source>
        <translation>Lista de campañas</translation>
    </message>
</context>
</TS>
