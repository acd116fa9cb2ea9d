extension HistFactoryDensity: TwiceDifferentiableLogDensity {}
