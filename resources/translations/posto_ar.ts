<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>All parts of this package</source>
        <translation>كل أجزاء هذه الحزمة</translation>
    </message>
    <message>
        <source>Brand marks belong to their owners and are used only to name their networks.</source>
        <translation>العلامات التجارية ملك لأصحابها، وتُستخدم فقط لتسمية شبكاتهم.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Copy the versions</source>
        <translation>نسخ أرقام الإصدارات</translation>
    </message>
    <message>
        <source>For support. You can review it before saving.</source>
        <translation>للدعم الفني. يمكنك مراجعته قبل حفظه.</translation>
    </message>
    <message>
        <source>Licence of</source>
        <translation>ترخيص</translation>
    </message>
    <message>
        <source>Licence text</source>
        <translation>نص الترخيص</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>ملفات السجل</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>فتح المجلد</translation>
    </message>
    <message>
        <source>Open the folder of logs</source>
        <translation>فتح مجلد السجلات</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>تقرير عن مشكلة</translation>
    </message>
    <message>
        <source>SDK and workspace</source>
        <translation>SDK ومساحة العمل</translation>
    </message>
    <message>
        <source>System</source>
        <translation>النظام</translation>
    </message>
    <message>
        <source>The licences could not be read.</source>
        <translation>تعذّرت قراءة التراخيص.</translation>
    </message>
    <message>
        <source>Version {number}</source>
        <translation>الإصدار {number}</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>الإصدارات</translation>
    </message>
    <message>
        <source>Write a report…</source>
        <translation>كتابة تقرير…</translation>
    </message>
</context>
<context>
    <name>AccountGuideDialog</name>
    <message>
        <source>How to get this</source>
        <translation>كيفية الحصول عليه</translation>
    </message>
    <message>
        <source>Links open in your browser. The sign-in stays open.</source>
        <translation>تُفتح الروابط في متصفحك، ويبقى تسجيل الدخول مفتوحًا.</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>خطوة بخطوة</translation>
    </message>
</context>
<context>
    <name>AccountOutlook</name>
    <message>
        <source>About ${amount} at X</source>
        <translation>نحو {amount}‎$ على X</translation>
    </message>
    <message numerus="yes">
        <source>About ${amount} at X for %Ln post(s)</source>
        <translation>
            <numerusform>نحو {amount}‎$ على X مقابل %Ln منشور</numerusform>
            <numerusform>نحو {amount}‎$ على X مقابل منشور واحد</numerusform>
            <numerusform>نحو {amount}‎$ على X مقابل منشورين</numerusform>
            <numerusform>نحو {amount}‎$ على X مقابل %Ln منشورات</numerusform>
            <numerusform>نحو {amount}‎$ على X مقابل %Ln منشورًا</numerusform>
            <numerusform>نحو {amount}‎$ على X مقابل %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>The last post is sent about {time} {day}.</source>
        <translation>يُرسل آخر منشور نحو {time} {day}.</translation>
    </message>
    <message>
        <source>The last post is sent about {time}.</source>
        <translation>يُرسل آخر منشور نحو {time}.</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>يوم {day}</translation>
    </message>
    <message>
        <source>today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>غدًا</translation>
    </message>
    <message>
        <source>{network} allows {posts} for each channel.</source>
        <translation>تسمح {network} بـ {posts} لكل قناة.</translation>
    </message>
    <message>
        <source>{network} allows {posts}.</source>
        <translation>تسمح {network} بـ {posts}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}.</source>
        <translation>انتهى تسجيل الدخول إلى {network} {day}.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ended {day}. Sign in again, or nothing goes out.</source>
        <translation>انتهى تسجيل الدخول إلى {network} {day}. سجّل الدخول مجددًا، وإلا فلن يُنشر شيء.</translation>
    </message>
    <message numerus="yes">
        <source>{network}&apos;s sign-in ends {day}, before %Ln of these posts.</source>
        <translation>
            <numerusform>ينتهي تسجيل الدخول إلى {network} {day}، قبل إرسال %Ln منشور من هذه المنشورات.</numerusform>
            <numerusform>ينتهي تسجيل الدخول إلى {network} {day}، قبل إرسال منشور واحد من هذه المنشورات.</numerusform>
            <numerusform>ينتهي تسجيل الدخول إلى {network} {day}، قبل إرسال منشورين من هذه المنشورات.</numerusform>
            <numerusform>ينتهي تسجيل الدخول إلى {network} {day}، قبل إرسال %Ln منشورات من هذه المنشورات.</numerusform>
            <numerusform>ينتهي تسجيل الدخول إلى {network} {day}، قبل إرسال %Ln منشورًا من هذه المنشورات.</numerusform>
            <numerusform>ينتهي تسجيل الدخول إلى {network} {day}، قبل إرسال %Ln منشور من هذه المنشورات.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before these posts.</source>
        <translation>ينتهي تسجيل الدخول إلى {network} {day}، قبل إرسال هذه المنشورات.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}, before this post.</source>
        <translation>ينتهي تسجيل الدخول إلى {network} {day}، قبل إرسال هذا المنشور.</translation>
    </message>
    <message>
        <source>{network}&apos;s sign-in ends {day}.</source>
        <translation>ينتهي تسجيل الدخول إلى {network} {day}.</translation>
    </message>
</context>
<context>
    <name>AccountStep</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln صورة</numerusform>
            <numerusform>صورة واحدة</numerusform>
            <numerusform>صورتان</numerusform>
            <numerusform>%Ln صور</numerusform>
            <numerusform>%Ln صورة</numerusform>
            <numerusform>%Ln صورة</numerusform>
        </translation>
    </message>
    <message>
        <source>Can publish and upload pictures.</source>
        <translation>يمكنه النشر ورفع الصور.</translation>
    </message>
    <message>
        <source>Can publish.</source>
        <translation>يمكنه النشر.</translation>
    </message>
    <message>
        <source>Can upload pictures.</source>
        <translation>يمكنه رفع الصور.</translation>
    </message>
    <message>
        <source>Cannot publish.</source>
        <translation>لا يمكنه النشر.</translation>
    </message>
    <message>
        <source>Cannot upload pictures.</source>
        <translation>لا يمكنه رفع الصور.</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>الوجهة</translation>
    </message>
    <message>
        <source>This is not {before}. It becomes a separate channel. Posts of {before} keep waiting.</source>
        <translation>هذا ليس {before}. سيصبح قناة مستقلة، وتبقى منشورات {before} في الانتظار.</translation>
    </message>
    <message numerus="yes">
        <source>Up to %Ln character(s)</source>
        <translation>
            <numerusform>حتى %Ln حرف</numerusform>
            <numerusform>حتى حرف واحد</numerusform>
            <numerusform>حتى حرفين</numerusform>
            <numerusform>حتى %Ln أحرف</numerusform>
            <numerusform>حتى %Ln حرفًا</numerusform>
            <numerusform>حتى %Ln حرف</numerusform>
        </translation>
    </message>
    <message>
        <source>Where to publish</source>
        <translation>مكان النشر</translation>
    </message>
    <message>
        <source>{size} MB a picture</source>
        <translation>{size} ميغابايت للصورة</translation>
    </message>
</context>
<context>
    <name>AccountTestCard</name>
    <message>
        <source>Delete it now</source>
        <translation>حذفه الآن</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>فتحه</translation>
    </message>
    <message>
        <source>Send a test post</source>
        <translation>إرسال منشور تجريبي</translation>
    </message>
    <message>
        <source>The account responded to the test.</source>
        <translation>استجاب الحساب للاختبار.</translation>
    </message>
    <message>
        <source>The test post is deleted.</source>
        <translation>حُذف المنشور التجريبي.</translation>
    </message>
    <message>
        <source>The test post was sent. Posto deletes it when you finish or cancel.</source>
        <translation>أُرسل المنشور التجريبي. سيحذفه Posto عند الإنهاء أو الإلغاء.</translation>
    </message>
</context>
<context>
    <name>ActionDialog</name>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>ActivityController</name>
    <message>
        <source>Activity</source>
        <translation>النشاط</translation>
    </message>
</context>
<context>
    <name>ActivityHeader</name>
    <message>
        <source>Activity</source>
        <translation>النشاط</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>الوكلاء</translation>
    </message>
    <message>
        <source>History</source>
        <translation>السجل</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>الإحصاءات</translation>
    </message>
    <message>
        <source>Other workspaces</source>
        <translation>مساحات العمل الأخرى</translation>
    </message>
    <message>
        <source>Other workspaces, too: {workspaces}</source>
        <translation>مساحات العمل الأخرى أيضًا: {workspaces}</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>صندوق الصادر</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>إيقاف الكل مؤقتًا</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>استئناف</translation>
    </message>
    <message>
        <source>Search history</source>
        <translation>البحث في السجل</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>البحث في المنشورات</translation>
    </message>
    <message>
        <source>Send nothing from this computer for now</source>
        <translation>عدم إرسال أي شيء من هذا الكمبيوتر في الوقت الحالي</translation>
    </message>
    <message>
        <source>Send waiting posts</source>
        <translation>إرسال المنشورات المنتظرة</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>الإرسال متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>View</source>
        <extracomment>Noun.</extracomment>
        <translation>العرض</translation>
    </message>
    <message numerus="yes">
        <source>{workspace} (%Ln post(s) to look at)</source>
        <translation>
            <numerusform>{workspace} (%Ln منشور بحاجة إلى مراجعة)</numerusform>
            <numerusform>{workspace} (منشور واحد بحاجة إلى مراجعة)</numerusform>
            <numerusform>{workspace} (منشوران بحاجة إلى مراجعة)</numerusform>
            <numerusform>{workspace} (%Ln منشورات بحاجة إلى مراجعة)</numerusform>
            <numerusform>{workspace} (%Ln منشورًا بحاجة إلى مراجعة)</numerusform>
            <numerusform>{workspace} (%Ln منشور بحاجة إلى مراجعة)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>النشاط</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>تم كل شيء</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>مسح البحث</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>تجاهل</translation>
    </message>
    <message>
        <source>Discard this post?</source>
        <translation>هل تريد تجاهل هذا المنشور؟</translation>
    </message>
    <message>
        <source>Do not send to {channels}?</source>
        <translation>عدم الإرسال إلى {channels}؟</translation>
    </message>
    <message>
        <source>Export insights as PDF…</source>
        <translation>تصدير الإحصاءات بصيغة PDF…</translation>
    </message>
    <message>
        <source>Export insights as a table…</source>
        <translation>تصدير الإحصاءات كجدول…</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>تحتوي القنوات المخفية على %Ln منشور.</numerusform>
            <numerusform>تحتوي القنوات المخفية على منشور واحد.</numerusform>
            <numerusform>تحتوي القنوات المخفية على منشورين.</numerusform>
            <numerusform>تحتوي القنوات المخفية على %Ln منشورات.</numerusform>
            <numerusform>تحتوي القنوات المخفية على %Ln منشورًا.</numerusform>
            <numerusform>تحتوي القنوات المخفية على %Ln منشور.</numerusform>
        </translation>
    </message>
    <message>
        <source>History</source>
        <translation>السجل</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>الإحصاءات</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>No post is waiting and none has failed.</source>
        <translation>لا يوجد منشور في الانتظار ولم يفشل أي منشور.</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>لا يوجد منشور مطابق</translation>
    </message>
    <message>
        <source>Nothing older</source>
        <translation>لا يوجد ما هو أقدم</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>لم يُرسل شيء بعد</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>صندوق الصادر</translation>
    </message>
    <message>
        <source>Posto stops checking for it. If the post was published, it stays published.</source>
        <translation>سيتوقف Posto عن التحقق منه. إذا كان المنشور قد نُشر، فسيبقى منشورًا.</translation>
    </message>
    <message>
        <source>Posts sent before today are listed here for 30 days.</source>
        <translation>تظهر هنا المنشورات المرسلة قبل اليوم لمدة 30 يومًا.</translation>
    </message>
    <message>
        <source>Removes “{title}” from the outbox. Its text stays under Done today.</source>
        <translation>يزيل «{title}» من صندوق الصادر، ويبقى نصه ضمن «أُنجز اليوم».</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>إظهار القنوات المخفية</translation>
    </message>
    <message>
        <source>Show insights as plots</source>
        <translation>عرض الإحصاءات كرسوم بيانية</translation>
    </message>
    <message>
        <source>Show insights as tables</source>
        <translation>عرض الإحصاءات كجداول</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>تسجيل الدخول مجددًا</translation>
    </message>
    <message>
        <source>The post on the other channels does not change.</source>
        <translation>لا يتغير المنشور على القنوات الأخرى.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln post(s).</source>
        <translation>
            <numerusform>يُخفي البحث %Ln منشور.</numerusform>
            <numerusform>يُخفي البحث منشورًا واحدًا.</numerusform>
            <numerusform>يُخفي البحث منشورين.</numerusform>
            <numerusform>يُخفي البحث %Ln منشورات.</numerusform>
            <numerusform>يُخفي البحث %Ln منشورًا.</numerusform>
            <numerusform>يُخفي البحث %Ln منشور.</numerusform>
        </translation>
    </message>
    <message>
        <source>What you send is listed here, with what becomes of it.</source>
        <translation>يظهر هنا كل ما ترسله وما آل إليه.</translation>
    </message>
</context>
<context>
    <name>AddTile</name>
    <message>
        <source>Add media</source>
        <translation>إضافة وسائط</translation>
    </message>
    <message>
        <source>Add or drop</source>
        <translation>إضافة أو إفلات</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>إضافة صور أو فيديوهات</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>الوسائط المستخدمة مؤخرًا</translation>
    </message>
</context>
<context>
    <name>AgentCallsList</name>
    <message>
        <source>Calls of agents</source>
        <translation>استدعاءات الوكلاء</translation>
    </message>
</context>
<context>
    <name>AltEditor</name>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>بقي %n حرف</numerusform>
            <numerusform>بقي حرف واحد</numerusform>
            <numerusform>بقي حرفان</numerusform>
            <numerusform>بقيت %n أحرف</numerusform>
            <numerusform>بقي %n حرفًا</numerusform>
            <numerusform>بقي %n حرف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>أطول من الحد بـ %n حرف</numerusform>
            <numerusform>أطول من الحد بحرف واحد</numerusform>
            <numerusform>أطول من الحد بحرفين</numerusform>
            <numerusform>أطول من الحد بـ %n أحرف</numerusform>
            <numerusform>أطول من الحد بـ %n حرفًا</numerusform>
            <numerusform>أطول من الحد بـ %n حرف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too long for {network}</source>
        <translation>
            <numerusform>أطول من حد {network} بـ %n حرف</numerusform>
            <numerusform>أطول من حد {network} بحرف واحد</numerusform>
            <numerusform>أطول من حد {network} بحرفين</numerusform>
            <numerusform>أطول من حد {network} بـ %n أحرف</numerusform>
            <numerusform>أطول من حد {network} بـ %n حرفًا</numerusform>
            <numerusform>أطول من حد {network} بـ %n حرف</numerusform>
        </translation>
    </message>
    <message>
        <source>Describe {name}</source>
        <translation>وصف {name}</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>الوصف</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>تجاهل</translation>
    </message>
    <message>
        <source>Keep description</source>
        <translation>حفظ الوصف</translation>
    </message>
    <message>
        <source>Next file</source>
        <translation>الملف التالي</translation>
    </message>
    <message>
        <source>Not taken by {names}.</source>
        <translation>لا تستقبله {names}.</translation>
    </message>
    <message>
        <source>Previous file</source>
        <translation>الملف السابق</translation>
    </message>
    <message>
        <source>Read aloud by screen readers.</source>
        <translation>تقرؤه قارئات الشاشة بصوت مسموع.</translation>
    </message>
    <message>
        <source>Sent to {names}.</source>
        <translation>يُرسل إلى {names}.</translation>
    </message>
    <message>
        <source>The service does not pass it on to {names}.</source>
        <translation>لا تمرره الخدمة إلى {names}.</translation>
    </message>
    <message>
        <source>What is in the picture, for people who cannot see it</source>
        <translation>ما يظهر في الصورة، لمن لا يستطيع رؤيتها</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>{pane} closed</source>
        <translation>أُغلقت {pane}</translation>
    </message>
    <message>
        <source>{pane} open</source>
        <extracomment>{pane}: its name, such as Details or Preview.</extracomment>
        <translation>فُتحت {pane}</translation>
    </message>
    <message>
        <source>{part}, collapsed</source>
        <translation>{part}، مطوي</translation>
    </message>
    <message>
        <source>{part}, expanded</source>
        <translation>{part}، موسّع</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Theme</source>
        <translation>المظهر</translation>
    </message>
</context>
<context>
    <name>ApproveLateDialog</name>
    <message>
        <source>Approve</source>
        <translation>موافقة</translation>
    </message>
    <message numerus="yes">
        <source>Approve %Ln message(s)</source>
        <translation>
            <numerusform>الموافقة على الرسائل</numerusform>
            <numerusform>الموافقة على رسالة واحدة</numerusform>
            <numerusform>الموافقة على رسالتين</numerusform>
            <numerusform>الموافقة على %Ln رسائل</numerusform>
            <numerusform>الموافقة على %Ln رسالة</numerusform>
            <numerusform>الموافقة على %Ln رسالة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Approved with a new time, the message(s) (goes/go) out then.</source>
        <translation>
            <numerusform>بعد الموافقة بوقت جديد تُنشر الرسائل فيه.</numerusform>
            <numerusform>بعد الموافقة بوقت جديد تُنشر الرسالة فيه.</numerusform>
            <numerusform>بعد الموافقة بوقت جديد تُنشر الرسالتان فيه.</numerusform>
            <numerusform>بعد الموافقة بوقت جديد تُنشر الرسائل فيه.</numerusform>
            <numerusform>بعد الموافقة بوقت جديد تُنشر الرسائل فيه.</numerusform>
            <numerusform>بعد الموافقة بوقت جديد تُنشر الرسائل فيه.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not approved: %Ln post(s).</source>
        <translation>
            <numerusform>في الماضي، لذلك لم تتم الموافقة: لا منشورات.</numerusform>
            <numerusform>في الماضي، لذلك لم تتم الموافقة: منشور واحد.</numerusform>
            <numerusform>في الماضي، لذلك لم تتم الموافقة: منشوران.</numerusform>
            <numerusform>في الماضي، لذلك لم تتم الموافقة: %Ln منشورات.</numerusform>
            <numerusform>في الماضي، لذلك لم تتم الموافقة: %Ln منشورًا.</numerusform>
            <numerusform>في الماضي، لذلك لم تتم الموافقة: %Ln منشور.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The time of %Ln proposal(s) has passed</source>
        <translation>
            <numerusform>لم يفت وقت أي اقتراح</numerusform>
            <numerusform>فات وقت اقتراح واحد</numerusform>
            <numerusform>فات وقت اقتراحين</numerusform>
            <numerusform>فات وقت %Ln اقتراحات</numerusform>
            <numerusform>فات وقت %Ln اقتراحًا</numerusform>
            <numerusform>فات وقت %Ln اقتراح</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskForChangesDialog</name>
    <message>
        <source>About</source>
        <translation>حول</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>تعليق</translation>
    </message>
    <message>
        <source>Request changes</source>
        <translation>طلب تعديلات</translation>
    </message>
    <message>
        <source>Send request</source>
        <translation>إرسال الطلب</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>الرسالة كاملة</translation>
    </message>
    <message>
        <source>What is to be changed?</source>
        <translation>ما الذي ينبغي تعديله؟</translation>
    </message>
    <message>
        <source>Write a comment first</source>
        <translation>اكتب تعليقًا أولًا</translation>
    </message>
    <message>
        <source>{name} sees your comment and can edit the message.</source>
        <translation>يرى {name} تعليقك ويمكنه تعديل الرسالة.</translation>
    </message>
</context>
<context>
    <name>AuditEntryDialog</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Entry of the audit log</source>
        <translation>قيد في سجل التدقيق</translation>
    </message>
</context>
<context>
    <name>AuditPart</name>
    <message>
        <source>Audit log</source>
        <translation>سجل التدقيق</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>الجميع</translation>
    </message>
    <message>
        <source>Nothing has been done yet.</source>
        <translation>لم يُنفَّذ شيء بعد.</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>الشخص</translation>
    </message>
    <message>
        <source>Read the audit log again</source>
        <translation>قراءة سجل التدقيق من جديد</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>جارٍ القراءة…</translation>
    </message>
    <message>
        <source>Show older entries</source>
        <translation>عرض القيود الأقدم</translation>
    </message>
    <message>
        <source>The server is not reached</source>
        <translation>تعذّر الوصول إلى الخادم</translation>
    </message>
</context>
<context>
    <name>BrowserSignInPart</name>
    <message>
        <source>Open again</source>
        <translation>فتح مجددًا</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>سجّل الدخول في الصفحة المفتوحة في متصفحك واسمح لـ Posto Desktop. ثم تتابع هذه النافذة تلقائيًا. إذا لم تُفتح أي صفحة، فانسخ العنوان.</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>تسجيل الدخول بالمتصفح</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>عنوان تسجيل الدخول</translation>
    </message>
    <message>
        <source>Use an application password</source>
        <translation>استخدام كلمة مرور تطبيق</translation>
    </message>
    <message>
        <source>{host} signs you in on its page. Posto then gets a password of its own for this computer, which you can revoke at any time.</source>
        <translation>يسجّل {host} دخولك في صفحته. ثم يحصل Posto على كلمة مرور خاصة بهذا الكمبيوتر يمكنك إبطالها في أي وقت.</translation>
    </message>
</context>
<context>
    <name>Budgets</name>
    <message numerus="yes">
        <source>%Ln file(s) {span}</source>
        <translation>
            <numerusform>%Ln ملف {span}</numerusform>
            <numerusform>ملف واحد {span}</numerusform>
            <numerusform>ملفان {span}</numerusform>
            <numerusform>%Ln ملفات {span}</numerusform>
            <numerusform>%Ln ملفًا {span}</numerusform>
            <numerusform>%Ln ملف {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) {span}</source>
        <translation>
            <numerusform>%Ln منشور {span}</numerusform>
            <numerusform>منشور واحد {span}</numerusform>
            <numerusform>منشوران {span}</numerusform>
            <numerusform>%Ln منشورات {span}</numerusform>
            <numerusform>%Ln منشورًا {span}</numerusform>
            <numerusform>%Ln منشور {span}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a day/in %Ln days)</source>
        <translation>
            <numerusform>في اليوم</numerusform>
            <numerusform>في اليوم</numerusform>
            <numerusform>كل يومين</numerusform>
            <numerusform>كل %Ln أيام</numerusform>
            <numerusform>كل %Ln يومًا</numerusform>
            <numerusform>كل %Ln يوم</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a minute/in %Ln minutes)</source>
        <translation>
            <numerusform>في الدقيقة</numerusform>
            <numerusform>في الدقيقة</numerusform>
            <numerusform>كل دقيقتين</numerusform>
            <numerusform>كل %Ln دقائق</numerusform>
            <numerusform>كل %Ln دقيقة</numerusform>
            <numerusform>كل %Ln دقيقة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(a second/in %Ln seconds)</source>
        <translation>
            <numerusform>في الثانية</numerusform>
            <numerusform>في الثانية</numerusform>
            <numerusform>كل ثانيتين</numerusform>
            <numerusform>كل %Ln ثوانٍ</numerusform>
            <numerusform>كل %Ln ثانية</numerusform>
            <numerusform>كل %Ln ثانية</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(an hour/in %Ln hours)</source>
        <translation>
            <numerusform>في الساعة</numerusform>
            <numerusform>في الساعة</numerusform>
            <numerusform>كل ساعتين</numerusform>
            <numerusform>كل %Ln ساعات</numerusform>
            <numerusform>كل %Ln ساعة</numerusform>
            <numerusform>كل %Ln ساعة</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BulkBar</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln محدد</numerusform>
            <numerusform>محدد واحد</numerusform>
            <numerusform>محددان</numerusform>
            <numerusform>%Ln محددة</numerusform>
            <numerusform>%Ln محددًا</numerusform>
            <numerusform>%Ln محدد</numerusform>
        </translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>موافقة</translation>
    </message>
    <message>
        <source>Clear selection</source>
        <translation>إلغاء التحديد</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تعديل</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>فتح المنشور</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>إعادة الجدولة</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>إرسال الآن</translation>
    </message>
</context>
<context>
    <name>Calendar</name>
    <message numerus="yes">
        <source>%n earlier</source>
        <translation>
            <numerusform>%n أبكر</numerusform>
            <numerusform>واحد أبكر</numerusform>
            <numerusform>اثنان أبكر</numerusform>
            <numerusform>%n أبكر</numerusform>
            <numerusform>%n أبكر</numerusform>
            <numerusform>%n أبكر</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n later</source>
        <extracomment>Posts below the visible hours of the calendar.</extracomment>
        <translation>
            <numerusform>%n لاحقًا</numerusform>
            <numerusform>واحد لاحقًا</numerusform>
            <numerusform>اثنان لاحقًا</numerusform>
            <numerusform>%n لاحقًا</numerusform>
            <numerusform>%n لاحقًا</numerusform>
            <numerusform>%n لاحقًا</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more</source>
        <translation>
            <numerusform>‎+%n أخرى</numerusform>
            <numerusform>‎+%n أخرى</numerusform>
            <numerusform>‎+%n أخرى</numerusform>
            <numerusform>‎+%n أخرى</numerusform>
            <numerusform>‎+%n أخرى</numerusform>
            <numerusform>‎+%n أخرى</numerusform>
        </translation>
    </message>
    <message>
        <source>New</source>
        <translation>جديد</translation>
    </message>
    <message>
        <source>No posts today</source>
        <translation>لا منشورات اليوم</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>و%n عنصر آخر</numerusform>
            <numerusform>وعنصر آخر</numerusform>
            <numerusform>وعنصران آخران</numerusform>
            <numerusform>و%n عناصر أخرى</numerusform>
            <numerusform>و%n عنصرًا آخر</numerusform>
            <numerusform>و%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>free slot</source>
        <translation>موعد شاغر</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>تم الإبقاء</translation>
    </message>
</context>
<context>
    <name>CalendarAddress</name>
    <message>
        <source>Calendar address</source>
        <translation>عنوان التقويم</translation>
    </message>
    <message>
        <source>Calendar apps on this computer can subscribe to the schedule {when}. Anyone with the address can read the schedule but not change it.</source>
        <translation>يمكن لتطبيقات التقويم على هذا الكمبيوتر الاشتراك في الجدول {when}. يمكن لأي شخص لديه العنوان قراءة الجدول، لكن لا يمكنه تغييره.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>تم النسخ</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Copy calendar address</source>
        <translation>نسخ عنوان التقويم</translation>
    </message>
    <message>
        <source>Create a new address (the old one stops working)</source>
        <translation>إنشاء عنوان جديد (يتوقف القديم عن العمل)</translation>
    </message>
    <message>
        <source>Create an address</source>
        <translation>إنشاء عنوان</translation>
    </message>
    <message>
        <source>Make calendar address</source>
        <translation>إنشاء عنوان للتقويم</translation>
    </message>
    <message>
        <source>Or subscribe in a calendar app</source>
        <translation>أو الاشتراك في تطبيق تقويم</translation>
    </message>
    <message>
        <source>while Posto is running</source>
        <translation>أثناء تشغيل Posto</translation>
    </message>
    <message>
        <source>while Posto is running and this workspace has been opened</source>
        <translation>أثناء تشغيل Posto وبعد فتح مساحة العمل هذه</translation>
    </message>
</context>
<context>
    <name>CalendarController</name>
    <message numerus="yes">
        <source>%Ln post(s) moved</source>
        <translation>
            <numerusform>تم نقل %Ln منشور</numerusform>
            <numerusform>تم نقل منشور واحد</numerusform>
            <numerusform>تم نقل منشورين</numerusform>
            <numerusform>تم نقل %Ln منشورات</numerusform>
            <numerusform>تم نقل %Ln منشورًا</numerusform>
            <numerusform>تم نقل %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back</source>
        <translation>
            <numerusform>تمت إعادة %Ln منشور</numerusform>
            <numerusform>تمت إعادة منشور واحد</numerusform>
            <numerusform>تمت إعادة منشورين</numerusform>
            <numerusform>تمت إعادة %Ln منشورات</numerusform>
            <numerusform>تمت إعادة %Ln منشورًا</numerusform>
            <numerusform>تمت إعادة %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved back to {when}</source>
        <translation>
            <numerusform>تمت إعادة %Ln منشور إلى {when}</numerusform>
            <numerusform>تمت إعادة منشور واحد إلى {when}</numerusform>
            <numerusform>تمت إعادة منشورين إلى {when}</numerusform>
            <numerusform>تمت إعادة %Ln منشورات إلى {when}</numerusform>
            <numerusform>تمت إعادة %Ln منشورًا إلى {when}</numerusform>
            <numerusform>تمت إعادة %Ln منشور إلى {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) moved to {when}</source>
        <translation>
            <numerusform>تم نقل %Ln منشور إلى {when}</numerusform>
            <numerusform>تم نقل منشور واحد إلى {when}</numerusform>
            <numerusform>تم نقل منشورين إلى {when}</numerusform>
            <numerusform>تم نقل %Ln منشورات إلى {when}</numerusform>
            <numerusform>تم نقل %Ln منشورًا إلى {when}</numerusform>
            <numerusform>تم نقل %Ln منشور إلى {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) not moved. {why}</source>
        <translation>
            <numerusform>تعذّر نقل %Ln منشور. {why}</numerusform>
            <numerusform>تعذّر نقل منشور واحد. {why}</numerusform>
            <numerusform>تعذّر نقل منشورين. {why}</numerusform>
            <numerusform>تعذّر نقل %Ln منشورات. {why}</numerusform>
            <numerusform>تعذّر نقل %Ln منشورًا. {why}</numerusform>
            <numerusform>تعذّر نقل %Ln منشور. {why}</numerusform>
        </translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>التقويم</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>إعادة</translation>
    </message>
    <message>
        <source>Still scheduled for {when}.</source>
        <translation>لا يزال مجدولًا في {when}.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>“{draft}” moved back</source>
        <translation>تمت إعادة «{draft}»</translation>
    </message>
    <message>
        <source>“{draft}” moved to {when}</source>
        <translation>تم نقل «{draft}» إلى {when}</translation>
    </message>
</context>
<context>
    <name>CalendarGrid</name>
    <message>
        <source>Calendar</source>
        <translation>التقويم</translation>
    </message>
</context>
<context>
    <name>CalendarHeader</name>
    <message>
        <source>Agenda</source>
        <translation>جدول الأعمال</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>الكل</translation>
    </message>
    <message>
        <source>All statuses</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>كل الحالات</translation>
    </message>
    <message>
        <source>All times here are in this zone</source>
        <translation>كل الأوقات هنا بهذه المنطقة الزمنية</translation>
    </message>
    <message>
        <source>Calendar view</source>
        <translation>عرض التقويم</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>يوم</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>السابق</translation>
    </message>
    <message>
        <source>Earlier (PageUp)</source>
        <translation>السابق (PageUp)</translation>
    </message>
    <message>
        <source>Go to today (T)</source>
        <translation>الانتقال إلى اليوم (T)</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>التالي</translation>
    </message>
    <message>
        <source>Later (PageDown)</source>
        <translation>التالي (PageDown)</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>شهر</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>تصفية الحالة</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>أسبوع</translation>
    </message>
</context>
<context>
    <name>CalendarModel</name>
    <message numerus="yes">
        <source>%n free slot(s)</source>
        <translation>
            <numerusform>%n موعد شاغر</numerusform>
            <numerusform>موعد شاغر واحد</numerusform>
            <numerusform>موعدان شاغران</numerusform>
            <numerusform>%n مواعيد شاغرة</numerusform>
            <numerusform>%n موعدًا شاغرًا</numerusform>
            <numerusform>%n موعد شاغر</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n رسالة</numerusform>
            <numerusform>رسالة واحدة</numerusform>
            <numerusform>رسالتان</numerusform>
            <numerusform>%n رسائل</numerusform>
            <numerusform>%n رسالة</numerusform>
            <numerusform>%n رسالة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network(s)</source>
        <translation>
            <numerusform>%n شبكة</numerusform>
            <numerusform>شبكة واحدة</numerusform>
            <numerusform>شبكتان</numerusform>
            <numerusform>%n شبكات</numerusform>
            <numerusform>%n شبكة</numerusform>
            <numerusform>%n شبكة</numerusform>
        </translation>
    </message>
    <message>
        <source>A draft is not sent until you post it.</source>
        <translation>لا تُرسل المسودة إلا عندما تنشرها.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>مسح عوامل التصفية</translation>
    </message>
    <message numerus="yes">
        <source>Filters hide %Ln post(s) on these days.</source>
        <translation>
            <numerusform>تُخفي عوامل التصفية %Ln منشور في هذه الأيام.</numerusform>
            <numerusform>تُخفي عوامل التصفية منشورًا واحدًا في هذه الأيام.</numerusform>
            <numerusform>تُخفي عوامل التصفية منشورين في هذه الأيام.</numerusform>
            <numerusform>تُخفي عوامل التصفية %Ln منشورات في هذه الأيام.</numerusform>
            <numerusform>تُخفي عوامل التصفية %Ln منشورًا في هذه الأيام.</numerusform>
            <numerusform>تُخفي عوامل التصفية %Ln منشور في هذه الأيام.</numerusform>
        </translation>
    </message>
    <message>
        <source>If you delete it here, it stays published.</source>
        <translation>إذا حذفته هنا، فسيبقى منشورًا.</translation>
    </message>
    <message>
        <source>If you delete it here, what is published stays published.</source>
        <translation>إذا حذفته هنا، فسيبقى ما نُشر منشورًا.</translation>
    </message>
    <message>
        <source>It waits on this computer. Activity says for what.</source>
        <translation>ينتظر على هذا الكمبيوتر. السبب مذكور في «النشاط».</translation>
    </message>
    <message>
        <source>Last message: {when}</source>
        <translation>آخر رسالة: {when}</translation>
    </message>
    <message>
        <source>Moving</source>
        <translation>جارٍ النقل</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>Next message: {when}</source>
        <translation>الرسالة التالية: {when}</translation>
    </message>
    <message>
        <source>No channel chosen</source>
        <translation>لم تُختر أي قناة</translation>
    </message>
    <message>
        <source>No message matches</source>
        <translation>لا توجد رسالة مطابقة</translation>
    </message>
    <message>
        <source>No message matches the filters.</source>
        <translation>لا توجد رسالة تطابق عوامل التصفية.</translation>
    </message>
    <message>
        <source>No messages on these days</source>
        <translation>لا رسائل في هذه الأيام</translation>
    </message>
    <message>
        <source>No messages on this day</source>
        <translation>لا رسائل في هذا اليوم</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>بلا نص</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>لا شيء مجدول بعد</translation>
    </message>
    <message>
        <source>Own text: {networks}</source>
        <translation>نص خاص: {networks}</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>إرسال لرسالة دائمة</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>تظهر الرسائل المجدولة هنا.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>ينشر الموقع هذا من تلقاء نفسه. غيّره على الموقع.</translation>
    </message>
    <message>
        <source>This channel also posts at {time}: {title}</source>
        <translation>تنشر هذه القناة أيضًا في {time}: {title}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>Waiting on this computer</source>
        <translation>ينتظر على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>and {posts} more</source>
        <translation>و{posts} أخرى</translation>
    </message>
    <message>
        <source>close to another post</source>
        <translation>قريب من منشور آخر</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>رسالة دائمة</translation>
    </message>
    <message>
        <source>today</source>
        <translation>اليوم</translation>
    </message>
</context>
<context>
    <name>CalendarPage</name>
    <message>
        <source>&amp;Calendar</source>
        <translation>الت&amp;قويم</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>جدول الأعمال</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>حتى {time}</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>يوم</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>السابق</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>التالي</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>شهر</translation>
    </message>
    <message>
        <source>This is the last known schedule.</source>
        <translation>هذا آخر جدول معروف.</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>أسبوع</translation>
    </message>
</context>
<context>
    <name>CalendarSurface</name>
    <message>
        <source>Show this day</source>
        <translation>عرض هذا اليوم</translation>
    </message>
</context>
<context>
    <name>CampaignActionBar</name>
    <message>
        <source>Changes are saved automatically. Back to the list</source>
        <translation>تُحفظ التغييرات تلقائيًا. العودة إلى القائمة</translation>
    </message>
    <message>
        <source>More for this campaign</source>
        <translation>المزيد لهذه الحملة</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>حفظ كمسودة</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>جدولة</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>Verb: stop a campaign.</extracomment>
        <translation>إيقاف</translation>
    </message>
</context>
<context>
    <name>CampaignActions</name>
    <message numerus="yes">
        <source>%Ln message(s) cannot be sent</source>
        <translation>
            <numerusform>لا يمكن إرسال %Ln رسالة</numerusform>
            <numerusform>لا يمكن إرسال رسالة واحدة</numerusform>
            <numerusform>لا يمكن إرسال رسالتين</numerusform>
            <numerusform>لا يمكن إرسال %Ln رسائل</numerusform>
            <numerusform>لا يمكن إرسال %Ln رسالة</numerusform>
            <numerusform>لا يمكن إرسال %Ln رسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Campaign</source>
        <translation>ال&amp;حملة</translation>
    </message>
    <message>
        <source>1 message cannot be sent</source>
        <translation>رسالة واحدة لا يمكن إرسالها</translation>
    </message>
    <message>
        <source>Add pictures as messages…</source>
        <translation>إضافة صور كرسائل…</translation>
    </message>
    <message>
        <source>All campaigns</source>
        <translation>كل الحملات</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>Delete campaign</source>
        <translation>حذف الحملة</translation>
    </message>
    <message>
        <source>Duplicate campaign</source>
        <translation>إنشاء نسخة من الحملة</translation>
    </message>
    <message>
        <source>Fill free slots now</source>
        <translation>ملء المواعيد الشاغرة الآن</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>الإصلاح أولًا</translation>
    </message>
    <message>
        <source>Import CSV, Excel or JSON…</source>
        <translation>استيراد CSV أو Excel أو JSON…</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>حملة جديدة</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>رسالة دائمة جديدة</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>إعادة</translation>
    </message>
    <message>
        <source>Retry failed</source>
        <translation>إعادة محاولة الفاشلة</translation>
    </message>
    <message>
        <source>Schedule the next runs at free slots</source>
        <translation>جدولة المرات التالية في المواعيد الشاغرة</translation>
    </message>
    <message>
        <source>Show or hide the timeline</source>
        <translation>إظهار المخطط الزمني أو إخفاؤه</translation>
    </message>
    <message>
        <source>Show the campaigns</source>
        <translation>عرض الحملات</translation>
    </message>
    <message>
        <source>Show the evergreen messages</source>
        <translation>عرض الرسائل الدائمة</translation>
    </message>
    <message>
        <source>Some networks are left out</source>
        <translation>بعض الشبكات مستبعدة</translation>
    </message>
    <message>
        <source>Stop campaign</source>
        <translation>إيقاف الحملة</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>كتابة رسالة</translation>
    </message>
    <message>
        <source>Write another message</source>
        <translation>كتابة رسالة أخرى</translation>
    </message>
</context>
<context>
    <name>CampaignChart</name>
    <message>
        <source>Days of the campaign</source>
        <translation>أيام الحملة</translation>
    </message>
    <message>
        <source>{own} posts of this campaign, {other} other posts</source>
        <translation>{own} من منشورات هذه الحملة، و{other} من المنشورات الأخرى</translation>
    </message>
</context>
<context>
    <name>CampaignDelivery</name>
    <message>
        <source>A channel of this campaign is missing. Remove it above the channels.</source>
        <translation>إحدى قنوات هذه الحملة مفقودة. أزلها أعلى القنوات.</translation>
    </message>
    <message>
        <source>Add a message first</source>
        <translation>أضف رسالة أولًا</translation>
    </message>
    <message>
        <source>All messages are already scheduled</source>
        <translation>كل الرسائل مجدولة بالفعل</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>و%Ln عنصر آخر.</numerusform>
            <numerusform>وعنصر آخر.</numerusform>
            <numerusform>وعنصران آخران.</numerusform>
            <numerusform>و%Ln عناصر أخرى.</numerusform>
            <numerusform>و%Ln عنصرًا آخر.</numerusform>
            <numerusform>و%Ln عنصر آخر.</numerusform>
        </translation>
    </message>
    <message>
        <source>Change the start first</source>
        <translation>غيّر وقت البدء أولًا</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>اختر قناة أولًا</translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers} without {networks}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>الرسائل {numbers} من دون {networks}: {why}</numerusform>
            <numerusform>الرسالة {numbers} من دون {networks}: {why}</numerusform>
            <numerusform>الرسالتان {numbers} من دون {networks}: {why}</numerusform>
            <numerusform>الرسائل {numbers} من دون {networks}: {why}</numerusform>
            <numerusform>الرسائل {numbers} من دون {networks}: {why}</numerusform>
            <numerusform>الرسائل {numbers} من دون {networks}: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Message(s) {numbers}: {why}</source>
        <extracomment>{numbers}: of messages in a campaign, such as &quot;3, 5 and 4 more&quot;.</extracomment>
        <translation>
            <numerusform>الرسائل {numbers}: {why}</numerusform>
            <numerusform>الرسالة {numbers}: {why}</numerusform>
            <numerusform>الرسالتان {numbers}: {why}</numerusform>
            <numerusform>الرسائل {numbers}: {why}</numerusform>
            <numerusform>الرسائل {numbers}: {why}</numerusform>
            <numerusform>الرسائل {numbers}: {why}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resume %Ln post(s)</source>
        <translation>
            <numerusform>استئناف %Ln منشور</numerusform>
            <numerusform>استئناف منشور واحد</numerusform>
            <numerusform>استئناف منشورين</numerusform>
            <numerusform>استئناف %Ln منشورات</numerusform>
            <numerusform>استئناف %Ln منشورًا</numerusform>
            <numerusform>استئناف %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %Ln failed</source>
        <translation>
            <numerusform>إعادة محاولة %Ln فاشل</numerusform>
            <numerusform>إعادة محاولة الفاشل</numerusform>
            <numerusform>إعادة محاولة فاشلين</numerusform>
            <numerusform>إعادة محاولة %Ln فاشلة</numerusform>
            <numerusform>إعادة محاولة %Ln فاشلًا</numerusform>
            <numerusform>إعادة محاولة %Ln فاشل</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb.</extracomment>
        <translation>جدولة</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>جدولة %Ln منشور</numerusform>
            <numerusform>جدولة منشور واحد</numerusform>
            <numerusform>جدولة منشورين</numerusform>
            <numerusform>جدولة %Ln منشورات</numerusform>
            <numerusform>جدولة %Ln منشورًا</numerusform>
            <numerusform>جدولة %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule the other (post/%Ln posts)</source>
        <translation>
            <numerusform>جدولة المنشورات الأخرى (%Ln)</numerusform>
            <numerusform>جدولة المنشور الآخر</numerusform>
            <numerusform>جدولة المنشورين الآخرين</numerusform>
            <numerusform>جدولة المنشورات الأخرى (%Ln)</numerusform>
            <numerusform>جدولة المنشورات الأخرى (%Ln)</numerusform>
            <numerusform>جدولة المنشورات الأخرى (%Ln)</numerusform>
        </translation>
    </message>
    <message>
        <source>Still checking the messages</source>
        <translation>لا يزال فحص الرسائل جاريًا</translation>
    </message>
    <message numerus="yes">
        <source>{numbers} and %Ln more</source>
        <translation>
            <numerusform>{numbers} و%Ln أخرى</numerusform>
            <numerusform>{numbers} وواحدة أخرى</numerusform>
            <numerusform>{numbers} واثنتان أخريان</numerusform>
            <numerusform>{numbers} و%Ln أخرى</numerusform>
            <numerusform>{numbers} و%Ln أخرى</numerusform>
            <numerusform>{numbers} و%Ln أخرى</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignFiles</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> و%n عنصر آخر.</numerusform>
            <numerusform> وعنصر آخر.</numerusform>
            <numerusform> وعنصران آخران.</numerusform>
            <numerusform> و%n عناصر أخرى.</numerusform>
            <numerusform> و%n عنصرًا آخر.</numerusform>
            <numerusform> و%n عنصر آخر.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>صورة ملصقة</translation>
    </message>
    <message>
        <source>The file could not be read.</source>
        <translation>تعذّرت قراءة الملف.</translation>
    </message>
</context>
<context>
    <name>CampaignHeader</name>
    <message>
        <source>Add messages</source>
        <translation>إضافة رسائل</translation>
    </message>
    <message>
        <source>Back to the list of campaigns</source>
        <translation>العودة إلى قائمة الحملات</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>الحملات</translation>
    </message>
    <message>
        <source>Import CSV…</source>
        <translation>استيراد CSV…</translation>
    </message>
    <message>
        <source>Import messages from a CSV, Excel or JSON file</source>
        <translation>استيراد رسائل من ملف CSV أو Excel أو JSON</translation>
    </message>
    <message>
        <source>One message for each picture…</source>
        <translation>رسالة لكل صورة…</translation>
    </message>
    <message>
        <source>Paste lines as messages</source>
        <translation>لصق الأسطر كرسائل</translation>
    </message>
    <message>
        <source>Show timeline</source>
        <translation>إظهار المخطط الزمني</translation>
    </message>
</context>
<context>
    <name>CampaignImportController</name>
    <message numerus="yes">
        <source>%Ln message(s) imported</source>
        <translation>
            <numerusform>تم استيراد %Ln رسالة</numerusform>
            <numerusform>تم استيراد رسالة واحدة</numerusform>
            <numerusform>تم استيراد رسالتين</numerusform>
            <numerusform>تم استيراد %Ln رسائل</numerusform>
            <numerusform>تم استيراد %Ln رسالة</numerusform>
            <numerusform>تم استيراد %Ln رسالة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more exceed the limit of one campaign</source>
        <translation>
            <numerusform>%Ln رسالة زيادة على حد الحملة الواحدة</numerusform>
            <numerusform>رسالة واحدة زيادة على حد الحملة الواحدة</numerusform>
            <numerusform>رسالتان زيادة على حد الحملة الواحدة</numerusform>
            <numerusform>%Ln رسائل زيادة على حد الحملة الواحدة</numerusform>
            <numerusform>%Ln رسالة زيادة على حد الحملة الواحدة</numerusform>
            <numerusform>%Ln رسالة زيادة على حد الحملة الواحدة</numerusform>
        </translation>
    </message>
    <message>
        <source>Sample saved as {file}</source>
        <translation>تم حفظ النموذج باسم {file}</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>إظهار في المجلد</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>CampaignList</name>
    <message numerus="yes">
        <source>%Ln campaign(s)</source>
        <translation>
            <numerusform>%Ln حملة</numerusform>
            <numerusform>حملة واحدة</numerusform>
            <numerusform>حملتان</numerusform>
            <numerusform>%Ln حملات</numerusform>
            <numerusform>%Ln حملة</numerusform>
            <numerusform>%Ln حملة</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign sends messages at regular times. You can also drop pictures on the window to create one.</source>
        <translation>ترسل الحملة رسائل في أوقات منتظمة. يمكنك أيضًا إفلات صور على النافذة لإنشاء حملة.</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>الحملات</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>مسح البحث</translation>
    </message>
    <message>
        <source>Create a campaign</source>
        <translation>إنشاء حملة</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>استيراد ملف…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>استورد رسائل نموذجية لترى كيف تعمل الحملات</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>حملة جديدة</translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches the search. It hides %Ln.</source>
        <translation>
            <numerusform>لا توجد حملة تطابق البحث. البحث يُخفي %Ln حملة.</numerusform>
            <numerusform>لا توجد حملة تطابق البحث. البحث يُخفي حملة واحدة.</numerusform>
            <numerusform>لا توجد حملة تطابق البحث. البحث يُخفي حملتين.</numerusform>
            <numerusform>لا توجد حملة تطابق البحث. البحث يُخفي %Ln حملات.</numerusform>
            <numerusform>لا توجد حملة تطابق البحث. البحث يُخفي %Ln حملة.</numerusform>
            <numerusform>لا توجد حملة تطابق البحث. البحث يُخفي %Ln حملة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign matches. The search and hidden channels hide %Ln.</source>
        <translation>
            <numerusform>لا توجد حملة مطابقة. البحث والقنوات المخفية يُخفيان %Ln حملة.</numerusform>
            <numerusform>لا توجد حملة مطابقة. البحث والقنوات المخفية يُخفيان حملة واحدة.</numerusform>
            <numerusform>لا توجد حملة مطابقة. البحث والقنوات المخفية يُخفيان حملتين.</numerusform>
            <numerusform>لا توجد حملة مطابقة. البحث والقنوات المخفية يُخفيان %Ln حملات.</numerusform>
            <numerusform>لا توجد حملة مطابقة. البحث والقنوات المخفية يُخفيان %Ln حملة.</numerusform>
            <numerusform>لا توجد حملة مطابقة. البحث والقنوات المخفية يُخفيان %Ln حملة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No campaign uses the visible channels. %Ln use hidden channels.</source>
        <translation>
            <numerusform>لا تستخدم أي حملة القنوات الظاهرة. تستخدم %Ln حملة قنوات مخفية.</numerusform>
            <numerusform>لا تستخدم أي حملة القنوات الظاهرة. تستخدم حملة واحدة قنوات مخفية.</numerusform>
            <numerusform>لا تستخدم أي حملة القنوات الظاهرة. تستخدم حملتان قنوات مخفية.</numerusform>
            <numerusform>لا تستخدم أي حملة القنوات الظاهرة. تستخدم %Ln حملات قنوات مخفية.</numerusform>
            <numerusform>لا تستخدم أي حملة القنوات الظاهرة. تستخدم %Ln حملة قنوات مخفية.</numerusform>
            <numerusform>لا تستخدم أي حملة القنوات الظاهرة. تستخدم %Ln حملة قنوات مخفية.</numerusform>
        </translation>
    </message>
    <message>
        <source>No campaigns yet</source>
        <translation>لا حملات بعد</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>إعادة تسمية</translation>
    </message>
    <message>
        <source>Search campaigns</source>
        <translation>البحث في الحملات</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>إظهار كل القنوات</translation>
    </message>
    <message>
        <source>The campaign uses hidden channels.</source>
        <translation>تستخدم الحملة قنوات مخفية.</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>استخدام نموذج</translation>
    </message>
</context>
<context>
    <name>CampaignMessageEditor</name>
    <message>
        <source>A message of a campaign needs a time</source>
        <translation>تحتاج رسالة الحملة إلى وقت</translation>
    </message>
    <message>
        <source>Add part</source>
        <translation>إضافة جزء</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>العودة إلى القائمة</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>تم</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>Go on in a thread, from the caret on</source>
        <translation>متابعة في سلسلة بدءًا من المؤشر</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>الرابط</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>ترقيم الأجزاء</translation>
    </message>
    <message>
        <source>Own time</source>
        <translation>وقت خاص</translation>
    </message>
    <message>
        <source>Posted right after the message</source>
        <translation>يُنشر بعد الرسالة مباشرة</translation>
    </message>
    <message>
        <source>Set by the rhythm</source>
        <translation>تحدده الوتيرة</translation>
    </message>
</context>
<context>
    <name>CampaignMessages</name>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n جزء</numerusform>
            <numerusform>جزء واحد</numerusform>
            <numerusform>جزءان</numerusform>
            <numerusform>%n أجزاء</numerusform>
            <numerusform>%n جزءًا</numerusform>
            <numerusform>%n جزء</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>مقبول</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>فورًا</translation>
    </message>
    <message>
        <source>At the same time as another post</source>
        <translation>في وقت منشور آخر نفسه</translation>
    </message>
    <message>
        <source>Empty message</source>
        <translation>رسالة فارغة</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>فشل</translation>
    </message>
    <message>
        <source>Message {number}</source>
        <translation>الرسالة {number}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>بحاجة إليك</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>لا موعد شاغر</translation>
    </message>
    <message>
        <source>No slots for these channels</source>
        <translation>لا مواعيد لهذه القنوات</translation>
    </message>
    <message>
        <source>No time</source>
        <translation>بلا وقت</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>لم يُرسل</translation>
    </message>
    <message>
        <source>Own text for {names}</source>
        <translation>نص خاص لـ {names}</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>مجدول</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>جارٍ الإرسال</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>أُرسل</translation>
    </message>
    <message>
        <source>Set a time for this message</source>
        <translation>حدد وقتًا لهذه الرسالة</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>متوقف</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>هذا الوقت مضى</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>في الانتظار</translation>
    </message>
    <message>
        <source>{n} min after another post</source>
        <translation>بعد منشور آخر بـ {n} د</translation>
    </message>
    <message>
        <source>{n} min before another post</source>
        <translation>قبل منشور آخر بـ {n} د</translation>
    </message>
</context>
<context>
    <name>CampaignNameField</name>
    <message>
        <source>Campaign name</source>
        <translation>اسم الحملة</translation>
    </message>
    <message>
        <source>Name of the campaign</source>
        <translation>اسم الحملة</translation>
    </message>
</context>
<context>
    <name>CampaignTimeline</name>
    <message>
        <source>Move to {time}</source>
        <translation>نقل إلى {time}</translation>
    </message>
    <message>
        <source>The channel</source>
        <translation>القناة</translation>
    </message>
    <message>
        <source>The clocks change that day. The post is sent at {time}</source>
        <translation>تتغير الساعة في ذلك اليوم. يُرسل المنشور في {time}</translation>
    </message>
    <message>
        <source>The clocks have gone back: {zone}</source>
        <translation>تأخرت الساعة: {zone}</translation>
    </message>
    <message>
        <source>The clocks have gone forward: {zone}</source>
        <translation>تقدمت الساعة: {zone}</translation>
    </message>
    <message>
        <source>This time has passed</source>
        <translation>هذا الوقت مضى</translation>
    </message>
    <message>
        <source>Week of {day}</source>
        <translation>أسبوع {day}</translation>
    </message>
    <message>
        <source>Without a time</source>
        <translation>بلا وقت</translation>
    </message>
    <message>
        <source>{network} also posts at {time} that day</source>
        <translation>{network} تنشر أيضًا في {time} في ذلك اليوم</translation>
    </message>
</context>
<context>
    <name>Campaigns</name>
    <message>
        <source>The posts of a campaign are not being sent. See the log for details.</source>
        <translation>لا يجري إرسال منشورات إحدى الحملات. راجع السجل لمعرفة التفاصيل.</translation>
    </message>
</context>
<context>
    <name>CampaignsController</name>
    <message numerus="yes">
        <source>%Ln message(s) scheduled</source>
        <translation>
            <numerusform>تمت جدولة %Ln رسالة</numerusform>
            <numerusform>تمت جدولة رسالة واحدة</numerusform>
            <numerusform>تمت جدولة رسالتين</numerusform>
            <numerusform>تمت جدولة %Ln رسائل</numerusform>
            <numerusform>تمت جدولة %Ln رسالة</numerusform>
            <numerusform>تمت جدولة %Ln رسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>الحملات</translation>
    </message>
    <message>
        <source>Sending is paused. The posts wait in Activity.</source>
        <translation>الإرسال متوقف مؤقتًا. المنشورات تنتظر في «النشاط».</translation>
    </message>
    <message>
        <source>Some posts are still being removed from the schedule. Resume again in a moment.</source>
        <translation>لا تزال بعض المنشورات قيد الإزالة من الجدول. استأنف مجددًا بعد لحظة.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped. %Ln message(s) will not be sent</source>
        <translation>
            <numerusform>توقفت الحملة. لن يتم إرسال %Ln رسالة</numerusform>
            <numerusform>توقفت الحملة. لن يتم إرسال رسالة واحدة</numerusform>
            <numerusform>توقفت الحملة. لن يتم إرسال رسالتين</numerusform>
            <numerusform>توقفت الحملة. لن يتم إرسال %Ln رسائل</numerusform>
            <numerusform>توقفت الحملة. لن يتم إرسال %Ln رسالة</numerusform>
            <numerusform>توقفت الحملة. لن يتم إرسال %Ln رسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>CampaignsLayout</name>
    <message>
        <source>Add message</source>
        <translation>إضافة رسالة</translation>
    </message>
    <message>
        <source>Drag to reorder: the times stay, the messages move</source>
        <translation>اسحب لإعادة الترتيب: تبقى الأوقات وتنتقل الرسائل</translation>
    </message>
</context>
<context>
    <name>CampaignsModel</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln فشلت</numerusform>
            <numerusform>واحدة فشلت</numerusform>
            <numerusform>اثنتان فشلتا</numerusform>
            <numerusform>%Ln فشلت</numerusform>
            <numerusform>%Ln فشلت</numerusform>
            <numerusform>%Ln فشلت</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln رسالة</numerusform>
            <numerusform>رسالة واحدة</numerusform>
            <numerusform>رسالتان</numerusform>
            <numerusform>%Ln رسائل</numerusform>
            <numerusform>%Ln رسالة</numerusform>
            <numerusform>%Ln رسالة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln أُرسلت</numerusform>
            <numerusform>واحدة أُرسلت</numerusform>
            <numerusform>اثنتان أُرسلتا</numerusform>
            <numerusform>%Ln أُرسلت</numerusform>
            <numerusform>%Ln أُرسلت</numerusform>
            <numerusform>%Ln أُرسلت</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stopped</source>
        <translation>
            <numerusform>%Ln أُوقفت</numerusform>
            <numerusform>واحدة أُوقفت</numerusform>
            <numerusform>اثنتان أُوقفتا</numerusform>
            <numerusform>%Ln أُوقفت</numerusform>
            <numerusform>%Ln أُوقفت</numerusform>
            <numerusform>%Ln أُوقفت</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to come</source>
        <translation>
            <numerusform>%Ln قادمة</numerusform>
            <numerusform>واحدة قادمة</numerusform>
            <numerusform>اثنتان قادمتان</numerusform>
            <numerusform>%Ln قادمة</numerusform>
            <numerusform>%Ln قادمة</numerusform>
            <numerusform>%Ln قادمة</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>تم</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a campaign.</extracomment>
        <translation>مسودة</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>فشل</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>بحاجة إليك</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>قيد التشغيل</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>متوقف</translation>
    </message>
    <message>
        <source>Untitled campaign</source>
        <translation>حملة بلا عنوان</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>التالي: {when}</translation>
    </message>
</context>
<context>
    <name>CampaignsPage</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln رسالة</numerusform>
            <numerusform>رسالة واحدة</numerusform>
            <numerusform>رسالتان</numerusform>
            <numerusform>%Ln رسائل</numerusform>
            <numerusform>%Ln رسالة</numerusform>
            <numerusform>%Ln رسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>No messages</source>
        <translation>لا رسائل</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>لم تُحفظ بعد</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>حُفظت على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Saved on this computer {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>حُفظت على هذا الكمبيوتر {ago}</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>جارٍ الحفظ…</translation>
    </message>
    <message>
        <source>Stop the campaign to change its schedule.</source>
        <translation>أوقف الحملة لتغيير جدولها.</translation>
    </message>
    <message>
        <source>no channels yet</source>
        <translation>لا قنوات بعد</translation>
    </message>
    <message numerus="yes">
        <source>to %Ln channel(s)</source>
        <translation>
            <numerusform>إلى %Ln قناة</numerusform>
            <numerusform>إلى قناة واحدة</numerusform>
            <numerusform>إلى قناتين</numerusform>
            <numerusform>إلى %Ln قنوات</numerusform>
            <numerusform>إلى %Ln قناة</numerusform>
            <numerusform>إلى %Ln قناة</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignsState</name>
    <message>
        <source>Campaign “{name}” deleted</source>
        <translation>تم حذف الحملة «{name}»</translation>
    </message>
    <message>
        <source>Scheduled posts will still be sent.</source>
        <translation>ستُرسل المنشورات المجدولة رغم ذلك.</translation>
    </message>
    <message>
        <source>Stop the campaign to change its channels.</source>
        <translation>أوقف الحملة لتغيير قنواتها.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>{name} copy</source>
        <translation>نسخة من {name}</translation>
    </message>
</context>
<context>
    <name>CardActions</name>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>حذف %Ln منشور</numerusform>
            <numerusform>حذف منشور واحد</numerusform>
            <numerusform>حذف منشورين</numerusform>
            <numerusform>حذف %Ln منشورات</numerusform>
            <numerusform>حذف %Ln منشورًا</numerusform>
            <numerusform>حذف %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>حذف المسودة</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>التفاصيل</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>تعديل…</translation>
    </message>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>نقل</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>
            <numerusform>نقل %n منشور</numerusform>
            <numerusform>نقل منشور واحد</numerusform>
            <numerusform>نقل منشورين</numerusform>
            <numerusform>نقل %n منشورات</numerusform>
            <numerusform>نقل %n منشورًا</numerusform>
            <numerusform>نقل %n منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Activity</source>
        <translation>فتح في «النشاط»</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>فتح في «الإنشاء»</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>فتح في الجدول</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>فتح على الموقع</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>إيقاف المخطِّط مؤقتًا</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>مخطِّطات الموقع…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>إعادة الجدولة…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>إرسال الآن</translation>
    </message>
    <message>
        <source>Set time</source>
        <translation>تحديد الوقت</translation>
    </message>
</context>
<context>
    <name>CardPopup</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تعديل</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>الرسالة</translation>
    </message>
    <message>
        <source>Move…</source>
        <translation>نقل…</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>بلا نص</translation>
    </message>
    <message>
        <source>Open in the schedule</source>
        <translation>فتح في الجدول</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>فتح على الموقع</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>فتح المنشور</translation>
    </message>
    <message>
        <source>Open {posts}</source>
        <translation>فتح {posts}</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>إيقاف المخطِّط مؤقتًا</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>إرسال الآن</translation>
    </message>
</context>
<context>
    <name>ChangesList</name>
    <message>
        <source>New times</source>
        <translation>أوقات جديدة</translation>
    </message>
</context>
<context>
    <name>ChannelGroups</name>
    <message numerus="yes">
        <source>%Ln channel(s) moved to “{name}”</source>
        <translation>
            <numerusform>تم نقل %Ln قناة إلى «{name}»</numerusform>
            <numerusform>تم نقل قناة واحدة إلى «{name}»</numerusform>
            <numerusform>تم نقل قناتين إلى «{name}»</numerusform>
            <numerusform>تم نقل %Ln قنوات إلى «{name}»</numerusform>
            <numerusform>تم نقل %Ln قناة إلى «{name}»</numerusform>
            <numerusform>تم نقل %Ln قناة إلى «{name}»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s) removed from (its/their) group</source>
        <translation>
            <numerusform>تمت إزالة %Ln قناة من مجموعاتها</numerusform>
            <numerusform>تمت إزالة قناة واحدة من مجموعتها</numerusform>
            <numerusform>تمت إزالة قناتين من مجموعتيهما</numerusform>
            <numerusform>تمت إزالة %Ln قنوات من مجموعاتها</numerusform>
            <numerusform>تمت إزالة %Ln قناة من مجموعاتها</numerusform>
            <numerusform>تمت إزالة %Ln قناة من مجموعاتها</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed to “{name}”</source>
        <translation>تمت إعادة تسمية المجموعة إلى «{name}»</translation>
    </message>
    <message>
        <source>Group “{name}” created</source>
        <translation>تم إنشاء المجموعة «{name}»</translation>
    </message>
    <message>
        <source>Group “{name}” moved</source>
        <translation>تم نقل المجموعة «{name}»</translation>
    </message>
    <message>
        <source>Group “{name}” removed. Its channels stay.</source>
        <translation>تمت إزالة المجموعة «{name}». تبقى قنواتها.</translation>
    </message>
    <message>
        <source>Redone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>تمت الإعادة: {what}</translation>
    </message>
    <message>
        <source>Undone: {what}</source>
        <extracomment>{what}: what was done, as “Cafés” is renamed.</extracomment>
        <translation>تم التراجع: {what}</translation>
    </message>
    <message>
        <source>“{name}” is now part of “{other}”</source>
        <translation>أصبحت «{name}» جزءًا من «{other}»</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsDialog</name>
    <message>
        <source>Changes need the server</source>
        <translation>تتطلب التغييرات الاتصال بالخادم</translation>
    </message>
    <message>
        <source>Groups of {channel}</source>
        <translation>مجموعات {channel}</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>مجموعات تفصل بينها فواصل</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>المستخدمة: {groups}</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>لم يتغير شيء بعد</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>حفظ التغييرات</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>جارٍ الحفظ…</translation>
    </message>
</context>
<context>
    <name>ChannelGroupsPart</name>
    <message>
        <source>A person sees the channels of their groups. A channel without a group is seen by those who see all channels.</source>
        <translation>يرى الشخص قنوات مجموعاته. أما القناة التي بلا مجموعة فيراها من يرون جميع القنوات.</translation>
    </message>
    <message>
        <source>Channels and their groups</source>
        <translation>القنوات ومجموعاتها</translation>
    </message>
    <message>
        <source>No channels yet. Connect an account first.</source>
        <translation>لا توجد قنوات بعد. اربط حسابًا أولًا.</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>بلا مجموعة</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>جارٍ الحفظ…</translation>
    </message>
</context>
<context>
    <name>ChannelHints</name>
    <message>
        <source>Channels of this workspace are added on its site. To connect an account to this computer, open “This computer” first.</source>
        <translation>تُضاف قنوات مساحة العمل هذه على موقعها. لربط حساب بهذا الكمبيوتر، افتح «هذا الكمبيوتر» أولًا.</translation>
    </message>
    <message>
        <source>Only editors and owners change the settings of channels.</source>
        <translation>المحررون والمالكون وحدهم يغيّرون إعدادات القنوات.</translation>
    </message>
    <message>
        <source>Only owners connect accounts to this workspace. Ask one.</source>
        <translation>المالكون وحدهم يربطون الحسابات بمساحة العمل هذه. اسأل أحدهم.</translation>
    </message>
</context>
<context>
    <name>ChannelKinds</name>
    <message>
        <source>Account</source>
        <extracomment>Kind of a channel: the account itself of somebody on a network.</extracomment>
        <translation>حساب</translation>
    </message>
    <message>
        <source>Account story</source>
        <extracomment>Kind of a channel: posts become stories.</extracomment>
        <translation>قصة الحساب</translation>
    </message>
    <message>
        <source>Blog</source>
        <translation>مدونة</translation>
    </message>
    <message>
        <source>Board</source>
        <extracomment>Kind of a channel: a board on Pinterest.</extracomment>
        <translation>لوحة</translation>
    </message>
    <message>
        <source>Channel</source>
        <extracomment>Kind of a channel: a channel on Telegram.</extracomment>
        <translation>القناة</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>محادثة</translation>
    </message>
    <message>
        <source>Community</source>
        <extracomment>Kind of a channel: a subreddit.</extracomment>
        <translation>مجتمع</translation>
    </message>
    <message>
        <source>Company</source>
        <extracomment>Kind of a channel: a company&apos;s page on LinkedIn.</extracomment>
        <translation>شركة</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Kind of a channel: a group of people on a network.</extracomment>
        <translation>المجموعة</translation>
    </message>
    <message>
        <source>Location</source>
        <extracomment>Kind of a channel: a place of business on Google.</extracomment>
        <translation>موقع</translation>
    </message>
    <message>
        <source>Page</source>
        <extracomment>Kind of a channel: a page on Facebook or LinkedIn.</extracomment>
        <translation>صفحة</translation>
    </message>
    <message>
        <source>Page story</source>
        <translation>قصة الصفحة</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>ملف شخصي</translation>
    </message>
</context>
<context>
    <name>ChannelLines</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>و%n عنصر آخر</numerusform>
            <numerusform>وعنصر آخر</numerusform>
            <numerusform>وعنصران آخران</numerusform>
            <numerusform>و%n عناصر أخرى</numerusform>
            <numerusform>و%n عنصرًا آخر</numerusform>
            <numerusform>و%n عنصر آخر</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelPane</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln قناة</numerusform>
            <numerusform>قناة واحدة</numerusform>
            <numerusform>قناتان</numerusform>
            <numerusform>%Ln قنوات</numerusform>
            <numerusform>%Ln قناة</numerusform>
            <numerusform>%Ln قناة</numerusform>
        </translation>
    </message>
    <message>
        <source>0 channels</source>
        <translation>0 قناة</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>نشطة</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>إضافة قناة…</translation>
    </message>
    <message>
        <source>Add channel</source>
        <translation>إضافة قناة</translation>
    </message>
    <message>
        <source>All</source>
        <extracomment>All channels.</extracomment>
        <translation>الكل</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>الكل (%Ln)</numerusform>
            <numerusform>الكل (%Ln)</numerusform>
            <numerusform>الكل (%Ln)</numerusform>
            <numerusform>الكل (%Ln)</numerusform>
            <numerusform>الكل (%Ln)</numerusform>
            <numerusform>الكل (%Ln)</numerusform>
        </translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>مسح البحث</translation>
    </message>
    <message>
        <source>Compact rows</source>
        <translation>صفوف مضغوطة</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>البحث عن قناة</translation>
    </message>
    <message>
        <source>Group channels by</source>
        <translation>تجميع القنوات حسب</translation>
    </message>
    <message>
        <source>Hide sandbox channels</source>
        <translation>إخفاء القنوات التجريبية</translation>
    </message>
    <message>
        <source>Label</source>
        <extracomment>Noun: a word that the user gives to messages and channels.</extracomment>
        <translation>التسمية</translation>
    </message>
    <message>
        <source>Loading channels</source>
        <translation>جارٍ تحميل القنوات</translation>
    </message>
    <message>
        <source>My groups</source>
        <translation>مجموعاتي</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>الشبكة</translation>
    </message>
    <message numerus="yes">
        <source>New group of the (found channel/%Ln found channels)…</source>
        <translation>
            <numerusform>مجموعة جديدة من القنوات المعثور عليها (%Ln)…</numerusform>
            <numerusform>مجموعة جديدة من القناة المعثور عليها…</numerusform>
            <numerusform>مجموعة جديدة من القناتين المعثور عليهما…</numerusform>
            <numerusform>مجموعة جديدة من القنوات المعثور عليها (%Ln)…</numerusform>
            <numerusform>مجموعة جديدة من القنوات المعثور عليها (%Ln)…</numerusform>
            <numerusform>مجموعة جديدة من القنوات المعثور عليها (%Ln)…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>New group of the (ticked channel/%Ln ticked channels)…</source>
        <translation>
            <numerusform>مجموعة جديدة من القنوات المحددة (%Ln)…</numerusform>
            <numerusform>مجموعة جديدة من القناة المحددة…</numerusform>
            <numerusform>مجموعة جديدة من القناتين المحددتين…</numerusform>
            <numerusform>مجموعة جديدة من القنوات المحددة (%Ln)…</numerusform>
            <numerusform>مجموعة جديدة من القنوات المحددة (%Ln)…</numerusform>
            <numerusform>مجموعة جديدة من القنوات المحددة (%Ln)…</numerusform>
        </translation>
    </message>
    <message>
        <source>New group of the ticked channels…</source>
        <translation>مجموعة جديدة من القنوات المحددة…</translation>
    </message>
    <message>
        <source>No channel matches</source>
        <translation>لا توجد قناة مطابقة</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>لا قنوات</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>لا قنوات بعد</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No channel.</extracomment>
        <translation>لا شيء</translation>
    </message>
    <message numerus="yes">
        <source>Only %Ln</source>
        <extracomment>Found channels.</extracomment>
        <translation>
            <numerusform>فقط %Ln</numerusform>
            <numerusform>هذه فقط</numerusform>
            <numerusform>هاتان فقط</numerusform>
            <numerusform>%Ln فقط</numerusform>
            <numerusform>%Ln فقط</numerusform>
            <numerusform>%Ln فقط</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
    <message>
        <source>Remove unlisted channels</source>
        <translation>إزالة القنوات غير المدرجة</translation>
    </message>
    <message>
        <source>Search channels</source>
        <translation>البحث في القنوات</translation>
    </message>
    <message numerus="yes">
        <source>Select the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>تحديد القنوات المعثور عليها (%Ln)</numerusform>
            <numerusform>تحديد القناة المعثور عليها</numerusform>
            <numerusform>تحديد القناتين المعثور عليهما</numerusform>
            <numerusform>تحديد القنوات المعثور عليها (%Ln)</numerusform>
            <numerusform>تحديد القنوات المعثور عليها (%Ln)</numerusform>
            <numerusform>تحديد القنوات المعثور عليها (%Ln)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show only the (found channel/%Ln found channels)</source>
        <translation>
            <numerusform>إظهار القنوات المعثور عليها فقط (%Ln)</numerusform>
            <numerusform>إظهار القناة المعثور عليها فقط</numerusform>
            <numerusform>إظهار القناتين المعثور عليهما فقط</numerusform>
            <numerusform>إظهار القنوات المعثور عليها فقط (%Ln)</numerusform>
            <numerusform>إظهار القنوات المعثور عليها فقط (%Ln)</numerusform>
            <numerusform>إظهار القنوات المعثور عليها فقط (%Ln)</numerusform>
        </translation>
    </message>
    <message>
        <source>The channels could not be loaded</source>
        <translation>تعذّر تحميل القنوات</translation>
    </message>
    <message>
        <source>The owners of this team decide which channels you see. Ask one of them to add you to a group of channels.</source>
        <translation>مالكو هذا الفريق هم من يقررون القنوات التي تراها. اطلب من أحدهم إضافتك إلى مجموعة قنوات.</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %Ln channel(s).</source>
        <translation>
            <numerusform>يُخفي البحث %Ln قناة.</numerusform>
            <numerusform>يُخفي البحث قناة واحدة.</numerusform>
            <numerusform>يُخفي البحث قناتين.</numerusform>
            <numerusform>يُخفي البحث %Ln قنوات.</numerusform>
            <numerusform>يُخفي البحث %Ln قناة.</numerusform>
            <numerusform>يُخفي البحث %Ln قناة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>المحاولة مجددًا</translation>
    </message>
    <message>
        <source>Workspace order</source>
        <translation>ترتيب مساحة العمل</translation>
    </message>
    <message>
        <source>Your accounts, pages and groups appear here. Tick the channels for your message.</source>
        <translation>تظهر هنا حساباتك وصفحاتك ومجموعاتك. حدد القنوات التي تريدها لرسالتك.</translation>
    </message>
</context>
<context>
    <name>ChannelPurpose</name>
    <message numerus="yes">
        <source>%Ln chosen channel(s) (is/are) no longer listed.</source>
        <translation>
            <numerusform>%Ln قناة من القنوات المختارة لم تعد مدرجة.</numerusform>
            <numerusform>قناة واحدة من القنوات المختارة لم تعد مدرجة.</numerusform>
            <numerusform>قناتان من القنوات المختارة لم تعودا مدرجتين.</numerusform>
            <numerusform>%Ln قنوات من القنوات المختارة لم تعد مدرجة.</numerusform>
            <numerusform>%Ln قناة من القنوات المختارة لم تعد مدرجة.</numerusform>
            <numerusform>%Ln قناة من القنوات المختارة لم تعد مدرجة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Campaign goes to</source>
        <translation>وجهة الحملة</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>القنوات</translation>
    </message>
    <message>
        <source>Hide every channel</source>
        <translation>إخفاء كل القنوات</translation>
    </message>
    <message>
        <source>Messages of this campaign go to the ticked channels, unless they have channels of their own.</source>
        <translation>تُرسل رسائل هذه الحملة إلى القنوات المحددة، ما لم تكن لها قنوات خاصة بها.</translation>
    </message>
    <message>
        <source>No groups yet. Search or tick channels, then “New group” in the menu below.</source>
        <translation>لا مجموعات بعد. ابحث عن قنوات أو حددها، ثم اختر «مجموعة جديدة» من القائمة أدناه.</translation>
    </message>
    <message>
        <source>Post to</source>
        <translation>النشر على</translation>
    </message>
    <message>
        <source>Select active channels</source>
        <translation>تحديد القنوات النشطة</translation>
    </message>
    <message>
        <source>Select all channels</source>
        <translation>تحديد كل القنوات</translation>
    </message>
    <message>
        <source>Select no channel</source>
        <translation>عدم تحديد أي قناة</translation>
    </message>
    <message>
        <source>Show active channels</source>
        <translation>إظهار القنوات النشطة</translation>
    </message>
    <message>
        <source>Show channels</source>
        <translation>إظهار القنوات</translation>
    </message>
    <message>
        <source>Show every channel</source>
        <translation>إظهار كل القنوات</translation>
    </message>
    <message>
        <source>The open message goes to the ticked channels.</source>
        <translation>تُرسل الرسالة المفتوحة إلى القنوات المحددة.</translation>
    </message>
    <message>
        <source>This page applies to all channels.</source>
        <translation>تسري هذه الصفحة على كل القنوات.</translation>
    </message>
    <message>
        <source>This page shows only the ticked channels. Your messages do not change.</source>
        <translation>تعرض هذه الصفحة القنوات المحددة فقط. لا تتغير رسائلك.</translation>
    </message>
    <message>
        <source>{ticked} of {total} selected</source>
        <translation>{ticked} من {total} محددة</translation>
    </message>
    <message>
        <source>{ticked} of {total} shown</source>
        <translation>{ticked} من {total} ظاهرة</translation>
    </message>
</context>
<context>
    <name>ChannelStates</name>
    <message numerus="yes">
        <source>%n deleted by you</source>
        <translation>
            <numerusform>%n حذفتها أنت</numerusform>
            <numerusform>واحد حذفته أنت</numerusform>
            <numerusform>اثنان حذفتهما أنت</numerusform>
            <numerusform>%n حذفتها أنت</numerusform>
            <numerusform>%n حذفتها أنت</numerusform>
            <numerusform>%n حذفتها أنت</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>مقبول</translation>
    </message>
    <message numerus="yes">
        <source>Accepted for {n} of %n channel(s)</source>
        <translation>
            <numerusform>قُبل لـ {n} من %n قناة</numerusform>
            <numerusform>قُبل لـ {n} من قناة واحدة</numerusform>
            <numerusform>قُبل لـ {n} من قناتين</numerusform>
            <numerusform>قُبل لـ {n} من %n قنوات</numerusform>
            <numerusform>قُبل لـ {n} من %n قناة</numerusform>
            <numerusform>قُبل لـ {n} من %n قناة</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>حذفته أنت</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>عدّلته أنت</translation>
    </message>
    <message>
        <source>Given up by you</source>
        <translation>تخليت عنه أنت</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>لم يُقبل</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>ليس في الجدول</translation>
    </message>
    <message>
        <source>Partly scheduled</source>
        <translation>مجدول جزئيًا</translation>
    </message>
    <message>
        <source>Partly sent</source>
        <translation>أُرسل جزئيًا</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message numerus="yes">
        <source>Retry %n channel(s)</source>
        <translation>
            <numerusform>إعادة المحاولة على %n قناة</numerusform>
            <numerusform>إعادة المحاولة على قناة واحدة</numerusform>
            <numerusform>إعادة المحاولة على قناتين</numerusform>
            <numerusform>إعادة المحاولة على %n قنوات</numerusform>
            <numerusform>إعادة المحاولة على %n قناة</numerusform>
            <numerusform>إعادة المحاولة على %n قناة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Retry %n post(s)</source>
        <translation>
            <numerusform>إعادة محاولة %n منشور</numerusform>
            <numerusform>إعادة محاولة منشور واحد</numerusform>
            <numerusform>إعادة محاولة منشورين</numerusform>
            <numerusform>إعادة محاولة %n منشورات</numerusform>
            <numerusform>إعادة محاولة %n منشورًا</numerusform>
            <numerusform>إعادة محاولة %n منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Retry {channel}</source>
        <translation>إعادة المحاولة على {channel}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled for {n} of %n channel(s)</source>
        <translation>
            <numerusform>مجدول لـ {n} من %n قناة</numerusform>
            <numerusform>مجدول لـ {n} من قناة واحدة</numerusform>
            <numerusform>مجدول لـ {n} من قناتين</numerusform>
            <numerusform>مجدول لـ {n} من %n قنوات</numerusform>
            <numerusform>مجدول لـ {n} من %n قناة</numerusform>
            <numerusform>مجدول لـ {n} من %n قناة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sent to {n} of %n channel(s)</source>
        <translation>
            <numerusform>أُرسل إلى {n} من %n قناة</numerusform>
            <numerusform>أُرسل إلى {n} من قناة واحدة</numerusform>
            <numerusform>أُرسل إلى {n} من قناتين</numerusform>
            <numerusform>أُرسل إلى {n} من %n قنوات</numerusform>
            <numerusform>أُرسل إلى {n} من %n قناة</numerusform>
            <numerusform>أُرسل إلى {n} من %n قناة</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>في الانتظار</translation>
    </message>
</context>
<context>
    <name>ChannelTree</name>
    <message>
        <source>All of {network}</source>
        <translation>كل {network}</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>القنوات</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>التحقق مجددًا</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>القيم الافتراضية…</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>قطع الاتصال…</translation>
    </message>
    <message>
        <source>Only this channel</source>
        <translation>هذه القناة فقط</translation>
    </message>
    <message>
        <source>Only “{name}”</source>
        <translation>«{name}» فقط</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>فتح في المتصفح</translation>
    </message>
    <message>
        <source>Reconnect…</source>
        <translation>إعادة الاتصال…</translation>
    </message>
    <message>
        <source>Settings of {network}…</source>
        <translation>إعدادات {network}…</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>تسجيل الدخول مجددًا…</translation>
    </message>
    <message>
        <source>Unlock the keychain</source>
        <translation>فتح قفل سلسلة المفاتيح</translation>
    </message>
</context>
<context>
    <name>ChannelsModel</name>
    <message>
        <source>All channels</source>
        <translation>كل القنوات</translation>
    </message>
    <message>
        <source>Keychain is locked</source>
        <translation>سلسلة المفاتيح مقفلة</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>بلا مجموعة</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>بلا تسمية</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>تجريبية</translation>
    </message>
    <message>
        <source>Server not reached</source>
        <translation>تعذّر الوصول إلى الخادم</translation>
    </message>
    <message>
        <source>Session expired</source>
        <translation>انتهت الجلسة</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>تسجيل الدخول مجددًا</translation>
    </message>
    <message>
        <source>Sign in again before then to keep posting.</source>
        <translation>سجّل الدخول مجددًا قبل ذلك لمواصلة النشر.</translation>
    </message>
    <message>
        <source>Sign-in ends {day}</source>
        <translation>ينتهي تسجيل الدخول {day}</translation>
    </message>
    <message>
        <source>Sign-in has ended</source>
        <translation>انتهى تسجيل الدخول</translation>
    </message>
    <message>
        <source>{name}: the session with {network} has expired. Posts to this channel will fail until it is connected again.</source>
        <translation>{name}: انتهت الجلسة مع {network}. ستفشل المنشورات على هذه القناة حتى يُعاد اتصالها.</translation>
    </message>
    <message>
        <source>{ticked} of {total}</source>
        <translation>{ticked} من {total}</translation>
    </message>
</context>
<context>
    <name>ChannelsPopup</name>
    <message>
        <source>Channels with these slots</source>
        <translation>القنوات التي لها هذه المواعيد</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>البحث عن قناة</translation>
    </message>
    <message>
        <source>Search channels of these slots</source>
        <translation>البحث في قنوات هذه المواعيد</translation>
    </message>
    <message>
        <source>Use these channels</source>
        <translation>استخدام هذه القنوات</translation>
    </message>
    <message>
        <source>With none ticked, these times apply to all other channels</source>
        <translation>إذا لم تُحدد أي قناة، تسري هذه الأوقات على كل القنوات الأخرى</translation>
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
        <translation>منشورات أخرى</translation>
    </message>
    <message>
        <source>This campaign</source>
        <translation>هذه الحملة</translation>
    </message>
</context>
<context>
    <name>CheckPage</name>
    <message>
        <source>Change how it is read</source>
        <translation>تغيير طريقة القراءة</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>تغيير…</translation>
    </message>
    <message>
        <source>Dates as</source>
        <translation>التواريخ بصيغة</translation>
    </message>
    <message>
        <source>First row holds the names</source>
        <translation>الصف الأول يحتوي على الأسماء</translation>
    </message>
    <message>
        <source>JSON files always name their columns</source>
        <translation>ملفات JSON تسمّي أعمدتها دائمًا</translation>
    </message>
    <message>
        <source>No column is imported as a date</source>
        <translation>لم يُستورد أي عمود كتاريخ</translation>
    </message>
    <message>
        <source>No column is imported as text. Choose Text in the menu above a column.</source>
        <translation>لم يُستورد أي عمود كنص. اختر «النص» من القائمة أعلى أحد الأعمدة.</translation>
    </message>
    <message>
        <source>What does “{date}” mean? Your choice applies to the whole column.</source>
        <translation>ما معنى «{date}»؟ يسري اختيارك على العمود كله.</translation>
    </message>
</context>
<context>
    <name>Checks</name>
    <message>
        <source>Comments on {networks} have no files: move them to the first part.</source>
        <translation>التعليقات على {networks} بلا ملفات: انقلها إلى الجزء الأول.</translation>
    </message>
    <message>
        <source>No channel is selected. Select where the post should go.</source>
        <translation>لم تُحدد أي قناة. حدد وجهة المنشور.</translation>
    </message>
    <message>
        <source>One paragraph has {count} characters, so typing in it is slow. Line breaks speed it up.</source>
        <translation>تحتوي إحدى الفقرات على {count} من الأحرف، لذا تبطؤ الكتابة فيها. فواصل الأسطر تسرّعها.</translation>
    </message>
    <message>
        <source>Part {number}: {sentence}</source>
        <comment>a part of a thread</comment>
        <translation>الجزء {number}: {sentence}</translation>
    </message>
    <message numerus="yes">
        <source>Part(s) {numbers} (is/are) empty.</source>
        <translation>
            <numerusform>الأجزاء {numbers} فارغة.</numerusform>
            <numerusform>الجزء {numbers} فارغ.</numerusform>
            <numerusform>الجزءان {numbers} فارغان.</numerusform>
            <numerusform>الأجزاء {numbers} فارغة.</numerusform>
            <numerusform>الأجزاء {numbers} فارغة.</numerusform>
            <numerusform>الأجزاء {numbers} فارغة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto cannot send GIFs to {network}.</source>
        <translation>لا يمكن لـ Posto إرسال صور GIF إلى {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send files to {network}.</source>
        <translation>لا يمكن لـ Posto إرسال ملفات إلى {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send pictures to {network}.</source>
        <translation>لا يمكن لـ Posto إرسال صور إلى {network}.</translation>
    </message>
    <message>
        <source>Posto cannot send videos to {network}.</source>
        <translation>لا يمكن لـ Posto إرسال فيديوهات إلى {network}.</translation>
    </message>
    <message>
        <source>The defaults have a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>تشير القيم الافتراضية إلى مجموعة هاشتاغات مفقودة، «{name}». لن يُضاف شيء.</translation>
    </message>
    <message>
        <source>The defaults have a missing signature, “{name}”. Nothing is added.</source>
        <translation>تشير القيم الافتراضية إلى توقيع مفقود، «{name}». لن يُضاف شيء.</translation>
    </message>
    <message numerus="yes">
        <source>The description of {file} has {count} characters; {networks} (cuts/cut) it at {limit}.</source>
        <translation>
            <numerusform>وصف {file} فيه {count} من الأحرف؛ تقطعه {networks} عند {limit}.</numerusform>
            <numerusform>وصف {file} فيه {count} من الأحرف؛ تقطعه {networks} عند {limit}.</numerusform>
            <numerusform>وصف {file} فيه {count} من الأحرف؛ تقطعه {networks} عند {limit}.</numerusform>
            <numerusform>وصف {file} فيه {count} من الأحرف؛ تقطعه {networks} عند {limit}.</numerusform>
            <numerusform>وصف {file} فيه {count} من الأحرف؛ تقطعه {networks} عند {limit}.</numerusform>
            <numerusform>وصف {file} فيه {count} من الأحرف؛ تقطعه {networks} عند {limit}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link “{link}” is not a web address.</source>
        <translation>الرابط «{link}» ليس عنوان ويب.</translation>
    </message>
    <message>
        <source>The same text goes to {count} X accounts; X forbids that.</source>
        <translation>النص نفسه موجّه إلى {count} من حسابات X؛ وهذا ما تمنعه X.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} on {day} at {time}.</source>
        <translation>النص نفسه مجدول بالفعل على {channels} يوم {day} في {time}.</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {channels} today at {time}.</source>
        <translation>النص نفسه مجدول بالفعل على {channels} اليوم في {time}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} has {count}.</source>
        <translation>تقطع الخدمة نصوص {network} عند {limit} من الأحرف، والنص الخاص بقناة {channel} فيه {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>تقطع الخدمة نصوص {network} عند {limit} من الأحرف، والنص الخاص بقناة {channel} مع رابطه فيه {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text has {count}.</source>
        <translation>تقطع الخدمة نصوص {network} عند {limit} من الأحرف، وهذا النص فيه {count}.</translation>
    </message>
    <message>
        <source>The service cuts texts for {network} at {limit} characters, this text with its link has {count}.</source>
        <translation>تقطع الخدمة نصوص {network} عند {limit} من الأحرف، وهذا النص مع رابطه فيه {count}.</translation>
    </message>
    <message>
        <source>The service picks one part of “{found}” at random.</source>
        <translation>تختار الخدمة جزءًا واحدًا من «{found}» عشوائيًا.</translation>
    </message>
    <message>
        <source>The service removes “{found}”: it looks like an HTML tag.</source>
        <translation>تزيل الخدمة «{found}»: يبدو كوسم HTML.</translation>
    </message>
    <message>
        <source>The service replaces its variable “{found}”.</source>
        <translation>تستبدل الخدمة متغيرها «{found}».</translation>
    </message>
    <message>
        <source>The service replaces “{found}” by its character.</source>
        <translation>تستبدل الخدمة «{found}» بالحرف الذي يمثله.</translation>
    </message>
    <message>
        <source>The site makes one blank line of several.</source>
        <translation>يجعل الموقع عدة أسطر فارغة سطرًا واحدًا.</translation>
    </message>
    <message>
        <source>The site shortens links with {service} only for its own posts. This link stays as it is.</source>
        <translation>يختصر الموقع الروابط عبر {service} لتدويناته فقط. يبقى هذا الرابط كما هو.</translation>
    </message>
    <message numerus="yes">
        <source>The sound of {file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>صوت {file} بترميز {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>صوت {file} بترميز {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>صوت {file} بترميز {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>صوت {file} بترميز {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>صوت {file} بترميز {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>صوت {file} بترميز {type}؛ تسمح {networks} بـ {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The style “{name}” does not exist.</source>
        <translation>النمط «{name}» غير موجود.</translation>
    </message>
    <message>
        <source>The style “{name}” has the unknown variable {variable}.</source>
        <translation>يحتوي النمط «{name}» على المتغير غير المعروف {variable}.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing group of hashtags, “{name}”. Nothing is added.</source>
        <translation>يشير النمط «{style}» إلى مجموعة هاشتاغات مفقودة، «{name}». لن يُضاف شيء.</translation>
    </message>
    <message>
        <source>The style “{style}” has a missing signature, “{name}”. Nothing is added.</source>
        <translation>يشير النمط «{style}» إلى توقيع مفقود، «{name}». لن يُضاف شيء.</translation>
    </message>
    <message>
        <source>The time has passed. Choose a later one.</source>
        <translation>مضى هذا الوقت. اختر وقتًا لاحقًا.</translation>
    </message>
    <message>
        <source>The time is more than a year away. Is the year right?</source>
        <translation>هذا الوقت بعد أكثر من سنة. هل السنة صحيحة؟</translation>
    </message>
    <message>
        <source>The time is very near. The post may go out some seconds later.</source>
        <translation>الوقت قريب جدًا. قد يُنشر المنشور بعده ببضع ثوانٍ.</translation>
    </message>
    <message>
        <source>The time is very near. Uploading the files may take longer.</source>
        <translation>الوقت قريب جدًا. قد يستغرق رفع الملفات وقتًا أطول.</translation>
    </message>
    <message>
        <source>The time “{time}” cannot be used.</source>
        <translation>لا يمكن استخدام الوقت «{time}».</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the defaults applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>تسري العلامة المائية في القيم الافتراضية على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية في القيم الافتراضية على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية في القيم الافتراضية على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية في القيم الافتراضية على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية في القيم الافتراضية على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية في القيم الافتراضية على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the defaults cannot be used. {reason}</source>
        <translation>لا يمكن استخدام العلامة المائية في القيم الافتراضية. {reason}</translation>
    </message>
    <message numerus="yes">
        <source>The watermark of the style “{style}” applies to still pictures only: {files} (goes/go) without it.</source>
        <translation>
            <numerusform>تسري العلامة المائية للنمط «{style}» على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية للنمط «{style}» على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية للنمط «{style}» على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية للنمط «{style}» على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية للنمط «{style}» على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
            <numerusform>تسري العلامة المائية للنمط «{style}» على الصور الثابتة فقط، ولا تظهر على {files}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>لا يمكن استخدام العلامة المائية للنمط «{style}». {reason}</translation>
    </message>
    <message>
        <source>The {network} session of {channel} has expired. The post will fail there until it is connected again.</source>
        <translation>انتهت جلسة {network} لقناة {channel}. سيفشل المنشور هناك حتى يُعاد اتصالها.</translation>
    </message>
    <message>
        <source>The {network} sessions of {channels} have expired. The posts will fail there until they are connected again.</source>
        <translation>انتهت جلسات {network} للقنوات {channels}. ستفشل المنشورات هناك حتى يُعاد اتصالها.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>لا شيء للنشر بعد. اكتب نصًا أو أضف صورة.</translation>
    </message>
    <message>
        <source>{file} has its index at the end; {networks} may refuse it.</source>
        <translation>فهرس {file} في نهايته؛ قد ترفضه {networks}.</translation>
    </message>
    <message>
        <source>{file} has no description for people who cannot see it.</source>
        <translation>{file} بلا وصف لمن لا يستطيع رؤيته.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate} frames a second; {networks} (allows/allow) {most} or more.</source>
        <translation>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} أو أكثر.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} أو أكثر.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} أو أكثر.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} أو أكثر.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} أو أكثر.</numerusform>
            <numerusform>في {file} {rate} إطارًا في الثانية؛ تسمح {networks} بـ {most} أو أكثر.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} has {rate}; {networks} (takes/take) up to {most} and may compress it again.</source>
        <translation>
            <numerusform>معدل {file} هو {rate}؛ تقبل {networks} حتى {most} وقد تضغطه مرة أخرى.</numerusform>
            <numerusform>معدل {file} هو {rate}؛ تقبل {networks} حتى {most} وقد تضغطه مرة أخرى.</numerusform>
            <numerusform>معدل {file} هو {rate}؛ تقبل {networks} حتى {most} وقد تضغطه مرة أخرى.</numerusform>
            <numerusform>معدل {file} هو {rate}؛ تقبل {networks} حتى {most} وقد تضغطه مرة أخرى.</numerusform>
            <numerusform>معدل {file} هو {rate}؛ تقبل {networks} حتى {most} وقد تضغطه مرة أخرى.</numerusform>
            <numerusform>معدل {file} هو {rate}؛ تقبل {networks} حتى {most} وقد تضغطه مرة أخرى.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is HDR: for {networks} it gets the colours of ordinary screens.</source>
        <translation>{file} بتقنية HDR: يحصل لـ {networks} على ألوان الشاشات العادية.</translation>
    </message>
    <message>
        <source>{file} is HDR: {networks} may show its colours pale or too dark.</source>
        <translation>{file} بتقنية HDR: قد تعرض {networks} ألوانه باهتة أو داكنة جدًا.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is a GIF; {networks} (allows/allow) none.</source>
        <translation>
            <numerusform>{file} صورة GIF، ولا تسمح {networks} بها.</numerusform>
            <numerusform>{file} صورة GIF، ولا تسمح {networks} بها.</numerusform>
            <numerusform>{file} صورة GIF، ولا تسمح {networks} بها.</numerusform>
            <numerusform>{file} صورة GIF، ولا تسمح {networks} بها.</numerusform>
            <numerusform>{file} صورة GIF، ولا تسمح {networks} بها.</numerusform>
            <numerusform>{file} صورة GIF، ولا تسمح {networks} بها.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is encoded anew for {networks}: {pixels}, about {size}.</source>
        <translation>يُعاد ترميز {file} لـ {networks}: {pixels}، نحو {size}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is encoded as {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>{file} مرمَّز بصيغة {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>{file} مرمَّز بصيغة {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>{file} مرمَّز بصيغة {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>{file} مرمَّز بصيغة {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>{file} مرمَّز بصيغة {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>{file} مرمَّز بصيغة {type}؛ تسمح {networks} بـ {types}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is of an unknown type: it becomes {other} for {networks}.</source>
        <translation>{file} من نوع غير معروف: يُحوّل إلى {other} من أجل {networks}.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop it.</source>
        <translation>{file} أطول مما تسمح به {networks}. قم باقتصاصه.</translation>
    </message>
    <message>
        <source>{file} is too tall for {networks}. Crop to {ratio} or wider.</source>
        <translation>{file} أطول مما تسمح به {networks}. قم باقتصاصه إلى {ratio} أو أعرض.</translation>
    </message>
    <message>
        <source>{file} is too wide for {networks}. Crop to {ratio} or narrower.</source>
        <translation>{file} أعرض مما تسمح به {networks}. قم باقتصاصه إلى {ratio} أو أضيق.</translation>
    </message>
    <message>
        <source>{file} is written anew as MP4 for {networks}, without a loss of quality.</source>
        <translation>يُكتب {file} من جديد بصيغة MP4 لـ {networks}، دون فقدان في الجودة.</translation>
    </message>
    <message>
        <source>{file} is {size}: Posto shrinks it to {most} for {networks}.</source>
        <translation>حجم {file} هو {size}: سيصغّره Posto إلى {most} من أجل {networks}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in height.</source>
        <translation>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بارتفاع {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بارتفاع {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بارتفاع {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بارتفاع {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بارتفاع {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بارتفاع {most} بكسل كحد أقصى.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most} pixels in width.</source>
        <translation>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {most} بكسل كحد أقصى.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {most} بكسل كحد أقصى.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>حجم {file} هو {size}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>حجم {file} هو {size}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>حجم {file} هو {size}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>حجم {file} هو {size}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>حجم {file} هو {size}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>حجم {file} هو {size}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more in width.</source>
        <translation>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بعرض {least} بكسل أو أكثر.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} is {size}; {networks} (allows/allow) {least} pixels or more.</source>
        <translation>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بـ {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بـ {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بـ {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بـ {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بـ {least} بكسل أو أكثر.</numerusform>
            <numerusform>مقاس {file} هو {size}؛ تسمح {networks} بـ {least} بكسل أو أكثر.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} is {type}: it becomes {other} for {networks}.</source>
        <translation>نوع {file} هو {type}: يُحوّل إلى {other} من أجل {networks}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} is {type}; {networks} (allows/allow) {types}.</source>
        <translation>
            <numerusform>نوع {file} هو {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>نوع {file} هو {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>نوع {file} هو {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>نوع {file} هو {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>نوع {file} هو {type}؛ تسمح {networks} بـ {types}.</numerusform>
            <numerusform>نوع {file} هو {type}؛ تسمح {networks} بـ {types}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) up to {most}.</source>
        <translation>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {most} كحد أقصى.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} lasts {length}; {networks} (allows/allow) {least} or more.</source>
        <translation>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {least} أو أكثر.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {least} أو أكثر.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {least} أو أكثر.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {least} أو أكثر.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {least} أو أكثر.</numerusform>
            <numerusform>مدة {file} هي {length}؛ تسمح {networks} بـ {least} أو أكثر.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} was not found. Put it back or remove it here.</source>
        <translation>لم يُعثر على {file}. أعده إلى مكانه أو أزله هنا.</translation>
    </message>
    <message numerus="yes">
        <source>{networks} (does/do) not support first comments.</source>
        <translation>
            <numerusform>لا تدعم {networks} التعليق الأول.</numerusform>
            <numerusform>لا تدعم {networks} التعليق الأول.</numerusform>
            <numerusform>لا تدعم {networks} التعليق الأول.</numerusform>
            <numerusform>لا تدعم {networks} التعليق الأول.</numerusform>
            <numerusform>لا تدعم {networks} التعليق الأول.</numerusform>
            <numerusform>لا تدعم {networks} التعليق الأول.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) all parts as one post.</source>
        <translation>
            <numerusform>تستقبل {networks} كل الأجزاء في منشور واحد.</numerusform>
            <numerusform>تستقبل {networks} كل الأجزاء في منشور واحد.</numerusform>
            <numerusform>تستقبل {networks} كل الأجزاء في منشور واحد.</numerusform>
            <numerusform>تستقبل {networks} كل الأجزاء في منشور واحد.</numerusform>
            <numerusform>تستقبل {networks} كل الأجزاء في منشور واحد.</numerusform>
            <numerusform>تستقبل {networks} كل الأجزاء في منشور واحد.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (gets/get) only the first part.</source>
        <translation>
            <numerusform>تستقبل {networks} الجزء الأول فقط.</numerusform>
            <numerusform>تستقبل {networks} الجزء الأول فقط.</numerusform>
            <numerusform>تستقبل {networks} الجزء الأول فقط.</numerusform>
            <numerusform>تستقبل {networks} الجزء الأول فقط.</numerusform>
            <numerusform>تستقبل {networks} الجزء الأول فقط.</numerusform>
            <numerusform>تستقبل {networks} الجزء الأول فقط.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links on stories only. In the text the link can be read, but not clicked.</source>
        <translation>
            <numerusform>تعرض {networks} الروابط في القصص فقط. يمكن قراءة الرابط في النص، لكن لا يمكن النقر عليه.</numerusform>
            <numerusform>تعرض {networks} الروابط في القصص فقط. يمكن قراءة الرابط في النص، لكن لا يمكن النقر عليه.</numerusform>
            <numerusform>تعرض {networks} الروابط في القصص فقط. يمكن قراءة الرابط في النص، لكن لا يمكن النقر عليه.</numerusform>
            <numerusform>تعرض {networks} الروابط في القصص فقط. يمكن قراءة الرابط في النص، لكن لا يمكن النقر عليه.</numerusform>
            <numerusform>تعرض {networks} الروابط في القصص فقط. يمكن قراءة الرابط في النص، لكن لا يمكن النقر عليه.</numerusform>
            <numerusform>تعرض {networks} الروابط في القصص فقط. يمكن قراءة الرابط في النص، لكن لا يمكن النقر عليه.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) links only in the text.</source>
        <translation>
            <numerusform>تعرض {networks} الروابط في النص فقط.</numerusform>
            <numerusform>تعرض {networks} الروابط في النص فقط.</numerusform>
            <numerusform>تعرض {networks} الروابط في النص فقط.</numerusform>
            <numerusform>تعرض {networks} الروابط في النص فقط.</numerusform>
            <numerusform>تعرض {networks} الروابط في النص فقط.</numerusform>
            <numerusform>تعرض {networks} الروابط في النص فقط.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (shows/show) the parts after the first as comments.</source>
        <translation>
            <numerusform>تعرض {networks} الأجزاء بعد الأول كتعليقات.</numerusform>
            <numerusform>تعرض {networks} الأجزاء بعد الأول كتعليقات.</numerusform>
            <numerusform>تعرض {networks} الأجزاء بعد الأول كتعليقات.</numerusform>
            <numerusform>تعرض {networks} الأجزاء بعد الأول كتعليقات.</numerusform>
            <numerusform>تعرض {networks} الأجزاء بعد الأول كتعليقات.</numerusform>
            <numerusform>تعرض {networks} الأجزاء بعد الأول كتعليقات.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from here. Choose what is sent instead.</source>
        <translation>
            <numerusform>لا تقبل {networks} السلاسل من هنا. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من هنا. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من هنا. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من هنا. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من هنا. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من هنا. اختر ما يُرسل بدلًا منها.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads from the sandbox. Choose what is sent instead.</source>
        <translation>
            <numerusform>لا تقبل {networks} السلاسل من بيئة التجربة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من بيئة التجربة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من بيئة التجربة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من بيئة التجربة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من بيئة التجربة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل من بيئة التجربة. اختر ما يُرسل بدلًا منها.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{networks} (takes/take) no threads through this service. Choose what is sent instead.</source>
        <translation>
            <numerusform>لا تقبل {networks} السلاسل عبر هذه الخدمة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل عبر هذه الخدمة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل عبر هذه الخدمة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل عبر هذه الخدمة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل عبر هذه الخدمة. اختر ما يُرسل بدلًا منها.</numerusform>
            <numerusform>لا تقبل {networks} السلاسل عبر هذه الخدمة. اختر ما يُرسل بدلًا منها.</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} cannot mix pictures and video in one post.</source>
        <translation>لا تسمح {networks} بالجمع بين الصور والفيديو في منشور واحد.</translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln GIF(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>تسمح {network} بـ %Ln صورة GIF لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بصورة GIF واحدة لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بصورتي GIF لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln صور GIF لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln صورة GIF لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln صورة GIF لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln file(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>تسمح {network} بـ %Ln ملف لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بملف واحد لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بملفين لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln ملفات لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln ملفًا لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln ملف لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln hashtag(s), this text has {count}.</source>
        <translation>
            <numerusform>تسمح {network} بـ %Ln هاشتاغ، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بهاشتاغ واحد، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بهاشتاغين، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln هاشتاغات، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln هاشتاغًا، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln هاشتاغ، وهذا النص فيه {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln mention(s), this text has {count}.</source>
        <translation>
            <numerusform>تسمح {network} بـ %Ln إشارة، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بإشارة واحدة، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بإشارتين، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln إشارات، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln إشارة، وهذا النص فيه {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln إشارة، وهذا النص فيه {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln picture(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>تسمح {network} بـ %Ln صورة لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بصورة واحدة لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بصورتين لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln صور لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln صورة لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln صورة لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network} allows %Ln video(s) per post, this message has {count}.</source>
        <translation>
            <numerusform>تسمح {network} بـ %Ln فيديو لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بفيديو واحد لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بفيديوهين لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln فيديوهات لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln فيديو لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
            <numerusform>تسمح {network} بـ %Ln فيديو لكل منشور، وهذه الرسالة فيها {count}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} has {count}: accents and emoji count several bytes each.</source>
        <translation>تسمح {network} بـ {limit} بايت من النص، والنص الخاص بقناة {channel} فيه {count}: يُحسب كل حرف معلّم وكل إيموجي بعدة بايتات.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, the own text of {channel} with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>تسمح {network} بـ {limit} بايت من النص، والنص الخاص بقناة {channel} مع رابطه فيه {count}: يُحسب كل حرف معلّم وكل إيموجي بعدة بايتات.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text has {count}: accents and emoji count several bytes each.</source>
        <translation>تسمح {network} بـ {limit} بايت من النص، وهذا النص فيه {count}: يُحسب كل حرف معلّم وكل إيموجي بعدة بايتات.</translation>
    </message>
    <message>
        <source>{network} allows {limit} bytes of text, this text with its link has {count}: accents and emoji count several bytes each.</source>
        <translation>تسمح {network} بـ {limit} بايت من النص، وهذا النص مع رابطه فيه {count}: يُحسب كل حرف معلّم وكل إيموجي بعدة بايتات.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters in a title, this one has {count}.</source>
        <translation>تسمح {network} بـ {limit} من الأحرف في العنوان، وهذا العنوان فيه {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} has {count}.</source>
        <translation>تسمح {network} بـ {limit} من الأحرف أسفل الصورة أو الفيديو، والنص الخاص بقناة {channel} فيه {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, the own text of {channel} with its link has {count}.</source>
        <translation>تسمح {network} بـ {limit} من الأحرف أسفل الصورة أو الفيديو، والنص الخاص بقناة {channel} مع رابطه فيه {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text has {count}.</source>
        <translation>تسمح {network} بـ {limit} من الأحرف أسفل الصورة أو الفيديو، وهذا النص فيه {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters under a picture or video, this text with its link has {count}.</source>
        <translation>تسمح {network} بـ {limit} من الأحرف أسفل الصورة أو الفيديو، وهذا النص مع رابطه فيه {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} has {count}.</source>
        <translation>تسمح {network} بـ {limit} من الأحرف، والنص الخاص بقناة {channel} فيه {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, the own text of {channel} with its link has {count}.</source>
        <translation>تسمح {network} بـ {limit} من الأحرف، والنص الخاص بقناة {channel} مع رابطه فيه {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text has {count}.</source>
        <translation>تسمح {network} بـ {limit} من الأحرف، وهذا النص فيه {count}.</translation>
    </message>
    <message>
        <source>{network} allows {limit} characters, this text with its link has {count}.</source>
        <translation>تسمح {network} بـ {limit} من الأحرف، وهذا النص مع رابطه فيه {count}.</translation>
    </message>
    <message>
        <source>{network} needs a picture or a video.</source>
        <translation>تتطلب {network} صورة أو فيديو.</translation>
    </message>
    <message>
        <source>{network} needs a picture.</source>
        <translation>تتطلب {network} صورة.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file.</source>
        <translation>تتطلب {network} نصًا أو ملفًا.</translation>
    </message>
    <message>
        <source>{network} needs a text or a file; its own text is empty.</source>
        <translation>تتطلب {network} نصًا أو ملفًا؛ نصها الخاص فارغ.</translation>
    </message>
    <message>
        <source>{network} needs a text.</source>
        <translation>تتطلب {network} نصًا.</translation>
    </message>
    <message>
        <source>{network} needs a title.</source>
        <translation>تتطلب {network} عنوانًا.</translation>
    </message>
    <message>
        <source>{network} needs a video.</source>
        <translation>تتطلب {network} فيديو.</translation>
    </message>
    <message numerus="yes">
        <source>{network} shows the link and leaves out the (file/%Ln files).</source>
        <translation>
            <numerusform>تعرض {network} الرابط وتستبعد الملفات (%Ln).</numerusform>
            <numerusform>تعرض {network} الرابط وتستبعد الملف.</numerusform>
            <numerusform>تعرض {network} الرابط وتستبعد الملفين.</numerusform>
            <numerusform>تعرض {network} الرابط وتستبعد %Ln ملفات.</numerusform>
            <numerusform>تعرض {network} الرابط وتستبعد %Ln ملفًا.</numerusform>
            <numerusform>تعرض {network} الرابط وتستبعد %Ln ملف.</numerusform>
        </translation>
    </message>
    <message>
        <source>{sentence} Characters such as # and @ count twice there.</source>
        <translation>{sentence} تُحسب أحرف مثل # و@ مرتين هناك.</translation>
    </message>
    <message>
        <source>{sentence} The service cuts at {limit}.</source>
        <translation>{sentence} تقطع الخدمة عند {limit}.</translation>
    </message>
</context>
<context>
    <name>ChecksPanel</name>
    <message numerus="yes">
        <source>%n check(s)</source>
        <translation>
            <numerusform>%n فحص</numerusform>
            <numerusform>فحص واحد</numerusform>
            <numerusform>فحصان</numerusform>
            <numerusform>%n فحوص</numerusform>
            <numerusform>%n فحصًا</numerusform>
            <numerusform>%n فحص</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) (has/have) no description for people who cannot see (it/them).</source>
        <translation>
            <numerusform>%n ملف بلا وصف لمن لا يستطيع رؤيته.</numerusform>
            <numerusform>ملف واحد بلا وصف لمن لا يستطيع رؤيته.</numerusform>
            <numerusform>ملفان بلا وصف لمن لا يستطيع رؤيتهما.</numerusform>
            <numerusform>%n ملفات بلا وصف لمن لا يستطيع رؤيتها.</numerusform>
            <numerusform>%n ملفًا بلا وصف لمن لا يستطيع رؤيتها.</numerusform>
            <numerusform>%n ملف بلا وصف لمن لا يستطيع رؤيتها.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hint(s)</source>
        <translation>
            <numerusform>%n تلميح</numerusform>
            <numerusform>تلميح واحد</numerusform>
            <numerusform>تلميحان</numerusform>
            <numerusform>%n تلميحات</numerusform>
            <numerusform>%n تلميحًا</numerusform>
            <numerusform>%n تلميح</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n مشكلة</numerusform>
            <numerusform>مشكلة واحدة</numerusform>
            <numerusform>مشكلتان</numerusform>
            <numerusform>%n مشكلات</numerusform>
            <numerusform>%n مشكلة</numerusform>
            <numerusform>%n مشكلة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n تحذير</numerusform>
            <numerusform>تحذير واحد</numerusform>
            <numerusform>تحذيران</numerusform>
            <numerusform>%n تحذيرات</numerusform>
            <numerusform>%n تحذيرًا</numerusform>
            <numerusform>%n تحذير</numerusform>
        </translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>الفحوص</translation>
    </message>
    <message>
        <source>Done: {sentence}</source>
        <extracomment>{sentence}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>تم: {sentence}</translation>
    </message>
    <message>
        <source>Hide checks</source>
        <translation>إخفاء الفحوص</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>تلميح</translation>
    </message>
    <message>
        <source>No problems left</source>
        <translation>لم تعد هناك مشكلات</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>مشكلة</translation>
    </message>
    <message>
        <source>Show checks</source>
        <translation>إظهار الفحوص</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>تحذير</translation>
    </message>
    <message numerus="yes">
        <source>{sentence} Same for %n more file(s).</source>
        <translation>
            <numerusform>{sentence} وينطبق ذلك على %n ملف آخر.</numerusform>
            <numerusform>{sentence} وينطبق ذلك على ملف آخر.</numerusform>
            <numerusform>{sentence} وينطبق ذلك على ملفين آخرين.</numerusform>
            <numerusform>{sentence} وينطبق ذلك على %n ملفات أخرى.</numerusform>
            <numerusform>{sentence} وينطبق ذلك على %n ملفًا آخر.</numerusform>
            <numerusform>{sentence} وينطبق ذلك على %n ملف آخر.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChecksPresenter</name>
    <message numerus="yes">
        <source>%Ln channel(s) (is/are) left out</source>
        <translation>
            <numerusform>تم استبعاد %Ln قناة</numerusform>
            <numerusform>تم استبعاد قناة واحدة</numerusform>
            <numerusform>تم استبعاد قناتين</numerusform>
            <numerusform>تم استبعاد %Ln قنوات</numerusform>
            <numerusform>تم استبعاد %Ln قناة</numerusform>
            <numerusform>تم استبعاد %Ln قناة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) removed from the message</source>
        <translation>
            <numerusform>تمت إزالة %n ملف من الرسالة</numerusform>
            <numerusform>تمت إزالة ملف واحد من الرسالة</numerusform>
            <numerusform>تمت إزالة ملفين من الرسالة</numerusform>
            <numerusform>تمت إزالة %n ملفات من الرسالة</numerusform>
            <numerusform>تمت إزالة %n ملفًا من الرسالة</numerusform>
            <numerusform>تمت إزالة %n ملف من الرسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>Done: {what}</source>
        <extracomment>{what}: the label of a fix, such as &quot;Crop to 4:5&quot;.</extracomment>
        <translation>تم: {what}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>{name} and {other} removed from the message</source>
        <translation>تمت إزالة {name} و{other} من الرسالة</translation>
    </message>
    <message>
        <source>{name} is left out</source>
        <translation>تم استبعاد {name}</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>تمت إزالة {name} من الرسالة</translation>
    </message>
</context>
<context>
    <name>ColumnMappingBar</name>
    <message>
        <source>Columns</source>
        <translation>الأعمدة</translation>
    </message>
</context>
<context>
    <name>ColumnMenus</name>
    <message>
        <source>Columns and rows…</source>
        <translation>الأعمدة والصفوف…</translation>
    </message>
    <message>
        <source>Earliest first</source>
        <translation>الأقدم أولًا</translation>
    </message>
    <message>
        <source>Group posts of a message</source>
        <translation>تجميع منشورات الرسالة</translation>
    </message>
    <message>
        <source>Hide {column}</source>
        <translation>إخفاء {column}</translation>
    </message>
    <message>
        <source>Latest first</source>
        <translation>الأحدث أولًا</translation>
    </message>
    <message>
        <source>Move {column} left</source>
        <translation>نقل {column} إلى اليسار</translation>
    </message>
    <message>
        <source>Move {column} right</source>
        <translation>نقل {column} إلى اليمين</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>إعادة ضبط الأعمدة</translation>
    </message>
    <message>
        <source>Sort ascending</source>
        <translation>ترتيب تصاعدي</translation>
    </message>
    <message>
        <source>Sort descending</source>
        <translation>ترتيب تنازلي</translation>
    </message>
</context>
<context>
    <name>ColumnsPopup</name>
    <message>
        <source>Columns</source>
        <translation>الأعمدة</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>مريح</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>مضغوط</translation>
    </message>
    <message>
        <source>Move {column} down</source>
        <translation>نقل {column} إلى أسفل</translation>
    </message>
    <message>
        <source>Move {column} up</source>
        <translation>نقل {column} إلى أعلى</translation>
    </message>
    <message>
        <source>Reset columns</source>
        <translation>إعادة ضبط الأعمدة</translation>
    </message>
    <message>
        <source>Reverse order</source>
        <translation>عكس الترتيب</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>ارتفاع الصف</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>الصفوف</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>الترتيب حسب</translation>
    </message>
    <message>
        <source>Time cannot be hidden: it contains the checkboxes</source>
        <translation>لا يمكن إخفاء عمود الوقت: فيه خانات الاختيار</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find commands, channels, messages, posts…</source>
        <translation>البحث عن أوامر وقنوات ورسائل ومنشورات…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>النتائج</translation>
    </message>
    <message>
        <source>Nothing matches “{words}”</source>
        <translation>لا شيء يطابق «{words}»</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>البحث في كل شيء</translation>
    </message>
</context>
<context>
    <name>CommonWarnings</name>
    <message>
        <source>Keep them</source>
        <translation>الإبقاء عليها</translation>
    </message>
    <message>
        <source>Leave these rows out</source>
        <translation>استبعاد هذه الصفوف</translation>
    </message>
    <message>
        <source>Locate them…</source>
        <translation>تحديد موقعها…</translation>
    </message>
</context>
<context>
    <name>ComposeActionBar</name>
    <message>
        <source>More ways to post</source>
        <translation>طرق أخرى للنشر</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>حفظ كمسودة</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>إرسال الآن</translation>
    </message>
    <message>
        <source>Show checks below</source>
        <translation>إظهار الفحوص أدناه</translation>
    </message>
    <message>
        <source>X charges each post to the credits of your app, and more for one with a link.</source>
        <translation>تخصم X كل منشور من رصيد تطبيقك، وتخصم أكثر إذا كان فيه رابط.</translation>
    </message>
</context>
<context>
    <name>ComposeActions</name>
    <message>
        <source>&amp;Message</source>
        <translation>ال&amp;رسالة</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>إضافة ملفات…</translation>
    </message>
    <message>
        <source>Add pictures or videos</source>
        <translation>إضافة صور أو فيديوهات</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>إضافة إلى الرسائل الدائمة</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>تغيير الوقت</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>إغلاق هذه الرسالة</translation>
    </message>
    <message>
        <source>Discard this message</source>
        <translation>تجاهل هذه الرسالة</translation>
    </message>
    <message>
        <source>Drafts ({n})…</source>
        <translation>المسودات ({n})…</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>المسودات والقوالب</translation>
    </message>
    <message>
        <source>Drafts…</source>
        <translation>المسودات…</translation>
    </message>
    <message>
        <source>Fill the message from a post of the site</source>
        <translation>تعبئة الرسالة من تدوينة في الموقع</translation>
    </message>
    <message>
        <source>From the site…</source>
        <translation>من الموقع…</translation>
    </message>
    <message>
        <source>Insert an emoji</source>
        <translation>إدراج إيموجي</translation>
    </message>
    <message>
        <source>Insert emoji…</source>
        <translation>إدراج إيموجي…</translation>
    </message>
    <message>
        <source>Insert hashtags, a signature or a snippet</source>
        <translation>إدراج هاشتاغات أو توقيع أو نص جاهز</translation>
    </message>
    <message>
        <source>Insert snippet…</source>
        <translation>إدراج نص جاهز…</translation>
    </message>
    <message>
        <source>Keep a copy to send again and again</source>
        <translation>الاحتفاظ بنسخة تُرسل مرارًا</translation>
    </message>
    <message>
        <source>Manage snippets…</source>
        <translation>إدارة النصوص الجاهزة…</translation>
    </message>
    <message>
        <source>Needs a WordPress site: this computer has none.</source>
        <translation>يلزم موقع WordPress: لا يوجد موقع على هذا الحاسوب.</translation>
    </message>
    <message>
        <source>New from template…</source>
        <translation>جديد من قالب…</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>New message beside these</source>
        <translation>رسالة جديدة بجانب هذه الرسائل</translation>
    </message>
    <message>
        <source>New message beside this one</source>
        <translation>رسالة جديدة بجانب هذه الرسالة</translation>
    </message>
    <message>
        <source>Next free slot</source>
        <translation>الموعد الشاغر التالي</translation>
    </message>
    <message>
        <source>Next network tab</source>
        <translation>علامة تبويب الشبكة التالية</translation>
    </message>
    <message>
        <source>Next open message</source>
        <translation>الرسالة المفتوحة التالية</translation>
    </message>
    <message>
        <source>Previous network tab</source>
        <translation>علامة تبويب الشبكة السابقة</translation>
    </message>
    <message>
        <source>Previous open message</source>
        <translation>الرسالة المفتوحة السابقة</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>تكرار…</translation>
    </message>
    <message>
        <source>Save as draft</source>
        <translation>حفظ كمسودة</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>حفظ كقالب…</translation>
    </message>
    <message>
        <source>Save to Drafts and start a new message</source>
        <translation>حفظ في المسودات وبدء رسالة جديدة</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>إرسال الآن</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>إظهار المعاينة أو إخفاؤها</translation>
    </message>
    <message>
        <source>Show the preview</source>
        <translation>إظهار المعاينة</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>استخدام صورة نموذجية</translation>
    </message>
</context>
<context>
    <name>ComposeController</name>
    <message numerus="yes">
        <source>%Ln post(s) scheduled</source>
        <translation>
            <numerusform>تمت جدولة %Ln منشور</numerusform>
            <numerusform>تمت جدولة منشور واحد</numerusform>
            <numerusform>تمت جدولة منشورين</numerusform>
            <numerusform>تمت جدولة %Ln منشورات</numerusform>
            <numerusform>تمت جدولة %Ln منشورًا</numerusform>
            <numerusform>تمت جدولة %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>تمت جدولة %Ln منشور من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة منشور واحد من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة منشورين من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة %Ln منشورات من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة %Ln منشورًا من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة %Ln منشور من {first} إلى {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>تمت جدولة %Ln منشور: {when}</numerusform>
            <numerusform>تمت جدولة منشور واحد: {when}</numerusform>
            <numerusform>تمت جدولة منشورين: {when}</numerusform>
            <numerusform>تمت جدولة %Ln منشورات: {when}</numerusform>
            <numerusform>تمت جدولة %Ln منشورًا: {when}</numerusform>
            <numerusform>تمت جدولة %Ln منشور: {when}</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تعديل</translation>
    </message>
    <message>
        <source>Not sent yet.</source>
        <translation>لم تُرسل بعد.</translation>
    </message>
    <message>
        <source>Proposed. An editor has to approve it.</source>
        <translation>تم الاقتراح. يجب أن يوافق عليه محرر.</translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s)</source>
        <translation>
            <numerusform>جارٍ إرسال %Ln منشور</numerusform>
            <numerusform>جارٍ إرسال منشور واحد</numerusform>
            <numerusform>جارٍ إرسال منشورين</numerusform>
            <numerusform>جارٍ إرسال %Ln منشورات</numerusform>
            <numerusform>جارٍ إرسال %Ln منشورًا</numerusform>
            <numerusform>جارٍ إرسال %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>إرسال %Ln منشور بعد {seconds} ث</numerusform>
            <numerusform>إرسال منشور واحد بعد {seconds} ث</numerusform>
            <numerusform>إرسال منشورين بعد {seconds} ث</numerusform>
            <numerusform>إرسال %Ln منشورات بعد {seconds} ث</numerusform>
            <numerusform>إرسال %Ln منشورًا بعد {seconds} ث</numerusform>
            <numerusform>إرسال %Ln منشور بعد {seconds} ث</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>“{title}” was already sent. You can no longer undo it.</source>
        <translation>أُرسلت «{title}» بالفعل. لم يعد بالإمكان التراجع.</translation>
    </message>
    <message>
        <source>“{title}” will not be sent</source>
        <translation>لن تُرسل «{title}»</translation>
    </message>
</context>
<context>
    <name>ComposeLayout</name>
    <message>
        <source>Drafts</source>
        <translation>المسودات</translation>
    </message>
    <message>
        <source>More</source>
        <translation>المزيد</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>المعاينة</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>ماذا تود أن تقول؟</translation>
    </message>
</context>
<context>
    <name>ComposePage</name>
    <message>
        <source>Draft saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>حُفظت المسودة</translation>
    </message>
    <message>
        <source>Draft saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>حُفظت المسودة {ago}</translation>
    </message>
    <message>
        <source>No changes yet</source>
        <translation>لا تغييرات بعد</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>لم تُحفظ</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>لم تُحفظ بعد</translation>
    </message>
    <message>
        <source>Not saved: {why}</source>
        <translation>لم تُحفظ: {why}</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>لم يُكتب شيء بعد</translation>
    </message>
    <message>
        <source>Saved</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>حُفظت</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>حُفظت على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Saved {ago}</source>
        <extracomment>{ago}: &quot;2 min ago&quot;.</extracomment>
        <translation>حُفظت {ago}</translation>
    </message>
    <message>
        <source>The scheduled message stays as it is until you save the changes</source>
        <translation>تبقى الرسالة المجدولة كما هي حتى تحفظ التغييرات</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>Check {network} first. If the post is already there, it is published twice.</source>
        <translation>تحقق من {network} أولًا. إذا كان المنشور موجودًا هناك، فسيُنشر مرتين.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>إرسال مجددًا</translation>
    </message>
    <message>
        <source>Send it again?</source>
        <translation>هل تريد إرساله مجددًا؟</translation>
    </message>
    <message>
        <source>there</source>
        <translation>هناك</translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message>
        <source>Add a channel</source>
        <translation>إضافة قناة</translation>
    </message>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Choose a network first.</source>
        <translation>اختر شبكة أولًا.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>متابعة</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>إنهاء</translation>
    </message>
    <message>
        <source>Is this the account?</source>
        <translation>هل هذا هو الحساب؟</translation>
    </message>
    <message>
        <source>Open browser</source>
        <translation>فتح المتصفح</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>تسجيل الدخول</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>تسجيل الدخول مجددًا</translation>
    </message>
    <message>
        <source>Sign in to {network}.</source>
        <translation>سجّل الدخول إلى {network}.</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>جارٍ تسجيل الدخول</translation>
    </message>
    <message>
        <source>Step {number} of 3. {words}</source>
        <translation>الخطوة {number} من 3. {words}</translation>
    </message>
    <message>
        <source>Waiting for the browser.</source>
        <translation>في انتظار المتصفح.</translation>
    </message>
    <message>
        <source>Where do you want to publish?</source>
        <translation>أين تريد النشر؟</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>جارٍ العمل…</translation>
    </message>
    <message>
        <source>{network} no longer accepts Posto&apos;s sign-in. The channel and its schedule stay.</source>
        <translation>لم تعد {network} تقبل تسجيل دخول Posto. تبقى القناة وجدولها.</translation>
    </message>
</context>
<context>
    <name>ConnectState</name>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>اختر مكانًا واحدًا على الأقل للنشر.</translation>
    </message>
    <message>
        <source>Choose where it is kept.</source>
        <translation>اختر مكان الحفظ.</translation>
    </message>
    <message>
        <source>Fill this in.</source>
        <translation>املأ هذا الحقل.</translation>
    </message>
    <message>
        <source>Paste the address first.</source>
        <translation>الصق العنوان أولًا.</translation>
    </message>
</context>
<context>
    <name>CounterRing</name>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: بقي %Ln حرف</numerusform>
            <numerusform>{network}: بقي حرف واحد</numerusform>
            <numerusform>{network}: بقي حرفان</numerusform>
            <numerusform>{network}: بقيت %Ln أحرف</numerusform>
            <numerusform>{network}: بقي %Ln حرفًا</numerusform>
            <numerusform>{network}: بقي %Ln حرف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: أطول من الحد بـ %Ln حرف</numerusform>
            <numerusform>{network}: أطول من الحد بحرف واحد</numerusform>
            <numerusform>{network}: أطول من الحد بحرفين</numerusform>
            <numerusform>{network}: أطول من الحد بـ %Ln أحرف</numerusform>
            <numerusform>{network}: أطول من الحد بـ %Ln حرفًا</numerusform>
            <numerusform>{network}: أطول من الحد بـ %Ln حرف</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterRow</name>
    <message>
        <source>each link counts {n}</source>
        <translation>كل رابط يُحسب {n}</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: بقي %Ln حرف</numerusform>
            <numerusform>{network}: بقي حرف واحد</numerusform>
            <numerusform>{network}: بقي حرفان</numerusform>
            <numerusform>{network}: بقيت %Ln أحرف</numerusform>
            <numerusform>{network}: بقي %Ln حرفًا</numerusform>
            <numerusform>{network}: بقي %Ln حرف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: أطول من الحد بـ %Ln حرف</numerusform>
            <numerusform>{network}: أطول من الحد بحرف واحد</numerusform>
            <numerusform>{network}: أطول من الحد بحرفين</numerusform>
            <numerusform>{network}: أطول من الحد بـ %Ln أحرف</numerusform>
            <numerusform>{network}: أطول من الحد بـ %Ln حرفًا</numerusform>
            <numerusform>{network}: أطول من الحد بـ %Ln حرف</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CountsPopup</name>
    <message>
        <source>Characters left</source>
        <translation>الأحرف المتبقية</translation>
    </message>
</context>
<context>
    <name>CoverSlider</name>
    <message>
        <source>Cover frame</source>
        <translation>إطار الغلاف</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>Bottom left corner of the crop</source>
        <translation>الزاوية السفلية اليسرى للاقتصاص</translation>
    </message>
    <message>
        <source>Bottom right corner of the crop</source>
        <translation>الزاوية السفلية اليمنى للاقتصاص</translation>
    </message>
    <message>
        <source>Bottom side of the crop</source>
        <translation>الحافة السفلية للاقتصاص</translation>
    </message>
    <message>
        <source>Crop of {name}</source>
        <translation>اقتصاص {name}</translation>
    </message>
    <message>
        <source>Left side of the crop</source>
        <translation>الحافة اليسرى للاقتصاص</translation>
    </message>
    <message>
        <source>Right side of the crop</source>
        <translation>الحافة اليمنى للاقتصاص</translation>
    </message>
    <message>
        <source>Top left corner of the crop</source>
        <translation>الزاوية العلوية اليسرى للاقتصاص</translation>
    </message>
    <message>
        <source>Top right corner of the crop</source>
        <translation>الزاوية العلوية اليمنى للاقتصاص</translation>
    </message>
    <message>
        <source>Top side of the crop</source>
        <translation>الحافة العلوية للاقتصاص</translation>
    </message>
    <message>
        <source>{width} % wide and {height} % high, {left} % from the left, {top} % from the top</source>
        <translation>العرض {width} % والارتفاع {height} %، وعلى بُعد {left} % من اليسار و{top} % من الأعلى</translation>
    </message>
</context>
<context>
    <name>DamagedStylePanel</name>
    <message>
        <source>Open the folder</source>
        <translation>فتح المجلد</translation>
    </message>
    <message>
        <source>Open the folder of styles</source>
        <translation>فتح مجلد الأنماط</translation>
    </message>
    <message>
        <source>Posto cannot use this file and will not change it. Fix it in a text editor or remove it from its folder.</source>
        <translation>لا يمكن لـ Posto استخدام هذا الملف ولن يغيّره. أصلحه في محرر نصوص أو أزله من مجلده.</translation>
    </message>
</context>
<context>
    <name>DateSpan</name>
    <message>
        <source>From today</source>
        <translation>من اليوم</translation>
    </message>
    <message>
        <source>From {day}</source>
        <translation>من {day}</translation>
    </message>
    <message>
        <source>Next 7 days</source>
        <translation>الأيام السبعة القادمة</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>هذا الشهر</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>هذا الأسبوع</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>حتى {day}</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} إلى {last}</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>Today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>غدًا</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>أمس</translation>
    </message>
    <message>
        <source>today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>غدًا</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>أمس</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}، {time}</translation>
    </message>
</context>
<context>
    <name>DatesPopup</name>
    <message>
        <source>Any date</source>
        <translation>أي تاريخ</translation>
    </message>
    <message>
        <source>Dates</source>
        <translation>التواريخ</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>تم</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>الشهر السابق</translation>
    </message>
    <message>
        <source>From</source>
        <translation>من</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>من … إلى …</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>الشهر التالي</translation>
    </message>
    <message>
        <source>To</source>
        <translation>إلى</translation>
    </message>
</context>
<context>
    <name>DayWords</name>
    <message>
        <source>today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>أمس</translation>
    </message>
    <message>
        <source>“{text}” is not a day. Try “{date}”, “{weekday}” or “{weeks}”.</source>
        <translation>«{text}» ليس يومًا. جرّب «{date}» أو «{weekday}» أو «{weeks}».</translation>
    </message>
</context>
<context>
    <name>DaysPopup</name>
    <message>
        <source>Use these days</source>
        <translation>استخدام هذه الأيام</translation>
    </message>
</context>
<context>
    <name>DeepLinks</name>
    <message>
        <source>The link cannot be read.</source>
        <translation>تعذّرت قراءة الرابط.</translation>
    </message>
    <message>
        <source>The link does not begin with “{start}”.</source>
        <translation>لا يبدأ الرابط بـ «{start}».</translation>
    </message>
    <message numerus="yes">
        <source>The link has %n part(s), and a thread {most} at most.</source>
        <translation>
            <numerusform>الرابط فيه %n جزء، والحد الأقصى للسلسلة {most}.</numerusform>
            <numerusform>الرابط فيه جزء واحد، والحد الأقصى للسلسلة {most}.</numerusform>
            <numerusform>الرابط فيه جزءان، والحد الأقصى للسلسلة {most}.</numerusform>
            <numerusform>الرابط فيه %n أجزاء، والحد الأقصى للسلسلة {most}.</numerusform>
            <numerusform>الرابط فيه %n جزءًا، والحد الأقصى للسلسلة {most}.</numerusform>
            <numerusform>الرابط فيه %n جزء، والحد الأقصى للسلسلة {most}.</numerusform>
        </translation>
    </message>
    <message>
        <source>The link is too long.</source>
        <translation>الرابط طويل جدًا.</translation>
    </message>
    <message>
        <source>The link leads to “{page}”. This version has no such page.</source>
        <translation>يؤدي الرابط إلى «{page}». لا توجد هذه الصفحة في هذا الإصدار.</translation>
    </message>
    <message>
        <source>The link would attach an address that is not a web address.</source>
        <translation>كان الرابط سيرفق عنوانًا ليس عنوان ويب.</translation>
    </message>
</context>
<context>
    <name>DefaultEditor</name>
    <message>
        <source>All channels of {network} share their pictures. Set this for {network}.</source>
        <translation>تشترك كل قنوات {network} في صورها. اضبط هذا لـ {network}.</translation>
    </message>
    <message>
        <source>Choose an option above</source>
        <translation>اختر خيارًا أعلاه</translation>
    </message>
    <message>
        <source>Default for</source>
        <translation>القيمة الافتراضية لـ</translation>
    </message>
    <message>
        <source>Default: {option}</source>
        <translation>الافتراضي: {option}</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>لا شيء لإعادة ضبطه هنا</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>إعادة ضبط</translation>
    </message>
    <message>
        <source>Reset the default</source>
        <translation>إعادة ضبط القيمة الافتراضية</translation>
    </message>
    <message>
        <source>Used for every post to {name}, unless a style or the post sets its own</source>
        <translation>يُستخدم لكل منشور على {name}، ما لم يحدد نمط أو المنشور نفسه قيمة أخرى</translation>
    </message>
    <message>
        <source>Used for posts to {name} instead of the default of {network}</source>
        <translation>يُستخدم للمنشورات على {name} بدلًا من القيمة الافتراضية لـ {network}</translation>
    </message>
</context>
<context>
    <name>Defaults</name>
    <message>
        <source>As typed</source>
        <translation>كما كُتب</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>فارغ</translation>
    </message>
    <message>
        <source>In effect</source>
        <translation>القيمة السارية</translation>
    </message>
    <message>
        <source>No</source>
        <translation>لا</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>بلا نمط</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>Not set</source>
        <translation>غير مضبوط</translation>
    </message>
    <message>
        <source>On the service</source>
        <translation>في الخدمة</translation>
    </message>
    <message>
        <source>Option</source>
        <translation>الخيار</translation>
    </message>
    <message>
        <source>This message</source>
        <translation>هذه الرسالة</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>نعم</translation>
    </message>
    <message>
        <source>{layer}: not set</source>
        <extracomment>{layer}: where a value could be set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: غير مضبوط</translation>
    </message>
    <message>
        <source>{layer}: {value}. In effect.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. القيمة سارية.</translation>
    </message>
    <message>
        <source>{layer}: {value}. Not used here.</source>
        <extracomment>{layer}: where a value is set, such as &quot;This message&quot;.</extracomment>
        <translation>{layer}: {value}. لا تُستخدم هنا.</translation>
    </message>
</context>
<context>
    <name>DefaultsDialog</name>
    <message>
        <source>Channel</source>
        <translation>القناة</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>القيم الافتراضية</translation>
    </message>
    <message>
        <source>Layers of the defaults</source>
        <translation>طبقات القيم الافتراضية</translation>
    </message>
    <message>
        <source>No channels yet</source>
        <translation>لا قنوات بعد</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>بلا نمط</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>حُفظت على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>النمط</translation>
    </message>
    <message>
        <source>Used when a message does not set an option. Layers further right take precedence.</source>
        <translation>تُستخدم عندما لا تضبط الرسالة خيارًا ما. الأولوية لآخر الطبقات في ترتيب الأعمدة.</translation>
    </message>
</context>
<context>
    <name>Delivery</name>
    <message numerus="yes">
        <source>%n of its channels no longer exist. Nothing was sent.</source>
        <translation>
            <numerusform>%n من قنواته لم تعد موجودة. لم يُرسل شيء.</numerusform>
            <numerusform>قناة واحدة من قنواته لم تعد موجودة. لم يُرسل شيء.</numerusform>
            <numerusform>قناتان من قنواته لم تعودا موجودتين. لم يُرسل شيء.</numerusform>
            <numerusform>%n من قنواته لم تعد موجودة. لم يُرسل شيء.</numerusform>
            <numerusform>%n من قنواته لم تعد موجودة. لم يُرسل شيء.</numerusform>
            <numerusform>%n من قنواته لم تعد موجودة. لم يُرسل شيء.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts were changed or sent meanwhile, so they stay.</source>
        <translation>
            <numerusform>تغيّر أو أُرسل %n من أصل {total} من المنشورات في هذه الأثناء، لذا تبقى.</numerusform>
            <numerusform>تغيّر أو أُرسل منشور واحد من أصل {total} في هذه الأثناء، لذا يبقى.</numerusform>
            <numerusform>تغيّر أو أُرسل منشوران من أصل {total} في هذه الأثناء، لذا يبقيان.</numerusform>
            <numerusform>تغيّرت أو أُرسلت %n منشورات من أصل {total} في هذه الأثناء، لذا تبقى.</numerusform>
            <numerusform>تغيّر أو أُرسل %n منشورًا من أصل {total} في هذه الأثناء، لذا تبقى.</numerusform>
            <numerusform>تغيّر أو أُرسل %n منشور من أصل {total} في هذه الأثناء، لذا تبقى.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s), {digest}</source>
        <translation>
            <numerusform>%n منشور، {digest}</numerusform>
            <numerusform>منشور واحد، {digest}</numerusform>
            <numerusform>منشوران، {digest}</numerusform>
            <numerusform>%n منشورات، {digest}</numerusform>
            <numerusform>%n منشورًا، {digest}</numerusform>
            <numerusform>%n منشور، {digest}</numerusform>
        </translation>
    </message>
    <message>
        <source>A repeat makes at most {n} posts. Nothing was sent.</source>
        <translation>ينتج عن التكرار {n} من المنشورات كحد أقصى. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>An earlier change of it has an unclear outcome. Resolve that first.</source>
        <translation>نتيجة تغيير سابق له غير واضحة. احسم أمره أولًا.</translation>
    </message>
    <message>
        <source>An earlier change of it is not finished yet.</source>
        <translation>لم يكتمل تغيير سابق له بعد.</translation>
    </message>
    <message>
        <source>Another post has its slot. Nothing was sent.</source>
        <translation>منشور آخر يشغل موعدها. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Confirmed by you in the app</source>
        <translation>أكّدته أنت في التطبيق</translation>
    </message>
    <message>
        <source>Confirmed by you on a terminal</source>
        <translation>أكّدته أنت في الطرفية</translation>
    </message>
    <message>
        <source>Declined by you in the app</source>
        <translation>رفضته أنت في التطبيق</translation>
    </message>
    <message>
        <source>Declined by you on a terminal</source>
        <translation>رفضته أنت في الطرفية</translation>
    </message>
    <message>
        <source>It belongs to a post of the site and can be moved only there.</source>
        <translation>يتبع منشورًا على الموقع ولا يمكن نقله إلا هناك.</translation>
    </message>
    <message>
        <source>It could not be done in time. Propose it again.</source>
        <translation>تعذّر تنفيذه في الوقت المناسب. اقترحه مجددًا.</translation>
    </message>
    <message>
        <source>It could not be moved.</source>
        <translation>تعذّر نقله.</translation>
    </message>
    <message>
        <source>It goes out in a few minutes anyway.</source>
        <translation>سيُرسل خلال بضع دقائق على أي حال.</translation>
    </message>
    <message>
        <source>It is being moved.</source>
        <translation>جارٍ نقله.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>جارٍ إرساله الآن.</translation>
    </message>
    <message>
        <source>It is being sent right now. Posto waits for the result.</source>
        <translation>جارٍ إرساله الآن. ينتظر Posto النتيجة.</translation>
    </message>
    <message>
        <source>It is due right now, so the service may be sending it.</source>
        <translation>حان موعده الآن، لذا قد تكون الخدمة بصدد إرساله.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule, or it is being sent right now.</source>
        <translation>لم يعد في الجدول، أو أنه قيد الإرسال الآن.</translation>
    </message>
    <message>
        <source>It is no longer in the schedule. Your changes are kept here.</source>
        <translation>لم يعد في الجدول. تغييراتك محفوظة هنا.</translation>
    </message>
    <message>
        <source>It is no longer waiting.</source>
        <translation>لم يعد في الانتظار.</translation>
    </message>
    <message>
        <source>It is not what was proposed any more. Nothing was done.</source>
        <translation>لم يعد كما اقتُرح. لم يُنفذ شيء.</translation>
    </message>
    <message>
        <source>It is not what was proposed. Nothing was deleted.</source>
        <translation>ليس كما اقتُرح. لم يُحذف شيء.</translation>
    </message>
    <message>
        <source>It is overdue. Choose a time at least 5 minutes from now.</source>
        <translation>فات موعده. اختر وقتًا بعد 5 دقائق على الأقل من الآن.</translation>
    </message>
    <message>
        <source>It is too late to undo this.</source>
        <translation>فات أوان التراجع عن هذا.</translation>
    </message>
    <message>
        <source>It may be being sent right now.</source>
        <translation>قد يكون قيد الإرسال الآن.</translation>
    </message>
    <message>
        <source>It may have been sent; that cannot be checked yet.</source>
        <translation>ربما أُرسل؛ لا يمكن التحقق من ذلك بعد.</translation>
    </message>
    <message>
        <source>It was accepted; for which channels cannot be checked yet.</source>
        <translation>قُبل؛ ولا يمكن بعد التحقق من القنوات التي قُبل لها.</translation>
    </message>
    <message>
        <source>It was answered already.</source>
        <translation>تم الرد عليه بالفعل.</translation>
    </message>
    <message>
        <source>It was changed after the move was proposed.</source>
        <translation>تغيّر بعد اقتراح النقل.</translation>
    </message>
    <message>
        <source>It was changed or sent meanwhile, so it stays.</source>
        <translation>تغيّر أو أُرسل في هذه الأثناء، لذا يبقى.</translation>
    </message>
    <message>
        <source>It was not confirmed within ten minutes. Have it proposed again.</source>
        <translation>لم يُؤكَّد خلال عشر دقائق. اطلب اقتراحه مجددًا.</translation>
    </message>
    <message>
        <source>It was sent already.</source>
        <translation>أُرسل بالفعل.</translation>
    </message>
    <message>
        <source>It was sent at both times.</source>
        <translation>أُرسل في كلا الوقتين.</translation>
    </message>
    <message>
        <source>It was sent before your changes were saved. They are kept here.</source>
        <translation>أُرسل قبل حفظ تغييراتك. وهي محفوظة هنا.</translation>
    </message>
    <message>
        <source>It was sent while it was being moved.</source>
        <translation>أُرسل أثناء نقله.</translation>
    </message>
    <message>
        <source>Its channel no longer exists. Nothing was sent.</source>
        <translation>لم تعد قناتها موجودة. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Its earlier time has passed, so you cannot undo this.</source>
        <translation>مضى وقته السابق، لذا لا يمكنك التراجع عن هذا.</translation>
    </message>
    <message>
        <source>Its time has passed. Nothing was scheduled.</source>
        <translation>مضى وقته. لم يُجدول شيء.</translation>
    </message>
    <message>
        <source>Its time passed before it could be sent. Nothing was sent.</source>
        <translation>فات وقتها قبل أن يمكن إرسالها. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Its time, {time}, passed before it could be sent. It was not sent; try again to send it now.</source>
        <translation>مضى وقته، {time}، قبل أن يتسنى إرساله. لم يُرسل؛ أعد المحاولة لإرساله الآن.</translation>
    </message>
    <message>
        <source>May already be published, but that cannot be checked. {reason}</source>
        <translation>ربما نُشر بالفعل، لكن لا يمكن التحقق من ذلك. {reason}</translation>
    </message>
    <message>
        <source>May already be published: the service did not answer in time.</source>
        <translation>ربما نُشر بالفعل: لم تستجب الخدمة في الوقت المناسب.</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>ربما نُشر بالفعل: {reason}</translation>
    </message>
    <message>
        <source>May already be published: {why}</source>
        <translation>ربما نُشر بالفعل: {why}</translation>
    </message>
    <message>
        <source>No channel is selected, so nothing was sent.</source>
        <translation>لم تُحدد أي قناة، لذا لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Not checked yet. {why}</source>
        <translation>لم يُتحقق منه بعد. {why}</translation>
    </message>
    <message>
        <source>Nothing more was posted.</source>
        <translation>لم يُنشر شيء آخر.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>لم يتغير شيء.</translation>
    </message>
    <message>
        <source>Nothing was posted.</source>
        <translation>لم يُنشر شيء.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Part of it was sent meanwhile.</source>
        <translation>أُرسل جزء منه في هذه الأثناء.</translation>
    </message>
    <message>
        <source>Posto will check again.</source>
        <translation>سيتحقق Posto مجددًا.</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>تم سحبه.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>يجري إغلاق التطبيق.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was changed.</source>
        <translation>مضى الوقت المختار. لم يتغير شيء.</translation>
    </message>
    <message>
        <source>The chosen time has passed. Nothing was sent.</source>
        <translation>مضى الوقت المختار. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The earlier post is still scheduled.</source>
        <translation>لا يزال المنشور السابق مجدولًا.</translation>
    </message>
    <message>
        <source>The earlier version is no longer known.</source>
        <translation>لم تعد النسخة السابقة معروفة.</translation>
    </message>
    <message>
        <source>The evergreen message was deleted. Nothing was sent.</source>
        <translation>حُذفت الرسالة الدائمة. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The list of {host} could not be read.</source>
        <translation>تعذّرت قراءة قائمة {host}.</translation>
    </message>
    <message>
        <source>The message is no longer in the campaign. Nothing was sent.</source>
        <translation>لم تعد الرسالة في الحملة. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The new time has passed.</source>
        <translation>مضى الوقت الجديد.</translation>
    </message>
    <message>
        <source>The new time has passed. Nothing was moved.</source>
        <translation>مضى الوقت الجديد. لم يُنقل شيء.</translation>
    </message>
    <message>
        <source>The post is not in the schedule of {host}.</source>
        <translation>المنشور ليس في جدول {host}.</translation>
    </message>
    <message>
        <source>The prepared copy of “{name}” was removed from the cache. Try again.</source>
        <translation>أُزيلت النسخة المعدّة من «{name}» من ذاكرة التخزين المؤقت. حاول مجددًا.</translation>
    </message>
    <message>
        <source>The proxy in Settings &gt; Network has no address or no port. Nothing was sent.</source>
        <translation>الخادم الوكيل في الإعدادات &gt; الشبكة بلا عنوان أو بلا منفذ. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The repeat has no time left. Nothing was sent.</source>
        <translation>لم يبقَ للتكرار أي وقت. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The saved data of this post is damaged.</source>
        <translation>البيانات المحفوظة لهذا المنشور تالفة.</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>تعذّر الوصول إلى مساحة العمل.</translation>
    </message>
    <message>
        <source>There is no style “{name}” to export.</source>
        <translation>لا يوجد نمط باسم «{name}» لتصديره.</translation>
    </message>
    <message>
        <source>There is nothing to post yet. Write a text or add a picture.</source>
        <translation>لا شيء للنشر بعد. اكتب نصًا أو أضف صورة.</translation>
    </message>
    <message>
        <source>This message edits nothing. Nothing was changed.</source>
        <translation>لا تعدّل هذه الرسالة شيئًا. لم يتغير شيء.</translation>
    </message>
    <message>
        <source>This workspace is signed out. Sign in again to send the post.</source>
        <translation>سُجّل الخروج من مساحة العمل هذه. سجّل الدخول مجددًا لإرسال المنشور.</translation>
    </message>
    <message>
        <source>Two attempts had no clear answer.</source>
        <translation>لم تلقَ محاولتان ردًا واضحًا.</translation>
    </message>
    <message>
        <source>defaults.json is damaged, so no defaults count. The next change keeps it aside.</source>
        <translation>الملف defaults.json تالف، لذا لا تسري أي قيم افتراضية. سيُحتفظ به جانبًا عند التغيير التالي.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>لا يمكن استخدام اسمه</translation>
    </message>
    <message>
        <source>this computer</source>
        <extracomment>In place of the name of a service: &quot;… accepted the post but does not list it.&quot;</extracomment>
        <translation>هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>{host} accepted only a part of it.</source>
        <translation>قبِل {host} جزءًا منه فقط.</translation>
    </message>
    <message>
        <source>{host} accepted the post but does not list it.</source>
        <translation>قبِل {host} المنشور لكنه لا يدرجه.</translation>
    </message>
    <message>
        <source>{host} asks to wait.</source>
        <translation>يطلب {host} الانتظار.</translation>
    </message>
    <message>
        <source>{host} did not accept it.</source>
        <translation>لم يقبله {host}.</translation>
    </message>
    <message>
        <source>{host} did not answer in time. Posto is checking whether the post arrived.</source>
        <translation>لم يستجب {host} في الوقت المناسب. يتحقق Posto مما إذا كان المنشور قد وصل.</translation>
    </message>
    <message>
        <source>{host} did not move it.</source>
        <translation>لم ينقله {host}.</translation>
    </message>
    <message>
        <source>{host} does not list it for {names} yet.</source>
        <translation>لا يدرجه {host} لـ {names} بعد.</translation>
    </message>
    <message>
        <source>{host} does not list the post yet.</source>
        <translation>لا يدرج {host} المنشور بعد.</translation>
    </message>
    <message>
        <source>{host} does not report its whole content.</source>
        <translation>لا يعطي {host} محتواه كاملًا.</translation>
    </message>
    <message>
        <source>{host} has this post but does not list it for {names}.</source>
        <translation>لدى {host} هذا المنشور لكنه لا يدرجه لـ {names}.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} متوقف للصيانة.</translation>
    </message>
    <message>
        <source>{host} still has the earlier post.</source>
        <translation>لا يزال المنشور السابق لدى {host}.</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is/are) not in the schedule of {host}.</source>
        <extracomment>{names}: names of channels.</extracomment>
        <translation>
            <numerusform>لا وجود لـ {names} في جدول {host}.</numerusform>
            <numerusform>لا وجود لـ {names} في جدول {host}.</numerusform>
            <numerusform>لا وجود لـ {names} في جدول {host}.</numerusform>
            <numerusform>لا وجود لـ {names} في جدول {host}.</numerusform>
            <numerusform>لا وجود لـ {names} في جدول {host}.</numerusform>
            <numerusform>لا وجود لـ {names} في جدول {host}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} cannot be imported: it is not a regular file.</source>
        <translation>تعذّر استيراد {name}: ليس ملفًا عاديًا.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>تعذّرت قراءة {name}: الوصول مرفوض.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>تعذّرت قراءة {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be prepared ({why}).</source>
        <translation>تعذّر إعداد {name} ({why}).</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes)</source>
        <translation>{name} فارغ (0 بايت)</translation>
    </message>
    <message>
        <source>{name} is no style. {why}</source>
        <translation>{name} ليس نمطًا. {why}</translation>
    </message>
    <message>
        <source>{name} is not a file</source>
        <translation>{name} ليس ملفًا</translation>
    </message>
    <message>
        <source>{name} is not a style: it has no settings for any network.</source>
        <translation>{name} ليس نمطًا: لا إعدادات فيه لأي شبكة.</translation>
    </message>
    <message>
        <source>{name} is on another computer; copy it to this one</source>
        <translation>{name} على كمبيوتر آخر؛ انسخه إلى هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>{name} is too large for a style.</source>
        <translation>{name} أكبر من أن يكون نمطًا.</translation>
    </message>
    <message>
        <source>{name} was not found</source>
        <translation>لم يُعثر على {name}</translation>
    </message>
    <message>
        <source>{name} was not found beside the CSV file</source>
        <translation>لم يُعثر على {name} بجانب ملف CSV</translation>
    </message>
    <message>
        <source>{name} was not found beside the JSON file</source>
        <translation>لم يُعثر على {name} بجانب ملف JSON</translation>
    </message>
    <message>
        <source>{name} was not found beside the file</source>
        <translation>لم يُعثر على {name} بجانب الملف</translation>
    </message>
    <message>
        <source>{name} was not found beside the workbook</source>
        <translation>لم يُعثر على {name} بجانب المصنف</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>لم يُعثر على {name}.</translation>
    </message>
    <message>
        <source>{name} was not found: a pasted row needs the whole path of its picture</source>
        <translation>لم يُعثر على {name}: يحتاج الصف الملصق إلى المسار الكامل لصورته</translation>
    </message>
    <message>
        <source>“{name}” changed after you added it. Use Edit as new to see the current version.</source>
        <translation>تغيّر «{name}» بعد إضافته. استخدم «تعديل كرسالة جديدة» لرؤية النسخة الحالية.</translation>
    </message>
    <message>
        <source>“{name}” could not be read.</source>
        <translation>تعذّرت قراءة «{name}».</translation>
    </message>
    <message>
        <source>“{name}” is not a picture or video</source>
        <translation>«{name}» ليس صورة أو فيديو</translation>
    </message>
    <message>
        <source>“{name}” is not the file that was added to the draft.</source>
        <translation>«{name}» ليس الملف الذي أُضيف إلى المسودة.</translation>
    </message>
    <message>
        <source>“{name}” was changed after it was proposed. Nothing was scheduled.</source>
        <translation>تغيّر «{name}» بعد اقتراحه. لم يُجدول شيء.</translation>
    </message>
    <message>
        <source>“{name}” was changed after the post was made.</source>
        <translation>تغيّر «{name}» بعد إنشاء المنشور.</translation>
    </message>
    <message>
        <source>“{name}” was changed while it was uploaded.</source>
        <translation>تغيّر «{name}» أثناء رفعه.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>لم يُعثر على «{name}».</translation>
    </message>
    <message>
        <source>“{name}…” is not a file name</source>
        <translation>«{name}…» ليس اسم ملف</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Posto cannot write to {folder}: {why}. Nothing will be saved.</source>
        <translation>لا يمكن لـ Posto الكتابة في {folder}: {why}. لن يُحفظ شيء.</translation>
    </message>
    <message>
        <source>The backup was not restored, because the server on this computer did not stop. Posto tries again at the next start.</source>
        <translation>لم تُستعد النسخة الاحتياطية لأن الخادم على هذا الكمبيوتر لم يتوقف. سيحاول Posto مجددًا عند بدء التشغيل التالي.</translation>
    </message>
</context>
<context>
    <name>DesktopApp</name>
    <message>
        <source>Check again</source>
        <translation>التحقق مجددًا</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>الإنشاء</translation>
    </message>
    <message>
        <source>{reason} The change lasts until Posto quits.</source>
        <translation>{reason} يستمر التغيير حتى إنهاء Posto.</translation>
    </message>
</context>
<context>
    <name>DestinationChoice</name>
    <message>
        <source>A folder of pictures can become a campaign</source>
        <translation>يمكن أن يتحول مجلد صور إلى حملة</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>إضافة قناة…</translation>
    </message>
    <message>
        <source>Connect your accounts</source>
        <translation>ربط حساباتك</translation>
    </message>
    <message>
        <source>Mastodon, Bluesky, WordPress and more, published from this computer.</source>
        <translation>Mastodon وBluesky وWordPress وغيرها، مع النشر من هذا الكمبيوتر.</translation>
    </message>
    <message>
        <source>Runs on your own WordPress site. Its channels appear here.</source>
        <translation>تعمل على موقع WordPress الخاص بك. تظهر قنواتها هنا.</translation>
    </message>
    <message>
        <source>Sandbox channels show posts in Feed and publish nothing.</source>
        <translation>تعرض القنوات التجريبية المنشورات في «الخلاصة» ولا تنشر شيئًا.</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>تسجيل الدخول إلى خدمة Posto</translation>
    </message>
    <message>
        <source>Sign in…</source>
        <translation>تسجيل الدخول…</translation>
    </message>
    <message>
        <source>Try it on this computer</source>
        <translation>تجربته على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Type a time like &lt;b&gt;“{time}”&lt;/b&gt; or &lt;b&gt;“{other}”&lt;/b&gt;</source>
        <translation>اكتب وقتًا مثل &lt;b&gt;«{time}»&lt;/b&gt; أو &lt;b&gt;«{other}»&lt;/b&gt;</translation>
    </message>
    <message>
        <source>Use the sandbox</source>
        <translation>استخدام بيئة التجربة</translation>
    </message>
    <message>
        <source>Use the sandbox channels</source>
        <translation>استخدام القنوات التجريبية</translation>
    </message>
    <message>
        <source>Where should it go?</source>
        <translation>إلى أين تريد النشر؟</translation>
    </message>
</context>
<context>
    <name>DeviceRows</name>
    <message>
        <source>No device yet</source>
        <translation>لا يوجد جهاز بعد</translation>
    </message>
</context>
<context>
    <name>DownloadTile</name>
    <message>
        <source>Cancel {name}</source>
        <translation>إلغاء {name}</translation>
    </message>
    <message>
        <source>Download {name} again</source>
        <translation>تنزيل {name} مجددًا</translation>
    </message>
    <message>
        <source>Downloading {name}</source>
        <translation>جارٍ تنزيل {name}</translation>
    </message>
    <message>
        <source>Not downloaded</source>
        <translation>لم يُنزّل</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>إزالة {name}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
</context>
<context>
    <name>DraftRows</name>
    <message>
        <source>Open now</source>
        <translation>فتح الآن</translation>
    </message>
</context>
<context>
    <name>DraftTabs</name>
    <message>
        <source>Close “{title}”; it stays in Drafts</source>
        <translation>إغلاق «{title}»؛ تبقى في المسودات</translation>
    </message>
    <message>
        <source>Open messages</source>
        <translation>الرسائل المفتوحة</translation>
    </message>
</context>
<context>
    <name>DraftTabsRow</name>
    <message>
        <source>New message beside these</source>
        <translation>رسالة جديدة بجانب هذه الرسائل</translation>
    </message>
</context>
<context>
    <name>DraftTray</name>
    <message>
        <source>Drag one onto the calendar, or select it and press S</source>
        <translation>اسحب مسودة إلى التقويم، أو حددها واضغط S</translation>
    </message>
    <message>
        <source>Hide drafts</source>
        <translation>إخفاء المسودات</translation>
    </message>
    <message>
        <source>Show drafts</source>
        <translation>إظهار المسودات</translation>
    </message>
    <message>
        <source>Unscheduled drafts</source>
        <translation>المسودات غير المجدولة</translation>
    </message>
</context>
<context>
    <name>DraftTrayList</name>
    <message>
        <source>Unscheduled drafts</source>
        <translation>المسودات غير المجدولة</translation>
    </message>
</context>
<context>
    <name>DraftsFoot</name>
    <message>
        <source>Done</source>
        <translation>تم</translation>
    </message>
    <message>
        <source>Name of the template</source>
        <translation>اسم القالب</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>إعادة تسمية</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>حفظ القالب</translation>
    </message>
</context>
<context>
    <name>DraftsList</name>
    <message>
        <source>Add draft to evergreen</source>
        <translation>إضافة المسودة إلى الرسائل الدائمة</translation>
    </message>
    <message>
        <source>Add to evergreen</source>
        <translation>إضافة إلى الرسائل الدائمة</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Delete draft</source>
        <translation>حذف المسودة</translation>
    </message>
    <message>
        <source>Delete template</source>
        <translation>حذف القالب</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>المسودات</translation>
    </message>
    <message>
        <source>Drafts and templates</source>
        <translation>المسودات والقوالب</translation>
    </message>
    <message>
        <source>Drafts or templates</source>
        <translation>مسودات أو قوالب</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Duplicate draft</source>
        <translation>إنشاء نسخة من المسودة</translation>
    </message>
    <message>
        <source>Labels of draft</source>
        <translation>تسميات المسودة</translation>
    </message>
    <message>
        <source>Labels…</source>
        <translation>التسميات…</translation>
    </message>
    <message>
        <source>New message from template</source>
        <extracomment>Verb.</extracomment>
        <translation>رسالة جديدة من قالب</translation>
    </message>
    <message>
        <source>No draft matches.</source>
        <translation>لا توجد مسودة مطابقة.</translation>
    </message>
    <message>
        <source>No drafts yet. Your messages are saved here automatically.</source>
        <translation>لا مسودات بعد. تُحفظ رسائلك هنا تلقائيًا.</translation>
    </message>
    <message>
        <source>No template matches.</source>
        <translation>لا يوجد قالب مطابق.</translation>
    </message>
    <message>
        <source>No templates yet. Use “Save as template…” in the menu beside Post.</source>
        <translation>لا قوالب بعد. استخدم «حفظ كقالب…» من القائمة بجانب «نشر».</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Rename template</source>
        <translation>إعادة تسمية القالب</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>إعادة تسمية…</translation>
    </message>
    <message>
        <source>Save as template…</source>
        <translation>حفظ كقالب…</translation>
    </message>
    <message>
        <source>Save draft as template</source>
        <translation>حفظ المسودة كقالب</translation>
    </message>
    <message>
        <source>Search drafts</source>
        <translation>البحث في المسودات</translation>
    </message>
    <message>
        <source>Search templates</source>
        <translation>البحث في القوالب</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>القوالب</translation>
    </message>
</context>
<context>
    <name>DraftsModel</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n ملف</numerusform>
            <numerusform>ملف واحد</numerusform>
            <numerusform>ملفان</numerusform>
            <numerusform>%n ملفات</numerusform>
            <numerusform>%n ملفًا</numerusform>
            <numerusform>%n ملف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n جزء</numerusform>
            <numerusform>جزء واحد</numerusform>
            <numerusform>جزءان</numerusform>
            <numerusform>%n أجزاء</numerusform>
            <numerusform>%n جزءًا</numerusform>
            <numerusform>%n جزء</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes of a scheduled message</source>
        <translation>تغييرات على رسالة مجدولة</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>بلا عنوان</translation>
    </message>
    <message>
        <source>open now</source>
        <translation>مفتوحة الآن</translation>
    </message>
</context>
<context>
    <name>DraftsPopupController</name>
    <message>
        <source>Name of the template</source>
        <translation>اسم القالب</translation>
    </message>
    <message>
        <source>Save as template</source>
        <translation>حفظ كقالب</translation>
    </message>
    <message>
        <source>Save template</source>
        <translation>حفظ القالب</translation>
    </message>
    <message>
        <source>Saves text, files, channels, options, labels and the time as typed.</source>
        <translation>يحفظ النص والملفات والقنوات والخيارات والتسميات والوقت كما كُتب.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>لا شيء لحفظه بعد</translation>
    </message>
</context>
<context>
    <name>DropCard</name>
    <message>
        <source>Attach a sample picture to see how it looks on each network</source>
        <translation>إرفاق صورة نموذجية لترى كيف تبدو على كل شبكة</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>استعراض…</translation>
    </message>
    <message>
        <source>Drop pictures, videos or a text file</source>
        <translation>أفلت صورًا أو فيديوهات أو ملفًا نصيًا</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>استخدام نموذج</translation>
    </message>
    <message>
        <source>Use a sample picture</source>
        <translation>استخدام صورة نموذجية</translation>
    </message>
    <message>
        <source>or paste with {keys}</source>
        <extracomment>{keys}: keys, such as Ctrl+V.</extracomment>
        <translation>أو الصق باستخدام {keys}</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted</source>
        <translation>
            <numerusform>لا يمكن نشر %n ملف</numerusform>
            <numerusform>لا يمكن نشر ملف واحد</numerusform>
            <numerusform>لا يمكن نشر ملفين</numerusform>
            <numerusform>لا يمكن نشر %n ملفات</numerusform>
            <numerusform>لا يمكن نشر %n ملفًا</numerusform>
            <numerusform>لا يمكن نشر %n ملف</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to this message</source>
        <translation>إضافة إلى هذه الرسالة</translation>
    </message>
    <message>
        <source>Add to your styles</source>
        <translation>إضافة إلى أنماطك</translation>
    </message>
    <message numerus="yes">
        <source>Added to the (file/%n files) already attached</source>
        <translation>
            <numerusform>تُضاف إلى الملفات المرفقة بالفعل (%n)</numerusform>
            <numerusform>تُضاف إلى الملف المرفق بالفعل</numerusform>
            <numerusform>تُضاف إلى الملفين المرفقين بالفعل</numerusform>
            <numerusform>تُضاف إلى %n ملفات مرفقة بالفعل</numerusform>
            <numerusform>تُضاف إلى %n ملفًا مرفقًا بالفعل</numerusform>
            <numerusform>تُضاف إلى %n ملف مرفق بالفعل</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln file(s)</source>
        <translation>
            <numerusform>إفلات %Ln ملف</numerusform>
            <numerusform>إفلات ملف واحد</numerusform>
            <numerusform>إفلات ملفين</numerusform>
            <numerusform>إفلات %Ln ملفات</numerusform>
            <numerusform>إفلات %Ln ملفًا</numerusform>
            <numerusform>إفلات %Ln ملف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln picture(s)</source>
        <translation>
            <numerusform>إفلات %Ln صورة</numerusform>
            <numerusform>إفلات صورة واحدة</numerusform>
            <numerusform>إفلات صورتين</numerusform>
            <numerusform>إفلات %Ln صور</numerusform>
            <numerusform>إفلات %Ln صورة</numerusform>
            <numerusform>إفلات %Ln صورة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln style(s)</source>
        <translation>
            <numerusform>إفلات %Ln نمط</numerusform>
            <numerusform>إفلات نمط واحد</numerusform>
            <numerusform>إفلات نمطين</numerusform>
            <numerusform>إفلات %Ln أنماط</numerusform>
            <numerusform>إفلات %Ln نمطًا</numerusform>
            <numerusform>إفلات %Ln نمط</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop %Ln video(s)</source>
        <translation>
            <numerusform>إفلات %Ln فيديو</numerusform>
            <numerusform>إفلات فيديو واحد</numerusform>
            <numerusform>إفلات فيديوهين</numerusform>
            <numerusform>إفلات %Ln فيديوهات</numerusform>
            <numerusform>إفلات %Ln فيديو</numerusform>
            <numerusform>إفلات %Ln فيديو</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop anywhere here. Esc cancels.</source>
        <translation>أفلت في أي مكان هنا. Esc للإلغاء.</translation>
    </message>
    <message>
        <source>Drop elsewhere to add them to this message. Esc cancels.</source>
        <translation>أفلت في مكان آخر لإضافتها إلى هذه الرسالة. Esc للإلغاء.</translation>
    </message>
    <message>
        <source>Drop files</source>
        <translation>إفلات ملفات</translation>
    </message>
    <message>
        <source>Each file becomes one of your styles</source>
        <translation>يصبح كل ملف أحد أنماطك</translation>
    </message>
    <message>
        <source>Make a campaign</source>
        <translation>إنشاء حملة</translation>
    </message>
    <message numerus="yes">
        <source>One message for each of the %Ln file(s), spread over time</source>
        <translation>
            <numerusform>رسالة لكل ملف (%Ln)، موزعة على مدى الوقت</numerusform>
            <numerusform>رسالة للملف، موزعة على مدى الوقت</numerusform>
            <numerusform>رسالة لكل من الملفين، موزعة على مدى الوقت</numerusform>
            <numerusform>رسالة لكل ملف من %Ln ملفات، موزعة على مدى الوقت</numerusform>
            <numerusform>رسالة لكل ملف من %Ln ملفًا، موزعة على مدى الوقت</numerusform>
            <numerusform>رسالة لكل ملف من %Ln ملف، موزعة على مدى الوقت</numerusform>
        </translation>
    </message>
    <message>
        <source>The message has no files yet</source>
        <translation>لا ملفات في الرسالة بعد</translation>
    </message>
    <message>
        <source>You can add pictures, videos and text files.</source>
        <translation>يمكنك إضافة صور وفيديوهات وملفات نصية.</translation>
    </message>
    <message>
        <source>{name} cannot be posted</source>
        <translation>لا يمكن نشر {name}</translation>
    </message>
</context>
<context>
    <name>DueCauses</name>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the keychain is locked.</source>
        <translation>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: سلسلة المفاتيح مقفلة.</numerusform>
            <numerusform>لا يمكن إرسال منشور واحد عند {time}: سلسلة المفاتيح مقفلة.</numerusform>
            <numerusform>لا يمكن إرسال منشورين عند {time}: سلسلة المفاتيح مقفلة.</numerusform>
            <numerusform>لا يمكن إرسال %n منشورات عند {time}: سلسلة المفاتيح مقفلة.</numerusform>
            <numerusform>لا يمكن إرسال %n منشورًا عند {time}: سلسلة المفاتيح مقفلة.</numerusform>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: سلسلة المفاتيح مقفلة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: the workspace “{name}” is signed out.</source>
        <translation>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: سُجّل الخروج من مساحة العمل «{name}».</numerusform>
            <numerusform>لا يمكن إرسال منشور واحد عند {time}: سُجّل الخروج من مساحة العمل «{name}».</numerusform>
            <numerusform>لا يمكن إرسال منشورين عند {time}: سُجّل الخروج من مساحة العمل «{name}».</numerusform>
            <numerusform>لا يمكن إرسال %n منشورات عند {time}: سُجّل الخروج من مساحة العمل «{name}».</numerusform>
            <numerusform>لا يمكن إرسال %n منشورًا عند {time}: سُجّل الخروج من مساحة العمل «{name}».</numerusform>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: سُجّل الخروج من مساحة العمل «{name}».</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: {name} is signed out.</source>
        <translation>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: سُجّل الخروج من {name}.</numerusform>
            <numerusform>لا يمكن إرسال منشور واحد عند {time}: سُجّل الخروج من {name}.</numerusform>
            <numerusform>لا يمكن إرسال منشورين عند {time}: سُجّل الخروج من {name}.</numerusform>
            <numerusform>لا يمكن إرسال %n منشورات عند {time}: سُجّل الخروج من {name}.</numerusform>
            <numerusform>لا يمكن إرسال %n منشورًا عند {time}: سُجّل الخروج من {name}.</numerusform>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: سُجّل الخروج من {name}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” has changed since.</source>
        <translation>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: تغيّر «{name}» منذ ذلك الحين.</numerusform>
            <numerusform>لا يمكن إرسال منشور واحد عند {time}: تغيّر «{name}» منذ ذلك الحين.</numerusform>
            <numerusform>لا يمكن إرسال منشورين عند {time}: تغيّر «{name}» منذ ذلك الحين.</numerusform>
            <numerusform>لا يمكن إرسال %n منشورات عند {time}: تغيّر «{name}» منذ ذلك الحين.</numerusform>
            <numerusform>لا يمكن إرسال %n منشورًا عند {time}: تغيّر «{name}» منذ ذلك الحين.</numerusform>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: تغيّر «{name}» منذ ذلك الحين.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} cannot go out: “{name}” is missing.</source>
        <translation>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: «{name}» مفقود.</numerusform>
            <numerusform>لا يمكن إرسال منشور واحد عند {time}: «{name}» مفقود.</numerusform>
            <numerusform>لا يمكن إرسال منشورين عند {time}: «{name}» مفقود.</numerusform>
            <numerusform>لا يمكن إرسال %n منشورات عند {time}: «{name}» مفقود.</numerusform>
            <numerusform>لا يمكن إرسال %n منشورًا عند {time}: «{name}» مفقود.</numerusform>
            <numerusform>لا يمكن إرسال %n منشور عند {time}: «{name}» مفقود.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: the disk of this computer is almost full.</source>
        <translation>
            <numerusform>قد لا يُرسل %n منشور عند {time}: قرص هذا الحاسوب شبه ممتلئ.</numerusform>
            <numerusform>قد لا يُرسل منشور واحد عند {time}: قرص هذا الحاسوب شبه ممتلئ.</numerusform>
            <numerusform>قد لا يُرسل منشوران عند {time}: قرص هذا الحاسوب شبه ممتلئ.</numerusform>
            <numerusform>قد لا يُرسل %n منشورات عند {time}: قرص هذا الحاسوب شبه ممتلئ.</numerusform>
            <numerusform>قد لا يُرسل %n منشورًا عند {time}: قرص هذا الحاسوب شبه ممتلئ.</numerusform>
            <numerusform>قد لا يُرسل %n منشور عند {time}: قرص هذا الحاسوب شبه ممتلئ.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} may not go out: {name} cannot be reached.</source>
        <translation>
            <numerusform>قد لا يُرسل %n منشور عند {time}: تعذّر الوصول إلى {name}.</numerusform>
            <numerusform>قد لا يُرسل منشور واحد عند {time}: تعذّر الوصول إلى {name}.</numerusform>
            <numerusform>قد لا يُرسل منشوران عند {time}: تعذّر الوصول إلى {name}.</numerusform>
            <numerusform>قد لا يُرسل %n منشورات عند {time}: تعذّر الوصول إلى {name}.</numerusform>
            <numerusform>قد لا يُرسل %n منشورًا عند {time}: تعذّر الوصول إلى {name}.</numerusform>
            <numerusform>قد لا يُرسل %n منشور عند {time}: تعذّر الوصول إلى {name}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) at {time} would be refused by {name}.</source>
        <translation>
            <numerusform>سيرفض {name} %n منشور عند {time}.</numerusform>
            <numerusform>سيرفض {name} منشورًا واحدًا عند {time}.</numerusform>
            <numerusform>سيرفض {name} منشورين عند {time}.</numerusform>
            <numerusform>سيرفض {name} %n منشورات عند {time}.</numerusform>
            <numerusform>سيرفض {name} %n منشورًا عند {time}.</numerusform>
            <numerusform>سيرفض {name} %n منشور عند {time}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto&apos;s own server</source>
        <translation>خادم Posto نفسه</translation>
    </message>
    <message>
        <source>{account} on {network}</source>
        <translation>{account} على {network}</translation>
    </message>
</context>
<context>
    <name>DueChecksController</name>
    <message>
        <source>Check again</source>
        <translation>التحقق مجددًا</translation>
    </message>
    <message>
        <source>Checking again</source>
        <translation>جارٍ التحقق مجددًا</translation>
    </message>
    <message>
        <source>Find the file…</source>
        <translation>البحث عن الملف…</translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>فتح في «الإنشاء»</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>فتح الموقع</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>تسجيل الدخول مجددًا…</translation>
    </message>
    <message>
        <source>This is over</source>
        <translation>انتهى هذا</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>فتح القفل</translation>
    </message>
</context>
<context>
    <name>DuplicationController</name>
    <message numerus="yes">
        <source>%Ln message(s) duplicated as drafts</source>
        <translation>
            <numerusform>تم إنشاء نسخ من %Ln رسالة كمسودات</numerusform>
            <numerusform>تم إنشاء نسخة من الرسالة كمسودة</numerusform>
            <numerusform>تم إنشاء نسختين من الرسالتين كمسودتين</numerusform>
            <numerusform>تم إنشاء نسخ من %Ln رسائل كمسودات</numerusform>
            <numerusform>تم إنشاء نسخ من %Ln رسالة كمسودات</numerusform>
            <numerusform>تم إنشاء نسخ من %Ln رسالة كمسودات</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied to a new message</source>
        <translation>تم النسخ إلى رسالة جديدة</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>EditMergeController</name>
    <message>
        <source>Somebody else</source>
        <translation>شخص آخر</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>نسختك في المسودات</translation>
    </message>
    <message>
        <source>{name} changed this message, too. Kept: {fields}.</source>
        <translation>غيّر {name} هذه الرسالة أيضًا. ما بقي: {fields}.</translation>
    </message>
</context>
<context>
    <name>EditMergeDialog</name>
    <message>
        <source>Both of you changed: {fields}.</source>
        <translation>غيّرتما كلاكما: {fields}.</translation>
    </message>
    <message>
        <source>Continue editing</source>
        <translation>متابعة التعديل</translation>
    </message>
    <message>
        <source>Keep my version</source>
        <translation>الاحتفاظ بنسختي</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message>
        <source>Save my version</source>
        <translation>حفظ نسختي</translation>
    </message>
    <message>
        <source>Save the version of {name}; mine goes to Drafts</source>
        <translation>حفظ نسخة {name}، ونسختي إلى المسودات</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>شخص آخر</translation>
    </message>
    <message>
        <source>Use the version of {name}; mine goes to Drafts</source>
        <translation>استخدام نسخة {name}، ونسختي إلى المسودات</translation>
    </message>
    <message>
        <source>{name} changed this message, too</source>
        <translation>غيّر {name} هذه الرسالة أيضًا</translation>
    </message>
</context>
<context>
    <name>EditingStrip</name>
    <message>
        <source>Discard changes</source>
        <translation>تجاهل التغييرات</translation>
    </message>
    <message>
        <source>Keep as a new message</source>
        <translation>الإبقاء كرسالة جديدة</translation>
    </message>
</context>
<context>
    <name>EmojiGrid</name>
    <message>
        <source>Emoji</source>
        <translation>الإيموجي</translation>
    </message>
</context>
<context>
    <name>EmojiPicker</name>
    <message>
        <source>Emoji picker</source>
        <translation>منتقي الإيموجي</translation>
    </message>
    <message>
        <source>Install an emoji font to see emoji.</source>
        <translation>ثبّت خط إيموجي لرؤية الإيموجي.</translation>
    </message>
    <message>
        <source>Loading emoji</source>
        <translation>جارٍ تحميل الإيموجي</translation>
    </message>
    <message>
        <source>No emoji for “{query}”</source>
        <translation>لا إيموجي لـ «{query}»</translation>
    </message>
    <message>
        <source>No skin tone</source>
        <translation>بلا لون بشرة</translation>
    </message>
    <message>
        <source>Recently used</source>
        <translation>المستخدمة مؤخرًا</translation>
    </message>
    <message>
        <source>Search emoji</source>
        <translation>البحث في الإيموجي</translation>
    </message>
    <message>
        <source>Skin tone</source>
        <translation>لون البشرة</translation>
    </message>
    <message>
        <source>Skin tone: {name}</source>
        <translation>لون البشرة: {name}</translation>
    </message>
    <message>
        <source>The emoji could not be loaded. See the log for details.</source>
        <translation>تعذّر تحميل الإيموجي. راجع السجل لمعرفة التفاصيل.</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>لم يُختر شيء</translation>
    </message>
</context>
<context>
    <name>EmptyMessages</name>
    <message>
        <source>Import a file…</source>
        <translation>استيراد ملف…</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>استورد رسائل نموذجية لترى كيف تعمل الحملات</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>لا رسائل بعد</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>استخدام نموذج</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>كتابة رسالة</translation>
    </message>
    <message>
        <source>Write a message, paste lines from a spreadsheet, or drop pictures. Each line or picture becomes a message.</source>
        <translation>اكتب رسالة، أو الصق أسطرًا من جدول بيانات، أو أفلت صورًا. يصبح كل سطر أو صورة رسالة.</translation>
    </message>
</context>
<context>
    <name>EmptySchedule</name>
    <message>
        <source>Clear filters</source>
        <translation>مسح عوامل التصفية</translation>
    </message>
    <message numerus="yes">
        <source>Filters and hidden channels hide %Ln post(s).</source>
        <translation>
            <numerusform>تُخفي عوامل التصفية والقنوات المخفية %Ln منشور.</numerusform>
            <numerusform>تُخفي عوامل التصفية والقنوات المخفية منشورًا واحدًا.</numerusform>
            <numerusform>تُخفي عوامل التصفية والقنوات المخفية منشورين.</numerusform>
            <numerusform>تُخفي عوامل التصفية والقنوات المخفية %Ln منشورات.</numerusform>
            <numerusform>تُخفي عوامل التصفية والقنوات المخفية %Ln منشورًا.</numerusform>
            <numerusform>تُخفي عوامل التصفية والقنوات المخفية %Ln منشور.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>تحتوي القنوات المخفية على %Ln منشور.</numerusform>
            <numerusform>تحتوي القنوات المخفية على منشور واحد.</numerusform>
            <numerusform>تحتوي القنوات المخفية على منشورين.</numerusform>
            <numerusform>تحتوي القنوات المخفية على %Ln منشورات.</numerusform>
            <numerusform>تحتوي القنوات المخفية على %Ln منشورًا.</numerusform>
            <numerusform>تحتوي القنوات المخفية على %Ln منشور.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>No post matches</source>
        <translation>لا يوجد منشور مطابق</translation>
    </message>
    <message>
        <source>Nothing scheduled yet</source>
        <translation>لا شيء مجدول بعد</translation>
    </message>
    <message>
        <source>Scheduled messages appear here.</source>
        <translation>تظهر الرسائل المجدولة هنا.</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>إظهار القنوات المخفية</translation>
    </message>
    <message numerus="yes">
        <source>The filters hide %Ln post(s).</source>
        <translation>
            <numerusform>تُخفي عوامل التصفية %Ln منشور.</numerusform>
            <numerusform>تُخفي عوامل التصفية منشورًا واحدًا.</numerusform>
            <numerusform>تُخفي عوامل التصفية منشورين.</numerusform>
            <numerusform>تُخفي عوامل التصفية %Ln منشورات.</numerusform>
            <numerusform>تُخفي عوامل التصفية %Ln منشورًا.</numerusform>
            <numerusform>تُخفي عوامل التصفية %Ln منشور.</numerusform>
        </translation>
    </message>
    <message>
        <source>The schedule could not be loaded</source>
        <translation>تعذّر تحميل الجدول</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>المحاولة مجددًا</translation>
    </message>
    <message numerus="yes">
        <source>Without the status filter: %Ln post(s).</source>
        <translation>
            <numerusform>من دون تصفية الحالة: %Ln منشور.</numerusform>
            <numerusform>من دون تصفية الحالة: منشور واحد.</numerusform>
            <numerusform>من دون تصفية الحالة: منشوران.</numerusform>
            <numerusform>من دون تصفية الحالة: %Ln منشورات.</numerusform>
            <numerusform>من دون تصفية الحالة: %Ln منشورًا.</numerusform>
            <numerusform>من دون تصفية الحالة: %Ln منشور.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Encodings</name>
    <message>
        <source>Chinese (GB 18030)</source>
        <translation>الصينية (GB 18030)</translation>
    </message>
    <message>
        <source>Japanese (Shift JIS)</source>
        <translation>اليابانية (Shift JIS)</translation>
    </message>
    <message>
        <source>Windows, Central European (1250)</source>
        <translation>Windows، أوروبا الوسطى (1250)</translation>
    </message>
    <message>
        <source>Windows, Cyrillic (1251)</source>
        <translation>Windows، السيريلية (1251)</translation>
    </message>
    <message>
        <source>Windows, Western (1252)</source>
        <translation>Windows، الغربية (1252)</translation>
    </message>
</context>
<context>
    <name>Entries</name>
    <message>
        <source>Post without text</source>
        <translation>منشور بلا نص</translation>
    </message>
</context>
<context>
    <name>EntryCard</name>
    <message>
        <source>Address of the post</source>
        <translation>عنوان المنشور</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>العنوان، إن كنت تعرفه</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تعديل</translation>
    </message>
    <message>
        <source>Edit as new</source>
        <translation>تعديل كرسالة جديدة</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>هل هو على {network} بالفعل؟</translation>
    </message>
    <message>
        <source>Is it published already?</source>
        <translation>هل نُشر بالفعل؟</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>سيُرسل مجددًا بعد لحظة.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>هو هناك</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>فتح القناة</translation>
    </message>
    <message>
        <source>Open the channels</source>
        <translation>فتح القنوات</translation>
    </message>
    <message>
        <source>Posto sent the post, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>أرسل Posto المنشور، لكن لم يصل رد واضح. قد يؤدي الإرسال مجددًا الآن إلى نشره مرتين.</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>إرسال مجددًا</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>إرسال الآن</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>إرسال التعليق مجددًا</translation>
    </message>
    <message numerus="yes">
        <source>The other channels have the post. (This one is/These are) not in the schedule, but (it/they) may still be published. Sending again now could publish (it/them) twice.</source>
        <translation>
            <numerusform>المنشور موجود على القنوات الأخرى. هذه ليست في الجدول، لكنها ربما نُشرت رغم ذلك. قد يؤدي الإرسال مجددًا الآن إلى نشرها مرتين.</numerusform>
            <numerusform>المنشور موجود على القنوات الأخرى. هذا ليس في الجدول، لكنه ربما نُشر رغم ذلك. قد يؤدي الإرسال مجددًا الآن إلى نشره مرتين.</numerusform>
            <numerusform>المنشور موجود على القنوات الأخرى. هذان ليسا في الجدول، لكنهما ربما نُشرا رغم ذلك. قد يؤدي الإرسال مجددًا الآن إلى نشرهما مرتين.</numerusform>
            <numerusform>المنشور موجود على القنوات الأخرى. هذه ليست في الجدول، لكنها ربما نُشرت رغم ذلك. قد يؤدي الإرسال مجددًا الآن إلى نشرها مرتين.</numerusform>
            <numerusform>المنشور موجود على القنوات الأخرى. هذه ليست في الجدول، لكنها ربما نُشرت رغم ذلك. قد يؤدي الإرسال مجددًا الآن إلى نشرها مرتين.</numerusform>
            <numerusform>المنشور موجود على القنوات الأخرى. هذه ليست في الجدول، لكنها ربما نُشرت رغم ذلك. قد يؤدي الإرسال مجددًا الآن إلى نشرها مرتين.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>المحاولة الآن</translation>
    </message>
</context>
<context>
    <name>EntryDetails</name>
    <message>
        <source>Check again</source>
        <translation>التحقق مجددًا</translation>
    </message>
    <message>
        <source>Close details</source>
        <translation>إغلاق التفاصيل</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>نسخ التفاصيل</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>التفاصيل</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>تجاهل</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>فتح المنشور</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>استئناف</translation>
    </message>
    <message>
        <source>Send first</source>
        <translation>الإرسال أولًا</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>ما حدث</translation>
    </message>
</context>
<context>
    <name>EntryStories</name>
    <message>
        <source>Story</source>
        <translation>قصة</translation>
    </message>
    <message>
        <source>Story on {channel}</source>
        <translation>قصة على {channel}</translation>
    </message>
</context>
<context>
    <name>ErrorReporter</name>
    <message>
        <source>Something went wrong. See the log for details.</source>
        <translation>حدث خطأ ما. راجع السجل لمعرفة التفاصيل.</translation>
    </message>
</context>
<context>
    <name>Evergreen</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln قناة</numerusform>
            <numerusform>قناة واحدة</numerusform>
            <numerusform>قناتان</numerusform>
            <numerusform>%Ln قنوات</numerusform>
            <numerusform>%Ln قناة</numerusform>
            <numerusform>%Ln قناة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled from {first} to {last}</source>
        <translation>
            <numerusform>تمت جدولة %Ln منشور من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة منشور واحد من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة منشورين من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة %Ln منشورات من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة %Ln منشورًا من {first} إلى {last}</numerusform>
            <numerusform>تمت جدولة %Ln منشور من {first} إلى {last}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) scheduled: {when}</source>
        <translation>
            <numerusform>تمت جدولة %Ln منشور: {when}</numerusform>
            <numerusform>تمت جدولة منشور واحد: {when}</numerusform>
            <numerusform>تمت جدولة منشورين: {when}</numerusform>
            <numerusform>تمت جدولة %Ln منشورات: {when}</numerusform>
            <numerusform>تمت جدولة %Ln منشورًا: {when}</numerusform>
            <numerusform>تمت جدولة %Ln منشور: {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln run(s)</source>
        <translation>
            <numerusform>لم تُرسل بعد</numerusform>
            <numerusform>أُرسلت مرة</numerusform>
            <numerusform>أُرسلت مرتين</numerusform>
            <numerusform>أُرسلت %Ln مرات</numerusform>
            <numerusform>أُرسلت %Ln مرة</numerusform>
            <numerusform>أُرسلت %Ln مرة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln text(s)</source>
        <translation>
            <numerusform>بلا نص</numerusform>
            <numerusform>نص واحد</numerusform>
            <numerusform>نصان</numerusform>
            <numerusform>%Ln نصوص</numerusform>
            <numerusform>%Ln نصًا</numerusform>
            <numerusform>%Ln نص</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n (is/are) being deleted from the service.</source>
        <translation>
            <numerusform>لا يُحذف شيء من الخدمة.</numerusform>
            <numerusform>يُحذف واحد من الخدمة.</numerusform>
            <numerusform>يُحذف اثنان من الخدمة.</numerusform>
            <numerusform>يُحذف %n من الخدمة.</numerusform>
            <numerusform>يُحذف %n من الخدمة.</numerusform>
            <numerusform>يُحذف %n من الخدمة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no runs left.</source>
        <translation>
            <numerusform>لا رسالة استنفدت مرات إرسالها.</numerusform>
            <numerusform>رسالة واحدة استنفدت مرات إرسالها.</numerusform>
            <numerusform>رسالتان استنفدتا مرات إرسالهما.</numerusform>
            <numerusform>%n رسائل استنفدت مرات إرسالها.</numerusform>
            <numerusform>%n رسالة استنفدت مرات إرسالها.</numerusform>
            <numerusform>%n رسالة استنفدت مرات إرسالها.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) no text that the network would take again by then.</source>
        <translation>
            <numerusform>لا رسالة بلا نص تقبله الشبكة.</numerusform>
            <numerusform>رسالة واحدة ليس لها نص تقبله الشبكة مجددًا حتى ذلك الحين.</numerusform>
            <numerusform>رسالتان ليس لهما نص تقبله الشبكة مجددًا حتى ذلك الحين.</numerusform>
            <numerusform>%n رسائل ليس لها نص تقبله الشبكة مجددًا حتى ذلك الحين.</numerusform>
            <numerusform>%n رسالة ليس لها نص تقبله الشبكة مجددًا حتى ذلك الحين.</numerusform>
            <numerusform>%n رسالة ليس لها نص تقبله الشبكة مجددًا حتى ذلك الحين.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (has/have) passed the last day.</source>
        <translation>
            <numerusform>لا رسالة تجاوزت يومها الأخير.</numerusform>
            <numerusform>رسالة واحدة تجاوزت يومها الأخير.</numerusform>
            <numerusform>رسالتان تجاوزتا يومهما الأخير.</numerusform>
            <numerusform>%n رسائل تجاوزت يومها الأخير.</numerusform>
            <numerusform>%n رسالة تجاوزت يومها الأخير.</numerusform>
            <numerusform>%n رسالة تجاوزت يومها الأخير.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (is/are) paused.</source>
        <translation>
            <numerusform>لا رسالة متوقفة مؤقتًا.</numerusform>
            <numerusform>رسالة واحدة متوقفة مؤقتًا.</numerusform>
            <numerusform>رسالتان متوقفتان مؤقتًا.</numerusform>
            <numerusform>%n رسائل متوقفة مؤقتًا.</numerusform>
            <numerusform>%n رسالة متوقفة مؤقتًا.</numerusform>
            <numerusform>%n رسالة متوقفة مؤقتًا.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (starts/start) later.</source>
        <translation>
            <numerusform>لا رسالة تبدأ لاحقًا.</numerusform>
            <numerusform>رسالة واحدة تبدأ لاحقًا.</numerusform>
            <numerusform>رسالتان تبدآن لاحقًا.</numerusform>
            <numerusform>%n رسائل تبدأ لاحقًا.</numerusform>
            <numerusform>%n رسالة تبدأ لاحقًا.</numerusform>
            <numerusform>%n رسالة تبدأ لاحقًا.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) cannot be posted here.</source>
        <translation>
            <numerusform>لا رسالة يتعذر نشرها هنا.</numerusform>
            <numerusform>رسالة واحدة لا يمكن نشرها هنا.</numerusform>
            <numerusform>رسالتان لا يمكن نشرهما هنا.</numerusform>
            <numerusform>%n رسائل لا يمكن نشرها هنا.</numerusform>
            <numerusform>%n رسالة لا يمكن نشرها هنا.</numerusform>
            <numerusform>%n رسالة لا يمكن نشرها هنا.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) still (rests/rest).</source>
        <translation>
            <numerusform>لا رسالة في فترة راحة.</numerusform>
            <numerusform>رسالة واحدة ما زالت في فترة راحة.</numerusform>
            <numerusform>رسالتان ما زالتا في فترة راحة.</numerusform>
            <numerusform>%n رسائل ما زالت في فترة راحة.</numerusform>
            <numerusform>%n رسالة ما زالت في فترة راحة.</numerusform>
            <numerusform>%n رسالة ما زالت في فترة راحة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (was/were) sent already and (stays/stay).</source>
        <translation>
            <numerusform>لم يُرسل أي منشور بعد.</numerusform>
            <numerusform>أُرسل منشور واحد من قبل ويبقى.</numerusform>
            <numerusform>أُرسل منشوران من قبل ويبقيان.</numerusform>
            <numerusform>أُرسلت %n منشورات من قبل وتبقى.</numerusform>
            <numerusform>أُرسل %n منشورًا من قبل وتبقى.</numerusform>
            <numerusform>أُرسل %n منشور من قبل وتبقى.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) taken back.</source>
        <translation>
            <numerusform>لم يُسحب أي منشور.</numerusform>
            <numerusform>سُحب منشور واحد.</numerusform>
            <numerusform>سُحب منشوران.</numerusform>
            <numerusform>سُحبت %n منشورات.</numerusform>
            <numerusform>سُحب %n منشورًا.</numerusform>
            <numerusform>سُحب %n منشور.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s) changed, too.</source>
        <translation>
            <numerusform>لم يتغير أي منشور مجدول.</numerusform>
            <numerusform>تغيّر منشور مجدول واحد أيضًا.</numerusform>
            <numerusform>تغيّر منشوران مجدولان أيضًا.</numerusform>
            <numerusform>تغيّرت %n منشورات مجدولة أيضًا.</numerusform>
            <numerusform>تغيّر %n منشورًا مجدولًا أيضًا.</numerusform>
            <numerusform>تغيّر %n منشور مجدول أيضًا.</numerusform>
        </translation>
    </message>
    <message>
        <source>All evergreen messages are paused.</source>
        <translation>كل الرسائل الدائمة متوقفة مؤقتًا.</translation>
    </message>
    <message>
        <source>All evergreen messages have passed their last day.</source>
        <translation>تجاوزت كل الرسائل الدائمة يومها الأخير.</translation>
    </message>
    <message>
        <source>All evergreen messages rest until {day}.</source>
        <translation>كل الرسائل الدائمة في فترة راحة حتى {day}.</translation>
    </message>
    <message>
        <source>All evergreen messages rest.</source>
        <translation>كل الرسائل الدائمة في فترة راحة.</translation>
    </message>
    <message>
        <source>Ended</source>
        <extracomment>Status of an evergreen message: its last day is over.</extracomment>
        <translation>انتهت</translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago, weight {weight}.</source>
        <translation>
            <numerusform>حان دورها: أُرسلت آخر مرة اليوم، الوزن {weight}.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل يوم، الوزن {weight}.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل يومين، الوزن {weight}.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل %n أيام، الوزن {weight}.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل %n يومًا، الوزن {weight}.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل %n يوم، الوزن {weight}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Its turn: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>حان دورها: أُرسلت آخر مرة اليوم.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل يوم.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل يومين.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل %n أيام.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل %n يومًا.</numerusform>
            <numerusform>حان دورها: أُرسلت آخر مرة قبل %n يوم.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its turn: never sent here, weight {weight}.</source>
        <translation>حان دورها: لم تُرسل هنا قط، الوزن {weight}.</translation>
    </message>
    <message>
        <source>Its turn: never sent here.</source>
        <translation>حان دورها: لم تُرسل هنا قط.</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>لا قنوات</translation>
    </message>
    <message>
        <source>No evergreen message goes to this channel.</source>
        <translation>لا رسالة دائمة لهذه القناة.</translation>
    </message>
    <message>
        <source>No evergreen message has runs left.</source>
        <translation>استنفدت كل الرسائل الدائمة مرات إرسالها.</translation>
    </message>
    <message>
        <source>No evergreen message may go out at the free slots.</source>
        <translation>لا يجوز إرسال أي رسالة دائمة في المواعيد الشاغرة.</translation>
    </message>
    <message>
        <source>No slot is free.</source>
        <translation>لا موعد شاغر.</translation>
    </message>
    <message>
        <source>No slot was filled.</source>
        <translation>لم يُملأ أي موعد.</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>لم يُكتب شيء بعد</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of an evergreen message.</extracomment>
        <translation>متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>The message pinned here cannot be posted as it is.</source>
        <translation>لا يمكن نشر الرسالة المثبتة هنا كما هي.</translation>
    </message>
    <message>
        <source>The message pinned here has no runs left.</source>
        <translation>استنفدت الرسالة المثبتة هنا مرات إرسالها.</translation>
    </message>
    <message>
        <source>The message pinned here has passed its last day.</source>
        <translation>تجاوزت الرسالة المثبتة هنا يومها الأخير.</translation>
    </message>
    <message>
        <source>The message pinned here is paused.</source>
        <translation>الرسالة المثبتة هنا متوقفة مؤقتًا.</translation>
    </message>
    <message>
        <source>The message pinned here starts later.</source>
        <translation>الرسالة المثبتة هنا تبدأ لاحقًا.</translation>
    </message>
    <message>
        <source>The message pinned here would still rest.</source>
        <translation>الرسالة المثبتة هنا ستكون ما زالت في فترة راحة.</translation>
    </message>
    <message>
        <source>The network would not take the text of the message pinned here again by then.</source>
        <translation>لن تقبل الشبكة نص الرسالة المثبتة هنا مجددًا حتى ذلك الحين.</translation>
    </message>
    <message>
        <source>The next one may go out on {day}.</source>
        <translation>يمكن إرسال التالية في {day}.</translation>
    </message>
    <message numerus="yes">
        <source>The only one that may go out: last sent %n day(s) ago.</source>
        <translation>
            <numerusform>الوحيدة الممكن إرسالها: أُرسلت آخر مرة اليوم.</numerusform>
            <numerusform>الوحيدة الممكن إرسالها: أُرسلت آخر مرة قبل يوم.</numerusform>
            <numerusform>الوحيدة الممكن إرسالها: أُرسلت آخر مرة قبل يومين.</numerusform>
            <numerusform>الوحيدة الممكن إرسالها: أُرسلت آخر مرة قبل %n أيام.</numerusform>
            <numerusform>الوحيدة الممكن إرسالها: أُرسلت آخر مرة قبل %n يومًا.</numerusform>
            <numerusform>الوحيدة الممكن إرسالها: أُرسلت آخر مرة قبل %n يوم.</numerusform>
        </translation>
    </message>
    <message>
        <source>The slots could not be filled. See the log for details.</source>
        <translation>تعذر ملء المواعيد. راجع السجل للتفاصيل.</translation>
    </message>
    <message>
        <source>Their channels have no weekly slots. Add some in Settings, Publishing.</source>
        <translation>لا مواعيد أسبوعية لقنواتها. أضف بعضها في الإعدادات، النشر.</translation>
    </message>
    <message>
        <source>There are no evergreen messages.</source>
        <translation>لا رسائل دائمة.</translation>
    </message>
    <message>
        <source>You pinned it here.</source>
        <translation>أنت ثبّتها هنا.</translation>
    </message>
    <message numerus="yes">
        <source>You skipped %n message(s) here.</source>
        <translation>
            <numerusform>لم تتخطَّ أي رسالة هنا.</numerusform>
            <numerusform>تخطيت رسالة واحدة هنا.</numerusform>
            <numerusform>تخطيت رسالتين هنا.</numerusform>
            <numerusform>تخطيت %n رسائل هنا.</numerusform>
            <numerusform>تخطيت %n رسالة هنا.</numerusform>
            <numerusform>تخطيت %n رسالة هنا.</numerusform>
        </translation>
    </message>
    <message>
        <source>You skipped the message pinned here.</source>
        <translation>تخطيت الرسالة المثبتة هنا.</translation>
    </message>
    <message>
        <source>You skipped this slot.</source>
        <translation>تخطيت هذا الموعد.</translation>
    </message>
    <message>
        <source>You took this slot back. Fill slots to use it again.</source>
        <translation>سحبت هذا الموعد. املأ المواعيد لاستخدامه مجددًا.</translation>
    </message>
    <message>
        <source>as often as slots are free</source>
        <translation>كلما شغر موعد</translation>
    </message>
    <message numerus="yes">
        <source>at most %Ln on each channel</source>
        <translation>
            <numerusform>بلا إرسال على كل قناة</numerusform>
            <numerusform>مرة واحدة على الأكثر لكل قناة</numerusform>
            <numerusform>مرتان على الأكثر لكل قناة</numerusform>
            <numerusform>%Ln مرات على الأكثر لكل قناة</numerusform>
            <numerusform>%Ln مرة على الأكثر لكل قناة</numerusform>
            <numerusform>%Ln مرة على الأكثر لكل قناة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %Ln day(s) at least</source>
        <translation>
            <numerusform>بلا فاصل</numerusform>
            <numerusform>كل يوم على الأقل</numerusform>
            <numerusform>كل يومين على الأقل</numerusform>
            <numerusform>كل %Ln أيام على الأقل</numerusform>
            <numerusform>كل %Ln يومًا على الأقل</numerusform>
            <numerusform>كل %Ln يوم على الأقل</numerusform>
        </translation>
    </message>
    <message>
        <source>from {day}</source>
        <translation>من {day}</translation>
    </message>
    <message>
        <source>next: {when}</source>
        <translation>التالي: {when}</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>حتى {day}</translation>
    </message>
    <message>
        <source>{runs}, {most}</source>
        <extracomment>{runs}: &quot;3 runs&quot;; {most}: &quot;at most 12 on each channel&quot;.</extracomment>
        <translation>{runs}، {most}</translation>
    </message>
</context>
<context>
    <name>EvergreenActions</name>
    <message>
        <source>Add pictures</source>
        <translation>إضافة صور</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>كل الملفات (*)</translation>
    </message>
    <message>
        <source>Change the text of this run only</source>
        <translation>تغيير نص هذه المرة فقط</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>تعديل…</translation>
    </message>
    <message>
        <source>Keep this message at this time</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>إبقاء هذه الرسالة في هذا الوقت</translation>
    </message>
    <message>
        <source>Leave this slot free</source>
        <translation>ترك هذا الموعد شاغرًا</translation>
    </message>
    <message>
        <source>Let another message take this turn</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>ترك الدور لرسالة أخرى</translation>
    </message>
    <message>
        <source>Let the turn decide again</source>
        <translation>ترك الدور يقرر من جديد</translation>
    </message>
    <message>
        <source>Move back</source>
        <translation>إرجاع</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Open the message</source>
        <translation>فتح الرسالة</translation>
    </message>
    <message>
        <source>Pause</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Pin</source>
        <extracomment>Verb: keep a message at its time.</extracomment>
        <translation>تثبيت</translation>
    </message>
    <message>
        <source>Resume</source>
        <extracomment>Verbs: let an evergreen message go out no more for now, or again.</extracomment>
        <translation>استئناف</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>إظهار في الجدول</translation>
    </message>
    <message>
        <source>Skip</source>
        <extracomment>Verb: leave this run out.</extracomment>
        <translation>تخطي</translation>
    </message>
    <message>
        <source>The next runs are being computed.</source>
        <translation>يجري حساب المرات التالية.</translation>
    </message>
    <message>
        <source>The slots are being filled.</source>
        <translation>يجري ملء المواعيد.</translation>
    </message>
    <message>
        <source>There is nothing to fill: see the list of the next runs.</source>
        <translation>لا شيء للملء: راجع قائمة المرات التالية.</translation>
    </message>
</context>
<context>
    <name>EvergreenController</name>
    <message numerus="yes">
        <source>%Ln message(s) added to Evergreen</source>
        <translation>
            <numerusform>لم تُضف أي رسالة إلى الرسائل الدائمة</numerusform>
            <numerusform>أُضيفت رسالة إلى الرسائل الدائمة</numerusform>
            <numerusform>أُضيفت رسالتان إلى الرسائل الدائمة</numerusform>
            <numerusform>أُضيفت %Ln رسائل إلى الرسائل الدائمة</numerusform>
            <numerusform>أُضيفت %Ln رسالة إلى الرسائل الدائمة</numerusform>
            <numerusform>أُضيفت %Ln رسالة إلى الرسائل الدائمة</numerusform>
        </translation>
    </message>
    <message>
        <source>This post is not in the schedule yet: it waits in Activity.</source>
        <translation>هذا المنشور ليس في الجدول بعد: ينتظر في النشاط.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>EvergreenEditor</name>
    <message>
        <source>Add another text</source>
        <translation>إضافة نص آخر</translation>
    </message>
    <message>
        <source>Back to the evergreen messages</source>
        <translation>العودة إلى الرسائل الدائمة</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>الرسائل الدائمة</translation>
    </message>
    <message numerus="yes">
        <source>Goes to %Ln channel(s), ticked in the list beside.</source>
        <translation>
            <numerusform>لا تُرسل إلى أي قناة.</numerusform>
            <numerusform>تُرسل إلى قناة واحدة، محددة في القائمة المجاورة.</numerusform>
            <numerusform>تُرسل إلى قناتين محددتين في القائمة المجاورة.</numerusform>
            <numerusform>تُرسل إلى %Ln قنوات محددة في القائمة المجاورة.</numerusform>
            <numerusform>تُرسل إلى %Ln قناة محددة في القائمة المجاورة.</numerusform>
            <numerusform>تُرسل إلى %Ln قناة محددة في القائمة المجاورة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>التسميات</translation>
    </message>
    <message>
        <source>More for this message</source>
        <translation>المزيد لهذه الرسالة</translation>
    </message>
    <message>
        <source>New evergreen message</source>
        <translation>رسالة دائمة جديدة</translation>
    </message>
    <message>
        <source>No channels yet. Tick them in the list beside.</source>
        <translation>لا قنوات بعد. حددها في القائمة المجاورة.</translation>
    </message>
    <message>
        <source>Some channels have another first text.</source>
        <translation>لبعض القنوات نص أول آخر.</translation>
    </message>
    <message>
        <source>Texts are used in turn, so that no network gets one twice in a row.</source>
        <translation>تُستخدم النصوص بالتناوب كي لا تتلقى أي شبكة النص نفسه مرتين متتاليتين.</translation>
    </message>
    <message>
        <source>The first text goes on in a thread.</source>
        <translation>يتابع النص الأول في سلسلة.</translation>
    </message>
    <message>
        <source>When it may go out</source>
        <translation>متى يمكن إرسالها</translation>
    </message>
    <message>
        <source>{networks}: the first text is another one there.</source>
        <translation>{networks}: النص الأول هناك مختلف.</translation>
    </message>
</context>
<context>
    <name>EvergreenFiles</name>
    <message>
        <source>The file could not be read.</source>
        <translation>تعذّرت قراءة الملف.</translation>
    </message>
</context>
<context>
    <name>EvergreenMessagesView</name>
    <message>
        <source>Evergreen messages</source>
        <translation>الرسائل الدائمة</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>لم يُكتب شيء بعد</translation>
    </message>
</context>
<context>
    <name>EvergreenRuns</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>بلا مزيد</numerusform>
            <numerusform>واحد آخر</numerusform>
            <numerusform>اثنان آخران</numerusform>
            <numerusform>%Ln أخرى</numerusform>
            <numerusform>%Ln أخرى</numerusform>
            <numerusform>%Ln أخرى</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln slot(s) stay free until {day}</source>
        <translation>
            <numerusform>لا مواعيد شاغرة حتى {day}</numerusform>
            <numerusform>يبقى موعد شاغرًا حتى {day}</numerusform>
            <numerusform>يبقى موعدان شاغرين حتى {day}</numerusform>
            <numerusform>تبقى %Ln مواعيد شاغرة حتى {day}</numerusform>
            <numerusform>يبقى %Ln موعدًا شاغرًا حتى {day}</numerusform>
            <numerusform>يبقى %Ln موعد شاغرًا حتى {day}</numerusform>
        </translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>نص خاص</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>مثبتة</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>مجدول</translation>
    </message>
    <message>
        <source>Stays free</source>
        <translation>يبقى شاغرًا</translation>
    </message>
    <message>
        <source>Text {number} of {count}</source>
        <translation>النص {number} من {count}</translation>
    </message>
    <message>
        <source>Without text</source>
        <translation>بلا نص</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsPane</name>
    <message>
        <source>Add a message, and its next runs appear here, with the reason for each.</source>
        <translation>أضف رسالة لتظهر هنا مرات إرسالها التالية مع سبب كل منها.</translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>إضافة مواعيد…</translation>
    </message>
    <message>
        <source>Evergreen messages go out at free slots: weekly times at which your channels post.</source>
        <translation>تُرسل الرسائل الدائمة في المواعيد الشاغرة: أوقات أسبوعية تنشر فيها قنواتك.</translation>
    </message>
    <message>
        <source>Next 20</source>
        <translation>الـ 20 التالية</translation>
    </message>
    <message>
        <source>No weekly slots yet</source>
        <translation>لا مواعيد أسبوعية بعد</translation>
    </message>
    <message>
        <source>Nothing is due</source>
        <translation>لا شيء مستحق</translation>
    </message>
    <message>
        <source>Nothing to send yet</source>
        <translation>لا شيء للإرسال بعد</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>الأوقات بتوقيت {zone}</translation>
    </message>
</context>
<context>
    <name>EvergreenRunsView</name>
    <message>
        <source>Next 20</source>
        <translation>الـ 20 التالية</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <translation>مجدول</translation>
    </message>
</context>
<context>
    <name>EvergreenView</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln رسالة</numerusform>
            <numerusform>رسالة واحدة</numerusform>
            <numerusform>رسالتان</numerusform>
            <numerusform>%Ln رسائل</numerusform>
            <numerusform>%Ln رسالة</numerusform>
            <numerusform>%Ln رسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>Add message</source>
        <translation>إضافة رسالة</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>كل التسميات</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>تصفية التسمية</translation>
    </message>
    <message>
        <source>Messages for reuse: opening hours, your classics, reviews. They go out again and again at free slots, each after a pause. Add one here, or from Compose, Drafts and Schedule by “Add to evergreen”.</source>
        <translation>رسائل لإعادة الاستخدام: ساعات العمل، منتجاتك الكلاسيكية، آراء الزبائن. تُرسل مرارًا في المواعيد الشاغرة، كل منها بعد فاصل. أضف واحدة هنا، أو من الإنشاء والمسودات والجدول عبر «إضافة إلى الرسائل الدائمة».</translation>
    </message>
    <message>
        <source>No evergreen message for the visible channels matches.</source>
        <translation>لا تطابق أي رسالة دائمة للقنوات الظاهرة.</translation>
    </message>
    <message>
        <source>No evergreen message matches.</source>
        <translation>لا تطابق أي رسالة دائمة.</translation>
    </message>
    <message>
        <source>No evergreen messages yet</source>
        <translation>لا رسائل دائمة بعد</translation>
    </message>
    <message>
        <source>Search evergreen messages</source>
        <translation>البحث في الرسائل الدائمة</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>إظهار كل القنوات</translation>
    </message>
</context>
<context>
    <name>EvergreenViewState</name>
    <message numerus="yes">
        <source>%Ln evergreen message(s) deleted</source>
        <translation>
            <numerusform>لم تُحذف رسائل دائمة</numerusform>
            <numerusform>حُذفت رسالة دائمة</numerusform>
            <numerusform>حُذفت رسالتان دائمتان</numerusform>
            <numerusform>حُذفت %Ln رسائل دائمة</numerusform>
            <numerusform>حُذفت %Ln رسالة دائمة</numerusform>
            <numerusform>حُذفت %Ln رسالة دائمة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) duplicated</source>
        <translation>
            <numerusform>لم تُكرر رسائل دائمة</numerusform>
            <numerusform>كُررت رسالة دائمة</numerusform>
            <numerusform>كُررت رسالتان دائمتان</numerusform>
            <numerusform>كُررت %Ln رسائل دائمة</numerusform>
            <numerusform>كُررت %Ln رسالة دائمة</numerusform>
            <numerusform>كُررت %Ln رسالة دائمة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) paused</source>
        <translation>
            <numerusform>لم تُوقف رسائل دائمة</numerusform>
            <numerusform>أُوقفت رسالة دائمة مؤقتًا</numerusform>
            <numerusform>أُوقفت رسالتان دائمتان مؤقتًا</numerusform>
            <numerusform>أُوقفت %Ln رسائل دائمة مؤقتًا</numerusform>
            <numerusform>أُوقفت %Ln رسالة دائمة مؤقتًا</numerusform>
            <numerusform>أُوقفت %Ln رسالة دائمة مؤقتًا</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln evergreen message(s) resumed</source>
        <translation>
            <numerusform>لم تُستأنف رسائل دائمة</numerusform>
            <numerusform>استؤنفت رسالة دائمة</numerusform>
            <numerusform>استؤنفت رسالتان دائمتان</numerusform>
            <numerusform>استؤنفت %Ln رسائل دائمة</numerusform>
            <numerusform>استؤنفت %Ln رسالة دائمة</numerusform>
            <numerusform>استؤنفت %Ln رسالة دائمة</numerusform>
        </translation>
    </message>
    <message>
        <source>Pinned. This message keeps its time.</source>
        <translation>ثُبتت. تحتفظ هذه الرسالة بوقتها.</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>إعادة</translation>
    </message>
    <message>
        <source>Skipped. Another message takes its turn.</source>
        <translation>جرى التخطي. تأخذ رسالة أخرى الدور.</translation>
    </message>
    <message>
        <source>Taken off the schedule, and skipped.</source>
        <translation>أُزيلت من الجدول وجرى تخطيها.</translation>
    </message>
    <message>
        <source>The turn decides again.</source>
        <translation>الدور يقرر من جديد.</translation>
    </message>
    <message>
        <source>This run has a text of its own.</source>
        <translation>لهذه المرة نص خاص بها.</translation>
    </message>
    <message>
        <source>This slot stays free.</source>
        <translation>يبقى هذا الموعد شاغرًا.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>What it had scheduled is taken back.</source>
        <translation>سُحب ما كانت قد جدولته.</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>تم حذف «{name}»</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>+{count}</source>
        <translation>‎+{count}</translation>
    </message>
    <message>
        <source>A4</source>
        <translation>A4</translation>
    </message>
    <message>
        <source>Calendars (*.ics)</source>
        <translation>تقاويم (*.ics)</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>No posts this week.</source>
        <translation>لا منشورات هذا الأسبوع.</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>مستندات PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Page {number} of {total}</source>
        <translation>الصفحة {number} من {total}</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>جداول (*.csv)</translation>
    </message>
    <message>
        <source>schedule {day}</source>
        <translation>جدول {day}</translation>
    </message>
    <message>
        <source>week of {day}</source>
        <translation>أسبوع {day}</translation>
    </message>
    <message>
        <source>{day}, continued</source>
        <translation>{day}، تتمة</translation>
    </message>
    <message>
        <source>{posts}, as of {when}</source>
        <translation>{posts}، حتى {when}</translation>
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
        <translation>أسبوع للطباعة، بعمود لكل يوم وصور مصغرة. {paper} أفقي.</translation>
    </message>
    <message numerus="yes">
        <source>All: %Ln post(s)</source>
        <translation>
            <numerusform>الكل: %Ln منشور</numerusform>
            <numerusform>الكل: منشور واحد</numerusform>
            <numerusform>الكل: منشوران</numerusform>
            <numerusform>الكل: %Ln منشورات</numerusform>
            <numerusform>الكل: %Ln منشورًا</numerusform>
            <numerusform>الكل: %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>جدول CSV</translation>
    </message>
    <message>
        <source>Calendar file</source>
        <translation>ملف تقويم</translation>
    </message>
    <message numerus="yes">
        <source>Export %Ln post(s)…</source>
        <translation>
            <numerusform>تصدير %Ln منشور…</numerusform>
            <numerusform>تصدير منشور واحد…</numerusform>
            <numerusform>تصدير منشورين…</numerusform>
            <numerusform>تصدير %Ln منشورات…</numerusform>
            <numerusform>تصدير %Ln منشورًا…</numerusform>
            <numerusform>تصدير %Ln منشور…</numerusform>
        </translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>تقدم التصدير</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>تصدير الجدول</translation>
    </message>
    <message>
        <source>Export week…</source>
        <translation>تصدير الأسبوع…</translation>
    </message>
    <message>
        <source>File type</source>
        <translation>نوع الملف</translation>
    </message>
    <message numerus="yes">
        <source>Filtered: %Ln post(s)</source>
        <translation>
            <numerusform>بعد التصفية: %Ln منشور</numerusform>
            <numerusform>بعد التصفية: منشور واحد</numerusform>
            <numerusform>بعد التصفية: منشوران</numerusform>
            <numerusform>بعد التصفية: %Ln منشورات</numerusform>
            <numerusform>بعد التصفية: %Ln منشورًا</numerusform>
            <numerusform>بعد التصفية: %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>For Excel</source>
        <translation>لبرنامج Excel</translation>
    </message>
    <message>
        <source>One event per post, for calendar apps. Posts without a time are left out.</source>
        <translation>حدث لكل منشور، لتطبيقات التقويم. تُستبعد المنشورات التي لا وقت لها.</translation>
    </message>
    <message>
        <source>One row per post, for spreadsheets and scripts. Times are in your time zone, with its offset. Formulas become plain text.</source>
        <translation>صف لكل منشور، لجداول البيانات والبرامج النصية. الأوقات بمنطقتك الزمنية مع فارق التوقيت. تصبح الصيغ نصًا عاديًا.</translation>
    </message>
    <message>
        <source>Opens as a table in Excel. Texts are cut at 32,767 characters, Excel&apos;s limit for a cell.</source>
        <translation>يُفتح كجدول في Excel. تُقطع النصوص عند 32,767 حرفًا، وهو حد Excel للخلية.</translation>
    </message>
    <message>
        <source>PDF of a week</source>
        <translation>PDF لأسبوع</translation>
    </message>
    <message>
        <source>Posts to export</source>
        <translation>المنشورات المراد تصديرها</translation>
    </message>
    <message numerus="yes">
        <source>Selected: %Ln post(s)</source>
        <translation>
            <numerusform>المحدد: %Ln منشور</numerusform>
            <numerusform>المحدد: منشور واحد</numerusform>
            <numerusform>المحدد: منشوران</numerusform>
            <numerusform>المحدد: %Ln منشورات</numerusform>
            <numerusform>المحدد: %Ln منشورًا</numerusform>
            <numerusform>المحدد: %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Week after</source>
        <translation>الأسبوع التالي</translation>
    </message>
    <message>
        <source>Week before</source>
        <translation>الأسبوع السابق</translation>
    </message>
</context>
<context>
    <name>FeedController</name>
    <message>
        <source>Feed</source>
        <translation>الخلاصة</translation>
    </message>
</context>
<context>
    <name>FeedList</name>
    <message>
        <source>Feed</source>
        <translation>الخلاصة</translation>
    </message>
</context>
<context>
    <name>FeedModel</name>
    <message>
        <source>Post without text</source>
        <translation>منشور بلا نص</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>الآن</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} س</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} د</translation>
    </message>
</context>
<context>
    <name>FeedPage</name>
    <message>
        <source>Feed</source>
        <translation>الخلاصة</translation>
    </message>
    <message numerus="yes">
        <source>Hidden channels contain %Ln post(s).</source>
        <translation>
            <numerusform>تحتوي القنوات المخفية على %Ln منشور.</numerusform>
            <numerusform>تحتوي القنوات المخفية على منشور واحد.</numerusform>
            <numerusform>تحتوي القنوات المخفية على منشورين.</numerusform>
            <numerusform>تحتوي القنوات المخفية على %Ln منشورات.</numerusform>
            <numerusform>تحتوي القنوات المخفية على %Ln منشورًا.</numerusform>
            <numerusform>تحتوي القنوات المخفية على %Ln منشور.</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>No post of these channels</source>
        <translation>لا منشورات من هذه القنوات</translation>
    </message>
    <message>
        <source>Nothing published yet</source>
        <translation>لم يُنشر شيء بعد</translation>
    </message>
    <message>
        <source>Posts appear here when the sandbox has sent them.</source>
        <translation>تظهر المنشورات هنا بعد أن ترسلها بيئة التجربة.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>تحديث</translation>
    </message>
    <message>
        <source>Show hidden channels</source>
        <translation>إظهار القنوات المخفية</translation>
    </message>
    <message>
        <source>This is the sandbox. These posts stayed on this computer; nothing was published on any network.</source>
        <translation>هذه بيئة التجربة. بقيت هذه المنشورات على هذا الكمبيوتر؛ لم يُنشر شيء على أي شبكة.</translation>
    </message>
</context>
<context>
    <name>FeedRows</name>
    <message>
        <source>Sandbox</source>
        <translation>تجريبية</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>First comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>الرابط</translation>
    </message>
</context>
<context>
    <name>FileChoice</name>
    <message>
        <source>Pictures and videos of the message</source>
        <translation>صور الرسالة ومقاطعها</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Pictures and videos ({endings})</source>
        <extracomment>{endings}: &quot;*.jpg *.png&quot;. Keep the brackets.</extracomment>
        <translation>صور وفيديوهات ({endings})</translation>
    </message>
</context>
<context>
    <name>FilePage</name>
    <message>
        <source>A table with all columns, to fill in a spreadsheet</source>
        <translation>جدول بكل الأعمدة، لملئه في برنامج جداول بيانات</translation>
    </message>
    <message>
        <source>CSV, Excel (.xlsx) or JSON with one message per row. Pictures can be files in the same folder or web addresses. Importing adds the messages to {campaign} and sends nothing.</source>
        <translation>CSV أو Excel (‎.xlsx) أو JSON برسالة واحدة لكل صف. يمكن أن تكون الصور ملفات في المجلد نفسه أو عناوين ويب. يضيف الاستيراد الرسائل إلى {campaign} ولا يرسل شيئًا.</translation>
    </message>
    <message>
        <source>Cells copied in a spreadsheet</source>
        <translation>خلايا منسوخة من جدول بيانات</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>اختيار ملف…</translation>
    </message>
    <message>
        <source>Drop a file here, or choose one</source>
        <translation>أفلت ملفًا هنا، أو اختر ملفًا</translation>
    </message>
    <message>
        <source>Import some sample messages, to see how it works</source>
        <translation>استورد رسائل نموذجية لترى كيف تعمل الحملات</translation>
    </message>
    <message>
        <source>Paste cells</source>
        <translation>لصق الخلايا</translation>
    </message>
    <message>
        <source>Reading the file</source>
        <translation>جارٍ قراءة الملف</translation>
    </message>
    <message>
        <source>Reading {name}</source>
        <translation>جارٍ قراءة {name}</translation>
    </message>
    <message numerus="yes">
        <source>Reading {name}: %Ln row(s)</source>
        <translation>
            <numerusform>جارٍ قراءة {name}: %Ln صف</numerusform>
            <numerusform>جارٍ قراءة {name}: صف واحد</numerusform>
            <numerusform>جارٍ قراءة {name}: صفان</numerusform>
            <numerusform>جارٍ قراءة {name}: %Ln صفوف</numerusform>
            <numerusform>جارٍ قراءة {name}: %Ln صفًا</numerusform>
            <numerusform>جارٍ قراءة {name}: %Ln صف</numerusform>
        </translation>
    </message>
    <message>
        <source>Save a sample file…</source>
        <translation>حفظ ملف نموذجي…</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>إيقاف القراءة</translation>
    </message>
    <message>
        <source>Use a sample</source>
        <translation>استخدام نموذج</translation>
    </message>
    <message>
        <source>this campaign</source>
        <translation>هذه الحملة</translation>
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
        <translation>الصورة</translation>
    </message>
    <message>
        <source>The watermark cannot be used. {reason}</source>
        <translation>لا يمكن استخدام العلامة المائية. {reason}</translation>
    </message>
    <message>
        <source>The watermark of the style “{style}” cannot be used. {reason}</source>
        <translation>لا يمكن استخدام العلامة المائية للنمط «{style}». {reason}</translation>
    </message>
    <message>
        <source>{file} cannot be converted: ffmpeg was not found. Install it, or choose where it is in Settings, Writing.</source>
        <translation>لا يمكن تحويل {file}: لم يُعثر على ffmpeg. ثبّته أو اختر مكانه في الإعدادات، الكتابة.</translation>
    </message>
    <message>
        <source>{file} cannot be converted: this ffmpeg cannot write H.264 with AAC. Choose another one in Settings, Writing.</source>
        <translation>لا يمكن تحويل {file}: لا يستطيع ffmpeg هذا كتابة H.264 مع AAC. اختر غيره في الإعدادات، الكتابة.</translation>
    </message>
    <message>
        <source>{file} cannot be made as small as {number} MB.</source>
        <translation>لا يمكن تصغير {file} إلى {number} ميغابايت.</translation>
    </message>
    <message>
        <source>{file} cannot be opened right now: {reason}.</source>
        <translation>لا يمكن فتح {file} الآن: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be opened: this installation of Posto cannot read such pictures. Install what is missing: {command}</source>
        <translation>لا يمكن فتح {file}: نسخة Posto المثبتة هذه لا يمكنها قراءة هذا النوع من الصور. ثبّت ما ينقص: {command}</translation>
    </message>
    <message>
        <source>{file} cannot be read: access denied.</source>
        <translation>لا يمكن قراءة {file}: الوصول مرفوض.</translation>
    </message>
    <message>
        <source>{file} cannot be read: its name cannot be used.</source>
        <translation>لا يمكن قراءة {file}: لا يمكن استخدام اسمه.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}.</source>
        <translation>لا يمكن قراءة {file}: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot stay animated within {number} MB. Choose a still picture.</source>
        <translation>لا يمكن أن يبقى {file} متحركًا ضمن {number} ميغابايت. اختر صورة ثابتة.</translation>
    </message>
    <message>
        <source>{file} changed while Posto prepared it. Try again.</source>
        <translation>تغيّر {file} أثناء إعداد Posto له. حاول مجددًا.</translation>
    </message>
    <message>
        <source>{file} could not be converted: ffmpeg stopped working on it. Try again.</source>
        <translation>تعذّر تحويل {file}: توقف ffmpeg عن العمل عليه. حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the disk is full. Make room, then try again.</source>
        <translation>تعذّر تحويل {file}: القرص ممتلئ. أفرغ مساحة ثم حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>{file} could not be converted: the result is not what was asked for. It may be damaged.</source>
        <translation>تعذّر تحويل {file}: النتيجة ليست كما طُلب. قد يكون الملف تالفًا.</translation>
    </message>
    <message>
        <source>{file} could not be converted: {reason}.</source>
        <translation>تعذّر تحويل {file}: {reason}.</translation>
    </message>
    <message>
        <source>{file} could not be opened: the computer stopped the program that opens pictures. Its memory may be full. Close other programs, then try again.</source>
        <translation>تعذّر فتح {file}: أوقف الكمبيوتر البرنامج الذي يفتح الصور. ربما امتلأت ذاكرته. أغلق البرامج الأخرى ثم حاول مجددًا.</translation>
    </message>
    <message>
        <source>{file} could not be prepared: {reason}.</source>
        <translation>تعذّر إعداد {file}: {reason}.</translation>
    </message>
    <message numerus="yes">
        <source>{file} has %Ln frame(s) of {size} pixels, too many to edit here.</source>
        <translation>
            <numerusform>يحتوي {file} على %Ln إطار بمقاس {size} بكسل، وهذا أكثر مما يمكن تعديله هنا.</numerusform>
            <numerusform>يحتوي {file} على إطار واحد بمقاس {size} بكسل، وهذا أكثر مما يمكن تعديله هنا.</numerusform>
            <numerusform>يحتوي {file} على إطارين بمقاس {size} بكسل، وهذا أكثر مما يمكن تعديله هنا.</numerusform>
            <numerusform>يحتوي {file} على %Ln إطارات بمقاس {size} بكسل، وهذا أكثر مما يمكن تعديله هنا.</numerusform>
            <numerusform>يحتوي {file} على %Ln إطارًا بمقاس {size} بكسل، وهذا أكثر مما يمكن تعديله هنا.</numerusform>
            <numerusform>يحتوي {file} على %Ln إطار بمقاس {size} بكسل، وهذا أكثر مما يمكن تعديله هنا.</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} has frames of {size} pixels, too large to edit here.</source>
        <translation>يحتوي {file} على إطارات بمقاس {size} بكسل، وهي أكبر مما يمكن تعديله هنا.</translation>
    </message>
    <message>
        <source>{file} has more than {most} passes; Posto cannot open such JPEGs. Save it as an ordinary JPEG or remove it.</source>
        <translation>يحتوي {file} على أكثر من {most} من التمريرات؛ لا يمكن لـ Posto فتح ملفات JPEG كهذه. احفظه كملف JPEG عادي أو أزله.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto edits pictures of up to {most}. Make it smaller first.</source>
        <translation>دقة {file} هي {count} ميغابكسل؛ يعدّل Posto صورًا تصل إلى {most}. صغّره أولًا.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; Posto opens {kind} of up to {most}. Make it smaller or remove it.</source>
        <translation>دقة {file} هي {count} ميغابكسل؛ يفتح Posto {kind} حتى {most}. صغّره أو أزله.</translation>
    </message>
    <message>
        <source>{file} has {count} megapixels; a watermark may have {most}.</source>
        <translation>دقة {file} هي {count} ميغابكسل؛ الحد الأقصى للعلامة المائية {most}.</translation>
    </message>
    <message>
        <source>{file} is a folder.</source>
        <translation>{file} مجلد.</translation>
    </message>
    <message>
        <source>{file} is damaged.</source>
        <translation>{file} تالف.</translation>
    </message>
    <message>
        <source>{file} is damaged: it cannot be opened as a picture.</source>
        <translation>{file} تالف: لا يمكن فتحه كصورة.</translation>
    </message>
    <message>
        <source>{file} is empty (0 bytes).</source>
        <translation>{file} فارغ (0 بايت).</translation>
    </message>
    <message>
        <source>{file} is incomplete: its end is missing. Copy it again.</source>
        <translation>{file} غير مكتمل: نهايته مفقودة. انسخه مجددًا.</translation>
    </message>
    <message>
        <source>{file} is no picture.</source>
        <translation>{file} ليس صورة.</translation>
    </message>
    <message>
        <source>{file} is not a file that can be posted.</source>
        <translation>{file} ليس ملفًا يمكن نشره.</translation>
    </message>
    <message>
        <source>{file} is not a picture or video that Posto can post.</source>
        <translation>{file} ليس صورة أو فيديو يمكن لـ Posto نشره.</translation>
    </message>
    <message>
        <source>{file} is too large to play here.</source>
        <translation>{file} أكبر من أن يُشغّل هنا.</translation>
    </message>
    <message>
        <source>{file} is {number} MB; a watermark may have {most}.</source>
        <translation>حجم {file} هو {number} ميغابايت؛ الحد الأقصى للعلامة المائية {most}.</translation>
    </message>
    <message>
        <source>{file} needs too much memory. Make it smaller or remove it.</source>
        <translation>يحتاج {file} إلى ذاكرة كبيرة جدًا. صغّره أو أزله.</translation>
    </message>
    <message>
        <source>{file} takes about {number} MB when it is converted; {free} MB are free. Make room, then try again.</source>
        <translation>يحتاج {file} إلى نحو {number} ميغابايت عند تحويله؛ المساحة الحرة {free} ميغابايت. أفرغ مساحة ثم حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>{file} takes too long to open. Save it again with a picture program or remove it.</source>
        <translation>يستغرق فتح {file} وقتًا طويلًا جدًا. احفظه مجددًا ببرنامج صور أو أزله.</translation>
    </message>
    <message>
        <source>{file} was not found.</source>
        <translation>لم يُعثر على {file}.</translation>
    </message>
    <message>
        <source>{reason} Choose another watermark.</source>
        <translation>{reason} اختر علامة مائية أخرى.</translation>
    </message>
</context>
<context>
    <name>FilterChips</name>
    <message>
        <source>Clear filters</source>
        <translation>مسح عوامل التصفية</translation>
    </message>
</context>
<context>
    <name>FilterController</name>
    <message>
        <source>All labels</source>
        <translation>كل التسميات</translation>
    </message>
    <message>
        <source>Label: {label}</source>
        <translation>التسمية: {label}</translation>
    </message>
</context>
<context>
    <name>FindingRow</name>
    <message>
        <source>More fixes</source>
        <translation>حلول أخرى</translation>
    </message>
</context>
<context>
    <name>Fixes</name>
    <message>
        <source>Add a space</source>
        <translation>إضافة مسافة</translation>
    </message>
    <message>
        <source>Add a title</source>
        <translation>إضافة عنوان</translation>
    </message>
    <message>
        <source>Add it to the text</source>
        <translation>إضافته إلى النص</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>إضافة وسائط</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>تغيير الوقت</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>اقتصاص</translation>
    </message>
    <message>
        <source>Crop the middle</source>
        <translation>اقتصاص الوسط</translation>
    </message>
    <message>
        <source>Describe</source>
        <translation>وصف</translation>
    </message>
    <message>
        <source>Edit for {name}</source>
        <translation>تعديل لـ {name}</translation>
    </message>
    <message>
        <source>Edit it</source>
        <translation>تعديله</translation>
    </message>
    <message>
        <source>Edit the first comment</source>
        <translation>تعديل التعليق الأول</translation>
    </message>
    <message>
        <source>Edit the link</source>
        <translation>تعديل الرابط</translation>
    </message>
    <message>
        <source>Edit the text</source>
        <translation>تعديل النص</translation>
    </message>
    <message>
        <source>Edit the title</source>
        <translation>تعديل العنوان</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>تعديل…</translation>
    </message>
    <message>
        <source>Keep the braces</source>
        <translation>الإبقاء على الأقواس</translation>
    </message>
    <message>
        <source>Leave it out for {name}</source>
        <translation>استبعاده من {name}</translation>
    </message>
    <message numerus="yes">
        <source>Leave out %Ln channel(s)</source>
        <translation>
            <numerusform>استبعاد %Ln قناة</numerusform>
            <numerusform>استبعاد قناة واحدة</numerusform>
            <numerusform>استبعاد قناتين</numerusform>
            <numerusform>استبعاد %Ln قنوات</numerusform>
            <numerusform>استبعاد %Ln قناة</numerusform>
            <numerusform>استبعاد %Ln قناة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Leave out %n file(s) for {networks}</source>
        <translation>
            <numerusform>استبعاد %n ملف من {networks}</numerusform>
            <numerusform>استبعاد ملف واحد من {networks}</numerusform>
            <numerusform>استبعاد ملفين من {networks}</numerusform>
            <numerusform>استبعاد %n ملفات من {networks}</numerusform>
            <numerusform>استبعاد %n ملفًا من {networks}</numerusform>
            <numerusform>استبعاد %n ملف من {networks}</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave out the link</source>
        <translation>استبعاد الرابط</translation>
    </message>
    <message>
        <source>Leave out {file} for {networks}</source>
        <translation>استبعاد {file} من {networks}</translation>
    </message>
    <message>
        <source>Leave out {name}</source>
        <translation>استبعاد {name}</translation>
    </message>
    <message>
        <source>Make it fit {name}</source>
        <translation>ملاءمته لـ {name}</translation>
    </message>
    <message>
        <source>Move all files to the first part</source>
        <translation>نقل كل الملفات إلى الجزء الأول</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>نقل إلى {time}</translation>
    </message>
    <message>
        <source>Only {name}</source>
        <translation>{name} فقط</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
    <message numerus="yes">
        <source>Remove %Ln hashtag(s)</source>
        <translation>
            <numerusform>إزالة %Ln هاشتاغ</numerusform>
            <numerusform>إزالة هاشتاغ واحد</numerusform>
            <numerusform>إزالة هاشتاغين</numerusform>
            <numerusform>إزالة %Ln هاشتاغات</numerusform>
            <numerusform>إزالة %Ln هاشتاغًا</numerusform>
            <numerusform>إزالة %Ln هاشتاغ</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n file(s) from the message</source>
        <translation>
            <numerusform>إزالة %n ملف من الرسالة</numerusform>
            <numerusform>إزالة ملف واحد من الرسالة</numerusform>
            <numerusform>إزالة ملفين من الرسالة</numerusform>
            <numerusform>إزالة %n ملفات من الرسالة</numerusform>
            <numerusform>إزالة %n ملفًا من الرسالة</numerusform>
            <numerusform>إزالة %n ملف من الرسالة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove the empty part(s)</source>
        <translation>
            <numerusform>إزالة الأجزاء الفارغة</numerusform>
            <numerusform>إزالة الجزء الفارغ</numerusform>
            <numerusform>إزالة الجزأين الفارغين</numerusform>
            <numerusform>إزالة الأجزاء الفارغة</numerusform>
            <numerusform>إزالة الأجزاء الفارغة</numerusform>
            <numerusform>إزالة الأجزاء الفارغة</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove the link</source>
        <translation>إزالة الرابط</translation>
    </message>
    <message>
        <source>Remove {names} from the message</source>
        <translation>إزالة {names} من الرسالة</translation>
    </message>
    <message>
        <source>Select channels</source>
        <translation>تحديد القنوات</translation>
    </message>
    <message>
        <source>Send a still picture</source>
        <translation>إرسال صورة ثابتة</translation>
    </message>
    <message>
        <source>Send all parts as one text</source>
        <translation>إرسال كل الأجزاء كنص واحد</translation>
    </message>
    <message>
        <source>Send only the first part</source>
        <translation>إرسال الجزء الأول فقط</translation>
    </message>
    <message>
        <source>Send the whole thread</source>
        <translation>إرسال السلسلة كاملة</translation>
    </message>
    <message>
        <source>Send without a style</source>
        <translation>الإرسال بلا نمط</translation>
    </message>
    <message>
        <source>Shorten for {name}</source>
        <translation>تقصير لـ {name}</translation>
    </message>
    <message>
        <source>Shorten it</source>
        <translation>تقصيره</translation>
    </message>
    <message>
        <source>Shorten the title</source>
        <translation>تقصير العنوان</translation>
    </message>
    <message>
        <source>Show the file</source>
        <translation>إظهار الملف</translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation>إظهار الملفات</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>تسجيل الدخول مجددًا</translation>
    </message>
    <message>
        <source>Split for all networks</source>
        <translation>تقسيم لكل الشبكات</translation>
    </message>
    <message>
        <source>Split for {name}</source>
        <translation>تقسيم لـ {name}</translation>
    </message>
    <message>
        <source>Trim…</source>
        <translation>قص…</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>استخدام النص المشترك</translation>
    </message>
    <message>
        <source>Use the nearest year</source>
        <translation>استخدام أقرب سنة</translation>
    </message>
    <message>
        <source>Use “/” instead</source>
        <translation>استخدام «/» بدلًا منه</translation>
    </message>
    <message>
        <source>Write the character</source>
        <translation>كتابة الحرف</translation>
    </message>
</context>
<context>
    <name>GroupActions</name>
    <message>
        <source>Create group</source>
        <translation>إنشاء المجموعة</translation>
    </message>
    <message numerus="yes">
        <source>Creates a group with %Ln channel(s).</source>
        <translation>
            <numerusform>ينشئ مجموعة فيها %Ln قناة.</numerusform>
            <numerusform>ينشئ مجموعة فيها قناة واحدة.</numerusform>
            <numerusform>ينشئ مجموعة فيها قناتان.</numerusform>
            <numerusform>ينشئ مجموعة فيها %Ln قنوات.</numerusform>
            <numerusform>ينشئ مجموعة فيها %Ln قناة.</numerusform>
            <numerusform>ينشئ مجموعة فيها %Ln قناة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Group name</source>
        <translation>اسم المجموعة</translation>
    </message>
    <message>
        <source>Its channels stay in it.</source>
        <translation>تبقى قنواتها فيها.</translation>
    </message>
    <message>
        <source>Joins both groups.</source>
        <translation>يدمج المجموعتين.</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>نقل إلى أسفل</translation>
    </message>
    <message numerus="yes">
        <source>Move the (found channel/%Ln found channels) here</source>
        <translation>
            <numerusform>نقل القنوات المعثور عليها إلى هنا (%Ln)</numerusform>
            <numerusform>نقل القناة المعثور عليها إلى هنا</numerusform>
            <numerusform>نقل القناتين المعثور عليهما إلى هنا</numerusform>
            <numerusform>نقل القنوات المعثور عليها إلى هنا (%Ln)</numerusform>
            <numerusform>نقل القنوات المعثور عليها إلى هنا (%Ln)</numerusform>
            <numerusform>نقل القنوات المعثور عليها إلى هنا (%Ln)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move the (ticked channel/%Ln ticked channels) here</source>
        <translation>
            <numerusform>نقل القنوات المحددة إلى هنا (%Ln)</numerusform>
            <numerusform>نقل القناة المحددة إلى هنا</numerusform>
            <numerusform>نقل القناتين المحددتين إلى هنا</numerusform>
            <numerusform>نقل القنوات المحددة إلى هنا (%Ln)</numerusform>
            <numerusform>نقل القنوات المحددة إلى هنا (%Ln)</numerusform>
            <numerusform>نقل القنوات المحددة إلى هنا (%Ln)</numerusform>
        </translation>
    </message>
    <message>
        <source>Move to group</source>
        <translation>نقل إلى مجموعة</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>نقل إلى أعلى</translation>
    </message>
    <message numerus="yes">
        <source>Moves %Ln channel(s) into this group.</source>
        <translation>
            <numerusform>ينقل %Ln قناة إلى هذه المجموعة.</numerusform>
            <numerusform>ينقل قناة واحدة إلى هذه المجموعة.</numerusform>
            <numerusform>ينقل قناتين إلى هذه المجموعة.</numerusform>
            <numerusform>ينقل %Ln قنوات إلى هذه المجموعة.</numerusform>
            <numerusform>ينقل %Ln قناة إلى هذه المجموعة.</numerusform>
            <numerusform>ينقل %Ln قناة إلى هذه المجموعة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Name of the group</source>
        <translation>اسم المجموعة</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>مجموعة جديدة</translation>
    </message>
    <message>
        <source>New group…</source>
        <translation>مجموعة جديدة…</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>إزالة من «{name}»</translation>
    </message>
    <message>
        <source>Remove group</source>
        <translation>إزالة المجموعة</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>إعادة تسمية</translation>
    </message>
    <message>
        <source>Rename group…</source>
        <translation>إعادة تسمية المجموعة…</translation>
    </message>
</context>
<context>
    <name>GroupDrag</name>
    <message>
        <source>Move above “{name}”</source>
        <translation>نقل إلى أعلى «{name}»</translation>
    </message>
    <message>
        <source>Move below “{name}”</source>
        <translation>نقل إلى أسفل «{name}»</translation>
    </message>
    <message>
        <source>Move to “{name}”</source>
        <translation>نقل إلى «{name}»</translation>
    </message>
    <message>
        <source>Remove from “{name}”</source>
        <translation>إزالة من «{name}»</translation>
    </message>
</context>
<context>
    <name>HashtagFields</name>
    <message>
        <source>#coffee #roastery</source>
        <translation>#قهوة #محمصة</translation>
    </message>
    <message>
        <source>At the end of the text</source>
        <translation>في نهاية النص</translation>
    </message>
    <message>
        <source>Create groups in Compose with the Snippets button</source>
        <translation>أنشئ المجموعات في «الإنشاء» بزر «النصوص الجاهزة»</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>المجموعات</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>الهاشتاغات</translation>
    </message>
    <message>
        <source>In the first comment, if the network has one</source>
        <translation>في التعليق الأول، إذا كانت الشبكة تدعمه</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>الموضع</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (محذوف)</translation>
    </message>
</context>
<context>
    <name>HiddenChannelsBar</name>
    <message numerus="yes">
        <source>%Ln of {total} channels (is/are) hidden</source>
        <translation>
            <numerusform>%Ln من {total} من القنوات مخفية</numerusform>
            <numerusform>قناة واحدة من {total} مخفية</numerusform>
            <numerusform>قناتان من {total} مخفيتان</numerusform>
            <numerusform>%Ln من {total} من القنوات مخفية</numerusform>
            <numerusform>%Ln من {total} من القنوات مخفية</numerusform>
            <numerusform>%Ln من {total} من القنوات مخفية</numerusform>
        </translation>
    </message>
    <message>
        <source>All channels are hidden</source>
        <translation>كل القنوات مخفية</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>إظهار الكل</translation>
    </message>
    <message>
        <source>Show all channels</source>
        <translation>إظهار كل القنوات</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>History</source>
        <translation>السجل</translation>
    </message>
    <message>
        <source>Nothing is known of this message.</source>
        <translation>لا يُعرف شيء عن هذه الرسالة.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>جارٍ القراءة…</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>الخطوات</translation>
    </message>
    <message>
        <source>The history could not be read. See the log for details.</source>
        <translation>تعذّرت قراءة تاريخ الرسالة. راجع السجل لمعرفة التفاصيل.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>المحاولة مجددًا</translation>
    </message>
</context>
<context>
    <name>ImportCountsLabel</name>
    <message>
        <source>cannot be imported</source>
        <translation>لا يمكن استيرادها</translation>
    </message>
    <message>
        <source>incomplete</source>
        <translation>غير مكتملة</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>مستبعدة</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>جاهزة</translation>
    </message>
    <message>
        <source>without its picture</source>
        <translation>بلا صورتها</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%n change(s) to the rows will be lost. The file does not change.</source>
        <translation>
            <numerusform>ستُفقد تغييرات الصفوف (%n). لا يتغير الملف.</numerusform>
            <numerusform>سيُفقد تغيير واحد على الصفوف. لا يتغير الملف.</numerusform>
            <numerusform>سيُفقد تغييران على الصفوف. لا يتغير الملف.</numerusform>
            <numerusform>ستُفقد %n تغييرات على الصفوف. لا يتغير الملف.</numerusform>
            <numerusform>سيُفقد %n تغييرًا على الصفوف. لا يتغير الملف.</numerusform>
            <numerusform>سيُفقد %n تغيير على الصفوف. لا يتغير الملف.</numerusform>
        </translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>كل الملفات (*)</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>ملف CSV</translation>
    </message>
    <message>
        <source>Columns and check</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>الأعمدة والفحص</translation>
    </message>
    <message>
        <source>File</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>الملف</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>متابعة</translation>
    </message>
    <message>
        <source>Import file</source>
        <translation>استيراد ملف</translation>
    </message>
    <message>
        <source>Import messages from a file</source>
        <translation>استيراد رسائل من ملف</translation>
    </message>
    <message>
        <source>Pasted cells</source>
        <translation>الخلايا الملصقة</translation>
    </message>
    <message>
        <source>Posto sample.csv</source>
        <translation>نموذج Posto.csv</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>نموذج</translation>
    </message>
    <message>
        <source>Save a sample file</source>
        <translation>حفظ ملف نموذجي</translation>
    </message>
    <message>
        <source>Stop importing</source>
        <translation>إيقاف الاستيراد</translation>
    </message>
    <message>
        <source>Stop importing?</source>
        <translation>هل تريد إيقاف الاستيراد؟</translation>
    </message>
    <message>
        <source>Tables ({endings})</source>
        <extracomment>{endings}: &quot;*.csv *.xlsx&quot;. Keep the brackets.</extracomment>
        <translation>جداول ({endings})</translation>
    </message>
    <message>
        <source>There are no rows below the column names.</source>
        <translation>لا صفوف أسفل أسماء الأعمدة.</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title of a step: the times of imported messages.</extracomment>
        <translation>الأوقات</translation>
    </message>
</context>
<context>
    <name>ImportFooter</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>متابعة</translation>
    </message>
    <message numerus="yes">
        <source>Continue with %Ln row(s)</source>
        <translation>
            <numerusform>متابعة مع %Ln صف</numerusform>
            <numerusform>متابعة مع صف واحد</numerusform>
            <numerusform>متابعة مع صفين</numerusform>
            <numerusform>متابعة مع %Ln صفوف</numerusform>
            <numerusform>متابعة مع %Ln صفًا</numerusform>
            <numerusform>متابعة مع %Ln صف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln message(s)</source>
        <translation>
            <numerusform>استيراد %Ln رسالة</numerusform>
            <numerusform>استيراد رسالة واحدة</numerusform>
            <numerusform>استيراد رسالتين</numerusform>
            <numerusform>استيراد %Ln رسائل</numerusform>
            <numerusform>استيراد %Ln رسالة</numerusform>
            <numerusform>استيراد %Ln رسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>No row can be imported yet</source>
        <translation>لا يمكن استيراد أي صف بعد</translation>
    </message>
    <message>
        <source>Only problems</source>
        <translation>المشكلات فقط</translation>
    </message>
</context>
<context>
    <name>ImportRowActions</name>
    <message>
        <source>Where is {name}?</source>
        <translation>أين {name}؟</translation>
    </message>
</context>
<context>
    <name>ImportRows</name>
    <message>
        <source>Change…</source>
        <translation>تغيير…</translation>
    </message>
    <message>
        <source>Import after all</source>
        <translation>استيراده رغم ذلك</translation>
    </message>
    <message>
        <source>Import anyway</source>
        <translation>استيراد على أي حال</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>استبعاد</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>تحديد الموقع…</translation>
    </message>
    <message>
        <source>none</source>
        <translation>بلا</translation>
    </message>
</context>
<context>
    <name>ImportRowsModel</name>
    <message>
        <source>Column {number}</source>
        <translation>العمود {number}</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>مستبعد</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>صف</translation>
    </message>
    <message>
        <source>Row {number}</source>
        <translation>الصف {number}</translation>
    </message>
    <message>
        <source>cannot be imported</source>
        <translation>لا يمكن استيرادها</translation>
    </message>
    <message>
        <source>has warnings</source>
        <translation>فيه تحذيرات</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>مستبعدة</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>جاهزة</translation>
    </message>
</context>
<context>
    <name>ImportRowsTable</name>
    <message>
        <source>Edit this cell</source>
        <translation>تعديل هذه الخلية</translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation>صفوف الاستيراد</translation>
    </message>
</context>
<context>
    <name>ImportSample</name>
    <message>
        <source>A cell may have several lines.</source>
        <translation>يمكن أن تحتوي الخلية على عدة أسطر.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>القنوات</translation>
    </message>
    <message>
        <source>Coffee</source>
        <translation>قهوة</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>الوصف</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>Good morning! The first coffee of the day is ready. ☕</source>
        <translation>صباح الخير! أول قهوة لهذا اليوم جاهزة. ☕</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>التسميات</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>الرابط</translation>
    </message>
    <message>
        <source>New in the shop: hand-poured candles, in three sizes.</source>
        <translation>جديد في المتجر: شموع مصبوبة يدويًا بثلاثة أحجام.</translation>
    </message>
    <message>
        <source>No time in this row: the campaign chooses one.</source>
        <translation>لا وقت في هذا الصف: تختار الحملة وقتًا.</translation>
    </message>
    <message>
        <source>Part 2</source>
        <translation>الجزء 2</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>Shop, Candles</source>
        <translation>متجر، شموع</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>This text goes on in a thread, where a network has threads.</source>
        <translation>يستمر هذا النص في سلسلة، على الشبكات التي تدعم السلاسل.</translation>
    </message>
    <message>
        <source>We open at seven.</source>
        <translation>نفتح في السابعة.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>متى</translation>
    </message>
</context>
<context>
    <name>ImportSession</name>
    <message>
        <source>It cannot be checked.</source>
        <translation>تعذّر فحصه.</translation>
    </message>
    <message>
        <source>It cannot be read.</source>
        <translation>تعذّرت قراءته.</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message numerus="yes">
        <source>%Ln (entry is no object and was/entries are no objects and were) left out.</source>
        <translation>
            <numerusform>%Ln إدخال ليس كائنًا واستُبعد.</numerusform>
            <numerusform>إدخال واحد ليس كائنًا واستُبعد.</numerusform>
            <numerusform>إدخالان ليسا كائنين واستُبعدا.</numerusform>
            <numerusform>%Ln إدخالات ليست كائنات واستُبعدت.</numerusform>
            <numerusform>%Ln إدخالًا ليست كائنات واستُبعدت.</numerusform>
            <numerusform>%Ln إدخال ليست كائنات واستُبعدت.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln صف</numerusform>
            <numerusform>صف واحد</numerusform>
            <numerusform>صفان</numerusform>
            <numerusform>%Ln صفوف</numerusform>
            <numerusform>%Ln صفًا</numerusform>
            <numerusform>%Ln صف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (lacks its picture/lack their pictures): {names}</source>
        <translation>
            <numerusform>%Ln صف بلا صورها: {names}</numerusform>
            <numerusform>صف واحد بلا صورته: {names}</numerusform>
            <numerusform>صفان بلا صورتيهما: {names}</numerusform>
            <numerusform>%Ln صفوف بلا صورها: {names}</numerusform>
            <numerusform>%Ln صفًا بلا صورها: {names}</numerusform>
            <numerusform>%Ln صف بلا صورها: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) above the names (was/were) left out.</source>
        <translation>
            <numerusform>تم استبعاد %Ln صف أعلى الأسماء.</numerusform>
            <numerusform>تم استبعاد صف واحد أعلى الأسماء.</numerusform>
            <numerusform>تم استبعاد صفين أعلى الأسماء.</numerusform>
            <numerusform>تم استبعاد %Ln صفوف أعلى الأسماء.</numerusform>
            <numerusform>تم استبعاد %Ln صفًا أعلى الأسماء.</numerusform>
            <numerusform>تم استبعاد %Ln صف أعلى الأسماء.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s): {sentence}. The others likewise.</source>
        <translation>
            <numerusform>%Ln صف: {sentence}. والبقية كذلك.</numerusform>
            <numerusform>صف واحد: {sentence}. والبقية كذلك.</numerusform>
            <numerusform>صفان: {sentence}. والبقية كذلك.</numerusform>
            <numerusform>%Ln صفوف: {sentence}. والبقية كذلك.</numerusform>
            <numerusform>%Ln صفًا: {sentence}. والبقية كذلك.</numerusform>
            <numerusform>%Ln صف: {sentence}. والبقية كذلك.</numerusform>
        </translation>
    </message>
    <message>
        <source>A quotation mark in line {line} is never closed. It was read as text.</source>
        <translation>علامة اقتباس في السطر {line} لم تُغلق. قُرئت كنص.</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>القنوات</translation>
    </message>
    <message>
        <source>Day</source>
        <extracomment>Meaning of a column: the date of a message.</extracomment>
        <translation>يوم</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>الوصف</translation>
    </message>
    <message>
        <source>Do not import</source>
        <translation>عدم الاستيراد</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>Further part</source>
        <translation>جزء إضافي</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>التسميات</translation>
    </message>
    <message>
        <source>Left out.</source>
        <translation>استُبعد.</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Meaning of a column: a web address.</extracomment>
        <translation>الرابط</translation>
    </message>
    <message>
        <source>More than {most} pictures: the others are left out</source>
        <translation>أكثر من {most} من الصور: استُبعدت البقية</translation>
    </message>
    <message>
        <source>Not imported.</source>
        <translation>لم يُستورد.</translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln column(s) are read.</source>
        <translation>
            <numerusform>لا تُقرأ إلا أول {most} من أصل %Ln عمود.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل عمود واحد.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل عمودين.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل %Ln أعمدة.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل %Ln عمودًا.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل %Ln عمود.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only the first {most} of %Ln row(s) are read.</source>
        <translation>
            <numerusform>لا تُقرأ إلا أول {most} من أصل %Ln صف.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل صف واحد.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل صفين.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل %Ln صفوف.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل %Ln صفًا.</numerusform>
            <numerusform>لا تُقرأ إلا أول {most} من أصل %Ln صف.</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>Pictures of the further parts of a thread are not imported.</source>
        <translation>لا تُستورد صور الأجزاء الإضافية من السلسلة.</translation>
    </message>
    <message>
        <source>Row {number} (line {line}): {sentences}</source>
        <translation>الصف {number} (السطر {line}): {sentences}</translation>
    </message>
    <message>
        <source>Row {number}: {sentences}</source>
        <translation>الصف {number}: {sentences}</translation>
    </message>
    <message>
        <source>Rows {numbers}: {sentence}. The others likewise.</source>
        <translation>الصفوف {numbers}: {sentence}. والبقية كذلك.</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Meaning of a column.</extracomment>
        <translation>النص</translation>
    </message>
    <message>
        <source>Text for {network}</source>
        <translation>نص لـ {network}</translation>
    </message>
    <message>
        <source>That day does not exist</source>
        <translation>ذلك اليوم غير موجود</translation>
    </message>
    <message>
        <source>The file has column names, but no rows below them.</source>
        <translation>في الملف أسماء أعمدة، لكن لا صفوف أسفلها.</translation>
    </message>
    <message>
        <source>The file has no rows.</source>
        <translation>لا صفوف في الملف.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>الملف فارغ.</translation>
    </message>
    <message>
        <source>The file is {size} MB; up to {most} MB can be imported. Split it into several files.</source>
        <translation>حجم الملف {size} ميغابايت؛ يمكن استيراد {most} ميغابايت كحد أقصى. قسّمه إلى عدة ملفات.</translation>
    </message>
    <message>
        <source>The formula gives no value, but {error}</source>
        <translation>لا تعطي الصيغة قيمة، بل {error}</translation>
    </message>
    <message>
        <source>The formula has no stored result; open the file in a spreadsheet program and save it</source>
        <translation>لا نتيجة محفوظة للصيغة؛ افتح الملف في برنامج جداول بيانات واحفظه</translation>
    </message>
    <message>
        <source>The same as row {number}</source>
        <translation>مطابق للصف {number}</translation>
    </message>
    <message>
        <source>The same text is already scheduled</source>
        <translation>النص نفسه مجدول بالفعل</translation>
    </message>
    <message>
        <source>The same text is already scheduled for {time}</source>
        <translation>النص نفسه مجدول بالفعل في {time}</translation>
    </message>
    <message>
        <source>The text has {count} characters; up to {most} can be imported</source>
        <translation>النص فيه {count} من الأحرف؛ يمكن استيراد {most} كحد أقصى</translation>
    </message>
    <message numerus="yes">
        <source>The thread has %n part(s); up to {most} can be imported</source>
        <translation>
            <numerusform>السلسلة فيها %n جزء؛ يمكن استيراد {most} كحد أقصى</numerusform>
            <numerusform>السلسلة فيها جزء واحد؛ يمكن استيراد {most} كحد أقصى</numerusform>
            <numerusform>السلسلة فيها جزءان؛ يمكن استيراد {most} كحد أقصى</numerusform>
            <numerusform>السلسلة فيها %n أجزاء؛ يمكن استيراد {most} كحد أقصى</numerusform>
            <numerusform>السلسلة فيها %n جزءًا؛ يمكن استيراد {most} كحد أقصى</numerusform>
            <numerusform>السلسلة فيها %n جزء؛ يمكن استيراد {most} كحد أقصى</numerusform>
        </translation>
    </message>
    <message>
        <source>The year {year} is too far ahead</source>
        <translation>السنة {year} بعيدة جدًا</translation>
    </message>
    <message>
        <source>There is no day {number} in {month}</source>
        <translation>لا يوجد يوم {number} في {month}</translation>
    </message>
    <message>
        <source>There is no month {number}</source>
        <translation>لا يوجد شهر {number}</translation>
    </message>
    <message>
        <source>There is no table on the clipboard. Copy cells in a spreadsheet first.</source>
        <translation>لا يوجد جدول في الحافظة. انسخ خلايا من جدول بيانات أولًا.</translation>
    </message>
    <message>
        <source>There is no text</source>
        <translation>لا يوجد نص</translation>
    </message>
    <message>
        <source>There is no text: only the picture will be posted</source>
        <translation>لا يوجد نص: ستُنشر الصورة وحدها</translation>
    </message>
    <message>
        <source>This JSON file cannot be imported: it holds {excess}. Split it into several files.</source>
        <translation>لا يمكن استيراد ملف JSON هذا: فيه {excess}. قسّمه إلى عدة ملفات.</translation>
    </message>
    <message>
        <source>This JSON file cannot be read: line {line}, column {column} is not what JSON allows there.</source>
        <translation>لا يمكن قراءة ملف JSON هذا: ما في السطر {line} والعمود {column} لا يسمح به JSON هناك.</translation>
    </message>
    <message>
        <source>This JSON file contains no messages. It needs a list of objects, for example {example}.</source>
        <translation>لا يحتوي ملف JSON هذا على رسائل. يجب أن يكون قائمة كائنات، مثل {example}.</translation>
    </message>
    <message>
        <source>This file contains no text. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>لا يحتوي هذا الملف على نص. يمكنك استيراد ملفات CSV وExcel (‎.xlsx) وJSON.</translation>
    </message>
    <message>
        <source>This file is not an Excel workbook. You can import CSV, Excel (.xlsx) and JSON files.</source>
        <translation>هذا الملف ليس مصنف Excel. يمكنك استيراد ملفات CSV وExcel (‎.xlsx) وJSON.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read Excel files. Save the sheet as CSV, or install what is missing: pip install &apos;posto[excel]&apos;</source>
        <translation>نسخة Posto المثبتة هذه لا يمكنها قراءة ملفات Excel. احفظ الورقة بصيغة CSV، أو ثبّت ما ينقص: pip install &apos;posto[excel]&apos;</translation>
    </message>
    <message>
        <source>This workbook contains XML entities, which no spreadsheet program writes. Posto did not read it.</source>
        <translation>يحتوي هذا المصنف على كيانات XML لا يكتبها أي برنامج جداول بيانات. لم يقرأه Posto.</translation>
    </message>
    <message>
        <source>This workbook contains more than {most} texts, too many to import. Save the sheet as CSV.</source>
        <translation>يحتوي هذا المصنف على أكثر من {most} من النصوص، وهذا أكثر مما يمكن استيراده. احفظ الورقة بصيغة CSV.</translation>
    </message>
    <message>
        <source>This workbook has no sheet with cells.</source>
        <translation>لا توجد في هذا المصنف ورقة فيها خلايا.</translation>
    </message>
    <message>
        <source>This workbook is damaged and cannot be read. Open it in a spreadsheet program, save it as .xlsx or CSV, and import that.</source>
        <translation>هذا المصنف تالف ولا يمكن قراءته. افتحه في برنامج جداول بيانات، واحفظه بصيغة ‎.xlsx أو CSV، ثم استورده.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password or in the old format .xls. Save it as .xlsx without a password, or as CSV.</source>
        <translation>هذا المصنف مقفل بكلمة مرور أو بالصيغة القديمة ‎.xls. احفظه بصيغة ‎.xlsx بلا كلمة مرور، أو بصيغة CSV.</translation>
    </message>
    <message>
        <source>This workbook is locked with a password. Save it without one.</source>
        <translation>هذا المصنف مقفل بكلمة مرور. احفظه بلا كلمة مرور.</translation>
    </message>
    <message>
        <source>This workbook is too large. Save the sheet as CSV.</source>
        <translation>هذا المصنف كبير جدًا. احفظ الورقة بصيغة CSV.</translation>
    </message>
    <message>
        <source>This workbook unpacks to {size} MB, more than Posto can import. Save the sheet as CSV.</source>
        <translation>يصبح حجم هذا المصنف بعد فك الضغط {size} ميغابايت، وهذا أكثر مما يمكن لـ Posto استيراده. احفظ الورقة بصيغة CSV.</translation>
    </message>
    <message>
        <source>Time of day</source>
        <translation>وقت اليوم</translation>
    </message>
    <message>
        <source>When</source>
        <translation>متى</translation>
    </message>
    <message>
        <source>commas</source>
        <translation>فواصل</translation>
    </message>
    <message>
        <source>day.month.year</source>
        <translation>يوم.شهر.سنة</translation>
    </message>
    <message>
        <source>month/day/year</source>
        <translation>شهر/يوم/سنة</translation>
    </message>
    <message>
        <source>semicolons</source>
        <translation>فواصل منقوطة</translation>
    </message>
    <message>
        <source>separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>مفصول بـ {sign}</translation>
    </message>
    <message>
        <source>sheet “{name}”</source>
        <translation>الورقة «{name}»</translation>
    </message>
    <message>
        <source>tabs</source>
        <translation>علامات جدولة</translation>
    </message>
    <message>
        <source>vertical bars</source>
        <translation>خطوط عمودية</translation>
    </message>
    <message>
        <source>year-month-day</source>
        <translation>سنة-شهر-يوم</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}، {time}</translation>
    </message>
    <message>
        <source>{day}, {time} has passed</source>
        <translation>{day}، {time} مضى</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} إلى {last}</translation>
    </message>
    <message>
        <source>{host} is in a private network. Posto does not download pictures from there</source>
        <translation>يقع {host} في شبكة خاصة. لا ينزّل Posto صورًا من هناك</translation>
    </message>
    <message numerus="yes">
        <source>{names} (is no channel/are no channels) of yours</source>
        <translation>
            <numerusform>{names} ليست من قنواتك</numerusform>
            <numerusform>{names} ليست من قنواتك</numerusform>
            <numerusform>{names} ليستا من قنواتك</numerusform>
            <numerusform>{names} ليست من قنواتك</numerusform>
            <numerusform>{names} ليست من قنواتك</numerusform>
            <numerusform>{names} ليست من قنواتك</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} و%n عنصر آخر</numerusform>
            <numerusform>{names} وعنصر آخر</numerusform>
            <numerusform>{names} وعنصران آخران</numerusform>
            <numerusform>{names} و%n عناصر أخرى</numerusform>
            <numerusform>{names} و%n عنصرًا آخر</numerusform>
            <numerusform>{names} و%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} is not a date</source>
        <translation>{number} ليس تاريخًا</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} has %n day(s)</source>
        <translation>
            <numerusform>{number} {month} ليس تاريخًا: في {month} %n يوم</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} يوم واحد</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} يومان</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} %n أيام</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} %n يومًا</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} %n يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} {month} is not a date: {month} has 28 or 29 days</source>
        <translation>{number} {month} ليس تاريخًا: في {month} 28 أو 29 يومًا</translation>
    </message>
    <message numerus="yes">
        <source>{number} {month} is not a date: {month} {year} has %n day(s)</source>
        <translation>
            <numerusform>{number} {month} ليس تاريخًا: في {month} {year} %n يوم</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} {year} يوم واحد</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} {year} يومان</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} {year} %n أيام</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} {year} %n يومًا</numerusform>
            <numerusform>{number} {month} ليس تاريخًا: في {month} {year} %n يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>“{address}” is not a web address</source>
        <translation>«{address}» ليس عنوان ويب</translation>
    </message>
    <message>
        <source>“{address}” is not the address of a picture</source>
        <translation>«{address}» ليس عنوان صورة</translation>
    </message>
    <message>
        <source>“{name}” is not the name of a picture</source>
        <translation>«{name}» ليس اسم صورة</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a date.</source>
        <translation>تعذّرت قراءة «{text}» كتاريخ.</translation>
    </message>
    <message>
        <source>“{text}” contains no day</source>
        <translation>لا يوم في «{text}»</translation>
    </message>
    <message>
        <source>“{text}” is not a time of day</source>
        <translation>«{text}» ليس وقتًا من اليوم</translation>
    </message>
    <message numerus="yes">
        <source>“{text}” may be {names} or %Ln more</source>
        <translation>
            <numerusform>قد يكون «{text}» {names} أو %Ln عنصر آخر</numerusform>
            <numerusform>قد يكون «{text}» {names} أو عنصر آخر</numerusform>
            <numerusform>قد يكون «{text}» {names} أو عنصران آخران</numerusform>
            <numerusform>قد يكون «{text}» {names} أو %Ln عناصر أخرى</numerusform>
            <numerusform>قد يكون «{text}» {names} أو %Ln عنصرًا آخر</numerusform>
            <numerusform>قد يكون «{text}» {names} أو %Ln عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>“{text}” may be {names} or {last}</source>
        <translation>قد يكون «{text}» {names} أو {last}</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day</source>
        <translation>«{time}» وقت بلا يوم</translation>
    </message>
    <message>
        <source>“{time}” is a time without a day.</source>
        <translation>«{time}» وقت بلا يوم.</translation>
    </message>
</context>
<context>
    <name>Insights</name>
    <message numerus="yes">
        <source>%Ln post(s) without this number (is/are) left out.</source>
        <translation>
            <numerusform>لا منشورات مستبعدة لغياب هذا الرقم.</numerusform>
            <numerusform>استُبعد منشور واحد ليس له هذا الرقم.</numerusform>
            <numerusform>استُبعد منشوران ليس لهما هذا الرقم.</numerusform>
            <numerusform>استُبعدت %Ln منشورات ليس لها هذا الرقم.</numerusform>
            <numerusform>استُبعد %Ln منشورًا ليس له هذا الرقم.</numerusform>
            <numerusform>استُبعد %Ln منشور ليس له هذا الرقم.</numerusform>
        </translation>
    </message>
    <message>
        <source>(no text)</source>
        <translation>(بلا نص)</translation>
    </message>
    <message>
        <source>After 1 hour</source>
        <translation>بعد ساعة</translation>
    </message>
    <message>
        <source>After 24 hours</source>
        <translation>بعد 24 ساعة</translation>
    </message>
    <message>
        <source>After 7 days</source>
        <translation>بعد 7 أيام</translation>
    </message>
    <message>
        <source>Boosts</source>
        <translation>التعزيزات</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>القناة</translation>
    </message>
    <message>
        <source>Clicks</source>
        <translation>النقرات</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>التعليقات</translation>
    </message>
    <message>
        <source>Engagement</source>
        <translation>التفاعل</translation>
    </message>
    <message>
        <source>Engagement is what people did: likes, replies, shares and quotes together.</source>
        <translation>التفاعل هو ما فعله الناس: الإعجابات والردود والمشاركات والاقتباسات معًا.</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>المفضلة</translation>
    </message>
    <message>
        <source>Impressions</source>
        <translation>مرات الظهور</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>التسميات</translation>
    </message>
    <message numerus="yes">
        <source>Last %n day(s)</source>
        <translation>
            <numerusform>آخر %n يوم</numerusform>
            <numerusform>اليوم الأخير</numerusform>
            <numerusform>آخر يومين</numerusform>
            <numerusform>آخر %n أيام</numerusform>
            <numerusform>آخر %n يومًا</numerusform>
            <numerusform>آخر %n يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>آخر 12 شهرًا</translation>
    </message>
    <message>
        <source>Likes</source>
        <translation>الإعجابات</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>الوسيط</translation>
    </message>
    <message>
        <source>Middle half</source>
        <translation>النصف الأوسط</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>الشبكات</translation>
    </message>
    <message>
        <source>Newest numbers</source>
        <translation>أحدث الأرقام</translation>
    </message>
    <message>
        <source>Not enough posts yet: {count} of {enough}</source>
        <translation>المنشورات غير كافية بعد: {count} من {enough}</translation>
    </message>
    <message>
        <source>Other times</source>
        <translation>أوقات أخرى</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>عبر الزمن</translation>
    </message>
    <message>
        <source>Post</source>
        <translation>منشور</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>المنشورات</translation>
    </message>
    <message>
        <source>Posts of the last 24 hours are not counted yet.</source>
        <translation>لا تُحتسب منشورات آخر 24 ساعة بعد.</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>منشور</translation>
    </message>
    <message>
        <source>Quotes</source>
        <translation>الاقتباسات</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>الوصول</translation>
    </message>
    <message>
        <source>Reactions</source>
        <translation>التفاعلات</translation>
    </message>
    <message>
        <source>Renotes</source>
        <translation>إعادات النشر</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>الردود</translation>
    </message>
    <message>
        <source>Reposts</source>
        <translation>إعادات النشر</translation>
    </message>
    <message>
        <source>Saves</source>
        <translation>مرات الحفظ</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>النتيجة</translation>
    </message>
    <message>
        <source>Shares</source>
        <translation>المشاركات</translation>
    </message>
    <message>
        <source>Slots</source>
        <translation>المواعيد</translation>
    </message>
    <message>
        <source>Styles</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>الأنماط</translation>
    </message>
    <message>
        <source>To compare channels of different size, a post counts by its rank in its channel: 70 means better than 70% of that channel&apos;s posts, 50 is usual.</source>
        <translation>لمقارنة قنوات مختلفة الحجم، يُحتسب المنشور بترتيبه في قناته: 70 تعني أفضل من 70% من منشورات تلك القناة، و50 هو المعتاد.</translation>
    </message>
    <message>
        <source>Values are medians. Thin lines show the middle half of the posts. Pale marks have fewer than 5 posts.</source>
        <translation>القيم وسيطات. تُظهر الخطوط الرفيعة النصف الأوسط من المنشورات. للعلامات الباهتة أقل من 5 منشورات.</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>المشاهدات</translation>
    </message>
    <message>
        <source>Weekdays and hours</source>
        <translation>أيام الأسبوع والساعات</translation>
    </message>
    <message>
        <source>{channel} ({network})</source>
        <translation>{channel} ({network})</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day}، {time}</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} إلى {high}</translation>
    </message>
    <message>
        <source>{name}: rank {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: الترتيب {value}، نصف {posts} بين {low} و{high}</translation>
    </message>
    <message>
        <source>{name}: {measure} {value}, half of {posts} {low} to {high}</source>
        <translation>{name}: {measure} {value}، نصف {posts} بين {low} و{high}</translation>
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
        <translation>أفضل المنشورات</translation>
    </message>
    <message>
        <source>Export insights</source>
        <translation>تصدير الإحصاءات</translation>
    </message>
    <message>
        <source>Insights written to {file}</source>
        <translation>كُتبت الإحصاءات في {file}</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>مستندات PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>إظهار في المجلد</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>جداول (*.csv)</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>تعذّرت كتابة الملف: {why}</translation>
    </message>
    <message>
        <source>insights {day}</source>
        <translation>إحصاءات {day}</translation>
    </message>
    <message>
        <source>{workspace}: {measure}, {period}</source>
        <translation>{workspace}: {measure}، {period}</translation>
    </message>
</context>
<context>
    <name>InsightsPanel</name>
    <message>
        <source>Age of the posts</source>
        <translation>عمر المنشورات</translation>
    </message>
    <message>
        <source>CSV table for Excel…</source>
        <translation>جدول CSV لبرنامج Excel…</translation>
    </message>
    <message>
        <source>CSV table…</source>
        <translation>جدول CSV…</translation>
    </message>
    <message>
        <source>Choose in the settings, under Storage, how long Posto keeps them.</source>
        <translation>اختر في الإعدادات، ضمن التخزين، مدة احتفاظ Posto بها.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>تصدير</translation>
    </message>
    <message>
        <source>Export progress</source>
        <translation>تقدم التصدير</translation>
    </message>
    <message>
        <source>Insights are not kept</source>
        <translation>لا تُحفظ الإحصاءات</translation>
    </message>
    <message>
        <source>Likes, views and other numbers of your posts appear here an hour after they are published.</source>
        <translation>تظهر هنا الإعجابات والمشاهدات وأرقام أخرى لمنشوراتك بعد ساعة من نشرها.</translation>
    </message>
    <message>
        <source>No insights yet</source>
        <translation>لا إحصاءات بعد</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>الرقم</translation>
    </message>
    <message>
        <source>PDF report…</source>
        <translation>تقرير PDF…</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>الفترة</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>المنشورات</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>عرض كجدول</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>إيقاف التصدير</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln فشلت</numerusform>
            <numerusform>واحدة فشلت</numerusform>
            <numerusform>اثنتان فشلتا</numerusform>
            <numerusform>%Ln فشلت</numerusform>
            <numerusform>%Ln فشلت</numerusform>
            <numerusform>%Ln فشلت</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln أُرسلت</numerusform>
            <numerusform>واحدة أُرسلت</numerusform>
            <numerusform>اثنتان أُرسلتا</numerusform>
            <numerusform>%Ln أُرسلت</numerusform>
            <numerusform>%Ln أُرسلت</numerusform>
            <numerusform>%Ln أُرسلت</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n جزء</numerusform>
            <numerusform>جزء واحد</numerusform>
            <numerusform>جزءان</numerusform>
            <numerusform>%n أجزاء</numerusform>
            <numerusform>%n جزءًا</numerusform>
            <numerusform>%n جزء</numerusform>
        </translation>
    </message>
    <message>
        <source>Also for</source>
        <translation>أيضًا لـ</translation>
    </message>
    <message>
        <source>Close inspector</source>
        <translation>إغلاق لوحة التفاصيل</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>التفاصيل</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تعديل</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>الملفات</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>الإحصاءات</translation>
    </message>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>التسميات</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>المزيد من الإجراءات</translation>
    </message>
    <message>
        <source>Next post</source>
        <translation>المنشور التالي</translation>
    </message>
    <message>
        <source>Not in the list</source>
        <translation>ليس في القائمة</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>فتح المنشور</translation>
    </message>
    <message>
        <source>Post</source>
        <extracomment>Noun: one post on one channel.</extracomment>
        <translation>منشور</translation>
    </message>
    <message>
        <source>Previous post</source>
        <translation>المنشور السابق</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>إعادة الجدولة</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>مجدول</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>أُرسل</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>إظهاره</translation>
    </message>
    <message>
        <source>Story</source>
        <translation>قصة</translation>
    </message>
    <message>
        <source>The filters hide this post.</source>
        <translation>تُخفي عوامل التصفية هذا المنشور.</translation>
    </message>
    <message>
        <source>The post has no link yet</source>
        <translation>لا رابط للمنشور بعد</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>السلسلة</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>ما حدث</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>المنطقة</translation>
    </message>
</context>
<context>
    <name>KeyRecorder</name>
    <message>
        <source>Off</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>Press it, then the keys. Backspace turns it off.</source>
        <translation>اضغطه ثم المفاتيح. يوقفه Backspace.</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>اضغط المفاتيح…</translation>
    </message>
</context>
<context>
    <name>LabelChip</name>
    <message>
        <source>Remove label {label}</source>
        <translation>إزالة التسمية {label}</translation>
    </message>
</context>
<context>
    <name>LabelledField</name>
    <message>
        <source>Checked</source>
        <translation>تم الفحص</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>إظهار</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>إظهار كلمة المرور</translation>
    </message>
</context>
<context>
    <name>LabelsField</name>
    <message>
        <source>A message has at most 20 labels</source>
        <translation>للرسالة 20 تسمية كحد أقصى</translation>
    </message>
    <message>
        <source>Add label</source>
        <translation>إضافة تسمية</translation>
    </message>
</context>
<context>
    <name>LabelsRow</name>
    <message>
        <source>Labels</source>
        <extracomment>Noun: words that the user gives to messages.</extracomment>
        <translation>التسميات</translation>
    </message>
</context>
<context>
    <name>LanguagePage</name>
    <message>
        <source>Drafts and scheduled posts are kept.</source>
        <translation>تبقى المسودات والمنشورات المجدولة محفوظة.</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>مثال</translation>
    </message>
    <message>
        <source>Posto restarts to show {language}</source>
        <translation>سيُعاد تشغيل Posto لعرض {language}</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>إعادة التشغيل الآن</translation>
    </message>
</context>
<context>
    <name>LargeDialog</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Undo the change</source>
        <translation>التراجع عن التغيير</translation>
    </message>
</context>
<context>
    <name>LineControl</name>
    <message>
        <source>Separated by commas</source>
        <translation>مفصولة بفواصل</translation>
    </message>
    <message>
        <source>The first line of the text</source>
        <translation>السطر الأول من النص</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>عنوان ويب</translation>
    </message>
</context>
<context>
    <name>LinkCardView</name>
    <message>
        <source>Link preview</source>
        <translation>معاينة الرابط</translation>
    </message>
    <message>
        <source>Reading {host}</source>
        <translation>جارٍ قراءة {host}</translation>
    </message>
    <message>
        <source>Reload link preview</source>
        <translation>إعادة تحميل معاينة الرابط</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>إزالة الرابط</translation>
    </message>
    <message>
        <source>{reason}. The link will still be posted.</source>
        <translation>{reason}. سيُنشر الرابط رغم ذلك.</translation>
    </message>
</context>
<context>
    <name>LinkCards</name>
    <message>
        <source>The address does not answer. No preview available.</source>
        <translation>لا يستجيب العنوان. لا تتوفر معاينة.</translation>
    </message>
    <message>
        <source>The address is in a private network. No preview available.</source>
        <translation>العنوان في شبكة خاصة. لا تتوفر معاينة.</translation>
    </message>
    <message>
        <source>{host} does not answer. No preview available.</source>
        <translation>لا يستجيب {host}. لا تتوفر معاينة.</translation>
    </message>
    <message>
        <source>{host} is in a private network. No preview available.</source>
        <translation>يقع {host} في شبكة خاصة. لا تتوفر معاينة.</translation>
    </message>
</context>
<context>
    <name>Lists</name>
    <message>
        <source>{first}, {second}</source>
        <extracomment>Two names of a list that may go on: only the comma between them is used.</extracomment>
        <translation>{first}، {second}</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %Ln more</source>
        <translation>
            <numerusform>{names} و%Ln عنصر آخر</numerusform>
            <numerusform>{names} وعنصر آخر</numerusform>
            <numerusform>{names} وعنصران آخران</numerusform>
            <numerusform>{names} و%Ln عناصر أخرى</numerusform>
            <numerusform>{names} و%Ln عنصرًا آخر</numerusform>
            <numerusform>{names} و%Ln عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} and {last}</source>
        <translation>{names} و{last}</translation>
    </message>
</context>
<context>
    <name>LocaleSettings</name>
    <message>
        <source>Time zone “{name}” was not found on this computer. Posto uses the system time zone.</source>
        <translation>لم يُعثر على المنطقة الزمنية «{name}» على هذا الكمبيوتر. يستخدم Posto المنطقة الزمنية للنظام.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Posto Desktop</source>
        <translation>حول Posto Desktop</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>إضافة قناة…</translation>
    </message>
    <message>
        <source>Add a workspace…</source>
        <translation>إضافة مساحة عمل…</translation>
    </message>
    <message>
        <source>Calendar: earlier, later</source>
        <translation>التقويم: السابق، التالي</translation>
    </message>
    <message>
        <source>Calendar: month, week, day</source>
        <translation>التقويم: شهر، أسبوع، يوم</translation>
    </message>
    <message>
        <source>Calendar: today</source>
        <translation>التقويم: اليوم</translation>
    </message>
    <message>
        <source>Close a dialog or popup</source>
        <translation>إغلاق مربع حوار أو نافذة منبثقة</translation>
    </message>
    <message>
        <source>Context menu</source>
        <translation>قائمة السياق</translation>
    </message>
    <message>
        <source>Delete, with Undo</source>
        <translation>حذف، مع إمكان التراجع</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>في كل مكان</translation>
    </message>
    <message>
        <source>Find a channel</source>
        <translation>البحث عن قناة</translation>
    </message>
    <message>
        <source>In lists and the calendar</source>
        <translation>في القوائم والتقويم</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>اختصارات لوحة المفاتيح</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>إدارة مساحات العمل…</translation>
    </message>
    <message>
        <source>Move the file</source>
        <translation>نقل الملف</translation>
    </message>
    <message>
        <source>Move the group or channel</source>
        <translation>نقل المجموعة أو القناة</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>Newest notification</source>
        <translation>أحدث إشعار</translation>
    </message>
    <message>
        <source>Next control, previous control</source>
        <translation>عنصر التحكم التالي، السابق</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>اللوحة التالية</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>الإشعارات</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>لصق</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>اللوحة السابقة</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>منشور سريع</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>إنهاء</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>إعادة التحميل</translation>
    </message>
    <message>
        <source>Reschedule</source>
        <translation>إعادة الجدولة</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Schedule: day before, day after</source>
        <translation>الجدول: اليوم السابق، اليوم التالي</translation>
    </message>
    <message>
        <source>Search everything…</source>
        <translation>البحث في كل شيء…</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>البحث في هذه الصفحة</translation>
    </message>
    <message>
        <source>Select all posts shown</source>
        <translation>تحديد كل المنشورات المعروضة</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>Suggest a hashtag or mention no more</source>
        <translation>عدم اقتراح هاشتاغ أو إشارة بعد الآن</translation>
    </message>
    <message>
        <source>The menu bar with all commands</source>
        <translation>شريط القوائم بكل الأوامر</translation>
    </message>
    <message>
        <source>Tick all channels found, in the search</source>
        <translation>تحديد كل القنوات المعثور عليها، في البحث</translation>
    </message>
    <message>
        <source>Tick the channel or post</source>
        <translation>تحديد القناة أو المنشور</translation>
    </message>
    <message>
        <source>Undo, redo</source>
        <translation>تراجع، إعادة</translation>
    </message>
</context>
<context>
    <name>MarkFields</name>
    <message>
        <source>Picture of the watermark</source>
        <translation>صورة العلامة المائية</translation>
    </message>
    <message>
        <source>Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</source>
        <translation>صور (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)</translation>
    </message>
</context>
<context>
    <name>MediaDownloads</name>
    <message>
        <source>Picture</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>{name} could not be downloaded.</source>
        <translation>تعذّر تنزيل {name}.</translation>
    </message>
</context>
<context>
    <name>MediaEditor</name>
    <message>
        <source>Discard changes</source>
        <translation>تجاهل التغييرات</translation>
    </message>
    <message>
        <source>Edit {name}</source>
        <translation>تعديل {name}</translation>
    </message>
    <message>
        <source>Keep changes</source>
        <translation>حفظ التغييرات</translation>
    </message>
    <message>
        <source>Nothing to reset here</source>
        <translation>لا شيء لإعادة ضبطه هنا</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>إعادة</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>إعادة ضبط</translation>
    </message>
    <message>
        <source>Shown here and in the previews, but not sent. Each network chooses its own cover frame.</source>
        <translation>يظهر هنا وفي المعاينات، لكنه لا يُرسل. تختار كل شبكة إطار الغلاف بنفسها.</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>تدوير لليسار</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>تدوير لليمين</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>MediaImporter</name>
    <message numerus="yes">
        <source>%n file(s) cannot be posted: {names}</source>
        <translation>
            <numerusform>لا يمكن نشر %n ملف: {names}</numerusform>
            <numerusform>لا يمكن نشر ملف واحد: {names}</numerusform>
            <numerusform>لا يمكن نشر ملفين: {names}</numerusform>
            <numerusform>لا يمكن نشر %n ملفات: {names}</numerusform>
            <numerusform>لا يمكن نشر %n ملفًا: {names}</numerusform>
            <numerusform>لا يمكن نشر %n ملف: {names}</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>صورة ملصقة</translation>
    </message>
    <message>
        <source>The files could not be read.</source>
        <translation>تعذّرت قراءة الملفات.</translation>
    </message>
    <message>
        <source>The pasted picture could not be saved.</source>
        <translation>تعذّر حفظ الصورة الملصقة.</translation>
    </message>
    <message numerus="yes">
        <source>Too many files. Only the first {most} of %n were added.</source>
        <translation>
            <numerusform>ملفات كثيرة جدًا. لم يُضف إلا أول {most} من أصل %n.</numerusform>
            <numerusform>ملفات كثيرة جدًا. لم يُضف إلا أول {most} من أصل ملف واحد.</numerusform>
            <numerusform>ملفات كثيرة جدًا. لم يُضف إلا أول {most} من أصل ملفين.</numerusform>
            <numerusform>ملفات كثيرة جدًا. لم يُضف إلا أول {most} من أصل %n.</numerusform>
            <numerusform>ملفات كثيرة جدًا. لم يُضف إلا أول {most} من أصل %n.</numerusform>
            <numerusform>ملفات كثيرة جدًا. لم يُضف إلا أول {most} من أصل %n.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} و%n عنصر آخر</numerusform>
            <numerusform>{names} وعنصر آخر</numerusform>
            <numerusform>{names} وعنصران آخران</numerusform>
            <numerusform>{names} و%n عناصر أخرى</numerusform>
            <numerusform>{names} و%n عنصرًا آخر</numerusform>
            <numerusform>{names} و%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} changed on disk. The message uses the new version.</source>
        <translation>تغيّرت الملفات التالية على القرص: {names}. تستخدم الرسالة النسخة الجديدة.</translation>
    </message>
    <message>
        <source>{name} could not be read.</source>
        <translation>تعذّرت قراءة {name}.</translation>
    </message>
    <message>
        <source>{name} is not a readable text file.</source>
        <translation>{name} ليس ملفًا نصيًا قابلًا للقراءة.</translation>
    </message>
    <message>
        <source>{name} is too long for a message.</source>
        <translation>{name} أطول من أن يكون رسالة.</translation>
    </message>
</context>
<context>
    <name>MediaModel</name>
    <message>
        <source>Animation</source>
        <translation>صورة متحركة</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>فيديو</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>معدّل</translation>
    </message>
    <message>
        <source>left out for {networks}</source>
        <translation>مستبعد من {networks}</translation>
    </message>
    <message>
        <source>no description yet</source>
        <translation>بلا وصف بعد</translation>
    </message>
    <message>
        <source>{kind} {number} of {total}</source>
        <extracomment>{kind}: Picture, Video or Animation.</extracomment>
        <translation>{kind} {number} من {total}</translation>
    </message>
</context>
<context>
    <name>MediaPresenter</name>
    <message>
        <source>This file cannot be shown here.</source>
        <translation>لا يمكن عرض هذا الملف هنا.</translation>
    </message>
</context>
<context>
    <name>MediaStrip</name>
    <message>
        <source>Drag to reorder</source>
        <translation>اسحب لإعادة الترتيب</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>الوسائط</translation>
    </message>
</context>
<context>
    <name>MenuBar</name>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;تحرير</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;ملف</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>م&amp;ساعدة</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;عرض</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>قص</translation>
    </message>
    <message>
        <source>Menu bar</source>
        <translation>شريط القوائم</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>لصق</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>إعادة</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>تحديد الكل</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>MessageActions</name>
    <message numerus="yes">
        <source>%Ln message(s) (follows/follow) the rhythm now</source>
        <translation>
            <numerusform>%Ln رسالة تتبع الوتيرة الآن</numerusform>
            <numerusform>رسالة واحدة تتبع الوتيرة الآن</numerusform>
            <numerusform>رسالتان تتبعان الوتيرة الآن</numerusform>
            <numerusform>%Ln رسائل تتبع الوتيرة الآن</numerusform>
            <numerusform>%Ln رسالة تتبع الوتيرة الآن</numerusform>
            <numerusform>%Ln رسالة تتبع الوتيرة الآن</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) added</source>
        <translation>
            <numerusform>تمت إضافة %Ln رسالة</numerusform>
            <numerusform>تمت إضافة رسالة واحدة</numerusform>
            <numerusform>تمت إضافة رسالتين</numerusform>
            <numerusform>تمت إضافة %Ln رسائل</numerusform>
            <numerusform>تمت إضافة %Ln رسالة</numerusform>
            <numerusform>تمت إضافة %Ln رسالة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) deleted</source>
        <translation>
            <numerusform>تم حذف %Ln رسالة</numerusform>
            <numerusform>تم حذف رسالة واحدة</numerusform>
            <numerusform>تم حذف رسالتين</numerusform>
            <numerusform>تم حذف %Ln رسائل</numerusform>
            <numerusform>تم حذف %Ln رسالة</numerusform>
            <numerusform>تم حذف %Ln رسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>Add pictures</source>
        <translation>إضافة صور</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>إضافة صور…</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>كل الملفات (*)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تعديل</translation>
    </message>
    <message>
        <source>Edit the scheduled post…</source>
        <translation>تعديل المنشور المجدول…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>نقل إلى أسفل</translation>
    </message>
    <message>
        <source>Move to {time}</source>
        <translation>نقل إلى {time}</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>نقل إلى أعلى</translation>
    </message>
    <message>
        <source>Moved to {when}</source>
        <translation>تم النقل إلى {when}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Set own time…</source>
        <translation>تحديد وقت خاص…</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>إظهار في «النشاط»</translation>
    </message>
    <message>
        <source>Show in Schedule</source>
        <translation>إظهار في الجدول</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message</source>
        <translation>أوقف الحملة لتغيير هذه الرسالة</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message, or edit its scheduled post.</source>
        <translation>أوقف الحملة لتغيير هذه الرسالة، أو عدّل منشورها المجدول.</translation>
    </message>
    <message>
        <source>Stop the campaign to change this message.</source>
        <translation>أوقف الحملة لتغيير هذه الرسالة.</translation>
    </message>
    <message>
        <source>This message failed. Retry it, or change a duplicate ({keys}).</source>
        <translation>فشلت هذه الرسالة. أعد المحاولة، أو غيّر نسخة منها ({keys}).</translation>
    </message>
    <message>
        <source>This message was sent. Duplicate it to change it ({keys}).</source>
        <translation>أُرسلت هذه الرسالة. أنشئ نسخة منها لتغييرها ({keys}).</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Use the rhythm&apos;s time</source>
        <translation>استخدام وقت الوتيرة</translation>
    </message>
</context>
<context>
    <name>MessageDelegate</name>
    <message>
        <source>Nothing written yet</source>
        <translation>لم يُكتب شيء بعد</translation>
    </message>
</context>
<context>
    <name>MessageEditController</name>
    <message>
        <source>Changes saved. The message is being sent.</source>
        <translation>حُفظت التغييرات. جارٍ إرسال الرسالة.</translation>
    </message>
    <message>
        <source>Changes saved: {when}</source>
        <translation>حُفظت التغييرات: {when}</translation>
    </message>
    <message>
        <source>It belongs to another workspace. Open that one to edit it.</source>
        <translation>تتبع مساحة عمل أخرى. افتح تلك المساحة لتعديلها.</translation>
    </message>
    <message>
        <source>Labels saved</source>
        <translation>حُفظت التسميات</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>لم يتغير شيء</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>MessageFields</name>
    <message>
        <source>After the last part</source>
        <translation>بعد الجزء الأخير</translation>
    </message>
    <message>
        <source>Below each post</source>
        <translation>أسفل كل منشور</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>الرابط</translation>
    </message>
    <message>
        <source>Not on {names}</source>
        <translation>ليس على {names}</translation>
    </message>
    <message>
        <source>On {names}</source>
        <translation>على {names}</translation>
    </message>
    <message>
        <source>Remove link</source>
        <translation>إزالة الرابط</translation>
    </message>
    <message>
        <source>Web address</source>
        <translation>عنوان ويب</translation>
    </message>
    <message>
        <source>{able} of {count}</source>
        <extracomment>Numbers of networks.</extracomment>
        <translation>{able} من {count}</translation>
    </message>
</context>
<context>
    <name>MessageFiles</name>
    <message>
        <source>Add pictures or videos</source>
        <translation>إضافة صور أو فيديوهات</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>كل الملفات</translation>
    </message>
    <message>
        <source>Downloading this address as a picture or video</source>
        <translation>جارٍ تنزيل هذا العنوان كصورة أو فيديو</translation>
    </message>
    <message>
        <source>Harbour</source>
        <translation>الميناء</translation>
    </message>
    <message>
        <source>Insert as text</source>
        <translation>إدراج كنص</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>Pictures, videos and texts</source>
        <translation>صور وفيديوهات ونصوص</translation>
    </message>
    <message>
        <source>The changes to {name} were discarded</source>
        <translation>تم تجاهل التغييرات على {name}</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>تعذّر حفظ الصورة.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>{name} is now number {n}</source>
        <translation>أصبح {name} الآن رقم {n}</translation>
    </message>
    <message>
        <source>{name} removed from the message</source>
        <translation>تمت إزالة {name} من الرسالة</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>لم يُعثر على {name}.</translation>
    </message>
</context>
<context>
    <name>MessageMedia</name>
    <message>
        <source>Add pictures</source>
        <translation>إضافة صور</translation>
    </message>
    <message>
        <source>Add pictures or videos to this message</source>
        <translation>إضافة صور أو فيديوهات إلى هذه الرسالة</translation>
    </message>
</context>
<context>
    <name>MessageParts</name>
    <message>
        <source>What comes next?</source>
        <translation>ماذا بعد ذلك؟</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>ماذا تود أن تقول؟</translation>
    </message>
</context>
<context>
    <name>MessagePosts</name>
    <message>
        <source>Posts</source>
        <translation>المنشورات</translation>
    </message>
</context>
<context>
    <name>MessagesView</name>
    <message>
        <source>Messages</source>
        <translation>الرسائل</translation>
    </message>
</context>
<context>
    <name>MonthPicker</name>
    <message>
        <source>Day: {day}</source>
        <translation>اليوم: {day}</translation>
    </message>
</context>
<context>
    <name>MorePopup</name>
    <message>
        <source>Messages of this day</source>
        <translation>رسائل هذا اليوم</translation>
    </message>
</context>
<context>
    <name>MovePopup</name>
    <message>
        <source>Possible: {time}</source>
        <translation>ممكن: {time}</translation>
    </message>
    <message>
        <source>That time has passed.</source>
        <translation>مضى ذلك الوقت.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>اكتب يومًا ووقتًا.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>متى</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>«{time}»، «{other}»</translation>
    </message>
</context>
<context>
    <name>MovePostsDialog</name>
    <message>
        <source>Move</source>
        <extracomment>Verb: to another time.</extracomment>
        <translation>نقل</translation>
    </message>
    <message numerus="yes">
        <source>Move %n post(s)</source>
        <translation>
            <numerusform>نقل %n منشور</numerusform>
            <numerusform>نقل منشور واحد</numerusform>
            <numerusform>نقل منشورين</numerusform>
            <numerusform>نقل %n منشورات</numerusform>
            <numerusform>نقل %n منشورًا</numerusform>
            <numerusform>نقل %n منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>They move to {when}. The others keep their time.</source>
        <translation>تُنقل إلى {when}. وتحتفظ الأخرى بوقتها.</translation>
    </message>
    <message>
        <source>Which posts should move?</source>
        <translation>ما المنشورات التي تريد نقلها؟</translation>
    </message>
</context>
<context>
    <name>NetworkGrid</name>
    <message>
        <source>Needs your own app</source>
        <translation>تحتاج إلى تطبيق خاص بك</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>الشبكة</translation>
    </message>
    <message>
        <source>Only through a Posto service</source>
        <translation>عبر خدمة Posto فقط</translation>
    </message>
    <message>
        <source>The network does not allow apps on your computer to publish.</source>
        <translation>لا تسمح الشبكة للتطبيقات على الكمبيوتر بالنشر.</translation>
    </message>
    <message>
        <source>Works at once</source>
        <translation>تعمل فورًا</translation>
    </message>
    <message>
        <source>You register your own app with the network. Some networks charge for this.</source>
        <translation>تسجّل تطبيقك الخاص لدى الشبكة. تفرض بعض الشبكات رسومًا على ذلك.</translation>
    </message>
</context>
<context>
    <name>NetworkMediaSelection</name>
    <message>
        <source>{name} is not sent to {network}</source>
        <translation>لا يُرسل {name} إلى {network}</translation>
    </message>
    <message>
        <source>{name} is sent to {network}</source>
        <translation>يُرسل {name} إلى {network}</translation>
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
        <translation>ملف PEM يوثق به إضافة إلى شهادات النظام</translation>
    </message>
    <message>
        <source>Address to try</source>
        <translation>العنوان المراد تجربته</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>كل الملفات (*)</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>شهادات (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>شهادات خاصة بك</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>جارٍ التحقق…</translation>
    </message>
    <message>
        <source>Choose a file of certificates</source>
        <translation>اختيار ملف شهادات</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>اختيار ملف…</translation>
    </message>
    <message>
        <source>Connection test</source>
        <translation>اختبار الاتصال</translation>
    </message>
    <message>
        <source>Needs a user name for the proxy</source>
        <translation>يتطلب اسم مستخدم للخادم الوكيل</translation>
    </message>
    <message>
        <source>No keychain found. Saved until you quit Posto</source>
        <translation>لم يُعثر على سلسلة مفاتيح. محفوظة حتى إنهاء Posto</translation>
    </message>
    <message>
        <source>No password saved</source>
        <translation>لا كلمة مرور محفوظة</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>كلمة مرور الخادم الوكيل</translation>
    </message>
    <message>
        <source>Remove your certificates</source>
        <translation>إزالة شهاداتك</translation>
    </message>
    <message>
        <source>Saved in a file only you can read</source>
        <translation>محفوظة في ملف لا يقرؤه غيرك</translation>
    </message>
    <message>
        <source>Saved in the keychain of this computer</source>
        <translation>محفوظة في سلسلة مفاتيح هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Test</source>
        <extracomment>Verb: try the connection.</extracomment>
        <translation>اختبار</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>اختبار الاتصال</translation>
    </message>
    <message>
        <source>The address of a service</source>
        <translation>عنوان خدمة</translation>
    </message>
    <message>
        <source>The connection could not be tested.</source>
        <translation>تعذّر اختبار الاتصال.</translation>
    </message>
    <message>
        <source>The password was not saved.</source>
        <translation>لم تُحفظ كلمة المرور.</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>تجربة الاتصال</translation>
    </message>
    <message>
        <source>{name} answered after {seconds} seconds</source>
        <translation>استجاب {name} بعد {seconds} ثانية</translation>
    </message>
    <message>
        <source>{name}, in addition to the system&apos;s certificates</source>
        <translation>{name}، إضافة إلى شهادات النظام</translation>
    </message>
</context>
<context>
    <name>NetworkSettings</name>
    <message numerus="yes">
        <source>%n change(s) will be saved</source>
        <translation>
            <numerusform>سيتم حفظ %n تغيير</numerusform>
            <numerusform>سيتم حفظ تغيير واحد</numerusform>
            <numerusform>سيتم حفظ تغييرين</numerusform>
            <numerusform>سيتم حفظ %n تغييرات</numerusform>
            <numerusform>سيتم حفظ %n تغييرًا</numerusform>
            <numerusform>سيتم حفظ %n تغيير</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)</source>
        <translation>
            <numerusform>تجاهل %n تغيير</numerusform>
            <numerusform>تجاهل تغيير واحد</numerusform>
            <numerusform>تجاهل تغييرين</numerusform>
            <numerusform>تجاهل %n تغييرات</numerusform>
            <numerusform>تجاهل %n تغييرًا</numerusform>
            <numerusform>تجاهل %n تغيير</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n change(s)?</source>
        <translation>
            <numerusform>هل تريد تجاهل %n تغيير؟</numerusform>
            <numerusform>هل تريد تجاهل تغيير واحد؟</numerusform>
            <numerusform>هل تريد تجاهل تغييرين؟</numerusform>
            <numerusform>هل تريد تجاهل %n تغييرات؟</numerusform>
            <numerusform>هل تريد تجاهل %n تغييرًا؟</numerusform>
            <numerusform>هل تريد تجاهل %n تغيير؟</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>فارغ</translation>
    </message>
    <message>
        <source>First choose which changes to keep</source>
        <translation>اختر أولًا التغييرات المراد الإبقاء عليها</translation>
    </message>
    <message>
        <source>Hidden and not changed</source>
        <translation>مخفي ولم يتغير</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>الإبقاء على تغييري</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>الإبقاء على تغييرهم</translation>
    </message>
    <message>
        <source>Loading the settings…</source>
        <translation>جارٍ تحميل الإعدادات…</translation>
    </message>
    <message>
        <source>No</source>
        <translation>لا</translation>
    </message>
    <message>
        <source>Nothing was changed</source>
        <translation>لم يتغير شيء</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>إعادة التحميل</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message numerus="yes">
        <source>Save %n change(s)</source>
        <translation>
            <numerusform>حفظ %n تغيير</numerusform>
            <numerusform>حفظ تغيير واحد</numerusform>
            <numerusform>حفظ تغييرين</numerusform>
            <numerusform>حفظ %n تغييرات</numerusform>
            <numerusform>حفظ %n تغييرًا</numerusform>
            <numerusform>حفظ %n تغيير</numerusform>
        </translation>
    </message>
    <message>
        <source>Save network settings</source>
        <translation>حفظ إعدادات الشبكة</translation>
    </message>
    <message>
        <source>Saved on the service</source>
        <translation>حُفظت في الخدمة</translation>
    </message>
    <message>
        <source>Saved on the service for all its users</source>
        <translation>حُفظت في الخدمة لكل مستخدميها</translation>
    </message>
    <message>
        <source>Saved on {host} for all its users</source>
        <translation>حُفظت على {host} لكل مستخدميه</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>جارٍ الحفظ…</translation>
    </message>
    <message>
        <source>Settings of {network}</source>
        <translation>إعدادات {network}</translation>
    </message>
    <message>
        <source>Someone else changed this on the service: {what}. Choose which changes to keep. Yours are not saved yet.</source>
        <translation>غيّر شخص آخر هذا في الخدمة: {what}. اختر التغييرات المراد الإبقاء عليها. تغييراتك لم تُحفظ بعد.</translation>
    </message>
    <message>
        <source>The service did not save {names} and uses its own value</source>
        <translation>لم تحفظ الخدمة {names} وتستخدم قيمتها الخاصة</translation>
    </message>
    <message>
        <source>The service has no settings for this network</source>
        <translation>لا إعدادات لهذه الشبكة في الخدمة</translation>
    </message>
    <message>
        <source>These changes are not saved on the service.</source>
        <translation>لم تُحفظ هذه التغييرات في الخدمة.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>المحاولة مجددًا</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>نعم</translation>
    </message>
    <message>
        <source>You can change this only on the service</source>
        <translation>لا يمكنك تغيير هذا إلا في الخدمة</translation>
    </message>
    <message>
        <source>{name} is now “{value}”</source>
        <translation>{name} الآن «{value}»</translation>
    </message>
    <message>
        <source>{why} Nothing was saved.</source>
        <translation>{why} لم يُحفظ شيء.</translation>
    </message>
</context>
<context>
    <name>NetworkStep</name>
    <message>
        <source>A network, a site, a server, or @you@example.social</source>
        <translation>شبكة أو موقع أو خادم أو @you@example.social</translation>
    </message>
    <message>
        <source>Checking {address}…</source>
        <translation>جارٍ التحقق من {address}…</translation>
    </message>
    <message>
        <source>Find a network</source>
        <translation>البحث عن شبكة</translation>
    </message>
    <message>
        <source>Loading networks…</source>
        <translation>جارٍ تحميل الشبكات…</translation>
    </message>
    <message>
        <source>No network has this name. Type the address of your server instead.</source>
        <translation>لا توجد شبكة بهذا الاسم. اكتب عنوان خادمك بدلًا منه.</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>تسجيل الدخول إلى خدمة…</translation>
    </message>
    <message>
        <source>This is {what}.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Mastodon (example.social)&quot;.</extracomment>
        <translation>هذا {what}.</translation>
    </message>
    <message>
        <source>This is {what}. Posto cannot connect it.</source>
        <extracomment>{what}: the software of a server and its address, such as &quot;Friendica (example.social)&quot;.</extracomment>
        <translation>هذا {what}. لا يمكن لـ Posto ربطه.</translation>
    </message>
    <message>
        <source>This version cannot connect this network yet. A Posto service can.</source>
        <translation>لا يمكن لهذا الإصدار ربط هذه الشبكة بعد، لكن يمكن لخدمة Posto ذلك.</translation>
    </message>
    <message>
        <source>{address} was not recognized. Choose its network below or check the spelling.</source>
        <translation>لم يُتعرّف على {address}. اختر شبكته أدناه أو تحقق من الكتابة.</translation>
    </message>
</context>
<context>
    <name>NetworkTabs</name>
    <message>
        <source>All networks</source>
        <translation>كل الشبكات</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>الشبكات</translation>
    </message>
    <message>
        <source>Text for {name}</source>
        <translation>نص لـ {name}</translation>
    </message>
    <message>
        <source>own text</source>
        <translation>نص خاص</translation>
    </message>
    <message>
        <source>{name}, has a problem</source>
        <translation>{name}، فيها مشكلة</translation>
    </message>
    <message>
        <source>{name}, own text</source>
        <translation>{name}، نص خاص</translation>
    </message>
</context>
<context>
    <name>NoMatches</name>
    <message>
        <source>Clear the search</source>
        <translation>مسح البحث</translation>
    </message>
</context>
<context>
    <name>NotificationPresenter</name>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>إظهار</translation>
    </message>
</context>
<context>
    <name>NotificationsController</name>
    <message>
        <source>The workspace of this notification was removed</source>
        <translation>أُزيلت مساحة العمل التي يخصها هذا الإشعار</translation>
    </message>
</context>
<context>
    <name>NotificationsModel</name>
    <message>
        <source>Error</source>
        <translation>خطأ</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>تحذير</translation>
    </message>
</context>
<context>
    <name>NotificationsPanel</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>مسح</translation>
    </message>
    <message>
        <source>Clear notifications</source>
        <translation>مسح الإشعارات</translation>
    </message>
    <message>
        <source>No notifications</source>
        <translation>لا إشعارات</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>الإشعارات</translation>
    </message>
    <message>
        <source>Notifications panel</source>
        <translation>لوحة الإشعارات</translation>
    </message>
    <message>
        <source>Your notifications appear here.</source>
        <translation>تظهر إشعاراتك هنا.</translation>
    </message>
</context>
<context>
    <name>OpenDrafts</name>
    <message>
        <source>Changes discarded. The message is still scheduled as it was.</source>
        <translation>تم تجاهل التغييرات. لا تزال الرسالة مجدولة كما كانت.</translation>
    </message>
    <message>
        <source>Draft deleted</source>
        <translation>تم حذف المسودة</translation>
    </message>
    <message>
        <source>Message discarded</source>
        <translation>تم تجاهل الرسالة</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Saved in Drafts</source>
        <translation>تم الحفظ في المسودات</translation>
    </message>
    <message>
        <source>The draft could not be saved. It is lost when Posto quits.</source>
        <translation>تعذّر حفظ المسودة. ستُفقد عند إنهاء Posto.</translation>
    </message>
    <message>
        <source>There is nothing to save yet</source>
        <translation>لا شيء لحفظه بعد</translation>
    </message>
    <message>
        <source>“{title}” was closed and saved in Drafts. At most 20 messages can be open.</source>
        <translation>أُغلقت «{title}» وحُفظت في المسودات. يمكن فتح 20 رسالة كحد أقصى.</translation>
    </message>
</context>
<context>
    <name>OpenWorkspaceController</name>
    <message>
        <source>Sign in</source>
        <translation>تسجيل الدخول</translation>
    </message>
</context>
<context>
    <name>OptimisticSchedule</name>
    <message numerus="yes">
        <source>%n post(s) deleted</source>
        <translation>
            <numerusform>تم حذف %n منشور</numerusform>
            <numerusform>تم حذف منشور واحد</numerusform>
            <numerusform>تم حذف منشورين</numerusform>
            <numerusform>تم حذف %n منشورات</numerusform>
            <numerusform>تم حذف %n منشورًا</numerusform>
            <numerusform>تم حذف %n منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) deleted here. (It stays/They stay) published.</source>
        <translation>
            <numerusform>تم حذف %n منشور هنا. تبقى على الشبكة.</numerusform>
            <numerusform>تم حذف منشور واحد هنا. يبقى على الشبكة.</numerusform>
            <numerusform>تم حذف منشورين هنا. يبقيان على الشبكة.</numerusform>
            <numerusform>تم حذف %n منشورات هنا. تبقى على الشبكة.</numerusform>
            <numerusform>تم حذف %n منشورًا هنا. تبقى على الشبكة.</numerusform>
            <numerusform>تم حذف %n منشور هنا. تبقى على الشبكة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Its last change is not saved yet. Edit the message to change its time.</source>
        <translation>آخر تغيير له لم يُحفظ بعد. عدّل الرسالة لتغيير وقتها.</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>فات أوان التراجع: حُذفت المنشورات.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>What is published stays published.</source>
        <translation>يبقى ما نُشر منشورًا.</translation>
    </message>
</context>
<context>
    <name>OptionBox</name>
    <message>
        <source>required</source>
        <translation>مطلوب</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{option} لـ {network}</translation>
    </message>
    <message>
        <source>{option}, required</source>
        <translation>{option}، مطلوب</translation>
    </message>
</context>
<context>
    <name>OptionChip</name>
    <message>
        <source>Delete resets it</source>
        <translation>Delete لإعادة ضبطه</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>إعادة ضبط</translation>
    </message>
    <message>
        <source>{option} for {network}</source>
        <translation>{option} لـ {network}</translation>
    </message>
</context>
<context>
    <name>Options</name>
    <message>
        <source>Add music to photos</source>
        <translation>إضافة موسيقى إلى الصور</translation>
    </message>
    <message>
        <source>All images of the post</source>
        <translation>كل صور المنشور</translation>
    </message>
    <message>
        <source>Allow comments</source>
        <translation>السماح بالتعليقات</translation>
    </message>
    <message>
        <source>Allow duets</source>
        <translation>السماح بالدويتو</translation>
    </message>
    <message>
        <source>Allow stitches</source>
        <translation>السماح بالستيتش</translation>
    </message>
    <message>
        <source>Alt text of the post</source>
        <translation>النص البديل للمنشور</translation>
    </message>
    <message>
        <source>Attach the link</source>
        <translation>إرفاق الرابط</translation>
    </message>
    <message>
        <source>Book</source>
        <translation>احجز</translation>
    </message>
    <message>
        <source>Button</source>
        <translation>الزر</translation>
    </message>
    <message>
        <source>Button below the message</source>
        <translation>الزر أسفل الرسالة</translation>
    </message>
    <message>
        <source>Button link</source>
        <translation>رابط الزر</translation>
    </message>
    <message>
        <source>Button text</source>
        <translation>نص الزر</translation>
    </message>
    <message>
        <source>Buy</source>
        <translation>شراء</translation>
    </message>
    <message>
        <source>Call now</source>
        <translation>اتصل الآن</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>التصنيفات</translation>
    </message>
    <message>
        <source>Channel default</source>
        <translation>افتراضي القناة</translation>
    </message>
    <message>
        <source>Channel default: the channel&apos;s setting on the service</source>
        <translation>افتراضي القناة: إعداد القناة في الخدمة</translation>
    </message>
    <message>
        <source>Cut a text that is too long</source>
        <translation>قطع النص الأطول من الحد</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>افتراضي</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>مسودة</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>الجميع</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>المقتطف</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>Followers</source>
        <translation>المتابعون</translation>
    </message>
    <message>
        <source>Friends</source>
        <translation>الأصدقاء</translation>
    </message>
    <message>
        <source>Get offer</source>
        <translation>احصل على العرض</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>الهاشتاغات</translation>
    </message>
    <message>
        <source>Keep as a draft on the blog</source>
        <translation>إبقاؤه كمسودة في المدونة</translation>
    </message>
    <message>
        <source>Keep the post type</source>
        <translation>الإبقاء على نوع المنشور</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>التسميات</translation>
    </message>
    <message>
        <source>Learn more</source>
        <translation>معرفة المزيد</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>الرابط</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>وسوم الرابط (UTM)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>On</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>Only me</source>
        <translation>أنا فقط</translation>
    </message>
    <message>
        <source>Order online</source>
        <translation>اطلب عبر الإنترنت</translation>
    </message>
    <message>
        <source>Photo title</source>
        <translation>عنوان الصورة</translation>
    </message>
    <message>
        <source>Pin the post</source>
        <translation>تثبيت المنشور</translation>
    </message>
    <message>
        <source>Post type</source>
        <translation>نوع المنشور</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>خاص</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>منشور</translation>
    </message>
    <message>
        <source>Qualifier</source>
        <translation>المحدِّد</translation>
    </message>
    <message>
        <source>Reserve</source>
        <translation>احجز مكانًا</translation>
    </message>
    <message>
        <source>Send categories</source>
        <translation>إرسال التصنيفات</translation>
    </message>
    <message>
        <source>Send pages as pages</source>
        <translation>إرسال الصفحات كصفحات</translation>
    </message>
    <message>
        <source>Send silently</source>
        <translation>إرسال صامت</translation>
    </message>
    <message>
        <source>Send tags</source>
        <translation>إرسال الوسوم</translation>
    </message>
    <message>
        <source>Sign up</source>
        <translation>التسجيل</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>التوقيع</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Story hashtag</source>
        <translation>هاشتاغ القصة</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>الوسوم</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>The featured image</source>
        <translation>الصورة البارزة</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>العنوان</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>رفع الوسائط</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>الظهور</translation>
    </message>
    <message>
        <source>Waiting for review</source>
        <translation>بانتظار المراجعة</translation>
    </message>
    <message>
        <source>Watch video</source>
        <translation>شاهد الفيديو</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>العلامة المائية</translation>
    </message>
    <message>
        <source>Which media</source>
        <translation>الوسائط المرسلة</translation>
    </message>
    <message>
        <source>Who can see it</source>
        <translation>من يمكنه رؤيته</translation>
    </message>
    <message>
        <source>Write a first comment</source>
        <translation>كتابة تعليق أول</translation>
    </message>
</context>
<context>
    <name>OptionsBody</name>
    <message>
        <source>Find an option</source>
        <translation>البحث عن خيار</translation>
    </message>
    <message>
        <source>No option has this name</source>
        <translation>لا يوجد خيار بهذا الاسم</translation>
    </message>
    <message>
        <source>Show all options</source>
        <translation>إظهار كل الخيارات</translation>
    </message>
</context>
<context>
    <name>OptionsCard</name>
    <message>
        <source>Also a link in the text</source>
        <translation>وأيضًا الرابط الموجود في النص</translation>
    </message>
    <message>
        <source>Applies where a network has a limit</source>
        <translation>يسري حيث يكون للشبكة حد</translation>
    </message>
    <message>
        <source>Attach link</source>
        <translation>إرفاق رابط</translation>
    </message>
    <message>
        <source>Cut it</source>
        <translation>قطعه</translation>
    </message>
    <message>
        <source>Facebook and LinkedIn then drop the media</source>
        <translation>عندئذ يسقط Facebook وLinkedIn الوسائط</translation>
    </message>
    <message>
        <source>If the message has a link</source>
        <translation>إذا كان في الرسالة رابط</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>الرابط</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>أبدًا</translation>
    </message>
    <message>
        <source>No</source>
        <translation>لا</translation>
    </message>
    <message>
        <source>On {network}</source>
        <translation>على {network}</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>كما في كل الشبكات</translation>
    </message>
    <message>
        <source>Send pictures and videos with the post</source>
        <translation>إرسال الصور والفيديوهات مع المنشور</translation>
    </message>
    <message>
        <source>The link of the message, or the first link in its text</source>
        <translation>رابط الرسالة، أو أول رابط في نصها</translation>
    </message>
    <message>
        <source>Upload media</source>
        <translation>رفع الوسائط</translation>
    </message>
    <message>
        <source>Used if the message has no link</source>
        <translation>يُستخدم إذا لم يكن في الرسالة رابط</translation>
    </message>
    <message>
        <source>Warn me</source>
        <translation>تحذيري</translation>
    </message>
    <message>
        <source>When the text is too long</source>
        <translation>عندما يكون النص أطول من الحد</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>نعم</translation>
    </message>
    <message>
        <source>{network} then drops the media</source>
        <translation>عندئذ تُسقط {network} الوسائط</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n مختار</numerusform>
            <numerusform>واحد مختار</numerusform>
            <numerusform>اثنان مختاران</numerusform>
            <numerusform>%n مختارة</numerusform>
            <numerusform>%n مختارًا</numerusform>
            <numerusform>%n مختار</numerusform>
        </translation>
    </message>
    <message>
        <source>Options</source>
        <translation>الخيارات</translation>
    </message>
</context>
<context>
    <name>OtherTimeChip</name>
    <message>
        <source>This can also mean {time}.</source>
        <translation>قد يعني هذا أيضًا {time}.</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>أو {time}؟</translation>
    </message>
</context>
<context>
    <name>OthersStrip</name>
    <message>
        <source>Others in this message</source>
        <translation>آخرون في هذه الرسالة</translation>
    </message>
    <message>
        <source>Take over the changes</source>
        <translation>أخذ التغييرات</translation>
    </message>
    <message>
        <source>What you have changed stays. Where both of you changed the same you choose.</source>
        <translation>يبقى ما غيّرته. وحيث غيّرتما الشيء نفسه تختار أنت.</translation>
    </message>
</context>
<context>
    <name>OutboxList</name>
    <message>
        <source>Outbox</source>
        <translation>صندوق الصادر</translation>
    </message>
</context>
<context>
    <name>OutboxModel</name>
    <message numerus="yes">
        <source>%n of {total} sent</source>
        <translation>
            <numerusform>أُرسل %n من {total}</numerusform>
            <numerusform>أُرسل واحد من {total}</numerusform>
            <numerusform>أُرسل اثنان من {total}</numerusform>
            <numerusform>أُرسل %n من {total}</numerusform>
            <numerusform>أُرسل %n من {total}</numerusform>
            <numerusform>أُرسل %n من {total}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other(s)</source>
        <translation>
            <numerusform>%n عنصر آخر</numerusform>
            <numerusform>عنصر آخر</numerusform>
            <numerusform>عنصران آخران</numerusform>
            <numerusform>%n عناصر أخرى</numerusform>
            <numerusform>%n عنصرًا آخر</numerusform>
            <numerusform>%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>مقبول</translation>
    </message>
    <message>
        <source>Accepted, but its status is unknown</source>
        <translation>قُبل، لكن حالته غير معروفة</translation>
    </message>
    <message>
        <source>Another workspace</source>
        <translation>مساحة عمل أخرى</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>أُلغي</translation>
    </message>
    <message>
        <source>Checking for the post</source>
        <translation>جارٍ التحقق من المنشور</translation>
    </message>
    <message>
        <source>Converting</source>
        <translation>جارٍ التحويل</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>حذفته أنت</translation>
    </message>
    <message>
        <source>Done today</source>
        <translation>أُنجز اليوم</translation>
    </message>
    <message>
        <source>Edited by you</source>
        <translation>عدّلته أنت</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>فشل</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>محتجز</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>قيد التنفيذ</translation>
    </message>
    <message>
        <source>It may already be on {channels}</source>
        <translation>ربما أصبح على {channels} بالفعل</translation>
    </message>
    <message>
        <source>May already be published</source>
        <translation>ربما نُشر بالفعل</translation>
    </message>
    <message>
        <source>May already be published: {reason}</source>
        <translation>ربما نُشر بالفعل: {reason}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>بحاجة إليك</translation>
    </message>
    <message>
        <source>Next in line</source>
        <translation>التالي في الدور</translation>
    </message>
    <message>
        <source>No clear answer came back</source>
        <translation>لم يصل رد واضح</translation>
    </message>
    <message>
        <source>No reason was given</source>
        <translation>لم يُذكر سبب</translation>
    </message>
    <message>
        <source>Not in the schedule</source>
        <translation>ليس في الجدول</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>لم يُرسل</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>حُفظت على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>جارٍ الحفظ…</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>مجدول</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>جارٍ الإرسال</translation>
    </message>
    <message>
        <source>Sending to {host}</source>
        <translation>جارٍ الإرسال إلى {host}</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>أُرسل</translation>
    </message>
    <message>
        <source>Upcoming</source>
        <translation>قادم</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>جارٍ الرفع</translation>
    </message>
    <message>
        <source>Uploading {n} of {total}</source>
        <translation>جارٍ رفع {n} من {total}</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>في الانتظار</translation>
    </message>
    <message>
        <source>Waiting for network</source>
        <translation>في انتظار الشبكة</translation>
    </message>
    <message>
        <source>Waiting for sign-in</source>
        <translation>في انتظار تسجيل الدخول</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>بقي نحو {n} د</translation>
    </message>
    <message>
        <source>about {n} s left</source>
        <translation>بقي نحو {n} ث</translation>
    </message>
    <message>
        <source>can be undone for {n} s</source>
        <translation>يمكن التراجع لمدة {n} ث</translation>
    </message>
    <message>
        <source>continues when you resume</source>
        <translation>يستمر عند الاستئناف</translation>
    </message>
    <message>
        <source>next try at {time}</source>
        <translation>المحاولة التالية في {time}</translation>
    </message>
    <message>
        <source>next try in {n} min</source>
        <translation>المحاولة التالية بعد {n} د</translation>
    </message>
    <message>
        <source>next try in {n} s</source>
        <translation>المحاولة التالية بعد {n} ث</translation>
    </message>
    <message>
        <source>next try now</source>
        <translation>المحاولة التالية الآن</translation>
    </message>
    <message>
        <source>sending continues at {time}</source>
        <translation>يستمر الإرسال في {time}</translation>
    </message>
    <message>
        <source>sending continues in {n} s</source>
        <translation>يستمر الإرسال بعد {n} ث</translation>
    </message>
    <message>
        <source>sending continues now</source>
        <translation>يستمر الإرسال الآن</translation>
    </message>
    <message>
        <source>starts automatically</source>
        <translation>يبدأ تلقائيًا</translation>
    </message>
    <message>
        <source>{file}, {percent} %</source>
        <translation>{file}، {percent} ٪</translation>
    </message>
    <message>
        <source>{sent} of {total} MB</source>
        <translation>{sent} من {total} ميغابايت</translation>
    </message>
    <message>
        <source>{sent} of {total} kB</source>
        <translation>{sent} من {total} كيلوبايت</translation>
    </message>
</context>
<context>
    <name>OutboxRows</name>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>إخفاء</translation>
    </message>
    <message>
        <source>Look into it</source>
        <translation>مراجعته</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>إرسال الآن</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>إظهار</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>المحاولة الآن</translation>
    </message>
</context>
<context>
    <name>OutcomeActions</name>
    <message>
        <source>Edit and send again</source>
        <translation>تعديل وإرسال مجددًا</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>هو هناك</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>فتح القناة</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>إرسال مجددًا</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>إرسال التعليق مجددًا</translation>
    </message>
</context>
<context>
    <name>OutputOptionsPanel</name>
    <message>
        <source>All networks</source>
        <translation>كل الشبكات</translation>
    </message>
    <message>
        <source>Animated GIF</source>
        <translation>صورة GIF متحركة</translation>
    </message>
    <message>
        <source>Best for each network</source>
        <translation>الأفضل لكل شبكة</translation>
    </message>
    <message>
        <source>Convert to what each network takes</source>
        <translation>تحويله إلى ما تقبله كل شبكة</translation>
    </message>
    <message>
        <source>Edits for {network} override those for all networks</source>
        <translation>التعديلات لـ {network} لها الأولوية على تعديلات كل الشبكات</translation>
    </message>
    <message>
        <source>For</source>
        <translation>لـ</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>التنسيق</translation>
    </message>
    <message>
        <source>H.264 and AAC in an MP4, within the network’s pixels, rates and size</source>
        <translation>H.264 وAAC في ملف MP4، ضمن بكسلات الشبكة ومعدلاتها وحجمها</translation>
    </message>
    <message>
        <source>If off, location and camera data are removed before sending</source>
        <translation>عند إيقافه، تُزال بيانات الموقع والكاميرا قبل الإرسال</translation>
    </message>
    <message>
        <source>Keep location and camera data</source>
        <translation>الإبقاء على بيانات الموقع والكاميرا</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>الحد الأقصى للملف</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>الضلع الأطول</translation>
    </message>
    <message>
        <source>Network limit</source>
        <translation>حد الشبكة</translation>
    </message>
    <message>
        <source>No quality is lost; the start moves to the key frame before</source>
        <translation>لا تُفقد الجودة؛ تنتقل البداية إلى الإطار الرئيسي السابق</translation>
    </message>
    <message>
        <source>Only {network}</source>
        <translation>{network} فقط</translation>
    </message>
    <message>
        <source>Only {network}, edited</source>
        <translation>{network} فقط، معدّل</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>الحجم الأصلي</translation>
    </message>
    <message>
        <source>Own edits: {names}</source>
        <translation>تعديلات خاصة: {names}</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>الشكل</translation>
    </message>
    <message>
        <source>Start at a key frame, without encoding</source>
        <translation>البدء عند إطار رئيسي، دون ترميز</translation>
    </message>
    <message>
        <source>Still picture, JPEG</source>
        <translation>صورة ثابتة، JPEG</translation>
    </message>
    <message>
        <source>Still picture, PNG</source>
        <translation>صورة ثابتة، PNG</translation>
    </message>
</context>
<context>
    <name>OverrideControl</name>
    <message>
        <source>Different for this network</source>
        <translation>مختلف لهذه الشبكة</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No value of an option.</extracomment>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>Own {name}</source>
        <translation>{name}: قيمة خاصة</translation>
    </message>
    <message>
        <source>Same for all networks</source>
        <translation>نفسه لكل الشبكات</translation>
    </message>
</context>
<context>
    <name>OwnAccountsController</name>
    <message numerus="yes">
        <source>%n waiting post(s) will not be sent.</source>
        <translation>
            <numerusform>لن يتم إرسال %n منشور في الانتظار.</numerusform>
            <numerusform>لن يتم إرسال منشور واحد في الانتظار.</numerusform>
            <numerusform>لن يتم إرسال منشورين في الانتظار.</numerusform>
            <numerusform>لن يتم إرسال %n منشورات في الانتظار.</numerusform>
            <numerusform>لن يتم إرسال %n منشورًا في الانتظار.</numerusform>
            <numerusform>لن يتم إرسال %n منشور في الانتظار.</numerusform>
        </translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>التحقق مجددًا</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>قطع الاتصال</translation>
    </message>
    <message>
        <source>Disconnect {name}?</source>
        <translation>هل تريد قطع اتصال {name}؟</translation>
    </message>
    <message numerus="yes">
        <source>Its %n channel(s) will be removed, too.</source>
        <translation>
            <numerusform>ستُزال قنواته أيضًا (%n).</numerusform>
            <numerusform>ستُزال قناته أيضًا.</numerusform>
            <numerusform>ستُزال قناتاه أيضًا.</numerusform>
            <numerusform>ستُزال قنواته الـ %n أيضًا.</numerusform>
            <numerusform>ستُزال قنواته الـ %n أيضًا.</numerusform>
            <numerusform>ستُزال قنواته الـ %n أيضًا.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posto signs out of the network and removes the account here.</source>
        <translation>يسجّل Posto الخروج من الشبكة ويزيل الحساب هنا.</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>تسجيل الدخول مجددًا</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>فتح القفل</translation>
    </message>
    <message>
        <source>{name} cannot publish now.</source>
        <translation>لا يمكن لـ {name} النشر الآن.</translation>
    </message>
    <message>
        <source>{name} is connected</source>
        <translation>{name} متصل</translation>
    </message>
    <message>
        <source>{name} is disconnected</source>
        <translation>تم قطع اتصال {name}</translation>
    </message>
    <message>
        <source>{name} stays connected</source>
        <translation>يبقى {name} متصلًا</translation>
    </message>
    <message>
        <source>{name} was removed here, but its sign-in may still be valid. {why}</source>
        <translation>أُزيل {name} من هنا، لكن تسجيل دخوله ربما لا يزال صالحًا. {why}</translation>
    </message>
    <message>
        <source>{name} works</source>
        <translation>{name} يعمل</translation>
    </message>
</context>
<context>
    <name>PageNotifier</name>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>PaletteController</name>
    <message>
        <source>Channels</source>
        <translation>القنوات</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>الأوامر</translation>
    </message>
    <message>
        <source>Group</source>
        <extracomment>Noun: a group of channels.</extracomment>
        <translation>المجموعة</translation>
    </message>
    <message>
        <source>Hide</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>إخفاء</translation>
    </message>
    <message>
        <source>Message without text</source>
        <translation>رسالة بلا نص</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>الرسائل</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>الصفحات</translation>
    </message>
    <message>
        <source>Posts</source>
        <translation>المنشورات</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>إظهار</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>إظهار الكل</translation>
    </message>
    <message>
        <source>Show only</source>
        <translation>إظهار فقط</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>الأنماط</translation>
    </message>
    <message>
        <source>Tick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>تحديد</translation>
    </message>
    <message>
        <source>Untick</source>
        <extracomment>Verb: tick a channel.</extracomment>
        <translation>إلغاء التحديد</translation>
    </message>
    <message>
        <source>account connect log in login network</source>
        <translation>حساب ربط تسجيل دخول شبكة</translation>
    </message>
    <message>
        <source>account sign in log in login connect</source>
        <translation>حساب تسجيل الدخول دخول ربط</translation>
    </message>
    <message>
        <source>account sign out log out logout</source>
        <translation>حساب تسجيل الخروج خروج</translation>
    </message>
    <message>
        <source>exit close</source>
        <translation>خروج إغلاق</translation>
    </message>
    <message>
        <source>help hotkeys</source>
        <translation>مساعدة اختصارات</translation>
    </message>
    <message>
        <source>help version licence</source>
        <translation>مساعدة إصدار ترخيص</translation>
    </message>
    <message>
        <source>preferences options</source>
        <translation>تفضيلات خيارات</translation>
    </message>
    <message>
        <source>refresh update</source>
        <translation>تحديث تجديد</translation>
    </message>
</context>
<context>
    <name>ParseOptionsMenu</name>
    <message>
        <source>Another file…</source>
        <translation>ملف آخر…</translation>
    </message>
    <message>
        <source>Separated by {sign}</source>
        <extracomment>{sign}: comma, semicolon or tab of a CSV file.</extracomment>
        <translation>مفصول بـ {sign}</translation>
    </message>
    <message>
        <source>Sheet “{name}”</source>
        <translation>الورقة «{name}»</translation>
    </message>
</context>
<context>
    <name>PartBar</name>
    <message>
        <source>Move part down</source>
        <translation>نقل الجزء إلى أسفل</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>نقل الجزء إلى أعلى</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>ترقيم الأجزاء</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>الجزء {n} من {count}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>إزالة الجزء</translation>
    </message>
</context>
<context>
    <name>PartCard</name>
    <message numerus="yes">
        <source>%n character(s) too long</source>
        <translation>
            <numerusform>أطول من الحد بـ %n حرف</numerusform>
            <numerusform>أطول من الحد بحرف واحد</numerusform>
            <numerusform>أطول من الحد بحرفين</numerusform>
            <numerusform>أطول من الحد بـ %n أحرف</numerusform>
            <numerusform>أطول من الحد بـ %n حرفًا</numerusform>
            <numerusform>أطول من الحد بـ %n حرف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n ملف</numerusform>
            <numerusform>ملف واحد</numerusform>
            <numerusform>ملفان</numerusform>
            <numerusform>%n ملفات</numerusform>
            <numerusform>%n ملفًا</numerusform>
            <numerusform>%n ملف</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>بلا نص</translation>
    </message>
    <message>
        <source>Nothing written yet</source>
        <translation>لم يُكتب شيء بعد</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>الجزء {n}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>الجزء {n} من {count}</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>فيه مشكلة</translation>
    </message>
</context>
<context>
    <name>PartRow</name>
    <message>
        <source>Its own</source>
        <translation>خاص به</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No hashtags, signature or watermark.</extracomment>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>Same as all networks</source>
        <translation>كما في كل الشبكات</translation>
    </message>
    <message>
        <source>Set here</source>
        <translation>يُضبط هنا</translation>
    </message>
</context>
<context>
    <name>PartsCard</name>
    <message>
        <source>Added at the end of each text</source>
        <translation>يُضاف في نهاية كل نص</translation>
    </message>
    <message>
        <source>Added to each message, up to the network&apos;s limit</source>
        <translation>تُضاف إلى كل رسالة، حتى حد الشبكة</translation>
    </message>
    <message>
        <source>Drawn on your pictures when they are sent</source>
        <translation>تُرسم على صورك عند إرسالها</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>الهاشتاغات</translation>
    </message>
    <message>
        <source>Link tags (UTM)</source>
        <translation>وسوم الرابط (UTM)</translation>
    </message>
    <message>
        <source>Show your web statistics where visitors come from</source>
        <translation>تبيّن لإحصاءات موقعك من أين يأتي الزوار</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>التوقيع</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>العلامة المائية</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>تم النسخ</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Copy the password</source>
        <translation>نسخ كلمة المرور</translation>
    </message>
    <message>
        <source>In Posto on that device, add a workspace with the address {address}, the name {name} and this password. It is shown only now.</source>
        <translation>في Posto على ذلك الجهاز، أضف مساحة عمل بالعنوان {address} والاسم {name} وكلمة المرور هذه. لا تظهر إلا الآن.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>كلمة المرور</translation>
    </message>
    <message>
        <source>Password for {device}</source>
        <translation>كلمة مرور {device}</translation>
    </message>
</context>
<context>
    <name>PasswordStorageChoice</name>
    <message>
        <source>In a file only you can read</source>
        <translation>في ملف لا يقرؤه غيرك</translation>
    </message>
    <message>
        <source>In the system keychain</source>
        <translation>في سلسلة مفاتيح النظام</translation>
    </message>
    <message>
        <source>Kept in memory. Posts wait here until you sign in again.</source>
        <translation>تُحفظ في الذاكرة. تنتظر المنشورات هنا حتى تسجّل الدخول مجددًا.</translation>
    </message>
    <message>
        <source>No keychain found on this computer.</source>
        <translation>لم يُعثر على سلسلة مفاتيح على هذا الكمبيوتر.</translation>
    </message>
    <message>
        <source>Not encrypted. Anyone who can use your account can read it.</source>
        <translation>غير مشفّرة. يمكن لأي شخص يستطيع استخدام حسابك قراءتها.</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>حتى أُنهي البرنامج فقط</translation>
    </message>
    <message>
        <source>The keychain of this computer</source>
        <translation>سلسلة مفاتيح هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>The keychain of this computer is not responding.</source>
        <translation>سلسلة مفاتيح هذا الكمبيوتر لا تستجيب.</translation>
    </message>
    <message>
        <source>Where the password is kept</source>
        <translation>مكان حفظ كلمة المرور</translation>
    </message>
    <message>
        <source>{keychain} is locked. It will ask for its own password.</source>
        <translation>{keychain} مقفلة. ستطلب كلمة المرور الخاصة بها.</translation>
    </message>
    <message>
        <source>{keychain}, locked with your login to this computer.</source>
        <translation>{keychain}، مقفلة بتسجيل دخولك إلى هذا الكمبيوتر.</translation>
    </message>
</context>
<context>
    <name>PastedPageReader</name>
    <message>
        <source>Nothing was pasted, because another text is open now. Paste again.</source>
        <translation>لم يُلصق شيء لأن نصًا آخر مفتوح الآن. الصق مجددًا.</translation>
    </message>
    <message>
        <source>The pasted page could not be read.</source>
        <translation>تعذّرت قراءة الصفحة الملصقة.</translation>
    </message>
    <message>
        <source>The pasted page is too long. Only its beginning was inserted.</source>
        <translation>الصفحة الملصقة طويلة جدًا. أُدرجت بدايتها فقط.</translation>
    </message>
</context>
<context>
    <name>PendingAnswers</name>
    <message numerus="yes">
        <source>%n post(s) (is/are) sent again in a moment</source>
        <translation>
            <numerusform>إعادة إرسال %n منشور بعد لحظة</numerusform>
            <numerusform>إعادة إرسال منشور واحد بعد لحظة</numerusform>
            <numerusform>إعادة إرسال منشورين بعد لحظة</numerusform>
            <numerusform>إعادة إرسال %n منشورات بعد لحظة</numerusform>
            <numerusform>إعادة إرسال %n منشورًا بعد لحظة</numerusform>
            <numerusform>إعادة إرسال %n منشور بعد لحظة</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are sent again.</source>
        <translation>فات أوان التراجع: يُعاد إرسال المنشورات.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>PendingSends</name>
    <message numerus="yes">
        <source>Sending %Ln post(s) in {seconds} s</source>
        <translation>
            <numerusform>إرسال %Ln منشور بعد {seconds} ث</numerusform>
            <numerusform>إرسال منشور واحد بعد {seconds} ث</numerusform>
            <numerusform>إرسال منشورين بعد {seconds} ث</numerusform>
            <numerusform>إرسال %Ln منشورات بعد {seconds} ث</numerusform>
            <numerusform>إرسال %Ln منشورًا بعد {seconds} ث</numerusform>
            <numerusform>إرسال %Ln منشور بعد {seconds} ث</numerusform>
        </translation>
    </message>
    <message>
        <source>Too late to undo: the posts are being sent.</source>
        <translation>فات أوان التراجع: جارٍ إرسال المنشورات.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>PeopleController</name>
    <message>
        <source>{name} removed from the team</source>
        <translation>أُزيل {name} من الفريق</translation>
    </message>
    <message>
        <source>{name} was not removed from the team.</source>
        <translation>لم تتم إزالة {name} من الفريق.</translation>
    </message>
    <message>
        <source>{name} was not removed from the team. They cannot sign in.</source>
        <translation>لم يُزَل {name} من الفريق، ولا يمكنه تسجيل الدخول.</translation>
    </message>
</context>
<context>
    <name>PeoplePart</name>
    <message>
        <source>Add a person, then make a password for each of their devices.</source>
        <translation>أضف شخصًا، ثم أنشئ كلمة مرور لكل جهاز من أجهزته.</translation>
    </message>
    <message>
        <source>Add a person…</source>
        <translation>إضافة شخص…</translation>
    </message>
    <message>
        <source>Another owner can do this</source>
        <translation>يمكن لمالك آخر فعل ذلك</translation>
    </message>
    <message>
        <source>Cannot sign in. Removed when you close the settings</source>
        <translation>لا يمكنه تسجيل الدخول. سيُزال عند إغلاق الإعدادات</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>تتطلب التغييرات الاتصال بالخادم</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>تعطيل</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>تعديل…</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>تفعيل</translation>
    </message>
    <message>
        <source>Find a person</source>
        <translation>البحث عن شخص</translation>
    </message>
    <message>
        <source>Nobody is called “{text}”</source>
        <translation>لا أحد اسمه «{text}»</translation>
    </message>
    <message>
        <source>People</source>
        <translation>الأشخاص</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>جارٍ الحفظ…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>{name} (you)</source>
        <translation>{name} (أنت)</translation>
    </message>
</context>
<context>
    <name>PersonDialog</name>
    <message>
        <source>Add a person</source>
        <translation>إضافة شخص</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>إضافة الشخص</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>كل القنوات</translation>
    </message>
    <message>
        <source>An owner sees all channels</source>
        <translation>يرى المالك جميع القنوات</translation>
    </message>
    <message>
        <source>Another owner can change your role</source>
        <translation>يمكن لمالك آخر تغيير دورك</translation>
    </message>
    <message>
        <source>Another owner can remove you</source>
        <translation>يمكن لمالك آخر إزالتك</translation>
    </message>
    <message>
        <source>Changes need the server</source>
        <translation>تتطلب التغييرات الاتصال بالخادم</translation>
    </message>
    <message>
        <source>Channels of some groups</source>
        <translation>قنوات بعض المجموعات</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>الأجهزة</translation>
    </message>
    <message>
        <source>Groups, with commas between them</source>
        <translation>مجموعات تفصل بينها فواصل</translation>
    </message>
    <message>
        <source>In use: {groups}</source>
        <translation>المستخدمة: {groups}</translation>
    </message>
    <message>
        <source>Letters from a to z, digits and . _ @ + -</source>
        <translation>أحرف من a إلى z وأرقام و‎ . _ @ + -</translation>
    </message>
    <message>
        <source>Make a password</source>
        <translation>إنشاء كلمة مرور</translation>
    </message>
    <message>
        <source>May sign in</source>
        <translation>يمكنه تسجيل الدخول</translation>
    </message>
    <message>
        <source>Name of a new device</source>
        <translation>اسم جهاز جديد</translation>
    </message>
    <message>
        <source>Name to sign in with</source>
        <translation>الاسم لتسجيل الدخول</translation>
    </message>
    <message>
        <source>Nothing is changed yet</source>
        <translation>لم يتغير شيء بعد</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>إزالة {name}</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>الدور</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>حفظ التغييرات</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>جارٍ الحفظ…</translation>
    </message>
    <message>
        <source>Sees</source>
        <translation>يرى</translation>
    </message>
    <message>
        <source>Shown name</source>
        <translation>الاسم المعروض</translation>
    </message>
    <message>
        <source>Write a name to sign in with first</source>
        <translation>اكتب أولًا اسمًا لتسجيل الدخول</translation>
    </message>
    <message>
        <source>Write the name of the device first</source>
        <translation>اكتب اسم الجهاز أولًا</translation>
    </message>
</context>
<context>
    <name>PictureKinds</name>
    <message>
        <source>AVIF pictures</source>
        <translation>صور AVIF</translation>
    </message>
    <message>
        <source>HEIC pictures</source>
        <translation>صور HEIC</translation>
    </message>
    <message>
        <source>JPEGs</source>
        <translation>صور JPEG</translation>
    </message>
    <message>
        <source>WebP pictures</source>
        <translation>صور WebP</translation>
    </message>
    <message>
        <source>progressive JPEGs</source>
        <translation>صور JPEG متدرجة</translation>
    </message>
    <message>
        <source>such files</source>
        <translation>ملفات كهذه</translation>
    </message>
</context>
<context>
    <name>PlacePopup</name>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>New message here</source>
        <translation>رسالة جديدة هنا</translation>
    </message>
    <message>
        <source>Or a draft</source>
        <translation>أو مسودة</translation>
    </message>
</context>
<context>
    <name>PostEvent</name>
    <message>
        <source>Status: {status}</source>
        <translation>الحالة: {status}</translation>
    </message>
    <message>
        <source>changes requested</source>
        <translation>طُلبت تعديلات</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>مسودة</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>فشل</translation>
    </message>
    <message>
        <source>late</source>
        <translation>متأخر</translation>
    </message>
    <message>
        <source>needs you</source>
        <translation>بحاجة إليك</translation>
    </message>
    <message>
        <source>other</source>
        <translation>أخرى</translation>
    </message>
    <message>
        <source>scheduled</source>
        <translation>مجدول</translation>
    </message>
    <message>
        <source>sending</source>
        <translation>جارٍ الإرسال</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>أُرسل</translation>
    </message>
    <message>
        <source>waiting for approval</source>
        <translation>بانتظار الموافقة</translation>
    </message>
</context>
<context>
    <name>PostList</name>
    <message>
        <source>Posts of this message</source>
        <translation>منشورات هذه الرسالة</translation>
    </message>
</context>
<context>
    <name>PostOutcomes</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) published</source>
        <translation>
            <numerusform>تم نشر %Ln منشور</numerusform>
            <numerusform>تم نشر منشور واحد</numerusform>
            <numerusform>تم نشر منشورين</numerusform>
            <numerusform>تم نشر %Ln منشورات</numerusform>
            <numerusform>تم نشر %Ln منشورًا</numerusform>
            <numerusform>تم نشر %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not published on {network}</source>
        <translation>
            <numerusform>لم يتم نشر %Ln منشور على {network}</numerusform>
            <numerusform>لم يتم نشر منشور واحد على {network}</numerusform>
            <numerusform>لم يتم نشر منشورين على {network}</numerusform>
            <numerusform>لم يتم نشر %Ln منشورات على {network}</numerusform>
            <numerusform>لم يتم نشر %Ln منشورًا على {network}</numerusform>
            <numerusform>لم يتم نشر %Ln منشور على {network}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) (was/were) not sent</source>
        <translation>
            <numerusform>لم يتم إرسال %Ln منشور</numerusform>
            <numerusform>لم يتم إرسال منشور واحد</numerusform>
            <numerusform>لم يتم إرسال منشورين</numerusform>
            <numerusform>لم يتم إرسال %Ln منشورات</numerusform>
            <numerusform>لم يتم إرسال %Ln منشورًا</numerusform>
            <numerusform>لم يتم إرسال %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s) may already be on {network}. Open (it/them) and choose what to do.</source>
        <translation>
            <numerusform>ربما نُشر %Ln منشور على {network} بالفعل. افتحها واختر ما تريد فعله.</numerusform>
            <numerusform>ربما نُشر منشور واحد على {network} بالفعل. افتحه واختر ما تريد فعله.</numerusform>
            <numerusform>ربما نُشر منشوران على {network} بالفعل. افتحهما واختر ما تريد فعله.</numerusform>
            <numerusform>ربما نُشرت %Ln منشورات على {network} بالفعل. افتحها واختر ما تريد فعله.</numerusform>
            <numerusform>ربما نُشر %Ln منشورًا على {network} بالفعل. افتحها واختر ما تريد فعله.</numerusform>
            <numerusform>ربما نُشر %Ln منشور على {network} بالفعل. افتحها واختر ما تريد فعله.</numerusform>
        </translation>
    </message>
    <message>
        <source>A post for {channel}</source>
        <translation>منشور لـ {channel}</translation>
    </message>
    <message>
        <source>It is published on {networks}.</source>
        <translation>نُشر على {networks}.</translation>
    </message>
    <message>
        <source>On {networks}</source>
        <translation>على {networks}</translation>
    </message>
    <message numerus="yes">
        <source>The site has not sent %Ln post(s). Its timer seems to be stopped.</source>
        <translation>
            <numerusform>لم يرسل الموقع %Ln منشور. يبدو أن مؤقته متوقف.</numerusform>
            <numerusform>لم يرسل الموقع منشورًا واحدًا. يبدو أن مؤقته متوقف.</numerusform>
            <numerusform>لم يرسل الموقع منشورين. يبدو أن مؤقته متوقف.</numerusform>
            <numerusform>لم يرسل الموقع %Ln منشورات. يبدو أن مؤقته متوقف.</numerusform>
            <numerusform>لم يرسل الموقع %Ln منشورًا. يبدو أن مؤقته متوقف.</numerusform>
            <numerusform>لم يرسل الموقع %Ln منشور. يبدو أن مؤقته متوقف.</numerusform>
        </translation>
    </message>
    <message>
        <source>The timer runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>يعمل المؤقت عندما يزور أحد الموقع. افتح الموقع في متصفح لتشغيله.</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>الشبكة</translation>
    </message>
    <message numerus="yes">
        <source>{titles} and %n more</source>
        <extracomment>{titles}: beginnings of posts.</extracomment>
        <translation>
            <numerusform>{titles} و%n عنصر آخر</numerusform>
            <numerusform>{titles} وعنصر آخر</numerusform>
            <numerusform>{titles} وعنصران آخران</numerusform>
            <numerusform>{titles} و%n عناصر أخرى</numerusform>
            <numerusform>{titles} و%n عنصرًا آخر</numerusform>
            <numerusform>{titles} و%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} is published</source>
        <extracomment>{what}: the beginning of a post in quotation marks, or &quot;A post for Galerie Nord&quot;.</extracomment>
        <translation>نُشر {what}</translation>
    </message>
    <message>
        <source>{what} may already be on {network}. Open it and choose what to do.</source>
        <translation>ربما أصبح {what} على {network} بالفعل. افتحه واختر ما تريد فعله.</translation>
    </message>
    <message>
        <source>{what} was not published on {network}</source>
        <translation>لم يُنشر {what} على {network}</translation>
    </message>
    <message>
        <source>{what} was not sent</source>
        <translation>لم يُرسل {what}</translation>
    </message>
</context>
<context>
    <name>PostStory</name>
    <message numerus="yes">
        <source>%Ln file(s) handed over</source>
        <translation>
            <numerusform>تم تسليم %Ln ملف</numerusform>
            <numerusform>تم تسليم ملف واحد</numerusform>
            <numerusform>تم تسليم ملفين</numerusform>
            <numerusform>تم تسليم %Ln ملفات</numerusform>
            <numerusform>تم تسليم %Ln ملفًا</numerusform>
            <numerusform>تم تسليم %Ln ملف</numerusform>
        </translation>
    </message>
    <message>
        <source>About to be sent</source>
        <translation>على وشك الإرسال</translation>
    </message>
    <message>
        <source>May be published</source>
        <translation>ربما نُشر</translation>
    </message>
    <message>
        <source>Not published</source>
        <translation>لم يُنشر</translation>
    </message>
    <message>
        <source>Open comment</source>
        <translation>فتح التعليق</translation>
    </message>
    <message>
        <source>Open part {n}</source>
        <translation>فتح الجزء {n}</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>فتح المنشور</translation>
    </message>
    <message>
        <source>Part {n}</source>
        <translation>الجزء {n}</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>منشور</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>جارٍ الإرسال</translation>
    </message>
    <message>
        <source>The first comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>The post</source>
        <translation>المنشور</translation>
    </message>
    <message>
        <source>Tried again at {time}</source>
        <translation>أُعيدت المحاولة في {time}</translation>
    </message>
    <message>
        <source>Uploading files: {percent} %</source>
        <translation>جارٍ رفع الملفات: {percent} %</translation>
    </message>
    <message>
        <source>Waits until {time}</source>
        <translation>ينتظر حتى {time}</translation>
    </message>
    <message>
        <source>You found it on the network.</source>
        <translation>وجدته أنت على الشبكة.</translation>
    </message>
    <message>
        <source>{what} is being sent</source>
        <translation>جارٍ إرسال {what}</translation>
    </message>
    <message>
        <source>{what} is not published</source>
        <translation>لم يُنشر {what}</translation>
    </message>
    <message>
        <source>{what} is published</source>
        <translation>نُشر {what}</translation>
    </message>
    <message>
        <source>{what} may be published</source>
        <translation>ربما نُشر {what}</translation>
    </message>
    <message>
        <source>{what} waits for the previous one</source>
        <translation>ينتظر {what} ما قبله</translation>
    </message>
</context>
<context>
    <name>PostText</name>
    <message numerus="yes">
        <source>%Ln more character(s) (is/are) not shown.</source>
        <translation>
            <numerusform>أحرف أخرى لا تظهر: %Ln.</numerusform>
            <numerusform>حرف آخر لا يظهر.</numerusform>
            <numerusform>حرفان آخران لا يظهران.</numerusform>
            <numerusform>%Ln أحرف أخرى لا تظهر.</numerusform>
            <numerusform>%Ln حرفًا آخر لا يظهر.</numerusform>
            <numerusform>%Ln حرف آخر لا يظهر.</numerusform>
        </translation>
    </message>
    <message>
        <source>No text</source>
        <translation>بلا نص</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln character(s)</source>
        <translation>
            <numerusform>إظهار %Ln حرف</numerusform>
            <numerusform>إظهار حرف واحد</numerusform>
            <numerusform>إظهار حرفين</numerusform>
            <numerusform>إظهار %Ln أحرف</numerusform>
            <numerusform>إظهار %Ln حرفًا</numerusform>
            <numerusform>إظهار %Ln حرف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %Ln character(s)</source>
        <translation>
            <numerusform>إظهار كل الأحرف (%Ln)</numerusform>
            <numerusform>إظهار كل الأحرف (%Ln)</numerusform>
            <numerusform>إظهار كل الأحرف (%Ln)</numerusform>
            <numerusform>إظهار كل الأحرف (%Ln)</numerusform>
            <numerusform>إظهار كل الأحرف (%Ln)</numerusform>
            <numerusform>إظهار كل الأحرف (%Ln)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PostingFlow</name>
    <message>
        <source>Back</source>
        <extracomment>To the page before.</extracomment>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>Change the time</source>
        <translation>تغيير الوقت</translation>
    </message>
    <message>
        <source>Choose a channel first</source>
        <translation>اختر قناة أولًا</translation>
    </message>
    <message>
        <source>Fix first</source>
        <translation>الإصلاح أولًا</translation>
    </message>
    <message>
        <source>Keep the time</source>
        <extracomment>To the page before.</extracomment>
        <translation>الإبقاء على الوقت</translation>
    </message>
    <message>
        <source>No channel would take this as it is. The checks above say why.</source>
        <translation>لن تقبل أي قناة هذا كما هو. السبب في الفحوص أعلاه.</translation>
    </message>
    <message>
        <source>Post to {name} only</source>
        <translation>النشر على {name} فقط</translation>
    </message>
    <message numerus="yes">
        <source>Post to {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>النشر على {n} من %Ln قناة</numerusform>
            <numerusform>النشر على {n} من قناة واحدة</numerusform>
            <numerusform>النشر على {n} من قناتين</numerusform>
            <numerusform>النشر على {n} من %Ln قنوات</numerusform>
            <numerusform>النشر على {n} من %Ln قناة</numerusform>
            <numerusform>النشر على {n} من %Ln قناة</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose</source>
        <extracomment>Verb: the button of a writer, whose message an editor has to approve.</extracomment>
        <translation>اقتراح</translation>
    </message>
    <message numerus="yes">
        <source>Propose %Ln post(s)</source>
        <translation>
            <numerusform>لا منشورات للاقتراح</numerusform>
            <numerusform>اقتراح منشور واحد</numerusform>
            <numerusform>اقتراح منشورين</numerusform>
            <numerusform>اقتراح %Ln منشورات</numerusform>
            <numerusform>اقتراح %Ln منشورًا</numerusform>
            <numerusform>اقتراح %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Propose again</source>
        <translation>إعادة الاقتراح</translation>
    </message>
    <message>
        <source>Propose again · {when}</source>
        <extracomment>Verb: the button of a writer who has made the changes that an editor asked for.</extracomment>
        <translation>إعادة الاقتراح · {when}</translation>
    </message>
    <message numerus="yes">
        <source>Save and schedule %Ln more</source>
        <translation>
            <numerusform>حفظ وجدولة %Ln أخرى</numerusform>
            <numerusform>حفظ وجدولة منشور آخر</numerusform>
            <numerusform>حفظ وجدولة منشورين آخرين</numerusform>
            <numerusform>حفظ وجدولة %Ln أخرى</numerusform>
            <numerusform>حفظ وجدولة %Ln أخرى</numerusform>
            <numerusform>حفظ وجدولة %Ln أخرى</numerusform>
        </translation>
    </message>
    <message>
        <source>Save and send now</source>
        <translation>حفظ وإرسال الآن</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>حفظ التغييرات</translation>
    </message>
    <message>
        <source>Save changes · {when}</source>
        <translation>حفظ التغييرات · {when}</translation>
    </message>
    <message>
        <source>Schedule</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>جدولة</translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>جدولة %Ln منشور</numerusform>
            <numerusform>جدولة منشور واحد</numerusform>
            <numerusform>جدولة منشورين</numerusform>
            <numerusform>جدولة %Ln منشورات</numerusform>
            <numerusform>جدولة %Ln منشورًا</numerusform>
            <numerusform>جدولة %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Schedule {name} only</source>
        <translation>الجدولة لـ {name} فقط</translation>
    </message>
    <message numerus="yes">
        <source>Schedule {n} of %Ln channel(s)</source>
        <translation>
            <numerusform>الجدولة لـ {n} من %Ln قناة</numerusform>
            <numerusform>الجدولة لـ {n} من قناة واحدة</numerusform>
            <numerusform>الجدولة لـ {n} من قناتين</numerusform>
            <numerusform>الجدولة لـ {n} من %Ln قنوات</numerusform>
            <numerusform>الجدولة لـ {n} من %Ln قناة</numerusform>
            <numerusform>الجدولة لـ {n} من %Ln قناة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>إرسال %Ln منشور الآن</numerusform>
            <numerusform>إرسال منشور واحد الآن</numerusform>
            <numerusform>إرسال منشورين الآن</numerusform>
            <numerusform>إرسال %Ln منشورات الآن</numerusform>
            <numerusform>إرسال %Ln منشورًا الآن</numerusform>
            <numerusform>إرسال %Ln منشور الآن</numerusform>
        </translation>
    </message>
    <message>
        <source>Send now</source>
        <extracomment>Verb: the button that schedules a message.</extracomment>
        <translation>إرسال الآن</translation>
    </message>
    <message>
        <source>The message for {names} stays in Drafts</source>
        <translation>تبقى رسالة {names} في المسودات</translation>
    </message>
    <message>
        <source>The time was not understood.</source>
        <translation>لم يُفهم الوقت.</translation>
    </message>
    <message>
        <source>Write something or add a file first</source>
        <translation>اكتب شيئًا أو أضف ملفًا أولًا</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>يمكنك عرض مساحة العمل هذه فقط</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>و%n عنصر آخر</numerusform>
            <numerusform>وعنصر آخر</numerusform>
            <numerusform>وعنصران آخران</numerusform>
            <numerusform>و%n عناصر أخرى</numerusform>
            <numerusform>و%n عنصرًا آخر</numerusform>
            <numerusform>و%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>{deed} ({times} × {channels})</source>
        <extracomment>{deed}: text of the button, such as &quot;Schedule 6 posts&quot;; then numbers.</extracomment>
        <translation>{deed} ({times} × {channels})</translation>
    </message>
    <message>
        <source>{names}: not possible as it is. The checks above say why.</source>
        <translation>{names}: غير ممكن كما هو. السبب في الفحوص أعلاه.</translation>
    </message>
</context>
<context>
    <name>Presence</name>
    <message>
        <source>Somebody else</source>
        <translation>شخص آخر</translation>
    </message>
    <message>
        <source>You have this post open on {device}, too</source>
        <translation>هذا المنشور مفتوح لديك على {device} أيضًا</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} و%n شخص آخر</numerusform>
            <numerusform>{names} وشخص آخر</numerusform>
            <numerusform>{names} وشخصان آخران</numerusform>
            <numerusform>{names} و%n أشخاص آخرون</numerusform>
            <numerusform>{names} و%n شخصًا آخر</numerusform>
            <numerusform>{names} و%n شخص آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} are editing this post</source>
        <translation>يعدّل {name} هذا المنشور</translation>
    </message>
    <message>
        <source>{name} are editing this post too</source>
        <translation>يعدّل {name} هذا المنشور أيضًا</translation>
    </message>
    <message>
        <source>{name} has saved changes: {fields}. Your version is unchanged.</source>
        <translation>حفظ {name} تغييرات: {fields}. نسختك لم تتغير.</translation>
    </message>
    <message>
        <source>{name} has this post open</source>
        <translation>هذا المنشور مفتوح لدى {name}</translation>
    </message>
    <message>
        <source>{name} have this post open</source>
        <translation>هذا المنشور مفتوح لدى {name}</translation>
    </message>
    <message>
        <source>{name} is editing this post</source>
        <translation>يعدّل {name} هذا المنشور</translation>
    </message>
    <message>
        <source>{name} is editing this post too</source>
        <translation>يعدّل {name} هذا المنشور أيضًا</translation>
    </message>
    <message>
        <source>{name}: since {time}, {device}</source>
        <translation>{name}: منذ {time}، {device}</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message numerus="yes">
        <source>%Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>أطول بـ %Ln</numerusform>
            <numerusform>أطول بحرف واحد</numerusform>
            <numerusform>أطول بحرفين</numerusform>
            <numerusform>أطول بـ %Ln</numerusform>
            <numerusform>أطول بـ %Ln</numerusform>
            <numerusform>أطول بـ %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) (is/are) left out</source>
        <translation>
            <numerusform>تم استبعاد %n ملف آخر</numerusform>
            <numerusform>تم استبعاد ملف آخر</numerusform>
            <numerusform>تم استبعاد ملفين آخرين</numerusform>
            <numerusform>تم استبعاد %n ملفات أخرى</numerusform>
            <numerusform>تم استبعاد %n ملفًا آخر</numerusform>
            <numerusform>تم استبعاد %n ملف آخر</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more part(s) (is/are) not shown</source>
        <translation>
            <numerusform>%n جزء آخر لا يظهر</numerusform>
            <numerusform>جزء آخر لا يظهر</numerusform>
            <numerusform>جزءان آخران لا يظهران</numerusform>
            <numerusform>%n أجزاء أخرى لا تظهر</numerusform>
            <numerusform>%n جزءًا آخر لا يظهر</numerusform>
            <numerusform>%n جزء آخر لا يظهر</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pin(s)</source>
        <translation>
            <numerusform>%n دبوس</numerusform>
            <numerusform>دبوس واحد</numerusform>
            <numerusform>دبوسان</numerusform>
            <numerusform>%n دبابيس</numerusform>
            <numerusform>%n دبوسًا</numerusform>
            <numerusform>%n دبوس</numerusform>
        </translation>
    </message>
    <message>
        <source>Comment</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>تعليق</translation>
    </message>
    <message>
        <source>From {host}</source>
        <translation>من {host}</translation>
    </message>
    <message>
        <source>Keep reading</source>
        <translation>متابعة القراءة</translation>
    </message>
    <message>
        <source>Like</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>إعجاب</translation>
    </message>
    <message>
        <source>Read more</source>
        <translation>قراءة المزيد</translation>
    </message>
    <message>
        <source>Repost</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>إعادة نشر</translation>
    </message>
    <message>
        <source>See more</source>
        <translation>عرض المزيد</translation>
    </message>
    <message>
        <source>Send</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>إرسال</translation>
    </message>
    <message>
        <source>Share</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>مشاركة</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>عرض المزيد</translation>
    </message>
    <message>
        <source>Vote</source>
        <extracomment>Verb: a button under a post, as the network names it.</extracomment>
        <translation>تصويت</translation>
    </message>
    <message>
        <source>has a problem</source>
        <translation>فيه مشكلة</translation>
    </message>
    <message>
        <source>more</source>
        <extracomment>Shows the rest of a text, as networks name it.</extracomment>
        <translation>المزيد</translation>
    </message>
    <message>
        <source>needs a file</source>
        <translation>تحتاج إلى ملف</translation>
    </message>
    <message>
        <source>needs a text</source>
        <translation>تحتاج إلى نص</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>Age of a post: less than a minute.</extracomment>
        <translation>الآن</translation>
    </message>
    <message numerus="yes">
        <source>part {part}: %Ln too long</source>
        <extracomment>%Ln: characters.</extracomment>
        <translation>
            <numerusform>الجزء {part}: أطول بـ %Ln</numerusform>
            <numerusform>الجزء {part}: أطول بحرف واحد</numerusform>
            <numerusform>الجزء {part}: أطول بحرفين</numerusform>
            <numerusform>الجزء {part}: أطول بـ %Ln</numerusform>
            <numerusform>الجزء {part}: أطول بـ %Ln</numerusform>
            <numerusform>الجزء {part}: أطول بـ %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>{time} · Public</source>
        <translation>{time} · عام</translation>
    </message>
</context>
<context>
    <name>PreviewCard</name>
    <message>
        <source>Link: {title}</source>
        <translation>الرابط: {title}</translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>نص خاص</translation>
    </message>
    <message>
        <source>Part {n}: {text}</source>
        <translation>الجزء {n}: {text}</translation>
    </message>
    <message>
        <source>Picture: {alt}</source>
        <translation>صورة: {alt}</translation>
    </message>
    <message>
        <source>Preview for {network}, {channel}</source>
        <translation>معاينة {network}، {channel}</translation>
    </message>
    <message numerus="yes">
        <source>{channel} and %n more</source>
        <translation>
            <numerusform>{channel} و%n أخرى</numerusform>
            <numerusform>{channel} وقناة أخرى</numerusform>
            <numerusform>{channel} وقناتان أخريان</numerusform>
            <numerusform>{channel} و%n قنوات أخرى</numerusform>
            <numerusform>{channel} و%n قناة أخرى</numerusform>
            <numerusform>{channel} و%n قناة أخرى</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewMenu</name>
    <message numerus="yes">
        <source>%n preview(s)</source>
        <translation>
            <numerusform>%n معاينة</numerusform>
            <numerusform>معاينة واحدة</numerusform>
            <numerusform>معاينتان</numerusform>
            <numerusform>%n معاينات</numerusform>
            <numerusform>%n معاينة</numerusform>
            <numerusform>%n معاينة</numerusform>
        </translation>
    </message>
    <message>
        <source>Go to preview</source>
        <translation>الانتقال إلى معاينة</translation>
    </message>
    <message>
        <source>{words}, go to one</source>
        <extracomment>{words}: &quot;3 previews&quot;.</extracomment>
        <translation>{words}، الانتقال إلى إحداها</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Close preview</source>
        <translation>إغلاق المعاينة</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>المعاينة</translation>
    </message>
</context>
<context>
    <name>ProposalArea</name>
    <message>
        <source>Proposals of agents</source>
        <translation>اقتراحات الوكلاء</translation>
    </message>
</context>
<context>
    <name>ProposalCard</name>
    <message>
        <source>Decline</source>
        <translation>رفض</translation>
    </message>
    <message>
        <source>First comment: {comment}</source>
        <translation>التعليق الأول: {comment}</translation>
    </message>
    <message>
        <source>Link: {link}</source>
        <translation>الرابط: {link}</translation>
    </message>
    <message>
        <source>No text</source>
        <translation>بلا نص</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>لا يحدث شيء ما لم تؤكده.</translation>
    </message>
    <message>
        <source>The digest of exactly this. The agent and the terminal show the same one.</source>
        <translation>بصمة هذا المحتوى بالضبط. يعرض الوكيل والطرفية البصمة نفسها.</translation>
    </message>
    <message>
        <source>Title: {title}</source>
        <translation>العنوان: {title}</translation>
    </message>
    <message>
        <source>no description</source>
        <translation>بلا وصف</translation>
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
            <numerusform>حذف %Ln منشور</numerusform>
            <numerusform>حذف منشور واحد</numerusform>
            <numerusform>حذف منشورين</numerusform>
            <numerusform>حذف %Ln منشورات</numerusform>
            <numerusform>حذف %Ln منشورًا</numerusform>
            <numerusform>حذف %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>نقل %Ln منشور</numerusform>
            <numerusform>نقل منشور واحد</numerusform>
            <numerusform>نقل منشورين</numerusform>
            <numerusform>نقل %Ln منشورات</numerusform>
            <numerusform>نقل %Ln منشورًا</numerusform>
            <numerusform>نقل %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Schedule %Ln post(s)</source>
        <translation>
            <numerusform>جدولة %Ln منشور</numerusform>
            <numerusform>جدولة منشور واحد</numerusform>
            <numerusform>جدولة منشورين</numerusform>
            <numerusform>جدولة %Ln منشورات</numerusform>
            <numerusform>جدولة %Ln منشورًا</numerusform>
            <numerusform>جدولة %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} إلى {last}</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>بقي {n} د</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>بقي {n} ث</translation>
    </message>
    <message>
        <source>{old} → {new}</source>
        <translation>{old} ← {new}</translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to delete %Ln post(s)</source>
        <translation>
            <numerusform>يطلب «{client}» حذف %Ln منشور</numerusform>
            <numerusform>يطلب «{client}» حذف منشور واحد</numerusform>
            <numerusform>يطلب «{client}» حذف منشورين</numerusform>
            <numerusform>يطلب «{client}» حذف %Ln منشورات</numerusform>
            <numerusform>يطلب «{client}» حذف %Ln منشورًا</numerusform>
            <numerusform>يطلب «{client}» حذف %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to move %Ln post(s) to {when}</source>
        <translation>
            <numerusform>يطلب «{client}» نقل %Ln منشور إلى {when}</numerusform>
            <numerusform>يطلب «{client}» نقل منشور واحد إلى {when}</numerusform>
            <numerusform>يطلب «{client}» نقل منشورين إلى {when}</numerusform>
            <numerusform>يطلب «{client}» نقل %Ln منشورات إلى {when}</numerusform>
            <numerusform>يطلب «{client}» نقل %Ln منشورًا إلى {when}</numerusform>
            <numerusform>يطلب «{client}» نقل %Ln منشور إلى {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{client}” asks to schedule %Ln post(s) for {when}</source>
        <translation>
            <numerusform>يطلب «{client}» جدولة %Ln منشور في {when}</numerusform>
            <numerusform>يطلب «{client}» جدولة منشور واحد في {when}</numerusform>
            <numerusform>يطلب «{client}» جدولة منشورين في {when}</numerusform>
            <numerusform>يطلب «{client}» جدولة %Ln منشورات في {when}</numerusform>
            <numerusform>يطلب «{client}» جدولة %Ln منشورًا في {when}</numerusform>
            <numerusform>يطلب «{client}» جدولة %Ln منشور في {when}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProposalsController</name>
    <message numerus="yes">
        <source>%Ln post(s) (is/are) deleted in {seconds} s</source>
        <translation>
            <numerusform>حذف %Ln منشور بعد {seconds} ث</numerusform>
            <numerusform>حذف منشور واحد بعد {seconds} ث</numerusform>
            <numerusform>حذف منشورين بعد {seconds} ث</numerusform>
            <numerusform>حذف %Ln منشورات بعد {seconds} ث</numerusform>
            <numerusform>حذف %Ln منشورًا بعد {seconds} ث</numerusform>
            <numerusform>حذف %Ln منشور بعد {seconds} ث</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln proposed post(s) (was/were) deleted</source>
        <translation>
            <numerusform>تم حذف %Ln منشور مقترح</numerusform>
            <numerusform>تم حذف منشور مقترح واحد</numerusform>
            <numerusform>تم حذف منشورين مقترحين</numerusform>
            <numerusform>تم حذف %Ln منشورات مقترحة</numerusform>
            <numerusform>تم حذف %Ln منشورًا مقترحًا</numerusform>
            <numerusform>تم حذف %Ln منشور مقترح</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n proposal(s) (waits/wait) for you.</source>
        <translation>
            <numerusform>%n اقتراح في انتظارك.</numerusform>
            <numerusform>اقتراح واحد في انتظارك.</numerusform>
            <numerusform>اقتراحان في انتظارك.</numerusform>
            <numerusform>%n اقتراحات في انتظارك.</numerusform>
            <numerusform>%n اقتراحًا في انتظارك.</numerusform>
            <numerusform>%n اقتراح في انتظارك.</numerusform>
        </translation>
    </message>
    <message>
        <source>Declined. Nothing was done.</source>
        <translation>تم الرفض. لم يُنفذ شيء.</translation>
    </message>
    <message>
        <source>Nothing happens unless you confirm it.</source>
        <translation>لا يحدث شيء ما لم تؤكده.</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>إظهار</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>PublishingPage</name>
    <message>
        <source>Add a group of channels</source>
        <translation>إضافة مجموعة قنوات</translation>
    </message>
    <message>
        <source>Add slots</source>
        <translation>إضافة مواعيد</translation>
    </message>
    <message>
        <source>No slots yet. Add the weekly times when you like to post.</source>
        <translation>لا مواعيد بعد. أضف الأوقات الأسبوعية التي تحب النشر فيها.</translation>
    </message>
    <message>
        <source>On Windows Posto uses the computer&apos;s time zone</source>
        <translation>على Windows يستخدم Posto المنطقة الزمنية للكمبيوتر</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>مواعيد النشر</translation>
    </message>
    <message>
        <source>Slots added</source>
        <translation>تمت إضافة المواعيد</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Undo change of slots</source>
        <translation>التراجع عن تغيير المواعيد</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>استخدام «{times}»</translation>
    </message>
    <message>
        <source>“Next free slot” uses these times</source>
        <translation>يستخدم «الموعد الشاغر التالي» هذه الأوقات</translation>
    </message>
</context>
<context>
    <name>QuickCaptureController</name>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>QuickChipButton</name>
    <message>
        <source>Choose which channel is meant. Delete leaves it in the text.</source>
        <translation>اختر القناة المقصودة. يتركها Delete في النص.</translation>
    </message>
    <message>
        <source>Do not post there</source>
        <translation>عدم النشر هناك</translation>
    </message>
    <message>
        <source>Do not wait for this slot</source>
        <translation>عدم انتظار هذا الموعد</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>المجموعة</translation>
    </message>
    <message>
        <source>Leave it in the text</source>
        <translation>تركه في النص</translation>
    </message>
    <message>
        <source>Post at this time?</source>
        <translation>النشر في هذا الوقت؟</translation>
    </message>
    <message>
        <source>Remove the file from the message</source>
        <translation>إزالة الملف من الرسالة</translation>
    </message>
    <message>
        <source>Take these words for the time of the post</source>
        <translation>اعتماد هذه الكلمات وقتًا للمنشور</translation>
    </message>
    <message>
        <source>attached file</source>
        <translation>ملف مرفق</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>انقضى</translation>
    </message>
    <message>
        <source>several channels</source>
        <translation>عدة قنوات</translation>
    </message>
    <message>
        <source>time of the post</source>
        <translation>وقت المنشور</translation>
    </message>
    <message>
        <source>{network}, as last time</source>
        <translation>{network}، كما في المرة السابقة</translation>
    </message>
</context>
<context>
    <name>QuickFiles</name>
    <message>
        <source>Picture</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>The picture could not be saved.</source>
        <translation>تعذّر حفظ الصورة.</translation>
    </message>
</context>
<context>
    <name>QuickLineEdit</name>
    <message>
        <source>Message</source>
        <translation>الرسالة</translation>
    </message>
</context>
<context>
    <name>QuickMessage</name>
    <message>
        <source>Name a channel with @</source>
        <translation>اذكر قناة بعلامة @</translation>
    </message>
    <message>
        <source>Next slot: {time}</source>
        <translation>الموعد التالي: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Press Enter again to send %Ln post(s) now.</source>
        <translation>
            <numerusform>اضغط Enter مرة أخرى لإرسال %Ln منشور الآن.</numerusform>
            <numerusform>اضغط Enter مرة أخرى لإرسال منشور واحد الآن.</numerusform>
            <numerusform>اضغط Enter مرة أخرى لإرسال منشورين الآن.</numerusform>
            <numerusform>اضغط Enter مرة أخرى لإرسال %Ln منشورات الآن.</numerusform>
            <numerusform>اضغط Enter مرة أخرى لإرسال %Ln منشورًا الآن.</numerusform>
            <numerusform>اضغط Enter مرة أخرى لإرسال %Ln منشور الآن.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files are still being read. Press Enter again.</source>
        <translation>ما زالت الملفات تُقرأ. اضغط Enter مرة أخرى.</translation>
    </message>
    <message>
        <source>{name} ({count})</source>
        <extracomment>{name}: of a group or network, {count}: its channels.</extracomment>
        <translation>{name} ({count})</translation>
    </message>
    <message>
        <source>{name} is no channel and stays in the text</source>
        <extracomment>{name}: such as @anna</extracomment>
        <translation>{name} ليست قناة وتبقى في النص</translation>
    </message>
    <message>
        <source>{time}?</source>
        <translation>{time}؟</translation>
    </message>
    <message>
        <source>“{name}” can be several channels. Choose one.</source>
        <translation>قد يعني «{name}» عدة قنوات. اختر واحدة.</translation>
    </message>
</context>
<context>
    <name>QuickWindow</name>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln قناة</numerusform>
            <numerusform>قناة واحدة</numerusform>
            <numerusform>قناتان</numerusform>
            <numerusform>%Ln قنوات</numerusform>
            <numerusform>%Ln قناة</numerusform>
            <numerusform>%Ln قناة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n اقتراح</numerusform>
            <numerusform>اقتراح واحد</numerusform>
            <numerusform>اقتراحان</numerusform>
            <numerusform>%n اقتراحات</numerusform>
            <numerusform>%n اقتراحًا</numerusform>
            <numerusform>%n اقتراح</numerusform>
        </translation>
    </message>
    <message>
        <source>Open in Compose</source>
        <translation>فتح في «الإنشاء»</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>منشور سريع</translation>
    </message>
    <message>
        <source>What’s new? @channel tomorrow 9:00</source>
        <translation>ما الجديد؟ @قناة غدا 9:00</translation>
    </message>
</context>
<context>
    <name>QuitDialog</name>
    <message>
        <source>Change it under Settings &gt; General</source>
        <translation>يمكن تغييره في الإعدادات &gt; عام</translation>
    </message>
    <message>
        <source>Do this each time</source>
        <translation>فعل ذلك كل مرة</translation>
    </message>
    <message>
        <source>Only this computer can send them. The first is due {first}. Posto can keep sending in the background. Otherwise they wait until you start Posto again, and late posts show as missed.</source>
        <translation>لا يمكن إلا لهذا الكمبيوتر إرسالها. موعد أولها {first}. يمكن لـ Posto متابعة الإرسال في الخلفية. وإلا فستنتظر حتى تشغّل Posto مجددًا، وتظهر المنشورات المتأخرة على أنها فائتة.</translation>
    </message>
    <message>
        <source>Quit and keep sending</source>
        <translation>إنهاء مع متابعة الإرسال</translation>
    </message>
    <message>
        <source>Quit and stop sending</source>
        <translation>إنهاء وإيقاف الإرسال</translation>
    </message>
    <message>
        <source>Quit with {posts} waiting?</source>
        <translation>هل تريد الإنهاء مع وجود {posts} في الانتظار؟</translation>
    </message>
</context>
<context>
    <name>ReasonBox</name>
    <message>
        <source>Address of the post</source>
        <translation>عنوان المنشور</translation>
    </message>
    <message>
        <source>Address, if you know it</source>
        <translation>العنوان، إن كنت تعرفه</translation>
    </message>
    <message>
        <source>Answer from {network}</source>
        <translation>رد من {network}</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تعديل</translation>
    </message>
    <message>
        <source>It is sent again in a moment.</source>
        <translation>سيُرسل مجددًا بعد لحظة.</translation>
    </message>
    <message>
        <source>It is there</source>
        <translation>هو هناك</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>فتح على الموقع</translation>
    </message>
    <message>
        <source>Open the channel</source>
        <translation>فتح القناة</translation>
    </message>
    <message>
        <source>Open the site</source>
        <translation>فتح الموقع</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>إيقاف المخطِّط مؤقتًا</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>إرسال مجددًا</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>إرسال الآن</translation>
    </message>
    <message>
        <source>Send the comment again</source>
        <translation>إرسال التعليق مجددًا</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>الشبكة</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>A file of the post is missing</source>
        <translation>أحد ملفات المنشور مفقود</translation>
    </message>
    <message>
        <source>Check whether the post is published before you retry.</source>
        <translation>تحقق مما إذا كان المنشور قد نُشر قبل إعادة المحاولة.</translation>
    </message>
    <message>
        <source>Edit the post, add a file and send it again. Nothing was published there.</source>
        <translation>عدّل المنشور وأضف ملفًا وأرسله مجددًا. لم يُنشر شيء هناك.</translation>
    </message>
    <message>
        <source>Edit the post, shorten the text and send it again. Nothing was published there.</source>
        <translation>عدّل المنشور وقصّر النص وأرسله مجددًا. لم يُنشر شيء هناك.</translation>
    </message>
    <message>
        <source>If it is there, delete it here. The published post stays.</source>
        <translation>إذا كان موجودًا هناك، فاحذفه هنا. يبقى ما نُشر هناك.</translation>
    </message>
    <message>
        <source>Is it on {network} already?</source>
        <translation>هل هو على {network} بالفعل؟</translation>
    </message>
    <message>
        <source>Is the first comment there already?</source>
        <translation>هل التعليق الأول موجود هناك بالفعل؟</translation>
    </message>
    <message>
        <source>It does not accept the same text twice. Edit the post, change the text and send it again.</source>
        <translation>لا تقبل النص نفسه مرتين. عدّل المنشور وغيّر النص وأرسله مجددًا.</translation>
    </message>
    <message>
        <source>It is no longer in the media library. Edit the post, add the file again and send it. Nothing was published there.</source>
        <translation>لم يعد في مكتبة الوسائط. عدّل المنشور وأضف الملف مجددًا وأرسله. لم يُنشر شيء هناك.</translation>
    </message>
    <message>
        <source>It may have been renamed, closed or deleted. Check it on {network}.</source>
        <translation>ربما أُعيدت تسميتها أو أُغلقت أو حُذفت. تحقق منها على {network}.</translation>
    </message>
    <message>
        <source>It may have been sent before</source>
        <translation>ربما أُرسل من قبل</translation>
    </message>
    <message>
        <source>It was not sent after its time. Send it now or reschedule it.</source>
        <translation>لم يُرسل بعد وقته. أرسله الآن أو أعد جدولته.</translation>
    </message>
    <message>
        <source>Its data comes from a backup or a damaged file and may be out of date. Check whether it is published before you send it.</source>
        <translation>بياناته من نسخة احتياطية أو ملف تالف وقد تكون قديمة. تحقق مما إذا كان قد نُشر قبل إرساله.</translation>
    </message>
    <message>
        <source>Its session has expired. Connect {channel} again on the site, then retry. Nothing was published there.</source>
        <translation>انتهت جلستها. أعد ربط {channel} على الموقع، ثم أعد المحاولة. لم يُنشر شيء هناك.</translation>
    </message>
    <message>
        <source>Its time has passed, but the site&apos;s timer seems to be stopped. It runs when the site has visitors. Open the site in a browser to start it.</source>
        <translation>مضى وقته، لكن يبدو أن مؤقت الموقع متوقف. يعمل المؤقت عندما يزور أحد الموقع. افتح الموقع في متصفح لتشغيله.</translation>
    </message>
    <message>
        <source>Its time passed while nothing was running</source>
        <translation>مضى وقته ولم يكن أي شيء قيد التشغيل</translation>
    </message>
    <message>
        <source>No reason was given. Retrying may help.</source>
        <translation>لم يُذكر سبب. قد تفيد إعادة المحاولة.</translation>
    </message>
    <message>
        <source>Retry later. Nothing was published there.</source>
        <translation>أعد المحاولة لاحقًا. لم يُنشر شيء هناك.</translation>
    </message>
    <message>
        <source>Sending again now could publish it twice.</source>
        <translation>قد يؤدي الإرسال مجددًا الآن إلى نشره مرتين.</translation>
    </message>
    <message>
        <source>The file is too large for {network}, or its format or shape is not supported. Edit the post, change the file and send it again. Nothing was published there.</source>
        <translation>الملف أكبر مما تقبله {network}، أو أن تنسيقه أو شكله غير مدعوم. عدّل المنشور وغيّر الملف وأرسله مجددًا. لم يُنشر شيء هناك.</translation>
    </message>
    <message>
        <source>The first comment is missing</source>
        <translation>التعليق الأول مفقود</translation>
    </message>
    <message>
        <source>The network</source>
        <translation>الشبكة</translation>
    </message>
    <message>
        <source>The post is published. Its comment was sent, but no clear answer came back. Sending it again now could publish it twice.</source>
        <translation>نُشر المنشور. أُرسل تعليقه، لكن لم يصل رد واضح. قد يؤدي إرساله مجددًا الآن إلى نشره مرتين.</translation>
    </message>
    <message>
        <source>The post seems to be published, but its first comment was refused. Sending again would publish the post twice.</source>
        <translation>يبدو أن المنشور نُشر، لكن تعليقه الأول رُفض. سيؤدي الإرسال مجددًا إلى نشر المنشور مرتين.</translation>
    </message>
    <message>
        <source>The post was sent, but no clear answer came back. Sending again now could publish it twice.</source>
        <translation>أُرسل المنشور، لكن لم يصل رد واضح. قد يؤدي الإرسال مجددًا الآن إلى نشره مرتين.</translation>
    </message>
    <message>
        <source>The rest of the thread replies to it. Paste its address to send the rest.</source>
        <translation>بقية السلسلة ترد عليه. الصق عنوانه لإرسال البقية.</translation>
    </message>
    <message>
        <source>The service could not reach {network}</source>
        <translation>تعذّر على الخدمة الوصول إلى {network}</translation>
    </message>
    <message>
        <source>The site has not sent it</source>
        <translation>لم يرسله الموقع</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>ينشر الموقع هذا من تلقاء نفسه. غيّره على الموقع.</translation>
    </message>
    <message>
        <source>The text is too long for {network}</source>
        <translation>النص أطول مما تقبله {network}</translation>
    </message>
    <message>
        <source>This channel</source>
        <translation>هذه القناة</translation>
    </message>
    <message>
        <source>Which post is the first part?</source>
        <translation>أي منشور هو الجزء الأول؟</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>الشبكة</translation>
    </message>
    <message>
        <source>{channel} has no permission to post. Connect it again on the site and allow posting.</source>
        <translation>لا تملك {channel} إذن النشر. أعد ربطها على الموقع واسمح بالنشر.</translation>
    </message>
    <message>
        <source>{channel} has reached the limit of {network}. Retry later. Nothing was published there.</source>
        <translation>بلغت {channel} حد {network}. أعد المحاولة لاحقًا. لم يُنشر شيء هناك.</translation>
    </message>
    <message>
        <source>{channel} was not found</source>
        <translation>لم يُعثر على {channel}</translation>
    </message>
    <message>
        <source>{network} accepts no more posts for now</source>
        <translation>لا تقبل {network} منشورات أخرى في الوقت الحالي</translation>
    </message>
    <message>
        <source>{network} already has this text</source>
        <translation>هذا النص موجود بالفعل على {network}</translation>
    </message>
    <message>
        <source>{network} did not accept a file</source>
        <translation>لم تقبل {network} أحد الملفات</translation>
    </message>
    <message>
        <source>{network} did not accept part {n}</source>
        <translation>لم تقبل {network} الجزء {n}</translation>
    </message>
    <message>
        <source>{network} did not accept the file</source>
        <translation>لم تقبل {network} الملف</translation>
    </message>
    <message>
        <source>{network} did not accept the files</source>
        <translation>لم تقبل {network} الملفات</translation>
    </message>
    <message>
        <source>{network} did not accept the first comment</source>
        <translation>لم تقبل {network} التعليق الأول</translation>
    </message>
    <message>
        <source>{network} did not accept the link</source>
        <translation>لم تقبل {network} الرابط</translation>
    </message>
    <message>
        <source>{network} did not accept the post</source>
        <translation>لم تقبل {network} المنشور</translation>
    </message>
    <message>
        <source>{network} did not accept the text</source>
        <translation>لم تقبل {network} النص</translation>
    </message>
    <message>
        <source>{network} did not accept the title</source>
        <translation>لم تقبل {network} العنوان</translation>
    </message>
    <message>
        <source>{network} did not answer in time</source>
        <translation>لم تستجب {network} في الوقت المناسب</translation>
    </message>
    <message>
        <source>{network} does not allow this app to post here</source>
        <translation>لا تسمح {network} لهذا التطبيق بالنشر هنا</translation>
    </message>
    <message>
        <source>{network} no longer knows this channel</source>
        <translation>لم تعد {network} تعرف هذه القناة</translation>
    </message>
    <message>
        <source>{network} requires a picture or a video</source>
        <translation>تتطلب {network} صورة أو فيديو</translation>
    </message>
</context>
<context>
    <name>RecentMediaModel</name>
    <message>
        <source>{name} has changed since it was used</source>
        <translation>تغيّر {name} منذ استخدامه</translation>
    </message>
    <message>
        <source>{name} is no longer where it was</source>
        <translation>لم يعد {name} في مكانه</translation>
    </message>
</context>
<context>
    <name>RecentMediaPopup</name>
    <message numerus="yes">
        <source>%n file(s) not found</source>
        <translation>
            <numerusform>لم يُعثر على %n ملف</numerusform>
            <numerusform>لم يُعثر على ملف واحد</numerusform>
            <numerusform>لم يُعثر على ملفين</numerusform>
            <numerusform>لم يُعثر على %n ملفات</numerusform>
            <numerusform>لم يُعثر على %n ملفًا</numerusform>
            <numerusform>لم يُعثر على %n ملف</numerusform>
        </translation>
    </message>
    <message>
        <source>Attached files appear here.</source>
        <translation>تظهر الملفات المرفقة هنا.</translation>
    </message>
    <message>
        <source>Name or description</source>
        <translation>الاسم أو الوصف</translation>
    </message>
    <message>
        <source>No file matches.</source>
        <translation>لا يوجد ملف مطابق.</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>الوسائط المستخدمة مؤخرًا</translation>
    </message>
    <message>
        <source>Search recently used media</source>
        <translation>البحث في الوسائط المستخدمة مؤخرًا</translation>
    </message>
    <message>
        <source>{name} was not found. Press Delete to remove it from this list.</source>
        <translation>لم يُعثر على {name}. اضغط Delete لإزالته من هذه القائمة.</translation>
    </message>
</context>
<context>
    <name>RefillBar</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n يوم</numerusform>
            <numerusform>يوم واحد</numerusform>
            <numerusform>يومان</numerusform>
            <numerusform>%n أيام</numerusform>
            <numerusform>%n يومًا</numerusform>
            <numerusform>%n يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>Fill now</source>
        <translation>الملء الآن</translation>
    </message>
    <message>
        <source>For the next</source>
        <extracomment>Before a number of days: &quot;For the next 14 days&quot;.</extracomment>
        <translation>للمدة المقبلة</translation>
    </message>
    <message>
        <source>Refill free slots by itself</source>
        <translation>ملء المواعيد الشاغرة تلقائيًا</translation>
    </message>
</context>
<context>
    <name>RenameField</name>
    <message>
        <source>New name</source>
        <translation>اسم جديد</translation>
    </message>
</context>
<context>
    <name>RepeatEditor</name>
    <message numerus="yes">
        <source>At most %n time(s) (is/are) possible.</source>
        <translation>
            <numerusform>الحد الأقصى %n مرة.</numerusform>
            <numerusform>الحد الأقصى مرة واحدة.</numerusform>
            <numerusform>الحد الأقصى مرتان.</numerusform>
            <numerusform>الحد الأقصى %n مرات.</numerusform>
            <numerusform>الحد الأقصى %n مرة.</numerusform>
            <numerusform>الحد الأقصى %n مرة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Day of the month</source>
        <translation>يوم من الشهر</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>عدم التكرار</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>ينتهي</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>كل</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>اليوم الأخير</translation>
    </message>
    <message>
        <source>Number of times</source>
        <translation>عدد المرات</translation>
    </message>
    <message>
        <source>Post once</source>
        <translation>النشر مرة واحدة</translation>
    </message>
    <message>
        <source>Repeat</source>
        <extracomment>Noun: a repeated post.</extracomment>
        <translation>التكرار</translation>
    </message>
    <message numerus="yes">
        <source>Repeat %n time(s)</source>
        <translation>
            <numerusform>التكرار %n مرة</numerusform>
            <numerusform>التكرار مرة واحدة</numerusform>
            <numerusform>التكرار مرتين</numerusform>
            <numerusform>التكرار %n مرات</numerusform>
            <numerusform>التكرار %n مرة</numerusform>
            <numerusform>التكرار %n مرة</numerusform>
        </translation>
    </message>
    <message>
        <source>Starts {time}, {zone}</source>
        <translation>يبدأ {time}، {zone}</translation>
    </message>
    <message>
        <source>Times</source>
        <extracomment>Title: when a repeated post goes out.</extracomment>
        <translation>الأوقات</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>الوحدة</translation>
    </message>
    <message>
        <source>after a number of times</source>
        <translation>بعد عدد من المرات</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>يوم</numerusform>
            <numerusform>يوم</numerusform>
            <numerusform>يوم</numerusform>
            <numerusform>أيام</numerusform>
            <numerusform>يومًا</numerusform>
            <numerusform>يوم</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>month(s)</source>
        <translation>
            <numerusform>شهر</numerusform>
            <numerusform>شهر</numerusform>
            <numerusform>شهر</numerusform>
            <numerusform>أشهر</numerusform>
            <numerusform>شهرًا</numerusform>
            <numerusform>شهر</numerusform>
        </translation>
    </message>
    <message>
        <source>on a day</source>
        <translation>في يوم محدد</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>أسبوع</numerusform>
            <numerusform>أسبوع</numerusform>
            <numerusform>أسبوع</numerusform>
            <numerusform>أسابيع</numerusform>
            <numerusform>أسبوعًا</numerusform>
            <numerusform>أسبوع</numerusform>
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
        <translation>تغيير التكرار</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>تغيير…</translation>
    </message>
    <message>
        <source>Do not repeat</source>
        <translation>عدم التكرار</translation>
    </message>
</context>
<context>
    <name>RepeatWords</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n مرة</numerusform>
            <numerusform>مرة واحدة</numerusform>
            <numerusform>مرتان</numerusform>
            <numerusform>%n مرات</numerusform>
            <numerusform>%n مرة</numerusform>
            <numerusform>%n مرة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n day(s)</source>
        <translation>
            <numerusform>كل %n يوم</numerusform>
            <numerusform>كل يوم</numerusform>
            <numerusform>كل يومين</numerusform>
            <numerusform>كل %n أيام</numerusform>
            <numerusform>كل %n يومًا</numerusform>
            <numerusform>كل %n يوم</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n month(s) {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>
            <numerusform>كل %n شهر {on}</numerusform>
            <numerusform>كل شهر {on}</numerusform>
            <numerusform>كل شهرين {on}</numerusform>
            <numerusform>كل %n أشهر {on}</numerusform>
            <numerusform>كل %n شهرًا {on}</numerusform>
            <numerusform>كل %n شهر {on}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n week(s) on {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>
            <numerusform>كل %n أسبوع يوم {days}</numerusform>
            <numerusform>كل أسبوع يوم {days}</numerusform>
            <numerusform>كل أسبوعين يوم {days}</numerusform>
            <numerusform>كل %n أسابيع يوم {days}</numerusform>
            <numerusform>كل %n أسبوعًا يوم {days}</numerusform>
            <numerusform>كل %n أسبوع يوم {days}</numerusform>
        </translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>كل يوم</translation>
    </message>
    <message>
        <source>Every month {on}</source>
        <extracomment>{on}: &quot;on the last day&quot;, &quot;on the first Monday&quot;, &quot;on day 3&quot;.</extracomment>
        <translation>كل شهر {on}</translation>
    </message>
    <message>
        <source>Every {days}</source>
        <extracomment>{days}: names of days of the week, such as &quot;Monday and Friday&quot;.</extracomment>
        <translation>كل {days}</translation>
    </message>
    <message>
        <source>comes twice that night; this is the first</source>
        <translation>يتكرر مرتين تلك الليلة؛ هذه هي المرة الأولى</translation>
    </message>
    <message>
        <source>comes twice that night; this is the second</source>
        <translation>يتكرر مرتين تلك الليلة؛ هذه هي المرة الثانية</translation>
    </message>
    <message>
        <source>on day {number}</source>
        <translation>في اليوم {number}</translation>
    </message>
    <message>
        <source>on day {number}, or the last one</source>
        <translation>في اليوم {number}، أو اليوم الأخير</translation>
    </message>
    <message>
        <source>on the fifth {day}</source>
        <translation>في خامس {day}</translation>
    </message>
    <message>
        <source>on the first {day}</source>
        <translation>في أول {day}</translation>
    </message>
    <message>
        <source>on the fourth {day}</source>
        <translation>في رابع {day}</translation>
    </message>
    <message>
        <source>on the last day</source>
        <translation>في اليوم الأخير</translation>
    </message>
    <message>
        <source>on the last {day}</source>
        <translation>في آخر {day}</translation>
    </message>
    <message>
        <source>on the second {day}</source>
        <translation>في ثاني {day}</translation>
    </message>
    <message>
        <source>on the third {day}</source>
        <translation>في ثالث {day}</translation>
    </message>
    <message>
        <source>once</source>
        <translation>مرة واحدة</translation>
    </message>
    <message>
        <source>the clocks have changed, same time of day</source>
        <translation>تغيّرت الساعة، والوقت من اليوم نفسه</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <extracomment>Days of the week: &quot;Monday to Friday&quot;.</extracomment>
        <translation>{first} إلى {last}</translation>
    </message>
    <message>
        <source>{rule}, {often}, until {day}</source>
        <extracomment>&quot;Every Monday, 10 times, until Mon 1 Feb 2027&quot;.</extracomment>
        <translation>{rule}، {often}، حتى {day}</translation>
    </message>
    <message>
        <source>{rule}: no times left</source>
        <translation>{rule}: لا مرات متبقية</translation>
    </message>
    <message>
        <source>{time} is skipped, the clocks go forward</source>
        <translation>{time} غير موجود، إذ تتقدم الساعة</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>نسخ التقرير</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>تقرير عن مشكلة</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>التقرير</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>حفظ باسم…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>حفظ التقرير</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>حُفظ باسم {name}</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>نص (*.txt)</translation>
    </message>
    <message>
        <source>The report is still being written</source>
        <translation>لا تزال كتابة التقرير جارية</translation>
    </message>
    <message>
        <source>This is the whole report. It contains no passwords, texts, names or addresses of yours. You can delete any part.</source>
        <translation>هذا هو التقرير كاملًا. لا يحتوي على كلمات مرور أو نصوص أو أسماء أو عناوين تخصك. يمكنك حذف أي جزء منه.</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>جارٍ الكتابة…</translation>
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
        <translation>التعديلات المطلوبة</translation>
    </message>
</context>
<context>
    <name>RescheduleDialog</name>
    <message>
        <source>Days keep the time of day. Hours change it. {zone}</source>
        <translation>الأيام تُبقي الوقت من اليوم. الساعات تغيّره. {zone}</translation>
    </message>
    <message>
        <source>Enter a new time first</source>
        <translation>أدخل وقتًا جديدًا أولًا</translation>
    </message>
    <message>
        <source>For example +1 day or -30 min</source>
        <translation>مثلًا ‎+1 يوم أو ‎-30 دقيقة</translation>
    </message>
    <message numerus="yes">
        <source>In the past, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>في الماضي، لذا لم يتم نقلها: %Ln منشور.</numerusform>
            <numerusform>في الماضي، لذا لم يتم نقلها: منشور واحد.</numerusform>
            <numerusform>في الماضي، لذا لم يتم نقلها: منشوران.</numerusform>
            <numerusform>في الماضي، لذا لم يتم نقلها: %Ln منشورات.</numerusform>
            <numerusform>في الماضي، لذا لم يتم نقلها: %Ln منشورًا.</numerusform>
            <numerusform>في الماضي، لذا لم يتم نقلها: %Ln منشور.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln post(s)</source>
        <translation>
            <numerusform>نقل %Ln منشور</numerusform>
            <numerusform>نقل منشور واحد</numerusform>
            <numerusform>نقل منشورين</numerusform>
            <numerusform>نقل %Ln منشورات</numerusform>
            <numerusform>نقل %Ln منشورًا</numerusform>
            <numerusform>نقل %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Move posts</source>
        <translation>نقل المنشورات</translation>
    </message>
    <message numerus="yes">
        <source>No free time for %Ln post(s).</source>
        <translation>
            <numerusform>لا وقت شاغر لـ %Ln منشور.</numerusform>
            <numerusform>لا وقت شاغر لمنشور واحد.</numerusform>
            <numerusform>لا وقت شاغر لمنشورين.</numerusform>
            <numerusform>لا وقت شاغر لـ %Ln منشورات.</numerusform>
            <numerusform>لا وقت شاغر لـ %Ln منشورًا.</numerusform>
            <numerusform>لا وقت شاغر لـ %Ln منشور.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not scheduled, so not moved: %Ln post(s).</source>
        <translation>
            <numerusform>غير مجدولة، لذا لم يتم نقلها: %Ln منشور.</numerusform>
            <numerusform>غير مجدولة، لذا لم يتم نقلها: منشور واحد.</numerusform>
            <numerusform>غير مجدولة، لذا لم يتم نقلها: منشوران.</numerusform>
            <numerusform>غير مجدولة، لذا لم يتم نقلها: %Ln منشورات.</numerusform>
            <numerusform>غير مجدولة، لذا لم يتم نقلها: %Ln منشورًا.</numerusform>
            <numerusform>غير مجدولة، لذا لم يتم نقلها: %Ln منشور.</numerusform>
        </translation>
    </message>
    <message>
        <source>Possible: {time}</source>
        <translation>ممكن: {time}</translation>
    </message>
    <message numerus="yes">
        <source>Reschedule %Ln post(s)</source>
        <translation>
            <numerusform>إعادة جدولة %Ln منشور</numerusform>
            <numerusform>إعادة جدولة منشور واحد</numerusform>
            <numerusform>إعادة جدولة منشورين</numerusform>
            <numerusform>إعادة جدولة %Ln منشورات</numerusform>
            <numerusform>إعادة جدولة %Ln منشورًا</numerusform>
            <numerusform>إعادة جدولة %Ln منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Same minute as another post on the channel: %Ln post(s).</source>
        <translation>
            <numerusform>في الدقيقة نفسها مع منشور آخر على القناة: %Ln منشور.</numerusform>
            <numerusform>في الدقيقة نفسها مع منشور آخر على القناة: منشور واحد.</numerusform>
            <numerusform>في الدقيقة نفسها مع منشور آخر على القناة: منشوران.</numerusform>
            <numerusform>في الدقيقة نفسها مع منشور آخر على القناة: %Ln منشورات.</numerusform>
            <numerusform>في الدقيقة نفسها مع منشور آخر على القناة: %Ln منشورًا.</numerusform>
            <numerusform>في الدقيقة نفسها مع منشور آخر على القناة: %Ln منشور.</numerusform>
        </translation>
    </message>
    <message>
        <source>The next free slots after {when} · {zone}</source>
        <translation>المواعيد الشاغرة التالية بعد {when} · {zone}</translation>
    </message>
    <message>
        <source>These channels have no weekly slots. Add some under Settings &gt; Publishing.</source>
        <translation>لا مواعيد أسبوعية لهذه القنوات. أضف بعضها في الإعدادات &gt; النشر.</translation>
    </message>
    <message>
        <source>Type a day and a time.</source>
        <translation>اكتب يومًا ووقتًا.</translation>
    </message>
    <message>
        <source>Type the first and the last time.</source>
        <translation>اكتب الوقت الأول والوقت الأخير.</translation>
    </message>
    <message>
        <source>Type the first time and the interval between two messages.</source>
        <translation>اكتب الوقت الأول والفاصل بين رسالتين.</translation>
    </message>
</context>
<context>
    <name>RescheduleFields</name>
    <message>
        <source>After</source>
        <extracomment>From this moment.</extracomment>
        <translation>بعد</translation>
    </message>
    <message>
        <source>At a fixed interval</source>
        <translation>بفاصل ثابت</translation>
    </message>
    <message>
        <source>Evenly between two times</source>
        <translation>بالتساوي بين وقتين</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>كل</translation>
    </message>
    <message>
        <source>From</source>
        <translation>من</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>على مدى</translation>
    </message>
    <message>
        <source>Reschedule how</source>
        <translation>طريقة إعادة الجدولة</translation>
    </message>
    <message>
        <source>Set to</source>
        <translation>الضبط على</translation>
    </message>
    <message>
        <source>Shift by</source>
        <translation>الإزاحة بمقدار</translation>
    </message>
    <message>
        <source>Spread over</source>
        <translation>التوزيع على</translation>
    </message>
    <message>
        <source>The weekly slots</source>
        <translation>المواعيد الأسبوعية</translation>
    </message>
    <message>
        <source>To</source>
        <translation>إلى</translation>
    </message>
    <message>
        <source>When</source>
        <translation>متى</translation>
    </message>
    <message>
        <source>now</source>
        <extracomment>From this moment.</extracomment>
        <translation>الآن</translation>
    </message>
    <message>
        <source>“{time}”</source>
        <translation>«{time}»</translation>
    </message>
    <message>
        <source>“{time}”, “{other}”</source>
        <translation>«{time}»، «{other}»</translation>
    </message>
</context>
<context>
    <name>RescheduleList</name>
    <message>
        <source>No free time left. The post keeps its time.</source>
        <translation>لا وقت شاغر متبقٍ. يحتفظ المنشور بوقته.</translation>
    </message>
    <message>
        <source>Same minute on this channel: {post}</source>
        <translation>الدقيقة نفسها على هذه القناة: {post}</translation>
    </message>
    <message>
        <source>That time has passed. The post keeps its time.</source>
        <translation>مضى ذلك الوقت. يحتفظ المنشور بوقته.</translation>
    </message>
    <message>
        <source>The post has this time already.</source>
        <translation>هذا هو وقت المنشور بالفعل.</translation>
    </message>
    <message>
        <source>another post</source>
        <translation>منشور آخر</translation>
    </message>
    <message>
        <source>no free time</source>
        <translation>لا وقت شاغر</translation>
    </message>
</context>
<context>
    <name>Rescheduling</name>
    <message>
        <source>Leave at least one minute between two messages.</source>
        <translation>اترك دقيقة واحدة على الأقل بين رسالتين.</translation>
    </message>
    <message>
        <source>The last time is not after the first one.</source>
        <translation>الوقت الأخير ليس بعد الوقت الأول.</translation>
    </message>
    <message>
        <source>“{text}” is not a duration such as “{earlier}” or “{later}”.</source>
        <translation>«{text}» ليس مدة مثل «{earlier}» أو «{later}».</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>كل الشبكات (%n)</numerusform>
            <numerusform>الشبكة الوحيدة</numerusform>
            <numerusform>كلتا الشبكتين</numerusform>
            <numerusform>كل الشبكات (%n)</numerusform>
            <numerusform>كل الشبكات (%n)</numerusform>
            <numerusform>كل الشبكات (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing pictures</source>
        <translation>جارٍ إعداد الصور</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>أكبر مما تقبله {network}. اختر حجمًا أصغر.</translation>
    </message>
    <message>
        <source>Too small for {network}. Use a larger picture.</source>
        <translation>أصغر مما تقبله {network}. استخدم صورة أكبر.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>ما يُرسل</translation>
    </message>
    <message>
        <source>original file</source>
        <translation>الملف الأصلي</translation>
    </message>
    <message>
        <source>{format} at quality {n}</source>
        <translation>{format} بجودة {n}</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>تعذّر إعداد {name}.</translation>
    </message>
    <message>
        <source>{network} does not support animations. Choose a still format.</source>
        <translation>لا تدعم {network} الصور المتحركة. اختر تنسيقًا ثابتًا.</translation>
    </message>
    <message>
        <source>{network} does not support this file type. Choose another format.</source>
        <translation>لا تدعم {network} هذا النوع من الملفات. اختر تنسيقًا آخر.</translation>
    </message>
    <message>
        <source>{network} does not support this shape. Crop the picture.</source>
        <translation>لا تدعم {network} هذا الشكل. قم باقتصاص الصورة.</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) added</source>
        <translation>
            <numerusform>لم تُضف صور أو مقاطع</numerusform>
            <numerusform>أُضيفت صورة أو مقطع واحد</numerusform>
            <numerusform>أُضيفت صورتان أو مقطعان</numerusform>
            <numerusform>أُضيفت %Ln صور أو مقاطع</numerusform>
            <numerusform>أُضيفت %Ln صورة أو مقطعًا</numerusform>
            <numerusform>أُضيفت %Ln صورة أو مقطع</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) or video(s) removed</source>
        <translation>
            <numerusform>لم تُزل صور أو مقاطع</numerusform>
            <numerusform>أُزيلت صورة أو مقطع واحد</numerusform>
            <numerusform>أُزيلت صورتان أو مقطعان</numerusform>
            <numerusform>أُزيلت %Ln صور أو مقاطع</numerusform>
            <numerusform>أُزيلت %Ln صورة أو مقطعًا</numerusform>
            <numerusform>أُزيلت %Ln صورة أو مقطع</numerusform>
        </translation>
    </message>
    <message>
        <source>A picture or video</source>
        <translation>صورة أو فيديو</translation>
    </message>
    <message>
        <source>A picture or video that is not in the message any more</source>
        <translation>صورة أو مقطع لم يعد في الرسالة</translation>
    </message>
    <message>
        <source>Added: “{text}”.</source>
        <translation>أُضيف: «{text}».</translation>
    </message>
    <message>
        <source>Changed by {name} · {time}</source>
        <translation>غيّره {name} · {time}</translation>
    </message>
    <message>
        <source>Changed by {name} · {time} · {fields}</source>
        <translation>غيّره {name} · {time} · {fields}</translation>
    </message>
    <message>
        <source>Changed: {fields}</source>
        <translation>ما تغيّر: {fields}</translation>
    </message>
    <message>
        <source>Changes requested: {time}</source>
        <translation>طُلبت التعديلات: {time}</translation>
    </message>
    <message>
        <source>Channels added: {names}</source>
        <translation>قنوات أُضيفت: {names}</translation>
    </message>
    <message>
        <source>Channels removed: {names}</source>
        <translation>قنوات أُزيلت: {names}</translation>
    </message>
    <message>
        <source>First comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>الرابط</translation>
    </message>
    <message>
        <source>New time: at once</source>
        <translation>الوقت الجديد: فورًا</translation>
    </message>
    <message>
        <source>New time: {time}</source>
        <translation>الوقت الجديد: {time}</translation>
    </message>
    <message>
        <source>Picture {number}</source>
        <translation>الصورة {number}</translation>
    </message>
    <message>
        <source>Proposed by {name}</source>
        <translation>اقترحه {name}</translation>
    </message>
    <message>
        <source>Proposed: {time}</source>
        <translation>وقت الاقتراح: {time}</translation>
    </message>
    <message>
        <source>Removed: “{text}”.</source>
        <translation>أُزيل: «{text}».</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>The text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>The time</source>
        <translation>الوقت</translation>
    </message>
    <message>
        <source>Video {number}</source>
        <translation>المقطع {number}</translation>
    </message>
    <message>
        <source>You proposed this post</source>
        <translation>أنت اقترحت هذا المنشور</translation>
    </message>
    <message>
        <source>a channel that is not listed any more</source>
        <translation>قناة لم تعد مدرجة</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>القنوات</translation>
    </message>
    <message>
        <source>first comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>link</source>
        <translation>رابط</translation>
    </message>
    <message>
        <source>options</source>
        <translation>الخيارات</translation>
    </message>
    <message>
        <source>pictures and videos</source>
        <translation>الصور ومقاطع الفيديو</translation>
    </message>
    <message>
        <source>text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>time</source>
        <translation>الوقت</translation>
    </message>
    <message>
        <source>{field} for {channels}</source>
        <translation>{field} لـ {channels}</translation>
    </message>
    <message>
        <source>{name} approved it</source>
        <translation>وافق {name} عليه</translation>
    </message>
    <message>
        <source>{name} edited it</source>
        <translation>عدّله {name}</translation>
    </message>
    <message>
        <source>{name} moved it</source>
        <translation>نقله {name}</translation>
    </message>
    <message>
        <source>{name} proposed it</source>
        <translation>اقترحه {name}</translation>
    </message>
    <message>
        <source>{name} requests changes</source>
        <translation>يطلب {name} تعديلات</translation>
    </message>
    <message>
        <source>{name} restored it</source>
        <translation>استعاده {name}</translation>
    </message>
    <message>
        <source>{name} scheduled it</source>
        <translation>جدوله {name}</translation>
    </message>
    <message>
        <source>{name} took the approval back</source>
        <translation>تراجع {name} عن الموافقة</translation>
    </message>
    <message>
        <source>{name} took the request for changes back</source>
        <translation>تراجع {name} عن طلب التعديلات</translation>
    </message>
    <message>
        <source>{name} withdrew it</source>
        <translation>سحبه {name}</translation>
    </message>
    <message>
        <source>“{before}” became “{after}”.</source>
        <translation>«{before}» صار «{after}».</translation>
    </message>
</context>
<context>
    <name>ReviewActions</name>
    <message>
        <source>Approve</source>
        <translation>موافقة</translation>
    </message>
    <message>
        <source>History of the message</source>
        <translation>سجل الرسالة</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>طلب تعديلات…</translation>
    </message>
    <message>
        <source>Withdraw the proposal</source>
        <translation>سحب الاقتراح</translation>
    </message>
</context>
<context>
    <name>ReviewAnswersController</name>
    <message numerus="yes">
        <source>%Ln approval(s) not undone.</source>
        <translation>
            <numerusform>لم يُتراجع عن أي موافقة.</numerusform>
            <numerusform>لم يُتراجع عن موافقة واحدة.</numerusform>
            <numerusform>لم يُتراجع عن موافقتين.</numerusform>
            <numerusform>لم يُتراجع عن %Ln موافقات.</numerusform>
            <numerusform>لم يُتراجع عن %Ln موافقة.</numerusform>
            <numerusform>لم يُتراجع عن %Ln موافقة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln approval(s) undone</source>
        <translation>
            <numerusform>لم يُتراجع عن أي موافقة</numerusform>
            <numerusform>تم التراجع عن موافقة واحدة</numerusform>
            <numerusform>تم التراجع عن موافقتين</numerusform>
            <numerusform>تم التراجع عن %Ln موافقات</numerusform>
            <numerusform>تم التراجع عن %Ln موافقة</numerusform>
            <numerusform>تم التراجع عن %Ln موافقة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) approved</source>
        <translation>
            <numerusform>لم تتم الموافقة على أي رسالة</numerusform>
            <numerusform>تمت الموافقة على رسالة واحدة</numerusform>
            <numerusform>تمت الموافقة على رسالتين</numerusform>
            <numerusform>تمت الموافقة على %Ln رسائل</numerusform>
            <numerusform>تمت الموافقة على %Ln رسالة</numerusform>
            <numerusform>تمت الموافقة على %Ln رسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <translation>طُلبت تعديلات</translation>
    </message>
    <message>
        <source>It is not known whether the review was saved: the answer of the service was lost. The schedule is read again.</source>
        <translation>لا يُعرف هل حُفظت المراجعة: ضاع رد الخدمة. يُقرأ الجدول من جديد.</translation>
    </message>
    <message>
        <source>Proposal restored</source>
        <translation>استُعيد الاقتراح</translation>
    </message>
    <message>
        <source>Proposal withdrawn</source>
        <translation>سُحب الاقتراح</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>إعادة</translation>
    </message>
    <message>
        <source>Request for changes undone</source>
        <translation>تم التراجع عن طلب التعديلات</translation>
    </message>
    <message>
        <source>The proposal was not restored.</source>
        <translation>لم يُستعد الاقتراح.</translation>
    </message>
    <message>
        <source>The request for changes was not undone.</source>
        <translation>لم يتم التراجع عن طلب التعديلات.</translation>
    </message>
    <message>
        <source>The review was not saved.</source>
        <translation>لم تُحفظ المراجعة.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>ReviewBox</name>
    <message>
        <source>Approve</source>
        <translation>موافقة</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تعديل</translation>
    </message>
    <message>
        <source>History</source>
        <translation>السجل</translation>
    </message>
    <message>
        <source>It goes out at its time once an editor approves it.</source>
        <translation>يُنشر في وقته بعد موافقة محرر عليه.</translation>
    </message>
    <message>
        <source>It goes out at its time once you approve it.</source>
        <translation>يُنشر في وقته بعد موافقتك عليه.</translation>
    </message>
    <message>
        <source>Request changes…</source>
        <translation>طلب تعديلات…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>المراجعة</translation>
    </message>
    <message>
        <source>The service does not answer at the moment</source>
        <translation>الخدمة لا تستجيب حاليًا</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>سحب</translation>
    </message>
</context>
<context>
    <name>RhythmBar</name>
    <message numerus="yes">
        <source>%Ln message(s) (has/have) (a time/times) of (its/their) own</source>
        <translation>
            <numerusform>%Ln رسالة لها أوقات خاصة بها</numerusform>
            <numerusform>رسالة واحدة لها وقت خاص بها</numerusform>
            <numerusform>رسالتان لهما وقتان خاصان بهما</numerusform>
            <numerusform>%Ln رسائل لها أوقات خاصة بها</numerusform>
            <numerusform>%Ln رسالة لها أوقات خاصة بها</numerusform>
            <numerusform>%Ln رسالة لها أوقات خاصة بها</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n دقيقة</numerusform>
            <numerusform>دقيقة واحدة</numerusform>
            <numerusform>دقيقتان</numerusform>
            <numerusform>%n دقائق</numerusform>
            <numerusform>%n دقيقة</numerusform>
            <numerusform>%n دقيقة</numerusform>
        </translation>
    </message>
    <message>
        <source>Add slots…</source>
        <translation>إضافة مواعيد…</translation>
    </message>
    <message>
        <source>Each message is sent at its own time.</source>
        <translation>تُرسل كل رسالة في وقتها الخاص.</translation>
    </message>
    <message>
        <source>From {first} to {last}.</source>
        <translation>من {first} إلى {last}.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>بلا نمط</translation>
    </message>
    <message>
        <source>Now, or “monday 9”</source>
        <translation>الآن، أو «الاثنين 9»</translation>
    </message>
    <message>
        <source>Posts at</source>
        <translation>النشر في</translation>
    </message>
    <message>
        <source>Repeats every</source>
        <translation>التكرار كل</translation>
    </message>
    <message>
        <source>Rhythm</source>
        <extracomment>Noun: how the messages of a campaign are spread over time.</extracomment>
        <translation>الوتيرة</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>يبدأ</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>النمط</translation>
    </message>
    <message>
        <source>The first message is sent when you start the campaign.</source>
        <translation>تُرسل الرسالة الأولى عندما تبدأ الحملة.</translation>
    </message>
    <message>
        <source>The first message uses the next free slot.</source>
        <translation>تستخدم الرسالة الأولى الموعد الشاغر التالي.</translation>
    </message>
    <message>
        <source>These channels have no weekly slots yet.</source>
        <translation>لا مواعيد أسبوعية لهذه القنوات بعد.</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>استخدام {time}</translation>
    </message>
    <message>
        <source>Vary times by</source>
        <translation>تنويع الأوقات بمقدار</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>يوم</numerusform>
            <numerusform>يوم</numerusform>
            <numerusform>يوم</numerusform>
            <numerusform>أيام</numerusform>
            <numerusform>يومًا</numerusform>
            <numerusform>يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>free slots</source>
        <translation>المواعيد الشاغرة</translation>
    </message>
    <message numerus="yes">
        <source>hour(s)</source>
        <translation>
            <numerusform>ساعة</numerusform>
            <numerusform>ساعة</numerusform>
            <numerusform>ساعة</numerusform>
            <numerusform>ساعات</numerusform>
            <numerusform>ساعة</numerusform>
            <numerusform>ساعة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>minute(s)</source>
        <translation>
            <numerusform>دقيقة</numerusform>
            <numerusform>دقيقة</numerusform>
            <numerusform>دقيقة</numerusform>
            <numerusform>دقائق</numerusform>
            <numerusform>دقيقة</numerusform>
            <numerusform>دقيقة</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>or {time}?</source>
        <translation>أو {time}؟</translation>
    </message>
    <message>
        <source>own times</source>
        <translation>أوقات خاصة</translation>
    </message>
    <message numerus="yes">
        <source>week(s)</source>
        <translation>
            <numerusform>أسبوع</numerusform>
            <numerusform>أسبوع</numerusform>
            <numerusform>أسبوع</numerusform>
            <numerusform>أسابيع</numerusform>
            <numerusform>أسبوعًا</numerusform>
            <numerusform>أسبوع</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>working day(s)</source>
        <translation>
            <numerusform>يوم عمل</numerusform>
            <numerusform>يوم عمل</numerusform>
            <numerusform>يوم عمل</numerusform>
            <numerusform>أيام عمل</numerusform>
            <numerusform>يوم عمل</numerusform>
            <numerusform>يوم عمل</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (مفقودة)</translation>
    </message>
    <message>
        <source>{zone}, {offset}</source>
        <extracomment>&quot;Europe/Berlin, UTC+1 then&quot;.</extracomment>
        <translation>{zone}، {offset}</translation>
    </message>
</context>
<context>
    <name>RowActions</name>
    <message>
        <source>Add to evergreen</source>
        <translation>إضافة إلى الرسائل الدائمة</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>نسخ النص</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln post(s)</source>
        <translation>
            <numerusform>حذف %Ln منشور</numerusform>
            <numerusform>حذف منشور واحد</numerusform>
            <numerusform>حذف منشورين</numerusform>
            <numerusform>حذف %Ln منشورات</numerusform>
            <numerusform>حذف %Ln منشورًا</numerusform>
            <numerusform>حذف %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>تعديل…</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>تصدير الجدول…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>تصدير…</translation>
    </message>
    <message>
        <source>Open inspector</source>
        <translation>فتح لوحة التفاصيل</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>فتح على الموقع</translation>
    </message>
    <message>
        <source>Open post</source>
        <translation>فتح المنشور</translation>
    </message>
    <message>
        <source>Pause planner</source>
        <translation>إيقاف المخطِّط مؤقتًا</translation>
    </message>
    <message>
        <source>Planners of the site…</source>
        <translation>مخطِّطات الموقع…</translation>
    </message>
    <message>
        <source>Reschedule…</source>
        <translation>إعادة الجدولة…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>إرسال الآن</translation>
    </message>
    <message>
        <source>Send now…</source>
        <translation>إرسال الآن…</translation>
    </message>
    <message numerus="yes">
        <source>You can duplicate up to %n message(s) at once.</source>
        <translation>
            <numerusform>يمكنك إنشاء نسخ من %n رسالة دفعة واحدة كحد أقصى.</numerusform>
            <numerusform>يمكنك إنشاء نسخ من رسالة واحدة دفعة واحدة كحد أقصى.</numerusform>
            <numerusform>يمكنك إنشاء نسخ من رسالتين دفعة واحدة كحد أقصى.</numerusform>
            <numerusform>يمكنك إنشاء نسخ من %n رسائل دفعة واحدة كحد أقصى.</numerusform>
            <numerusform>يمكنك إنشاء نسخ من %n رسالة دفعة واحدة كحد أقصى.</numerusform>
            <numerusform>يمكنك إنشاء نسخ من %n رسالة دفعة واحدة كحد أقصى.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RowState</name>
    <message>
        <source>{name}, not ticked</source>
        <translation>{name}، غير محدد</translation>
    </message>
    <message>
        <source>{name}, partly ticked</source>
        <translation>{name}، محدد جزئيًا</translation>
    </message>
    <message>
        <source>{name}, ticked</source>
        <translation>{name}، محدد</translation>
    </message>
</context>
<context>
    <name>RowsView</name>
    <message>
        <source>Schedules</source>
        <translation>الجداول</translation>
    </message>
</context>
<context>
    <name>RuleFields</name>
    <message numerus="yes">
        <source>%n time(s) as often</source>
        <translation>
            <numerusform>بلا</numerusform>
            <numerusform>بالقدر نفسه</numerusform>
            <numerusform>ضعف المرات</numerusform>
            <numerusform>%n أضعاف المرات</numerusform>
            <numerusform>%n ضعفًا</numerusform>
            <numerusform>%n ضعف</numerusform>
        </translation>
    </message>
    <message>
        <source>At least between two runs</source>
        <translation>أقل فاصل بين مرتين</translation>
    </message>
    <message>
        <source>From</source>
        <translation>من</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>كم مرة</translation>
    </message>
    <message>
        <source>Most runs on each channel</source>
        <translation>أكثر المرات لكل قناة</translation>
    </message>
    <message>
        <source>The last day is before the first. Choose a later one.</source>
        <translation>اليوم الأخير قبل الأول. اختر يومًا لاحقًا.</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>حتى</translation>
    </message>
    <message>
        <source>any day</source>
        <translation>أي يوم</translation>
    </message>
    <message>
        <source>as the others</source>
        <translation>مثل غيرها</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <extracomment>After a number, in its field.</extracomment>
        <translation>
            <numerusform>يوم</numerusform>
            <numerusform>يوم</numerusform>
            <numerusform>يوم</numerusform>
            <numerusform>أيام</numerusform>
            <numerusform>يومًا</numerusform>
            <numerusform>يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>بلا حد</translation>
    </message>
</context>
<context>
    <name>RunTextDialog</name>
    <message>
        <source>Change the text first</source>
        <translation>غيّر النص أولًا</translation>
    </message>
    <message>
        <source>Only {when}, on {channels}. The message itself stays as it is.</source>
        <translation>فقط {when}، على {channels}. تبقى الرسالة نفسها كما هي.</translation>
    </message>
    <message>
        <source>Text of this run</source>
        <translation>نص هذه المرة</translation>
    </message>
    <message>
        <source>Use this text</source>
        <translation>استخدام هذا النص</translation>
    </message>
</context>
<context>
    <name>SamplePicture</name>
    <message>
        <source>Winter Roast</source>
        <translation>تحميص الشتاء</translation>
    </message>
</context>
<context>
    <name>SavedViewsMenu</name>
    <message>
        <source>All posts</source>
        <translation>كل المنشورات</translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>حذف «{name}»</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>اسم العرض</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>إعادة تسمية</translation>
    </message>
    <message>
        <source>Rename “{name}”…</source>
        <translation>إعادة تسمية «{name}»…</translation>
    </message>
    <message>
        <source>Replaces the view with this name.</source>
        <translation>يستبدل العرض الذي يحمل هذا الاسم.</translation>
    </message>
    <message>
        <source>Save as view…</source>
        <translation>حفظ كعرض…</translation>
    </message>
    <message>
        <source>Save changes to “{name}”</source>
        <translation>حفظ التغييرات في «{name}»</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>حفظ العرض</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>العروض المحفوظة</translation>
    </message>
    <message>
        <source>Saves the current filters, order, columns and grouping.</source>
        <translation>يحفظ عوامل التصفية والترتيب والأعمدة والتجميع الحالية.</translation>
    </message>
    <message>
        <source>View name</source>
        <translation>اسم العرض</translation>
    </message>
    <message>
        <source>View: {name}</source>
        <translation>العرض: {name}</translation>
    </message>
</context>
<context>
    <name>ScheduleController</name>
    <message>
        <source>Schedule</source>
        <translation>الجدول</translation>
    </message>
</context>
<context>
    <name>ScheduleDelegate</name>
    <message>
        <source>No text</source>
        <translation>بلا نص</translation>
    </message>
</context>
<context>
    <name>ScheduleExportController</name>
    <message numerus="yes">
        <source>%Ln post(s) written to {file}</source>
        <translation>
            <numerusform>تمت كتابة %Ln منشور في {file}</numerusform>
            <numerusform>تمت كتابة منشور واحد في {file}</numerusform>
            <numerusform>تمت كتابة منشورين في {file}</numerusform>
            <numerusform>تمت كتابة %Ln منشورات في {file}</numerusform>
            <numerusform>تمت كتابة %Ln منشورًا في {file}</numerusform>
            <numerusform>تمت كتابة %Ln منشور في {file}</numerusform>
        </translation>
    </message>
    <message>
        <source>Empty week written to {file}</source>
        <translation>تمت كتابة أسبوع فارغ في {file}</translation>
    </message>
    <message>
        <source>Export the schedule</source>
        <translation>تصدير الجدول</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>إظهار في المجلد</translation>
    </message>
    <message>
        <source>The file could not be written: {why}</source>
        <translation>تعذّرت كتابة الملف: {why}</translation>
    </message>
</context>
<context>
    <name>ScheduleHeader</name>
    <message>
        <source>Columns of the schedule</source>
        <translation>أعمدة الجدول</translation>
    </message>
</context>
<context>
    <name>ScheduleHints</name>
    <message>
        <source>Editors and owners change this. You can change your own proposals.</source>
        <translation>يغيّر هذا المحررون والمالكون. يمكنك تغيير اقتراحاتك.</translation>
    </message>
    <message numerus="yes">
        <source>Not retried, because (it/they) may already be published: %Ln post(s). Open (it/each) and choose what to do.</source>
        <translation>
            <numerusform>لم تُعَد المحاولة لأن المنشورات ربما نُشرت بالفعل: %Ln منشور. افتح كلًا منها واختر ما تريد فعله.</numerusform>
            <numerusform>لم تُعَد المحاولة لأن المنشور ربما نُشر بالفعل: منشور واحد. افتحه واختر ما تريد فعله.</numerusform>
            <numerusform>لم تُعَد المحاولة لأن المنشورين ربما نُشرا بالفعل: منشوران. افتح كلًا منهما واختر ما تريد فعله.</numerusform>
            <numerusform>لم تُعَد المحاولة لأن المنشورات ربما نُشرت بالفعل: %Ln منشورات. افتح كلًا منها واختر ما تريد فعله.</numerusform>
            <numerusform>لم تُعَد المحاولة لأن المنشورات ربما نُشرت بالفعل: %Ln منشورًا. افتح كلًا منها واختر ما تريد فعله.</numerusform>
            <numerusform>لم تُعَد المحاولة لأن المنشورات ربما نُشرت بالفعل: %Ln منشور. افتح كلًا منها واختر ما تريد فعله.</numerusform>
        </translation>
    </message>
    <message>
        <source>Posts that are being sent cannot be deleted.</source>
        <translation>لا يمكن حذف المنشورات أثناء إرسالها.</translation>
    </message>
    <message>
        <source>The site has not sent this post yet. Reschedule it instead.</source>
        <translation>لم يرسل الموقع هذا المنشور بعد. أعد جدولته بدلًا من ذلك.</translation>
    </message>
    <message>
        <source>The site posts this by itself. Change it on the site.</source>
        <translation>ينشر الموقع هذا من تلقاء نفسه. غيّره على الموقع.</translation>
    </message>
    <message>
        <source>The site reports no time for this post, so you cannot reschedule it here.</source>
        <translation>لا يعطي الموقع وقتًا لهذا المنشور، لذا لا يمكنك إعادة جدولته هنا.</translation>
    </message>
    <message>
        <source>This post has failed. Retry it instead.</source>
        <translation>فشل هذا المنشور. أعد المحاولة بدلًا من ذلك.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to change and send it again.</source>
        <translation>أُرسل هذا المنشور بالفعل. أنشئ نسخة منه لتغييره وإرساله مجددًا.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to schedule it again.</source>
        <translation>أُرسل هذا المنشور بالفعل. أنشئ نسخة منه لجدولته مجددًا.</translation>
    </message>
    <message>
        <source>This post is already sent. Duplicate it to send it again.</source>
        <translation>أُرسل هذا المنشور بالفعل. أنشئ نسخة منه لإرساله مجددًا.</translation>
    </message>
    <message>
        <source>This post is being sent. Wait until it is sent.</source>
        <translation>جارٍ إرسال هذا المنشور. انتظر حتى يُرسل.</translation>
    </message>
    <message>
        <source>This post is scheduled. You can retry only failed posts.</source>
        <translation>هذا المنشور مجدول. لا يمكن إعادة المحاولة إلا للمنشورات الفاشلة.</translation>
    </message>
    <message>
        <source>This post may already be published. Choose what to do with it first.</source>
        <translation>ربما نُشر هذا المنشور بالفعل. اختر ما تريد فعله به أولًا.</translation>
    </message>
    <message>
        <source>This post shares a post of the site. Change it on the site.</source>
        <translation>يشارك هذا المنشور منشورًا من الموقع. غيّره على الموقع.</translation>
    </message>
    <message>
        <source>This post was not sent. Send it now or reschedule it.</source>
        <translation>لم يُرسل هذا المنشور. أرسله الآن أو أعد جدولته.</translation>
    </message>
    <message>
        <source>You can only view this workspace</source>
        <translation>يمكنك عرض مساحة العمل هذه فقط</translation>
    </message>
    <message>
        <source>You can reschedule only scheduled posts.</source>
        <translation>لا يمكنك إعادة جدولة إلا المنشورات المجدولة.</translation>
    </message>
    <message>
        <source>You can retry only failed posts.</source>
        <translation>لا يمكنك إعادة المحاولة إلا للمنشورات الفاشلة.</translation>
    </message>
</context>
<context>
    <name>ScheduleTablePage</name>
    <message>
        <source>&amp;Post</source>
        <translation>المن&amp;شور</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>مسح عوامل التصفية</translation>
    </message>
    <message>
        <source>Columns and rows…</source>
        <translation>الأعمدة والصفوف…</translation>
    </message>
    <message>
        <source>Dates…</source>
        <translation>التواريخ…</translation>
    </message>
    <message>
        <source>Find in the schedule</source>
        <translation>البحث في الجدول</translation>
    </message>
    <message>
        <source>Fold all messages</source>
        <translation>طي كل الرسائل</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>العروض المحفوظة</translation>
    </message>
    <message>
        <source>Show or hide the inspector</source>
        <translation>إظهار لوحة التفاصيل أو إخفاؤها</translation>
    </message>
    <message>
        <source>Unfold all messages</source>
        <translation>توسيع كل الرسائل</translation>
    </message>
</context>
<context>
    <name>ScheduleToolbar</name>
    <message>
        <source>All labels</source>
        <translation>كل التسميات</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>كل الشبكات</translation>
    </message>
    <message>
        <source>All statuses</source>
        <translation>كل الحالات</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>أي تاريخ</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>حتى {time}</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>الأعمدة</translation>
    </message>
    <message>
        <source>Columns, order, groups and row height</source>
        <translation>الأعمدة والترتيب والمجموعات وارتفاع الصف</translation>
    </message>
    <message>
        <source>Date filter</source>
        <translation>تصفية التاريخ</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>التفاصيل</translation>
    </message>
    <message>
        <source>Details of the current post ({open}; {pane} shows and hides them)</source>
        <extracomment>{open} and {pane}: keys.</extracomment>
        <translation>تفاصيل المنشور الحالي ({open}؛ {pane} لإظهارها وإخفائها)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>تصدير</translation>
    </message>
    <message>
        <source>Export the schedule…</source>
        <translation>تصدير الجدول…</translation>
    </message>
    <message>
        <source>Label filter</source>
        <translation>تصفية التسمية</translation>
    </message>
    <message>
        <source>Network filter</source>
        <translation>تصفية الشبكة</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>No connection. Schedule as of {when}.</source>
        <translation>لا اتصال. الجدول حتى {when}.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>تحديث</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>العروض المحفوظة</translation>
    </message>
    <message>
        <source>Search posts</source>
        <translation>البحث في المنشورات</translation>
    </message>
    <message>
        <source>Search schedules</source>
        <translation>البحث في الجداول</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>تصفية الحالة</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>المشاهدات</translation>
    </message>
</context>
<context>
    <name>ScheduleUndo</name>
    <message numerus="yes">
        <source>%n post(s) restored</source>
        <translation>
            <numerusform>تمت استعادة %n منشور</numerusform>
            <numerusform>تمت استعادة منشور واحد</numerusform>
            <numerusform>تمت استعادة منشورين</numerusform>
            <numerusform>تمت استعادة %n منشورات</numerusform>
            <numerusform>تمت استعادة %n منشورًا</numerusform>
            <numerusform>تمت استعادة %n منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>إعادة</translation>
    </message>
    <message>
        <source>Some posts could not be moved again: their new time has passed.</source>
        <translation>تعذّر نقل بعض المنشورات مجددًا: مضى وقتها الجديد.</translation>
    </message>
    <message>
        <source>Some posts could not be moved back: their old time has passed.</source>
        <translation>تعذّرت إعادة بعض المنشورات: مضى وقتها القديم.</translation>
    </message>
</context>
<context>
    <name>ScheduleViewState</name>
    <message>
        <source>View “{name}” deleted</source>
        <translation>تم حذف العرض «{name}»</translation>
    </message>
</context>
<context>
    <name>ScheduledEdit</name>
    <message>
        <source>Editing a proposal</source>
        <translation>تعديل اقتراح</translation>
    </message>
    <message>
        <source>Editing a scheduled message</source>
        <translation>تعديل رسالة مجدولة</translation>
    </message>
    <message>
        <source>Keep it as a new message to send it</source>
        <translation>أبقها كرسالة جديدة لإرسالها</translation>
    </message>
    <message>
        <source>Switch to its workspace to save the changes</source>
        <translation>بدّل إلى مساحة عملها لحفظ التغييرات</translation>
    </message>
    <message>
        <source>The message was sent before you saved your changes</source>
        <translation>أُرسلت الرسالة قبل حفظ تغييراتك</translation>
    </message>
    <message>
        <source>This message belongs to another workspace</source>
        <translation>تتبع هذه الرسالة مساحة عمل أخرى</translation>
    </message>
    <message>
        <source>This message is being sent</source>
        <translation>جارٍ إرسال هذه الرسالة</translation>
    </message>
    <message>
        <source>This message is no longer in the schedule</source>
        <translation>لم تعد هذه الرسالة في الجدول</translation>
    </message>
</context>
<context>
    <name>SchedulesModel</name>
    <message numerus="yes">
        <source>%Ln (needs/need) you</source>
        <translation>
            <numerusform>%Ln بحاجة إليك</numerusform>
            <numerusform>واحد بحاجة إليك</numerusform>
            <numerusform>اثنان بحاجة إليك</numerusform>
            <numerusform>%Ln بحاجة إليك</numerusform>
            <numerusform>%Ln بحاجة إليك</numerusform>
            <numerusform>%Ln بحاجة إليك</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln by the site</source>
        <translation>
            <numerusform>لا شيء من الموقع</numerusform>
            <numerusform>واحد من الموقع</numerusform>
            <numerusform>اثنان من الموقع</numerusform>
            <numerusform>%Ln من الموقع</numerusform>
            <numerusform>%Ln من الموقع</numerusform>
            <numerusform>%Ln من الموقع</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln channel(s)</source>
        <translation>
            <numerusform>%Ln قناة</numerusform>
            <numerusform>قناة واحدة</numerusform>
            <numerusform>قناتان</numerusform>
            <numerusform>%Ln قنوات</numerusform>
            <numerusform>%Ln قناة</numerusform>
            <numerusform>%Ln قناة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln draft(s)</source>
        <translation>
            <numerusform>%Ln مسودة</numerusform>
            <numerusform>مسودة واحدة</numerusform>
            <numerusform>مسودتان</numerusform>
            <numerusform>%Ln مسودات</numerusform>
            <numerusform>%Ln مسودة</numerusform>
            <numerusform>%Ln مسودة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln فشلت</numerusform>
            <numerusform>واحدة فشلت</numerusform>
            <numerusform>اثنتان فشلتا</numerusform>
            <numerusform>%Ln فشلت</numerusform>
            <numerusform>%Ln فشلت</numerusform>
            <numerusform>%Ln فشلت</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln network(s)</source>
        <translation>
            <numerusform>%Ln شبكة</numerusform>
            <numerusform>شبكة واحدة</numerusform>
            <numerusform>شبكتان</numerusform>
            <numerusform>%Ln شبكات</numerusform>
            <numerusform>%Ln شبكة</numerusform>
            <numerusform>%Ln شبكة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln not sent</source>
        <translation>
            <numerusform>%Ln لم تُرسل</numerusform>
            <numerusform>واحد لم يُرسل</numerusform>
            <numerusform>اثنان لم يُرسلا</numerusform>
            <numerusform>%Ln لم تُرسل</numerusform>
            <numerusform>%Ln لم تُرسل</numerusform>
            <numerusform>%Ln لم تُرسل</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln other(s)</source>
        <translation>
            <numerusform>%Ln أخرى</numerusform>
            <numerusform>واحد آخر</numerusform>
            <numerusform>اثنان آخران</numerusform>
            <numerusform>%Ln أخرى</numerusform>
            <numerusform>%Ln أخرى</numerusform>
            <numerusform>%Ln أخرى</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln scheduled</source>
        <translation>
            <numerusform>%Ln مجدولة</numerusform>
            <numerusform>واحد مجدول</numerusform>
            <numerusform>اثنان مجدولان</numerusform>
            <numerusform>%Ln مجدولة</numerusform>
            <numerusform>%Ln مجدولة</numerusform>
            <numerusform>%Ln مجدولة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sending</source>
        <translation>
            <numerusform>%Ln قيد الإرسال</numerusform>
            <numerusform>واحد قيد الإرسال</numerusform>
            <numerusform>اثنان قيد الإرسال</numerusform>
            <numerusform>%Ln قيد الإرسال</numerusform>
            <numerusform>%Ln قيد الإرسال</numerusform>
            <numerusform>%Ln قيد الإرسال</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln sent</source>
        <translation>
            <numerusform>%Ln أُرسلت</numerusform>
            <numerusform>واحدة أُرسلت</numerusform>
            <numerusform>اثنتان أُرسلتا</numerusform>
            <numerusform>%Ln أُرسلت</numerusform>
            <numerusform>%Ln أُرسلت</numerusform>
            <numerusform>%Ln أُرسلت</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to approve</source>
        <translation>
            <numerusform>لا شيء للموافقة</numerusform>
            <numerusform>واحد للموافقة</numerusform>
            <numerusform>اثنان للموافقة</numerusform>
            <numerusform>%Ln للموافقة</numerusform>
            <numerusform>%Ln للموافقة</numerusform>
            <numerusform>%Ln للموافقة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to change</source>
        <translation>
            <numerusform>لا شيء للتعديل</numerusform>
            <numerusform>واحد للتعديل</numerusform>
            <numerusform>اثنان للتعديل</numerusform>
            <numerusform>%Ln للتعديل</numerusform>
            <numerusform>%Ln للتعديل</numerusform>
            <numerusform>%Ln للتعديل</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s)</source>
        <translation>
            <numerusform>%n جزء</numerusform>
            <numerusform>جزء واحد</numerusform>
            <numerusform>جزءان</numerusform>
            <numerusform>%n أجزاء</numerusform>
            <numerusform>%n جزءًا</numerusform>
            <numerusform>%n جزء</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>و%Ln عنصر آخر.</numerusform>
            <numerusform>وعنصر آخر.</numerusform>
            <numerusform>وعنصران آخران.</numerusform>
            <numerusform>و%Ln عناصر أخرى.</numerusform>
            <numerusform>و%Ln عنصرًا آخر.</numerusform>
            <numerusform>و%Ln عنصر آخر.</numerusform>
        </translation>
    </message>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>طُلبت تعديلات</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>القناة</translation>
    </message>
    <message>
        <source>Draft</source>
        <extracomment>Status of a post.</extracomment>
        <translation>مسودة</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>المسودات</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>فشل</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Title of a column.</extracomment>
        <translation>الرابط</translation>
    </message>
    <message>
        <source>Media</source>
        <translation>الوسائط</translation>
    </message>
    <message>
        <source>Message on {channels}</source>
        <translation>رسالة على {channels}</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>بحاجة إليك</translation>
    </message>
    <message>
        <source>No date</source>
        <translation>بلا تاريخ</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>لم يُرسل</translation>
    </message>
    <message>
        <source>Run of an evergreen message</source>
        <translation>إرسال لرسالة دائمة</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>مجدول</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>جارٍ الإرسال</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>أُرسل</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>الموقع</translation>
    </message>
    <message>
        <source>Status</source>
        <extracomment>Title of a column.</extracomment>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>Title of a column.</extracomment>
        <translation>النص</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Title of a column.</extracomment>
        <translation>الوقت</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>غير معروف</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>بانتظار الموافقة</translation>
    </message>
    <message>
        <source>collapsed</source>
        <translation>مطوي</translation>
    </message>
    <message>
        <source>evergreen</source>
        <translation>رسالة دائمة</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>موسّع</translation>
    </message>
    <message>
        <source>link</source>
        <translation>رابط</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>بلا تاريخ</translation>
    </message>
    <message>
        <source>no text</source>
        <translation>بلا نص</translation>
    </message>
</context>
<context>
    <name>ScriptsPage</name>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Copy the example</source>
        <translation>نسخ المثال</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>مثال</translation>
    </message>
    <message>
        <source>Example of a script</source>
        <translation>مثال على برنامج نصي</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>Python scripts post through the same services. Without a user name they use POSTO_BASE_URL, POSTO_USERNAME and POSTO_PASSWORD from the environment, or else the account Posto is signed in to.</source>
        <translation>تنشر برامج Python النصية عبر الخدمات نفسها. إذا لم يُذكر اسم مستخدم، تستخدم POSTO_BASE_URL وPOSTO_USERNAME وPOSTO_PASSWORD من البيئة، وإلا فالحساب الذي سجّل Posto الدخول إليه.</translation>
    </message>
    <message>
        <source>Run it with the Python below</source>
        <translation>شغّله باستخدام Python أدناه</translation>
    </message>
    <message>
        <source>Styles shared between scripts and Posto</source>
        <translation>الأنماط المشتركة بين البرامج النصية وPosto</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>استخدام Posto من البرامج النصية</translation>
    </message>
    <message>
        <source>Your own Python with the package posto-desktop; the app does not include one</source>
        <translation>نسخة Python لديك مع الحزمة posto-desktop؛ التطبيق لا يتضمنها</translation>
    </message>
</context>
<context>
    <name>Sdk</name>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n ساعة</numerusform>
            <numerusform>ساعة واحدة</numerusform>
            <numerusform>ساعتان</numerusform>
            <numerusform>%n ساعات</numerusform>
            <numerusform>%n ساعة</numerusform>
            <numerusform>%n ساعة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n دقيقة</numerusform>
            <numerusform>دقيقة واحدة</numerusform>
            <numerusform>دقيقتان</numerusform>
            <numerusform>%n دقائق</numerusform>
            <numerusform>%n دقيقة</numerusform>
            <numerusform>%n دقيقة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n ثانية</numerusform>
            <numerusform>ثانية واحدة</numerusform>
            <numerusform>ثانيتان</numerusform>
            <numerusform>%n ثوانٍ</numerusform>
            <numerusform>%n ثانية</numerusform>
            <numerusform>%n ثانية</numerusform>
        </translation>
    </message>
    <message>
        <source>A bot check, a page cache or a “coming soon” plugin blocks Posto. Allow Posto there.</source>
        <translation>يحجب Posto فحص للروبوتات أو تخزين مؤقت للصفحات أو إضافة «قريبًا». اسمح بـ Posto هناك.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocked the request (403). Allow Posto there.</source>
        <translation>حجب الطلبَ جدارُ حماية أو إضافة أمان على {host} (403). اسمح بـ Posto هناك.</translation>
    </message>
    <message>
        <source>A firewall or security plugin of {host} blocks requests from apps ({status}). Allow Posto there.</source>
        <translation>يحجب طلباتِ التطبيقات جدارُ حماية أو إضافة أمان على {host} ({status}). اسمح بـ Posto هناك.</translation>
    </message>
    <message>
        <source>A newer version of Posto wrote it. It was left as it is.</source>
        <translation>كتبه إصدار أحدث من Posto. تُرك كما هو.</translation>
    </message>
    <message>
        <source>A plugin of {host} redirects apps to the login page, even with a sign-in. Keep /wp-json/ open there; WordPress checks the sign-in itself.</source>
        <translation>تعيد إضافة على {host} توجيه التطبيقات إلى صفحة تسجيل الدخول، حتى مع بيانات الدخول. أبقِ /wp-json/ مفتوحًا هناك؛ يتحقق WordPress من الدخول بنفسه.</translation>
    </message>
    <message>
        <source>A proxy looks like http://user:password@host:8080.</source>
        <translation>يُكتب الخادم الوكيل بالشكل http://user:password@host:8080.</translation>
    </message>
    <message>
        <source>A setting holds something that cannot be sent. Nothing was sent.</source>
        <translation>يحتوي أحد الإعدادات على ما لا يمكن إرساله. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>يمكن أن تحتوي السلسلة على {limit} من الأجزاء كحد أقصى.</translation>
    </message>
    <message>
        <source>A {kind} needs a name of 1 to {limit} characters.</source>
        <translation>يحتاج {kind} إلى اسم من 1 إلى {limit} من الأحرف.</translation>
    </message>
    <message>
        <source>Another program answers in place of the workspace on this computer. Nothing was sent.</source>
        <translation>يستجيب برنامج آخر بدلًا من مساحة العمل على هذا الكمبيوتر. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Another program holds the settings. Close it and try again.</source>
        <translation>يستخدم برنامج آخر الإعدادات. أغلقه وحاول مجددًا.</translation>
    </message>
    <message>
        <source>Apache: in .htaccess, in place of Require valid-user</source>
        <translation>Apache: في ‎.htaccess، بدلًا من Require valid-user</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}, usually by a security plugin. Enable them in its settings.</source>
        <translation>كلمات مرور التطبيقات معطّلة على {host}، بسبب إضافة أمان عادةً. فعّلها في إعداداتها.</translation>
    </message>
    <message>
        <source>Application passwords are disabled on {host}: WordPress offers them on https only. Use the site&apos;s https address, or enable them there.</source>
        <translation>كلمات مرور التطبيقات معطّلة على {host}: لا يتيحها WordPress إلا عبر https. استخدم عنوان https للموقع، أو فعّلها هناك.</translation>
    </message>
    <message>
        <source>Channel {number} is there twice. Nothing was sent.</source>
        <translation>القناة {number} مذكورة مرتين. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Do not send the whole post again.</source>
        <translation>لا ترسل المنشور كاملًا مجددًا.</translation>
    </message>
    <message>
        <source>Enter the address of the service.</source>
        <translation>أدخل عنوان الخدمة.</translation>
    </message>
    <message>
        <source>Enter the user name and its application password.</source>
        <translation>أدخل اسم المستخدم وكلمة مرور التطبيق الخاصة به.</translation>
    </message>
    <message>
        <source>For {shown}: {problem} It is not used.</source>
        <translation>لـ {shown}: {problem} لن يُستخدم.</translation>
    </message>
    <message>
        <source>If the Authorization header is dropped: Apache, at the top of .htaccess</source>
        <translation>إذا أُسقطت ترويسة Authorization: ‏Apache، في أعلى ‎.htaccess</translation>
    </message>
    <message>
        <source>In Posto Desktop</source>
        <translation>في Posto Desktop</translation>
    </message>
    <message>
        <source>In a script</source>
        <translation>في برنامج نصي</translation>
    </message>
    <message>
        <source>It could not be read; now it can. Rename it to use it.</source>
        <translation>تعذّرت قراءته سابقًا؛ ويمكن ذلك الآن. أعد تسميته لاستخدامه.</translation>
    </message>
    <message>
        <source>It holds something else than a style.</source>
        <translation>يحتوي على شيء آخر غير نمط.</translation>
    </message>
    <message>
        <source>It is being sent right now.</source>
        <translation>جارٍ إرساله الآن.</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>إنه فارغ.</translation>
    </message>
    <message>
        <source>It is larger than {value} MB.</source>
        <translation>إنه أكبر من {value} ميغابايت.</translation>
    </message>
    <message>
        <source>It is not text in UTF-8.</source>
        <translation>ليس نصًا بترميز UTF-8.</translation>
    </message>
    <message>
        <source>It is still listed.</source>
        <translation>لا يزال مدرجًا.</translation>
    </message>
    <message>
        <source>It is unknown whether the file was stored: the media library cannot be read. Look there before you upload it again.</source>
        <translation>لا يُعرف ما إذا كان الملف قد خُزّن: تعذّرت قراءة مكتبة الوسائط. راجعها قبل رفعه مجددًا.</translation>
    </message>
    <message>
        <source>It is unknown whether the post was accepted: the list of schedules cannot be read. Look there before you send it again.</source>
        <translation>لا يُعرف ما إذا كان المنشور قد قُبل: تعذّرت قراءة قائمة الجداول. راجعها قبل إرساله مجددًا.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were deleted: the list of schedules cannot be read.</source>
        <translation>لا يُعرف ما إذا كانت المنشورات قد حُذفت: تعذّرت قراءة قائمة الجداول.</translation>
    </message>
    <message>
        <source>It is unknown whether the posts were retried: the list of schedules cannot be read. Look there before you retry them.</source>
        <translation>لا يُعرف ما إذا كانت محاولة المنشورات قد أُعيدت: تعذّرت قراءة قائمة الجداول. راجعها قبل إعادة المحاولة.</translation>
    </message>
    <message>
        <source>It is unknown whether the settings were saved: they cannot be read. Look at them before you save them again.</source>
        <translation>لا يُعرف ما إذا كانت الإعدادات قد حُفظت: تعذّرت قراءتها. راجعها قبل حفظها مجددًا.</translation>
    </message>
    <message>
        <source>It now points to {location}.</source>
        <translation>يشير الآن إلى {location}.</translation>
    </message>
    <message>
        <source>It said: {message}</source>
        <translation>ورد فيه: {message}</translation>
    </message>
    <message>
        <source>It was to be kept.</source>
        <translation>كان يُفترض الاحتفاظ به.</translation>
    </message>
    <message>
        <source>Its content is damaged at line {line}, column {column}.</source>
        <translation>محتواه تالف عند السطر {line} والعمود {column}.</translation>
    </message>
    <message>
        <source>Its content is damaged.</source>
        <translation>محتواه تالف.</translation>
    </message>
    <message>
        <source>Its settings are no table of networks.</source>
        <translation>إعداداته ليست جدول شبكات.</translation>
    </message>
    <message>
        <source>Kept as {name}.</source>
        <translation>حُفظ باسم {name}.</translation>
    </message>
    <message>
        <source>Look at the planners of the site, and try again.</source>
        <translation>اطّلع على مخطِّطات الموقع ثم حاول مجددًا.</translation>
    </message>
    <message>
        <source>Look there again.</source>
        <translation>راجع هناك مجددًا.</translation>
    </message>
    <message>
        <source>No thread can be sent to {names}. Nothing was sent.</source>
        <translation>لا يمكن إرسال سلسلة إلى {names}. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>لم يُحفظ شيء.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Part {number} is empty. Nothing was sent.</source>
        <translation>الجزء {number} فارغ. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Posto can send only the WordPress sign-in. Exclude /wp-json/ from that protection; WordPress checks the sign-in there itself.</source>
        <translation>لا يمكن لـ Posto إرسال غير بيانات دخول WordPress. استثنِ /wp-json/ من تلك الحماية؛ يتحقق WordPress من الدخول هناك بنفسه.</translation>
    </message>
    <message>
        <source>Say which channel to post to.</source>
        <translation>حدد القناة التي تريد النشر عليها.</translation>
    </message>
    <message>
        <source>Schedule {number} has not failed; it is “{status}”.</source>
        <translation>لم يفشل الجدول {number}؛ حالته «{status}».</translation>
    </message>
    <message>
        <source>Schedule {number} may be live on {channel}: {reason}</source>
        <translation>قد يكون الجدول {number} منشورًا على {channel}: {reason}</translation>
    </message>
    <message>
        <source>Settings &gt; Network &gt; Certificates of your own</source>
        <translation>الإعدادات &gt; الشبكة &gt; شهادات خاصة بك</translation>
    </message>
    <message>
        <source>Sign in again with the new address. Nothing was carried out.</source>
        <translation>سجّل الدخول مجددًا بالعنوان الجديد. لم يُنفذ شيء.</translation>
    </message>
    <message>
        <source>Somebody changed the same settings on the service meanwhile. Nothing was saved.</source>
        <translation>غيّر شخص ما الإعدادات نفسها في الخدمة في هذه الأثناء. لم يُحفظ شيء.</translation>
    </message>
    <message>
        <source>The account has no channels.</source>
        <translation>لا قنوات لهذا الحساب.</translation>
    </message>
    <message>
        <source>The address holds a user name or a password. Enter them in their own fields; an address is shown and stored openly.</source>
        <translation>يحتوي العنوان على اسم مستخدم أو كلمة مرور. أدخلهما في الحقلين المخصصين لهما؛ فالعنوان يُعرض ويُحفظ بلا حماية.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used. Nothing was sent.</source>
        <translation>لا يمكن استخدام عنوان {host}. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The address of {host} starts with http, so the password would travel readable for anyone on the way. Use https. Nothing was sent.</source>
        <translation>يبدأ عنوان {host} بـ http، لذا ستُنقل كلمة المرور مقروءة لأي شخص في الطريق. استخدم https. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: its headers do not end.</source>
        <translation>تعذّرت قراءة رد {host}: لا نهاية لترويساته.</translation>
    </message>
    <message>
        <source>The answer of {host} could not be read: {why}.</source>
        <translation>تعذّرت قراءة رد {host}: {why}.</translation>
    </message>
    <message>
        <source>The answer of {host} is larger than {size}.</source>
        <translation>رد {host} أكبر من {size}.</translation>
    </message>
    <message>
        <source>The certificate of {host} belongs to another name, so this may be another computer. Check the address, and try it with or without www.</source>
        <translation>شهادة {host} تخص اسمًا آخر، لذا قد يكون هذا كمبيوترًا آخر. تحقق من العنوان، وجرّبه مع www أو بدونها.</translation>
    </message>
    <message>
        <source>The certificate of {host} comes from an unknown authority, so this may be another computer. If it is your company&apos;s, let Posto trust it. Otherwise the site must send its whole certificate chain.</source>
        <translation>شهادة {host} صادرة عن جهة غير معروفة، لذا قد يكون هذا كمبيوترًا آخر. إذا كانت جهة شركتك، فاجعل Posto يثق بها. وإلا فيجب أن يرسل الموقع سلسلة شهاداته كاملة.</translation>
    </message>
    <message>
        <source>The certificate of {host} has expired. Ask the site&apos;s owner to renew it, and check the clock of this computer.</source>
        <translation>انتهت صلاحية شهادة {host}. اطلب من مالك الموقع تجديدها، وتحقق من ساعة هذا الكمبيوتر.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not trusted, so this may be another computer.</source>
        <translation>شهادة {host} غير موثوق بها، لذا قد يكون هذا كمبيوترًا آخر.</translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid yet. Check the clock of this computer.</source>
        <translation>شهادة {host} غير صالحة بعد. تحقق من ساعة هذا الكمبيوتر.</translation>
    </message>
    <message>
        <source>The certificate of {host} is self-signed, so this may be another computer. If the site is yours, let Posto trust it.</source>
        <translation>شهادة {host} موقّعة ذاتيًا، لذا قد يكون هذا كمبيوترًا آخر. إذا كان الموقع لك، فاجعل Posto يثق بها.</translation>
    </message>
    <message>
        <source>The certificates in {name} cannot be used: it has to be a readable file in PEM form. Nothing was sent.</source>
        <translation>لا يمكن استخدام الشهادات في {name}: يجب أن يكون ملفًا قابلًا للقراءة بصيغة PEM. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The connection is closed. Nothing was sent.</source>
        <translation>الاتصال مغلق. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The connection to {host} broke before the answer arrived.</source>
        <translation>انقطع الاتصال بـ {host} قبل وصول الرد.</translation>
    </message>
    <message>
        <source>The connection was closed before the answer arrived.</source>
        <translation>أُغلق الاتصال قبل وصول الرد.</translation>
    </message>
    <message>
        <source>The file became shorter while it was sent.</source>
        <translation>أصبح الملف أقصر أثناء إرساله.</translation>
    </message>
    <message>
        <source>The file cannot be read: {why}.</source>
        <translation>تعذّرت قراءة الملف: {why}.</translation>
    </message>
    <message>
        <source>The list of channels is empty. Nothing was posted.</source>
        <translation>قائمة القنوات فارغة. لم يُنشر شيء.</translation>
    </message>
    <message>
        <source>The list of schedules of {host} cannot be read completely.</source>
        <translation>لا يمكن قراءة قائمة جداول {host} كاملة.</translation>
    </message>
    <message>
        <source>The list of {name} is empty. Nothing was deleted.</source>
        <translation>قائمة {name} فارغة. لم يُحذف شيء.</translation>
    </message>
    <message>
        <source>The part for {shown} is no table; it is not used.</source>
        <translation>الجزء الخاص بـ {shown} ليس جدولًا؛ لن يُستخدم.</translation>
    </message>
    <message>
        <source>The post has neither text nor media. Nothing was sent.</source>
        <translation>لا نص في المنشور ولا وسائط. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may be on its way right now. Look at the channel before you send it again.</source>
        <translation>المنشور ليس في قائمة الجداول، لكنه قد يكون في طريقه الآن. راجع القناة قبل إرساله مجددًا.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, but it may have been accepted: the list can omit posts that are being sent. Look at the channels before you send it again.</source>
        <translation>المنشور ليس في قائمة الجداول، لكنه ربما قُبل: قد تُغفل القائمة المنشورات التي يجري إرسالها. راجع القنوات قبل إرساله مجددًا.</translation>
    </message>
    <message>
        <source>The post is not in the list of schedules, so it was not taken. It can be sent again.</source>
        <translation>المنشور ليس في قائمة الجداول، أي أنه لم يُستلم. يمكن إرساله مجددًا.</translation>
    </message>
    <message>
        <source>The post was taken for {good} of {count} channels.</source>
        <translation>استُلم المنشور لـ {good} من {count} من القنوات.</translation>
    </message>
    <message>
        <source>The proxy to {host} blocked the connection.</source>
        <translation>حجب الخادم الوكيل الاتصال بـ {host}.</translation>
    </message>
    <message>
        <source>The proxy to {host} cannot be reached.</source>
        <translation>تعذّر الوصول إلى الخادم الوكيل المؤدي إلى {host}.</translation>
    </message>
    <message>
        <source>The proxy to {host} rejected its user name or password.</source>
        <translation>رفض الخادم الوكيل المؤدي إلى {host} اسم المستخدم أو كلمة المرور.</translation>
    </message>
    <message>
        <source>The same, Apache 2.4.13 or newer with PHP as CGI</source>
        <translation>الأمر نفسه، مع Apache 2.4.13 أو أحدث وPHP بنمط CGI</translation>
    </message>
    <message>
        <source>The same, nginx, beside fastcgi_pass</source>
        <translation>الأمر نفسه، nginx، بجانب fastcgi_pass</translation>
    </message>
    <message>
        <source>The saved settings are neither the old nor the new ones. Read the settings again before you change them.</source>
        <translation>الإعدادات المحفوظة ليست القديمة ولا الجديدة. اقرأ الإعدادات مجددًا قبل تغييرها.</translation>
    </message>
    <message>
        <source>The schedule is as it was before.</source>
        <translation>بقي الجدول كما كان.</translation>
    </message>
    <message>
        <source>The service did not say under which number it keeps the file.</source>
        <translation>لم تذكر الخدمة الرقم الذي حفظت به الملف.</translation>
    </message>
    <message>
        <source>The service has the post, but said: {answer} What became of each channel is not known: the list of schedules {why}. Do not send the whole post again.</source>
        <translation>المنشور لدى الخدمة، لكنها ردّت: {answer} لا يُعرف ما آل إليه على كل قناة: قائمة الجداول {why}. لا ترسل المنشور كاملًا مجددًا.</translation>
    </message>
    <message>
        <source>The service has the post.</source>
        <translation>المنشور لدى الخدمة.</translation>
    </message>
    <message>
        <source>The service refused this without a reason.</source>
        <translation>رفضت الخدمة هذا دون ذكر سبب.</translation>
    </message>
    <message>
        <source>The service said: {answer}</source>
        <translation>ردّت الخدمة: {answer}</translation>
    </message>
    <message>
        <source>The service still lists it, as it does while a post is being sent.</source>
        <translation>لا تزال الخدمة تدرجه، كما تفعل أثناء إرسال منشور.</translation>
    </message>
    <message>
        <source>The service was asked to delete the posts.</source>
        <translation>طُلب من الخدمة حذف المنشورات.</translation>
    </message>
    <message>
        <source>The settings are as they were before.</source>
        <translation>بقيت الإعدادات كما كانت.</translation>
    </message>
    <message>
        <source>The template has unknown variables: {shown}. Known are {known}.</source>
        <translation>يحتوي القالب على متغيرات غير معروفة: {shown}. المعروفة هي {known}.</translation>
    </message>
    <message>
        <source>The template has {count} characters; at most {limit} are taken.</source>
        <translation>القالب فيه {count} من الأحرف؛ يُقبل {limit} كحد أقصى.</translation>
    </message>
    <message>
        <source>The time lies in the past. Nothing was sent.</source>
        <translation>الوقت في الماضي. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password (“{realm}”).</source>
        <translation>يطلب خادم الويب {host} اسم مستخدم وكلمة مرور خاصين به («{realm}»).</translation>
    </message>
    <message>
        <source>The web server of {host} asks for its own user name and password.</source>
        <translation>يطلب خادم الويب {host} اسم مستخدم وكلمة مرور خاصين به.</translation>
    </message>
    <message>
        <source>The workspace on this computer cannot be reached. Nothing was sent.</source>
        <translation>تعذّر الوصول إلى مساحة العمل على هذا الكمبيوتر. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not answer in time. Nothing was sent.</source>
        <translation>لم تستجب مساحة العمل على هذا الكمبيوتر في الوقت المناسب. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The {kind} “{name}” cannot be used.</source>
        <translation>لا يمكن استخدام {kind} «{name}».</translation>
    </message>
    <message>
        <source>The {subject} cannot be stored: {error}.</source>
        <translation>لا يمكن تخزين {subject}: {error}.</translation>
    </message>
    <message>
        <source>The {subject} name unknown networks: {names}. Known are {known}.</source>
        <translation>تذكر {subject} شبكات غير معروفة: {names}. المعروفة هي {known}.</translation>
    </message>
    <message>
        <source>There are: {listed}.</source>
        <translation>المتوفر: {listed}.</translation>
    </message>
    <message>
        <source>There is already a {kind} “{clean}”.</source>
        <translation>يوجد {kind} باسم «{clean}» بالفعل.</translation>
    </message>
    <message>
        <source>There is no channel to post to. Nothing was sent.</source>
        <translation>لا توجد قناة للنشر عليها. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>There is no channel {description}. {sentence} Nothing was posted.</source>
        <translation>لا توجد قناة {description}. {sentence} لم يُنشر شيء.</translation>
    </message>
    <message>
        <source>There is no network “{key}”, so its settings would be lost.</source>
        <translation>لا توجد شبكة «{key}»، لذا ستُفقد إعداداتها.</translation>
    </message>
    <message>
        <source>There is no network “{key}”; its part is not used.</source>
        <translation>لا توجد شبكة «{key}»؛ لن يُستخدم جزؤها.</translation>
    </message>
    <message>
        <source>There is no network “{name}”. Known are: {names}.</source>
        <translation>لا توجد شبكة «{name}». المعروفة هي: {names}.</translation>
    </message>
    <message>
        <source>There is no schedule {number}.</source>
        <translation>لا يوجد جدول {number}.</translation>
    </message>
    <message>
        <source>There is no {kind} “{name}”. There are: {names}.</source>
        <translation>لا يوجد {kind} باسم «{name}». المتوفر: {names}.</translation>
    </message>
    <message>
        <source>This address of {host} leads to a file, not to a page.</source>
        <translation>يؤدي هذا العنوان على {host} إلى ملف، لا إلى صفحة.</translation>
    </message>
    <message>
        <source>This is not a web address.</source>
        <translation>هذا ليس عنوان ويب.</translation>
    </message>
    <message>
        <source>This is not a web address. An address looks like https://example.com.</source>
        <translation>هذا ليس عنوان ويب. يكون العنوان مثل https://example.com.</translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n hour(s).</source>
        <translation>
            <numerusform>حاول مجددًا بعد %n ساعة.</numerusform>
            <numerusform>حاول مجددًا بعد ساعة واحدة.</numerusform>
            <numerusform>حاول مجددًا بعد ساعتين.</numerusform>
            <numerusform>حاول مجددًا بعد %n ساعات.</numerusform>
            <numerusform>حاول مجددًا بعد %n ساعة.</numerusform>
            <numerusform>حاول مجددًا بعد %n ساعة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n minute(s).</source>
        <translation>
            <numerusform>حاول مجددًا بعد %n دقيقة.</numerusform>
            <numerusform>حاول مجددًا بعد دقيقة واحدة.</numerusform>
            <numerusform>حاول مجددًا بعد دقيقتين.</numerusform>
            <numerusform>حاول مجددًا بعد %n دقائق.</numerusform>
            <numerusform>حاول مجددًا بعد %n دقيقة.</numerusform>
            <numerusform>حاول مجددًا بعد %n دقيقة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n second(s).</source>
        <translation>
            <numerusform>حاول مجددًا بعد %n ثانية.</numerusform>
            <numerusform>حاول مجددًا بعد ثانية واحدة.</numerusform>
            <numerusform>حاول مجددًا بعد ثانيتين.</numerusform>
            <numerusform>حاول مجددًا بعد %n ثوانٍ.</numerusform>
            <numerusform>حاول مجددًا بعد %n ثانية.</numerusform>
            <numerusform>حاول مجددًا بعد %n ثانية.</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>حاول مجددًا لاحقًا.</translation>
    </message>
    <message>
        <source>What has to get through</source>
        <translation>ما يجب أن يمر</translation>
    </message>
    <message>
        <source>WordPress, in wp-config.php</source>
        <translation>WordPress، في wp-config.php</translation>
    </message>
    <message>
        <source>WordPress: a file in wp-content/mu-plugins</source>
        <translation>WordPress: ملف في wp-content/mu-plugins</translation>
    </message>
    <message>
        <source>a text of more than {most} characters</source>
        <translation>نص أطول من {most} من الأحرف</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>كل الشبكات</translation>
    </message>
    <message>
        <source>an object with more than {most} names</source>
        <translation>كائن فيه أكثر من {most} من الأسماء</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>تعذّرت قراءتها</translation>
    </message>
    <message>
        <source>does not show it</source>
        <translation>لا تُظهره</translation>
    </message>
    <message>
        <source>it cannot be opened</source>
        <translation>تعذّر فتحه</translation>
    </message>
    <message>
        <source>it cannot be read</source>
        <translation>تعذّرت قراءته</translation>
    </message>
    <message>
        <source>it cannot be written</source>
        <translation>تعذّرت الكتابة فيه</translation>
    </message>
    <message>
        <source>it failed without a reason</source>
        <translation>فشل دون ذكر سبب</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>إنه فارغ</translation>
    </message>
    <message>
        <source>it is not in the list of schedules</source>
        <translation>ليس في قائمة الجداول</translation>
    </message>
    <message>
        <source>it may be live: {value}</source>
        <translation>قد يكون منشورًا: {value}</translation>
    </message>
    <message>
        <source>it may be on its way</source>
        <translation>قد يكون في طريقه</translation>
    </message>
    <message>
        <source>lists and objects nested more than {most} deep</source>
        <translation>قوائم وكائنات متداخلة بعمق يزيد على {most}</translation>
    </message>
    <message>
        <source>more than fits into {size} MB of memory</source>
        <translation>أكثر مما تتسع له {size} ميغابايت من الذاكرة</translation>
    </message>
    <message>
        <source>more than {most} rows</source>
        <translation>أكثر من {most} من الصفوف</translation>
    </message>
    <message>
        <source>more than {most} values</source>
        <translation>أكثر من {most} من القيم</translation>
    </message>
    <message>
        <source>nginx, in server { }</source>
        <translation>nginx، في server { }</translation>
    </message>
    <message>
        <source>nginx: outside of server { }, and inside in place of its auth_basic</source>
        <translation>nginx: خارج server { }، وداخله بدلًا من auth_basic</translation>
    </message>
    <message>
        <source>nobody knows how it ended</source>
        <translation>لا أحد يعرف كيف انتهى</translation>
    </message>
    <message>
        <source>number {number}</source>
        <translation>رقم {number}</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>الشبكة</translation>
    </message>
    <message>
        <source>too many long lists and objects nested in each other</source>
        <translation>عدد كبير جدًا من القوائم والكائنات الطويلة المتداخلة</translation>
    </message>
    <message>
        <source>{address} redirects in a loop.</source>
        <translation>يعيد {address} التوجيه في حلقة.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data (“{page}”). The address may be wrong, or a firewall blocks Posto.</source>
        <translation>ردّ {host} بصفحة ويب بدلًا من البيانات («{page}»). قد يكون العنوان خاطئًا، أو يحجب جدار حماية Posto.</translation>
    </message>
    <message>
        <source>{host} answered with a web page instead of data. The address may be wrong, or a firewall blocks Posto.</source>
        <translation>ردّ {host} بصفحة ويب بدلًا من البيانات. قد يكون العنوان خاطئًا، أو يحجب جدار حماية Posto.</translation>
    </message>
    <message>
        <source>{host} answered with an address that cannot be used.</source>
        <translation>ردّ {host} بعنوان لا يمكن استخدامه.</translation>
    </message>
    <message>
        <source>{host} answered with old data from a cache. Exclude /wp-json/ from its cache.</source>
        <translation>ردّ {host} ببيانات قديمة من ذاكرة تخزين مؤقت. استثنِ /wp-json/ من تخزينه المؤقت.</translation>
    </message>
    <message>
        <source>{host} answered without a calendar.</source>
        <translation>أجاب {host} بلا تقويم.</translation>
    </message>
    <message>
        <source>{host} answered without a feed.</source>
        <translation>ردّ {host} بلا خلاصة.</translation>
    </message>
    <message>
        <source>{host} answered without a list of channels.</source>
        <translation>ردّ {host} بلا قائمة قنوات.</translation>
    </message>
    <message>
        <source>{host} answered without a list of its posts.</source>
        <translation>أجاب {host} بلا قائمة منشوراته.</translation>
    </message>
    <message>
        <source>{host} answered without a list of schedules.</source>
        <translation>ردّ {host} بلا قائمة جداول.</translation>
    </message>
    <message>
        <source>{host} answered without its media library.</source>
        <translation>ردّ {host} بلا مكتبة الوسائط.</translation>
    </message>
    <message>
        <source>{host} answered without its planners.</source>
        <translation>أجاب {host} بلا مخطِّطاته.</translation>
    </message>
    <message>
        <source>{host} answered without its proposals.</source>
        <translation>أجاب {host} من دون اقتراحاته.</translation>
    </message>
    <message>
        <source>{host} answered without saying who has the post open.</source>
        <translation>لم يذكر {host} من لديه المنشور مفتوحًا.</translation>
    </message>
    <message>
        <source>{host} answered without settings.</source>
        <translation>ردّ {host} بلا إعدادات.</translation>
    </message>
    <message>
        <source>{host} answered without the team&apos;s data.</source>
        <translation>أجاب {host} دون بيانات الفريق.</translation>
    </message>
    <message>
        <source>{host} answered {status}.</source>
        <translation>ردّ {host} بـ {status}.</translation>
    </message>
    <message>
        <source>{host} blocks this account: {reason}</source>
        <translation>يحظر {host} هذا الحساب: {reason}</translation>
    </message>
    <message>
        <source>{host} cannot answer right now ({status}).</source>
        <translation>لا يمكن لـ {host} الرد الآن ({status}).</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>تعذّر الوصول إلى {host}.</translation>
    </message>
    <message>
        <source>{host} could not be found. The address is wrong or this computer is offline.</source>
        <translation>لم يُعثر على {host}. العنوان خاطئ أو هذا الكمبيوتر غير متصل بالإنترنت.</translation>
    </message>
    <message>
        <source>{host} could not be reached in time.</source>
        <translation>تعذّر الوصول إلى {host} في الوقت المناسب.</translation>
    </message>
    <message>
        <source>{host} did not accept the sign-in. The user name or the application password is wrong, or the web server drops the Authorization header.</source>
        <translation>لم يقبل {host} تسجيل الدخول. اسم المستخدم أو كلمة مرور التطبيق خطأ، أو أن خادم الويب يُسقط ترويسة Authorization.</translation>
    </message>
    <message>
        <source>{host} did not answer in time ({status}).</source>
        <translation>لم يستجب {host} في الوقت المناسب ({status}).</translation>
    </message>
    <message>
        <source>{host} did not answer within {seconds} seconds.</source>
        <translation>لم يستجب {host} خلال {seconds} ثانية.</translation>
    </message>
    <message>
        <source>{host} did not finish its answer within {duration}.</source>
        <translation>لم يكمل {host} رده خلال {duration}.</translation>
    </message>
    <message>
        <source>{host} did not say whether it took the post.</source>
        <translation>لم يذكر {host} ما إذا كان قد استلم المنشور.</translation>
    </message>
    <message>
        <source>{host} did not say who is signed in.</source>
        <translation>لم يذكر {host} من سجّل الدخول.</translation>
    </message>
    <message>
        <source>{host} did not set up a secure connection. Check its certificate.</source>
        <translation>لم ينشئ {host} اتصالًا آمنًا. تحقق من شهادته.</translation>
    </message>
    <message>
        <source>{host} does not accept requests this large (413). Nothing was sent.</source>
        <translation>لا يقبل {host} طلبات بهذا الحجم (413). لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>{host} does not allow this account to do that: {message}</source>
        <translation>لا يسمح {host} لهذا الحساب بفعل ذلك: {message}</translation>
    </message>
    <message>
        <source>{host} does not answer apps over http. Begin the address with https://.</source>
        <translation>لا يجيب {host} التطبيقات عبر http. ابدأ العنوان بـ https://‎.</translation>
    </message>
    <message>
        <source>{host} does not know this user name. Check the spelling.</source>
        <translation>لا يعرف {host} اسم المستخدم هذا. تحقق من الكتابة.</translation>
    </message>
    <message>
        <source>{host} does not offer this.</source>
        <translation>لا يوفّر {host} هذا.</translation>
    </message>
    <message>
        <source>{host} has an internal error ({status}).</source>
        <translation>لدى {host} خطأ داخلي ({status}).</translation>
    </message>
    <message>
        <source>{host} has moved.</source>
        <translation>انتقل {host}.</translation>
    </message>
    <message>
        <source>{host} has no FS Poster plugin, or one too old for this.</source>
        <translation>لا توجد على {host} إضافة FS Poster، أو أنها أقدم من اللازم لهذا.</translation>
    </message>
    <message>
        <source>{host} has no WordPress at this address. Check the address; a site in a folder needs the folder too, as in example.com/blog.</source>
        <translation>لا يوجد WordPress على {host} في هذا العنوان. تحقق من العنوان؛ الموقع داخل مجلد يحتاج إلى ذكر المجلد أيضًا، مثل example.com/blog.</translation>
    </message>
    <message>
        <source>{host} has no storage space left.</source>
        <translation>لم تبقَ مساحة تخزين على {host}.</translation>
    </message>
    <message>
        <source>{host} has nothing at this address (404).</source>
        <translation>لا شيء على {host} في هذا العنوان (404).</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the FS Poster plugin, version 7. Install or activate it there. The sign-in itself works.</source>
        <translation>{host} موقع WordPress بلا إضافة FS Poster، الإصدار 7. ثبّتها أو فعّلها هناك. تسجيل الدخول نفسه يعمل.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page (“{page}”) instead of data.</source>
        <translation>{host} موقع WordPress، لكنه يرد بصفحة ويب («{page}») بدلًا من البيانات.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site, but answers with a web page instead of data.</source>
        <translation>{host} موقع WordPress، لكنه يرد بصفحة ويب بدلًا من البيانات.</translation>
    </message>
    <message>
        <source>{host} is down for maintenance.</source>
        <translation>{host} متوقف للصيانة.</translation>
    </message>
    <message>
        <source>{host} is not a WordPress site, or blocks Posto. Check the address.</source>
        <translation>{host} ليس موقع WordPress، أو أنه يحجب Posto. تحقق من العنوان.</translation>
    </message>
    <message>
        <source>{host} is not responding on port {usual}, the default for {scheme}. If the site uses another port, add it to the address, for example {host}:8080. Nothing was sent.</source>
        <translation>لا يستجيب {host} على المنفذ {usual}، وهو الافتراضي لـ {scheme}. إذا كان الموقع يستخدم منفذًا آخر، فأضفه إلى العنوان، مثل {host}:8080. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>{host} is not responding.</source>
        <translation>لا يستجيب {host}.</translation>
    </message>
    <message>
        <source>{host} knows the user name, but the application password is wrong. The login password of the site does not work here: create an application password in your profile there.</source>
        <translation>يعرف {host} اسم المستخدم، لكن كلمة مرور التطبيق خطأ. كلمة مرور الدخول إلى الموقع لا تعمل هنا: أنشئ كلمة مرور تطبيق في ملفك الشخصي هناك.</translation>
    </message>
    <message>
        <source>{host} lies in a private network, so nothing is fetched from there. Download the file yourself and attach it.</source>
        <translation>يقع {host} في شبكة خاصة، لذا لا يُجلب شيء من هناك. نزّل الملف بنفسك وأرفقه.</translation>
    </message>
    <message>
        <source>{host} ran out of memory. Its PHP limit is {memory}.</source>
        <translation>نفدت ذاكرة {host}. حد PHP لديه {memory}.</translation>
    </message>
    <message>
        <source>{host} received the data too slowly: the upload took more than {duration}.</source>
        <translation>استقبل {host} البيانات ببطء شديد: استغرق الرفع أكثر من {duration}.</translation>
    </message>
    <message>
        <source>{host} received too many requests (429).</source>
        <translation>تلقى {host} طلبات كثيرة جدًا (429).</translation>
    </message>
    <message>
        <source>{host} redirected to a page, {location}, instead of sending data.</source>
        <translation>أعاد {host} التوجيه إلى صفحة، {location}، بدلًا من إرسال البيانات.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop. Check both site addresses in WordPress under Settings &gt; General, and the redirect rules of the web server.</source>
        <translation>يعيد {host} التوجيه في حلقة. تحقق من عنواني الموقع في WordPress ضمن الإعدادات &gt; عام، ومن قواعد إعادة التوجيه في خادم الويب.</translation>
    </message>
    <message>
        <source>{host} redirects to an address without https. The password was not sent.</source>
        <translation>يعيد {host} التوجيه إلى عنوان بلا https. لم تُرسل كلمة المرور.</translation>
    </message>
    <message>
        <source>{host} redirects to another site, {named}. If it is yours, enter {named} as the address. The password was not sent.</source>
        <translation>يعيد {host} التوجيه إلى موقع آخر، {named}. إذا كان لك، فأدخل {named} كعنوان. لم تُرسل كلمة المرور.</translation>
    </message>
    <message>
        <source>{host} refused the request ({status}).</source>
        <translation>رفض {host} الطلب ({status}).</translation>
    </message>
    <message>
        <source>{host} refused the request.</source>
        <translation>رفض {host} الطلب.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; an owner of the workspace can make a new password in Settings &gt; Team.</source>
        <translation>رفض {host} اسم المستخدم أو كلمة مرور التطبيق. تحقق من كليهما؛ يمكن لأحد مالكي مساحة العمل إنشاء كلمة مرور جديدة في الإعدادات &gt; الفريق.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header, or the site has disabled application passwords.</source>
        <translation>رفض {host} اسم المستخدم أو كلمة مرور التطبيق. تحقق من كليهما؛ كلمة مرور الدخول إلى الموقع لا تعمل هنا. إذا كانا صحيحين، فخادم الويب يُسقط ترويسة Authorization، أو أن الموقع عطّل كلمات مرور التطبيقات.</translation>
    </message>
    <message>
        <source>{host} rejected the user name or application password. Check both; the login password of the site does not work here. If they are right, the web server drops the Authorization header.</source>
        <translation>رفض {host} اسم المستخدم أو كلمة مرور التطبيق. تحقق من كليهما؛ كلمة مرور الدخول إلى الموقع لا تعمل هنا. إذا كانا صحيحين، فخادم الويب يُسقط ترويسة Authorization.</translation>
    </message>
    <message>
        <source>{host} sends to an address without https.</source>
        <translation>يحوّل {host} إلى عنوان بلا https.</translation>
    </message>
    <message>
        <source>{limit} bytes</source>
        <translation>{limit} بايت</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} و{count} أخرى</translation>
    </message>
    <message>
        <source>{names} are each the same as the next; the text for all networks counts.</source>
        <translation>{names} يحيل كل منها إلى الآخر؛ يسري نص كل الشبكات.</translation>
    </message>
    <message>
        <source>{names} are not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} غير نشطة: انتهت الجلسة مع الشبكة. سجّل الدخول إلى الشبكة مجددًا في الخدمة. لم يُنشر شيء.</translation>
    </message>
    <message>
        <source>{names} is not active: the session with the network has expired. Sign in to the network again on the service. Nothing was posted.</source>
        <translation>{names} غير نشطة: انتهت الجلسة مع الشبكة. سجّل الدخول إلى الشبكة مجددًا في الخدمة. لم يُنشر شيء.</translation>
    </message>
    <message>
        <source>{names} is set to be the same as itself; the text for all networks counts.</source>
        <translation>{names} مضبوطة لتطابق نفسها؛ يسري نص كل الشبكات.</translation>
    </message>
    <message>
        <source>{name} (other version)</source>
        <translation>{name} (نسخة أخرى)</translation>
    </message>
    <message>
        <source>{name} is not a web address.</source>
        <translation>{name} ليس عنوان ويب.</translation>
    </message>
    <message>
        <source>{shown} could not be downloaded.</source>
        <translation>تعذّر تنزيل {shown}.</translation>
    </message>
    <message>
        <source>{shown} could not be saved on this computer: {why}.</source>
        <translation>تعذّر حفظ {shown} على هذا الكمبيوتر: {why}.</translation>
    </message>
    <message>
        <source>{shown} has passed. Nothing was sent.</source>
        <translation>مضى {shown}. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>{shown} is not a picture or video.</source>
        <translation>{shown} ليس صورة أو فيديو.</translation>
    </message>
    <message>
        <source>{site} does not use https. Check the port, and whether the site has a certificate.</source>
        <translation>لا يستخدم {site} بروتوكول https. تحقق من المنفذ، ومن وجود شهادة للموقع.</translation>
    </message>
    <message>
        <source>{size} bytes</source>
        <translation>{size} بايت</translation>
    </message>
    <message>
        <source>{when} is not a time.</source>
        <translation>{when} ليس وقتًا.</translation>
    </message>
    <message>
        <source>“{clean}” was not saved.</source>
        <translation>لم يُحفظ «{clean}».</translation>
    </message>
    <message>
        <source>“{hashtags}.place” takes {either}, not {place}.</source>
        <translation>يقبل «{hashtags}.place» {either}، لا {place}.</translation>
    </message>
    <message>
        <source>“{key}” must be {words}, not {value}.</source>
        <translation>يجب أن يكون «{key}» {words}، لا {value}.</translation>
    </message>
    <message>
        <source>“{name}” ({size}) was not uploaded. {reason} Make it smaller, or have more memory allowed.</source>
        <translation>لم يُرفع «{name}» ({size}). {reason} صغّره، أو اطلب السماح بذاكرة أكبر.</translation>
    </message>
    <message>
        <source>“{name}” cannot be read: {why}.</source>
        <translation>تعذّرت قراءة «{name}»: {why}.</translation>
    </message>
    <message>
        <source>“{name}” for {shown} is not text; it is not used.</source>
        <translation>«{name}» لـ {shown} ليس نصًا؛ لن يُستخدم.</translation>
    </message>
    <message>
        <source>“{name}” has {count} characters; at most {most} are taken.</source>
        <translation>«{name}» فيه {count} من الأحرف؛ يُقبل {most} كحد أقصى.</translation>
    </message>
    <message>
        <source>“{name}” is a list of texts, not {value}.</source>
        <translation>«{name}» قائمة نصوص، لا {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a number from {least} to {most}, not {value}.</source>
        <translation>«{name}» رقم من {least} إلى {most}، لا {value}.</translation>
    </message>
    <message>
        <source>“{name}” is a table, not {value}.</source>
        <translation>«{name}» جدول، لا {value}.</translation>
    </message>
    <message>
        <source>“{name}” is larger than {value} MB and was not saved.</source>
        <translation>«{name}» أكبر من {value} ميغابايت ولم يُحفظ.</translation>
    </message>
    <message>
        <source>“{name}” is not in the media library.</source>
        <translation>«{name}» ليس في مكتبة الوسائط.</translation>
    </message>
    <message>
        <source>“{name}” may have been uploaded.</source>
        <translation>ربما رُفع «{name}».</translation>
    </message>
    <message>
        <source>“{name}” may not upload files on {host}. The account needs the Author role or higher.</source>
        <translation>لا يحق لـ «{name}» رفع ملفات على {host}. يحتاج الحساب إلى دور «كاتب» أو أعلى.</translation>
    </message>
    <message>
        <source>“{name}” must be text, not {value}.</source>
        <translation>يجب أن يكون «{name}» نصًا، لا {value}.</translation>
    </message>
    <message>
        <source>“{name}” was not found.</source>
        <translation>لم يُعثر على «{name}».</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded.</source>
        <translation>لم يُرفع «{name}».</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: the web server of {host} refuses files of {size} (413). Make it smaller, or have the limit raised there.</source>
        <translation>لم يُرفع «{name}»: يرفض خادم الويب {host} ملفات بحجم {size} (413). صغّره، أو اطلب رفع الحد هناك.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: this account may not upload files. It needs the Author role or higher.</source>
        <translation>لم يُرفع «{name}»: لا يحق لهذا الحساب رفع ملفات. يحتاج إلى دور «كاتب» أو أعلى.</translation>
    </message>
    <message>
        <source>“{name}” was not uploaded: {error}</source>
        <translation>لم يُرفع «{name}»: {error}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but its alt text may be missing: {reason}</source>
        <translation>رُفع «{name}»، لكن نصه البديل قد يكون مفقودًا: {reason}</translation>
    </message>
    <message>
        <source>“{name}” was uploaded, but without its alt text: {reason}</source>
        <translation>رُفع «{name}»، لكن بلا نصه البديل: {reason}</translation>
    </message>
    <message>
        <source>“{same_as}” of “{key}” names no network: {source_slug}.</source>
        <translation>لا يسمّي «{same_as}» في «{key}» أي شبكة: {source_slug}.</translation>
    </message>
    <message>
        <source>“{shown}” cannot be read: {why}.</source>
        <translation>تعذّرت قراءة «{shown}»: {why}.</translation>
    </message>
    <message>
        <source>“{shown}” is a folder. Choose the files inside it.</source>
        <translation>«{shown}» مجلد. اختر الملفات التي بداخله.</translation>
    </message>
    <message>
        <source>“{shown}” is empty (0 bytes).</source>
        <translation>«{shown}» فارغ (0 بايت).</translation>
    </message>
    <message>
        <source>“{shown}” is not a file that can be read.</source>
        <translation>«{shown}» ليس ملفًا يمكن قراءته.</translation>
    </message>
    <message>
        <source>“{shown}” is not a picture or a video.</source>
        <translation>«{shown}» ليس صورة أو فيديو.</translation>
    </message>
    <message>
        <source>“{shown}” was not found.</source>
        <translation>لم يُعثر على «{shown}».</translation>
    </message>
    <message>
        <source>“{target}” fits several channels: {listed}. Use the whole name or the number. Nothing was posted.</source>
        <translation>«{target}» يطابق عدة قنوات: {listed}. استخدم الاسم الكامل أو الرقم. لم يُنشر شيء.</translation>
    </message>
    <message>
        <source>“{utm}.links” takes {either}, not “{link_kind}”.</source>
        <translation>يقبل «{utm}.links» {either}، لا «{link_kind}».</translation>
    </message>
    <message>
        <source>“{utm}.{key}” has unknown variables: {shown}. Known are {known}.</source>
        <translation>يحتوي «{utm}.{key}» على متغيرات غير معروفة: {shown}. المعروفة هي {known}.</translation>
    </message>
    <message>
        <source>“{watermark}.corner” takes {either}, not {corner}.</source>
        <translation>يقبل «{watermark}.corner» {either}، لا {corner}.</translation>
    </message>
    <message>
        <source>“{watermark}.file” is the plain name of a file in {folder}, not “{file}”.</source>
        <translation>«{watermark}.file» هو الاسم المجرد لملف في {folder}، لا «{file}».</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Search</source>
        <translation>بحث</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>البحث في كل شيء</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <extracomment>Verb: remove the text or the entries.</extracomment>
        <translation>مسح</translation>
    </message>
</context>
<context>
    <name>SearchResults</name>
    <message>
        <source>Found settings</source>
        <translation>الإعدادات المعثور عليها</translation>
    </message>
</context>
<context>
    <name>SendNow</name>
    <message numerus="yes">
        <source>Send %Ln post(s) now</source>
        <translation>
            <numerusform>إرسال %Ln منشور الآن</numerusform>
            <numerusform>إرسال منشور واحد الآن</numerusform>
            <numerusform>إرسال منشورين الآن</numerusform>
            <numerusform>إرسال %Ln منشورات الآن</numerusform>
            <numerusform>إرسال %Ln منشورًا الآن</numerusform>
            <numerusform>إرسال %Ln منشور الآن</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now instead of at the time in When?</source>
        <extracomment>&quot;When&quot; is the field of the time of a message.</extracomment>
        <translation>
            <numerusform>إرسال %Ln منشور الآن بدلًا من الوقت المحدد في «متى»؟</numerusform>
            <numerusform>إرسال منشور واحد الآن بدلًا من الوقت المحدد في «متى»؟</numerusform>
            <numerusform>إرسال منشورين الآن بدلًا من الوقت المحدد في «متى»؟</numerusform>
            <numerusform>إرسال %Ln منشورات الآن بدلًا من الوقت المحدد في «متى»؟</numerusform>
            <numerusform>إرسال %Ln منشورًا الآن بدلًا من الوقت المحدد في «متى»؟</numerusform>
            <numerusform>إرسال %Ln منشور الآن بدلًا من الوقت المحدد في «متى»؟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %Ln post(s) now?</source>
        <translation>
            <numerusform>إرسال %Ln منشور الآن؟</numerusform>
            <numerusform>إرسال منشور واحد الآن؟</numerusform>
            <numerusform>إرسال منشورين الآن؟</numerusform>
            <numerusform>إرسال %Ln منشورات الآن؟</numerusform>
            <numerusform>إرسال %Ln منشورًا الآن؟</numerusform>
            <numerusform>إرسال %Ln منشور الآن؟</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>لا يمكن التراجع عن هذا.</translation>
    </message>
    <message numerus="yes">
        <source>You can undo it for %n second(s).</source>
        <translation>
            <numerusform>يمكنك التراجع خلال %n ثانية.</numerusform>
            <numerusform>يمكنك التراجع خلال ثانية واحدة.</numerusform>
            <numerusform>يمكنك التراجع خلال ثانيتين.</numerusform>
            <numerusform>يمكنك التراجع خلال %n ثوانٍ.</numerusform>
            <numerusform>يمكنك التراجع خلال %n ثانية.</numerusform>
            <numerusform>يمكنك التراجع خلال %n ثانية.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendingOutlook</name>
    <message numerus="yes">
        <source>%n account(s) cannot post yet</source>
        <translation>
            <numerusform>لا يمكن لـ %n حساب النشر بعد</numerusform>
            <numerusform>حساب واحد لا يمكنه النشر بعد</numerusform>
            <numerusform>حسابان لا يمكنهما النشر بعد</numerusform>
            <numerusform>%n حسابات لا يمكنها النشر بعد</numerusform>
            <numerusform>%n حسابًا لا يمكنه النشر بعد</numerusform>
            <numerusform>%n حساب لا يمكنه النشر بعد</numerusform>
        </translation>
    </message>
    <message>
        <source>No network</source>
        <translation>لا شبكة</translation>
    </message>
    <message>
        <source>No network: waits on this computer</source>
        <translation>لا شبكة: ينتظر على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>غير متصل</translation>
    </message>
    <message>
        <source>Offline: waits on this computer</source>
        <translation>غير متصل: ينتظر على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>Paused: waits on this computer</source>
        <translation>متوقف مؤقتًا: ينتظر على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>استئناف</translation>
    </message>
    <message>
        <source>Sending is paused: the message waits on this computer.</source>
        <translation>الإرسال متوقف مؤقتًا: تنتظر الرسالة على هذا الكمبيوتر.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>تسجيل الدخول</translation>
    </message>
    <message>
        <source>Signed out</source>
        <translation>سُجّل الخروج</translation>
    </message>
    <message>
        <source>Signed out: waits on this computer</source>
        <translation>سُجّل الخروج: ينتظر على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>The message waits on this computer until you sign in again.</source>
        <translation>تنتظر الرسالة على هذا الكمبيوتر حتى تسجّل الدخول مجددًا.</translation>
    </message>
    <message>
        <source>The message waits on this computer. {why}</source>
        <translation>تنتظر الرسالة على هذا الكمبيوتر. {why}</translation>
    </message>
    <message>
        <source>There is no network: what goes to {names} waits on this computer.</source>
        <translation>لا توجد شبكة: ما يوجَّه إلى {names} ينتظر على هذا الكمبيوتر.</translation>
    </message>
    <message>
        <source>What goes to {names} waits on this computer. {why}</source>
        <translation>ما يوجَّه إلى {names} ينتظر على هذا الكمبيوتر. {why}</translation>
    </message>
    <message>
        <source>{name}: sign in again</source>
        <translation>{name}: سجّل الدخول مجددًا</translation>
    </message>
    <message>
        <source>{name}: the keychain is locked</source>
        <translation>{name}: سلسلة المفاتيح مقفلة</translation>
    </message>
    <message>
        <source>{name}: the server is not reached</source>
        <translation>{name}: تعذّر الوصول إلى الخادم</translation>
    </message>
</context>
<context>
    <name>Server</name>
    <message numerus="yes">
        <source>%Ln post(s) could be rescued. Those that waited show as “Not sent” until you decide.</source>
        <translation>
            <numerusform>أمكن إنقاذ %Ln منشور. ما كان منها في الانتظار يظهر بحالة «لم يُرسل» حتى تقرر.</numerusform>
            <numerusform>أمكن إنقاذ منشور واحد. ما كان منها في الانتظار يظهر بحالة «لم يُرسل» حتى تقرر.</numerusform>
            <numerusform>أمكن إنقاذ منشورين. ما كان منها في الانتظار يظهر بحالة «لم يُرسل» حتى تقرر.</numerusform>
            <numerusform>أمكن إنقاذ %Ln منشورات. ما كان منها في الانتظار يظهر بحالة «لم يُرسل» حتى تقرر.</numerusform>
            <numerusform>أمكن إنقاذ %Ln منشورًا. ما كان منها في الانتظار يظهر بحالة «لم يُرسل» حتى تقرر.</numerusform>
            <numerusform>أمكن إنقاذ %Ln منشور. ما كان منها في الانتظار يظهر بحالة «لم يُرسل» حتى تقرر.</numerusform>
        </translation>
    </message>
    <message>
        <source>16 letters or more, the same as at the receiver. It signs every request.</source>
        <translation>16 حرفًا أو أكثر، مطابق لما لدى المستقبِل. يُوقَّع به كل طلب.</translation>
    </message>
    <message>
        <source>@name or number. Or write something there, and leave this empty.</source>
        <translation>‎@name أو رقم. أو اكتب شيئًا هناك واترك هذا فارغًا.</translation>
    </message>
    <message>
        <source>@{name} is in no channel. Add it to the one that you want to use.</source>
        <translation>‎@{name} ليس في أي قناة. أضفه إلى القناة التي تريد استخدامها.</translation>
    </message>
    <message>
        <source>@{name} knows no channel yet. Make it an administrator of yours, write something there, and connect again; or enter the channel&apos;s @name.</source>
        <translation>‎@{name} لا يعرف أي قناة بعد. اجعله مشرفًا في قناتك، واكتب شيئًا هناك، ثم اربط مجددًا؛ أو أدخل ‎@name الخاص بالقناة.</translation>
    </message>
    <message>
        <source>A bot&apos;s or your own: Profile, Security, Personal Access Tokens.</source>
        <translation>لبوت أو لك: Profile، Security، Personal Access Tokens.</translation>
    </message>
    <message>
        <source>A channel can be chosen only once in a post.</source>
        <translation>لا يمكن اختيار القناة إلا مرة واحدة في المنشور.</translation>
    </message>
    <message>
        <source>A file in the media store is damaged ({sha256}). Upload it again.</source>
        <translation>ملف في مخزن الوسائط تالف ({sha256}). ارفعه من جديد.</translation>
    </message>
    <message>
        <source>A name to sign in with has letters from a to z, digits and . _ @ + -, 60 at most.</source>
        <translation>يتكون اسم تسجيل الدخول من أحرف a إلى z وأرقام و‎ . _ @ + -، وبحد أقصى 60.</translation>
    </message>
    <message>
        <source>A paragraph has {count} characters; Tumblr allows {limit}. Split it with a blank line.</source>
        <translation>إحدى الفقرات فيها {count} من الأحرف؛ تسمح Tumblr بـ {limit}. قسّمها بسطر فارغ.</translation>
    </message>
    <message>
        <source>A part of this message was sent meanwhile.</source>
        <translation>أُرسل جزء من هذه الرسالة في هذه الأثناء.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so it cannot be edited.</source>
        <translation>نُشر جزء من هذا المنشور بالفعل، لذا لا يمكن تعديله.</translation>
    </message>
    <message>
        <source>A part of this post is already published, so its time cannot change.</source>
        <translation>نُشر جزء من هذا المنشور بالفعل، لذا لا يمكن تغيير وقته.</translation>
    </message>
    <message>
        <source>A secret is kept in: keyring, session or file.</source>
        <translation>يُحفظ السر في: keyring أو session أو file.</translation>
    </message>
    <message>
        <source>A test note is visible only to chosen people, and nobody is chosen.</source>
        <translation>لا تظهر الملاحظة التجريبية إلا لأشخاص مختارين، ولم يُختر أحد.</translation>
    </message>
    <message>
        <source>A test post is a draft. Editors of the site can see it, readers cannot.</source>
        <translation>المنشور التجريبي مسودة. يمكن لمحرري الموقع رؤيته، ولا يمكن للقراء ذلك.</translation>
    </message>
    <message>
        <source>A test post is visible only to the people it mentions, and it mentions nobody.</source>
        <translation>لا يظهر المنشور التجريبي إلا لمن يُشار إليهم فيه، ولم يُشر إلى أحد.</translation>
    </message>
    <message>
        <source>A test sends another signed ping and publishes nothing.</source>
        <translation>يرسل الاختبار نبضة ping موقّعة أخرى ولا ينشر شيئًا.</translation>
    </message>
    <message>
        <source>A thread can have {limit} parts at most.</source>
        <translation>يمكن أن تحتوي السلسلة على {limit} من الأجزاء كحد أقصى.</translation>
    </message>
    <message>
        <source>A token needs write:statuses and write:media.</source>
        <translation>يحتاج الرمز المميز إلى write:statuses وwrite:media.</translation>
    </message>
    <message>
        <source>A workspace of Posto for a team</source>
        <translation>مساحة عمل Posto لفريق</translation>
    </message>
    <message>
        <source>A writer can change only proposals of their own.</source>
        <translation>لا يمكن للكاتب تغيير سوى اقتراحاته.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>مفتاح API</translation>
    </message>
    <message>
        <source>API key secret</source>
        <translation>سر مفتاح API</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>رمز الوصول</translation>
    </message>
    <message>
        <source>Access token secret</source>
        <translation>سر رمز الوصول</translation>
    </message>
    <message>
        <source>Account not found.</source>
        <translation>لم يُعثر على الحساب.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>العنوان</translation>
    </message>
    <message>
        <source>Address of your site</source>
        <translation>عنوان موقعك</translation>
    </message>
    <message>
        <source>Admin API key</source>
        <translation>مفتاح Admin API</translation>
    </message>
    <message>
        <source>Also enter the user name and application password of your site.</source>
        <translation>أدخل أيضًا اسم المستخدم وكلمة مرور التطبيق لموقعك.</translation>
    </message>
    <message>
        <source>Also enter your two-factor code.</source>
        <translation>أدخل أيضًا رمز التحقق بخطوتين.</translation>
    </message>
    <message>
        <source>An owner sees all groups.</source>
        <translation>يرى المالك جميع المجموعات.</translation>
    </message>
    <message>
        <source>Another group uses this file, too.</source>
        <translation>تستخدم مجموعة أخرى هذا الملف أيضًا.</translation>
    </message>
    <message>
        <source>Another server is signing in with this account.</source>
        <translation>يسجّل خادم آخر الدخول بهذا الحساب.</translation>
    </message>
    <message>
        <source>Another workspace is already running in {folder}.</source>
        <translation>مساحة عمل أخرى تعمل بالفعل في {folder}.</translation>
    </message>
    <message>
        <source>Another workspace is already running.</source>
        <translation>مساحة عمل أخرى تعمل بالفعل.</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>كلمة مرور التطبيق</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>كلمة مرور التطبيق</translation>
    </message>
    <message>
        <source>Application password there</source>
        <translation>كلمة مرور التطبيق هناك</translation>
    </message>
    <message>
        <source>Ask for the role of an author.</source>
        <translation>اطلب دور «كاتب».</translation>
    </message>
    <message>
        <source>Bluesky allows pictures or one video, not both in one post.</source>
        <translation>تسمح Bluesky بصور أو فيديو واحد، لا بكليهما في منشور واحد.</translation>
    </message>
    <message>
        <source>Bluesky has no account {handle}. Enter the full handle with its domain.</source>
        <translation>لا يوجد على Bluesky حساب {handle}. أدخل المعرّف كاملًا مع نطاقه.</translation>
    </message>
    <message>
        <source>Bot token</source>
        <translation>رمز البوت</translation>
    </message>
    <message>
        <source>Channel not found.</source>
        <translation>لم يُعثر على القناة.</translation>
    </message>
    <message>
        <source>Channel or group</source>
        <translation>قناة أو مجموعة</translation>
    </message>
    <message>
        <source>Check the Matrix ID and the password.</source>
        <translation>تحقق من Matrix ID وكلمة المرور.</translation>
    </message>
    <message>
        <source>Choose a post.</source>
        <translation>اختر منشورًا.</translation>
    </message>
    <message>
        <source>Choose at least one channel.</source>
        <translation>اختر قناة واحدة على الأقل.</translation>
    </message>
    <message>
        <source>Choose at least one place to publish to.</source>
        <translation>اختر مكانًا واحدًا على الأقل للنشر.</translation>
    </message>
    <message>
        <source>Choose at least one schedule.</source>
        <translation>اختر جدولًا واحدًا على الأقل.</translation>
    </message>
    <message>
        <source>Client ID</source>
        <translation>معرّف العميل</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>سر العميل</translation>
    </message>
    <message>
        <source>Consumer key</source>
        <translation>مفتاح المستهلك</translation>
    </message>
    <message>
        <source>Consumer secret</source>
        <translation>سر المستهلك</translation>
    </message>
    <message>
        <source>Create one in Bluesky: Settings, Privacy and security, App passwords.</source>
        <translation>أنشئ واحدة في Bluesky: ‏Settings، Privacy and security، App passwords.</translation>
    </message>
    <message>
        <source>Create one in WordPress: Users, Profile, Application Passwords.</source>
        <translation>أنشئ واحدة في WordPress: الأعضاء، الملف الشخصي، كلمات مرور التطبيقات.</translation>
    </message>
    <message>
        <source>Discord (bot)</source>
        <translation>Discord (بوت)</translation>
    </message>
    <message>
        <source>Discord (webhook)</source>
        <translation>Discord (webhook)</translation>
    </message>
    <message>
        <source>Discord allows 25 MB of files per message. Remove some or use smaller ones.</source>
        <translation>تسمح Discord بـ 25 ميغابايت من الملفات لكل رسالة. أزل بعضها أو استخدم ملفات أصغر.</translation>
    </message>
    <message>
        <source>Enter a topic: letters, digits, hyphens and underscores, 64 at most.</source>
        <translation>أدخل موضوعًا: أحرف وأرقام وشُرَط وشُرَط سفلية، 64 كحد أقصى.</translation>
    </message>
    <message>
        <source>Enter all four keys.</source>
        <translation>أدخل المفاتيح الأربعة كلها.</translation>
    </message>
    <message>
        <source>Enter an access token.</source>
        <translation>أدخل رمز وصول.</translation>
    </message>
    <message>
        <source>Enter the API key.</source>
        <translation>أدخل مفتاح API.</translation>
    </message>
    <message>
        <source>Enter the access token.</source>
        <translation>أدخل رمز الوصول.</translation>
    </message>
    <message>
        <source>Enter the bot token of your app. It begins with xoxb-</source>
        <translation>أدخل رمز البوت لتطبيقك. يبدأ بـ xoxb-</translation>
    </message>
    <message>
        <source>Enter the client ID and the client secret.</source>
        <translation>أدخل معرّف العميل وسر العميل.</translation>
    </message>
    <message>
        <source>Enter the full Matrix ID, for example @you:matrix.org.</source>
        <translation>أدخل Matrix ID كاملًا، مثل @you:matrix.org.</translation>
    </message>
    <message>
        <source>Enter the page access token.</source>
        <translation>أدخل رمز وصول الصفحة.</translation>
    </message>
    <message>
        <source>Enter the password or an access token.</source>
        <translation>أدخل كلمة المرور أو رمز وصول.</translation>
    </message>
    <message>
        <source>Facebook continues threads as comments, and Posto cannot add pictures to them.</source>
        <translation>يتابع Facebook السلاسل كتعليقات، ولا يمكن لـ Posto إضافة صور إليها.</translation>
    </message>
    <message>
        <source>Facebook page (your own app)</source>
        <translation>صفحة Facebook (تطبيقك الخاص)</translation>
    </message>
    <message>
        <source>Files of this kind have no preview.</source>
        <translation>لا معاينة لهذا النوع من الملفات.</translation>
    </message>
    <message>
        <source>Fill in: {names}.</source>
        <translation>املأ: {names}.</translation>
    </message>
    <message>
        <source>For pictures: a Blossom server, for example https://blossom.primal.net</source>
        <translation>للصور: خادم Blossom، مثل https://blossom.primal.net</translation>
    </message>
    <message>
        <source>From @BotFather: 123456:ABC…</source>
        <translation>من ‎@BotFather: ‏123456:ABC…</translation>
    </message>
    <message>
        <source>From api.tumblr.com/console: Show keys</source>
        <translation>من api.tumblr.com/console: ‏Show keys</translation>
    </message>
    <message>
        <source>From console.x.com: your app, Keys and tokens.</source>
        <translation>من console.x.com: تطبيقك، Keys and tokens.</translation>
    </message>
    <message>
        <source>From dev.to: Settings, Extensions.</source>
        <translation>من dev.to: ‏Settings، Extensions.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, Instagram, Generate token. Valid for 60 days.</source>
        <translation>من developers.facebook.com: تطبيقك، Instagram، Generate token. صالح لمدة 60 يومًا.</translation>
    </message>
    <message>
        <source>From developers.facebook.com: your app, User Token Generator. Valid for 60 days.</source>
        <translation>من developers.facebook.com: تطبيقك، User Token Generator. صالح لمدة 60 يومًا.</translation>
    </message>
    <message>
        <source>From discord.com/developers: your application, Bot, Reset Token.</source>
        <translation>من discord.com/developers: تطبيقك، Bot، Reset Token.</translation>
    </message>
    <message>
        <source>From linkedin.com/developers: Token generator, with openid, profile and w_member_social. Valid for 60 days.</source>
        <translation>من linkedin.com/developers: ‏Token generator، مع openid وprofile وw_member_social. صالح لمدة 60 يومًا.</translation>
    </message>
    <message>
        <source>From tumblr.com/oauth/apps</source>
        <translation>من tumblr.com/oauth/apps</translation>
    </message>
    <message>
        <source>Ghost does not allow apps to write comments.</source>
        <translation>لا تسمح Ghost للتطبيقات بكتابة التعليقات.</translation>
    </message>
    <message>
        <source>Google did not grant lasting access. Try again and allow everything it asks for.</source>
        <translation>لم تمنح Google وصولًا دائمًا. حاول مجددًا واسمح بكل ما تطلبه.</translation>
    </message>
    <message>
        <source>Google has ended the sign-in. If this happens every seven days, your consent screen is still in &quot;Testing&quot;. Publish it to &quot;In production&quot;.</source>
        <translation>أنهت Google تسجيل الدخول. إذا حدث هذا كل سبعة أيام، فشاشة الموافقة لا تزال في وضع «Testing». انشرها إلى «In production».</translation>
    </message>
    <message>
        <source>Google no longer knows this client. Connect the account again.</source>
        <translation>لم تعد Google تعرف هذا العميل. أعد ربط الحساب.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>المعرّف</translation>
    </message>
    <message>
        <source>In Discord: Edit Channel, Integrations, Webhooks, Copy Webhook URL.</source>
        <translation>في Discord: ‏Edit Channel، Integrations، Webhooks، Copy Webhook URL.</translation>
    </message>
    <message>
        <source>In Ghost: Settings, Integrations, Add custom integration.</source>
        <translation>في Ghost: ‏Settings، Integrations، Add custom integration.</translation>
    </message>
    <message>
        <source>Instagram (your own app)</source>
        <translation>Instagram (تطبيقك الخاص)</translation>
    </message>
    <message>
        <source>Instagram allows apps to post only to business and creator accounts.</source>
        <translation>لا يسمح Instagram للتطبيقات بالنشر إلا على حسابات الأعمال وصنّاع المحتوى.</translation>
    </message>
    <message>
        <source>Instagram continues threads as comments, which cannot have pictures.</source>
        <translation>يتابع Instagram السلاسل كتعليقات، ولا يمكن أن تحتوي على صور.</translation>
    </message>
    <message>
        <source>Instagram downloads pictures from a public address. Enter a WordPress site of your own.</source>
        <translation>ينزّل Instagram الصور من عنوان عام. أدخل موقع WordPress خاصًا بك.</translation>
    </message>
    <message>
        <source>Instead of the password, if the server signs in only in the browser.</source>
        <translation>بدلًا من كلمة المرور، إذا كان الخادم يتيح الدخول عبر المتصفح فقط.</translation>
    </message>
    <message>
        <source>It cannot be reached.</source>
        <translation>تعذّر الوصول إليه.</translation>
    </message>
    <message>
        <source>It could not be prepared yet.</source>
        <translation>تعذّر إعداده بعد.</translation>
    </message>
    <message>
        <source>It did not accept the post.</source>
        <translation>لم يقبل المنشور.</translation>
    </message>
    <message>
        <source>It did not answer the question.</source>
        <translation>لم يجب عن السؤال.</translation>
    </message>
    <message>
        <source>It did not report whether it accepted the post.</source>
        <translation>لم يذكر ما إذا كان قد قبل المنشور.</translation>
    </message>
    <message>
        <source>It is already disconnected.</source>
        <translation>تم قطع اتصاله بالفعل.</translation>
    </message>
    <message>
        <source>It is too late to undo this. The device needs a new password.</source>
        <translation>فات أوان التراجع. يحتاج الجهاز إلى كلمة مرور جديدة.</translation>
    </message>
    <message>
        <source>It was due before the backup was restored, and may have been sent then.</source>
        <translation>كان موعده قبل استعادة النسخة الاحتياطية، وربما أُرسل حينها.</translation>
    </message>
    <message>
        <source>Its answer is not one of a relay.</source>
        <translation>رده ليس رد مرحّل.</translation>
    </message>
    <message>
        <source>Its channel was disconnected.</source>
        <translation>تم قطع اتصال قناته.</translation>
    </message>
    <message>
        <source>Leave this empty for api.linkedin.com.</source>
        <translation>اترك هذا فارغًا لـ api.linkedin.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.telegram.org.</source>
        <translation>اترك هذا فارغًا لـ api.telegram.org.</translation>
    </message>
    <message>
        <source>Leave this empty for api.tumblr.com.</source>
        <translation>اترك هذا فارغًا لـ api.tumblr.com.</translation>
    </message>
    <message>
        <source>Leave this empty for api.x.com.</source>
        <translation>اترك هذا فارغًا لـ api.x.com.</translation>
    </message>
    <message>
        <source>Leave this empty for dev.to.</source>
        <translation>اترك هذا فارغًا لـ dev.to.</translation>
    </message>
    <message>
        <source>Leave this empty for discord.com.</source>
        <translation>اترك هذا فارغًا لـ discord.com.</translation>
    </message>
    <message>
        <source>Leave this empty for slack.com.</source>
        <translation>اترك هذا فارغًا لـ slack.com.</translation>
    </message>
    <message>
        <source>Leave this empty to sign in with the browser.</source>
        <translation>اترك هذا فارغًا لتسجيل الدخول عبر المتصفح.</translation>
    </message>
    <message>
        <source>Leave this empty to use the relays of your profile.</source>
        <translation>اترك هذا فارغًا لاستخدام مرحّلات ملفك الشخصي.</translation>
    </message>
    <message>
        <source>Leave this empty.</source>
        <translation>اترك هذا فارغًا.</translation>
    </message>
    <message>
        <source>Lemmy needs a title, or a text with a first line to use as one.</source>
        <translation>تتطلب Lemmy عنوانًا، أو نصًا يُستخدم سطره الأول عنوانًا.</translation>
    </message>
    <message>
        <source>LinkedIn (your own app)</source>
        <translation>LinkedIn (تطبيقك الخاص)</translation>
    </message>
    <message>
        <source>LinkedIn already has this post: {sentence}</source>
        <translation>هذا المنشور موجود بالفعل على LinkedIn: {sentence}</translation>
    </message>
    <message>
        <source>LinkedIn continues threads as comments, which cannot have pictures.</source>
        <translation>يتابع LinkedIn السلاسل كتعليقات، ولا يمكن أن تحتوي على صور.</translation>
    </message>
    <message>
        <source>LinkedIn no longer supports this version of its API. Update Posto.</source>
        <translation>لم يعد LinkedIn يدعم هذا الإصدار من واجهته البرمجية. حدّث Posto.</translation>
    </message>
    <message>
        <source>Mastodon and compatible servers</source>
        <translation>Mastodon والخوادم المتوافقة</translation>
    </message>
    <message>
        <source>Matrix ID</source>
        <translation>Matrix ID</translation>
    </message>
    <message>
        <source>Media not found: {names}.</source>
        <translation>لم يُعثر على الوسائط: {names}.</translation>
    </message>
    <message>
        <source>Media server</source>
        <translation>خادم الوسائط</translation>
    </message>
    <message>
        <source>Meta accepts no more posts for now.</source>
        <translation>لا تقبل Meta منشورات أخرى في الوقت الحالي.</translation>
    </message>
    <message>
        <source>Meta could not use a file.</source>
        <translation>تعذّر على Meta استخدام أحد الملفات.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>تنزّل Meta الصور من عنوان عام. أعد ربط الحساب وأدخل موقع WordPress خاصًا بك من أجلها.</translation>
    </message>
    <message>
        <source>Meta downloads pictures from a public address. https://example.com</source>
        <translation>تنزّل Meta الصور من عنوان عام. https://example.com</translation>
    </message>
    <message>
        <source>Meta has a problem right now.</source>
        <translation>لدى Meta مشكلة الآن.</translation>
    </message>
    <message>
        <source>Meta is still processing this post.</source>
        <translation>لا تزال Meta تعالج هذا المنشور.</translation>
    </message>
    <message>
        <source>Meta no longer accepts the token.</source>
        <translation>لم تعد Meta تقبل الرمز المميز.</translation>
    </message>
    <message>
        <source>Misskey and Sharkey</source>
        <translation>Misskey وSharkey</translation>
    </message>
    <message>
        <source>Name the device that the password is for.</source>
        <translation>اذكر الجهاز الذي كلمة المرور له.</translation>
    </message>
    <message>
        <source>No clear answer came in time.</source>
        <translation>لم يصل رد واضح في الوقت المناسب.</translation>
    </message>
    <message>
        <source>No clear answer came.</source>
        <translation>لم يصل رد واضح.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer. Choose where to keep the password: until the workspace ends (session), or in a file that only you can read (file).</source>
        <translation>لم يُعثر على سلسلة مفاتيح على هذا الكمبيوتر. اختر مكان حفظ كلمة المرور: حتى انتهاء عمل مساحة العمل (session)، أو في ملف لا يقرؤه غيرك (file).</translation>
    </message>
    <message>
        <source>No relay can be reached: {hosts}.</source>
        <translation>تعذّر الوصول إلى أي مرحّل: {hosts}.</translation>
    </message>
    <message>
        <source>No relay is known for this account. Connect it again.</source>
        <translation>لا يُعرف أي مرحّل لهذا الحساب. أعد ربطه.</translation>
    </message>
    <message>
        <source>No server was found for {handle}. Enter its address.</source>
        <translation>لم يُعثر على خادم لـ {handle}. أدخل عنوانه.</translation>
    </message>
    <message>
        <source>Nobody signed in within ten minutes. Try again.</source>
        <translation>لم يسجّل أحد الدخول خلال عشر دقائق. حاول مجددًا.</translation>
    </message>
    <message>
        <source>Nostr relays do not store files. Connect the account again and enter a media server.</source>
        <translation>لا تخزّن مرحّلات Nostr الملفات. أعد ربط الحساب وأدخل خادم وسائط.</translation>
    </message>
    <message>
        <source>Nothing was found here.</source>
        <translation>لم يُعثر على شيء هنا.</translation>
    </message>
    <message>
        <source>One post can go to {limit} channels at most.</source>
        <translation>يمكن إرسال المنشور الواحد إلى {limit} من القنوات كحد أقصى.</translation>
    </message>
    <message>
        <source>One post can have {limit} files at most.</source>
        <translation>يمكن أن يحتوي المنشور الواحد على {limit} من الملفات كحد أقصى.</translation>
    </message>
    <message>
        <source>Only failed schedules can be retried.</source>
        <translation>لا يمكن إعادة المحاولة إلا للجداول الفاشلة.</translation>
    </message>
    <message>
        <source>Only for protected topics.</source>
        <translation>للمواضيع المحمية فقط.</translation>
    </message>
    <message>
        <source>Only needed if your Matrix ID does not lead to your server.</source>
        <translation>لا يلزم إلا إذا كان Matrix ID الخاص بك لا يؤدي إلى خادمك.</translation>
    </message>
    <message>
        <source>Only needed if your handle does not lead to your server.</source>
        <translation>لا يلزم إلا إذا كان معرّفك لا يؤدي إلى خادمك.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be edited.</source>
        <translation>لا يمكن تعديل إلا الجداول التي لم تُرسل.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be rescheduled.</source>
        <translation>لا يمكن إعادة جدولة إلا الجداول التي لم تُرسل.</translation>
    </message>
    <message>
        <source>Only schedules that have not been sent can be sent now.</source>
        <translation>لا يمكن إرسال إلا الجداول التي لم تُرسل.</translation>
    </message>
    <message>
        <source>Other programs use the ports for the browser&apos;s answer. Close them and try again.</source>
        <translation>تستخدم برامج أخرى المنافذ اللازمة لرد المتصفح. أغلقها وحاول مجددًا.</translation>
    </message>
    <message>
        <source>Other sites may not access this computer&apos;s workspace.</source>
        <translation>لا يُسمح للمواقع الأخرى بالوصول إلى مساحة العمل على هذا الكمبيوتر.</translation>
    </message>
    <message>
        <source>Page access token</source>
        <translation>رمز وصول الصفحة</translation>
    </message>
    <message>
        <source>Part {number} of {total} is not published: {reason} The parts before it are.</source>
        <translation>لم يُنشر الجزء {number} من {total}: {reason} نُشرت الأجزاء التي قبله.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>كلمة المرور</translation>
    </message>
    <message>
        <source>Port {port} on {host} cannot be used: {error}.</source>
        <translation>لا يمكن استخدام المنفذ {port} على {host}: {error}.</translation>
    </message>
    <message>
        <source>PostgreSQL needs more: install posto[postgres] and start again.</source>
        <translation>يحتاج PostgreSQL إلى المزيد: ثبّت posto[postgres] وابدأ من جديد.</translation>
    </message>
    <message>
        <source>Posto Desktop was interrupted while sending this post, so it may be published.</source>
        <translation>قوطع Posto Desktop أثناء إرسال هذا المنشور، لذا ربما نُشر.</translation>
    </message>
    <message>
        <source>Posto cannot make pictures smaller right now.</source>
        <translation>لا يمكن لـ Posto تصغير الصور الآن.</translation>
    </message>
    <message>
        <source>Posto cannot write comments on YouTube.</source>
        <translation>لا يمكن لـ Posto كتابة تعليقات على YouTube.</translation>
    </message>
    <message>
        <source>Posto cannot write to the workspace&apos;s folder: {folder}.</source>
        <translation>لا يمكن لـ Posto الكتابة في مجلد مساحة العمل: {folder}.</translation>
    </message>
    <message>
        <source>Posto cannot yet tell whether the message was sent.</source>
        <translation>لا يمكن لـ Posto أن يعرف بعد ما إذا كانت الرسالة قد أُرسلت.</translation>
    </message>
    <message>
        <source>Posto may not read and write {part}. Allow it, then try again.</source>
        <translation>لا يُسمح لـ Posto بقراءة {part} والكتابة فيه. اسمح بذلك ثم حاول مجددًا.</translation>
    </message>
    <message>
        <source>Posts wait on the site until someone publishes them.</source>
        <translation>تنتظر المنشورات على الموقع حتى ينشرها شخص ما.</translation>
    </message>
    <message>
        <source>Previews are being made. Try again in a moment.</source>
        <translation>جارٍ إنشاء المعاينات. حاول مجددًا بعد لحظة.</translation>
    </message>
    <message>
        <source>Private key</source>
        <translation>المفتاح الخاص</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>المرحّلات</translation>
    </message>
    <message>
        <source>Remove the user name and password from the address of {host}.</source>
        <translation>أزل اسم المستخدم وكلمة المرور من عنوان {host}.</translation>
    </message>
    <message>
        <source>Schedule group not found.</source>
        <translation>لم يُعثر على مجموعة الجداول.</translation>
    </message>
    <message>
        <source>Schedule not found.</source>
        <translation>لم يُعثر على الجدول.</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>السر</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>الخادم</translation>
    </message>
    <message>
        <source>Server or handle</source>
        <translation>الخادم أو المعرّف</translation>
    </message>
    <message>
        <source>Signing in was cancelled.</source>
        <translation>أُلغي تسجيل الدخول.</translation>
    </message>
    <message>
        <source>Slack accepts no more messages for now.</source>
        <translation>لا تقبل Slack رسائل أخرى في الوقت الحالي.</translation>
    </message>
    <message>
        <source>Slack did not accept this: {name}.</source>
        <translation>لم تقبل Slack هذا: {name}.</translation>
    </message>
    <message>
        <source>Slack has a problem right now ({name}).</source>
        <translation>لدى Slack مشكلة الآن ({name}).</translation>
    </message>
    <message>
        <source>Slack is still processing a picture of this post.</source>
        <translation>لا تزال Slack تعالج إحدى صور هذا المنشور.</translation>
    </message>
    <message>
        <source>Slack no longer accepts the token ({name}). Connect the channel again.</source>
        <translation>لم تعد Slack تقبل الرمز المميز ({name}). أعد ربط القناة.</translation>
    </message>
    <message>
        <source>Social network not found.</source>
        <translation>لم يُعثر على الشبكة الاجتماعية.</translation>
    </message>
    <message>
        <source>Somebody else has changed these groups meanwhile.</source>
        <translation>غيّر شخص آخر هذه المجموعات في هذه الأثناء.</translation>
    </message>
    <message>
        <source>Somebody else has changed {name} meanwhile.</source>
        <translation>غيّر شخص آخر بيانات {name} في هذه الأثناء.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to create posts as this user.</source>
        <translation>عذرًا، لا يُسمح لك بإنشاء منشورات بهذا المستخدم.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to do that.</source>
        <translation>عذرًا، لا يُسمح لك بفعل ذلك.</translation>
    </message>
    <message>
        <source>Sorry, you are not allowed to upload this file type.</source>
        <translation>عذرًا، لا يُسمح لك برفع هذا النوع من الملفات.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>اشترك مجددًا في تطبيق التقويم بعنوان جديد.</translation>
    </message>
    <message>
        <source>Telegram allows an animation only without other files. Put it in its own post.</source>
        <translation>لا يسمح Telegram بصورة متحركة إلا وحدها دون ملفات أخرى. ضعها في منشور مستقل.</translation>
    </message>
    <message>
        <source>Telegram did not report which bot this is.</source>
        <translation>لم يذكر Telegram أي بوت هذا.</translation>
    </message>
    <message>
        <source>Telegram no longer knows this bot. Ask @BotFather for its token.</source>
        <translation>لم يعد Telegram يعرف هذا البوت. اطلب رمزه من ‎@BotFather.</translation>
    </message>
    <message>
        <source>That needs too much memory or time.</source>
        <translation>يتطلب ذلك ذاكرة أو وقتًا أكثر من اللازم.</translation>
    </message>
    <message>
        <source>The access to YouTube has expired. Posto is renewing it.</source>
        <translation>انتهى الوصول إلى YouTube. يجدده Posto الآن.</translation>
    </message>
    <message>
        <source>The access token belongs to {handle}.</source>
        <translation>رمز الوصول يخص {handle}.</translation>
    </message>
    <message>
        <source>The access token of {handle} stays valid. Delete it in the settings of {host}.</source>
        <translation>يبقى رمز وصول {handle} صالحًا. احذفه من إعدادات {host}.</translation>
    </message>
    <message>
        <source>The address of the relay {host} must begin with wss://</source>
        <translation>يجب أن يبدأ عنوان المرحّل {host} بـ wss://</translation>
    </message>
    <message>
        <source>The address of the server cannot be read.</source>
        <translation>تعذّرت قراءة عنوان الخادم.</translation>
    </message>
    <message>
        <source>The address of the server must begin with https://.</source>
        <translation>يجب أن يبدأ عنوان الخادم بـ https://.</translation>
    </message>
    <message>
        <source>The address of {host} cannot be used.</source>
        <translation>لا يمكن استخدام عنوان {host}.</translation>
    </message>
    <message>
        <source>The answer is either there or send_again.</source>
        <translation>الإجابة إما there أو send_again.</translation>
    </message>
    <message>
        <source>The answer of {host} is too large.</source>
        <translation>رد {host} كبير جدًا.</translation>
    </message>
    <message>
        <source>The app is in no channel. Write /invite @{name} in the channel you want to use.</source>
        <translation>التطبيق ليس في أي قناة. اكتب ‎/invite @{name} في القناة التي تريد استخدامها.</translation>
    </message>
    <message>
        <source>The app is not in the channel. Write /invite and its name there.</source>
        <translation>التطبيق ليس في القناة. اكتب ‎/invite واسمه هناك.</translation>
    </message>
    <message>
        <source>The app lacks a permission. Add it under OAuth &amp; Permissions and reinstall the app.</source>
        <translation>ينقص التطبيق إذن. أضفه ضمن OAuth &amp; Permissions وأعد تثبيت التطبيق.</translation>
    </message>
    <message>
        <source>The app must be Live and have the permission pages_manage_posts.</source>
        <translation>يجب أن يكون التطبيق في وضع Live وأن يملك الإذن pages_manage_posts.</translation>
    </message>
    <message>
        <source>The app password of {handle} no longer works. Create a new one in Bluesky&apos;s settings and connect the account again.</source>
        <translation>لم تعد كلمة مرور التطبيق لـ {handle} تعمل. أنشئ كلمة جديدة في إعدادات Bluesky وأعد ربط الحساب.</translation>
    </message>
    <message>
        <source>The bot may not publish in {channel}. Make it an administrator there and allow it to post messages.</source>
        <translation>لا يُسمح للبوت بالنشر في {channel}. اجعله مشرفًا هناك واسمح له بنشر الرسائل.</translation>
    </message>
    <message>
        <source>The bot may not write there.</source>
        <translation>لا يُسمح للبوت بالكتابة هناك.</translation>
    </message>
    <message>
        <source>The certificate file {name} cannot be used. Choose a readable file in PEM format. Nothing was sent.</source>
        <translation>لا يمكن استخدام ملف الشهادة {name}. اختر ملفًا قابلًا للقراءة بصيغة PEM. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The certificate of {host} cannot be verified. If this is your own server, add its certificate under Settings &gt; Network.</source>
        <translation>لا يمكن التحقق من شهادة {host}. إذا كان خادمك، فأضف شهادته في الإعدادات &gt; الشبكة.</translation>
    </message>
    <message>
        <source>The channel does not exist, or the app is not in it.</source>
        <translation>القناة غير موجودة، أو التطبيق ليس فيها.</translation>
    </message>
    <message>
        <source>The channel is archived.</source>
        <translation>القناة مؤرشفة.</translation>
    </message>
    <message>
        <source>The channel no longer exists.</source>
        <translation>لم تعد القناة موجودة.</translation>
    </message>
    <message>
        <source>The clocks of this server and of the media store {address} differ. Set them.</source>
        <translation>تختلف ساعة هذا الخادم عن ساعة مخزن الوسائط {address}. اضبطهما.</translation>
    </message>
    <message>
        <source>The comment has {count} characters; LinkedIn allows {limit}. Shorten it.</source>
        <translation>التعليق فيه {count} من الأحرف؛ يسمح LinkedIn بـ {limit}. قصّره.</translation>
    </message>
    <message>
        <source>The connection broke.</source>
        <translation>انقطع الاتصال.</translation>
    </message>
    <message>
        <source>The connection to {host} was interrupted.</source>
        <translation>انقطع الاتصال بـ {host}.</translation>
    </message>
    <message>
        <source>The database {address} cannot be used: {reason} Check that it runs and that its name, user and password are right, then try again.</source>
        <translation>لا يمكن استخدام قاعدة البيانات {address}: {reason} تحقق من أنها تعمل ومن صحة اسمها والمستخدم وكلمة المرور، ثم حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>The database {address} was last used by a newer version of Posto. Install that version here, too.</source>
        <translation>آخر إصدار استخدم قاعدة البيانات {address} من Posto أحدث من هذا. ثبّت ذلك الإصدار هنا أيضًا.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min ahead of this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>ساعة قاعدة البيانات متقدمة {minutes} دقيقة على ساعة هذا الخادم. تُنشر المنشورات وفق ساعة قاعدة البيانات: تحقق من كلتيهما.</translation>
    </message>
    <message>
        <source>The database&apos;s clock is {minutes} min behind this server&apos;s. Posts go out by the database&apos;s clock: check both.</source>
        <translation>ساعة قاعدة البيانات متأخرة {minutes} دقيقة عن ساعة هذا الخادم. تُنشر المنشورات وفق ساعة قاعدة البيانات: تحقق من كلتيهما.</translation>
    </message>
    <message>
        <source>The date to delete before cannot be read.</source>
        <translation>تعذّرت قراءة التاريخ الذي يُحذف ما قبله.</translation>
    </message>
    <message>
        <source>The description of {name} has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>وصف {name} فيه {count} من الأحرف؛ يسمح {server} بـ {limit}. قصّره.</translation>
    </message>
    <message>
        <source>The disk is full: the workspace on this computer cannot be opened.</source>
        <translation>القرص ممتلئ: لا يمكن فتح مساحة العمل على هذا الكمبيوتر.</translation>
    </message>
    <message>
        <source>The disk of this computer is too full: the file needs {size}, {limit} is free. Free some space.</source>
        <translation>قرص هذا الكمبيوتر شبه ممتلئ: يحتاج الملف إلى {size}، والمتاح {limit}. أخلِ بعض المساحة.</translation>
    </message>
    <message>
        <source>The draft of this post was deleted on the site. Send the post again.</source>
        <translation>حُذفت مسودة هذا المنشور على الموقع. أرسل المنشور مجددًا.</translation>
    </message>
    <message>
        <source>The entry of the file number {number} in the media library is damaged.</source>
        <translation>إدخال الملف رقم {number} في مكتبة الوسائط تالف.</translation>
    </message>
    <message>
        <source>The entry of this channel in the workspace&apos;s database is damaged ({names}).</source>
        <translation>إدخال هذه القناة في قاعدة بيانات مساحة العمل تالف ({names}).</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It may have been sent. Check whether it is published before you send it again.</source>
        <translation>إدخال هذا المنشور في قاعدة بيانات مساحة العمل تالف ({columns}). ربما أُرسل. تحقق مما إذا كان قد نُشر قبل إرساله مجددًا.</translation>
    </message>
    <message>
        <source>The entry of this post in the workspace&apos;s database is damaged ({columns}). It was not sent. Check it, then send it again or write it anew.</source>
        <translation>إدخال هذا المنشور في قاعدة بيانات مساحة العمل تالف ({columns}). لم يُرسل. تحقق منه، ثم أرسله مجددًا أو اكتبه من جديد.</translation>
    </message>
    <message>
        <source>The file could not be stored: {reason}.</source>
        <translation>تعذّر تخزين الملف: {reason}.</translation>
    </message>
    <message>
        <source>The file number {number} is no longer in the media library.</source>
        <translation>لم يعد الملف رقم {number} في مكتبة الوسائط.</translation>
    </message>
    <message>
        <source>The file was not found.</source>
        <translation>لم يُعثر على الملف.</translation>
    </message>
    <message>
        <source>The file with certificates is a path.</source>
        <translation>ملف الشهادات مسار.</translation>
    </message>
    <message>
        <source>The file with the schedule was damaged. Look whether this post is published already before it is sent.</source>
        <translation>كان ملف الجدول تالفًا. تأكد مما إذا كان هذا المنشور قد نُشر بالفعل قبل إرساله.</translation>
    </message>
    <message>
        <source>The file {name} is no longer in the media library.</source>
        <translation>لم يعد الملف {name} في مكتبة الوسائط.</translation>
    </message>
    <message>
        <source>The file {name} was not found.</source>
        <translation>لم يُعثر على الملف {name}.</translation>
    </message>
    <message>
        <source>The first comment is not published: {reason}</source>
        <translation>لم يُنشر التعليق الأول: {reason}</translation>
    </message>
    <message>
        <source>The first comment may be published.</source>
        <translation>ربما نُشر التعليق الأول.</translation>
    </message>
    <message>
        <source>The first line, which is the title, has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>السطر الأول، وهو العنوان، فيه {count} من الأحرف؛ تسمح Lemmy بـ {limit}. أدخل عنوانًا أقصر.</translation>
    </message>
    <message>
        <source>The group has become a supergroup with a new number. Connect it again.</source>
        <translation>أصبحت المجموعة مجموعة خارقة برقم جديد. أعد ربطها.</translation>
    </message>
    <message>
        <source>The keychain</source>
        <translation>سلسلة المفاتيح</translation>
    </message>
    <message>
        <source>The keychain of this computer is gone, so the password cannot be read. Sign in again.</source>
        <translation>لم تعد سلسلة مفاتيح هذا الكمبيوتر موجودة، لذا تعذّرت قراءة كلمة المرور. سجّل الدخول مجددًا.</translation>
    </message>
    <message>
        <source>The limit for late posts is a number of minutes, 0 to {limit}.</source>
        <translation>حد المنشورات المتأخرة عدد من الدقائق، من 0 إلى {limit}.</translation>
    </message>
    <message>
        <source>The media store {address} does not answer right now.</source>
        <translation>لا يستجيب مخزن الوسائط {address} الآن.</translation>
    </message>
    <message>
        <source>The media store {address} has no such bucket.</source>
        <translation>لا يحتوي مخزن الوسائط {address} على هذه الحاوية (bucket).</translation>
    </message>
    <message>
        <source>The media store {address} refuses this server ({code}). Check its keys and their rights.</source>
        <translation>يرفض مخزن الوسائط {address} هذا الخادم ({code}). تحقق من مفاتيحه وصلاحياتها.</translation>
    </message>
    <message>
        <source>The message may be in the room already.</source>
        <translation>ربما أصبحت الرسالة في الغرفة بالفعل.</translation>
    </message>
    <message>
        <source>The move of this workspace from {place} has not ended, so nothing is sent from here. Run “posto-server move” again.</source>
        <translation>لم يكتمل نقل مساحة العمل هذه من {place}، لذلك لا يُرسل شيء من هنا. شغّل «posto-server move» مرة أخرى.</translation>
    </message>
    <message>
        <source>The name, the password or the code is wrong.</source>
        <translation>الاسم أو كلمة المرور أو الرمز خطأ.</translation>
    </message>
    <message>
        <source>The network did not report which post it replies to.</source>
        <translation>لم تذكر الشبكة المنشور الذي يرد عليه.</translation>
    </message>
    <message>
        <source>The network gave no clear answer, so the post may be published.</source>
        <translation>لم تعطِ الشبكة ردًا واضحًا، لذا ربما نُشر المنشور.</translation>
    </message>
    <message>
        <source>The password of {handle} was not found on this computer. Connect the account again.</source>
        <translation>لم يُعثر على كلمة مرور {handle} على هذا الكمبيوتر. أعد ربط الحساب.</translation>
    </message>
    <message>
        <source>The picture cannot be made this small.</source>
        <translation>لا يمكن تصغير الصورة إلى هذا الحد.</translation>
    </message>
    <message>
        <source>The picture has {width} by {height} pixels, too many for a preview.</source>
        <translation>مقاس الصورة {width} في {height} بكسل، وهو أكبر من اللازم للمعاينة.</translation>
    </message>
    <message>
        <source>The picture is saved in more than {most} passes, too many for a preview.</source>
        <translation>الصورة محفوظة بأكثر من {most} من التمريرات، وهذا أكثر من اللازم للمعاينة.</translation>
    </message>
    <message>
        <source>The post could not be prepared: {reason}</source>
        <translation>تعذّر إعداد المنشور: {reason}</translation>
    </message>
    <message>
        <source>The post has {count} files; {server} allows {limit}. Remove some.</source>
        <translation>المنشور فيه {count} من الملفات؛ يسمح {server} بـ {limit}. أزل بعضها.</translation>
    </message>
    <message>
        <source>The post has {count} tags; dev.to allows {limit}. Remove some.</source>
        <translation>المنشور فيه {count} من الوسوم؛ يسمح dev.to بـ {limit}. أزل بعضها.</translation>
    </message>
    <message>
        <source>The post is being sent or was sent, so it cannot be undone.</source>
        <translation>المنشور قيد الإرسال أو أُرسل، لذلك لا يمكن التراجع.</translation>
    </message>
    <message>
        <source>The post is empty. Add a text or a file.</source>
        <translation>المنشور فارغ. أضف نصًا أو ملفًا.</translation>
    </message>
    <message>
        <source>The previous part is published, but its address is unknown.</source>
        <translation>نُشر الجزء السابق، لكن عنوانه غير معروف.</translation>
    </message>
    <message>
        <source>The proxy cannot be reached.</source>
        <translation>تعذّر الوصول إلى الخادم الوكيل.</translation>
    </message>
    <message>
        <source>The proxy is an address such as http://host:8080.</source>
        <translation>يُكتب الخادم الوكيل كعنوان مثل http://host:8080.</translation>
    </message>
    <message>
        <source>The proxy of a channel of this computer cannot have a user name and a password. Set it for all channels in Settings, Network, which keeps its password in the keyring.</source>
        <translation>لا يمكن أن يكون للخادم الوكيل لقناة على هذا الكمبيوتر اسم مستخدم وكلمة مرور. اضبطه لكل القنوات في الإعدادات، الشبكة، حيث تُحفظ كلمة مروره في سلسلة المفاتيح.</translation>
    </message>
    <message>
        <source>The proxy password is missing. Open Posto Desktop.</source>
        <translation>كلمة مرور الخادم الوكيل مفقودة. افتح Posto Desktop.</translation>
    </message>
    <message>
        <source>The proxy settings are missing. Open Posto Desktop.</source>
        <translation>إعدادات الخادم الوكيل مفقودة. افتح Posto Desktop.</translation>
    </message>
    <message>
        <source>The request ended too early.</source>
        <translation>انتهى الطلب مبكرًا.</translation>
    </message>
    <message>
        <source>The request is larger than {size}.</source>
        <translation>الطلب أكبر من {size}.</translation>
    </message>
    <message>
        <source>The rest of the thread is not published. Its parts reply to the first one, and the network did not report which post that is.</source>
        <translation>لم تُنشر بقية السلسلة. ترد أجزاؤها على الجزء الأول، ولم تذكر الشبكة أي منشور هو.</translation>
    </message>
    <message>
        <source>The rest of the thread needs the address of this post. Answer again later.</source>
        <translation>تحتاج بقية السلسلة إلى عنوان هذا المنشور. أجب مجددًا لاحقًا.</translation>
    </message>
    <message>
        <source>The room is now encrypted, and Posto cannot send encrypted messages. Choose another room.</source>
        <translation>أصبحت الغرفة مشفّرة، ولا يمكن لـ Posto إرسال رسائل مشفّرة. اختر غرفة أخرى.</translation>
    </message>
    <message>
        <source>The secret needs at least {limit} letters.</source>
        <translation>يحتاج السر إلى {limit} من الأحرف على الأقل.</translation>
    </message>
    <message>
        <source>The server accepts no more requests for now.</source>
        <translation>لا يقبل الخادم طلبات أخرى في الوقت الحالي.</translation>
    </message>
    <message>
        <source>The server has no key for the password of this account. Ask whoever runs the server.</source>
        <translation>لا يملك الخادم مفتاحًا لكلمة مرور هذا الحساب. اسأل من يدير الخادم.</translation>
    </message>
    <message>
        <source>The session could not be ended. End it in the settings of the network.</source>
        <translation>تعذّر إنهاء الجلسة. أنهها من إعدادات الشبكة.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. Sign in again.</source>
        <translation>انتهت جلسة {handle}. سجّل الدخول مجددًا.</translation>
    </message>
    <message>
        <source>The session of {handle} has ended. You have {count} app passwords, so Posto does not know which one to delete. Delete it in Bluesky&apos;s settings.</source>
        <translation>انتهت جلسة {handle}. لديك {count} من كلمات مرور التطبيقات، لذا لا يعرف Posto أيها يحذف. احذفها من إعدادات Bluesky.</translation>
    </message>
    <message>
        <source>The sign-in failed unexpectedly. See the workspace&apos;s log for details.</source>
        <translation>فشل تسجيل الدخول على نحو غير متوقع. راجع سجل مساحة العمل لمعرفة التفاصيل.</translation>
    </message>
    <message>
        <source>The test post could not be deleted. Delete it yourself: {place}</source>
        <translation>تعذّر حذف المنشور التجريبي. احذفه بنفسك: {place}</translation>
    </message>
    <message>
        <source>The text has {count} characters as X counts; X allows {limit}. Shorten it.</source>
        <translation>النص فيه {count} من الأحرف بحساب X؛ تسمح X بـ {limit}. قصّره.</translation>
    </message>
    <message>
        <source>The text has {count} characters; {server} allows {limit}. Shorten it.</source>
        <translation>النص فيه {count} من الأحرف؛ يسمح {server} بـ {limit}. قصّره.</translation>
    </message>
    <message>
        <source>The text has {size} bytes; {server} allows {limit}. Shorten it.</source>
        <translation>حجم النص {size} بايت؛ يسمح {server} بـ {limit}. قصّره.</translation>
    </message>
    <message>
        <source>The text is too long for Slack.</source>
        <translation>النص أطول مما تقبله Slack.</translation>
    </message>
    <message>
        <source>The time of the post is missing.</source>
        <translation>وقت المنشور مفقود.</translation>
    </message>
    <message>
        <source>The time of the post is not a Unix time.</source>
        <translation>وقت المنشور ليس وقت Unix.</translation>
    </message>
    <message>
        <source>The time of this post has passed. Choose a new time.</source>
        <translation>انقضى وقت هذا المنشور. اختر وقتًا جديدًا.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Ghost allows {limit}. Shorten it.</source>
        <translation>العنوان فيه {count} من الأحرف؛ تسمح Ghost بـ {limit}. قصّره.</translation>
    </message>
    <message>
        <source>The title has {count} characters; Lemmy allows {limit}. Enter a shorter title.</source>
        <translation>العنوان فيه {count} من الأحرف؛ تسمح Lemmy بـ {limit}. أدخل عنوانًا أقصر.</translation>
    </message>
    <message>
        <source>The title has {count} characters; YouTube allows {limit}. Shorten it.</source>
        <translation>العنوان فيه {count} من الأحرف؛ يسمح YouTube بـ {limit}. قصّره.</translation>
    </message>
    <message>
        <source>The title has {count} characters; dev.to allows {limit}. Shorten it.</source>
        <translation>العنوان فيه {count} من الأحرف؛ يسمح dev.to بـ {limit}. قصّره.</translation>
    </message>
    <message>
        <source>The upload stalled: no data came for a while.</source>
        <translation>توقف الرفع: لم تصل بيانات منذ مدة.</translation>
    </message>
    <message>
        <source>The way to servers is an object with proxy and ca_file.</source>
        <translation>الطريق إلى الخوادم كائن فيه proxy وca_file.</translation>
    </message>
    <message>
        <source>The workspace cannot start, because this program may not write to {unwritable}.</source>
        <translation>لا يمكن بدء مساحة العمل لأن هذا البرنامج لا يُسمح له بالكتابة في {unwritable}.</translation>
    </message>
    <message>
        <source>The workspace could not be started: {reason}.</source>
        <translation>تعذّر بدء مساحة العمل: {reason}.</translation>
    </message>
    <message>
        <source>The workspace does not allow this app to write there.</source>
        <translation>لا تسمح مساحة العمل لهذا التطبيق بالكتابة هناك.</translation>
    </message>
    <message>
        <source>The workspace had an unexpected error.</source>
        <translation>حدث في مساحة العمل خطأ غير متوقع.</translation>
    </message>
    <message>
        <source>The workspace of Posto Desktop on this computer</source>
        <translation>مساحة عمل Posto Desktop على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>The workspace of an older Posto Desktop is still running and could not be stopped. Log out of this computer and in again, then start Posto Desktop.</source>
        <translation>لا تزال مساحة عمل إصدار أقدم من Posto Desktop قيد التشغيل وتعذّر إيقافها. سجّل الخروج من هذا الكمبيوتر ثم ادخل مجددًا، ثم شغّل Posto Desktop.</translation>
    </message>
    <message>
        <source>The workspace on this computer could not start. See {file} in its folder.</source>
        <translation>تعذّر بدء مساحة العمل على هذا الكمبيوتر. راجع {file} في مجلدها.</translation>
    </message>
    <message>
        <source>The workspace on this computer did not start in time.</source>
        <translation>لم تبدأ مساحة العمل على هذا الكمبيوتر في الوقت المناسب.</translation>
    </message>
    <message>
        <source>The workspace on this computer was last used by a newer version of Posto Desktop. Install that version, or move the workspace&apos;s folder away to start with a new one.</source>
        <translation>استُخدمت مساحة العمل على هذا الكمبيوتر آخر مرة بإصدار أحدث من Posto Desktop. ثبّت ذلك الإصدار، أو انقل مجلد مساحة العمل إلى مكان آخر للبدء بمساحة جديدة.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database cannot be opened: {error}.</source>
        <translation>لا يمكن فتح قاعدة بيانات مساحة العمل: {error}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database could not be used.</source>
        <translation>تعذّر استخدام قاعدة بيانات مساحة العمل.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database does not answer right now.</source>
        <translation>قاعدة بيانات مساحة العمل لا تستجيب الآن.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database is in use by another program.</source>
        <translation>قاعدة بيانات مساحة العمل قيد الاستخدام من برنامج آخر.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database was damaged. Posto kept it as {name} and started a new one.</source>
        <translation>كانت قاعدة بيانات مساحة العمل تالفة. احتفظ بها Posto باسم {name} وبدأ قاعدة جديدة.</translation>
    </message>
    <message>
        <source>The workspace&apos;s database {name} has damaged entries ({damaged}). Posto shows what it can read and does not send their posts. Other entries are not affected.</source>
        <translation>في قاعدة بيانات مساحة العمل {name} إدخالات تالفة ({damaged}). يعرض Posto ما يمكنه قراءته ولا يرسل منشوراتها. لا تتأثر الإدخالات الأخرى.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder cannot be created: {folder}.</source>
        <translation>لا يمكن إنشاء مجلد مساحة العمل: {folder}.</translation>
    </message>
    <message>
        <source>The workspace&apos;s folder on this computer is read-only.</source>
        <translation>مجلد مساحة العمل على هذا الكمبيوتر للقراءة فقط.</translation>
    </message>
    <message>
        <source>The workspace&apos;s key cannot be read: {path}. {reason}. Move it away, then try again.</source>
        <translation>تعذّرت قراءة مفتاح مساحة العمل: {path}. {reason}. انقله إلى مكان آخر ثم حاول مجددًا.</translation>
    </message>
    <message>
        <source>There are {count} already, and no room for more.</source>
        <translation>يوجد {count} بالفعل، ولا مكان للمزيد.</translation>
    </message>
    <message>
        <source>There is no WordPress at {server}, or its REST API is switched off. Copy the address of the site&apos;s front page.</source>
        <translation>لا يوجد WordPress على {server}، أو أن واجهة REST API فيه معطّلة. انسخ عنوان الصفحة الأولى للموقع.</translation>
    </message>
    <message>
        <source>There is no post to comment on.</source>
        <translation>لا يوجد منشور للتعليق عليه.</translation>
    </message>
    <message>
        <source>There is nothing to connect here.</source>
        <translation>لا يوجد ما يمكن ربطه هنا.</translation>
    </message>
    <message>
        <source>There is somebody called {name} already.</source>
        <translation>يوجد شخص اسمه {name} بالفعل.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel. Create one first.</source>
        <translation>ليس لحساب Google هذا قناة YouTube. أنشئ قناة أولًا.</translation>
    </message>
    <message>
        <source>This address belongs to another sign-in. Open the sign-in page again, allow Posto Desktop and copy the address of the last page.</source>
        <translation>هذا العنوان يخص تسجيل دخول آخر. افتح صفحة تسجيل الدخول مجددًا، واسمح لـ Posto Desktop وانسخ عنوان الصفحة الأخيرة.</translation>
    </message>
    <message>
        <source>This address is not served here. Use {address}.</source>
        <translation>هذا العنوان غير متاح هنا. استخدم {address}.</translation>
    </message>
    <message>
        <source>This calendar does not exist.</source>
        <translation>هذا التقويم غير موجود.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>This computer was off or asleep at the time of the post.</source>
        <translation>كان هذا الكمبيوتر مطفأ أو في وضع السكون وقت المنشور.</translation>
    </message>
    <message>
        <source>This computer&apos;s disk is full.</source>
        <translation>قرص هذا الكمبيوتر ممتلئ.</translation>
    </message>
    <message>
        <source>This file does not exist.</source>
        <translation>هذا الملف غير موجود.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot send to Nostr. Install what is missing: pip install &apos;posto[nostr]&apos;</source>
        <translation>نسخة Posto المثبتة هذه لا يمكنها الإرسال إلى Nostr. ثبّت ما ينقص: pip install &apos;posto[nostr]&apos;</translation>
    </message>
    <message>
        <source>This is not a private key. It begins with nsec1, or has 64 hexadecimal digits.</source>
        <translation>هذا ليس مفتاحًا خاصًا. يبدأ بـ nsec1، أو يتكون من 64 رقمًا ست عشريًا.</translation>
    </message>
    <message>
        <source>This is not an Admin API key. It has 24 letters, a colon and 64 letters. The Content API key beside it can only read.</source>
        <translation>هذا ليس مفتاح Admin API. يتكون من 24 حرفًا ونقطتين رأسيتين و64 حرفًا. مفتاح Content API الذي بجانبه للقراءة فقط.</translation>
    </message>
    <message>
        <source>This is not the address of a post on this channel. Open the post and copy its address.</source>
        <translation>هذا ليس عنوان منشور على هذه القناة. افتح المنشور وانسخ عنوانه.</translation>
    </message>
    <message>
        <source>This is not the address of a post. It begins with https://.</source>
        <translation>هذا ليس عنوان منشور. يبدأ بـ https://.</translation>
    </message>
    <message>
        <source>This is not the address of a webhook. It begins with https://discord.com/api/webhooks/</source>
        <translation>هذا ليس عنوان webhook. يبدأ بـ https://discord.com/api/webhooks/</translation>
    </message>
    <message>
        <source>This is not the address of the last page. It begins with {listen} and is long. Copy all of it.</source>
        <translation>هذا ليس عنوان الصفحة الأخيرة. يبدأ بـ {listen} وهو طويل. انسخه كاملًا.</translation>
    </message>
    <message>
        <source>This is not the token of a bot. @BotFather shows it: 123456:ABC…</source>
        <translation>هذا ليس رمز بوت. يعرضه ‎@BotFather: ‏123456:ABC…</translation>
    </message>
    <message>
        <source>This is the address of another post on this channel.</source>
        <translation>هذا عنوان منشور آخر على هذه القناة.</translation>
    </message>
    <message>
        <source>This is the last password with which an owner can sign in. Make another one first.</source>
        <translation>هذه آخر كلمة مرور يمكن لمالك أن يسجل الدخول بها. أنشئ أخرى أولًا.</translation>
    </message>
    <message>
        <source>This is the public key. Enter the private key; it begins with nsec1.</source>
        <translation>هذا هو المفتاح العام. أدخل المفتاح الخاص؛ يبدأ بـ nsec1.</translation>
    </message>
    <message>
        <source>This is your account password, and the account uses two-factor sign-in. Create an app password in Bluesky&apos;s settings and enter it here.</source>
        <translation>هذه كلمة مرور حسابك، والحساب يستخدم التحقق بخطوتين. أنشئ كلمة مرور تطبيق في إعدادات Bluesky وأدخلها هنا.</translation>
    </message>
    <message>
        <source>This is your account password. Create an app password in Bluesky&apos;s settings and enter it here. You can revoke it at any time.</source>
        <translation>هذه كلمة مرور حسابك. أنشئ كلمة مرور تطبيق في إعدادات Bluesky وأدخلها هنا. يمكنك إبطالها في أي وقت.</translation>
    </message>
    <message>
        <source>This item does not exist.</source>
        <translation>هذا العنصر غير موجود.</translation>
    </message>
    <message>
        <source>This network cannot be connected here.</source>
        <translation>لا يمكن ربط هذه الشبكة هنا.</translation>
    </message>
    <message>
        <source>This network has no private test posts.</source>
        <translation>لا منشورات تجريبية خاصة في هذه الشبكة.</translation>
    </message>
    <message>
        <source>This password does not exist.</source>
        <translation>كلمة المرور هذه غير موجودة.</translation>
    </message>
    <message>
        <source>This person is not in the team any more.</source>
        <translation>لم يعد هذا الشخص في الفريق.</translation>
    </message>
    <message>
        <source>This post does not exist.</source>
        <translation>هذا المنشور غير موجود.</translation>
    </message>
    <message>
        <source>This post does not have what the comment is about.</source>
        <translation>لا يحتوي هذا المنشور على ما يخصه التعليق.</translation>
    </message>
    <message>
        <source>This post does not wait for an approval any more.</source>
        <translation>لم يعد هذا المنشور بانتظار الموافقة.</translation>
    </message>
    <message>
        <source>This post has no comment to publish.</source>
        <translation>لا تعليق لهذا المنشور لنشره.</translation>
    </message>
    <message>
        <source>This post was changed meanwhile. Look at it again.</source>
        <translation>تغيّر هذا المنشور في هذه الأثناء. راجعه مرة أخرى.</translation>
    </message>
    <message>
        <source>This schedule has no unclear outcome.</source>
        <translation>لا نتيجة غير واضحة لهذا الجدول.</translation>
    </message>
    <message>
        <source>This sign-in does not wait for an address.</source>
        <translation>تسجيل الدخول هذا لا ينتظر عنوانًا.</translation>
    </message>
    <message>
        <source>This sign-in has expired. Start again.</source>
        <translation>انتهت صلاحية تسجيل الدخول هذا. ابدأ من جديد.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to choose.</source>
        <translation>لا شيء للاختيار في تسجيل الدخول هذا.</translation>
    </message>
    <message>
        <source>This sign-in has nothing to test.</source>
        <translation>لا شيء للاختبار في تسجيل الدخول هذا.</translation>
    </message>
    <message>
        <source>This sign-in is over. Begin again in the app.</source>
        <translation>انتهى تسجيل الدخول هذا. ابدأ من جديد في التطبيق.</translation>
    </message>
    <message>
        <source>This token belongs to {name}, a person. Enter a token of your page.</source>
        <translation>هذا الرمز المميز يخص {name}، وهو شخص. أدخل الرمز المميز لصفحتك.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this account.</source>
        <translation>لا يمكن لهذا الإصدار من Posto Desktop النشر على هذا الحساب.</translation>
    </message>
    <message>
        <source>This version of Posto Desktop cannot publish to this channel.</source>
        <translation>لا يمكن لهذا الإصدار من Posto Desktop النشر على هذه القناة.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place} ({day}), and the database in this folder is a copy from before that: it would send again what is sent there. To use it all the same, end the workspace there and delete {file}.</source>
        <translation>نُقلت مساحة العمل هذه إلى {place} ({day})، وقاعدة البيانات في هذا المجلد نسخة من قبل ذلك: سترسل مرة أخرى ما يُرسل هناك. لاستخدامها رغم ذلك، أنهِ مساحة العمل هناك واحذف {file}.</translation>
    </message>
    <message>
        <source>This workspace was moved to {place}, so nothing is sent from here. Use it there, or bring it back with “posto-server move”.</source>
        <translation>نُقلت مساحة العمل هذه إلى {place}، لذلك لا يُرسل شيء من هنا. استخدمها هناك، أو أعدها بالأمر «posto-server move».</translation>
    </message>
    <message>
        <source>Threads (your own app)</source>
        <translation>Threads (تطبيقك الخاص)</translation>
    </message>
    <message>
        <source>Threads downloads pictures from a public address. Connect the account again and enter a WordPress site of your own for them.</source>
        <translation>ينزّل Threads الصور من عنوان عام. أعد ربط الحساب وأدخل موقع WordPress خاصًا بك من أجلها.</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>الرمز المميز</translation>
    </message>
    <message>
        <source>Token secret</source>
        <translation>سر الرمز المميز</translation>
    </message>
    <message>
        <source>Too many requests. Try again in {count} seconds.</source>
        <translation>طلبات كثيرة جدًا. حاول مرة أخرى بعد {count} ثانية.</translation>
    </message>
    <message>
        <source>Too many sign-ins are under way. Try again in a few minutes.</source>
        <translation>عمليات تسجيل دخول كثيرة جدًا قيد التنفيذ. حاول مجددًا بعد بضع دقائق.</translation>
    </message>
    <message>
        <source>Too many sign-ins have failed. Try again in {count} seconds.</source>
        <translation>فشلت محاولات كثيرة لتسجيل الدخول. حاول مرة أخرى بعد {count} ثانية.</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>الموضوع</translation>
    </message>
    <message>
        <source>Tumblr does not allow apps to write comments.</source>
        <translation>لا تسمح Tumblr للتطبيقات بكتابة التعليقات.</translation>
    </message>
    <message>
        <source>Two-factor code</source>
        <translation>رمز التحقق بخطوتين</translation>
    </message>
    <message>
        <source>Type the address of your site, for example https://example.com.</source>
        <translation>اكتب عنوان موقعك، مثل https://example.com.</translation>
    </message>
    <message>
        <source>Type the name of your server, for example mastodon.social, or your handle.</source>
        <translation>اكتب اسم خادمك، مثل mastodon.social، أو معرّفك.</translation>
    </message>
    <message>
        <source>Use a client of the type Desktop app.</source>
        <translation>استخدم عميلًا من نوع Desktop app.</translation>
    </message>
    <message>
        <source>Used once to sign in, never saved.</source>
        <translation>تُستخدم مرة واحدة لتسجيل الدخول ولا تُحفظ أبدًا.</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>اسم المستخدم</translation>
    </message>
    <message>
        <source>User name or mail address</source>
        <translation>اسم المستخدم أو البريد الإلكتروني</translation>
    </message>
    <message>
        <source>User name there</source>
        <translation>اسم المستخدم هناك</translation>
    </message>
    <message>
        <source>Webhook address</source>
        <translation>عنوان webhook</translation>
    </message>
    <message>
        <source>What was scheduled in it is not sent.</source>
        <translation>ما جُدول فيه لا يُرسل.</translation>
    </message>
    <message>
        <source>With permission to read and write.</source>
        <translation>مع إذن القراءة والكتابة.</translation>
    </message>
    <message>
        <source>WordPress site for pictures</source>
        <translation>موقع WordPress للصور</translation>
    </message>
    <message>
        <source>Write what is to be changed.</source>
        <translation>اكتب ما ينبغي تغييره.</translation>
    </message>
    <message>
        <source>X (your own app)</source>
        <translation>X (تطبيقك الخاص)</translation>
    </message>
    <message>
        <source>You are not currently logged in.</source>
        <translation>لم تسجّل الدخول حاليًا.</translation>
    </message>
    <message>
        <source>You can close this window and go back to Posto Desktop.</source>
        <translation>يمكنك إغلاق هذه النافذة والعودة إلى Posto Desktop.</translation>
    </message>
    <message>
        <source>You cannot do this to yourself. Another owner can.</source>
        <translation>لا يمكنك فعل ذلك بنفسك. يمكن لمالك آخر.</translation>
    </message>
    <message>
        <source>You did not allow the sign-in in the browser. Try again.</source>
        <translation>لم تسمح بتسجيل الدخول في المتصفح. حاول مجددًا.</translation>
    </message>
    <message>
        <source>You have not joined any community. Join the one you want to post to.</source>
        <translation>لم تنضم إلى أي مجتمع. انضم إلى المجتمع الذي تريد النشر فيه.</translation>
    </message>
    <message>
        <source>You may not sign in to this workspace for now.</source>
        <translation>لا يمكنك تسجيل الدخول إلى مساحة العمل هذه حاليًا.</translation>
    </message>
    <message>
        <source>You were removed from this workspace.</source>
        <translation>تمت إزالتك من مساحة العمل هذه.</translation>
    </message>
    <message>
        <source>YouTube (your own project)</source>
        <translation>YouTube (مشروعك الخاص)</translation>
    </message>
    <message>
        <source>YouTube allows one video and no pictures.</source>
        <translation>يسمح YouTube بفيديو واحد ولا يسمح بصور.</translation>
    </message>
    <message>
        <source>YouTube does not allow &lt; and &gt; in titles and descriptions.</source>
        <translation>لا يسمح YouTube بالرمزين &lt; و&gt; في العناوين والأوصاف.</translation>
    </message>
    <message>
        <source>YouTube needs a title.</source>
        <translation>يتطلب YouTube عنوانًا.</translation>
    </message>
    <message>
        <source>Your Google project has reached today&apos;s limit.</source>
        <translation>بلغ مشروع Google الخاص بك حد اليوم.</translation>
    </message>
    <message>
        <source>Your app has no credits left. Buy some at console.x.com.</source>
        <translation>نفد رصيد تطبيقك. اشترِ رصيدًا من console.x.com.</translation>
    </message>
    <message>
        <source>Your files that no post uses take {used} of {limit}, and this one does not fit. Propose posts with them, or ask an editor to delete some, then try again.</source>
        <translation>ملفاتك التي لا يستخدمها أي منشور تشغل {used} من {limit}، وهذا الملف لا يتسع له المكان. اقترح منشورات بها أو اطلب من محرر حذف بعضها، ثم حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>dev.to does not accept files from apps. Put the address of a picture into the text: ![description](https://…)</source>
        <translation>لا يقبل dev.to ملفات من التطبيقات. ضع عنوان صورة في النص: ![وصف](https://…)</translation>
    </message>
    <message>
        <source>dev.to does not allow apps to write comments.</source>
        <translation>لا يسمح dev.to للتطبيقات بكتابة التعليقات.</translation>
    </message>
    <message>
        <source>dev.to needs a title.</source>
        <translation>يتطلب dev.to عنوانًا.</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>محتواه تالف</translation>
    </message>
    <message>
        <source>news-of-our-club. Whoever knows it can read it.</source>
        <translation>news-of-our-club. يمكن لمن يعرفه قراءته.</translation>
    </message>
    <message>
        <source>not active</source>
        <translation>غير نشط</translation>
    </message>
    <message>
        <source>nsec1… It stays in the keychain of this computer and cannot be changed.</source>
        <translation>nsec1… يبقى في سلسلة مفاتيح هذا الكمبيوتر ولا يمكن تغييره.</translation>
    </message>
    <message>
        <source>ntfy.sh, or the address of your own</source>
        <translation>ntfy.sh، أو عنوان خادمك الخاص</translation>
    </message>
    <message>
        <source>xoxb-… from api.slack.com/apps: OAuth &amp; Permissions, after Install to Workspace.</source>
        <translation>xoxb-… من api.slack.com/apps: ‏OAuth &amp; Permissions، بعد Install to Workspace.</translation>
    </message>
    <message>
        <source>you.bsky.social, or a domain of your own</source>
        <translation>you.bsky.social، أو نطاق خاص بك</translation>
    </message>
    <message>
        <source>{account} is in no room where Posto can publish. Create or join an unencrypted room where you may write.</source>
        <translation>{account} ليس في أي غرفة يمكن لـ Posto النشر فيها. أنشئ غرفة غير مشفّرة يُسمح لك بالكتابة فيها أو انضم إليها.</translation>
    </message>
    <message>
        <source>{account} was removed here, but its sign-in may still be valid.</source>
        <translation>أُزيل {account} من هنا، لكن تسجيل دخوله ربما لا يزال صالحًا.</translation>
    </message>
    <message>
        <source>{address} is no address of a PostgreSQL database.</source>
        <translation>{address} ليس عنوان قاعدة بيانات PostgreSQL.</translation>
    </message>
    <message>
        <source>{address} is not the address of a relay. Example: wss://relay.damus.io</source>
        <translation>{address} ليس عنوان مرحّل. مثال: wss://relay.damus.io</translation>
    </message>
    <message>
        <source>{channel} is no longer connected. Connect it again.</source>
        <translation>لم تعد {channel} متصلة. أعد ربطها.</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} بايت</translation>
    </message>
    <message>
        <source>{count} relays are too many; enter at most {limit}.</source>
        <translation>{count} من المرحّلات عدد كبير جدًا؛ أدخل {limit} كحد أقصى.</translation>
    </message>
    <message>
        <source>{handle} has no note at this address.</source>
        <translation>لا ملاحظة لـ {handle} في هذا العنوان.</translation>
    </message>
    <message>
        <source>{handle} has no post at this address.</source>
        <translation>لا منشور لـ {handle} في هذا العنوان.</translation>
    </message>
    <message>
        <source>{handle} is {status} at Bluesky.</source>
        <translation>حالة {handle} لدى Bluesky: ‏{status}.</translation>
    </message>
    <message>
        <source>{handle} may publish {limit}. This post waits until then.</source>
        <translation>يحق لـ {handle} نشر {limit}. ينتظر هذا المنشور حتى ذلك الحين.</translation>
    </message>
    <message>
        <source>{host} accepts no more messages today.</source>
        <translation>لا يقبل {host} رسائل أخرى اليوم.</translation>
    </message>
    <message>
        <source>{host} accepts no more requests for now.</source>
        <translation>لا يقبل {host} طلبات أخرى في الوقت الحالي.</translation>
    </message>
    <message>
        <source>{host} cannot be reached.</source>
        <translation>تعذّر الوصول إلى {host}.</translation>
    </message>
    <message>
        <source>{host} did not accept the user name and application password. Create a new password on the site and connect the account again. If they are right, the web server removes them before WordPress sees them.</source>
        <translation>لم يقبل {host} اسم المستخدم وكلمة مرور التطبيق. أنشئ كلمة مرور جديدة على الموقع وأعد ربط الحساب. إذا كانا صحيحين، فخادم الويب يزيلهما قبل أن يراهما WordPress.</translation>
    </message>
    <message>
        <source>{host} did not accept this (status {status}).</source>
        <translation>لم يقبل {host} هذا (الحالة {status}).</translation>
    </message>
    <message>
        <source>{host} did not accept this handle and password. Enter an app password, not your account password.</source>
        <translation>لم يقبل {host} هذا المعرّف وكلمة المرور. أدخل كلمة مرور تطبيق، لا كلمة مرور حسابك.</translation>
    </message>
    <message>
        <source>{host} did not answer in time.</source>
        <translation>لم يستجب {host} في الوقت المناسب.</translation>
    </message>
    <message>
        <source>{host} did not grant access. Try again.</source>
        <translation>لم يمنح {host} حق الوصول. حاول مجددًا.</translation>
    </message>
    <message>
        <source>{host} did not keep the test post as a draft, so Posto deleted it.</source>
        <translation>لم يُبقِ {host} المنشور التجريبي كمسودة، لذا حذفه Posto.</translation>
    </message>
    <message>
        <source>{host} did not report whether it has the post.</source>
        <translation>لم يذكر {host} ما إذا كان المنشور لديه.</translation>
    </message>
    <message>
        <source>{host} does not accept the session.</source>
        <translation>لا يقبل {host} الجلسة.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in ({answer}). Sign in again.</source>
        <translation>لا يقبل {host} تسجيل الدخول ({answer}). سجّل الدخول مجددًا.</translation>
    </message>
    <message>
        <source>{host} does not accept the sign-in. Sign in again.</source>
        <translation>لا يقبل {host} تسجيل الدخول. سجّل الدخول مجددًا.</translation>
    </message>
    <message>
        <source>{host} does not accept the signature.</source>
        <translation>لا يقبل {host} التوقيع.</translation>
    </message>
    <message>
        <source>{host} does not accept this much.</source>
        <translation>لا يقبل {host} هذا القدر.</translation>
    </message>
    <message>
        <source>{host} does not accept uploads with this user name and password.</source>
        <translation>لا يقبل {host} الرفع باسم المستخدم وكلمة المرور هذين.</translation>
    </message>
    <message>
        <source>{host} does not accept your files.</source>
        <translation>لا يقبل {host} ملفاتك.</translation>
    </message>
    <message>
        <source>{host} does not allow this sign-in. Paste an access token.</source>
        <translation>لا يسمح {host} بتسجيل الدخول هذا. الصق رمز وصول.</translation>
    </message>
    <message>
        <source>{host} does not let this account use the topic. Allow it there, or connect the account again.</source>
        <translation>لا يسمح {host} لهذا الحساب باستخدام الموضوع. اسمح بذلك هناك، أو أعد ربط الحساب.</translation>
    </message>
    <message>
        <source>{host} does not report which password this is. Delete it there.</source>
        <translation>لا يذكر {host} أي كلمة مرور هذه. احذفها هناك.</translation>
    </message>
    <message>
        <source>{host} has a problem right now (status {status}).</source>
        <translation>لدى {host} مشكلة الآن (الحالة {status}).</translation>
    </message>
    <message>
        <source>{host} has moved. Connect the account again.</source>
        <translation>انتقل {host}. أعد ربط الحساب.</translation>
    </message>
    <message>
        <source>{host} is not compatible with Mastodon.</source>
        <translation>{host} غير متوافق مع Mastodon.</translation>
    </message>
    <message>
        <source>{host} is still processing a file of this post.</source>
        <translation>لا يزال {host} يعالج أحد ملفات هذا المنشور.</translation>
    </message>
    <message>
        <source>{host} must use https, because Posto sends it a password.</source>
        <translation>يجب أن يستخدم {host} بروتوكول https، لأن Posto يرسل إليه كلمة مرور.</translation>
    </message>
    <message>
        <source>{host} no longer accepts posts at this address. Connect the channel again.</source>
        <translation>لم يعد {host} يقبل منشورات على هذا العنوان. أعد ربط القناة.</translation>
    </message>
    <message>
        <source>{host} no longer accepts the key. Connect the site again.</source>
        <translation>لم يعد {host} يقبل المفتاح. أعد ربط الموقع.</translation>
    </message>
    <message>
        <source>{host} no longer has a file of this post. Posto sends it again.</source>
        <translation>لم يعد أحد ملفات هذا المنشور لدى {host}. يرسله Posto مجددًا.</translation>
    </message>
    <message>
        <source>{host} no longer knows this webhook or bot. Connect the channel again.</source>
        <translation>لم يعد {host} يعرف هذا الـ webhook أو البوت. أعد ربط القناة.</translation>
    </message>
    <message>
        <source>{host} redirects in a loop.</source>
        <translation>يعيد {host} التوجيه في حلقة.</translation>
    </message>
    <message>
        <source>{host} redirects to an invalid address.</source>
        <translation>يعيد {host} التوجيه إلى عنوان غير صالح.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>يعيد {host} التوجيه إلى عنوان آخر.</translation>
    </message>
    <message>
        <source>{host} sent an answer that Posto does not understand.</source>
        <translation>أرسل {host} ردًا لا يفهمه Posto.</translation>
    </message>
    <message>
        <source>{host} showed the test note to others, so Posto deleted it.</source>
        <translation>أظهر {host} الملاحظة التجريبية لآخرين، لذا حذفها Posto.</translation>
    </message>
    <message>
        <source>{host} showed the test post to others, so Posto deleted it.</source>
        <translation>أظهر {host} المنشور التجريبي لآخرين، لذا حذفه Posto.</translation>
    </message>
    <message>
        <source>{host} signs in only in the browser. Enter an access token instead. In Element it is under All settings, Help and about.</source>
        <translation>لا يتيح {host} الدخول إلا عبر المتصفح. أدخل رمز وصول بدلًا من ذلك. تجده في Element ضمن All settings، ‏Help and about.</translation>
    </message>
    <message>
        <source>{host}: someone else is editing this post. Try again in a moment.</source>
        <translation>{host}: شخص آخر يعدّل هذا المنشور. حاول مجددًا بعد لحظة.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it to send the waiting posts.</source>
        <translation>{keychain} مقفلة. افتح قفلها لإرسال المنشورات المنتظرة.</translation>
    </message>
    <message>
        <source>{name} allows pictures or a video, not both in one post.</source>
        <translation>تسمح {name} بصور أو فيديو، لا بكليهما في منشور واحد.</translation>
    </message>
    <message>
        <source>{name} allows {most} videos at most.</source>
        <translation>تسمح {name} بـ {most} من الفيديوهات كحد أقصى.</translation>
    </message>
    <message>
        <source>{name} has no blog.</source>
        <translation>لا مدونة لـ {name}.</translation>
    </message>
    <message>
        <source>{name} has {size}; {server} allows {limit}. Make it smaller or remove it.</source>
        <translation>حجم {name} هو {size}؛ يسمح {server} بـ {limit}. صغّره أو أزله.</translation>
    </message>
    <message>
        <source>{name} has {width} × {height} pixels; {server} allows {limit} in all. Make it smaller.</source>
        <translation>مقاس {name} هو {width} × {height} بكسل؛ يسمح {server} بـ {limit} إجمالًا. صغّره.</translation>
    </message>
    <message>
        <source>{name} is in no Discord server with a text channel. Invite it: at discord.com/developers, OAuth2, URL Generator, scope bot, permission Send Messages.</source>
        <translation>ليس {name} في أي خادم Discord فيه قناة نصية. ادعُه: في discord.com/developers، ‏OAuth2، ‏URL Generator، النطاق bot، الإذن Send Messages.</translation>
    </message>
    <message>
        <source>{name} is larger than {size} and could not be made smaller.</source>
        <translation>{name} أكبر من {size} وتعذّر تصغيره.</translation>
    </message>
    <message>
        <source>{name} is no name of a group: letters, digits, spaces, &amp; + . -</source>
        <translation>{name} ليس اسم مجموعة: أحرف وأرقام ومسافات و‎ &amp; + . -</translation>
    </message>
    <message>
        <source>{name} is the last owner. Make somebody else an owner first.</source>
        <translation>{name} هو آخر مالك. اجعل شخصًا آخر مالكًا أولًا.</translation>
    </message>
    <message>
        <source>{name} needs a text.</source>
        <translation>تتطلب {name} نصًا.</translation>
    </message>
    <message>
        <source>{name} needs a title.</source>
        <translation>تتطلب {name} عنوانًا.</translation>
    </message>
    <message>
        <source>{name} needs at least one picture or video.</source>
        <translation>تتطلب {name} صورة أو فيديو على الأقل.</translation>
    </message>
    <message>
        <source>{name} was made smaller, to {width} × {height} pixels and {size}.</source>
        <translation>تم تصغير {name} إلى {width} × {height} بكسل و{size}.</translation>
    </message>
    <message>
        <source>{server} does not support files like {name} ({mime}). Remove it.</source>
        <translation>لا يدعم {server} ملفات مثل {name} ({mime}). أزله.</translation>
    </message>
    <message>
        <source>{server} needs at least one picture or video.</source>
        <translation>يتطلب {server} صورة أو فيديو على الأقل.</translation>
    </message>
    <message>
        <source>{slug} may not write posts on {host}. Ask for the role of an author.</source>
        <translation>لا يحق لـ {slug} كتابة منشورات على {host}. اطلب دور «كاتب».</translation>
    </message>
</context>
<context>
    <name>Service</name>
    <message numerus="yes">
        <source>%n message(s) (needs/need) you.</source>
        <translation>
            <numerusform>%n رسالة بحاجة إليك.</numerusform>
            <numerusform>رسالة واحدة بحاجة إليك.</numerusform>
            <numerusform>رسالتان بحاجة إليك.</numerusform>
            <numerusform>%n رسائل بحاجة إليك.</numerusform>
            <numerusform>%n رسالة بحاجة إليك.</numerusform>
            <numerusform>%n رسالة بحاجة إليك.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) accepted for some of their channels only.</source>
        <translation>
            <numerusform>قُبلت %n رسالة لبعض قنواتها فقط.</numerusform>
            <numerusform>قُبلت رسالة واحدة لبعض قنواتها فقط.</numerusform>
            <numerusform>قُبلت رسالتان لبعض قنواتهما فقط.</numerusform>
            <numerusform>قُبلت %n رسائل لبعض قنواتها فقط.</numerusform>
            <numerusform>قُبلت %n رسالة لبعض قنواتها فقط.</numerusform>
            <numerusform>قُبلت %n رسالة لبعض قنواتها فقط.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) not sent.</source>
        <translation>
            <numerusform>لم يتم إرسال %n رسالة.</numerusform>
            <numerusform>لم يتم إرسال رسالة واحدة.</numerusform>
            <numerusform>لم يتم إرسال رسالتين.</numerusform>
            <numerusform>لم يتم إرسال %n رسائل.</numerusform>
            <numerusform>لم يتم إرسال %n رسالة.</numerusform>
            <numerusform>لم يتم إرسال %n رسالة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) (was/were) refused.</source>
        <translation>
            <numerusform>تم رفض %n رسالة.</numerusform>
            <numerusform>تم رفض رسالة واحدة.</numerusform>
            <numerusform>تم رفض رسالتين.</numerusform>
            <numerusform>تم رفض %n رسائل.</numerusform>
            <numerusform>تم رفض %n رسالة.</numerusform>
            <numerusform>تم رفض %n رسالة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} posts could not be tried again.</source>
        <translation>
            <numerusform>تعذّرت إعادة محاولة %n من أصل {all} من المنشورات.</numerusform>
            <numerusform>تعذّرت إعادة محاولة منشور واحد من أصل {all}.</numerusform>
            <numerusform>تعذّرت إعادة محاولة منشورين من أصل {all}.</numerusform>
            <numerusform>تعذّرت إعادة محاولة %n من أصل {all} من المنشورات.</numerusform>
            <numerusform>تعذّرت إعادة محاولة %n من أصل {all} من المنشورات.</numerusform>
            <numerusform>تعذّرت إعادة محاولة %n من أصل {all} من المنشورات.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} files could not be downloaded.</source>
        <translation>
            <numerusform>تعذّر تنزيل %n من أصل {total} من الملفات.</numerusform>
            <numerusform>تعذّر تنزيل ملف واحد من أصل {total}.</numerusform>
            <numerusform>تعذّر تنزيل ملفين من أصل {total}.</numerusform>
            <numerusform>تعذّر تنزيل %n من أصل {total} من الملفات.</numerusform>
            <numerusform>تعذّر تنزيل %n من أصل {total} من الملفات.</numerusform>
            <numerusform>تعذّر تنزيل %n من أصل {total} من الملفات.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} posts could not be deleted.</source>
        <translation>
            <numerusform>تعذّر حذف %n من أصل {total} من المنشورات.</numerusform>
            <numerusform>تعذّر حذف منشور واحد من أصل {total}.</numerusform>
            <numerusform>تعذّر حذف منشورين من أصل {total}.</numerusform>
            <numerusform>تعذّر حذف %n من أصل {total} من المنشورات.</numerusform>
            <numerusform>تعذّر حذف %n من أصل {total} من المنشورات.</numerusform>
            <numerusform>تعذّر حذف %n من أصل {total} من المنشورات.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) (is/are) tried again</source>
        <translation>
            <numerusform>تُعاد محاولة %n منشور</numerusform>
            <numerusform>تُعاد محاولة منشور واحد</numerusform>
            <numerusform>تُعاد محاولة منشورين</numerusform>
            <numerusform>تُعاد محاولة %n منشورات</numerusform>
            <numerusform>تُعاد محاولة %n منشورًا</numerusform>
            <numerusform>تُعاد محاولة %n منشور</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(The post/%n posts) could not be tried again.</source>
        <translation>
            <numerusform>تعذّرت إعادة محاولة %n منشور.</numerusform>
            <numerusform>تعذّرت إعادة محاولة المنشور.</numerusform>
            <numerusform>تعذّرت إعادة محاولة المنشورين.</numerusform>
            <numerusform>تعذّرت إعادة محاولة %n منشورات.</numerusform>
            <numerusform>تعذّرت إعادة محاولة %n منشورًا.</numerusform>
            <numerusform>تعذّرت إعادة محاولة %n منشور.</numerusform>
        </translation>
    </message>
    <message>
        <source>If this continues, check the site in a browser.</source>
        <translation>إذا استمر هذا، فتحقق من الموقع في متصفح.</translation>
    </message>
    <message>
        <source>It was not sent again, because it may already be published.</source>
        <translation>لم يُرسل مجددًا لأنه ربما نُشر بالفعل.</translation>
    </message>
    <message>
        <source>Its password is not on this computer. Sign in again.</source>
        <translation>كلمة مروره ليست على هذا الكمبيوتر. سجّل الدخول مجددًا.</translation>
    </message>
    <message>
        <source>Move Posto Desktop to the Applications folder and open it from there. Where it is now, macOS would not find it at the next login.</source>
        <translation>انقل Posto Desktop إلى مجلد «التطبيقات» وافتحه من هناك. في مكانه الحالي لن يجده macOS عند تسجيل الدخول التالي.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>لم يتغير شيء.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>Posto is restarting it. See the log for details.</source>
        <translation>يعيد Posto تشغيلها. راجع السجل لمعرفة التفاصيل.</translation>
    </message>
    <message>
        <source>Posto may not write there</source>
        <translation>لا يُسمح لـ Posto بالكتابة هناك</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>إرسال على أي حال</translation>
    </message>
    <message>
        <source>Sending stopped because of an unexpected error ({why}).</source>
        <translation>توقف الإرسال بسبب خطأ غير متوقع ({why}).</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>إظهار</translation>
    </message>
    <message>
        <source>Something could not be saved. See the log for details.</source>
        <translation>تعذّر حفظ شيء ما. راجع السجل لمعرفة التفاصيل.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({why}).</source>
        <translation>حدث خطأ غير متوقع ({why}).</translation>
    </message>
    <message>
        <source>Something unexpected went wrong. See the log for details.</source>
        <translation>حدث خطأ غير متوقع. راجع السجل لمعرفة التفاصيل.</translation>
    </message>
    <message>
        <source>Subscribe in your calendar app again with a new address.</source>
        <translation>اشترك مجددًا في تطبيق التقويم بعنوان جديد.</translation>
    </message>
    <message>
        <source>The app is closing.</source>
        <translation>يجري إغلاق التطبيق.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was changed.</source>
        <translation>يجري إغلاق التطبيق. لم يتغير شيء.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was done.</source>
        <translation>يجري إغلاق التطبيق. لم يُنفذ شيء.</translation>
    </message>
    <message>
        <source>The app is closing. Nothing was sent.</source>
        <translation>يجري إغلاق التطبيق. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The changes could not be saved. Nothing was changed.</source>
        <translation>تعذّر حفظ التغييرات. لم يتغير شيء.</translation>
    </message>
    <message>
        <source>The content of this post could not be read, because it was not created in Posto.</source>
        <translation>تعذّرت قراءة محتوى هذا المنشور لأنه لم يُنشأ في Posto.</translation>
    </message>
    <message>
        <source>The list of recent files was damaged and is now empty. The files themselves are not affected.</source>
        <translation>كانت قائمة الملفات الأخيرة تالفة وهي فارغة الآن. الملفات نفسها لم تتأثر.</translation>
    </message>
    <message>
        <source>The password is not available. Sign in again to save it.</source>
        <translation>كلمة المرور غير متاحة. سجّل الدخول مجددًا لحفظها.</translation>
    </message>
    <message>
        <source>The post could not be deleted.</source>
        <translation>تعذّر حذف المنشور.</translation>
    </message>
    <message>
        <source>The post could not be saved. Nothing was sent.</source>
        <translation>تعذّر حفظ المنشور. لم يُرسل شيء.</translation>
    </message>
    <message>
        <source>The posts may have been deleted.</source>
        <translation>ربما حُذفت المنشورات.</translation>
    </message>
    <message>
        <source>The posts were not deleted. {why}</source>
        <translation>لم تُحذف المنشورات. {why}</translation>
    </message>
    <message>
        <source>The workspace cannot be reached.</source>
        <translation>تعذّر الوصول إلى مساحة العمل.</translation>
    </message>
    <message>
        <source>The workspace is slow to answer.</source>
        <translation>مساحة العمل بطيئة في الاستجابة.</translation>
    </message>
    <message>
        <source>The workspace on this computer is not running. Open it, then try again.</source>
        <translation>مساحة العمل على هذا الكمبيوتر لا تعمل. افتحها ثم حاول مجددًا.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Too late to undo: the posts were deleted.</source>
        <translation>فات أوان التراجع: حُذفت المنشورات.</translation>
    </message>
    <message>
        <source>Until you fix this, Posto cannot save drafts or send posts.</source>
        <translation>حتى إصلاح هذا، لا يمكن لـ Posto حفظ المسودات أو إرسال المنشورات.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: the workspace is slow to answer.</source>
        <translation>في انتظار منشورات سابقة: مساحة العمل بطيئة في الاستجابة.</translation>
    </message>
    <message>
        <source>Waiting for earlier posts: {host} is slow to answer.</source>
        <translation>في انتظار منشورات سابقة: {host} بطيء في الاستجابة.</translation>
    </message>
    <message>
        <source>Windows does not let Posto do that: {why}.</source>
        <translation>لا يسمح Windows لـ Posto بذلك: {why}.</translation>
    </message>
    <message>
        <source>You can have {n} at most. Delete one first.</source>
        <translation>يمكن أن يكون لديك {n} كحد أقصى. احذف واحدًا أولًا.</translation>
    </message>
    <message>
        <source>its name cannot be used</source>
        <translation>لا يمكن استخدام اسمه</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>القرص ممتلئ</translation>
    </message>
    <message>
        <source>{address} could not be downloaded. {why}</source>
        <translation>تعذّر تنزيل {address}. {why}</translation>
    </message>
    <message>
        <source>{address} could not be kept: {why}.</source>
        <translation>تعذّر الاحتفاظ بـ {address}: {why}.</translation>
    </message>
    <message>
        <source>{address} is a web page, not a picture.</source>
        <translation>{address} صفحة ويب، لا صورة.</translation>
    </message>
    <message>
        <source>{address} is not a picture or video.</source>
        <translation>{address} ليس صورة أو فيديو.</translation>
    </message>
    <message>
        <source>{host} is slow to answer.</source>
        <translation>{host} بطيء في الاستجابة.</translation>
    </message>
    <message>
        <source>{name} cannot be played here.</source>
        <translation>لا يمكن تشغيل {name} هنا.</translation>
    </message>
    <message>
        <source>{name} cannot be posted.</source>
        <translation>لا يمكن نشر {name}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: access denied.</source>
        <translation>تعذّرت قراءة {name}: الوصول مرفوض.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>تعذّرت قراءة {name}: {reason}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>تعذّرت قراءة {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be saved as a picture.</source>
        <translation>لا يمكن حفظ {name} كصورة.</translation>
    </message>
    <message>
        <source>{name} cannot be shown here.</source>
        <translation>لا يمكن عرض {name} هنا.</translation>
    </message>
    <message>
        <source>{name} could not be kept: {why}.</source>
        <translation>تعذّر الاحتفاظ بـ {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened as a video in time.</source>
        <translation>تعذّر فتح {name} كفيديو في الوقت المناسب.</translation>
    </message>
    <message>
        <source>{name} has sound but no picture.</source>
        <translation>في {name} صوت بلا صورة.</translation>
    </message>
    <message>
        <source>{name} is a folder. Add the files inside it.</source>
        <translation>{name} مجلد. أضف الملفات التي بداخله.</translation>
    </message>
    <message>
        <source>{name} is damaged: it cannot be opened as a video.</source>
        <translation>{name} تالف: لا يمكن فتحه كفيديو.</translation>
    </message>
    <message>
        <source>{name} is empty (0 bytes).</source>
        <translation>{name} فارغ (0 بايت).</translation>
    </message>
    <message>
        <source>{name} is no video.</source>
        <translation>{name} ليس فيديو.</translation>
    </message>
    <message>
        <source>{name} is not a file that can be posted.</source>
        <translation>{name} ليس ملفًا يمكن نشره.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post.</source>
        <translation>{name} ليس صورة أو فيديو يمكن لـ Posto نشره.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a PDF.</source>
        <translation>{name} ليس صورة أو فيديو يمكن لـ Posto نشره: إنه ملف PDF.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a drawing (SVG).</source>
        <translation>{name} ليس صورة أو فيديو يمكن لـ Posto نشره: إنه رسم (SVG).</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a program.</source>
        <translation>{name} ليس صورة أو فيديو يمكن لـ Posto نشره: إنه برنامج.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a script.</source>
        <translation>{name} ليس صورة أو فيديو يمكن لـ Posto نشره: إنه برنامج نصي.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is a web page.</source>
        <translation>{name} ليس صورة أو فيديو يمكن لـ Posto نشره: إنه صفحة ويب.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is an archive.</source>
        <translation>{name} ليس صورة أو فيديو يمكن لـ Posto نشره: إنه أرشيف.</translation>
    </message>
    <message>
        <source>{name} is not a picture or video that Posto can post: it is sound only.</source>
        <translation>{name} ليس صورة أو فيديو يمكن لـ Posto نشره: إنه صوت فقط.</translation>
    </message>
    <message>
        <source>{name} is not a picture that Posto can post.</source>
        <translation>{name} ليس صورة يمكن لـ Posto نشرها.</translation>
    </message>
    <message>
        <source>{name} shows no picture.</source>
        <translation>لا يعرض {name} أي صورة.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>لم يُعثر على {name}.</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto. It was left as it is; use that version to change it.</source>
        <translation>كُتب {name} بإصدار أحدث من Posto. تُرك كما هو؛ استخدم ذلك الإصدار لتغييره.</translation>
    </message>
    <message>
        <source>{path} cannot be changed: {why}.</source>
        <translation>لا يمكن تغيير {path}: {why}.</translation>
    </message>
    <message>
        <source>“{title}” needs you.</source>
        <translation>«{title}» بحاجة إليك.</translation>
    </message>
    <message>
        <source>“{title}” was accepted</source>
        <translation>قُبلت «{title}»</translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s), not for {channels}.</source>
        <translation>
            <numerusform>قُبلت «{title}» لـ {n} من %n قناة، ولم تُقبل لـ {channels}.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من قناة واحدة، ولم تُقبل لـ {channels}.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من قناتين، ولم تُقبل لـ {channels}.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من %n قنوات، ولم تُقبل لـ {channels}.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من %n قناة، ولم تُقبل لـ {channels}.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من %n قناة، ولم تُقبل لـ {channels}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{title}” was accepted for {n} of %n channel(s).</source>
        <translation>
            <numerusform>قُبلت «{title}» لـ {n} من %n قناة.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من قناة واحدة.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من قناتين.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من %n قنوات.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من %n قناة.</numerusform>
            <numerusform>قُبلت «{title}» لـ {n} من %n قناة.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was not sent.</source>
        <translation>لم تُرسل «{title}».</translation>
    </message>
    <message>
        <source>“{title}” was refused.</source>
        <translation>رُفضت «{title}».</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message numerus="yes">
        <source> And %n more.</source>
        <translation>
            <numerusform> و%n عنصر آخر.</numerusform>
            <numerusform> وعنصر آخر.</numerusform>
            <numerusform> وعنصران آخران.</numerusform>
            <numerusform> و%n عناصر أخرى.</numerusform>
            <numerusform> و%n عنصرًا آخر.</numerusform>
            <numerusform> و%n عنصر آخر.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n دقيقة</numerusform>
            <numerusform>دقيقة واحدة</numerusform>
            <numerusform>دقيقتان</numerusform>
            <numerusform>%n دقائق</numerusform>
            <numerusform>%n دقيقة</numerusform>
            <numerusform>%n دقيقة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pixel(s)</source>
        <translation>
            <numerusform>%n بكسل</numerusform>
            <numerusform>%n بكسل</numerusform>
            <numerusform>%n بكسل</numerusform>
            <numerusform>%n بكسل</numerusform>
            <numerusform>%n بكسل</numerusform>
            <numerusform>%n بكسل</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n ثانية</numerusform>
            <numerusform>ثانية واحدة</numerusform>
            <numerusform>ثانيتان</numerusform>
            <numerusform>%n ثوانٍ</numerusform>
            <numerusform>%n ثانية</numerusform>
            <numerusform>%n ثانية</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) (is/are) suggested again</source>
        <translation>
            <numerusform>%n كلمة تُقترح مجددًا</numerusform>
            <numerusform>كلمة واحدة تُقترح مجددًا</numerusform>
            <numerusform>كلمتان تُقترحان مجددًا</numerusform>
            <numerusform>%n كلمات تُقترح مجددًا</numerusform>
            <numerusform>%n كلمة تُقترح مجددًا</numerusform>
            <numerusform>%n كلمة تُقترح مجددًا</numerusform>
        </translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>سنة</translation>
    </message>
    <message>
        <source>12 hours</source>
        <translation>12 ساعة</translation>
    </message>
    <message>
        <source>150 %</source>
        <translation>150 %</translation>
    </message>
    <message>
        <source>2 years</source>
        <translation>سنتان</translation>
    </message>
    <message>
        <source>200 %</source>
        <translation>200 %</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 ساعة</translation>
    </message>
    <message>
        <source>3 months</source>
        <translation>3 أشهر</translation>
    </message>
    <message>
        <source>A day without a time means</source>
        <translation>اليوم بلا وقت يعني</translation>
    </message>
    <message>
        <source>A file in PEM format, trusted in addition to the system&apos;s certificates</source>
        <translation>ملف بصيغة PEM، يوثق به إضافة إلى شهادات النظام</translation>
    </message>
    <message>
        <source>A post failed</source>
        <translation>فشل منشور</translation>
    </message>
    <message>
        <source>A post needs you</source>
        <translation>منشور بحاجة إليك</translation>
    </message>
    <message>
        <source>A post was sent</source>
        <translation>أُرسل منشور</translation>
    </message>
    <message>
        <source>About</source>
        <translation>حول</translation>
    </message>
    <message>
        <source>Accounts and workspaces</source>
        <translation>الحسابات ومساحات العمل</translation>
    </message>
    <message>
        <source>Accounts, files, limits and the service; quiet if all is well</source>
        <translation>الحسابات والملفات والحدود والخدمة؛ بصمت إن كان كل شيء سليمًا</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>النشاط</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>عنوان الخادم الوكيل</translation>
    </message>
    <message>
        <source>After # and @: hashtags and mentions of this workspace, and its channels</source>
        <translation>بعد # و@: هاشتاغات مساحة العمل هذه وإشاراتها وقنواتها</translation>
    </message>
    <message>
        <source>After 20 seconds</source>
        <translation>بعد 20 ثانية</translation>
    </message>
    <message>
        <source>After 6 seconds</source>
        <translation>بعد 6 ثوانٍ</translation>
    </message>
    <message>
        <source>After this time the service counts as offline</source>
        <translation>بعد هذه المدة تُعد الخدمة غير متصلة</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>جدول الأعمال</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>كل الملفات (*)</translation>
    </message>
    <message>
        <source>Another program has {keys}. Choose other keys.</source>
        <translation>يستخدم برنامج آخر {keys}. اختر مفاتيح أخرى.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>المظهر</translation>
    </message>
    <message>
        <source>Applies to files you add from now on. Posto sends copies and never changes your own files.</source>
        <translation>يسري على الملفات التي تضيفها من الآن. يرسل Posto نسخًا ولا يغيّر ملفاتك أبدًا.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>مثل النظام</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>السؤال</translation>
    </message>
    <message>
        <source>Ask before sending now</source>
        <translation>السؤال قبل الإرسال الآن</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>نسخ كل شيء احتياطيًا</translation>
    </message>
    <message>
        <source>Best, large files ({number})</source>
        <translation>الأفضل، ملفات كبيرة ({number})</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>التخزين المؤقت</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>التقويم</translation>
    </message>
    <message>
        <source>Calendar and times</source>
        <translation>التقويم والأوقات</translation>
    </message>
    <message>
        <source>Certificates and timeouts</source>
        <translation>الشهادات والمهلات</translation>
    </message>
    <message>
        <source>Certificates of your own</source>
        <translation>شهادات خاصة بك</translation>
    </message>
    <message>
        <source>Check posts before they are due</source>
        <translation>التحقق من المنشورات قبل موعدها</translation>
    </message>
    <message>
        <source>Choose ffmpeg</source>
        <translation>اختيار ffmpeg</translation>
    </message>
    <message>
        <source>Choose “This one” above to use your own proxy</source>
        <translation>اختر «هذا» أعلاه لاستخدام خادمك الوكيل</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>اختيار…</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>الساعة</translation>
    </message>
    <message>
        <source>Close notifications in the window</source>
        <translation>إغلاق الإشعارات في النافذة</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>مريح</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>مضغوط</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>الإنشاء</translation>
    </message>
    <message>
        <source>Converting videos</source>
        <translation>تحويل مقاطع الفيديو</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>داكن</translation>
    </message>
    <message>
        <source>Dates and numbers</source>
        <translation>التواريخ والأرقام</translation>
    </message>
    <message>
        <source>Dates, times and numbers</source>
        <translation>التواريخ والأوقات والأرقام</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>يوم</translation>
    </message>
    <message>
        <source>Days ahead to fill</source>
        <translation>عدد الأيام المقبلة للملء</translation>
    </message>
    <message>
        <source>Desktop notifications are off</source>
        <translation>إشعارات سطح المكتب متوقفة</translation>
    </message>
    <message>
        <source>Do not keep</source>
        <translation>عدم الحفظ</translation>
    </message>
    <message>
        <source>Emoji used lately</source>
        <translation>الإيموجي المستخدمة مؤخرًا</translation>
    </message>
    <message>
        <source>Empty for a proxy without sign-in</source>
        <translation>فارغ لخادم وكيل بلا تسجيل دخول</translation>
    </message>
    <message>
        <source>Even when Posto Desktop is closed</source>
        <translation>حتى عندما يكون Posto Desktop مغلقًا</translation>
    </message>
    <message>
        <source>Every way to send at once shows once more what will happen</source>
        <translation>كل طريقة للإرسال الفوري تعرض مرة أخرى ما سيحدث</translation>
    </message>
    <message>
        <source>Fill free slots with evergreen messages</source>
        <translation>ملء المواعيد الشاغرة برسائل دائمة</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>المجلدات</translation>
    </message>
    <message>
        <source>For posts due while this computer was off; older ones show as missed</source>
        <translation>للمنشورات التي حان موعدها وهذا الكمبيوتر مطفأ؛ تظهر الأقدم على أنها فائتة</translation>
    </message>
    <message>
        <source>For services and the web, never for this computer</source>
        <translation>للخدمات والويب، وليس لهذا الكمبيوتر أبدًا</translation>
    </message>
    <message>
        <source>For typing and showing times, from the next start of Posto</source>
        <translation>لكتابة الأوقات وعرضها، بدءًا من تشغيل Posto التالي</translation>
    </message>
    <message>
        <source>From each added file; the file editor can keep them</source>
        <translation>من كل ملف مضاف؛ يمكن لمحرر الملفات الإبقاء عليها</translation>
    </message>
    <message>
        <source>General</source>
        <translation>عام</translation>
    </message>
    <message>
        <source>Good (90)</source>
        <translation>جيدة (90)</translation>
    </message>
    <message>
        <source>HTTP</source>
        <translation>HTTP</translation>
    </message>
    <message>
        <source>Hold {modifiers} with another key</source>
        <translation>اضغط {modifiers} مع مفتاح آخر</translation>
    </message>
    <message>
        <source>How channels are grouped</source>
        <translation>طريقة تجميع القنوات</translation>
    </message>
    <message>
        <source>In the calendar and wherever a day is chosen</source>
        <translation>في التقويم وحيثما يُختار يوم</translation>
    </message>
    <message>
        <source>In the schedule</source>
        <translation>في الجدول</translation>
    </message>
    <message>
        <source>In the window</source>
        <translation>في النافذة</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>الإحصاءات</translation>
    </message>
    <message>
        <source>Keep insights for</source>
        <translation>مدة حفظ الإحصاءات</translation>
    </message>
    <message>
        <source>Keep sending</source>
        <translation>مواصلة الإرسال</translation>
    </message>
    <message>
        <source>Keep sending after the window is closed</source>
        <translation>مواصلة الإرسال بعد إغلاق النافذة</translation>
    </message>
    <message>
        <source>Keep the original size</source>
        <translation>الإبقاء على الحجم الأصلي</translation>
    </message>
    <message>
        <source>Kind of proxy</source>
        <translation>نوع الخادم الوكيل</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>اللغة</translation>
    </message>
    <message>
        <source>Language of Posto. You can write and post in any language.</source>
        <translation>لغة Posto. يمكنك الكتابة والنشر بأي لغة.</translation>
    </message>
    <message>
        <source>Large</source>
        <translation>كبير</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>أكبر</translation>
    </message>
    <message>
        <source>Last export folder</source>
        <translation>آخر مجلد تصدير</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>حركة أقل</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>التراخيص</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>فاتح</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>فاتح أو داكن</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>ملفات السجل</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>البحث مجددًا</translation>
    </message>
    <message>
        <source>Look for ffmpeg again</source>
        <translation>البحث عن ffmpeg مجددًا</translation>
    </message>
    <message>
        <source>Looking for ffmpeg…</source>
        <translation>جارٍ البحث عن ffmpeg…</translation>
    </message>
    <message>
        <source>Make large pictures smaller</source>
        <translation>تصغير الصور الكبيرة</translation>
    </message>
    <message>
        <source>Medium ({number})</source>
        <translation>متوسطة ({number})</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>الاثنين</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>شهر</translation>
    </message>
    <message>
        <source>More contrast</source>
        <translation>تباين أعلى</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>الشبكة</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>أبدًا</translation>
    </message>
    <message>
        <source>New pictures and videos there become drafts</source>
        <translation>الصور والفيديوهات الجديدة فيها تصبح مسودات</translation>
    </message>
    <message>
        <source>New posts wait in Activity. Scheduled posts of this computer wait, too</source>
        <translation>تنتظر المنشورات الجديدة في «النشاط»، وكذلك المنشورات المجدولة على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>No sliding or fading; also on when the system asks for it</source>
        <translation>بلا انزلاق أو تلاشٍ؛ ويعمل أيضًا عندما يطلبه النظام</translation>
    </message>
    <message>
        <source>None</source>
        <extracomment>No proxy.</extracomment>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>None</source>
        <comment>public holidays</comment>
        <translation>بلا</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>عادي</translation>
    </message>
    <message>
        <source>Not suggested</source>
        <translation>لا تُقترح</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>الإشعارات</translation>
    </message>
    <message>
        <source>Numbers of your posts, such as likes; read once a day for 30 days</source>
        <translation>أرقام منشوراتك مثل الإعجابات؛ تُقرأ مرة يوميًا لمدة 30 يومًا</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>On the desktop</source>
        <translation>على سطح المكتب</translation>
    </message>
    <message>
        <source>One notification for posts that go out together</source>
        <translation>إشعار واحد للمنشورات التي تُرسل معًا</translation>
    </message>
    <message>
        <source>Opens the small window from every program</source>
        <translation>يفتح النافذة الصغيرة من أي برنامج</translation>
    </message>
    <message>
        <source>Opens with</source>
        <translation>الفتح على</translation>
    </message>
    <message>
        <source>Order of dates, clock, week and numbers</source>
        <translation>ترتيب التواريخ والساعة والأسبوع والأرقام</translation>
    </message>
    <message>
        <source>Password for the proxy</source>
        <translation>كلمة مرور الخادم الوكيل</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>إيقاف الإرسال مؤقتًا</translation>
    </message>
    <message>
        <source>People and devices</source>
        <translation>الأشخاص والأجهزة</translation>
    </message>
    <message>
        <source>Pictures and videos</source>
        <translation>الصور والفيديوهات</translation>
    </message>
    <message>
        <source>Place and size of the window</source>
        <translation>موضع النافذة وحجمها</translation>
    </message>
    <message>
        <source>Port of the proxy</source>
        <translation>منفذ الخادم الوكيل</translation>
    </message>
    <message>
        <source>Posting slots</source>
        <translation>مواعيد النشر</translation>
    </message>
    <message>
        <source>Posto stays in the tray; quit there to stop sending</source>
        <translation>يبقى Posto في علبة النظام؛ أنهه من هناك لإيقاف الإرسال</translation>
    </message>
    <message>
        <source>Posts of your own accounts, which only this computer sends</source>
        <translation>منشورات حساباتك الخاصة، التي لا يرسلها إلا هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Problem report</source>
        <translation>تقرير عن مشكلة</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>الخادم الوكيل</translation>
    </message>
    <message>
        <source>Public holidays</source>
        <translation>العطل الرسمية</translation>
    </message>
    <message>
        <source>Publishing</source>
        <translation>النشر</translation>
    </message>
    <message>
        <source>Quality of pictures</source>
        <translation>جودة الصور</translation>
    </message>
    <message>
        <source>Quit with posts waiting</source>
        <translation>الإنهاء مع وجود منشورات في الانتظار</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>القراءة</translation>
    </message>
    <message>
        <source>Remove place, camera and date from files</source>
        <translation>إزالة الموقع والكاميرا والتاريخ من الملفات</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>استعادة نسخة احتياطية</translation>
    </message>
    <message>
        <source>Row height</source>
        <translation>ارتفاع الصف</translation>
    </message>
    <message>
        <source>SOCKS 5</source>
        <translation>SOCKS 5</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>الأمان</translation>
    </message>
    <message>
        <source>Same as the system</source>
        <translation>مثل النظام</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>السبت</translation>
    </message>
    <message>
        <source>Scales text and controls</source>
        <translation>يكبّر النص وعناصر التحكم أو يصغّرها</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>الجدول</translation>
    </message>
    <message>
        <source>Scripts</source>
        <translation>البرامج النصية</translation>
    </message>
    <message>
        <source>Send after I sign in to this computer</source>
        <translation>الإرسال بعد تسجيل الدخول إلى هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Send late posts</source>
        <translation>إرسال المنشورات المتأخرة</translation>
    </message>
    <message>
        <source>Sending a post waits at least 90 seconds</source>
        <translation>إرسال منشور ينتظر 90 ثانية على الأقل</translation>
    </message>
    <message>
        <source>Services you are signed in to</source>
        <translation>الخدمات التي سجّلت الدخول إليها</translation>
    </message>
    <message>
        <source>Shortcut for quick post</source>
        <translation>اختصار المنشور السريع</translation>
    </message>
    <message>
        <source>Show desktop notifications</source>
        <translation>إظهار إشعارات سطح المكتب</translation>
    </message>
    <message>
        <source>Show the options of networks</source>
        <translation>إظهار خيارات الشبكات</translation>
    </message>
    <message>
        <source>Shown in the calendar</source>
        <translation>تظهر في التقويم</translation>
    </message>
    <message>
        <source>Skin tone of emoji</source>
        <translation>لون بشرة الإيموجي</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>صغير</translation>
    </message>
    <message>
        <source>Small files ({number})</source>
        <translation>ملفات صغيرة ({number})</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>البدء</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>صفحة البداية</translation>
    </message>
    <message>
        <source>Stop sending</source>
        <translation>إيقاف الإرسال</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>التخزين</translation>
    </message>
    <message>
        <source>Stronger borders and text; also on when the system asks for it</source>
        <translation>حدود ونص أوضح؛ ويعمل أيضًا عندما يطلبه النظام</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>الأنماط</translation>
    </message>
    <message>
        <source>Suggest again</source>
        <translation>الاقتراح مجددًا</translation>
    </message>
    <message>
        <source>Suggest hashtags and names</source>
        <translation>اقتراح الهاشتاغات والأسماء</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>الأحد</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>افتراضي النظام</translation>
    </message>
    <message>
        <source>System default ({name})</source>
        <translation>افتراضي النظام ({name})</translation>
    </message>
    <message>
        <source>System default ({zone})</source>
        <translation>افتراضي النظام ({zone})</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>الفريق</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>حجم النص</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>النصوص</translation>
    </message>
    <message>
        <source>The columns of the schedule</source>
        <translation>أعمدة الجدول</translation>
    </message>
    <message>
        <source>The desktop did not allow the shortcut</source>
        <translation>لم يسمح سطح المكتب بالاختصار</translation>
    </message>
    <message>
        <source>The desktop uses {keys}</source>
        <translation>يستخدم سطح المكتب {keys}</translation>
    </message>
    <message>
        <source>The details beside the schedule</source>
        <translation>التفاصيل بجانب الجدول</translation>
    </message>
    <message>
        <source>The folded groups of channels</source>
        <translation>مجموعات القنوات المطوية</translation>
    </message>
    <message>
        <source>The folder in which files were looked for last</source>
        <translation>آخر مجلد بُحث فيه عن ملفات</translation>
    </message>
    <message>
        <source>The list under the bell always shows all notifications.</source>
        <translation>تعرض القائمة أسفل الجرس كل الإشعارات دائمًا.</translation>
    </message>
    <message>
        <source>The longer side of added pictures; your files do not change</source>
        <translation>الضلع الأطول للصور المضافة؛ لا تتغير ملفاتك</translation>
    </message>
    <message>
        <source>The rows of the schedule: posts, messages</source>
        <translation>صفوف الجدول: منشورات، رسائل</translation>
    </message>
    <message>
        <source>The saved views of the schedule</source>
        <translation>العروض المحفوظة للجدول</translation>
    </message>
    <message>
        <source>The signature that goes into new messages</source>
        <translation>التوقيع الذي يُضاف إلى الرسائل الجديدة</translation>
    </message>
    <message>
        <source>The ticked channels of each workspace</source>
        <translation>القنوات المحددة في كل مساحة عمل</translation>
    </message>
    <message>
        <source>The user&apos;s groups of channels</source>
        <translation>مجموعات القنوات الخاصة بالمستخدم</translation>
    </message>
    <message>
        <source>The view of the calendar when Posto starts</source>
        <translation>عرض التقويم عند بدء Posto</translation>
    </message>
    <message>
        <source>The workspace to open at start</source>
        <translation>مساحة العمل التي تُفتح عند البدء</translation>
    </message>
    <message>
        <source>The workspaces that are those of a team</source>
        <translation>مساحات العمل التي تخص فريقًا</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>المظهر</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>This desktop has no shortcuts for programs. Let it run “{command}” instead.</source>
        <translation>لا يتيح سطح المكتب هذا اختصارات للبرامج. اجعله يشغّل «{command}» بدلًا من ذلك.</translation>
    </message>
    <message>
        <source>This file is no ffmpeg, or ffprobe is not beside it. Choose another.</source>
        <translation>هذا الملف ليس ffmpeg، أو لا يوجد ffprobe بجانبه. اختر ملفًا آخر.</translation>
    </message>
    <message>
        <source>This one</source>
        <extracomment>The proxy that is typed below.</extracomment>
        <translation>هذا</translation>
    </message>
    <message>
        <source>Time to undo before a post leaves this computer</source>
        <translation>مهلة التراجع قبل أن يغادر المنشور هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>المنطقة الزمنية</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>الأوقات</translation>
    </message>
    <message>
        <source>Try the connection</source>
        <translation>تجربة الاتصال</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Undo send</source>
        <translation>التراجع عن الإرسال</translation>
    </message>
    <message>
        <source>Unless the pointer or the keyboard is on them; a countdown ends as it says</source>
        <translation>ما لم يكن المؤشر أو لوحة المفاتيح عليها؛ وينتهي العد التنازلي في وقته</translation>
    </message>
    <message numerus="yes">
        <source>Up to %n hour(s) late</source>
        <translation>
            <numerusform>تأخير حتى %n ساعة</numerusform>
            <numerusform>تأخير حتى ساعة واحدة</numerusform>
            <numerusform>تأخير حتى ساعتين</numerusform>
            <numerusform>تأخير حتى %n ساعات</numerusform>
            <numerusform>تأخير حتى %n ساعة</numerusform>
            <numerusform>تأخير حتى %n ساعة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Up to %n minute(s) late</source>
        <translation>
            <numerusform>تأخير حتى %n دقيقة</numerusform>
            <numerusform>تأخير حتى دقيقة واحدة</numerusform>
            <numerusform>تأخير حتى دقيقتين</numerusform>
            <numerusform>تأخير حتى %n دقائق</numerusform>
            <numerusform>تأخير حتى %n دقيقة</numerusform>
            <numerusform>تأخير حتى %n دقيقة</numerusform>
        </translation>
    </message>
    <message>
        <source>Up to 1 day late</source>
        <translation>تأخير حتى يوم واحد</translation>
    </message>
    <message>
        <source>Use Posto from scripts</source>
        <translation>استخدام Posto من البرامج النصية</translation>
    </message>
    <message>
        <source>Use the ffmpeg of the system</source>
        <translation>استخدام ffmpeg الخاص بالنظام</translation>
    </message>
    <message>
        <source>Used when Posto resizes or converts a picture</source>
        <translation>تُستخدم عندما يغيّر Posto حجم صورة أو يحوّلها</translation>
    </message>
    <message>
        <source>User name for the proxy</source>
        <translation>اسم المستخدم للخادم الوكيل</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>الإصدارات</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>مقاطع الفيديو</translation>
    </message>
    <message>
        <source>View</source>
        <translation>العرض</translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation>انتظار الاتصال</translation>
    </message>
    <message>
        <source>Wait for an answer</source>
        <translation>انتظار الرد</translation>
    </message>
    <message>
        <source>Watch folders</source>
        <translation>المجلدات المراقَبة</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>المجلدات المراقَبة</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>أسبوع</translation>
    </message>
    <message>
        <source>Week start and clock are under Appearance.</source>
        <translation>بداية الأسبوع والساعة ضمن «المظهر».</translation>
    </message>
    <message>
        <source>Week starts on</source>
        <translation>يبدأ الأسبوع يوم</translation>
    </message>
    <message>
        <source>What of a site&apos;s post becomes the text</source>
        <translation>ما يصبح نصًّا من تدوينة الموقع</translation>
    </message>
    <message>
        <source>What the schedule is sorted by</source>
        <translation>ما يُرتب الجدول حسبه</translation>
    </message>
    <message>
        <source>What the window shows first</source>
        <translation>ما تعرضه النافذة أولًا</translation>
    </message>
    <message>
        <source>When</source>
        <translation>متى</translation>
    </message>
    <message>
        <source>When a network or the service refuses a post</source>
        <translation>عندما ترفض شبكة أو الخدمة منشورًا</translation>
    </message>
    <message>
        <source>When a post may be published already, or is late</source>
        <translation>عندما يُحتمل أن يكون منشور قد نُشر بالفعل، أو يكون متأخرًا</translation>
    </message>
    <message>
        <source>Whether Activity lists all workspaces</source>
        <translation>ما إذا كان «النشاط» يدرج كل مساحات العمل</translation>
    </message>
    <message>
        <source>Whether channels have one line each</source>
        <translation>ما إذا كان لكل قناة سطر واحد</translation>
    </message>
    <message>
        <source>Whether sandbox channels are listed</source>
        <translation>ما إذا كانت القنوات التجريبية مدرجة</translation>
    </message>
    <message>
        <source>Which ends of sign-ins were warned of</source>
        <translation>تسجيلات الدخول التي تم التحذير من انتهائها</translation>
    </message>
    <message>
        <source>While you look at another window; a click on one leads to the post</source>
        <translation>أثناء نظرك إلى نافذة أخرى؛ النقر على إشعار يؤدي إلى المنشور</translation>
    </message>
    <message>
        <source>Who may sign in to this workspace, and with what</source>
        <translation>من يمكنه تسجيل الدخول إلى مساحة العمل هذه، وبماذا</translation>
    </message>
    <message>
        <source>Widths of the panes</source>
        <translation>عرض اللوحات</translation>
    </message>
    <message>
        <source>Words that are not suggested any more</source>
        <translation>الكلمات التي لم تعد تُقترح</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>مساحات العمل</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>الكتابة</translation>
    </message>
    <message>
        <source>You can type both</source>
        <translation>يمكنك كتابة كلتا الصيغتين</translation>
    </message>
    <message>
        <source>ffmpeg trims, crops and converts videos</source>
        <translation>يقص ffmpeg مقاطع الفيديو ويقتصها ويحوّلها</translation>
    </message>
    <message>
        <source>ffmpeg was not found. To install it: {command}</source>
        <translation>لم يُعثر على ffmpeg. لتثبيته: {command}</translation>
    </message>
    <message>
        <source>ffmpeg {version} cannot write H.264 with AAC</source>
        <translation>لا يستطيع ffmpeg {version} كتابة H.264 مع AAC</translation>
    </message>
    <message>
        <source>ffmpeg {version} trims, crops and converts videos</source>
        <translation>يقص ffmpeg {version} مقاطع الفيديو ويقتصها ويحوّلها</translation>
    </message>
    <message>
        <source>“Next free slot” picks from these</source>
        <translation>يختار «الموعد الشاغر التالي» من هذه</translation>
    </message>
    <message>
        <source>“Tomorrow” becomes tomorrow at this time</source>
        <translation>«غدًا» تعني غدًا في هذا الوقت</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>All settings are at their defaults</source>
        <translation>كل الإعدادات على قيمها الافتراضية</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>البحث عن إعداد</translation>
    </message>
    <message>
        <source>No setting matches “{text}”</source>
        <translation>لا إعداد يطابق «{text}»</translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation>إعادة ضبط هذه الصفحة</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Undo the reset</source>
        <translation>التراجع عن إعادة الضبط</translation>
    </message>
    <message>
        <source>{page} settings</source>
        <translation>إعدادات {page}</translation>
    </message>
    <message>
        <source>{page}: defaults restored</source>
        <translation>{page}: استُعيدت القيم الافتراضية</translation>
    </message>
    <message>
        <source>{reason} The change lasts until you quit Posto.</source>
        <translation>{reason} يستمر التغيير حتى إنهاء Posto.</translation>
    </message>
</context>
<context>
    <name>Shapes</name>
    <message>
        <source>Free</source>
        <extracomment>Shape of a crop: any.</extracomment>
        <translation>حر</translation>
    </message>
    <message>
        <source>Original</source>
        <extracomment>Shape of a crop: that of the picture.</extracomment>
        <translation>أصلي</translation>
    </message>
    <message>
        <source>landscape</source>
        <translation>أفقي</translation>
    </message>
    <message>
        <source>portrait</source>
        <translation>عمودي</translation>
    </message>
    <message>
        <source>square</source>
        <translation>مربع</translation>
    </message>
    <message>
        <source>story</source>
        <translation>قصة</translation>
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
            <numerusform>%n اختصار</numerusform>
            <numerusform>اختصار واحد</numerusform>
            <numerusform>اختصاران</numerusform>
            <numerusform>%n اختصارات</numerusform>
            <numerusform>%n اختصارًا</numerusform>
            <numerusform>%n اختصار</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything works with the keyboard. {keys} finds all commands.</source>
        <translation>كل شيء يعمل بلوحة المفاتيح. {keys} للعثور على كل الأوامر.</translation>
    </message>
    <message>
        <source>Find a shortcut</source>
        <translation>البحث عن اختصار</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>اختصارات لوحة المفاتيح</translation>
    </message>
    <message>
        <source>No shortcut matches “{words}”</source>
        <translation>لا اختصار يطابق «{words}»</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>الاختصارات</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>A separate password for this app, in groups of four. Do not use your login password. You can revoke it on your site at any time.</source>
        <translation>كلمة مرور منفصلة لهذا التطبيق، في مجموعات من أربعة أحرف. لا تستخدم كلمة مرور الدخول. يمكنك إبطالها على موقعك في أي وقت.</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>كلمة مرور التطبيق</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>ألغِ تسجيل الدخول لتغيير هذا.</translation>
    </message>
    <message>
        <source>Choose where to keep the password.</source>
        <translation>اختر مكان حفظ كلمة المرور.</translation>
    </message>
    <message>
        <source>Create one on your site</source>
        <translation>إنشاء واحدة على موقعك</translation>
    </message>
    <message>
        <source>Enter an application password of this user.</source>
        <translation>أدخل كلمة مرور تطبيق لهذا المستخدم.</translation>
    </message>
    <message>
        <source>Enter the address of your site first.</source>
        <translation>أدخل عنوان موقعك أولًا.</translation>
    </message>
    <message>
        <source>Enter the address of your site.</source>
        <translation>أدخل عنوان موقعك.</translation>
    </message>
    <message>
        <source>Enter your user name on the site.</source>
        <translation>أدخل اسم المستخدم على الموقع.</translation>
    </message>
    <message>
        <source>Looking for the service…</source>
        <translation>جارٍ البحث عن الخدمة…</translation>
    </message>
    <message>
        <source>Posto service found</source>
        <translation>عُثر على خدمة Posto</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>تسجيل الدخول</translation>
    </message>
    <message>
        <source>Sign in to a Posto service</source>
        <translation>تسجيل الدخول إلى خدمة Posto</translation>
    </message>
    <message>
        <source>Sign in with your browser</source>
        <translation>تسجيل الدخول بالمتصفح</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>جارٍ تسجيل الدخول</translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>جارٍ تسجيل الدخول…</translation>
    </message>
    <message>
        <source>Site address</source>
        <translation>عنوان الموقع</translation>
    </message>
    <message>
        <source>Use this computer instead</source>
        <translation>استخدام هذا الكمبيوتر بدلًا منها</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>اسم المستخدم</translation>
    </message>
    <message>
        <source>Your WordPress site or your team&apos;s server</source>
        <translation>موقع WordPress الخاص بك أو خادم فريقك</translation>
    </message>
    <message>
        <source>encrypted connection</source>
        <translation>اتصال مشفّر</translation>
    </message>
    <message>
        <source>social.example.com</source>
        <translation>social.example.com</translation>
    </message>
    <message>
        <source>{host} answers only after sign-in.</source>
        <translation>لا يستجيب {host} إلا بعد تسجيل الدخول.</translation>
    </message>
    <message>
        <source>{host} does not allow application passwords. Ask the administrator of the site to turn them on.</source>
        <translation>لا يسمح {host} بكلمات مرور التطبيقات. اطلب من مدير الموقع تفعيلها.</translation>
    </message>
    <message>
        <source>{host} is a WordPress site without the Posto service. Install the service there, then try again.</source>
        <translation>{host} موقع WordPress بلا خدمة Posto. ثبّت الخدمة هناك ثم حاول مجددًا.</translation>
    </message>
</context>
<context>
    <name>SignInStep</name>
    <message>
        <source>Address of the last page</source>
        <translation>عنوان الصفحة الأخيرة</translation>
    </message>
    <message>
        <source>Allow it in your browser</source>
        <translation>اسمح بذلك في متصفحك</translation>
    </message>
    <message>
        <source>Cancel the sign-in to change this.</source>
        <translation>ألغِ تسجيل الدخول لتغيير هذا.</translation>
    </message>
    <message>
        <source>How to get this</source>
        <translation>كيفية الحصول عليه</translation>
    </message>
    <message>
        <source>More options</source>
        <translation>خيارات أخرى</translation>
    </message>
    <message>
        <source>On another computer or in a restricted browser, the last page stays empty or shows an error. Copy its full address, which begins with http://127.0.0.1, and paste it here.</source>
        <translation>على كمبيوتر آخر أو في متصفح مقيَّد، تبقى الصفحة الأخيرة فارغة أو تعرض خطأ. انسخ عنوانها الكامل الذي يبدأ بـ http://127.0.0.1 والصقه هنا.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>فتح مجددًا</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>عنوان الخادم</translation>
    </message>
    <message>
        <source>Sign in on the page in your browser and allow Posto Desktop. This window then continues automatically. If no page opened, copy the address.</source>
        <translation>سجّل الدخول في الصفحة المفتوحة في متصفحك واسمح لـ Posto Desktop. ثم تتابع هذه النافذة تلقائيًا. إذا لم تُفتح أي صفحة، فانسخ العنوان.</translation>
    </message>
    <message>
        <source>Sign-in address</source>
        <translation>عنوان تسجيل الدخول</translation>
    </message>
    <message>
        <source>The browser does not return here?</source>
        <translation>المتصفح لا يعود إلى هنا؟</translation>
    </message>
    <message>
        <source>Use this address</source>
        <translation>استخدام هذا العنوان</translation>
    </message>
</context>
<context>
    <name>SignatureFields</name>
    <message>
        <source>Own text for this style</source>
        <translation>نص خاص لهذا النمط</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>التوقيع</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>{name} (deleted)</source>
        <translation>{name} (محذوف)</translation>
    </message>
</context>
<context>
    <name>SitePlanners</name>
    <message>
        <source>Active</source>
        <extracomment>Status of a planner: it posts.</extracomment>
        <translation>نشطة</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>حتى {time}</translation>
    </message>
    <message>
        <source>Finished</source>
        <extracomment>Status of a planner: it has posted everything.</extracomment>
        <translation>انتهى</translation>
    </message>
    <message>
        <source>Paused</source>
        <extracomment>Status of a planner.</extracomment>
        <translation>متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>Site planner</source>
        <translation>مخطِّط الموقع</translation>
    </message>
    <message>
        <source>Site planner: {name}</source>
        <translation>مخطِّط الموقع: {name}</translation>
    </message>
    <message>
        <source>next {when}</source>
        <translation>التالي {when}</translation>
    </message>
</context>
<context>
    <name>SitePlannersDialog</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Open on the site</source>
        <translation>فتح على الموقع</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Planners</source>
        <translation>المخطِّطات</translation>
    </message>
    <message>
        <source>Planners of the site</source>
        <translation>مخطِّطات الموقع</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>استئناف</translation>
    </message>
    <message>
        <source>The site has no planners.</source>
        <translation>لا مخطِّطات في الموقع.</translation>
    </message>
    <message>
        <source>They post by themselves, whether Posto runs or not.</source>
        <translation>تنشر من تلقاء نفسها، سواء أكان Posto يعمل أم لا.</translation>
    </message>
</context>
<context>
    <name>SitePosts</name>
    <message>
        <source>No title</source>
        <translation>بلا عنوان</translation>
    </message>
</context>
<context>
    <name>SitePostsController</name>
    <message>
        <source>Filled from “{title}”</source>
        <translation>عُبِّئت من “{title}”</translation>
    </message>
    <message>
        <source>The picture could not be read.</source>
        <translation>تعذّرت قراءة الصورة.</translation>
    </message>
    <message>
        <source>Without its picture: {why}</source>
        <translation>دون صورتها: {why}</translation>
    </message>
</context>
<context>
    <name>SitePostsDialog</name>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>المقتطف</translation>
    </message>
    <message>
        <source>From the site</source>
        <translation>من الموقع</translation>
    </message>
    <message>
        <source>Getting the picture…</source>
        <translation>جلب الصورة…</translation>
    </message>
    <message>
        <source>No post of the site matches.</source>
        <translation>لا تدوينة مطابقة في الموقع.</translation>
    </message>
    <message>
        <source>Posts of the site</source>
        <translation>تدوينات الموقع</translation>
    </message>
    <message>
        <source>Reading the posts…</source>
        <translation>قراءة التدوينات…</translation>
    </message>
    <message>
        <source>Search the posts of the site</source>
        <translation>البحث في تدوينات الموقع</translation>
    </message>
    <message>
        <source>Text</source>
        <extracomment>What of a site&apos;s post becomes the text of the message.</extracomment>
        <translation>النص</translation>
    </message>
    <message>
        <source>The posts could not be read.</source>
        <translation>تعذّرت قراءة التدوينات.</translation>
    </message>
    <message>
        <source>The site has no posts yet.</source>
        <translation>لا تدوينات في الموقع بعد.</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>العنوان</translation>
    </message>
    <message>
        <source>Title and excerpt</source>
        <translation>العنوان والمقتطف</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>المحاولة مجددًا</translation>
    </message>
    <message>
        <source>Use this post</source>
        <translation>استخدام هذه التدوينة</translation>
    </message>
</context>
<context>
    <name>SiteScheduleController</name>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>“{name}” goes on</source>
        <translation>“{name}” يستأنف العمل</translation>
    </message>
    <message>
        <source>“{name}” paused</source>
        <translation>أُوقف “{name}” مؤقتًا</translation>
    </message>
    <message>
        <source>“{name}” was not changed on the site.</source>
        <translation>لم يتغيّر “{name}” على الموقع.</translation>
    </message>
</context>
<context>
    <name>Sizes</name>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation>
            <numerusform>%Ln بايت</numerusform>
            <numerusform>%Ln بايت</numerusform>
            <numerusform>%Ln بايت</numerusform>
            <numerusform>%Ln بايت</numerusform>
            <numerusform>%Ln بايت</numerusform>
            <numerusform>%Ln بايت</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} ميغابايت</translation>
    </message>
    <message>
        <source>{number} Mbit/s</source>
        <translation>{number} ميغابت/ث</translation>
    </message>
    <message>
        <source>{number} kB</source>
        <translation>{number} كيلوبايت</translation>
    </message>
    <message>
        <source>{number} s</source>
        <comment>seconds</comment>
        <translation>{number} ث</translation>
    </message>
    <message>
        <source>{time} h</source>
        <comment>hours, minutes and seconds</comment>
        <translation>{time} س</translation>
    </message>
    <message>
        <source>{time} min</source>
        <comment>minutes and seconds</comment>
        <translation>{time} د</translation>
    </message>
</context>
<context>
    <name>SlotChipPresenter</name>
    <message>
        <source>Add slots</source>
        <translation>إضافة مواعيد</translation>
    </message>
    <message>
        <source>All slots are taken</source>
        <translation>كل المواعيد محجوزة</translation>
    </message>
    <message>
        <source>All slots of the next year are taken</source>
        <translation>كل مواعيد السنة القادمة محجوزة</translation>
    </message>
    <message>
        <source>Choose other times…</source>
        <translation>اختيار أوقات أخرى…</translation>
    </message>
    <message>
        <source>Next free slot: {time}</source>
        <translation>الموعد الشاغر التالي: {time}</translation>
    </message>
    <message>
        <source>Next free slot…</source>
        <translation>الموعد الشاغر التالي…</translation>
    </message>
    <message>
        <source>No free slot</source>
        <translation>لا موعد شاغر</translation>
    </message>
    <message>
        <source>Set up weekly slots</source>
        <translation>إعداد مواعيد أسبوعية</translation>
    </message>
    <message>
        <source>The next free time of your weekly slots</source>
        <translation>الوقت الشاغر التالي من مواعيدك الأسبوعية</translation>
    </message>
    <message>
        <source>Use “{times}”</source>
        <translation>استخدام «{times}»</translation>
    </message>
    <message>
        <source>Weekly slots: {times}</source>
        <translation>المواعيد الأسبوعية: {times}</translation>
    </message>
</context>
<context>
    <name>SlotGroupCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n قناة</numerusform>
            <numerusform>قناة واحدة</numerusform>
            <numerusform>قناتان</numerusform>
            <numerusform>%n قنوات</numerusform>
            <numerusform>%n قناة</numerusform>
            <numerusform>%n قناة</numerusform>
        </translation>
    </message>
    <message>
        <source>Add days…</source>
        <translation>إضافة أيام…</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>كل القنوات</translation>
    </message>
    <message>
        <source>All other channels</source>
        <translation>كل القنوات الأخرى</translation>
    </message>
    <message numerus="yes">
        <source>Best times of %Ln post(s)</source>
        <translation>
            <numerusform>أفضل الأوقات</numerusform>
            <numerusform>أفضل الأوقات من منشور واحد</numerusform>
            <numerusform>أفضل الأوقات من منشورين</numerusform>
            <numerusform>أفضل الأوقات من %Ln منشورات</numerusform>
            <numerusform>أفضل الأوقات من %Ln منشورًا</numerusform>
            <numerusform>أفضل الأوقات من %Ln منشور</numerusform>
        </translation>
    </message>
    <message>
        <source>Channels changed</source>
        <translation>تم تغيير القنوات</translation>
    </message>
    <message>
        <source>Channels of group {n}</source>
        <translation>قنوات المجموعة {n}</translation>
    </message>
    <message>
        <source>Choose the time zone of these slots</source>
        <translation>اختيار المنطقة الزمنية لهذه المواعيد</translation>
    </message>
    <message>
        <source>Fill with your best times</source>
        <translation>ملء بأفضل أوقاتك</translation>
    </message>
    <message numerus="yes">
        <source>From the insights of %Ln post(s): {times}</source>
        <translation>
            <numerusform>من الإحصاءات: {times}</numerusform>
            <numerusform>من إحصاءات منشور واحد: {times}</numerusform>
            <numerusform>من إحصاءات منشورين: {times}</numerusform>
            <numerusform>من إحصاءات %Ln منشورات: {times}</numerusform>
            <numerusform>من إحصاءات %Ln منشورًا: {times}</numerusform>
            <numerusform>من إحصاءات %Ln منشور: {times}</numerusform>
        </translation>
    </message>
    <message>
        <source>Group renamed</source>
        <translation>تمت إعادة تسمية المجموعة</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>الاسم</translation>
    </message>
    <message>
        <source>Name of group {n}</source>
        <translation>اسم المجموعة {n}</translation>
    </message>
    <message>
        <source>Remove group {n}</source>
        <translation>إزالة المجموعة {n}</translation>
    </message>
    <message>
        <source>Slots added, {days}</source>
        <translation>تمت إضافة المواعيد، {days}</translation>
    </message>
    <message>
        <source>This computer does not know the time zone “{zone}”. Until you choose another one, its own counts.</source>
        <translation>لا يعرف هذا الحاسوب المنطقة الزمنية «{zone}». إلى أن تُختار منطقة أخرى، تُعتمد منطقته هو.</translation>
    </message>
    <message>
        <source>Time zone changed</source>
        <translation>تغيّرت المنطقة الزمنية</translation>
    </message>
    <message>
        <source>Time zone of group {n}</source>
        <translation>المنطقة الزمنية للمجموعة {n}</translation>
    </message>
    <message>
        <source>“{name}” removed</source>
        <translation>تمت إزالة «{name}»</translation>
    </message>
</context>
<context>
    <name>SlotLineRow</name>
    <message>
        <source>Change the days…</source>
        <translation>تغيير الأيام…</translation>
    </message>
    <message>
        <source>Days changed to {days}</source>
        <translation>تغيّرت الأيام إلى {days}</translation>
    </message>
    <message>
        <source>More for {days}</source>
        <translation>المزيد لـ {days}</translation>
    </message>
    <message>
        <source>Remove these slots</source>
        <translation>إزالة هذه المواعيد</translation>
    </message>
    <message>
        <source>Slots removed, {days}</source>
        <translation>تمت إزالة المواعيد، {days}</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>الوقت</translation>
    </message>
    <message>
        <source>{time} added, {days}</source>
        <translation>تمت إضافة {time}، {days}</translation>
    </message>
    <message>
        <source>{time} removed, {days}</source>
        <translation>تمت إزالة {time}، {days}</translation>
    </message>
</context>
<context>
    <name>SlotLines</name>
    <message>
        <source>Every day</source>
        <translation>كل يوم</translation>
    </message>
    <message>
        <source>No day</source>
        <translation>لا يوم</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} إلى {last}</translation>
    </message>
</context>
<context>
    <name>SnippetForm</name>
    <message>
        <source>Add to every new message</source>
        <translation>إضافته إلى كل رسالة جديدة</translation>
    </message>
    <message>
        <source>Added once, at the end of the text</source>
        <translation>يُضاف مرة واحدة في نهاية النص</translation>
    </message>
    <message>
        <source>All networks</source>
        <translation>كل الشبكات</translation>
    </message>
    <message>
        <source>For</source>
        <translation>لـ</translation>
    </message>
    <message>
        <source>Inserted at the cursor</source>
        <translation>يُدرج عند المؤشر</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>النوع</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>الاسم</translation>
    </message>
    <message>
        <source>Networks of the snippet</source>
        <translation>شبكات النص الجاهز</translation>
    </message>
    <message>
        <source>Skips hashtags already in the text</source>
        <translation>يتخطى الهاشتاغات الموجودة في النص</translation>
    </message>
    <message>
        <source>Snippet name</source>
        <translation>اسم النص الجاهز</translation>
    </message>
    <message>
        <source>Snippet text</source>
        <translation>محتوى النص الجاهز</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
</context>
<context>
    <name>Snippets</name>
    <message>
        <source>Give it a name of 1 to {most} characters.</source>
        <translation>أعطه اسمًا من 1 إلى {most} من الأحرف.</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>الهاشتاغات</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>التوقيع</translation>
    </message>
    <message>
        <source>Snippet</source>
        <translation>نص جاهز</translation>
    </message>
    <message>
        <source>The name “{name}” is already in use. Choose another.</source>
        <translation>الاسم «{name}» مستخدم بالفعل. اختر اسمًا آخر.</translation>
    </message>
    <message>
        <source>The text may have at most {most} characters.</source>
        <translation>يمكن أن يحتوي النص على {most} من الأحرف كحد أقصى.</translation>
    </message>
    <message>
        <source>Write a text.</source>
        <translation>اكتب نصًا.</translation>
    </message>
    <message>
        <source>Write at least one hashtag.</source>
        <translation>اكتب هاشتاغًا واحدًا على الأقل.</translation>
    </message>
</context>
<context>
    <name>SnippetsDialog</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Delete snippet</source>
        <translation>حذف النص الجاهز</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>جارٍ تحميل النصوص الجاهزة</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>نقل إلى أسفل</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>نقل إلى أعلى</translation>
    </message>
    <message>
        <source>New</source>
        <translation>جديد</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>نص جاهز جديد</translation>
    </message>
    <message>
        <source>No changes to save</source>
        <translation>لا تغييرات للحفظ</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>لا نصوص جاهزة بعد. احفظ النصوص والهاشتاغات والتوقيعات التي تستخدمها كثيرًا.</translation>
    </message>
    <message>
        <source>Save snippet</source>
        <translation>حفظ النص الجاهز</translation>
    </message>
    <message>
        <source>Saved snippets</source>
        <translation>النصوص الجاهزة المحفوظة</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>النصوص الجاهزة</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>التراجع عن الحذف</translation>
    </message>
    <message>
        <source>“{name}” deleted</source>
        <translation>تم حذف «{name}»</translation>
    </message>
    <message>
        <source>“{name}” saved</source>
        <translation>تم حفظ «{name}»</translation>
    </message>
</context>
<context>
    <name>SnippetsPopup</name>
    <message>
        <source>All</source>
        <extracomment>All snippets.</extracomment>
        <translation>الكل</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>الهاشتاغات</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>النوع</translation>
    </message>
    <message>
        <source>Loading snippets</source>
        <translation>جارٍ تحميل النصوص الجاهزة</translation>
    </message>
    <message>
        <source>Manage snippets</source>
        <translation>إدارة النصوص الجاهزة</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>إدارة…</translation>
    </message>
    <message>
        <source>New snippet</source>
        <translation>نص جاهز جديد</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>جديد…</translation>
    </message>
    <message>
        <source>No snippet matches</source>
        <translation>لا نص جاهز مطابق</translation>
    </message>
    <message>
        <source>No snippets yet. Save texts, hashtags and signatures you often use.</source>
        <translation>لا نصوص جاهزة بعد. احفظ النصوص والهاشتاغات والتوقيعات التي تستخدمها كثيرًا.</translation>
    </message>
    <message>
        <source>Search snippets</source>
        <translation>البحث في النصوص الجاهزة</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>التوقيعات</translation>
    </message>
    <message>
        <source>Snippets</source>
        <translation>النصوص الجاهزة</translation>
    </message>
    <message>
        <source>Snippets list</source>
        <translation>قائمة النصوص الجاهزة</translation>
    </message>
</context>
<context>
    <name>SnippetsView</name>
    <message>
        <source>New snippet</source>
        <translation>نص جاهز جديد</translation>
    </message>
</context>
<context>
    <name>SplitButton</name>
    <message>
        <source>More ways to post</source>
        <translation>طرق أخرى للنشر</translation>
    </message>
</context>
<context>
    <name>StartProblem</name>
    <message>
        <source>Another copy of Posto Desktop uses {folder} and is not responding. Wait a moment, then try again.</source>
        <translation>نسخة أخرى من Posto Desktop تستخدم {folder} ولا تستجيب. انتظر لحظة ثم حاول مجددًا.</translation>
    </message>
    <message>
        <source>If that does not help, end the process {number}.</source>
        <translation>إذا لم يفد ذلك، فأنهِ العملية {number}.</translation>
    </message>
    <message>
        <source>Posto Desktop is already running</source>
        <translation>Posto Desktop قيد التشغيل بالفعل</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>إنهاء</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>المحاولة مجددًا</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Changes requested</source>
        <extracomment>Status: an editor asked the writer of the post for changes.</extracomment>
        <translation>طُلبت تعديلات</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>مسودة</translation>
    </message>
    <message>
        <source>Failed</source>
        <extracomment>Status.</extracomment>
        <translation>فشل</translation>
    </message>
    <message>
        <source>Needs you</source>
        <extracomment>The user has to decide something about the post.</extracomment>
        <translation>بحاجة إليك</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>لم يُرسل</translation>
    </message>
    <message>
        <source>Scheduled</source>
        <extracomment>Status: it has a time and will be sent then.</extracomment>
        <translation>مجدول</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>جارٍ الإرسال</translation>
    </message>
    <message>
        <source>Sent</source>
        <extracomment>Status.</extracomment>
        <translation>أُرسل</translation>
    </message>
    <message>
        <source>Site</source>
        <extracomment>Status: the web site will post it by itself.</extracomment>
        <translation>الموقع</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Status: a writer proposed the post, an editor has to approve it.</extracomment>
        <translation>بانتظار الموافقة</translation>
    </message>
</context>
<context>
    <name>StatusChips</name>
    <message>
        <source>All</source>
        <extracomment>Posts of any status.</extracomment>
        <translation>الكل</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>المسودات</translation>
    </message>
    <message>
        <source>More statuses</source>
        <translation>حالات أخرى</translation>
    </message>
    <message>
        <source>Status filter</source>
        <translation>تصفية الحالة</translation>
    </message>
</context>
<context>
    <name>StepBar</name>
    <message>
        <source>Step {number} of {count}: {name}</source>
        <translation>الخطوة {number} من {count}: {name}</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Accepted</source>
        <translation>مقبول</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>موجود هناك بالفعل</translation>
    </message>
    <message>
        <source>Answered with an error</source>
        <translation>رد بخطأ</translation>
    </message>
    <message>
        <source>Cancelled by you</source>
        <translation>ألغيته أنت</translation>
    </message>
    <message>
        <source>Deleted by you</source>
        <translation>حذفته أنت</translation>
    </message>
    <message>
        <source>Found on the service</source>
        <translation>عُثر عليه في الخدمة</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>قوطع</translation>
    </message>
    <message>
        <source>Looked for the post</source>
        <translation>جرى البحث عن المنشور</translation>
    </message>
    <message>
        <source>No clear answer</source>
        <translation>لا رد واضح</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>لم يُقبل</translation>
    </message>
    <message>
        <source>Not on the service</source>
        <translation>ليس في الخدمة</translation>
    </message>
    <message>
        <source>Only a part is there</source>
        <translation>جزء منه فقط هناك</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>منشور</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>رُفض</translation>
    </message>
    <message>
        <source>Replaced</source>
        <translation>استُبدل</translation>
    </message>
    <message>
        <source>Replacing</source>
        <translation>جارٍ الاستبدال</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>حُفظت على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>جارٍ الحفظ</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>جارٍ الإرسال</translation>
    </message>
    <message>
        <source>Sending late</source>
        <translation>إرسال متأخر</translation>
    </message>
    <message>
        <source>Sent meanwhile</source>
        <translation>أُرسل في هذه الأثناء</translation>
    </message>
    <message>
        <source>Time passed</source>
        <translation>مضى الوقت</translation>
    </message>
    <message>
        <source>Tried again by you</source>
        <translation>أعدت المحاولة أنت</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>تم الرفع</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>جارٍ الرفع</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>في الانتظار</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>في انتظارك</translation>
    </message>
    <message>
        <source>Written down</source>
        <translation>تم التدوين</translation>
    </message>
    <message>
        <source>You said it is not there</source>
        <translation>ذكرت أنه ليس هناك</translation>
    </message>
    <message>
        <source>You said it is there</source>
        <translation>ذكرت أنه هناك</translation>
    </message>
</context>
<context>
    <name>Storage</name>
    <message numerus="yes">
        <source>%n of your drafts could be rescued.</source>
        <translation>
            <numerusform>أمكن إنقاذ %n مسودة من مسوداتك.</numerusform>
            <numerusform>أمكن إنقاذ مسودة واحدة من مسوداتك.</numerusform>
            <numerusform>أمكن إنقاذ مسودتين من مسوداتك.</numerusform>
            <numerusform>أمكن إنقاذ %n مسودات من مسوداتك.</numerusform>
            <numerusform>أمكن إنقاذ %n مسودة من مسوداتك.</numerusform>
            <numerusform>أمكن إنقاذ %n مسودة من مسوداتك.</numerusform>
        </translation>
    </message>
    <message>
        <source>Allow it, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>اسمح بذلك، أو شغّل Posto بمجلد آخر: posto-desktop --home FOLDER.</translation>
    </message>
    <message>
        <source>Allow writing there, or start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>اسمح بالكتابة هناك، أو شغّل Posto بمجلد آخر: posto-desktop --home FOLDER.</translation>
    </message>
    <message>
        <source>Close it there, or try again in a moment.</source>
        <translation>أغلقه هناك، أو حاول مجددًا بعد لحظة.</translation>
    </message>
    <message>
        <source>Default settings are used.</source>
        <translation>تُستخدم الإعدادات الافتراضية.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>أخلِ بعض المساحة.</translation>
    </message>
    <message>
        <source>It has another address for {names}. The one here was kept.</source>
        <translation>فيه عنوان آخر لـ {names}. تم الإبقاء على العنوان الموجود هنا.</translation>
    </message>
    <message>
        <source>It was kept as {name}.</source>
        <translation>حُفظ باسم {name}.</translation>
    </message>
    <message>
        <source>It was left where it is.</source>
        <translation>تُرك في مكانه.</translation>
    </message>
    <message>
        <source>Its proxy and certificates were not restored. Check them under Settings &gt; Network.</source>
        <extracomment>&quot;Its&quot;: of a backup.</extracomment>
        <translation>لم يُستعد الخادم الوكيل والشهادات الخاصة بها. تحقق منها في الإعدادات &gt; الشبكة.</translation>
    </message>
    <message>
        <source>No keychain was found on this computer.</source>
        <translation>لم يُعثر على سلسلة مفاتيح على هذا الكمبيوتر.</translation>
    </message>
    <message>
        <source>Posts that were still waiting to be sent are in that file only.</source>
        <translation>المنشورات التي كانت لا تزال في انتظار الإرسال موجودة في ذلك الملف فقط.</translation>
    </message>
    <message>
        <source>Sending is paused, because posts that waited then may have been sent since: look at them in Activity before you go on.</source>
        <translation>الإرسال متوقف مؤقتًا، لأن المنشورات التي كانت في الانتظار آنذاك ربما أُرسلت منذ ذلك الحين: راجعها في «النشاط» قبل المتابعة.</translation>
    </message>
    <message>
        <source>Sign in again where an account is missing.</source>
        <translation>سجّل الدخول مجددًا حيث ينقص حساب.</translation>
    </message>
    <message>
        <source>Sign in again where it is asked.</source>
        <translation>سجّل الدخول مجددًا حيث يُطلب ذلك.</translation>
    </message>
    <message>
        <source>Start Posto with another folder: posto-desktop --home FOLDER.</source>
        <translation>شغّل Posto بمجلد آخر: posto-desktop --home FOLDER.</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}. Nothing was changed.</source>
        <translation>تعذّرت استعادة النسخة الاحتياطية: {why}. لم يتغير شيء.</translation>
    </message>
    <message>
        <source>The backup is restored. What was there before is kept in {folder} in the folders of settings and of data. Passwords are not part of a backup: sign in where it is asked.</source>
        <translation>تمت استعادة النسخة الاحتياطية. ما كان موجودًا من قبل محفوظ في {folder} ضمن مجلدي الإعدادات والبيانات. لا تشمل النسخة الاحتياطية كلمات المرور: سجّل الدخول حيث يُطلب ذلك.</translation>
    </message>
    <message>
        <source>The backup needs {needed} MB, but the disk has {free} MB left. Make room on it; nothing was changed.</source>
        <translation>تحتاج النسخة الاحتياطية إلى {needed} ميغابايت، لكن المتبقي على القرص {free} ميغابايت. أخلِ مساحة عليه؛ لم يتغير شيء.</translation>
    </message>
    <message>
        <source>The last copy of it is used instead.</source>
        <translation>تُستخدم آخر نسخة منه بدلًا منه.</translation>
    </message>
    <message>
        <source>The last copy of the settings is used.</source>
        <translation>تُستخدم آخر نسخة من الإعدادات.</translation>
    </message>
    <message>
        <source>The setting “{name}” had an invalid value. The default is used instead.</source>
        <extracomment>{name}: title of a setting.</extracomment>
        <translation>كانت قيمة الإعداد «{name}» غير صالحة. تُستخدم القيمة الافتراضية بدلًا منها.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of Posto. Install that version to use it.</source>
        <translation>أُنشئت هذه النسخة الاحتياطية بإصدار أحدث من Posto. ثبّت ذلك الإصدار لاستخدامها.</translation>
    </message>
    <message>
        <source>This installation of Posto cannot read the keychain. Install what is missing: pip install &apos;posto[keyring]&apos;</source>
        <translation>نسخة Posto المثبتة هذه لا يمكنها قراءة سلسلة المفاتيح. ثبّت ما ينقص: pip install &apos;posto[keyring]&apos;</translation>
    </message>
    <message>
        <source>This version uses the settings that it knows.</source>
        <translation>يستخدم هذا الإصدار الإعدادات التي يعرفها.</translation>
    </message>
    <message>
        <source>What is here stays as it is.</source>
        <translation>يبقى ما هو موجود هنا كما هو.</translation>
    </message>
    <message>
        <source>another program is using it</source>
        <translation>يستخدمه برنامج آخر</translation>
    </message>
    <message>
        <source>another program may be using it</source>
        <translation>ربما يستخدمه برنامج آخر</translation>
    </message>
    <message>
        <source>contents</source>
        <translation>المحتويات</translation>
    </message>
    <message>
        <source>it belongs to another user</source>
        <translation>يخص مستخدمًا آخر</translation>
    </message>
    <message>
        <source>it is a device, not a file</source>
        <translation>إنه جهاز، لا ملف</translation>
    </message>
    <message>
        <source>it is a folder, not a file</source>
        <translation>إنه مجلد، لا ملف</translation>
    </message>
    <message>
        <source>it is a link that leads to itself, not a file</source>
        <translation>إنه رابط يؤدي إلى نفسه، لا ملف</translation>
    </message>
    <message>
        <source>it is a named pipe, not a file</source>
        <translation>إنه أنبوب مسمّى، لا ملف</translation>
    </message>
    <message>
        <source>it is a socket, not a file</source>
        <translation>إنه مقبس، لا ملف</translation>
    </message>
    <message>
        <source>it is closed</source>
        <translation>إنه مغلق</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>إنه فارغ</translation>
    </message>
    <message>
        <source>it is far too large</source>
        <translation>إنه كبير جدًا</translation>
    </message>
    <message>
        <source>it is from a newer version of Posto</source>
        <translation>إنه من إصدار أحدث من Posto</translation>
    </message>
    <message>
        <source>it is something else, not a file</source>
        <translation>إنه شيء آخر، لا ملف</translation>
    </message>
    <message>
        <source>its content is damaged</source>
        <translation>محتواه تالف</translation>
    </message>
    <message>
        <source>its content is not what Posto writes</source>
        <translation>محتواه ليس مما يكتبه Posto</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>الأرقام</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>النصوص</translation>
    </message>
    <message>
        <source>the disk reported “{error}”</source>
        <translation>أبلغ القرص عن «{error}»</translation>
    </message>
    <message>
        <source>the disk that holds {folder} is full</source>
        <translation>القرص الذي يحتوي على {folder} ممتلئ</translation>
    </message>
    <message>
        <source>the keychain</source>
        <translation>سلسلة المفاتيح</translation>
    </message>
    <message>
        <source>this program may not read and write {name} in {folder}</source>
        <translation>لا يُسمح لهذا البرنامج بقراءة {name} والكتابة فيه في {folder}</translation>
    </message>
    <message>
        <source>this program may not read it in {folder}</source>
        <translation>لا يُسمح لهذا البرنامج بقراءته في {folder}</translation>
    </message>
    <message>
        <source>this program may not write to {folder}</source>
        <translation>لا يُسمح لهذا البرنامج بالكتابة في {folder}</translation>
    </message>
    <message>
        <source>times</source>
        <translation>الأوقات</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it has a name that no file of a backup has.</source>
        <translation>لا يمكن استعادة {backup}: اسم {file} فيها ليس من أسماء ملفات النسخ الاحتياطية.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds a value that is far too large.</source>
        <translation>لا يمكن استعادة {backup}: يحتوي {file} فيها على قيمة كبيرة جدًا.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it holds something else than the tables of Posto.</source>
        <translation>لا يمكن استعادة {backup}: محتوى {file} فيها ليس جداول Posto.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is a link or a device, not a file.</source>
        <translation>لا يمكن استعادة {backup}: {file} فيها رابط أو جهاز، لا ملف.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is damaged.</source>
        <translation>لا يمكن استعادة {backup}: {file} فيها تالف.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is far too large for settings.</source>
        <translation>لا يمكن استعادة {backup}: {file} فيها أكبر بكثير من أن يكون إعدادات.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it is not what the list of files says.</source>
        <translation>لا يمكن استعادة {backup}: {file} فيها لا يطابق ما تذكره قائمة الملفات.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it lies over another file.</source>
        <translation>لا يمكن استعادة {backup}: موضع {file} فيها يتداخل مع ملف آخر.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it takes too long to be checked.</source>
        <translation>لا يمكن استعادة {backup}: فحص {file} فيها يستغرق وقتًا طويلًا جدًا.</translation>
    </message>
    <message>
        <source>{backup} cannot be restored: {file} in it would replace passwords, which no backup holds.</source>
        <translation>لا يمكن استعادة {backup}: سيستبدل {file} فيها كلمات مرور، وهي لا توجد في أي نسخة احتياطية.</translation>
    </message>
    <message>
        <source>{folder} cannot be used</source>
        <translation>لا يمكن استخدام {folder}</translation>
    </message>
    <message>
        <source>{folder} is not a folder it can use</source>
        <translation>{folder} ليس مجلدًا يمكنه استخدامه</translation>
    </message>
    <message>
        <source>{keychain} could not be used.</source>
        <translation>تعذّر استخدام {keychain}.</translation>
    </message>
    <message>
        <source>{keychain} is locked. Unlock it, then try again.</source>
        <translation>{keychain} مقفلة. افتح قفلها ثم حاول مجددًا.</translation>
    </message>
    <message>
        <source>{keychain} is not responding. It may be waiting for its password.</source>
        <extracomment>{keychain}: its name, such as KWallet, or &quot;The keychain&quot;.</extracomment>
        <translation>{keychain} لا تستجيب. ربما تنتظر كلمة المرور الخاصة بها.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>تعذّرت قراءة {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} cannot be restored: {why}.</source>
        <translation>لا يمكن استعادة {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} contains two files whose names differ only in capital letters. The disk here can keep only one of them.</source>
        <translation>يحتوي {name} على ملفين لا يختلف اسماهما إلا في الأحرف الكبيرة. لا يمكن للقرص هنا الاحتفاظ إلا بواحد منهما.</translation>
    </message>
    <message>
        <source>{name} could not be copied: {why}.</source>
        <translation>تعذّر نسخ {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be deleted: {why}.</source>
        <translation>تعذّر حذف {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be moved away: {why}.</source>
        <translation>تعذّر نقل {name} إلى مكان آخر: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be opened: {why}.</source>
        <translation>تعذّر فتح {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be read: {why}.</source>
        <translation>تعذّرت قراءة {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be saved: {why}.</source>
        <extracomment>The reason follows a colon and is no sentence of its own: &quot;the disk that holds … is full&quot;.</extracomment>
        <translation>تعذّر حفظ {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} could not be written: {why}.</source>
        <translation>تعذّرت كتابة {name}: {why}.</translation>
    </message>
    <message>
        <source>{name} holds entries with damaged {what}. They are shown as far as they can be read; the others are not affected.</source>
        <extracomment>{what}: one or more of &quot;times&quot;, &quot;numbers&quot;, &quot;contents&quot;, &quot;texts&quot;, separated by commas.</extracomment>
        <translation>يحتوي {name} على إدخالات فيها بيانات تالفة ({what}). تُعرض بقدر ما يمكن قراءتها؛ ولا تتأثر الإدخالات الأخرى.</translation>
    </message>
    <message>
        <source>{name} in this backup is from a newer version of Posto. Install that version to use it.</source>
        <translation>{name} في هذه النسخة الاحتياطية من إصدار أحدث من Posto. ثبّت ذلك الإصدار لاستخدامها.</translation>
    </message>
    <message>
        <source>{name} is closed.</source>
        <translation>{name} مغلق.</translation>
    </message>
    <message>
        <source>{name} is damaged or not a backup of Posto.</source>
        <translation>{name} تالف أو ليس نسخة احتياطية من Posto.</translation>
    </message>
    <message>
        <source>{name} is damaged, so nothing can be saved.</source>
        <translation>{name} تالف، لذا لا يمكن حفظ أي شيء.</translation>
    </message>
    <message>
        <source>{name} was not found.</source>
        <translation>لم يُعثر على {name}.</translation>
    </message>
    <message>
        <source>{name} was not moved, because {why}</source>
        <translation>لم يُنقل {name}، لأن {why}</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of Posto and was not changed. Start that version to use it.</source>
        <translation>كُتب {name} بإصدار أحدث من Posto ولم يُغيَّر. شغّل ذلك الإصدار لاستخدامه.</translation>
    </message>
    <message numerus="yes">
        <source>{programs} (is/are) using it</source>
        <extracomment>A reason after a colon. {programs}: names of programs, separated by commas.</extracomment>
        <translation>
            <numerusform>قيد الاستخدام من {programs}</numerusform>
            <numerusform>قيد الاستخدام من {programs}</numerusform>
            <numerusform>قيد الاستخدام من {programs}</numerusform>
            <numerusform>قيد الاستخدام من {programs}</numerusform>
            <numerusform>قيد الاستخدام من {programs}</numerusform>
            <numerusform>قيد الاستخدام من {programs}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source> Left out because of their names: {names}.</source>
        <translation> استُبعدت بسبب أسمائها: {names}.</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>كل الملفات (*)</translation>
    </message>
    <message>
        <source>Back up everything</source>
        <translation>نسخ كل شيء احتياطيًا</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>نسخ احتياطي…</translation>
    </message>
    <message>
        <source>Backups of Posto (*{suffix})</source>
        <extracomment>Keep the brackets and what is in them.</extracomment>
        <translation>نسخ Posto الاحتياطية (*{suffix})</translation>
    </message>
    <message>
        <source>Cache of pictures</source>
        <translation>ذاكرة التخزين المؤقت للصور</translation>
    </message>
    <message>
        <source>Clear the cache</source>
        <translation>مسح ذاكرة التخزين المؤقت</translation>
    </message>
    <message>
        <source>Drafts, outbox and the workspace on this computer</source>
        <translation>المسودات وصندوق الصادر ومساحة العمل على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Everything in one file</source>
        <translation>كل شيء في ملف واحد</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>فشل: {why}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>المجلدات</translation>
    </message>
    <message>
        <source>Keep current data</source>
        <translation>الإبقاء على البيانات الحالية</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>ملفات السجل</translation>
    </message>
    <message>
        <source>Made {when}. Drafts: {drafts}, files: {files}. Your current data, including posts waiting to be sent, moves to a folder named “before-restore”. Posto restarts.</source>
        <translation>أُنشئت {when}. المسودات: {drafts}، الملفات: {files}. تُنقل بياناتك الحالية، بما فيها المنشورات المنتظرة للإرسال، إلى مجلد باسم «before-restore». ثم يُعاد تشغيل Posto.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>جارٍ القياس</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>لم يتغير شيء.</translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb.</extracomment>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Open the folder of data</source>
        <translation>فتح مجلد البيانات</translation>
    </message>
    <message>
        <source>Open the folder of log files</source>
        <translation>فتح مجلد ملفات السجل</translation>
    </message>
    <message>
        <source>Open the folder of settings</source>
        <translation>فتح مجلد الإعدادات</translation>
    </message>
    <message>
        <source>Posto checks the file, moves your current data to a separate folder and restarts.</source>
        <translation>يفحص Posto الملف وينقل بياناتك الحالية إلى مجلد منفصل ثم يُعاد تشغيله.</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>استعادة نسخة احتياطية</translation>
    </message>
    <message>
        <source>Restore and restart</source>
        <translation>استعادة وإعادة تشغيل</translation>
    </message>
    <message>
        <source>Restore this backup?</source>
        <translation>هل تريد استعادة هذه النسخة الاحتياطية؟</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>استعادة…</translation>
    </message>
    <message numerus="yes">
        <source>Saved as {name}: %Ln file(s), {size}. Passwords are not included.</source>
        <translation>
            <numerusform>حُفظت باسم {name}: %Ln ملف، {size}. كلمات المرور غير مشمولة.</numerusform>
            <numerusform>حُفظت باسم {name}: ملف واحد، {size}. كلمات المرور غير مشمولة.</numerusform>
            <numerusform>حُفظت باسم {name}: ملفان، {size}. كلمات المرور غير مشمولة.</numerusform>
            <numerusform>حُفظت باسم {name}: %Ln ملفات، {size}. كلمات المرور غير مشمولة.</numerusform>
            <numerusform>حُفظت باسم {name}: %Ln ملفًا، {size}. كلمات المرور غير مشمولة.</numerusform>
            <numerusform>حُفظت باسم {name}: %Ln ملف، {size}. كلمات المرور غير مشمولة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Settings and styles</source>
        <translation>الإعدادات والأنماط</translation>
    </message>
    <message>
        <source>Settings, styles, snippets, accounts, drafts, the outbox, and the workspace of this computer with its files. Passwords are not included.</source>
        <translation>الإعدادات والأنماط والنصوص الجاهزة والحسابات والمسودات وصندوق الصادر ومساحة عمل هذا الكمبيوتر مع ملفاتها. كلمات المرور غير مشمولة.</translation>
    </message>
    <message>
        <source>Size unknown</source>
        <translation>الحجم غير معروف</translation>
    </message>
    <message>
        <source>Stop backing up</source>
        <translation>إيقاف النسخ الاحتياطي</translation>
    </message>
    <message>
        <source>Stop clearing</source>
        <translation>إيقاف المسح</translation>
    </message>
    <message>
        <source>Stop restoring</source>
        <translation>إيقاف الاستعادة</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>تم الإيقاف. لم يتغير شيء.</translation>
    </message>
    <message>
        <source>The cache is empty</source>
        <translation>ذاكرة التخزين المؤقت فارغة</translation>
    </message>
    <message>
        <source>Wait for the running task to finish</source>
        <translation>انتظر حتى تنتهي المهمة الجارية</translation>
    </message>
    <message>
        <source>{size} in {folder}</source>
        <translation>{size} في {folder}</translation>
    </message>
</context>
<context>
    <name>StoredInsights</name>
    <message numerus="yes">
        <source>%Ln post(s) since {day}; deleted when older</source>
        <translation>
            <numerusform>لا منشورات منذ {day}؛ يُحذف الأقدم</numerusform>
            <numerusform>منشور واحد منذ {day}؛ يُحذف الأقدم</numerusform>
            <numerusform>منشوران منذ {day}؛ يُحذف الأقدم</numerusform>
            <numerusform>%Ln منشورات منذ {day}؛ يُحذف الأقدم</numerusform>
            <numerusform>%Ln منشورًا منذ {day}؛ يُحذف الأقدم</numerusform>
            <numerusform>%Ln منشور منذ {day}؛ يُحذف الأقدم</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Delete all insights</source>
        <translation>حذف كل الإحصاءات</translation>
    </message>
    <message>
        <source>Delete all insights?</source>
        <translation>حذف كل الإحصاءات؟</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>حذف…</translation>
    </message>
    <message>
        <source>Export all insights</source>
        <translation>تصدير كل الإحصاءات</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>تصدير…</translation>
    </message>
    <message>
        <source>Failed: {why}</source>
        <translation>فشل: {why}</translation>
    </message>
    <message>
        <source>Insights on this computer</source>
        <translation>الإحصاءات على هذا الحاسوب</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>جارٍ القياس</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>لا شيء بعد</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>إيقاف التصدير</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>جداول (*.csv)</translation>
    </message>
    <message>
        <source>The numbers of all workspaces are deleted from this computer. Networks still have theirs; posts of the last 30 days are read again.</source>
        <translation>تُحذف أرقام كل مساحات العمل من هذا الحاسوب. تبقى أرقام الشبكات لديها، وتُقرأ منشورات آخر 30 يومًا مجددًا.</translation>
    </message>
    <message>
        <source>There are no insights yet</source>
        <translation>لا توجد إحصاءات بعد</translation>
    </message>
    <message>
        <source>Written to {name}</source>
        <translation>كُتب في {name}</translation>
    </message>
</context>
<context>
    <name>StyleEditor</name>
    <message>
        <source>{name} copy</source>
        <translation>نسخة من {name}</translation>
    </message>
</context>
<context>
    <name>StyleForm</name>
    <message>
        <source>First comment</source>
        <translation>التعليق الأول</translation>
    </message>
    <message>
        <source>First comment on Facebook, Instagram, X, Bluesky and Reddit</source>
        <translation>التعليق الأول على Facebook وInstagram وX وBluesky وReddit</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>إدراج</translation>
    </message>
    <message>
        <source>Networks of the style</source>
        <translation>شبكات النمط</translation>
    </message>
    <message>
        <source>None (own text)</source>
        <translation>لا شيء (نص خاص)</translation>
    </message>
    <message>
        <source>Own text for a network</source>
        <translation>نص خاص لشبكة</translation>
    </message>
    <message>
        <source>Own text for…</source>
        <translation>نص خاص لـ…</translation>
    </message>
    <message>
        <source>Same as</source>
        <translation>مثل</translation>
    </message>
    <message>
        <source>Template for {network}</source>
        <translation>قالب لـ {network}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>Unknown variable: {names}</source>
        <translation>متغير غير معروف: {names}</translation>
    </message>
    <message>
        <source>Use all networks&apos; text</source>
        <translation>استخدام نص كل الشبكات</translation>
    </message>
    <message>
        <source>all networks</source>
        <translation>كل الشبكات</translation>
    </message>
</context>
<context>
    <name>StyleHeader</name>
    <message>
        <source>Delete style</source>
        <translation>حذف النمط</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Duplicate style</source>
        <translation>إنشاء نسخة من النمط</translation>
    </message>
    <message>
        <source>More for this style</source>
        <translation>المزيد لهذا النمط</translation>
    </message>
    <message>
        <source>Show</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>إظهار</translation>
    </message>
    <message>
        <source>Show preview</source>
        <translation>إظهار المعاينة</translation>
    </message>
    <message>
        <source>Show where the style is used</source>
        <translation>إظهار أين يُستخدم النمط</translation>
    </message>
</context>
<context>
    <name>StyleListPane</name>
    <message>
        <source>Defaults of channels</source>
        <translation>القيم الافتراضية للقنوات</translation>
    </message>
    <message>
        <source>Defaults of networks and channels</source>
        <translation>القيم الافتراضية للشبكات والقنوات</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>البحث عن نمط</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>استيراد أنماط</translation>
    </message>
    <message>
        <source>Import styles from files</source>
        <translation>استيراد أنماط من ملفات</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>نمط جديد</translation>
    </message>
    <message>
        <source>Search styles</source>
        <translation>البحث في الأنماط</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>الأنماط</translation>
    </message>
    <message numerus="yes">
        <source>The search hides %n style(s)</source>
        <translation>
            <numerusform>يُخفي البحث %n نمط</numerusform>
            <numerusform>يُخفي البحث نمطًا واحدًا</numerusform>
            <numerusform>يُخفي البحث نمطين</numerusform>
            <numerusform>يُخفي البحث %n أنماط</numerusform>
            <numerusform>يُخفي البحث %n نمطًا</numerusform>
            <numerusform>يُخفي البحث %n نمط</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StyleListView</name>
    <message>
        <source>Styles list</source>
        <translation>قائمة الأنماط</translation>
    </message>
</context>
<context>
    <name>StyleNameField</name>
    <message>
        <source>Style name</source>
        <translation>اسم النمط</translation>
    </message>
</context>
<context>
    <name>StylePreview</name>
    <message>
        <source>Close preview of the style</source>
        <translation>إغلاق معاينة النمط</translation>
    </message>
    <message>
        <source>Current message</source>
        <translation>الرسالة الحالية</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>المعاينة</translation>
    </message>
    <message>
        <source>Preview of the style</source>
        <translation>معاينة النمط</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>نموذج</translation>
    </message>
    <message>
        <source>Tinted words come from the message</source>
        <translation>الكلمات الملونة من الرسالة</translation>
    </message>
</context>
<context>
    <name>StyleRow</name>
    <message>
        <source>No style</source>
        <translation>بلا نمط</translation>
    </message>
    <message>
        <source>Style</source>
        <extracomment>Noun: how messages look on each network.</extracomment>
        <translation>النمط</translation>
    </message>
    <message>
        <source>{name} (missing)</source>
        <translation>{name} (مفقودة)</translation>
    </message>
</context>
<context>
    <name>StyleSample</name>
    <message>
        <source>#winterroast</source>
        <comment>a hashtag, so without spaces</comment>
        <translation>#تحميص_الشتاء</translation>
    </message>
    <message>
        <source>Fig, cocoa and a little orange peel, roasted every Tuesday in Kreuzberg.</source>
        <translation>تين وكاكاو وقليل من قشر البرتقال، تُحمَّص كل ثلاثاء في كرويتسبرغ.</translation>
    </message>
    <message>
        <source>Winter Roast</source>
        <translation>تحميص الشتاء</translation>
    </message>
</context>
<context>
    <name>Styles</name>
    <message>
        <source>All networks the same</source>
        <translation>كل الشبكات متماثلة</translation>
    </message>
    <message>
        <source>Announcement</source>
        <translation>إعلان</translation>
    </message>
    <message>
        <source>Blog post</source>
        <translation>تدوينة</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>مدمج</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>فارغ</translation>
    </message>
    <message>
        <source>Own text for {networks}</source>
        <translation>نص خاص لـ {networks}</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>منتج</translation>
    </message>
    <message>
        <source>The style “{name}” cannot be used. {reason}</source>
        <translation>لا يمكن استخدام النمط «{name}». {reason}</translation>
    </message>
    <message>
        <source>The style “{name}” no longer exists.</source>
        <translation>لم يعد النمط «{name}» موجودًا.</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>غير قابل للقراءة</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>أنماطك</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <extracomment>{names}: names of networks.</extracomment>
        <translation>
            <numerusform>{names} و%n عنصر آخر</numerusform>
            <numerusform>{names} وعنصر آخر</numerusform>
            <numerusform>{names} وعنصران آخران</numerusform>
            <numerusform>{names} و%n عناصر أخرى</numerusform>
            <numerusform>{names} و%n عنصرًا آخر</numerusform>
            <numerusform>{names} و%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>{networks} only</source>
        <translation>{networks} فقط</translation>
    </message>
    <message>
        <source>{one} and {other}</source>
        <extracomment>Two names of networks.</extracomment>
        <translation>{one} و{other}</translation>
    </message>
</context>
<context>
    <name>StylesActionBar</name>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message>
        <source>Save style</source>
        <translation>حفظ النمط</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>استخدام لرسالة جديدة</translation>
    </message>
</context>
<context>
    <name>StylesActions</name>
    <message>
        <source>&amp;Style</source>
        <translation>الن&amp;مط</translation>
    </message>
    <message>
        <source>Built-in styles cannot be deleted</source>
        <translation>لا يمكن حذف الأنماط المدمجة</translation>
    </message>
    <message>
        <source>Changes are saved automatically</source>
        <translation>تُحفظ التغييرات تلقائيًا</translation>
    </message>
    <message>
        <source>Create a copy of this style</source>
        <translation>إنشاء نسخة من هذا النمط</translation>
    </message>
    <message>
        <source>Defaults…</source>
        <translation>القيم الافتراضية…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>إنشاء نسخة</translation>
    </message>
    <message>
        <source>Export style</source>
        <translation>تصدير النمط</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>تصدير…</translation>
    </message>
    <message>
        <source>Find a style</source>
        <translation>البحث عن نمط</translation>
    </message>
    <message>
        <source>Import styles</source>
        <translation>استيراد أنماط</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>استيراد…</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>نقل إلى أسفل</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>نقل إلى أعلى</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>نمط جديد</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>إعادة تسمية</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message>
        <source>Show or hide the preview</source>
        <translation>إظهار المعاينة أو إخفاؤها</translation>
    </message>
    <message>
        <source>Start a message with this style</source>
        <translation>بدء رسالة بهذا النمط</translation>
    </message>
    <message>
        <source>Styles (*.json)</source>
        <translation>أنماط (*.json)</translation>
    </message>
    <message>
        <source>The file of this style cannot be read</source>
        <translation>تعذّرت قراءة ملف هذا النمط</translation>
    </message>
    <message>
        <source>Use for new message</source>
        <translation>استخدام لرسالة جديدة</translation>
    </message>
</context>
<context>
    <name>StylesController</name>
    <message>
        <source>Styles</source>
        <translation>الأنماط</translation>
    </message>
</context>
<context>
    <name>StylesLayout</name>
    <message>
        <source>A style adapts your messages to each network.</source>
        <translation>يكيّف النمط رسائلك لكل شبكة.</translation>
    </message>
    <message>
        <source>New style</source>
        <translation>نمط جديد</translation>
    </message>
    <message>
        <source>No style chosen</source>
        <translation>لم يُختر أي نمط</translation>
    </message>
</context>
<context>
    <name>StylesMenus</name>
    <message>
        <source>Icon: {name}</source>
        <translation>الأيقونة: {name}</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>بلا عنوان</translation>
    </message>
</context>
<context>
    <name>StylesPage</name>
    <message numerus="yes">
        <source>%n campaign(s)</source>
        <translation>
            <numerusform>%n حملة</numerusform>
            <numerusform>حملة واحدة</numerusform>
            <numerusform>حملتان</numerusform>
            <numerusform>%n حملات</numerusform>
            <numerusform>%n حملة</numerusform>
            <numerusform>%n حملة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s)</source>
        <translation>
            <numerusform>%n مسودة</numerusform>
            <numerusform>مسودة واحدة</numerusform>
            <numerusform>مسودتان</numerusform>
            <numerusform>%n مسودات</numerusform>
            <numerusform>%n مسودة</numerusform>
            <numerusform>%n مسودة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n منشور مجدول</numerusform>
            <numerusform>منشور مجدول واحد</numerusform>
            <numerusform>منشوران مجدولان</numerusform>
            <numerusform>%n منشورات مجدولة</numerusform>
            <numerusform>%n منشورًا مجدولًا</numerusform>
            <numerusform>%n منشور مجدول</numerusform>
        </translation>
    </message>
    <message>
        <source>Built in · {words}</source>
        <extracomment>{words}: where the style is used.</extracomment>
        <translation>مدمج · {words}</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>لم تُحفظ بعد</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>لم يُستخدم بعد</translation>
    </message>
    <message>
        <source>Saved on this computer</source>
        <translation>حُفظت على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Used by {what}</source>
        <translation>مستخدم في {what}</translation>
    </message>
    <message>
        <source>Your changes go into a copy</source>
        <translation>تُحفظ تغييراتك في نسخة</translation>
    </message>
</context>
<context>
    <name>StylesState</name>
    <message>
        <source>Another program changed this style. Its version was saved as “{name}”.</source>
        <translation>غيّر برنامج آخر هذا النمط. حُفظت نسخته باسم «{name}».</translation>
    </message>
    <message>
        <source>Another program changed “{name}”.</source>
        <translation>غيّر برنامج آخر «{name}».</translation>
    </message>
    <message>
        <source>Exported without the watermark: {name}</source>
        <translation>تم التصدير بلا العلامة المائية: {name}</translation>
    </message>
    <message>
        <source>Restore my version</source>
        <translation>استعادة نسختي</translation>
    </message>
    <message>
        <source>Style “{name}” deleted</source>
        <translation>تم حذف النمط «{name}»</translation>
    </message>
    <message>
        <source>Style “{name}” exported</source>
        <translation>تم تصدير النمط «{name}»</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>{part} removed from “{name}”</source>
        <extracomment>{part}: hashtags, signature, watermark or link tags of a style; {name}: the style.</extracomment>
        <translation>تمت إزالة {part} من «{name}»</translation>
    </message>
    <message>
        <source>{title} is built in and stays as it is. You are editing your copy, “{name}”.</source>
        <translation>{title} مدمج ويبقى كما هو. أنت تعدّل نسختك، «{name}».</translation>
    </message>
</context>
<context>
    <name>SuggestionCompleter</name>
    <message numerus="yes">
        <source>%n suggestion(s)</source>
        <translation>
            <numerusform>%n اقتراح</numerusform>
            <numerusform>اقتراح واحد</numerusform>
            <numerusform>اقتراحان</numerusform>
            <numerusform>%n اقتراحات</numerusform>
            <numerusform>%n اقتراحًا</numerusform>
            <numerusform>%n اقتراح</numerusform>
        </translation>
    </message>
    <message>
        <source>name only</source>
        <translation>الاسم فقط</translation>
    </message>
    <message numerus="yes">
        <source>used %n time(s)</source>
        <translation>
            <numerusform>استُخدم %n مرة</numerusform>
            <numerusform>استُخدم مرة واحدة</numerusform>
            <numerusform>استُخدم مرتين</numerusform>
            <numerusform>استُخدم %n مرات</numerusform>
            <numerusform>استُخدم %n مرة</numerusform>
            <numerusform>استُخدم %n مرة</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {n} of {count}</source>
        <translation>{name}، {n} من {count}</translation>
    </message>
    <message>
        <source>{word} is not suggested any more</source>
        <translation>لن تُقترح {word} بعد الآن</translation>
    </message>
</context>
<context>
    <name>TakeOver</name>
    <message>
        <source>Taken over: {fields}</source>
        <translation>ما أُخذ: {fields}</translation>
    </message>
    <message>
        <source>Your version is in Drafts</source>
        <translation>نسختك في المسودات</translation>
    </message>
</context>
<context>
    <name>Team</name>
    <message>
        <source>Added a device</source>
        <translation>أضاف جهازًا</translation>
    </message>
    <message>
        <source>Added a person</source>
        <translation>أضاف شخصًا</translation>
    </message>
    <message>
        <source>All channels</source>
        <translation>كل القنوات</translation>
    </message>
    <message>
        <source>Approved a post</source>
        <translation>وافق على منشور</translation>
    </message>
    <message>
        <source>Began to disconnect an account</source>
        <translation>بدأ فصل حساب</translation>
    </message>
    <message>
        <source>Changed a person</source>
        <translation>غيّر بيانات شخص</translation>
    </message>
    <message>
        <source>Changed how posts are sent</source>
        <translation>غيّر طريقة إرسال المنشورات</translation>
    </message>
    <message>
        <source>Changed settings of a channel</source>
        <translation>غيّر إعدادات قناة</translation>
    </message>
    <message>
        <source>Changed settings of a network</source>
        <translation>غيّر إعدادات شبكة</translation>
    </message>
    <message>
        <source>Changed settings of the workspace</source>
        <translation>غيّر إعدادات مساحة العمل</translation>
    </message>
    <message>
        <source>Changed the e-mail address of a person</source>
        <translation>غيّر عنوان البريد لشخص</translation>
    </message>
    <message>
        <source>Changed the groups of a channel</source>
        <translation>غيّر مجموعات قناة</translation>
    </message>
    <message>
        <source>Changed the groups of a person</source>
        <translation>غيّر مجموعات شخص</translation>
    </message>
    <message>
        <source>Changed the role of a person</source>
        <translation>غيّر دور شخص</translation>
    </message>
    <message>
        <source>Checked a channel</source>
        <translation>فحص قناة</translation>
    </message>
    <message>
        <source>Checked an account</source>
        <translation>فحص حسابًا</translation>
    </message>
    <message>
        <source>Chose what of an account is used</source>
        <translation>اختار ما يُستخدم من حساب</translation>
    </message>
    <message>
        <source>Connected an account</source>
        <translation>ربط حسابًا</translation>
    </message>
    <message>
        <source>Deleted a file</source>
        <translation>حذف ملفًا</translation>
    </message>
    <message>
        <source>Deleted posts</source>
        <translation>حذف منشورات</translation>
    </message>
    <message>
        <source>Described a file</source>
        <translation>وصف ملفًا</translation>
    </message>
    <message>
        <source>Disabled: cannot sign in</source>
        <translation>معطّل: لا يمكنه تسجيل الدخول</translation>
    </message>
    <message>
        <source>Disconnected an account</source>
        <translation>فصل حسابًا</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>محرر</translation>
    </message>
    <message>
        <source>It is not known whether {name} was added to the team. {reason}</source>
        <translation>لا يُعرف هل أُضيف {name} إلى الفريق. {reason}</translation>
    </message>
    <message>
        <source>It is not known whether {name} was changed. {reason}</source>
        <translation>لا يُعرف هل تغيّر {name}. {reason}</translation>
    </message>
    <message>
        <source>Last used {when}</source>
        <translation>آخر استخدام: {when}</translation>
    </message>
    <message>
        <source>Last used {when}, from {address}</source>
        <translation>آخر استخدام: {when}، من {address}</translation>
    </message>
    <message>
        <source>Linked a provider&apos;s account to a person</source>
        <translation>ربط حساب مزوّد بشخص</translation>
    </message>
    <message>
        <source>May do everything, also here. Sees all channels.</source>
        <translation>يمكنه فعل كل شيء، هنا أيضًا. يرى جميع القنوات.</translation>
    </message>
    <message>
        <source>Moved a post</source>
        <translation>نقل منشورًا</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>لم يُستخدم قط</translation>
    </message>
    <message>
        <source>No channels</source>
        <translation>لا قنوات</translation>
    </message>
    <message>
        <source>No device yet</source>
        <translation>لا يوجد جهاز بعد</translation>
    </message>
    <message>
        <source>Not done: {reason}</source>
        <translation>لم يُنفَّذ: {reason}</translation>
    </message>
    <message>
        <source>Not known whether it was done</source>
        <translation>لا يُعرف هل نُفِّذ</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>مالك</translation>
    </message>
    <message>
        <source>Proposes posts, which an editor approves.</source>
        <translation>يقترح منشورات يوافق عليها محرر.</translation>
    </message>
    <message>
        <source>Removed a person</source>
        <translation>أزال شخصًا</translation>
    </message>
    <message>
        <source>Renewed the calendar&apos;s address</source>
        <translation>جدّد عنوان التقويم</translation>
    </message>
    <message>
        <source>Requested changes of a post</source>
        <translation>طلب تعديلات على منشور</translation>
    </message>
    <message>
        <source>Retried a first comment</source>
        <translation>أعاد محاولة تعليق أول</translation>
    </message>
    <message>
        <source>Retried posts</source>
        <translation>أعاد محاولة منشورات</translation>
    </message>
    <message>
        <source>Revoked a device</source>
        <translation>ألغى صلاحية جهاز</translation>
    </message>
    <message>
        <source>Said what became of a post</source>
        <translation>أفاد بما آل إليه منشور</translation>
    </message>
    <message>
        <source>Scheduled or edited a post</source>
        <translation>جدول منشورًا أو عدّله</translation>
    </message>
    <message>
        <source>Schedules and changes posts, and approves proposals.</source>
        <translation>يجدول المنشورات ويغيّرها ويوافق على الاقتراحات.</translation>
    </message>
    <message>
        <source>Sees what belongs to their groups.</source>
        <translation>يرى ما يخص مجموعاته.</translation>
    </message>
    <message>
        <source>Sent posts at once</source>
        <translation>أرسل منشورات فورًا</translation>
    </message>
    <message>
        <source>Tested an account</source>
        <translation>اختبر حسابًا</translation>
    </message>
    <message>
        <source>Took back an answer to a proposal</source>
        <translation>تراجع عن رد على اقتراح</translation>
    </message>
    <message>
        <source>Took back that a device was revoked</source>
        <translation>تراجع عن إلغاء صلاحية جهاز</translation>
    </message>
    <message>
        <source>Unlinked a provider&apos;s account from a person</source>
        <translation>فك ربط حساب مزوّد عن شخص</translation>
    </message>
    <message>
        <source>Uploaded a file</source>
        <translation>رفع ملفًا</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>مشاهد</translation>
    </message>
    <message>
        <source>Withdrew a proposal</source>
        <translation>سحب اقتراحًا</translation>
    </message>
    <message>
        <source>Writer</source>
        <translation>كاتب</translation>
    </message>
    <message>
        <source>account {key}</source>
        <translation>الحساب {key}</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>فورًا</translation>
    </message>
    <message>
        <source>channel {key}</source>
        <translation>القناة {key}</translation>
    </message>
    <message>
        <source>device {key}</source>
        <translation>الجهاز {key}</translation>
    </message>
    <message>
        <source>device: {value}</source>
        <translation>الجهاز: {value}</translation>
    </message>
    <message>
        <source>fields: {value}</source>
        <translation>الحقول: {value}</translation>
    </message>
    <message>
        <source>file {key}</source>
        <translation>الملف {key}</translation>
    </message>
    <message>
        <source>groups: {value}</source>
        <translation>المجموعات: {value}</translation>
    </message>
    <message>
        <source>is being disconnected</source>
        <translation>قيد الفصل</translation>
    </message>
    <message>
        <source>name: {value}</source>
        <translation>الاسم: {value}</translation>
    </message>
    <message>
        <source>post {key}</source>
        <translation>المنشور {key}</translation>
    </message>
    <message>
        <source>role: {value}</source>
        <translation>الدور: {value}</translation>
    </message>
    <message>
        <source>works</source>
        <translation>يعمل</translation>
    </message>
    <message>
        <source>{name} is as before. {reason}</source>
        <translation>{name} كما كان. {reason}</translation>
    </message>
    <message>
        <source>{name} is still in the team, but cannot sign in. {reason} To let them in, open {name} in Settings &gt; Team and turn on “May sign in”.</source>
        <translation>لا يزال {name} في الفريق، لكن لا يمكنه تسجيل الدخول. {reason} للسماح بذلك، افتح {name} في الإعدادات &gt; الفريق وفعّل «يمكنه تسجيل الدخول».</translation>
    </message>
    <message>
        <source>{name} is still revoked and cannot sign in. {reason}</source>
        <translation>لا تزال صلاحية {name} ملغاة ولا يمكنه تسجيل الدخول. {reason}</translation>
    </message>
    <message>
        <source>{name} was not added to the team. {reason}</source>
        <translation>لم يُضَف {name} إلى الفريق. {reason}</translation>
    </message>
    <message>
        <source>{name}, labels: {labels}, groups: {groups}</source>
        <translation>{name}، التسميات: {labels}، المجموعات: {groups}</translation>
    </message>
    <message>
        <source>{name}, revoked</source>
        <translation>{name}، أُلغيت صلاحيته</translation>
    </message>
    <message>
        <source>{name}: {reason}</source>
        <translation>{name}: {reason}</translation>
    </message>
    <message>
        <source>{status}, {when}, “{text}”</source>
        <translation>{status}، {when}، «{text}»</translation>
    </message>
</context>
<context>
    <name>TeamController</name>
    <message numerus="yes">
        <source>%Ln message(s) (waits/wait) for your approval</source>
        <translation>
            <numerusform>لا رسائل تنتظر موافقتك</numerusform>
            <numerusform>رسالة واحدة تنتظر موافقتك</numerusform>
            <numerusform>رسالتان تنتظران موافقتك</numerusform>
            <numerusform>%Ln رسائل تنتظر موافقتك</numerusform>
            <numerusform>%Ln رسالة تنتظر موافقتك</numerusform>
            <numerusform>%Ln رسالة تنتظر موافقتك</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of your proposals (was/were) approved</source>
        <translation>
            <numerusform>لم تتم الموافقة على أي من اقتراحاتك</numerusform>
            <numerusform>تمت الموافقة على أحد اقتراحاتك</numerusform>
            <numerusform>تمت الموافقة على اثنين من اقتراحاتك</numerusform>
            <numerusform>تمت الموافقة على %Ln من اقتراحاتك</numerusform>
            <numerusform>تمت الموافقة على %Ln من اقتراحاتك</numerusform>
            <numerusform>تمت الموافقة على %Ln من اقتراحاتك</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changes requested of %Ln message(s)</source>
        <translation>
            <numerusform>لم تُطلب تعديلات على أي رسالة</numerusform>
            <numerusform>طُلبت تعديلات على رسالة واحدة</numerusform>
            <numerusform>طُلبت تعديلات على رسالتين</numerusform>
            <numerusform>طُلبت تعديلات على %Ln رسائل</numerusform>
            <numerusform>طُلبت تعديلات على %Ln رسالة</numerusform>
            <numerusform>طُلبت تعديلات على %Ln رسالة</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>إظهار</translation>
    </message>
</context>
<context>
    <name>TeamPage</name>
    <message>
        <source>As of {when}.</source>
        <translation>حتى {when}.</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>سجل التدقيق</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>القنوات</translation>
    </message>
    <message>
        <source>Lost a device? Revoke it here, and it cannot sign in any more.</source>
        <translation>فقدت جهازًا؟ ألغِه هنا، فلن يستطيع تسجيل الدخول بعد ذلك.</translation>
    </message>
    <message>
        <source>Part of the team</source>
        <translation>قسم الفريق</translation>
    </message>
    <message>
        <source>People</source>
        <translation>الأشخاص</translation>
    </message>
    <message>
        <source>People and devices are on the server of your team. They are shown here when it answers.</source>
        <translation>الأشخاص والأجهزة موجودون على خادم فريقك، ويظهرون هنا عندما يستجيب.</translation>
    </message>
    <message>
        <source>The server is not reached, and changes need it.</source>
        <translation>تعذّر الوصول إلى الخادم، وهو لازم للتغييرات.</translation>
    </message>
    <message>
        <source>Your devices</source>
        <translation>أجهزتك</translation>
    </message>
    <message>
        <source>Your role in this team is now: {role}.</source>
        <translation>دورك في هذا الفريق الآن: {role}.</translation>
    </message>
    <message>
        <source>{name} cannot sign in any more. Enter takes it back.</source>
        <translation>لم يعد بإمكان {name} تسجيل الدخول. مفتاح Enter يتراجع عن ذلك.</translation>
    </message>
</context>
<context>
    <name>TemplateEdit</name>
    <message>
        <source>Variables</source>
        <translation>المتغيرات</translation>
    </message>
</context>
<context>
    <name>Templates</name>
    <message>
        <source>All hashtags of the message</source>
        <translation>كل هاشتاغات الرسالة</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>القناة</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>التاريخ</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>المقتطف</translation>
    </message>
    <message>
        <source>Hashtags</source>
        <translation>الهاشتاغات</translation>
    </message>
    <message>
        <source>Link</source>
        <extracomment>Noun: a web address.</extracomment>
        <translation>الرابط</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>الرسالة</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>الشبكة</translation>
    </message>
    <message>
        <source>Template “{name}” deleted</source>
        <translation>تم حذف القالب «{name}»</translation>
    </message>
    <message>
        <source>Template “{name}” replaced</source>
        <translation>تم استبدال القالب «{name}»</translation>
    </message>
    <message>
        <source>Template “{name}” saved</source>
        <translation>تم حفظ القالب «{name}»</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>The day on which it is sent</source>
        <translation>اليوم الذي تُرسل فيه</translation>
    </message>
    <message>
        <source>The first line of the message</source>
        <translation>السطر الأول من الرسالة</translation>
    </message>
    <message>
        <source>The first paragraph below the first line</source>
        <translation>الفقرة الأولى أسفل السطر الأول</translation>
    </message>
    <message>
        <source>The link of the message</source>
        <translation>رابط الرسالة</translation>
    </message>
    <message>
        <source>The message below its first line</source>
        <translation>الرسالة أسفل سطرها الأول</translation>
    </message>
    <message>
        <source>The name of the channel</source>
        <translation>اسم القناة</translation>
    </message>
    <message>
        <source>The name of the network</source>
        <translation>اسم الشبكة</translation>
    </message>
    <message>
        <source>The whole message</source>
        <translation>الرسالة كاملة</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>العنوان</translation>
    </message>
</context>
<context>
    <name>TextCard</name>
    <message>
        <source>A thread comes first. Its parts are edited in Compose.</source>
        <translation>السلسلة تأتي أولًا. تُحرر أجزاؤها في الإنشاء.</translation>
    </message>
    <message>
        <source>Move text {number} down</source>
        <translation>نقل النص {number} إلى أسفل</translation>
    </message>
    <message>
        <source>Move text {number} up</source>
        <translation>نقل النص {number} إلى أعلى</translation>
    </message>
    <message>
        <source>Remove text {number}</source>
        <translation>إزالة النص {number}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>Text {number}</source>
        <translation>النص {number}</translation>
    </message>
    <message>
        <source>The same, said another way</source>
        <translation>الشيء نفسه بصياغة أخرى</translation>
    </message>
    <message>
        <source>This is the same as text {number}.</source>
        <translation>هذا مطابق للنص {number}.</translation>
    </message>
    <message>
        <source>What would you like to say again and again?</source>
        <translation>ماذا تود أن تقول مرارًا؟</translation>
    </message>
</context>
<context>
    <name>TextInserter</name>
    <message>
        <source>All hashtags of “{name}” are already in the text</source>
        <translation>كل هاشتاغات «{name}» موجودة في النص بالفعل</translation>
    </message>
</context>
<context>
    <name>TextPresenter</name>
    <message>
        <source>All {network} channels</source>
        <translation>كل قنوات {network}</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>الرسالة</translation>
    </message>
    <message>
        <source>Message for {network}</source>
        <translation>رسالة لـ {network}</translation>
    </message>
    <message>
        <source>Part {n} of {count}</source>
        <translation>الجزء {n} من {count}</translation>
    </message>
    <message>
        <source>{name} uses the common text</source>
        <translation>{name} تستخدم النص المشترك</translation>
    </message>
    <message>
        <source>{name} uses the text for {network}</source>
        <translation>{name} تستخدم نص {network}</translation>
    </message>
</context>
<context>
    <name>ThreadPresenter</name>
    <message>
        <source>Add a part to the thread</source>
        <translation>إضافة جزء إلى السلسلة</translation>
    </message>
    <message>
        <source>All parts are one text now</source>
        <translation>كل الأجزاء نص واحد الآن</translation>
    </message>
    <message>
        <source>Join all parts</source>
        <translation>دمج كل الأجزاء</translation>
    </message>
    <message>
        <source>Move part down</source>
        <translation>نقل الجزء إلى أسفل</translation>
    </message>
    <message>
        <source>Move part up</source>
        <translation>نقل الجزء إلى أعلى</translation>
    </message>
    <message>
        <source>Move to the part after</source>
        <translation>نقل إلى الجزء التالي</translation>
    </message>
    <message>
        <source>Move to the part before</source>
        <translation>نقل إلى الجزء السابق</translation>
    </message>
    <message>
        <source>Next part</source>
        <translation>الجزء التالي</translation>
    </message>
    <message>
        <source>Number the parts</source>
        <translation>ترقيم الأجزاء</translation>
    </message>
    <message>
        <source>Part {n} removed</source>
        <translation>تمت إزالة الجزء {n}</translation>
    </message>
    <message>
        <source>Previous part</source>
        <translation>الجزء السابق</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>إزالة الجزء</translation>
    </message>
    <message numerus="yes">
        <source>Split into %n part(s)</source>
        <translation>
            <numerusform>تقسيم إلى %n جزء</numerusform>
            <numerusform>تقسيم إلى جزء واحد</numerusform>
            <numerusform>تقسيم إلى جزأين</numerusform>
            <numerusform>تقسيم إلى %n أجزاء</numerusform>
            <numerusform>تقسيم إلى %n جزءًا</numerusform>
            <numerusform>تقسيم إلى %n جزء</numerusform>
        </translation>
    </message>
    <message>
        <source>Split the text at blank lines</source>
        <translation>تقسيم النص عند الأسطر الفارغة</translation>
    </message>
    <message>
        <source>Split the text to fit</source>
        <translation>تقسيم النص ليناسب الحد</translation>
    </message>
    <message>
        <source>There is nothing to split: every part fits already</source>
        <translation>لا شيء لتقسيمه: كل جزء ضمن الحد بالفعل</translation>
    </message>
    <message>
        <source>{name} moved to part {n}</source>
        <translation>تم نقل {name} إلى الجزء {n}</translation>
    </message>
</context>
<context>
    <name>Threads</name>
    <message>
        <source>This text needs more than {most} parts. Shorten it or choose channels that allow longer texts.</source>
        <translation>يحتاج هذا النص إلى أكثر من {most} من الأجزاء. قصّره أو اختر قنوات تسمح بنصوص أطول.</translation>
    </message>
</context>
<context>
    <name>TileMenu</name>
    <message>
        <source>Describe for people who cannot see it…</source>
        <translation>وصف لمن لا يستطيع رؤيته…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>تعديل…</translation>
    </message>
    <message>
        <source>Move left</source>
        <translation>نقل إلى اليسار</translation>
    </message>
    <message>
        <source>Move right</source>
        <translation>نقل إلى اليمين</translation>
    </message>
    <message>
        <source>Remove from this message</source>
        <translation>إزالة من هذه الرسالة</translation>
    </message>
    <message>
        <source>Send to</source>
        <translation>إرسال إلى</translation>
    </message>
</context>
<context>
    <name>TimeField</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>اختر يومًا ووقتًا</translation>
    </message>
</context>
<context>
    <name>TimePopup</name>
    <message>
        <source>Add time</source>
        <translation>إضافة وقت</translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>الوقت</translation>
    </message>
</context>
<context>
    <name>TimeTag</name>
    <message>
        <source>Remove {time}, {days}</source>
        <translation>إزالة {time}، {days}</translation>
    </message>
</context>
<context>
    <name>TimelinePane</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n يوم</numerusform>
            <numerusform>يوم واحد</numerusform>
            <numerusform>يومان</numerusform>
            <numerusform>%n أيام</numerusform>
            <numerusform>%n يومًا</numerusform>
            <numerusform>%n يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>Close timeline</source>
        <translation>إغلاق المخطط الزمني</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>المخطط الزمني</translation>
    </message>
    <message>
        <source>Times in {zone}</source>
        <translation>الأوقات بتوقيت {zone}</translation>
    </message>
    <message>
        <source>Your timeline appears here.</source>
        <translation>يظهر مخططك الزمني هنا.</translation>
    </message>
</context>
<context>
    <name>TimesPage</name>
    <message numerus="yes">
        <source>%Ln message(s) will be added to {campaign}</source>
        <translation>
            <numerusform>ستتم إضافة %Ln رسالة إلى {campaign}</numerusform>
            <numerusform>ستتم إضافة رسالة واحدة إلى {campaign}</numerusform>
            <numerusform>ستتم إضافة رسالتين إلى {campaign}</numerusform>
            <numerusform>ستتم إضافة %Ln رسائل إلى {campaign}</numerusform>
            <numerusform>ستتم إضافة %Ln رسالة إلى {campaign}</numerusform>
            <numerusform>ستتم إضافة %Ln رسالة إلى {campaign}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) could not be downloaded.</source>
        <translation>
            <numerusform>تعذّر تنزيل %Ln صورة.</numerusform>
            <numerusform>تعذّر تنزيل صورة واحدة.</numerusform>
            <numerusform>تعذّر تنزيل صورتين.</numerusform>
            <numerusform>تعذّر تنزيل %Ln صور.</numerusform>
            <numerusform>تعذّر تنزيل %Ln صورة.</numerusform>
            <numerusform>تعذّر تنزيل %Ln صورة.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) will be downloaded first.</source>
        <translation>
            <numerusform>سيتم تنزيل %Ln صورة أولًا.</numerusform>
            <numerusform>سيتم تنزيل صورة واحدة أولًا.</numerusform>
            <numerusform>سيتم تنزيل صورتين أولًا.</numerusform>
            <numerusform>سيتم تنزيل %Ln صور أولًا.</numerusform>
            <numerusform>سيتم تنزيل %Ln صورة أولًا.</numerusform>
            <numerusform>سيتم تنزيل %Ln صورة أولًا.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) (has a warning/have warnings).</source>
        <translation>
            <numerusform>%Ln صف فيه تحذيرات.</numerusform>
            <numerusform>صف واحد فيه تحذير.</numerusform>
            <numerusform>صفان فيهما تحذيرات.</numerusform>
            <numerusform>%Ln صفوف فيها تحذيرات.</numerusform>
            <numerusform>%Ln صفًا فيها تحذيرات.</numerusform>
            <numerusform>%Ln صف فيها تحذيرات.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) will not be imported.</source>
        <translation>
            <numerusform>لن يتم استيراد %Ln صف.</numerusform>
            <numerusform>لن يتم استيراد صف واحد.</numerusform>
            <numerusform>لن يتم استيراد صفين.</numerusform>
            <numerusform>لن يتم استيراد %Ln صفوف.</numerusform>
            <numerusform>لن يتم استيراد %Ln صفًا.</numerusform>
            <numerusform>لن يتم استيراد %Ln صف.</numerusform>
        </translation>
    </message>
    <message>
        <source>At the times in the file</source>
        <translation>في الأوقات المذكورة في الملف</translation>
    </message>
    <message>
        <source>At the times in the file ({own}). Without a time, in the rhythm ({rest})</source>
        <extracomment>{own} and {rest}: numbers of messages.</extracomment>
        <translation>في الأوقات المذكورة في الملف ({own}). وبلا وقت، حسب الوتيرة ({rest})</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>نسخ التقرير</translation>
    </message>
    <message>
        <source>Downloading picture {n} of {total}</source>
        <translation>جارٍ تنزيل الصورة {n} من {total}</translation>
    </message>
    <message>
        <source>Fetching pictures</source>
        <translation>جارٍ جلب الصور</translation>
    </message>
    <message>
        <source>From {first} to {last}</source>
        <translation>من {first} إلى {last}</translation>
    </message>
    <message>
        <source>Import report</source>
        <translation>تقرير الاستيراد</translation>
    </message>
    <message>
        <source>Importing sends nothing.</source>
        <translation>لا يرسل الاستيراد شيئًا.</translation>
    </message>
    <message>
        <source>In the rhythm of the campaign, in this order</source>
        <translation>حسب وتيرة الحملة، بهذا الترتيب</translation>
    </message>
    <message>
        <source>The file contains no times</source>
        <translation>لا يحتوي الملف على أوقات</translation>
    </message>
    <message>
        <source>the campaign</source>
        <translation>الحملة</translation>
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
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Enter: {action}. Esc closes this.</source>
        <extracomment>{action}: text of a button, such as Undo.</extracomment>
        <translation>Enter: {action}. Esc للإغلاق.</translation>
    </message>
    <message>
        <source>{sentence} {action}: {key}, then Enter.</source>
        <extracomment>{action}: text of a button, such as Undo. {key}: the key that leads to it.</extracomment>
        <translation>{sentence} {action}: ‏{key} ثم Enter.</translation>
    </message>
</context>
<context>
    <name>ToolsRow</name>
    <message>
        <source>Add a part</source>
        <translation>إضافة جزء</translation>
    </message>
    <message>
        <source>Add media</source>
        <translation>إضافة وسائط</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>إرفاق ملفات</translation>
    </message>
    <message>
        <source>Insert emoji</source>
        <translation>إدراج إيموجي</translation>
    </message>
    <message>
        <source>Insert hashtag sign</source>
        <translation>إدراج علامة هاشتاغ</translation>
    </message>
    <message>
        <source>Insert mention sign</source>
        <translation>إدراج علامة إشارة</translation>
    </message>
    <message>
        <source>Insert snippet</source>
        <translation>إدراج نص جاهز</translation>
    </message>
    <message>
        <source>Recently used media</source>
        <translation>الوسائط المستخدمة مؤخرًا</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message numerus="yes">
        <source>%n item(s) (needs/need) attention</source>
        <translation>
            <numerusform>%n عنصر بحاجة إلى انتباه</numerusform>
            <numerusform>عنصر واحد بحاجة إلى انتباه</numerusform>
            <numerusform>عنصران بحاجة إلى انتباه</numerusform>
            <numerusform>%n عناصر بحاجة إلى انتباه</numerusform>
            <numerusform>%n عنصرًا بحاجة إلى انتباه</numerusform>
            <numerusform>%n عنصر بحاجة إلى انتباه</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread notification(s)</source>
        <translation>
            <numerusform>%n إشعار غير مقروء</numerusform>
            <numerusform>إشعار واحد غير مقروء</numerusform>
            <numerusform>إشعاران غير مقروءين</numerusform>
            <numerusform>%n إشعارات غير مقروءة</numerusform>
            <numerusform>%n إشعارًا غير مقروء</numerusform>
            <numerusform>%n إشعار غير مقروء</numerusform>
        </translation>
    </message>
    <message>
        <source>More pages</source>
        <translation>صفحات أخرى</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>الصفحات</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>Show notifications</source>
        <translation>إظهار الإشعارات</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n being sent</source>
        <translation>
            <numerusform>%n قيد الإرسال</numerusform>
            <numerusform>واحد قيد الإرسال</numerusform>
            <numerusform>اثنان قيد الإرسال</numerusform>
            <numerusform>%n قيد الإرسال</numerusform>
            <numerusform>%n قيد الإرسال</numerusform>
            <numerusform>%n قيد الإرسال</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n post(s) being sent</source>
        <translation>
            <numerusform>%n منشور قيد الإرسال</numerusform>
            <numerusform>منشور واحد قيد الإرسال</numerusform>
            <numerusform>منشوران قيد الإرسال</numerusform>
            <numerusform>%n منشورات قيد الإرسال</numerusform>
            <numerusform>%n منشورًا قيد الإرسال</numerusform>
            <numerusform>%n منشور قيد الإرسال</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scheduled post(s)</source>
        <translation>
            <numerusform>%n منشور مجدول</numerusform>
            <numerusform>منشور مجدول واحد</numerusform>
            <numerusform>منشوران مجدولان</numerusform>
            <numerusform>%n منشورات مجدولة</numerusform>
            <numerusform>%n منشورًا مجدولًا</numerusform>
            <numerusform>%n منشور مجدول</numerusform>
        </translation>
    </message>
    <message>
        <source>New message</source>
        <translation>رسالة جديدة</translation>
    </message>
    <message>
        <source>Next: {title}, {when}</source>
        <translation>التالي: {title}، {when}</translation>
    </message>
    <message>
        <source>No scheduled posts</source>
        <translation>لا منشورات مجدولة</translation>
    </message>
    <message>
        <source>Open Posto Desktop</source>
        <translation>فتح Posto Desktop</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>إيقاف الإرسال مؤقتًا</translation>
    </message>
    <message>
        <source>Quick post</source>
        <translation>منشور سريع</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>إنهاء</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>استئناف الإرسال</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>الإرسال متوقف مؤقتًا</translation>
    </message>
</context>
<context>
    <name>TrimBar</name>
    <message>
        <source>End</source>
        <translation>النهاية</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>البدء</translation>
    </message>
    <message>
        <source>{length} of the video is sent</source>
        <translation>يُرسل {length} من الفيديو</translation>
    </message>
</context>
<context>
    <name>TrimStrip</name>
    <message>
        <source>End of the video</source>
        <translation>نهاية الفيديو</translation>
    </message>
    <message>
        <source>Start of the video</source>
        <translation>بداية الفيديو</translation>
    </message>
</context>
<context>
    <name>UtmFields</name>
    <message>
        <source>Campaign</source>
        <translation>الحملة</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>المحتوى</translation>
    </message>
    <message>
        <source>Links in the text</source>
        <translation>الروابط في النص</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>الوسيط</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>المصدر</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>الكلمة المفتاحية</translation>
    </message>
    <message>
        <source>The attached link</source>
        <translation>الرابط المرفق</translation>
    </message>
    <message>
        <source>Variables: {names}. Tags that a link already has are kept.</source>
        <translation>المتغيرات: {names}. يُحتفظ بالوسوم الموجودة في الرابط.</translation>
    </message>
</context>
<context>
    <name>VariantBar</name>
    <message>
        <source>All files</source>
        <translation>كل الملفات</translation>
    </message>
    <message>
        <source>Channel of this text</source>
        <translation>قناة هذا النص</translation>
    </message>
    <message>
        <source>Files for this network</source>
        <translation>ملفات هذه الشبكة</translation>
    </message>
    <message>
        <source>No files</source>
        <translation>لا ملفات</translation>
    </message>
    <message>
        <source>Use the common text</source>
        <translation>استخدام النص المشترك</translation>
    </message>
    <message>
        <source>Uses its own text. Changes to All networks do not apply.</source>
        <translation>لها نصها الخاص. لا تسري عليها تغييرات «كل الشبكات».</translation>
    </message>
    <message>
        <source>Uses the common text. Type here to give it its own.</source>
        <translation>تستخدم النص المشترك. اكتب هنا لإعطائها نصًا خاصًا.</translation>
    </message>
    <message>
        <source>Uses the text for {network}. Type here to give it its own.</source>
        <translation>تستخدم نص {network}. اكتب هنا لإعطائها نصًا خاصًا.</translation>
    </message>
    <message>
        <source>{name} uses its own text and ignores changes to All networks.</source>
        <translation>{name} لها نصها الخاص وتتجاهل تغييرات «كل الشبكات».</translation>
    </message>
    <message>
        <source>{name} uses the common text. Type here to give it its own.</source>
        <translation>{name} تستخدم النص المشترك. اكتب هنا لإعطائها نصًا خاصًا.</translation>
    </message>
    <message>
        <source>{name} · own text</source>
        <translation>{name} · نص خاص</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n file(s)</source>
        <translation>
            <numerusform>{n} من %n ملف</numerusform>
            <numerusform>{n} من ملف واحد</numerusform>
            <numerusform>{n} من ملفين</numerusform>
            <numerusform>{n} من %n ملفات</numerusform>
            <numerusform>{n} من %n ملفًا</numerusform>
            <numerusform>{n} من %n ملف</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VideoBar</name>
    <message>
        <source>Cover</source>
        <translation>الغلاف</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>تشغيل أو إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>الصوت</translation>
    </message>
</context>
<context>
    <name>VideoResultView</name>
    <message numerus="yes">
        <source>All %n network(s)</source>
        <translation>
            <numerusform>كل الشبكات (%n)</numerusform>
            <numerusform>الشبكة الوحيدة</numerusform>
            <numerusform>كلتا الشبكتين</numerusform>
            <numerusform>كل الشبكات (%n)</numerusform>
            <numerusform>كل الشبكات (%n)</numerusform>
            <numerusform>كل الشبكات (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>Convert now</source>
        <translation>تحويل الآن</translation>
    </message>
    <message>
        <source>Converting the video</source>
        <translation>تحويل الفيديو</translation>
    </message>
    <message>
        <source>Encoded anew as H.264</source>
        <translation>يُعاد ترميزه بصيغة H.264</translation>
    </message>
    <message>
        <source>HDR becomes ordinary colours</source>
        <translation>تصبح ألوان HDR عادية</translation>
    </message>
    <message>
        <source>Otherwise it is converted when the post is sent</source>
        <translation>وإلا يُحوَّل عند إرسال المنشور</translation>
    </message>
    <message>
        <source>Sent as it is</source>
        <translation>يُرسل كما هو</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>Too large for {network}. Choose a smaller size.</source>
        <translation>أكبر مما تقبله {network}. اختر حجمًا أصغر.</translation>
    </message>
    <message>
        <source>Too long for {network}: up to {most}.</source>
        <translation>أطول من اللازم لـ {network}: حتى {most}.</translation>
    </message>
    <message>
        <source>Too short for {network}: {least} or more.</source>
        <translation>أقصر من اللازم لـ {network}: {least} أو أكثر.</translation>
    </message>
    <message>
        <source>Too small for {network}.</source>
        <translation>أصغر من اللازم لـ {network}.</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>ما يُرسل</translation>
    </message>
    <message>
        <source>Written anew as MP4, no quality lost</source>
        <translation>يُكتب من جديد بصيغة MP4 دون فقدان الجودة</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>نحو {size}</translation>
    </message>
    <message>
        <source>done</source>
        <translation>تم</translation>
    </message>
    <message>
        <source>takes about {time}</source>
        <translation>يستغرق نحو {time}</translation>
    </message>
    <message>
        <source>takes some seconds</source>
        <translation>يستغرق بضع ثوانٍ</translation>
    </message>
    <message>
        <source>{name} could not be prepared.</source>
        <translation>تعذّر إعداد {name}.</translation>
    </message>
    <message>
        <source>{network} may refuse it or compress it again.</source>
        <translation>قد ترفضه {network} أو تضغطه مرة أخرى.</translation>
    </message>
</context>
<context>
    <name>ViewSwitch</name>
    <message>
        <source>Campaigns</source>
        <translation>الحملات</translation>
    </message>
    <message>
        <source>Evergreen</source>
        <translation>الرسائل الدائمة</translation>
    </message>
    <message>
        <source>View of campaigns</source>
        <translation>عرض الحملات</translation>
    </message>
</context>
<context>
    <name>WatchFolderCard</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n قناة</numerusform>
            <numerusform>قناة واحدة</numerusform>
            <numerusform>قناتان</numerusform>
            <numerusform>%n قنوات</numerusform>
            <numerusform>%n قناة</numerusform>
            <numerusform>%n قناة</numerusform>
        </translation>
    </message>
    <message>
        <source>A campaign that was deleted</source>
        <translation>حملة محذوفة</translation>
    </message>
    <message>
        <source>A text file beside can name others</source>
        <translation>يمكن لملف نصي بجانبها تحديد غيرها</translation>
    </message>
    <message>
        <source>By itself, with Undo. Off: you decide about each draft</source>
        <translation>تلقائيًا مع إمكانية التراجع. عند الإيقاف: القرار لك في كل مسودة</translation>
    </message>
    <message>
        <source>Campaign without a name</source>
        <translation>حملة بلا اسم</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>القنوات</translation>
    </message>
    <message>
        <source>Channels for files of {name}</source>
        <translation>قنوات ملفات {name}</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>المسودات</translation>
    </message>
    <message>
        <source>Drafts from this folder go to these channels</source>
        <translation>مسودات هذا المجلد تذهب إلى هذه القنوات</translation>
    </message>
    <message>
        <source>Evergreen messages</source>
        <translation>الرسائل الدائمة</translation>
    </message>
    <message>
        <source>Folders inside, too</source>
        <translation>المجلدات الفرعية أيضًا</translation>
    </message>
    <message>
        <source>Messages of “{campaign}”</source>
        <translation>رسائل «{campaign}»</translation>
    </message>
    <message>
        <source>New files become</source>
        <translation>الملفات الجديدة تصبح</translation>
    </message>
    <message>
        <source>No longer watched. Its files and drafts stay.</source>
        <translation>لم يعد مراقَبًا. تبقى ملفاته ومسوداته.</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>بلا نمط</translation>
    </message>
    <message>
        <source>None chosen</source>
        <translation>لم تُحدَّد</translation>
    </message>
    <message>
        <source>Open the workspace of this folder to choose its channels</source>
        <translation>افتح مساحة عمل هذا المجلد لتحديد قنواته</translation>
    </message>
    <message>
        <source>Options of {name}</source>
        <translation>خيارات {name}</translation>
    </message>
    <message>
        <source>Pause {name}</source>
        <translation>إيقاف {name} مؤقتًا</translation>
    </message>
    <message>
        <source>Resume {name}</source>
        <translation>استئناف {name}</translation>
    </message>
    <message>
        <source>Schedule into the next free slot</source>
        <translation>جدولة في الموعد الشاغر التالي</translation>
    </message>
    <message>
        <source>Stop watching {name}</source>
        <translation>إيقاف مراقبة {name}</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>النمط</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Undo: watch {name} again</source>
        <translation>تراجع: مراقبة {name} مجددًا</translation>
    </message>
</context>
<context>
    <name>WatchFolders</name>
    <message>
        <source>Folder missing: connect its disk, or remove it from this list</source>
        <translation>المجلد مفقود: صِل قرصه، أو أزله من هذه القائمة</translation>
    </message>
    <message>
        <source>Looks for new files every minute</source>
        <translation>يبحث عن ملفات جديدة كل دقيقة</translation>
    </message>
    <message>
        <source>No permission: allow Posto to read this folder in your system</source>
        <translation>لا إذن: اسمح لـ Posto في نظامك بقراءة هذا المجلد</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files…</source>
        <translation>قراءة {done} من {total} ملف…</translation>
    </message>
    <message>
        <source>The campaign of {folder} was deleted. What comes there becomes drafts until you choose another in Settings.</source>
        <translation>حُذفت حملة {folder}. ما يصل إليها يصبح مسودات حتى تختار أخرى في الإعدادات.</translation>
    </message>
    <message>
        <source>This is not a folder</source>
        <translation>هذا ليس مجلدًا</translation>
    </message>
    <message numerus="yes">
        <source>Waiting for %n file(s) that (is/are) not complete</source>
        <translation>
            <numerusform>في انتظار %n ملف غير مكتمل</numerusform>
            <numerusform>في انتظار ملف واحد غير مكتمل</numerusform>
            <numerusform>في انتظار ملفين غير مكتملين</numerusform>
            <numerusform>في انتظار %n ملفات غير مكتملة</numerusform>
            <numerusform>في انتظار %n ملفًا غير مكتمل</numerusform>
            <numerusform>في انتظار %n ملف غير مكتمل</numerusform>
        </translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>قيد المراقبة</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>تعذّرت قراءة {name}.</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}.</source>
        <translation>تعذّرت قراءة {name}: {reason}.</translation>
    </message>
    <message>
        <source>{name} is not text in UTF-8. Save it as UTF-8.</source>
        <translation>{name} ليس نصًا بترميز UTF-8. احفظه بترميز UTF-8.</translation>
    </message>
    <message>
        <source>{name} is not valid JSON.</source>
        <translation>{name} ليس JSON صالحًا.</translation>
    </message>
    <message>
        <source>{name} is too large: a text has at most {size} KB.</source>
        <translation>{name} كبير جدًا: النص لا يتجاوز {size} كيلوبايت.</translation>
    </message>
</context>
<context>
    <name>WatchFoldersController</name>
    <message numerus="yes">
        <source>%n draft(s) from “{folder}”</source>
        <translation>
            <numerusform>%n مسودة من «{folder}»</numerusform>
            <numerusform>مسودة واحدة من «{folder}»</numerusform>
            <numerusform>مسودتان من «{folder}»</numerusform>
            <numerusform>%n مسودات من «{folder}»</numerusform>
            <numerusform>%n مسودة من «{folder}»</numerusform>
            <numerusform>%n مسودة من «{folder}»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) stayed: you edited or opened (it/them)</source>
        <translation>
            <numerusform>بقيت %n مسودة: عدّلتها أو فتحتها</numerusform>
            <numerusform>بقيت مسودة واحدة: عدّلتها أو فتحتها</numerusform>
            <numerusform>بقيت مسودتان: عدّلتهما أو فتحتهما</numerusform>
            <numerusform>بقيت %n مسودات: عدّلتها أو فتحتها</numerusform>
            <numerusform>بقيت %n مسودة: عدّلتها أو فتحتها</numerusform>
            <numerusform>بقيت %n مسودة: عدّلتها أو فتحتها</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n evergreen message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n رسالة دائمة من «{folder}»</numerusform>
            <numerusform>رسالة دائمة واحدة من «{folder}»</numerusform>
            <numerusform>رسالتان دائمتان من «{folder}»</numerusform>
            <numerusform>%n رسائل دائمة من «{folder}»</numerusform>
            <numerusform>%n رسالة دائمة من «{folder}»</numerusform>
            <numerusform>%n رسالة دائمة من «{folder}»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” (stays/stay) in Drafts.</source>
        <translation>
            <numerusform>تبقى %n رسالة من «{folder}» في المسودات.</numerusform>
            <numerusform>تبقى رسالة واحدة من «{folder}» في المسودات.</numerusform>
            <numerusform>تبقى رسالتان من «{folder}» في المسودات.</numerusform>
            <numerusform>تبقى %n رسائل من «{folder}» في المسودات.</numerusform>
            <numerusform>تبقى %n رسالة من «{folder}» في المسودات.</numerusform>
            <numerusform>تبقى %n رسالة من «{folder}» في المسودات.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) from “{folder}” scheduled</source>
        <translation>
            <numerusform>تمت جدولة %n رسالة من «{folder}»</numerusform>
            <numerusform>تمت جدولة رسالة واحدة من «{folder}»</numerusform>
            <numerusform>تمت جدولة رسالتين من «{folder}»</numerusform>
            <numerusform>تمت جدولة %n رسائل من «{folder}»</numerusform>
            <numerusform>تمت جدولة %n رسالة من «{folder}»</numerusform>
            <numerusform>تمت جدولة %n رسالة من «{folder}»</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more file(s) in “{folder}” (has/have) the same problem.</source>
        <translation>
            <numerusform>%n ملف آخر في «{folder}» لديه المشكلة نفسها.</numerusform>
            <numerusform>ملف آخر في «{folder}» لديه المشكلة نفسها.</numerusform>
            <numerusform>ملفان آخران في «{folder}» لديهما المشكلة نفسها.</numerusform>
            <numerusform>%n ملفات أخرى في «{folder}» لديها المشكلة نفسها.</numerusform>
            <numerusform>%n ملفًا آخر في «{folder}» لديها المشكلة نفسها.</numerusform>
            <numerusform>%n ملف آخر في «{folder}» لديها المشكلة نفسها.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new message(s) from “{folder}”</source>
        <translation>
            <numerusform>%n رسالة جديدة من «{folder}»</numerusform>
            <numerusform>رسالة جديدة واحدة من «{folder}»</numerusform>
            <numerusform>رسالتان جديدتان من «{folder}»</numerusform>
            <numerusform>%n رسائل جديدة من «{folder}»</numerusform>
            <numerusform>%n رسالة جديدة من «{folder}»</numerusform>
            <numerusform>%n رسالة جديدة من «{folder}»</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <extracomment>Verb: a button.</extracomment>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>WatchFoldersPage</name>
    <message>
        <source>Add a folder…</source>
        <translation>إضافة مجلد…</translation>
    </message>
    <message>
        <source>Also what is there already</source>
        <translation>وما هو موجود أيضًا</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Choose a folder, also one that a cloud keeps in step. Each picture or video that comes there becomes a draft, once. A text file with the same name gives its text. Your files are never moved or changed, and nothing is sent by itself.</source>
        <translation>اختر مجلدًا، ولو كان متزامنًا مع السحابة. كل صورة أو فيديو يصل إليه يصبح مسودة مرة واحدة. ملف نصي بالاسم نفسه يعطي النص. لا تُنقل ملفاتك ولا تُغيَّر أبدًا، ولا يُرسَل شيء تلقائيًا.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>المجلد المراد مراقبته</translation>
    </message>
    <message>
        <source>Only new files</source>
        <translation>الملفات الجديدة فقط</translation>
    </message>
    <message>
        <source>Watched folders</source>
        <translation>المجلدات المراقَبة</translation>
    </message>
    <message>
        <source>Works while Posto runs, also in the tray, and catches up at the next start.</source>
        <translation>يعمل أثناء تشغيل Posto، ولو في علبة النظام، ويستدرك عند التشغيل التالي.</translation>
    </message>
    <message numerus="yes">
        <source>“{folder}” has %Ln picture(s) or video(s) already.</source>
        <translation>
            <numerusform>يوجد في «{folder}» بالفعل %Ln صورة أو فيديو.</numerusform>
            <numerusform>توجد في «{folder}» بالفعل صورة أو فيديو.</numerusform>
            <numerusform>توجد في «{folder}» بالفعل صورتان أو فيديوهان.</numerusform>
            <numerusform>توجد في «{folder}» بالفعل %Ln صور أو فيديوهات.</numerusform>
            <numerusform>يوجد في «{folder}» بالفعل %Ln صورة أو فيديو.</numerusform>
            <numerusform>يوجد في «{folder}» بالفعل %Ln صورة أو فيديو.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{folder}” is watched already.</source>
        <translation>«{folder}» مراقَب بالفعل.</translation>
    </message>
</context>
<context>
    <name>WatchScheduler</name>
    <message>
        <source>A network would refuse it as it is. Open it to see why.</source>
        <translation>سترفضها شبكة كما هي. افتحها لمعرفة السبب.</translation>
    </message>
    <message>
        <source>No channels are chosen for it.</source>
        <translation>لم تُحدَّد لها قنوات.</translation>
    </message>
    <message>
        <source>There is no free slot for its channels.</source>
        <translation>لا موعد شاغرًا لقنواتها.</translation>
    </message>
</context>
<context>
    <name>WatermarkFields</name>
    <message>
        <source>Bottom left</source>
        <translation>أسفل اليسار</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>أسفل اليمين</translation>
    </message>
    <message>
        <source>Choose picture…</source>
        <translation>اختيار صورة…</translation>
    </message>
    <message>
        <source>Corner</source>
        <translation>الزاوية</translation>
    </message>
    <message>
        <source>In the middle</source>
        <translation>في الوسط</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>الهامش</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>لا صورة بعد</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>العتامة</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>الحجم</translation>
    </message>
    <message>
        <source>Size and margin are percentages of the picture&apos;s shorter side. Videos and animations get no watermark. Your files are not changed.</source>
        <translation>الحجم والهامش نسبتان مئويتان من الضلع الأقصر للصورة. لا تُضاف علامة مائية إلى الفيديوهات والصور المتحركة. لا تتغير ملفاتك.</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>أعلى اليسار</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>أعلى اليمين</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Start with the message. Nothing leaves this computer until you press the button.</source>
        <translation>ابدأ بالرسالة. لا يغادر شيء هذا الكمبيوتر حتى تضغط الزر.</translation>
    </message>
    <message>
        <source>Write once, place it everywhere</source>
        <translation>اكتب مرة، وانشر في كل مكان</translation>
    </message>
</context>
<context>
    <name>When</name>
    <message>
        <source>A length of time has to be above zero.</source>
        <translation>يجب أن تكون المدة أكبر من صفر.</translation>
    </message>
    <message>
        <source>A week has seven days.</source>
        <translation>في الأسبوع سبعة أيام.</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first} or {second}?</source>
        <translation>هل يعني «{text}» {first} أم {second}؟</translation>
    </message>
    <message>
        <source>Does “{text}” mean {first}?</source>
        <translation>هل يعني «{text}» {first}؟</translation>
    </message>
    <message>
        <source>Midnight</source>
        <translation>منتصف الليل</translation>
    </message>
    <message>
        <source>No month has a day {day}.</source>
        <translation>لا شهر فيه اليوم {day}.</translation>
    </message>
    <message>
        <source>No month has more than five of a weekday.</source>
        <translation>لا يتكرر يوم الأسبوع في الشهر أكثر من خمس مرات.</translation>
    </message>
    <message>
        <source>No time is given.</source>
        <translation>لم يُذكر وقت.</translation>
    </message>
    <message>
        <source>Read as {day}.</source>
        <translation>قُرئ على أنه {day}.</translation>
    </message>
    <message>
        <source>Read with the day first, as {day}.</source>
        <translation>قُرئ واليوم أولًا، على أنه {day}.</translation>
    </message>
    <message>
        <source>Read with the month first, as {day}.</source>
        <translation>قُرئ والشهر أولًا، على أنه {day}.</translation>
    </message>
    <message>
        <source>That is too far ahead.</source>
        <translation>هذا بعيد جدًا.</translation>
    </message>
    <message>
        <source>That month has no {weekday} number {number}.</source>
        <translation>لا يوجد في ذلك الشهر {weekday} رقم {number}.</translation>
    </message>
    <message>
        <source>That timestamp is too far ahead.</source>
        <translation>هذا الطابع الزمني بعيد جدًا.</translation>
    </message>
    <message numerus="yes">
        <source>The clocks change in between: {clock} is the same time of day, {later} is %n hour(s) from now.</source>
        <translation>
            <numerusform>تتغير الساعة في هذه المدة: {clock} هو الوقت من اليوم نفسه، و{later} بعد %n ساعة من الآن.</numerusform>
            <numerusform>تتغير الساعة في هذه المدة: {clock} هو الوقت من اليوم نفسه، و{later} بعد ساعة واحدة من الآن.</numerusform>
            <numerusform>تتغير الساعة في هذه المدة: {clock} هو الوقت من اليوم نفسه، و{later} بعد ساعتين من الآن.</numerusform>
            <numerusform>تتغير الساعة في هذه المدة: {clock} هو الوقت من اليوم نفسه، و{later} بعد %n ساعات من الآن.</numerusform>
            <numerusform>تتغير الساعة في هذه المدة: {clock} هو الوقت من اليوم نفسه، و{later} بعد %n ساعة من الآن.</numerusform>
            <numerusform>تتغير الساعة في هذه المدة: {clock} هو الوقت من اليوم نفسه، و{later} بعد %n ساعة من الآن.</numerusform>
        </translation>
    </message>
    <message>
        <source>The day after tomorrow is {day}, and another date is named.</source>
        <translation>بعد غد هو {day}، وقد ذُكر تاريخ آخر.</translation>
    </message>
    <message>
        <source>The year {year} is too far ahead.</source>
        <translation>السنة {year} بعيدة جدًا.</translation>
    </message>
    <message>
        <source>There is no day {first}/{second}.</source>
        <translation>لا يوجد يوم {first}/{second}.</translation>
    </message>
    <message>
        <source>There is no month {month}.</source>
        <translation>لا يوجد شهر {month}.</translation>
    </message>
    <message>
        <source>There is no time zone “{name}”.</source>
        <translation>لا توجد منطقة زمنية «{name}».</translation>
    </message>
    <message>
        <source>There is no year {year}.</source>
        <translation>لا توجد سنة {year}.</translation>
    </message>
    <message>
        <source>There is no {day} {month} this year or the next.</source>
        <translation>لا يوجد {day} {month} في هذه السنة ولا التالية.</translation>
    </message>
    <message>
        <source>There is no {day} {month} {year}.</source>
        <translation>لا يوجد {day} {month} {year}.</translation>
    </message>
    <message>
        <source>There is no {day} {month}.</source>
        <translation>لا يوجد {day} {month}.</translation>
    </message>
    <message>
        <source>Today is {day}, and another date is named.</source>
        <translation>اليوم هو {day}، وقد ذُكر تاريخ آخر.</translation>
    </message>
    <message>
        <source>Tomorrow is {day}, and another date is named.</source>
        <translation>غدًا هو {day}، وقد ذُكر تاريخ آخر.</translation>
    </message>
    <message>
        <source>{day} has passed this year.</source>
        <translation>مضى {day} في هذه السنة.</translation>
    </message>
    <message>
        <source>{day} is a {weekday}, not a {other}.</source>
        <translation>{day} يوافق {weekday}، لا {other}.</translation>
    </message>
    <message>
        <source>{text} is not a length of time.</source>
        <translation>{text} ليس مدة زمنية.</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The first one ({zone}) is used.</source>
        <translation>يتكرر {time} مرتين يوم {day} عندما تتأخر الساعة. تُستخدم المرة الأولى ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice on {day}, when the clocks go back. The second one ({zone}) is used.</source>
        <translation>يتكرر {time} مرتين يوم {day} عندما تتأخر الساعة. تُستخدم المرة الثانية ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the first one ({zone}).</source>
        <translation>يتكرر {time} مرتين تلك الليلة؛ هذه هي المرة الأولى ({zone}).</translation>
    </message>
    <message>
        <source>{time} comes twice that night; this is the second one ({zone}).</source>
        <translation>يتكرر {time} مرتين تلك الليلة؛ هذه هي المرة الثانية ({zone}).</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>مضى {time}.</translation>
    </message>
    <message>
        <source>{time} has passed. The next possible time is {next}.</source>
        <translation>مضى {time}. الوقت الممكن التالي هو {next}.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: am and pm go with hours from 1 to 12.</source>
        <translation>{time} ليس وقتًا من اليوم: تُستخدم ص وم مع الساعات من 1 إلى 12.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: hours go from 0 to 23.</source>
        <translation>{time} ليس وقتًا من اليوم: الساعات من 0 إلى 23.</translation>
    </message>
    <message>
        <source>{time} is not a time of day: minutes and seconds go up to 59.</source>
        <translation>{time} ليس وقتًا من اليوم: الدقائق والثواني حتى 59.</translation>
    </message>
    <message>
        <source>{time} is not at lunch.</source>
        <translation>{time} ليس وقت الغداء.</translation>
    </message>
    <message>
        <source>{time} is not at the end of the day.</source>
        <translation>{time} ليس نهاية اليوم.</translation>
    </message>
    <message>
        <source>{time} is not in the afternoon.</source>
        <translation>{time} ليس بعد الظهر.</translation>
    </message>
    <message>
        <source>{time} is not in the evening.</source>
        <translation>{time} ليس في المساء.</translation>
    </message>
    <message>
        <source>{time} is not in the morning.</source>
        <translation>{time} ليس في الصباح.</translation>
    </message>
    <message>
        <source>{time} is not in the night.</source>
        <translation>{time} ليس في الليل.</translation>
    </message>
    <message>
        <source>{time} is not tonight.</source>
        <translation>{time} ليس الليلة.</translation>
    </message>
    <message>
        <source>{time} is skipped on {day}, when the clocks go forward. {used} is used.</source>
        <translation>الوقت {time} غير موجود يوم {day} لأن الساعة تتقدم. يُستخدم {used}.</translation>
    </message>
    <message>
        <source>{zone} is not in force in {city} then: its clocks show {time}.</source>
        <translation>{zone} غير سارٍ في {city} حينها: الساعة هناك {time}.</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a length of time. “{minutes}” and “{hours}” can.</source>
        <translation>لا يمكن قراءة «{text}» كمدة زمنية. جرّب «{minutes}» أو «{hours}».</translation>
    </message>
    <message>
        <source>“{text}” cannot be read as a time. “{example}”, “{date}” and “{length}” can.</source>
        <translation>لا يمكن قراءة «{text}» كوقت. جرّب «{example}» أو «{date}» أو «{length}».</translation>
    </message>
    <message>
        <source>“{text}” is in the past. Only times ahead can be scheduled.</source>
        <translation>«{text}» في الماضي. لا يمكن جدولة إلا أوقات قادمة.</translation>
    </message>
    <message>
        <source>“{typed}” was read as “{meant}”.</source>
        <translation>قُرئ «{typed}» على أنه «{meant}».</translation>
    </message>
</context>
<context>
    <name>WhenChips</name>
    <message>
        <source>Next free slot…</source>
        <translation>الموعد الشاغر التالي…</translation>
    </message>
    <message>
        <source>Quick times</source>
        <translation>أوقات سريعة</translation>
    </message>
    <message>
        <source>Repeat…</source>
        <translation>تكرار…</translation>
    </message>
</context>
<context>
    <name>WhenPicker</name>
    <message>
        <source>Day and time</source>
        <translation>اليوم والوقت</translation>
    </message>
    <message>
        <source>Earlier month</source>
        <translation>الشهر السابق</translation>
    </message>
    <message>
        <source>Later month</source>
        <translation>الشهر التالي</translation>
    </message>
    <message>
        <source>Nothing scheduled that day</source>
        <translation>لا شيء مجدول في ذلك اليوم</translation>
    </message>
    <message>
        <source>Scheduled: {times}</source>
        <translation>مجدول: {times}</translation>
    </message>
    <message numerus="yes">
        <source>Scheduled: {times} and %n more</source>
        <translation>
            <numerusform>مجدول: {times} و%n عنصر آخر</numerusform>
            <numerusform>مجدول: {times} وعنصر آخر</numerusform>
            <numerusform>مجدول: {times} وعنصران آخران</numerusform>
            <numerusform>مجدول: {times} و%n عناصر أخرى</numerusform>
            <numerusform>مجدول: {times} و%n عنصرًا آخر</numerusform>
            <numerusform>مجدول: {times} و%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>Time</source>
        <extracomment>Time of day.</extracomment>
        <translation>الوقت</translation>
    </message>
    <message>
        <source>Use this time</source>
        <translation>استخدام هذا الوقت</translation>
    </message>
</context>
<context>
    <name>WhenReading</name>
    <message>
        <source>Set a time for the first post of the repeat.</source>
        <translation>حدد وقتًا لأول منشور في التكرار.</translation>
    </message>
    <message>
        <source>The repeat ends before this time.</source>
        <translation>ينتهي التكرار قبل هذا الوقت.</translation>
    </message>
</context>
<context>
    <name>WhenRow</name>
    <message>
        <source>Choose a day and a time</source>
        <translation>اختر يومًا ووقتًا</translation>
    </message>
    <message>
        <source>Now, or “{time}”</source>
        <translation>الآن، أو «{time}»</translation>
    </message>
    <message>
        <source>Posto cannot read this.</source>
        <translation>لا يمكن لـ Posto قراءة هذا.</translation>
    </message>
    <message>
        <source>This time has passed.</source>
        <translation>مضى هذا الوقت.</translation>
    </message>
    <message>
        <source>Try “{time}”</source>
        <translation>جرّب «{time}»</translation>
    </message>
    <message>
        <source>Use {time}</source>
        <translation>استخدام {time}</translation>
    </message>
    <message>
        <source>When</source>
        <translation>متى</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>و%n عنصر آخر</numerusform>
            <numerusform>وعنصر آخر</numerusform>
            <numerusform>وعنصران آخران</numerusform>
            <numerusform>و%n عناصر أخرى</numerusform>
            <numerusform>و%n عنصرًا آخر</numerusform>
            <numerusform>و%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>as soon as an editor approves it</source>
        <translation>فور موافقة أحد المحررين</translation>
    </message>
    <message>
        <source>as soon as you press the button</source>
        <translation>بمجرد أن تضغط الزر</translation>
    </message>
    <message>
        <source>first on {day}</source>
        <translation>أولًا يوم {day}</translation>
    </message>
    <message>
        <source>{time} has passed.</source>
        <translation>مضى {time}.</translation>
    </message>
    <message>
        <source>{zone}, {offset}</source>
        <extracomment>&quot;Europe/Berlin, UTC+1 then&quot;.</extracomment>
        <translation>{zone}، {offset}</translation>
    </message>
</context>
<context>
    <name>WhenText</name>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>قبل %n يوم</numerusform>
            <numerusform>قبل يوم واحد</numerusform>
            <numerusform>قبل يومين</numerusform>
            <numerusform>قبل %n أيام</numerusform>
            <numerusform>قبل %n يومًا</numerusform>
            <numerusform>قبل %n يوم</numerusform>
        </translation>
    </message>
    <message>
        <source>In 1 hour</source>
        <translation>بعد ساعة</translation>
    </message>
    <message>
        <source>Next {day} {time}</source>
        <translation>{day} القادم {time}</translation>
    </message>
    <message>
        <source>Now</source>
        <extracomment>Time of a post.</extracomment>
        <translation>الآن</translation>
    </message>
    <message>
        <source>Today {time}</source>
        <translation>اليوم {time}</translation>
    </message>
    <message>
        <source>Tomorrow {time}</source>
        <translation>غدًا {time}</translation>
    </message>
    <message>
        <source>Tonight {time}</source>
        <translation>الليلة {time}</translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>بعد %n يوم</numerusform>
            <numerusform>بعد يوم واحد</numerusform>
            <numerusform>بعد يومين</numerusform>
            <numerusform>بعد %n أيام</numerusform>
            <numerusform>بعد %n يومًا</numerusform>
            <numerusform>بعد %n يوم</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n hour(s)</source>
        <translation>
            <numerusform>بعد %n ساعة</numerusform>
            <numerusform>بعد ساعة واحدة</numerusform>
            <numerusform>بعد ساعتين</numerusform>
            <numerusform>بعد %n ساعات</numerusform>
            <numerusform>بعد %n ساعة</numerusform>
            <numerusform>بعد %n ساعة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n minute(s)</source>
        <translation>
            <numerusform>بعد %n دقيقة</numerusform>
            <numerusform>بعد دقيقة واحدة</numerusform>
            <numerusform>بعد دقيقتين</numerusform>
            <numerusform>بعد %n دقائق</numerusform>
            <numerusform>بعد %n دقيقة</numerusform>
            <numerusform>بعد %n دقيقة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n month(s)</source>
        <translation>
            <numerusform>بعد %n شهر</numerusform>
            <numerusform>بعد شهر واحد</numerusform>
            <numerusform>بعد شهرين</numerusform>
            <numerusform>بعد %n أشهر</numerusform>
            <numerusform>بعد %n شهرًا</numerusform>
            <numerusform>بعد %n شهر</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n year(s)</source>
        <translation>
            <numerusform>بعد %n سنة</numerusform>
            <numerusform>بعد سنة واحدة</numerusform>
            <numerusform>بعد سنتين</numerusform>
            <numerusform>بعد %n سنوات</numerusform>
            <numerusform>بعد %n سنة</numerusform>
            <numerusform>بعد %n سنة</numerusform>
        </translation>
    </message>
    <message>
        <source>in a minute</source>
        <translation>بعد دقيقة</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>الآن</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>اليوم {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>غدًا</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>غدًا {time}</translation>
    </message>
    <message>
        <source>{day} {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>{n} h ago</source>
        <translation>قبل {n} س</translation>
    </message>
    <message>
        <source>{n} min ago</source>
        <translation>قبل {n} د</translation>
    </message>
    <message>
        <source>{n} s ago</source>
        <translation>قبل {n} ث</translation>
    </message>
    <message>
        <source>{offset} then</source>
        <extracomment>{offset}: &quot;UTC+1&quot; at the time of the post.</extracomment>
        <translation>{offset} حينها</translation>
    </message>
</context>
<context>
    <name>WindowDropHandler</name>
    <message>
        <source>The dropped content could not be read. Drop it again.</source>
        <translation>تعذّرت قراءة المحتوى الذي أُفلت. أفلته مجددًا.</translation>
    </message>
    <message>
        <source>The pasted picture cannot be read</source>
        <translation>تعذّرت قراءة الصورة الملصقة</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} و%n عنصر آخر</numerusform>
            <numerusform>{names} وعنصر آخر</numerusform>
            <numerusform>{names} وعنصران آخران</numerusform>
            <numerusform>{names} و%n عناصر أخرى</numerusform>
            <numerusform>{names} و%n عنصرًا آخر</numerusform>
            <numerusform>{names} و%n عنصر آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>{names} cannot be posted</source>
        <translation>لا يمكن نشر {names}</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln ملف</numerusform>
            <numerusform>ملف واحد</numerusform>
            <numerusform>ملفان</numerusform>
            <numerusform>%Ln ملفات</numerusform>
            <numerusform>%Ln ملفًا</numerusform>
            <numerusform>%Ln ملف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln post(s)</source>
        <translation>
            <numerusform>%Ln منشور</numerusform>
            <numerusform>منشور واحد</numerusform>
            <numerusform>منشوران</numerusform>
            <numerusform>%Ln منشورات</numerusform>
            <numerusform>%Ln منشورًا</numerusform>
            <numerusform>%Ln منشور</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WorkspaceButton</name>
    <message>
        <source>Add a workspace…</source>
        <translation>إضافة مساحة عمل…</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>متصل</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>جارٍ الاتصال</translation>
    </message>
    <message>
        <source>Manage workspaces…</source>
        <translation>إدارة مساحات العمل…</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>غير متصل</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>غير متصل</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>بيئة التجربة، لا يُنشر شيء</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>تسجيل الدخول مجددًا</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>تسجيل الدخول مجددًا…</translation>
    </message>
    <message>
        <source>Sign out of {name}</source>
        <translation>تسجيل الخروج من {name}</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>مساحة العمل</translation>
    </message>
</context>
<context>
    <name>WorkspaceConnection</name>
    <message>
        <source>Connected to {host}</source>
        <translation>متصل بـ {host}</translation>
    </message>
    <message>
        <source>Connecting to {name}</source>
        <translation>جارٍ الاتصال بـ {name}</translation>
    </message>
    <message>
        <source>Posto tries again automatically.</source>
        <translation>يحاول Posto مجددًا تلقائيًا.</translation>
    </message>
    <message>
        <source>Ready on this computer</source>
        <translation>جاهز على هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>{host} is slow to answer</source>
        <translation>{host} بطيء في الاستجابة</translation>
    </message>
</context>
<context>
    <name>WorkspaceListDialog</name>
    <message>
        <source>Add a workspace…</source>
        <translation>إضافة مساحة عمل…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>This computer and the services you are signed in to</source>
        <translation>هذا الكمبيوتر والخدمات التي سجّلت الدخول إليها</translation>
    </message>
    <message>
        <source>Workspaces</source>
        <translation>مساحات العمل</translation>
    </message>
</context>
<context>
    <name>WorkspaceSwitcherController</name>
    <message>
        <source>Publishes to your accounts</source>
        <translation>ينشر على حساباتك</translation>
    </message>
    <message>
        <source>The password of {name} was not saved. Sign in again.</source>
        <translation>لم تُحفظ كلمة مرور {name}. سجّل الدخول مجددًا.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>{name} removed from this computer</source>
        <translation>تمت إزالة {name} من هذا الكمبيوتر</translation>
    </message>
</context>
<context>
    <name>WorkspacesPage</name>
    <message>
        <source>Not signed in. This computer works without a service.</source>
        <translation>لم يُسجّل الدخول. يعمل هذا الكمبيوتر بلا خدمة.</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>الخدمات</translation>
    </message>
    <message>
        <source>Sign in to a service…</source>
        <translation>تسجيل الدخول إلى خدمة…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Without a service</source>
        <translation>بلا خدمة</translation>
    </message>
    <message>
        <source>Your own accounts and a sandbox for trying out. Cannot be removed.</source>
        <translation>حساباتك الخاصة وبيئة للتجربة. لا يمكن إزالتها.</translation>
    </message>
</context>
<context>
    <name>ZonePopup</name>
    <message>
        <source>City or time zone</source>
        <translation>مدينة أو منطقة زمنية</translation>
    </message>
    <message>
        <source>No such city. Try the largest one nearby.</source>
        <translation>لا توجد مدينة كهذه. جرّب أكبر مدينة قريبة.</translation>
    </message>
    <message>
        <source>Search time zones</source>
        <translation>البحث في المناطق الزمنية</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>المنطقة الزمنية</translation>
    </message>
    <message>
        <source>Time zones</source>
        <translation>المناطق الزمنية</translation>
    </message>
</context>
<context>
    <name>ZoneWords</name>
    <message>
        <source>{city} · now {time} · {offset}</source>
        <translation>{city} · الآن {time} · {offset}</translation>
    </message>
    <message>
        <source>{time} in {city}</source>
        <extracomment>&quot;9:00 in New York&quot;; {time} can have a weekday.</extracomment>
        <translation>{time} في {city}</translation>
    </message>
</context>
<context>
    <name>Zones</name>
    <message>
        <source>This computer&apos;s time ({zone})</source>
        <translation>وقت هذا الحاسوب ({zone})</translation>
    </message>
</context>
<context>
    <name>_AccountCard</name>
    <message>
        <source>Check</source>
        <extracomment>Verb: check the sign-in of an account.</extracomment>
        <translation>فحص</translation>
    </message>
    <message>
        <source>Check the connection to {name}</source>
        <translation>فحص الاتصال بـ {name}</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>جارٍ التحقق…</translation>
    </message>
    <message>
        <source>Connected: signed in as {name}</source>
        <translation>متصل: سُجّل الدخول باسم {name}</translation>
    </message>
    <message>
        <source>In a file only you can read</source>
        <translation>في ملف لا يقرؤه غيرك</translation>
    </message>
    <message>
        <source>In the keychain</source>
        <translation>في سلسلة المفاتيح</translation>
    </message>
    <message>
        <source>Keep its password</source>
        <translation>حفظ كلمة مروره</translation>
    </message>
    <message>
        <source>Locked with your login to this computer</source>
        <translation>مقفلة بتسجيل دخولك إلى هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>اسم {name}</translation>
    </message>
    <message>
        <source>No password saved: sign in again</source>
        <translation>لا كلمة مرور محفوظة: سجّل الدخول مجددًا</translation>
    </message>
    <message>
        <source>Not encrypted: anyone who can use your account can read it</source>
        <translation>غير مشفّرة: يمكن لأي شخص يستطيع استخدام حسابك قراءتها</translation>
    </message>
    <message>
        <source>Not saved: sign in again</source>
        <translation>غير محفوظة: سجّل الدخول مجددًا</translation>
    </message>
    <message>
        <source>Only until I quit</source>
        <translation>حتى أُنهي البرنامج فقط</translation>
    </message>
    <message>
        <source>Posts wait here until you sign in again</source>
        <translation>تنتظر المنشورات هنا حتى تسجّل الدخول مجددًا</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>إزالة {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>إعادة تسمية {name}</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>تسجيل الدخول مجددًا…</translation>
    </message>
    <message>
        <source>Sign in to {name} again</source>
        <translation>تسجيل الدخول إلى {name} مجددًا</translation>
    </message>
    <message>
        <source>The connection could not be checked.</source>
        <translation>تعذّر فحص الاتصال.</translation>
    </message>
    <message>
        <source>The password could not be moved.</source>
        <translation>تعذّر نقل كلمة المرور.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>التراجع عن إزالة {name}</translation>
    </message>
    <message>
        <source>Will be removed from this computer, with its password, when you close the settings. Posts already on the service will still be sent.</source>
        <translation>ستُزال من هذا الكمبيوتر مع كلمة مرورها عند إغلاق الإعدادات. ستُرسل المنشورات الموجودة في الخدمة رغم ذلك.</translation>
    </message>
    <message>
        <source>“{name}” is in use already, so this one is “{other}”.</source>
        <translation>الاسم «{name}» مستخدم بالفعل، لذا هذا الاسم «{other}».</translation>
    </message>
</context>
<context>
    <name>_CountsModel</name>
    <message>
        <source>own text</source>
        <translation>نص خاص</translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) left</source>
        <translation>
            <numerusform>{network}: بقي %Ln حرف</numerusform>
            <numerusform>{network}: بقي حرف واحد</numerusform>
            <numerusform>{network}: بقي حرفان</numerusform>
            <numerusform>{network}: بقيت %Ln أحرف</numerusform>
            <numerusform>{network}: بقي %Ln حرفًا</numerusform>
            <numerusform>{network}: بقي %Ln حرف</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{network}: %Ln character(s) too many</source>
        <translation>
            <numerusform>{network}: أطول من الحد بـ %Ln حرف</numerusform>
            <numerusform>{network}: أطول من الحد بحرف واحد</numerusform>
            <numerusform>{network}: أطول من الحد بحرفين</numerusform>
            <numerusform>{network}: أطول من الحد بـ %Ln أحرف</numerusform>
            <numerusform>{network}: أطول من الحد بـ %Ln حرفًا</numerusform>
            <numerusform>{network}: أطول من الحد بـ %Ln حرف</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_CountsView</name>
    <message>
        <source>Characters left</source>
        <translation>الأحرف المتبقية</translation>
    </message>
</context>
<context>
    <name>_DeviceRow</name>
    <message>
        <source>Changes need the server</source>
        <translation>تتطلب التغييرات الاتصال بالخادم</translation>
    </message>
    <message>
        <source>Revoke</source>
        <extracomment>Verb: end the sign-in of a device.</extracomment>
        <translation>إلغاء الصلاحية</translation>
    </message>
    <message>
        <source>Revoke {device}</source>
        <translation>إلغاء الصلاحية: {device}</translation>
    </message>
    <message>
        <source>Revoked: it cannot sign in any more</source>
        <translation>أُلغيت صلاحيته: لا يمكنه تسجيل الدخول</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>جارٍ الحفظ…</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الكمبيوتر</translation>
    </message>
    <message>
        <source>This computer signs in with it. Revoke it from another device.</source>
        <translation>يسجل هذا الكمبيوتر الدخول به. ألغِ صلاحيته من جهاز آخر.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Undo revoking {device}</source>
        <translation>تراجع عن إلغاء صلاحية {device}</translation>
    </message>
</context>
<context>
    <name>_FilterChip</name>
    <message>
        <source>Remove filter {filter}</source>
        <translation>إزالة عامل التصفية {filter}</translation>
    </message>
</context>
<context>
    <name>_Grid</name>
    <message>
        <source>Recently used media</source>
        <translation>الوسائط المستخدمة مؤخرًا</translation>
    </message>
</context>
<context>
    <name>_Lines</name>
    <message>
        <source>Copied</source>
        <translation>تم النسخ</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Lines {number}</source>
        <translation>الأسطر {number}</translation>
    </message>
</context>
<context>
    <name>_List</name>
    <message>
        <source>Timeline</source>
        <translation>المخطط الزمني</translation>
    </message>
</context>
<context>
    <name>_MoreButton</name>
    <message>
        <source>+{count}, characters left on all networks</source>
        <translation>‎+{count}، الأحرف المتبقية على كل الشبكات</translation>
    </message>
</context>
<context>
    <name>_MoreTabsButton</name>
    <message numerus="yes">
        <source>+%n more network(s)</source>
        <translation>
            <numerusform>‎+%n شبكة أخرى</numerusform>
            <numerusform>شبكة أخرى</numerusform>
            <numerusform>شبكتان أخريان</numerusform>
            <numerusform>‎+%n شبكات أخرى</numerusform>
            <numerusform>‎+%n شبكة أخرى</numerusform>
            <numerusform>‎+%n شبكة أخرى</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+%n more network(s), with a problem</source>
        <translation>
            <numerusform>‎+%n شبكة أخرى، فيها مشكلة</numerusform>
            <numerusform>شبكة أخرى، فيها مشكلة</numerusform>
            <numerusform>شبكتان أخريان، فيهما مشكلة</numerusform>
            <numerusform>‎+%n شبكات أخرى، فيها مشكلة</numerusform>
            <numerusform>‎+%n شبكة أخرى، فيها مشكلة</numerusform>
            <numerusform>‎+%n شبكة أخرى، فيها مشكلة</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Part</name>
    <message>
        <source>Message text</source>
        <translation>نص الرسالة</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>الجزء {number}</translation>
    </message>
    <message>
        <source>Remove part</source>
        <translation>إزالة الجزء</translation>
    </message>
    <message>
        <source>Remove part {number}</source>
        <translation>إزالة الجزء {number}</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Name of {name}</source>
        <translation>اسم {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>إزالة {name}</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>إعادة تسمية {name}</translation>
    </message>
    <message>
        <source>Sandbox, nothing is published</source>
        <translation>بيئة التجربة، لا يُنشر شيء</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Undo removing {name}</source>
        <translation>التراجع عن إزالة {name}</translation>
    </message>
    <message>
        <source>{name} removed</source>
        <translation>تمت إزالة {name}</translation>
    </message>
</context>
<context>
    <name>_Skeleton</name>
    <message>
        <source>Each network&apos;s view of your post appears here while you type.</source>
        <translation>يظهر هنا منشورك كما تعرضه كل شبكة أثناء الكتابة.</translation>
    </message>
</context>
<context>
    <name>_SuggestionsView</name>
    <message>
        <source>Do not suggest any more</source>
        <translation>عدم الاقتراح بعد الآن</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>الاقتراحات</translation>
    </message>
</context>
<context>
    <name>_Thumb</name>
    <message>
        <source>Delete removes the file, {back} and {forth} move it</source>
        <extracomment>&quot;Delete&quot; is a key; {back} and {forth}: keys.</extracomment>
        <translation>Delete لإزالة الملف، و{back} و{forth} لنقله</translation>
    </message>
    <message>
        <source>Part {number}</source>
        <translation>الجزء {number}</translation>
    </message>
    <message>
        <source>{up} and {down} move it to another part</source>
        <extracomment>{up} and {down}: keys.</extracomment>
        <translation>{up} و{down} لنقله إلى جزء آخر</translation>
    </message>
</context>
<context>
    <name>_View</name>
    <message>
        <source>Campaigns list</source>
        <translation>قائمة الحملات</translation>
    </message>
</context>
</TS>
