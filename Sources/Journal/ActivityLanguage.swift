/// A language of `app.log`; the raw value is its ISO 639-1 code, as `VITRINE_LANGUAGE` has it.
public enum ActivityLanguage: String, CaseIterable, Sendable {
  /// English.
  case english = "en"
  /// Russian.
  case russian = "ru"
  /// Spanish.
  case spanish = "es"
}
