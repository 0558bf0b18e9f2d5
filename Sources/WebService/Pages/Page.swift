internal import HTTPSemantics
public import Journal

/// A page that a worker makes: the frame that all of them share, around their content.
public struct Page: Sendable {
  private let title: String
  private let strings: LocalizedStrings
  private var content = Markup()
  private var head = Markup()
  /// Whether it is the catalogue, which the navigation marks.
  public var isCatalogue = false
  /// Whether it answers a POST: then it offers no switch of language, which would load it again.
  public var answersPost = false

  /// Whether it is shown where no other page and no file of Vitrine's can be reached: it brings its style along, and leads
  /// to nothing but what its content names.
  public var standsAlone = false

  /// An empty page.
  public init(title: String, strings: LocalizedStrings) {
    self.title = title
    self.strings = strings
  }

  /// Its language.
  public var language: ActivityLanguage { strings.language }

  /// Appends to the content.
  public mutating func append(_ markup: Markup) {
    content += markup
  }

  /// Appends to the head.
  public mutating func appendToHead(_ markup: Markup) {
    head += markup
  }

  /// What goes with every page: it runs no script but the service's own files, and stays in no frame.
  var fields: HeaderFields {
    HeaderFields([
      ("Content-Type", "text/html; charset=utf-8"),
      ("Content-Security-Policy", standsAlone ? Self.policyOfStandalonePage : Self.contentSecurityPolicy),
      ("X-Content-Type-Options", "nosniff"),
      ("Referrer-Policy", "same-origin"),
      ("Cache-Control", "no-cache"),
    ])
  }

  /// The request's fields that decide whether a client gets a page, and in which language.
  static let negotiatedFields = "Accept, Accept-Language, Cookie"

  /// No inline script or style, nothing from elsewhere.
  static let contentSecurityPolicy =
    "default-src 'none'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  /// The page brings its style along; there is nothing else to load.
  static let policyOfStandalonePage =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  /// The whole document.
  public var markup: Markup { standsAlone ? standaloneDocument : framedDocument }

  private var standaloneDocument: Markup {
    """
    <!doctype html>
    <html lang="\(language.rawValue)">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>\(title)</title>
    <style>
    :root { color-scheme: light dark; }
    body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.125rem/1.5 system-ui, sans-serif; }
    main { max-width: 36rem; padding: 2rem; text-align: center; }
    .error-code { margin: 0; font-size: 1rem; opacity: 0.7; }
    h1 { margin: 0.5rem 0; font-size: 1.75rem; line-height: 1.2; }
    </style>
    </head>
    <body>
    <main id="main">
    \(content)
    </main>
    </body>
    </html>

    """
  }

  private var framedDocument: Markup {
    """
    <!doctype html>
    <html lang="\(language.rawValue)">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title) · Vitrine</title>
    <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/assets/vitrine.css">
    <script type="module" src="/assets/page.js"></script>
    \(head)</head>
    <body>
    <a class="skip-link" href="#main">\(strings[.skip])</a>
    <header class="site-header"><a class="wordmark" href="/">Vitrine</a>
    <nav class="site-nav" aria-label="\(strings[.navigation])"><a href="/upload">\(strings[.upload])</a>
    <a href="/images/"\(isCatalogue ? " aria-current=\"page\"" as Markup : nil)>\(strings[.catalogue])</a>
    <a href="/terms.html">\(strings[.terms])</a></nav>
    \(answersPost ? nil : languageSwitch)</header>
    <main class="page\(answersPost ? " narrow" : "")" id="main" data-copied="\(strings[.copied])" \
    data-copy-failed="\(strings[.copyFailed])">
    \(content)
    </main>
    <footer class="site-footer"><a href="/terms.html">\(strings[.footer])</a></footer>
    </body>
    </html>

    """
  }

  private var languageSwitch: Markup {
    let links = ActivityLanguage.allCases.map { choice -> Markup in
      let code = choice.rawValue
      return """
        <a href="/language/\(code)" hreflang="\(code)" lang="\(code)" \
        aria-label="\(code.uppercased()), \(choice.ownName)"\
        \(choice == language ? " aria-current=\"true\"" as Markup : nil)>\(code.uppercased())</a>

        """
    }
    return "<nav class=\"language-switch\" aria-label=\"\(strings[.languages])\">\(links)</nav>"
  }
}

extension ActivityLanguage {
  /// What the language calls itself.
  var ownName: String {
    switch self {
    case .english: "English"
    case .russian: "Русский"
    case .spanish: "Español"
    }
  }
}
