/// Judges the certificate of a server.
public enum CertificateJudgement {
  /// Fewer days than this ask for a look: certbot renews thirty days ahead.
  private static let fewDays = 14

  /// Whether it will soon run out.
  /// - Parameter days: that it is still good for; nil without TLS.
  public static func findings(daysLeft days: Int?) -> [Finding] {
    guard let days, days < fewDays else { return [] }
    return [
      Finding("the certificate runs out in \(days) days", do: "renew it: certbot renew; then systemctl reload nginx")
    ]
  }
}
