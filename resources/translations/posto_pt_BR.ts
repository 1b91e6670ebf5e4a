<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt_BR" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>All parts of this package</source>
        <translation>Todas as partes deste pacote</translation>
    </message>
    <message>
        <source>Brand marks belong to their owners and are used only to name their networks.</source>
        <translation>As marcas pertencem a seus donos e são usadas apenas para indicar as redes.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy the versions</source>
        <translation>Copiar as versões</translation>
    </message>
    <message>
        <source>For support. You can review it before saving.</source>
        <translation>Para o suporte. Você pode revisar antes de salvar.</translation>
    </message>
    <message>
        <source>Licence of</source>
        <translation>Licença de</translation>
    </message>
    <message>
        <source>Licence text</source>
        <translation>Texto da licença</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Arquivos de log</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Abrir a pasta</translation>
    </message>
    <message>
        <source>Open the folder of logs</source>
        <translation>Abrir a pasta de logs</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Relatório de problema</translation>
    </message>
    <message>
        <source>SDK and workspace</source>
        <translation>SDK e espaço de trabalho</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Sistema</translation>
    </message>
    <message>
        <source>The licences could not be read.</source>
        <translation>Não foi possível ler as licenças.</translation>
    </message>
    <message>
        <source>Version {number}</source>
        <translation>Versão {number}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versões</translation>
    </message>
    <message>
        <source>Write a report…</source>
        <translation>Escrever um relatório…</translation>
    </message>
</context>
<context>
    <name>AccountGuideDialog</name>
    <message>
        <source>How to get this</source>
        <translation>Como obter</translation>
    </message>
    <message>
        <source>Links open in your browser. The sign-in stays open.</source>
        <translation>Os links abrem no navegador. O login continua aberto.</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>Passo a passo</translation>
    </message>
</context>
<context>
    <name>AccountOutlook</name>
    <message>
        <source>About ${amount} at X</source>
        <translation>Cerca de ${amount} no X</translation>
    </message>
    <message numerus="yes">
        <source>About ${amount} at X for %Ln post(s)</source>
        <translation>
            <numerusform>Cerca de ${amount} no X por %Ln post</numerusform>
            <numerusform>Cerca de ${amount} no X por %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>The last post is sent about {time} {day}.</source>
        <translation>O último post é enviado por volta das {time} {day}.</translation>
    </message>
    <message>
        <source>The last post is sent about {time}.</source>
        <translation>O último post é enviado por volta das {time}.</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>em {day}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>hoje</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>amanhã</translation>
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
        <translation>O login em {network} terminou {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}. Sign in again, or nothing goes out.</source>
        <translation>O login em {network} terminou {day}. Entre novamente, senão nada será enviado.</translation>
    </message>
    <message numerus="yes">
        <source>{network}&apos;s sign-in ends {day}, before %Ln of these posts.</source>
        <translation>
            <numerusform>O login em {network} termina {day}, antes de %Ln destes posts.</numerusform>
            <numerusform>O login em {network} termina {day}, antes de %Ln destes posts.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before these posts.</source>
        <translation>O login em {network} termina {day}, antes destes posts.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before this post.</source>
        <translation>O login em {network} termina {day}, antes deste post.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}.</source>
        <translation>O login em {network} termina {day}.</translation>
    </message>
</context>
<context>
    <name>AccountStep</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln imagem</numerusform>
            <numerusform>%Ln imagens</numerusform>
        </translation>
    </message>
    <message>
        <source>Can publish and upload pictures.</source>
        <translation>Pode publicar e enviar imagens.</translation>
    </message>
    <message>
        <source>Can publish.</source>
        <translation>Pode publicar.</translation>
    </message>
    <message>
        <source>Can upload pictures.</source>
        <translation>Pode enviar imagens.</translation>
    </message>
    <message>
        <source>Cannot publish.</source>
        <translation>Não pode publicar.</translation>
    </message>
    <message>
        <source>Cannot upload pictures.</source>
        <translation>Não pode enviar imagens.</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Destino</translation>
    </message>
    <message>
        <source>This is not {before}. It becomes a separate channel. Posts of {before} keep waiting.</source>
        <translation>Isto não é {before}. Passa a ser um canal separado. Os posts de {before} continuam esperando.</translation>
    </message>
    <message numerus="yes">
        <source>Up to %Ln character(s)</source>
        <translation>
            <numerusform>Até %Ln caractere</numerusform>
            <numerusform>Até %Ln caracteres</numerusform>
        </translation>
    </message>
    <message>
        <source>Where to publish</source>
        <translation>Onde publicar</translation>
    </message>
    <message>
        <source>{size} MB a picture</source>
        <translation>{size} MB por imagem</translation>
    </message>
</context>
<context>
    <name>AccountTestCard</name>
    <message>
        <source>Delete it now</source>
        <translation>Excluir agora</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Send a test post</source>
        <translation>Enviar um post de teste</translation>
    </message>
    <message>
        <source>The account responded to the test.</source>
        <translation>A conta respondeu ao teste.</translation>
    </message>
    <message>
        <source>The test post is deleted.</source>
        <translation>O post de teste foi excluído.</translation>
    </message>
    <message>
        <source>The test post was sent. Posto deletes it when you finish or cancel.</source>
        <translation>O post de teste foi enviado. O Posto o exclui quando você concluir ou cancelar.</translation>
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
        <translation>Atividade</translation>
    </message>
</context>
<context>
    <name>ActivityHeader</name>
    <message>
        <source>Activity</source>
        <translation>Atividade</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Agentes</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Histórico</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Métricas</translation>
    </message>
    <message>
        <source>Other workspaces</source>
        <translation>Outros espaços de trabalho</translation>
    </message>
    <message>
        <source>Other workspaces, too: {workspaces}</source>
        <translation>Também outros espaços de trabalho: {workspaces}</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Caixa de saída</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Pausar tudo</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Retomar</translation>
    </message>
    <message>
        <source>Search history</source>
        <translation>Buscar no histórico</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Buscar posts</translation>
    </message>
    <message>
        <source>Send nothing from this computer for now</source>
        <translation>Não enviar nada deste computador por enquanto</translation>
    </message>
    <message>
        <source>Send waiting posts</source>
        <translation>Enviar posts em espera</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>O envio está pausado</translation>
    </message>
    <message>
        <source>View</source>
        <extracomment>Noun.</extracomment>
        <translation>Visualização</translation>
    </message>
    <message numerus="yes">
        <source>{workspace} (%Ln post(s) to look at)</source>
        <translation>
            <numerusform>{workspace} (%Ln post para ver)</numerusform>
            <numerusform>{workspace} (%Ln posts para ver)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>Atividade</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>Tudo pronto</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>Limpar busca</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Discard this post?</source>
        <translation>Descartar este post?</translation>
    </message>
    <message>
        <source>Do not send to {channels}?</source>
        <translation>Não enviar para {channels}?</translation>
    </message>
    <message>
        <source>Export insights as PDF…</source>
        <translation>Exportar métricas em PDF…</translation>
    </message>
    <message>
        <source>Export insights as a table…</source>
        <translation>Exportar métricas em tabela…</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Canais ocultos contêm %Ln post.</numerusform>
            <numerusform>Canais ocultos contêm %Ln posts.</numerusform>
        </translation>
    </message>
    <message>
        <source>History</source>
        <translation>Histórico</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Métricas</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>No post is waiting and none has failed.</source>
        <translation>Nenhum post está em espera e nenhum falhou.</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Nenhum post encontrado</translation>
    </message>
    <message>
        <source>Nothing older</source>
        <translation>Nada mais antigo</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>Nada enviado ainda</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Caixa de saída</translation>
    </message>
    <message>
        <source>Posto stops checking for it. If the post was published, it stays published.</source>
        <translation>O Posto deixa de verificar. Se o post foi publicado, continua publicado.</translation>
    </message>
    <message>
        <source>Posts sent before today are listed here for 30 days.</source>
        <translation>Os posts enviados antes de hoje ficam listados aqui por 30 dias.</translation>
    </message>
    <message>
        <source>Removes “{title}” from the outbox. Its text stays under Done today.</source>
        <translation>Remove “{title}” da caixa de saída. O texto continua em Concluído hoje.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Mostrar canais ocultos</translation>
    </message>
    <message>
        <source>Show insights as plots</source>
        <translation>Mostrar métricas em gráficos</translation>
    </message>
    <message>
        <source>Show insights as tables</source>
        <translation>Mostrar métricas em tabelas</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Entrar novamente</translation>
    </message>
    <message>
        <source>The post on the other channels does not change.</source>
        <translation>O post nos outros canais não muda.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln post(s).</source>
        <translation>
            <numerusform>A busca oculta %Ln post.</numerusform>
            <numerusform>A busca oculta %Ln posts.</numerusform>
        </translation>
    </message>
    <message>
        <source>What you send is listed here, with what becomes of it.</source>
        <translation>O que você envia aparece aqui, com o resultado.</translation>
    </message>
</context>
<context>
    <name>AddTile</name>
    <message>
        <source>Add media</source>
        <translation>Adicionar mídia</translation>
    </message>
    <message>
        <source>Add or drop</source>
        <translation>Adicionar ou soltar</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Adicionar imagens ou vídeos</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Mídia usada recentemente</translation>
    </message>
</context>
<context>
    <name>AgentCallsList</name>
    <message>
        <source>Calls of agents</source>
        <translation>Chamadas de agentes</translation>
    </message>
</context>
<context>
    <name>AltEditor</name>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>%n caractere restante</numerusform>
            <numerusform>%n caracteres restantes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n caractere a mais</numerusform>
            <numerusform>%n caracteres a mais</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long for {network}</source>
        <translation>
            <numerusform>%n caractere a mais para {network}</numerusform>
            <numerusform>%n caracteres a mais para {network}</numerusform>
        </translation>
    </message>
    <message>
        <source>Describe {name}</source>
        <translation>Descrever {name}</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Descrição</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Keep description</source>
        <translation>Manter descrição</translation>
    </message>
    <message>
        <source>Next file</source>
        <translation>Próximo arquivo</translation>
    </message>
    <message>
        <source>Not taken by {names}.</source>
        <translation>Não aceita por {names}.</translation>
    </message>
    <message>
        <source>Previous file</source>
        <translation>Arquivo anterior</translation>
    </message>
    <message>
        <source>Read aloud by screen readers.</source>
        <translation>Lida em voz alta por leitores de tela.</translation>
    </message>
    <message>
        <source>Sent to {names}.</source>
        <translation>Enviada para {names}.</translation>
    </message>
    <message>
        <source>The service does not pass it on to {names}.</source>
        <translation>O serviço não a repassa para {names}.</translation>
    </message>
    <message>
        <source>What is in the picture, for people who cannot see it</source>
        <translation>O que há na imagem, para quem não pode vê-la</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>{pane} closed</source>
        <translation>{pane}: fechado</translation>
    </message>
    <message>
        <source>{pane} open</source>
        <extracomment>{pane}: its name, such as Details or Preview.</extracomment>
        <translation>{pane}: aberto</translation>
    </message>
    <message>
        <source>{part}, collapsed</source>
        <translation>{part}, recolhido</translation>
    </message>
    <message>
        <source>{part}, expanded</source>
        <translation>{part}, expandido</translation>
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
        <translation>Aprovar</translation>
    </message>
    <message numerus="yes">
        <source>Approve %Ln message(s)</source>
        <translation>
            <numerusform>Aprovar %Ln mensagem</numerusform>
            <numerusform>Aprovar %Ln mensagens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Approved with a new time, the message(s) (goes/go) out then.</source>
        <translation>
            <numerusform>Aprovada com um novo horário, a mensagem sai nesse momento.</numerusform>
            <numerusform>Aprovadas com um novo horário, as mensagens saem nesse momento.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not approved: %Ln post(s).</source>
        <translation>
            <numerusform>No passado, por isso não aprovada: %Ln publicação.</numerusform>
            <numerusform>No passado, por isso não aprovadas: %Ln publicações.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The time of %Ln proposal(s) has passed</source>
        <translation>
            <numerusform>O horário de %Ln proposta passou</numerusform>
            <numerusform>O horário de %Ln propostas passou</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskForChangesDialog</name>
    <message>
        <source>About</source>
        <translation>Sobre</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Comentar</translation>
    </message>
    <message>
        <source>Request changes</source>
        <translation>Solicitar alterações</translation>
    </message>
    <message>
        <source>Send request</source>
        <translation>Enviar solicitação</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>A mensagem inteira</translation>
    </message>
    <message>
        <source>What is to be changed?</source>
        <translation>O que deve ser alterado?</translation>
    </message>
    <message>
        <source>Write a comment first</source>
        <translation>Escreva primeiro um comentário</translation>
    </message>
    <message>
        <source>{name} sees your comment and can edit the message.</source>
        <translation>{name} vê seu comentário e pode editar a mensagem.</translation>
    </message>
</context>
<context>
    <name>AuditEntryDialog</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Entry of the audit log</source>
        <translation>Entrada do registro de auditoria</translation>
    </message>
</context>
<context>
    <name>AuditPart</name>
    <message>
        <source>Audit log</source>
        <translation>Registro de auditoria</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Nothing has been done yet.</source>
        <translation>Nada foi feito ainda.</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Pessoa</translation>
    </message>
    <message>
        <source>Read the audit log again</source>
        <translation>Ler novamente o registro de auditoria</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Lendo…</translation>
    </message>
    <message>
        <source>Show older entries</source>
        <translation>Mostrar entradas mais antigas</translation>
    </message>
    <message>
        <source>The server is not reached</source>
        <translation>O servidor não está acessível</translation>
    </message>
</context>
<context>
    <name>BrowserSignInPart</name>
    <message>
        <source>Open again</source>
        <translation>Abrir de novo</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Entre na página do seu navegador e permita o Posto Desktop. Esta janela então continua automaticamente. Se nenhuma página abriu, copie o endereço.</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Entrar com o navegador</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Endereço de login</translation>
    </message>
    <message>
        <source>Use an application password</source>
        <translation>Usar uma senha de aplicativo</translation>
    </message>
    <message>
        <source>{host} signs you in on its page. Posto then gets a password of its own for this computer, which you can revoke at any time.</source>
        <translation>{host} faz o seu acesso na própria página. O Posto recebe então uma senha própria para este computador, que você pode revogar a qualquer momento.</translation>
    </message>
</context>
<context>
    <name>Budgets</name>
    <message numerus="yes">
        <source>%Ln file(s) {span}</source>
        <translation>
            <numerusform>%Ln arquivo {span}</numerusform>
            <numerusform>%Ln arquivos {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) {span}</source>
        <translation>
            <numerusform>%Ln post {span}</numerusform>
            <numerusform>%Ln posts {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a day/in %Ln days)</source>
        <translation>
            <numerusform>por dia</numerusform>
            <numerusform>em %Ln dias</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a minute/in %Ln minutes)</source>
        <translation>
            <numerusform>por minuto</numerusform>
            <numerusform>em %Ln minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a second/in %Ln seconds)</source>
        <translation>
            <numerusform>por segundo</numerusform>
            <numerusform>em %Ln segundos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(an hour/in %Ln hours)</source>
        <translation>
            <numerusform>por hora</numerusform>
            <numerusform>em %Ln horas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BulkBar</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln selecionado</numerusform>
            <numerusform>%Ln selecionados</numerusform>
        </translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Aprovar</translation>
    </message>
    <message>
        <source>Clear selection</source>
        <translation>Limpar seleção</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
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
        <translation>Abrir post</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Reagendar</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar agora</translation>
    </message>
</context>
<context>
    <name>Calendar</name>
    <message numerus="yes">
        <source>%n earlier</source>
        <translation>
            <numerusform>%n mais cedo</numerusform>
            <numerusform>%n mais cedo</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later</source>
        <extracomment>Posts below the visible hours of the calendar.</extracomment>
        <translation>
            <numerusform>%n mais tarde</numerusform>
            <numerusform>%n mais tarde</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more</source>
        <translation>
            <numerusform>+%n</numerusform>
            <numerusform>+%n</numerusform>
        </translation>
    </message>
    <message>
        <source>New</source>
        <translation>Novo</translation>
    </message>
    <message>
        <source>No posts today</source>
        <translation>Nenhum post hoje</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>e mais %n</numerusform>
            <numerusform>e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>free slot</source>
        <translation>horário livre</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>mantido</translation>
    </message>
</context>
<context>
    <name>CalendarAddress</name>
    <message>
        <source>Calendar address</source>
        <translation>Endereço do calendário</translation>
    </message>
    <message>
        <source>Calendar apps on this computer can subscribe to the schedule {when}. Anyone with the address can read the schedule but not change it.</source>
        <translation>Apps de calendário neste computador podem assinar os agendamentos {when}. Quem tiver o endereço pode ler os agendamentos, mas não alterá-los.</translation>
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
        <translation>Copiar endereço do calendário</translation>
    </message>
    <message>
        <source>Create a new address (the old one stops working)</source>
        <translation>Criar um novo endereço (o antigo deixa de funcionar)</translation>
    </message>
    <message>
        <source>Create an address</source>
        <translation>Criar um endereço</translation>
    </message>
    <message>
        <source>Make calendar address</source>
        <translation>Criar endereço do calendário</translation>
    </message>
    <message>
        <source>Or subscribe in a calendar app</source>
        <translation>Ou assinar em um app de calendário</translation>
    </message>
    <message>
        <source>while Posto is running</source>
        <translation>enquanto o Posto estiver aberto</translation>
    </message>
    <message>
        <source>while Posto is running and this workspace has been opened</source>
        <translation>enquanto o Posto estiver aberto e este espaço de trabalho tiver sido aberto</translation>
    </message>
</context>
<context>
    <name>CalendarController</name>
    <message numerus="yes">
        <source>%Ln post(s) moved</source>
        <translation>
            <numerusform>%Ln post movido</numerusform>
            <numerusform>%Ln posts movidos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back</source>
        <translation>
            <numerusform>%Ln post movido de volta</numerusform>
            <numerusform>%Ln posts movidos de volta</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back to {when}</source>
        <translation>
            <numerusform>%Ln post movido de volta para {when}</numerusform>
            <numerusform>%Ln posts movidos de volta para {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved to {when}</source>
        <translation>
            <numerusform>%Ln post movido para {when}</numerusform>
            <numerusform>%Ln posts movidos para {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) not moved. {why}</source>
        <translation>
            <numerusform>%Ln post não movido. {why}</numerusform>
            <numerusform>%Ln posts não movidos. {why}</numerusform>
        </translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Calendário</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Refazer</translation>
    </message>
    <message>
        <source>Still scheduled for {when}.</source>
        <translation>Ainda agendado para {when}.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>“{draft}” moved back</source>
        <translation>“{draft}” movido de volta</translation>
    </message>
    <message>
        <source>“{draft}” moved to {when}</source>
        <translation>“{draft}” movido para {when}</translation>
    </message>
</context>
<context>
    <name>CalendarGrid</name>
    <message>
        <source>Calendar</source>
        <translation>Calendário</translation>
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
        <translation>Todos os status</translation>
    </message>
    <message>
        <source>All times here are in this zone</source>
        <translation>Todos os horários aqui estão neste fuso</translation>
    </message>
    <message>
        <source>Calendar view</source>
        <translation>Visualização do calendário</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Dia</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Anterior</translation>
    </message>
    <message>
        <source>Earlier (PageUp)</source>
        <translation>Anterior (PageUp)</translation>
    </message>
    <message>
        <source>Go to today (T)</source>
        <translation>Ir para hoje (T)</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Próximo</translation>
    </message>
    <message>
        <source>Later (PageDown)</source>
        <translation>Próximo (PageDown)</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mês</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Filtro de status</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoje</translation>
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
            <numerusform>%n horário livre</numerusform>
            <numerusform>%n horários livres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n mensagem</numerusform>
            <numerusform>%n mensagens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n rede</numerusform>
            <numerusform>%n redes</numerusform>
        </translation>
    </message>
    <message>
        <source>A draft is not sent until you post it.</source>
        <translation>Um rascunho só é enviado quando você o publica.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Limpar filtros</translation>
    </message>
    <message numerus="yes">
        <source>Filters hide %Ln post(s) on these days.</source>
        <translation>
            <numerusform>Os filtros ocultam %Ln post nestes dias.</numerusform>
            <numerusform>Os filtros ocultam %Ln posts nestes dias.</numerusform>
        </translation>
    </message>
    <message>
        <source>If you delete it here, it stays published.</source>
        <translation>Se você excluir aqui, ele continua publicado.</translation>
    </message>
    <message>
        <source>If you delete it here, what is published stays published.</source>
        <translation>Se você excluir aqui, o que está publicado continua publicado.</translation>
    </message>
    <message>
        <source>It waits on this computer. Activity says for what.</source>
        <translation>Espera neste computador. A Atividade diz pelo quê.</translation>
    </message>
    <message>
        <source>Last message: {when}</source>
        <translation>Última mensagem: {when}</translation>
    </message>
    <message>
        <source>Moving</source>
        <translation>Movendo</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>Next message: {when}</source>
        <translation>Próxima mensagem: {when}</translation>
    </message>
    <message>
        <source>No channel chosen</source>
        <translation>Nenhum canal escolhido</translation>
    </message>
    <message>
        <source>No message matches</source>
        <translation>Nenhuma mensagem encontrada</translation>
    </message>
    <message>
        <source>No message matches the filters.</source>
        <translation>Nenhuma mensagem corresponde aos filtros.</translation>
    </message>
    <message>
        <source>No messages on these days</source>
        <translation>Nenhuma mensagem nestes dias</translation>
    </message>
    <message>
        <source>No messages on this day</source>
        <translation>Nenhuma mensagem neste dia</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sem texto</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Nada agendado ainda</translation>
    </message>
    <message>
        <source>Own text: {networks}</source>
        <translation>Texto próprio: {networks}</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Envio de uma mensagem evergreen</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>As mensagens agendadas aparecem aqui.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>O site publica isto sozinho. Altere-o no site.</translation>
    </message>
    <message>
        <source>This channel also posts at {time}: {title}</source>
        <translation>Este canal também publica às {time}: {title}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoje</translation>
    </message>
    <message>
        <source>Waiting on this computer</source>
        <translation>Em espera neste computador</translation>
    </message>
    <message>
        <source>and {posts} more</source>
        <translation>e mais {posts}</translation>
    </message>
    <message>
        <source>close to another post</source>
        <translation>perto de outro post</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>evergreen</translation>
    </message>
    <message>
        <source>today</source>
        <translation>hoje</translation>
    </message>
</context>
<context>
    <name>CalendarPage</name>
    <message>
        <source>&amp;Calendar</source>
        <translation>&amp;Calendário</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Situação às {time}</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Dia</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Anterior</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Próximo</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mês</translation>
    </message>
    <message>
        <source>This is the last known schedule.</source>
        <translation>Estes são os últimos agendamentos conhecidos.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoje</translation>
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
        <translation>Mostrar este dia</translation>
    </message>
</context>
<context>
    <name>CampaignActionBar</name>
    <message>
        <source>Changes are saved automatically. Back to the list</source>
        <translation>As alterações são salvas automaticamente. Voltar à lista</translation>
    </message>
    <message>
        <source>More for this campaign</source>
        <translation>Mais para esta campanha</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Salvar como rascunho</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Agendar</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>Verb: stop a campaign.</extracomment>
        <translation>Parar</translation>
    </message>
</context>
<context>
    <name>CampaignActions</name>
    <message numerus="yes">
        <source>%Ln message(s) cannot be sent</source>
        <translation>
            <numerusform>%Ln mensagem não pode ser enviada</numerusform>
            <numerusform>%Ln mensagens não podem ser enviadas</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Campaign</source>
        <translation>&amp;Campanha</translation>
    </message>
    <message>
        <source>1 message cannot be sent</source>
        <translation>1 mensagem não pode ser enviada</translation>
    </message>
    <message>
        <source>Add pictures as messages…</source>
        <translation>Adicionar imagens como mensagens…</translation>
    </message>
    <message>
        <source>All campaigns</source>
        <translation>Todas as campanhas</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Voltar</translation>
    </message>
    <message>
        <source>Delete campaign</source>
        <translation>Excluir campanha</translation>
    </message>
    <message>
        <source>Duplicate campaign</source>
        <translation>Duplicar campanha</translation>
    </message>
    <message>
        <source>Fill free slots now</source>
        <translation>Preencher agora os horários livres</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Corrija primeiro</translation>
    </message>
    <message>
        <source>Import CSV, Excel or JSON…</source>
        <translation>Importar CSV, Excel ou JSON…</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Nova campanha</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Nova mensagem evergreen</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Refazer</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>Tentar falhas de novo</translation>
    </message>
    <message>
        <source>Schedule the next runs at free slots</source>
        <translation>Agendar os próximos envios em horários livres</translation>
    </message>
    <message>
        <source>Show or hide the timeline</source>
        <translation>Mostrar ou ocultar a linha do tempo</translation>
    </message>
    <message>
        <source>Show the campaigns</source>
        <translation>Mostrar as campanhas</translation>
    </message>
    <message>
        <source>Show the evergreen messages</source>
        <translation>Mostrar as mensagens evergreen</translation>
    </message>
    <message>
        <source>Some networks are left out</source>
        <translation>Algumas redes ficam de fora</translation>
    </message>
    <message>
        <source>Stop campaign</source>
        <translation>Parar campanha</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Escrever uma mensagem</translation>
    </message>
    <message>
        <source>Write another message</source>
        <translation>Escrever outra mensagem</translation>
    </message>
</context>
<context>
    <name>CampaignChart</name>
    <message>
        <source>Days of the campaign</source>
        <translation>Dias da campanha</translation>
    </message>
    <message>
        <source>{own} posts of this campaign, {other} other posts</source>
        <translation>{own} posts desta campanha, {other} outros posts</translation>
    </message>
</context>
<context>
    <name>CampaignDelivery</name>
    <message>
        <source>A channel of this campaign is missing. Remove it above the channels.</source>
        <translation>Falta um canal desta campanha. Remova-o acima dos canais.</translation>
    </message>
    <message>
        <source>Add a message first</source>
        <translation>Adicione uma mensagem primeiro</translation>
    </message>
    <message>
        <source>All messages are already scheduled</source>
        <translation>Todas as mensagens já estão agendadas</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>E mais %Ln.</numerusform>
            <numerusform>E mais %Ln.</numerusform>
        </translation>
    </message>
    <message>
        <source>Change the start first</source>
        <translation>Altere o início primeiro</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Escolha um canal primeiro</translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers} without {networks}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Mensagem {numbers} sem {networks}: {why}</numerusform>
            <numerusform>Mensagens {numbers} sem {networks}: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Mensagem {numbers}: {why}</numerusform>
            <numerusform>Mensagens {numbers}: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resume %Ln post(s)</source>
        <translation>
            <numerusform>Retomar %Ln post</numerusform>
            <numerusform>Retomar %Ln posts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %Ln failed</source>
        <translation>
            <numerusform>Tentar %Ln falha de novo</numerusform>
            <numerusform>Tentar %Ln falhas de novo</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Agendar</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>Agendar %Ln post</numerusform>
            <numerusform>Agendar %Ln posts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule the other (post/%Ln posts)</source>
        <translation>
            <numerusform>Agendar o outro post</numerusform>
            <numerusform>Agendar os outros %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>Still checking the messages</source>
        <translation>Ainda verificando as mensagens</translation>
    </message>
    <message numerus="yes">
        <source>{numbers} and %Ln more</source>
        <translation>
            <numerusform>{numbers} e mais %Ln</numerusform>
            <numerusform>{numbers} e mais %Ln</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignFiles</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> E mais %n.</numerusform>
            <numerusform> E mais %n.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagem colada</translation>
    </message>
    <message>
        <source>The file could not be read.</source>
        <translation>Não foi possível ler o arquivo.</translation>
    </message>
</context>
<context>
    <name>CampaignHeader</name>
    <message>
        <source>Add messages</source>
        <translation>Adicionar mensagens</translation>
    </message>
    <message>
        <source>Back to the list of campaigns</source>
        <translation>Voltar à lista de campanhas</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Campanhas</translation>
    </message>
    <message>
        <source>Import CSV…</source>
        <translation>Importar CSV…</translation>
    </message>
    <message>
        <source>Import messages from a CSV, Excel or JSON file</source>
        <translation>Importar mensagens de um arquivo CSV, Excel ou JSON</translation>
    </message>
    <message>
        <source>One message for each picture…</source>
        <translation>Uma mensagem para cada imagem…</translation>
    </message>
    <message>
        <source>Paste lines as messages</source>
        <translation>Colar linhas como mensagens</translation>
    </message>
    <message>
        <source>Show timeline</source>
        <translation>Mostrar linha do tempo</translation>
    </message>
</context>
<context>
    <name>CampaignImportController</name>
    <message numerus="yes">
        <source>%Ln message(s) imported</source>
        <translation>
            <numerusform>%Ln mensagem importada</numerusform>
            <numerusform>%Ln mensagens importadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more exceed the limit of one campaign</source>
        <translation>
            <numerusform>Mais %Ln excede o limite de uma campanha</numerusform>
            <numerusform>Mais %Ln excedem o limite de uma campanha</numerusform>
        </translation>
    </message>
    <message>
        <source>Sample saved as {file}</source>
        <translation>Amostra salva como {file}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Mostrar na pasta</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>CampaignList</name>
    <message numerus="yes">
        <source>%Ln campaign(s)</source>
        <translation>
            <numerusform>%Ln campanha</numerusform>
            <numerusform>%Ln campanhas</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign sends messages at regular times. You can also drop pictures on the window to create one.</source>
        <translation>Uma campanha envia mensagens em intervalos regulares. Você também pode soltar imagens na janela para criar uma.</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Campanhas</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Limpar a busca</translation>
    </message>
    <message>
        <source>Create a campaign</source>
        <translation>Criar uma campanha</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Importar um arquivo…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Importar algumas mensagens de exemplo para ver como funciona</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Nova campanha</translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches the search. It hides %Ln.</source>
        <translation>
            <numerusform>Nenhuma campanha corresponde à busca. Ela oculta %Ln.</numerusform>
            <numerusform>Nenhuma campanha corresponde à busca. Ela oculta %Ln.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches. The search and hidden channels hide %Ln.</source>
        <translation>
            <numerusform>Nenhuma campanha encontrada. A busca e os canais ocultos escondem %Ln.</numerusform>
            <numerusform>Nenhuma campanha encontrada. A busca e os canais ocultos escondem %Ln.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign uses the visible channels. %Ln use hidden channels.</source>
        <translation>
            <numerusform>Nenhuma campanha usa os canais visíveis. %Ln usa canais ocultos.</numerusform>
            <numerusform>Nenhuma campanha usa os canais visíveis. %Ln usam canais ocultos.</numerusform>
        </translation>
    </message>
    <message>
        <source>No campaigns yet</source>
        <translation>Nenhuma campanha ainda</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renomear</translation>
    </message>
    <message>
        <source>Search campaigns</source>
        <translation>Buscar campanhas</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Mostrar todos os canais</translation>
    </message>
    <message>
        <source>The campaign uses hidden channels.</source>
        <translation>A campanha usa canais ocultos.</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Usar um exemplo</translation>
    </message>
</context>
<context>
    <name>CampaignMessageEditor</name>
    <message>
        <source>A message of a campaign needs a time</source>
        <translation>Uma mensagem de campanha precisa de um horário</translation>
    </message>
    <message>
        <source>Add part</source>
        <translation>Adicionar parte</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Voltar à lista</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Pronto</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primeiro comentário</translation>
    </message>
    <message>
        <source>Go on in a thread, from the caret on</source>
        <translation>Continuar em uma thread a partir do cursor</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Numerar as partes</translation>
    </message>
    <message>
        <source>Own time</source>
        <translation>Horário próprio</translation>
    </message>
    <message>
        <source>Posted right after the message</source>
        <translation>Publicado logo depois da mensagem</translation>
    </message>
    <message>
        <source>Set by the rhythm</source>
        <translation>Definido pelo ritmo</translation>
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
        <translation>Aceito</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>De uma vez</translation>
    </message>
    <message>
        <source>At the same time as another post</source>
        <translation>No mesmo horário de outro post</translation>
    </message>
    <message>
        <source>Empty message</source>
        <translation>Mensagem vazia</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Falhou</translation>
    </message>
    <message>
        <source>Message {number}</source>
        <translation>Mensagem {number}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Precisa de você</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Nenhum horário livre</translation>
    </message>
    <message>
        <source>No slots for these channels</source>
        <translation>Sem horários para estes canais</translation>
    </message>
    <message>
        <source>No time</source>
        <translation>Sem horário</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Não enviado</translation>
    </message>
    <message>
        <source>Own text for {names}</source>
        <translation>Texto próprio para {names}</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Agendado</translation>
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
        <translation>Definir um horário para esta mensagem</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Parado</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Este horário já passou</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Em espera</translation>
    </message>
    <message>
        <source>{n} min after another post</source>
        <translation>{n} min depois de outro post</translation>
    </message>
    <message>
        <source>{n} min before another post</source>
        <translation>{n} min antes de outro post</translation>
    </message>
</context>
<context>
    <name>CampaignNameField</name>
    <message>
        <source>Campaign name</source>
        <translation>Nome da campanha</translation>
    </message>
    <message>
        <source>Name of the campaign</source>
        <translation>Nome da campanha</translation>
    </message>
</context>
<context>
    <name>CampaignTimeline</name>
    <message>
        <source>Move to {time}</source>
        <translation>Mover para {time}</translation>
    </message>
    <message>
        <source>The channel</source>
        <translation>O canal</translation>
    </message>
    <message>
        <source>The clocks change that day. The post is sent at {time}</source>
        <translation>Os relógios mudam nesse dia. O post é enviado às {time}</translation>
    </message>
    <message>
        <source>The clocks have gone back: {zone}</source>
        <translation>Os relógios foram atrasados: {zone}</translation>
    </message>
    <message>
        <source>The clocks have gone forward: {zone}</source>
        <translation>Os relógios foram adiantados: {zone}</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Este horário já passou</translation>
    </message>
    <message>
        <source>Week of {day}</source>
        <translation>Semana de {day}</translation>
    </message>
    <message>
        <source>Without a time</source>
        <translation>Sem horário</translation>
    </message>
    <message>
        <source>{network} also posts at {time} that day</source>
        <translation>{network} também publica às {time} nesse dia</translation>
    </message>
</context>
<context>
    <name>Campaigns</name>
    <message>
        <source>The posts of a campaign are not being sent. See the log for details.</source>
        <translation>Os posts de uma campanha não estão sendo enviados. Veja os detalhes no log.</translation>
    </message>
</context>
<context>
    <name>CampaignsController</name>
    <message numerus="yes">
        <source>%Ln message(s) scheduled</source>
        <translation>
            <numerusform>%Ln mensagem agendada</numerusform>
            <numerusform>%Ln mensagens agendadas</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Campanhas</translation>
    </message>
    <message>
        <source>Sending is paused. The posts wait in Activity.</source>
        <translation>O envio está pausado. Os posts esperam na Atividade.</translation>
    </message>
    <message>
        <source>Some posts are still being removed from the schedule. Resume again in a moment.</source>
        <translation>Alguns posts ainda estão sendo removidos dos agendamentos. Retome de novo em instantes.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped. %Ln message(s) will not be sent</source>
        <translation>
            <numerusform>Parada. %Ln mensagem não será enviada</numerusform>
            <numerusform>Parada. %Ln mensagens não serão enviadas</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>CampaignsLayout</name>
    <message>
        <source>Add message</source>
        <translation>Adicionar mensagem</translation>
    </message>
    <message>
        <source>Drag to reorder: the times stay, the messages move</source>
        <translation>Arraste para reordenar: os horários ficam, as mensagens se movem</translation>
    </message>
</context>
<context>
    <name>CampaignsModel</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln falhou</numerusform>
            <numerusform>%Ln falharam</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mensagem</numerusform>
            <numerusform>%Ln mensagens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln enviado</numerusform>
            <numerusform>%Ln enviados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stopped</source>
        <translation>
            <numerusform>%Ln parado</numerusform>
            <numerusform>%Ln parados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to come</source>
        <translation>
            <numerusform>%Ln por vir</numerusform>
            <numerusform>%Ln por vir</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Pronto</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a campaign.</extracomment>
        <translation>Rascunho</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Falhou</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Precisa de você</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Em andamento</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Parado</translation>
    </message>
    <message>
        <source>Untitled campaign</source>
        <translation>Campanha sem título</translation>
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
            <numerusform>%Ln mensagem</numerusform>
            <numerusform>%Ln mensagens</numerusform>
        </translation>
    </message>
    <message>
        <source>No messages</source>
        <translation>Nenhuma mensagem</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Ainda não salvo</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Salvo neste computador</translation>
    </message>
    <message>
        <source>Saved on this computer {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Salvo neste computador {ago}</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Salvando…</translation>
    </message>
    <message>
        <source>Stop the campaign to change its schedule.</source>
        <translation>Pare a campanha para alterar os agendamentos dela.</translation>
    </message>
    <message>
        <source>no channels yet</source>
        <translation>nenhum canal ainda</translation>
    </message>
    <message numerus="yes">
        <source>to %Ln channel(s)</source>
        <translation>
            <numerusform>para %Ln canal</numerusform>
            <numerusform>para %Ln canais</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignsState</name>
    <message>
        <source>Campaign “{name}” deleted</source>
        <translation>Campanha “{name}” excluída</translation>
    </message>
    <message>
        <source>Scheduled posts will still be sent.</source>
        <translation>Os posts agendados ainda serão enviados.</translation>
    </message>
    <message>
        <source>Stop the campaign to change its channels.</source>
        <translation>Pare a campanha para alterar os canais dela.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>{name} copy</source>
        <translation>Cópia de {name}</translation>
    </message>
</context>
<context>
    <name>CardActions</name>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>Excluir %Ln post</numerusform>
            <numerusform>Excluir %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Excluir rascunho</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalhes</translation>
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
            <numerusform>Mover %n post</numerusform>
            <numerusform>Mover %n posts</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Activity</source>
        <translation>Abrir na Atividade</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Abrir em Escrever</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Abrir nos agendamentos</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir no site</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Pausar planejador</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Planejadores do site…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Reagendar…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar agora</translation>
    </message>
    <message>
        <source>Set time</source>
        <translation>Definir horário</translation>
    </message>
</context>
<context>
    <name>CardPopup</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
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
        <translation>Mensagem</translation>
    </message>
    <message>
        <source>Move…</source>
        <translation>Mover…</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sem texto</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Abrir nos agendamentos</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir no site</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir post</translation>
    </message>
    <message>
        <source>Open {posts}</source>
        <translation>Abrir {posts}</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Pausar planejador</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar agora</translation>
    </message>
</context>
<context>
    <name>ChangesList</name>
    <message>
        <source>New times</source>
        <translation>Novos horários</translation>
    </message>
</context>
<context>
    <name>ChannelGroups</name>
    <message numerus="yes">
        <source>%Ln channel(s) moved to “{name}”</source>
        <translation>
            <numerusform>%Ln canal movido para “{name}”</numerusform>
            <numerusform>%Ln canais movidos para “{name}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s) removed from (its/their) group</source>
        <translation>
            <numerusform>%Ln canal removido do grupo</numerusform>
            <numerusform>%Ln canais removidos do grupo</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed to “{name}”</source>
        <translation>Grupo renomeado para “{name}”</translation>
    </message>
    <message>
        <source>Group “{name}” created</source>
        <translation>Grupo “{name}” criado</translation>
    </message>
    <message>
        <source>Group “{name}” moved</source>
        <translation>Grupo “{name}” movido</translation>
    </message>
    <message>
        <source>Group “{name}” removed. Its channels stay.</source>
        <translation>Grupo “{name}” removido. Os canais dele ficam.</translation>
    </message>
    <message>
        <source>Redone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Refeito: {what}</translation>
    </message>
    <message>
        <source>Undone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Desfeito: {what}</translation>
    </message>
    <message>
        <source>“{name}” is now part of “{other}”</source>
        <translation>“{name}” agora faz parte de “{other}”</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsDialog</name>
    <message>
        <source>Changes need the server</source>
        <translation>As alterações precisam do servidor</translation>
    </message>
    <message>
        <source>Groups of {channel}</source>
        <translation>Grupos de {channel}</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Grupos, separados por vírgulas</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>Em uso: {groups}</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Nada foi alterado ainda</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Salvar alterações</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Salvando…</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsPart</name>
    <message>
        <source>A person sees the channels of their groups. A channel without a group is seen by those who see all channels.</source>
        <translation>Cada pessoa vê os canais dos seus grupos. Um canal sem grupo é visto por quem vê todos os canais.</translation>
    </message>
    <message>
        <source>Channels and their groups</source>
        <translation>Canais e seus grupos</translation>
    </message>
    <message>
        <source>No channels yet. Connect an account first.</source>
        <translation>Ainda não há canais. Conecte primeiro uma conta.</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Sem grupo</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Salvando…</translation>
    </message>
</context>
<context>
    <name>ChannelHints</name>
    <message>
        <source>Channels of this workspace are added on its site. To connect an account to this computer, open “This computer” first.</source>
        <translation>Os canais deste espaço de trabalho são adicionados no site dele. Para conectar uma conta a este computador, abra “Este computador” primeiro.</translation>
    </message>
    <message>
        <source>Only editors and owners change the settings of channels.</source>
        <translation>Somente editores e proprietários alteram as configurações dos canais.</translation>
    </message>
    <message>
        <source>Only owners connect accounts to this workspace. Ask one.</source>
        <translation>Somente proprietários conectam contas a este espaço de trabalho. Peça a um deles.</translation>
    </message>
</context>
<context>
    <name>ChannelKinds</name>
    <message>
        <source>Account</source>
        <extracomment>Kind of a channel: the account itself of somebody on a network.</extracomment>
        <translation>Conta</translation>
    </message>
    <message>
        <source>Account story</source>
        <extracomment>Kind of a channel: posts become stories.</extracomment>
        <translation>Story da conta</translation>
    </message>
    <message>
        <source>Blog</source>
        <translation>Blog</translation>
    </message>
    <message>
        <source>Board</source>
        <extracomment>Kind of a channel: a board on Pinterest.</extracomment>
        <translation>Pasta</translation>
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
        <translation>Comunidade</translation>
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
        <translation>Local</translation>
    </message>
    <message>
        <source>Page</source>
        <extracomment>Kind of a channel: a page on Facebook or LinkedIn.</extracomment>
        <translation>Página</translation>
    </message>
    <message>
        <source>Page story</source>
        <translation>Story da página</translation>
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
            <numerusform>e mais %n</numerusform>
            <numerusform>e mais %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelPane</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canais</numerusform>
        </translation>
    </message>
    <message>
        <source>0 channels</source>
        <translation>0 canais</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Ativos</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Adicionar um canal…</translation>
    </message>
    <message>
        <source>Add channel</source>
        <translation>Adicionar canal</translation>
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
            <numerusform>Todos (%Ln)</numerusform>
            <numerusform>Todos (%Ln)</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Limpar a busca</translation>
    </message>
    <message>
        <source>Compact rows</source>
        <translation>Linhas compactas</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Encontrar um canal</translation>
    </message>
    <message>
        <source>Group channels by</source>
        <translation>Agrupar canais por</translation>
    </message>
    <message>
        <source>Hide sandbox channels</source>
        <translation>Ocultar canais de sandbox</translation>
    </message>
    <message>
        <source>Label</source>
        <extracomment>Noun: a word that the user gives to messages and channels.</extracomment>
        <translation>Etiqueta</translation>
    </message>
    <message>
        <source>Loading channels</source>
        <translation>Carregando canais</translation>
    </message>
    <message>
        <source>My groups</source>
        <translation>Meus grupos</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Rede</translation>
    </message>
    <message numerus="yes">
        <source>New group of the (found channel/%Ln found channels)…</source>
        <translation>
            <numerusform>Novo grupo com o canal encontrado…</numerusform>
            <numerusform>Novo grupo com os %Ln canais encontrados…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>New group of the (ticked channel/%Ln ticked channels)…</source>
        <translation>
            <numerusform>Novo grupo com o canal marcado…</numerusform>
            <numerusform>Novo grupo com os %Ln canais marcados…</numerusform>
        </translation>
    </message>
    <message>
        <source>New group of the ticked channels…</source>
        <translation>Novo grupo com os canais marcados…</translation>
    </message>
    <message>
        <source>No channel matches</source>
        <translation>Nenhum canal encontrado</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Nenhum canal</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Nenhum canal ainda</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No channel.</extracomment>
        <translation>Nenhum</translation>
    </message>
    <message numerus="yes">
        <source>Only %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>Só %Ln</numerusform>
            <numerusform>Só %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message>
        <source>Remove unlisted channels</source>
        <translation>Remover canais não listados</translation>
    </message>
    <message>
        <source>Search channels</source>
        <translation>Buscar canais</translation>
    </message>
    <message numerus="yes">
        <source>Select the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Selecionar o canal encontrado</numerusform>
            <numerusform>Selecionar os %Ln canais encontrados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show only the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Mostrar só o canal encontrado</numerusform>
            <numerusform>Mostrar só os %Ln canais encontrados</numerusform>
        </translation>
    </message>
    <message>
        <source>The channels could not be loaded</source>
        <translation>Não foi possível carregar os canais</translation>
    </message>
    <message>
        <source>The owners of this team decide which channels you see. Ask one of them to add you to a group of channels.</source>
        <translation>Os proprietários desta equipe decidem quais canais você vê. Peça a um deles que adicione você a um grupo de canais.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln channel(s).</source>
        <translation>
            <numerusform>A busca oculta %Ln canal.</numerusform>
            <numerusform>A busca oculta %Ln canais.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar novamente</translation>
    </message>
    <message>
        <source>Workspace order</source>
        <translation>Ordem do espaço de trabalho</translation>
    </message>
    <message>
        <source>Your accounts, pages and groups appear here. Tick the channels for your message.</source>
        <translation>Suas contas, páginas e grupos aparecem aqui. Marque os canais da sua mensagem.</translation>
    </message>
</context>
<context>
    <name>ChannelPurpose</name>
    <message numerus="yes">
        <source>%Ln chosen channel(s) (is/are) no longer listed.</source>
        <translation>
            <numerusform>%Ln canal escolhido não está mais na lista.</numerusform>
            <numerusform>%Ln canais escolhidos não estão mais na lista.</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaign goes to</source>
        <translation>A campanha vai para</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canais</translation>
    </message>
    <message>
        <source>Hide every channel</source>
        <translation>Ocultar todos os canais</translation>
    </message>
    <message>
        <source>Messages of this campaign go to the ticked channels, unless they have channels of their own.</source>
        <translation>As mensagens desta campanha vão para os canais marcados, a menos que tenham canais próprios.</translation>
    </message>
    <message>
        <source>No groups yet. Search or tick channels, then “New group” in the menu below.</source>
        <translation>Nenhum grupo ainda. Busque ou marque canais e use “Novo grupo” no menu abaixo.</translation>
    </message>
    <message>
        <source>Post to</source>
        <translation>Publicar em</translation>
    </message>
    <message>
        <source>Select active channels</source>
        <translation>Selecionar canais ativos</translation>
    </message>
    <message>
        <source>Select all channels</source>
        <translation>Selecionar todos os canais</translation>
    </message>
    <message>
        <source>Select no channel</source>
        <translation>Não selecionar nenhum canal</translation>
    </message>
    <message>
        <source>Show active channels</source>
        <translation>Mostrar canais ativos</translation>
    </message>
    <message>
        <source>Show channels</source>
        <translation>Mostrar canais</translation>
    </message>
    <message>
        <source>Show every channel</source>
        <translation>Mostrar todos os canais</translation>
    </message>
    <message>
        <source>The open message goes to the ticked channels.</source>
        <translation>A mensagem aberta vai para os canais marcados.</translation>
    </message>
    <message>
        <source>This page applies to all channels.</source>
        <translation>Esta página vale para todos os canais.</translation>
    </message>
    <message>
        <source>This page shows only the ticked channels. Your messages do not change.</source>
        <translation>Esta página mostra só os canais marcados. Suas mensagens não mudam.</translation>
    </message>
    <message>
        <source>{ticked} of {total} selected</source>
        <translation>{ticked} de {total} selecionados</translation>
    </message>
    <message>
        <source>{ticked} of {total} shown</source>
        <translation>{ticked} de {total} visíveis</translation>
    </message>
</context>
<context>
    <name>ChannelStates</name>
    <message numerus="yes">
        <source>%n deleted by you</source>
        <translation>
            <numerusform>%n excluído por você</numerusform>
            <numerusform>%n excluídos por você</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Aceito</translation>
    </message>
    <message numerus="yes">
        <source>Accepted for {n} of %n channel(s)</source>
        <translation>
            <numerusform>Aceito em {n} de %n canal</numerusform>
            <numerusform>Aceito em {n} de %n canais</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Excluído por você</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Editado por você</translation>
    </message>
    <message>
        <source>Given up by you</source>
        <translation>Abandonado por você</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Não aceito</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Fora dos agendamentos</translation>
    </message>
    <message>
        <source>Partly scheduled</source>
        <translation>Agendado em parte</translation>
    </message>
    <message>
        <source>Partly sent</source>
        <translation>Enviado em parte</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message numerus="yes">
        <source>Retry %n channel(s)</source>
        <translation>
            <numerusform>Tentar %n canal de novo</numerusform>
            <numerusform>Tentar %n canais de novo</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %n post(s)</source>
        <translation>
            <numerusform>Tentar %n post de novo</numerusform>
            <numerusform>Tentar %n posts de novo</numerusform>
        </translation>
    </message>
    <message>
        <source>Retry {channel}</source>
        <translation>Tentar {channel} de novo</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled for {n} of %n channel(s)</source>
        <translation>
            <numerusform>Agendado em {n} de %n canal</numerusform>
            <numerusform>Agendado em {n} de %n canais</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sent to {n} of %n channel(s)</source>
        <translation>
            <numerusform>Enviado para {n} de %n canal</numerusform>
            <numerusform>Enviado para {n} de %n canais</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Em espera</translation>
    </message>
</context>
<context>
    <name>ChannelTree</name>
    <message>
        <source>All of {network}</source>
        <translation>Todos de {network}</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canais</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Verificar novamente</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Padrões…</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>Desconectar…</translation>
    </message>
    <message>
        <source>Only this channel</source>
        <translation>Só este canal</translation>
    </message>
    <message>
        <source>Only “{name}”</source>
        <translation>Só “{name}”</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Abrir no navegador</translation>
    </message>
    <message>
        <source>Reconnect…</source>
        <translation>Reconectar…</translation>
    </message>
    <message>
        <source>Settings of {network}…</source>
        <translation>Configurações de {network}…</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Entrar novamente…</translation>
    </message>
    <message>
        <source>Unlock the keychain</source>
        <translation>Desbloquear o chaveiro</translation>
    </message>
</context>
<context>
    <name>ChannelsModel</name>
    <message>
        <source>All channels</source>
        <translation>Todos os canais</translation>
    </message>
    <message>
        <source>Keychain is locked</source>
        <translation>O chaveiro está bloqueado</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Sem grupo</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>Sem etiqueta</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Sandbox</translation>
    </message>
    <message>
        <source>Server not reached</source>
        <translation>Servidor não alcançado</translation>
    </message>
    <message>
        <source>Session expired</source>
        <translation>Sessão expirada</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Entrar novamente</translation>
    </message>
    <message>
        <source>Sign in again before then to keep posting.</source>
        <translation>Entre novamente antes disso para continuar publicando.</translation>
    </message>
    <message>
        <source>Sign-in ends {day}</source>
        <translation>O login termina {day}</translation>
    </message>
    <message>
        <source>Sign-in has ended</source>
        <translation>O login terminou</translation>
    </message>
    <message>
        <source>{name}: the session with {network} has expired. Posts to this channel will fail until it is connected again.</source>
        <translation>{name}: a sessão em {network} expirou. Os posts neste canal vão falhar até que ele seja conectado novamente.</translation>
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
        <translation>Canais com estes horários</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Encontrar um canal</translation>
    </message>
    <message>
        <source>Search channels of these slots</source>
        <translation>Buscar canais destes horários</translation>
    </message>
    <message>
        <source>Use these channels</source>
        <translation>Usar estes canais</translation>
    </message>
    <message>
        <source>With none ticked, these times apply to all other channels</source>
        <translation>Se nenhum estiver marcado, estes horários valem para todos os outros canais</translation>
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
        <translation>Outros posts</translation>
    </message>
    <message>
        <source>This campaign</source>
        <translation>Esta campanha</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>Change how it is read</source>
        <translation>Alterar como é lido</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Alterar…</translation>
    </message>
    <message>
        <source>Dates as</source>
        <translation>Datas como</translation>
    </message>
    <message>
        <source>First row holds the names</source>
        <translation>A primeira linha contém os nomes</translation>
    </message>
    <message>
        <source>JSON files always name their columns</source>
        <translation>Arquivos JSON sempre dão nome às colunas</translation>
    </message>
    <message>
        <source>No column is imported as a date</source>
        <translation>Nenhuma coluna é importada como data</translation>
    </message>
    <message>
        <source>No column is imported as text. Choose Text in the menu above a column.</source>
        <translation>Nenhuma coluna é importada como texto. Escolha Texto no menu acima de uma coluna.</translation>
    </message>
    <message>
        <source>What does “{date}” mean? Your choice applies to the whole column.</source>
        <translation>O que significa “{date}”? Sua escolha vale para a coluna inteira.</translation>
    </message>
</context>
<context>
    <name>Checks</name>
    <message>
        <source>Comments on {networks} have no files: move them to the first part.</source>
        <translation>Comentários em {networks} não têm arquivos: mova-os para a primeira parte.</translation>
    </message>
    <message>
        <source>No channel is selected. Select where the post should go.</source>
        <translation>Nenhum canal está selecionado. Selecione para onde o post deve ir.</translation>
    </message>
    <message>
        <source>One paragraph has {count} characters, so typing in it is slow. Line breaks speed it up.</source>
        <translation>Um parágrafo tem {count} caracteres, por isso a digitação fica lenta. Quebras de linha a aceleram.</translation>
    </message>
    <message>
        <source>Part {number}: {sentence}</source>
        <comment>a part of a thread</comment>
        <translation>Parte {number}: {sentence}</translation>
    </message>
    <message numerus="yes">
        <source>Part(s) {numbers} (is/are) empty.</source>
        <translation>
            <numerusform>A parte {numbers} está vazia.</numerusform>
            <numerusform>As partes {numbers} estão vazias.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto cannot send GIFs to {network}.</source>
        <translation>O Posto não pode enviar GIFs para {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send files to {network}.</source>
        <translation>O Posto não pode enviar arquivos para {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send pictures to {network}.</source>
        <translation>O Posto não pode enviar imagens para {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send videos to {network}.</source>
        <translation>O Posto não pode enviar vídeos para {network}.</translation>
    </message>
    <message>
        <source>The defaults have a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>Os padrões usam um grupo de hashtags que não existe, “{name}”. Nada é adicionado.</translation>
    </message>
    <message>
        <source>The defaults have a missing signature, “{name}”. Nothing is added.</source>
        <translation>Os padrões usam uma assinatura que não existe, “{name}”. Nada é adicionado.</translation>
    </message>
    <message numerus="yes">
        <source>The description of {file} has {count} characters; {networks} (cuts/cut) it at {limit}.</source>
        <translation>
            <numerusform>A descrição de {file} tem {count} caracteres; {networks} a corta em {limit}.</numerusform>
            <numerusform>A descrição de {file} tem {count} caracteres; {networks} a cortam em {limit}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link “{link}” is not a web address.</source>
        <translation>O link “{link}” não é um endereço da web.</translation>
    </message>
    <message>
        <source>The same text goes to {count} X accounts; X forbids that.</source>
        <translation>O mesmo texto vai para {count} contas do X; o X proíbe isso.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} on {day} at {time}.</source>
        <translation>O mesmo texto já está agendado para {channels} em {day} às {time}.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} today at {time}.</source>
        <translation>O mesmo texto já está agendado para {channels} hoje às {time}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} has {count}.</source>
        <translation>O serviço corta textos para {network} em {limit} caracteres; o texto próprio de {channel} tem {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>O serviço corta textos para {network} em {limit} caracteres; o texto próprio de {channel} com o link tem {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text has {count}.</source>
        <translation>O serviço corta textos para {network} em {limit} caracteres; este texto tem {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text with its link has {count}.</source>
        <translation>O serviço corta textos para {network} em {limit} caracteres; este texto com o link tem {count}.</translation>
    </message>
    <message>
        <source>The service picks one part of “{found}” at random.</source>
        <translation>O serviço escolhe ao acaso uma parte de “{found}”.</translation>
    </message>
    <message>
        <source>The service removes “{found}”: it looks like an HTML tag.</source>
        <translation>O serviço remove “{found}”: parece uma tag HTML.</translation>
    </message>
    <message>
        <source>The service replaces its variable “{found}”.</source>
        <translation>O serviço substitui sua variável “{found}”.</translation>
    </message>
    <message>
        <source>The service replaces “{found}” by its character.</source>
        <translation>O serviço substitui “{found}” pelo caractere correspondente.</translation>
    </message>
    <message>
        <source>The site makes one blank line of several.</source>
        <translation>O site transforma várias linhas em branco em uma.</translation>
    </message>
    <message>
        <source>The site shortens links with {service} only for its own posts. This link stays as it is.</source>
        <translation>O site encurta links com {service} apenas nos seus próprios posts. Este link fica como está.</translation>
    </message>
    <message numerus="yes">
        <source>The sound of {file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>O som de {file} é {type}; {networks} permite {types}.</numerusform>
            <numerusform>O som de {file} é {type}; {networks} permitem {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The style “{name}” does not exist.</source>
        <translation>O estilo “{name}” não existe.</translation>
    </message>
    <message>
        <source>The style “{name}” has the unknown variable {variable}.</source>
        <translation>O estilo “{name}” tem a variável desconhecida {variable}.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>O estilo “{style}” usa um grupo de hashtags que não existe, “{name}”. Nada é adicionado.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing signature, “{name}”. Nothing is added.</source>
        <translation>O estilo “{style}” usa uma assinatura que não existe, “{name}”. Nada é adicionado.</translation>
    </message>
    <message>
        <source>The time has passed. Choose a later one.</source>
        <translation>O horário já passou. Escolha um posterior.</translation>
    </message>
    <message>
        <source>The time is more than a year away. Is the year right?</source>
        <translation>O horário está a mais de um ano. O ano está certo?</translation>
    </message>
    <message>
        <source>The time is very near. The post may go out some seconds later.</source>
        <translation>O horário está muito próximo. O post pode sair alguns segundos depois.</translation>
    </message>
    <message>
        <source>The time is very near. Uploading the files may take longer.</source>
        <translation>O horário está muito próximo. O envio dos arquivos pode demorar mais.</translation>
    </message>
    <message>
        <source>The time “{time}” cannot be used.</source>
        <translation>O horário “{time}” não pode ser usado.</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the defaults applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>A marca-d&apos;água dos padrões só se aplica a imagens estáticas: {files} vai sem ela.</numerusform>
            <numerusform>A marca-d&apos;água dos padrões só se aplica a imagens estáticas: {files} vão sem ela.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the defaults cannot be used. {reason}</source>
        <translation>A marca-d&apos;água dos padrões não pode ser usada. {reason}</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the style “{style}” applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>A marca-d&apos;água do estilo “{style}” só se aplica a imagens estáticas: {files} vai sem ela.</numerusform>
            <numerusform>A marca-d&apos;água do estilo “{style}” só se aplica a imagens estáticas: {files} vão sem ela.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>A marca-d&apos;água do estilo “{style}” não pode ser usada. {reason}</translation>
    </message>
    <message>
        <source>The {network} session of {channel} has expired. The post will fail there until it is connected again.</source>
        <translation>A sessão de {channel} em {network} expirou. O post vai falhar ali até que o canal seja conectado novamente.</translation>
    </message>
    <message>
        <source>The {network} sessions of {channels} have expired. The posts will fail there until they are connected again.</source>
        <translation>As sessões de {channels} em {network} expiraram. Os posts vão falhar ali até que os canais sejam conectados novamente.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Ainda não há nada para publicar. Escreva um texto ou adicione uma imagem.</translation>
    </message>
    <message>
        <source>{file} has its index at the end; {networks} may refuse it.</source>
        <translation>{file} tem o índice no final; pode ser recusado por {networks}.</translation>
    </message>
    <message>
        <source>{file} has no description for people who cannot see it.</source>
        <translation>{file} não tem descrição para quem não pode vê-lo.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} tem {rate} quadros por segundo; {networks} permite até {most}.</numerusform>
            <numerusform>{file} tem {rate} quadros por segundo; {networks} permitem até {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) {most} or more.</source>
        <translation>
            <numerusform>{file} tem {rate} quadros por segundo; {networks} permite {most} ou mais.</numerusform>
            <numerusform>{file} tem {rate} quadros por segundo; {networks} permitem {most} ou mais.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate}; {networks} (takes/take) up to {most} and may compress it again.</source>
        <translation>
            <numerusform>{file} tem {rate}; {networks} aceita até {most} e pode comprimi-lo de novo.</numerusform>
            <numerusform>{file} tem {rate}; {networks} aceitam até {most} e podem comprimi-lo de novo.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is HDR: for {networks} it gets the colours of ordinary screens.</source>
        <translation>{file} é HDR: para {networks}, recebe as cores de telas comuns.</translation>
    </message>
    <message>
        <source>{file} is HDR: {networks} may show its colours pale or too dark.</source>
        <translation>{file} é HDR: em {networks}, as cores podem ficar pálidas ou escuras demais.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is a GIF; {networks} (allows/allow) none.</source>
        <translation>
            <numerusform>{file} é um GIF; {networks} não permite GIFs.</numerusform>
            <numerusform>{file} é um GIF; {networks} não permitem GIFs.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is encoded anew for {networks}: {pixels}, about {size}.</source>
        <translation>{file} é recodificado para {networks}: {pixels}, cerca de {size}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is encoded as {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} está codificado em {type}; {networks} permite {types}.</numerusform>
            <numerusform>{file} está codificado em {type}; {networks} permitem {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is of an unknown type: it becomes {other} for {networks}.</source>
        <translation>{file} é de um tipo desconhecido: vira {other} para {networks}.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop it.</source>
        <translation>{file} é alto demais para {networks}. Corte-o.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop to {ratio} or wider.</source>
        <translation>{file} é alto demais para {networks}. Corte para {ratio} ou mais largo.</translation>
    </message>
    <message>
        <source>{file} is too wide for {networks}. Crop to {ratio} or narrower.</source>
        <translation>{file} é largo demais para {networks}. Corte para {ratio} ou mais estreito.</translation>
    </message>
    <message>
        <source>{file} is written anew as MP4 for {networks}, without a loss of quality.</source>
        <translation>{file} é regravado como MP4 para {networks}, sem perda de qualidade.</translation>
    </message>
    <message>
        <source>{file} is {size}: Posto shrinks it to {most} for {networks}.</source>
        <translation>{file} tem {size}: o Posto o reduz para {most} para {networks}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.</source>
        <translation>
            <numerusform>{file} tem {size}; {networks} permite até {most} pixels de altura.</numerusform>
            <numerusform>{file} tem {size}; {networks} permitem até {most} pixels de altura.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.</source>
        <translation>
            <numerusform>{file} tem {size}; {networks} permite até {most} pixels de largura.</numerusform>
            <numerusform>{file} tem {size}; {networks} permitem até {most} pixels de largura.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} tem {size}; {networks} permite até {most}.</numerusform>
            <numerusform>{file} tem {size}; {networks} permitem até {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.</source>
        <translation>
            <numerusform>{file} tem {size}; {networks} permite a partir de {least} pixels de largura.</numerusform>
            <numerusform>{file} tem {size}; {networks} permitem a partir de {least} pixels de largura.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more.</source>
        <translation>
            <numerusform>{file} tem {size}; {networks} permite a partir de {least} pixels.</numerusform>
            <numerusform>{file} tem {size}; {networks} permitem a partir de {least} pixels.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is {type}: it becomes {other} for {networks}.</source>
        <translation>{file} é {type}: vira {other} para {networks}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} é {type}; {networks} permite {types}.</numerusform>
            <numerusform>{file} é {type}; {networks} permitem {types}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} dura {length}; {networks} permite até {most}.</numerusform>
            <numerusform>{file} dura {length}; {networks} permitem até {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) {least} or more.</source>
        <translation>
            <numerusform>{file} dura {length}; {networks} permite a partir de {least}.</numerusform>
            <numerusform>{file} dura {length}; {networks} permitem a partir de {least}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} was not found. Put it back or remove it here.</source>
        <translation>{file} não foi encontrado. Coloque-o de volta ou remova-o aqui.</translation>
    </message>
    <message numerus="yes">
        <source>{networks} (does/do) not support first comments.</source>
        <translation>
            <numerusform>{networks} não aceita primeiros comentários.</numerusform>
            <numerusform>{networks} não aceitam primeiros comentários.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) all parts as one post.</source>
        <translation>
            <numerusform>{networks} recebe todas as partes como um único post.</numerusform>
            <numerusform>{networks} recebem todas as partes como um único post.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) only the first part.</source>
        <translation>
            <numerusform>{networks} recebe só a primeira parte.</numerusform>
            <numerusform>{networks} recebem só a primeira parte.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links on stories only. In the text the link can be read, but not clicked.</source>
        <translation>
            <numerusform>{networks} só mostra links em stories. No texto, o link pode ser lido, mas não clicado.</numerusform>
            <numerusform>{networks} só mostram links em stories. No texto, o link pode ser lido, mas não clicado.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links only in the text.</source>
        <translation>
            <numerusform>{networks} só mostra links no texto.</numerusform>
            <numerusform>{networks} só mostram links no texto.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) the parts after the first as comments.</source>
        <translation>
            <numerusform>{networks} mostra as partes depois da primeira como comentários.</numerusform>
            <numerusform>{networks} mostram as partes depois da primeira como comentários.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from here. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} não aceita threads enviadas daqui. Escolha o que enviar no lugar.</numerusform>
            <numerusform>{networks} não aceitam threads enviadas daqui. Escolha o que enviar no lugar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from the sandbox. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} não aceita threads do sandbox. Escolha o que enviar no lugar.</numerusform>
            <numerusform>{networks} não aceitam threads do sandbox. Escolha o que enviar no lugar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads through this service. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} não aceita threads por este serviço. Escolha o que enviar no lugar.</numerusform>
            <numerusform>{networks} não aceitam threads por este serviço. Escolha o que enviar no lugar.</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} cannot mix pictures and video in one post.</source>
        <translation>{networks}: não é possível misturar imagens e vídeo em um post.</translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln GIF(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln GIF por post; esta mensagem tem {count}.</numerusform>
            <numerusform>{network} permite %Ln GIFs por post; esta mensagem tem {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln file(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln arquivo por post; esta mensagem tem {count}.</numerusform>
            <numerusform>{network} permite %Ln arquivos por post; esta mensagem tem {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln hashtag(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln hashtag; este texto tem {count}.</numerusform>
            <numerusform>{network} permite %Ln hashtags; este texto tem {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln mention(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln menção; este texto tem {count}.</numerusform>
            <numerusform>{network} permite %Ln menções; este texto tem {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln picture(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln imagem por post; esta mensagem tem {count}.</numerusform>
            <numerusform>{network} permite %Ln imagens por post; esta mensagem tem {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln video(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} permite %Ln vídeo por post; esta mensagem tem {count}.</numerusform>
            <numerusform>{network} permite %Ln vídeos por post; esta mensagem tem {count}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} permite {limit} bytes de texto; o texto próprio de {channel} tem {count}: acentos e emojis contam vários bytes cada.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} permite {limit} bytes de texto; o texto próprio de {channel} com o link tem {count}: acentos e emojis contam vários bytes cada.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} permite {limit} bytes de texto; este texto tem {count}: acentos e emojis contam vários bytes cada.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} permite {limit} bytes de texto; este texto com o link tem {count}: acentos e emojis contam vários bytes cada.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters in a title, this one has {count}.</source>
        <translation>{network} permite {limit} caracteres no título; este tem {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} has {count}.</source>
        <translation>{network} permite {limit} caracteres sob uma imagem ou um vídeo; o texto próprio de {channel} tem {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} with its link has {count}.</source>
        <translation>{network} permite {limit} caracteres sob uma imagem ou um vídeo; o texto próprio de {channel} com o link tem {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text has {count}.</source>
        <translation>{network} permite {limit} caracteres sob uma imagem ou um vídeo; este texto tem {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text with its link has {count}.</source>
        <translation>{network} permite {limit} caracteres sob uma imagem ou um vídeo; este texto com o link tem {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} has {count}.</source>
        <translation>{network} permite {limit} caracteres; o texto próprio de {channel} tem {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>{network} permite {limit} caracteres; o texto próprio de {channel} com o link tem {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text has {count}.</source>
        <translation>{network} permite {limit} caracteres; este texto tem {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text with its link has {count}.</source>
        <translation>{network} permite {limit} caracteres; este texto com o link tem {count}.</translation>
    </message>
    <message>
        <source>{network} needs a picture or a video.</source>
        <translation>{network} precisa de uma imagem ou de um vídeo.</translation>
    </message>
    <message>
        <source>{network} needs a picture.</source>
        <translation>{network} precisa de uma imagem.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file.</source>
        <translation>{network} precisa de um texto ou de um arquivo.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file; its own text is empty.</source>
        <translation>{network} precisa de um texto ou de um arquivo; o texto próprio está vazio.</translation>
    </message>
    <message>
        <source>{network} needs a text.</source>
        <translation>{network} precisa de um texto.</translation>
    </message>
    <message>
        <source>{network} needs a title.</source>
        <translation>{network} precisa de um título.</translation>
    </message>
    <message>
        <source>{network} needs a video.</source>
        <translation>{network} precisa de um vídeo.</translation>
    </message>
    <message numerus="yes">
        <source>{network} shows the link and leaves out the (file/%Ln files).</source>
        <translation>
            <numerusform>{network} mostra o link e deixa o arquivo de fora.</numerusform>
            <numerusform>{network} mostra o link e deixa os %Ln arquivos de fora.</numerusform>
        </translation>
    </message>
    <message>
        <source>{sentence} Characters such as # and @ count twice there.</source>
        <translation>{sentence} Caracteres como # e @ contam em dobro ali.</translation>
    </message>
    <message>
        <source>{sentence} The service cuts at {limit}.</source>
        <translation>{sentence} O serviço corta em {limit}.</translation>
    </message>
</context>
<context>
    <name>ChecksPanel</name>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n verificação</numerusform>
            <numerusform>%n verificações</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) (has/have) no description for people who cannot see (it/them).</source>
        <translation>
            <numerusform>%n arquivo não tem descrição para quem não pode vê-lo.</numerusform>
            <numerusform>%n arquivos não têm descrição para quem não pode vê-los.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hint(s)</source>
        <translation>
            <numerusform>%n dica</numerusform>
            <numerusform>%n dicas</numerusform>
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
        <translation>Verificações</translation>
    </message>
    <message>
        <source>Done: {sentence}</source>
        <extracomment>{sentence}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Feito: {sentence}</translation>
    </message>
    <message>
        <source>Hide checks</source>
        <translation>Ocultar verificações</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>Dica</translation>
    </message>
    <message>
        <source>No problems left</source>
        <translation>Nenhum problema restante</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problema</translation>
    </message>
    <message>
        <source>Show checks</source>
        <translation>Mostrar verificações</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Aviso</translation>
    </message>
    <message numerus="yes">
        <source>{sentence} Same for %n more file(s).</source>
        <translation>
            <numerusform>{sentence} O mesmo vale para mais %n arquivo.</numerusform>
            <numerusform>{sentence} O mesmo vale para mais %n arquivos.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChecksPresenter</name>
    <message numerus="yes">
        <source>%Ln channel(s) (is/are) left out</source>
        <translation>
            <numerusform>%Ln canal fica de fora</numerusform>
            <numerusform>%Ln canais ficam de fora</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) removed from the message</source>
        <translation>
            <numerusform>%n arquivo removido da mensagem</numerusform>
            <numerusform>%n arquivos removidos da mensagem</numerusform>
        </translation>
    </message>
    <message>
        <source>Done: {what}</source>
        <extracomment>{what}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Feito: {what}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>{name} and {other} removed from the message</source>
        <translation>{name} e {other} removidos da mensagem</translation>
    </message>
    <message>
        <source>{name} is left out</source>
        <translation>{name} fica de fora</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} removido da mensagem</translation>
    </message>
</context>
<context>
    <name>ColumnMappingBar</name>
    <message>
        <source>Columns</source>
        <translation>Colunas</translation>
    </message>
</context>
<context>
    <name>ColumnMenus</name>
    <message>
        <source>Columns and rows…</source>
        <translation>Colunas e linhas…</translation>
    </message>
    <message>
        <source>Earliest first</source>
        <translation>Mais antigos primeiro</translation>
    </message>
    <message>
        <source>Group posts of a message</source>
        <translation>Agrupar posts de uma mensagem</translation>
    </message>
    <message>
        <source>Hide {column}</source>
        <translation>Ocultar {column}</translation>
    </message>
    <message>
        <source>Latest first</source>
        <translation>Mais recentes primeiro</translation>
    </message>
    <message>
        <source>Move {column} left</source>
        <translation>Mover {column} para a esquerda</translation>
    </message>
    <message>
        <source>Move {column} right</source>
        <translation>Mover {column} para a direita</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Redefinir colunas</translation>
    </message>
    <message>
        <source>Sort ascending</source>
        <translation>Ordem crescente</translation>
    </message>
    <message>
        <source>Sort descending</source>
        <translation>Ordem decrescente</translation>
    </message>
</context>
<context>
    <name>ColumnsPopup</name>
    <message>
        <source>Columns</source>
        <translation>Colunas</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Confortável</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compacto</translation>
    </message>
    <message>
        <source>Move {column} down</source>
        <translation>Mover {column} para baixo</translation>
    </message>
    <message>
        <source>Move {column} up</source>
        <translation>Mover {column} para cima</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Redefinir colunas</translation>
    </message>
    <message>
        <source>Reverse order</source>
        <translation>Inverter ordem</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Altura das linhas</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Linhas</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Ordenar por</translation>
    </message>
    <message>
        <source>Time cannot be hidden: it contains the checkboxes</source>
        <translation>O horário não pode ser ocultado: ele contém as caixas de seleção</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find commands, channels, messages, posts…</source>
        <translation>Encontrar comandos, canais, mensagens, posts…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Encontrado</translation>
    </message>
    <message>
        <source>Nothing matches “{words}”</source>
        <translation>Nada corresponde a “{words}”</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Buscar em tudo</translation>
    </message>
</context>
<context>
    <name>CommonWarnings</name>
    <message>
        <source>Keep them</source>
        <translation>Manter</translation>
    </message>
    <message>
        <source>Leave these rows out</source>
        <translation>Deixar estas linhas de fora</translation>
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
        <translation>Mais formas de publicar</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Salvar como rascunho</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar agora</translation>
    </message>
    <message>
        <source>Show checks below</source>
        <translation>Mostrar verificações abaixo</translation>
    </message>
    <message>
        <source>X charges each post to the credits of your app, and more for one with a link.</source>
        <translation>O X cobra cada post dos créditos do seu app, e mais por um com link.</translation>
    </message>
</context>
<context>
    <name>ComposeActions</name>
    <message>
        <source>&amp;Message</source>
        <translation>&amp;Mensagem</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Adicionar arquivos…</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Adicionar imagens ou vídeos</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Adicionar a Evergreen</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Alterar o horário</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Fechar esta mensagem</translation>
    </message>
    <message>
        <source>Discard this message</source>
        <translation>Descartar esta mensagem</translation>
    </message>
    <message>
        <source>Drafts ({n})…</source>
        <translation>Rascunhos ({n})…</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Rascunhos e modelos</translation>
    </message>
    <message>
        <source>Drafts…</source>
        <translation>Rascunhos…</translation>
    </message>
    <message>
        <source>Fill the message from a post of the site</source>
        <translation>Preencher a mensagem com um post do site</translation>
    </message>
    <message>
        <source>From the site…</source>
        <translation>Do site…</translation>
    </message>
    <message>
        <source>Insert an emoji</source>
        <translation>Inserir um emoji</translation>
    </message>
    <message>
        <source>Insert emoji…</source>
        <translation>Inserir emoji…</translation>
    </message>
    <message>
        <source>Insert hashtags, a signature or a snippet</source>
        <translation>Inserir hashtags, uma assinatura ou um trecho</translation>
    </message>
    <message>
        <source>Insert snippet…</source>
        <translation>Inserir trecho…</translation>
    </message>
    <message>
        <source>Keep a copy to send again and again</source>
        <translation>Guardar uma cópia para enviar de novo e de novo</translation>
    </message>
    <message>
        <source>Manage snippets…</source>
        <translation>Gerenciar trechos…</translation>
    </message>
    <message>
        <source>Needs a WordPress site: this computer has none.</source>
        <translation>Precisa de um site WordPress: este computador não tem nenhum.</translation>
    </message>
    <message>
        <source>New from template…</source>
        <translation>Nova a partir de modelo…</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>New message beside these</source>
        <translation>Nova mensagem ao lado destas</translation>
    </message>
    <message>
        <source>New message beside this one</source>
        <translation>Nova mensagem ao lado desta</translation>
    </message>
    <message>
        <source>Next free slot</source>
        <translation>Próximo horário livre</translation>
    </message>
    <message>
        <source>Next network tab</source>
        <translation>Próxima aba de rede</translation>
    </message>
    <message>
        <source>Next open message</source>
        <translation>Próxima mensagem aberta</translation>
    </message>
    <message>
        <source>Previous network tab</source>
        <translation>Aba de rede anterior</translation>
    </message>
    <message>
        <source>Previous open message</source>
        <translation>Mensagem aberta anterior</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Repetir…</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Salvar como rascunho</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Salvar como modelo…</translation>
    </message>
    <message>
        <source>Save to Drafts and start a new message</source>
        <translation>Salvar nos rascunhos e começar uma nova mensagem</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar agora</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Mostrar ou ocultar a prévia</translation>
    </message>
    <message>
        <source>Show the preview</source>
        <translation>Mostrar a prévia</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Usar uma imagem de exemplo</translation>
    </message>
</context>
<context>
    <name>ComposeController</name>
    <message numerus="yes">
        <source>%Ln post(s) scheduled</source>
        <translation>
            <numerusform>%Ln post agendado</numerusform>
            <numerusform>%Ln posts agendados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln post agendado de {first} até {last}</numerusform>
            <numerusform>%Ln posts agendados de {first} até {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln post agendado: {when}</numerusform>
            <numerusform>%Ln posts agendados: {when}</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Not sent yet.</source>
        <translation>Ainda não enviado.</translation>
    </message>
    <message>
        <source>Proposed. An editor has to approve it.</source>
        <translation>Proposto. Um editor precisa aprovar.</translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s)</source>
        <translation>
            <numerusform>Enviando %Ln post</numerusform>
            <numerusform>Enviando %Ln posts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>Enviando %Ln post em {seconds} s</numerusform>
            <numerusform>Enviando %Ln posts em {seconds} s</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>“{title}” was already sent. You can no longer undo it.</source>
        <translation>“{title}” já foi enviado. Não é mais possível desfazer.</translation>
    </message>
    <message>
        <source>“{title}” will not be sent</source>
        <translation>“{title}” não será enviado</translation>
    </message>
</context>
<context>
    <name>ComposeLayout</name>
    <message>
        <source>Drafts</source>
        <translation>Rascunhos</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mais</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Prévia</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>O que você quer dizer?</translation>
    </message>
</context>
<context>
    <name>ComposePage</name>
    <message>
        <source>Draft saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Rascunho salvo</translation>
    </message>
    <message>
        <source>Draft saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Rascunho salvo {ago}</translation>
    </message>
    <message>
        <source>No changes yet</source>
        <translation>Nenhuma alteração ainda</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Não salvo</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Ainda não salvo</translation>
    </message>
    <message>
        <source>Not saved: {why}</source>
        <translation>Não salvo: {why}</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Nada escrito ainda</translation>
    </message>
    <message>
        <source>Saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Salvo</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Salvo neste computador</translation>
    </message>
    <message>
        <source>Saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Salvo {ago}</translation>
    </message>
    <message>
        <source>The scheduled message stays as it is until you save the changes</source>
        <translation>A mensagem agendada fica como está até você salvar as alterações</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>Check {network} first. If the post is already there, it is published twice.</source>
        <translation>Verifique {network} primeiro. Se o post já estiver lá, ele será publicado duas vezes.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de novo</translation>
    </message>
    <message>
        <source>Send it again?</source>
        <translation>Enviar de novo?</translation>
    </message>
    <message>
        <source>there</source>
        <translation>lá</translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message>
        <source>Add a channel</source>
        <translation>Adicionar um canal</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Voltar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Choose a network first.</source>
        <translation>Escolha uma rede primeiro.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Concluir</translation>
    </message>
    <message>
        <source>Is this the account?</source>
        <translation>É esta a conta?</translation>
    </message>
    <message>
        <source>Open browser</source>
        <translation>Abrir navegador</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Entrar</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Entrar novamente</translation>
    </message>
    <message>
        <source>Sign in to {network}.</source>
        <translation>Entre em {network}.</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Entrando</translation>
    </message>
    <message>
        <source>Step {number} of 3. {words}</source>
        <translation>Etapa {number} de 3. {words}</translation>
    </message>
    <message>
        <source>Waiting for the browser.</source>
        <translation>Esperando o navegador.</translation>
    </message>
    <message>
        <source>Where do you want to publish?</source>
        <translation>Onde você quer publicar?</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>Processando…</translation>
    </message>
    <message>
        <source>{network} no longer accepts Posto&apos;s sign-in. The channel and its schedule stay.</source>
        <translation>{network} não aceita mais o login do Posto. O canal e seus agendamentos são mantidos.</translation>
    </message>
</context>
<context>
    <name>ConnectState</name>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Escolha pelo menos um lugar para publicar.</translation>
    </message>
    <message>
        <source>Choose where it is kept.</source>
        <translation>Escolha onde fica guardada.</translation>
    </message>
    <message>
        <source>Fill this in.</source>
        <translation>Preencha isto.</translation>
    </message>
    <message>
        <source>Paste the address first.</source>
        <translation>Cole o endereço primeiro.</translation>
    </message>
</context>
<context>
    <name>CounterRing</name>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: %Ln caractere restante</numerusform>
            <numerusform>{network}: %Ln caracteres restantes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln caractere a mais</numerusform>
            <numerusform>{network}: %Ln caracteres a mais</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterRow</name>
    <message>
        <source>each link counts {n}</source>
        <translation>cada link conta {n}</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: %Ln caractere restante</numerusform>
            <numerusform>{network}: %Ln caracteres restantes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln caractere a mais</numerusform>
            <numerusform>{network}: %Ln caracteres a mais</numerusform>
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
        <translation>Quadro de capa</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>Bottom left corner of the crop</source>
        <translation>Canto inferior esquerdo do corte</translation>
    </message>
    <message>
        <source>Bottom right corner of the crop</source>
        <translation>Canto inferior direito do corte</translation>
    </message>
    <message>
        <source>Bottom side of the crop</source>
        <translation>Lado inferior do corte</translation>
    </message>
    <message>
        <source>Crop of {name}</source>
        <translation>Corte de {name}</translation>
    </message>
    <message>
        <source>Left side of the crop</source>
        <translation>Lado esquerdo do corte</translation>
    </message>
    <message>
        <source>Right side of the crop</source>
        <translation>Lado direito do corte</translation>
    </message>
    <message>
        <source>Top left corner of the crop</source>
        <translation>Canto superior esquerdo do corte</translation>
    </message>
    <message>
        <source>Top right corner of the crop</source>
        <translation>Canto superior direito do corte</translation>
    </message>
    <message>
        <source>Top side of the crop</source>
        <translation>Lado superior do corte</translation>
    </message>
    <message>
        <source>{width} % wide and {height} % high, {left} % from the left, {top} % from the top</source>
        <translation>{width} % de largura e {height} % de altura, a {left} % da esquerda, a {top} % do topo</translation>
    </message>
</context>
<context>
    <name>DamagedStylePanel</name>
    <message>
        <source>Open the folder</source>
        <translation>Abrir a pasta</translation>
    </message>
    <message>
        <source>Open the folder of styles</source>
        <translation>Abrir a pasta de estilos</translation>
    </message>
    <message>
        <source>Posto cannot use this file and will not change it. Fix it in a text editor or remove it from its folder.</source>
        <translation>O Posto não pode usar este arquivo e não vai alterá-lo. Corrija-o em um editor de texto ou remova-o da pasta.</translation>
    </message>
</context>
<context>
    <name>DateSpan</name>
    <message>
        <source>From today</source>
        <translation>A partir de hoje</translation>
    </message>
    <message>
        <source>From {day}</source>
        <translation>De {day}</translation>
    </message>
    <message>
        <source>Next 7 days</source>
        <translation>Próximos 7 dias</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Este mês</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>Esta semana</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoje</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>Até {day}</translation>
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
        <translation>Hoje</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Amanhã</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Ontem</translation>
    </message>
    <message>
        <source>today</source>
        <translation>hoje</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>amanhã</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>ontem</translation>
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
        <translation>Qualquer data</translation>
    </message>
    <message>
        <source>Dates</source>
        <translation>Datas</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Pronto</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Mês anterior</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>De … até …</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Mês seguinte</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Até</translation>
    </message>
</context>
<context>
    <name>DayWords</name>
    <message>
        <source>today</source>
        <translation>hoje</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>ontem</translation>
    </message>
    <message>
        <source>“{text}” is not a day. Try “{date}”, “{weekday}” or “{weeks}”.</source>
        <translation>“{text}” não é um dia. Tente “{date}”, “{weekday}” ou “{weeks}”.</translation>
    </message>
</context>
<context>
    <name>DaysPopup</name>
    <message>
        <source>Use these days</source>
        <translation>Usar estes dias</translation>
    </message>
</context>
<context>
    <name>DeepLinks</name>
    <message>
        <source>The link cannot be read.</source>
        <translation>Não foi possível ler o link.</translation>
    </message>
    <message>
        <source>The link does not begin with “{start}”.</source>
        <translation>O link não começa com “{start}”.</translation>
    </message>
    <message numerus="yes">
        <source>The link has %n part(s), and a thread {most} at most.</source>
        <translation>
            <numerusform>O link tem %n parte, e uma thread no máximo {most}.</numerusform>
            <numerusform>O link tem %n partes, e uma thread no máximo {most}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link is too long.</source>
        <translation>O link é longo demais.</translation>
    </message>
    <message>
        <source>The link leads to “{page}”. This version has no such page.</source>
        <translation>O link leva a “{page}”. Esta versão não tem essa página.</translation>
    </message>
    <message>
        <source>The link would attach an address that is not a web address.</source>
        <translation>O link anexaria um endereço que não é um endereço da web.</translation>
    </message>
</context>
<context>
    <name>DefaultEditor</name>
    <message>
        <source>All channels of {network} share their pictures. Set this for {network}.</source>
        <translation>Todos os canais de {network} compartilham as imagens. Defina isto para {network}.</translation>
    </message>
    <message>
        <source>Choose an option above</source>
        <translation>Escolha uma opção acima</translation>
    </message>
    <message>
        <source>Default for</source>
        <translation>Padrão para</translation>
    </message>
    <message>
        <source>Default: {option}</source>
        <translation>Padrão: {option}</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Nada para redefinir aqui</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Redefinir</translation>
    </message>
    <message>
        <source>Reset the default</source>
        <translation>Redefinir o padrão</translation>
    </message>
    <message>
        <source>Used for every post to {name}, unless a style or the post sets its own</source>
        <translation>Usado em cada post em {name}, a menos que um estilo ou o post defina outro</translation>
    </message>
    <message>
        <source>Used for posts to {name} instead of the default of {network}</source>
        <translation>Usado nos posts em {name} no lugar do padrão de {network}</translation>
    </message>
</context>
<context>
    <name>Defaults</name>
    <message>
        <source>As typed</source>
        <translation>Como digitado</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Vazio</translation>
    </message>
    <message>
        <source>In effect</source>
        <translation>Em vigor</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Não</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sem estilo</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Nenhum</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>Não definido</translation>
    </message>
    <message>
        <source>On the service</source>
        <translation>No serviço</translation>
    </message>
    <message>
        <source>Option</source>
        <translation>Opção</translation>
    </message>
    <message>
        <source>This message</source>
        <translation>Esta mensagem</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Sim</translation>
    </message>
    <message>
        <source>{layer}: not set</source>
        <extracomment>{layer}: where a value could be set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: não definido</translation>
    </message>
    <message>
        <source>{layer}: {value}. In effect.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. Em vigor.</translation>
    </message>
    <message>
        <source>{layer}: {value}. Not used here.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. Não usado aqui.</translation>
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
        <translation>Padrões</translation>
    </message>
    <message>
        <source>Layers of the defaults</source>
        <translation>Camadas dos padrões</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Nenhum canal ainda</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sem estilo</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Salvo neste computador</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>Used when a message does not set an option. Layers further right take precedence.</source>
        <translation>Usados quando uma mensagem não define uma opção. As camadas mais à direita têm prioridade.</translation>
    </message>
</context>
<context>
    <name>Delivery</name>
    <message numerus="yes">
        <source>%n of its channels no longer exist. Nothing was sent.</source>
        <translation>
            <numerusform>%n dos canais não existe mais. Nada foi enviado.</numerusform>
            <numerusform>%n dos canais não existem mais. Nada foi enviado.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts were changed or sent meanwhile, so they stay.</source>
        <translation>
            <numerusform>%n de {total} posts foi alterado ou enviado nesse meio-tempo, por isso fica.</numerusform>
            <numerusform>%n de {total} posts foram alterados ou enviados nesse meio-tempo, por isso ficam.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s), {digest}</source>
        <translation>
            <numerusform>%n post, {digest}</numerusform>
            <numerusform>%n posts, {digest}</numerusform>
        </translation>
    </message>
    <message>
        <source>A repeat makes at most {n} posts. Nothing was sent.</source>
        <translation>Uma repetição cria no máximo {n} posts. Nada foi enviado.</translation>
    </message>
    <message>
        <source>An earlier change of it has an unclear outcome. Resolve that first.</source>
        <translation>Uma alteração anterior tem resultado incerto. Resolva isso primeiro.</translation>
    </message>
    <message>
        <source>An earlier change of it is not finished yet.</source>
        <translation>Uma alteração anterior ainda não terminou.</translation>
    </message>
    <message>
        <source>Another post has its slot. Nothing was sent.</source>
        <translation>Outro post ocupa o horário. Nada foi enviado.</translation>
    </message>
    <message>
        <source>Confirmed by you in the app</source>
        <translation>Confirmado por você no app</translation>
    </message>
    <message>
        <source>Confirmed by you on a terminal</source>
        <translation>Confirmado por você em um terminal</translation>
    </message>
    <message>
        <source>Declined by you in the app</source>
        <translation>Recusado por você no app</translation>
    </message>
    <message>
        <source>Declined by you on a terminal</source>
        <translation>Recusado por você em um terminal</translation>
    </message>
    <message>
        <source>It belongs to a post of the site and can be moved only there.</source>
        <translation>Pertence a um post do site e só pode ser movido lá.</translation>
    </message>
    <message>
        <source>It could not be done in time. Propose it again.</source>
        <translation>Não pôde ser feito a tempo. Proponha de novo.</translation>
    </message>
    <message>
        <source>It could not be moved.</source>
        <translation>Não foi possível mover.</translation>
    </message>
    <message>
        <source>It goes out in a few minutes anyway.</source>
        <translation>Sai em poucos minutos de qualquer forma.</translation>
    </message>
    <message>
        <source>It is being moved.</source>
        <translation>Está sendo movido.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Está sendo enviado agora mesmo.</translation>
    </message>
    <message>
        <source>It is being sent right now. Posto waits for the result.</source>
        <translation>Está sendo enviado agora mesmo. O Posto espera o resultado.</translation>
    </message>
    <message>
        <source>It is due right now, so the service may be sending it.</source>
        <translation>Está na hora dele agora, então o serviço pode estar enviando.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule, or it is being sent right now.</source>
        <translation>Não está mais nos agendamentos ou está sendo enviado agora mesmo.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule. Your changes are kept here.</source>
        <translation>Não está mais nos agendamentos. Suas alterações ficam guardadas aqui.</translation>
    </message>
    <message>
        <source>It is no longer waiting.</source>
        <translation>Não está mais em espera.</translation>
    </message>
    <message>
        <source>It is not what was proposed any more. Nothing was done.</source>
        <translation>Não é mais o que foi proposto. Nada foi feito.</translation>
    </message>
    <message>
        <source>It is not what was proposed. Nothing was deleted.</source>
        <translation>Não é o que foi proposto. Nada foi excluído.</translation>
    </message>
    <message>
        <source>It is overdue. Choose a time at least 5 minutes from now.</source>
        <translation>Está atrasado. Escolha um horário pelo menos 5 minutos à frente.</translation>
    </message>
    <message>
        <source>It is too late to undo this.</source>
        <translation>É tarde demais para desfazer.</translation>
    </message>
    <message>
        <source>It may be being sent right now.</source>
        <translation>Pode estar sendo enviado agora mesmo.</translation>
    </message>
    <message>
        <source>It may have been sent; that cannot be checked yet.</source>
        <translation>Pode ter sido enviado; ainda não é possível verificar.</translation>
    </message>
    <message>
        <source>It was accepted; for which channels cannot be checked yet.</source>
        <translation>Foi aceito; para quais canais, ainda não é possível verificar.</translation>
    </message>
    <message>
        <source>It was answered already.</source>
        <translation>Já foi respondido.</translation>
    </message>
    <message>
        <source>It was changed after the move was proposed.</source>
        <translation>Foi alterado depois que a mudança de horário foi proposta.</translation>
    </message>
    <message>
        <source>It was changed or sent meanwhile, so it stays.</source>
        <translation>Foi alterado ou enviado nesse meio-tempo, por isso fica.</translation>
    </message>
    <message>
        <source>It was not confirmed within ten minutes. Have it proposed again.</source>
        <translation>Não foi confirmado em dez minutos. Peça que seja proposto de novo.</translation>
    </message>
    <message>
        <source>It was sent already.</source>
        <translation>Já foi enviado.</translation>
    </message>
    <message>
        <source>It was sent at both times.</source>
        <translation>Foi enviado nos dois horários.</translation>
    </message>
    <message>
        <source>It was sent before your changes were saved. They are kept here.</source>
        <translation>Foi enviado antes de suas alterações serem salvas. Elas ficam guardadas aqui.</translation>
    </message>
    <message>
        <source>It was sent while it was being moved.</source>
        <translation>Foi enviado enquanto estava sendo movido.</translation>
    </message>
    <message>
        <source>Its channel no longer exists. Nothing was sent.</source>
        <translation>O canal não existe mais. Nada foi enviado.</translation>
    </message>
    <message>
        <source>Its earlier time has passed, so you cannot undo this.</source>
        <translation>O horário anterior já passou, então não é possível desfazer.</translation>
    </message>
    <message>
        <source>Its time has passed. Nothing was scheduled.</source>
        <translation>O horário já passou. Nada foi agendado.</translation>
    </message>
    <message>
        <source>Its time passed before it could be sent. Nothing was sent.</source>
        <translation>O horário passou antes do envio. Nada foi enviado.</translation>
    </message>
    <message>
        <source>Its time, {time}, passed before it could be sent. It was not sent; try again to send it now.</source>
        <translation>O horário, {time}, passou antes que pudesse ser enviado. Não foi enviado; tente de novo para enviar agora.</translation>
    </message>
    <message>
        <source>May already be published, but that cannot be checked. {reason}</source>
        <translation>Pode já estar publicado, mas não é possível verificar. {reason}</translation>
    </message>
    <message>
        <source>May already be published: the service did not answer in time.</source>
        <translation>Pode já estar publicado: o serviço não respondeu a tempo.</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Pode já estar publicado: {reason}</translation>
    </message>
    <message>
        <source>May already be published: {why}</source>
        <translation>Pode já estar publicado: {why}</translation>
    </message>
    <message>
        <source>No channel is selected, so nothing was sent.</source>
        <translation>Nenhum canal está selecionado, então nada foi enviado.</translation>
    </message>
    <message>
        <source>Not checked yet. {why}</source>
        <translation>Ainda não verificado. {why}</translation>
    </message>
    <message>
        <source>Nothing more was posted.</source>
        <translation>Nada mais foi publicado.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nada foi alterado.</translation>
    </message>
    <message>
        <source>Nothing was posted.</source>
        <translation>Nada foi publicado.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Nada foi enviado.</translation>
    </message>
    <message>
        <source>Part of it was sent meanwhile.</source>
        <translation>Parte foi enviada nesse meio-tempo.</translation>
    </message>
    <message>
        <source>Posto will check again.</source>
        <translation>O Posto verificará de novo.</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>Retirado.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>O app está fechando.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was changed.</source>
        <translation>O horário escolhido já passou. Nada foi alterado.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was sent.</source>
        <translation>O horário escolhido já passou. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The earlier post is still scheduled.</source>
        <translation>O post anterior continua agendado.</translation>
    </message>
    <message>
        <source>The earlier version is no longer known.</source>
        <translation>A versão anterior não é mais conhecida.</translation>
    </message>
    <message>
        <source>The evergreen message was deleted. Nothing was sent.</source>
        <translation>A mensagem evergreen foi excluída. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The list of {host} could not be read.</source>
        <translation>Não foi possível ler a lista de {host}.</translation>
    </message>
    <message>
        <source>The message is no longer in the campaign. Nothing was sent.</source>
        <translation>A mensagem não está mais na campanha. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The new time has passed.</source>
        <translation>O novo horário já passou.</translation>
    </message>
    <message>
        <source>The new time has passed. Nothing was moved.</source>
        <translation>O novo horário já passou. Nada foi movido.</translation>
    </message>
    <message>
        <source>The post is not in the schedule of {host}.</source>
        <translation>O post não está nos agendamentos de {host}.</translation>
    </message>
    <message>
        <source>The prepared copy of “{name}” was removed from the cache. Try again.</source>
        <translation>A cópia preparada de “{name}” foi removida do cache. Tente novamente.</translation>
    </message>
    <message>
        <source>The proxy in Settings &gt; Network has no address or no port. Nothing was sent.</source>
        <translation>O proxy em Configurações &gt; Rede não tem endereço ou porta. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The repeat has no time left. Nothing was sent.</source>
        <translation>A repetição não tem mais horários. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The saved data of this post is damaged.</source>
        <translation>Os dados salvos deste post estão danificados.</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>Não é possível alcançar o espaço de trabalho.</translation>
    </message>
    <message>
        <source>There is no style “{name}” to export.</source>
        <translation>Não há estilo “{name}” para exportar.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Ainda não há nada para publicar. Escreva um texto ou adicione uma imagem.</translation>
    </message>
    <message>
        <source>This message edits nothing. Nothing was changed.</source>
        <translation>Esta mensagem não edita nada. Nada foi alterado.</translation>
    </message>
    <message>
        <source>This workspace is signed out. Sign in again to send the post.</source>
        <translation>Este espaço de trabalho está desconectado. Entre novamente para enviar o post.</translation>
    </message>
    <message>
        <source>Two attempts had no clear answer.</source>
        <translation>Duas tentativas ficaram sem resposta clara.</translation>
    </message>
    <message>
        <source>defaults.json is damaged, so no defaults count. The next change keeps it aside.</source>
        <translation>defaults.json está danificado, por isso nenhum padrão vale. A próxima alteração o guarda à parte.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>o nome não pode ser usado</translation>
    </message>
    <message>
        <source>this computer</source>
        <extracomment>In place of the name of a service: &quot;… accepted the post but does not list it.&quot;</extracomment>
        <translation>este computador</translation>
    </message>
    <message>
        <source>{host} accepted only a part of it.</source>
        <translation>{host} aceitou só uma parte.</translation>
    </message>
    <message>
        <source>{host} accepted the post but does not list it.</source>
        <translation>{host} aceitou o post, mas não o lista.</translation>
    </message>
    <message>
        <source>{host} asks to wait.</source>
        <translation>{host} pede para esperar.</translation>
    </message>
    <message>
        <source>{host} did not accept it.</source>
        <translation>{host} não aceitou.</translation>
    </message>
    <message>
        <source>{host} did not answer in time. Posto is checking whether the post arrived.</source>
        <translation>{host} não respondeu a tempo. O Posto está verificando se o post chegou.</translation>
    </message>
    <message>
        <source>{host} did not move it.</source>
        <translation>{host} não moveu o post.</translation>
    </message>
    <message>
        <source>{host} does not list it for {names} yet.</source>
        <translation>{host} ainda não o lista para {names}.</translation>
    </message>
    <message>
        <source>{host} does not list the post yet.</source>
        <translation>{host} ainda não lista o post.</translation>
    </message>
    <message>
        <source>{host} does not report its whole content.</source>
        <translation>{host} não informa todo o conteúdo.</translation>
    </message>
    <message>
        <source>{host} has this post but does not list it for {names}.</source>
        <translation>{host} tem este post, mas não o lista para {names}.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} está em manutenção.</translation>
    </message>
    <message>
        <source>{host} still has the earlier post.</source>
        <translation>{host} ainda tem o post anterior.</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is/are) not in the schedule of {host}.</source>
        <extracomment>{names}: names of channels.</extracomment>
        <translation>
            <numerusform>{names} não está nos agendamentos de {host}.</numerusform>
            <numerusform>{names} não estão nos agendamentos de {host}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} cannot be imported: it is not a regular file.</source>
        <translation>{name} não pode ser importado: não é um arquivo comum.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} não pode ser lido: acesso negado.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} não pode ser lido: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be prepared ({why}).</source>
        <translation>Não foi possível preparar {name} ({why}).</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes)</source>
        <translation>{name} está vazio (0 bytes)</translation>
    </message>
    <message>
        <source>{name} is no style. {why}</source>
        <translation>{name} não é um estilo. {why}</translation>
    </message>
    <message>
        <source>{name} is not a file</source>
        <translation>{name} não é um arquivo</translation>
    </message>
    <message>
        <source>{name} is not a style: it has no settings for any network.</source>
        <translation>{name} não é um estilo: não tem configurações para nenhuma rede.</translation>
    </message>
    <message>
        <source>{name} is on another computer; copy it to this one</source>
        <translation>{name} está em outro computador; copie-o para este</translation>
    </message>
    <message>
        <source>{name} is too large for a style.</source>
        <translation>{name} é grande demais para um estilo.</translation>
    </message>
    <message>
        <source>{name} was not found</source>
        <translation>{name} não foi encontrado</translation>
    </message>
    <message>
        <source>{name} was not found beside the CSV file</source>
        <translation>{name} não foi encontrado junto do arquivo CSV</translation>
    </message>
    <message>
        <source>{name} was not found beside the JSON file</source>
        <translation>{name} não foi encontrado junto do arquivo JSON</translation>
    </message>
    <message>
        <source>{name} was not found beside the file</source>
        <translation>{name} não foi encontrado junto do arquivo</translation>
    </message>
    <message>
        <source>{name} was not found beside the workbook</source>
        <translation>{name} não foi encontrado junto da pasta de trabalho</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} não foi encontrado.</translation>
    </message>
    <message>
        <source>{name} was not found: a pasted row needs the whole path of its picture</source>
        <translation>{name} não foi encontrado: uma linha colada precisa do caminho completo da imagem</translation>
    </message>
    <message>
        <source>“{name}” changed after you added it. Use Edit as new to see the current version.</source>
        <translation>“{name}” mudou depois que você o adicionou. Use “Editar como novo” para ver a versão atual.</translation>
    </message>
    <message>
        <source>“{name}” could not be read.</source>
        <translation>Não foi possível ler “{name}”.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture or video</source>
        <translation>“{name}” não é uma imagem nem um vídeo</translation>
    </message>
    <message>
        <source>“{name}” is not the file that was added to the draft.</source>
        <translation>“{name}” não é o arquivo que foi adicionado ao rascunho.</translation>
    </message>
    <message>
        <source>“{name}” was changed after it was proposed. Nothing was scheduled.</source>
        <translation>“{name}” foi alterado depois de proposto. Nada foi agendado.</translation>
    </message>
    <message>
        <source>“{name}” was changed after the post was made.</source>
        <translation>“{name}” foi alterado depois que o post foi feito.</translation>
    </message>
    <message>
        <source>“{name}” was changed while it was uploaded.</source>
        <translation>“{name}” foi alterado durante o envio.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>“{name}” não foi encontrado.</translation>
    </message>
    <message>
        <source>“{name}…” is not a file name</source>
        <translation>“{name}…” não é um nome de arquivo</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Posto cannot write to {folder}: {why}. Nothing will be saved.</source>
        <translation>O Posto não pode gravar em {folder}: {why}. Nada será salvo.</translation>
    </message>
    <message>
        <source>The backup was not restored, because the server on this computer did not stop. Posto tries again at the next start.</source>
        <translation>O backup não foi restaurado porque o servidor neste computador não parou. O Posto tenta de novo na próxima inicialização.</translation>
    </message>
</context>
<context>
    <name>DesktopApp</name>
    <message>
        <source>Check again</source>
        <translation>Verificar novamente</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Escrever</translation>
    </message>
    <message>
        <source>{reason} The change lasts until Posto quits.</source>
        <translation>{reason} A alteração vale até o Posto ser encerrado.</translation>
    </message>
</context>
<context>
    <name>DestinationChoice</name>
    <message>
        <source>A folder of pictures can become a campaign</source>
        <translation>Uma pasta de imagens pode virar uma campanha</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Adicionar um canal…</translation>
    </message>
    <message>
        <source>Connect your accounts</source>
        <translation>Conecte suas contas</translation>
    </message>
    <message>
        <source>Mastodon, Bluesky, WordPress and more, published from this computer.</source>
        <translation>Mastodon, Bluesky, WordPress e mais, publicados deste computador.</translation>
    </message>
    <message>
        <source>Runs on your own WordPress site. Its channels appear here.</source>
        <translation>Funciona no seu próprio site WordPress. Os canais dele aparecem aqui.</translation>
    </message>
    <message>
        <source>Sandbox channels show posts in Feed and publish nothing.</source>
        <translation>Canais de sandbox mostram os posts no Feed e não publicam nada.</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Entrar em um serviço Posto</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Entrar…</translation>
    </message>
    <message>
        <source>Try it on this computer</source>
        <translation>Experimentar neste computador</translation>
    </message>
    <message>
        <source>Type a time like &lt;b&gt;“{time}”&lt;/b&gt; or &lt;b&gt;“{other}”&lt;/b&gt;</source>
        <translation>Digite um horário como &lt;b&gt;“{time}”&lt;/b&gt; ou &lt;b&gt;“{other}”&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Use the sandbox</source>
        <translation>Usar o sandbox</translation>
    </message>
    <message>
        <source>Use the sandbox channels</source>
        <translation>Usar os canais de sandbox</translation>
    </message>
    <message>
        <source>Where should it go?</source>
        <translation>Para onde deve ir?</translation>
    </message>
</context>
<context>
    <name>DeviceRows</name>
    <message>
        <source>No device yet</source>
        <translation>Nenhum dispositivo ainda</translation>
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
        <translation>Baixar {name} de novo</translation>
    </message>
    <message>
        <source>Downloading {name}</source>
        <translation>Baixando {name}</translation>
    </message>
    <message>
        <source>Not downloaded</source>
        <translation>Não baixado</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Remover {name}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
</context>
<context>
    <name>DraftRows</name>
    <message>
        <source>Open now</source>
        <translation>Aberto agora</translation>
    </message>
</context>
<context>
    <name>DraftTabs</name>
    <message>
        <source>Close “{title}”; it stays in Drafts</source>
        <translation>Fechar “{title}”; continua nos rascunhos</translation>
    </message>
    <message>
        <source>Open messages</source>
        <translation>Mensagens abertas</translation>
    </message>
</context>
<context>
    <name>DraftTabsRow</name>
    <message>
        <source>New message beside these</source>
        <translation>Nova mensagem ao lado destas</translation>
    </message>
</context>
<context>
    <name>DraftTray</name>
    <message>
        <source>Drag one onto the calendar, or select it and press S</source>
        <translation>Arraste um para o calendário ou selecione-o e pressione S</translation>
    </message>
    <message>
        <source>Hide drafts</source>
        <translation>Ocultar rascunhos</translation>
    </message>
    <message>
        <source>Show drafts</source>
        <translation>Mostrar rascunhos</translation>
    </message>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Rascunhos sem agendamento</translation>
    </message>
</context>
<context>
    <name>DraftTrayList</name>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Rascunhos sem agendamento</translation>
    </message>
</context>
<context>
    <name>DraftsFoot</name>
    <message>
        <source>Done</source>
        <translation>Pronto</translation>
    </message>
    <message>
        <source>Name of the template</source>
        <translation>Nome do modelo</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renomear</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Salvar modelo</translation>
    </message>
</context>
<context>
    <name>DraftsList</name>
    <message>
        <source>Add draft to evergreen</source>
        <translation>Adicionar o rascunho a Evergreen</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Adicionar a Evergreen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Excluir rascunho</translation>
    </message>
    <message>
        <source>Delete template</source>
        <translation>Excluir modelo</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Rascunhos</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Rascunhos e modelos</translation>
    </message>
    <message>
        <source>Drafts or templates</source>
        <translation>Rascunhos ou modelos</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Duplicate draft</source>
        <translation>Duplicar rascunho</translation>
    </message>
    <message>
        <source>Labels of draft</source>
        <translation>Etiquetas do rascunho</translation>
    </message>
    <message>
        <source>Labels…</source>
        <translation>Etiquetas…</translation>
    </message>
    <message>
        <source>New message from template</source>
        <extracomment>Verb.</extracomment>
        <translation>Nova mensagem a partir do modelo</translation>
    </message>
    <message>
        <source>No draft matches.</source>
        <translation>Nenhum rascunho encontrado.</translation>
    </message>
    <message>
        <source>No drafts yet. Your messages are saved here automatically.</source>
        <translation>Nenhum rascunho ainda. Suas mensagens são salvas aqui automaticamente.</translation>
    </message>
    <message>
        <source>No template matches.</source>
        <translation>Nenhum modelo encontrado.</translation>
    </message>
    <message>
        <source>No templates yet. Use “Save as template…” in the menu beside Post.</source>
        <translation>Nenhum modelo ainda. Use “Salvar como modelo…” no menu ao lado de Publicar.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Rename template</source>
        <translation>Renomear modelo</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Renomear…</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Salvar como modelo…</translation>
    </message>
    <message>
        <source>Save draft as template</source>
        <translation>Salvar rascunho como modelo</translation>
    </message>
    <message>
        <source>Search drafts</source>
        <translation>Buscar rascunhos</translation>
    </message>
    <message>
        <source>Search templates</source>
        <translation>Buscar modelos</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Modelos</translation>
    </message>
</context>
<context>
    <name>DraftsModel</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n arquivo</numerusform>
            <numerusform>%n arquivos</numerusform>
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
        <translation>Alterações de uma mensagem agendada</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sem título</translation>
    </message>
    <message>
        <source>open now</source>
        <translation>aberto agora</translation>
    </message>
</context>
<context>
    <name>DraftsPopupController</name>
    <message>
        <source>Name of the template</source>
        <translation>Nome do modelo</translation>
    </message>
    <message>
        <source>Save as template</source>
        <translation>Salvar como modelo</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Salvar modelo</translation>
    </message>
    <message>
        <source>Saves text, files, channels, options, labels and the time as typed.</source>
        <translation>Salva texto, arquivos, canais, opções, etiquetas e o horário como digitado.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Ainda não há nada para salvar</translation>
    </message>
</context>
<context>
    <name>DropCard</name>
    <message>
        <source>Attach a sample picture to see how it looks on each network</source>
        <translation>Anexe uma imagem de exemplo para ver como fica em cada rede</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Procurar…</translation>
    </message>
    <message>
        <source>Drop pictures, videos or a text file</source>
        <translation>Solte imagens, vídeos ou um arquivo de texto</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Usar um exemplo</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Usar uma imagem de exemplo</translation>
    </message>
    <message>
        <source>or paste with {keys}</source>
        <extracomment>{keys}: keys, such as Ctrl+V.</extracomment>
        <translation>ou cole com {keys}</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted</source>
        <translation>
            <numerusform>%n arquivo não pode ser publicado</numerusform>
            <numerusform>%n arquivos não podem ser publicados</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to this message</source>
        <translation>Adicionar a esta mensagem</translation>
    </message>
    <message>
        <source>Add to your styles</source>
        <translation>Adicionar aos seus estilos</translation>
    </message>
    <message numerus="yes">
        <source>Added to the (file/%n files) already attached</source>
        <translation>
            <numerusform>Adicionado ao arquivo já anexado</numerusform>
            <numerusform>Adicionado aos %n arquivos já anexados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln file(s)</source>
        <translation>
            <numerusform>Soltar %Ln arquivo</numerusform>
            <numerusform>Soltar %Ln arquivos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln picture(s)</source>
        <translation>
            <numerusform>Soltar %Ln imagem</numerusform>
            <numerusform>Soltar %Ln imagens</numerusform>
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
        <translation>Solte em qualquer lugar aqui. Esc cancela.</translation>
    </message>
    <message>
        <source>Drop elsewhere to add them to this message. Esc cancels.</source>
        <translation>Solte em outro lugar para adicioná-los a esta mensagem. Esc cancela.</translation>
    </message>
    <message>
        <source>Drop files</source>
        <translation>Soltar arquivos</translation>
    </message>
    <message>
        <source>Each file becomes one of your styles</source>
        <translation>Cada arquivo vira um dos seus estilos</translation>
    </message>
    <message>
        <source>Make a campaign</source>
        <translation>Criar uma campanha</translation>
    </message>
    <message numerus="yes">
        <source>One message for each of the %Ln file(s), spread over time</source>
        <translation>
            <numerusform>Uma mensagem para o arquivo, distribuída no tempo (%Ln)</numerusform>
            <numerusform>Uma mensagem para cada um dos %Ln arquivos, distribuídas no tempo</numerusform>
        </translation>
    </message>
    <message>
        <source>The message has no files yet</source>
        <translation>A mensagem ainda não tem arquivos</translation>
    </message>
    <message>
        <source>You can add pictures, videos and text files.</source>
        <translation>Você pode adicionar imagens, vídeos e arquivos de texto.</translation>
    </message>
    <message>
        <source>{name} cannot be posted</source>
        <translation>{name} não pode ser publicado</translation>
    </message>
</context>
<context>
    <name>DueCauses</name>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the keychain is locked.</source>
        <translation>
            <numerusform>%n post das {time} não pode sair: o chaveiro está bloqueado.</numerusform>
            <numerusform>%n posts das {time} não podem sair: o chaveiro está bloqueado.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the workspace “{name}” is signed out.</source>
        <translation>
            <numerusform>%n post das {time} não pode sair: o espaço de trabalho “{name}” está desconectado.</numerusform>
            <numerusform>%n posts das {time} não podem sair: o espaço de trabalho “{name}” está desconectado.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: {name} is signed out.</source>
        <translation>
            <numerusform>%n post das {time} não pode sair: {name} está desconectado.</numerusform>
            <numerusform>%n posts das {time} não podem sair: {name} está desconectado.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” has changed since.</source>
        <translation>
            <numerusform>%n post das {time} não pode sair: “{name}” mudou desde então.</numerusform>
            <numerusform>%n posts das {time} não podem sair: “{name}” mudou desde então.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” is missing.</source>
        <translation>
            <numerusform>%n post das {time} não pode sair: “{name}” não foi encontrado.</numerusform>
            <numerusform>%n posts das {time} não podem sair: “{name}” não foi encontrado.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: the disk of this computer is almost full.</source>
        <translation>
            <numerusform>%n post das {time} talvez não saia: o disco deste computador está quase cheio.</numerusform>
            <numerusform>%n posts das {time} talvez não saiam: o disco deste computador está quase cheio.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: {name} cannot be reached.</source>
        <translation>
            <numerusform>%n post das {time} talvez não saia: {name} não pode ser alcançado.</numerusform>
            <numerusform>%n posts das {time} talvez não saiam: {name} não pode ser alcançado.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} would be refused by {name}.</source>
        <translation>
            <numerusform>{name} recusaria %n post das {time}.</numerusform>
            <numerusform>{name} recusaria %n posts das {time}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto&apos;s own server</source>
        <translation>o próprio servidor do Posto</translation>
    </message>
    <message>
        <source>{account} on {network}</source>
        <translation>{account} no {network}</translation>
    </message>
</context>
<context>
    <name>DueChecksController</name>
    <message>
        <source>Check again</source>
        <translation>Verificar novamente</translation>
    </message>
    <message>
        <source>Checking again</source>
        <translation>Verificando novamente</translation>
    </message>
    <message>
        <source>Find the file…</source>
        <translation>Localizar o arquivo…</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Abrir em Escrever</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Abrir o site</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Entrar novamente…</translation>
    </message>
    <message>
        <source>This is over</source>
        <translation>Isso já foi resolvido</translation>
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
            <numerusform>%Ln mensagem duplicada como rascunho</numerusform>
            <numerusform>%Ln mensagens duplicadas como rascunhos</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied to a new message</source>
        <translation>Copiado para uma nova mensagem</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>EditMergeController</name>
    <message>
        <source>Somebody else</source>
        <translation>Outra pessoa</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Sua versão está em Rascunhos</translation>
    </message>
    <message>
        <source>{name} changed this message, too. Kept: {fields}.</source>
        <translation>{name} também alterou esta mensagem. Mantido: {fields}.</translation>
    </message>
</context>
<context>
    <name>EditMergeDialog</name>
    <message>
        <source>Both of you changed: {fields}.</source>
        <translation>Vocês dois alteraram: {fields}.</translation>
    </message>
    <message>
        <source>Continue editing</source>
        <translation>Continuar editando</translation>
    </message>
    <message>
        <source>Keep my version</source>
        <translation>Manter minha versão</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Salvar</translation>
    </message>
    <message>
        <source>Save my version</source>
        <translation>Salvar minha versão</translation>
    </message>
    <message>
        <source>Save the version of {name}; mine goes to Drafts</source>
        <translation>Salvar a versão de {name}; a minha vai para Rascunhos</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Outra pessoa</translation>
    </message>
    <message>
        <source>Use the version of {name}; mine goes to Drafts</source>
        <translation>Usar a versão de {name}; a minha vai para Rascunhos</translation>
    </message>
    <message>
        <source>{name} changed this message, too</source>
        <translation>{name} também alterou esta mensagem</translation>
    </message>
</context>
<context>
    <name>EditingStrip</name>
    <message>
        <source>Discard changes</source>
        <translation>Descartar alterações</translation>
    </message>
    <message>
        <source>Keep as a new message</source>
        <translation>Manter como nova mensagem</translation>
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
        <translation>Seletor de emojis</translation>
    </message>
    <message>
        <source>Install an emoji font to see emoji.</source>
        <translation>Instale uma fonte de emojis para vê-los.</translation>
    </message>
    <message>
        <source>Loading emoji</source>
        <translation>Carregando emojis</translation>
    </message>
    <message>
        <source>No emoji for “{query}”</source>
        <translation>Nenhum emoji para “{query}”</translation>
    </message>
    <message>
        <source>No skin tone</source>
        <translation>Sem tom de pele</translation>
    </message>
    <message>
        <source>Recently used</source>
        <translation>Usados recentemente</translation>
    </message>
    <message>
        <source>Search emoji</source>
        <translation>Buscar emoji</translation>
    </message>
    <message>
        <source>Skin tone</source>
        <translation>Tom de pele</translation>
    </message>
    <message>
        <source>Skin tone: {name}</source>
        <translation>Tom de pele: {name}</translation>
    </message>
    <message>
        <source>The emoji could not be loaded. See the log for details.</source>
        <translation>Não foi possível carregar os emojis. Veja os detalhes no log.</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>nenhum escolhido</translation>
    </message>
</context>
<context>
    <name>EmptyMessages</name>
    <message>
        <source>Import a file…</source>
        <translation>Importar um arquivo…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Importar algumas mensagens de exemplo para ver como funciona</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Nenhuma mensagem ainda</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Usar um exemplo</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Escrever uma mensagem</translation>
    </message>
    <message>
        <source>Write a message, paste lines from a spreadsheet, or drop pictures. Each line or picture becomes a message.</source>
        <translation>Escreva uma mensagem, cole linhas de uma planilha ou solte imagens. Cada linha ou imagem vira uma mensagem.</translation>
    </message>
</context>
<context>
    <name>EmptySchedule</name>
    <message>
        <source>Clear filters</source>
        <translation>Limpar filtros</translation>
    </message>
    <message numerus="yes">
        <source>Filters and hidden channels hide %Ln post(s).</source>
        <translation>
            <numerusform>Filtros e canais ocultos escondem %Ln post.</numerusform>
            <numerusform>Filtros e canais ocultos escondem %Ln posts.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Canais ocultos contêm %Ln post.</numerusform>
            <numerusform>Canais ocultos contêm %Ln posts.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Nenhum post encontrado</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Nada agendado ainda</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>As mensagens agendadas aparecem aqui.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Mostrar canais ocultos</translation>
    </message>
    <message numerus="yes">
        <source>The filters hide %Ln post(s).</source>
        <translation>
            <numerusform>Os filtros ocultam %Ln post.</numerusform>
            <numerusform>Os filtros ocultam %Ln posts.</numerusform>
        </translation>
    </message>
    <message>
        <source>The schedule could not be loaded</source>
        <translation>Não foi possível carregar os agendamentos</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar novamente</translation>
    </message>
    <message numerus="yes">
        <source>Without the status filter: %Ln post(s).</source>
        <translation>
            <numerusform>Sem o filtro de status: %Ln post.</numerusform>
            <numerusform>Sem o filtro de status: %Ln posts.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Encodings</name>
    <message>
        <source>Chinese (GB 18030)</source>
        <translation>Chinês (GB 18030)</translation>
    </message>
    <message>
        <source>Japanese (Shift JIS)</source>
        <translation>Japonês (Shift JIS)</translation>
    </message>
    <message>
        <source>Windows, Central European (1250)</source>
        <translation>Windows, Europa Central (1250)</translation>
    </message>
    <message>
        <source>Windows, Cyrillic (1251)</source>
        <translation>Windows, cirílico (1251)</translation>
    </message>
    <message>
        <source>Windows, Western (1252)</source>
        <translation>Windows, ocidental (1252)</translation>
    </message>
</context>
<context>
    <name>Entries</name>
    <message>
        <source>Post without text</source>
        <translation>Post sem texto</translation>
    </message>
</context>
<context>
    <name>EntryCard</name>
    <message>
        <source>Address of the post</source>
        <translation>Endereço do post</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Endereço, se você souber</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Edit as new</source>
        <translation>Editar como novo</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Já está em {network}?</translation>
    </message>
    <message>
        <source>Is it published already?</source>
        <translation>Já está publicado?</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>É enviado de novo em instantes.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Está lá</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Abrir o canal</translation>
    </message>
    <message>
        <source>Open the channels</source>
        <translation>Abrir os canais</translation>
    </message>
    <message>
        <source>Posto sent the post, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>O Posto enviou o post, mas não houve resposta clara. Enviar de novo agora pode publicá-lo duas vezes.</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de novo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar agora</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Enviar o comentário de novo</translation>
    </message>
    <message numerus="yes">
        <source>The other channels have the post. (This one is/These are) not in the schedule, but (it/they) may still be published. Sending again now could publish (it/them) twice.</source>
        <translation>
            <numerusform>Os outros canais têm o post. Este não está nos agendamentos, mas ainda pode estar publicado. Enviar de novo agora pode publicá-lo duas vezes.</numerusform>
            <numerusform>Os outros canais têm o post. Estes não estão nos agendamentos, mas ainda podem estar publicados. Enviar de novo agora pode publicá-los duas vezes.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Tentar agora</translation>
    </message>
</context>
<context>
    <name>EntryDetails</name>
    <message>
        <source>Check again</source>
        <translation>Verificar novamente</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>Fechar detalhes</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Copiar detalhes</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalhes</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir post</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Retomar</translation>
    </message>
    <message>
        <source>Send first</source>
        <translation>Enviar primeiro</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>O que aconteceu</translation>
    </message>
</context>
<context>
    <name>EntryStories</name>
    <message>
        <source>Story</source>
        <translation>Story</translation>
    </message>
    <message>
        <source>Story on {channel}</source>
        <translation>Story em {channel}</translation>
    </message>
</context>
<context>
    <name>ErrorReporter</name>
    <message>
        <source>Something went wrong. See the log for details.</source>
        <translation>Algo deu errado. Veja os detalhes no log.</translation>
    </message>
</context>
<context>
    <name>Evergreen</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canais</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln post agendado de {first} até {last}</numerusform>
            <numerusform>%Ln posts agendados de {first} até {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln post agendado: {when}</numerusform>
            <numerusform>%Ln posts agendados: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>%Ln envio</numerusform>
            <numerusform>%Ln envios</numerusform>
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
            <numerusform>%n está sendo excluído do serviço.</numerusform>
            <numerusform>%n estão sendo excluídos do serviço.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no runs left.</source>
        <translation>
            <numerusform>%n mensagem não tem mais envios.</numerusform>
            <numerusform>%n mensagens não têm mais envios.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no text that the network would take again by then.</source>
        <translation>
            <numerusform>%n mensagem não tem texto que a rede aceite de novo até lá.</numerusform>
            <numerusform>%n mensagens não têm texto que a rede aceite de novo até lá.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) passed the last day.</source>
        <translation>
            <numerusform>%n mensagem passou do último dia.</numerusform>
            <numerusform>%n mensagens passaram do último dia.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (is/are) paused.</source>
        <translation>
            <numerusform>%n mensagem está pausada.</numerusform>
            <numerusform>%n mensagens estão pausadas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (starts/start) later.</source>
        <translation>
            <numerusform>%n mensagem começa depois.</numerusform>
            <numerusform>%n mensagens começam depois.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) cannot be posted here.</source>
        <translation>
            <numerusform>%n mensagem não pode ser publicada aqui.</numerusform>
            <numerusform>%n mensagens não podem ser publicadas aqui.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) still (rests/rest).</source>
        <translation>
            <numerusform>%n mensagem ainda está em descanso.</numerusform>
            <numerusform>%n mensagens ainda estão em descanso.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (was/were) sent already and (stays/stay).</source>
        <translation>
            <numerusform>%n post já foi enviado e fica.</numerusform>
            <numerusform>%n posts já foram enviados e ficam.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) taken back.</source>
        <translation>
            <numerusform>%n post retirado.</numerusform>
            <numerusform>%n posts retirados.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s) changed, too.</source>
        <translation>
            <numerusform>%n post agendado também mudou.</numerusform>
            <numerusform>%n posts agendados também mudaram.</numerusform>
        </translation>
    </message>
    <message>
        <source>All evergreen messages are paused.</source>
        <translation>Todas as mensagens evergreen estão pausadas.</translation>
    </message>
    <message>
        <source>All evergreen messages have passed their last day.</source>
        <translation>Todas as mensagens evergreen passaram do último dia.</translation>
    </message>
    <message>
        <source>All evergreen messages rest until {day}.</source>
        <translation>Todas as mensagens evergreen descansam até {day}.</translation>
    </message>
    <message>
        <source>All evergreen messages rest.</source>
        <translation>Todas as mensagens evergreen descansam.</translation>
    </message>
    <message>
        <source>Ended</source>
        <extracomment>Status of an evergreen message: its last day is over.</extracomment>
        <translation>Encerrada</translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago, weight {weight}.</source>
        <translation>
            <numerusform>É a vez dela: último envio há %n dia, peso {weight}.</numerusform>
            <numerusform>É a vez dela: último envio há %n dias, peso {weight}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>É a vez dela: último envio há %n dia.</numerusform>
            <numerusform>É a vez dela: último envio há %n dias.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its turn: never sent here, weight {weight}.</source>
        <translation>É a vez dela: nunca enviada aqui, peso {weight}.</translation>
    </message>
    <message>
        <source>Its turn: never sent here.</source>
        <translation>É a vez dela: nunca enviada aqui.</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Nenhum canal</translation>
    </message>
    <message>
        <source>No evergreen message goes to this channel.</source>
        <translation>Nenhuma mensagem evergreen vai para este canal.</translation>
    </message>
    <message>
        <source>No evergreen message has runs left.</source>
        <translation>Nenhuma mensagem evergreen tem mais envios.</translation>
    </message>
    <message>
        <source>No evergreen message may go out at the free slots.</source>
        <translation>Nenhuma mensagem evergreen pode sair nos horários livres.</translation>
    </message>
    <message>
        <source>No slot is free.</source>
        <translation>Nenhum horário está livre.</translation>
    </message>
    <message>
        <source>No slot was filled.</source>
        <translation>Nenhum horário foi preenchido.</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Nada escrito ainda</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of an evergreen message.</extracomment>
        <translation>Pausado</translation>
    </message>
    <message>
        <source>The message pinned here cannot be posted as it is.</source>
        <translation>A mensagem fixada aqui não pode ser publicada como está.</translation>
    </message>
    <message>
        <source>The message pinned here has no runs left.</source>
        <translation>A mensagem fixada aqui não tem mais envios.</translation>
    </message>
    <message>
        <source>The message pinned here has passed its last day.</source>
        <translation>A mensagem fixada aqui passou do último dia.</translation>
    </message>
    <message>
        <source>The message pinned here is paused.</source>
        <translation>A mensagem fixada aqui está pausada.</translation>
    </message>
    <message>
        <source>The message pinned here starts later.</source>
        <translation>A mensagem fixada aqui começa depois.</translation>
    </message>
    <message>
        <source>The message pinned here would still rest.</source>
        <translation>A mensagem fixada aqui ainda estaria em descanso.</translation>
    </message>
    <message>
        <source>The network would not take the text of the message pinned here again by then.</source>
        <translation>A rede não aceitaria de novo até lá o texto da mensagem fixada aqui.</translation>
    </message>
    <message>
        <source>The next one may go out on {day}.</source>
        <translation>A próxima pode sair em {day}.</translation>
    </message>
    <message numerus="yes">
        <source>The only one that may go out: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>A única que pode sair: último envio há %n dia.</numerusform>
            <numerusform>A única que pode sair: último envio há %n dias.</numerusform>
        </translation>
    </message>
    <message>
        <source>The slots could not be filled. See the log for details.</source>
        <translation>Não foi possível preencher os horários. Veja os detalhes no log.</translation>
    </message>
    <message>
        <source>Their channels have no weekly slots. Add some in Settings, Publishing.</source>
        <translation>Os canais não têm horários semanais. Adicione em Configurações, Publicação.</translation>
    </message>
    <message>
        <source>There are no evergreen messages.</source>
        <translation>Não há mensagens evergreen.</translation>
    </message>
    <message>
        <source>You pinned it here.</source>
        <translation>Você a fixou aqui.</translation>
    </message>
    <message numerus="yes">
        <source>You skipped %n message(s) here.</source>
        <translation>
            <numerusform>Você pulou %n mensagem aqui.</numerusform>
            <numerusform>Você pulou %n mensagens aqui.</numerusform>
        </translation>
    </message>
    <message>
        <source>You skipped the message pinned here.</source>
        <translation>Você pulou a mensagem fixada aqui.</translation>
    </message>
    <message>
        <source>You skipped this slot.</source>
        <translation>Você pulou este horário.</translation>
    </message>
    <message>
        <source>You took this slot back. Fill slots to use it again.</source>
        <translation>Você retirou este horário. Preencha os horários para usá-lo de novo.</translation>
    </message>
    <message>
        <source>as often as slots are free</source>
        <translation>sempre que houver horários livres</translation>
    </message>
    <message numerus="yes">
        <source>at most %Ln on each channel</source>
        <translation>
            <numerusform>no máximo %Ln por canal</numerusform>
            <numerusform>no máximo %Ln por canal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %Ln day(s) at least</source>
        <translation>
            <numerusform>a cada %Ln dia no mínimo</numerusform>
            <numerusform>a cada %Ln dias no mínimo</numerusform>
        </translation>
    </message>
    <message>
        <source>from {day}</source>
        <translation>a partir de {day}</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>próximo: {when}</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>até {day}</translation>
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
        <translation>Adicionar imagens</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>Change the text of this run only</source>
        <translation>Mudar só o texto deste envio</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
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
        <translation>Manter esta mensagem neste horário</translation>
    </message>
    <message>
        <source>Leave this slot free</source>
        <translation>Deixar este horário livre</translation>
    </message>
    <message>
        <source>Let another message take this turn</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Ceder a vez a outra mensagem</translation>
    </message>
    <message>
        <source>Let the turn decide again</source>
        <translation>Deixar a vez decidir de novo</translation>
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
        <translation>Abrir a mensagem</translation>
    </message>
    <message>
        <source>Pause</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Pin</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Fixar</translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Retomar</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Mostrar nos agendamentos</translation>
    </message>
    <message>
        <source>Skip</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Pular</translation>
    </message>
    <message>
        <source>The next runs are being computed.</source>
        <translation>Os próximos envios estão sendo calculados.</translation>
    </message>
    <message>
        <source>The slots are being filled.</source>
        <translation>Os horários estão sendo preenchidos.</translation>
    </message>
    <message>
        <source>There is nothing to fill: see the list of the next runs.</source>
        <translation>Não há nada a preencher: veja a lista dos próximos envios.</translation>
    </message>
</context>
<context>
    <name>EvergreenController</name>
    <message numerus="yes">
        <source>%Ln message(s) added to Evergreen</source>
        <translation>
            <numerusform>%Ln mensagem adicionada a Evergreen</numerusform>
            <numerusform>%Ln mensagens adicionadas a Evergreen</numerusform>
        </translation>
    </message>
    <message>
        <source>This post is not in the schedule yet: it waits in Activity.</source>
        <translation>Este post ainda não está na programação: ele espera em Atividade.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>EvergreenEditor</name>
    <message>
        <source>Add another text</source>
        <translation>Adicionar outro texto</translation>
    </message>
    <message>
        <source>Back to the evergreen messages</source>
        <translation>Voltar às mensagens evergreen</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message numerus="yes">
        <source>Goes to %Ln channel(s), ticked in the list beside.</source>
        <translation>
            <numerusform>Vai para %Ln canal, marcado na lista ao lado.</numerusform>
            <numerusform>Vai para %Ln canais, marcados na lista ao lado.</numerusform>
        </translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>More for this message</source>
        <translation>Mais para esta mensagem</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Nova mensagem evergreen</translation>
    </message>
    <message>
        <source>No channels yet. Tick them in the list beside.</source>
        <translation>Nenhum canal ainda. Marque-os na lista ao lado.</translation>
    </message>
    <message>
        <source>Some channels have another first text.</source>
        <translation>Alguns canais têm outro primeiro texto.</translation>
    </message>
    <message>
        <source>Texts are used in turn, so that no network gets one twice in a row.</source>
        <translation>Os textos se revezam para que nenhuma rede receba o mesmo duas vezes seguidas.</translation>
    </message>
    <message>
        <source>The first text goes on in a thread.</source>
        <translation>O primeiro texto continua em uma thread.</translation>
    </message>
    <message>
        <source>When it may go out</source>
        <translation>Quando ela pode sair</translation>
    </message>
    <message>
        <source>{networks}: the first text is another one there.</source>
        <translation>{networks}: lá o primeiro texto é outro.</translation>
    </message>
</context>
<context>
    <name>EvergreenFiles</name>
    <message>
        <source>The file could not be read.</source>
        <translation>Não foi possível ler o arquivo.</translation>
    </message>
</context>
<context>
    <name>EvergreenMessagesView</name>
    <message>
        <source>Evergreen messages</source>
        <translation>Mensagens evergreen</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Nada escrito ainda</translation>
    </message>
</context>
<context>
    <name>EvergreenRuns</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>mais %Ln</numerusform>
            <numerusform>mais %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln slot(s) stay free until {day}</source>
        <translation>
            <numerusform>%Ln horário fica livre até {day}</numerusform>
            <numerusform>%Ln horários ficam livres até {day}</numerusform>
        </translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Texto próprio</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Fixada</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Agendado</translation>
    </message>
    <message>
        <source>Stays free</source>
        <translation>Fica livre</translation>
    </message>
    <message>
        <source>Text {number} of {count}</source>
        <translation>Texto {number} de {count}</translation>
    </message>
    <message>
        <source>Without text</source>
        <translation>Sem texto</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsPane</name>
    <message>
        <source>Add a message, and its next runs appear here, with the reason for each.</source>
        <translation>Adicione uma mensagem, e os próximos envios aparecem aqui, cada um com o motivo.</translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Adicionar horários…</translation>
    </message>
    <message>
        <source>Evergreen messages go out at free slots: weekly times at which your channels post.</source>
        <translation>As mensagens evergreen saem nos horários livres: as horas semanais em que seus canais postam.</translation>
    </message>
    <message>
        <source>Next 20</source>
        <translation>Próximos 20</translation>
    </message>
    <message>
        <source>No weekly slots yet</source>
        <translation>Nenhum horário semanal ainda</translation>
    </message>
    <message>
        <source>Nothing is due</source>
        <translation>Nada previsto</translation>
    </message>
    <message>
        <source>Nothing to send yet</source>
        <translation>Nada para enviar ainda</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Horários em {zone}</translation>
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
        <translation>Agendado</translation>
    </message>
</context>
<context>
    <name>EvergreenView</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mensagem</numerusform>
            <numerusform>%Ln mensagens</numerusform>
        </translation>
    </message>
    <message>
        <source>Add message</source>
        <translation>Adicionar mensagem</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>Todas as etiquetas</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Filtro de etiquetas</translation>
    </message>
    <message>
        <source>Messages for reuse: opening hours, your classics, reviews. They go out again and again at free slots, each after a pause. Add one here, or from Compose, Drafts and Schedule by “Add to evergreen”.</source>
        <translation>Mensagens para reutilizar: horário de funcionamento, seus clássicos, avaliações. Saem de novo e de novo nos horários livres, cada uma depois de uma pausa. Adicione aqui, ou em Escrever, Rascunhos e Programação com “Adicionar a Evergreen”.</translation>
    </message>
    <message>
        <source>No evergreen message for the visible channels matches.</source>
        <translation>Nenhuma mensagem evergreen dos canais visíveis corresponde.</translation>
    </message>
    <message>
        <source>No evergreen message matches.</source>
        <translation>Nenhuma mensagem evergreen corresponde.</translation>
    </message>
    <message>
        <source>No evergreen messages yet</source>
        <translation>Nenhuma mensagem evergreen ainda</translation>
    </message>
    <message>
        <source>Search evergreen messages</source>
        <translation>Buscar mensagens evergreen</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Mostrar todos os canais</translation>
    </message>
</context>
<context>
    <name>EvergreenViewState</name>
    <message numerus="yes">
        <source>%Ln evergreen message(s) deleted</source>
        <translation>
            <numerusform>%Ln mensagem evergreen excluída</numerusform>
            <numerusform>%Ln mensagens evergreen excluídas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) duplicated</source>
        <translation>
            <numerusform>%Ln mensagem evergreen duplicada</numerusform>
            <numerusform>%Ln mensagens evergreen duplicadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) paused</source>
        <translation>
            <numerusform>%Ln mensagem evergreen pausada</numerusform>
            <numerusform>%Ln mensagens evergreen pausadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) resumed</source>
        <translation>
            <numerusform>%Ln mensagem evergreen retomada</numerusform>
            <numerusform>%Ln mensagens evergreen retomadas</numerusform>
        </translation>
    </message>
    <message>
        <source>Pinned. This message keeps its time.</source>
        <translation>Fixada. Esta mensagem mantém o horário.</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Refazer</translation>
    </message>
    <message>
        <source>Skipped. Another message takes its turn.</source>
        <translation>Pulada. É a vez de outra mensagem.</translation>
    </message>
    <message>
        <source>Taken off the schedule, and skipped.</source>
        <translation>Retirada da programação e pulada.</translation>
    </message>
    <message>
        <source>The turn decides again.</source>
        <translation>A vez decide de novo.</translation>
    </message>
    <message>
        <source>This run has a text of its own.</source>
        <translation>Este envio tem um texto próprio.</translation>
    </message>
    <message>
        <source>This slot stays free.</source>
        <translation>Este horário fica livre.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>What it had scheduled is taken back.</source>
        <translation>O que ela tinha agendado é retirado.</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>“{name}” excluído</translation>
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
        <translation>Calendários (*.ics)</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Carta</translation>
    </message>
    <message>
        <source>No posts this week.</source>
        <translation>Nenhum post nesta semana.</translation>
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
        <translation>Tabelas (*.csv)</translation>
    </message>
    <message>
        <source>schedule {day}</source>
        <translation>agendamentos {day}</translation>
    </message>
    <message>
        <source>week of {day}</source>
        <translation>semana de {day}</translation>
    </message>
    <message>
        <source>{day}, continued</source>
        <translation>{day}, continuação</translation>
    </message>
    <message>
        <source>{posts}, as of {when}</source>
        <translation>{posts}, situação em {when}</translation>
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
        <translation>Uma semana para imprimir, com uma coluna por dia e miniaturas. {paper} paisagem.</translation>
    </message>
    <message numerus="yes">
        <source>All: %Ln post(s)</source>
        <translation>
            <numerusform>Todos: %Ln post</numerusform>
            <numerusform>Todos: %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>Tabela CSV</translation>
    </message>
    <message>
        <source>Calendar file</source>
        <translation>Arquivo de calendário</translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln post(s)…</source>
        <translation>
            <numerusform>Exportar %Ln post…</numerusform>
            <numerusform>Exportar %Ln posts…</numerusform>
        </translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Progresso da exportação</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Exportar os agendamentos</translation>
    </message>
    <message>
        <source>Export week…</source>
        <translation>Exportar semana…</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>Tipo de arquivo</translation>
    </message>
    <message numerus="yes">
        <source>Filtered: %Ln post(s)</source>
        <translation>
            <numerusform>Filtrados: %Ln post</numerusform>
            <numerusform>Filtrados: %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>For Excel</source>
        <translation>Para Excel</translation>
    </message>
    <message>
        <source>One event per post, for calendar apps. Posts without a time are left out.</source>
        <translation>Um evento por post, para apps de calendário. Posts sem horário ficam de fora.</translation>
    </message>
    <message>
        <source>One row per post, for spreadsheets and scripts. Times are in your time zone, with its offset. Formulas become plain text.</source>
        <translation>Uma linha por post, para planilhas e scripts. Os horários estão no seu fuso, com a diferença para UTC. Fórmulas viram texto simples.</translation>
    </message>
    <message>
        <source>Opens as a table in Excel. Texts are cut at 32,767 characters, Excel&apos;s limit for a cell.</source>
        <translation>Abre como tabela no Excel. Os textos são cortados em 32.767 caracteres, o limite do Excel por célula.</translation>
    </message>
    <message>
        <source>PDF of a week</source>
        <translation>PDF de uma semana</translation>
    </message>
    <message>
        <source>Posts to export</source>
        <translation>Posts para exportar</translation>
    </message>
    <message numerus="yes">
        <source>Selected: %Ln post(s)</source>
        <translation>
            <numerusform>Selecionados: %Ln post</numerusform>
            <numerusform>Selecionados: %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>Week after</source>
        <translation>Semana seguinte</translation>
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
        <translation>Post sem texto</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>agora</translation>
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
            <numerusform>Canais ocultos contêm %Ln post.</numerusform>
            <numerusform>Canais ocultos contêm %Ln posts.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>No post of these channels</source>
        <translation>Nenhum post destes canais</translation>
    </message>
    <message>
        <source>Nothing published yet</source>
        <translation>Nada publicado ainda</translation>
    </message>
    <message>
        <source>Posts appear here when the sandbox has sent them.</source>
        <translation>Os posts aparecem aqui quando o sandbox os envia.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Atualizar</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Mostrar canais ocultos</translation>
    </message>
    <message>
        <source>This is the sandbox. These posts stayed on this computer; nothing was published on any network.</source>
        <translation>Este é o sandbox. Estes posts ficaram neste computador; nada foi publicado em nenhuma rede.</translation>
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
        <translation>Primeiro comentário</translation>
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
        <translation>Imagens e vídeos da mensagem</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Pictures and videos ({endings})</source>
        <extracomment>{endings}: &quot;*.jpg *.png&quot;. Keep the brackets.</extracomment>
        <translation>Imagens e vídeos ({endings})</translation>
    </message>
</context>
<context>
    <name>FilePage</name>
    <message>
        <source>A table with all columns, to fill in a spreadsheet</source>
        <translation>Uma tabela com todas as colunas, para preencher em uma planilha</translation>
    </message>
    <message>
        <source>CSV, Excel (.xlsx) or JSON with one message per row. Pictures can be files in the same folder or web addresses. Importing adds the messages to {campaign} and sends nothing.</source>
        <translation>CSV, Excel (.xlsx) ou JSON com uma mensagem por linha. As imagens podem ser arquivos na mesma pasta ou endereços da web. A importação adiciona as mensagens a {campaign} e não envia nada.</translation>
    </message>
    <message>
        <source>Cells copied in a spreadsheet</source>
        <translation>Células copiadas de uma planilha</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Escolher um arquivo…</translation>
    </message>
    <message>
        <source>Drop a file here, or choose one</source>
        <translation>Solte um arquivo aqui ou escolha um</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Importar algumas mensagens de exemplo para ver como funciona</translation>
    </message>
    <message>
        <source>Paste cells</source>
        <translation>Colar células</translation>
    </message>
    <message>
        <source>Reading the file</source>
        <translation>Lendo o arquivo</translation>
    </message>
    <message>
        <source>Reading {name}</source>
        <translation>Lendo {name}</translation>
    </message>
    <message numerus="yes">
        <source>Reading {name}: %Ln row(s)</source>
        <translation>
            <numerusform>Lendo {name}: %Ln linha</numerusform>
            <numerusform>Lendo {name}: %Ln linhas</numerusform>
        </translation>
    </message>
    <message>
        <source>Save a sample file…</source>
        <translation>Salvar um arquivo de exemplo…</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Parar leitura</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Usar um exemplo</translation>
    </message>
    <message>
        <source>this campaign</source>
        <translation>esta campanha</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>“{name}”</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>The picture</source>
        <translation>A imagem</translation>
    </message>
    <message>
        <source>The watermark cannot be used. {reason}</source>
        <translation>A marca-d&apos;água não pode ser usada. {reason}</translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>A marca-d&apos;água do estilo “{style}” não pode ser usada. {reason}</translation>
    </message>
    <message>
        <source>{file} cannot be converted: ffmpeg was not found. Install it, or choose where it is in Settings, Writing.</source>
        <translation>Não é possível converter {file}: o ffmpeg não foi encontrado. Instale-o ou escolha onde ele está em Configurações, Escrita.</translation>
    </message>
    <message>
        <source>{file} cannot be converted: this ffmpeg cannot write H.264 with AAC. Choose another one in Settings, Writing.</source>
        <translation>Não é possível converter {file}: este ffmpeg não grava H.264 com AAC. Escolha outro em Configurações, Escrita.</translation>
    </message>
    <message>
        <source>{file} cannot be made as small as {number} MB.</source>
        <translation>{file} não pode ser reduzido a {number} MB.</translation>
    </message>
    <message>
        <source>{file} cannot be opened right now: {reason}.</source>
        <translation>{file} não pode ser aberto agora: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be opened: this installation of Posto cannot read such pictures. Install what is missing: {command}</source>
        <translation>{file} não pode ser aberto: esta instalação do Posto não consegue ler imagens desse tipo. Instale o que falta: {command}</translation>
    </message>
    <message>
        <source>{file} cannot be read: access denied.</source>
        <translation>{file} não pode ser lido: acesso negado.</translation>
    </message>
    <message>
        <source>{file} cannot be read: its name cannot be used.</source>
        <translation>{file} não pode ser lido: o nome não pode ser usado.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} não pode ser lido: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot stay animated within {number} MB. Choose a still picture.</source>
        <translation>{file} não pode continuar animado com até {number} MB. Escolha uma imagem estática.</translation>
    </message>
    <message>
        <source>{file} changed while Posto prepared it. Try again.</source>
        <translation>{file} mudou enquanto o Posto o preparava. Tente novamente.</translation>
    </message>
    <message>
        <source>{file} could not be converted: ffmpeg stopped working on it. Try again.</source>
        <translation>Não foi possível converter {file}: o ffmpeg parou de avançar. Tente de novo.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the disk is full. Make room, then try again.</source>
        <translation>Não foi possível converter {file}: o disco está cheio. Libere espaço e tente de novo.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the result is not what was asked for. It may be damaged.</source>
        <translation>Não foi possível converter {file}: o resultado não é o que foi pedido. Ele pode estar danificado.</translation>
    </message>
    <message>
        <source>{file} could not be converted: {reason}.</source>
        <translation>Não foi possível converter {file}: {reason}.</translation>
    </message>
    <message>
        <source>{file} could not be opened: the computer stopped the program that opens pictures. Its memory may be full. Close other programs, then try again.</source>
        <translation>Não foi possível abrir {file}: o computador interrompeu o programa que abre imagens. A memória pode estar cheia. Feche outros programas e tente novamente.</translation>
    </message>
    <message>
        <source>{file} could not be prepared: {reason}.</source>
        <translation>Não foi possível preparar {file}: {reason}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has %Ln frame(s) of {size} pixels, too many to edit here.</source>
        <translation>
            <numerusform>{file} tem %Ln quadro de {size} pixels, demais para editar aqui.</numerusform>
            <numerusform>{file} tem %Ln quadros de {size} pixels, demais para editar aqui.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} has frames of {size} pixels, too large to edit here.</source>
        <translation>{file} tem quadros de {size} pixels, grandes demais para editar aqui.</translation>
    </message>
    <message>
        <source>{file} has more than {most} passes; Posto cannot open such JPEGs. Save it as an ordinary JPEG or remove it.</source>
        <translation>{file} tem mais de {most} passagens; o Posto não consegue abrir JPEGs assim. Salve-o como JPEG comum ou remova-o.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto edits pictures of up to {most}. Make it smaller first.</source>
        <translation>{file} tem {count} megapixels; o Posto edita imagens de até {most}. Reduza-o primeiro.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto opens {kind} of up to {most}. Make it smaller or remove it.</source>
        <translation>{file} tem {count} megapixels; o Posto abre {kind} de até {most}. Reduza-o ou remova-o.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; a watermark may have {most}.</source>
        <translation>{file} tem {count} megapixels; uma marca-d&apos;água pode ter {most}.</translation>
    </message>
    <message>
        <source>{file} is a folder.</source>
        <translation>{file} é uma pasta.</translation>
    </message>
    <message>
        <source>{file} is damaged.</source>
        <translation>{file} está danificado.</translation>
    </message>
    <message>
        <source>{file} is damaged: it cannot be opened as a picture.</source>
        <translation>{file} está danificado: não pode ser aberto como imagem.</translation>
    </message>
    <message>
        <source>{file} is empty (0 bytes).</source>
        <translation>{file} está vazio (0 bytes).</translation>
    </message>
    <message>
        <source>{file} is incomplete: its end is missing. Copy it again.</source>
        <translation>{file} está incompleto: falta o final. Copie-o de novo.</translation>
    </message>
    <message>
        <source>{file} is no picture.</source>
        <translation>{file} não é uma imagem.</translation>
    </message>
    <message>
        <source>{file} is not a file that can be posted.</source>
        <translation>{file} não é um arquivo que possa ser publicado.</translation>
    </message>
    <message>
        <source>{file} is not a picture or video that Posto can post.</source>
        <translation>{file} não é uma imagem nem um vídeo que o Posto possa publicar.</translation>
    </message>
    <message>
        <source>{file} is too large to play here.</source>
        <translation>{file} é grande demais para ser reproduzido aqui.</translation>
    </message>
    <message>
        <source>{file} is {number} MB; a watermark may have {most}.</source>
        <translation>{file} tem {number} MB; uma marca-d&apos;água pode ter {most}.</translation>
    </message>
    <message>
        <source>{file} needs too much memory. Make it smaller or remove it.</source>
        <translation>{file} precisa de memória demais. Reduza-o ou remova-o.</translation>
    </message>
    <message>
        <source>{file} takes about {number} MB when it is converted; {free} MB are free. Make room, then try again.</source>
        <translation>{file} ocupa cerca de {number} MB ao ser convertido; há {free} MB livres. Libere espaço e tente de novo.</translation>
    </message>
    <message>
        <source>{file} takes too long to open. Save it again with a picture program or remove it.</source>
        <translation>{file} demora demais para abrir. Salve-o de novo com um programa de imagens ou remova-o.</translation>
    </message>
    <message>
        <source>{file} was not found.</source>
        <translation>{file} não foi encontrado.</translation>
    </message>
    <message>
        <source>{reason} Choose another watermark.</source>
        <translation>{reason} Escolha outra marca-d&apos;água.</translation>
    </message>
</context>
<context>
    <name>FilterChips</name>
    <message>
        <source>Clear filters</source>
        <translation>Limpar filtros</translation>
    </message>
</context>
<context>
    <name>FilterController</name>
    <message>
        <source>All labels</source>
        <translation>Todas as etiquetas</translation>
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
        <translation>Mais correções</translation>
    </message>
</context>
<context>
    <name>Fixes</name>
    <message>
        <source>Add a space</source>
        <translation>Adicionar um espaço</translation>
    </message>
    <message>
        <source>Add a title</source>
        <translation>Adicionar um título</translation>
    </message>
    <message>
        <source>Add it to the text</source>
        <translation>Adicionar ao texto</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Adicionar mídia</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Alterar o horário</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Cortar</translation>
    </message>
    <message>
        <source>Crop the middle</source>
        <translation>Cortar no meio</translation>
    </message>
    <message>
        <source>Describe</source>
        <translation>Descrever</translation>
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
        <translation>Editar o primeiro comentário</translation>
    </message>
    <message>
        <source>Edit the link</source>
        <translation>Editar o link</translation>
    </message>
    <message>
        <source>Edit the text</source>
        <translation>Editar o texto</translation>
    </message>
    <message>
        <source>Edit the title</source>
        <translation>Editar o título</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Keep the braces</source>
        <translation>Manter as chaves</translation>
    </message>
    <message>
        <source>Leave it out for {name}</source>
        <translation>Deixar de fora para {name}</translation>
    </message>
    <message numerus="yes">
        <source>Leave out %Ln channel(s)</source>
        <translation>
            <numerusform>Deixar %Ln canal de fora</numerusform>
            <numerusform>Deixar %Ln canais de fora</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave out %n file(s) for {networks}</source>
        <translation>
            <numerusform>Deixar %n arquivo de fora para {networks}</numerusform>
            <numerusform>Deixar %n arquivos de fora para {networks}</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave out the link</source>
        <translation>Deixar o link de fora</translation>
    </message>
    <message>
        <source>Leave out {file} for {networks}</source>
        <translation>Deixar {file} de fora para {networks}</translation>
    </message>
    <message>
        <source>Leave out {name}</source>
        <translation>Deixar {name} de fora</translation>
    </message>
    <message>
        <source>Make it fit {name}</source>
        <translation>Adaptar a {name}</translation>
    </message>
    <message>
        <source>Move all files to the first part</source>
        <translation>Mover todos os arquivos para a primeira parte</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Mover para {time}</translation>
    </message>
    <message>
        <source>Only {name}</source>
        <translation>Só {name}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message numerus="yes">
        <source>Remove %Ln hashtag(s)</source>
        <translation>
            <numerusform>Remover %Ln hashtag</numerusform>
            <numerusform>Remover %Ln hashtags</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n file(s) from the message</source>
        <translation>
            <numerusform>Remover %n arquivo da mensagem</numerusform>
            <numerusform>Remover %n arquivos da mensagem</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove the empty part(s)</source>
        <translation>
            <numerusform>Remover a parte vazia</numerusform>
            <numerusform>Remover as partes vazias</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the link</source>
        <translation>Remover o link</translation>
    </message>
    <message>
        <source>Remove {names} from the message</source>
        <translation>Remover {names} da mensagem</translation>
    </message>
    <message>
        <source>Select channels</source>
        <translation>Selecionar canais</translation>
    </message>
    <message>
        <source>Send a still picture</source>
        <translation>Enviar uma imagem estática</translation>
    </message>
    <message>
        <source>Send all parts as one text</source>
        <translation>Enviar todas as partes como um texto</translation>
    </message>
    <message>
        <source>Send only the first part</source>
        <translation>Enviar só a primeira parte</translation>
    </message>
    <message>
        <source>Send the whole thread</source>
        <translation>Enviar a thread inteira</translation>
    </message>
    <message>
        <source>Send without a style</source>
        <translation>Enviar sem estilo</translation>
    </message>
    <message>
        <source>Shorten for {name}</source>
        <translation>Encurtar para {name}</translation>
    </message>
    <message>
        <source>Shorten it</source>
        <translation>Encurtar</translation>
    </message>
    <message>
        <source>Shorten the title</source>
        <translation>Encurtar o título</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>Mostrar o arquivo</translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation>Mostrar os arquivos</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Entrar novamente</translation>
    </message>
    <message>
        <source>Split for all networks</source>
        <translation>Dividir para todas as redes</translation>
    </message>
    <message>
        <source>Split for {name}</source>
        <translation>Dividir para {name}</translation>
    </message>
    <message>
        <source>Trim…</source>
        <translation>Aparar…</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Usar o texto comum</translation>
    </message>
    <message>
        <source>Use the nearest year</source>
        <translation>Usar o ano mais próximo</translation>
    </message>
    <message>
        <source>Use “/” instead</source>
        <translation>Usar “/” no lugar</translation>
    </message>
    <message>
        <source>Write the character</source>
        <translation>Escrever o caractere</translation>
    </message>
</context>
<context>
    <name>GroupActions</name>
    <message>
        <source>Create group</source>
        <translation>Criar grupo</translation>
    </message>
    <message numerus="yes">
        <source>Creates a group with %Ln channel(s).</source>
        <translation>
            <numerusform>Cria um grupo com %Ln canal.</numerusform>
            <numerusform>Cria um grupo com %Ln canais.</numerusform>
        </translation>
    </message>
    <message>
        <source>Group name</source>
        <translation>Nome do grupo</translation>
    </message>
    <message>
        <source>Its channels stay in it.</source>
        <translation>Os canais continuam nele.</translation>
    </message>
    <message>
        <source>Joins both groups.</source>
        <translation>Une os dois grupos.</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Mover para baixo</translation>
    </message>
    <message numerus="yes">
        <source>Move the (found channel/%Ln found channels) here</source>
        <translation>
            <numerusform>Mover o canal encontrado para cá</numerusform>
            <numerusform>Mover os %Ln canais encontrados para cá</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move the (ticked channel/%Ln ticked channels) here</source>
        <translation>
            <numerusform>Mover o canal marcado para cá</numerusform>
            <numerusform>Mover os %Ln canais marcados para cá</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to group</source>
        <translation>Mover para grupo</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Mover para cima</translation>
    </message>
    <message numerus="yes">
        <source>Moves %Ln channel(s) into this group.</source>
        <translation>
            <numerusform>Move %Ln canal para este grupo.</numerusform>
            <numerusform>Move %Ln canais para este grupo.</numerusform>
        </translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>Nome do grupo</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Novo grupo</translation>
    </message>
    <message>
        <source>New group…</source>
        <translation>Novo grupo…</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>Remover de “{name}”</translation>
    </message>
    <message>
        <source>Remove group</source>
        <translation>Remover grupo</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renomear</translation>
    </message>
    <message>
        <source>Rename group…</source>
        <translation>Renomear grupo…</translation>
    </message>
</context>
<context>
    <name>GroupDrag</name>
    <message>
        <source>Move above “{name}”</source>
        <translation>Mover acima de “{name}”</translation>
    </message>
    <message>
        <source>Move below “{name}”</source>
        <translation>Mover abaixo de “{name}”</translation>
    </message>
    <message>
        <source>Move to “{name}”</source>
        <translation>Mover para “{name}”</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>Remover de “{name}”</translation>
    </message>
</context>
<context>
    <name>HashtagFields</name>
    <message>
        <source>#coffee #roastery</source>
        <translation>#café #torrefação</translation>
    </message>
    <message>
        <source>At the end of the text</source>
        <translation>No final do texto</translation>
    </message>
    <message>
        <source>Create groups in Compose with the Snippets button</source>
        <translation>Crie grupos em Escrever, com o botão Trechos</translation>
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
        <translation>No primeiro comentário, se a rede tiver um</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Onde</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (excluído)</translation>
    </message>
</context>
<context>
    <name>HiddenChannelsBar</name>
    <message numerus="yes">
        <source>%Ln of {total} channels (is/are) hidden</source>
        <translation>
            <numerusform>%Ln de {total} canais está oculto</numerusform>
            <numerusform>%Ln de {total} canais estão ocultos</numerusform>
        </translation>
    </message>
    <message>
        <source>All channels are hidden</source>
        <translation>Todos os canais estão ocultos</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Mostrar todos</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Mostrar todos os canais</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Histórico</translation>
    </message>
    <message>
        <source>Nothing is known of this message.</source>
        <translation>Nada se sabe sobre esta mensagem.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Lendo…</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Etapas</translation>
    </message>
    <message>
        <source>The history could not be read. See the log for details.</source>
        <translation>Não foi possível ler o histórico. Veja os detalhes no log.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar novamente</translation>
    </message>
</context>
<context>
    <name>ImportCountsLabel</name>
    <message>
        <source>cannot be imported</source>
        <translation>não pode ser importado</translation>
    </message>
    <message>
        <source>incomplete</source>
        <translation>incompleto</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>de fora</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>pronto</translation>
    </message>
    <message>
        <source>without its picture</source>
        <translation>sem a imagem</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%n change(s) to the rows will be lost. The file does not change.</source>
        <translation>
            <numerusform>%n alteração nas linhas será perdida. O arquivo não muda.</numerusform>
            <numerusform>%n alterações nas linhas serão perdidas. O arquivo não muda.</numerusform>
        </translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>Arquivo CSV</translation>
    </message>
    <message>
        <source>Columns and check</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Colunas e conferência</translation>
    </message>
    <message>
        <source>File</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Arquivo</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Import file</source>
        <translation>Importar arquivo</translation>
    </message>
    <message>
        <source>Import messages from a file</source>
        <translation>Importar mensagens de um arquivo</translation>
    </message>
    <message>
        <source>Pasted cells</source>
        <translation>Células coladas</translation>
    </message>
    <message>
        <source>Posto sample.csv</source>
        <translation>Posto exemplo.csv</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Exemplo</translation>
    </message>
    <message>
        <source>Save a sample file</source>
        <translation>Salvar um arquivo de exemplo</translation>
    </message>
    <message>
        <source>Stop importing</source>
        <translation>Parar importação</translation>
    </message>
    <message>
        <source>Stop importing?</source>
        <translation>Parar a importação?</translation>
    </message>
    <message>
        <source>Tables ({endings})</source>
        <extracomment>{endings}: &quot;*.csv *.xlsx&quot;. Keep the brackets.</extracomment>
        <translation>Tabelas ({endings})</translation>
    </message>
    <message>
        <source>There are no rows below the column names.</source>
        <translation>Não há linhas abaixo dos nomes das colunas.</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Horários</translation>
    </message>
</context>
<context>
    <name>ImportFooter</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Voltar</translation>
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
            <numerusform>Continuar com %Ln linha</numerusform>
            <numerusform>Continuar com %Ln linhas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln message(s)</source>
        <translation>
            <numerusform>Importar %Ln mensagem</numerusform>
            <numerusform>Importar %Ln mensagens</numerusform>
        </translation>
    </message>
    <message>
        <source>No row can be imported yet</source>
        <translation>Nenhuma linha pode ser importada ainda</translation>
    </message>
    <message>
        <source>Only problems</source>
        <translation>Só problemas</translation>
    </message>
</context>
<context>
    <name>ImportRowActions</name>
    <message>
        <source>Where is {name}?</source>
        <translation>Onde está {name}?</translation>
    </message>
</context>
<context>
    <name>ImportRows</name>
    <message>
        <source>Change…</source>
        <translation>Alterar…</translation>
    </message>
    <message>
        <source>Import after all</source>
        <translation>Importar mesmo assim</translation>
    </message>
    <message>
        <source>Import anyway</source>
        <translation>Importar mesmo assim</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Deixar de fora</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Localizar…</translation>
    </message>
    <message>
        <source>none</source>
        <translation>nenhum</translation>
    </message>
</context>
<context>
    <name>ImportRowsModel</name>
    <message>
        <source>Column {number}</source>
        <translation>Coluna {number}</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>De fora</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Linha</translation>
    </message>
    <message>
        <source>Row {number}</source>
        <translation>Linha {number}</translation>
    </message>
    <message>
        <source>cannot be imported</source>
        <translation>não pode ser importado</translation>
    </message>
    <message>
        <source>has warnings</source>
        <translation>com avisos</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>de fora</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>pronto</translation>
    </message>
</context>
<context>
    <name>ImportRowsTable</name>
    <message>
        <source>Edit this cell</source>
        <translation>Editar esta célula</translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation>Importar linhas</translation>
    </message>
</context>
<context>
    <name>ImportSample</name>
    <message>
        <source>A cell may have several lines.</source>
        <translation>Uma célula pode ter várias linhas.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canais</translation>
    </message>
    <message>
        <source>Coffee</source>
        <translation>Café</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Descrição</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primeiro comentário</translation>
    </message>
    <message>
        <source>Good morning! The first coffee of the day is ready. ☕</source>
        <translation>Bom dia! O primeiro café do dia está pronto. ☕</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>New in the shop: hand-poured candles, in three sizes.</source>
        <translation>Novidade na loja: velas artesanais, em três tamanhos.</translation>
    </message>
    <message>
        <source>No time in this row: the campaign chooses one.</source>
        <translation>Sem horário nesta linha: a campanha escolhe um.</translation>
    </message>
    <message>
        <source>Part 2</source>
        <translation>Parte 2</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>Shop, Candles</source>
        <translation>Loja, Velas</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>This text goes on in a thread, where a network has threads.</source>
        <translation>Este texto continua em uma thread, onde a rede permite threads.</translation>
    </message>
    <message>
        <source>We open at seven.</source>
        <translation>Abrimos às sete.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quando</translation>
    </message>
</context>
<context>
    <name>ImportSession</name>
    <message>
        <source>It cannot be checked.</source>
        <translation>Não pode ser verificado.</translation>
    </message>
    <message>
        <source>It cannot be read.</source>
        <translation>Não pode ser lido.</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message numerus="yes">
        <source>%Ln (entry is no object and was/entries are no objects and were) left out.</source>
        <translation>
            <numerusform>%Ln entrada não é um objeto e ficou de fora.</numerusform>
            <numerusform>%Ln entradas não são objetos e ficaram de fora.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln linha</numerusform>
            <numerusform>%Ln linhas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (lacks its picture/lack their pictures): {names}</source>
        <translation>
            <numerusform>%Ln linha está sem a imagem: {names}</numerusform>
            <numerusform>%Ln linhas estão sem as imagens: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) above the names (was/were) left out.</source>
        <translation>
            <numerusform>%Ln linha acima dos nomes ficou de fora.</numerusform>
            <numerusform>%Ln linhas acima dos nomes ficaram de fora.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s): {sentence}. The others likewise.</source>
        <translation>
            <numerusform>%Ln linha: {sentence}. As outras também.</numerusform>
            <numerusform>%Ln linhas: {sentence}. As outras também.</numerusform>
        </translation>
    </message>
    <message>
        <source>A quotation mark in line {line} is never closed. It was read as text.</source>
        <translation>Aspas na linha {line} nunca são fechadas. Foram lidas como texto.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canais</translation>
    </message>
    <message>
        <source>Day</source>
        <extracomment>Meaning of a column: the date of a message.</extracomment>
        <translation>Dia</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Descrição</translation>
    </message>
    <message>
        <source>Do not import</source>
        <translation>Não importar</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primeiro comentário</translation>
    </message>
    <message>
        <source>Further part</source>
        <translation>Outra parte</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>Left out.</source>
        <translation>De fora.</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Meaning of a column: a web address.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>More than {most} pictures: the others are left out</source>
        <translation>Mais de {most} imagens: as outras ficam de fora</translation>
    </message>
    <message>
        <source>Not imported.</source>
        <translation>Não importado.</translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln column(s) are read.</source>
        <translation>
            <numerusform>Só as primeiras {most} de %Ln coluna são lidas.</numerusform>
            <numerusform>Só as primeiras {most} de %Ln colunas são lidas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln row(s) are read.</source>
        <translation>
            <numerusform>Só as primeiras {most} de %Ln linha são lidas.</numerusform>
            <numerusform>Só as primeiras {most} de %Ln linhas são lidas.</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>Pictures of the further parts of a thread are not imported.</source>
        <translation>As imagens das outras partes de uma thread não são importadas.</translation>
    </message>
    <message>
        <source>Row {number} (line {line}): {sentences}</source>
        <translation>Linha {number} (linha {line} do arquivo): {sentences}</translation>
    </message>
    <message>
        <source>Row {number}: {sentences}</source>
        <translation>Linha {number}: {sentences}</translation>
    </message>
    <message>
        <source>Rows {numbers}: {sentence}. The others likewise.</source>
        <translation>Linhas {numbers}: {sentence}. As outras também.</translation>
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
        <translation>Esse dia não existe</translation>
    </message>
    <message>
        <source>The file has column names, but no rows below them.</source>
        <translation>O arquivo tem nomes de colunas, mas nenhuma linha abaixo deles.</translation>
    </message>
    <message>
        <source>The file has no rows.</source>
        <translation>O arquivo não tem linhas.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>O arquivo está vazio.</translation>
    </message>
    <message>
        <source>The file is {size} MB; up to {most} MB can be imported. Split it into several files.</source>
        <translation>O arquivo tem {size} MB; até {most} MB podem ser importados. Divida-o em vários arquivos.</translation>
    </message>
    <message>
        <source>The formula gives no value, but {error}</source>
        <translation>A fórmula não dá um valor, e sim {error}</translation>
    </message>
    <message>
        <source>The formula has no stored result; open the file in a spreadsheet program and save it</source>
        <translation>A fórmula não tem resultado salvo; abra o arquivo em um programa de planilhas e salve-o</translation>
    </message>
    <message>
        <source>The same as row {number}</source>
        <translation>Igual à linha {number}</translation>
    </message>
    <message>
        <source>The same text is already scheduled</source>
        <translation>O mesmo texto já está agendado</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {time}</source>
        <translation>O mesmo texto já está agendado para {time}</translation>
    </message>
    <message>
        <source>The text has {count} characters; up to {most} can be imported</source>
        <translation>O texto tem {count} caracteres; até {most} podem ser importados</translation>
    </message>
    <message numerus="yes">
        <source>The thread has %n part(s); up to {most} can be imported</source>
        <translation>
            <numerusform>A thread tem %n parte; até {most} podem ser importadas</numerusform>
            <numerusform>A thread tem %n partes; até {most} podem ser importadas</numerusform>
        </translation>
    </message>
    <message>
        <source>The year {year} is too far ahead</source>
        <translation>O ano {year} está longe demais</translation>
    </message>
    <message>
        <source>There is no day {number} in {month}</source>
        <translation>Não existe dia {number} em {month}</translation>
    </message>
    <message>
        <source>There is no month {number}</source>
        <translation>Não existe mês {number}</translation>
    </message>
    <message>
        <source>There is no table on the clipboard. Copy cells in a spreadsheet first.</source>
        <translation>Não há tabela na área de transferência. Copie células em uma planilha primeiro.</translation>
    </message>
    <message>
        <source>There is no text</source>
        <translation>Não há texto</translation>
    </message>
    <message>
        <source>There is no text: only the picture will be posted</source>
        <translation>Não há texto: só a imagem será publicada</translation>
    </message>
    <message>
        <source>This JSON file cannot be imported: it holds {excess}. Split it into several files.</source>
        <translation>Este arquivo JSON não pode ser importado: contém {excess}. Divida-o em vários arquivos.</translation>
    </message>
    <message>
        <source>This JSON file cannot be read: line {line}, column {column} is not what JSON allows there.</source>
        <translation>Este arquivo JSON não pode ser lido: a linha {line}, coluna {column}, não é o que o JSON permite ali.</translation>
    </message>
    <message>
        <source>This JSON file contains no messages. It needs a list of objects, for example {example}.</source>
        <translation>Este arquivo JSON não contém mensagens. Precisa de uma lista de objetos, por exemplo {example}.</translation>
    </message>
    <message>
        <source>This file contains no text. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Este arquivo não contém texto. Você pode importar arquivos CSV, Excel (.xlsx) e JSON.</translation>
    </message>
    <message>
        <source>This file is not an Excel workbook. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Este arquivo não é uma pasta de trabalho do Excel. Você pode importar arquivos CSV, Excel (.xlsx) e JSON.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read Excel files. Save the sheet as CSV, or install what is missing: pip install &apos;posto[excel]&apos;</source>
        <translation>Esta instalação do Posto não consegue ler arquivos do Excel. Salve a planilha como CSV ou instale o que falta: pip install &apos;posto[excel]&apos;</translation>
    </message>
    <message>
        <source>This workbook contains XML entities, which no spreadsheet program writes. Posto did not read it.</source>
        <translation>Esta pasta de trabalho contém entidades XML, que nenhum programa de planilhas grava. O Posto não a leu.</translation>
    </message>
    <message>
        <source>This workbook contains more than {most} texts, too many to import. Save the sheet as CSV.</source>
        <translation>Esta pasta de trabalho contém mais de {most} textos, demais para importar. Salve a planilha como CSV.</translation>
    </message>
    <message>
        <source>This workbook has no sheet with cells.</source>
        <translation>Esta pasta de trabalho não tem planilha com células.</translation>
    </message>
    <message>
        <source>This workbook is damaged and cannot be read. Open it in a spreadsheet program, save it as .xlsx or CSV, and import that.</source>
        <translation>Esta pasta de trabalho está danificada e não pode ser lida. Abra-a em um programa de planilhas, salve-a como .xlsx ou CSV e importe esse arquivo.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password or in the old format .xls. Save it as .xlsx without a password, or as CSV.</source>
        <translation>Esta pasta de trabalho está protegida por senha ou no formato antigo .xls. Salve-a como .xlsx sem senha ou como CSV.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password. Save it without one.</source>
        <translation>Esta pasta de trabalho está protegida por senha. Salve-a sem senha.</translation>
    </message>
    <message>
        <source>This workbook is too large. Save the sheet as CSV.</source>
        <translation>Esta pasta de trabalho é grande demais. Salve a planilha como CSV.</translation>
    </message>
    <message>
        <source>This workbook unpacks to {size} MB, more than Posto can import. Save the sheet as CSV.</source>
        <translation>Esta pasta de trabalho descompactada tem {size} MB, mais do que o Posto pode importar. Salve a planilha como CSV.</translation>
    </message>
    <message>
        <source>Time of day</source>
        <translation>Hora do dia</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quando</translation>
    </message>
    <message>
        <source>commas</source>
        <translation>vírgulas</translation>
    </message>
    <message>
        <source>day.month.year</source>
        <translation>dia.mês.ano</translation>
    </message>
    <message>
        <source>month/day/year</source>
        <translation>mês/dia/ano</translation>
    </message>
    <message>
        <source>semicolons</source>
        <translation>pontos e vírgulas</translation>
    </message>
    <message>
        <source>separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>separado por {sign}</translation>
    </message>
    <message>
        <source>sheet “{name}”</source>
        <translation>planilha “{name}”</translation>
    </message>
    <message>
        <source>tabs</source>
        <translation>tabulações</translation>
    </message>
    <message>
        <source>vertical bars</source>
        <translation>barras verticais</translation>
    </message>
    <message>
        <source>year-month-day</source>
        <translation>ano-mês-dia</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}, {time}</translation>
    </message>
    <message>
        <source>{day}, {time} has passed</source>
        <translation>{day}, {time} já passou</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} a {last}</translation>
    </message>
    <message>
        <source>{host} is in a private network. Posto does not download pictures from there</source>
        <translation>{host} está em uma rede privada. O Posto não baixa imagens de lá</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is no channel/are no channels) of yours</source>
        <translation>
            <numerusform>{names} não é um canal seu</numerusform>
            <numerusform>{names} não são canais seus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} e mais %n</numerusform>
            <numerusform>{names} e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} is not a date</source>
        <translation>{number} não é uma data</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} has %n day(s)</source>
        <translation>
            <numerusform>{number} de {month} não é uma data: {month} tem %n dia</numerusform>
            <numerusform>{number} de {month} não é uma data: {month} tem %n dias</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} {month} is not a date: {month} has 28 or 29 days</source>
        <translation>{number} de {month} não é uma data: {month} tem 28 ou 29 dias</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} {year} has %n day(s)</source>
        <translation>
            <numerusform>{number} de {month} não é uma data: {month} de {year} tem %n dia</numerusform>
            <numerusform>{number} de {month} não é uma data: {month} de {year} tem %n dias</numerusform>
        </translation>
    </message>
    <message>
        <source>“{address}” is not a web address</source>
        <translation>“{address}” não é um endereço da web</translation>
    </message>
    <message>
        <source>“{address}” is not the address of a picture</source>
        <translation>“{address}” não é o endereço de uma imagem</translation>
    </message>
    <message>
        <source>“{name}” is not the name of a picture</source>
        <translation>“{name}” não é o nome de uma imagem</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a date.</source>
        <translation>“{text}” não pode ser lido como data.</translation>
    </message>
    <message>
        <source>“{text}” contains no day</source>
        <translation>“{text}” não contém um dia</translation>
    </message>
    <message>
        <source>“{text}” is not a time of day</source>
        <translation>“{text}” não é uma hora do dia</translation>
    </message>
    <message numerus="yes">
        <source>“{text}” may be {names} or %Ln more</source>
        <translation>
            <numerusform>“{text}” pode ser {names} ou mais %Ln</numerusform>
            <numerusform>“{text}” pode ser {names} ou mais %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>“{text}” may be {names} or {last}</source>
        <translation>“{text}” pode ser {names} ou {last}</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day</source>
        <translation>“{time}” é uma hora sem dia</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day.</source>
        <translation>“{time}” é uma hora sem dia.</translation>
    </message>
</context>
<context>
    <name>Insights</name>
    <message numerus="yes">
        <source>%Ln post(s) without this number (is/are) left out.</source>
        <translation>
            <numerusform>%Ln post sem este número fica de fora.</numerusform>
            <numerusform>%Ln posts sem este número ficam de fora.</numerusform>
        </translation>
    </message>
    <message>
        <source>(no text)</source>
        <translation>(sem texto)</translation>
    </message>
    <message>
        <source>After 1 hour</source>
        <translation>Após 1 hora</translation>
    </message>
    <message>
        <source>After 24 hours</source>
        <translation>Após 24 horas</translation>
    </message>
    <message>
        <source>After 7 days</source>
        <translation>Após 7 dias</translation>
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
        <translation>Cliques</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>Comentários</translation>
    </message>
    <message>
        <source>Engagement</source>
        <translation>Engajamento</translation>
    </message>
    <message>
        <source>Engagement is what people did: likes, replies, shares and quotes together.</source>
        <translation>Engajamento é o que as pessoas fizeram: curtidas, respostas, compartilhamentos e citações juntos.</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>Favoritos</translation>
    </message>
    <message>
        <source>Impressions</source>
        <translation>Impressões</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message numerus="yes">
        <source>Last %n day(s)</source>
        <translation>
            <numerusform>Último %n dia</numerusform>
            <numerusform>Últimos %n dias</numerusform>
        </translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>Últimos 12 meses</translation>
    </message>
    <message>
        <source>Likes</source>
        <translation>Curtidas</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>Mediana</translation>
    </message>
    <message>
        <source>Middle half</source>
        <translation>Metade central</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Redes</translation>
    </message>
    <message>
        <source>Newest numbers</source>
        <translation>Números mais recentes</translation>
    </message>
    <message>
        <source>Not enough posts yet: {count} of {enough}</source>
        <translation>Ainda não há posts suficientes: {count} de {enough}</translation>
    </message>
    <message>
        <source>Other times</source>
        <translation>Outros horários</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Ao longo do tempo</translation>
    </message>
    <message>
        <source>Post</source>
        <translation>Post</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Posts</translation>
    </message>
    <message>
        <source>Posts of the last 24 hours are not counted yet.</source>
        <translation>Posts das últimas 24 horas ainda não contam.</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publicado</translation>
    </message>
    <message>
        <source>Quotes</source>
        <translation>Citações</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>Alcance</translation>
    </message>
    <message>
        <source>Reactions</source>
        <translation>Reações</translation>
    </message>
    <message>
        <source>Renotes</source>
        <translation>Renotes</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>Respostas</translation>
    </message>
    <message>
        <source>Reposts</source>
        <translation>Reposts</translation>
    </message>
    <message>
        <source>Saves</source>
        <translation>Salvamentos</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Pontuação</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>Compartilhamentos</translation>
    </message>
    <message>
        <source>Slots</source>
        <translation>Horários</translation>
    </message>
    <message>
        <source>Styles</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Estilos</translation>
    </message>
    <message>
        <source>To compare channels of different size, a post counts by its rank in its channel: 70 means better than 70% of that channel&apos;s posts, 50 is usual.</source>
        <translation>Para comparar canais de tamanhos diferentes, um post conta por sua posição no canal: 70 significa melhor que 70% dos posts desse canal; 50 é o habitual.</translation>
    </message>
    <message>
        <source>Values are medians. Thin lines show the middle half of the posts. Pale marks have fewer than 5 posts.</source>
        <translation>Os valores são medianas. As linhas finas mostram a metade central dos posts. Marcas claras têm menos de 5 posts.</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Visualizações</translation>
    </message>
    <message>
        <source>Weekdays and hours</source>
        <translation>Dias da semana e horas</translation>
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
        <translation>{name}: posição {value}, metade de {posts} de {low} a {high}</translation>
    </message>
    <message>
        <source>{name}: {measure} {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: {measure} {value}, metade de {posts} de {low} a {high}</translation>
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
        <translation>Melhores posts</translation>
    </message>
    <message>
        <source>Export insights</source>
        <translation>Exportar métricas</translation>
    </message>
    <message>
        <source>Insights written to {file}</source>
        <translation>Métricas gravadas em {file}</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>Documentos PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Mostrar na pasta</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabelas (*.csv)</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Não foi possível gravar o arquivo: {why}</translation>
    </message>
    <message>
        <source>insights {day}</source>
        <translation>métricas {day}</translation>
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
        <translation>Idade dos posts</translation>
    </message>
    <message>
        <source>CSV table for Excel…</source>
        <translation>Tabela CSV para Excel…</translation>
    </message>
    <message>
        <source>CSV table…</source>
        <translation>Tabela CSV…</translation>
    </message>
    <message>
        <source>Choose in the settings, under Storage, how long Posto keeps them.</source>
        <translation>Escolha nas configurações, em Armazenamento, por quanto tempo o Posto as guarda.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Progresso da exportação</translation>
    </message>
    <message>
        <source>Insights are not kept</source>
        <translation>As métricas não são guardadas</translation>
    </message>
    <message>
        <source>Likes, views and other numbers of your posts appear here an hour after they are published.</source>
        <translation>Curtidas, visualizações e outros números dos seus posts aparecem aqui uma hora após a publicação.</translation>
    </message>
    <message>
        <source>No insights yet</source>
        <translation>Ainda não há métricas</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Número</translation>
    </message>
    <message>
        <source>PDF report…</source>
        <translation>Relatório PDF…</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Período</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Posts</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>Mostrar como tabela</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Parar a exportação</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln falhou</numerusform>
            <numerusform>%Ln falharam</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln enviado</numerusform>
            <numerusform>%Ln enviados</numerusform>
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
        <translation>Também para</translation>
    </message>
    <message>
        <source>Close inspector</source>
        <translation>Fechar inspetor</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalhes</translation>
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
        <translation>Arquivos</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Métricas</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Mais ações</translation>
    </message>
    <message>
        <source>Next post</source>
        <translation>Próximo post</translation>
    </message>
    <message>
        <source>Not in the list</source>
        <translation>Fora da lista</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir post</translation>
    </message>
    <message>
        <source>Post</source>
        <extracomment>Noun: one post on one channel.</extracomment>
        <translation>Post</translation>
    </message>
    <message>
        <source>Previous post</source>
        <translation>Post anterior</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Reagendar</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Agendado</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Story</source>
        <translation>Story</translation>
    </message>
    <message>
        <source>The filters hide this post.</source>
        <translation>Os filtros ocultam este post.</translation>
    </message>
    <message>
        <source>The post has no link yet</source>
        <translation>O post ainda não tem link</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>Thread</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>O que aconteceu</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Fuso</translation>
    </message>
</context>
<context>
    <name>KeyRecorder</name>
    <message>
        <source>Off</source>
        <translation>Desativado</translation>
    </message>
    <message>
        <source>Press it, then the keys. Backspace turns it off.</source>
        <translation>Pressione e depois as teclas. Backspace desativa.</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>Pressione as teclas…</translation>
    </message>
</context>
<context>
    <name>LabelChip</name>
    <message>
        <source>Remove label {label}</source>
        <translation>Remover etiqueta {label}</translation>
    </message>
</context>
<context>
    <name>LabelledField</name>
    <message>
        <source>Checked</source>
        <translation>Verificado</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>Mostrar a senha</translation>
    </message>
</context>
<context>
    <name>LabelsField</name>
    <message>
        <source>A message has at most 20 labels</source>
        <translation>Uma mensagem tem no máximo 20 etiquetas</translation>
    </message>
    <message>
        <source>Add label</source>
        <translation>Adicionar etiqueta</translation>
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
        <translation>Rascunhos e posts agendados são mantidos.</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Exemplo</translation>
    </message>
    <message>
        <source>Posto restarts to show {language}</source>
        <translation>O Posto reinicia para mostrar em {language}</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>Reiniciar agora</translation>
    </message>
</context>
<context>
    <name>LargeDialog</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Undo the change</source>
        <translation>Desfazer a alteração</translation>
    </message>
</context>
<context>
    <name>LineControl</name>
    <message>
        <source>Separated by commas</source>
        <translation>Separado por vírgulas</translation>
    </message>
    <message>
        <source>The first line of the text</source>
        <translation>A primeira linha do texto</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Endereço da web</translation>
    </message>
</context>
<context>
    <name>LinkCardView</name>
    <message>
        <source>Link preview</source>
        <translation>Prévia do link</translation>
    </message>
    <message>
        <source>Reading {host}</source>
        <translation>Lendo {host}</translation>
    </message>
    <message>
        <source>Reload link preview</source>
        <translation>Recarregar prévia do link</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Remover link</translation>
    </message>
    <message>
        <source>{reason}. The link will still be posted.</source>
        <translation>{reason}. O link será publicado mesmo assim.</translation>
    </message>
</context>
<context>
    <name>LinkCards</name>
    <message>
        <source>The address does not answer. No preview available.</source>
        <translation>O endereço não responde. Prévia indisponível.</translation>
    </message>
    <message>
        <source>The address is in a private network. No preview available.</source>
        <translation>O endereço está em uma rede privada. Prévia indisponível.</translation>
    </message>
    <message>
        <source>{host} does not answer. No preview available.</source>
        <translation>{host} não responde. Prévia indisponível.</translation>
    </message>
    <message>
        <source>{host} is in a private network. No preview available.</source>
        <translation>{host} está em uma rede privada. Prévia indisponível.</translation>
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
            <numerusform>{names} e mais %Ln</numerusform>
            <numerusform>{names} e mais %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} and {last}</source>
        <translation>{names} e {last}</translation>
    </message>
</context>
<context>
    <name>LocaleSettings</name>
    <message>
        <source>Time zone “{name}” was not found on this computer. Posto uses the system time zone.</source>
        <translation>O fuso horário “{name}” não foi encontrado neste computador. O Posto usa o fuso do sistema.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Posto Desktop</source>
        <translation>Sobre o Posto Desktop</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Adicionar um canal…</translation>
    </message>
    <message>
        <source>Add a workspace…</source>
        <translation>Adicionar um espaço de trabalho…</translation>
    </message>
    <message>
        <source>Calendar: earlier, later</source>
        <translation>Calendário: anterior, próximo</translation>
    </message>
    <message>
        <source>Calendar: month, week, day</source>
        <translation>Calendário: mês, semana, dia</translation>
    </message>
    <message>
        <source>Calendar: today</source>
        <translation>Calendário: hoje</translation>
    </message>
    <message>
        <source>Close a dialog or popup</source>
        <translation>Fechar um diálogo ou pop-up</translation>
    </message>
    <message>
        <source>Context menu</source>
        <translation>Menu de contexto</translation>
    </message>
    <message>
        <source>Delete, with Undo</source>
        <translation>Excluir, podendo desfazer</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicar</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Em qualquer lugar</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Encontrar um canal</translation>
    </message>
    <message>
        <source>In lists and the calendar</source>
        <translation>Em listas e no calendário</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atalhos de teclado</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>Gerenciar espaços de trabalho…</translation>
    </message>
    <message>
        <source>Move the file</source>
        <translation>Mover o arquivo</translation>
    </message>
    <message>
        <source>Move the group or channel</source>
        <translation>Mover o grupo ou o canal</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>Newest notification</source>
        <translation>Notificação mais recente</translation>
    </message>
    <message>
        <source>Next control, previous control</source>
        <translation>Próximo controle, controle anterior</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Próximo painel</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notificações</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Colar</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>Painel anterior</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Post rápido</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Sair</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Recarregar</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Reagendar</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Schedule: day before, day after</source>
        <translation>Agendamentos: dia anterior, dia seguinte</translation>
    </message>
    <message>
        <source>Search everything…</source>
        <translation>Buscar em tudo…</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>Buscar nesta página</translation>
    </message>
    <message>
        <source>Select all posts shown</source>
        <translation>Selecionar todos os posts exibidos</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Configurações</translation>
    </message>
    <message>
        <source>Suggest a hashtag or mention no more</source>
        <translation>Não sugerir mais uma hashtag ou menção</translation>
    </message>
    <message>
        <source>The menu bar with all commands</source>
        <translation>A barra de menus com todos os comandos</translation>
    </message>
    <message>
        <source>Tick all channels found, in the search</source>
        <translation>Marcar todos os canais encontrados, na busca</translation>
    </message>
    <message>
        <source>Tick the channel or post</source>
        <translation>Marcar o canal ou o post</translation>
    </message>
    <message>
        <source>Undo, redo</source>
        <translation>Desfazer, refazer</translation>
    </message>
</context>
<context>
    <name>MarkFields</name>
    <message>
        <source>Picture of the watermark</source>
        <translation>Imagem da marca-d&apos;água</translation>
    </message>
    <message>
        <source>Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</source>
        <translation>Imagens (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</translation>
    </message>
</context>
<context>
    <name>MediaDownloads</name>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>{name} could not be downloaded.</source>
        <translation>Não foi possível baixar {name}.</translation>
    </message>
</context>
<context>
    <name>MediaEditor</name>
    <message>
        <source>Discard changes</source>
        <translation>Descartar alterações</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>Editar {name}</translation>
    </message>
    <message>
        <source>Keep changes</source>
        <translation>Manter alterações</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Nada para redefinir aqui</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Refazer</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Redefinir</translation>
    </message>
    <message>
        <source>Shown here and in the previews, but not sent. Each network chooses its own cover frame.</source>
        <translation>Mostrado aqui e nas prévias, mas não enviado. Cada rede escolhe seu próprio quadro de capa.</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Girar à esquerda</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Girar à direita</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>MediaImporter</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted: {names}</source>
        <translation>
            <numerusform>%n arquivo não pode ser publicado: {names}</numerusform>
            <numerusform>%n arquivos não podem ser publicados: {names}</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagem colada</translation>
    </message>
    <message>
        <source>The files could not be read.</source>
        <translation>Não foi possível ler os arquivos.</translation>
    </message>
    <message>
        <source>The pasted picture could not be saved.</source>
        <translation>Não foi possível salvar a imagem colada.</translation>
    </message>
    <message numerus="yes">
        <source>Too many files. Only the first {most} of %n were added.</source>
        <translation>
            <numerusform>Arquivos demais. Só os primeiros {most} de %n foram adicionados.</numerusform>
            <numerusform>Arquivos demais. Só os primeiros {most} de %n foram adicionados.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} e mais %n</numerusform>
            <numerusform>{names} e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} changed on disk. The message uses the new version.</source>
        <translation>{names}: alterado no disco. A mensagem usa a nova versão.</translation>
    </message>
    <message>
        <source>{name} could not be read.</source>
        <translation>Não foi possível ler {name}.</translation>
    </message>
    <message>
        <source>{name} is not a readable text file.</source>
        <translation>{name} não é um arquivo de texto legível.</translation>
    </message>
    <message>
        <source>{name} is too long for a message.</source>
        <translation>{name} é longo demais para uma mensagem.</translation>
    </message>
</context>
<context>
    <name>MediaModel</name>
    <message>
        <source>Animation</source>
        <translation>Animação</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
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
        <translation>de fora para {networks}</translation>
    </message>
    <message>
        <source>no description yet</source>
        <translation>ainda sem descrição</translation>
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
        <translation>Este arquivo não pode ser mostrado aqui.</translation>
    </message>
</context>
<context>
    <name>MediaStrip</name>
    <message>
        <source>Drag to reorder</source>
        <translation>Arraste para reordenar</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Mídia</translation>
    </message>
</context>
<context>
    <name>MenuBar</name>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Editar</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Arquivo</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>Aj&amp;uda</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>E&amp;xibir</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Recortar</translation>
    </message>
    <message>
        <source>Menu bar</source>
        <translation>Barra de menus</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Colar</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Refazer</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Selecionar tudo</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>MessageActions</name>
    <message numerus="yes">
        <source>%Ln message(s) (follows/follow) the rhythm now</source>
        <translation>
            <numerusform>%Ln mensagem agora segue o ritmo</numerusform>
            <numerusform>%Ln mensagens agora seguem o ritmo</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) added</source>
        <translation>
            <numerusform>%Ln mensagem adicionada</numerusform>
            <numerusform>%Ln mensagens adicionadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) deleted</source>
        <translation>
            <numerusform>%Ln mensagem excluída</numerusform>
            <numerusform>%Ln mensagens excluídas</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>Adicionar imagens</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>Adicionar imagens…</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
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
        <translation>Editar o post agendado…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Mover para baixo</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Mover para {time}</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Mover para cima</translation>
    </message>
    <message>
        <source>Moved to {when}</source>
        <translation>Movido para {when}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Set own time…</source>
        <translation>Definir horário próprio…</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>Mostrar na Atividade</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Mostrar nos agendamentos</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message</source>
        <translation>Pare a campanha para alterar esta mensagem</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message, or edit its scheduled post.</source>
        <translation>Pare a campanha para alterar esta mensagem ou edite o post agendado dela.</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message.</source>
        <translation>Pare a campanha para alterar esta mensagem.</translation>
    </message>
    <message>
        <source>This message failed. Retry it, or change a duplicate ({keys}).</source>
        <translation>Esta mensagem falhou. Tente de novo ou altere uma cópia ({keys}).</translation>
    </message>
    <message>
        <source>This message was sent. Duplicate it to change it ({keys}).</source>
        <translation>Esta mensagem foi enviada. Duplique-a para alterá-la ({keys}).</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Use the rhythm&apos;s time</source>
        <translation>Usar o horário do ritmo</translation>
    </message>
</context>
<context>
    <name>MessageDelegate</name>
    <message>
        <source>Nothing written yet</source>
        <translation>Nada escrito ainda</translation>
    </message>
</context>
<context>
    <name>MessageEditController</name>
    <message>
        <source>Changes saved. The message is being sent.</source>
        <translation>Alterações salvas. A mensagem está sendo enviada.</translation>
    </message>
    <message>
        <source>Changes saved: {when}</source>
        <translation>Alterações salvas: {when}</translation>
    </message>
    <message>
        <source>It belongs to another workspace. Open that one to edit it.</source>
        <translation>Pertence a outro espaço de trabalho. Abra-o para editar.</translation>
    </message>
    <message>
        <source>Labels saved</source>
        <translation>Etiquetas salvas</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Nada foi alterado</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>MessageFields</name>
    <message>
        <source>After the last part</source>
        <translation>Depois da última parte</translation>
    </message>
    <message>
        <source>Below each post</source>
        <translation>Abaixo de cada post</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primeiro comentário</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>Not on {names}</source>
        <translation>Não em {names}</translation>
    </message>
    <message>
        <source>On {names}</source>
        <translation>Em {names}</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Remover link</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Endereço da web</translation>
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
        <translation>Adicionar imagens ou vídeos</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Todos os arquivos</translation>
    </message>
    <message>
        <source>Downloading this address as a picture or video</source>
        <translation>Baixando este endereço como imagem ou vídeo</translation>
    </message>
    <message>
        <source>Harbour</source>
        <translation>Porto</translation>
    </message>
    <message>
        <source>Insert as text</source>
        <translation>Inserir como texto</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>Pictures, videos and texts</source>
        <translation>Imagens, vídeos e textos</translation>
    </message>
    <message>
        <source>The changes to {name} were discarded</source>
        <translation>As alterações em {name} foram descartadas</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>Não foi possível salvar a imagem.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>{name} is now number {n}</source>
        <translation>{name} agora é o número {n}</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} removido da mensagem</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} não foi encontrado.</translation>
    </message>
</context>
<context>
    <name>MessageMedia</name>
    <message>
        <source>Add pictures</source>
        <translation>Adicionar imagens</translation>
    </message>
    <message>
        <source>Add pictures or videos to this message</source>
        <translation>Adicionar imagens ou vídeos a esta mensagem</translation>
    </message>
</context>
<context>
    <name>MessageParts</name>
    <message>
        <source>What comes next?</source>
        <translation>O que vem depois?</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>O que você quer dizer?</translation>
    </message>
</context>
<context>
    <name>MessagePosts</name>
    <message>
        <source>Posts</source>
        <translation>Posts</translation>
    </message>
</context>
<context>
    <name>MessagesView</name>
    <message>
        <source>Messages</source>
        <translation>Mensagens</translation>
    </message>
</context>
<context>
    <name>MonthPicker</name>
    <message>
        <source>Day: {day}</source>
        <translation>Dia: {day}</translation>
    </message>
</context>
<context>
    <name>MorePopup</name>
    <message>
        <source>Messages of this day</source>
        <translation>Mensagens deste dia</translation>
    </message>
</context>
<context>
    <name>MovePopup</name>
    <message>
        <source>Possible: {time}</source>
        <translation>Possível: {time}</translation>
    </message>
    <message>
        <source>That time has passed.</source>
        <translation>Esse horário já passou.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Digite um dia e um horário.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quando</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>“{time}”, “{other}”</translation>
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
            <numerusform>Mover %n post</numerusform>
            <numerusform>Mover %n posts</numerusform>
        </translation>
    </message>
    <message>
        <source>They move to {when}. The others keep their time.</source>
        <translation>Eles vão para {when}. Os outros mantêm o horário.</translation>
    </message>
    <message>
        <source>Which posts should move?</source>
        <translation>Quais posts devem ser movidos?</translation>
    </message>
</context>
<context>
    <name>NetworkGrid</name>
    <message>
        <source>Needs your own app</source>
        <translation>Precisa do seu próprio app</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Rede</translation>
    </message>
    <message>
        <source>Only through a Posto service</source>
        <translation>Só por um serviço Posto</translation>
    </message>
    <message>
        <source>The network does not allow apps on your computer to publish.</source>
        <translation>A rede não permite que apps no seu computador publiquem.</translation>
    </message>
    <message>
        <source>Works at once</source>
        <translation>Funciona na hora</translation>
    </message>
    <message>
        <source>You register your own app with the network. Some networks charge for this.</source>
        <translation>Você registra seu próprio app na rede. Algumas redes cobram por isso.</translation>
    </message>
</context>
<context>
    <name>NetworkMediaSelection</name>
    <message>
        <source>{name} is not sent to {network}</source>
        <translation>{name} não é enviado para {network}</translation>
    </message>
    <message>
        <source>{name} is sent to {network}</source>
        <translation>{name} é enviado para {network}</translation>
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
        <translation>Um arquivo PEM, considerado confiável além dos certificados do sistema</translation>
    </message>
    <message>
        <source>Address to try</source>
        <translation>Endereço para testar</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Certificados (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Certificados próprios</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Verificando…</translation>
    </message>
    <message>
        <source>Choose a file of certificates</source>
        <translation>Escolher um arquivo de certificados</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Escolher um arquivo…</translation>
    </message>
    <message>
        <source>Connection test</source>
        <translation>Teste de conexão</translation>
    </message>
    <message>
        <source>Needs a user name for the proxy</source>
        <translation>Precisa de um nome de usuário para o proxy</translation>
    </message>
    <message>
        <source>No keychain found. Saved until you quit Posto</source>
        <translation>Nenhum chaveiro encontrado. Salva até você sair do Posto</translation>
    </message>
    <message>
        <source>No password saved</source>
        <translation>Nenhuma senha salva</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Senha do proxy</translation>
    </message>
    <message>
        <source>Remove your certificates</source>
        <translation>Remover seus certificados</translation>
    </message>
    <message>
        <source>Saved in a file only you can read</source>
        <translation>Salva em um arquivo que só você pode ler</translation>
    </message>
    <message>
        <source>Saved in the keychain of this computer</source>
        <translation>Salva no chaveiro deste computador</translation>
    </message>
    <message>
        <source>Test</source>
        <extracomment>Verb: try the connection.</extracomment>
        <translation>Testar</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>Testar a conexão</translation>
    </message>
    <message>
        <source>The address of a service</source>
        <translation>O endereço de um serviço</translation>
    </message>
    <message>
        <source>The connection could not be tested.</source>
        <translation>Não foi possível testar a conexão.</translation>
    </message>
    <message>
        <source>The password was not saved.</source>
        <translation>A senha não foi salva.</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Testar a conexão</translation>
    </message>
    <message>
        <source>{name} answered after {seconds} seconds</source>
        <translation>{name} respondeu após {seconds} segundos</translation>
    </message>
    <message>
        <source>{name}, in addition to the system&apos;s certificates</source>
        <translation>{name}, além dos certificados do sistema</translation>
    </message>
</context>
<context>
    <name>NetworkSettings</name>
    <message numerus="yes">
        <source>%n change(s) will be saved</source>
        <translation>
            <numerusform>%n alteração será salva</numerusform>
            <numerusform>%n alterações serão salvas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)</source>
        <translation>
            <numerusform>Descartar %n alteração</numerusform>
            <numerusform>Descartar %n alterações</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)?</source>
        <translation>
            <numerusform>Descartar %n alteração?</numerusform>
            <numerusform>Descartar %n alterações?</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Vazio</translation>
    </message>
    <message>
        <source>First choose which changes to keep</source>
        <translation>Primeiro escolha quais alterações manter</translation>
    </message>
    <message>
        <source>Hidden and not changed</source>
        <translation>Oculto e não alterado</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Manter as minhas</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>Manter as outras</translation>
    </message>
    <message>
        <source>Loading the settings…</source>
        <translation>Carregando as configurações…</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Não</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Nada foi alterado</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Recarregar</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Salvar</translation>
    </message>
    <message numerus="yes">
        <source>Save %n change(s)</source>
        <translation>
            <numerusform>Salvar %n alteração</numerusform>
            <numerusform>Salvar %n alterações</numerusform>
        </translation>
    </message>
    <message>
        <source>Save network settings</source>
        <translation>Salvar configurações da rede</translation>
    </message>
    <message>
        <source>Saved on the service</source>
        <translation>Salvo no serviço</translation>
    </message>
    <message>
        <source>Saved on the service for all its users</source>
        <translation>Salvo no serviço para todos os usuários</translation>
    </message>
    <message>
        <source>Saved on {host} for all its users</source>
        <translation>Salvo em {host} para todos os usuários</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Salvando…</translation>
    </message>
    <message>
        <source>Settings of {network}</source>
        <translation>Configurações de {network}</translation>
    </message>
    <message>
        <source>Someone else changed this on the service: {what}. Choose which changes to keep. Yours are not saved yet.</source>
        <translation>Outra pessoa alterou isto no serviço: {what}. Escolha quais alterações manter. As suas ainda não foram salvas.</translation>
    </message>
    <message>
        <source>The service did not save {names} and uses its own value</source>
        <translation>O serviço não salvou {names} e usa seu próprio valor</translation>
    </message>
    <message>
        <source>The service has no settings for this network</source>
        <translation>O serviço não tem configurações para esta rede</translation>
    </message>
    <message>
        <source>These changes are not saved on the service.</source>
        <translation>Estas alterações não estão salvas no serviço.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar novamente</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Sim</translation>
    </message>
    <message>
        <source>You can change this only on the service</source>
        <translation>Você só pode alterar isto no serviço</translation>
    </message>
    <message>
        <source>{name} is now “{value}”</source>
        <translation>{name} agora é “{value}”</translation>
    </message>
    <message>
        <source>{why} Nothing was saved.</source>
        <translation>{why} Nada foi salvo.</translation>
    </message>
</context>
<context>
    <name>NetworkStep</name>
    <message>
        <source>A network, a site, a server, or @you@example.social</source>
        <translation>Uma rede, um site, um servidor ou @voce@example.social</translation>
    </message>
    <message>
        <source>Checking {address}…</source>
        <translation>Verificando {address}…</translation>
    </message>
    <message>
        <source>Find a network</source>
        <translation>Encontrar uma rede</translation>
    </message>
    <message>
        <source>Loading networks…</source>
        <translation>Carregando redes…</translation>
    </message>
    <message>
        <source>No network has this name. Type the address of your server instead.</source>
        <translation>Nenhuma rede tem esse nome. Digite o endereço do seu servidor.</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Entrar em um serviço…</translation>
    </message>
    <message>
        <source>This is {what}.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Mastodon (example.social)&quot;.</extracomment>
        <translation>Este é {what}.</translation>
    </message>
    <message>
        <source>This is {what}. Posto cannot connect it.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Friendica (example.social)&quot;.</extracomment>
        <translation>Este é {what}. O Posto não pode conectá-lo.</translation>
    </message>
    <message>
        <source>This version cannot connect this network yet. A Posto service can.</source>
        <translation>Esta versão ainda não pode conectar esta rede. Um serviço Posto pode.</translation>
    </message>
    <message>
        <source>{address} was not recognized. Choose its network below or check the spelling.</source>
        <translation>{address} não foi reconhecido. Escolha a rede abaixo ou confira a grafia.</translation>
    </message>
</context>
<context>
    <name>NetworkTabs</name>
    <message>
        <source>All networks</source>
        <translation>Todas as redes</translation>
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
        <translation>texto próprio</translation>
    </message>
    <message>
        <source>{name}, has a problem</source>
        <translation>{name}, tem um problema</translation>
    </message>
    <message>
        <source>{name}, own text</source>
        <translation>{name}, texto próprio</translation>
    </message>
</context>
<context>
    <name>NoMatches</name>
    <message>
        <source>Clear the search</source>
        <translation>Limpar a busca</translation>
    </message>
</context>
<context>
    <name>NotificationPresenter</name>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
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
        <translation>O espaço de trabalho desta notificação foi removido</translation>
    </message>
</context>
<context>
    <name>NotificationsModel</name>
    <message>
        <source>Error</source>
        <translation>Erro</translation>
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
        <translation>Limpar</translation>
    </message>
    <message>
        <source>Clear notifications</source>
        <translation>Limpar notificações</translation>
    </message>
    <message>
        <source>No notifications</source>
        <translation>Nenhuma notificação</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notificações</translation>
    </message>
    <message>
        <source>Notifications panel</source>
        <translation>Painel de notificações</translation>
    </message>
    <message>
        <source>Your notifications appear here.</source>
        <translation>Suas notificações aparecem aqui.</translation>
    </message>
</context>
<context>
    <name>OpenDrafts</name>
    <message>
        <source>Changes discarded. The message is still scheduled as it was.</source>
        <translation>Alterações descartadas. A mensagem continua agendada como estava.</translation>
    </message>
    <message>
        <source>Draft deleted</source>
        <translation>Rascunho excluído</translation>
    </message>
    <message>
        <source>Message discarded</source>
        <translation>Mensagem descartada</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Saved in Drafts</source>
        <translation>Salvo nos rascunhos</translation>
    </message>
    <message>
        <source>The draft could not be saved. It is lost when Posto quits.</source>
        <translation>Não foi possível salvar o rascunho. Ele será perdido quando o Posto for encerrado.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Ainda não há nada para salvar</translation>
    </message>
    <message>
        <source>“{title}” was closed and saved in Drafts. At most 20 messages can be open.</source>
        <translation>“{title}” foi fechada e salva nos rascunhos. No máximo 20 mensagens podem ficar abertas.</translation>
    </message>
</context>
<context>
    <name>OpenWorkspaceController</name>
    <message>
        <source>Sign in</source>
        <translation>Entrar</translation>
    </message>
</context>
<context>
    <name>OptimisticSchedule</name>
    <message numerus="yes">
        <source>%n post(s) deleted</source>
        <translation>
            <numerusform>%n post excluído</numerusform>
            <numerusform>%n posts excluídos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) deleted here. (It stays/They stay) published.</source>
        <translation>
            <numerusform>%n post excluído aqui. Continua publicado.</numerusform>
            <numerusform>%n posts excluídos aqui. Continuam publicados.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its last change is not saved yet. Edit the message to change its time.</source>
        <translation>A última alteração ainda não foi salva. Edite a mensagem para alterar o horário.</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Tarde demais para desfazer: os posts foram excluídos.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>What is published stays published.</source>
        <translation>O que está publicado continua publicado.</translation>
    </message>
</context>
<context>
    <name>OptionBox</name>
    <message>
        <source>required</source>
        <translation>obrigatório</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{option} para {network}</translation>
    </message>
    <message>
        <source>{option}, required</source>
        <translation>{option}, obrigatório</translation>
    </message>
</context>
<context>
    <name>OptionChip</name>
    <message>
        <source>Delete resets it</source>
        <translation>Delete redefine</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Redefinir</translation>
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
        <translation>Adicionar música às fotos</translation>
    </message>
    <message>
        <source>All images of the post</source>
        <translation>Todas as imagens do post</translation>
    </message>
    <message>
        <source>Allow comments</source>
        <translation>Permitir comentários</translation>
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
        <translation>Texto alternativo do post</translation>
    </message>
    <message>
        <source>Attach the link</source>
        <translation>Anexar o link</translation>
    </message>
    <message>
        <source>Book</source>
        <translation>Agendar horário</translation>
    </message>
    <message>
        <source>Button</source>
        <translation>Botão</translation>
    </message>
    <message>
        <source>Button below the message</source>
        <translation>Botão abaixo da mensagem</translation>
    </message>
    <message>
        <source>Button link</source>
        <translation>Link do botão</translation>
    </message>
    <message>
        <source>Button text</source>
        <translation>Texto do botão</translation>
    </message>
    <message>
        <source>Buy</source>
        <translation>Comprar</translation>
    </message>
    <message>
        <source>Call now</source>
        <translation>Ligar agora</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>Categorias</translation>
    </message>
    <message>
        <source>Channel default</source>
        <translation>Padrão do canal</translation>
    </message>
    <message>
        <source>Channel default: the channel&apos;s setting on the service</source>
        <translation>Padrão do canal: a configuração do canal no serviço</translation>
    </message>
    <message>
        <source>Cut a text that is too long</source>
        <translation>Cortar um texto longo demais</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Padrão</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Rascunho</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Resumo</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primeiro comentário</translation>
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
        <translation>Obter oferta</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Keep as a draft on the blog</source>
        <translation>Manter como rascunho no blog</translation>
    </message>
    <message>
        <source>Keep the post type</source>
        <translation>Manter o tipo de post</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>Learn more</source>
        <translation>Saiba mais</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Tags de link (UTM)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Nenhum</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Desativado</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Ativado</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>Só eu</translation>
    </message>
    <message>
        <source>Order online</source>
        <translation>Pedir online</translation>
    </message>
    <message>
        <source>Photo title</source>
        <translation>Título da foto</translation>
    </message>
    <message>
        <source>Pin the post</source>
        <translation>Fixar o post</translation>
    </message>
    <message>
        <source>Post type</source>
        <translation>Tipo de post</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>Privado</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publicado</translation>
    </message>
    <message>
        <source>Qualifier</source>
        <translation>Qualificador</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>Reservar</translation>
    </message>
    <message>
        <source>Send categories</source>
        <translation>Enviar categorias</translation>
    </message>
    <message>
        <source>Send pages as pages</source>
        <translation>Enviar páginas como páginas</translation>
    </message>
    <message>
        <source>Send silently</source>
        <translation>Enviar sem som</translation>
    </message>
    <message>
        <source>Send tags</source>
        <translation>Enviar tags</translation>
    </message>
    <message>
        <source>Sign up</source>
        <translation>Cadastre-se</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Assinatura</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Story hashtag</source>
        <translation>Hashtag do story</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>The featured image</source>
        <translation>A imagem destacada</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Título</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Enviar mídia</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Visibilidade</translation>
    </message>
    <message>
        <source>Waiting for review</source>
        <translation>Aguardando revisão</translation>
    </message>
    <message>
        <source>Watch video</source>
        <translation>Assistir ao vídeo</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Marca-d&apos;água</translation>
    </message>
    <message>
        <source>Which media</source>
        <translation>Qual mídia</translation>
    </message>
    <message>
        <source>Who can see it</source>
        <translation>Quem pode ver</translation>
    </message>
    <message>
        <source>Write a first comment</source>
        <translation>Escrever um primeiro comentário</translation>
    </message>
</context>
<context>
    <name>OptionsBody</name>
    <message>
        <source>Find an option</source>
        <translation>Encontrar uma opção</translation>
    </message>
    <message>
        <source>No option has this name</source>
        <translation>Nenhuma opção tem esse nome</translation>
    </message>
    <message>
        <source>Show all options</source>
        <translation>Mostrar todas as opções</translation>
    </message>
</context>
<context>
    <name>OptionsCard</name>
    <message>
        <source>Also a link in the text</source>
        <translation>Também um link no texto</translation>
    </message>
    <message>
        <source>Applies where a network has a limit</source>
        <translation>Vale onde a rede tem um limite</translation>
    </message>
    <message>
        <source>Attach link</source>
        <translation>Anexar link</translation>
    </message>
    <message>
        <source>Cut it</source>
        <translation>Cortar</translation>
    </message>
    <message>
        <source>Facebook and LinkedIn then drop the media</source>
        <translation>Facebook e LinkedIn então descartam a mídia</translation>
    </message>
    <message>
        <source>If the message has a link</source>
        <translation>Se a mensagem tiver um link</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nunca</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Não</translation>
    </message>
    <message>
        <source>On {network}</source>
        <translation>Em {network}</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Igual a todas as redes</translation>
    </message>
    <message>
        <source>Send pictures and videos with the post</source>
        <translation>Enviar imagens e vídeos com o post</translation>
    </message>
    <message>
        <source>The link of the message, or the first link in its text</source>
        <translation>O link da mensagem ou o primeiro link no texto</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Enviar mídia</translation>
    </message>
    <message>
        <source>Used if the message has no link</source>
        <translation>Usado se a mensagem não tiver link</translation>
    </message>
    <message>
        <source>Warn me</source>
        <translation>Avisar</translation>
    </message>
    <message>
        <source>When the text is too long</source>
        <translation>Quando o texto for longo demais</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Sim</translation>
    </message>
    <message>
        <source>{network} then drops the media</source>
        <translation>{network} então descarta a mídia</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n escolhido</numerusform>
            <numerusform>%n escolhidos</numerusform>
        </translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Opções</translation>
    </message>
</context>
<context>
    <name>OtherTimeChip</name>
    <message>
        <source>This can also mean {time}.</source>
        <translation>Isto também pode significar {time}.</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>ou {time}?</translation>
    </message>
</context>
<context>
    <name>OthersStrip</name>
    <message>
        <source>Others in this message</source>
        <translation>Outras pessoas nesta mensagem</translation>
    </message>
    <message>
        <source>Take over the changes</source>
        <translation>Incorporar as alterações</translation>
    </message>
    <message>
        <source>What you have changed stays. Where both of you changed the same you choose.</source>
        <translation>O que você alterou permanece. Onde vocês dois alteraram o mesmo, você escolhe.</translation>
    </message>
</context>
<context>
    <name>OutboxList</name>
    <message>
        <source>Outbox</source>
        <translation>Caixa de saída</translation>
    </message>
</context>
<context>
    <name>OutboxModel</name>
    <message numerus="yes">
        <source>%n of {total} sent</source>
        <translation>
            <numerusform>%n de {total} enviado</numerusform>
            <numerusform>%n de {total} enviados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n outro</numerusform>
            <numerusform>%n outros</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Aceito</translation>
    </message>
    <message>
        <source>Accepted, but its status is unknown</source>
        <translation>Aceito, mas o status é desconhecido</translation>
    </message>
    <message>
        <source>Another workspace</source>
        <translation>Outro espaço de trabalho</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Cancelado</translation>
    </message>
    <message>
        <source>Checking for the post</source>
        <translation>Procurando o post</translation>
    </message>
    <message>
        <source>Converting</source>
        <translation>Convertendo</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Excluído por você</translation>
    </message>
    <message>
        <source>Done today</source>
        <translation>Concluído hoje</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Editado por você</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Falhou</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Retido</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>Em andamento</translation>
    </message>
    <message>
        <source>It may already be on {channels}</source>
        <translation>Pode já estar em {channels}</translation>
    </message>
    <message>
        <source>May already be published</source>
        <translation>Pode já estar publicado</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Pode já estar publicado: {reason}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Precisa de você</translation>
    </message>
    <message>
        <source>Next in line</source>
        <translation>Próximo da fila</translation>
    </message>
    <message>
        <source>No clear answer came back</source>
        <translation>Não houve resposta clara</translation>
    </message>
    <message>
        <source>No reason was given</source>
        <translation>Nenhum motivo foi informado</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Fora dos agendamentos</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Não enviado</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausado</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Salvo neste computador</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Salvando…</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Agendado</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Sending to {host}</source>
        <translation>Enviando para {host}</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Upcoming</source>
        <translation>Próximos</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Enviando arquivos</translation>
    </message>
    <message>
        <source>Uploading {n} of {total}</source>
        <translation>Enviando {n} de {total}</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Em espera</translation>
    </message>
    <message>
        <source>Waiting for network</source>
        <translation>Esperando a rede</translation>
    </message>
    <message>
        <source>Waiting for sign-in</source>
        <translation>Esperando o login</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>cerca de {n} min restantes</translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation>cerca de {n} s restantes</translation>
    </message>
    <message>
        <source>can be undone for {n} s</source>
        <translation>pode ser desfeito por {n} s</translation>
    </message>
    <message>
        <source>continues when you resume</source>
        <translation>continua quando você retomar</translation>
    </message>
    <message>
        <source>next try at {time}</source>
        <translation>próxima tentativa às {time}</translation>
    </message>
    <message>
        <source>next try in {n} min</source>
        <translation>próxima tentativa em {n} min</translation>
    </message>
    <message>
        <source>next try in {n} s</source>
        <translation>próxima tentativa em {n} s</translation>
    </message>
    <message>
        <source>next try now</source>
        <translation>próxima tentativa agora</translation>
    </message>
    <message>
        <source>sending continues at {time}</source>
        <translation>o envio continua às {time}</translation>
    </message>
    <message>
        <source>sending continues in {n} s</source>
        <translation>o envio continua em {n} s</translation>
    </message>
    <message>
        <source>sending continues now</source>
        <translation>o envio continua agora</translation>
    </message>
    <message>
        <source>starts automatically</source>
        <translation>começa automaticamente</translation>
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
        <translation>Conferir</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar agora</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Tentar agora</translation>
    </message>
</context>
<context>
    <name>OutcomeActions</name>
    <message>
        <source>Edit and send again</source>
        <translation>Editar e enviar de novo</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Está lá</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Abrir o canal</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de novo</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Enviar o comentário de novo</translation>
    </message>
</context>
<context>
    <name>OutputOptionsPanel</name>
    <message>
        <source>All networks</source>
        <translation>Todas as redes</translation>
    </message>
    <message>
        <source>Animated GIF</source>
        <translation>GIF animado</translation>
    </message>
    <message>
        <source>Best for each network</source>
        <translation>O melhor para cada rede</translation>
    </message>
    <message>
        <source>Convert to what each network takes</source>
        <translation>Converter para o que cada rede aceita</translation>
    </message>
    <message>
        <source>Edits for {network} override those for all networks</source>
        <translation>As edições para {network} prevalecem sobre as de todas as redes</translation>
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
        <translation>H.264 e AAC em um MP4, dentro dos pixels, das taxas e do tamanho da rede</translation>
    </message>
    <message>
        <source>If off, location and camera data are removed before sending</source>
        <translation>Se desativado, os dados de local e câmera são removidos antes do envio</translation>
    </message>
    <message>
        <source>Keep location and camera data</source>
        <translation>Manter dados de local e câmera</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>Maior arquivo</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>Lado maior</translation>
    </message>
    <message>
        <source>Network limit</source>
        <translation>Limite da rede</translation>
    </message>
    <message>
        <source>No quality is lost; the start moves to the key frame before</source>
        <translation>Sem perda de qualidade; o início vai para o quadro-chave anterior</translation>
    </message>
    <message>
        <source>Only {network}</source>
        <translation>Só {network}</translation>
    </message>
    <message>
        <source>Only {network}, edited</source>
        <translation>Só {network}, editado</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>Tamanho original</translation>
    </message>
    <message>
        <source>Own edits: {names}</source>
        <translation>Edições próprias: {names}</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Proporção</translation>
    </message>
    <message>
        <source>Start at a key frame, without encoding</source>
        <translation>Começar em um quadro-chave, sem codificar</translation>
    </message>
    <message>
        <source>Still picture, JPEG</source>
        <translation>Imagem estática, JPEG</translation>
    </message>
    <message>
        <source>Still picture, PNG</source>
        <translation>Imagem estática, PNG</translation>
    </message>
</context>
<context>
    <name>OverrideControl</name>
    <message>
        <source>Different for this network</source>
        <translation>Diferente para esta rede</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Nenhum</translation>
    </message>
    <message>
        <source>Own {name}</source>
        <translation>{name}: valor próprio</translation>
    </message>
    <message>
        <source>Same for all networks</source>
        <translation>Igual para todas as redes</translation>
    </message>
</context>
<context>
    <name>OwnAccountsController</name>
    <message numerus="yes">
        <source>%n waiting post(s) will not be sent.</source>
        <translation>
            <numerusform>%n post em espera não será enviado.</numerusform>
            <numerusform>%n posts em espera não serão enviados.</numerusform>
        </translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Verificar novamente</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Desconectar</translation>
    </message>
    <message>
        <source>Disconnect {name}?</source>
        <translation>Desconectar {name}?</translation>
    </message>
    <message numerus="yes">
        <source>Its %n channel(s) will be removed, too.</source>
        <translation>
            <numerusform>O canal também será removido (%n).</numerusform>
            <numerusform>Os %n canais também serão removidos.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto signs out of the network and removes the account here.</source>
        <translation>O Posto sai da rede e remove a conta daqui.</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Entrar novamente</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Desbloquear</translation>
    </message>
    <message>
        <source>{name} cannot publish now.</source>
        <translation>{name} não pode publicar agora.</translation>
    </message>
    <message>
        <source>{name} is connected</source>
        <translation>{name}: conectado</translation>
    </message>
    <message>
        <source>{name} is disconnected</source>
        <translation>{name}: desconectado</translation>
    </message>
    <message>
        <source>{name} stays connected</source>
        <translation>{name} continua conectado</translation>
    </message>
    <message>
        <source>{name} was removed here, but its sign-in may still be valid. {why}</source>
        <translation>{name} foi removido daqui, mas o login ainda pode ser válido. {why}</translation>
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
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>PaletteController</name>
    <message>
        <source>Channels</source>
        <translation>Canais</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Comandos</translation>
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
        <translation>Mensagem sem texto</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Mensagens</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Páginas</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Posts</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Configurações</translation>
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
        <translation>Mostrar só</translation>
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
        <translation>conta conectar entrar login rede</translation>
    </message>
    <message>
        <source>account sign in log in login connect</source>
        <translation>conta entrar login fazer login conectar</translation>
    </message>
    <message>
        <source>account sign out log out logout</source>
        <translation>conta sair logout desconectar</translation>
    </message>
    <message>
        <source>exit close</source>
        <translation>sair fechar encerrar</translation>
    </message>
    <message>
        <source>help hotkeys</source>
        <translation>ajuda atalhos teclas</translation>
    </message>
    <message>
        <source>help version licence</source>
        <translation>ajuda versão licença</translation>
    </message>
    <message>
        <source>preferences options</source>
        <translation>preferências opções</translation>
    </message>
    <message>
        <source>refresh update</source>
        <translation>atualizar recarregar</translation>
    </message>
</context>
<context>
    <name>ParseOptionsMenu</name>
    <message>
        <source>Another file…</source>
        <translation>Outro arquivo…</translation>
    </message>
    <message>
        <source>Separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>Separado por {sign}</translation>
    </message>
    <message>
        <source>Sheet “{name}”</source>
        <translation>Planilha “{name}”</translation>
    </message>
</context>
<context>
    <name>PartBar</name>
    <message>
        <source>Move part down</source>
        <translation>Mover parte para baixo</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Mover parte para cima</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Numerar as partes</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Parte {n} de {count}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Remover parte</translation>
    </message>
</context>
<context>
    <name>PartCard</name>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n caractere a mais</numerusform>
            <numerusform>%n caracteres a mais</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n arquivo</numerusform>
            <numerusform>%n arquivos</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sem texto</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Nada escrito ainda</translation>
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
        <translation>tem um problema</translation>
    </message>
</context>
<context>
    <name>PartRow</name>
    <message>
        <source>Its own</source>
        <translation>Próprio</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No hashtags, signature or watermark.</extracomment>
        <translation>Nenhum</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Igual a todas as redes</translation>
    </message>
    <message>
        <source>Set here</source>
        <translation>Definido aqui</translation>
    </message>
</context>
<context>
    <name>PartsCard</name>
    <message>
        <source>Added at the end of each text</source>
        <translation>Adicionada ao final de cada texto</translation>
    </message>
    <message>
        <source>Added to each message, up to the network&apos;s limit</source>
        <translation>Adicionadas a cada mensagem, até o limite da rede</translation>
    </message>
    <message>
        <source>Drawn on your pictures when they are sent</source>
        <translation>Desenhada nas suas imagens no envio</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Tags de link (UTM)</translation>
    </message>
    <message>
        <source>Show your web statistics where visitors come from</source>
        <translation>Mostram nas suas estatísticas da web de onde vêm os visitantes</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Assinatura</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Marca-d&apos;água</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
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
        <translation>Copiar a senha</translation>
    </message>
    <message>
        <source>In Posto on that device, add a workspace with the address {address}, the name {name} and this password. It is shown only now.</source>
        <translation>No Posto desse dispositivo, adicione um espaço de trabalho com o endereço {address}, o nome {name} e esta senha. Ela só é mostrada agora.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Senha</translation>
    </message>
    <message>
        <source>Password for {device}</source>
        <translation>Senha para {device}</translation>
    </message>
</context>
<context>
    <name>PasswordStorageChoice</name>
    <message>
        <source>In a file only you can read</source>
        <translation>Em um arquivo que só você pode ler</translation>
    </message>
    <message>
        <source>In the system keychain</source>
        <translation>No chaveiro do sistema</translation>
    </message>
    <message>
        <source>Kept in memory. Posts wait here until you sign in again.</source>
        <translation>Guardada na memória. Os posts esperam aqui até você entrar de novo.</translation>
    </message>
    <message>
        <source>No keychain found on this computer.</source>
        <translation>Nenhum chaveiro encontrado neste computador.</translation>
    </message>
    <message>
        <source>Not encrypted. Anyone who can use your account can read it.</source>
        <translation>Não criptografada. Qualquer pessoa que possa usar sua conta pode lê-la.</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Só até eu sair</translation>
    </message>
    <message>
        <source>The keychain of this computer</source>
        <translation>O chaveiro deste computador</translation>
    </message>
    <message>
        <source>The keychain of this computer is not responding.</source>
        <translation>O chaveiro deste computador não está respondendo.</translation>
    </message>
    <message>
        <source>Where the password is kept</source>
        <translation>Onde a senha fica guardada</translation>
    </message>
    <message>
        <source>{keychain} is locked. It will ask for its own password.</source>
        <translation>{keychain} está bloqueado. Ele vai pedir a própria senha.</translation>
    </message>
    <message>
        <source>{keychain}, locked with your login to this computer.</source>
        <translation>{keychain}, bloqueado com seu login neste computador.</translation>
    </message>
</context>
<context>
    <name>PastedPageReader</name>
    <message>
        <source>Nothing was pasted, because another text is open now. Paste again.</source>
        <translation>Nada foi colado, porque outro texto está aberto agora. Cole novamente.</translation>
    </message>
    <message>
        <source>The pasted page could not be read.</source>
        <translation>Não foi possível ler a página colada.</translation>
    </message>
    <message>
        <source>The pasted page is too long. Only its beginning was inserted.</source>
        <translation>A página colada é longa demais. Só o começo foi inserido.</translation>
    </message>
</context>
<context>
    <name>PendingAnswers</name>
    <message numerus="yes">
        <source>%n post(s) (is/are) sent again in a moment</source>
        <translation>
            <numerusform>%n post é enviado de novo em instantes</numerusform>
            <numerusform>%n posts são enviados de novo em instantes</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are sent again.</source>
        <translation>Tarde demais para desfazer: os posts já são enviados de novo.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>PendingSends</name>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>Enviando %Ln post em {seconds} s</numerusform>
            <numerusform>Enviando %Ln posts em {seconds} s</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are being sent.</source>
        <translation>Tarde demais para desfazer: os posts estão sendo enviados.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>PeopleController</name>
    <message>
        <source>{name} removed from the team</source>
        <translation>{name} saiu da equipe</translation>
    </message>
    <message>
        <source>{name} was not removed from the team.</source>
        <translation>{name} não foi removido(a) da equipe.</translation>
    </message>
    <message>
        <source>{name} was not removed from the team. They cannot sign in.</source>
        <translation>{name} continua na equipe, mas não pode entrar.</translation>
    </message>
</context>
<context>
    <name>PeoplePart</name>
    <message>
        <source>Add a person, then make a password for each of their devices.</source>
        <translation>Adicione uma pessoa e depois crie uma senha para cada dispositivo dela.</translation>
    </message>
    <message>
        <source>Add a person…</source>
        <translation>Adicionar uma pessoa…</translation>
    </message>
    <message>
        <source>Another owner can do this</source>
        <translation>Outro proprietário pode fazer isso</translation>
    </message>
    <message>
        <source>Cannot sign in. Removed when you close the settings</source>
        <translation>Não pode entrar. Será removida ao fechar as configurações</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>As alterações precisam do servidor</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Desativar</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Ativar</translation>
    </message>
    <message>
        <source>Find a person</source>
        <translation>Buscar uma pessoa</translation>
    </message>
    <message>
        <source>Nobody is called “{text}”</source>
        <translation>Ninguém se chama “{text}”</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Pessoas</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Salvando…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>{name} (you)</source>
        <translation>{name} (você)</translation>
    </message>
</context>
<context>
    <name>PersonDialog</name>
    <message>
        <source>Add a person</source>
        <translation>Adicionar uma pessoa</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>Adicionar pessoa</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Todos os canais</translation>
    </message>
    <message>
        <source>An owner sees all channels</source>
        <translation>Um proprietário vê todos os canais</translation>
    </message>
    <message>
        <source>Another owner can change your role</source>
        <translation>Outro proprietário pode mudar sua função</translation>
    </message>
    <message>
        <source>Another owner can remove you</source>
        <translation>Outro proprietário pode remover você</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>As alterações precisam do servidor</translation>
    </message>
    <message>
        <source>Channels of some groups</source>
        <translation>Canais de alguns grupos</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Grupos, separados por vírgulas</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>Em uso: {groups}</translation>
    </message>
    <message>
        <source>Letters from a to z, digits and . _ @ + -</source>
        <translation>Letras de a a z, dígitos e . _ @ + -</translation>
    </message>
    <message>
        <source>Make a password</source>
        <translation>Criar uma senha</translation>
    </message>
    <message>
        <source>May sign in</source>
        <translation>Pode entrar</translation>
    </message>
    <message>
        <source>Name of a new device</source>
        <translation>Nome de um novo dispositivo</translation>
    </message>
    <message>
        <source>Name to sign in with</source>
        <translation>Nome para entrar</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Nada foi alterado ainda</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Remover {name}</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Função</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Salvar alterações</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Salvando…</translation>
    </message>
    <message>
        <source>Sees</source>
        <translation>Vê</translation>
    </message>
    <message>
        <source>Shown name</source>
        <translation>Nome exibido</translation>
    </message>
    <message>
        <source>Write a name to sign in with first</source>
        <translation>Escreva primeiro um nome para entrar</translation>
    </message>
    <message>
        <source>Write the name of the device first</source>
        <translation>Escreva primeiro o nome do dispositivo</translation>
    </message>
</context>
<context>
    <name>PictureKinds</name>
    <message>
        <source>AVIF pictures</source>
        <translation>imagens AVIF</translation>
    </message>
    <message>
        <source>HEIC pictures</source>
        <translation>imagens HEIC</translation>
    </message>
    <message>
        <source>JPEGs</source>
        <translation>JPEGs</translation>
    </message>
    <message>
        <source>WebP pictures</source>
        <translation>imagens WebP</translation>
    </message>
    <message>
        <source>progressive JPEGs</source>
        <translation>JPEGs progressivos</translation>
    </message>
    <message>
        <source>such files</source>
        <translation>arquivos desse tipo</translation>
    </message>
</context>
<context>
    <name>PlacePopup</name>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>New message here</source>
        <translation>Nova mensagem aqui</translation>
    </message>
    <message>
        <source>Or a draft</source>
        <translation>Ou um rascunho</translation>
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
        <translation>alterações solicitadas</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>rascunho</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>falhou</translation>
    </message>
    <message>
        <source>late</source>
        <translation>atrasado</translation>
    </message>
    <message>
        <source>needs you</source>
        <translation>precisa de você</translation>
    </message>
    <message>
        <source>other</source>
        <translation>outro</translation>
    </message>
    <message>
        <source>scheduled</source>
        <translation>agendado</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>enviando</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>enviado</translation>
    </message>
    <message>
        <source>waiting for approval</source>
        <translation>aguardando aprovação</translation>
    </message>
</context>
<context>
    <name>PostList</name>
    <message>
        <source>Posts of this message</source>
        <translation>Posts desta mensagem</translation>
    </message>
</context>
<context>
    <name>PostOutcomes</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) published</source>
        <translation>
            <numerusform>%Ln post está publicado</numerusform>
            <numerusform>%Ln posts estão publicados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not published on {network}</source>
        <translation>
            <numerusform>%Ln post não foi publicado em {network}</numerusform>
            <numerusform>%Ln posts não foram publicados em {network}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not sent</source>
        <translation>
            <numerusform>%Ln post não foi enviado</numerusform>
            <numerusform>%Ln posts não foram enviados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) may already be on {network}. Open (it/them) and choose what to do.</source>
        <translation>
            <numerusform>%Ln post pode já estar em {network}. Abra-o e escolha o que fazer.</numerusform>
            <numerusform>%Ln posts podem já estar em {network}. Abra-os e escolha o que fazer.</numerusform>
        </translation>
    </message>
    <message>
        <source>A post for {channel}</source>
        <translation>Um post para {channel}</translation>
    </message>
    <message>
        <source>It is published on {networks}.</source>
        <translation>Está publicado em {networks}.</translation>
    </message>
    <message>
        <source>On {networks}</source>
        <translation>Em {networks}</translation>
    </message>
    <message numerus="yes">
        <source>The site has not sent %Ln post(s). Its timer seems to be stopped.</source>
        <translation>
            <numerusform>O site não enviou %Ln post. O timer dele parece estar parado.</numerusform>
            <numerusform>O site não enviou %Ln posts. O timer dele parece estar parado.</numerusform>
        </translation>
    </message>
    <message>
        <source>The timer runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>O timer roda quando o site tem visitantes. Abra o site em um navegador para iniciá-lo.</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>a rede</translation>
    </message>
    <message numerus="yes">
        <source>{titles} and %n more</source>
        <extracomment>{titles}: beginnings of posts.</extracomment>
        <translation>
            <numerusform>{titles} e mais %n</numerusform>
            <numerusform>{titles} e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} is published</source>
        <extracomment>{what}: the beginning of a post in quotation marks, or &quot;A post for Galerie Nord&quot;.</extracomment>
        <translation>{what}: publicado</translation>
    </message>
    <message>
        <source>{what} may already be on {network}. Open it and choose what to do.</source>
        <translation>{what} pode já estar em {network}. Abra e escolha o que fazer.</translation>
    </message>
    <message>
        <source>{what} was not published on {network}</source>
        <translation>{what}: não publicado em {network}</translation>
    </message>
    <message>
        <source>{what} was not sent</source>
        <translation>{what}: não enviado</translation>
    </message>
</context>
<context>
    <name>PostStory</name>
    <message numerus="yes">
        <source>%Ln file(s) handed over</source>
        <translation>
            <numerusform>%Ln arquivo entregue</numerusform>
            <numerusform>%Ln arquivos entregues</numerusform>
        </translation>
    </message>
    <message>
        <source>About to be sent</source>
        <translation>Prestes a ser enviado</translation>
    </message>
    <message>
        <source>May be published</source>
        <translation>Pode estar publicado</translation>
    </message>
    <message>
        <source>Not published</source>
        <translation>Não publicado</translation>
    </message>
    <message>
        <source>Open comment</source>
        <translation>Abrir comentário</translation>
    </message>
    <message>
        <source>Open part {n}</source>
        <translation>Abrir parte {n}</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir post</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Parte {n}</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publicado</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>The first comment</source>
        <translation>O primeiro comentário</translation>
    </message>
    <message>
        <source>The post</source>
        <translation>O post</translation>
    </message>
    <message>
        <source>Tried again at {time}</source>
        <translation>Nova tentativa às {time}</translation>
    </message>
    <message>
        <source>Uploading files: {percent} %</source>
        <translation>Enviando arquivos: {percent} %</translation>
    </message>
    <message>
        <source>Waits until {time}</source>
        <translation>Espera até {time}</translation>
    </message>
    <message>
        <source>You found it on the network.</source>
        <translation>Você o encontrou na rede.</translation>
    </message>
    <message>
        <source>{what} is being sent</source>
        <translation>{what}: envio em andamento</translation>
    </message>
    <message>
        <source>{what} is not published</source>
        <translation>{what}: não publicado</translation>
    </message>
    <message>
        <source>{what} is published</source>
        <translation>{what}: publicado</translation>
    </message>
    <message>
        <source>{what} may be published</source>
        <translation>{what} pode estar publicado</translation>
    </message>
    <message>
        <source>{what} waits for the previous one</source>
        <translation>{what} espera pelo anterior</translation>
    </message>
</context>
<context>
    <name>PostText</name>
    <message numerus="yes">
        <source>%Ln more character(s) (is/are) not shown.</source>
        <translation>
            <numerusform>Mais %Ln caractere não é mostrado.</numerusform>
            <numerusform>Mais %Ln caracteres não são mostrados.</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sem texto</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln character(s)</source>
        <translation>
            <numerusform>Mostrar %Ln caractere</numerusform>
            <numerusform>Mostrar %Ln caracteres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %Ln character(s)</source>
        <translation>
            <numerusform>Mostrar %Ln caractere</numerusform>
            <numerusform>Mostrar todos os %Ln caracteres</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PostingFlow</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Voltar</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Alterar o horário</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Escolha um canal primeiro</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Corrija primeiro</translation>
    </message>
    <message>
        <source>Keep the time</source>
        <extracomment>To the page before.</extracomment>
        <translation>Manter o horário</translation>
    </message>
    <message>
        <source>No channel would take this as it is. The checks above say why.</source>
        <translation>Nenhum canal aceitaria isto como está. As verificações acima dizem por quê.</translation>
    </message>
    <message>
        <source>Post to {name} only</source>
        <translation>Publicar só em {name}</translation>
    </message>
    <message numerus="yes">
        <source>Post to {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>Publicar em {n} de %Ln canal</numerusform>
            <numerusform>Publicar em {n} de %Ln canais</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose</source>
        <extracomment>Verb: the button of a writer, whose message an editor has to approve.</extracomment>
        <translation>Propor</translation>
    </message>
    <message numerus="yes">
        <source>Propose %Ln post(s)</source>
        <translation>
            <numerusform>Propor %Ln publicação</numerusform>
            <numerusform>Propor %Ln publicações</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose again</source>
        <translation>Propor novamente</translation>
    </message>
    <message>
        <source>Propose again · {when}</source>
        <extracomment>Verb: the button of a writer who has made the changes that an editor asked for.</extracomment>
        <translation>Propor novamente · {when}</translation>
    </message>
    <message numerus="yes">
        <source>Save and schedule %Ln more</source>
        <translation>
            <numerusform>Salvar e agendar mais %Ln</numerusform>
            <numerusform>Salvar e agendar mais %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Save and send now</source>
        <translation>Salvar e enviar agora</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Salvar alterações</translation>
    </message>
    <message>
        <source>Save changes · {when}</source>
        <translation>Salvar alterações · {when}</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Agendar</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>Agendar %Ln post</numerusform>
            <numerusform>Agendar %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule {name} only</source>
        <translation>Agendar só {name}</translation>
    </message>
    <message numerus="yes">
        <source>Schedule {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>Agendar {n} de %Ln canal</numerusform>
            <numerusform>Agendar {n} de %Ln canais</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>Enviar %Ln post agora</numerusform>
            <numerusform>Enviar %Ln posts agora</numerusform>
        </translation>
    </message>
    <message>
        <source>Send now</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Enviar agora</translation>
    </message>
    <message>
        <source>The message for {names} stays in Drafts</source>
        <translation>A mensagem para {names} continua nos rascunhos</translation>
    </message>
    <message>
        <source>The time was not understood.</source>
        <translation>O horário não foi entendido.</translation>
    </message>
    <message>
        <source>Write something or add a file first</source>
        <translation>Escreva algo ou adicione um arquivo primeiro</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Você só pode visualizar este espaço de trabalho</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>e mais %n</numerusform>
            <numerusform>e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{deed} ({times} × {channels})</source>
        <extracomment>{deed}: text of the button, such as &quot;Schedule 6 posts&quot;; then numbers.</extracomment>
        <translation>{deed} ({times} × {channels})</translation>
    </message>
    <message>
        <source>{names}: not possible as it is. The checks above say why.</source>
        <translation>{names}: não é possível como está. As verificações acima dizem por quê.</translation>
    </message>
</context>
<context>
    <name>Presence</name>
    <message>
        <source>Somebody else</source>
        <translation>Outra pessoa</translation>
    </message>
    <message>
        <source>You have this post open on {device}, too</source>
        <translation>Você também está com esta publicação aberta em {device}</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} e mais %n pessoa</numerusform>
            <numerusform>{names} e mais %n pessoas</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} are editing this post</source>
        <translation>{name} estão editando esta publicação</translation>
    </message>
    <message>
        <source>{name} are editing this post too</source>
        <translation>{name} também estão editando esta publicação</translation>
    </message>
    <message>
        <source>{name} has saved changes: {fields}. Your version is unchanged.</source>
        <translation>{name} salvou alterações: {fields}. Sua versão não mudou.</translation>
    </message>
    <message>
        <source>{name} has this post open</source>
        <translation>{name} está com esta publicação aberta</translation>
    </message>
    <message>
        <source>{name} have this post open</source>
        <translation>{name} estão com esta publicação aberta</translation>
    </message>
    <message>
        <source>{name} is editing this post</source>
        <translation>{name} está editando esta publicação</translation>
    </message>
    <message>
        <source>{name} is editing this post too</source>
        <translation>{name} também está editando esta publicação</translation>
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
            <numerusform>%Ln a mais</numerusform>
            <numerusform>%Ln a mais</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) (is/are) left out</source>
        <translation>
            <numerusform>mais %n arquivo fica de fora</numerusform>
            <numerusform>mais %n arquivos ficam de fora</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more part(s) (is/are) not shown</source>
        <translation>
            <numerusform>mais %n parte não é mostrada</numerusform>
            <numerusform>mais %n partes não são mostradas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pin(s)</source>
        <translation>
            <numerusform>%n pin</numerusform>
            <numerusform>%n pins</numerusform>
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
        <translation>Continuar lendo</translation>
    </message>
    <message>
        <source>Like</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Curtir</translation>
    </message>
    <message>
        <source>Read more</source>
        <translation>Ler mais</translation>
    </message>
    <message>
        <source>Repost</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Repostar</translation>
    </message>
    <message>
        <source>See more</source>
        <translation>Ver mais</translation>
    </message>
    <message>
        <source>Send</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>Share</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Compartilhar</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Mostrar mais</translation>
    </message>
    <message>
        <source>Vote</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Votar</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>tem um problema</translation>
    </message>
    <message>
        <source>more</source>
        <extracomment>Shows the rest of a text, as networks name it.</extracomment>
        <translation>mais</translation>
    </message>
    <message>
        <source>needs a file</source>
        <translation>precisa de um arquivo</translation>
    </message>
    <message>
        <source>needs a text</source>
        <translation>precisa de um texto</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>agora</translation>
    </message>
    <message numerus="yes">
        <source>part {part}: %Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>parte {part}: %Ln a mais</numerusform>
            <numerusform>parte {part}: %Ln a mais</numerusform>
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
        <translation>Link: {title}</translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Texto próprio</translation>
    </message>
    <message>
        <source>Part {n}: {text}</source>
        <translation>Parte {n}: {text}</translation>
    </message>
    <message>
        <source>Picture: {alt}</source>
        <translation>Imagem: {alt}</translation>
    </message>
    <message>
        <source>Preview for {network}, {channel}</source>
        <translation>Prévia para {network}, {channel}</translation>
    </message>
    <message numerus="yes">
        <source>{channel} and %n more</source>
        <translation>
            <numerusform>{channel} e mais %n</numerusform>
            <numerusform>{channel} e mais %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewMenu</name>
    <message numerus="yes">
        <source>%n preview(s)</source>
        <translation>
            <numerusform>%n prévia</numerusform>
            <numerusform>%n prévias</numerusform>
        </translation>
    </message>
    <message>
        <source>Go to preview</source>
        <translation>Ir para a prévia</translation>
    </message>
    <message>
        <source>{words}, go to one</source>
        <extracomment>{words}: &quot;3 previews&quot;.</extracomment>
        <translation>{words}, ir para uma</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Close preview</source>
        <translation>Fechar prévia</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Prévia</translation>
    </message>
</context>
<context>
    <name>ProposalArea</name>
    <message>
        <source>Proposals of agents</source>
        <translation>Propostas de agentes</translation>
    </message>
</context>
<context>
    <name>ProposalCard</name>
    <message>
        <source>Decline</source>
        <translation>Recusar</translation>
    </message>
    <message>
        <source>First comment: {comment}</source>
        <translation>Primeiro comentário: {comment}</translation>
    </message>
    <message>
        <source>Link: {link}</source>
        <translation>Link: {link}</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Sem texto</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Nada acontece se você não confirmar.</translation>
    </message>
    <message>
        <source>The digest of exactly this. The agent and the terminal show the same one.</source>
        <translation>O resumo digital exatamente disto. O agente e o terminal mostram o mesmo.</translation>
    </message>
    <message>
        <source>Title: {title}</source>
        <translation>Título: {title}</translation>
    </message>
    <message>
        <source>no description</source>
        <translation>sem descrição</translation>
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
            <numerusform>Excluir %Ln post</numerusform>
            <numerusform>Excluir %Ln posts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>Mover %Ln post</numerusform>
            <numerusform>Mover %Ln posts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>Agendar %Ln post</numerusform>
            <numerusform>Agendar %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} a {last}</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>{n} min restantes</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>{n} s restantes</translation>
    </message>
    <message>
        <source>{old} → {new}</source>
        <translation>{old} → {new}</translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to delete %Ln post(s)</source>
        <translation>
            <numerusform>“{client}” pede para excluir %Ln post</numerusform>
            <numerusform>“{client}” pede para excluir %Ln posts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to move %Ln post(s) to {when}</source>
        <translation>
            <numerusform>“{client}” pede para mover %Ln post para {when}</numerusform>
            <numerusform>“{client}” pede para mover %Ln posts para {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to schedule %Ln post(s) for {when}</source>
        <translation>
            <numerusform>“{client}” pede para agendar %Ln post para {when}</numerusform>
            <numerusform>“{client}” pede para agendar %Ln posts para {when}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProposalsController</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) deleted in {seconds} s</source>
        <translation>
            <numerusform>%Ln post é excluído em {seconds} s</numerusform>
            <numerusform>%Ln posts são excluídos em {seconds} s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln proposed post(s) (was/were) deleted</source>
        <translation>
            <numerusform>%Ln post proposto foi excluído</numerusform>
            <numerusform>%Ln posts propostos foram excluídos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n proposal(s) (waits/wait) for you.</source>
        <translation>
            <numerusform>%n proposta espera por você.</numerusform>
            <numerusform>%n propostas esperam por você.</numerusform>
        </translation>
    </message>
    <message>
        <source>Declined. Nothing was done.</source>
        <translation>Recusado. Nada foi feito.</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Nada acontece se você não confirmar.</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>PublishingPage</name>
    <message>
        <source>Add a group of channels</source>
        <translation>Adicionar um grupo de canais</translation>
    </message>
    <message>
        <source>Add slots</source>
        <translation>Adicionar horários</translation>
    </message>
    <message>
        <source>No slots yet. Add the weekly times when you like to post.</source>
        <translation>Nenhum horário ainda. Adicione os horários semanais em que você gosta de publicar.</translation>
    </message>
    <message>
        <source>On Windows Posto uses the computer&apos;s time zone</source>
        <translation>No Windows, o Posto usa o fuso horário do computador</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Horários de publicação</translation>
    </message>
    <message>
        <source>Slots added</source>
        <translation>Horários adicionados</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Undo change of slots</source>
        <translation>Desfazer alteração de horários</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>Usar “{times}”</translation>
    </message>
    <message>
        <source>“Next free slot” uses these times</source>
        <translation>“Próximo horário livre” usa estes horários</translation>
    </message>
</context>
<context>
    <name>QuickCaptureController</name>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>QuickChipButton</name>
    <message>
        <source>Choose which channel is meant. Delete leaves it in the text.</source>
        <translation>Escolha qual canal é. Delete o deixa no texto.</translation>
    </message>
    <message>
        <source>Do not post there</source>
        <translation>Não postar ali</translation>
    </message>
    <message>
        <source>Do not wait for this slot</source>
        <translation>Não esperar por este horário</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Leave it in the text</source>
        <translation>Deixar no texto</translation>
    </message>
    <message>
        <source>Post at this time?</source>
        <translation>Postar neste horário?</translation>
    </message>
    <message>
        <source>Remove the file from the message</source>
        <translation>Remover o arquivo da mensagem</translation>
    </message>
    <message>
        <source>Take these words for the time of the post</source>
        <translation>Usar estas palavras como horário do post</translation>
    </message>
    <message>
        <source>attached file</source>
        <translation>arquivo anexado</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>já passou</translation>
    </message>
    <message>
        <source>several channels</source>
        <translation>vários canais</translation>
    </message>
    <message>
        <source>time of the post</source>
        <translation>horário do post</translation>
    </message>
    <message>
        <source>{network}, as last time</source>
        <translation>{network}, como da última vez</translation>
    </message>
</context>
<context>
    <name>QuickFiles</name>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>Não foi possível salvar a imagem.</translation>
    </message>
</context>
<context>
    <name>QuickLineEdit</name>
    <message>
        <source>Message</source>
        <translation>Mensagem</translation>
    </message>
</context>
<context>
    <name>QuickMessage</name>
    <message>
        <source>Name a channel with @</source>
        <translation>Indique um canal com @</translation>
    </message>
    <message>
        <source>Next slot: {time}</source>
        <translation>Próximo horário: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Press Enter again to send %Ln post(s) now.</source>
        <translation>
            <numerusform>Pressione Enter de novo para enviar %Ln post agora.</numerusform>
            <numerusform>Pressione Enter de novo para enviar %Ln posts agora.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files are still being read. Press Enter again.</source>
        <translation>Os arquivos ainda estão sendo lidos. Pressione Enter de novo.</translation>
    </message>
    <message>
        <source>{name} ({count})</source>
        <extracomment>{name}: of a group or network, {count}: its channels.</extracomment>
        <translation>{name} ({count})</translation>
    </message>
    <message>
        <source>{name} is no channel and stays in the text</source>
        <extracomment>{name}: such as @anna</extracomment>
        <translation>{name} não é um canal e fica no texto</translation>
    </message>
    <message>
        <source>{time}?</source>
        <translation>{time}?</translation>
    </message>
    <message>
        <source>“{name}” can be several channels. Choose one.</source>
        <translation>“{name}” pode ser vários canais. Escolha um.</translation>
    </message>
</context>
<context>
    <name>QuickWindow</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canais</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n sugestão</numerusform>
            <numerusform>%n sugestões</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Abrir em Escrever</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Post rápido</translation>
    </message>
    <message>
        <source>What’s new? @channel tomorrow 9:00</source>
        <translation>O que há de novo? @canal amanhã 9:00</translation>
    </message>
</context>
<context>
    <name>QuitDialog</name>
    <message>
        <source>Change it under Settings &gt; General</source>
        <translation>Alterar em Configurações &gt; Geral</translation>
    </message>
    <message>
        <source>Do this each time</source>
        <translation>Fazer isso sempre</translation>
    </message>
    <message>
        <source>Only this computer can send them. The first is due {first}. Posto can keep sending in the background. Otherwise they wait until you start Posto again, and late posts show as missed.</source>
        <translation>Só este computador pode enviá-los. O primeiro sai {first}. O Posto pode continuar enviando em segundo plano. Caso contrário, eles esperam até você abrir o Posto de novo, e posts atrasados aparecem como perdidos.</translation>
    </message>
    <message>
        <source>Quit and keep sending</source>
        <translation>Sair e continuar enviando</translation>
    </message>
    <message>
        <source>Quit and stop sending</source>
        <translation>Sair e parar de enviar</translation>
    </message>
    <message>
        <source>Quit with {posts} waiting?</source>
        <translation>Sair com {posts} em espera?</translation>
    </message>
</context>
<context>
    <name>ReasonBox</name>
    <message>
        <source>Address of the post</source>
        <translation>Endereço do post</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Endereço, se você souber</translation>
    </message>
    <message>
        <source>Answer from {network}</source>
        <translation>Resposta de {network}</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>É enviado de novo em instantes.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Está lá</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir no site</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Abrir o canal</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Abrir o site</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Pausar planejador</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de novo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar agora</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Enviar o comentário de novo</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>a rede</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>A file of the post is missing</source>
        <translation>Falta um arquivo do post</translation>
    </message>
    <message>
        <source>Check whether the post is published before you retry.</source>
        <translation>Verifique se o post está publicado antes de tentar de novo.</translation>
    </message>
    <message>
        <source>Edit the post, add a file and send it again. Nothing was published there.</source>
        <translation>Edite o post, adicione um arquivo e envie de novo. Nada foi publicado lá.</translation>
    </message>
    <message>
        <source>Edit the post, shorten the text and send it again. Nothing was published there.</source>
        <translation>Edite o post, encurte o texto e envie de novo. Nada foi publicado lá.</translation>
    </message>
    <message>
        <source>If it is there, delete it here. The published post stays.</source>
        <translation>Se estiver lá, exclua aqui. O post publicado continua.</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Já está em {network}?</translation>
    </message>
    <message>
        <source>Is the first comment there already?</source>
        <translation>O primeiro comentário já está lá?</translation>
    </message>
    <message>
        <source>It does not accept the same text twice. Edit the post, change the text and send it again.</source>
        <translation>O mesmo texto não é aceito duas vezes. Edite o post, altere o texto e envie de novo.</translation>
    </message>
    <message>
        <source>It is no longer in the media library. Edit the post, add the file again and send it. Nothing was published there.</source>
        <translation>Não está mais na biblioteca de mídia. Edite o post, adicione o arquivo de novo e envie. Nada foi publicado lá.</translation>
    </message>
    <message>
        <source>It may have been renamed, closed or deleted. Check it on {network}.</source>
        <translation>Pode ter sido renomeado, fechado ou excluído. Verifique em {network}.</translation>
    </message>
    <message>
        <source>It may have been sent before</source>
        <translation>Pode ter sido enviado antes</translation>
    </message>
    <message>
        <source>It was not sent after its time. Send it now or reschedule it.</source>
        <translation>Não foi enviado depois do horário. Envie agora ou reagende.</translation>
    </message>
    <message>
        <source>Its data comes from a backup or a damaged file and may be out of date. Check whether it is published before you send it.</source>
        <translation>Os dados vêm de um backup ou de um arquivo danificado e podem estar desatualizados. Verifique se está publicado antes de enviar.</translation>
    </message>
    <message>
        <source>Its session has expired. Connect {channel} again on the site, then retry. Nothing was published there.</source>
        <translation>A sessão expirou. Conecte {channel} de novo no site e tente novamente. Nada foi publicado lá.</translation>
    </message>
    <message>
        <source>Its time has passed, but the site&apos;s timer seems to be stopped. It runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>O horário já passou, mas o timer do site parece estar parado. Ele roda quando o site tem visitantes. Abra o site em um navegador para iniciá-lo.</translation>
    </message>
    <message>
        <source>Its time passed while nothing was running</source>
        <translation>O horário passou enquanto nada estava aberto</translation>
    </message>
    <message>
        <source>No reason was given. Retrying may help.</source>
        <translation>Nenhum motivo foi informado. Tentar de novo pode ajudar.</translation>
    </message>
    <message>
        <source>Retry later. Nothing was published there.</source>
        <translation>Tente de novo mais tarde. Nada foi publicado lá.</translation>
    </message>
    <message>
        <source>Sending again now could publish it twice.</source>
        <translation>Enviar de novo agora pode publicá-lo duas vezes.</translation>
    </message>
    <message>
        <source>The file is too large for {network}, or its format or shape is not supported. Edit the post, change the file and send it again. Nothing was published there.</source>
        <translation>O arquivo é grande demais para {network}, ou o formato ou a proporção não é aceita. Edite o post, altere o arquivo e envie de novo. Nada foi publicado lá.</translation>
    </message>
    <message>
        <source>The first comment is missing</source>
        <translation>Falta o primeiro comentário</translation>
    </message>
    <message>
        <source>The network</source>
        <translation>A rede</translation>
    </message>
    <message>
        <source>The post is published. Its comment was sent, but no clear answer came back. Sending it again now could publish it twice.</source>
        <translation>O post está publicado. O comentário foi enviado, mas não houve resposta clara. Enviar de novo agora pode publicá-lo duas vezes.</translation>
    </message>
    <message>
        <source>The post seems to be published, but its first comment was refused. Sending again would publish the post twice.</source>
        <translation>O post parece estar publicado, mas o primeiro comentário foi recusado. Enviar de novo publicaria o post duas vezes.</translation>
    </message>
    <message>
        <source>The post was sent, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>O post foi enviado, mas não houve resposta clara. Enviar de novo agora pode publicá-lo duas vezes.</translation>
    </message>
    <message>
        <source>The rest of the thread replies to it. Paste its address to send the rest.</source>
        <translation>O resto da thread responde a ele. Cole o endereço para enviar o resto.</translation>
    </message>
    <message>
        <source>The service could not reach {network}</source>
        <translation>O serviço não conseguiu alcançar {network}</translation>
    </message>
    <message>
        <source>The site has not sent it</source>
        <translation>O site não o enviou</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>O site publica isto sozinho. Altere-o no site.</translation>
    </message>
    <message>
        <source>The text is too long for {network}</source>
        <translation>O texto é longo demais para {network}</translation>
    </message>
    <message>
        <source>This channel</source>
        <translation>Este canal</translation>
    </message>
    <message>
        <source>Which post is the first part?</source>
        <translation>Qual post é a primeira parte?</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>a rede</translation>
    </message>
    <message>
        <source>{channel} has no permission to post. Connect it again on the site and allow posting.</source>
        <translation>{channel} não tem permissão para publicar. Conecte de novo no site e permita a publicação.</translation>
    </message>
    <message>
        <source>{channel} has reached the limit of {network}. Retry later. Nothing was published there.</source>
        <translation>{channel} atingiu o limite de {network}. Tente de novo mais tarde. Nada foi publicado lá.</translation>
    </message>
    <message>
        <source>{channel} was not found</source>
        <translation>{channel} não foi encontrado</translation>
    </message>
    <message>
        <source>{network} accepts no more posts for now</source>
        <translation>{network} não aceita mais posts por enquanto</translation>
    </message>
    <message>
        <source>{network} already has this text</source>
        <translation>{network} já tem este texto</translation>
    </message>
    <message>
        <source>{network} did not accept a file</source>
        <translation>{network} não aceitou um arquivo</translation>
    </message>
    <message>
        <source>{network} did not accept part {n}</source>
        <translation>{network} não aceitou a parte {n}</translation>
    </message>
    <message>
        <source>{network} did not accept the file</source>
        <translation>{network} não aceitou o arquivo</translation>
    </message>
    <message>
        <source>{network} did not accept the files</source>
        <translation>{network} não aceitou os arquivos</translation>
    </message>
    <message>
        <source>{network} did not accept the first comment</source>
        <translation>{network} não aceitou o primeiro comentário</translation>
    </message>
    <message>
        <source>{network} did not accept the link</source>
        <translation>{network} não aceitou o link</translation>
    </message>
    <message>
        <source>{network} did not accept the post</source>
        <translation>{network} não aceitou o post</translation>
    </message>
    <message>
        <source>{network} did not accept the text</source>
        <translation>{network} não aceitou o texto</translation>
    </message>
    <message>
        <source>{network} did not accept the title</source>
        <translation>{network} não aceitou o título</translation>
    </message>
    <message>
        <source>{network} did not answer in time</source>
        <translation>{network} não respondeu a tempo</translation>
    </message>
    <message>
        <source>{network} does not allow this app to post here</source>
        <translation>{network} não permite que este app publique aqui</translation>
    </message>
    <message>
        <source>{network} no longer knows this channel</source>
        <translation>{network} não conhece mais este canal</translation>
    </message>
    <message>
        <source>{network} requires a picture or a video</source>
        <translation>{network} exige uma imagem ou um vídeo</translation>
    </message>
</context>
<context>
    <name>RecentMediaModel</name>
    <message>
        <source>{name} has changed since it was used</source>
        <translation>{name} mudou desde que foi usado</translation>
    </message>
    <message>
        <source>{name} is no longer where it was</source>
        <translation>{name} não está mais onde estava</translation>
    </message>
</context>
<context>
    <name>RecentMediaPopup</name>
    <message numerus="yes">
        <source>%n file(s) not found</source>
        <translation>
            <numerusform>%n arquivo não encontrado</numerusform>
            <numerusform>%n arquivos não encontrados</numerusform>
        </translation>
    </message>
    <message>
        <source>Attached files appear here.</source>
        <translation>Os arquivos anexados aparecem aqui.</translation>
    </message>
    <message>
        <source>Name or description</source>
        <translation>Nome ou descrição</translation>
    </message>
    <message>
        <source>No file matches.</source>
        <translation>Nenhum arquivo encontrado.</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Mídia usada recentemente</translation>
    </message>
    <message>
        <source>Search recently used media</source>
        <translation>Buscar mídia usada recentemente</translation>
    </message>
    <message>
        <source>{name} was not found. Press Delete to remove it from this list.</source>
        <translation>{name} não foi encontrado. Pressione Delete para removê-lo desta lista.</translation>
    </message>
</context>
<context>
    <name>RefillBar</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n dia</numerusform>
            <numerusform>%n dias</numerusform>
        </translation>
    </message>
    <message>
        <source>Fill now</source>
        <translation>Preencher agora</translation>
    </message>
    <message>
        <source>For the next</source>
        <extracomment>Before a number of days: &quot;For the next 14 days&quot;.</extracomment>
        <translation>Para os próximos</translation>
    </message>
    <message>
        <source>Refill free slots by itself</source>
        <translation>Preencher horários livres sozinho</translation>
    </message>
</context>
<context>
    <name>RenameField</name>
    <message>
        <source>New name</source>
        <translation>Novo nome</translation>
    </message>
</context>
<context>
    <name>RepeatEditor</name>
    <message numerus="yes">
        <source>At most %n time(s) (is/are) possible.</source>
        <translation>
            <numerusform>É possível no máximo %n vez.</numerusform>
            <numerusform>São possíveis no máximo %n vezes.</numerusform>
        </translation>
    </message>
    <message>
        <source>Day of the month</source>
        <translation>Dia do mês</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Não repetir</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>Termina</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>A cada</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Último dia</translation>
    </message>
    <message>
        <source>Number of times</source>
        <translation>Número de vezes</translation>
    </message>
    <message>
        <source>Post once</source>
        <translation>Publicar uma vez</translation>
    </message>
    <message>
        <source>Repeat</source>
        <extracomment>Noun: a repeated post.</extracomment>
        <translation>Repetição</translation>
    </message>
    <message numerus="yes">
        <source>Repeat %n time(s)</source>
        <translation>
            <numerusform>Repetir %n vez</numerusform>
            <numerusform>Repetir %n vezes</numerusform>
        </translation>
    </message>
    <message>
        <source>Starts {time}, {zone}</source>
        <translation>Começa {time}, {zone}</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title: when a repeated post goes out.</extracomment>
        <translation>Horários</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Unidade</translation>
    </message>
    <message>
        <source>after a number of times</source>
        <translation>após um número de vezes</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>dia</numerusform>
            <numerusform>dias</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>month(s)</source>
        <translation>
            <numerusform>mês</numerusform>
            <numerusform>meses</numerusform>
        </translation>
    </message>
    <message>
        <source>on a day</source>
        <translation>em um dia</translation>
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
        <translation>Alterar repetição</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Alterar…</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Não repetir</translation>
    </message>
</context>
<context>
    <name>RepeatWords</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n vez</numerusform>
            <numerusform>%n vezes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n day(s)</source>
        <translation>
            <numerusform>A cada %n dia</numerusform>
            <numerusform>A cada %n dias</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n month(s) {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>
            <numerusform>A cada %n mês {on}</numerusform>
            <numerusform>A cada %n meses {on}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n week(s) on {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>
            <numerusform>A cada %n semana: {days}</numerusform>
            <numerusform>A cada %n semanas: {days}</numerusform>
        </translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>Todo dia</translation>
    </message>
    <message>
        <source>Every month {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>Todo mês {on}</translation>
    </message>
    <message>
        <source>Every {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>Toda semana: {days}</translation>
    </message>
    <message>
        <source>comes twice that night; this is the first</source>
        <translation>ocorre duas vezes nessa noite; esta é a primeira</translation>
    </message>
    <message>
        <source>comes twice that night; this is the second</source>
        <translation>ocorre duas vezes nessa noite; esta é a segunda</translation>
    </message>
    <message>
        <source>on day {number}</source>
        <translation>no dia {number}</translation>
    </message>
    <message>
        <source>on day {number}, or the last one</source>
        <translation>no dia {number} ou no último</translation>
    </message>
    <message>
        <source>on the fifth {day}</source>
        <translation>na 5ª ocorrência de {day}</translation>
    </message>
    <message>
        <source>on the first {day}</source>
        <translation>na 1ª ocorrência de {day}</translation>
    </message>
    <message>
        <source>on the fourth {day}</source>
        <translation>na 4ª ocorrência de {day}</translation>
    </message>
    <message>
        <source>on the last day</source>
        <translation>no último dia</translation>
    </message>
    <message>
        <source>on the last {day}</source>
        <translation>na última ocorrência de {day}</translation>
    </message>
    <message>
        <source>on the second {day}</source>
        <translation>na 2ª ocorrência de {day}</translation>
    </message>
    <message>
        <source>on the third {day}</source>
        <translation>na 3ª ocorrência de {day}</translation>
    </message>
    <message>
        <source>once</source>
        <translation>uma vez</translation>
    </message>
    <message>
        <source>the clocks have changed, same time of day</source>
        <translation>os relógios mudaram, mesma hora do dia</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <extracomment>Days of the week: &quot;Monday to Friday&quot;.</extracomment>
        <translation>{first} a {last}</translation>
    </message>
    <message>
        <source>{rule}, {often}, until {day}</source>
        <extracomment>&quot;Every Monday, 10 times, until Mon 1 Feb 2027&quot;.</extracomment>
        <translation>{rule}, {often}, até {day}</translation>
    </message>
    <message>
        <source>{rule}: no times left</source>
        <translation>{rule}: não há mais horários</translation>
    </message>
    <message>
        <source>{time} is skipped, the clocks go forward</source>
        <translation>{time} é pulado, os relógios são adiantados</translation>
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
        <translation>Copiar o relatório</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Relatório de problema</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Relatório</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Salvar como…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Salvar o relatório</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Salvo como {name}</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Texto (*.txt)</translation>
    </message>
    <message>
        <source>The report is still being written</source>
        <translation>O relatório ainda está sendo escrito</translation>
    </message>
    <message>
        <source>This is the whole report. It contains no passwords, texts, names or addresses of yours. You can delete any part.</source>
        <translation>Este é o relatório inteiro. Ele não contém senhas, textos, nomes nem endereços seus. Você pode excluir qualquer parte.</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Escrevendo…</translation>
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
        <translation>Alterações solicitadas</translation>
    </message>
</context>
<context>
    <name>RescheduleDialog</name>
    <message>
        <source>Days keep the time of day. Hours change it. {zone}</source>
        <translation>Dias mantêm a hora do dia. Horas a alteram. {zone}</translation>
    </message>
    <message>
        <source>Enter a new time first</source>
        <translation>Informe um novo horário primeiro</translation>
    </message>
    <message>
        <source>For example +1 day or -30 min</source>
        <translation>Por exemplo, +1 dia ou -30 min</translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>No passado, por isso não movido: %Ln post.</numerusform>
            <numerusform>No passado, por isso não movidos: %Ln posts.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>Mover %Ln post</numerusform>
            <numerusform>Mover %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>Move posts</source>
        <translation>Mover posts</translation>
    </message>
    <message numerus="yes">
        <source>No free time for %Ln post(s).</source>
        <translation>
            <numerusform>Nenhum horário livre para %Ln post.</numerusform>
            <numerusform>Nenhum horário livre para %Ln posts.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not scheduled, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>Não agendado, por isso não movido: %Ln post.</numerusform>
            <numerusform>Não agendados, por isso não movidos: %Ln posts.</numerusform>
        </translation>
    </message>
    <message>
        <source>Possible: {time}</source>
        <translation>Possível: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Reschedule %Ln post(s)</source>
        <translation>
            <numerusform>Reagendar %Ln post</numerusform>
            <numerusform>Reagendar %Ln posts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Same minute as another post on the channel: %Ln post(s).</source>
        <translation>
            <numerusform>Mesmo minuto de outro post no canal: %Ln post.</numerusform>
            <numerusform>Mesmo minuto de outro post no canal: %Ln posts.</numerusform>
        </translation>
    </message>
    <message>
        <source>The next free slots after {when} · {zone}</source>
        <translation>Os próximos horários livres depois de {when} · {zone}</translation>
    </message>
    <message>
        <source>These channels have no weekly slots. Add some under Settings &gt; Publishing.</source>
        <translation>Estes canais não têm horários semanais. Adicione alguns em Configurações &gt; Publicação.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Digite um dia e um horário.</translation>
    </message>
    <message>
        <source>Type the first and the last time.</source>
        <translation>Digite o primeiro e o último horário.</translation>
    </message>
    <message>
        <source>Type the first time and the interval between two messages.</source>
        <translation>Digite o primeiro horário e o intervalo entre duas mensagens.</translation>
    </message>
</context>
<context>
    <name>RescheduleFields</name>
    <message>
        <source>After</source>
        <extracomment>From this moment.</extracomment>
        <translation>Depois de</translation>
    </message>
    <message>
        <source>At a fixed interval</source>
        <translation>Em um intervalo fixo</translation>
    </message>
    <message>
        <source>Evenly between two times</source>
        <translation>Uniformemente entre dois horários</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>A cada</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Ao longo de</translation>
    </message>
    <message>
        <source>Reschedule how</source>
        <translation>Como reagendar</translation>
    </message>
    <message>
        <source>Set to</source>
        <translation>Definir para</translation>
    </message>
    <message>
        <source>Shift by</source>
        <translation>Deslocar em</translation>
    </message>
    <message>
        <source>Spread over</source>
        <translation>Distribuir ao longo de</translation>
    </message>
    <message>
        <source>The weekly slots</source>
        <translation>Os horários semanais</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Até</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quando</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>From this moment.</extracomment>
        <translation>agora</translation>
    </message>
    <message>
        <source>“{time}”</source>
        <translation>“{time}”</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>“{time}”, “{other}”</translation>
    </message>
</context>
<context>
    <name>RescheduleList</name>
    <message>
        <source>No free time left. The post keeps its time.</source>
        <translation>Nenhum horário livre restante. O post mantém o horário.</translation>
    </message>
    <message>
        <source>Same minute on this channel: {post}</source>
        <translation>Mesmo minuto neste canal: {post}</translation>
    </message>
    <message>
        <source>That time has passed. The post keeps its time.</source>
        <translation>Esse horário já passou. O post mantém o horário.</translation>
    </message>
    <message>
        <source>The post has this time already.</source>
        <translation>O post já tem esse horário.</translation>
    </message>
    <message>
        <source>another post</source>
        <translation>outro post</translation>
    </message>
    <message>
        <source>no free time</source>
        <translation>nenhum horário livre</translation>
    </message>
</context>
<context>
    <name>Rescheduling</name>
    <message>
        <source>Leave at least one minute between two messages.</source>
        <translation>Deixe pelo menos um minuto entre duas mensagens.</translation>
    </message>
    <message>
        <source>The last time is not after the first one.</source>
        <translation>O último horário não é posterior ao primeiro.</translation>
    </message>
    <message>
        <source>“{text}” is not a duration such as “{earlier}” or “{later}”.</source>
        <translation>“{text}” não é uma duração como “{earlier}” ou “{later}”.</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>%n rede</numerusform>
            <numerusform>Todas as %n redes</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing pictures</source>
        <translation>Preparando imagens</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>Grande demais para {network}. Escolha um tamanho menor.</translation>
    </message>
    <message>
        <source>Too small for {network}. Use a larger picture.</source>
        <translation>Pequeno demais para {network}. Use uma imagem maior.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>O que é enviado</translation>
    </message>
    <message>
        <source>original file</source>
        <translation>arquivo original</translation>
    </message>
    <message>
        <source>{format} at quality {n}</source>
        <translation>{format} com qualidade {n}</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>Não foi possível preparar {name}.</translation>
    </message>
    <message>
        <source>{network} does not support animations. Choose a still format.</source>
        <translation>{network} não aceita animações. Escolha um formato estático.</translation>
    </message>
    <message>
        <source>{network} does not support this file type. Choose another format.</source>
        <translation>{network} não aceita este tipo de arquivo. Escolha outro formato.</translation>
    </message>
    <message>
        <source>{network} does not support this shape. Crop the picture.</source>
        <translation>{network} não aceita esta proporção. Corte a imagem.</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) added</source>
        <translation>
            <numerusform>%Ln imagem ou vídeo adicionado</numerusform>
            <numerusform>%Ln imagens ou vídeos adicionados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) removed</source>
        <translation>
            <numerusform>%Ln imagem ou vídeo removido</numerusform>
            <numerusform>%Ln imagens ou vídeos removidos</numerusform>
        </translation>
    </message>
    <message>
        <source>A picture or video</source>
        <translation>Uma imagem ou um vídeo</translation>
    </message>
    <message>
        <source>A picture or video that is not in the message any more</source>
        <translation>Uma imagem ou um vídeo que não está mais na mensagem</translation>
    </message>
    <message>
        <source>Added: “{text}”.</source>
        <translation>Adicionado: “{text}”.</translation>
    </message>
    <message>
        <source>Changed by {name} · {time}</source>
        <translation>Alterado por {name} · {time}</translation>
    </message>
    <message>
        <source>Changed by {name} · {time} · {fields}</source>
        <translation>Alterado por {name} · {time} · {fields}</translation>
    </message>
    <message>
        <source>Changed: {fields}</source>
        <translation>Alterado: {fields}</translation>
    </message>
    <message>
        <source>Changes requested: {time}</source>
        <translation>Alterações solicitadas: {time}</translation>
    </message>
    <message>
        <source>Channels added: {names}</source>
        <translation>Canais adicionados: {names}</translation>
    </message>
    <message>
        <source>Channels removed: {names}</source>
        <translation>Canais removidos: {names}</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>Primeiro comentário</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>New time: at once</source>
        <translation>Novo horário: imediatamente</translation>
    </message>
    <message>
        <source>New time: {time}</source>
        <translation>Novo horário: {time}</translation>
    </message>
    <message>
        <source>Picture {number}</source>
        <translation>Imagem {number}</translation>
    </message>
    <message>
        <source>Proposed by {name}</source>
        <translation>Proposto por {name}</translation>
    </message>
    <message>
        <source>Proposed: {time}</source>
        <translation>Proposto: {time}</translation>
    </message>
    <message>
        <source>Removed: “{text}”.</source>
        <translation>Removido: “{text}”.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>The text</source>
        <translation>O texto</translation>
    </message>
    <message>
        <source>The time</source>
        <translation>O horário</translation>
    </message>
    <message>
        <source>Video {number}</source>
        <translation>Vídeo {number}</translation>
    </message>
    <message>
        <source>You proposed this post</source>
        <translation>Você propôs esta publicação</translation>
    </message>
    <message>
        <source>a channel that is not listed any more</source>
        <translation>um canal que não está mais na lista</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>canais</translation>
    </message>
    <message>
        <source>first comment</source>
        <translation>primeiro comentário</translation>
    </message>
    <message>
        <source>link</source>
        <translation>link</translation>
    </message>
    <message>
        <source>options</source>
        <translation>opções</translation>
    </message>
    <message>
        <source>pictures and videos</source>
        <translation>imagens e vídeos</translation>
    </message>
    <message>
        <source>text</source>
        <translation>texto</translation>
    </message>
    <message>
        <source>time</source>
        <translation>horário</translation>
    </message>
    <message>
        <source>{field} for {channels}</source>
        <translation>{field} para {channels}</translation>
    </message>
    <message>
        <source>{name} approved it</source>
        <translation>{name} aprovou</translation>
    </message>
    <message>
        <source>{name} edited it</source>
        <translation>{name} editou</translation>
    </message>
    <message>
        <source>{name} moved it</source>
        <translation>{name} moveu</translation>
    </message>
    <message>
        <source>{name} proposed it</source>
        <translation>{name} propôs</translation>
    </message>
    <message>
        <source>{name} requests changes</source>
        <translation>{name} solicita alterações</translation>
    </message>
    <message>
        <source>{name} restored it</source>
        <translation>{name} restaurou</translation>
    </message>
    <message>
        <source>{name} scheduled it</source>
        <translation>{name} agendou</translation>
    </message>
    <message>
        <source>{name} took the approval back</source>
        <translation>{name} retirou a aprovação</translation>
    </message>
    <message>
        <source>{name} took the request for changes back</source>
        <translation>{name} retirou a solicitação de alterações</translation>
    </message>
    <message>
        <source>{name} withdrew it</source>
        <translation>{name} retirou</translation>
    </message>
    <message>
        <source>“{before}” became “{after}”.</source>
        <translation>“{before}” virou “{after}”.</translation>
    </message>
</context>
<context>
    <name>ReviewActions</name>
    <message>
        <source>Approve</source>
        <translation>Aprovar</translation>
    </message>
    <message>
        <source>History of the message</source>
        <translation>Histórico da mensagem</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Solicitar alterações…</translation>
    </message>
    <message>
        <source>Withdraw the proposal</source>
        <translation>Retirar a proposta</translation>
    </message>
</context>
<context>
    <name>ReviewAnswersController</name>
    <message numerus="yes">
        <source>%Ln approval(s) not undone.</source>
        <translation>
            <numerusform>%Ln aprovação não desfeita.</numerusform>
            <numerusform>%Ln aprovações não desfeitas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln approval(s) undone</source>
        <translation>
            <numerusform>%Ln aprovação desfeita</numerusform>
            <numerusform>%Ln aprovações desfeitas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) approved</source>
        <translation>
            <numerusform>%Ln mensagem aprovada</numerusform>
            <numerusform>%Ln mensagens aprovadas</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <translation>Alterações solicitadas</translation>
    </message>
    <message>
        <source>It is not known whether the review was saved: the answer of the service was lost. The schedule is read again.</source>
        <translation>Não se sabe se a revisão foi salva: a resposta do serviço se perdeu. A agenda é lida de novo.</translation>
    </message>
    <message>
        <source>Proposal restored</source>
        <translation>Proposta restaurada</translation>
    </message>
    <message>
        <source>Proposal withdrawn</source>
        <translation>Proposta retirada</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Refazer</translation>
    </message>
    <message>
        <source>Request for changes undone</source>
        <translation>Solicitação de alterações desfeita</translation>
    </message>
    <message>
        <source>The proposal was not restored.</source>
        <translation>A proposta não foi restaurada.</translation>
    </message>
    <message>
        <source>The request for changes was not undone.</source>
        <translation>A solicitação de alterações não foi desfeita.</translation>
    </message>
    <message>
        <source>The review was not saved.</source>
        <translation>A revisão não foi salva.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>ReviewBox</name>
    <message>
        <source>Approve</source>
        <translation>Aprovar</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Histórico</translation>
    </message>
    <message>
        <source>It goes out at its time once an editor approves it.</source>
        <translation>Sai no horário assim que um editor aprovar.</translation>
    </message>
    <message>
        <source>It goes out at its time once you approve it.</source>
        <translation>Sai no horário assim que você aprovar.</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Solicitar alterações…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Revisão</translation>
    </message>
    <message>
        <source>The service does not answer at the moment</source>
        <translation>O serviço não responde no momento</translation>
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
            <numerusform>%Ln mensagem tem horário próprio</numerusform>
            <numerusform>%Ln mensagens têm horários próprios</numerusform>
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
        <translation>Adicionar horários…</translation>
    </message>
    <message>
        <source>Each message is sent at its own time.</source>
        <translation>Cada mensagem é enviada no próprio horário.</translation>
    </message>
    <message>
        <source>From {first} to {last}.</source>
        <translation>De {first} até {last}.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sem estilo</translation>
    </message>
    <message>
        <source>Now, or “monday 9”</source>
        <translation>Agora, ou “segunda 9h”</translation>
    </message>
    <message>
        <source>Posts at</source>
        <translation>Publica em</translation>
    </message>
    <message>
        <source>Repeats every</source>
        <translation>Repete a cada</translation>
    </message>
    <message>
        <source>Rhythm</source>
        <extracomment>Noun: how the messages of a campaign are spread over time.</extracomment>
        <translation>Ritmo</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>Começa</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>The first message is sent when you start the campaign.</source>
        <translation>A primeira mensagem é enviada quando você inicia a campanha.</translation>
    </message>
    <message>
        <source>The first message uses the next free slot.</source>
        <translation>A primeira mensagem usa o próximo horário livre.</translation>
    </message>
    <message>
        <source>These channels have no weekly slots yet.</source>
        <translation>Estes canais ainda não têm horários semanais.</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>Usar {time}</translation>
    </message>
    <message>
        <source>Vary times by</source>
        <translation>Variar horários em</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>dia</numerusform>
            <numerusform>dias</numerusform>
        </translation>
    </message>
    <message>
        <source>free slots</source>
        <translation>horários livres</translation>
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
        <translation>ou {time}?</translation>
    </message>
    <message>
        <source>own times</source>
        <translation>horários próprios</translation>
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
            <numerusform>dia útil</numerusform>
            <numerusform>dias úteis</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (ausente)</translation>
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
        <translation>Adicionar a Evergreen</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Copiar texto</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>Excluir %Ln post</numerusform>
            <numerusform>Excluir %Ln posts</numerusform>
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
        <translation>Exportar os agendamentos…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Open inspector</source>
        <translation>Abrir inspetor</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir no site</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Abrir post</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Pausar planejador</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Planejadores do site…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Reagendar…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar agora</translation>
    </message>
    <message>
        <source>Send now…</source>
        <translation>Enviar agora…</translation>
    </message>
    <message numerus="yes">
        <source>You can duplicate up to %n message(s) at once.</source>
        <translation>
            <numerusform>Você pode duplicar até %n mensagem de uma vez.</numerusform>
            <numerusform>Você pode duplicar até %n mensagens de uma vez.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowState</name>
    <message>
        <source>{name}, not ticked</source>
        <translation>{name}, não marcado</translation>
    </message>
    <message>
        <source>{name}, partly ticked</source>
        <translation>{name}, marcado em parte</translation>
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
        <translation>Agendamentos</translation>
    </message>
</context>
<context>
    <name>RuleFields</name>
    <message numerus="yes">
        <source>%n time(s) as often</source>
        <translation>
            <numerusform>%n vez mais</numerusform>
            <numerusform>%n vezes mais</numerusform>
        </translation>
    </message>
    <message>
        <source>At least between two runs</source>
        <translation>Mínimo entre dois envios</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>Com que frequência</translation>
    </message>
    <message>
        <source>Most runs on each channel</source>
        <translation>Máximo de envios por canal</translation>
    </message>
    <message>
        <source>The last day is before the first. Choose a later one.</source>
        <translation>O último dia é anterior ao primeiro. Escolha um posterior.</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Até</translation>
    </message>
    <message>
        <source>any day</source>
        <translation>qualquer dia</translation>
    </message>
    <message>
        <source>as the others</source>
        <translation>como as outras</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <extracomment>After a number, in its field.</extracomment>
        <translation>
            <numerusform>dia</numerusform>
            <numerusform>dias</numerusform>
        </translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>sem limite</translation>
    </message>
</context>
<context>
    <name>RunTextDialog</name>
    <message>
        <source>Change the text first</source>
        <translation>Mude o texto primeiro</translation>
    </message>
    <message>
        <source>Only {when}, on {channels}. The message itself stays as it is.</source>
        <translation>Só {when}, em {channels}. A mensagem em si fica como está.</translation>
    </message>
    <message>
        <source>Text of this run</source>
        <translation>Texto deste envio</translation>
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
        <translation>Torra de inverno</translation>
    </message>
</context>
<context>
    <name>SavedViewsMenu</name>
    <message>
        <source>All posts</source>
        <translation>Todos os posts</translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>Excluir “{name}”</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>Nome da visualização</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renomear</translation>
    </message>
    <message>
        <source>Rename “{name}”…</source>
        <translation>Renomear “{name}”…</translation>
    </message>
    <message>
        <source>Replaces the view with this name.</source>
        <translation>Substitui a visualização com este nome.</translation>
    </message>
    <message>
        <source>Save as view…</source>
        <translation>Salvar como visualização…</translation>
    </message>
    <message>
        <source>Save changes to “{name}”</source>
        <translation>Salvar alterações em “{name}”</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>Salvar visualização</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Visualizações salvas</translation>
    </message>
    <message>
        <source>Saves the current filters, order, columns and grouping.</source>
        <translation>Salva os filtros, a ordem, as colunas e o agrupamento atuais.</translation>
    </message>
    <message>
        <source>View name</source>
        <translation>Nome da visualização</translation>
    </message>
    <message>
        <source>View: {name}</source>
        <translation>Visualização: {name}</translation>
    </message>
</context>
<context>
    <name>ScheduleController</name>
    <message>
        <source>Schedule</source>
        <translation>Programação</translation>
    </message>
</context>
<context>
    <name>ScheduleDelegate</name>
    <message>
        <source>No text</source>
        <translation>Sem texto</translation>
    </message>
</context>
<context>
    <name>ScheduleExportController</name>
    <message numerus="yes">
        <source>%Ln post(s) written to {file}</source>
        <translation>
            <numerusform>%Ln post gravado em {file}</numerusform>
            <numerusform>%Ln posts gravados em {file}</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty week written to {file}</source>
        <translation>Semana vazia gravada em {file}</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Exportar os agendamentos</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Mostrar na pasta</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Não foi possível gravar o arquivo: {why}</translation>
    </message>
</context>
<context>
    <name>ScheduleHeader</name>
    <message>
        <source>Columns of the schedule</source>
        <translation>Colunas dos agendamentos</translation>
    </message>
</context>
<context>
    <name>ScheduleHints</name>
    <message>
        <source>Editors and owners change this. You can change your own proposals.</source>
        <translation>Editores e proprietários alteram isto. Você pode alterar suas próprias propostas.</translation>
    </message>
    <message numerus="yes">
        <source>Not retried, because (it/they) may already be published: %Ln post(s). Open (it/each) and choose what to do.</source>
        <translation>
            <numerusform>Sem nova tentativa, porque pode já estar publicado: %Ln post. Abra-o e escolha o que fazer.</numerusform>
            <numerusform>Sem nova tentativa, porque podem já estar publicados: %Ln posts. Abra cada um e escolha o que fazer.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posts that are being sent cannot be deleted.</source>
        <translation>Posts que estão sendo enviados não podem ser excluídos.</translation>
    </message>
    <message>
        <source>The site has not sent this post yet. Reschedule it instead.</source>
        <translation>O site ainda não enviou este post. Em vez disso, reagende-o.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>O site publica isto sozinho. Altere-o no site.</translation>
    </message>
    <message>
        <source>The site reports no time for this post, so you cannot reschedule it here.</source>
        <translation>O site não informa o horário deste post, por isso não é possível reagendá-lo aqui.</translation>
    </message>
    <message>
        <source>This post has failed. Retry it instead.</source>
        <translation>Este post falhou. Em vez disso, tente de novo.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to change and send it again.</source>
        <translation>Este post já foi enviado. Duplique-o para alterar e enviar de novo.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to schedule it again.</source>
        <translation>Este post já foi enviado. Duplique-o para agendar de novo.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to send it again.</source>
        <translation>Este post já foi enviado. Duplique-o para enviar de novo.</translation>
    </message>
    <message>
        <source>This post is being sent. Wait until it is sent.</source>
        <translation>Este post está sendo enviado. Espere até o envio terminar.</translation>
    </message>
    <message>
        <source>This post is scheduled. You can retry only failed posts.</source>
        <translation>Este post está agendado. Só é possível tentar de novo posts que falharam.</translation>
    </message>
    <message>
        <source>This post may already be published. Choose what to do with it first.</source>
        <translation>Este post pode já estar publicado. Escolha primeiro o que fazer com ele.</translation>
    </message>
    <message>
        <source>This post shares a post of the site. Change it on the site.</source>
        <translation>Este post faz parte de um post do site. Altere-o no site.</translation>
    </message>
    <message>
        <source>This post was not sent. Send it now or reschedule it.</source>
        <translation>Este post não foi enviado. Envie agora ou reagende.</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Você só pode visualizar este espaço de trabalho</translation>
    </message>
    <message>
        <source>You can reschedule only scheduled posts.</source>
        <translation>Só é possível reagendar posts agendados.</translation>
    </message>
    <message>
        <source>You can retry only failed posts.</source>
        <translation>Só é possível tentar de novo posts que falharam.</translation>
    </message>
</context>
<context>
    <name>ScheduleTablePage</name>
    <message>
        <source>&amp;Post</source>
        <translation>&amp;Post</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Limpar filtros</translation>
    </message>
    <message>
        <source>Columns and rows…</source>
        <translation>Colunas e linhas…</translation>
    </message>
    <message>
        <source>Dates…</source>
        <translation>Datas…</translation>
    </message>
    <message>
        <source>Find in the schedule</source>
        <translation>Encontrar nos agendamentos</translation>
    </message>
    <message>
        <source>Fold all messages</source>
        <translation>Recolher todas as mensagens</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Visualizações salvas</translation>
    </message>
    <message>
        <source>Show or hide the inspector</source>
        <translation>Mostrar ou ocultar o inspetor</translation>
    </message>
    <message>
        <source>Unfold all messages</source>
        <translation>Expandir todas as mensagens</translation>
    </message>
</context>
<context>
    <name>ScheduleToolbar</name>
    <message>
        <source>All labels</source>
        <translation>Todas as etiquetas</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Todas as redes</translation>
    </message>
    <message>
        <source>All statuses</source>
        <translation>Todos os status</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>Qualquer data</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Situação às {time}</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Colunas</translation>
    </message>
    <message>
        <source>Columns, order, groups and row height</source>
        <translation>Colunas, ordem, grupos e altura das linhas</translation>
    </message>
    <message>
        <source>Date filter</source>
        <translation>Filtro de datas</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalhes</translation>
    </message>
    <message>
        <source>Details of the current post ({open}; {pane} shows and hides them)</source>
        <extracomment>{open} and {pane}: keys.</extracomment>
        <translation>Detalhes do post atual ({open}; {pane} os mostra e oculta)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Exportar os agendamentos…</translation>
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
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>No connection. Schedule as of {when}.</source>
        <translation>Sem conexão. Agendamentos de {when}.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Atualizar</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Visualizações salvas</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Buscar posts</translation>
    </message>
    <message>
        <source>Search schedules</source>
        <translation>Buscar agendamentos</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Filtro de status</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Visualizações</translation>
    </message>
</context>
<context>
    <name>ScheduleUndo</name>
    <message numerus="yes">
        <source>%n post(s) restored</source>
        <translation>
            <numerusform>%n post restaurado</numerusform>
            <numerusform>%n posts restaurados</numerusform>
        </translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Refazer</translation>
    </message>
    <message>
        <source>Some posts could not be moved again: their new time has passed.</source>
        <translation>Alguns posts não puderam ser movidos de novo: o novo horário já passou.</translation>
    </message>
    <message>
        <source>Some posts could not be moved back: their old time has passed.</source>
        <translation>Alguns posts não puderam ser movidos de volta: o horário antigo já passou.</translation>
    </message>
</context>
<context>
    <name>ScheduleViewState</name>
    <message>
        <source>View “{name}” deleted</source>
        <translation>Visualização “{name}” excluída</translation>
    </message>
</context>
<context>
    <name>ScheduledEdit</name>
    <message>
        <source>Editing a proposal</source>
        <translation>Editando uma proposta</translation>
    </message>
    <message>
        <source>Editing a scheduled message</source>
        <translation>Editando uma mensagem agendada</translation>
    </message>
    <message>
        <source>Keep it as a new message to send it</source>
        <translation>Mantenha-a como nova mensagem para enviá-la</translation>
    </message>
    <message>
        <source>Switch to its workspace to save the changes</source>
        <translation>Mude para o espaço de trabalho dela para salvar as alterações</translation>
    </message>
    <message>
        <source>The message was sent before you saved your changes</source>
        <translation>A mensagem foi enviada antes de você salvar as alterações</translation>
    </message>
    <message>
        <source>This message belongs to another workspace</source>
        <translation>Esta mensagem pertence a outro espaço de trabalho</translation>
    </message>
    <message>
        <source>This message is being sent</source>
        <translation>Esta mensagem está sendo enviada</translation>
    </message>
    <message>
        <source>This message is no longer in the schedule</source>
        <translation>Esta mensagem não está mais nos agendamentos</translation>
    </message>
</context>
<context>
    <name>SchedulesModel</name>
    <message numerus="yes">
        <source>%Ln (needs/need) you</source>
        <translation>
            <numerusform>%Ln precisa de você</numerusform>
            <numerusform>%Ln precisam de você</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln by the site</source>
        <translation>
            <numerusform>%Ln pelo site</numerusform>
            <numerusform>%Ln pelo site</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln canal</numerusform>
            <numerusform>%Ln canais</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln draft(s)</source>
        <translation>
            <numerusform>%Ln rascunho</numerusform>
            <numerusform>%Ln rascunhos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln falhou</numerusform>
            <numerusform>%Ln falharam</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln network(s)</source>
        <translation>
            <numerusform>%Ln rede</numerusform>
            <numerusform>%Ln redes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not sent</source>
        <translation>
            <numerusform>%Ln não enviado</numerusform>
            <numerusform>%Ln não enviados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln other(s)</source>
        <translation>
            <numerusform>%Ln outro</numerusform>
            <numerusform>%Ln outros</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln scheduled</source>
        <translation>
            <numerusform>%Ln agendado</numerusform>
            <numerusform>%Ln agendados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sending</source>
        <translation>
            <numerusform>%Ln em envio</numerusform>
            <numerusform>%Ln em envio</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln enviado</numerusform>
            <numerusform>%Ln enviados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to approve</source>
        <translation>
            <numerusform>%Ln para aprovar</numerusform>
            <numerusform>%Ln para aprovar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to change</source>
        <translation>
            <numerusform>%Ln para alterar</numerusform>
            <numerusform>%Ln para alterar</numerusform>
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
            <numerusform>E mais %Ln.</numerusform>
            <numerusform>E mais %Ln.</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Alterações solicitadas</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a post.</extracomment>
        <translation>Rascunho</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Rascunhos</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Falhou</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Link</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Mídia</translation>
    </message>
    <message>
        <source>Message on {channels}</source>
        <translation>Mensagem em {channels}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Precisa de você</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>Sem data</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Não enviado</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Envio de uma mensagem evergreen</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Agendado</translation>
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
        <translation>Site</translation>
    </message>
    <message>
        <source>Status</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Status</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Horário</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Desconhecido</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Aguardando aprovação</translation>
    </message>
    <message>
        <source>collapsed</source>
        <translation>recolhido</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>evergreen</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>expandido</translation>
    </message>
    <message>
        <source>link</source>
        <translation>link</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>sem data</translation>
    </message>
    <message>
        <source>no text</source>
        <translation>sem texto</translation>
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
        <translation>Copiar o exemplo</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Exemplo</translation>
    </message>
    <message>
        <source>Example of a script</source>
        <translation>Exemplo de um script</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Python scripts post through the same services. Without a user name they use POSTO_BASE_URL, POSTO_USERNAME and POSTO_PASSWORD from the environment, or else the account Posto is signed in to.</source>
        <translation>Scripts em Python publicam pelos mesmos serviços. Sem nome de usuário, usam POSTO_BASE_URL, POSTO_USERNAME e POSTO_PASSWORD do ambiente ou, se não houver, a conta com que o Posto está conectado.</translation>
    </message>
    <message>
        <source>Run it with the Python below</source>
        <translation>Execute com o Python abaixo</translation>
    </message>
    <message>
        <source>Styles shared between scripts and Posto</source>
        <translation>Estilos compartilhados entre scripts e o Posto</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Usar o Posto em scripts</translation>
    </message>
    <message>
        <source>Your own Python with the package posto-desktop; the app does not include one</source>
        <translation>Seu próprio Python com o pacote posto-desktop; o app não inclui um</translation>
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
        <translation>Uma verificação contra robôs, um cache de páginas ou um plugin de “em breve” bloqueia o Posto. Libere o Posto lá.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocked the request (403). Allow Posto there.</source>
        <translation>Um firewall ou plugin de segurança de {host} bloqueou a solicitação (403). Libere o Posto lá.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocks requests from apps ({status}). Allow Posto there.</source>
        <translation>Um firewall ou plugin de segurança de {host} bloqueia solicitações de apps ({status}). Libere o Posto lá.</translation>
    </message>
    <message>
        <source>A newer version of Posto wrote it. It was left as it is.</source>
        <translation>Foi gravado por uma versão mais nova do Posto. Ficou como estava.</translation>
    </message>
    <message>
        <source>A plugin of {host} redirects apps to the login page, even with a sign-in. Keep /wp-json/ open there; WordPress checks the sign-in itself.</source>
        <translation>Um plugin de {host} redireciona apps para a página de login, mesmo com login. Mantenha /wp-json/ aberto lá; o próprio WordPress verifica o login.</translation>
    </message>
    <message>
        <source>A proxy looks like http://user:password@host:8080.</source>
        <translation>Um proxy tem este aspecto: http://user:password@host:8080.</translation>
    </message>
    <message>
        <source>A setting holds something that cannot be sent. Nothing was sent.</source>
        <translation>Uma configuração contém algo que não pode ser enviado. Nada foi enviado.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Uma thread pode ter no máximo {limit} partes.</translation>
    </message>
    <message>
        <source>A {kind} needs a name of 1 to {limit} characters.</source>
        <translation>{kind}: é preciso um nome de 1 a {limit} caracteres.</translation>
    </message>
    <message>
        <source>Another program answers in place of the workspace on this computer. Nothing was sent.</source>
        <translation>Outro programa responde no lugar do espaço de trabalho neste computador. Nada foi enviado.</translation>
    </message>
    <message>
        <source>Another program holds the settings. Close it and try again.</source>
        <translation>Outro programa está usando as configurações. Feche-o e tente novamente.</translation>
    </message>
    <message>
        <source>Apache: in .htaccess, in place of Require valid-user</source>
        <translation>Apache: em .htaccess, no lugar de Require valid-user</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}, usually by a security plugin. Enable them in its settings.</source>
        <translation>As senhas de aplicativo estão desativadas em {host}, em geral por um plugin de segurança. Ative-as nas configurações dele.</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}: WordPress offers them on https only. Use the site&apos;s https address, or enable them there.</source>
        <translation>As senhas de aplicativo estão desativadas em {host}: o WordPress só as oferece em https. Use o endereço https do site ou ative-as lá.</translation>
    </message>
    <message>
        <source>Channel {number} is there twice. Nothing was sent.</source>
        <translation>O canal {number} aparece duas vezes. Nada foi enviado.</translation>
    </message>
    <message>
        <source>Do not send the whole post again.</source>
        <translation>Não envie o post inteiro de novo.</translation>
    </message>
    <message>
        <source>Enter the address of the service.</source>
        <translation>Informe o endereço do serviço.</translation>
    </message>
    <message>
        <source>Enter the user name and its application password.</source>
        <translation>Informe o nome de usuário e a senha de aplicativo.</translation>
    </message>
    <message>
        <source>For {shown}: {problem} It is not used.</source>
        <translation>Para {shown}: {problem} Não é usado.</translation>
    </message>
    <message>
        <source>If the Authorization header is dropped: Apache, at the top of .htaccess</source>
        <translation>Se o cabeçalho Authorization for descartado: Apache, no início de .htaccess</translation>
    </message>
    <message>
        <source>In Posto Desktop</source>
        <translation>No Posto Desktop</translation>
    </message>
    <message>
        <source>In a script</source>
        <translation>Em um script</translation>
    </message>
    <message>
        <source>It could not be read; now it can. Rename it to use it.</source>
        <translation>Não podia ser lido; agora pode. Renomeie-o para usá-lo.</translation>
    </message>
    <message>
        <source>It holds something else than a style.</source>
        <translation>Contém outra coisa que não um estilo.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Está sendo enviado agora mesmo.</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>Está vazio.</translation>
    </message>
    <message>
        <source>It is larger than {value} MB.</source>
        <translation>É maior que {value} MB.</translation>
    </message>
    <message>
        <source>It is not text in UTF-8.</source>
        <translation>Não é texto em UTF-8.</translation>
    </message>
    <message>
        <source>It is still listed.</source>
        <translation>Ainda está na lista.</translation>
    </message>
    <message>
        <source>It is unknown whether the file was stored: the media library cannot be read. Look there before you upload it again.</source>
        <translation>Não se sabe se o arquivo foi armazenado: não é possível ler a biblioteca de mídia. Olhe lá antes de enviá-lo de novo.</translation>
    </message>
    <message>
        <source>It is unknown whether the post was accepted: the list of schedules cannot be read. Look there before you send it again.</source>
        <translation>Não se sabe se o post foi aceito: não é possível ler a lista de agendamentos. Olhe lá antes de enviá-lo de novo.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were deleted: the list of schedules cannot be read.</source>
        <translation>Não se sabe se os posts foram excluídos: não é possível ler a lista de agendamentos.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were retried: the list of schedules cannot be read. Look there before you retry them.</source>
        <translation>Não se sabe se houve nova tentativa para os posts: não é possível ler a lista de agendamentos. Olhe lá antes de tentar de novo.</translation>
    </message>
    <message>
        <source>It is unknown whether the settings were saved: they cannot be read. Look at them before you save them again.</source>
        <translation>Não se sabe se as configurações foram salvas: não é possível lê-las. Olhe-as antes de salvá-las de novo.</translation>
    </message>
    <message>
        <source>It now points to {location}.</source>
        <translation>Agora aponta para {location}.</translation>
    </message>
    <message>
        <source>It said: {message}</source>
        <translation>Resposta: {message}</translation>
    </message>
    <message>
        <source>It was to be kept.</source>
        <translation>Deveria ser mantido.</translation>
    </message>
    <message>
        <source>Its content is damaged at line {line}, column {column}.</source>
        <translation>O conteúdo está danificado na linha {line}, coluna {column}.</translation>
    </message>
    <message>
        <source>Its content is damaged.</source>
        <translation>O conteúdo está danificado.</translation>
    </message>
    <message>
        <source>Its settings are no table of networks.</source>
        <translation>As configurações não são uma tabela de redes.</translation>
    </message>
    <message>
        <source>Kept as {name}.</source>
        <translation>Guardado como {name}.</translation>
    </message>
    <message>
        <source>Look at the planners of the site, and try again.</source>
        <translation>Confira os planejadores do site e tente novamente.</translation>
    </message>
    <message>
        <source>Look there again.</source>
        <translation>Olhe lá de novo.</translation>
    </message>
    <message>
        <source>No thread can be sent to {names}. Nothing was sent.</source>
        <translation>Nenhuma thread pode ser enviada para {names}. Nada foi enviado.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>Nada foi salvo.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Nada foi enviado.</translation>
    </message>
    <message>
        <source>Part {number} is empty. Nothing was sent.</source>
        <translation>A parte {number} está vazia. Nada foi enviado.</translation>
    </message>
    <message>
        <source>Posto can send only the WordPress sign-in. Exclude /wp-json/ from that protection; WordPress checks the sign-in there itself.</source>
        <translation>O Posto só pode enviar o login do WordPress. Exclua /wp-json/ dessa proteção; o próprio WordPress verifica o login lá.</translation>
    </message>
    <message>
        <source>Say which channel to post to.</source>
        <translation>Diga em qual canal publicar.</translation>
    </message>
    <message>
        <source>Schedule {number} has not failed; it is “{status}”.</source>
        <translation>O agendamento {number} não falhou; está como “{status}”.</translation>
    </message>
    <message>
        <source>Schedule {number} may be live on {channel}: {reason}</source>
        <translation>O agendamento {number} pode estar no ar em {channel}: {reason}</translation>
    </message>
    <message>
        <source>Settings &gt; Network &gt; Certificates of your own</source>
        <translation>Configurações &gt; Rede &gt; Certificados próprios</translation>
    </message>
    <message>
        <source>Sign in again with the new address. Nothing was carried out.</source>
        <translation>Entre novamente com o novo endereço. Nada foi executado.</translation>
    </message>
    <message>
        <source>Somebody changed the same settings on the service meanwhile. Nothing was saved.</source>
        <translation>Alguém alterou as mesmas configurações no serviço nesse meio-tempo. Nada foi salvo.</translation>
    </message>
    <message>
        <source>The account has no channels.</source>
        <translation>A conta não tem canais.</translation>
    </message>
    <message>
        <source>The address holds a user name or a password. Enter them in their own fields; an address is shown and stored openly.</source>
        <translation>O endereço contém um nome de usuário ou uma senha. Informe-os nos campos próprios; um endereço é mostrado e armazenado abertamente.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used. Nothing was sent.</source>
        <translation>O endereço de {host} não pode ser usado. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The address of {host} starts with http, so the password would travel readable for anyone on the way. Use https. Nothing was sent.</source>
        <translation>O endereço de {host} começa com http, então a senha viajaria legível para qualquer um no caminho. Use https. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: its headers do not end.</source>
        <translation>Não foi possível ler a resposta de {host}: os cabeçalhos não terminam.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: {why}.</source>
        <translation>Não foi possível ler a resposta de {host}: {why}.</translation>
    </message>
    <message>
        <source>The answer of {host} is larger than {size}.</source>
        <translation>A resposta de {host} é maior que {size}.</translation>
    </message>
    <message>
        <source>The certificate of {host} belongs to another name, so this may be another computer. Check the address, and try it with or without www.</source>
        <translation>O certificado de {host} pertence a outro nome, então este pode ser outro computador. Confira o endereço e tente com ou sem www.</translation>
    </message>
    <message>
        <source>The certificate of {host} comes from an unknown authority, so this may be another computer. If it is your company&apos;s, let Posto trust it. Otherwise the site must send its whole certificate chain.</source>
        <translation>O certificado de {host} vem de uma autoridade desconhecida, então este pode ser outro computador. Se for da sua empresa, faça o Posto confiar nele. Caso contrário, o site deve enviar toda a cadeia de certificados.</translation>
    </message>
    <message>
        <source>The certificate of {host} has expired. Ask the site&apos;s owner to renew it, and check the clock of this computer.</source>
        <translation>O certificado de {host} expirou. Peça ao dono do site que o renove e confira o relógio deste computador.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted, so this may be another computer.</source>
        <translation>O certificado de {host} não é confiável, então este pode ser outro computador.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid yet. Check the clock of this computer.</source>
        <translation>O certificado de {host} ainda não é válido. Confira o relógio deste computador.</translation>
    </message>
    <message>
        <source>The certificate of {host} is self-signed, so this may be another computer. If the site is yours, let Posto trust it.</source>
        <translation>O certificado de {host} é autoassinado, então este pode ser outro computador. Se o site for seu, faça o Posto confiar nele.</translation>
    </message>
    <message>
        <source>The certificates in {name} cannot be used: it has to be a readable file in PEM form. Nothing was sent.</source>
        <translation>Os certificados em {name} não podem ser usados: precisa ser um arquivo legível no formato PEM. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The connection is closed. Nothing was sent.</source>
        <translation>A conexão está fechada. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The connection to {host} broke before the answer arrived.</source>
        <translation>A conexão com {host} caiu antes de a resposta chegar.</translation>
    </message>
    <message>
        <source>The connection was closed before the answer arrived.</source>
        <translation>A conexão foi fechada antes de a resposta chegar.</translation>
    </message>
    <message>
        <source>The file became shorter while it was sent.</source>
        <translation>O arquivo encolheu durante o envio.</translation>
    </message>
    <message>
        <source>The file cannot be read: {why}.</source>
        <translation>O arquivo não pode ser lido: {why}.</translation>
    </message>
    <message>
        <source>The list of channels is empty. Nothing was posted.</source>
        <translation>A lista de canais está vazia. Nada foi publicado.</translation>
    </message>
    <message>
        <source>The list of schedules of {host} cannot be read completely.</source>
        <translation>A lista de agendamentos de {host} não pode ser lida por completo.</translation>
    </message>
    <message>
        <source>The list of {name} is empty. Nothing was deleted.</source>
        <translation>A lista de {name} está vazia. Nada foi excluído.</translation>
    </message>
    <message>
        <source>The part for {shown} is no table; it is not used.</source>
        <translation>A parte de {shown} não é uma tabela; não é usada.</translation>
    </message>
    <message>
        <source>The post has neither text nor media. Nothing was sent.</source>
        <translation>O post não tem texto nem mídia. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may be on its way right now. Look at the channel before you send it again.</source>
        <translation>O post não está na lista de agendamentos, mas pode estar a caminho agora mesmo. Olhe o canal antes de enviá-lo de novo.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may have been accepted: the list can omit posts that are being sent. Look at the channels before you send it again.</source>
        <translation>O post não está na lista de agendamentos, mas pode ter sido aceito: a lista pode omitir posts que estão sendo enviados. Olhe os canais antes de enviá-lo de novo.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, so it was not taken. It can be sent again.</source>
        <translation>O post não está na lista de agendamentos, então não foi aceito. Pode ser enviado de novo.</translation>
    </message>
    <message>
        <source>The post was taken for {good} of {count} channels.</source>
        <translation>O post foi aceito para {good} de {count} canais.</translation>
    </message>
    <message>
        <source>The proxy to {host} blocked the connection.</source>
        <translation>O proxy para {host} bloqueou a conexão.</translation>
    </message>
    <message>
        <source>The proxy to {host} cannot be reached.</source>
        <translation>O proxy para {host} não pode ser alcançado.</translation>
    </message>
    <message>
        <source>The proxy to {host} rejected its user name or password.</source>
        <translation>O proxy para {host} rejeitou o nome de usuário ou a senha.</translation>
    </message>
    <message>
        <source>The same, Apache 2.4.13 or newer with PHP as CGI</source>
        <translation>O mesmo, Apache 2.4.13 ou mais novo com PHP como CGI</translation>
    </message>
    <message>
        <source>The same, nginx, beside fastcgi_pass</source>
        <translation>O mesmo, nginx, junto de fastcgi_pass</translation>
    </message>
    <message>
        <source>The saved settings are neither the old nor the new ones. Read the settings again before you change them.</source>
        <translation>As configurações salvas não são nem as antigas nem as novas. Leia as configurações de novo antes de alterá-las.</translation>
    </message>
    <message>
        <source>The schedule is as it was before.</source>
        <translation>O agendamento está como antes.</translation>
    </message>
    <message>
        <source>The service did not say under which number it keeps the file.</source>
        <translation>O serviço não disse com que número guarda o arquivo.</translation>
    </message>
    <message>
        <source>The service has the post, but said: {answer} What became of each channel is not known: the list of schedules {why}. Do not send the whole post again.</source>
        <translation>O serviço tem o post, mas respondeu: {answer} Não se sabe o que aconteceu em cada canal: a lista de agendamentos {why}. Não envie o post inteiro de novo.</translation>
    </message>
    <message>
        <source>The service has the post.</source>
        <translation>O serviço tem o post.</translation>
    </message>
    <message>
        <source>The service refused this without a reason.</source>
        <translation>O serviço recusou isto sem motivo.</translation>
    </message>
    <message>
        <source>The service said: {answer}</source>
        <translation>O serviço respondeu: {answer}</translation>
    </message>
    <message>
        <source>The service still lists it, as it does while a post is being sent.</source>
        <translation>O serviço ainda o lista, como faz enquanto um post está sendo enviado.</translation>
    </message>
    <message>
        <source>The service was asked to delete the posts.</source>
        <translation>Foi pedido ao serviço que excluísse os posts.</translation>
    </message>
    <message>
        <source>The settings are as they were before.</source>
        <translation>As configurações estão como antes.</translation>
    </message>
    <message>
        <source>The template has unknown variables: {shown}. Known are {known}.</source>
        <translation>O modelo tem variáveis desconhecidas: {shown}. As conhecidas são {known}.</translation>
    </message>
    <message>
        <source>The template has {count} characters; at most {limit} are taken.</source>
        <translation>O modelo tem {count} caracteres; no máximo {limit} são aceitos.</translation>
    </message>
    <message>
        <source>The time lies in the past. Nothing was sent.</source>
        <translation>O horário está no passado. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password (“{realm}”).</source>
        <translation>O servidor web de {host} pede um nome de usuário e uma senha próprios (“{realm}”).</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password.</source>
        <translation>O servidor web de {host} pede um nome de usuário e uma senha próprios.</translation>
    </message>
    <message>
        <source>The workspace on this computer cannot be reached. Nothing was sent.</source>
        <translation>O espaço de trabalho neste computador não pode ser alcançado. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not answer in time. Nothing was sent.</source>
        <translation>O espaço de trabalho neste computador não respondeu a tempo. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The {kind} “{name}” cannot be used.</source>
        <translation>{kind}: “{name}” não pode ser usado.</translation>
    </message>
    <message>
        <source>The {subject} cannot be stored: {error}.</source>
        <translation>{subject}: não é possível armazenar: {error}.</translation>
    </message>
    <message>
        <source>The {subject} name unknown networks: {names}. Known are {known}.</source>
        <translation>{subject}: redes desconhecidas: {names}. As conhecidas são {known}.</translation>
    </message>
    <message>
        <source>There are: {listed}.</source>
        <translation>Existem: {listed}.</translation>
    </message>
    <message>
        <source>There is already a {kind} “{clean}”.</source>
        <translation>{kind}: “{clean}” já existe.</translation>
    </message>
    <message>
        <source>There is no channel to post to. Nothing was sent.</source>
        <translation>Não há canal para publicar. Nada foi enviado.</translation>
    </message>
    <message>
        <source>There is no channel {description}. {sentence} Nothing was posted.</source>
        <translation>Não há canal {description}. {sentence} Nada foi publicado.</translation>
    </message>
    <message>
        <source>There is no network “{key}”, so its settings would be lost.</source>
        <translation>Não existe a rede “{key}”, então as configurações dela se perderiam.</translation>
    </message>
    <message>
        <source>There is no network “{key}”; its part is not used.</source>
        <translation>Não existe a rede “{key}”; a parte dela não é usada.</translation>
    </message>
    <message>
        <source>There is no network “{name}”. Known are: {names}.</source>
        <translation>Não existe a rede “{name}”. As conhecidas são: {names}.</translation>
    </message>
    <message>
        <source>There is no schedule {number}.</source>
        <translation>Não existe o agendamento {number}.</translation>
    </message>
    <message>
        <source>There is no {kind} “{name}”. There are: {names}.</source>
        <translation>{kind}: “{name}” não existe. Existem: {names}.</translation>
    </message>
    <message>
        <source>This address of {host} leads to a file, not to a page.</source>
        <translation>Este endereço de {host} leva a um arquivo, não a uma página.</translation>
    </message>
    <message>
        <source>This is not a web address.</source>
        <translation>Isto não é um endereço da web.</translation>
    </message>
    <message>
        <source>This is not a web address. An address looks like https://example.com.</source>
        <translation>Isto não é um endereço da web. Um endereço tem este aspecto: https://example.com.</translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n hour(s).</source>
        <translation>
            <numerusform>Tente novamente em %n hora.</numerusform>
            <numerusform>Tente novamente em %n horas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n minute(s).</source>
        <translation>
            <numerusform>Tente novamente em %n minuto.</numerusform>
            <numerusform>Tente novamente em %n minutos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n second(s).</source>
        <translation>
            <numerusform>Tente novamente em %n segundo.</numerusform>
            <numerusform>Tente novamente em %n segundos.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Tente novamente mais tarde.</translation>
    </message>
    <message>
        <source>What has to get through</source>
        <translation>O que precisa passar</translation>
    </message>
    <message>
        <source>WordPress, in wp-config.php</source>
        <translation>WordPress, em wp-config.php</translation>
    </message>
    <message>
        <source>WordPress: a file in wp-content/mu-plugins</source>
        <translation>WordPress: um arquivo em wp-content/mu-plugins</translation>
    </message>
    <message>
        <source>a text of more than {most} characters</source>
        <translation>um texto de mais de {most} caracteres</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>todas as redes</translation>
    </message>
    <message>
        <source>an object with more than {most} names</source>
        <translation>um objeto com mais de {most} nomes</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>não pode ser lido</translation>
    </message>
    <message>
        <source>does not show it</source>
        <translation>não o mostra</translation>
    </message>
    <message>
        <source>it cannot be opened</source>
        <translation>não pode ser aberto</translation>
    </message>
    <message>
        <source>it cannot be read</source>
        <translation>não pode ser lido</translation>
    </message>
    <message>
        <source>it cannot be written</source>
        <translation>não pode ser gravado</translation>
    </message>
    <message>
        <source>it failed without a reason</source>
        <translation>falhou sem motivo</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>está vazio</translation>
    </message>
    <message>
        <source>it is not in the list of schedules</source>
        <translation>não está na lista de agendamentos</translation>
    </message>
    <message>
        <source>it may be live: {value}</source>
        <translation>pode estar no ar: {value}</translation>
    </message>
    <message>
        <source>it may be on its way</source>
        <translation>pode estar a caminho</translation>
    </message>
    <message>
        <source>lists and objects nested more than {most} deep</source>
        <translation>listas e objetos aninhados em mais de {most} níveis</translation>
    </message>
    <message>
        <source>more than fits into {size} MB of memory</source>
        <translation>mais do que cabe em {size} MB de memória</translation>
    </message>
    <message>
        <source>more than {most} rows</source>
        <translation>mais de {most} linhas</translation>
    </message>
    <message>
        <source>more than {most} values</source>
        <translation>mais de {most} valores</translation>
    </message>
    <message>
        <source>nginx, in server { }</source>
        <translation>nginx, em server { }</translation>
    </message>
    <message>
        <source>nginx: outside of server { }, and inside in place of its auth_basic</source>
        <translation>nginx: fora de server { } e, dentro, no lugar de auth_basic</translation>
    </message>
    <message>
        <source>nobody knows how it ended</source>
        <translation>ninguém sabe como terminou</translation>
    </message>
    <message>
        <source>number {number}</source>
        <translation>número {number}</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>a rede</translation>
    </message>
    <message>
        <source>too many long lists and objects nested in each other</source>
        <translation>listas e objetos longos demais aninhados uns nos outros</translation>
    </message>
    <message>
        <source>{address} redirects in a loop.</source>
        <translation>{address} redireciona em círculo.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data (“{page}”). The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} respondeu com uma página da web em vez de dados (“{page}”). O endereço pode estar errado ou um firewall bloqueia o Posto.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data. The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} respondeu com uma página da web em vez de dados. O endereço pode estar errado ou um firewall bloqueia o Posto.</translation>
    </message>
    <message>
        <source>{host} answered with an address that cannot be used.</source>
        <translation>{host} respondeu com um endereço que não pode ser usado.</translation>
    </message>
    <message>
        <source>{host} answered with old data from a cache. Exclude /wp-json/ from its cache.</source>
        <translation>{host} respondeu com dados antigos de um cache. Exclua /wp-json/ do cache.</translation>
    </message>
    <message>
        <source>{host} answered without a calendar.</source>
        <translation>{host} respondeu sem um calendário.</translation>
    </message>
    <message>
        <source>{host} answered without a feed.</source>
        <translation>{host} respondeu sem um feed.</translation>
    </message>
    <message>
        <source>{host} answered without a list of channels.</source>
        <translation>{host} respondeu sem uma lista de canais.</translation>
    </message>
    <message>
        <source>{host} answered without a list of its posts.</source>
        <translation>{host} respondeu sem uma lista dos seus posts.</translation>
    </message>
    <message>
        <source>{host} answered without a list of schedules.</source>
        <translation>{host} respondeu sem uma lista de agendamentos.</translation>
    </message>
    <message>
        <source>{host} answered without its media library.</source>
        <translation>{host} respondeu sem a biblioteca de mídia.</translation>
    </message>
    <message>
        <source>{host} answered without its planners.</source>
        <translation>{host} respondeu sem os seus planejadores.</translation>
    </message>
    <message>
        <source>{host} answered without its proposals.</source>
        <translation>{host} respondeu sem as propostas.</translation>
    </message>
    <message>
        <source>{host} answered without saying who has the post open.</source>
        <translation>{host} não disse quem está com a publicação aberta.</translation>
    </message>
    <message>
        <source>{host} answered without settings.</source>
        <translation>{host} respondeu sem configurações.</translation>
    </message>
    <message>
        <source>{host} answered without the team&apos;s data.</source>
        <translation>{host} respondeu sem os dados da equipe.</translation>
    </message>
    <message>
        <source>{host} answered {status}.</source>
        <translation>{host} respondeu {status}.</translation>
    </message>
    <message>
        <source>{host} blocks this account: {reason}</source>
        <translation>{host} bloqueia esta conta: {reason}</translation>
    </message>
    <message>
        <source>{host} cannot answer right now ({status}).</source>
        <translation>{host} não pode responder agora ({status}).</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} não pode ser alcançado.</translation>
    </message>
    <message>
        <source>{host} could not be found. The address is wrong or this computer is offline.</source>
        <translation>{host} não foi encontrado. O endereço está errado ou este computador está offline.</translation>
    </message>
    <message>
        <source>{host} could not be reached in time.</source>
        <translation>{host} não pôde ser alcançado a tempo.</translation>
    </message>
    <message>
        <source>{host} did not accept the sign-in. The user name or the application password is wrong, or the web server drops the Authorization header.</source>
        <translation>{host} não aceitou o login. O nome de usuário ou a senha de aplicativo está errada, ou o servidor web descarta o cabeçalho Authorization.</translation>
    </message>
    <message>
        <source>{host} did not answer in time ({status}).</source>
        <translation>{host} não respondeu a tempo ({status}).</translation>
    </message>
    <message>
        <source>{host} did not answer within {seconds} seconds.</source>
        <translation>{host} não respondeu em {seconds} segundos.</translation>
    </message>
    <message>
        <source>{host} did not finish its answer within {duration}.</source>
        <translation>{host} não terminou a resposta em {duration}.</translation>
    </message>
    <message>
        <source>{host} did not say whether it took the post.</source>
        <translation>{host} não disse se aceitou o post.</translation>
    </message>
    <message>
        <source>{host} did not say who is signed in.</source>
        <translation>{host} não disse quem está conectado.</translation>
    </message>
    <message>
        <source>{host} did not set up a secure connection. Check its certificate.</source>
        <translation>{host} não estabeleceu uma conexão segura. Verifique o certificado.</translation>
    </message>
    <message>
        <source>{host} does not accept requests this large (413). Nothing was sent.</source>
        <translation>{host} não aceita solicitações tão grandes (413). Nada foi enviado.</translation>
    </message>
    <message>
        <source>{host} does not allow this account to do that: {message}</source>
        <translation>{host} não permite que esta conta faça isso: {message}</translation>
    </message>
    <message>
        <source>{host} does not answer apps over http. Begin the address with https://.</source>
        <translation>{host} não responde a aplicativos por http. Comece o endereço com https://.</translation>
    </message>
    <message>
        <source>{host} does not know this user name. Check the spelling.</source>
        <translation>{host} não conhece este nome de usuário. Confira a grafia.</translation>
    </message>
    <message>
        <source>{host} does not offer this.</source>
        <translation>{host} não oferece isto.</translation>
    </message>
    <message>
        <source>{host} has an internal error ({status}).</source>
        <translation>{host} tem um erro interno ({status}).</translation>
    </message>
    <message>
        <source>{host} has moved.</source>
        <translation>{host} mudou de endereço.</translation>
    </message>
    <message>
        <source>{host} has no FS Poster plugin, or one too old for this.</source>
        <translation>{host} não tem o plugin FS Poster ou tem um antigo demais para isto.</translation>
    </message>
    <message>
        <source>{host} has no WordPress at this address. Check the address; a site in a folder needs the folder too, as in example.com/blog.</source>
        <translation>{host} não tem WordPress neste endereço. Confira o endereço; um site em uma pasta precisa também da pasta, como em example.com/blog.</translation>
    </message>
    <message>
        <source>{host} has no storage space left.</source>
        <translation>{host} não tem mais espaço de armazenamento.</translation>
    </message>
    <message>
        <source>{host} has nothing at this address (404).</source>
        <translation>{host} não tem nada neste endereço (404).</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the FS Poster plugin, version 7. Install or activate it there. The sign-in itself works.</source>
        <translation>{host} é um site WordPress sem o plugin FS Poster, versão 7. Instale-o ou ative-o lá. O login em si funciona.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page (“{page}”) instead of data.</source>
        <translation>{host} é um site WordPress, mas responde com uma página da web (“{page}”) em vez de dados.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page instead of data.</source>
        <translation>{host} é um site WordPress, mas responde com uma página da web em vez de dados.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} está em manutenção.</translation>
    </message>
    <message>
        <source>{host} is not a WordPress site, or blocks Posto. Check the address.</source>
        <translation>{host} não é um site WordPress ou bloqueia o Posto. Confira o endereço.</translation>
    </message>
    <message>
        <source>{host} is not responding on port {usual}, the default for {scheme}. If the site uses another port, add it to the address, for example {host}:8080. Nothing was sent.</source>
        <translation>{host} não responde na porta {usual}, a padrão para {scheme}. Se o site usa outra porta, acrescente-a ao endereço, por exemplo {host}:8080. Nada foi enviado.</translation>
    </message>
    <message>
        <source>{host} is not responding.</source>
        <translation>{host} não está respondendo.</translation>
    </message>
    <message>
        <source>{host} knows the user name, but the application password is wrong. The login password of the site does not work here: create an application password in your profile there.</source>
        <translation>{host} conhece o nome de usuário, mas a senha de aplicativo está errada. A senha de login do site não funciona aqui: crie uma senha de aplicativo no seu perfil lá.</translation>
    </message>
    <message>
        <source>{host} lies in a private network, so nothing is fetched from there. Download the file yourself and attach it.</source>
        <translation>{host} está em uma rede privada, por isso nada é buscado de lá. Baixe o arquivo você mesmo e anexe-o.</translation>
    </message>
    <message>
        <source>{host} ran out of memory. Its PHP limit is {memory}.</source>
        <translation>{host} ficou sem memória. O limite do PHP é {memory}.</translation>
    </message>
    <message>
        <source>{host} received the data too slowly: the upload took more than {duration}.</source>
        <translation>{host} recebeu os dados devagar demais: o envio levou mais de {duration}.</translation>
    </message>
    <message>
        <source>{host} received too many requests (429).</source>
        <translation>{host} recebeu solicitações demais (429).</translation>
    </message>
    <message>
        <source>{host} redirected to a page, {location}, instead of sending data.</source>
        <translation>{host} redirecionou para uma página, {location}, em vez de enviar dados.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop. Check both site addresses in WordPress under Settings &gt; General, and the redirect rules of the web server.</source>
        <translation>{host} redireciona em círculo. Verifique os dois endereços do site no WordPress em Configurações &gt; Geral e as regras de redirecionamento do servidor web.</translation>
    </message>
    <message>
        <source>{host} redirects to an address without https. The password was not sent.</source>
        <translation>{host} redireciona para um endereço sem https. A senha não foi enviada.</translation>
    </message>
    <message>
        <source>{host} redirects to another site, {named}. If it is yours, enter {named} as the address. The password was not sent.</source>
        <translation>{host} redireciona para outro site, {named}. Se for seu, informe {named} como endereço. A senha não foi enviada.</translation>
    </message>
    <message>
        <source>{host} refused the request ({status}).</source>
        <translation>{host} recusou a solicitação ({status}).</translation>
    </message>
    <message>
        <source>{host} refused the request.</source>
        <translation>{host} recusou a solicitação.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; an owner of the workspace can make a new password in Settings &gt; Team.</source>
        <translation>{host} rejeitou o nome de usuário ou a senha de aplicativo. Confira os dois; um proprietário do espaço de trabalho pode criar uma senha nova em Configurações &gt; Equipe.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header, or the site has disabled application passwords.</source>
        <translation>{host} rejeitou o nome de usuário ou a senha de aplicativo. Confira os dois; a senha de login do site não funciona aqui. Se estiverem certos, o servidor web descarta o cabeçalho Authorization ou o site desativou as senhas de aplicativo.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header.</source>
        <translation>{host} rejeitou o nome de usuário ou a senha de aplicativo. Confira os dois; a senha de login do site não funciona aqui. Se estiverem certos, o servidor web descarta o cabeçalho Authorization.</translation>
    </message>
    <message>
        <source>{host} sends to an address without https.</source>
        <translation>{host} encaminha para um endereço sem https.</translation>
    </message>
    <message>
        <source>{limit} bytes</source>
        <translation>{limit} bytes</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} e mais {count}</translation>
    </message>
    <message>
        <source>{names} are each the same as the next; the text for all networks counts.</source>
        <translation>{names}: cada uma está definida como igual à próxima; vale o texto para todas as redes.</translation>
    </message>
    <message>
        <source>{names} are not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} não estão ativos: a sessão na rede expirou. Entre na rede novamente no serviço. Nada foi publicado.</translation>
    </message>
    <message>
        <source>{names} is not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} não está ativo: a sessão na rede expirou. Entre na rede novamente no serviço. Nada foi publicado.</translation>
    </message>
    <message>
        <source>{names} is set to be the same as itself; the text for all networks counts.</source>
        <translation>{names} está definida como igual a si mesma; vale o texto para todas as redes.</translation>
    </message>
    <message>
        <source>{name} (other version)</source>
        <translation>{name} (outra versão)</translation>
    </message>
    <message>
        <source>{name} is not a web address.</source>
        <translation>{name} não é um endereço da web.</translation>
    </message>
    <message>
        <source>{shown} could not be downloaded.</source>
        <translation>Não foi possível baixar {shown}.</translation>
    </message>
    <message>
        <source>{shown} could not be saved on this computer: {why}.</source>
        <translation>Não foi possível salvar {shown} neste computador: {why}.</translation>
    </message>
    <message>
        <source>{shown} has passed. Nothing was sent.</source>
        <translation>{shown} já passou. Nada foi enviado.</translation>
    </message>
    <message>
        <source>{shown} is not a picture or video.</source>
        <translation>{shown} não é uma imagem nem um vídeo.</translation>
    </message>
    <message>
        <source>{site} does not use https. Check the port, and whether the site has a certificate.</source>
        <translation>{site} não usa https. Verifique a porta e se o site tem um certificado.</translation>
    </message>
    <message>
        <source>{size} bytes</source>
        <translation>{size} bytes</translation>
    </message>
    <message>
        <source>{when} is not a time.</source>
        <translation>{when} não é um horário.</translation>
    </message>
    <message>
        <source>“{clean}” was not saved.</source>
        <translation>“{clean}” não foi salvo.</translation>
    </message>
    <message>
        <source>“{hashtags}.place” takes {either}, not {place}.</source>
        <translation>“{hashtags}.place” aceita {either}, não {place}.</translation>
    </message>
    <message>
        <source>“{key}” must be {words}, not {value}.</source>
        <translation>“{key}” deve ser {words}, não {value}.</translation>
    </message>
    <message>
        <source>“{name}” ({size}) was not uploaded. {reason} Make it smaller, or have more memory allowed.</source>
        <translation>“{name}” ({size}) não foi enviado. {reason} Reduza-o ou peça que liberem mais memória.</translation>
    </message>
    <message>
        <source>“{name}” cannot be read: {why}.</source>
        <translation>“{name}” não pode ser lido: {why}.</translation>
    </message>
    <message>
        <source>“{name}” for {shown} is not text; it is not used.</source>
        <translation>“{name}” para {shown} não é texto; não é usado.</translation>
    </message>
    <message>
        <source>“{name}” has {count} characters; at most {most} are taken.</source>
        <translation>“{name}” tem {count} caracteres; no máximo {most} são aceitos.</translation>
    </message>
    <message>
        <source>“{name}” is a list of texts, not {value}.</source>
        <translation>“{name}” é uma lista de textos, não {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a number from {least} to {most}, not {value}.</source>
        <translation>“{name}” é um número de {least} a {most}, não {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a table, not {value}.</source>
        <translation>“{name}” é uma tabela, não {value}.</translation>
    </message>
    <message>
        <source>“{name}” is larger than {value} MB and was not saved.</source>
        <translation>“{name}” é maior que {value} MB e não foi salvo.</translation>
    </message>
    <message>
        <source>“{name}” is not in the media library.</source>
        <translation>“{name}” não está na biblioteca de mídia.</translation>
    </message>
    <message>
        <source>“{name}” may have been uploaded.</source>
        <translation>“{name}” pode ter sido enviado.</translation>
    </message>
    <message>
        <source>“{name}” may not upload files on {host}. The account needs the Author role or higher.</source>
        <translation>“{name}” não pode enviar arquivos em {host}. A conta precisa da função Autor ou superior.</translation>
    </message>
    <message>
        <source>“{name}” must be text, not {value}.</source>
        <translation>“{name}” deve ser texto, não {value}.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>“{name}” não foi encontrado.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded.</source>
        <translation>“{name}” não foi enviado.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: the web server of {host} refuses files of {size} (413). Make it smaller, or have the limit raised there.</source>
        <translation>“{name}” não foi enviado: o servidor web de {host} recusa arquivos de {size} (413). Reduza-o ou peça que aumentem o limite lá.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: this account may not upload files. It needs the Author role or higher.</source>
        <translation>“{name}” não foi enviado: esta conta não pode enviar arquivos. Ela precisa da função Autor ou superior.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: {error}</source>
        <translation>“{name}” não foi enviado: {error}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but its alt text may be missing: {reason}</source>
        <translation>“{name}” foi enviado, mas o texto alternativo pode estar faltando: {reason}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but without its alt text: {reason}</source>
        <translation>“{name}” foi enviado, mas sem o texto alternativo: {reason}</translation>
    </message>
    <message>
        <source>“{same_as}” of “{key}” names no network: {source_slug}.</source>
        <translation>“{same_as}” de “{key}” não indica uma rede: {source_slug}.</translation>
    </message>
    <message>
        <source>“{shown}” cannot be read: {why}.</source>
        <translation>“{shown}” não pode ser lido: {why}.</translation>
    </message>
    <message>
        <source>“{shown}” is a folder. Choose the files inside it.</source>
        <translation>“{shown}” é uma pasta. Escolha os arquivos dentro dela.</translation>
    </message>
    <message>
        <source>“{shown}” is empty (0 bytes).</source>
        <translation>“{shown}” está vazio (0 bytes).</translation>
    </message>
    <message>
        <source>“{shown}” is not a file that can be read.</source>
        <translation>“{shown}” não é um arquivo que possa ser lido.</translation>
    </message>
    <message>
        <source>“{shown}” is not a picture or a video.</source>
        <translation>“{shown}” não é uma imagem nem um vídeo.</translation>
    </message>
    <message>
        <source>“{shown}” was not found.</source>
        <translation>“{shown}” não foi encontrado.</translation>
    </message>
    <message>
        <source>“{target}” fits several channels: {listed}. Use the whole name or the number. Nothing was posted.</source>
        <translation>“{target}” corresponde a vários canais: {listed}. Use o nome inteiro ou o número. Nada foi publicado.</translation>
    </message>
    <message>
        <source>“{utm}.links” takes {either}, not “{link_kind}”.</source>
        <translation>“{utm}.links” aceita {either}, não “{link_kind}”.</translation>
    </message>
    <message>
        <source>“{utm}.{key}” has unknown variables: {shown}. Known are {known}.</source>
        <translation>“{utm}.{key}” tem variáveis desconhecidas: {shown}. As conhecidas são {known}.</translation>
    </message>
    <message>
        <source>“{watermark}.corner” takes {either}, not {corner}.</source>
        <translation>“{watermark}.corner” aceita {either}, não {corner}.</translation>
    </message>
    <message>
        <source>“{watermark}.file” is the plain name of a file in {folder}, not “{file}”.</source>
        <translation>“{watermark}.file” é o nome simples de um arquivo em {folder}, não “{file}”.</translation>
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
        <translation>Buscar em tudo</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Limpar</translation>
    </message>
</context>
<context>
    <name>SearchResults</name>
    <message>
        <source>Found settings</source>
        <translation>Configurações encontradas</translation>
    </message>
</context>
<context>
    <name>SendNow</name>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>Enviar %Ln post agora</numerusform>
            <numerusform>Enviar %Ln posts agora</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now instead of at the time in When?</source>
        <extracomment>&quot;When&quot; is the field of the time of a message.</extracomment>
        <translation>
            <numerusform>Enviar %Ln post agora em vez de no horário indicado em Quando?</numerusform>
            <numerusform>Enviar %Ln posts agora em vez de no horário indicado em Quando?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now?</source>
        <translation>
            <numerusform>Enviar %Ln post agora?</numerusform>
            <numerusform>Enviar %Ln posts agora?</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>Isto não pode ser desfeito.</translation>
    </message>
    <message numerus="yes">
        <source>You can undo it for %n second(s).</source>
        <translation>
            <numerusform>Você pode desfazer por %n segundo.</numerusform>
            <numerusform>Você pode desfazer por %n segundos.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendingOutlook</name>
    <message numerus="yes">
        <source>%n account(s) cannot post yet</source>
        <translation>
            <numerusform>%n conta ainda não pode publicar</numerusform>
            <numerusform>%n contas ainda não podem publicar</numerusform>
        </translation>
    </message>
    <message>
        <source>No network</source>
        <translation>Sem rede</translation>
    </message>
    <message>
        <source>No network: waits on this computer</source>
        <translation>Sem rede: espera neste computador</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>Offline: waits on this computer</source>
        <translation>Offline: espera neste computador</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausado</translation>
    </message>
    <message>
        <source>Paused: waits on this computer</source>
        <translation>Pausado: espera neste computador</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Retomar</translation>
    </message>
    <message>
        <source>Sending is paused: the message waits on this computer.</source>
        <translation>O envio está pausado: a mensagem espera neste computador.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Entrar</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>Desconectado</translation>
    </message>
    <message>
        <source>Signed out: waits on this computer</source>
        <translation>Desconectado: espera neste computador</translation>
    </message>
    <message>
        <source>The message waits on this computer until you sign in again.</source>
        <translation>A mensagem espera neste computador até você entrar de novo.</translation>
    </message>
    <message>
        <source>The message waits on this computer. {why}</source>
        <translation>A mensagem espera neste computador. {why}</translation>
    </message>
    <message>
        <source>There is no network: what goes to {names} waits on this computer.</source>
        <translation>Não há rede: o que vai para {names} espera neste computador.</translation>
    </message>
    <message>
        <source>What goes to {names} waits on this computer. {why}</source>
        <translation>O que vai para {names} espera neste computador. {why}</translation>
    </message>
    <message>
        <source>{name}: sign in again</source>
        <translation>{name}: entre novamente</translation>
    </message>
    <message>
        <source>{name}: the keychain is locked</source>
        <translation>{name}: o chaveiro está bloqueado</translation>
    </message>
    <message>
        <source>{name}: the server is not reached</source>
        <translation>{name}: o servidor não foi alcançado</translation>
    </message>
</context>
<context>
    <name>Server</name>
    <message numerus="yes">
        <source>%Ln post(s) could be rescued. Those that waited show as “Not sent” until you decide.</source>
        <translation>
            <numerusform>%Ln post pôde ser recuperado. Se estava em espera, aparece como “Não enviado” até você decidir.</numerusform>
            <numerusform>%Ln posts puderam ser recuperados. Os que estavam em espera aparecem como “Não enviado” até você decidir.</numerusform>
        </translation>
    </message>
    <message>
        <source>16 letters or more, the same as at the receiver. It signs every request.</source>
        <translation>16 letras ou mais, as mesmas do destinatário. Assina cada solicitação.</translation>
    </message>
    <message>
        <source>@name or number. Or write something there, and leave this empty.</source>
        <translation>@nome ou número. Ou escreva algo lá e deixe isto vazio.</translation>
    </message>
    <message>
        <source>@{name} is in no channel. Add it to the one that you want to use.</source>
        <translation>@{name} não está em nenhum canal. Adicione-o àquele que você quer usar.</translation>
    </message>
    <message>
        <source>@{name} knows no channel yet. Make it an administrator of yours, write something there, and connect again; or enter the channel&apos;s @name.</source>
        <translation>@{name} ainda não conhece nenhum canal. Torne-o administrador de um dos seus, escreva algo lá e conecte de novo; ou informe o @nome do canal.</translation>
    </message>
    <message>
        <source>A bot&apos;s or your own: Profile, Security, Personal Access Tokens.</source>
        <translation>De um bot ou seu: Profile, Security, Personal Access Tokens.</translation>
    </message>
    <message>
        <source>A channel can be chosen only once in a post.</source>
        <translation>Um canal só pode ser escolhido uma vez em um post.</translation>
    </message>
    <message>
        <source>A file in the media store is damaged ({sha256}). Upload it again.</source>
        <translation>Um arquivo no armazenamento de mídia está danificado ({sha256}). Envie-o novamente.</translation>
    </message>
    <message>
        <source>A name to sign in with has letters from a to z, digits and . _ @ + -, 60 at most.</source>
        <translation>Um nome para entrar tem letras de a a z, dígitos e . _ @ + -, no máximo 60.</translation>
    </message>
    <message>
        <source>A paragraph has {count} characters; Tumblr allows {limit}. Split it with a blank line.</source>
        <translation>Um parágrafo tem {count} caracteres; o Tumblr permite {limit}. Divida-o com uma linha em branco.</translation>
    </message>
    <message>
        <source>A part of this message was sent meanwhile.</source>
        <translation>Uma parte desta mensagem foi enviada nesse meio-tempo.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so it cannot be edited.</source>
        <translation>Uma parte deste post já está publicada, por isso ele não pode ser editado.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so its time cannot change.</source>
        <translation>Uma parte deste post já está publicada, por isso o horário não pode mudar.</translation>
    </message>
    <message>
        <source>A secret is kept in: keyring, session or file.</source>
        <translation>Um segredo é guardado em: keyring, session ou file.</translation>
    </message>
    <message>
        <source>A test note is visible only to chosen people, and nobody is chosen.</source>
        <translation>Uma nota de teste só é visível para pessoas escolhidas, e ninguém foi escolhido.</translation>
    </message>
    <message>
        <source>A test post is a draft. Editors of the site can see it, readers cannot.</source>
        <translation>Um post de teste é um rascunho. Editores do site podem vê-lo, leitores não.</translation>
    </message>
    <message>
        <source>A test post is visible only to the people it mentions, and it mentions nobody.</source>
        <translation>Um post de teste só é visível para as pessoas que menciona, e ele não menciona ninguém.</translation>
    </message>
    <message>
        <source>A test sends another signed ping and publishes nothing.</source>
        <translation>Um teste envia outro ping assinado e não publica nada.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Uma thread pode ter no máximo {limit} partes.</translation>
    </message>
    <message>
        <source>A token needs write:statuses and write:media.</source>
        <translation>Um token precisa de write:statuses e write:media.</translation>
    </message>
    <message>
        <source>A workspace of Posto for a team</source>
        <translation>Um espaço de trabalho do Posto para uma equipe</translation>
    </message>
    <message>
        <source>A writer can change only proposals of their own.</source>
        <translation>Quem só propõe publicações pode alterar apenas as próprias propostas.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>Chave de API</translation>
    </message>
    <message>
        <source>API key secret</source>
        <translation>Segredo da chave de API</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Token de acesso</translation>
    </message>
    <message>
        <source>Access token secret</source>
        <translation>Segredo do token de acesso</translation>
    </message>
    <message>
        <source>Account not found.</source>
        <translation>Conta não encontrada.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Endereço</translation>
    </message>
    <message>
        <source>Address of your site</source>
        <translation>Endereço do seu site</translation>
    </message>
    <message>
        <source>Admin API key</source>
        <translation>Chave Admin API</translation>
    </message>
    <message>
        <source>Also enter the user name and application password of your site.</source>
        <translation>Informe também o nome de usuário e a senha de aplicativo do seu site.</translation>
    </message>
    <message>
        <source>Also enter your two-factor code.</source>
        <translation>Informe também seu código de dois fatores.</translation>
    </message>
    <message>
        <source>An owner sees all groups.</source>
        <translation>Um proprietário vê todos os grupos.</translation>
    </message>
    <message>
        <source>Another group uses this file, too.</source>
        <translation>Outro grupo também usa este arquivo.</translation>
    </message>
    <message>
        <source>Another server is signing in with this account.</source>
        <translation>Outro servidor está entrando com esta conta.</translation>
    </message>
    <message>
        <source>Another workspace is already running in {folder}.</source>
        <translation>Outro espaço de trabalho já está em execução em {folder}.</translation>
    </message>
    <message>
        <source>Another workspace is already running.</source>
        <translation>Outro espaço de trabalho já está em execução.</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>Senha de aplicativo</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Senha de aplicativo</translation>
    </message>
    <message>
        <source>Application password there</source>
        <translation>Senha de aplicativo lá</translation>
    </message>
    <message>
        <source>Ask for the role of an author.</source>
        <translation>Peça a função de autor.</translation>
    </message>
    <message>
        <source>Bluesky allows pictures or one video, not both in one post.</source>
        <translation>O Bluesky permite imagens ou um vídeo, não os dois em um post.</translation>
    </message>
    <message>
        <source>Bluesky has no account {handle}. Enter the full handle with its domain.</source>
        <translation>O Bluesky não tem a conta {handle}. Informe o identificador completo com o domínio.</translation>
    </message>
    <message>
        <source>Bot token</source>
        <translation>Token do bot</translation>
    </message>
    <message>
        <source>Channel not found.</source>
        <translation>Canal não encontrado.</translation>
    </message>
    <message>
        <source>Channel or group</source>
        <translation>Canal ou grupo</translation>
    </message>
    <message>
        <source>Check the Matrix ID and the password.</source>
        <translation>Verifique o Matrix ID e a senha.</translation>
    </message>
    <message>
        <source>Choose a post.</source>
        <translation>Escolha um post.</translation>
    </message>
    <message>
        <source>Choose at least one channel.</source>
        <translation>Escolha pelo menos um canal.</translation>
    </message>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Escolha pelo menos um lugar para publicar.</translation>
    </message>
    <message>
        <source>Choose at least one schedule.</source>
        <translation>Escolha pelo menos um agendamento.</translation>
    </message>
    <message>
        <source>Client ID</source>
        <translation>Client ID</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>Client secret</translation>
    </message>
    <message>
        <source>Consumer key</source>
        <translation>Consumer key</translation>
    </message>
    <message>
        <source>Consumer secret</source>
        <translation>Consumer secret</translation>
    </message>
    <message>
        <source>Create one in Bluesky: Settings, Privacy and security, App passwords.</source>
        <translation>Crie uma no Bluesky: Configurações, Privacidade e segurança, Senhas de aplicativo.</translation>
    </message>
    <message>
        <source>Create one in WordPress: Users, Profile, Application Passwords.</source>
        <translation>Crie uma no WordPress: Usuários, Perfil, Senhas de aplicativo.</translation>
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
        <translation>O Discord permite 25 MB de arquivos por mensagem. Remova alguns ou use menores.</translation>
    </message>
    <message>
        <source>Enter a topic: letters, digits, hyphens and underscores, 64 at most.</source>
        <translation>Informe um tópico: letras, dígitos, hifens e sublinhados, no máximo 64.</translation>
    </message>
    <message>
        <source>Enter all four keys.</source>
        <translation>Informe as quatro chaves.</translation>
    </message>
    <message>
        <source>Enter an access token.</source>
        <translation>Informe um token de acesso.</translation>
    </message>
    <message>
        <source>Enter the API key.</source>
        <translation>Informe a chave de API.</translation>
    </message>
    <message>
        <source>Enter the access token.</source>
        <translation>Informe o token de acesso.</translation>
    </message>
    <message>
        <source>Enter the bot token of your app. It begins with xoxb-</source>
        <translation>Informe o token do bot do seu app. Ele começa com xoxb-</translation>
    </message>
    <message>
        <source>Enter the client ID and the client secret.</source>
        <translation>Informe o client ID e o client secret.</translation>
    </message>
    <message>
        <source>Enter the full Matrix ID, for example @you:matrix.org.</source>
        <translation>Informe o Matrix ID completo, por exemplo @voce:matrix.org.</translation>
    </message>
    <message>
        <source>Enter the page access token.</source>
        <translation>Informe o token de acesso da página.</translation>
    </message>
    <message>
        <source>Enter the password or an access token.</source>
        <translation>Informe a senha ou um token de acesso.</translation>
    </message>
    <message>
        <source>Facebook continues threads as comments, and Posto cannot add pictures to them.</source>
        <translation>O Facebook continua threads como comentários, e o Posto não pode adicionar imagens a eles.</translation>
    </message>
    <message>
        <source>Facebook page (your own app)</source>
        <translation>Página do Facebook (seu próprio app)</translation>
    </message>
    <message>
        <source>Files of this kind have no preview.</source>
        <translation>Arquivos deste tipo não têm prévia.</translation>
    </message>
    <message>
        <source>Fill in: {names}.</source>
        <translation>Preencha: {names}.</translation>
    </message>
    <message>
        <source>For pictures: a Blossom server, for example https://blossom.primal.net</source>
        <translation>Para imagens: um servidor Blossom, por exemplo https://blossom.primal.net</translation>
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
        <translation>De console.x.com: seu app, Keys and tokens.</translation>
    </message>
    <message>
        <source>From dev.to: Settings, Extensions.</source>
        <translation>De dev.to: Settings, Extensions.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, Instagram, Generate token. Valid for 60 days.</source>
        <translation>De developers.facebook.com: seu app, Instagram, Generate token. Válido por 60 dias.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, User Token Generator. Valid for 60 days.</source>
        <translation>De developers.facebook.com: seu app, User Token Generator. Válido por 60 dias.</translation>
    </message>
    <message>
        <source>From discord.com/developers: your application, Bot, Reset Token.</source>
        <translation>De discord.com/developers: seu aplicativo, Bot, Reset Token.</translation>
    </message>
    <message>
        <source>From linkedin.com/developers: Token generator, with openid, profile and w_member_social. Valid for 60 days.</source>
        <translation>De linkedin.com/developers: Token generator, com openid, profile e w_member_social. Válido por 60 dias.</translation>
    </message>
    <message>
        <source>From tumblr.com/oauth/apps</source>
        <translation>De tumblr.com/oauth/apps</translation>
    </message>
    <message>
        <source>Ghost does not allow apps to write comments.</source>
        <translation>O Ghost não permite que apps escrevam comentários.</translation>
    </message>
    <message>
        <source>Google did not grant lasting access. Try again and allow everything it asks for.</source>
        <translation>O Google não concedeu acesso permanente. Tente de novo e permita tudo o que for pedido.</translation>
    </message>
    <message>
        <source>Google has ended the sign-in. If this happens every seven days, your consent screen is still in &quot;Testing&quot;. Publish it to &quot;In production&quot;.</source>
        <translation>O Google encerrou o login. Se isso acontece a cada sete dias, sua tela de consentimento ainda está em &quot;Testing&quot;. Publique-a em &quot;In production&quot;.</translation>
    </message>
    <message>
        <source>Google no longer knows this client. Connect the account again.</source>
        <translation>O Google não conhece mais este cliente. Conecte a conta novamente.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>Identificador</translation>
    </message>
    <message>
        <source>In Discord: Edit Channel, Integrations, Webhooks, Copy Webhook URL.</source>
        <translation>No Discord: Editar canal, Integrações, Webhooks, Copiar URL do webhook.</translation>
    </message>
    <message>
        <source>In Ghost: Settings, Integrations, Add custom integration.</source>
        <translation>No Ghost: Settings, Integrations, Add custom integration.</translation>
    </message>
    <message>
        <source>Instagram (your own app)</source>
        <translation>Instagram (seu próprio app)</translation>
    </message>
    <message>
        <source>Instagram allows apps to post only to business and creator accounts.</source>
        <translation>O Instagram só permite que apps publiquem em contas comerciais e de criador de conteúdo.</translation>
    </message>
    <message>
        <source>Instagram continues threads as comments, which cannot have pictures.</source>
        <translation>O Instagram continua threads como comentários, que não podem ter imagens.</translation>
    </message>
    <message>
        <source>Instagram downloads pictures from a public address. Enter a WordPress site of your own.</source>
        <translation>O Instagram baixa imagens de um endereço público. Informe um site WordPress seu.</translation>
    </message>
    <message>
        <source>Instead of the password, if the server signs in only in the browser.</source>
        <translation>No lugar da senha, se o servidor só faz login no navegador.</translation>
    </message>
    <message>
        <source>It cannot be reached.</source>
        <translation>Não pode ser alcançado.</translation>
    </message>
    <message>
        <source>It could not be prepared yet.</source>
        <translation>Ainda não pôde ser preparado.</translation>
    </message>
    <message>
        <source>It did not accept the post.</source>
        <translation>Não aceitou o post.</translation>
    </message>
    <message>
        <source>It did not answer the question.</source>
        <translation>Não respondeu à pergunta.</translation>
    </message>
    <message>
        <source>It did not report whether it accepted the post.</source>
        <translation>Não informou se aceitou o post.</translation>
    </message>
    <message>
        <source>It is already disconnected.</source>
        <translation>Já está desconectado.</translation>
    </message>
    <message>
        <source>It is too late to undo this. The device needs a new password.</source>
        <translation>É tarde demais para desfazer. O dispositivo precisa de uma nova senha.</translation>
    </message>
    <message>
        <source>It was due before the backup was restored, and may have been sent then.</source>
        <translation>Deveria sair antes de o backup ser restaurado e pode ter sido enviado então.</translation>
    </message>
    <message>
        <source>Its answer is not one of a relay.</source>
        <translation>A resposta não é a de um relay.</translation>
    </message>
    <message>
        <source>Its channel was disconnected.</source>
        <translation>O canal foi desconectado.</translation>
    </message>
    <message>
        <source>Leave this empty for api.linkedin.com.</source>
        <translation>Deixe vazio para api.linkedin.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.telegram.org.</source>
        <translation>Deixe vazio para api.telegram.org.</translation>
    </message>
    <message>
        <source>Leave this empty for api.tumblr.com.</source>
        <translation>Deixe vazio para api.tumblr.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.x.com.</source>
        <translation>Deixe vazio para api.x.com.</translation>
    </message>
    <message>
        <source>Leave this empty for dev.to.</source>
        <translation>Deixe vazio para dev.to.</translation>
    </message>
    <message>
        <source>Leave this empty for discord.com.</source>
        <translation>Deixe vazio para discord.com.</translation>
    </message>
    <message>
        <source>Leave this empty for slack.com.</source>
        <translation>Deixe vazio para slack.com.</translation>
    </message>
    <message>
        <source>Leave this empty to sign in with the browser.</source>
        <translation>Deixe vazio para entrar pelo navegador.</translation>
    </message>
    <message>
        <source>Leave this empty to use the relays of your profile.</source>
        <translation>Deixe vazio para usar os relays do seu perfil.</translation>
    </message>
    <message>
        <source>Leave this empty.</source>
        <translation>Deixe vazio.</translation>
    </message>
    <message>
        <source>Lemmy needs a title, or a text with a first line to use as one.</source>
        <translation>O Lemmy precisa de um título, ou de um texto cuja primeira linha sirva de título.</translation>
    </message>
    <message>
        <source>LinkedIn (your own app)</source>
        <translation>LinkedIn (seu próprio app)</translation>
    </message>
    <message>
        <source>LinkedIn already has this post: {sentence}</source>
        <translation>O LinkedIn já tem este post: {sentence}</translation>
    </message>
    <message>
        <source>LinkedIn continues threads as comments, which cannot have pictures.</source>
        <translation>O LinkedIn continua threads como comentários, que não podem ter imagens.</translation>
    </message>
    <message>
        <source>LinkedIn no longer supports this version of its API. Update Posto.</source>
        <translation>O LinkedIn não aceita mais esta versão da API. Atualize o Posto.</translation>
    </message>
    <message>
        <source>Mastodon and compatible servers</source>
        <translation>Mastodon e servidores compatíveis</translation>
    </message>
    <message>
        <source>Matrix ID</source>
        <translation>Matrix ID</translation>
    </message>
    <message>
        <source>Media not found: {names}.</source>
        <translation>Mídia não encontrada: {names}.</translation>
    </message>
    <message>
        <source>Media server</source>
        <translation>Servidor de mídia</translation>
    </message>
    <message>
        <source>Meta accepts no more posts for now.</source>
        <translation>A Meta não aceita mais posts por enquanto.</translation>
    </message>
    <message>
        <source>Meta could not use a file.</source>
        <translation>A Meta não pôde usar um arquivo.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>A Meta baixa imagens de um endereço público. Conecte a conta novamente e informe um site WordPress seu para elas.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. https://example.com</source>
        <translation>A Meta baixa imagens de um endereço público. https://example.com</translation>
    </message>
    <message>
        <source>Meta has a problem right now.</source>
        <translation>A Meta está com um problema agora.</translation>
    </message>
    <message>
        <source>Meta is still processing this post.</source>
        <translation>A Meta ainda está processando este post.</translation>
    </message>
    <message>
        <source>Meta no longer accepts the token.</source>
        <translation>A Meta não aceita mais o token.</translation>
    </message>
    <message>
        <source>Misskey and Sharkey</source>
        <translation>Misskey e Sharkey</translation>
    </message>
    <message>
        <source>Name the device that the password is for.</source>
        <translation>Informe o dispositivo para o qual é a senha.</translation>
    </message>
    <message>
        <source>No clear answer came in time.</source>
        <translation>Não houve resposta clara a tempo.</translation>
    </message>
    <message>
        <source>No clear answer came.</source>
        <translation>Não houve resposta clara.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer. Choose where to keep the password: until the workspace ends (session), or in a file that only you can read (file).</source>
        <translation>Nenhum chaveiro foi encontrado neste computador. Escolha onde guardar a senha: até o espaço de trabalho terminar (session) ou em um arquivo que só você pode ler (file).</translation>
    </message>
    <message>
        <source>No relay can be reached: {hosts}.</source>
        <translation>Nenhum relay pode ser alcançado: {hosts}.</translation>
    </message>
    <message>
        <source>No relay is known for this account. Connect it again.</source>
        <translation>Nenhum relay é conhecido para esta conta. Conecte-a novamente.</translation>
    </message>
    <message>
        <source>No server was found for {handle}. Enter its address.</source>
        <translation>Nenhum servidor foi encontrado para {handle}. Informe o endereço.</translation>
    </message>
    <message>
        <source>Nobody signed in within ten minutes. Try again.</source>
        <translation>Ninguém entrou em dez minutos. Tente novamente.</translation>
    </message>
    <message>
        <source>Nostr relays do not store files. Connect the account again and enter a media server.</source>
        <translation>Relays Nostr não armazenam arquivos. Conecte a conta novamente e informe um servidor de mídia.</translation>
    </message>
    <message>
        <source>Nothing was found here.</source>
        <translation>Nada foi encontrado aqui.</translation>
    </message>
    <message>
        <source>One post can go to {limit} channels at most.</source>
        <translation>Um post pode ir para no máximo {limit} canais.</translation>
    </message>
    <message>
        <source>One post can have {limit} files at most.</source>
        <translation>Um post pode ter no máximo {limit} arquivos.</translation>
    </message>
    <message>
        <source>Only failed schedules can be retried.</source>
        <translation>Só é possível tentar de novo agendamentos que falharam.</translation>
    </message>
    <message>
        <source>Only for protected topics.</source>
        <translation>Só para tópicos protegidos.</translation>
    </message>
    <message>
        <source>Only needed if your Matrix ID does not lead to your server.</source>
        <translation>Só é necessário se o seu Matrix ID não levar ao seu servidor.</translation>
    </message>
    <message>
        <source>Only needed if your handle does not lead to your server.</source>
        <translation>Só é necessário se o seu identificador não levar ao seu servidor.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be edited.</source>
        <translation>Só agendamentos ainda não enviados podem ser editados.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be rescheduled.</source>
        <translation>Só agendamentos ainda não enviados podem ser reagendados.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be sent now.</source>
        <translation>Só agendamentos ainda não enviados podem ser enviados agora.</translation>
    </message>
    <message>
        <source>Other programs use the ports for the browser&apos;s answer. Close them and try again.</source>
        <translation>Outros programas usam as portas para a resposta do navegador. Feche-os e tente novamente.</translation>
    </message>
    <message>
        <source>Other sites may not access this computer&apos;s workspace.</source>
        <translation>Outros sites não podem acessar o espaço de trabalho deste computador.</translation>
    </message>
    <message>
        <source>Page access token</source>
        <translation>Token de acesso da página</translation>
    </message>
    <message>
        <source>Part {number} of {total} is not published: {reason} The parts before it are.</source>
        <translation>A parte {number} de {total} não está publicada: {reason} As partes anteriores estão.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Senha</translation>
    </message>
    <message>
        <source>Port {port} on {host} cannot be used: {error}.</source>
        <translation>A porta {port} em {host} não pode ser usada: {error}.</translation>
    </message>
    <message>
        <source>PostgreSQL needs more: install posto[postgres] and start again.</source>
        <translation>O PostgreSQL precisa de mais: instale posto[postgres] e inicie novamente.</translation>
    </message>
    <message>
        <source>Posto Desktop was interrupted while sending this post, so it may be published.</source>
        <translation>O Posto Desktop foi interrompido ao enviar este post, por isso ele pode estar publicado.</translation>
    </message>
    <message>
        <source>Posto cannot make pictures smaller right now.</source>
        <translation>O Posto não pode reduzir imagens agora.</translation>
    </message>
    <message>
        <source>Posto cannot write comments on YouTube.</source>
        <translation>O Posto não pode escrever comentários no YouTube.</translation>
    </message>
    <message>
        <source>Posto cannot write to the workspace&apos;s folder: {folder}.</source>
        <translation>O Posto não pode gravar na pasta do espaço de trabalho: {folder}.</translation>
    </message>
    <message>
        <source>Posto cannot yet tell whether the message was sent.</source>
        <translation>O Posto ainda não sabe dizer se a mensagem foi enviada.</translation>
    </message>
    <message>
        <source>Posto may not read and write {part}. Allow it, then try again.</source>
        <translation>O Posto não pode ler e gravar {part}. Permita isso e tente novamente.</translation>
    </message>
    <message>
        <source>Posts wait on the site until someone publishes them.</source>
        <translation>Os posts esperam no site até alguém publicá-los.</translation>
    </message>
    <message>
        <source>Previews are being made. Try again in a moment.</source>
        <translation>As prévias estão sendo criadas. Tente de novo em instantes.</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>Chave privada</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>Relays</translation>
    </message>
    <message>
        <source>Remove the user name and password from the address of {host}.</source>
        <translation>Remova o nome de usuário e a senha do endereço de {host}.</translation>
    </message>
    <message>
        <source>Schedule group not found.</source>
        <translation>Grupo de agendamentos não encontrado.</translation>
    </message>
    <message>
        <source>Schedule not found.</source>
        <translation>Agendamento não encontrado.</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>Segredo</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Server or handle</source>
        <translation>Servidor ou identificador</translation>
    </message>
    <message>
        <source>Signing in was cancelled.</source>
        <translation>O login foi cancelado.</translation>
    </message>
    <message>
        <source>Slack accepts no more messages for now.</source>
        <translation>O Slack não aceita mais mensagens por enquanto.</translation>
    </message>
    <message>
        <source>Slack did not accept this: {name}.</source>
        <translation>O Slack não aceitou isto: {name}.</translation>
    </message>
    <message>
        <source>Slack has a problem right now ({name}).</source>
        <translation>O Slack está com um problema agora ({name}).</translation>
    </message>
    <message>
        <source>Slack is still processing a picture of this post.</source>
        <translation>O Slack ainda está processando uma imagem deste post.</translation>
    </message>
    <message>
        <source>Slack no longer accepts the token ({name}). Connect the channel again.</source>
        <translation>O Slack não aceita mais o token ({name}). Conecte o canal novamente.</translation>
    </message>
    <message>
        <source>Social network not found.</source>
        <translation>Rede social não encontrada.</translation>
    </message>
    <message>
        <source>Somebody else has changed these groups meanwhile.</source>
        <translation>Enquanto isso, outra pessoa alterou estes grupos.</translation>
    </message>
    <message>
        <source>Somebody else has changed {name} meanwhile.</source>
        <translation>Enquanto isso, outra pessoa alterou {name}.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to create posts as this user.</source>
        <translation>Desculpe, você não tem permissão para criar posts como este usuário.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to do that.</source>
        <translation>Desculpe, você não tem permissão para fazer isso.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to upload this file type.</source>
        <translation>Desculpe, você não tem permissão para enviar este tipo de arquivo.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Assine de novo no seu app de calendário com um novo endereço.</translation>
    </message>
    <message>
        <source>Telegram allows an animation only without other files. Put it in its own post.</source>
        <translation>O Telegram só permite uma animação sem outros arquivos. Coloque-a em um post próprio.</translation>
    </message>
    <message>
        <source>Telegram did not report which bot this is.</source>
        <translation>O Telegram não informou qual bot é este.</translation>
    </message>
    <message>
        <source>Telegram no longer knows this bot. Ask @BotFather for its token.</source>
        <translation>O Telegram não conhece mais este bot. Peça o token a @BotFather.</translation>
    </message>
    <message>
        <source>That needs too much memory or time.</source>
        <translation>Isso precisa de memória ou tempo demais.</translation>
    </message>
    <message>
        <source>The access to YouTube has expired. Posto is renewing it.</source>
        <translation>O acesso ao YouTube expirou. O Posto está renovando.</translation>
    </message>
    <message>
        <source>The access token belongs to {handle}.</source>
        <translation>O token de acesso pertence a {handle}.</translation>
    </message>
    <message>
        <source>The access token of {handle} stays valid. Delete it in the settings of {host}.</source>
        <translation>O token de acesso de {handle} continua válido. Exclua-o nas configurações de {host}.</translation>
    </message>
    <message>
        <source>The address of the relay {host} must begin with wss://</source>
        <translation>O endereço do relay {host} deve começar com wss://</translation>
    </message>
    <message>
        <source>The address of the server cannot be read.</source>
        <translation>O endereço do servidor não pode ser lido.</translation>
    </message>
    <message>
        <source>The address of the server must begin with https://.</source>
        <translation>O endereço do servidor deve começar com https://.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used.</source>
        <translation>O endereço de {host} não pode ser usado.</translation>
    </message>
    <message>
        <source>The answer is either there or send_again.</source>
        <translation>A resposta é there ou send_again.</translation>
    </message>
    <message>
        <source>The answer of {host} is too large.</source>
        <translation>A resposta de {host} é grande demais.</translation>
    </message>
    <message>
        <source>The app is in no channel. Write /invite @{name} in the channel you want to use.</source>
        <translation>O app não está em nenhum canal. Escreva /invite @{name} no canal que você quer usar.</translation>
    </message>
    <message>
        <source>The app is not in the channel. Write /invite and its name there.</source>
        <translation>O app não está no canal. Escreva /invite e o nome dele lá.</translation>
    </message>
    <message>
        <source>The app lacks a permission. Add it under OAuth &amp; Permissions and reinstall the app.</source>
        <translation>Falta uma permissão ao app. Adicione-a em OAuth &amp; Permissions e reinstale o app.</translation>
    </message>
    <message>
        <source>The app must be Live and have the permission pages_manage_posts.</source>
        <translation>O app precisa estar Live e ter a permissão pages_manage_posts.</translation>
    </message>
    <message>
        <source>The app password of {handle} no longer works. Create a new one in Bluesky&apos;s settings and connect the account again.</source>
        <translation>A senha de aplicativo de {handle} não funciona mais. Crie uma nova nas configurações do Bluesky e conecte a conta novamente.</translation>
    </message>
    <message>
        <source>The bot may not publish in {channel}. Make it an administrator there and allow it to post messages.</source>
        <translation>O bot não pode publicar em {channel}. Torne-o administrador lá e permita que publique mensagens.</translation>
    </message>
    <message>
        <source>The bot may not write there.</source>
        <translation>O bot não pode escrever lá.</translation>
    </message>
    <message>
        <source>The certificate file {name} cannot be used. Choose a readable file in PEM format. Nothing was sent.</source>
        <translation>O arquivo de certificado {name} não pode ser usado. Escolha um arquivo legível no formato PEM. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be verified. If this is your own server, add its certificate under Settings &gt; Network.</source>
        <translation>O certificado de {host} não pode ser verificado. Se for seu próprio servidor, adicione o certificado em Configurações &gt; Rede.</translation>
    </message>
    <message>
        <source>The channel does not exist, or the app is not in it.</source>
        <translation>O canal não existe ou o app não está nele.</translation>
    </message>
    <message>
        <source>The channel is archived.</source>
        <translation>O canal está arquivado.</translation>
    </message>
    <message>
        <source>The channel no longer exists.</source>
        <translation>O canal não existe mais.</translation>
    </message>
    <message>
        <source>The clocks of this server and of the media store {address} differ. Set them.</source>
        <translation>Os relógios deste servidor e do armazenamento de mídia {address} são diferentes. Ajuste-os.</translation>
    </message>
    <message>
        <source>The comment has {count} characters; LinkedIn allows {limit}. Shorten it.</source>
        <translation>O comentário tem {count} caracteres; o LinkedIn permite {limit}. Encurte-o.</translation>
    </message>
    <message>
        <source>The connection broke.</source>
        <translation>A conexão caiu.</translation>
    </message>
    <message>
        <source>The connection to {host} was interrupted.</source>
        <translation>A conexão com {host} foi interrompida.</translation>
    </message>
    <message>
        <source>The database {address} cannot be used: {reason} Check that it runs and that its name, user and password are right, then try again.</source>
        <translation>Não é possível usar o banco de dados {address}: {reason} Verifique se ele está em execução e se o nome, o usuário e a senha estão corretos e tente novamente.</translation>
    </message>
    <message>
        <source>The database {address} was last used by a newer version of Posto. Install that version here, too.</source>
        <translation>O banco de dados {address} foi usado por último por uma versão mais recente do Posto. Instale essa versão aqui também.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min ahead of this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>O relógio do banco de dados está {minutes} min à frente do deste servidor. As publicações saem pelo relógio do banco de dados: verifique ambos.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min behind this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>O relógio do banco de dados está {minutes} min atrás do deste servidor. As publicações saem pelo relógio do banco de dados: verifique ambos.</translation>
    </message>
    <message>
        <source>The date to delete before cannot be read.</source>
        <translation>A data até a qual excluir não pode ser lida.</translation>
    </message>
    <message>
        <source>The description of {name} has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>A descrição de {name} tem {count} caracteres; {server} permite {limit}. Encurte-a.</translation>
    </message>
    <message>
        <source>The disk is full: the workspace on this computer cannot be opened.</source>
        <translation>O disco está cheio: o espaço de trabalho neste computador não pode ser aberto.</translation>
    </message>
    <message>
        <source>The disk of this computer is too full: the file needs {size}, {limit} is free. Free some space.</source>
        <translation>O disco deste computador está cheio demais: o arquivo precisa de {size}, {limit} estão livres. Libere espaço.</translation>
    </message>
    <message>
        <source>The draft of this post was deleted on the site. Send the post again.</source>
        <translation>O rascunho deste post foi excluído no site. Envie o post de novo.</translation>
    </message>
    <message>
        <source>The entry of the file number {number} in the media library is damaged.</source>
        <translation>A entrada do arquivo número {number} na biblioteca de mídia está danificada.</translation>
    </message>
    <message>
        <source>The entry of this channel in the workspace&apos;s database is damaged ({names}).</source>
        <translation>A entrada deste canal no banco de dados do espaço de trabalho está danificada ({names}).</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It may have been sent. Check whether it is published before you send it again.</source>
        <translation>A entrada deste post no banco de dados do espaço de trabalho está danificada ({columns}). Ele pode ter sido enviado. Verifique se está publicado antes de enviá-lo de novo.</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It was not sent. Check it, then send it again or write it anew.</source>
        <translation>A entrada deste post no banco de dados do espaço de trabalho está danificada ({columns}). Ele não foi enviado. Confira-o e depois envie de novo ou reescreva-o.</translation>
    </message>
    <message>
        <source>The file could not be stored: {reason}.</source>
        <translation>Não foi possível armazenar o arquivo: {reason}.</translation>
    </message>
    <message>
        <source>The file number {number} is no longer in the media library.</source>
        <translation>O arquivo número {number} não está mais na biblioteca de mídia.</translation>
    </message>
    <message>
        <source>The file was not found.</source>
        <translation>O arquivo não foi encontrado.</translation>
    </message>
    <message>
        <source>The file with certificates is a path.</source>
        <translation>O arquivo com certificados é um caminho.</translation>
    </message>
    <message>
        <source>The file with the schedule was damaged. Look whether this post is published already before it is sent.</source>
        <translation>O arquivo com os agendamentos estava danificado. Veja se este post já está publicado antes que ele seja enviado.</translation>
    </message>
    <message>
        <source>The file {name} is no longer in the media library.</source>
        <translation>O arquivo {name} não está mais na biblioteca de mídia.</translation>
    </message>
    <message>
        <source>The file {name} was not found.</source>
        <translation>O arquivo {name} não foi encontrado.</translation>
    </message>
    <message>
        <source>The first comment is not published: {reason}</source>
        <translation>O primeiro comentário não está publicado: {reason}</translation>
    </message>
    <message>
        <source>The first comment may be published.</source>
        <translation>O primeiro comentário pode estar publicado.</translation>
    </message>
    <message>
        <source>The first line, which is the title, has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>A primeira linha, que é o título, tem {count} caracteres; o Lemmy permite {limit}. Informe um título mais curto.</translation>
    </message>
    <message>
        <source>The group has become a supergroup with a new number. Connect it again.</source>
        <translation>O grupo virou um supergrupo com um novo número. Conecte-o novamente.</translation>
    </message>
    <message>
        <source>The keychain</source>
        <translation>O chaveiro</translation>
    </message>
    <message>
        <source>The keychain of this computer is gone, so the password cannot be read. Sign in again.</source>
        <translation>O chaveiro deste computador não existe mais, então a senha não pode ser lida. Entre novamente.</translation>
    </message>
    <message>
        <source>The limit for late posts is a number of minutes, 0 to {limit}.</source>
        <translation>O limite para posts atrasados é um número de minutos, de 0 a {limit}.</translation>
    </message>
    <message>
        <source>The media store {address} does not answer right now.</source>
        <translation>O armazenamento de mídia {address} não responde no momento.</translation>
    </message>
    <message>
        <source>The media store {address} has no such bucket.</source>
        <translation>O armazenamento de mídia {address} não tem esse bucket.</translation>
    </message>
    <message>
        <source>The media store {address} refuses this server ({code}). Check its keys and their rights.</source>
        <translation>O armazenamento de mídia {address} recusa este servidor ({code}). Verifique as chaves e as permissões delas.</translation>
    </message>
    <message>
        <source>The message may be in the room already.</source>
        <translation>A mensagem pode já estar na sala.</translation>
    </message>
    <message>
        <source>The move of this workspace from {place} has not ended, so nothing is sent from here. Run “posto-server move” again.</source>
        <translation>A mudança deste espaço de trabalho de {place} não terminou, então nada é enviado daqui. Execute “posto-server move” novamente.</translation>
    </message>
    <message>
        <source>The name, the password or the code is wrong.</source>
        <translation>O nome, a senha ou o código está errado.</translation>
    </message>
    <message>
        <source>The network did not report which post it replies to.</source>
        <translation>A rede não informou a qual post ele responde.</translation>
    </message>
    <message>
        <source>The network gave no clear answer, so the post may be published.</source>
        <translation>A rede não deu resposta clara, por isso o post pode estar publicado.</translation>
    </message>
    <message>
        <source>The password of {handle} was not found on this computer. Connect the account again.</source>
        <translation>A senha de {handle} não foi encontrada neste computador. Conecte a conta novamente.</translation>
    </message>
    <message>
        <source>The picture cannot be made this small.</source>
        <translation>A imagem não pode ser tão reduzida.</translation>
    </message>
    <message>
        <source>The picture has {width} by {height} pixels, too many for a preview.</source>
        <translation>A imagem tem {width} por {height} pixels, demais para uma prévia.</translation>
    </message>
    <message>
        <source>The picture is saved in more than {most} passes, too many for a preview.</source>
        <translation>A imagem está salva em mais de {most} passagens, demais para uma prévia.</translation>
    </message>
    <message>
        <source>The post could not be prepared: {reason}</source>
        <translation>Não foi possível preparar o post: {reason}</translation>
    </message>
    <message>
        <source>The post has {count} files; {server} allows {limit}. Remove some.</source>
        <translation>O post tem {count} arquivos; {server} permite {limit}. Remova alguns.</translation>
    </message>
    <message>
        <source>The post has {count} tags; dev.to allows {limit}. Remove some.</source>
        <translation>O post tem {count} tags; dev.to permite {limit}. Remova algumas.</translation>
    </message>
    <message>
        <source>The post is being sent or was sent, so it cannot be undone.</source>
        <translation>A publicação está sendo enviada ou já foi enviada, por isso não dá para desfazer.</translation>
    </message>
    <message>
        <source>The post is empty. Add a text or a file.</source>
        <translation>O post está vazio. Adicione um texto ou um arquivo.</translation>
    </message>
    <message>
        <source>The previous part is published, but its address is unknown.</source>
        <translation>A parte anterior está publicada, mas o endereço é desconhecido.</translation>
    </message>
    <message>
        <source>The proxy cannot be reached.</source>
        <translation>O proxy não pode ser alcançado.</translation>
    </message>
    <message>
        <source>The proxy is an address such as http://host:8080.</source>
        <translation>O proxy é um endereço como http://host:8080.</translation>
    </message>
    <message>
        <source>The proxy of a channel of this computer cannot have a user name and a password. Set it for all channels in Settings, Network, which keeps its password in the keyring.</source>
        <translation>O proxy de um canal deste computador não pode ter nome de usuário e senha. Defina-o para todos os canais em Configurações, Rede, que guarda a senha no chaveiro.</translation>
    </message>
    <message>
        <source>The proxy password is missing. Open Posto Desktop.</source>
        <translation>Falta a senha do proxy. Abra o Posto Desktop.</translation>
    </message>
    <message>
        <source>The proxy settings are missing. Open Posto Desktop.</source>
        <translation>Faltam as configurações do proxy. Abra o Posto Desktop.</translation>
    </message>
    <message>
        <source>The request ended too early.</source>
        <translation>A solicitação terminou cedo demais.</translation>
    </message>
    <message>
        <source>The request is larger than {size}.</source>
        <translation>A solicitação é maior que {size}.</translation>
    </message>
    <message>
        <source>The rest of the thread is not published. Its parts reply to the first one, and the network did not report which post that is.</source>
        <translation>O resto da thread não está publicado. As partes respondem à primeira, e a rede não informou qual é esse post.</translation>
    </message>
    <message>
        <source>The rest of the thread needs the address of this post. Answer again later.</source>
        <translation>O resto da thread precisa do endereço deste post. Responda de novo mais tarde.</translation>
    </message>
    <message>
        <source>The room is now encrypted, and Posto cannot send encrypted messages. Choose another room.</source>
        <translation>A sala agora é criptografada, e o Posto não pode enviar mensagens criptografadas. Escolha outra sala.</translation>
    </message>
    <message>
        <source>The secret needs at least {limit} letters.</source>
        <translation>O segredo precisa de pelo menos {limit} letras.</translation>
    </message>
    <message>
        <source>The server accepts no more requests for now.</source>
        <translation>O servidor não aceita mais solicitações por enquanto.</translation>
    </message>
    <message>
        <source>The server has no key for the password of this account. Ask whoever runs the server.</source>
        <translation>O servidor não tem a chave da senha desta conta. Pergunte a quem administra o servidor.</translation>
    </message>
    <message>
        <source>The session could not be ended. End it in the settings of the network.</source>
        <translation>Não foi possível encerrar a sessão. Encerre-a nas configurações da rede.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. Sign in again.</source>
        <translation>A sessão de {handle} terminou. Entre novamente.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. You have {count} app passwords, so Posto does not know which one to delete. Delete it in Bluesky&apos;s settings.</source>
        <translation>A sessão de {handle} terminou. Você tem {count} senhas de aplicativo, então o Posto não sabe qual excluir. Exclua-a nas configurações do Bluesky.</translation>
    </message>
    <message>
        <source>The sign-in failed unexpectedly. See the workspace&apos;s log for details.</source>
        <translation>O login falhou inesperadamente. Veja os detalhes no log do espaço de trabalho.</translation>
    </message>
    <message>
        <source>The test post could not be deleted. Delete it yourself: {place}</source>
        <translation>Não foi possível excluir o post de teste. Exclua-o você mesmo: {place}</translation>
    </message>
    <message>
        <source>The text has {count} characters as X counts; X allows {limit}. Shorten it.</source>
        <translation>O texto tem {count} caracteres na contagem do X; o X permite {limit}. Encurte-o.</translation>
    </message>
    <message>
        <source>The text has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>O texto tem {count} caracteres; {server} permite {limit}. Encurte-o.</translation>
    </message>
    <message>
        <source>The text has {size} bytes; {server} allows {limit}. Shorten it.</source>
        <translation>O texto tem {size} bytes; {server} permite {limit}. Encurte-o.</translation>
    </message>
    <message>
        <source>The text is too long for Slack.</source>
        <translation>O texto é longo demais para o Slack.</translation>
    </message>
    <message>
        <source>The time of the post is missing.</source>
        <translation>Falta o horário do post.</translation>
    </message>
    <message>
        <source>The time of the post is not a Unix time.</source>
        <translation>O horário do post não é um horário Unix.</translation>
    </message>
    <message>
        <source>The time of this post has passed. Choose a new time.</source>
        <translation>O horário desta publicação já passou. Escolha um novo.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Ghost allows {limit}. Shorten it.</source>
        <translation>O título tem {count} caracteres; o Ghost permite {limit}. Encurte-o.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>O título tem {count} caracteres; o Lemmy permite {limit}. Informe um título mais curto.</translation>
    </message>
    <message>
        <source>The title has {count} characters; YouTube allows {limit}. Shorten it.</source>
        <translation>O título tem {count} caracteres; o YouTube permite {limit}. Encurte-o.</translation>
    </message>
    <message>
        <source>The title has {count} characters; dev.to allows {limit}. Shorten it.</source>
        <translation>O título tem {count} caracteres; dev.to permite {limit}. Encurte-o.</translation>
    </message>
    <message>
        <source>The upload stalled: no data came for a while.</source>
        <translation>O envio parou: por algum tempo não chegaram dados.</translation>
    </message>
    <message>
        <source>The way to servers is an object with proxy and ca_file.</source>
        <translation>O caminho até os servidores é um objeto com proxy e ca_file.</translation>
    </message>
    <message>
        <source>The workspace cannot start, because this program may not write to {unwritable}.</source>
        <translation>O espaço de trabalho não pode iniciar, porque este programa não pode gravar em {unwritable}.</translation>
    </message>
    <message>
        <source>The workspace could not be started: {reason}.</source>
        <translation>Não foi possível iniciar o espaço de trabalho: {reason}.</translation>
    </message>
    <message>
        <source>The workspace does not allow this app to write there.</source>
        <translation>O espaço de trabalho não permite que este app escreva lá.</translation>
    </message>
    <message>
        <source>The workspace had an unexpected error.</source>
        <translation>O espaço de trabalho teve um erro inesperado.</translation>
    </message>
    <message>
        <source>The workspace of Posto Desktop on this computer</source>
        <translation>O espaço de trabalho do Posto Desktop neste computador</translation>
    </message>
    <message>
        <source>The workspace of an older Posto Desktop is still running and could not be stopped. Log out of this computer and in again, then start Posto Desktop.</source>
        <translation>O espaço de trabalho de um Posto Desktop mais antigo ainda está em execução e não pôde ser parado. Saia da sua sessão neste computador, entre de novo e inicie o Posto Desktop.</translation>
    </message>
    <message>
        <source>The workspace on this computer could not start. See {file} in its folder.</source>
        <translation>O espaço de trabalho neste computador não pôde iniciar. Veja {file} na pasta dele.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not start in time.</source>
        <translation>O espaço de trabalho neste computador não iniciou a tempo.</translation>
    </message>
    <message>
        <source>The workspace on this computer was last used by a newer version of Posto Desktop. Install that version, or move the workspace&apos;s folder away to start with a new one.</source>
        <translation>O espaço de trabalho neste computador foi usado por último por uma versão mais nova do Posto Desktop. Instale essa versão ou tire a pasta do espaço de trabalho do lugar para começar um novo.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database cannot be opened: {error}.</source>
        <translation>O banco de dados do espaço de trabalho não pode ser aberto: {error}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database could not be used.</source>
        <translation>O banco de dados do espaço de trabalho não pôde ser usado.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database does not answer right now.</source>
        <translation>O banco de dados do espaço de trabalho não responde no momento.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database is in use by another program.</source>
        <translation>O banco de dados do espaço de trabalho está em uso por outro programa.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database was damaged. Posto kept it as {name} and started a new one.</source>
        <translation>O banco de dados do espaço de trabalho estava danificado. O Posto o guardou como {name} e começou um novo.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database {name} has damaged entries ({damaged}). Posto shows what it can read and does not send their posts. Other entries are not affected.</source>
        <translation>O banco de dados do espaço de trabalho {name} tem entradas danificadas ({damaged}). O Posto mostra o que consegue ler e não envia os posts delas. As outras entradas não são afetadas.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder cannot be created: {folder}.</source>
        <translation>A pasta do espaço de trabalho não pode ser criada: {folder}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder on this computer is read-only.</source>
        <translation>A pasta do espaço de trabalho neste computador é somente leitura.</translation>
    </message>
    <message>
        <source>The workspace&apos;s key cannot be read: {path}. {reason}. Move it away, then try again.</source>
        <translation>A chave do espaço de trabalho não pode ser lida: {path}. {reason}. Tire-a do lugar e tente novamente.</translation>
    </message>
    <message>
        <source>There are {count} already, and no room for more.</source>
        <translation>Já há {count}, e não cabem mais.</translation>
    </message>
    <message>
        <source>There is no WordPress at {server}, or its REST API is switched off. Copy the address of the site&apos;s front page.</source>
        <translation>Não há WordPress em {server}, ou a API REST está desativada. Copie o endereço da página inicial do site.</translation>
    </message>
    <message>
        <source>There is no post to comment on.</source>
        <translation>Não há post para comentar.</translation>
    </message>
    <message>
        <source>There is nothing to connect here.</source>
        <translation>Não há nada para conectar aqui.</translation>
    </message>
    <message>
        <source>There is somebody called {name} already.</source>
        <translation>Já existe alguém chamado {name}.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel. Create one first.</source>
        <translation>Esta conta do Google não tem canal no YouTube. Crie um primeiro.</translation>
    </message>
    <message>
        <source>This address belongs to another sign-in. Open the sign-in page again, allow Posto Desktop and copy the address of the last page.</source>
        <translation>Este endereço pertence a outro login. Abra a página de login de novo, permita o Posto Desktop e copie o endereço da última página.</translation>
    </message>
    <message>
        <source>This address is not served here. Use {address}.</source>
        <translation>Este endereço não é atendido aqui. Use {address}.</translation>
    </message>
    <message>
        <source>This calendar does not exist.</source>
        <translation>Este calendário não existe.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este computador</translation>
    </message>
    <message>
        <source>This computer was off or asleep at the time of the post.</source>
        <translation>Este computador estava desligado ou em repouso no horário do post.</translation>
    </message>
    <message>
        <source>This computer&apos;s disk is full.</source>
        <translation>O disco deste computador está cheio.</translation>
    </message>
    <message>
        <source>This file does not exist.</source>
        <translation>Este arquivo não existe.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot send to Nostr. Install what is missing: pip install &apos;posto[nostr]&apos;</source>
        <translation>Esta instalação do Posto não pode enviar para o Nostr. Instale o que falta: pip install &apos;posto[nostr]&apos;</translation>
    </message>
    <message>
        <source>This is not a private key. It begins with nsec1, or has 64 hexadecimal digits.</source>
        <translation>Isto não é uma chave privada. Ela começa com nsec1 ou tem 64 dígitos hexadecimais.</translation>
    </message>
    <message>
        <source>This is not an Admin API key. It has 24 letters, a colon and 64 letters. The Content API key beside it can only read.</source>
        <translation>Isto não é uma chave Admin API. Ela tem 24 letras, dois-pontos e 64 letras. A chave Content API ao lado só pode ler.</translation>
    </message>
    <message>
        <source>This is not the address of a post on this channel. Open the post and copy its address.</source>
        <translation>Este não é o endereço de um post neste canal. Abra o post e copie o endereço dele.</translation>
    </message>
    <message>
        <source>This is not the address of a post. It begins with https://.</source>
        <translation>Este não é o endereço de um post. Ele começa com https://.</translation>
    </message>
    <message>
        <source>This is not the address of a webhook. It begins with https://discord.com/api/webhooks/</source>
        <translation>Este não é o endereço de um webhook. Ele começa com https://discord.com/api/webhooks/</translation>
    </message>
    <message>
        <source>This is not the address of the last page. It begins with {listen} and is long. Copy all of it.</source>
        <translation>Este não é o endereço da última página. Ele começa com {listen} e é longo. Copie-o inteiro.</translation>
    </message>
    <message>
        <source>This is not the token of a bot. @BotFather shows it: 123456:ABC…</source>
        <translation>Este não é o token de um bot. @BotFather o mostra: 123456:ABC…</translation>
    </message>
    <message>
        <source>This is the address of another post on this channel.</source>
        <translation>Este é o endereço de outro post neste canal.</translation>
    </message>
    <message>
        <source>This is the last password with which an owner can sign in. Make another one first.</source>
        <translation>Esta é a última senha com que um proprietário pode entrar. Crie outra antes.</translation>
    </message>
    <message>
        <source>This is the public key. Enter the private key; it begins with nsec1.</source>
        <translation>Esta é a chave pública. Informe a chave privada; ela começa com nsec1.</translation>
    </message>
    <message>
        <source>This is your account password, and the account uses two-factor sign-in. Create an app password in Bluesky&apos;s settings and enter it here.</source>
        <translation>Esta é a senha da sua conta, e a conta usa login de dois fatores. Crie uma senha de aplicativo nas configurações do Bluesky e informe-a aqui.</translation>
    </message>
    <message>
        <source>This is your account password. Create an app password in Bluesky&apos;s settings and enter it here. You can revoke it at any time.</source>
        <translation>Esta é a senha da sua conta. Crie uma senha de aplicativo nas configurações do Bluesky e informe-a aqui. Você pode revogá-la quando quiser.</translation>
    </message>
    <message>
        <source>This item does not exist.</source>
        <translation>Este item não existe.</translation>
    </message>
    <message>
        <source>This network cannot be connected here.</source>
        <translation>Esta rede não pode ser conectada aqui.</translation>
    </message>
    <message>
        <source>This network has no private test posts.</source>
        <translation>Esta rede não tem posts de teste privados.</translation>
    </message>
    <message>
        <source>This password does not exist.</source>
        <translation>Esta senha não existe.</translation>
    </message>
    <message>
        <source>This person is not in the team any more.</source>
        <translation>Esta pessoa não está mais na equipe.</translation>
    </message>
    <message>
        <source>This post does not exist.</source>
        <translation>Este post não existe.</translation>
    </message>
    <message>
        <source>This post does not have what the comment is about.</source>
        <translation>Esta publicação não tem aquilo a que o comentário se refere.</translation>
    </message>
    <message>
        <source>This post does not wait for an approval any more.</source>
        <translation>Esta publicação não aguarda mais aprovação.</translation>
    </message>
    <message>
        <source>This post has no comment to publish.</source>
        <translation>Este post não tem comentário para publicar.</translation>
    </message>
    <message>
        <source>This post was changed meanwhile. Look at it again.</source>
        <translation>Esta publicação foi alterada nesse meio-tempo. Veja-a de novo.</translation>
    </message>
    <message>
        <source>This schedule has no unclear outcome.</source>
        <translation>Este agendamento não tem resultado incerto.</translation>
    </message>
    <message>
        <source>This sign-in does not wait for an address.</source>
        <translation>Este login não espera um endereço.</translation>
    </message>
    <message>
        <source>This sign-in has expired. Start again.</source>
        <translation>Este login expirou. Comece de novo.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to choose.</source>
        <translation>Este login não tem nada para escolher.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to test.</source>
        <translation>Este login não tem nada para testar.</translation>
    </message>
    <message>
        <source>This sign-in is over. Begin again in the app.</source>
        <translation>Este acesso terminou. Comece de novo no aplicativo.</translation>
    </message>
    <message>
        <source>This token belongs to {name}, a person. Enter a token of your page.</source>
        <translation>Este token pertence a {name}, uma pessoa. Informe um token da sua página.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this account.</source>
        <translation>Esta versão do Posto Desktop não pode publicar nesta conta.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this channel.</source>
        <translation>Esta versão do Posto Desktop não pode publicar neste canal.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place} ({day}), and the database in this folder is a copy from before that: it would send again what is sent there. To use it all the same, end the workspace there and delete {file}.</source>
        <translation>Este espaço de trabalho foi movido para {place} ({day}), e o banco de dados desta pasta é uma cópia anterior: enviaria de novo o que é enviado lá. Para usá-la mesmo assim, encerre o espaço de trabalho lá e exclua {file}.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place}, so nothing is sent from here. Use it there, or bring it back with “posto-server move”.</source>
        <translation>Este espaço de trabalho foi movido para {place}, então nada é enviado daqui. Use-o lá ou traga-o de volta com “posto-server move”.</translation>
    </message>
    <message>
        <source>Threads (your own app)</source>
        <translation>Threads (seu próprio app)</translation>
    </message>
    <message>
        <source>Threads downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>O Threads baixa imagens de um endereço público. Conecte a conta novamente e informe um site WordPress seu para elas.</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Token secret</source>
        <translation>Segredo do token</translation>
    </message>
    <message>
        <source>Too many requests. Try again in {count} seconds.</source>
        <translation>Muitas solicitações. Tente novamente em {count} segundos.</translation>
    </message>
    <message>
        <source>Too many sign-ins are under way. Try again in a few minutes.</source>
        <translation>Há logins demais em andamento. Tente de novo em alguns minutos.</translation>
    </message>
    <message>
        <source>Too many sign-ins have failed. Try again in {count} seconds.</source>
        <translation>Muitas tentativas de entrar falharam. Tente novamente em {count} segundos.</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Tópico</translation>
    </message>
    <message>
        <source>Tumblr does not allow apps to write comments.</source>
        <translation>O Tumblr não permite que apps escrevam comentários.</translation>
    </message>
    <message>
        <source>Two-factor code</source>
        <translation>Código de dois fatores</translation>
    </message>
    <message>
        <source>Type the address of your site, for example https://example.com.</source>
        <translation>Digite o endereço do seu site, por exemplo https://example.com.</translation>
    </message>
    <message>
        <source>Type the name of your server, for example mastodon.social, or your handle.</source>
        <translation>Digite o nome do seu servidor, por exemplo mastodon.social, ou seu identificador.</translation>
    </message>
    <message>
        <source>Use a client of the type Desktop app.</source>
        <translation>Use um cliente do tipo Desktop app.</translation>
    </message>
    <message>
        <source>Used once to sign in, never saved.</source>
        <translation>Usada uma vez para entrar, nunca salva.</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nome de usuário</translation>
    </message>
    <message>
        <source>User name or mail address</source>
        <translation>Nome de usuário ou e-mail</translation>
    </message>
    <message>
        <source>User name there</source>
        <translation>Nome de usuário lá</translation>
    </message>
    <message>
        <source>Webhook address</source>
        <translation>Endereço do webhook</translation>
    </message>
    <message>
        <source>What was scheduled in it is not sent.</source>
        <translation>O que estava agendado nele não é enviado.</translation>
    </message>
    <message>
        <source>With permission to read and write.</source>
        <translation>Com permissão para ler e escrever.</translation>
    </message>
    <message>
        <source>WordPress site for pictures</source>
        <translation>Site WordPress para imagens</translation>
    </message>
    <message>
        <source>Write what is to be changed.</source>
        <translation>Escreva o que deve ser alterado.</translation>
    </message>
    <message>
        <source>X (your own app)</source>
        <translation>X (seu próprio app)</translation>
    </message>
    <message>
        <source>You are not currently logged in.</source>
        <translation>Você não está conectado no momento.</translation>
    </message>
    <message>
        <source>You can close this window and go back to Posto Desktop.</source>
        <translation>Você pode fechar esta janela e voltar ao Posto Desktop.</translation>
    </message>
    <message>
        <source>You cannot do this to yourself. Another owner can.</source>
        <translation>Você não pode fazer isso consigo. Outro proprietário pode.</translation>
    </message>
    <message>
        <source>You did not allow the sign-in in the browser. Try again.</source>
        <translation>Você não permitiu o login no navegador. Tente novamente.</translation>
    </message>
    <message>
        <source>You have not joined any community. Join the one you want to post to.</source>
        <translation>Você não entrou em nenhuma comunidade. Entre naquela em que quer publicar.</translation>
    </message>
    <message>
        <source>You may not sign in to this workspace for now.</source>
        <translation>Por enquanto você não pode entrar neste espaço de trabalho.</translation>
    </message>
    <message>
        <source>You were removed from this workspace.</source>
        <translation>Você foi removido deste espaço de trabalho.</translation>
    </message>
    <message>
        <source>YouTube (your own project)</source>
        <translation>YouTube (seu próprio projeto)</translation>
    </message>
    <message>
        <source>YouTube allows one video and no pictures.</source>
        <translation>O YouTube permite um vídeo e nenhuma imagem.</translation>
    </message>
    <message>
        <source>YouTube does not allow &lt; and &gt; in titles and descriptions.</source>
        <translation>O YouTube não permite &lt; e &gt; em títulos e descrições.</translation>
    </message>
    <message>
        <source>YouTube needs a title.</source>
        <translation>O YouTube precisa de um título.</translation>
    </message>
    <message>
        <source>Your Google project has reached today&apos;s limit.</source>
        <translation>Seu projeto do Google atingiu o limite de hoje.</translation>
    </message>
    <message>
        <source>Your app has no credits left. Buy some at console.x.com.</source>
        <translation>Seu app não tem mais créditos. Compre em console.x.com.</translation>
    </message>
    <message>
        <source>Your files that no post uses take {used} of {limit}, and this one does not fit. Propose posts with them, or ask an editor to delete some, then try again.</source>
        <translation>Seus arquivos que nenhuma publicação usa ocupam {used} de {limit}, e este não cabe. Proponha publicações com eles ou peça a um editor que exclua alguns, depois tente de novo.</translation>
    </message>
    <message>
        <source>dev.to does not accept files from apps. Put the address of a picture into the text: ![description](https://…)</source>
        <translation>dev.to não aceita arquivos de apps. Coloque o endereço de uma imagem no texto: ![descrição](https://…)</translation>
    </message>
    <message>
        <source>dev.to does not allow apps to write comments.</source>
        <translation>dev.to não permite que apps escrevam comentários.</translation>
    </message>
    <message>
        <source>dev.to needs a title.</source>
        <translation>dev.to precisa de um título.</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>o conteúdo está danificado</translation>
    </message>
    <message>
        <source>news-of-our-club. Whoever knows it can read it.</source>
        <translation>noticias-do-nosso-clube. Quem o conhece pode ler.</translation>
    </message>
    <message>
        <source>not active</source>
        <translation>não ativo</translation>
    </message>
    <message>
        <source>nsec1… It stays in the keychain of this computer and cannot be changed.</source>
        <translation>nsec1… Fica no chaveiro deste computador e não pode ser alterada.</translation>
    </message>
    <message>
        <source>ntfy.sh, or the address of your own</source>
        <translation>ntfy.sh ou o endereço do seu próprio</translation>
    </message>
    <message>
        <source>xoxb-… from api.slack.com/apps: OAuth &amp; Permissions, after Install to Workspace.</source>
        <translation>xoxb-… de api.slack.com/apps: OAuth &amp; Permissions, depois de Install to Workspace.</translation>
    </message>
    <message>
        <source>you.bsky.social, or a domain of your own</source>
        <translation>voce.bsky.social ou um domínio seu</translation>
    </message>
    <message>
        <source>{account} is in no room where Posto can publish. Create or join an unencrypted room where you may write.</source>
        <translation>{account} não está em nenhuma sala onde o Posto possa publicar. Crie ou entre em uma sala não criptografada onde você possa escrever.</translation>
    </message>
    <message>
        <source>{account} was removed here, but its sign-in may still be valid.</source>
        <translation>{account} foi removido daqui, mas o login ainda pode ser válido.</translation>
    </message>
    <message>
        <source>{address} is no address of a PostgreSQL database.</source>
        <translation>{address} não é o endereço de um banco de dados PostgreSQL.</translation>
    </message>
    <message>
        <source>{address} is not the address of a relay. Example: wss://relay.damus.io</source>
        <translation>{address} não é o endereço de um relay. Exemplo: wss://relay.damus.io</translation>
    </message>
    <message>
        <source>{channel} is no longer connected. Connect it again.</source>
        <translation>{channel} não está mais conectado. Conecte novamente.</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} bytes</translation>
    </message>
    <message>
        <source>{count} relays are too many; enter at most {limit}.</source>
        <translation>{count} relays são demais; informe no máximo {limit}.</translation>
    </message>
    <message>
        <source>{handle} has no note at this address.</source>
        <translation>{handle} não tem nota neste endereço.</translation>
    </message>
    <message>
        <source>{handle} has no post at this address.</source>
        <translation>{handle} não tem post neste endereço.</translation>
    </message>
    <message>
        <source>{handle} is {status} at Bluesky.</source>
        <translation>{handle} está {status} no Bluesky.</translation>
    </message>
    <message>
        <source>{handle} may publish {limit}. This post waits until then.</source>
        <translation>{handle} pode publicar {limit}. Este post espera até lá.</translation>
    </message>
    <message>
        <source>{host} accepts no more messages today.</source>
        <translation>{host} não aceita mais mensagens hoje.</translation>
    </message>
    <message>
        <source>{host} accepts no more requests for now.</source>
        <translation>{host} não aceita mais solicitações por enquanto.</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} não pode ser alcançado.</translation>
    </message>
    <message>
        <source>{host} did not accept the user name and application password. Create a new password on the site and connect the account again. If they are right, the web server removes them before WordPress sees them.</source>
        <translation>{host} não aceitou o nome de usuário e a senha de aplicativo. Crie uma nova senha no site e conecte a conta novamente. Se estiverem certos, o servidor web os remove antes que o WordPress os veja.</translation>
    </message>
    <message>
        <source>{host} did not accept this (status {status}).</source>
        <translation>{host} não aceitou isto (status {status}).</translation>
    </message>
    <message>
        <source>{host} did not accept this handle and password. Enter an app password, not your account password.</source>
        <translation>{host} não aceitou este identificador e esta senha. Informe uma senha de aplicativo, não a senha da conta.</translation>
    </message>
    <message>
        <source>{host} did not answer in time.</source>
        <translation>{host} não respondeu a tempo.</translation>
    </message>
    <message>
        <source>{host} did not grant access. Try again.</source>
        <translation>{host} não concedeu acesso. Tente novamente.</translation>
    </message>
    <message>
        <source>{host} did not keep the test post as a draft, so Posto deleted it.</source>
        <translation>{host} não manteve o post de teste como rascunho, então o Posto o excluiu.</translation>
    </message>
    <message>
        <source>{host} did not report whether it has the post.</source>
        <translation>{host} não informou se tem o post.</translation>
    </message>
    <message>
        <source>{host} does not accept the session.</source>
        <translation>{host} não aceita a sessão.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in ({answer}). Sign in again.</source>
        <translation>{host} não aceita o login ({answer}). Entre novamente.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in. Sign in again.</source>
        <translation>{host} não aceita o login. Entre novamente.</translation>
    </message>
    <message>
        <source>{host} does not accept the signature.</source>
        <translation>{host} não aceita a assinatura.</translation>
    </message>
    <message>
        <source>{host} does not accept this much.</source>
        <translation>{host} não aceita tanto assim.</translation>
    </message>
    <message>
        <source>{host} does not accept uploads with this user name and password.</source>
        <translation>{host} não aceita envios com este nome de usuário e esta senha.</translation>
    </message>
    <message>
        <source>{host} does not accept your files.</source>
        <translation>{host} não aceita seus arquivos.</translation>
    </message>
    <message>
        <source>{host} does not allow this sign-in. Paste an access token.</source>
        <translation>{host} não permite este login. Cole um token de acesso.</translation>
    </message>
    <message>
        <source>{host} does not let this account use the topic. Allow it there, or connect the account again.</source>
        <translation>{host} não deixa esta conta usar o tópico. Permita isso lá ou conecte a conta novamente.</translation>
    </message>
    <message>
        <source>{host} does not report which password this is. Delete it there.</source>
        <translation>{host} não informa qual é esta senha. Exclua-a lá.</translation>
    </message>
    <message>
        <source>{host} has a problem right now (status {status}).</source>
        <translation>{host} está com um problema agora (status {status}).</translation>
    </message>
    <message>
        <source>{host} has moved. Connect the account again.</source>
        <translation>{host} mudou de endereço. Conecte a conta novamente.</translation>
    </message>
    <message>
        <source>{host} is not compatible with Mastodon.</source>
        <translation>{host} não é compatível com o Mastodon.</translation>
    </message>
    <message>
        <source>{host} is still processing a file of this post.</source>
        <translation>{host} ainda está processando um arquivo deste post.</translation>
    </message>
    <message>
        <source>{host} must use https, because Posto sends it a password.</source>
        <translation>{host} precisa usar https, porque o Posto lhe envia uma senha.</translation>
    </message>
    <message>
        <source>{host} no longer accepts posts at this address. Connect the channel again.</source>
        <translation>{host} não aceita mais posts neste endereço. Conecte o canal novamente.</translation>
    </message>
    <message>
        <source>{host} no longer accepts the key. Connect the site again.</source>
        <translation>{host} não aceita mais a chave. Conecte o site novamente.</translation>
    </message>
    <message>
        <source>{host} no longer has a file of this post. Posto sends it again.</source>
        <translation>{host} não tem mais um arquivo deste post. O Posto o envia de novo.</translation>
    </message>
    <message>
        <source>{host} no longer knows this webhook or bot. Connect the channel again.</source>
        <translation>{host} não conhece mais este webhook ou bot. Conecte o canal novamente.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop.</source>
        <translation>{host} redireciona em círculo.</translation>
    </message>
    <message>
        <source>{host} redirects to an invalid address.</source>
        <translation>{host} redireciona para um endereço inválido.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>{host} redireciona para outro endereço.</translation>
    </message>
    <message>
        <source>{host} sent an answer that Posto does not understand.</source>
        <translation>{host} enviou uma resposta que o Posto não entende.</translation>
    </message>
    <message>
        <source>{host} showed the test note to others, so Posto deleted it.</source>
        <translation>{host} mostrou a nota de teste a outras pessoas, então o Posto a excluiu.</translation>
    </message>
    <message>
        <source>{host} showed the test post to others, so Posto deleted it.</source>
        <translation>{host} mostrou o post de teste a outras pessoas, então o Posto o excluiu.</translation>
    </message>
    <message>
        <source>{host} signs in only in the browser. Enter an access token instead. In Element it is under All settings, Help and about.</source>
        <translation>{host} só faz login no navegador. Informe um token de acesso. No Element, ele fica em Todas as configurações, Ajuda e sobre.</translation>
    </message>
    <message>
        <source>{host}: someone else is editing this post. Try again in a moment.</source>
        <translation>{host}: outra pessoa está editando este post. Tente de novo em instantes.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it to send the waiting posts.</source>
        <translation>{keychain} está bloqueado. Desbloqueie-o para enviar os posts em espera.</translation>
    </message>
    <message>
        <source>{name} allows pictures or a video, not both in one post.</source>
        <translation>{name} permite imagens ou um vídeo, não os dois em um post.</translation>
    </message>
    <message>
        <source>{name} allows {most} videos at most.</source>
        <translation>{name} permite no máximo {most} vídeos.</translation>
    </message>
    <message>
        <source>{name} has no blog.</source>
        <translation>{name} não tem blog.</translation>
    </message>
    <message>
        <source>{name} has {size}; {server} allows {limit}. Make it smaller or remove it.</source>
        <translation>{name} tem {size}; {server} permite {limit}. Reduza-o ou remova-o.</translation>
    </message>
    <message>
        <source>{name} has {width} × {height} pixels; {server} allows {limit} in all. Make it smaller.</source>
        <translation>{name} tem {width} × {height} pixels; {server} permite {limit} no total. Reduza-o.</translation>
    </message>
    <message>
        <source>{name} is in no Discord server with a text channel. Invite it: at discord.com/developers, OAuth2, URL Generator, scope bot, permission Send Messages.</source>
        <translation>{name} não está em nenhum servidor do Discord com um canal de texto. Convide-o: em discord.com/developers, OAuth2, URL Generator, escopo bot, permissão Send Messages.</translation>
    </message>
    <message>
        <source>{name} is larger than {size} and could not be made smaller.</source>
        <translation>{name} é maior que {size} e não pôde ser reduzido.</translation>
    </message>
    <message>
        <source>{name} is no name of a group: letters, digits, spaces, &amp; + . -</source>
        <translation>{name} não é um nome de grupo: letras, dígitos, espaços, &amp; + . -</translation>
    </message>
    <message>
        <source>{name} is the last owner. Make somebody else an owner first.</source>
        <translation>{name} é o último proprietário. Torne antes outra pessoa proprietária.</translation>
    </message>
    <message>
        <source>{name} needs a text.</source>
        <translation>{name} precisa de um texto.</translation>
    </message>
    <message>
        <source>{name} needs a title.</source>
        <translation>{name} precisa de um título.</translation>
    </message>
    <message>
        <source>{name} needs at least one picture or video.</source>
        <translation>{name} precisa de pelo menos uma imagem ou um vídeo.</translation>
    </message>
    <message>
        <source>{name} was made smaller, to {width} × {height} pixels and {size}.</source>
        <translation>{name} foi reduzido para {width} × {height} pixels e {size}.</translation>
    </message>
    <message>
        <source>{server} does not support files like {name} ({mime}). Remove it.</source>
        <translation>{server} não aceita arquivos como {name} ({mime}). Remova-o.</translation>
    </message>
    <message>
        <source>{server} needs at least one picture or video.</source>
        <translation>{server} precisa de pelo menos uma imagem ou um vídeo.</translation>
    </message>
    <message>
        <source>{slug} may not write posts on {host}. Ask for the role of an author.</source>
        <translation>{slug} não pode escrever posts em {host}. Peça a função de autor.</translation>
    </message>
</context>
<context>
    <name>Service</name>
    <message numerus="yes">
        <source>%n message(s) (needs/need) you.</source>
        <translation>
            <numerusform>%n mensagem precisa de você.</numerusform>
            <numerusform>%n mensagens precisam de você.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) accepted for some of their channels only.</source>
        <translation>
            <numerusform>%n mensagem foi aceita só para alguns dos canais dela.</numerusform>
            <numerusform>%n mensagens foram aceitas só para alguns dos canais delas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) not sent.</source>
        <translation>
            <numerusform>%n mensagem não foi enviada.</numerusform>
            <numerusform>%n mensagens não foram enviadas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) refused.</source>
        <translation>
            <numerusform>%n mensagem foi recusada.</numerusform>
            <numerusform>%n mensagens foram recusadas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} posts could not be tried again.</source>
        <translation>
            <numerusform>%n de {all} posts não pôde ser tentado de novo.</numerusform>
            <numerusform>%n de {all} posts não puderam ser tentados de novo.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} files could not be downloaded.</source>
        <translation>
            <numerusform>%n de {total} arquivos não pôde ser baixado.</numerusform>
            <numerusform>%n de {total} arquivos não puderam ser baixados.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts could not be deleted.</source>
        <translation>
            <numerusform>%n de {total} posts não pôde ser excluído.</numerusform>
            <numerusform>%n de {total} posts não puderam ser excluídos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (is/are) tried again</source>
        <translation>
            <numerusform>Nova tentativa para %n post</numerusform>
            <numerusform>Nova tentativa para %n posts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(The post/%n posts) could not be tried again.</source>
        <translation>
            <numerusform>Não foi possível tentar o post de novo.</numerusform>
            <numerusform>Não foi possível tentar %n posts de novo.</numerusform>
        </translation>
    </message>
    <message>
        <source>If this continues, check the site in a browser.</source>
        <translation>Se isso continuar, verifique o site em um navegador.</translation>
    </message>
    <message>
        <source>It was not sent again, because it may already be published.</source>
        <translation>Não foi enviado de novo, porque pode já estar publicado.</translation>
    </message>
    <message>
        <source>Its password is not on this computer. Sign in again.</source>
        <translation>A senha não está neste computador. Entre novamente.</translation>
    </message>
    <message>
        <source>Move Posto Desktop to the Applications folder and open it from there. Where it is now, macOS would not find it at the next login.</source>
        <translation>Mova o Posto Desktop para a pasta Aplicativos e abra-o de lá. Onde está agora, o macOS não o encontraria no próximo login.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nada foi alterado.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Nada foi enviado.</translation>
    </message>
    <message>
        <source>Posto is restarting it. See the log for details.</source>
        <translation>O Posto está reiniciando. Veja os detalhes no log.</translation>
    </message>
    <message>
        <source>Posto may not write there</source>
        <translation>O Posto não pode gravar lá</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>Enviar mesmo assim</translation>
    </message>
    <message>
        <source>Sending stopped because of an unexpected error ({why}).</source>
        <translation>O envio parou por causa de um erro inesperado ({why}).</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Something could not be saved. See the log for details.</source>
        <translation>Algo não pôde ser salvo. Veja os detalhes no log.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({why}).</source>
        <translation>Algo inesperado deu errado ({why}).</translation>
    </message>
    <message>
        <source>Something unexpected went wrong. See the log for details.</source>
        <translation>Algo inesperado deu errado. Veja os detalhes no log.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Assine de novo no seu app de calendário com um novo endereço.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>O app está fechando.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was changed.</source>
        <translation>O app está fechando. Nada foi alterado.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was done.</source>
        <translation>O app está fechando. Nada foi feito.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was sent.</source>
        <translation>O app está fechando. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The changes could not be saved. Nothing was changed.</source>
        <translation>Não foi possível salvar as alterações. Nada foi alterado.</translation>
    </message>
    <message>
        <source>The content of this post could not be read, because it was not created in Posto.</source>
        <translation>O conteúdo deste post não pôde ser lido, porque ele não foi criado no Posto.</translation>
    </message>
    <message>
        <source>The list of recent files was damaged and is now empty. The files themselves are not affected.</source>
        <translation>A lista de arquivos recentes estava danificada e agora está vazia. Os arquivos em si não são afetados.</translation>
    </message>
    <message>
        <source>The password is not available. Sign in again to save it.</source>
        <translation>A senha não está disponível. Entre novamente para salvá-la.</translation>
    </message>
    <message>
        <source>The post could not be deleted.</source>
        <translation>Não foi possível excluir o post.</translation>
    </message>
    <message>
        <source>The post could not be saved. Nothing was sent.</source>
        <translation>Não foi possível salvar o post. Nada foi enviado.</translation>
    </message>
    <message>
        <source>The posts may have been deleted.</source>
        <translation>Os posts podem ter sido excluídos.</translation>
    </message>
    <message>
        <source>The posts were not deleted. {why}</source>
        <translation>Os posts não foram excluídos. {why}</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>Não é possível alcançar o espaço de trabalho.</translation>
    </message>
    <message>
        <source>The workspace is slow to answer.</source>
        <translation>O espaço de trabalho demora a responder.</translation>
    </message>
    <message>
        <source>The workspace on this computer is not running. Open it, then try again.</source>
        <translation>O espaço de trabalho neste computador não está em execução. Abra-o e tente novamente.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este computador</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Tarde demais para desfazer: os posts foram excluídos.</translation>
    </message>
    <message>
        <source>Until you fix this, Posto cannot save drafts or send posts.</source>
        <translation>Até você corrigir isto, o Posto não pode salvar rascunhos nem enviar posts.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: the workspace is slow to answer.</source>
        <translation>Esperando posts anteriores: o espaço de trabalho demora a responder.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: {host} is slow to answer.</source>
        <translation>Esperando posts anteriores: {host} demora a responder.</translation>
    </message>
    <message>
        <source>Windows does not let Posto do that: {why}.</source>
        <translation>O Windows não deixa o Posto fazer isso: {why}.</translation>
    </message>
    <message>
        <source>You can have {n} at most. Delete one first.</source>
        <translation>Você pode ter no máximo {n}. Exclua um primeiro.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>o nome não pode ser usado</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>o disco está cheio</translation>
    </message>
    <message>
        <source>{address} could not be downloaded. {why}</source>
        <translation>Não foi possível baixar {address}. {why}</translation>
    </message>
    <message>
        <source>{address} could not be kept: {why}.</source>
        <translation>Não foi possível guardar {address}: {why}.</translation>
    </message>
    <message>
        <source>{address} is a web page, not a picture.</source>
        <translation>{address} é uma página da web, não uma imagem.</translation>
    </message>
    <message>
        <source>{address} is not a picture or video.</source>
        <translation>{address} não é uma imagem nem um vídeo.</translation>
    </message>
    <message>
        <source>{host} is slow to answer.</source>
        <translation>{host} demora a responder.</translation>
    </message>
    <message>
        <source>{name} cannot be played here.</source>
        <translation>{name} não pode ser reproduzido aqui.</translation>
    </message>
    <message>
        <source>{name} cannot be posted.</source>
        <translation>{name} não pode ser publicado.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} não pode ser lido: acesso negado.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} não pode ser lido: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} não pode ser lido: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be saved as a picture.</source>
        <translation>{name} não pode ser salvo como imagem.</translation>
    </message>
    <message>
        <source>{name} cannot be shown here.</source>
        <translation>{name} não pode ser mostrado aqui.</translation>
    </message>
    <message>
        <source>{name} could not be kept: {why}.</source>
        <translation>Não foi possível guardar {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened as a video in time.</source>
        <translation>Não foi possível abrir {name} como vídeo a tempo.</translation>
    </message>
    <message>
        <source>{name} has sound but no picture.</source>
        <translation>{name} tem som, mas não tem imagem.</translation>
    </message>
    <message>
        <source>{name} is a folder. Add the files inside it.</source>
        <translation>{name} é uma pasta. Adicione os arquivos dentro dela.</translation>
    </message>
    <message>
        <source>{name} is damaged: it cannot be opened as a video.</source>
        <translation>{name} está danificado: não pode ser aberto como vídeo.</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <translation>{name} está vazio (0 bytes).</translation>
    </message>
    <message>
        <source>{name} is no video.</source>
        <translation>{name} não é um vídeo.</translation>
    </message>
    <message>
        <source>{name} is not a file that can be posted.</source>
        <translation>{name} não é um arquivo que possa ser publicado.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post.</source>
        <translation>{name} não é uma imagem nem um vídeo que o Posto possa publicar.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a PDF.</source>
        <translation>{name} não é uma imagem nem um vídeo que o Posto possa publicar: é um PDF.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a drawing (SVG).</source>
        <translation>{name} não é uma imagem nem um vídeo que o Posto possa publicar: é um desenho (SVG).</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a program.</source>
        <translation>{name} não é uma imagem nem um vídeo que o Posto possa publicar: é um programa.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a script.</source>
        <translation>{name} não é uma imagem nem um vídeo que o Posto possa publicar: é um script.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a web page.</source>
        <translation>{name} não é uma imagem nem um vídeo que o Posto possa publicar: é uma página da web.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is an archive.</source>
        <translation>{name} não é uma imagem nem um vídeo que o Posto possa publicar: é um arquivo compactado.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is sound only.</source>
        <translation>{name} não é uma imagem nem um vídeo que o Posto possa publicar: é só som.</translation>
    </message>
    <message>
        <source>{name} is not a picture that Posto can post.</source>
        <translation>{name} não é uma imagem que o Posto possa publicar.</translation>
    </message>
    <message>
        <source>{name} shows no picture.</source>
        <translation>{name} não mostra imagem.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} não foi encontrado.</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto. It was left as it is; use that version to change it.</source>
        <translation>{name} foi gravado por uma versão mais nova do Posto. Ficou como estava; use essa versão para alterá-lo.</translation>
    </message>
    <message>
        <source>{path} cannot be changed: {why}.</source>
        <translation>{path} não pode ser alterado: {why}.</translation>
    </message>
    <message>
        <source>“{title}” needs you.</source>
        <translation>“{title}” precisa de você.</translation>
    </message>
    <message>
        <source>“{title}” was accepted</source>
        <translation>“{title}” foi aceito</translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s), not for {channels}.</source>
        <translation>
            <numerusform>“{title}” foi aceito para {n} de %n canal, não para {channels}.</numerusform>
            <numerusform>“{title}” foi aceito para {n} de %n canais, não para {channels}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s).</source>
        <translation>
            <numerusform>“{title}” foi aceito para {n} de %n canal.</numerusform>
            <numerusform>“{title}” foi aceito para {n} de %n canais.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was not sent.</source>
        <translation>“{title}” não foi enviado.</translation>
    </message>
    <message>
        <source>“{title}” was refused.</source>
        <translation>“{title}” foi recusado.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> E mais %n.</numerusform>
            <numerusform> E mais %n.</numerusform>
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
            <numerusform>%n pixel</numerusform>
            <numerusform>%n pixels</numerusform>
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
            <numerusform>%n palavra é sugerida de novo</numerusform>
            <numerusform>%n palavras são sugeridas de novo</numerusform>
        </translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 ano</translation>
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
        <translation>2 anos</translation>
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
        <translation>Um dia sem horário significa</translation>
    </message>
    <message>
        <source>A file in PEM format, trusted in addition to the system&apos;s certificates</source>
        <translation>Um arquivo no formato PEM, considerado confiável além dos certificados do sistema</translation>
    </message>
    <message>
        <source>A post failed</source>
        <translation>Um post falhou</translation>
    </message>
    <message>
        <source>A post needs you</source>
        <translation>Um post precisa de você</translation>
    </message>
    <message>
        <source>A post was sent</source>
        <translation>Um post foi enviado</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Sobre</translation>
    </message>
    <message>
        <source>Accounts and workspaces</source>
        <translation>Contas e espaços de trabalho</translation>
    </message>
    <message>
        <source>Accounts, files, limits and the service; quiet if all is well</source>
        <translation>Contas, arquivos, limites e o serviço; em silêncio se tudo estiver bem</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Atividade</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Endereço do proxy</translation>
    </message>
    <message>
        <source>After # and @: hashtags and mentions of this workspace, and its channels</source>
        <translation>Depois de # e @: hashtags e menções deste espaço de trabalho, e seus canais</translation>
    </message>
    <message>
        <source>After 20 seconds</source>
        <translation>Após 20 segundos</translation>
    </message>
    <message>
        <source>After 6 seconds</source>
        <translation>Após 6 segundos</translation>
    </message>
    <message>
        <source>After this time the service counts as offline</source>
        <translation>Depois desse tempo, o serviço é considerado offline</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>Another program has {keys}. Choose other keys.</source>
        <translation>Outro programa usa {keys}. Escolha outras teclas.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aparência</translation>
    </message>
    <message>
        <source>Applies to files you add from now on. Posto sends copies and never changes your own files.</source>
        <translation>Vale para arquivos que você adicionar a partir de agora. O Posto envia cópias e nunca altera seus próprios arquivos.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Como o sistema</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Perguntar</translation>
    </message>
    <message>
        <source>Ask before sending now</source>
        <translation>Perguntar antes de enviar agora</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Fazer backup de tudo</translation>
    </message>
    <message>
        <source>Best, large files ({number})</source>
        <translation>Melhor, arquivos grandes ({number})</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Cache</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Calendário</translation>
    </message>
    <message>
        <source>Calendar and times</source>
        <translation>Calendário e horários</translation>
    </message>
    <message>
        <source>Certificates and timeouts</source>
        <translation>Certificados e tempos limite</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Certificados próprios</translation>
    </message>
    <message>
        <source>Check posts before they are due</source>
        <translation>Verificar os posts antes da hora</translation>
    </message>
    <message>
        <source>Choose ffmpeg</source>
        <translation>Escolher o ffmpeg</translation>
    </message>
    <message>
        <source>Choose “This one” above to use your own proxy</source>
        <translation>Escolha “Este” acima para usar seu próprio proxy</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Escolher…</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Relógio</translation>
    </message>
    <message>
        <source>Close notifications in the window</source>
        <translation>Fechar notificações na janela</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Confortável</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compacto</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Escrever</translation>
    </message>
    <message>
        <source>Converting videos</source>
        <translation>Conversão de vídeos</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Escuro</translation>
    </message>
    <message>
        <source>Dates and numbers</source>
        <translation>Datas e números</translation>
    </message>
    <message>
        <source>Dates, times and numbers</source>
        <translation>Datas, horários e números</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Dia</translation>
    </message>
    <message>
        <source>Days ahead to fill</source>
        <translation>Dias à frente</translation>
    </message>
    <message>
        <source>Desktop notifications are off</source>
        <translation>As notificações na área de trabalho estão desativadas</translation>
    </message>
    <message>
        <source>Do not keep</source>
        <translation>Não guardar</translation>
    </message>
    <message>
        <source>Emoji used lately</source>
        <translation>Emojis usados recentemente</translation>
    </message>
    <message>
        <source>Empty for a proxy without sign-in</source>
        <translation>Vazio para um proxy sem login</translation>
    </message>
    <message>
        <source>Even when Posto Desktop is closed</source>
        <translation>Mesmo quando o Posto Desktop está fechado</translation>
    </message>
    <message>
        <source>Every way to send at once shows once more what will happen</source>
        <translation>Cada forma de enviar na hora mostra mais uma vez o que vai acontecer</translation>
    </message>
    <message>
        <source>Fill free slots with evergreen messages</source>
        <translation>Preencher horários livres com mensagens evergreen</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Pastas</translation>
    </message>
    <message>
        <source>For posts due while this computer was off; older ones show as missed</source>
        <translation>Para posts que deveriam sair com este computador desligado; os mais antigos aparecem como perdidos</translation>
    </message>
    <message>
        <source>For services and the web, never for this computer</source>
        <translation>Para serviços e a web, nunca para este computador</translation>
    </message>
    <message>
        <source>For typing and showing times, from the next start of Posto</source>
        <translation>Para digitar e mostrar horários, a partir da próxima inicialização do Posto</translation>
    </message>
    <message>
        <source>From each added file; the file editor can keep them</source>
        <translation>De cada arquivo adicionado; o editor de arquivos pode mantê-los</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Geral</translation>
    </message>
    <message>
        <source>Good (90)</source>
        <translation>Boa (90)</translation>
    </message>
    <message>
        <source>HTTP</source>
        <translation>HTTP</translation>
    </message>
    <message>
        <source>Hold {modifiers} with another key</source>
        <translation>Segure {modifiers} com outra tecla</translation>
    </message>
    <message>
        <source>How channels are grouped</source>
        <translation>Como os canais são agrupados</translation>
    </message>
    <message>
        <source>In the calendar and wherever a day is chosen</source>
        <translation>No calendário e onde quer que se escolha um dia</translation>
    </message>
    <message>
        <source>In the schedule</source>
        <translation>Nos agendamentos</translation>
    </message>
    <message>
        <source>In the window</source>
        <translation>Na janela</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Métricas</translation>
    </message>
    <message>
        <source>Keep insights for</source>
        <translation>Guardar métricas por</translation>
    </message>
    <message>
        <source>Keep sending</source>
        <translation>Continuar enviando</translation>
    </message>
    <message>
        <source>Keep sending after the window is closed</source>
        <translation>Continuar enviando depois de fechar a janela</translation>
    </message>
    <message>
        <source>Keep the original size</source>
        <translation>Manter o tamanho original</translation>
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
        <translation>Idioma do Posto. Você pode escrever e publicar em qualquer idioma.</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Grande</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Maior</translation>
    </message>
    <message>
        <source>Last export folder</source>
        <translation>Última pasta de exportação</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>Menos movimento</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licenças</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Claro ou escuro</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Arquivos de log</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Procurar de novo</translation>
    </message>
    <message>
        <source>Look for ffmpeg again</source>
        <translation>Procurar o ffmpeg de novo</translation>
    </message>
    <message>
        <source>Looking for ffmpeg…</source>
        <translation>Procurando o ffmpeg…</translation>
    </message>
    <message>
        <source>Make large pictures smaller</source>
        <translation>Reduzir imagens grandes</translation>
    </message>
    <message>
        <source>Medium ({number})</source>
        <translation>Média ({number})</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>Segunda-feira</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mês</translation>
    </message>
    <message>
        <source>More contrast</source>
        <translation>Mais contraste</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Rede</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nunca</translation>
    </message>
    <message>
        <source>New pictures and videos there become drafts</source>
        <translation>As novas imagens e vídeos viram rascunhos</translation>
    </message>
    <message>
        <source>New posts wait in Activity. Scheduled posts of this computer wait, too</source>
        <translation>Novos posts esperam na Atividade. Os posts agendados deste computador também esperam</translation>
    </message>
    <message>
        <source>No sliding or fading; also on when the system asks for it</source>
        <translation>Sem deslizar nem esmaecer; também ativo quando o sistema pede</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No proxy.</extracomment>
        <translation>Nenhum</translation>
    </message>
    <message>
        <source>None</source>
        <comment>public holidays</comment>
        <translation>Nenhum</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not suggested</source>
        <translation>Não sugeridas</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notificações</translation>
    </message>
    <message>
        <source>Numbers of your posts, such as likes; read once a day for 30 days</source>
        <translation>Números dos seus posts, como curtidas; lidos uma vez por dia durante 30 dias</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Desativado</translation>
    </message>
    <message>
        <source>On the desktop</source>
        <translation>Na área de trabalho</translation>
    </message>
    <message>
        <source>One notification for posts that go out together</source>
        <translation>Uma notificação para posts que saem juntos</translation>
    </message>
    <message>
        <source>Opens the small window from every program</source>
        <translation>Abre a janela pequena a partir de qualquer programa</translation>
    </message>
    <message>
        <source>Opens with</source>
        <translation>Abre com</translation>
    </message>
    <message>
        <source>Order of dates, clock, week and numbers</source>
        <translation>Ordem das datas, relógio, semana e números</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Senha do proxy</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Pausar envio</translation>
    </message>
    <message>
        <source>People and devices</source>
        <translation>Pessoas e dispositivos</translation>
    </message>
    <message>
        <source>Pictures and videos</source>
        <translation>Imagens e vídeos</translation>
    </message>
    <message>
        <source>Place and size of the window</source>
        <translation>Posição e tamanho da janela</translation>
    </message>
    <message>
        <source>Port of the proxy</source>
        <translation>Porta do proxy</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Horários de publicação</translation>
    </message>
    <message>
        <source>Posto stays in the tray; quit there to stop sending</source>
        <translation>O Posto fica na bandeja; saia por lá para parar o envio</translation>
    </message>
    <message>
        <source>Posts of your own accounts, which only this computer sends</source>
        <translation>Posts das suas próprias contas, que só este computador envia</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Relatório de problema</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Public holidays</source>
        <translation>Feriados</translation>
    </message>
    <message>
        <source>Publishing</source>
        <translation>Publicação</translation>
    </message>
    <message>
        <source>Quality of pictures</source>
        <translation>Qualidade das imagens</translation>
    </message>
    <message>
        <source>Quit with posts waiting</source>
        <translation>Sair com posts em espera</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Leitura</translation>
    </message>
    <message>
        <source>Remove place, camera and date from files</source>
        <translation>Remover local, câmera e data dos arquivos</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Restaurar um backup</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Altura das linhas</translation>
    </message>
    <message>
        <source>SOCKS 5</source>
        <translation>SOCKS 5</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Segurança</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>Igual ao sistema</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>Sábado</translation>
    </message>
    <message>
        <source>Scales text and controls</source>
        <translation>Ajusta o tamanho do texto e dos controles</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Programação</translation>
    </message>
    <message>
        <source>Scripts</source>
        <translation>Scripts</translation>
    </message>
    <message>
        <source>Send after I sign in to this computer</source>
        <translation>Enviar depois que eu entrar neste computador</translation>
    </message>
    <message>
        <source>Send late posts</source>
        <translation>Enviar posts atrasados</translation>
    </message>
    <message>
        <source>Sending a post waits at least 90 seconds</source>
        <translation>O envio de um post espera pelo menos 90 segundos</translation>
    </message>
    <message>
        <source>Services you are signed in to</source>
        <translation>Serviços em que você entrou</translation>
    </message>
    <message>
        <source>Shortcut for quick post</source>
        <translation>Atalho do post rápido</translation>
    </message>
    <message>
        <source>Show desktop notifications</source>
        <translation>Mostrar notificações na área de trabalho</translation>
    </message>
    <message>
        <source>Show the options of networks</source>
        <translation>Mostrar as opções das redes</translation>
    </message>
    <message>
        <source>Shown in the calendar</source>
        <translation>Mostrados no calendário</translation>
    </message>
    <message>
        <source>Skin tone of emoji</source>
        <translation>Tom de pele dos emojis</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Pequeno</translation>
    </message>
    <message>
        <source>Small files ({number})</source>
        <translation>Arquivos pequenos ({number})</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Início</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>Página inicial</translation>
    </message>
    <message>
        <source>Stop sending</source>
        <translation>Parar de enviar</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Armazenamento</translation>
    </message>
    <message>
        <source>Stronger borders and text; also on when the system asks for it</source>
        <translation>Bordas e texto mais fortes; também ativo quando o sistema pede</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Estilos</translation>
    </message>
    <message>
        <source>Suggest again</source>
        <translation>Sugerir de novo</translation>
    </message>
    <message>
        <source>Suggest hashtags and names</source>
        <translation>Sugerir hashtags e nomes</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>Domingo</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Padrão do sistema</translation>
    </message>
    <message>
        <source>System default ({name})</source>
        <translation>Padrão do sistema ({name})</translation>
    </message>
    <message>
        <source>System default ({zone})</source>
        <translation>Padrão do sistema ({zone})</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Equipe</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Tamanho do texto</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Textos</translation>
    </message>
    <message>
        <source>The columns of the schedule</source>
        <translation>As colunas dos agendamentos</translation>
    </message>
    <message>
        <source>The desktop did not allow the shortcut</source>
        <translation>A área de trabalho não permitiu o atalho</translation>
    </message>
    <message>
        <source>The desktop uses {keys}</source>
        <translation>A área de trabalho usa {keys}</translation>
    </message>
    <message>
        <source>The details beside the schedule</source>
        <translation>Os detalhes ao lado dos agendamentos</translation>
    </message>
    <message>
        <source>The folded groups of channels</source>
        <translation>Os grupos de canais recolhidos</translation>
    </message>
    <message>
        <source>The folder in which files were looked for last</source>
        <translation>A última pasta em que se procuraram arquivos</translation>
    </message>
    <message>
        <source>The list under the bell always shows all notifications.</source>
        <translation>A lista do sino sempre mostra todas as notificações.</translation>
    </message>
    <message>
        <source>The longer side of added pictures; your files do not change</source>
        <translation>O lado maior das imagens adicionadas; seus arquivos não mudam</translation>
    </message>
    <message>
        <source>The rows of the schedule: posts, messages</source>
        <translation>As linhas dos agendamentos: posts, mensagens</translation>
    </message>
    <message>
        <source>The saved views of the schedule</source>
        <translation>As visualizações salvas dos agendamentos</translation>
    </message>
    <message>
        <source>The signature that goes into new messages</source>
        <translation>A assinatura que entra em novas mensagens</translation>
    </message>
    <message>
        <source>The ticked channels of each workspace</source>
        <translation>Os canais marcados de cada espaço de trabalho</translation>
    </message>
    <message>
        <source>The user&apos;s groups of channels</source>
        <translation>Os grupos de canais do usuário</translation>
    </message>
    <message>
        <source>The view of the calendar when Posto starts</source>
        <translation>A visualização do calendário quando o Posto inicia</translation>
    </message>
    <message>
        <source>The workspace to open at start</source>
        <translation>O espaço de trabalho a abrir no início</translation>
    </message>
    <message>
        <source>The workspaces that are those of a team</source>
        <translation>Os espaços de trabalho que são de uma equipe</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este computador</translation>
    </message>
    <message>
        <source>This desktop has no shortcuts for programs. Let it run “{command}” instead.</source>
        <translation>Esta área de trabalho não tem atalhos para programas. Faça-a executar “{command}”.</translation>
    </message>
    <message>
        <source>This file is no ffmpeg, or ffprobe is not beside it. Choose another.</source>
        <translation>Este arquivo não é o ffmpeg, ou o ffprobe não está ao lado. Escolha outro.</translation>
    </message>
    <message>
        <source>This one</source>
        <extracomment>The proxy that is typed below.</extracomment>
        <translation>Este</translation>
    </message>
    <message>
        <source>Time to undo before a post leaves this computer</source>
        <translation>Tempo para desfazer antes que um post saia deste computador</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Fuso horário</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Horários</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Testar a conexão</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Undo send</source>
        <translation>Desfazer envio</translation>
    </message>
    <message>
        <source>Unless the pointer or the keyboard is on them; a countdown ends as it says</source>
        <translation>A menos que o ponteiro ou o teclado esteja nelas; uma contagem regressiva termina como indica</translation>
    </message>
    <message numerus="yes">
        <source>Up to %n hour(s) late</source>
        <translation>
            <numerusform>Até %n hora de atraso</numerusform>
            <numerusform>Até %n horas de atraso</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Up to %n minute(s) late</source>
        <translation>
            <numerusform>Até %n minuto de atraso</numerusform>
            <numerusform>Até %n minutos de atraso</numerusform>
        </translation>
    </message>
    <message>
        <source>Up to 1 day late</source>
        <translation>Até 1 dia de atraso</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Usar o Posto em scripts</translation>
    </message>
    <message>
        <source>Use the ffmpeg of the system</source>
        <translation>Usar o ffmpeg do sistema</translation>
    </message>
    <message>
        <source>Used when Posto resizes or converts a picture</source>
        <translation>Usada quando o Posto redimensiona ou converte uma imagem</translation>
    </message>
    <message>
        <source>User name for the proxy</source>
        <translation>Nome de usuário do proxy</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versões</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Vídeos</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Visualização</translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation>Espera pela conexão</translation>
    </message>
    <message>
        <source>Wait for an answer</source>
        <translation>Espera pela resposta</translation>
    </message>
    <message>
        <source>Watch folders</source>
        <translation>Pastas monitoradas</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>Pastas monitoradas</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semana</translation>
    </message>
    <message>
        <source>Week start and clock are under Appearance.</source>
        <translation>O início da semana e o relógio ficam em Aparência.</translation>
    </message>
    <message>
        <source>Week starts on</source>
        <translation>A semana começa em</translation>
    </message>
    <message>
        <source>What of a site&apos;s post becomes the text</source>
        <translation>O que do post do site vira o texto</translation>
    </message>
    <message>
        <source>What the schedule is sorted by</source>
        <translation>Como os agendamentos são ordenados</translation>
    </message>
    <message>
        <source>What the window shows first</source>
        <translation>O que a janela mostra primeiro</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quando</translation>
    </message>
    <message>
        <source>When a network or the service refuses a post</source>
        <translation>Quando uma rede ou o serviço recusa um post</translation>
    </message>
    <message>
        <source>When a post may be published already, or is late</source>
        <translation>Quando um post pode já estar publicado ou está atrasado</translation>
    </message>
    <message>
        <source>Whether Activity lists all workspaces</source>
        <translation>Se a Atividade lista todos os espaços de trabalho</translation>
    </message>
    <message>
        <source>Whether channels have one line each</source>
        <translation>Se cada canal ocupa uma só linha</translation>
    </message>
    <message>
        <source>Whether sandbox channels are listed</source>
        <translation>Se os canais de sandbox são listados</translation>
    </message>
    <message>
        <source>Which ends of sign-ins were warned of</source>
        <translation>Sobre quais fins de login já houve aviso</translation>
    </message>
    <message>
        <source>While you look at another window; a click on one leads to the post</source>
        <translation>Enquanto você olha outra janela; um clique leva ao post</translation>
    </message>
    <message>
        <source>Who may sign in to this workspace, and with what</source>
        <translation>Quem pode entrar neste espaço de trabalho, e com o quê</translation>
    </message>
    <message>
        <source>Widths of the panes</source>
        <translation>Larguras dos painéis</translation>
    </message>
    <message>
        <source>Words that are not suggested any more</source>
        <translation>Palavras que não são mais sugeridas</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Espaços de trabalho</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Escrita</translation>
    </message>
    <message>
        <source>You can type both</source>
        <translation>Você pode digitar os dois</translation>
    </message>
    <message>
        <source>ffmpeg trims, crops and converts videos</source>
        <translation>O ffmpeg apara, corta e converte vídeos</translation>
    </message>
    <message>
        <source>ffmpeg was not found. To install it: {command}</source>
        <translation>O ffmpeg não foi encontrado. Para instalar: {command}</translation>
    </message>
    <message>
        <source>ffmpeg {version} cannot write H.264 with AAC</source>
        <translation>O ffmpeg {version} não grava H.264 com AAC</translation>
    </message>
    <message>
        <source>ffmpeg {version} trims, crops and converts videos</source>
        <translation>O ffmpeg {version} apara, corta e converte vídeos</translation>
    </message>
    <message>
        <source>“Next free slot” picks from these</source>
        <translation>“Próximo horário livre” escolhe entre estes</translation>
    </message>
    <message>
        <source>“Tomorrow” becomes tomorrow at this time</source>
        <translation>“Amanhã” vira amanhã neste horário</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>All settings are at their defaults</source>
        <translation>Todas as configurações estão no padrão</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Encontrar uma configuração</translation>
    </message>
    <message>
        <source>No setting matches “{text}”</source>
        <translation>Nenhuma configuração corresponde a “{text}”</translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation>Redefinir esta página</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Configurações</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Undo the reset</source>
        <translation>Desfazer a redefinição</translation>
    </message>
    <message>
        <source>{page} settings</source>
        <translation>Configurações: {page}</translation>
    </message>
    <message>
        <source>{page}: defaults restored</source>
        <translation>{page}: padrões restaurados</translation>
    </message>
    <message>
        <source>{reason} The change lasts until you quit Posto.</source>
        <translation>{reason} A alteração vale até você sair do Posto.</translation>
    </message>
</context>
<context>
    <name>Shapes</name>
    <message>
        <source>Free</source>
        <extracomment>Shape of a crop: any.</extracomment>
        <translation>Livre</translation>
    </message>
    <message>
        <source>Original</source>
        <extracomment>Shape of a crop: that of the picture.</extracomment>
        <translation>Original</translation>
    </message>
    <message>
        <source>landscape</source>
        <translation>paisagem</translation>
    </message>
    <message>
        <source>portrait</source>
        <translation>retrato</translation>
    </message>
    <message>
        <source>square</source>
        <translation>quadrado</translation>
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
            <numerusform>%n atalho</numerusform>
            <numerusform>%n atalhos</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything works with the keyboard. {keys} finds all commands.</source>
        <translation>Tudo funciona pelo teclado. {keys} encontra todos os comandos.</translation>
    </message>
    <message>
        <source>Find a shortcut</source>
        <translation>Encontrar um atalho</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atalhos de teclado</translation>
    </message>
    <message>
        <source>No shortcut matches “{words}”</source>
        <translation>Nenhum atalho corresponde a “{words}”</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Atalhos</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>A separate password for this app, in groups of four. Do not use your login password. You can revoke it on your site at any time.</source>
        <translation>Uma senha separada para este app, em grupos de quatro. Não use sua senha de login. Você pode revogá-la no seu site quando quiser.</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Senha de aplicativo</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Cancele o login para alterar isto.</translation>
    </message>
    <message>
        <source>Choose where to keep the password.</source>
        <translation>Escolha onde guardar a senha.</translation>
    </message>
    <message>
        <source>Create one on your site</source>
        <translation>Crie uma no seu site</translation>
    </message>
    <message>
        <source>Enter an application password of this user.</source>
        <translation>Informe uma senha de aplicativo deste usuário.</translation>
    </message>
    <message>
        <source>Enter the address of your site first.</source>
        <translation>Informe o endereço do seu site primeiro.</translation>
    </message>
    <message>
        <source>Enter the address of your site.</source>
        <translation>Informe o endereço do seu site.</translation>
    </message>
    <message>
        <source>Enter your user name on the site.</source>
        <translation>Informe seu nome de usuário no site.</translation>
    </message>
    <message>
        <source>Looking for the service…</source>
        <translation>Procurando o serviço…</translation>
    </message>
    <message>
        <source>Posto service found</source>
        <translation>Serviço Posto encontrado</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Entrar</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Entrar em um serviço Posto</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Entrar com o navegador</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Entrando</translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>Entrando…</translation>
    </message>
    <message>
        <source>Site address</source>
        <translation>Endereço do site</translation>
    </message>
    <message>
        <source>Use this computer instead</source>
        <translation>Usar este computador</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nome de usuário</translation>
    </message>
    <message>
        <source>Your WordPress site or your team&apos;s server</source>
        <translation>Seu site WordPress ou o servidor da sua equipe</translation>
    </message>
    <message>
        <source>encrypted connection</source>
        <translation>conexão criptografada</translation>
    </message>
    <message>
        <source>social.example.com</source>
        <translation>social.example.com</translation>
    </message>
    <message>
        <source>{host} answers only after sign-in.</source>
        <translation>{host} só responde depois do login.</translation>
    </message>
    <message>
        <source>{host} does not allow application passwords. Ask the administrator of the site to turn them on.</source>
        <translation>{host} não permite senhas de aplicativo. Peça ao administrador do site que as ative.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the Posto service. Install the service there, then try again.</source>
        <translation>{host} é um site WordPress sem o serviço Posto. Instale o serviço lá e tente novamente.</translation>
    </message>
</context>
<context>
    <name>SignInStep</name>
    <message>
        <source>Address of the last page</source>
        <translation>Endereço da última página</translation>
    </message>
    <message>
        <source>Allow it in your browser</source>
        <translation>Permita no seu navegador</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Cancele o login para alterar isto.</translation>
    </message>
    <message>
        <source>How to get this</source>
        <translation>Como obter</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>Mais opções</translation>
    </message>
    <message>
        <source>On another computer or in a restricted browser, the last page stays empty or shows an error. Copy its full address, which begins with http://127.0.0.1, and paste it here.</source>
        <translation>Em outro computador ou em um navegador restrito, a última página fica vazia ou mostra um erro. Copie o endereço completo dela, que começa com http://127.0.0.1, e cole-o aqui.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Abrir de novo</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>Endereço do servidor</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Entre na página do seu navegador e permita o Posto Desktop. Esta janela então continua automaticamente. Se nenhuma página abriu, copie o endereço.</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Endereço de login</translation>
    </message>
    <message>
        <source>The browser does not return here?</source>
        <translation>O navegador não volta para cá?</translation>
    </message>
    <message>
        <source>Use this address</source>
        <translation>Usar este endereço</translation>
    </message>
</context>
<context>
    <name>SignatureFields</name>
    <message>
        <source>Own text for this style</source>
        <translation>Texto próprio para este estilo</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Assinatura</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (excluído)</translation>
    </message>
</context>
<context>
    <name>SitePlanners</name>
    <message>
        <source>Active</source>
        <extracomment>Status of a planner: it posts.</extracomment>
        <translation>Ativos</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Situação às {time}</translation>
    </message>
    <message>
        <source>Finished</source>
        <extracomment>Status of a planner: it has posted everything.</extracomment>
        <translation>Concluído</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of a planner.</extracomment>
        <translation>Pausado</translation>
    </message>
    <message>
        <source>Site planner</source>
        <translation>Planejador do site</translation>
    </message>
    <message>
        <source>Site planner: {name}</source>
        <translation>Planejador do site: {name}</translation>
    </message>
    <message>
        <source>next {when}</source>
        <translation>próximo {when}</translation>
    </message>
</context>
<context>
    <name>SitePlannersDialog</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Abrir no site</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Planners</source>
        <translation>Planejadores</translation>
    </message>
    <message>
        <source>Planners of the site</source>
        <translation>Planejadores do site</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Retomar</translation>
    </message>
    <message>
        <source>The site has no planners.</source>
        <translation>O site não tem planejadores.</translation>
    </message>
    <message>
        <source>They post by themselves, whether Posto runs or not.</source>
        <translation>Eles publicam sozinhos, com o Posto aberto ou não.</translation>
    </message>
</context>
<context>
    <name>SitePosts</name>
    <message>
        <source>No title</source>
        <translation>Sem título</translation>
    </message>
</context>
<context>
    <name>SitePostsController</name>
    <message>
        <source>Filled from “{title}”</source>
        <translation>Preenchido com “{title}”</translation>
    </message>
    <message>
        <source>The picture could not be read.</source>
        <translation>Não foi possível ler a imagem.</translation>
    </message>
    <message>
        <source>Without its picture: {why}</source>
        <translation>Sem a imagem: {why}</translation>
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
        <translation>Resumo</translation>
    </message>
    <message>
        <source>From the site</source>
        <translation>Do site</translation>
    </message>
    <message>
        <source>Getting the picture…</source>
        <translation>Obtendo a imagem…</translation>
    </message>
    <message>
        <source>No post of the site matches.</source>
        <translation>Nenhum post do site corresponde.</translation>
    </message>
    <message>
        <source>Posts of the site</source>
        <translation>Posts do site</translation>
    </message>
    <message>
        <source>Reading the posts…</source>
        <translation>Lendo os posts…</translation>
    </message>
    <message>
        <source>Search the posts of the site</source>
        <translation>Pesquisar nos posts do site</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>What of a site&apos;s post becomes the text of the message.</extracomment>
        <translation>Texto</translation>
    </message>
    <message>
        <source>The posts could not be read.</source>
        <translation>Não foi possível ler os posts.</translation>
    </message>
    <message>
        <source>The site has no posts yet.</source>
        <translation>O site ainda não tem posts.</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Título</translation>
    </message>
    <message>
        <source>Title and excerpt</source>
        <translation>Título e resumo</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar novamente</translation>
    </message>
    <message>
        <source>Use this post</source>
        <translation>Usar este post</translation>
    </message>
</context>
<context>
    <name>SiteScheduleController</name>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>“{name}” goes on</source>
        <translation>“{name}” continua</translation>
    </message>
    <message>
        <source>“{name}” paused</source>
        <translation>“{name}” pausado</translation>
    </message>
    <message>
        <source>“{name}” was not changed on the site.</source>
        <translation>“{name}” não foi alterado no site.</translation>
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
        <translation>Adicionar horários</translation>
    </message>
    <message>
        <source>All slots are taken</source>
        <translation>Todos os horários estão ocupados</translation>
    </message>
    <message>
        <source>All slots of the next year are taken</source>
        <translation>Todos os horários do próximo ano estão ocupados</translation>
    </message>
    <message>
        <source>Choose other times…</source>
        <translation>Escolher outros horários…</translation>
    </message>
    <message>
        <source>Next free slot: {time}</source>
        <translation>Próximo horário livre: {time}</translation>
    </message>
    <message>
        <source>Next free slot…</source>
        <translation>Próximo horário livre…</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Nenhum horário livre</translation>
    </message>
    <message>
        <source>Set up weekly slots</source>
        <translation>Definir horários semanais</translation>
    </message>
    <message>
        <source>The next free time of your weekly slots</source>
        <translation>O próximo horário livre dos seus horários semanais</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>Usar “{times}”</translation>
    </message>
    <message>
        <source>Weekly slots: {times}</source>
        <translation>Horários semanais: {times}</translation>
    </message>
</context>
<context>
    <name>SlotGroupCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n canal</numerusform>
            <numerusform>%n canais</numerusform>
        </translation>
    </message>
    <message>
        <source>Add days…</source>
        <translation>Adicionar dias…</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Todos os canais</translation>
    </message>
    <message>
        <source>All other channels</source>
        <translation>Todos os outros canais</translation>
    </message>
    <message numerus="yes">
        <source>Best times of %Ln post(s)</source>
        <translation>
            <numerusform>Melhores horários de %Ln post</numerusform>
            <numerusform>Melhores horários de %Ln posts</numerusform>
        </translation>
    </message>
    <message>
        <source>Channels changed</source>
        <translation>Canais alterados</translation>
    </message>
    <message>
        <source>Channels of group {n}</source>
        <translation>Canais do grupo {n}</translation>
    </message>
    <message>
        <source>Choose the time zone of these slots</source>
        <translation>Escolher o fuso horário destes horários</translation>
    </message>
    <message>
        <source>Fill with your best times</source>
        <translation>Preencher com seus melhores horários</translation>
    </message>
    <message numerus="yes">
        <source>From the insights of %Ln post(s): {times}</source>
        <translation>
            <numerusform>Das métricas de %Ln post: {times}</numerusform>
            <numerusform>Das métricas de %Ln posts: {times}</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed</source>
        <translation>Grupo renomeado</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Name of group {n}</source>
        <translation>Nome do grupo {n}</translation>
    </message>
    <message>
        <source>Remove group {n}</source>
        <translation>Remover grupo {n}</translation>
    </message>
    <message>
        <source>Slots added, {days}</source>
        <translation>Horários adicionados, {days}</translation>
    </message>
    <message>
        <source>This computer does not know the time zone “{zone}”. Until you choose another one, its own counts.</source>
        <translation>Este computador não conhece o fuso horário “{zone}”. Até você escolher outro, vale o dele.</translation>
    </message>
    <message>
        <source>Time zone changed</source>
        <translation>Fuso horário alterado</translation>
    </message>
    <message>
        <source>Time zone of group {n}</source>
        <translation>Fuso horário do grupo {n}</translation>
    </message>
    <message>
        <source>“{name}” removed</source>
        <translation>“{name}” removido</translation>
    </message>
</context>
<context>
    <name>SlotLineRow</name>
    <message>
        <source>Change the days…</source>
        <translation>Alterar os dias…</translation>
    </message>
    <message>
        <source>Days changed to {days}</source>
        <translation>Dias alterados para {days}</translation>
    </message>
    <message>
        <source>More for {days}</source>
        <translation>Mais para {days}</translation>
    </message>
    <message>
        <source>Remove these slots</source>
        <translation>Remover estes horários</translation>
    </message>
    <message>
        <source>Slots removed, {days}</source>
        <translation>Horários removidos, {days}</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Horário</translation>
    </message>
    <message>
        <source>{time} added, {days}</source>
        <translation>{time} adicionado, {days}</translation>
    </message>
    <message>
        <source>{time} removed, {days}</source>
        <translation>{time} removido, {days}</translation>
    </message>
</context>
<context>
    <name>SlotLines</name>
    <message>
        <source>Every day</source>
        <translation>Todo dia</translation>
    </message>
    <message>
        <source>No day</source>
        <translation>Nenhum dia</translation>
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
        <translation>Adicionar a cada nova mensagem</translation>
    </message>
    <message>
        <source>Added once, at the end of the text</source>
        <translation>Adicionado uma vez, no final do texto</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Todas as redes</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Para</translation>
    </message>
    <message>
        <source>Inserted at the cursor</source>
        <translation>Inserido na posição do cursor</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nome</translation>
    </message>
    <message>
        <source>Networks of the snippet</source>
        <translation>Redes do trecho</translation>
    </message>
    <message>
        <source>Skips hashtags already in the text</source>
        <translation>Pula hashtags que já estão no texto</translation>
    </message>
    <message>
        <source>Snippet name</source>
        <translation>Nome do trecho</translation>
    </message>
    <message>
        <source>Snippet text</source>
        <translation>Texto do trecho</translation>
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
        <translation>Dê um nome de 1 a {most} caracteres.</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtags</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Assinatura</translation>
    </message>
    <message>
        <source>Snippet</source>
        <translation>Trecho</translation>
    </message>
    <message>
        <source>The name “{name}” is already in use. Choose another.</source>
        <translation>O nome “{name}” já está em uso. Escolha outro.</translation>
    </message>
    <message>
        <source>The text may have at most {most} characters.</source>
        <translation>O texto pode ter no máximo {most} caracteres.</translation>
    </message>
    <message>
        <source>Write a text.</source>
        <translation>Escreva um texto.</translation>
    </message>
    <message>
        <source>Write at least one hashtag.</source>
        <translation>Escreva pelo menos uma hashtag.</translation>
    </message>
</context>
<context>
    <name>SnippetsDialog</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Delete snippet</source>
        <translation>Excluir trecho</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Carregando trechos</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Mover para baixo</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Mover para cima</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Novo</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Novo trecho</translation>
    </message>
    <message>
        <source>No changes to save</source>
        <translation>Nenhuma alteração para salvar</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Nenhum trecho ainda. Salve textos, hashtags e assinaturas que você usa com frequência.</translation>
    </message>
    <message>
        <source>Save snippet</source>
        <translation>Salvar trecho</translation>
    </message>
    <message>
        <source>Saved snippets</source>
        <translation>Trechos salvos</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Trechos</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>Desfazer exclusão</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>“{name}” excluído</translation>
    </message>
    <message>
        <source>“{name}” saved</source>
        <translation>“{name}” salvo</translation>
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
        <translation>Carregando trechos</translation>
    </message>
    <message>
        <source>Manage snippets</source>
        <translation>Gerenciar trechos</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Gerenciar…</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Novo trecho</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Novo…</translation>
    </message>
    <message>
        <source>No snippet matches</source>
        <translation>Nenhum trecho encontrado</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Nenhum trecho ainda. Salve textos, hashtags e assinaturas que você usa com frequência.</translation>
    </message>
    <message>
        <source>Search snippets</source>
        <translation>Buscar trechos</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>Assinaturas</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Trechos</translation>
    </message>
    <message>
        <source>Snippets list</source>
        <translation>Lista de trechos</translation>
    </message>
</context>
<context>
    <name>SnippetsView</name>
    <message>
        <source>New snippet</source>
        <translation>Novo trecho</translation>
    </message>
</context>
<context>
    <name>SplitButton</name>
    <message>
        <source>More ways to post</source>
        <translation>Mais formas de publicar</translation>
    </message>
</context>
<context>
    <name>StartProblem</name>
    <message>
        <source>Another copy of Posto Desktop uses {folder} and is not responding. Wait a moment, then try again.</source>
        <translation>Outra cópia do Posto Desktop usa {folder} e não está respondendo. Espere um pouco e tente novamente.</translation>
    </message>
    <message>
        <source>If that does not help, end the process {number}.</source>
        <translation>Se isso não ajudar, encerre o processo {number}.</translation>
    </message>
    <message>
        <source>Posto Desktop is already running</source>
        <translation>O Posto Desktop já está em execução</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Sair</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tentar novamente</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Alterações solicitadas</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Rascunho</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Falhou</translation>
    </message>
    <message>
        <source>Needs you</source>
        <extracomment>The user has to decide something about the post.</extracomment>
        <translation>Precisa de você</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Não enviado</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Agendado</translation>
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
        <translation>Site</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Aguardando aprovação</translation>
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
        <translation>Rascunhos</translation>
    </message>
    <message>
        <source>More statuses</source>
        <translation>Mais status</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Filtro de status</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Step {number} of {count}: {name}</source>
        <translation>Etapa {number} de {count}: {name}</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Accepted</source>
        <translation>Aceito</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>Já está lá</translation>
    </message>
    <message>
        <source>Answered with an error</source>
        <translation>Respondeu com um erro</translation>
    </message>
    <message>
        <source>Cancelled by you</source>
        <translation>Cancelado por você</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Excluído por você</translation>
    </message>
    <message>
        <source>Found on the service</source>
        <translation>Encontrado no serviço</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Interrompido</translation>
    </message>
    <message>
        <source>Looked for the post</source>
        <translation>Procurou o post</translation>
    </message>
    <message>
        <source>No clear answer</source>
        <translation>Sem resposta clara</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Não aceito</translation>
    </message>
    <message>
        <source>Not on the service</source>
        <translation>Não está no serviço</translation>
    </message>
    <message>
        <source>Only a part is there</source>
        <translation>Só uma parte está lá</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publicado</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Recusado</translation>
    </message>
    <message>
        <source>Replaced</source>
        <translation>Substituído</translation>
    </message>
    <message>
        <source>Replacing</source>
        <translation>Substituindo</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Salvo neste computador</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Salvando</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Sending late</source>
        <translation>Enviando com atraso</translation>
    </message>
    <message>
        <source>Sent meanwhile</source>
        <translation>Enviado nesse meio-tempo</translation>
    </message>
    <message>
        <source>Time passed</source>
        <translation>O horário passou</translation>
    </message>
    <message>
        <source>Tried again by you</source>
        <translation>Nova tentativa por você</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>Arquivos enviados</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Enviando arquivos</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Em espera</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>Esperando você</translation>
    </message>
    <message>
        <source>Written down</source>
        <translation>Registrado</translation>
    </message>
    <message>
        <source>You said it is not there</source>
        <translation>Você disse que não está lá</translation>
    </message>
    <message>
        <source>You said it is there</source>
        <translation>Você disse que está lá</translation>
    </message>
</context>
<context>
    <name>Storage</name>
    <message numerus="yes">
        <source>%n of your drafts could be rescued.</source>
        <translation>
            <numerusform>%n dos seus rascunhos pôde ser recuperado.</numerusform>
            <numerusform>%n dos seus rascunhos puderam ser recuperados.</numerusform>
        </translation>
    </message>
    <message>
        <source>Allow it, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Permita isso ou inicie o Posto com outra pasta: posto-desktop --home PASTA.</translation>
    </message>
    <message>
        <source>Allow writing there, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Permita gravar lá ou inicie o Posto com outra pasta: posto-desktop --home PASTA.</translation>
    </message>
    <message>
        <source>Close it there, or try again in a moment.</source>
        <translation>Feche-o lá ou tente de novo em instantes.</translation>
    </message>
    <message>
        <source>Default settings are used.</source>
        <translation>As configurações padrão são usadas.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Libere espaço.</translation>
    </message>
    <message>
        <source>It has another address for {names}. The one here was kept.</source>
        <translation>Tem outro endereço para {names}. O daqui foi mantido.</translation>
    </message>
    <message>
        <source>It was kept as {name}.</source>
        <translation>Foi guardado como {name}.</translation>
    </message>
    <message>
        <source>It was left where it is.</source>
        <translation>Ficou onde estava.</translation>
    </message>
    <message>
        <source>Its proxy and certificates were not restored. Check them under Settings &gt; Network.</source>
        <extracomment>&quot;Its&quot;: of a backup.</extracomment>
        <translation>O proxy e os certificados dele não foram restaurados. Verifique-os em Configurações &gt; Rede.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer.</source>
        <translation>Nenhum chaveiro foi encontrado neste computador.</translation>
    </message>
    <message>
        <source>Posts that were still waiting to be sent are in that file only.</source>
        <translation>Posts que ainda esperavam envio estão só nesse arquivo.</translation>
    </message>
    <message>
        <source>Sending is paused, because posts that waited then may have been sent since: look at them in Activity before you go on.</source>
        <translation>O envio está pausado, porque posts que esperavam naquele momento podem ter sido enviados desde então: confira-os na Atividade antes de continuar.</translation>
    </message>
    <message>
        <source>Sign in again where an account is missing.</source>
        <translation>Entre novamente onde faltar uma conta.</translation>
    </message>
    <message>
        <source>Sign in again where it is asked.</source>
        <translation>Entre novamente onde for pedido.</translation>
    </message>
    <message>
        <source>Start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Inicie o Posto com outra pasta: posto-desktop --home PASTA.</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}. Nothing was changed.</source>
        <translation>Não foi possível restaurar o backup: {why}. Nada foi alterado.</translation>
    </message>
    <message>
        <source>The backup is restored. What was there before is kept in {folder} in the folders of settings and of data. Passwords are not part of a backup: sign in where it is asked.</source>
        <translation>O backup foi restaurado. O que havia antes está guardado em {folder}, nas pastas de configurações e de dados. Senhas não fazem parte de um backup: entre onde for pedido.</translation>
    </message>
    <message>
        <source>The backup needs {needed} MB, but the disk has {free} MB left. Make room on it; nothing was changed.</source>
        <translation>O backup precisa de {needed} MB, mas o disco tem {free} MB livres. Libere espaço nele; nada foi alterado.</translation>
    </message>
    <message>
        <source>The last copy of it is used instead.</source>
        <translation>A última cópia dele é usada no lugar.</translation>
    </message>
    <message>
        <source>The last copy of the settings is used.</source>
        <translation>A última cópia das configurações é usada.</translation>
    </message>
    <message>
        <source>The setting “{name}” had an invalid value. The default is used instead.</source>
        <extracomment>{name}: title of a setting.</extracomment>
        <translation>A configuração “{name}” tinha um valor inválido. O padrão é usado no lugar.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of Posto. Install that version to use it.</source>
        <translation>Este backup foi feito por uma versão mais nova do Posto. Instale essa versão para usá-lo.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read the keychain. Install what is missing: pip install &apos;posto[keyring]&apos;</source>
        <translation>Esta instalação do Posto não consegue ler o chaveiro. Instale o que falta: pip install &apos;posto[keyring]&apos;</translation>
    </message>
    <message>
        <source>This version uses the settings that it knows.</source>
        <translation>Esta versão usa as configurações que conhece.</translation>
    </message>
    <message>
        <source>What is here stays as it is.</source>
        <translation>O que está aqui fica como está.</translation>
    </message>
    <message>
        <source>another program is using it</source>
        <translation>outro programa está usando</translation>
    </message>
    <message>
        <source>another program may be using it</source>
        <translation>outro programa pode estar usando</translation>
    </message>
    <message>
        <source>contents</source>
        <translation>conteúdos</translation>
    </message>
    <message>
        <source>it belongs to another user</source>
        <translation>pertence a outro usuário</translation>
    </message>
    <message>
        <source>it is a device, not a file</source>
        <translation>é um dispositivo, não um arquivo</translation>
    </message>
    <message>
        <source>it is a folder, not a file</source>
        <translation>é uma pasta, não um arquivo</translation>
    </message>
    <message>
        <source>it is a link that leads to itself, not a file</source>
        <translation>é um link que leva a si mesmo, não um arquivo</translation>
    </message>
    <message>
        <source>it is a named pipe, not a file</source>
        <translation>é um pipe nomeado, não um arquivo</translation>
    </message>
    <message>
        <source>it is a socket, not a file</source>
        <translation>é um socket, não um arquivo</translation>
    </message>
    <message>
        <source>it is closed</source>
        <translation>está fechado</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>está vazio</translation>
    </message>
    <message>
        <source>it is far too large</source>
        <translation>é grande demais</translation>
    </message>
    <message>
        <source>it is from a newer version of Posto</source>
        <translation>é de uma versão mais nova do Posto</translation>
    </message>
    <message>
        <source>it is something else, not a file</source>
        <translation>é outra coisa, não um arquivo</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>o conteúdo está danificado</translation>
    </message>
    <message>
        <source>its content is not what Posto writes</source>
        <translation>o conteúdo não é o que o Posto grava</translation>
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
        <translation>o disco informou “{error}”</translation>
    </message>
    <message>
        <source>the disk that holds {folder} is full</source>
        <translation>o disco que contém {folder} está cheio</translation>
    </message>
    <message>
        <source>the keychain</source>
        <translation>o chaveiro</translation>
    </message>
    <message>
        <source>this program may not read and write {name} in {folder}</source>
        <translation>este programa não pode ler e gravar {name} em {folder}</translation>
    </message>
    <message>
        <source>this program may not read it in {folder}</source>
        <translation>este programa não pode lê-lo em {folder}</translation>
    </message>
    <message>
        <source>this program may not write to {folder}</source>
        <translation>este programa não pode gravar em {folder}</translation>
    </message>
    <message>
        <source>times</source>
        <translation>horários</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it has a name that no file of a backup has.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, tem um nome que nenhum arquivo de backup tem.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds a value that is far too large.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, contém um valor grande demais.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds something else than the tables of Posto.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, contém outra coisa que não as tabelas do Posto.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is a link or a device, not a file.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, é um link ou um dispositivo, não um arquivo.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is damaged.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, está danificado.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is far too large for settings.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, é grande demais para configurações.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is not what the list of files says.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, não é o que diz a lista de arquivos.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it lies over another file.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, fica por cima de outro arquivo.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it takes too long to be checked.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, demora demais para ser verificado.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it would replace passwords, which no backup holds.</source>
        <translation>{backup} não pode ser restaurado: {file}, nele, substituiria senhas, que nenhum backup contém.</translation>
    </message>
    <message>
        <source>{folder} cannot be used</source>
        <translation>{folder} não pode ser usada</translation>
    </message>
    <message>
        <source>{folder} is not a folder it can use</source>
        <translation>{folder} não é uma pasta que possa ser usada</translation>
    </message>
    <message>
        <source>{keychain} could not be used.</source>
        <translation>{keychain} não pôde ser usado.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it, then try again.</source>
        <translation>{keychain} está bloqueado. Desbloqueie-o e tente novamente.</translation>
    </message>
    <message>
        <source>{keychain} is not responding. It may be waiting for its password.</source>
        <extracomment>{keychain}: its name, such as KWallet, or &quot;The keychain&quot;.</extracomment>
        <translation>{keychain} não está respondendo. Pode estar esperando a senha.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} não pode ser lido: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be restored: {why}.</source>
        <translation>{name} não pode ser restaurado: {why}.</translation>
    </message>
    <message>
        <source>{name} contains two files whose names differ only in capital letters. The disk here can keep only one of them.</source>
        <translation>{name} contém dois arquivos cujos nomes só diferem em letras maiúsculas. O disco daqui só pode manter um deles.</translation>
    </message>
    <message>
        <source>{name} could not be copied: {why}.</source>
        <translation>Não foi possível copiar {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be deleted: {why}.</source>
        <translation>Não foi possível excluir {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be moved away: {why}.</source>
        <translation>Não foi possível tirar {name} do lugar: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened: {why}.</source>
        <translation>Não foi possível abrir {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be read: {why}.</source>
        <translation>Não foi possível ler {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be saved: {why}.</source>
        <extracomment>The reason follows a colon and is no sentence of its own: &quot;the disk that holds … is full&quot;.</extracomment>
        <translation>Não foi possível salvar {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be written: {why}.</source>
        <translation>Não foi possível gravar {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} holds entries with damaged {what}. They are shown as far as they can be read; the others are not affected.</source>
        <extracomment>{what}: one or more of &quot;times&quot;, &quot;numbers&quot;, &quot;contents&quot;, &quot;texts&quot;, separated by commas.</extracomment>
        <translation>{name} contém entradas com dados danificados ({what}). Elas são mostradas até onde podem ser lidas; as outras não são afetadas.</translation>
    </message>
    <message>
        <source>{name} in this backup is from a newer version of Posto. Install that version to use it.</source>
        <translation>{name}, neste backup, é de uma versão mais nova do Posto. Instale essa versão para usá-lo.</translation>
    </message>
    <message>
        <source>{name} is closed.</source>
        <translation>{name} está fechado.</translation>
    </message>
    <message>
        <source>{name} is damaged or not a backup of Posto.</source>
        <translation>{name} está danificado ou não é um backup do Posto.</translation>
    </message>
    <message>
        <source>{name} is damaged, so nothing can be saved.</source>
        <translation>{name} está danificado, por isso nada pode ser salvo.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} não foi encontrado.</translation>
    </message>
    <message>
        <source>{name} was not moved, because {why}</source>
        <translation>{name} não foi movido, porque {why}</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto and was not changed. Start that version to use it.</source>
        <translation>{name} foi gravado por uma versão mais nova do Posto e não foi alterado. Inicie essa versão para usá-lo.</translation>
    </message>
    <message numerus="yes">
        <source>{programs} (is/are) using it</source>
        <extracomment>A reason after a colon. {programs}: names of programs, separated by commas.</extracomment>
        <translation>
            <numerusform>{programs} está usando</numerusform>
            <numerusform>{programs} estão usando</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source> Left out because of their names: {names}.</source>
        <translation> Ficaram de fora por causa dos nomes: {names}.</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Fazer backup de tudo</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Fazer backup…</translation>
    </message>
    <message>
        <source>Backups of Posto (*{suffix})</source>
        <extracomment>Keep the brackets and what is in them.</extracomment>
        <translation>Backups do Posto (*{suffix})</translation>
    </message>
    <message>
        <source>Cache of pictures</source>
        <translation>Cache de imagens</translation>
    </message>
    <message>
        <source>Clear the cache</source>
        <translation>Limpar o cache</translation>
    </message>
    <message>
        <source>Drafts, outbox and the workspace on this computer</source>
        <translation>Rascunhos, caixa de saída e o espaço de trabalho neste computador</translation>
    </message>
    <message>
        <source>Everything in one file</source>
        <translation>Tudo em um arquivo</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Falhou: {why}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Pastas</translation>
    </message>
    <message>
        <source>Keep current data</source>
        <translation>Manter dados atuais</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Arquivos de log</translation>
    </message>
    <message>
        <source>Made {when}. Drafts: {drafts}, files: {files}. Your current data, including posts waiting to be sent, moves to a folder named “before-restore”. Posto restarts.</source>
        <translation>Feito {when}. Rascunhos: {drafts}, arquivos: {files}. Seus dados atuais, incluindo posts em espera de envio, vão para uma pasta chamada “before-restore”. O Posto reinicia.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Medindo</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nada foi alterado.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Open the folder of data</source>
        <translation>Abrir a pasta de dados</translation>
    </message>
    <message>
        <source>Open the folder of log files</source>
        <translation>Abrir a pasta de arquivos de log</translation>
    </message>
    <message>
        <source>Open the folder of settings</source>
        <translation>Abrir a pasta de configurações</translation>
    </message>
    <message>
        <source>Posto checks the file, moves your current data to a separate folder and restarts.</source>
        <translation>O Posto verifica o arquivo, move seus dados atuais para uma pasta separada e reinicia.</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Restaurar um backup</translation>
    </message>
    <message>
        <source>Restore and restart</source>
        <translation>Restaurar e reiniciar</translation>
    </message>
    <message>
        <source>Restore this backup?</source>
        <translation>Restaurar este backup?</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Restaurar…</translation>
    </message>
    <message numerus="yes">
        <source>Saved as {name}: %Ln file(s), {size}. Passwords are not included.</source>
        <translation>
            <numerusform>Salvo como {name}: %Ln arquivo, {size}. As senhas não estão incluídas.</numerusform>
            <numerusform>Salvo como {name}: %Ln arquivos, {size}. As senhas não estão incluídas.</numerusform>
        </translation>
    </message>
    <message>
        <source>Settings and styles</source>
        <translation>Configurações e estilos</translation>
    </message>
    <message>
        <source>Settings, styles, snippets, accounts, drafts, the outbox, and the workspace of this computer with its files. Passwords are not included.</source>
        <translation>Configurações, estilos, trechos, contas, rascunhos, a caixa de saída e o espaço de trabalho deste computador com os arquivos dele. As senhas não estão incluídas.</translation>
    </message>
    <message>
        <source>Size unknown</source>
        <translation>Tamanho desconhecido</translation>
    </message>
    <message>
        <source>Stop backing up</source>
        <translation>Parar backup</translation>
    </message>
    <message>
        <source>Stop clearing</source>
        <translation>Parar limpeza</translation>
    </message>
    <message>
        <source>Stop restoring</source>
        <translation>Parar restauração</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Parado. Nada foi alterado.</translation>
    </message>
    <message>
        <source>The cache is empty</source>
        <translation>O cache está vazio</translation>
    </message>
    <message>
        <source>Wait for the running task to finish</source>
        <translation>Espere a tarefa em andamento terminar</translation>
    </message>
    <message>
        <source>{size} in {folder}</source>
        <translation>{size} em {folder}</translation>
    </message>
</context>
<context>
    <name>StoredInsights</name>
    <message numerus="yes">
        <source>%Ln post(s) since {day}; deleted when older</source>
        <translation>
            <numerusform>%Ln post desde {day}; os mais antigos são excluídos</numerusform>
            <numerusform>%Ln posts desde {day}; os mais antigos são excluídos</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
    </message>
    <message>
        <source>Delete all insights</source>
        <translation>Excluir todas as métricas</translation>
    </message>
    <message>
        <source>Delete all insights?</source>
        <translation>Excluir todas as métricas?</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Excluir…</translation>
    </message>
    <message>
        <source>Export all insights</source>
        <translation>Exportar todas as métricas</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Falhou: {why}</translation>
    </message>
    <message>
        <source>Insights on this computer</source>
        <translation>Métricas neste computador</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Medindo</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Ainda não há</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Parar a exportação</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabelas (*.csv)</translation>
    </message>
    <message>
        <source>The numbers of all workspaces are deleted from this computer. Networks still have theirs; posts of the last 30 days are read again.</source>
        <translation>Os números de todos os espaços de trabalho são excluídos deste computador. As redes mantêm os delas; os posts dos últimos 30 dias são lidos de novo.</translation>
    </message>
    <message>
        <source>There are no insights yet</source>
        <translation>Ainda não há métricas</translation>
    </message>
    <message>
        <source>Written to {name}</source>
        <translation>Gravado em {name}</translation>
    </message>
</context>
<context>
    <name>StyleEditor</name>
    <message>
        <source>{name} copy</source>
        <translation>Cópia de {name}</translation>
    </message>
</context>
<context>
    <name>StyleForm</name>
    <message>
        <source>First comment</source>
        <translation>Primeiro comentário</translation>
    </message>
    <message>
        <source>First comment on Facebook, Instagram, X, Bluesky and Reddit</source>
        <translation>Primeiro comentário no Facebook, Instagram, X, Bluesky e Reddit</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Inserir</translation>
    </message>
    <message>
        <source>Networks of the style</source>
        <translation>Redes do estilo</translation>
    </message>
    <message>
        <source>None (own text)</source>
        <translation>Nenhuma (texto próprio)</translation>
    </message>
    <message>
        <source>Own text for a network</source>
        <translation>Texto próprio para uma rede</translation>
    </message>
    <message>
        <source>Own text for…</source>
        <translation>Texto próprio para…</translation>
    </message>
    <message>
        <source>Same as</source>
        <translation>Igual a</translation>
    </message>
    <message>
        <source>Template for {network}</source>
        <translation>Modelo para {network}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Unknown variable: {names}</source>
        <translation>Variável desconhecida: {names}</translation>
    </message>
    <message>
        <source>Use all networks&apos; text</source>
        <translation>Usar o texto de todas as redes</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>todas as redes</translation>
    </message>
</context>
<context>
    <name>StyleHeader</name>
    <message>
        <source>Delete style</source>
        <translation>Excluir estilo</translation>
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
        <translation>Mais para este estilo</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Show preview</source>
        <translation>Mostrar prévia</translation>
    </message>
    <message>
        <source>Show where the style is used</source>
        <translation>Mostrar onde o estilo é usado</translation>
    </message>
</context>
<context>
    <name>StyleListPane</name>
    <message>
        <source>Defaults of channels</source>
        <translation>Padrões dos canais</translation>
    </message>
    <message>
        <source>Defaults of networks and channels</source>
        <translation>Padrões das redes e dos canais</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Encontrar um estilo</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Importar estilos</translation>
    </message>
    <message>
        <source>Import styles from files</source>
        <translation>Importar estilos de arquivos</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Novo estilo</translation>
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
            <numerusform>A busca oculta %n estilo</numerusform>
            <numerusform>A busca oculta %n estilos</numerusform>
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
        <translation>Nome do estilo</translation>
    </message>
</context>
<context>
    <name>StylePreview</name>
    <message>
        <source>Close preview of the style</source>
        <translation>Fechar prévia do estilo</translation>
    </message>
    <message>
        <source>Current message</source>
        <translation>Mensagem atual</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Prévia</translation>
    </message>
    <message>
        <source>Preview of the style</source>
        <translation>Prévia do estilo</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Exemplo</translation>
    </message>
    <message>
        <source>Tinted words come from the message</source>
        <translation>As palavras coloridas vêm da mensagem</translation>
    </message>
</context>
<context>
    <name>StyleRow</name>
    <message>
        <source>No style</source>
        <translation>Sem estilo</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (ausente)</translation>
    </message>
</context>
<context>
    <name>StyleSample</name>
    <message>
        <source>#winterroast</source>
        <comment>a hashtag, so without spaces</comment>
        <translation>#torradeinverno</translation>
    </message>
    <message>
        <source>Fig, cocoa and a little orange peel, roasted every Tuesday in Kreuzberg.</source>
        <translation>Figo, cacau e um toque de casca de laranja, torrado toda terça-feira em Kreuzberg.</translation>
    </message>
    <message>
        <source>Winter Roast</source>
        <translation>Torra de inverno</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>All networks the same</source>
        <translation>Todas as redes iguais</translation>
    </message>
    <message>
        <source>Announcement</source>
        <translation>Anúncio</translation>
    </message>
    <message>
        <source>Blog post</source>
        <translation>Post de blog</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Integrado</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Vazio</translation>
    </message>
    <message>
        <source>Own text for {networks}</source>
        <translation>Texto próprio para {networks}</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Produto</translation>
    </message>
    <message>
        <source>The style “{name}” cannot be used. {reason}</source>
        <translation>O estilo “{name}” não pode ser usado. {reason}</translation>
    </message>
    <message>
        <source>The style “{name}” no longer exists.</source>
        <translation>O estilo “{name}” não existe mais.</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>Ilegível</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>Seus</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <extracomment>{names}: names of networks.</extracomment>
        <translation>
            <numerusform>{names} e mais %n</numerusform>
            <numerusform>{names} e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} only</source>
        <translation>Só {networks}</translation>
    </message>
    <message>
        <source>{one} and {other}</source>
        <extracomment>Two names of networks.</extracomment>
        <translation>{one} e {other}</translation>
    </message>
</context>
<context>
    <name>StylesActionBar</name>
    <message>
        <source>Save</source>
        <translation>Salvar</translation>
    </message>
    <message>
        <source>Save style</source>
        <translation>Salvar estilo</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Usar em nova mensagem</translation>
    </message>
</context>
<context>
    <name>StylesActions</name>
    <message>
        <source>&amp;Style</source>
        <translation>E&amp;stilo</translation>
    </message>
    <message>
        <source>Built-in styles cannot be deleted</source>
        <translation>Estilos integrados não podem ser excluídos</translation>
    </message>
    <message>
        <source>Changes are saved automatically</source>
        <translation>As alterações são salvas automaticamente</translation>
    </message>
    <message>
        <source>Create a copy of this style</source>
        <translation>Criar uma cópia deste estilo</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Padrões…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
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
        <translation>Encontrar um estilo</translation>
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
        <translation>Mover para baixo</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Mover para cima</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Novo estilo</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renomear</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Salvar</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Mostrar ou ocultar a prévia</translation>
    </message>
    <message>
        <source>Start a message with this style</source>
        <translation>Começar uma mensagem com este estilo</translation>
    </message>
    <message>
        <source>Styles (*.json)</source>
        <translation>Estilos (*.json)</translation>
    </message>
    <message>
        <source>The file of this style cannot be read</source>
        <translation>O arquivo deste estilo não pode ser lido</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Usar em nova mensagem</translation>
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
        <translation>Um estilo adapta suas mensagens a cada rede.</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Novo estilo</translation>
    </message>
    <message>
        <source>No style chosen</source>
        <translation>Nenhum estilo escolhido</translation>
    </message>
</context>
<context>
    <name>StylesMenus</name>
    <message>
        <source>Icon: {name}</source>
        <translation>Ícone: {name}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sem título</translation>
    </message>
</context>
<context>
    <name>StylesPage</name>
    <message numerus="yes">
        <source>%n campaign(s)</source>
        <translation>
            <numerusform>%n campanha</numerusform>
            <numerusform>%n campanhas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s)</source>
        <translation>
            <numerusform>%n rascunho</numerusform>
            <numerusform>%n rascunhos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n post agendado</numerusform>
            <numerusform>%n posts agendados</numerusform>
        </translation>
    </message>
    <message>
        <source>Built in · {words}</source>
        <extracomment>{words}: where the style is used.</extracomment>
        <translation>Integrado · {words}</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Ainda não salvo</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>Ainda não usado</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Salvo neste computador</translation>
    </message>
    <message>
        <source>Used by {what}</source>
        <translation>Usado por {what}</translation>
    </message>
    <message>
        <source>Your changes go into a copy</source>
        <translation>Suas alterações vão para uma cópia</translation>
    </message>
</context>
<context>
    <name>StylesState</name>
    <message>
        <source>Another program changed this style. Its version was saved as “{name}”.</source>
        <translation>Outro programa alterou este estilo. A versão dele foi salva como “{name}”.</translation>
    </message>
    <message>
        <source>Another program changed “{name}”.</source>
        <translation>Outro programa alterou “{name}”.</translation>
    </message>
    <message>
        <source>Exported without the watermark: {name}</source>
        <translation>Exportado sem a marca-d&apos;água: {name}</translation>
    </message>
    <message>
        <source>Restore my version</source>
        <translation>Restaurar minha versão</translation>
    </message>
    <message>
        <source>Style “{name}” deleted</source>
        <translation>Estilo “{name}” excluído</translation>
    </message>
    <message>
        <source>Style “{name}” exported</source>
        <translation>Estilo “{name}” exportado</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>{part} removed from “{name}”</source>
        <extracomment>{part}: hashtags, signature, watermark or link tags of a style; {name}: the style.</extracomment>
        <translation>{part}: removido de “{name}”</translation>
    </message>
    <message>
        <source>{title} is built in and stays as it is. You are editing your copy, “{name}”.</source>
        <translation>{title} é integrado e fica como está. Você está editando sua cópia, “{name}”.</translation>
    </message>
</context>
<context>
    <name>SuggestionCompleter</name>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n sugestão</numerusform>
            <numerusform>%n sugestões</numerusform>
        </translation>
    </message>
    <message>
        <source>name only</source>
        <translation>só o nome</translation>
    </message>
    <message numerus="yes">
        <source>used %n time(s)</source>
        <translation>
            <numerusform>usado %n vez</numerusform>
            <numerusform>usado %n vezes</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {n} of {count}</source>
        <translation>{name}, {n} de {count}</translation>
    </message>
    <message>
        <source>{word} is not suggested any more</source>
        <translation>{word} não é mais sugerido</translation>
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
        <translation>Sua versão está em Rascunhos</translation>
    </message>
</context>
<context>
    <name>Team</name>
    <message>
        <source>Added a device</source>
        <translation>Adicionou um dispositivo</translation>
    </message>
    <message>
        <source>Added a person</source>
        <translation>Adicionou uma pessoa</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Todos os canais</translation>
    </message>
    <message>
        <source>Approved a post</source>
        <translation>Aprovou uma publicação</translation>
    </message>
    <message>
        <source>Began to disconnect an account</source>
        <translation>Começou a desconectar uma conta</translation>
    </message>
    <message>
        <source>Changed a person</source>
        <translation>Alterou uma pessoa</translation>
    </message>
    <message>
        <source>Changed how posts are sent</source>
        <translation>Alterou como as publicações são enviadas</translation>
    </message>
    <message>
        <source>Changed settings of a channel</source>
        <translation>Alterou configurações de um canal</translation>
    </message>
    <message>
        <source>Changed settings of a network</source>
        <translation>Alterou configurações de uma rede</translation>
    </message>
    <message>
        <source>Changed settings of the workspace</source>
        <translation>Alterou configurações do espaço de trabalho</translation>
    </message>
    <message>
        <source>Changed the e-mail address of a person</source>
        <translation>Alterou o e-mail de uma pessoa</translation>
    </message>
    <message>
        <source>Changed the groups of a channel</source>
        <translation>Alterou os grupos de um canal</translation>
    </message>
    <message>
        <source>Changed the groups of a person</source>
        <translation>Alterou os grupos de uma pessoa</translation>
    </message>
    <message>
        <source>Changed the role of a person</source>
        <translation>Alterou a função de uma pessoa</translation>
    </message>
    <message>
        <source>Checked a channel</source>
        <translation>Verificou um canal</translation>
    </message>
    <message>
        <source>Checked an account</source>
        <translation>Verificou uma conta</translation>
    </message>
    <message>
        <source>Chose what of an account is used</source>
        <translation>Escolheu o que usar de uma conta</translation>
    </message>
    <message>
        <source>Connected an account</source>
        <translation>Conectou uma conta</translation>
    </message>
    <message>
        <source>Deleted a file</source>
        <translation>Excluiu um arquivo</translation>
    </message>
    <message>
        <source>Deleted posts</source>
        <translation>Excluiu publicações</translation>
    </message>
    <message>
        <source>Described a file</source>
        <translation>Descreveu um arquivo</translation>
    </message>
    <message>
        <source>Disabled: cannot sign in</source>
        <translation>Desativada: não pode entrar</translation>
    </message>
    <message>
        <source>Disconnected an account</source>
        <translation>Desconectou uma conta</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Editor</translation>
    </message>
    <message>
        <source>It is not known whether {name} was added to the team. {reason}</source>
        <translation>Não se sabe se {name} foi adicionado à equipe. {reason}</translation>
    </message>
    <message>
        <source>It is not known whether {name} was changed. {reason}</source>
        <translation>Não se sabe se {name} foi alterado. {reason}</translation>
    </message>
    <message>
        <source>Last used {when}</source>
        <translation>Último uso: {when}</translation>
    </message>
    <message>
        <source>Last used {when}, from {address}</source>
        <translation>Último uso: {when}, de {address}</translation>
    </message>
    <message>
        <source>Linked a provider&apos;s account to a person</source>
        <translation>Vinculou a conta de um provedor a uma pessoa</translation>
    </message>
    <message>
        <source>May do everything, also here. Sees all channels.</source>
        <translation>Pode fazer tudo, também aqui. Vê todos os canais.</translation>
    </message>
    <message>
        <source>Moved a post</source>
        <translation>Moveu uma publicação</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>Nunca usado</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Nenhum canal</translation>
    </message>
    <message>
        <source>No device yet</source>
        <translation>Nenhum dispositivo ainda</translation>
    </message>
    <message>
        <source>Not done: {reason}</source>
        <translation>Não foi feito: {reason}</translation>
    </message>
    <message>
        <source>Not known whether it was done</source>
        <translation>Não se sabe se foi feito</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Proprietário</translation>
    </message>
    <message>
        <source>Proposes posts, which an editor approves.</source>
        <translation>Propõe publicações, que um editor aprova.</translation>
    </message>
    <message>
        <source>Removed a person</source>
        <translation>Removeu uma pessoa</translation>
    </message>
    <message>
        <source>Renewed the calendar&apos;s address</source>
        <translation>Renovou o endereço do calendário</translation>
    </message>
    <message>
        <source>Requested changes of a post</source>
        <translation>Solicitou alterações em uma publicação</translation>
    </message>
    <message>
        <source>Retried a first comment</source>
        <translation>Tentou de novo um primeiro comentário</translation>
    </message>
    <message>
        <source>Retried posts</source>
        <translation>Tentou de novo publicações</translation>
    </message>
    <message>
        <source>Revoked a device</source>
        <translation>Revogou um dispositivo</translation>
    </message>
    <message>
        <source>Said what became of a post</source>
        <translation>Informou o que houve com uma publicação</translation>
    </message>
    <message>
        <source>Scheduled or edited a post</source>
        <translation>Agendou ou editou uma publicação</translation>
    </message>
    <message>
        <source>Schedules and changes posts, and approves proposals.</source>
        <translation>Agenda e altera publicações, e aprova propostas.</translation>
    </message>
    <message>
        <source>Sees what belongs to their groups.</source>
        <translation>Vê o que pertence aos seus grupos.</translation>
    </message>
    <message>
        <source>Sent posts at once</source>
        <translation>Enviou publicações na hora</translation>
    </message>
    <message>
        <source>Tested an account</source>
        <translation>Testou uma conta</translation>
    </message>
    <message>
        <source>Took back an answer to a proposal</source>
        <translation>Desfez uma resposta a uma proposta</translation>
    </message>
    <message>
        <source>Took back that a device was revoked</source>
        <translation>Desfez a revogação de um dispositivo</translation>
    </message>
    <message>
        <source>Unlinked a provider&apos;s account from a person</source>
        <translation>Desvinculou a conta de um provedor de uma pessoa</translation>
    </message>
    <message>
        <source>Uploaded a file</source>
        <translation>Enviou um arquivo</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Leitor</translation>
    </message>
    <message>
        <source>Withdrew a proposal</source>
        <translation>Retirou uma proposta</translation>
    </message>
    <message>
        <source>Writer</source>
        <translation>Redator</translation>
    </message>
    <message>
        <source>account {key}</source>
        <translation>conta {key}</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>imediatamente</translation>
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
        <translation>arquivo {key}</translation>
    </message>
    <message>
        <source>groups: {value}</source>
        <translation>grupos: {value}</translation>
    </message>
    <message>
        <source>is being disconnected</source>
        <translation>está sendo desconectada</translation>
    </message>
    <message>
        <source>name: {value}</source>
        <translation>nome: {value}</translation>
    </message>
    <message>
        <source>post {key}</source>
        <translation>publicação {key}</translation>
    </message>
    <message>
        <source>role: {value}</source>
        <translation>função: {value}</translation>
    </message>
    <message>
        <source>works</source>
        <translation>funciona</translation>
    </message>
    <message>
        <source>{name} is as before. {reason}</source>
        <translation>{name} continua como antes. {reason}</translation>
    </message>
    <message>
        <source>{name} is still in the team, but cannot sign in. {reason} To let them in, open {name} in Settings &gt; Team and turn on “May sign in”.</source>
        <translation>{name} continua na equipe, mas não pode entrar. {reason} Para permitir, abra {name} em Configurações &gt; Equipe e ative “Pode entrar”.</translation>
    </message>
    <message>
        <source>{name} is still revoked and cannot sign in. {reason}</source>
        <translation>{name} continua revogado e não pode entrar. {reason}</translation>
    </message>
    <message>
        <source>{name} was not added to the team. {reason}</source>
        <translation>{name} não foi adicionado à equipe. {reason}</translation>
    </message>
    <message>
        <source>{name}, labels: {labels}, groups: {groups}</source>
        <translation>{name}, etiquetas: {labels}, grupos: {groups}</translation>
    </message>
    <message>
        <source>{name}, revoked</source>
        <translation>{name}, revogado</translation>
    </message>
    <message>
        <source>{name}: {reason}</source>
        <translation>{name}: {reason}</translation>
    </message>
    <message>
        <source>{status}, {when}, “{text}”</source>
        <translation>{status}, {when}, “{text}”</translation>
    </message>
</context>
<context>
    <name>TeamController</name>
    <message numerus="yes">
        <source>%Ln message(s) (waits/wait) for your approval</source>
        <translation>
            <numerusform>%Ln mensagem aguarda sua aprovação</numerusform>
            <numerusform>%Ln mensagens aguardam sua aprovação</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of your proposals (was/were) approved</source>
        <translation>
            <numerusform>%Ln das suas propostas foi aprovada</numerusform>
            <numerusform>%Ln das suas propostas foram aprovadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changes requested of %Ln message(s)</source>
        <translation>
            <numerusform>Alterações solicitadas em %Ln mensagem</numerusform>
            <numerusform>Alterações solicitadas em %Ln mensagens</numerusform>
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
        <translation>Dados de: {when}.</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Registro de auditoria</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canais</translation>
    </message>
    <message>
        <source>Lost a device? Revoke it here, and it cannot sign in any more.</source>
        <translation>Perdeu um dispositivo? Revogue-o aqui e ele não poderá mais entrar.</translation>
    </message>
    <message>
        <source>Part of the team</source>
        <translation>Parte da equipe</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Pessoas</translation>
    </message>
    <message>
        <source>People and devices are on the server of your team. They are shown here when it answers.</source>
        <translation>As pessoas e os dispositivos estão no servidor da sua equipe. Eles aparecem aqui quando ele responde.</translation>
    </message>
    <message>
        <source>The server is not reached, and changes need it.</source>
        <translation>O servidor não está acessível, e as alterações precisam dele.</translation>
    </message>
    <message>
        <source>Your devices</source>
        <translation>Seus dispositivos</translation>
    </message>
    <message>
        <source>Your role in this team is now: {role}.</source>
        <translation>Sua função nesta equipe agora é: {role}.</translation>
    </message>
    <message>
        <source>{name} cannot sign in any more. Enter takes it back.</source>
        <translation>{name} não pode mais entrar. Enter desfaz isso.</translation>
    </message>
</context>
<context>
    <name>TemplateEdit</name>
    <message>
        <source>Variables</source>
        <translation>Variáveis</translation>
    </message>
</context>
<context>
    <name>Templates</name>
    <message>
        <source>All hashtags of the message</source>
        <translation>Todas as hashtags da mensagem</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Data</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Resumo</translation>
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
        <translation>Mensagem</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Rede</translation>
    </message>
    <message>
        <source>Template “{name}” deleted</source>
        <translation>Modelo “{name}” excluído</translation>
    </message>
    <message>
        <source>Template “{name}” replaced</source>
        <translation>Modelo “{name}” substituído</translation>
    </message>
    <message>
        <source>Template “{name}” saved</source>
        <translation>Modelo “{name}” salvo</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>The day on which it is sent</source>
        <translation>O dia em que é enviado</translation>
    </message>
    <message>
        <source>The first line of the message</source>
        <translation>A primeira linha da mensagem</translation>
    </message>
    <message>
        <source>The first paragraph below the first line</source>
        <translation>O primeiro parágrafo abaixo da primeira linha</translation>
    </message>
    <message>
        <source>The link of the message</source>
        <translation>O link da mensagem</translation>
    </message>
    <message>
        <source>The message below its first line</source>
        <translation>A mensagem abaixo da primeira linha</translation>
    </message>
    <message>
        <source>The name of the channel</source>
        <translation>O nome do canal</translation>
    </message>
    <message>
        <source>The name of the network</source>
        <translation>O nome da rede</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>A mensagem inteira</translation>
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
        <translation>Uma thread vem primeiro. As partes são editadas em Escrever.</translation>
    </message>
    <message>
        <source>Move text {number} down</source>
        <translation>Mover o texto {number} para baixo</translation>
    </message>
    <message>
        <source>Move text {number} up</source>
        <translation>Mover o texto {number} para cima</translation>
    </message>
    <message>
        <source>Remove text {number}</source>
        <translation>Remover o texto {number}</translation>
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
        <translation>O mesmo, dito de outro jeito</translation>
    </message>
    <message>
        <source>This is the same as text {number}.</source>
        <translation>É igual ao texto {number}.</translation>
    </message>
    <message>
        <source>What would you like to say again and again?</source>
        <translation>O que você quer dizer de novo e de novo?</translation>
    </message>
</context>
<context>
    <name>TextInserter</name>
    <message>
        <source>All hashtags of “{name}” are already in the text</source>
        <translation>Todas as hashtags de “{name}” já estão no texto</translation>
    </message>
</context>
<context>
    <name>TextPresenter</name>
    <message>
        <source>All {network} channels</source>
        <translation>Todos os canais de {network}</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensagem</translation>
    </message>
    <message>
        <source>Message for {network}</source>
        <translation>Mensagem para {network}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Parte {n} de {count}</translation>
    </message>
    <message>
        <source>{name} uses the common text</source>
        <translation>{name} usa o texto comum</translation>
    </message>
    <message>
        <source>{name} uses the text for {network}</source>
        <translation>{name} usa o texto para {network}</translation>
    </message>
</context>
<context>
    <name>ThreadPresenter</name>
    <message>
        <source>Add a part to the thread</source>
        <translation>Adicionar uma parte à thread</translation>
    </message>
    <message>
        <source>All parts are one text now</source>
        <translation>Todas as partes agora são um só texto</translation>
    </message>
    <message>
        <source>Join all parts</source>
        <translation>Juntar todas as partes</translation>
    </message>
    <message>
        <source>Move part down</source>
        <translation>Mover parte para baixo</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Mover parte para cima</translation>
    </message>
    <message>
        <source>Move to the part after</source>
        <translation>Mover para a parte seguinte</translation>
    </message>
    <message>
        <source>Move to the part before</source>
        <translation>Mover para a parte anterior</translation>
    </message>
    <message>
        <source>Next part</source>
        <translation>Próxima parte</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Numerar as partes</translation>
    </message>
    <message>
        <source>Part {n} removed</source>
        <translation>Parte {n} removida</translation>
    </message>
    <message>
        <source>Previous part</source>
        <translation>Parte anterior</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Remover parte</translation>
    </message>
    <message numerus="yes">
        <source>Split into %n part(s)</source>
        <translation>
            <numerusform>Dividido em %n parte</numerusform>
            <numerusform>Dividido em %n partes</numerusform>
        </translation>
    </message>
    <message>
        <source>Split the text at blank lines</source>
        <translation>Dividir o texto nas linhas em branco</translation>
    </message>
    <message>
        <source>Split the text to fit</source>
        <translation>Dividir o texto para caber</translation>
    </message>
    <message>
        <source>There is nothing to split: every part fits already</source>
        <translation>Não há nada para dividir: cada parte já cabe</translation>
    </message>
    <message>
        <source>{name} moved to part {n}</source>
        <translation>{name} movido para a parte {n}</translation>
    </message>
</context>
<context>
    <name>Threads</name>
    <message>
        <source>This text needs more than {most} parts. Shorten it or choose channels that allow longer texts.</source>
        <translation>Este texto precisa de mais de {most} partes. Encurte-o ou escolha canais que permitam textos mais longos.</translation>
    </message>
</context>
<context>
    <name>TileMenu</name>
    <message>
        <source>Describe for people who cannot see it…</source>
        <translation>Descrever para quem não pode ver…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Editar…</translation>
    </message>
    <message>
        <source>Move left</source>
        <translation>Mover para a esquerda</translation>
    </message>
    <message>
        <source>Move right</source>
        <translation>Mover para a direita</translation>
    </message>
    <message>
        <source>Remove from this message</source>
        <translation>Remover desta mensagem</translation>
    </message>
    <message>
        <source>Send to</source>
        <translation>Enviar para</translation>
    </message>
</context>
<context>
    <name>TimeField</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Escolher um dia e um horário</translation>
    </message>
</context>
<context>
    <name>TimePopup</name>
    <message>
        <source>Add time</source>
        <translation>Adicionar horário</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Horário</translation>
    </message>
</context>
<context>
    <name>TimeTag</name>
    <message>
        <source>Remove {time}, {days}</source>
        <translation>Remover {time}, {days}</translation>
    </message>
</context>
<context>
    <name>TimelinePane</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n dia</numerusform>
            <numerusform>%n dias</numerusform>
        </translation>
    </message>
    <message>
        <source>Close timeline</source>
        <translation>Fechar linha do tempo</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Linha do tempo</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Horários em {zone}</translation>
    </message>
    <message>
        <source>Your timeline appears here.</source>
        <translation>Sua linha do tempo aparece aqui.</translation>
    </message>
</context>
<context>
    <name>TimesPage</name>
    <message numerus="yes">
        <source>%Ln message(s) will be added to {campaign}</source>
        <translation>
            <numerusform>%Ln mensagem será adicionada a {campaign}</numerusform>
            <numerusform>%Ln mensagens serão adicionadas a {campaign}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) could not be downloaded.</source>
        <translation>
            <numerusform>%Ln imagem não pôde ser baixada.</numerusform>
            <numerusform>%Ln imagens não puderam ser baixadas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) will be downloaded first.</source>
        <translation>
            <numerusform>%Ln imagem será baixada primeiro.</numerusform>
            <numerusform>%Ln imagens serão baixadas primeiro.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (has a warning/have warnings).</source>
        <translation>
            <numerusform>%Ln linha tem um aviso.</numerusform>
            <numerusform>%Ln linhas têm avisos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) will not be imported.</source>
        <translation>
            <numerusform>%Ln linha não será importada.</numerusform>
            <numerusform>%Ln linhas não serão importadas.</numerusform>
        </translation>
    </message>
    <message>
        <source>At the times in the file</source>
        <translation>Nos horários do arquivo</translation>
    </message>
    <message>
        <source>At the times in the file ({own}). Without a time, in the rhythm ({rest})</source>
        <extracomment>{own} and {rest}: numbers of messages.</extracomment>
        <translation>Nos horários do arquivo ({own}). Sem horário, no ritmo ({rest})</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Copiar relatório</translation>
    </message>
    <message>
        <source>Downloading picture {n} of {total}</source>
        <translation>Baixando imagem {n} de {total}</translation>
    </message>
    <message>
        <source>Fetching pictures</source>
        <translation>Buscando imagens</translation>
    </message>
    <message>
        <source>From {first} to {last}</source>
        <translation>De {first} até {last}</translation>
    </message>
    <message>
        <source>Import report</source>
        <translation>Relatório de importação</translation>
    </message>
    <message>
        <source>Importing sends nothing.</source>
        <translation>A importação não envia nada.</translation>
    </message>
    <message>
        <source>In the rhythm of the campaign, in this order</source>
        <translation>No ritmo da campanha, nesta ordem</translation>
    </message>
    <message>
        <source>The file contains no times</source>
        <translation>O arquivo não contém horários</translation>
    </message>
    <message>
        <source>the campaign</source>
        <translation>a campanha</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>“{name}”</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Dismiss</source>
        <translation>Dispensar</translation>
    </message>
    <message>
        <source>Enter: {action}. Esc closes this.</source>
        <extracomment>{action}: text of a button, such as Undo.</extracomment>
        <translation>Enter: {action}. Esc fecha isto.</translation>
    </message>
    <message>
        <source>{sentence} {action}: {key}, then Enter.</source>
        <extracomment>{action}: text of a button, such as Undo. {key}: the key that leads to it.</extracomment>
        <translation>{sentence} {action}: {key}, depois Enter.</translation>
    </message>
</context>
<context>
    <name>ToolsRow</name>
    <message>
        <source>Add a part</source>
        <translation>Adicionar uma parte</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Adicionar mídia</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Anexar arquivos</translation>
    </message>
    <message>
        <source>Insert emoji</source>
        <translation>Inserir emoji</translation>
    </message>
    <message>
        <source>Insert hashtag sign</source>
        <translation>Inserir sinal de hashtag</translation>
    </message>
    <message>
        <source>Insert mention sign</source>
        <translation>Inserir sinal de menção</translation>
    </message>
    <message>
        <source>Insert snippet</source>
        <translation>Inserir trecho</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Mídia usada recentemente</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message numerus="yes">
        <source>%n item(s) (needs/need) attention</source>
        <translation>
            <numerusform>%n item precisa de atenção</numerusform>
            <numerusform>%n itens precisam de atenção</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread notification(s)</source>
        <translation>
            <numerusform>%n notificação não lida</numerusform>
            <numerusform>%n notificações não lidas</numerusform>
        </translation>
    </message>
    <message>
        <source>More pages</source>
        <translation>Mais páginas</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Páginas</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Configurações</translation>
    </message>
    <message>
        <source>Show notifications</source>
        <translation>Mostrar notificações</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n being sent</source>
        <translation>
            <numerusform>%n em envio</numerusform>
            <numerusform>%n em envio</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) being sent</source>
        <translation>
            <numerusform>%n post em envio</numerusform>
            <numerusform>%n posts em envio</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n post agendado</numerusform>
            <numerusform>%n posts agendados</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nova mensagem</translation>
    </message>
    <message>
        <source>Next: {title}, {when}</source>
        <translation>Próximo: {title}, {when}</translation>
    </message>
    <message>
        <source>No scheduled posts</source>
        <translation>Nenhum post agendado</translation>
    </message>
    <message>
        <source>Open Posto Desktop</source>
        <translation>Abrir o Posto Desktop</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Pausar envio</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Post rápido</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Sair</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>Retomar envio</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>O envio está pausado</translation>
    </message>
</context>
<context>
    <name>TrimBar</name>
    <message>
        <source>End</source>
        <translation>Fim</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Início</translation>
    </message>
    <message>
        <source>{length} of the video is sent</source>
        <translation>{length} do vídeo é enviado</translation>
    </message>
</context>
<context>
    <name>TrimStrip</name>
    <message>
        <source>End of the video</source>
        <translation>Fim do vídeo</translation>
    </message>
    <message>
        <source>Start of the video</source>
        <translation>Início do vídeo</translation>
    </message>
</context>
<context>
    <name>UtmFields</name>
    <message>
        <source>Campaign</source>
        <translation>Campanha</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>Conteúdo</translation>
    </message>
    <message>
        <source>Links in the text</source>
        <translation>Links no texto</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Mídia</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Origem</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>Termo</translation>
    </message>
    <message>
        <source>The attached link</source>
        <translation>O link anexado</translation>
    </message>
    <message>
        <source>Variables: {names}. Tags that a link already has are kept.</source>
        <translation>Variáveis: {names}. As tags que um link já tem são mantidas.</translation>
    </message>
</context>
<context>
    <name>VariantBar</name>
    <message>
        <source>All files</source>
        <translation>Todos os arquivos</translation>
    </message>
    <message>
        <source>Channel of this text</source>
        <translation>Canal deste texto</translation>
    </message>
    <message>
        <source>Files for this network</source>
        <translation>Arquivos para esta rede</translation>
    </message>
    <message>
        <source>No files</source>
        <translation>Nenhum arquivo</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Usar o texto comum</translation>
    </message>
    <message>
        <source>Uses its own text. Changes to All networks do not apply.</source>
        <translation>Usa texto próprio. Alterações em Todas as redes não se aplicam.</translation>
    </message>
    <message>
        <source>Uses the common text. Type here to give it its own.</source>
        <translation>Usa o texto comum. Digite aqui para dar um texto próprio.</translation>
    </message>
    <message>
        <source>Uses the text for {network}. Type here to give it its own.</source>
        <translation>Usa o texto para {network}. Digite aqui para dar um texto próprio.</translation>
    </message>
    <message>
        <source>{name} uses its own text and ignores changes to All networks.</source>
        <translation>{name} usa texto próprio e ignora alterações em Todas as redes.</translation>
    </message>
    <message>
        <source>{name} uses the common text. Type here to give it its own.</source>
        <translation>{name} usa o texto comum. Digite aqui para dar um texto próprio.</translation>
    </message>
    <message>
        <source>{name} · own text</source>
        <translation>{name} · texto próprio</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n file(s)</source>
        <translation>
            <numerusform>{n} de %n arquivo</numerusform>
            <numerusform>{n} de %n arquivos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VideoBar</name>
    <message>
        <source>Cover</source>
        <translation>Capa</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Reproduzir</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Reproduzir ou pausar</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Som</translation>
    </message>
</context>
<context>
    <name>VideoResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>%n rede</numerusform>
            <numerusform>Todas as %n redes</numerusform>
        </translation>
    </message>
    <message>
        <source>Convert now</source>
        <translation>Converter agora</translation>
    </message>
    <message>
        <source>Converting the video</source>
        <translation>Conversão do vídeo</translation>
    </message>
    <message>
        <source>Encoded anew as H.264</source>
        <translation>Recodificado em H.264</translation>
    </message>
    <message>
        <source>HDR becomes ordinary colours</source>
        <translation>HDR vira cores comuns</translation>
    </message>
    <message>
        <source>Otherwise it is converted when the post is sent</source>
        <translation>Caso contrário, ele é convertido quando o post é enviado</translation>
    </message>
    <message>
        <source>Sent as it is</source>
        <translation>Enviado como está</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>Grande demais para {network}. Escolha um tamanho menor.</translation>
    </message>
    <message>
        <source>Too long for {network}: up to {most}.</source>
        <translation>Longo demais para {network}: até {most}.</translation>
    </message>
    <message>
        <source>Too short for {network}: {least} or more.</source>
        <translation>Curto demais para {network}: {least} ou mais.</translation>
    </message>
    <message>
        <source>Too small for {network}.</source>
        <translation>Pequeno demais para {network}.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>O que é enviado</translation>
    </message>
    <message>
        <source>Written anew as MP4, no quality lost</source>
        <translation>Regravado como MP4, sem perda de qualidade</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>cerca de {size}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>pronto</translation>
    </message>
    <message>
        <source>takes about {time}</source>
        <translation>leva cerca de {time}</translation>
    </message>
    <message>
        <source>takes some seconds</source>
        <translation>leva alguns segundos</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>Não foi possível preparar {name}.</translation>
    </message>
    <message>
        <source>{network} may refuse it or compress it again.</source>
        <translation>{network} pode recusá-lo ou comprimi-lo de novo.</translation>
    </message>
</context>
<context>
    <name>ViewSwitch</name>
    <message>
        <source>Campaigns</source>
        <translation>Campanhas</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Evergreen</translation>
    </message>
    <message>
        <source>View of campaigns</source>
        <translation>Visualização de campanhas</translation>
    </message>
</context>
<context>
    <name>WatchFolderCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n canal</numerusform>
            <numerusform>%n canais</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign that was deleted</source>
        <translation>Uma campanha excluída</translation>
    </message>
    <message>
        <source>A text file beside can name others</source>
        <translation>Um arquivo de texto ao lado pode indicar outros</translation>
    </message>
    <message>
        <source>By itself, with Undo. Off: you decide about each draft</source>
        <translation>Automático, com Desfazer. Desativado: você decide sobre cada rascunho</translation>
    </message>
    <message>
        <source>Campaign without a name</source>
        <translation>Campanha sem nome</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canais</translation>
    </message>
    <message>
        <source>Channels for files of {name}</source>
        <translation>Canais para os arquivos de {name}</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Rascunhos</translation>
    </message>
    <message>
        <source>Drafts from this folder go to these channels</source>
        <translation>Os rascunhos desta pasta vão para estes canais</translation>
    </message>
    <message>
        <source>Evergreen messages</source>
        <translation>Mensagens evergreen</translation>
    </message>
    <message>
        <source>Folders inside, too</source>
        <translation>Subpastas também</translation>
    </message>
    <message>
        <source>Messages of “{campaign}”</source>
        <translation>Mensagens de “{campaign}”</translation>
    </message>
    <message>
        <source>New files become</source>
        <translation>Novos arquivos viram</translation>
    </message>
    <message>
        <source>No longer watched. Its files and drafts stay.</source>
        <translation>Não é mais monitorada. Os arquivos e rascunhos continuam.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Sem estilo</translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation>Nenhum escolhido</translation>
    </message>
    <message>
        <source>Open the workspace of this folder to choose its channels</source>
        <translation>Abra o espaço de trabalho desta pasta para escolher os canais</translation>
    </message>
    <message>
        <source>Options of {name}</source>
        <translation>Opções de {name}</translation>
    </message>
    <message>
        <source>Pause {name}</source>
        <translation>Pausar {name}</translation>
    </message>
    <message>
        <source>Resume {name}</source>
        <translation>Retomar {name}</translation>
    </message>
    <message>
        <source>Schedule into the next free slot</source>
        <translation>Agendar no próximo horário livre</translation>
    </message>
    <message>
        <source>Stop watching {name}</source>
        <translation>Parar de monitorar {name}</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Estilo</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Undo: watch {name} again</source>
        <translation>Desfazer: monitorar {name} de novo</translation>
    </message>
</context>
<context>
    <name>WatchFolders</name>
    <message>
        <source>Folder missing: connect its disk, or remove it from this list</source>
        <translation>Pasta não encontrada: conecte o disco ou remova-a da lista</translation>
    </message>
    <message>
        <source>Looks for new files every minute</source>
        <translation>Procura novos arquivos a cada minuto</translation>
    </message>
    <message>
        <source>No permission: allow Posto to read this folder in your system</source>
        <translation>Sem permissão: permita no sistema que o Posto leia esta pasta</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausado</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files…</source>
        <translation>Lendo {done} de {total} arquivos…</translation>
    </message>
    <message>
        <source>The campaign of {folder} was deleted. What comes there becomes drafts until you choose another in Settings.</source>
        <translation>A campanha de {folder} foi excluída. O que chegar vira rascunho até você escolher outra nas Configurações.</translation>
    </message>
    <message>
        <source>This is not a folder</source>
        <translation>Isto não é uma pasta</translation>
    </message>
    <message numerus="yes">
        <source>Waiting for %n file(s) that (is/are) not complete</source>
        <translation>
            <numerusform>Aguardando %n arquivo incompleto</numerusform>
            <numerusform>Aguardando %n arquivos incompletos</numerusform>
        </translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>Monitorando</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>{name} não pode ser lido.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} não pode ser lido: {reason}.</translation>
    </message>
    <message>
        <source>{name} is not text in UTF-8. Save it as UTF-8.</source>
        <translation>{name} não é texto em UTF-8. Salve como UTF-8.</translation>
    </message>
    <message>
        <source>{name} is not valid JSON.</source>
        <translation>{name} não é JSON válido.</translation>
    </message>
    <message>
        <source>{name} is too large: a text has at most {size} KB.</source>
        <translation>{name} é grande demais: um texto tem no máximo {size} KB.</translation>
    </message>
</context>
<context>
    <name>WatchFoldersController</name>
    <message numerus="yes">
        <source>%n draft(s) from “{folder}”</source>
        <translation>
            <numerusform>%n rascunho de “{folder}”</numerusform>
            <numerusform>%n rascunhos de “{folder}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) stayed: you edited or opened (it/them)</source>
        <translation>
            <numerusform>%n rascunho ficou: você o editou ou abriu</numerusform>
            <numerusform>%n rascunhos ficaram: você os editou ou abriu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n evergreen message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n mensagem evergreen de “{folder}”</numerusform>
            <numerusform>%n mensagens evergreen de “{folder}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” (stays/stay) in Drafts.</source>
        <translation>
            <numerusform>%n mensagem de “{folder}” continua nos rascunhos.</numerusform>
            <numerusform>%n mensagens de “{folder}” continuam nos rascunhos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” scheduled</source>
        <translation>
            <numerusform>%n mensagem de “{folder}” agendada</numerusform>
            <numerusform>%n mensagens de “{folder}” agendadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) in “{folder}” (has/have) the same problem.</source>
        <translation>
            <numerusform>Mais %n arquivo em “{folder}” tem o mesmo problema.</numerusform>
            <numerusform>Mais %n arquivos em “{folder}” têm o mesmo problema.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n nova mensagem de “{folder}”</numerusform>
            <numerusform>%n novas mensagens de “{folder}”</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
</context>
<context>
    <name>WatchFoldersPage</name>
    <message>
        <source>Add a folder…</source>
        <translation>Adicionar uma pasta…</translation>
    </message>
    <message>
        <source>Also what is there already</source>
        <translation>Também o que já está lá</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Choose a folder, also one that a cloud keeps in step. Each picture or video that comes there becomes a draft, once. A text file with the same name gives its text. Your files are never moved or changed, and nothing is sent by itself.</source>
        <translation>Escolha uma pasta, também uma sincronizada com a nuvem. Cada imagem ou vídeo que chega vira um rascunho, uma única vez. Um arquivo de texto com o mesmo nome dá o texto. Seus arquivos nunca são movidos nem alterados, e nada é enviado sozinho.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>Pasta a monitorar</translation>
    </message>
    <message>
        <source>Only new files</source>
        <translation>Somente arquivos novos</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>Pastas monitoradas</translation>
    </message>
    <message>
        <source>Works while Posto runs, also in the tray, and catches up at the next start.</source>
        <translation>Funciona enquanto o Posto está aberto, também na bandeja, e se atualiza no próximo início.</translation>
    </message>
    <message numerus="yes">
        <source>“{folder}” has %Ln picture(s) or video(s) already.</source>
        <translation>
            <numerusform>“{folder}” já tem %Ln imagem ou vídeo.</numerusform>
            <numerusform>“{folder}” já tem %Ln imagens ou vídeos.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{folder}” is watched already.</source>
        <translation>“{folder}” já é monitorada.</translation>
    </message>
</context>
<context>
    <name>WatchScheduler</name>
    <message>
        <source>A network would refuse it as it is. Open it to see why.</source>
        <translation>Uma rede a recusaria como está. Abra-a para ver por quê.</translation>
    </message>
    <message>
        <source>No channels are chosen for it.</source>
        <translation>Nenhum canal foi escolhido para ela.</translation>
    </message>
    <message>
        <source>There is no free slot for its channels.</source>
        <translation>Não há horário livre para os canais dela.</translation>
    </message>
</context>
<context>
    <name>WatermarkFields</name>
    <message>
        <source>Bottom left</source>
        <translation>Inferior esquerdo</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>Inferior direito</translation>
    </message>
    <message>
        <source>Choose picture…</source>
        <translation>Escolher imagem…</translation>
    </message>
    <message>
        <source>Corner</source>
        <translation>Canto</translation>
    </message>
    <message>
        <source>In the middle</source>
        <translation>No meio</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Margem</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Nenhuma imagem ainda</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opacidade</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamanho</translation>
    </message>
    <message>
        <source>Size and margin are percentages of the picture&apos;s shorter side. Videos and animations get no watermark. Your files are not changed.</source>
        <translation>Tamanho e margem são porcentagens do lado menor da imagem. Vídeos e animações não recebem marca-d&apos;água. Seus arquivos não são alterados.</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>Superior esquerdo</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>Superior direito</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Start with the message. Nothing leaves this computer until you press the button.</source>
        <translation>Comece pela mensagem. Nada sai deste computador até você pressionar o botão.</translation>
    </message>
    <message>
        <source>Write once, place it everywhere</source>
        <translation>Escreva uma vez, publique em todo lugar</translation>
    </message>
</context>
<context>
    <name>When</name>
    <message>
        <source>A length of time has to be above zero.</source>
        <translation>Uma duração precisa ser maior que zero.</translation>
    </message>
    <message>
        <source>A week has seven days.</source>
        <translation>Uma semana tem sete dias.</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first} or {second}?</source>
        <translation>“{text}” significa {first} ou {second}?</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first}?</source>
        <translation>“{text}” significa {first}?</translation>
    </message>
    <message>
        <source>Midnight</source>
        <translation>Meia-noite</translation>
    </message>
    <message>
        <source>No month has a day {day}.</source>
        <translation>Nenhum mês tem um dia {day}.</translation>
    </message>
    <message>
        <source>No month has more than five of a weekday.</source>
        <translation>Nenhum mês tem mais de cinco vezes o mesmo dia da semana.</translation>
    </message>
    <message>
        <source>No time is given.</source>
        <translation>Nenhum horário foi informado.</translation>
    </message>
    <message>
        <source>Read as {day}.</source>
        <translation>Lido como {day}.</translation>
    </message>
    <message>
        <source>Read with the day first, as {day}.</source>
        <translation>Lido com o dia primeiro, como {day}.</translation>
    </message>
    <message>
        <source>Read with the month first, as {day}.</source>
        <translation>Lido com o mês primeiro, como {day}.</translation>
    </message>
    <message>
        <source>That is too far ahead.</source>
        <translation>Isso está longe demais.</translation>
    </message>
    <message>
        <source>That month has no {weekday} number {number}.</source>
        <translation>Esse mês não tem {weekday} número {number}.</translation>
    </message>
    <message>
        <source>That timestamp is too far ahead.</source>
        <translation>Esse timestamp está longe demais.</translation>
    </message>
    <message numerus="yes">
        <source>The clocks change in between: {clock} is the same time of day, {later} is %n hour(s) from now.</source>
        <translation>
            <numerusform>Os relógios mudam nesse intervalo: {clock} é a mesma hora do dia, {later} é daqui a %n hora.</numerusform>
            <numerusform>Os relógios mudam nesse intervalo: {clock} é a mesma hora do dia, {later} é daqui a %n horas.</numerusform>
        </translation>
    </message>
    <message>
        <source>The day after tomorrow is {day}, and another date is named.</source>
        <translation>Depois de amanhã é {day}, e outra data foi indicada.</translation>
    </message>
    <message>
        <source>The year {year} is too far ahead.</source>
        <translation>O ano {year} está longe demais.</translation>
    </message>
    <message>
        <source>There is no day {first}/{second}.</source>
        <translation>Não existe o dia {first}/{second}.</translation>
    </message>
    <message>
        <source>There is no month {month}.</source>
        <translation>Não existe o mês {month}.</translation>
    </message>
    <message>
        <source>There is no time zone “{name}”.</source>
        <translation>Não existe o fuso horário “{name}”.</translation>
    </message>
    <message>
        <source>There is no year {year}.</source>
        <translation>Não existe o ano {year}.</translation>
    </message>
    <message>
        <source>There is no {day} {month} this year or the next.</source>
        <translation>Não existe {day} de {month} neste ano nem no próximo.</translation>
    </message>
    <message>
        <source>There is no {day} {month} {year}.</source>
        <translation>Não existe {day} de {month} de {year}.</translation>
    </message>
    <message>
        <source>There is no {day} {month}.</source>
        <translation>Não existe {day} de {month}.</translation>
    </message>
    <message>
        <source>Today is {day}, and another date is named.</source>
        <translation>Hoje é {day}, e outra data foi indicada.</translation>
    </message>
    <message>
        <source>Tomorrow is {day}, and another date is named.</source>
        <translation>Amanhã é {day}, e outra data foi indicada.</translation>
    </message>
    <message>
        <source>{day} has passed this year.</source>
        <translation>{day} já passou neste ano.</translation>
    </message>
    <message>
        <source>{day} is a {weekday}, not a {other}.</source>
        <translation>{day} cai em {weekday}, não em {other}.</translation>
    </message>
    <message>
        <source>{text} is not a length of time.</source>
        <translation>{text} não é uma duração.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The first one ({zone}) is used.</source>
        <translation>{time} ocorre duas vezes em {day}, quando os relógios são atrasados. A primeira ({zone}) é usada.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The second one ({zone}) is used.</source>
        <translation>{time} ocorre duas vezes em {day}, quando os relógios são atrasados. A segunda ({zone}) é usada.</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the first one ({zone}).</source>
        <translation>{time} ocorre duas vezes nessa noite; esta é a primeira ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the second one ({zone}).</source>
        <translation>{time} ocorre duas vezes nessa noite; esta é a segunda ({zone}).</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} já passou.</translation>
    </message>
    <message>
        <source>{time} has passed. The next possible time is {next}.</source>
        <translation>{time} já passou. O próximo horário possível é {next}.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: am and pm go with hours from 1 to 12.</source>
        <translation>{time} não é uma hora do dia: am e pm vão com horas de 1 a 12.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: hours go from 0 to 23.</source>
        <translation>{time} não é uma hora do dia: as horas vão de 0 a 23.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: minutes and seconds go up to 59.</source>
        <translation>{time} não é uma hora do dia: minutos e segundos vão até 59.</translation>
    </message>
    <message>
        <source>{time} is not at lunch.</source>
        <translation>{time} não é na hora do almoço.</translation>
    </message>
    <message>
        <source>{time} is not at the end of the day.</source>
        <translation>{time} não é no fim do dia.</translation>
    </message>
    <message>
        <source>{time} is not in the afternoon.</source>
        <translation>{time} não é à tarde.</translation>
    </message>
    <message>
        <source>{time} is not in the evening.</source>
        <translation>{time} não é à noite.</translation>
    </message>
    <message>
        <source>{time} is not in the morning.</source>
        <translation>{time} não é de manhã.</translation>
    </message>
    <message>
        <source>{time} is not in the night.</source>
        <translation>{time} não é de madrugada.</translation>
    </message>
    <message>
        <source>{time} is not tonight.</source>
        <translation>{time} não é hoje à noite.</translation>
    </message>
    <message>
        <source>{time} is skipped on {day}, when the clocks go forward. {used} is used.</source>
        <translation>{time} é pulado em {day}, quando os relógios são adiantados. {used} é usado.</translation>
    </message>
    <message>
        <source>{zone} is not in force in {city} then: its clocks show {time}.</source>
        <translation>{zone} não está em vigor em {city} nessa data: os relógios de lá mostram {time}.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a length of time. “{minutes}” and “{hours}” can.</source>
        <translation>“{text}” não pode ser lido como duração. “{minutes}” e “{hours}” podem.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a time. “{example}”, “{date}” and “{length}” can.</source>
        <translation>“{text}” não pode ser lido como horário. “{example}”, “{date}” e “{length}” podem.</translation>
    </message>
    <message>
        <source>“{text}” is in the past. Only times ahead can be scheduled.</source>
        <translation>“{text}” está no passado. Só horários futuros podem ser agendados.</translation>
    </message>
    <message>
        <source>“{typed}” was read as “{meant}”.</source>
        <translation>“{typed}” foi lido como “{meant}”.</translation>
    </message>
</context>
<context>
    <name>WhenChips</name>
    <message>
        <source>Next free slot…</source>
        <translation>Próximo horário livre…</translation>
    </message>
    <message>
        <source>Quick times</source>
        <translation>Horários rápidos</translation>
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
        <translation>Dia e horário</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Mês anterior</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Mês seguinte</translation>
    </message>
    <message>
        <source>Nothing scheduled that day</source>
        <translation>Nada agendado nesse dia</translation>
    </message>
    <message>
        <source>Scheduled: {times}</source>
        <translation>Agendados: {times}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled: {times} and %n more</source>
        <translation>
            <numerusform>Agendados: {times} e mais %n</numerusform>
            <numerusform>Agendados: {times} e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Horário</translation>
    </message>
    <message>
        <source>Use this time</source>
        <translation>Usar este horário</translation>
    </message>
</context>
<context>
    <name>WhenReading</name>
    <message>
        <source>Set a time for the first post of the repeat.</source>
        <translation>Defina um horário para o primeiro post da repetição.</translation>
    </message>
    <message>
        <source>The repeat ends before this time.</source>
        <translation>A repetição termina antes deste horário.</translation>
    </message>
</context>
<context>
    <name>WhenRow</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Escolher um dia e um horário</translation>
    </message>
    <message>
        <source>Now, or “{time}”</source>
        <translation>Agora, ou “{time}”</translation>
    </message>
    <message>
        <source>Posto cannot read this.</source>
        <translation>O Posto não consegue ler isto.</translation>
    </message>
    <message>
        <source>This time has passed.</source>
        <translation>Este horário já passou.</translation>
    </message>
    <message>
        <source>Try “{time}”</source>
        <translation>Tente “{time}”</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>Usar {time}</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quando</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>e mais %n</numerusform>
            <numerusform>e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>as soon as an editor approves it</source>
        <translation>assim que um editor aprovar</translation>
    </message>
    <message>
        <source>as soon as you press the button</source>
        <translation>assim que você pressionar o botão</translation>
    </message>
    <message>
        <source>first on {day}</source>
        <translation>primeiro em {day}</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} já passou.</translation>
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
            <numerusform>há %n dia</numerusform>
            <numerusform>há %n dias</numerusform>
        </translation>
    </message>
    <message>
        <source>In 1 hour</source>
        <translation>Em 1 hora</translation>
    </message>
    <message>
        <source>Next {day} {time}</source>
        <translation>Próximo {day} {time}</translation>
    </message>
    <message>
        <source>Now</source>
        <extracomment>Time of a post.</extracomment>
        <translation>Agora</translation>
    </message>
    <message>
        <source>Today {time}</source>
        <translation>Hoje {time}</translation>
    </message>
    <message>
        <source>Tomorrow {time}</source>
        <translation>Amanhã {time}</translation>
    </message>
    <message>
        <source>Tonight {time}</source>
        <translation>Hoje à noite {time}</translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>em %n dia</numerusform>
            <numerusform>em %n dias</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n hour(s)</source>
        <translation>
            <numerusform>em %n hora</numerusform>
            <numerusform>em %n horas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n minute(s)</source>
        <translation>
            <numerusform>em %n minuto</numerusform>
            <numerusform>em %n minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n month(s)</source>
        <translation>
            <numerusform>em %n mês</numerusform>
            <numerusform>em %n meses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n year(s)</source>
        <translation>
            <numerusform>em %n ano</numerusform>
            <numerusform>em %n anos</numerusform>
        </translation>
    </message>
    <message>
        <source>in a minute</source>
        <translation>em um minuto</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>agora mesmo</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>hoje {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>amanhã</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>amanhã {time}</translation>
    </message>
    <message>
        <source>{day} {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>{n} h ago</source>
        <translation>há {n} h</translation>
    </message>
    <message>
        <source>{n} min ago</source>
        <translation>há {n} min</translation>
    </message>
    <message>
        <source>{n} s ago</source>
        <translation>há {n} s</translation>
    </message>
    <message>
        <source>{offset} then</source>
        <extracomment>{offset}: &quot;UTC+1&quot; at the time of the post.</extracomment>
        <translation>{offset} nessa data</translation>
    </message>
</context>
<context>
    <name>WindowDropHandler</name>
    <message>
        <source>The dropped content could not be read. Drop it again.</source>
        <translation>O conteúdo solto não pôde ser lido. Solte-o novamente.</translation>
    </message>
    <message>
        <source>The pasted picture cannot be read</source>
        <translation>A imagem colada não pode ser lida</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} e mais %n</numerusform>
            <numerusform>{names} e mais %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} cannot be posted</source>
        <translation>{names}: não é possível publicar</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln arquivo</numerusform>
            <numerusform>%Ln arquivos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s)</source>
        <translation>
            <numerusform>%Ln post</numerusform>
            <numerusform>%Ln posts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WorkspaceButton</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Adicionar um espaço de trabalho…</translation>
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
        <translation>Gerenciar espaços de trabalho…</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Não conectado</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Sandbox, nada é publicado</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Entrar novamente</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Entrar novamente…</translation>
    </message>
    <message>
        <source>Sign out of {name}</source>
        <translation>Sair de {name}</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este computador</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Espaço de trabalho</translation>
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
        <translation>Conectando a {name}</translation>
    </message>
    <message>
        <source>Posto tries again automatically.</source>
        <translation>O Posto tenta de novo automaticamente.</translation>
    </message>
    <message>
        <source>Ready on this computer</source>
        <translation>Pronto neste computador</translation>
    </message>
    <message>
        <source>{host} is slow to answer</source>
        <translation>{host} demora a responder</translation>
    </message>
</context>
<context>
    <name>WorkspaceListDialog</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Adicionar um espaço de trabalho…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>This computer and the services you are signed in to</source>
        <translation>Este computador e os serviços em que você entrou</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Espaços de trabalho</translation>
    </message>
</context>
<context>
    <name>WorkspaceSwitcherController</name>
    <message>
        <source>Publishes to your accounts</source>
        <translation>Publica nas suas contas</translation>
    </message>
    <message>
        <source>The password of {name} was not saved. Sign in again.</source>
        <translation>A senha de {name} não foi salva. Entre novamente.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este computador</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>{name} removed from this computer</source>
        <translation>{name} removido deste computador</translation>
    </message>
</context>
<context>
    <name>WorkspacesPage</name>
    <message>
        <source>Not signed in. This computer works without a service.</source>
        <translation>Não conectado. Este computador funciona sem um serviço.</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Serviços</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Entrar em um serviço…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este computador</translation>
    </message>
    <message>
        <source>Without a service</source>
        <translation>Sem um serviço</translation>
    </message>
    <message>
        <source>Your own accounts and a sandbox for trying out. Cannot be removed.</source>
        <translation>Suas próprias contas e um sandbox para experimentar. Não pode ser removido.</translation>
    </message>
</context>
<context>
    <name>ZonePopup</name>
    <message>
        <source>City or time zone</source>
        <translation>Cidade ou fuso horário</translation>
    </message>
    <message>
        <source>No such city. Try the largest one nearby.</source>
        <translation>Cidade não encontrada. Tente a maior da região.</translation>
    </message>
    <message>
        <source>Search time zones</source>
        <translation>Buscar fusos horários</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Fuso horário</translation>
    </message>
    <message>
        <source>Time zones</source>
        <translation>Fusos horários</translation>
    </message>
</context>
<context>
    <name>ZoneWords</name>
    <message>
        <source>{city} · now {time} · {offset}</source>
        <translation>{city} · agora {time} · {offset}</translation>
    </message>
    <message>
        <source>{time} in {city}</source>
        <extracomment>&quot;9:00 in New York&quot;; {time} can have a weekday.</extracomment>
        <translation>{time} em {city}</translation>
    </message>
</context>
<context>
    <name>Zones</name>
    <message>
        <source>This computer&apos;s time ({zone})</source>
        <translation>Hora deste computador ({zone})</translation>
    </message>
</context>
<context>
    <name>_AccountCard</name>
    <message>
        <source>Check</source>
        <extracomment>Verb: check the sign-in of an account.</extracomment>
        <translation>Verificar</translation>
    </message>
    <message>
        <source>Check the connection to {name}</source>
        <translation>Verificar a conexão com {name}</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Verificando…</translation>
    </message>
    <message>
        <source>Connected: signed in as {name}</source>
        <translation>Conectado: login como {name}</translation>
    </message>
    <message>
        <source>In a file only you can read</source>
        <translation>Em um arquivo que só você pode ler</translation>
    </message>
    <message>
        <source>In the keychain</source>
        <translation>No chaveiro</translation>
    </message>
    <message>
        <source>Keep its password</source>
        <translation>Guardar a senha</translation>
    </message>
    <message>
        <source>Locked with your login to this computer</source>
        <translation>Bloqueado com seu login neste computador</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>Nome de {name}</translation>
    </message>
    <message>
        <source>No password saved: sign in again</source>
        <translation>Nenhuma senha salva: entre novamente</translation>
    </message>
    <message>
        <source>Not encrypted: anyone who can use your account can read it</source>
        <translation>Não criptografada: qualquer pessoa que possa usar sua conta pode lê-la</translation>
    </message>
    <message>
        <source>Not saved: sign in again</source>
        <translation>Não salva: entre novamente</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Só até eu sair</translation>
    </message>
    <message>
        <source>Posts wait here until you sign in again</source>
        <translation>Os posts esperam aqui até você entrar de novo</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Remover {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Renomear {name}</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Entrar novamente…</translation>
    </message>
    <message>
        <source>Sign in to {name} again</source>
        <translation>Entrar em {name} novamente</translation>
    </message>
    <message>
        <source>The connection could not be checked.</source>
        <translation>Não foi possível verificar a conexão.</translation>
    </message>
    <message>
        <source>The password could not be moved.</source>
        <translation>Não foi possível mover a senha.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Desfazer remoção de {name}</translation>
    </message>
    <message>
        <source>Will be removed from this computer, with its password, when you close the settings. Posts already on the service will still be sent.</source>
        <translation>Será removido deste computador, com a senha, quando você fechar as configurações. Os posts que já estão no serviço ainda serão enviados.</translation>
    </message>
    <message>
        <source>“{name}” is in use already, so this one is “{other}”.</source>
        <translation>“{name}” já está em uso, então este é “{other}”.</translation>
    </message>
</context>
<context>
    <name>_CountsModel</name>
    <message>
        <source>own text</source>
        <translation>texto próprio</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: %Ln caractere restante</numerusform>
            <numerusform>{network}: %Ln caracteres restantes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln caractere a mais</numerusform>
            <numerusform>{network}: %Ln caracteres a mais</numerusform>
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
        <translation>As alterações precisam do servidor</translation>
    </message>
    <message>
        <source>Revoke</source>
        <extracomment>Verb: end the sign-in of a device.</extracomment>
        <translation>Revogar</translation>
    </message>
    <message>
        <source>Revoke {device}</source>
        <translation>Revogar {device}</translation>
    </message>
    <message>
        <source>Revoked: it cannot sign in any more</source>
        <translation>Revogado: não pode mais entrar</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Salvando…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este computador</translation>
    </message>
    <message>
        <source>This computer signs in with it. Revoke it from another device.</source>
        <translation>Este computador entra com ele. Revogue-o de outro dispositivo.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Undo revoking {device}</source>
        <translation>Desfazer a revogação de {device}</translation>
    </message>
</context>
<context>
    <name>_FilterChip</name>
    <message>
        <source>Remove filter {filter}</source>
        <translation>Remover filtro {filter}</translation>
    </message>
</context>
<context>
    <name>_Grid</name>
    <message>
        <source>Recently used media</source>
        <translation>Mídia usada recentemente</translation>
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
        <translation>Linhas {number}</translation>
    </message>
</context>
<context>
    <name>_List</name>
    <message>
        <source>Timeline</source>
        <translation>Linha do tempo</translation>
    </message>
</context>
<context>
    <name>_MoreButton</name>
    <message>
        <source>+{count}, characters left on all networks</source>
        <translation>+{count}, caracteres restantes em todas as redes</translation>
    </message>
</context>
<context>
    <name>_MoreTabsButton</name>
    <message numerus="yes">
        <source>+%n more network(s)</source>
        <translation>
            <numerusform>+%n rede</numerusform>
            <numerusform>+%n redes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more network(s), with a problem</source>
        <translation>
            <numerusform>+%n rede, com um problema</numerusform>
            <numerusform>+%n redes, com um problema</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Part</name>
    <message>
        <source>Message text</source>
        <translation>Texto da mensagem</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Parte {number}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Remover parte</translation>
    </message>
    <message>
        <source>Remove part {number}</source>
        <translation>Remover parte {number}</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Name of {name}</source>
        <translation>Nome de {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Remover {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Renomear {name}</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Sandbox, nada é publicado</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Desfazer remoção de {name}</translation>
    </message>
    <message>
        <source>{name} removed</source>
        <translation>{name} removido</translation>
    </message>
</context>
<context>
    <name>_Skeleton</name>
    <message>
        <source>Each network&apos;s view of your post appears here while you type.</source>
        <translation>A visão de cada rede sobre seu post aparece aqui enquanto você digita.</translation>
    </message>
</context>
<context>
    <name>_SuggestionsView</name>
    <message>
        <source>Do not suggest any more</source>
        <translation>Não sugerir mais</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Sugestões</translation>
    </message>
</context>
<context>
    <name>_Thumb</name>
    <message>
        <source>Delete removes the file, {back} and {forth} move it</source>
        <extracomment>&quot;Delete&quot; is a key; {back} and {forth}: keys.</extracomment>
        <translation>Delete remove o arquivo, {back} e {forth} o movem</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Parte {number}</translation>
    </message>
    <message>
        <source>{up} and {down} move it to another part</source>
        <extracomment>{up} and {down}: keys.</extracomment>
        <translation>{up} e {down} o movem para outra parte</translation>
    </message>
</context>
<context>
    <name>_View</name>
    <message>
        <source>Campaigns list</source>
        <translation>Lista de campanhas</translation>
    </message>
</context>
</TS>
