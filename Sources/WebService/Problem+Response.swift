public import HTTPSemantics
public import Journal

extension Problem {
  /// The answer to a request, in the form and the language that it asks for, and for the site that it came through.
  public func response(to request: WebRequest) -> WebResponse {
    response(
      prefersHTML: request.prefersHTML, language: request.language, isOnForeignSite: request.isOnForeignSite)
  }

  /// The answer that tells the client, in its language: a page where it prefers HTML, else `application/problem+json`.
  /// - Parameter isOnForeignSite: whether it is shown on a site that has no other page of Vitrine's.
  public func response(
    prefersHTML: Bool, language: ActivityLanguage, isOnForeignSite: Bool = false
  ) -> WebResponse {
    let strings = LocalizedStrings(language)
    var response =
      prefersHTML
      ? WebResponse(status: code.status, page: page(strings, isOnForeignSite))
      : WebResponse(status: code.status, json: json(strings), type: "application/problem+json")
    if !allowedMethods.isEmpty { response.fields.set("Allow", HTTPMethod.allow(allowedMethods)) }
    if let retryAfter { response.fields.set("Retry-After", String(retryAfter)) }
    if code == .tokenRequired { response.fields.set("WWW-Authenticate", "Bearer") }
    response.fields.set("Cache-Control", "no-store")
    response.fields.set("Content-Language", language.rawValue)
    response.fields.set("Vary", Page.negotiatedFields)
    return response
  }

  /// The members of RFC 9457, section 3.1, and `code`.
  public func json(_ strings: LocalizedStrings) -> JSONValue {
    Self.shape.json(Worded(problem: self, strings: strings))
  }

  /// A problem in the words of a language.
  public struct Worded: Sendable {
    let problem: Problem
    let strings: LocalizedStrings

    /// A problem, and the words.
    public init(problem: Problem, strings: LocalizedStrings) {
      self.problem = problem
      self.strings = strings
    }
  }

  /// What a client is told, for the answer and for the description of the interface.
  public static let shape = JSONShape<Worded>(
    "Problem",
    [
      JSONMember("type", .text, "Always about:blank.") { _ in "about:blank" },
      JSONMember("title", .text, "What it is called, in the client's language.") { $0.problem.title($0.strings) },
      JSONMember("status", .count, "The status of the answer.") { $0.problem.code.status.code },
      JSONMember("detail", .text, "What is wrong, or what to do, in the client's language.") {
        $0.problem.text($0.strings)
      },
      JSONMember("code", .text, "The code that programs can rely on.") { $0.problem.code.rawValue },
    ])

  private func page(_ strings: LocalizedStrings, _ isOnForeignSite: Bool) -> Page {
    var page = Page(title: title(strings), strings: strings)
    page.standsAlone = isOnForeignSite
    page.append(
      """
      <div class="error"><p class="error-code">\(code.status.code)</p><h1>\(title(strings))</h1>
      <p class="lede">\(text(strings))</p>
      <p class="actions"><a class="button" href="/">\(strings[.start])</a></p></div>
      """)
    return page
  }
}
