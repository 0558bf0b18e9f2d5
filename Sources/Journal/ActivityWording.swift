/// One event in the words of each language: the table of all wordings of `app.log`.
struct ActivityWording {
  private let english: String
  private let russian: String
  private let spanish: String

  private init(_ english: String, _ russian: String, _ spanish: String) {
    self.english = english
    self.russian = russian
    self.spanish = spanish
  }

  /// The words of one language.
  func text(in language: ActivityLanguage) -> String {
    switch language {
    case .english: english
    case .russian: russian
    case .spanish: spanish
    }
  }

  /// The words for an event, with the users' texts as they are.
  init(_ event: ActivityEvent) {
    switch event {
    case .pictureUploaded(let name):
      self.init(
        "Success: image \(name) uploaded.",
        "Успех: изображение \(name) загружено.",
        "Éxito: imagen \(name) subida.")
    case .pictureRefused(let refusal, let name):
      let reason = ActivityWording(refusal)
      let suffix = name.map { " (\($0))" } ?? ""
      self.init(
        "Error: \(reason.english)\(suffix).",
        "Ошибка: \(reason.russian)\(suffix).",
        "Error: \(reason.spanish)\(suffix).")
    case .pictureDeleted(let name):
      self.init(
        "Success: image \(name) deleted.",
        "Успех: изображение \(name) удалено.",
        "Éxito: imagen \(name) eliminada.")
    case .pictureBlocked(let name, let copies):
      self.init(
        "Success: image \(name) blocked (copies deleted: \(copies)).",
        "Успех: изображение \(name) заблокировано (удалено копий: \(copies)).",
        "Éxito: imagen \(name) bloqueada (copias eliminadas: \(copies)).")
    case .pictureUnblocked(let digest):
      self.init(
        "Success: image unblocked (SHA-256 \(digest)).",
        "Успех: изображение разблокировано (SHA-256 \(digest)).",
        "Éxito: imagen desbloqueada (SHA-256 \(digest)).")
    case .picturesTrashed(let count):
      self.init(
        "Success: images moved to the trash: \(count).",
        "Успех: изображений перемещено в корзину: \(count).",
        "Éxito: imágenes movidas a la papelera: \(count).")
    case .picturesBlocked(let count):
      self.init(
        "Success: images blocked and moved to the trash, copies included: \(count).",
        "Успех: изображений заблокировано и перемещено в корзину вместе с копиями: \(count).",
        "Éxito: imágenes bloqueadas y movidas a la papelera, copias incluidas: \(count).")
    case .picturesRestored(let count):
      self.init(
        "Success: images brought back from the trash: \(count).",
        "Успех: изображений восстановлено из корзины: \(count).",
        "Éxito: imágenes recuperadas de la papelera: \(count).")
    case .picturesApproved(let count):
      self.init(
        "Success: images approved: \(count).",
        "Успех: изображений одобрено: \(count).",
        "Éxito: imágenes aprobadas: \(count).")
    case .picturesDiscarded(let count):
      self.init(
        "Success: images in the trash removed for good: \(count).",
        "Успех: изображений окончательно удалено из корзины: \(count).",
        "Éxito: imágenes de la papelera eliminadas para siempre: \(count).")
    case .pictureReported(let name):
      self.init(
        "Success: image \(name) reported.",
        "Успех: на изображение \(name) пожаловались.",
        "Éxito: imagen \(name) denunciada.")
    case .reportsDismissed(let count):
      self.init(
        "Success: reports dismissed, of images: \(count).",
        "Успех: жалобы отклонены, изображений: \(count).",
        "Éxito: denuncias descartadas, de imágenes: \(count).")
    case .pictureExpired(let name):
      self.init(
        "Success: image \(name) expired and was deleted.",
        "Успех: срок хранения изображения \(name) истёк, оно удалено.",
        "Éxito: imagen \(name) caducada y eliminada.")
    case .archiveSent(let name, let bytes):
      self.init(
        "Success: archive \(name) sent whole (\(bytes) bytes).",
        "Успех: архив \(name) отправлен полностью (\(bytes) байт).",
        "Éxito: archivo ZIP \(name) enviado completo (\(bytes) bytes).")
    case .archivePartSent(let name, let first, let last, let total):
      self.init(
        "Success: archive \(name): bytes \(first)-\(last) of \(total) sent.",
        "Успех: архив \(name): отправлены байты \(first)-\(last) из \(total).",
        "Éxito: archivo ZIP \(name): enviados los bytes \(first)-\(last) de \(total).")
    case .archiveCutOff(let name, let interruption, let sent, let total):
      let cause = ActivityWording(interruption)
      self.init(
        "Error: archive \(name) cut off: \(cause.english) (\(sent) of \(total) bytes sent).",
        "Ошибка: отправка архива \(name) прервана: \(cause.russian) (отправлено \(sent) из \(total) байт).",
        "Error: envío del archivo ZIP \(name) interrumpido: \(cause.spanish) (\(sent) de \(total) bytes enviados).")
    case .archiveNotFound(let name):
      self.init(
        "Error: archive \(name) not found.",
        "Ошибка: архив \(name) не найден.",
        "Error: archivo ZIP \(name) no encontrado.")
    case .archiveUnpackable(let name, let obstacle, let path):
      let reason = ActivityWording(obstacle)
      let location = path.map { "\($0): " } ?? ""
      self.init(
        "Error: archive \(name) cannot be packed: \(location)\(reason.english).",
        "Ошибка: архив \(name) нельзя упаковать: \(location)\(reason.russian).",
        "Error: el archivo ZIP \(name) no se puede crear: \(location)\(reason.spanish).")
    case .archiveBeingFilled(let name):
      self.init(
        "Error: archive \(name) not sent: its folder is being filled.",
        "Ошибка: архив \(name) не отправлен: папка ещё заполняется.",
        "Error: archivo ZIP \(name) no enviado: la carpeta se está llenando.")
    case .objectPut(let bucket, let key):
      self.init(
        "Success: object \(bucket)/\(key) stored.",
        "Успех: объект \(bucket)/\(key) сохранён.",
        "Éxito: objeto \(bucket)/\(key) guardado.")
    case .objectDeleted(let bucket, let key):
      self.init(
        "Success: object \(bucket)/\(key) deleted.",
        "Успех: объект \(bucket)/\(key) удалён.",
        "Éxito: objeto \(bucket)/\(key) eliminado.")
    case .objectRefused(let bucket, let key, let code):
      self.init(
        "Error: object \(bucket)/\(key) refused (\(code)).",
        "Ошибка: объект \(bucket)/\(key) отклонён (\(code)).",
        "Error: objeto \(bucket)/\(key) rechazado (\(code)).")
    case .moreObjects(let bucket, deleted: 0, let refused):
      self.init(
        "Error: \(refused) further objects of bucket \(bucket) refused.",
        "Ошибка: отклонено ещё объектов бакета \(bucket): \(refused).",
        "Error: \(refused) objetos más del bucket \(bucket) rechazados.")
    case .moreObjects(let bucket, let deleted, let refused):
      self.init(
        "Success: \(deleted) further objects of bucket \(bucket) deleted (\(refused) refused).",
        "Успех: удалено ещё объектов бакета \(bucket): \(deleted) (отклонено: \(refused)).",
        "Éxito: \(deleted) objetos más del bucket \(bucket) eliminados (rechazados: \(refused)).")
    case .bucketCreated(let name):
      self.init(
        "Success: bucket \(name) created.",
        "Успех: бакет \(name) создан.",
        "Éxito: bucket \(name) creado.")
    case .bucketDeleted(let name):
      self.init(
        "Success: bucket \(name) deleted.",
        "Успех: бакет \(name) удалён.",
        "Éxito: bucket \(name) eliminado.")
    case .policySet(let bucket):
      self.init(
        "Success: policy of bucket \(bucket) set.",
        "Успех: политика бакета \(bucket) установлена.",
        "Éxito: política del bucket \(bucket) establecida.")
    case .policyRemoved(let bucket):
      self.init(
        "Success: policy of bucket \(bucket) removed.",
        "Успех: политика бакета \(bucket) удалена.",
        "Éxito: política del bucket \(bucket) eliminada.")
    case .bucketSettingChanged(let bucket, let setting):
      self.init(
        "Success: setting \(setting) of bucket \(bucket) changed.",
        "Успех: настройка \(setting) бакета \(bucket) изменена.",
        "Éxito: ajuste \(setting) del bucket \(bucket) cambiado.")
    case .objectTagsSet(let bucket, let key):
      self.init(
        "Success: tags of object \(bucket)/\(key) set.",
        "Успех: теги объекта \(bucket)/\(key) установлены.",
        "Éxito: etiquetas del objeto \(bucket)/\(key) establecidas.")
    case .keyAdded(let name):
      self.init(
        "Success: access key \(name) added.",
        "Успех: ключ доступа \(name) добавлен.",
        "Éxito: clave de acceso \(name) añadida.")
    case .keyRemoved(let name):
      self.init(
        "Success: access key \(name) removed.",
        "Успех: ключ доступа \(name) удалён.",
        "Éxito: clave de acceso \(name) eliminada.")
    case .keyDisabled(let name):
      self.init(
        "Success: access key \(name) disabled.",
        "Успех: ключ доступа \(name) отключён.",
        "Éxito: clave de acceso \(name) desactivada.")
    case .keyEnabled(let name):
      self.init(
        "Success: access key \(name) enabled.",
        "Успех: ключ доступа \(name) включён.",
        "Éxito: clave de acceso \(name) activada.")
    case .keyPolicySet(let name):
      self.init(
        "Success: policy of access key \(name) set.",
        "Успех: политика ключа доступа \(name) установлена.",
        "Éxito: política de la clave de acceso \(name) establecida.")
    case .linkPresigned(let method, let bucket, let key, let name):
      self.init(
        "Success: \(method) link to \(bucket)/\(key) signed (\(name)).",
        "Успех: ссылка \(method) на \(bucket)/\(key) подписана (\(name)).",
        "Éxito: enlace \(method) a \(bucket)/\(key) firmado (\(name)).")
    case .refusalsLeftOut(let count):
      self.init(
        "Error: \(count) further requests refused, too many to list.",
        "Ошибка: отклонено ещё запросов: \(count); их слишком много для отдельных строк.",
        "Error: \(count) peticiones más rechazadas, demasiadas para listarlas.")
    case .consoleSignedOut(let name):
      self.init(
        "Success: console sign-out (\(name)).",
        "Успех: выход из консоли (\(name)).",
        "Éxito: cierre de sesión en la consola (\(name)).")
    case .consoleRequestRefused(let name, let reason):
      self.init(
        "Error: console request refused (\(name), \(reason)).",
        "Ошибка: запрос к консоли отклонён (\(name), \(reason)).",
        "Error: petición a la consola rechazada (\(name), \(reason)).")
    case .consoleSignedIn(let name):
      self.init(
        "Success: console sign-in (\(name)).",
        "Успех: вход в консоль (\(name)).",
        "Éxito: inicio de sesión en la consola (\(name)).")
    case .consoleSignInRefused(let name):
      self.init(
        "Error: console sign-in refused (\(name)).",
        "Ошибка: вход в консоль отклонён (\(name)).",
        "Error: inicio de sesión en la consola rechazado (\(name)).")
    }
  }

