public import HTTPSemantics
public import Journal

extension Problem {
  /// The answer that tells the client: a page where it prefers HTML, else `application/problem+json`.
  public func response(prefersHTML: Bool, language: ActivityLanguage) -> WebResponse {
    let text = ProblemWording.text(code, language)
    var response =
      prefersHTML
      ? WebResponse(status: code.status, page: page(text, language))
      : WebResponse(status: code.status, json: json(text), type: "application/problem+json")
    if !allowedMethods.isEmpty { response.fields.set("Allow", HTTPMethod.allow(allowedMethods)) }
    if let retryAfter { response.fields.set("Retry-After", String(retryAfter)) }
    if code == .tokenRequired { response.fields.set("WWW-Authenticate", "Bearer") }
    response.fields.set("Cache-Control", "no-store")
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
    page.append("<section class=\"card error\" role=\"alert\"><h1>\(HTML.escape(text.title))</h1>")
    if let detail { page.append("<p>\(HTML.escape(detail))</p>") }
    page.append("<p>\(HTML.escape(text.advice))</p></section>")
    return page
  }
}
