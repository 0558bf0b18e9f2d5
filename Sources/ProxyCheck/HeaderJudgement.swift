internal import HTTPSemantics
public import HTTPTransfer

/// Judges the header fields that protect visitors.
public enum HeaderJudgement {
  private static let remedy =
    "include image-host.conf as it is: an add_header of your own in a location takes all others away there"

  /// Of a page.
  public static func findings(page response: HTTPResponse, asked origin: HTTPOrigin) -> [Finding] {
    guard response.status == 200 else {
      return [Finding("the first page answers \(response.status)", do: "include image-host.conf in the server block")]
    }
    var lost = missing(response, policy: "default-src 'none'")
    if origin.isSecure, !response.fields.contains("Strict-Transport-Security") {
      lost.append("Strict-Transport-Security")
    }
    return lost.isEmpty ? [] : [Finding("pages come without \(lost.joined(separator: ", "))", do: remedy)]
  }

  /// Of a picture.
  public static func findings(picture response: HTTPResponse) -> [Finding] {
    let lost = missing(response, policy: "sandbox")
    return lost.isEmpty ? [] : [Finding("pictures come without \(lost.joined(separator: ", "))", do: remedy)]
  }

  private static func missing(_ response: HTTPResponse, policy: String) -> [String] {
    var lost: [String] = []
    if response.fields["X-Content-Type-Options"] != "nosniff" { lost.append("X-Content-Type-Options") }
    if !(response.fields["Content-Security-Policy"] ?? "").contains(policy) { lost.append("Content-Security-Policy") }
    return lost
  }

  /// Of any answer.
  public static func findings(server response: HTTPResponse) -> [Finding] {
    guard let server = response.fields["Server"], server.contains("/") else { return [] }
    return [Finding("answers tell the web server's version: \(server)", do: "in nginx: server_tokens off")]
  }

  /// Of the figures for the operator, asked for by a client that is not on the server's loopback.
  public static func findings(metrics response: HTTPResponse) -> [Finding] {
    guard response.status == 200 else { return [] }
    return [
      Finding("/metrics answers everybody", do: "let loopback only reach it, as image-host.conf does")
    ]
  }
}
