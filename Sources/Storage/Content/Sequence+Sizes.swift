extension Sequence<UInt64> {
  /// The sum; nil for one that no file has.
  public var sumOfSizes: UInt64? {
    var total: UInt64 = 0
    for size in self {
      let (sum, overflow) = total.addingReportingOverflow(size)
      guard !overflow, sum <= UInt64(Int64.max) else { return nil }
      total = sum
    }
    return total
  }
}
