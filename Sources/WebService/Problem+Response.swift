public import HTTPSemantics
public import Journal

extension Problem {
  /// The answer that tells the client: a page where it prefers HTML, else `application/problem+json`.
  /// - Parameter title: words that fit the place better than the code's own.
  public func response(prefersHTML: Bool, language: ActivityLanguage, title: String? = nil) -> WebResponse {
    var text = ProblemWording.text(code, language)
    if let title { text.title = title }
    var response =
      prefersHTML
      ? WebResponse(status: code.status, page: page(text, language))
      : WebResponse(status: code.status, json: json(text), type: "application/problem+json")
    if !allowedMethods.isEmpty { response.fields.set("Allow", HTTPMethod.allow(allowedMethods)) }
    if let retryAfter { response.fields.set("Retry-After", String(retryAfter)) }
    if code == .tokenRequired { response.fields.set("WWW-Authenticate", "Bearer") }
    response.fields.set("Cache-Control", "no-store")
    response.fields.set("Vary", "Accept, Accept-Language, Cookie")
    return response
  }

  /// The members of RFC 9457, section 3.1, and `code`.
  public var json: JSONValue {
    json(ProblemWording.text(code, .english))
  }

  private func json(_ text: ProblemWording.Text) -> JSONValue {
    [
      "type": "about:blank",
      "title": .string(text.title),
      "status": .int(Int64(code.status.code)),
      "detail": .string(detail ?? text.advice),
      "code": .string(code.rawValue),
    ]
  }

  private func page(_ text: ProblemWording.Text, _ language: ActivityLanguage) -> Page {
    var page = Page(title: text.title, language: language)
    page.append(
      """
      <div class="error"><p class="error-code">\(code.status.code)</p><h1>\(HTML.escape(text.title))</h1>
      <p class="lede">\(HTML.escape(detail ?? text.advice))</p>
      <p class="actions"><a class="button" href="/">\(PageWording(language).start)</a></p></div>
      """)
    return page
  }
}
