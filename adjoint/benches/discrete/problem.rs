//! Prey and predators, observed twenty times: what every way to the gradient is asked.

/// The state (x, y).
pub(crate) type State = [f64; 2];
/// The parameters (a, b, c, d) of x' = a x - b x y, y' = d x y - c y.
pub(crate) type Params = [f64; 4];

pub(crate) const Y0: State = [1.0, 1.0];
pub(crate) const P: Params = [1.5, 1.0, 3.0, 1.0];
/// The parameters that the data were made with.
pub(crate) const DATA_P: Params = [1.4, 1.1, 2.9, 0.95];
/// Relative and absolute.
pub(crate) const TOLERANCE: f64 = 1e-6;

pub(crate) const OBSERVATIONS: usize = 20;
/// 0.5, 1, .., 10.
pub(crate) const TIMES: [f64; OBSERVATIONS] = {
    let mut times = [0.0; OBSERVATIONS];
    let mut i = 0;
    while i < OBSERVATIONS {
        times[i] = 0.5 * (i + 1) as f64;
        i += 1;
    }
    times
};
/// The solve ends with the last observation.
pub(crate) const T1: f64 = TIMES[OBSERVATIONS - 1];

/// The loss: the sum of squared distances from the data. Writes its cotangents.
#[inline]
pub(crate) fn squares(observed: &[State], data: &[State], cotangents: &mut [State]) -> f64 {
    let mut loss = 0.0;
    for ((y, d), a) in observed.iter().zip(data).zip(cotangents) {
        let [u, v] = [y[0] - d[0], y[1] - d[1]];
        loss += u * u + v * v;
        *a = [2.0 * u, 2.0 * v];
    }
    loss
}

/// The length of the difference of two gradients in (y0, p), in units of the length of the second.
pub(crate) fn difference(gradient: (State, Params), expected: (State, Params)) -> f64 {
    let all = |(y0, p): (State, Params)| y0.into_iter().chain(p);
    let apart: f64 = all(gradient).zip(all(expected)).map(|(g, e)| (g - e) * (g - e)).sum();
    let length: f64 = all(expected).map(|e| e * e).sum();
    (apart / length).sqrt()
}
