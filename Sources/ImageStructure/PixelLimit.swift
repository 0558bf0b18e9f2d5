/// How large the picture may be that a decoder will have to hold.
struct PixelLimit: Sendable {
  let maximumPixels: UInt64

  /// - Throws: `zeroDimension` at `offset`, or `tooManyPixels`.
  func check(width: Int, height: Int, at offset: UInt64) throws(ImageStructureError) {
    guard width > 0, height > 0 else { throw .corrupt(.zeroDimension, at: offset) }
    let (pixels, overflow) = UInt64(width).multipliedReportingOverflow(by: UInt64(height))
    if overflow || pixels > maximumPixels { throw .tooManyPixels(width: width, height: height) }
  }
}
