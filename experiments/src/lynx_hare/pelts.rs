//! The measurements: pelts of hares and lynxes, year by year.

/// One year's pelts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Catch {
    /// The year.
    pub year: u16,
    /// Snowshoe hares, in thousands of pelts.
    pub hares: f64,
    /// Canada lynxes, in thousands of pelts.
    pub lynxes: f64,
}

const fn catch(year: u16, hares: f64, lynxes: f64) -> Catch {
    Catch { year, hares, lynxes }
}

/// Pelts bought by the Hudson's Bay Company, 1900 to 1920, in thousands.
///
/// Source: the company's historical record, in the figures that P. Howard uses in "Modeling Basics" (lecture notes, Texas
/// A&M University, 2009) and many texts have used since. They are numbers of pelts, not of animals; the model takes the one
/// for a fixed share of the other.
pub const PELTS: [Catch; 21] = [
    catch(1900, 30.0, 4.0),
    catch(1901, 47.2, 6.1),
    catch(1902, 70.2, 9.8),
    catch(1903, 77.4, 35.2),
    catch(1904, 36.3, 59.4),
    catch(1905, 20.6, 41.7),
    catch(1906, 18.1, 19.0),
    catch(1907, 21.4, 13.0),
    catch(1908, 22.0, 8.3),
    catch(1909, 25.4, 9.1),
    catch(1910, 27.1, 7.4),
    catch(1911, 40.3, 8.0),
    catch(1912, 57.0, 12.3),
    catch(1913, 76.6, 19.5),
    catch(1914, 52.3, 45.7),
    catch(1915, 19.5, 51.1),
    catch(1916, 11.2, 29.7),
    catch(1917, 7.6, 15.8),
    catch(1918, 14.6, 9.7),
    catch(1919, 16.2, 10.1),
    catch(1920, 24.7, 8.6),
];

/// The first year, which is time 0 of the model.
pub const FIRST_YEAR: u16 = PELTS[0].year;

/// The length of the record, in years.
pub const SPAN: f64 = (PELTS.len() - 1) as f64;

/// The observation times: years since [`FIRST_YEAR`].
pub fn times() -> [f64; PELTS.len()] {
    PELTS.map(|catch| f64::from(catch.year - FIRST_YEAR))
}
