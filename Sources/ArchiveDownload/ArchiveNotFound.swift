internal import HTTPSemantics
internal import Journal
internal import WebService

/// What a visitor of a site reads whose link leads to no archive.
enum ArchiveNotFound {
  static func response(prefersHTML: Bool, language: ActivityLanguage) -> WebResponse {
    let (title, advice) =
      switch language {
      case .english:
        (
          "There is no such archive",
          "The folder may have been removed or renamed, or the link is incomplete. Ask whoever gave you the link for a new one."
        )
      case .russian:
        (
          "Такого архива нет",
          "Папку могли удалить или переименовать, или ссылка неполна. Попросите новую у того, кто её дал."
        )
      case .spanish:
        (
          "No existe ese archivo",
          "Puede que la carpeta se haya eliminado o cambiado de nombre, o que el enlace esté incompleto. Pida uno nuevo a quien se lo dio."
        )
      }
    return Problem(.notFound, advice).response(prefersHTML: prefersHTML, language: language, title: title)
  }
}
