"""The rows of the trigger tables, by type: one sentence an idiom, each written for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.extraction.coding import Coder

NOON = datetime(2024, 2, 6, 12, tzinfo=UTC)
ARABIC = """
COERCE KEN KEN | نفذت السلطات الكينية سلسلة من الاعتقالات في نيروبي
COERCE KEN KEN | هدمت السلطات الكينية مسجدا في نيروبي
COERCE KEN ETH | طردت كينيا إماما من إثيوبيا
COERCE DJI KEN | تفتيش سفينة كينية في ميناء جيبوتي
COERCE KEN KEN | جلد كينية 75 مرة
COERCE KEN KEN | محكمة كينية تدرج معارضين على قائمة الإرهاب
COERCE KEN NSA:UNKNOWN-ARMED | أوقفت الشرطة الكينية مشتبها به
COERCE KEN NSA:UNKNOWN-ARMED | أعلنت كينيا اعتقال 12 إرهابيا
COERCE - KEN | أسر جنود كينيين في الصومال
SANCTION KEN KEN | أنهى الرئيس الكيني مهام قائد الجيش
COERCE KEN ETH | حملة اعتقالات كينية في إثيوبيا
COERCE KEN ETH | ألقت الشرطة الكينية القبض على إثيوبيين اثنين
COERCE KEN ETH | احتجز الجيش الكيني سفن المساعدات في إثيوبيا
COERCE KEN KEN | أيدت محكمة كينية حكما بسجن صحفي
COERCE KEN KEN | أوقفت الشرطة الكينية رجلا للاشتباه في صلته بالحريق
SANCTION KEN ETH | جمدت كينيا تبادلها التجاري مع إثيوبيا
SANCTION KEN KEN | جردت كينيا ضابطا من رتبته
SANCTION KEN - | أطاح الجيش الكيني بالرئيس
CONCEDE KEN NSA:MIGRANTS | منحت كينيا 300 لاجئ حق الإقامة الدائمة
CONCEDE KEN KEN | أصدرت كينيا رخص قيادة للنساء
CONCEDE KEN KEN | ألغت محكمة كينية حكم الإعدام بحق صحفي
CONCEDE KEN - | تخلت كينيا عن خطة لترحيل اللاجئين
COERCE KEN KEN | كينيا تفرض الحكم المباشر على الإقليم
ACCUSE KEN ETH | دانت كينيا إثيوبيا
SUPPORT ETH KEN | تلقت كينيا الدعم من إثيوبيا لإنشاء قوة مشتركة
AID KEN ETH | مساعدات من كينيا لإثيوبيا
AID ETH KEN | تلقت كينيا دعما ماليا من إثيوبيا
AID KEN SDN | قدمت كينيا المساعدات إلى الخرطوم المحاصرة من قبل القوات الإثيوبية
AID KEN SDN | وصلت قافلة مساعدات كينية إلى السودان
COOPERATE KEN+ETH - | أجرت كينيا وإثيوبيا مناورات بحرية مشتركة
AGREE KEN ETH | وافقت كينيا على أن تفرج عن 90 أسيرا إثيوبيا
AGREE KEN+ETH - | اتفق الجانبان الكيني والإثيوبي على أن تبدأ اللجان عملها
RETREAT KEN+ETH - | دخلت الهدنة بين كينيا وإثيوبيا حيز التنفيذ
SUPPORT KEN ETH | منحت كينيا الجنسية لكاتب إثيوبي
ACCUSE KEN ETH | شكك الوزير الكيني في نوايا إثيوبيا
ACCUSE KEN ETH | ألقى الرئيس الكيني باللوم على إثيوبيا
ACCUSE KEN ETH | قال الوزير الكيني إن إثيوبيا تتحمل مسؤولية الأزمة
REJECT KEN ETH | لم توافق كينيا على شروط إثيوبيا
REJECT KEN ETH | كينيا ترد على اتهامات إثيوبيا
REJECT KEN ETH | اعترضت كينيا بشدة على خطط إثيوبيا
REJECT KEN ETH | كينيا تتجاهل تحذيرات إثيوبيا
REJECT KEN ETH | عطلت كينيا مشروع قرار إثيوبي
ACCUSE KEN ETH | حملت كينيا إثيوبيا مسؤوليته
ACCUSE KEN+ETH - | تبادل الاتهامات بين كينيا وإثيوبيا
ACCUSE KEN ETH | كينيا تشير بأصابع الاتهام إلى إثيوبيا
ACCUSE KEN ETH | كينيا تعتبر إثيوبيا مسؤولة عن الهجوم
ACCUSE KEN ETH | كينيا تعيب على إثيوبيا صمتها
ACCUSE KEN ETH | كينيا ترجح تورط إثيوبيا في الهجوم
ACCUSE KEN ETH | كينيا تعرب عن استيائها من إثيوبيا
REJECT KEN ETH | كينيا تقلل من أهمية التهديدات الإثيوبية
REJECT KEN ETH | كينيا تكذب الرواية الإثيوبية
REJECT KEN ETH | كينيا تتمسك برفض الشروط الإثيوبية
REJECT KEN ETH | كينيا غير معنية بالمبادرة الإثيوبية
REJECT KEN ETH | صوت البرلمان الكيني ضد القرار الإثيوبي
REJECT KEN ETH | البرلمان الكيني يصوت ضد الاتفاق مع إثيوبيا
REJECT KEN ETH | كينيا تصف الاتهامات الإثيوبية بأنها باطلة
ACCUSE KEN ETH | سارعت كينيا إلى انتقاد قرار الرئيس الإثيوبي
ACCUSE IGO:UN ETH | تراجعت إثيوبيا بعد إدانة الأمم المتحدة لها
ACCUSE KEN ETH | التقى الوزير الكيني السفير الإثيوبي الذي يتهمه بالتقصير
ACCUSE KEN ETH | الرئيس الكيني يصف إثيوبيا بالجار المزعج
ACCUSE KEN KEN | ناشطون ينتقدون الحكومة الكينية
ACCUSE KEN KEN | إحالة وزير كيني إلى التحقيق
ACCUSE KEN KEN | يخضع الوزير الكيني السابق للتحقيق
ACCUSE KEN ETH | قال النائب إن التحقيقات الكينية بشأن إثيوبيا مستمرة
COOPERATE KEN+ETH - | فتحت كينيا وإثيوبيا خط اتصال ساخن
COOPERATE KEN ETH | أهدت كينيا إثيوبيا تمثالا
CONCEDE KEN ETH | فتحت كينيا معبرا أمام إثيوبيا
CONCEDE KEN - | أقر الرئيس الكيني بهزيمته
SANCTION KEN ETH | أخرجت كينيا إثيوبيا من عضوية اللجنة
SANCTION KEN NSA:HEZBOLLAH | صنفت كينيا حزب الله منظمة إرهابية
AID KEN NSA:MIGRANTS | تستقبل كينيا لاجئين
CONSULT KEN ETH | بدأ الرئيس الكيني محادثات مع نظيره الإثيوبي
CONSULT KEN - | شهدت المفاوضات مشاركة وفد كيني
AGREE - ETH | من المقرر إجراء محادثات جديدة في إثيوبيا الأسبوع المقبل
COERCE KEN KEN | عزلت كينيا أطفالا عن عائلاتهم
MOBILIZE KEN - | أطلقت كينيا صاروخا باليستيا
THREATEN KEN ETH | تهديد من كينيا لإثيوبيا
AGREE KEN ETH | كينيا مستعدة للحوار مع إثيوبيا
AGREE KEN ETH | اتفقت كينيا مع إثيوبيا على تقاسم المياه
AGREE KEN ETH | توصلت كينيا إلى تفاهم مع إثيوبيا
AGREE KEN - | أبدت كينيا استعدادها للحوار
AGREE KEN ETH | أعربت كينيا عن استعدادها للتحاور مع إثيوبيا
AGREE KEN - | تعهدت كينيا بنشر البيانات
AGREE KEN+ETH - | صفقة بين كينيا وإثيوبيا
AGREE KEN - | وعدت كينيا بمزيد من الحوار
AGREE KEN ETH | منحت كينيا إثيوبيا الضوء الأخضر
AGREE KEN ETH | مد الرئيس الكيني يده لإثيوبيا
AGREE KEN ETH | كينيا تطوي صفحة الخلاف مع إثيوبيا
AGREE KEN ETH | أعلنت كينيا إنهاء حالة الحرب مع إثيوبيا
AGREE ETH KEN | حصلت كينيا على ضمانات من إثيوبيا
AGREE KEN - | أبدت كينيا مرونة في الملف
AGREE KEN ETH | وزير الخارجية الكيني يعتزم الحديث مع نظيره الإثيوبي
SUPPORT KEN IRN | تتمسك كينيا بالاتفاق النووي مع إيران
SUPPORT KEN ETH | احتفى الرئيس الكيني بالثقافة الإثيوبية
SUPPORT KEN ETH | عينت كينيا أول سفير لها لدى إثيوبيا
SUPPORT KEN+ETH - | إمضاء كينيا وإثيوبيا معاهدة
CONSULT KEN+ETH - | المكالمة التي جمعت بين رئيسي كينيا وإثيوبيا
COOPERATE KEN ETH | أعادت كينيا رفات الجنود إلى إثيوبيا
COOPERATE KEN+ETH - | بدأت مناورات مشتركة بين كينيا وإثيوبيا
CONSULT KEN ETH | أجرى وزير الخارجية الكيني محادثات مع نظيره الإثيوبي
CONSULT KEN ETH | عقد الرئيس الكيني اجتماعا مع نظيره الإثيوبي
CONSULT KEN ETH | وصل الرئيس الكيني إلى إثيوبيا
CONSULT KEN+ETH - | لقاء بين كينيا وإثيوبيا
CONSULT ETH KEN | تلقى الرئيس الكيني اتصالا من نظيره الإثيوبي
CONSULT KEN ETH | تحدث الوزير الكيني مع نظيريه في إثيوبيا
CONSULT KEN IGO:NATO | شارك الرئيس الكيني بقمة الناتو
CONSULT KEN ETH | رحلة الرئيس الكيني إلى إثيوبيا
CONSULT KEN ETH | كينيا ترسل وفدا إلى إثيوبيا
SUPPORT KEN ETH | هنأت كينيا إثيوبيا بالعيد
SUPPORT KEN ETH | أعربت كينيا عن تضامنها مع إثيوبيا
SUPPORT KEN ETH | وجهت كينيا الشكر إلى إثيوبيا
SUPPORT KEN ETH | دافعت كينيا عن إثيوبيا
SUPPORT KEN+ETH - | وقعت كينيا وإثيوبيا اتفاقية للتجارة
SUPPORT KEN ISR | اعترفت كينيا بالقدس عاصمة لإسرائيل
SUPPORT KEN PSE | اعترفت كينيا بفلسطين
CONCEDE KEN KEN | أطلقت كينيا سراح المعتقلين
CONCEDE KEN - | قدم الوزير الكيني استقالته
CONCEDE KEN - | استقالة وزير الخارجية الكيني
CONCEDE KEN ETH | رفعت كينيا العقوبات عن إثيوبيا
CONCEDE KEN ETH | قدمت كينيا اعتذارا إلى إثيوبيا
CONCEDE KEN KEN | سحبت كينيا مذكرة توقيف بحق نائب
COOPERATE KEN+ETH - | بدأت كينيا وإثيوبيا مناورات مشتركة
COOPERATE KEN ETH | سلمت كينيا إلى إثيوبيا رفات جنود
AID KEN SOM | أرسلت كينيا قافلة مساعدات إلى الصومال
AID KEN SOM | سلمت كينيا الصومال أسلحة
AID KEN SOM | قدمت كينيا أدوية إلى الصومال
RETREAT KEN - | سحبت كينيا قواتها من الحدود
RETREAT NSA:AL-SHABAAB - | استسلم مقاتلون من حركة الشباب
SANCTION KEN - | كينيا تنسحب من الاتفاقية
REQUEST KEN ETH | حثت كينيا إثيوبيا على الحوار
REQUEST KEN ETH | وجهت كينيا نداء إلى إثيوبيا
REQUEST KEN ETH | وضعت كينيا شروطا على إثيوبيا للحوار
REQUEST KEN ETH | شروط كينية مسبقة لرفع العقوبات عن إثيوبيا
REQUEST KEN ETH | طالبت كينيا مرارا من إثيوبيا بفتح الحدود
REQUEST KEN ETH | قال الوزير الكيني إنه يجب على إثيوبيا وقف البناء
REQUEST KEN ETH | طلبت كينيا من إثيوبيا توضيحات
ACCUSE KEN ETH | نددت كينيا بإثيوبيا
ACCUSE KEN ETH | أعربت كينيا عن قلقها إزاء إثيوبيا
ACCUSE KEN ETH | وجهت كينيا اتهامات إلى إثيوبيا
ACCUSE KEN ETH | إهانة كينية للسفير الإثيوبي
ACCUSE KEN+ETH - | سجال حاد بين كينيا وإثيوبيا
ACCUSE KEN ETH | قال الوزير الكيني إن إثيوبيا تهدد استقرار المنطقة
ACCUSE KEN ETH | حملت كينيا إثيوبيا المسؤولية
ACCUSE KEN ETH | استدعت كينيا السفير الإثيوبي
ACCUSE KEN ETH | شنت كينيا هجوما حادا على إثيوبيا
ACCUSE KEN KEN | فتحت الشرطة الكينية تحقيقا
ACCUSE KEN KEN | أحالت النيابة الكينية موظفا إلى المحكمة
ACCUSE KEN ETH | رفعت كينيا شكوى ضد إثيوبيا
REJECT KEN ETH | كينيا تعارض المشروع الإثيوبي
REJECT KEN - | نفت كينيا الأنباء
REJECT KEN ETH | أعلنت كينيا رفضها المقترح الإثيوبي
REJECT KEN ETH | تحدت كينيا إثيوبيا
REJECT KEN ETH | أعرب الوزير الكيني عن رفض الحكومة للمشروع الإثيوبي
REJECT USA - | استخدمت الولايات المتحدة الفيتو
THREATEN KEN ETH | توعدت كينيا إثيوبيا بالرد
THREATEN KEN ETH | لوحت كينيا بالحرب ضد إثيوبيا
THREATEN KEN ETH | أكدت كينيا أنها تحتفظ بحق الرد على إثيوبيا
THREATEN KEN ETH | هددت كينيا على لسان وزيرها إثيوبيا
THREATEN KEN ETH | أمهلت كينيا إثيوبيا أسبوعا
PROTEST KEN KEN | اعتصم الآلاف في نيروبي
PROTEST KEN KEN | إضراب عام في كينيا
PROTEST KEN KEN | أحرق المتظاهرون الإطارات في نيروبي
SANCTION KEN ETH | قطعت كينيا علاقاتها مع إثيوبيا
SANCTION KEN ETH | طردت كينيا دبلوماسيين إثيوبيين
SANCTION KEN KEN | أقالت كينيا قائد الشرطة
SANCTION KEN ETH | كينيا ترد برسوم على بضائع إثيوبية
SANCTION KEN ETH | كينيا تعلق تصدير السلاح إلى إثيوبيا
SANCTION KEN ETH | ألغت كينيا القمة مع إثيوبيا
SANCTION KEN ETH | كينيا تحظر استيراد البضائع من إثيوبيا
MOBILIZE KEN - | شهدت المدينة انتشارا، وسط انتشار أمني كثيف في كينيا
MOBILIZE KEN+ETH - | حشود عسكرية بين كينيا وإثيوبيا
MOBILIZE KEN - | حشدت كينيا قواتها على الحدود
MOBILIZE KEN - | أجرت كينيا مناورات بحرية
MOBILIZE PRK - | كوريا الشمالية تختبر صاروخا جديدا
COERCE KEN KEN | حكمت محكمة كينية على صحافي بالسجن
COERCE KEN KEN | ألقت الشرطة الكينية القبض على لص
COERCE KEN ETH | رحلت كينيا عشرات الإثيوبيين
COERCE KEN KEN | فرضت كينيا حظر التجول
COERCE ISR PSE | هدمت إسرائيل منازل في القدس
COERCE KEN KEN | أدانت محكمة كينية صحافيا كينيا
COERCE ETH KEN | اعترضت إثيوبيا سفينة كينية
COERCE ETH KEN | الحصار الذي تفرضه إثيوبيا على كينيا
COERCE KEN KEN | استخدمت الشرطة الكينية الغازات المسيلة للدموع
COERCE ETH KEN | حاصرت إثيوبيا كينيا
ASSAULT ETH KEN | أطلقت إثيوبيا صواريخ على كينيا
ASSAULT NSA:AL-SHABAAB KEN | تبنت حركة الشباب الهجوم في كينيا
ASSAULT ETH KEN | أسقطت إثيوبيا طائرة كينية
ASSAULT - KEN | لقي ثلاثة كينيين مصرعهم في كمين
ASSAULT KEN NSA:UNKNOWN-ARMED | طردت كينيا المسلحين من المدينة
ASSAULT - KEN | إسقاط طائرة استطلاع كينية
ASSAULT - KEN | انفجرت سيارة مفخخة في كينيا
ASSAULT ETH - | ارتكبت إثيوبيا مجزرة
ASSAULT KEN+ETH - | اشتباكات بين كينيا وإثيوبيا
ASSAULT ISR PSE | فتحت إسرائيل النار على الفلسطينيين
ASSAULT NSA:AL-SHABAAB KEN | زرعت حركة الشباب ألغاما في كينيا
RETREAT NSA:HEZBOLLAH - | مقاتلو حزب الله يغادرون البلدة
RETREAT KEN ETH | كينيا تجلي رعاياها من إثيوبيا
ACCUSE KEN ETH | احتجت كينيا على إثيوبيا
ACCUSE KEN ETH | وصف الوزير الكيني نظيره الإثيوبي بأنه خائن
ACCUSE KEN ETH | كينيا تكشف وثائق تثبت تورط إثيوبيا
ACCUSE KEN KEN | النائب العام الكيني يأمر بفتح تحقيق
THREATEN KEN ETH | كينيا تحذر إثيوبيا من الفوضى إذا أغلقت السد
THREATEN KEN KEN | أعلن الرئيس الكيني أن بلاده لن تقف متفرجة
AGREE KEN ETH | كينيا تسمح لإثيوبيا بتفتيش السفينة
AGREE KEN ETH | أبقى الرئيس الكيني الباب مفتوحا أمام الحوار مع إثيوبيا
COERCE KEN ETH | الجيش الكيني يأسر ثلاثة جنود إثيوبيين
COERCE KEN ETH | أمرت محكمة كينية بسجن نائب إثيوبي
COERCE KEN KEN | النائب الكيني تم القبض عليه أمس
COERCE ETH KEN | عرقلت إثيوبيا وصول سفينة كينية إلى الميناء
COERCE NSA:HEZBOLLAH KEN | حزب الله يستولي على منازل في كينيا
CONCEDE KEN KEN | محكمة كينية تقضي ببراءة النائب
CONCEDE KEN ETH | كينيا تبرئ نائبا إثيوبيا
COOPERATE KEN+ETH - | إعادة فتح المعبر بين كينيا وإثيوبيا
AID KEN ETH | إنزال جوي كيني لمساعدات غذائية في إثيوبيا
AID KEN ETH | كينيا ترسل منظومة دفاع إلى إثيوبيا
SANCTION KEN ETH | دخلت الرسوم الكينية على البضائع الإثيوبية حيز التنفيذ
SANCTION KEN ETH | كينيا تحرم الإثيوبيين من المساعدات
MOBILIZE KEN - | كينيا تسير دوريات على الحدود
MOBILIZE KEN ETH | سفينة كينية تستعرض القوة أمام إثيوبيا
PROTEST KEN KEN | أغلق تجار كينيا متاجرهم احتجاجا على الضرائب
REQUEST KEN KEN | الوزير الكيني يذكر بضرورة حماية المدنيين
COERCE KEN KEN | النيابة الكينية تحبس نائبا
RETREAT KEN - | بدأ الجيش الكيني سحب الأسلحة الثقيلة
AID KEN ETH | كينيا تدرس تزويد إثيوبيا بصواريخ
AID KEN NSA:HEZBOLLAH | إمداد كينيا لحزب الله بالأسلحة
COERCE KEN ETH | كينيا تقطع الاتصالات عن إثيوبيا
AGREE KEN ETH | قالت كينيا إنها منفتحة على محادثات مع إثيوبيا
AGREE KEN ETH | قالت كينيا إنها مستعدة للحوار مع إثيوبيا
ACCUSE KEN ETH | قال الوزير الكيني إن هناك أدلة على أن إثيوبيا تتدخل في الانتخابات
ASSAULT - SAU | صواريخ تستهدف الرياض
ASSAULT RUS SYR | استهداف روسيا للمدنيين في سوريا
ASSAULT KEN NSA:AL-SHABAAB | نجح الجيش الكيني، الأحد، في دحر حركة الشباب
SANCTION USA IRN | أيدت كينيا الاتفاق الإيراني بعد الانسحاب الأميركي منه
THREATEN KEN ETH | حذرت كينيا من أن إثيوبيا تهدد بفرض رسوم، وقالت إنها سترد على إثيوبيا
ACCUSE KEN ETH | محكمة تنظر دعوى رفعتها كينيا ضد إثيوبيا رغم العقوبات
ASSAULT NSA:AL-SHABAAB KEN | تلقت كينيا ضربات موجعة من حركة الشباب
ASSAULT - KEN | أصيب 11 آخرون في كينيا جراء اعتداءات شنها مسلحون من حركة الشباب
REJECT KEN ETH | قال الرئيس الكيني إنه لا توجد خطط لتغيير الاتفاق مع إثيوبيا
MOBILIZE KEN ETH | طائرات كينيا تخترق أجواء إثيوبيا
MOBILIZE KEN - | دفعت كينيا بطائرات حربية إلى القاعدة
ACCUSE KEN NSA:HEZBOLLAH | كينيا قلقة من ميليشيات حزب الله
REQUEST - KEN | مناشدات لكينيا لاستقبال سفينة عالقة
CONSULT KEN - | كينيا تعقد اجتماعا طارئا
SANCTION KEN - | شركات تتحايل على العقوبات الكينية
ACCUSE KEN CHN | كينيا تحتج على انتهاك طائرات صينية للأجواء
PROTEST KEN KEN | احتج المئات في كينيا
ASSAULT KEN NSA:AL-SHABAAB | أعلن الجيش الكيني، الأحد، عن تحرير القرية من حركة الشباب
"""
ENGLISH = """
AGREE KEN ETH | Kenya agreed with Ethiopia on a plan.
CONSULT KEN ETH | Kenya held talks with Ethiopia.
CONSULT KEN+ETH - | Talks between Kenya and Ethiopia continue.
SUPPORT KEN ETH | Kenya voiced solidarity with Ethiopia.
SUPPORT KEN+ETH - | Kenya and Ethiopia signed a trade agreement.
CONCEDE KEN KEN | Kenya released dozens of prisoners.
AID KEN SOM | Kenya sent relief supplies to Somalia.
RETREAT KEN - | Kenya withdrew its troops.
SANCTION KEN - | Kenya withdrew from the treaty.
REQUEST KEN ETH | Kenya called on Ethiopia to talk.
ACCUSE KEN ETH | Kenya summoned the Ethiopian ambassador.
ACCUSE KEN SDN | Kenya met Ethiopia, accusing Sudan of lies.
REJECT KEN ETH | Kenya rejected the Ethiopian proposal.
THREATEN KEN ETH | Kenya threatened Ethiopia.
PROTEST KEN KEN | Protesters took to the streets in Nairobi.
SANCTION KEN ETH | Kenya expelled two Ethiopian diplomats.
SANCTION KEN ETH | Kenya severed ties with Ethiopia.
MOBILIZE PRK - | North Korea test-fired a missile.
COERCE EGY EGY | Police arrested seven people in Cairo.
ASSAULT ISR SYR | Israel launched airstrikes on Syria.
ASSAULT NSA:AL-SHABAAB KEN | Three Kenyan soldiers were killed by Al-Shabaab.
"""


def cases(table: str) -> list[tuple[str, str, str, str]]:
    """(type, source, target, sentence) of each line; + joins codes, - is nobody."""
    found = []
    for line in table.strip().splitlines():
        told, _, text = line.partition(" | ")
        type_, source, target = told.split()
        found.append((type_, source, target, text))
    return found


def told(coder: Coder, text: str, language: str) -> list[tuple[str, str, str]]:
    """Each event as a line of the tables above has it."""
    found = coder.code(title="", text=text, language=language, event_time=NOON).events
    return [
        (event.type, "+".join(event.source_codes) or "-", "+".join(event.target_codes) or "-") for event in found
    ]  # fmt: skip


@pytest.mark.parametrize(("type_", "source", "target", "text"), cases(ARABIC))
def test_an_idiom_of_arabic_news_tells_its_event(coder: Coder, type_: str, source: str, target: str, text: str) -> None:
    assert (type_, source, target) in told(coder, text, "ar")


@pytest.mark.parametrize(("type_", "source", "target", "text"), cases(ENGLISH))
def test_an_idiom_of_english_news_tells_its_event(
    coder: Coder, type_: str, source: str, target: str, text: str
) -> None:
    assert (type_, source, target) in told(coder, text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "If Ethiopia attacks Sudan, everything changes.",
        "Kenya may attack Somalia.",
        "Three people were killed in a car crash in Kenya.",
    ],
)
def test_what_is_no_event_in_english(coder: Coder, text: str) -> None:
    assert told(coder, text, "en") == []


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("هاجمت كينيا إثيوبيا بمسيرات", {"ASSAULT"}),
        ("أسقطت كينيا مسيرات إثيوبية", {"ASSAULT"}),
        ("أطلقت كينيا سربا من المسيرات على إثيوبيا", {"ASSAULT"}),
        ("هجوم بالمسيرات الكينية على إثيوبيا", {"ASSAULT"}),
        ("أعلنت كينيا إسقاط مسيرات أطلقتها إثيوبيا", {"ASSAULT"}),
        ("شهدت كينيا مسيرات ضد الرئيس", {"PROTEST"}),
        ("أطلق ناشطون كينيون مسيرات حاشدة", {"PROTEST"}),
        ("شارك آلاف الكينيين بمسيرات ضد الحرب", {"PROTEST"}),
    ],
)
def test_what_flies_or_strikes_is_a_drone_and_no_march(coder: Coder, text: str, types: set[str]) -> None:
    coding = coder.code(title="", text=text, language="ar", event_time=NOON)
    assert {event.type for event in coding.events} == types


@pytest.mark.parametrize(
    "text",
    [
        "هجوم المستثمرين على البيع يضغط على الأسهم الكينية",
        "هجوم نيروبي القوي يهدد ريال مدريد",
        "قاد المهاجم هجوم المنتخب الكيني",
        "تحطمت طائرة كينية قرب أحمد آباد ما أدى إلى مقتل 241 شخصا",
        "تحطم طائرة كينية في فيصل آباد\nقالت السلطات إن 41 شخصا قتلوا",
        "انسحب لاعبو كينيا من الملعب أمام إثيوبيا",
    ],
)
def test_sport_business_and_accidents_are_no_attacks(coder: Coder, text: str) -> None:
    title, _, body = text.rpartition("\n")
    coding = coder.code(title=title, text=body, language="ar", event_time=NOON)
    assert not {event.type for event in coding.events} & {"ASSAULT", "RETREAT", "ACCUSE"}


@pytest.mark.parametrize("text", ["هجوم على قاعدة كينية", "هجوم كيني على إثيوبيا"])
def test_an_attack_stays_one(coder: Coder, text: str) -> None:
    coding = coder.code(title="", text=text, language="ar", event_time=NOON)
    assert {event.type for event in coding.events} == {"ASSAULT"}
