<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="tr" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>All parts of this package</source>
        <translation>Bu paketin tüm bileşenleri</translation>
    </message>
    <message>
        <source>Brand marks belong to their owners and are used only to name their networks.</source>
        <translation>Marka işaretleri sahiplerine aittir ve yalnızca ağlarını belirtmek için kullanılır.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopyala</translation>
    </message>
    <message>
        <source>Copy the versions</source>
        <translation>Sürümleri kopyala</translation>
    </message>
    <message>
        <source>For support. You can review it before saving.</source>
        <translation>Destek için. Kaydetmeden önce gözden geçirebilirsiniz.</translation>
    </message>
    <message>
        <source>Licence of</source>
        <translation>Lisans:</translation>
    </message>
    <message>
        <source>Licence text</source>
        <translation>Lisans metni</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Günlük dosyaları</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Klasörü aç</translation>
    </message>
    <message>
        <source>Open the folder of logs</source>
        <translation>Günlük klasörünü aç</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Sorun raporu</translation>
    </message>
    <message>
        <source>SDK and workspace</source>
        <translation>SDK ve çalışma alanı</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Sistem</translation>
    </message>
    <message>
        <source>The licences could not be read.</source>
        <translation>Lisanslar okunamadı.</translation>
    </message>
    <message>
        <source>Version {number}</source>
        <translation>Sürüm {number}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Sürümler</translation>
    </message>
    <message>
        <source>Write a report…</source>
        <translation>Rapor yaz…</translation>
    </message>
</context>
<context>
    <name>AccountGuideDialog</name>
    <message>
        <source>How to get this</source>
        <translation>Bunu nereden alırım?</translation>
    </message>
    <message>
        <source>Links open in your browser. The sign-in stays open.</source>
        <translation>Bağlantılar tarayıcınızda açılır. Oturum açma ekranı açık kalır.</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>Adım adım</translation>
    </message>
</context>
<context>
    <name>AccountOutlook</name>
    <message>
        <source>About ${amount} at X</source>
        <translation>X’te yaklaşık ${amount}</translation>
    </message>
    <message numerus="yes">
        <source>About ${amount} at X for %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderi için X’te yaklaşık ${amount}</numerusform>
        </translation>
    </message>
    <message>
        <source>The last post is sent about {time} {day}.</source>
        <translation>Son gönderi yaklaşık olarak {day} {time} gibi gönderilir.</translation>
    </message>
    <message>
        <source>The last post is sent about {time}.</source>
        <translation>Son gönderi yaklaşık olarak {time} gibi gönderilir.</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>{day}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>bugün</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>yarın</translation>
    </message>
    <message>
        <source>{network} allows {posts} for each channel.</source>
        <translation>{network} sınırı, kanal başına: {posts}.</translation>
    </message>
    <message>
        <source>{network} allows {posts}.</source>
        <translation>{network} sınırı: {posts}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}.</source>
        <translation>{network} oturumunun süresi doldu: {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}. Sign in again, or nothing goes out.</source>
        <translation>{network} oturumunun süresi doldu: {day}. Yeniden oturum açın, yoksa hiçbir şey gönderilmez.</translation>
    </message>
    <message numerus="yes">
        <source>{network}&apos;s sign-in ends {day}, before %Ln of these posts.</source>
        <translation>
            <numerusform>{network} oturumu bu gönderilerin %Ln tanesinden önce sona eriyor: {day}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before these posts.</source>
        <translation>{network} oturumu bu gönderilerden önce sona eriyor: {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before this post.</source>
        <translation>{network} oturumu bu gönderiden önce sona eriyor: {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}.</source>
        <translation>{network} oturumu sona eriyor: {day}.</translation>
    </message>
</context>
<context>
    <name>AccountStep</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln görsel</numerusform>
        </translation>
    </message>
    <message>
        <source>Can publish and upload pictures.</source>
        <translation>Yayımlayabilir ve görsel yükleyebilir.</translation>
    </message>
    <message>
        <source>Can publish.</source>
        <translation>Yayımlayabilir.</translation>
    </message>
    <message>
        <source>Can upload pictures.</source>
        <translation>Görsel yükleyebilir.</translation>
    </message>
    <message>
        <source>Cannot publish.</source>
        <translation>Yayımlayamaz.</translation>
    </message>
    <message>
        <source>Cannot upload pictures.</source>
        <translation>Görsel yükleyemez.</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Hedef</translation>
    </message>
    <message>
        <source>This is not {before}. It becomes a separate channel. Posts of {before} keep waiting.</source>
        <translation>Bu, {before} hesabı değil. Ayrı bir kanal olur. {before} gönderileri beklemeyi sürdürür.</translation>
    </message>
    <message numerus="yes">
        <source>Up to %Ln character(s)</source>
        <translation>
            <numerusform>En fazla %Ln karakter</numerusform>
        </translation>
    </message>
    <message>
        <source>Where to publish</source>
        <translation>Yayımlanacak yer</translation>
    </message>
    <message>
        <source>{size} MB a picture</source>
        <translation>Görsel başına {size} MB</translation>
    </message>
</context>
<context>
    <name>AccountTestCard</name>
    <message>
        <source>Delete it now</source>
        <translation>Şimdi sil</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Send a test post</source>
        <translation>Test gönderisi gönder</translation>
    </message>
    <message>
        <source>The account responded to the test.</source>
        <translation>Hesap teste yanıt verdi.</translation>
    </message>
    <message>
        <source>The test post is deleted.</source>
        <translation>Test gönderisi silindi.</translation>
    </message>
    <message>
        <source>The test post was sent. Posto deletes it when you finish or cancel.</source>
        <translation>Test gönderisi gönderildi. Bitirdiğinizde veya iptal ettiğinizde Posto onu siler.</translation>
    </message>
</context>
<context>
    <name>ActionDialog</name>
    <message>
        <source>Cancel</source>
        <translation>İptal</translation>
    </message>
</context>
<context>
    <name>ActivityController</name>
    <message>
        <source>Activity</source>
        <translation>Etkinlik</translation>
    </message>
</context>
<context>
    <name>ActivityHeader</name>
    <message>
        <source>Activity</source>
        <translation>Etkinlik</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Ajanlar</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Geçmiş</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>İstatistikler</translation>
    </message>
    <message>
        <source>Other workspaces</source>
        <translation>Diğer çalışma alanları</translation>
    </message>
    <message>
        <source>Other workspaces, too: {workspaces}</source>
        <translation>Diğer çalışma alanları da: {workspaces}</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Giden kutusu</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Tümünü duraklat</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Sürdür</translation>
    </message>
    <message>
        <source>Search history</source>
        <translation>Geçmişte ara</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Gönderilerde ara</translation>
    </message>
    <message>
        <source>Send nothing from this computer for now</source>
        <translation>Şimdilik bu bilgisayardan hiçbir şey gönderme</translation>
    </message>
    <message>
        <source>Send waiting posts</source>
        <translation>Bekleyen gönderileri gönder</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>Gönderim duraklatıldı</translation>
    </message>
    <message>
        <source>View</source>
        <extracomment>Noun.</extracomment>
        <translation>Görünüm</translation>
    </message>
    <message numerus="yes">
        <source>{workspace} (%Ln post(s) to look at)</source>
        <translation>
            <numerusform>{workspace} (bakılacak %Ln gönderi)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>Etkinlik</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>Her şey tamam</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>Aramayı temizle</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Vazgeç</translation>
    </message>
    <message>
        <source>Discard this post?</source>
        <translation>Bu gönderiden vazgeçilsin mi?</translation>
    </message>
    <message>
        <source>Do not send to {channels}?</source>
        <translation>Şu kanallara gönderilmesin mi: {channels}?</translation>
    </message>
    <message>
        <source>Export insights as PDF…</source>
        <translation>İstatistikleri PDF olarak dışa aktar…</translation>
    </message>
    <message>
        <source>Export insights as a table…</source>
        <translation>İstatistikleri tablo olarak dışa aktar…</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Gizli kanallarda %Ln gönderi var.</numerusform>
        </translation>
    </message>
    <message>
        <source>History</source>
        <translation>Geçmiş</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>İstatistikler</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>No post is waiting and none has failed.</source>
        <translation>Bekleyen veya başarısız olan gönderi yok.</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Eşleşen gönderi yok</translation>
    </message>
    <message>
        <source>Nothing older</source>
        <translation>Daha eski bir şey yok</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>Henüz bir şey gönderilmedi</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Giden kutusu</translation>
    </message>
    <message>
        <source>Posto stops checking for it. If the post was published, it stays published.</source>
        <translation>Posto bunu denetlemeyi bırakır. Gönderi yayımlandıysa yayında kalır.</translation>
    </message>
    <message>
        <source>Posts sent before today are listed here for 30 days.</source>
        <translation>Bugünden önce gönderilenler 30 gün boyunca burada listelenir.</translation>
    </message>
    <message>
        <source>Removes “{title}” from the outbox. Its text stays under Done today.</source>
        <translation>“{title}” giden kutusundan kaldırılır. Metni “Bugün bitenler” altında kalır.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Gizli kanalları göster</translation>
    </message>
    <message>
        <source>Show insights as plots</source>
        <translation>İstatistikleri grafik olarak göster</translation>
    </message>
    <message>
        <source>Show insights as tables</source>
        <translation>İstatistikleri tablo olarak göster</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yeniden oturum aç</translation>
    </message>
    <message>
        <source>The post on the other channels does not change.</source>
        <translation>Diğer kanallardaki gönderi değişmez.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln post(s).</source>
        <translation>
            <numerusform>Arama %Ln gönderiyi gizliyor.</numerusform>
        </translation>
    </message>
    <message>
        <source>What you send is listed here, with what becomes of it.</source>
        <translation>Gönderdikleriniz, sonuçlarıyla birlikte burada listelenir.</translation>
    </message>
</context>
<context>
    <name>AddTile</name>
    <message>
        <source>Add media</source>
        <translation>Medya ekle</translation>
    </message>
    <message>
        <source>Add or drop</source>
        <translation>Ekle veya bırak</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Görsel veya video ekle</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Son kullanılan medya</translation>
    </message>
</context>
<context>
    <name>AgentCallsList</name>
    <message>
        <source>Calls of agents</source>
        <translation>Ajan çağrıları</translation>
    </message>
</context>
<context>
    <name>AltEditor</name>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>%n karakter kaldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n karakter fazla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long for {network}</source>
        <translation>
            <numerusform>{network} için %n karakter fazla</numerusform>
        </translation>
    </message>
    <message>
        <source>Describe {name}</source>
        <translation>Açıklama yaz: {name}</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Açıklama</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Vazgeç</translation>
    </message>
    <message>
        <source>Keep description</source>
        <translation>Açıklamayı koru</translation>
    </message>
    <message>
        <source>Next file</source>
        <translation>Sonraki dosya</translation>
    </message>
    <message>
        <source>Not taken by {names}.</source>
        <translation>Şuralarda alınmıyor: {names}.</translation>
    </message>
    <message>
        <source>Previous file</source>
        <translation>Önceki dosya</translation>
    </message>
    <message>
        <source>Read aloud by screen readers.</source>
        <translation>Ekran okuyucular sesli okur.</translation>
    </message>
    <message>
        <source>Sent to {names}.</source>
        <translation>Şuralara gönderilir: {names}.</translation>
    </message>
    <message>
        <source>The service does not pass it on to {names}.</source>
        <translation>Hizmet bunu şuralara iletmiyor: {names}.</translation>
    </message>
    <message>
        <source>What is in the picture, for people who cannot see it</source>
        <translation>Görseli göremeyenler için içinde ne olduğu</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>{pane} closed</source>
        <translation>{pane} kapatıldı</translation>
    </message>
    <message>
        <source>{pane} open</source>
        <extracomment>{pane}: its name, such as Details or Preview.</extracomment>
        <translation>{pane} açıldı</translation>
    </message>
    <message>
        <source>{part}, collapsed</source>
        <translation>{part}, daraltıldı</translation>
    </message>
    <message>
        <source>{part}, expanded</source>
        <translation>{part}, genişletildi</translation>
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
        <translation>Onayla</translation>
    </message>
    <message numerus="yes">
        <source>Approve %Ln message(s)</source>
        <translation>
            <numerusform>%Ln iletiyi onayla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Approved with a new time, the message(s) (goes/go) out then.</source>
        <translation>
            <numerusform>Yeni bir zamanla onaylanan iletiler o zaman gönderilir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not approved: %Ln post(s).</source>
        <translation>
            <numerusform>Geçmişte kaldığı için onaylanmadı: %Ln gönderi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The time of %Ln proposal(s) has passed</source>
        <translation>
            <numerusform>%Ln önerinin zamanı geçti</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskForChangesDialog</name>
    <message>
        <source>About</source>
        <translation>Hakkında</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Yorum yap</translation>
    </message>
    <message>
        <source>Request changes</source>
        <translation>Değişiklik iste</translation>
    </message>
    <message>
        <source>Send request</source>
        <translation>İsteği gönder</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>Mesajın tamamı</translation>
    </message>
    <message>
        <source>What is to be changed?</source>
        <translation>Ne değiştirilsin?</translation>
    </message>
    <message>
        <source>Write a comment first</source>
        <translation>Önce bir yorum yazın</translation>
    </message>
    <message>
        <source>{name} sees your comment and can edit the message.</source>
        <translation>{name} yorumunuzu görür ve iletiyi düzenleyebilir.</translation>
    </message>
</context>
<context>
    <name>AuditEntryDialog</name>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
    </message>
    <message>
        <source>Entry of the audit log</source>
        <translation>Denetim günlüğü kaydı</translation>
    </message>
</context>
<context>
    <name>AuditPart</name>
    <message>
        <source>Audit log</source>
        <translation>Denetim günlüğü</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Herkes</translation>
    </message>
    <message>
        <source>Nothing has been done yet.</source>
        <translation>Henüz bir şey yapılmadı.</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Kişi</translation>
    </message>
    <message>
        <source>Read the audit log again</source>
        <translation>Denetim günlüğünü yeniden oku</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Okunuyor…</translation>
    </message>
    <message>
        <source>Show older entries</source>
        <translation>Daha eski kayıtları göster</translation>
    </message>
    <message>
        <source>The server is not reached</source>
        <translation>Sunucuya ulaşılamıyor</translation>
    </message>
</context>
<context>
    <name>BrowserSignInPart</name>
    <message>
        <source>Open again</source>
        <translation>Yeniden aç</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Tarayıcınızdaki sayfada oturum açıp Posto Desktop’a izin verin. Sonra bu pencere otomatik olarak devam eder. Sayfa açılmadıysa adresi kopyalayın.</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Tarayıcıyla oturum aç</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Oturum açma adresi</translation>
    </message>
    <message>
        <source>Use an application password</source>
        <translation>Uygulama parolası kullan</translation>
    </message>
    <message>
        <source>{host} signs you in on its page. Posto then gets a password of its own for this computer, which you can revoke at any time.</source>
        <translation>{host} oturumunuzu kendi sayfasında açar. Ardından Posto bu bilgisayar için kendine ait bir parola alır; parolayı istediğiniz zaman iptal edebilirsiniz.</translation>
    </message>
</context>
<context>
    <name>Budgets</name>
    <message numerus="yes">
        <source>%Ln file(s) {span}</source>
        <translation>
            <numerusform>{span} %Ln dosya</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) {span}</source>
        <translation>
            <numerusform>{span} %Ln gönderi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a day/in %Ln days)</source>
        <translation>
            <numerusform>%Ln günde</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a minute/in %Ln minutes)</source>
        <translation>
            <numerusform>%Ln dakikada</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a second/in %Ln seconds)</source>
        <translation>
            <numerusform>%Ln saniyede</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(an hour/in %Ln hours)</source>
        <translation>
            <numerusform>%Ln saatte</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BulkBar</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln seçili</numerusform>
        </translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Onayla</translation>
    </message>
    <message>
        <source>Clear selection</source>
        <translation>Seçimi temizle</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Düzenle</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Gönderiyi aç</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Yeniden planla</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Şimdi gönder</translation>
    </message>
</context>
<context>
    <name>Calendar</name>
    <message numerus="yes">
        <source>%n earlier</source>
        <translation>
            <numerusform>%n daha erken</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later</source>
        <extracomment>Posts below the visible hours of the calendar.</extracomment>
        <translation>
            <numerusform>%n daha geç</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more</source>
        <translation>
            <numerusform>+%n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>New</source>
        <translation>Yeni</translation>
    </message>
    <message>
        <source>No posts today</source>
        <translation>Bugün gönderi yok</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>ve %n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>free slot</source>
        <translation>boş saat</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>korundu</translation>
    </message>
</context>
<context>
    <name>CalendarAddress</name>
    <message>
        <source>Calendar address</source>
        <translation>Takvim adresi</translation>
    </message>
    <message>
        <source>Calendar apps on this computer can subscribe to the schedule {when}. Anyone with the address can read the schedule but not change it.</source>
        <translation>Bu bilgisayardaki takvim uygulamaları plana abone olabilir ({when}). Adresi bilen herkes planı okuyabilir ama değiştiremez.</translation>
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
        <translation>Takvim adresini kopyala</translation>
    </message>
    <message>
        <source>Create a new address (the old one stops working)</source>
        <translation>Yeni adres oluştur (eskisi çalışmaz olur)</translation>
    </message>
    <message>
        <source>Create an address</source>
        <translation>Adres oluştur</translation>
    </message>
    <message>
        <source>Make calendar address</source>
        <translation>Takvim adresi oluştur</translation>
    </message>
    <message>
        <source>Or subscribe in a calendar app</source>
        <translation>Veya bir takvim uygulamasından abone olun</translation>
    </message>
    <message>
        <source>while Posto is running</source>
        <translation>Posto çalışırken</translation>
    </message>
    <message>
        <source>while Posto is running and this workspace has been opened</source>
        <translation>Posto çalışırken ve bu çalışma alanı açılmışken</translation>
    </message>
</context>
<context>
    <name>CalendarController</name>
    <message numerus="yes">
        <source>%Ln post(s) moved</source>
        <translation>
            <numerusform>%Ln gönderi taşındı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back</source>
        <translation>
            <numerusform>%Ln gönderi geri taşındı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back to {when}</source>
        <translation>
            <numerusform>%Ln gönderi geri taşındı: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved to {when}</source>
        <translation>
            <numerusform>%Ln gönderi taşındı: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) not moved. {why}</source>
        <translation>
            <numerusform>%Ln gönderi taşınamadı. {why}</numerusform>
        </translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Takvim</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yinele</translation>
    </message>
    <message>
        <source>Still scheduled for {when}.</source>
        <translation>Plan aynı: {when}.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>“{draft}” moved back</source>
        <translation>“{draft}” geri taşındı</translation>
    </message>
    <message>
        <source>“{draft}” moved to {when}</source>
        <translation>“{draft}” taşındı: {when}</translation>
    </message>
</context>
<context>
    <name>CalendarGrid</name>
    <message>
        <source>Calendar</source>
        <translation>Takvim</translation>
    </message>
</context>
<context>
    <name>CalendarHeader</name>
    <message>
        <source>Agenda</source>
        <translation>Ajanda</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Tümü</translation>
    </message>
    <message>
        <source>All statuses</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Tüm durumlar</translation>
    </message>
    <message>
        <source>All times here are in this zone</source>
        <translation>Buradaki tüm saatler bu saat dilimindedir</translation>
    </message>
    <message>
        <source>Calendar view</source>
        <translation>Takvim görünümü</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Gün</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Daha erken</translation>
    </message>
    <message>
        <source>Earlier (PageUp)</source>
        <translation>Daha erken (PageUp)</translation>
    </message>
    <message>
        <source>Go to today (T)</source>
        <translation>Bugüne git (T)</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Daha geç</translation>
    </message>
    <message>
        <source>Later (PageDown)</source>
        <translation>Daha geç (PageDown)</translation>
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
        <translation>Durum filtresi</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Bugün</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Hafta</translation>
    </message>
</context>
<context>
    <name>CalendarModel</name>
    <message numerus="yes">
        <source>%n free slot(s)</source>
        <translation>
            <numerusform>%n boş saat</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n mesaj</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n ağ</numerusform>
        </translation>
    </message>
    <message>
        <source>A draft is not sent until you post it.</source>
        <translation>Taslak, siz paylaşana kadar gönderilmez.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filtreleri temizle</translation>
    </message>
    <message numerus="yes">
        <source>Filters hide %Ln post(s) on these days.</source>
        <translation>
            <numerusform>Filtreler bu günlerde %Ln gönderiyi gizliyor.</numerusform>
        </translation>
    </message>
    <message>
        <source>If you delete it here, it stays published.</source>
        <translation>Buradan silerseniz yayında kalır.</translation>
    </message>
    <message>
        <source>If you delete it here, what is published stays published.</source>
        <translation>Buradan silerseniz yayımlanmış olanlar yayında kalır.</translation>
    </message>
    <message>
        <source>It waits on this computer. Activity says for what.</source>
        <translation>Bu bilgisayarda bekliyor. Nedeni Etkinlik sayfasında yazar.</translation>
    </message>
    <message>
        <source>Last message: {when}</source>
        <translation>Son mesaj: {when}</translation>
    </message>
    <message>
        <source>Moving</source>
        <translation>Taşınıyor</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>Next message: {when}</source>
        <translation>Sonraki mesaj: {when}</translation>
    </message>
    <message>
        <source>No channel chosen</source>
        <translation>Kanal seçilmedi</translation>
    </message>
    <message>
        <source>No message matches</source>
        <translation>Eşleşen mesaj yok</translation>
    </message>
    <message>
        <source>No message matches the filters.</source>
        <translation>Filtrelerle eşleşen mesaj yok.</translation>
    </message>
    <message>
        <source>No messages on these days</source>
        <translation>Bu günlerde mesaj yok</translation>
    </message>
    <message>
        <source>No messages on this day</source>
        <translation>Bu günde mesaj yok</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Metin yok</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Henüz planlanan bir şey yok</translation>
    </message>
    <message>
        <source>Own text: {networks}</source>
        <translation>Özel metin: {networks}</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Kalıcı bir mesajın gönderimi</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Planlanan mesajlar burada görünür.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Site bunu kendiliğinden yayımlar. Sitede değiştirin.</translation>
    </message>
    <message>
        <source>This channel also posts at {time}: {title}</source>
        <translation>Bu kanalda {time} için başka bir gönderi de var: {title}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Bugün</translation>
    </message>
    <message>
        <source>Waiting on this computer</source>
        <translation>Bu bilgisayarda bekliyor</translation>
    </message>
    <message>
        <source>and {posts} more</source>
        <translation>ve ayrıca {posts}</translation>
    </message>
    <message>
        <source>close to another post</source>
        <translation>başka bir gönderiye yakın</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>kalıcı mesaj</translation>
    </message>
    <message>
        <source>today</source>
        <translation>bugün</translation>
    </message>
</context>
<context>
    <name>CalendarPage</name>
    <message>
        <source>&amp;Calendar</source>
        <translation>&amp;Takvim</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Ajanda</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Güncelleme: {time}</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Gün</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Daha erken</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Daha geç</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Ay</translation>
    </message>
    <message>
        <source>This is the last known schedule.</source>
        <translation>Bilinen son plan bu.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Bugün</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Hafta</translation>
    </message>
</context>
<context>
    <name>CalendarSurface</name>
    <message>
        <source>Show this day</source>
        <translation>Bu günü göster</translation>
    </message>
</context>
<context>
    <name>CampaignActionBar</name>
    <message>
        <source>Changes are saved automatically. Back to the list</source>
        <translation>Değişiklikler otomatik kaydedilir. Listeye dön</translation>
    </message>
    <message>
        <source>More for this campaign</source>
        <translation>Bu kampanya için diğer işlemler</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Taslak olarak kaydet</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>Planla</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>Verb: stop a campaign.</extracomment>
        <translation>Durdur</translation>
    </message>
</context>
<context>
    <name>CampaignActions</name>
    <message numerus="yes">
        <source>%Ln message(s) cannot be sent</source>
        <translation>
            <numerusform>%Ln mesaj gönderilemiyor</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Campaign</source>
        <translation>&amp;Kampanya</translation>
    </message>
    <message>
        <source>1 message cannot be sent</source>
        <translation>1 mesaj gönderilemiyor</translation>
    </message>
    <message>
        <source>Add pictures as messages…</source>
        <translation>Görselleri mesaj olarak ekle…</translation>
    </message>
    <message>
        <source>All campaigns</source>
        <translation>Tüm kampanyalar</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Geri</translation>
    </message>
    <message>
        <source>Delete campaign</source>
        <translation>Kampanyayı sil</translation>
    </message>
    <message>
        <source>Duplicate campaign</source>
        <translation>Kampanyayı çoğalt</translation>
    </message>
    <message>
        <source>Fill free slots now</source>
        <translation>Boş saatleri şimdi doldur</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Önce düzelt</translation>
    </message>
    <message>
        <source>Import CSV, Excel or JSON…</source>
        <translation>CSV, Excel veya JSON içe aktar…</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Yeni kampanya</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Yeni kalıcı mesaj</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yinele</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>Başarısızları yeniden dene</translation>
    </message>
    <message>
        <source>Schedule the next runs at free slots</source>
        <translation>Sonraki gönderimleri boş saatlere planla</translation>
    </message>
    <message>
        <source>Show or hide the timeline</source>
        <translation>Zaman çizelgesini göster veya gizle</translation>
    </message>
    <message>
        <source>Show the campaigns</source>
        <translation>Kampanyaları göster</translation>
    </message>
    <message>
        <source>Show the evergreen messages</source>
        <translation>Kalıcı mesajları göster</translation>
    </message>
    <message>
        <source>Some networks are left out</source>
        <translation>Bazı ağlar dışarıda bırakıldı</translation>
    </message>
    <message>
        <source>Stop campaign</source>
        <translation>Kampanyayı durdur</translation>
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
        <translation>Bir mesaj daha yaz</translation>
    </message>
</context>
<context>
    <name>CampaignChart</name>
    <message>
        <source>Days of the campaign</source>
        <translation>Kampanyanın günleri</translation>
    </message>
    <message>
        <source>{own} posts of this campaign, {other} other posts</source>
        <translation>Bu kampanyanın gönderileri: {own}, diğer gönderiler: {other}</translation>
    </message>
</context>
<context>
    <name>CampaignDelivery</name>
    <message>
        <source>A channel of this campaign is missing. Remove it above the channels.</source>
        <translation>Bu kampanyanın bir kanalı eksik. Kanalların üstünden kaldırın.</translation>
    </message>
    <message>
        <source>Add a message first</source>
        <translation>Önce bir mesaj ekleyin</translation>
    </message>
    <message>
        <source>All messages are already scheduled</source>
        <translation>Tüm mesajlar zaten planlandı</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Ve %Ln tane daha.</numerusform>
        </translation>
    </message>
    <message>
        <source>Change the start first</source>
        <translation>Önce başlangıcı değiştirin</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Önce bir kanal seçin</translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers} without {networks}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Mesaj {numbers}, {networks} olmadan: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>Mesaj {numbers}: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resume %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderiyi sürdür</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %Ln failed</source>
        <translation>
            <numerusform>Başarısız %Ln gönderiyi yeniden dene</numerusform>
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
            <numerusform>%Ln gönderiyi planla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule the other (post/%Ln posts)</source>
        <translation>
            <numerusform>Diğer %Ln gönderiyi planla</numerusform>
        </translation>
    </message>
    <message>
        <source>Still checking the messages</source>
        <translation>Mesajlar hâlâ denetleniyor</translation>
    </message>
    <message numerus="yes">
        <source>{numbers} and %Ln more</source>
        <translation>
            <numerusform>{numbers} ve %Ln tane daha</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignFiles</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Ve %n tane daha.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Yapıştırılan görsel</translation>
    </message>
    <message>
        <source>The file could not be read.</source>
        <translation>Dosya okunamadı.</translation>
    </message>
</context>
<context>
    <name>CampaignHeader</name>
    <message>
        <source>Add messages</source>
        <translation>Mesaj ekle</translation>
    </message>
    <message>
        <source>Back to the list of campaigns</source>
        <translation>Kampanya listesine dön</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Kampanyalar</translation>
    </message>
    <message>
        <source>Import CSV…</source>
        <translation>CSV içe aktar…</translation>
    </message>
    <message>
        <source>Import messages from a CSV, Excel or JSON file</source>
        <translation>CSV, Excel veya JSON dosyasından mesajları içe aktar</translation>
    </message>
    <message>
        <source>One message for each picture…</source>
        <translation>Her görsel için bir mesaj…</translation>
    </message>
    <message>
        <source>Paste lines as messages</source>
        <translation>Satırları mesaj olarak yapıştır</translation>
    </message>
    <message>
        <source>Show timeline</source>
        <translation>Zaman çizelgesini göster</translation>
    </message>
</context>
<context>
    <name>CampaignImportController</name>
    <message numerus="yes">
        <source>%Ln message(s) imported</source>
        <translation>
            <numerusform>%Ln mesaj içe aktarıldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more exceed the limit of one campaign</source>
        <translation>
            <numerusform>%Ln tanesi bir kampanyanın sınırını aşıyor</numerusform>
        </translation>
    </message>
    <message>
        <source>Sample saved as {file}</source>
        <translation>Örnek kaydedildi: {file}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Klasörde göster</translation>
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
            <numerusform>%Ln kampanya</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign sends messages at regular times. You can also drop pictures on the window to create one.</source>
        <translation>Kampanya, mesajları düzenli aralıklarla gönderir. Kampanya oluşturmak için pencereye görsel de bırakabilirsiniz.</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Kampanyalar</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Aramayı temizle</translation>
    </message>
    <message>
        <source>Create a campaign</source>
        <translation>Kampanya oluştur</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Dosya içe aktar…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Nasıl çalıştığını görmek için örnek mesajlar içe aktarın</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Yeni kampanya</translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches the search. It hides %Ln.</source>
        <translation>
            <numerusform>Aramayla eşleşen kampanya yok. Arama %Ln kampanyayı gizliyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches. The search and hidden channels hide %Ln.</source>
        <translation>
            <numerusform>Eşleşen kampanya yok. Arama ve gizli kanallar %Ln kampanyayı gizliyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign uses the visible channels. %Ln use hidden channels.</source>
        <translation>
            <numerusform>Görünen kanalları kullanan kampanya yok. %Ln kampanya gizli kanalları kullanıyor.</numerusform>
        </translation>
    </message>
    <message>
        <source>No campaigns yet</source>
        <translation>Henüz kampanya yok</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Yeniden adlandır</translation>
    </message>
    <message>
        <source>Search campaigns</source>
        <translation>Kampanyalarda ara</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Tüm kanalları göster</translation>
    </message>
    <message>
        <source>The campaign uses hidden channels.</source>
        <translation>Kampanya gizli kanalları kullanıyor.</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Örnek kullan</translation>
    </message>
</context>
<context>
    <name>CampaignMessageEditor</name>
    <message>
        <source>A message of a campaign needs a time</source>
        <translation>Kampanya mesajının bir zamanı olmalı</translation>
    </message>
    <message>
        <source>Add part</source>
        <translation>Bölüm ekle</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Listeye dön</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Bitti</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk yorum</translation>
    </message>
    <message>
        <source>Go on in a thread, from the caret on</source>
        <translation>İmleçten sonrasını zincir olarak sürdür</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Bağlantı</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Bölümleri numaralandır</translation>
    </message>
    <message>
        <source>Own time</source>
        <translation>Özel zaman</translation>
    </message>
    <message>
        <source>Posted right after the message</source>
        <translation>Mesajın hemen ardından paylaşılır</translation>
    </message>
    <message>
        <source>Set by the rhythm</source>
        <translation>Ritme göre belirlenir</translation>
    </message>
</context>
<context>
    <name>CampaignMessages</name>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n bölüm</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Kabul edildi</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Hemen</translation>
    </message>
    <message>
        <source>At the same time as another post</source>
        <translation>Başka bir gönderiyle aynı zamanda</translation>
    </message>
    <message>
        <source>Empty message</source>
        <translation>Boş mesaj</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Başarısız</translation>
    </message>
    <message>
        <source>Message {number}</source>
        <translation>Mesaj {number}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Sizi bekliyor</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Boş saat yok</translation>
    </message>
    <message>
        <source>No slots for these channels</source>
        <translation>Bu kanallar için paylaşım saati yok</translation>
    </message>
    <message>
        <source>No time</source>
        <translation>Zaman yok</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Gönderilmedi</translation>
    </message>
    <message>
        <source>Own text for {names}</source>
        <translation>Özel metin: {names}</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlandı</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Gönderiliyor</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Gönderildi</translation>
    </message>
    <message>
        <source>Set a time for this message</source>
        <translation>Bu mesaj için bir zaman belirleyin</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Durduruldu</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Bu zaman geçti</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Bekliyor</translation>
    </message>
    <message>
        <source>{n} min after another post</source>
        <translation>başka bir gönderiden {n} dk sonra</translation>
    </message>
    <message>
        <source>{n} min before another post</source>
        <translation>başka bir gönderiden {n} dk önce</translation>
    </message>
</context>
<context>
    <name>CampaignNameField</name>
    <message>
        <source>Campaign name</source>
        <translation>Kampanya adı</translation>
    </message>
    <message>
        <source>Name of the campaign</source>
        <translation>Kampanyanın adı</translation>
    </message>
</context>
<context>
    <name>CampaignTimeline</name>
    <message>
        <source>Move to {time}</source>
        <translation>Şuraya taşı: {time}</translation>
    </message>
    <message>
        <source>The channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>The clocks change that day. The post is sent at {time}</source>
        <translation>O gün saatler değişiyor. Gönderi saati: {time}</translation>
    </message>
    <message>
        <source>The clocks have gone back: {zone}</source>
        <translation>Saatler geri alındı: {zone}</translation>
    </message>
    <message>
        <source>The clocks have gone forward: {zone}</source>
        <translation>Saatler ileri alındı: {zone}</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>Bu zaman geçti</translation>
    </message>
    <message>
        <source>Week of {day}</source>
        <translation>{day} haftası</translation>
    </message>
    <message>
        <source>Without a time</source>
        <translation>Zamanı olmayanlar</translation>
    </message>
    <message>
        <source>{network} also posts at {time} that day</source>
        <translation>{network} için o gün {time} saatinde başka bir gönderi de var</translation>
    </message>
</context>
<context>
    <name>Campaigns</name>
    <message>
        <source>The posts of a campaign are not being sent. See the log for details.</source>
        <translation>Bir kampanyanın gönderileri gönderilmiyor. Ayrıntılar için günlüğe bakın.</translation>
    </message>
</context>
<context>
    <name>CampaignsController</name>
    <message numerus="yes">
        <source>%Ln message(s) scheduled</source>
        <translation>
            <numerusform>%Ln mesaj planlandı</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Kampanyalar</translation>
    </message>
    <message>
        <source>Sending is paused. The posts wait in Activity.</source>
        <translation>Gönderim duraklatıldı. Gönderiler Etkinlik sayfasında bekliyor.</translation>
    </message>
    <message>
        <source>Some posts are still being removed from the schedule. Resume again in a moment.</source>
        <translation>Bazı gönderiler hâlâ plandan kaldırılıyor. Birazdan yeniden sürdürün.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped. %Ln message(s) will not be sent</source>
        <translation>
            <numerusform>Durduruldu. %Ln mesaj gönderilmeyecek</numerusform>
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
        <translation>Mesaj ekle</translation>
    </message>
    <message>
        <source>Drag to reorder: the times stay, the messages move</source>
        <translation>Sıralamak için sürükleyin: zamanlar kalır, mesajlar yer değiştirir</translation>
    </message>
</context>
<context>
    <name>CampaignsModel</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln başarısız</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesaj</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln gönderildi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stopped</source>
        <translation>
            <numerusform>%Ln durduruldu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to come</source>
        <translation>
            <numerusform>%Ln sırada</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Bitti</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a campaign.</extracomment>
        <translation>Taslak</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Başarısız</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Sizi bekliyor</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Sürüyor</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Durduruldu</translation>
    </message>
    <message>
        <source>Untitled campaign</source>
        <translation>Adsız kampanya</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>sonraki: {when}</translation>
    </message>
</context>
<context>
    <name>CampaignsPage</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesaj</numerusform>
        </translation>
    </message>
    <message>
        <source>No messages</source>
        <translation>Mesaj yok</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Henüz kaydedilmedi</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu bilgisayara kaydedildi</translation>
    </message>
    <message>
        <source>Saved on this computer {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Bu bilgisayara kaydedildi: {ago}</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Kaydediliyor…</translation>
    </message>
    <message>
        <source>Stop the campaign to change its schedule.</source>
        <translation>Planını değiştirmek için kampanyayı durdurun.</translation>
    </message>
    <message>
        <source>no channels yet</source>
        <translation>henüz kanal yok</translation>
    </message>
    <message numerus="yes">
        <source>to %Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanala</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignsState</name>
    <message>
        <source>Campaign “{name}” deleted</source>
        <translation>“{name}” kampanyası silindi</translation>
    </message>
    <message>
        <source>Scheduled posts will still be sent.</source>
        <translation>Planlanan gönderiler yine de gönderilecek.</translation>
    </message>
    <message>
        <source>Stop the campaign to change its channels.</source>
        <translation>Kanallarını değiştirmek için kampanyayı durdurun.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{name} copy</source>
        <translation>{name} kopyası</translation>
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
            <numerusform>%Ln gönderiyi sil</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Taslağı sil</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Ayrıntılar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Düzenle…</translation>
    </message>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>Taşı</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>
            <numerusform>%n gönderiyi taşı</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Activity</source>
        <translation>Etkinlik’te aç</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Oluştur’da aç</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Planda aç</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Sitede aç</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planlayıcıyı duraklat</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Sitenin planlayıcıları…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Yeniden planla…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Şimdi gönder</translation>
    </message>
    <message>
        <source>Set time</source>
        <translation>Zaman belirle</translation>
    </message>
</context>
<context>
    <name>CardPopup</name>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Düzenle</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mesaj</translation>
    </message>
    <message>
        <source>Move…</source>
        <translation>Taşı…</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Metin yok</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>Planda aç</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Sitede aç</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Gönderiyi aç</translation>
    </message>
    <message>
        <source>Open {posts}</source>
        <translation>Aç: {posts}</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planlayıcıyı duraklat</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Şimdi gönder</translation>
    </message>
</context>
<context>
    <name>ChangesList</name>
    <message>
        <source>New times</source>
        <translation>Yeni zamanlar</translation>
    </message>
</context>
<context>
    <name>ChannelGroups</name>
    <message numerus="yes">
        <source>%Ln channel(s) moved to “{name}”</source>
        <translation>
            <numerusform>%Ln kanal “{name}” grubuna taşındı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s) removed from (its/their) group</source>
        <translation>
            <numerusform>%Ln kanal grubundan çıkarıldı</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed to “{name}”</source>
        <translation>Grubun yeni adı: “{name}”</translation>
    </message>
    <message>
        <source>Group “{name}” created</source>
        <translation>“{name}” grubu oluşturuldu</translation>
    </message>
    <message>
        <source>Group “{name}” moved</source>
        <translation>“{name}” grubu taşındı</translation>
    </message>
    <message>
        <source>Group “{name}” removed. Its channels stay.</source>
        <translation>“{name}” grubu kaldırıldı. Kanalları duruyor.</translation>
    </message>
    <message>
        <source>Redone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Yinelendi: {what}</translation>
    </message>
    <message>
        <source>Undone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>Geri alındı: {what}</translation>
    </message>
    <message>
        <source>“{name}” is now part of “{other}”</source>
        <translation>“{name}” artık “{other}” grubunun parçası</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsDialog</name>
    <message>
        <source>Changes need the server</source>
        <translation>Değişiklikler için sunucu gerekir</translation>
    </message>
    <message>
        <source>Groups of {channel}</source>
        <translation>Gruplar: {channel}</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Gruplar, virgülle ayrılmış</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>Kullanılanlar: {groups}</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Henüz bir değişiklik yok</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Değişiklikleri kaydet</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Kaydediliyor…</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsPart</name>
    <message>
        <source>A person sees the channels of their groups. A channel without a group is seen by those who see all channels.</source>
        <translation>Bir kişi kendi gruplarının kanallarını görür. Grubu olmayan bir kanalı, tüm kanalları görenler görür.</translation>
    </message>
    <message>
        <source>Channels and their groups</source>
        <translation>Kanallar ve grupları</translation>
    </message>
    <message>
        <source>No channels yet. Connect an account first.</source>
        <translation>Henüz kanal yok. Önce bir hesap bağlayın.</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Grup yok</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Kaydediliyor…</translation>
    </message>
</context>
<context>
    <name>ChannelHints</name>
    <message>
        <source>Channels of this workspace are added on its site. To connect an account to this computer, open “This computer” first.</source>
        <translation>Bu çalışma alanının kanalları kendi sitesinde eklenir. Bu bilgisayara hesap bağlamak için önce “Bu bilgisayar”ı açın.</translation>
    </message>
    <message>
        <source>Only editors and owners change the settings of channels.</source>
        <translation>Kanalların ayarlarını yalnızca editörler ve sahipler değiştirir.</translation>
    </message>
    <message>
        <source>Only owners connect accounts to this workspace. Ask one.</source>
        <translation>Bu çalışma alanına yalnızca sahipler hesap bağlar. Birine sorun.</translation>
    </message>
</context>
<context>
    <name>ChannelKinds</name>
    <message>
        <source>Account</source>
        <extracomment>Kind of a channel: the account itself of somebody on a network.</extracomment>
        <translation>Hesap</translation>
    </message>
    <message>
        <source>Account story</source>
        <extracomment>Kind of a channel: posts become stories.</extracomment>
        <translation>Hesap hikâyesi</translation>
    </message>
    <message>
        <source>Blog</source>
        <translation>Blog</translation>
    </message>
    <message>
        <source>Board</source>
        <extracomment>Kind of a channel: a board on Pinterest.</extracomment>
        <translation>Pano</translation>
    </message>
    <message>
        <source>Channel</source>
        <extracomment>Kind of a channel: a channel on Telegram.</extracomment>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Sohbet</translation>
    </message>
    <message>
        <source>Community</source>
        <extracomment>Kind of a channel: a subreddit.</extracomment>
        <translation>Topluluk</translation>
    </message>
    <message>
        <source>Company</source>
        <extracomment>Kind of a channel: a company&apos;s page on LinkedIn.</extracomment>
        <translation>Şirket</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Kind of a channel: a group of people on a network.</extracomment>
        <translation>Grup</translation>
    </message>
    <message>
        <source>Location</source>
        <extracomment>Kind of a channel: a place of business on Google.</extracomment>
        <translation>Konum</translation>
    </message>
    <message>
        <source>Page</source>
        <extracomment>Kind of a channel: a page on Facebook or LinkedIn.</extracomment>
        <translation>Sayfa</translation>
    </message>
    <message>
        <source>Page story</source>
        <translation>Sayfa hikâyesi</translation>
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
            <numerusform>ve %n tane daha</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelPane</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanal</numerusform>
        </translation>
    </message>
    <message>
        <source>0 channels</source>
        <translation>0 kanal</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Etkin</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Kanal ekle…</translation>
    </message>
    <message>
        <source>Add channel</source>
        <translation>Kanal ekle</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>All channels.</extracomment>
        <translation>Tümü</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>%Ln kanalın tümü</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Aramayı temizle</translation>
    </message>
    <message>
        <source>Compact rows</source>
        <translation>Sıkışık satırlar</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Kanal bul</translation>
    </message>
    <message>
        <source>Group channels by</source>
        <translation>Kanalları gruplandır</translation>
    </message>
    <message>
        <source>Hide sandbox channels</source>
        <translation>Deneme kanallarını gizle</translation>
    </message>
    <message>
        <source>Label</source>
        <extracomment>Noun: a word that the user gives to messages and channels.</extracomment>
        <translation>Etiket</translation>
    </message>
    <message>
        <source>Loading channels</source>
        <translation>Kanallar yükleniyor</translation>
    </message>
    <message>
        <source>My groups</source>
        <translation>Gruplarım</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Ağ</translation>
    </message>
    <message numerus="yes">
        <source>New group of the (found channel/%Ln found channels)…</source>
        <translation>
            <numerusform>Bulunan %Ln kanaldan yeni grup…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>New group of the (ticked channel/%Ln ticked channels)…</source>
        <translation>
            <numerusform>İşaretli %Ln kanaldan yeni grup…</numerusform>
        </translation>
    </message>
    <message>
        <source>New group of the ticked channels…</source>
        <translation>İşaretli kanallardan yeni grup…</translation>
    </message>
    <message>
        <source>No channel matches</source>
        <translation>Eşleşen kanal yok</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Kanal yok</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Henüz kanal yok</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No channel.</extracomment>
        <translation>Hiçbiri</translation>
    </message>
    <message numerus="yes">
        <source>Only %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>Yalnızca %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Kaldır</translation>
    </message>
    <message>
        <source>Remove unlisted channels</source>
        <translation>Listede olmayan kanalları kaldır</translation>
    </message>
    <message>
        <source>Search channels</source>
        <translation>Kanallarda ara</translation>
    </message>
    <message numerus="yes">
        <source>Select the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Bulunan %Ln kanalı seç</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show only the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>Yalnızca bulunan %Ln kanalı göster</numerusform>
        </translation>
    </message>
    <message>
        <source>The channels could not be loaded</source>
        <translation>Kanallar yüklenemedi</translation>
    </message>
    <message>
        <source>The owners of this team decide which channels you see. Ask one of them to add you to a group of channels.</source>
        <translation>Hangi kanalları göreceğinize bu ekibin sahipleri karar verir. Birinden sizi bir kanal grubuna eklemesini isteyin.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln channel(s).</source>
        <translation>
            <numerusform>Arama %Ln kanalı gizliyor.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tekrar dene</translation>
    </message>
    <message>
        <source>Workspace order</source>
        <translation>Çalışma alanı sırası</translation>
    </message>
    <message>
        <source>Your accounts, pages and groups appear here. Tick the channels for your message.</source>
        <translation>Hesaplarınız, sayfalarınız ve gruplarınız burada görünür. Mesajınız için kanalları işaretleyin.</translation>
    </message>
</context>
<context>
    <name>ChannelPurpose</name>
    <message numerus="yes">
        <source>%Ln chosen channel(s) (is/are) no longer listed.</source>
        <translation>
            <numerusform>Seçilen %Ln kanal artık listede yok.</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaign goes to</source>
        <translation>Kampanya kanalları</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Hide every channel</source>
        <translation>Tüm kanalları gizle</translation>
    </message>
    <message>
        <source>Messages of this campaign go to the ticked channels, unless they have channels of their own.</source>
        <translation>Bu kampanyanın mesajları, kendi kanalları yoksa işaretli kanallara gider.</translation>
    </message>
    <message>
        <source>No groups yet. Search or tick channels, then “New group” in the menu below.</source>
        <translation>Henüz grup yok. Kanal arayın veya işaretleyin, sonra aşağıdaki menüden “Yeni grup” seçin.</translation>
    </message>
    <message>
        <source>Post to</source>
        <translation>Paylaşılacak yer</translation>
    </message>
    <message>
        <source>Select active channels</source>
        <translation>Etkin kanalları seç</translation>
    </message>
    <message>
        <source>Select all channels</source>
        <translation>Tüm kanalları seç</translation>
    </message>
    <message>
        <source>Select no channel</source>
        <translation>Hiçbir kanalı seçme</translation>
    </message>
    <message>
        <source>Show active channels</source>
        <translation>Etkin kanalları göster</translation>
    </message>
    <message>
        <source>Show channels</source>
        <translation>Kanalları göster</translation>
    </message>
    <message>
        <source>Show every channel</source>
        <translation>Tüm kanalları göster</translation>
    </message>
    <message>
        <source>The open message goes to the ticked channels.</source>
        <translation>Açık mesaj işaretli kanallara gider.</translation>
    </message>
    <message>
        <source>This page applies to all channels.</source>
        <translation>Bu sayfa tüm kanallar için geçerlidir.</translation>
    </message>
    <message>
        <source>This page shows only the ticked channels. Your messages do not change.</source>
        <translation>Bu sayfada yalnızca işaretli kanallar görünür. Mesajlarınız değişmez.</translation>
    </message>
    <message>
        <source>{ticked} of {total} selected</source>
        <translation>{total} kanaldan {ticked} seçili</translation>
    </message>
    <message>
        <source>{ticked} of {total} shown</source>
        <translation>{total} kanaldan {ticked} gösteriliyor</translation>
    </message>
</context>
<context>
    <name>ChannelStates</name>
    <message numerus="yes">
        <source>%n deleted by you</source>
        <translation>
            <numerusform>%n tanesini siz sildiniz</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Kabul edildi</translation>
    </message>
    <message numerus="yes">
        <source>Accepted for {n} of %n channel(s)</source>
        <translation>
            <numerusform>%n kanaldan {n} için kabul edildi</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Siz sildiniz</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Siz düzenlediniz</translation>
    </message>
    <message>
        <source>Given up by you</source>
        <translation>Siz vazgeçtiniz</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Kabul edilmedi</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Planda değil</translation>
    </message>
    <message>
        <source>Partly scheduled</source>
        <translation>Kısmen planlandı</translation>
    </message>
    <message>
        <source>Partly sent</source>
        <translation>Kısmen gönderildi</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message numerus="yes">
        <source>Retry %n channel(s)</source>
        <translation>
            <numerusform>%n kanalı yeniden dene</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %n post(s)</source>
        <translation>
            <numerusform>%n gönderiyi yeniden dene</numerusform>
        </translation>
    </message>
    <message>
        <source>Retry {channel}</source>
        <translation>Yeniden dene: {channel}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled for {n} of %n channel(s)</source>
        <translation>
            <numerusform>%n kanaldan {n} için planlandı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sent to {n} of %n channel(s)</source>
        <translation>
            <numerusform>%n kanaldan {n} için gönderildi</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Bekliyor</translation>
    </message>
</context>
<context>
    <name>ChannelTree</name>
    <message>
        <source>All of {network}</source>
        <translation>Tüm {network} kanalları</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Yeniden denetle</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Varsayılanlar…</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>Bağlantıyı kes…</translation>
    </message>
    <message>
        <source>Only this channel</source>
        <translation>Yalnızca bu kanal</translation>
    </message>
    <message>
        <source>Only “{name}”</source>
        <translation>Yalnızca “{name}”</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Tarayıcıda aç</translation>
    </message>
    <message>
        <source>Reconnect…</source>
        <translation>Yeniden bağla…</translation>
    </message>
    <message>
        <source>Settings of {network}…</source>
        <translation>{network} ayarları…</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Yeniden oturum aç…</translation>
    </message>
    <message>
        <source>Unlock the keychain</source>
        <translation>Anahtar zincirinin kilidini aç</translation>
    </message>
</context>
<context>
    <name>ChannelsModel</name>
    <message>
        <source>All channels</source>
        <translation>Tüm kanallar</translation>
    </message>
    <message>
        <source>Keychain is locked</source>
        <translation>Anahtar zinciri kilitli</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>Grup yok</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>Etiket yok</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Deneme alanı</translation>
    </message>
    <message>
        <source>Server not reached</source>
        <translation>Sunucuya ulaşılamadı</translation>
    </message>
    <message>
        <source>Session expired</source>
        <translation>Oturumun süresi doldu</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yeniden oturum aç</translation>
    </message>
    <message>
        <source>Sign in again before then to keep posting.</source>
        <translation>Paylaşmayı sürdürmek için öncesinde yeniden oturum açın.</translation>
    </message>
    <message>
        <source>Sign-in ends {day}</source>
        <translation>Oturum bitişi: {day}</translation>
    </message>
    <message>
        <source>Sign-in has ended</source>
        <translation>Oturum sona erdi</translation>
    </message>
    <message>
        <source>{name}: the session with {network} has expired. Posts to this channel will fail until it is connected again.</source>
        <translation>{name}: {network} oturumunun süresi doldu. Yeniden bağlanana kadar bu kanaldaki gönderiler başarısız olur.</translation>
    </message>
    <message>
        <source>{ticked} of {total}</source>
        <translation>{ticked} / {total}</translation>
    </message>
</context>
<context>
    <name>ChannelsPopup</name>
    <message>
        <source>Channels with these slots</source>
        <translation>Bu paylaşım saatlerinin kanalları</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Kanal bul</translation>
    </message>
    <message>
        <source>Search channels of these slots</source>
        <translation>Bu paylaşım saatlerinin kanallarında ara</translation>
    </message>
    <message>
        <source>Use these channels</source>
        <translation>Bu kanalları kullan</translation>
    </message>
    <message>
        <source>With none ticked, these times apply to all other channels</source>
        <translation>Hiçbiri işaretli değilse bu saatler diğer tüm kanallar için geçerlidir</translation>
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
        <translation>Diğer gönderiler</translation>
    </message>
    <message>
        <source>This campaign</source>
        <translation>Bu kampanya</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>Change how it is read</source>
        <translation>Okunma biçimini değiştir</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Değiştir…</translation>
    </message>
    <message>
        <source>Dates as</source>
        <translation>Tarih biçimi</translation>
    </message>
    <message>
        <source>First row holds the names</source>
        <translation>İlk satırda adlar var</translation>
    </message>
    <message>
        <source>JSON files always name their columns</source>
        <translation>JSON dosyaları sütunlarını her zaman adlandırır</translation>
    </message>
    <message>
        <source>No column is imported as a date</source>
        <translation>Tarih olarak içe aktarılan sütun yok</translation>
    </message>
    <message>
        <source>No column is imported as text. Choose Text in the menu above a column.</source>
        <translation>Metin olarak içe aktarılan sütun yok. Bir sütunun üstündeki menüden Metin’i seçin.</translation>
    </message>
    <message>
        <source>What does “{date}” mean? Your choice applies to the whole column.</source>
        <translation>“{date}” ne anlama geliyor? Seçiminiz tüm sütun için geçerlidir.</translation>
    </message>
</context>
<context>
    <name>Checks</name>
    <message>
        <source>Comments on {networks} have no files: move them to the first part.</source>
        <translation>{networks} yorumlarında dosya olmaz: dosyaları ilk bölüme taşıyın.</translation>
    </message>
    <message>
        <source>No channel is selected. Select where the post should go.</source>
        <translation>Kanal seçilmedi. Gönderinin nereye gideceğini seçin.</translation>
    </message>
    <message>
        <source>One paragraph has {count} characters, so typing in it is slow. Line breaks speed it up.</source>
        <translation>Bir paragrafta {count} karakter var, bu yüzden yazmak yavaşlıyor. Satır sonları hızlandırır.</translation>
    </message>
    <message>
        <source>Part {number}: {sentence}</source>
        <comment>a part of a thread</comment>
        <translation>Bölüm {number}: {sentence}</translation>
    </message>
    <message numerus="yes">
        <source>Part(s) {numbers} (is/are) empty.</source>
        <translation>
            <numerusform>Boş bölüm: {numbers}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto cannot send GIFs to {network}.</source>
        <translation>Posto GIF gönderemiyor: {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send files to {network}.</source>
        <translation>Posto dosya gönderemiyor: {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send pictures to {network}.</source>
        <translation>Posto görsel gönderemiyor: {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send videos to {network}.</source>
        <translation>Posto video gönderemiyor: {network}.</translation>
    </message>
    <message>
        <source>The defaults have a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>Varsayılanlardaki “{name}” hashtag grubu yok. Hiçbir şey eklenmez.</translation>
    </message>
    <message>
        <source>The defaults have a missing signature, “{name}”. Nothing is added.</source>
        <translation>Varsayılanlardaki “{name}” imzası yok. Hiçbir şey eklenmez.</translation>
    </message>
    <message numerus="yes">
        <source>The description of {file} has {count} characters; {networks} (cuts/cut) it at {limit}.</source>
        <translation>
            <numerusform>{file} açıklaması {count} karakter; {networks} için {limit} karakterde kesilir.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link “{link}” is not a web address.</source>
        <translation>“{link}” bağlantısı bir web adresi değil.</translation>
    </message>
    <message>
        <source>The same text goes to {count} X accounts; X forbids that.</source>
        <translation>Aynı metin {count} X hesabına gidiyor; X bunu yasaklıyor.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} on {day} at {time}.</source>
        <translation>Aynı metin {channels} için zaten planlanmış: {day}, {time}.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} today at {time}.</source>
        <translation>Aynı metin {channels} için zaten planlanmış: bugün {time}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} has {count}.</source>
        <translation>Hizmet {network} metinlerini {limit} karakterde kesiyor; {channel} özel metni {count} karakter.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>Hizmet {network} metinlerini {limit} karakterde kesiyor; {channel} özel metni bağlantısıyla {count} karakter.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text has {count}.</source>
        <translation>Hizmet {network} metinlerini {limit} karakterde kesiyor; bu metin {count} karakter.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text with its link has {count}.</source>
        <translation>Hizmet {network} metinlerini {limit} karakterde kesiyor; bu metin bağlantısıyla {count} karakter.</translation>
    </message>
    <message>
        <source>The service picks one part of “{found}” at random.</source>
        <translation>Hizmet “{found}” içinden rastgele bir parça seçer.</translation>
    </message>
    <message>
        <source>The service removes “{found}”: it looks like an HTML tag.</source>
        <translation>Hizmet “{found}” ifadesini kaldırır: HTML etiketine benziyor.</translation>
    </message>
    <message>
        <source>The service replaces its variable “{found}”.</source>
        <translation>Hizmet “{found}” değişkeninin yerine değerini koyar.</translation>
    </message>
    <message>
        <source>The service replaces “{found}” by its character.</source>
        <translation>Hizmet “{found}” yerine karşılığı olan karakteri koyar.</translation>
    </message>
    <message>
        <source>The site makes one blank line of several.</source>
        <translation>Site birden çok boş satırı tek satır yapar.</translation>
    </message>
    <message>
        <source>The site shortens links with {service} only for its own posts. This link stays as it is.</source>
        <translation>Site bağlantıları {service} ile yalnızca kendi yazıları için kısaltır. Bu bağlantı olduğu gibi kalır.</translation>
    </message>
    <message numerus="yes">
        <source>The sound of {file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} dosyasının sesi: {type}; {networks} için izin verilenler: {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The style “{name}” does not exist.</source>
        <translation>“{name}” stili yok.</translation>
    </message>
    <message>
        <source>The style “{name}” has the unknown variable {variable}.</source>
        <translation>“{name}” stilinde bilinmeyen bir değişken var: {variable}.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>“{style}” stilindeki “{name}” hashtag grubu yok. Hiçbir şey eklenmez.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing signature, “{name}”. Nothing is added.</source>
        <translation>“{style}” stilindeki “{name}” imzası yok. Hiçbir şey eklenmez.</translation>
    </message>
    <message>
        <source>The time has passed. Choose a later one.</source>
        <translation>Bu zaman geçti. Daha sonrasını seçin.</translation>
    </message>
    <message>
        <source>The time is more than a year away. Is the year right?</source>
        <translation>Zaman bir yıldan daha ileride. Yıl doğru mu?</translation>
    </message>
    <message>
        <source>The time is very near. The post may go out some seconds later.</source>
        <translation>Zaman çok yakın. Gönderi birkaç saniye geç gidebilir.</translation>
    </message>
    <message>
        <source>The time is very near. Uploading the files may take longer.</source>
        <translation>Zaman çok yakın. Dosyaların yüklenmesi daha uzun sürebilir.</translation>
    </message>
    <message>
        <source>The time “{time}” cannot be used.</source>
        <translation>“{time}” zamanı kullanılamıyor.</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the defaults applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>Varsayılanlardaki filigran yalnızca hareketsiz görsellere uygulanır: {files} filigransız gider.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the defaults cannot be used. {reason}</source>
        <translation>Varsayılanlardaki filigran kullanılamıyor. {reason}</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the style “{style}” applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>“{style}” stilindeki filigran yalnızca hareketsiz görsellere uygulanır: {files} filigransız gider.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>“{style}” stilindeki filigran kullanılamıyor. {reason}</translation>
    </message>
    <message>
        <source>The {network} session of {channel} has expired. The post will fail there until it is connected again.</source>
        <translation>{channel} kanalının {network} oturumunun süresi doldu. Yeniden bağlanana kadar gönderi orada başarısız olur.</translation>
    </message>
    <message>
        <source>The {network} sessions of {channels} have expired. The posts will fail there until they are connected again.</source>
        <translation>{channels} kanallarının {network} oturumlarının süresi doldu. Yeniden bağlanana kadar gönderiler orada başarısız olur.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Henüz paylaşılacak bir şey yok. Metin yazın veya görsel ekleyin.</translation>
    </message>
    <message>
        <source>{file} has its index at the end; {networks} may refuse it.</source>
        <translation>{file} dizini sonda; {networks} reddedebilir.</translation>
    </message>
    <message>
        <source>{file} has no description for people who cannot see it.</source>
        <translation>{file} dosyasının, göremeyenler için açıklaması yok.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file}: saniyede {rate} kare; {networks} için en fazla {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) {most} or more.</source>
        <translation>
            <numerusform>{file}: saniyede {rate} kare; {networks} için en az {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate}; {networks} (takes/take) up to {most} and may compress it again.</source>
        <translation>
            <numerusform>{file}: {rate}; {networks} en fazla {most} alır ve yeniden sıkıştırabilir.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is HDR: for {networks} it gets the colours of ordinary screens.</source>
        <translation>{file} HDR: {networks} için sıradan ekranların renklerini alır.</translation>
    </message>
    <message>
        <source>{file} is HDR: {networks} may show its colours pale or too dark.</source>
        <translation>{file} HDR: {networks} renklerini soluk ya da fazla koyu gösterebilir.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is a GIF; {networks} (allows/allow) none.</source>
        <translation>
            <numerusform>{file} bir GIF; {networks} GIF’e izin vermiyor.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is encoded anew for {networks}: {pixels}, about {size}.</source>
        <translation>{file}, {networks} için yeniden kodlanır: {pixels}, yaklaşık {size}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is encoded as {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} kodlaması: {type}; {networks} için izin verilenler: {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is of an unknown type: it becomes {other} for {networks}.</source>
        <translation>{file} bilinmeyen bir türde: {networks} için {other} biçimine dönüştürülür.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop it.</source>
        <translation>{file}, {networks} için fazla uzun. Kırpın.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop to {ratio} or wider.</source>
        <translation>{file}, {networks} için fazla uzun. {ratio} veya daha geniş olacak şekilde kırpın.</translation>
    </message>
    <message>
        <source>{file} is too wide for {networks}. Crop to {ratio} or narrower.</source>
        <translation>{file}, {networks} için fazla geniş. {ratio} veya daha dar olacak şekilde kırpın.</translation>
    </message>
    <message>
        <source>{file} is written anew as MP4 for {networks}, without a loss of quality.</source>
        <translation>{file}, {networks} için kalite kaybı olmadan MP4 olarak yeniden yazılır.</translation>
    </message>
    <message>
        <source>{file} is {size}: Posto shrinks it to {most} for {networks}.</source>
        <translation>{file}: {size}. Posto, {networks} için şu boyuta küçültür: {most}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.</source>
        <translation>
            <numerusform>{file}: {size}; {networks} için en fazla yükseklik {most} piksel.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.</source>
        <translation>
            <numerusform>{file}: {size}; {networks} için en fazla genişlik {most} piksel.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file}: {size}; {networks} için en fazla {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.</source>
        <translation>
            <numerusform>{file}: {size}; {networks} için en az genişlik {least} piksel.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more.</source>
        <translation>
            <numerusform>{file}: {size}; {networks} için en az {least} piksel.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is {type}: it becomes {other} for {networks}.</source>
        <translation>{file}: {type}; {networks} için {other} biçimine dönüştürülür.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file}: {type}; {networks} için izin verilenler: {types}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>{file} süresi: {length}; {networks} için en fazla {most}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) {least} or more.</source>
        <translation>
            <numerusform>{file} süresi: {length}; {networks} için en az {least}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} was not found. Put it back or remove it here.</source>
        <translation>{file} bulunamadı. Yerine geri koyun veya buradan kaldırın.</translation>
    </message>
    <message numerus="yes">
        <source>{networks} (does/do) not support first comments.</source>
        <translation>
            <numerusform>{networks} ilk yorumu desteklemiyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) all parts as one post.</source>
        <translation>
            <numerusform>{networks} için tüm bölümler tek gönderi olur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) only the first part.</source>
        <translation>
            <numerusform>{networks} için yalnızca ilk bölüm gider.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links on stories only. In the text the link can be read, but not clicked.</source>
        <translation>
            <numerusform>{networks} bağlantıları yalnızca hikâyelerde gösterir. Metindeki bağlantı okunur ama tıklanamaz.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links only in the text.</source>
        <translation>
            <numerusform>{networks} bağlantıları yalnızca metinde gösterir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) the parts after the first as comments.</source>
        <translation>
            <numerusform>{networks} ilk bölümden sonrakileri yorum olarak gösterir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from here. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} buradan zincir almıyor. Bunun yerine ne gönderileceğini seçin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from the sandbox. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} deneme alanından zincir almıyor. Bunun yerine ne gönderileceğini seçin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads through this service. Choose what is sent instead.</source>
        <translation>
            <numerusform>{networks} bu hizmet üzerinden zincir almıyor. Bunun yerine ne gönderileceğini seçin.</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} cannot mix pictures and video in one post.</source>
        <translation>{networks} tek gönderide görsel ve videoyu birlikte kabul etmiyor.</translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln GIF(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} gönderi başına %Ln GIF’e izin veriyor; bu mesajda {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln file(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} gönderi başına %Ln dosyaya izin veriyor; bu mesajda {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln hashtag(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} %Ln hashtag’e izin veriyor; bu metinde {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln mention(s), this text has {count}.</source>
        <translation>
            <numerusform>{network} %Ln bahsetmeye izin veriyor; bu metinde {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln picture(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} gönderi başına %Ln görsele izin veriyor; bu mesajda {count} var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln video(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>{network} gönderi başına %Ln videoya izin veriyor; bu mesajda {count} var.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} {limit} bayt metne izin veriyor; {channel} özel metni {count} bayt: aksanlı harfler ve emojiler birkaç bayt sayılır.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} {limit} bayt metne izin veriyor; {channel} özel metni bağlantısıyla {count} bayt: aksanlı harfler ve emojiler birkaç bayt sayılır.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} {limit} bayt metne izin veriyor; bu metin {count} bayt: aksanlı harfler ve emojiler birkaç bayt sayılır.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>{network} {limit} bayt metne izin veriyor; bu metin bağlantısıyla {count} bayt: aksanlı harfler ve emojiler birkaç bayt sayılır.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters in a title, this one has {count}.</source>
        <translation>{network} başlıkta {limit} karaktere izin veriyor; bu başlık {count} karakter.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} has {count}.</source>
        <translation>{network} görsel veya video altında {limit} karaktere izin veriyor; {channel} özel metni {count} karakter.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} with its link has {count}.</source>
        <translation>{network} görsel veya video altında {limit} karaktere izin veriyor; {channel} özel metni bağlantısıyla {count} karakter.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text has {count}.</source>
        <translation>{network} görsel veya video altında {limit} karaktere izin veriyor; bu metin {count} karakter.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text with its link has {count}.</source>
        <translation>{network} görsel veya video altında {limit} karaktere izin veriyor; bu metin bağlantısıyla {count} karakter.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} has {count}.</source>
        <translation>{network} {limit} karaktere izin veriyor; {channel} özel metni {count} karakter.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>{network} {limit} karaktere izin veriyor; {channel} özel metni bağlantısıyla {count} karakter.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text has {count}.</source>
        <translation>{network} {limit} karaktere izin veriyor; bu metin {count} karakter.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text with its link has {count}.</source>
        <translation>{network} {limit} karaktere izin veriyor; bu metin bağlantısıyla {count} karakter.</translation>
    </message>
    <message>
        <source>{network} needs a picture or a video.</source>
        <translation>{network} için bir görsel veya video gerekli.</translation>
    </message>
    <message>
        <source>{network} needs a picture.</source>
        <translation>{network} için bir görsel gerekli.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file.</source>
        <translation>{network} için metin veya dosya gerekli.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file; its own text is empty.</source>
        <translation>{network} için metin veya dosya gerekli; özel metni boş.</translation>
    </message>
    <message>
        <source>{network} needs a text.</source>
        <translation>{network} için metin gerekli.</translation>
    </message>
    <message>
        <source>{network} needs a title.</source>
        <translation>{network} için başlık gerekli.</translation>
    </message>
    <message>
        <source>{network} needs a video.</source>
        <translation>{network} için video gerekli.</translation>
    </message>
    <message numerus="yes">
        <source>{network} shows the link and leaves out the (file/%Ln files).</source>
        <translation>
            <numerusform>{network} bağlantıyı gösterir ve %Ln dosyayı dışarıda bırakır.</numerusform>
        </translation>
    </message>
    <message>
        <source>{sentence} Characters such as # and @ count twice there.</source>
        <translation>{sentence} # ve @ gibi karakterler orada iki sayılır.</translation>
    </message>
    <message>
        <source>{sentence} The service cuts at {limit}.</source>
        <translation>{sentence} Hizmet {limit} karakterde keser.</translation>
    </message>
</context>
<context>
    <name>ChecksPanel</name>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n denetim</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) (has/have) no description for people who cannot see (it/them).</source>
        <translation>
            <numerusform>Göremeyenler için açıklaması olmayan %n dosya var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hint(s)</source>
        <translation>
            <numerusform>%n ipucu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n sorun</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n uyarı</numerusform>
        </translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Denetimler</translation>
    </message>
    <message>
        <source>Done: {sentence}</source>
        <extracomment>{sentence}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Tamam: {sentence}</translation>
    </message>
    <message>
        <source>Hide checks</source>
        <translation>Denetimleri gizle</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>İpucu</translation>
    </message>
    <message>
        <source>No problems left</source>
        <translation>Sorun kalmadı</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Sorun</translation>
    </message>
    <message>
        <source>Show checks</source>
        <translation>Denetimleri göster</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Uyarı</translation>
    </message>
    <message numerus="yes">
        <source>{sentence} Same for %n more file(s).</source>
        <translation>
            <numerusform>{sentence} %n dosya için daha aynı durum.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChecksPresenter</name>
    <message numerus="yes">
        <source>%Ln channel(s) (is/are) left out</source>
        <translation>
            <numerusform>%Ln kanal dışarıda bırakıldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) removed from the message</source>
        <translation>
            <numerusform>%n dosya mesajdan kaldırıldı</numerusform>
        </translation>
    </message>
    <message>
        <source>Done: {what}</source>
        <extracomment>{what}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>Tamam: {what}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{name} and {other} removed from the message</source>
        <translation>{name} ve {other} mesajdan kaldırıldı</translation>
    </message>
    <message>
        <source>{name} is left out</source>
        <translation>{name} dışarıda bırakıldı</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} mesajdan kaldırıldı</translation>
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
        <translation>Sütunlar ve satırlar…</translation>
    </message>
    <message>
        <source>Earliest first</source>
        <translation>Önce en erken</translation>
    </message>
    <message>
        <source>Group posts of a message</source>
        <translation>Bir mesajın gönderilerini gruplandır</translation>
    </message>
    <message>
        <source>Hide {column}</source>
        <translation>Sütunu gizle: {column}</translation>
    </message>
    <message>
        <source>Latest first</source>
        <translation>Önce en geç</translation>
    </message>
    <message>
        <source>Move {column} left</source>
        <translation>Sola taşı: {column}</translation>
    </message>
    <message>
        <source>Move {column} right</source>
        <translation>Sağa taşı: {column}</translation>
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
        <translation>Ferah</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Sıkışık</translation>
    </message>
    <message>
        <source>Move {column} down</source>
        <translation>Aşağı taşı: {column}</translation>
    </message>
    <message>
        <source>Move {column} up</source>
        <translation>Yukarı taşı: {column}</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>Sütunları sıfırla</translation>
    </message>
    <message>
        <source>Reverse order</source>
        <translation>Sırayı ters çevir</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Satır yüksekliği</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Satırlar</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Sıralama ölçütü</translation>
    </message>
    <message>
        <source>Time cannot be hidden: it contains the checkboxes</source>
        <translation>Zaman gizlenemez: onay kutuları oradadır</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find commands, channels, messages, posts…</source>
        <translation>Komut, kanal, mesaj, gönderi bul…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Bulunanlar</translation>
    </message>
    <message>
        <source>Nothing matches “{words}”</source>
        <translation>Eşleşen yok: “{words}”</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Her şeyde ara</translation>
    </message>
</context>
<context>
    <name>CommonWarnings</name>
    <message>
        <source>Keep them</source>
        <translation>Koru</translation>
    </message>
    <message>
        <source>Leave these rows out</source>
        <translation>Bu satırları dışarıda bırak</translation>
    </message>
    <message>
        <source>Locate them…</source>
        <translation>Yerlerini göster…</translation>
    </message>
</context>
<context>
    <name>ComposeActionBar</name>
    <message>
        <source>More ways to post</source>
        <translation>Diğer paylaşma yolları</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Taslak olarak kaydet</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Şimdi gönder</translation>
    </message>
    <message>
        <source>Show checks below</source>
        <translation>Denetimleri aşağıda göster</translation>
    </message>
    <message>
        <source>X charges each post to the credits of your app, and more for one with a link.</source>
        <translation>X her gönderiyi uygulamanızın kredisinden düşer; bağlantı içerenler için daha fazlasını alır.</translation>
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
        <translation>Dosya ekle…</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>Görsel veya video ekle</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Kalıcı mesajlara ekle</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Zamanı değiştir</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Bu mesajı kapat</translation>
    </message>
    <message>
        <source>Discard this message</source>
        <translation>Bu mesajdan vazgeç</translation>
    </message>
    <message>
        <source>Drafts ({n})…</source>
        <translation>Taslaklar ({n})…</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Taslaklar ve şablonlar</translation>
    </message>
    <message>
        <source>Drafts…</source>
        <translation>Taslaklar…</translation>
    </message>
    <message>
        <source>Fill the message from a post of the site</source>
        <translation>İletiyi sitenin bir yazısıyla doldur</translation>
    </message>
    <message>
        <source>From the site…</source>
        <translation>Siteden…</translation>
    </message>
    <message>
        <source>Insert an emoji</source>
        <translation>Emoji ekle</translation>
    </message>
    <message>
        <source>Insert emoji…</source>
        <translation>Emoji ekle…</translation>
    </message>
    <message>
        <source>Insert hashtags, a signature or a snippet</source>
        <translation>Hashtag, imza veya hazır metin ekle</translation>
    </message>
    <message>
        <source>Insert snippet…</source>
        <translation>Hazır metin ekle…</translation>
    </message>
    <message>
        <source>Keep a copy to send again and again</source>
        <translation>Tekrar tekrar göndermek için bir kopya tut</translation>
    </message>
    <message>
        <source>Manage snippets…</source>
        <translation>Hazır metinleri yönet…</translation>
    </message>
    <message>
        <source>Needs a WordPress site: this computer has none.</source>
        <translation>WordPress sitesi gerekir: bu bilgisayarda yok.</translation>
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
        <translation>Bunların yanına yeni mesaj</translation>
    </message>
    <message>
        <source>New message beside this one</source>
        <translation>Bunun yanına yeni mesaj</translation>
    </message>
    <message>
        <source>Next free slot</source>
        <translation>Sonraki boş saat</translation>
    </message>
    <message>
        <source>Next network tab</source>
        <translation>Sonraki ağ sekmesi</translation>
    </message>
    <message>
        <source>Next open message</source>
        <translation>Sonraki açık mesaj</translation>
    </message>
    <message>
        <source>Previous network tab</source>
        <translation>Önceki ağ sekmesi</translation>
    </message>
    <message>
        <source>Previous open message</source>
        <translation>Önceki açık mesaj</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Tekrarla…</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>Taslak olarak kaydet</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Şablon olarak kaydet…</translation>
    </message>
    <message>
        <source>Save to Drafts and start a new message</source>
        <translation>Taslaklara kaydet ve yeni mesaja başla</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Şimdi gönder</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Önizlemeyi göster veya gizle</translation>
    </message>
    <message>
        <source>Show the preview</source>
        <translation>Önizlemeyi göster</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Örnek görsel kullan</translation>
    </message>
</context>
<context>
    <name>ComposeController</name>
    <message numerus="yes">
        <source>%Ln post(s) scheduled</source>
        <translation>
            <numerusform>%Ln gönderi planlandı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln gönderi planlandı: {first} – {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln gönderi planlandı: {when}</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Düzenle</translation>
    </message>
    <message>
        <source>Not sent yet.</source>
        <translation>Henüz gönderilmedi.</translation>
    </message>
    <message>
        <source>Proposed. An editor has to approve it.</source>
        <translation>Önerildi. Bir editörün onaylaması gerekiyor.</translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderi gönderiliyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>%Ln gönderi {seconds} sn içinde gönderiliyor</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>“{title}” was already sent. You can no longer undo it.</source>
        <translation>“{title}” zaten gönderildi. Artık geri alamazsınız.</translation>
    </message>
    <message>
        <source>“{title}” will not be sent</source>
        <translation>“{title}” gönderilmeyecek</translation>
    </message>
</context>
<context>
    <name>ComposeLayout</name>
    <message>
        <source>Drafts</source>
        <translation>Taslaklar</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Daha fazla</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Önizleme</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>Ne söylemek istersiniz?</translation>
    </message>
</context>
<context>
    <name>ComposePage</name>
    <message>
        <source>Draft saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Taslak kaydedildi</translation>
    </message>
    <message>
        <source>Draft saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Taslak kaydedildi: {ago}</translation>
    </message>
    <message>
        <source>No changes yet</source>
        <translation>Henüz değişiklik yok</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Kaydedilmedi</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Henüz kaydedilmedi</translation>
    </message>
    <message>
        <source>Not saved: {why}</source>
        <translation>Kaydedilmedi: {why}</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Henüz bir şey yazılmadı</translation>
    </message>
    <message>
        <source>Saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Kaydedildi</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu bilgisayara kaydedildi</translation>
    </message>
    <message>
        <source>Saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>Kaydedildi: {ago}</translation>
    </message>
    <message>
        <source>The scheduled message stays as it is until you save the changes</source>
        <translation>Değişiklikleri kaydedene kadar planlanan mesaj olduğu gibi kalır</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>Check {network} first. If the post is already there, it is published twice.</source>
        <translation>Önce {network} üzerinde denetleyin. Gönderi zaten oradaysa iki kez yayımlanır.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Yeniden gönder</translation>
    </message>
    <message>
        <source>Send it again?</source>
        <translation>Yeniden gönderilsin mi?</translation>
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
        <translation>Kanal ekle</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>Geri</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>İptal</translation>
    </message>
    <message>
        <source>Choose a network first.</source>
        <translation>Önce bir ağ seçin.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Devam</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Bitir</translation>
    </message>
    <message>
        <source>Is this the account?</source>
        <translation>Hesap bu mu?</translation>
    </message>
    <message>
        <source>Open browser</source>
        <translation>Tarayıcıyı aç</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Oturum aç</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yeniden oturum aç</translation>
    </message>
    <message>
        <source>Sign in to {network}.</source>
        <translation>{network} hesabında oturum açın.</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Oturum açılıyor</translation>
    </message>
    <message>
        <source>Step {number} of 3. {words}</source>
        <translation>Adım {number}/3. {words}</translation>
    </message>
    <message>
        <source>Waiting for the browser.</source>
        <translation>Tarayıcı bekleniyor.</translation>
    </message>
    <message>
        <source>Where do you want to publish?</source>
        <translation>Nerede yayımlamak istiyorsunuz?</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>Çalışıyor…</translation>
    </message>
    <message>
        <source>{network} no longer accepts Posto&apos;s sign-in. The channel and its schedule stay.</source>
        <translation>{network} artık Posto’nun oturumunu kabul etmiyor. Kanal ve planı duruyor.</translation>
    </message>
</context>
<context>
    <name>ConnectState</name>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Yayımlanacak en az bir yer seçin.</translation>
    </message>
    <message>
        <source>Choose where it is kept.</source>
        <translation>Nerede saklanacağını seçin.</translation>
    </message>
    <message>
        <source>Fill this in.</source>
        <translation>Burayı doldurun.</translation>
    </message>
    <message>
        <source>Paste the address first.</source>
        <translation>Önce adresi yapıştırın.</translation>
    </message>
</context>
<context>
    <name>CounterRing</name>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: %Ln karakter kaldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln karakter fazla</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterRow</name>
    <message>
        <source>each link counts {n}</source>
        <translation>her bağlantı {n} sayılır</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: %Ln karakter kaldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln karakter fazla</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CountsPopup</name>
    <message>
        <source>Characters left</source>
        <translation>Kalan karakter</translation>
    </message>
</context>
<context>
    <name>CoverSlider</name>
    <message>
        <source>Cover frame</source>
        <translation>Kapak karesi</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>Bottom left corner of the crop</source>
        <translation>Kırpmanın sol alt köşesi</translation>
    </message>
    <message>
        <source>Bottom right corner of the crop</source>
        <translation>Kırpmanın sağ alt köşesi</translation>
    </message>
    <message>
        <source>Bottom side of the crop</source>
        <translation>Kırpmanın alt kenarı</translation>
    </message>
    <message>
        <source>Crop of {name}</source>
        <translation>{name} kırpması</translation>
    </message>
    <message>
        <source>Left side of the crop</source>
        <translation>Kırpmanın sol kenarı</translation>
    </message>
    <message>
        <source>Right side of the crop</source>
        <translation>Kırpmanın sağ kenarı</translation>
    </message>
    <message>
        <source>Top left corner of the crop</source>
        <translation>Kırpmanın sol üst köşesi</translation>
    </message>
    <message>
        <source>Top right corner of the crop</source>
        <translation>Kırpmanın sağ üst köşesi</translation>
    </message>
    <message>
        <source>Top side of the crop</source>
        <translation>Kırpmanın üst kenarı</translation>
    </message>
    <message>
        <source>{width} % wide and {height} % high, {left} % from the left, {top} % from the top</source>
        <translation>genişlik %{width}, yükseklik %{height}, soldan %{left}, üstten %{top}</translation>
    </message>
</context>
<context>
    <name>DamagedStylePanel</name>
    <message>
        <source>Open the folder</source>
        <translation>Klasörü aç</translation>
    </message>
    <message>
        <source>Open the folder of styles</source>
        <translation>Stil klasörünü aç</translation>
    </message>
    <message>
        <source>Posto cannot use this file and will not change it. Fix it in a text editor or remove it from its folder.</source>
        <translation>Posto bu dosyayı kullanamıyor ve değiştirmeyecek. Bir metin düzenleyicide düzeltin veya klasöründen kaldırın.</translation>
    </message>
</context>
<context>
    <name>DateSpan</name>
    <message>
        <source>From today</source>
        <translation>Bugünden itibaren</translation>
    </message>
    <message>
        <source>From {day}</source>
        <translation>Başlangıç: {day}</translation>
    </message>
    <message>
        <source>Next 7 days</source>
        <translation>Sonraki 7 gün</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Bu ay</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>Bu hafta</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Bugün</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>Bitiş: {day}</translation>
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
        <translation>Bugün</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Yarın</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Dün</translation>
    </message>
    <message>
        <source>today</source>
        <translation>bugün</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>yarın</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>dün</translation>
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
        <translation>Herhangi bir tarih</translation>
    </message>
    <message>
        <source>Dates</source>
        <translation>Tarihler</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Bitti</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Önceki ay</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Başlangıç</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>Başlangıç … bitiş …</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Sonraki ay</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bitiş</translation>
    </message>
</context>
<context>
    <name>DayWords</name>
    <message>
        <source>today</source>
        <translation>bugün</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>dün</translation>
    </message>
    <message>
        <source>“{text}” is not a day. Try “{date}”, “{weekday}” or “{weeks}”.</source>
        <translation>“{text}” bir gün değil. Şunu deneyin: “{date}”, “{weekday}” veya “{weeks}”.</translation>
    </message>
</context>
<context>
    <name>DaysPopup</name>
    <message>
        <source>Use these days</source>
        <translation>Bu günleri kullan</translation>
    </message>
</context>
<context>
    <name>DeepLinks</name>
    <message>
        <source>The link cannot be read.</source>
        <translation>Bağlantı okunamıyor.</translation>
    </message>
    <message>
        <source>The link does not begin with “{start}”.</source>
        <translation>Bağlantı “{start}” ile başlamıyor.</translation>
    </message>
    <message numerus="yes">
        <source>The link has %n part(s), and a thread {most} at most.</source>
        <translation>
            <numerusform>Bağlantıda %n bölüm var; zincirde en fazla {most} olabilir.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link is too long.</source>
        <translation>Bağlantı çok uzun.</translation>
    </message>
    <message>
        <source>The link leads to “{page}”. This version has no such page.</source>
        <translation>Bağlantı “{page}” sayfasına gidiyor. Bu sürümde öyle bir sayfa yok.</translation>
    </message>
    <message>
        <source>The link would attach an address that is not a web address.</source>
        <translation>Bağlantı, web adresi olmayan bir adres eklerdi.</translation>
    </message>
</context>
<context>
    <name>DefaultEditor</name>
    <message>
        <source>All channels of {network} share their pictures. Set this for {network}.</source>
        <translation>Tüm {network} kanalları görsellerini paylaşır. Bunu {network} için ayarlayın.</translation>
    </message>
    <message>
        <source>Choose an option above</source>
        <translation>Yukarıdan bir seçenek seçin</translation>
    </message>
    <message>
        <source>Default for</source>
        <translation>Varsayılanın geçerli olduğu yer</translation>
    </message>
    <message>
        <source>Default: {option}</source>
        <translation>Varsayılan: {option}</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Burada sıfırlanacak bir şey yok</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Sıfırla</translation>
    </message>
    <message>
        <source>Reset the default</source>
        <translation>Varsayılanı sıfırla</translation>
    </message>
    <message>
        <source>Used for every post to {name}, unless a style or the post sets its own</source>
        <translation>Stil veya gönderi kendi değerini belirlemedikçe her {name} gönderisinde kullanılır</translation>
    </message>
    <message>
        <source>Used for posts to {name} instead of the default of {network}</source>
        <translation>{name} gönderilerinde {network} varsayılanı yerine kullanılır</translation>
    </message>
</context>
<context>
    <name>Defaults</name>
    <message>
        <source>As typed</source>
        <translation>Yazıldığı gibi</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Boş</translation>
    </message>
    <message>
        <source>In effect</source>
        <translation>Geçerli</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Hayır</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Stil yok</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Hiçbiri</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>Ayarlanmadı</translation>
    </message>
    <message>
        <source>On the service</source>
        <translation>Hizmette</translation>
    </message>
    <message>
        <source>Option</source>
        <translation>Seçenek</translation>
    </message>
    <message>
        <source>This message</source>
        <translation>Bu mesaj</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Evet</translation>
    </message>
    <message>
        <source>{layer}: not set</source>
        <extracomment>{layer}: where a value could be set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: ayarlanmadı</translation>
    </message>
    <message>
        <source>{layer}: {value}. In effect.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. Geçerli.</translation>
    </message>
    <message>
        <source>{layer}: {value}. Not used here.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. Burada kullanılmıyor.</translation>
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
        <translation>Varsayılanlar</translation>
    </message>
    <message>
        <source>Layers of the defaults</source>
        <translation>Varsayılan katmanları</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>Henüz kanal yok</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Stil yok</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu bilgisayara kaydedildi</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Used when a message does not set an option. Layers further right take precedence.</source>
        <translation>Mesaj bir seçeneği belirlemediğinde kullanılır. Daha sağdaki katmanlar önceliklidir.</translation>
    </message>
</context>
<context>
    <name>Delivery</name>
    <message numerus="yes">
        <source>%n of its channels no longer exist. Nothing was sent.</source>
        <translation>
            <numerusform>Kanallarından %n tanesi artık yok. Hiçbir şey gönderilmedi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts were changed or sent meanwhile, so they stay.</source>
        <translation>
            <numerusform>{total} gönderiden %n tanesi bu arada değişti veya gönderildi; bu yüzden kalıyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s), {digest}</source>
        <translation>
            <numerusform>%n gönderi, {digest}</numerusform>
        </translation>
    </message>
    <message>
        <source>A repeat makes at most {n} posts. Nothing was sent.</source>
        <translation>Bir tekrar en fazla {n} gönderi oluşturur. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>An earlier change of it has an unclear outcome. Resolve that first.</source>
        <translation>Daha önceki bir değişikliğinin sonucu belirsiz. Önce onu çözün.</translation>
    </message>
    <message>
        <source>An earlier change of it is not finished yet.</source>
        <translation>Daha önceki bir değişikliği henüz bitmedi.</translation>
    </message>
    <message>
        <source>Another post has its slot. Nothing was sent.</source>
        <translation>Saatini başka bir gönderi aldı. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Confirmed by you in the app</source>
        <translation>Uygulamada siz onayladınız</translation>
    </message>
    <message>
        <source>Confirmed by you on a terminal</source>
        <translation>Terminalde siz onayladınız</translation>
    </message>
    <message>
        <source>Declined by you in the app</source>
        <translation>Uygulamada siz reddettiniz</translation>
    </message>
    <message>
        <source>Declined by you on a terminal</source>
        <translation>Terminalde siz reddettiniz</translation>
    </message>
    <message>
        <source>It belongs to a post of the site and can be moved only there.</source>
        <translation>Sitedeki bir yazıya ait ve yalnızca orada taşınabilir.</translation>
    </message>
    <message>
        <source>It could not be done in time. Propose it again.</source>
        <translation>Zamanında yapılamadı. Yeniden önerin.</translation>
    </message>
    <message>
        <source>It could not be moved.</source>
        <translation>Taşınamadı.</translation>
    </message>
    <message>
        <source>It goes out in a few minutes anyway.</source>
        <translation>Zaten birkaç dakika içinde gidiyor.</translation>
    </message>
    <message>
        <source>It is being moved.</source>
        <translation>Taşınıyor.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Şu anda gönderiliyor.</translation>
    </message>
    <message>
        <source>It is being sent right now. Posto waits for the result.</source>
        <translation>Şu anda gönderiliyor. Posto sonucu bekliyor.</translation>
    </message>
    <message>
        <source>It is due right now, so the service may be sending it.</source>
        <translation>Zamanı şu anda geldi; hizmet onu gönderiyor olabilir.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule, or it is being sent right now.</source>
        <translation>Artık planda değil veya şu anda gönderiliyor.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule. Your changes are kept here.</source>
        <translation>Artık planda değil. Değişiklikleriniz burada duruyor.</translation>
    </message>
    <message>
        <source>It is no longer waiting.</source>
        <translation>Artık beklemiyor.</translation>
    </message>
    <message>
        <source>It is not what was proposed any more. Nothing was done.</source>
        <translation>Artık önerilenle aynı değil. Hiçbir şey yapılmadı.</translation>
    </message>
    <message>
        <source>It is not what was proposed. Nothing was deleted.</source>
        <translation>Önerilenle aynı değil. Hiçbir şey silinmedi.</translation>
    </message>
    <message>
        <source>It is overdue. Choose a time at least 5 minutes from now.</source>
        <translation>Zamanı geçmiş. En az 5 dakika sonrasını seçin.</translation>
    </message>
    <message>
        <source>It is too late to undo this.</source>
        <translation>Bunu geri almak için çok geç.</translation>
    </message>
    <message>
        <source>It may be being sent right now.</source>
        <translation>Şu anda gönderiliyor olabilir.</translation>
    </message>
    <message>
        <source>It may have been sent; that cannot be checked yet.</source>
        <translation>Gönderilmiş olabilir; bu henüz denetlenemiyor.</translation>
    </message>
    <message>
        <source>It was accepted; for which channels cannot be checked yet.</source>
        <translation>Kabul edildi; hangi kanallar için olduğu henüz denetlenemiyor.</translation>
    </message>
    <message>
        <source>It was answered already.</source>
        <translation>Zaten yanıtlandı.</translation>
    </message>
    <message>
        <source>It was changed after the move was proposed.</source>
        <translation>Taşıma önerildikten sonra değişti.</translation>
    </message>
    <message>
        <source>It was changed or sent meanwhile, so it stays.</source>
        <translation>Bu arada değişti veya gönderildi; bu yüzden kalıyor.</translation>
    </message>
    <message>
        <source>It was not confirmed within ten minutes. Have it proposed again.</source>
        <translation>On dakika içinde onaylanmadı. Yeniden önerilmesini sağlayın.</translation>
    </message>
    <message>
        <source>It was sent already.</source>
        <translation>Zaten gönderildi.</translation>
    </message>
    <message>
        <source>It was sent at both times.</source>
        <translation>Her iki zamanda da gönderildi.</translation>
    </message>
    <message>
        <source>It was sent before your changes were saved. They are kept here.</source>
        <translation>Değişiklikleriniz kaydedilmeden gönderildi. Değişiklikler burada duruyor.</translation>
    </message>
    <message>
        <source>It was sent while it was being moved.</source>
        <translation>Taşınırken gönderildi.</translation>
    </message>
    <message>
        <source>Its channel no longer exists. Nothing was sent.</source>
        <translation>Kanalı artık yok. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Its earlier time has passed, so you cannot undo this.</source>
        <translation>Önceki zamanı geçti; bu yüzden bunu geri alamazsınız.</translation>
    </message>
    <message>
        <source>Its time has passed. Nothing was scheduled.</source>
        <translation>Zamanı geçti. Hiçbir şey planlanmadı.</translation>
    </message>
    <message>
        <source>Its time passed before it could be sent. Nothing was sent.</source>
        <translation>Gönderilemeden zamanı geçti. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Its time, {time}, passed before it could be sent. It was not sent; try again to send it now.</source>
        <translation>Zamanı ({time}) gönderilemeden geçti. Gönderilmedi; şimdi göndermek için tekrar deneyin.</translation>
    </message>
    <message>
        <source>May already be published, but that cannot be checked. {reason}</source>
        <translation>Zaten yayımlanmış olabilir ama bu denetlenemiyor. {reason}</translation>
    </message>
    <message>
        <source>May already be published: the service did not answer in time.</source>
        <translation>Zaten yayımlanmış olabilir: hizmet zamanında yanıt vermedi.</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Zaten yayımlanmış olabilir: {reason}</translation>
    </message>
    <message>
        <source>May already be published: {why}</source>
        <translation>Zaten yayımlanmış olabilir: {why}</translation>
    </message>
    <message>
        <source>No channel is selected, so nothing was sent.</source>
        <translation>Kanal seçilmedi; bu yüzden hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Not checked yet. {why}</source>
        <translation>Henüz denetlenmedi. {why}</translation>
    </message>
    <message>
        <source>Nothing more was posted.</source>
        <translation>Başka bir şey paylaşılmadı.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>Nothing was posted.</source>
        <translation>Hiçbir şey paylaşılmadı.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Part of it was sent meanwhile.</source>
        <translation>Bir kısmı bu arada gönderildi.</translation>
    </message>
    <message>
        <source>Posto will check again.</source>
        <translation>Posto yeniden denetleyecek.</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>Geri çekildi.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>Uygulama kapanıyor.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was changed.</source>
        <translation>Seçilen zaman geçti. Hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was sent.</source>
        <translation>Seçilen zaman geçti. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The earlier post is still scheduled.</source>
        <translation>Önceki gönderi hâlâ planlı.</translation>
    </message>
    <message>
        <source>The earlier version is no longer known.</source>
        <translation>Önceki sürüm artık bilinmiyor.</translation>
    </message>
    <message>
        <source>The evergreen message was deleted. Nothing was sent.</source>
        <translation>Kalıcı mesaj silindi. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The list of {host} could not be read.</source>
        <translation>{host} listesi okunamadı.</translation>
    </message>
    <message>
        <source>The message is no longer in the campaign. Nothing was sent.</source>
        <translation>Mesaj artık kampanyada değil. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The new time has passed.</source>
        <translation>Yeni zaman geçti.</translation>
    </message>
    <message>
        <source>The new time has passed. Nothing was moved.</source>
        <translation>Yeni zaman geçti. Hiçbir şey taşınmadı.</translation>
    </message>
    <message>
        <source>The post is not in the schedule of {host}.</source>
        <translation>Gönderi {host} planında yok.</translation>
    </message>
    <message>
        <source>The prepared copy of “{name}” was removed from the cache. Try again.</source>
        <translation>Hazırlanan “{name}” kopyası önbellekten silindi. Tekrar deneyin.</translation>
    </message>
    <message>
        <source>The proxy in Settings &gt; Network has no address or no port. Nothing was sent.</source>
        <translation>Ayarlar &gt; Ağ altındaki vekil sunucunun adresi veya bağlantı noktası yok. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The repeat has no time left. Nothing was sent.</source>
        <translation>Tekrarın kalan zamanı yok. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The saved data of this post is damaged.</source>
        <translation>Bu gönderinin kayıtlı verisi bozuk.</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>Çalışma alanına ulaşılamıyor.</translation>
    </message>
    <message>
        <source>There is no style “{name}” to export.</source>
        <translation>Dışa aktarılacak “{name}” stili yok.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>Henüz paylaşılacak bir şey yok. Metin yazın veya görsel ekleyin.</translation>
    </message>
    <message>
        <source>This message edits nothing. Nothing was changed.</source>
        <translation>Bu mesaj hiçbir şeyi düzenlemiyor. Hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>This workspace is signed out. Sign in again to send the post.</source>
        <translation>Bu çalışma alanının oturumu kapalı. Gönderiyi göndermek için yeniden oturum açın.</translation>
    </message>
    <message>
        <source>Two attempts had no clear answer.</source>
        <translation>İki denemeye net yanıt gelmedi.</translation>
    </message>
    <message>
        <source>defaults.json is damaged, so no defaults count. The next change keeps it aside.</source>
        <translation>defaults.json bozuk; bu yüzden varsayılanlar geçerli değil. Sonraki değişiklik onu ayrı saklar.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>adı kullanılamıyor</translation>
    </message>
    <message>
        <source>this computer</source>
        <extracomment>In place of the name of a service: &quot;… accepted the post but does not list it.&quot;</extracomment>
        <translation>bu bilgisayar</translation>
    </message>
    <message>
        <source>{host} accepted only a part of it.</source>
        <translation>{host} yalnızca bir kısmını kabul etti.</translation>
    </message>
    <message>
        <source>{host} accepted the post but does not list it.</source>
        <translation>{host} gönderiyi kabul etti ama listelemiyor.</translation>
    </message>
    <message>
        <source>{host} asks to wait.</source>
        <translation>{host} beklemenizi istiyor.</translation>
    </message>
    <message>
        <source>{host} did not accept it.</source>
        <translation>{host} kabul etmedi.</translation>
    </message>
    <message>
        <source>{host} did not answer in time. Posto is checking whether the post arrived.</source>
        <translation>{host} zamanında yanıt vermedi. Posto, gönderinin ulaşıp ulaşmadığını denetliyor.</translation>
    </message>
    <message>
        <source>{host} did not move it.</source>
        <translation>{host} taşımadı.</translation>
    </message>
    <message>
        <source>{host} does not list it for {names} yet.</source>
        <translation>{host} bunu henüz {names} için listelemiyor.</translation>
    </message>
    <message>
        <source>{host} does not list the post yet.</source>
        <translation>{host} gönderiyi henüz listelemiyor.</translation>
    </message>
    <message>
        <source>{host} does not report its whole content.</source>
        <translation>{host} içeriğinin tamamını bildirmiyor.</translation>
    </message>
    <message>
        <source>{host} has this post but does not list it for {names}.</source>
        <translation>{host} gönderiye sahip ama {names} için listelemiyor.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} bakımda.</translation>
    </message>
    <message>
        <source>{host} still has the earlier post.</source>
        <translation>{host} hâlâ önceki gönderiyi tutuyor.</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is/are) not in the schedule of {host}.</source>
        <extracomment>{names}: names of channels.</extracomment>
        <translation>
            <numerusform>{host} planında olmayanlar: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} cannot be imported: it is not a regular file.</source>
        <translation>{name} içe aktarılamıyor: normal bir dosya değil.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} okunamıyor: erişim reddedildi.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} okunamıyor: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be prepared ({why}).</source>
        <translation>{name} hazırlanamadı ({why}).</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes)</source>
        <translation>{name} boş (0 bayt)</translation>
    </message>
    <message>
        <source>{name} is no style. {why}</source>
        <translation>{name} bir stil değil. {why}</translation>
    </message>
    <message>
        <source>{name} is not a file</source>
        <translation>{name} bir dosya değil</translation>
    </message>
    <message>
        <source>{name} is not a style: it has no settings for any network.</source>
        <translation>{name} bir stil değil: hiçbir ağ için ayarı yok.</translation>
    </message>
    <message>
        <source>{name} is on another computer; copy it to this one</source>
        <translation>{name} başka bir bilgisayarda; bu bilgisayara kopyalayın</translation>
    </message>
    <message>
        <source>{name} is too large for a style.</source>
        <translation>{name} bir stil için çok büyük.</translation>
    </message>
    <message>
        <source>{name} was not found</source>
        <translation>{name} bulunamadı</translation>
    </message>
    <message>
        <source>{name} was not found beside the CSV file</source>
        <translation>{name} CSV dosyasının yanında bulunamadı</translation>
    </message>
    <message>
        <source>{name} was not found beside the JSON file</source>
        <translation>{name} JSON dosyasının yanında bulunamadı</translation>
    </message>
    <message>
        <source>{name} was not found beside the file</source>
        <translation>{name} dosyanın yanında bulunamadı</translation>
    </message>
    <message>
        <source>{name} was not found beside the workbook</source>
        <translation>{name} çalışma kitabının yanında bulunamadı</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} bulunamadı.</translation>
    </message>
    <message>
        <source>{name} was not found: a pasted row needs the whole path of its picture</source>
        <translation>{name} bulunamadı: yapıştırılan satırda görselin tam yolu olmalı</translation>
    </message>
    <message>
        <source>“{name}” changed after you added it. Use Edit as new to see the current version.</source>
        <translation>“{name}” ekledikten sonra değişti. Güncel sürümü görmek için “Yeni olarak düzenle”yi kullanın.</translation>
    </message>
    <message>
        <source>“{name}” could not be read.</source>
        <translation>“{name}” okunamadı.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture or video</source>
        <translation>“{name}” bir görsel veya video değil</translation>
    </message>
    <message>
        <source>“{name}” is not the file that was added to the draft.</source>
        <translation>“{name}” taslağa eklenen dosya değil.</translation>
    </message>
    <message>
        <source>“{name}” was changed after it was proposed. Nothing was scheduled.</source>
        <translation>“{name}” önerildikten sonra değişti. Hiçbir şey planlanmadı.</translation>
    </message>
    <message>
        <source>“{name}” was changed after the post was made.</source>
        <translation>“{name}” gönderi oluşturulduktan sonra değişti.</translation>
    </message>
    <message>
        <source>“{name}” was changed while it was uploaded.</source>
        <translation>“{name}” yüklenirken değişti.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>“{name}” bulunamadı.</translation>
    </message>
    <message>
        <source>“{name}…” is not a file name</source>
        <translation>“{name}…” bir dosya adı değil</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Posto cannot write to {folder}: {why}. Nothing will be saved.</source>
        <translation>Posto {folder} klasörüne yazamıyor: {why}. Hiçbir şey kaydedilmeyecek.</translation>
    </message>
    <message>
        <source>The backup was not restored, because the server on this computer did not stop. Posto tries again at the next start.</source>
        <translation>Bu bilgisayardaki sunucu durmadığı için yedek geri yüklenmedi. Posto bir sonraki açılışta tekrar dener.</translation>
    </message>
</context>
<context>
    <name>DesktopApp</name>
    <message>
        <source>Check again</source>
        <translation>Yeniden denetle</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Oluştur</translation>
    </message>
    <message>
        <source>{reason} The change lasts until Posto quits.</source>
        <translation>{reason} Değişiklik Posto kapanana kadar geçerli.</translation>
    </message>
</context>
<context>
    <name>DestinationChoice</name>
    <message>
        <source>A folder of pictures can become a campaign</source>
        <translation>Bir görsel klasörü kampanyaya dönüşebilir</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Kanal ekle…</translation>
    </message>
    <message>
        <source>Connect your accounts</source>
        <translation>Hesaplarınızı bağlayın</translation>
    </message>
    <message>
        <source>Mastodon, Bluesky, WordPress and more, published from this computer.</source>
        <translation>Mastodon, Bluesky, WordPress ve daha fazlası; bu bilgisayardan yayımlanır.</translation>
    </message>
    <message>
        <source>Runs on your own WordPress site. Its channels appear here.</source>
        <translation>Kendi WordPress sitenizde çalışır. Kanalları burada görünür.</translation>
    </message>
    <message>
        <source>Sandbox channels show posts in Feed and publish nothing.</source>
        <translation>Deneme kanalları gönderileri Akış’ta gösterir ve hiçbir şey yayımlamaz.</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Bir Posto hizmetinde oturum aç</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>Oturum aç…</translation>
    </message>
    <message>
        <source>Try it on this computer</source>
        <translation>Bu bilgisayarda dene</translation>
    </message>
    <message>
        <source>Type a time like &lt;b&gt;“{time}”&lt;/b&gt; or &lt;b&gt;“{other}”&lt;/b&gt;</source>
        <translation>&lt;b&gt;“{time}”&lt;/b&gt; veya &lt;b&gt;“{other}”&lt;/b&gt; gibi bir zaman yazın</translation>
    </message>
    <message>
        <source>Use the sandbox</source>
        <translation>Deneme alanını kullan</translation>
    </message>
    <message>
        <source>Use the sandbox channels</source>
        <translation>Deneme kanallarını kullan</translation>
    </message>
    <message>
        <source>Where should it go?</source>
        <translation>Nereye gitsin?</translation>
    </message>
</context>
<context>
    <name>DeviceRows</name>
    <message>
        <source>No device yet</source>
        <translation>Henüz cihaz yok</translation>
    </message>
</context>
<context>
    <name>DownloadTile</name>
    <message>
        <source>Cancel {name}</source>
        <translation>İptal et: {name}</translation>
    </message>
    <message>
        <source>Download {name} again</source>
        <translation>Yeniden indir: {name}</translation>
    </message>
    <message>
        <source>Downloading {name}</source>
        <translation>İndiriliyor: {name}</translation>
    </message>
    <message>
        <source>Not downloaded</source>
        <translation>İndirilmedi</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Kaldır: {name}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
</context>
<context>
    <name>DraftRows</name>
    <message>
        <source>Open now</source>
        <translation>Şimdi aç</translation>
    </message>
</context>
<context>
    <name>DraftTabs</name>
    <message>
        <source>Close “{title}”; it stays in Drafts</source>
        <translation>“{title}” mesajını kapat; Taslaklarda kalır</translation>
    </message>
    <message>
        <source>Open messages</source>
        <translation>Açık mesajlar</translation>
    </message>
</context>
<context>
    <name>DraftTabsRow</name>
    <message>
        <source>New message beside these</source>
        <translation>Bunların yanına yeni mesaj</translation>
    </message>
</context>
<context>
    <name>DraftTray</name>
    <message>
        <source>Drag one onto the calendar, or select it and press S</source>
        <translation>Birini takvime sürükleyin ya da seçip S tuşuna basın</translation>
    </message>
    <message>
        <source>Hide drafts</source>
        <translation>Taslakları gizle</translation>
    </message>
    <message>
        <source>Show drafts</source>
        <translation>Taslakları göster</translation>
    </message>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Planlanmamış taslaklar</translation>
    </message>
</context>
<context>
    <name>DraftTrayList</name>
    <message>
        <source>Unscheduled drafts</source>
        <translation>Planlanmamış taslaklar</translation>
    </message>
</context>
<context>
    <name>DraftsFoot</name>
    <message>
        <source>Done</source>
        <translation>Bitti</translation>
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
        <translation>Yeniden adlandır</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Şablonu kaydet</translation>
    </message>
</context>
<context>
    <name>DraftsList</name>
    <message>
        <source>Add draft to evergreen</source>
        <translation>Taslağı kalıcı mesajlara ekle</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>Kalıcı mesajlara ekle</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>Taslağı sil</translation>
    </message>
    <message>
        <source>Delete template</source>
        <translation>Şablonu sil</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Taslaklar</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>Taslaklar ve şablonlar</translation>
    </message>
    <message>
        <source>Drafts or templates</source>
        <translation>Taslaklar veya şablonlar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Duplicate draft</source>
        <translation>Taslağı çoğalt</translation>
    </message>
    <message>
        <source>Labels of draft</source>
        <translation>Taslağın etiketleri</translation>
    </message>
    <message>
        <source>Labels…</source>
        <translation>Etiketler…</translation>
    </message>
    <message>
        <source>New message from template</source>
        <extracomment>Verb.</extracomment>
        <translation>Şablondan yeni mesaj</translation>
    </message>
    <message>
        <source>No draft matches.</source>
        <translation>Eşleşen taslak yok.</translation>
    </message>
    <message>
        <source>No drafts yet. Your messages are saved here automatically.</source>
        <translation>Henüz taslak yok. Mesajlarınız buraya otomatik kaydedilir.</translation>
    </message>
    <message>
        <source>No template matches.</source>
        <translation>Eşleşen şablon yok.</translation>
    </message>
    <message>
        <source>No templates yet. Use “Save as template…” in the menu beside Post.</source>
        <translation>Henüz şablon yok. Paylaş’ın yanındaki menüden “Şablon olarak kaydet…” seçeneğini kullanın.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Rename template</source>
        <translation>Şablonu yeniden adlandır</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Yeniden adlandır…</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>Şablon olarak kaydet…</translation>
    </message>
    <message>
        <source>Save draft as template</source>
        <translation>Taslağı şablon olarak kaydet</translation>
    </message>
    <message>
        <source>Search drafts</source>
        <translation>Taslaklarda ara</translation>
    </message>
    <message>
        <source>Search templates</source>
        <translation>Şablonlarda ara</translation>
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
            <numerusform>%n dosya</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n bölüm</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes of a scheduled message</source>
        <translation>Planlanan bir mesajın değişiklikleri</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Adsız</translation>
    </message>
    <message>
        <source>open now</source>
        <translation>şu anda açık</translation>
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
        <translation>Şablon olarak kaydet</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>Şablonu kaydet</translation>
    </message>
    <message>
        <source>Saves text, files, channels, options, labels and the time as typed.</source>
        <translation>Metni, dosyaları, kanalları, seçenekleri, etiketleri ve zamanı yazıldığı gibi kaydeder.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Henüz kaydedilecek bir şey yok</translation>
    </message>
</context>
<context>
    <name>DropCard</name>
    <message>
        <source>Attach a sample picture to see how it looks on each network</source>
        <translation>Her ağda nasıl göründüğünü görmek için örnek görsel ekle</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Göz at…</translation>
    </message>
    <message>
        <source>Drop pictures, videos or a text file</source>
        <translation>Görsel, video veya metin dosyası bırakın</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Örnek kullan</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>Örnek görsel kullan</translation>
    </message>
    <message>
        <source>or paste with {keys}</source>
        <extracomment>{keys}: keys, such as Ctrl+V.</extracomment>
        <translation>veya {keys} ile yapıştırın</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted</source>
        <translation>
            <numerusform>%n dosya paylaşılamıyor</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to this message</source>
        <translation>Bu mesaja ekle</translation>
    </message>
    <message>
        <source>Add to your styles</source>
        <translation>Stillerinize ekleyin</translation>
    </message>
    <message numerus="yes">
        <source>Added to the (file/%n files) already attached</source>
        <translation>
            <numerusform>Zaten ekli %n dosyaya eklenir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln file(s)</source>
        <translation>
            <numerusform>%Ln dosyayı bırakın</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln picture(s)</source>
        <translation>
            <numerusform>%Ln görseli bırakın</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln style(s)</source>
        <translation>
            <numerusform>%Ln stili bırakın</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln video(s)</source>
        <translation>
            <numerusform>%Ln videoyu bırakın</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop anywhere here. Esc cancels.</source>
        <translation>Burada herhangi bir yere bırakın. Esc iptal eder.</translation>
    </message>
    <message>
        <source>Drop elsewhere to add them to this message. Esc cancels.</source>
        <translation>Bu mesaja eklemek için başka bir yere bırakın. Esc iptal eder.</translation>
    </message>
    <message>
        <source>Drop files</source>
        <translation>Dosyaları bırakın</translation>
    </message>
    <message>
        <source>Each file becomes one of your styles</source>
        <translation>Her dosya stillerinizden biri olur</translation>
    </message>
    <message>
        <source>Make a campaign</source>
        <translation>Kampanya oluştur</translation>
    </message>
    <message numerus="yes">
        <source>One message for each of the %Ln file(s), spread over time</source>
        <translation>
            <numerusform>%Ln dosyanın her biri için zamana yayılmış bir mesaj</numerusform>
        </translation>
    </message>
    <message>
        <source>The message has no files yet</source>
        <translation>Mesajda henüz dosya yok</translation>
    </message>
    <message>
        <source>You can add pictures, videos and text files.</source>
        <translation>Görsel, video ve metin dosyası ekleyebilirsiniz.</translation>
    </message>
    <message>
        <source>{name} cannot be posted</source>
        <translation>{name} paylaşılamıyor</translation>
    </message>
</context>
<context>
    <name>DueCauses</name>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the keychain is locked.</source>
        <translation>
            <numerusform>Saat {time} için %n gönderi gönderilemiyor: anahtar zinciri kilitli.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the workspace “{name}” is signed out.</source>
        <translation>
            <numerusform>Saat {time} için %n gönderi gönderilemiyor: “{name}” çalışma alanının oturumu kapalı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: {name} is signed out.</source>
        <translation>
            <numerusform>Saat {time} için %n gönderi gönderilemiyor: {name} oturumu kapalı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” has changed since.</source>
        <translation>
            <numerusform>Saat {time} için %n gönderi gönderilemiyor: “{name}” o zamandan beri değişti.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” is missing.</source>
        <translation>
            <numerusform>Saat {time} için %n gönderi gönderilemiyor: “{name}” yok.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: the disk of this computer is almost full.</source>
        <translation>
            <numerusform>Saat {time} için %n gönderi gönderilmeyebilir: bu bilgisayarın diski neredeyse dolu.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: {name} cannot be reached.</source>
        <translation>
            <numerusform>Saat {time} için %n gönderi gönderilmeyebilir: {name} ile bağlantı kurulamıyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} would be refused by {name}.</source>
        <translation>
            <numerusform>Saat {time} için %n gönderi reddedilir ({name}).</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto&apos;s own server</source>
        <translation>Posto’nun kendi sunucusu</translation>
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
        <translation>Yeniden denetle</translation>
    </message>
    <message>
        <source>Checking again</source>
        <translation>Yeniden denetleniyor</translation>
    </message>
    <message>
        <source>Find the file…</source>
        <translation>Dosyayı bul…</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Oluştur’da aç</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Siteyi aç</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Yeniden oturum aç…</translation>
    </message>
    <message>
        <source>This is over</source>
        <translation>Bu artık geçti</translation>
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
            <numerusform>%Ln mesaj taslak olarak çoğaltıldı</numerusform>
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
        <translation>Başka biri</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Sürümünüz Taslaklar’da</translation>
    </message>
    <message>
        <source>{name} changed this message, too. Kept: {fields}.</source>
        <translation>{name} da bu iletiyi değiştirdi. Korunan: {fields}.</translation>
    </message>
</context>
<context>
    <name>EditMergeDialog</name>
    <message>
        <source>Both of you changed: {fields}.</source>
        <translation>İkiniz de değiştirdiniz: {fields}.</translation>
    </message>
    <message>
        <source>Continue editing</source>
        <translation>Düzenlemeye devam et</translation>
    </message>
    <message>
        <source>Keep my version</source>
        <translation>Benim sürümümü koru</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Kaydet</translation>
    </message>
    <message>
        <source>Save my version</source>
        <translation>Benim sürümümü kaydet</translation>
    </message>
    <message>
        <source>Save the version of {name}; mine goes to Drafts</source>
        <translation>{name} sürümünü kaydet; benimki Taslaklar’a gider</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Başka biri</translation>
    </message>
    <message>
        <source>Use the version of {name}; mine goes to Drafts</source>
        <translation>{name} sürümünü kullan; benimki Taslaklar’a gider</translation>
    </message>
    <message>
        <source>{name} changed this message, too</source>
        <translation>{name} da bu iletiyi değiştirdi</translation>
    </message>
</context>
<context>
    <name>EditingStrip</name>
    <message>
        <source>Discard changes</source>
        <translation>Değişikliklerden vazgeç</translation>
    </message>
    <message>
        <source>Keep as a new message</source>
        <translation>Yeni mesaj olarak sakla</translation>
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
        <translation>Emojileri görmek için bir emoji yazı tipi yükleyin.</translation>
    </message>
    <message>
        <source>Loading emoji</source>
        <translation>Emojiler yükleniyor</translation>
    </message>
    <message>
        <source>No emoji for “{query}”</source>
        <translation>“{query}” için emoji yok</translation>
    </message>
    <message>
        <source>No skin tone</source>
        <translation>Ten rengi yok</translation>
    </message>
    <message>
        <source>Recently used</source>
        <translation>Son kullanılanlar</translation>
    </message>
    <message>
        <source>Search emoji</source>
        <translation>Emoji ara</translation>
    </message>
    <message>
        <source>Skin tone</source>
        <translation>Ten rengi</translation>
    </message>
    <message>
        <source>Skin tone: {name}</source>
        <translation>Ten rengi: {name}</translation>
    </message>
    <message>
        <source>The emoji could not be loaded. See the log for details.</source>
        <translation>Emojiler yüklenemedi. Ayrıntılar için günlüğe bakın.</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>seçilmedi</translation>
    </message>
</context>
<context>
    <name>EmptyMessages</name>
    <message>
        <source>Import a file…</source>
        <translation>Dosya içe aktar…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Nasıl çalıştığını görmek için örnek mesajlar içe aktarın</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Henüz mesaj yok</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Örnek kullan</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Mesaj yaz</translation>
    </message>
    <message>
        <source>Write a message, paste lines from a spreadsheet, or drop pictures. Each line or picture becomes a message.</source>
        <translation>Mesaj yazın, e-tablodan satır yapıştırın veya görsel bırakın. Her satır veya görsel bir mesaj olur.</translation>
    </message>
</context>
<context>
    <name>EmptySchedule</name>
    <message>
        <source>Clear filters</source>
        <translation>Filtreleri temizle</translation>
    </message>
    <message numerus="yes">
        <source>Filters and hidden channels hide %Ln post(s).</source>
        <translation>
            <numerusform>Filtreler ve gizli kanallar %Ln gönderiyi gizliyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Gizli kanallarda %Ln gönderi var.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>Eşleşen gönderi yok</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>Henüz planlanan bir şey yok</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>Planlanan mesajlar burada görünür.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Gizli kanalları göster</translation>
    </message>
    <message numerus="yes">
        <source>The filters hide %Ln post(s).</source>
        <translation>
            <numerusform>Filtreler %Ln gönderiyi gizliyor.</numerusform>
        </translation>
    </message>
    <message>
        <source>The schedule could not be loaded</source>
        <translation>Plan yüklenemedi</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tekrar dene</translation>
    </message>
    <message numerus="yes">
        <source>Without the status filter: %Ln post(s).</source>
        <translation>
            <numerusform>Durum filtresi olmadan: %Ln gönderi.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Encodings</name>
    <message>
        <source>Chinese (GB 18030)</source>
        <translation>Çince (GB 18030)</translation>
    </message>
    <message>
        <source>Japanese (Shift JIS)</source>
        <translation>Japonca (Shift JIS)</translation>
    </message>
    <message>
        <source>Windows, Central European (1250)</source>
        <translation>Windows, Orta Avrupa (1250)</translation>
    </message>
    <message>
        <source>Windows, Cyrillic (1251)</source>
        <translation>Windows, Kiril (1251)</translation>
    </message>
    <message>
        <source>Windows, Western (1252)</source>
        <translation>Windows, Batı (1252)</translation>
    </message>
</context>
<context>
    <name>Entries</name>
    <message>
        <source>Post without text</source>
        <translation>Metinsiz gönderi</translation>
    </message>
</context>
<context>
    <name>EntryCard</name>
    <message>
        <source>Address of the post</source>
        <translation>Gönderinin adresi</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Biliyorsanız adresi</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Düzenle</translation>
    </message>
    <message>
        <source>Edit as new</source>
        <translation>Yeni olarak düzenle</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Zaten {network} üzerinde mi?</translation>
    </message>
    <message>
        <source>Is it published already?</source>
        <translation>Zaten yayımlandı mı?</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Birazdan yeniden gönderilir.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Orada</translation>
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
        <translation>Posto gönderiyi gönderdi ama net bir yanıt gelmedi. Şimdi yeniden göndermek onu iki kez yayımlayabilir.</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Yeniden gönder</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Şimdi gönder</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Yorumu yeniden gönder</translation>
    </message>
    <message numerus="yes">
        <source>The other channels have the post. (This one is/These are) not in the schedule, but (it/they) may still be published. Sending again now could publish (it/them) twice.</source>
        <translation>
            <numerusform>Gönderi diğer kanallarda var. Bu kanallar planda değil ama gönderi yine de yayımlanmış olabilir. Şimdi yeniden göndermek iki kez yayımlayabilir.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Şimdi dene</translation>
    </message>
</context>
<context>
    <name>EntryDetails</name>
    <message>
        <source>Check again</source>
        <translation>Yeniden denetle</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>Ayrıntıları kapat</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Ayrıntıları kopyala</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Ayrıntılar</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Vazgeç</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Gönderiyi aç</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Duraklat</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Sürdür</translation>
    </message>
    <message>
        <source>Send first</source>
        <translation>Önce gönder</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Ne oldu</translation>
    </message>
</context>
<context>
    <name>EntryStories</name>
    <message>
        <source>Story</source>
        <translation>Hikâye</translation>
    </message>
    <message>
        <source>Story on {channel}</source>
        <translation>Hikâye: {channel}</translation>
    </message>
</context>
<context>
    <name>ErrorReporter</name>
    <message>
        <source>Something went wrong. See the log for details.</source>
        <translation>Bir şeyler ters gitti. Ayrıntılar için günlüğe bakın.</translation>
    </message>
</context>
<context>
    <name>Evergreen</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>%Ln gönderi planlandı: {first} – {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>%Ln gönderi planlandı: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>%Ln gönderim</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln text(s)</source>
        <translation>
            <numerusform>%Ln metin</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n (is/are) being deleted from the service.</source>
        <translation>
            <numerusform>%n tanesi hizmetten siliniyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no runs left.</source>
        <translation>
            <numerusform>%n mesajın gönderim hakkı kalmadı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no text that the network would take again by then.</source>
        <translation>
            <numerusform>%n mesajın, ağın o zamana kadar yeniden kabul edeceği bir metni yok.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) passed the last day.</source>
        <translation>
            <numerusform>%n mesajın son günü geçti.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (is/are) paused.</source>
        <translation>
            <numerusform>%n mesaj duraklatıldı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (starts/start) later.</source>
        <translation>
            <numerusform>%n mesaj daha sonra başlıyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) cannot be posted here.</source>
        <translation>
            <numerusform>%n mesaj burada paylaşılamaz.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) still (rests/rest).</source>
        <translation>
            <numerusform>%n mesaj hâlâ dinleniyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (was/were) sent already and (stays/stay).</source>
        <translation>
            <numerusform>%n gönderi zaten gönderildi ve kalıyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) taken back.</source>
        <translation>
            <numerusform>%n gönderi geri alındı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s) changed, too.</source>
        <translation>
            <numerusform>Zamanlanmış %n gönderi de değişti.</numerusform>
        </translation>
    </message>
    <message>
        <source>All evergreen messages are paused.</source>
        <translation>Tüm kalıcı mesajlar duraklatıldı.</translation>
    </message>
    <message>
        <source>All evergreen messages have passed their last day.</source>
        <translation>Tüm kalıcı mesajların son günü geçti.</translation>
    </message>
    <message>
        <source>All evergreen messages rest until {day}.</source>
        <translation>Tüm kalıcı mesajlar {day} tarihine kadar dinleniyor.</translation>
    </message>
    <message>
        <source>All evergreen messages rest.</source>
        <translation>Tüm kalıcı mesajlar dinleniyor.</translation>
    </message>
    <message>
        <source>Ended</source>
        <extracomment>Status of an evergreen message: its last day is over.</extracomment>
        <translation>Bitti</translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago, weight {weight}.</source>
        <translation>
            <numerusform>Sırası geldi: son gönderim %n gün önce, ağırlık {weight}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>Sırası geldi: son gönderim %n gün önce.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its turn: never sent here, weight {weight}.</source>
        <translation>Sırası geldi: buraya hiç gönderilmedi, ağırlık {weight}.</translation>
    </message>
    <message>
        <source>Its turn: never sent here.</source>
        <translation>Sırası geldi: buraya hiç gönderilmedi.</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Kanal yok</translation>
    </message>
    <message>
        <source>No evergreen message goes to this channel.</source>
        <translation>Bu kanala giden kalıcı mesaj yok.</translation>
    </message>
    <message>
        <source>No evergreen message has runs left.</source>
        <translation>Hiçbir kalıcı mesajın gönderim hakkı kalmadı.</translation>
    </message>
    <message>
        <source>No evergreen message may go out at the free slots.</source>
        <translation>Boş saatlerde hiçbir kalıcı mesaj gönderilemez.</translation>
    </message>
    <message>
        <source>No slot is free.</source>
        <translation>Boş saat yok.</translation>
    </message>
    <message>
        <source>No slot was filled.</source>
        <translation>Hiçbir saat doldurulmadı.</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Henüz bir şey yazılmadı</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of an evergreen message.</extracomment>
        <translation>Duraklatıldı</translation>
    </message>
    <message>
        <source>The message pinned here cannot be posted as it is.</source>
        <translation>Buraya sabitlenen mesaj bu hâliyle paylaşılamaz.</translation>
    </message>
    <message>
        <source>The message pinned here has no runs left.</source>
        <translation>Buraya sabitlenen mesajın gönderim hakkı kalmadı.</translation>
    </message>
    <message>
        <source>The message pinned here has passed its last day.</source>
        <translation>Buraya sabitlenen mesajın son günü geçti.</translation>
    </message>
    <message>
        <source>The message pinned here is paused.</source>
        <translation>Buraya sabitlenen mesaj duraklatıldı.</translation>
    </message>
    <message>
        <source>The message pinned here starts later.</source>
        <translation>Buraya sabitlenen mesaj daha sonra başlıyor.</translation>
    </message>
    <message>
        <source>The message pinned here would still rest.</source>
        <translation>Buraya sabitlenen mesaj hâlâ dinleniyor olur.</translation>
    </message>
    <message>
        <source>The network would not take the text of the message pinned here again by then.</source>
        <translation>Ağ, buraya sabitlenen mesajın metnini o zamana kadar yeniden kabul etmez.</translation>
    </message>
    <message>
        <source>The next one may go out on {day}.</source>
        <translation>Sıradaki {day} tarihinde gönderilebilir.</translation>
    </message>
    <message numerus="yes">
        <source>The only one that may go out: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>Gönderilebilecek tek mesaj: son gönderim %n gün önce.</numerusform>
        </translation>
    </message>
    <message>
        <source>The slots could not be filled. See the log for details.</source>
        <translation>Saatler doldurulamadı. Ayrıntılar için günlüğe bakın.</translation>
    </message>
    <message>
        <source>Their channels have no weekly slots. Add some in Settings, Publishing.</source>
        <translation>Kanallarının haftalık saatleri yok. Ayarlar, Yayımlama bölümünde ekleyin.</translation>
    </message>
    <message>
        <source>There are no evergreen messages.</source>
        <translation>Kalıcı mesaj yok.</translation>
    </message>
    <message>
        <source>You pinned it here.</source>
        <translation>Buraya siz sabitlediniz.</translation>
    </message>
    <message numerus="yes">
        <source>You skipped %n message(s) here.</source>
        <translation>
            <numerusform>Burada %n mesajı atladınız.</numerusform>
        </translation>
    </message>
    <message>
        <source>You skipped the message pinned here.</source>
        <translation>Buraya sabitlenen mesajı atladınız.</translation>
    </message>
    <message>
        <source>You skipped this slot.</source>
        <translation>Bu saati atladınız.</translation>
    </message>
    <message>
        <source>You took this slot back. Fill slots to use it again.</source>
        <translation>Bu saati geri aldınız. Yeniden kullanmak için saatleri doldurun.</translation>
    </message>
    <message>
        <source>as often as slots are free</source>
        <translation>saat boş oldukça</translation>
    </message>
    <message numerus="yes">
        <source>at most %Ln on each channel</source>
        <translation>
            <numerusform>her kanalda en çok %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %Ln day(s) at least</source>
        <translation>
            <numerusform>en erken %Ln günde bir</numerusform>
        </translation>
    </message>
    <message>
        <source>from {day}</source>
        <translation>{day} tarihinden itibaren</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>sonraki: {when}</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>{day} tarihine kadar</translation>
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
        <translation>Görsel ekle</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tüm dosyalar (*)</translation>
    </message>
    <message>
        <source>Change the text of this run only</source>
        <translation>Yalnızca bu gönderimin metnini değiştir</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Düzenle…</translation>
    </message>
    <message>
        <source>Keep this message at this time</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Bu mesajı bu saatte tut</translation>
    </message>
    <message>
        <source>Leave this slot free</source>
        <translation>Bu saati boş bırak</translation>
    </message>
    <message>
        <source>Let another message take this turn</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Sırayı başka bir mesaja bırak</translation>
    </message>
    <message>
        <source>Let the turn decide again</source>
        <translation>Yine sıra karar versin</translation>
    </message>
    <message>
        <source>Move back</source>
        <translation>Geri koy</translation>
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
        <translation>Duraklat</translation>
    </message>
    <message>
        <source>Pin</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>Sabitle</translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>Sürdür</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Planda göster</translation>
    </message>
    <message>
        <source>Skip</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>Atla</translation>
    </message>
    <message>
        <source>The next runs are being computed.</source>
        <translation>Sonraki gönderimler hesaplanıyor.</translation>
    </message>
    <message>
        <source>The slots are being filled.</source>
        <translation>Saatler dolduruluyor.</translation>
    </message>
    <message>
        <source>There is nothing to fill: see the list of the next runs.</source>
        <translation>Doldurulacak bir şey yok: sonraki gönderimler listesine bakın.</translation>
    </message>
</context>
<context>
    <name>EvergreenController</name>
    <message numerus="yes">
        <source>%Ln message(s) added to Evergreen</source>
        <translation>
            <numerusform>%Ln mesaj Kalıcı mesajlara eklendi</numerusform>
        </translation>
    </message>
    <message>
        <source>This post is not in the schedule yet: it waits in Activity.</source>
        <translation>Bu gönderi henüz planda değil: Etkinlik’te bekliyor.</translation>
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
        <translation>Başka metin ekle</translation>
    </message>
    <message>
        <source>Back to the evergreen messages</source>
        <translation>Kalıcı mesajlara dön</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Kalıcı mesajlar</translation>
    </message>
    <message numerus="yes">
        <source>Goes to %Ln channel(s), ticked in the list beside.</source>
        <translation>
            <numerusform>Yandaki listede işaretli %Ln kanala gider.</numerusform>
        </translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketler</translation>
    </message>
    <message>
        <source>More for this message</source>
        <translation>Bu mesaj için daha fazla</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>Yeni kalıcı mesaj</translation>
    </message>
    <message>
        <source>No channels yet. Tick them in the list beside.</source>
        <translation>Henüz kanal yok. Yandaki listede işaretleyin.</translation>
    </message>
    <message>
        <source>Some channels have another first text.</source>
        <translation>Bazı kanalların ilk metni başka.</translation>
    </message>
    <message>
        <source>Texts are used in turn, so that no network gets one twice in a row.</source>
        <translation>Metinler sırayla kullanılır; hiçbir ağ aynısını art arda iki kez almaz.</translation>
    </message>
    <message>
        <source>The first text goes on in a thread.</source>
        <translation>İlk metin bir zincirde devam eder.</translation>
    </message>
    <message>
        <source>When it may go out</source>
        <translation>Ne zaman gönderilebilir</translation>
    </message>
    <message>
        <source>{networks}: the first text is another one there.</source>
        <translation>{networks}: oradaki ilk metin başka.</translation>
    </message>
</context>
<context>
    <name>EvergreenFiles</name>
    <message>
        <source>The file could not be read.</source>
        <translation>Dosya okunamadı.</translation>
    </message>
</context>
<context>
    <name>EvergreenMessagesView</name>
    <message>
        <source>Evergreen messages</source>
        <translation>Kalıcı mesajlar</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Henüz bir şey yazılmadı</translation>
    </message>
</context>
<context>
    <name>EvergreenRuns</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln tane daha</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln slot(s) stay free until {day}</source>
        <translation>
            <numerusform>%Ln saat {day} tarihine kadar boş kalıyor</numerusform>
        </translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Özel metin</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Sabitlendi</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Planlandı</translation>
    </message>
    <message>
        <source>Stays free</source>
        <translation>Boş kalıyor</translation>
    </message>
    <message>
        <source>Text {number} of {count}</source>
        <translation>Metin {number}/{count}</translation>
    </message>
    <message>
        <source>Without text</source>
        <translation>Metinsiz</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsPane</name>
    <message>
        <source>Add a message, and its next runs appear here, with the reason for each.</source>
        <translation>Bir mesaj ekleyin: sonraki gönderimleri, her birinin nedeniyle burada görünür.</translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Saat ekle…</translation>
    </message>
    <message>
        <source>Evergreen messages go out at free slots: weekly times at which your channels post.</source>
        <translation>Kalıcı mesajlar boş saatlerde gönderilir: kanallarınızın paylaşım yaptığı haftalık saatler.</translation>
    </message>
    <message>
        <source>Next 20</source>
        <translation>Sonraki 20</translation>
    </message>
    <message>
        <source>No weekly slots yet</source>
        <translation>Henüz haftalık saat yok</translation>
    </message>
    <message>
        <source>Nothing is due</source>
        <translation>Sırada bir şey yok</translation>
    </message>
    <message>
        <source>Nothing to send yet</source>
        <translation>Henüz gönderilecek bir şey yok</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Saat dilimi: {zone}</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsView</name>
    <message>
        <source>Next 20</source>
        <translation>Sonraki 20</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>Planlandı</translation>
    </message>
</context>
<context>
    <name>EvergreenView</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesaj</numerusform>
        </translation>
    </message>
    <message>
        <source>Add message</source>
        <translation>Mesaj ekle</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>Tüm etiketler</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Etiket filtresi</translation>
    </message>
    <message>
        <source>Messages for reuse: opening hours, your classics, reviews. They go out again and again at free slots, each after a pause. Add one here, or from Compose, Drafts and Schedule by “Add to evergreen”.</source>
        <translation>Yeniden kullanılacak mesajlar: çalışma saatleri, klasikleriniz, yorumlar. Boş saatlerde tekrar tekrar gönderilir, her biri bir aradan sonra. Buradan ya da Oluştur, Taslaklar ve Plan’dan “Kalıcı mesajlara ekle” ile ekleyin.</translation>
    </message>
    <message>
        <source>No evergreen message for the visible channels matches.</source>
        <translation>Görünen kanallar için eşleşen kalıcı mesaj yok.</translation>
    </message>
    <message>
        <source>No evergreen message matches.</source>
        <translation>Eşleşen kalıcı mesaj yok.</translation>
    </message>
    <message>
        <source>No evergreen messages yet</source>
        <translation>Henüz kalıcı mesaj yok</translation>
    </message>
    <message>
        <source>Search evergreen messages</source>
        <translation>Kalıcı mesajlarda ara</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Tüm kanalları göster</translation>
    </message>
</context>
<context>
    <name>EvergreenViewState</name>
    <message numerus="yes">
        <source>%Ln evergreen message(s) deleted</source>
        <translation>
            <numerusform>%Ln kalıcı mesaj silindi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) duplicated</source>
        <translation>
            <numerusform>%Ln kalıcı mesaj çoğaltıldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) paused</source>
        <translation>
            <numerusform>%Ln kalıcı mesaj duraklatıldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) resumed</source>
        <translation>
            <numerusform>%Ln kalıcı mesaj sürdürüldü</numerusform>
        </translation>
    </message>
    <message>
        <source>Pinned. This message keeps its time.</source>
        <translation>Sabitlendi. Bu mesaj saatini korur.</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yinele</translation>
    </message>
    <message>
        <source>Skipped. Another message takes its turn.</source>
        <translation>Atlandı. Sıra başka bir mesajda.</translation>
    </message>
    <message>
        <source>Taken off the schedule, and skipped.</source>
        <translation>Plandan çıkarıldı ve atlandı.</translation>
    </message>
    <message>
        <source>The turn decides again.</source>
        <translation>Yine sıra karar veriyor.</translation>
    </message>
    <message>
        <source>This run has a text of its own.</source>
        <translation>Bu gönderimin kendi metni var.</translation>
    </message>
    <message>
        <source>This slot stays free.</source>
        <translation>Bu saat boş kalıyor.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>What it had scheduled is taken back.</source>
        <translation>Planladıkları geri alınıyor.</translation>
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
        <translation>Takvimler (*.ics)</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>No posts this week.</source>
        <translation>Bu hafta gönderi yok.</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>PDF belgeleri (*.pdf)</translation>
    </message>
    <message>
        <source>Page {number} of {total}</source>
        <translation>Sayfa {number}/{total}</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tablolar (*.csv)</translation>
    </message>
    <message>
        <source>schedule {day}</source>
        <translation>plan {day}</translation>
    </message>
    <message>
        <source>week of {day}</source>
        <translation>{day} haftası</translation>
    </message>
    <message>
        <source>{day}, continued</source>
        <translation>{day}, devamı</translation>
    </message>
    <message>
        <source>{posts}, as of {when}</source>
        <translation>{posts}, güncelleme: {when}</translation>
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
        <translation>Yazdırmak için bir hafta; her gün bir sütun, küçük resimlerle. {paper} yatay.</translation>
    </message>
    <message numerus="yes">
        <source>All: %Ln post(s)</source>
        <translation>
            <numerusform>Tümü: %Ln gönderi</numerusform>
        </translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>CSV tablosu</translation>
    </message>
    <message>
        <source>Calendar file</source>
        <translation>Takvim dosyası</translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln post(s)…</source>
        <translation>
            <numerusform>%Ln gönderiyi dışa aktar…</numerusform>
        </translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Dışa aktarma ilerlemesi</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Planı dışa aktar</translation>
    </message>
    <message>
        <source>Export week…</source>
        <translation>Haftayı dışa aktar…</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>Dosya türü</translation>
    </message>
    <message numerus="yes">
        <source>Filtered: %Ln post(s)</source>
        <translation>
            <numerusform>Filtrelenen: %Ln gönderi</numerusform>
        </translation>
    </message>
    <message>
        <source>For Excel</source>
        <translation>Excel için</translation>
    </message>
    <message>
        <source>One event per post, for calendar apps. Posts without a time are left out.</source>
        <translation>Takvim uygulamaları için gönderi başına bir etkinlik. Zamanı olmayan gönderiler dışarıda kalır.</translation>
    </message>
    <message>
        <source>One row per post, for spreadsheets and scripts. Times are in your time zone, with its offset. Formulas become plain text.</source>
        <translation>E-tablolar ve betikler için gönderi başına bir satır. Saatler, farkıyla birlikte sizin saat diliminizdedir. Formüller düz metin olur.</translation>
    </message>
    <message>
        <source>Opens as a table in Excel. Texts are cut at 32,767 characters, Excel&apos;s limit for a cell.</source>
        <translation>Excel’de tablo olarak açılır. Metinler, Excel’in hücre sınırı olan 32.767 karakterde kesilir.</translation>
    </message>
    <message>
        <source>PDF of a week</source>
        <translation>Haftanın PDF’i</translation>
    </message>
    <message>
        <source>Posts to export</source>
        <translation>Dışa aktarılacak gönderiler</translation>
    </message>
    <message numerus="yes">
        <source>Selected: %Ln post(s)</source>
        <translation>
            <numerusform>Seçilen: %Ln gönderi</numerusform>
        </translation>
    </message>
    <message>
        <source>Week after</source>
        <translation>Sonraki hafta</translation>
    </message>
    <message>
        <source>Week before</source>
        <translation>Önceki hafta</translation>
    </message>
</context>
<context>
    <name>FeedController</name>
    <message>
        <source>Feed</source>
        <translation>Akış</translation>
    </message>
</context>
<context>
    <name>FeedList</name>
    <message>
        <source>Feed</source>
        <translation>Akış</translation>
    </message>
</context>
<context>
    <name>FeedModel</name>
    <message>
        <source>Post without text</source>
        <translation>Metinsiz gönderi</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>şimdi</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} sa</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} dk</translation>
    </message>
</context>
<context>
    <name>FeedPage</name>
    <message>
        <source>Feed</source>
        <translation>Akış</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>Gizli kanallarda %Ln gönderi var.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>No post of these channels</source>
        <translation>Bu kanallarda gönderi yok</translation>
    </message>
    <message>
        <source>Nothing published yet</source>
        <translation>Henüz bir şey yayımlanmadı</translation>
    </message>
    <message>
        <source>Posts appear here when the sandbox has sent them.</source>
        <translation>Deneme alanı gönderdiğinde gönderiler burada görünür.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Yenile</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>Gizli kanalları göster</translation>
    </message>
    <message>
        <source>This is the sandbox. These posts stayed on this computer; nothing was published on any network.</source>
        <translation>Burası deneme alanı. Bu gönderiler bu bilgisayarda kaldı; hiçbir ağda yayımlanmadı.</translation>
    </message>
</context>
<context>
    <name>FeedRows</name>
    <message>
        <source>Sandbox</source>
        <translation>Deneme alanı</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>First comment</source>
        <translation>İlk yorum</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Bağlantı</translation>
    </message>
</context>
<context>
    <name>FileChoice</name>
    <message>
        <source>Pictures and videos of the message</source>
        <translation>İletinin resimleri ve videoları</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Pictures and videos ({endings})</source>
        <extracomment>{endings}: &quot;*.jpg *.png&quot;. Keep the brackets.</extracomment>
        <translation>Görseller ve videolar ({endings})</translation>
    </message>
</context>
<context>
    <name>FilePage</name>
    <message>
        <source>A table with all columns, to fill in a spreadsheet</source>
        <translation>E-tabloda doldurmak için tüm sütunları içeren bir tablo</translation>
    </message>
    <message>
        <source>CSV, Excel (.xlsx) or JSON with one message per row. Pictures can be files in the same folder or web addresses. Importing adds the messages to {campaign} and sends nothing.</source>
        <translation>Her satırda bir mesaj olan CSV, Excel (.xlsx) veya JSON. Görseller aynı klasördeki dosyalar ya da web adresleri olabilir. İçe aktarma, mesajları şuraya ekler ve hiçbir şey göndermez: {campaign}.</translation>
    </message>
    <message>
        <source>Cells copied in a spreadsheet</source>
        <translation>E-tablodan kopyalanan hücreler</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Dosya seç…</translation>
    </message>
    <message>
        <source>Drop a file here, or choose one</source>
        <translation>Dosyayı buraya bırakın veya seçin</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>Nasıl çalıştığını görmek için örnek mesajlar içe aktarın</translation>
    </message>
    <message>
        <source>Paste cells</source>
        <translation>Hücreleri yapıştır</translation>
    </message>
    <message>
        <source>Reading the file</source>
        <translation>Dosya okunuyor</translation>
    </message>
    <message>
        <source>Reading {name}</source>
        <translation>Okunuyor: {name}</translation>
    </message>
    <message numerus="yes">
        <source>Reading {name}: %Ln row(s)</source>
        <translation>
            <numerusform>Okunuyor: {name}: %Ln satır</numerusform>
        </translation>
    </message>
    <message>
        <source>Save a sample file…</source>
        <translation>Örnek dosya kaydet…</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>Okumayı durdur</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>Örnek kullan</translation>
    </message>
    <message>
        <source>this campaign</source>
        <translation>bu kampanya</translation>
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
        <translation>Görsel</translation>
    </message>
    <message>
        <source>The watermark cannot be used. {reason}</source>
        <translation>Filigran kullanılamıyor. {reason}</translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>“{style}” stilindeki filigran kullanılamıyor. {reason}</translation>
    </message>
    <message>
        <source>{file} cannot be converted: ffmpeg was not found. Install it, or choose where it is in Settings, Writing.</source>
        <translation>{file} dönüştürülemiyor: ffmpeg bulunamadı. Yükleyin ya da Ayarlar, Yazma bölümünde yerini seçin.</translation>
    </message>
    <message>
        <source>{file} cannot be converted: this ffmpeg cannot write H.264 with AAC. Choose another one in Settings, Writing.</source>
        <translation>{file} dönüştürülemiyor: bu ffmpeg AAC ile H.264 yazamıyor. Ayarlar, Yazma bölümünde başka birini seçin.</translation>
    </message>
    <message>
        <source>{file} cannot be made as small as {number} MB.</source>
        <translation>{file} {number} MB olacak kadar küçültülemiyor.</translation>
    </message>
    <message>
        <source>{file} cannot be opened right now: {reason}.</source>
        <translation>{file} şu anda açılamıyor: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be opened: this installation of Posto cannot read such pictures. Install what is missing: {command}</source>
        <translation>{file} açılamıyor: bu Posto kurulumu bu tür görselleri okuyamıyor. Eksik olanı yükleyin: {command}</translation>
    </message>
    <message>
        <source>{file} cannot be read: access denied.</source>
        <translation>{file} okunamıyor: erişim reddedildi.</translation>
    </message>
    <message>
        <source>{file} cannot be read: its name cannot be used.</source>
        <translation>{file} okunamıyor: adı kullanılamıyor.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>{file} okunamıyor: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot stay animated within {number} MB. Choose a still picture.</source>
        <translation>{file} {number} MB içinde hareketli kalamıyor. Hareketsiz bir görsel seçin.</translation>
    </message>
    <message>
        <source>{file} changed while Posto prepared it. Try again.</source>
        <translation>{file} Posto onu hazırlarken değişti. Tekrar deneyin.</translation>
    </message>
    <message>
        <source>{file} could not be converted: ffmpeg stopped working on it. Try again.</source>
        <translation>{file} dönüştürülemedi: ffmpeg ilerlemeyi bıraktı. Yeniden deneyin.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the disk is full. Make room, then try again.</source>
        <translation>{file} dönüştürülemedi: disk dolu. Yer açın, sonra yeniden deneyin.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the result is not what was asked for. It may be damaged.</source>
        <translation>{file} dönüştürülemedi: sonuç istenen gibi değil. Dosya bozuk olabilir.</translation>
    </message>
    <message>
        <source>{file} could not be converted: {reason}.</source>
        <translation>{file} dönüştürülemedi: {reason}.</translation>
    </message>
    <message>
        <source>{file} could not be opened: the computer stopped the program that opens pictures. Its memory may be full. Close other programs, then try again.</source>
        <translation>{file} açılamadı: bilgisayar, görselleri açan programı durdurdu. Belleği dolu olabilir. Diğer programları kapatıp tekrar deneyin.</translation>
    </message>
    <message>
        <source>{file} could not be prepared: {reason}.</source>
        <translation>{file} hazırlanamadı: {reason}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has %Ln frame(s) of {size} pixels, too many to edit here.</source>
        <translation>
            <numerusform>{file}: {size} piksellik %Ln kare var; burada düzenlemek için fazla.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} has frames of {size} pixels, too large to edit here.</source>
        <translation>{file}: kareler {size} piksel; burada düzenlemek için çok büyük.</translation>
    </message>
    <message>
        <source>{file} has more than {most} passes; Posto cannot open such JPEGs. Save it as an ordinary JPEG or remove it.</source>
        <translation>{file} {most} geçişten fazlasını içeriyor; Posto böyle JPEG’leri açamıyor. Sıradan bir JPEG olarak kaydedin veya kaldırın.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto edits pictures of up to {most}. Make it smaller first.</source>
        <translation>{file} {count} megapiksel; Posto en fazla {most} megapiksellik görselleri düzenler. Önce küçültün.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto opens {kind} of up to {most}. Make it smaller or remove it.</source>
        <translation>{file} {count} megapiksel; Posto en fazla {most} megapiksellik {kind} dosyalarını açar. Küçültün veya kaldırın.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; a watermark may have {most}.</source>
        <translation>{file} {count} megapiksel; filigran en fazla {most} olabilir.</translation>
    </message>
    <message>
        <source>{file} is a folder.</source>
        <translation>{file} bir klasör.</translation>
    </message>
    <message>
        <source>{file} is damaged.</source>
        <translation>{file} bozuk.</translation>
    </message>
    <message>
        <source>{file} is damaged: it cannot be opened as a picture.</source>
        <translation>{file} bozuk: görsel olarak açılamıyor.</translation>
    </message>
    <message>
        <source>{file} is empty (0 bytes).</source>
        <translation>{file} boş (0 bayt).</translation>
    </message>
    <message>
        <source>{file} is incomplete: its end is missing. Copy it again.</source>
        <translation>{file} eksik: sonu yok. Yeniden kopyalayın.</translation>
    </message>
    <message>
        <source>{file} is no picture.</source>
        <translation>{file} bir görsel değil.</translation>
    </message>
    <message>
        <source>{file} is not a file that can be posted.</source>
        <translation>{file} paylaşılabilecek bir dosya değil.</translation>
    </message>
    <message>
        <source>{file} is not a picture or video that Posto can post.</source>
        <translation>{file}, Posto’nun paylaşabileceği bir görsel veya video değil.</translation>
    </message>
    <message>
        <source>{file} is too large to play here.</source>
        <translation>{file} burada oynatmak için çok büyük.</translation>
    </message>
    <message>
        <source>{file} is {number} MB; a watermark may have {most}.</source>
        <translation>{file} {number} MB; filigran en fazla {most} olabilir.</translation>
    </message>
    <message>
        <source>{file} needs too much memory. Make it smaller or remove it.</source>
        <translation>{file} çok fazla bellek gerektiriyor. Küçültün veya kaldırın.</translation>
    </message>
    <message>
        <source>{file} takes about {number} MB when it is converted; {free} MB are free. Make room, then try again.</source>
        <translation>{file} dönüştürülünce yaklaşık {number} MB tutar; {free} MB boş. Yer açın, sonra yeniden deneyin.</translation>
    </message>
    <message>
        <source>{file} takes too long to open. Save it again with a picture program or remove it.</source>
        <translation>{file} çok uzun sürede açılıyor. Bir görsel programıyla yeniden kaydedin veya kaldırın.</translation>
    </message>
    <message>
        <source>{file} was not found.</source>
        <translation>{file} bulunamadı.</translation>
    </message>
    <message>
        <source>{reason} Choose another watermark.</source>
        <translation>{reason} Başka bir filigran seçin.</translation>
    </message>
</context>
<context>
    <name>FilterChips</name>
    <message>
        <source>Clear filters</source>
        <translation>Filtreleri temizle</translation>
    </message>
</context>
<context>
    <name>FilterController</name>
    <message>
        <source>All labels</source>
        <translation>Tüm etiketler</translation>
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
        <translation>Diğer düzeltmeler</translation>
    </message>
</context>
<context>
    <name>Fixes</name>
    <message>
        <source>Add a space</source>
        <translation>Boşluk ekle</translation>
    </message>
    <message>
        <source>Add a title</source>
        <translation>Başlık ekle</translation>
    </message>
    <message>
        <source>Add it to the text</source>
        <translation>Metne ekle</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Medya ekle</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>Zamanı değiştir</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Kırp</translation>
    </message>
    <message>
        <source>Crop the middle</source>
        <translation>Ortasını kırp</translation>
    </message>
    <message>
        <source>Describe</source>
        <translation>Açıklama yaz</translation>
    </message>
    <message>
        <source>Edit for {name}</source>
        <translation>{name} için düzenle</translation>
    </message>
    <message>
        <source>Edit it</source>
        <translation>Düzenle</translation>
    </message>
    <message>
        <source>Edit the first comment</source>
        <translation>İlk yorumu düzenle</translation>
    </message>
    <message>
        <source>Edit the link</source>
        <translation>Bağlantıyı düzenle</translation>
    </message>
    <message>
        <source>Edit the text</source>
        <translation>Metni düzenle</translation>
    </message>
    <message>
        <source>Edit the title</source>
        <translation>Başlığı düzenle</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Düzenle…</translation>
    </message>
    <message>
        <source>Keep the braces</source>
        <translation>Ayraçları koru</translation>
    </message>
    <message>
        <source>Leave it out for {name}</source>
        <translation>{name} için dışarıda bırak</translation>
    </message>
    <message numerus="yes">
        <source>Leave out %Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanalı dışarıda bırak</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave out %n file(s) for {networks}</source>
        <translation>
            <numerusform>{networks} için %n dosyayı dışarıda bırak</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave out the link</source>
        <translation>Bağlantıyı dışarıda bırak</translation>
    </message>
    <message>
        <source>Leave out {file} for {networks}</source>
        <translation>{networks} için {file} dosyasını dışarıda bırak</translation>
    </message>
    <message>
        <source>Leave out {name}</source>
        <translation>Dışarıda bırak: {name}</translation>
    </message>
    <message>
        <source>Make it fit {name}</source>
        <translation>{name} için uygun yap</translation>
    </message>
    <message>
        <source>Move all files to the first part</source>
        <translation>Tüm dosyaları ilk bölüme taşı</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Şuraya taşı: {time}</translation>
    </message>
    <message>
        <source>Only {name}</source>
        <translation>Yalnızca {name}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Kaldır</translation>
    </message>
    <message numerus="yes">
        <source>Remove %Ln hashtag(s)</source>
        <translation>
            <numerusform>%Ln hashtag’i kaldır</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n file(s) from the message</source>
        <translation>
            <numerusform>%n dosyayı mesajdan kaldır</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove the empty part(s)</source>
        <translation>
            <numerusform>Boş bölümü kaldır</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the link</source>
        <translation>Bağlantıyı kaldır</translation>
    </message>
    <message>
        <source>Remove {names} from the message</source>
        <translation>Mesajdan kaldır: {names}</translation>
    </message>
    <message>
        <source>Select channels</source>
        <translation>Kanal seç</translation>
    </message>
    <message>
        <source>Send a still picture</source>
        <translation>Hareketsiz görsel gönder</translation>
    </message>
    <message>
        <source>Send all parts as one text</source>
        <translation>Tüm bölümleri tek metin olarak gönder</translation>
    </message>
    <message>
        <source>Send only the first part</source>
        <translation>Yalnızca ilk bölümü gönder</translation>
    </message>
    <message>
        <source>Send the whole thread</source>
        <translation>Zincirin tamamını gönder</translation>
    </message>
    <message>
        <source>Send without a style</source>
        <translation>Stil olmadan gönder</translation>
    </message>
    <message>
        <source>Shorten for {name}</source>
        <translation>{name} için kısalt</translation>
    </message>
    <message>
        <source>Shorten it</source>
        <translation>Kısalt</translation>
    </message>
    <message>
        <source>Shorten the title</source>
        <translation>Başlığı kısalt</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>Dosyayı göster</translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation>Dosyaları göster</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yeniden oturum aç</translation>
    </message>
    <message>
        <source>Split for all networks</source>
        <translation>Tüm ağlar için böl</translation>
    </message>
    <message>
        <source>Split for {name}</source>
        <translation>{name} için böl</translation>
    </message>
    <message>
        <source>Trim…</source>
        <translation>Kısalt…</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Ortak metni kullan</translation>
    </message>
    <message>
        <source>Use the nearest year</source>
        <translation>En yakın yılı kullan</translation>
    </message>
    <message>
        <source>Use “/” instead</source>
        <translation>Yerine “/” kullan</translation>
    </message>
    <message>
        <source>Write the character</source>
        <translation>Karakteri yaz</translation>
    </message>
</context>
<context>
    <name>GroupActions</name>
    <message>
        <source>Create group</source>
        <translation>Grup oluştur</translation>
    </message>
    <message numerus="yes">
        <source>Creates a group with %Ln channel(s).</source>
        <translation>
            <numerusform>%Ln kanallı bir grup oluşturur.</numerusform>
        </translation>
    </message>
    <message>
        <source>Group name</source>
        <translation>Grup adı</translation>
    </message>
    <message>
        <source>Its channels stay in it.</source>
        <translation>Kanalları içinde kalır.</translation>
    </message>
    <message>
        <source>Joins both groups.</source>
        <translation>İki grubu birleştirir.</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Aşağı taşı</translation>
    </message>
    <message numerus="yes">
        <source>Move the (found channel/%Ln found channels) here</source>
        <translation>
            <numerusform>Bulunan %Ln kanalı buraya taşı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move the (ticked channel/%Ln ticked channels) here</source>
        <translation>
            <numerusform>İşaretli %Ln kanalı buraya taşı</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to group</source>
        <translation>Gruba taşı</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Yukarı taşı</translation>
    </message>
    <message numerus="yes">
        <source>Moves %Ln channel(s) into this group.</source>
        <translation>
            <numerusform>%Ln kanalı bu gruba taşır.</numerusform>
        </translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>Grubun adı</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Yeni grup</translation>
    </message>
    <message>
        <source>New group…</source>
        <translation>Yeni grup…</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>“{name}” grubundan çıkar</translation>
    </message>
    <message>
        <source>Remove group</source>
        <translation>Grubu kaldır</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Yeniden adlandır</translation>
    </message>
    <message>
        <source>Rename group…</source>
        <translation>Grubu yeniden adlandır…</translation>
    </message>
</context>
<context>
    <name>GroupDrag</name>
    <message>
        <source>Move above “{name}”</source>
        <translation>“{name}” üstüne taşı</translation>
    </message>
    <message>
        <source>Move below “{name}”</source>
        <translation>“{name}” altına taşı</translation>
    </message>
    <message>
        <source>Move to “{name}”</source>
        <translation>“{name}” grubuna taşı</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>“{name}” grubundan çıkar</translation>
    </message>
</context>
<context>
    <name>HashtagFields</name>
    <message>
        <source>#coffee #roastery</source>
        <translation>#kahve #kavurma</translation>
    </message>
    <message>
        <source>At the end of the text</source>
        <translation>Metnin sonunda</translation>
    </message>
    <message>
        <source>Create groups in Compose with the Snippets button</source>
        <translation>Grupları Oluştur sayfasında Hazır metinler düğmesiyle oluşturun</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruplar</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtag’ler</translation>
    </message>
    <message>
        <source>In the first comment, if the network has one</source>
        <translation>Ağda varsa ilk yorumda</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Nerede</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (silindi)</translation>
    </message>
</context>
<context>
    <name>HiddenChannelsBar</name>
    <message numerus="yes">
        <source>%Ln of {total} channels (is/are) hidden</source>
        <translation>
            <numerusform>{total} kanaldan %Ln tanesi gizli</numerusform>
        </translation>
    </message>
    <message>
        <source>All channels are hidden</source>
        <translation>Tüm kanallar gizli</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Tümünü göster</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>Tüm kanalları göster</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Geçmiş</translation>
    </message>
    <message>
        <source>Nothing is known of this message.</source>
        <translation>Bu ileti hakkında bir şey bilinmiyor.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Okunuyor…</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Adımlar</translation>
    </message>
    <message>
        <source>The history could not be read. See the log for details.</source>
        <translation>Geçmiş okunamadı. Ayrıntılar için günlüğe bakın.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tekrar dene</translation>
    </message>
</context>
<context>
    <name>ImportCountsLabel</name>
    <message>
        <source>cannot be imported</source>
        <translation>içe aktarılamıyor</translation>
    </message>
    <message>
        <source>incomplete</source>
        <translation>eksik</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>dışarıda</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>hazır</translation>
    </message>
    <message>
        <source>without its picture</source>
        <translation>görseli yok</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%n change(s) to the rows will be lost. The file does not change.</source>
        <translation>
            <numerusform>Satırlardaki %n değişiklik kaybolacak. Dosya değişmez.</numerusform>
        </translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tüm dosyalar (*)</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>CSV dosyası</translation>
    </message>
    <message>
        <source>Columns and check</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Sütunlar ve denetim</translation>
    </message>
    <message>
        <source>File</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Dosya</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Sürdür</translation>
    </message>
    <message>
        <source>Import file</source>
        <translation>Dosyayı içe aktar</translation>
    </message>
    <message>
        <source>Import messages from a file</source>
        <translation>Dosyadan mesaj içe aktar</translation>
    </message>
    <message>
        <source>Pasted cells</source>
        <translation>Yapıştırılan hücreler</translation>
    </message>
    <message>
        <source>Posto sample.csv</source>
        <translation>Posto örnek.csv</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Örnek</translation>
    </message>
    <message>
        <source>Save a sample file</source>
        <translation>Örnek dosya kaydet</translation>
    </message>
    <message>
        <source>Stop importing</source>
        <translation>İçe aktarmayı durdur</translation>
    </message>
    <message>
        <source>Stop importing?</source>
        <translation>İçe aktarma durdurulsun mu?</translation>
    </message>
    <message>
        <source>Tables ({endings})</source>
        <extracomment>{endings}: &quot;*.csv *.xlsx&quot;. Keep the brackets.</extracomment>
        <translation>Tablolar ({endings})</translation>
    </message>
    <message>
        <source>There are no rows below the column names.</source>
        <translation>Sütun adlarının altında satır yok.</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>Zamanlar</translation>
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
        <translation>İptal</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Devam</translation>
    </message>
    <message numerus="yes">
        <source>Continue with %Ln row(s)</source>
        <translation>
            <numerusform>%Ln satırla devam et</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln message(s)</source>
        <translation>
            <numerusform>%Ln mesajı içe aktar</numerusform>
        </translation>
    </message>
    <message>
        <source>No row can be imported yet</source>
        <translation>Henüz içe aktarılabilecek satır yok</translation>
    </message>
    <message>
        <source>Only problems</source>
        <translation>Yalnızca sorunlar</translation>
    </message>
</context>
<context>
    <name>ImportRowActions</name>
    <message>
        <source>Where is {name}?</source>
        <translation>{name} nerede?</translation>
    </message>
</context>
<context>
    <name>ImportRows</name>
    <message>
        <source>Change…</source>
        <translation>Değiştir…</translation>
    </message>
    <message>
        <source>Import after all</source>
        <translation>Yine de içe aktar</translation>
    </message>
    <message>
        <source>Import anyway</source>
        <translation>Buna rağmen içe aktar</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Dışarıda bırak</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Yerini göster…</translation>
    </message>
    <message>
        <source>none</source>
        <translation>yok</translation>
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
        <translation>Dışarıda</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Satır</translation>
    </message>
    <message>
        <source>Row {number}</source>
        <translation>Satır {number}</translation>
    </message>
    <message>
        <source>cannot be imported</source>
        <translation>içe aktarılamıyor</translation>
    </message>
    <message>
        <source>has warnings</source>
        <translation>uyarı var</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>dışarıda</translation>
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
        <translation>Bu hücreyi düzenle</translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation>İçe aktarılacak satırlar</translation>
    </message>
</context>
<context>
    <name>ImportSample</name>
    <message>
        <source>A cell may have several lines.</source>
        <translation>Bir hücrede birkaç satır olabilir.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Coffee</source>
        <translation>Kahve</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Açıklama</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk yorum</translation>
    </message>
    <message>
        <source>Good morning! The first coffee of the day is ready. ☕</source>
        <translation>Günaydın! Günün ilk kahvesi hazır. ☕</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketler</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Bağlantı</translation>
    </message>
    <message>
        <source>New in the shop: hand-poured candles, in three sizes.</source>
        <translation>Dükkânda yeni: el dökümü mumlar, üç boyda.</translation>
    </message>
    <message>
        <source>No time in this row: the campaign chooses one.</source>
        <translation>Bu satırda zaman yok: kampanya seçer.</translation>
    </message>
    <message>
        <source>Part 2</source>
        <translation>Bölüm 2</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Görsel</translation>
    </message>
    <message>
        <source>Shop, Candles</source>
        <translation>Dükkân, Mumlar</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Metin</translation>
    </message>
    <message>
        <source>This text goes on in a thread, where a network has threads.</source>
        <translation>Bu metin, zincir olan ağlarda zincir olarak sürer.</translation>
    </message>
    <message>
        <source>We open at seven.</source>
        <translation>Saat yedide açıyoruz.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Ne zaman</translation>
    </message>
</context>
<context>
    <name>ImportSession</name>
    <message>
        <source>It cannot be checked.</source>
        <translation>Denetlenemiyor.</translation>
    </message>
    <message>
        <source>It cannot be read.</source>
        <translation>Okunamıyor.</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message numerus="yes">
        <source>%Ln (entry is no object and was/entries are no objects and were) left out.</source>
        <translation>
            <numerusform>Nesne olmayan %Ln öğe dışarıda bırakıldı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln satır</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (lacks its picture/lack their pictures): {names}</source>
        <translation>
            <numerusform>Görseli eksik %Ln satır: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) above the names (was/were) left out.</source>
        <translation>
            <numerusform>Adların üstündeki %Ln satır dışarıda bırakıldı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s): {sentence}. The others likewise.</source>
        <translation>
            <numerusform>%Ln satır: {sentence}. Diğerleri de öyle.</numerusform>
        </translation>
    </message>
    <message>
        <source>A quotation mark in line {line} is never closed. It was read as text.</source>
        <translation>Satır {line}: bir tırnak işareti hiç kapanmıyor. Metin olarak okundu.</translation>
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
        <translation>Açıklama</translation>
    </message>
    <message>
        <source>Do not import</source>
        <translation>İçe aktarma</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk yorum</translation>
    </message>
    <message>
        <source>Further part</source>
        <translation>Sonraki bölüm</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Etiketler</translation>
    </message>
    <message>
        <source>Left out.</source>
        <translation>Dışarıda bırakıldı.</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Meaning of a column: a web address.</extracomment>
        <translation>Bağlantı</translation>
    </message>
    <message>
        <source>More than {most} pictures: the others are left out</source>
        <translation>Görsel sınırı {most}: diğerleri dışarıda bırakıldı</translation>
    </message>
    <message>
        <source>Not imported.</source>
        <translation>İçe aktarılmadı.</translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln column(s) are read.</source>
        <translation>
            <numerusform>%Ln sütundan yalnızca ilk {most} okunur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln row(s) are read.</source>
        <translation>
            <numerusform>%Ln satırdan yalnızca ilk {most} okunur.</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Görsel</translation>
    </message>
    <message>
        <source>Pictures of the further parts of a thread are not imported.</source>
        <translation>Zincirin sonraki bölümlerindeki görseller içe aktarılmaz.</translation>
    </message>
    <message>
        <source>Row {number} (line {line}): {sentences}</source>
        <translation>Satır {number} (dosya satırı {line}): {sentences}</translation>
    </message>
    <message>
        <source>Row {number}: {sentences}</source>
        <translation>Satır {number}: {sentences}</translation>
    </message>
    <message>
        <source>Rows {numbers}: {sentence}. The others likewise.</source>
        <translation>Satırlar {numbers}: {sentence}. Diğerleri de öyle.</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>Metin</translation>
    </message>
    <message>
        <source>Text for {network}</source>
        <translation>{network} için metin</translation>
    </message>
    <message>
        <source>That day does not exist</source>
        <translation>Böyle bir gün yok</translation>
    </message>
    <message>
        <source>The file has column names, but no rows below them.</source>
        <translation>Dosyada sütun adları var ama altlarında satır yok.</translation>
    </message>
    <message>
        <source>The file has no rows.</source>
        <translation>Dosyada satır yok.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Dosya boş.</translation>
    </message>
    <message>
        <source>The file is {size} MB; up to {most} MB can be imported. Split it into several files.</source>
        <translation>Dosya {size} MB; en fazla {most} MB içe aktarılabilir. Birkaç dosyaya bölün.</translation>
    </message>
    <message>
        <source>The formula gives no value, but {error}</source>
        <translation>Formül bir değer vermiyor, sonucu: {error}</translation>
    </message>
    <message>
        <source>The formula has no stored result; open the file in a spreadsheet program and save it</source>
        <translation>Formülün kayıtlı sonucu yok; dosyayı bir e-tablo programında açıp kaydedin</translation>
    </message>
    <message>
        <source>The same as row {number}</source>
        <translation>Satır {number} ile aynı</translation>
    </message>
    <message>
        <source>The same text is already scheduled</source>
        <translation>Aynı metin zaten planlanmış</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {time}</source>
        <translation>Aynı metin zaten planlanmış: {time}</translation>
    </message>
    <message>
        <source>The text has {count} characters; up to {most} can be imported</source>
        <translation>Metin {count} karakter; en fazla {most} karakter içe aktarılabilir</translation>
    </message>
    <message numerus="yes">
        <source>The thread has %n part(s); up to {most} can be imported</source>
        <translation>
            <numerusform>Zincirde %n bölüm var; en fazla {most} bölüm içe aktarılabilir</numerusform>
        </translation>
    </message>
    <message>
        <source>The year {year} is too far ahead</source>
        <translation>{year} yılı çok ileride</translation>
    </message>
    <message>
        <source>There is no day {number} in {month}</source>
        <translation>{month} ayında {number}. gün yok</translation>
    </message>
    <message>
        <source>There is no month {number}</source>
        <translation>{number} numaralı ay yok</translation>
    </message>
    <message>
        <source>There is no table on the clipboard. Copy cells in a spreadsheet first.</source>
        <translation>Panoda tablo yok. Önce bir e-tablodan hücre kopyalayın.</translation>
    </message>
    <message>
        <source>There is no text</source>
        <translation>Metin yok</translation>
    </message>
    <message>
        <source>There is no text: only the picture will be posted</source>
        <translation>Metin yok: yalnızca görsel paylaşılacak</translation>
    </message>
    <message>
        <source>This JSON file cannot be imported: it holds {excess}. Split it into several files.</source>
        <translation>Bu JSON dosyası içe aktarılamıyor, içeriği: {excess}. Birkaç dosyaya bölün.</translation>
    </message>
    <message>
        <source>This JSON file cannot be read: line {line}, column {column} is not what JSON allows there.</source>
        <translation>Bu JSON dosyası okunamıyor: satır {line}, sütun {column} JSON’a uygun değil.</translation>
    </message>
    <message>
        <source>This JSON file contains no messages. It needs a list of objects, for example {example}.</source>
        <translation>Bu JSON dosyasında mesaj yok. Bir nesne listesi gerekir, örneğin {example}.</translation>
    </message>
    <message>
        <source>This file contains no text. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Bu dosyada metin yok. CSV, Excel (.xlsx) ve JSON dosyalarını içe aktarabilirsiniz.</translation>
    </message>
    <message>
        <source>This file is not an Excel workbook. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>Bu dosya bir Excel çalışma kitabı değil. CSV, Excel (.xlsx) ve JSON dosyalarını içe aktarabilirsiniz.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read Excel files. Save the sheet as CSV, or install what is missing: pip install &apos;posto[excel]&apos;</source>
        <translation>Bu Posto kurulumu Excel dosyalarını okuyamıyor. Sayfayı CSV olarak kaydedin veya eksik olanı yükleyin: pip install &apos;posto[excel]&apos;</translation>
    </message>
    <message>
        <source>This workbook contains XML entities, which no spreadsheet program writes. Posto did not read it.</source>
        <translation>Bu çalışma kitabı, hiçbir e-tablo programının yazmadığı XML varlıkları içeriyor. Posto onu okumadı.</translation>
    </message>
    <message>
        <source>This workbook contains more than {most} texts, too many to import. Save the sheet as CSV.</source>
        <translation>Bu çalışma kitabındaki metin sayısı içe aktarmak için fazla (sınır: {most}). Sayfayı CSV olarak kaydedin.</translation>
    </message>
    <message>
        <source>This workbook has no sheet with cells.</source>
        <translation>Bu çalışma kitabında hücreli sayfa yok.</translation>
    </message>
    <message>
        <source>This workbook is damaged and cannot be read. Open it in a spreadsheet program, save it as .xlsx or CSV, and import that.</source>
        <translation>Bu çalışma kitabı bozuk ve okunamıyor. Bir e-tablo programında açıp .xlsx veya CSV olarak kaydedin ve onu içe aktarın.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password or in the old format .xls. Save it as .xlsx without a password, or as CSV.</source>
        <translation>Bu çalışma kitabı parolayla kilitli veya eski .xls biçiminde. Parolasız .xlsx ya da CSV olarak kaydedin.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password. Save it without one.</source>
        <translation>Bu çalışma kitabı parolayla kilitli. Parolasız kaydedin.</translation>
    </message>
    <message>
        <source>This workbook is too large. Save the sheet as CSV.</source>
        <translation>Bu çalışma kitabı çok büyük. Sayfayı CSV olarak kaydedin.</translation>
    </message>
    <message>
        <source>This workbook unpacks to {size} MB, more than Posto can import. Save the sheet as CSV.</source>
        <translation>Bu çalışma kitabı açıldığında {size} MB oluyor; Posto bu kadarını içe aktaramaz. Sayfayı CSV olarak kaydedin.</translation>
    </message>
    <message>
        <source>Time of day</source>
        <translation>Günün saati</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Ne zaman</translation>
    </message>
    <message>
        <source>commas</source>
        <translation>virgül</translation>
    </message>
    <message>
        <source>day.month.year</source>
        <translation>gün.ay.yıl</translation>
    </message>
    <message>
        <source>month/day/year</source>
        <translation>ay/gün/yıl</translation>
    </message>
    <message>
        <source>semicolons</source>
        <translation>noktalı virgül</translation>
    </message>
    <message>
        <source>separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>ayırıcı: {sign}</translation>
    </message>
    <message>
        <source>sheet “{name}”</source>
        <translation>“{name}” sayfası</translation>
    </message>
    <message>
        <source>tabs</source>
        <translation>sekme</translation>
    </message>
    <message>
        <source>vertical bars</source>
        <translation>dikey çizgi</translation>
    </message>
    <message>
        <source>year-month-day</source>
        <translation>yıl-ay-gün</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}, {time}</translation>
    </message>
    <message>
        <source>{day}, {time} has passed</source>
        <translation>{day}, {time} geçti</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} – {last}</translation>
    </message>
    <message>
        <source>{host} is in a private network. Posto does not download pictures from there</source>
        <translation>{host} özel bir ağda. Posto oradan görsel indirmez</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is no channel/are no channels) of yours</source>
        <translation>
            <numerusform>Kanallarınız arasında yok: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} ve %n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} is not a date</source>
        <translation>{number} bir tarih değil</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} has %n day(s)</source>
        <translation>
            <numerusform>{number} {month} bir tarih değil: {month} %n gün</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} {month} is not a date: {month} has 28 or 29 days</source>
        <translation>{number} {month} bir tarih değil: {month} 28 veya 29 gün</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} {year} has %n day(s)</source>
        <translation>
            <numerusform>{number} {month} bir tarih değil: {month} {year} %n gün</numerusform>
        </translation>
    </message>
    <message>
        <source>“{address}” is not a web address</source>
        <translation>“{address}” bir web adresi değil</translation>
    </message>
    <message>
        <source>“{address}” is not the address of a picture</source>
        <translation>“{address}” bir görselin adresi değil</translation>
    </message>
    <message>
        <source>“{name}” is not the name of a picture</source>
        <translation>“{name}” bir görselin adı değil</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a date.</source>
        <translation>“{text}” tarih olarak okunamıyor.</translation>
    </message>
    <message>
        <source>“{text}” contains no day</source>
        <translation>“{text}” gün içermiyor</translation>
    </message>
    <message>
        <source>“{text}” is not a time of day</source>
        <translation>“{text}” günün bir saati değil</translation>
    </message>
    <message numerus="yes">
        <source>“{text}” may be {names} or %Ln more</source>
        <translation>
            <numerusform>“{text}” şunlardan biri olabilir: {names} veya %Ln tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>“{text}” may be {names} or {last}</source>
        <translation>“{text}” şunlardan biri olabilir: {names} veya {last}</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day</source>
        <translation>“{time}” günü olmayan bir saat</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day.</source>
        <translation>“{time}” günü olmayan bir saat.</translation>
    </message>
</context>
<context>
    <name>Insights</name>
    <message numerus="yes">
        <source>%Ln post(s) without this number (is/are) left out.</source>
        <translation>
            <numerusform>Bu sayısı olmayan %Ln gönderi hesaba katılmadı.</numerusform>
        </translation>
    </message>
    <message>
        <source>(no text)</source>
        <translation>(metin yok)</translation>
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
        <translation>Öne çıkarma</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Clicks</source>
        <translation>Tıklama</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>Yorum</translation>
    </message>
    <message>
        <source>Engagement</source>
        <translation>Etkileşim</translation>
    </message>
    <message>
        <source>Engagement is what people did: likes, replies, shares and quotes together.</source>
        <translation>Etkileşim, insanların yaptıklarıdır: beğeni, yanıt, paylaşım ve alıntıların toplamı.</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>Favori</translation>
    </message>
    <message>
        <source>Impressions</source>
        <translation>Gösterim</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketler</translation>
    </message>
    <message numerus="yes">
        <source>Last %n day(s)</source>
        <translation>
            <numerusform>Son %n gün</numerusform>
        </translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>Son 12 ay</translation>
    </message>
    <message>
        <source>Likes</source>
        <translation>Beğeni</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>Medyan</translation>
    </message>
    <message>
        <source>Middle half</source>
        <translation>Orta yarı</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Ağlar</translation>
    </message>
    <message>
        <source>Newest numbers</source>
        <translation>En yeni sayılar</translation>
    </message>
    <message>
        <source>Not enough posts yet: {count} of {enough}</source>
        <translation>Henüz yeterli gönderi yok: {count}/{enough}</translation>
    </message>
    <message>
        <source>Other times</source>
        <translation>Diğer saatler</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Zaman içinde</translation>
    </message>
    <message>
        <source>Post</source>
        <translation>Gönderi</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Gönderiler</translation>
    </message>
    <message>
        <source>Posts of the last 24 hours are not counted yet.</source>
        <translation>Son 24 saatin gönderileri henüz sayılmaz.</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Yayımlandı</translation>
    </message>
    <message>
        <source>Quotes</source>
        <translation>Alıntı</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>Erişim</translation>
    </message>
    <message>
        <source>Reactions</source>
        <translation>Tepki</translation>
    </message>
    <message>
        <source>Renotes</source>
        <translation>Renote</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>Yanıt</translation>
    </message>
    <message>
        <source>Reposts</source>
        <translation>Yeniden paylaşım</translation>
    </message>
    <message>
        <source>Saves</source>
        <translation>Kaydetme</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Puan</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>Paylaşım</translation>
    </message>
    <message>
        <source>Slots</source>
        <translation>Saatler</translation>
    </message>
    <message>
        <source>Styles</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stiller</translation>
    </message>
    <message>
        <source>To compare channels of different size, a post counts by its rank in its channel: 70 means better than 70% of that channel&apos;s posts, 50 is usual.</source>
        <translation>Farklı büyüklükteki kanalları karşılaştırmak için bir gönderi, kanalındaki sırasıyla sayılır: 70, o kanalın gönderilerinin %70’inden iyi demektir; 50 olağandır.</translation>
    </message>
    <message>
        <source>Values are medians. Thin lines show the middle half of the posts. Pale marks have fewer than 5 posts.</source>
        <translation>Değerler medyandır. İnce çizgiler gönderilerin orta yarısını gösterir. Soluk işaretlerde 5’ten az gönderi vardır.</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Görüntüleme</translation>
    </message>
    <message>
        <source>Weekdays and hours</source>
        <translation>Haftanın günleri ve saatler</translation>
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
        <translation>{low} – {high}</translation>
    </message>
    <message>
        <source>{name}: rank {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: sıra {value}, {posts} – yarısı {low} – {high}</translation>
    </message>
    <message>
        <source>{name}: {measure} {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: {measure} {value}, {posts} – yarısı {low} – {high}</translation>
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
        <translation>En iyi gönderiler</translation>
    </message>
    <message>
        <source>Export insights</source>
        <translation>İstatistikleri dışa aktar</translation>
    </message>
    <message>
        <source>Insights written to {file}</source>
        <translation>İstatistikler {file} dosyasına yazıldı</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>PDF belgeleri (*.pdf)</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Klasörde göster</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tablolar (*.csv)</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Dosya yazılamadı: {why}</translation>
    </message>
    <message>
        <source>insights {day}</source>
        <translation>istatistikler {day}</translation>
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
        <translation>Gönderilerin yaşı</translation>
    </message>
    <message>
        <source>CSV table for Excel…</source>
        <translation>Excel için CSV tablosu…</translation>
    </message>
    <message>
        <source>CSV table…</source>
        <translation>CSV tablosu…</translation>
    </message>
    <message>
        <source>Choose in the settings, under Storage, how long Posto keeps them.</source>
        <translation>Posto’nun bunları ne kadar saklayacağını ayarlarda, Depolama altında seçin.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Dışa aktar</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>Dışa aktarma ilerlemesi</translation>
    </message>
    <message>
        <source>Insights are not kept</source>
        <translation>İstatistikler saklanmıyor</translation>
    </message>
    <message>
        <source>Likes, views and other numbers of your posts appear here an hour after they are published.</source>
        <translation>Gönderilerinizin beğeni, görüntüleme ve diğer sayıları, yayımlandıktan bir saat sonra burada görünür.</translation>
    </message>
    <message>
        <source>No insights yet</source>
        <translation>Henüz istatistik yok</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Sayı</translation>
    </message>
    <message>
        <source>PDF report…</source>
        <translation>PDF raporu…</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Dönem</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Gönderiler</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>Tablo olarak göster</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Dışa aktarmayı durdur</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln başarısız</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln gönderildi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n bölüm</numerusform>
        </translation>
    </message>
    <message>
        <source>Also for</source>
        <translation>Şunlar için de</translation>
    </message>
    <message>
        <source>Close inspector</source>
        <translation>Denetçiyi kapat</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Ayrıntılar</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Düzenle</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dosyalar</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>İstatistikler</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Etiketler</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Diğer işlemler</translation>
    </message>
    <message>
        <source>Next post</source>
        <translation>Sonraki gönderi</translation>
    </message>
    <message>
        <source>Not in the list</source>
        <translation>Listede yok</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Gönderiyi aç</translation>
    </message>
    <message>
        <source>Post</source>
        <extracomment>Noun: one post on one channel.</extracomment>
        <translation>Gönderi</translation>
    </message>
    <message>
        <source>Previous post</source>
        <translation>Önceki gönderi</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Yeniden planla</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlandı</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gönderildi</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Göster</translation>
    </message>
    <message>
        <source>Story</source>
        <translation>Hikâye</translation>
    </message>
    <message>
        <source>The filters hide this post.</source>
        <translation>Filtreler bu gönderiyi gizliyor.</translation>
    </message>
    <message>
        <source>The post has no link yet</source>
        <translation>Gönderinin henüz bağlantısı yok</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>Zincir</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Ne oldu</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Saat dilimi</translation>
    </message>
</context>
<context>
    <name>KeyRecorder</name>
    <message>
        <source>Off</source>
        <translation>Kapalı</translation>
    </message>
    <message>
        <source>Press it, then the keys. Backspace turns it off.</source>
        <translation>Basın, sonra tuşlara basın. Backspace kapatır.</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>Tuşlara basın…</translation>
    </message>
</context>
<context>
    <name>LabelChip</name>
    <message>
        <source>Remove label {label}</source>
        <translation>{label} etiketini kaldır</translation>
    </message>
</context>
<context>
    <name>LabelledField</name>
    <message>
        <source>Checked</source>
        <translation>Denetlendi</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göster</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>Parolayı göster</translation>
    </message>
</context>
<context>
    <name>LabelsField</name>
    <message>
        <source>A message has at most 20 labels</source>
        <translation>Bir mesajda en fazla 20 etiket olabilir</translation>
    </message>
    <message>
        <source>Add label</source>
        <translation>Etiket ekle</translation>
    </message>
</context>
<context>
    <name>LabelsRow</name>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>Etiketler</translation>
    </message>
</context>
<context>
    <name>LanguagePage</name>
    <message>
        <source>Drafts and scheduled posts are kept.</source>
        <translation>Taslaklar ve planlanan gönderiler korunur.</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Örnek</translation>
    </message>
    <message>
        <source>Posto restarts to show {language}</source>
        <translation>Posto, {language} dilini göstermek için yeniden başlar</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>Şimdi yeniden başlat</translation>
    </message>
</context>
<context>
    <name>LargeDialog</name>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo the change</source>
        <translation>Değişikliği geri al</translation>
    </message>
</context>
<context>
    <name>LineControl</name>
    <message>
        <source>Separated by commas</source>
        <translation>Virgülle ayrılmış</translation>
    </message>
    <message>
        <source>The first line of the text</source>
        <translation>Metnin ilk satırı</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Web adresi</translation>
    </message>
</context>
<context>
    <name>LinkCardView</name>
    <message>
        <source>Link preview</source>
        <translation>Bağlantı önizlemesi</translation>
    </message>
    <message>
        <source>Reading {host}</source>
        <translation>Okunuyor: {host}</translation>
    </message>
    <message>
        <source>Reload link preview</source>
        <translation>Bağlantı önizlemesini yeniden yükle</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Bağlantıyı kaldır</translation>
    </message>
    <message>
        <source>{reason}. The link will still be posted.</source>
        <translation>{reason}. Bağlantı yine de paylaşılacak.</translation>
    </message>
</context>
<context>
    <name>LinkCards</name>
    <message>
        <source>The address does not answer. No preview available.</source>
        <translation>Adres yanıt vermiyor. Önizleme yok.</translation>
    </message>
    <message>
        <source>The address is in a private network. No preview available.</source>
        <translation>Adres özel bir ağda. Önizleme yok.</translation>
    </message>
    <message>
        <source>{host} does not answer. No preview available.</source>
        <translation>{host} yanıt vermiyor. Önizleme yok.</translation>
    </message>
    <message>
        <source>{host} is in a private network. No preview available.</source>
        <translation>{host} özel bir ağda. Önizleme yok.</translation>
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
            <numerusform>{names} ve %Ln tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} and {last}</source>
        <translation>{names} ve {last}</translation>
    </message>
</context>
<context>
    <name>LocaleSettings</name>
    <message>
        <source>Time zone “{name}” was not found on this computer. Posto uses the system time zone.</source>
        <translation>“{name}” saat dilimi bu bilgisayarda bulunamadı. Posto sistemin saat dilimini kullanıyor.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Posto Desktop</source>
        <translation>Posto Desktop hakkında</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>Kanal ekle…</translation>
    </message>
    <message>
        <source>Add a workspace…</source>
        <translation>Çalışma alanı ekle…</translation>
    </message>
    <message>
        <source>Calendar: earlier, later</source>
        <translation>Takvim: daha erken, daha geç</translation>
    </message>
    <message>
        <source>Calendar: month, week, day</source>
        <translation>Takvim: ay, hafta, gün</translation>
    </message>
    <message>
        <source>Calendar: today</source>
        <translation>Takvim: bugün</translation>
    </message>
    <message>
        <source>Close a dialog or popup</source>
        <translation>İletişim kutusunu veya açılır pencereyi kapat</translation>
    </message>
    <message>
        <source>Context menu</source>
        <translation>Bağlam menüsü</translation>
    </message>
    <message>
        <source>Delete, with Undo</source>
        <translation>Sil (geri alınabilir)</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Her yerde</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>Kanal bul</translation>
    </message>
    <message>
        <source>In lists and the calendar</source>
        <translation>Listelerde ve takvimde</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Klavye kısayolları</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>Çalışma alanlarını yönet…</translation>
    </message>
    <message>
        <source>Move the file</source>
        <translation>Dosyayı taşı</translation>
    </message>
    <message>
        <source>Move the group or channel</source>
        <translation>Grubu veya kanalı taşı</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>Newest notification</source>
        <translation>En yeni bildirim</translation>
    </message>
    <message>
        <source>Next control, previous control</source>
        <translation>Sonraki öğe, önceki öğe</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Sonraki bölme</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Bildirimler</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Yapıştır</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>Önceki bölme</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Hızlı gönderi</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Çık</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Yeniden yükle</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>Yeniden planla</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Schedule: day before, day after</source>
        <translation>Plan: önceki gün, sonraki gün</translation>
    </message>
    <message>
        <source>Search everything…</source>
        <translation>Her şeyde ara…</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>Bu sayfada ara</translation>
    </message>
    <message>
        <source>Select all posts shown</source>
        <translation>Gösterilen tüm gönderileri seç</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ayarlar</translation>
    </message>
    <message>
        <source>Suggest a hashtag or mention no more</source>
        <translation>Bir hashtag veya bahsetmeyi artık önerme</translation>
    </message>
    <message>
        <source>The menu bar with all commands</source>
        <translation>Tüm komutların bulunduğu menü çubuğu</translation>
    </message>
    <message>
        <source>Tick all channels found, in the search</source>
        <translation>Bulunan tüm kanalları işaretle (aramada)</translation>
    </message>
    <message>
        <source>Tick the channel or post</source>
        <translation>Kanalı veya gönderiyi işaretle</translation>
    </message>
    <message>
        <source>Undo, redo</source>
        <translation>Geri al, yinele</translation>
    </message>
</context>
<context>
    <name>MarkFields</name>
    <message>
        <source>Picture of the watermark</source>
        <translation>Filigran görseli</translation>
    </message>
    <message>
        <source>Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</source>
        <translation>Görseller (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</translation>
    </message>
</context>
<context>
    <name>MediaDownloads</name>
    <message>
        <source>Picture</source>
        <translation>Görsel</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>{name} could not be downloaded.</source>
        <translation>{name} indirilemedi.</translation>
    </message>
</context>
<context>
    <name>MediaEditor</name>
    <message>
        <source>Discard changes</source>
        <translation>Değişikliklerden vazgeç</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>Düzenle: {name}</translation>
    </message>
    <message>
        <source>Keep changes</source>
        <translation>Değişiklikleri koru</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>Burada sıfırlanacak bir şey yok</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yinele</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Sıfırla</translation>
    </message>
    <message>
        <source>Shown here and in the previews, but not sent. Each network chooses its own cover frame.</source>
        <translation>Burada ve önizlemelerde gösterilir ama gönderilmez. Her ağ kendi kapak karesini seçer.</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Sola döndür</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Sağa döndür</translation>
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
            <numerusform>%n dosya paylaşılamıyor: {names}</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Yapıştırılan görsel</translation>
    </message>
    <message>
        <source>The files could not be read.</source>
        <translation>Dosyalar okunamadı.</translation>
    </message>
    <message>
        <source>The pasted picture could not be saved.</source>
        <translation>Yapıştırılan görsel kaydedilemedi.</translation>
    </message>
    <message numerus="yes">
        <source>Too many files. Only the first {most} of %n were added.</source>
        <translation>
            <numerusform>Çok fazla dosya. %n dosyadan yalnızca ilk {most} eklendi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} ve %n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} changed on disk. The message uses the new version.</source>
        <translation>{names} diskte değişti. Mesaj yeni sürümü kullanıyor.</translation>
    </message>
    <message>
        <source>{name} could not be read.</source>
        <translation>{name} okunamadı.</translation>
    </message>
    <message>
        <source>{name} is not a readable text file.</source>
        <translation>{name} okunabilir bir metin dosyası değil.</translation>
    </message>
    <message>
        <source>{name} is too long for a message.</source>
        <translation>{name} bir mesaj için çok uzun.</translation>
    </message>
</context>
<context>
    <name>MediaModel</name>
    <message>
        <source>Animation</source>
        <translation>Animasyon</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Görsel</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>düzenlendi</translation>
    </message>
    <message>
        <source>left out for {networks}</source>
        <translation>{networks} için dışarıda bırakıldı</translation>
    </message>
    <message>
        <source>no description yet</source>
        <translation>henüz açıklama yok</translation>
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
        <translation>Bu dosya burada gösterilemiyor.</translation>
    </message>
</context>
<context>
    <name>MediaStrip</name>
    <message>
        <source>Drag to reorder</source>
        <translation>Sıralamak için sürükleyin</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Medya</translation>
    </message>
</context>
<context>
    <name>MenuBar</name>
    <message>
        <source>&amp;Edit</source>
        <translation>Dü&amp;zen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Dosya</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Yardım</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Görünüm</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopyala</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Kes</translation>
    </message>
    <message>
        <source>Menu bar</source>
        <translation>Menü çubuğu</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Yapıştır</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yinele</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Tümünü seç</translation>
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
            <numerusform>%Ln mesaj artık ritmi izliyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) added</source>
        <translation>
            <numerusform>%Ln mesaj eklendi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) deleted</source>
        <translation>
            <numerusform>%Ln mesaj silindi</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>Görsel ekle</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>Görsel ekle…</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tüm dosyalar (*)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Düzenle</translation>
    </message>
    <message>
        <source>Edit the scheduled post…</source>
        <translation>Planlanan gönderiyi düzenle…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Aşağı taşı</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>Şuraya taşı: {time}</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Yukarı taşı</translation>
    </message>
    <message>
        <source>Moved to {when}</source>
        <translation>Taşındı: {when}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Set own time…</source>
        <translation>Özel zaman belirle…</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>Etkinlik’te göster</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>Planda göster</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message</source>
        <translation>Bu mesajı değiştirmek için kampanyayı durdurun</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message, or edit its scheduled post.</source>
        <translation>Bu mesajı değiştirmek için kampanyayı durdurun veya planlanan gönderisini düzenleyin.</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message.</source>
        <translation>Bu mesajı değiştirmek için kampanyayı durdurun.</translation>
    </message>
    <message>
        <source>This message failed. Retry it, or change a duplicate ({keys}).</source>
        <translation>Bu mesaj başarısız oldu. Yeniden deneyin veya bir kopyasını değiştirin ({keys}).</translation>
    </message>
    <message>
        <source>This message was sent. Duplicate it to change it ({keys}).</source>
        <translation>Bu mesaj gönderildi. Değiştirmek için çoğaltın ({keys}).</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Use the rhythm&apos;s time</source>
        <translation>Ritmin zamanını kullan</translation>
    </message>
</context>
<context>
    <name>MessageDelegate</name>
    <message>
        <source>Nothing written yet</source>
        <translation>Henüz bir şey yazılmadı</translation>
    </message>
</context>
<context>
    <name>MessageEditController</name>
    <message>
        <source>Changes saved. The message is being sent.</source>
        <translation>Değişiklikler kaydedildi. Mesaj gönderiliyor.</translation>
    </message>
    <message>
        <source>Changes saved: {when}</source>
        <translation>Değişiklikler kaydedildi: {when}</translation>
    </message>
    <message>
        <source>It belongs to another workspace. Open that one to edit it.</source>
        <translation>Başka bir çalışma alanına ait. Düzenlemek için onu açın.</translation>
    </message>
    <message>
        <source>Labels saved</source>
        <translation>Etiketler kaydedildi</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Hiçbir şey değiştirilmedi</translation>
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
        <translation>Son bölümden sonra</translation>
    </message>
    <message>
        <source>Below each post</source>
        <translation>Her gönderinin altında</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk yorum</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Bağlantı</translation>
    </message>
    <message>
        <source>Not on {names}</source>
        <translation>Olmayanlar: {names}</translation>
    </message>
    <message>
        <source>On {names}</source>
        <translation>Olanlar: {names}</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>Bağlantıyı kaldır</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>Web adresi</translation>
    </message>
    <message>
        <source>{able} of {count}</source>
        <extracomment>Numbers of networks.</extracomment>
        <translation>{able} / {count}</translation>
    </message>
</context>
<context>
    <name>MessageFiles</name>
    <message>
        <source>Add pictures or videos</source>
        <translation>Görsel veya video ekle</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Tüm dosyalar</translation>
    </message>
    <message>
        <source>Downloading this address as a picture or video</source>
        <translation>Bu adres görsel veya video olarak indiriliyor</translation>
    </message>
    <message>
        <source>Harbour</source>
        <translation>Liman</translation>
    </message>
    <message>
        <source>Insert as text</source>
        <translation>Metin olarak ekle</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Görsel</translation>
    </message>
    <message>
        <source>Pictures, videos and texts</source>
        <translation>Görseller, videolar ve metinler</translation>
    </message>
    <message>
        <source>The changes to {name} were discarded</source>
        <translation>{name} dosyasındaki değişikliklerden vazgeçildi</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>Görsel kaydedilemedi.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{name} is now number {n}</source>
        <translation>{name} artık {n}. sırada</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>{name} mesajdan kaldırıldı</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} bulunamadı.</translation>
    </message>
</context>
<context>
    <name>MessageMedia</name>
    <message>
        <source>Add pictures</source>
        <translation>Görsel ekle</translation>
    </message>
    <message>
        <source>Add pictures or videos to this message</source>
        <translation>Bu mesaja görsel veya video ekle</translation>
    </message>
</context>
<context>
    <name>MessageParts</name>
    <message>
        <source>What comes next?</source>
        <translation>Sırada ne var?</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>Ne söylemek istersiniz?</translation>
    </message>
</context>
<context>
    <name>MessagePosts</name>
    <message>
        <source>Posts</source>
        <translation>Gönderiler</translation>
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
        <translation>Mümkün: {time}</translation>
    </message>
    <message>
        <source>That time has passed.</source>
        <translation>Bu zaman geçti.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Gün ve saat yazın.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Ne zaman</translation>
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
        <translation>Taşı</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <translation>
            <numerusform>%n gönderiyi taşı</numerusform>
        </translation>
    </message>
    <message>
        <source>They move to {when}. The others keep their time.</source>
        <translation>Yeni zamanları: {when}. Diğerlerinin zamanı değişmez.</translation>
    </message>
    <message>
        <source>Which posts should move?</source>
        <translation>Hangi gönderiler taşınsın?</translation>
    </message>
</context>
<context>
    <name>NetworkGrid</name>
    <message>
        <source>Needs your own app</source>
        <translation>Kendi uygulamanız gerekir</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Ağ</translation>
    </message>
    <message>
        <source>Only through a Posto service</source>
        <translation>Yalnızca bir Posto hizmetiyle</translation>
    </message>
    <message>
        <source>The network does not allow apps on your computer to publish.</source>
        <translation>Ağ, bilgisayarınızdaki uygulamaların yayımlamasına izin vermiyor.</translation>
    </message>
    <message>
        <source>Works at once</source>
        <translation>Hemen çalışır</translation>
    </message>
    <message>
        <source>You register your own app with the network. Some networks charge for this.</source>
        <translation>Ağa kendi uygulamanızı kaydedersiniz. Bazı ağlar bunun için ücret alır.</translation>
    </message>
</context>
<context>
    <name>NetworkMediaSelection</name>
    <message>
        <source>{name} is not sent to {network}</source>
        <translation>{name} şuraya gönderilmez: {network}</translation>
    </message>
    <message>
        <source>{name} is sent to {network}</source>
        <translation>{name} şuraya gönderilir: {network}</translation>
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
        <translation>Sistemin sertifikalarına ek olarak güvenilen PEM dosyası</translation>
    </message>
    <message>
        <source>Address to try</source>
        <translation>Denenecek adres</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tüm dosyalar (*)</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Sertifikalar (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Kendi sertifikalarınız</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Denetleniyor…</translation>
    </message>
    <message>
        <source>Choose a file of certificates</source>
        <translation>Sertifika dosyası seç</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Dosya seç…</translation>
    </message>
    <message>
        <source>Connection test</source>
        <translation>Bağlantı testi</translation>
    </message>
    <message>
        <source>Needs a user name for the proxy</source>
        <translation>Vekil sunucu için kullanıcı adı gerekir</translation>
    </message>
    <message>
        <source>No keychain found. Saved until you quit Posto</source>
        <translation>Anahtar zinciri bulunamadı. Posto’dan çıkana kadar saklanır</translation>
    </message>
    <message>
        <source>No password saved</source>
        <translation>Kayıtlı parola yok</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Vekil sunucu parolası</translation>
    </message>
    <message>
        <source>Remove your certificates</source>
        <translation>Sertifikalarınızı kaldırın</translation>
    </message>
    <message>
        <source>Saved in a file only you can read</source>
        <translation>Yalnızca sizin okuyabildiğiniz bir dosyada saklanıyor</translation>
    </message>
    <message>
        <source>Saved in the keychain of this computer</source>
        <translation>Bu bilgisayarın anahtar zincirinde saklanıyor</translation>
    </message>
    <message>
        <source>Test</source>
        <extracomment>Verb: try the connection.</extracomment>
        <translation>Test et</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>Bağlantıyı test et</translation>
    </message>
    <message>
        <source>The address of a service</source>
        <translation>Bir hizmetin adresi</translation>
    </message>
    <message>
        <source>The connection could not be tested.</source>
        <translation>Bağlantı test edilemedi.</translation>
    </message>
    <message>
        <source>The password was not saved.</source>
        <translation>Parola kaydedilmedi.</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Bağlantıyı dene</translation>
    </message>
    <message>
        <source>{name} answered after {seconds} seconds</source>
        <translation>{name} {seconds} saniye sonra yanıt verdi</translation>
    </message>
    <message>
        <source>{name}, in addition to the system&apos;s certificates</source>
        <translation>{name}, sistemin sertifikalarına ek olarak</translation>
    </message>
</context>
<context>
    <name>NetworkSettings</name>
    <message numerus="yes">
        <source>%n change(s) will be saved</source>
        <translation>
            <numerusform>%n değişiklik kaydedilecek</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)</source>
        <translation>
            <numerusform>%n değişiklikten vazgeç</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)?</source>
        <translation>
            <numerusform>%n değişiklikten vazgeçilsin mi?</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Boş</translation>
    </message>
    <message>
        <source>First choose which changes to keep</source>
        <translation>Önce hangi değişikliklerin kalacağını seçin</translation>
    </message>
    <message>
        <source>Hidden and not changed</source>
        <translation>Gizli ve değişmedi</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Benimkini koru</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>Onlarınkini koru</translation>
    </message>
    <message>
        <source>Loading the settings…</source>
        <translation>Ayarlar yükleniyor…</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Hayır</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>Hiçbir şey değiştirilmedi</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Yeniden yükle</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Kaydet</translation>
    </message>
    <message numerus="yes">
        <source>Save %n change(s)</source>
        <translation>
            <numerusform>%n değişikliği kaydet</numerusform>
        </translation>
    </message>
    <message>
        <source>Save network settings</source>
        <translation>Ağ ayarlarını kaydet</translation>
    </message>
    <message>
        <source>Saved on the service</source>
        <translation>Hizmete kaydedildi</translation>
    </message>
    <message>
        <source>Saved on the service for all its users</source>
        <translation>Hizmete, tüm kullanıcıları için kaydedildi</translation>
    </message>
    <message>
        <source>Saved on {host} for all its users</source>
        <translation>{host} sunucusuna, tüm kullanıcıları için kaydedildi</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Kaydediliyor…</translation>
    </message>
    <message>
        <source>Settings of {network}</source>
        <translation>{network} ayarları</translation>
    </message>
    <message>
        <source>Someone else changed this on the service: {what}. Choose which changes to keep. Yours are not saved yet.</source>
        <translation>Hizmette bunu başka biri değiştirdi: {what}. Hangi değişikliklerin kalacağını seçin. Sizinkiler henüz kaydedilmedi.</translation>
    </message>
    <message>
        <source>The service did not save {names} and uses its own value</source>
        <translation>Hizmet şunları kaydetmedi ve kendi değerini kullanıyor: {names}</translation>
    </message>
    <message>
        <source>The service has no settings for this network</source>
        <translation>Hizmette bu ağ için ayar yok</translation>
    </message>
    <message>
        <source>These changes are not saved on the service.</source>
        <translation>Bu değişiklikler hizmete kaydedilmedi.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tekrar dene</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Evet</translation>
    </message>
    <message>
        <source>You can change this only on the service</source>
        <translation>Bunu yalnızca hizmette değiştirebilirsiniz</translation>
    </message>
    <message>
        <source>{name} is now “{value}”</source>
        <translation>{name} artık “{value}”</translation>
    </message>
    <message>
        <source>{why} Nothing was saved.</source>
        <translation>{why} Hiçbir şey kaydedilmedi.</translation>
    </message>
</context>
<context>
    <name>NetworkStep</name>
    <message>
        <source>A network, a site, a server, or @you@example.social</source>
        <translation>Bir ağ, site, sunucu ya da @siz@example.social</translation>
    </message>
    <message>
        <source>Checking {address}…</source>
        <translation>Denetleniyor: {address}…</translation>
    </message>
    <message>
        <source>Find a network</source>
        <translation>Ağ bul</translation>
    </message>
    <message>
        <source>Loading networks…</source>
        <translation>Ağlar yükleniyor…</translation>
    </message>
    <message>
        <source>No network has this name. Type the address of your server instead.</source>
        <translation>Bu adda bir ağ yok. Bunun yerine sunucunuzun adresini yazın.</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Bir hizmette oturum aç…</translation>
    </message>
    <message>
        <source>This is {what}.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Mastodon (example.social)&quot;.</extracomment>
        <translation>Bulunan: {what}.</translation>
    </message>
    <message>
        <source>This is {what}. Posto cannot connect it.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Friendica (example.social)&quot;.</extracomment>
        <translation>Bulunan: {what}. Posto buna bağlanamıyor.</translation>
    </message>
    <message>
        <source>This version cannot connect this network yet. A Posto service can.</source>
        <translation>Bu sürüm henüz bu ağa bağlanamıyor. Bir Posto hizmeti bağlanabilir.</translation>
    </message>
    <message>
        <source>{address} was not recognized. Choose its network below or check the spelling.</source>
        <translation>{address} tanınmadı. Aşağıdan ağını seçin veya yazımı denetleyin.</translation>
    </message>
</context>
<context>
    <name>NetworkTabs</name>
    <message>
        <source>All networks</source>
        <translation>Tüm ağlar</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Ağlar</translation>
    </message>
    <message>
        <source>Text for {name}</source>
        <translation>{name} metni</translation>
    </message>
    <message>
        <source>own text</source>
        <translation>özel metin</translation>
    </message>
    <message>
        <source>{name}, has a problem</source>
        <translation>{name}, sorun var</translation>
    </message>
    <message>
        <source>{name}, own text</source>
        <translation>{name}, özel metin</translation>
    </message>
</context>
<context>
    <name>NoMatches</name>
    <message>
        <source>Clear the search</source>
        <translation>Aramayı temizle</translation>
    </message>
</context>
<context>
    <name>NotificationPresenter</name>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göster</translation>
    </message>
</context>
<context>
    <name>NotificationsController</name>
    <message>
        <source>The workspace of this notification was removed</source>
        <translation>Bu bildirimin çalışma alanı kaldırıldı</translation>
    </message>
</context>
<context>
    <name>NotificationsModel</name>
    <message>
        <source>Error</source>
        <translation>Hata</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Uyarı</translation>
    </message>
</context>
<context>
    <name>NotificationsPanel</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Temizle</translation>
    </message>
    <message>
        <source>Clear notifications</source>
        <translation>Bildirimleri temizle</translation>
    </message>
    <message>
        <source>No notifications</source>
        <translation>Bildirim yok</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Bildirimler</translation>
    </message>
    <message>
        <source>Notifications panel</source>
        <translation>Bildirimler paneli</translation>
    </message>
    <message>
        <source>Your notifications appear here.</source>
        <translation>Bildirimleriniz burada görünür.</translation>
    </message>
</context>
<context>
    <name>OpenDrafts</name>
    <message>
        <source>Changes discarded. The message is still scheduled as it was.</source>
        <translation>Değişikliklerden vazgeçildi. Mesaj eskisi gibi planlı.</translation>
    </message>
    <message>
        <source>Draft deleted</source>
        <translation>Taslak silindi</translation>
    </message>
    <message>
        <source>Message discarded</source>
        <translation>Mesajdan vazgeçildi</translation>
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
        <translation>Taslaklara kaydedildi</translation>
    </message>
    <message>
        <source>The draft could not be saved. It is lost when Posto quits.</source>
        <translation>Taslak kaydedilemedi. Posto kapanınca kaybolur.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>Henüz kaydedilecek bir şey yok</translation>
    </message>
    <message>
        <source>“{title}” was closed and saved in Drafts. At most 20 messages can be open.</source>
        <translation>“{title}” kapatıldı ve Taslaklara kaydedildi. En fazla 20 mesaj açık olabilir.</translation>
    </message>
</context>
<context>
    <name>OpenWorkspaceController</name>
    <message>
        <source>Sign in</source>
        <translation>Oturum aç</translation>
    </message>
</context>
<context>
    <name>OptimisticSchedule</name>
    <message numerus="yes">
        <source>%n post(s) deleted</source>
        <translation>
            <numerusform>%n gönderi silindi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) deleted here. (It stays/They stay) published.</source>
        <translation>
            <numerusform>%n gönderi buradan silindi. Yayında kalır.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its last change is not saved yet. Edit the message to change its time.</source>
        <translation>Son değişikliği henüz kaydedilmedi. Zamanını değiştirmek için mesajı düzenleyin.</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Geri almak için çok geç: gönderiler silindi.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>What is published stays published.</source>
        <translation>Yayımlanmış olanlar yayında kalır.</translation>
    </message>
</context>
<context>
    <name>OptionBox</name>
    <message>
        <source>required</source>
        <translation>gerekli</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{network} için {option}</translation>
    </message>
    <message>
        <source>{option}, required</source>
        <translation>{option}, gerekli</translation>
    </message>
</context>
<context>
    <name>OptionChip</name>
    <message>
        <source>Delete resets it</source>
        <translation>Delete tuşu sıfırlar</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Sıfırla</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{network} için {option}</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Add music to photos</source>
        <translation>Fotoğraflara müzik ekle</translation>
    </message>
    <message>
        <source>All images of the post</source>
        <translation>Gönderideki tüm görseller</translation>
    </message>
    <message>
        <source>Allow comments</source>
        <translation>Yorumlara izin ver</translation>
    </message>
    <message>
        <source>Allow duets</source>
        <translation>Düetlere izin ver</translation>
    </message>
    <message>
        <source>Allow stitches</source>
        <translation>Stitch’e izin ver</translation>
    </message>
    <message>
        <source>Alt text of the post</source>
        <translation>Gönderinin alternatif metni</translation>
    </message>
    <message>
        <source>Attach the link</source>
        <translation>Bağlantıyı ekle</translation>
    </message>
    <message>
        <source>Book</source>
        <translation>Rezervasyon yap</translation>
    </message>
    <message>
        <source>Button</source>
        <translation>Düğme</translation>
    </message>
    <message>
        <source>Button below the message</source>
        <translation>Mesajın altındaki düğme</translation>
    </message>
    <message>
        <source>Button link</source>
        <translation>Düğme bağlantısı</translation>
    </message>
    <message>
        <source>Button text</source>
        <translation>Düğme metni</translation>
    </message>
    <message>
        <source>Buy</source>
        <translation>Satın al</translation>
    </message>
    <message>
        <source>Call now</source>
        <translation>Hemen ara</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>Kategoriler</translation>
    </message>
    <message>
        <source>Channel default</source>
        <translation>Kanal varsayılanı</translation>
    </message>
    <message>
        <source>Channel default: the channel&apos;s setting on the service</source>
        <translation>Kanal varsayılanı: kanalın hizmetteki ayarı</translation>
    </message>
    <message>
        <source>Cut a text that is too long</source>
        <translation>Çok uzun metni kes</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Varsayılan</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Taslak</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>Herkes</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Özet</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk yorum</translation>
    </message>
    <message>
        <source>Followers</source>
        <translation>Takipçiler</translation>
    </message>
    <message>
        <source>Friends</source>
        <translation>Arkadaşlar</translation>
    </message>
    <message>
        <source>Get offer</source>
        <translation>Fırsatı yakala</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtag’ler</translation>
    </message>
    <message>
        <source>Keep as a draft on the blog</source>
        <translation>Blogda taslak olarak tut</translation>
    </message>
    <message>
        <source>Keep the post type</source>
        <translation>Gönderi türünü koru</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiketler</translation>
    </message>
    <message>
        <source>Learn more</source>
        <translation>Daha fazla bilgi al</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Bağlantı</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Bağlantı etiketleri (UTM)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Hiçbiri</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Kapalı</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Açık</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>Yalnızca ben</translation>
    </message>
    <message>
        <source>Order online</source>
        <translation>Online sipariş ver</translation>
    </message>
    <message>
        <source>Photo title</source>
        <translation>Fotoğraf başlığı</translation>
    </message>
    <message>
        <source>Pin the post</source>
        <translation>Gönderiyi sabitle</translation>
    </message>
    <message>
        <source>Post type</source>
        <translation>Gönderi türü</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>Özel</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Yayımlandı</translation>
    </message>
    <message>
        <source>Qualifier</source>
        <translation>Niteleyici</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>Yer ayırt</translation>
    </message>
    <message>
        <source>Send categories</source>
        <translation>Kategorileri gönder</translation>
    </message>
    <message>
        <source>Send pages as pages</source>
        <translation>Sayfaları sayfa olarak gönder</translation>
    </message>
    <message>
        <source>Send silently</source>
        <translation>Sessiz gönder</translation>
    </message>
    <message>
        <source>Send tags</source>
        <translation>Etiketleri gönder</translation>
    </message>
    <message>
        <source>Sign up</source>
        <translation>Kaydol</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>İmza</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Durum</translation>
    </message>
    <message>
        <source>Story hashtag</source>
        <translation>Hikâye hashtag’i</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Etiketler</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Metin</translation>
    </message>
    <message>
        <source>The featured image</source>
        <translation>Öne çıkan görsel</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Başlık</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Medya yükle</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Görünürlük</translation>
    </message>
    <message>
        <source>Waiting for review</source>
        <translation>İnceleme bekliyor</translation>
    </message>
    <message>
        <source>Watch video</source>
        <translation>Videoyu izle</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Filigran</translation>
    </message>
    <message>
        <source>Which media</source>
        <translation>Hangi medya</translation>
    </message>
    <message>
        <source>Who can see it</source>
        <translation>Kimler görebilir</translation>
    </message>
    <message>
        <source>Write a first comment</source>
        <translation>İlk yorum yaz</translation>
    </message>
</context>
<context>
    <name>OptionsBody</name>
    <message>
        <source>Find an option</source>
        <translation>Seçenek bul</translation>
    </message>
    <message>
        <source>No option has this name</source>
        <translation>Bu adda seçenek yok</translation>
    </message>
    <message>
        <source>Show all options</source>
        <translation>Tüm seçenekleri göster</translation>
    </message>
</context>
<context>
    <name>OptionsCard</name>
    <message>
        <source>Also a link in the text</source>
        <translation>Metindeki bağlantı da</translation>
    </message>
    <message>
        <source>Applies where a network has a limit</source>
        <translation>Sınırı olan ağlarda geçerlidir</translation>
    </message>
    <message>
        <source>Attach link</source>
        <translation>Bağlantı ekle</translation>
    </message>
    <message>
        <source>Cut it</source>
        <translation>Kes</translation>
    </message>
    <message>
        <source>Facebook and LinkedIn then drop the media</source>
        <translation>Facebook ve LinkedIn o zaman medyayı atar</translation>
    </message>
    <message>
        <source>If the message has a link</source>
        <translation>Mesajda bağlantı varsa</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Bağlantı</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Hiçbir zaman</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Hayır</translation>
    </message>
    <message>
        <source>On {network}</source>
        <translation>{network} için</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Tüm ağlarla aynı</translation>
    </message>
    <message>
        <source>Send pictures and videos with the post</source>
        <translation>Gönderiyle birlikte görsel ve video gönder</translation>
    </message>
    <message>
        <source>The link of the message, or the first link in its text</source>
        <translation>Mesajın bağlantısı veya metnindeki ilk bağlantı</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>Medya yükle</translation>
    </message>
    <message>
        <source>Used if the message has no link</source>
        <translation>Mesajda bağlantı yoksa kullanılır</translation>
    </message>
    <message>
        <source>Warn me</source>
        <translation>Beni uyar</translation>
    </message>
    <message>
        <source>When the text is too long</source>
        <translation>Metin çok uzunsa</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Evet</translation>
    </message>
    <message>
        <source>{network} then drops the media</source>
        <translation>{network} o zaman medyayı atar</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n seçildi</numerusform>
        </translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Seçenekler</translation>
    </message>
</context>
<context>
    <name>OtherTimeChip</name>
    <message>
        <source>This can also mean {time}.</source>
        <translation>Bu şu anlama da gelebilir: {time}.</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>yoksa {time} mi?</translation>
    </message>
</context>
<context>
    <name>OthersStrip</name>
    <message>
        <source>Others in this message</source>
        <translation>Bu mesajdaki diğer kişiler</translation>
    </message>
    <message>
        <source>Take over the changes</source>
        <translation>Değişiklikleri al</translation>
    </message>
    <message>
        <source>What you have changed stays. Where both of you changed the same you choose.</source>
        <translation>Değiştirdikleriniz kalır. İkinizin de değiştirdiği yerde siz seçersiniz.</translation>
    </message>
</context>
<context>
    <name>OutboxList</name>
    <message>
        <source>Outbox</source>
        <translation>Giden kutusu</translation>
    </message>
</context>
<context>
    <name>OutboxModel</name>
    <message numerus="yes">
        <source>%n of {total} sent</source>
        <translation>
            <numerusform>{total} gönderiden %n gönderildi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n diğer</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Kabul edildi</translation>
    </message>
    <message>
        <source>Accepted, but its status is unknown</source>
        <translation>Kabul edildi ama durumu bilinmiyor</translation>
    </message>
    <message>
        <source>Another workspace</source>
        <translation>Başka bir çalışma alanı</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>İptal edildi</translation>
    </message>
    <message>
        <source>Checking for the post</source>
        <translation>Gönderi denetleniyor</translation>
    </message>
    <message>
        <source>Converting</source>
        <translation>Dönüştürülüyor</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Siz sildiniz</translation>
    </message>
    <message>
        <source>Done today</source>
        <translation>Bugün bitenler</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>Siz düzenlediniz</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Başarısız</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>Bekletiliyor</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>Sürüyor</translation>
    </message>
    <message>
        <source>It may already be on {channels}</source>
        <translation>Zaten şuralarda olabilir: {channels}</translation>
    </message>
    <message>
        <source>May already be published</source>
        <translation>Zaten yayımlanmış olabilir</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>Zaten yayımlanmış olabilir: {reason}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Sizi bekliyor</translation>
    </message>
    <message>
        <source>Next in line</source>
        <translation>Sıradaki</translation>
    </message>
    <message>
        <source>No clear answer came back</source>
        <translation>Net bir yanıt gelmedi</translation>
    </message>
    <message>
        <source>No reason was given</source>
        <translation>Neden belirtilmedi</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>Planda değil</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Gönderilmedi</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Duraklatıldı</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu bilgisayara kaydedildi</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Kaydediliyor…</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlandı</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Gönderiliyor</translation>
    </message>
    <message>
        <source>Sending to {host}</source>
        <translation>{host} sunucusuna gönderiliyor</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Gönderildi</translation>
    </message>
    <message>
        <source>Upcoming</source>
        <translation>Yaklaşan</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Yükleniyor</translation>
    </message>
    <message>
        <source>Uploading {n} of {total}</source>
        <translation>Yükleniyor: {n}/{total}</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Bekliyor</translation>
    </message>
    <message>
        <source>Waiting for network</source>
        <translation>Ağ bekleniyor</translation>
    </message>
    <message>
        <source>Waiting for sign-in</source>
        <translation>Oturum açılması bekleniyor</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>yaklaşık {n} dk kaldı</translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation>yaklaşık {n} sn kaldı</translation>
    </message>
    <message>
        <source>can be undone for {n} s</source>
        <translation>{n} sn boyunca geri alınabilir</translation>
    </message>
    <message>
        <source>continues when you resume</source>
        <translation>sürdürdüğünüzde devam eder</translation>
    </message>
    <message>
        <source>next try at {time}</source>
        <translation>sonraki deneme: {time}</translation>
    </message>
    <message>
        <source>next try in {n} min</source>
        <translation>sonraki deneme {n} dk içinde</translation>
    </message>
    <message>
        <source>next try in {n} s</source>
        <translation>sonraki deneme {n} sn içinde</translation>
    </message>
    <message>
        <source>next try now</source>
        <translation>sonraki deneme şimdi</translation>
    </message>
    <message>
        <source>sending continues at {time}</source>
        <translation>gönderim sürüyor: {time}</translation>
    </message>
    <message>
        <source>sending continues in {n} s</source>
        <translation>gönderim {n} sn içinde sürüyor</translation>
    </message>
    <message>
        <source>sending continues now</source>
        <translation>gönderim şimdi sürüyor</translation>
    </message>
    <message>
        <source>starts automatically</source>
        <translation>otomatik başlar</translation>
    </message>
    <message>
        <source>{file}, {percent} %</source>
        <translation>{file}, %{percent}</translation>
    </message>
    <message>
        <source>{sent} of {total} MB</source>
        <translation>{sent} / {total} MB</translation>
    </message>
    <message>
        <source>{sent} of {total} kB</source>
        <translation>{sent} / {total} kB</translation>
    </message>
</context>
<context>
    <name>OutboxRows</name>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Gizle</translation>
    </message>
    <message>
        <source>Look into it</source>
        <translation>İncele</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Şimdi gönder</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göster</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Şimdi dene</translation>
    </message>
</context>
<context>
    <name>OutcomeActions</name>
    <message>
        <source>Edit and send again</source>
        <translation>Düzenle ve yeniden gönder</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Orada</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Kanalı aç</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Yeniden gönder</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Yorumu yeniden gönder</translation>
    </message>
</context>
<context>
    <name>OutputOptionsPanel</name>
    <message>
        <source>All networks</source>
        <translation>Tüm ağlar</translation>
    </message>
    <message>
        <source>Animated GIF</source>
        <translation>Hareketli GIF</translation>
    </message>
    <message>
        <source>Best for each network</source>
        <translation>Her ağ için en iyisi</translation>
    </message>
    <message>
        <source>Convert to what each network takes</source>
        <translation>Her ağın aldığı biçime dönüştür</translation>
    </message>
    <message>
        <source>Edits for {network} override those for all networks</source>
        <translation>{network} düzenlemeleri, tüm ağlar için olanların yerine geçer</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Şunun için</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Biçim</translation>
    </message>
    <message>
        <source>H.264 and AAC in an MP4, within the network’s pixels, rates and size</source>
        <translation>MP4 içinde H.264 ve AAC; ağın piksel, hız ve boyut sınırları içinde</translation>
    </message>
    <message>
        <source>If off, location and camera data are removed before sending</source>
        <translation>Kapalıysa konum ve kamera verileri göndermeden önce kaldırılır</translation>
    </message>
    <message>
        <source>Keep location and camera data</source>
        <translation>Konum ve kamera verilerini koru</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>En büyük dosya</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>En uzun kenar</translation>
    </message>
    <message>
        <source>Network limit</source>
        <translation>Ağ sınırı</translation>
    </message>
    <message>
        <source>No quality is lost; the start moves to the key frame before</source>
        <translation>Kalite kaybı olmaz; başlangıç önceki anahtar kareye kayar</translation>
    </message>
    <message>
        <source>Only {network}</source>
        <translation>Yalnızca {network}</translation>
    </message>
    <message>
        <source>Only {network}, edited</source>
        <translation>Yalnızca {network}, düzenlendi</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>Özgün boyut</translation>
    </message>
    <message>
        <source>Own edits: {names}</source>
        <translation>Özel düzenlemeler: {names}</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Şekil</translation>
    </message>
    <message>
        <source>Start at a key frame, without encoding</source>
        <translation>Anahtar karede başlat, kodlamadan</translation>
    </message>
    <message>
        <source>Still picture, JPEG</source>
        <translation>Hareketsiz görsel, JPEG</translation>
    </message>
    <message>
        <source>Still picture, PNG</source>
        <translation>Hareketsiz görsel, PNG</translation>
    </message>
</context>
<context>
    <name>OverrideControl</name>
    <message>
        <source>Different for this network</source>
        <translation>Bu ağ için farklı</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>Hiçbiri</translation>
    </message>
    <message>
        <source>Own {name}</source>
        <translation>Özel {name}</translation>
    </message>
    <message>
        <source>Same for all networks</source>
        <translation>Tüm ağlar için aynı</translation>
    </message>
</context>
<context>
    <name>OwnAccountsController</name>
    <message numerus="yes">
        <source>%n waiting post(s) will not be sent.</source>
        <translation>
            <numerusform>Bekleyen %n gönderi gönderilmeyecek.</numerusform>
        </translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Yeniden denetle</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Bağlantıyı kes</translation>
    </message>
    <message>
        <source>Disconnect {name}?</source>
        <translation>{name} hesabının bağlantısı kesilsin mi?</translation>
    </message>
    <message numerus="yes">
        <source>Its %n channel(s) will be removed, too.</source>
        <translation>
            <numerusform>%n kanalı da kaldırılacak.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto signs out of the network and removes the account here.</source>
        <translation>Posto ağdaki oturumu kapatır ve hesabı buradan kaldırır.</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yeniden oturum aç</translation>
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
        <translation>{name} şu anda yayımlayamıyor.</translation>
    </message>
    <message>
        <source>{name} is connected</source>
        <translation>{name} bağlandı</translation>
    </message>
    <message>
        <source>{name} is disconnected</source>
        <translation>{name} bağlantısı kesildi</translation>
    </message>
    <message>
        <source>{name} stays connected</source>
        <translation>{name} bağlı kalıyor</translation>
    </message>
    <message>
        <source>{name} was removed here, but its sign-in may still be valid. {why}</source>
        <translation>{name} buradan kaldırıldı ama oturumu hâlâ geçerli olabilir. {why}</translation>
    </message>
    <message>
        <source>{name} works</source>
        <translation>{name} çalışıyor</translation>
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
        <translation>Komutlar</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Noun: a group of channels.</extracomment>
        <translation>Grup</translation>
    </message>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Gizle</translation>
    </message>
    <message>
        <source>Message without text</source>
        <translation>Metinsiz mesaj</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Mesajlar</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Sayfalar</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>Gönderiler</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ayarlar</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göster</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Tümünü göster</translation>
    </message>
    <message>
        <source>Show only</source>
        <translation>Yalnızca göster</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Stiller</translation>
    </message>
    <message>
        <source>Tick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>İşaretle</translation>
    </message>
    <message>
        <source>Untick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>İşareti kaldır</translation>
    </message>
    <message>
        <source>account connect log in login network</source>
        <translation>hesap bağla oturum aç giriş yap ağ</translation>
    </message>
    <message>
        <source>account sign in log in login connect</source>
        <translation>hesap oturum aç giriş yap bağlan</translation>
    </message>
    <message>
        <source>account sign out log out logout</source>
        <translation>hesap oturumu kapat çıkış yap</translation>
    </message>
    <message>
        <source>exit close</source>
        <translation>çık kapat</translation>
    </message>
    <message>
        <source>help hotkeys</source>
        <translation>yardım kısayol tuşları</translation>
    </message>
    <message>
        <source>help version licence</source>
        <translation>yardım sürüm lisans</translation>
    </message>
    <message>
        <source>preferences options</source>
        <translation>tercihler seçenekler</translation>
    </message>
    <message>
        <source>refresh update</source>
        <translation>yenile güncelle</translation>
    </message>
</context>
<context>
    <name>ParseOptionsMenu</name>
    <message>
        <source>Another file…</source>
        <translation>Başka dosya…</translation>
    </message>
    <message>
        <source>Separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>Ayırıcı: {sign}</translation>
    </message>
    <message>
        <source>Sheet “{name}”</source>
        <translation>“{name}” sayfası</translation>
    </message>
</context>
<context>
    <name>PartBar</name>
    <message>
        <source>Move part down</source>
        <translation>Bölümü aşağı taşı</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Bölümü yukarı taşı</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Bölümleri numaralandır</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Bölüm {n}/{count}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Bölümü kaldır</translation>
    </message>
</context>
<context>
    <name>PartCard</name>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>%n karakter fazla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n dosya</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Metin yok</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>Henüz bir şey yazılmadı</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Bölüm {n}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Bölüm {n}/{count}</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>sorun var</translation>
    </message>
</context>
<context>
    <name>PartRow</name>
    <message>
        <source>Its own</source>
        <translation>Kendisinin</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No hashtags, signature or watermark.</extracomment>
        <translation>Hiçbiri</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>Tüm ağlarla aynı</translation>
    </message>
    <message>
        <source>Set here</source>
        <translation>Burada ayarlı</translation>
    </message>
</context>
<context>
    <name>PartsCard</name>
    <message>
        <source>Added at the end of each text</source>
        <translation>Her metnin sonuna eklenir</translation>
    </message>
    <message>
        <source>Added to each message, up to the network&apos;s limit</source>
        <translation>Ağın sınırına kadar her mesaja eklenir</translation>
    </message>
    <message>
        <source>Drawn on your pictures when they are sent</source>
        <translation>Gönderilirken görsellerinizin üzerine eklenir</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtag’ler</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>Bağlantı etiketleri (UTM)</translation>
    </message>
    <message>
        <source>Show your web statistics where visitors come from</source>
        <translation>Web istatistiklerinizde ziyaretçilerin nereden geldiğini gösterir</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>İmza</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Filigran</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
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
        <translation>Kopyala: parola</translation>
    </message>
    <message>
        <source>In Posto on that device, add a workspace with the address {address}, the name {name} and this password. It is shown only now.</source>
        <translation>O cihazdaki Posto’da {address} adresi, {name} adı ve bu parola ile bir çalışma alanı ekleyin. Parola yalnızca şimdi gösterilir.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Parola</translation>
    </message>
    <message>
        <source>Password for {device}</source>
        <translation>Parola: {device}</translation>
    </message>
</context>
<context>
    <name>PasswordStorageChoice</name>
    <message>
        <source>In a file only you can read</source>
        <translation>Yalnızca sizin okuyabildiğiniz bir dosyada</translation>
    </message>
    <message>
        <source>In the system keychain</source>
        <translation>Sistemin anahtar zincirinde</translation>
    </message>
    <message>
        <source>Kept in memory. Posts wait here until you sign in again.</source>
        <translation>Bellekte tutulur. Siz yeniden oturum açana kadar gönderiler burada bekler.</translation>
    </message>
    <message>
        <source>No keychain found on this computer.</source>
        <translation>Bu bilgisayarda anahtar zinciri bulunamadı.</translation>
    </message>
    <message>
        <source>Not encrypted. Anyone who can use your account can read it.</source>
        <translation>Şifrelenmez. Hesabınızı kullanabilen herkes okuyabilir.</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Yalnızca çıkana kadar</translation>
    </message>
    <message>
        <source>The keychain of this computer</source>
        <translation>Bu bilgisayarın anahtar zinciri</translation>
    </message>
    <message>
        <source>The keychain of this computer is not responding.</source>
        <translation>Bu bilgisayarın anahtar zinciri yanıt vermiyor.</translation>
    </message>
    <message>
        <source>Where the password is kept</source>
        <translation>Parolanın saklanacağı yer</translation>
    </message>
    <message>
        <source>{keychain} is locked. It will ask for its own password.</source>
        <translation>{keychain} kilitli. Kendi parolasını soracak.</translation>
    </message>
    <message>
        <source>{keychain}, locked with your login to this computer.</source>
        <translation>{keychain}, bu bilgisayardaki oturumunuzla kilitli.</translation>
    </message>
</context>
<context>
    <name>PastedPageReader</name>
    <message>
        <source>Nothing was pasted, because another text is open now. Paste again.</source>
        <translation>Şimdi başka bir metin açık olduğu için hiçbir şey yapıştırılmadı. Yeniden yapıştırın.</translation>
    </message>
    <message>
        <source>The pasted page could not be read.</source>
        <translation>Yapıştırılan sayfa okunamadı.</translation>
    </message>
    <message>
        <source>The pasted page is too long. Only its beginning was inserted.</source>
        <translation>Yapıştırılan sayfa çok uzun. Yalnızca başı eklendi.</translation>
    </message>
</context>
<context>
    <name>PendingAnswers</name>
    <message numerus="yes">
        <source>%n post(s) (is/are) sent again in a moment</source>
        <translation>
            <numerusform>%n gönderi birazdan yeniden gönderiliyor</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are sent again.</source>
        <translation>Geri almak için çok geç: gönderiler yeniden gönderiliyor.</translation>
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
            <numerusform>%Ln gönderi {seconds} sn içinde gönderiliyor</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are being sent.</source>
        <translation>Geri almak için çok geç: gönderiler gönderiliyor.</translation>
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
        <translation>{name} ekipten çıkarıldı</translation>
    </message>
    <message>
        <source>{name} was not removed from the team.</source>
        <translation>{name} ekipten çıkarılmadı.</translation>
    </message>
    <message>
        <source>{name} was not removed from the team. They cannot sign in.</source>
        <translation>{name} ekipten çıkarılamadı. Oturum açamaz.</translation>
    </message>
</context>
<context>
    <name>PeoplePart</name>
    <message>
        <source>Add a person, then make a password for each of their devices.</source>
        <translation>Bir kişi ekleyin, sonra her cihazı için bir parola oluşturun.</translation>
    </message>
    <message>
        <source>Add a person…</source>
        <translation>Kişi ekle…</translation>
    </message>
    <message>
        <source>Another owner can do this</source>
        <translation>Bunu başka bir sahip yapabilir</translation>
    </message>
    <message>
        <source>Cannot sign in. Removed when you close the settings</source>
        <translation>Oturum açamaz. Ayarları kapattığınızda kaldırılır</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Değişiklikler için sunucu gerekir</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Devre dışı bırak</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Düzenle…</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>Etkinleştir</translation>
    </message>
    <message>
        <source>Find a person</source>
        <translation>Kişi ara</translation>
    </message>
    <message>
        <source>Nobody is called “{text}”</source>
        <translation>“{text}” adında kimse yok</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Kişiler</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Kaldır</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Kaydediliyor…</translation>
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
        <translation>Kişi ekle</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>Kişiyi ekle</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Tüm kanallar</translation>
    </message>
    <message>
        <source>An owner sees all channels</source>
        <translation>Bir sahip tüm kanalları görür</translation>
    </message>
    <message>
        <source>Another owner can change your role</source>
        <translation>Rolünüzü başka bir sahip değiştirebilir</translation>
    </message>
    <message>
        <source>Another owner can remove you</source>
        <translation>Sizi başka bir sahip kaldırabilir</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>Değişiklikler için sunucu gerekir</translation>
    </message>
    <message>
        <source>Channels of some groups</source>
        <translation>Bazı grupların kanalları</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Cihazlar</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>Gruplar, virgülle ayrılmış</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>Kullanılanlar: {groups}</translation>
    </message>
    <message>
        <source>Letters from a to z, digits and . _ @ + -</source>
        <translation>a’dan z’ye harfler, rakamlar ve . _ @ + -</translation>
    </message>
    <message>
        <source>Make a password</source>
        <translation>Parola oluştur</translation>
    </message>
    <message>
        <source>May sign in</source>
        <translation>Oturum açabilir</translation>
    </message>
    <message>
        <source>Name of a new device</source>
        <translation>Yeni bir cihazın adı</translation>
    </message>
    <message>
        <source>Name to sign in with</source>
        <translation>Oturum açma adı</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>Henüz bir değişiklik yok</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Kaldır</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Kaldır: {name}</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rol</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Değişiklikleri kaydet</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Kaydediliyor…</translation>
    </message>
    <message>
        <source>Sees</source>
        <translation>Gördükleri</translation>
    </message>
    <message>
        <source>Shown name</source>
        <translation>Görünen ad</translation>
    </message>
    <message>
        <source>Write a name to sign in with first</source>
        <translation>Önce bir oturum açma adı yazın</translation>
    </message>
    <message>
        <source>Write the name of the device first</source>
        <translation>Önce cihazın adını yazın</translation>
    </message>
</context>
<context>
    <name>PictureKinds</name>
    <message>
        <source>AVIF pictures</source>
        <translation>AVIF görseller</translation>
    </message>
    <message>
        <source>HEIC pictures</source>
        <translation>HEIC görseller</translation>
    </message>
    <message>
        <source>JPEGs</source>
        <translation>JPEG’ler</translation>
    </message>
    <message>
        <source>WebP pictures</source>
        <translation>WebP görseller</translation>
    </message>
    <message>
        <source>progressive JPEGs</source>
        <translation>aşamalı JPEG’ler</translation>
    </message>
    <message>
        <source>such files</source>
        <translation>bu tür dosyalar</translation>
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
        <translation>Buraya yeni mesaj</translation>
    </message>
    <message>
        <source>Or a draft</source>
        <translation>Veya bir taslak</translation>
    </message>
</context>
<context>
    <name>PostEvent</name>
    <message>
        <source>Status: {status}</source>
        <translation>Durum: {status}</translation>
    </message>
    <message>
        <source>changes requested</source>
        <translation>değişiklik istendi</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>taslak</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>başarısız</translation>
    </message>
    <message>
        <source>late</source>
        <translation>gecikti</translation>
    </message>
    <message>
        <source>needs you</source>
        <translation>sizi bekliyor</translation>
    </message>
    <message>
        <source>other</source>
        <translation>diğer</translation>
    </message>
    <message>
        <source>scheduled</source>
        <translation>planlandı</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>gönderiliyor</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>gönderildi</translation>
    </message>
    <message>
        <source>waiting for approval</source>
        <translation>onay bekliyor</translation>
    </message>
</context>
<context>
    <name>PostList</name>
    <message>
        <source>Posts of this message</source>
        <translation>Bu mesajın gönderileri</translation>
    </message>
</context>
<context>
    <name>PostOutcomes</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) published</source>
        <translation>
            <numerusform>%Ln gönderi yayımlandı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not published on {network}</source>
        <translation>
            <numerusform>%Ln gönderi {network} üzerinde yayımlanmadı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not sent</source>
        <translation>
            <numerusform>%Ln gönderi gönderilmedi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) may already be on {network}. Open (it/them) and choose what to do.</source>
        <translation>
            <numerusform>%Ln gönderi zaten {network} üzerinde olabilir. Açıp ne yapılacağını seçin.</numerusform>
        </translation>
    </message>
    <message>
        <source>A post for {channel}</source>
        <translation>{channel} için bir gönderi</translation>
    </message>
    <message>
        <source>It is published on {networks}.</source>
        <translation>Yayımlandığı yerler: {networks}.</translation>
    </message>
    <message>
        <source>On {networks}</source>
        <translation>Ağlar: {networks}</translation>
    </message>
    <message numerus="yes">
        <source>The site has not sent %Ln post(s). Its timer seems to be stopped.</source>
        <translation>
            <numerusform>Site %Ln gönderiyi göndermedi. Zamanlayıcısı durmuş görünüyor.</numerusform>
        </translation>
    </message>
    <message>
        <source>The timer runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>Zamanlayıcı, siteye ziyaretçi geldiğinde çalışır. Başlatmak için siteyi tarayıcıda açın.</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>ağ</translation>
    </message>
    <message numerus="yes">
        <source>{titles} and %n more</source>
        <extracomment>{titles}: beginnings of posts.</extracomment>
        <translation>
            <numerusform>{titles} ve %n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} is published</source>
        <extracomment>{what}: the beginning of a post in quotation marks, or &quot;A post for Galerie Nord&quot;.</extracomment>
        <translation>{what} yayımlandı</translation>
    </message>
    <message>
        <source>{what} may already be on {network}. Open it and choose what to do.</source>
        <translation>{what} zaten {network} üzerinde olabilir. Açıp ne yapılacağını seçin.</translation>
    </message>
    <message>
        <source>{what} was not published on {network}</source>
        <translation>{what} {network} üzerinde yayımlanmadı</translation>
    </message>
    <message>
        <source>{what} was not sent</source>
        <translation>{what} gönderilmedi</translation>
    </message>
</context>
<context>
    <name>PostStory</name>
    <message numerus="yes">
        <source>%Ln file(s) handed over</source>
        <translation>
            <numerusform>%Ln dosya teslim edildi</numerusform>
        </translation>
    </message>
    <message>
        <source>About to be sent</source>
        <translation>Gönderilmek üzere</translation>
    </message>
    <message>
        <source>May be published</source>
        <translation>Yayımlanmış olabilir</translation>
    </message>
    <message>
        <source>Not published</source>
        <translation>Yayımlanmadı</translation>
    </message>
    <message>
        <source>Open comment</source>
        <translation>Yorumu aç</translation>
    </message>
    <message>
        <source>Open part {n}</source>
        <translation>Bölüm {n}: aç</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Gönderiyi aç</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>Bölüm {n}</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Yayımlandı</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Gönderiliyor</translation>
    </message>
    <message>
        <source>The first comment</source>
        <translation>İlk yorum</translation>
    </message>
    <message>
        <source>The post</source>
        <translation>Gönderi</translation>
    </message>
    <message>
        <source>Tried again at {time}</source>
        <translation>Yeniden denendi: {time}</translation>
    </message>
    <message>
        <source>Uploading files: {percent} %</source>
        <translation>Dosyalar yükleniyor: %{percent}</translation>
    </message>
    <message>
        <source>Waits until {time}</source>
        <translation>Bekliyor, saat {time}</translation>
    </message>
    <message>
        <source>You found it on the network.</source>
        <translation>Onu ağda siz buldunuz.</translation>
    </message>
    <message>
        <source>{what} is being sent</source>
        <translation>{what} gönderiliyor</translation>
    </message>
    <message>
        <source>{what} is not published</source>
        <translation>{what} yayımlanmadı</translation>
    </message>
    <message>
        <source>{what} is published</source>
        <translation>{what} yayımlandı</translation>
    </message>
    <message>
        <source>{what} may be published</source>
        <translation>{what} yayımlanmış olabilir</translation>
    </message>
    <message>
        <source>{what} waits for the previous one</source>
        <translation>{what} öncekini bekliyor</translation>
    </message>
</context>
<context>
    <name>PostText</name>
    <message numerus="yes">
        <source>%Ln more character(s) (is/are) not shown.</source>
        <translation>
            <numerusform>%Ln karakter daha gösterilmiyor.</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Metin yok</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln character(s)</source>
        <translation>
            <numerusform>%Ln karakter göster</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %Ln character(s)</source>
        <translation>
            <numerusform>%Ln karakterin tümünü göster</numerusform>
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
        <translation>Zamanı değiştir</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>Önce bir kanal seçin</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>Önce düzelt</translation>
    </message>
    <message>
        <source>Keep the time</source>
        <extracomment>To the page before.</extracomment>
        <translation>Zamanı koru</translation>
    </message>
    <message>
        <source>No channel would take this as it is. The checks above say why.</source>
        <translation>Hiçbir kanal bunu bu hâliyle almaz. Nedeni yukarıdaki denetimlerde.</translation>
    </message>
    <message>
        <source>Post to {name} only</source>
        <translation>Yalnızca {name} kanalında paylaş</translation>
    </message>
    <message numerus="yes">
        <source>Post to {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanaldan {n} için paylaş</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose</source>
        <extracomment>Verb: the button of a writer, whose message an editor has to approve.</extracomment>
        <translation>Öner</translation>
    </message>
    <message numerus="yes">
        <source>Propose %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderi öner</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose again</source>
        <translation>Yeniden öner</translation>
    </message>
    <message>
        <source>Propose again · {when}</source>
        <extracomment>Verb: the button of a writer who has made the changes that an editor asked for.</extracomment>
        <translation>Yeniden öner · {when}</translation>
    </message>
    <message numerus="yes">
        <source>Save and schedule %Ln more</source>
        <translation>
            <numerusform>Kaydet ve %Ln tane daha planla</numerusform>
        </translation>
    </message>
    <message>
        <source>Save and send now</source>
        <translation>Kaydet ve şimdi gönder</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>Değişiklikleri kaydet</translation>
    </message>
    <message>
        <source>Save changes · {when}</source>
        <translation>Değişiklikleri kaydet · {when}</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Planla</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderiyi planla</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule {name} only</source>
        <translation>Yalnızca {name} için planla</translation>
    </message>
    <message numerus="yes">
        <source>Schedule {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanaldan {n} için planla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>%Ln gönderiyi şimdi gönder</numerusform>
        </translation>
    </message>
    <message>
        <source>Send now</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>Şimdi gönder</translation>
    </message>
    <message>
        <source>The message for {names} stays in Drafts</source>
        <translation>{names} için mesaj Taslaklarda kalır</translation>
    </message>
    <message>
        <source>The time was not understood.</source>
        <translation>Zaman anlaşılmadı.</translation>
    </message>
    <message>
        <source>Write something or add a file first</source>
        <translation>Önce bir şey yazın veya dosya ekleyin</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Bu çalışma alanını yalnızca görüntüleyebilirsiniz</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>ve %n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>{deed} ({times} × {channels})</source>
        <extracomment>{deed}: text of the button, such as &quot;Schedule 6 posts&quot;; then numbers.</extracomment>
        <translation>{deed} ({times} × {channels})</translation>
    </message>
    <message>
        <source>{names}: not possible as it is. The checks above say why.</source>
        <translation>{names}: bu hâliyle olmuyor. Nedeni yukarıdaki denetimlerde.</translation>
    </message>
</context>
<context>
    <name>Presence</name>
    <message>
        <source>Somebody else</source>
        <translation>Başka biri</translation>
    </message>
    <message>
        <source>You have this post open on {device}, too</source>
        <translation>Bu gönderi {device} cihazında da açık</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} ve %n kişi daha</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} are editing this post</source>
        <translation>{name} bu gönderiyi düzenliyor</translation>
    </message>
    <message>
        <source>{name} are editing this post too</source>
        <translation>{name} da bu gönderiyi düzenliyor</translation>
    </message>
    <message>
        <source>{name} has saved changes: {fields}. Your version is unchanged.</source>
        <translation>{name} değişiklik kaydetti: {fields}. Sizin sürümünüz değişmedi.</translation>
    </message>
    <message>
        <source>{name} has this post open</source>
        <translation>Bu gönderi {name} kişisinde açık</translation>
    </message>
    <message>
        <source>{name} have this post open</source>
        <translation>Bu gönderi {name} kişilerinde açık</translation>
    </message>
    <message>
        <source>{name} is editing this post</source>
        <translation>{name} bu gönderiyi düzenliyor</translation>
    </message>
    <message>
        <source>{name} is editing this post too</source>
        <translation>{name} da bu gönderiyi düzenliyor</translation>
    </message>
    <message>
        <source>{name}: since {time}, {device}</source>
        <translation>{name}: {time} itibarıyla, {device}</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message numerus="yes">
        <source>%Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>%Ln fazla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) (is/are) left out</source>
        <translation>
            <numerusform>%n dosya daha dışarıda bırakıldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more part(s) (is/are) not shown</source>
        <translation>
            <numerusform>%n bölüm daha gösterilmiyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pin(s)</source>
        <translation>
            <numerusform>%n pin</numerusform>
        </translation>
    </message>
    <message>
        <source>Comment</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Yorum yap</translation>
    </message>
    <message>
        <source>From {host}</source>
        <translation>{host} üzerinden</translation>
    </message>
    <message>
        <source>Keep reading</source>
        <translation>Okumaya devam et</translation>
    </message>
    <message>
        <source>Like</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Beğen</translation>
    </message>
    <message>
        <source>Read more</source>
        <translation>Devamını oku</translation>
    </message>
    <message>
        <source>Repost</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Yeniden paylaş</translation>
    </message>
    <message>
        <source>See more</source>
        <translation>Daha fazla gör</translation>
    </message>
    <message>
        <source>Send</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Gönder</translation>
    </message>
    <message>
        <source>Share</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Paylaş</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Daha fazla göster</translation>
    </message>
    <message>
        <source>Vote</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>Oy ver</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>sorun var</translation>
    </message>
    <message>
        <source>more</source>
        <extracomment>Shows the rest of a text, as networks name it.</extracomment>
        <translation>devamı</translation>
    </message>
    <message>
        <source>needs a file</source>
        <translation>dosya gerekli</translation>
    </message>
    <message>
        <source>needs a text</source>
        <translation>metin gerekli</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>şimdi</translation>
    </message>
    <message numerus="yes">
        <source>part {part}: %Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>bölüm {part}: %Ln fazla</numerusform>
        </translation>
    </message>
    <message>
        <source>{time} · Public</source>
        <translation>{time} · Herkese açık</translation>
    </message>
</context>
<context>
    <name>PreviewCard</name>
    <message>
        <source>Link: {title}</source>
        <translation>Bağlantı: {title}</translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Özel metin</translation>
    </message>
    <message>
        <source>Part {n}: {text}</source>
        <translation>Bölüm {n}: {text}</translation>
    </message>
    <message>
        <source>Picture: {alt}</source>
        <translation>Görsel: {alt}</translation>
    </message>
    <message>
        <source>Preview for {network}, {channel}</source>
        <translation>Önizleme: {network}, {channel}</translation>
    </message>
    <message numerus="yes">
        <source>{channel} and %n more</source>
        <translation>
            <numerusform>{channel} ve %n tane daha</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewMenu</name>
    <message numerus="yes">
        <source>%n preview(s)</source>
        <translation>
            <numerusform>%n önizleme</numerusform>
        </translation>
    </message>
    <message>
        <source>Go to preview</source>
        <translation>Önizlemeye git</translation>
    </message>
    <message>
        <source>{words}, go to one</source>
        <extracomment>{words}: &quot;3 previews&quot;.</extracomment>
        <translation>{words}, birine git</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Close preview</source>
        <translation>Önizlemeyi kapat</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Önizleme</translation>
    </message>
</context>
<context>
    <name>ProposalArea</name>
    <message>
        <source>Proposals of agents</source>
        <translation>Ajanların önerileri</translation>
    </message>
</context>
<context>
    <name>ProposalCard</name>
    <message>
        <source>Decline</source>
        <translation>Reddet</translation>
    </message>
    <message>
        <source>First comment: {comment}</source>
        <translation>İlk yorum: {comment}</translation>
    </message>
    <message>
        <source>Link: {link}</source>
        <translation>Bağlantı: {link}</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>Metin yok</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Siz onaylamadıkça hiçbir şey olmaz.</translation>
    </message>
    <message>
        <source>The digest of exactly this. The agent and the terminal show the same one.</source>
        <translation>Tam olarak bunun özeti. Ajan ve terminal de aynısını gösterir.</translation>
    </message>
    <message>
        <source>Title: {title}</source>
        <translation>Başlık: {title}</translation>
    </message>
    <message>
        <source>no description</source>
        <translation>açıklama yok</translation>
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
            <numerusform>%Ln gönderiyi sil</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderiyi taşı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderiyi planla</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} – {last}</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>{n} dk kaldı</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>{n} sn kaldı</translation>
    </message>
    <message>
        <source>{old} → {new}</source>
        <translation>{old} → {new}</translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to delete %Ln post(s)</source>
        <translation>
            <numerusform>“{client}” %Ln gönderiyi silmek istiyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to move %Ln post(s) to {when}</source>
        <translation>
            <numerusform>“{client}” %Ln gönderiyi taşımak istiyor: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to schedule %Ln post(s) for {when}</source>
        <translation>
            <numerusform>“{client}” %Ln gönderi planlamak istiyor: {when}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProposalsController</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) deleted in {seconds} s</source>
        <translation>
            <numerusform>%Ln gönderi {seconds} sn içinde siliniyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln proposed post(s) (was/were) deleted</source>
        <translation>
            <numerusform>Önerilen %Ln gönderi silindi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n proposal(s) (waits/wait) for you.</source>
        <translation>
            <numerusform>%n öneri sizi bekliyor.</numerusform>
        </translation>
    </message>
    <message>
        <source>Declined. Nothing was done.</source>
        <translation>Reddedildi. Hiçbir şey yapılmadı.</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>Siz onaylamadıkça hiçbir şey olmaz.</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göster</translation>
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
        <translation>Kanal grubu ekle</translation>
    </message>
    <message>
        <source>Add slots</source>
        <translation>Saat ekle</translation>
    </message>
    <message>
        <source>No slots yet. Add the weekly times when you like to post.</source>
        <translation>Henüz paylaşım saati yok. Paylaşmak istediğiniz haftalık saatleri ekleyin.</translation>
    </message>
    <message>
        <source>On Windows Posto uses the computer&apos;s time zone</source>
        <translation>Windows’ta Posto bilgisayarın saat dilimini kullanır</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Paylaşım saatleri</translation>
    </message>
    <message>
        <source>Slots added</source>
        <translation>Saatler eklendi</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo change of slots</source>
        <translation>Saat değişikliğini geri al</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>“{times}” kullan</translation>
    </message>
    <message>
        <source>“Next free slot” uses these times</source>
        <translation>“Sonraki boş saat” bu saatleri kullanır</translation>
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
        <translation>Hangi kanalın kastedildiğini seçin. Delete metinde bırakır.</translation>
    </message>
    <message>
        <source>Do not post there</source>
        <translation>Orada paylaşma</translation>
    </message>
    <message>
        <source>Do not wait for this slot</source>
        <translation>Bu saati bekleme</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grup</translation>
    </message>
    <message>
        <source>Leave it in the text</source>
        <translation>Metinde bırak</translation>
    </message>
    <message>
        <source>Post at this time?</source>
        <translation>Bu saatte paylaşılsın mı?</translation>
    </message>
    <message>
        <source>Remove the file from the message</source>
        <translation>Dosyayı mesajdan kaldır</translation>
    </message>
    <message>
        <source>Take these words for the time of the post</source>
        <translation>Bu sözcükleri gönderinin zamanı olarak al</translation>
    </message>
    <message>
        <source>attached file</source>
        <translation>ekli dosya</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>geçti</translation>
    </message>
    <message>
        <source>several channels</source>
        <translation>birkaç kanal</translation>
    </message>
    <message>
        <source>time of the post</source>
        <translation>gönderinin zamanı</translation>
    </message>
    <message>
        <source>{network}, as last time</source>
        <translation>{network}, geçen seferki gibi</translation>
    </message>
</context>
<context>
    <name>QuickFiles</name>
    <message>
        <source>Picture</source>
        <translation>Görsel</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>Görsel kaydedilemedi.</translation>
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
        <translation>@ ile bir kanal yazın</translation>
    </message>
    <message>
        <source>Next slot: {time}</source>
        <translation>Sonraki saat: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Press Enter again to send %Ln post(s) now.</source>
        <translation>
            <numerusform>%Ln gönderiyi şimdi göndermek için Enter’a yeniden basın.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files are still being read. Press Enter again.</source>
        <translation>Dosyalar hâlâ okunuyor. Enter’a yeniden basın.</translation>
    </message>
    <message>
        <source>{name} ({count})</source>
        <extracomment>{name}: of a group or network, {count}: its channels.</extracomment>
        <translation>{name} ({count})</translation>
    </message>
    <message>
        <source>{name} is no channel and stays in the text</source>
        <extracomment>{name}: such as @anna</extracomment>
        <translation>{name} bir kanal değil ve metinde kalır</translation>
    </message>
    <message>
        <source>{time}?</source>
        <translation>{time}?</translation>
    </message>
    <message>
        <source>“{name}” can be several channels. Choose one.</source>
        <translation>“{name}” birkaç kanal olabilir. Birini seçin.</translation>
    </message>
</context>
<context>
    <name>QuickWindow</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n öneri</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>Oluştur’da aç</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Hızlı gönderi</translation>
    </message>
    <message>
        <source>What’s new? @channel tomorrow 9:00</source>
        <translation>Ne var ne yok? @kanal yarın 9:00</translation>
    </message>
</context>
<context>
    <name>QuitDialog</name>
    <message>
        <source>Change it under Settings &gt; General</source>
        <translation>Ayarlar &gt; Genel altında değiştirin</translation>
    </message>
    <message>
        <source>Do this each time</source>
        <translation>Her seferinde bunu yap</translation>
    </message>
    <message>
        <source>Only this computer can send them. The first is due {first}. Posto can keep sending in the background. Otherwise they wait until you start Posto again, and late posts show as missed.</source>
        <translation>Bunları yalnızca bu bilgisayar gönderebilir. İlkinin zamanı: {first}. Posto arka planda göndermeyi sürdürebilir. Yoksa siz Posto’yu yeniden başlatana kadar beklerler ve geciken gönderiler kaçırılmış görünür.</translation>
    </message>
    <message>
        <source>Quit and keep sending</source>
        <translation>Çık ve göndermeyi sürdür</translation>
    </message>
    <message>
        <source>Quit and stop sending</source>
        <translation>Çık ve göndermeyi durdur</translation>
    </message>
    <message>
        <source>Quit with {posts} waiting?</source>
        <translation>Bekleyen {posts} varken çıkılsın mı?</translation>
    </message>
</context>
<context>
    <name>ReasonBox</name>
    <message>
        <source>Address of the post</source>
        <translation>Gönderinin adresi</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>Biliyorsanız adresi</translation>
    </message>
    <message>
        <source>Answer from {network}</source>
        <translation>{network} yanıtı</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Düzenle</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>Birazdan yeniden gönderilir.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>Orada</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Sitede aç</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>Kanalı aç</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>Siteyi aç</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planlayıcıyı duraklat</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Yeniden gönder</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Şimdi gönder</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>Yorumu yeniden gönder</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>ağ</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>A file of the post is missing</source>
        <translation>Gönderinin bir dosyası eksik</translation>
    </message>
    <message>
        <source>Check whether the post is published before you retry.</source>
        <translation>Yeniden denemeden önce gönderinin yayımlanıp yayımlanmadığını denetleyin.</translation>
    </message>
    <message>
        <source>Edit the post, add a file and send it again. Nothing was published there.</source>
        <translation>Gönderiyi düzenleyin, bir dosya ekleyin ve yeniden gönderin. Orada hiçbir şey yayımlanmadı.</translation>
    </message>
    <message>
        <source>Edit the post, shorten the text and send it again. Nothing was published there.</source>
        <translation>Gönderiyi düzenleyin, metni kısaltın ve yeniden gönderin. Orada hiçbir şey yayımlanmadı.</translation>
    </message>
    <message>
        <source>If it is there, delete it here. The published post stays.</source>
        <translation>Oradaysa buradan silin. Yayımlanan gönderi kalır.</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>Zaten {network} üzerinde mi?</translation>
    </message>
    <message>
        <source>Is the first comment there already?</source>
        <translation>İlk yorum zaten orada mı?</translation>
    </message>
    <message>
        <source>It does not accept the same text twice. Edit the post, change the text and send it again.</source>
        <translation>Aynı metni iki kez kabul etmiyor. Gönderiyi düzenleyin, metni değiştirin ve yeniden gönderin.</translation>
    </message>
    <message>
        <source>It is no longer in the media library. Edit the post, add the file again and send it. Nothing was published there.</source>
        <translation>Artık ortam kitaplığında değil. Gönderiyi düzenleyin, dosyayı yeniden ekleyin ve gönderin. Orada hiçbir şey yayımlanmadı.</translation>
    </message>
    <message>
        <source>It may have been renamed, closed or deleted. Check it on {network}.</source>
        <translation>Adı değiştirilmiş, kapatılmış veya silinmiş olabilir. {network} üzerinde denetleyin.</translation>
    </message>
    <message>
        <source>It may have been sent before</source>
        <translation>Daha önce gönderilmiş olabilir</translation>
    </message>
    <message>
        <source>It was not sent after its time. Send it now or reschedule it.</source>
        <translation>Zamanından sonra gönderilmedi. Şimdi gönderin veya yeniden planlayın.</translation>
    </message>
    <message>
        <source>Its data comes from a backup or a damaged file and may be out of date. Check whether it is published before you send it.</source>
        <translation>Verisi bir yedekten veya bozuk bir dosyadan geliyor ve güncel olmayabilir. Göndermeden önce yayımlanıp yayımlanmadığını denetleyin.</translation>
    </message>
    <message>
        <source>Its session has expired. Connect {channel} again on the site, then retry. Nothing was published there.</source>
        <translation>Oturumunun süresi doldu. {channel} kanalını sitede yeniden bağlayın, sonra yeniden deneyin. Orada hiçbir şey yayımlanmadı.</translation>
    </message>
    <message>
        <source>Its time has passed, but the site&apos;s timer seems to be stopped. It runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>Zamanı geçti ama sitenin zamanlayıcısı durmuş görünüyor. Zamanlayıcı, siteye ziyaretçi geldiğinde çalışır. Başlatmak için siteyi tarayıcıda açın.</translation>
    </message>
    <message>
        <source>Its time passed while nothing was running</source>
        <translation>Hiçbir şey çalışmıyorken zamanı geçti</translation>
    </message>
    <message>
        <source>No reason was given. Retrying may help.</source>
        <translation>Neden belirtilmedi. Yeniden denemek işe yarayabilir.</translation>
    </message>
    <message>
        <source>Retry later. Nothing was published there.</source>
        <translation>Daha sonra yeniden deneyin. Orada hiçbir şey yayımlanmadı.</translation>
    </message>
    <message>
        <source>Sending again now could publish it twice.</source>
        <translation>Şimdi yeniden göndermek onu iki kez yayımlayabilir.</translation>
    </message>
    <message>
        <source>The file is too large for {network}, or its format or shape is not supported. Edit the post, change the file and send it again. Nothing was published there.</source>
        <translation>Dosya {network} için çok büyük ya da biçimi veya şekli desteklenmiyor. Gönderiyi düzenleyin, dosyayı değiştirin ve yeniden gönderin. Orada hiçbir şey yayımlanmadı.</translation>
    </message>
    <message>
        <source>The first comment is missing</source>
        <translation>İlk yorum eksik</translation>
    </message>
    <message>
        <source>The network</source>
        <translation>Ağ</translation>
    </message>
    <message>
        <source>The post is published. Its comment was sent, but no clear answer came back. Sending it again now could publish it twice.</source>
        <translation>Gönderi yayımlandı. Yorumu gönderildi ama net bir yanıt gelmedi. Şimdi yeniden göndermek yorumu iki kez yayımlayabilir.</translation>
    </message>
    <message>
        <source>The post seems to be published, but its first comment was refused. Sending again would publish the post twice.</source>
        <translation>Gönderi yayımlanmış görünüyor ama ilk yorumu reddedildi. Yeniden göndermek gönderiyi iki kez yayımlar.</translation>
    </message>
    <message>
        <source>The post was sent, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>Gönderi gönderildi ama net bir yanıt gelmedi. Şimdi yeniden göndermek onu iki kez yayımlayabilir.</translation>
    </message>
    <message>
        <source>The rest of the thread replies to it. Paste its address to send the rest.</source>
        <translation>Zincirin kalanı ona yanıt olarak gider. Kalanı göndermek için adresini yapıştırın.</translation>
    </message>
    <message>
        <source>The service could not reach {network}</source>
        <translation>Hizmet şuraya ulaşamadı: {network}</translation>
    </message>
    <message>
        <source>The site has not sent it</source>
        <translation>Site göndermedi</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Site bunu kendiliğinden yayımlar. Sitede değiştirin.</translation>
    </message>
    <message>
        <source>The text is too long for {network}</source>
        <translation>Metin {network} için çok uzun</translation>
    </message>
    <message>
        <source>This channel</source>
        <translation>Bu kanal</translation>
    </message>
    <message>
        <source>Which post is the first part?</source>
        <translation>İlk bölüm hangi gönderi?</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>ağ</translation>
    </message>
    <message>
        <source>{channel} has no permission to post. Connect it again on the site and allow posting.</source>
        <translation>{channel} kanalının paylaşma izni yok. Sitede yeniden bağlayıp paylaşıma izin verin.</translation>
    </message>
    <message>
        <source>{channel} has reached the limit of {network}. Retry later. Nothing was published there.</source>
        <translation>{channel} kanalı {network} sınırına ulaştı. Daha sonra yeniden deneyin. Orada hiçbir şey yayımlanmadı.</translation>
    </message>
    <message>
        <source>{channel} was not found</source>
        <translation>{channel} bulunamadı</translation>
    </message>
    <message>
        <source>{network} accepts no more posts for now</source>
        <translation>{network} şimdilik başka gönderi kabul etmiyor</translation>
    </message>
    <message>
        <source>{network} already has this text</source>
        <translation>{network} bu metni zaten içeriyor</translation>
    </message>
    <message>
        <source>{network} did not accept a file</source>
        <translation>{network} bir dosyayı kabul etmedi</translation>
    </message>
    <message>
        <source>{network} did not accept part {n}</source>
        <translation>{network} {n}. bölümü kabul etmedi</translation>
    </message>
    <message>
        <source>{network} did not accept the file</source>
        <translation>{network} dosyayı kabul etmedi</translation>
    </message>
    <message>
        <source>{network} did not accept the files</source>
        <translation>{network} dosyaları kabul etmedi</translation>
    </message>
    <message>
        <source>{network} did not accept the first comment</source>
        <translation>{network} ilk yorumu kabul etmedi</translation>
    </message>
    <message>
        <source>{network} did not accept the link</source>
        <translation>{network} bağlantıyı kabul etmedi</translation>
    </message>
    <message>
        <source>{network} did not accept the post</source>
        <translation>{network} gönderiyi kabul etmedi</translation>
    </message>
    <message>
        <source>{network} did not accept the text</source>
        <translation>{network} metni kabul etmedi</translation>
    </message>
    <message>
        <source>{network} did not accept the title</source>
        <translation>{network} başlığı kabul etmedi</translation>
    </message>
    <message>
        <source>{network} did not answer in time</source>
        <translation>{network} zamanında yanıt vermedi</translation>
    </message>
    <message>
        <source>{network} does not allow this app to post here</source>
        <translation>{network} bu uygulamanın burada paylaşmasına izin vermiyor</translation>
    </message>
    <message>
        <source>{network} no longer knows this channel</source>
        <translation>{network} artık bu kanalı tanımıyor</translation>
    </message>
    <message>
        <source>{network} requires a picture or a video</source>
        <translation>{network} için görsel veya video gerekli</translation>
    </message>
</context>
<context>
    <name>RecentMediaModel</name>
    <message>
        <source>{name} has changed since it was used</source>
        <translation>{name} kullanıldığından beri değişti</translation>
    </message>
    <message>
        <source>{name} is no longer where it was</source>
        <translation>{name} artık eski yerinde değil</translation>
    </message>
</context>
<context>
    <name>RecentMediaPopup</name>
    <message numerus="yes">
        <source>%n file(s) not found</source>
        <translation>
            <numerusform>%n dosya bulunamadı</numerusform>
        </translation>
    </message>
    <message>
        <source>Attached files appear here.</source>
        <translation>Eklenen dosyalar burada görünür.</translation>
    </message>
    <message>
        <source>Name or description</source>
        <translation>Ad veya açıklama</translation>
    </message>
    <message>
        <source>No file matches.</source>
        <translation>Eşleşen dosya yok.</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Son kullanılan medya</translation>
    </message>
    <message>
        <source>Search recently used media</source>
        <translation>Son kullanılan medyada ara</translation>
    </message>
    <message>
        <source>{name} was not found. Press Delete to remove it from this list.</source>
        <translation>{name} bulunamadı. Bu listeden kaldırmak için Delete tuşuna basın.</translation>
    </message>
</context>
<context>
    <name>RefillBar</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n gün</numerusform>
        </translation>
    </message>
    <message>
        <source>Fill now</source>
        <translation>Şimdi doldur</translation>
    </message>
    <message>
        <source>For the next</source>
        <extracomment>Before a number of days: &quot;For the next 14 days&quot;.</extracomment>
        <translation>Önümüzdeki</translation>
    </message>
    <message>
        <source>Refill free slots by itself</source>
        <translation>Boş saatleri kendisi doldursun</translation>
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
            <numerusform>En fazla %n kez mümkün.</numerusform>
        </translation>
    </message>
    <message>
        <source>Day of the month</source>
        <translation>Ayın günü</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Tekrarlama</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>Bitiş</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Her</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Son gün</translation>
    </message>
    <message>
        <source>Number of times</source>
        <translation>Tekrar sayısı</translation>
    </message>
    <message>
        <source>Post once</source>
        <translation>Bir kez paylaş</translation>
    </message>
    <message>
        <source>Repeat</source>
        <extracomment>Noun: a repeated post.</extracomment>
        <translation>Tekrar</translation>
    </message>
    <message numerus="yes">
        <source>Repeat %n time(s)</source>
        <translation>
            <numerusform>%n kez tekrarla</numerusform>
        </translation>
    </message>
    <message>
        <source>Starts {time}, {zone}</source>
        <translation>Başlangıç: {time}, {zone}</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title: when a repeated post goes out.</extracomment>
        <translation>Zamanlar</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Birim</translation>
    </message>
    <message>
        <source>after a number of times</source>
        <translation>belirli sayıda tekrardan sonra</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>gün</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>month(s)</source>
        <translation>
            <numerusform>ay</numerusform>
        </translation>
    </message>
    <message>
        <source>on a day</source>
        <translation>belirli bir günde</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>hafta</numerusform>
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
        <translation>Tekrarı değiştir</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Değiştir…</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>Tekrarlama</translation>
    </message>
</context>
<context>
    <name>RepeatWords</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n kez</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n day(s)</source>
        <translation>
            <numerusform>%n günde bir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n month(s) {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>
            <numerusform>%n ayda bir {on}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n week(s) on {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>
            <numerusform>%n haftada bir: {days}</numerusform>
        </translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>Her gün</translation>
    </message>
    <message>
        <source>Every month {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>Her ay {on}</translation>
    </message>
    <message>
        <source>Every {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>Her {days}</translation>
    </message>
    <message>
        <source>comes twice that night; this is the first</source>
        <translation>o gece iki kez gelir; bu ilki</translation>
    </message>
    <message>
        <source>comes twice that night; this is the second</source>
        <translation>o gece iki kez gelir; bu ikincisi</translation>
    </message>
    <message>
        <source>on day {number}</source>
        <translation>{number}. gün</translation>
    </message>
    <message>
        <source>on day {number}, or the last one</source>
        <translation>{number}. gün, yoksa son gün</translation>
    </message>
    <message>
        <source>on the fifth {day}</source>
        <translation>beşinci {day}</translation>
    </message>
    <message>
        <source>on the first {day}</source>
        <translation>ilk {day}</translation>
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
        <translation>bir kez</translation>
    </message>
    <message>
        <source>the clocks have changed, same time of day</source>
        <translation>saatler değişti, günün saati aynı</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <extracomment>Days of the week: &quot;Monday to Friday&quot;.</extracomment>
        <translation>{first} – {last}</translation>
    </message>
    <message>
        <source>{rule}, {often}, until {day}</source>
        <extracomment>&quot;Every Monday, 10 times, until Mon 1 Feb 2027&quot;.</extracomment>
        <translation>{rule}, {often}, bitiş: {day}</translation>
    </message>
    <message>
        <source>{rule}: no times left</source>
        <translation>{rule}: kalan zaman yok</translation>
    </message>
    <message>
        <source>{time} is skipped, the clocks go forward</source>
        <translation>{time} atlanır, saatler ileri alınıyor</translation>
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
        <translation>Raporu kopyala</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Sorun raporu</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Rapor</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Farklı kaydet…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Raporu kaydet</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Kaydedildi: {name}</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Metin (*.txt)</translation>
    </message>
    <message>
        <source>The report is still being written</source>
        <translation>Rapor hâlâ yazılıyor</translation>
    </message>
    <message>
        <source>This is the whole report. It contains no passwords, texts, names or addresses of yours. You can delete any part.</source>
        <translation>Raporun tamamı budur. Parolalarınızı, metinlerinizi, adlarınızı veya adreslerinizi içermez. İstediğiniz bölümü silebilirsiniz.</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Yazılıyor…</translation>
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
        <translation>İstenen değişiklikler</translation>
    </message>
</context>
<context>
    <name>RescheduleDialog</name>
    <message>
        <source>Days keep the time of day. Hours change it. {zone}</source>
        <translation>Günler günün saatini korur. Saatler değiştirir. {zone}</translation>
    </message>
    <message>
        <source>Enter a new time first</source>
        <translation>Önce yeni bir zaman girin</translation>
    </message>
    <message>
        <source>For example +1 day or -30 min</source>
        <translation>Örneğin +1 gün veya -30 dk</translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>Geçmişte olduğu için taşınmadı: %Ln gönderi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderiyi taşı</numerusform>
        </translation>
    </message>
    <message>
        <source>Move posts</source>
        <translation>Gönderileri taşı</translation>
    </message>
    <message numerus="yes">
        <source>No free time for %Ln post(s).</source>
        <translation>
            <numerusform>Boş zaman bulunamadı: %Ln gönderi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not scheduled, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>Planlı olmadığı için taşınmadı: %Ln gönderi.</numerusform>
        </translation>
    </message>
    <message>
        <source>Possible: {time}</source>
        <translation>Mümkün: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Reschedule %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderiyi yeniden planla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Same minute as another post on the channel: %Ln post(s).</source>
        <translation>
            <numerusform>Kanaldaki başka bir gönderiyle aynı dakikada: %Ln gönderi.</numerusform>
        </translation>
    </message>
    <message>
        <source>The next free slots after {when} · {zone}</source>
        <translation>Sonraki boş saatler, başlangıç: {when} · {zone}</translation>
    </message>
    <message>
        <source>These channels have no weekly slots. Add some under Settings &gt; Publishing.</source>
        <translation>Bu kanalların haftalık saati yok. Ayarlar &gt; Yayımlama altında ekleyin.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>Gün ve saat yazın.</translation>
    </message>
    <message>
        <source>Type the first and the last time.</source>
        <translation>İlk ve son zamanı yazın.</translation>
    </message>
    <message>
        <source>Type the first time and the interval between two messages.</source>
        <translation>İlk zamanı ve iki mesaj arasındaki aralığı yazın.</translation>
    </message>
</context>
<context>
    <name>RescheduleFields</name>
    <message>
        <source>After</source>
        <extracomment>From this moment.</extracomment>
        <translation>Şundan sonra</translation>
    </message>
    <message>
        <source>At a fixed interval</source>
        <translation>Sabit aralıkla</translation>
    </message>
    <message>
        <source>Evenly between two times</source>
        <translation>İki zaman arasında eşit olarak</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>Her</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Başlangıç</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Süre</translation>
    </message>
    <message>
        <source>Reschedule how</source>
        <translation>Yeniden planlama yöntemi</translation>
    </message>
    <message>
        <source>Set to</source>
        <translation>Şuna ayarla</translation>
    </message>
    <message>
        <source>Shift by</source>
        <translation>Şu kadar kaydır</translation>
    </message>
    <message>
        <source>Spread over</source>
        <translation>Şu süreye yay</translation>
    </message>
    <message>
        <source>The weekly slots</source>
        <translation>Haftalık saatler</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bitiş</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Ne zaman</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>From this moment.</extracomment>
        <translation>şimdi</translation>
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
        <translation>Boş zaman kalmadı. Gönderi zamanını korur.</translation>
    </message>
    <message>
        <source>Same minute on this channel: {post}</source>
        <translation>Bu kanalda aynı dakikada: {post}</translation>
    </message>
    <message>
        <source>That time has passed. The post keeps its time.</source>
        <translation>Bu zaman geçti. Gönderi zamanını korur.</translation>
    </message>
    <message>
        <source>The post has this time already.</source>
        <translation>Gönderinin zamanı zaten bu.</translation>
    </message>
    <message>
        <source>another post</source>
        <translation>başka bir gönderi</translation>
    </message>
    <message>
        <source>no free time</source>
        <translation>boş zaman yok</translation>
    </message>
</context>
<context>
    <name>Rescheduling</name>
    <message>
        <source>Leave at least one minute between two messages.</source>
        <translation>İki mesaj arasında en az bir dakika bırakın.</translation>
    </message>
    <message>
        <source>The last time is not after the first one.</source>
        <translation>Son zaman ilkinden sonra değil.</translation>
    </message>
    <message>
        <source>“{text}” is not a duration such as “{earlier}” or “{later}”.</source>
        <translation>“{text}”, “{earlier}” veya “{later}” gibi bir süre değil.</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>%n ağın tümü</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing pictures</source>
        <translation>Görseller hazırlanıyor</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>{network} için çok büyük. Daha küçük bir boyut seçin.</translation>
    </message>
    <message>
        <source>Too small for {network}. Use a larger picture.</source>
        <translation>{network} için çok küçük. Daha büyük bir görsel kullanın.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Gönderilecek olan</translation>
    </message>
    <message>
        <source>original file</source>
        <translation>özgün dosya</translation>
    </message>
    <message>
        <source>{format} at quality {n}</source>
        <translation>{format}, kalite {n}</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>{name} hazırlanamadı.</translation>
    </message>
    <message>
        <source>{network} does not support animations. Choose a still format.</source>
        <translation>{network} animasyonları desteklemiyor. Hareketsiz bir biçim seçin.</translation>
    </message>
    <message>
        <source>{network} does not support this file type. Choose another format.</source>
        <translation>{network} bu dosya türünü desteklemiyor. Başka bir biçim seçin.</translation>
    </message>
    <message>
        <source>{network} does not support this shape. Crop the picture.</source>
        <translation>{network} bu şekli desteklemiyor. Görseli kırpın.</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) added</source>
        <translation>
            <numerusform>%Ln resim veya video eklendi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) removed</source>
        <translation>
            <numerusform>%Ln resim veya video kaldırıldı</numerusform>
        </translation>
    </message>
    <message>
        <source>A picture or video</source>
        <translation>Bir resim veya video</translation>
    </message>
    <message>
        <source>A picture or video that is not in the message any more</source>
        <translation>Artık iletide olmayan bir resim veya video</translation>
    </message>
    <message>
        <source>Added: “{text}”.</source>
        <translation>Eklendi: “{text}”.</translation>
    </message>
    <message>
        <source>Changed by {name} · {time}</source>
        <translation>Değiştiren: {name} · {time}</translation>
    </message>
    <message>
        <source>Changed by {name} · {time} · {fields}</source>
        <translation>Değiştiren: {name} · {time} · {fields}</translation>
    </message>
    <message>
        <source>Changed: {fields}</source>
        <translation>Değişen: {fields}</translation>
    </message>
    <message>
        <source>Changes requested: {time}</source>
        <translation>Değişiklik istendi: {time}</translation>
    </message>
    <message>
        <source>Channels added: {names}</source>
        <translation>Eklenen kanallar: {names}</translation>
    </message>
    <message>
        <source>Channels removed: {names}</source>
        <translation>Kaldırılan kanallar: {names}</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>İlk yorum</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Bağlantı</translation>
    </message>
    <message>
        <source>New time: at once</source>
        <translation>Yeni zaman: hemen</translation>
    </message>
    <message>
        <source>New time: {time}</source>
        <translation>Yeni zaman: {time}</translation>
    </message>
    <message>
        <source>Picture {number}</source>
        <translation>Resim {number}</translation>
    </message>
    <message>
        <source>Proposed by {name}</source>
        <translation>Öneren: {name}</translation>
    </message>
    <message>
        <source>Proposed: {time}</source>
        <translation>Önerildi: {time}</translation>
    </message>
    <message>
        <source>Removed: “{text}”.</source>
        <translation>Kaldırıldı: “{text}”.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Metin</translation>
    </message>
    <message>
        <source>The text</source>
        <translation>Metin</translation>
    </message>
    <message>
        <source>The time</source>
        <translation>Zaman</translation>
    </message>
    <message>
        <source>Video {number}</source>
        <translation>Video {number}</translation>
    </message>
    <message>
        <source>You proposed this post</source>
        <translation>Bu gönderiyi siz önerdiniz</translation>
    </message>
    <message>
        <source>a channel that is not listed any more</source>
        <translation>artık listelenmeyen bir kanal</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>kanallar</translation>
    </message>
    <message>
        <source>first comment</source>
        <translation>ilk yorum</translation>
    </message>
    <message>
        <source>link</source>
        <translation>bağlantı</translation>
    </message>
    <message>
        <source>options</source>
        <translation>seçenekler</translation>
    </message>
    <message>
        <source>pictures and videos</source>
        <translation>resimler ve videolar</translation>
    </message>
    <message>
        <source>text</source>
        <translation>metin</translation>
    </message>
    <message>
        <source>time</source>
        <translation>zaman</translation>
    </message>
    <message>
        <source>{field} for {channels}</source>
        <translation>{channels} için {field}</translation>
    </message>
    <message>
        <source>{name} approved it</source>
        <translation>{name} onayladı</translation>
    </message>
    <message>
        <source>{name} edited it</source>
        <translation>{name} düzenledi</translation>
    </message>
    <message>
        <source>{name} moved it</source>
        <translation>{name} taşıdı</translation>
    </message>
    <message>
        <source>{name} proposed it</source>
        <translation>{name} önerdi</translation>
    </message>
    <message>
        <source>{name} requests changes</source>
        <translation>{name} değişiklik istiyor</translation>
    </message>
    <message>
        <source>{name} restored it</source>
        <translation>{name} geri getirdi</translation>
    </message>
    <message>
        <source>{name} scheduled it</source>
        <translation>{name} planladı</translation>
    </message>
    <message>
        <source>{name} took the approval back</source>
        <translation>{name} onayı geri aldı</translation>
    </message>
    <message>
        <source>{name} took the request for changes back</source>
        <translation>{name} değişiklik isteğini geri aldı</translation>
    </message>
    <message>
        <source>{name} withdrew it</source>
        <translation>{name} geri çekti</translation>
    </message>
    <message>
        <source>“{before}” became “{after}”.</source>
        <translation>“{before}” yerine “{after}” yazıldı.</translation>
    </message>
</context>
<context>
    <name>ReviewActions</name>
    <message>
        <source>Approve</source>
        <translation>Onayla</translation>
    </message>
    <message>
        <source>History of the message</source>
        <translation>İletinin geçmişi</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Değişiklik iste…</translation>
    </message>
    <message>
        <source>Withdraw the proposal</source>
        <translation>Öneriyi geri çek</translation>
    </message>
</context>
<context>
    <name>ReviewAnswersController</name>
    <message numerus="yes">
        <source>%Ln approval(s) not undone.</source>
        <translation>
            <numerusform>%Ln onay geri alınmadı.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln approval(s) undone</source>
        <translation>
            <numerusform>%Ln onay geri alındı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) approved</source>
        <translation>
            <numerusform>%Ln ileti onaylandı</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <translation>Değişiklik istendi</translation>
    </message>
    <message>
        <source>It is not known whether the review was saved: the answer of the service was lost. The schedule is read again.</source>
        <translation>İncelemenin kaydedilip kaydedilmediği bilinmiyor: hizmetin yanıtı kayboldu. Plan yeniden okunuyor.</translation>
    </message>
    <message>
        <source>Proposal restored</source>
        <translation>Öneri geri getirildi</translation>
    </message>
    <message>
        <source>Proposal withdrawn</source>
        <translation>Öneri geri çekildi</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yinele</translation>
    </message>
    <message>
        <source>Request for changes undone</source>
        <translation>Değişiklik isteği geri alındı</translation>
    </message>
    <message>
        <source>The proposal was not restored.</source>
        <translation>Öneri geri getirilmedi.</translation>
    </message>
    <message>
        <source>The request for changes was not undone.</source>
        <translation>Değişiklik isteği geri alınmadı.</translation>
    </message>
    <message>
        <source>The review was not saved.</source>
        <translation>İnceleme kaydedilmedi.</translation>
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
        <translation>Onayla</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Düzenle</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Geçmiş</translation>
    </message>
    <message>
        <source>It goes out at its time once an editor approves it.</source>
        <translation>Bir editör onayladığında zamanında gönderilir.</translation>
    </message>
    <message>
        <source>It goes out at its time once you approve it.</source>
        <translation>Onayladığınızda zamanında gönderilir.</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>Değişiklik iste…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>İnceleme</translation>
    </message>
    <message>
        <source>The service does not answer at the moment</source>
        <translation>Hizmet şu anda yanıt vermiyor</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Geri çek</translation>
    </message>
</context>
<context>
    <name>RhythmBar</name>
    <message numerus="yes">
        <source>%Ln message(s) (has/have) (a time/times) of (its/their) own</source>
        <translation>
            <numerusform>%Ln mesajın özel zamanı var</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n dakika</numerusform>
        </translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>Saat ekle…</translation>
    </message>
    <message>
        <source>Each message is sent at its own time.</source>
        <translation>Her mesaj kendi zamanında gönderilir.</translation>
    </message>
    <message>
        <source>From {first} to {last}.</source>
        <translation>{first} – {last} arası.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Stil yok</translation>
    </message>
    <message>
        <source>Now, or “monday 9”</source>
        <translation>Şimdi veya “pazartesi 9”</translation>
    </message>
    <message>
        <source>Posts at</source>
        <translation>Paylaşım zamanı</translation>
    </message>
    <message>
        <source>Repeats every</source>
        <translation>Tekrar aralığı</translation>
    </message>
    <message>
        <source>Rhythm</source>
        <extracomment>Noun: how the messages of a campaign are spread over time.</extracomment>
        <translation>Ritim</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>Başlama</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>The first message is sent when you start the campaign.</source>
        <translation>İlk mesaj, kampanyayı başlattığınızda gönderilir.</translation>
    </message>
    <message>
        <source>The first message uses the next free slot.</source>
        <translation>İlk mesaj sonraki boş saati kullanır.</translation>
    </message>
    <message>
        <source>These channels have no weekly slots yet.</source>
        <translation>Bu kanalların henüz haftalık saati yok.</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>Kullan: {time}</translation>
    </message>
    <message>
        <source>Vary times by</source>
        <translation>Zamanları değiştirme payı</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>gün</numerusform>
        </translation>
    </message>
    <message>
        <source>free slots</source>
        <translation>boş saatler</translation>
    </message>
    <message numerus="yes">
        <source>hour(s)</source>
        <translation>
            <numerusform>saat</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>minute(s)</source>
        <translation>
            <numerusform>dakika</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>hiç</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>yoksa {time} mi?</translation>
    </message>
    <message>
        <source>own times</source>
        <translation>özel zamanlar</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>hafta</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>working day(s)</source>
        <translation>
            <numerusform>iş günü</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (eksik)</translation>
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
        <translation>Kalıcı mesajlara ekle</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Metni kopyala</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderiyi sil</numerusform>
        </translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Düzenle…</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Planı dışa aktar…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Dışa aktar…</translation>
    </message>
    <message>
        <source>Open inspector</source>
        <translation>Denetçiyi aç</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Sitede aç</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>Gönderiyi aç</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>Planlayıcıyı duraklat</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>Sitenin planlayıcıları…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>Yeniden planla…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Yeniden dene</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Şimdi gönder</translation>
    </message>
    <message>
        <source>Send now…</source>
        <translation>Şimdi gönder…</translation>
    </message>
    <message numerus="yes">
        <source>You can duplicate up to %n message(s) at once.</source>
        <translation>
            <numerusform>Bir seferde en fazla %n mesajı çoğaltabilirsiniz.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowState</name>
    <message>
        <source>{name}, not ticked</source>
        <translation>{name}, işaretli değil</translation>
    </message>
    <message>
        <source>{name}, partly ticked</source>
        <translation>{name}, kısmen işaretli</translation>
    </message>
    <message>
        <source>{name}, ticked</source>
        <translation>{name}, işaretli</translation>
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
            <numerusform>%n kat sık</numerusform>
        </translation>
    </message>
    <message>
        <source>At least between two runs</source>
        <translation>İki gönderim arasında en az</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Başlangıç</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>Ne sıklıkta</translation>
    </message>
    <message>
        <source>Most runs on each channel</source>
        <translation>Her kanalda en çok gönderim</translation>
    </message>
    <message>
        <source>The last day is before the first. Choose a later one.</source>
        <translation>Son gün ilkinden önce. Daha sonraki bir gün seçin.</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Bitiş</translation>
    </message>
    <message>
        <source>any day</source>
        <translation>herhangi bir gün</translation>
    </message>
    <message>
        <source>as the others</source>
        <translation>diğerleri gibi</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <extracomment>After a number, in its field.</extracomment>
        <translation>
            <numerusform>gün</numerusform>
        </translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>sınırsız</translation>
    </message>
</context>
<context>
    <name>RunTextDialog</name>
    <message>
        <source>Change the text first</source>
        <translation>Önce metni değiştirin</translation>
    </message>
    <message>
        <source>Only {when}, on {channels}. The message itself stays as it is.</source>
        <translation>Yalnızca {when}, {channels}. Mesajın kendisi olduğu gibi kalır.</translation>
    </message>
    <message>
        <source>Text of this run</source>
        <translation>Bu gönderimin metni</translation>
    </message>
    <message>
        <source>Use this text</source>
        <translation>Bu metni kullan</translation>
    </message>
</context>
<context>
    <name>SamplePicture</name>
    <message>
        <source>Winter Roast</source>
        <translation>Kış Kavurması</translation>
    </message>
</context>
<context>
    <name>SavedViewsMenu</name>
    <message>
        <source>All posts</source>
        <translation>Tüm gönderiler</translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>“{name}” görünümünü sil</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>Görünümün adı</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Yeniden adlandır</translation>
    </message>
    <message>
        <source>Rename “{name}”…</source>
        <translation>“{name}” görünümünü yeniden adlandır…</translation>
    </message>
    <message>
        <source>Replaces the view with this name.</source>
        <translation>Bu addaki görünümün yerini alır.</translation>
    </message>
    <message>
        <source>Save as view…</source>
        <translation>Görünüm olarak kaydet…</translation>
    </message>
    <message>
        <source>Save changes to “{name}”</source>
        <translation>Değişiklikleri “{name}” görünümüne kaydet</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>Görünümü kaydet</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Kayıtlı görünümler</translation>
    </message>
    <message>
        <source>Saves the current filters, order, columns and grouping.</source>
        <translation>Geçerli filtreleri, sırayı, sütunları ve gruplamayı kaydeder.</translation>
    </message>
    <message>
        <source>View name</source>
        <translation>Görünüm adı</translation>
    </message>
    <message>
        <source>View: {name}</source>
        <translation>Görünüm: {name}</translation>
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
        <translation>Metin yok</translation>
    </message>
</context>
<context>
    <name>ScheduleExportController</name>
    <message numerus="yes">
        <source>%Ln post(s) written to {file}</source>
        <translation>
            <numerusform>%Ln gönderi {file} dosyasına yazıldı</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty week written to {file}</source>
        <translation>Boş hafta {file} dosyasına yazıldı</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>Planı dışa aktar</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Klasörde göster</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>Dosya yazılamadı: {why}</translation>
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
        <translation>Bunu editörler ve sahipler değiştirir. Kendi önerilerinizi değiştirebilirsiniz.</translation>
    </message>
    <message numerus="yes">
        <source>Not retried, because (it/they) may already be published: %Ln post(s). Open (it/each) and choose what to do.</source>
        <translation>
            <numerusform>Zaten yayımlanmış olabileceği için yeniden denenmedi: %Ln gönderi. Açıp ne yapılacağını seçin.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posts that are being sent cannot be deleted.</source>
        <translation>Gönderilmekte olan gönderiler silinemez.</translation>
    </message>
    <message>
        <source>The site has not sent this post yet. Reschedule it instead.</source>
        <translation>Site bu gönderiyi henüz göndermedi. Bunun yerine yeniden planlayın.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>Site bunu kendiliğinden yayımlar. Sitede değiştirin.</translation>
    </message>
    <message>
        <source>The site reports no time for this post, so you cannot reschedule it here.</source>
        <translation>Site bu gönderi için zaman bildirmiyor; bu yüzden buradan yeniden planlayamazsınız.</translation>
    </message>
    <message>
        <source>This post has failed. Retry it instead.</source>
        <translation>Bu gönderi başarısız oldu. Bunun yerine yeniden deneyin.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to change and send it again.</source>
        <translation>Bu gönderi zaten gönderildi. Değiştirip yeniden göndermek için çoğaltın.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to schedule it again.</source>
        <translation>Bu gönderi zaten gönderildi. Yeniden planlamak için çoğaltın.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to send it again.</source>
        <translation>Bu gönderi zaten gönderildi. Yeniden göndermek için çoğaltın.</translation>
    </message>
    <message>
        <source>This post is being sent. Wait until it is sent.</source>
        <translation>Bu gönderi gönderiliyor. Gönderilene kadar bekleyin.</translation>
    </message>
    <message>
        <source>This post is scheduled. You can retry only failed posts.</source>
        <translation>Bu gönderi planlı. Yalnızca başarısız gönderileri yeniden deneyebilirsiniz.</translation>
    </message>
    <message>
        <source>This post may already be published. Choose what to do with it first.</source>
        <translation>Bu gönderi zaten yayımlanmış olabilir. Önce ne yapılacağını seçin.</translation>
    </message>
    <message>
        <source>This post shares a post of the site. Change it on the site.</source>
        <translation>Bu gönderi sitedeki bir yazıyı paylaşıyor. Onu sitede değiştirin.</translation>
    </message>
    <message>
        <source>This post was not sent. Send it now or reschedule it.</source>
        <translation>Bu gönderi gönderilmedi. Şimdi gönderin veya yeniden planlayın.</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>Bu çalışma alanını yalnızca görüntüleyebilirsiniz</translation>
    </message>
    <message>
        <source>You can reschedule only scheduled posts.</source>
        <translation>Yalnızca planlanan gönderileri yeniden planlayabilirsiniz.</translation>
    </message>
    <message>
        <source>You can retry only failed posts.</source>
        <translation>Yalnızca başarısız gönderileri yeniden deneyebilirsiniz.</translation>
    </message>
</context>
<context>
    <name>ScheduleTablePage</name>
    <message>
        <source>&amp;Post</source>
        <translation>&amp;Gönderi</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filtreleri temizle</translation>
    </message>
    <message>
        <source>Columns and rows…</source>
        <translation>Sütunlar ve satırlar…</translation>
    </message>
    <message>
        <source>Dates…</source>
        <translation>Tarihler…</translation>
    </message>
    <message>
        <source>Find in the schedule</source>
        <translation>Planda bul</translation>
    </message>
    <message>
        <source>Fold all messages</source>
        <translation>Tüm mesajları daralt</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Kayıtlı görünümler</translation>
    </message>
    <message>
        <source>Show or hide the inspector</source>
        <translation>Denetçiyi göster veya gizle</translation>
    </message>
    <message>
        <source>Unfold all messages</source>
        <translation>Tüm mesajları genişlet</translation>
    </message>
</context>
<context>
    <name>ScheduleToolbar</name>
    <message>
        <source>All labels</source>
        <translation>Tüm etiketler</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Tüm ağlar</translation>
    </message>
    <message>
        <source>All statuses</source>
        <translation>Tüm durumlar</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>Herhangi bir tarih</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Güncelleme: {time}</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Sütunlar</translation>
    </message>
    <message>
        <source>Columns, order, groups and row height</source>
        <translation>Sütunlar, sıra, gruplar ve satır yüksekliği</translation>
    </message>
    <message>
        <source>Date filter</source>
        <translation>Tarih filtresi</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Ayrıntılar</translation>
    </message>
    <message>
        <source>Details of the current post ({open}; {pane} shows and hides them)</source>
        <extracomment>{open} and {pane}: keys.</extracomment>
        <translation>Geçerli gönderinin ayrıntıları ({open}; {pane} gösterir ve gizler)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Dışa aktar</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>Planı dışa aktar…</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>Etiket filtresi</translation>
    </message>
    <message>
        <source>Network filter</source>
        <translation>Ağ filtresi</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>No connection. Schedule as of {when}.</source>
        <translation>Bağlantı yok. Planın güncelliği: {when}.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Yenile</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Kayıtlı görünümler</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>Gönderilerde ara</translation>
    </message>
    <message>
        <source>Search schedules</source>
        <translation>Planlarda ara</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Durum filtresi</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Görüntüleme</translation>
    </message>
</context>
<context>
    <name>ScheduleUndo</name>
    <message numerus="yes">
        <source>%n post(s) restored</source>
        <translation>
            <numerusform>%n gönderi geri yüklendi</numerusform>
        </translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Yinele</translation>
    </message>
    <message>
        <source>Some posts could not be moved again: their new time has passed.</source>
        <translation>Bazı gönderiler yeniden taşınamadı: yeni zamanları geçti.</translation>
    </message>
    <message>
        <source>Some posts could not be moved back: their old time has passed.</source>
        <translation>Bazı gönderiler geri taşınamadı: eski zamanları geçti.</translation>
    </message>
</context>
<context>
    <name>ScheduleViewState</name>
    <message>
        <source>View “{name}” deleted</source>
        <translation>“{name}” görünümü silindi</translation>
    </message>
</context>
<context>
    <name>ScheduledEdit</name>
    <message>
        <source>Editing a proposal</source>
        <translation>Bir öneri düzenleniyor</translation>
    </message>
    <message>
        <source>Editing a scheduled message</source>
        <translation>Planlanan bir mesaj düzenleniyor</translation>
    </message>
    <message>
        <source>Keep it as a new message to send it</source>
        <translation>Göndermek için yeni mesaj olarak saklayın</translation>
    </message>
    <message>
        <source>Switch to its workspace to save the changes</source>
        <translation>Değişiklikleri kaydetmek için çalışma alanına geçin</translation>
    </message>
    <message>
        <source>The message was sent before you saved your changes</source>
        <translation>Mesaj, siz değişikliklerinizi kaydetmeden gönderildi</translation>
    </message>
    <message>
        <source>This message belongs to another workspace</source>
        <translation>Bu mesaj başka bir çalışma alanına ait</translation>
    </message>
    <message>
        <source>This message is being sent</source>
        <translation>Bu mesaj gönderiliyor</translation>
    </message>
    <message>
        <source>This message is no longer in the schedule</source>
        <translation>Bu mesaj artık planda değil</translation>
    </message>
</context>
<context>
    <name>SchedulesModel</name>
    <message numerus="yes">
        <source>%Ln (needs/need) you</source>
        <translation>
            <numerusform>%Ln sizi bekliyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln by the site</source>
        <translation>
            <numerusform>%Ln site tarafından</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln kanal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln draft(s)</source>
        <translation>
            <numerusform>%Ln taslak</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln başarısız</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln network(s)</source>
        <translation>
            <numerusform>%Ln ağ</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not sent</source>
        <translation>
            <numerusform>%Ln gönderilmedi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln other(s)</source>
        <translation>
            <numerusform>%Ln diğer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln scheduled</source>
        <translation>
            <numerusform>%Ln planlandı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sending</source>
        <translation>
            <numerusform>%Ln gönderiliyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln gönderildi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to approve</source>
        <translation>
            <numerusform>%Ln onaylanacak</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to change</source>
        <translation>
            <numerusform>%Ln değiştirilecek</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n bölüm</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>Ve %Ln tane daha.</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Değişiklik istendi</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a post.</extracomment>
        <translation>Taslak</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Taslaklar</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Başarısız</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Bağlantı</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>Medya</translation>
    </message>
    <message>
        <source>Message on {channels}</source>
        <translation>Mesaj: {channels}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Sizi bekliyor</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>Tarih yok</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Gönderilmedi</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>Kalıcı bir mesajın gönderimi</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlandı</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Gönderiliyor</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Gönderildi</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Site</translation>
    </message>
    <message>
        <source>Status</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Durum</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Metin</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Title of a column.</extracomment>
        <translation>Zaman</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Bilinmiyor</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Onay bekliyor</translation>
    </message>
    <message>
        <source>collapsed</source>
        <translation>daraltıldı</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>kalıcı mesaj</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>genişletildi</translation>
    </message>
    <message>
        <source>link</source>
        <translation>bağlantı</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>tarih yok</translation>
    </message>
    <message>
        <source>no text</source>
        <translation>metin yok</translation>
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
        <translation>Örneği kopyala</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Örnek</translation>
    </message>
    <message>
        <source>Example of a script</source>
        <translation>Betik örneği</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Python scripts post through the same services. Without a user name they use POSTO_BASE_URL, POSTO_USERNAME and POSTO_PASSWORD from the environment, or else the account Posto is signed in to.</source>
        <translation>Python betikleri aynı hizmetler üzerinden paylaşır. Kullanıcı adı verilmezse ortamdaki POSTO_BASE_URL, POSTO_USERNAME ve POSTO_PASSWORD değerlerini, yoksa Posto’nun oturum açtığı hesabı kullanırlar.</translation>
    </message>
    <message>
        <source>Run it with the Python below</source>
        <translation>Aşağıdaki Python ile çalıştırın</translation>
    </message>
    <message>
        <source>Styles shared between scripts and Posto</source>
        <translation>Betikler ve Posto arasında paylaşılan stiller</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Posto’yu betiklerden kullanın</translation>
    </message>
    <message>
        <source>Your own Python with the package posto-desktop; the app does not include one</source>
        <translation>posto-desktop paketi yüklü kendi Python’unuz; uygulama Python içermez</translation>
    </message>
</context>
<context>
    <name>Sdk</name>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n saat</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n dakika</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n saniye</numerusform>
        </translation>
    </message>
    <message>
        <source>A bot check, a page cache or a “coming soon” plugin blocks Posto. Allow Posto there.</source>
        <translation>Bir bot denetimi, sayfa önbelleği veya “çok yakında” eklentisi Posto’yu engelliyor. Orada Posto’ya izin verin.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocked the request (403). Allow Posto there.</source>
        <translation>{host} sunucusundaki bir güvenlik duvarı veya güvenlik eklentisi isteği engelledi (403). Orada Posto’ya izin verin.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocks requests from apps ({status}). Allow Posto there.</source>
        <translation>{host} sunucusundaki bir güvenlik duvarı veya güvenlik eklentisi uygulama isteklerini engelliyor ({status}). Orada Posto’ya izin verin.</translation>
    </message>
    <message>
        <source>A newer version of Posto wrote it. It was left as it is.</source>
        <translation>Posto’nun daha yeni bir sürümü yazmış. Olduğu gibi bırakıldı.</translation>
    </message>
    <message>
        <source>A plugin of {host} redirects apps to the login page, even with a sign-in. Keep /wp-json/ open there; WordPress checks the sign-in itself.</source>
        <translation>{host} sunucusundaki bir eklenti, oturum bilgisi olsa bile uygulamaları giriş sayfasına yönlendiriyor. Orada /wp-json/ yolunu açık bırakın; oturumu WordPress kendisi denetler.</translation>
    </message>
    <message>
        <source>A proxy looks like http://user:password@host:8080.</source>
        <translation>Vekil sunucu şöyle yazılır: http://user:password@host:8080.</translation>
    </message>
    <message>
        <source>A setting holds something that cannot be sent. Nothing was sent.</source>
        <translation>Bir ayarda gönderilemeyecek bir şey var. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Bir zincirde en fazla {limit} bölüm olabilir.</translation>
    </message>
    <message>
        <source>A {kind} needs a name of 1 to {limit} characters.</source>
        <translation>{kind} için 1–{limit} karakterlik bir ad gerekir.</translation>
    </message>
    <message>
        <source>Another program answers in place of the workspace on this computer. Nothing was sent.</source>
        <translation>Bu bilgisayardaki çalışma alanının yerine başka bir program yanıt veriyor. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Another program holds the settings. Close it and try again.</source>
        <translation>Ayarları başka bir program tutuyor. Onu kapatıp tekrar deneyin.</translation>
    </message>
    <message>
        <source>Apache: in .htaccess, in place of Require valid-user</source>
        <translation>Apache: .htaccess içinde, Require valid-user yerine</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}, usually by a security plugin. Enable them in its settings.</source>
        <translation>{host} sunucusunda uygulama parolaları kapalı; bunu genellikle bir güvenlik eklentisi yapar. Eklentinin ayarlarından açın.</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}: WordPress offers them on https only. Use the site&apos;s https address, or enable them there.</source>
        <translation>{host} sunucusunda uygulama parolaları kapalı: WordPress bunları yalnızca https’te sunar. Sitenin https adresini kullanın veya orada açın.</translation>
    </message>
    <message>
        <source>Channel {number} is there twice. Nothing was sent.</source>
        <translation>{number} numaralı kanal iki kez var. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Do not send the whole post again.</source>
        <translation>Gönderinin tamamını yeniden göndermeyin.</translation>
    </message>
    <message>
        <source>Enter the address of the service.</source>
        <translation>Hizmetin adresini girin.</translation>
    </message>
    <message>
        <source>Enter the user name and its application password.</source>
        <translation>Kullanıcı adını ve uygulama parolasını girin.</translation>
    </message>
    <message>
        <source>For {shown}: {problem} It is not used.</source>
        <translation>{shown} için: {problem} Kullanılmıyor.</translation>
    </message>
    <message>
        <source>If the Authorization header is dropped: Apache, at the top of .htaccess</source>
        <translation>Authorization başlığı atılıyorsa: Apache, .htaccess dosyasının başında</translation>
    </message>
    <message>
        <source>In Posto Desktop</source>
        <translation>Posto Desktop’ta</translation>
    </message>
    <message>
        <source>In a script</source>
        <translation>Betikte</translation>
    </message>
    <message>
        <source>It could not be read; now it can. Rename it to use it.</source>
        <translation>Okunamıyordu; artık okunabiliyor. Kullanmak için yeniden adlandırın.</translation>
    </message>
    <message>
        <source>It holds something else than a style.</source>
        <translation>İçinde stil değil, başka bir şey var.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>Şu anda gönderiliyor.</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>Boş.</translation>
    </message>
    <message>
        <source>It is larger than {value} MB.</source>
        <translation>{value} MB sınırından büyük.</translation>
    </message>
    <message>
        <source>It is not text in UTF-8.</source>
        <translation>UTF-8 metin değil.</translation>
    </message>
    <message>
        <source>It is still listed.</source>
        <translation>Hâlâ listeleniyor.</translation>
    </message>
    <message>
        <source>It is unknown whether the file was stored: the media library cannot be read. Look there before you upload it again.</source>
        <translation>Dosyanın kaydedilip kaydedilmediği bilinmiyor: ortam kitaplığı okunamıyor. Yeniden yüklemeden önce oraya bakın.</translation>
    </message>
    <message>
        <source>It is unknown whether the post was accepted: the list of schedules cannot be read. Look there before you send it again.</source>
        <translation>Gönderinin kabul edilip edilmediği bilinmiyor: plan listesi okunamıyor. Yeniden göndermeden önce oraya bakın.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were deleted: the list of schedules cannot be read.</source>
        <translation>Gönderilerin silinip silinmediği bilinmiyor: plan listesi okunamıyor.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were retried: the list of schedules cannot be read. Look there before you retry them.</source>
        <translation>Gönderilerin yeniden denenip denenmediği bilinmiyor: plan listesi okunamıyor. Yeniden denemeden önce oraya bakın.</translation>
    </message>
    <message>
        <source>It is unknown whether the settings were saved: they cannot be read. Look at them before you save them again.</source>
        <translation>Ayarların kaydedilip kaydedilmediği bilinmiyor: okunamıyorlar. Yeniden kaydetmeden önce onlara bakın.</translation>
    </message>
    <message>
        <source>It now points to {location}.</source>
        <translation>Artık şuraya yönlendiriyor: {location}.</translation>
    </message>
    <message>
        <source>It said: {message}</source>
        <translation>Yanıtı: {message}</translation>
    </message>
    <message>
        <source>It was to be kept.</source>
        <translation>Saklanması gerekiyordu.</translation>
    </message>
    <message>
        <source>Its content is damaged at line {line}, column {column}.</source>
        <translation>İçeriği bozuk: satır {line}, sütun {column}.</translation>
    </message>
    <message>
        <source>Its content is damaged.</source>
        <translation>İçeriği bozuk.</translation>
    </message>
    <message>
        <source>Its settings are no table of networks.</source>
        <translation>Ayarları bir ağ tablosu değil.</translation>
    </message>
    <message>
        <source>Kept as {name}.</source>
        <translation>{name} olarak saklandı.</translation>
    </message>
    <message>
        <source>Look at the planners of the site, and try again.</source>
        <translation>Sitenin planlayıcılarına bakın ve yeniden deneyin.</translation>
    </message>
    <message>
        <source>Look there again.</source>
        <translation>Oraya yeniden bakın.</translation>
    </message>
    <message>
        <source>No thread can be sent to {names}. Nothing was sent.</source>
        <translation>Şuralara zincir gönderilemez: {names}. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>Hiçbir şey kaydedilmedi.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Part {number} is empty. Nothing was sent.</source>
        <translation>{number}. bölüm boş. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Posto can send only the WordPress sign-in. Exclude /wp-json/ from that protection; WordPress checks the sign-in there itself.</source>
        <translation>Posto yalnızca WordPress oturum bilgisini gönderebilir. /wp-json/ yolunu bu korumanın dışında bırakın; oturumu orada WordPress kendisi denetler.</translation>
    </message>
    <message>
        <source>Say which channel to post to.</source>
        <translation>Hangi kanalda paylaşılacağını belirtin.</translation>
    </message>
    <message>
        <source>Schedule {number} has not failed; it is “{status}”.</source>
        <translation>{number} numaralı plan başarısız olmadı; durumu “{status}”.</translation>
    </message>
    <message>
        <source>Schedule {number} may be live on {channel}: {reason}</source>
        <translation>{number} numaralı plan {channel} kanalında yayında olabilir: {reason}</translation>
    </message>
    <message>
        <source>Settings &gt; Network &gt; Certificates of your own</source>
        <translation>Ayarlar &gt; Ağ &gt; Kendi sertifikalarınız</translation>
    </message>
    <message>
        <source>Sign in again with the new address. Nothing was carried out.</source>
        <translation>Yeni adresle yeniden oturum açın. Hiçbir işlem yapılmadı.</translation>
    </message>
    <message>
        <source>Somebody changed the same settings on the service meanwhile. Nothing was saved.</source>
        <translation>Bu arada hizmette biri aynı ayarları değiştirdi. Hiçbir şey kaydedilmedi.</translation>
    </message>
    <message>
        <source>The account has no channels.</source>
        <translation>Hesabın kanalı yok.</translation>
    </message>
    <message>
        <source>The address holds a user name or a password. Enter them in their own fields; an address is shown and stored openly.</source>
        <translation>Adres bir kullanıcı adı veya parola içeriyor. Bunları kendi alanlarına girin; adres açık olarak gösterilir ve saklanır.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used. Nothing was sent.</source>
        <translation>{host} adresi kullanılamıyor. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The address of {host} starts with http, so the password would travel readable for anyone on the way. Use https. Nothing was sent.</source>
        <translation>{host} adresi http ile başlıyor; parola yolda herkesin okuyabileceği biçimde giderdi. https kullanın. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: its headers do not end.</source>
        <translation>{host} yanıtı okunamadı: başlıkları bitmiyor.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: {why}.</source>
        <translation>{host} yanıtı okunamadı: {why}.</translation>
    </message>
    <message>
        <source>The answer of {host} is larger than {size}.</source>
        <translation>{host} yanıtı çok büyük (sınır: {size}).</translation>
    </message>
    <message>
        <source>The certificate of {host} belongs to another name, so this may be another computer. Check the address, and try it with or without www.</source>
        <translation>{host} sertifikası başka bir ada ait; bu yüzden başka bir bilgisayar olabilir. Adresi denetleyin, www ile ve www olmadan deneyin.</translation>
    </message>
    <message>
        <source>The certificate of {host} comes from an unknown authority, so this may be another computer. If it is your company&apos;s, let Posto trust it. Otherwise the site must send its whole certificate chain.</source>
        <translation>{host} sertifikası bilinmeyen bir makamdan; bu yüzden başka bir bilgisayar olabilir. Şirketinizinse Posto’nun ona güvenmesini sağlayın. Değilse site tüm sertifika zincirini göndermelidir.</translation>
    </message>
    <message>
        <source>The certificate of {host} has expired. Ask the site&apos;s owner to renew it, and check the clock of this computer.</source>
        <translation>{host} sertifikasının süresi doldu. Site sahibinden yenilemesini isteyin ve bu bilgisayarın saatini denetleyin.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted, so this may be another computer.</source>
        <translation>{host} sertifikasına güvenilmiyor; bu yüzden başka bir bilgisayar olabilir.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid yet. Check the clock of this computer.</source>
        <translation>{host} sertifikası henüz geçerli değil. Bu bilgisayarın saatini denetleyin.</translation>
    </message>
    <message>
        <source>The certificate of {host} is self-signed, so this may be another computer. If the site is yours, let Posto trust it.</source>
        <translation>{host} sertifikası kendinden imzalı; bu yüzden başka bir bilgisayar olabilir. Site sizinse Posto’nun ona güvenmesini sağlayın.</translation>
    </message>
    <message>
        <source>The certificates in {name} cannot be used: it has to be a readable file in PEM form. Nothing was sent.</source>
        <translation>{name} içindeki sertifikalar kullanılamıyor: PEM biçiminde, okunabilir bir dosya olmalı. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The connection is closed. Nothing was sent.</source>
        <translation>Bağlantı kapalı. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The connection to {host} broke before the answer arrived.</source>
        <translation>{host} bağlantısı yanıt gelmeden koptu.</translation>
    </message>
    <message>
        <source>The connection was closed before the answer arrived.</source>
        <translation>Bağlantı yanıt gelmeden kapandı.</translation>
    </message>
    <message>
        <source>The file became shorter while it was sent.</source>
        <translation>Dosya gönderilirken kısaldı.</translation>
    </message>
    <message>
        <source>The file cannot be read: {why}.</source>
        <translation>Dosya okunamıyor: {why}.</translation>
    </message>
    <message>
        <source>The list of channels is empty. Nothing was posted.</source>
        <translation>Kanal listesi boş. Hiçbir şey paylaşılmadı.</translation>
    </message>
    <message>
        <source>The list of schedules of {host} cannot be read completely.</source>
        <translation>{host} plan listesi tam olarak okunamıyor.</translation>
    </message>
    <message>
        <source>The list of {name} is empty. Nothing was deleted.</source>
        <translation>{name} listesi boş. Hiçbir şey silinmedi.</translation>
    </message>
    <message>
        <source>The part for {shown} is no table; it is not used.</source>
        <translation>{shown} bölümü bir tablo değil; kullanılmıyor.</translation>
    </message>
    <message>
        <source>The post has neither text nor media. Nothing was sent.</source>
        <translation>Gönderide metin de medya da yok. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may be on its way right now. Look at the channel before you send it again.</source>
        <translation>Gönderi plan listesinde yok ama şu anda yolda olabilir. Yeniden göndermeden önce kanala bakın.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may have been accepted: the list can omit posts that are being sent. Look at the channels before you send it again.</source>
        <translation>Gönderi plan listesinde yok ama kabul edilmiş olabilir: liste, gönderilmekte olan gönderileri içermeyebilir. Yeniden göndermeden önce kanallara bakın.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, so it was not taken. It can be sent again.</source>
        <translation>Gönderi plan listesinde yok, yani alınmadı. Yeniden gönderilebilir.</translation>
    </message>
    <message>
        <source>The post was taken for {good} of {count} channels.</source>
        <translation>Gönderi {count} kanaldan {good} için alındı.</translation>
    </message>
    <message>
        <source>The proxy to {host} blocked the connection.</source>
        <translation>{host} için kullanılan vekil sunucu bağlantıyı engelledi.</translation>
    </message>
    <message>
        <source>The proxy to {host} cannot be reached.</source>
        <translation>{host} için kullanılan vekil sunucuya ulaşılamıyor.</translation>
    </message>
    <message>
        <source>The proxy to {host} rejected its user name or password.</source>
        <translation>{host} için kullanılan vekil sunucu, kullanıcı adını veya parolasını reddetti.</translation>
    </message>
    <message>
        <source>The same, Apache 2.4.13 or newer with PHP as CGI</source>
        <translation>Aynısı, Apache 2.4.13 veya sonrası, CGI olarak PHP ile</translation>
    </message>
    <message>
        <source>The same, nginx, beside fastcgi_pass</source>
        <translation>Aynısı, nginx, fastcgi_pass yanında</translation>
    </message>
    <message>
        <source>The saved settings are neither the old nor the new ones. Read the settings again before you change them.</source>
        <translation>Kayıtlı ayarlar ne eskiler ne de yeniler. Değiştirmeden önce ayarları yeniden okuyun.</translation>
    </message>
    <message>
        <source>The schedule is as it was before.</source>
        <translation>Plan önceki hâlinde.</translation>
    </message>
    <message>
        <source>The service did not say under which number it keeps the file.</source>
        <translation>Hizmet, dosyayı hangi numarayla sakladığını bildirmedi.</translation>
    </message>
    <message>
        <source>The service has the post, but said: {answer} What became of each channel is not known: the list of schedules {why}. Do not send the whole post again.</source>
        <translation>Gönderi hizmette var ama yanıtı şu: {answer} Kanal kanal ne olduğu bilinmiyor: plan listesi {why}. Gönderinin tamamını yeniden göndermeyin.</translation>
    </message>
    <message>
        <source>The service has the post.</source>
        <translation>Gönderi hizmette var.</translation>
    </message>
    <message>
        <source>The service refused this without a reason.</source>
        <translation>Hizmet bunu neden belirtmeden reddetti.</translation>
    </message>
    <message>
        <source>The service said: {answer}</source>
        <translation>Hizmetin yanıtı: {answer}</translation>
    </message>
    <message>
        <source>The service still lists it, as it does while a post is being sent.</source>
        <translation>Hizmet onu hâlâ listeliyor; gönderi gönderilirken böyle olur.</translation>
    </message>
    <message>
        <source>The service was asked to delete the posts.</source>
        <translation>Hizmetten gönderileri silmesi istendi.</translation>
    </message>
    <message>
        <source>The settings are as they were before.</source>
        <translation>Ayarlar önceki hâlinde.</translation>
    </message>
    <message>
        <source>The template has unknown variables: {shown}. Known are {known}.</source>
        <translation>Şablonda bilinmeyen değişkenler var: {shown}. Bilinenler: {known}.</translation>
    </message>
    <message>
        <source>The template has {count} characters; at most {limit} are taken.</source>
        <translation>Şablon {count} karakter; en fazla {limit} alınır.</translation>
    </message>
    <message>
        <source>The time lies in the past. Nothing was sent.</source>
        <translation>Zaman geçmişte. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password (“{realm}”).</source>
        <translation>{host} web sunucusu kendi kullanıcı adını ve parolasını istiyor (“{realm}”).</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password.</source>
        <translation>{host} web sunucusu kendi kullanıcı adını ve parolasını istiyor.</translation>
    </message>
    <message>
        <source>The workspace on this computer cannot be reached. Nothing was sent.</source>
        <translation>Bu bilgisayardaki çalışma alanına ulaşılamıyor. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not answer in time. Nothing was sent.</source>
        <translation>Bu bilgisayardaki çalışma alanı zamanında yanıt vermedi. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The {kind} “{name}” cannot be used.</source>
        <translation>{kind} “{name}” kullanılamıyor.</translation>
    </message>
    <message>
        <source>The {subject} cannot be stored: {error}.</source>
        <translation>{subject} kaydedilemiyor: {error}.</translation>
    </message>
    <message>
        <source>The {subject} name unknown networks: {names}. Known are {known}.</source>
        <translation>{subject} içinde bilinmeyen ağlar var: {names}. Bilinenler: {known}.</translation>
    </message>
    <message>
        <source>There are: {listed}.</source>
        <translation>Bulunanlar: {listed}.</translation>
    </message>
    <message>
        <source>There is already a {kind} “{clean}”.</source>
        <translation>{kind} “{clean}” zaten var.</translation>
    </message>
    <message>
        <source>There is no channel to post to. Nothing was sent.</source>
        <translation>Paylaşılacak kanal yok. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>There is no channel {description}. {sentence} Nothing was posted.</source>
        <translation>Böyle bir kanal yok: {description}. {sentence} Hiçbir şey paylaşılmadı.</translation>
    </message>
    <message>
        <source>There is no network “{key}”, so its settings would be lost.</source>
        <translation>“{key}” ağı yok; ayarları kaybolurdu.</translation>
    </message>
    <message>
        <source>There is no network “{key}”; its part is not used.</source>
        <translation>“{key}” ağı yok; bölümü kullanılmıyor.</translation>
    </message>
    <message>
        <source>There is no network “{name}”. Known are: {names}.</source>
        <translation>“{name}” ağı yok. Bilinenler: {names}.</translation>
    </message>
    <message>
        <source>There is no schedule {number}.</source>
        <translation>{number} numaralı plan yok.</translation>
    </message>
    <message>
        <source>There is no {kind} “{name}”. There are: {names}.</source>
        <translation>{kind} “{name}” yok. Bulunanlar: {names}.</translation>
    </message>
    <message>
        <source>This address of {host} leads to a file, not to a page.</source>
        <translation>{host} üzerindeki bu adres sayfaya değil, dosyaya gidiyor.</translation>
    </message>
    <message>
        <source>This is not a web address.</source>
        <translation>Bu bir web adresi değil.</translation>
    </message>
    <message>
        <source>This is not a web address. An address looks like https://example.com.</source>
        <translation>Bu bir web adresi değil. Adres https://example.com gibi görünür.</translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n hour(s).</source>
        <translation>
            <numerusform>%n saat sonra tekrar deneyin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n minute(s).</source>
        <translation>
            <numerusform>%n dakika sonra tekrar deneyin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n second(s).</source>
        <translation>
            <numerusform>%n saniye sonra tekrar deneyin.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Daha sonra tekrar deneyin.</translation>
    </message>
    <message>
        <source>What has to get through</source>
        <translation>Geçmesi gerekenler</translation>
    </message>
    <message>
        <source>WordPress, in wp-config.php</source>
        <translation>WordPress, wp-config.php içinde</translation>
    </message>
    <message>
        <source>WordPress: a file in wp-content/mu-plugins</source>
        <translation>WordPress: wp-content/mu-plugins içinde bir dosya</translation>
    </message>
    <message>
        <source>a text of more than {most} characters</source>
        <translation>sınırdan uzun bir metin ({most} karakter)</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>tüm ağlar</translation>
    </message>
    <message>
        <source>an object with more than {most} names</source>
        <translation>sınırdan çok adı olan bir nesne ({most})</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>okunamıyor</translation>
    </message>
    <message>
        <source>does not show it</source>
        <translation>onu göstermiyor</translation>
    </message>
    <message>
        <source>it cannot be opened</source>
        <translation>açılamıyor</translation>
    </message>
    <message>
        <source>it cannot be read</source>
        <translation>okunamıyor</translation>
    </message>
    <message>
        <source>it cannot be written</source>
        <translation>yazılamıyor</translation>
    </message>
    <message>
        <source>it failed without a reason</source>
        <translation>neden belirtilmeden başarısız oldu</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>boş</translation>
    </message>
    <message>
        <source>it is not in the list of schedules</source>
        <translation>plan listesinde yok</translation>
    </message>
    <message>
        <source>it may be live: {value}</source>
        <translation>yayında olabilir: {value}</translation>
    </message>
    <message>
        <source>it may be on its way</source>
        <translation>yolda olabilir</translation>
    </message>
    <message>
        <source>lists and objects nested more than {most} deep</source>
        <translation>sınırdan derin iç içe liste ve nesneler ({most} düzey)</translation>
    </message>
    <message>
        <source>more than fits into {size} MB of memory</source>
        <translation>{size} MB belleğe sığandan fazlası</translation>
    </message>
    <message>
        <source>more than {most} rows</source>
        <translation>sınırdan çok satır ({most})</translation>
    </message>
    <message>
        <source>more than {most} values</source>
        <translation>sınırdan çok değer ({most})</translation>
    </message>
    <message>
        <source>nginx, in server { }</source>
        <translation>nginx, server { } içinde</translation>
    </message>
    <message>
        <source>nginx: outside of server { }, and inside in place of its auth_basic</source>
        <translation>nginx: server { } dışında ve içinde, auth_basic yerine</translation>
    </message>
    <message>
        <source>nobody knows how it ended</source>
        <translation>nasıl bittiğini kimse bilmiyor</translation>
    </message>
    <message>
        <source>number {number}</source>
        <translation>numara {number}</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>ağ</translation>
    </message>
    <message>
        <source>too many long lists and objects nested in each other</source>
        <translation>çok fazla iç içe uzun liste ve nesne</translation>
    </message>
    <message>
        <source>{address} redirects in a loop.</source>
        <translation>{address} döngüsel olarak yönlendiriyor.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data (“{page}”). The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} veri yerine bir web sayfasıyla yanıt verdi (“{page}”). Adres yanlış olabilir veya bir güvenlik duvarı Posto’yu engelliyordur.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data. The address may be wrong, or a firewall blocks Posto.</source>
        <translation>{host} veri yerine bir web sayfasıyla yanıt verdi. Adres yanlış olabilir veya bir güvenlik duvarı Posto’yu engelliyordur.</translation>
    </message>
    <message>
        <source>{host} answered with an address that cannot be used.</source>
        <translation>{host} kullanılamayan bir adresle yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered with old data from a cache. Exclude /wp-json/ from its cache.</source>
        <translation>{host} önbellekten eski veriyle yanıt verdi. /wp-json/ yolunu önbelleğinin dışında bırakın.</translation>
    </message>
    <message>
        <source>{host} answered without a calendar.</source>
        <translation>{host} takvim olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered without a feed.</source>
        <translation>{host} akış olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered without a list of channels.</source>
        <translation>{host} kanal listesi olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered without a list of its posts.</source>
        <translation>{host} yazılarının listesi olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered without a list of schedules.</source>
        <translation>{host} plan listesi olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered without its media library.</source>
        <translation>{host} ortam kitaplığı olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered without its planners.</source>
        <translation>{host} planlayıcıları olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered without its proposals.</source>
        <translation>{host} önerileri olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered without saying who has the post open.</source>
        <translation>{host} gönderiyi kimin açtığını söylemedi.</translation>
    </message>
    <message>
        <source>{host} answered without settings.</source>
        <translation>{host} ayarlar olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered without the team&apos;s data.</source>
        <translation>{host}, ekibin verileri olmadan yanıt verdi.</translation>
    </message>
    <message>
        <source>{host} answered {status}.</source>
        <translation>{host} yanıtı: {status}.</translation>
    </message>
    <message>
        <source>{host} blocks this account: {reason}</source>
        <translation>{host} bu hesabı engelliyor: {reason}</translation>
    </message>
    <message>
        <source>{host} cannot answer right now ({status}).</source>
        <translation>{host} şu anda yanıt veremiyor ({status}).</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} sunucusuna ulaşılamıyor.</translation>
    </message>
    <message>
        <source>{host} could not be found. The address is wrong or this computer is offline.</source>
        <translation>{host} bulunamadı. Adres yanlış veya bu bilgisayar çevrimdışı.</translation>
    </message>
    <message>
        <source>{host} could not be reached in time.</source>
        <translation>{host} sunucusuna zamanında ulaşılamadı.</translation>
    </message>
    <message>
        <source>{host} did not accept the sign-in. The user name or the application password is wrong, or the web server drops the Authorization header.</source>
        <translation>{host} oturumu kabul etmedi. Kullanıcı adı veya uygulama parolası yanlış ya da web sunucusu Authorization başlığını atıyor.</translation>
    </message>
    <message>
        <source>{host} did not answer in time ({status}).</source>
        <translation>{host} zamanında yanıt vermedi ({status}).</translation>
    </message>
    <message>
        <source>{host} did not answer within {seconds} seconds.</source>
        <translation>{host} {seconds} saniye içinde yanıt vermedi.</translation>
    </message>
    <message>
        <source>{host} did not finish its answer within {duration}.</source>
        <translation>{host} yanıtını {duration} içinde bitirmedi.</translation>
    </message>
    <message>
        <source>{host} did not say whether it took the post.</source>
        <translation>{host} gönderiyi alıp almadığını bildirmedi.</translation>
    </message>
    <message>
        <source>{host} did not say who is signed in.</source>
        <translation>{host} kimin oturum açtığını bildirmedi.</translation>
    </message>
    <message>
        <source>{host} did not set up a secure connection. Check its certificate.</source>
        <translation>{host} güvenli bağlantı kurmadı. Sertifikasını denetleyin.</translation>
    </message>
    <message>
        <source>{host} does not accept requests this large (413). Nothing was sent.</source>
        <translation>{host} bu kadar büyük istekleri kabul etmiyor (413). Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>{host} does not allow this account to do that: {message}</source>
        <translation>{host} bu hesabın bunu yapmasına izin vermiyor: {message}</translation>
    </message>
    <message>
        <source>{host} does not answer apps over http. Begin the address with https://.</source>
        <translation>{host} uygulamalara http üzerinden yanıt vermiyor. Adrese https:// ile başlayın.</translation>
    </message>
    <message>
        <source>{host} does not know this user name. Check the spelling.</source>
        <translation>{host} bu kullanıcı adını tanımıyor. Yazımı denetleyin.</translation>
    </message>
    <message>
        <source>{host} does not offer this.</source>
        <translation>{host} bunu sunmuyor.</translation>
    </message>
    <message>
        <source>{host} has an internal error ({status}).</source>
        <translation>{host} sunucusunda iç hata var ({status}).</translation>
    </message>
    <message>
        <source>{host} has moved.</source>
        <translation>{host} taşındı.</translation>
    </message>
    <message>
        <source>{host} has no FS Poster plugin, or one too old for this.</source>
        <translation>{host} üzerinde FS Poster eklentisi yok veya bunun için çok eski.</translation>
    </message>
    <message>
        <source>{host} has no WordPress at this address. Check the address; a site in a folder needs the folder too, as in example.com/blog.</source>
        <translation>{host} bu adreste WordPress içermiyor. Adresi denetleyin; klasördeki bir site için klasör de gerekir, örneğin example.com/blog.</translation>
    </message>
    <message>
        <source>{host} has no storage space left.</source>
        <translation>{host} sunucusunda depolama alanı kalmadı.</translation>
    </message>
    <message>
        <source>{host} has nothing at this address (404).</source>
        <translation>{host} bu adreste bir şey içermiyor (404).</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the FS Poster plugin, version 7. Install or activate it there. The sign-in itself works.</source>
        <translation>{host} FS Poster eklentisi (sürüm 7) olmayan bir WordPress sitesi. Eklentiyi orada yükleyin veya etkinleştirin. Oturum açma çalışıyor.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page (“{page}”) instead of data.</source>
        <translation>{host} bir WordPress sitesi ama veri yerine bir web sayfasıyla yanıt veriyor (“{page}”).</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page instead of data.</source>
        <translation>{host} bir WordPress sitesi ama veri yerine bir web sayfasıyla yanıt veriyor.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} bakımda.</translation>
    </message>
    <message>
        <source>{host} is not a WordPress site, or blocks Posto. Check the address.</source>
        <translation>{host} bir WordPress sitesi değil veya Posto’yu engelliyor. Adresi denetleyin.</translation>
    </message>
    <message>
        <source>{host} is not responding on port {usual}, the default for {scheme}. If the site uses another port, add it to the address, for example {host}:8080. Nothing was sent.</source>
        <translation>{host}, {scheme} için varsayılan olan {usual} numaralı bağlantı noktasında yanıt vermiyor. Site başka bir bağlantı noktası kullanıyorsa adrese ekleyin, örneğin {host}:8080. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>{host} is not responding.</source>
        <translation>{host} yanıt vermiyor.</translation>
    </message>
    <message>
        <source>{host} knows the user name, but the application password is wrong. The login password of the site does not work here: create an application password in your profile there.</source>
        <translation>{host} kullanıcı adını tanıyor ama uygulama parolası yanlış. Sitenin giriş parolası burada çalışmaz: oradaki profilinizde bir uygulama parolası oluşturun.</translation>
    </message>
    <message>
        <source>{host} lies in a private network, so nothing is fetched from there. Download the file yourself and attach it.</source>
        <translation>{host} özel bir ağda; bu yüzden oradan hiçbir şey alınmaz. Dosyayı kendiniz indirip ekleyin.</translation>
    </message>
    <message>
        <source>{host} ran out of memory. Its PHP limit is {memory}.</source>
        <translation>{host} sunucusunun belleği tükendi. PHP sınırı: {memory}.</translation>
    </message>
    <message>
        <source>{host} received the data too slowly: the upload took more than {duration}.</source>
        <translation>{host} veriyi çok yavaş aldı: yükleme şu süreyi aştı: {duration}.</translation>
    </message>
    <message>
        <source>{host} received too many requests (429).</source>
        <translation>{host} çok fazla istek aldı (429).</translation>
    </message>
    <message>
        <source>{host} redirected to a page, {location}, instead of sending data.</source>
        <translation>{host} veri göndermek yerine bir sayfaya yönlendirdi: {location}.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop. Check both site addresses in WordPress under Settings &gt; General, and the redirect rules of the web server.</source>
        <translation>{host} döngüsel olarak yönlendiriyor. WordPress’te Ayarlar &gt; Genel altındaki iki site adresini ve web sunucusunun yönlendirme kurallarını denetleyin.</translation>
    </message>
    <message>
        <source>{host} redirects to an address without https. The password was not sent.</source>
        <translation>{host} https olmayan bir adrese yönlendiriyor. Parola gönderilmedi.</translation>
    </message>
    <message>
        <source>{host} redirects to another site, {named}. If it is yours, enter {named} as the address. The password was not sent.</source>
        <translation>{host} başka bir siteye yönlendiriyor: {named}. Sizinse adres olarak {named} girin. Parola gönderilmedi.</translation>
    </message>
    <message>
        <source>{host} refused the request ({status}).</source>
        <translation>{host} isteği reddetti ({status}).</translation>
    </message>
    <message>
        <source>{host} refused the request.</source>
        <translation>{host} isteği reddetti.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; an owner of the workspace can make a new password in Settings &gt; Team.</source>
        <translation>{host} kullanıcı adını veya uygulama parolasını reddetti. İkisini de denetleyin; çalışma alanının bir sahibi Ayarlar &gt; Ekip bölümünde yeni bir parola oluşturabilir.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header, or the site has disabled application passwords.</source>
        <translation>{host} kullanıcı adını veya uygulama parolasını reddetti. İkisini de denetleyin; sitenin giriş parolası burada çalışmaz. Doğruysalar web sunucusu Authorization başlığını atıyor veya site uygulama parolalarını kapatmış.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header.</source>
        <translation>{host} kullanıcı adını veya uygulama parolasını reddetti. İkisini de denetleyin; sitenin giriş parolası burada çalışmaz. Doğruysalar web sunucusu Authorization başlığını atıyor.</translation>
    </message>
    <message>
        <source>{host} sends to an address without https.</source>
        <translation>{host} https olmayan bir adrese yönlendiriyor.</translation>
    </message>
    <message>
        <source>{limit} bytes</source>
        <translation>{limit} bayt</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} ve {count} tane daha</translation>
    </message>
    <message>
        <source>{names} are each the same as the next; the text for all networks counts.</source>
        <translation>{names} sırayla birbirinin aynısı olarak ayarlanmış; tüm ağların metni geçerli.</translation>
    </message>
    <message>
        <source>{names} are not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} etkin değil: ağ oturumlarının süresi doldu. Hizmette ağda yeniden oturum açın. Hiçbir şey paylaşılmadı.</translation>
    </message>
    <message>
        <source>{names} is not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} etkin değil: ağ oturumunun süresi doldu. Hizmette ağda yeniden oturum açın. Hiçbir şey paylaşılmadı.</translation>
    </message>
    <message>
        <source>{names} is set to be the same as itself; the text for all networks counts.</source>
        <translation>{names} kendisiyle aynı olarak ayarlanmış; tüm ağların metni geçerli.</translation>
    </message>
    <message>
        <source>{name} (other version)</source>
        <translation>{name} (diğer sürüm)</translation>
    </message>
    <message>
        <source>{name} is not a web address.</source>
        <translation>{name} bir web adresi değil.</translation>
    </message>
    <message>
        <source>{shown} could not be downloaded.</source>
        <translation>{shown} indirilemedi.</translation>
    </message>
    <message>
        <source>{shown} could not be saved on this computer: {why}.</source>
        <translation>{shown} bu bilgisayara kaydedilemedi: {why}.</translation>
    </message>
    <message>
        <source>{shown} has passed. Nothing was sent.</source>
        <translation>{shown} geçti. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>{shown} is not a picture or video.</source>
        <translation>{shown} bir görsel veya video değil.</translation>
    </message>
    <message>
        <source>{site} does not use https. Check the port, and whether the site has a certificate.</source>
        <translation>{site} https kullanmıyor. Bağlantı noktasını ve sitenin sertifikası olup olmadığını denetleyin.</translation>
    </message>
    <message>
        <source>{size} bytes</source>
        <translation>{size} bayt</translation>
    </message>
    <message>
        <source>{when} is not a time.</source>
        <translation>{when} bir zaman değil.</translation>
    </message>
    <message>
        <source>“{clean}” was not saved.</source>
        <translation>“{clean}” kaydedilmedi.</translation>
    </message>
    <message>
        <source>“{hashtags}.place” takes {either}, not {place}.</source>
        <translation>“{hashtags}.place” şunları alır: {either}; {place} olmaz.</translation>
    </message>
    <message>
        <source>“{key}” must be {words}, not {value}.</source>
        <translation>“{key}” şöyle olmalı: {words}; {value} olmaz.</translation>
    </message>
    <message>
        <source>“{name}” ({size}) was not uploaded. {reason} Make it smaller, or have more memory allowed.</source>
        <translation>“{name}” ({size}) yüklenmedi. {reason} Küçültün veya daha fazla belleğe izin verdirin.</translation>
    </message>
    <message>
        <source>“{name}” cannot be read: {why}.</source>
        <translation>“{name}” okunamıyor: {why}.</translation>
    </message>
    <message>
        <source>“{name}” for {shown} is not text; it is not used.</source>
        <translation>{shown} için “{name}” metin değil; kullanılmıyor.</translation>
    </message>
    <message>
        <source>“{name}” has {count} characters; at most {most} are taken.</source>
        <translation>“{name}” {count} karakter; en fazla {most} alınır.</translation>
    </message>
    <message>
        <source>“{name}” is a list of texts, not {value}.</source>
        <translation>“{name}” bir metin listesi olmalı; {value} olmaz.</translation>
    </message>
    <message>
        <source>“{name}” is a number from {least} to {most}, not {value}.</source>
        <translation>“{name}” {least} ile {most} arasında bir sayı olmalı; {value} olmaz.</translation>
    </message>
    <message>
        <source>“{name}” is a table, not {value}.</source>
        <translation>“{name}” bir tablo olmalı; {value} olmaz.</translation>
    </message>
    <message>
        <source>“{name}” is larger than {value} MB and was not saved.</source>
        <translation>“{name}” {value} MB sınırından büyük ve kaydedilmedi.</translation>
    </message>
    <message>
        <source>“{name}” is not in the media library.</source>
        <translation>“{name}” ortam kitaplığında değil.</translation>
    </message>
    <message>
        <source>“{name}” may have been uploaded.</source>
        <translation>“{name}” yüklenmiş olabilir.</translation>
    </message>
    <message>
        <source>“{name}” may not upload files on {host}. The account needs the Author role or higher.</source>
        <translation>“{name}” {host} üzerinde dosya yükleyemez. Hesabın Yazar veya üstü bir rolü olmalı.</translation>
    </message>
    <message>
        <source>“{name}” must be text, not {value}.</source>
        <translation>“{name}” metin olmalı; {value} olmaz.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>“{name}” bulunamadı.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded.</source>
        <translation>“{name}” yüklenmedi.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: the web server of {host} refuses files of {size} (413). Make it smaller, or have the limit raised there.</source>
        <translation>“{name}” yüklenmedi: {host} web sunucusu {size} boyutundaki dosyaları reddediyor (413). Küçültün veya oradaki sınırı yükselttirin.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: this account may not upload files. It needs the Author role or higher.</source>
        <translation>“{name}” yüklenmedi: bu hesap dosya yükleyemez. Yazar veya üstü bir rol gerekir.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: {error}</source>
        <translation>“{name}” yüklenmedi: {error}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but its alt text may be missing: {reason}</source>
        <translation>“{name}” yüklendi ama alternatif metni eksik olabilir: {reason}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but without its alt text: {reason}</source>
        <translation>“{name}” yüklendi ama alternatif metni olmadan: {reason}</translation>
    </message>
    <message>
        <source>“{same_as}” of “{key}” names no network: {source_slug}.</source>
        <translation>“{key}” içindeki “{same_as}” bir ağ belirtmiyor: {source_slug}.</translation>
    </message>
    <message>
        <source>“{shown}” cannot be read: {why}.</source>
        <translation>“{shown}” okunamıyor: {why}.</translation>
    </message>
    <message>
        <source>“{shown}” is a folder. Choose the files inside it.</source>
        <translation>“{shown}” bir klasör. İçindeki dosyaları seçin.</translation>
    </message>
    <message>
        <source>“{shown}” is empty (0 bytes).</source>
        <translation>“{shown}” boş (0 bayt).</translation>
    </message>
    <message>
        <source>“{shown}” is not a file that can be read.</source>
        <translation>“{shown}” okunabilecek bir dosya değil.</translation>
    </message>
    <message>
        <source>“{shown}” is not a picture or a video.</source>
        <translation>“{shown}” bir görsel veya video değil.</translation>
    </message>
    <message>
        <source>“{shown}” was not found.</source>
        <translation>“{shown}” bulunamadı.</translation>
    </message>
    <message>
        <source>“{target}” fits several channels: {listed}. Use the whole name or the number. Nothing was posted.</source>
        <translation>“{target}” birkaç kanala uyuyor: {listed}. Tam adı veya numarayı kullanın. Hiçbir şey paylaşılmadı.</translation>
    </message>
    <message>
        <source>“{utm}.links” takes {either}, not “{link_kind}”.</source>
        <translation>“{utm}.links” şunları alır: {either}; “{link_kind}” olmaz.</translation>
    </message>
    <message>
        <source>“{utm}.{key}” has unknown variables: {shown}. Known are {known}.</source>
        <translation>“{utm}.{key}” içinde bilinmeyen değişkenler var: {shown}. Bilinenler: {known}.</translation>
    </message>
    <message>
        <source>“{watermark}.corner” takes {either}, not {corner}.</source>
        <translation>“{watermark}.corner” şunları alır: {either}; {corner} olmaz.</translation>
    </message>
    <message>
        <source>“{watermark}.file” is the plain name of a file in {folder}, not “{file}”.</source>
        <translation>“{watermark}.file”, {folder} içindeki bir dosyanın yalın adı olmalı; “{file}” olmaz.</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Search</source>
        <translation>Ara</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Her şeyde ara</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>Temizle</translation>
    </message>
</context>
<context>
    <name>SearchResults</name>
    <message>
        <source>Found settings</source>
        <translation>Bulunan ayarlar</translation>
    </message>
</context>
<context>
    <name>SendNow</name>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>%Ln gönderiyi şimdi gönder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now instead of at the time in When?</source>
        <extracomment>&quot;When&quot; is the field of the time of a message.</extracomment>
        <translation>
            <numerusform>%Ln gönderi, “Ne zaman” alanındaki zaman yerine şimdi gönderilsin mi?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now?</source>
        <translation>
            <numerusform>%Ln gönderi şimdi gönderilsin mi?</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>Bu geri alınamaz.</translation>
    </message>
    <message numerus="yes">
        <source>You can undo it for %n second(s).</source>
        <translation>
            <numerusform>%n saniye boyunca geri alabilirsiniz.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendingOutlook</name>
    <message numerus="yes">
        <source>%n account(s) cannot post yet</source>
        <translation>
            <numerusform>%n hesap henüz paylaşamıyor</numerusform>
        </translation>
    </message>
    <message>
        <source>No network</source>
        <translation>Ağ yok</translation>
    </message>
    <message>
        <source>No network: waits on this computer</source>
        <translation>Ağ yok: bu bilgisayarda bekler</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Çevrimdışı</translation>
    </message>
    <message>
        <source>Offline: waits on this computer</source>
        <translation>Çevrimdışı: bu bilgisayarda bekler</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Duraklatıldı</translation>
    </message>
    <message>
        <source>Paused: waits on this computer</source>
        <translation>Duraklatıldı: bu bilgisayarda bekler</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Sürdür</translation>
    </message>
    <message>
        <source>Sending is paused: the message waits on this computer.</source>
        <translation>Gönderim duraklatıldı: mesaj bu bilgisayarda bekler.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Oturum aç</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>Oturum kapalı</translation>
    </message>
    <message>
        <source>Signed out: waits on this computer</source>
        <translation>Oturum kapalı: bu bilgisayarda bekler</translation>
    </message>
    <message>
        <source>The message waits on this computer until you sign in again.</source>
        <translation>Siz yeniden oturum açana kadar mesaj bu bilgisayarda bekler.</translation>
    </message>
    <message>
        <source>The message waits on this computer. {why}</source>
        <translation>Mesaj bu bilgisayarda bekler. {why}</translation>
    </message>
    <message>
        <source>There is no network: what goes to {names} waits on this computer.</source>
        <translation>Ağ yok: {names} için olanlar bu bilgisayarda bekler.</translation>
    </message>
    <message>
        <source>What goes to {names} waits on this computer. {why}</source>
        <translation>{names} için olanlar bu bilgisayarda bekler. {why}</translation>
    </message>
    <message>
        <source>{name}: sign in again</source>
        <translation>{name}: yeniden oturum açın</translation>
    </message>
    <message>
        <source>{name}: the keychain is locked</source>
        <translation>{name}: anahtar zinciri kilitli</translation>
    </message>
    <message>
        <source>{name}: the server is not reached</source>
        <translation>{name}: sunucuya ulaşılamıyor</translation>
    </message>
</context>
<context>
    <name>Server</name>
    <message numerus="yes">
        <source>%Ln post(s) could be rescued. Those that waited show as “Not sent” until you decide.</source>
        <translation>
            <numerusform>%Ln gönderi kurtarılabildi. Bekleyenler, siz karar verene kadar “Gönderilmedi” olarak görünür.</numerusform>
        </translation>
    </message>
    <message>
        <source>16 letters or more, the same as at the receiver. It signs every request.</source>
        <translation>16 veya daha fazla harf, alıcıdakiyle aynı. Her isteği imzalar.</translation>
    </message>
    <message>
        <source>@name or number. Or write something there, and leave this empty.</source>
        <translation>@ad veya numara. Ya da orada bir şey yazıp burayı boş bırakın.</translation>
    </message>
    <message>
        <source>@{name} is in no channel. Add it to the one that you want to use.</source>
        <translation>@{name} hiçbir kanalda değil. Kullanmak istediğiniz kanala ekleyin.</translation>
    </message>
    <message>
        <source>@{name} knows no channel yet. Make it an administrator of yours, write something there, and connect again; or enter the channel&apos;s @name.</source>
        <translation>@{name} henüz hiçbir kanal tanımıyor. Kanalınızda yönetici yapın, orada bir şey yazın ve yeniden bağlanın; ya da kanalın @adını girin.</translation>
    </message>
    <message>
        <source>A bot&apos;s or your own: Profile, Security, Personal Access Tokens.</source>
        <translation>Bir botun veya sizin: Profile, Security, Personal Access Tokens.</translation>
    </message>
    <message>
        <source>A channel can be chosen only once in a post.</source>
        <translation>Bir kanal bir gönderide yalnızca bir kez seçilebilir.</translation>
    </message>
    <message>
        <source>A file in the media store is damaged ({sha256}). Upload it again.</source>
        <translation>Medya deposundaki bir dosya bozuk ({sha256}). Yeniden yükleyin.</translation>
    </message>
    <message>
        <source>A name to sign in with has letters from a to z, digits and . _ @ + -, 60 at most.</source>
        <translation>Oturum açma adında a’dan z’ye harfler, rakamlar ve . _ @ + - bulunur, en çok 60.</translation>
    </message>
    <message>
        <source>A paragraph has {count} characters; Tumblr allows {limit}. Split it with a blank line.</source>
        <translation>Bir paragraf {count} karakter; Tumblr {limit} karaktere izin veriyor. Boş bir satırla bölün.</translation>
    </message>
    <message>
        <source>A part of this message was sent meanwhile.</source>
        <translation>Bu mesajın bir kısmı bu arada gönderildi.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so it cannot be edited.</source>
        <translation>Bu gönderinin bir kısmı zaten yayımlandı; bu yüzden düzenlenemez.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so its time cannot change.</source>
        <translation>Bu gönderinin bir kısmı zaten yayımlandı; bu yüzden zamanı değiştirilemez.</translation>
    </message>
    <message>
        <source>A secret is kept in: keyring, session or file.</source>
        <translation>Gizli anahtarın saklandığı yer: keyring, session veya file.</translation>
    </message>
    <message>
        <source>A test note is visible only to chosen people, and nobody is chosen.</source>
        <translation>Test notunu yalnızca seçilen kişiler görür; kimse seçilmedi.</translation>
    </message>
    <message>
        <source>A test post is a draft. Editors of the site can see it, readers cannot.</source>
        <translation>Test gönderisi taslaktır. Sitenin editörleri görebilir, okurlar göremez.</translation>
    </message>
    <message>
        <source>A test post is visible only to the people it mentions, and it mentions nobody.</source>
        <translation>Test gönderisini yalnızca bahsedilen kişiler görür; kimseden bahsedilmiyor.</translation>
    </message>
    <message>
        <source>A test sends another signed ping and publishes nothing.</source>
        <translation>Test, imzalı bir ping daha gönderir ve hiçbir şey yayımlamaz.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>Bir zincirde en fazla {limit} bölüm olabilir.</translation>
    </message>
    <message>
        <source>A token needs write:statuses and write:media.</source>
        <translation>Belirteç için write:statuses ve write:media gerekir.</translation>
    </message>
    <message>
        <source>A workspace of Posto for a team</source>
        <translation>Bir ekip için Posto çalışma alanı</translation>
    </message>
    <message>
        <source>A writer can change only proposals of their own.</source>
        <translation>Bir yazar yalnızca kendi önerilerini değiştirebilir.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API anahtarı</translation>
    </message>
    <message>
        <source>API key secret</source>
        <translation>API gizli anahtarı</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Erişim belirteci</translation>
    </message>
    <message>
        <source>Access token secret</source>
        <translation>Erişim belirtecinin gizli anahtarı</translation>
    </message>
    <message>
        <source>Account not found.</source>
        <translation>Hesap bulunamadı.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adres</translation>
    </message>
    <message>
        <source>Address of your site</source>
        <translation>Sitenizin adresi</translation>
    </message>
    <message>
        <source>Admin API key</source>
        <translation>Admin API anahtarı</translation>
    </message>
    <message>
        <source>Also enter the user name and application password of your site.</source>
        <translation>Sitenizin kullanıcı adını ve uygulama parolasını da girin.</translation>
    </message>
    <message>
        <source>Also enter your two-factor code.</source>
        <translation>İki adımlı doğrulama kodunuzu da girin.</translation>
    </message>
    <message>
        <source>An owner sees all groups.</source>
        <translation>Bir sahip tüm grupları görür.</translation>
    </message>
    <message>
        <source>Another group uses this file, too.</source>
        <translation>Bu dosyayı başka bir grup da kullanıyor.</translation>
    </message>
    <message>
        <source>Another server is signing in with this account.</source>
        <translation>Başka bir sunucu bu hesapla oturum açıyor.</translation>
    </message>
    <message>
        <source>Another workspace is already running in {folder}.</source>
        <translation>{folder} içinde başka bir çalışma alanı zaten çalışıyor.</translation>
    </message>
    <message>
        <source>Another workspace is already running.</source>
        <translation>Başka bir çalışma alanı zaten çalışıyor.</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>Uygulama parolası</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Uygulama parolası</translation>
    </message>
    <message>
        <source>Application password there</source>
        <translation>Oradaki uygulama parolası</translation>
    </message>
    <message>
        <source>Ask for the role of an author.</source>
        <translation>Yazar rolünü isteyin.</translation>
    </message>
    <message>
        <source>Bluesky allows pictures or one video, not both in one post.</source>
        <translation>Bluesky tek gönderide görsellere veya bir videoya izin verir, ikisine birden değil.</translation>
    </message>
    <message>
        <source>Bluesky has no account {handle}. Enter the full handle with its domain.</source>
        <translation>Bluesky’da {handle} hesabı yok. Alan adıyla birlikte tam adı girin.</translation>
    </message>
    <message>
        <source>Bot token</source>
        <translation>Bot belirteci</translation>
    </message>
    <message>
        <source>Channel not found.</source>
        <translation>Kanal bulunamadı.</translation>
    </message>
    <message>
        <source>Channel or group</source>
        <translation>Kanal veya grup</translation>
    </message>
    <message>
        <source>Check the Matrix ID and the password.</source>
        <translation>Matrix kimliğini ve parolayı denetleyin.</translation>
    </message>
    <message>
        <source>Choose a post.</source>
        <translation>Bir gönderi seçin.</translation>
    </message>
    <message>
        <source>Choose at least one channel.</source>
        <translation>En az bir kanal seçin.</translation>
    </message>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>Yayımlanacak en az bir yer seçin.</translation>
    </message>
    <message>
        <source>Choose at least one schedule.</source>
        <translation>En az bir plan seçin.</translation>
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
        <translation>Bluesky’da oluşturun: Ayarlar, Gizlilik ve güvenlik, Uygulama parolaları.</translation>
    </message>
    <message>
        <source>Create one in WordPress: Users, Profile, Application Passwords.</source>
        <translation>WordPress’te oluşturun: Kullanıcılar, Profil, Uygulama parolaları.</translation>
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
        <translation>Discord mesaj başına 25 MB dosyaya izin verir. Bazılarını kaldırın veya daha küçüklerini kullanın.</translation>
    </message>
    <message>
        <source>Enter a topic: letters, digits, hyphens and underscores, 64 at most.</source>
        <translation>Bir konu girin: harf, rakam, tire ve alt çizgi; en fazla 64.</translation>
    </message>
    <message>
        <source>Enter all four keys.</source>
        <translation>Dört anahtarı da girin.</translation>
    </message>
    <message>
        <source>Enter an access token.</source>
        <translation>Bir erişim belirteci girin.</translation>
    </message>
    <message>
        <source>Enter the API key.</source>
        <translation>API anahtarını girin.</translation>
    </message>
    <message>
        <source>Enter the access token.</source>
        <translation>Erişim belirtecini girin.</translation>
    </message>
    <message>
        <source>Enter the bot token of your app. It begins with xoxb-</source>
        <translation>Uygulamanızın bot belirtecini girin. xoxb- ile başlar</translation>
    </message>
    <message>
        <source>Enter the client ID and the client secret.</source>
        <translation>Client ID ve client secret değerlerini girin.</translation>
    </message>
    <message>
        <source>Enter the full Matrix ID, for example @you:matrix.org.</source>
        <translation>Tam Matrix kimliğini girin, örneğin @siz:matrix.org.</translation>
    </message>
    <message>
        <source>Enter the page access token.</source>
        <translation>Sayfa erişim belirtecini girin.</translation>
    </message>
    <message>
        <source>Enter the password or an access token.</source>
        <translation>Parolayı veya bir erişim belirtecini girin.</translation>
    </message>
    <message>
        <source>Facebook continues threads as comments, and Posto cannot add pictures to them.</source>
        <translation>Facebook zincirleri yorum olarak sürdürür ve Posto yorumlara görsel ekleyemez.</translation>
    </message>
    <message>
        <source>Facebook page (your own app)</source>
        <translation>Facebook sayfası (kendi uygulamanız)</translation>
    </message>
    <message>
        <source>Files of this kind have no preview.</source>
        <translation>Bu tür dosyaların önizlemesi yok.</translation>
    </message>
    <message>
        <source>Fill in: {names}.</source>
        <translation>Doldurun: {names}.</translation>
    </message>
    <message>
        <source>For pictures: a Blossom server, for example https://blossom.primal.net</source>
        <translation>Görseller için: bir Blossom sunucusu, örneğin https://blossom.primal.net</translation>
    </message>
    <message>
        <source>From @BotFather: 123456:ABC…</source>
        <translation>@BotFather’dan: 123456:ABC…</translation>
    </message>
    <message>
        <source>From api.tumblr.com/console: Show keys</source>
        <translation>api.tumblr.com/console adresinden: Show keys</translation>
    </message>
    <message>
        <source>From console.x.com: your app, Keys and tokens.</source>
        <translation>console.x.com adresinden: uygulamanız, Keys and tokens.</translation>
    </message>
    <message>
        <source>From dev.to: Settings, Extensions.</source>
        <translation>dev.to’dan: Settings, Extensions.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, Instagram, Generate token. Valid for 60 days.</source>
        <translation>developers.facebook.com adresinden: uygulamanız, Instagram, Generate token. 60 gün geçerlidir.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, User Token Generator. Valid for 60 days.</source>
        <translation>developers.facebook.com adresinden: uygulamanız, User Token Generator. 60 gün geçerlidir.</translation>
    </message>
    <message>
        <source>From discord.com/developers: your application, Bot, Reset Token.</source>
        <translation>discord.com/developers adresinden: uygulamanız, Bot, Reset Token.</translation>
    </message>
    <message>
        <source>From linkedin.com/developers: Token generator, with openid, profile and w_member_social. Valid for 60 days.</source>
        <translation>linkedin.com/developers adresinden: Token generator; openid, profile ve w_member_social ile. 60 gün geçerlidir.</translation>
    </message>
    <message>
        <source>From tumblr.com/oauth/apps</source>
        <translation>tumblr.com/oauth/apps adresinden</translation>
    </message>
    <message>
        <source>Ghost does not allow apps to write comments.</source>
        <translation>Ghost, uygulamaların yorum yazmasına izin vermez.</translation>
    </message>
    <message>
        <source>Google did not grant lasting access. Try again and allow everything it asks for.</source>
        <translation>Google kalıcı erişim vermedi. Tekrar deneyin ve istediği her şeye izin verin.</translation>
    </message>
    <message>
        <source>Google has ended the sign-in. If this happens every seven days, your consent screen is still in &quot;Testing&quot;. Publish it to &quot;In production&quot;.</source>
        <translation>Google oturumu sonlandırdı. Bu yedi günde bir oluyorsa izin ekranınız hâlâ “Testing” durumundadır. “In production” olarak yayımlayın.</translation>
    </message>
    <message>
        <source>Google no longer knows this client. Connect the account again.</source>
        <translation>Google artık bu istemciyi tanımıyor. Hesabı yeniden bağlayın.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>Kullanıcı adı</translation>
    </message>
    <message>
        <source>In Discord: Edit Channel, Integrations, Webhooks, Copy Webhook URL.</source>
        <translation>Discord’da: Kanalı Düzenle, Entegrasyonlar, Webhook’lar, Webhook URL’sini Kopyala.</translation>
    </message>
    <message>
        <source>In Ghost: Settings, Integrations, Add custom integration.</source>
        <translation>Ghost’ta: Settings, Integrations, Add custom integration.</translation>
    </message>
    <message>
        <source>Instagram (your own app)</source>
        <translation>Instagram (kendi uygulamanız)</translation>
    </message>
    <message>
        <source>Instagram allows apps to post only to business and creator accounts.</source>
        <translation>Instagram, uygulamaların yalnızca işletme ve içerik üreticisi hesaplarında paylaşmasına izin verir.</translation>
    </message>
    <message>
        <source>Instagram continues threads as comments, which cannot have pictures.</source>
        <translation>Instagram zincirleri yorum olarak sürdürür; yorumlarda görsel olamaz.</translation>
    </message>
    <message>
        <source>Instagram downloads pictures from a public address. Enter a WordPress site of your own.</source>
        <translation>Instagram görselleri herkese açık bir adresten indirir. Kendinize ait bir WordPress sitesi girin.</translation>
    </message>
    <message>
        <source>Instead of the password, if the server signs in only in the browser.</source>
        <translation>Sunucu yalnızca tarayıcıda oturum açıyorsa parola yerine.</translation>
    </message>
    <message>
        <source>It cannot be reached.</source>
        <translation>Ulaşılamıyor.</translation>
    </message>
    <message>
        <source>It could not be prepared yet.</source>
        <translation>Henüz hazırlanamadı.</translation>
    </message>
    <message>
        <source>It did not accept the post.</source>
        <translation>Gönderiyi kabul etmedi.</translation>
    </message>
    <message>
        <source>It did not answer the question.</source>
        <translation>Soruyu yanıtlamadı.</translation>
    </message>
    <message>
        <source>It did not report whether it accepted the post.</source>
        <translation>Gönderiyi kabul edip etmediğini bildirmedi.</translation>
    </message>
    <message>
        <source>It is already disconnected.</source>
        <translation>Bağlantısı zaten kesik.</translation>
    </message>
    <message>
        <source>It is too late to undo this. The device needs a new password.</source>
        <translation>Bunu geri almak için çok geç. Cihaza yeni bir parola gerekir.</translation>
    </message>
    <message>
        <source>It was due before the backup was restored, and may have been sent then.</source>
        <translation>Zamanı, yedek geri yüklenmeden önceydi; o zaman gönderilmiş olabilir.</translation>
    </message>
    <message>
        <source>Its answer is not one of a relay.</source>
        <translation>Yanıtı bir röleye ait değil.</translation>
    </message>
    <message>
        <source>Its channel was disconnected.</source>
        <translation>Kanalının bağlantısı kesildi.</translation>
    </message>
    <message>
        <source>Leave this empty for api.linkedin.com.</source>
        <translation>api.linkedin.com için boş bırakın.</translation>
    </message>
    <message>
        <source>Leave this empty for api.telegram.org.</source>
        <translation>api.telegram.org için boş bırakın.</translation>
    </message>
    <message>
        <source>Leave this empty for api.tumblr.com.</source>
        <translation>api.tumblr.com için boş bırakın.</translation>
    </message>
    <message>
        <source>Leave this empty for api.x.com.</source>
        <translation>api.x.com için boş bırakın.</translation>
    </message>
    <message>
        <source>Leave this empty for dev.to.</source>
        <translation>dev.to için boş bırakın.</translation>
    </message>
    <message>
        <source>Leave this empty for discord.com.</source>
        <translation>discord.com için boş bırakın.</translation>
    </message>
    <message>
        <source>Leave this empty for slack.com.</source>
        <translation>slack.com için boş bırakın.</translation>
    </message>
    <message>
        <source>Leave this empty to sign in with the browser.</source>
        <translation>Tarayıcıyla oturum açmak için boş bırakın.</translation>
    </message>
    <message>
        <source>Leave this empty to use the relays of your profile.</source>
        <translation>Profilinizdeki röleleri kullanmak için boş bırakın.</translation>
    </message>
    <message>
        <source>Leave this empty.</source>
        <translation>Boş bırakın.</translation>
    </message>
    <message>
        <source>Lemmy needs a title, or a text with a first line to use as one.</source>
        <translation>Lemmy için bir başlık ya da ilk satırı başlık olabilecek bir metin gerekli.</translation>
    </message>
    <message>
        <source>LinkedIn (your own app)</source>
        <translation>LinkedIn (kendi uygulamanız)</translation>
    </message>
    <message>
        <source>LinkedIn already has this post: {sentence}</source>
        <translation>Bu gönderi LinkedIn’de zaten var: {sentence}</translation>
    </message>
    <message>
        <source>LinkedIn continues threads as comments, which cannot have pictures.</source>
        <translation>LinkedIn zincirleri yorum olarak sürdürür; yorumlarda görsel olamaz.</translation>
    </message>
    <message>
        <source>LinkedIn no longer supports this version of its API. Update Posto.</source>
        <translation>LinkedIn, API’sinin bu sürümünü artık desteklemiyor. Posto’yu güncelleyin.</translation>
    </message>
    <message>
        <source>Mastodon and compatible servers</source>
        <translation>Mastodon ve uyumlu sunucular</translation>
    </message>
    <message>
        <source>Matrix ID</source>
        <translation>Matrix kimliği</translation>
    </message>
    <message>
        <source>Media not found: {names}.</source>
        <translation>Medya bulunamadı: {names}.</translation>
    </message>
    <message>
        <source>Media server</source>
        <translation>Medya sunucusu</translation>
    </message>
    <message>
        <source>Meta accepts no more posts for now.</source>
        <translation>Meta şimdilik başka gönderi kabul etmiyor.</translation>
    </message>
    <message>
        <source>Meta could not use a file.</source>
        <translation>Meta bir dosyayı kullanamadı.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Meta görselleri herkese açık bir adresten indirir. Hesabı yeniden bağlayın ve bunun için kendinize ait bir WordPress sitesi girin.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. https://example.com</source>
        <translation>Meta görselleri herkese açık bir adresten indirir. https://example.com</translation>
    </message>
    <message>
        <source>Meta has a problem right now.</source>
        <translation>Meta’da şu anda bir sorun var.</translation>
    </message>
    <message>
        <source>Meta is still processing this post.</source>
        <translation>Meta bu gönderiyi hâlâ işliyor.</translation>
    </message>
    <message>
        <source>Meta no longer accepts the token.</source>
        <translation>Meta artık belirteci kabul etmiyor.</translation>
    </message>
    <message>
        <source>Misskey and Sharkey</source>
        <translation>Misskey ve Sharkey</translation>
    </message>
    <message>
        <source>Name the device that the password is for.</source>
        <translation>Parolanın hangi cihaz için olduğunu yazın.</translation>
    </message>
    <message>
        <source>No clear answer came in time.</source>
        <translation>Zamanında net bir yanıt gelmedi.</translation>
    </message>
    <message>
        <source>No clear answer came.</source>
        <translation>Net bir yanıt gelmedi.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer. Choose where to keep the password: until the workspace ends (session), or in a file that only you can read (file).</source>
        <translation>Bu bilgisayarda anahtar zinciri bulunamadı. Parolanın nerede saklanacağını seçin: çalışma alanı kapanana kadar (session) veya yalnızca sizin okuyabildiğiniz bir dosyada (file).</translation>
    </message>
    <message>
        <source>No relay can be reached: {hosts}.</source>
        <translation>Hiçbir röleye ulaşılamıyor: {hosts}.</translation>
    </message>
    <message>
        <source>No relay is known for this account. Connect it again.</source>
        <translation>Bu hesap için bilinen röle yok. Yeniden bağlayın.</translation>
    </message>
    <message>
        <source>No server was found for {handle}. Enter its address.</source>
        <translation>{handle} için sunucu bulunamadı. Adresini girin.</translation>
    </message>
    <message>
        <source>Nobody signed in within ten minutes. Try again.</source>
        <translation>On dakika içinde kimse oturum açmadı. Tekrar deneyin.</translation>
    </message>
    <message>
        <source>Nostr relays do not store files. Connect the account again and enter a media server.</source>
        <translation>Nostr röleleri dosya saklamaz. Hesabı yeniden bağlayın ve bir medya sunucusu girin.</translation>
    </message>
    <message>
        <source>Nothing was found here.</source>
        <translation>Burada hiçbir şey bulunamadı.</translation>
    </message>
    <message>
        <source>One post can go to {limit} channels at most.</source>
        <translation>Bir gönderi en fazla {limit} kanala gidebilir.</translation>
    </message>
    <message>
        <source>One post can have {limit} files at most.</source>
        <translation>Bir gönderide en fazla {limit} dosya olabilir.</translation>
    </message>
    <message>
        <source>Only failed schedules can be retried.</source>
        <translation>Yalnızca başarısız planlar yeniden denenebilir.</translation>
    </message>
    <message>
        <source>Only for protected topics.</source>
        <translation>Yalnızca korumalı konular için.</translation>
    </message>
    <message>
        <source>Only needed if your Matrix ID does not lead to your server.</source>
        <translation>Yalnızca Matrix kimliğiniz sunucunuza götürmüyorsa gerekir.</translation>
    </message>
    <message>
        <source>Only needed if your handle does not lead to your server.</source>
        <translation>Yalnızca kullanıcı adınız sunucunuza götürmüyorsa gerekir.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be edited.</source>
        <translation>Yalnızca gönderilmemiş planlar düzenlenebilir.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be rescheduled.</source>
        <translation>Yalnızca gönderilmemiş planlar yeniden planlanabilir.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be sent now.</source>
        <translation>Yalnızca gönderilmemiş planlar şimdi gönderilebilir.</translation>
    </message>
    <message>
        <source>Other programs use the ports for the browser&apos;s answer. Close them and try again.</source>
        <translation>Tarayıcının yanıtı için gereken bağlantı noktalarını başka programlar kullanıyor. Onları kapatıp tekrar deneyin.</translation>
    </message>
    <message>
        <source>Other sites may not access this computer&apos;s workspace.</source>
        <translation>Diğer siteler bu bilgisayarın çalışma alanına erişemez.</translation>
    </message>
    <message>
        <source>Page access token</source>
        <translation>Sayfa erişim belirteci</translation>
    </message>
    <message>
        <source>Part {number} of {total} is not published: {reason} The parts before it are.</source>
        <translation>Bölüm {number}/{total} yayımlanmadı: {reason} Öncesindeki bölümler yayımlandı.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Parola</translation>
    </message>
    <message>
        <source>Port {port} on {host} cannot be used: {error}.</source>
        <translation>{host} üzerindeki {port} numaralı bağlantı noktası kullanılamıyor: {error}.</translation>
    </message>
    <message>
        <source>PostgreSQL needs more: install posto[postgres] and start again.</source>
        <translation>PostgreSQL için ek gerekiyor: posto[postgres] yükleyip yeniden başlatın.</translation>
    </message>
    <message>
        <source>Posto Desktop was interrupted while sending this post, so it may be published.</source>
        <translation>Posto Desktop bu gönderiyi gönderirken kesintiye uğradı; bu yüzden yayımlanmış olabilir.</translation>
    </message>
    <message>
        <source>Posto cannot make pictures smaller right now.</source>
        <translation>Posto şu anda görselleri küçültemiyor.</translation>
    </message>
    <message>
        <source>Posto cannot write comments on YouTube.</source>
        <translation>Posto YouTube’da yorum yazamıyor.</translation>
    </message>
    <message>
        <source>Posto cannot write to the workspace&apos;s folder: {folder}.</source>
        <translation>Posto çalışma alanının klasörüne yazamıyor: {folder}.</translation>
    </message>
    <message>
        <source>Posto cannot yet tell whether the message was sent.</source>
        <translation>Posto mesajın gönderilip gönderilmediğini henüz bilemiyor.</translation>
    </message>
    <message>
        <source>Posto may not read and write {part}. Allow it, then try again.</source>
        <translation>Posto’nun {part} okuma ve yazma izni yok. İzin verip tekrar deneyin.</translation>
    </message>
    <message>
        <source>Posts wait on the site until someone publishes them.</source>
        <translation>Gönderiler, biri yayımlayana kadar sitede bekler.</translation>
    </message>
    <message>
        <source>Previews are being made. Try again in a moment.</source>
        <translation>Önizlemeler hazırlanıyor. Birazdan tekrar deneyin.</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>Özel anahtar</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>Röleler</translation>
    </message>
    <message>
        <source>Remove the user name and password from the address of {host}.</source>
        <translation>{host} adresinden kullanıcı adını ve parolayı kaldırın.</translation>
    </message>
    <message>
        <source>Schedule group not found.</source>
        <translation>Plan grubu bulunamadı.</translation>
    </message>
    <message>
        <source>Schedule not found.</source>
        <translation>Plan bulunamadı.</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>Gizli anahtar</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Sunucu</translation>
    </message>
    <message>
        <source>Server or handle</source>
        <translation>Sunucu veya kullanıcı adı</translation>
    </message>
    <message>
        <source>Signing in was cancelled.</source>
        <translation>Oturum açma iptal edildi.</translation>
    </message>
    <message>
        <source>Slack accepts no more messages for now.</source>
        <translation>Slack şimdilik başka mesaj kabul etmiyor.</translation>
    </message>
    <message>
        <source>Slack did not accept this: {name}.</source>
        <translation>Slack bunu kabul etmedi: {name}.</translation>
    </message>
    <message>
        <source>Slack has a problem right now ({name}).</source>
        <translation>Slack’te şu anda bir sorun var ({name}).</translation>
    </message>
    <message>
        <source>Slack is still processing a picture of this post.</source>
        <translation>Slack bu gönderinin bir görselini hâlâ işliyor.</translation>
    </message>
    <message>
        <source>Slack no longer accepts the token ({name}). Connect the channel again.</source>
        <translation>Slack artık belirteci kabul etmiyor ({name}). Kanalı yeniden bağlayın.</translation>
    </message>
    <message>
        <source>Social network not found.</source>
        <translation>Sosyal ağ bulunamadı.</translation>
    </message>
    <message>
        <source>Somebody else has changed these groups meanwhile.</source>
        <translation>Bu arada bu grupları başka biri değiştirdi.</translation>
    </message>
    <message>
        <source>Somebody else has changed {name} meanwhile.</source>
        <translation>Bu arada {name} başka biri tarafından değiştirildi.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to create posts as this user.</source>
        <translation>Üzgünüz, bu kullanıcı olarak yazı oluşturma izniniz yok.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to do that.</source>
        <translation>Üzgünüz, bunu yapma izniniz yok.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to upload this file type.</source>
        <translation>Üzgünüz, bu dosya türünü yükleme izniniz yok.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Takvim uygulamanızda yeni bir adresle yeniden abone olun.</translation>
    </message>
    <message>
        <source>Telegram allows an animation only without other files. Put it in its own post.</source>
        <translation>Telegram animasyona yalnızca başka dosya yoksa izin verir. Ayrı bir gönderiye koyun.</translation>
    </message>
    <message>
        <source>Telegram did not report which bot this is.</source>
        <translation>Telegram bunun hangi bot olduğunu bildirmedi.</translation>
    </message>
    <message>
        <source>Telegram no longer knows this bot. Ask @BotFather for its token.</source>
        <translation>Telegram artık bu botu tanımıyor. Belirtecini @BotFather’dan isteyin.</translation>
    </message>
    <message>
        <source>That needs too much memory or time.</source>
        <translation>Bu çok fazla bellek veya zaman gerektiriyor.</translation>
    </message>
    <message>
        <source>The access to YouTube has expired. Posto is renewing it.</source>
        <translation>YouTube erişiminin süresi doldu. Posto yeniliyor.</translation>
    </message>
    <message>
        <source>The access token belongs to {handle}.</source>
        <translation>Erişim belirteci {handle} hesabına ait.</translation>
    </message>
    <message>
        <source>The access token of {handle} stays valid. Delete it in the settings of {host}.</source>
        <translation>{handle} erişim belirteci geçerli kalıyor. {host} ayarlarından silin.</translation>
    </message>
    <message>
        <source>The address of the relay {host} must begin with wss://</source>
        <translation>{host} rölesinin adresi wss:// ile başlamalı</translation>
    </message>
    <message>
        <source>The address of the server cannot be read.</source>
        <translation>Sunucunun adresi okunamıyor.</translation>
    </message>
    <message>
        <source>The address of the server must begin with https://.</source>
        <translation>Sunucunun adresi https:// ile başlamalı.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used.</source>
        <translation>{host} adresi kullanılamıyor.</translation>
    </message>
    <message>
        <source>The answer is either there or send_again.</source>
        <translation>Yanıt ya there ya da send_again olmalı.</translation>
    </message>
    <message>
        <source>The answer of {host} is too large.</source>
        <translation>{host} yanıtı çok büyük.</translation>
    </message>
    <message>
        <source>The app is in no channel. Write /invite @{name} in the channel you want to use.</source>
        <translation>Uygulama hiçbir kanalda değil. Kullanmak istediğiniz kanalda /invite @{name} yazın.</translation>
    </message>
    <message>
        <source>The app is not in the channel. Write /invite and its name there.</source>
        <translation>Uygulama kanalda değil. Orada /invite ve uygulamanın adını yazın.</translation>
    </message>
    <message>
        <source>The app lacks a permission. Add it under OAuth &amp; Permissions and reinstall the app.</source>
        <translation>Uygulamanın bir izni eksik. OAuth &amp; Permissions altında ekleyin ve uygulamayı yeniden yükleyin.</translation>
    </message>
    <message>
        <source>The app must be Live and have the permission pages_manage_posts.</source>
        <translation>Uygulama Live durumunda olmalı ve pages_manage_posts izni bulunmalı.</translation>
    </message>
    <message>
        <source>The app password of {handle} no longer works. Create a new one in Bluesky&apos;s settings and connect the account again.</source>
        <translation>{handle} uygulama parolası artık çalışmıyor. Bluesky ayarlarında yenisini oluşturun ve hesabı yeniden bağlayın.</translation>
    </message>
    <message>
        <source>The bot may not publish in {channel}. Make it an administrator there and allow it to post messages.</source>
        <translation>Bot {channel} kanalında yayımlayamıyor. Orada yönetici yapın ve mesaj göndermesine izin verin.</translation>
    </message>
    <message>
        <source>The bot may not write there.</source>
        <translation>Bot orada yazamıyor.</translation>
    </message>
    <message>
        <source>The certificate file {name} cannot be used. Choose a readable file in PEM format. Nothing was sent.</source>
        <translation>{name} sertifika dosyası kullanılamıyor. PEM biçiminde, okunabilir bir dosya seçin. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be verified. If this is your own server, add its certificate under Settings &gt; Network.</source>
        <translation>{host} sertifikası doğrulanamıyor. Kendi sunucunuzsa sertifikasını Ayarlar &gt; Ağ altında ekleyin.</translation>
    </message>
    <message>
        <source>The channel does not exist, or the app is not in it.</source>
        <translation>Kanal yok veya uygulama kanalda değil.</translation>
    </message>
    <message>
        <source>The channel is archived.</source>
        <translation>Kanal arşivlenmiş.</translation>
    </message>
    <message>
        <source>The channel no longer exists.</source>
        <translation>Kanal artık yok.</translation>
    </message>
    <message>
        <source>The clocks of this server and of the media store {address} differ. Set them.</source>
        <translation>Bu sunucunun ve {address} medya deposunun saatleri farklı. Saatleri ayarlayın.</translation>
    </message>
    <message>
        <source>The comment has {count} characters; LinkedIn allows {limit}. Shorten it.</source>
        <translation>Yorum {count} karakter; LinkedIn {limit} karaktere izin veriyor. Kısaltın.</translation>
    </message>
    <message>
        <source>The connection broke.</source>
        <translation>Bağlantı koptu.</translation>
    </message>
    <message>
        <source>The connection to {host} was interrupted.</source>
        <translation>{host} bağlantısı kesildi.</translation>
    </message>
    <message>
        <source>The database {address} cannot be used: {reason} Check that it runs and that its name, user and password are right, then try again.</source>
        <translation>{address} veritabanı kullanılamıyor: {reason} Çalıştığını ve adının, kullanıcısının ve parolasının doğru olduğunu kontrol edip yeniden deneyin.</translation>
    </message>
    <message>
        <source>The database {address} was last used by a newer version of Posto. Install that version here, too.</source>
        <translation>{address} veritabanı en son Posto’nun daha yeni bir sürümü tarafından kullanıldı. O sürümü buraya da yükleyin.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min ahead of this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>Veritabanının saati bu sunucununkinden {minutes} dk ileri. Gönderiler veritabanının saatine göre çıkar: ikisini de denetleyin.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min behind this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>Veritabanının saati bu sunucununkinden {minutes} dk geri. Gönderiler veritabanının saatine göre çıkar: ikisini de denetleyin.</translation>
    </message>
    <message>
        <source>The date to delete before cannot be read.</source>
        <translation>Öncesinin silineceği tarih okunamıyor.</translation>
    </message>
    <message>
        <source>The description of {name} has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>{name} açıklaması {count} karakter; {server} {limit} karaktere izin veriyor. Kısaltın.</translation>
    </message>
    <message>
        <source>The disk is full: the workspace on this computer cannot be opened.</source>
        <translation>Disk dolu: bu bilgisayardaki çalışma alanı açılamıyor.</translation>
    </message>
    <message>
        <source>The disk of this computer is too full: the file needs {size}, {limit} is free. Free some space.</source>
        <translation>Bu bilgisayarın diski fazla dolu: dosya için {size} gerekli, boş alan {limit}. Yer açın.</translation>
    </message>
    <message>
        <source>The draft of this post was deleted on the site. Send the post again.</source>
        <translation>Bu gönderinin taslağı sitede silindi. Gönderiyi yeniden gönderin.</translation>
    </message>
    <message>
        <source>The entry of the file number {number} in the media library is damaged.</source>
        <translation>Ortam kitaplığındaki {number} numaralı dosyanın kaydı bozuk.</translation>
    </message>
    <message>
        <source>The entry of this channel in the workspace&apos;s database is damaged ({names}).</source>
        <translation>Bu kanalın, çalışma alanı veritabanındaki kaydı bozuk ({names}).</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It may have been sent. Check whether it is published before you send it again.</source>
        <translation>Bu gönderinin, çalışma alanı veritabanındaki kaydı bozuk ({columns}). Gönderilmiş olabilir. Yeniden göndermeden önce yayımlanıp yayımlanmadığını denetleyin.</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It was not sent. Check it, then send it again or write it anew.</source>
        <translation>Bu gönderinin, çalışma alanı veritabanındaki kaydı bozuk ({columns}). Gönderilmedi. Denetleyin, sonra yeniden gönderin veya yeni baştan yazın.</translation>
    </message>
    <message>
        <source>The file could not be stored: {reason}.</source>
        <translation>Dosya kaydedilemedi: {reason}.</translation>
    </message>
    <message>
        <source>The file number {number} is no longer in the media library.</source>
        <translation>{number} numaralı dosya artık ortam kitaplığında değil.</translation>
    </message>
    <message>
        <source>The file was not found.</source>
        <translation>Dosya bulunamadı.</translation>
    </message>
    <message>
        <source>The file with certificates is a path.</source>
        <translation>Sertifika dosyası bir yol olmalı.</translation>
    </message>
    <message>
        <source>The file with the schedule was damaged. Look whether this post is published already before it is sent.</source>
        <translation>Planın bulunduğu dosya bozulmuştu. Gönderilmeden önce bu gönderinin zaten yayımlanıp yayımlanmadığına bakın.</translation>
    </message>
    <message>
        <source>The file {name} is no longer in the media library.</source>
        <translation>{name} dosyası artık ortam kitaplığında değil.</translation>
    </message>
    <message>
        <source>The file {name} was not found.</source>
        <translation>{name} dosyası bulunamadı.</translation>
    </message>
    <message>
        <source>The first comment is not published: {reason}</source>
        <translation>İlk yorum yayımlanmadı: {reason}</translation>
    </message>
    <message>
        <source>The first comment may be published.</source>
        <translation>İlk yorum yayımlanmış olabilir.</translation>
    </message>
    <message>
        <source>The first line, which is the title, has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>Başlık olan ilk satır {count} karakter; Lemmy {limit} karaktere izin veriyor. Daha kısa bir başlık girin.</translation>
    </message>
    <message>
        <source>The group has become a supergroup with a new number. Connect it again.</source>
        <translation>Grup, yeni numaralı bir süper grup oldu. Yeniden bağlayın.</translation>
    </message>
    <message>
        <source>The keychain</source>
        <translation>Anahtar zinciri</translation>
    </message>
    <message>
        <source>The keychain of this computer is gone, so the password cannot be read. Sign in again.</source>
        <translation>Bu bilgisayarın anahtar zinciri artık yok; parola okunamıyor. Yeniden oturum açın.</translation>
    </message>
    <message>
        <source>The limit for late posts is a number of minutes, 0 to {limit}.</source>
        <translation>Geciken gönderi sınırı, 0–{limit} arası bir dakika sayısıdır.</translation>
    </message>
    <message>
        <source>The media store {address} does not answer right now.</source>
        <translation>{address} medya deposu şu anda yanıt vermiyor.</translation>
    </message>
    <message>
        <source>The media store {address} has no such bucket.</source>
        <translation>{address} medya deposunda böyle bir bucket yok.</translation>
    </message>
    <message>
        <source>The media store {address} refuses this server ({code}). Check its keys and their rights.</source>
        <translation>{address} medya deposu bu sunucuyu reddediyor ({code}). Anahtarlarını ve izinlerini kontrol edin.</translation>
    </message>
    <message>
        <source>The message may be in the room already.</source>
        <translation>Mesaj zaten odada olabilir.</translation>
    </message>
    <message>
        <source>The move of this workspace from {place} has not ended, so nothing is sent from here. Run “posto-server move” again.</source>
        <translation>Bu çalışma alanının {place} konumundan taşınması tamamlanmadı, bu yüzden buradan hiçbir şey gönderilmiyor. “posto-server move” komutunu yeniden çalıştırın.</translation>
    </message>
    <message>
        <source>The name, the password or the code is wrong.</source>
        <translation>Ad, parola veya kod yanlış.</translation>
    </message>
    <message>
        <source>The network did not report which post it replies to.</source>
        <translation>Ağ, hangi gönderiye yanıt verdiğini bildirmedi.</translation>
    </message>
    <message>
        <source>The network gave no clear answer, so the post may be published.</source>
        <translation>Ağ net bir yanıt vermedi; gönderi yayımlanmış olabilir.</translation>
    </message>
    <message>
        <source>The password of {handle} was not found on this computer. Connect the account again.</source>
        <translation>{handle} parolası bu bilgisayarda bulunamadı. Hesabı yeniden bağlayın.</translation>
    </message>
    <message>
        <source>The picture cannot be made this small.</source>
        <translation>Görsel bu kadar küçültülemiyor.</translation>
    </message>
    <message>
        <source>The picture has {width} by {height} pixels, too many for a preview.</source>
        <translation>Görsel {width} × {height} piksel; önizleme için fazla.</translation>
    </message>
    <message>
        <source>The picture is saved in more than {most} passes, too many for a preview.</source>
        <translation>Görsel {most} geçişten fazlasıyla kaydedilmiş; önizleme için fazla.</translation>
    </message>
    <message>
        <source>The post could not be prepared: {reason}</source>
        <translation>Gönderi hazırlanamadı: {reason}</translation>
    </message>
    <message>
        <source>The post has {count} files; {server} allows {limit}. Remove some.</source>
        <translation>Gönderide {count} dosya var; {server} {limit} dosyaya izin veriyor. Bazılarını kaldırın.</translation>
    </message>
    <message>
        <source>The post has {count} tags; dev.to allows {limit}. Remove some.</source>
        <translation>Gönderide {count} etiket var; dev.to {limit} etikete izin veriyor. Bazılarını kaldırın.</translation>
    </message>
    <message>
        <source>The post is being sent or was sent, so it cannot be undone.</source>
        <translation>Gönderi gönderiliyor veya gönderildi, bu yüzden geri alınamaz.</translation>
    </message>
    <message>
        <source>The post is empty. Add a text or a file.</source>
        <translation>Gönderi boş. Metin veya dosya ekleyin.</translation>
    </message>
    <message>
        <source>The previous part is published, but its address is unknown.</source>
        <translation>Önceki bölüm yayımlandı ama adresi bilinmiyor.</translation>
    </message>
    <message>
        <source>The proxy cannot be reached.</source>
        <translation>Vekil sunucuya ulaşılamıyor.</translation>
    </message>
    <message>
        <source>The proxy is an address such as http://host:8080.</source>
        <translation>Vekil sunucu, http://host:8080 gibi bir adrestir.</translation>
    </message>
    <message>
        <source>The proxy of a channel of this computer cannot have a user name and a password. Set it for all channels in Settings, Network, which keeps its password in the keyring.</source>
        <translation>Bu bilgisayardaki bir kanalın vekil sunucusunda kullanıcı adı ve parola olamaz. Tüm kanallar için Ayarlar, Ağ altında ayarlayın; parolası orada anahtar zincirinde saklanır.</translation>
    </message>
    <message>
        <source>The proxy password is missing. Open Posto Desktop.</source>
        <translation>Vekil sunucu parolası eksik. Posto Desktop’ı açın.</translation>
    </message>
    <message>
        <source>The proxy settings are missing. Open Posto Desktop.</source>
        <translation>Vekil sunucu ayarları eksik. Posto Desktop’ı açın.</translation>
    </message>
    <message>
        <source>The request ended too early.</source>
        <translation>İstek çok erken bitti.</translation>
    </message>
    <message>
        <source>The request is larger than {size}.</source>
        <translation>İstek çok büyük (sınır: {size}).</translation>
    </message>
    <message>
        <source>The rest of the thread is not published. Its parts reply to the first one, and the network did not report which post that is.</source>
        <translation>Zincirin kalanı yayımlanmadı. Bölümleri ilkine yanıt verir ama ağ hangi gönderi olduğunu bildirmedi.</translation>
    </message>
    <message>
        <source>The rest of the thread needs the address of this post. Answer again later.</source>
        <translation>Zincirin kalanı için bu gönderinin adresi gerekli. Daha sonra yeniden yanıtlayın.</translation>
    </message>
    <message>
        <source>The room is now encrypted, and Posto cannot send encrypted messages. Choose another room.</source>
        <translation>Oda artık şifreli ve Posto şifreli mesaj gönderemiyor. Başka bir oda seçin.</translation>
    </message>
    <message>
        <source>The secret needs at least {limit} letters.</source>
        <translation>Gizli anahtar en az {limit} harf olmalı.</translation>
    </message>
    <message>
        <source>The server accepts no more requests for now.</source>
        <translation>Sunucu şimdilik başka istek kabul etmiyor.</translation>
    </message>
    <message>
        <source>The server has no key for the password of this account. Ask whoever runs the server.</source>
        <translation>Sunucuda bu hesabın parolası için anahtar yok. Sunucuyu yönetene sorun.</translation>
    </message>
    <message>
        <source>The session could not be ended. End it in the settings of the network.</source>
        <translation>Oturum sonlandırılamadı. Ağın ayarlarından sonlandırın.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. Sign in again.</source>
        <translation>{handle} oturumu sona erdi. Yeniden oturum açın.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. You have {count} app passwords, so Posto does not know which one to delete. Delete it in Bluesky&apos;s settings.</source>
        <translation>{handle} oturumu sona erdi. {count} uygulama parolanız var; Posto hangisini sileceğini bilmiyor. Bluesky ayarlarından silin.</translation>
    </message>
    <message>
        <source>The sign-in failed unexpectedly. See the workspace&apos;s log for details.</source>
        <translation>Oturum açma beklenmedik biçimde başarısız oldu. Ayrıntılar için çalışma alanının günlüğüne bakın.</translation>
    </message>
    <message>
        <source>The test post could not be deleted. Delete it yourself: {place}</source>
        <translation>Test gönderisi silinemedi. Kendiniz silin: {place}</translation>
    </message>
    <message>
        <source>The text has {count} characters as X counts; X allows {limit}. Shorten it.</source>
        <translation>Metin, X’in sayımıyla {count} karakter; X {limit} karaktere izin veriyor. Kısaltın.</translation>
    </message>
    <message>
        <source>The text has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>Metin {count} karakter; {server} {limit} karaktere izin veriyor. Kısaltın.</translation>
    </message>
    <message>
        <source>The text has {size} bytes; {server} allows {limit}. Shorten it.</source>
        <translation>Metin {size} bayt; {server} {limit} bayta izin veriyor. Kısaltın.</translation>
    </message>
    <message>
        <source>The text is too long for Slack.</source>
        <translation>Metin Slack için çok uzun.</translation>
    </message>
    <message>
        <source>The time of the post is missing.</source>
        <translation>Gönderinin zamanı eksik.</translation>
    </message>
    <message>
        <source>The time of the post is not a Unix time.</source>
        <translation>Gönderinin zamanı bir Unix zamanı değil.</translation>
    </message>
    <message>
        <source>The time of this post has passed. Choose a new time.</source>
        <translation>Bu gönderinin zamanı geçti. Yeni bir zaman seçin.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Ghost allows {limit}. Shorten it.</source>
        <translation>Başlık {count} karakter; Ghost {limit} karaktere izin veriyor. Kısaltın.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>Başlık {count} karakter; Lemmy {limit} karaktere izin veriyor. Daha kısa bir başlık girin.</translation>
    </message>
    <message>
        <source>The title has {count} characters; YouTube allows {limit}. Shorten it.</source>
        <translation>Başlık {count} karakter; YouTube {limit} karaktere izin veriyor. Kısaltın.</translation>
    </message>
    <message>
        <source>The title has {count} characters; dev.to allows {limit}. Shorten it.</source>
        <translation>Başlık {count} karakter; dev.to {limit} karaktere izin veriyor. Kısaltın.</translation>
    </message>
    <message>
        <source>The upload stalled: no data came for a while.</source>
        <translation>Yükleme durdu: bir süre hiç veri gelmedi.</translation>
    </message>
    <message>
        <source>The way to servers is an object with proxy and ca_file.</source>
        <translation>Sunuculara giden yol, proxy ve ca_file içeren bir nesnedir.</translation>
    </message>
    <message>
        <source>The workspace cannot start, because this program may not write to {unwritable}.</source>
        <translation>Çalışma alanı başlatılamıyor; bu programın şuraya yazma izni yok: {unwritable}.</translation>
    </message>
    <message>
        <source>The workspace could not be started: {reason}.</source>
        <translation>Çalışma alanı başlatılamadı: {reason}.</translation>
    </message>
    <message>
        <source>The workspace does not allow this app to write there.</source>
        <translation>Çalışma alanı bu uygulamanın oraya yazmasına izin vermiyor.</translation>
    </message>
    <message>
        <source>The workspace had an unexpected error.</source>
        <translation>Çalışma alanında beklenmedik bir hata oluştu.</translation>
    </message>
    <message>
        <source>The workspace of Posto Desktop on this computer</source>
        <translation>Bu bilgisayardaki Posto Desktop çalışma alanı</translation>
    </message>
    <message>
        <source>The workspace of an older Posto Desktop is still running and could not be stopped. Log out of this computer and in again, then start Posto Desktop.</source>
        <translation>Daha eski bir Posto Desktop’ın çalışma alanı hâlâ çalışıyor ve durdurulamadı. Bu bilgisayarda oturumu kapatıp yeniden açın, sonra Posto Desktop’ı başlatın.</translation>
    </message>
    <message>
        <source>The workspace on this computer could not start. See {file} in its folder.</source>
        <translation>Bu bilgisayardaki çalışma alanı başlatılamadı. Klasöründeki {file} dosyasına bakın.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not start in time.</source>
        <translation>Bu bilgisayardaki çalışma alanı zamanında başlamadı.</translation>
    </message>
    <message>
        <source>The workspace on this computer was last used by a newer version of Posto Desktop. Install that version, or move the workspace&apos;s folder away to start with a new one.</source>
        <translation>Bu bilgisayardaki çalışma alanını en son Posto Desktop’ın daha yeni bir sürümü kullandı. O sürümü yükleyin veya yenisiyle başlamak için çalışma alanının klasörünü başka yere taşıyın.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database cannot be opened: {error}.</source>
        <translation>Çalışma alanının veritabanı açılamıyor: {error}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database could not be used.</source>
        <translation>Çalışma alanının veritabanı kullanılamadı.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database does not answer right now.</source>
        <translation>Çalışma alanının veritabanı şu anda yanıt vermiyor.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database is in use by another program.</source>
        <translation>Çalışma alanının veritabanını başka bir program kullanıyor.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database was damaged. Posto kept it as {name} and started a new one.</source>
        <translation>Çalışma alanının veritabanı bozulmuştu. Posto onu {name} olarak sakladı ve yenisini başlattı.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database {name} has damaged entries ({damaged}). Posto shows what it can read and does not send their posts. Other entries are not affected.</source>
        <translation>Çalışma alanının {name} veritabanında bozuk kayıtlar var ({damaged}). Posto okuyabildiğini gösterir ve onların gönderilerini göndermez. Diğer kayıtlar etkilenmez.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder cannot be created: {folder}.</source>
        <translation>Çalışma alanının klasörü oluşturulamıyor: {folder}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder on this computer is read-only.</source>
        <translation>Bu bilgisayardaki çalışma alanının klasörü salt okunur.</translation>
    </message>
    <message>
        <source>The workspace&apos;s key cannot be read: {path}. {reason}. Move it away, then try again.</source>
        <translation>Çalışma alanının anahtarı okunamıyor: {path}. {reason}. Başka yere taşıyıp tekrar deneyin.</translation>
    </message>
    <message>
        <source>There are {count} already, and no room for more.</source>
        <translation>Zaten {count} tane var; daha fazlasına yer yok.</translation>
    </message>
    <message>
        <source>There is no WordPress at {server}, or its REST API is switched off. Copy the address of the site&apos;s front page.</source>
        <translation>{server} adresinde WordPress yok veya REST API’si kapalı. Sitenin ana sayfasının adresini kopyalayın.</translation>
    </message>
    <message>
        <source>There is no post to comment on.</source>
        <translation>Yorum yapılacak gönderi yok.</translation>
    </message>
    <message>
        <source>There is nothing to connect here.</source>
        <translation>Burada bağlanacak bir şey yok.</translation>
    </message>
    <message>
        <source>There is somebody called {name} already.</source>
        <translation>{name} adında biri zaten var.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel. Create one first.</source>
        <translation>Bu Google hesabının YouTube kanalı yok. Önce bir tane oluşturun.</translation>
    </message>
    <message>
        <source>This address belongs to another sign-in. Open the sign-in page again, allow Posto Desktop and copy the address of the last page.</source>
        <translation>Bu adres başka bir oturum açmaya ait. Oturum açma sayfasını yeniden açın, Posto Desktop’a izin verin ve son sayfanın adresini kopyalayın.</translation>
    </message>
    <message>
        <source>This address is not served here. Use {address}.</source>
        <translation>Bu adres burada sunulmuyor. {address} kullanın.</translation>
    </message>
    <message>
        <source>This calendar does not exist.</source>
        <translation>Böyle bir takvim yok.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu bilgisayar</translation>
    </message>
    <message>
        <source>This computer was off or asleep at the time of the post.</source>
        <translation>Gönderinin zamanında bu bilgisayar kapalı veya uykudaydı.</translation>
    </message>
    <message>
        <source>This computer&apos;s disk is full.</source>
        <translation>Bu bilgisayarın diski dolu.</translation>
    </message>
    <message>
        <source>This file does not exist.</source>
        <translation>Böyle bir dosya yok.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot send to Nostr. Install what is missing: pip install &apos;posto[nostr]&apos;</source>
        <translation>Bu Posto kurulumu Nostr’a gönderemiyor. Eksik olanı yükleyin: pip install &apos;posto[nostr]&apos;</translation>
    </message>
    <message>
        <source>This is not a private key. It begins with nsec1, or has 64 hexadecimal digits.</source>
        <translation>Bu bir özel anahtar değil. Özel anahtar nsec1 ile başlar veya 64 onaltılık basamaktan oluşur.</translation>
    </message>
    <message>
        <source>This is not an Admin API key. It has 24 letters, a colon and 64 letters. The Content API key beside it can only read.</source>
        <translation>Bu bir Admin API anahtarı değil. O, 24 harf, iki nokta üst üste ve 64 harften oluşur. Yanındaki Content API anahtarı yalnızca okuyabilir.</translation>
    </message>
    <message>
        <source>This is not the address of a post on this channel. Open the post and copy its address.</source>
        <translation>Bu, bu kanaldaki bir gönderinin adresi değil. Gönderiyi açıp adresini kopyalayın.</translation>
    </message>
    <message>
        <source>This is not the address of a post. It begins with https://.</source>
        <translation>Bu bir gönderinin adresi değil. Adres https:// ile başlar.</translation>
    </message>
    <message>
        <source>This is not the address of a webhook. It begins with https://discord.com/api/webhooks/</source>
        <translation>Bu bir webhook adresi değil. Adres https://discord.com/api/webhooks/ ile başlar</translation>
    </message>
    <message>
        <source>This is not the address of the last page. It begins with {listen} and is long. Copy all of it.</source>
        <translation>Bu, son sayfanın adresi değil. O adres {listen} ile başlar ve uzundur. Tamamını kopyalayın.</translation>
    </message>
    <message>
        <source>This is not the token of a bot. @BotFather shows it: 123456:ABC…</source>
        <translation>Bu bir botun belirteci değil. @BotFather gösterir: 123456:ABC…</translation>
    </message>
    <message>
        <source>This is the address of another post on this channel.</source>
        <translation>Bu, bu kanaldaki başka bir gönderinin adresi.</translation>
    </message>
    <message>
        <source>This is the last password with which an owner can sign in. Make another one first.</source>
        <translation>Bu, bir sahibin oturum açabileceği son paroladır. Önce başka bir tane oluşturun.</translation>
    </message>
    <message>
        <source>This is the public key. Enter the private key; it begins with nsec1.</source>
        <translation>Bu herkese açık anahtar. Özel anahtarı girin; nsec1 ile başlar.</translation>
    </message>
    <message>
        <source>This is your account password, and the account uses two-factor sign-in. Create an app password in Bluesky&apos;s settings and enter it here.</source>
        <translation>Bu hesap parolanız ve hesap iki adımlı doğrulama kullanıyor. Bluesky ayarlarında bir uygulama parolası oluşturup buraya girin.</translation>
    </message>
    <message>
        <source>This is your account password. Create an app password in Bluesky&apos;s settings and enter it here. You can revoke it at any time.</source>
        <translation>Bu hesap parolanız. Bluesky ayarlarında bir uygulama parolası oluşturup buraya girin. İstediğiniz zaman iptal edebilirsiniz.</translation>
    </message>
    <message>
        <source>This item does not exist.</source>
        <translation>Böyle bir öğe yok.</translation>
    </message>
    <message>
        <source>This network cannot be connected here.</source>
        <translation>Bu ağ buradan bağlanamaz.</translation>
    </message>
    <message>
        <source>This network has no private test posts.</source>
        <translation>Bu ağda özel test gönderisi yok.</translation>
    </message>
    <message>
        <source>This password does not exist.</source>
        <translation>Bu parola yok.</translation>
    </message>
    <message>
        <source>This person is not in the team any more.</source>
        <translation>Bu kişi artık ekipte değil.</translation>
    </message>
    <message>
        <source>This post does not exist.</source>
        <translation>Böyle bir gönderi yok.</translation>
    </message>
    <message>
        <source>This post does not have what the comment is about.</source>
        <translation>Bu gönderide yorumun konusu olan şey yok.</translation>
    </message>
    <message>
        <source>This post does not wait for an approval any more.</source>
        <translation>Bu gönderi artık onay beklemiyor.</translation>
    </message>
    <message>
        <source>This post has no comment to publish.</source>
        <translation>Bu gönderinin yayımlanacak yorumu yok.</translation>
    </message>
    <message>
        <source>This post was changed meanwhile. Look at it again.</source>
        <translation>Bu gönderi bu arada değiştirildi. Yeniden bakın.</translation>
    </message>
    <message>
        <source>This schedule has no unclear outcome.</source>
        <translation>Bu planın belirsiz bir sonucu yok.</translation>
    </message>
    <message>
        <source>This sign-in does not wait for an address.</source>
        <translation>Bu oturum açma bir adres beklemiyor.</translation>
    </message>
    <message>
        <source>This sign-in has expired. Start again.</source>
        <translation>Bu oturum açmanın süresi doldu. Yeniden başlayın.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to choose.</source>
        <translation>Bu oturum açmada seçilecek bir şey yok.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to test.</source>
        <translation>Bu oturum açmada test edilecek bir şey yok.</translation>
    </message>
    <message>
        <source>This sign-in is over. Begin again in the app.</source>
        <translation>Bu oturum açma sona erdi. Uygulamada yeniden başlayın.</translation>
    </message>
    <message>
        <source>This token belongs to {name}, a person. Enter a token of your page.</source>
        <translation>Bu belirteç bir kişiye ait: {name}. Sayfanızın belirtecini girin.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this account.</source>
        <translation>Posto Desktop’ın bu sürümü bu hesapta yayımlayamıyor.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this channel.</source>
        <translation>Posto Desktop’ın bu sürümü bu kanalda yayımlayamıyor.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place} ({day}), and the database in this folder is a copy from before that: it would send again what is sent there. To use it all the same, end the workspace there and delete {file}.</source>
        <translation>Bu çalışma alanı {place} konumuna taşındı ({day}) ve bu klasördeki veritabanı ondan önceki bir kopya: orada gönderileni yeniden gönderirdi. Yine de kullanmak için oradaki çalışma alanını sonlandırın ve {file} dosyasını silin.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place}, so nothing is sent from here. Use it there, or bring it back with “posto-server move”.</source>
        <translation>Bu çalışma alanı {place} konumuna taşındı, bu yüzden buradan hiçbir şey gönderilmiyor. Onu orada kullanın veya “posto-server move” ile geri getirin.</translation>
    </message>
    <message>
        <source>Threads (your own app)</source>
        <translation>Threads (kendi uygulamanız)</translation>
    </message>
    <message>
        <source>Threads downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>Threads görselleri herkese açık bir adresten indirir. Hesabı yeniden bağlayın ve bunun için kendinize ait bir WordPress sitesi girin.</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Belirteç</translation>
    </message>
    <message>
        <source>Token secret</source>
        <translation>Belirtecin gizli anahtarı</translation>
    </message>
    <message>
        <source>Too many requests. Try again in {count} seconds.</source>
        <translation>Çok fazla istek var. {count} saniye sonra yeniden deneyin.</translation>
    </message>
    <message>
        <source>Too many sign-ins are under way. Try again in a few minutes.</source>
        <translation>Çok fazla oturum açma sürüyor. Birkaç dakika sonra tekrar deneyin.</translation>
    </message>
    <message>
        <source>Too many sign-ins have failed. Try again in {count} seconds.</source>
        <translation>Çok sayıda oturum açma denemesi başarısız oldu. {count} saniye sonra yeniden deneyin.</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Konu</translation>
    </message>
    <message>
        <source>Tumblr does not allow apps to write comments.</source>
        <translation>Tumblr, uygulamaların yorum yazmasına izin vermez.</translation>
    </message>
    <message>
        <source>Two-factor code</source>
        <translation>İki adımlı doğrulama kodu</translation>
    </message>
    <message>
        <source>Type the address of your site, for example https://example.com.</source>
        <translation>Sitenizin adresini yazın, örneğin https://example.com.</translation>
    </message>
    <message>
        <source>Type the name of your server, for example mastodon.social, or your handle.</source>
        <translation>Sunucunuzun adını, örneğin mastodon.social, veya kullanıcı adınızı yazın.</translation>
    </message>
    <message>
        <source>Use a client of the type Desktop app.</source>
        <translation>Desktop app türünde bir istemci kullanın.</translation>
    </message>
    <message>
        <source>Used once to sign in, never saved.</source>
        <translation>Oturum açmak için bir kez kullanılır, hiç kaydedilmez.</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Kullanıcı adı</translation>
    </message>
    <message>
        <source>User name or mail address</source>
        <translation>Kullanıcı adı veya e-posta adresi</translation>
    </message>
    <message>
        <source>User name there</source>
        <translation>Oradaki kullanıcı adı</translation>
    </message>
    <message>
        <source>Webhook address</source>
        <translation>Webhook adresi</translation>
    </message>
    <message>
        <source>What was scheduled in it is not sent.</source>
        <translation>İçinde planlananlar gönderilmez.</translation>
    </message>
    <message>
        <source>With permission to read and write.</source>
        <translation>Okuma ve yazma izniyle.</translation>
    </message>
    <message>
        <source>WordPress site for pictures</source>
        <translation>Görseller için WordPress sitesi</translation>
    </message>
    <message>
        <source>Write what is to be changed.</source>
        <translation>Neyin değiştirileceğini yazın.</translation>
    </message>
    <message>
        <source>X (your own app)</source>
        <translation>X (kendi uygulamanız)</translation>
    </message>
    <message>
        <source>You are not currently logged in.</source>
        <translation>Şu anda oturumunuz açık değil.</translation>
    </message>
    <message>
        <source>You can close this window and go back to Posto Desktop.</source>
        <translation>Bu pencereyi kapatıp Posto Desktop’a dönebilirsiniz.</translation>
    </message>
    <message>
        <source>You cannot do this to yourself. Another owner can.</source>
        <translation>Bunu kendinize yapamazsınız. Başka bir sahip yapabilir.</translation>
    </message>
    <message>
        <source>You did not allow the sign-in in the browser. Try again.</source>
        <translation>Tarayıcıda oturum açmaya izin vermediniz. Tekrar deneyin.</translation>
    </message>
    <message>
        <source>You have not joined any community. Join the one you want to post to.</source>
        <translation>Hiçbir topluluğa katılmadınız. Paylaşmak istediğinize katılın.</translation>
    </message>
    <message>
        <source>You may not sign in to this workspace for now.</source>
        <translation>Şimdilik bu çalışma alanında oturum açamazsınız.</translation>
    </message>
    <message>
        <source>You were removed from this workspace.</source>
        <translation>Bu çalışma alanından çıkarıldınız.</translation>
    </message>
    <message>
        <source>YouTube (your own project)</source>
        <translation>YouTube (kendi projeniz)</translation>
    </message>
    <message>
        <source>YouTube allows one video and no pictures.</source>
        <translation>YouTube bir videoya izin verir, görsele izin vermez.</translation>
    </message>
    <message>
        <source>YouTube does not allow &lt; and &gt; in titles and descriptions.</source>
        <translation>YouTube başlık ve açıklamalarda &lt; ve &gt; karakterlerine izin vermez.</translation>
    </message>
    <message>
        <source>YouTube needs a title.</source>
        <translation>YouTube için başlık gerekli.</translation>
    </message>
    <message>
        <source>Your Google project has reached today&apos;s limit.</source>
        <translation>Google projeniz bugünkü sınırına ulaştı.</translation>
    </message>
    <message>
        <source>Your app has no credits left. Buy some at console.x.com.</source>
        <translation>Uygulamanızın kredisi kalmadı. console.x.com adresinden satın alın.</translation>
    </message>
    <message>
        <source>Your files that no post uses take {used} of {limit}, and this one does not fit. Propose posts with them, or ask an editor to delete some, then try again.</source>
        <translation>Hiçbir gönderinin kullanmadığı dosyalarınız {limit} alanın {used} kadarını kaplıyor ve bu dosya sığmıyor. Onlarla gönderi önerin veya bir editörden bazılarını silmesini isteyin, sonra yeniden deneyin.</translation>
    </message>
    <message>
        <source>dev.to does not accept files from apps. Put the address of a picture into the text: ![description](https://…)</source>
        <translation>dev.to uygulamalardan dosya kabul etmez. Metne bir görselin adresini koyun: ![description](https://…)</translation>
    </message>
    <message>
        <source>dev.to does not allow apps to write comments.</source>
        <translation>dev.to uygulamaların yorum yazmasına izin vermez.</translation>
    </message>
    <message>
        <source>dev.to needs a title.</source>
        <translation>dev.to için başlık gerekli.</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>içeriği bozuk</translation>
    </message>
    <message>
        <source>news-of-our-club. Whoever knows it can read it.</source>
        <translation>kulubumuzden-haberler. Bunu bilen herkes okuyabilir.</translation>
    </message>
    <message>
        <source>not active</source>
        <translation>etkin değil</translation>
    </message>
    <message>
        <source>nsec1… It stays in the keychain of this computer and cannot be changed.</source>
        <translation>nsec1… Bu bilgisayarın anahtar zincirinde kalır ve değiştirilemez.</translation>
    </message>
    <message>
        <source>ntfy.sh, or the address of your own</source>
        <translation>ntfy.sh veya kendi sunucunuzun adresi</translation>
    </message>
    <message>
        <source>xoxb-… from api.slack.com/apps: OAuth &amp; Permissions, after Install to Workspace.</source>
        <translation>xoxb-… api.slack.com/apps adresinden: Install to Workspace sonrasında OAuth &amp; Permissions.</translation>
    </message>
    <message>
        <source>you.bsky.social, or a domain of your own</source>
        <translation>siz.bsky.social veya kendi alan adınız</translation>
    </message>
    <message>
        <source>{account} is in no room where Posto can publish. Create or join an unencrypted room where you may write.</source>
        <translation>{account}, Posto’nun yayımlayabileceği hiçbir odada değil. Yazabileceğiniz şifresiz bir oda oluşturun veya böyle bir odaya katılın.</translation>
    </message>
    <message>
        <source>{account} was removed here, but its sign-in may still be valid.</source>
        <translation>{account} buradan kaldırıldı ama oturumu hâlâ geçerli olabilir.</translation>
    </message>
    <message>
        <source>{address} is no address of a PostgreSQL database.</source>
        <translation>{address} bir PostgreSQL veritabanının adresi değil.</translation>
    </message>
    <message>
        <source>{address} is not the address of a relay. Example: wss://relay.damus.io</source>
        <translation>{address} bir röle adresi değil. Örnek: wss://relay.damus.io</translation>
    </message>
    <message>
        <source>{channel} is no longer connected. Connect it again.</source>
        <translation>{channel} artık bağlı değil. Yeniden bağlayın.</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} bayt</translation>
    </message>
    <message>
        <source>{count} relays are too many; enter at most {limit}.</source>
        <translation>{count} röle çok fazla; en fazla {limit} girin.</translation>
    </message>
    <message>
        <source>{handle} has no note at this address.</source>
        <translation>{handle} hesabının bu adreste notu yok.</translation>
    </message>
    <message>
        <source>{handle} has no post at this address.</source>
        <translation>{handle} hesabının bu adreste gönderisi yok.</translation>
    </message>
    <message>
        <source>{handle} is {status} at Bluesky.</source>
        <translation>{handle} hesabının Bluesky’daki durumu: {status}.</translation>
    </message>
    <message>
        <source>{handle} may publish {limit}. This post waits until then.</source>
        <translation>{handle} için yayımlama sınırı: {limit}. Bu gönderi o zamana kadar bekler.</translation>
    </message>
    <message>
        <source>{host} accepts no more messages today.</source>
        <translation>{host} bugün başka mesaj kabul etmiyor.</translation>
    </message>
    <message>
        <source>{host} accepts no more requests for now.</source>
        <translation>{host} şimdilik başka istek kabul etmiyor.</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>{host} sunucusuna ulaşılamıyor.</translation>
    </message>
    <message>
        <source>{host} did not accept the user name and application password. Create a new password on the site and connect the account again. If they are right, the web server removes them before WordPress sees them.</source>
        <translation>{host} kullanıcı adını ve uygulama parolasını kabul etmedi. Sitede yeni bir parola oluşturun ve hesabı yeniden bağlayın. Doğruysalar web sunucusu onları WordPress görmeden siliyor.</translation>
    </message>
    <message>
        <source>{host} did not accept this (status {status}).</source>
        <translation>{host} bunu kabul etmedi (durum {status}).</translation>
    </message>
    <message>
        <source>{host} did not accept this handle and password. Enter an app password, not your account password.</source>
        <translation>{host} bu kullanıcı adını ve parolayı kabul etmedi. Hesap parolanızı değil, bir uygulama parolası girin.</translation>
    </message>
    <message>
        <source>{host} did not answer in time.</source>
        <translation>{host} zamanında yanıt vermedi.</translation>
    </message>
    <message>
        <source>{host} did not grant access. Try again.</source>
        <translation>{host} erişim vermedi. Tekrar deneyin.</translation>
    </message>
    <message>
        <source>{host} did not keep the test post as a draft, so Posto deleted it.</source>
        <translation>{host} test gönderisini taslak olarak tutmadı; bu yüzden Posto onu sildi.</translation>
    </message>
    <message>
        <source>{host} did not report whether it has the post.</source>
        <translation>{host} gönderinin onda olup olmadığını bildirmedi.</translation>
    </message>
    <message>
        <source>{host} does not accept the session.</source>
        <translation>{host} oturumu kabul etmiyor.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in ({answer}). Sign in again.</source>
        <translation>{host} oturumu kabul etmiyor ({answer}). Yeniden oturum açın.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in. Sign in again.</source>
        <translation>{host} oturumu kabul etmiyor. Yeniden oturum açın.</translation>
    </message>
    <message>
        <source>{host} does not accept the signature.</source>
        <translation>{host} imzayı kabul etmiyor.</translation>
    </message>
    <message>
        <source>{host} does not accept this much.</source>
        <translation>{host} bu kadarını kabul etmiyor.</translation>
    </message>
    <message>
        <source>{host} does not accept uploads with this user name and password.</source>
        <translation>{host} bu kullanıcı adı ve parolayla yükleme kabul etmiyor.</translation>
    </message>
    <message>
        <source>{host} does not accept your files.</source>
        <translation>{host} dosyalarınızı kabul etmiyor.</translation>
    </message>
    <message>
        <source>{host} does not allow this sign-in. Paste an access token.</source>
        <translation>{host} bu oturum açmaya izin vermiyor. Bir erişim belirteci yapıştırın.</translation>
    </message>
    <message>
        <source>{host} does not let this account use the topic. Allow it there, or connect the account again.</source>
        <translation>{host} bu hesabın konuyu kullanmasına izin vermiyor. Orada izin verin veya hesabı yeniden bağlayın.</translation>
    </message>
    <message>
        <source>{host} does not report which password this is. Delete it there.</source>
        <translation>{host} bunun hangi parola olduğunu bildirmiyor. Orada silin.</translation>
    </message>
    <message>
        <source>{host} has a problem right now (status {status}).</source>
        <translation>{host} sunucusunda şu anda bir sorun var (durum {status}).</translation>
    </message>
    <message>
        <source>{host} has moved. Connect the account again.</source>
        <translation>{host} taşındı. Hesabı yeniden bağlayın.</translation>
    </message>
    <message>
        <source>{host} is not compatible with Mastodon.</source>
        <translation>{host} Mastodon ile uyumlu değil.</translation>
    </message>
    <message>
        <source>{host} is still processing a file of this post.</source>
        <translation>{host} bu gönderinin bir dosyasını hâlâ işliyor.</translation>
    </message>
    <message>
        <source>{host} must use https, because Posto sends it a password.</source>
        <translation>{host} https kullanmalı, çünkü Posto ona parola gönderiyor.</translation>
    </message>
    <message>
        <source>{host} no longer accepts posts at this address. Connect the channel again.</source>
        <translation>{host} artık bu adreste gönderi kabul etmiyor. Kanalı yeniden bağlayın.</translation>
    </message>
    <message>
        <source>{host} no longer accepts the key. Connect the site again.</source>
        <translation>{host} artık anahtarı kabul etmiyor. Siteyi yeniden bağlayın.</translation>
    </message>
    <message>
        <source>{host} no longer has a file of this post. Posto sends it again.</source>
        <translation>{host} sunucusunda bu gönderinin bir dosyası artık yok. Posto yeniden gönderiyor.</translation>
    </message>
    <message>
        <source>{host} no longer knows this webhook or bot. Connect the channel again.</source>
        <translation>{host} artık bu webhook’u veya botu tanımıyor. Kanalı yeniden bağlayın.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop.</source>
        <translation>{host} döngüsel olarak yönlendiriyor.</translation>
    </message>
    <message>
        <source>{host} redirects to an invalid address.</source>
        <translation>{host} geçersiz bir adrese yönlendiriyor.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>{host} başka bir adrese yönlendiriyor.</translation>
    </message>
    <message>
        <source>{host} sent an answer that Posto does not understand.</source>
        <translation>{host} Posto’nun anlamadığı bir yanıt gönderdi.</translation>
    </message>
    <message>
        <source>{host} showed the test note to others, so Posto deleted it.</source>
        <translation>{host} test notunu başkalarına gösterdi; bu yüzden Posto onu sildi.</translation>
    </message>
    <message>
        <source>{host} showed the test post to others, so Posto deleted it.</source>
        <translation>{host} test gönderisini başkalarına gösterdi; bu yüzden Posto onu sildi.</translation>
    </message>
    <message>
        <source>{host} signs in only in the browser. Enter an access token instead. In Element it is under All settings, Help and about.</source>
        <translation>{host} yalnızca tarayıcıda oturum açıyor. Bunun yerine bir erişim belirteci girin. Element’te “All settings, Help and about” altındadır.</translation>
    </message>
    <message>
        <source>{host}: someone else is editing this post. Try again in a moment.</source>
        <translation>{host}: bu gönderiyi başka biri düzenliyor. Birazdan tekrar deneyin.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it to send the waiting posts.</source>
        <translation>{keychain} kilitli. Bekleyen gönderileri göndermek için kilidini açın.</translation>
    </message>
    <message>
        <source>{name} allows pictures or a video, not both in one post.</source>
        <translation>{name} tek gönderide görsellere veya bir videoya izin verir, ikisine birden değil.</translation>
    </message>
    <message>
        <source>{name} allows {most} videos at most.</source>
        <translation>{name} en fazla {most} videoya izin verir.</translation>
    </message>
    <message>
        <source>{name} has no blog.</source>
        <translation>{name} hesabının blogu yok.</translation>
    </message>
    <message>
        <source>{name} has {size}; {server} allows {limit}. Make it smaller or remove it.</source>
        <translation>{name}: {size}; {server} sınırı {limit}. Küçültün veya kaldırın.</translation>
    </message>
    <message>
        <source>{name} has {width} × {height} pixels; {server} allows {limit} in all. Make it smaller.</source>
        <translation>{name}: {width} × {height} piksel; {server} sınırı toplam {limit}. Küçültün.</translation>
    </message>
    <message>
        <source>{name} is in no Discord server with a text channel. Invite it: at discord.com/developers, OAuth2, URL Generator, scope bot, permission Send Messages.</source>
        <translation>{name}, metin kanalı olan hiçbir Discord sunucusunda değil. Davet edin: discord.com/developers adresinde OAuth2, URL Generator, scope bot, izin Send Messages.</translation>
    </message>
    <message>
        <source>{name} is larger than {size} and could not be made smaller.</source>
        <translation>{name} çok büyük (sınır: {size}) ve küçültülemedi.</translation>
    </message>
    <message>
        <source>{name} is no name of a group: letters, digits, spaces, &amp; + . -</source>
        <translation>{name} bir grup adı değil: harfler, rakamlar, boşluklar, &amp; + . -</translation>
    </message>
    <message>
        <source>{name} is the last owner. Make somebody else an owner first.</source>
        <translation>{name} son sahip. Önce başka birini sahip yapın.</translation>
    </message>
    <message>
        <source>{name} needs a text.</source>
        <translation>{name} için metin gerekli.</translation>
    </message>
    <message>
        <source>{name} needs a title.</source>
        <translation>{name} için başlık gerekli.</translation>
    </message>
    <message>
        <source>{name} needs at least one picture or video.</source>
        <translation>{name} için en az bir görsel veya video gerekli.</translation>
    </message>
    <message>
        <source>{name} was made smaller, to {width} × {height} pixels and {size}.</source>
        <translation>{name} küçültüldü: {width} × {height} piksel, {size}.</translation>
    </message>
    <message>
        <source>{server} does not support files like {name} ({mime}). Remove it.</source>
        <translation>{server} {name} ({mime}) gibi dosyaları desteklemiyor. Kaldırın.</translation>
    </message>
    <message>
        <source>{server} needs at least one picture or video.</source>
        <translation>{server} için en az bir görsel veya video gerekli.</translation>
    </message>
    <message>
        <source>{slug} may not write posts on {host}. Ask for the role of an author.</source>
        <translation>{slug} {host} üzerinde yazı yazamıyor. Yazar rolünü isteyin.</translation>
    </message>
</context>
<context>
    <name>Service</name>
    <message numerus="yes">
        <source>%n message(s) (needs/need) you.</source>
        <translation>
            <numerusform>%n mesaj sizi bekliyor.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) accepted for some of their channels only.</source>
        <translation>
            <numerusform>%n mesaj, kanallarının yalnızca bazıları için kabul edildi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) not sent.</source>
        <translation>
            <numerusform>%n mesaj gönderilmedi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) refused.</source>
        <translation>
            <numerusform>%n mesaj reddedildi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} posts could not be tried again.</source>
        <translation>
            <numerusform>{all} gönderiden %n tanesi yeniden denenemedi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} files could not be downloaded.</source>
        <translation>
            <numerusform>{total} dosyadan %n tanesi indirilemedi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts could not be deleted.</source>
        <translation>
            <numerusform>{total} gönderiden %n tanesi silinemedi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (is/are) tried again</source>
        <translation>
            <numerusform>%n gönderi yeniden deneniyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(The post/%n posts) could not be tried again.</source>
        <translation>
            <numerusform>%n gönderi yeniden denenemedi.</numerusform>
        </translation>
    </message>
    <message>
        <source>If this continues, check the site in a browser.</source>
        <translation>Bu sürerse siteyi bir tarayıcıda denetleyin.</translation>
    </message>
    <message>
        <source>It was not sent again, because it may already be published.</source>
        <translation>Zaten yayımlanmış olabileceği için yeniden gönderilmedi.</translation>
    </message>
    <message>
        <source>Its password is not on this computer. Sign in again.</source>
        <translation>Parolası bu bilgisayarda yok. Yeniden oturum açın.</translation>
    </message>
    <message>
        <source>Move Posto Desktop to the Applications folder and open it from there. Where it is now, macOS would not find it at the next login.</source>
        <translation>Posto Desktop’ı Uygulamalar klasörüne taşıyıp oradan açın. Şimdiki yerinde macOS onu bir sonraki oturum açılışında bulamaz.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>Posto is restarting it. See the log for details.</source>
        <translation>Posto onu yeniden başlatıyor. Ayrıntılar için günlüğe bakın.</translation>
    </message>
    <message>
        <source>Posto may not write there</source>
        <translation>Posto’nun oraya yazma izni yok</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>Yine de gönder</translation>
    </message>
    <message>
        <source>Sending stopped because of an unexpected error ({why}).</source>
        <translation>Beklenmedik bir hata ({why}) nedeniyle gönderim durdu.</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göster</translation>
    </message>
    <message>
        <source>Something could not be saved. See the log for details.</source>
        <translation>Bir şey kaydedilemedi. Ayrıntılar için günlüğe bakın.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({why}).</source>
        <translation>Beklenmedik bir sorun oluştu ({why}).</translation>
    </message>
    <message>
        <source>Something unexpected went wrong. See the log for details.</source>
        <translation>Beklenmedik bir sorun oluştu. Ayrıntılar için günlüğe bakın.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>Takvim uygulamanızda yeni bir adresle yeniden abone olun.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>Uygulama kapanıyor.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was changed.</source>
        <translation>Uygulama kapanıyor. Hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was done.</source>
        <translation>Uygulama kapanıyor. Hiçbir şey yapılmadı.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was sent.</source>
        <translation>Uygulama kapanıyor. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The changes could not be saved. Nothing was changed.</source>
        <translation>Değişiklikler kaydedilemedi. Hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>The content of this post could not be read, because it was not created in Posto.</source>
        <translation>Bu gönderi Posto’da oluşturulmadığı için içeriği okunamadı.</translation>
    </message>
    <message>
        <source>The list of recent files was damaged and is now empty. The files themselves are not affected.</source>
        <translation>Son dosyalar listesi bozulmuştu ve şimdi boş. Dosyaların kendisi etkilenmedi.</translation>
    </message>
    <message>
        <source>The password is not available. Sign in again to save it.</source>
        <translation>Parola kullanılamıyor. Kaydetmek için yeniden oturum açın.</translation>
    </message>
    <message>
        <source>The post could not be deleted.</source>
        <translation>Gönderi silinemedi.</translation>
    </message>
    <message>
        <source>The post could not be saved. Nothing was sent.</source>
        <translation>Gönderi kaydedilemedi. Hiçbir şey gönderilmedi.</translation>
    </message>
    <message>
        <source>The posts may have been deleted.</source>
        <translation>Gönderiler silinmiş olabilir.</translation>
    </message>
    <message>
        <source>The posts were not deleted. {why}</source>
        <translation>Gönderiler silinmedi. {why}</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>Çalışma alanına ulaşılamıyor.</translation>
    </message>
    <message>
        <source>The workspace is slow to answer.</source>
        <translation>Çalışma alanı geç yanıt veriyor.</translation>
    </message>
    <message>
        <source>The workspace on this computer is not running. Open it, then try again.</source>
        <translation>Bu bilgisayardaki çalışma alanı çalışmıyor. Açıp tekrar deneyin.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu bilgisayar</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>Geri almak için çok geç: gönderiler silindi.</translation>
    </message>
    <message>
        <source>Until you fix this, Posto cannot save drafts or send posts.</source>
        <translation>Bunu düzeltene kadar Posto taslak kaydedemez ve gönderi gönderemez.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: the workspace is slow to answer.</source>
        <translation>Önceki gönderiler bekleniyor: çalışma alanı geç yanıt veriyor.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: {host} is slow to answer.</source>
        <translation>Önceki gönderiler bekleniyor: {host} geç yanıt veriyor.</translation>
    </message>
    <message>
        <source>Windows does not let Posto do that: {why}.</source>
        <translation>Windows, Posto’nun bunu yapmasına izin vermiyor: {why}.</translation>
    </message>
    <message>
        <source>You can have {n} at most. Delete one first.</source>
        <translation>En fazla {n} tane olabilir. Önce birini silin.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>adı kullanılamıyor</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>disk dolu</translation>
    </message>
    <message>
        <source>{address} could not be downloaded. {why}</source>
        <translation>{address} indirilemedi. {why}</translation>
    </message>
    <message>
        <source>{address} could not be kept: {why}.</source>
        <translation>{address} saklanamadı: {why}.</translation>
    </message>
    <message>
        <source>{address} is a web page, not a picture.</source>
        <translation>{address} bir görsel değil, web sayfası.</translation>
    </message>
    <message>
        <source>{address} is not a picture or video.</source>
        <translation>{address} bir görsel veya video değil.</translation>
    </message>
    <message>
        <source>{host} is slow to answer.</source>
        <translation>{host} geç yanıt veriyor.</translation>
    </message>
    <message>
        <source>{name} cannot be played here.</source>
        <translation>{name} burada oynatılamıyor.</translation>
    </message>
    <message>
        <source>{name} cannot be posted.</source>
        <translation>{name} paylaşılamıyor.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>{name} okunamıyor: erişim reddedildi.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} okunamıyor: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} okunamıyor: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be saved as a picture.</source>
        <translation>{name} görsel olarak kaydedilemiyor.</translation>
    </message>
    <message>
        <source>{name} cannot be shown here.</source>
        <translation>{name} burada gösterilemiyor.</translation>
    </message>
    <message>
        <source>{name} could not be kept: {why}.</source>
        <translation>{name} saklanamadı: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened as a video in time.</source>
        <translation>{name} zamanında video olarak açılamadı.</translation>
    </message>
    <message>
        <source>{name} has sound but no picture.</source>
        <translation>{name} ses içeriyor ama görüntü içermiyor.</translation>
    </message>
    <message>
        <source>{name} is a folder. Add the files inside it.</source>
        <translation>{name} bir klasör. İçindeki dosyaları ekleyin.</translation>
    </message>
    <message>
        <source>{name} is damaged: it cannot be opened as a video.</source>
        <translation>{name} bozuk: video olarak açılamıyor.</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <translation>{name} boş (0 bayt).</translation>
    </message>
    <message>
        <source>{name} is no video.</source>
        <translation>{name} bir video değil.</translation>
    </message>
    <message>
        <source>{name} is not a file that can be posted.</source>
        <translation>{name} paylaşılabilecek bir dosya değil.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post.</source>
        <translation>{name}, Posto’nun paylaşabileceği bir görsel veya video değil.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a PDF.</source>
        <translation>{name}, Posto’nun paylaşabileceği bir görsel veya video değil: PDF.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a drawing (SVG).</source>
        <translation>{name}, Posto’nun paylaşabileceği bir görsel veya video değil: çizim (SVG).</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a program.</source>
        <translation>{name}, Posto’nun paylaşabileceği bir görsel veya video değil: program.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a script.</source>
        <translation>{name}, Posto’nun paylaşabileceği bir görsel veya video değil: betik.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a web page.</source>
        <translation>{name}, Posto’nun paylaşabileceği bir görsel veya video değil: web sayfası.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is an archive.</source>
        <translation>{name}, Posto’nun paylaşabileceği bir görsel veya video değil: arşiv.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is sound only.</source>
        <translation>{name}, Posto’nun paylaşabileceği bir görsel veya video değil: yalnızca ses.</translation>
    </message>
    <message>
        <source>{name} is not a picture that Posto can post.</source>
        <translation>{name}, Posto’nun paylaşabileceği bir görsel değil.</translation>
    </message>
    <message>
        <source>{name} shows no picture.</source>
        <translation>{name} görüntü göstermiyor.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} bulunamadı.</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto. It was left as it is; use that version to change it.</source>
        <translation>{name} Posto’nun daha yeni bir sürümüyle yazılmış. Olduğu gibi bırakıldı; değiştirmek için o sürümü kullanın.</translation>
    </message>
    <message>
        <source>{path} cannot be changed: {why}.</source>
        <translation>{path} değiştirilemiyor: {why}.</translation>
    </message>
    <message>
        <source>“{title}” needs you.</source>
        <translation>“{title}” sizi bekliyor.</translation>
    </message>
    <message>
        <source>“{title}” was accepted</source>
        <translation>“{title}” kabul edildi</translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s), not for {channels}.</source>
        <translation>
            <numerusform>“{title}” %n kanaldan {n} için kabul edildi; edilmeyenler: {channels}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s).</source>
        <translation>
            <numerusform>“{title}” %n kanaldan {n} için kabul edildi.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was not sent.</source>
        <translation>“{title}” gönderilmedi.</translation>
    </message>
    <message>
        <source>“{title}” was refused.</source>
        <translation>“{title}” reddedildi.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> Ve %n tane daha.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n dakika</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pixel(s)</source>
        <translation>
            <numerusform>%n piksel</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n saniye</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) (is/are) suggested again</source>
        <translation>
            <numerusform>%n sözcük yeniden öneriliyor</numerusform>
        </translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 yıl</translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation>12 saat</translation>
    </message>
    <message>
        <source>150 %</source>
        <translation>%150</translation>
    </message>
    <message>
        <source>2 years</source>
        <translation>2 yıl</translation>
    </message>
    <message>
        <source>200 %</source>
        <translation>%200</translation>
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
        <translation>Saati olmayan bir günün anlamı</translation>
    </message>
    <message>
        <source>A file in PEM format, trusted in addition to the system&apos;s certificates</source>
        <translation>Sistemin sertifikalarına ek olarak güvenilen, PEM biçiminde bir dosya</translation>
    </message>
    <message>
        <source>A post failed</source>
        <translation>Gönderi başarısız oldu</translation>
    </message>
    <message>
        <source>A post needs you</source>
        <translation>Gönderi sizi bekliyor</translation>
    </message>
    <message>
        <source>A post was sent</source>
        <translation>Gönderi gönderildi</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Hakkında</translation>
    </message>
    <message>
        <source>Accounts and workspaces</source>
        <translation>Hesaplar ve çalışma alanları</translation>
    </message>
    <message>
        <source>Accounts, files, limits and the service; quiet if all is well</source>
        <translation>Hesaplar, dosyalar, sınırlar ve hizmet; her şey yolundaysa sessiz</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Etkinlik</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Vekil sunucunun adresi</translation>
    </message>
    <message>
        <source>After # and @: hashtags and mentions of this workspace, and its channels</source>
        <translation># ve @ işaretinden sonra: bu çalışma alanının hashtag’leri, bahsetmeleri ve kanalları</translation>
    </message>
    <message>
        <source>After 20 seconds</source>
        <translation>20 saniye sonra</translation>
    </message>
    <message>
        <source>After 6 seconds</source>
        <translation>6 saniye sonra</translation>
    </message>
    <message>
        <source>After this time the service counts as offline</source>
        <translation>Bu süreden sonra hizmet çevrimdışı sayılır</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Ajanda</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tüm dosyalar (*)</translation>
    </message>
    <message>
        <source>Another program has {keys}. Choose other keys.</source>
        <translation>{keys} başka bir programda. Başka tuşlar seçin.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Görünüm</translation>
    </message>
    <message>
        <source>Applies to files you add from now on. Posto sends copies and never changes your own files.</source>
        <translation>Bundan sonra eklediğiniz dosyalar için geçerlidir. Posto kopyaları gönderir ve kendi dosyalarınızı hiç değiştirmez.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Sistem gibi</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Sor</translation>
    </message>
    <message>
        <source>Ask before sending now</source>
        <translation>Şimdi göndermeden önce sor</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Her şeyi yedekle</translation>
    </message>
    <message>
        <source>Best, large files ({number})</source>
        <translation>En iyi, büyük dosyalar ({number})</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Önbellek</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>Takvim</translation>
    </message>
    <message>
        <source>Calendar and times</source>
        <translation>Takvim ve saatler</translation>
    </message>
    <message>
        <source>Certificates and timeouts</source>
        <translation>Sertifikalar ve zaman aşımları</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>Kendi sertifikalarınız</translation>
    </message>
    <message>
        <source>Check posts before they are due</source>
        <translation>Gönderileri zamanından önce denetle</translation>
    </message>
    <message>
        <source>Choose ffmpeg</source>
        <translation>ffmpeg seç</translation>
    </message>
    <message>
        <source>Choose “This one” above to use your own proxy</source>
        <translation>Kendi vekil sunucunuzu kullanmak için yukarıdan “Bu” seçeneğini seçin</translation>
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
        <translation>Penceredeki bildirimleri kapat</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Ferah</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Sıkışık</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>Oluştur</translation>
    </message>
    <message>
        <source>Converting videos</source>
        <translation>Video dönüştürme</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Koyu</translation>
    </message>
    <message>
        <source>Dates and numbers</source>
        <translation>Tarihler ve sayılar</translation>
    </message>
    <message>
        <source>Dates, times and numbers</source>
        <translation>Tarihler, saatler ve sayılar</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Gün</translation>
    </message>
    <message>
        <source>Days ahead to fill</source>
        <translation>Kaç gün ilerisi doldurulsun</translation>
    </message>
    <message>
        <source>Desktop notifications are off</source>
        <translation>Masaüstü bildirimleri kapalı</translation>
    </message>
    <message>
        <source>Do not keep</source>
        <translation>Saklama</translation>
    </message>
    <message>
        <source>Emoji used lately</source>
        <translation>Son kullanılan emojiler</translation>
    </message>
    <message>
        <source>Empty for a proxy without sign-in</source>
        <translation>Oturum açma gerektirmeyen vekil sunucu için boş</translation>
    </message>
    <message>
        <source>Even when Posto Desktop is closed</source>
        <translation>Posto Desktop kapalıyken bile</translation>
    </message>
    <message>
        <source>Every way to send at once shows once more what will happen</source>
        <translation>Hemen göndermenin her yolu, ne olacağını bir kez daha gösterir</translation>
    </message>
    <message>
        <source>Fill free slots with evergreen messages</source>
        <translation>Boş saatleri kalıcı mesajlarla doldur</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Klasörler</translation>
    </message>
    <message>
        <source>For posts due while this computer was off; older ones show as missed</source>
        <translation>Bu bilgisayar kapalıyken zamanı gelen gönderiler için; daha eskileri kaçırılmış görünür</translation>
    </message>
    <message>
        <source>For services and the web, never for this computer</source>
        <translation>Hizmetler ve web için, hiçbir zaman bu bilgisayar için değil</translation>
    </message>
    <message>
        <source>For typing and showing times, from the next start of Posto</source>
        <translation>Zaman yazmak ve göstermek için; Posto’nun bir sonraki açılışından itibaren</translation>
    </message>
    <message>
        <source>From each added file; the file editor can keep them</source>
        <translation>Eklenen her dosyadan; dosya düzenleyici bunları koruyabilir</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Genel</translation>
    </message>
    <message>
        <source>Good (90)</source>
        <translation>İyi (90)</translation>
    </message>
    <message>
        <source>HTTP</source>
        <translation>HTTP</translation>
    </message>
    <message>
        <source>Hold {modifiers} with another key</source>
        <translation>{modifiers} ile başka bir tuşa basın</translation>
    </message>
    <message>
        <source>How channels are grouped</source>
        <translation>Kanalların nasıl gruplandığı</translation>
    </message>
    <message>
        <source>In the calendar and wherever a day is chosen</source>
        <translation>Takvimde ve gün seçilen her yerde</translation>
    </message>
    <message>
        <source>In the schedule</source>
        <translation>Planda</translation>
    </message>
    <message>
        <source>In the window</source>
        <translation>Pencerede</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>İstatistikler</translation>
    </message>
    <message>
        <source>Keep insights for</source>
        <translation>İstatistikleri sakla</translation>
    </message>
    <message>
        <source>Keep sending</source>
        <translation>Göndermeyi sürdür</translation>
    </message>
    <message>
        <source>Keep sending after the window is closed</source>
        <translation>Pencere kapandıktan sonra göndermeyi sürdür</translation>
    </message>
    <message>
        <source>Keep the original size</source>
        <translation>Özgün boyutu koru</translation>
    </message>
    <message>
        <source>Kind of proxy</source>
        <translation>Vekil sunucu türü</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Dil</translation>
    </message>
    <message>
        <source>Language of Posto. You can write and post in any language.</source>
        <translation>Posto’nun dili. Her dilde yazıp paylaşabilirsiniz.</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>Büyük</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Daha büyük</translation>
    </message>
    <message>
        <source>Last export folder</source>
        <translation>Son dışa aktarma klasörü</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>Daha az hareket</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lisanslar</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Açık</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Açık veya koyu</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Günlük dosyaları</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Yeniden ara</translation>
    </message>
    <message>
        <source>Look for ffmpeg again</source>
        <translation>ffmpeg’i yeniden ara</translation>
    </message>
    <message>
        <source>Looking for ffmpeg…</source>
        <translation>ffmpeg aranıyor…</translation>
    </message>
    <message>
        <source>Make large pictures smaller</source>
        <translation>Büyük görselleri küçült</translation>
    </message>
    <message>
        <source>Medium ({number})</source>
        <translation>Orta ({number})</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>Pazartesi</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Ay</translation>
    </message>
    <message>
        <source>More contrast</source>
        <translation>Daha fazla karşıtlık</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Ağ</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Hiçbir zaman</translation>
    </message>
    <message>
        <source>New pictures and videos there become drafts</source>
        <translation>Oradaki yeni resim ve videolar taslak olur</translation>
    </message>
    <message>
        <source>New posts wait in Activity. Scheduled posts of this computer wait, too</source>
        <translation>Yeni gönderiler Etkinlik sayfasında bekler. Bu bilgisayarın planlanan gönderileri de bekler</translation>
    </message>
    <message>
        <source>No sliding or fading; also on when the system asks for it</source>
        <translation>Kayma veya solma olmaz; sistem isterse de açılır</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No proxy.</extracomment>
        <translation>Hiçbiri</translation>
    </message>
    <message>
        <source>None</source>
        <comment>public holidays</comment>
        <translation>Yok</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not suggested</source>
        <translation>Önerilmeyenler</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Bildirimler</translation>
    </message>
    <message>
        <source>Numbers of your posts, such as likes; read once a day for 30 days</source>
        <translation>Beğeni gibi gönderi sayılarınız; 30 gün boyunca günde bir kez okunur</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Kapalı</translation>
    </message>
    <message>
        <source>On the desktop</source>
        <translation>Masaüstünde</translation>
    </message>
    <message>
        <source>One notification for posts that go out together</source>
        <translation>Birlikte giden gönderiler için tek bildirim</translation>
    </message>
    <message>
        <source>Opens the small window from every program</source>
        <translation>Küçük pencereyi her programdan açar</translation>
    </message>
    <message>
        <source>Opens with</source>
        <translation>Açılış sayfası</translation>
    </message>
    <message>
        <source>Order of dates, clock, week and numbers</source>
        <translation>Tarih sırası, saat, hafta ve sayılar</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>Vekil sunucu parolası</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Gönderimi duraklat</translation>
    </message>
    <message>
        <source>People and devices</source>
        <translation>Kişiler ve cihazlar</translation>
    </message>
    <message>
        <source>Pictures and videos</source>
        <translation>Görseller ve videolar</translation>
    </message>
    <message>
        <source>Place and size of the window</source>
        <translation>Pencerenin yeri ve boyutu</translation>
    </message>
    <message>
        <source>Port of the proxy</source>
        <translation>Vekil sunucunun bağlantı noktası</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>Paylaşım saatleri</translation>
    </message>
    <message>
        <source>Posto stays in the tray; quit there to stop sending</source>
        <translation>Posto sistem tepsisinde kalır; göndermeyi durdurmak için oradan çıkın</translation>
    </message>
    <message>
        <source>Posts of your own accounts, which only this computer sends</source>
        <translation>Yalnızca bu bilgisayarın gönderdiği, kendi hesaplarınızın gönderileri</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>Sorun raporu</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Vekil sunucu</translation>
    </message>
    <message>
        <source>Public holidays</source>
        <translation>Resmî tatiller</translation>
    </message>
    <message>
        <source>Publishing</source>
        <translation>Yayımlama</translation>
    </message>
    <message>
        <source>Quality of pictures</source>
        <translation>Görsel kalitesi</translation>
    </message>
    <message>
        <source>Quit with posts waiting</source>
        <translation>Gönderi beklerken çıkış</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Okuma</translation>
    </message>
    <message>
        <source>Remove place, camera and date from files</source>
        <translation>Dosyalardan yer, kamera ve tarihi kaldır</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Yedeği geri yükle</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>Satır yüksekliği</translation>
    </message>
    <message>
        <source>SOCKS 5</source>
        <translation>SOCKS 5</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Güvenlik</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>Sistemle aynı</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>Cumartesi</translation>
    </message>
    <message>
        <source>Scales text and controls</source>
        <translation>Metni ve denetimleri ölçekler</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Scripts</source>
        <translation>Betikler</translation>
    </message>
    <message>
        <source>Send after I sign in to this computer</source>
        <translation>Bu bilgisayarda oturum açtıktan sonra gönder</translation>
    </message>
    <message>
        <source>Send late posts</source>
        <translation>Geciken gönderileri gönder</translation>
    </message>
    <message>
        <source>Sending a post waits at least 90 seconds</source>
        <translation>Bir gönderiyi göndermek en az 90 saniye bekler</translation>
    </message>
    <message>
        <source>Services you are signed in to</source>
        <translation>Oturum açtığınız hizmetler</translation>
    </message>
    <message>
        <source>Shortcut for quick post</source>
        <translation>Hızlı gönderi kısayolu</translation>
    </message>
    <message>
        <source>Show desktop notifications</source>
        <translation>Masaüstü bildirimlerini göster</translation>
    </message>
    <message>
        <source>Show the options of networks</source>
        <translation>Ağların seçeneklerini göster</translation>
    </message>
    <message>
        <source>Shown in the calendar</source>
        <translation>Takvimde gösterilir</translation>
    </message>
    <message>
        <source>Skin tone of emoji</source>
        <translation>Emojilerin ten rengi</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>Küçük</translation>
    </message>
    <message>
        <source>Small files ({number})</source>
        <translation>Küçük dosyalar ({number})</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Başlangıç</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>Başlangıç sayfası</translation>
    </message>
    <message>
        <source>Stop sending</source>
        <translation>Göndermeyi durdur</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Depolama</translation>
    </message>
    <message>
        <source>Stronger borders and text; also on when the system asks for it</source>
        <translation>Daha güçlü kenarlıklar ve metin; sistem isterse de açılır</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Stiller</translation>
    </message>
    <message>
        <source>Suggest again</source>
        <translation>Yeniden öner</translation>
    </message>
    <message>
        <source>Suggest hashtags and names</source>
        <translation>Hashtag ve ad öner</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>Pazar</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Sistem varsayılanı</translation>
    </message>
    <message>
        <source>System default ({name})</source>
        <translation>Sistem varsayılanı ({name})</translation>
    </message>
    <message>
        <source>System default ({zone})</source>
        <translation>Sistem varsayılanı ({zone})</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Ekip</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Metin</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Metin boyutu</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Metinler</translation>
    </message>
    <message>
        <source>The columns of the schedule</source>
        <translation>Planın sütunları</translation>
    </message>
    <message>
        <source>The desktop did not allow the shortcut</source>
        <translation>Masaüstü kısayola izin vermedi</translation>
    </message>
    <message>
        <source>The desktop uses {keys}</source>
        <translation>Masaüstü {keys} kullanıyor</translation>
    </message>
    <message>
        <source>The details beside the schedule</source>
        <translation>Planın yanındaki ayrıntılar</translation>
    </message>
    <message>
        <source>The folded groups of channels</source>
        <translation>Daraltılmış kanal grupları</translation>
    </message>
    <message>
        <source>The folder in which files were looked for last</source>
        <translation>Dosyaların en son arandığı klasör</translation>
    </message>
    <message>
        <source>The list under the bell always shows all notifications.</source>
        <translation>Zilin altındaki liste her zaman tüm bildirimleri gösterir.</translation>
    </message>
    <message>
        <source>The longer side of added pictures; your files do not change</source>
        <translation>Eklenen görsellerin uzun kenarı; dosyalarınız değişmez</translation>
    </message>
    <message>
        <source>The rows of the schedule: posts, messages</source>
        <translation>Planın satırları: gönderiler, mesajlar</translation>
    </message>
    <message>
        <source>The saved views of the schedule</source>
        <translation>Planın kayıtlı görünümleri</translation>
    </message>
    <message>
        <source>The signature that goes into new messages</source>
        <translation>Yeni mesajlara eklenen imza</translation>
    </message>
    <message>
        <source>The ticked channels of each workspace</source>
        <translation>Her çalışma alanının işaretli kanalları</translation>
    </message>
    <message>
        <source>The user&apos;s groups of channels</source>
        <translation>Kullanıcının kanal grupları</translation>
    </message>
    <message>
        <source>The view of the calendar when Posto starts</source>
        <translation>Posto açıldığında takvimin görünümü</translation>
    </message>
    <message>
        <source>The workspace to open at start</source>
        <translation>Başlangıçta açılacak çalışma alanı</translation>
    </message>
    <message>
        <source>The workspaces that are those of a team</source>
        <translation>Bir ekibe ait çalışma alanları</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu bilgisayar</translation>
    </message>
    <message>
        <source>This desktop has no shortcuts for programs. Let it run “{command}” instead.</source>
        <translation>Bu masaüstünde programlar için kısayol yok. Bunun yerine “{command}” çalıştırsın.</translation>
    </message>
    <message>
        <source>This file is no ffmpeg, or ffprobe is not beside it. Choose another.</source>
        <translation>Bu dosya ffmpeg değil ya da yanında ffprobe yok. Başka birini seçin.</translation>
    </message>
    <message>
        <source>This one</source>
        <extracomment>The proxy that is typed below.</extracomment>
        <translation>Bu</translation>
    </message>
    <message>
        <source>Time to undo before a post leaves this computer</source>
        <translation>Gönderi bu bilgisayardan çıkmadan önceki geri alma süresi</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Saat dilimi</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Zamanlar</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>Bağlantıyı dene</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo send</source>
        <translation>Göndermeyi geri al</translation>
    </message>
    <message>
        <source>Unless the pointer or the keyboard is on them; a countdown ends as it says</source>
        <translation>İmleç veya klavye üzerlerinde değilse; geri sayım, belirttiği anda biter</translation>
    </message>
    <message numerus="yes">
        <source>Up to %n hour(s) late</source>
        <translation>
            <numerusform>En fazla %n saat gecikmeyle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Up to %n minute(s) late</source>
        <translation>
            <numerusform>En fazla %n dakika gecikmeyle</numerusform>
        </translation>
    </message>
    <message>
        <source>Up to 1 day late</source>
        <translation>En fazla 1 gün gecikmeyle</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>Posto’yu betiklerden kullanın</translation>
    </message>
    <message>
        <source>Use the ffmpeg of the system</source>
        <translation>Sistemin ffmpeg’ini kullan</translation>
    </message>
    <message>
        <source>Used when Posto resizes or converts a picture</source>
        <translation>Posto bir görseli yeniden boyutlandırdığında veya dönüştürdüğünde kullanılır</translation>
    </message>
    <message>
        <source>User name for the proxy</source>
        <translation>Vekil sunucunun kullanıcı adı</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Sürümler</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Videolar</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Görünüm</translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation>Bağlantı için bekleme</translation>
    </message>
    <message>
        <source>Wait for an answer</source>
        <translation>Yanıt için bekleme</translation>
    </message>
    <message>
        <source>Watch folders</source>
        <translation>İzlenen klasörler</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>İzlenen klasörler</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Hafta</translation>
    </message>
    <message>
        <source>Week start and clock are under Appearance.</source>
        <translation>Hafta başlangıcı ve saat Görünüm altındadır.</translation>
    </message>
    <message>
        <source>Week starts on</source>
        <translation>Hafta başlangıcı</translation>
    </message>
    <message>
        <source>What of a site&apos;s post becomes the text</source>
        <translation>Sitenin yazısından neyin metin olacağı</translation>
    </message>
    <message>
        <source>What the schedule is sorted by</source>
        <translation>Planın sıralama ölçütü</translation>
    </message>
    <message>
        <source>What the window shows first</source>
        <translation>Pencerenin ilk gösterdiği</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Ne zaman</translation>
    </message>
    <message>
        <source>When a network or the service refuses a post</source>
        <translation>Bir ağ veya hizmet bir gönderiyi reddettiğinde</translation>
    </message>
    <message>
        <source>When a post may be published already, or is late</source>
        <translation>Bir gönderi zaten yayımlanmış olabileceğinde veya geciktiğinde</translation>
    </message>
    <message>
        <source>Whether Activity lists all workspaces</source>
        <translation>Etkinlik’in tüm çalışma alanlarını listeleyip listelemediği</translation>
    </message>
    <message>
        <source>Whether channels have one line each</source>
        <translation>Her kanalın tek satır olup olmadığı</translation>
    </message>
    <message>
        <source>Whether sandbox channels are listed</source>
        <translation>Deneme kanallarının listelenip listelenmediği</translation>
    </message>
    <message>
        <source>Which ends of sign-ins were warned of</source>
        <translation>Hangi oturum bitişlerinin bildirildiği</translation>
    </message>
    <message>
        <source>While you look at another window; a click on one leads to the post</source>
        <translation>Başka bir pencereye bakarken; bildirime tıklamak gönderiye götürür</translation>
    </message>
    <message>
        <source>Who may sign in to this workspace, and with what</source>
        <translation>Bu çalışma alanında kimler, neyle oturum açabilir</translation>
    </message>
    <message>
        <source>Widths of the panes</source>
        <translation>Bölmelerin genişlikleri</translation>
    </message>
    <message>
        <source>Words that are not suggested any more</source>
        <translation>Artık önerilmeyen sözcükler</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Çalışma alanları</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Yazma</translation>
    </message>
    <message>
        <source>You can type both</source>
        <translation>İkisini de yazabilirsiniz</translation>
    </message>
    <message>
        <source>ffmpeg trims, crops and converts videos</source>
        <translation>ffmpeg videoları kısaltır, kırpar ve dönüştürür</translation>
    </message>
    <message>
        <source>ffmpeg was not found. To install it: {command}</source>
        <translation>ffmpeg bulunamadı. Yüklemek için: {command}</translation>
    </message>
    <message>
        <source>ffmpeg {version} cannot write H.264 with AAC</source>
        <translation>ffmpeg {version} AAC ile H.264 yazamıyor</translation>
    </message>
    <message>
        <source>ffmpeg {version} trims, crops and converts videos</source>
        <translation>ffmpeg {version} videoları kısaltır, kırpar ve dönüştürür</translation>
    </message>
    <message>
        <source>“Next free slot” picks from these</source>
        <translation>“Sonraki boş saat” bunlardan seçer</translation>
    </message>
    <message>
        <source>“Tomorrow” becomes tomorrow at this time</source>
        <translation>“Yarın”, yarın bu saat olur</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>All settings are at their defaults</source>
        <translation>Tüm ayarlar varsayılan değerinde</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Ayar bul</translation>
    </message>
    <message>
        <source>No setting matches “{text}”</source>
        <translation>“{text}” ile eşleşen ayar yok</translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation>Bu sayfayı sıfırla</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ayarlar</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo the reset</source>
        <translation>Sıfırlamayı geri al</translation>
    </message>
    <message>
        <source>{page} settings</source>
        <translation>{page} ayarları</translation>
    </message>
    <message>
        <source>{page}: defaults restored</source>
        <translation>{page}: varsayılanlar geri yüklendi</translation>
    </message>
    <message>
        <source>{reason} The change lasts until you quit Posto.</source>
        <translation>{reason} Değişiklik, Posto’dan çıkana kadar geçerli.</translation>
    </message>
</context>
<context>
    <name>Shapes</name>
    <message>
        <source>Free</source>
        <extracomment>Shape of a crop: any.</extracomment>
        <translation>Serbest</translation>
    </message>
    <message>
        <source>Original</source>
        <extracomment>Shape of a crop: that of the picture.</extracomment>
        <translation>Özgün</translation>
    </message>
    <message>
        <source>landscape</source>
        <translation>yatay</translation>
    </message>
    <message>
        <source>portrait</source>
        <translation>dikey</translation>
    </message>
    <message>
        <source>square</source>
        <translation>kare</translation>
    </message>
    <message>
        <source>story</source>
        <translation>hikâye</translation>
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
            <numerusform>%n kısayol</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything works with the keyboard. {keys} finds all commands.</source>
        <translation>Her şey klavyeyle çalışır. {keys} tüm komutları bulur.</translation>
    </message>
    <message>
        <source>Find a shortcut</source>
        <translation>Kısayol bul</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Klavye kısayolları</translation>
    </message>
    <message>
        <source>No shortcut matches “{words}”</source>
        <translation>“{words}” ile eşleşen kısayol yok</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Kısayollar</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>A separate password for this app, in groups of four. Do not use your login password. You can revoke it on your site at any time.</source>
        <translation>Bu uygulama için, dörderli gruplar hâlinde ayrı bir parola. Giriş parolanızı kullanmayın. Sitenizde istediğiniz zaman iptal edebilirsiniz.</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Uygulama parolası</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>İptal</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Bunu değiştirmek için oturum açmayı iptal edin.</translation>
    </message>
    <message>
        <source>Choose where to keep the password.</source>
        <translation>Parolanın nerede saklanacağını seçin.</translation>
    </message>
    <message>
        <source>Create one on your site</source>
        <translation>Sitenizde oluşturun</translation>
    </message>
    <message>
        <source>Enter an application password of this user.</source>
        <translation>Bu kullanıcının uygulama parolasını girin.</translation>
    </message>
    <message>
        <source>Enter the address of your site first.</source>
        <translation>Önce sitenizin adresini girin.</translation>
    </message>
    <message>
        <source>Enter the address of your site.</source>
        <translation>Sitenizin adresini girin.</translation>
    </message>
    <message>
        <source>Enter your user name on the site.</source>
        <translation>Sitedeki kullanıcı adınızı girin.</translation>
    </message>
    <message>
        <source>Looking for the service…</source>
        <translation>Hizmet aranıyor…</translation>
    </message>
    <message>
        <source>Posto service found</source>
        <translation>Posto hizmeti bulundu</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Oturum aç</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>Bir Posto hizmetinde oturum aç</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>Tarayıcıyla oturum aç</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Oturum açılıyor</translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>Oturum açılıyor…</translation>
    </message>
    <message>
        <source>Site address</source>
        <translation>Site adresi</translation>
    </message>
    <message>
        <source>Use this computer instead</source>
        <translation>Bunun yerine bu bilgisayarı kullan</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Kullanıcı adı</translation>
    </message>
    <message>
        <source>Your WordPress site or your team&apos;s server</source>
        <translation>WordPress siteniz ya da ekibinizin sunucusu</translation>
    </message>
    <message>
        <source>encrypted connection</source>
        <translation>şifreli bağlantı</translation>
    </message>
    <message>
        <source>social.example.com</source>
        <translation>social.example.com</translation>
    </message>
    <message>
        <source>{host} answers only after sign-in.</source>
        <translation>{host} yalnızca oturum açıldıktan sonra yanıt veriyor.</translation>
    </message>
    <message>
        <source>{host} does not allow application passwords. Ask the administrator of the site to turn them on.</source>
        <translation>{host} uygulama parolalarına izin vermiyor. Site yöneticisinden açmasını isteyin.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the Posto service. Install the service there, then try again.</source>
        <translation>{host} Posto hizmeti olmayan bir WordPress sitesi. Hizmeti oraya yükleyip tekrar deneyin.</translation>
    </message>
</context>
<context>
    <name>SignInStep</name>
    <message>
        <source>Address of the last page</source>
        <translation>Son sayfanın adresi</translation>
    </message>
    <message>
        <source>Allow it in your browser</source>
        <translation>Tarayıcınızda izin verin</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>Bunu değiştirmek için oturum açmayı iptal edin.</translation>
    </message>
    <message>
        <source>How to get this</source>
        <translation>Bunu nereden alırım?</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>Diğer seçenekler</translation>
    </message>
    <message>
        <source>On another computer or in a restricted browser, the last page stays empty or shows an error. Copy its full address, which begins with http://127.0.0.1, and paste it here.</source>
        <translation>Başka bir bilgisayarda veya kısıtlı bir tarayıcıda son sayfa boş kalır ya da hata gösterir. http://127.0.0.1 ile başlayan tam adresini kopyalayıp buraya yapıştırın.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Yeniden aç</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>Sunucu adresi</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>Tarayıcınızdaki sayfada oturum açıp Posto Desktop’a izin verin. Sonra bu pencere otomatik olarak devam eder. Sayfa açılmadıysa adresi kopyalayın.</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>Oturum açma adresi</translation>
    </message>
    <message>
        <source>The browser does not return here?</source>
        <translation>Tarayıcı buraya dönmüyor mu?</translation>
    </message>
    <message>
        <source>Use this address</source>
        <translation>Bu adresi kullan</translation>
    </message>
</context>
<context>
    <name>SignatureFields</name>
    <message>
        <source>Own text for this style</source>
        <translation>Bu stil için özel metin</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>İmza</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Metin</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (silindi)</translation>
    </message>
</context>
<context>
    <name>SitePlanners</name>
    <message>
        <source>Active</source>
        <extracomment>Status of a planner: it posts.</extracomment>
        <translation>Etkin</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Güncelleme: {time}</translation>
    </message>
    <message>
        <source>Finished</source>
        <extracomment>Status of a planner: it has posted everything.</extracomment>
        <translation>Bitti</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of a planner.</extracomment>
        <translation>Duraklatıldı</translation>
    </message>
    <message>
        <source>Site planner</source>
        <translation>Site planlayıcısı</translation>
    </message>
    <message>
        <source>Site planner: {name}</source>
        <translation>Site planlayıcısı: {name}</translation>
    </message>
    <message>
        <source>next {when}</source>
        <translation>sonraki {when}</translation>
    </message>
</context>
<context>
    <name>SitePlannersDialog</name>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>Sitede aç</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Duraklat</translation>
    </message>
    <message>
        <source>Planners</source>
        <translation>Planlayıcılar</translation>
    </message>
    <message>
        <source>Planners of the site</source>
        <translation>Sitenin planlayıcıları</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Sürdür</translation>
    </message>
    <message>
        <source>The site has no planners.</source>
        <translation>Sitede planlayıcı yok.</translation>
    </message>
    <message>
        <source>They post by themselves, whether Posto runs or not.</source>
        <translation>Posto çalışsın ya da çalışmasın kendiliğinden yayımlarlar.</translation>
    </message>
</context>
<context>
    <name>SitePosts</name>
    <message>
        <source>No title</source>
        <translation>Başlıksız</translation>
    </message>
</context>
<context>
    <name>SitePostsController</name>
    <message>
        <source>Filled from “{title}”</source>
        <translation>“{title}” ile dolduruldu</translation>
    </message>
    <message>
        <source>The picture could not be read.</source>
        <translation>Resim okunamadı.</translation>
    </message>
    <message>
        <source>Without its picture: {why}</source>
        <translation>Resmi olmadan: {why}</translation>
    </message>
</context>
<context>
    <name>SitePostsDialog</name>
    <message>
        <source>Cancel</source>
        <translation>İptal</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Özet</translation>
    </message>
    <message>
        <source>From the site</source>
        <translation>Siteden</translation>
    </message>
    <message>
        <source>Getting the picture…</source>
        <translation>Resim alınıyor…</translation>
    </message>
    <message>
        <source>No post of the site matches.</source>
        <translation>Sitede eşleşen yazı yok.</translation>
    </message>
    <message>
        <source>Posts of the site</source>
        <translation>Sitenin yazıları</translation>
    </message>
    <message>
        <source>Reading the posts…</source>
        <translation>Yazılar okunuyor…</translation>
    </message>
    <message>
        <source>Search the posts of the site</source>
        <translation>Sitenin yazılarında ara</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>What of a site&apos;s post becomes the text of the message.</extracomment>
        <translation>Metin</translation>
    </message>
    <message>
        <source>The posts could not be read.</source>
        <translation>Yazılar okunamadı.</translation>
    </message>
    <message>
        <source>The site has no posts yet.</source>
        <translation>Sitede henüz yazı yok.</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Başlık</translation>
    </message>
    <message>
        <source>Title and excerpt</source>
        <translation>Başlık ve özet</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tekrar dene</translation>
    </message>
    <message>
        <source>Use this post</source>
        <translation>Bu yazıyı kullan</translation>
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
        <translation>“{name}” devam ediyor</translation>
    </message>
    <message>
        <source>“{name}” paused</source>
        <translation>“{name}” duraklatıldı</translation>
    </message>
    <message>
        <source>“{name}” was not changed on the site.</source>
        <translation>“{name}” sitede değiştirilmedi.</translation>
    </message>
</context>
<context>
    <name>Sizes</name>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation>
            <numerusform>%Ln bayt</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} MB</translation>
    </message>
    <message>
        <source>{number} Mbit/s</source>
        <translation>{number} Mbit/sn</translation>
    </message>
    <message>
        <source>{number} kB</source>
        <translation>{number} kB</translation>
    </message>
    <message>
        <source>{number} s</source>
        <comment>seconds</comment>
        <translation>{number} sn</translation>
    </message>
    <message>
        <source>{time} h</source>
        <comment>hours, minutes and seconds</comment>
        <translation>{time} sa</translation>
    </message>
    <message>
        <source>{time} min</source>
        <comment>minutes and seconds</comment>
        <translation>{time} dk</translation>
    </message>
</context>
<context>
    <name>SlotChipPresenter</name>
    <message>
        <source>Add slots</source>
        <translation>Saat ekle</translation>
    </message>
    <message>
        <source>All slots are taken</source>
        <translation>Tüm saatler dolu</translation>
    </message>
    <message>
        <source>All slots of the next year are taken</source>
        <translation>Gelecek yılın tüm saatleri dolu</translation>
    </message>
    <message>
        <source>Choose other times…</source>
        <translation>Başka zamanlar seç…</translation>
    </message>
    <message>
        <source>Next free slot: {time}</source>
        <translation>Sonraki boş saat: {time}</translation>
    </message>
    <message>
        <source>Next free slot…</source>
        <translation>Sonraki boş saat…</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>Boş saat yok</translation>
    </message>
    <message>
        <source>Set up weekly slots</source>
        <translation>Haftalık saatleri ayarla</translation>
    </message>
    <message>
        <source>The next free time of your weekly slots</source>
        <translation>Haftalık saatlerinizdeki sonraki boş zaman</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>“{times}” kullan</translation>
    </message>
    <message>
        <source>Weekly slots: {times}</source>
        <translation>Haftalık saatler: {times}</translation>
    </message>
</context>
<context>
    <name>SlotGroupCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n kanal</numerusform>
        </translation>
    </message>
    <message>
        <source>Add days…</source>
        <translation>Gün ekle…</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Tüm kanallar</translation>
    </message>
    <message>
        <source>All other channels</source>
        <translation>Diğer tüm kanallar</translation>
    </message>
    <message numerus="yes">
        <source>Best times of %Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderinin en iyi saatleri</numerusform>
        </translation>
    </message>
    <message>
        <source>Channels changed</source>
        <translation>Kanallar değiştirildi</translation>
    </message>
    <message>
        <source>Channels of group {n}</source>
        <translation>{n}. grubun kanalları</translation>
    </message>
    <message>
        <source>Choose the time zone of these slots</source>
        <translation>Bu saatlerin saat dilimini seç</translation>
    </message>
    <message>
        <source>Fill with your best times</source>
        <translation>En iyi saatlerinizle doldur</translation>
    </message>
    <message numerus="yes">
        <source>From the insights of %Ln post(s): {times}</source>
        <translation>
            <numerusform>%Ln gönderinin istatistiklerinden: {times}</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed</source>
        <translation>Grup yeniden adlandırıldı</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Ad</translation>
    </message>
    <message>
        <source>Name of group {n}</source>
        <translation>{n}. grubun adı</translation>
    </message>
    <message>
        <source>Remove group {n}</source>
        <translation>{n}. grubu kaldır</translation>
    </message>
    <message>
        <source>Slots added, {days}</source>
        <translation>Saatler eklendi, {days}</translation>
    </message>
    <message>
        <source>This computer does not know the time zone “{zone}”. Until you choose another one, its own counts.</source>
        <translation>Bu bilgisayar “{zone}” saat dilimini tanımıyor. Başka birini seçene kadar bilgisayarınki geçerlidir.</translation>
    </message>
    <message>
        <source>Time zone changed</source>
        <translation>Saat dilimi değiştirildi</translation>
    </message>
    <message>
        <source>Time zone of group {n}</source>
        <translation>{n}. grubun saat dilimi</translation>
    </message>
    <message>
        <source>“{name}” removed</source>
        <translation>“{name}” kaldırıldı</translation>
    </message>
</context>
<context>
    <name>SlotLineRow</name>
    <message>
        <source>Change the days…</source>
        <translation>Günleri değiştir…</translation>
    </message>
    <message>
        <source>Days changed to {days}</source>
        <translation>Yeni günler: {days}</translation>
    </message>
    <message>
        <source>More for {days}</source>
        <translation>Diğer işlemler: {days}</translation>
    </message>
    <message>
        <source>Remove these slots</source>
        <translation>Bu saatleri kaldır</translation>
    </message>
    <message>
        <source>Slots removed, {days}</source>
        <translation>Saatler kaldırıldı, {days}</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Zaman</translation>
    </message>
    <message>
        <source>{time} added, {days}</source>
        <translation>{time} eklendi, {days}</translation>
    </message>
    <message>
        <source>{time} removed, {days}</source>
        <translation>{time} kaldırıldı, {days}</translation>
    </message>
</context>
<context>
    <name>SlotLines</name>
    <message>
        <source>Every day</source>
        <translation>Her gün</translation>
    </message>
    <message>
        <source>No day</source>
        <translation>Gün yok</translation>
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
        <translation>Her yeni mesaja ekle</translation>
    </message>
    <message>
        <source>Added once, at the end of the text</source>
        <translation>Metnin sonuna bir kez eklenir</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>Tüm ağlar</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Şunun için</translation>
    </message>
    <message>
        <source>Inserted at the cursor</source>
        <translation>İmlecin bulunduğu yere eklenir</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tür</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Ad</translation>
    </message>
    <message>
        <source>Networks of the snippet</source>
        <translation>Hazır metnin ağları</translation>
    </message>
    <message>
        <source>Skips hashtags already in the text</source>
        <translation>Metinde zaten bulunan hashtag’leri atlar</translation>
    </message>
    <message>
        <source>Snippet name</source>
        <translation>Hazır metnin adı</translation>
    </message>
    <message>
        <source>Snippet text</source>
        <translation>Hazır metnin içeriği</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Metin</translation>
    </message>
</context>
<context>
    <name>Snippets</name>
    <message>
        <source>Give it a name of 1 to {most} characters.</source>
        <translation>1–{most} karakterlik bir ad verin.</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtag’ler</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>İmza</translation>
    </message>
    <message>
        <source>Snippet</source>
        <translation>Hazır metin</translation>
    </message>
    <message>
        <source>The name “{name}” is already in use. Choose another.</source>
        <translation>“{name}” adı zaten kullanılıyor. Başka bir ad seçin.</translation>
    </message>
    <message>
        <source>The text may have at most {most} characters.</source>
        <translation>Metin en fazla {most} karakter olabilir.</translation>
    </message>
    <message>
        <source>Write a text.</source>
        <translation>Bir metin yazın.</translation>
    </message>
    <message>
        <source>Write at least one hashtag.</source>
        <translation>En az bir hashtag yazın.</translation>
    </message>
</context>
<context>
    <name>SnippetsDialog</name>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
    </message>
    <message>
        <source>Delete snippet</source>
        <translation>Hazır metni sil</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Hazır metinler yükleniyor</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Aşağı taşı</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Yukarı taşı</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Yeni</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Yeni hazır metin</translation>
    </message>
    <message>
        <source>No changes to save</source>
        <translation>Kaydedilecek değişiklik yok</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Henüz hazır metin yok. Sık kullandığınız metinleri, hashtag’leri ve imzaları kaydedin.</translation>
    </message>
    <message>
        <source>Save snippet</source>
        <translation>Hazır metni kaydet</translation>
    </message>
    <message>
        <source>Saved snippets</source>
        <translation>Kayıtlı hazır metinler</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Hazır metinler</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>Silmeyi geri al</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>“{name}” silindi</translation>
    </message>
    <message>
        <source>“{name}” saved</source>
        <translation>“{name}” kaydedildi</translation>
    </message>
</context>
<context>
    <name>SnippetsPopup</name>
    <message>
        <source>All</source>
        <extracomment>All snippets.</extracomment>
        <translation>Tümü</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtag’ler</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tür</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>Hazır metinler yükleniyor</translation>
    </message>
    <message>
        <source>Manage snippets</source>
        <translation>Hazır metinleri yönet</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Yönet…</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>Yeni hazır metin</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Yeni…</translation>
    </message>
    <message>
        <source>No snippet matches</source>
        <translation>Eşleşen hazır metin yok</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>Henüz hazır metin yok. Sık kullandığınız metinleri, hashtag’leri ve imzaları kaydedin.</translation>
    </message>
    <message>
        <source>Search snippets</source>
        <translation>Hazır metinlerde ara</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>İmzalar</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>Hazır metinler</translation>
    </message>
    <message>
        <source>Snippets list</source>
        <translation>Hazır metin listesi</translation>
    </message>
</context>
<context>
    <name>SnippetsView</name>
    <message>
        <source>New snippet</source>
        <translation>Yeni hazır metin</translation>
    </message>
</context>
<context>
    <name>SplitButton</name>
    <message>
        <source>More ways to post</source>
        <translation>Diğer paylaşma yolları</translation>
    </message>
</context>
<context>
    <name>StartProblem</name>
    <message>
        <source>Another copy of Posto Desktop uses {folder} and is not responding. Wait a moment, then try again.</source>
        <translation>Posto Desktop’ın başka bir kopyası {folder} klasörünü kullanıyor ve yanıt vermiyor. Biraz bekleyip tekrar deneyin.</translation>
    </message>
    <message>
        <source>If that does not help, end the process {number}.</source>
        <translation>Bu işe yaramazsa {number} numaralı işlemi sonlandırın.</translation>
    </message>
    <message>
        <source>Posto Desktop is already running</source>
        <translation>Posto Desktop zaten çalışıyor</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Çık</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Tekrar dene</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>Değişiklik istendi</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Taslak</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>Başarısız</translation>
    </message>
    <message>
        <source>Needs you</source>
        <extracomment>The user has to decide something about the post.</extracomment>
        <translation>Sizi bekliyor</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Gönderilmedi</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>Planlandı</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Gönderiliyor</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>Gönderildi</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>Site</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>Onay bekliyor</translation>
    </message>
</context>
<context>
    <name>StatusChips</name>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>Tümü</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Taslaklar</translation>
    </message>
    <message>
        <source>More statuses</source>
        <translation>Diğer durumlar</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>Durum filtresi</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Step {number} of {count}: {name}</source>
        <translation>Adım {number}/{count}: {name}</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Accepted</source>
        <translation>Kabul edildi</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>Zaten orada</translation>
    </message>
    <message>
        <source>Answered with an error</source>
        <translation>Hatayla yanıt verdi</translation>
    </message>
    <message>
        <source>Cancelled by you</source>
        <translation>Siz iptal ettiniz</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>Siz sildiniz</translation>
    </message>
    <message>
        <source>Found on the service</source>
        <translation>Hizmette bulundu</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Kesintiye uğradı</translation>
    </message>
    <message>
        <source>Looked for the post</source>
        <translation>Gönderi arandı</translation>
    </message>
    <message>
        <source>No clear answer</source>
        <translation>Net yanıt yok</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>Kabul edilmedi</translation>
    </message>
    <message>
        <source>Not on the service</source>
        <translation>Hizmette değil</translation>
    </message>
    <message>
        <source>Only a part is there</source>
        <translation>Yalnızca bir kısmı orada</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Yayımlandı</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Reddedildi</translation>
    </message>
    <message>
        <source>Replaced</source>
        <translation>Değiştirildi</translation>
    </message>
    <message>
        <source>Replacing</source>
        <translation>Değiştiriliyor</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu bilgisayara kaydedildi</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Kaydediliyor</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Gönderiliyor</translation>
    </message>
    <message>
        <source>Sending late</source>
        <translation>Geç gönderiliyor</translation>
    </message>
    <message>
        <source>Sent meanwhile</source>
        <translation>Bu arada gönderildi</translation>
    </message>
    <message>
        <source>Time passed</source>
        <translation>Zamanı geçti</translation>
    </message>
    <message>
        <source>Tried again by you</source>
        <translation>Siz yeniden denediniz</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>Yüklendi</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Yükleniyor</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Bekliyor</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>Sizi bekliyor</translation>
    </message>
    <message>
        <source>Written down</source>
        <translation>Not edildi</translation>
    </message>
    <message>
        <source>You said it is not there</source>
        <translation>Orada olmadığını söylediniz</translation>
    </message>
    <message>
        <source>You said it is there</source>
        <translation>Orada olduğunu söylediniz</translation>
    </message>
</context>
<context>
    <name>Storage</name>
    <message numerus="yes">
        <source>%n of your drafts could be rescued.</source>
        <translation>
            <numerusform>Taslaklarınızdan %n tanesi kurtarılabildi.</numerusform>
        </translation>
    </message>
    <message>
        <source>Allow it, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>İzin verin veya Posto’yu başka bir klasörle başlatın: posto-desktop --home FOLDER.</translation>
    </message>
    <message>
        <source>Allow writing there, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Oraya yazmaya izin verin veya Posto’yu başka bir klasörle başlatın: posto-desktop --home FOLDER.</translation>
    </message>
    <message>
        <source>Close it there, or try again in a moment.</source>
        <translation>Orada kapatın veya birazdan tekrar deneyin.</translation>
    </message>
    <message>
        <source>Default settings are used.</source>
        <translation>Varsayılan ayarlar kullanılıyor.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Yer açın.</translation>
    </message>
    <message>
        <source>It has another address for {names}. The one here was kept.</source>
        <translation>Şunlar için başka bir adres içeriyor: {names}. Buradaki korundu.</translation>
    </message>
    <message>
        <source>It was kept as {name}.</source>
        <translation>{name} olarak saklandı.</translation>
    </message>
    <message>
        <source>It was left where it is.</source>
        <translation>Olduğu yerde bırakıldı.</translation>
    </message>
    <message>
        <source>Its proxy and certificates were not restored. Check them under Settings &gt; Network.</source>
        <extracomment>&quot;Its&quot;: of a backup.</extracomment>
        <translation>Vekil sunucusu ve sertifikaları geri yüklenmedi. Ayarlar &gt; Ağ altında denetleyin.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer.</source>
        <translation>Bu bilgisayarda anahtar zinciri bulunamadı.</translation>
    </message>
    <message>
        <source>Posts that were still waiting to be sent are in that file only.</source>
        <translation>Gönderilmeyi bekleyen gönderiler yalnızca o dosyada.</translation>
    </message>
    <message>
        <source>Sending is paused, because posts that waited then may have been sent since: look at them in Activity before you go on.</source>
        <translation>Gönderim duraklatıldı; o sırada bekleyen gönderiler o zamandan beri gönderilmiş olabilir: devam etmeden önce Etkinlik sayfasında onlara bakın.</translation>
    </message>
    <message>
        <source>Sign in again where an account is missing.</source>
        <translation>Hesabı eksik olan yerlerde yeniden oturum açın.</translation>
    </message>
    <message>
        <source>Sign in again where it is asked.</source>
        <translation>İstenen yerlerde yeniden oturum açın.</translation>
    </message>
    <message>
        <source>Start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>Posto’yu başka bir klasörle başlatın: posto-desktop --home FOLDER.</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}. Nothing was changed.</source>
        <translation>Yedek geri yüklenemedi: {why}. Hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>The backup is restored. What was there before is kept in {folder} in the folders of settings and of data. Passwords are not part of a backup: sign in where it is asked.</source>
        <translation>Yedek geri yüklendi. Daha önce bulunanlar, ayar ve veri klasörlerinin içindeki {folder} klasöründe saklanıyor. Parolalar yedeğe dahil değildir: istenen yerlerde oturum açın.</translation>
    </message>
    <message>
        <source>The backup needs {needed} MB, but the disk has {free} MB left. Make room on it; nothing was changed.</source>
        <translation>Yedek için {needed} MB gerekli ama diskte {free} MB kaldı. Yer açın; hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>The last copy of it is used instead.</source>
        <translation>Bunun yerine son kopyası kullanılıyor.</translation>
    </message>
    <message>
        <source>The last copy of the settings is used.</source>
        <translation>Ayarların son kopyası kullanılıyor.</translation>
    </message>
    <message>
        <source>The setting “{name}” had an invalid value. The default is used instead.</source>
        <extracomment>{name}: title of a setting.</extracomment>
        <translation>“{name}” ayarının değeri geçersizdi. Bunun yerine varsayılan kullanılıyor.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of Posto. Install that version to use it.</source>
        <translation>Bu yedek Posto’nun daha yeni bir sürümüyle oluşturulmuş. Kullanmak için o sürümü yükleyin.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read the keychain. Install what is missing: pip install &apos;posto[keyring]&apos;</source>
        <translation>Bu Posto kurulumu anahtar zincirini okuyamıyor. Eksik olanı yükleyin: pip install &apos;posto[keyring]&apos;</translation>
    </message>
    <message>
        <source>This version uses the settings that it knows.</source>
        <translation>Bu sürüm bildiği ayarları kullanıyor.</translation>
    </message>
    <message>
        <source>What is here stays as it is.</source>
        <translation>Buradakiler olduğu gibi kalır.</translation>
    </message>
    <message>
        <source>another program is using it</source>
        <translation>başka bir program kullanıyor</translation>
    </message>
    <message>
        <source>another program may be using it</source>
        <translation>başka bir program kullanıyor olabilir</translation>
    </message>
    <message>
        <source>contents</source>
        <translation>içerik</translation>
    </message>
    <message>
        <source>it belongs to another user</source>
        <translation>başka bir kullanıcıya ait</translation>
    </message>
    <message>
        <source>it is a device, not a file</source>
        <translation>dosya değil, aygıt</translation>
    </message>
    <message>
        <source>it is a folder, not a file</source>
        <translation>dosya değil, klasör</translation>
    </message>
    <message>
        <source>it is a link that leads to itself, not a file</source>
        <translation>dosya değil, kendisine giden bir bağlantı</translation>
    </message>
    <message>
        <source>it is a named pipe, not a file</source>
        <translation>dosya değil, adlandırılmış kanal</translation>
    </message>
    <message>
        <source>it is a socket, not a file</source>
        <translation>dosya değil, soket</translation>
    </message>
    <message>
        <source>it is closed</source>
        <translation>kapalı</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>boş</translation>
    </message>
    <message>
        <source>it is far too large</source>
        <translation>çok fazla büyük</translation>
    </message>
    <message>
        <source>it is from a newer version of Posto</source>
        <translation>Posto’nun daha yeni bir sürümünden</translation>
    </message>
    <message>
        <source>it is something else, not a file</source>
        <translation>dosya değil, başka bir şey</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>içeriği bozuk</translation>
    </message>
    <message>
        <source>its content is not what Posto writes</source>
        <translation>içeriği Posto’nun yazdığı gibi değil</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>sayılar</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>metinler</translation>
    </message>
    <message>
        <source>the disk reported “{error}”</source>
        <translation>disk şunu bildirdi: “{error}”</translation>
    </message>
    <message>
        <source>the disk that holds {folder} is full</source>
        <translation>{folder} klasörünün bulunduğu disk dolu</translation>
    </message>
    <message>
        <source>the keychain</source>
        <translation>anahtar zinciri</translation>
    </message>
    <message>
        <source>this program may not read and write {name} in {folder}</source>
        <translation>bu programın {folder} içindeki {name} için okuma ve yazma izni yok</translation>
    </message>
    <message>
        <source>this program may not read it in {folder}</source>
        <translation>bu programın {folder} içinde onu okuma izni yok</translation>
    </message>
    <message>
        <source>this program may not write to {folder}</source>
        <translation>bu programın {folder} klasörüne yazma izni yok</translation>
    </message>
    <message>
        <source>times</source>
        <translation>zamanlar</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it has a name that no file of a backup has.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} dosyasının adı, hiçbir yedek dosyasında bulunmayan bir ad.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds a value that is far too large.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} dosyasında çok fazla büyük bir değer var.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds something else than the tables of Posto.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} dosyasında Posto’nun tabloları değil, başka bir şey var.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is a link or a device, not a file.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} dosya değil, bağlantı veya aygıt.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is damaged.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} bozuk.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is far too large for settings.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} ayarlar için çok fazla büyük.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is not what the list of files says.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} dosya listesinde yazılana uymuyor.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it lies over another file.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} başka bir dosyanın üzerine geliyor.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it takes too long to be checked.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} dosyasını denetlemek çok uzun sürüyor.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it would replace passwords, which no backup holds.</source>
        <translation>{backup} geri yüklenemiyor: içindeki {file} parolaların yerine geçerdi; hiçbir yedekte parola bulunmaz.</translation>
    </message>
    <message>
        <source>{folder} cannot be used</source>
        <translation>{folder} kullanılamıyor</translation>
    </message>
    <message>
        <source>{folder} is not a folder it can use</source>
        <translation>{folder} kullanabileceği bir klasör değil</translation>
    </message>
    <message>
        <source>{keychain} could not be used.</source>
        <translation>{keychain} kullanılamadı.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it, then try again.</source>
        <translation>{keychain} kilitli. Kilidini açıp tekrar deneyin.</translation>
    </message>
    <message>
        <source>{keychain} is not responding. It may be waiting for its password.</source>
        <extracomment>{keychain}: its name, such as KWallet, or &quot;The keychain&quot;.</extracomment>
        <translation>{keychain} yanıt vermiyor. Parolasını bekliyor olabilir.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>{name} okunamıyor: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be restored: {why}.</source>
        <translation>{name} geri yüklenemiyor: {why}.</translation>
    </message>
    <message>
        <source>{name} contains two files whose names differ only in capital letters. The disk here can keep only one of them.</source>
        <translation>{name}, adları yalnızca büyük/küçük harfle ayrılan iki dosya içeriyor. Buradaki disk yalnızca birini saklayabilir.</translation>
    </message>
    <message>
        <source>{name} could not be copied: {why}.</source>
        <translation>{name} kopyalanamadı: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be deleted: {why}.</source>
        <translation>{name} silinemedi: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be moved away: {why}.</source>
        <translation>{name} başka yere taşınamadı: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened: {why}.</source>
        <translation>{name} açılamadı: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be read: {why}.</source>
        <translation>{name} okunamadı: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be saved: {why}.</source>
        <extracomment>The reason follows a colon and is no sentence of its own: &quot;the disk that holds … is full&quot;.</extracomment>
        <translation>{name} kaydedilemedi: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be written: {why}.</source>
        <translation>{name} yazılamadı: {why}.</translation>
    </message>
    <message>
        <source>{name} holds entries with damaged {what}. They are shown as far as they can be read; the others are not affected.</source>
        <extracomment>{what}: one or more of &quot;times&quot;, &quot;numbers&quot;, &quot;contents&quot;, &quot;texts&quot;, separated by commas.</extracomment>
        <translation>{name} bozuk alanlı kayıtlar içeriyor ({what}). Okunabildikleri kadar gösterilirler; diğerleri etkilenmez.</translation>
    </message>
    <message>
        <source>{name} in this backup is from a newer version of Posto. Install that version to use it.</source>
        <translation>Bu yedekteki {name} Posto’nun daha yeni bir sürümünden. Kullanmak için o sürümü yükleyin.</translation>
    </message>
    <message>
        <source>{name} is closed.</source>
        <translation>{name} kapalı.</translation>
    </message>
    <message>
        <source>{name} is damaged or not a backup of Posto.</source>
        <translation>{name} bozuk veya bir Posto yedeği değil.</translation>
    </message>
    <message>
        <source>{name} is damaged, so nothing can be saved.</source>
        <translation>{name} bozuk; bu yüzden hiçbir şey kaydedilemiyor.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>{name} bulunamadı.</translation>
    </message>
    <message>
        <source>{name} was not moved, because {why}</source>
        <translation>{name} taşınmadı, çünkü {why}</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto and was not changed. Start that version to use it.</source>
        <translation>{name} Posto’nun daha yeni bir sürümüyle yazılmış ve değiştirilmedi. Kullanmak için o sürümü başlatın.</translation>
    </message>
    <message numerus="yes">
        <source>{programs} (is/are) using it</source>
        <extracomment>A reason after a colon. {programs}: names of programs, separated by commas.</extracomment>
        <translation>
            <numerusform>şunlar kullanıyor: {programs}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source> Left out because of their names: {names}.</source>
        <translation> Adları yüzünden dışarıda bırakılanlar: {names}.</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tüm dosyalar (*)</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>Her şeyi yedekle</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Yedekle…</translation>
    </message>
    <message>
        <source>Backups of Posto (*{suffix})</source>
        <extracomment>Keep the brackets and what is in them.</extracomment>
        <translation>Posto yedekleri (*{suffix})</translation>
    </message>
    <message>
        <source>Cache of pictures</source>
        <translation>Görsel önbelleği</translation>
    </message>
    <message>
        <source>Clear the cache</source>
        <translation>Önbelleği temizle</translation>
    </message>
    <message>
        <source>Drafts, outbox and the workspace on this computer</source>
        <translation>Taslaklar, giden kutusu ve bu bilgisayardaki çalışma alanı</translation>
    </message>
    <message>
        <source>Everything in one file</source>
        <translation>Her şey tek dosyada</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Başarısız: {why}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Klasörler</translation>
    </message>
    <message>
        <source>Keep current data</source>
        <translation>Geçerli verileri koru</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Günlük dosyaları</translation>
    </message>
    <message>
        <source>Made {when}. Drafts: {drafts}, files: {files}. Your current data, including posts waiting to be sent, moves to a folder named “before-restore”. Posto restarts.</source>
        <translation>Oluşturulma: {when}. Taslaklar: {drafts}, dosyalar: {files}. Gönderilmeyi bekleyen gönderiler dahil geçerli verileriniz “before-restore” adlı bir klasöre taşınır. Posto yeniden başlar.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Ölçülüyor</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>Aç</translation>
    </message>
    <message>
        <source>Open the folder of data</source>
        <translation>Veri klasörünü aç</translation>
    </message>
    <message>
        <source>Open the folder of log files</source>
        <translation>Günlük dosyaları klasörünü aç</translation>
    </message>
    <message>
        <source>Open the folder of settings</source>
        <translation>Ayarlar klasörünü aç</translation>
    </message>
    <message>
        <source>Posto checks the file, moves your current data to a separate folder and restarts.</source>
        <translation>Posto dosyayı denetler, geçerli verilerinizi ayrı bir klasöre taşır ve yeniden başlar.</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Yedeği geri yükle</translation>
    </message>
    <message>
        <source>Restore and restart</source>
        <translation>Geri yükle ve yeniden başlat</translation>
    </message>
    <message>
        <source>Restore this backup?</source>
        <translation>Bu yedek geri yüklensin mi?</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Geri yükle…</translation>
    </message>
    <message numerus="yes">
        <source>Saved as {name}: %Ln file(s), {size}. Passwords are not included.</source>
        <translation>
            <numerusform>{name} olarak kaydedildi: %Ln dosya, {size}. Parolalar dahil değil.</numerusform>
        </translation>
    </message>
    <message>
        <source>Settings and styles</source>
        <translation>Ayarlar ve stiller</translation>
    </message>
    <message>
        <source>Settings, styles, snippets, accounts, drafts, the outbox, and the workspace of this computer with its files. Passwords are not included.</source>
        <translation>Ayarlar, stiller, hazır metinler, hesaplar, taslaklar, giden kutusu ve dosyalarıyla birlikte bu bilgisayarın çalışma alanı. Parolalar dahil değil.</translation>
    </message>
    <message>
        <source>Size unknown</source>
        <translation>Boyut bilinmiyor</translation>
    </message>
    <message>
        <source>Stop backing up</source>
        <translation>Yedeklemeyi durdur</translation>
    </message>
    <message>
        <source>Stop clearing</source>
        <translation>Temizlemeyi durdur</translation>
    </message>
    <message>
        <source>Stop restoring</source>
        <translation>Geri yüklemeyi durdur</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Durduruldu. Hiçbir şey değiştirilmedi.</translation>
    </message>
    <message>
        <source>The cache is empty</source>
        <translation>Önbellek boş</translation>
    </message>
    <message>
        <source>Wait for the running task to finish</source>
        <translation>Çalışan görevin bitmesini bekleyin</translation>
    </message>
    <message>
        <source>{size} in {folder}</source>
        <translation>{folder} içinde {size}</translation>
    </message>
</context>
<context>
    <name>StoredInsights</name>
    <message numerus="yes">
        <source>%Ln post(s) since {day}; deleted when older</source>
        <translation>
            <numerusform>{day} tarihinden beri %Ln gönderi; eskiler silinir</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Delete all insights</source>
        <translation>Tüm istatistikleri sil</translation>
    </message>
    <message>
        <source>Delete all insights?</source>
        <translation>Tüm istatistikler silinsin mi?</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Sil…</translation>
    </message>
    <message>
        <source>Export all insights</source>
        <translation>Tüm istatistikleri dışa aktar</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Dışa aktar…</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>Başarısız: {why}</translation>
    </message>
    <message>
        <source>Insights on this computer</source>
        <translation>Bu bilgisayardaki istatistikler</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Ölçülüyor</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Henüz yok</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>Dışa aktarmayı durdur</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tablolar (*.csv)</translation>
    </message>
    <message>
        <source>The numbers of all workspaces are deleted from this computer. Networks still have theirs; posts of the last 30 days are read again.</source>
        <translation>Tüm çalışma alanlarının sayıları bu bilgisayardan silinir. Ağlar kendi sayılarını korur; son 30 günün gönderileri yeniden okunur.</translation>
    </message>
    <message>
        <source>There are no insights yet</source>
        <translation>Henüz istatistik yok</translation>
    </message>
    <message>
        <source>Written to {name}</source>
        <translation>{name} dosyasına yazıldı</translation>
    </message>
</context>
<context>
    <name>StyleEditor</name>
    <message>
        <source>{name} copy</source>
        <translation>{name} kopyası</translation>
    </message>
</context>
<context>
    <name>StyleForm</name>
    <message>
        <source>First comment</source>
        <translation>İlk yorum</translation>
    </message>
    <message>
        <source>First comment on Facebook, Instagram, X, Bluesky and Reddit</source>
        <translation>Facebook, Instagram, X, Bluesky ve Reddit’te ilk yorum</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Ekle</translation>
    </message>
    <message>
        <source>Networks of the style</source>
        <translation>Stilin ağları</translation>
    </message>
    <message>
        <source>None (own text)</source>
        <translation>Yok (özel metin)</translation>
    </message>
    <message>
        <source>Own text for a network</source>
        <translation>Bir ağ için özel metin</translation>
    </message>
    <message>
        <source>Own text for…</source>
        <translation>Şunun için özel metin…</translation>
    </message>
    <message>
        <source>Same as</source>
        <translation>Şununla aynı</translation>
    </message>
    <message>
        <source>Template for {network}</source>
        <translation>{network} şablonu</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Metin</translation>
    </message>
    <message>
        <source>Unknown variable: {names}</source>
        <translation>Bilinmeyen değişken: {names}</translation>
    </message>
    <message>
        <source>Use all networks&apos; text</source>
        <translation>Tüm ağların metnini kullan</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>tüm ağlar</translation>
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
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Duplicate style</source>
        <translation>Stili çoğalt</translation>
    </message>
    <message>
        <source>More for this style</source>
        <translation>Bu stil için diğer işlemler</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>Göster</translation>
    </message>
    <message>
        <source>Show preview</source>
        <translation>Önizlemeyi göster</translation>
    </message>
    <message>
        <source>Show where the style is used</source>
        <translation>Stilin kullanıldığı yerleri göster</translation>
    </message>
</context>
<context>
    <name>StyleListPane</name>
    <message>
        <source>Defaults of channels</source>
        <translation>Kanal varsayılanları</translation>
    </message>
    <message>
        <source>Defaults of networks and channels</source>
        <translation>Ağ ve kanal varsayılanları</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Stil bul</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Stilleri içe aktar</translation>
    </message>
    <message>
        <source>Import styles from files</source>
        <translation>Stilleri dosyalardan içe aktar</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Yeni stil</translation>
    </message>
    <message>
        <source>Search styles</source>
        <translation>Stillerde ara</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>Stiller</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %n style(s)</source>
        <translation>
            <numerusform>Arama %n stili gizliyor</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StyleListView</name>
    <message>
        <source>Styles list</source>
        <translation>Stil listesi</translation>
    </message>
</context>
<context>
    <name>StyleNameField</name>
    <message>
        <source>Style name</source>
        <translation>Stil adı</translation>
    </message>
</context>
<context>
    <name>StylePreview</name>
    <message>
        <source>Close preview of the style</source>
        <translation>Stil önizlemesini kapat</translation>
    </message>
    <message>
        <source>Current message</source>
        <translation>Geçerli mesaj</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Önizleme</translation>
    </message>
    <message>
        <source>Preview of the style</source>
        <translation>Stilin önizlemesi</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Örnek</translation>
    </message>
    <message>
        <source>Tinted words come from the message</source>
        <translation>Renkli sözcükler mesajdan gelir</translation>
    </message>
</context>
<context>
    <name>StyleRow</name>
    <message>
        <source>No style</source>
        <translation>Stil yok</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>Stil</translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (eksik)</translation>
    </message>
</context>
<context>
    <name>StyleSample</name>
    <message>
        <source>#winterroast</source>
        <comment>a hashtag, so without spaces</comment>
        <translation>#kışkavurması</translation>
    </message>
    <message>
        <source>Fig, cocoa and a little orange peel, roasted every Tuesday in Kreuzberg.</source>
        <translation>İncir, kakao ve biraz portakal kabuğu; her salı Kadıköy’de kavrulur.</translation>
    </message>
    <message>
        <source>Winter Roast</source>
        <translation>Kış Kavurması</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>All networks the same</source>
        <translation>Tüm ağlar aynı</translation>
    </message>
    <message>
        <source>Announcement</source>
        <translation>Duyuru</translation>
    </message>
    <message>
        <source>Blog post</source>
        <translation>Blog yazısı</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Yerleşik</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Boş</translation>
    </message>
    <message>
        <source>Own text for {networks}</source>
        <translation>Özel metin: {networks}</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Ürün</translation>
    </message>
    <message>
        <source>The style “{name}” cannot be used. {reason}</source>
        <translation>“{name}” stili kullanılamıyor. {reason}</translation>
    </message>
    <message>
        <source>The style “{name}” no longer exists.</source>
        <translation>“{name}” stili artık yok.</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>Okunamıyor</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>Sizin</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <extracomment>{names}: names of networks.</extracomment>
        <translation>
            <numerusform>{names} ve %n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} only</source>
        <translation>yalnızca {networks}</translation>
    </message>
    <message>
        <source>{one} and {other}</source>
        <extracomment>Two names of networks.</extracomment>
        <translation>{one} ve {other}</translation>
    </message>
</context>
<context>
    <name>StylesActionBar</name>
    <message>
        <source>Save</source>
        <translation>Kaydet</translation>
    </message>
    <message>
        <source>Save style</source>
        <translation>Stili kaydet</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Yeni mesajda kullan</translation>
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
        <translation>Yerleşik stiller silinemez</translation>
    </message>
    <message>
        <source>Changes are saved automatically</source>
        <translation>Değişiklikler otomatik kaydedilir</translation>
    </message>
    <message>
        <source>Create a copy of this style</source>
        <translation>Bu stilin bir kopyasını oluştur</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>Varsayılanlar…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Sil</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Çoğalt</translation>
    </message>
    <message>
        <source>Export style</source>
        <translation>Stili dışa aktar</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Dışa aktar…</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>Stil bul</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>Stilleri içe aktar</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>İçe aktar…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Aşağı taşı</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Yukarı taşı</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Yeni stil</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Yeniden adlandır</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Kaydet</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>Önizlemeyi göster veya gizle</translation>
    </message>
    <message>
        <source>Start a message with this style</source>
        <translation>Bu stille mesaja başla</translation>
    </message>
    <message>
        <source>Styles (*.json)</source>
        <translation>Stiller (*.json)</translation>
    </message>
    <message>
        <source>The file of this style cannot be read</source>
        <translation>Bu stilin dosyası okunamıyor</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>Yeni mesajda kullan</translation>
    </message>
</context>
<context>
    <name>StylesController</name>
    <message>
        <source>Styles</source>
        <translation>Stiller</translation>
    </message>
</context>
<context>
    <name>StylesLayout</name>
    <message>
        <source>A style adapts your messages to each network.</source>
        <translation>Stil, mesajlarınızı her ağa uyarlar.</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>Yeni stil</translation>
    </message>
    <message>
        <source>No style chosen</source>
        <translation>Stil seçilmedi</translation>
    </message>
</context>
<context>
    <name>StylesMenus</name>
    <message>
        <source>Icon: {name}</source>
        <translation>Simge: {name}</translation>
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
            <numerusform>%n kampanya</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s)</source>
        <translation>
            <numerusform>%n taslak</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n planlanan gönderi</numerusform>
        </translation>
    </message>
    <message>
        <source>Built in · {words}</source>
        <extracomment>{words}: where the style is used.</extracomment>
        <translation>Yerleşik · {words}</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Henüz kaydedilmedi</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>Henüz kullanılmıyor</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>Bu bilgisayara kaydedildi</translation>
    </message>
    <message>
        <source>Used by {what}</source>
        <translation>Kullanıldığı yer: {what}</translation>
    </message>
    <message>
        <source>Your changes go into a copy</source>
        <translation>Değişiklikleriniz bir kopyaya yapılır</translation>
    </message>
</context>
<context>
    <name>StylesState</name>
    <message>
        <source>Another program changed this style. Its version was saved as “{name}”.</source>
        <translation>Başka bir program bu stili değiştirdi. Onun sürümü “{name}” olarak kaydedildi.</translation>
    </message>
    <message>
        <source>Another program changed “{name}”.</source>
        <translation>Başka bir program “{name}” stilini değiştirdi.</translation>
    </message>
    <message>
        <source>Exported without the watermark: {name}</source>
        <translation>Filigran olmadan dışa aktarıldı: {name}</translation>
    </message>
    <message>
        <source>Restore my version</source>
        <translation>Benim sürümümü geri yükle</translation>
    </message>
    <message>
        <source>Style “{name}” deleted</source>
        <translation>“{name}” stili silindi</translation>
    </message>
    <message>
        <source>Style “{name}” exported</source>
        <translation>“{name}” stili dışa aktarıldı</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{part} removed from “{name}”</source>
        <extracomment>{part}: hashtags, signature, watermark or link tags of a style; {name}: the style.</extracomment>
        <translation>“{name}” stilinden kaldırıldı: {part}</translation>
    </message>
    <message>
        <source>{title} is built in and stays as it is. You are editing your copy, “{name}”.</source>
        <translation>{title} yerleşiktir ve olduğu gibi kalır. “{name}” adlı kopyanızı düzenliyorsunuz.</translation>
    </message>
</context>
<context>
    <name>SuggestionCompleter</name>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n öneri</numerusform>
        </translation>
    </message>
    <message>
        <source>name only</source>
        <translation>yalnızca ad</translation>
    </message>
    <message numerus="yes">
        <source>used %n time(s)</source>
        <translation>
            <numerusform>%n kez kullanıldı</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {n} of {count}</source>
        <translation>{name}, {n}/{count}</translation>
    </message>
    <message>
        <source>{word} is not suggested any more</source>
        <translation>{word} artık önerilmiyor</translation>
    </message>
</context>
<context>
    <name>TakeOver</name>
    <message>
        <source>Taken over: {fields}</source>
        <translation>Alınan: {fields}</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>Sürümünüz Taslaklar’da</translation>
    </message>
</context>
<context>
    <name>Team</name>
    <message>
        <source>Added a device</source>
        <translation>Cihaz ekledi</translation>
    </message>
    <message>
        <source>Added a person</source>
        <translation>Kişi ekledi</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>Tüm kanallar</translation>
    </message>
    <message>
        <source>Approved a post</source>
        <translation>Gönderi onayladı</translation>
    </message>
    <message>
        <source>Began to disconnect an account</source>
        <translation>Hesap bağlantısını kesmeye başladı</translation>
    </message>
    <message>
        <source>Changed a person</source>
        <translation>Kişiyi değiştirdi</translation>
    </message>
    <message>
        <source>Changed how posts are sent</source>
        <translation>Gönderilerin gönderimini değiştirdi</translation>
    </message>
    <message>
        <source>Changed settings of a channel</source>
        <translation>Kanal ayarlarını değiştirdi</translation>
    </message>
    <message>
        <source>Changed settings of a network</source>
        <translation>Ağ ayarlarını değiştirdi</translation>
    </message>
    <message>
        <source>Changed settings of the workspace</source>
        <translation>Çalışma alanı ayarlarını değiştirdi</translation>
    </message>
    <message>
        <source>Changed the e-mail address of a person</source>
        <translation>Kişinin e-posta adresini değiştirdi</translation>
    </message>
    <message>
        <source>Changed the groups of a channel</source>
        <translation>Kanalın gruplarını değiştirdi</translation>
    </message>
    <message>
        <source>Changed the groups of a person</source>
        <translation>Kişinin gruplarını değiştirdi</translation>
    </message>
    <message>
        <source>Changed the role of a person</source>
        <translation>Kişinin rolünü değiştirdi</translation>
    </message>
    <message>
        <source>Checked a channel</source>
        <translation>Kanalı denetledi</translation>
    </message>
    <message>
        <source>Checked an account</source>
        <translation>Hesabı denetledi</translation>
    </message>
    <message>
        <source>Chose what of an account is used</source>
        <translation>Hesaptan kullanılacakları seçti</translation>
    </message>
    <message>
        <source>Connected an account</source>
        <translation>Hesap bağladı</translation>
    </message>
    <message>
        <source>Deleted a file</source>
        <translation>Dosya sildi</translation>
    </message>
    <message>
        <source>Deleted posts</source>
        <translation>Gönderileri sildi</translation>
    </message>
    <message>
        <source>Described a file</source>
        <translation>Dosyayı betimledi</translation>
    </message>
    <message>
        <source>Disabled: cannot sign in</source>
        <translation>Devre dışı: oturum açamaz</translation>
    </message>
    <message>
        <source>Disconnected an account</source>
        <translation>Hesap bağlantısını kesti</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Editör</translation>
    </message>
    <message>
        <source>It is not known whether {name} was added to the team. {reason}</source>
        <translation>{name} ekibe eklendi mi, bilinmiyor. {reason}</translation>
    </message>
    <message>
        <source>It is not known whether {name} was changed. {reason}</source>
        <translation>{name} değiştirildi mi, bilinmiyor. {reason}</translation>
    </message>
    <message>
        <source>Last used {when}</source>
        <translation>Son kullanım: {when}</translation>
    </message>
    <message>
        <source>Last used {when}, from {address}</source>
        <translation>Son kullanım: {when}, {address}</translation>
    </message>
    <message>
        <source>Linked a provider&apos;s account to a person</source>
        <translation>Sağlayıcı hesabını bir kişiye bağladı</translation>
    </message>
    <message>
        <source>May do everything, also here. Sees all channels.</source>
        <translation>Burası dahil her şeyi yapabilir. Tüm kanalları görür.</translation>
    </message>
    <message>
        <source>Moved a post</source>
        <translation>Gönderiyi taşıdı</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>Hiç kullanılmadı</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>Kanal yok</translation>
    </message>
    <message>
        <source>No device yet</source>
        <translation>Henüz cihaz yok</translation>
    </message>
    <message>
        <source>Not done: {reason}</source>
        <translation>Yapılmadı: {reason}</translation>
    </message>
    <message>
        <source>Not known whether it was done</source>
        <translation>Yapılıp yapılmadığı bilinmiyor</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Sahip</translation>
    </message>
    <message>
        <source>Proposes posts, which an editor approves.</source>
        <translation>Gönderi önerir; bir editör onaylar.</translation>
    </message>
    <message>
        <source>Removed a person</source>
        <translation>Kişiyi kaldırdı</translation>
    </message>
    <message>
        <source>Renewed the calendar&apos;s address</source>
        <translation>Takvim adresini yeniledi</translation>
    </message>
    <message>
        <source>Requested changes of a post</source>
        <translation>Gönderide değişiklik istedi</translation>
    </message>
    <message>
        <source>Retried a first comment</source>
        <translation>İlk yorumu yeniden denedi</translation>
    </message>
    <message>
        <source>Retried posts</source>
        <translation>Gönderileri yeniden denedi</translation>
    </message>
    <message>
        <source>Revoked a device</source>
        <translation>Cihazın iznini kaldırdı</translation>
    </message>
    <message>
        <source>Said what became of a post</source>
        <translation>Bir gönderiye ne olduğunu bildirdi</translation>
    </message>
    <message>
        <source>Scheduled or edited a post</source>
        <translation>Gönderi planladı veya düzenledi</translation>
    </message>
    <message>
        <source>Schedules and changes posts, and approves proposals.</source>
        <translation>Gönderileri planlar ve değiştirir, önerileri onaylar.</translation>
    </message>
    <message>
        <source>Sees what belongs to their groups.</source>
        <translation>Kendi gruplarına ait olanları görür.</translation>
    </message>
    <message>
        <source>Sent posts at once</source>
        <translation>Gönderileri hemen gönderdi</translation>
    </message>
    <message>
        <source>Tested an account</source>
        <translation>Hesabı sınadı</translation>
    </message>
    <message>
        <source>Took back an answer to a proposal</source>
        <translation>Bir öneriye verilen yanıtı geri aldı</translation>
    </message>
    <message>
        <source>Took back that a device was revoked</source>
        <translation>Cihaz izninin kaldırılmasını geri aldı</translation>
    </message>
    <message>
        <source>Unlinked a provider&apos;s account from a person</source>
        <translation>Sağlayıcı hesabının kişiyle bağını kaldırdı</translation>
    </message>
    <message>
        <source>Uploaded a file</source>
        <translation>Dosya yükledi</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>İzleyici</translation>
    </message>
    <message>
        <source>Withdrew a proposal</source>
        <translation>Öneriyi geri çekti</translation>
    </message>
    <message>
        <source>Writer</source>
        <translation>Yazar</translation>
    </message>
    <message>
        <source>account {key}</source>
        <translation>hesap {key}</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>hemen</translation>
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
        <translation>alanlar: {value}</translation>
    </message>
    <message>
        <source>file {key}</source>
        <translation>dosya {key}</translation>
    </message>
    <message>
        <source>groups: {value}</source>
        <translation>gruplar: {value}</translation>
    </message>
    <message>
        <source>is being disconnected</source>
        <translation>bağlantısı kesiliyor</translation>
    </message>
    <message>
        <source>name: {value}</source>
        <translation>ad: {value}</translation>
    </message>
    <message>
        <source>post {key}</source>
        <translation>gönderi {key}</translation>
    </message>
    <message>
        <source>role: {value}</source>
        <translation>rol: {value}</translation>
    </message>
    <message>
        <source>works</source>
        <translation>çalışıyor</translation>
    </message>
    <message>
        <source>{name} is as before. {reason}</source>
        <translation>{name} önceki gibi. {reason}</translation>
    </message>
    <message>
        <source>{name} is still in the team, but cannot sign in. {reason} To let them in, open {name} in Settings &gt; Team and turn on “May sign in”.</source>
        <translation>{name} hâlâ ekipte, ama oturum açamaz. {reason} İzin vermek için Ayarlar &gt; Ekip altında {name} kişisini açın ve “Oturum açabilir” seçeneğini etkinleştirin.</translation>
    </message>
    <message>
        <source>{name} is still revoked and cannot sign in. {reason}</source>
        <translation>{name} için izin hâlâ kaldırılmış durumda, oturum açamaz. {reason}</translation>
    </message>
    <message>
        <source>{name} was not added to the team. {reason}</source>
        <translation>{name} ekibe eklenmedi. {reason}</translation>
    </message>
    <message>
        <source>{name}, labels: {labels}, groups: {groups}</source>
        <translation>{name}, etiketler: {labels}, gruplar: {groups}</translation>
    </message>
    <message>
        <source>{name}, revoked</source>
        <translation>{name}, izni kaldırıldı</translation>
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
            <numerusform>%Ln ileti onayınızı bekliyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of your proposals (was/were) approved</source>
        <translation>
            <numerusform>Önerilerinizden %Ln tanesi onaylandı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changes requested of %Ln message(s)</source>
        <translation>
            <numerusform>%Ln iletide değişiklik istendi</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Göster</translation>
    </message>
</context>
<context>
    <name>TeamPage</name>
    <message>
        <source>As of {when}.</source>
        <translation>Durum: {when}.</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Denetim günlüğü</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Lost a device? Revoke it here, and it cannot sign in any more.</source>
        <translation>Bir cihazı mı kaybettiniz? Onu burada iptal edin; artık oturum açamaz.</translation>
    </message>
    <message>
        <source>Part of the team</source>
        <translation>Ekip bölümü</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Kişiler</translation>
    </message>
    <message>
        <source>People and devices are on the server of your team. They are shown here when it answers.</source>
        <translation>Kişiler ve cihazlar ekibinizin sunucusundadır. Sunucu yanıt verince burada gösterilir.</translation>
    </message>
    <message>
        <source>The server is not reached, and changes need it.</source>
        <translation>Sunucuya ulaşılamıyor; değişiklikler için gerekli.</translation>
    </message>
    <message>
        <source>Your devices</source>
        <translation>Cihazlarınız</translation>
    </message>
    <message>
        <source>Your role in this team is now: {role}.</source>
        <translation>Bu ekipteki rolünüz artık: {role}.</translation>
    </message>
    <message>
        <source>{name} cannot sign in any more. Enter takes it back.</source>
        <translation>{name} artık oturum açamaz. Enter bunu geri alır.</translation>
    </message>
</context>
<context>
    <name>TemplateEdit</name>
    <message>
        <source>Variables</source>
        <translation>Değişkenler</translation>
    </message>
</context>
<context>
    <name>Templates</name>
    <message>
        <source>All hashtags of the message</source>
        <translation>Mesajın tüm hashtag’leri</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Tarih</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>Özet</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>Hashtag’ler</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>Bağlantı</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mesaj</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Ağ</translation>
    </message>
    <message>
        <source>Template “{name}” deleted</source>
        <translation>“{name}” şablonu silindi</translation>
    </message>
    <message>
        <source>Template “{name}” replaced</source>
        <translation>“{name}” şablonu değiştirildi</translation>
    </message>
    <message>
        <source>Template “{name}” saved</source>
        <translation>“{name}” şablonu kaydedildi</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Metin</translation>
    </message>
    <message>
        <source>The day on which it is sent</source>
        <translation>Gönderildiği gün</translation>
    </message>
    <message>
        <source>The first line of the message</source>
        <translation>Mesajın ilk satırı</translation>
    </message>
    <message>
        <source>The first paragraph below the first line</source>
        <translation>İlk satırın altındaki ilk paragraf</translation>
    </message>
    <message>
        <source>The link of the message</source>
        <translation>Mesajın bağlantısı</translation>
    </message>
    <message>
        <source>The message below its first line</source>
        <translation>Mesajın ilk satırından sonrası</translation>
    </message>
    <message>
        <source>The name of the channel</source>
        <translation>Kanalın adı</translation>
    </message>
    <message>
        <source>The name of the network</source>
        <translation>Ağın adı</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>Mesajın tamamı</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Başlık</translation>
    </message>
</context>
<context>
    <name>TextCard</name>
    <message>
        <source>A thread comes first. Its parts are edited in Compose.</source>
        <translation>Zincir önce gelir. Bölümleri Oluştur’da düzenlenir.</translation>
    </message>
    <message>
        <source>Move text {number} down</source>
        <translation>Metin {number} aşağı</translation>
    </message>
    <message>
        <source>Move text {number} up</source>
        <translation>Metin {number} yukarı</translation>
    </message>
    <message>
        <source>Remove text {number}</source>
        <translation>Metin {number} kaldır</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Metin</translation>
    </message>
    <message>
        <source>Text {number}</source>
        <translation>Metin {number}</translation>
    </message>
    <message>
        <source>The same, said another way</source>
        <translation>Aynısı, başka sözlerle</translation>
    </message>
    <message>
        <source>This is the same as text {number}.</source>
        <translation>Bu, metin {number} ile aynı.</translation>
    </message>
    <message>
        <source>What would you like to say again and again?</source>
        <translation>Neyi tekrar tekrar söylemek istersiniz?</translation>
    </message>
</context>
<context>
    <name>TextInserter</name>
    <message>
        <source>All hashtags of “{name}” are already in the text</source>
        <translation>“{name}” içindeki tüm hashtag’ler zaten metinde</translation>
    </message>
</context>
<context>
    <name>TextPresenter</name>
    <message>
        <source>All {network} channels</source>
        <translation>Tüm {network} kanalları</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mesaj</translation>
    </message>
    <message>
        <source>Message for {network}</source>
        <translation>{network} mesajı</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>Bölüm {n}/{count}</translation>
    </message>
    <message>
        <source>{name} uses the common text</source>
        <translation>{name} ortak metni kullanıyor</translation>
    </message>
    <message>
        <source>{name} uses the text for {network}</source>
        <translation>{name} {network} metnini kullanıyor</translation>
    </message>
</context>
<context>
    <name>ThreadPresenter</name>
    <message>
        <source>Add a part to the thread</source>
        <translation>Zincire bölüm ekle</translation>
    </message>
    <message>
        <source>All parts are one text now</source>
        <translation>Tüm bölümler artık tek metin</translation>
    </message>
    <message>
        <source>Join all parts</source>
        <translation>Tüm bölümleri birleştir</translation>
    </message>
    <message>
        <source>Move part down</source>
        <translation>Bölümü aşağı taşı</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>Bölümü yukarı taşı</translation>
    </message>
    <message>
        <source>Move to the part after</source>
        <translation>Sonraki bölüme taşı</translation>
    </message>
    <message>
        <source>Move to the part before</source>
        <translation>Önceki bölüme taşı</translation>
    </message>
    <message>
        <source>Next part</source>
        <translation>Sonraki bölüm</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>Bölümleri numaralandır</translation>
    </message>
    <message>
        <source>Part {n} removed</source>
        <translation>{n}. bölüm kaldırıldı</translation>
    </message>
    <message>
        <source>Previous part</source>
        <translation>Önceki bölüm</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Bölümü kaldır</translation>
    </message>
    <message numerus="yes">
        <source>Split into %n part(s)</source>
        <translation>
            <numerusform>%n bölüme bölündü</numerusform>
        </translation>
    </message>
    <message>
        <source>Split the text at blank lines</source>
        <translation>Metni boş satırlardan böl</translation>
    </message>
    <message>
        <source>Split the text to fit</source>
        <translation>Metni sığacak şekilde böl</translation>
    </message>
    <message>
        <source>There is nothing to split: every part fits already</source>
        <translation>Bölünecek bir şey yok: her bölüm zaten sığıyor</translation>
    </message>
    <message>
        <source>{name} moved to part {n}</source>
        <translation>{name} {n}. bölüme taşındı</translation>
    </message>
</context>
<context>
    <name>Threads</name>
    <message>
        <source>This text needs more than {most} parts. Shorten it or choose channels that allow longer texts.</source>
        <translation>Bu metin için gereken bölüm sayısı sınırı ({most}) aşıyor. Kısaltın veya daha uzun metinlere izin veren kanallar seçin.</translation>
    </message>
</context>
<context>
    <name>TileMenu</name>
    <message>
        <source>Describe for people who cannot see it…</source>
        <translation>Göremeyenler için açıklama yaz…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Düzenle…</translation>
    </message>
    <message>
        <source>Move left</source>
        <translation>Sola taşı</translation>
    </message>
    <message>
        <source>Move right</source>
        <translation>Sağa taşı</translation>
    </message>
    <message>
        <source>Remove from this message</source>
        <translation>Bu mesajdan kaldır</translation>
    </message>
    <message>
        <source>Send to</source>
        <translation>Gönderileceği yerler</translation>
    </message>
</context>
<context>
    <name>TimeField</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Gün ve saat seçin</translation>
    </message>
</context>
<context>
    <name>TimePopup</name>
    <message>
        <source>Add time</source>
        <translation>Zaman ekle</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Zaman</translation>
    </message>
</context>
<context>
    <name>TimeTag</name>
    <message>
        <source>Remove {time}, {days}</source>
        <translation>{time} saatini kaldır, {days}</translation>
    </message>
</context>
<context>
    <name>TimelinePane</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n gün</numerusform>
        </translation>
    </message>
    <message>
        <source>Close timeline</source>
        <translation>Zaman çizelgesini kapat</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zaman çizelgesi</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>Saat dilimi: {zone}</translation>
    </message>
    <message>
        <source>Your timeline appears here.</source>
        <translation>Zaman çizelgeniz burada görünür.</translation>
    </message>
</context>
<context>
    <name>TimesPage</name>
    <message numerus="yes">
        <source>%Ln message(s) will be added to {campaign}</source>
        <translation>
            <numerusform>%Ln mesaj eklenecek: {campaign}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) could not be downloaded.</source>
        <translation>
            <numerusform>%Ln görsel indirilemedi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) will be downloaded first.</source>
        <translation>
            <numerusform>Önce %Ln görsel indirilecek.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (has a warning/have warnings).</source>
        <translation>
            <numerusform>Uyarısı olan %Ln satır var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) will not be imported.</source>
        <translation>
            <numerusform>%Ln satır içe aktarılmayacak.</numerusform>
        </translation>
    </message>
    <message>
        <source>At the times in the file</source>
        <translation>Dosyadaki zamanlarda</translation>
    </message>
    <message>
        <source>At the times in the file ({own}). Without a time, in the rhythm ({rest})</source>
        <extracomment>{own} and {rest}: numbers of messages.</extracomment>
        <translation>Dosyadaki zamanlarda ({own}). Zamanı olmayanlar ritme göre ({rest})</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Raporu kopyala</translation>
    </message>
    <message>
        <source>Downloading picture {n} of {total}</source>
        <translation>Görsel indiriliyor: {n}/{total}</translation>
    </message>
    <message>
        <source>Fetching pictures</source>
        <translation>Görseller alınıyor</translation>
    </message>
    <message>
        <source>From {first} to {last}</source>
        <translation>{first} – {last} arası</translation>
    </message>
    <message>
        <source>Import report</source>
        <translation>İçe aktarma raporu</translation>
    </message>
    <message>
        <source>Importing sends nothing.</source>
        <translation>İçe aktarma hiçbir şey göndermez.</translation>
    </message>
    <message>
        <source>In the rhythm of the campaign, in this order</source>
        <translation>Kampanyanın ritmine göre, bu sırayla</translation>
    </message>
    <message>
        <source>The file contains no times</source>
        <translation>Dosyada zaman yok</translation>
    </message>
    <message>
        <source>the campaign</source>
        <translation>kampanya</translation>
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
        <translation>Kapat</translation>
    </message>
    <message>
        <source>Enter: {action}. Esc closes this.</source>
        <extracomment>{action}: text of a button, such as Undo.</extracomment>
        <translation>Enter: {action}. Esc bunu kapatır.</translation>
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
        <translation>Bölüm ekle</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>Medya ekle</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dosya ekle</translation>
    </message>
    <message>
        <source>Insert emoji</source>
        <translation>Emoji ekle</translation>
    </message>
    <message>
        <source>Insert hashtag sign</source>
        <translation>Hashtag işareti ekle</translation>
    </message>
    <message>
        <source>Insert mention sign</source>
        <translation>Bahsetme işareti ekle</translation>
    </message>
    <message>
        <source>Insert snippet</source>
        <translation>Hazır metin ekle</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>Son kullanılan medya</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message numerus="yes">
        <source>%n item(s) (needs/need) attention</source>
        <translation>
            <numerusform>%n öğe ilgi bekliyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread notification(s)</source>
        <translation>
            <numerusform>%n okunmamış bildirim</numerusform>
        </translation>
    </message>
    <message>
        <source>More pages</source>
        <translation>Diğer sayfalar</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Sayfalar</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ayarlar</translation>
    </message>
    <message>
        <source>Show notifications</source>
        <translation>Bildirimleri göster</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n being sent</source>
        <translation>
            <numerusform>%n gönderiliyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) being sent</source>
        <translation>
            <numerusform>%n gönderi gönderiliyor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n planlanan gönderi</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Yeni mesaj</translation>
    </message>
    <message>
        <source>Next: {title}, {when}</source>
        <translation>Sonraki: {title}, {when}</translation>
    </message>
    <message>
        <source>No scheduled posts</source>
        <translation>Planlanan gönderi yok</translation>
    </message>
    <message>
        <source>Open Posto Desktop</source>
        <translation>Posto Desktop’ı aç</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>Gönderimi duraklat</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>Hızlı gönderi</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Çık</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>Göndermeyi sürdür</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>Gönderim duraklatıldı</translation>
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
        <translation>Başlangıç</translation>
    </message>
    <message>
        <source>{length} of the video is sent</source>
        <translation>Videonun {length} kadarı gönderilir</translation>
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
        <translation>Videonun başı</translation>
    </message>
</context>
<context>
    <name>UtmFields</name>
    <message>
        <source>Campaign</source>
        <translation>Kampanya</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>İçerik</translation>
    </message>
    <message>
        <source>Links in the text</source>
        <translation>Metindeki bağlantılar</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Araç</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Kaynak</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>Terim</translation>
    </message>
    <message>
        <source>The attached link</source>
        <translation>Eklenen bağlantı</translation>
    </message>
    <message>
        <source>Variables: {names}. Tags that a link already has are kept.</source>
        <translation>Değişkenler: {names}. Bağlantıda zaten bulunan etiketler korunur.</translation>
    </message>
</context>
<context>
    <name>VariantBar</name>
    <message>
        <source>All files</source>
        <translation>Tüm dosyalar</translation>
    </message>
    <message>
        <source>Channel of this text</source>
        <translation>Bu metnin kanalı</translation>
    </message>
    <message>
        <source>Files for this network</source>
        <translation>Bu ağın dosyaları</translation>
    </message>
    <message>
        <source>No files</source>
        <translation>Dosya yok</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>Ortak metni kullan</translation>
    </message>
    <message>
        <source>Uses its own text. Changes to All networks do not apply.</source>
        <translation>Özel metnini kullanıyor. “Tüm ağlar” metnindeki değişiklikler uygulanmaz.</translation>
    </message>
    <message>
        <source>Uses the common text. Type here to give it its own.</source>
        <translation>Ortak metni kullanıyor. Özel metin vermek için buraya yazın.</translation>
    </message>
    <message>
        <source>Uses the text for {network}. Type here to give it its own.</source>
        <translation>{network} metnini kullanıyor. Özel metin vermek için buraya yazın.</translation>
    </message>
    <message>
        <source>{name} uses its own text and ignores changes to All networks.</source>
        <translation>{name} özel metnini kullanıyor ve “Tüm ağlar” metnindeki değişiklikleri yok sayıyor.</translation>
    </message>
    <message>
        <source>{name} uses the common text. Type here to give it its own.</source>
        <translation>{name} ortak metni kullanıyor. Özel metin vermek için buraya yazın.</translation>
    </message>
    <message>
        <source>{name} · own text</source>
        <translation>{name} · özel metin</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n file(s)</source>
        <translation>
            <numerusform>%n dosyadan {n}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VideoBar</name>
    <message>
        <source>Cover</source>
        <translation>Kapak</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Duraklat</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Oynat</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>Oynat veya duraklat</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ses</translation>
    </message>
</context>
<context>
    <name>VideoResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>%n ağın tümü</numerusform>
        </translation>
    </message>
    <message>
        <source>Convert now</source>
        <translation>Şimdi dönüştür</translation>
    </message>
    <message>
        <source>Converting the video</source>
        <translation>Video dönüştürme işlemi</translation>
    </message>
    <message>
        <source>Encoded anew as H.264</source>
        <translation>H.264 olarak yeniden kodlanır</translation>
    </message>
    <message>
        <source>HDR becomes ordinary colours</source>
        <translation>HDR sıradan renklere döner</translation>
    </message>
    <message>
        <source>Otherwise it is converted when the post is sent</source>
        <translation>Yoksa gönderi yollanırken dönüştürülür</translation>
    </message>
    <message>
        <source>Sent as it is</source>
        <translation>Olduğu gibi gönderilir</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Durdur</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>{network} için çok büyük. Daha küçük bir boyut seçin.</translation>
    </message>
    <message>
        <source>Too long for {network}: up to {most}.</source>
        <translation>{network} için çok uzun: en fazla {most}.</translation>
    </message>
    <message>
        <source>Too short for {network}: {least} or more.</source>
        <translation>{network} için çok kısa: en az {least}.</translation>
    </message>
    <message>
        <source>Too small for {network}.</source>
        <translation>{network} için çok küçük.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Gönderilecek olan</translation>
    </message>
    <message>
        <source>Written anew as MP4, no quality lost</source>
        <translation>MP4 olarak yeniden yazılır, kalite kaybı olmaz</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>yaklaşık {size}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>hazır</translation>
    </message>
    <message>
        <source>takes about {time}</source>
        <translation>yaklaşık {time} sürer</translation>
    </message>
    <message>
        <source>takes some seconds</source>
        <translation>birkaç saniye sürer</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>{name} hazırlanamadı.</translation>
    </message>
    <message>
        <source>{network} may refuse it or compress it again.</source>
        <translation>{network} reddedebilir ya da yeniden sıkıştırabilir.</translation>
    </message>
</context>
<context>
    <name>ViewSwitch</name>
    <message>
        <source>Campaigns</source>
        <translation>Kampanyalar</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>Kalıcı mesajlar</translation>
    </message>
    <message>
        <source>View of campaigns</source>
        <translation>Kampanya görünümü</translation>
    </message>
</context>
<context>
    <name>WatchFolderCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n kanal</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign that was deleted</source>
        <translation>Silinmiş bir kampanya</translation>
    </message>
    <message>
        <source>A text file beside can name others</source>
        <translation>Yanındaki metin dosyası başkalarını belirtebilir</translation>
    </message>
    <message>
        <source>By itself, with Undo. Off: you decide about each draft</source>
        <translation>Kendiliğinden, geri alınabilir. Kapalı: her taslağa siz karar verirsiniz</translation>
    </message>
    <message>
        <source>Campaign without a name</source>
        <translation>Adsız kampanya</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanallar</translation>
    </message>
    <message>
        <source>Channels for files of {name}</source>
        <translation>{name} dosyalarının kanalları</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Taslaklar</translation>
    </message>
    <message>
        <source>Drafts from this folder go to these channels</source>
        <translation>Bu klasörün taslakları bu kanallara gider</translation>
    </message>
    <message>
        <source>Evergreen messages</source>
        <translation>Kalıcı mesajlar</translation>
    </message>
    <message>
        <source>Folders inside, too</source>
        <translation>Alt klasörler de</translation>
    </message>
    <message>
        <source>Messages of “{campaign}”</source>
        <translation>“{campaign}” mesajları</translation>
    </message>
    <message>
        <source>New files become</source>
        <translation>Yeni dosyalar şu olur</translation>
    </message>
    <message>
        <source>No longer watched. Its files and drafts stay.</source>
        <translation>Artık izlenmiyor. Dosyaları ve taslakları kalır.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Stil yok</translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation>Seçilmedi</translation>
    </message>
    <message>
        <source>Open the workspace of this folder to choose its channels</source>
        <translation>Kanallarını seçmek için bu klasörün çalışma alanını açın</translation>
    </message>
    <message>
        <source>Options of {name}</source>
        <translation>{name} seçenekleri</translation>
    </message>
    <message>
        <source>Pause {name}</source>
        <translation>{name}: duraklat</translation>
    </message>
    <message>
        <source>Resume {name}</source>
        <translation>{name}: sürdür</translation>
    </message>
    <message>
        <source>Schedule into the next free slot</source>
        <translation>Sonraki boş saate planla</translation>
    </message>
    <message>
        <source>Stop watching {name}</source>
        <translation>{name} izlenmesin</translation>
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
        <translation>Geri al: {name} yeniden izlensin</translation>
    </message>
</context>
<context>
    <name>WatchFolders</name>
    <message>
        <source>Folder missing: connect its disk, or remove it from this list</source>
        <translation>Klasör yok: diskini bağlayın veya listeden kaldırın</translation>
    </message>
    <message>
        <source>Looks for new files every minute</source>
        <translation>Her dakika yeni dosyalara bakar</translation>
    </message>
    <message>
        <source>No permission: allow Posto to read this folder in your system</source>
        <translation>İzin yok: sistemde Posto’nun bu klasörü okumasına izin verin</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Duraklatıldı</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files…</source>
        <translation>{total} dosyadan {done} okunuyor…</translation>
    </message>
    <message>
        <source>The campaign of {folder} was deleted. What comes there becomes drafts until you choose another in Settings.</source>
        <translation>{folder} klasörünün kampanyası silindi. Ayarlar’da başkasını seçene kadar gelenler taslak olur.</translation>
    </message>
    <message>
        <source>This is not a folder</source>
        <translation>Bu bir klasör değil</translation>
    </message>
    <message numerus="yes">
        <source>Waiting for %n file(s) that (is/are) not complete</source>
        <translation>
            <numerusform>Tamamlanmamış %n dosya bekleniyor</numerusform>
        </translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>İzleniyor</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>{name} okunamıyor.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>{name} okunamıyor: {reason}.</translation>
    </message>
    <message>
        <source>{name} is not text in UTF-8. Save it as UTF-8.</source>
        <translation>{name} UTF-8 metni değil. UTF-8 olarak kaydedin.</translation>
    </message>
    <message>
        <source>{name} is not valid JSON.</source>
        <translation>{name} geçerli JSON değil.</translation>
    </message>
    <message>
        <source>{name} is too large: a text has at most {size} KB.</source>
        <translation>{name} çok büyük: bir metin en fazla {size} KB olur.</translation>
    </message>
</context>
<context>
    <name>WatchFoldersController</name>
    <message numerus="yes">
        <source>%n draft(s) from “{folder}”</source>
        <translation>
            <numerusform>“{folder}” klasöründen %n taslak</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) stayed: you edited or opened (it/them)</source>
        <translation>
            <numerusform>%n taslak kaldı: düzenlediniz veya açtınız</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n evergreen message(s) from “{folder}”</source>
        <translation>
            <numerusform>“{folder}” klasöründen %n kalıcı mesaj</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” (stays/stay) in Drafts.</source>
        <translation>
            <numerusform>“{folder}” klasöründen %n mesaj Taslaklarda kalır.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” scheduled</source>
        <translation>
            <numerusform>“{folder}” klasöründen %n mesaj planlandı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) in “{folder}” (has/have) the same problem.</source>
        <translation>
            <numerusform>“{folder}” klasöründe %n dosyada daha aynı sorun var.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new message(s) from “{folder}”</source>
        <translation>
            <numerusform>“{folder}” klasöründen %n yeni mesaj</numerusform>
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
        <translation>Klasör ekle…</translation>
    </message>
    <message>
        <source>Also what is there already</source>
        <translation>Zaten orada olanlar da</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>İptal</translation>
    </message>
    <message>
        <source>Choose a folder, also one that a cloud keeps in step. Each picture or video that comes there becomes a draft, once. A text file with the same name gives its text. Your files are never moved or changed, and nothing is sent by itself.</source>
        <translation>Bir klasör seçin; bulutla eşitlenen de olabilir. Oraya gelen her resim veya video bir kez taslak olur. Aynı adlı bir metin dosyası metnini verir. Dosyalarınız asla taşınmaz veya değiştirilmez, hiçbir şey kendiliğinden gönderilmez.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>İzlenecek klasör</translation>
    </message>
    <message>
        <source>Only new files</source>
        <translation>Yalnızca yeni dosyalar</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>İzlenen klasörler</translation>
    </message>
    <message>
        <source>Works while Posto runs, also in the tray, and catches up at the next start.</source>
        <translation>Posto çalışırken, sistem tepsisinde de çalışır ve sonraki açılışta eksikleri tamamlar.</translation>
    </message>
    <message numerus="yes">
        <source>“{folder}” has %Ln picture(s) or video(s) already.</source>
        <translation>
            <numerusform>“{folder}” klasöründe zaten %Ln resim veya video var.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{folder}” is watched already.</source>
        <translation>“{folder}” zaten izleniyor.</translation>
    </message>
</context>
<context>
    <name>WatchScheduler</name>
    <message>
        <source>A network would refuse it as it is. Open it to see why.</source>
        <translation>Bir ağ onu bu hâliyle reddeder. Nedenini görmek için açın.</translation>
    </message>
    <message>
        <source>No channels are chosen for it.</source>
        <translation>Onun için kanal seçilmemiş.</translation>
    </message>
    <message>
        <source>There is no free slot for its channels.</source>
        <translation>Kanalları için boş saat yok.</translation>
    </message>
</context>
<context>
    <name>WatermarkFields</name>
    <message>
        <source>Bottom left</source>
        <translation>Sol alt</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>Sağ alt</translation>
    </message>
    <message>
        <source>Choose picture…</source>
        <translation>Görsel seç…</translation>
    </message>
    <message>
        <source>Corner</source>
        <translation>Köşe</translation>
    </message>
    <message>
        <source>In the middle</source>
        <translation>Ortada</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Kenar boşluğu</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Henüz görsel yok</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Opaklık</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Görsel</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Boyut</translation>
    </message>
    <message>
        <source>Size and margin are percentages of the picture&apos;s shorter side. Videos and animations get no watermark. Your files are not changed.</source>
        <translation>Boyut ve kenar boşluğu, görselin kısa kenarının yüzdesidir. Videolara ve animasyonlara filigran eklenmez. Dosyalarınız değişmez.</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>Sol üst</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>Sağ üst</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Start with the message. Nothing leaves this computer until you press the button.</source>
        <translation>Mesajla başlayın. Siz düğmeye basana kadar bu bilgisayardan hiçbir şey çıkmaz.</translation>
    </message>
    <message>
        <source>Write once, place it everywhere</source>
        <translation>Bir kez yazın, her yere yerleştirin</translation>
    </message>
</context>
<context>
    <name>When</name>
    <message>
        <source>A length of time has to be above zero.</source>
        <translation>Süre sıfırdan büyük olmalı.</translation>
    </message>
    <message>
        <source>A week has seven days.</source>
        <translation>Bir haftada yedi gün vardır.</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first} or {second}?</source>
        <translation>“{text}” hangisi demek: {first} mi, {second} mi?</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first}?</source>
        <translation>“{text}” şu anlama mı geliyor: {first}?</translation>
    </message>
    <message>
        <source>Midnight</source>
        <translation>Gece yarısı</translation>
    </message>
    <message>
        <source>No month has a day {day}.</source>
        <translation>Hiçbir ayda {day}. gün yok.</translation>
    </message>
    <message>
        <source>No month has more than five of a weekday.</source>
        <translation>Hiçbir ayda bir hafta günü beşten fazla olmaz.</translation>
    </message>
    <message>
        <source>No time is given.</source>
        <translation>Zaman verilmedi.</translation>
    </message>
    <message>
        <source>Read as {day}.</source>
        <translation>Şöyle okundu: {day}.</translation>
    </message>
    <message>
        <source>Read with the day first, as {day}.</source>
        <translation>Önce gün olarak okundu: {day}.</translation>
    </message>
    <message>
        <source>Read with the month first, as {day}.</source>
        <translation>Önce ay olarak okundu: {day}.</translation>
    </message>
    <message>
        <source>That is too far ahead.</source>
        <translation>Bu çok ileride.</translation>
    </message>
    <message>
        <source>That month has no {weekday} number {number}.</source>
        <translation>O ayda {number}. {weekday} yok.</translation>
    </message>
    <message>
        <source>That timestamp is too far ahead.</source>
        <translation>Bu zaman damgası çok ileride.</translation>
    </message>
    <message numerus="yes">
        <source>The clocks change in between: {clock} is the same time of day, {later} is %n hour(s) from now.</source>
        <translation>
            <numerusform>Arada saatler değişiyor: {clock} günün aynı saati, {later} ise şu andan %n saat sonra.</numerusform>
        </translation>
    </message>
    <message>
        <source>The day after tomorrow is {day}, and another date is named.</source>
        <translation>Öbür gün {day}, ama başka bir tarih belirtilmiş.</translation>
    </message>
    <message>
        <source>The year {year} is too far ahead.</source>
        <translation>{year} yılı çok ileride.</translation>
    </message>
    <message>
        <source>There is no day {first}/{second}.</source>
        <translation>{first}/{second} diye bir gün yok.</translation>
    </message>
    <message>
        <source>There is no month {month}.</source>
        <translation>{month}. ay yok.</translation>
    </message>
    <message>
        <source>There is no time zone “{name}”.</source>
        <translation>“{name}” saat dilimi yok.</translation>
    </message>
    <message>
        <source>There is no year {year}.</source>
        <translation>{year} yılı yok.</translation>
    </message>
    <message>
        <source>There is no {day} {month} this year or the next.</source>
        <translation>Bu yıl veya gelecek yıl {day} {month} yok.</translation>
    </message>
    <message>
        <source>There is no {day} {month} {year}.</source>
        <translation>{day} {month} {year} diye bir gün yok.</translation>
    </message>
    <message>
        <source>There is no {day} {month}.</source>
        <translation>{day} {month} diye bir gün yok.</translation>
    </message>
    <message>
        <source>Today is {day}, and another date is named.</source>
        <translation>Bugün {day}, ama başka bir tarih belirtilmiş.</translation>
    </message>
    <message>
        <source>Tomorrow is {day}, and another date is named.</source>
        <translation>Yarın {day}, ama başka bir tarih belirtilmiş.</translation>
    </message>
    <message>
        <source>{day} has passed this year.</source>
        <translation>{day} bu yıl geçti.</translation>
    </message>
    <message>
        <source>{day} is a {weekday}, not a {other}.</source>
        <translation>{day} günü {weekday}, {other} değil.</translation>
    </message>
    <message>
        <source>{text} is not a length of time.</source>
        <translation>{text} bir süre değil.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The first one ({zone}) is used.</source>
        <translation>{day} günü saatler geri alınırken {time} iki kez gelir. İlki ({zone}) kullanılır.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The second one ({zone}) is used.</source>
        <translation>{day} günü saatler geri alınırken {time} iki kez gelir. İkincisi ({zone}) kullanılır.</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the first one ({zone}).</source>
        <translation>{time} o gece iki kez gelir; bu ilki ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the second one ({zone}).</source>
        <translation>{time} o gece iki kez gelir; bu ikincisi ({zone}).</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} geçti.</translation>
    </message>
    <message>
        <source>{time} has passed. The next possible time is {next}.</source>
        <translation>{time} geçti. Sonraki olası zaman: {next}.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: am and pm go with hours from 1 to 12.</source>
        <translation>{time} günün bir saati değil: am ve pm 1–12 arası saatlerle kullanılır.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: hours go from 0 to 23.</source>
        <translation>{time} günün bir saati değil: saatler 0–23 arasıdır.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: minutes and seconds go up to 59.</source>
        <translation>{time} günün bir saati değil: dakika ve saniye en fazla 59 olur.</translation>
    </message>
    <message>
        <source>{time} is not at lunch.</source>
        <translation>{time} öğle vakti değil.</translation>
    </message>
    <message>
        <source>{time} is not at the end of the day.</source>
        <translation>{time} gün sonu değil.</translation>
    </message>
    <message>
        <source>{time} is not in the afternoon.</source>
        <translation>{time} öğleden sonra değil.</translation>
    </message>
    <message>
        <source>{time} is not in the evening.</source>
        <translation>{time} akşam değil.</translation>
    </message>
    <message>
        <source>{time} is not in the morning.</source>
        <translation>{time} sabah değil.</translation>
    </message>
    <message>
        <source>{time} is not in the night.</source>
        <translation>{time} gece değil.</translation>
    </message>
    <message>
        <source>{time} is not tonight.</source>
        <translation>{time} bu gece değil.</translation>
    </message>
    <message>
        <source>{time} is skipped on {day}, when the clocks go forward. {used} is used.</source>
        <translation>{day} günü saatler ileri alınırken {time} atlanır. Kullanılan: {used}.</translation>
    </message>
    <message>
        <source>{zone} is not in force in {city} then: its clocks show {time}.</source>
        <translation>{zone} o sırada {city} için geçerli değil: oradaki saat {time}.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a length of time. “{minutes}” and “{hours}” can.</source>
        <translation>“{text}” süre olarak okunamıyor. “{minutes}” ve “{hours}” okunabilir.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a time. “{example}”, “{date}” and “{length}” can.</source>
        <translation>“{text}” zaman olarak okunamıyor. “{example}”, “{date}” ve “{length}” okunabilir.</translation>
    </message>
    <message>
        <source>“{text}” is in the past. Only times ahead can be scheduled.</source>
        <translation>“{text}” geçmişte. Yalnızca ileri zamanlar planlanabilir.</translation>
    </message>
    <message>
        <source>“{typed}” was read as “{meant}”.</source>
        <translation>“{typed}” şöyle okundu: “{meant}”.</translation>
    </message>
</context>
<context>
    <name>WhenChips</name>
    <message>
        <source>Next free slot…</source>
        <translation>Sonraki boş saat…</translation>
    </message>
    <message>
        <source>Quick times</source>
        <translation>Hızlı saatler</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>Tekrarla…</translation>
    </message>
</context>
<context>
    <name>WhenPicker</name>
    <message>
        <source>Day and time</source>
        <translation>Gün ve saat</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>Önceki ay</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>Sonraki ay</translation>
    </message>
    <message>
        <source>Nothing scheduled that day</source>
        <translation>O gün planlanan bir şey yok</translation>
    </message>
    <message>
        <source>Scheduled: {times}</source>
        <translation>Planlanan: {times}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled: {times} and %n more</source>
        <translation>
            <numerusform>Planlanan: {times} ve %n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>Zaman</translation>
    </message>
    <message>
        <source>Use this time</source>
        <translation>Bu zamanı kullan</translation>
    </message>
</context>
<context>
    <name>WhenReading</name>
    <message>
        <source>Set a time for the first post of the repeat.</source>
        <translation>Tekrarın ilk gönderisi için bir zaman belirleyin.</translation>
    </message>
    <message>
        <source>The repeat ends before this time.</source>
        <translation>Tekrar bu zamandan önce bitiyor.</translation>
    </message>
</context>
<context>
    <name>WhenRow</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>Gün ve saat seçin</translation>
    </message>
    <message>
        <source>Now, or “{time}”</source>
        <translation>Şimdi veya “{time}”</translation>
    </message>
    <message>
        <source>Posto cannot read this.</source>
        <translation>Posto bunu okuyamıyor.</translation>
    </message>
    <message>
        <source>This time has passed.</source>
        <translation>Bu zaman geçti.</translation>
    </message>
    <message>
        <source>Try “{time}”</source>
        <translation>“{time}” deneyin</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>Kullan: {time}</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Ne zaman</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>ve %n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>as soon as an editor approves it</source>
        <translation>bir editör onaylar onaylamaz</translation>
    </message>
    <message>
        <source>as soon as you press the button</source>
        <translation>düğmeye bastığınız anda</translation>
    </message>
    <message>
        <source>first on {day}</source>
        <translation>ilki {day}</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>{time} geçti.</translation>
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
            <numerusform>%n gün önce</numerusform>
        </translation>
    </message>
    <message>
        <source>In 1 hour</source>
        <translation>1 saat içinde</translation>
    </message>
    <message>
        <source>Next {day} {time}</source>
        <translation>Gelecek {day} {time}</translation>
    </message>
    <message>
        <source>Now</source>
        <extracomment>Time of a post.</extracomment>
        <translation>Şimdi</translation>
    </message>
    <message>
        <source>Today {time}</source>
        <translation>Bugün {time}</translation>
    </message>
    <message>
        <source>Tomorrow {time}</source>
        <translation>Yarın {time}</translation>
    </message>
    <message>
        <source>Tonight {time}</source>
        <translation>Bu gece {time}</translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>%n gün içinde</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n hour(s)</source>
        <translation>
            <numerusform>%n saat içinde</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n minute(s)</source>
        <translation>
            <numerusform>%n dakika içinde</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n month(s)</source>
        <translation>
            <numerusform>%n ay içinde</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n year(s)</source>
        <translation>
            <numerusform>%n yıl içinde</numerusform>
        </translation>
    </message>
    <message>
        <source>in a minute</source>
        <translation>bir dakika içinde</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>az önce</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>bugün {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>yarın</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>yarın {time}</translation>
    </message>
    <message>
        <source>{day} {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>{n} h ago</source>
        <translation>{n} sa önce</translation>
    </message>
    <message>
        <source>{n} min ago</source>
        <translation>{n} dk önce</translation>
    </message>
    <message>
        <source>{n} s ago</source>
        <translation>{n} sn önce</translation>
    </message>
    <message>
        <source>{offset} then</source>
        <extracomment>{offset}: &quot;UTC+1&quot; at the time of the post.</extracomment>
        <translation>o sırada {offset}</translation>
    </message>
</context>
<context>
    <name>WindowDropHandler</name>
    <message>
        <source>The dropped content could not be read. Drop it again.</source>
        <translation>Bırakılan içerik okunamadı. Yeniden bırakın.</translation>
    </message>
    <message>
        <source>The pasted picture cannot be read</source>
        <translation>Yapıştırılan görsel okunamıyor</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} ve %n tane daha</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} cannot be posted</source>
        <translation>{names} paylaşılamıyor</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln dosya</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s)</source>
        <translation>
            <numerusform>%Ln gönderi</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WorkspaceButton</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Çalışma alanı ekle…</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Bağlı</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Bağlanıyor</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>Çalışma alanlarını yönet…</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Bağlı değil</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Çevrimdışı</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Deneme alanı, hiçbir şey yayımlanmaz</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Yeniden oturum aç</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Yeniden oturum aç…</translation>
    </message>
    <message>
        <source>Sign out of {name}</source>
        <translation>{name} oturumunu kapat</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu bilgisayar</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Çalışma alanı</translation>
    </message>
</context>
<context>
    <name>WorkspaceConnection</name>
    <message>
        <source>Connected to {host}</source>
        <translation>{host} sunucusuna bağlı</translation>
    </message>
    <message>
        <source>Connecting to {name}</source>
        <translation>{name} bağlantısı kuruluyor</translation>
    </message>
    <message>
        <source>Posto tries again automatically.</source>
        <translation>Posto otomatik olarak yeniden dener.</translation>
    </message>
    <message>
        <source>Ready on this computer</source>
        <translation>Bu bilgisayarda hazır</translation>
    </message>
    <message>
        <source>{host} is slow to answer</source>
        <translation>{host} geç yanıt veriyor</translation>
    </message>
</context>
<context>
    <name>WorkspaceListDialog</name>
    <message>
        <source>Add a workspace…</source>
        <translation>Çalışma alanı ekle…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Kapat</translation>
    </message>
    <message>
        <source>This computer and the services you are signed in to</source>
        <translation>Bu bilgisayar ve oturum açtığınız hizmetler</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>Çalışma alanları</translation>
    </message>
</context>
<context>
    <name>WorkspaceSwitcherController</name>
    <message>
        <source>Publishes to your accounts</source>
        <translation>Hesaplarınızda yayımlar</translation>
    </message>
    <message>
        <source>The password of {name} was not saved. Sign in again.</source>
        <translation>{name} parolası kaydedilmedi. Yeniden oturum açın.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu bilgisayar</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>{name} removed from this computer</source>
        <translation>{name} bu bilgisayardan kaldırıldı</translation>
    </message>
</context>
<context>
    <name>WorkspacesPage</name>
    <message>
        <source>Not signed in. This computer works without a service.</source>
        <translation>Oturum açılmadı. Bu bilgisayar hizmet olmadan da çalışır.</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Hizmetler</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>Bir hizmette oturum aç…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu bilgisayar</translation>
    </message>
    <message>
        <source>Without a service</source>
        <translation>Hizmet olmadan</translation>
    </message>
    <message>
        <source>Your own accounts and a sandbox for trying out. Cannot be removed.</source>
        <translation>Kendi hesaplarınız ve denemek için bir deneme alanı. Kaldırılamaz.</translation>
    </message>
</context>
<context>
    <name>ZonePopup</name>
    <message>
        <source>City or time zone</source>
        <translation>Şehir veya saat dilimi</translation>
    </message>
    <message>
        <source>No such city. Try the largest one nearby.</source>
        <translation>Böyle bir şehir yok. Yakındaki en büyük şehri deneyin.</translation>
    </message>
    <message>
        <source>Search time zones</source>
        <translation>Saat dilimlerinde ara</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Saat dilimi</translation>
    </message>
    <message>
        <source>Time zones</source>
        <translation>Saat dilimleri</translation>
    </message>
</context>
<context>
    <name>ZoneWords</name>
    <message>
        <source>{city} · now {time} · {offset}</source>
        <translation>{city} · şimdi {time} · {offset}</translation>
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
        <translation>Bu bilgisayarın saati ({zone})</translation>
    </message>
</context>
<context>
    <name>_AccountCard</name>
    <message>
        <source>Check</source>
        <extracomment>Verb: check the sign-in of an account.</extracomment>
        <translation>Denetle</translation>
    </message>
    <message>
        <source>Check the connection to {name}</source>
        <translation>{name} bağlantısını denetle</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Denetleniyor…</translation>
    </message>
    <message>
        <source>Connected: signed in as {name}</source>
        <translation>Bağlı: {name} olarak oturum açıldı</translation>
    </message>
    <message>
        <source>In a file only you can read</source>
        <translation>Yalnızca sizin okuyabildiğiniz bir dosyada</translation>
    </message>
    <message>
        <source>In the keychain</source>
        <translation>Anahtar zincirinde</translation>
    </message>
    <message>
        <source>Keep its password</source>
        <translation>Parolasını sakla</translation>
    </message>
    <message>
        <source>Locked with your login to this computer</source>
        <translation>Bu bilgisayardaki oturumunuzla kilitli</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>{name} adı</translation>
    </message>
    <message>
        <source>No password saved: sign in again</source>
        <translation>Kayıtlı parola yok: yeniden oturum açın</translation>
    </message>
    <message>
        <source>Not encrypted: anyone who can use your account can read it</source>
        <translation>Şifrelenmez: hesabınızı kullanabilen herkes okuyabilir</translation>
    </message>
    <message>
        <source>Not saved: sign in again</source>
        <translation>Kaydedilmedi: yeniden oturum açın</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>Yalnızca çıkana kadar</translation>
    </message>
    <message>
        <source>Posts wait here until you sign in again</source>
        <translation>Siz yeniden oturum açana kadar gönderiler burada bekler</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Kaldır: {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Yeniden adlandır: {name}</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Yeniden oturum aç…</translation>
    </message>
    <message>
        <source>Sign in to {name} again</source>
        <translation>{name} hesabında yeniden oturum aç</translation>
    </message>
    <message>
        <source>The connection could not be checked.</source>
        <translation>Bağlantı denetlenemedi.</translation>
    </message>
    <message>
        <source>The password could not be moved.</source>
        <translation>Parola taşınamadı.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>{name} kaldırmasını geri al</translation>
    </message>
    <message>
        <source>Will be removed from this computer, with its password, when you close the settings. Posts already on the service will still be sent.</source>
        <translation>Ayarları kapattığınızda parolasıyla birlikte bu bilgisayardan kaldırılır. Zaten hizmette olan gönderiler yine de gönderilir.</translation>
    </message>
    <message>
        <source>“{name}” is in use already, so this one is “{other}”.</source>
        <translation>“{name}” zaten kullanılıyor; bu yüzden bunun adı “{other}”.</translation>
    </message>
</context>
<context>
    <name>_CountsModel</name>
    <message>
        <source>own text</source>
        <translation>özel metin</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: %Ln karakter kaldı</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: %Ln karakter fazla</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_CountsView</name>
    <message>
        <source>Characters left</source>
        <translation>Kalan karakter</translation>
    </message>
</context>
<context>
    <name>_DeviceRow</name>
    <message>
        <source>Changes need the server</source>
        <translation>Değişiklikler için sunucu gerekir</translation>
    </message>
    <message>
        <source>Revoke</source>
        <extracomment>Verb: end the sign-in of a device.</extracomment>
        <translation>İznini kaldır</translation>
    </message>
    <message>
        <source>Revoke {device}</source>
        <translation>İznini kaldır: {device}</translation>
    </message>
    <message>
        <source>Revoked: it cannot sign in any more</source>
        <translation>İzni kaldırıldı: artık oturum açamaz</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Kaydediliyor…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Bu bilgisayar</translation>
    </message>
    <message>
        <source>This computer signs in with it. Revoke it from another device.</source>
        <translation>Bu bilgisayar onunla oturum açıyor. İznini başka bir cihazdan kaldırın.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo revoking {device}</source>
        <translation>Geri al: {device} iznini kaldırma</translation>
    </message>
</context>
<context>
    <name>_FilterChip</name>
    <message>
        <source>Remove filter {filter}</source>
        <translation>{filter} filtresini kaldır</translation>
    </message>
</context>
<context>
    <name>_Grid</name>
    <message>
        <source>Recently used media</source>
        <translation>Son kullanılan medya</translation>
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
        <translation>Satırlar {number}</translation>
    </message>
</context>
<context>
    <name>_List</name>
    <message>
        <source>Timeline</source>
        <translation>Zaman çizelgesi</translation>
    </message>
</context>
<context>
    <name>_MoreButton</name>
    <message>
        <source>+{count}, characters left on all networks</source>
        <translation>+{count}, tüm ağlarda kalan karakter</translation>
    </message>
</context>
<context>
    <name>_MoreTabsButton</name>
    <message numerus="yes">
        <source>+%n more network(s)</source>
        <translation>
            <numerusform>+%n ağ daha</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more network(s), with a problem</source>
        <translation>
            <numerusform>+%n ağ daha, sorun var</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Part</name>
    <message>
        <source>Message text</source>
        <translation>Mesaj metni</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Bölüm {number}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>Bölümü kaldır</translation>
    </message>
    <message>
        <source>Remove part {number}</source>
        <translation>{number}. bölümü kaldır</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Name of {name}</source>
        <translation>{name} adı</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Kaldır: {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>Yeniden adlandır: {name}</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>Deneme alanı, hiçbir şey yayımlanmaz</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Geri al</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>{name} kaldırmasını geri al</translation>
    </message>
    <message>
        <source>{name} removed</source>
        <translation>{name} kaldırıldı</translation>
    </message>
</context>
<context>
    <name>_Skeleton</name>
    <message>
        <source>Each network&apos;s view of your post appears here while you type.</source>
        <translation>Siz yazarken gönderinizin her ağdaki görünümü burada belirir.</translation>
    </message>
</context>
<context>
    <name>_SuggestionsView</name>
    <message>
        <source>Do not suggest any more</source>
        <translation>Artık önerme</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Öneriler</translation>
    </message>
</context>
<context>
    <name>_Thumb</name>
    <message>
        <source>Delete removes the file, {back} and {forth} move it</source>
        <extracomment>&quot;Delete&quot; is a key; {back} and {forth}: keys.</extracomment>
        <translation>Delete dosyayı kaldırır, {back} ve {forth} taşır</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>Bölüm {number}</translation>
    </message>
    <message>
        <source>{up} and {down} move it to another part</source>
        <extracomment>{up} and {down}: keys.</extracomment>
        <translation>{up} ve {down} başka bir bölüme taşır</translation>
    </message>
</context>
<context>
    <name>_View</name>
    <message>
        <source>Campaigns list</source>
        <translation>Kampanya listesi</translation>
    </message>
</context>
</TS>
