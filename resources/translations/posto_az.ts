<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="az" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>All parts of this package</source>
        <translation>Bu paketin bütün hissələri</translation>
    </message>
    <message>
        <source>Brand marks belong to their owners and are used only to name their networks.</source>
        <translation>Loqolar sahiblərinə məxsusdur və yalnız şəbəkələri göstərmək üçün istifadə olunur.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopyala</translation>
    </message>
    <message>
        <source>Copy the versions</source>
        <translation>Versiyaları kopyala</translation>
    </message>
    <message>
        <source>For support. You can review it before saving.</source>
        <translation>Dəstək üçün. Saxlamazdan əvvəl nəzərdən keçirə bilərsiniz.</translation>
    </message>
    <message>
        <source>Licence of</source>
        <translation>Lisenziya:</translation>
    </message>
    <message>
        <source>Licence text</source>
        <translation>Lisenziya mətni</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Jurnal faylları</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Qovluğu aç</translation>
    </message>
    <message>
        <source>Open the folder of logs</source>
        <translation>Jurnal qovluğunu aç</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Problem hesabatı</translation>
    </message>
    <message>
        <source>SDK and workspace</source>
        <translation>SDK və iş sahəsi</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Sistem</translation>
    </message>
    <message>
        <source>The licences could not be read.</source>
        <translation>Lisenziyalar oxuna bilmədi.</translation>
    </message>
    <message>
        <source>Version {number}</source>
        <translation>Versiya {number}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versiyalar</translation>
    </message>
    <message>
        <source>Write a report…</source>
        <translation>Hesabat yaz…</translation>
    </message>
</context>
<context>
    <name>AccountGuideDialog</name>
    <message>
        <source>How to get this</source>
        <translation>Bunu necə əldə etməli</translation>
    </message>
    <message>
        <source>Links open in your browser. The sign-in stays open.</source>
        <translation>Keçidlər brauzerinizdə açılır. Giriş açıq qalır.</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>Addım-addım</translation>
    </message>
</context>
<context>
    <name>AccountOutlook</name>
    <message>
        <source>About ${amount} at X</source>
        <translation>X-də təxminən ${amount}</translation>
    </message>
    <message numerus="yes">
        <source>About ${amount} at X for %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşım üçün X-də təxminən ${amount}</numerusform>
            <numerusform>%Ln paylaşım üçün X-də təxminən ${amount}</numerusform>
        </translation>
    </message>
    <message>
        <source>The last post is sent about {time} {day}.</source>
        <translation>Son paylaşım təxminən {day} {time} göndərilir.</translation>
    </message>
    <message>
        <source>The last post is sent about {time}.</source>
        <translation>Son paylaşım təxminən {time} göndərilir.</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>{day}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>bu gün</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>sabah</translation>
    </message>
    <message>
        <source>{network} allows {posts} for each channel.</source>
        <translation>{network} hər kanal üçün buna icazə verir: {posts}.</translation>
    </message>
    <message>
        <source>{network} allows {posts}.</source>
        <translation>{network} buna icazə verir: {posts}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}.</source>
        <translation>{network} girişinin vaxtı bitib: {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}. Sign in again, or nothing goes out.</source>
        <translation>{network} girişinin vaxtı bitib: {day}. Yenidən daxil olun, yoxsa heç nə göndərilməyəcək.</translation>
    </message>
    <message numerus="yes">
        <source>{network}&apos;s sign-in ends {day}, before %Ln of these posts.</source>
        <translation>
            <numerusform>{network} girişi bu paylaşımların %Ln ədədindən əvvəl bitir: {day}.</numerusform>
            <numerusform>{network} girişi bu paylaşımların %Ln ədədindən əvvəl bitir: {day}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before these posts.</source>
        <translation>{network} girişi bu paylaşımlardan əvvəl bitir: {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before this post.</source>
        <translation>{network} girişi bu paylaşımdan əvvəl bitir: {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}.</source>
        <translation>{network} girişi bitir: {day}.</translation>
    </message>
</context>
<context>
    <name>AccountStep</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln şəkil</numerusform>
            <numerusform>%Ln şəkil</numerusform>
        </translation>
    </message>
    <message>
        <source>Can publish and upload pictures.</source>
        <translation>Paylaşa və şəkil yükləyə bilir.</translation>
    </message>
    <message>
        <source>Can publish.</source>
        <translation>Paylaşa bilir.</translation>
    </message>
    <message>
        <source>Can upload pictures.</source>
        <translation>Şəkil yükləyə bilir.</translation>
    </message>
    <message>
        <source>Cannot publish.</source>
        <translation>Paylaşa bilmir.</translation>
    </message>
    <message>
        <source>Cannot upload pictures.</source>
        <translation>Şəkil yükləyə bilmir.</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Hədəf</translation>
    </message>
    <message>
        <source>This is not {before}. It becomes a separate channel. Posts of {before} keep waiting.</source>
        <translation>Bu, {before} hesabı deyil. Ayrıca kanal olacaq. {before} paylaşımları gözləməyə davam edir.</translation>
    </message>
    <message numerus="yes">
        <source>Up to %Ln character(s)</source>
        <translation>
            <numerusform>%Ln simvola qədər</numerusform>
            <numerusform>%Ln simvola qədər</numerusform>
        </translation>
    </message>
    <message>
        <source>Where to publish</source>
        <translation>Harada paylaşılsın</translation>
    </message>
    <message>
        <source>{size} MB a picture</source>
        <translation>şəkil üçün {size} MB</translation>
    </message>
</context>
<context>
    <name>AccountTestCard</name>
    <message>
        <source>Delete it now</source>
        <translation>İndi sil</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Send a test post</source>
        <translation>Sınaq paylaşımı göndər</translation>
    </message>
    <message>
        <source>The account responded to the test.</source>
        <translation>Hesab sınağa cavab verdi.</translation>
    </message>
    <message>
        <source>The test post is deleted.</source>
        <translation>Sınaq paylaşımı silindi.</translation>
    </message>
    <message>
        <source>The test post was sent. Posto deletes it when you finish or cancel.</source>
        <translation>Sınaq paylaşımı göndərildi. Bitirəndə və ya ləğv edəndə Posto onu silir.</translation>
    </message>
</context>
<context>
    <name>ActionDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Ləğv et</translation>
    </message>
</context>
<context>
    <name>ActivityController</name>
    <message>
        <source>Activity</source>
        <translation>Fəaliyyət</translation>
    </message>
</context>
<context>
    <name>ActivityHeader</name>
    <message>
        <source>Activity</source>
        <translation>Fəaliyyət</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Agentlər</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Tarixçə</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistika</translation>
    </message>
    <message>
        <source>Other workspaces</source>
        <translation>Digər iş sahələri</translation>
    </message>
    <message>
        <source>Other workspaces, too: {workspaces}</source>
        <translation>Digər iş sahələri də: {workspaces}</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Göndəriş qutusu</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Hamısına fasilə</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Davam et</translation>
    </message>
    <message>
        <source>Search history</source>
        <translation>Tarixçədə axtar</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Paylaşımlarda axtar</translation>
    </message>
    <message>
        <source>Send nothing from this computer for now</source>
        <translation>Hələlik bu kompüterdən heç nə göndərmə</translation>
    </message>
    <message>
        <source>Send waiting posts</source>
        <translation>Gözləyən paylaşımları göndər</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>Göndərmə fasilədədir</translation>
    </message>
    <message>
        <source>View</source>
        <extracomment>Noun.</extracomment>
        <translation>Görünüş</translation>
    </message>
    <message numerus="yes">
        <source>{workspace} (%Ln post(s) to look at)</source>
        <translation>
            <numerusform>{workspace} (baxılası %Ln paylaşım)</numerusform>
            <numerusform>{workspace} (baxılası %Ln paylaşım)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>Fəaliyyət</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>Hamısı hazırdır</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>Axtarışı təmizlə</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Discard this post?</source>
        <translation>Bu paylaşım silinsin?</translation>
    </message>
    <message>
        <source>Do not send to {channels}?</source>
        <translation>Bu kanallara göndərilməsin: {channels}?</translation>
    </message>
    <message>
        <source>Export insights as PDF…</source>
        <translation>Statistikanı PDF kimi ixrac et…</translation>
    </message>
    <message>
        <source>Export insights as a table…</source>
        <translation>Statistikanı cədvəl kimi ixrac et…</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Gizli kanallarda %Ln paylaşım var.</numerusform>
            <numerusform>Gizli kanallarda %Ln paylaşım var.</numerusform>
        </translation>
    </message>
    <message>
        <source>History</source>
        <translation>Tarixçə</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistika</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>No post is waiting and none has failed.</source>
        <translation>Gözləyən və ya uğursuz paylaşım yoxdur.</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Uyğun paylaşım yoxdur</translation>
    </message>
    <message>
        <source>Nothing older</source>
        <translation>Daha köhnəsi yoxdur</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>Hələ heç nə göndərilməyib</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Göndəriş qutusu</translation>
    </message>
    <message>
        <source>Posto stops checking for it. If the post was published, it stays published.</source>
        <translation>Posto onu daha yoxlamayacaq. Paylaşım dərc olunubsa, dərc olunmuş qalır.</translation>
    </message>
    <message>
        <source>Posts sent before today are listed here for 30 days.</source>
        <translation>Bu gündən əvvəl göndərilən paylaşımlar burada 30 gün göstərilir.</translation>
    </message>
    <message>
        <source>Removes “{title}” from the outbox. Its text stays under Done today.</source>
        <translation>“{title}” paylaşımını göndəriş qutusundan silir. Mətni “Bu gün görülənlər” altında qalır.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Gizli kanalları göstər</translation>
    </message>
    <message>
        <source>Show insights as plots</source>
        <translation>Statistikanı qrafik kimi göstər</translation>
    </message>
    <message>
        <source>Show insights as tables</source>
        <translation>Statistikanı cədvəl kimi göstər</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yenidən daxil ol</translation>
    </message>
    <message>
        <source>The post on the other channels does not change.</source>
        <translation>Digər kanallardakı paylaşım dəyişmir.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln post(s).</source>
        <translation>
            <numerusform>Axtarış %Ln paylaşımı gizlədir.</numerusform>
            <numerusform>Axtarış %Ln paylaşımı gizlədir.</numerusform>
        </translation>
    </message>
    <message>
        <source>What you send is listed here, with what becomes of it.</source>
        <translation>Göndərdikləriniz və onların nəticəsi burada göstərilir.</translation>
    </message>
</context>
<context>
    <name>AddTile</name>
    <message>
        <source>Add media</source>
        <translation>Media əlavə et</translation>
    </message>
    <message>
        <source>Add or drop</source>
        <translation>Əlavə et və ya at</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Şəkil və ya video əlavə et</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Son istifadə olunan media</translation>
    </message>
</context>
<context>
    <name>AgentCallsList</name>
    <message>
        <source>Calls of agents</source>
        <translation>Agentlərin çağırışları</translation>
    </message>
</context>
<context>
    <name>AltEditor</name>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>%n simvol qalıb</numerusform>
            <numerusform>%n simvol qalıb</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n simvol artıqdır</numerusform>
            <numerusform>%n simvol artıqdır</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long for {network}</source>
        <translation>
            <numerusform>{network} üçün %n simvol artıqdır</numerusform>
            <numerusform>{network} üçün %n simvol artıqdır</numerusform>
        </translation>
    </message>
    <message>
        <source>Describe {name}</source>
        <translation>Təsvir et: {name}</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Təsvir</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Keep description</source>
        <translation>Təsviri saxla</translation>
    </message>
    <message>
        <source>Next file</source>
        <translation>Növbəti fayl</translation>
    </message>
    <message>
        <source>Not taken by {names}.</source>
        <translation>Qəbul etmir: {names}.</translation>
    </message>
    <message>
        <source>Previous file</source>
        <translation>Əvvəlki fayl</translation>
    </message>
    <message>
        <source>Read aloud by screen readers.</source>
        <translation>Ekran oxuyucuları tərəfindən səsləndirilir.</translation>
    </message>
    <message>
        <source>Sent to {names}.</source>
        <translation>Göndərilir: {names}.</translation>
    </message>
    <message>
        <source>The service does not pass it on to {names}.</source>
        <translation>Xidmət bunu ötürmür: {names}.</translation>
    </message>
    <message>
        <source>What is in the picture, for people who cannot see it</source>
        <translation>Şəkli görməyənlər üçün şəkildə nə olduğu</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>{pane} closed</source>
        <translation>{pane} bağlandı</translation>
    </message>
    <message>
        <source>{pane} open</source>
        <extracomment>{pane}: its name, such as Details or Preview.</extracomment>
        <translation>{pane} açıldı</translation>
    </message>
    <message>
        <source>{part}, collapsed</source>
        <translation>{part}, yığılıb</translation>
    </message>
    <message>
        <source>{part}, expanded</source>
        <translation>{part}, açılıb</translation>
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
        <translation>Təsdiqlə</translation>
    </message>
    <message numerus="yes">
        <source>Approve %Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesajı təsdiqlə</numerusform>
            <numerusform>%Ln mesajı təsdiqlə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Approved with a new time, the message(s) (goes/go) out then.</source>
        <translation>
            <numerusform>Yeni vaxtla təsdiqlənən mesaj həmin vaxt göndərilir.</numerusform>
            <numerusform>Yeni vaxtla təsdiqlənən mesajlar həmin vaxt göndərilir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not approved: %Ln post(s).</source>
        <translation>
            <numerusform>Keçmişdə olduğu üçün təsdiqlənmədi: %Ln paylaşım.</numerusform>
            <numerusform>Keçmişdə olduğu üçün təsdiqlənmədi: %Ln paylaşım.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The time of %Ln proposal(s) has passed</source>
        <translation>
            <numerusform>%Ln təklifin vaxtı keçib</numerusform>
            <numerusform>%Ln təklifin vaxtı keçib</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskForChangesDialog</name>
    <message>
        <source>About</source>
        <translation>Haqqında</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Şərh yaz</translation>
    </message>
    <message>
        <source>Request changes</source>
        <translation>Dəyişiklik istə</translation>
    </message>
    <message>
        <source>Send request</source>
        <translation>İstəyi göndər</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>Bütün mesaj</translation>
    </message>
    <message>
        <source>What is to be changed?</source>
        <translation>Nə dəyişdirilməlidir?</translation>
    </message>
    <message>
        <source>Write a comment first</source>
        <translation>Əvvəlcə şərh yazın</translation>
    </message>
    <message>
        <source>{name} sees your comment and can edit the message.</source>
        <translation>{name} şərhinizi görür və mesajı redaktə edə bilər.</translation>
    </message>
</context>
<context>
    <name>AuditEntryDialog</name>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>Entry of the audit log</source>
        <translation>Audit jurnalının qeydi</translation>
    </message>
</context>
<context>
    <name>AuditPart</name>
    <message>
        <source>Audit log</source>
        <translation>Audit jurnalı</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Hamı</translation>
    </message>
    <message>
        <source>Nothing has been done yet.</source>
        <translation>Hələ heç nə edilməyib.</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Şəxs</translation>
    </message>
    <message>
        <source>Read the audit log again</source>
        <translation>Audit jurnalını yenidən oxu</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Oxunur…</translation>
    </message>
    <message>
        <source>Show older entries</source>
        <translation>Daha köhnə qeydləri göstər</translation>
    </message>
    <message>
        <source>The server is not reached</source>
        <translation>Serverə çatmaq olmur</translation>
    </message>
</context>
<context>
    <name>BrowserSignInPart</name>
    <message>
        <source>Open again</source>
        <translation>Yenidən aç</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Brauzerinizdəki səhifədə daxil olun və Posto Desktop-a icazə verin. Sonra bu pəncərə avtomatik davam edir. Səhifə açılmadısa, ünvanı kopyalayın.</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Brauzerlə daxil ol</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Giriş ünvanı</translation>
    </message>
    <message>
        <source>Use an application password</source>
        <translation>Tətbiq parolundan istifadə et</translation>
    </message>
    <message>
        <source>{host} signs you in on its page. Posto then gets a password of its own for this computer, which you can revoke at any time.</source>
        <translation>{host} sizi öz səhifəsində daxil edir. Sonra Posto bu kompüter üçün ayrıca parol alır; onu istənilən vaxt ləğv edə bilərsiniz.</translation>
    </message>
</context>
<context>
    <name>Budgets</name>
    <message numerus="yes">
        <source>%Ln file(s) {span}</source>
        <translation>
            <numerusform>{span} %Ln fayl</numerusform>
            <numerusform>{span} %Ln fayl</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) {span}</source>
        <translation>
            <numerusform>{span} %Ln paylaşım</numerusform>
            <numerusform>{span} %Ln paylaşım</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a day/in %Ln days)</source>
        <translation>
            <numerusform>gündə</numerusform>
            <numerusform>%Ln gündə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a minute/in %Ln minutes)</source>
        <translation>
            <numerusform>dəqiqədə</numerusform>
            <numerusform>%Ln dəqiqədə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a second/in %Ln seconds)</source>
        <translation>
            <numerusform>saniyədə</numerusform>
            <numerusform>%Ln saniyədə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(an hour/in %Ln hours)</source>
        <translation>
            <numerusform>saatda</numerusform>
            <numerusform>%Ln saatda</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BulkBar</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln seçilib</numerusform>
            <numerusform>%Ln seçilib</numerusform>
        </translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Təsdiqlə</translation>
    </message>
    <message>
        <source>Clear selection</source>
        <translation>Seçimi təmizlə</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Redaktə et</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Paylaşımı aç</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Vaxtı dəyiş</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>İndi göndər</translation>
    </message>
</context>
<context>
    <name>Calendar</name>
    <message numerus="yes">
        <source>%n earlier</source>
        <translation>
            <numerusform>%n daha erkən</numerusform>
            <numerusform>%n daha erkən</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later</source>
        <extracomment>Posts below the visible hours of the calendar.</extracomment>
        <translation>
            <numerusform>%n daha gec</numerusform>
            <numerusform>%n daha gec</numerusform>
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
        <translation>Yeni</translation>
    </message>
    <message>
        <source>No posts today</source>
        <translation>Bu gün paylaşım yoxdur</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>və daha %n</numerusform>
            <numerusform>və daha %n</numerusform>
        </translation>
    </message>
    <message>
        <source>free slot</source>
        <translation>boş slot</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>qalır</translation>
    </message>
</context>
<context>
    <name>CalendarAddress</name>
    <message>
        <source>Calendar address</source>
        <translation>Təqvim ünvanı</translation>
    </message>
    <message>
        <source>Calendar apps on this computer can subscribe to the schedule {when}. Anyone with the address can read the schedule but not change it.</source>
        <translation>Bu kompüterdəki təqvim tətbiqləri plana abunə ola bilər ({when}). Ünvanı bilən hər kəs planı oxuya bilər, amma dəyişə bilməz.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopyalandı</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopyala</translation>
    </message>
    <message>
        <source>Copy calendar address</source>
        <translation>Təqvim ünvanını kopyala</translation>
    </message>
    <message>
        <source>Create a new address (the old one stops working)</source>
        <translation>Yeni ünvan yarat (köhnəsi işləməyəcək)</translation>
    </message>
    <message>
        <source>Create an address</source>
        <translation>Ünvan yarat</translation>
    </message>
    <message>
        <source>Make calendar address</source>
        <translation>Təqvim ünvanı yarat</translation>
    </message>
    <message>
        <source>Or subscribe in a calendar app</source>
        <translation>Və ya təqvim tətbiqində abunə ol</translation>
    </message>
    <message>
        <source>while Posto is running</source>
        <translation>Posto işləyərkən</translation>
    </message>
    <message>
        <source>while Posto is running and this workspace has been opened</source>
        <translation>Posto işləyərkən və bu iş sahəsi açıldıqdan sonra</translation>
    </message>
</context>
<context>
    <name>CalendarController</name>
    <message numerus="yes">
        <source>%Ln post(s) moved</source>
        <translation>
            <numerusform>%Ln paylaşım köçürüldü</numerusform>
            <numerusform>%Ln paylaşım köçürüldü</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back</source>
        <translation>
            <numerusform>%Ln paylaşım geri qaytarıldı</numerusform>
            <numerusform>%Ln paylaşım geri qaytarıldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back to {when}</source>
        <translation>
            <numerusform>%Ln paylaşım geri qaytarıldı: {when}</numerusform>
            <numerusform>%Ln paylaşım geri qaytarıldı: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved to {when}</source>
        <translation>
            <numerusform>%Ln paylaşım köçürüldü: {when}</numerusform>
            <numerusform>%Ln paylaşım köçürüldü: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) not moved. {why}</source>
        <translation>
            <numerusform>%Ln paylaşım köçürülmədi. {why}</numerusform>
            <numerusform>%Ln paylaşım köçürülmədi. {why}</numerusform>
        </translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Təqvim</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yenidən et</translation>
    </message>
    <message>
        <source>Still scheduled for {when}.</source>
        <translation>Hələ də planlanıb: {when}.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>“{draft}” moved back</source>
        <translation>“{draft}” geri qaytarıldı</translation>
    </message>
    <message>
        <source>“{draft}” moved to {when}</source>
        <translation>“{draft}” köçürüldü: {when}</translation>
    </message>
</context>
<context>
    <name>CalendarGrid</name>
    <message>
        <source>Calendar</source>
        <translation>Təqvim</translation>
    </message>
</context>
<context>
    <name>CalendarHeader</name>
    <message>
        <source>Agenda</source>
        <translation>Gündəlik</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Hamısı</translation>
    </message>
    <message>
        <source>All statuses</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Bütün statuslar</translation>
    </message>
    <message>
        <source>All times here are in this zone</source>
        <translation>Buradakı bütün vaxtlar bu saat qurşağındadır</translation>
    </message>
    <message>
        <source>Calendar view</source>
        <translation>Təqvim görünüşü</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Gün</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Əvvəlki</translation>
    </message>
    <message>
        <source>Earlier (PageUp)</source>
        <translation>Əvvəlki (PageUp)</translation>
    </message>
    <message>
        <source>Go to today (T)</source>
        <translation>Bu günə keç (T)</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Sonrakı</translation>
    </message>
    <message>
        <source>Later (PageDown)</source>
        <translation>Sonrakı (PageDown)</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Ay</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Status filtri</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Bu gün</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Həftə</translation>
    </message>
</context>
<context>
    <name>CalendarModel</name>
    <message numerus="yes">
        <source>%n free slot(s)</source>
        <translation>
            <numerusform>%n boş slot</numerusform>
            <numerusform>%n boş slot</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n mesaj</numerusform>
            <numerusform>%n mesaj</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n şəbəkə</numerusform>
            <numerusform>%n şəbəkə</numerusform>
        </translation>
    </message>
    <message>
        <source>A draft is not sent until you post it.</source>
        <translation>Siz paylaşana qədər qaralama göndərilmir.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filtrləri təmizlə</translation>
    </message>
    <message numerus="yes">
        <source>Filters hide %Ln post(s) on these days.</source>
        <translation>
            <numerusform>Filtrlər bu günlərdə %Ln paylaşımı gizlədir.</numerusform>
            <numerusform>Filtrlər bu günlərdə %Ln paylaşımı gizlədir.</numerusform>
        </translation>
    </message>
    <message>
        <source>If you delete it here, it stays published.</source>
        <translation>Burada silsəniz, dərc olunmuş qalır.</translation>
    </message>
    <message>
        <source>If you delete it here, what is published stays published.</source>
        <translation>Burada silsəniz, dərc olunanlar dərc olunmuş qalır.</translation>
    </message>
    <message>
        <source>It waits on this computer. Activity says for what.</source>
        <translation>Bu kompüterdə gözləyir. Nəyi gözlədiyi “Fəaliyyət” bölməsində yazılıb.</translation>
    </message>
    <message>
        <source>Last message: {when}</source>
        <translation>Son mesaj: {when}</translation>
    </message>
    <message>
        <source>Moving</source>
        <translation>Köçürülür</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>Next message: {when}</source>
        <translation>Növbəti mesaj: {when}</translation>
    </message>
    <message>
        <source>No channel chosen</source>
        <translation>Kanal seçilməyib</translation>
    </message>
    <message>
        <source>No message matches</source>
        <translation>Uyğun mesaj yoxdur</translation>
    </message>
    <message>
        <source>No message matches the filters.</source>
        <translation>Filtrlərə uyğun mesaj yoxdur.</translation>
    </message>
    <message>
        <source>No messages on these days</source>
        <translation>Bu günlərdə mesaj yoxdur</translation>
    </message>
    <message>
        <source>No messages on this day</source>
        <translation>Bu gündə mesaj yoxdur</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Mətn yoxdur</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Hələ heç nə planlanmayıb</translation>
    </message>
    <message>
        <source>Own text: {networks}</source>
        <translation>Öz mətni: {networks}</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Həmişəyaşıl mesajın göndərişi</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Planlanmış mesajlar burada görünür.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Sayt bunu özü dərc edir. Onu saytda dəyişin.</translation>
    </message>
    <message>
        <source>This channel also posts at {time}: {title}</source>
        <translation>Bu kanal {time} vaxtında bunu da paylaşır: {title}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Bu gün</translation>
    </message>
    <message>
        <source>Waiting on this computer</source>
        <translation>Bu kompüterdə gözləyir</translation>
    </message>
    <message>
        <source>and {posts} more</source>
        <translation>və daha {posts}</translation>
    </message>
    <message>
        <source>close to another post</source>
        <translation>başqa paylaşıma yaxındır</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>həmişəyaşıl</translation>
    </message>
    <message>
        <source>today</source>
        <translation>bu gün</translation>
    </message>
</context>
<context>
    <name>CalendarPage</name>
    <message>
        <source>&amp;Calendar</source>
        <translation>&amp;Təqvim</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Gündəlik</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>{time} vəziyyətinə görə</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Gün</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Əvvəlki</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Sonrakı</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Ay</translation>
    </message>
    <message>
        <source>This is the last known schedule.</source>
        <translation>Bu, məlum olan son plandır.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Bu gün</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Həftə</translation>
    </message>
</context>
<context>
    <name>CalendarSurface</name>
    <message>
        <source>Show this day</source>
        <translation>Bu günü göstər</translation>
    </message>
</context>
<context>
    <name>CampaignActionBar</name>
    <message>
        <source>Changes are saved automatically. Back to the list</source>
        <translation>Dəyişikliklər avtomatik saxlanılır. Siyahıya qayıt</translation>
    </message>
    <message>
        <source>More for this campaign</source>
        <translation>Bu kampaniya üçün digər əməliyyatlar</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Qaralama kimi saxla</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Planla</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>Verb: stop a campaign.</extracomment>
        <translation>Dayandır</translation>
    </message>
</context>
<context>
    <name>CampaignActions</name>
    <message numerus="yes">
        <source>%Ln message(s) cannot be sent</source>
        <translation>
            <numerusform>%Ln mesaj göndərilə bilmir</numerusform>
            <numerusform>%Ln mesaj göndərilə bilmir</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Campaign</source>
        <translation>&amp;Kampaniya</translation>
    </message>
    <message>
        <source>1 message cannot be sent</source>
        <translation>1 mesaj göndərilə bilmir</translation>
    </message>
    <message>
        <source>Add pictures as messages…</source>
        <translation>Şəkilləri mesaj kimi əlavə et…</translation>
    </message>
    <message>
        <source>All campaigns</source>
        <translation>Bütün kampaniyalar</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Geri</translation>
    </message>
    <message>
        <source>Delete campaign</source>
        <translation>Kampaniyanı sil</translation>
    </message>
    <message>
        <source>Duplicate campaign</source>
        <translation>Kampaniyanın dublikatını yarat</translation>
    </message>
    <message>
        <source>Fill free slots now</source>
        <translation>Boş slotları indi doldur</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Əvvəlcə düzəldin</translation>
    </message>
    <message>
        <source>Import CSV, Excel or JSON…</source>
        <translation>CSV, Excel və ya JSON idxal et…</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Yeni kampaniya</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Yeni həmişəyaşıl mesaj</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yenidən et</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>Uğursuzları təkrarla</translation>
    </message>
    <message>
        <source>Schedule the next runs at free slots</source>
        <translation>Növbəti göndərişləri boş slotlara planlaşdır</translation>
    </message>
    <message>
        <source>Show or hide the timeline</source>
        <translation>Zaman xəttini göstər və ya gizlət</translation>
    </message>
    <message>
        <source>Show the campaigns</source>
        <translation>Kampaniyaları göstər</translation>
    </message>
    <message>
        <source>Show the evergreen messages</source>
        <translation>Həmişəyaşıl mesajları göstər</translation>
    </message>
    <message>
        <source>Some networks are left out</source>
        <translation>Bəzi şəbəkələr kənarda qalır</translation>
    </message>
    <message>
        <source>Stop campaign</source>
        <translation>Kampaniyanı dayandır</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Mesaj yaz</translation>
    </message>
    <message>
        <source>Write another message</source>
        <translation>Daha bir mesaj yaz</translation>
    </message>
</context>
<context>
    <name>CampaignChart</name>
    <message>
        <source>Days of the campaign</source>
        <translation>Kampaniyanın günləri</translation>
    </message>
    <message>
        <source>{own} posts of this campaign, {other} other posts</source>
        <translation>bu kampaniyanın {own} paylaşımı, {other} digər paylaşım</translation>
    </message>
</context>
<context>
    <name>CampaignDelivery</name>
    <message>
        <source>A channel of this campaign is missing. Remove it above the channels.</source>
        <translation>Bu kampaniyanın bir kanalı yoxdur. Onu kanalların üstündə silin.</translation>
    </message>
    <message>
        <source>Add a message first</source>
        <translation>Əvvəlcə mesaj əlavə edin</translation>
    </message>
    <message>
        <source>All messages are already scheduled</source>
        <translation>Bütün mesajlar artıq planlanıb</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Və daha %Ln.</numerusform>
            <numerusform>Və daha %Ln.</numerusform>
        </translation>
    </message>
    <message>
        <source>Change the start first</source>
        <translation>Əvvəlcə başlanğıcı dəyişin</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Əvvəlcə kanal seçin</translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers} without {networks}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>{numbers} nömrəli mesaj, {networks} olmadan: {why}</numerusform>
            <numerusform>{numbers} nömrəli mesajlar, {networks} olmadan: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>{numbers} nömrəli mesaj: {why}</numerusform>
            <numerusform>{numbers} nömrəli mesajlar: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resume %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşımı davam etdir</numerusform>
            <numerusform>%Ln paylaşımı davam etdir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %Ln failed</source>
        <translation>
            <numerusform>Uğursuz %Ln paylaşımı təkrarla</numerusform>
            <numerusform>Uğursuz %Ln paylaşımı təkrarla</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Planla</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşım planla</numerusform>
            <numerusform>%Ln paylaşım planla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule the other (post/%Ln posts)</source>
        <translation>
            <numerusform>Digər paylaşımı planla</numerusform>
            <numerusform>Digər %Ln paylaşımı planla</numerusform>
        </translation>
    </message>
    <message>
        <source>Still checking the messages</source>
        <translation>Mesajlar hələ yoxlanılır</translation>
    </message>
    <message numerus="yes">
        <source>{numbers} and %Ln more</source>
        <translation>
            <numerusform>{numbers} və daha %Ln</numerusform>
            <numerusform>{numbers} və daha %Ln</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignFiles</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Və daha %n.</numerusform>
            <numerusform> Və daha %n.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Yapışdırılmış şəkil</translation>
    </message>
    <message>
        <source>The file could not be read.</source>
        <translation>Fayl oxuna bilmədi.</translation>
    </message>
</context>
<context>
    <name>CampaignHeader</name>
    <message>
        <source>Add messages</source>
        <translation>Mesaj əlavə et</translation>
    </message>
    <message>
        <source>Back to the list of campaigns</source>
        <translation>Kampaniya siyahısına qayıt</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Kampaniyalar</translation>
    </message>
    <message>
        <source>Import CSV…</source>
        <translation>CSV idxal et…</translation>
    </message>
    <message>
        <source>Import messages from a CSV, Excel or JSON file</source>
        <translation>CSV, Excel və ya JSON faylından mesajları idxal et</translation>
    </message>
    <message>
        <source>One message for each picture…</source>
        <translation>Hər şəkil üçün bir mesaj…</translation>
    </message>
    <message>
        <source>Paste lines as messages</source>
        <translation>Sətirləri mesaj kimi yapışdır</translation>
    </message>
    <message>
        <source>Show timeline</source>
        <translation>Zaman xəttini göstər</translation>
    </message>
</context>
<context>
    <name>CampaignImportController</name>
    <message numerus="yes">
        <source>%Ln message(s) imported</source>
        <translation>
            <numerusform>%Ln mesaj idxal edildi</numerusform>
            <numerusform>%Ln mesaj idxal edildi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more exceed the limit of one campaign</source>
        <translation>
            <numerusform>Daha %Ln mesaj bir kampaniyanın limitini aşır</numerusform>
            <numerusform>Daha %Ln mesaj bir kampaniyanın limitini aşır</numerusform>
        </translation>
    </message>
    <message>
        <source>Sample saved as {file}</source>
        <translation>Nümunə saxlanıldı: {file}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Qovluqda göstər</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>CampaignList</name>
    <message numerus="yes">
        <source>%Ln campaign(s)</source>
        <translation>
            <numerusform>%Ln kampaniya</numerusform>
            <numerusform>%Ln kampaniya</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign sends messages at regular times. You can also drop pictures on the window to create one.</source>
        <translation>Kampaniya mesajları müntəzəm vaxtlarda göndərir. Şəkilləri pəncərəyə ataraq da kampaniya yarada bilərsiniz.</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Kampaniyalar</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Axtarışı təmizlə</translation>
    </message>
    <message>
        <source>Create a campaign</source>
        <translation>Kampaniya yarat</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Fayl idxal et…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Necə işlədiyini görmək üçün nümunə mesajları idxal et</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Yeni kampaniya</translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches the search. It hides %Ln.</source>
        <translation>
            <numerusform>Axtarışa uyğun kampaniya yoxdur. Axtarış %Ln kampaniyanı gizlədir.</numerusform>
            <numerusform>Axtarışa uyğun kampaniya yoxdur. Axtarış %Ln kampaniyanı gizlədir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches. The search and hidden channels hide %Ln.</source>
        <translation>
            <numerusform>Uyğun kampaniya yoxdur. Axtarış və gizli kanallar %Ln kampaniyanı gizlədir.</numerusform>
            <numerusform>Uyğun kampaniya yoxdur. Axtarış və gizli kanallar %Ln kampaniyanı gizlədir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign uses the visible channels. %Ln use hidden channels.</source>
        <translation>
            <numerusform>Görünən kanallardan istifadə edən kampaniya yoxdur. %Ln kampaniya gizli kanallardan istifadə edir.</numerusform>
            <numerusform>Görünən kanallardan istifadə edən kampaniya yoxdur. %Ln kampaniya gizli kanallardan istifadə edir.</numerusform>
        </translation>
    </message>
    <message>
        <source>No campaigns yet</source>
        <translation>Hələ kampaniya yoxdur</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Adını dəyiş</translation>
    </message>
    <message>
        <source>Search campaigns</source>
        <translation>Kampaniyalarda axtar</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Bütün kanalları göstər</translation>
    </message>
    <message>
        <source>The campaign uses hidden channels.</source>
        <translation>Kampaniya gizli kanallardan istifadə edir.</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Nümunədən istifadə et</translation>
    </message>
</context>
<context>
    <name>CampaignMessageEditor</name>
    <message>
        <source>A message of a campaign needs a time</source>
        <translation>Kampaniya mesajına vaxt lazımdır</translation>
    </message>
    <message>
        <source>Add part</source>
        <translation>Hissə əlavə et</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Siyahıya qayıt</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Hazır</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk şərh</translation>
    </message>
    <message>
        <source>Go on in a thread, from the caret on</source>
        <translation>Kursordan sonrasını silsilə kimi davam etdir</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Keçid</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Hissələri nömrələ</translation>
    </message>
    <message>
        <source>Own time</source>
        <translation>Öz vaxtı</translation>
    </message>
    <message>
        <source>Posted right after the message</source>
        <translation>Mesajdan dərhal sonra paylaşılır</translation>
    </message>
    <message>
        <source>Set by the rhythm</source>
        <translation>Ritmlə təyin olunur</translation>
    </message>
</context>
<context>
    <name>CampaignMessages</name>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n hissə</numerusform>
            <numerusform>%n hissə</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Qəbul olundu</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Dərhal</translation>
    </message>
    <message>
        <source>At the same time as another post</source>
        <translation>Başqa paylaşımla eyni vaxtda</translation>
    </message>
    <message>
        <source>Empty message</source>
        <translation>Boş mesaj</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Uğursuz</translation>
    </message>
    <message>
        <source>Message {number}</source>
        <translation>Mesaj {number}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Diqqət tələb edir</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Boş slot yoxdur</translation>
    </message>
    <message>
        <source>No slots for these channels</source>
        <translation>Bu kanallar üçün slot yoxdur</translation>
    </message>
    <message>
        <source>No time</source>
        <translation>Vaxt yoxdur</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Göndərilməyib</translation>
    </message>
    <message>
        <source>Own text for {names}</source>
        <translation>Öz mətni: {names}</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlanıb</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Göndərilir</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Göndərilib</translation>
    </message>
    <message>
        <source>Set a time for this message</source>
        <translation>Bu mesaja vaxt təyin edin</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Dayandırılıb</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Bu vaxt keçib</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Gözləyir</translation>
    </message>
    <message>
        <source>{n} min after another post</source>
        <translation>başqa paylaşımdan {n} dəq sonra</translation>
    </message>
    <message>
        <source>{n} min before another post</source>
        <translation>başqa paylaşımdan {n} dəq əvvəl</translation>
    </message>
</context>
<context>
    <name>CampaignNameField</name>
    <message>
        <source>Campaign name</source>
        <translation>Kampaniya adı</translation>
    </message>
    <message>
        <source>Name of the campaign</source>
        <translation>Kampaniyanın adı</translation>
    </message>
</context>
<context>
    <name>CampaignTimeline</name>
    <message>
        <source>Move to {time}</source>
        <translation>Köçür: {time}</translation>
    </message>
    <message>
        <source>The channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>The clocks change that day. The post is sent at {time}</source>
        <translation>Həmin gün saatlar dəyişir. Paylaşımın göndərilmə vaxtı: {time}</translation>
    </message>
    <message>
        <source>The clocks have gone back: {zone}</source>
        <translation>Saatlar geri çəkilib: {zone}</translation>
    </message>
    <message>
        <source>The clocks have gone forward: {zone}</source>
        <translation>Saatlar irəli çəkilib: {zone}</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Bu vaxt keçib</translation>
    </message>
    <message>
        <source>Week of {day}</source>
        <translation>Həftə: {day}</translation>
    </message>
    <message>
        <source>Without a time</source>
        <translation>Vaxtsız</translation>
    </message>
    <message>
        <source>{network} also posts at {time} that day</source>
        <translation>{network} həmin gün {time} vaxtında da paylaşır</translation>
    </message>
</context>
<context>
    <name>Campaigns</name>
    <message>
        <source>The posts of a campaign are not being sent. See the log for details.</source>
        <translation>Kampaniyanın paylaşımları göndərilmir. Təfərrüatlar üçün jurnala baxın.</translation>
    </message>
</context>
<context>
    <name>CampaignsController</name>
    <message numerus="yes">
        <source>%Ln message(s) scheduled</source>
        <translation>
            <numerusform>%Ln mesaj planlandı</numerusform>
            <numerusform>%Ln mesaj planlandı</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Kampaniyalar</translation>
    </message>
    <message>
        <source>Sending is paused. The posts wait in Activity.</source>
        <translation>Göndərmə fasilədədir. Paylaşımlar “Fəaliyyət” bölməsində gözləyir.</translation>
    </message>
    <message>
        <source>Some posts are still being removed from the schedule. Resume again in a moment.</source>
        <translation>Bəzi paylaşımlar hələ plandan silinir. Bir azdan yenidən davam etdirin.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped. %Ln message(s) will not be sent</source>
        <translation>
            <numerusform>Dayandırıldı. %Ln mesaj göndərilməyəcək</numerusform>
            <numerusform>Dayandırıldı. %Ln mesaj göndərilməyəcək</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>CampaignsLayout</name>
    <message>
        <source>Add message</source>
        <translation>Mesaj əlavə et</translation>
    </message>
    <message>
        <source>Drag to reorder: the times stay, the messages move</source>
        <translation>Sıranı dəyişmək üçün sürüşdürün: vaxtlar qalır, mesajlar yerini dəyişir</translation>
    </message>
</context>
<context>
    <name>CampaignsModel</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln uğursuz</numerusform>
            <numerusform>%Ln uğursuz</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesaj</numerusform>
            <numerusform>%Ln mesaj</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln göndərilib</numerusform>
            <numerusform>%Ln göndərilib</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stopped</source>
        <translation>
            <numerusform>%Ln dayandırılıb</numerusform>
            <numerusform>%Ln dayandırılıb</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to come</source>
        <translation>
            <numerusform>%Ln gözlənilir</numerusform>
            <numerusform>%Ln gözlənilir</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Hazır</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a campaign.</extracomment>
        <translation>Qaralama</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Uğursuz</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Diqqət tələb edir</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>İşləyir</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Dayandırılıb</translation>
    </message>
    <message>
        <source>Untitled campaign</source>
        <translation>Adsız kampaniya</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>növbəti: {when}</translation>
    </message>
</context>
<context>
    <name>CampaignsPage</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesaj</numerusform>
            <numerusform>%Ln mesaj</numerusform>
        </translation>
    </message>
    <message>
        <source>No messages</source>
        <translation>Mesaj yoxdur</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Hələ saxlanılmayıb</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu kompüterdə saxlanılıb</translation>
    </message>
    <message>
        <source>Saved on this computer {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Bu kompüterdə saxlanılıb: {ago}</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Saxlanılır…</translation>
    </message>
    <message>
        <source>Stop the campaign to change its schedule.</source>
        <translation>Planını dəyişmək üçün kampaniyanı dayandırın.</translation>
    </message>
    <message>
        <source>no channels yet</source>
        <translation>hələ kanal yoxdur</translation>
    </message>
    <message numerus="yes">
        <source>to %Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanala</numerusform>
            <numerusform>%Ln kanala</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignsState</name>
    <message>
        <source>Campaign “{name}” deleted</source>
        <translation>“{name}” kampaniyası silindi</translation>
    </message>
    <message>
        <source>Scheduled posts will still be sent.</source>
        <translation>Planlanmış paylaşımlar yenə də göndəriləcək.</translation>
    </message>
    <message>
        <source>Stop the campaign to change its channels.</source>
        <translation>Kanallarını dəyişmək üçün kampaniyanı dayandırın.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{name} copy</source>
        <translation>{name} (surət)</translation>
    </message>
</context>
<context>
    <name>CardActions</name>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşımı sil</numerusform>
            <numerusform>%Ln paylaşımı sil</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Qaralamanı sil</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Təfərrüatlar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Redaktə et…</translation>
    </message>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>Köçür</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>
            <numerusform>%n paylaşımı köçür</numerusform>
            <numerusform>%n paylaşımı köçür</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Activity</source>
        <translation>“Fəaliyyət” bölməsində aç</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>“Yaz” bölməsində aç</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Planda aç</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Saytda aç</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planlayıcını dayandır</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Saytın planlayıcıları…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Vaxtı dəyiş…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>İndi göndər</translation>
    </message>
    <message>
        <source>Set time</source>
        <translation>Vaxt təyin et</translation>
    </message>
</context>
<context>
    <name>CardPopup</name>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Redaktə et</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mesaj</translation>
    </message>
    <message>
        <source>Move…</source>
        <translation>Köçür…</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Mətn yoxdur</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Planda aç</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Saytda aç</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Paylaşımı aç</translation>
    </message>
    <message>
        <source>Open {posts}</source>
        <translation>Aç: {posts}</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planlayıcını dayandır</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>İndi göndər</translation>
    </message>
</context>
<context>
    <name>ChangesList</name>
    <message>
        <source>New times</source>
        <translation>Yeni vaxtlar</translation>
    </message>
</context>
<context>
    <name>ChannelGroups</name>
    <message numerus="yes">
        <source>%Ln channel(s) moved to “{name}”</source>
        <translation>
            <numerusform>%Ln kanal “{name}” qrupuna köçürüldü</numerusform>
            <numerusform>%Ln kanal “{name}” qrupuna köçürüldü</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s) removed from (its/their) group</source>
        <translation>
            <numerusform>%Ln kanal qrupundan çıxarıldı</numerusform>
            <numerusform>%Ln kanal qruplarından çıxarıldı</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed to “{name}”</source>
        <translation>Qrupun yeni adı: “{name}”</translation>
    </message>
    <message>
        <source>Group “{name}” created</source>
        <translation>“{name}” qrupu yaradıldı</translation>
    </message>
    <message>
        <source>Group “{name}” moved</source>
        <translation>“{name}” qrupu köçürüldü</translation>
    </message>
    <message>
        <source>Group “{name}” removed. Its channels stay.</source>
        <translation>“{name}” qrupu silindi. Kanalları qalır.</translation>
    </message>
    <message>
        <source>Redone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Yenidən edildi: {what}</translation>
    </message>
    <message>
        <source>Undone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Geri alındı: {what}</translation>
    </message>
    <message>
        <source>“{name}” is now part of “{other}”</source>
        <translation>“{name}” indi “{other}” qrupunun bir hissəsidir</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsDialog</name>
    <message>
        <source>Changes need the server</source>
        <translation>Dəyişikliklər üçün server lazımdır</translation>
    </message>
    <message>
        <source>Groups of {channel}</source>
        <translation>Qruplar: {channel}</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Qruplar, vergüllə ayrılmış</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>İstifadədə: {groups}</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Hələ heç nə dəyişməyib</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Dəyişiklikləri saxla</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Saxlanılır…</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsPart</name>
    <message>
        <source>A person sees the channels of their groups. A channel without a group is seen by those who see all channels.</source>
        <translation>Şəxs öz qruplarının kanallarını görür. Qrupu olmayan kanalı bütün kanalları görənlər görür.</translation>
    </message>
    <message>
        <source>Channels and their groups</source>
        <translation>Kanallar və qrupları</translation>
    </message>
    <message>
        <source>No channels yet. Connect an account first.</source>
        <translation>Hələ kanal yoxdur. Əvvəlcə hesab qoşun.</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Qrupsuz</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Saxlanılır…</translation>
    </message>
</context>
<context>
    <name>ChannelHints</name>
    <message>
        <source>Channels of this workspace are added on its site. To connect an account to this computer, open “This computer” first.</source>
        <translation>Bu iş sahəsinin kanalları onun saytında əlavə olunur. Bu kompüterə hesab qoşmaq üçün əvvəlcə “Bu kompüter” iş sahəsini açın.</translation>
    </message>
    <message>
        <source>Only editors and owners change the settings of channels.</source>
        <translation>Kanalların ayarlarını yalnız redaktorlar və sahiblər dəyişir.</translation>
    </message>
    <message>
        <source>Only owners connect accounts to this workspace. Ask one.</source>
        <translation>Bu iş sahəsinə hesabları yalnız sahiblər qoşur. Onlardan birinə müraciət edin.</translation>
    </message>
</context>
<context>
    <name>ChannelKinds</name>
    <message>
        <source>Account</source>
        <extracomment>Kind of a channel: the account itself of somebody on a network.</extracomment>
        <translation>Hesab</translation>
    </message>
    <message>
        <source>Account story</source>
        <extracomment>Kind of a channel: posts become stories.</extracomment>
        <translation>Hesab hekayəsi</translation>
    </message>
    <message>
        <source>Blog</source>
        <translation>Bloq</translation>
    </message>
    <message>
        <source>Board</source>
        <extracomment>Kind of a channel: a board on Pinterest.</extracomment>
        <translation>Lövhə</translation>
    </message>
    <message>
        <source>Channel</source>
        <extracomment>Kind of a channel: a channel on Telegram.</extracomment>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Söhbət</translation>
    </message>
    <message>
        <source>Community</source>
        <extracomment>Kind of a channel: a subreddit.</extracomment>
        <translation>İcma</translation>
    </message>
    <message>
        <source>Company</source>
        <extracomment>Kind of a channel: a company&apos;s page on LinkedIn.</extracomment>
        <translation>Şirkət</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Kind of a channel: a group of people on a network.</extracomment>
        <translation>Qrup</translation>
    </message>
    <message>
        <source>Location</source>
        <extracomment>Kind of a channel: a place of business on Google.</extracomment>
        <translation>Məkan</translation>
    </message>
    <message>
        <source>Page</source>
        <extracomment>Kind of a channel: a page on Facebook or LinkedIn.</extracomment>
        <translation>Səhifə</translation>
    </message>
    <message>
        <source>Page story</source>
        <translation>Səhifə hekayəsi</translation>
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
            <numerusform>və daha %n</numerusform>
            <numerusform>və daha %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelPane</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanal</numerusform>
            <numerusform>%Ln kanal</numerusform>
        </translation>
    </message>
    <message>
        <source>0 channels</source>
        <translation>0 kanal</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Kanal əlavə et…</translation>
    </message>
    <message>
        <source>Add channel</source>
        <translation>Kanal əlavə et</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>All channels.</extracomment>
        <translation>Hamısı</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>Bütün %Ln</numerusform>
            <numerusform>Bütün %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Axtarışı təmizlə</translation>
    </message>
    <message>
        <source>Compact rows</source>
        <translation>Yığcam sətirlər</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Kanal tap</translation>
    </message>
    <message>
        <source>Group channels by</source>
        <translation>Kanalları qruplaşdır</translation>
    </message>
    <message>
        <source>Hide sandbox channels</source>
        <translation>Sınaq kanallarını gizlət</translation>
    </message>
    <message>
        <source>Label</source>
        <extracomment>Noun: a word that the user gives to messages and channels.</extracomment>
        <translation>Etiket</translation>
    </message>
    <message>
        <source>Loading channels</source>
        <translation>Kanallar yüklənir</translation>
    </message>
    <message>
        <source>My groups</source>
        <translation>Qruplarım</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Şəbəkə</translation>
    </message>
    <message numerus="yes">
        <source>New group of the (found channel/%Ln found channels)…</source>
        <translation>
            <numerusform>Tapılan kanaldan yeni qrup…</numerusform>
            <numerusform>Tapılan %Ln kanaldan yeni qrup…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>New group of the (ticked channel/%Ln ticked channels)…</source>
        <translation>
            <numerusform>Seçilmiş kanaldan yeni qrup…</numerusform>
            <numerusform>Seçilmiş %Ln kanaldan yeni qrup…</numerusform>
        </translation>
    </message>
    <message>
        <source>New group of the ticked channels…</source>
        <translation>Seçilmiş kanallardan yeni qrup…</translation>
    </message>
    <message>
        <source>No channel matches</source>
        <translation>Uyğun kanal yoxdur</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Kanal yoxdur</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Hələ kanal yoxdur</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No channel.</extracomment>
        <translation>Heç biri</translation>
    </message>
    <message numerus="yes">
        <source>Only %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>Yalnız %Ln</numerusform>
            <numerusform>Yalnız %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Remove unlisted channels</source>
        <translation>Siyahıda olmayan kanalları sil</translation>
    </message>
    <message>
        <source>Search channels</source>
        <translation>Kanallarda axtar</translation>
    </message>
    <message numerus="yes">
        <source>Select the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Tapılan kanalı seç</numerusform>
            <numerusform>Tapılan %Ln kanalı seç</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show only the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Yalnız tapılan kanalı göstər</numerusform>
            <numerusform>Yalnız tapılan %Ln kanalı göstər</numerusform>
        </translation>
    </message>
    <message>
        <source>The channels could not be loaded</source>
        <translation>Kanallar yüklənə bilmədi</translation>
    </message>
    <message>
        <source>The owners of this team decide which channels you see. Ask one of them to add you to a group of channels.</source>
        <translation>Hansı kanalları görəcəyinizə bu komandanın sahibləri qərar verir. Onlardan birindən sizi kanallar qrupuna əlavə etməsini xahiş edin.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln channel(s).</source>
        <translation>
            <numerusform>Axtarış %Ln kanalı gizlədir.</numerusform>
            <numerusform>Axtarış %Ln kanalı gizlədir.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Yenidən cəhd et</translation>
    </message>
    <message>
        <source>Workspace order</source>
        <translation>İş sahəsinin sırası</translation>
    </message>
    <message>
        <source>Your accounts, pages and groups appear here. Tick the channels for your message.</source>
        <translation>Hesablarınız, səhifələriniz və qruplarınız burada görünür. Mesajınız üçün kanalları seçin.</translation>
    </message>
</context>
<context>
    <name>ChannelPurpose</name>
    <message numerus="yes">
        <source>%Ln chosen channel(s) (is/are) no longer listed.</source>
        <translation>
            <numerusform>Seçilmiş %Ln kanal artıq siyahıda yoxdur.</numerusform>
            <numerusform>Seçilmiş %Ln kanal artıq siyahıda yoxdur.</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaign goes to</source>
        <translation>Kampaniyanın kanalları</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Hide every channel</source>
        <translation>Bütün kanalları gizlət</translation>
    </message>
    <message>
        <source>Messages of this campaign go to the ticked channels, unless they have channels of their own.</source>
        <translation>Bu kampaniyanın mesajları, öz kanalları yoxdursa, seçilmiş kanallara gedir.</translation>
    </message>
    <message>
        <source>No groups yet. Search or tick channels, then “New group” in the menu below.</source>
        <translation>Hələ qrup yoxdur. Kanalları axtarın və ya seçin, sonra aşağıdakı menyuda “Yeni qrup” seçin.</translation>
    </message>
    <message>
        <source>Post to</source>
        <translation>Burada paylaş</translation>
    </message>
    <message>
        <source>Select active channels</source>
        <translation>Aktiv kanalları seç</translation>
    </message>
    <message>
        <source>Select all channels</source>
        <translation>Bütün kanalları seç</translation>
    </message>
    <message>
        <source>Select no channel</source>
        <translation>Heç bir kanalı seçmə</translation>
    </message>
    <message>
        <source>Show active channels</source>
        <translation>Aktiv kanalları göstər</translation>
    </message>
    <message>
        <source>Show channels</source>
        <translation>Kanalları göstər</translation>
    </message>
    <message>
        <source>Show every channel</source>
        <translation>Hər kanalı göstər</translation>
    </message>
    <message>
        <source>The open message goes to the ticked channels.</source>
        <translation>Açıq mesaj seçilmiş kanallara gedir.</translation>
    </message>
    <message>
        <source>This page applies to all channels.</source>
        <translation>Bu səhifə bütün kanallara aiddir.</translation>
    </message>
    <message>
        <source>This page shows only the ticked channels. Your messages do not change.</source>
        <translation>Bu səhifə yalnız seçilmiş kanalları göstərir. Mesajlarınız dəyişmir.</translation>
    </message>
    <message>
        <source>{ticked} of {total} selected</source>
        <translation>{ticked}/{total} seçilib</translation>
    </message>
    <message>
        <source>{ticked} of {total} shown</source>
        <translation>{ticked}/{total} göstərilir</translation>
    </message>
</context>
<context>
    <name>ChannelStates</name>
    <message numerus="yes">
        <source>%n deleted by you</source>
        <translation>
            <numerusform>%n ədədini siz silmisiniz</numerusform>
            <numerusform>%n ədədini siz silmisiniz</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Qəbul olundu</translation>
    </message>
    <message numerus="yes">
        <source>Accepted for {n} of %n channel(s)</source>
        <translation>
            <numerusform>%n kanaldan {n} üçün qəbul olunub</numerusform>
            <numerusform>%n kanaldan {n} üçün qəbul olunub</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Siz silmisiniz</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Siz redaktə etmisiniz</translation>
    </message>
    <message>
        <source>Given up by you</source>
        <translation>Siz imtina etmisiniz</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Qəbul olunmayıb</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Planda yoxdur</translation>
    </message>
    <message>
        <source>Partly scheduled</source>
        <translation>Qismən planlanıb</translation>
    </message>
    <message>
        <source>Partly sent</source>
        <translation>Qismən göndərilib</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message numerus="yes">
        <source>Retry %n channel(s)</source>
        <translation>
            <numerusform>%n kanalı təkrarla</numerusform>
            <numerusform>%n kanalı təkrarla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %n post(s)</source>
        <translation>
            <numerusform>%n paylaşımı təkrarla</numerusform>
            <numerusform>%n paylaşımı təkrarla</numerusform>
        </translation>
    </message>
    <message>
        <source>Retry {channel}</source>
        <translation>Təkrarla: {channel}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled for {n} of %n channel(s)</source>
        <translation>
            <numerusform>%n kanaldan {n} üçün planlanıb</numerusform>
            <numerusform>%n kanaldan {n} üçün planlanıb</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sent to {n} of %n channel(s)</source>
        <translation>
            <numerusform>%n kanaldan {n} üçün göndərilib</numerusform>
            <numerusform>%n kanaldan {n} üçün göndərilib</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Gözləyir</translation>
    </message>
</context>
<context>
    <name>ChannelTree</name>
    <message>
        <source>All of {network}</source>
        <translation>{network}: hamısı</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Yenidən yoxla</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Standartlar…</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>Bağlantını kəs…</translation>
    </message>
    <message>
        <source>Only this channel</source>
        <translation>Yalnız bu kanal</translation>
    </message>
    <message>
        <source>Only “{name}”</source>
        <translation>Yalnız “{name}”</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Brauzerdə aç</translation>
    </message>
    <message>
        <source>Reconnect…</source>
        <translation>Yenidən qoş…</translation>
    </message>
    <message>
        <source>Settings of {network}…</source>
        <translation>{network} parametrləri…</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Yenidən daxil ol…</translation>
    </message>
    <message>
        <source>Unlock the keychain</source>
        <translation>Parol anbarının kilidini aç</translation>
    </message>
</context>
<context>
    <name>ChannelsModel</name>
    <message>
        <source>All channels</source>
        <translation>Bütün kanallar</translation>
    </message>
    <message>
        <source>Keychain is locked</source>
        <translation>Parol anbarı kilidlidir</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Qrupsuz</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>Etiketsiz</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Sınaq mühiti</translation>
    </message>
    <message>
        <source>Server not reached</source>
        <translation>Serverə çatmaq olmur</translation>
    </message>
    <message>
        <source>Session expired</source>
        <translation>Sessiyanın vaxtı bitib</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yenidən daxil ol</translation>
    </message>
    <message>
        <source>Sign in again before then to keep posting.</source>
        <translation>Paylaşmağa davam etmək üçün o vaxta qədər yenidən daxil olun.</translation>
    </message>
    <message>
        <source>Sign-in ends {day}</source>
        <translation>Giriş bitir: {day}</translation>
    </message>
    <message>
        <source>Sign-in has ended</source>
        <translation>Girişin vaxtı bitib</translation>
    </message>
    <message>
        <source>{name}: the session with {network} has expired. Posts to this channel will fail until it is connected again.</source>
        <translation>{name}: {network} sessiyasının vaxtı bitib. Yenidən qoşulana qədər bu kanala paylaşımlar uğursuz olacaq.</translation>
    </message>
    <message>
        <source>{ticked} of {total}</source>
        <translation>{ticked}/{total}</translation>
    </message>
</context>
<context>
    <name>ChannelsPopup</name>
    <message>
        <source>Channels with these slots</source>
        <translation>Bu slotları istifadə edən kanallar</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Kanal tap</translation>
    </message>
    <message>
        <source>Search channels of these slots</source>
        <translation>Bu slotların kanallarında axtar</translation>
    </message>
    <message>
        <source>Use these channels</source>
        <translation>Bu kanallardan istifadə et</translation>
    </message>
    <message>
        <source>With none ticked, these times apply to all other channels</source>
        <translation>Heç biri seçilməyibsə, bu vaxtlar bütün digər kanallara aiddir</translation>
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
        <translation>Digər paylaşımlar</translation>
    </message>
    <message>
        <source>This campaign</source>
        <translation>Bu kampaniya</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>Change how it is read</source>
        <translation>Oxunma üsulunu dəyiş</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Dəyiş…</translation>
    </message>
    <message>
        <source>Dates as</source>
        <translation>Tarix formatı</translation>
    </message>
    <message>
        <source>First row holds the names</source>
        <translation>İlk sətir adlardır</translation>
    </message>
    <message>
        <source>JSON files always name their columns</source>
        <translation>JSON faylları sütunlarını həmişə adlandırır</translation>
    </message>
    <message>
        <source>No column is imported as a date</source>
        <translation>Heç bir sütun tarix kimi idxal olunmur</translation>
    </message>
    <message>
        <source>No column is imported as text. Choose Text in the menu above a column.</source>
        <translation>Heç bir sütun mətn kimi idxal olunmur. Sütunun üstündəki menyuda “Mətn” seçin.</translation>
    </message>
    <message>
        <source>What does “{date}” mean? Your choice applies to the whole column.</source>
        <translation>“{date}” nə deməkdir? Seçiminiz bütün sütuna aiddir.</translation>
    </message>
</context>
<context>
    <name>Checks</name>
    <message>
        <source>Comments on {networks} have no files: move them to the first part.</source>
        <translation>{networks} şərhlərində fayl olmur: onları birinci hissəyə köçürün.</translation>
    </message>
    <message>
        <source>No channel is selected. Select where the post should go.</source>
        <translation>Kanal seçilməyib. Paylaşımın hara gedəcəyini seçin.</translation>
    </message>
    <message>
        <source>One paragraph has {count} characters, so typing in it is slow. Line breaks speed it up.</source>
        <translation>Bir abzasda {count} simvol var, ona görə yazmaq ləngiyir. Sətir keçidləri onu sürətləndirir.</translation>
    </message>
    <message>
        <source>Part {number}: {sentence}</source>
        <comment>a part of a thread</comment>
        <translation>Hissə {number}: {sentence}</translation>
    </message>
    <message numerus="yes">
        <source>Part(s) {numbers} (is/are) empty.</source>
        <translation>
            <numerusform>{numbers} nömrəli hissə boşdur.</numerusform>
            <numerusform>{numbers} nömrəli hissələr boşdur.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto cannot send GIFs to {network}.</source>
        <translation>Posto {network} üçün GIF göndərə bilmir.</translation>
    </message>
    <message>
        <source>Posto cannot send files to {network}.</source>
        <translation>Posto {network} üçün fayl göndərə bilmir.</translation>
    </message>
    <message>
        <source>Posto cannot send pictures to {network}.</source>
        <translation>Posto {network} üçün şəkil göndərə bilmir.</translation>
    </message>
    <message>
        <source>Posto cannot send videos to {network}.</source>
        <translation>Posto {network} üçün video göndərə bilmir.</translation>
    </message>
    <message>
        <source>The defaults have a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>Standartlardakı həşteq qrupu tapılmır: “{name}”. Heç nə əlavə olunmur.</translation>
    </message>
    <message>
        <source>The defaults have a missing signature, “{name}”. Nothing is added.</source>
        <translation>Standartlardakı imza tapılmır: “{name}”. Heç nə əlavə olunmur.</translation>
    </message>
    <message numerus="yes">
        <source>The description of {file} has {count} characters; {networks} (cuts/cut) it at {limit}.</source>
        <translation>
            <numerusform>{file} faylının təsvirində {count} simvol var; {networks} onu {limit} simvolda kəsir.</numerusform>
            <numerusform>{file} faylının təsvirində {count} simvol var; {networks} onu {limit} simvolda kəsir.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link “{link}” is not a web address.</source>
        <translation>“{link}” keçidi veb ünvan deyil.</translation>
    </message>
    <message>
        <source>The same text goes to {count} X accounts; X forbids that.</source>
        <translation>Eyni mətn {count} X hesabına gedir; X bunu qadağan edir.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} on {day} at {time}.</source>
        <translation>Eyni mətn artıq planlanıb: {channels}, {day}, {time}.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} today at {time}.</source>
        <translation>Eyni mətn artıq planlanıb: {channels}, bu gün {time}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} has {count}.</source>
        <translation>Xidmət {network} mətnlərini {limit} simvolda kəsir, {channel} kanalının öz mətnində {count} simvol var.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>Xidmət {network} mətnlərini {limit} simvolda kəsir, {channel} kanalının öz mətnində keçidlə birlikdə {count} simvol var.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text has {count}.</source>
        <translation>Xidmət {network} mətnlərini {limit} simvolda kəsir, bu mətndə {count} simvol var.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text with its link has {count}.</source>
        <translation>Xidmət {network} mətnlərini {limit} simvolda kəsir, bu mətndə keçidlə birlikdə {count} simvol var.</translation>
    </message>
    <message>
        <source>The service picks one part of “{found}” at random.</source>
        <translation>Xidmət “{found}” içindən təsadüfi bir hissə seçir.</translation>
    </message>
    <message>
        <source>The service removes “{found}”: it looks like an HTML tag.</source>
        <translation>Xidmət “{found}” ifadəsini silir: HTML teqinə oxşayır.</translation>
    </message>
    <message>
        <source>The service replaces its variable “{found}”.</source>
        <translation>Xidmət öz dəyişənini əvəz edir: “{found}”.</translation>
    </message>
    <message>
        <source>The service replaces “{found}” by its character.</source>
        <translation>Xidmət “{found}” ifadəsini onun simvolu ilə əvəz edir.</translation>
    </message>
    <message>
        <source>The site makes one blank line of several.</source>
        <translation>Sayt bir neçə boş sətri bir sətir edir.</translation>
    </message>
    <message>
        <source>The site shortens links with {service} only for its own posts. This link stays as it is.</source>
        <translation>Sayt keçidləri {service} ilə yalnız öz yazıları üçün qısaldır. Bu keçid olduğu kimi qalır.</translation>
    </message>
    <message numerus="yes">
        <source>The sound of {file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} faylının səsi {type}; {networks} bunlara icazə verir: {types}.</numerusform>
            <numerusform>{file} faylının səsi {type}; {networks} bunlara icazə verir: {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The style “{name}” does not exist.</source>
        <translation>“{name}” stili mövcud deyil.</translation>
    </message>
    <message>
        <source>The style “{name}” has the unknown variable {variable}.</source>
        <translation>“{name}” stilində naməlum dəyişən var: {variable}.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>“{style}” stilindəki həşteq qrupu tapılmır: “{name}”. Heç nə əlavə olunmur.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing signature, “{name}”. Nothing is added.</source>
        <translation>“{style}” stilindəki imza tapılmır: “{name}”. Heç nə əlavə olunmur.</translation>
    </message>
    <message>
        <source>The time has passed. Choose a later one.</source>
        <translation>Vaxt keçib. Daha gec vaxt seçin.</translation>
    </message>
    <message>
        <source>The time is more than a year away. Is the year right?</source>
        <translation>Bu vaxta bir ildən çox qalıb. İl düzgündür?</translation>
    </message>
    <message>
        <source>The time is very near. The post may go out some seconds later.</source>
        <translation>Vaxt çox yaxındır. Paylaşım bir neçə saniyə gec gedə bilər.</translation>
    </message>
    <message>
        <source>The time is very near. Uploading the files may take longer.</source>
        <translation>Vaxt çox yaxındır. Faylların yüklənməsi daha uzun çəkə bilər.</translation>
    </message>
    <message>
        <source>The time “{time}” cannot be used.</source>
        <translation>“{time}” vaxtından istifadə etmək olmur.</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the defaults applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>Standartlardakı su nişanı yalnız hərəkətsiz şəkillərə aiddir: {files} onsuz gedir.</numerusform>
            <numerusform>Standartlardakı su nişanı yalnız hərəkətsiz şəkillərə aiddir: {files} onsuz gedir.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the defaults cannot be used. {reason}</source>
        <translation>Standartlardakı su nişanından istifadə etmək olmur. {reason}</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the style “{style}” applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>“{style}” stilinin su nişanı yalnız hərəkətsiz şəkillərə aiddir: {files} onsuz gedir.</numerusform>
            <numerusform>“{style}” stilinin su nişanı yalnız hərəkətsiz şəkillərə aiddir: {files} onsuz gedir.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>“{style}” stilinin su nişanından istifadə etmək olmur. {reason}</translation>
    </message>
    <message>
        <source>The {network} session of {channel} has expired. The post will fail there until it is connected again.</source>
        <translation>{channel} kanalının {network} sessiyasının vaxtı bitib. Yenidən qoşulana qədər paylaşım orada uğursuz olacaq.</translation>
    </message>
    <message>
        <source>The {network} sessions of {channels} have expired. The posts will fail there until they are connected again.</source>
        <translation>{channels} kanallarının {network} sessiyalarının vaxtı bitib. Yenidən qoşulana qədər paylaşımlar orada uğursuz olacaq.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Hələ paylaşmağa heç nə yoxdur. Mətn yazın və ya şəkil əlavə edin.</translation>
    </message>
    <message>
        <source>{file} has its index at the end; {networks} may refuse it.</source>
        <translation>{file} faylının indeksi sonundadır; {networks} onu rədd edə bilər.</translation>
    </message>
    <message>
        <source>{file} has no description for people who cannot see it.</source>
        <translation>{file} faylının onu görməyənlər üçün təsviri yoxdur.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} saniyədə {rate} kadrdır; {networks} üçün icazə verilən maksimum: {most}.</numerusform>
            <numerusform>{file} saniyədə {rate} kadrdır; {networks} üçün icazə verilən maksimum: {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) {most} or more.</source>
        <translation>
            <numerusform>{file} saniyədə {rate} kadrdır; {networks} üçün icazə verilən minimum: {most}.</numerusform>
            <numerusform>{file} saniyədə {rate} kadrdır; {networks} üçün icazə verilən minimum: {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate}; {networks} (takes/take) up to {most} and may compress it again.</source>
        <translation>
            <numerusform>{file}: {rate}; {networks} ən çox {most} qəbul edir və onu yenidən sıxa bilər.</numerusform>
            <numerusform>{file}: {rate}; {networks} ən çox {most} qəbul edir və onu yenidən sıxa bilər.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is HDR: for {networks} it gets the colours of ordinary screens.</source>
        <translation>{file} HDR-dir: {networks} üçün adi ekranların rənglərini alır.</translation>
    </message>
    <message>
        <source>{file} is HDR: {networks} may show its colours pale or too dark.</source>
        <translation>{file} HDR-dir: {networks} onun rənglərini solğun və ya çox tünd göstərə bilər.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is a GIF; {networks} (allows/allow) none.</source>
        <translation>
            <numerusform>{file} GIF-dir; {networks} GIF qəbul etmir.</numerusform>
            <numerusform>{file} GIF-dir; {networks} GIF qəbul etmir.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is encoded anew for {networks}: {pixels}, about {size}.</source>
        <translation>{file} {networks} üçün yenidən kodlaşdırılır: {pixels}, təxminən {size}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is encoded as {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} {type} ilə kodlaşdırılıb; {networks} bunlara icazə verir: {types}.</numerusform>
            <numerusform>{file} {type} ilə kodlaşdırılıb; {networks} bunlara icazə verir: {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is of an unknown type: it becomes {other} for {networks}.</source>
        <translation>{file} faylının növü naməlumdur: {networks} üçün {other} olacaq.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop it.</source>
        <translation>{file} {networks} üçün çox hündürdür. Onu kəsin.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop to {ratio} or wider.</source>
        <translation>{file} {networks} üçün çox hündürdür. {ratio} nisbətində və ya daha enli kəsin.</translation>
    </message>
    <message>
        <source>{file} is too wide for {networks}. Crop to {ratio} or narrower.</source>
        <translation>{file} {networks} üçün çox enlidir. {ratio} nisbətində və ya daha ensiz kəsin.</translation>
    </message>
    <message>
        <source>{file} is written anew as MP4 for {networks}, without a loss of quality.</source>
        <translation>{file} {networks} üçün keyfiyyət itkisi olmadan MP4 kimi yenidən yazılır.</translation>
    </message>
    <message>
        <source>{file} is {size}: Posto shrinks it to {most} for {networks}.</source>
        <translation>{file} ölçüsü {size}: Posto onu {networks} üçün kiçildir: {most}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.</source>
        <translation>
            <numerusform>{file} ölçüsü {size}; {networks} ən çox {most} piksel hündürlüyə icazə verir.</numerusform>
            <numerusform>{file} ölçüsü {size}; {networks} ən çox {most} piksel hündürlüyə icazə verir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.</source>
        <translation>
            <numerusform>{file} ölçüsü {size}; {networks} ən çox {most} piksel enə icazə verir.</numerusform>
            <numerusform>{file} ölçüsü {size}; {networks} ən çox {most} piksel enə icazə verir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} ölçüsü {size}; {networks} üçün icazə verilən maksimum: {most}.</numerusform>
            <numerusform>{file} ölçüsü {size}; {networks} üçün icazə verilən maksimum: {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.</source>
        <translation>
            <numerusform>{file} ölçüsü {size}; {networks} ən azı {least} piksel en tələb edir.</numerusform>
            <numerusform>{file} ölçüsü {size}; {networks} ən azı {least} piksel en tələb edir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more.</source>
        <translation>
            <numerusform>{file} ölçüsü {size}; {networks} ən azı {least} piksel tələb edir.</numerusform>
            <numerusform>{file} ölçüsü {size}; {networks} ən azı {least} piksel tələb edir.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is {type}: it becomes {other} for {networks}.</source>
        <translation>{file} növü {type}: {networks} üçün {other} olacaq.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} növü {type}; {networks} bunlara icazə verir: {types}.</numerusform>
            <numerusform>{file} növü {type}; {networks} bunlara icazə verir: {types}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} müddəti {length}; {networks} üçün icazə verilən maksimum: {most}.</numerusform>
            <numerusform>{file} müddəti {length}; {networks} üçün icazə verilən maksimum: {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) {least} or more.</source>
        <translation>
            <numerusform>{file} müddəti {length}; {networks} üçün icazə verilən minimum: {least}.</numerusform>
            <numerusform>{file} müddəti {length}; {networks} üçün icazə verilən minimum: {least}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} was not found. Put it back or remove it here.</source>
        <translation>{file} tapılmadı. Onu yerinə qaytarın və ya buradan silin.</translation>
    </message>
    <message numerus="yes">
        <source>{networks} (does/do) not support first comments.</source>
        <translation>
            <numerusform>{networks} ilk şərhi dəstəkləmir.</numerusform>
            <numerusform>{networks} ilk şərhi dəstəkləmir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) all parts as one post.</source>
        <translation>
            <numerusform>{networks} bütün hissələri bir paylaşım kimi alır.</numerusform>
            <numerusform>{networks} bütün hissələri bir paylaşım kimi alır.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) only the first part.</source>
        <translation>
            <numerusform>{networks} yalnız birinci hissəni alır.</numerusform>
            <numerusform>{networks} yalnız birinci hissəni alır.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links on stories only. In the text the link can be read, but not clicked.</source>
        <translation>
            <numerusform>{networks} keçidləri yalnız hekayələrdə göstərir. Mətndə keçid oxunur, amma kliklənmir.</numerusform>
            <numerusform>{networks} keçidləri yalnız hekayələrdə göstərir. Mətndə keçid oxunur, amma kliklənmir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links only in the text.</source>
        <translation>
            <numerusform>{networks} keçidləri yalnız mətndə göstərir.</numerusform>
            <numerusform>{networks} keçidləri yalnız mətndə göstərir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) the parts after the first as comments.</source>
        <translation>
            <numerusform>{networks} birincidən sonrakı hissələri şərh kimi göstərir.</numerusform>
            <numerusform>{networks} birincidən sonrakı hissələri şərh kimi göstərir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from here. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} buradan silsilə qəbul etmir. Əvəzinə nəyin göndəriləcəyini seçin.</numerusform>
            <numerusform>{networks} buradan silsilə qəbul etmir. Əvəzinə nəyin göndəriləcəyini seçin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from the sandbox. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} sınaq mühitindən silsilə qəbul etmir. Əvəzinə nəyin göndəriləcəyini seçin.</numerusform>
            <numerusform>{networks} sınaq mühitindən silsilə qəbul etmir. Əvəzinə nəyin göndəriləcəyini seçin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads through this service. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} bu xidmət vasitəsilə silsilə qəbul etmir. Əvəzinə nəyin göndəriləcəyini seçin.</numerusform>
            <numerusform>{networks} bu xidmət vasitəsilə silsilə qəbul etmir. Əvəzinə nəyin göndəriləcəyini seçin.</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} cannot mix pictures and video in one post.</source>
        <translation>{networks} bir paylaşımda şəkil və videonu birləşdirə bilmir.</translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln GIF(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} paylaşımda %Ln GIF-ə icazə verir, bu mesajda {count} var.</numerusform>
            <numerusform>{network} paylaşımda %Ln GIF-ə icazə verir, bu mesajda {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln file(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} paylaşımda %Ln fayla icazə verir, bu mesajda {count} var.</numerusform>
            <numerusform>{network} paylaşımda %Ln fayla icazə verir, bu mesajda {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln hashtag(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} %Ln həşteqə icazə verir, bu mətndə {count} var.</numerusform>
            <numerusform>{network} %Ln həşteqə icazə verir, bu mətndə {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln mention(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} %Ln xatırlatmaya icazə verir, bu mətndə {count} var.</numerusform>
            <numerusform>{network} %Ln xatırlatmaya icazə verir, bu mətndə {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln picture(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} paylaşımda %Ln şəklə icazə verir, bu mesajda {count} var.</numerusform>
            <numerusform>{network} paylaşımda %Ln şəklə icazə verir, bu mesajda {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln video(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} paylaşımda %Ln videoya icazə verir, bu mesajda {count} var.</numerusform>
            <numerusform>{network} paylaşımda %Ln videoya icazə verir, bu mesajda {count} var.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} {limit} bayt mətnə icazə verir, {channel} kanalının öz mətni {count} baytdır: diakritik hərflər və emoji hər biri bir neçə bayt sayılır.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} {limit} bayt mətnə icazə verir, {channel} kanalının öz mətni keçidlə birlikdə {count} baytdır: diakritik hərflər və emoji hər biri bir neçə bayt sayılır.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} {limit} bayt mətnə icazə verir, bu mətn {count} baytdır: diakritik hərflər və emoji hər biri bir neçə bayt sayılır.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} {limit} bayt mətnə icazə verir, bu mətn keçidlə birlikdə {count} baytdır: diakritik hərflər və emoji hər biri bir neçə bayt sayılır.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters in a title, this one has {count}.</source>
        <translation>{network} başlıqda {limit} simvola icazə verir, bunda {count} var.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} has {count}.</source>
        <translation>{network} şəkil və ya video altında {limit} simvola icazə verir, {channel} kanalının öz mətnində {count} var.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} with its link has {count}.</source>
        <translation>{network} şəkil və ya video altında {limit} simvola icazə verir, {channel} kanalının öz mətnində keçidlə birlikdə {count} var.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text has {count}.</source>
        <translation>{network} şəkil və ya video altında {limit} simvola icazə verir, bu mətndə {count} var.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text with its link has {count}.</source>
        <translation>{network} şəkil və ya video altında {limit} simvola icazə verir, bu mətndə keçidlə birlikdə {count} var.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} has {count}.</source>
        <translation>{network} {limit} simvola icazə verir, {channel} kanalının öz mətnində {count} var.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>{network} {limit} simvola icazə verir, {channel} kanalının öz mətnində keçidlə birlikdə {count} var.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text has {count}.</source>
        <translation>{network} {limit} simvola icazə verir, bu mətndə {count} var.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text with its link has {count}.</source>
        <translation>{network} {limit} simvola icazə verir, bu mətndə keçidlə birlikdə {count} var.</translation>
    </message>
    <message>
        <source>{network} needs a picture or a video.</source>
        <translation>{network} üçün şəkil və ya video lazımdır.</translation>
    </message>
    <message>
        <source>{network} needs a picture.</source>
        <translation>{network} üçün şəkil lazımdır.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file.</source>
        <translation>{network} üçün mətn və ya fayl lazımdır.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file; its own text is empty.</source>
        <translation>{network} üçün mətn və ya fayl lazımdır; öz mətni boşdur.</translation>
    </message>
    <message>
        <source>{network} needs a text.</source>
        <translation>{network} üçün mətn lazımdır.</translation>
    </message>
    <message>
        <source>{network} needs a title.</source>
        <translation>{network} üçün başlıq lazımdır.</translation>
    </message>
    <message>
        <source>{network} needs a video.</source>
        <translation>{network} üçün video lazımdır.</translation>
    </message>
    <message numerus="yes">
        <source>{network} shows the link and leaves out the (file/%Ln files).</source>
        <translation>
            <numerusform>{network} keçidi göstərir, faylı isə kənarda qoyur.</numerusform>
            <numerusform>{network} keçidi göstərir, %Ln faylı isə kənarda qoyur.</numerusform>
        </translation>
    </message>
    <message>
        <source>{sentence} Characters such as # and @ count twice there.</source>
        <translation>{sentence} # və @ kimi simvollar orada iki sayılır.</translation>
    </message>
    <message>
        <source>{sentence} The service cuts at {limit}.</source>
        <translation>{sentence} Xidmət {limit} simvolda kəsir.</translation>
    </message>
</context>
<context>
    <name>ChecksPanel</name>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n yoxlama</numerusform>
            <numerusform>%n yoxlama</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) (has/have) no description for people who cannot see (it/them).</source>
        <translation>
            <numerusform>%n faylın onu görməyənlər üçün təsviri yoxdur.</numerusform>
            <numerusform>%n faylın onları görməyənlər üçün təsviri yoxdur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hint(s)</source>
        <translation>
            <numerusform>%n məsləhət</numerusform>
            <numerusform>%n məsləhət</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problem</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n xəbərdarlıq</numerusform>
            <numerusform>%n xəbərdarlıq</numerusform>
        </translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Yoxlamalar</translation>
    </message>
    <message>
        <source>Done: {sentence}</source>
        <extracomment>{sentence}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Hazırdır: {sentence}</translation>
    </message>
    <message>
        <source>Hide checks</source>
        <translation>Yoxlamaları gizlət</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>Məsləhət</translation>
    </message>
    <message>
        <source>No problems left</source>
        <translation>Problem qalmadı</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Show checks</source>
        <translation>Yoxlamaları göstər</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Xəbərdarlıq</translation>
    </message>
    <message numerus="yes">
        <source>{sentence} Same for %n more file(s).</source>
        <translation>
            <numerusform>{sentence} Daha %n fayl üçün də belədir.</numerusform>
            <numerusform>{sentence} Daha %n fayl üçün də belədir.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChecksPresenter</name>
    <message numerus="yes">
        <source>%Ln channel(s) (is/are) left out</source>
        <translation>
            <numerusform>%Ln kanal kənarda qalır</numerusform>
            <numerusform>%Ln kanal kənarda qalır</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) removed from the message</source>
        <translation>
            <numerusform>%n fayl mesajdan silindi</numerusform>
            <numerusform>%n fayl mesajdan silindi</numerusform>
        </translation>
    </message>
    <message>
        <source>Done: {what}</source>
        <extracomment>{what}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Hazırdır: {what}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{name} and {other} removed from the message</source>
        <translation>{name} və {other} mesajdan silindi</translation>
    </message>
    <message>
        <source>{name} is left out</source>
        <translation>{name} kənarda qalır</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} mesajdan silindi</translation>
    </message>
</context>
<context>
    <name>ColumnMappingBar</name>
    <message>
        <source>Columns</source>
        <translation>Sütunlar</translation>
    </message>
</context>
<context>
    <name>ColumnMenus</name>
    <message>
        <source>Columns and rows…</source>
        <translation>Sütunlar və sətirlər…</translation>
    </message>
    <message>
        <source>Earliest first</source>
        <translation>Əvvəlcə erkənlər</translation>
    </message>
    <message>
        <source>Group posts of a message</source>
        <translation>Mesajın paylaşımlarını qruplaşdır</translation>
    </message>
    <message>
        <source>Hide {column}</source>
        <translation>{column} sütununu gizlət</translation>
    </message>
    <message>
        <source>Latest first</source>
        <translation>Əvvəlcə geclər</translation>
    </message>
    <message>
        <source>Move {column} left</source>
        <translation>{column} sütununu sola köçür</translation>
    </message>
    <message>
        <source>Move {column} right</source>
        <translation>{column} sütununu sağa köçür</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Sütunları sıfırla</translation>
    </message>
    <message>
        <source>Sort ascending</source>
        <translation>Artan sırala</translation>
    </message>
    <message>
        <source>Sort descending</source>
        <translation>Azalan sırala</translation>
    </message>
</context>
<context>
    <name>ColumnsPopup</name>
    <message>
        <source>Columns</source>
        <translation>Sütunlar</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Rahat</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Yığcam</translation>
    </message>
    <message>
        <source>Move {column} down</source>
        <translation>{column} sütununu aşağı köçür</translation>
    </message>
    <message>
        <source>Move {column} up</source>
        <translation>{column} sütununu yuxarı köçür</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Sütunları sıfırla</translation>
    </message>
    <message>
        <source>Reverse order</source>
        <translation>Tərs sıra</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Sətir hündürlüyü</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Sətirlər</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Sırala</translation>
    </message>
    <message>
        <source>Time cannot be hidden: it contains the checkboxes</source>
        <translation>“Vaxt” gizlədilə bilməz: seçim qutuları oradadır</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find commands, channels, messages, posts…</source>
        <translation>Əmr, kanal, mesaj, paylaşım tap…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Tapılanlar</translation>
    </message>
    <message>
        <source>Nothing matches “{words}”</source>
        <translation>“{words}” üçün heç nə tapılmadı</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Hər yerdə axtar</translation>
    </message>
</context>
<context>
    <name>CommonWarnings</name>
    <message>
        <source>Keep them</source>
        <translation>Qalsınlar</translation>
    </message>
    <message>
        <source>Leave these rows out</source>
        <translation>Bu sətirləri kənarda qoy</translation>
    </message>
    <message>
        <source>Locate them…</source>
        <translation>Yerini göstər…</translation>
    </message>
</context>
<context>
    <name>ComposeActionBar</name>
    <message>
        <source>More ways to post</source>
        <translation>Paylaşmağın digər yolları</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Qaralama kimi saxla</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>İndi göndər</translation>
    </message>
    <message>
        <source>Show checks below</source>
        <translation>Aşağıdakı yoxlamaları göstər</translation>
    </message>
    <message>
        <source>X charges each post to the credits of your app, and more for one with a link.</source>
        <translation>X hər paylaşımı tətbiqinizin kreditindən çıxır, keçidli paylaşım üçün isə daha çox.</translation>
    </message>
</context>
<context>
    <name>ComposeActions</name>
    <message>
        <source>&amp;Message</source>
        <translation>&amp;Mesaj</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Fayl əlavə et…</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Şəkil və ya video əlavə et</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Həmişəyaşıla əlavə et</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Vaxtı dəyiş</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Bu mesajı bağla</translation>
    </message>
    <message>
        <source>Discard this message</source>
        <translation>Bu mesajı sil</translation>
    </message>
    <message>
        <source>Drafts ({n})…</source>
        <translation>Qaralamalar ({n})…</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Qaralamalar və şablonlar</translation>
    </message>
    <message>
        <source>Drafts…</source>
        <translation>Qaralamalar…</translation>
    </message>
    <message>
        <source>Fill the message from a post of the site</source>
        <translation>Mesajı saytın yazısından doldur</translation>
    </message>
    <message>
        <source>From the site…</source>
        <translation>Saytdan…</translation>
    </message>
    <message>
        <source>Insert an emoji</source>
        <translation>Emoji daxil et</translation>
    </message>
    <message>
        <source>Insert emoji…</source>
        <translation>Emoji daxil et…</translation>
    </message>
    <message>
        <source>Insert hashtags, a signature or a snippet</source>
        <translation>Həşteq, imza və ya hazır mətn daxil et</translation>
    </message>
    <message>
        <source>Insert snippet…</source>
        <translation>Hazır mətn daxil et…</translation>
    </message>
    <message>
        <source>Keep a copy to send again and again</source>
        <translation>Təkrar-təkrar göndərmək üçün surətini saxla</translation>
    </message>
    <message>
        <source>Manage snippets…</source>
        <translation>Hazır mətnləri idarə et…</translation>
    </message>
    <message>
        <source>Needs a WordPress site: this computer has none.</source>
        <translation>WordPress saytı lazımdır: bu kompüterdə yoxdur.</translation>
    </message>
    <message>
        <source>New from template…</source>
        <translation>Şablondan yeni…</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>New message beside these</source>
        <translation>Bunlarla yanaşı yeni mesaj</translation>
    </message>
    <message>
        <source>New message beside this one</source>
        <translation>Bununla yanaşı yeni mesaj</translation>
    </message>
    <message>
        <source>Next free slot</source>
        <translation>Növbəti boş slot</translation>
    </message>
    <message>
        <source>Next network tab</source>
        <translation>Növbəti şəbəkə vərəqi</translation>
    </message>
    <message>
        <source>Next open message</source>
        <translation>Növbəti açıq mesaj</translation>
    </message>
    <message>
        <source>Previous network tab</source>
        <translation>Əvvəlki şəbəkə vərəqi</translation>
    </message>
    <message>
        <source>Previous open message</source>
        <translation>Əvvəlki açıq mesaj</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Təkrar…</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Qaralama kimi saxla</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Şablon kimi saxla…</translation>
    </message>
    <message>
        <source>Save to Drafts and start a new message</source>
        <translation>Qaralamalara saxla və yeni mesaja başla</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>İndi göndər</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Önbaxışı göstər və ya gizlət</translation>
    </message>
    <message>
        <source>Show the preview</source>
        <translation>Önbaxışı göstər</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Nümunə şəkildən istifadə et</translation>
    </message>
</context>
<context>
    <name>ComposeController</name>
    <message numerus="yes">
        <source>%Ln post(s) scheduled</source>
        <translation>
            <numerusform>%Ln paylaşım planlandı</numerusform>
            <numerusform>%Ln paylaşım planlandı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln paylaşım planlandı: {first} – {last}</numerusform>
            <numerusform>%Ln paylaşım planlandı: {first} – {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln paylaşım planlandı: {when}</numerusform>
            <numerusform>%Ln paylaşım planlandı: {when}</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Redaktə et</translation>
    </message>
    <message>
        <source>Not sent yet.</source>
        <translation>Hələ göndərilməyib.</translation>
    </message>
    <message>
        <source>Proposed. An editor has to approve it.</source>
        <translation>Təklif edildi. Redaktor təsdiqləməlidir.</translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşım göndərilir</numerusform>
            <numerusform>%Ln paylaşım göndərilir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>%Ln paylaşım {seconds} s sonra göndərilir</numerusform>
            <numerusform>%Ln paylaşım {seconds} s sonra göndərilir</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>“{title}” was already sent. You can no longer undo it.</source>
        <translation>“{title}” artıq göndərilib. Geri almaq daha mümkün deyil.</translation>
    </message>
    <message>
        <source>“{title}” will not be sent</source>
        <translation>“{title}” göndərilməyəcək</translation>
    </message>
</context>
<context>
    <name>ComposeLayout</name>
    <message>
        <source>Drafts</source>
        <translation>Qaralamalar</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Daha çox</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Önbaxış</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>Nə demək istəyirsiniz?</translation>
    </message>
</context>
<context>
    <name>ComposePage</name>
    <message>
        <source>Draft saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Qaralama saxlanıldı</translation>
    </message>
    <message>
        <source>Draft saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Qaralama saxlanıldı: {ago}</translation>
    </message>
    <message>
        <source>No changes yet</source>
        <translation>Hələ dəyişiklik yoxdur</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Saxlanılmadı</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Hələ saxlanılmayıb</translation>
    </message>
    <message>
        <source>Not saved: {why}</source>
        <translation>Saxlanılmadı: {why}</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Hələ heç nə yazılmayıb</translation>
    </message>
    <message>
        <source>Saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Saxlanıldı</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu kompüterdə saxlanılıb</translation>
    </message>
    <message>
        <source>Saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Saxlanıldı: {ago}</translation>
    </message>
    <message>
        <source>The scheduled message stays as it is until you save the changes</source>
        <translation>Dəyişiklikləri saxlayana qədər planlanmış mesaj olduğu kimi qalır</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>Check {network} first. If the post is already there, it is published twice.</source>
        <translation>Əvvəlcə {network} şəbəkəsini yoxlayın. Paylaşım artıq oradadırsa, iki dəfə dərc olunur.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Yenidən göndər</translation>
    </message>
    <message>
        <source>Send it again?</source>
        <translation>Yenidən göndərilsin?</translation>
    </message>
    <message>
        <source>there</source>
        <translation>orada</translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message>
        <source>Add a channel</source>
        <translation>Kanal əlavə et</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Geri</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Ləğv et</translation>
    </message>
    <message>
        <source>Choose a network first.</source>
        <translation>Əvvəlcə şəbəkə seçin.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Davam et</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Bitir</translation>
    </message>
    <message>
        <source>Is this the account?</source>
        <translation>Hesab budur?</translation>
    </message>
    <message>
        <source>Open browser</source>
        <translation>Brauzeri aç</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Daxil ol</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yenidən daxil ol</translation>
    </message>
    <message>
        <source>Sign in to {network}.</source>
        <translation>{network} hesabınıza daxil olun.</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Daxil olunur</translation>
    </message>
    <message>
        <source>Step {number} of 3. {words}</source>
        <translation>3 addımdan {number}. {words}</translation>
    </message>
    <message>
        <source>Waiting for the browser.</source>
        <translation>Brauzer gözlənilir.</translation>
    </message>
    <message>
        <source>Where do you want to publish?</source>
        <translation>Harada paylaşmaq istəyirsiniz?</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>İşlənir…</translation>
    </message>
    <message>
        <source>{network} no longer accepts Posto&apos;s sign-in. The channel and its schedule stay.</source>
        <translation>{network} Posto girişini daha qəbul etmir. Kanal və planı qalır.</translation>
    </message>
</context>
<context>
    <name>ConnectState</name>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Paylaşmaq üçün ən azı bir yer seçin.</translation>
    </message>
    <message>
        <source>Choose where it is kept.</source>
        <translation>Harada saxlanacağını seçin.</translation>
    </message>
    <message>
        <source>Fill this in.</source>
        <translation>Bunu doldurun.</translation>
    </message>
    <message>
        <source>Paste the address first.</source>
        <translation>Əvvəlcə ünvanı yapışdırın.</translation>
    </message>
</context>
<context>
    <name>CounterRing</name>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: %Ln simvol qalıb</numerusform>
            <numerusform>{network}: %Ln simvol qalıb</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln simvol artıqdır</numerusform>
            <numerusform>{network}: %Ln simvol artıqdır</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterRow</name>
    <message>
        <source>each link counts {n}</source>
        <translation>hər keçid {n} sayılır</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: %Ln simvol qalıb</numerusform>
            <numerusform>{network}: %Ln simvol qalıb</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln simvol artıqdır</numerusform>
            <numerusform>{network}: %Ln simvol artıqdır</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CountsPopup</name>
    <message>
        <source>Characters left</source>
        <translation>Qalan simvollar</translation>
    </message>
</context>
<context>
    <name>CoverSlider</name>
    <message>
        <source>Cover frame</source>
        <translation>Qapaq kadrı</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>Bottom left corner of the crop</source>
        <translation>Kəsimin aşağı sol küncü</translation>
    </message>
    <message>
        <source>Bottom right corner of the crop</source>
        <translation>Kəsimin aşağı sağ küncü</translation>
    </message>
    <message>
        <source>Bottom side of the crop</source>
        <translation>Kəsimin aşağı tərəfi</translation>
    </message>
    <message>
        <source>Crop of {name}</source>
        <translation>{name} şəklinin kəsimi</translation>
    </message>
    <message>
        <source>Left side of the crop</source>
        <translation>Kəsimin sol tərəfi</translation>
    </message>
    <message>
        <source>Right side of the crop</source>
        <translation>Kəsimin sağ tərəfi</translation>
    </message>
    <message>
        <source>Top left corner of the crop</source>
        <translation>Kəsimin yuxarı sol küncü</translation>
    </message>
    <message>
        <source>Top right corner of the crop</source>
        <translation>Kəsimin yuxarı sağ küncü</translation>
    </message>
    <message>
        <source>Top side of the crop</source>
        <translation>Kəsimin yuxarı tərəfi</translation>
    </message>
    <message>
        <source>{width} % wide and {height} % high, {left} % from the left, {top} % from the top</source>
        <translation>eni {width} %, hündürlüyü {height} %, soldan {left} %, yuxarıdan {top} %</translation>
    </message>
</context>
<context>
    <name>DamagedStylePanel</name>
    <message>
        <source>Open the folder</source>
        <translation>Qovluğu aç</translation>
    </message>
    <message>
        <source>Open the folder of styles</source>
        <translation>Stil qovluğunu aç</translation>
    </message>
    <message>
        <source>Posto cannot use this file and will not change it. Fix it in a text editor or remove it from its folder.</source>
        <translation>Posto bu fayldan istifadə edə bilmir və onu dəyişməyəcək. Mətn redaktorunda düzəldin və ya qovluğundan silin.</translation>
    </message>
</context>
<context>
    <name>DateSpan</name>
    <message>
        <source>From today</source>
        <translation>Bu gündən</translation>
    </message>
    <message>
        <source>From {day}</source>
        <translation>{day} tarixindən</translation>
    </message>
    <message>
        <source>Next 7 days</source>
        <translation>Növbəti 7 gün</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Bu ay</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>Bu həftə</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Bu gün</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>{day} tarixinədək</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} – {last}</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>Today</source>
        <translation>Bu gün</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Sabah</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Dünən</translation>
    </message>
    <message>
        <source>today</source>
        <translation>bu gün</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>sabah</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>dünən</translation>
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
        <translation>İstənilən tarix</translation>
    </message>
    <message>
        <source>Dates</source>
        <translation>Tarixlər</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Hazır</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Əvvəlki ay</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Başlanğıc</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>Başlanğıc … son …</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Sonrakı ay</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Son</translation>
    </message>
</context>
<context>
    <name>DayWords</name>
    <message>
        <source>today</source>
        <translation>bu gün</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>dünən</translation>
    </message>
    <message>
        <source>“{text}” is not a day. Try “{date}”, “{weekday}” or “{weeks}”.</source>
        <translation>“{text}” gün deyil. Belə yazın: “{date}”, “{weekday}” və ya “{weeks}”.</translation>
    </message>
</context>
<context>
    <name>DaysPopup</name>
    <message>
        <source>Use these days</source>
        <translation>Bu günlərdən istifadə et</translation>
    </message>
</context>
<context>
    <name>DeepLinks</name>
    <message>
        <source>The link cannot be read.</source>
        <translation>Keçid oxuna bilmir.</translation>
    </message>
    <message>
        <source>The link does not begin with “{start}”.</source>
        <translation>Keçid “{start}” ilə başlamır.</translation>
    </message>
    <message numerus="yes">
        <source>The link has %n part(s), and a thread {most} at most.</source>
        <translation>
            <numerusform>Keçiddə %n hissə var, silsilədə isə ən çox {most} ola bilər.</numerusform>
            <numerusform>Keçiddə %n hissə var, silsilədə isə ən çox {most} ola bilər.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link is too long.</source>
        <translation>Keçid çox uzundur.</translation>
    </message>
    <message>
        <source>The link leads to “{page}”. This version has no such page.</source>
        <translation>Keçid “{page}” səhifəsinə aparır. Bu versiyada belə səhifə yoxdur.</translation>
    </message>
    <message>
        <source>The link would attach an address that is not a web address.</source>
        <translation>Keçid veb ünvan olmayan bir ünvanı əlavə edərdi.</translation>
    </message>
</context>
<context>
    <name>DefaultEditor</name>
    <message>
        <source>All channels of {network} share their pictures. Set this for {network}.</source>
        <translation>Bütün {network} kanallarının şəkilləri ortaqdır. Bunu {network} üçün təyin edin.</translation>
    </message>
    <message>
        <source>Choose an option above</source>
        <translation>Yuxarıda seçim edin</translation>
    </message>
    <message>
        <source>Default for</source>
        <translation>Standart:</translation>
    </message>
    <message>
        <source>Default: {option}</source>
        <translation>Standart: {option}</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Burada sıfırlanası heç nə yoxdur</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Sıfırla</translation>
    </message>
    <message>
        <source>Reset the default</source>
        <translation>Standartı sıfırla</translation>
    </message>
    <message>
        <source>Used for every post to {name}, unless a style or the post sets its own</source>
        <translation>Stil və ya paylaşım öz dəyərini təyin etməyibsə, hər {name} paylaşımı üçün istifadə olunur</translation>
    </message>
    <message>
        <source>Used for posts to {name} instead of the default of {network}</source>
        <translation>{name} paylaşımları üçün {network} standartının əvəzinə istifadə olunur</translation>
    </message>
</context>
<context>
    <name>Defaults</name>
    <message>
        <source>As typed</source>
        <translation>Yazıldığı kimi</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Boş</translation>
    </message>
    <message>
        <source>In effect</source>
        <translation>Qüvvədədir</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Xeyr</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Stilsiz</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Heç biri</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>Təyin olunmayıb</translation>
    </message>
    <message>
        <source>On the service</source>
        <translation>Xidmətdə</translation>
    </message>
    <message>
        <source>Option</source>
        <translation>Seçim</translation>
    </message>
    <message>
        <source>This message</source>
        <translation>Bu mesaj</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Bəli</translation>
    </message>
    <message>
        <source>{layer}: not set</source>
        <extracomment>{layer}: where a value could be set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: təyin olunmayıb</translation>
    </message>
    <message>
        <source>{layer}: {value}. In effect.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. Qüvvədədir.</translation>
    </message>
    <message>
        <source>{layer}: {value}. Not used here.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. Burada istifadə olunmur.</translation>
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
        <translation>Standartlar</translation>
    </message>
    <message>
        <source>Layers of the defaults</source>
        <translation>Standartların qatları</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Hələ kanal yoxdur</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Stilsiz</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu kompüterdə saxlanılıb</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Used when a message does not set an option. Layers further right take precedence.</source>
        <translation>Mesajda seçim təyin olunmayanda istifadə olunur. Daha sağdakı qatlar üstündür.</translation>
    </message>
</context>
<context>
    <name>Delivery</name>
    <message numerus="yes">
        <source>%n of its channels no longer exist. Nothing was sent.</source>
        <translation>
            <numerusform>Kanallarından %n ədədi artıq mövcud deyil. Heç nə göndərilmədi.</numerusform>
            <numerusform>Kanallarından %n ədədi artıq mövcud deyil. Heç nə göndərilmədi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts were changed or sent meanwhile, so they stay.</source>
        <translation>
            <numerusform>{total} paylaşımdan %n ədədi bu arada dəyişdirilib və ya göndərilib, ona görə qalır.</numerusform>
            <numerusform>{total} paylaşımdan %n ədədi bu arada dəyişdirilib və ya göndərilib, ona görə qalır.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s), {digest}</source>
        <translation>
            <numerusform>%n paylaşım, {digest}</numerusform>
            <numerusform>%n paylaşım, {digest}</numerusform>
        </translation>
    </message>
    <message>
        <source>A repeat makes at most {n} posts. Nothing was sent.</source>
        <translation>Təkrar ən çox {n} paylaşım yaradır. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>An earlier change of it has an unclear outcome. Resolve that first.</source>
        <translation>Əvvəlki dəyişikliyinin nəticəsi bəlli deyil. Əvvəlcə onu həll edin.</translation>
    </message>
    <message>
        <source>An earlier change of it is not finished yet.</source>
        <translation>Əvvəlki dəyişikliyi hələ bitməyib.</translation>
    </message>
    <message>
        <source>Another post has its slot. Nothing was sent.</source>
        <translation>Slotunu başqa paylaşım tutub. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Confirmed by you in the app</source>
        <translation>Tətbiqdə siz təsdiqləmisiniz</translation>
    </message>
    <message>
        <source>Confirmed by you on a terminal</source>
        <translation>Terminalda siz təsdiqləmisiniz</translation>
    </message>
    <message>
        <source>Declined by you in the app</source>
        <translation>Tətbiqdə siz rədd etmisiniz</translation>
    </message>
    <message>
        <source>Declined by you on a terminal</source>
        <translation>Terminalda siz rədd etmisiniz</translation>
    </message>
    <message>
        <source>It belongs to a post of the site and can be moved only there.</source>
        <translation>Saytın yazısına aiddir və yalnız orada köçürülə bilər.</translation>
    </message>
    <message>
        <source>It could not be done in time. Propose it again.</source>
        <translation>Vaxtında yerinə yetirilə bilmədi. Yenidən təklif edin.</translation>
    </message>
    <message>
        <source>It could not be moved.</source>
        <translation>Köçürülə bilmədi.</translation>
    </message>
    <message>
        <source>It goes out in a few minutes anyway.</source>
        <translation>Onsuz da bir neçə dəqiqəyə göndərilir.</translation>
    </message>
    <message>
        <source>It is being moved.</source>
        <translation>Köçürülür.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Elə indi göndərilir.</translation>
    </message>
    <message>
        <source>It is being sent right now. Posto waits for the result.</source>
        <translation>Elə indi göndərilir. Posto nəticəni gözləyir.</translation>
    </message>
    <message>
        <source>It is due right now, so the service may be sending it.</source>
        <translation>Vaxtı elə indidir, ona görə xidmət onu göndərirmiş ola bilər.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule, or it is being sent right now.</source>
        <translation>Artıq planda deyil və ya elə indi göndərilir.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule. Your changes are kept here.</source>
        <translation>Artıq planda deyil. Dəyişiklikləriniz burada saxlanılıb.</translation>
    </message>
    <message>
        <source>It is no longer waiting.</source>
        <translation>Artıq gözləmir.</translation>
    </message>
    <message>
        <source>It is not what was proposed any more. Nothing was done.</source>
        <translation>Artıq təklif olunan deyil. Heç nə edilmədi.</translation>
    </message>
    <message>
        <source>It is not what was proposed. Nothing was deleted.</source>
        <translation>Təklif olunan deyil. Heç nə silinmədi.</translation>
    </message>
    <message>
        <source>It is overdue. Choose a time at least 5 minutes from now.</source>
        <translation>Vaxtı keçib. İndidən ən azı 5 dəqiqə sonrakı vaxtı seçin.</translation>
    </message>
    <message>
        <source>It is too late to undo this.</source>
        <translation>Bunu geri almaq üçün çox gecdir.</translation>
    </message>
    <message>
        <source>It may be being sent right now.</source>
        <translation>Elə indi göndərilirmiş ola bilər.</translation>
    </message>
    <message>
        <source>It may have been sent; that cannot be checked yet.</source>
        <translation>Göndərilmiş ola bilər; bunu hələ yoxlamaq olmur.</translation>
    </message>
    <message>
        <source>It was accepted; for which channels cannot be checked yet.</source>
        <translation>Qəbul olunub; hansı kanallar üçün olduğunu hələ yoxlamaq olmur.</translation>
    </message>
    <message>
        <source>It was answered already.</source>
        <translation>Artıq cavablandırılıb.</translation>
    </message>
    <message>
        <source>It was changed after the move was proposed.</source>
        <translation>Köçürmə təklif olunandan sonra dəyişdirilib.</translation>
    </message>
    <message>
        <source>It was changed or sent meanwhile, so it stays.</source>
        <translation>Bu arada dəyişdirilib və ya göndərilib, ona görə qalır.</translation>
    </message>
    <message>
        <source>It was not confirmed within ten minutes. Have it proposed again.</source>
        <translation>On dəqiqə ərzində təsdiqlənmədi. Yenidən təklif etdirin.</translation>
    </message>
    <message>
        <source>It was sent already.</source>
        <translation>Artıq göndərilib.</translation>
    </message>
    <message>
        <source>It was sent at both times.</source>
        <translation>Hər iki vaxtda göndərilib.</translation>
    </message>
    <message>
        <source>It was sent before your changes were saved. They are kept here.</source>
        <translation>Dəyişiklikləriniz saxlanılmazdan əvvəl göndərilib. Onlar burada saxlanılıb.</translation>
    </message>
    <message>
        <source>It was sent while it was being moved.</source>
        <translation>Köçürülərkən göndərilib.</translation>
    </message>
    <message>
        <source>Its channel no longer exists. Nothing was sent.</source>
        <translation>Kanalı artıq yoxdur. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Its earlier time has passed, so you cannot undo this.</source>
        <translation>Əvvəlki vaxtı keçib, ona görə bunu geri ala bilməzsiniz.</translation>
    </message>
    <message>
        <source>Its time has passed. Nothing was scheduled.</source>
        <translation>Vaxtı keçib. Heç nə planlanmadı.</translation>
    </message>
    <message>
        <source>Its time passed before it could be sent. Nothing was sent.</source>
        <translation>Göndərilməmişdən əvvəl vaxtı keçdi. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Its time, {time}, passed before it could be sent. It was not sent; try again to send it now.</source>
        <translation>Vaxtı ({time}) göndərilə bilmədən keçdi. Göndərilmədi; indi göndərmək üçün yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>May already be published, but that cannot be checked. {reason}</source>
        <translation>Artıq dərc olunmuş ola bilər, amma bunu yoxlamaq olmur. {reason}</translation>
    </message>
    <message>
        <source>May already be published: the service did not answer in time.</source>
        <translation>Artıq dərc olunmuş ola bilər: xidmət vaxtında cavab vermədi.</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Artıq dərc olunmuş ola bilər: {reason}</translation>
    </message>
    <message>
        <source>May already be published: {why}</source>
        <translation>Artıq dərc olunmuş ola bilər: {why}</translation>
    </message>
    <message>
        <source>No channel is selected, so nothing was sent.</source>
        <translation>Kanal seçilməyib, ona görə heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Not checked yet. {why}</source>
        <translation>Hələ yoxlanılmayıb. {why}</translation>
    </message>
    <message>
        <source>Nothing more was posted.</source>
        <translation>Başqa heç nə paylaşılmadı.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>Nothing was posted.</source>
        <translation>Heç nə paylaşılmadı.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Part of it was sent meanwhile.</source>
        <translation>Bir hissəsi bu arada göndərilib.</translation>
    </message>
    <message>
        <source>Posto will check again.</source>
        <translation>Posto yenidən yoxlayacaq.</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>Geri götürüldü.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>Tətbiq bağlanır.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was changed.</source>
        <translation>Seçilmiş vaxt keçib. Heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was sent.</source>
        <translation>Seçilmiş vaxt keçib. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The earlier post is still scheduled.</source>
        <translation>Əvvəlki paylaşım hələ də planlanıb.</translation>
    </message>
    <message>
        <source>The earlier version is no longer known.</source>
        <translation>Əvvəlki versiya artıq məlum deyil.</translation>
    </message>
    <message>
        <source>The evergreen message was deleted. Nothing was sent.</source>
        <translation>Həmişəyaşıl mesaj silinib. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The list of {host} could not be read.</source>
        <translation>{host} siyahısı oxuna bilmədi.</translation>
    </message>
    <message>
        <source>The message is no longer in the campaign. Nothing was sent.</source>
        <translation>Mesaj artıq kampaniyada deyil. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The new time has passed.</source>
        <translation>Yeni vaxt keçib.</translation>
    </message>
    <message>
        <source>The new time has passed. Nothing was moved.</source>
        <translation>Yeni vaxt keçib. Heç nə köçürülmədi.</translation>
    </message>
    <message>
        <source>The post is not in the schedule of {host}.</source>
        <translation>Paylaşım {host} planında yoxdur.</translation>
    </message>
    <message>
        <source>The prepared copy of “{name}” was removed from the cache. Try again.</source>
        <translation>“{name}” üçün hazırlanmış surət keşdən silinib. Yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>The proxy in Settings &gt; Network has no address or no port. Nothing was sent.</source>
        <translation>“Parametrlər &gt; Şəbəkə” bölməsindəki proksinin ünvanı və ya portu yoxdur. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The repeat has no time left. Nothing was sent.</source>
        <translation>Təkrarın vaxtı qalmayıb. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The saved data of this post is damaged.</source>
        <translation>Bu paylaşımın saxlanılmış məlumatı zədələnib.</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>İş sahəsinə çatmaq olmur.</translation>
    </message>
    <message>
        <source>There is no style “{name}” to export.</source>
        <translation>İxrac üçün “{name}” stili yoxdur.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Hələ paylaşmağa heç nə yoxdur. Mətn yazın və ya şəkil əlavə edin.</translation>
    </message>
    <message>
        <source>This message edits nothing. Nothing was changed.</source>
        <translation>Bu mesaj heç nəyi redaktə etmir. Heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>This workspace is signed out. Sign in again to send the post.</source>
        <translation>Bu iş sahəsindən çıxılıb. Paylaşımı göndərmək üçün yenidən daxil olun.</translation>
    </message>
    <message>
        <source>Two attempts had no clear answer.</source>
        <translation>İki cəhdin aydın cavabı olmadı.</translation>
    </message>
    <message>
        <source>defaults.json is damaged, so no defaults count. The next change keeps it aside.</source>
        <translation>defaults.json zədələnib, ona görə heç bir standart nəzərə alınmır. Növbəti dəyişiklik onu kənara qoyur.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>adından istifadə etmək olmur</translation>
    </message>
    <message>
        <source>this computer</source>
        <extracomment>In place of the name of a service: &quot;… accepted the post but does not list it.&quot;</extracomment>
        <translation>bu kompüter</translation>
    </message>
    <message>
        <source>{host} accepted only a part of it.</source>
        <translation>{host} yalnız bir hissəsini qəbul etdi.</translation>
    </message>
    <message>
        <source>{host} accepted the post but does not list it.</source>
        <translation>{host} paylaşımı qəbul etdi, amma siyahısında göstərmir.</translation>
    </message>
    <message>
        <source>{host} asks to wait.</source>
        <translation>{host} gözləməyi xahiş edir.</translation>
    </message>
    <message>
        <source>{host} did not accept it.</source>
        <translation>{host} bunu qəbul etmədi.</translation>
    </message>
    <message>
        <source>{host} did not answer in time. Posto is checking whether the post arrived.</source>
        <translation>{host} vaxtında cavab vermədi. Posto paylaşımın çatıb-çatmadığını yoxlayır.</translation>
    </message>
    <message>
        <source>{host} did not move it.</source>
        <translation>{host} onu köçürmədi.</translation>
    </message>
    <message>
        <source>{host} does not list it for {names} yet.</source>
        <translation>{host} onu hələ bu kanallar üçün göstərmir: {names}.</translation>
    </message>
    <message>
        <source>{host} does not list the post yet.</source>
        <translation>{host} paylaşımı hələ siyahısında göstərmir.</translation>
    </message>
    <message>
        <source>{host} does not report its whole content.</source>
        <translation>{host} bütün məzmununu bildirmir.</translation>
    </message>
    <message>
        <source>{host} has this post but does not list it for {names}.</source>
        <translation>Paylaşım {host} serverindədir, amma bu kanallar üçün göstərilmir: {names}.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} texniki xidmətdədir.</translation>
    </message>
    <message>
        <source>{host} still has the earlier post.</source>
        <translation>Əvvəlki paylaşım hələ də {host} serverindədir.</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is/are) not in the schedule of {host}.</source>
        <extracomment>{names}: names of channels.</extracomment>
        <translation>
            <numerusform>{names} {host} planında yoxdur.</numerusform>
            <numerusform>{names} {host} planında yoxdur.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} cannot be imported: it is not a regular file.</source>
        <translation>{name} idxal oluna bilmir: adi fayl deyil.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} oxuna bilmir: giriş qadağandır.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} oxuna bilmir: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be prepared ({why}).</source>
        <translation>{name} hazırlana bilmədi ({why}).</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes)</source>
        <translation>{name} boşdur (0 bayt)</translation>
    </message>
    <message>
        <source>{name} is no style. {why}</source>
        <translation>{name} stil deyil. {why}</translation>
    </message>
    <message>
        <source>{name} is not a file</source>
        <translation>{name} fayl deyil</translation>
    </message>
    <message>
        <source>{name} is not a style: it has no settings for any network.</source>
        <translation>{name} stil deyil: heç bir şəbəkə üçün parametri yoxdur.</translation>
    </message>
    <message>
        <source>{name} is on another computer; copy it to this one</source>
        <translation>{name} başqa kompüterdədir; bu kompüterə kopyalayın</translation>
    </message>
    <message>
        <source>{name} is too large for a style.</source>
        <translation>{name} stil üçün çox böyükdür.</translation>
    </message>
    <message>
        <source>{name} was not found</source>
        <translation>{name} tapılmadı</translation>
    </message>
    <message>
        <source>{name} was not found beside the CSV file</source>
        <translation>{name} CSV faylının yanında tapılmadı</translation>
    </message>
    <message>
        <source>{name} was not found beside the JSON file</source>
        <translation>{name} JSON faylının yanında tapılmadı</translation>
    </message>
    <message>
        <source>{name} was not found beside the file</source>
        <translation>{name} faylın yanında tapılmadı</translation>
    </message>
    <message>
        <source>{name} was not found beside the workbook</source>
        <translation>{name} iş kitabının yanında tapılmadı</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} tapılmadı.</translation>
    </message>
    <message>
        <source>{name} was not found: a pasted row needs the whole path of its picture</source>
        <translation>{name} tapılmadı: yapışdırılmış sətirdə şəklin tam yolu olmalıdır</translation>
    </message>
    <message>
        <source>“{name}” changed after you added it. Use Edit as new to see the current version.</source>
        <translation>“{name}” siz əlavə edəndən sonra dəyişib. Cari versiyanı görmək üçün “Yeni kimi redaktə et” seçin.</translation>
    </message>
    <message>
        <source>“{name}” could not be read.</source>
        <translation>“{name}” oxuna bilmədi.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture or video</source>
        <translation>“{name}” şəkil və ya video deyil</translation>
    </message>
    <message>
        <source>“{name}” is not the file that was added to the draft.</source>
        <translation>“{name}” qaralamaya əlavə olunmuş fayl deyil.</translation>
    </message>
    <message>
        <source>“{name}” was changed after it was proposed. Nothing was scheduled.</source>
        <translation>“{name}” təklif olunandan sonra dəyişdirilib. Heç nə planlanmadı.</translation>
    </message>
    <message>
        <source>“{name}” was changed after the post was made.</source>
        <translation>“{name}” paylaşım yaradılandan sonra dəyişdirilib.</translation>
    </message>
    <message>
        <source>“{name}” was changed while it was uploaded.</source>
        <translation>“{name}” yüklənərkən dəyişdirilib.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>“{name}” tapılmadı.</translation>
    </message>
    <message>
        <source>“{name}…” is not a file name</source>
        <translation>“{name}…” fayl adı deyil</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Posto cannot write to {folder}: {why}. Nothing will be saved.</source>
        <translation>Posto {folder} qovluğuna yaza bilmir: {why}. Heç nə saxlanılmayacaq.</translation>
    </message>
    <message>
        <source>The backup was not restored, because the server on this computer did not stop. Posto tries again at the next start.</source>
        <translation>Bu kompüterdəki server dayanmadığı üçün ehtiyat nüsxə bərpa olunmadı. Posto növbəti başlanğıcda yenidən cəhd edəcək.</translation>
    </message>
</context>
<context>
    <name>DesktopApp</name>
    <message>
        <source>Check again</source>
        <translation>Yenidən yoxla</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Yaz</translation>
    </message>
    <message>
        <source>{reason} The change lasts until Posto quits.</source>
        <translation>{reason} Dəyişiklik Posto bağlanana qədər qüvvədədir.</translation>
    </message>
</context>
<context>
    <name>DestinationChoice</name>
    <message>
        <source>A folder of pictures can become a campaign</source>
        <translation>Şəkil qovluğu kampaniyaya çevrilə bilər</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Kanal əlavə et…</translation>
    </message>
    <message>
        <source>Connect your accounts</source>
        <translation>Hesablarınızı qoşun</translation>
    </message>
    <message>
        <source>Mastodon, Bluesky, WordPress and more, published from this computer.</source>
        <translation>Mastodon, Bluesky, WordPress və digərləri, bu kompüterdən paylaşılır.</translation>
    </message>
    <message>
        <source>Runs on your own WordPress site. Its channels appear here.</source>
        <translation>Öz WordPress saytınızda işləyir. Kanalları burada görünür.</translation>
    </message>
    <message>
        <source>Sandbox channels show posts in Feed and publish nothing.</source>
        <translation>Sınaq kanalları paylaşımları “Lent” bölməsində göstərir və heç nə dərc etmir.</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Posto xidmətinə daxil ol</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Daxil ol…</translation>
    </message>
    <message>
        <source>Try it on this computer</source>
        <translation>Bu kompüterdə sınayın</translation>
    </message>
    <message>
        <source>Type a time like &lt;b&gt;“{time}”&lt;/b&gt; or &lt;b&gt;“{other}”&lt;/b&gt;</source>
        <translation>Vaxtı belə yazın: &lt;b&gt;“{time}”&lt;/b&gt; və ya &lt;b&gt;“{other}”&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Use the sandbox</source>
        <translation>Sınaq mühitindən istifadə et</translation>
    </message>
    <message>
        <source>Use the sandbox channels</source>
        <translation>Sınaq kanallarından istifadə et</translation>
    </message>
    <message>
        <source>Where should it go?</source>
        <translation>Hara getsin?</translation>
    </message>
</context>
<context>
    <name>DeviceRows</name>
    <message>
        <source>No device yet</source>
        <translation>Hələ cihaz yoxdur</translation>
    </message>
</context>
<context>
    <name>DownloadTile</name>
    <message>
        <source>Cancel {name}</source>
        <translation>Ləğv et: {name}</translation>
    </message>
    <message>
        <source>Download {name} again</source>
        <translation>Yenidən endir: {name}</translation>
    </message>
    <message>
        <source>Downloading {name}</source>
        <translation>Endirilir: {name}</translation>
    </message>
    <message>
        <source>Not downloaded</source>
        <translation>Endirilməyib</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Sil: {name}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
</context>
<context>
    <name>DraftRows</name>
    <message>
        <source>Open now</source>
        <translation>İndi açıqdır</translation>
    </message>
</context>
<context>
    <name>DraftTabs</name>
    <message>
        <source>Close “{title}”; it stays in Drafts</source>
        <translation>“{title}” mesajını bağla; Qaralamalarda qalır</translation>
    </message>
    <message>
        <source>Open messages</source>
        <translation>Açıq mesajlar</translation>
    </message>
</context>
<context>
    <name>DraftTabsRow</name>
    <message>
        <source>New message beside these</source>
        <translation>Bunlarla yanaşı yeni mesaj</translation>
    </message>
</context>
<context>
    <name>DraftTray</name>
    <message>
        <source>Drag one onto the calendar, or select it and press S</source>
        <translation>Birini təqvimə sürüşdürün və ya seçib S düyməsini basın</translation>
    </message>
    <message>
        <source>Hide drafts</source>
        <translation>Qaralamaları gizlət</translation>
    </message>
    <message>
        <source>Show drafts</source>
        <translation>Qaralamaları göstər</translation>
    </message>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Planlanmamış qaralamalar</translation>
    </message>
</context>
<context>
    <name>DraftTrayList</name>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Planlanmamış qaralamalar</translation>
    </message>
</context>
<context>
    <name>DraftsFoot</name>
    <message>
        <source>Done</source>
        <translation>Hazır</translation>
    </message>
    <message>
        <source>Name of the template</source>
        <translation>Şablonun adı</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Adını dəyiş</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Şablonu saxla</translation>
    </message>
</context>
<context>
    <name>DraftsList</name>
    <message>
        <source>Add draft to evergreen</source>
        <translation>Qaralamanı həmişəyaşıla əlavə et</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Həmişəyaşıla əlavə et</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Qaralamanı sil</translation>
    </message>
    <message>
        <source>Delete template</source>
        <translation>Şablonu sil</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Qaralamalar</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Qaralamalar və şablonlar</translation>
    </message>
    <message>
        <source>Drafts or templates</source>
        <translation>Qaralamalar və ya şablonlar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Duplicate draft</source>
        <translation>Qaralamanın dublikatını yarat</translation>
    </message>
    <message>
        <source>Labels of draft</source>
        <translation>Qaralamanın etiketləri</translation>
    </message>
    <message>
        <source>Labels…</source>
        <translation>Etiketlər…</translation>
    </message>
    <message>
        <source>New message from template</source>
        <extracomment>Verb.</extracomment>
        <translation>Şablondan yeni mesaj</translation>
    </message>
    <message>
        <source>No draft matches.</source>
        <translation>Uyğun qaralama yoxdur.</translation>
    </message>
    <message>
        <source>No drafts yet. Your messages are saved here automatically.</source>
        <translation>Hələ qaralama yoxdur. Mesajlarınız burada avtomatik saxlanılır.</translation>
    </message>
    <message>
        <source>No template matches.</source>
        <translation>Uyğun şablon yoxdur.</translation>
    </message>
    <message>
        <source>No templates yet. Use “Save as template…” in the menu beside Post.</source>
        <translation>Hələ şablon yoxdur. “Paylaş” yanındakı menyuda “Şablon kimi saxla…” seçin.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Rename template</source>
        <translation>Şablonun adını dəyiş</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Adını dəyiş…</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Şablon kimi saxla…</translation>
    </message>
    <message>
        <source>Save draft as template</source>
        <translation>Qaralamanı şablon kimi saxla</translation>
    </message>
    <message>
        <source>Search drafts</source>
        <translation>Qaralamalarda axtar</translation>
    </message>
    <message>
        <source>Search templates</source>
        <translation>Şablonlarda axtar</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Şablonlar</translation>
    </message>
</context>
<context>
    <name>DraftsModel</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n fayl</numerusform>
            <numerusform>%n fayl</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n hissə</numerusform>
            <numerusform>%n hissə</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes of a scheduled message</source>
        <translation>Planlanmış mesajın dəyişiklikləri</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Adsız</translation>
    </message>
    <message>
        <source>open now</source>
        <translation>indi açıqdır</translation>
    </message>
</context>
<context>
    <name>DraftsPopupController</name>
    <message>
        <source>Name of the template</source>
        <translation>Şablonun adı</translation>
    </message>
    <message>
        <source>Save as template</source>
        <translation>Şablon kimi saxla</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Şablonu saxla</translation>
    </message>
    <message>
        <source>Saves text, files, channels, options, labels and the time as typed.</source>
        <translation>Mətni, faylları, kanalları, seçimləri, etiketləri və yazıldığı kimi vaxtı saxlayır.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Hələ saxlanılası heç nə yoxdur</translation>
    </message>
</context>
<context>
    <name>DropCard</name>
    <message>
        <source>Attach a sample picture to see how it looks on each network</source>
        <translation>Hər şəbəkədə necə göründüyünə baxmaq üçün nümunə şəkil əlavə et</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Seç…</translation>
    </message>
    <message>
        <source>Drop pictures, videos or a text file</source>
        <translation>Şəkil, video və ya mətn faylı atın</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Nümunədən istifadə et</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Nümunə şəkildən istifadə et</translation>
    </message>
    <message>
        <source>or paste with {keys}</source>
        <extracomment>{keys}: keys, such as Ctrl+V.</extracomment>
        <translation>və ya {keys} ilə yapışdırın</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted</source>
        <translation>
            <numerusform>%n fayl paylaşıla bilmir</numerusform>
            <numerusform>%n fayl paylaşıla bilmir</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to this message</source>
        <translation>Bu mesaja əlavə et</translation>
    </message>
    <message>
        <source>Add to your styles</source>
        <translation>Stillərinizə əlavə et</translation>
    </message>
    <message numerus="yes">
        <source>Added to the (file/%n files) already attached</source>
        <translation>
            <numerusform>Artıq əlavə olunmuş faylın yanına əlavə olunur</numerusform>
            <numerusform>Artıq əlavə olunmuş %n faylın yanına əlavə olunur</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln file(s)</source>
        <translation>
            <numerusform>%Ln faylı atın</numerusform>
            <numerusform>%Ln faylı atın</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln picture(s)</source>
        <translation>
            <numerusform>%Ln şəkli atın</numerusform>
            <numerusform>%Ln şəkli atın</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln style(s)</source>
        <translation>
            <numerusform>%Ln stili atın</numerusform>
            <numerusform>%Ln stili atın</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln video(s)</source>
        <translation>
            <numerusform>%Ln videonu atın</numerusform>
            <numerusform>%Ln videonu atın</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop anywhere here. Esc cancels.</source>
        <translation>Burada istənilən yerə atın. Esc ləğv edir.</translation>
    </message>
    <message>
        <source>Drop elsewhere to add them to this message. Esc cancels.</source>
        <translation>Bu mesaja əlavə etmək üçün başqa yerə atın. Esc ləğv edir.</translation>
    </message>
    <message>
        <source>Drop files</source>
        <translation>Faylları atın</translation>
    </message>
    <message>
        <source>Each file becomes one of your styles</source>
        <translation>Hər fayl stillərinizdən biri olur</translation>
    </message>
    <message>
        <source>Make a campaign</source>
        <translation>Kampaniya yarat</translation>
    </message>
    <message numerus="yes">
        <source>One message for each of the %Ln file(s), spread over time</source>
        <translation>
            <numerusform>%Ln faylın hər biri üçün bir mesaj, zamana yayılmış</numerusform>
            <numerusform>%Ln faylın hər biri üçün bir mesaj, zamana yayılmış</numerusform>
        </translation>
    </message>
    <message>
        <source>The message has no files yet</source>
        <translation>Mesajda hələ fayl yoxdur</translation>
    </message>
    <message>
        <source>You can add pictures, videos and text files.</source>
        <translation>Şəkil, video və mətn faylı əlavə edə bilərsiniz.</translation>
    </message>
    <message>
        <source>{name} cannot be posted</source>
        <translation>{name} paylaşıla bilmir</translation>
    </message>
</context>
<context>
    <name>DueCauses</name>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the keychain is locked.</source>
        <translation>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: parol anbarı kilidlidir.</numerusform>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: parol anbarı kilidlidir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the workspace “{name}” is signed out.</source>
        <translation>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: “{name}” iş sahəsindən çıxılıb.</numerusform>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: “{name}” iş sahəsindən çıxılıb.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: {name} is signed out.</source>
        <translation>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: {name} hesabından çıxılıb.</numerusform>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: {name} hesabından çıxılıb.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” has changed since.</source>
        <translation>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: “{name}” o vaxtdan dəyişib.</numerusform>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: “{name}” o vaxtdan dəyişib.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” is missing.</source>
        <translation>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: “{name}” yoxdur.</numerusform>
            <numerusform>Saat {time} üçün %n paylaşım göndərilə bilmir: “{name}” yoxdur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: the disk of this computer is almost full.</source>
        <translation>
            <numerusform>Saat {time} üçün %n paylaşım göndərilməyə bilər: bu kompüterin diski demək olar doludur.</numerusform>
            <numerusform>Saat {time} üçün %n paylaşım göndərilməyə bilər: bu kompüterin diski demək olar doludur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: {name} cannot be reached.</source>
        <translation>
            <numerusform>Saat {time} üçün %n paylaşım göndərilməyə bilər: {name} ilə əlaqə yoxdur.</numerusform>
            <numerusform>Saat {time} üçün %n paylaşım göndərilməyə bilər: {name} ilə əlaqə yoxdur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} would be refused by {name}.</source>
        <translation>
            <numerusform>Saat {time} üçün %n paylaşım rədd ediləcək ({name}).</numerusform>
            <numerusform>Saat {time} üçün %n paylaşım rədd ediləcək ({name}).</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto&apos;s own server</source>
        <translation>Posto-nun öz serveri</translation>
    </message>
    <message>
        <source>{account} on {network}</source>
        <translation>{account} ({network})</translation>
    </message>
</context>
<context>
    <name>DueChecksController</name>
    <message>
        <source>Check again</source>
        <translation>Yenidən yoxla</translation>
    </message>
    <message>
        <source>Checking again</source>
        <translation>Yenidən yoxlanılır</translation>
    </message>
    <message>
        <source>Find the file…</source>
        <translation>Faylı tap…</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>“Yaz” bölməsində aç</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Saytı aç</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Yenidən daxil ol…</translation>
    </message>
    <message>
        <source>This is over</source>
        <translation>Bu artıq bitib</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Kilidi aç</translation>
    </message>
</context>
<context>
    <name>DuplicationController</name>
    <message numerus="yes">
        <source>%Ln message(s) duplicated as drafts</source>
        <translation>
            <numerusform>%Ln mesajdan qaralama kimi dublikat yaradıldı</numerusform>
            <numerusform>%Ln mesajdan qaralama kimi dublikat yaradıldı</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied to a new message</source>
        <translation>Yeni mesaja kopyalandı</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>EditMergeController</name>
    <message>
        <source>Somebody else</source>
        <translation>Başqa biri</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Sizin versiyanız Qaralamalardadır</translation>
    </message>
    <message>
        <source>{name} changed this message, too. Kept: {fields}.</source>
        <translation>{name} də bu mesajı dəyişdi. Saxlanıldı: {fields}.</translation>
    </message>
</context>
<context>
    <name>EditMergeDialog</name>
    <message>
        <source>Both of you changed: {fields}.</source>
        <translation>Hər ikiniz dəyişdiniz: {fields}.</translation>
    </message>
    <message>
        <source>Continue editing</source>
        <translation>Redaktəyə davam et</translation>
    </message>
    <message>
        <source>Keep my version</source>
        <translation>Mənim versiyamı saxla</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Saxla</translation>
    </message>
    <message>
        <source>Save my version</source>
        <translation>Mənim versiyamı saxla</translation>
    </message>
    <message>
        <source>Save the version of {name}; mine goes to Drafts</source>
        <translation>{name} versiyasını saxla; mənimki Qaralamalara gedir</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Başqa biri</translation>
    </message>
    <message>
        <source>Use the version of {name}; mine goes to Drafts</source>
        <translation>{name} versiyasını istifadə et; mənimki Qaralamalara gedir</translation>
    </message>
    <message>
        <source>{name} changed this message, too</source>
        <translation>{name} də bu mesajı dəyişdi</translation>
    </message>
</context>
<context>
    <name>EditingStrip</name>
    <message>
        <source>Discard changes</source>
        <translation>Dəyişiklikləri ləğv et</translation>
    </message>
    <message>
        <source>Keep as a new message</source>
        <translation>Yeni mesaj kimi saxla</translation>
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
        <translation>Emoji seçici</translation>
    </message>
    <message>
        <source>Install an emoji font to see emoji.</source>
        <translation>Emojiləri görmək üçün emoji şrifti quraşdırın.</translation>
    </message>
    <message>
        <source>Loading emoji</source>
        <translation>Emojilər yüklənir</translation>
    </message>
    <message>
        <source>No emoji for “{query}”</source>
        <translation>“{query}” üçün emoji yoxdur</translation>
    </message>
    <message>
        <source>No skin tone</source>
        <translation>Dəri tonu yoxdur</translation>
    </message>
    <message>
        <source>Recently used</source>
        <translation>Son istifadə olunanlar</translation>
    </message>
    <message>
        <source>Search emoji</source>
        <translation>Emoji axtar</translation>
    </message>
    <message>
        <source>Skin tone</source>
        <translation>Dəri tonu</translation>
    </message>
    <message>
        <source>Skin tone: {name}</source>
        <translation>Dəri tonu: {name}</translation>
    </message>
    <message>
        <source>The emoji could not be loaded. See the log for details.</source>
        <translation>Emojilər yüklənə bilmədi. Təfərrüatlar üçün jurnala baxın.</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>seçilməyib</translation>
    </message>
</context>
<context>
    <name>EmptyMessages</name>
    <message>
        <source>Import a file…</source>
        <translation>Fayl idxal et…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Necə işlədiyini görmək üçün nümunə mesajları idxal et</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Hələ mesaj yoxdur</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Nümunədən istifadə et</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Mesaj yaz</translation>
    </message>
    <message>
        <source>Write a message, paste lines from a spreadsheet, or drop pictures. Each line or picture becomes a message.</source>
        <translation>Mesaj yazın, elektron cədvəldən sətirlər yapışdırın və ya şəkillər atın. Hər sətir və ya şəkil bir mesaj olur.</translation>
    </message>
</context>
<context>
    <name>EmptySchedule</name>
    <message>
        <source>Clear filters</source>
        <translation>Filtrləri təmizlə</translation>
    </message>
    <message numerus="yes">
        <source>Filters and hidden channels hide %Ln post(s).</source>
        <translation>
            <numerusform>Filtrlər və gizli kanallar %Ln paylaşımı gizlədir.</numerusform>
            <numerusform>Filtrlər və gizli kanallar %Ln paylaşımı gizlədir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Gizli kanallarda %Ln paylaşım var.</numerusform>
            <numerusform>Gizli kanallarda %Ln paylaşım var.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Uyğun paylaşım yoxdur</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Hələ heç nə planlanmayıb</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Planlanmış mesajlar burada görünür.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Gizli kanalları göstər</translation>
    </message>
    <message numerus="yes">
        <source>The filters hide %Ln post(s).</source>
        <translation>
            <numerusform>Filtrlər %Ln paylaşımı gizlədir.</numerusform>
            <numerusform>Filtrlər %Ln paylaşımı gizlədir.</numerusform>
        </translation>
    </message>
    <message>
        <source>The schedule could not be loaded</source>
        <translation>Plan yüklənə bilmədi</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Yenidən cəhd et</translation>
    </message>
    <message numerus="yes">
        <source>Without the status filter: %Ln post(s).</source>
        <translation>
            <numerusform>Status filtri olmadan: %Ln paylaşım.</numerusform>
            <numerusform>Status filtri olmadan: %Ln paylaşım.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Encodings</name>
    <message>
        <source>Chinese (GB 18030)</source>
        <translation>Çin (GB 18030)</translation>
    </message>
    <message>
        <source>Japanese (Shift JIS)</source>
        <translation>Yapon (Shift JIS)</translation>
    </message>
    <message>
        <source>Windows, Central European (1250)</source>
        <translation>Windows, Mərkəzi Avropa (1250)</translation>
    </message>
    <message>
        <source>Windows, Cyrillic (1251)</source>
        <translation>Windows, kiril (1251)</translation>
    </message>
    <message>
        <source>Windows, Western (1252)</source>
        <translation>Windows, Qərb (1252)</translation>
    </message>
</context>
<context>
    <name>Entries</name>
    <message>
        <source>Post without text</source>
        <translation>Mətnsiz paylaşım</translation>
    </message>
</context>
<context>
    <name>EntryCard</name>
    <message>
        <source>Address of the post</source>
        <translation>Paylaşımın ünvanı</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Bilirsinizsə, ünvan</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Redaktə et</translation>
    </message>
    <message>
        <source>Edit as new</source>
        <translation>Yeni kimi redaktə et</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Artıq {network} şəbəkəsindədir?</translation>
    </message>
    <message>
        <source>Is it published already?</source>
        <translation>Artıq dərc olunub?</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Bir azdan yenidən göndərilir.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Oradadır</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Kanalı aç</translation>
    </message>
    <message>
        <source>Open the channels</source>
        <translation>Kanalları aç</translation>
    </message>
    <message>
        <source>Posto sent the post, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>Posto paylaşımı göndərdi, amma aydın cavab gəlmədi. İndi yenidən göndərmək onun iki dəfə dərc olunmasına səbəb ola bilər.</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Yenidən göndər</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>İndi göndər</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Şərhi yenidən göndər</translation>
    </message>
    <message numerus="yes">
        <source>The other channels have the post. (This one is/These are) not in the schedule, but (it/they) may still be published. Sending again now could publish (it/them) twice.</source>
        <translation>
            <numerusform>Paylaşım digər kanallarda var. Bu paylaşım planda yoxdur, amma yenə də dərc olunmuş ola bilər. İndi yenidən göndərmək onun iki dəfə dərc olunmasına səbəb ola bilər.</numerusform>
            <numerusform>Paylaşım digər kanallarda var. Bunlar planda yoxdur, amma yenə də dərc olunmuş ola bilər. İndi yenidən göndərmək onların iki dəfə dərc olunmasına səbəb ola bilər.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>İndi cəhd et</translation>
    </message>
</context>
<context>
    <name>EntryDetails</name>
    <message>
        <source>Check again</source>
        <translation>Yenidən yoxla</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>Təfərrüatları bağla</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Təfərrüatları kopyala</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Təfərrüatlar</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Paylaşımı aç</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Fasilə ver</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Davam et</translation>
    </message>
    <message>
        <source>Send first</source>
        <translation>Birinci göndər</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Nə baş verib</translation>
    </message>
</context>
<context>
    <name>EntryStories</name>
    <message>
        <source>Story</source>
        <translation>Hekayə</translation>
    </message>
    <message>
        <source>Story on {channel}</source>
        <translation>Hekayə: {channel}</translation>
    </message>
</context>
<context>
    <name>ErrorReporter</name>
    <message>
        <source>Something went wrong. See the log for details.</source>
        <translation>Nəsə səhv getdi. Təfərrüatlar üçün jurnala baxın.</translation>
    </message>
</context>
<context>
    <name>Evergreen</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanal</numerusform>
            <numerusform>%Ln kanal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln paylaşım planlandı: {first} – {last}</numerusform>
            <numerusform>%Ln paylaşım planlandı: {first} – {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln paylaşım planlandı: {when}</numerusform>
            <numerusform>%Ln paylaşım planlandı: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>%Ln göndəriş</numerusform>
            <numerusform>%Ln göndəriş</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln text(s)</source>
        <translation>
            <numerusform>%Ln mətn</numerusform>
            <numerusform>%Ln mətn</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n (is/are) being deleted from the service.</source>
        <translation>
            <numerusform>%n ədədi xidmətdən silinir.</numerusform>
            <numerusform>%n ədədi xidmətdən silinir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no runs left.</source>
        <translation>
            <numerusform>%n mesajın göndərişi qalmayıb.</numerusform>
            <numerusform>%n mesajın göndərişi qalmayıb.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no text that the network would take again by then.</source>
        <translation>
            <numerusform>%n mesajın şəbəkənin o vaxta qədər yenidən qəbul edəcəyi mətni yoxdur.</numerusform>
            <numerusform>%n mesajın şəbəkənin o vaxta qədər yenidən qəbul edəcəyi mətni yoxdur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) passed the last day.</source>
        <translation>
            <numerusform>%n mesajın son günü keçib.</numerusform>
            <numerusform>%n mesajın son günü keçib.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (is/are) paused.</source>
        <translation>
            <numerusform>%n mesaj fasilədədir.</numerusform>
            <numerusform>%n mesaj fasilədədir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (starts/start) later.</source>
        <translation>
            <numerusform>%n mesaj sonra başlayır.</numerusform>
            <numerusform>%n mesaj sonra başlayır.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) cannot be posted here.</source>
        <translation>
            <numerusform>%n mesaj burada paylaşıla bilməz.</numerusform>
            <numerusform>%n mesaj burada paylaşıla bilməz.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) still (rests/rest).</source>
        <translation>
            <numerusform>%n mesaj hələ dincəlir.</numerusform>
            <numerusform>%n mesaj hələ dincəlir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (was/were) sent already and (stays/stay).</source>
        <translation>
            <numerusform>%n paylaşım artıq göndərilib və qalır.</numerusform>
            <numerusform>%n paylaşım artıq göndərilib və qalır.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) taken back.</source>
        <translation>
            <numerusform>%n paylaşım geri götürüldü.</numerusform>
            <numerusform>%n paylaşım geri götürüldü.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s) changed, too.</source>
        <translation>
            <numerusform>Planlaşdırılmış %n paylaşım da dəyişdi.</numerusform>
            <numerusform>Planlaşdırılmış %n paylaşım da dəyişdi.</numerusform>
        </translation>
    </message>
    <message>
        <source>All evergreen messages are paused.</source>
        <translation>Bütün həmişəyaşıl mesajlar fasilədədir.</translation>
    </message>
    <message>
        <source>All evergreen messages have passed their last day.</source>
        <translation>Bütün həmişəyaşıl mesajların son günü keçib.</translation>
    </message>
    <message>
        <source>All evergreen messages rest until {day}.</source>
        <translation>Bütün həmişəyaşıl mesajlar {day} tarixinə qədər dincəlir.</translation>
    </message>
    <message>
        <source>All evergreen messages rest.</source>
        <translation>Bütün həmişəyaşıl mesajlar dincəlir.</translation>
    </message>
    <message>
        <source>Ended</source>
        <extracomment>Status of an evergreen message: its last day is over.</extracomment>
        <translation>Bitib</translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago, weight {weight}.</source>
        <translation>
            <numerusform>Növbəsidir: son dəfə %n gün əvvəl göndərilib, çəkisi {weight}.</numerusform>
            <numerusform>Növbəsidir: son dəfə %n gün əvvəl göndərilib, çəkisi {weight}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>Növbəsidir: son dəfə %n gün əvvəl göndərilib.</numerusform>
            <numerusform>Növbəsidir: son dəfə %n gün əvvəl göndərilib.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its turn: never sent here, weight {weight}.</source>
        <translation>Növbəsidir: bura heç göndərilməyib, çəkisi {weight}.</translation>
    </message>
    <message>
        <source>Its turn: never sent here.</source>
        <translation>Növbəsidir: bura heç göndərilməyib.</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Kanal yoxdur</translation>
    </message>
    <message>
        <source>No evergreen message goes to this channel.</source>
        <translation>Bu kanala heç bir həmişəyaşıl mesaj getmir.</translation>
    </message>
    <message>
        <source>No evergreen message has runs left.</source>
        <translation>Heç bir həmişəyaşıl mesajın göndərişi qalmayıb.</translation>
    </message>
    <message>
        <source>No evergreen message may go out at the free slots.</source>
        <translation>Boş slotlarda heç bir həmişəyaşıl mesaj göndərilə bilməz.</translation>
    </message>
    <message>
        <source>No slot is free.</source>
        <translation>Boş slot yoxdur.</translation>
    </message>
    <message>
        <source>No slot was filled.</source>
        <translation>Heç bir slot doldurulmadı.</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Hələ heç nə yazılmayıb</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of an evergreen message.</extracomment>
        <translation>Fasilədə</translation>
    </message>
    <message>
        <source>The message pinned here cannot be posted as it is.</source>
        <translation>Bura bərkidilmiş mesaj olduğu kimi paylaşıla bilməz.</translation>
    </message>
    <message>
        <source>The message pinned here has no runs left.</source>
        <translation>Bura bərkidilmiş mesajın göndərişi qalmayıb.</translation>
    </message>
    <message>
        <source>The message pinned here has passed its last day.</source>
        <translation>Bura bərkidilmiş mesajın son günü keçib.</translation>
    </message>
    <message>
        <source>The message pinned here is paused.</source>
        <translation>Bura bərkidilmiş mesaj fasilədədir.</translation>
    </message>
    <message>
        <source>The message pinned here starts later.</source>
        <translation>Bura bərkidilmiş mesaj sonra başlayır.</translation>
    </message>
    <message>
        <source>The message pinned here would still rest.</source>
        <translation>Bura bərkidilmiş mesaj hələ dincəlir.</translation>
    </message>
    <message>
        <source>The network would not take the text of the message pinned here again by then.</source>
        <translation>Şəbəkə bura bərkidilmiş mesajın mətnini o vaxta qədər yenidən qəbul etməz.</translation>
    </message>
    <message>
        <source>The next one may go out on {day}.</source>
        <translation>Növbətisi {day} tarixində göndərilə bilər.</translation>
    </message>
    <message numerus="yes">
        <source>The only one that may go out: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>Göndərilə bilən yeganə mesaj: son dəfə %n gün əvvəl göndərilib.</numerusform>
            <numerusform>Göndərilə bilən yeganə mesaj: son dəfə %n gün əvvəl göndərilib.</numerusform>
        </translation>
    </message>
    <message>
        <source>The slots could not be filled. See the log for details.</source>
        <translation>Slotlar doldurula bilmədi. Təfərrüatlar üçün jurnala baxın.</translation>
    </message>
    <message>
        <source>Their channels have no weekly slots. Add some in Settings, Publishing.</source>
        <translation>Kanallarının həftəlik slotları yoxdur. Parametrlər, Dərc bölməsində əlavə edin.</translation>
    </message>
    <message>
        <source>There are no evergreen messages.</source>
        <translation>Həmişəyaşıl mesaj yoxdur.</translation>
    </message>
    <message>
        <source>You pinned it here.</source>
        <translation>Bura siz bərkitmisiniz.</translation>
    </message>
    <message numerus="yes">
        <source>You skipped %n message(s) here.</source>
        <translation>
            <numerusform>Burada %n mesajı ötürdünüz.</numerusform>
            <numerusform>Burada %n mesajı ötürdünüz.</numerusform>
        </translation>
    </message>
    <message>
        <source>You skipped the message pinned here.</source>
        <translation>Bura bərkidilmiş mesajı ötürdünüz.</translation>
    </message>
    <message>
        <source>You skipped this slot.</source>
        <translation>Bu slotu ötürdünüz.</translation>
    </message>
    <message>
        <source>You took this slot back. Fill slots to use it again.</source>
        <translation>Bu slotu geri götürmüsünüz. Yenidən istifadə üçün slotları doldurun.</translation>
    </message>
    <message>
        <source>as often as slots are free</source>
        <translation>slot boş olduqca</translation>
    </message>
    <message numerus="yes">
        <source>at most %Ln on each channel</source>
        <translation>
            <numerusform>hər kanalda ən çoxu %Ln</numerusform>
            <numerusform>hər kanalda ən çoxu %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %Ln day(s) at least</source>
        <translation>
            <numerusform>ən tezi %Ln gündən bir</numerusform>
            <numerusform>ən tezi %Ln gündən bir</numerusform>
        </translation>
    </message>
    <message>
        <source>from {day}</source>
        <translation>{day} tarixindən</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>növbəti: {when}</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>{day} tarixinə qədər</translation>
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
        <translation>Şəkil əlavə et</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Bütün fayllar (*)</translation>
    </message>
    <message>
        <source>Change the text of this run only</source>
        <translation>Yalnız bu göndərişin mətnini dəyiş</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Redaktə et…</translation>
    </message>
    <message>
        <source>Keep this message at this time</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Bu mesajı bu vaxtda saxla</translation>
    </message>
    <message>
        <source>Leave this slot free</source>
        <translation>Bu slotu boş saxla</translation>
    </message>
    <message>
        <source>Let another message take this turn</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Növbəni başqa mesaja ver</translation>
    </message>
    <message>
        <source>Let the turn decide again</source>
        <translation>Yenə növbə qərar versin</translation>
    </message>
    <message>
        <source>Move back</source>
        <translation>Geri qaytar</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Open the message</source>
        <translation>Mesajı aç</translation>
    </message>
    <message>
        <source>Pause</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Fasilə ver</translation>
    </message>
    <message>
        <source>Pin</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Bərkit</translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Davam et</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Planda göstər</translation>
    </message>
    <message>
        <source>Skip</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Ötür</translation>
    </message>
    <message>
        <source>The next runs are being computed.</source>
        <translation>Növbəti göndərişlər hesablanır.</translation>
    </message>
    <message>
        <source>The slots are being filled.</source>
        <translation>Slotlar doldurulur.</translation>
    </message>
    <message>
        <source>There is nothing to fill: see the list of the next runs.</source>
        <translation>Doldurulacaq heç nə yoxdur: növbəti göndərişlərin siyahısına baxın.</translation>
    </message>
</context>
<context>
    <name>EvergreenController</name>
    <message numerus="yes">
        <source>%Ln message(s) added to Evergreen</source>
        <translation>
            <numerusform>%Ln mesaj Həmişəyaşıla əlavə edildi</numerusform>
            <numerusform>%Ln mesaj Həmişəyaşıla əlavə edildi</numerusform>
        </translation>
    </message>
    <message>
        <source>This post is not in the schedule yet: it waits in Activity.</source>
        <translation>Bu paylaşım hələ planda deyil: Fəaliyyətdə gözləyir.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>EvergreenEditor</name>
    <message>
        <source>Add another text</source>
        <translation>Başqa mətn əlavə et</translation>
    </message>
    <message>
        <source>Back to the evergreen messages</source>
        <translation>Həmişəyaşıl mesajlara qayıt</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Həmişəyaşıl</translation>
    </message>
    <message numerus="yes">
        <source>Goes to %Ln channel(s), ticked in the list beside.</source>
        <translation>
            <numerusform>Yandakı siyahıda işarələnmiş %Ln kanala gedir.</numerusform>
            <numerusform>Yandakı siyahıda işarələnmiş %Ln kanala gedir.</numerusform>
        </translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketlər</translation>
    </message>
    <message>
        <source>More for this message</source>
        <translation>Bu mesaj üçün daha çox</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Yeni həmişəyaşıl mesaj</translation>
    </message>
    <message>
        <source>No channels yet. Tick them in the list beside.</source>
        <translation>Hələ kanal yoxdur. Yandakı siyahıda işarələyin.</translation>
    </message>
    <message>
        <source>Some channels have another first text.</source>
        <translation>Bəzi kanalların birinci mətni başqadır.</translation>
    </message>
    <message>
        <source>Texts are used in turn, so that no network gets one twice in a row.</source>
        <translation>Mətnlər növbə ilə işlənir ki, heç bir şəbəkə eyni mətni ardıcıl iki dəfə almasın.</translation>
    </message>
    <message>
        <source>The first text goes on in a thread.</source>
        <translation>Birinci mətn silsilədə davam edir.</translation>
    </message>
    <message>
        <source>When it may go out</source>
        <translation>Nə vaxt göndərilə bilər</translation>
    </message>
    <message>
        <source>{networks}: the first text is another one there.</source>
        <translation>{networks}: orada birinci mətn başqadır.</translation>
    </message>
</context>
<context>
    <name>EvergreenFiles</name>
    <message>
        <source>The file could not be read.</source>
        <translation>Fayl oxuna bilmədi.</translation>
    </message>
</context>
<context>
    <name>EvergreenMessagesView</name>
    <message>
        <source>Evergreen messages</source>
        <translation>Həmişəyaşıl mesajlar</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Hələ heç nə yazılmayıb</translation>
    </message>
</context>
<context>
    <name>EvergreenRuns</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>daha %Ln</numerusform>
            <numerusform>daha %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln slot(s) stay free until {day}</source>
        <translation>
            <numerusform>%Ln slot {day} tarixinə qədər boş qalır</numerusform>
            <numerusform>%Ln slot {day} tarixinə qədər boş qalır</numerusform>
        </translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Öz mətni</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Bərkidilib</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Planlanıb</translation>
    </message>
    <message>
        <source>Stays free</source>
        <translation>Boş qalır</translation>
    </message>
    <message>
        <source>Text {number} of {count}</source>
        <translation>Mətn {number}, cəmi {count}</translation>
    </message>
    <message>
        <source>Without text</source>
        <translation>Mətnsiz</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsPane</name>
    <message>
        <source>Add a message, and its next runs appear here, with the reason for each.</source>
        <translation>Mesaj əlavə edin: növbəti göndərişləri, hər birinin səbəbi ilə, burada görünəcək.</translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Slot əlavə et…</translation>
    </message>
    <message>
        <source>Evergreen messages go out at free slots: weekly times at which your channels post.</source>
        <translation>Həmişəyaşıl mesajlar boş slotlarda gedir: kanallarınızın paylaşım etdiyi həftəlik vaxtlarda.</translation>
    </message>
    <message>
        <source>Next 20</source>
        <translation>Növbəti 20</translation>
    </message>
    <message>
        <source>No weekly slots yet</source>
        <translation>Hələ həftəlik slot yoxdur</translation>
    </message>
    <message>
        <source>Nothing is due</source>
        <translation>Gözləyən heç nə yoxdur</translation>
    </message>
    <message>
        <source>Nothing to send yet</source>
        <translation>Hələ göndəriləcək heç nə yoxdur</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Vaxtlar: {zone}</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsView</name>
    <message>
        <source>Next 20</source>
        <translation>Növbəti 20</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Planlanıb</translation>
    </message>
</context>
<context>
    <name>EvergreenView</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesaj</numerusform>
            <numerusform>%Ln mesaj</numerusform>
        </translation>
    </message>
    <message>
        <source>Add message</source>
        <translation>Mesaj əlavə et</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>Bütün etiketlər</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Etiket filtri</translation>
    </message>
    <message>
        <source>Messages for reuse: opening hours, your classics, reviews. They go out again and again at free slots, each after a pause. Add one here, or from Compose, Drafts and Schedule by “Add to evergreen”.</source>
        <translation>Təkrar istifadə üçün mesajlar: iş saatları, klassikləriniz, rəylər. Boş slotlarda təkrar-təkrar gedir, hər biri fasilədən sonra. Birini burada, yaxud Yaz, Qaralamalar və Planda “Həmişəyaşıla əlavə et” ilə əlavə edin.</translation>
    </message>
    <message>
        <source>No evergreen message for the visible channels matches.</source>
        <translation>Görünən kanallar üçün uyğun həmişəyaşıl mesaj yoxdur.</translation>
    </message>
    <message>
        <source>No evergreen message matches.</source>
        <translation>Uyğun həmişəyaşıl mesaj yoxdur.</translation>
    </message>
    <message>
        <source>No evergreen messages yet</source>
        <translation>Hələ həmişəyaşıl mesaj yoxdur</translation>
    </message>
    <message>
        <source>Search evergreen messages</source>
        <translation>Həmişəyaşıl mesajlarda axtar</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Bütün kanalları göstər</translation>
    </message>
</context>
<context>
    <name>EvergreenViewState</name>
    <message numerus="yes">
        <source>%Ln evergreen message(s) deleted</source>
        <translation>
            <numerusform>%Ln həmişəyaşıl mesaj silindi</numerusform>
            <numerusform>%Ln həmişəyaşıl mesaj silindi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) duplicated</source>
        <translation>
            <numerusform>%Ln həmişəyaşıl mesajın surəti çıxarıldı</numerusform>
            <numerusform>%Ln həmişəyaşıl mesajın surəti çıxarıldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) paused</source>
        <translation>
            <numerusform>%Ln həmişəyaşıl mesaj fasiləyə salındı</numerusform>
            <numerusform>%Ln həmişəyaşıl mesaj fasiləyə salındı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) resumed</source>
        <translation>
            <numerusform>%Ln həmişəyaşıl mesaj davam etdirildi</numerusform>
            <numerusform>%Ln həmişəyaşıl mesaj davam etdirildi</numerusform>
        </translation>
    </message>
    <message>
        <source>Pinned. This message keeps its time.</source>
        <translation>Bərkidildi. Bu mesaj vaxtını saxlayır.</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yenidən et</translation>
    </message>
    <message>
        <source>Skipped. Another message takes its turn.</source>
        <translation>Ötürüldü. Növbə başqa mesajındır.</translation>
    </message>
    <message>
        <source>Taken off the schedule, and skipped.</source>
        <translation>Plandan çıxarıldı və ötürüldü.</translation>
    </message>
    <message>
        <source>The turn decides again.</source>
        <translation>Yenə növbə qərar verir.</translation>
    </message>
    <message>
        <source>This run has a text of its own.</source>
        <translation>Bu göndərişin öz mətni var.</translation>
    </message>
    <message>
        <source>This slot stays free.</source>
        <translation>Bu slot boş qalır.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>What it had scheduled is taken back.</source>
        <translation>Planlaşdırdıqları geri götürülür.</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>“{name}” silindi</translation>
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
        <translation>Təqvimlər (*.ics)</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>No posts this week.</source>
        <translation>Bu həftə paylaşım yoxdur.</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>PDF sənədləri (*.pdf)</translation>
    </message>
    <message>
        <source>Page {number} of {total}</source>
        <translation>Səhifə {number}/{total}</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Cədvəllər (*.csv)</translation>
    </message>
    <message>
        <source>schedule {day}</source>
        <translation>plan {day}</translation>
    </message>
    <message>
        <source>week of {day}</source>
        <translation>həftə: {day}</translation>
    </message>
    <message>
        <source>{day}, continued</source>
        <translation>{day}, davamı</translation>
    </message>
    <message>
        <source>{posts}, as of {when}</source>
        <translation>{posts}, {when} vəziyyətinə görə</translation>
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
        <translation>Çap üçün həftə: hər günə bir sütun və miniatürlər. {paper} albom vərəqi.</translation>
    </message>
    <message numerus="yes">
        <source>All: %Ln post(s)</source>
        <translation>
            <numerusform>Hamısı: %Ln paylaşım</numerusform>
            <numerusform>Hamısı: %Ln paylaşım</numerusform>
        </translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>CSV cədvəli</translation>
    </message>
    <message>
        <source>Calendar file</source>
        <translation>Təqvim faylı</translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln post(s)…</source>
        <translation>
            <numerusform>%Ln paylaşımı ixrac et…</numerusform>
            <numerusform>%Ln paylaşımı ixrac et…</numerusform>
        </translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>İxracın gedişi</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Planı ixrac et</translation>
    </message>
    <message>
        <source>Export week…</source>
        <translation>Həftəni ixrac et…</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>Fayl növü</translation>
    </message>
    <message numerus="yes">
        <source>Filtered: %Ln post(s)</source>
        <translation>
            <numerusform>Filtrlənmiş: %Ln paylaşım</numerusform>
            <numerusform>Filtrlənmiş: %Ln paylaşım</numerusform>
        </translation>
    </message>
    <message>
        <source>For Excel</source>
        <translation>Excel üçün</translation>
    </message>
    <message>
        <source>One event per post, for calendar apps. Posts without a time are left out.</source>
        <translation>Təqvim tətbiqləri üçün hər paylaşıma bir hadisə. Vaxtı olmayan paylaşımlar kənarda qalır.</translation>
    </message>
    <message>
        <source>One row per post, for spreadsheets and scripts. Times are in your time zone, with its offset. Formulas become plain text.</source>
        <translation>Elektron cədvəl və skriptlər üçün hər paylaşıma bir sətir. Vaxtlar sizin saat qurşağınızda, fərqi ilə birlikdədir. Düsturlar adi mətn olur.</translation>
    </message>
    <message>
        <source>Opens as a table in Excel. Texts are cut at 32,767 characters, Excel&apos;s limit for a cell.</source>
        <translation>Excel-də cədvəl kimi açılır. Mətnlər 32 767 simvolda kəsilir: bu, Excel-in xana limitidir.</translation>
    </message>
    <message>
        <source>PDF of a week</source>
        <translation>Həftənin PDF-i</translation>
    </message>
    <message>
        <source>Posts to export</source>
        <translation>İxrac olunan paylaşımlar</translation>
    </message>
    <message numerus="yes">
        <source>Selected: %Ln post(s)</source>
        <translation>
            <numerusform>Seçilmiş: %Ln paylaşım</numerusform>
            <numerusform>Seçilmiş: %Ln paylaşım</numerusform>
        </translation>
    </message>
    <message>
        <source>Week after</source>
        <translation>Sonrakı həftə</translation>
    </message>
    <message>
        <source>Week before</source>
        <translation>Əvvəlki həftə</translation>
    </message>
</context>
<context>
    <name>FeedController</name>
    <message>
        <source>Feed</source>
        <translation>Lent</translation>
    </message>
</context>
<context>
    <name>FeedList</name>
    <message>
        <source>Feed</source>
        <translation>Lent</translation>
    </message>
</context>
<context>
    <name>FeedModel</name>
    <message>
        <source>Post without text</source>
        <translation>Mətnsiz paylaşım</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>indi</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} saat</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} dəq</translation>
    </message>
</context>
<context>
    <name>FeedPage</name>
    <message>
        <source>Feed</source>
        <translation>Lent</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Gizli kanallarda %Ln paylaşım var.</numerusform>
            <numerusform>Gizli kanallarda %Ln paylaşım var.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>No post of these channels</source>
        <translation>Bu kanalların paylaşımı yoxdur</translation>
    </message>
    <message>
        <source>Nothing published yet</source>
        <translation>Hələ heç nə dərc olunmayıb</translation>
    </message>
    <message>
        <source>Posts appear here when the sandbox has sent them.</source>
        <translation>Sınaq mühiti göndərdikdən sonra paylaşımlar burada görünür.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Yenilə</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Gizli kanalları göstər</translation>
    </message>
    <message>
        <source>This is the sandbox. These posts stayed on this computer; nothing was published on any network.</source>
        <translation>Bu, sınaq mühitidir. Bu paylaşımlar bu kompüterdə qalıb; heç bir şəbəkədə heç nə dərc olunmayıb.</translation>
    </message>
</context>
<context>
    <name>FeedRows</name>
    <message>
        <source>Sandbox</source>
        <translation>Sınaq mühiti</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>First comment</source>
        <translation>İlk şərh</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Keçid</translation>
    </message>
</context>
<context>
    <name>FileChoice</name>
    <message>
        <source>Pictures and videos of the message</source>
        <translation>Mesajın şəkilləri və videoları</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Pictures and videos ({endings})</source>
        <extracomment>{endings}: &quot;*.jpg *.png&quot;. Keep the brackets.</extracomment>
        <translation>Şəkillər və videolar ({endings})</translation>
    </message>
</context>
<context>
    <name>FilePage</name>
    <message>
        <source>A table with all columns, to fill in a spreadsheet</source>
        <translation>Elektron cədvəldə doldurmaq üçün bütün sütunları olan cədvəl</translation>
    </message>
    <message>
        <source>CSV, Excel (.xlsx) or JSON with one message per row. Pictures can be files in the same folder or web addresses. Importing adds the messages to {campaign} and sends nothing.</source>
        <translation>Hər sətrində bir mesaj olan CSV, Excel (.xlsx) və ya JSON. Şəkillər eyni qovluqdakı fayllar və ya veb ünvanlar ola bilər. İdxal mesajları əlavə edir ({campaign}) və heç nə göndərmir.</translation>
    </message>
    <message>
        <source>Cells copied in a spreadsheet</source>
        <translation>Elektron cədvəldən kopyalanmış xanalar</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Fayl seç…</translation>
    </message>
    <message>
        <source>Drop a file here, or choose one</source>
        <translation>Faylı buraya atın və ya seçin</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Necə işlədiyini görmək üçün nümunə mesajları idxal et</translation>
    </message>
    <message>
        <source>Paste cells</source>
        <translation>Xanaları yapışdır</translation>
    </message>
    <message>
        <source>Reading the file</source>
        <translation>Fayl oxunur</translation>
    </message>
    <message>
        <source>Reading {name}</source>
        <translation>Oxunur: {name}</translation>
    </message>
    <message numerus="yes">
        <source>Reading {name}: %Ln row(s)</source>
        <translation>
            <numerusform>Oxunur: {name}, %Ln sətir</numerusform>
            <numerusform>Oxunur: {name}, %Ln sətir</numerusform>
        </translation>
    </message>
    <message>
        <source>Save a sample file…</source>
        <translation>Nümunə faylı saxla…</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Oxumanı dayandır</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Nümunədən istifadə et</translation>
    </message>
    <message>
        <source>this campaign</source>
        <translation>bu kampaniya</translation>
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
        <translation>Şəkil</translation>
    </message>
    <message>
        <source>The watermark cannot be used. {reason}</source>
        <translation>Su nişanından istifadə etmək olmur. {reason}</translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>“{style}” stilinin su nişanından istifadə etmək olmur. {reason}</translation>
    </message>
    <message>
        <source>{file} cannot be converted: ffmpeg was not found. Install it, or choose where it is in Settings, Writing.</source>
        <translation>{file} çevrilə bilmir: ffmpeg tapılmadı. Onu quraşdırın və ya Parametrlər, Yazmaq bölməsində yerini seçin.</translation>
    </message>
    <message>
        <source>{file} cannot be converted: this ffmpeg cannot write H.264 with AAC. Choose another one in Settings, Writing.</source>
        <translation>{file} çevrilə bilmir: bu ffmpeg AAC ilə H.264 yaza bilmir. Parametrlər, Yazmaq bölməsində başqasını seçin.</translation>
    </message>
    <message>
        <source>{file} cannot be made as small as {number} MB.</source>
        <translation>{file} {number} MB-a qədər kiçildilə bilmir.</translation>
    </message>
    <message>
        <source>{file} cannot be opened right now: {reason}.</source>
        <translation>{file} hazırda açıla bilmir: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be opened: this installation of Posto cannot read such pictures. Install what is missing: {command}</source>
        <translation>{file} açıla bilmir: Posto-nun bu quraşdırması belə şəkilləri oxuya bilmir. Çatışmayanı quraşdırın: {command}</translation>
    </message>
    <message>
        <source>{file} cannot be read: access denied.</source>
        <translation>{file} oxuna bilmir: giriş qadağandır.</translation>
    </message>
    <message>
        <source>{file} cannot be read: its name cannot be used.</source>
        <translation>{file} oxuna bilmir: adından istifadə etmək olmur.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} oxuna bilmir: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot stay animated within {number} MB. Choose a still picture.</source>
        <translation>{file} {number} MB daxilində animasiyalı qala bilmir. Hərəkətsiz şəkil seçin.</translation>
    </message>
    <message>
        <source>{file} changed while Posto prepared it. Try again.</source>
        <translation>Posto hazırlayarkən {file} dəyişdi. Yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>{file} could not be converted: ffmpeg stopped working on it. Try again.</source>
        <translation>{file} çevrilə bilmədi: ffmpeg onun üzərində işini dayandırdı. Yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the disk is full. Make room, then try again.</source>
        <translation>{file} çevrilə bilmədi: disk doludur. Yer açın, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the result is not what was asked for. It may be damaged.</source>
        <translation>{file} çevrilə bilmədi: nəticə istənilən kimi deyil. Fayl zədələnmiş ola bilər.</translation>
    </message>
    <message>
        <source>{file} could not be converted: {reason}.</source>
        <translation>{file} çevrilə bilmədi: {reason}.</translation>
    </message>
    <message>
        <source>{file} could not be opened: the computer stopped the program that opens pictures. Its memory may be full. Close other programs, then try again.</source>
        <translation>{file} açıla bilmədi: kompüter şəkilləri açan proqramı dayandırdı. Yaddaşı dolmuş ola bilər. Digər proqramları bağlayın, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>{file} could not be prepared: {reason}.</source>
        <translation>{file} hazırlana bilmədi: {reason}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has %Ln frame(s) of {size} pixels, too many to edit here.</source>
        <translation>
            <numerusform>{file} faylında {size} piksellik %Ln kadr var, burada redaktə üçün çox çoxdur.</numerusform>
            <numerusform>{file} faylında {size} piksellik %Ln kadr var, burada redaktə üçün çox çoxdur.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} has frames of {size} pixels, too large to edit here.</source>
        <translation>{file} faylındakı kadrların ölçüsü {size} pikseldir, burada redaktə üçün çox böyükdür.</translation>
    </message>
    <message>
        <source>{file} has more than {most} passes; Posto cannot open such JPEGs. Save it as an ordinary JPEG or remove it.</source>
        <translation>{file} faylında {most} keçiddən çox var; Posto belə JPEG-ləri aça bilmir. Adi JPEG kimi saxlayın və ya silin.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto edits pictures of up to {most}. Make it smaller first.</source>
        <translation>{file} {count} meqapikseldir; Posto ən çox {most} meqapiksellik şəkilləri redaktə edir. Əvvəlcə kiçildin.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto opens {kind} of up to {most}. Make it smaller or remove it.</source>
        <translation>{file} {count} meqapikseldir; Posto bunları ({kind}) ən çox {most} meqapikselə qədər açır. Kiçildin və ya silin.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; a watermark may have {most}.</source>
        <translation>{file} {count} meqapikseldir; su nişanı ən çox {most} ola bilər.</translation>
    </message>
    <message>
        <source>{file} is a folder.</source>
        <translation>{file} qovluqdur.</translation>
    </message>
    <message>
        <source>{file} is damaged.</source>
        <translation>{file} zədələnib.</translation>
    </message>
    <message>
        <source>{file} is damaged: it cannot be opened as a picture.</source>
        <translation>{file} zədələnib: şəkil kimi açıla bilmir.</translation>
    </message>
    <message>
        <source>{file} is empty (0 bytes).</source>
        <translation>{file} boşdur (0 bayt).</translation>
    </message>
    <message>
        <source>{file} is incomplete: its end is missing. Copy it again.</source>
        <translation>{file} natamamdır: sonu çatışmır. Yenidən kopyalayın.</translation>
    </message>
    <message>
        <source>{file} is no picture.</source>
        <translation>{file} şəkil deyil.</translation>
    </message>
    <message>
        <source>{file} is not a file that can be posted.</source>
        <translation>{file} paylaşıla bilən fayl deyil.</translation>
    </message>
    <message>
        <source>{file} is not a picture or video that Posto can post.</source>
        <translation>{file} Posto-nun paylaşa bildiyi şəkil və ya video deyil.</translation>
    </message>
    <message>
        <source>{file} is too large to play here.</source>
        <translation>{file} burada oynatmaq üçün çox böyükdür.</translation>
    </message>
    <message>
        <source>{file} is {number} MB; a watermark may have {most}.</source>
        <translation>{file} {number} MB-dır; su nişanı ən çox {most} ola bilər.</translation>
    </message>
    <message>
        <source>{file} needs too much memory. Make it smaller or remove it.</source>
        <translation>{file} həddən çox yaddaş tələb edir. Kiçildin və ya silin.</translation>
    </message>
    <message>
        <source>{file} takes about {number} MB when it is converted; {free} MB are free. Make room, then try again.</source>
        <translation>{file} çevriləndə təxminən {number} MB tutur; {free} MB boşdur. Yer açın, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>{file} takes too long to open. Save it again with a picture program or remove it.</source>
        <translation>{file} çox uzun açılır. Şəkil proqramı ilə yenidən saxlayın və ya silin.</translation>
    </message>
    <message>
        <source>{file} was not found.</source>
        <translation>{file} tapılmadı.</translation>
    </message>
    <message>
        <source>{reason} Choose another watermark.</source>
        <translation>{reason} Başqa su nişanı seçin.</translation>
    </message>
</context>
<context>
    <name>FilterChips</name>
    <message>
        <source>Clear filters</source>
        <translation>Filtrləri təmizlə</translation>
    </message>
</context>
<context>
    <name>FilterController</name>
    <message>
        <source>All labels</source>
        <translation>Bütün etiketlər</translation>
    </message>
    <message>
        <source>Label: {label}</source>
        <translation>Etiket: {label}</translation>
    </message>
</context>
<context>
    <name>FindingRow</name>
    <message>
        <source>More fixes</source>
        <translation>Digər düzəlişlər</translation>
    </message>
</context>
<context>
    <name>Fixes</name>
    <message>
        <source>Add a space</source>
        <translation>Boşluq əlavə et</translation>
    </message>
    <message>
        <source>Add a title</source>
        <translation>Başlıq əlavə et</translation>
    </message>
    <message>
        <source>Add it to the text</source>
        <translation>Mətnə əlavə et</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Media əlavə et</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Vaxtı dəyiş</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Kəs</translation>
    </message>
    <message>
        <source>Crop the middle</source>
        <translation>Ortasını kəs</translation>
    </message>
    <message>
        <source>Describe</source>
        <translation>Təsvir et</translation>
    </message>
    <message>
        <source>Edit for {name}</source>
        <translation>{name} üçün redaktə et</translation>
    </message>
    <message>
        <source>Edit it</source>
        <translation>Redaktə et</translation>
    </message>
    <message>
        <source>Edit the first comment</source>
        <translation>İlk şərhi redaktə et</translation>
    </message>
    <message>
        <source>Edit the link</source>
        <translation>Keçidi redaktə et</translation>
    </message>
    <message>
        <source>Edit the text</source>
        <translation>Mətni redaktə et</translation>
    </message>
    <message>
        <source>Edit the title</source>
        <translation>Başlığı redaktə et</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Redaktə et…</translation>
    </message>
    <message>
        <source>Keep the braces</source>
        <translation>Mötərizələr qalsın</translation>
    </message>
    <message>
        <source>Leave it out for {name}</source>
        <translation>{name} üçün kənarda qoy</translation>
    </message>
    <message numerus="yes">
        <source>Leave out %Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanalı kənarda qoy</numerusform>
            <numerusform>%Ln kanalı kənarda qoy</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave out %n file(s) for {networks}</source>
        <translation>
            <numerusform>{networks} üçün %n faylı kənarda qoy</numerusform>
            <numerusform>{networks} üçün %n faylı kənarda qoy</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave out the link</source>
        <translation>Keçidi kənarda qoy</translation>
    </message>
    <message>
        <source>Leave out {file} for {networks}</source>
        <translation>{networks} üçün {file} faylını kənarda qoy</translation>
    </message>
    <message>
        <source>Leave out {name}</source>
        <translation>Kənarda qoy: {name}</translation>
    </message>
    <message>
        <source>Make it fit {name}</source>
        <translation>{name} üçün uyğunlaşdır</translation>
    </message>
    <message>
        <source>Move all files to the first part</source>
        <translation>Bütün faylları birinci hissəyə köçür</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Köçür: {time}</translation>
    </message>
    <message>
        <source>Only {name}</source>
        <translation>Yalnız {name}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Sil</translation>
    </message>
    <message numerus="yes">
        <source>Remove %Ln hashtag(s)</source>
        <translation>
            <numerusform>%Ln həşteqi sil</numerusform>
            <numerusform>%Ln həşteqi sil</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n file(s) from the message</source>
        <translation>
            <numerusform>%n faylı mesajdan sil</numerusform>
            <numerusform>%n faylı mesajdan sil</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove the empty part(s)</source>
        <translation>
            <numerusform>Boş hissəni sil</numerusform>
            <numerusform>Boş hissələri sil</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the link</source>
        <translation>Keçidi sil</translation>
    </message>
    <message>
        <source>Remove {names} from the message</source>
        <translation>Mesajdan sil: {names}</translation>
    </message>
    <message>
        <source>Select channels</source>
        <translation>Kanalları seç</translation>
    </message>
    <message>
        <source>Send a still picture</source>
        <translation>Hərəkətsiz şəkil göndər</translation>
    </message>
    <message>
        <source>Send all parts as one text</source>
        <translation>Bütün hissələri bir mətn kimi göndər</translation>
    </message>
    <message>
        <source>Send only the first part</source>
        <translation>Yalnız birinci hissəni göndər</translation>
    </message>
    <message>
        <source>Send the whole thread</source>
        <translation>Bütün silsiləni göndər</translation>
    </message>
    <message>
        <source>Send without a style</source>
        <translation>Stilsiz göndər</translation>
    </message>
    <message>
        <source>Shorten for {name}</source>
        <translation>{name} üçün qısalt</translation>
    </message>
    <message>
        <source>Shorten it</source>
        <translation>Qısalt</translation>
    </message>
    <message>
        <source>Shorten the title</source>
        <translation>Başlığı qısalt</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>Faylı göstər</translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation>Faylları göstər</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yenidən daxil ol</translation>
    </message>
    <message>
        <source>Split for all networks</source>
        <translation>Bütün şəbəkələr üçün böl</translation>
    </message>
    <message>
        <source>Split for {name}</source>
        <translation>{name} üçün böl</translation>
    </message>
    <message>
        <source>Trim…</source>
        <translation>Qısalt…</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Ümumi mətndən istifadə et</translation>
    </message>
    <message>
        <source>Use the nearest year</source>
        <translation>Ən yaxın ildən istifadə et</translation>
    </message>
    <message>
        <source>Use “/” instead</source>
        <translation>Əvəzinə “/” istifadə et</translation>
    </message>
    <message>
        <source>Write the character</source>
        <translation>Simvolu yaz</translation>
    </message>
</context>
<context>
    <name>GroupActions</name>
    <message>
        <source>Create group</source>
        <translation>Qrup yarat</translation>
    </message>
    <message numerus="yes">
        <source>Creates a group with %Ln channel(s).</source>
        <translation>
            <numerusform>%Ln kanaldan qrup yaradır.</numerusform>
            <numerusform>%Ln kanaldan qrup yaradır.</numerusform>
        </translation>
    </message>
    <message>
        <source>Group name</source>
        <translation>Qrup adı</translation>
    </message>
    <message>
        <source>Its channels stay in it.</source>
        <translation>Kanalları onun içində qalır.</translation>
    </message>
    <message>
        <source>Joins both groups.</source>
        <translation>Hər iki qrupu birləşdirir.</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Aşağı köçür</translation>
    </message>
    <message numerus="yes">
        <source>Move the (found channel/%Ln found channels) here</source>
        <translation>
            <numerusform>Tapılan kanalı bura köçür</numerusform>
            <numerusform>Tapılan %Ln kanalı bura köçür</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move the (ticked channel/%Ln ticked channels) here</source>
        <translation>
            <numerusform>Seçilmiş kanalı bura köçür</numerusform>
            <numerusform>Seçilmiş %Ln kanalı bura köçür</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to group</source>
        <translation>Qrupa köçür</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Yuxarı köçür</translation>
    </message>
    <message numerus="yes">
        <source>Moves %Ln channel(s) into this group.</source>
        <translation>
            <numerusform>Bu qrupa %Ln kanal köçürür.</numerusform>
            <numerusform>Bu qrupa %Ln kanal köçürür.</numerusform>
        </translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>Qrupun adı</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Yeni qrup</translation>
    </message>
    <message>
        <source>New group…</source>
        <translation>Yeni qrup…</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>“{name}” qrupundan çıxar</translation>
    </message>
    <message>
        <source>Remove group</source>
        <translation>Qrupu sil</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Adını dəyiş</translation>
    </message>
    <message>
        <source>Rename group…</source>
        <translation>Qrupun adını dəyiş…</translation>
    </message>
</context>
<context>
    <name>GroupDrag</name>
    <message>
        <source>Move above “{name}”</source>
        <translation>“{name}” üzərinə köçür</translation>
    </message>
    <message>
        <source>Move below “{name}”</source>
        <translation>“{name}” altına köçür</translation>
    </message>
    <message>
        <source>Move to “{name}”</source>
        <translation>“{name}” qrupuna köçür</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>“{name}” qrupundan çıxar</translation>
    </message>
</context>
<context>
    <name>HashtagFields</name>
    <message>
        <source>#coffee #roastery</source>
        <translation>#qəhvə #qovurma</translation>
    </message>
    <message>
        <source>At the end of the text</source>
        <translation>Mətnin sonunda</translation>
    </message>
    <message>
        <source>Create groups in Compose with the Snippets button</source>
        <translation>Qrupları “Yaz” bölməsində “Hazır mətnlər” düyməsi ilə yaradın</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Qruplar</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Həşteqlər</translation>
    </message>
    <message>
        <source>In the first comment, if the network has one</source>
        <translation>Şəbəkədə varsa, ilk şərhdə</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Harada</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (silinib)</translation>
    </message>
</context>
<context>
    <name>HiddenChannelsBar</name>
    <message numerus="yes">
        <source>%Ln of {total} channels (is/are) hidden</source>
        <translation>
            <numerusform>{total} kanaldan %Ln ədədi gizlidir</numerusform>
            <numerusform>{total} kanaldan %Ln ədədi gizlidir</numerusform>
        </translation>
    </message>
    <message>
        <source>All channels are hidden</source>
        <translation>Bütün kanallar gizlidir</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Hamısını göstər</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Bütün kanalları göstər</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Tarixçə</translation>
    </message>
    <message>
        <source>Nothing is known of this message.</source>
        <translation>Bu mesaj haqqında heç nə məlum deyil.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Oxunur…</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Addımlar</translation>
    </message>
    <message>
        <source>The history could not be read. See the log for details.</source>
        <translation>Tarixçə oxuna bilmədi. Təfərrüatlar üçün jurnala baxın.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Yenidən cəhd et</translation>
    </message>
</context>
<context>
    <name>ImportCountsLabel</name>
    <message>
        <source>cannot be imported</source>
        <translation>idxal oluna bilmir</translation>
    </message>
    <message>
        <source>incomplete</source>
        <translation>natamam</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>kənarda qalıb</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>hazır</translation>
    </message>
    <message>
        <source>without its picture</source>
        <translation>şəkilsiz</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%n change(s) to the rows will be lost. The file does not change.</source>
        <translation>
            <numerusform>Sətirlərdə %n dəyişiklik itəcək. Fayl dəyişmir.</numerusform>
            <numerusform>Sətirlərdə %n dəyişiklik itəcək. Fayl dəyişmir.</numerusform>
        </translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Bütün fayllar (*)</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>CSV faylı</translation>
    </message>
    <message>
        <source>Columns and check</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Sütunlar və yoxlama</translation>
    </message>
    <message>
        <source>File</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Fayl</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Davam et</translation>
    </message>
    <message>
        <source>Import file</source>
        <translation>Fayl idxal et</translation>
    </message>
    <message>
        <source>Import messages from a file</source>
        <translation>Fayldan mesajları idxal et</translation>
    </message>
    <message>
        <source>Pasted cells</source>
        <translation>Yapışdırılmış xanalar</translation>
    </message>
    <message>
        <source>Posto sample.csv</source>
        <translation>Posto nümunə.csv</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Nümunə</translation>
    </message>
    <message>
        <source>Save a sample file</source>
        <translation>Nümunə faylı saxla</translation>
    </message>
    <message>
        <source>Stop importing</source>
        <translation>İdxalı dayandır</translation>
    </message>
    <message>
        <source>Stop importing?</source>
        <translation>İdxal dayandırılsın?</translation>
    </message>
    <message>
        <source>Tables ({endings})</source>
        <extracomment>{endings}: &quot;*.csv *.xlsx&quot;. Keep the brackets.</extracomment>
        <translation>Cədvəllər ({endings})</translation>
    </message>
    <message>
        <source>There are no rows below the column names.</source>
        <translation>Sütun adlarının altında sətir yoxdur.</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Vaxtlar</translation>
    </message>
</context>
<context>
    <name>ImportFooter</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Geri</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Ləğv et</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Davam et</translation>
    </message>
    <message numerus="yes">
        <source>Continue with %Ln row(s)</source>
        <translation>
            <numerusform>%Ln sətirlə davam et</numerusform>
            <numerusform>%Ln sətirlə davam et</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesaj idxal et</numerusform>
            <numerusform>%Ln mesaj idxal et</numerusform>
        </translation>
    </message>
    <message>
        <source>No row can be imported yet</source>
        <translation>Hələ heç bir sətir idxal oluna bilmir</translation>
    </message>
    <message>
        <source>Only problems</source>
        <translation>Yalnız problemlər</translation>
    </message>
</context>
<context>
    <name>ImportRowActions</name>
    <message>
        <source>Where is {name}?</source>
        <translation>{name} haradadır?</translation>
    </message>
</context>
<context>
    <name>ImportRows</name>
    <message>
        <source>Change…</source>
        <translation>Dəyiş…</translation>
    </message>
    <message>
        <source>Import after all</source>
        <translation>Yenə də idxal et</translation>
    </message>
    <message>
        <source>Import anyway</source>
        <translation>Hər halda idxal et</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Kənarda qoy</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Yerini göstər…</translation>
    </message>
    <message>
        <source>none</source>
        <translation>yoxdur</translation>
    </message>
</context>
<context>
    <name>ImportRowsModel</name>
    <message>
        <source>Column {number}</source>
        <translation>Sütun {number}</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Kənarda qalıb</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Sətir</translation>
    </message>
    <message>
        <source>Row {number}</source>
        <translation>Sətir {number}</translation>
    </message>
    <message>
        <source>cannot be imported</source>
        <translation>idxal oluna bilmir</translation>
    </message>
    <message>
        <source>has warnings</source>
        <translation>xəbərdarlıq var</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>kənarda qalıb</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>hazır</translation>
    </message>
</context>
<context>
    <name>ImportRowsTable</name>
    <message>
        <source>Edit this cell</source>
        <translation>Bu xananı redaktə et</translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation>İdxal sətirləri</translation>
    </message>
</context>
<context>
    <name>ImportSample</name>
    <message>
        <source>A cell may have several lines.</source>
        <translation>Xanada bir neçə sətir ola bilər.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Coffee</source>
        <translation>Qəhvə</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Təsvir</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk şərh</translation>
    </message>
    <message>
        <source>Good morning! The first coffee of the day is ready. ☕</source>
        <translation>Sabahınız xeyir! Günün ilk qəhvəsi hazırdır. ☕</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketlər</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Keçid</translation>
    </message>
    <message>
        <source>New in the shop: hand-poured candles, in three sizes.</source>
        <translation>Mağazada yenilik: əl işi şamlar, üç ölçüdə.</translation>
    </message>
    <message>
        <source>No time in this row: the campaign chooses one.</source>
        <translation>Bu sətirdə vaxt yoxdur: kampaniya özü seçir.</translation>
    </message>
    <message>
        <source>Part 2</source>
        <translation>Hissə 2</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Şəkil</translation>
    </message>
    <message>
        <source>Shop, Candles</source>
        <translation>Mağaza, Şamlar</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>This text goes on in a thread, where a network has threads.</source>
        <translation>Şəbəkədə silsilə varsa, bu mətn silsilə kimi davam edir.</translation>
    </message>
    <message>
        <source>We open at seven.</source>
        <translation>Saat yeddidə açılırıq.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Nə vaxt</translation>
    </message>
</context>
<context>
    <name>ImportSession</name>
    <message>
        <source>It cannot be checked.</source>
        <translation>Yoxlanıla bilmir.</translation>
    </message>
    <message>
        <source>It cannot be read.</source>
        <translation>Oxuna bilmir.</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message numerus="yes">
        <source>%Ln (entry is no object and was/entries are no objects and were) left out.</source>
        <translation>
            <numerusform>%Ln qeyd obyekt olmadığı üçün kənarda qaldı.</numerusform>
            <numerusform>%Ln qeyd obyekt olmadığı üçün kənarda qaldı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln sətir</numerusform>
            <numerusform>%Ln sətir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (lacks its picture/lack their pictures): {names}</source>
        <translation>
            <numerusform>%Ln sətrin şəkli yoxdur: {names}</numerusform>
            <numerusform>%Ln sətrin şəkilləri yoxdur: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) above the names (was/were) left out.</source>
        <translation>
            <numerusform>Adların üstündəki %Ln sətir kənarda qaldı.</numerusform>
            <numerusform>Adların üstündəki %Ln sətir kənarda qaldı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s): {sentence}. The others likewise.</source>
        <translation>
            <numerusform>%Ln sətir: {sentence}. Digərləri də belədir.</numerusform>
            <numerusform>%Ln sətir: {sentence}. Digərləri də belədir.</numerusform>
        </translation>
    </message>
    <message>
        <source>A quotation mark in line {line} is never closed. It was read as text.</source>
        <translation>{line} nömrəli sətirdəki dırnaq işarəsi bağlanmayıb. Mətn kimi oxundu.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Day</source>
        <extracomment>Meaning of a column: the date of a message.</extracomment>
        <translation>Gün</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Təsvir</translation>
    </message>
    <message>
        <source>Do not import</source>
        <translation>İdxal etmə</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk şərh</translation>
    </message>
    <message>
        <source>Further part</source>
        <translation>Əlavə hissə</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Etiketlər</translation>
    </message>
    <message>
        <source>Left out.</source>
        <translation>Kənarda qaldı.</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Meaning of a column: a web address.</extracomment>
        <translation>Keçid</translation>
    </message>
    <message>
        <source>More than {most} pictures: the others are left out</source>
        <translation>{most} şəkildən çoxdur: qalanları kənarda qalır</translation>
    </message>
    <message>
        <source>Not imported.</source>
        <translation>İdxal olunmadı.</translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln column(s) are read.</source>
        <translation>
            <numerusform>%Ln sütundan yalnız ilk {most} ədədi oxunur.</numerusform>
            <numerusform>%Ln sütundan yalnız ilk {most} ədədi oxunur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln row(s) are read.</source>
        <translation>
            <numerusform>%Ln sətirdən yalnız ilk {most} ədədi oxunur.</numerusform>
            <numerusform>%Ln sətirdən yalnız ilk {most} ədədi oxunur.</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Şəkil</translation>
    </message>
    <message>
        <source>Pictures of the further parts of a thread are not imported.</source>
        <translation>Silsilənin əlavə hissələrindəki şəkillər idxal olunmur.</translation>
    </message>
    <message>
        <source>Row {number} (line {line}): {sentences}</source>
        <translation>Sətir {number} (faylda {line}): {sentences}</translation>
    </message>
    <message>
        <source>Row {number}: {sentences}</source>
        <translation>Sətir {number}: {sentences}</translation>
    </message>
    <message>
        <source>Rows {numbers}: {sentence}. The others likewise.</source>
        <translation>Sətirlər {numbers}: {sentence}. Digərləri də belədir.</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>Text for {network}</source>
        <translation>{network} üçün mətn</translation>
    </message>
    <message>
        <source>That day does not exist</source>
        <translation>Belə gün yoxdur</translation>
    </message>
    <message>
        <source>The file has column names, but no rows below them.</source>
        <translation>Faylda sütun adları var, amma altında sətir yoxdur.</translation>
    </message>
    <message>
        <source>The file has no rows.</source>
        <translation>Faylda sətir yoxdur.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Fayl boşdur.</translation>
    </message>
    <message>
        <source>The file is {size} MB; up to {most} MB can be imported. Split it into several files.</source>
        <translation>Fayl {size} MB-dır; ən çox {most} MB idxal etmək olar. Onu bir neçə fayla bölün.</translation>
    </message>
    <message>
        <source>The formula gives no value, but {error}</source>
        <translation>Düstur dəyər yox, {error} verir</translation>
    </message>
    <message>
        <source>The formula has no stored result; open the file in a spreadsheet program and save it</source>
        <translation>Düsturun saxlanılmış nəticəsi yoxdur; faylı elektron cədvəl proqramında açıb saxlayın</translation>
    </message>
    <message>
        <source>The same as row {number}</source>
        <translation>{number} nömrəli sətirlə eynidir</translation>
    </message>
    <message>
        <source>The same text is already scheduled</source>
        <translation>Eyni mətn artıq planlanıb</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {time}</source>
        <translation>Eyni mətn artıq planlanıb: {time}</translation>
    </message>
    <message>
        <source>The text has {count} characters; up to {most} can be imported</source>
        <translation>Mətndə {count} simvol var; ən çox {most} idxal etmək olar</translation>
    </message>
    <message numerus="yes">
        <source>The thread has %n part(s); up to {most} can be imported</source>
        <translation>
            <numerusform>Silsilədə %n hissə var; ən çox {most} idxal etmək olar</numerusform>
            <numerusform>Silsilədə %n hissə var; ən çox {most} idxal etmək olar</numerusform>
        </translation>
    </message>
    <message>
        <source>The year {year} is too far ahead</source>
        <translation>{year} ili çox uzaqdır</translation>
    </message>
    <message>
        <source>There is no day {number} in {month}</source>
        <translation>{month} ayında {number} tarixi yoxdur</translation>
    </message>
    <message>
        <source>There is no month {number}</source>
        <translation>{number} nömrəli ay yoxdur</translation>
    </message>
    <message>
        <source>There is no table on the clipboard. Copy cells in a spreadsheet first.</source>
        <translation>Mübadilə buferində cədvəl yoxdur. Əvvəlcə elektron cədvəldə xanaları kopyalayın.</translation>
    </message>
    <message>
        <source>There is no text</source>
        <translation>Mətn yoxdur</translation>
    </message>
    <message>
        <source>There is no text: only the picture will be posted</source>
        <translation>Mətn yoxdur: yalnız şəkil paylaşılacaq</translation>
    </message>
    <message>
        <source>This JSON file cannot be imported: it holds {excess}. Split it into several files.</source>
        <translation>Bu JSON faylı idxal oluna bilmir: içində {excess} var. Onu bir neçə fayla bölün.</translation>
    </message>
    <message>
        <source>This JSON file cannot be read: line {line}, column {column} is not what JSON allows there.</source>
        <translation>Bu JSON faylı oxuna bilmir: sətir {line}, sütun {column} JSON qaydalarına uyğun deyil.</translation>
    </message>
    <message>
        <source>This JSON file contains no messages. It needs a list of objects, for example {example}.</source>
        <translation>Bu JSON faylında mesaj yoxdur. Obyektlər siyahısı lazımdır, məsələn {example}.</translation>
    </message>
    <message>
        <source>This file contains no text. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Bu faylda mətn yoxdur. CSV, Excel (.xlsx) və JSON fayllarını idxal edə bilərsiniz.</translation>
    </message>
    <message>
        <source>This file is not an Excel workbook. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Bu fayl Excel iş kitabı deyil. CSV, Excel (.xlsx) və JSON fayllarını idxal edə bilərsiniz.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read Excel files. Save the sheet as CSV, or install what is missing: pip install &apos;posto[excel]&apos;</source>
        <translation>Posto-nun bu quraşdırması Excel fayllarını oxuya bilmir. Vərəqi CSV kimi saxlayın və ya çatışmayanı quraşdırın: pip install &apos;posto[excel]&apos;</translation>
    </message>
    <message>
        <source>This workbook contains XML entities, which no spreadsheet program writes. Posto did not read it.</source>
        <translation>Bu iş kitabında heç bir elektron cədvəl proqramının yazmadığı XML obyektləri var. Posto onu oxumadı.</translation>
    </message>
    <message>
        <source>This workbook contains more than {most} texts, too many to import. Save the sheet as CSV.</source>
        <translation>Bu iş kitabında {most} mətndən çox var, idxal üçün həddən çoxdur. Vərəqi CSV kimi saxlayın.</translation>
    </message>
    <message>
        <source>This workbook has no sheet with cells.</source>
        <translation>Bu iş kitabında xanaları olan vərəq yoxdur.</translation>
    </message>
    <message>
        <source>This workbook is damaged and cannot be read. Open it in a spreadsheet program, save it as .xlsx or CSV, and import that.</source>
        <translation>Bu iş kitabı zədələnib və oxuna bilmir. Onu elektron cədvəl proqramında açın, .xlsx və ya CSV kimi saxlayın və onu idxal edin.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password or in the old format .xls. Save it as .xlsx without a password, or as CSV.</source>
        <translation>Bu iş kitabı parolla kilidlənib və ya köhnə .xls formatındadır. Onu parolsuz .xlsx və ya CSV kimi saxlayın.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password. Save it without one.</source>
        <translation>Bu iş kitabı parolla kilidlənib. Parolsuz saxlayın.</translation>
    </message>
    <message>
        <source>This workbook is too large. Save the sheet as CSV.</source>
        <translation>Bu iş kitabı çox böyükdür. Vərəqi CSV kimi saxlayın.</translation>
    </message>
    <message>
        <source>This workbook unpacks to {size} MB, more than Posto can import. Save the sheet as CSV.</source>
        <translation>Bu iş kitabı açılanda {size} MB olur, Posto-nun idxal edə bildiyindən çoxdur. Vərəqi CSV kimi saxlayın.</translation>
    </message>
    <message>
        <source>Time of day</source>
        <translation>Günün vaxtı</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Nə vaxt</translation>
    </message>
    <message>
        <source>commas</source>
        <translation>vergül</translation>
    </message>
    <message>
        <source>day.month.year</source>
        <translation>gün.ay.il</translation>
    </message>
    <message>
        <source>month/day/year</source>
        <translation>ay/gün/il</translation>
    </message>
    <message>
        <source>semicolons</source>
        <translation>nöqtəli vergül</translation>
    </message>
    <message>
        <source>separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>ayırıcı: {sign}</translation>
    </message>
    <message>
        <source>sheet “{name}”</source>
        <translation>“{name}” vərəqi</translation>
    </message>
    <message>
        <source>tabs</source>
        <translation>tab</translation>
    </message>
    <message>
        <source>vertical bars</source>
        <translation>şaquli xətt</translation>
    </message>
    <message>
        <source>year-month-day</source>
        <translation>il-ay-gün</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}, {time}</translation>
    </message>
    <message>
        <source>{day}, {time} has passed</source>
        <translation>{day}, {time} keçib</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} – {last}</translation>
    </message>
    <message>
        <source>{host} is in a private network. Posto does not download pictures from there</source>
        <translation>{host} özəl şəbəkədədir. Posto oradan şəkil endirmir</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is no channel/are no channels) of yours</source>
        <translation>
            <numerusform>{names} sizin kanalınız deyil</numerusform>
            <numerusform>{names} sizin kanallarınız deyil</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} və daha %n</numerusform>
            <numerusform>{names} və daha %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} is not a date</source>
        <translation>{number} tarix deyil</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} has %n day(s)</source>
        <translation>
            <numerusform>{number} {month} tarix deyil: {month} ayında %n gün var</numerusform>
            <numerusform>{number} {month} tarix deyil: {month} ayında %n gün var</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} {month} is not a date: {month} has 28 or 29 days</source>
        <translation>{number} {month} tarix deyil: {month} ayında 28 və ya 29 gün var</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} {year} has %n day(s)</source>
        <translation>
            <numerusform>{number} {month} tarix deyil: {month} {year} üçün %n gün var</numerusform>
            <numerusform>{number} {month} tarix deyil: {month} {year} üçün %n gün var</numerusform>
        </translation>
    </message>
    <message>
        <source>“{address}” is not a web address</source>
        <translation>“{address}” veb ünvan deyil</translation>
    </message>
    <message>
        <source>“{address}” is not the address of a picture</source>
        <translation>“{address}” şəkil ünvanı deyil</translation>
    </message>
    <message>
        <source>“{name}” is not the name of a picture</source>
        <translation>“{name}” şəkil adı deyil</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a date.</source>
        <translation>“{text}” tarix kimi oxuna bilmir.</translation>
    </message>
    <message>
        <source>“{text}” contains no day</source>
        <translation>“{text}” ifadəsində gün yoxdur</translation>
    </message>
    <message>
        <source>“{text}” is not a time of day</source>
        <translation>“{text}” günün vaxtı deyil</translation>
    </message>
    <message numerus="yes">
        <source>“{text}” may be {names} or %Ln more</source>
        <translation>
            <numerusform>“{text}” {names} və ya daha %Ln variant ola bilər</numerusform>
            <numerusform>“{text}” {names} və ya daha %Ln variant ola bilər</numerusform>
        </translation>
    </message>
    <message>
        <source>“{text}” may be {names} or {last}</source>
        <translation>“{text}” {names} və ya {last} ola bilər</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day</source>
        <translation>“{time}” günü olmayan vaxtdır</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day.</source>
        <translation>“{time}” günü olmayan vaxtdır.</translation>
    </message>
</context>
<context>
    <name>Insights</name>
    <message numerus="yes">
        <source>%Ln post(s) without this number (is/are) left out.</source>
        <translation>
            <numerusform>Bu ədədi olmayan %Ln paylaşım sayılmır.</numerusform>
            <numerusform>Bu ədədi olmayan %Ln paylaşım sayılmır.</numerusform>
        </translation>
    </message>
    <message>
        <source>(no text)</source>
        <translation>(mətnsiz)</translation>
    </message>
    <message>
        <source>After 1 hour</source>
        <translation>1 saat sonra</translation>
    </message>
    <message>
        <source>After 24 hours</source>
        <translation>24 saat sonra</translation>
    </message>
    <message>
        <source>After 7 days</source>
        <translation>7 gün sonra</translation>
    </message>
    <message>
        <source>Boosts</source>
        <translation>Bustlar</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Clicks</source>
        <translation>Kliklər</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>Şərhlər</translation>
    </message>
    <message>
        <source>Engagement</source>
        <translation>Cəlbolunma</translation>
    </message>
    <message>
        <source>Engagement is what people did: likes, replies, shares and quotes together.</source>
        <translation>Cəlbolunma insanların etdikləridir: bəyənmələr, cavablar, paylaşmalar və sitatlar birlikdə.</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>Sevimlilər</translation>
    </message>
    <message>
        <source>Impressions</source>
        <translation>Göstərilmələr</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketlər</translation>
    </message>
    <message numerus="yes">
        <source>Last %n day(s)</source>
        <translation>
            <numerusform>Son %n gün</numerusform>
            <numerusform>Son %n gün</numerusform>
        </translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>Son 12 ay</translation>
    </message>
    <message>
        <source>Likes</source>
        <translation>Bəyənmələr</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>Middle half</source>
        <translation>Orta yarı</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Şəbəkələr</translation>
    </message>
    <message>
        <source>Newest numbers</source>
        <translation>Ən yeni ədədlər</translation>
    </message>
    <message>
        <source>Not enough posts yet: {count} of {enough}</source>
        <translation>Hələ kifayət qədər paylaşım yoxdur: {count}/{enough}</translation>
    </message>
    <message>
        <source>Other times</source>
        <translation>Digər vaxtlar</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Zamanla</translation>
    </message>
    <message>
        <source>Post</source>
        <translation>Paylaşım</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Paylaşımlar</translation>
    </message>
    <message>
        <source>Posts of the last 24 hours are not counted yet.</source>
        <translation>Son 24 saatın paylaşımları hələ sayılmır.</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Dərc olunub</translation>
    </message>
    <message>
        <source>Quotes</source>
        <translation>Sitatlar</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>Əhatə</translation>
    </message>
    <message>
        <source>Reactions</source>
        <translation>Reaksiyalar</translation>
    </message>
    <message>
        <source>Renotes</source>
        <translation>Renotlar</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>Cavablar</translation>
    </message>
    <message>
        <source>Reposts</source>
        <translation>Təkrar paylaşımlar</translation>
    </message>
    <message>
        <source>Saves</source>
        <translation>Yadda saxlamalar</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Xal</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>Paylaşmalar</translation>
    </message>
    <message>
        <source>Slots</source>
        <translation>Slotlar</translation>
    </message>
    <message>
        <source>Styles</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stillər</translation>
    </message>
    <message>
        <source>To compare channels of different size, a post counts by its rank in its channel: 70 means better than 70% of that channel&apos;s posts, 50 is usual.</source>
        <translation>Müxtəlif ölçülü kanalları müqayisə etmək üçün paylaşım öz kanalındakı yeri ilə sayılır: 70 o kanalın paylaşımlarının 70%-indən yaxşı deməkdir, 50 adi haldır.</translation>
    </message>
    <message>
        <source>Values are medians. Thin lines show the middle half of the posts. Pale marks have fewer than 5 posts.</source>
        <translation>Dəyərlər mediandır. Nazik xətlər paylaşımların orta yarısını göstərir. Solğun işarələrdə 5-dən az paylaşım var.</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Baxışlar</translation>
    </message>
    <message>
        <source>Weekdays and hours</source>
        <translation>Həftənin günləri və saatlar</translation>
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
        <translation>{low}–{high}</translation>
    </message>
    <message>
        <source>{name}: rank {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: yer {value}, {posts} – yarısı {low}–{high}</translation>
    </message>
    <message>
        <source>{name}: {measure} {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: {measure} {value}, {posts} – yarısı {low}–{high}</translation>
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
        <translation>Ən yaxşı paylaşımlar</translation>
    </message>
    <message>
        <source>Export insights</source>
        <translation>Statistikanı ixrac et</translation>
    </message>
    <message>
        <source>Insights written to {file}</source>
        <translation>Statistika {file} faylına yazıldı</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>PDF sənədləri (*.pdf)</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Qovluqda göstər</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Cədvəllər (*.csv)</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Fayl yazıla bilmədi: {why}</translation>
    </message>
    <message>
        <source>insights {day}</source>
        <translation>statistika {day}</translation>
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
        <translation>Paylaşımların yaşı</translation>
    </message>
    <message>
        <source>CSV table for Excel…</source>
        <translation>Excel üçün CSV cədvəli…</translation>
    </message>
    <message>
        <source>CSV table…</source>
        <translation>CSV cədvəli…</translation>
    </message>
    <message>
        <source>Choose in the settings, under Storage, how long Posto keeps them.</source>
        <translation>Posto onları nə qədər saxlasın – parametrlərdə, “Yaddaş” bölməsində seçin.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>İxrac</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>İxracın gedişi</translation>
    </message>
    <message>
        <source>Insights are not kept</source>
        <translation>Statistika saxlanmır</translation>
    </message>
    <message>
        <source>Likes, views and other numbers of your posts appear here an hour after they are published.</source>
        <translation>Paylaşımlarınızın bəyənmə, baxış və digər ədədləri dərcdən bir saat sonra burada görünür.</translation>
    </message>
    <message>
        <source>No insights yet</source>
        <translation>Hələ statistika yoxdur</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Ədəd</translation>
    </message>
    <message>
        <source>PDF report…</source>
        <translation>PDF hesabatı…</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Dövr</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Paylaşımlar</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>Cədvəl kimi göstər</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>İxracı dayandır</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln uğursuz</numerusform>
            <numerusform>%Ln uğursuz</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln göndərilib</numerusform>
            <numerusform>%Ln göndərilib</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n hissə</numerusform>
            <numerusform>%n hissə</numerusform>
        </translation>
    </message>
    <message>
        <source>Also for</source>
        <translation>Həm də:</translation>
    </message>
    <message>
        <source>Close inspector</source>
        <translation>İnspektoru bağla</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Təfərrüatlar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Redaktə et</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Fayllar</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistika</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Etiketlər</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Digər əməliyyatlar</translation>
    </message>
    <message>
        <source>Next post</source>
        <translation>Növbəti paylaşım</translation>
    </message>
    <message>
        <source>Not in the list</source>
        <translation>Siyahıda yoxdur</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Paylaşımı aç</translation>
    </message>
    <message>
        <source>Post</source>
        <extracomment>Noun: one post on one channel.</extracomment>
        <translation>Paylaşım</translation>
    </message>
    <message>
        <source>Previous post</source>
        <translation>Əvvəlki paylaşım</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Vaxtı dəyiş</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlanıb</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Göndərilib</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Göstər</translation>
    </message>
    <message>
        <source>Story</source>
        <translation>Hekayə</translation>
    </message>
    <message>
        <source>The filters hide this post.</source>
        <translation>Filtrlər bu paylaşımı gizlədir.</translation>
    </message>
    <message>
        <source>The post has no link yet</source>
        <translation>Paylaşımın hələ keçidi yoxdur</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>Silsilə</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Nə baş verib</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Qurşaq</translation>
    </message>
</context>
<context>
    <name>KeyRecorder</name>
    <message>
        <source>Off</source>
        <translation>Sönülü</translation>
    </message>
    <message>
        <source>Press it, then the keys. Backspace turns it off.</source>
        <translation>Onu, sonra düymələri basın. Backspace söndürür.</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>Düymələri basın…</translation>
    </message>
</context>
<context>
    <name>LabelChip</name>
    <message>
        <source>Remove label {label}</source>
        <translation>{label} etiketini sil</translation>
    </message>
</context>
<context>
    <name>LabelledField</name>
    <message>
        <source>Checked</source>
        <translation>Yoxlanılıb</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göstər</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>Parolu göstər</translation>
    </message>
</context>
<context>
    <name>LabelsField</name>
    <message>
        <source>A message has at most 20 labels</source>
        <translation>Mesajda ən çox 20 etiket ola bilər</translation>
    </message>
    <message>
        <source>Add label</source>
        <translation>Etiket əlavə et</translation>
    </message>
</context>
<context>
    <name>LabelsRow</name>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Etiketlər</translation>
    </message>
</context>
<context>
    <name>LanguagePage</name>
    <message>
        <source>Drafts and scheduled posts are kept.</source>
        <translation>Qaralamalar və planlanmış paylaşımlar qalır.</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Nümunə</translation>
    </message>
    <message>
        <source>Posto restarts to show {language}</source>
        <translation>Dilə keçmək üçün Posto yenidən başlayır: {language}</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>İndi yenidən başlat</translation>
    </message>
</context>
<context>
    <name>LargeDialog</name>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo the change</source>
        <translation>Dəyişikliyi geri al</translation>
    </message>
</context>
<context>
    <name>LineControl</name>
    <message>
        <source>Separated by commas</source>
        <translation>Vergüllə ayrılır</translation>
    </message>
    <message>
        <source>The first line of the text</source>
        <translation>Mətnin ilk sətri</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Veb ünvan</translation>
    </message>
</context>
<context>
    <name>LinkCardView</name>
    <message>
        <source>Link preview</source>
        <translation>Keçidin önbaxışı</translation>
    </message>
    <message>
        <source>Reading {host}</source>
        <translation>Oxunur: {host}</translation>
    </message>
    <message>
        <source>Reload link preview</source>
        <translation>Keçidin önbaxışını yenidən yüklə</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Keçidi sil</translation>
    </message>
    <message>
        <source>{reason}. The link will still be posted.</source>
        <translation>{reason}. Keçid yenə də paylaşılacaq.</translation>
    </message>
</context>
<context>
    <name>LinkCards</name>
    <message>
        <source>The address does not answer. No preview available.</source>
        <translation>Ünvan cavab vermir. Önbaxış yoxdur.</translation>
    </message>
    <message>
        <source>The address is in a private network. No preview available.</source>
        <translation>Ünvan özəl şəbəkədədir. Önbaxış yoxdur.</translation>
    </message>
    <message>
        <source>{host} does not answer. No preview available.</source>
        <translation>{host} cavab vermir. Önbaxış yoxdur.</translation>
    </message>
    <message>
        <source>{host} is in a private network. No preview available.</source>
        <translation>{host} özəl şəbəkədədir. Önbaxış yoxdur.</translation>
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
            <numerusform>{names} və daha %Ln</numerusform>
            <numerusform>{names} və daha %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} and {last}</source>
        <translation>{names} və {last}</translation>
    </message>
</context>
<context>
    <name>LocaleSettings</name>
    <message>
        <source>Time zone “{name}” was not found on this computer. Posto uses the system time zone.</source>
        <translation>“{name}” saat qurşağı bu kompüterdə tapılmadı. Posto sistemin saat qurşağından istifadə edir.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Posto Desktop</source>
        <translation>Posto Desktop haqqında</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Kanal əlavə et…</translation>
    </message>
    <message>
        <source>Add a workspace…</source>
        <translation>İş sahəsi əlavə et…</translation>
    </message>
    <message>
        <source>Calendar: earlier, later</source>
        <translation>Təqvim: əvvəlki, sonrakı</translation>
    </message>
    <message>
        <source>Calendar: month, week, day</source>
        <translation>Təqvim: ay, həftə, gün</translation>
    </message>
    <message>
        <source>Calendar: today</source>
        <translation>Təqvim: bu gün</translation>
    </message>
    <message>
        <source>Close a dialog or popup</source>
        <translation>Dialoqu və ya açılan pəncərəni bağla</translation>
    </message>
    <message>
        <source>Context menu</source>
        <translation>Kontekst menyusu</translation>
    </message>
    <message>
        <source>Delete, with Undo</source>
        <translation>Sil (geri almaq olar)</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Hər yerdə</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Kanal tap</translation>
    </message>
    <message>
        <source>In lists and the calendar</source>
        <translation>Siyahılarda və təqvimdə</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Klaviatura qısayolları</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>İş sahələrini idarə et…</translation>
    </message>
    <message>
        <source>Move the file</source>
        <translation>Faylı köçür</translation>
    </message>
    <message>
        <source>Move the group or channel</source>
        <translation>Qrupu və ya kanalı köçür</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>Newest notification</source>
        <translation>Ən yeni bildiriş</translation>
    </message>
    <message>
        <source>Next control, previous control</source>
        <translation>Növbəti element, əvvəlki element</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Növbəti panel</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Bildirişlər</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Yapışdır</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>Əvvəlki panel</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Sürətli paylaşım</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Çıxış</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Yenidən yüklə</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Vaxtı dəyiş</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Schedule: day before, day after</source>
        <translation>Plan: əvvəlki gün, sonrakı gün</translation>
    </message>
    <message>
        <source>Search everything…</source>
        <translation>Hər yerdə axtar…</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>Bu səhifədə axtar</translation>
    </message>
    <message>
        <source>Select all posts shown</source>
        <translation>Göstərilən bütün paylaşımları seç</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Parametrlər</translation>
    </message>
    <message>
        <source>Suggest a hashtag or mention no more</source>
        <translation>Həşteqi və ya xatırlatmanı daha təklif etmə</translation>
    </message>
    <message>
        <source>The menu bar with all commands</source>
        <translation>Bütün əmrlər olan menyu zolağı</translation>
    </message>
    <message>
        <source>Tick all channels found, in the search</source>
        <translation>Axtarışda: tapılan bütün kanalları seç</translation>
    </message>
    <message>
        <source>Tick the channel or post</source>
        <translation>Kanalı və ya paylaşımı seç</translation>
    </message>
    <message>
        <source>Undo, redo</source>
        <translation>Geri al, yenidən et</translation>
    </message>
</context>
<context>
    <name>MarkFields</name>
    <message>
        <source>Picture of the watermark</source>
        <translation>Su nişanının şəkli</translation>
    </message>
    <message>
        <source>Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</source>
        <translation>Şəkillər (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</translation>
    </message>
</context>
<context>
    <name>MediaDownloads</name>
    <message>
        <source>Picture</source>
        <translation>Şəkil</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>{name} could not be downloaded.</source>
        <translation>{name} endirilə bilmədi.</translation>
    </message>
</context>
<context>
    <name>MediaEditor</name>
    <message>
        <source>Discard changes</source>
        <translation>Dəyişiklikləri ləğv et</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>Redaktə et: {name}</translation>
    </message>
    <message>
        <source>Keep changes</source>
        <translation>Dəyişiklikləri saxla</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Burada sıfırlanası heç nə yoxdur</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yenidən et</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Sıfırla</translation>
    </message>
    <message>
        <source>Shown here and in the previews, but not sent. Each network chooses its own cover frame.</source>
        <translation>Burada və önbaxışlarda göstərilir, amma göndərilmir. Hər şəbəkə qapaq kadrını özü seçir.</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Sola çevir</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Sağa çevir</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>MediaImporter</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted: {names}</source>
        <translation>
            <numerusform>%n fayl paylaşıla bilmir: {names}</numerusform>
            <numerusform>%n fayl paylaşıla bilmir: {names}</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Yapışdırılmış şəkil</translation>
    </message>
    <message>
        <source>The files could not be read.</source>
        <translation>Fayllar oxuna bilmədi.</translation>
    </message>
    <message>
        <source>The pasted picture could not be saved.</source>
        <translation>Yapışdırılmış şəkil saxlanıla bilmədi.</translation>
    </message>
    <message numerus="yes">
        <source>Too many files. Only the first {most} of %n were added.</source>
        <translation>
            <numerusform>Fayl həddən çoxdur. %n fayldan yalnız ilk {most} ədədi əlavə olundu.</numerusform>
            <numerusform>Fayl həddən çoxdur. %n fayldan yalnız ilk {most} ədədi əlavə olundu.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} və daha %n</numerusform>
            <numerusform>{names} və daha %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} changed on disk. The message uses the new version.</source>
        <translation>{names} diskdə dəyişib. Mesaj yeni versiyadan istifadə edir.</translation>
    </message>
    <message>
        <source>{name} could not be read.</source>
        <translation>{name} oxuna bilmədi.</translation>
    </message>
    <message>
        <source>{name} is not a readable text file.</source>
        <translation>{name} oxuna bilən mətn faylı deyil.</translation>
    </message>
    <message>
        <source>{name} is too long for a message.</source>
        <translation>{name} mesaj üçün çox uzundur.</translation>
    </message>
</context>
<context>
    <name>MediaModel</name>
    <message>
        <source>Animation</source>
        <translation>Animasiya</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Şəkil</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>redaktə olunub</translation>
    </message>
    <message>
        <source>left out for {networks}</source>
        <translation>kənarda qalır: {networks}</translation>
    </message>
    <message>
        <source>no description yet</source>
        <translation>hələ təsvir yoxdur</translation>
    </message>
    <message>
        <source>{kind} {number} of {total}</source>
        <extracomment>{kind}: Picture, Video or Animation.</extracomment>
        <translation>{kind} {number}/{total}</translation>
    </message>
</context>
<context>
    <name>MediaPresenter</name>
    <message>
        <source>This file cannot be shown here.</source>
        <translation>Bu fayl burada göstərilə bilmir.</translation>
    </message>
</context>
<context>
    <name>MediaStrip</name>
    <message>
        <source>Drag to reorder</source>
        <translation>Sürüşdürüb sıralayın</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Media</translation>
    </message>
</context>
<context>
    <name>MenuBar</name>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Redaktə</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Fayl</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Kömək</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Görünüş</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopyala</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Kəs</translation>
    </message>
    <message>
        <source>Menu bar</source>
        <translation>Menyu zolağı</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Yapışdır</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yenidən et</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Hamısını seç</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>MessageActions</name>
    <message numerus="yes">
        <source>%Ln message(s) (follows/follow) the rhythm now</source>
        <translation>
            <numerusform>%Ln mesaj indi ritmə tabedir</numerusform>
            <numerusform>%Ln mesaj indi ritmə tabedir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) added</source>
        <translation>
            <numerusform>%Ln mesaj əlavə olundu</numerusform>
            <numerusform>%Ln mesaj əlavə olundu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) deleted</source>
        <translation>
            <numerusform>%Ln mesaj silindi</numerusform>
            <numerusform>%Ln mesaj silindi</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>Şəkil əlavə et</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>Şəkil əlavə et…</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Bütün fayllar (*)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Redaktə et</translation>
    </message>
    <message>
        <source>Edit the scheduled post…</source>
        <translation>Planlanmış paylaşımı redaktə et…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Aşağı köçür</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Köçür: {time}</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Yuxarı köçür</translation>
    </message>
    <message>
        <source>Moved to {when}</source>
        <translation>Köçürüldü: {when}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Set own time…</source>
        <translation>Öz vaxtını təyin et…</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>“Fəaliyyət” bölməsində göstər</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Planda göstər</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message</source>
        <translation>Bu mesajı dəyişmək üçün kampaniyanı dayandırın</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message, or edit its scheduled post.</source>
        <translation>Bu mesajı dəyişmək üçün kampaniyanı dayandırın və ya planlanmış paylaşımını redaktə edin.</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message.</source>
        <translation>Bu mesajı dəyişmək üçün kampaniyanı dayandırın.</translation>
    </message>
    <message>
        <source>This message failed. Retry it, or change a duplicate ({keys}).</source>
        <translation>Bu mesaj uğursuz oldu. Yenidən cəhd edin və ya dublikatını dəyişin ({keys}).</translation>
    </message>
    <message>
        <source>This message was sent. Duplicate it to change it ({keys}).</source>
        <translation>Bu mesaj göndərilib. Dəyişmək üçün dublikatını yaradın ({keys}).</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Use the rhythm&apos;s time</source>
        <translation>Ritmin vaxtından istifadə et</translation>
    </message>
</context>
<context>
    <name>MessageDelegate</name>
    <message>
        <source>Nothing written yet</source>
        <translation>Hələ heç nə yazılmayıb</translation>
    </message>
</context>
<context>
    <name>MessageEditController</name>
    <message>
        <source>Changes saved. The message is being sent.</source>
        <translation>Dəyişikliklər saxlanıldı. Mesaj göndərilir.</translation>
    </message>
    <message>
        <source>Changes saved: {when}</source>
        <translation>Dəyişikliklər saxlanıldı: {when}</translation>
    </message>
    <message>
        <source>It belongs to another workspace. Open that one to edit it.</source>
        <translation>Başqa iş sahəsinə aiddir. Redaktə etmək üçün onu açın.</translation>
    </message>
    <message>
        <source>Labels saved</source>
        <translation>Etiketlər saxlanıldı</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Heç nə dəyişdirilmədi</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>MessageFields</name>
    <message>
        <source>After the last part</source>
        <translation>Son hissədən sonra</translation>
    </message>
    <message>
        <source>Below each post</source>
        <translation>Hər paylaşımın altında</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk şərh</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Keçid</translation>
    </message>
    <message>
        <source>Not on {names}</source>
        <translation>Burada yox: {names}</translation>
    </message>
    <message>
        <source>On {names}</source>
        <translation>Burada: {names}</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Keçidi sil</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Veb ünvan</translation>
    </message>
    <message>
        <source>{able} of {count}</source>
        <extracomment>Numbers of networks.</extracomment>
        <translation>{able}/{count}</translation>
    </message>
</context>
<context>
    <name>MessageFiles</name>
    <message>
        <source>Add pictures or videos</source>
        <translation>Şəkil və ya video əlavə et</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Bütün fayllar</translation>
    </message>
    <message>
        <source>Downloading this address as a picture or video</source>
        <translation>Bu ünvan şəkil və ya video kimi endirilir</translation>
    </message>
    <message>
        <source>Harbour</source>
        <translation>Liman</translation>
    </message>
    <message>
        <source>Insert as text</source>
        <translation>Mətn kimi daxil et</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Şəkil</translation>
    </message>
    <message>
        <source>Pictures, videos and texts</source>
        <translation>Şəkillər, videolar və mətnlər</translation>
    </message>
    <message>
        <source>The changes to {name} were discarded</source>
        <translation>{name} faylındakı dəyişikliklər ləğv edildi</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>Şəkil saxlanıla bilmədi.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{name} is now number {n}</source>
        <translation>{name} indi {n} nömrədədir</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} mesajdan silindi</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} tapılmadı.</translation>
    </message>
</context>
<context>
    <name>MessageMedia</name>
    <message>
        <source>Add pictures</source>
        <translation>Şəkil əlavə et</translation>
    </message>
    <message>
        <source>Add pictures or videos to this message</source>
        <translation>Bu mesaja şəkil və ya video əlavə et</translation>
    </message>
</context>
<context>
    <name>MessageParts</name>
    <message>
        <source>What comes next?</source>
        <translation>Sonra nə gəlir?</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>Nə demək istəyirsiniz?</translation>
    </message>
</context>
<context>
    <name>MessagePosts</name>
    <message>
        <source>Posts</source>
        <translation>Paylaşımlar</translation>
    </message>
</context>
<context>
    <name>MessagesView</name>
    <message>
        <source>Messages</source>
        <translation>Mesajlar</translation>
    </message>
</context>
<context>
    <name>MonthPicker</name>
    <message>
        <source>Day: {day}</source>
        <translation>Gün: {day}</translation>
    </message>
</context>
<context>
    <name>MorePopup</name>
    <message>
        <source>Messages of this day</source>
        <translation>Bu günün mesajları</translation>
    </message>
</context>
<context>
    <name>MovePopup</name>
    <message>
        <source>Possible: {time}</source>
        <translation>Mümkündür: {time}</translation>
    </message>
    <message>
        <source>That time has passed.</source>
        <translation>Bu vaxt keçib.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Gün və vaxt yazın.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Nə vaxt</translation>
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
        <translation>Köçür</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <translation>
            <numerusform>%n paylaşımı köçür</numerusform>
            <numerusform>%n paylaşımı köçür</numerusform>
        </translation>
    </message>
    <message>
        <source>They move to {when}. The others keep their time.</source>
        <translation>Yeni vaxtları: {when}. Digərlərinin vaxtı qalır.</translation>
    </message>
    <message>
        <source>Which posts should move?</source>
        <translation>Hansı paylaşımlar köçürülsün?</translation>
    </message>
</context>
<context>
    <name>NetworkGrid</name>
    <message>
        <source>Needs your own app</source>
        <translation>Öz tətbiqiniz lazımdır</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Şəbəkə</translation>
    </message>
    <message>
        <source>Only through a Posto service</source>
        <translation>Yalnız Posto xidməti ilə</translation>
    </message>
    <message>
        <source>The network does not allow apps on your computer to publish.</source>
        <translation>Şəbəkə kompüterinizdəki tətbiqlərə paylaşmağa icazə vermir.</translation>
    </message>
    <message>
        <source>Works at once</source>
        <translation>Dərhal işləyir</translation>
    </message>
    <message>
        <source>You register your own app with the network. Some networks charge for this.</source>
        <translation>Şəbəkədə öz tətbiqinizi qeydiyyatdan keçirirsiniz. Bəzi şəbəkələr bunun üçün ödəniş alır.</translation>
    </message>
</context>
<context>
    <name>NetworkMediaSelection</name>
    <message>
        <source>{name} is not sent to {network}</source>
        <translation>{name} {network} şəbəkəsinə göndərilmir</translation>
    </message>
    <message>
        <source>{name} is sent to {network}</source>
        <translation>{name} {network} şəbəkəsinə göndərilir</translation>
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
        <translation>Sistem sertifikatlarına əlavə olaraq etibar edilən PEM faylı</translation>
    </message>
    <message>
        <source>Address to try</source>
        <translation>Yoxlanacaq ünvan</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Bütün fayllar (*)</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Sertifikatlar (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Öz sertifikatlarınız</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Yoxlanılır…</translation>
    </message>
    <message>
        <source>Choose a file of certificates</source>
        <translation>Sertifikat faylı seçin</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Fayl seç…</translation>
    </message>
    <message>
        <source>Connection test</source>
        <translation>Bağlantı testi</translation>
    </message>
    <message>
        <source>Needs a user name for the proxy</source>
        <translation>Proksi üçün istifadəçi adı lazımdır</translation>
    </message>
    <message>
        <source>No keychain found. Saved until you quit Posto</source>
        <translation>Parol anbarı tapılmadı. Posto bağlanana qədər saxlanılır</translation>
    </message>
    <message>
        <source>No password saved</source>
        <translation>Saxlanılmış parol yoxdur</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Proksi parolu</translation>
    </message>
    <message>
        <source>Remove your certificates</source>
        <translation>Sertifikatlarınızı silin</translation>
    </message>
    <message>
        <source>Saved in a file only you can read</source>
        <translation>Yalnız sizin oxuya bildiyiniz faylda saxlanılır</translation>
    </message>
    <message>
        <source>Saved in the keychain of this computer</source>
        <translation>Bu kompüterin parol anbarında saxlanılır</translation>
    </message>
    <message>
        <source>Test</source>
        <extracomment>Verb: try the connection.</extracomment>
        <translation>Yoxla</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>Bağlantını yoxla</translation>
    </message>
    <message>
        <source>The address of a service</source>
        <translation>Xidmətin ünvanı</translation>
    </message>
    <message>
        <source>The connection could not be tested.</source>
        <translation>Bağlantı yoxlanıla bilmədi.</translation>
    </message>
    <message>
        <source>The password was not saved.</source>
        <translation>Parol saxlanılmadı.</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Bağlantını sına</translation>
    </message>
    <message>
        <source>{name} answered after {seconds} seconds</source>
        <translation>{name} {seconds} saniyə sonra cavab verdi</translation>
    </message>
    <message>
        <source>{name}, in addition to the system&apos;s certificates</source>
        <translation>{name}, sistem sertifikatlarına əlavə olaraq</translation>
    </message>
</context>
<context>
    <name>NetworkSettings</name>
    <message numerus="yes">
        <source>%n change(s) will be saved</source>
        <translation>
            <numerusform>%n dəyişiklik saxlanılacaq</numerusform>
            <numerusform>%n dəyişiklik saxlanılacaq</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)</source>
        <translation>
            <numerusform>%n dəyişikliyi ləğv et</numerusform>
            <numerusform>%n dəyişikliyi ləğv et</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)?</source>
        <translation>
            <numerusform>%n dəyişiklik ləğv edilsin?</numerusform>
            <numerusform>%n dəyişiklik ləğv edilsin?</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Boş</translation>
    </message>
    <message>
        <source>First choose which changes to keep</source>
        <translation>Əvvəlcə hansı dəyişikliklərin qalacağını seçin</translation>
    </message>
    <message>
        <source>Hidden and not changed</source>
        <translation>Gizlidir və dəyişdirilmir</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Mənimki qalsın</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>Onlarınkı qalsın</translation>
    </message>
    <message>
        <source>Loading the settings…</source>
        <translation>Parametrlər yüklənir…</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Xeyr</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Heç nə dəyişdirilmədi</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Yenidən yüklə</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Saxla</translation>
    </message>
    <message numerus="yes">
        <source>Save %n change(s)</source>
        <translation>
            <numerusform>%n dəyişikliyi saxla</numerusform>
            <numerusform>%n dəyişikliyi saxla</numerusform>
        </translation>
    </message>
    <message>
        <source>Save network settings</source>
        <translation>Şəbəkə parametrlərini saxla</translation>
    </message>
    <message>
        <source>Saved on the service</source>
        <translation>Xidmətdə saxlanıldı</translation>
    </message>
    <message>
        <source>Saved on the service for all its users</source>
        <translation>Xidmətdə onun bütün istifadəçiləri üçün saxlanıldı</translation>
    </message>
    <message>
        <source>Saved on {host} for all its users</source>
        <translation>{host} serverində onun bütün istifadəçiləri üçün saxlanıldı</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Saxlanılır…</translation>
    </message>
    <message>
        <source>Settings of {network}</source>
        <translation>{network} parametrləri</translation>
    </message>
    <message>
        <source>Someone else changed this on the service: {what}. Choose which changes to keep. Yours are not saved yet.</source>
        <translation>Başqası xidmətdə bunu dəyişib: {what}. Hansı dəyişikliklərin qalacağını seçin. Sizinkilər hələ saxlanılmayıb.</translation>
    </message>
    <message>
        <source>The service did not save {names} and uses its own value</source>
        <translation>Xidmət bunları saxlamadı və öz dəyərindən istifadə edir: {names}</translation>
    </message>
    <message>
        <source>The service has no settings for this network</source>
        <translation>Xidmətdə bu şəbəkə üçün parametr yoxdur</translation>
    </message>
    <message>
        <source>These changes are not saved on the service.</source>
        <translation>Bu dəyişikliklər xidmətdə saxlanılmayıb.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Yenidən cəhd et</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Bəli</translation>
    </message>
    <message>
        <source>You can change this only on the service</source>
        <translation>Bunu yalnız xidmətdə dəyişə bilərsiniz</translation>
    </message>
    <message>
        <source>{name} is now “{value}”</source>
        <translation>{name} indi “{value}”</translation>
    </message>
    <message>
        <source>{why} Nothing was saved.</source>
        <translation>{why} Heç nə saxlanılmadı.</translation>
    </message>
</context>
<context>
    <name>NetworkStep</name>
    <message>
        <source>A network, a site, a server, or @you@example.social</source>
        <translation>Şəbəkə, sayt, server və ya @siz@example.social</translation>
    </message>
    <message>
        <source>Checking {address}…</source>
        <translation>Yoxlanılır: {address}…</translation>
    </message>
    <message>
        <source>Find a network</source>
        <translation>Şəbəkə tap</translation>
    </message>
    <message>
        <source>Loading networks…</source>
        <translation>Şəbəkələr yüklənir…</translation>
    </message>
    <message>
        <source>No network has this name. Type the address of your server instead.</source>
        <translation>Bu adda şəbəkə yoxdur. Əvəzinə serverinizin ünvanını yazın.</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Xidmətə daxil ol…</translation>
    </message>
    <message>
        <source>This is {what}.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Mastodon (example.social)&quot;.</extracomment>
        <translation>Bu, {what}.</translation>
    </message>
    <message>
        <source>This is {what}. Posto cannot connect it.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Friendica (example.social)&quot;.</extracomment>
        <translation>Bu, {what}. Posto onu qoşa bilmir.</translation>
    </message>
    <message>
        <source>This version cannot connect this network yet. A Posto service can.</source>
        <translation>Bu versiya hələ bu şəbəkəni qoşa bilmir. Posto xidməti qoşa bilir.</translation>
    </message>
    <message>
        <source>{address} was not recognized. Choose its network below or check the spelling.</source>
        <translation>{address} tanınmadı. Aşağıda şəbəkəsini seçin və ya yazılışı yoxlayın.</translation>
    </message>
</context>
<context>
    <name>NetworkTabs</name>
    <message>
        <source>All networks</source>
        <translation>Bütün şəbəkələr</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Şəbəkələr</translation>
    </message>
    <message>
        <source>Text for {name}</source>
        <translation>{name} üçün mətn</translation>
    </message>
    <message>
        <source>own text</source>
        <translation>öz mətni</translation>
    </message>
    <message>
        <source>{name}, has a problem</source>
        <translation>{name}, problem var</translation>
    </message>
    <message>
        <source>{name}, own text</source>
        <translation>{name}, öz mətni</translation>
    </message>
</context>
<context>
    <name>NoMatches</name>
    <message>
        <source>Clear the search</source>
        <translation>Axtarışı təmizlə</translation>
    </message>
</context>
<context>
    <name>NotificationPresenter</name>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göstər</translation>
    </message>
</context>
<context>
    <name>NotificationsController</name>
    <message>
        <source>The workspace of this notification was removed</source>
        <translation>Bu bildirişin iş sahəsi silinib</translation>
    </message>
</context>
<context>
    <name>NotificationsModel</name>
    <message>
        <source>Error</source>
        <translation>Xəta</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Xəbərdarlıq</translation>
    </message>
</context>
<context>
    <name>NotificationsPanel</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Təmizlə</translation>
    </message>
    <message>
        <source>Clear notifications</source>
        <translation>Bildirişləri təmizlə</translation>
    </message>
    <message>
        <source>No notifications</source>
        <translation>Bildiriş yoxdur</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Bildirişlər</translation>
    </message>
    <message>
        <source>Notifications panel</source>
        <translation>Bildirişlər paneli</translation>
    </message>
    <message>
        <source>Your notifications appear here.</source>
        <translation>Bildirişləriniz burada görünür.</translation>
    </message>
</context>
<context>
    <name>OpenDrafts</name>
    <message>
        <source>Changes discarded. The message is still scheduled as it was.</source>
        <translation>Dəyişikliklər ləğv edildi. Mesaj əvvəlki kimi planlanıb.</translation>
    </message>
    <message>
        <source>Draft deleted</source>
        <translation>Qaralama silindi</translation>
    </message>
    <message>
        <source>Message discarded</source>
        <translation>Mesaj silindi</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Saved in Drafts</source>
        <translation>Qaralamalarda saxlanıldı</translation>
    </message>
    <message>
        <source>The draft could not be saved. It is lost when Posto quits.</source>
        <translation>Qaralama saxlanıla bilmədi. Posto bağlananda itəcək.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Hələ saxlanılası heç nə yoxdur</translation>
    </message>
    <message>
        <source>“{title}” was closed and saved in Drafts. At most 20 messages can be open.</source>
        <translation>“{title}” bağlandı və Qaralamalarda saxlanıldı. Ən çox 20 mesaj açıq ola bilər.</translation>
    </message>
</context>
<context>
    <name>OpenWorkspaceController</name>
    <message>
        <source>Sign in</source>
        <translation>Daxil ol</translation>
    </message>
</context>
<context>
    <name>OptimisticSchedule</name>
    <message numerus="yes">
        <source>%n post(s) deleted</source>
        <translation>
            <numerusform>%n paylaşım silindi</numerusform>
            <numerusform>%n paylaşım silindi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) deleted here. (It stays/They stay) published.</source>
        <translation>
            <numerusform>%n paylaşım burada silindi. Dərc olunmuş qalır.</numerusform>
            <numerusform>%n paylaşım burada silindi. Dərc olunmuş qalırlar.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its last change is not saved yet. Edit the message to change its time.</source>
        <translation>Son dəyişikliyi hələ saxlanılmayıb. Vaxtını dəyişmək üçün mesajı redaktə edin.</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Geri almaq üçün çox gecdir: paylaşımlar silinib.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>What is published stays published.</source>
        <translation>Dərc olunanlar dərc olunmuş qalır.</translation>
    </message>
</context>
<context>
    <name>OptionBox</name>
    <message>
        <source>required</source>
        <translation>mütləq</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{network} üçün {option}</translation>
    </message>
    <message>
        <source>{option}, required</source>
        <translation>{option}, mütləq</translation>
    </message>
</context>
<context>
    <name>OptionChip</name>
    <message>
        <source>Delete resets it</source>
        <translation>Delete düyməsi sıfırlayır</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Sıfırla</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{network} üçün {option}</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Add music to photos</source>
        <translation>Şəkillərə musiqi əlavə et</translation>
    </message>
    <message>
        <source>All images of the post</source>
        <translation>Paylaşımın bütün şəkilləri</translation>
    </message>
    <message>
        <source>Allow comments</source>
        <translation>Şərhlərə icazə ver</translation>
    </message>
    <message>
        <source>Allow duets</source>
        <translation>Duetlərə icazə ver</translation>
    </message>
    <message>
        <source>Allow stitches</source>
        <translation>Stitch-lərə icazə ver</translation>
    </message>
    <message>
        <source>Alt text of the post</source>
        <translation>Paylaşımın alternativ mətni</translation>
    </message>
    <message>
        <source>Attach the link</source>
        <translation>Keçidi əlavə et</translation>
    </message>
    <message>
        <source>Book</source>
        <translation>Sifariş et</translation>
    </message>
    <message>
        <source>Button</source>
        <translation>Düymə</translation>
    </message>
    <message>
        <source>Button below the message</source>
        <translation>Mesajın altındakı düymə</translation>
    </message>
    <message>
        <source>Button link</source>
        <translation>Düymənin keçidi</translation>
    </message>
    <message>
        <source>Button text</source>
        <translation>Düymənin mətni</translation>
    </message>
    <message>
        <source>Buy</source>
        <translation>Satın al</translation>
    </message>
    <message>
        <source>Call now</source>
        <translation>İndi zəng et</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>Kateqoriyalar</translation>
    </message>
    <message>
        <source>Channel default</source>
        <translation>Kanalın standartı</translation>
    </message>
    <message>
        <source>Channel default: the channel&apos;s setting on the service</source>
        <translation>Kanalın standartı: kanalın xidmətdəki parametri</translation>
    </message>
    <message>
        <source>Cut a text that is too long</source>
        <translation>Çox uzun mətni kəs</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standart</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Qaralama</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>Hamı</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Xülasə</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk şərh</translation>
    </message>
    <message>
        <source>Followers</source>
        <translation>İzləyicilər</translation>
    </message>
    <message>
        <source>Friends</source>
        <translation>Dostlar</translation>
    </message>
    <message>
        <source>Get offer</source>
        <translation>Təklifi al</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Həşteqlər</translation>
    </message>
    <message>
        <source>Keep as a draft on the blog</source>
        <translation>Bloqda qaralama kimi saxla</translation>
    </message>
    <message>
        <source>Keep the post type</source>
        <translation>Yazı növü qalsın</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketlər</translation>
    </message>
    <message>
        <source>Learn more</source>
        <translation>Ətraflı</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Keçid</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Keçid teqləri (UTM)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Heç biri</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Sönülü</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Aktiv</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>Yalnız mən</translation>
    </message>
    <message>
        <source>Order online</source>
        <translation>Onlayn sifariş et</translation>
    </message>
    <message>
        <source>Photo title</source>
        <translation>Foto başlığı</translation>
    </message>
    <message>
        <source>Pin the post</source>
        <translation>Paylaşımı sancaqla</translation>
    </message>
    <message>
        <source>Post type</source>
        <translation>Yazı növü</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>Şəxsi</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Dərc olunub</translation>
    </message>
    <message>
        <source>Qualifier</source>
        <translation>Dəqiqləşdirici</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>Rezerv et</translation>
    </message>
    <message>
        <source>Send categories</source>
        <translation>Kateqoriyaları göndər</translation>
    </message>
    <message>
        <source>Send pages as pages</source>
        <translation>Səhifələri səhifə kimi göndər</translation>
    </message>
    <message>
        <source>Send silently</source>
        <translation>Səssiz göndər</translation>
    </message>
    <message>
        <source>Send tags</source>
        <translation>Teqləri göndər</translation>
    </message>
    <message>
        <source>Sign up</source>
        <translation>Qeydiyyat</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>İmza</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Story hashtag</source>
        <translation>Hekayə həşteqi</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Teqlər</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>The featured image</source>
        <translation>Əsas şəkil</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Başlıq</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Medianı yüklə</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Görünmə</translation>
    </message>
    <message>
        <source>Waiting for review</source>
        <translation>Yoxlama gözləyir</translation>
    </message>
    <message>
        <source>Watch video</source>
        <translation>Videoya bax</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Su nişanı</translation>
    </message>
    <message>
        <source>Which media</source>
        <translation>Hansı media</translation>
    </message>
    <message>
        <source>Who can see it</source>
        <translation>Kim görə bilər</translation>
    </message>
    <message>
        <source>Write a first comment</source>
        <translation>İlk şərhi yaz</translation>
    </message>
</context>
<context>
    <name>OptionsBody</name>
    <message>
        <source>Find an option</source>
        <translation>Seçim tap</translation>
    </message>
    <message>
        <source>No option has this name</source>
        <translation>Bu adda seçim yoxdur</translation>
    </message>
    <message>
        <source>Show all options</source>
        <translation>Bütün seçimləri göstər</translation>
    </message>
</context>
<context>
    <name>OptionsCard</name>
    <message>
        <source>Also a link in the text</source>
        <translation>Mətndəki keçid də</translation>
    </message>
    <message>
        <source>Applies where a network has a limit</source>
        <translation>Şəbəkənin limiti olduqda tətbiq olunur</translation>
    </message>
    <message>
        <source>Attach link</source>
        <translation>Keçidi əlavə et</translation>
    </message>
    <message>
        <source>Cut it</source>
        <translation>Kəs</translation>
    </message>
    <message>
        <source>Facebook and LinkedIn then drop the media</source>
        <translation>Onda Facebook və LinkedIn medianı göstərmir</translation>
    </message>
    <message>
        <source>If the message has a link</source>
        <translation>Mesajda keçid varsa</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Keçid</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Heç vaxt</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Xeyr</translation>
    </message>
    <message>
        <source>On {network}</source>
        <translation>{network} şəbəkəsində</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Bütün şəbəkələrdə olduğu kimi</translation>
    </message>
    <message>
        <source>Send pictures and videos with the post</source>
        <translation>Paylaşımla şəkil və videoları göndər</translation>
    </message>
    <message>
        <source>The link of the message, or the first link in its text</source>
        <translation>Mesajın keçidi və ya mətnindəki ilk keçid</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Medianı yüklə</translation>
    </message>
    <message>
        <source>Used if the message has no link</source>
        <translation>Mesajda keçid yoxdursa, istifadə olunur</translation>
    </message>
    <message>
        <source>Warn me</source>
        <translation>Xəbərdar et</translation>
    </message>
    <message>
        <source>When the text is too long</source>
        <translation>Mətn çox uzun olduqda</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Bəli</translation>
    </message>
    <message>
        <source>{network} then drops the media</source>
        <translation>onda {network} medianı göstərmir</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n seçilib</numerusform>
            <numerusform>%n seçilib</numerusform>
        </translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Seçimlər</translation>
    </message>
</context>
<context>
    <name>OtherTimeChip</name>
    <message>
        <source>This can also mean {time}.</source>
        <translation>Bu, həm də {time} demək ola bilər.</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>və ya {time}?</translation>
    </message>
</context>
<context>
    <name>OthersStrip</name>
    <message>
        <source>Others in this message</source>
        <translation>Bu mesajdakı digər şəxslər</translation>
    </message>
    <message>
        <source>Take over the changes</source>
        <translation>Dəyişiklikləri götür</translation>
    </message>
    <message>
        <source>What you have changed stays. Where both of you changed the same you choose.</source>
        <translation>Dəyişdikləriniz qalır. Hər ikinizin dəyişdiyi yerdə siz seçirsiniz.</translation>
    </message>
</context>
<context>
    <name>OutboxList</name>
    <message>
        <source>Outbox</source>
        <translation>Göndəriş qutusu</translation>
    </message>
</context>
<context>
    <name>OutboxModel</name>
    <message numerus="yes">
        <source>%n of {total} sent</source>
        <translation>
            <numerusform>{total} paylaşımdan %n göndərilib</numerusform>
            <numerusform>{total} paylaşımdan %n göndərilib</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n digər</numerusform>
            <numerusform>%n digər</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Qəbul olundu</translation>
    </message>
    <message>
        <source>Accepted, but its status is unknown</source>
        <translation>Qəbul olunub, amma statusu bəlli deyil</translation>
    </message>
    <message>
        <source>Another workspace</source>
        <translation>Başqa iş sahəsi</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Ləğv edilib</translation>
    </message>
    <message>
        <source>Checking for the post</source>
        <translation>Paylaşım yoxlanılır</translation>
    </message>
    <message>
        <source>Converting</source>
        <translation>Çevrilir</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Siz silmisiniz</translation>
    </message>
    <message>
        <source>Done today</source>
        <translation>Bu gün görülənlər</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Siz redaktə etmisiniz</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Uğursuz</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Gözlədilir</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>Davam edir</translation>
    </message>
    <message>
        <source>It may already be on {channels}</source>
        <translation>Artıq bu kanallarda ola bilər: {channels}</translation>
    </message>
    <message>
        <source>May already be published</source>
        <translation>Artıq dərc olunmuş ola bilər</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Artıq dərc olunmuş ola bilər: {reason}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Diqqət tələb edir</translation>
    </message>
    <message>
        <source>Next in line</source>
        <translation>Növbədə birinci</translation>
    </message>
    <message>
        <source>No clear answer came back</source>
        <translation>Aydın cavab gəlmədi</translation>
    </message>
    <message>
        <source>No reason was given</source>
        <translation>Səbəb göstərilməyib</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Planda yoxdur</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Göndərilməyib</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Fasilədə</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu kompüterdə saxlanılıb</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Saxlanılır…</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlanıb</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Göndərilir</translation>
    </message>
    <message>
        <source>Sending to {host}</source>
        <translation>{host} serverinə göndərilir</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Göndərilib</translation>
    </message>
    <message>
        <source>Upcoming</source>
        <translation>Qarşıdan gələn</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Yüklənir</translation>
    </message>
    <message>
        <source>Uploading {n} of {total}</source>
        <translation>Yüklənir: {n}/{total}</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Gözləyir</translation>
    </message>
    <message>
        <source>Waiting for network</source>
        <translation>Şəbəkə gözlənilir</translation>
    </message>
    <message>
        <source>Waiting for sign-in</source>
        <translation>Giriş gözlənilir</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>təxminən {n} dəq qalıb</translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation>təxminən {n} s qalıb</translation>
    </message>
    <message>
        <source>can be undone for {n} s</source>
        <translation>{n} s ərzində geri almaq olar</translation>
    </message>
    <message>
        <source>continues when you resume</source>
        <translation>davam etdirəndə davam edir</translation>
    </message>
    <message>
        <source>next try at {time}</source>
        <translation>növbəti cəhd: {time}</translation>
    </message>
    <message>
        <source>next try in {n} min</source>
        <translation>növbəti cəhd {n} dəq sonra</translation>
    </message>
    <message>
        <source>next try in {n} s</source>
        <translation>növbəti cəhd {n} s sonra</translation>
    </message>
    <message>
        <source>next try now</source>
        <translation>növbəti cəhd indi</translation>
    </message>
    <message>
        <source>sending continues at {time}</source>
        <translation>göndərmə davam edir: {time}</translation>
    </message>
    <message>
        <source>sending continues in {n} s</source>
        <translation>göndərmə {n} s sonra davam edir</translation>
    </message>
    <message>
        <source>sending continues now</source>
        <translation>göndərmə indi davam edir</translation>
    </message>
    <message>
        <source>starts automatically</source>
        <translation>avtomatik başlayır</translation>
    </message>
    <message>
        <source>{file}, {percent} %</source>
        <translation>{file}, {percent} %</translation>
    </message>
    <message>
        <source>{sent} of {total} MB</source>
        <translation>{sent}/{total} MB</translation>
    </message>
    <message>
        <source>{sent} of {total} kB</source>
        <translation>{sent}/{total} kB</translation>
    </message>
</context>
<context>
    <name>OutboxRows</name>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Gizlət</translation>
    </message>
    <message>
        <source>Look into it</source>
        <translation>Nəzərdən keçir</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>İndi göndər</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göstər</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>İndi cəhd et</translation>
    </message>
</context>
<context>
    <name>OutcomeActions</name>
    <message>
        <source>Edit and send again</source>
        <translation>Redaktə et və yenidən göndər</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Oradadır</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Kanalı aç</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Yenidən göndər</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Şərhi yenidən göndər</translation>
    </message>
</context>
<context>
    <name>OutputOptionsPanel</name>
    <message>
        <source>All networks</source>
        <translation>Bütün şəbəkələr</translation>
    </message>
    <message>
        <source>Animated GIF</source>
        <translation>Animasiyalı GIF</translation>
    </message>
    <message>
        <source>Best for each network</source>
        <translation>Hər şəbəkə üçün ən uyğunu</translation>
    </message>
    <message>
        <source>Convert to what each network takes</source>
        <translation>Hər şəbəkənin qəbul etdiyinə çevir</translation>
    </message>
    <message>
        <source>Edits for {network} override those for all networks</source>
        <translation>{network} üçün düzəlişlər bütün şəbəkələr üçün olanlardan üstündür</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Üçün:</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>H.264 and AAC in an MP4, within the network’s pixels, rates and size</source>
        <translation>MP4-də H.264 və AAC, şəbəkənin piksel, sürət və ölçü hədləri daxilində</translation>
    </message>
    <message>
        <source>If off, location and camera data are removed before sending</source>
        <translation>Söndürülsə, yer və kamera məlumatı göndərməzdən əvvəl silinir</translation>
    </message>
    <message>
        <source>Keep location and camera data</source>
        <translation>Yer və kamera məlumatı qalsın</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>Ən böyük fayl</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>Ən uzun tərəf</translation>
    </message>
    <message>
        <source>Network limit</source>
        <translation>Şəbəkə limiti</translation>
    </message>
    <message>
        <source>No quality is lost; the start moves to the key frame before</source>
        <translation>Keyfiyyət itmir; başlanğıc əvvəlki açar kadra keçir</translation>
    </message>
    <message>
        <source>Only {network}</source>
        <translation>Yalnız {network}</translation>
    </message>
    <message>
        <source>Only {network}, edited</source>
        <translation>Yalnız {network}, redaktə olunub</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>Orijinal ölçü</translation>
    </message>
    <message>
        <source>Own edits: {names}</source>
        <translation>Öz düzəlişləri: {names}</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forma</translation>
    </message>
    <message>
        <source>Start at a key frame, without encoding</source>
        <translation>Açar kadrdan başla, kodlaşdırmadan</translation>
    </message>
    <message>
        <source>Still picture, JPEG</source>
        <translation>Hərəkətsiz şəkil, JPEG</translation>
    </message>
    <message>
        <source>Still picture, PNG</source>
        <translation>Hərəkətsiz şəkil, PNG</translation>
    </message>
</context>
<context>
    <name>OverrideControl</name>
    <message>
        <source>Different for this network</source>
        <translation>Bu şəbəkə üçün fərqli</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Heç biri</translation>
    </message>
    <message>
        <source>Own {name}</source>
        <translation>Öz: {name}</translation>
    </message>
    <message>
        <source>Same for all networks</source>
        <translation>Bütün şəbəkələr üçün eyni</translation>
    </message>
</context>
<context>
    <name>OwnAccountsController</name>
    <message numerus="yes">
        <source>%n waiting post(s) will not be sent.</source>
        <translation>
            <numerusform>Gözləyən %n paylaşım göndərilməyəcək.</numerusform>
            <numerusform>Gözləyən %n paylaşım göndərilməyəcək.</numerusform>
        </translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Yenidən yoxla</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Bağlantını kəs</translation>
    </message>
    <message>
        <source>Disconnect {name}?</source>
        <translation>{name} bağlantısı kəsilsin?</translation>
    </message>
    <message numerus="yes">
        <source>Its %n channel(s) will be removed, too.</source>
        <translation>
            <numerusform>Onun %n kanalı da silinəcək.</numerusform>
            <numerusform>Onun %n kanalı da silinəcək.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto signs out of the network and removes the account here.</source>
        <translation>Posto şəbəkədən çıxır və hesabı buradan silir.</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yenidən daxil ol</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Kilidi aç</translation>
    </message>
    <message>
        <source>{name} cannot publish now.</source>
        <translation>{name} hazırda paylaşa bilmir.</translation>
    </message>
    <message>
        <source>{name} is connected</source>
        <translation>{name} qoşulub</translation>
    </message>
    <message>
        <source>{name} is disconnected</source>
        <translation>{name} bağlantısı kəsildi</translation>
    </message>
    <message>
        <source>{name} stays connected</source>
        <translation>{name} qoşulu qalır</translation>
    </message>
    <message>
        <source>{name} was removed here, but its sign-in may still be valid. {why}</source>
        <translation>{name} buradan silindi, amma girişi hələ etibarlı ola bilər. {why}</translation>
    </message>
    <message>
        <source>{name} works</source>
        <translation>{name} işləyir</translation>
    </message>
</context>
<context>
    <name>PageNotifier</name>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>PaletteController</name>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Əmrlər</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Noun: a group of channels.</extracomment>
        <translation>Qrup</translation>
    </message>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Gizlət</translation>
    </message>
    <message>
        <source>Message without text</source>
        <translation>Mətnsiz mesaj</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Mesajlar</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Səhifələr</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Paylaşımlar</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Parametrlər</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göstər</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Hamısını göstər</translation>
    </message>
    <message>
        <source>Show only</source>
        <translation>Yalnız bunu göstər</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Stillər</translation>
    </message>
    <message>
        <source>Tick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>Seç</translation>
    </message>
    <message>
        <source>Untick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>Seçimi götür</translation>
    </message>
    <message>
        <source>account connect log in login network</source>
        <translation>hesab qoşmaq bağlamaq daxil olmaq giriş şəbəkə</translation>
    </message>
    <message>
        <source>account sign in log in login connect</source>
        <translation>hesab daxil olmaq giriş qoşulmaq login</translation>
    </message>
    <message>
        <source>account sign out log out logout</source>
        <translation>hesab çıxmaq çıxış logout</translation>
    </message>
    <message>
        <source>exit close</source>
        <translation>çıxmaq bağlamaq</translation>
    </message>
    <message>
        <source>help hotkeys</source>
        <translation>kömək qısayollar düymələr</translation>
    </message>
    <message>
        <source>help version licence</source>
        <translation>kömək versiya lisenziya</translation>
    </message>
    <message>
        <source>preferences options</source>
        <translation>ayarlar seçimlər tənzimləmələr</translation>
    </message>
    <message>
        <source>refresh update</source>
        <translation>yeniləmək təzələmək</translation>
    </message>
</context>
<context>
    <name>ParseOptionsMenu</name>
    <message>
        <source>Another file…</source>
        <translation>Başqa fayl…</translation>
    </message>
    <message>
        <source>Separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>Ayırıcı: {sign}</translation>
    </message>
    <message>
        <source>Sheet “{name}”</source>
        <translation>“{name}” vərəqi</translation>
    </message>
</context>
<context>
    <name>PartBar</name>
    <message>
        <source>Move part down</source>
        <translation>Hissəni aşağı köçür</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Hissəni yuxarı köçür</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Hissələri nömrələ</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Hissə {n}/{count}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Hissəni sil</translation>
    </message>
</context>
<context>
    <name>PartCard</name>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n simvol artıqdır</numerusform>
            <numerusform>%n simvol artıqdır</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n fayl</numerusform>
            <numerusform>%n fayl</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Mətn yoxdur</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Hələ heç nə yazılmayıb</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Hissə {n}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Hissə {n}/{count}</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>problem var</translation>
    </message>
</context>
<context>
    <name>PartRow</name>
    <message>
        <source>Its own</source>
        <translation>Özününkü</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No hashtags, signature or watermark.</extracomment>
        <translation>Heç biri</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Bütün şəbəkələrdə olduğu kimi</translation>
    </message>
    <message>
        <source>Set here</source>
        <translation>Burada təyin olunub</translation>
    </message>
</context>
<context>
    <name>PartsCard</name>
    <message>
        <source>Added at the end of each text</source>
        <translation>Hər mətnin sonuna əlavə olunur</translation>
    </message>
    <message>
        <source>Added to each message, up to the network&apos;s limit</source>
        <translation>Şəbəkənin limitinə qədər hər mesaja əlavə olunur</translation>
    </message>
    <message>
        <source>Drawn on your pictures when they are sent</source>
        <translation>Göndərilərkən şəkillərinizin üzərinə çəkilir</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Həşteqlər</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Keçid teqləri (UTM)</translation>
    </message>
    <message>
        <source>Show your web statistics where visitors come from</source>
        <translation>Veb statistikanıza ziyarətçilərin haradan gəldiyini göstərir</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>İmza</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Su nişanı</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopyalandı</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopyala</translation>
    </message>
    <message>
        <source>Copy the password</source>
        <translation>Kopyala: parol</translation>
    </message>
    <message>
        <source>In Posto on that device, add a workspace with the address {address}, the name {name} and this password. It is shown only now.</source>
        <translation>Həmin cihazdakı Posto-da {address} ünvanı, {name} adı və bu parol ilə iş sahəsi əlavə edin. Parol yalnız indi göstərilir.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Parol</translation>
    </message>
    <message>
        <source>Password for {device}</source>
        <translation>Parol: {device}</translation>
    </message>
</context>
<context>
    <name>PasswordStorageChoice</name>
    <message>
        <source>In a file only you can read</source>
        <translation>Yalnız sizin oxuya bildiyiniz faylda</translation>
    </message>
    <message>
        <source>In the system keychain</source>
        <translation>Sistemin parol anbarında</translation>
    </message>
    <message>
        <source>Kept in memory. Posts wait here until you sign in again.</source>
        <translation>Yaddaşda saxlanılır. Siz yenidən daxil olana qədər paylaşımlar burada gözləyir.</translation>
    </message>
    <message>
        <source>No keychain found on this computer.</source>
        <translation>Bu kompüterdə parol anbarı tapılmadı.</translation>
    </message>
    <message>
        <source>Not encrypted. Anyone who can use your account can read it.</source>
        <translation>Şifrələnməyib. Hesabınızdan istifadə edə bilən hər kəs onu oxuya bilər.</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Yalnız çıxana qədər</translation>
    </message>
    <message>
        <source>The keychain of this computer</source>
        <translation>Bu kompüterin parol anbarı</translation>
    </message>
    <message>
        <source>The keychain of this computer is not responding.</source>
        <translation>Bu kompüterin parol anbarı cavab vermir.</translation>
    </message>
    <message>
        <source>Where the password is kept</source>
        <translation>Parolun saxlandığı yer</translation>
    </message>
    <message>
        <source>{keychain} is locked. It will ask for its own password.</source>
        <translation>{keychain} kilidlidir. Öz parolunu soruşacaq.</translation>
    </message>
    <message>
        <source>{keychain}, locked with your login to this computer.</source>
        <translation>{keychain}, bu kompüterə girişinizlə kilidlənir.</translation>
    </message>
</context>
<context>
    <name>PastedPageReader</name>
    <message>
        <source>Nothing was pasted, because another text is open now. Paste again.</source>
        <translation>İndi başqa mətn açıq olduğu üçün heç nə yapışdırılmadı. Yenidən yapışdırın.</translation>
    </message>
    <message>
        <source>The pasted page could not be read.</source>
        <translation>Yapışdırılmış səhifə oxuna bilmədi.</translation>
    </message>
    <message>
        <source>The pasted page is too long. Only its beginning was inserted.</source>
        <translation>Yapışdırılmış səhifə çox uzundur. Yalnız əvvəli daxil edildi.</translation>
    </message>
</context>
<context>
    <name>PendingAnswers</name>
    <message numerus="yes">
        <source>%n post(s) (is/are) sent again in a moment</source>
        <translation>
            <numerusform>%n paylaşım bir azdan yenidən göndərilir</numerusform>
            <numerusform>%n paylaşım bir azdan yenidən göndərilir</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are sent again.</source>
        <translation>Geri almaq üçün çox gecdir: paylaşımlar yenidən göndərilir.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>PendingSends</name>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>%Ln paylaşım {seconds} s sonra göndərilir</numerusform>
            <numerusform>%Ln paylaşım {seconds} s sonra göndərilir</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are being sent.</source>
        <translation>Geri almaq üçün çox gecdir: paylaşımlar göndərilir.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>PeopleController</name>
    <message>
        <source>{name} removed from the team</source>
        <translation>{name} komandadan çıxarıldı</translation>
    </message>
    <message>
        <source>{name} was not removed from the team.</source>
        <translation>{name} komandadan çıxarılmadı.</translation>
    </message>
    <message>
        <source>{name} was not removed from the team. They cannot sign in.</source>
        <translation>{name} komandadan çıxarılmadı. Daxil ola bilməz.</translation>
    </message>
</context>
<context>
    <name>PeoplePart</name>
    <message>
        <source>Add a person, then make a password for each of their devices.</source>
        <translation>Şəxs əlavə edin, sonra hər cihazı üçün parol yaradın.</translation>
    </message>
    <message>
        <source>Add a person…</source>
        <translation>Şəxs əlavə et…</translation>
    </message>
    <message>
        <source>Another owner can do this</source>
        <translation>Bunu başqa sahib edə bilər</translation>
    </message>
    <message>
        <source>Cannot sign in. Removed when you close the settings</source>
        <translation>Daxil ola bilməz. Ayarları bağladıqda silinir</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Dəyişikliklər üçün server lazımdır</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Söndür</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Redaktə et…</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Aktiv et</translation>
    </message>
    <message>
        <source>Find a person</source>
        <translation>Şəxs axtar</translation>
    </message>
    <message>
        <source>Nobody is called “{text}”</source>
        <translation>“{text}” adlı heç kim yoxdur</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Şəxslər</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Saxlanılır…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{name} (you)</source>
        <translation>{name} (siz)</translation>
    </message>
</context>
<context>
    <name>PersonDialog</name>
    <message>
        <source>Add a person</source>
        <translation>Şəxs əlavə et</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>Şəxsi əlavə et</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Bütün kanallar</translation>
    </message>
    <message>
        <source>An owner sees all channels</source>
        <translation>Sahib bütün kanalları görür</translation>
    </message>
    <message>
        <source>Another owner can change your role</source>
        <translation>Rolunuzu başqa sahib dəyişə bilər</translation>
    </message>
    <message>
        <source>Another owner can remove you</source>
        <translation>Sizi başqa sahib silə bilər</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Dəyişikliklər üçün server lazımdır</translation>
    </message>
    <message>
        <source>Channels of some groups</source>
        <translation>Bəzi qrupların kanalları</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Cihazlar</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Qruplar, vergüllə ayrılmış</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>İstifadədə: {groups}</translation>
    </message>
    <message>
        <source>Letters from a to z, digits and . _ @ + -</source>
        <translation>a-dan z-yə hərflər, rəqəmlər və . _ @ + -</translation>
    </message>
    <message>
        <source>Make a password</source>
        <translation>Parol yarat</translation>
    </message>
    <message>
        <source>May sign in</source>
        <translation>Daxil ola bilər</translation>
    </message>
    <message>
        <source>Name of a new device</source>
        <translation>Yeni cihazın adı</translation>
    </message>
    <message>
        <source>Name to sign in with</source>
        <translation>Daxil olmaq üçün ad</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Hələ heç nə dəyişməyib</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Sil: {name}</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rol</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Dəyişiklikləri saxla</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Saxlanılır…</translation>
    </message>
    <message>
        <source>Sees</source>
        <translation>Gördükləri</translation>
    </message>
    <message>
        <source>Shown name</source>
        <translation>Görünən ad</translation>
    </message>
    <message>
        <source>Write a name to sign in with first</source>
        <translation>Əvvəlcə daxil olmaq üçün ad yazın</translation>
    </message>
    <message>
        <source>Write the name of the device first</source>
        <translation>Əvvəlcə cihazın adını yazın</translation>
    </message>
</context>
<context>
    <name>PictureKinds</name>
    <message>
        <source>AVIF pictures</source>
        <translation>AVIF şəkilləri</translation>
    </message>
    <message>
        <source>HEIC pictures</source>
        <translation>HEIC şəkilləri</translation>
    </message>
    <message>
        <source>JPEGs</source>
        <translation>JPEG-lər</translation>
    </message>
    <message>
        <source>WebP pictures</source>
        <translation>WebP şəkilləri</translation>
    </message>
    <message>
        <source>progressive JPEGs</source>
        <translation>proqressiv JPEG-lər</translation>
    </message>
    <message>
        <source>such files</source>
        <translation>belə fayllar</translation>
    </message>
</context>
<context>
    <name>PlacePopup</name>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>New message here</source>
        <translation>Burada yeni mesaj</translation>
    </message>
    <message>
        <source>Or a draft</source>
        <translation>Və ya qaralama</translation>
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
        <translation>dəyişiklik istənilib</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>qaralama</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>uğursuz</translation>
    </message>
    <message>
        <source>late</source>
        <translation>gecikib</translation>
    </message>
    <message>
        <source>needs you</source>
        <translation>diqqət tələb edir</translation>
    </message>
    <message>
        <source>other</source>
        <translation>digər</translation>
    </message>
    <message>
        <source>scheduled</source>
        <translation>planlanıb</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>göndərilir</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>göndərilib</translation>
    </message>
    <message>
        <source>waiting for approval</source>
        <translation>təsdiq gözləyir</translation>
    </message>
</context>
<context>
    <name>PostList</name>
    <message>
        <source>Posts of this message</source>
        <translation>Bu mesajın paylaşımları</translation>
    </message>
</context>
<context>
    <name>PostOutcomes</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) published</source>
        <translation>
            <numerusform>%Ln paylaşım dərc olundu</numerusform>
            <numerusform>%Ln paylaşım dərc olundu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not published on {network}</source>
        <translation>
            <numerusform>%Ln paylaşım {network} şəbəkəsində dərc olunmadı</numerusform>
            <numerusform>%Ln paylaşım {network} şəbəkəsində dərc olunmadı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not sent</source>
        <translation>
            <numerusform>%Ln paylaşım göndərilmədi</numerusform>
            <numerusform>%Ln paylaşım göndərilmədi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) may already be on {network}. Open (it/them) and choose what to do.</source>
        <translation>
            <numerusform>%Ln paylaşım artıq {network} şəbəkəsində ola bilər. Onu açın və nə edəcəyinizi seçin.</numerusform>
            <numerusform>%Ln paylaşım artıq {network} şəbəkəsində ola bilər. Onları açın və nə edəcəyinizi seçin.</numerusform>
        </translation>
    </message>
    <message>
        <source>A post for {channel}</source>
        <translation>{channel} kanalı üçün paylaşım</translation>
    </message>
    <message>
        <source>It is published on {networks}.</source>
        <translation>Dərc olunub: {networks}.</translation>
    </message>
    <message>
        <source>On {networks}</source>
        <translation>Burada: {networks}</translation>
    </message>
    <message numerus="yes">
        <source>The site has not sent %Ln post(s). Its timer seems to be stopped.</source>
        <translation>
            <numerusform>Sayt %Ln paylaşımı göndərməyib. Görünür, taymeri dayanıb.</numerusform>
            <numerusform>Sayt %Ln paylaşımı göndərməyib. Görünür, taymeri dayanıb.</numerusform>
        </translation>
    </message>
    <message>
        <source>The timer runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>Taymer sayta ziyarətçi gələndə işləyir. Başlatmaq üçün saytı brauzerdə açın.</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>şəbəkə</translation>
    </message>
    <message numerus="yes">
        <source>{titles} and %n more</source>
        <extracomment>{titles}: beginnings of posts.</extracomment>
        <translation>
            <numerusform>{titles} və daha %n</numerusform>
            <numerusform>{titles} və daha %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} is published</source>
        <extracomment>{what}: the beginning of a post in quotation marks, or &quot;A post for Galerie Nord&quot;.</extracomment>
        <translation>{what} dərc olundu</translation>
    </message>
    <message>
        <source>{what} may already be on {network}. Open it and choose what to do.</source>
        <translation>{what} artıq {network} şəbəkəsində ola bilər. Açın və nə edəcəyinizi seçin.</translation>
    </message>
    <message>
        <source>{what} was not published on {network}</source>
        <translation>{what} {network} şəbəkəsində dərc olunmadı</translation>
    </message>
    <message>
        <source>{what} was not sent</source>
        <translation>{what} göndərilmədi</translation>
    </message>
</context>
<context>
    <name>PostStory</name>
    <message numerus="yes">
        <source>%Ln file(s) handed over</source>
        <translation>
            <numerusform>%Ln fayl ötürüldü</numerusform>
            <numerusform>%Ln fayl ötürüldü</numerusform>
        </translation>
    </message>
    <message>
        <source>About to be sent</source>
        <translation>Göndərilmək üzrədir</translation>
    </message>
    <message>
        <source>May be published</source>
        <translation>Dərc olunmuş ola bilər</translation>
    </message>
    <message>
        <source>Not published</source>
        <translation>Dərc olunmayıb</translation>
    </message>
    <message>
        <source>Open comment</source>
        <translation>Şərhi aç</translation>
    </message>
    <message>
        <source>Open part {n}</source>
        <translation>{n} nömrəli hissəni aç</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Paylaşımı aç</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Hissə {n}</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Dərc olunub</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Göndərilir</translation>
    </message>
    <message>
        <source>The first comment</source>
        <translation>İlk şərh</translation>
    </message>
    <message>
        <source>The post</source>
        <translation>Paylaşım</translation>
    </message>
    <message>
        <source>Tried again at {time}</source>
        <translation>Yenidən cəhd edilib: {time}</translation>
    </message>
    <message>
        <source>Uploading files: {percent} %</source>
        <translation>Fayllar yüklənir: {percent} %</translation>
    </message>
    <message>
        <source>Waits until {time}</source>
        <translation>Gözləyir: {time}</translation>
    </message>
    <message>
        <source>You found it on the network.</source>
        <translation>Siz onu şəbəkədə tapmısınız.</translation>
    </message>
    <message>
        <source>{what} is being sent</source>
        <translation>{what} göndərilir</translation>
    </message>
    <message>
        <source>{what} is not published</source>
        <translation>{what} dərc olunmayıb</translation>
    </message>
    <message>
        <source>{what} is published</source>
        <translation>{what} dərc olundu</translation>
    </message>
    <message>
        <source>{what} may be published</source>
        <translation>{what} dərc olunmuş ola bilər</translation>
    </message>
    <message>
        <source>{what} waits for the previous one</source>
        <translation>{what} əvvəlkini gözləyir</translation>
    </message>
</context>
<context>
    <name>PostText</name>
    <message numerus="yes">
        <source>%Ln more character(s) (is/are) not shown.</source>
        <translation>
            <numerusform>Daha %Ln simvol göstərilmir.</numerusform>
            <numerusform>Daha %Ln simvol göstərilmir.</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Mətn yoxdur</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln character(s)</source>
        <translation>
            <numerusform>%Ln simvolu göstər</numerusform>
            <numerusform>%Ln simvolu göstər</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %Ln character(s)</source>
        <translation>
            <numerusform>Bütün %Ln simvolu göstər</numerusform>
            <numerusform>Bütün %Ln simvolu göstər</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PostingFlow</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Geri</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Vaxtı dəyiş</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Əvvəlcə kanal seçin</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Əvvəlcə düzəldin</translation>
    </message>
    <message>
        <source>Keep the time</source>
        <extracomment>To the page before.</extracomment>
        <translation>Vaxtı saxla</translation>
    </message>
    <message>
        <source>No channel would take this as it is. The checks above say why.</source>
        <translation>Heç bir kanal bunu olduğu kimi qəbul etməz. Səbəbi yuxarıdakı yoxlamalarda yazılıb.</translation>
    </message>
    <message>
        <source>Post to {name} only</source>
        <translation>Yalnız {name} kanalına paylaş</translation>
    </message>
    <message numerus="yes">
        <source>Post to {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanaldan {n} üçün paylaş</numerusform>
            <numerusform>%Ln kanaldan {n} üçün paylaş</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose</source>
        <extracomment>Verb: the button of a writer, whose message an editor has to approve.</extracomment>
        <translation>Təklif et</translation>
    </message>
    <message numerus="yes">
        <source>Propose %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşım təklif et</numerusform>
            <numerusform>%Ln paylaşım təklif et</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose again</source>
        <translation>Yenidən təklif et</translation>
    </message>
    <message>
        <source>Propose again · {when}</source>
        <extracomment>Verb: the button of a writer who has made the changes that an editor asked for.</extracomment>
        <translation>Yenidən təklif et · {when}</translation>
    </message>
    <message numerus="yes">
        <source>Save and schedule %Ln more</source>
        <translation>
            <numerusform>Saxla və daha %Ln paylaşım planla</numerusform>
            <numerusform>Saxla və daha %Ln paylaşım planla</numerusform>
        </translation>
    </message>
    <message>
        <source>Save and send now</source>
        <translation>Saxla və indi göndər</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Dəyişiklikləri saxla</translation>
    </message>
    <message>
        <source>Save changes · {when}</source>
        <translation>Dəyişiklikləri saxla · {when}</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Planla</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşım planla</numerusform>
            <numerusform>%Ln paylaşım planla</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule {name} only</source>
        <translation>Yalnız {name} üçün planla</translation>
    </message>
    <message numerus="yes">
        <source>Schedule {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanaldan {n} üçün planla</numerusform>
            <numerusform>%Ln kanaldan {n} üçün planla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>%Ln paylaşımı indi göndər</numerusform>
            <numerusform>%Ln paylaşımı indi göndər</numerusform>
        </translation>
    </message>
    <message>
        <source>Send now</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>İndi göndər</translation>
    </message>
    <message>
        <source>The message for {names} stays in Drafts</source>
        <translation>{names} üçün mesaj Qaralamalarda qalır</translation>
    </message>
    <message>
        <source>The time was not understood.</source>
        <translation>Vaxt anlaşılmadı.</translation>
    </message>
    <message>
        <source>Write something or add a file first</source>
        <translation>Əvvəlcə nəsə yazın və ya fayl əlavə edin</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Bu iş sahəsinə yalnız baxa bilərsiniz</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>və daha %n</numerusform>
            <numerusform>və daha %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{deed} ({times} × {channels})</source>
        <extracomment>{deed}: text of the button, such as &quot;Schedule 6 posts&quot;; then numbers.</extracomment>
        <translation>{deed} ({times} × {channels})</translation>
    </message>
    <message>
        <source>{names}: not possible as it is. The checks above say why.</source>
        <translation>{names}: olduğu kimi mümkün deyil. Səbəbi yuxarıdakı yoxlamalarda yazılıb.</translation>
    </message>
</context>
<context>
    <name>Presence</name>
    <message>
        <source>Somebody else</source>
        <translation>Başqa biri</translation>
    </message>
    <message>
        <source>You have this post open on {device}, too</source>
        <translation>Bu paylaşım {device} cihazında da açıqdır</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} və daha %n nəfər</numerusform>
            <numerusform>{names} və daha %n nəfər</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} are editing this post</source>
        <translation>{name} bu paylaşımı redaktə edir</translation>
    </message>
    <message>
        <source>{name} are editing this post too</source>
        <translation>{name} də bu paylaşımı redaktə edir</translation>
    </message>
    <message>
        <source>{name} has saved changes: {fields}. Your version is unchanged.</source>
        <translation>{name} dəyişiklik saxladı: {fields}. Sizin versiyanız dəyişməyib.</translation>
    </message>
    <message>
        <source>{name} has this post open</source>
        <translation>Bu paylaşım {name} üçün açıqdır</translation>
    </message>
    <message>
        <source>{name} have this post open</source>
        <translation>Bu paylaşım {name} üçün açıqdır</translation>
    </message>
    <message>
        <source>{name} is editing this post</source>
        <translation>{name} bu paylaşımı redaktə edir</translation>
    </message>
    <message>
        <source>{name} is editing this post too</source>
        <translation>{name} də bu paylaşımı redaktə edir</translation>
    </message>
    <message>
        <source>{name}: since {time}, {device}</source>
        <translation>{name}: {time} vaxtından, {device}</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message numerus="yes">
        <source>%Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>%Ln artıqdır</numerusform>
            <numerusform>%Ln artıqdır</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) (is/are) left out</source>
        <translation>
            <numerusform>daha %n fayl kənarda qalır</numerusform>
            <numerusform>daha %n fayl kənarda qalır</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more part(s) (is/are) not shown</source>
        <translation>
            <numerusform>daha %n hissə göstərilmir</numerusform>
            <numerusform>daha %n hissə göstərilmir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pin(s)</source>
        <translation>
            <numerusform>%n sancaq</numerusform>
            <numerusform>%n sancaq</numerusform>
        </translation>
    </message>
    <message>
        <source>Comment</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Şərh yaz</translation>
    </message>
    <message>
        <source>From {host}</source>
        <translation>Mənbə: {host}</translation>
    </message>
    <message>
        <source>Keep reading</source>
        <translation>Oxumağa davam et</translation>
    </message>
    <message>
        <source>Like</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Bəyən</translation>
    </message>
    <message>
        <source>Read more</source>
        <translation>Davamını oxu</translation>
    </message>
    <message>
        <source>Repost</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Təkrar paylaş</translation>
    </message>
    <message>
        <source>See more</source>
        <translation>Daha çox</translation>
    </message>
    <message>
        <source>Send</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Göndər</translation>
    </message>
    <message>
        <source>Share</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Paylaş</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Daha çox göstər</translation>
    </message>
    <message>
        <source>Vote</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Səs ver</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>problem var</translation>
    </message>
    <message>
        <source>more</source>
        <extracomment>Shows the rest of a text, as networks name it.</extracomment>
        <translation>daha çox</translation>
    </message>
    <message>
        <source>needs a file</source>
        <translation>fayl lazımdır</translation>
    </message>
    <message>
        <source>needs a text</source>
        <translation>mətn lazımdır</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>indi</translation>
    </message>
    <message numerus="yes">
        <source>part {part}: %Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>hissə {part}: %Ln artıqdır</numerusform>
            <numerusform>hissə {part}: %Ln artıqdır</numerusform>
        </translation>
    </message>
    <message>
        <source>{time} · Public</source>
        <translation>{time} · Hamıya açıq</translation>
    </message>
</context>
<context>
    <name>PreviewCard</name>
    <message>
        <source>Link: {title}</source>
        <translation>Keçid: {title}</translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Öz mətni</translation>
    </message>
    <message>
        <source>Part {n}: {text}</source>
        <translation>Hissə {n}: {text}</translation>
    </message>
    <message>
        <source>Picture: {alt}</source>
        <translation>Şəkil: {alt}</translation>
    </message>
    <message>
        <source>Preview for {network}, {channel}</source>
        <translation>Önbaxış: {network}, {channel}</translation>
    </message>
    <message numerus="yes">
        <source>{channel} and %n more</source>
        <translation>
            <numerusform>{channel} və daha %n</numerusform>
            <numerusform>{channel} və daha %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewMenu</name>
    <message numerus="yes">
        <source>%n preview(s)</source>
        <translation>
            <numerusform>%n önbaxış</numerusform>
            <numerusform>%n önbaxış</numerusform>
        </translation>
    </message>
    <message>
        <source>Go to preview</source>
        <translation>Önbaxışa keç</translation>
    </message>
    <message>
        <source>{words}, go to one</source>
        <extracomment>{words}: &quot;3 previews&quot;.</extracomment>
        <translation>{words}, birinə keç</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Close preview</source>
        <translation>Önbaxışı bağla</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Önbaxış</translation>
    </message>
</context>
<context>
    <name>ProposalArea</name>
    <message>
        <source>Proposals of agents</source>
        <translation>Agentlərin təklifləri</translation>
    </message>
</context>
<context>
    <name>ProposalCard</name>
    <message>
        <source>Decline</source>
        <translation>Rədd et</translation>
    </message>
    <message>
        <source>First comment: {comment}</source>
        <translation>İlk şərh: {comment}</translation>
    </message>
    <message>
        <source>Link: {link}</source>
        <translation>Keçid: {link}</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Mətn yoxdur</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Siz təsdiqləmədən heç nə baş vermir.</translation>
    </message>
    <message>
        <source>The digest of exactly this. The agent and the terminal show the same one.</source>
        <translation>Məhz bunun xeş dəyəri. Agent və terminal eynisini göstərir.</translation>
    </message>
    <message>
        <source>Title: {title}</source>
        <translation>Başlıq: {title}</translation>
    </message>
    <message>
        <source>no description</source>
        <translation>təsvir yoxdur</translation>
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
            <numerusform>%Ln paylaşımı sil</numerusform>
            <numerusform>%Ln paylaşımı sil</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşımı köçür</numerusform>
            <numerusform>%Ln paylaşımı köçür</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşım planla</numerusform>
            <numerusform>%Ln paylaşım planla</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} – {last}</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>{n} dəq qalıb</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>{n} s qalıb</translation>
    </message>
    <message>
        <source>{old} → {new}</source>
        <translation>{old} → {new}</translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to delete %Ln post(s)</source>
        <translation>
            <numerusform>“{client}” %Ln paylaşımı silmək istəyir</numerusform>
            <numerusform>“{client}” %Ln paylaşımı silmək istəyir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to move %Ln post(s) to {when}</source>
        <translation>
            <numerusform>“{client}” %Ln paylaşımı köçürmək istəyir: {when}</numerusform>
            <numerusform>“{client}” %Ln paylaşımı köçürmək istəyir: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to schedule %Ln post(s) for {when}</source>
        <translation>
            <numerusform>“{client}” %Ln paylaşım planlamaq istəyir: {when}</numerusform>
            <numerusform>“{client}” %Ln paylaşım planlamaq istəyir: {when}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProposalsController</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) deleted in {seconds} s</source>
        <translation>
            <numerusform>%Ln paylaşım {seconds} s sonra silinir</numerusform>
            <numerusform>%Ln paylaşım {seconds} s sonra silinir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln proposed post(s) (was/were) deleted</source>
        <translation>
            <numerusform>Təklif olunan %Ln paylaşım silindi</numerusform>
            <numerusform>Təklif olunan %Ln paylaşım silindi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n proposal(s) (waits/wait) for you.</source>
        <translation>
            <numerusform>%n təklif sizi gözləyir.</numerusform>
            <numerusform>%n təklif sizi gözləyir.</numerusform>
        </translation>
    </message>
    <message>
        <source>Declined. Nothing was done.</source>
        <translation>Rədd edildi. Heç nə edilmədi.</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Siz təsdiqləmədən heç nə baş vermir.</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göstər</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>PublishingPage</name>
    <message>
        <source>Add a group of channels</source>
        <translation>Kanal qrupu əlavə et</translation>
    </message>
    <message>
        <source>Add slots</source>
        <translation>Slot əlavə et</translation>
    </message>
    <message>
        <source>No slots yet. Add the weekly times when you like to post.</source>
        <translation>Hələ slot yoxdur. Paylaşmaq istədiyiniz həftəlik vaxtları əlavə edin.</translation>
    </message>
    <message>
        <source>On Windows Posto uses the computer&apos;s time zone</source>
        <translation>Windows-da Posto kompüterin saat qurşağından istifadə edir</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Paylaşım slotları</translation>
    </message>
    <message>
        <source>Slots added</source>
        <translation>Slotlar əlavə olundu</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo change of slots</source>
        <translation>Slot dəyişikliyini geri al</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>“{times}” istifadə et</translation>
    </message>
    <message>
        <source>“Next free slot” uses these times</source>
        <translation>“Növbəti boş slot” bu vaxtlardan istifadə edir</translation>
    </message>
</context>
<context>
    <name>QuickCaptureController</name>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>QuickChipButton</name>
    <message>
        <source>Choose which channel is meant. Delete leaves it in the text.</source>
        <translation>Hansı kanalın nəzərdə tutulduğunu seçin. Delete onu mətndə saxlayır.</translation>
    </message>
    <message>
        <source>Do not post there</source>
        <translation>Orada paylaşma</translation>
    </message>
    <message>
        <source>Do not wait for this slot</source>
        <translation>Bu slotu gözləmə</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Qrup</translation>
    </message>
    <message>
        <source>Leave it in the text</source>
        <translation>Mətndə saxla</translation>
    </message>
    <message>
        <source>Post at this time?</source>
        <translation>Bu vaxtda paylaşılsın?</translation>
    </message>
    <message>
        <source>Remove the file from the message</source>
        <translation>Faylı mesajdan sil</translation>
    </message>
    <message>
        <source>Take these words for the time of the post</source>
        <translation>Bu sözləri paylaşım vaxtı kimi götür</translation>
    </message>
    <message>
        <source>attached file</source>
        <translation>əlavə edilmiş fayl</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>keçib</translation>
    </message>
    <message>
        <source>several channels</source>
        <translation>bir neçə kanal</translation>
    </message>
    <message>
        <source>time of the post</source>
        <translation>paylaşım vaxtı</translation>
    </message>
    <message>
        <source>{network}, as last time</source>
        <translation>{network}, keçən dəfəki kimi</translation>
    </message>
</context>
<context>
    <name>QuickFiles</name>
    <message>
        <source>Picture</source>
        <translation>Şəkil</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>Şəkil saxlanıla bilmədi.</translation>
    </message>
</context>
<context>
    <name>QuickLineEdit</name>
    <message>
        <source>Message</source>
        <translation>Mesaj</translation>
    </message>
</context>
<context>
    <name>QuickMessage</name>
    <message>
        <source>Name a channel with @</source>
        <translation>@ ilə kanal yazın</translation>
    </message>
    <message>
        <source>Next slot: {time}</source>
        <translation>Növbəti slot: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Press Enter again to send %Ln post(s) now.</source>
        <translation>
            <numerusform>%Ln paylaşımı indi göndərmək üçün Enter düyməsini yenidən basın.</numerusform>
            <numerusform>%Ln paylaşımı indi göndərmək üçün Enter düyməsini yenidən basın.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files are still being read. Press Enter again.</source>
        <translation>Fayllar hələ oxunur. Enter düyməsini yenidən basın.</translation>
    </message>
    <message>
        <source>{name} ({count})</source>
        <extracomment>{name}: of a group or network, {count}: its channels.</extracomment>
        <translation>{name} ({count})</translation>
    </message>
    <message>
        <source>{name} is no channel and stays in the text</source>
        <extracomment>{name}: such as @anna</extracomment>
        <translation>{name} kanal deyil və mətndə qalır</translation>
    </message>
    <message>
        <source>{time}?</source>
        <translation>{time}?</translation>
    </message>
    <message>
        <source>“{name}” can be several channels. Choose one.</source>
        <translation>“{name}” bir neçə kanal ola bilər. Birini seçin.</translation>
    </message>
</context>
<context>
    <name>QuickWindow</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanal</numerusform>
            <numerusform>%Ln kanal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n təklif</numerusform>
            <numerusform>%n təklif</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>“Yaz” bölməsində aç</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Sürətli paylaşım</translation>
    </message>
    <message>
        <source>What’s new? @channel tomorrow 9:00</source>
        <translation>Nə yenilik var? @kanal sabah 9:00</translation>
    </message>
</context>
<context>
    <name>QuitDialog</name>
    <message>
        <source>Change it under Settings &gt; General</source>
        <translation>“Parametrlər &gt; Ümumi” bölməsində dəyişin</translation>
    </message>
    <message>
        <source>Do this each time</source>
        <translation>Hər dəfə belə et</translation>
    </message>
    <message>
        <source>Only this computer can send them. The first is due {first}. Posto can keep sending in the background. Otherwise they wait until you start Posto again, and late posts show as missed.</source>
        <translation>Onları yalnız bu kompüter göndərə bilər. Birincinin vaxtı: {first}. Posto arxa planda göndərməyə davam edə bilər. Əks halda Posto-nu yenidən başladana qədər gözləyirlər və gecikən paylaşımlar ötürülmüş kimi göstərilir.</translation>
    </message>
    <message>
        <source>Quit and keep sending</source>
        <translation>Çıx və göndərməyə davam et</translation>
    </message>
    <message>
        <source>Quit and stop sending</source>
        <translation>Çıx və göndərməni dayandır</translation>
    </message>
    <message>
        <source>Quit with {posts} waiting?</source>
        <translation>Gözləyənlər var ({posts}). Çıxılsın?</translation>
    </message>
</context>
<context>
    <name>ReasonBox</name>
    <message>
        <source>Address of the post</source>
        <translation>Paylaşımın ünvanı</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Bilirsinizsə, ünvan</translation>
    </message>
    <message>
        <source>Answer from {network}</source>
        <translation>{network} cavabı</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Redaktə et</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Bir azdan yenidən göndərilir.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Oradadır</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Saytda aç</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Kanalı aç</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Saytı aç</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planlayıcını dayandır</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Yenidən göndər</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>İndi göndər</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Şərhi yenidən göndər</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>şəbəkə</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>A file of the post is missing</source>
        <translation>Paylaşımın bir faylı çatışmır</translation>
    </message>
    <message>
        <source>Check whether the post is published before you retry.</source>
        <translation>Yenidən cəhd etməzdən əvvəl paylaşımın dərc olunub-olunmadığını yoxlayın.</translation>
    </message>
    <message>
        <source>Edit the post, add a file and send it again. Nothing was published there.</source>
        <translation>Paylaşımı redaktə edin, fayl əlavə edib yenidən göndərin. Orada heç nə dərc olunmayıb.</translation>
    </message>
    <message>
        <source>Edit the post, shorten the text and send it again. Nothing was published there.</source>
        <translation>Paylaşımı redaktə edin, mətni qısaldıb yenidən göndərin. Orada heç nə dərc olunmayıb.</translation>
    </message>
    <message>
        <source>If it is there, delete it here. The published post stays.</source>
        <translation>Oradadırsa, onu burada silin. Dərc olunmuş paylaşım qalır.</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Artıq {network} şəbəkəsindədir?</translation>
    </message>
    <message>
        <source>Is the first comment there already?</source>
        <translation>İlk şərh artıq oradadır?</translation>
    </message>
    <message>
        <source>It does not accept the same text twice. Edit the post, change the text and send it again.</source>
        <translation>Eyni mətni iki dəfə qəbul etmir. Paylaşımı redaktə edin, mətni dəyişib yenidən göndərin.</translation>
    </message>
    <message>
        <source>It is no longer in the media library. Edit the post, add the file again and send it. Nothing was published there.</source>
        <translation>Artıq media kitabxanasında deyil. Paylaşımı redaktə edin, faylı yenidən əlavə edib göndərin. Orada heç nə dərc olunmayıb.</translation>
    </message>
    <message>
        <source>It may have been renamed, closed or deleted. Check it on {network}.</source>
        <translation>Adı dəyişdirilmiş, bağlanmış və ya silinmiş ola bilər. {network} şəbəkəsində yoxlayın.</translation>
    </message>
    <message>
        <source>It may have been sent before</source>
        <translation>Əvvəl göndərilmiş ola bilər</translation>
    </message>
    <message>
        <source>It was not sent after its time. Send it now or reschedule it.</source>
        <translation>Vaxtı keçdikdən sonra göndərilmədi. İndi göndərin və ya vaxtını dəyişin.</translation>
    </message>
    <message>
        <source>Its data comes from a backup or a damaged file and may be out of date. Check whether it is published before you send it.</source>
        <translation>Məlumatı ehtiyat nüsxədən və ya zədələnmiş fayldandır və köhnəlmiş ola bilər. Göndərməzdən əvvəl dərc olunub-olunmadığını yoxlayın.</translation>
    </message>
    <message>
        <source>Its session has expired. Connect {channel} again on the site, then retry. Nothing was published there.</source>
        <translation>Sessiyasının vaxtı bitib. {channel} kanalını saytda yenidən qoşun, sonra təkrar cəhd edin. Orada heç nə dərc olunmayıb.</translation>
    </message>
    <message>
        <source>Its time has passed, but the site&apos;s timer seems to be stopped. It runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>Vaxtı keçib, amma görünür, saytın taymeri dayanıb. Sayta ziyarətçi gələndə işləyir. Başlatmaq üçün saytı brauzerdə açın.</translation>
    </message>
    <message>
        <source>Its time passed while nothing was running</source>
        <translation>Heç nə işləməyəndə vaxtı keçib</translation>
    </message>
    <message>
        <source>No reason was given. Retrying may help.</source>
        <translation>Səbəb göstərilməyib. Yenidən cəhd kömək edə bilər.</translation>
    </message>
    <message>
        <source>Retry later. Nothing was published there.</source>
        <translation>Sonra yenidən cəhd edin. Orada heç nə dərc olunmayıb.</translation>
    </message>
    <message>
        <source>Sending again now could publish it twice.</source>
        <translation>İndi yenidən göndərmək onun iki dəfə dərc olunmasına səbəb ola bilər.</translation>
    </message>
    <message>
        <source>The file is too large for {network}, or its format or shape is not supported. Edit the post, change the file and send it again. Nothing was published there.</source>
        <translation>Fayl {network} üçün çox böyükdür və ya formatı yaxud forması dəstəklənmir. Paylaşımı redaktə edin, faylı dəyişib yenidən göndərin. Orada heç nə dərc olunmayıb.</translation>
    </message>
    <message>
        <source>The first comment is missing</source>
        <translation>İlk şərh çatışmır</translation>
    </message>
    <message>
        <source>The network</source>
        <translation>Şəbəkə</translation>
    </message>
    <message>
        <source>The post is published. Its comment was sent, but no clear answer came back. Sending it again now could publish it twice.</source>
        <translation>Paylaşım dərc olunub. Şərhi göndərilib, amma aydın cavab gəlmədi. İndi yenidən göndərmək onun iki dəfə dərc olunmasına səbəb ola bilər.</translation>
    </message>
    <message>
        <source>The post seems to be published, but its first comment was refused. Sending again would publish the post twice.</source>
        <translation>Görünür, paylaşım dərc olunub, amma ilk şərhi rədd edilib. Yenidən göndərmək paylaşımı iki dəfə dərc edərdi.</translation>
    </message>
    <message>
        <source>The post was sent, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>Paylaşım göndərilib, amma aydın cavab gəlmədi. İndi yenidən göndərmək onun iki dəfə dərc olunmasına səbəb ola bilər.</translation>
    </message>
    <message>
        <source>The rest of the thread replies to it. Paste its address to send the rest.</source>
        <translation>Silsilənin qalanı ona cavabdır. Qalanını göndərmək üçün ünvanını yapışdırın.</translation>
    </message>
    <message>
        <source>The service could not reach {network}</source>
        <translation>Xidmət {network} şəbəkəsinə çata bilmədi</translation>
    </message>
    <message>
        <source>The site has not sent it</source>
        <translation>Sayt onu göndərməyib</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Sayt bunu özü dərc edir. Onu saytda dəyişin.</translation>
    </message>
    <message>
        <source>The text is too long for {network}</source>
        <translation>Mətn {network} üçün çox uzundur</translation>
    </message>
    <message>
        <source>This channel</source>
        <translation>Bu kanal</translation>
    </message>
    <message>
        <source>Which post is the first part?</source>
        <translation>Birinci hissə hansı paylaşımdır?</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>şəbəkə</translation>
    </message>
    <message>
        <source>{channel} has no permission to post. Connect it again on the site and allow posting.</source>
        <translation>{channel} kanalının paylaşmaq icazəsi yoxdur. Saytda yenidən qoşun və paylaşmağa icazə verin.</translation>
    </message>
    <message>
        <source>{channel} has reached the limit of {network}. Retry later. Nothing was published there.</source>
        <translation>{channel} kanalı {network} limitinə çatıb. Sonra yenidən cəhd edin. Orada heç nə dərc olunmayıb.</translation>
    </message>
    <message>
        <source>{channel} was not found</source>
        <translation>{channel} tapılmadı</translation>
    </message>
    <message>
        <source>{network} accepts no more posts for now</source>
        <translation>{network} hələlik daha paylaşım qəbul etmir</translation>
    </message>
    <message>
        <source>{network} already has this text</source>
        <translation>Bu mətn artıq {network} şəbəkəsində var</translation>
    </message>
    <message>
        <source>{network} did not accept a file</source>
        <translation>{network} bir faylı qəbul etmədi</translation>
    </message>
    <message>
        <source>{network} did not accept part {n}</source>
        <translation>{network} {n} nömrəli hissəni qəbul etmədi</translation>
    </message>
    <message>
        <source>{network} did not accept the file</source>
        <translation>{network} faylı qəbul etmədi</translation>
    </message>
    <message>
        <source>{network} did not accept the files</source>
        <translation>{network} faylları qəbul etmədi</translation>
    </message>
    <message>
        <source>{network} did not accept the first comment</source>
        <translation>{network} ilk şərhi qəbul etmədi</translation>
    </message>
    <message>
        <source>{network} did not accept the link</source>
        <translation>{network} keçidi qəbul etmədi</translation>
    </message>
    <message>
        <source>{network} did not accept the post</source>
        <translation>{network} paylaşımı qəbul etmədi</translation>
    </message>
    <message>
        <source>{network} did not accept the text</source>
        <translation>{network} mətni qəbul etmədi</translation>
    </message>
    <message>
        <source>{network} did not accept the title</source>
        <translation>{network} başlığı qəbul etmədi</translation>
    </message>
    <message>
        <source>{network} did not answer in time</source>
        <translation>{network} vaxtında cavab vermədi</translation>
    </message>
    <message>
        <source>{network} does not allow this app to post here</source>
        <translation>{network} bu tətbiqin burada paylaşmasına icazə vermir</translation>
    </message>
    <message>
        <source>{network} no longer knows this channel</source>
        <translation>{network} artıq bu kanalı tanımır</translation>
    </message>
    <message>
        <source>{network} requires a picture or a video</source>
        <translation>{network} şəkil və ya video tələb edir</translation>
    </message>
</context>
<context>
    <name>RecentMediaModel</name>
    <message>
        <source>{name} has changed since it was used</source>
        <translation>{name} istifadə olunandan sonra dəyişib</translation>
    </message>
    <message>
        <source>{name} is no longer where it was</source>
        <translation>{name} artıq əvvəlki yerində deyil</translation>
    </message>
</context>
<context>
    <name>RecentMediaPopup</name>
    <message numerus="yes">
        <source>%n file(s) not found</source>
        <translation>
            <numerusform>%n fayl tapılmadı</numerusform>
            <numerusform>%n fayl tapılmadı</numerusform>
        </translation>
    </message>
    <message>
        <source>Attached files appear here.</source>
        <translation>Əlavə olunmuş fayllar burada görünür.</translation>
    </message>
    <message>
        <source>Name or description</source>
        <translation>Ad və ya təsvir</translation>
    </message>
    <message>
        <source>No file matches.</source>
        <translation>Uyğun fayl yoxdur.</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Son istifadə olunan media</translation>
    </message>
    <message>
        <source>Search recently used media</source>
        <translation>Son istifadə olunan mediada axtar</translation>
    </message>
    <message>
        <source>{name} was not found. Press Delete to remove it from this list.</source>
        <translation>{name} tapılmadı. Onu bu siyahıdan silmək üçün Delete düyməsini basın.</translation>
    </message>
</context>
<context>
    <name>RefillBar</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n gün</numerusform>
            <numerusform>%n gün</numerusform>
        </translation>
    </message>
    <message>
        <source>Fill now</source>
        <translation>İndi doldur</translation>
    </message>
    <message>
        <source>For the next</source>
        <extracomment>Before a number of days: &quot;For the next 14 days&quot;.</extracomment>
        <translation>Növbəti</translation>
    </message>
    <message>
        <source>Refill free slots by itself</source>
        <translation>Boş slotları özü doldursun</translation>
    </message>
</context>
<context>
    <name>RenameField</name>
    <message>
        <source>New name</source>
        <translation>Yeni ad</translation>
    </message>
</context>
<context>
    <name>RepeatEditor</name>
    <message numerus="yes">
        <source>At most %n time(s) (is/are) possible.</source>
        <translation>
            <numerusform>Ən çox %n dəfə mümkündür.</numerusform>
            <numerusform>Ən çox %n dəfə mümkündür.</numerusform>
        </translation>
    </message>
    <message>
        <source>Day of the month</source>
        <translation>Ayın günü</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Təkrar yoxdur</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>Bitir</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Hər</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Son gün</translation>
    </message>
    <message>
        <source>Number of times</source>
        <translation>Təkrarların sayı</translation>
    </message>
    <message>
        <source>Post once</source>
        <translation>Bir dəfə paylaş</translation>
    </message>
    <message>
        <source>Repeat</source>
        <extracomment>Noun: a repeated post.</extracomment>
        <translation>Təkrar</translation>
    </message>
    <message numerus="yes">
        <source>Repeat %n time(s)</source>
        <translation>
            <numerusform>%n dəfə təkrarla</numerusform>
            <numerusform>%n dəfə təkrarla</numerusform>
        </translation>
    </message>
    <message>
        <source>Starts {time}, {zone}</source>
        <translation>Başlayır: {time}, {zone}</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title: when a repeated post goes out.</extracomment>
        <translation>Vaxtlar</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Vahid</translation>
    </message>
    <message>
        <source>after a number of times</source>
        <translation>müəyyən saydan sonra</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>gün</numerusform>
            <numerusform>gün</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>month(s)</source>
        <translation>
            <numerusform>ay</numerusform>
            <numerusform>ay</numerusform>
        </translation>
    </message>
    <message>
        <source>on a day</source>
        <translation>müəyyən gündə</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>həftə</numerusform>
            <numerusform>həftə</numerusform>
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
        <translation>Təkrarı dəyiş</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Dəyiş…</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Təkrar yoxdur</translation>
    </message>
</context>
<context>
    <name>RepeatWords</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n dəfə</numerusform>
            <numerusform>%n dəfə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n day(s)</source>
        <translation>
            <numerusform>Hər gün</numerusform>
            <numerusform>Hər %n gündən bir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n month(s) {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>
            <numerusform>Hər ay {on}</numerusform>
            <numerusform>Hər %n aydan bir {on}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n week(s) on {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>
            <numerusform>Hər həftə: {days}</numerusform>
            <numerusform>Hər %n həftədən bir: {days}</numerusform>
        </translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>Hər gün</translation>
    </message>
    <message>
        <source>Every month {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>Hər ay {on}</translation>
    </message>
    <message>
        <source>Every {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>Hər {days}</translation>
    </message>
    <message>
        <source>comes twice that night; this is the first</source>
        <translation>həmin gecə iki dəfə gəlir; bu birincisidir</translation>
    </message>
    <message>
        <source>comes twice that night; this is the second</source>
        <translation>həmin gecə iki dəfə gəlir; bu ikincisidir</translation>
    </message>
    <message>
        <source>on day {number}</source>
        <translation>ayın {number} tarixində</translation>
    </message>
    <message>
        <source>on day {number}, or the last one</source>
        <translation>ayın {number} tarixində və ya son günündə</translation>
    </message>
    <message>
        <source>on the fifth {day}</source>
        <translation>beşinci {day}</translation>
    </message>
    <message>
        <source>on the first {day}</source>
        <translation>birinci {day}</translation>
    </message>
    <message>
        <source>on the fourth {day}</source>
        <translation>dördüncü {day}</translation>
    </message>
    <message>
        <source>on the last day</source>
        <translation>son gün</translation>
    </message>
    <message>
        <source>on the last {day}</source>
        <translation>son {day}</translation>
    </message>
    <message>
        <source>on the second {day}</source>
        <translation>ikinci {day}</translation>
    </message>
    <message>
        <source>on the third {day}</source>
        <translation>üçüncü {day}</translation>
    </message>
    <message>
        <source>once</source>
        <translation>bir dəfə</translation>
    </message>
    <message>
        <source>the clocks have changed, same time of day</source>
        <translation>saatlar dəyişib, günün vaxtı eynidir</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <extracomment>Days of the week: &quot;Monday to Friday&quot;.</extracomment>
        <translation>{first} – {last}</translation>
    </message>
    <message>
        <source>{rule}, {often}, until {day}</source>
        <extracomment>&quot;Every Monday, 10 times, until Mon 1 Feb 2027&quot;.</extracomment>
        <translation>{rule}, {often}, son: {day}</translation>
    </message>
    <message>
        <source>{rule}: no times left</source>
        <translation>{rule}: vaxt qalmayıb</translation>
    </message>
    <message>
        <source>{time} is skipped, the clocks go forward</source>
        <translation>{time} buraxılır, saatlar irəli çəkilir</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Copy</source>
        <translation>Kopyala</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Hesabatı kopyala</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Problem hesabatı</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Hesabat</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Fərqli saxla…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Hesabatı saxla</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Saxlanıldı: {name}</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Mətn (*.txt)</translation>
    </message>
    <message>
        <source>The report is still being written</source>
        <translation>Hesabat hələ yazılır</translation>
    </message>
    <message>
        <source>This is the whole report. It contains no passwords, texts, names or addresses of yours. You can delete any part.</source>
        <translation>Bu, bütün hesabatdır. Parollarınız, mətnləriniz, adlarınız və ünvanlarınız burada yoxdur. İstənilən hissəni silə bilərsiniz.</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Yazılır…</translation>
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
        <translation>İstənilən dəyişikliklər</translation>
    </message>
</context>
<context>
    <name>RescheduleDialog</name>
    <message>
        <source>Days keep the time of day. Hours change it. {zone}</source>
        <translation>Günlər günün vaxtını saxlayır. Saatlar onu dəyişir. {zone}</translation>
    </message>
    <message>
        <source>Enter a new time first</source>
        <translation>Əvvəlcə yeni vaxt daxil edin</translation>
    </message>
    <message>
        <source>For example +1 day or -30 min</source>
        <translation>Məsələn, +1 gün və ya -30 dəq</translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>Keçmişdədir, ona görə köçürülməyib: %Ln paylaşım.</numerusform>
            <numerusform>Keçmişdədir, ona görə köçürülməyib: %Ln paylaşım.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşımı köçür</numerusform>
            <numerusform>%Ln paylaşımı köçür</numerusform>
        </translation>
    </message>
    <message>
        <source>Move posts</source>
        <translation>Paylaşımları köçür</translation>
    </message>
    <message numerus="yes">
        <source>No free time for %Ln post(s).</source>
        <translation>
            <numerusform>%Ln paylaşım üçün boş vaxt yoxdur.</numerusform>
            <numerusform>%Ln paylaşım üçün boş vaxt yoxdur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not scheduled, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>Planlanmayıb, ona görə köçürülməyib: %Ln paylaşım.</numerusform>
            <numerusform>Planlanmayıb, ona görə köçürülməyib: %Ln paylaşım.</numerusform>
        </translation>
    </message>
    <message>
        <source>Possible: {time}</source>
        <translation>Mümkündür: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Reschedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşımın vaxtını dəyiş</numerusform>
            <numerusform>%Ln paylaşımın vaxtını dəyiş</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Same minute as another post on the channel: %Ln post(s).</source>
        <translation>
            <numerusform>Kanalda başqa paylaşımla eyni dəqiqədə: %Ln paylaşım.</numerusform>
            <numerusform>Kanalda başqa paylaşımla eyni dəqiqədə: %Ln paylaşım.</numerusform>
        </translation>
    </message>
    <message>
        <source>The next free slots after {when} · {zone}</source>
        <translation>{when} vaxtından sonrakı boş slotlar · {zone}</translation>
    </message>
    <message>
        <source>These channels have no weekly slots. Add some under Settings &gt; Publishing.</source>
        <translation>Bu kanalların həftəlik slotu yoxdur. “Parametrlər &gt; Dərc” bölməsində əlavə edin.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Gün və vaxt yazın.</translation>
    </message>
    <message>
        <source>Type the first and the last time.</source>
        <translation>İlk və son vaxtı yazın.</translation>
    </message>
    <message>
        <source>Type the first time and the interval between two messages.</source>
        <translation>İlk vaxtı və iki mesaj arasındakı intervalı yazın.</translation>
    </message>
</context>
<context>
    <name>RescheduleFields</name>
    <message>
        <source>After</source>
        <extracomment>From this moment.</extracomment>
        <translation>Bundan sonra</translation>
    </message>
    <message>
        <source>At a fixed interval</source>
        <translation>Sabit intervalla</translation>
    </message>
    <message>
        <source>Evenly between two times</source>
        <translation>İki vaxt arasında bərabər</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Hər</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Başlanğıc</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Müddət</translation>
    </message>
    <message>
        <source>Reschedule how</source>
        <translation>Vaxtı necə dəyişməli</translation>
    </message>
    <message>
        <source>Set to</source>
        <translation>Təyin et</translation>
    </message>
    <message>
        <source>Shift by</source>
        <translation>Sürüşdür</translation>
    </message>
    <message>
        <source>Spread over</source>
        <translation>Yay</translation>
    </message>
    <message>
        <source>The weekly slots</source>
        <translation>Həftəlik slotlar</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Son</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Nə vaxt</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>From this moment.</extracomment>
        <translation>indi</translation>
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
        <translation>Boş vaxt qalmayıb. Paylaşımın vaxtı qalır.</translation>
    </message>
    <message>
        <source>Same minute on this channel: {post}</source>
        <translation>Bu kanalda eyni dəqiqədə: {post}</translation>
    </message>
    <message>
        <source>That time has passed. The post keeps its time.</source>
        <translation>Bu vaxt keçib. Paylaşımın vaxtı qalır.</translation>
    </message>
    <message>
        <source>The post has this time already.</source>
        <translation>Paylaşımın vaxtı onsuz da budur.</translation>
    </message>
    <message>
        <source>another post</source>
        <translation>başqa paylaşım</translation>
    </message>
    <message>
        <source>no free time</source>
        <translation>boş vaxt yoxdur</translation>
    </message>
</context>
<context>
    <name>Rescheduling</name>
    <message>
        <source>Leave at least one minute between two messages.</source>
        <translation>İki mesaj arasında ən azı bir dəqiqə saxlayın.</translation>
    </message>
    <message>
        <source>The last time is not after the first one.</source>
        <translation>Son vaxt birincidən sonra deyil.</translation>
    </message>
    <message>
        <source>“{text}” is not a duration such as “{earlier}” or “{later}”.</source>
        <translation>“{text}” müddət deyil. Belə yazın: “{earlier}” və ya “{later}”.</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>Bütün şəbəkələr (%n)</numerusform>
            <numerusform>Bütün şəbəkələr (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing pictures</source>
        <translation>Şəkillər hazırlanır</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>{network} üçün çox böyükdür. Daha kiçik ölçü seçin.</translation>
    </message>
    <message>
        <source>Too small for {network}. Use a larger picture.</source>
        <translation>{network} üçün çox kiçikdir. Daha böyük şəkildən istifadə edin.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Nə göndərilir</translation>
    </message>
    <message>
        <source>original file</source>
        <translation>orijinal fayl</translation>
    </message>
    <message>
        <source>{format} at quality {n}</source>
        <translation>{format}, keyfiyyət {n}</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>{name} hazırlana bilmədi.</translation>
    </message>
    <message>
        <source>{network} does not support animations. Choose a still format.</source>
        <translation>{network} animasiyaları dəstəkləmir. Hərəkətsiz format seçin.</translation>
    </message>
    <message>
        <source>{network} does not support this file type. Choose another format.</source>
        <translation>{network} bu fayl növünü dəstəkləmir. Başqa format seçin.</translation>
    </message>
    <message>
        <source>{network} does not support this shape. Crop the picture.</source>
        <translation>{network} bu formanı dəstəkləmir. Şəkli kəsin.</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) added</source>
        <translation>
            <numerusform>%Ln şəkil və ya video əlavə edildi</numerusform>
            <numerusform>%Ln şəkil və ya video əlavə edildi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) removed</source>
        <translation>
            <numerusform>%Ln şəkil və ya video çıxarıldı</numerusform>
            <numerusform>%Ln şəkil və ya video çıxarıldı</numerusform>
        </translation>
    </message>
    <message>
        <source>A picture or video</source>
        <translation>Şəkil və ya video</translation>
    </message>
    <message>
        <source>A picture or video that is not in the message any more</source>
        <translation>Artıq mesajda olmayan şəkil və ya video</translation>
    </message>
    <message>
        <source>Added: “{text}”.</source>
        <translation>Əlavə edildi: “{text}”.</translation>
    </message>
    <message>
        <source>Changed by {name} · {time}</source>
        <translation>Dəyişdirən: {name} · {time}</translation>
    </message>
    <message>
        <source>Changed by {name} · {time} · {fields}</source>
        <translation>Dəyişdirən: {name} · {time} · {fields}</translation>
    </message>
    <message>
        <source>Changed: {fields}</source>
        <translation>Dəyişən: {fields}</translation>
    </message>
    <message>
        <source>Changes requested: {time}</source>
        <translation>Dəyişiklik istənilib: {time}</translation>
    </message>
    <message>
        <source>Channels added: {names}</source>
        <translation>Əlavə edilən kanallar: {names}</translation>
    </message>
    <message>
        <source>Channels removed: {names}</source>
        <translation>Çıxarılan kanallar: {names}</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk şərh</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Keçid</translation>
    </message>
    <message>
        <source>New time: at once</source>
        <translation>Yeni vaxt: dərhal</translation>
    </message>
    <message>
        <source>New time: {time}</source>
        <translation>Yeni vaxt: {time}</translation>
    </message>
    <message>
        <source>Picture {number}</source>
        <translation>Şəkil {number}</translation>
    </message>
    <message>
        <source>Proposed by {name}</source>
        <translation>Təklif edən: {name}</translation>
    </message>
    <message>
        <source>Proposed: {time}</source>
        <translation>Təklif edildi: {time}</translation>
    </message>
    <message>
        <source>Removed: “{text}”.</source>
        <translation>Çıxarıldı: “{text}”.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>The text</source>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>The time</source>
        <translation>Vaxt</translation>
    </message>
    <message>
        <source>Video {number}</source>
        <translation>Video {number}</translation>
    </message>
    <message>
        <source>You proposed this post</source>
        <translation>Bu paylaşımı siz təklif etmisiniz</translation>
    </message>
    <message>
        <source>a channel that is not listed any more</source>
        <translation>artıq siyahıda olmayan kanal</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>kanallar</translation>
    </message>
    <message>
        <source>first comment</source>
        <translation>ilk şərh</translation>
    </message>
    <message>
        <source>link</source>
        <translation>keçid</translation>
    </message>
    <message>
        <source>options</source>
        <translation>seçimlər</translation>
    </message>
    <message>
        <source>pictures and videos</source>
        <translation>şəkillər və videolar</translation>
    </message>
    <message>
        <source>text</source>
        <translation>mətn</translation>
    </message>
    <message>
        <source>time</source>
        <translation>vaxt</translation>
    </message>
    <message>
        <source>{field} for {channels}</source>
        <translation>{channels} üçün {field}</translation>
    </message>
    <message>
        <source>{name} approved it</source>
        <translation>{name} təsdiqlədi</translation>
    </message>
    <message>
        <source>{name} edited it</source>
        <translation>{name} redaktə etdi</translation>
    </message>
    <message>
        <source>{name} moved it</source>
        <translation>{name} vaxtını dəyişdi</translation>
    </message>
    <message>
        <source>{name} proposed it</source>
        <translation>{name} təklif etdi</translation>
    </message>
    <message>
        <source>{name} requests changes</source>
        <translation>{name} dəyişiklik istəyir</translation>
    </message>
    <message>
        <source>{name} restored it</source>
        <translation>{name} bərpa etdi</translation>
    </message>
    <message>
        <source>{name} scheduled it</source>
        <translation>{name} planlaşdırdı</translation>
    </message>
    <message>
        <source>{name} took the approval back</source>
        <translation>{name} təsdiqi geri götürdü</translation>
    </message>
    <message>
        <source>{name} took the request for changes back</source>
        <translation>{name} dəyişiklik istəyini geri götürdü</translation>
    </message>
    <message>
        <source>{name} withdrew it</source>
        <translation>{name} geri götürdü</translation>
    </message>
    <message>
        <source>“{before}” became “{after}”.</source>
        <translation>“{before}” əvəzinə “{after}” yazıldı.</translation>
    </message>
</context>
<context>
    <name>ReviewActions</name>
    <message>
        <source>Approve</source>
        <translation>Təsdiqlə</translation>
    </message>
    <message>
        <source>History of the message</source>
        <translation>Mesajın tarixçəsi</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Dəyişiklik istə…</translation>
    </message>
    <message>
        <source>Withdraw the proposal</source>
        <translation>Təklifi geri götür</translation>
    </message>
</context>
<context>
    <name>ReviewAnswersController</name>
    <message numerus="yes">
        <source>%Ln approval(s) not undone.</source>
        <translation>
            <numerusform>%Ln təsdiq geri alınmadı.</numerusform>
            <numerusform>%Ln təsdiq geri alınmadı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln approval(s) undone</source>
        <translation>
            <numerusform>%Ln təsdiq geri alındı</numerusform>
            <numerusform>%Ln təsdiq geri alındı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) approved</source>
        <translation>
            <numerusform>%Ln mesaj təsdiqləndi</numerusform>
            <numerusform>%Ln mesaj təsdiqləndi</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <translation>Dəyişiklik istənilib</translation>
    </message>
    <message>
        <source>It is not known whether the review was saved: the answer of the service was lost. The schedule is read again.</source>
        <translation>Rəyin saxlanılıb-saxlanılmadığı bilinmir: xidmətin cavabı itdi. Cədvəl yenidən oxunur.</translation>
    </message>
    <message>
        <source>Proposal restored</source>
        <translation>Təklif bərpa edildi</translation>
    </message>
    <message>
        <source>Proposal withdrawn</source>
        <translation>Təklif geri götürüldü</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yenidən et</translation>
    </message>
    <message>
        <source>Request for changes undone</source>
        <translation>Dəyişiklik istəyi geri alındı</translation>
    </message>
    <message>
        <source>The proposal was not restored.</source>
        <translation>Təklif bərpa edilmədi.</translation>
    </message>
    <message>
        <source>The request for changes was not undone.</source>
        <translation>Dəyişiklik istəyi geri alınmadı.</translation>
    </message>
    <message>
        <source>The review was not saved.</source>
        <translation>Yoxlama saxlanılmadı.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>ReviewBox</name>
    <message>
        <source>Approve</source>
        <translation>Təsdiqlə</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Redaktə et</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Tarixçə</translation>
    </message>
    <message>
        <source>It goes out at its time once an editor approves it.</source>
        <translation>Redaktor təsdiqlədikdən sonra vaxtında göndərilir.</translation>
    </message>
    <message>
        <source>It goes out at its time once you approve it.</source>
        <translation>Siz təsdiqlədikdən sonra vaxtında göndərilir.</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Dəyişiklik istə…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Yoxlama</translation>
    </message>
    <message>
        <source>The service does not answer at the moment</source>
        <translation>Xidmət hazırda cavab vermir</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Geri götür</translation>
    </message>
</context>
<context>
    <name>RhythmBar</name>
    <message numerus="yes">
        <source>%Ln message(s) (has/have) (a time/times) of (its/their) own</source>
        <translation>
            <numerusform>%Ln mesajın öz vaxtı var</numerusform>
            <numerusform>%Ln mesajın öz vaxtları var</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n dəqiqə</numerusform>
            <numerusform>%n dəqiqə</numerusform>
        </translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Slot əlavə et…</translation>
    </message>
    <message>
        <source>Each message is sent at its own time.</source>
        <translation>Hər mesaj öz vaxtında göndərilir.</translation>
    </message>
    <message>
        <source>From {first} to {last}.</source>
        <translation>{first} – {last}.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Stilsiz</translation>
    </message>
    <message>
        <source>Now, or “monday 9”</source>
        <translation>İndi və ya “bazar ertəsi 9”</translation>
    </message>
    <message>
        <source>Posts at</source>
        <translation>Paylaşım vaxtı</translation>
    </message>
    <message>
        <source>Repeats every</source>
        <translation>Təkrar intervalı</translation>
    </message>
    <message>
        <source>Rhythm</source>
        <extracomment>Noun: how the messages of a campaign are spread over time.</extracomment>
        <translation>Ritm</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>Başlayır</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>The first message is sent when you start the campaign.</source>
        <translation>Kampaniyanı başladanda birinci mesaj göndərilir.</translation>
    </message>
    <message>
        <source>The first message uses the next free slot.</source>
        <translation>Birinci mesaj növbəti boş slotdan istifadə edir.</translation>
    </message>
    <message>
        <source>These channels have no weekly slots yet.</source>
        <translation>Bu kanalların hələ həftəlik slotu yoxdur.</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>{time} istifadə et</translation>
    </message>
    <message>
        <source>Vary times by</source>
        <translation>Vaxt fərqi</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>gün</numerusform>
            <numerusform>gün</numerusform>
        </translation>
    </message>
    <message>
        <source>free slots</source>
        <translation>boş slotlar</translation>
    </message>
    <message numerus="yes">
        <source>hour(s)</source>
        <translation>
            <numerusform>saat</numerusform>
            <numerusform>saat</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>minute(s)</source>
        <translation>
            <numerusform>dəqiqə</numerusform>
            <numerusform>dəqiqə</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>heç nə</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>və ya {time}?</translation>
    </message>
    <message>
        <source>own times</source>
        <translation>öz vaxtları</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>həftə</numerusform>
            <numerusform>həftə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>working day(s)</source>
        <translation>
            <numerusform>iş günü</numerusform>
            <numerusform>iş günü</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (yoxdur)</translation>
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
        <translation>Həmişəyaşıla əlavə et</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Mətni kopyala</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşımı sil</numerusform>
            <numerusform>%Ln paylaşımı sil</numerusform>
        </translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Redaktə et…</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Planı ixrac et…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>İxrac et…</translation>
    </message>
    <message>
        <source>Open inspector</source>
        <translation>İnspektoru aç</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Saytda aç</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Paylaşımı aç</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planlayıcını dayandır</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Saytın planlayıcıları…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Vaxtı dəyiş…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Təkrar cəhd</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>İndi göndər</translation>
    </message>
    <message>
        <source>Send now…</source>
        <translation>İndi göndər…</translation>
    </message>
    <message numerus="yes">
        <source>You can duplicate up to %n message(s) at once.</source>
        <translation>
            <numerusform>Bir dəfəyə ən çox %n mesajın dublikatını yarada bilərsiniz.</numerusform>
            <numerusform>Bir dəfəyə ən çox %n mesajın dublikatını yarada bilərsiniz.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowState</name>
    <message>
        <source>{name}, not ticked</source>
        <translation>{name}, seçilməyib</translation>
    </message>
    <message>
        <source>{name}, partly ticked</source>
        <translation>{name}, qismən seçilib</translation>
    </message>
    <message>
        <source>{name}, ticked</source>
        <translation>{name}, seçilib</translation>
    </message>
</context>
<context>
    <name>RowsView</name>
    <message>
        <source>Schedules</source>
        <translation>Planlar</translation>
    </message>
</context>
<context>
    <name>RuleFields</name>
    <message numerus="yes">
        <source>%n time(s) as often</source>
        <translation>
            <numerusform>%n dəfə tez-tez</numerusform>
            <numerusform>%n dəfə tez-tez</numerusform>
        </translation>
    </message>
    <message>
        <source>At least between two runs</source>
        <translation>İki göndəriş arasında ən azı</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Başlanğıc</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>Nə qədər tez-tez</translation>
    </message>
    <message>
        <source>Most runs on each channel</source>
        <translation>Hər kanalda ən çox göndəriş</translation>
    </message>
    <message>
        <source>The last day is before the first. Choose a later one.</source>
        <translation>Son gün birincidən əvvəldir. Daha gec gün seçin.</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Son gün</translation>
    </message>
    <message>
        <source>any day</source>
        <translation>istənilən gün</translation>
    </message>
    <message>
        <source>as the others</source>
        <translation>digərləri kimi</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <extracomment>After a number, in its field.</extracomment>
        <translation>
            <numerusform>gün</numerusform>
            <numerusform>gün</numerusform>
        </translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>həddi yox</translation>
    </message>
</context>
<context>
    <name>RunTextDialog</name>
    <message>
        <source>Change the text first</source>
        <translation>Əvvəlcə mətni dəyişin</translation>
    </message>
    <message>
        <source>Only {when}, on {channels}. The message itself stays as it is.</source>
        <translation>Yalnız {when}, {channels}. Mesajın özü olduğu kimi qalır.</translation>
    </message>
    <message>
        <source>Text of this run</source>
        <translation>Bu göndərişin mətni</translation>
    </message>
    <message>
        <source>Use this text</source>
        <translation>Bu mətni işlət</translation>
    </message>
</context>
<context>
    <name>SamplePicture</name>
    <message>
        <source>Winter Roast</source>
        <translation>Qış qovurması</translation>
    </message>
</context>
<context>
    <name>SavedViewsMenu</name>
    <message>
        <source>All posts</source>
        <translation>Bütün paylaşımlar</translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>“{name}” görünüşünü sil</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>Görünüşün adı</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Adını dəyiş</translation>
    </message>
    <message>
        <source>Rename “{name}”…</source>
        <translation>“{name}” adını dəyiş…</translation>
    </message>
    <message>
        <source>Replaces the view with this name.</source>
        <translation>Bu adda görünüşü əvəz edir.</translation>
    </message>
    <message>
        <source>Save as view…</source>
        <translation>Görünüş kimi saxla…</translation>
    </message>
    <message>
        <source>Save changes to “{name}”</source>
        <translation>“{name}” dəyişikliklərini saxla</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>Görünüşü saxla</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Saxlanılmış görünüşlər</translation>
    </message>
    <message>
        <source>Saves the current filters, order, columns and grouping.</source>
        <translation>Cari filtrləri, sıranı, sütunları və qruplaşdırmanı saxlayır.</translation>
    </message>
    <message>
        <source>View name</source>
        <translation>Görünüş adı</translation>
    </message>
    <message>
        <source>View: {name}</source>
        <translation>Görünüş: {name}</translation>
    </message>
</context>
<context>
    <name>ScheduleController</name>
    <message>
        <source>Schedule</source>
        <translation>Plan</translation>
    </message>
</context>
<context>
    <name>ScheduleDelegate</name>
    <message>
        <source>No text</source>
        <translation>Mətn yoxdur</translation>
    </message>
</context>
<context>
    <name>ScheduleExportController</name>
    <message numerus="yes">
        <source>%Ln post(s) written to {file}</source>
        <translation>
            <numerusform>%Ln paylaşım fayla yazıldı: {file}</numerusform>
            <numerusform>%Ln paylaşım fayla yazıldı: {file}</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty week written to {file}</source>
        <translation>Boş həftə fayla yazıldı: {file}</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Planı ixrac et</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Qovluqda göstər</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Fayl yazıla bilmədi: {why}</translation>
    </message>
</context>
<context>
    <name>ScheduleHeader</name>
    <message>
        <source>Columns of the schedule</source>
        <translation>Planın sütunları</translation>
    </message>
</context>
<context>
    <name>ScheduleHints</name>
    <message>
        <source>Editors and owners change this. You can change your own proposals.</source>
        <translation>Bunu redaktorlar və sahiblər dəyişir. Öz təkliflərinizi dəyişə bilərsiniz.</translation>
    </message>
    <message numerus="yes">
        <source>Not retried, because (it/they) may already be published: %Ln post(s). Open (it/each) and choose what to do.</source>
        <translation>
            <numerusform>Artıq dərc olunmuş ola biləcəyi üçün təkrar cəhd edilmədi: %Ln paylaşım. Onu açın və nə edəcəyinizi seçin.</numerusform>
            <numerusform>Artıq dərc olunmuş ola biləcəkləri üçün təkrar cəhd edilmədi: %Ln paylaşım. Hər birini açın və nə edəcəyinizi seçin.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posts that are being sent cannot be deleted.</source>
        <translation>Göndərilməkdə olan paylaşımlar silinə bilməz.</translation>
    </message>
    <message>
        <source>The site has not sent this post yet. Reschedule it instead.</source>
        <translation>Sayt bu paylaşımı hələ göndərməyib. Əvəzinə vaxtını dəyişin.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Sayt bunu özü dərc edir. Onu saytda dəyişin.</translation>
    </message>
    <message>
        <source>The site reports no time for this post, so you cannot reschedule it here.</source>
        <translation>Sayt bu paylaşım üçün vaxt bildirmir, ona görə vaxtını burada dəyişə bilməzsiniz.</translation>
    </message>
    <message>
        <source>This post has failed. Retry it instead.</source>
        <translation>Bu paylaşım uğursuz oldu. Əvəzinə yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to change and send it again.</source>
        <translation>Bu paylaşım artıq göndərilib. Dəyişib yenidən göndərmək üçün dublikatını yaradın.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to schedule it again.</source>
        <translation>Bu paylaşım artıq göndərilib. Yenidən planlamaq üçün dublikatını yaradın.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to send it again.</source>
        <translation>Bu paylaşım artıq göndərilib. Yenidən göndərmək üçün dublikatını yaradın.</translation>
    </message>
    <message>
        <source>This post is being sent. Wait until it is sent.</source>
        <translation>Bu paylaşım göndərilir. Göndərilənə qədər gözləyin.</translation>
    </message>
    <message>
        <source>This post is scheduled. You can retry only failed posts.</source>
        <translation>Bu paylaşım planlanıb. Yalnız uğursuz paylaşımlara yenidən cəhd edə bilərsiniz.</translation>
    </message>
    <message>
        <source>This post may already be published. Choose what to do with it first.</source>
        <translation>Bu paylaşım artıq dərc olunmuş ola bilər. Əvvəlcə onunla nə edəcəyinizi seçin.</translation>
    </message>
    <message>
        <source>This post shares a post of the site. Change it on the site.</source>
        <translation>Bu paylaşım saytın yazısını paylaşır. Onu saytda dəyişin.</translation>
    </message>
    <message>
        <source>This post was not sent. Send it now or reschedule it.</source>
        <translation>Bu paylaşım göndərilmədi. İndi göndərin və ya vaxtını dəyişin.</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Bu iş sahəsinə yalnız baxa bilərsiniz</translation>
    </message>
    <message>
        <source>You can reschedule only scheduled posts.</source>
        <translation>Yalnız planlanmış paylaşımların vaxtını dəyişə bilərsiniz.</translation>
    </message>
    <message>
        <source>You can retry only failed posts.</source>
        <translation>Yalnız uğursuz paylaşımlara yenidən cəhd edə bilərsiniz.</translation>
    </message>
</context>
<context>
    <name>ScheduleTablePage</name>
    <message>
        <source>&amp;Post</source>
        <translation>&amp;Paylaşım</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filtrləri təmizlə</translation>
    </message>
    <message>
        <source>Columns and rows…</source>
        <translation>Sütunlar və sətirlər…</translation>
    </message>
    <message>
        <source>Dates…</source>
        <translation>Tarixlər…</translation>
    </message>
    <message>
        <source>Find in the schedule</source>
        <translation>Planda tap</translation>
    </message>
    <message>
        <source>Fold all messages</source>
        <translation>Bütün mesajları yığ</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Saxlanılmış görünüşlər</translation>
    </message>
    <message>
        <source>Show or hide the inspector</source>
        <translation>İnspektoru göstər və ya gizlət</translation>
    </message>
    <message>
        <source>Unfold all messages</source>
        <translation>Bütün mesajları aç</translation>
    </message>
</context>
<context>
    <name>ScheduleToolbar</name>
    <message>
        <source>All labels</source>
        <translation>Bütün etiketlər</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Bütün şəbəkələr</translation>
    </message>
    <message>
        <source>All statuses</source>
        <translation>Bütün statuslar</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>İstənilən tarix</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>{time} vəziyyətinə görə</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Sütunlar</translation>
    </message>
    <message>
        <source>Columns, order, groups and row height</source>
        <translation>Sütunlar, sıra, qruplar və sətir hündürlüyü</translation>
    </message>
    <message>
        <source>Date filter</source>
        <translation>Tarix filtri</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Təfərrüatlar</translation>
    </message>
    <message>
        <source>Details of the current post ({open}; {pane} shows and hides them)</source>
        <extracomment>{open} and {pane}: keys.</extracomment>
        <translation>Cari paylaşımın təfərrüatları ({open}; {pane} onları göstərir və gizlədir)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>İxrac</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Planı ixrac et…</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Etiket filtri</translation>
    </message>
    <message>
        <source>Network filter</source>
        <translation>Şəbəkə filtri</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>No connection. Schedule as of {when}.</source>
        <translation>Bağlantı yoxdur. Plan {when} vəziyyətinə görədir.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Yenilə</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Saxlanılmış görünüşlər</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Paylaşımlarda axtar</translation>
    </message>
    <message>
        <source>Search schedules</source>
        <translation>Planlarda axtar</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Status filtri</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Baxışlar</translation>
    </message>
</context>
<context>
    <name>ScheduleUndo</name>
    <message numerus="yes">
        <source>%n post(s) restored</source>
        <translation>
            <numerusform>%n paylaşım bərpa olundu</numerusform>
            <numerusform>%n paylaşım bərpa olundu</numerusform>
        </translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yenidən et</translation>
    </message>
    <message>
        <source>Some posts could not be moved again: their new time has passed.</source>
        <translation>Bəzi paylaşımlar yenidən köçürülə bilmədi: yeni vaxtları keçib.</translation>
    </message>
    <message>
        <source>Some posts could not be moved back: their old time has passed.</source>
        <translation>Bəzi paylaşımlar geri qaytarıla bilmədi: köhnə vaxtları keçib.</translation>
    </message>
</context>
<context>
    <name>ScheduleViewState</name>
    <message>
        <source>View “{name}” deleted</source>
        <translation>“{name}” görünüşü silindi</translation>
    </message>
</context>
<context>
    <name>ScheduledEdit</name>
    <message>
        <source>Editing a proposal</source>
        <translation>Təklif redaktə olunur</translation>
    </message>
    <message>
        <source>Editing a scheduled message</source>
        <translation>Planlanmış mesaj redaktə olunur</translation>
    </message>
    <message>
        <source>Keep it as a new message to send it</source>
        <translation>Göndərmək üçün yeni mesaj kimi saxlayın</translation>
    </message>
    <message>
        <source>Switch to its workspace to save the changes</source>
        <translation>Dəyişiklikləri saxlamaq üçün onun iş sahəsinə keçin</translation>
    </message>
    <message>
        <source>The message was sent before you saved your changes</source>
        <translation>Dəyişiklikləri saxlamazdan əvvəl mesaj göndərilib</translation>
    </message>
    <message>
        <source>This message belongs to another workspace</source>
        <translation>Bu mesaj başqa iş sahəsinə aiddir</translation>
    </message>
    <message>
        <source>This message is being sent</source>
        <translation>Bu mesaj göndərilir</translation>
    </message>
    <message>
        <source>This message is no longer in the schedule</source>
        <translation>Bu mesaj artıq planda deyil</translation>
    </message>
</context>
<context>
    <name>SchedulesModel</name>
    <message numerus="yes">
        <source>%Ln (needs/need) you</source>
        <translation>
            <numerusform>%Ln diqqət tələb edir</numerusform>
            <numerusform>%Ln diqqət tələb edir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln by the site</source>
        <translation>
            <numerusform>%Ln sayt tərəfindən</numerusform>
            <numerusform>%Ln sayt tərəfindən</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanal</numerusform>
            <numerusform>%Ln kanal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln draft(s)</source>
        <translation>
            <numerusform>%Ln qaralama</numerusform>
            <numerusform>%Ln qaralama</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln uğursuz</numerusform>
            <numerusform>%Ln uğursuz</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln network(s)</source>
        <translation>
            <numerusform>%Ln şəbəkə</numerusform>
            <numerusform>%Ln şəbəkə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not sent</source>
        <translation>
            <numerusform>%Ln göndərilməyib</numerusform>
            <numerusform>%Ln göndərilməyib</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln other(s)</source>
        <translation>
            <numerusform>%Ln digər</numerusform>
            <numerusform>%Ln digər</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln scheduled</source>
        <translation>
            <numerusform>%Ln planlanıb</numerusform>
            <numerusform>%Ln planlanıb</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sending</source>
        <translation>
            <numerusform>%Ln göndərilir</numerusform>
            <numerusform>%Ln göndərilir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln göndərilib</numerusform>
            <numerusform>%Ln göndərilib</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to approve</source>
        <translation>
            <numerusform>%Ln təsdiq üçün</numerusform>
            <numerusform>%Ln təsdiq üçün</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to change</source>
        <translation>
            <numerusform>%Ln dəyişmək üçün</numerusform>
            <numerusform>%Ln dəyişmək üçün</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n hissə</numerusform>
            <numerusform>%n hissə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Və daha %Ln.</numerusform>
            <numerusform>Və daha %Ln.</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Dəyişiklik istənilib</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a post.</extracomment>
        <translation>Qaralama</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Qaralamalar</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Uğursuz</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Keçid</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Media</translation>
    </message>
    <message>
        <source>Message on {channels}</source>
        <translation>Mesaj: {channels}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Diqqət tələb edir</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>Tarix yoxdur</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Göndərilməyib</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Həmişəyaşıl mesajın göndərişi</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlanıb</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Göndərilir</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Göndərilib</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Sayt</translation>
    </message>
    <message>
        <source>Status</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Status</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Vaxt</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Naməlum</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Təsdiq gözləyir</translation>
    </message>
    <message>
        <source>collapsed</source>
        <translation>yığılıb</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>həmişəyaşıl</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>açılıb</translation>
    </message>
    <message>
        <source>link</source>
        <translation>keçid</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>tarix yoxdur</translation>
    </message>
    <message>
        <source>no text</source>
        <translation>mətn yoxdur</translation>
    </message>
</context>
<context>
    <name>ScriptsPage</name>
    <message>
        <source>Copy</source>
        <translation>Kopyala</translation>
    </message>
    <message>
        <source>Copy the example</source>
        <translation>Nümunəni kopyala</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Nümunə</translation>
    </message>
    <message>
        <source>Example of a script</source>
        <translation>Skript nümunəsi</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Python scripts post through the same services. Without a user name they use POSTO_BASE_URL, POSTO_USERNAME and POSTO_PASSWORD from the environment, or else the account Posto is signed in to.</source>
        <translation>Python skriptləri eyni xidmətlər vasitəsilə paylaşır. İstifadəçi adı olmadan mühitdəki POSTO_BASE_URL, POSTO_USERNAME və POSTO_PASSWORD dəyişənlərindən, yoxdursa, Posto-nun daxil olduğu hesabdan istifadə edirlər.</translation>
    </message>
    <message>
        <source>Run it with the Python below</source>
        <translation>Aşağıdakı Python ilə işlədin</translation>
    </message>
    <message>
        <source>Styles shared between scripts and Posto</source>
        <translation>Skriptlər və Posto arasında ortaq stillər</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Posto-dan skriptlərdə istifadə</translation>
    </message>
    <message>
        <source>Your own Python with the package posto-desktop; the app does not include one</source>
        <translation>posto-desktop paketi olan öz Python-unuz; tətbiqin içində Python yoxdur</translation>
    </message>
</context>
<context>
    <name>Sdk</name>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n saat</numerusform>
            <numerusform>%n saat</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n dəqiqə</numerusform>
            <numerusform>%n dəqiqə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n saniyə</numerusform>
            <numerusform>%n saniyə</numerusform>
        </translation>
    </message>
    <message>
        <source>A bot check, a page cache or a “coming soon” plugin blocks Posto. Allow Posto there.</source>
        <translation>Bot yoxlaması, səhifə keşi və ya “tezliklə” plagini Posto-nu bloklayır. Orada Posto-ya icazə verin.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocked the request (403). Allow Posto there.</source>
        <translation>{host} firewall və ya təhlükəsizlik plagini sorğunu blokladı (403). Orada Posto-ya icazə verin.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocks requests from apps ({status}). Allow Posto there.</source>
        <translation>{host} firewall və ya təhlükəsizlik plagini tətbiqlərin sorğularını bloklayır ({status}). Orada Posto-ya icazə verin.</translation>
    </message>
    <message>
        <source>A newer version of Posto wrote it. It was left as it is.</source>
        <translation>Onu Posto-nun daha yeni versiyası yazıb. Olduğu kimi saxlanıldı.</translation>
    </message>
    <message>
        <source>A plugin of {host} redirects apps to the login page, even with a sign-in. Keep /wp-json/ open there; WordPress checks the sign-in itself.</source>
        <translation>{host} plagini, daxil olunsa belə, tətbiqləri giriş səhifəsinə yönləndirir. Orada /wp-json/ açıq qalsın; girişi WordPress özü yoxlayır.</translation>
    </message>
    <message>
        <source>A proxy looks like http://user:password@host:8080.</source>
        <translation>Proksi belə görünür: http://user:password@host:8080.</translation>
    </message>
    <message>
        <source>A setting holds something that cannot be sent. Nothing was sent.</source>
        <translation>Parametrdə göndərilə bilməyən bir şey var. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Silsilədə ən çox {limit} hissə ola bilər.</translation>
    </message>
    <message>
        <source>A {kind} needs a name of 1 to {limit} characters.</source>
        <translation>{kind} üçün 1–{limit} simvolluq ad lazımdır.</translation>
    </message>
    <message>
        <source>Another program answers in place of the workspace on this computer. Nothing was sent.</source>
        <translation>Bu kompüterdəki iş sahəsinin yerinə başqa proqram cavab verir. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Another program holds the settings. Close it and try again.</source>
        <translation>Parametrləri başqa proqram tutub. Onu bağlayın və yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Apache: in .htaccess, in place of Require valid-user</source>
        <translation>Apache: .htaccess faylında, Require valid-user əvəzinə</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}, usually by a security plugin. Enable them in its settings.</source>
        <translation>{host} saytında tətbiq parolları söndürülüb, adətən bunu təhlükəsizlik plagini edir. Onun parametrlərində aktivləşdirin.</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}: WordPress offers them on https only. Use the site&apos;s https address, or enable them there.</source>
        <translation>{host} saytında tətbiq parolları söndürülüb: WordPress onları yalnız https ilə təklif edir. Saytın https ünvanından istifadə edin və ya orada aktivləşdirin.</translation>
    </message>
    <message>
        <source>Channel {number} is there twice. Nothing was sent.</source>
        <translation>{number} nömrəli kanal iki dəfə yazılıb. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Do not send the whole post again.</source>
        <translation>Bütün paylaşımı yenidən göndərməyin.</translation>
    </message>
    <message>
        <source>Enter the address of the service.</source>
        <translation>Xidmətin ünvanını daxil edin.</translation>
    </message>
    <message>
        <source>Enter the user name and its application password.</source>
        <translation>İstifadəçi adını və onun tətbiq parolunu daxil edin.</translation>
    </message>
    <message>
        <source>For {shown}: {problem} It is not used.</source>
        <translation>{shown} üçün: {problem} İstifadə olunmur.</translation>
    </message>
    <message>
        <source>If the Authorization header is dropped: Apache, at the top of .htaccess</source>
        <translation>Authorization başlığı itirsə: Apache, .htaccess faylının əvvəlində</translation>
    </message>
    <message>
        <source>In Posto Desktop</source>
        <translation>Posto Desktop-da</translation>
    </message>
    <message>
        <source>In a script</source>
        <translation>Skriptdə</translation>
    </message>
    <message>
        <source>It could not be read; now it can. Rename it to use it.</source>
        <translation>Oxuna bilmirdi; indi oxunur. İstifadə etmək üçün adını dəyişin.</translation>
    </message>
    <message>
        <source>It holds something else than a style.</source>
        <translation>İçində stildən başqa bir şey var.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Elə indi göndərilir.</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>Boşdur.</translation>
    </message>
    <message>
        <source>It is larger than {value} MB.</source>
        <translation>{value} MB-dan böyükdür.</translation>
    </message>
    <message>
        <source>It is not text in UTF-8.</source>
        <translation>UTF-8 mətni deyil.</translation>
    </message>
    <message>
        <source>It is still listed.</source>
        <translation>Hələ də siyahıdadır.</translation>
    </message>
    <message>
        <source>It is unknown whether the file was stored: the media library cannot be read. Look there before you upload it again.</source>
        <translation>Faylın saxlanılıb-saxlanılmadığı bəlli deyil: media kitabxanası oxuna bilmir. Yenidən yükləməzdən əvvəl ora baxın.</translation>
    </message>
    <message>
        <source>It is unknown whether the post was accepted: the list of schedules cannot be read. Look there before you send it again.</source>
        <translation>Paylaşımın qəbul olunub-olunmadığı bəlli deyil: plan siyahısı oxuna bilmir. Yenidən göndərməzdən əvvəl ora baxın.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were deleted: the list of schedules cannot be read.</source>
        <translation>Paylaşımların silinib-silinmədiyi bəlli deyil: plan siyahısı oxuna bilmir.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were retried: the list of schedules cannot be read. Look there before you retry them.</source>
        <translation>Paylaşımlara yenidən cəhd edilib-edilmədiyi bəlli deyil: plan siyahısı oxuna bilmir. Yenidən cəhd etməzdən əvvəl ora baxın.</translation>
    </message>
    <message>
        <source>It is unknown whether the settings were saved: they cannot be read. Look at them before you save them again.</source>
        <translation>Parametrlərin saxlanılıb-saxlanılmadığı bəlli deyil: onlar oxuna bilmir. Yenidən saxlamazdan əvvəl onlara baxın.</translation>
    </message>
    <message>
        <source>It now points to {location}.</source>
        <translation>İndi bura yönəlir: {location}.</translation>
    </message>
    <message>
        <source>It said: {message}</source>
        <translation>Cavabı: {message}</translation>
    </message>
    <message>
        <source>It was to be kept.</source>
        <translation>Qalmalı idi.</translation>
    </message>
    <message>
        <source>Its content is damaged at line {line}, column {column}.</source>
        <translation>Məzmunu zədələnib: sətir {line}, sütun {column}.</translation>
    </message>
    <message>
        <source>Its content is damaged.</source>
        <translation>Məzmunu zədələnib.</translation>
    </message>
    <message>
        <source>Its settings are no table of networks.</source>
        <translation>Parametrləri şəbəkələr cədvəli deyil.</translation>
    </message>
    <message>
        <source>Kept as {name}.</source>
        <translation>Saxlanıldı: {name}.</translation>
    </message>
    <message>
        <source>Look at the planners of the site, and try again.</source>
        <translation>Saytın planlayıcılarına baxın və yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Look there again.</source>
        <translation>Ora yenidən baxın.</translation>
    </message>
    <message>
        <source>No thread can be sent to {names}. Nothing was sent.</source>
        <translation>Bu kanallara silsilə göndərmək olmur: {names}. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>Heç nə saxlanılmadı.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Part {number} is empty. Nothing was sent.</source>
        <translation>{number} nömrəli hissə boşdur. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Posto can send only the WordPress sign-in. Exclude /wp-json/ from that protection; WordPress checks the sign-in there itself.</source>
        <translation>Posto yalnız WordPress girişini göndərə bilir. /wp-json/ yolunu bu mühafizədən çıxarın; orada girişi WordPress özü yoxlayır.</translation>
    </message>
    <message>
        <source>Say which channel to post to.</source>
        <translation>Hansı kanala paylaşılacağını göstərin.</translation>
    </message>
    <message>
        <source>Schedule {number} has not failed; it is “{status}”.</source>
        <translation>{number} nömrəli plan uğursuz deyil; onun statusu: “{status}”.</translation>
    </message>
    <message>
        <source>Schedule {number} may be live on {channel}: {reason}</source>
        <translation>{number} nömrəli plan {channel} kanalında dərc olunmuş ola bilər: {reason}</translation>
    </message>
    <message>
        <source>Settings &gt; Network &gt; Certificates of your own</source>
        <translation>Parametrlər &gt; Şəbəkə &gt; Öz sertifikatlarınız</translation>
    </message>
    <message>
        <source>Sign in again with the new address. Nothing was carried out.</source>
        <translation>Yeni ünvanla yenidən daxil olun. Heç nə icra olunmadı.</translation>
    </message>
    <message>
        <source>Somebody changed the same settings on the service meanwhile. Nothing was saved.</source>
        <translation>Bu arada kimsə xidmətdə eyni parametrləri dəyişib. Heç nə saxlanılmadı.</translation>
    </message>
    <message>
        <source>The account has no channels.</source>
        <translation>Hesabın kanalı yoxdur.</translation>
    </message>
    <message>
        <source>The address holds a user name or a password. Enter them in their own fields; an address is shown and stored openly.</source>
        <translation>Ünvanda istifadəçi adı və ya parol var. Onları öz xanalarına daxil edin; ünvan açıq göstərilir və saxlanılır.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used. Nothing was sent.</source>
        <translation>{host} ünvanından istifadə etmək olmur. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The address of {host} starts with http, so the password would travel readable for anyone on the way. Use https. Nothing was sent.</source>
        <translation>{host} ünvanı http ilə başlayır, yəni parolu yolda hər kəs oxuya bilər. https istifadə edin. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: its headers do not end.</source>
        <translation>{host} cavabı oxuna bilmədi: başlıqları bitmir.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: {why}.</source>
        <translation>{host} cavabı oxuna bilmədi: {why}.</translation>
    </message>
    <message>
        <source>The answer of {host} is larger than {size}.</source>
        <translation>{host} cavabı {size} həddindən böyükdür.</translation>
    </message>
    <message>
        <source>The certificate of {host} belongs to another name, so this may be another computer. Check the address, and try it with or without www.</source>
        <translation>{host} sertifikatı başqa ada aiddir, yəni bu, başqa kompüter ola bilər. Ünvanı yoxlayın, www ilə və www olmadan sınayın.</translation>
    </message>
    <message>
        <source>The certificate of {host} comes from an unknown authority, so this may be another computer. If it is your company&apos;s, let Posto trust it. Otherwise the site must send its whole certificate chain.</source>
        <translation>{host} sertifikatı naməlum mərkəzdəndir, yəni bu, başqa kompüter ola bilər. Şirkətinizinkidirsə, Posto-nun ona etibar etməsinə icazə verin. Əks halda sayt bütün sertifikat zəncirini göndərməlidir.</translation>
    </message>
    <message>
        <source>The certificate of {host} has expired. Ask the site&apos;s owner to renew it, and check the clock of this computer.</source>
        <translation>{host} sertifikatının vaxtı bitib. Saytın sahibindən onu yeniləməyi xahiş edin və bu kompüterin saatını yoxlayın.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted, so this may be another computer.</source>
        <translation>{host} sertifikatına etibar edilmir, yəni bu, başqa kompüter ola bilər.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid yet. Check the clock of this computer.</source>
        <translation>{host} sertifikatı hələ qüvvəyə minməyib. Bu kompüterin saatını yoxlayın.</translation>
    </message>
    <message>
        <source>The certificate of {host} is self-signed, so this may be another computer. If the site is yours, let Posto trust it.</source>
        <translation>{host} sertifikatı öz-özünə imzalanıb, yəni bu, başqa kompüter ola bilər. Sayt sizindirsə, Posto-nun ona etibar etməsinə icazə verin.</translation>
    </message>
    <message>
        <source>The certificates in {name} cannot be used: it has to be a readable file in PEM form. Nothing was sent.</source>
        <translation>{name} faylındakı sertifikatlardan istifadə etmək olmur: PEM formatında oxuna bilən fayl olmalıdır. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The connection is closed. Nothing was sent.</source>
        <translation>Bağlantı bağlıdır. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The connection to {host} broke before the answer arrived.</source>
        <translation>Cavab gəlməmiş {host} ilə bağlantı kəsildi.</translation>
    </message>
    <message>
        <source>The connection was closed before the answer arrived.</source>
        <translation>Cavab gəlməmiş bağlantı bağlandı.</translation>
    </message>
    <message>
        <source>The file became shorter while it was sent.</source>
        <translation>Fayl göndərilərkən qısaldı.</translation>
    </message>
    <message>
        <source>The file cannot be read: {why}.</source>
        <translation>Fayl oxuna bilmir: {why}.</translation>
    </message>
    <message>
        <source>The list of channels is empty. Nothing was posted.</source>
        <translation>Kanal siyahısı boşdur. Heç nə paylaşılmadı.</translation>
    </message>
    <message>
        <source>The list of schedules of {host} cannot be read completely.</source>
        <translation>{host} plan siyahısı tam oxuna bilmir.</translation>
    </message>
    <message>
        <source>The list of {name} is empty. Nothing was deleted.</source>
        <translation>Siyahı boşdur: {name}. Heç nə silinmədi.</translation>
    </message>
    <message>
        <source>The part for {shown} is no table; it is not used.</source>
        <translation>{shown} hissəsi cədvəl deyil; istifadə olunmur.</translation>
    </message>
    <message>
        <source>The post has neither text nor media. Nothing was sent.</source>
        <translation>Paylaşımda nə mətn, nə də media var. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may be on its way right now. Look at the channel before you send it again.</source>
        <translation>Paylaşım plan siyahısında yoxdur, amma elə indi göndərilirmiş ola bilər. Yenidən göndərməzdən əvvəl kanala baxın.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may have been accepted: the list can omit posts that are being sent. Look at the channels before you send it again.</source>
        <translation>Paylaşım plan siyahısında yoxdur, amma qəbul olunmuş ola bilər: göndərilməkdə olan paylaşımlar siyahıda olmaya bilər. Yenidən göndərməzdən əvvəl kanallara baxın.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, so it was not taken. It can be sent again.</source>
        <translation>Paylaşım plan siyahısında yoxdur, yəni qəbul olunmayıb. Yenidən göndərilə bilər.</translation>
    </message>
    <message>
        <source>The post was taken for {good} of {count} channels.</source>
        <translation>Paylaşım {count} kanaldan {good} üçün qəbul olundu.</translation>
    </message>
    <message>
        <source>The proxy to {host} blocked the connection.</source>
        <translation>{host} üçün proksi bağlantını blokladı.</translation>
    </message>
    <message>
        <source>The proxy to {host} cannot be reached.</source>
        <translation>{host} üçün proksiyə çatmaq olmur.</translation>
    </message>
    <message>
        <source>The proxy to {host} rejected its user name or password.</source>
        <translation>{host} üçün proksi istifadəçi adını və ya parolunu rədd etdi.</translation>
    </message>
    <message>
        <source>The same, Apache 2.4.13 or newer with PHP as CGI</source>
        <translation>Eynisi, PHP-nin CGI kimi işlədiyi Apache 2.4.13 və ya daha yeni</translation>
    </message>
    <message>
        <source>The same, nginx, beside fastcgi_pass</source>
        <translation>Eynisi, nginx, fastcgi_pass yanında</translation>
    </message>
    <message>
        <source>The saved settings are neither the old nor the new ones. Read the settings again before you change them.</source>
        <translation>Saxlanılmış parametrlər nə köhnə, nə də yenidir. Dəyişməzdən əvvəl parametrləri yenidən oxuyun.</translation>
    </message>
    <message>
        <source>The schedule is as it was before.</source>
        <translation>Plan əvvəlki kimidir.</translation>
    </message>
    <message>
        <source>The service did not say under which number it keeps the file.</source>
        <translation>Xidmət faylı hansı nömrə ilə saxladığını bildirmədi.</translation>
    </message>
    <message>
        <source>The service has the post, but said: {answer} What became of each channel is not known: the list of schedules {why}. Do not send the whole post again.</source>
        <translation>Paylaşım xidmətdədir, amma cavabı belədir: {answer} Hər kanalda nə olduğu bəlli deyil: plan siyahısı {why}. Bütün paylaşımı yenidən göndərməyin.</translation>
    </message>
    <message>
        <source>The service has the post.</source>
        <translation>Paylaşım xidmətdədir.</translation>
    </message>
    <message>
        <source>The service refused this without a reason.</source>
        <translation>Xidmət bunu səbəb göstərmədən rədd etdi.</translation>
    </message>
    <message>
        <source>The service said: {answer}</source>
        <translation>Xidmətin cavabı: {answer}</translation>
    </message>
    <message>
        <source>The service still lists it, as it does while a post is being sent.</source>
        <translation>Xidmət onu hələ də siyahıda göstərir; paylaşım göndərilərkən belə olur.</translation>
    </message>
    <message>
        <source>The service was asked to delete the posts.</source>
        <translation>Xidmətdən paylaşımları silmək xahiş olundu.</translation>
    </message>
    <message>
        <source>The settings are as they were before.</source>
        <translation>Parametrlər əvvəlki kimidir.</translation>
    </message>
    <message>
        <source>The template has unknown variables: {shown}. Known are {known}.</source>
        <translation>Şablonda naməlum dəyişənlər var: {shown}. Məlum olanlar: {known}.</translation>
    </message>
    <message>
        <source>The template has {count} characters; at most {limit} are taken.</source>
        <translation>Şablonda {count} simvol var; ən çox {limit} qəbul olunur.</translation>
    </message>
    <message>
        <source>The time lies in the past. Nothing was sent.</source>
        <translation>Vaxt keçmişdədir. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password (“{realm}”).</source>
        <translation>{host} veb serveri öz istifadəçi adını və parolunu tələb edir (“{realm}”).</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password.</source>
        <translation>{host} veb serveri öz istifadəçi adını və parolunu tələb edir.</translation>
    </message>
    <message>
        <source>The workspace on this computer cannot be reached. Nothing was sent.</source>
        <translation>Bu kompüterdəki iş sahəsinə çatmaq olmur. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not answer in time. Nothing was sent.</source>
        <translation>Bu kompüterdəki iş sahəsi vaxtında cavab vermədi. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The {kind} “{name}” cannot be used.</source>
        <translation>Bundan istifadə etmək olmur: {kind} “{name}”.</translation>
    </message>
    <message>
        <source>The {subject} cannot be stored: {error}.</source>
        <translation>Saxlanıla bilmir: {subject}: {error}.</translation>
    </message>
    <message>
        <source>The {subject} name unknown networks: {names}. Known are {known}.</source>
        <translation>{subject}: naməlum şəbəkələr göstərilib: {names}. Məlum olanlar: {known}.</translation>
    </message>
    <message>
        <source>There are: {listed}.</source>
        <translation>Mövcud olanlar: {listed}.</translation>
    </message>
    <message>
        <source>There is already a {kind} “{clean}”.</source>
        <translation>Bu artıq var: {kind} “{clean}”.</translation>
    </message>
    <message>
        <source>There is no channel to post to. Nothing was sent.</source>
        <translation>Paylaşmaq üçün kanal yoxdur. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>There is no channel {description}. {sentence} Nothing was posted.</source>
        <translation>Belə kanal yoxdur: {description}. {sentence} Heç nə paylaşılmadı.</translation>
    </message>
    <message>
        <source>There is no network “{key}”, so its settings would be lost.</source>
        <translation>“{key}” şəbəkəsi yoxdur, ona görə parametrləri itərdi.</translation>
    </message>
    <message>
        <source>There is no network “{key}”; its part is not used.</source>
        <translation>“{key}” şəbəkəsi yoxdur; onun hissəsi istifadə olunmur.</translation>
    </message>
    <message>
        <source>There is no network “{name}”. Known are: {names}.</source>
        <translation>“{name}” şəbəkəsi yoxdur. Məlum olanlar: {names}.</translation>
    </message>
    <message>
        <source>There is no schedule {number}.</source>
        <translation>{number} nömrəli plan yoxdur.</translation>
    </message>
    <message>
        <source>There is no {kind} “{name}”. There are: {names}.</source>
        <translation>Belə {kind} yoxdur: “{name}”. Mövcud olanlar: {names}.</translation>
    </message>
    <message>
        <source>This address of {host} leads to a file, not to a page.</source>
        <translation>{host} serverindəki bu ünvan səhifəyə deyil, fayla aparır.</translation>
    </message>
    <message>
        <source>This is not a web address.</source>
        <translation>Bu, veb ünvan deyil.</translation>
    </message>
    <message>
        <source>This is not a web address. An address looks like https://example.com.</source>
        <translation>Bu, veb ünvan deyil. Ünvan belə görünür: https://example.com.</translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n hour(s).</source>
        <translation>
            <numerusform>%n saat sonra yenidən cəhd edin.</numerusform>
            <numerusform>%n saat sonra yenidən cəhd edin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n minute(s).</source>
        <translation>
            <numerusform>%n dəqiqə sonra yenidən cəhd edin.</numerusform>
            <numerusform>%n dəqiqə sonra yenidən cəhd edin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n second(s).</source>
        <translation>
            <numerusform>%n saniyə sonra yenidən cəhd edin.</numerusform>
            <numerusform>%n saniyə sonra yenidən cəhd edin.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>What has to get through</source>
        <translation>Nə keçməlidir</translation>
    </message>
    <message>
        <source>WordPress, in wp-config.php</source>
        <translation>WordPress, wp-config.php faylında</translation>
    </message>
    <message>
        <source>WordPress: a file in wp-content/mu-plugins</source>
        <translation>WordPress: wp-content/mu-plugins qovluğunda fayl</translation>
    </message>
    <message>
        <source>a text of more than {most} characters</source>
        <translation>{most} simvoldan çox mətn</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>bütün şəbəkələr</translation>
    </message>
    <message>
        <source>an object with more than {most} names</source>
        <translation>{most} addan çox adı olan obyekt</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>oxuna bilmir</translation>
    </message>
    <message>
        <source>does not show it</source>
        <translation>onu göstərmir</translation>
    </message>
    <message>
        <source>it cannot be opened</source>
        <translation>açıla bilmir</translation>
    </message>
    <message>
        <source>it cannot be read</source>
        <translation>oxuna bilmir</translation>
    </message>
    <message>
        <source>it cannot be written</source>
        <translation>yazıla bilmir</translation>
    </message>
    <message>
        <source>it failed without a reason</source>
        <translation>səbəb göstərilmədən uğursuz oldu</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>boşdur</translation>
    </message>
    <message>
        <source>it is not in the list of schedules</source>
        <translation>plan siyahısında yoxdur</translation>
    </message>
    <message>
        <source>it may be live: {value}</source>
        <translation>dərc olunmuş ola bilər: {value}</translation>
    </message>
    <message>
        <source>it may be on its way</source>
        <translation>yolda ola bilər</translation>
    </message>
    <message>
        <source>lists and objects nested more than {most} deep</source>
        <translation>{most} səviyyədən dərin iç-içə siyahı və obyektlər</translation>
    </message>
    <message>
        <source>more than fits into {size} MB of memory</source>
        <translation>{size} MB yaddaşa sığandan çox məlumat</translation>
    </message>
    <message>
        <source>more than {most} rows</source>
        <translation>{most} sətirdən çox sətir</translation>
    </message>
    <message>
        <source>more than {most} values</source>
        <translation>{most} dəyərdən çox dəyər</translation>
    </message>
    <message>
        <source>nginx, in server { }</source>
        <translation>nginx, server { } içində</translation>
    </message>
    <message>
        <source>nginx: outside of server { }, and inside in place of its auth_basic</source>
        <translation>nginx: server { } xaricində və içində, onun auth_basic əvəzinə</translation>
    </message>
    <message>
        <source>nobody knows how it ended</source>
        <translation>necə bitdiyi bəlli deyil</translation>
    </message>
    <message>
        <source>number {number}</source>
        <translation>nömrə {number}</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>şəbəkə</translation>
    </message>
    <message>
        <source>too many long lists and objects nested in each other</source>
        <translation>həddən çox iç-içə uzun siyahı və obyekt</translation>
    </message>
    <message>
        <source>{address} redirects in a loop.</source>
        <translation>{address} dövri yönləndirir.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data (“{page}”). The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} məlumat əvəzinə veb səhifə ilə cavab verdi (“{page}”). Ünvan səhv ola bilər və ya firewall Posto-nu bloklayır.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data. The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} məlumat əvəzinə veb səhifə ilə cavab verdi. Ünvan səhv ola bilər və ya firewall Posto-nu bloklayır.</translation>
    </message>
    <message>
        <source>{host} answered with an address that cannot be used.</source>
        <translation>{host} istifadə oluna bilməyən ünvanla cavab verdi.</translation>
    </message>
    <message>
        <source>{host} answered with old data from a cache. Exclude /wp-json/ from its cache.</source>
        <translation>{host} keşdən köhnə məlumatla cavab verdi. /wp-json/ yolunu keşdən çıxarın.</translation>
    </message>
    <message>
        <source>{host} answered without a calendar.</source>
        <translation>{host} təqvimsiz cavab verdi.</translation>
    </message>
    <message>
        <source>{host} answered without a feed.</source>
        <translation>{host} cavabında lent yoxdur.</translation>
    </message>
    <message>
        <source>{host} answered without a list of channels.</source>
        <translation>{host} cavabında kanal siyahısı yoxdur.</translation>
    </message>
    <message>
        <source>{host} answered without a list of its posts.</source>
        <translation>{host} yazılarının siyahısı olmadan cavab verdi.</translation>
    </message>
    <message>
        <source>{host} answered without a list of schedules.</source>
        <translation>{host} cavabında plan siyahısı yoxdur.</translation>
    </message>
    <message>
        <source>{host} answered without its media library.</source>
        <translation>{host} cavabında media kitabxanası yoxdur.</translation>
    </message>
    <message>
        <source>{host} answered without its planners.</source>
        <translation>{host} planlayıcıları olmadan cavab verdi.</translation>
    </message>
    <message>
        <source>{host} answered without its proposals.</source>
        <translation>{host} cavabında təkliflər yoxdur.</translation>
    </message>
    <message>
        <source>{host} answered without saying who has the post open.</source>
        <translation>{host} paylaşımın kimdə açıq olduğunu bildirmədi.</translation>
    </message>
    <message>
        <source>{host} answered without settings.</source>
        <translation>{host} cavabında parametrlər yoxdur.</translation>
    </message>
    <message>
        <source>{host} answered without the team&apos;s data.</source>
        <translation>{host} komandanın məlumatları olmadan cavab verdi.</translation>
    </message>
    <message>
        <source>{host} answered {status}.</source>
        <translation>{host} cavabı: {status}.</translation>
    </message>
    <message>
        <source>{host} blocks this account: {reason}</source>
        <translation>{host} bu hesabı bloklayır: {reason}</translation>
    </message>
    <message>
        <source>{host} cannot answer right now ({status}).</source>
        <translation>{host} hazırda cavab verə bilmir ({status}).</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} serverinə çatmaq olmur.</translation>
    </message>
    <message>
        <source>{host} could not be found. The address is wrong or this computer is offline.</source>
        <translation>{host} tapılmadı. Ünvan səhvdir və ya bu kompüter oflayndır.</translation>
    </message>
    <message>
        <source>{host} could not be reached in time.</source>
        <translation>{host} serverinə vaxtında çatmaq olmadı.</translation>
    </message>
    <message>
        <source>{host} did not accept the sign-in. The user name or the application password is wrong, or the web server drops the Authorization header.</source>
        <translation>{host} girişi qəbul etmədi. İstifadəçi adı və ya tətbiq parolu səhvdir, yaxud veb server Authorization başlığını atır.</translation>
    </message>
    <message>
        <source>{host} did not answer in time ({status}).</source>
        <translation>{host} vaxtında cavab vermədi ({status}).</translation>
    </message>
    <message>
        <source>{host} did not answer within {seconds} seconds.</source>
        <translation>{host} {seconds} saniyə ərzində cavab vermədi.</translation>
    </message>
    <message>
        <source>{host} did not finish its answer within {duration}.</source>
        <translation>{host} cavabını bu müddətdə bitirmədi: {duration}.</translation>
    </message>
    <message>
        <source>{host} did not say whether it took the post.</source>
        <translation>{host} paylaşımı qəbul edib-etmədiyini bildirmədi.</translation>
    </message>
    <message>
        <source>{host} did not say who is signed in.</source>
        <translation>{host} kimin daxil olduğunu bildirmədi.</translation>
    </message>
    <message>
        <source>{host} did not set up a secure connection. Check its certificate.</source>
        <translation>{host} təhlükəsiz bağlantı qurmadı. Sertifikatını yoxlayın.</translation>
    </message>
    <message>
        <source>{host} does not accept requests this large (413). Nothing was sent.</source>
        <translation>{host} bu qədər böyük sorğuları qəbul etmir (413). Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>{host} does not allow this account to do that: {message}</source>
        <translation>{host} bu hesaba bunu etməyə icazə vermir: {message}</translation>
    </message>
    <message>
        <source>{host} does not answer apps over http. Begin the address with https://.</source>
        <translation>{host} tətbiqlərə http üzərindən cavab vermir. Ünvanı https:// ilə başlayın.</translation>
    </message>
    <message>
        <source>{host} does not know this user name. Check the spelling.</source>
        <translation>{host} bu istifadəçi adını tanımır. Yazılışı yoxlayın.</translation>
    </message>
    <message>
        <source>{host} does not offer this.</source>
        <translation>{host} bunu təklif etmir.</translation>
    </message>
    <message>
        <source>{host} has an internal error ({status}).</source>
        <translation>{host} serverində daxili xəta var ({status}).</translation>
    </message>
    <message>
        <source>{host} has moved.</source>
        <translation>{host} köçüb.</translation>
    </message>
    <message>
        <source>{host} has no FS Poster plugin, or one too old for this.</source>
        <translation>{host} saytında FS Poster plagini yoxdur və ya bunun üçün çox köhnədir.</translation>
    </message>
    <message>
        <source>{host} has no WordPress at this address. Check the address; a site in a folder needs the folder too, as in example.com/blog.</source>
        <translation>{host} saytında bu ünvanda WordPress yoxdur. Ünvanı yoxlayın; qovluqdakı sayt üçün qovluq da lazımdır, məsələn example.com/blog.</translation>
    </message>
    <message>
        <source>{host} has no storage space left.</source>
        <translation>{host} serverində yaddaş yeri qalmayıb.</translation>
    </message>
    <message>
        <source>{host} has nothing at this address (404).</source>
        <translation>{host} serverində bu ünvanda heç nə yoxdur (404).</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the FS Poster plugin, version 7. Install or activate it there. The sign-in itself works.</source>
        <translation>{host} FS Poster plagininin 7-ci versiyası olmayan WordPress saytıdır. Onu orada quraşdırın və ya aktivləşdirin. Girişin özü işləyir.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page (“{page}”) instead of data.</source>
        <translation>{host} WordPress saytıdır, amma məlumat əvəzinə veb səhifə ilə (“{page}”) cavab verir.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page instead of data.</source>
        <translation>{host} WordPress saytıdır, amma məlumat əvəzinə veb səhifə ilə cavab verir.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} texniki xidmətdədir.</translation>
    </message>
    <message>
        <source>{host} is not a WordPress site, or blocks Posto. Check the address.</source>
        <translation>{host} WordPress saytı deyil və ya Posto-nu bloklayır. Ünvanı yoxlayın.</translation>
    </message>
    <message>
        <source>{host} is not responding on port {usual}, the default for {scheme}. If the site uses another port, add it to the address, for example {host}:8080. Nothing was sent.</source>
        <translation>{host} {usual} portunda cavab vermir; bu, {scheme} üçün standartdır. Sayt başqa portdan istifadə edirsə, onu ünvana əlavə edin, məsələn {host}:8080. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>{host} is not responding.</source>
        <translation>{host} cavab vermir.</translation>
    </message>
    <message>
        <source>{host} knows the user name, but the application password is wrong. The login password of the site does not work here: create an application password in your profile there.</source>
        <translation>{host} istifadəçi adını tanıyır, amma tətbiq parolu səhvdir. Saytın giriş parolu burada işləmir: oradakı profilinizdə tətbiq parolu yaradın.</translation>
    </message>
    <message>
        <source>{host} lies in a private network, so nothing is fetched from there. Download the file yourself and attach it.</source>
        <translation>{host} özəl şəbəkədədir, ona görə oradan heç nə götürülmür. Faylı özünüz endirib əlavə edin.</translation>
    </message>
    <message>
        <source>{host} ran out of memory. Its PHP limit is {memory}.</source>
        <translation>{host} serverinin yaddaşı çatmadı. PHP limiti: {memory}.</translation>
    </message>
    <message>
        <source>{host} received the data too slowly: the upload took more than {duration}.</source>
        <translation>{host} məlumatı çox yavaş aldı: yükləmə bundan uzun çəkdi: {duration}.</translation>
    </message>
    <message>
        <source>{host} received too many requests (429).</source>
        <translation>{host} həddən çox sorğu aldı (429).</translation>
    </message>
    <message>
        <source>{host} redirected to a page, {location}, instead of sending data.</source>
        <translation>{host} məlumat göndərmək əvəzinə səhifəyə yönləndirdi: {location}.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop. Check both site addresses in WordPress under Settings &gt; General, and the redirect rules of the web server.</source>
        <translation>{host} dövri yönləndirir. WordPress-də “Parametrlər &gt; Ümumi” bölməsində hər iki sayt ünvanını və veb serverin yönləndirmə qaydalarını yoxlayın.</translation>
    </message>
    <message>
        <source>{host} redirects to an address without https. The password was not sent.</source>
        <translation>{host} https olmayan ünvana yönləndirir. Parol göndərilmədi.</translation>
    </message>
    <message>
        <source>{host} redirects to another site, {named}. If it is yours, enter {named} as the address. The password was not sent.</source>
        <translation>{host} başqa sayta yönləndirir: {named}. Sayt sizindirsə, ünvan kimi {named} daxil edin. Parol göndərilmədi.</translation>
    </message>
    <message>
        <source>{host} refused the request ({status}).</source>
        <translation>{host} sorğunu rədd etdi ({status}).</translation>
    </message>
    <message>
        <source>{host} refused the request.</source>
        <translation>{host} sorğunu rədd etdi.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; an owner of the workspace can make a new password in Settings &gt; Team.</source>
        <translation>{host} istifadəçi adını və ya tətbiq parolunu rədd etdi. Hər ikisini yoxlayın; iş sahəsinin sahibi Parametrlər &gt; Komanda bölməsində yeni parol yarada bilər.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header, or the site has disabled application passwords.</source>
        <translation>{host} istifadəçi adını və ya tətbiq parolunu rədd etdi. Hər ikisini yoxlayın; saytın giriş parolu burada işləmir. Düzdürsə, veb server Authorization başlığını atır və ya sayt tətbiq parollarını söndürüb.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header.</source>
        <translation>{host} istifadəçi adını və ya tətbiq parolunu rədd etdi. Hər ikisini yoxlayın; saytın giriş parolu burada işləmir. Düzdürsə, veb server Authorization başlığını atır.</translation>
    </message>
    <message>
        <source>{host} sends to an address without https.</source>
        <translation>{host} https olmayan ünvana göndərir.</translation>
    </message>
    <message>
        <source>{limit} bytes</source>
        <translation>{limit} bayt</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} və daha {count}</translation>
    </message>
    <message>
        <source>{names} are each the same as the next; the text for all networks counts.</source>
        <translation>{names} hər biri növbəti ilə eynidir; bütün şəbəkələr üçün mətn keçərlidir.</translation>
    </message>
    <message>
        <source>{names} are not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} aktiv deyil: şəbəkə sessiyasının vaxtı bitib. Xidmətdə şəbəkəyə yenidən daxil olun. Heç nə paylaşılmadı.</translation>
    </message>
    <message>
        <source>{names} is not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} aktiv deyil: şəbəkə sessiyasının vaxtı bitib. Xidmətdə şəbəkəyə yenidən daxil olun. Heç nə paylaşılmadı.</translation>
    </message>
    <message>
        <source>{names} is set to be the same as itself; the text for all networks counts.</source>
        <translation>{names} özü ilə eyni olaraq təyin edilib; bütün şəbəkələr üçün mətn keçərlidir.</translation>
    </message>
    <message>
        <source>{name} (other version)</source>
        <translation>{name} (digər versiya)</translation>
    </message>
    <message>
        <source>{name} is not a web address.</source>
        <translation>{name} veb ünvan deyil.</translation>
    </message>
    <message>
        <source>{shown} could not be downloaded.</source>
        <translation>{shown} endirilə bilmədi.</translation>
    </message>
    <message>
        <source>{shown} could not be saved on this computer: {why}.</source>
        <translation>{shown} bu kompüterdə saxlanıla bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{shown} has passed. Nothing was sent.</source>
        <translation>{shown} keçib. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>{shown} is not a picture or video.</source>
        <translation>{shown} şəkil və ya video deyil.</translation>
    </message>
    <message>
        <source>{site} does not use https. Check the port, and whether the site has a certificate.</source>
        <translation>{site} https istifadə etmir. Portu və saytın sertifikatının olub-olmadığını yoxlayın.</translation>
    </message>
    <message>
        <source>{size} bytes</source>
        <translation>{size} bayt</translation>
    </message>
    <message>
        <source>{when} is not a time.</source>
        <translation>{when} vaxt deyil.</translation>
    </message>
    <message>
        <source>“{clean}” was not saved.</source>
        <translation>“{clean}” saxlanılmadı.</translation>
    </message>
    <message>
        <source>“{hashtags}.place” takes {either}, not {place}.</source>
        <translation>“{hashtags}.place” bunları qəbul edir: {either}, bunu yox: {place}.</translation>
    </message>
    <message>
        <source>“{key}” must be {words}, not {value}.</source>
        <translation>“{key}” belə olmalıdır: {words}, belə yox: {value}.</translation>
    </message>
    <message>
        <source>“{name}” ({size}) was not uploaded. {reason} Make it smaller, or have more memory allowed.</source>
        <translation>“{name}” ({size}) yüklənmədi. {reason} Onu kiçildin və ya daha çox yaddaşa icazə verdirin.</translation>
    </message>
    <message>
        <source>“{name}” cannot be read: {why}.</source>
        <translation>“{name}” oxuna bilmir: {why}.</translation>
    </message>
    <message>
        <source>“{name}” for {shown} is not text; it is not used.</source>
        <translation>{shown} üçün “{name}” mətn deyil; istifadə olunmur.</translation>
    </message>
    <message>
        <source>“{name}” has {count} characters; at most {most} are taken.</source>
        <translation>“{name}” {count} simvoldur; ən çox {most} qəbul olunur.</translation>
    </message>
    <message>
        <source>“{name}” is a list of texts, not {value}.</source>
        <translation>“{name}” mətnlər siyahısıdır, bu isə yox: {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a number from {least} to {most}, not {value}.</source>
        <translation>“{name}” {least} ilə {most} arasında ədəddir, bu isə yox: {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a table, not {value}.</source>
        <translation>“{name}” cədvəldir, bu isə yox: {value}.</translation>
    </message>
    <message>
        <source>“{name}” is larger than {value} MB and was not saved.</source>
        <translation>“{name}” {value} MB-dan böyükdür və saxlanılmadı.</translation>
    </message>
    <message>
        <source>“{name}” is not in the media library.</source>
        <translation>“{name}” media kitabxanasında yoxdur.</translation>
    </message>
    <message>
        <source>“{name}” may have been uploaded.</source>
        <translation>“{name}” yüklənmiş ola bilər.</translation>
    </message>
    <message>
        <source>“{name}” may not upload files on {host}. The account needs the Author role or higher.</source>
        <translation>“{name}” {host} saytına fayl yükləyə bilməz. Hesaba Müəllif və ya daha yüksək rol lazımdır.</translation>
    </message>
    <message>
        <source>“{name}” must be text, not {value}.</source>
        <translation>“{name}” mətn olmalıdır, bu isə yox: {value}.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>“{name}” tapılmadı.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded.</source>
        <translation>“{name}” yüklənmədi.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: the web server of {host} refuses files of {size} (413). Make it smaller, or have the limit raised there.</source>
        <translation>“{name}” yüklənmədi: {host} veb serveri {size} ölçülü faylları rədd edir (413). Onu kiçildin və ya orada limiti artırtdırın.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: this account may not upload files. It needs the Author role or higher.</source>
        <translation>“{name}” yüklənmədi: bu hesab fayl yükləyə bilməz. Müəllif və ya daha yüksək rol lazımdır.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: {error}</source>
        <translation>“{name}” yüklənmədi: {error}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but its alt text may be missing: {reason}</source>
        <translation>“{name}” yükləndi, amma alternativ mətni olmaya bilər: {reason}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but without its alt text: {reason}</source>
        <translation>“{name}” yükləndi, amma alternativ mətnsiz: {reason}</translation>
    </message>
    <message>
        <source>“{same_as}” of “{key}” names no network: {source_slug}.</source>
        <translation>“{key}” üzrə “{same_as}” şəbəkə adı deyil: {source_slug}.</translation>
    </message>
    <message>
        <source>“{shown}” cannot be read: {why}.</source>
        <translation>“{shown}” oxuna bilmir: {why}.</translation>
    </message>
    <message>
        <source>“{shown}” is a folder. Choose the files inside it.</source>
        <translation>“{shown}” qovluqdur. İçindəki faylları seçin.</translation>
    </message>
    <message>
        <source>“{shown}” is empty (0 bytes).</source>
        <translation>“{shown}” boşdur (0 bayt).</translation>
    </message>
    <message>
        <source>“{shown}” is not a file that can be read.</source>
        <translation>“{shown}” oxuna bilən fayl deyil.</translation>
    </message>
    <message>
        <source>“{shown}” is not a picture or a video.</source>
        <translation>“{shown}” şəkil və ya video deyil.</translation>
    </message>
    <message>
        <source>“{shown}” was not found.</source>
        <translation>“{shown}” tapılmadı.</translation>
    </message>
    <message>
        <source>“{target}” fits several channels: {listed}. Use the whole name or the number. Nothing was posted.</source>
        <translation>“{target}” bir neçə kanala uyğundur: {listed}. Tam adı və ya nömrəni yazın. Heç nə paylaşılmadı.</translation>
    </message>
    <message>
        <source>“{utm}.links” takes {either}, not “{link_kind}”.</source>
        <translation>“{utm}.links” bunları qəbul edir: {either}, bunu yox: “{link_kind}”.</translation>
    </message>
    <message>
        <source>“{utm}.{key}” has unknown variables: {shown}. Known are {known}.</source>
        <translation>“{utm}.{key}” naməlum dəyişənlər saxlayır: {shown}. Məlum olanlar: {known}.</translation>
    </message>
    <message>
        <source>“{watermark}.corner” takes {either}, not {corner}.</source>
        <translation>“{watermark}.corner” bunları qəbul edir: {either}, bunu yox: {corner}.</translation>
    </message>
    <message>
        <source>“{watermark}.file” is the plain name of a file in {folder}, not “{file}”.</source>
        <translation>“{watermark}.file” {folder} qovluğundakı faylın sadə adıdır, bu isə yox: “{file}”.</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Search</source>
        <translation>Axtar</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Hər yerdə axtar</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Təmizlə</translation>
    </message>
</context>
<context>
    <name>SearchResults</name>
    <message>
        <source>Found settings</source>
        <translation>Tapılan parametrlər</translation>
    </message>
</context>
<context>
    <name>SendNow</name>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>%Ln paylaşımı indi göndər</numerusform>
            <numerusform>%Ln paylaşımı indi göndər</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now instead of at the time in When?</source>
        <extracomment>&quot;When&quot; is the field of the time of a message.</extracomment>
        <translation>
            <numerusform>%Ln paylaşım “Nə vaxt” xanasındakı vaxtın əvəzinə indi göndərilsin?</numerusform>
            <numerusform>%Ln paylaşım “Nə vaxt” xanasındakı vaxtın əvəzinə indi göndərilsin?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now?</source>
        <translation>
            <numerusform>%Ln paylaşım indi göndərilsin?</numerusform>
            <numerusform>%Ln paylaşım indi göndərilsin?</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>Bunu geri almaq olmur.</translation>
    </message>
    <message numerus="yes">
        <source>You can undo it for %n second(s).</source>
        <translation>
            <numerusform>Bunu %n saniyə ərzində geri ala bilərsiniz.</numerusform>
            <numerusform>Bunu %n saniyə ərzində geri ala bilərsiniz.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendingOutlook</name>
    <message numerus="yes">
        <source>%n account(s) cannot post yet</source>
        <translation>
            <numerusform>%n hesab hələ paylaşa bilmir</numerusform>
            <numerusform>%n hesab hələ paylaşa bilmir</numerusform>
        </translation>
    </message>
    <message>
        <source>No network</source>
        <translation>Şəbəkə yoxdur</translation>
    </message>
    <message>
        <source>No network: waits on this computer</source>
        <translation>Şəbəkə yoxdur: bu kompüterdə gözləyir</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Oflayn</translation>
    </message>
    <message>
        <source>Offline: waits on this computer</source>
        <translation>Oflayn: bu kompüterdə gözləyir</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Fasilədə</translation>
    </message>
    <message>
        <source>Paused: waits on this computer</source>
        <translation>Fasilədə: bu kompüterdə gözləyir</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Davam et</translation>
    </message>
    <message>
        <source>Sending is paused: the message waits on this computer.</source>
        <translation>Göndərmə fasilədədir: mesaj bu kompüterdə gözləyir.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Daxil ol</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>Çıxılıb</translation>
    </message>
    <message>
        <source>Signed out: waits on this computer</source>
        <translation>Çıxılıb: bu kompüterdə gözləyir</translation>
    </message>
    <message>
        <source>The message waits on this computer until you sign in again.</source>
        <translation>Siz yenidən daxil olana qədər mesaj bu kompüterdə gözləyir.</translation>
    </message>
    <message>
        <source>The message waits on this computer. {why}</source>
        <translation>Mesaj bu kompüterdə gözləyir. {why}</translation>
    </message>
    <message>
        <source>There is no network: what goes to {names} waits on this computer.</source>
        <translation>Şəbəkə yoxdur: {names} üçün olanlar bu kompüterdə gözləyir.</translation>
    </message>
    <message>
        <source>What goes to {names} waits on this computer. {why}</source>
        <translation>{names} üçün olanlar bu kompüterdə gözləyir. {why}</translation>
    </message>
    <message>
        <source>{name}: sign in again</source>
        <translation>{name}: yenidən daxil olun</translation>
    </message>
    <message>
        <source>{name}: the keychain is locked</source>
        <translation>{name}: parol anbarı kilidlidir</translation>
    </message>
    <message>
        <source>{name}: the server is not reached</source>
        <translation>{name}: serverə çatmaq olmur</translation>
    </message>
</context>
<context>
    <name>Server</name>
    <message numerus="yes">
        <source>%Ln post(s) could be rescued. Those that waited show as “Not sent” until you decide.</source>
        <translation>
            <numerusform>%Ln paylaşım xilas edildi. Gözləyənlər siz qərar verənə qədər “Göndərilməyib” kimi göstərilir.</numerusform>
            <numerusform>%Ln paylaşım xilas edildi. Gözləyənlər siz qərar verənə qədər “Göndərilməyib” kimi göstərilir.</numerusform>
        </translation>
    </message>
    <message>
        <source>16 letters or more, the same as at the receiver. It signs every request.</source>
        <translation>16 və ya daha çox hərf, qəbul edəndəki ilə eyni. Hər sorğunu imzalayır.</translation>
    </message>
    <message>
        <source>@name or number. Or write something there, and leave this empty.</source>
        <translation>@ad və ya nömrə. Yaxud orada nəsə yazın və buranı boş saxlayın.</translation>
    </message>
    <message>
        <source>@{name} is in no channel. Add it to the one that you want to use.</source>
        <translation>@{name} heç bir kanalda deyil. İstifadə etmək istədiyiniz kanala əlavə edin.</translation>
    </message>
    <message>
        <source>@{name} knows no channel yet. Make it an administrator of yours, write something there, and connect again; or enter the channel&apos;s @name.</source>
        <translation>@{name} hələ heç bir kanal tanımır. Onu kanalınızda administrator edin, orada nəsə yazın və yenidən qoşun; və ya kanalın @adını daxil edin.</translation>
    </message>
    <message>
        <source>A bot&apos;s or your own: Profile, Security, Personal Access Tokens.</source>
        <translation>Botun və ya özünüzün: Profile, Security, Personal Access Tokens.</translation>
    </message>
    <message>
        <source>A channel can be chosen only once in a post.</source>
        <translation>Kanal paylaşımda yalnız bir dəfə seçilə bilər.</translation>
    </message>
    <message>
        <source>A file in the media store is damaged ({sha256}). Upload it again.</source>
        <translation>Media anbarındakı bir fayl zədələnib ({sha256}). Onu yenidən yükləyin.</translation>
    </message>
    <message>
        <source>A name to sign in with has letters from a to z, digits and . _ @ + -, 60 at most.</source>
        <translation>Daxil olmaq üçün adda a-dan z-yə hərflər, rəqəmlər və . _ @ + - olur, ən çoxu 60.</translation>
    </message>
    <message>
        <source>A paragraph has {count} characters; Tumblr allows {limit}. Split it with a blank line.</source>
        <translation>Abzasda {count} simvol var; Tumblr {limit} simvola icazə verir. Boş sətirlə bölün.</translation>
    </message>
    <message>
        <source>A part of this message was sent meanwhile.</source>
        <translation>Bu mesajın bir hissəsi bu arada göndərilib.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so it cannot be edited.</source>
        <translation>Bu paylaşımın bir hissəsi artıq dərc olunub, ona görə redaktə edilə bilməz.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so its time cannot change.</source>
        <translation>Bu paylaşımın bir hissəsi artıq dərc olunub, ona görə vaxtı dəyişə bilməz.</translation>
    </message>
    <message>
        <source>A secret is kept in: keyring, session or file.</source>
        <translation>Sirr bunlarda saxlanılır: keyring, session və ya file.</translation>
    </message>
    <message>
        <source>A test note is visible only to chosen people, and nobody is chosen.</source>
        <translation>Sınaq qeydini yalnız seçilmiş şəxslər görür, amma heç kim seçilməyib.</translation>
    </message>
    <message>
        <source>A test post is a draft. Editors of the site can see it, readers cannot.</source>
        <translation>Sınaq paylaşımı qaralamadır. Saytın redaktorları onu görür, oxucular görmür.</translation>
    </message>
    <message>
        <source>A test post is visible only to the people it mentions, and it mentions nobody.</source>
        <translation>Sınaq paylaşımını yalnız adı çəkilənlər görür, amma heç kimin adı çəkilməyib.</translation>
    </message>
    <message>
        <source>A test sends another signed ping and publishes nothing.</source>
        <translation>Sınaq daha bir imzalı ping göndərir və heç nə dərc etmir.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Silsilədə ən çox {limit} hissə ola bilər.</translation>
    </message>
    <message>
        <source>A token needs write:statuses and write:media.</source>
        <translation>Tokenə write:statuses və write:media icazələri lazımdır.</translation>
    </message>
    <message>
        <source>A workspace of Posto for a team</source>
        <translation>Komanda üçün Posto iş sahəsi</translation>
    </message>
    <message>
        <source>A writer can change only proposals of their own.</source>
        <translation>Müəllif yalnız öz təkliflərini dəyişə bilər.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API açarı</translation>
    </message>
    <message>
        <source>API key secret</source>
        <translation>API açarının sirri</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Giriş tokeni</translation>
    </message>
    <message>
        <source>Access token secret</source>
        <translation>Giriş tokeninin sirri</translation>
    </message>
    <message>
        <source>Account not found.</source>
        <translation>Hesab tapılmadı.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Ünvan</translation>
    </message>
    <message>
        <source>Address of your site</source>
        <translation>Saytınızın ünvanı</translation>
    </message>
    <message>
        <source>Admin API key</source>
        <translation>Admin API açarı</translation>
    </message>
    <message>
        <source>Also enter the user name and application password of your site.</source>
        <translation>Saytınızın istifadəçi adını və tətbiq parolunu da daxil edin.</translation>
    </message>
    <message>
        <source>Also enter your two-factor code.</source>
        <translation>İki mərhələli giriş kodunuzu da daxil edin.</translation>
    </message>
    <message>
        <source>An owner sees all groups.</source>
        <translation>Sahib bütün qrupları görür.</translation>
    </message>
    <message>
        <source>Another group uses this file, too.</source>
        <translation>Bu fayldan başqa qrup da istifadə edir.</translation>
    </message>
    <message>
        <source>Another server is signing in with this account.</source>
        <translation>Başqa server bu hesabla daxil olur.</translation>
    </message>
    <message>
        <source>Another workspace is already running in {folder}.</source>
        <translation>{folder} qovluğunda artıq başqa iş sahəsi işləyir.</translation>
    </message>
    <message>
        <source>Another workspace is already running.</source>
        <translation>Artıq başqa iş sahəsi işləyir.</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>Tətbiq parolu</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Tətbiq parolu</translation>
    </message>
    <message>
        <source>Application password there</source>
        <translation>Oradakı tətbiq parolu</translation>
    </message>
    <message>
        <source>Ask for the role of an author.</source>
        <translation>Müəllif rolunu istəyin.</translation>
    </message>
    <message>
        <source>Bluesky allows pictures or one video, not both in one post.</source>
        <translation>Bluesky bir paylaşımda şəkillərə və ya bir videoya icazə verir, ikisinə birdən yox.</translation>
    </message>
    <message>
        <source>Bluesky has no account {handle}. Enter the full handle with its domain.</source>
        <translation>Bluesky-da {handle} hesabı yoxdur. Domenlə birlikdə tam istifadəçi ünvanını daxil edin.</translation>
    </message>
    <message>
        <source>Bot token</source>
        <translation>Bot tokeni</translation>
    </message>
    <message>
        <source>Channel not found.</source>
        <translation>Kanal tapılmadı.</translation>
    </message>
    <message>
        <source>Channel or group</source>
        <translation>Kanal və ya qrup</translation>
    </message>
    <message>
        <source>Check the Matrix ID and the password.</source>
        <translation>Matrix ID-ni və parolu yoxlayın.</translation>
    </message>
    <message>
        <source>Choose a post.</source>
        <translation>Paylaşım seçin.</translation>
    </message>
    <message>
        <source>Choose at least one channel.</source>
        <translation>Ən azı bir kanal seçin.</translation>
    </message>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Paylaşmaq üçün ən azı bir yer seçin.</translation>
    </message>
    <message>
        <source>Choose at least one schedule.</source>
        <translation>Ən azı bir plan seçin.</translation>
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
        <translation>Bluesky-da yaradın: Settings, Privacy and security, App passwords.</translation>
    </message>
    <message>
        <source>Create one in WordPress: Users, Profile, Application Passwords.</source>
        <translation>WordPress-də yaradın: İstifadəçilər, Profil, Tətbiq parolları.</translation>
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
        <translation>Discord hər mesajda 25 MB fayla icazə verir. Bəzilərini silin və ya daha kiçiklərindən istifadə edin.</translation>
    </message>
    <message>
        <source>Enter a topic: letters, digits, hyphens and underscores, 64 at most.</source>
        <translation>Mövzu daxil edin: hərflər, rəqəmlər, defis və alt xətt, ən çox 64.</translation>
    </message>
    <message>
        <source>Enter all four keys.</source>
        <translation>Dörd açarın hamısını daxil edin.</translation>
    </message>
    <message>
        <source>Enter an access token.</source>
        <translation>Giriş tokeni daxil edin.</translation>
    </message>
    <message>
        <source>Enter the API key.</source>
        <translation>API açarını daxil edin.</translation>
    </message>
    <message>
        <source>Enter the access token.</source>
        <translation>Giriş tokenini daxil edin.</translation>
    </message>
    <message>
        <source>Enter the bot token of your app. It begins with xoxb-</source>
        <translation>Tətbiqinizin bot tokenini daxil edin. O, belə başlayır: xoxb-</translation>
    </message>
    <message>
        <source>Enter the client ID and the client secret.</source>
        <translation>Client ID və client secret daxil edin.</translation>
    </message>
    <message>
        <source>Enter the full Matrix ID, for example @you:matrix.org.</source>
        <translation>Tam Matrix ID daxil edin, məsələn @you:matrix.org.</translation>
    </message>
    <message>
        <source>Enter the page access token.</source>
        <translation>Səhifənin giriş tokenini daxil edin.</translation>
    </message>
    <message>
        <source>Enter the password or an access token.</source>
        <translation>Parol və ya giriş tokeni daxil edin.</translation>
    </message>
    <message>
        <source>Facebook continues threads as comments, and Posto cannot add pictures to them.</source>
        <translation>Facebook silsilələri şərh kimi davam etdirir və Posto onlara şəkil əlavə edə bilmir.</translation>
    </message>
    <message>
        <source>Facebook page (your own app)</source>
        <translation>Facebook səhifəsi (öz tətbiqiniz)</translation>
    </message>
    <message>
        <source>Files of this kind have no preview.</source>
        <translation>Bu növ faylların önbaxışı yoxdur.</translation>
    </message>
    <message>
        <source>Fill in: {names}.</source>
        <translation>Doldurun: {names}.</translation>
    </message>
    <message>
        <source>For pictures: a Blossom server, for example https://blossom.primal.net</source>
        <translation>Şəkillər üçün: Blossom serveri, məsələn https://blossom.primal.net</translation>
    </message>
    <message>
        <source>From @BotFather: 123456:ABC…</source>
        <translation>@BotFather verir: 123456:ABC…</translation>
    </message>
    <message>
        <source>From api.tumblr.com/console: Show keys</source>
        <translation>api.tumblr.com/console səhifəsindən: Show keys</translation>
    </message>
    <message>
        <source>From console.x.com: your app, Keys and tokens.</source>
        <translation>console.x.com səhifəsindən: tətbiqiniz, Keys and tokens.</translation>
    </message>
    <message>
        <source>From dev.to: Settings, Extensions.</source>
        <translation>dev.to saytından: Settings, Extensions.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, Instagram, Generate token. Valid for 60 days.</source>
        <translation>developers.facebook.com saytından: tətbiqiniz, Instagram, Generate token. 60 gün etibarlıdır.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, User Token Generator. Valid for 60 days.</source>
        <translation>developers.facebook.com saytından: tətbiqiniz, User Token Generator. 60 gün etibarlıdır.</translation>
    </message>
    <message>
        <source>From discord.com/developers: your application, Bot, Reset Token.</source>
        <translation>discord.com/developers səhifəsindən: tətbiqiniz, Bot, Reset Token.</translation>
    </message>
    <message>
        <source>From linkedin.com/developers: Token generator, with openid, profile and w_member_social. Valid for 60 days.</source>
        <translation>linkedin.com/developers səhifəsindən: Token generator, openid, profile və w_member_social ilə. 60 gün etibarlıdır.</translation>
    </message>
    <message>
        <source>From tumblr.com/oauth/apps</source>
        <translation>tumblr.com/oauth/apps səhifəsindən</translation>
    </message>
    <message>
        <source>Ghost does not allow apps to write comments.</source>
        <translation>Ghost tətbiqlərə şərh yazmağa icazə vermir.</translation>
    </message>
    <message>
        <source>Google did not grant lasting access. Try again and allow everything it asks for.</source>
        <translation>Google davamlı giriş vermədi. Yenidən cəhd edin və istədiyi hər şeyə icazə verin.</translation>
    </message>
    <message>
        <source>Google has ended the sign-in. If this happens every seven days, your consent screen is still in &quot;Testing&quot;. Publish it to &quot;In production&quot;.</source>
        <translation>Google girişi bitirib. Bu, hər yeddi gündən bir baş verirsə, razılıq ekranınız hələ “Testing” rejimindədir. Onu “In production” kimi dərc edin.</translation>
    </message>
    <message>
        <source>Google no longer knows this client. Connect the account again.</source>
        <translation>Google artıq bu klienti tanımır. Hesabı yenidən qoşun.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>İstifadəçi ünvanı</translation>
    </message>
    <message>
        <source>In Discord: Edit Channel, Integrations, Webhooks, Copy Webhook URL.</source>
        <translation>Discord-da: Edit Channel, Integrations, Webhooks, Copy Webhook URL.</translation>
    </message>
    <message>
        <source>In Ghost: Settings, Integrations, Add custom integration.</source>
        <translation>Ghost-da: Settings, Integrations, Add custom integration.</translation>
    </message>
    <message>
        <source>Instagram (your own app)</source>
        <translation>Instagram (öz tətbiqiniz)</translation>
    </message>
    <message>
        <source>Instagram allows apps to post only to business and creator accounts.</source>
        <translation>Instagram tətbiqlərə yalnız biznes və yaradıcı hesablarına paylaşmağa icazə verir.</translation>
    </message>
    <message>
        <source>Instagram continues threads as comments, which cannot have pictures.</source>
        <translation>Instagram silsilələri şərh kimi davam etdirir, onlarda isə şəkil ola bilməz.</translation>
    </message>
    <message>
        <source>Instagram downloads pictures from a public address. Enter a WordPress site of your own.</source>
        <translation>Instagram şəkilləri ictimai ünvandan endirir. Öz WordPress saytınızı daxil edin.</translation>
    </message>
    <message>
        <source>Instead of the password, if the server signs in only in the browser.</source>
        <translation>Server yalnız brauzerdə giriş edirsə, parolun əvəzinə.</translation>
    </message>
    <message>
        <source>It cannot be reached.</source>
        <translation>Ona çatmaq olmur.</translation>
    </message>
    <message>
        <source>It could not be prepared yet.</source>
        <translation>Hələ hazırlana bilmədi.</translation>
    </message>
    <message>
        <source>It did not accept the post.</source>
        <translation>Paylaşımı qəbul etmədi.</translation>
    </message>
    <message>
        <source>It did not answer the question.</source>
        <translation>Suala cavab vermədi.</translation>
    </message>
    <message>
        <source>It did not report whether it accepted the post.</source>
        <translation>Paylaşımı qəbul edib-etmədiyini bildirmədi.</translation>
    </message>
    <message>
        <source>It is already disconnected.</source>
        <translation>Bağlantısı artıq kəsilib.</translation>
    </message>
    <message>
        <source>It is too late to undo this. The device needs a new password.</source>
        <translation>Bunu geri almaq üçün gecdir. Cihaza yeni parol lazımdır.</translation>
    </message>
    <message>
        <source>It was due before the backup was restored, and may have been sent then.</source>
        <translation>Vaxtı ehtiyat nüsxə bərpa olunmazdan əvvəl idi və o zaman göndərilmiş ola bilər.</translation>
    </message>
    <message>
        <source>Its answer is not one of a relay.</source>
        <translation>Cavabı rele cavabı deyil.</translation>
    </message>
    <message>
        <source>Its channel was disconnected.</source>
        <translation>Kanalının bağlantısı kəsilib.</translation>
    </message>
    <message>
        <source>Leave this empty for api.linkedin.com.</source>
        <translation>api.linkedin.com üçün boş saxlayın.</translation>
    </message>
    <message>
        <source>Leave this empty for api.telegram.org.</source>
        <translation>api.telegram.org üçün boş saxlayın.</translation>
    </message>
    <message>
        <source>Leave this empty for api.tumblr.com.</source>
        <translation>api.tumblr.com üçün boş saxlayın.</translation>
    </message>
    <message>
        <source>Leave this empty for api.x.com.</source>
        <translation>api.x.com üçün boş saxlayın.</translation>
    </message>
    <message>
        <source>Leave this empty for dev.to.</source>
        <translation>dev.to üçün boş saxlayın.</translation>
    </message>
    <message>
        <source>Leave this empty for discord.com.</source>
        <translation>discord.com üçün boş saxlayın.</translation>
    </message>
    <message>
        <source>Leave this empty for slack.com.</source>
        <translation>slack.com üçün boş saxlayın.</translation>
    </message>
    <message>
        <source>Leave this empty to sign in with the browser.</source>
        <translation>Brauzerlə daxil olmaq üçün boş saxlayın.</translation>
    </message>
    <message>
        <source>Leave this empty to use the relays of your profile.</source>
        <translation>Profilinizin relelərindən istifadə üçün boş saxlayın.</translation>
    </message>
    <message>
        <source>Leave this empty.</source>
        <translation>Bunu boş saxlayın.</translation>
    </message>
    <message>
        <source>Lemmy needs a title, or a text with a first line to use as one.</source>
        <translation>Lemmy üçün başlıq və ya ilk sətri başlıq kimi istifadə olunan mətn lazımdır.</translation>
    </message>
    <message>
        <source>LinkedIn (your own app)</source>
        <translation>LinkedIn (öz tətbiqiniz)</translation>
    </message>
    <message>
        <source>LinkedIn already has this post: {sentence}</source>
        <translation>Bu paylaşım artıq LinkedIn-də var: {sentence}</translation>
    </message>
    <message>
        <source>LinkedIn continues threads as comments, which cannot have pictures.</source>
        <translation>LinkedIn silsilələri şərh kimi davam etdirir, onlarda isə şəkil ola bilməz.</translation>
    </message>
    <message>
        <source>LinkedIn no longer supports this version of its API. Update Posto.</source>
        <translation>LinkedIn API-nin bu versiyasını artıq dəstəkləmir. Posto-nu yeniləyin.</translation>
    </message>
    <message>
        <source>Mastodon and compatible servers</source>
        <translation>Mastodon və uyğun serverlər</translation>
    </message>
    <message>
        <source>Matrix ID</source>
        <translation>Matrix ID</translation>
    </message>
    <message>
        <source>Media not found: {names}.</source>
        <translation>Media tapılmadı: {names}.</translation>
    </message>
    <message>
        <source>Media server</source>
        <translation>Media serveri</translation>
    </message>
    <message>
        <source>Meta accepts no more posts for now.</source>
        <translation>Meta hələlik daha paylaşım qəbul etmir.</translation>
    </message>
    <message>
        <source>Meta could not use a file.</source>
        <translation>Meta bir fayldan istifadə edə bilmədi.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Meta şəkilləri ictimai ünvandan endirir. Hesabı yenidən qoşun və şəkillər üçün öz WordPress saytınızı daxil edin.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. https://example.com</source>
        <translation>Meta şəkilləri ictimai ünvandan endirir. https://example.com</translation>
    </message>
    <message>
        <source>Meta has a problem right now.</source>
        <translation>Meta-da hazırda problem var.</translation>
    </message>
    <message>
        <source>Meta is still processing this post.</source>
        <translation>Meta bu paylaşımı hələ emal edir.</translation>
    </message>
    <message>
        <source>Meta no longer accepts the token.</source>
        <translation>Meta tokeni artıq qəbul etmir.</translation>
    </message>
    <message>
        <source>Misskey and Sharkey</source>
        <translation>Misskey və Sharkey</translation>
    </message>
    <message>
        <source>Name the device that the password is for.</source>
        <translation>Parolun hansı cihaz üçün olduğunu yazın.</translation>
    </message>
    <message>
        <source>No clear answer came in time.</source>
        <translation>Vaxtında aydın cavab gəlmədi.</translation>
    </message>
    <message>
        <source>No clear answer came.</source>
        <translation>Aydın cavab gəlmədi.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer. Choose where to keep the password: until the workspace ends (session), or in a file that only you can read (file).</source>
        <translation>Bu kompüterdə parol anbarı tapılmadı. Parolun harada saxlanacağını seçin: iş sahəsi bitənə qədər (session) və ya yalnız sizin oxuya bildiyiniz faylda (file).</translation>
    </message>
    <message>
        <source>No relay can be reached: {hosts}.</source>
        <translation>Heç bir releyə çatmaq olmur: {hosts}.</translation>
    </message>
    <message>
        <source>No relay is known for this account. Connect it again.</source>
        <translation>Bu hesab üçün heç bir rele məlum deyil. Yenidən qoşun.</translation>
    </message>
    <message>
        <source>No server was found for {handle}. Enter its address.</source>
        <translation>{handle} üçün server tapılmadı. Ünvanını daxil edin.</translation>
    </message>
    <message>
        <source>Nobody signed in within ten minutes. Try again.</source>
        <translation>On dəqiqə ərzində heç kim daxil olmadı. Yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Nostr relays do not store files. Connect the account again and enter a media server.</source>
        <translation>Nostr releləri fayl saxlamır. Hesabı yenidən qoşun və media serveri daxil edin.</translation>
    </message>
    <message>
        <source>Nothing was found here.</source>
        <translation>Burada heç nə tapılmadı.</translation>
    </message>
    <message>
        <source>One post can go to {limit} channels at most.</source>
        <translation>Bir paylaşım ən çox {limit} kanala gedə bilər.</translation>
    </message>
    <message>
        <source>One post can have {limit} files at most.</source>
        <translation>Bir paylaşımda ən çox {limit} fayl ola bilər.</translation>
    </message>
    <message>
        <source>Only failed schedules can be retried.</source>
        <translation>Yalnız uğursuz planlara yenidən cəhd etmək olar.</translation>
    </message>
    <message>
        <source>Only for protected topics.</source>
        <translation>Yalnız qorunan mövzular üçün.</translation>
    </message>
    <message>
        <source>Only needed if your Matrix ID does not lead to your server.</source>
        <translation>Yalnız Matrix ID-niz serverinizə aparmırsa lazımdır.</translation>
    </message>
    <message>
        <source>Only needed if your handle does not lead to your server.</source>
        <translation>Yalnız istifadəçi ünvanınız serverinizə aparmırsa lazımdır.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be edited.</source>
        <translation>Yalnız göndərilməmiş planlar redaktə edilə bilər.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be rescheduled.</source>
        <translation>Yalnız göndərilməmiş planların vaxtı dəyişdirilə bilər.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be sent now.</source>
        <translation>Yalnız göndərilməmiş planlar indi göndərilə bilər.</translation>
    </message>
    <message>
        <source>Other programs use the ports for the browser&apos;s answer. Close them and try again.</source>
        <translation>Brauzerin cavabı üçün portlardan başqa proqramlar istifadə edir. Onları bağlayıb yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Other sites may not access this computer&apos;s workspace.</source>
        <translation>Digər saytlar bu kompüterin iş sahəsinə daxil ola bilməz.</translation>
    </message>
    <message>
        <source>Page access token</source>
        <translation>Səhifənin giriş tokeni</translation>
    </message>
    <message>
        <source>Part {number} of {total} is not published: {reason} The parts before it are.</source>
        <translation>{total} hissədən {number} nömrəlisi dərc olunmayıb: {reason} Ondan əvvəlki hissələr dərc olunub.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Parol</translation>
    </message>
    <message>
        <source>Port {port} on {host} cannot be used: {error}.</source>
        <translation>{host} üçün {port} portundan istifadə etmək olmur: {error}.</translation>
    </message>
    <message>
        <source>PostgreSQL needs more: install posto[postgres] and start again.</source>
        <translation>PostgreSQL üçün əlavə lazımdır: posto[postgres] quraşdırın və yenidən başladın.</translation>
    </message>
    <message>
        <source>Posto Desktop was interrupted while sending this post, so it may be published.</source>
        <translation>Posto Desktop bu paylaşımı göndərərkən kəsildi, ona görə dərc olunmuş ola bilər.</translation>
    </message>
    <message>
        <source>Posto cannot make pictures smaller right now.</source>
        <translation>Posto hazırda şəkilləri kiçildə bilmir.</translation>
    </message>
    <message>
        <source>Posto cannot write comments on YouTube.</source>
        <translation>Posto YouTube-da şərh yaza bilmir.</translation>
    </message>
    <message>
        <source>Posto cannot write to the workspace&apos;s folder: {folder}.</source>
        <translation>Posto iş sahəsinin qovluğuna yaza bilmir: {folder}.</translation>
    </message>
    <message>
        <source>Posto cannot yet tell whether the message was sent.</source>
        <translation>Posto mesajın göndərilib-göndərilmədiyini hələ bilmir.</translation>
    </message>
    <message>
        <source>Posto may not read and write {part}. Allow it, then try again.</source>
        <translation>Posto-nun bunu oxumağa və yazmağa icazəsi yoxdur: {part}. İcazə verin, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Posts wait on the site until someone publishes them.</source>
        <translation>Paylaşımlar kimsə dərc edənə qədər saytda gözləyir.</translation>
    </message>
    <message>
        <source>Previews are being made. Try again in a moment.</source>
        <translation>Önbaxışlar hazırlanır. Bir azdan yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>Şəxsi açar</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>Relelər</translation>
    </message>
    <message>
        <source>Remove the user name and password from the address of {host}.</source>
        <translation>{host} ünvanından istifadəçi adını və parolu silin.</translation>
    </message>
    <message>
        <source>Schedule group not found.</source>
        <translation>Plan qrupu tapılmadı.</translation>
    </message>
    <message>
        <source>Schedule not found.</source>
        <translation>Plan tapılmadı.</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>Sirr</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Server or handle</source>
        <translation>Server və ya istifadəçi ünvanı</translation>
    </message>
    <message>
        <source>Signing in was cancelled.</source>
        <translation>Giriş ləğv edildi.</translation>
    </message>
    <message>
        <source>Slack accepts no more messages for now.</source>
        <translation>Slack hələlik daha mesaj qəbul etmir.</translation>
    </message>
    <message>
        <source>Slack did not accept this: {name}.</source>
        <translation>Slack bunu qəbul etmədi: {name}.</translation>
    </message>
    <message>
        <source>Slack has a problem right now ({name}).</source>
        <translation>Slack-də hazırda problem var ({name}).</translation>
    </message>
    <message>
        <source>Slack is still processing a picture of this post.</source>
        <translation>Slack bu paylaşımın bir şəklini hələ emal edir.</translation>
    </message>
    <message>
        <source>Slack no longer accepts the token ({name}). Connect the channel again.</source>
        <translation>Slack tokeni artıq qəbul etmir ({name}). Kanalı yenidən qoşun.</translation>
    </message>
    <message>
        <source>Social network not found.</source>
        <translation>Sosial şəbəkə tapılmadı.</translation>
    </message>
    <message>
        <source>Somebody else has changed these groups meanwhile.</source>
        <translation>Bu arada bu qrupları başqası dəyişib.</translation>
    </message>
    <message>
        <source>Somebody else has changed {name} meanwhile.</source>
        <translation>Bu arada {name} başqası tərəfindən dəyişdirilib.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to create posts as this user.</source>
        <translation>Təəssüf ki, bu istifadəçi kimi yazı yaratmağa icazəniz yoxdur.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to do that.</source>
        <translation>Təəssüf ki, bunu etməyə icazəniz yoxdur.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to upload this file type.</source>
        <translation>Təəssüf ki, bu növ faylı yükləməyə icazəniz yoxdur.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Təqvim tətbiqinizdə yeni ünvanla yenidən abunə olun.</translation>
    </message>
    <message>
        <source>Telegram allows an animation only without other files. Put it in its own post.</source>
        <translation>Telegram animasiyaya yalnız başqa fayllar olmadan icazə verir. Onu ayrıca paylaşıma qoyun.</translation>
    </message>
    <message>
        <source>Telegram did not report which bot this is.</source>
        <translation>Telegram bunun hansı bot olduğunu bildirmədi.</translation>
    </message>
    <message>
        <source>Telegram no longer knows this bot. Ask @BotFather for its token.</source>
        <translation>Telegram artıq bu botu tanımır. Tokenini @BotFather-dən soruşun.</translation>
    </message>
    <message>
        <source>That needs too much memory or time.</source>
        <translation>Bu, həddən çox yaddaş və ya vaxt tələb edir.</translation>
    </message>
    <message>
        <source>The access to YouTube has expired. Posto is renewing it.</source>
        <translation>YouTube-a girişin vaxtı bitib. Posto onu yeniləyir.</translation>
    </message>
    <message>
        <source>The access token belongs to {handle}.</source>
        <translation>Giriş tokeni {handle} hesabına aiddir.</translation>
    </message>
    <message>
        <source>The access token of {handle} stays valid. Delete it in the settings of {host}.</source>
        <translation>{handle} hesabının giriş tokeni etibarlı qalır. Onu {host} parametrlərində silin.</translation>
    </message>
    <message>
        <source>The address of the relay {host} must begin with wss://</source>
        <translation>{host} relesinin ünvanı wss:// ilə başlamalıdır</translation>
    </message>
    <message>
        <source>The address of the server cannot be read.</source>
        <translation>Serverin ünvanı oxuna bilmir.</translation>
    </message>
    <message>
        <source>The address of the server must begin with https://.</source>
        <translation>Serverin ünvanı https:// ilə başlamalıdır.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used.</source>
        <translation>{host} ünvanından istifadə etmək olmur.</translation>
    </message>
    <message>
        <source>The answer is either there or send_again.</source>
        <translation>Cavab ya there, ya da send_again olur.</translation>
    </message>
    <message>
        <source>The answer of {host} is too large.</source>
        <translation>{host} cavabı çox böyükdür.</translation>
    </message>
    <message>
        <source>The app is in no channel. Write /invite @{name} in the channel you want to use.</source>
        <translation>Tətbiq heç bir kanalda deyil. İstifadə etmək istədiyiniz kanalda /invite @{name} yazın.</translation>
    </message>
    <message>
        <source>The app is not in the channel. Write /invite and its name there.</source>
        <translation>Tətbiq kanalda deyil. Orada /invite və adını yazın.</translation>
    </message>
    <message>
        <source>The app lacks a permission. Add it under OAuth &amp; Permissions and reinstall the app.</source>
        <translation>Tətbiqin icazəsi çatmır. “OAuth &amp; Permissions” bölməsində əlavə edin və tətbiqi yenidən quraşdırın.</translation>
    </message>
    <message>
        <source>The app must be Live and have the permission pages_manage_posts.</source>
        <translation>Tətbiq Live rejimində olmalı və pages_manage_posts icazəsi olmalıdır.</translation>
    </message>
    <message>
        <source>The app password of {handle} no longer works. Create a new one in Bluesky&apos;s settings and connect the account again.</source>
        <translation>{handle} hesabının tətbiq parolu artıq işləmir. Bluesky parametrlərində yenisini yaradın və hesabı yenidən qoşun.</translation>
    </message>
    <message>
        <source>The bot may not publish in {channel}. Make it an administrator there and allow it to post messages.</source>
        <translation>Bot {channel} kanalında paylaşa bilməz. Onu orada administrator edin və mesaj yazmağa icazə verin.</translation>
    </message>
    <message>
        <source>The bot may not write there.</source>
        <translation>Bot orada yaza bilməz.</translation>
    </message>
    <message>
        <source>The certificate file {name} cannot be used. Choose a readable file in PEM format. Nothing was sent.</source>
        <translation>{name} sertifikat faylından istifadə etmək olmur. PEM formatında oxuna bilən fayl seçin. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be verified. If this is your own server, add its certificate under Settings &gt; Network.</source>
        <translation>{host} sertifikatı yoxlanıla bilmir. Bu, öz serverinizdirsə, sertifikatını “Parametrlər &gt; Şəbəkə” bölməsində əlavə edin.</translation>
    </message>
    <message>
        <source>The channel does not exist, or the app is not in it.</source>
        <translation>Kanal yoxdur və ya tətbiq onda deyil.</translation>
    </message>
    <message>
        <source>The channel is archived.</source>
        <translation>Kanal arxivləşdirilib.</translation>
    </message>
    <message>
        <source>The channel no longer exists.</source>
        <translation>Kanal artıq yoxdur.</translation>
    </message>
    <message>
        <source>The clocks of this server and of the media store {address} differ. Set them.</source>
        <translation>Bu serverin və {address} media anbarının saatları fərqlənir. Onları düzəldin.</translation>
    </message>
    <message>
        <source>The comment has {count} characters; LinkedIn allows {limit}. Shorten it.</source>
        <translation>Şərhdə {count} simvol var; LinkedIn {limit} simvola icazə verir. Qısaldın.</translation>
    </message>
    <message>
        <source>The connection broke.</source>
        <translation>Bağlantı kəsildi.</translation>
    </message>
    <message>
        <source>The connection to {host} was interrupted.</source>
        <translation>{host} ilə bağlantı kəsildi.</translation>
    </message>
    <message>
        <source>The database {address} cannot be used: {reason} Check that it runs and that its name, user and password are right, then try again.</source>
        <translation>{address} verilənlər bazasından istifadə etmək mümkün deyil: {reason} Onun işlədiyini, adının, istifadəçisinin və parolunun düzgün olduğunu yoxlayın, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>The database {address} was last used by a newer version of Posto. Install that version here, too.</source>
        <translation>{address} verilənlər bazasından sonuncu dəfə Posto-nun daha yeni versiyası istifadə edib. Həmin versiyanı burada da quraşdırın.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min ahead of this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>Verilənlər bazasının saatı bu serverinkindən {minutes} dəq irəlidir. Paylaşımlar verilənlər bazasının saatı ilə çıxır: hər ikisini yoxlayın.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min behind this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>Verilənlər bazasının saatı bu serverinkindən {minutes} dəq geridir. Paylaşımlar verilənlər bazasının saatı ilə çıxır: hər ikisini yoxlayın.</translation>
    </message>
    <message>
        <source>The date to delete before cannot be read.</source>
        <translation>Hansı tarixdən əvvəlin silinəcəyi oxuna bilmir.</translation>
    </message>
    <message>
        <source>The description of {name} has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>{name} təsvirində {count} simvol var; {server} {limit} simvola icazə verir. Qısaldın.</translation>
    </message>
    <message>
        <source>The disk is full: the workspace on this computer cannot be opened.</source>
        <translation>Disk doludur: bu kompüterdəki iş sahəsi açıla bilmir.</translation>
    </message>
    <message>
        <source>The disk of this computer is too full: the file needs {size}, {limit} is free. Free some space.</source>
        <translation>Bu kompüterin diski həddən çox doludur: fayla {size} lazımdır, boş yer {limit}. Yer boşaldın.</translation>
    </message>
    <message>
        <source>The draft of this post was deleted on the site. Send the post again.</source>
        <translation>Bu paylaşımın qaralaması saytda silinib. Paylaşımı yenidən göndərin.</translation>
    </message>
    <message>
        <source>The entry of the file number {number} in the media library is damaged.</source>
        <translation>Media kitabxanasında {number} nömrəli faylın qeydi zədələnib.</translation>
    </message>
    <message>
        <source>The entry of this channel in the workspace&apos;s database is damaged ({names}).</source>
        <translation>İş sahəsinin verilənlər bazasında bu kanalın qeydi zədələnib ({names}).</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It may have been sent. Check whether it is published before you send it again.</source>
        <translation>İş sahəsinin verilənlər bazasında bu paylaşımın qeydi zədələnib ({columns}). Göndərilmiş ola bilər. Yenidən göndərməzdən əvvəl dərc olunub-olunmadığını yoxlayın.</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It was not sent. Check it, then send it again or write it anew.</source>
        <translation>İş sahəsinin verilənlər bazasında bu paylaşımın qeydi zədələnib ({columns}). Göndərilməyib. Yoxlayın, sonra yenidən göndərin və ya təzədən yazın.</translation>
    </message>
    <message>
        <source>The file could not be stored: {reason}.</source>
        <translation>Fayl saxlanıla bilmədi: {reason}.</translation>
    </message>
    <message>
        <source>The file number {number} is no longer in the media library.</source>
        <translation>{number} nömrəli fayl artıq media kitabxanasında deyil.</translation>
    </message>
    <message>
        <source>The file was not found.</source>
        <translation>Fayl tapılmadı.</translation>
    </message>
    <message>
        <source>The file with certificates is a path.</source>
        <translation>Sertifikat faylı yol olmalıdır.</translation>
    </message>
    <message>
        <source>The file with the schedule was damaged. Look whether this post is published already before it is sent.</source>
        <translation>Plan faylı zədələnmişdi. Göndərilməzdən əvvəl bu paylaşımın artıq dərc olunub-olunmadığına baxın.</translation>
    </message>
    <message>
        <source>The file {name} is no longer in the media library.</source>
        <translation>{name} faylı artıq media kitabxanasında deyil.</translation>
    </message>
    <message>
        <source>The file {name} was not found.</source>
        <translation>{name} faylı tapılmadı.</translation>
    </message>
    <message>
        <source>The first comment is not published: {reason}</source>
        <translation>İlk şərh dərc olunmayıb: {reason}</translation>
    </message>
    <message>
        <source>The first comment may be published.</source>
        <translation>İlk şərh dərc olunmuş ola bilər.</translation>
    </message>
    <message>
        <source>The first line, which is the title, has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>Başlıq olan ilk sətirdə {count} simvol var; Lemmy {limit} simvola icazə verir. Daha qısa başlıq daxil edin.</translation>
    </message>
    <message>
        <source>The group has become a supergroup with a new number. Connect it again.</source>
        <translation>Qrup yeni nömrəli superqrupa çevrilib. Yenidən qoşun.</translation>
    </message>
    <message>
        <source>The keychain</source>
        <translation>Parol anbarı</translation>
    </message>
    <message>
        <source>The keychain of this computer is gone, so the password cannot be read. Sign in again.</source>
        <translation>Bu kompüterin parol anbarı yoxa çıxıb, ona görə parol oxuna bilmir. Yenidən daxil olun.</translation>
    </message>
    <message>
        <source>The limit for late posts is a number of minutes, 0 to {limit}.</source>
        <translation>Gecikən paylaşımlar üçün limit dəqiqə sayıdır, 0–{limit}.</translation>
    </message>
    <message>
        <source>The media store {address} does not answer right now.</source>
        <translation>{address} media anbarı hazırda cavab vermir.</translation>
    </message>
    <message>
        <source>The media store {address} has no such bucket.</source>
        <translation>{address} media anbarında belə bir bucket yoxdur.</translation>
    </message>
    <message>
        <source>The media store {address} refuses this server ({code}). Check its keys and their rights.</source>
        <translation>{address} media anbarı bu serveri rədd edir ({code}). Açarlarını və onların icazələrini yoxlayın.</translation>
    </message>
    <message>
        <source>The message may be in the room already.</source>
        <translation>Mesaj artıq otaqda ola bilər.</translation>
    </message>
    <message>
        <source>The move of this workspace from {place} has not ended, so nothing is sent from here. Run “posto-server move” again.</source>
        <translation>Bu iş sahəsinin {place} ünvanından köçürülməsi başa çatmayıb, ona görə buradan heç nə göndərilmir. “posto-server move” əmrini yenidən işə salın.</translation>
    </message>
    <message>
        <source>The name, the password or the code is wrong.</source>
        <translation>Ad, parol və ya kod səhvdir.</translation>
    </message>
    <message>
        <source>The network did not report which post it replies to.</source>
        <translation>Şəbəkə bunun hansı paylaşıma cavab olduğunu bildirmədi.</translation>
    </message>
    <message>
        <source>The network gave no clear answer, so the post may be published.</source>
        <translation>Şəbəkə aydın cavab vermədi, ona görə paylaşım dərc olunmuş ola bilər.</translation>
    </message>
    <message>
        <source>The password of {handle} was not found on this computer. Connect the account again.</source>
        <translation>{handle} hesabının parolu bu kompüterdə tapılmadı. Hesabı yenidən qoşun.</translation>
    </message>
    <message>
        <source>The picture cannot be made this small.</source>
        <translation>Şəkil bu qədər kiçildilə bilmir.</translation>
    </message>
    <message>
        <source>The picture has {width} by {height} pixels, too many for a preview.</source>
        <translation>Şəkil {width} × {height} pikseldir, önbaxış üçün həddən çoxdur.</translation>
    </message>
    <message>
        <source>The picture is saved in more than {most} passes, too many for a preview.</source>
        <translation>Şəkil {most} keçiddən çox keçidlə saxlanılıb, önbaxış üçün həddən çoxdur.</translation>
    </message>
    <message>
        <source>The post could not be prepared: {reason}</source>
        <translation>Paylaşım hazırlana bilmədi: {reason}</translation>
    </message>
    <message>
        <source>The post has {count} files; {server} allows {limit}. Remove some.</source>
        <translation>Paylaşımda {count} fayl var; {server} {limit} fayla icazə verir. Bəzilərini silin.</translation>
    </message>
    <message>
        <source>The post has {count} tags; dev.to allows {limit}. Remove some.</source>
        <translation>Paylaşımda {count} teq var; dev.to {limit} teqə icazə verir. Bəzilərini silin.</translation>
    </message>
    <message>
        <source>The post is being sent or was sent, so it cannot be undone.</source>
        <translation>Paylaşım göndərilir və ya göndərilib, ona görə geri alınmır.</translation>
    </message>
    <message>
        <source>The post is empty. Add a text or a file.</source>
        <translation>Paylaşım boşdur. Mətn və ya fayl əlavə edin.</translation>
    </message>
    <message>
        <source>The previous part is published, but its address is unknown.</source>
        <translation>Əvvəlki hissə dərc olunub, amma ünvanı bəlli deyil.</translation>
    </message>
    <message>
        <source>The proxy cannot be reached.</source>
        <translation>Proksiyə çatmaq olmur.</translation>
    </message>
    <message>
        <source>The proxy is an address such as http://host:8080.</source>
        <translation>Proksi belə ünvandır: http://host:8080.</translation>
    </message>
    <message>
        <source>The proxy of a channel of this computer cannot have a user name and a password. Set it for all channels in Settings, Network, which keeps its password in the keyring.</source>
        <translation>Bu kompüterdəki kanalın proksisində istifadəçi adı və parol ola bilməz. Onu bütün kanallar üçün “Parametrlər &gt; Şəbəkə” bölməsində təyin edin; parolu parol anbarında saxlanılır.</translation>
    </message>
    <message>
        <source>The proxy password is missing. Open Posto Desktop.</source>
        <translation>Proksi parolu yoxdur. Posto Desktop-u açın.</translation>
    </message>
    <message>
        <source>The proxy settings are missing. Open Posto Desktop.</source>
        <translation>Proksi parametrləri yoxdur. Posto Desktop-u açın.</translation>
    </message>
    <message>
        <source>The request ended too early.</source>
        <translation>Sorğu vaxtından əvvəl bitdi.</translation>
    </message>
    <message>
        <source>The request is larger than {size}.</source>
        <translation>Sorğu {size} həddindən böyükdür.</translation>
    </message>
    <message>
        <source>The rest of the thread is not published. Its parts reply to the first one, and the network did not report which post that is.</source>
        <translation>Silsilənin qalanı dərc olunmayıb. Hissələri birinciyə cavabdır, şəbəkə isə bunun hansı paylaşım olduğunu bildirmədi.</translation>
    </message>
    <message>
        <source>The rest of the thread needs the address of this post. Answer again later.</source>
        <translation>Silsilənin qalanı üçün bu paylaşımın ünvanı lazımdır. Sonra yenidən cavab verin.</translation>
    </message>
    <message>
        <source>The room is now encrypted, and Posto cannot send encrypted messages. Choose another room.</source>
        <translation>Otaq indi şifrələnib və Posto şifrəli mesaj göndərə bilmir. Başqa otaq seçin.</translation>
    </message>
    <message>
        <source>The secret needs at least {limit} letters.</source>
        <translation>Sirr ən azı {limit} hərf olmalıdır.</translation>
    </message>
    <message>
        <source>The server accepts no more requests for now.</source>
        <translation>Server hələlik daha sorğu qəbul etmir.</translation>
    </message>
    <message>
        <source>The server has no key for the password of this account. Ask whoever runs the server.</source>
        <translation>Serverdə bu hesabın parolu üçün açar yoxdur. Serveri idarə edən şəxsə müraciət edin.</translation>
    </message>
    <message>
        <source>The session could not be ended. End it in the settings of the network.</source>
        <translation>Sessiya bitirilə bilmədi. Onu şəbəkənin parametrlərində bitirin.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. Sign in again.</source>
        <translation>{handle} sessiyası bitib. Yenidən daxil olun.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. You have {count} app passwords, so Posto does not know which one to delete. Delete it in Bluesky&apos;s settings.</source>
        <translation>{handle} sessiyası bitib. {count} tətbiq parolunuz var, ona görə Posto hansını siləcəyini bilmir. Onu Bluesky parametrlərində silin.</translation>
    </message>
    <message>
        <source>The sign-in failed unexpectedly. See the workspace&apos;s log for details.</source>
        <translation>Giriş gözlənilmədən uğursuz oldu. Təfərrüatlar üçün iş sahəsinin jurnalına baxın.</translation>
    </message>
    <message>
        <source>The test post could not be deleted. Delete it yourself: {place}</source>
        <translation>Sınaq paylaşımı silinə bilmədi. Özünüz silin: {place}</translation>
    </message>
    <message>
        <source>The text has {count} characters as X counts; X allows {limit}. Shorten it.</source>
        <translation>X-in sayması ilə mətndə {count} simvol var; X {limit} simvola icazə verir. Qısaldın.</translation>
    </message>
    <message>
        <source>The text has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>Mətndə {count} simvol var; {server} {limit} simvola icazə verir. Qısaldın.</translation>
    </message>
    <message>
        <source>The text has {size} bytes; {server} allows {limit}. Shorten it.</source>
        <translation>Mətn {size} baytdır; {server} {limit} bayta icazə verir. Qısaldın.</translation>
    </message>
    <message>
        <source>The text is too long for Slack.</source>
        <translation>Mətn Slack üçün çox uzundur.</translation>
    </message>
    <message>
        <source>The time of the post is missing.</source>
        <translation>Paylaşımın vaxtı yoxdur.</translation>
    </message>
    <message>
        <source>The time of the post is not a Unix time.</source>
        <translation>Paylaşımın vaxtı Unix vaxtı deyil.</translation>
    </message>
    <message>
        <source>The time of this post has passed. Choose a new time.</source>
        <translation>Bu paylaşımın vaxtı keçib. Yeni vaxt seçin.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Ghost allows {limit}. Shorten it.</source>
        <translation>Başlıqda {count} simvol var; Ghost {limit} simvola icazə verir. Qısaldın.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>Başlıqda {count} simvol var; Lemmy {limit} simvola icazə verir. Daha qısa başlıq daxil edin.</translation>
    </message>
    <message>
        <source>The title has {count} characters; YouTube allows {limit}. Shorten it.</source>
        <translation>Başlıqda {count} simvol var; YouTube {limit} simvola icazə verir. Qısaldın.</translation>
    </message>
    <message>
        <source>The title has {count} characters; dev.to allows {limit}. Shorten it.</source>
        <translation>Başlıqda {count} simvol var; dev.to {limit} simvola icazə verir. Qısaldın.</translation>
    </message>
    <message>
        <source>The upload stalled: no data came for a while.</source>
        <translation>Yükləmə dayandı: bir müddət məlumat gəlmədi.</translation>
    </message>
    <message>
        <source>The way to servers is an object with proxy and ca_file.</source>
        <translation>Serverlərə yol proxy və ca_file olan obyektdir.</translation>
    </message>
    <message>
        <source>The workspace cannot start, because this program may not write to {unwritable}.</source>
        <translation>İş sahəsi başlaya bilmir, çünki bu proqramın bura yazmağa icazəsi yoxdur: {unwritable}.</translation>
    </message>
    <message>
        <source>The workspace could not be started: {reason}.</source>
        <translation>İş sahəsi başladıla bilmədi: {reason}.</translation>
    </message>
    <message>
        <source>The workspace does not allow this app to write there.</source>
        <translation>İş sahəsi bu tətbiqin ora yazmasına icazə vermir.</translation>
    </message>
    <message>
        <source>The workspace had an unexpected error.</source>
        <translation>İş sahəsində gözlənilməz xəta baş verdi.</translation>
    </message>
    <message>
        <source>The workspace of Posto Desktop on this computer</source>
        <translation>Bu kompüterdəki Posto Desktop iş sahəsi</translation>
    </message>
    <message>
        <source>The workspace of an older Posto Desktop is still running and could not be stopped. Log out of this computer and in again, then start Posto Desktop.</source>
        <translation>Köhnə Posto Desktop-un iş sahəsi hələ işləyir və dayandırıla bilmədi. Bu kompüterdən çıxıb yenidən daxil olun, sonra Posto Desktop-u başladın.</translation>
    </message>
    <message>
        <source>The workspace on this computer could not start. See {file} in its folder.</source>
        <translation>Bu kompüterdəki iş sahəsi başlaya bilmədi. Qovluğundakı {file} faylına baxın.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not start in time.</source>
        <translation>Bu kompüterdəki iş sahəsi vaxtında başlamadı.</translation>
    </message>
    <message>
        <source>The workspace on this computer was last used by a newer version of Posto Desktop. Install that version, or move the workspace&apos;s folder away to start with a new one.</source>
        <translation>Bu kompüterdəki iş sahəsindən son dəfə Posto Desktop-un daha yeni versiyası istifadə edib. O versiyanı quraşdırın və ya yenisi ilə başlamaq üçün iş sahəsinin qovluğunu başqa yerə köçürün.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database cannot be opened: {error}.</source>
        <translation>İş sahəsinin verilənlər bazası açıla bilmir: {error}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database could not be used.</source>
        <translation>İş sahəsinin verilənlər bazasından istifadə etmək olmadı.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database does not answer right now.</source>
        <translation>İş sahəsinin verilənlər bazası hazırda cavab vermir.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database is in use by another program.</source>
        <translation>İş sahəsinin verilənlər bazasından başqa proqram istifadə edir.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database was damaged. Posto kept it as {name} and started a new one.</source>
        <translation>İş sahəsinin verilənlər bazası zədələnmişdi. Posto onu {name} kimi saxladı və yenisini başlatdı.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database {name} has damaged entries ({damaged}). Posto shows what it can read and does not send their posts. Other entries are not affected.</source>
        <translation>İş sahəsinin {name} verilənlər bazasında zədələnmiş qeydlər var ({damaged}). Posto oxuya bildiklərini göstərir və onların paylaşımlarını göndərmir. Digər qeydlərə təsir etmir.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder cannot be created: {folder}.</source>
        <translation>İş sahəsinin qovluğu yaradıla bilmir: {folder}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder on this computer is read-only.</source>
        <translation>Bu kompüterdəki iş sahəsinin qovluğu yalnız oxumaq üçündür.</translation>
    </message>
    <message>
        <source>The workspace&apos;s key cannot be read: {path}. {reason}. Move it away, then try again.</source>
        <translation>İş sahəsinin açarı oxuna bilmir: {path}. {reason}. Onu başqa yerə köçürün, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>There are {count} already, and no room for more.</source>
        <translation>Artıq {count} var, daha çoxuna yer yoxdur.</translation>
    </message>
    <message>
        <source>There is no WordPress at {server}, or its REST API is switched off. Copy the address of the site&apos;s front page.</source>
        <translation>{server} ünvanında WordPress yoxdur və ya REST API söndürülüb. Saytın ana səhifəsinin ünvanını kopyalayın.</translation>
    </message>
    <message>
        <source>There is no post to comment on.</source>
        <translation>Şərh yazmaq üçün paylaşım yoxdur.</translation>
    </message>
    <message>
        <source>There is nothing to connect here.</source>
        <translation>Burada qoşulası heç nə yoxdur.</translation>
    </message>
    <message>
        <source>There is somebody called {name} already.</source>
        <translation>{name} adlı biri artıq var.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel. Create one first.</source>
        <translation>Bu Google hesabının YouTube kanalı yoxdur. Əvvəlcə yaradın.</translation>
    </message>
    <message>
        <source>This address belongs to another sign-in. Open the sign-in page again, allow Posto Desktop and copy the address of the last page.</source>
        <translation>Bu ünvan başqa girişə aiddir. Giriş səhifəsini yenidən açın, Posto Desktop-a icazə verin və son səhifənin ünvanını kopyalayın.</translation>
    </message>
    <message>
        <source>This address is not served here. Use {address}.</source>
        <translation>Bu ünvana burada xidmət göstərilmir. {address} istifadə edin.</translation>
    </message>
    <message>
        <source>This calendar does not exist.</source>
        <translation>Bu təqvim mövcud deyil.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu kompüter</translation>
    </message>
    <message>
        <source>This computer was off or asleep at the time of the post.</source>
        <translation>Paylaşım vaxtı bu kompüter sönülü və ya yuxu rejimində idi.</translation>
    </message>
    <message>
        <source>This computer&apos;s disk is full.</source>
        <translation>Bu kompüterin diski doludur.</translation>
    </message>
    <message>
        <source>This file does not exist.</source>
        <translation>Bu fayl mövcud deyil.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot send to Nostr. Install what is missing: pip install &apos;posto[nostr]&apos;</source>
        <translation>Posto-nun bu quraşdırması Nostr-a göndərə bilmir. Çatışmayanı quraşdırın: pip install &apos;posto[nostr]&apos;</translation>
    </message>
    <message>
        <source>This is not a private key. It begins with nsec1, or has 64 hexadecimal digits.</source>
        <translation>Bu, şəxsi açar deyil. O, nsec1 ilə başlayır və ya 64 onaltılıq rəqəmdən ibarətdir.</translation>
    </message>
    <message>
        <source>This is not an Admin API key. It has 24 letters, a colon and 64 letters. The Content API key beside it can only read.</source>
        <translation>Bu, Admin API açarı deyil. O, 24 hərf, iki nöqtə və 64 hərfdən ibarətdir. Yanındakı Content API açarı yalnız oxuya bilir.</translation>
    </message>
    <message>
        <source>This is not the address of a post on this channel. Open the post and copy its address.</source>
        <translation>Bu, bu kanaldakı paylaşımın ünvanı deyil. Paylaşımı açın və ünvanını kopyalayın.</translation>
    </message>
    <message>
        <source>This is not the address of a post. It begins with https://.</source>
        <translation>Bu, paylaşım ünvanı deyil. O, https:// ilə başlayır.</translation>
    </message>
    <message>
        <source>This is not the address of a webhook. It begins with https://discord.com/api/webhooks/</source>
        <translation>Bu, webhook ünvanı deyil. O, belə başlayır: https://discord.com/api/webhooks/</translation>
    </message>
    <message>
        <source>This is not the address of the last page. It begins with {listen} and is long. Copy all of it.</source>
        <translation>Bu, son səhifənin ünvanı deyil. O, {listen} ilə başlayır və uzundur. Hamısını kopyalayın.</translation>
    </message>
    <message>
        <source>This is not the token of a bot. @BotFather shows it: 123456:ABC…</source>
        <translation>Bu, bot tokeni deyil. Onu @BotFather göstərir: 123456:ABC…</translation>
    </message>
    <message>
        <source>This is the address of another post on this channel.</source>
        <translation>Bu, bu kanaldakı başqa paylaşımın ünvanıdır.</translation>
    </message>
    <message>
        <source>This is the last password with which an owner can sign in. Make another one first.</source>
        <translation>Bu, sahibin daxil ola biləcəyi son paroldur. Əvvəlcə başqasını yaradın.</translation>
    </message>
    <message>
        <source>This is the public key. Enter the private key; it begins with nsec1.</source>
        <translation>Bu, açıq açardır. Şəxsi açarı daxil edin; o, nsec1 ilə başlayır.</translation>
    </message>
    <message>
        <source>This is your account password, and the account uses two-factor sign-in. Create an app password in Bluesky&apos;s settings and enter it here.</source>
        <translation>Bu, hesabınızın paroludur və hesab iki mərhələli girişdən istifadə edir. Bluesky parametrlərində tətbiq parolu yaradıb bura daxil edin.</translation>
    </message>
    <message>
        <source>This is your account password. Create an app password in Bluesky&apos;s settings and enter it here. You can revoke it at any time.</source>
        <translation>Bu, hesabınızın paroludur. Bluesky parametrlərində tətbiq parolu yaradıb bura daxil edin. Onu istənilən vaxt ləğv edə bilərsiniz.</translation>
    </message>
    <message>
        <source>This item does not exist.</source>
        <translation>Bu element mövcud deyil.</translation>
    </message>
    <message>
        <source>This network cannot be connected here.</source>
        <translation>Bu şəbəkə burada qoşula bilmir.</translation>
    </message>
    <message>
        <source>This network has no private test posts.</source>
        <translation>Bu şəbəkədə şəxsi sınaq paylaşımı yoxdur.</translation>
    </message>
    <message>
        <source>This password does not exist.</source>
        <translation>Bu parol mövcud deyil.</translation>
    </message>
    <message>
        <source>This person is not in the team any more.</source>
        <translation>Bu şəxs artıq komandada deyil.</translation>
    </message>
    <message>
        <source>This post does not exist.</source>
        <translation>Bu paylaşım mövcud deyil.</translation>
    </message>
    <message>
        <source>This post does not have what the comment is about.</source>
        <translation>Bu paylaşımda şərhin aid olduğu şey yoxdur.</translation>
    </message>
    <message>
        <source>This post does not wait for an approval any more.</source>
        <translation>Bu paylaşım artıq təsdiq gözləmir.</translation>
    </message>
    <message>
        <source>This post has no comment to publish.</source>
        <translation>Bu paylaşımın dərc olunası şərhi yoxdur.</translation>
    </message>
    <message>
        <source>This post was changed meanwhile. Look at it again.</source>
        <translation>Bu paylaşım bu arada dəyişdirilib. Ona yenidən baxın.</translation>
    </message>
    <message>
        <source>This schedule has no unclear outcome.</source>
        <translation>Bu planın qeyri-müəyyən nəticəsi yoxdur.</translation>
    </message>
    <message>
        <source>This sign-in does not wait for an address.</source>
        <translation>Bu giriş ünvan gözləmir.</translation>
    </message>
    <message>
        <source>This sign-in has expired. Start again.</source>
        <translation>Bu girişin vaxtı bitib. Yenidən başlayın.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to choose.</source>
        <translation>Bu girişdə seçiləsi heç nə yoxdur.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to test.</source>
        <translation>Bu girişdə yoxlanılası heç nə yoxdur.</translation>
    </message>
    <message>
        <source>This sign-in is over. Begin again in the app.</source>
        <translation>Bu giriş bitdi. Tətbiqdə yenidən başlayın.</translation>
    </message>
    <message>
        <source>This token belongs to {name}, a person. Enter a token of your page.</source>
        <translation>Bu token şəxsə aiddir: {name}. Səhifənizin tokenini daxil edin.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this account.</source>
        <translation>Posto Desktop-un bu versiyası bu hesaba paylaşa bilmir.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this channel.</source>
        <translation>Posto Desktop-un bu versiyası bu kanala paylaşa bilmir.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place} ({day}), and the database in this folder is a copy from before that: it would send again what is sent there. To use it all the same, end the workspace there and delete {file}.</source>
        <translation>Bu iş sahəsi {place} yerinə köçürülüb ({day}) və bu qovluqdakı verilənlər bazası ondan əvvəlki nüsxədir: orada göndəriləni yenidən göndərərdi. Yenə də istifadə etmək üçün oradakı iş sahəsini bağlayın və {file} faylını silin.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place}, so nothing is sent from here. Use it there, or bring it back with “posto-server move”.</source>
        <translation>Bu iş sahəsi {place} ünvanına köçürülüb, ona görə buradan heç nə göndərilmir. Ondan orada istifadə edin və ya “posto-server move” ilə geri gətirin.</translation>
    </message>
    <message>
        <source>Threads (your own app)</source>
        <translation>Threads (öz tətbiqiniz)</translation>
    </message>
    <message>
        <source>Threads downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Threads şəkilləri ictimai ünvandan endirir. Hesabı yenidən qoşun və şəkillər üçün öz WordPress saytınızı daxil edin.</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Token secret</source>
        <translation>Token sirri</translation>
    </message>
    <message>
        <source>Too many requests. Try again in {count} seconds.</source>
        <translation>Həddən çox sorğu var. {count} saniyədən sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Too many sign-ins are under way. Try again in a few minutes.</source>
        <translation>Həddən çox giriş davam edir. Bir neçə dəqiqəyə yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Too many sign-ins have failed. Try again in {count} seconds.</source>
        <translation>Həddən çox uğursuz giriş cəhdi oldu. {count} saniyədən sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Mövzu</translation>
    </message>
    <message>
        <source>Tumblr does not allow apps to write comments.</source>
        <translation>Tumblr tətbiqlərə şərh yazmağa icazə vermir.</translation>
    </message>
    <message>
        <source>Two-factor code</source>
        <translation>İki mərhələli giriş kodu</translation>
    </message>
    <message>
        <source>Type the address of your site, for example https://example.com.</source>
        <translation>Saytınızın ünvanını yazın, məsələn https://example.com.</translation>
    </message>
    <message>
        <source>Type the name of your server, for example mastodon.social, or your handle.</source>
        <translation>Serverinizin adını, məsələn mastodon.social, və ya istifadəçi ünvanınızı yazın.</translation>
    </message>
    <message>
        <source>Use a client of the type Desktop app.</source>
        <translation>“Desktop app” növlü klientdən istifadə edin.</translation>
    </message>
    <message>
        <source>Used once to sign in, never saved.</source>
        <translation>Giriş üçün bir dəfə istifadə olunur, heç vaxt saxlanılmır.</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>İstifadəçi adı</translation>
    </message>
    <message>
        <source>User name or mail address</source>
        <translation>İstifadəçi adı və ya e-poçt ünvanı</translation>
    </message>
    <message>
        <source>User name there</source>
        <translation>Oradakı istifadəçi adı</translation>
    </message>
    <message>
        <source>Webhook address</source>
        <translation>Webhook ünvanı</translation>
    </message>
    <message>
        <source>What was scheduled in it is not sent.</source>
        <translation>İçində planlananlar göndərilmir.</translation>
    </message>
    <message>
        <source>With permission to read and write.</source>
        <translation>Oxumaq və yazmaq icazəsi ilə.</translation>
    </message>
    <message>
        <source>WordPress site for pictures</source>
        <translation>Şəkillər üçün WordPress saytı</translation>
    </message>
    <message>
        <source>Write what is to be changed.</source>
        <translation>Nəyin dəyişdirilməli olduğunu yazın.</translation>
    </message>
    <message>
        <source>X (your own app)</source>
        <translation>X (öz tətbiqiniz)</translation>
    </message>
    <message>
        <source>You are not currently logged in.</source>
        <translation>Hazırda daxil olmamısınız.</translation>
    </message>
    <message>
        <source>You can close this window and go back to Posto Desktop.</source>
        <translation>Bu pəncərəni bağlayıb Posto Desktop-a qayıda bilərsiniz.</translation>
    </message>
    <message>
        <source>You cannot do this to yourself. Another owner can.</source>
        <translation>Bunu özünüzə edə bilməzsiniz. Başqa sahib edə bilər.</translation>
    </message>
    <message>
        <source>You did not allow the sign-in in the browser. Try again.</source>
        <translation>Brauzerdə girişə icazə vermədiniz. Yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>You have not joined any community. Join the one you want to post to.</source>
        <translation>Heç bir icmaya qoşulmamısınız. Paylaşmaq istədiyiniz icmaya qoşulun.</translation>
    </message>
    <message>
        <source>You may not sign in to this workspace for now.</source>
        <translation>Hələlik bu iş sahəsinə daxil ola bilməzsiniz.</translation>
    </message>
    <message>
        <source>You were removed from this workspace.</source>
        <translation>Bu iş sahəsindən çıxarıldınız.</translation>
    </message>
    <message>
        <source>YouTube (your own project)</source>
        <translation>YouTube (öz layihəniz)</translation>
    </message>
    <message>
        <source>YouTube allows one video and no pictures.</source>
        <translation>YouTube bir videoya icazə verir, şəkillərə yox.</translation>
    </message>
    <message>
        <source>YouTube does not allow &lt; and &gt; in titles and descriptions.</source>
        <translation>YouTube başlıq və təsvirlərdə &lt; və &gt; işarələrinə icazə vermir.</translation>
    </message>
    <message>
        <source>YouTube needs a title.</source>
        <translation>YouTube üçün başlıq lazımdır.</translation>
    </message>
    <message>
        <source>Your Google project has reached today&apos;s limit.</source>
        <translation>Google layihəniz bu günün limitinə çatıb.</translation>
    </message>
    <message>
        <source>Your app has no credits left. Buy some at console.x.com.</source>
        <translation>Tətbiqinizin krediti qalmayıb. console.x.com saytında alın.</translation>
    </message>
    <message>
        <source>Your files that no post uses take {used} of {limit}, and this one does not fit. Propose posts with them, or ask an editor to delete some, then try again.</source>
        <translation>Heç bir paylaşımın istifadə etmədiyi fayllarınız {limit} yerin {used} hissəsini tutur və bu fayl sığmır. Onlarla paylaşım təklif edin və ya redaktordan bəzilərini silməsini xahiş edin, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>dev.to does not accept files from apps. Put the address of a picture into the text: ![description](https://…)</source>
        <translation>dev.to tətbiqlərdən fayl qəbul etmir. Şəklin ünvanını mətnə yazın: ![təsvir](https://…)</translation>
    </message>
    <message>
        <source>dev.to does not allow apps to write comments.</source>
        <translation>dev.to tətbiqlərə şərh yazmağa icazə vermir.</translation>
    </message>
    <message>
        <source>dev.to needs a title.</source>
        <translation>dev.to üçün başlıq lazımdır.</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>məzmunu zədələnib</translation>
    </message>
    <message>
        <source>news-of-our-club. Whoever knows it can read it.</source>
        <translation>klubumuzun-xeberleri. Onu bilən hər kəs oxuya bilər.</translation>
    </message>
    <message>
        <source>not active</source>
        <translation>aktiv deyil</translation>
    </message>
    <message>
        <source>nsec1… It stays in the keychain of this computer and cannot be changed.</source>
        <translation>nsec1… Bu kompüterin parol anbarında qalır və dəyişdirilə bilməz.</translation>
    </message>
    <message>
        <source>ntfy.sh, or the address of your own</source>
        <translation>ntfy.sh və ya öz serverinizin ünvanı</translation>
    </message>
    <message>
        <source>xoxb-… from api.slack.com/apps: OAuth &amp; Permissions, after Install to Workspace.</source>
        <translation>xoxb-… api.slack.com/apps səhifəsindən: OAuth &amp; Permissions, Install to Workspace sonrası.</translation>
    </message>
    <message>
        <source>you.bsky.social, or a domain of your own</source>
        <translation>siz.bsky.social və ya öz domeniniz</translation>
    </message>
    <message>
        <source>{account} is in no room where Posto can publish. Create or join an unencrypted room where you may write.</source>
        <translation>{account} Posto-nun paylaşa biləcəyi heç bir otaqda deyil. Yaza biləcəyiniz şifrələnməmiş otaq yaradın və ya belə otağa qoşulun.</translation>
    </message>
    <message>
        <source>{account} was removed here, but its sign-in may still be valid.</source>
        <translation>{account} buradan silindi, amma girişi hələ etibarlı ola bilər.</translation>
    </message>
    <message>
        <source>{address} is no address of a PostgreSQL database.</source>
        <translation>{address} PostgreSQL verilənlər bazasının ünvanı deyil.</translation>
    </message>
    <message>
        <source>{address} is not the address of a relay. Example: wss://relay.damus.io</source>
        <translation>{address} rele ünvanı deyil. Nümunə: wss://relay.damus.io</translation>
    </message>
    <message>
        <source>{channel} is no longer connected. Connect it again.</source>
        <translation>{channel} artıq qoşulu deyil. Yenidən qoşun.</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} bayt</translation>
    </message>
    <message>
        <source>{count} relays are too many; enter at most {limit}.</source>
        <translation>{count} rele həddən çoxdur; ən çox {limit} daxil edin.</translation>
    </message>
    <message>
        <source>{handle} has no note at this address.</source>
        <translation>{handle} hesabının bu ünvanda qeydi yoxdur.</translation>
    </message>
    <message>
        <source>{handle} has no post at this address.</source>
        <translation>{handle} hesabının bu ünvanda paylaşımı yoxdur.</translation>
    </message>
    <message>
        <source>{handle} is {status} at Bluesky.</source>
        <translation>{handle} Bluesky-da bu vəziyyətdədir: {status}.</translation>
    </message>
    <message>
        <source>{handle} may publish {limit}. This post waits until then.</source>
        <translation>{handle} üçün icazə verilən: {limit}. Bu paylaşım o vaxta qədər gözləyir.</translation>
    </message>
    <message>
        <source>{host} accepts no more messages today.</source>
        <translation>{host} bu gün daha mesaj qəbul etmir.</translation>
    </message>
    <message>
        <source>{host} accepts no more requests for now.</source>
        <translation>{host} hələlik daha sorğu qəbul etmir.</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} serverinə çatmaq olmur.</translation>
    </message>
    <message>
        <source>{host} did not accept the user name and application password. Create a new password on the site and connect the account again. If they are right, the web server removes them before WordPress sees them.</source>
        <translation>{host} istifadəçi adını və tətbiq parolunu qəbul etmədi. Saytda yeni parol yaradın və hesabı yenidən qoşun. Düzdürsə, veb server onları WordPress görməmiş silir.</translation>
    </message>
    <message>
        <source>{host} did not accept this (status {status}).</source>
        <translation>{host} bunu qəbul etmədi (status {status}).</translation>
    </message>
    <message>
        <source>{host} did not accept this handle and password. Enter an app password, not your account password.</source>
        <translation>{host} bu istifadəçi ünvanını və parolu qəbul etmədi. Hesab parolunu deyil, tətbiq parolunu daxil edin.</translation>
    </message>
    <message>
        <source>{host} did not answer in time.</source>
        <translation>{host} vaxtında cavab vermədi.</translation>
    </message>
    <message>
        <source>{host} did not grant access. Try again.</source>
        <translation>{host} giriş icazəsi vermədi. Yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>{host} did not keep the test post as a draft, so Posto deleted it.</source>
        <translation>{host} sınaq paylaşımını qaralama kimi saxlamadı, ona görə Posto onu sildi.</translation>
    </message>
    <message>
        <source>{host} did not report whether it has the post.</source>
        <translation>{host} paylaşımın onda olub-olmadığını bildirmədi.</translation>
    </message>
    <message>
        <source>{host} does not accept the session.</source>
        <translation>{host} sessiyanı qəbul etmir.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in ({answer}). Sign in again.</source>
        <translation>{host} girişi qəbul etmir ({answer}). Yenidən daxil olun.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in. Sign in again.</source>
        <translation>{host} girişi qəbul etmir. Yenidən daxil olun.</translation>
    </message>
    <message>
        <source>{host} does not accept the signature.</source>
        <translation>{host} imzanı qəbul etmir.</translation>
    </message>
    <message>
        <source>{host} does not accept this much.</source>
        <translation>{host} bu qədər çoxunu qəbul etmir.</translation>
    </message>
    <message>
        <source>{host} does not accept uploads with this user name and password.</source>
        <translation>{host} bu istifadəçi adı və parolla yükləməni qəbul etmir.</translation>
    </message>
    <message>
        <source>{host} does not accept your files.</source>
        <translation>{host} fayllarınızı qəbul etmir.</translation>
    </message>
    <message>
        <source>{host} does not allow this sign-in. Paste an access token.</source>
        <translation>{host} bu girişə icazə vermir. Giriş tokeni yapışdırın.</translation>
    </message>
    <message>
        <source>{host} does not let this account use the topic. Allow it there, or connect the account again.</source>
        <translation>{host} bu hesaba mövzudan istifadə etməyə icazə vermir. Orada icazə verin və ya hesabı yenidən qoşun.</translation>
    </message>
    <message>
        <source>{host} does not report which password this is. Delete it there.</source>
        <translation>{host} bunun hansı parol olduğunu bildirmir. Onu orada silin.</translation>
    </message>
    <message>
        <source>{host} has a problem right now (status {status}).</source>
        <translation>{host} serverində hazırda problem var (status {status}).</translation>
    </message>
    <message>
        <source>{host} has moved. Connect the account again.</source>
        <translation>{host} köçüb. Hesabı yenidən qoşun.</translation>
    </message>
    <message>
        <source>{host} is not compatible with Mastodon.</source>
        <translation>{host} Mastodon ilə uyğun deyil.</translation>
    </message>
    <message>
        <source>{host} is still processing a file of this post.</source>
        <translation>{host} bu paylaşımın bir faylını hələ emal edir.</translation>
    </message>
    <message>
        <source>{host} must use https, because Posto sends it a password.</source>
        <translation>{host} https istifadə etməlidir, çünki Posto ona parol göndərir.</translation>
    </message>
    <message>
        <source>{host} no longer accepts posts at this address. Connect the channel again.</source>
        <translation>{host} bu ünvanda paylaşımları artıq qəbul etmir. Kanalı yenidən qoşun.</translation>
    </message>
    <message>
        <source>{host} no longer accepts the key. Connect the site again.</source>
        <translation>{host} açarı artıq qəbul etmir. Saytı yenidən qoşun.</translation>
    </message>
    <message>
        <source>{host} no longer has a file of this post. Posto sends it again.</source>
        <translation>Bu paylaşımın bir faylı artıq {host} serverində yoxdur. Posto onu yenidən göndərir.</translation>
    </message>
    <message>
        <source>{host} no longer knows this webhook or bot. Connect the channel again.</source>
        <translation>{host} artıq bu webhook və ya botu tanımır. Kanalı yenidən qoşun.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop.</source>
        <translation>{host} dövri yönləndirir.</translation>
    </message>
    <message>
        <source>{host} redirects to an invalid address.</source>
        <translation>{host} yanlış ünvana yönləndirir.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>{host} başqa ünvana yönləndirir.</translation>
    </message>
    <message>
        <source>{host} sent an answer that Posto does not understand.</source>
        <translation>{host} Posto-nun anlamadığı cavab göndərdi.</translation>
    </message>
    <message>
        <source>{host} showed the test note to others, so Posto deleted it.</source>
        <translation>{host} sınaq qeydini başqalarına göstərdi, ona görə Posto onu sildi.</translation>
    </message>
    <message>
        <source>{host} showed the test post to others, so Posto deleted it.</source>
        <translation>{host} sınaq paylaşımını başqalarına göstərdi, ona görə Posto onu sildi.</translation>
    </message>
    <message>
        <source>{host} signs in only in the browser. Enter an access token instead. In Element it is under All settings, Help and about.</source>
        <translation>{host} yalnız brauzerdə giriş edir. Əvəzinə giriş tokeni daxil edin. Element-də: All settings, Help and about.</translation>
    </message>
    <message>
        <source>{host}: someone else is editing this post. Try again in a moment.</source>
        <translation>{host}: bu paylaşımı başqası redaktə edir. Bir azdan yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it to send the waiting posts.</source>
        <translation>{keychain} kilidlidir. Gözləyən paylaşımları göndərmək üçün kilidini açın.</translation>
    </message>
    <message>
        <source>{name} allows pictures or a video, not both in one post.</source>
        <translation>{name} bir paylaşımda şəkillərə və ya videoya icazə verir, ikisinə birdən yox.</translation>
    </message>
    <message>
        <source>{name} allows {most} videos at most.</source>
        <translation>{name} ən çox {most} videoya icazə verir.</translation>
    </message>
    <message>
        <source>{name} has no blog.</source>
        <translation>{name} hesabının bloqu yoxdur.</translation>
    </message>
    <message>
        <source>{name} has {size}; {server} allows {limit}. Make it smaller or remove it.</source>
        <translation>{name} ölçüsü {size}; {server} üçün limit {limit}. Kiçildin və ya silin.</translation>
    </message>
    <message>
        <source>{name} has {width} × {height} pixels; {server} allows {limit} in all. Make it smaller.</source>
        <translation>{name} {width} × {height} pikseldir; {server} cəmi {limit} pikselə icazə verir. Kiçildin.</translation>
    </message>
    <message>
        <source>{name} is in no Discord server with a text channel. Invite it: at discord.com/developers, OAuth2, URL Generator, scope bot, permission Send Messages.</source>
        <translation>{name} mətn kanalı olan heç bir Discord serverində deyil. Dəvət edin: discord.com/developers, OAuth2, URL Generator, scope bot, icazə Send Messages.</translation>
    </message>
    <message>
        <source>{name} is larger than {size} and could not be made smaller.</source>
        <translation>{name} {size} həddindən böyükdür və kiçildilə bilmədi.</translation>
    </message>
    <message>
        <source>{name} is no name of a group: letters, digits, spaces, &amp; + . -</source>
        <translation>{name} qrup adı deyil: hərflər, rəqəmlər, boşluqlar, &amp; + . -</translation>
    </message>
    <message>
        <source>{name} is the last owner. Make somebody else an owner first.</source>
        <translation>{name} son sahibdir. Əvvəlcə başqasını sahib edin.</translation>
    </message>
    <message>
        <source>{name} needs a text.</source>
        <translation>{name} üçün mətn lazımdır.</translation>
    </message>
    <message>
        <source>{name} needs a title.</source>
        <translation>{name} üçün başlıq lazımdır.</translation>
    </message>
    <message>
        <source>{name} needs at least one picture or video.</source>
        <translation>{name} üçün ən azı bir şəkil və ya video lazımdır.</translation>
    </message>
    <message>
        <source>{name} was made smaller, to {width} × {height} pixels and {size}.</source>
        <translation>{name} kiçildildi: {width} × {height} piksel, {size}.</translation>
    </message>
    <message>
        <source>{server} does not support files like {name} ({mime}). Remove it.</source>
        <translation>{server} belə faylları dəstəkləmir: {name} ({mime}). Silin.</translation>
    </message>
    <message>
        <source>{server} needs at least one picture or video.</source>
        <translation>{server} üçün ən azı bir şəkil və ya video lazımdır.</translation>
    </message>
    <message>
        <source>{slug} may not write posts on {host}. Ask for the role of an author.</source>
        <translation>{slug} {host} saytında yazı yaza bilməz. Müəllif rolunu istəyin.</translation>
    </message>
</context>
<context>
    <name>Service</name>
    <message numerus="yes">
        <source>%n message(s) (needs/need) you.</source>
        <translation>
            <numerusform>%n mesaj diqqətinizi tələb edir.</numerusform>
            <numerusform>%n mesaj diqqətinizi tələb edir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) accepted for some of their channels only.</source>
        <translation>
            <numerusform>%n mesaj yalnız bəzi kanalları üçün qəbul olundu.</numerusform>
            <numerusform>%n mesaj yalnız bəzi kanalları üçün qəbul olundu.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) not sent.</source>
        <translation>
            <numerusform>%n mesaj göndərilmədi.</numerusform>
            <numerusform>%n mesaj göndərilmədi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) refused.</source>
        <translation>
            <numerusform>%n mesaj rədd edildi.</numerusform>
            <numerusform>%n mesaj rədd edildi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} posts could not be tried again.</source>
        <translation>
            <numerusform>{all} paylaşımdan %n üçün yenidən cəhd etmək olmadı.</numerusform>
            <numerusform>{all} paylaşımdan %n üçün yenidən cəhd etmək olmadı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} files could not be downloaded.</source>
        <translation>
            <numerusform>{total} fayldan %n endirilə bilmədi.</numerusform>
            <numerusform>{total} fayldan %n endirilə bilmədi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts could not be deleted.</source>
        <translation>
            <numerusform>{total} paylaşımdan %n silinə bilmədi.</numerusform>
            <numerusform>{total} paylaşımdan %n silinə bilmədi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (is/are) tried again</source>
        <translation>
            <numerusform>%n paylaşıma yenidən cəhd edilir</numerusform>
            <numerusform>%n paylaşıma yenidən cəhd edilir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(The post/%n posts) could not be tried again.</source>
        <translation>
            <numerusform>Paylaşıma yenidən cəhd etmək olmadı.</numerusform>
            <numerusform>%n paylaşıma yenidən cəhd etmək olmadı.</numerusform>
        </translation>
    </message>
    <message>
        <source>If this continues, check the site in a browser.</source>
        <translation>Bu davam edərsə, saytı brauzerdə yoxlayın.</translation>
    </message>
    <message>
        <source>It was not sent again, because it may already be published.</source>
        <translation>Artıq dərc olunmuş ola biləcəyi üçün yenidən göndərilmədi.</translation>
    </message>
    <message>
        <source>Its password is not on this computer. Sign in again.</source>
        <translation>Parolu bu kompüterdə yoxdur. Yenidən daxil olun.</translation>
    </message>
    <message>
        <source>Move Posto Desktop to the Applications folder and open it from there. Where it is now, macOS would not find it at the next login.</source>
        <translation>Posto Desktop-u Applications qovluğuna köçürün və oradan açın. İndiki yerində macOS onu növbəti girişdə tapmazdı.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>Posto is restarting it. See the log for details.</source>
        <translation>Posto onu yenidən başladır. Təfərrüatlar üçün jurnala baxın.</translation>
    </message>
    <message>
        <source>Posto may not write there</source>
        <translation>Posto-nun ora yazmağa icazəsi yoxdur</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>Yenə də göndər</translation>
    </message>
    <message>
        <source>Sending stopped because of an unexpected error ({why}).</source>
        <translation>Göndərmə gözlənilməz xəta səbəbindən dayandı ({why}).</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göstər</translation>
    </message>
    <message>
        <source>Something could not be saved. See the log for details.</source>
        <translation>Nəsə saxlanıla bilmədi. Təfərrüatlar üçün jurnala baxın.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({why}).</source>
        <translation>Gözlənilməz xəta baş verdi ({why}).</translation>
    </message>
    <message>
        <source>Something unexpected went wrong. See the log for details.</source>
        <translation>Gözlənilməz xəta baş verdi. Təfərrüatlar üçün jurnala baxın.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Təqvim tətbiqinizdə yeni ünvanla yenidən abunə olun.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>Tətbiq bağlanır.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was changed.</source>
        <translation>Tətbiq bağlanır. Heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was done.</source>
        <translation>Tətbiq bağlanır. Heç nə edilmədi.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was sent.</source>
        <translation>Tətbiq bağlanır. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The changes could not be saved. Nothing was changed.</source>
        <translation>Dəyişikliklər saxlanıla bilmədi. Heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>The content of this post could not be read, because it was not created in Posto.</source>
        <translation>Bu paylaşımın məzmunu oxuna bilmədi, çünki Posto-da yaradılmayıb.</translation>
    </message>
    <message>
        <source>The list of recent files was damaged and is now empty. The files themselves are not affected.</source>
        <translation>Son faylların siyahısı zədələnmişdi və indi boşdur. Faylların özünə təsir etmir.</translation>
    </message>
    <message>
        <source>The password is not available. Sign in again to save it.</source>
        <translation>Parol əlçatan deyil. Saxlamaq üçün yenidən daxil olun.</translation>
    </message>
    <message>
        <source>The post could not be deleted.</source>
        <translation>Paylaşım silinə bilmədi.</translation>
    </message>
    <message>
        <source>The post could not be saved. Nothing was sent.</source>
        <translation>Paylaşım saxlanıla bilmədi. Heç nə göndərilmədi.</translation>
    </message>
    <message>
        <source>The posts may have been deleted.</source>
        <translation>Paylaşımlar silinmiş ola bilər.</translation>
    </message>
    <message>
        <source>The posts were not deleted. {why}</source>
        <translation>Paylaşımlar silinmədi. {why}</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>İş sahəsinə çatmaq olmur.</translation>
    </message>
    <message>
        <source>The workspace is slow to answer.</source>
        <translation>İş sahəsi yavaş cavab verir.</translation>
    </message>
    <message>
        <source>The workspace on this computer is not running. Open it, then try again.</source>
        <translation>Bu kompüterdəki iş sahəsi işləmir. Onu açın, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu kompüter</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Geri almaq üçün çox gecdir: paylaşımlar silinib.</translation>
    </message>
    <message>
        <source>Until you fix this, Posto cannot save drafts or send posts.</source>
        <translation>Bunu düzəldənə qədər Posto qaralama saxlaya və paylaşım göndərə bilmir.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: the workspace is slow to answer.</source>
        <translation>Əvvəlki paylaşımlar gözlənilir: iş sahəsi yavaş cavab verir.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: {host} is slow to answer.</source>
        <translation>Əvvəlki paylaşımlar gözlənilir: {host} yavaş cavab verir.</translation>
    </message>
    <message>
        <source>Windows does not let Posto do that: {why}.</source>
        <translation>Windows Posto-ya bunu etməyə icazə vermir: {why}.</translation>
    </message>
    <message>
        <source>You can have {n} at most. Delete one first.</source>
        <translation>Ən çox {n} ədəd ola bilər. Əvvəlcə birini silin.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>adından istifadə etmək olmur</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>disk doludur</translation>
    </message>
    <message>
        <source>{address} could not be downloaded. {why}</source>
        <translation>{address} endirilə bilmədi. {why}</translation>
    </message>
    <message>
        <source>{address} could not be kept: {why}.</source>
        <translation>{address} saxlanıla bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{address} is a web page, not a picture.</source>
        <translation>{address} şəkil deyil, veb səhifədir.</translation>
    </message>
    <message>
        <source>{address} is not a picture or video.</source>
        <translation>{address} şəkil və ya video deyil.</translation>
    </message>
    <message>
        <source>{host} is slow to answer.</source>
        <translation>{host} yavaş cavab verir.</translation>
    </message>
    <message>
        <source>{name} cannot be played here.</source>
        <translation>{name} burada oynadıla bilmir.</translation>
    </message>
    <message>
        <source>{name} cannot be posted.</source>
        <translation>{name} paylaşıla bilmir.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} oxuna bilmir: giriş qadağandır.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} oxuna bilmir: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} oxuna bilmir: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be saved as a picture.</source>
        <translation>{name} şəkil kimi saxlanıla bilmir.</translation>
    </message>
    <message>
        <source>{name} cannot be shown here.</source>
        <translation>{name} burada göstərilə bilmir.</translation>
    </message>
    <message>
        <source>{name} could not be kept: {why}.</source>
        <translation>{name} saxlanıla bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened as a video in time.</source>
        <translation>{name} vaxtında video kimi açıla bilmədi.</translation>
    </message>
    <message>
        <source>{name} has sound but no picture.</source>
        <translation>{name} faylında səs var, amma görüntü yoxdur.</translation>
    </message>
    <message>
        <source>{name} is a folder. Add the files inside it.</source>
        <translation>{name} qovluqdur. İçindəki faylları əlavə edin.</translation>
    </message>
    <message>
        <source>{name} is damaged: it cannot be opened as a video.</source>
        <translation>{name} zədələnib: video kimi açıla bilmir.</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <translation>{name} boşdur (0 bayt).</translation>
    </message>
    <message>
        <source>{name} is no video.</source>
        <translation>{name} video deyil.</translation>
    </message>
    <message>
        <source>{name} is not a file that can be posted.</source>
        <translation>{name} paylaşıla bilən fayl deyil.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post.</source>
        <translation>{name} Posto-nun paylaşa bildiyi şəkil və ya video deyil.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a PDF.</source>
        <translation>{name} Posto-nun paylaşa bildiyi şəkil və ya video deyil: PDF-dir.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a drawing (SVG).</source>
        <translation>{name} Posto-nun paylaşa bildiyi şəkil və ya video deyil: vektor rəsmdir (SVG).</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a program.</source>
        <translation>{name} Posto-nun paylaşa bildiyi şəkil və ya video deyil: proqramdır.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a script.</source>
        <translation>{name} Posto-nun paylaşa bildiyi şəkil və ya video deyil: skriptdir.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a web page.</source>
        <translation>{name} Posto-nun paylaşa bildiyi şəkil və ya video deyil: veb səhifədir.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is an archive.</source>
        <translation>{name} Posto-nun paylaşa bildiyi şəkil və ya video deyil: arxivdir.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is sound only.</source>
        <translation>{name} Posto-nun paylaşa bildiyi şəkil və ya video deyil: yalnız səsdir.</translation>
    </message>
    <message>
        <source>{name} is not a picture that Posto can post.</source>
        <translation>{name} Posto-nun paylaşa bildiyi şəkil deyil.</translation>
    </message>
    <message>
        <source>{name} shows no picture.</source>
        <translation>{name} heç bir görüntü göstərmir.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} tapılmadı.</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto. It was left as it is; use that version to change it.</source>
        <translation>{name} Posto-nun daha yeni versiyası ilə yazılıb. Olduğu kimi saxlanıldı; dəyişmək üçün o versiyadan istifadə edin.</translation>
    </message>
    <message>
        <source>{path} cannot be changed: {why}.</source>
        <translation>{path} dəyişdirilə bilmir: {why}.</translation>
    </message>
    <message>
        <source>“{title}” needs you.</source>
        <translation>“{title}” diqqətinizi tələb edir.</translation>
    </message>
    <message>
        <source>“{title}” was accepted</source>
        <translation>“{title}” qəbul olundu</translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s), not for {channels}.</source>
        <translation>
            <numerusform>“{title}” %n kanaldan {n} üçün qəbul olundu, bunlar üçün yox: {channels}.</numerusform>
            <numerusform>“{title}” %n kanaldan {n} üçün qəbul olundu, bunlar üçün yox: {channels}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s).</source>
        <translation>
            <numerusform>“{title}” %n kanaldan {n} üçün qəbul olundu.</numerusform>
            <numerusform>“{title}” %n kanaldan {n} üçün qəbul olundu.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was not sent.</source>
        <translation>“{title}” göndərilmədi.</translation>
    </message>
    <message>
        <source>“{title}” was refused.</source>
        <translation>“{title}” rədd edildi.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Və daha %n.</numerusform>
            <numerusform> Və daha %n.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n dəqiqə</numerusform>
            <numerusform>%n dəqiqə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pixel(s)</source>
        <translation>
            <numerusform>%n piksel</numerusform>
            <numerusform>%n piksel</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n saniyə</numerusform>
            <numerusform>%n saniyə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) (is/are) suggested again</source>
        <translation>
            <numerusform>%n söz yenidən təklif olunur</numerusform>
            <numerusform>%n söz yenidən təklif olunur</numerusform>
        </translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 il</translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation>12 saat</translation>
    </message>
    <message>
        <source>150 %</source>
        <translation>150 %</translation>
    </message>
    <message>
        <source>2 years</source>
        <translation>2 il</translation>
    </message>
    <message>
        <source>200 %</source>
        <translation>200 %</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 saat</translation>
    </message>
    <message>
        <source>3 months</source>
        <translation>3 ay</translation>
    </message>
    <message>
        <source>A day without a time means</source>
        <translation>Vaxtsız yazılan gün deməkdir</translation>
    </message>
    <message>
        <source>A file in PEM format, trusted in addition to the system&apos;s certificates</source>
        <translation>Sistem sertifikatlarına əlavə olaraq etibar edilən PEM formatlı fayl</translation>
    </message>
    <message>
        <source>A post failed</source>
        <translation>Paylaşım uğursuz oldu</translation>
    </message>
    <message>
        <source>A post needs you</source>
        <translation>Paylaşım diqqət tələb edir</translation>
    </message>
    <message>
        <source>A post was sent</source>
        <translation>Paylaşım göndərildi</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Haqqında</translation>
    </message>
    <message>
        <source>Accounts and workspaces</source>
        <translation>Hesablar və iş sahələri</translation>
    </message>
    <message>
        <source>Accounts, files, limits and the service; quiet if all is well</source>
        <translation>Hesablar, fayllar, limitlər və xidmət; hər şey qaydasındadırsa, səssiz</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Fəaliyyət</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Proksinin ünvanı</translation>
    </message>
    <message>
        <source>After # and @: hashtags and mentions of this workspace, and its channels</source>
        <translation># və @ işarələrindən sonra: bu iş sahəsinin həşteqləri, xatırlatmaları və kanalları</translation>
    </message>
    <message>
        <source>After 20 seconds</source>
        <translation>20 saniyə sonra</translation>
    </message>
    <message>
        <source>After 6 seconds</source>
        <translation>6 saniyə sonra</translation>
    </message>
    <message>
        <source>After this time the service counts as offline</source>
        <translation>Bu müddətdən sonra xidmət oflayn sayılır</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Gündəlik</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Bütün fayllar (*)</translation>
    </message>
    <message>
        <source>Another program has {keys}. Choose other keys.</source>
        <translation>{keys} başqa proqramdadır. Başqa düymələr seçin.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Görünüş</translation>
    </message>
    <message>
        <source>Applies to files you add from now on. Posto sends copies and never changes your own files.</source>
        <translation>Bundan sonra əlavə etdiyiniz fayllara aiddir. Posto surətlər göndərir və öz fayllarınızı heç vaxt dəyişmir.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Sistemdəki kimi</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Soruş</translation>
    </message>
    <message>
        <source>Ask before sending now</source>
        <translation>İndi göndərməzdən əvvəl soruş</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Hər şeyin ehtiyat nüsxəsi</translation>
    </message>
    <message>
        <source>Best, large files ({number})</source>
        <translation>Ən yaxşı, böyük fayllar ({number})</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Keş</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Təqvim</translation>
    </message>
    <message>
        <source>Calendar and times</source>
        <translation>Təqvim və vaxtlar</translation>
    </message>
    <message>
        <source>Certificates and timeouts</source>
        <translation>Sertifikatlar və gözləmə müddətləri</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Öz sertifikatlarınız</translation>
    </message>
    <message>
        <source>Check posts before they are due</source>
        <translation>Paylaşımları vaxtından əvvəl yoxla</translation>
    </message>
    <message>
        <source>Choose ffmpeg</source>
        <translation>ffmpeg seç</translation>
    </message>
    <message>
        <source>Choose “This one” above to use your own proxy</source>
        <translation>Öz proksinizdən istifadə üçün yuxarıda “Bu” seçin</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Seç…</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Saat</translation>
    </message>
    <message>
        <source>Close notifications in the window</source>
        <translation>Pəncərədəki bildirişləri bağla</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Rahat</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Yığcam</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Yaz</translation>
    </message>
    <message>
        <source>Converting videos</source>
        <translation>Videoların çevrilməsi</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Tünd</translation>
    </message>
    <message>
        <source>Dates and numbers</source>
        <translation>Tarixlər və rəqəmlər</translation>
    </message>
    <message>
        <source>Dates, times and numbers</source>
        <translation>Tarixlər, vaxtlar və rəqəmlər</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Gün</translation>
    </message>
    <message>
        <source>Days ahead to fill</source>
        <translation>Neçə gün əvvəldən doldurulsun</translation>
    </message>
    <message>
        <source>Desktop notifications are off</source>
        <translation>Masaüstü bildirişləri söndürülüb</translation>
    </message>
    <message>
        <source>Do not keep</source>
        <translation>Saxlama</translation>
    </message>
    <message>
        <source>Emoji used lately</source>
        <translation>Son istifadə olunan emojilər</translation>
    </message>
    <message>
        <source>Empty for a proxy without sign-in</source>
        <translation>Girişsiz proksi üçün boş</translation>
    </message>
    <message>
        <source>Even when Posto Desktop is closed</source>
        <translation>Posto Desktop bağlı olanda da</translation>
    </message>
    <message>
        <source>Every way to send at once shows once more what will happen</source>
        <translation>Dərhal göndərmənin hər yolu nə olacağını bir daha göstərir</translation>
    </message>
    <message>
        <source>Fill free slots with evergreen messages</source>
        <translation>Boş slotları həmişəyaşıl mesajlarla doldur</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Qovluqlar</translation>
    </message>
    <message>
        <source>For posts due while this computer was off; older ones show as missed</source>
        <translation>Bu kompüter sönülü ikən vaxtı çatan paylaşımlar üçün; daha köhnələri ötürülmüş kimi göstərilir</translation>
    </message>
    <message>
        <source>For services and the web, never for this computer</source>
        <translation>Xidmətlər və veb üçün, bu kompüter üçün heç vaxt</translation>
    </message>
    <message>
        <source>For typing and showing times, from the next start of Posto</source>
        <translation>Posto-nun növbəti başlanğıcından vaxtı yazmaq və göstərmək üçün</translation>
    </message>
    <message>
        <source>From each added file; the file editor can keep them</source>
        <translation>Hər əlavə olunan fayldan; fayl redaktoru onları saxlaya bilər</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Ümumi</translation>
    </message>
    <message>
        <source>Good (90)</source>
        <translation>Yaxşı (90)</translation>
    </message>
    <message>
        <source>HTTP</source>
        <translation>HTTP</translation>
    </message>
    <message>
        <source>Hold {modifiers} with another key</source>
        <translation>{modifiers} ilə başqa düymə basın</translation>
    </message>
    <message>
        <source>How channels are grouped</source>
        <translation>Kanalların qruplaşdırılması</translation>
    </message>
    <message>
        <source>In the calendar and wherever a day is chosen</source>
        <translation>Təqvimdə və gün seçilən hər yerdə</translation>
    </message>
    <message>
        <source>In the schedule</source>
        <translation>Planda</translation>
    </message>
    <message>
        <source>In the window</source>
        <translation>Pəncərədə</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Statistika</translation>
    </message>
    <message>
        <source>Keep insights for</source>
        <translation>Statistikanı saxla</translation>
    </message>
    <message>
        <source>Keep sending</source>
        <translation>Göndərməyə davam et</translation>
    </message>
    <message>
        <source>Keep sending after the window is closed</source>
        <translation>Pəncərə bağlandıqdan sonra göndərməyə davam et</translation>
    </message>
    <message>
        <source>Keep the original size</source>
        <translation>Orijinal ölçü qalsın</translation>
    </message>
    <message>
        <source>Kind of proxy</source>
        <translation>Proksi növü</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Dil</translation>
    </message>
    <message>
        <source>Language of Posto. You can write and post in any language.</source>
        <translation>Posto-nun dili. İstənilən dildə yaza və paylaşa bilərsiniz.</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Böyük</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Daha böyük</translation>
    </message>
    <message>
        <source>Last export folder</source>
        <translation>Son ixrac qovluğu</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>Daha az hərəkət</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lisenziyalar</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Açıq</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Açıq və ya tünd</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Jurnal faylları</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Yenidən axtar</translation>
    </message>
    <message>
        <source>Look for ffmpeg again</source>
        <translation>ffmpeg-i yenidən axtar</translation>
    </message>
    <message>
        <source>Looking for ffmpeg…</source>
        <translation>ffmpeg axtarılır…</translation>
    </message>
    <message>
        <source>Make large pictures smaller</source>
        <translation>Böyük şəkilləri kiçilt</translation>
    </message>
    <message>
        <source>Medium ({number})</source>
        <translation>Orta ({number})</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>Bazar ertəsi</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Ay</translation>
    </message>
    <message>
        <source>More contrast</source>
        <translation>Daha çox kontrast</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Şəbəkə</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Heç vaxt</translation>
    </message>
    <message>
        <source>New pictures and videos there become drafts</source>
        <translation>Oradakı yeni şəkil və videolar qaralama olur</translation>
    </message>
    <message>
        <source>New posts wait in Activity. Scheduled posts of this computer wait, too</source>
        <translation>Yeni paylaşımlar “Fəaliyyət” bölməsində gözləyir. Bu kompüterin planlanmış paylaşımları da gözləyir</translation>
    </message>
    <message>
        <source>No sliding or fading; also on when the system asks for it</source>
        <translation>Sürüşmə və solma yoxdur; sistem istəyəndə də aktivdir</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No proxy.</extracomment>
        <translation>Heç biri</translation>
    </message>
    <message>
        <source>None</source>
        <comment>public holidays</comment>
        <translation>Yoxdur</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not suggested</source>
        <translation>Təklif olunmayanlar</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Bildirişlər</translation>
    </message>
    <message>
        <source>Numbers of your posts, such as likes; read once a day for 30 days</source>
        <translation>Paylaşımlarınızın bəyənmə kimi ədədləri; 30 gün ərzində gündə bir dəfə oxunur</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Sönülü</translation>
    </message>
    <message>
        <source>On the desktop</source>
        <translation>Masaüstündə</translation>
    </message>
    <message>
        <source>One notification for posts that go out together</source>
        <translation>Birlikdə göndərilən paylaşımlar üçün bir bildiriş</translation>
    </message>
    <message>
        <source>Opens the small window from every program</source>
        <translation>Kiçik pəncərəni istənilən proqramdan açır</translation>
    </message>
    <message>
        <source>Opens with</source>
        <translation>Açılış</translation>
    </message>
    <message>
        <source>Order of dates, clock, week and numbers</source>
        <translation>Tarix sırası, saat, həftə və rəqəmlər</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Proksi parolu</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Göndərməyə fasilə ver</translation>
    </message>
    <message>
        <source>People and devices</source>
        <translation>Şəxslər və cihazlar</translation>
    </message>
    <message>
        <source>Pictures and videos</source>
        <translation>Şəkillər və videolar</translation>
    </message>
    <message>
        <source>Place and size of the window</source>
        <translation>Pəncərənin yeri və ölçüsü</translation>
    </message>
    <message>
        <source>Port of the proxy</source>
        <translation>Proksinin portu</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Paylaşım slotları</translation>
    </message>
    <message>
        <source>Posto stays in the tray; quit there to stop sending</source>
        <translation>Posto bildiriş sahəsində qalır; göndərməni dayandırmaq üçün oradan çıxın</translation>
    </message>
    <message>
        <source>Posts of your own accounts, which only this computer sends</source>
        <translation>Yalnız bu kompüterin göndərdiyi öz hesablarınızın paylaşımları</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Problem hesabatı</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proksi</translation>
    </message>
    <message>
        <source>Public holidays</source>
        <translation>Dövlət bayramları</translation>
    </message>
    <message>
        <source>Publishing</source>
        <translation>Dərc</translation>
    </message>
    <message>
        <source>Quality of pictures</source>
        <translation>Şəkillərin keyfiyyəti</translation>
    </message>
    <message>
        <source>Quit with posts waiting</source>
        <translation>Paylaşımlar gözləyərkən çıxış</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Oxu</translation>
    </message>
    <message>
        <source>Remove place, camera and date from files</source>
        <translation>Fayllardan yeri, kameranı və tarixi sil</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Ehtiyat nüsxəni bərpa et</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Sətir hündürlüyü</translation>
    </message>
    <message>
        <source>SOCKS 5</source>
        <translation>SOCKS 5</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Təhlükəsizlik</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>Sistemdəki kimi</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>Şənbə</translation>
    </message>
    <message>
        <source>Scales text and controls</source>
        <translation>Mətnin və elementlərin ölçüsünü dəyişir</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Scripts</source>
        <translation>Skriptlər</translation>
    </message>
    <message>
        <source>Send after I sign in to this computer</source>
        <translation>Bu kompüterə daxil olandan sonra göndər</translation>
    </message>
    <message>
        <source>Send late posts</source>
        <translation>Gecikən paylaşımları göndər</translation>
    </message>
    <message>
        <source>Sending a post waits at least 90 seconds</source>
        <translation>Paylaşımın göndərilməsi ən azı 90 saniyə gözləyir</translation>
    </message>
    <message>
        <source>Services you are signed in to</source>
        <translation>Daxil olduğunuz xidmətlər</translation>
    </message>
    <message>
        <source>Shortcut for quick post</source>
        <translation>Sürətli paylaşım üçün qısayol</translation>
    </message>
    <message>
        <source>Show desktop notifications</source>
        <translation>Masaüstü bildirişlərini göstər</translation>
    </message>
    <message>
        <source>Show the options of networks</source>
        <translation>Şəbəkə seçimlərini göstər</translation>
    </message>
    <message>
        <source>Shown in the calendar</source>
        <translation>Təqvimdə göstərilir</translation>
    </message>
    <message>
        <source>Skin tone of emoji</source>
        <translation>Emojilərin dəri tonu</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Kiçik</translation>
    </message>
    <message>
        <source>Small files ({number})</source>
        <translation>Kiçik fayllar ({number})</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Başlanğıc</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>Başlanğıc səhifəsi</translation>
    </message>
    <message>
        <source>Stop sending</source>
        <translation>Göndərməni dayandır</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Yaddaş</translation>
    </message>
    <message>
        <source>Stronger borders and text; also on when the system asks for it</source>
        <translation>Daha qalın çərçivə və mətn; sistem istəyəndə də aktivdir</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Stillər</translation>
    </message>
    <message>
        <source>Suggest again</source>
        <translation>Yenidən təklif et</translation>
    </message>
    <message>
        <source>Suggest hashtags and names</source>
        <translation>Həşteq və adları təklif et</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>Bazar</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Sistemin standartı</translation>
    </message>
    <message>
        <source>System default ({name})</source>
        <translation>Sistemin standartı ({name})</translation>
    </message>
    <message>
        <source>System default ({zone})</source>
        <translation>Sistemin standartı ({zone})</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Komanda</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Mətn ölçüsü</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Mətnlər</translation>
    </message>
    <message>
        <source>The columns of the schedule</source>
        <translation>Planın sütunları</translation>
    </message>
    <message>
        <source>The desktop did not allow the shortcut</source>
        <translation>Masaüstü qısayola icazə vermədi</translation>
    </message>
    <message>
        <source>The desktop uses {keys}</source>
        <translation>Masaüstü {keys} istifadə edir</translation>
    </message>
    <message>
        <source>The details beside the schedule</source>
        <translation>Planın yanındakı təfərrüatlar</translation>
    </message>
    <message>
        <source>The folded groups of channels</source>
        <translation>Yığılmış kanal qrupları</translation>
    </message>
    <message>
        <source>The folder in which files were looked for last</source>
        <translation>Faylların son axtarıldığı qovluq</translation>
    </message>
    <message>
        <source>The list under the bell always shows all notifications.</source>
        <translation>Zəng altındakı siyahı həmişə bütün bildirişləri göstərir.</translation>
    </message>
    <message>
        <source>The longer side of added pictures; your files do not change</source>
        <translation>Əlavə olunan şəkillərin uzun tərəfi; fayllarınız dəyişmir</translation>
    </message>
    <message>
        <source>The rows of the schedule: posts, messages</source>
        <translation>Planın sətirləri: paylaşımlar, mesajlar</translation>
    </message>
    <message>
        <source>The saved views of the schedule</source>
        <translation>Planın saxlanılmış görünüşləri</translation>
    </message>
    <message>
        <source>The signature that goes into new messages</source>
        <translation>Yeni mesajlara qoyulan imza</translation>
    </message>
    <message>
        <source>The ticked channels of each workspace</source>
        <translation>Hər iş sahəsinin seçilmiş kanalları</translation>
    </message>
    <message>
        <source>The user&apos;s groups of channels</source>
        <translation>İstifadəçinin kanal qrupları</translation>
    </message>
    <message>
        <source>The view of the calendar when Posto starts</source>
        <translation>Posto başlayanda təqvimin görünüşü</translation>
    </message>
    <message>
        <source>The workspace to open at start</source>
        <translation>Başlanğıcda açılacaq iş sahəsi</translation>
    </message>
    <message>
        <source>The workspaces that are those of a team</source>
        <translation>Komandaya aid iş sahələri</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu kompüter</translation>
    </message>
    <message>
        <source>This desktop has no shortcuts for programs. Let it run “{command}” instead.</source>
        <translation>Bu masaüstündə proqramlar üçün qısayol yoxdur. Əvəzinə “{command}” işlətsin.</translation>
    </message>
    <message>
        <source>This file is no ffmpeg, or ffprobe is not beside it. Choose another.</source>
        <translation>Bu fayl ffmpeg deyil və ya yanında ffprobe yoxdur. Başqasını seçin.</translation>
    </message>
    <message>
        <source>This one</source>
        <extracomment>The proxy that is typed below.</extracomment>
        <translation>Bu</translation>
    </message>
    <message>
        <source>Time to undo before a post leaves this computer</source>
        <translation>Paylaşım bu kompüterdən getməzdən əvvəl geri almaq üçün vaxt</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Saat qurşağı</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Vaxtlar</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Bağlantını sına</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo send</source>
        <translation>Göndərməni geri al</translation>
    </message>
    <message>
        <source>Unless the pointer or the keyboard is on them; a countdown ends as it says</source>
        <translation>Kursor və ya klaviatura onların üzərində deyilsə; geri sayım dediyi vaxtda bitir</translation>
    </message>
    <message numerus="yes">
        <source>Up to %n hour(s) late</source>
        <translation>
            <numerusform>%n saata qədər gecikmə</numerusform>
            <numerusform>%n saata qədər gecikmə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Up to %n minute(s) late</source>
        <translation>
            <numerusform>%n dəqiqəyə qədər gecikmə</numerusform>
            <numerusform>%n dəqiqəyə qədər gecikmə</numerusform>
        </translation>
    </message>
    <message>
        <source>Up to 1 day late</source>
        <translation>1 günə qədər gecikmə</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Posto-dan skriptlərdə istifadə</translation>
    </message>
    <message>
        <source>Use the ffmpeg of the system</source>
        <translation>Sistemin ffmpeg-ini işlət</translation>
    </message>
    <message>
        <source>Used when Posto resizes or converts a picture</source>
        <translation>Posto şəklin ölçüsünü və ya formatını dəyişəndə istifadə olunur</translation>
    </message>
    <message>
        <source>User name for the proxy</source>
        <translation>Proksi üçün istifadəçi adı</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versiyalar</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Videolar</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Görünüş</translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation>Bağlantını gözləmə</translation>
    </message>
    <message>
        <source>Wait for an answer</source>
        <translation>Cavabı gözləmə</translation>
    </message>
    <message>
        <source>Watch folders</source>
        <translation>İzlənən qovluqlar</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>İzlənən qovluqlar</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Həftə</translation>
    </message>
    <message>
        <source>Week start and clock are under Appearance.</source>
        <translation>Həftənin başlanğıcı və saat “Görünüş” bölməsindədir.</translation>
    </message>
    <message>
        <source>Week starts on</source>
        <translation>Həftənin ilk günü</translation>
    </message>
    <message>
        <source>What of a site&apos;s post becomes the text</source>
        <translation>Saytın yazısından nə mətn olur</translation>
    </message>
    <message>
        <source>What the schedule is sorted by</source>
        <translation>Planın sıralanması</translation>
    </message>
    <message>
        <source>What the window shows first</source>
        <translation>Pəncərənin ilk göstərdiyi</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Nə vaxt</translation>
    </message>
    <message>
        <source>When a network or the service refuses a post</source>
        <translation>Şəbəkə və ya xidmət paylaşımı rədd edəndə</translation>
    </message>
    <message>
        <source>When a post may be published already, or is late</source>
        <translation>Paylaşım artıq dərc olunmuş ola biləndə və ya gecikəndə</translation>
    </message>
    <message>
        <source>Whether Activity lists all workspaces</source>
        <translation>“Fəaliyyət” bölməsinin bütün iş sahələrini göstərib-göstərməməsi</translation>
    </message>
    <message>
        <source>Whether channels have one line each</source>
        <translation>Kanalların hər birinin bir sətir olub-olmaması</translation>
    </message>
    <message>
        <source>Whether sandbox channels are listed</source>
        <translation>Sınaq kanallarının siyahıda olub-olmaması</translation>
    </message>
    <message>
        <source>Which ends of sign-ins were warned of</source>
        <translation>Hansı girişlərin bitməsi barədə xəbərdarlıq edildiyi</translation>
    </message>
    <message>
        <source>While you look at another window; a click on one leads to the post</source>
        <translation>Başqa pəncərəyə baxarkən; klik paylaşıma aparır</translation>
    </message>
    <message>
        <source>Who may sign in to this workspace, and with what</source>
        <translation>Bu iş sahəsinə kim və nə ilə daxil ola bilər</translation>
    </message>
    <message>
        <source>Widths of the panes</source>
        <translation>Panellərin eni</translation>
    </message>
    <message>
        <source>Words that are not suggested any more</source>
        <translation>Daha təklif olunmayan sözlər</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>İş sahələri</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Yazmaq</translation>
    </message>
    <message>
        <source>You can type both</source>
        <translation>Hər ikisini yaza bilərsiniz</translation>
    </message>
    <message>
        <source>ffmpeg trims, crops and converts videos</source>
        <translation>ffmpeg videoları qısaldır, kəsir və çevirir</translation>
    </message>
    <message>
        <source>ffmpeg was not found. To install it: {command}</source>
        <translation>ffmpeg tapılmadı. Quraşdırmaq üçün: {command}</translation>
    </message>
    <message>
        <source>ffmpeg {version} cannot write H.264 with AAC</source>
        <translation>ffmpeg {version} AAC ilə H.264 yaza bilmir</translation>
    </message>
    <message>
        <source>ffmpeg {version} trims, crops and converts videos</source>
        <translation>ffmpeg {version} videoları qısaldır, kəsir və çevirir</translation>
    </message>
    <message>
        <source>“Next free slot” picks from these</source>
        <translation>“Növbəti boş slot” bunlardan seçir</translation>
    </message>
    <message>
        <source>“Tomorrow” becomes tomorrow at this time</source>
        <translation>“Sabah” sabah bu vaxta çevrilir</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>All settings are at their defaults</source>
        <translation>Bütün parametrlər standartdır</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Parametr tap</translation>
    </message>
    <message>
        <source>No setting matches “{text}”</source>
        <translation>“{text}” üçün parametr tapılmadı</translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation>Bu səhifəni sıfırla</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Parametrlər</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo the reset</source>
        <translation>Sıfırlamanı geri al</translation>
    </message>
    <message>
        <source>{page} settings</source>
        <translation>{page} parametrləri</translation>
    </message>
    <message>
        <source>{page}: defaults restored</source>
        <translation>{page}: standartlar bərpa olundu</translation>
    </message>
    <message>
        <source>{reason} The change lasts until you quit Posto.</source>
        <translation>{reason} Dəyişiklik Posto-dan çıxana qədər qüvvədədir.</translation>
    </message>
</context>
<context>
    <name>Shapes</name>
    <message>
        <source>Free</source>
        <extracomment>Shape of a crop: any.</extracomment>
        <translation>Sərbəst</translation>
    </message>
    <message>
        <source>Original</source>
        <extracomment>Shape of a crop: that of the picture.</extracomment>
        <translation>Orijinal</translation>
    </message>
    <message>
        <source>landscape</source>
        <translation>üfüqi</translation>
    </message>
    <message>
        <source>portrait</source>
        <translation>şaquli</translation>
    </message>
    <message>
        <source>square</source>
        <translation>kvadrat</translation>
    </message>
    <message>
        <source>story</source>
        <translation>hekayə</translation>
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
            <numerusform>%n qısayol</numerusform>
            <numerusform>%n qısayol</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything works with the keyboard. {keys} finds all commands.</source>
        <translation>Hər şey klaviatura ilə işləyir. {keys} bütün əmrləri tapır.</translation>
    </message>
    <message>
        <source>Find a shortcut</source>
        <translation>Qısayol tap</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Klaviatura qısayolları</translation>
    </message>
    <message>
        <source>No shortcut matches “{words}”</source>
        <translation>“{words}” üçün qısayol tapılmadı</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Qısayollar</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>A separate password for this app, in groups of four. Do not use your login password. You can revoke it on your site at any time.</source>
        <translation>Bu tətbiq üçün dördlük qruplarla ayrıca parol. Giriş parolunuzdan istifadə etməyin. Onu istənilən vaxt saytınızda ləğv edə bilərsiniz.</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Tətbiq parolu</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Ləğv et</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Bunu dəyişmək üçün girişi ləğv edin.</translation>
    </message>
    <message>
        <source>Choose where to keep the password.</source>
        <translation>Parolun harada saxlanacağını seçin.</translation>
    </message>
    <message>
        <source>Create one on your site</source>
        <translation>Saytınızda yaradın</translation>
    </message>
    <message>
        <source>Enter an application password of this user.</source>
        <translation>Bu istifadəçinin tətbiq parolunu daxil edin.</translation>
    </message>
    <message>
        <source>Enter the address of your site first.</source>
        <translation>Əvvəlcə saytınızın ünvanını daxil edin.</translation>
    </message>
    <message>
        <source>Enter the address of your site.</source>
        <translation>Saytınızın ünvanını daxil edin.</translation>
    </message>
    <message>
        <source>Enter your user name on the site.</source>
        <translation>Saytdakı istifadəçi adınızı daxil edin.</translation>
    </message>
    <message>
        <source>Looking for the service…</source>
        <translation>Xidmət axtarılır…</translation>
    </message>
    <message>
        <source>Posto service found</source>
        <translation>Posto xidməti tapıldı</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Daxil ol</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Posto xidmətinə daxil ol</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Brauzerlə daxil ol</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Daxil olunur</translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>Daxil olunur…</translation>
    </message>
    <message>
        <source>Site address</source>
        <translation>Saytın ünvanı</translation>
    </message>
    <message>
        <source>Use this computer instead</source>
        <translation>Əvəzinə bu kompüterdən istifadə et</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>İstifadəçi adı</translation>
    </message>
    <message>
        <source>Your WordPress site or your team&apos;s server</source>
        <translation>WordPress saytınız və ya komandanızın serveri</translation>
    </message>
    <message>
        <source>encrypted connection</source>
        <translation>şifrələnmiş bağlantı</translation>
    </message>
    <message>
        <source>social.example.com</source>
        <translation>social.example.com</translation>
    </message>
    <message>
        <source>{host} answers only after sign-in.</source>
        <translation>{host} yalnız girişdən sonra cavab verir.</translation>
    </message>
    <message>
        <source>{host} does not allow application passwords. Ask the administrator of the site to turn them on.</source>
        <translation>{host} tətbiq parollarına icazə vermir. Saytın administratorundan onları aktivləşdirməyi xahiş edin.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the Posto service. Install the service there, then try again.</source>
        <translation>{host} Posto xidməti olmayan WordPress saytıdır. Xidməti orada quraşdırın, sonra yenidən cəhd edin.</translation>
    </message>
</context>
<context>
    <name>SignInStep</name>
    <message>
        <source>Address of the last page</source>
        <translation>Son səhifənin ünvanı</translation>
    </message>
    <message>
        <source>Allow it in your browser</source>
        <translation>Brauzerinizdə icazə verin</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Bunu dəyişmək üçün girişi ləğv edin.</translation>
    </message>
    <message>
        <source>How to get this</source>
        <translation>Bunu necə əldə etməli</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>Digər seçimlər</translation>
    </message>
    <message>
        <source>On another computer or in a restricted browser, the last page stays empty or shows an error. Copy its full address, which begins with http://127.0.0.1, and paste it here.</source>
        <translation>Başqa kompüterdə və ya məhdud brauzerdə son səhifə boş qalır və ya xəta göstərir. http://127.0.0.1 ilə başlayan tam ünvanını kopyalayıb bura yapışdırın.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Yenidən aç</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>Serverin ünvanı</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Brauzerinizdəki səhifədə daxil olun və Posto Desktop-a icazə verin. Sonra bu pəncərə avtomatik davam edir. Səhifə açılmadısa, ünvanı kopyalayın.</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Giriş ünvanı</translation>
    </message>
    <message>
        <source>The browser does not return here?</source>
        <translation>Brauzer bura qayıtmır?</translation>
    </message>
    <message>
        <source>Use this address</source>
        <translation>Bu ünvandan istifadə et</translation>
    </message>
</context>
<context>
    <name>SignatureFields</name>
    <message>
        <source>Own text for this style</source>
        <translation>Bu stil üçün öz mətni</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>İmza</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (silinib)</translation>
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
        <translation>{time} vəziyyətinə görə</translation>
    </message>
    <message>
        <source>Finished</source>
        <extracomment>Status of a planner: it has posted everything.</extracomment>
        <translation>Bitdi</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of a planner.</extracomment>
        <translation>Fasilədə</translation>
    </message>
    <message>
        <source>Site planner</source>
        <translation>Sayt planlayıcısı</translation>
    </message>
    <message>
        <source>Site planner: {name}</source>
        <translation>Sayt planlayıcısı: {name}</translation>
    </message>
    <message>
        <source>next {when}</source>
        <translation>növbəti {when}</translation>
    </message>
</context>
<context>
    <name>SitePlannersDialog</name>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Saytda aç</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Fasilə ver</translation>
    </message>
    <message>
        <source>Planners</source>
        <translation>Planlayıcılar</translation>
    </message>
    <message>
        <source>Planners of the site</source>
        <translation>Saytın planlayıcıları</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Davam et</translation>
    </message>
    <message>
        <source>The site has no planners.</source>
        <translation>Saytda planlayıcı yoxdur.</translation>
    </message>
    <message>
        <source>They post by themselves, whether Posto runs or not.</source>
        <translation>Posto işləsə də, işləməsə də, özləri dərc edirlər.</translation>
    </message>
</context>
<context>
    <name>SitePosts</name>
    <message>
        <source>No title</source>
        <translation>Başlıqsız</translation>
    </message>
</context>
<context>
    <name>SitePostsController</name>
    <message>
        <source>Filled from “{title}”</source>
        <translation>“{title}” yazısından dolduruldu</translation>
    </message>
    <message>
        <source>The picture could not be read.</source>
        <translation>Şəkil oxuna bilmədi.</translation>
    </message>
    <message>
        <source>Without its picture: {why}</source>
        <translation>Şəkilsiz: {why}</translation>
    </message>
</context>
<context>
    <name>SitePostsDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Ləğv et</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Xülasə</translation>
    </message>
    <message>
        <source>From the site</source>
        <translation>Saytdan</translation>
    </message>
    <message>
        <source>Getting the picture…</source>
        <translation>Şəkil alınır…</translation>
    </message>
    <message>
        <source>No post of the site matches.</source>
        <translation>Saytda uyğun yazı yoxdur.</translation>
    </message>
    <message>
        <source>Posts of the site</source>
        <translation>Saytın yazıları</translation>
    </message>
    <message>
        <source>Reading the posts…</source>
        <translation>Yazılar oxunur…</translation>
    </message>
    <message>
        <source>Search the posts of the site</source>
        <translation>Saytın yazılarında axtar</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>What of a site&apos;s post becomes the text of the message.</extracomment>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>The posts could not be read.</source>
        <translation>Yazılar oxuna bilmədi.</translation>
    </message>
    <message>
        <source>The site has no posts yet.</source>
        <translation>Saytda hələ yazı yoxdur.</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Başlıq</translation>
    </message>
    <message>
        <source>Title and excerpt</source>
        <translation>Başlıq və xülasə</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Yenidən cəhd et</translation>
    </message>
    <message>
        <source>Use this post</source>
        <translation>Bu yazını istifadə et</translation>
    </message>
</context>
<context>
    <name>SiteScheduleController</name>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>“{name}” goes on</source>
        <translation>“{name}” davam edir</translation>
    </message>
    <message>
        <source>“{name}” paused</source>
        <translation>“{name}” dayandırıldı</translation>
    </message>
    <message>
        <source>“{name}” was not changed on the site.</source>
        <translation>“{name}” saytda dəyişdirilmədi.</translation>
    </message>
</context>
<context>
    <name>Sizes</name>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation>
            <numerusform>%Ln bayt</numerusform>
            <numerusform>%Ln bayt</numerusform>
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
        <translation>{time} saat</translation>
    </message>
    <message>
        <source>{time} min</source>
        <comment>minutes and seconds</comment>
        <translation>{time} dəq</translation>
    </message>
</context>
<context>
    <name>SlotChipPresenter</name>
    <message>
        <source>Add slots</source>
        <translation>Slot əlavə et</translation>
    </message>
    <message>
        <source>All slots are taken</source>
        <translation>Bütün slotlar tutulub</translation>
    </message>
    <message>
        <source>All slots of the next year are taken</source>
        <translation>Növbəti ilin bütün slotları tutulub</translation>
    </message>
    <message>
        <source>Choose other times…</source>
        <translation>Başqa vaxtlar seç…</translation>
    </message>
    <message>
        <source>Next free slot: {time}</source>
        <translation>Növbəti boş slot: {time}</translation>
    </message>
    <message>
        <source>Next free slot…</source>
        <translation>Növbəti boş slot…</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Boş slot yoxdur</translation>
    </message>
    <message>
        <source>Set up weekly slots</source>
        <translation>Həftəlik slotları qur</translation>
    </message>
    <message>
        <source>The next free time of your weekly slots</source>
        <translation>Həftəlik slotlarınızın növbəti boş vaxtı</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>“{times}” istifadə et</translation>
    </message>
    <message>
        <source>Weekly slots: {times}</source>
        <translation>Həftəlik slotlar: {times}</translation>
    </message>
</context>
<context>
    <name>SlotGroupCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n kanal</numerusform>
            <numerusform>%n kanal</numerusform>
        </translation>
    </message>
    <message>
        <source>Add days…</source>
        <translation>Gün əlavə et…</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Bütün kanallar</translation>
    </message>
    <message>
        <source>All other channels</source>
        <translation>Bütün digər kanallar</translation>
    </message>
    <message numerus="yes">
        <source>Best times of %Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşımın ən yaxşı vaxtları</numerusform>
            <numerusform>%Ln paylaşımın ən yaxşı vaxtları</numerusform>
        </translation>
    </message>
    <message>
        <source>Channels changed</source>
        <translation>Kanallar dəyişdirildi</translation>
    </message>
    <message>
        <source>Channels of group {n}</source>
        <translation>Qrup {n} kanalları</translation>
    </message>
    <message>
        <source>Choose the time zone of these slots</source>
        <translation>Bu vaxtların saat qurşağını seçin</translation>
    </message>
    <message>
        <source>Fill with your best times</source>
        <translation>Ən yaxşı vaxtlarınızla doldur</translation>
    </message>
    <message numerus="yes">
        <source>From the insights of %Ln post(s): {times}</source>
        <translation>
            <numerusform>%Ln paylaşımın statistikasından: {times}</numerusform>
            <numerusform>%Ln paylaşımın statistikasından: {times}</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed</source>
        <translation>Qrupun adı dəyişdirildi</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Ad</translation>
    </message>
    <message>
        <source>Name of group {n}</source>
        <translation>Qrup {n} adı</translation>
    </message>
    <message>
        <source>Remove group {n}</source>
        <translation>Sil: qrup {n}</translation>
    </message>
    <message>
        <source>Slots added, {days}</source>
        <translation>Slotlar əlavə olundu, {days}</translation>
    </message>
    <message>
        <source>This computer does not know the time zone “{zone}”. Until you choose another one, its own counts.</source>
        <translation>Bu kompüter “{zone}” saat qurşağını tanımır. Başqasını seçənədək onun öz vaxtı keçərlidir.</translation>
    </message>
    <message>
        <source>Time zone changed</source>
        <translation>Saat qurşağı dəyişdirildi</translation>
    </message>
    <message>
        <source>Time zone of group {n}</source>
        <translation>{n} nömrəli qrupun saat qurşağı</translation>
    </message>
    <message>
        <source>“{name}” removed</source>
        <translation>“{name}” silindi</translation>
    </message>
</context>
<context>
    <name>SlotLineRow</name>
    <message>
        <source>Change the days…</source>
        <translation>Günləri dəyiş…</translation>
    </message>
    <message>
        <source>Days changed to {days}</source>
        <translation>Günlər dəyişdirildi: {days}</translation>
    </message>
    <message>
        <source>More for {days}</source>
        <translation>Daha çox: {days}</translation>
    </message>
    <message>
        <source>Remove these slots</source>
        <translation>Bu slotları sil</translation>
    </message>
    <message>
        <source>Slots removed, {days}</source>
        <translation>Slotlar silindi, {days}</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Vaxt</translation>
    </message>
    <message>
        <source>{time} added, {days}</source>
        <translation>{time} əlavə olundu, {days}</translation>
    </message>
    <message>
        <source>{time} removed, {days}</source>
        <translation>{time} silindi, {days}</translation>
    </message>
</context>
<context>
    <name>SlotLines</name>
    <message>
        <source>Every day</source>
        <translation>Hər gün</translation>
    </message>
    <message>
        <source>No day</source>
        <translation>Gün yoxdur</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} – {last}</translation>
    </message>
</context>
<context>
    <name>SnippetForm</name>
    <message>
        <source>Add to every new message</source>
        <translation>Hər yeni mesaja əlavə et</translation>
    </message>
    <message>
        <source>Added once, at the end of the text</source>
        <translation>Bir dəfə, mətnin sonuna əlavə olunur</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Bütün şəbəkələr</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Üçün:</translation>
    </message>
    <message>
        <source>Inserted at the cursor</source>
        <translation>Kursorun yerinə daxil edilir</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Növ</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Ad</translation>
    </message>
    <message>
        <source>Networks of the snippet</source>
        <translation>Hazır mətnin şəbəkələri</translation>
    </message>
    <message>
        <source>Skips hashtags already in the text</source>
        <translation>Mətndə olan həşteqləri buraxır</translation>
    </message>
    <message>
        <source>Snippet name</source>
        <translation>Hazır mətnin adı</translation>
    </message>
    <message>
        <source>Snippet text</source>
        <translation>Hazır mətnin məzmunu</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Mətn</translation>
    </message>
</context>
<context>
    <name>Snippets</name>
    <message>
        <source>Give it a name of 1 to {most} characters.</source>
        <translation>1–{most} simvolluq ad verin.</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Həşteqlər</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>İmza</translation>
    </message>
    <message>
        <source>Snippet</source>
        <translation>Hazır mətn</translation>
    </message>
    <message>
        <source>The name “{name}” is already in use. Choose another.</source>
        <translation>“{name}” adı artıq istifadə olunur. Başqasını seçin.</translation>
    </message>
    <message>
        <source>The text may have at most {most} characters.</source>
        <translation>Mətn ən çox {most} simvol ola bilər.</translation>
    </message>
    <message>
        <source>Write a text.</source>
        <translation>Mətn yazın.</translation>
    </message>
    <message>
        <source>Write at least one hashtag.</source>
        <translation>Ən azı bir həşteq yazın.</translation>
    </message>
</context>
<context>
    <name>SnippetsDialog</name>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>Delete snippet</source>
        <translation>Hazır mətni sil</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Hazır mətnlər yüklənir</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Aşağı köçür</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Yuxarı köçür</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Yeni</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Yeni hazır mətn</translation>
    </message>
    <message>
        <source>No changes to save</source>
        <translation>Saxlanacaq dəyişiklik yoxdur</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Hələ hazır mətn yoxdur. Tez-tez istifadə etdiyiniz mətn, həşteq və imzaları saxlayın.</translation>
    </message>
    <message>
        <source>Save snippet</source>
        <translation>Hazır mətni saxla</translation>
    </message>
    <message>
        <source>Saved snippets</source>
        <translation>Saxlanılmış hazır mətnlər</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Hazır mətnlər</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>Silməni geri al</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>“{name}” silindi</translation>
    </message>
    <message>
        <source>“{name}” saved</source>
        <translation>“{name}” saxlanıldı</translation>
    </message>
</context>
<context>
    <name>SnippetsPopup</name>
    <message>
        <source>All</source>
        <extracomment>All snippets.</extracomment>
        <translation>Hamısı</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Həşteqlər</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Növ</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Hazır mətnlər yüklənir</translation>
    </message>
    <message>
        <source>Manage snippets</source>
        <translation>Hazır mətnləri idarə et</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>İdarə et…</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Yeni hazır mətn</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Yeni…</translation>
    </message>
    <message>
        <source>No snippet matches</source>
        <translation>Uyğun hazır mətn yoxdur</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Hələ hazır mətn yoxdur. Tez-tez istifadə etdiyiniz mətn, həşteq və imzaları saxlayın.</translation>
    </message>
    <message>
        <source>Search snippets</source>
        <translation>Hazır mətnlərdə axtar</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>İmzalar</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Hazır mətnlər</translation>
    </message>
    <message>
        <source>Snippets list</source>
        <translation>Hazır mətnlər siyahısı</translation>
    </message>
</context>
<context>
    <name>SnippetsView</name>
    <message>
        <source>New snippet</source>
        <translation>Yeni hazır mətn</translation>
    </message>
</context>
<context>
    <name>SplitButton</name>
    <message>
        <source>More ways to post</source>
        <translation>Paylaşmağın digər yolları</translation>
    </message>
</context>
<context>
    <name>StartProblem</name>
    <message>
        <source>Another copy of Posto Desktop uses {folder} and is not responding. Wait a moment, then try again.</source>
        <translation>Posto Desktop-un başqa nüsxəsi {folder} qovluğundan istifadə edir və cavab vermir. Bir az gözləyin, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>If that does not help, end the process {number}.</source>
        <translation>Kömək etməsə, {number} nömrəli prosesi bitirin.</translation>
    </message>
    <message>
        <source>Posto Desktop is already running</source>
        <translation>Posto Desktop artıq işləyir</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Çıxış</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Yenidən cəhd et</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Dəyişiklik istənilib</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Qaralama</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Uğursuz</translation>
    </message>
    <message>
        <source>Needs you</source>
        <extracomment>The user has to decide something about the post.</extracomment>
        <translation>Diqqət tələb edir</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Göndərilməyib</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlanıb</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Göndərilir</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Göndərilib</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Sayt</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Təsdiq gözləyir</translation>
    </message>
</context>
<context>
    <name>StatusChips</name>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Hamısı</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Qaralamalar</translation>
    </message>
    <message>
        <source>More statuses</source>
        <translation>Digər statuslar</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Status filtri</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Step {number} of {count}: {name}</source>
        <translation>Addım {number}/{count}: {name}</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Accepted</source>
        <translation>Qəbul olundu</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>Artıq oradadır</translation>
    </message>
    <message>
        <source>Answered with an error</source>
        <translation>Xəta ilə cavab verildi</translation>
    </message>
    <message>
        <source>Cancelled by you</source>
        <translation>Siz ləğv etmisiniz</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Siz silmisiniz</translation>
    </message>
    <message>
        <source>Found on the service</source>
        <translation>Xidmətdə tapıldı</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Kəsildi</translation>
    </message>
    <message>
        <source>Looked for the post</source>
        <translation>Paylaşım axtarıldı</translation>
    </message>
    <message>
        <source>No clear answer</source>
        <translation>Aydın cavab yoxdur</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Qəbul olunmayıb</translation>
    </message>
    <message>
        <source>Not on the service</source>
        <translation>Xidmətdə yoxdur</translation>
    </message>
    <message>
        <source>Only a part is there</source>
        <translation>Yalnız bir hissəsi oradadır</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Dərc olunub</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Rədd edildi</translation>
    </message>
    <message>
        <source>Replaced</source>
        <translation>Əvəz edildi</translation>
    </message>
    <message>
        <source>Replacing</source>
        <translation>Əvəz edilir</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu kompüterdə saxlanılıb</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Saxlanılır</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Göndərilir</translation>
    </message>
    <message>
        <source>Sending late</source>
        <translation>Gec göndərilir</translation>
    </message>
    <message>
        <source>Sent meanwhile</source>
        <translation>Bu arada göndərilib</translation>
    </message>
    <message>
        <source>Time passed</source>
        <translation>Vaxtı keçib</translation>
    </message>
    <message>
        <source>Tried again by you</source>
        <translation>Siz yenidən cəhd etmisiniz</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>Yükləndi</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Yüklənir</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Gözləyir</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>Sizi gözləyir</translation>
    </message>
    <message>
        <source>Written down</source>
        <translation>Yazıldı</translation>
    </message>
    <message>
        <source>You said it is not there</source>
        <translation>Orada olmadığını demisiniz</translation>
    </message>
    <message>
        <source>You said it is there</source>
        <translation>Orada olduğunu demisiniz</translation>
    </message>
</context>
<context>
    <name>Storage</name>
    <message numerus="yes">
        <source>%n of your drafts could be rescued.</source>
        <translation>
            <numerusform>%n qaralamanız xilas edildi.</numerusform>
            <numerusform>%n qaralamanız xilas edildi.</numerusform>
        </translation>
    </message>
    <message>
        <source>Allow it, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>İcazə verin və ya Posto-nu başqa qovluqla başladın: posto-desktop --home FOLDER.</translation>
    </message>
    <message>
        <source>Allow writing there, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Ora yazmağa icazə verin və ya Posto-nu başqa qovluqla başladın: posto-desktop --home FOLDER.</translation>
    </message>
    <message>
        <source>Close it there, or try again in a moment.</source>
        <translation>Orada bağlayın və ya bir azdan yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>Default settings are used.</source>
        <translation>Standart parametrlərdən istifadə olunur.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Yer boşaldın.</translation>
    </message>
    <message>
        <source>It has another address for {names}. The one here was kept.</source>
        <translation>Bunlar üçün ünvanı fərqlidir: {names}. Buradakı saxlanıldı.</translation>
    </message>
    <message>
        <source>It was kept as {name}.</source>
        <translation>Saxlanıldı: {name}.</translation>
    </message>
    <message>
        <source>It was left where it is.</source>
        <translation>Olduğu yerdə saxlanıldı.</translation>
    </message>
    <message>
        <source>Its proxy and certificates were not restored. Check them under Settings &gt; Network.</source>
        <extracomment>&quot;Its&quot;: of a backup.</extracomment>
        <translation>Proksisi və sertifikatları bərpa olunmadı. Onları “Parametrlər &gt; Şəbəkə” bölməsində yoxlayın.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer.</source>
        <translation>Bu kompüterdə parol anbarı tapılmadı.</translation>
    </message>
    <message>
        <source>Posts that were still waiting to be sent are in that file only.</source>
        <translation>Hələ göndərilməyi gözləyən paylaşımlar yalnız həmin fayldadır.</translation>
    </message>
    <message>
        <source>Sending is paused, because posts that waited then may have been sent since: look at them in Activity before you go on.</source>
        <translation>Göndərmə fasilədədir, çünki o zaman gözləyən paylaşımlar sonradan göndərilmiş ola bilər: davam etməzdən əvvəl “Fəaliyyət” bölməsində onlara baxın.</translation>
    </message>
    <message>
        <source>Sign in again where an account is missing.</source>
        <translation>Hesab çatışmayan yerdə yenidən daxil olun.</translation>
    </message>
    <message>
        <source>Sign in again where it is asked.</source>
        <translation>Soruşulan yerdə yenidən daxil olun.</translation>
    </message>
    <message>
        <source>Start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Posto-nu başqa qovluqla başladın: posto-desktop --home FOLDER.</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}. Nothing was changed.</source>
        <translation>Ehtiyat nüsxə bərpa oluna bilmədi: {why}. Heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>The backup is restored. What was there before is kept in {folder} in the folders of settings and of data. Passwords are not part of a backup: sign in where it is asked.</source>
        <translation>Ehtiyat nüsxə bərpa olundu. Əvvəl burada olanlar {folder} içində, parametr və məlumat qovluqlarında saxlanılıb. Parollar ehtiyat nüsxəyə daxil deyil: soruşulan yerdə daxil olun.</translation>
    </message>
    <message>
        <source>The backup needs {needed} MB, but the disk has {free} MB left. Make room on it; nothing was changed.</source>
        <translation>Ehtiyat nüsxəyə {needed} MB lazımdır, diskdə isə {free} MB qalıb. Yer boşaldın; heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>The last copy of it is used instead.</source>
        <translation>Əvəzinə onun son surətindən istifadə olunur.</translation>
    </message>
    <message>
        <source>The last copy of the settings is used.</source>
        <translation>Parametrlərin son surətindən istifadə olunur.</translation>
    </message>
    <message>
        <source>The setting “{name}” had an invalid value. The default is used instead.</source>
        <extracomment>{name}: title of a setting.</extracomment>
        <translation>“{name}” parametrinin dəyəri yanlış idi. Əvəzinə standart dəyərdən istifadə olunur.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of Posto. Install that version to use it.</source>
        <translation>Bu ehtiyat nüsxə Posto-nun daha yeni versiyası ilə yaradılıb. İstifadə etmək üçün o versiyanı quraşdırın.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read the keychain. Install what is missing: pip install &apos;posto[keyring]&apos;</source>
        <translation>Posto-nun bu quraşdırması parol anbarını oxuya bilmir. Çatışmayanı quraşdırın: pip install &apos;posto[keyring]&apos;</translation>
    </message>
    <message>
        <source>This version uses the settings that it knows.</source>
        <translation>Bu versiya tanıdığı parametrlərdən istifadə edir.</translation>
    </message>
    <message>
        <source>What is here stays as it is.</source>
        <translation>Burada olanlar olduğu kimi qalır.</translation>
    </message>
    <message>
        <source>another program is using it</source>
        <translation>başqa proqram ondan istifadə edir</translation>
    </message>
    <message>
        <source>another program may be using it</source>
        <translation>başqa proqram ondan istifadə edirmiş ola bilər</translation>
    </message>
    <message>
        <source>contents</source>
        <translation>məzmunlar</translation>
    </message>
    <message>
        <source>it belongs to another user</source>
        <translation>başqa istifadəçiyə aiddir</translation>
    </message>
    <message>
        <source>it is a device, not a file</source>
        <translation>fayl deyil, qurğudur</translation>
    </message>
    <message>
        <source>it is a folder, not a file</source>
        <translation>fayl deyil, qovluqdur</translation>
    </message>
    <message>
        <source>it is a link that leads to itself, not a file</source>
        <translation>fayl deyil, özünə aparan keçiddir</translation>
    </message>
    <message>
        <source>it is a named pipe, not a file</source>
        <translation>fayl deyil, adlı kanaldır (pipe)</translation>
    </message>
    <message>
        <source>it is a socket, not a file</source>
        <translation>fayl deyil, soketdir</translation>
    </message>
    <message>
        <source>it is closed</source>
        <translation>bağlıdır</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>boşdur</translation>
    </message>
    <message>
        <source>it is far too large</source>
        <translation>həddən çox böyükdür</translation>
    </message>
    <message>
        <source>it is from a newer version of Posto</source>
        <translation>Posto-nun daha yeni versiyasındandır</translation>
    </message>
    <message>
        <source>it is something else, not a file</source>
        <translation>fayl deyil, başqa bir şeydir</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>məzmunu zədələnib</translation>
    </message>
    <message>
        <source>its content is not what Posto writes</source>
        <translation>məzmunu Posto-nun yazdığı kimi deyil</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>rəqəmlər</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>mətnlər</translation>
    </message>
    <message>
        <source>the disk reported “{error}”</source>
        <translation>disk bildirdi: “{error}”</translation>
    </message>
    <message>
        <source>the disk that holds {folder} is full</source>
        <translation>{folder} qovluğunun olduğu disk doludur</translation>
    </message>
    <message>
        <source>the keychain</source>
        <translation>parol anbarı</translation>
    </message>
    <message>
        <source>this program may not read and write {name} in {folder}</source>
        <translation>bu proqramın {folder} içində {name} oxumağa və yazmağa icazəsi yoxdur</translation>
    </message>
    <message>
        <source>this program may not read it in {folder}</source>
        <translation>bu proqramın onu {folder} içində oxumağa icazəsi yoxdur</translation>
    </message>
    <message>
        <source>this program may not write to {folder}</source>
        <translation>bu proqramın {folder} qovluğuna yazmağa icazəsi yoxdur</translation>
    </message>
    <message>
        <source>times</source>
        <translation>vaxtlar</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it has a name that no file of a backup has.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} faylının adı heç bir ehtiyat nüsxə faylında olmayan addır.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds a value that is far too large.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} faylında həddən çox böyük dəyər var.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds something else than the tables of Posto.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} faylında Posto cədvəllərindən başqa bir şey var.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is a link or a device, not a file.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} fayl deyil, keçid və ya qurğudur.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is damaged.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} zədələnib.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is far too large for settings.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} parametrlər üçün həddən çox böyükdür.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is not what the list of files says.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} fayl siyahısında yazılan deyil.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it lies over another file.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} başqa faylın üzərinə düşür.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it takes too long to be checked.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} çox uzun yoxlanılır.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it would replace passwords, which no backup holds.</source>
        <translation>{backup} bərpa oluna bilmir: içindəki {file} heç bir ehtiyat nüsxədə olmayan parolları əvəz edərdi.</translation>
    </message>
    <message>
        <source>{folder} cannot be used</source>
        <translation>{folder} istifadə oluna bilmir</translation>
    </message>
    <message>
        <source>{folder} is not a folder it can use</source>
        <translation>{folder} onun istifadə edə bildiyi qovluq deyil</translation>
    </message>
    <message>
        <source>{keychain} could not be used.</source>
        <translation>{keychain} istifadə oluna bilmədi.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it, then try again.</source>
        <translation>{keychain} kilidlidir. Kilidini açın, sonra yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>{keychain} is not responding. It may be waiting for its password.</source>
        <extracomment>{keychain}: its name, such as KWallet, or &quot;The keychain&quot;.</extracomment>
        <translation>{keychain} cavab vermir. Parolunu gözləyirmiş ola bilər.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} oxuna bilmir: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be restored: {why}.</source>
        <translation>{name} bərpa oluna bilmir: {why}.</translation>
    </message>
    <message>
        <source>{name} contains two files whose names differ only in capital letters. The disk here can keep only one of them.</source>
        <translation>{name} içində adları yalnız böyük hərflərlə fərqlənən iki fayl var. Buradakı disk onlardan yalnız birini saxlaya bilir.</translation>
    </message>
    <message>
        <source>{name} could not be copied: {why}.</source>
        <translation>{name} kopyalana bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be deleted: {why}.</source>
        <translation>{name} silinə bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be moved away: {why}.</source>
        <translation>{name} başqa yerə köçürülə bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened: {why}.</source>
        <translation>{name} açıla bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be read: {why}.</source>
        <translation>{name} oxuna bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be saved: {why}.</source>
        <extracomment>The reason follows a colon and is no sentence of its own: &quot;the disk that holds … is full&quot;.</extracomment>
        <translation>{name} saxlanıla bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be written: {why}.</source>
        <translation>{name} yazıla bilmədi: {why}.</translation>
    </message>
    <message>
        <source>{name} holds entries with damaged {what}. They are shown as far as they can be read; the others are not affected.</source>
        <extracomment>{what}: one or more of &quot;times&quot;, &quot;numbers&quot;, &quot;contents&quot;, &quot;texts&quot;, separated by commas.</extracomment>
        <translation>{name} içində zədələnmiş qeydlər var ({what}). Onlar oxuna bildiyi qədər göstərilir; digərlərinə təsir etmir.</translation>
    </message>
    <message>
        <source>{name} in this backup is from a newer version of Posto. Install that version to use it.</source>
        <translation>Bu ehtiyat nüsxədəki {name} Posto-nun daha yeni versiyasındandır. İstifadə etmək üçün o versiyanı quraşdırın.</translation>
    </message>
    <message>
        <source>{name} is closed.</source>
        <translation>{name} bağlıdır.</translation>
    </message>
    <message>
        <source>{name} is damaged or not a backup of Posto.</source>
        <translation>{name} zədələnib və ya Posto-nun ehtiyat nüsxəsi deyil.</translation>
    </message>
    <message>
        <source>{name} is damaged, so nothing can be saved.</source>
        <translation>{name} zədələnib, ona görə heç nə saxlanıla bilmir.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} tapılmadı.</translation>
    </message>
    <message>
        <source>{name} was not moved, because {why}</source>
        <translation>{name} köçürülmədi, səbəb: {why}</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto and was not changed. Start that version to use it.</source>
        <translation>{name} Posto-nun daha yeni versiyası ilə yazılıb və dəyişdirilmədi. İstifadə etmək üçün o versiyanı başladın.</translation>
    </message>
    <message numerus="yes">
        <source>{programs} (is/are) using it</source>
        <extracomment>A reason after a colon. {programs}: names of programs, separated by commas.</extracomment>
        <translation>
            <numerusform>{programs} ondan istifadə edir</numerusform>
            <numerusform>{programs} ondan istifadə edir</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source> Left out because of their names: {names}.</source>
        <translation> Adlarına görə kənarda qalanlar: {names}.</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Bütün fayllar (*)</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Hər şeyin ehtiyat nüsxəsi</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Ehtiyat nüsxə…</translation>
    </message>
    <message>
        <source>Backups of Posto (*{suffix})</source>
        <extracomment>Keep the brackets and what is in them.</extracomment>
        <translation>Posto ehtiyat nüsxələri (*{suffix})</translation>
    </message>
    <message>
        <source>Cache of pictures</source>
        <translation>Şəkil keşi</translation>
    </message>
    <message>
        <source>Clear the cache</source>
        <translation>Keşi təmizlə</translation>
    </message>
    <message>
        <source>Drafts, outbox and the workspace on this computer</source>
        <translation>Qaralamalar, göndəriş qutusu və bu kompüterdəki iş sahəsi</translation>
    </message>
    <message>
        <source>Everything in one file</source>
        <translation>Hamısı bir faylda</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Alınmadı: {why}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Qovluqlar</translation>
    </message>
    <message>
        <source>Keep current data</source>
        <translation>Cari məlumat qalsın</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Jurnal faylları</translation>
    </message>
    <message>
        <source>Made {when}. Drafts: {drafts}, files: {files}. Your current data, including posts waiting to be sent, moves to a folder named “before-restore”. Posto restarts.</source>
        <translation>Yaradılıb: {when}. Qaralamalar: {drafts}, fayllar: {files}. Göndərilməyi gözləyən paylaşımlar daxil olmaqla cari məlumatınız “before-restore” adlı qovluğa köçürülür. Posto yenidən başlayır.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Ölçülür</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Open the folder of data</source>
        <translation>Məlumat qovluğunu aç</translation>
    </message>
    <message>
        <source>Open the folder of log files</source>
        <translation>Jurnal faylları qovluğunu aç</translation>
    </message>
    <message>
        <source>Open the folder of settings</source>
        <translation>Parametrlər qovluğunu aç</translation>
    </message>
    <message>
        <source>Posto checks the file, moves your current data to a separate folder and restarts.</source>
        <translation>Posto faylı yoxlayır, cari məlumatınızı ayrıca qovluğa köçürür və yenidən başlayır.</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Ehtiyat nüsxəni bərpa et</translation>
    </message>
    <message>
        <source>Restore and restart</source>
        <translation>Bərpa et və yenidən başlat</translation>
    </message>
    <message>
        <source>Restore this backup?</source>
        <translation>Bu ehtiyat nüsxə bərpa olunsun?</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Bərpa et…</translation>
    </message>
    <message numerus="yes">
        <source>Saved as {name}: %Ln file(s), {size}. Passwords are not included.</source>
        <translation>
            <numerusform>Saxlanıldı: {name}, %Ln fayl, {size}. Parollar daxil deyil.</numerusform>
            <numerusform>Saxlanıldı: {name}, %Ln fayl, {size}. Parollar daxil deyil.</numerusform>
        </translation>
    </message>
    <message>
        <source>Settings and styles</source>
        <translation>Parametrlər və stillər</translation>
    </message>
    <message>
        <source>Settings, styles, snippets, accounts, drafts, the outbox, and the workspace of this computer with its files. Passwords are not included.</source>
        <translation>Parametrlər, stillər, hazır mətnlər, hesablar, qaralamalar, göndəriş qutusu və fayllarla birlikdə bu kompüterin iş sahəsi. Parollar daxil deyil.</translation>
    </message>
    <message>
        <source>Size unknown</source>
        <translation>Ölçü bəlli deyil</translation>
    </message>
    <message>
        <source>Stop backing up</source>
        <translation>Ehtiyat nüsxəni dayandır</translation>
    </message>
    <message>
        <source>Stop clearing</source>
        <translation>Təmizləməni dayandır</translation>
    </message>
    <message>
        <source>Stop restoring</source>
        <translation>Bərpanı dayandır</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Dayandırıldı. Heç nə dəyişdirilmədi.</translation>
    </message>
    <message>
        <source>The cache is empty</source>
        <translation>Keş boşdur</translation>
    </message>
    <message>
        <source>Wait for the running task to finish</source>
        <translation>Davam edən işin bitməsini gözləyin</translation>
    </message>
    <message>
        <source>{size} in {folder}</source>
        <translation>{size}, {folder}</translation>
    </message>
</context>
<context>
    <name>StoredInsights</name>
    <message numerus="yes">
        <source>%Ln post(s) since {day}; deleted when older</source>
        <translation>
            <numerusform>{day} tarixindən %Ln paylaşım; köhnələr silinir</numerusform>
            <numerusform>{day} tarixindən %Ln paylaşım; köhnələr silinir</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Delete all insights</source>
        <translation>Bütün statistikanı sil</translation>
    </message>
    <message>
        <source>Delete all insights?</source>
        <translation>Bütün statistika silinsin?</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Sil…</translation>
    </message>
    <message>
        <source>Export all insights</source>
        <translation>Bütün statistikanı ixrac et</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>İxrac et…</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Alınmadı: {why}</translation>
    </message>
    <message>
        <source>Insights on this computer</source>
        <translation>Bu kompüterdəki statistika</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Ölçülür</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Hələ yoxdur</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>İxracı dayandır</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Cədvəllər (*.csv)</translation>
    </message>
    <message>
        <source>The numbers of all workspaces are deleted from this computer. Networks still have theirs; posts of the last 30 days are read again.</source>
        <translation>Bütün iş sahələrinin ədədləri bu kompüterdən silinir. Şəbəkələrdə öz ədədləri qalır; son 30 günün paylaşımları yenidən oxunur.</translation>
    </message>
    <message>
        <source>There are no insights yet</source>
        <translation>Hələ statistika yoxdur</translation>
    </message>
    <message>
        <source>Written to {name}</source>
        <translation>{name} faylına yazıldı</translation>
    </message>
</context>
<context>
    <name>StyleEditor</name>
    <message>
        <source>{name} copy</source>
        <translation>{name} (surət)</translation>
    </message>
</context>
<context>
    <name>StyleForm</name>
    <message>
        <source>First comment</source>
        <translation>İlk şərh</translation>
    </message>
    <message>
        <source>First comment on Facebook, Instagram, X, Bluesky and Reddit</source>
        <translation>Facebook, Instagram, X, Bluesky və Reddit-də ilk şərh</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Daxil et</translation>
    </message>
    <message>
        <source>Networks of the style</source>
        <translation>Stilin şəbəkələri</translation>
    </message>
    <message>
        <source>None (own text)</source>
        <translation>Yoxdur (öz mətni)</translation>
    </message>
    <message>
        <source>Own text for a network</source>
        <translation>Şəbəkə üçün öz mətni</translation>
    </message>
    <message>
        <source>Own text for…</source>
        <translation>Öz mətni…</translation>
    </message>
    <message>
        <source>Same as</source>
        <translation>Bununla eyni</translation>
    </message>
    <message>
        <source>Template for {network}</source>
        <translation>{network} üçün şablon</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>Unknown variable: {names}</source>
        <translation>Naməlum dəyişən: {names}</translation>
    </message>
    <message>
        <source>Use all networks&apos; text</source>
        <translation>Bütün şəbəkələrin mətnindən istifadə et</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>bütün şəbəkələr</translation>
    </message>
</context>
<context>
    <name>StyleHeader</name>
    <message>
        <source>Delete style</source>
        <translation>Stili sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Duplicate style</source>
        <translation>Stilin dublikatını yarat</translation>
    </message>
    <message>
        <source>More for this style</source>
        <translation>Bu stil üçün digər əməliyyatlar</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göstər</translation>
    </message>
    <message>
        <source>Show preview</source>
        <translation>Önbaxışı göstər</translation>
    </message>
    <message>
        <source>Show where the style is used</source>
        <translation>Stilin harada istifadə olunduğunu göstər</translation>
    </message>
</context>
<context>
    <name>StyleListPane</name>
    <message>
        <source>Defaults of channels</source>
        <translation>Kanalların standartları</translation>
    </message>
    <message>
        <source>Defaults of networks and channels</source>
        <translation>Şəbəkə və kanalların standartları</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Stil tap</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Stilləri idxal et</translation>
    </message>
    <message>
        <source>Import styles from files</source>
        <translation>Fayllardan stilləri idxal et</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Yeni stil</translation>
    </message>
    <message>
        <source>Search styles</source>
        <translation>Stillərdə axtar</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Stillər</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %n style(s)</source>
        <translation>
            <numerusform>Axtarış %n stili gizlədir</numerusform>
            <numerusform>Axtarış %n stili gizlədir</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StyleListView</name>
    <message>
        <source>Styles list</source>
        <translation>Stillər siyahısı</translation>
    </message>
</context>
<context>
    <name>StyleNameField</name>
    <message>
        <source>Style name</source>
        <translation>Stilin adı</translation>
    </message>
</context>
<context>
    <name>StylePreview</name>
    <message>
        <source>Close preview of the style</source>
        <translation>Stilin önbaxışını bağla</translation>
    </message>
    <message>
        <source>Current message</source>
        <translation>Cari mesaj</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Önbaxış</translation>
    </message>
    <message>
        <source>Preview of the style</source>
        <translation>Stilin önbaxışı</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Nümunə</translation>
    </message>
    <message>
        <source>Tinted words come from the message</source>
        <translation>Rənglənmiş sözlər mesajdandır</translation>
    </message>
</context>
<context>
    <name>StyleRow</name>
    <message>
        <source>No style</source>
        <translation>Stilsiz</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (yoxdur)</translation>
    </message>
</context>
<context>
    <name>StyleSample</name>
    <message>
        <source>#winterroast</source>
        <comment>a hashtag, so without spaces</comment>
        <translation>#qışqovurması</translation>
    </message>
    <message>
        <source>Fig, cocoa and a little orange peel, roasted every Tuesday in Kreuzberg.</source>
        <translation>Əncir, kakao və bir az portağal qabığı; hər çərşənbə axşamı Kreuzberg-də qovrulur.</translation>
    </message>
    <message>
        <source>Winter Roast</source>
        <translation>Qış qovurması</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>All networks the same</source>
        <translation>Bütün şəbəkələrdə eyni</translation>
    </message>
    <message>
        <source>Announcement</source>
        <translation>Elan</translation>
    </message>
    <message>
        <source>Blog post</source>
        <translation>Bloq yazısı</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Daxili</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Boş</translation>
    </message>
    <message>
        <source>Own text for {networks}</source>
        <translation>Öz mətni: {networks}</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Məhsul</translation>
    </message>
    <message>
        <source>The style “{name}” cannot be used. {reason}</source>
        <translation>“{name}” stilindən istifadə etmək olmur. {reason}</translation>
    </message>
    <message>
        <source>The style “{name}” no longer exists.</source>
        <translation>“{name}” stili artıq mövcud deyil.</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>Oxunmur</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>Sizinkilər</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <extracomment>{names}: names of networks.</extracomment>
        <translation>
            <numerusform>{names} və daha %n</numerusform>
            <numerusform>{names} və daha %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} only</source>
        <translation>Yalnız {networks}</translation>
    </message>
    <message>
        <source>{one} and {other}</source>
        <extracomment>Two names of networks.</extracomment>
        <translation>{one} və {other}</translation>
    </message>
</context>
<context>
    <name>StylesActionBar</name>
    <message>
        <source>Save</source>
        <translation>Saxla</translation>
    </message>
    <message>
        <source>Save style</source>
        <translation>Stili saxla</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Yeni mesajda istifadə et</translation>
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
        <translation>Daxili stillər silinə bilməz</translation>
    </message>
    <message>
        <source>Changes are saved automatically</source>
        <translation>Dəyişikliklər avtomatik saxlanılır</translation>
    </message>
    <message>
        <source>Create a copy of this style</source>
        <translation>Bu stilin surətini yarat</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Standartlar…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Dublikat yarat</translation>
    </message>
    <message>
        <source>Export style</source>
        <translation>Stili ixrac et</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>İxrac et…</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Stil tap</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Stilləri idxal et</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>İdxal et…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Aşağı köçür</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Yuxarı köçür</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Yeni stil</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Adını dəyiş</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Saxla</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Önbaxışı göstər və ya gizlət</translation>
    </message>
    <message>
        <source>Start a message with this style</source>
        <translation>Bu stillə mesaja başla</translation>
    </message>
    <message>
        <source>Styles (*.json)</source>
        <translation>Stillər (*.json)</translation>
    </message>
    <message>
        <source>The file of this style cannot be read</source>
        <translation>Bu stilin faylı oxuna bilmir</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Yeni mesajda istifadə et</translation>
    </message>
</context>
<context>
    <name>StylesController</name>
    <message>
        <source>Styles</source>
        <translation>Stillər</translation>
    </message>
</context>
<context>
    <name>StylesLayout</name>
    <message>
        <source>A style adapts your messages to each network.</source>
        <translation>Stil mesajlarınızı hər şəbəkəyə uyğunlaşdırır.</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Yeni stil</translation>
    </message>
    <message>
        <source>No style chosen</source>
        <translation>Stil seçilməyib</translation>
    </message>
</context>
<context>
    <name>StylesMenus</name>
    <message>
        <source>Icon: {name}</source>
        <translation>İkon: {name}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Adsız</translation>
    </message>
</context>
<context>
    <name>StylesPage</name>
    <message numerus="yes">
        <source>%n campaign(s)</source>
        <translation>
            <numerusform>%n kampaniya</numerusform>
            <numerusform>%n kampaniya</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s)</source>
        <translation>
            <numerusform>%n qaralama</numerusform>
            <numerusform>%n qaralama</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n planlanmış paylaşım</numerusform>
            <numerusform>%n planlanmış paylaşım</numerusform>
        </translation>
    </message>
    <message>
        <source>Built in · {words}</source>
        <extracomment>{words}: where the style is used.</extracomment>
        <translation>Daxili · {words}</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Hələ saxlanılmayıb</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>Hələ istifadə olunmayıb</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu kompüterdə saxlanılıb</translation>
    </message>
    <message>
        <source>Used by {what}</source>
        <translation>İstifadə edən: {what}</translation>
    </message>
    <message>
        <source>Your changes go into a copy</source>
        <translation>Dəyişiklikləriniz surətə yazılır</translation>
    </message>
</context>
<context>
    <name>StylesState</name>
    <message>
        <source>Another program changed this style. Its version was saved as “{name}”.</source>
        <translation>Başqa proqram bu stili dəyişdi. Onun versiyası “{name}” kimi saxlanıldı.</translation>
    </message>
    <message>
        <source>Another program changed “{name}”.</source>
        <translation>Başqa proqram “{name}” stilini dəyişdi.</translation>
    </message>
    <message>
        <source>Exported without the watermark: {name}</source>
        <translation>Su nişanı olmadan ixrac edildi: {name}</translation>
    </message>
    <message>
        <source>Restore my version</source>
        <translation>Mənim versiyamı bərpa et</translation>
    </message>
    <message>
        <source>Style “{name}” deleted</source>
        <translation>“{name}” stili silindi</translation>
    </message>
    <message>
        <source>Style “{name}” exported</source>
        <translation>“{name}” stili ixrac edildi</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{part} removed from “{name}”</source>
        <extracomment>{part}: hashtags, signature, watermark or link tags of a style; {name}: the style.</extracomment>
        <translation>“{name}” stilindən silindi: {part}</translation>
    </message>
    <message>
        <source>{title} is built in and stays as it is. You are editing your copy, “{name}”.</source>
        <translation>{title} daxilidir və olduğu kimi qalır. Siz öz surətinizi redaktə edirsiniz: “{name}”.</translation>
    </message>
</context>
<context>
    <name>SuggestionCompleter</name>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n təklif</numerusform>
            <numerusform>%n təklif</numerusform>
        </translation>
    </message>
    <message>
        <source>name only</source>
        <translation>yalnız ad</translation>
    </message>
    <message numerus="yes">
        <source>used %n time(s)</source>
        <translation>
            <numerusform>%n dəfə istifadə olunub</numerusform>
            <numerusform>%n dəfə istifadə olunub</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {n} of {count}</source>
        <translation>{name}, {n}/{count}</translation>
    </message>
    <message>
        <source>{word} is not suggested any more</source>
        <translation>{word} daha təklif olunmur</translation>
    </message>
</context>
<context>
    <name>TakeOver</name>
    <message>
        <source>Taken over: {fields}</source>
        <translation>Götürüldü: {fields}</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Sizin versiyanız Qaralamalardadır</translation>
    </message>
</context>
<context>
    <name>Team</name>
    <message>
        <source>Added a device</source>
        <translation>Cihaz əlavə etdi</translation>
    </message>
    <message>
        <source>Added a person</source>
        <translation>Şəxs əlavə etdi</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Bütün kanallar</translation>
    </message>
    <message>
        <source>Approved a post</source>
        <translation>Paylaşımı təsdiqlədi</translation>
    </message>
    <message>
        <source>Began to disconnect an account</source>
        <translation>Hesabı ayırmağa başladı</translation>
    </message>
    <message>
        <source>Changed a person</source>
        <translation>Şəxsi dəyişdi</translation>
    </message>
    <message>
        <source>Changed how posts are sent</source>
        <translation>Paylaşımların göndərilməsini dəyişdi</translation>
    </message>
    <message>
        <source>Changed settings of a channel</source>
        <translation>Kanalın ayarlarını dəyişdi</translation>
    </message>
    <message>
        <source>Changed settings of a network</source>
        <translation>Şəbəkənin ayarlarını dəyişdi</translation>
    </message>
    <message>
        <source>Changed settings of the workspace</source>
        <translation>İş sahəsinin ayarlarını dəyişdi</translation>
    </message>
    <message>
        <source>Changed the e-mail address of a person</source>
        <translation>Şəxsin e-poçt ünvanını dəyişdi</translation>
    </message>
    <message>
        <source>Changed the groups of a channel</source>
        <translation>Kanalın qruplarını dəyişdi</translation>
    </message>
    <message>
        <source>Changed the groups of a person</source>
        <translation>Şəxsin qruplarını dəyişdi</translation>
    </message>
    <message>
        <source>Changed the role of a person</source>
        <translation>Şəxsin rolunu dəyişdi</translation>
    </message>
    <message>
        <source>Checked a channel</source>
        <translation>Kanalı yoxladı</translation>
    </message>
    <message>
        <source>Checked an account</source>
        <translation>Hesabı yoxladı</translation>
    </message>
    <message>
        <source>Chose what of an account is used</source>
        <translation>Hesabdan nəyin istifadə olunacağını seçdi</translation>
    </message>
    <message>
        <source>Connected an account</source>
        <translation>Hesab qoşdu</translation>
    </message>
    <message>
        <source>Deleted a file</source>
        <translation>Fayl sildi</translation>
    </message>
    <message>
        <source>Deleted posts</source>
        <translation>Paylaşımları sildi</translation>
    </message>
    <message>
        <source>Described a file</source>
        <translation>Faylı təsvir etdi</translation>
    </message>
    <message>
        <source>Disabled: cannot sign in</source>
        <translation>Söndürülüb: daxil ola bilməz</translation>
    </message>
    <message>
        <source>Disconnected an account</source>
        <translation>Hesabı ayırdı</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Redaktor</translation>
    </message>
    <message>
        <source>It is not known whether {name} was added to the team. {reason}</source>
        <translation>{name} komandaya əlavə edilib-edilmədiyi bilinmir. {reason}</translation>
    </message>
    <message>
        <source>It is not known whether {name} was changed. {reason}</source>
        <translation>{name} dəyişdirilib-dəyişdirilmədiyi bilinmir. {reason}</translation>
    </message>
    <message>
        <source>Last used {when}</source>
        <translation>Son istifadə: {when}</translation>
    </message>
    <message>
        <source>Last used {when}, from {address}</source>
        <translation>Son istifadə: {when}, {address}</translation>
    </message>
    <message>
        <source>Linked a provider&apos;s account to a person</source>
        <translation>Provayder hesabını şəxsə bağladı</translation>
    </message>
    <message>
        <source>May do everything, also here. Sees all channels.</source>
        <translation>Bura daxil hər şeyi edə bilər. Bütün kanalları görür.</translation>
    </message>
    <message>
        <source>Moved a post</source>
        <translation>Paylaşımın vaxtını dəyişdi</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>Heç vaxt istifadə olunmayıb</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Kanal yoxdur</translation>
    </message>
    <message>
        <source>No device yet</source>
        <translation>Hələ cihaz yoxdur</translation>
    </message>
    <message>
        <source>Not done: {reason}</source>
        <translation>Edilmədi: {reason}</translation>
    </message>
    <message>
        <source>Not known whether it was done</source>
        <translation>Edilib-edilmədiyi məlum deyil</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Sahib</translation>
    </message>
    <message>
        <source>Proposes posts, which an editor approves.</source>
        <translation>Paylaşım təklif edir, redaktor təsdiqləyir.</translation>
    </message>
    <message>
        <source>Removed a person</source>
        <translation>Şəxsi sildi</translation>
    </message>
    <message>
        <source>Renewed the calendar&apos;s address</source>
        <translation>Təqvimin ünvanını yenilədi</translation>
    </message>
    <message>
        <source>Requested changes of a post</source>
        <translation>Paylaşımda dəyişiklik istədi</translation>
    </message>
    <message>
        <source>Retried a first comment</source>
        <translation>İlk şərhi təkrar göndərdi</translation>
    </message>
    <message>
        <source>Retried posts</source>
        <translation>Paylaşımları təkrar göndərdi</translation>
    </message>
    <message>
        <source>Revoked a device</source>
        <translation>Cihazı ləğv etdi</translation>
    </message>
    <message>
        <source>Said what became of a post</source>
        <translation>Paylaşıma nə olduğunu bildirdi</translation>
    </message>
    <message>
        <source>Scheduled or edited a post</source>
        <translation>Paylaşımı planladı və ya dəyişdi</translation>
    </message>
    <message>
        <source>Schedules and changes posts, and approves proposals.</source>
        <translation>Paylaşımları planlayır, dəyişir və təklifləri təsdiqləyir.</translation>
    </message>
    <message>
        <source>Sees what belongs to their groups.</source>
        <translation>Öz qruplarına aid olanları görür.</translation>
    </message>
    <message>
        <source>Sent posts at once</source>
        <translation>Paylaşımları dərhal göndərdi</translation>
    </message>
    <message>
        <source>Tested an account</source>
        <translation>Hesabı sınadı</translation>
    </message>
    <message>
        <source>Took back an answer to a proposal</source>
        <translation>Təklifə verilmiş cavabı geri götürdü</translation>
    </message>
    <message>
        <source>Took back that a device was revoked</source>
        <translation>Cihazın ləğvini geri götürdü</translation>
    </message>
    <message>
        <source>Unlinked a provider&apos;s account from a person</source>
        <translation>Provayder hesabını şəxsdən ayırdı</translation>
    </message>
    <message>
        <source>Uploaded a file</source>
        <translation>Fayl yüklədi</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>İzləyici</translation>
    </message>
    <message>
        <source>Withdrew a proposal</source>
        <translation>Təklifi geri götürdü</translation>
    </message>
    <message>
        <source>Writer</source>
        <translation>Müəllif</translation>
    </message>
    <message>
        <source>account {key}</source>
        <translation>hesab {key}</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>dərhal</translation>
    </message>
    <message>
        <source>channel {key}</source>
        <translation>kanal {key}</translation>
    </message>
    <message>
        <source>device {key}</source>
        <translation>cihaz {key}</translation>
    </message>
    <message>
        <source>device: {value}</source>
        <translation>cihaz: {value}</translation>
    </message>
    <message>
        <source>fields: {value}</source>
        <translation>sahələr: {value}</translation>
    </message>
    <message>
        <source>file {key}</source>
        <translation>fayl {key}</translation>
    </message>
    <message>
        <source>groups: {value}</source>
        <translation>qruplar: {value}</translation>
    </message>
    <message>
        <source>is being disconnected</source>
        <translation>ayrılır</translation>
    </message>
    <message>
        <source>name: {value}</source>
        <translation>ad: {value}</translation>
    </message>
    <message>
        <source>post {key}</source>
        <translation>paylaşım {key}</translation>
    </message>
    <message>
        <source>role: {value}</source>
        <translation>rol: {value}</translation>
    </message>
    <message>
        <source>works</source>
        <translation>işləyir</translation>
    </message>
    <message>
        <source>{name} is as before. {reason}</source>
        <translation>{name} əvvəlki kimidir. {reason}</translation>
    </message>
    <message>
        <source>{name} is still in the team, but cannot sign in. {reason} To let them in, open {name} in Settings &gt; Team and turn on “May sign in”.</source>
        <translation>{name} hələ komandadadır, amma daxil ola bilməz. {reason} İcazə vermək üçün “Parametrlər &gt; Komanda” bölməsində {name} adını açın və “Daxil ola bilər” seçimini yandırın.</translation>
    </message>
    <message>
        <source>{name} is still revoked and cannot sign in. {reason}</source>
        <translation>{name} hələ də ləğv edilib və daxil ola bilməz. {reason}</translation>
    </message>
    <message>
        <source>{name} was not added to the team. {reason}</source>
        <translation>{name} komandaya əlavə edilmədi. {reason}</translation>
    </message>
    <message>
        <source>{name}, labels: {labels}, groups: {groups}</source>
        <translation>{name}, etiketlər: {labels}, qruplar: {groups}</translation>
    </message>
    <message>
        <source>{name}, revoked</source>
        <translation>{name}, ləğv edilib</translation>
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
            <numerusform>%Ln mesaj təsdiqinizi gözləyir</numerusform>
            <numerusform>%Ln mesaj təsdiqinizi gözləyir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of your proposals (was/were) approved</source>
        <translation>
            <numerusform>Təkliflərinizdən %Ln ədədi təsdiqləndi</numerusform>
            <numerusform>Təkliflərinizdən %Ln ədədi təsdiqləndi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changes requested of %Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesajda dəyişiklik istənilib</numerusform>
            <numerusform>%Ln mesajda dəyişiklik istənilib</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Göstər</translation>
    </message>
</context>
<context>
    <name>TeamPage</name>
    <message>
        <source>As of {when}.</source>
        <translation>Vəziyyət: {when}.</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Audit jurnalı</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Lost a device? Revoke it here, and it cannot sign in any more.</source>
        <translation>Cihaz itib? Onu burada ləğv edin; o, bir daha daxil ola bilməz.</translation>
    </message>
    <message>
        <source>Part of the team</source>
        <translation>Komanda bölməsi</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Şəxslər</translation>
    </message>
    <message>
        <source>People and devices are on the server of your team. They are shown here when it answers.</source>
        <translation>İnsanlar və cihazlar komandanızın serverindədir. Server cavab verəndə burada göstərilir.</translation>
    </message>
    <message>
        <source>The server is not reached, and changes need it.</source>
        <translation>Serverə çatmaq olmur, dəyişikliklər üçün isə o lazımdır.</translation>
    </message>
    <message>
        <source>Your devices</source>
        <translation>Cihazlarınız</translation>
    </message>
    <message>
        <source>Your role in this team is now: {role}.</source>
        <translation>Bu komandada rolunuz indi: {role}.</translation>
    </message>
    <message>
        <source>{name} cannot sign in any more. Enter takes it back.</source>
        <translation>{name} bir daha daxil ola bilməz. Enter bunu geri qaytarır.</translation>
    </message>
</context>
<context>
    <name>TemplateEdit</name>
    <message>
        <source>Variables</source>
        <translation>Dəyişənlər</translation>
    </message>
</context>
<context>
    <name>Templates</name>
    <message>
        <source>All hashtags of the message</source>
        <translation>Mesajın bütün həşteqləri</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Tarix</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Xülasə</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Həşteqlər</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Keçid</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mesaj</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Şəbəkə</translation>
    </message>
    <message>
        <source>Template “{name}” deleted</source>
        <translation>“{name}” şablonu silindi</translation>
    </message>
    <message>
        <source>Template “{name}” replaced</source>
        <translation>“{name}” şablonu əvəz edildi</translation>
    </message>
    <message>
        <source>Template “{name}” saved</source>
        <translation>“{name}” şablonu saxlanıldı</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>The day on which it is sent</source>
        <translation>Göndərildiyi gün</translation>
    </message>
    <message>
        <source>The first line of the message</source>
        <translation>Mesajın ilk sətri</translation>
    </message>
    <message>
        <source>The first paragraph below the first line</source>
        <translation>İlk sətrin altındakı birinci abzas</translation>
    </message>
    <message>
        <source>The link of the message</source>
        <translation>Mesajın keçidi</translation>
    </message>
    <message>
        <source>The message below its first line</source>
        <translation>Mesajın ilk sətrindən aşağısı</translation>
    </message>
    <message>
        <source>The name of the channel</source>
        <translation>Kanalın adı</translation>
    </message>
    <message>
        <source>The name of the network</source>
        <translation>Şəbəkənin adı</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>Bütün mesaj</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Başlıq</translation>
    </message>
</context>
<context>
    <name>TextCard</name>
    <message>
        <source>A thread comes first. Its parts are edited in Compose.</source>
        <translation>Silsilə birinci gəlir. Hissələri Yaz səhifəsində dəyişdirilir.</translation>
    </message>
    <message>
        <source>Move text {number} down</source>
        <translation>Mətn {number} aşağı</translation>
    </message>
    <message>
        <source>Move text {number} up</source>
        <translation>Mətn {number} yuxarı</translation>
    </message>
    <message>
        <source>Remove text {number}</source>
        <translation>Mətn {number} silinsin</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Mətn</translation>
    </message>
    <message>
        <source>Text {number}</source>
        <translation>Mətn {number}</translation>
    </message>
    <message>
        <source>The same, said another way</source>
        <translation>Eyni fikir, başqa sözlərlə</translation>
    </message>
    <message>
        <source>This is the same as text {number}.</source>
        <translation>Bu, {number} nömrəli mətnin eynisidir.</translation>
    </message>
    <message>
        <source>What would you like to say again and again?</source>
        <translation>Nəyi təkrar-təkrar demək istərdiniz?</translation>
    </message>
</context>
<context>
    <name>TextInserter</name>
    <message>
        <source>All hashtags of “{name}” are already in the text</source>
        <translation>“{name}” həşteqlərinin hamısı artıq mətndədir</translation>
    </message>
</context>
<context>
    <name>TextPresenter</name>
    <message>
        <source>All {network} channels</source>
        <translation>Bütün {network} kanalları</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mesaj</translation>
    </message>
    <message>
        <source>Message for {network}</source>
        <translation>{network} üçün mesaj</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Hissə {n}/{count}</translation>
    </message>
    <message>
        <source>{name} uses the common text</source>
        <translation>{name} ümumi mətndən istifadə edir</translation>
    </message>
    <message>
        <source>{name} uses the text for {network}</source>
        <translation>{name} {network} mətnindən istifadə edir</translation>
    </message>
</context>
<context>
    <name>ThreadPresenter</name>
    <message>
        <source>Add a part to the thread</source>
        <translation>Silsiləyə hissə əlavə et</translation>
    </message>
    <message>
        <source>All parts are one text now</source>
        <translation>Bütün hissələr indi bir mətndir</translation>
    </message>
    <message>
        <source>Join all parts</source>
        <translation>Bütün hissələri birləşdir</translation>
    </message>
    <message>
        <source>Move part down</source>
        <translation>Hissəni aşağı köçür</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Hissəni yuxarı köçür</translation>
    </message>
    <message>
        <source>Move to the part after</source>
        <translation>Sonrakı hissəyə köçür</translation>
    </message>
    <message>
        <source>Move to the part before</source>
        <translation>Əvvəlki hissəyə köçür</translation>
    </message>
    <message>
        <source>Next part</source>
        <translation>Növbəti hissə</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Hissələri nömrələ</translation>
    </message>
    <message>
        <source>Part {n} removed</source>
        <translation>Hissə {n} silindi</translation>
    </message>
    <message>
        <source>Previous part</source>
        <translation>Əvvəlki hissə</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Hissəni sil</translation>
    </message>
    <message numerus="yes">
        <source>Split into %n part(s)</source>
        <translation>
            <numerusform>%n hissəyə böl</numerusform>
            <numerusform>%n hissəyə böl</numerusform>
        </translation>
    </message>
    <message>
        <source>Split the text at blank lines</source>
        <translation>Mətni boş sətirlərdən böl</translation>
    </message>
    <message>
        <source>Split the text to fit</source>
        <translation>Mətni sığacaq qədər böl</translation>
    </message>
    <message>
        <source>There is nothing to split: every part fits already</source>
        <translation>Bölünəsi heç nə yoxdur: hər hissə artıq sığır</translation>
    </message>
    <message>
        <source>{name} moved to part {n}</source>
        <translation>{name} {n} nömrəli hissəyə köçürüldü</translation>
    </message>
</context>
<context>
    <name>Threads</name>
    <message>
        <source>This text needs more than {most} parts. Shorten it or choose channels that allow longer texts.</source>
        <translation>Bu mətnə {most} hissədən çoxu lazımdır. Qısaldın və ya daha uzun mətnə icazə verən kanallar seçin.</translation>
    </message>
</context>
<context>
    <name>TileMenu</name>
    <message>
        <source>Describe for people who cannot see it…</source>
        <translation>Görməyənlər üçün təsvir et…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Redaktə et…</translation>
    </message>
    <message>
        <source>Move left</source>
        <translation>Sola köçür</translation>
    </message>
    <message>
        <source>Move right</source>
        <translation>Sağa köçür</translation>
    </message>
    <message>
        <source>Remove from this message</source>
        <translation>Bu mesajdan sil</translation>
    </message>
    <message>
        <source>Send to</source>
        <translation>Hara göndərilsin</translation>
    </message>
</context>
<context>
    <name>TimeField</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Gün və vaxt seçin</translation>
    </message>
</context>
<context>
    <name>TimePopup</name>
    <message>
        <source>Add time</source>
        <translation>Vaxt əlavə et</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Vaxt</translation>
    </message>
</context>
<context>
    <name>TimeTag</name>
    <message>
        <source>Remove {time}, {days}</source>
        <translation>Sil: {time}, {days}</translation>
    </message>
</context>
<context>
    <name>TimelinePane</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n gün</numerusform>
            <numerusform>%n gün</numerusform>
        </translation>
    </message>
    <message>
        <source>Close timeline</source>
        <translation>Zaman xəttini bağla</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zaman xətti</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Vaxtlar: {zone}</translation>
    </message>
    <message>
        <source>Your timeline appears here.</source>
        <translation>Zaman xəttiniz burada görünür.</translation>
    </message>
</context>
<context>
    <name>TimesPage</name>
    <message numerus="yes">
        <source>%Ln message(s) will be added to {campaign}</source>
        <translation>
            <numerusform>%Ln mesaj əlavə olunacaq: {campaign}</numerusform>
            <numerusform>%Ln mesaj əlavə olunacaq: {campaign}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) could not be downloaded.</source>
        <translation>
            <numerusform>%Ln şəkil endirilə bilmədi.</numerusform>
            <numerusform>%Ln şəkil endirilə bilmədi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) will be downloaded first.</source>
        <translation>
            <numerusform>Əvvəlcə %Ln şəkil endiriləcək.</numerusform>
            <numerusform>Əvvəlcə %Ln şəkil endiriləcək.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (has a warning/have warnings).</source>
        <translation>
            <numerusform>%Ln sətirdə xəbərdarlıq var.</numerusform>
            <numerusform>%Ln sətirdə xəbərdarlıqlar var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) will not be imported.</source>
        <translation>
            <numerusform>%Ln sətir idxal olunmayacaq.</numerusform>
            <numerusform>%Ln sətir idxal olunmayacaq.</numerusform>
        </translation>
    </message>
    <message>
        <source>At the times in the file</source>
        <translation>Fayldakı vaxtlarda</translation>
    </message>
    <message>
        <source>At the times in the file ({own}). Without a time, in the rhythm ({rest})</source>
        <extracomment>{own} and {rest}: numbers of messages.</extracomment>
        <translation>Fayldakı vaxtlarda ({own}). Vaxtsızlar ritmlə ({rest})</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Hesabatı kopyala</translation>
    </message>
    <message>
        <source>Downloading picture {n} of {total}</source>
        <translation>Şəkil endirilir: {n}/{total}</translation>
    </message>
    <message>
        <source>Fetching pictures</source>
        <translation>Şəkillər götürülür</translation>
    </message>
    <message>
        <source>From {first} to {last}</source>
        <translation>{first} – {last}</translation>
    </message>
    <message>
        <source>Import report</source>
        <translation>İdxal hesabatı</translation>
    </message>
    <message>
        <source>Importing sends nothing.</source>
        <translation>İdxal heç nə göndərmir.</translation>
    </message>
    <message>
        <source>In the rhythm of the campaign, in this order</source>
        <translation>Kampaniyanın ritmi ilə, bu sırada</translation>
    </message>
    <message>
        <source>The file contains no times</source>
        <translation>Faylda vaxt yoxdur</translation>
    </message>
    <message>
        <source>the campaign</source>
        <translation>kampaniya</translation>
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
        <translation>Bağla</translation>
    </message>
    <message>
        <source>Enter: {action}. Esc closes this.</source>
        <extracomment>{action}: text of a button, such as Undo.</extracomment>
        <translation>Enter: {action}. Esc bunu bağlayır.</translation>
    </message>
    <message>
        <source>{sentence} {action}: {key}, then Enter.</source>
        <extracomment>{action}: text of a button, such as Undo. {key}: the key that leads to it.</extracomment>
        <translation>{sentence} {action}: {key}, sonra Enter.</translation>
    </message>
</context>
<context>
    <name>ToolsRow</name>
    <message>
        <source>Add a part</source>
        <translation>Hissə əlavə et</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Media əlavə et</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Fayl əlavə et</translation>
    </message>
    <message>
        <source>Insert emoji</source>
        <translation>Emoji daxil et</translation>
    </message>
    <message>
        <source>Insert hashtag sign</source>
        <translation>Həşteq işarəsi daxil et</translation>
    </message>
    <message>
        <source>Insert mention sign</source>
        <translation>Xatırlatma işarəsi daxil et</translation>
    </message>
    <message>
        <source>Insert snippet</source>
        <translation>Hazır mətn daxil et</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Son istifadə olunan media</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message numerus="yes">
        <source>%n item(s) (needs/need) attention</source>
        <translation>
            <numerusform>%n element diqqət tələb edir</numerusform>
            <numerusform>%n element diqqət tələb edir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread notification(s)</source>
        <translation>
            <numerusform>%n oxunmamış bildiriş</numerusform>
            <numerusform>%n oxunmamış bildiriş</numerusform>
        </translation>
    </message>
    <message>
        <source>More pages</source>
        <translation>Digər səhifələr</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Səhifələr</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Parametrlər</translation>
    </message>
    <message>
        <source>Show notifications</source>
        <translation>Bildirişləri göstər</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n being sent</source>
        <translation>
            <numerusform>%n göndərilir</numerusform>
            <numerusform>%n göndərilir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) being sent</source>
        <translation>
            <numerusform>%n paylaşım göndərilir</numerusform>
            <numerusform>%n paylaşım göndərilir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n planlanmış paylaşım</numerusform>
            <numerusform>%n planlanmış paylaşım</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>Next: {title}, {when}</source>
        <translation>Növbəti: {title}, {when}</translation>
    </message>
    <message>
        <source>No scheduled posts</source>
        <translation>Planlanmış paylaşım yoxdur</translation>
    </message>
    <message>
        <source>Open Posto Desktop</source>
        <translation>Posto Desktop-u aç</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Göndərməyə fasilə ver</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Sürətli paylaşım</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Çıxış</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>Göndərməni davam etdir</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>Göndərmə fasilədədir</translation>
    </message>
</context>
<context>
    <name>TrimBar</name>
    <message>
        <source>End</source>
        <translation>Son</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Başlanğıc</translation>
    </message>
    <message>
        <source>{length} of the video is sent</source>
        <translation>Videodan {length} göndərilir</translation>
    </message>
</context>
<context>
    <name>TrimStrip</name>
    <message>
        <source>End of the video</source>
        <translation>Videonun sonu</translation>
    </message>
    <message>
        <source>Start of the video</source>
        <translation>Videonun başlanğıcı</translation>
    </message>
</context>
<context>
    <name>UtmFields</name>
    <message>
        <source>Campaign</source>
        <translation>Kampaniya</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>Məzmun</translation>
    </message>
    <message>
        <source>Links in the text</source>
        <translation>Mətndəki keçidlər</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Vasitə</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Mənbə</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>Termin</translation>
    </message>
    <message>
        <source>The attached link</source>
        <translation>Əlavə olunmuş keçid</translation>
    </message>
    <message>
        <source>Variables: {names}. Tags that a link already has are kept.</source>
        <translation>Dəyişənlər: {names}. Keçiddə artıq olan teqlər qalır.</translation>
    </message>
</context>
<context>
    <name>VariantBar</name>
    <message>
        <source>All files</source>
        <translation>Bütün fayllar</translation>
    </message>
    <message>
        <source>Channel of this text</source>
        <translation>Bu mətnin kanalı</translation>
    </message>
    <message>
        <source>Files for this network</source>
        <translation>Bu şəbəkə üçün fayllar</translation>
    </message>
    <message>
        <source>No files</source>
        <translation>Fayl yoxdur</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Ümumi mətndən istifadə et</translation>
    </message>
    <message>
        <source>Uses its own text. Changes to All networks do not apply.</source>
        <translation>Öz mətnindən istifadə edir. “Bütün şəbəkələr” dəyişiklikləri tətbiq olunmur.</translation>
    </message>
    <message>
        <source>Uses the common text. Type here to give it its own.</source>
        <translation>Ümumi mətndən istifadə edir. Öz mətnini vermək üçün bura yazın.</translation>
    </message>
    <message>
        <source>Uses the text for {network}. Type here to give it its own.</source>
        <translation>{network} mətnindən istifadə edir. Öz mətnini vermək üçün bura yazın.</translation>
    </message>
    <message>
        <source>{name} uses its own text and ignores changes to All networks.</source>
        <translation>{name} öz mətnindən istifadə edir və “Bütün şəbəkələr” dəyişikliklərini nəzərə almır.</translation>
    </message>
    <message>
        <source>{name} uses the common text. Type here to give it its own.</source>
        <translation>{name} ümumi mətndən istifadə edir. Öz mətnini vermək üçün bura yazın.</translation>
    </message>
    <message>
        <source>{name} · own text</source>
        <translation>{name} · öz mətni</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n file(s)</source>
        <translation>
            <numerusform>{n}/%n fayl</numerusform>
            <numerusform>{n}/%n fayl</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VideoBar</name>
    <message>
        <source>Cover</source>
        <translation>Qapaq</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Fasilə ver</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Oynat</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Oynat və ya fasilə ver</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Səs</translation>
    </message>
</context>
<context>
    <name>VideoResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>Bütün şəbəkələr (%n)</numerusform>
            <numerusform>Bütün şəbəkələr (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Convert now</source>
        <translation>İndi çevir</translation>
    </message>
    <message>
        <source>Converting the video</source>
        <translation>Videonun çevrilməsi</translation>
    </message>
    <message>
        <source>Encoded anew as H.264</source>
        <translation>H.264 kimi yenidən kodlaşdırılır</translation>
    </message>
    <message>
        <source>HDR becomes ordinary colours</source>
        <translation>HDR adi rənglərə çevrilir</translation>
    </message>
    <message>
        <source>Otherwise it is converted when the post is sent</source>
        <translation>Əks halda paylaşım göndəriləndə çevrilir</translation>
    </message>
    <message>
        <source>Sent as it is</source>
        <translation>Olduğu kimi göndərilir</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Dayandır</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>{network} üçün çox böyükdür. Daha kiçik ölçü seçin.</translation>
    </message>
    <message>
        <source>Too long for {network}: up to {most}.</source>
        <translation>{network} üçün çox uzundur: ən çox {most}.</translation>
    </message>
    <message>
        <source>Too short for {network}: {least} or more.</source>
        <translation>{network} üçün çox qısadır: ən azı {least}.</translation>
    </message>
    <message>
        <source>Too small for {network}.</source>
        <translation>{network} üçün çox kiçikdir.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Nə göndərilir</translation>
    </message>
    <message>
        <source>Written anew as MP4, no quality lost</source>
        <translation>MP4 kimi yenidən yazılır, keyfiyyət itmir</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>təxminən {size}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>hazırdır</translation>
    </message>
    <message>
        <source>takes about {time}</source>
        <translation>təxminən {time} çəkir</translation>
    </message>
    <message>
        <source>takes some seconds</source>
        <translation>bir neçə saniyə çəkir</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>{name} hazırlana bilmədi.</translation>
    </message>
    <message>
        <source>{network} may refuse it or compress it again.</source>
        <translation>{network} onu rədd edə və ya yenidən sıxa bilər.</translation>
    </message>
</context>
<context>
    <name>ViewSwitch</name>
    <message>
        <source>Campaigns</source>
        <translation>Kampaniyalar</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Həmişəyaşıl</translation>
    </message>
    <message>
        <source>View of campaigns</source>
        <translation>Kampaniyaların görünüşü</translation>
    </message>
</context>
<context>
    <name>WatchFolderCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n kanal</numerusform>
            <numerusform>%n kanal</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign that was deleted</source>
        <translation>Silinmiş kampaniya</translation>
    </message>
    <message>
        <source>A text file beside can name others</source>
        <translation>Yanındakı mətn faylı başqalarını göstərə bilər</translation>
    </message>
    <message>
        <source>By itself, with Undo. Off: you decide about each draft</source>
        <translation>Özü, geri alma ilə. Söndürülü: hər qaralama haqqında siz qərar verirsiniz</translation>
    </message>
    <message>
        <source>Campaign without a name</source>
        <translation>Adsız kampaniya</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Channels for files of {name}</source>
        <translation>{name} fayllarının kanalları</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Qaralamalar</translation>
    </message>
    <message>
        <source>Drafts from this folder go to these channels</source>
        <translation>Bu qovluqdan qaralamalar bu kanallara gedir</translation>
    </message>
    <message>
        <source>Evergreen messages</source>
        <translation>Həmişəyaşıl mesajlar</translation>
    </message>
    <message>
        <source>Folders inside, too</source>
        <translation>İçindəki qovluqlar da</translation>
    </message>
    <message>
        <source>Messages of “{campaign}”</source>
        <translation>“{campaign}” mesajları</translation>
    </message>
    <message>
        <source>New files become</source>
        <translation>Yeni fayllar olur</translation>
    </message>
    <message>
        <source>No longer watched. Its files and drafts stay.</source>
        <translation>Daha izlənmir. Faylları və qaralamaları qalır.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Stilsiz</translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation>Seçilməyib</translation>
    </message>
    <message>
        <source>Open the workspace of this folder to choose its channels</source>
        <translation>Kanallarını seçmək üçün bu qovluğun iş sahəsini açın</translation>
    </message>
    <message>
        <source>Options of {name}</source>
        <translation>{name} seçimləri</translation>
    </message>
    <message>
        <source>Pause {name}</source>
        <translation>{name}: fasilə ver</translation>
    </message>
    <message>
        <source>Resume {name}</source>
        <translation>{name}: davam etdir</translation>
    </message>
    <message>
        <source>Schedule into the next free slot</source>
        <translation>Növbəti boş slota planlaşdır</translation>
    </message>
    <message>
        <source>Stop watching {name}</source>
        <translation>{name} daha izlənməsin</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo: watch {name} again</source>
        <translation>Geri al: {name} yenidən izlənsin</translation>
    </message>
</context>
<context>
    <name>WatchFolders</name>
    <message>
        <source>Folder missing: connect its disk, or remove it from this list</source>
        <translation>Qovluq yoxdur: diskini qoşun və ya siyahıdan çıxarın</translation>
    </message>
    <message>
        <source>Looks for new files every minute</source>
        <translation>Hər dəqiqə yeni faylları axtarır</translation>
    </message>
    <message>
        <source>No permission: allow Posto to read this folder in your system</source>
        <translation>İcazə yoxdur: sistemdə Posto-ya bu qovluğu oxumağa icazə verin</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Fasilədə</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files…</source>
        <translation>{total} fayldan {done} oxunur…</translation>
    </message>
    <message>
        <source>The campaign of {folder} was deleted. What comes there becomes drafts until you choose another in Settings.</source>
        <translation>{folder} qovluğunun kampaniyası silinib. Parametrlərdə başqasını seçənədək oraya gələnlər qaralama olur.</translation>
    </message>
    <message>
        <source>This is not a folder</source>
        <translation>Bu, qovluq deyil</translation>
    </message>
    <message numerus="yes">
        <source>Waiting for %n file(s) that (is/are) not complete</source>
        <translation>
            <numerusform>Tamamlanmamış %n fayl gözlənilir</numerusform>
            <numerusform>Tamamlanmamış %n fayl gözlənilir</numerusform>
        </translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>İzlənir</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>{name} oxuna bilmir.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} oxuna bilmir: {reason}.</translation>
    </message>
    <message>
        <source>{name} is not text in UTF-8. Save it as UTF-8.</source>
        <translation>{name} UTF-8 mətni deyil. UTF-8 kimi saxlayın.</translation>
    </message>
    <message>
        <source>{name} is not valid JSON.</source>
        <translation>{name} düzgün JSON deyil.</translation>
    </message>
    <message>
        <source>{name} is too large: a text has at most {size} KB.</source>
        <translation>{name} çox böyükdür: mətn ən çoxu {size} KB ola bilər.</translation>
    </message>
</context>
<context>
    <name>WatchFoldersController</name>
    <message numerus="yes">
        <source>%n draft(s) from “{folder}”</source>
        <translation>
            <numerusform>“{folder}” qovluğundan %n qaralama</numerusform>
            <numerusform>“{folder}” qovluğundan %n qaralama</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) stayed: you edited or opened (it/them)</source>
        <translation>
            <numerusform>%n qaralama qaldı: siz onu redaktə etmiş və ya açmısınız</numerusform>
            <numerusform>%n qaralama qaldı: siz onu redaktə etmiş və ya açmısınız</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n evergreen message(s) from “{folder}”</source>
        <translation>
            <numerusform>“{folder}” qovluğundan %n həmişəyaşıl mesaj</numerusform>
            <numerusform>“{folder}” qovluğundan %n həmişəyaşıl mesaj</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” (stays/stay) in Drafts.</source>
        <translation>
            <numerusform>“{folder}” qovluğundan %n mesaj Qaralamalarda qalır.</numerusform>
            <numerusform>“{folder}” qovluğundan %n mesaj Qaralamalarda qalır.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” scheduled</source>
        <translation>
            <numerusform>“{folder}” qovluğundan %n mesaj planlaşdırıldı</numerusform>
            <numerusform>“{folder}” qovluğundan %n mesaj planlaşdırıldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) in “{folder}” (has/have) the same problem.</source>
        <translation>
            <numerusform>“{folder}” qovluğunda daha %n faylda eyni problem var.</numerusform>
            <numerusform>“{folder}” qovluğunda daha %n faylda eyni problem var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new message(s) from “{folder}”</source>
        <translation>
            <numerusform>“{folder}” qovluğundan %n yeni mesaj</numerusform>
            <numerusform>“{folder}” qovluğundan %n yeni mesaj</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
</context>
<context>
    <name>WatchFoldersPage</name>
    <message>
        <source>Add a folder…</source>
        <translation>Qovluq əlavə et…</translation>
    </message>
    <message>
        <source>Also what is there already</source>
        <translation>Artıq orada olanlar da</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Ləğv et</translation>
    </message>
    <message>
        <source>Choose a folder, also one that a cloud keeps in step. Each picture or video that comes there becomes a draft, once. A text file with the same name gives its text. Your files are never moved or changed, and nothing is sent by itself.</source>
        <translation>Qovluq seçin, bulud ilə sinxron olan da ola bilər. Oraya gələn hər şəkil və ya video bir dəfə qaralama olur. Eyni adlı mətn faylı onun mətnini verir. Fayllarınız heç vaxt köçürülmür və dəyişdirilmir, heç nə özü göndərilmir.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>İzləniləcək qovluq</translation>
    </message>
    <message>
        <source>Only new files</source>
        <translation>Yalnız yeni fayllar</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>İzlənən qovluqlar</translation>
    </message>
    <message>
        <source>Works while Posto runs, also in the tray, and catches up at the next start.</source>
        <translation>Posto işləyərkən, treydə də işləyir və növbəti açılışda buraxdıqlarını tutur.</translation>
    </message>
    <message numerus="yes">
        <source>“{folder}” has %Ln picture(s) or video(s) already.</source>
        <translation>
            <numerusform>“{folder}” qovluğunda artıq %Ln şəkil və ya video var.</numerusform>
            <numerusform>“{folder}” qovluğunda artıq %Ln şəkil və ya video var.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{folder}” is watched already.</source>
        <translation>“{folder}” artıq izlənir.</translation>
    </message>
</context>
<context>
    <name>WatchScheduler</name>
    <message>
        <source>A network would refuse it as it is. Open it to see why.</source>
        <translation>Şəbəkə onu bu halda rədd edər. Səbəbini görmək üçün açın.</translation>
    </message>
    <message>
        <source>No channels are chosen for it.</source>
        <translation>Onun üçün kanal seçilməyib.</translation>
    </message>
    <message>
        <source>There is no free slot for its channels.</source>
        <translation>Kanalları üçün boş slot yoxdur.</translation>
    </message>
</context>
<context>
    <name>WatermarkFields</name>
    <message>
        <source>Bottom left</source>
        <translation>Aşağı sol</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>Aşağı sağ</translation>
    </message>
    <message>
        <source>Choose picture…</source>
        <translation>Şəkil seç…</translation>
    </message>
    <message>
        <source>Corner</source>
        <translation>Künc</translation>
    </message>
    <message>
        <source>In the middle</source>
        <translation>Ortada</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Kənar boşluğu</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Hələ şəkil yoxdur</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Qeyri-şəffaflıq</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Şəkil</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Ölçü</translation>
    </message>
    <message>
        <source>Size and margin are percentages of the picture&apos;s shorter side. Videos and animations get no watermark. Your files are not changed.</source>
        <translation>Ölçü və kənar boşluğu şəklin qısa tərəfinin faizidir. Video və animasiyalara su nişanı vurulmur. Fayllarınız dəyişdirilmir.</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>Yuxarı sol</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>Yuxarı sağ</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Start with the message. Nothing leaves this computer until you press the button.</source>
        <translation>Mesajdan başlayın. Siz düyməni basana qədər heç nə bu kompüterdən getmir.</translation>
    </message>
    <message>
        <source>Write once, place it everywhere</source>
        <translation>Bir dəfə yazın, hər yerdə paylaşın</translation>
    </message>
</context>
<context>
    <name>When</name>
    <message>
        <source>A length of time has to be above zero.</source>
        <translation>Müddət sıfırdan böyük olmalıdır.</translation>
    </message>
    <message>
        <source>A week has seven days.</source>
        <translation>Həftədə yeddi gün var.</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first} or {second}?</source>
        <translation>“{text}” {first} və ya {second} deməkdir?</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first}?</source>
        <translation>“{text}” {first} deməkdir?</translation>
    </message>
    <message>
        <source>Midnight</source>
        <translation>Gecə yarısı</translation>
    </message>
    <message>
        <source>No month has a day {day}.</source>
        <translation>Heç bir ayda {day} tarixi yoxdur.</translation>
    </message>
    <message>
        <source>No month has more than five of a weekday.</source>
        <translation>Heç bir ayda həftənin eyni günü beşdən çox olmur.</translation>
    </message>
    <message>
        <source>No time is given.</source>
        <translation>Vaxt göstərilməyib.</translation>
    </message>
    <message>
        <source>Read as {day}.</source>
        <translation>Belə oxundu: {day}.</translation>
    </message>
    <message>
        <source>Read with the day first, as {day}.</source>
        <translation>Gün birinci olmaqla oxundu: {day}.</translation>
    </message>
    <message>
        <source>Read with the month first, as {day}.</source>
        <translation>Ay birinci olmaqla oxundu: {day}.</translation>
    </message>
    <message>
        <source>That is too far ahead.</source>
        <translation>Bu, çox uzaqdır.</translation>
    </message>
    <message>
        <source>That month has no {weekday} number {number}.</source>
        <translation>Həmin ayda {number} nömrəli {weekday} yoxdur.</translation>
    </message>
    <message>
        <source>That timestamp is too far ahead.</source>
        <translation>Bu vaxt damğası çox uzaqdır.</translation>
    </message>
    <message numerus="yes">
        <source>The clocks change in between: {clock} is the same time of day, {later} is %n hour(s) from now.</source>
        <translation>
            <numerusform>Arada saatlar dəyişir: {clock} günün eyni vaxtıdır, {later} isə indidən %n saat sonradır.</numerusform>
            <numerusform>Arada saatlar dəyişir: {clock} günün eyni vaxtıdır, {later} isə indidən %n saat sonradır.</numerusform>
        </translation>
    </message>
    <message>
        <source>The day after tomorrow is {day}, and another date is named.</source>
        <translation>Birisi gün {day} olur, amma başqa tarix yazılıb.</translation>
    </message>
    <message>
        <source>The year {year} is too far ahead.</source>
        <translation>{year} ili çox uzaqdır.</translation>
    </message>
    <message>
        <source>There is no day {first}/{second}.</source>
        <translation>{first}/{second} günü yoxdur.</translation>
    </message>
    <message>
        <source>There is no month {month}.</source>
        <translation>{month} nömrəli ay yoxdur.</translation>
    </message>
    <message>
        <source>There is no time zone “{name}”.</source>
        <translation>“{name}” saat qurşağı yoxdur.</translation>
    </message>
    <message>
        <source>There is no year {year}.</source>
        <translation>{year} ili yoxdur.</translation>
    </message>
    <message>
        <source>There is no {day} {month} this year or the next.</source>
        <translation>Nə bu il, nə də növbəti il {day} {month} yoxdur.</translation>
    </message>
    <message>
        <source>There is no {day} {month} {year}.</source>
        <translation>{day} {month} {year} yoxdur.</translation>
    </message>
    <message>
        <source>There is no {day} {month}.</source>
        <translation>{day} {month} yoxdur.</translation>
    </message>
    <message>
        <source>Today is {day}, and another date is named.</source>
        <translation>Bu gün {day}, amma başqa tarix yazılıb.</translation>
    </message>
    <message>
        <source>Tomorrow is {day}, and another date is named.</source>
        <translation>Sabah {day}, amma başqa tarix yazılıb.</translation>
    </message>
    <message>
        <source>{day} has passed this year.</source>
        <translation>{day} bu il artıq keçib.</translation>
    </message>
    <message>
        <source>{day} is a {weekday}, not a {other}.</source>
        <translation>{day} {weekday} günüdür, {other} deyil.</translation>
    </message>
    <message>
        <source>{text} is not a length of time.</source>
        <translation>{text} müddət deyil.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The first one ({zone}) is used.</source>
        <translation>{day} saatlar geri çəkildiyi üçün {time} iki dəfə gəlir. Birincisi ({zone}) istifadə olunur.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The second one ({zone}) is used.</source>
        <translation>{day} saatlar geri çəkildiyi üçün {time} iki dəfə gəlir. İkincisi ({zone}) istifadə olunur.</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the first one ({zone}).</source>
        <translation>{time} həmin gecə iki dəfə gəlir; bu birincisidir ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the second one ({zone}).</source>
        <translation>{time} həmin gecə iki dəfə gəlir; bu ikincisidir ({zone}).</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} keçib.</translation>
    </message>
    <message>
        <source>{time} has passed. The next possible time is {next}.</source>
        <translation>{time} keçib. Növbəti mümkün vaxt: {next}.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: am and pm go with hours from 1 to 12.</source>
        <translation>{time} günün vaxtı deyil: am və pm 1–12 saatları ilə yazılır.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: hours go from 0 to 23.</source>
        <translation>{time} günün vaxtı deyil: saatlar 0–23 olur.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: minutes and seconds go up to 59.</source>
        <translation>{time} günün vaxtı deyil: dəqiqə və saniyələr 59-a qədər olur.</translation>
    </message>
    <message>
        <source>{time} is not at lunch.</source>
        <translation>{time} nahar vaxtı deyil.</translation>
    </message>
    <message>
        <source>{time} is not at the end of the day.</source>
        <translation>{time} günün sonu deyil.</translation>
    </message>
    <message>
        <source>{time} is not in the afternoon.</source>
        <translation>{time} günortadan sonra deyil.</translation>
    </message>
    <message>
        <source>{time} is not in the evening.</source>
        <translation>{time} axşam deyil.</translation>
    </message>
    <message>
        <source>{time} is not in the morning.</source>
        <translation>{time} səhər deyil.</translation>
    </message>
    <message>
        <source>{time} is not in the night.</source>
        <translation>{time} gecə deyil.</translation>
    </message>
    <message>
        <source>{time} is not tonight.</source>
        <translation>{time} bu axşam deyil.</translation>
    </message>
    <message>
        <source>{time} is skipped on {day}, when the clocks go forward. {used} is used.</source>
        <translation>{day} saatlar irəli çəkildiyi üçün {time} buraxılır. {used} istifadə olunur.</translation>
    </message>
    <message>
        <source>{zone} is not in force in {city} then: its clocks show {time}.</source>
        <translation>{zone} həmin vaxt bu şəhərdə qüvvədə deyil: {city}. Oradakı saatlar {time} göstərir.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a length of time. “{minutes}” and “{hours}” can.</source>
        <translation>“{text}” müddət kimi oxuna bilmir. “{minutes}” və “{hours}” oxuna bilir.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a time. “{example}”, “{date}” and “{length}” can.</source>
        <translation>“{text}” vaxt kimi oxuna bilmir. “{example}”, “{date}” və “{length}” oxuna bilir.</translation>
    </message>
    <message>
        <source>“{text}” is in the past. Only times ahead can be scheduled.</source>
        <translation>“{text}” keçmişdədir. Yalnız gələcək vaxtlar planlana bilər.</translation>
    </message>
    <message>
        <source>“{typed}” was read as “{meant}”.</source>
        <translation>“{typed}” belə oxundu: “{meant}”.</translation>
    </message>
</context>
<context>
    <name>WhenChips</name>
    <message>
        <source>Next free slot…</source>
        <translation>Növbəti boş slot…</translation>
    </message>
    <message>
        <source>Quick times</source>
        <translation>Sürətli vaxtlar</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Təkrar…</translation>
    </message>
</context>
<context>
    <name>WhenPicker</name>
    <message>
        <source>Day and time</source>
        <translation>Gün və vaxt</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Əvvəlki ay</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Sonrakı ay</translation>
    </message>
    <message>
        <source>Nothing scheduled that day</source>
        <translation>Həmin gün heç nə planlanmayıb</translation>
    </message>
    <message>
        <source>Scheduled: {times}</source>
        <translation>Planlanıb: {times}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled: {times} and %n more</source>
        <translation>
            <numerusform>Planlanıb: {times} və daha %n</numerusform>
            <numerusform>Planlanıb: {times} və daha %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Vaxt</translation>
    </message>
    <message>
        <source>Use this time</source>
        <translation>Bu vaxtdan istifadə et</translation>
    </message>
</context>
<context>
    <name>WhenReading</name>
    <message>
        <source>Set a time for the first post of the repeat.</source>
        <translation>Təkrarın birinci paylaşımı üçün vaxt təyin edin.</translation>
    </message>
    <message>
        <source>The repeat ends before this time.</source>
        <translation>Təkrar bu vaxtdan əvvəl bitir.</translation>
    </message>
</context>
<context>
    <name>WhenRow</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Gün və vaxt seçin</translation>
    </message>
    <message>
        <source>Now, or “{time}”</source>
        <translation>İndi və ya “{time}”</translation>
    </message>
    <message>
        <source>Posto cannot read this.</source>
        <translation>Posto bunu oxuya bilmir.</translation>
    </message>
    <message>
        <source>This time has passed.</source>
        <translation>Bu vaxt keçib.</translation>
    </message>
    <message>
        <source>Try “{time}”</source>
        <translation>Belə yazın: “{time}”</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>{time} istifadə et</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Nə vaxt</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>və daha %n</numerusform>
            <numerusform>və daha %n</numerusform>
        </translation>
    </message>
    <message>
        <source>as soon as an editor approves it</source>
        <translation>redaktor təsdiqləyən kimi</translation>
    </message>
    <message>
        <source>as soon as you press the button</source>
        <translation>düyməni basan kimi</translation>
    </message>
    <message>
        <source>first on {day}</source>
        <translation>ilk dəfə {day}</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} keçib.</translation>
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
            <numerusform>%n gün əvvəl</numerusform>
            <numerusform>%n gün əvvəl</numerusform>
        </translation>
    </message>
    <message>
        <source>In 1 hour</source>
        <translation>1 saat sonra</translation>
    </message>
    <message>
        <source>Next {day} {time}</source>
        <translation>Növbəti {day} {time}</translation>
    </message>
    <message>
        <source>Now</source>
        <extracomment>Time of a post.</extracomment>
        <translation>İndi</translation>
    </message>
    <message>
        <source>Today {time}</source>
        <translation>Bu gün {time}</translation>
    </message>
    <message>
        <source>Tomorrow {time}</source>
        <translation>Sabah {time}</translation>
    </message>
    <message>
        <source>Tonight {time}</source>
        <translation>Bu axşam {time}</translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>%n gün sonra</numerusform>
            <numerusform>%n gün sonra</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n hour(s)</source>
        <translation>
            <numerusform>%n saat sonra</numerusform>
            <numerusform>%n saat sonra</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n minute(s)</source>
        <translation>
            <numerusform>%n dəqiqə sonra</numerusform>
            <numerusform>%n dəqiqə sonra</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n month(s)</source>
        <translation>
            <numerusform>%n ay sonra</numerusform>
            <numerusform>%n ay sonra</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n year(s)</source>
        <translation>
            <numerusform>%n il sonra</numerusform>
            <numerusform>%n il sonra</numerusform>
        </translation>
    </message>
    <message>
        <source>in a minute</source>
        <translation>bir dəqiqə sonra</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>indicə</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>bu gün {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>sabah</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>sabah {time}</translation>
    </message>
    <message>
        <source>{day} {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>{n} h ago</source>
        <translation>{n} saat əvvəl</translation>
    </message>
    <message>
        <source>{n} min ago</source>
        <translation>{n} dəq əvvəl</translation>
    </message>
    <message>
        <source>{n} s ago</source>
        <translation>{n} s əvvəl</translation>
    </message>
    <message>
        <source>{offset} then</source>
        <extracomment>{offset}: &quot;UTC+1&quot; at the time of the post.</extracomment>
        <translation>o vaxt {offset}</translation>
    </message>
</context>
<context>
    <name>WindowDropHandler</name>
    <message>
        <source>The dropped content could not be read. Drop it again.</source>
        <translation>Atılan məzmun oxuna bilmədi. Yenidən atın.</translation>
    </message>
    <message>
        <source>The pasted picture cannot be read</source>
        <translation>Yapışdırılmış şəkil oxuna bilmir</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} və daha %n</numerusform>
            <numerusform>{names} və daha %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} cannot be posted</source>
        <translation>{names} paylaşıla bilmir</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln fayl</numerusform>
            <numerusform>%Ln fayl</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s)</source>
        <translation>
            <numerusform>%Ln paylaşım</numerusform>
            <numerusform>%Ln paylaşım</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WorkspaceButton</name>
    <message>
        <source>Add a workspace…</source>
        <translation>İş sahəsi əlavə et…</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Qoşulub</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Qoşulur</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>İş sahələrini idarə et…</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Qoşulmayıb</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Oflayn</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Sınaq mühiti, heç nə dərc olunmur</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yenidən daxil ol</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Yenidən daxil ol…</translation>
    </message>
    <message>
        <source>Sign out of {name}</source>
        <translation>{name} hesabından çıx</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu kompüter</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>İş sahəsi</translation>
    </message>
</context>
<context>
    <name>WorkspaceConnection</name>
    <message>
        <source>Connected to {host}</source>
        <translation>{host} serverinə qoşulub</translation>
    </message>
    <message>
        <source>Connecting to {name}</source>
        <translation>Qoşulur: {name}</translation>
    </message>
    <message>
        <source>Posto tries again automatically.</source>
        <translation>Posto avtomatik yenidən cəhd edir.</translation>
    </message>
    <message>
        <source>Ready on this computer</source>
        <translation>Bu kompüterdə hazırdır</translation>
    </message>
    <message>
        <source>{host} is slow to answer</source>
        <translation>{host} yavaş cavab verir</translation>
    </message>
</context>
<context>
    <name>WorkspaceListDialog</name>
    <message>
        <source>Add a workspace…</source>
        <translation>İş sahəsi əlavə et…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Bağla</translation>
    </message>
    <message>
        <source>This computer and the services you are signed in to</source>
        <translation>Bu kompüter və daxil olduğunuz xidmətlər</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>İş sahələri</translation>
    </message>
</context>
<context>
    <name>WorkspaceSwitcherController</name>
    <message>
        <source>Publishes to your accounts</source>
        <translation>Hesablarınıza paylaşır</translation>
    </message>
    <message>
        <source>The password of {name} was not saved. Sign in again.</source>
        <translation>{name} parolu saxlanılmadı. Yenidən daxil olun.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu kompüter</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{name} removed from this computer</source>
        <translation>{name} bu kompüterdən silindi</translation>
    </message>
</context>
<context>
    <name>WorkspacesPage</name>
    <message>
        <source>Not signed in. This computer works without a service.</source>
        <translation>Giriş edilməyib. Bu kompüter xidmət olmadan işləyir.</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Xidmətlər</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Xidmətə daxil ol…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu kompüter</translation>
    </message>
    <message>
        <source>Without a service</source>
        <translation>Xidmət olmadan</translation>
    </message>
    <message>
        <source>Your own accounts and a sandbox for trying out. Cannot be removed.</source>
        <translation>Öz hesablarınız və sınaq üçün sınaq mühiti. Silinə bilməz.</translation>
    </message>
</context>
<context>
    <name>ZonePopup</name>
    <message>
        <source>City or time zone</source>
        <translation>Şəhər və ya saat qurşağı</translation>
    </message>
    <message>
        <source>No such city. Try the largest one nearby.</source>
        <translation>Belə şəhər yoxdur. Yaxınlıqdakı ən böyük şəhəri yoxlayın.</translation>
    </message>
    <message>
        <source>Search time zones</source>
        <translation>Saat qurşaqlarını axtarın</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Saat qurşağı</translation>
    </message>
    <message>
        <source>Time zones</source>
        <translation>Saat qurşaqları</translation>
    </message>
</context>
<context>
    <name>ZoneWords</name>
    <message>
        <source>{city} · now {time} · {offset}</source>
        <translation>{city} · indi {time} · {offset}</translation>
    </message>
    <message>
        <source>{time} in {city}</source>
        <extracomment>&quot;9:00 in New York&quot;; {time} can have a weekday.</extracomment>
        <translation>{city}: {time}</translation>
    </message>
</context>
<context>
    <name>Zones</name>
    <message>
        <source>This computer&apos;s time ({zone})</source>
        <translation>Bu kompüterin vaxtı ({zone})</translation>
    </message>
</context>
<context>
    <name>_AccountCard</name>
    <message>
        <source>Check</source>
        <extracomment>Verb: check the sign-in of an account.</extracomment>
        <translation>Yoxla</translation>
    </message>
    <message>
        <source>Check the connection to {name}</source>
        <translation>{name} bağlantısını yoxla</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Yoxlanılır…</translation>
    </message>
    <message>
        <source>Connected: signed in as {name}</source>
        <translation>Qoşulub: {name} kimi daxil olunub</translation>
    </message>
    <message>
        <source>In a file only you can read</source>
        <translation>Yalnız sizin oxuya bildiyiniz faylda</translation>
    </message>
    <message>
        <source>In the keychain</source>
        <translation>Parol anbarında</translation>
    </message>
    <message>
        <source>Keep its password</source>
        <translation>Parolunu saxla</translation>
    </message>
    <message>
        <source>Locked with your login to this computer</source>
        <translation>Bu kompüterə girişinizlə kilidlənir</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>Ad: {name}</translation>
    </message>
    <message>
        <source>No password saved: sign in again</source>
        <translation>Saxlanılmış parol yoxdur: yenidən daxil olun</translation>
    </message>
    <message>
        <source>Not encrypted: anyone who can use your account can read it</source>
        <translation>Şifrələnməyib: hesabınızdan istifadə edə bilən hər kəs onu oxuya bilər</translation>
    </message>
    <message>
        <source>Not saved: sign in again</source>
        <translation>Saxlanılmayıb: yenidən daxil olun</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Yalnız çıxana qədər</translation>
    </message>
    <message>
        <source>Posts wait here until you sign in again</source>
        <translation>Siz yenidən daxil olana qədər paylaşımlar burada gözləyir</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Sil: {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Adını dəyiş: {name}</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Yenidən daxil ol…</translation>
    </message>
    <message>
        <source>Sign in to {name} again</source>
        <translation>Yenidən daxil ol: {name}</translation>
    </message>
    <message>
        <source>The connection could not be checked.</source>
        <translation>Bağlantı yoxlanıla bilmədi.</translation>
    </message>
    <message>
        <source>The password could not be moved.</source>
        <translation>Parol köçürülə bilmədi.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Silməni geri al: {name}</translation>
    </message>
    <message>
        <source>Will be removed from this computer, with its password, when you close the settings. Posts already on the service will still be sent.</source>
        <translation>Parametrləri bağlayanda parolu ilə birlikdə bu kompüterdən silinəcək. Artıq xidmətdə olan paylaşımlar yenə də göndəriləcək.</translation>
    </message>
    <message>
        <source>“{name}” is in use already, so this one is “{other}”.</source>
        <translation>“{name}” artıq istifadə olunur, ona görə bunun adı: “{other}”.</translation>
    </message>
</context>
<context>
    <name>_CountsModel</name>
    <message>
        <source>own text</source>
        <translation>öz mətni</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: %Ln simvol qalıb</numerusform>
            <numerusform>{network}: %Ln simvol qalıb</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln simvol artıqdır</numerusform>
            <numerusform>{network}: %Ln simvol artıqdır</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_CountsView</name>
    <message>
        <source>Characters left</source>
        <translation>Qalan simvollar</translation>
    </message>
</context>
<context>
    <name>_DeviceRow</name>
    <message>
        <source>Changes need the server</source>
        <translation>Dəyişikliklər üçün server lazımdır</translation>
    </message>
    <message>
        <source>Revoke</source>
        <extracomment>Verb: end the sign-in of a device.</extracomment>
        <translation>Ləğv et</translation>
    </message>
    <message>
        <source>Revoke {device}</source>
        <translation>Ləğv et: {device}</translation>
    </message>
    <message>
        <source>Revoked: it cannot sign in any more</source>
        <translation>Ləğv edilib: bir daha daxil ola bilməz</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Saxlanılır…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu kompüter</translation>
    </message>
    <message>
        <source>This computer signs in with it. Revoke it from another device.</source>
        <translation>Bu kompüter onunla daxil olur. Başqa cihazdan ləğv edin.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo revoking {device}</source>
        <translation>Geri al: {device} ləğvi</translation>
    </message>
</context>
<context>
    <name>_FilterChip</name>
    <message>
        <source>Remove filter {filter}</source>
        <translation>{filter} filtrini sil</translation>
    </message>
</context>
<context>
    <name>_Grid</name>
    <message>
        <source>Recently used media</source>
        <translation>Son istifadə olunan media</translation>
    </message>
</context>
<context>
    <name>_Lines</name>
    <message>
        <source>Copied</source>
        <translation>Kopyalandı</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopyala</translation>
    </message>
    <message>
        <source>Lines {number}</source>
        <translation>Sətirlər {number}</translation>
    </message>
</context>
<context>
    <name>_List</name>
    <message>
        <source>Timeline</source>
        <translation>Zaman xətti</translation>
    </message>
</context>
<context>
    <name>_MoreButton</name>
    <message>
        <source>+{count}, characters left on all networks</source>
        <translation>+{count}, bütün şəbəkələrdə qalan simvollar</translation>
    </message>
</context>
<context>
    <name>_MoreTabsButton</name>
    <message numerus="yes">
        <source>+%n more network(s)</source>
        <translation>
            <numerusform>daha %n şəbəkə</numerusform>
            <numerusform>daha %n şəbəkə</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more network(s), with a problem</source>
        <translation>
            <numerusform>problemli daha %n şəbəkə</numerusform>
            <numerusform>problemli daha %n şəbəkə</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Part</name>
    <message>
        <source>Message text</source>
        <translation>Mesajın mətni</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Hissə {number}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Hissəni sil</translation>
    </message>
    <message>
        <source>Remove part {number}</source>
        <translation>Sil: hissə {number}</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Name of {name}</source>
        <translation>Ad: {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Sil: {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Adını dəyiş: {name}</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Sınaq mühiti, heç nə dərc olunmur</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>Silməni geri al: {name}</translation>
    </message>
    <message>
        <source>{name} removed</source>
        <translation>{name} silindi</translation>
    </message>
</context>
<context>
    <name>_Skeleton</name>
    <message>
        <source>Each network&apos;s view of your post appears here while you type.</source>
        <translation>Yazdıqca hər şəbəkədə paylaşımınızın görünüşü burada göstərilir.</translation>
    </message>
</context>
<context>
    <name>_SuggestionsView</name>
    <message>
        <source>Do not suggest any more</source>
        <translation>Daha təklif etmə</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Təkliflər</translation>
    </message>
</context>
<context>
    <name>_Thumb</name>
    <message>
        <source>Delete removes the file, {back} and {forth} move it</source>
        <extracomment>&quot;Delete&quot; is a key; {back} and {forth}: keys.</extracomment>
        <translation>Delete faylı silir, {back} və {forth} onu köçürür</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Hissə {number}</translation>
    </message>
    <message>
        <source>{up} and {down} move it to another part</source>
        <extracomment>{up} and {down}: keys.</extracomment>
        <translation>{up} və {down} onu başqa hissəyə köçürür</translation>
    </message>
</context>
<context>
    <name>_View</name>
    <message>
        <source>Campaigns list</source>
        <translation>Kampaniyalar siyahısı</translation>
    </message>
</context>
</TS>
