//! How a program of arrays prints: numbered steps, with shapes.

use super::chain::{Chain, Source, Target};
use super::memory::Place;
use super::{ArrayProgram, Step};
use crate::expression::{applied, count};
use crate::{Graph, Real};
use core::fmt::{self, Formatter};

impl<T: Real> ArrayProgram<T> {
    /// Inputs go by their names, buffers are `#0`, `#1`, ..., blocks of a chain `r0`, `r1`, ...
    pub(crate) fn print(&self, graph: &Graph, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "program: {}, {}, {}, {}",
            graph.inputs_in_words(),
            count(self.outputs.len(), "output"),
            count(self.steps.len(), "step"),
            count(self.memory.buffers.len(), "buffer")
        )?;
        for (number, step) in self.steps.iter().enumerate() {
            let number = number + 1;
            match step {
                Step::Whole { primitive, operands, result, shape } => {
                    let operands: Vec<String> =
                        operands.iter().map(|x| self.name(x.place, graph)).collect();
                    let formula = applied(*primitive, &operands);
                    writeln!(f, "  {number}  #{result} = {formula} : {shape}")?;
                }
                Step::Chain(chain) => {
                    writeln!(f, "  {number}  entry by entry over {}:", chain.shape)?;
                    self.print_chain(chain, graph, f)?;
                }
            }
        }
        for (k, output) in self.outputs.iter().enumerate() {
            writeln!(f, "  y{k} = {} : {}", self.name(output.place, graph), output.shape)?;
        }
        Ok(())
    }

    fn print_chain(&self, chain: &Chain, graph: &Graph, f: &mut Formatter<'_>) -> fmt::Result {
        let source = |source: &Source| match source {
            Source::Array(place) => self.name(*place, graph),
            Source::Register(r) => match chain.loads.iter().find(|load| load.register == *r) {
                Some(load) => self.name(load.from.place, graph),
                None => format!("r{r}"),
            },
        };
        for link in &chain.links {
            let operands: Vec<String> = link.operands.iter().map(source).collect();
            let result = match link.result {
                Target::Buffer(b) => format!("#{b}"),
                Target::Register(r) => format!("r{r}"),
            };
            writeln!(f, "       {result} = {}", applied(link.primitive, &operands))?;
        }
        Ok(())
    }

    fn name(&self, place: Place, graph: &Graph) -> String {
        match place {
            Place::Input(i) => graph.input_layout().label(i),
            Place::Buffer(b) => format!("#{b}"),
            Place::Constant(c) => self.memory.constant_name(c),
        }
    }
}
