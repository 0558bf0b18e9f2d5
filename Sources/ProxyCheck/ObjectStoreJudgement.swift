internal import HTTPSemantics
public import HTTPTransfer

/// Judges the way to the object store by its answers.
public enum ObjectStoreJudgement {
  private static let include = "see that its server block, on a port of its own, includes object-store.conf"

  /// The code of an error document; nil where the body is none.
  public static func errorCode(_ response: HTTPResponse) -> String? {
    let text = String(decoding: response.body.prefix(4_096), as: UTF8.self)
    guard let range = text.firstRange(of: "<Code>") else { return nil }
    return String(text[range.upperBound...].prefix { $0 != "<" })
  }

  /// Of a request without a signature: the store must answer it, be it with a refusal.
  public static func findings(anonymous response: HTTPResponse) -> [Finding] {
    switch (response.status, isOurs(response)) {
    case (..<500, true): return []
    case (502...504, true):
      return [
        Finding(
          "the object store is closed, or the program is not reached",
          do: "set VITRINE_ACCESS_KEY and VITRINE_SECRET_KEY; see whether vitrine runs")
      ]
    default:
      return [Finding("no object store answers there, but \(response.status)", do: include)]
    }
  }

  private static func isOurs(_ response: HTTPResponse) -> Bool {
    response.fields["x-amz-id-2"] == "vitrine"
      || String(decoding: response.body.prefix(4_096), as: UTF8.self).contains("<HostId>vitrine</HostId>")
  }

  /// Of a signed request for a bucket that there cannot be.
  public static func findings(signed response: HTTPResponse) -> [Finding] {
    switch errorCode(response) {
    case "NoSuchBucket"?: []
    case "SignatureDoesNotMatch"?:
      [
        Finding(
          "a signature does not hold: Host, path or query are changed on the way",
          do: "in nginx: HTTP_HOST $http_host and REQUEST_URI $request_uri; in a proxy before it: "
            + "proxy_set_header Host $http_host, and proxy_pass without a path")
      ]
    case "RequestTimeTooSkewed"?, "AccessDenied"?:
      [
        Finding(
          "a fresh signature is refused: the clocks differ, or the keys do",
          do: "see that both clocks are set, and which keys the server has")
      ]
    case "InvalidAccessKeyId"?:
      [
        Finding(
          "the server does not know VITRINE_ACCESS_KEY",
          do: "reload it after a change of the keys, and check with its settings (--config)")
      ]
    case "InvalidRequest"? where String(decoding: response.body, as: UTF8.self).contains("VITRINE_S3_DOMAIN"):
      [
        Finding(
          "the store refuses this host, since it begins with the name of a bucket",
          do: "set VITRINE_S3_DOMAIN to this host, or, for addresses of the form bucket.domain, to their domain")
      ]
    default:
      [Finding("a signed request was answered with \(response.status)", do: include)]
    }
  }

  /// Of the announcement of a large object.
  public static func findings(large response: HTTPResponse) -> [Finding] {
    guard response.status == 413 || errorCode(response) == "EntityTooLarge" else { return [] }
    return [
      Finding(
        "an object of 5 GiB is refused before it comes",
        do: "in nginx: client_max_body_size 0 in the object store's server, and in every proxy before it")
    ]
  }
}