  /// The words for a reason, as a part of a sentence.
  private init(_ refusal: ActivityEvent.Refusal) {
    switch refusal {
    case .malformedRequest:
      self.init("malformed request", "неверно составленный запрос", "petición mal formada")
    case .tokenRequired:
      self.init("missing or wrong token", "токен отсутствует или неверен", "token ausente o incorrecto")
    case .notFound:
      self.init("no such image", "нет такого изображения", "no existe la imagen")
    case .methodNotAllowed:
      self.init("method not allowed", "метод не поддерживается", "método no permitido")
    case .blocked:
      self.init("blocked image", "изображение заблокировано", "imagen bloqueada")
    case .exists:
      self.init("the name is taken", "имя уже занято", "el nombre ya está en uso")
    case .tooLarge:
      self.init("file too large", "файл слишком большой", "archivo demasiado grande")
    case .unsupportedFormat:
      self.init("unsupported file format", "неподдерживаемый формат файла", "formato de archivo no admitido")
    case .invalidImage:
      self.init("invalid image", "недопустимое изображение", "imagen no válida")
    case .tooManyRequests:
      self.init("too many requests", "слишком много запросов", "demasiadas peticiones")
    case .tooManyReports:
      self.init("too many reports", "слишком много жалоб", "demasiadas denuncias")
    case .overloaded:
      self.init("server overloaded", "сервер перегружен", "servidor sobrecargado")
    case .storageFull:
      self.init("storage full", "хранилище заполнено", "almacenamiento lleno")
    }
  }

