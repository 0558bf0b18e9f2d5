internal import HTTPSemantics
internal import Journal

/// What refusals say to people, in the languages of the service: a title, and what to do.
enum ProblemWording {
  struct Text {
    var title: String
    var advice: String
  }

  static func text(_ code: ProblemCode, _ language: ActivityLanguage) -> Text {
    switch language {
    case .english: english(code)
    case .russian: russian(code)
    case .spanish: spanish(code)
    }
  }

  private static func english(_ code: ProblemCode) -> Text {
    switch code {
    case .malformedRequest:
      Text(title: "Malformed request", advice: "The request could not be understood. Send it again, complete.")
    case .tokenRequired:
      Text(title: "Token required", advice: "A valid token is needed: send it as “Authorization: Bearer <token>”.")
    case .notFound:
      Text(title: "Not found", advice: "There is nothing at this address. It may have been removed.")
    case .methodNotAllowed:
      Text(title: "Method not allowed", advice: "This address does not take that method; see the Allow field.")
    case .exists:
      Text(title: "Already there", advice: "The name is taken. Choose another one.")
    case .tooLarge:
      Text(title: "File too large", advice: "The picture is larger than this server takes. Send a smaller one.")
    case .unsupportedFormat:
      Text(title: "Unsupported format", advice: "Only JPEG, PNG and GIF pictures are accepted.")
    case .invalidImage:
      Text(title: "Invalid image", advice: "The picture is damaged, incomplete or has too many pixels. Save it again.")
    case .tooManyRequests:
      Text(title: "Too many requests", advice: "Wait a moment, then try again.")
    case .overloaded:
      Text(title: "Busy", advice: "The server has too much to do right now. Try again in a moment.")
    case .storageFull:
      Text(title: "Storage full", advice: "The server has no room left. Tell its operator, and try again later.")
    case .internalError:
      Text(title: "Server error", advice: "Something went wrong here. Try again; tell the operator if it stays.")
    }
  }

  private static func russian(_ code: ProblemCode) -> Text {
    switch code {
    case .malformedRequest:
      Text(title: "Неверный запрос", advice: "Запрос не удалось разобрать. Отправьте его ещё раз целиком.")
    case .tokenRequired:
      Text(title: "Нужен токен", advice: "Нужен действительный токен: «Authorization: Bearer <токен>».")
    case .notFound:
      Text(title: "Не найдено", advice: "По этому адресу ничего нет. Возможно, это было удалено.")
    case .methodNotAllowed:
      Text(title: "Метод не поддерживается", advice: "Этот адрес не принимает такой метод; см. поле Allow.")
    case .exists:
      Text(title: "Уже существует", advice: "Имя занято. Выберите другое.")
    case .tooLarge:
      Text(title: "Файл слишком большой", advice: "Изображение больше, чем принимает сервер. Отправьте меньшее.")
    case .unsupportedFormat:
      Text(title: "Неподдерживаемый формат", advice: "Принимаются только изображения JPEG, PNG и GIF.")
    case .invalidImage:
      Text(
        title: "Неверное изображение",
        advice: "Изображение повреждено, неполно или слишком велико по числу точек. Сохраните его заново.")
    case .tooManyRequests:
      Text(title: "Слишком много запросов", advice: "Подождите немного и попробуйте снова.")
    case .overloaded:
      Text(title: "Сервер занят", advice: "Сейчас слишком много работы. Попробуйте через минуту.")
    case .storageFull:
      Text(title: "Нет места", advice: "На сервере закончилось место. Сообщите оператору и попробуйте позже.")
    case .internalError:
      Text(
        title: "Ошибка сервера", advice: "Что-то пошло не так. Попробуйте ещё раз; если повторится, сообщите оператору."
      )
    }
  }

  private static func spanish(_ code: ProblemCode) -> Text {
    switch code {
    case .malformedRequest:
      Text(title: "Petición incorrecta", advice: "No se pudo entender la petición. Envíela de nuevo, completa.")
    case .tokenRequired:
      Text(title: "Se necesita un token", advice: "Hace falta un token válido: «Authorization: Bearer <token>».")
    case .notFound:
      Text(title: "No encontrado", advice: "No hay nada en esta dirección. Puede que se haya eliminado.")
    case .methodNotAllowed:
      Text(title: "Método no permitido", advice: "Esta dirección no admite ese método; vea el campo Allow.")
    case .exists:
      Text(title: "Ya existe", advice: "El nombre está ocupado. Elija otro.")
    case .tooLarge:
      Text(title: "Archivo demasiado grande", advice: "La imagen supera lo que admite el servidor. Envíe una menor.")
    case .unsupportedFormat:
      Text(title: "Formato no admitido", advice: "Solo se admiten imágenes JPEG, PNG y GIF.")
    case .invalidImage:
      Text(
        title: "Imagen no válida",
        advice: "La imagen está dañada, incompleta o tiene demasiados píxeles. Guárdela de nuevo.")
    case .tooManyRequests:
      Text(title: "Demasiadas peticiones", advice: "Espere un momento e inténtelo de nuevo.")
    case .overloaded:
      Text(title: "Servidor ocupado", advice: "Hay demasiado trabajo ahora. Inténtelo dentro de un momento.")
    case .storageFull:
      Text(title: "Sin espacio", advice: "El servidor no tiene espacio. Avise al operador e inténtelo más tarde.")
    case .internalError:
      Text(title: "Error del servidor", advice: "Algo ha fallado. Inténtelo de nuevo; si persiste, avise al operador.")
    }
  }
}
