/// The channels, samples and modifiers of a workspace in the order of the model: every list
/// sorted by name, by code points as Python sorts.
struct HistFactoryLayout: Sendable {
  /// A sample of a channel, whose cells (one for every bin) follow each other.
  struct Group: Sendable {
    let channel: Int
    let sample: String
    let nominal: [Double]
    /// By name, then kind.
    let modifiers: [HistFactoryWorkspace.Modifier]
    let firstCell: Int
    let firstBin: Int

    var cells: Range<Int> { firstCell..<firstCell + nominal.count }
  }

  /// A channel.
  struct Channel: Sendable {
    let name: String
    let bins: Range<Int>
    let groups: Range<Int>
  }

  let channels: [Channel]
  let groups: [Group]
  /// Bins of all channels.
  let binCount: Int
  /// Bins of all samples.
  let cellCount: Int

  init(_ workspace: HistFactoryWorkspace) {
    var channels: [Channel] = []
    var groups: [Group] = []
    var bin = 0
    var cell = 0
    for channel in workspace.channels.sorted(by: { codePointsPrecede($0.name, $1.name) }) {
      let first = groups.count
      for sample in channel.samples.sorted(by: { codePointsPrecede($0.name, $1.name) }) {
        let modifiers = sample.modifiers.sorted {
          $0.name == $1.name
            ? $0.effect.type < $1.effect.type : codePointsPrecede($0.name, $1.name)
        }
        groups.append(
          Group(
            channel: channels.count, sample: sample.name, nominal: sample.data,
            modifiers: modifiers, firstCell: cell, firstBin: bin))
        cell += channel.binCount
      }
      channels.append(
        Channel(
          name: channel.name, bins: bin..<bin + channel.binCount, groups: first..<groups.count))
      bin += channel.binCount
    }
    self.channels = channels
    self.groups = groups
    binCount = bin
    cellCount = cell
  }

  /// Where a modifier stands, for messages.
  func place(of modifier: HistFactoryWorkspace.Modifier, in group: Int) -> HistFactoryError.Place {
    var place = HistFactoryError.Place()
    place.channel = .named(channels[groups[group].channel].name)
    place.sample = .named(groups[group].sample)
    place.modifier = .named(modifier.name)
    place.modifierType = modifier.effect.type
    return place
  }
}

/// Whether one string comes before another by code points.
func codePointsPrecede(_ a: String, _ b: String) -> Bool {
  a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
}
