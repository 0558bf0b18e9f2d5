/**
 * The one table of strings. A row without `en` belongs to text that the documents contain, in English; they name it by
 * `data-i18n`. A row with `en` is said by scripts only. {1} is a child element, {name} a parameter (see i18n.js).
 */

export const strings = {
  // Every page
  "nav.skip": { ru: "К содержанию", es: "Ir al contenido" },
  "nav.label": { ru: "Основная навигация", es: "Principal" },
  "nav.language": { ru: "Язык", es: "Idioma" },
  "nav.upload": { ru: "Загрузка", es: "Subir" },
  "nav.catalogue": { ru: "Каталог", es: "Catálogo" },
  "nav.terms": { ru: "Условия", es: "Condiciones" },
  "footer.terms": { ru: "Условия и просьбы об удалении", es: "Condiciones y solicitudes de retirada" },
  "copy": { ru: "Копировать", es: "Copiar" },
  "copy.link": { ru: "Прямая ссылка", es: "Enlace directo" },
  "copy.link.button": { ru: "Копировать ссылку", es: "Copiar enlace" },
  "copy.done": { ru: "Скопировано", es: "Copiado" },
  "copy.failed": { ru: "Нажмите Ctrl+C", es: "Pulsa Ctrl+C" },
  "delete": { ru: "Удалить", es: "Eliminar" },

  // Home
  "home.title": { ru: "Vitrine: изображения с постоянной ссылкой", es: "Vitrine: imágenes con enlace permanente" },
  "home.description": {
    ru: "Хостинг изображений: загрузите JPEG, PNG или GIF и получите постоянную прямую ссылку.",
    es: "Un alojamiento de imágenes: sube un JPEG, PNG o GIF y obtén un enlace directo permanente.",
  },
  "home.heading": { ru: "Покажите картинку. Ссылка останется.", es: "Muestra una imagen. Conserva el enlace." },
  "home.lede": {
    ru: "Vitrine – хостинг изображений. Загрузите JPEG, PNG или GIF размером до {1} и получите прямую ссылку, которая не исчезнет.",
    es: "Vitrine es un alojamiento de imágenes. Sube un JPEG, PNG o GIF de hasta {1} y obtén un enlace directo que perdura.",
  },
  "home.upload": { ru: "Загрузить изображения", es: "Subir imágenes" },
  "home.browse": { ru: "Открыть каталог", es: "Ver el catálogo" },
  "home.link.heading": { ru: "Прямая ссылка навсегда", es: "Un enlace directo para siempre" },
  "home.link.text": {
    ru: "У каждого изображения свой адрес, по которому открывается оно само и ничего больше. Ссылка работает на форумах, в чатах и на страницах, пока вы не удалите изображение.",
    es: "Cada imagen tiene una dirección propia que muestra la imagen y nada más. Funciona en foros, chats y páginas, y dura hasta que elimines la imagen.",
  },
  "home.privacy.heading": { ru: "Ничего личного", es: "Nada privado la acompaña" },
  "home.privacy.text": {
    ru: "Место съёмки, данные камеры и комментарии удаляются из файла. Само изображение не пережимается: не меняется ни один пиксель.",
    es: "El lugar, los datos de la cámara y los comentarios se quitan del archivo. La imagen no se vuelve a comprimir: no cambia ni un píxel.",
  },
  "home.control.heading": { ru: "Всегда можно забрать", es: "Tuya para retirarla" },
  "home.control.text": {
    ru: "С каждой загрузкой вы получаете ссылку для удаления. Можно также задать срок или не показывать изображение в каталоге.",
    es: "Con cada subida recibes un enlace de eliminación. También puedes fijar una fecha límite o dejar la imagen fuera del catálogo.",
  },
  "home.curl.heading": { ru: "Из командной строки", es: "Desde la línea de órdenes" },
  "home.curl.text": {
    ru: "Ответ приходит в JSON: в нём прямая ссылка и ссылка для удаления.",
    es: "La respuesta es JSON, con el enlace directo y el de eliminación.",
  },
  "home.sharex": {
    ru: "Для ShareX в Windows откройте {1}.",
    es: "Para ShareX en Windows, abre {1}.",
  },
  "home.sharex.link": { ru: "эту конфигурацию загрузчика", es: "esta configuración de subida" },
  "terms.title": { ru: "Условия использования · Vitrine", es: "Condiciones de uso · Vitrine" },

  // Upload: the form
  "upload.title": { ru: "Загрузка изображений · Vitrine", es: "Subir imágenes · Vitrine" },
  "upload.heading": { ru: "Загрузка изображений", es: "Subir imágenes" },
  "upload.lede": { ru: "Загружая, вы принимаете {1}.", es: "Al subir imágenes aceptas las {1}." },
  "upload.lede.terms": { ru: "условия", es: "condiciones" },
  "upload.choose": { ru: "Выбрать изображения", es: "Elegir imágenes" },
  "upload.choose.plain": { ru: "Выберите изображения:", es: "Elige imágenes:" },
  "upload.drop": { ru: "или перетащите их сюда, или вставьте из буфера обмена", es: "o suéltalas aquí, o pega una del portapapeles" },
  "upload.limits": { ru: "JPG, PNG или GIF, до {1} каждое", es: "JPG, PNG o GIF, hasta {1} cada una" },
  "upload.submit": { ru: "Загрузить", es: "Subir" },
  "options.heading": { ru: "Параметры", es: "Opciones" },
  "options.visibility": { ru: "Кто увидит", es: "Quién la ve" },
  "options.public": { ru: "Все: будет в каталоге", es: "Pública, en el catálogo" },
  "options.unlisted": { ru: "Только те, у кого есть ссылка", es: "Oculta, solo con el enlace" },
  "options.expires": { ru: "Сколько хранить", es: "Cuánto tiempo" },
  "options.never": { ru: "Хранить всегда", es: "Conservar siempre" },
  "options.hour": { ru: "Удалить через 1 час", es: "Eliminar al cabo de 1 hora" },
  "options.day": { ru: "Удалить через 1 день", es: "Eliminar al cabo de 1 día" },
  "options.week": { ru: "Удалить через 7 дней", es: "Eliminar al cabo de 7 días" },
  "options.month": { ru: "Удалить через 30 дней", es: "Eliminar al cabo de 30 días" },
  "options.metadata": { ru: "Оставить метаданные", es: "Conservar los metadatos" },
  "options.metadata.hint": {
    ru: "Иначе место съёмки, данные камеры и комментарии удаляются из файла.",
    es: "Si no, el lugar, los datos de la cámara y los comentarios se quitan del archivo.",
  },
  "options.token": { ru: "Токен загрузки", es: "Token de subida" },
  "options.token.hint": { ru: "Только если сервер его требует.", es: "Solo si el servidor lo pide." },

  // Upload: the files
  "card.retry": { ru: "Повторить", es: "Reintentar" },
  "card.cancel": { ru: "Отменить", es: "Cancelar" },
  "card.remove": { ru: "Убрать", es: "Quitar" },
  "result.page": { ru: "Страница изображения", es: "Página de la imagen" },
  "result.delete": { ru: "Ссылка для удаления", es: "Enlace de eliminación" },
  "batch.count": {
    en: "{done} of {total} uploaded",
    ru: "Загружено {done} из {total}",
    es: "{done} de {total} subidas",
  },
  "batch.retry": { ru: "Повторить неудавшиеся", es: "Reintentar las fallidas" },
  "batch.copy": { ru: "Копировать все ссылки", es: "Copiar todos los enlaces" },
  "batch.clear": { ru: "Убрать готовые", es: "Quitar las terminadas" },
  "state.checking": { en: "Checking…", ru: "Проверка…", es: "Comprobando…" },
  "state.queued": { en: "Waiting for its turn", ru: "Ждёт очереди", es: "Espera su turno" },
  "state.sending": { en: "Sending…", ru: "Отправка…", es: "Enviando…" },
  "state.sent": { en: "{sent} of {total} sent", ru: "отправлено {sent} из {total}", es: "{sent} de {total} enviados" },
  "state.processing": {
    en: "Sent, the server is storing it…",
    ru: "Отправлено, сервер сохраняет…",
    es: "Enviada, el servidor la guarda…",
  },
  "state.paused": {
    en: "Trying again in {seconds} s",
    ru: "Новая попытка через {seconds} с",
    es: "Nuevo intento en {seconds} s",
  },
  "state.failed": { en: "Not uploaded", ru: "Не загружено", es: "No se subió" },
  "state.refused": { en: "Not uploaded", ru: "Не загружено", es: "No se subió" },
  "state.cancelled": { en: "Cancelled", ru: "Отменено", es: "Cancelada" },
  "state.done": { en: "Uploaded", ru: "Загружено", es: "Subida" },
  "announce.done": {
    en: "{name} is uploaded.",
    ru: "Изображение {name} загружено.",
    es: "La imagen {name} está subida.",
  },

  // What is wrong with a file, and what to do
  "check.extension": {
    en: "The name must end in .jpg, .jpeg, .png or .gif. Save the picture in one of these formats and choose it again.",
    ru: "Имя должно оканчиваться на .jpg, .jpeg, .png или .gif. Сохраните изображение в одном из этих форматов и выберите снова.",
    es: "El nombre debe terminar en .jpg, .jpeg, .png o .gif. Guarda la imagen en uno de estos formatos y elígela de nuevo.",
  },
  "check.type": {
    en: "This is not a JPEG, PNG or GIF picture. Save it in one of these formats and choose it again.",
    ru: "Это не изображение JPEG, PNG или GIF. Сохраните его в одном из этих форматов и выберите снова.",
    es: "No es una imagen JPEG, PNG o GIF. Guárdala en uno de estos formatos y elígela de nuevo.",
  },
  "check.content": {
    en: "The name says picture, but the content is something else. Export it as JPEG, PNG or GIF; renaming is not enough.",
    ru: "Имя говорит, что это изображение, но внутри что-то другое. Экспортируйте его в JPEG, PNG или GIF: переименовать мало.",
    es: "El nombre dice que es una imagen, pero el contenido es otro. Expórtala como JPEG, PNG o GIF; renombrarla no basta.",
  },
  "check.empty": {
    en: "The file is empty. Look whether it was saved or copied completely.",
    ru: "Файл пуст. Проверьте, полностью ли он сохранён или скопирован.",
    es: "El archivo está vacío. Comprueba que se haya guardado o copiado por completo.",
  },
  "check.size": {
    en: "{size} is more than the limit of {limit}. Make the picture smaller, or save it as JPEG, and choose it again.",
    ru: "{size} – больше допустимых {limit}. Уменьшите изображение или сохраните его в JPEG и выберите снова.",
    es: "{size} supera el límite de {limit}. Reduce la imagen o guárdala como JPEG, y elígela de nuevo.",
  },
  "check.unreadable": {
    en: "The browser cannot read this. Choose files, not folders, and look whether the file is still there.",
    ru: "Браузер не может это прочитать. Выбирайте файлы, а не папки, и проверьте, на месте ли файл.",
    es: "El navegador no puede leerlo. Elige archivos, no carpetas, y comprueba que el archivo siga ahí.",
  },

  // What the server, or the way to it, answered, by code
  "problem.malformed-request": {
    en: "The upload arrived damaged. Try again.",
    ru: "Файл дошёл до сервера повреждённым. Повторите попытку.",
    es: "El archivo llegó dañado al servidor. Inténtalo de nuevo.",
  },
  "problem.token-required": {
    en: "This server asks for an upload token. Enter it under Options, then try again.",
    ru: "Сервер требует токен загрузки. Введите его в разделе «Параметры» и повторите.",
    es: "Este servidor pide un token de subida. Escríbelo en Opciones e inténtalo de nuevo.",
  },
  "problem.too-large": {
    en: "The server refuses a file of this size. Make the picture smaller, or save it as JPEG, and choose it again.",
    ru: "Сервер не принимает файл такого размера. Уменьшите изображение или сохраните его в JPEG и выберите снова.",
    es: "El servidor rechaza un archivo de este tamaño. Reduce la imagen o guárdala como JPEG, y elígela de nuevo.",
  },
  "problem.unsupported-format": {
    en: "The server does not find a JPEG, PNG or GIF in this file. Save the picture in one of these formats and choose it again.",
    ru: "Сервер не нашёл в файле JPEG, PNG или GIF. Сохраните изображение в одном из этих форматов и выберите снова.",
    es: "El servidor no encuentra un JPEG, PNG o GIF en el archivo. Guarda la imagen en uno de estos formatos y elígela de nuevo.",
  },
  "problem.invalid-image": {
    en: "The picture is damaged, cut short, or has too many pixels. Open it in an editor, save it again and choose the new file.",
    ru: "Изображение повреждено, обрезано или в нём слишком много пикселей. Откройте его в редакторе, сохраните заново и выберите новый файл.",
    es: "La imagen está dañada, incompleta o tiene demasiados píxeles. Ábrela en un editor, guárdala de nuevo y elige el archivo nuevo.",
  },
  "problem.too-many-requests": {
    en: "Too many uploads in a short time. Wait a minute, then try again.",
    ru: "Слишком много загрузок за короткое время. Подождите минуту и повторите.",
    es: "Demasiadas subidas en poco tiempo. Espera un minuto e inténtalo de nuevo.",
  },
  "problem.overloaded": {
    en: "The server is busy at the moment. Try again in a little while.",
    ru: "Сервер сейчас занят. Повторите немного позже.",
    es: "El servidor está ocupado en este momento. Inténtalo dentro de un rato.",
  },
  "problem.bad-gateway": {
    en: "The server could not take the picture just now. Try again.",
    ru: "Сервер сейчас не смог принять изображение. Повторите попытку.",
    es: "El servidor no pudo aceptar la imagen ahora. Inténtalo de nuevo.",
  },
  "problem.gateway-timeout": {
    en: "The server took too long to answer. Look in the catalogue whether the picture arrived, then try again.",
    ru: "Сервер слишком долго не отвечал. Посмотрите в каталоге, не сохранилось ли изображение, и повторите.",
    es: "El servidor tardó demasiado en responder. Mira en el catálogo si la imagen llegó e inténtalo de nuevo.",
  },
  "problem.storage-full": {
    en: "The server has no room left. Try again later, or tell its operator.",
    ru: "На сервере закончилось место. Повторите позже или сообщите его владельцу.",
    es: "El servidor no tiene más espacio. Inténtalo más tarde o avisa a su operador.",
  },
  "problem.unknown": {
    en: "The server answered with error {status}. Try again; if it stays, tell the server's operator.",
    ru: "Сервер ответил ошибкой {status}. Повторите; если не поможет, сообщите владельцу сервера.",
    es: "El servidor respondió con el error {status}. Inténtalo de nuevo; si persiste, avisa a su operador.",
  },
  "problem.unreadable": {
    en: "The answer did not come from this service. If your network asks you to sign in first, do so, then try again.",
    ru: "Ответ пришёл не от этого сервиса. Если сеть требует сначала войти, войдите и повторите.",
    es: "La respuesta no vino de este servicio. Si tu red pide que inicies sesión, hazlo e inténtalo de nuevo.",
  },
  "problem.connection": {
    en: "The connection was lost. Look whether you are online, then try again.",
    ru: "Связь прервалась. Проверьте, есть ли интернет, и повторите.",
    es: "Se perdió la conexión. Comprueba que tienes internet e inténtalo de nuevo.",
  },

  // My uploads
  "mine.heading": { ru: "Мои загрузки", es: "Mis imágenes" },
  "mine.hint": {
    ru: "Список хранится только в этом браузере, вместе с токенами удаления: если очистить данные браузера, они пропадут.",
    es: "Esta lista se guarda solo en este navegador, con los tokens de eliminación: si borras los datos del navegador, se pierden.",
  },
  "mine.more": { ru: "Показать все", es: "Mostrar todas" },
  "confirm.heading": { ru: "Удалить это изображение?", es: "¿Eliminar esta imagen?" },
  "confirm.text": {
    ru: "Ссылка на него перестанет работать. Отменить это нельзя.",
    es: "Su enlace dejará de funcionar. No se puede deshacer.",
  },
  "confirm.keep": { ru: "Оставить", es: "Conservar" },
  "delete.deleted": { en: "{name} is deleted.", ru: "Изображение {name} удалено.", es: "La imagen {name} está eliminada." },
  "delete.gone": {
    en: "{name} was already gone from the server.",
    ru: "Изображения {name} на сервере уже не было.",
    es: "La imagen {name} ya no estaba en el servidor.",
  },
  "delete.forbidden": {
    en: "The server does not accept the delete token. Ask its operator to delete {name}.",
    ru: "Сервер не принимает токен удаления. Попросите его владельца удалить {name}.",
    es: "El servidor no acepta el token de eliminación. Pide a su operador que elimine {name}.",
  },
  "delete.failed": {
    en: "{name} could not be deleted. Try again in a little while.",
    ru: "Не удалось удалить {name}. Повторите немного позже.",
    es: "No se pudo eliminar {name}. Inténtalo dentro de un rato.",
  },

  // Error pages
  "error.home": { ru: "На главную", es: "Ir al inicio" },
  "error.400.title": { ru: "Непонятный запрос", es: "Petición incomprensible" },
  "error.400.text": {
    ru: "Адрес содержит то, чего в адресах не бывает. Проверьте ссылку, по которой вы пришли.",
    es: "La dirección contiene algo que no cabe en una dirección. Revisa el enlace que seguiste.",
  },
  "error.404.title": { ru: "Здесь ничего нет", es: "Aquí no hay nada" },
  "error.404.text": {
    ru: "Ссылка неполная, или изображение удалено, или его срок истёк.",
    es: "El enlace está incompleto, o la imagen se eliminó o llegó a su fecha límite.",
  },
  "error.405.title": { ru: "Так нельзя", es: "Así no se puede" },
  "error.405.text": {
    ru: "По этому адресу такие запросы не принимаются. Чтобы отправить изображение, откройте страницу загрузки.",
    es: "Esta dirección no acepta ese tipo de petición. Para enviar una imagen, abre la página de subida.",
  },
  "error.413.title": { ru: "Слишком большой файл", es: "Es demasiado grande" },
  "error.413.text": {
    ru: "Изображение может занимать до 5 МБ. Уменьшите его или сохраните в JPEG и отправьте снова. Если файлов много, отправьте их частями.",
    es: "Una imagen puede tener hasta 5 MB. Redúcela o guárdala como JPEG y envíala de nuevo. Si son muchas, envíalas por partes.",
  },
  "error.429.title": { ru: "Слишком много запросов", es: "Demasiadas peticiones" },
  "error.429.text": {
    ru: "С вашего адреса пришло много запросов за короткое время. Подождите минуту и повторите.",
    es: "Llegaron muchas peticiones desde tu dirección en poco tiempo. Espera un minuto e inténtalo de nuevo.",
  },
  "error.502.title": { ru: "Сервис перезапускается", es: "El servicio se está reiniciando" },
  "error.502.text": {
    ru: "Обычно это занимает секунды. Подождите немного и обновите страницу.",
    es: "Suele tardar unos segundos. Espera un poco y vuelve a cargar la página.",
  },
  "error.503.title": { ru: "Сервис занят", es: "El servicio está ocupado" },
  "error.503.text": {
    ru: "Сейчас запросов больше, чем он успевает обработать. Подождите немного и повторите.",
    es: "Ahora mismo hay más peticiones de las que puede atender. Espera un poco e inténtalo de nuevo.",
  },
  "error.504.title": { ru: "Сервис долго не отвечает", es: "El servicio tarda demasiado" },
  "error.504.text": {
    ru: "Ответ не пришёл вовремя. Если вы загружали изображение, посмотрите в каталоге, не сохранилось ли оно, и повторите.",
    es: "La respuesta no llegó a tiempo. Si subías una imagen, mira en el catálogo si llegó e inténtalo de nuevo.",
  },
};
