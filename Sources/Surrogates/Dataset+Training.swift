extension Dataset {
  /// Tests that there are points to train on and points to watch the training with.
  ///
  /// - Throws: ``DatasetError/tooFew(_:needed:found:)``.
  package func requireTrainingPoints() throws(DatasetError) {
    for (role, needed) in [(Split.Role.training, 2), (.validation, 1)] {
      let found = indices(role).count
      guard found >= needed else { throw .tooFew(role, needed: needed, found: found) }
    }
  }
}
