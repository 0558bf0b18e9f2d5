package import Storage

/// The steps that apply edits to a file in place, from its front to its end.
///
/// Since no replacement is longer than its range, what is written never reaches what has still to be read: no second
/// copy of the file is needed.
package struct CompactionPlan: Equatable {
  package enum Step: Equatable {
    /// Moves a range to a lower offset.
    case move(Range<UInt64>, to: UInt64)
    case write([UInt8], at: UInt64)
  }

  package let steps: [Step]
  package let size: UInt64

  /// A plan for a file of `size` bytes; nil where the edits overlap, are out of order, reach beyond the end, or would
  /// make the file grow.
  package init?(_ edits: [ByteEdit], size: UInt64) {
    var steps: [Step] = []
    var read: UInt64 = 0
    var written: UInt64 = 0
    func keep(upTo end: UInt64) {
      if read != written && read < end { steps.append(.move(read..<end, to: written)) }
      written += end - read
    }
    for edit in edits {
      let length = edit.range.upperBound - edit.range.lowerBound
      guard
        edit.range.lowerBound >= read, edit.range.upperBound <= size, UInt64(edit.replacement.count) <= length
      else { return nil }
      keep(upTo: edit.range.lowerBound)
      if !edit.replacement.isEmpty { steps.append(.write(edit.replacement, at: written)) }
      written += UInt64(edit.replacement.count)
      read = edit.range.upperBound
    }
    keep(upTo: size)
    self.steps = steps
    self.size = written
  }
}
