internal import HTTPSemantics
public import Journal

/// A page that a worker makes: the frame that all of them share, around content that is escaped by whoever appends it.
public struct Page: Sendable {
  /// Its language.
  public let language: ActivityLanguage
  private let title: String
  private var content = ""
  private var headExtra = ""
  /// Whether it is the catalogue, which the navigation marks.
  public var isCatalogue = false
  /// Whether it answers a POST: then it offers no switch of language, which would load it again.
  public var answersPost = false

  /// An empty page.
  /// - Parameter title: as text; it is escaped here.
  public init(title: String, language: ActivityLanguage) {
    self.title = title
    self.language = language
  }

  /// Appends HTML to the content. User text in it must have gone through `HTML.escape`.
  public mutating func append(_ html: String) {
    content += html
  }

  /// Appends HTML to the head.
  public mutating func appendToHead(_ html: String) {
    headExtra += html
  }

  /// What goes with every page: it runs no script but the service's own files, and stays in no frame.
  static let fields = HeaderFields([
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", contentSecurityPolicy),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-cache"),
  ])

  /// No inline script or style, nothing from elsewhere.
  static let contentSecurityPolicy =
    "default-src 'none'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  /// The whole document.
  public var html: String {
    let words = PageWording(language)
    return """
      <!doctype html>
      <html lang="\(language.rawValue)" data-rendered="server">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(HTML.escape(title)) · Vitrine</title>
      <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="/assets/vitrine.css">
      <script type="module" src="/assets/language-switch.js"></script>
      <script type="module" src="/assets/copy.js"></script>
      \(headExtra)</head>
      <body>
      <a class="skip-link" href="#main">\(words.skip)</a>
      <header class="site-header"><a class="wordmark" href="/">Vitrine</a>
      <nav class="site-nav" aria-label="\(words.navigation)"><a href="/upload">\(words.upload)</a>
      <a href="/images/"\(isCatalogue ? " aria-current=\"page\"" : "")>\(words.catalogue)</a>
      <a href="/terms.html">\(words.terms)</a></nav>
      \(answersPost ? "" : "<div class=\"language-switch\" role=\"group\" aria-label=\"\(words.language)\"></div>")</header>
      <main class="page\(answersPost ? " narrow" : "")" id="main" data-copied="\(words.copied)" \
      data-copy-failed="\(words.copyFailed)">
      \(content)
      </main>
      <footer class="site-footer"><a href="/terms.html">\(words.removal)</a></footer>
      </body>
      </html>

      """
  }
}

/// The words of the frame.
struct PageWording {
  let navigation: String
  let upload: String
  let catalogue: String
  let terms: String
  let language: String
  let skip: String
  let start: String
  let copied: String
  let copyFailed: String
  let removal: String

  init(_ language: ActivityLanguage) {
    switch language {
    case .english:
      (navigation, upload, catalogue, terms) = ("Main", "Upload", "Catalogue", "Terms")
      (self.language, skip, start) = ("Language", "Skip to content", "Go to the start page")
      (copied, copyFailed, removal) = ("Copied", "Press Ctrl+C", "Terms and removal requests")
    case .russian:
      (navigation, upload, catalogue, terms) = ("Главное меню", "Загрузить", "Каталог", "Условия")
      (self.language, skip, start) = ("Язык", "К содержанию", "На главную страницу")
      (copied, copyFailed, removal) = ("Скопировано", "Нажмите Ctrl+C", "Условия и запросы на удаление")
    case .spanish:
      (navigation, upload, catalogue, terms) = ("Principal", "Subir", "Catálogo", "Condiciones")
      (self.language, skip, start) = ("Idioma", "Ir al contenido", "Ir a la página de inicio")
      (copied, copyFailed, removal) = ("Copiado", "Pulse Ctrl+C", "Condiciones y retirada de contenidos")
    }
  }
}
