internal import Journal

/// The words of the image host's pages in the languages of the service.
struct PictureWording {
  let catalogue: String
  let empty: String
  let newest: String
  let older: String
  let pages: String
  let share: String
  let directLink: String
  let copy: String
  let size: String
  let type: String
  let dimensions: String
  let uploaded: String
  let expires: String
  let deleteQuestion: String
  let deleteWarning: String
  let delete: String
  let keep: String
  let deleted: String
  let uploadedOne: String
  let refused: String
  let page: String
  let deleteLink: String
  let another: String

  init(_ language: ActivityLanguage) {
    switch language {
    case .english:
      (catalogue, empty) = ("Catalogue", "No pictures yet. Be the first to upload one.")
      (newest, older, pages) = ("Newest", "Older", "Pages")
      (share, directLink, copy) = ("Share", "Direct link", "Copy")
      (size, type, dimensions) = ("Size", "Type", "Dimensions")
      (uploaded, expires) = ("Uploaded", "Expires")
      (deleteQuestion, deleteWarning) = ("Delete this picture?", "Its link stops working. This cannot be undone.")
      (delete, keep, deleted) = ("Delete", "Keep it", "The picture is deleted")
      (uploadedOne, refused) = ("Your picture is uploaded.", "Not uploaded")
      (page, deleteLink, another) = ("Page", "Delete link", "Upload another")
    case .russian:
      (catalogue, empty) = ("Каталог", "Изображений пока нет. Загрузите первое.")
      (newest, older, pages) = ("Новые", "Старее", "Страницы")
      (share, directLink, copy) = ("Поделиться", "Прямая ссылка", "Копировать")
      (size, type, dimensions) = ("Размер", "Тип", "Точек")
      (uploaded, expires) = ("Загружено", "Исчезнет")
      (deleteQuestion, deleteWarning) = ("Удалить изображение?", "Ссылка перестанет работать. Вернуть его нельзя.")
      (delete, keep, deleted) = ("Удалить", "Оставить", "Изображение удалено")
      (uploadedOne, refused) = ("Изображение загружено.", "Не загружено")
      (page, deleteLink, another) = ("Страница", "Ссылка для удаления", "Загрузить ещё")
    case .spanish:
      (catalogue, empty) = ("Catálogo", "Aún no hay imágenes. Suba la primera.")
      (newest, older, pages) = ("Más recientes", "Anteriores", "Páginas")
      (share, directLink, copy) = ("Compartir", "Enlace directo", "Copiar")
      (size, type, dimensions) = ("Tamaño", "Tipo", "Dimensiones")
      (uploaded, expires) = ("Subida", "Caduca")
      (deleteQuestion, deleteWarning) = (
        "¿Eliminar esta imagen?", "Su enlace dejará de funcionar. No se puede deshacer."
      )
      (delete, keep, deleted) = ("Eliminar", "Conservarla", "La imagen se ha eliminado")
      (uploadedOne, refused) = ("Su imagen se ha subido.", "No se ha subido")
      (page, deleteLink, another) = ("Página", "Enlace para eliminar", "Subir otra")
    }
  }
}
