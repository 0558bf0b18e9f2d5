internal import HTTPSemantics

/// Progress as text.
enum ProgressText {
  /// `1.5 GiB of 4.0 GiB, 210.0 MiB/s, 0:12 left`
  static func line(bytes: UInt64, of total: UInt64, seconds: Double) -> String {
    let amount = "\(size(bytes)) of \(size(total))"
    guard bytes > 0, seconds > 0 else { return amount }
    let rate = Double(bytes) / seconds
    let left = Double(total - min(bytes, total)) / rate
    return "\(amount), \(size(UInt64(rate)))/s, \(duration(left)) left"
  }

  /// `17 B`, `1.5 KiB`, `640.0 MiB`
  static func size(_ bytes: UInt64) -> String {
    SizeText.format(bytes, .oneDecimal)
  }

  /// `0:07`, `12:34`, `1:00:00`
  static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds.rounded(.up), 359_999))
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    let ending = twoDigits(whole % 60)
    return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(ending)" : "\(minutes):\(ending)"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
