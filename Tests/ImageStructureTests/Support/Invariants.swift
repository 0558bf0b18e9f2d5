import ImageStructure
import Testing

/// What holds of any file that was accepted: the edits are in order, and what is stored is accepted as it is.
func expectSound(_ structure: ImageStructure, of bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation)
  throws
{
  #expect(structure.end <= UInt64(bytes.count), sourceLocation: sourceLocation)
  var position: UInt64 = 0
  var previous: MetadataEdit?
  for edit in structure.edits {
    let isNeighbour = previous?.content == edit.content && previous?.range.upperBound == edit.range.lowerBound
    #expect(edit.range.lowerBound >= position && !edit.range.isEmpty && !isNeighbour, sourceLocation: sourceLocation)
    position = edit.range.upperBound
    previous = edit
  }
  #expect(position <= structure.end, sourceLocation: sourceLocation)

  for keepingMetadata in [false, true] {
    let stored = structure.stored(of: bytes, keepingMetadata: keepingMetadata)
    let again = try ImageStructure.parse(stored)
    #expect(again.end(keepingMetadata: keepingMetadata) == UInt64(stored.count), sourceLocation: sourceLocation)
    #expect(again.edits(keepingMetadata: keepingMetadata).isEmpty, sourceLocation: sourceLocation)
    #expect(again.kind == structure.kind, sourceLocation: sourceLocation)
    #expect(again.width == structure.width && again.height == structure.height, sourceLocation: sourceLocation)
    #expect(again.isAnimated == structure.isAnimated, sourceLocation: sourceLocation)
    // An orientation of 1 is the default, and goes.
    #expect(again.orientation ?? 1 == structure.orientation ?? 1, sourceLocation: sourceLocation)
  }
}