  /// The words for what keeps a file or folder from being packed, as a part of a sentence.
  private init(_ obstacle: ActivityEvent.Obstacle) {
    switch obstacle {
    case .unreadable: self.init("it cannot be read", "нет доступа для чтения", "no se puede leer")
    case .tooDeep: self.init("nested too deep", "слишком глубокая вложенность", "anidamiento demasiado profundo")
    case .pathTooLong: self.init("the path is too long", "слишком длинный путь", "la ruta es demasiado larga")
    case .tooManyFiles: self.init("too many files", "слишком много файлов", "demasiados archivos")
    }
  }

  /// The words for the end of an archive before its time, as a part of a sentence.
  private init(_ interruption: ActivityEvent.Interruption) {
    switch interruption {
    case .clientLeft:
      self.init("the client left", "клиент отключился", "el cliente se desconectó")
    case .clientTooSlow:
      self.init("the client was too slow", "клиент слишком медленный", "el cliente es demasiado lento")
    case .memberChanged(let name):
      self.init("file \(name) changed", "файл \(name) изменился", "el archivo \(name) cambió")
    case .memberUnreadable(let name):
      self.init(
        "file \(name) could not be read", "файл \(name) не читается", "no se pudo leer el archivo \(name)")
    case .serverStopped:
      self.init("the server was stopped", "сервер остановлен", "el servidor se detuvo")
    }
  }
}
