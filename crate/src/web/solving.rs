/*! Eigenvalues by one worker, or by several of which one leads: what they need of the core. How their messages go is the page's. */

use js_sys::Float64Array;
use wasm_bindgen::prelude::*;

use super::{JsResult, internal, refusal, to_js};
use crate::decompose::Begun;
use crate::eigen::{Lead, Parcel, Share};

/// The one who leads. For each panel: [`factor`](Self::factor), [`write`](Self::write) for the others, [`multiply`](Self::multiply),
/// [`add`](Self::add) of each answer, [`turn`](Self::turn).
#[wasm_bindgen]
pub struct LeadingWorker {
    begun: Begun,
    /// Where it all comes from.
    name: String,
}

impl LeadingWorker {
    pub(super) fn new(begun: Begun, name: String) -> LeadingWorker {
        LeadingWorker { begun, name }
    }

    fn lead(&mut self) -> JsResult<&mut Lead> {
        match &mut self.begun {
            Begun::Way(way) => Ok(&mut way.lead),
            Begun::Known(_) => Err(internal("eigenvalues that are known were asked for")),
        }
    }
}

#[wasm_bindgen]
impl LeadingWorker {
    /// What another worker, from 1, makes its [`HelpingWorker`] of.
    pub fn share(&mut self, worker: usize) -> JsResult<Float64Array> {
        let lead = self.lead()?;
        let mut parcel = Numbers(Float64Array::new_with_length(lead.share_length(worker) as u32));
        lead.write_share(worker, &mut parcel);
        Ok(parcel.0)
    }

    /// Numbers of what is sent for each panel, and sent back.
    pub fn parcel_length(&mut self) -> JsResult<usize> {
        Ok(self.lead()?.parcel_length())
    }

    /// Factors the next panel; false where nothing is left that can be shared.
    pub fn factor(&mut self) -> bool {
        match &mut self.begun {
            Begun::Way(way) => way.lead.factor(),
            Begun::Known(_) => false,
        }
    }

    /// Puts the panel into a parcel, for [`HelpingWorker::answer`].
    pub fn write(&mut self, parcel: Float64Array) -> JsResult<()> {
        self.lead()?.write_panel(&mut Numbers(parcel));
        Ok(())
    }

    /// Multiplies the own share with it.
    pub fn multiply(&mut self) -> JsResult<()> {
        self.lead()?.multiply();
        Ok(())
    }

    /// Adds another worker's answer.
    pub fn add(&mut self, worker: usize, parcel: Float64Array) -> JsResult<()> {
        self.lead()?.add(worker, &Numbers(parcel)).map_err(refusal)
    }

    /// The panel is done; returns how much of all work is, from 0 to 1.
    pub fn turn(&mut self) -> JsResult<f64> {
        let lead = self.lead()?;
        lead.turn();
        Ok(lead.done())
    }

    /// What comes of it.
    pub fn finish(self) -> JsResult<JsValue> {
        let LeadingWorker { begun, name } = self;
        to_js(&begun.finish().map_err(|error| refusal(error.in_file(&name)))?)
    }
}

/// One of the others.
#[wasm_bindgen]
pub struct HelpingWorker(Share);

#[wasm_bindgen]
impl HelpingWorker {
    /// Of what the one who leads has sent.
    #[wasm_bindgen(constructor)]
    pub fn new(share: Float64Array) -> JsResult<HelpingWorker> {
        Share::read(&Numbers(share)).map(HelpingWorker).map_err(refusal)
    }

    /// Takes a panel out of a parcel and puts the answer in.
    pub fn answer(&mut self, parcel: Float64Array) -> JsResult<()> {
        self.0.answer(&mut Numbers(parcel)).map_err(refusal)
    }
}

/// What stands outside of the wasm's memory: each number is copied once on its way in and once on its way out.
struct Numbers(Float64Array);

impl Parcel for Numbers {
    fn length(&self) -> usize {
        self.0.length() as usize
    }

    fn read(&self, at: usize, to: &mut [f64]) {
        self.0.subarray(at as u32, (at + to.len()) as u32).copy_to(to);
    }

    fn write(&mut self, at: usize, from: &[f64]) {
        self.0.subarray(at as u32, (at + from.len()) as u32).copy_from(from);
    }
}
